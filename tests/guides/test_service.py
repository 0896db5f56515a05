"""The service of the guide on embedding: a web client's view, its file, and concurrency."""

import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from service import BASE, BULK_REQUEST, BULK_REQUESTS, RESOLUTIONS, SESSION, SESSIONS
from sqlite_store import Store

from restore_domain import ExchangeRestoreSession, wire
from restore_domain.operations import CATALOGUE, Operation

from .client import INCLUDE_UNKNOWN, NOW, Client, Json, numbered
from .loopback import served

NO_SUCH = SESSION.format(session_id="s404")
FAILURE = {"error": {"code": "ArtifactCannotBeRestored", "message": "The mailbox is on hold."}}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    client = Client(tmp_path / "sessions.db", new_id=numbered())
    yield client
    client.close()


def url(session_id: str) -> str:
    return SESSION.format(session_id=session_id)


def granular_url(session_id: str) -> str:
    return f"{url(session_id)}/granularMailboxRestoreArtifacts"


def artifacts_url(session_id: str) -> str:
    return f"{url(session_id)}/mailboxRestoreArtifacts"


def bulk_url(session_id: str, bulk_request_id: str | None = None) -> str:
    if bulk_request_id is None:
        return BULK_REQUESTS.format(session_id=session_id)
    return BULK_REQUEST.format(session_id=session_id, bulk_request_id=bulk_request_id)


def resolutions_url(session_id: str, bulk_request_id: str) -> str:
    return RESOLUTIONS.format(session_id=session_id, bulk_request_id=bulk_request_id)


def failing(mailbox: str) -> Json:
    error = {"code": "MailboxNotFound", "message": "There is no such mailbox."}
    return {"mailbox": mailbox, "error": error}


def entry(point: str, destination: str = "new") -> Json:
    return {"restorePoint": {"id": point}, "destinationType": destination}


def patch(*entries: Json) -> Json:
    return {"mailboxRestoreArtifacts@delta": [*entries]}


def removal(artifact_id: str) -> Json:
    return {"@removed": {"reason": "changed"}, "id": artifact_id}


def drive(client: Client, session_id: str, artifact_id: str, *statuses: str) -> None:
    for status in statuses:
        more = FAILURE if status == "failed" else {}
        assert client.report(session_id, artifact_id, status, **more).status_code == 200


# A client's view --------------------------------------------------------------------------------


def test_a_session_from_its_creation_to_its_end(client: Client) -> None:
    body = {"mailboxRestoreArtifacts": [entry("p1"), entry("p2")]}
    ada = '{"user": {"id": "ada", "displayName": "Ada"}}'
    created = client.send("POST", SESSIONS, body, headers={"x-actor": ada})
    assert (created.status_code, created.headers["content-type"]) == (201, "application/json")
    assert created.json() == {
        "id": "id-1",
        "status": "draft",
        "createdBy": {"user": {"id": "ada", "displayName": "Ada"}},
        "createdDateTime": "2026-01-12T08:30:00Z",
        "lastModifiedBy": {"user": {"id": "ada", "displayName": "Ada"}},
        "lastModifiedDateTime": "2026-01-12T08:30:00Z",
        "restoreJobType": "standard",
        "restoreSessionArtifactCount": {"total": 2, "inProgress": 0, "completed": 0, "failed": 0},
    }

    updated = client.send("PATCH", url("id-1"), patch(entry("p3"), removal("id-2"), removal("x")))
    first, second = updated.json()["mailboxRestoreArtifacts@delta"]
    assert updated.status_code == 200
    assert (first["id"], first["status"]) == ("id-4", "added")
    assert second["@Core.DataModificationException"]["responseCode"] == 409

    added = client.send("POST", artifacts_url("id-1"), entry("p4"))
    assert (added.status_code, added.json()["id"]) == (201, "id-5")
    assert [artifact["id"] for artifact in client.artifacts("id-1")] == ["id-3", "id-4", "id-5"]

    activated = client.activate("id-1")
    assert activated.status_code == 200
    assert activated.json()["status"] == "activating"
    assert activated.json()["@odata.type"] == "#microsoft.graph.exchangeRestoreSession"

    drive(client, "id-1", "id-3", "scheduled", "inProgress", "succeeded")
    drive(client, "id-1", "id-4", "failed")
    assert client.get(url("id-1"))["status"] == "active"
    drive(client, "id-1", "id-5", "scheduled", "failed")
    ended = client.get(url("id-1"))
    assert ended["status"] == "completedWithError"
    assert ended["error"]["code"] == "ArtifactCannotBeRestored"
    assert ended["completedDateTime"] == "2026-01-12T08:30:00Z"


ADA, BOB, EVE = "ada@example.com", "bob@example.com", "eve@example.com"


@pytest.mark.parametrize("restarting", [False, True])
def test_B1_B5_a_bulk_session_from_its_creation_to_its_end(
    client: Client,
    restarting: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Restarting the service at any point changes nothing."""

    def go_on() -> None:
        if restarting:
            before = client.store.root
            client.restart()
            assert client.store.root == before

    session_id = client.create()
    go_on()
    body = {"displayName": "All", "mailboxes": [ADA, BOB, EVE], "destinationType": "inPlace"}
    created = client.send("POST", bulk_url(session_id), body)
    assert (created.status_code, created.headers["content-type"]) == (201, "application/json")
    request_id = created.json()["id"]
    assert created.json() == {
        "id": request_id,
        "displayName": "All",
        "status": "active",
        "destinationType": "inPlace",
        "createdDateTime": "2026-01-12T08:30:00Z",
        "lastModifiedDateTime": "2026-01-12T08:30:00Z",
    }
    go_on()
    assert client.get(url(session_id))["restoreJobType"] == "bulk"
    assert client.get(url(session_id))["status"] == "draft"
    assert client.activate(session_id).json()["status"] == "activating"
    go_on()
    part: Json = {"artifacts": [{"restorePoint": {"id": "p1"}}], "failures": [failing(EVE)]}
    resolved = client.resolve(session_id, request_id, part)
    assert resolved.status_code == 200
    (first,) = resolved.json()["value"]
    assert (first["status"], first["destinationType"]) == ("scheduling", "inPlace")
    go_on()
    drive(client, session_id, first["id"], "scheduled", "inProgress", "succeeded")
    go_on()
    assert client.get(url(session_id))["status"] == "active"  # B3: more may be added
    part = {"artifacts": [{"restorePoint": {"id": "p2"}}], "ended": True}
    (second,) = client.resolve(session_id, request_id, part).json()["value"]
    go_on()
    ended = client.get(bulk_url(session_id, request_id))
    assert ended["status"] == "completedWithErrors"
    assert [detail["target"] for detail in ended["error"]["details"]] == [EVE]
    drive(client, session_id, second["id"], "failed")
    go_on()
    assert client.get(url(session_id))["status"] == "completedWithError"
    assert client.get(bulk_url(session_id))["value"] == [ended]
    deleted = client.send("DELETE", bulk_url(session_id, request_id))
    assert (deleted.status_code, deleted.content) == (204, b"")
    go_on()
    assert client.get(bulk_url(session_id))["value"] == []
    assert client.get(url(session_id))["status"] == "completedWithError"
    assert [one["id"] for one in client.artifacts(session_id)] == [first["id"], second["id"]]


@pytest.mark.parametrize("deleting", [False, True])
def test_B4_a_completely_unresolved_session_has_failed_after_a_restart_too(
    client: Client,
    deleting: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    session_id = client.create()
    request_id = client.create_bulk_request(session_id, ADA)
    client.activate(session_id)
    part: Json = {"failures": [failing(ADA)], "ended": True}
    assert client.resolve(session_id, request_id, part).json() == {"value": []}
    if deleting:
        client.send("DELETE", bulk_url(session_id, request_id))
    before = client.get(url(session_id), headers=INCLUDE_UNKNOWN)
    assert (before["status"], before["error"]["code"]) == ("failed", "MailboxNotFound")
    client.restart()
    assert client.get(url(session_id), headers=INCLUDE_UNKNOWN) == before


def test_B2_mailboxes_are_sent_only_if_the_requests_are_expanded(client: Client) -> None:
    session_id = client.create()
    request_id = client.create_bulk_request(session_id, ADA)
    name = "mailboxRestoreArtifactsBulkAdditionRequests"
    assert "mailboxes" not in client.get(bulk_url(session_id, request_id))
    assert "mailboxes" not in client.get(bulk_url(session_id))["value"][0]
    assert name not in client.get(url(session_id))
    artifacts = client.get(url(session_id), params={"$expand": "mailboxRestoreArtifacts"})
    assert name not in artifacts
    assert artifacts["mailboxRestoreArtifacts"] == []
    expanded = client.get(url(session_id), params={"$expand": name})
    assert "mailboxRestoreArtifacts" not in expanded
    assert [shown["mailboxes"] for shown in expanded[name]] == [[ADA]]


def test_a_report_writes_two_rows_for_any_size_of_bulk_request(client: Client) -> None:
    session_id = client.create()
    request_id = client.create_bulk_request(session_id, ADA, BOB)
    client.activate(session_id)
    part = {"artifacts": [{"restorePoint": {"id": "p1"}}]}
    (one,) = client.resolve(session_id, request_id, part).json()["value"]
    commands: list[str] = []
    client.store._file.set_trace_callback(commands.append)
    drive(client, session_id, one["id"], "scheduled")
    written = [command.split()[:3] for command in commands if command.startswith("INSERT")]
    assert written == [["INSERT", "INTO", "session"], ["INSERT", "INTO", "artifact"]]
    ((document,),) = asked(client, "SELECT document FROM session")
    assert ADA.encode() not in document


def test_artifacts_are_sent_only_if_they_are_expanded(client: Client) -> None:
    session_id = client.create("p1")
    assert "mailboxRestoreArtifacts" not in client.get(url(session_id))
    expand = {"$expand": "mailboxRestoreArtifacts"}
    assert len(client.get(url(session_id), params=expand)["mailboxRestoreArtifacts"]) == 1
    (bare,) = client.get(SESSIONS)["value"]
    (full,) = client.get(SESSIONS, params=expand)["value"]
    assert "mailboxRestoreArtifacts" not in bare
    assert len(full["mailboxRestoreArtifacts"]) == 1
    assert bare["restoreSessionArtifactCount"] == full["restoreSessionArtifactCount"]


def test_W3_failed_is_shown_only_if_unknown_members_are_requested(client: Client) -> None:
    session_id = client.create("p1")
    client.activate(session_id)
    (artifact,) = client.artifacts(session_id)
    drive(client, session_id, artifact["id"], "failed")
    assert client.get(url(session_id))["status"] == "unknownFutureValue"
    assert client.get(url(session_id), headers=INCLUDE_UNKNOWN)["status"] == "failed"


@pytest.mark.parametrize("path", [SESSION, BASE])
def test_a_draft_is_deleted(client: Client, path: str) -> None:
    session_id = client.create("p1")
    deleted = client.send("DELETE", path.format(session_id=session_id))
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert client.get(SESSIONS)["value"] == []
    assert client.send("GET", url(session_id)).status_code == 404


def test_O8_sessions_that_ended_long_ago_are_removed(client: Client) -> None:
    old, draft = client.create("p1"), client.create("p1")
    client.activate(old)
    drive(client, old, client.artifacts(old)[0]["id"], "failed")
    client.given["now"] = lambda: NOW + timedelta(days=366)
    client.restart()
    assert client.send("POST", "/control/expire").json() == {"value": [old]}
    client.restart()
    assert [session["id"] for session in client.get(SESSIONS)["value"]] == [draft]


# Pages ------------------------------------------------------------------------------------------


def pages(client: Client, url: str) -> list[list[str]]:
    """Return the ids on each page, and follow the links."""
    found = []
    link: Any = url
    while link:
        page = client.get(link)
        found.append([entity["id"] for entity in page["value"]])
        link = page.get("@odata.nextLink")
    return found


def test_pages_are_as_long_as_the_client_asks_and_as_the_service_allows(client: Client) -> None:
    session_id = client.create(*map(str, range(5)))
    ids = [f"id-{number}" for number in range(2, 7)]
    assert pages(client, artifacts_url(session_id)) == [ids]
    assert pages(client, f"{artifacts_url(session_id)}?$top=2") == [ids[:2], ids[2:4], ids[4:]]
    client.given["page_size"] = 3
    client.restart()
    assert pages(client, artifacts_url(session_id)) == [ids[:3], ids[3:]]
    assert pages(client, f"{artifacts_url(session_id)}?$top=9") == [ids[:3], ids[3:]]


def test_a_link_preserves_all_query_options(client: Client) -> None:
    ids = [client.create("p1") for _ in range(3)]
    page = client.get(f"{SESSIONS}?$top=2&$expand=mailboxRestoreArtifacts")
    assert page["@odata.nextLink"].startswith(f"http://service{SESSIONS}?")
    client.send("DELETE", url(ids[0]))
    (last,) = client.get(page["@odata.nextLink"])["value"]
    assert last["id"] == ids[2]
    assert last["mailboxRestoreArtifacts"]


def test_a_link_of_another_run_is_refused_since_it_may_leave_something_out(client: Client) -> None:
    ids = [client.create("p1") for _ in range(4)]
    link = client.get(f"{SESSIONS}?$top=2")["@odata.nextLink"]
    client.send("DELETE", url(ids[0]))
    client.restart()
    assert refusal(client.send("GET", link)) == ("InvalidRequest", 400)


# Refusals ---------------------------------------------------------------------------------------


def refusal(response: Any) -> tuple[str, int]:
    error = response.json()["error"]
    assert response.headers["content-type"] == "application/json"
    assert error["message"]
    return error["code"], response.status_code


def bulk(*mailboxes: str, destination: str = "new") -> Json:
    return {"mailboxes": mailboxes, "destinationType": destination}


TWO_KINDS = [entry("p1"), entry("p2", "inPlace")]
REQUESTS: dict[tuple[Operation, str], tuple[str, str, Json]] = {
    (Operation.CREATE, "InvalidArtifactRequest"): (
        "POST",
        SESSIONS,
        {"mailboxRestoreArtifacts": []},
    ),
    (Operation.CREATE, "RestoreArtifactsLimitBreached"): (
        "POST",
        SESSIONS,
        {"mailboxRestoreArtifacts": [entry(str(number)) for number in range(51)]},
    ),
    (Operation.CREATE, "InvalidPathType"): (
        "POST",
        SESSIONS,
        {"mailboxRestoreArtifacts": [entry("p1", "moon")]},
    ),
    (Operation.CREATE, "InvalidRestorePoint"): (
        "POST",
        SESSIONS,
        {"mailboxRestoreArtifacts": [entry("")]},
    ),
    (Operation.CREATE, "DifferentRestoreDestinationType"): (
        "POST",
        SESSIONS,
        {"mailboxRestoreArtifacts": TWO_KINDS},
    ),
    (Operation.CREATE, "DuplicateArtifactInList"): (
        "POST",
        SESSIONS,
        {"mailboxRestoreArtifacts": [entry("p1"), entry("p1")]},
    ),
    (Operation.GET, "InvalidRestoreSessionId"): ("GET", url(quote(" ")), None),
    (Operation.GET, "RestoreSessionNotFound"): ("GET", NO_SUCH, None),
    (Operation.LIST, "InvalidRequest"): ("GET", f"{SESSIONS}?$top=many", None),
    (Operation.LIST_ARTIFACTS, "InvalidRestoreSessionId"): ("GET", artifacts_url("%09"), None),
    (Operation.LIST_ARTIFACTS, "RestoreSessionNotFound"): ("GET", artifacts_url("s404"), None),
    (Operation.LIST_ARTIFACTS, "InvalidRequest"): (
        "GET",
        f"{artifacts_url('draft')}?$skiptoken=1",
        None,
    ),
    (Operation.LIST_GRANULAR_ARTIFACTS, "InvalidRestoreSessionId"): (
        "GET",
        granular_url("%09"),
        None,
    ),
    (Operation.LIST_GRANULAR_ARTIFACTS, "RestoreSessionNotFound"): (
        "GET",
        granular_url("s404"),
        None,
    ),
    (Operation.LIST_GRANULAR_ARTIFACTS, "InvalidRequest"): (
        "GET",
        f"{granular_url('draft')}?$skiptoken=1",
        None,
    ),
    (Operation.UPDATE, "InvalidRestoreSessionId"): ("PATCH", url("%20"), patch(entry("p1"))),
    (Operation.UPDATE, "RestoreSessionNotFound"): ("PATCH", NO_SUCH, patch(entry("p1"))),
    (Operation.UPDATE, "RestoreSessionActionNotAllowed"): (
        "PATCH",
        url("active"),
        patch(entry("p1")),
    ),
    (Operation.UPDATE, "InvalidPatchRequest"): ("PATCH", url("draft"), patch(5)),
    (Operation.UPDATE, "InvalidArtifactRequest"): ("PATCH", url("draft"), patch()),
    (Operation.UPDATE, "RestoreArtifactsLimitBreached"): (
        "PATCH",
        url("draft"),
        patch(*[entry(str(number)) for number in range(51)]),
    ),
    (Operation.UPDATE, "InvalidPathType"): ("PATCH", url("draft"), patch(entry("p2", "moon"))),
    (Operation.UPDATE, "InvalidRestorePoint"): ("PATCH", url("draft"), patch(entry(""))),
    (Operation.UPDATE, "DuplicateArtifactInList"): ("PATCH", url("draft"), patch(entry("p1"))),
    (Operation.UPDATE, "DifferentRestoreDestinationType"): (
        "PATCH",
        url("draft"),
        patch(entry("p2", "inPlace")),
    ),
    (Operation.ACTIVATE, "InvalidRestoreSessionId"): ("POST", f"{url('%20')}/activate", None),
    (Operation.ACTIVATE, "RestoreSessionNotFound"): ("POST", f"{NO_SUCH}/activate", None),
    (Operation.ACTIVATE, "RestoreSessionActionNotAllowed"): (
        "POST",
        f"{url('active')}/activate",
        None,
    ),
    (Operation.ACTIVATE, "InvalidArtifactRequest"): ("POST", f"{url('empty')}/activate", None),
    (Operation.DELETE, "InvalidRestoreSessionId"): ("DELETE", url("%20"), None),
    (Operation.DELETE, "RestoreSessionNotFound"): ("DELETE", NO_SUCH, None),
    (Operation.DELETE, "RestoreSessionActionNotAllowed"): ("DELETE", url("active"), None),
    (Operation.CREATE_ARTIFACT, "InvalidRestoreSessionId"): (
        "POST",
        artifacts_url("%20"),
        entry("p2"),
    ),
    (Operation.CREATE_ARTIFACT, "RestoreSessionNotFound"): (
        "POST",
        artifacts_url("s404"),
        entry("p2"),
    ),
    (Operation.CREATE_ARTIFACT, "RestoreSessionActionNotAllowed"): (
        "POST",
        artifacts_url("active"),
        entry("p2"),
    ),
    (Operation.CREATE_ARTIFACT, "InvalidArtifactRequest"): ("POST", artifacts_url("draft"), [1]),
    (Operation.CREATE_ARTIFACT, "InvalidPathType"): (
        "POST",
        artifacts_url("draft"),
        entry("p2", "moon"),
    ),
    (Operation.CREATE_ARTIFACT, "InvalidRestorePoint"): (
        "POST",
        artifacts_url("draft"),
        {"destinationType": "new"},
    ),
    (Operation.CREATE_ARTIFACT, "DuplicateArtifactInList"): (
        "POST",
        artifacts_url("draft"),
        entry("p1"),
    ),
    (Operation.CREATE_ARTIFACT, "DifferentRestoreDestinationType"): (
        "POST",
        artifacts_url("draft"),
        entry("p2", "inPlace"),
    ),
    (Operation.RECORD, "InvalidRestoreSessionId"): (
        "POST",
        "/control/%20/reports",
        {"artifactId": "a", "status": "failed", "time": "2026-01-12T08:30:00Z"},
    ),
    (Operation.RECORD, "RestoreSessionNotFound"): (
        "POST",
        "/control/s404/reports",
        {"artifactId": "a", "status": "failed", "time": "2026-01-12T08:30:00Z"},
    ),
    (Operation.RECORD, "InvalidArtifactRequest"): ("POST", "/control/active/reports", {}),
    (Operation.RECORD, "ArtifactNotFound"): (
        "POST",
        "/control/active/reports",
        {"artifactId": "a", "status": "scheduled", "time": "2026-01-12T08:30:00Z"},
    ),
    (Operation.RECORD, "RestoreSessionActionNotAllowed"): (
        "POST",
        "/control/active/reports",
        {"artifactId": "active-a", "status": "succeeded", "time": "2026-01-12T08:30:00Z"},
    ),
}
"""For each refusal, a request that provokes it."""

REQUESTS |= {
    (Operation.CREATE_BULK_REQUEST, code): ("POST", bulk_url(session_id), body)
    for code, session_id, body in (
        ("InvalidRestoreSessionId", "%20", bulk(ADA)),
        ("RestoreSessionNotFound", "s404", bulk(ADA)),
        ("RestoreSessionActionNotAllowed", "bulk", bulk(ADA)),
        ("BulkRestoreInvalidCreateRequest", "empty", None),
        ("InvalidPathType", "empty", bulk(ADA, destination="moon")),
        (
            "BulkRestoreRestorationResourcesCountExceedsLimit",
            "empty",
            bulk(*[f"{number}@example.com" for number in range(10_001)]),
        ),
        ("BulkRestoreInvalidCreateRequestUserEmail", "empty", bulk("ada")),
    )
}
REQUESTS |= {
    (operation, code): (method, bulk_url(session_id, request_id), None)
    for operation, method in (
        (Operation.GET_BULK_REQUEST, "GET"),
        (Operation.DELETE_BULK_REQUEST, "DELETE"),
    )
    for code, session_id, request_id in (
        ("InvalidRestoreSessionId", "%20", "bulk-r"),
        ("RestoreSessionNotFound", "s404", "bulk-r"),
        ("InvalidBulkRestoreArtifactId", "bulk", "%20"),
        ("BulkRestoreArtifactsNotFound", "bulk", "r404"),
        ("InvalidStateForBulkRequestDeletion", "bulk", "bulk-r"),
    )
    if (operation, code) != (Operation.GET_BULK_REQUEST, "InvalidStateForBulkRequestDeletion")
}
REQUESTS |= {
    (Operation.LIST_BULK_REQUESTS, code): ("GET", address, None)
    for code, address in (
        ("InvalidRestoreSessionId", bulk_url("%09")),
        ("RestoreSessionNotFound", bulk_url("s404")),
        ("InvalidRequest", f"{bulk_url('bulk')}?$top=many"),
    )
}
REQUESTS |= {
    (Operation.RESOLVE_BULK_REQUEST, code): ("POST", resolutions_url(session_id, request_id), body)
    for code, session_id, request_id, body in (
        ("InvalidRestoreSessionId", "%20", "bulk-r", {}),
        ("RestoreSessionNotFound", "s404", "bulk-r", {}),
        ("InvalidBulkRestoreArtifactId", "bulk", "%20", {}),
        ("BulkRestoreArtifactsNotFound", "bulk", "r404", {}),
        ("RestoreSessionActionNotAllowed", "draft-bulk", "draft-bulk-r", {}),
        ("InvalidArtifactRequest", "bulk", "bulk-r", {"ended": True}),
        ("InvalidRestorePoint", "bulk", "bulk-r", {"artifacts": [{}]}),
        (
            "DuplicateArtifactInList",
            "bulk",
            "bulk-r",
            {"artifacts": [{"restorePoint": {"id": "p1"}}] * 2},
        ),
    )
}

ELSEWHERE = {
    (Operation.ACTIVATE, "TooManyActiveRestoreSessions"),
    (Operation.DELETE, "IncompleteArtifactDeletion"),
}
"""The refusals that need more than a request: tests below."""

SERVED = [case for case in CATALOGUE if case.operation is not Operation.OBSERVE]
"""The refusals that the service can give: it does not observe another one."""


def test_there_is_a_request_for_each_refusal_of_the_catalogue() -> None:
    wanted = {(case.operation, case.code) for case in SERVED}
    assert REQUESTS.keys() | ELSEWHERE == wanted


@pytest.mark.parametrize(
    "case", [case for case in SERVED if (case.operation, case.code) not in ELSEWHERE], ids=str
)
def test_a_refusal_is_answered_as_graph_does_and_changes_nothing(tmp_path: Path, case: Any) -> None:
    named = ["draft", "draft-a", "active", "active-a", "empty", "empty-a"]
    ids = iter([*named, "bulk", "bulk-r", "draft-bulk", "draft-bulk-r"])
    client = Client(tmp_path / "sessions.db", new_id=lambda: next(ids, "more"))
    for _ in range(3):
        client.create("p1")
    client.activate("active")
    client.send("PATCH", url("empty"), patch(removal("empty-a")))
    for _ in range(2):
        client.create_bulk_request(client.create(), ADA, BOB)
    client.activate("bulk")
    before = client.store.root
    method, path, body = REQUESTS[case.operation, case.code]
    assert refusal(client.send(method, path, body)) == (case.code, case.http_status)
    assert client.store.root is before
    client.restart()
    assert client.store.root == before
    client.close()


@pytest.mark.parametrize("body", [b"", b"null"])
def test_O1_without_a_body_a_session_begins_empty(client: Client, body: bytes) -> None:
    created = client.send("POST", SESSIONS, content=body)
    assert (created.status_code, created.json()["restoreJobType"]) == (201, "standard")


def test_S9_a_granular_session_from_its_creation_to_its_activation(client: Client) -> None:
    items = {**entry("p1"), "searchResponseId": "q1"}
    created = client.send("POST", SESSIONS, {"granularMailboxRestoreArtifacts": [items]}).json()
    session_id = created["id"]
    delta = {"granularMailboxRestoreArtifacts@delta": [{**items, "searchResponseId": "q2"}]}
    assert client.send("PATCH", url(session_id), delta).status_code == 200
    client.restart()
    listed = client.get(granular_url(session_id))["value"]
    assert [found["searchResponseId"] for found in listed] == ["q1", "q2"]
    assert client.get(artifacts_url(session_id))["value"] == []
    expanded = client.get(f"{url(session_id)}?$expand=granularMailboxRestoreArtifacts")
    assert len(expanded["granularMailboxRestoreArtifacts"]) == 2
    client.activate(session_id)
    assert client.get(url(session_id))["status"] == "activating"


@pytest.mark.parametrize("body", [b"{", b"[" * 10**6, b'{"id": "\\ud800"}', b"\xff", b" "])
def test_any_invalid_body_is_refused(client: Client, body: bytes) -> None:
    session_id, bulk_id, activated_id = client.create("p1"), client.create(), client.create()
    request_id = client.create_bulk_request(activated_id, ADA)
    client.activate(activated_id)
    for method, path, code in (
        ("POST", SESSIONS, "InvalidArtifactRequest"),
        ("PATCH", url(session_id), "InvalidPatchRequest"),
        ("POST", artifacts_url(session_id), "InvalidArtifactRequest"),
        ("POST", f"/control/{session_id}/reports", "InvalidArtifactRequest"),
        ("POST", bulk_url(bulk_id), "BulkRestoreInvalidCreateRequest"),
        ("POST", resolutions_url(activated_id, request_id), "InvalidArtifactRequest"),
    ):
        assert refusal(client.send(method, path, content=body))[0] in {code, "InvalidRequest"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/beta/users", 404), ("GET", f"{url('s1')}/colour", 404), ("PUT", SESSIONS, 405)],
)
def test_missing_resources_are_refused_in_the_same_form(
    client: Client, method: str, path: str, status: int
) -> None:
    assert refusal(client.send(method, path)) == ("BadRequest", status)


# The file ---------------------------------------------------------------------------------------


def test_a_restart_changes_nothing_that_a_client_sees(client: Client) -> None:
    first, second, third = (client.create("p1", "p2") for _ in range(3))
    client.send("PATCH", url(first), patch(removal("id-2"), entry("p9")))
    client.activate(second)
    drive(client, second, "id-5", "scheduled", "inProgress")
    drive(client, second, "id-6", "failed")
    client.send("DELETE", url(third))
    seen = {"params": {"$expand": "mailboxRestoreArtifacts"}, "headers": INCLUDE_UNKNOWN}
    before, root = client.get(SESSIONS, **seen), client.store.root
    client.restart()
    assert client.get(SESSIONS, **seen) == before
    assert client.store.root == root
    drive(client, second, "id-5", "succeeded")
    assert client.get(url(second))["status"] == "completedWithError"


def asked(client: Client, query: str) -> list[Any]:
    """Query the file as another program does, while the service is down."""
    client.stop()
    with sqlite3.connect(client.path) as file:
        answer = file.execute(query).fetchall()
    file.close()
    client.start()
    return answer


def test_the_file_has_graph_json_that_others_can_read(client: Client) -> None:
    client.activate(client.create("p1"))
    ((text,),) = asked(client, "SELECT document FROM session")
    assert wire.loads(text, ExchangeRestoreSession).status == "activating"
    assert b"mailboxRestoreArtifacts" not in text
    status = "SELECT json_extract(document, '$.status') FROM artifact"
    assert asked(client, status) == [("scheduling",)]


def test_a_deletion_leaves_nothing_in_the_file(client: Client) -> None:
    for session_id in (client.create("p1", "p2"), client.create()):
        if not client.artifacts(session_id):
            client.create_bulk_request(session_id, ADA)
        client.send("DELETE", url(session_id))
    for table in ("session", "artifact", "bulk_request"):
        assert asked(client, f"SELECT * FROM {table}") == []  # noqa: S608 - our own tables


def test_S1_the_status_is_derived_from_the_artifacts_in_the_file(client: Client) -> None:
    session_id = client.create("p1")
    asked(client, "UPDATE session SET document = json_set(document, '$.status', 'completed')")
    assert client.get(url(session_id))["status"] == "draft"


def test_a_change_that_the_file_refuses_has_no_effect(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = client.create("p1", "p2")
    before = client.store.root
    monkeypatch.setattr("sqlite_store.PUT_ARTIFACT", "INSERT INTO nowhere VALUES (?, ?, ?)")
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        client.activate(session_id)
    assert client.store.root is before
    client.restart()
    assert client.store.root == before


def test_O5_a_deletion_that_the_store_refuses_is_answered_with_the_service_s_code(
    client: Client,
) -> None:
    session_id = client.create("p1")
    client.store._file.execute("PRAGMA query_only = ON")
    code = "IncompleteArtifactDeletion"
    assert refusal(client.send("DELETE", url(session_id))) == (code, 500)
    assert client.store.root.session(session_id) is not None


@pytest.mark.slow
def test_acknowledged_changes_survive_a_killed_process(tmp_path: Path) -> None:
    body = {"mailboxRestoreArtifacts": [entry("p1")]}
    with served(tmp_path / "sessions.db", end=signal.SIGKILL) as address:
        created = httpx.post(f"{address}{SESSIONS}", json=body).json()
    with served(tmp_path / "sessions.db") as address:
        assert httpx.get(f"{address}{url(created['id'])}").json() == created


def test_a_file_has_one_writer(client: Client) -> None:
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        Store(client.path)
    client.stop()
    Store(client.path).close()
    client.start()


# Concurrency ------------------------------------------------------------------------------------


def test_concurrent_requests_all_count(client: Client) -> None:
    body = {"mailboxRestoreArtifacts": [entry("p1")]}
    created = client.send_at_once([("POST", SESSIONS, body)] * 20)
    ids = [response.json()["id"] for response in created]
    assert len(set(ids)) == 20
    changes = [("PATCH", url(ids[0]), patch(entry(f"q{number}"))) for number in range(30)]
    answers = client.send_at_once(changes)
    assert {response.status_code for response in answers} == {200}
    assert len(client.artifacts(ids[0])) == 31
    root = client.store.root
    client.restart()
    assert client.store.root == root


def test_one_of_several_concurrent_activations_wins(client: Client) -> None:
    session_id = client.create("p1")
    request = ("POST", f"{BASE.format(session_id=session_id)}/activate", None)
    statuses = [response.status_code for response in client.send_at_once([request] * 10)]
    assert Counter(statuses) == {200: 1, 403: 9}


def test_O4_concurrent_activations_respect_the_limit(client: Client) -> None:
    ids = [client.create("p1") for _ in range(30)]
    answers = client.send_at_once(("POST", f"{url(one)}/activate", None) for one in ids)
    refused = [response for response in answers if response.status_code != 200]
    assert len(refused) == 5
    assert {refusal(response) for response in refused} == {("TooManyActiveRestoreSessions", 500)}
