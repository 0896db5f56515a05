"""The FastAPI service of the guide: two workers on one database, used in turn."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastapi_service
import httpx
import pytest
from event_store import ConflictError, EventStore, connect, create_tables
from fastapi_service import LONGEST_BODY, PREFIX, make_app

from .hammer import NOW, entry


class Workers:
    """Sends each request to the next worker."""

    def __init__(self, url: str) -> None:
        self.stores = [EventStore(connect(url)) for _ in range(2)]
        self._clients = [
            httpx.AsyncClient(
                transport=httpx.ASGITransport(make_app(store, "http://service", now=lambda: NOW)),
                base_url="http://service",
            )
            for store in self.stores
        ]
        self._runner = asyncio.Runner()

    def send(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        self._clients.reverse()
        request = self._clients[0].request(method, path, json=body, **more)
        return self._runner.run(request)

    def close(self) -> None:
        self._runner.close()
        for store in self.stores:
            store.engine.dispose()


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    url = f"sqlite:///{tmp_path}/sessions.db"
    engine = connect(url)
    create_tables(engine)
    engine.dispose()
    workers = Workers(url)
    yield workers
    workers.close()


def refusal(response: httpx.Response) -> tuple[int, str]:
    error = response.json()["error"]
    assert error["message"]
    return response.status_code, error["code"]


def test_a_session_from_its_creation_to_its_end(workers: Workers) -> None:
    created = workers.send("POST", PREFIX, {"mailboxRestoreArtifacts": [entry("p1")]})
    session = created.json()
    url = f"{PREFIX}/{session['id']}"
    assert (created.status_code, session["status"]) == (201, "draft")
    assert "mailboxRestoreArtifacts" not in session
    delta = {"mailboxRestoreArtifacts@delta": [entry("p2")]}
    assert workers.send("PATCH", url, delta).status_code == 200
    assert workers.send("POST", f"{url}/activate").json()["status"] == "activating"
    artifacts = workers.send("GET", f"{url}/mailboxRestoreArtifacts").json()["value"]
    assert len(artifacts) == 2
    for artifact in artifacts:
        for status in ("scheduled", "inProgress", "succeeded"):
            report = {
                "artifactId": artifact["id"],
                "status": status,
                "time": "2026-01-12T09:00:00Z",
            }
            answer = workers.send("POST", f"/driver/{session['id']}/reports", report)
            assert answer.json()["status"] == status
    selected = workers.send("GET", url, params={"$select": "status"}).json()
    assert selected == {"id": session["id"], "status": "completed"}
    assert refusal(workers.send("DELETE", url)) == (403, "RestoreSessionActionNotAllowed")


def test_a_list_leads_from_page_to_page(workers: Workers) -> None:
    ids = [workers.send("POST", PREFIX).json()["id"] for _ in range(3)]
    assert workers.send("DELETE", f"{PREFIX}/{ids[0]}").status_code == 204
    ids.append(workers.send("POST", PREFIX).json()["id"])
    found, link = [], f"{PREFIX}?$top=2"
    while link:
        page = workers.send("GET", link, headers={"Host": "evil.example"}).json()
        found.append([session["id"] for session in page["value"]])
        link = page.get("@odata.nextLink")
        assert link is None or link.startswith(f"http://service{PREFIX}?")
    assert found == [[ids[1], ids[2]], [ids[3]]]


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", "/none", None, (404, "RestoreSessionNotFound")),
        ("GET", "?$top=many", None, (400, "InvalidRequest")),
        ("GET", "?$top=0", None, (400, "InvalidRequest")),
        ("GET", "?$skiptoken=-1", None, (400, "InvalidRequest")),
        ("GET", "?$colour=red", None, (400, "InvalidRequest")),
        ("POST", "", b"{", (400, "InvalidArtifactRequest")),
        ("POST", "", b" " * (LONGEST_BODY + 1), (413, "BadRequest")),
        ("PUT", "", None, (405, "BadRequest")),
        ("GET", "/none/colour", None, (404, "BadRequest")),
    ],
)
def test_a_refusal_is_answered_as_graph_does(
    workers: Workers, method: str, path: str, body: Any, expected: Any
) -> None:
    response = workers.send(method, f"{PREFIX}{path}", content=body)
    assert refusal(response) == expected


def test_a_client_that_is_late_every_time_may_try_again(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*_: object) -> None:
        raise ConflictError("s1", 3)

    monkeypatch.setattr(EventStore, "change", late)
    response = workers.send("POST", f"{PREFIX}/s1/activate")
    assert refusal(response) == (409, "Conflict")
    assert response.headers["retry-after"] == "1"


def test_a_worker_makes_its_connections_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "http://service")
    monkeypatch.setenv("DATABASE", f"sqlite:///{tmp_path}/sessions.db")
    app = fastapi_service.from_environment()
    assert str(app.state.store.engine.url) == f"sqlite:///{tmp_path}/sessions.db"
    assert f"{PREFIX}/{{session_id}}" in app.openapi()["paths"]
