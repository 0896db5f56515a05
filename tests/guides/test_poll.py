"""The observer of the guide: what it sees of a service, and what it refuses."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from poll import watch
from service import SESSION, SESSIONS

from restore_domain import RestoreDomainError, WireError
from restore_domain.operations import SnapshotRefusedError

from .client import NOW, Client, Json
from .loopback import EXAMPLES, served

URL = "http://service/sessions/s1"
TIME = "2026-01-12T08:30:00Z"
FAILURE = {"code": "ArtifactCannotBeRestored", "message": "The mailbox is on hold."}


def artifact(artifact_id: str, status: str, **more: Any) -> Json:
    error = {"error": FAILURE} if status == "failed" else {}
    return {"id": artifact_id, "status": status, **error, **more}


class Remote:
    """A service that shows one state after another: a list of pages for each."""

    def __init__(self, *states: list[list[Json]]) -> None:
        self._states = iter(states)
        self.asked: list[str] = []
        self.go_on()

    def go_on(self) -> None:
        self._pages = next(self._states)

    def get(self, url: str) -> httpx.Response:
        self.asked.append(url)
        if url == URL:
            return httpx.Response(200, json={"id": "s1", "status": "active"})
        number = int(url.partition("=")[2] or 0)
        page: Json = {"value": self._pages[number]}
        if number + 1 < len(self._pages):
            page["@odata.nextLink"] = self.link(number + 1)
        return httpx.Response(200, json=page)

    def link(self, number: int) -> str:
        return f"{URL}/mailboxRestoreArtifacts?$skiptoken={number}"

    def watched(self) -> list[tuple[str, list[str]]]:
        """Return each status that was seen, and the ids of what changed."""
        found = watch(self.get, URL, wait=self.go_on, now=lambda: NOW)
        return [(session.status.value, [one.id for one in changed]) for session, changed in found]


def test_the_status_is_derived_from_all_pages_until_the_end() -> None:
    remote = Remote(
        [
            [artifact("a", "scheduling")],
            [artifact("b", "scheduling")],
            [artifact("c", "scheduling")],
        ],
        [
            [artifact("a", "scheduling")],
            [artifact("b", "scheduling")],
            [artifact("c", "scheduling")],
        ],
        [
            [artifact("a", "scheduling")],
            [artifact("b", "succeeded")],
            [artifact("c", "scheduling")],
        ],
        [[artifact("a", "failed")], [artifact("b", "succeeded")], [artifact("c", "inProgress")]],
        [[artifact("a", "failed")], [artifact("b", "succeeded")], [artifact("c", "succeeded")]],
    )
    assert remote.watched() == [
        ("activating", ["a", "b", "c"]),
        ("active", ["b"]),
        ("active", ["a", "c"]),
        ("completedWithError", ["c"]),
    ]
    assert remote.asked[:4] == [
        URL,
        f"{URL}/mailboxRestoreArtifacts",
        remote.link(1),
        remote.link(2),
    ]


def test_the_properties_of_an_artifact_are_preserved_to_the_end() -> None:
    folder = {"restoredFolderName": "Restored", "restoredItemCount": 7, "colour": "red"}
    remote = Remote([[artifact("a", "inProgress")]], [[artifact("a", "succeeded", **folder)]])
    *_, (session, _) = watch(remote.get, URL, wait=remote.go_on, now=lambda: NOW)
    restored = session.artifact("a")
    assert restored is not None
    assert (restored.restored_folder_name, restored.restored_item_count) == ("Restored", 7)
    assert restored.additional_data["colour"] == "red"
    assert session.status == "completed"  # the service still says active


def test_a_draft_may_change_as_it_likes() -> None:
    remote = Remote(
        [[artifact("a", "added"), artifact("b", "added")]],
        [[artifact("c", "added"), artifact("b", "added")]],
        [[artifact("c", "scheduled"), artifact("b", "scheduling")]],
        [[artifact("c", "failed"), artifact("b", "failed")]],
    )
    assert remote.watched() == [
        ("draft", ["a", "b"]),
        ("draft", ["c"]),
        ("active", ["c", "b"]),
        ("failed", ["c", "b"]),
    ]


def test_L4_an_unknown_status_is_not_an_end() -> None:
    remote = Remote(
        [[artifact("a", "scheduling")]], [[artifact("a", "paused")]], [[artifact("a", "succeeded")]]
    )
    assert [status for status, _ in remote.watched()] == [
        "activating",
        "unknownFutureValue",
        "completed",
    ]


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ([artifact("a", "inProgress")], [artifact("a", "scheduled")], "L2"),
        (
            [artifact("a", "succeeded"), artifact("b", "scheduled")],
            [artifact("a", "failed"), artifact("b", "scheduled")],
            "L4",
        ),
        ([artifact("a", "scheduled")], [artifact("a", "scheduled"), artifact("b", "added")], "H3"),
        (
            [artifact("a", "scheduled", restorePoint={"id": "r"})],
            [artifact("a", "scheduled", restorePoint={"id": "s"})],
            "H2",
        ),
    ],
)
def test_impossible_changes_are_refused(before: list[Json], after: list[Json], rule: str) -> None:
    remote = Remote([before], [after])
    with pytest.raises(SnapshotRefusedError) as refused:
        remote.watched()
    assert refused.value.rule == rule


def test_an_artifact_that_is_on_two_pages_counts_once_as_it_was_seen_last() -> None:
    remote = Remote([[artifact("a", "inProgress")], [artifact("a", "succeeded")]])
    assert remote.watched() == [("completed", ["a"])]


def test_H3_S8_an_artifact_on_no_page_of_a_later_snapshot_is_missing_and_prevents_the_end() -> None:
    running = [artifact("a", "inProgress")], [artifact("b", "inProgress")]
    remote = Remote(
        [*running],
        [[artifact("a", "succeeded")], []],
        [[artifact("a", "succeeded")]],
        [[artifact("b", "succeeded")], [artifact("a", "succeeded")]],
    )
    seen = list(watch(remote.get, URL, wait=remote.go_on, now=lambda: NOW))
    assert [(one.status.value, bool(one.lacks)) for one, _ in seen] == [
        ("active", False),
        ("active", True),
        ("completed", False),
    ]
    assert [[one.id for one in changed] for _, changed in seen] == [["a", "b"], ["a"], ["b"]]
    assert [one.id for one in seen[1][0].artifacts] == ["a", "b"]


def test_H3_S8_an_artifact_that_never_comes_back_is_waited_for() -> None:
    gone = [[[artifact("a", "succeeded")]]] * 20
    remote = Remote([[artifact("a", "inProgress"), artifact("b", "inProgress")]], *gone)
    found = watch(remote.get, URL, wait=remote.go_on, now=lambda: NOW)
    assert [session.status for session, _ in (next(found), next(found))] == ["active", "active"]
    with pytest.raises(RuntimeError):  # the remote has no more to show
        next(found)


def test_H2_an_artifact_that_moved_between_two_pages_is_as_the_later_look_shows_it() -> None:
    remote = Remote(
        [[artifact("a", "scheduled"), artifact("b", "scheduled")]],
        [[artifact("a", "inProgress")], [artifact("b", "scheduled"), artifact("a", "succeeded")]],
        [[artifact("a", "succeeded"), artifact("b", "succeeded")]],
    )
    assert remote.watched() == [
        ("active", ["a", "b"]),
        ("active", ["a"]),
        ("completed", ["b"]),
    ]


def test_S2_a_granular_session_has_its_artifacts_in_another_collection() -> None:
    answers = {
        URL: {"id": "s1", "restoreJobType": "granular"},
        f"{URL}/granularMailboxRestoreArtifacts": {
            "value": [artifact("a", "failed", searchResponseId="r1")]
        },
    }
    get = lambda url: httpx.Response(200, json=answers[url])  # noqa: E731 - a stub
    session, _ = next(watch(get, URL, wait=lambda: None, now=lambda: NOW))
    assert session.status == "failed"


class Sessions:
    """A service that shows one session after another, each with a single page of artifacts.

    The bulk requests are shown with the session.
    """

    def __init__(self, *states: tuple[Json, Json]) -> None:
        self._states = iter(states)
        self.go_on()

    def go_on(self) -> None:
        self._session, self._page = next(self._states)

    def get(self, url: str) -> httpx.Response:
        session = {"id": "s1", **self._session}
        requests = session.pop(BULK_REQUESTS, [])
        shown = {URL: session, f"{URL}/{BULK_REQUESTS}": {"value": requests}}
        return httpx.Response(200, json=shown.get(url, self._page))


BULK_REQUESTS = "mailboxRestoreArtifactsBulkAdditionRequests"


def bulk(status: str, *requests: str) -> Json:
    """Return a bulk session with requests in these statuses."""
    shown = [{"id": f"r{number}", "status": one} for number, one in enumerate(requests)]
    return {"status": status, "restoreJobType": "bulk", BULK_REQUESTS: shown}


DONE = {"value": [artifact("a", "succeeded")]}
BOTH = {"value": [artifact("a", "succeeded"), artifact("b", "succeeded")]}


@pytest.mark.parametrize(
    ("session", "page"),
    [
        ({"status": "active", "restoreSessionArtifactCount": {"total": 2}}, DONE),
        ({"status": "active"}, DONE | {"@odata.count": 2}),
        (bulk("active", "paused"), DONE),
        ({"status": "active", "restoreJobType": "somethingElse"}, DONE),
        ({"status": "completed", "restoreSessionArtifactCount": {"total": 2}}, DONE),
    ],
    ids=["a total", "a count", "a bulk request", "a job type of the future", "though it has ended"],
)
def test_S8_a_session_is_watched_until_nothing_may_be_missing(session: Json, page: Json) -> None:
    ended = {"status": "completed", "restoreJobType": session.get("restoreJobType")}
    if ended["restoreJobType"] == "somethingElse":
        ended["restoreJobType"] = "standard"
    remote = Sessions((session, page), (session, page), (ended, BOTH))
    seen = list(watch(remote.get, URL, wait=remote.go_on, now=lambda: NOW))
    assert [(one.status.value, bool(one.lacks)) for one, _ in seen] == [
        (session["status"], True),
        ("completed", False),
    ]
    assert [[one.id for one in changed] for _, changed in seen] == [["a"], ["b"]]


def test_B3_artifacts_may_be_added_while_a_bulk_request_is_active() -> None:
    remote = Sessions(
        (bulk("active", "active"), DONE),
        (bulk("active", "completedWithErrors"), BOTH),
    )
    seen = list(watch(remote.get, URL, wait=remote.go_on, now=lambda: NOW))
    assert [(one.status.value, one.lacks) for one, _ in seen] == [("active", ()), ("completed", ())]
    assert [[one.id for one in changed] for _, changed in seen] == [["a"], ["b"]]


def test_B4_a_bulk_session_that_failed_without_an_artifact_has_ended() -> None:
    nothing: Json = {"value": []}
    remote = Sessions(
        (bulk("activating", "active"), nothing), (bulk("failed", "completedWithErrors"), nothing)
    )
    seen = [one.status for one, _ in watch(remote.get, URL, wait=remote.go_on, now=lambda: NOW)]
    assert seen == ["activating", "failed"]


def test_B3_what_a_request_adds_while_it_is_read_does_not_end_the_session() -> None:
    """The request ends, and adds an artifact, before the second list is requested."""
    before = {f"{URL}/{BULK_REQUESTS}": bulk("", "active")[BULK_REQUESTS]}
    before[f"{URL}/mailboxRestoreArtifacts"] = DONE["value"]
    after = {f"{URL}/{BULK_REQUESTS}": bulk("", "completed")[BULK_REQUESTS]}
    after[f"{URL}/mailboxRestoreArtifacts"] = [*DONE["value"], artifact("b", "scheduling")]
    asked: list[str] = []

    def get(url: str) -> httpx.Response:
        if url == URL:
            session = {"id": "s1", "status": "active", "restoreJobType": "bulk"}
            return httpx.Response(200, json=session)
        asked.append(url)
        lists = before if len(asked) == 1 else after
        return httpx.Response(200, json={"value": lists[url]})

    session, _ = next(watch(get, URL, wait=lambda: None, now=lambda: NOW))
    assert (session.status, session.tally.total) == ("active", 2)


def test_S8_a_followed_link_of_the_session_is_not_evidence() -> None:
    link = {"mailboxRestoreArtifacts@odata.nextLink": "more"}
    remote = Sessions(({"status": "active", **link}, BOTH))
    (only,) = watch(remote.get, URL, wait=remote.go_on, now=lambda: NOW)
    assert only[0].status == "completed"


def answering(link: str) -> Callable[[str], httpx.Response]:
    def get(url: str) -> httpx.Response:
        body: Json = {"id": "s1"} if url == URL else {"value": [], "@odata.nextLink": link}
        return httpx.Response(200, json=body)

    return get


def test_a_cycle_of_links_is_not_followed() -> None:
    link = f"{URL}/mailboxRestoreArtifacts"
    with pytest.raises(ValueError, match="in a circle"):
        next(watch(answering(link), URL, wait=lambda: None, now=lambda: NOW))


@pytest.mark.parametrize("link", ["https://elsewhere/x", "http://service:81/x", "//elsewhere/x"])
def test_a_link_to_another_server_is_not_followed(link: str) -> None:
    with pytest.raises(ValueError, match="to a server"):
        next(watch(answering(link), URL, wait=lambda: None, now=lambda: NOW))


def test_a_link_may_leave_the_server_out() -> None:
    asked: list[str] = []

    def get(url: str) -> httpx.Response:
        asked.append(url)
        link = {} if "second" in url else {"@odata.nextLink": "/second"}
        done = [artifact(str(len(asked)), "failed")]
        return httpx.Response(200, json={"id": "s1"} if url == URL else {"value": done, **link})

    session, _ = next(watch(get, URL, wait=lambda: None, now=lambda: NOW))
    assert asked[-1] == "http://service/second"
    assert session.tally.total == 2


def first(response: httpx.Response) -> Any:
    response.request = httpx.Request("GET", URL)
    return next(watch(lambda _: response, URL, wait=lambda: None, now=lambda: NOW))


def test_a_refusal_of_the_service_is_raised_with_its_code() -> None:
    error = {"code": "RestoreSessionNotFound", "message": "no session s1", "target": "s1"}
    with pytest.raises(RestoreDomainError) as refused:
        first(httpx.Response(404, json={"error": error}))
    assert (refused.value.code, refused.value.http_status) == ("RestoreSessionNotFound", 404)
    assert (refused.value.message, refused.value.target) == ("no session s1", "s1")


@pytest.mark.parametrize("body", ["<html>", "[]", '{"error": 5}', "{}"])
def test_an_error_in_another_format_is_raised_by_httpx(body: str) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="502 Bad Gateway"):
        first(httpx.Response(502, text=body))


def test_an_answer_that_is_not_a_session_is_refused() -> None:
    with pytest.raises(WireError, match="missing"):
        first(httpx.Response(200, json={"colour": "red"}))


# Against the service of the other guide ---------------------------------------------------------


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    client = Client(tmp_path / "sessions.db", page_size=2)
    yield client
    client.close()


def test_the_service_of_the_other_guide_is_watched_to_its_end(client: Client) -> None:
    session_id = client.create("p1", "p2", "p3")
    client.activate(session_id)
    ids = [one.id for one in client.store.root.exchange_restore_sessions[0].artifacts]
    steps = [
        (ids[0], "scheduled"),
        (ids[2], "scheduled"),
        (ids[2], "inProgress"),
        (ids[2], "succeeded"),
        (ids[0], "inProgress"),
        (ids[0], "succeeded"),
        (ids[1], "scheduled"),
        (ids[1], "inProgress"),
        (ids[1], "succeeded"),
    ]
    reports = iter(steps)
    url = SESSION.format(session_id=session_id)
    seen = list(
        watch(
            lambda asked: client.send("GET", asked),
            f"http://service{url}",
            wait=lambda: client.report(session_id, *next(reports)),
            now=lambda: NOW,
        )
    )
    assert [[one.id for one in changed] for _, changed in seen] == [
        ids,
        *[[artifact_id] for artifact_id, _ in steps],
    ]
    assert seen[-1][0] == client.store.root.session(session_id)


def test_a_bulk_session_of_the_service_is_watched_to_its_end(client: Client) -> None:
    session_id = client.create()
    request_id = client.create_bulk_request(session_id, "ada@example.com", "bob@example.com")

    def resolve(resolution: Json) -> None:
        response = client.resolve(session_id, request_id, resolution)
        assert response.status_code == 200, response.text

    def report(status: str) -> None:
        ((one,),) = (session.artifacts for session in client.store.root.exchange_restore_sessions)
        assert client.report(session_id, one.id, status).status_code == 200

    failure = {"mailbox": "bob@example.com", "error": {"code": "MailboxNotFound"}}
    steps: Iterator[Callable[[], object]] = iter(
        [
            partial(client.activate, session_id),
            partial(resolve, {"artifacts": [{"restorePoint": {"id": "p1"}}]}),
            partial(report, "scheduled"),
            partial(report, "inProgress"),
            partial(report, "succeeded"),
            partial(resolve, {"failures": [failure], "ended": True}),
        ]
    )

    def go_on() -> None:
        step = next(steps)
        step()

    seen = list(
        watch(
            lambda asked: client.send("GET", asked),
            f"http://service{SESSION.format(session_id=session_id)}",
            wait=go_on,
            now=lambda: NOW,
        )
    )
    assert [(one.status.value, len(changed)) for one, changed in seen] == [
        ("draft", 0),
        ("activating", 0),
        ("activating", 1),
        ("active", 1),
        ("active", 1),
        ("active", 1),
        ("completed", 0),
    ]
    assert not any(one.lacks for one, _ in seen)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reports", "printed", "code"),
    [
        (["failed"], "failed, 1 changed: A6, every artifact failed\n", 1),
        (
            ["scheduled", "inProgress", "succeeded"],
            "completed, 1 changed: A5, every artifact succeeded\n",
            0,
        ),
    ],
    ids=["failed", "completed"],
)
def test_both_programs_run(tmp_path: Path, reports: list[str], printed: str, code: int) -> None:
    with served(tmp_path / "sessions.db") as address:
        entry = {"restorePoint": {"id": "p"}, "destinationType": "new"}
        created = httpx.post(f"{address}{SESSIONS}", json={"mailboxRestoreArtifacts": [entry]})
        session_id = created.json()["id"]
        url = f"{address}{SESSION.format(session_id=session_id)}"
        httpx.post(f"{url}/activate").raise_for_status()
        (one,) = httpx.get(f"{url}/mailboxRestoreArtifacts").json()["value"]
        for status in reports:
            report = {**artifact(one["id"], status), "artifactId": one["id"], "time": TIME}
            httpx.post(f"{address}/control/{session_id}/reports", json=report).raise_for_status()
        done = subprocess.run(  # noqa: S603 - our own
            [sys.executable, str(EXAMPLES / "poll.py"), url],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.stdout, done.returncode) == (printed, code)
