"""Operations as JSON calls: they do the same as in Python, and every problem has its path."""

import copy
import json
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_domain import operations
from restore_domain.lifecycle import Reporter
from restore_domain.model import (
    ArtifactRemoval,
    CreateSessionRequest,
    EntityCollection,
    ExchangeRestoreSession,
    FailedEntry,
    Identity,
    IdentitySet,
    MailboxRestoreArtifact,
    PublicError,
    RequestedArtifact,
    RestorePoint,
    Timestamp,
    UpdateSessionRequest,
)
from restore_domain.operations import (
    BackupRestoreRoot,
    BatchRefusedError,
    Limits,
    Operation,
    Outcome,
    Page,
    Report,
    RestoreDomainError,
)
from restore_domain.operations.errors import CATALOGUE, refusal_of
from restore_domain.status import ArtifactRestoreStatus, DestinationType
from restore_domain.wire import WireError, error_to_json, perform, to_json_value
from restore_domain.wire.methods import METHODS, Method, Parameter, Performed
from tests.operations.bulk import REFUSALS, SESSIONS, asked, part

Json = dict[str, Any]

NOW = "2026-01-05T09:00:00.1234567Z"
LATER = "2027-06-01T00:00:00Z"
BOB: Json = {"user": {"id": "u1", "displayName": "Bob"}}
now, later = Timestamp.parse(NOW), Timestamp.parse(LATER)
bob = IdentitySet(user=Identity(id="u1", display_name="Bob"))


def call(method: str, **params: Any) -> Json:
    return {"method": method, "params": params}


def entry(point: str, destination: str = "new") -> Json:
    return {"restorePoint": {"id": point}, "destinationType": destination}


def requested(point: str) -> RequestedArtifact:
    return RequestedArtifact(
        restore_point=RestorePoint(id=point), destination_type=DestinationType.NEW
    )


def artifact(key: str, status: str, **more: Any) -> MailboxRestoreArtifact:
    return MailboxRestoreArtifact(
        id=key,
        status=ArtifactRestoreStatus(status),
        destination_type=DestinationType.NEW,
        restore_point=RestorePoint(id=f"point of {key}"),
        **more,
    )


def session(key: str, *stored: MailboxRestoreArtifact) -> ExchangeRestoreSession:
    return ExchangeRestoreSession(id=key, created_by=bob, mailbox_restore_artifacts=stored)


DRAFT = session("draft", artifact("a1", "added"), artifact("a2", "added"))
ACTIVE = session("active", artifact("a1", "scheduled"), artifact("a2", "scheduling"))
ENDED = session("ended", artifact("a1", "succeeded", start_date_time=now, completion_date_time=now))
ROOT = BackupRestoreRoot(
    exchange_restore_sessions=EntityCollection([DRAFT, ACTIVE, ENDED, *SESSIONS])
)

FAILURE: Json = {"code": "UnknownError", "message": "why"}
failure = PublicError(code="UnknownError", message="why")

Answer = Callable[[Any], Any]


def one(result: Any) -> Any:
    return to_json_value(result)


def several(result: Any) -> Any:
    return {"value": [to_json_value(each) for each in result]}


def paged(result: Any) -> Any:
    return {
        "value": [to_json_value(each) for each in result.value],
        "skipToken": result.skip_token,
    }


class Both(NamedTuple):
    """A call in JSON, the same call in Python, and how its result is written."""

    json: Json
    python: Callable[[], Any]
    answer: Answer


BOTH_WAYS: dict[str, Both] = {
    "create": Both(
        call(
            "create",
            sessionId="new",
            artifactIds=["n1", "n2", "n3"],
            now=NOW,
            actor=BOB,
            request={"mailboxRestoreArtifacts": [entry("r1"), entry("r2")]},
        ),
        lambda: operations.create_session(
            ROOT,
            CreateSessionRequest(mailbox_restore_artifacts=(requested("r1"), requested("r2"))),
            session_id="new",
            artifact_ids=["n1", "n2", "n3"],
            now=now,
            actor=bob,
        ),
        one,
    ),
    "create-without-a-request": Both(
        call("create", sessionId="new", artifactIds=[], now=NOW),
        lambda: operations.create_session(
            ROOT, CreateSessionRequest(), session_id="new", artifact_ids=[], now=now
        ),
        one,
    ),
    "create-by-a-request-of-null": Both(
        call("create", sessionId="new", artifactIds=[], now=NOW, request=None),
        lambda: operations.create_session(
            ROOT, CreateSessionRequest(), session_id="new", artifact_ids=[], now=now
        ),
        one,
    ),
    "create-by-nobody": Both(
        call(
            "create",
            sessionId="new",
            artifactIds=["n1"],
            now=NOW,
            actor=None,
            request={"mailboxRestoreArtifacts": [entry("r1")]},
        ),
        lambda: operations.create_session(
            ROOT,
            CreateSessionRequest(mailbox_restore_artifacts=(requested("r1"),)),
            session_id="new",
            artifact_ids=["n1"],
            now=now,
        ),
        one,
    ),
    "createBulkRequest": Both(
        call(
            "createBulkRequest",
            sessionId="empty",
            bulkRequestId="b9",
            now=NOW,
            actor=BOB,
            request={"mailboxes": ["ada@example.com"], "destinationType": "new"},
        ),
        lambda: operations.create_bulk_request(
            ROOT, "empty", asked("ada@example.com"), bulk_request_id="b9", now=now, actor=bob
        ),
        one,
    ),
    "getBulkRequest": Both(
        call("getBulkRequest", sessionId="begun", bulkRequestId="b1"),
        lambda: operations.get_bulk_request(ROOT, "begun", "b1"),
        one,
    ),
    "listBulkRequests": Both(
        call("listBulkRequests", sessionId="begun", top=1),
        lambda: operations.list_bulk_requests(ROOT, "begun", top=1),
        paged,
    ),
    "deleteBulkRequest": Both(
        call("deleteBulkRequest", sessionId="over", bulkRequestId="b1", now=NOW, actor=BOB),
        lambda: operations.delete_bulk_request(ROOT, "over", "b1", now=now, actor=bob),
        lambda result: result,
    ),
    "resolveBulkRequest": Both(
        call(
            "resolveBulkRequest",
            sessionId="begun",
            bulkRequestId="b1",
            artifactIds=["n1"],
            now=NOW,
            actor=BOB,
            resolution={"artifacts": [{"restorePoint": {"id": "r2"}}], "ended": True},
        ),
        lambda: operations.resolve_bulk_request(
            ROOT, "begun", "b1", part("r2", ended=True), artifact_ids=["n1"], now=now, actor=bob
        ),
        several,
    ),
    "get": Both(call("get", sessionId="draft"), lambda: operations.get_session(ROOT, "draft"), one),
    "list": Both(call("list"), lambda: operations.list_sessions(ROOT), paged),
    "list-without-params": Both({"method": "list"}, lambda: operations.list_sessions(ROOT), paged),
    "list-as-a-request": Both(
        {"jsonrpc": "2.0", "id": 7, "method": "list", "params": {"top": None}},
        lambda: operations.list_sessions(ROOT),
        paged,
    ),
    "list-a-page": Both(call("list", top=2), lambda: operations.list_sessions(ROOT, top=2), paged),
    "list-on": Both(
        call("list", top=1, skipToken="1"),
        lambda: operations.list_sessions(ROOT, top=1, skip_token="1"),  # noqa: S106 - no password
        paged,
    ),
    "update": Both(
        call(
            "update",
            sessionId="draft",
            artifactIds=["n1"],
            now=NOW,
            actor=BOB,
            request={
                "mailboxRestoreArtifacts@delta": [
                    entry("r1"),
                    {"@removed": {"reason": "changed"}, "id": "a1"},
                    {"@removed": {"reason": "changed"}, "id": "a9"},
                ]
            },
        ),
        lambda: operations.update_session(
            ROOT,
            "draft",
            UpdateSessionRequest(
                mailbox_restore_artifacts_delta=(
                    requested("r1"),
                    ArtifactRemoval(id="a1"),
                    ArtifactRemoval(id="a9"),
                )
            ),
            artifact_ids=["n1"],
            now=now,
            actor=bob,
        ),
        one,
    ),
    "activate": Both(
        call("activate", sessionId="draft", now=NOW, actor=BOB),
        lambda: operations.activate_session(ROOT, "draft", now=now, actor=bob),
        one,
    ),
    "delete": Both(
        call("delete", sessionId="draft"),
        lambda: operations.delete_session(ROOT, "draft"),
        lambda result: result,
    ),
    "listArtifacts": Both(
        call("listArtifacts", sessionId="active"),
        lambda: operations.list_artifacts(ROOT, "active"),
        paged,
    ),
    "listArtifacts-a-page": Both(
        call("listArtifacts", sessionId="active", top=1),
        lambda: operations.list_artifacts(ROOT, "active", top=1),
        paged,
    ),
    "listArtifacts-on": Both(
        call("listArtifacts", sessionId="active", skipToken="0"),
        lambda: operations.list_artifacts(ROOT, "active", skip_token="0"),  # noqa: S106
        paged,
    ),
    "listGranularArtifacts": Both(
        call("listGranularArtifacts", sessionId="active", top=1),
        lambda: operations.list_granular_artifacts(ROOT, "active", top=1),
        paged,
    ),
    "createArtifact": Both(
        call(
            "createArtifact",
            sessionId="draft",
            artifactId="n1",
            now=NOW,
            actor=BOB,
            request=entry("r1"),
        ),
        lambda: operations.create_artifact(
            ROOT, "draft", requested("r1"), artifact_id="n1", now=now, actor=bob
        ),
        one,
    ),
    "record": Both(
        call(
            "record",
            sessionId="active",
            actor=BOB,
            report={"artifactId": "a1", "status": "inProgress", "time": NOW},
        ),
        lambda: operations.record(
            ROOT,
            "active",
            Report(artifact_id="a1", status=ArtifactRestoreStatus.IN_PROGRESS, time=now),
            actor=bob,
        ),
        one,
    ),
    "record-by-a-driver": Both(
        call(
            "record",
            sessionId="active",
            reporter="driver",
            report={"artifactId": "a1", "status": "failed", "time": NOW, "error": FAILURE},
        ),
        lambda: operations.record(
            ROOT,
            "active",
            Report(artifact_id="a1", status=ArtifactRestoreStatus.FAILED, time=now, error=failure),
            reporter=Reporter.DRIVER,
        ),
        one,
    ),
    "record-by-an-observer": Both(
        call(
            "record",
            sessionId="active",
            reporter="observer",
            report={
                "artifactId": "a2",
                "status": "succeeded",
                "time": LATER,
                "startDateTime": NOW,
                "completionDateTime": LATER,
            },
        ),
        lambda: operations.record(
            ROOT,
            "active",
            Report(
                artifact_id="a2",
                status=ArtifactRestoreStatus.SUCCEEDED,
                time=later,
                start_date_time=now,
                completion_date_time=later,
            ),
            reporter=Reporter.OBSERVER,
        ),
        one,
    ),
    "record-nothing-new": Both(
        call(
            "record",
            sessionId="active",
            report={"artifactId": "a1", "status": "scheduled", "time": NOW},
        ),
        lambda: operations.record(
            ROOT,
            "active",
            Report(artifact_id="a1", status=ArtifactRestoreStatus.SCHEDULED, time=now),
        ),
        one,
    ),
    "recordBatch": Both(
        call(
            "recordBatch",
            sessionId="active",
            actor=BOB,
            reporter="observer",
            reports=[
                {"artifactId": "a1", "status": "succeeded", "time": NOW},
                {"artifactId": "a2", "status": "failed", "time": LATER, "error": FAILURE},
            ],
        ),
        lambda: operations.record_batch(
            ROOT,
            "active",
            [
                Report(artifact_id="a1", status=ArtifactRestoreStatus.SUCCEEDED, time=now),
                Report(
                    artifact_id="a2",
                    status=ArtifactRestoreStatus.FAILED,
                    time=later,
                    error=failure,
                ),
            ],
            reporter=Reporter.OBSERVER,
            actor=bob,
        ),
        several,
    ),
    "recordBatch-of-nothing": Both(
        call("recordBatch", sessionId="active", reports=[]),
        lambda: operations.record_batch(ROOT, "active", []),
        several,
    ),
    "expire": Both(
        call("expire", now=LATER),
        lambda: operations.expire(ROOT, now=later),
        lambda result: {"value": list(result)},
    ),
    "expire-nothing": Both(
        call("expire", now=NOW),
        lambda: operations.expire(ROOT, now=now),
        lambda result: {"value": list(result)},
    ),
}


@pytest.mark.parametrize("case", BOTH_WAYS)
def test_a_call_is_what_the_function_does(case: str) -> None:
    both = BOTH_WAYS[case]
    done = perform(ROOT, both.json)
    expected = both.python()
    if isinstance(expected, Outcome):
        assert done.root == expected.root
        assert done.events == expected.events
        assert done.result == both.answer(expected.result)
        assert (done.root is ROOT) is (not expected.events)
    else:
        assert done == Performed(ROOT, both.answer(expected), ())
        assert done.root is ROOT


def test_every_method_is_compared() -> None:
    assert {both.json["method"] for both in BOTH_WAYS.values()} == set(METHODS)


@pytest.mark.parametrize("case", BOTH_WAYS)
def test_a_call_survives_a_round_trip_as_text_and_is_not_changed(case: str) -> None:
    given_call = BOTH_WAYS[case].json
    before = copy.deepcopy(given_call)
    done = perform(ROOT, json.loads(json.dumps(given_call)))
    again = perform(ROOT, MappingProxyType(given_call))
    assert again == done
    assert given_call == before
    assert json.loads(json.dumps(done.result)) == done.result


def test_results_in_full() -> None:
    point_of_a2 = {"id": "point of a2"}
    assert perform(ROOT, call("delete", sessionId="draft")).result is None
    assert perform(ROOT, call("expire", now=LATER)).result == {"value": ["ended"]}
    assert perform(ROOT, BOTH_WAYS["createArtifact"].json).result == {
        "id": "n1",
        "status": "added",
        "destinationType": "new",
        "restorePoint": {"id": "r1"},
    }
    assert perform(ROOT, BOTH_WAYS["listArtifacts-a-page"].json).result["skipToken"] == "0"
    assert perform(ROOT, BOTH_WAYS["listArtifacts-on"].json).result == {
        "value": [
            {
                "id": "a2",
                "status": "scheduling",
                "destinationType": "new",
                "restorePoint": point_of_a2,
            }
        ],
        "skipToken": None,
    }
    failed = perform(ROOT, BOTH_WAYS["record-by-a-driver"].json).result
    assert (failed["status"], failed["completionDateTime"], failed["error"]) == (
        "failed",
        NOW,
        FAILURE,
    )
    delta = perform(ROOT, BOTH_WAYS["update"].json).result["mailboxRestoreArtifacts@delta"]
    assert [each["id"] for each in delta] == ["n1", "a9"]
    assert delta[1]["@Core.DataModificationException"]["responseCode"] == 409


def test_the_types_that_the_results_are_written_from() -> None:
    """The comparison above would pass if the functions returned objects of another class."""
    update = BOTH_WAYS["update"].python()
    added, failed = update.result.mailbox_restore_artifacts_delta
    assert (type(added), type(failed)) == (MailboxRestoreArtifact, FailedEntry)
    assert isinstance(BOTH_WAYS["list"].python(), Page)
    assert isinstance(BOTH_WAYS["expire"].python().result, tuple)


# Every refusal.


def create(*entries: Json, **more: Any) -> Json:
    """Return a request for a session of these artifacts."""
    return call(
        "create",
        **{
            "sessionId": "new",
            "artifactIds": [f"n{number}" for number in range(len(entries))],
            "now": NOW,
            "request": {"mailboxRestoreArtifacts": entries},
            **more,
        },
    )


def update(*entries: Json, session_id: Any = "draft", **more: Any) -> Json:
    return call(
        "update",
        **{
            "sessionId": session_id,
            "artifactIds": [f"n{number}" for number in range(len(entries))],
            "now": NOW,
            "request": {"mailboxRestoreArtifacts@delta": entries},
            **more,
        },
    )


def create_artifact(request: Any, session_id: Any = "draft", artifact_id: str = "n1") -> Json:
    return call(
        "createArtifact", sessionId=session_id, artifactId=artifact_id, now=NOW, request=request
    )


def record(artifact_id: str, status: str, session_id: Any = "active", **more: Any) -> Json:
    report = {"artifactId": artifact_id, "status": status, "time": NOW, **more}
    return call("record", sessionId=session_id, report=report)


def activate(session_id: Any) -> Json:
    return call("activate", sessionId=session_id, now=NOW)


MANY = [entry(f"r{number}") for number in range(51)]
DELTA = '$["mailboxRestoreArtifacts@delta"]'
NEW_ONES = "$.mailboxRestoreArtifacts"
EMPTY = session("empty")
FULL = BackupRestoreRoot(
    exchange_restore_sessions=EntityCollection([DRAFT, ACTIVE, ENDED, EMPTY]),
    limits=Limits(active_sessions=1),
)
BULK = BackupRestoreRoot(exchange_restore_sessions=[*SESSIONS, DRAFT])

REFUSED: list[tuple[str, str, int, str, str | None, Json]] = [
    ("create", "InvalidArtifactRequest", 400, "O1", NEW_ONES, create()),
    ("create", "RestoreArtifactsLimitBreached", 413, "O1", None, create(*MANY)),
    (
        "create",
        "InvalidPathType",
        400,
        "O1",
        f"{NEW_ONES}[1].destinationType",
        create(entry("r1"), {"restorePoint": {"id": "r2"}}),
    ),
    (
        "create",
        "InvalidRestorePoint",
        400,
        "O1",
        f"{NEW_ONES}[0].restorePoint",
        create({"destinationType": "new"}),
    ),
    (
        "create",
        "DifferentRestoreDestinationType",
        400,
        "O1",
        f"{NEW_ONES}[1].destinationType",
        create(entry("r1"), entry("r2", "inPlace")),
    ),
    (
        "create",
        "DuplicateArtifactInList",
        400,
        "O1",
        f"{NEW_ONES}[1].restorePoint",
        create(entry("r1"), entry("r1")),
    ),
    ("get", "InvalidRestoreSessionId", 400, "O2", None, call("get", sessionId=" ")),
    ("get", "RestoreSessionNotFound", 404, "O2", "nope", call("get", sessionId="nope")),
    ("list", "InvalidRequest", 400, "O2", None, call("list", top="2")),
    (
        "listArtifacts",
        "InvalidRestoreSessionId",
        400,
        "O2",
        None,
        call("listArtifacts", sessionId=None),
    ),
    (
        "listArtifacts",
        "RestoreSessionNotFound",
        404,
        "O2",
        "nope",
        call("listArtifacts", sessionId="nope"),
    ),
    (
        "listArtifacts",
        "InvalidRequest",
        400,
        "O2",
        None,
        call("listArtifacts", sessionId="active", skipToken=1),
    ),
    (
        "listGranularArtifacts",
        "InvalidRestoreSessionId",
        400,
        "O2",
        None,
        call("listGranularArtifacts"),
    ),
    (
        "listGranularArtifacts",
        "RestoreSessionNotFound",
        404,
        "O2",
        "nope",
        call("listGranularArtifacts", sessionId="nope"),
    ),
    (
        "listGranularArtifacts",
        "InvalidRequest",
        400,
        "O2",
        None,
        call("listGranularArtifacts", sessionId="active", top=0),
    ),
    ("update", "InvalidRestoreSessionId", 400, "O3", None, update(session_id=5)),
    ("update", "RestoreSessionNotFound", 404, "O3", "nope", update(session_id="nope")),
    ("update", "RestoreSessionActionNotAllowed", 403, "O3", "ended", update(session_id="ended")),
    ("update", "InvalidPatchRequest", 400, "O3", f"{DELTA}[0]", update(request={DELTA[3:-2]: [5]})),
    ("update", "InvalidArtifactRequest", 400, "O3", DELTA, update()),
    ("update", "RestoreArtifactsLimitBreached", 400, "O3", None, update(*MANY)),
    (
        "update",
        "InvalidPathType",
        400,
        "O3",
        f"{DELTA}[0].destinationType",
        update(entry("r1", "elsewhere")),
    ),
    (
        "update",
        "InvalidRestorePoint",
        400,
        "O3",
        f"{DELTA}[0].restorePoint",
        update({"destinationType": "new", "restorePoint": {"id": " "}}),
    ),
    (
        "update",
        "DuplicateArtifactInList",
        400,
        "O3",
        f"{DELTA}[0].restorePoint",
        update(entry("point of a1")),
    ),
    (
        "update",
        "DifferentRestoreDestinationType",
        400,
        "O3",
        f"{DELTA}[0].destinationType",
        update(entry("r1", "inPlace")),
    ),
    ("activate", "InvalidRestoreSessionId", 400, "O4", None, activate(["draft"])),
    ("activate", "RestoreSessionNotFound", 404, "O4", "nope", activate("nope")),
    ("activate", "RestoreSessionActionNotAllowed", 403, "O4", "active", activate("active")),
    ("activate", "InvalidArtifactRequest", 400, "O4", "empty", activate("empty")),
    ("activate", "TooManyActiveRestoreSessions", 500, "O4", "draft", activate("draft")),
    ("delete", "InvalidRestoreSessionId", 400, "O5", None, call("delete")),
    ("delete", "RestoreSessionNotFound", 404, "O5", "nope", call("delete", sessionId="nope")),
    (
        "delete",
        "RestoreSessionActionNotAllowed",
        403,
        "O5",
        "active",
        call("delete", sessionId="active"),
    ),
    ("createArtifact", "InvalidRestoreSessionId", 400, "O6", None, create_artifact({}, 1.5)),
    ("createArtifact", "RestoreSessionNotFound", 404, "O6", "x", create_artifact({}, "x")),
    (
        "createArtifact",
        "RestoreSessionActionNotAllowed",
        403,
        "O6",
        "active",
        create_artifact({}, "active"),
    ),
    ("createArtifact", "InvalidArtifactRequest", 400, "O6", "$", create_artifact([])),
    ("createArtifact", "InvalidPathType", 400, "O6", "$.destinationType", create_artifact({})),
    (
        "createArtifact",
        "InvalidRestorePoint",
        400,
        "O6",
        "$.restorePoint",
        create_artifact({"destinationType": "new"}),
    ),
    (
        "createArtifact",
        "DuplicateArtifactInList",
        400,
        "O6",
        "$.restorePoint",
        create_artifact(entry("point of a1")),
    ),
    (
        "createArtifact",
        "DifferentRestoreDestinationType",
        400,
        "O6",
        "$.destinationType",
        create_artifact(entry("r1", "inPlace")),
    ),
    ("record", "InvalidRestoreSessionId", 400, "O7", None, record("a1", "added", {})),
    ("record", "RestoreSessionNotFound", 404, "O7", "nope", record("a1", "added", "nope")),
    ("record", "InvalidArtifactRequest", 400, "L5", "a1", record("a1", "failed")),
    ("record", "ArtifactNotFound", 404, "O7", "a9", record("a9", "inProgress")),
    ("record", "RestoreSessionActionNotAllowed", 403, "L2", "a1", record("a1", "succeeded")),
    (
        "record",
        "RestoreSessionActionNotAllowed",
        403,
        "L4",
        "a1",
        record("a1", "inProgress", "ended"),
    ),
    *(
        (
            refused.method,
            refused.code,
            refused.http_status,
            refused.rule,
            refused.target,
            call(refused.method, **refused.params),
        )
        for refused in REFUSALS
    ),
]
"""The operation of a refused call, and the code, HTTP status, rule and target of the refusal."""


def refusal(root: BackupRestoreRoot, refused_call: Any) -> RestoreDomainError:
    with pytest.raises(RestoreDomainError) as caught:
        perform(root, refused_call)
    return caught.value


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case[0]}-{case[1]}-{case[3]}")
def test_a_refusal_as_json(case: tuple[str, str, int, str, str | None, Json]) -> None:
    operation, code, http_status, rule, target, refused_call = case
    assert METHODS[refused_call["method"]].operation == operation
    error = refusal(BULK if rule.startswith("B") else FULL, refused_call)
    said = error_to_json(error)
    assert said == {
        "code": code,
        "httpStatus": http_status,
        "message": error.message,
        "rule": rule,
        "target": target,
        "details": [],
    }
    assert said["message"]
    assert json.loads(json.dumps(said)) == said


def test_every_refusal_of_the_catalogue_is_provoked() -> None:
    """Except the one that only an embedder can cause, who can delete from a store."""
    asked = {(operation, code) for operation, code, *_ in REFUSED}
    listed = {
        (case.operation.value, case.code)
        for case in CATALOGUE
        if case.operation is not Operation.OBSERVE  # which can't be called in JSON
    }
    assert listed - asked == {("delete", "IncompleteArtifactDeletion")}
    assert asked <= listed
    made = refusal_of(Operation.DELETE, "IncompleteArtifactDeletion", "some stay", target="s1")
    assert error_to_json(made) == {
        "code": "IncompleteArtifactDeletion",
        "httpStatus": 500,
        "message": "some stay",
        "rule": "O5",
        "target": "s1",
        "details": [],
    }


def test_the_refusal_of_a_batch_lists_every_invalid_report() -> None:
    reports = [
        {"artifactId": "a9", "status": "inProgress", "time": NOW},
        {"artifactId": "a1", "status": "inProgress", "time": NOW},
        {"artifactId": "a2", "status": "succeeded", "time": NOW},
        "nonsense",
    ]
    error = refusal(ROOT, call("recordBatch", sessionId="active", reports=reports))
    assert isinstance(error, BatchRefusedError)
    said = error_to_json(error)
    assert (said["code"], said["httpStatus"], said["rule"], said["target"]) == (
        "ArtifactNotFound",
        404,
        "O7",
        "a9",
    )
    assert [(each["position"], each["code"]) for each in said["details"]] == [
        (0, "ArtifactNotFound"),
        (2, "RestoreSessionActionNotAllowed"),
        (3, "InvalidArtifactRequest"),
    ]
    assert [each["message"] for each in said["details"]] == [
        refused.message for _, refused in error.refusals
    ]


# Malformed calls.

KNOWN = (
    "create, get, list, update, activate, delete, listArtifacts, listGranularArtifacts, "
    "createArtifact, record, recordBatch, expire, createBulkRequest, getBulkRequest, "
    "listBulkRequests, deleteBulkRequest, resolveBulkRequest"
)

MALFORMED: dict[str, tuple[Any, list[tuple[str, str]]]] = {
    "null": (None, [("$", "expected an object with a method and its params")]),
    "array": ([], [("$", "expected an object with a method and its params")]),
    "text": ("get", [("$", "expected an object with a method and its params")]),
    "no-method": ({}, [("$.method", f"expected one of {KNOWN}, got nothing")]),
    "unknown-method": (call("nope"), [("$.method", f"expected one of {KNOWN}, got 'nope'")]),
    "method-in-other-case": (call("Get"), [("$.method", f"expected one of {KNOWN}, got 'Get'")]),
    "method-of-python": (
        call("get_session"),
        [("$.method", f"expected one of {KNOWN}, got 'get_session'")],
    ),
    "number-for-method": ({"method": 5}, [("$.method", f"expected one of {KNOWN}, got 5")]),
    "array-for-method": (
        {"method": ["get"]},
        [("$.method", f"expected one of {KNOWN}, got ['get']")],
    ),
    "params-in-a-row": ({"method": "get", "params": []}, [("$.params", "expected an object")]),
    "params-of-null": ({"method": "get", "params": None}, [("$.params", "expected an object")]),
    "all-of-it": (
        {"method": None, "params": 5},
        [
            ("$.method", f"expected one of {KNOWN}, got nothing"),
            ("$.params", "expected an object"),
        ],
    ),
    "nothing-given": (
        call("create"),
        [
            ("$.params.sessionId", "missing, but required"),
            ("$.params.artifactIds", "missing, but required"),
            ("$.params.now", "missing, but required"),
        ],
    ),
    "null-is-nothing": (
        create(sessionId=None, artifactIds=None, now=None, request=None, actor=None),
        [
            ("$.params.sessionId", "missing, but required"),
            ("$.params.artifactIds", "missing, but required"),
            ("$.params.now", "missing, but required"),
        ],
    ),
    "all-wrong": (
        create(
            sessionId=5,
            artifactIds=["a", 1, None],
            now="2026-01-05T09:00:00",
            actor={"user": 1, "application": {"id": 2}},
            more=1,
            **{"now ": 1},
        ),
        [
            ("$.params.sessionId", "expected a text, got the number 5"),
            ("$.params.artifactIds[1]", "expected a text, got the number 1"),
            ("$.params.artifactIds[2]", "expected a text, got null"),
            ("$.params.now", "'2026-01-05T09:00:00' is not a timestamp: it has no offset"),
            ("$.params.actor.user", "expected an object, got the number 1"),
            ("$.params.actor.application.id", "expected a text, got the number 2"),
            ("$.params.more", "no parameter of create"),
            ('$.params["now "]', "no parameter of create"),
        ],
    ),
    "a-text-for-ids": (
        create(artifactIds="a1"),
        [("$.params.artifactIds", "expected an array, got the text 'a1'")],
    ),
    "a-number-for-now": (
        call("expire", now=1767603600),
        [("$.params.now", "expected a timestamp as a text, got the number 1767603600")],
    ),
    "a-number-for-an-artifact-id": (
        create_artifact({}, artifact_id=5),  # type: ignore[arg-type]
        [("$.params.artifactId", "expected a text, got the number 5")],
    ),
    "a-stranger-as-reporter": (
        call("record", sessionId="active", report={}, reporter="boss"),
        [("$.params.reporter", "expected driver or observer, got 'boss'")],
    ),
    "an-array-as-reporter": (
        call("record", sessionId="active", report={}, reporter=["driver"]),
        [("$.params.reporter", "expected a text, got an array")],
    ),
    "an-object-for-reports": (
        call("recordBatch", sessionId="active", reports={}),
        [("$.params.reports", "expected an array, got an object")],
    ),
    "no-reports": (
        call("recordBatch", sessionId="active"),
        [("$.params.reports", "missing, but required")],
    ),
    "a-parameter-of-another": (
        call("get", sessionId="draft", now=NOW, session_id="draft"),
        [
            ("$.params.now", "no parameter of get"),
            ("$.params.session_id", "no parameter of get"),
        ],
    ),
    "a-name-that-is-no-text": (
        {"method": "list", "params": {5: 1}},
        [('$.params["5"]', "no parameter of list")],
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_every_problem_of_a_malformed_call_has_its_path(case: str) -> None:
    malformed, expected = MALFORMED[case]
    error = refusal(ROOT, malformed)
    assert isinstance(error, WireError)
    assert [path for path, _ in error.problems] == [path for path, _ in expected]
    for (_, message), (_, begins) in zip(error.problems, expected, strict=True):
        assert message.startswith(begins)
    assert error_to_json(error) == {
        "code": "InvalidRequest",
        "httpStatus": 400,
        "message": "; ".join(f"{path}: {message}" for path, message in error.problems),
        "rule": "W4",
        "target": expected[0][0],
        "details": [{"path": path, "message": message} for path, message in error.problems],
    }


@pytest.mark.parametrize(
    "mistake",
    [
        create(entry("r1"), sessionId="draft"),
        create(entry("r1"), sessionId=""),
        create(entry("r1"), artifactIds=[]),
        create(entry("r1"), artifactIds=[""]),
        create(entry("r1"), entry("r2"), artifactIds=["n1", "n1"]),
        update(entry("r1"), artifactIds=[]),
        update(entry("r1"), artifactIds=["a1"]),
        create_artifact(entry("r1"), artifact_id="a1"),
        create_artifact(entry("r1"), artifact_id=""),
    ],
    ids=json.dumps,
)
def test_ids_that_an_embedder_may_not_give_are_a_problem_of_the_params(mistake: Json) -> None:
    error = refusal(ROOT, mistake)
    assert isinstance(error, WireError)
    ((path, message),) = error.problems
    assert path == "$.params"
    assert message


# Bodies.


@pytest.mark.parametrize("text", ["", "{}", '{"mailboxRestoreArtifacts": []}', "[]", "nonsense"])
def test_a_text_is_not_a_body_even_if_it_contains_one(text: str) -> None:
    for refused_call in (create(request=text), create_artifact(text)):
        error = refusal(ROOT, refused_call)
        assert (error.code, error.target) == ("InvalidArtifactRequest", "$")
        assert error.message == f"$: expected an object, got the text {text!r}"
    assert refusal(ROOT, update(request=text)).code == "InvalidPatchRequest"
    reported = call("record", sessionId="active", report=text)
    assert refusal(ROOT, reported).code == "InvalidArtifactRequest"
    batch = call("recordBatch", sessionId="active", reports=[text])
    assert refusal(ROOT, batch).code == "InvalidArtifactRequest"


@pytest.mark.parametrize("text", ["\ud800", "a\udc00", "\udc00\ud800"])
def test_a_text_with_half_a_surrogate_pair_is_not_a_body_either(text: str) -> None:
    for refused_call in (
        create(request=text),
        create_artifact(text),
        call("record", sessionId="active", report=text),
        call("recordBatch", sessionId="active", reports=[text]),
    ):
        error = refusal(ROOT, refused_call)
        assert (error.code, error.target) == ("InvalidArtifactRequest", "$")
    assert refusal(ROOT, update(request=text)).code == "InvalidPatchRequest"


@pytest.mark.parametrize("body", [5, 1.5, True, []])
def test_the_operation_refuses_a_body_that_is_not_an_object(body: Any) -> None:
    assert refusal(ROOT, create(request=body)).code == "InvalidArtifactRequest"
    assert refusal(ROOT, update(request=body)).code == "InvalidPatchRequest"


def test_the_checks_keep_their_order_where_a_body_is_malformed() -> None:
    assert refusal(ROOT, update(session_id="nope", request=5)).code == "RestoreSessionNotFound"


# The list of methods.


def test_the_methods_by_name() -> None:
    assert ", ".join(METHODS) == KNOWN
    assert all(method.name == name for name, method in METHODS.items())
    assert {method.operation for method in METHODS.values()} == set(Operation) - {Operation.OBSERVE}
    with pytest.raises(TypeError):
        METHODS["get"] = METHODS["list"]  # type: ignore[index]


PARAMETERS = {
    "create": "sessionId request? artifactIds now actor?",
    "get": "sessionId?",
    "list": "top? skipToken?",
    "update": "sessionId? request artifactIds now actor?",
    "activate": "sessionId? now actor?",
    "delete": "sessionId? now? actor?",
    "listArtifacts": "sessionId? top? skipToken?",
    "listGranularArtifacts": "sessionId? top? skipToken?",
    "createArtifact": "sessionId? request artifactId now actor?",
    "record": "sessionId? report reporter? actor?",
    "recordBatch": "sessionId? reports reporter? actor?",
    "expire": "now actor?",
    "createBulkRequest": "sessionId? bulkRequestId request? now actor?",
    "getBulkRequest": "sessionId? bulkRequestId?",
    "listBulkRequests": "sessionId? top? skipToken?",
    "deleteBulkRequest": "sessionId? bulkRequestId? now actor?",
    "resolveBulkRequest": "sessionId? bulkRequestId? resolution artifactIds now actor?",
}
"""The parameters of each method; a call may lack those with a question mark."""


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_a_method_has_its_parameters(method: Method) -> None:
    assert PARAMETERS[method.name] == " ".join(
        f"{parameter.name}{'' if parameter.required else '?'}" for parameter in method.parameters
    )


@pytest.mark.parametrize("name", [name for name, names in PARAMETERS.items() if "Id?" in names])
def test_the_operation_refuses_a_missing_id(name: str) -> None:
    params = next(both.json["params"] for both in BOTH_WAYS.values() if both.json["method"] == name)
    for parameter in ("sessionId", "bulkRequestId"):
        if f"{parameter}?" in PARAMETERS[name]:
            for id_ in ({}, {parameter: None}):
                others = {key: value for key, value in params.items() if key != parameter}
                error = refusal(ROOT, call(name, **others, **id_))
                assert error.message.startswith("None is not ")


def test_a_root_that_is_none_is_a_mistake_of_the_embedder() -> None:
    with pytest.raises(TypeError, match="root: expected a BackupRestoreRoot"):
        perform({}, call("get", sessionId="s1"))  # type: ignore[arg-type]


def test_a_root_and_a_call_may_be_given_by_their_names() -> None:
    assert perform(root=ROOT, call=call("get", sessionId="draft")).result["id"] == "draft"


def test_a_method_and_its_parameters_say_what_they_are() -> None:
    method = METHODS["activate"]
    assert isinstance(method, Method)
    session_id, when, actor = method.parameters
    assert isinstance(when, Parameter)
    assert (when.name, when.argument, when.required) == ("now", "now", True)
    assert (actor.name, actor.argument, actor.required) == ("actor", "actor", False)
    assert session_id.argument == "session_id"
    assert "0x" not in repr(METHODS.values())


# Any call.

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(NOW),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
names = sorted({parameter.name for method in METHODS.values() for parameter in method.parameters})
good = st.sampled_from([both.json for both in BOTH_WAYS.values()])


@given(good, st.dictionaries(st.sampled_from(names) | st.text(), values, max_size=3))
def test_a_call_with_any_params_is_performed_or_refused(valid: Json, changed: Json) -> None:
    given_call = {**valid, "params": {**valid.get("params", {}), **changed}}
    try:
        done = perform(ROOT, given_call)
    except RestoreDomainError as error:
        said = error_to_json(error)
        assert said["code"]
        assert 400 <= said["httpStatus"] <= 500
    else:
        assert isinstance(done.root, BackupRestoreRoot)


@given(values | st.fixed_dictionaries({"method": values, "params": values}))
def test_any_invalid_call_is_refused(given_call: Any) -> None:
    assert isinstance(refusal(ROOT, given_call), WireError)


@pytest.mark.parametrize("depth", [150, 500, 900, 100_000])
def test_a_call_may_be_nested_to_any_depth(depth: int) -> None:
    deep: Any = []
    for _ in range(depth):
        deep = [deep]
    for given_call in (
        deep,
        {"method": deep},
        call("get", sessionId=deep),
        call("list", top=deep),
        call("record", sessionId="active", report=deep, reporter=deep),
        call("record", sessionId="active", report={"x": deep}),
        create(request=deep, artifactIds=deep, now=deep, actor=deep),
        create(actor={"user": {"id": "u1", "x": deep}}),
        create(entry("r1"), request={"mailboxRestoreArtifacts": [entry("r1") | {"x": deep}]}),
    ):
        error = refusal(ROOT, given_call)
        assert len(error.message) < 1000
