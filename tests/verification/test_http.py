"""The driver of services over HTTP: what it sends and binds, and which answers it refuses."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import attrs
import httpx
import pytest
from service import controlled
from sqlite_store import Store

from restore_domain import ExchangeRestoreSession, wire
from restore_domain.operations import BackupRestoreRoot
from restore_domain.verification import (
    Answer,
    RefusedError,
    answer_of,
    bindings,
    difference,
    http,
)
from restore_domain.verification import run as run_module
from restore_domain.verification.histories import HistoryRun
from restore_domain.verification.http import Level, ServiceSystem, UnusableServiceError
from restore_domain.verification.program import NotAnsweredError
from restore_domain.verification.routes import CONTROL_ROUTES, ROUTES, request_of
from restore_domain.verification.run import Outcome, Settings, verify
from restore_domain.verification.system import CannotBeAskedError
from tests.every_vector import VECTORS

URL = "http://service/v1.0/solutions/backupRestore"
NOW = "2026-01-05T09:00:00Z"
BODY = {"mailboxRestoreArtifacts": [{"restorePoint": {"id": "p1"}, "destinationType": "new"}]}
CREATE = {"sessionId": "s1", "artifactIds": ["a1"], "now": NOW, "request": BODY}

Json = Any
Answers = Callable[[httpx.Request], httpx.Response]


class Scripted:
    """An ASGI application that answers as a function says, and records the requests."""

    def __init__(self, answers: Answers) -> None:
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self._answers = answers

    async def __call__(
        self,
        scope: Any,
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        body = (await receive())["body"]
        query = scope["query_string"].decode()
        url = f"http://service{scope['raw_path'].decode()}{'?' * bool(query)}{query}"
        request = httpx.Request(scope["method"], url, content=body, headers=scope["headers"])
        self.asked.append(f"{request.method} {url.removeprefix(URL)}")
        self.headers.append(request.headers)
        answer = self._answers(request)
        start = {"status": answer.status_code, "headers": answer.headers.raw}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": answer.content})


def answering(*answers: httpx.Response) -> Scripted:
    waiting = iter(answers)
    return Scripted(lambda _: next(waiting))


def ok(body: Json, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=body)


SESSION = {"id": "7f", "status": "draft", "createdDateTime": "2030-01-01T00:00:00.5Z"}
SHOWN = SESSION | {"mailboxRestoreArtifacts": [{"id": "8e", "status": "added"}]}


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return how long the driver would wait; it does not wait here."""
    waited: list[float] = []

    def wait(seconds: float) -> None:
        if seconds:
            waited.append(seconds)

    monkeypatch.setattr(http, "sleep", wait)
    return waited


# Ids and times ----------------------------------------------------------------------------------


def test_the_ids_and_times_of_a_service_are_bound_to_those_of_the_case() -> None:
    app = answering(ok(SESSION, 201), ok(SHOWN), ok(SHOWN), httpx.Response(204))
    with ServiceSystem(app) as system:
        made = system.call("create", CREATE)
        assert (made["id"], made["createdDateTime"]) == ("s1", NOW)
        assert made["mailboxRestoreArtifacts"] == [{"id": "a1", "status": "added"}]
        assert system.call("get", {"sessionId": "s1"}) == made
        assert app.asked[-1].startswith("GET /exchangeRestoreSessions/7f?")
    assert app.asked[-1] == "DELETE /restoreSessions/7f"


def test_the_time_of_a_change_is_seen_before_the_next_call() -> None:
    changed = ok(SHOWN | {"lastModifiedDateTime": "2030-01-01T00:00:01.5Z"})
    refused = ok({"error": {"code": "DuplicateArtifactInList"}}, 400)
    app = answering(ok(SESSION, 201), ok(SHOWN), ok({}), changed, refused, changed, changed)
    patch = {"request": {"mailboxRestoreArtifacts@delta": []}, "now": "2026-01-05T10:00:00Z"}
    artifact = {"artifactId": "a2", "request": {}, "now": "2026-01-05T10:10:00Z"}
    with ServiceSystem(app) as system:
        system.call("create", CREATE)
        system.call("update", {"sessionId": "s1", **patch})
        with pytest.raises(RefusedError):
            system.call("createArtifact", {"sessionId": "s1", **artifact})
        shown = system.call("get", {"sessionId": "s1"})
    assert shown["lastModifiedDateTime"] == patch["now"]
    assert [request[:5] for request in app.asked[2:6]] == ["PATCH", "GET /", "POST ", "GET /"]


def test_an_unbound_id_is_shown_unchanged() -> None:
    other = SHOWN | {"mailboxRestoreArtifacts": [{"id": "8e"}, {"id": "of-another"}]}
    app = answering(ok(SESSION, 201), ok(SHOWN), ok(other), httpx.Response(204))
    with ServiceSystem(app) as system:
        system.call("create", CREATE)
        artifacts = system.call("get", {"sessionId": "s1"})["mailboxRestoreArtifacts"]
    assert [one["id"] for one in artifacts] == ["a1", "of-another"]


@pytest.mark.parametrize("method", ["get", "activate", "update", "delete", "createBulkRequest"])
@pytest.mark.parametrize("session_id", [None, "", 5, [], {}, ".", "..", "a/b", "\ud800"])
def test_an_id_that_a_url_cannot_express_is_not_requested(session_id: Json, method: str) -> None:
    app = answering()
    params = {"now": NOW, "request": {}} | ({} if session_id is None else {"sessionId": session_id})
    with (
        ServiceSystem(app, allow_activate=True) as system,
        pytest.raises(CannotBeAskedError, match="a URL can't carry"),
    ):
        system.call(method, params)
    assert app.asked == []


def test_times_are_judged_by_their_order() -> None:
    times = bindings.Times()
    times.begin("2026-01-05T09:00:00Z")
    assert times.translated({"createdDateTime": "2031-01-01T00:00:00.1Z"}) == {
        "createdDateTime": "2026-01-05T09:00:00Z"
    }
    times.begin("2026-01-05T09:01:00Z")
    shown = {
        "createdDateTime": "2031-01-01T00:00:00.1Z",
        "lastModifiedDateTime": "2031-01-01T00:00:00.2Z",
        "mailboxRestoreArtifacts": [{"restorePoint": {"expirationDateTime": "2032-01-01T00:00Z"}}],
    }
    assert times.translated(shown) == {
        "createdDateTime": "2026-01-05T09:00:00Z",
        "lastModifiedDateTime": "2026-01-05T09:01:00Z",
        "mailboxRestoreArtifacts": shown["mailboxRestoreArtifacts"],
    }
    back = {"lastModifiedDateTime": "2031-01-01T00:00:00.15Z"}
    assert times.translated(back) == back
    with pytest.raises(CannotBeAskedError, match="a clock that goes back"):
        times.begin("2026-01-05T09:00:59Z")


def test_restore_points_of_the_service_stand_for_those_of_the_cases() -> None:
    bodies: list[Json] = []

    def answers(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            bodies.append(json.loads(request.content))
        point = {"restorePoint": {"id": "known"}}
        shown = SHOWN | {"mailboxRestoreArtifacts": [{"id": "8e", **point}]}
        return ok(shown, 201 if request.method == "POST" else 200)

    with ServiceSystem(Scripted(answers), restore_points=["known"]) as system:
        made = system.call("create", CREATE)
        assert bodies[0]["mailboxRestoreArtifacts"][0]["restorePoint"] == {"id": "known"}
        assert made["mailboxRestoreArtifacts"][0]["restorePoint"] == {"id": "p1"}
        two = [{"restorePoint": {"id": point}, "destinationType": "new"} for point in ("p1", "p2")]
        with pytest.raises(CannotBeAskedError, match="more restore points than 1"):
            system.call("create", CREATE | {"request": {"mailboxRestoreArtifacts": two}})


# Answers that are refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (ok(SESSION), "HTTP status 200 where 201 is documented"),
        (httpx.Response(201, content=b"{"), "201 with a body that is not JSON"),
        (httpx.Response(500, text="oh"), "HTTP status 500 without an error in the body"),
        (httpx.Response(302, headers={"Location": "/"}), "HTTP status 302 without an error"),
        (ok({"error": {"message": "no code"}}, 400), "HTTP status 400 without an error"),
    ],
)
def test_an_invalid_answer_differs_from_every_answer(answer: httpx.Response, said: str) -> None:
    with (
        ServiceSystem(answering(answer)) as system,
        pytest.raises(NotAnsweredError, match=said) as caught,
    ):
        system.call("create", CREATE)
    assert caught.value.http_status == 0


def test_a_refusal_has_the_code_and_the_status_of_the_service() -> None:
    error = {"error": {"code": "InvalidRestorePoint", "message": "There is no such point."}}
    with ServiceSystem(answering(ok(error, 400))) as system, pytest.raises(RefusedError) as caught:
        system.call("create", CREATE)
    assert (caught.value.code, caught.value.http_status) == ("InvalidRestorePoint", 400)


# Pages ------------------------------------------------------------------------------------------

LIST = {"sessionId": "s1"}


def page(*ids: str, link: str | None = None) -> httpx.Response:
    return ok({"value": [{"id": one} for one in ids], "@odata.nextLink": link})


def test_all_pages_are_joined_if_no_size_is_requested() -> None:
    app = answering(page("a", link=f"{URL}/next?$skiptoken=1"), page("b"))
    with ServiceSystem(app) as system:
        listed = system.call("listArtifacts", LIST)
    assert listed == {"value": [{"id": "a"}, {"id": "b"}], "skipToken": None}
    assert app.asked[1] == "GET /next?%24skiptoken=1"


def test_a_token_is_that_of_the_link_and_leads_to_the_next_page() -> None:
    app = answering(page("a", link="/x?$top=1&$skiptoken=t&more=1"), page("b"))
    with ServiceSystem(app) as system:
        token = system.call("listArtifacts", LIST | {"top": 1})["skipToken"]
        assert token == "t"  # noqa: S105
        system.call("listArtifacts", LIST | {"top": 1, "skipToken": token})
    path = "/exchangeRestoreSessions/s1/mailboxRestoreArtifacts"
    assert app.asked[1] == f"GET {path}?%24top=1&%24skiptoken=t&more=1"


def test_a_token_of_another_list_asks_for_what_this_one_shows() -> None:
    app = answering(page("a", link="/x?$skiptoken=t"), page())
    with ServiceSystem(app) as system:
        token = system.call("listArtifacts", LIST | {"top": 1})["skipToken"]
        system.call("list", {"top": 2, "skipToken": token})
    assert app.asked[1].startswith("GET /exchangeRestoreSessions?%24skiptoken=t&%24expand=")


@pytest.mark.parametrize("link", ["https://service/x", "http://elsewhere/x", "http://service:81/"])
def test_a_link_to_another_server_is_not_followed(link: str) -> None:
    app = answering(page("a", link=link))
    with ServiceSystem(app) as system, pytest.raises(NotAnsweredError, match="another server"):
        system.call("listArtifacts", LIST)
    assert len(app.asked) == 1


def test_a_link_that_leads_back_ends_the_list() -> None:
    app = Scripted(lambda _: page("a", link="/x?$skiptoken=1"))
    with ServiceSystem(app) as system, pytest.raises(NotAnsweredError, match="leads back"):
        system.call("listArtifacts", LIST)


def test_foreign_sessions_are_ignored_and_a_page_of_them_is_not_covered() -> None:
    listed = ok({"value": [{"id": "of-another"}, SHOWN]})
    app = answering(ok(SESSION, 201), ok(SHOWN), listed, listed, httpx.Response(204))
    with ServiceSystem(app) as system:
        system.call("create", CREATE)
        assert [one["id"] for one in system.call("list", {})["value"]] == ["s1"]
        with pytest.raises(CannotBeAskedError, match="only the sessions of the case"):
            system.call("list", {"top": 2})


# Protection against real services ---------------------------------------------------------------


def test_nothing_is_activated_unless_it_is_allowed() -> None:
    app = answering()
    with ServiceSystem(app) as system:
        assert "activate" not in system.methods
        with pytest.raises(CannotBeAskedError, match="the method activate"):
            system.call("activate", {"sessionId": "s1", "now": NOW})
    assert app.asked == []
    with ServiceSystem(app, allow_activate=True) as system:
        assert "activate" in system.methods


def test_a_session_that_could_not_be_deleted_is_named() -> None:
    refused = ok({"error": {"code": "RestoreSessionActionNotAllowed"}}, 403)
    app = answering(ok(SESSION, 201), ok(SHOWN), refused)
    system = ServiceSystem(app)
    system.call("create", CREATE)
    system.close()
    assert system.left == ("7f",)


def in_a_minute() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(minutes=1), usegmt=True)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [("3", 3, 3), ("in a minute", 30, 60), ("soon", 1, 1), (None, 1, 1), ("-1", 0, 0)],
)
def test_a_service_that_asks_to_wait_is_asked_again_later(
    waits: list[float], header: str | None, least: float, most: float
) -> None:
    header = in_a_minute() if header == "in a minute" else header
    headers = {} if header is None else {"Retry-After": header}
    app = answering(httpx.Response(429, headers=headers), page())
    with ServiceSystem(app) as system:
        assert system.call("listArtifacts", LIST)["value"] == []
    assert least <= sum(waits) <= most
    assert app.asked[0] == app.asked[1]


def test_a_service_that_asks_to_wait_too_often_or_too_long_cannot_be_verified(
    waits: list[float],
) -> None:
    often = Scripted(lambda _: httpx.Response(429))
    with (
        ServiceSystem(often) as system,
        pytest.raises(UnusableServiceError, match="too many requests"),
    ):
        system.call("listArtifacts", LIST)
    assert len(waits) == len(often.asked) == 10
    long = Scripted(lambda _: httpx.Response(429, headers={"Retry-After": "3600"}))
    with (
        ServiceSystem(long) as system,
        pytest.raises(UnusableServiceError, match="wait for 3600 s"),
    ):
        system.call("listArtifacts", LIST)


def test_requests_are_no_faster_than_they_may_be(waits: list[float]) -> None:
    with ServiceSystem(Scripted(lambda _: page()), requests_per_second=0.5) as system:
        for _ in range(3):
            system.call("listArtifacts", LIST)
    assert len(waits) == 2
    assert all(1 < seconds <= 2 for seconds in waits)


def test_credentials_are_sent_only_to_the_service() -> None:
    app = Scripted(lambda _: httpx.Response(204))
    headers = [("Authorization", "Bearer secret")]
    with ServiceSystem(app, control="http://elsewhere/control", headers=headers) as system:
        system.call("reset", {})
        with pytest.raises(RefusedError):
            system.call("listArtifacts", LIST)
    assert ["authorization" in sent for sent in app.headers] == [False, True]


def test_a_service_that_does_not_answer_cannot_be_verified() -> None:
    with (
        ServiceSystem("http://127.0.0.1:1/v1.0/solutions/backupRestore") as system,
        pytest.raises(UnusableServiceError, match="could not be asked"),
    ):
        system.call("listArtifacts", LIST)


# Applications in this process -------------------------------------------------------------------


def test_an_application_is_started_and_ended() -> None:
    said: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            scope["state"]["ready"] = True
            for event in ("startup", "shutdown"):
                said.append((await receive())["type"])
                await send({"type": f"lifespan.{event}.complete"})
            return
        said.append(str(scope["state"]))
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with ServiceSystem(app) as system, pytest.raises(NotAnsweredError):
        system.call("get", {"sessionId": "s1"})
    assert said == ["lifespan.startup", "{'ready': True}", "lifespan.shutdown"]


def test_an_application_that_fails_to_start_cannot_be_verified() -> None:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(UnusableServiceError, match="no database"):
        ServiceSystem(app)


# The service of the guide -----------------------------------------------------------------------


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store(":memory:")
    yield store
    store.close()


def service_of_the_guide(store: Store, control: str | None) -> ServiceSystem:
    return ServiceSystem(
        controlled(store).app(), at="/beta/solutions/backupRestore", control=control
    )


EACH = 12
"""Only every n-th case is run here; the command verify runs them all."""


@pytest.mark.slow
@pytest.mark.parametrize("level", Level)
def test_the_service_of_the_guide_conforms_at_each_level(
    store: Store, level: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tuple(attrs.evolve(file, cases=file.cases[::EACH]) for file in VECTORS)
    monkeypatch.setattr(run_module, "load_vectors", lambda **_: few)
    with service_of_the_guide(store, "/control" if level is Level.CONTROL else None) as system:
        assert system.level is level
        verification = verify(system, Settings(seed=1, examples=5, seconds=300))
    assert (system.left, len(store.root.exchange_restore_sessions)) == ((), 0)
    assert verification.divergences == ()
    assert verification.conforms is True
    assert {result.outcome for result in verification.cases} == {
        Outcome.PASSED,
        Outcome.NOT_COVERED,
    }
    assert all(
        (result.outcome is Outcome.NOT_COVERED) == bool(result.lacks)
        for result in verification.cases
    )


def test_unsupported_calls_are_skipped_unless_something_changed(store: Store) -> None:
    with service_of_the_guide(store, None) as system:
        run = HistoryRun(system)
        assert run.step({"method": "create", "params": CREATE}) is None
        assert run.step({"method": "get", "params": {"sessionId": ""}}) is None
        earlier = {"sessionId": "s1", "now": "2026-01-05T08:00:00Z", "request": BODY}
        delta = {
            "mailboxRestoreArtifacts@delta": [
                {"restorePoint": {"id": "p2"}, "destinationType": "new"}
            ]
        }
        update = earlier | {"artifactIds": ["a2"], "request": delta}
        assert run.step({"method": "update", "params": update}) is None
        assert run.step({"method": "get", "params": {"sessionId": "s1"}}) is None


class GoingOn:
    """The guide's service, in which each request for a session advances its artifacts a step."""

    def __init__(self, store: Store, *statuses: str) -> None:
        self._store, self._statuses = store, iter(statuses)
        self._app = controlled(store).app()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            self._store.replace(self._later())
        await self._app(scope, receive, send)

    def _later(self) -> BackupRestoreRoot:
        (session,) = self._store.root.exchange_restore_sessions
        status = None if session.status == "draft" else next(self._statuses, None)
        if status is None:
            return self._store.root
        document = wire.to_json_value(session)
        for artifact in document["mailboxRestoreArtifacts"]:
            artifact["status"] = status
        read = wire.from_json_value(document, ExchangeRestoreSession)
        later = attrs.evolve(read, declared=None)
        return BackupRestoreRoot(exchange_restore_sessions=[later])


ACTIVATE: dict[str, Any] = {
    "method": "activate",
    "params": {"sessionId": "s1", "now": "2026-01-05T09:01:00Z"},
}
GET: dict[str, Any] = {"method": "get", "params": {"sessionId": "s1"}}
DELETE = {"method": "delete", "params": {"sessionId": "s1"}}


def looks(store: Store, *statuses: str) -> list[str | None]:
    """Return which rules three requests find broken for a session that changes on its own."""
    app = GoingOn(store, *statuses)
    with ServiceSystem(app, at="/beta/solutions/backupRestore", allow_activate=True) as system:
        run = HistoryRun(system)
        assert run.step({"method": "create", "params": CREATE}) is None
        found = [run.step(call) for call in (ACTIVATE, GET, GET, DELETE)]
    return [None if one is None else one.rule for one in found]


@pytest.mark.parametrize(
    "statuses",
    [
        (),
        ("scheduling", "scheduled", "scheduled"),
        ("scheduling", "scheduling", "scheduling", "scheduling", "scheduled"),
        ("scheduled", "scheduled"),
    ],
)
def test_L2_changes_made_by_the_service_itself_are_judged_as_observed(
    store: Store, statuses: tuple[str, ...]
) -> None:
    assert looks(store, *statuses) == [None] * 4


def test_L2_an_activated_session_that_goes_back_is_a_difference(store: Store) -> None:
    with (
        ServiceSystem(
            GoingOn(store, "scheduled", "scheduling"),
            at="/beta/solutions/backupRestore",
            allow_activate=True,
        ) as system,
    ):
        system.call("reset", {})
        system.call("create", CREATE)
        with pytest.raises(CannotBeAskedError, match="change only when a call changes them"):
            system.call("activate", ACTIVATE["params"])
        found = difference(GET, Answer({}), answer_of(system, "get", GET["params"]))
    assert found is not None
    assert (found.path, found.rule) == ("error", "L2")


def test_ten_sessions_are_activated_at_the_most(store: Store) -> None:
    with ServiceSystem(
        controlled(store).app(), at="/beta/solutions/backupRestore", allow_activate=True
    ) as system:
        for _ in range(http.MOST_ACTIVATED):
            system.call("reset", {})
            system.call("create", CREATE)
            system.call("activate", ACTIVATE["params"])
        system.call("reset", {})
        system.call("create", CREATE)
        with pytest.raises(CannotBeAskedError, match="more than 10 sessions"):
            system.call("activate", ACTIVATE["params"])
    assert len(system.left) == http.MOST_ACTIVATED


@pytest.mark.parametrize("method", [*ROUTES, *CONTROL_ROUTES])
def test_every_route_makes_a_request(method: str) -> None:
    params: dict[str, Any] = {"sessionId": "s 1", "bulkRequestId": "b1", "request": {}}
    request = request_of(method, params)
    assert request.path.startswith("/")
    assert "{" not in request.path
    assert str(request).startswith(f"{request.method} {request.path}")
