"""Every error of every operation: its code, its HTTP status, and what provokes it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import attrs
import pytest

from restore_domain import ExchangeRestoreSession, wire
from restore_domain.model import PublicError
from restore_domain.operations import (
    ARTIFACT_ERROR_CODES,
    CATALOGUE,
    BackupRestoreRoot,
    ErrorCase,
    Operation,
    create_artifact,
    delete_session,
    get_session,
    list_artifacts,
    list_granular_artifacts,
    list_sessions,
    observe,
    record,
    refusal_of,
)

from .asking import (
    FULL,
    HTTP_STATUS,
    ORDER_OF_CHECKS,
    ROOT,
    STEP,
    ask_activate,
    ask_create,
    ask_create_artifact,
    ask_record,
    ask_update,
    order_of,
    rows,
)
from .bulk import REFUSALS, SESSIONS, Refusal
from .service import (
    BODY_FORMS,
    FORMS,
    NOW,
    Form,
    artifact,
    create_body,
    entry,
    granular_body,
    items,
    patch_body,
    refused,
    removal,
    report,
    root_of,
    session,
    stored,
    typed,
)

# The errors that the service documents for each operation. The codes of "artifact" are in an
# artifact.
SERVICE_TABLE = """
create         400  InvalidPathType
create         400  InvalidArtifactRequest
create         400  InvalidRestorePoint
create         400  DifferentRestoreDestinationType
create         413  RestoreArtifactsLimitBreached
create         400  DuplicateArtifactInList
get            400  InvalidRestoreSessionId
get            404  RestoreSessionNotFound
update         400  InvalidRestoreSessionId
update         400  InvalidPatchRequest
update         400  InvalidRestorePoint
update         400  RestoreArtifactsLimitBreached
update         400  InvalidArtifactRequest
update         403  RestoreSessionActionNotAllowed
update         404  RestoreSessionNotFound
update         400  DuplicateArtifactInList
delete         400  InvalidRestoreSessionId
delete         403  RestoreSessionActionNotAllowed
delete         404  RestoreSessionNotFound
delete         500  IncompleteArtifactDeletion
activate       400  InvalidRestoreSessionId
activate       403  RestoreSessionActionNotAllowed
activate       404  RestoreSessionNotFound
activate       500  TooManyActiveRestoreSessions
listArtifacts  400  InvalidRestoreSessionId
createBulkRequest  400  BulkRestoreInvalidCreateRequest
createBulkRequest  400  BulkRestoreRestorationResourcesCountExceedsLimit
createBulkRequest  400  BulkRestoreInvalidCreateRequestUserEmail
getBulkRequest     404  BulkRestoreArtifactsNotFound
deleteBulkRequest  403  InvalidStateForBulkRequestDeletion
artifact       200  UnknownError
artifact       200  ArtifactNotFound
artifact       200  InvalidRestoreTime
artifact       200  ArtifactCannotBeRestored
artifact       200  DuplicateArtifactRestoreRequest
"""


Ask = Callable[[Form], Any]


@dataclass(frozen=True)
class Case:
    """A request that provokes one error."""

    operation: Operation
    code: str
    ask: Ask
    target: str | None
    words: tuple[str, ...]
    """What the message must contain: what was wrong, and where."""
    forms: Iterable[Form] = (typed,)
    rule: str | None = None
    """The specific rule, if the error names another than the operation's."""
    root: BackupRestoreRoot = ROOT

    @property
    def id(self) -> str:
        return f"{self.operation}-{self.code}"


def id_cases(operation: Operation, ask: Callable[[Any, Form], Any]) -> list[Case]:
    """Return requests with an invalid session id, an unknown one, or one that is not a draft's."""
    cases = [
        Case(operation, "InvalidRestoreSessionId", lambda form: ask(" ", form), None, ("' '",)),
        Case(
            operation,
            "RestoreSessionNotFound",
            lambda form: ask("nowhere", form),
            "nowhere",
            ("'nowhere'",),
        ),
        Case(
            operation,
            "RestoreSessionActionNotAllowed",
            lambda form: ask("running", form),
            "running",
            ("'running'", "active", "draft"),
        ),
    ]
    return [case for case in cases if case.code in order_of(operation)]


BULK = root_of(*SESSIONS, session(artifact("a1"), session_id="draft"))


def _look(session_id: str, snapshot: ExchangeRestoreSession) -> Any:
    return observe(ROOT, session_id, snapshot, NOW)


def _call(refusal: Refusal, _form: Form) -> Any:
    return wire.perform(BULK, {"method": refusal.method, "params": refusal.params})


NO_PAGE = "x"
FAILURE = {**STEP, "status": "failed"}
BACK = {**STEP, "artifactId": "a1", "status": "scheduled"}

CASES: list[Case] = [
    Case(
        Operation.CREATE,
        "InvalidArtifactRequest",
        lambda form: ask_create(ROOT, {"mailboxRestoreArtifacts": None}, form),
        "$.mailboxRestoreArtifacts",
        ("mailboxRestoreArtifacts", "null"),
        BODY_FORMS,
    ),
    Case(
        Operation.CREATE,
        "InvalidArtifactRequest",
        lambda form: ask_create(ROOT, granular_body(entry()), form),
        "$.granularMailboxRestoreArtifacts[0].searchResponseId",
        ("searchResponseId", "missing", "search"),
        FORMS,
    ),
    Case(
        Operation.CREATE,
        "InvalidArtifactRequest",
        lambda form: ask_create(ROOT, create_body(entry()) | granular_body(items()), form),
        "$.granularMailboxRestoreArtifacts",
        ("mailboxRestoreArtifacts", "also present"),
        FORMS,
    ),
    Case(
        Operation.CREATE,
        "InvalidArtifactRequest",
        lambda form: ask_create(ROOT, {"policyId": None}, form),
        "$.policyId",
        ("policyId", "null"),
        BODY_FORMS,
    ),
    Case(
        Operation.CREATE,
        "InvalidArtifactRequest",
        lambda form: ask_create(ROOT, create_body(), form),
        "$.mailboxRestoreArtifacts",
        ("mailboxRestoreArtifacts", "empty"),
        FORMS,
    ),
    Case(
        Operation.CREATE,
        "InvalidArtifactRequest",
        lambda form: ask_create(ROOT, create_body(entry(), 5), form),
        "$.mailboxRestoreArtifacts[1]",
        ("$.mailboxRestoreArtifacts[1]", "the number 5"),
        BODY_FORMS,
    ),
    Case(
        Operation.CREATE,
        "RestoreArtifactsLimitBreached",
        lambda form: ask_create(
            ROOT, create_body(*(entry(f"r{number}") for number in range(51))), form
        ),
        None,
        ("51", "50"),
        FORMS,
    ),
    Case(
        Operation.CREATE,
        "InvalidPathType",
        lambda form: ask_create(ROOT, create_body(entry(), {"restorePoint": {"id": "r1"}}), form),
        "$.mailboxRestoreArtifacts[1].destinationType",
        ("$.mailboxRestoreArtifacts[1].destinationType", "missing", "new", "inPlace"),
        FORMS,
    ),
    Case(
        Operation.CREATE,
        "InvalidPathType",
        lambda form: ask_create(ROOT, create_body(entry("r1", "unknownFutureValue")), form),
        "$.mailboxRestoreArtifacts[0].destinationType",
        ("$.mailboxRestoreArtifacts[0].destinationType",),
        FORMS,
    ),
    Case(
        Operation.CREATE,
        "InvalidRestorePoint",
        lambda form: ask_create(ROOT, create_body(entry(), {"destinationType": "new"}), form),
        "$.mailboxRestoreArtifacts[1].restorePoint",
        ("$.mailboxRestoreArtifacts[1].restorePoint", "missing", "@odata.id"),
        FORMS,
    ),
    Case(
        Operation.CREATE,
        "DifferentRestoreDestinationType",
        lambda form: ask_create(
            ROOT, create_body(entry("r1", "new"), entry("r2", "inPlace")), form
        ),
        "$.mailboxRestoreArtifacts[1].destinationType",
        ("$.mailboxRestoreArtifacts[1].destinationType", "inPlace", "new"),
        FORMS,
    ),
    Case(
        Operation.CREATE,
        "DuplicateArtifactInList",
        lambda form: ask_create(ROOT, create_body(entry("r1"), entry("r2"), entry("r1")), form),
        "$.mailboxRestoreArtifacts[2].restorePoint",
        ("$.mailboxRestoreArtifacts[2].restorePoint", "$.mailboxRestoreArtifacts[0]", "'r1'"),
        FORMS,
    ),
    *id_cases(Operation.GET, lambda session_id, _: get_session(ROOT, session_id)),
    Case(
        Operation.LIST,
        "InvalidRequest",
        lambda _: list_sessions(ROOT, top=0),
        None,
        ("top", "0"),
    ),
    Case(
        Operation.LIST,
        "InvalidRequest",
        lambda _: list_sessions(ROOT, skip_token=NO_PAGE),
        None,
        ("'x'", "continuation token"),
    ),
    *id_cases(Operation.LIST_ARTIFACTS, lambda session_id, _: list_artifacts(ROOT, session_id)),
    Case(
        Operation.LIST_ARTIFACTS,
        "InvalidRequest",
        lambda _: list_artifacts(ROOT, "draft", top=-1),
        None,
        ("top", "-1"),
    ),
    *id_cases(
        Operation.LIST_GRANULAR_ARTIFACTS,
        lambda session_id, _: list_granular_artifacts(ROOT, session_id),
    ),
    Case(
        Operation.LIST_GRANULAR_ARTIFACTS,
        "InvalidRequest",
        lambda _: list_granular_artifacts(ROOT, "draft", top=-1),
        None,
        ("top", "-1"),
    ),
    *id_cases(
        Operation.UPDATE,
        lambda session_id, form: ask_update(ROOT, session_id, patch_body(entry()), form),
    ),
    Case(
        Operation.UPDATE,
        "InvalidPatchRequest",
        lambda form: ask_update(ROOT, "draft", patch_body({"@removed": {}}), form),
        '$["mailboxRestoreArtifacts@delta"][0].id',
        ('$["mailboxRestoreArtifacts@delta"][0].id', "missing"),
        BODY_FORMS,
    ),
    Case(
        Operation.UPDATE,
        "InvalidArtifactRequest",
        lambda form: ask_update(ROOT, "draft", {}, form),
        '$["mailboxRestoreArtifacts@delta"]',
        ("mailboxRestoreArtifacts@delta", "missing"),
        FORMS,
    ),
    Case(
        Operation.UPDATE,
        "InvalidArtifactRequest",
        lambda form: ask_update(ROOT, "draft", patch_body(), form),
        '$["mailboxRestoreArtifacts@delta"]',
        ("mailboxRestoreArtifacts@delta", "empty"),
        FORMS,
    ),
    Case(
        Operation.UPDATE,
        "RestoreArtifactsLimitBreached",
        lambda form: ask_update(
            ROOT,
            "draft",
            patch_body(removal("a1"), *(entry(f"p{number}") for number in range(50))),
            form,
        ),
        None,
        ("51", "50"),
        FORMS,
    ),
    Case(
        Operation.UPDATE,
        "InvalidPathType",
        lambda form: ask_update(
            ROOT, "draft", patch_body(removal("a1"), {"restorePoint": {"id": "r1"}}), form
        ),
        '$["mailboxRestoreArtifacts@delta"][1].destinationType',
        ('$["mailboxRestoreArtifacts@delta"][1].destinationType',),
        FORMS,
    ),
    Case(
        Operation.UPDATE,
        "InvalidRestorePoint",
        lambda form: ask_update(
            ROOT, "draft", patch_body(entry(), {"destinationType": "new"}), form
        ),
        '$["mailboxRestoreArtifacts@delta"][1].restorePoint',
        ('$["mailboxRestoreArtifacts@delta"][1].restorePoint',),
        FORMS,
    ),
    Case(
        Operation.UPDATE,
        "DuplicateArtifactInList",
        lambda form: ask_update(ROOT, "draft", patch_body(entry(), entry()), form),
        '$["mailboxRestoreArtifacts@delta"][1].restorePoint',
        ('$["mailboxRestoreArtifacts@delta"][0]', "'r9'"),
        FORMS,
    ),
    Case(
        Operation.UPDATE,
        "DuplicateArtifactInList",
        lambda form: ask_update(ROOT, "draft", patch_body(entry("r2")), form),
        '$["mailboxRestoreArtifacts@delta"][0].restorePoint',
        ("'r2'", "the session"),
        FORMS,
    ),
    Case(
        Operation.UPDATE,
        "DifferentRestoreDestinationType",
        lambda form: ask_update(ROOT, "draft", patch_body(entry("r9", "inPlace")), form),
        '$["mailboxRestoreArtifacts@delta"][0].destinationType',
        ("inPlace", "new"),
        FORMS,
    ),
    *id_cases(Operation.ACTIVATE, lambda session_id, _: ask_activate(ROOT, session_id)),
    Case(
        Operation.ACTIVATE,
        "InvalidArtifactRequest",
        lambda _: ask_activate(ROOT, "empty"),
        "empty",
        ("'empty'", "nothing to restore"),
    ),
    Case(
        Operation.ACTIVATE,
        "TooManyActiveRestoreSessions",
        lambda _: ask_activate(FULL, "draft"),
        "draft",
        ("1 sessions are activating or active",),
        root=FULL,
    ),
    *id_cases(Operation.DELETE, lambda session_id, _: delete_session(ROOT, session_id)),
    *id_cases(
        Operation.CREATE_ARTIFACT,
        lambda session_id, form: ask_create_artifact(ROOT, session_id, entry(), form),
    ),
    Case(
        Operation.CREATE_ARTIFACT,
        "InvalidArtifactRequest",
        lambda _: create_artifact(ROOT, "draft", wire.RequestBody("[]"), artifact_id="n0", now=NOW),
        "$",
        ("$", "an array"),
    ),
    Case(
        Operation.CREATE_ARTIFACT,
        "InvalidPathType",
        lambda form: ask_create_artifact(ROOT, "draft", {"restorePoint": {"id": "r9"}}, form),
        "$.destinationType",
        ("$.destinationType",),
        FORMS,
    ),
    Case(
        Operation.CREATE_ARTIFACT,
        "InvalidRestorePoint",
        lambda form: ask_create_artifact(ROOT, "draft", {"destinationType": "new"}, form),
        "$.restorePoint",
        ("$.restorePoint",),
        FORMS,
    ),
    Case(
        Operation.CREATE_ARTIFACT,
        "DuplicateArtifactInList",
        lambda form: ask_create_artifact(ROOT, "draft", entry("r1"), form),
        "$.restorePoint",
        ("'r1'", "the session"),
        FORMS,
    ),
    Case(
        Operation.CREATE_ARTIFACT,
        "DifferentRestoreDestinationType",
        lambda form: ask_create_artifact(ROOT, "draft", entry("r9", "inPlace"), form),
        "$.destinationType",
        ("inPlace", "new"),
        FORMS,
    ),
    *id_cases(
        Operation.RECORD,
        lambda session_id, form: ask_record(ROOT, session_id, STEP, form),
    )[:2],
    Case(
        Operation.RECORD,
        "InvalidArtifactRequest",
        lambda _: record(ROOT, "draft", report(time=datetime(2026, 1, 12))),  # noqa: DTZ001
        "a1",
        ("'a1'", "offset"),
    ),
    Case(
        Operation.RECORD,
        "InvalidArtifactRequest",
        lambda form: ask_record(ROOT, "draft", {**STEP, "time": "2026-01-12T08:30:00"}, form),
        "$.time",
        ("$.time", "offset"),
        BODY_FORMS,
    ),
    Case(
        Operation.RECORD,
        "InvalidArtifactRequest",
        lambda form: ask_record(ROOT, "running", {**FAILURE, "artifactId": "a1"}, form),
        "a1",
        ("'a1'", "error"),
        FORMS,
        rule="L5",
    ),
    Case(
        Operation.RECORD,
        "InvalidArtifactRequest",
        lambda form: ask_record(ROOT, "draft", {**STEP, "error": {"code": "E"}}, form),
        "a2",
        ("'a2'", "scheduling has no error"),
        FORMS,
        rule="L5",
    ),
    Case(
        Operation.RECORD,
        "InvalidArtifactRequest",
        lambda form: ask_record(ROOT, "draft", {**STEP, "restoredItemCount": 0}, form),
        "a2",
        ("'a2'", "driver", "result", "scheduling"),
        FORMS,
        rule="O9",
    ),
    Case(
        Operation.RECORD,
        "ArtifactNotFound",
        lambda form: ask_record(ROOT, "draft", {**STEP, "artifactId": "a7"}, form),
        "a7",
        ("'a7'", "'draft'"),
        FORMS,
    ),
    Case(
        Operation.RECORD,
        "RestoreSessionActionNotAllowed",
        lambda form: ask_record(ROOT, "running", BACK, form),
        "a1",
        ("'a1'", "scheduled", "inProgress", "driver"),
        FORMS,
        rule="L2",
    ),
    *id_cases(Operation.OBSERVE, lambda session_id, _: _look(session_id, stored(ROOT, "running")))[
        :2
    ],
    Case(
        Operation.OBSERVE,
        "InvalidArtifactRequest",
        lambda _: _look("draft", stored(ROOT, "running")),
        "running",
        ("'draft'", "'running'"),
    ),
    Case(
        Operation.OBSERVE,
        "RestoreSessionActionNotAllowed",
        lambda _: _look("running", attrs.evolve(stored(ROOT, "running"), created_date_time=NOW)),
        "running",
        ("'running'", "createdDateTime", "2026-01-12T08:00:00Z", "2026-01-12T08:30:00Z"),
    ),
    *(
        Case(
            Operation(refusal.method),
            refusal.code,
            partial(_call, refusal),
            refusal.target,
            refusal.words,
            root=BULK,
        )
        for refusal in REFUSALS
    ),
]


def test_the_catalogue_has_every_error_in_the_order_of_the_checks() -> None:
    assert [
        [case.operation.value, case.rule, str(case.http_status), case.code] for case in CATALOGUE
    ] == rows(ORDER_OF_CHECKS)


def test_the_catalogue_has_every_error_that_the_service_documents() -> None:
    ours = {(name, status, code) for name, _, status, code in rows(ORDER_OF_CHECKS)}
    documented = {(name, status, code) for name, status, code in rows(SERVICE_TABLE)}
    of_artifacts = {row for row in documented if row[0] == "artifact"}
    assert documented - of_artifacts <= ours
    assert tuple(code for name, _, code in rows(SERVICE_TABLE) if name == "artifact") == (
        ARTIFACT_ERROR_CODES
    )


def test_the_catalogue_describes_each_case() -> None:
    assert all(isinstance(case, ErrorCase) and case.when for case in CATALOGUE)
    assert len({(case.operation, case.code) for case in CATALOGUE}) == len(CATALOGUE)


def test_an_operation_that_refuses_nothing_has_no_case() -> None:
    assert {operation for operation in Operation if not order_of(operation)} == {Operation.EXPIRE}


def test_every_error_of_the_catalogue_is_provoked_here() -> None:
    provoked = {(case.operation.value, case.code) for case in CASES}
    assert provoked == set(HTTP_STATUS) - {("delete", "IncompleteArtifactDeletion")}


@pytest.mark.parametrize(
    ("case", "form"),
    [
        pytest.param(case, form, id=f"{case.id}-{form.__name__}")
        for case in CASES
        for form in case.forms
    ],
)
def test_O1_O2_O3_O4_O5_O6_O7_each_error_is_provoked(case: Case, form: Form) -> None:
    with refused(case.root) as caught:
        case.ask(form)
    error = caught.value
    own = next(rule for name, rule, _, _ in rows(ORDER_OF_CHECKS) if name == case.operation)
    assert error.code == case.code
    assert error.http_status == HTTP_STATUS[case.operation, case.code]
    assert error.rule == (case.rule or own)
    assert error.target == case.target
    for words in case.words:
        assert words in error.message
    shown = attrs.evolve(error.to_public_error(), details=None)  # which some refusals also have
    assert shown == PublicError(code=case.code, message=error.message, target=case.target)
    assert str(error) == f"{error.code} ({error.http_status}): {error.message} [{error.rule}]"


def test_O5_an_embedder_can_report_an_incomplete_deletion() -> None:
    error = refusal_of(
        Operation.DELETE, "IncompleteArtifactDeletion", "3 of 9 artifacts are left", target="s1"
    )
    assert (error.code, error.http_status, error.rule) == ("IncompleteArtifactDeletion", 500, "O5")
    assert error.stale is False
    assert error.to_public_error() == PublicError(
        code="IncompleteArtifactDeletion", message="3 of 9 artifacts are left", target="s1"
    )


def test_a_case_outside_of_the_catalogue_is_not_a_refusal() -> None:
    with pytest.raises(KeyError):
        refusal_of(Operation.GET, "TooManyActiveRestoreSessions", "")
