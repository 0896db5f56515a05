"""The service of the guide as a client sees it, and as a system that can be verified."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
from service import BASE, BULK_REQUEST, BULK_REQUESTS, RESOLUTIONS, SESSION, SESSIONS, Service
from sqlite_store import COLLECTIONS, Store
from starlette.requests import Request

from restore_domain import IdentitySet, Timestamp, wire
from restore_domain.verification import Adapter, RefusedError
from restore_domain.verification.system import ReferenceSystem

NO_PAGES = 10**6
"""A page size that no test reaches: a client of the calls chooses it."""

NOW = datetime(2026, 1, 12, 8, 30, tzinfo=UTC)
INCLUDE_UNKNOWN = {"Prefer": "include-unknown-enum-members"}

Json = Any


def actor_of(http: Request) -> IdentitySet | None:
    """Stand in for an authentication: a header names who acts."""
    named = http.headers.get("x-actor")
    return None if named is None else wire.loads(named, IdentitySet)


class Client:
    """Sends requests to a service in this process, one after another or several at once."""

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
                    self._http.request(method, url, content=as_content(body), **more)
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
        return self.send("POST", f"/driver/{session_id}/reports", report)


def as_content(body: Json) -> bytes | None:
    """Write a body in ASCII, so that it may have half a surrogate pair."""
    return None if body is None else json.dumps(body).encode()


def numbered() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"id-{next(numbers)}"


class OverHttp(Adapter):
    """Does what a call says by requests to the service, which is given its ids and its clock."""

    def __init__(self, folder: Path) -> None:
        self._files: Iterator[Path] = (folder / f"{number}.db" for number in count())
        self._ids: list[str] = []
        self._now = NOW
        self._client: Client | None = None

    def reset(self, **start: Any) -> None:
        """Begin with an empty file, or in memory with these sessions and limits."""
        self.close()
        path = ":memory:" if start else next(self._files)
        self._client = Client(path, now=lambda: self._now, new_id=self._next_id, page_size=NO_PAGES)
        if start:
            reference = ReferenceSystem()
            reference.call("reset", start)
            self._client.store.root = reference.root

    def close(self) -> None:
        """Begin again from the file, where nothing is lost, and let it go."""
        if self._client is None:
            return
        if self._client.path == ":memory:":
            self._client.close()
            return
        before = self._client.store.root
        self._client.restart()
        after = self._client.store.root
        assert after == before
        # which equality passes over, since it is not on the wire
        assert [one.activated for one in after.exchange_restore_sessions] == [
            one.activated for one in before.exchange_restore_sessions
        ]
        self._client.close()

    def _next_id(self) -> str:
        return self._ids.pop(0)

    def create(
        self,
        session_id: str,
        artifact_ids: Iterable[str],
        now: str,
        request: Json = None,
        actor: Json = None,
    ) -> Json:
        self._ids = [session_id, *artifact_ids]
        self._send("POST", SESSIONS, request, now=now, actor=actor)
        return self.get(session_id)

    def get(self, session_id: Any = None) -> Json:
        url = f"{url_of(SESSION, session_id)}?$expand={ALL_COLLECTIONS}"
        return self._send("GET", url)

    def list(self, top: Any = None, skip_token: Any = None) -> Json:
        options = options_of(top, skip_token) | {"$expand": ALL_COLLECTIONS}
        return as_page(self._send("GET", SESSIONS, params=options))

    def update(
        self,
        session_id: Any = None,
        *,
        request: Json,
        artifact_ids: Iterable[str],
        now: str,
        actor: Json = None,
    ) -> Json:
        self._ids = [*artifact_ids]
        return self._send("PATCH", url_of(SESSION, session_id), request, now=now, actor=actor)

    def activate(self, session_id: Any = None, *, now: str, actor: Json = None) -> Json:
        answer = self._send("POST", f"{url_of(BASE, session_id)}/activate", now=now, actor=actor)
        assert answer["@odata.type"] == "#microsoft.graph.exchangeRestoreSession"
        return self.get(session_id)

    def delete(self, session_id: Any = None) -> Json:
        return self._send("DELETE", url_of(SESSION, session_id))

    def list_artifacts(
        self, session_id: Any = None, top: Any = None, skip_token: Any = None
    ) -> Json:
        url = f"{url_of(SESSION, session_id)}/mailboxRestoreArtifacts"
        return as_page(self._send("GET", url, params=options_of(top, skip_token)))

    def list_granular_artifacts(
        self, session_id: Any = None, top: Any = None, skip_token: Any = None
    ) -> Json:
        url = f"{url_of(SESSION, session_id)}/granularMailboxRestoreArtifacts"
        return as_page(self._send("GET", url, params=options_of(top, skip_token)))

    def create_artifact(
        self,
        session_id: Any = None,
        *,
        request: Json,
        artifact_id: str,
        now: str,
        actor: Json = None,
    ) -> Json:
        self._ids = [artifact_id]
        url = f"{url_of(SESSION, session_id)}/mailboxRestoreArtifacts"
        return self._send("POST", url, request, now=now, actor=actor)

    def create_bulk_request(
        self,
        session_id: Any = None,
        *,
        bulk_request_id: str,
        now: str,
        request: Json = None,
        actor: Json = None,
    ) -> Json:
        self._ids = [bulk_request_id]
        url = url_of(BULK_REQUESTS, session_id)
        return self._send("POST", url, request, now=now, actor=actor)

    def get_bulk_request(self, session_id: Any = None, bulk_request_id: Any = None) -> Json:
        return self._send("GET", self._url_below(BULK_REQUEST, session_id, bulk_request_id))

    def list_bulk_requests(
        self, session_id: Any = None, top: Any = None, skip_token: Any = None
    ) -> Json:
        url = url_of(BULK_REQUESTS, session_id)
        return as_page(self._send("GET", url, params=options_of(top, skip_token)))

    def delete_bulk_request(
        self,
        session_id: Any = None,
        bulk_request_id: Any = None,
        *,
        now: str,
        actor: Json = None,
    ) -> Json:
        url = self._url_below(BULK_REQUEST, session_id, bulk_request_id)
        return self._send("DELETE", url, now=now, actor=actor)

    def resolve_bulk_request(  # noqa: PLR0913 - the parameters of the call
        self,
        session_id: Any = None,
        bulk_request_id: Any = None,
        *,
        resolution: Json,
        artifact_ids: Iterable[str],
        now: str,
        actor: Json = None,
    ) -> Json:
        self._ids = [*artifact_ids]
        url = self._url_below(RESOLUTIONS, session_id, bulk_request_id)
        return self._send("POST", url, resolution, now=now, actor=actor)

    def _url_below(self, template: str, session_id: Any, bulk_request_id: Any) -> str:
        """Return the URL of a bulk request; whether its session is there is looked at first."""
        if not can_be_asked_for(bulk_request_id):
            self.get(session_id)
            raise RefusedError("InvalidBulkRestoreArtifactId", 400)
        return url_of(template, session_id, bulk_request_id)

    def record(
        self, session_id: Any = None, *, report: Json, reporter: str = "driver", actor: Json = None
    ) -> Json:
        if reporter != "driver":
            return self._in_process("record", locals())
        url = f"/driver/{url_of('{session_id}', session_id)}/reports"
        return self._send("POST", url, report, actor=actor)

    def record_batch(self, **params: Any) -> Json:
        return self._in_process("recordBatch", params)

    def _in_process(self, method: str, params: Mapping[str, Any]) -> Json:
        """Report as a part of the service would that polls another one."""
        assert self._client is not None
        names = {"session_id": "sessionId"}
        given = {names.get(name, name): value for name, value in params.items() if name != "self"}
        call = {"method": method, "params": given}
        change: Callable[[Any], Any] = self._client.store.change
        return change(lambda root: wire.perform(root, call))

    def expire(self, now: str) -> Json:
        return self._send("POST", "/driver/expire", now=now)

    def _send(
        self,
        method: str,
        url: str,
        body: Json = None,
        now: str = "",
        actor: Json = None,
        **more: Any,
    ) -> Json:
        assert self._client is not None
        if now:
            self._now = Timestamp.parse(now)
        headers = INCLUDE_UNKNOWN | ({} if actor is None else {"x-actor": json.dumps(actor)})
        response = self._client.send(method, url, body, headers=headers, **more)
        if response.is_success:
            return response.json() if response.content else None
        raise RefusedError(response.json()["error"]["code"], response.status_code)


ALL_COLLECTIONS = ",".join(COLLECTIONS)


def url_of(template: str, session_id: Any, bulk_request_id: Any = "any") -> str:
    """Return the URL of a session, or below it; what can't be in one can't be asked for."""
    if not can_be_asked_for(session_id):
        raise RefusedError("InvalidRestoreSessionId", 400)
    return template.format(
        session_id=quote(session_id, safe=""), bulk_request_id=quote(bulk_request_id, safe="")
    )


def can_be_asked_for(entity_id: Any) -> bool:
    """Tell whether an id can be in a URL, where there is neither nothing nor half a character."""
    if not isinstance(entity_id, str):
        return False
    return entity_id != "" and entity_id.encode(errors="ignore").decode() == entity_id


def options_of(top: Any, skip_token: Any) -> dict[str, str]:
    """Return the options of a list. A URL has no types, so a text stands there in quotes."""
    options = {} if top is None else {"$top": json.dumps(top)}
    return options if skip_token is None else options | {"$skiptoken": str(skip_token)}


def as_page(answer: Mapping[str, Any]) -> Json:
    """Return a page as the calls have it: with the token, not with the link that it is in."""
    link = answer.get("@odata.nextLink")
    token = parse_qs(urlsplit(link).query)["$skiptoken"][0] if link else None
    return {"value": answer["value"], "skipToken": token}
