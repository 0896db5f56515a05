"""The service of the guide as a client sees it."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from service import BASE, BULK_REQUESTS, RESOLUTIONS, SESSION, SESSIONS, Service
from sqlite_store import Store
from starlette.requests import Request

from restore_domain import IdentitySet, wire

NOW = datetime(2026, 1, 12, 8, 30, tzinfo=UTC)
INCLUDE_UNKNOWN = {"Prefer": "include-unknown-enum-members"}

Json = Any


def actor_of(http: Request) -> IdentitySet | None:
    """Stand in for authentication: a header names the actor."""
    named = http.headers.get("x-actor")
    return None if named is None else wire.loads(named, IdentitySet)


class Client:
    """Sends requests to a service in this process, one after another or several concurrently."""

    def __init__(self, path: Path | str, **given: Any) -> None:
        self.path = path
        self.given: dict[str, Any] = {"now": lambda: NOW, "actor_of": actor_of, **given}
        self._runner = asyncio.Runner()
        self.start()

    def start(self) -> None:
        self.store = Store(self.path)
        self.service = Service(self.store, **self.given)
        transport = httpx.ASGITransport(self.service.app())
        self._http = httpx.AsyncClient(transport=transport, base_url="http://service")

    def stop(self) -> None:
        self.store.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        self.stop()
        self._runner.close()

    def send(self, method: str, url: str, body: Json = None, **more: Any) -> httpx.Response:
        (response,) = self.send_at_once([(method, url, body)], **more)
        return response

    def send_at_once(
        self, requests: Iterable[tuple[str, str, Json]], **more: Any
    ) -> list[httpx.Response]:
        async def send() -> list[httpx.Response]:
            return await asyncio.gather(
                *(
                    self._http.request(method, url, json=body, **more)
                    for method, url, body in requests
                )
            )

        return self._runner.run(send())

    def get(self, url: str, **more: Any) -> Json:
        response = self.send("GET", url, **more)
        assert response.status_code == 200, response.text
        return response.json()

    def create(self, *points: str, destination: str = "new") -> str:
        """Create a session, empty if it has no restore points, and return its id."""
        entries = [
            {"restorePoint": {"id": point}, "destinationType": destination} for point in points
        ]
        body = {"mailboxRestoreArtifacts": entries} if entries else None
        response = self.send("POST", SESSIONS, body)
        assert response.status_code == 201, response.text
        session_id: str = response.json()["id"]
        return session_id

    def create_bulk_request(self, session_id: str, *mailboxes: str) -> str:
        """Create a bulk request below a session, and return its id."""
        body = {"mailboxes": mailboxes, "destinationType": "new"}
        response = self.send("POST", BULK_REQUESTS.format(session_id=session_id), body)
        assert response.status_code == 201, response.text
        bulk_request_id: str = response.json()["id"]
        return bulk_request_id

    def resolve(self, session_id: str, bulk_request_id: str, resolution: Json) -> httpx.Response:
        url = RESOLUTIONS.format(session_id=session_id, bulk_request_id=bulk_request_id)
        return self.send("POST", url, resolution)

    def activate(self, session_id: str) -> httpx.Response:
        return self.send("POST", f"{BASE.format(session_id=session_id)}/activate")

    def artifacts(self, session_id: str) -> list[Json]:
        url = f"{SESSION.format(session_id=session_id)}/mailboxRestoreArtifacts"
        artifacts: list[Json] = self.get(url)["value"]
        return artifacts

    def report(self, session_id: str, artifact_id: str, status: str, **more: Any) -> httpx.Response:
        report = {
            "artifactId": artifact_id,
            "status": status,
            "time": "2026-01-12T08:30:00Z",
            **more,
        }
        return self.send("POST", f"/control/{session_id}/reports", report)


def numbered() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"id-{next(numbers)}"
