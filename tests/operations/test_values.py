"""The root, its limits, and the errors, as values."""

import ast
import inspect
import pickle
from collections.abc import Callable
from copy import copy, deepcopy
from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from restore_domain import operations, wire
from restore_domain.model import (
    EntityCollection,
    Finding,
    JsonObject,
    PublicError,
    RestoreSessionBase,
    ViolationKind,
)
from restore_domain.operations import (
    BackupRestoreRoot,
    BatchRefusedError,
    BulkRequestCreated,
    BulkRequestDeleted,
    BulkRequestResolved,
    Limits,
    RecordedBatch,
    Report,
    Resolution,
    RestoreDomainError,
    SessionChanged,
    SessionCreated,
    SessionRemoved,
    SnapshotRefusedError,
    StaleReport,
    UnresolvedMailbox,
    activate_session,
    get_session,
    list_sessions,
    record,
)
from restore_domain.operations.kinds import check_kind
from restore_domain.operations.reports import entered

from .asking import create
from .service import NOW, SCHEDULED, Json, artifact, entry, refused, report, session

# BackupRestoreRoot and Limits


def test_the_root_begins_empty_with_the_limits_of_the_service() -> None:
    root = BackupRestoreRoot()
    assert len(root.exchange_restore_sessions) == 0
    assert root.limits == Limits()
    assert (
        Limits().artifacts_per_request,
        Limits().restoration_resources,
        Limits().active_sessions,
        Limits().retention,
    ) == (50, 10_000, 25, timedelta(days=365))
    assert repr(root) == "<BackupRestoreRoot EntityCollection([])>"


def test_the_root_finds_its_sessions() -> None:
    one, other = session(session_id="s1"), session(session_id="s2")
    root = BackupRestoreRoot(exchange_restore_sessions=iter([one, other]))
    assert root.session("s2") is other
    assert root.session("s3") is None
    assert list(root.exchange_restore_sessions) == [one, other]
    assert isinstance(root.exchange_restore_sessions, EntityCollection)
    again = BackupRestoreRoot(exchange_restore_sessions=root.exchange_restore_sessions)
    assert again.exchange_restore_sessions is root.exchange_restore_sessions
    assert again == root
    assert hash(again) == hash(root)
    assert again != BackupRestoreRoot(exchange_restore_sessions=[other, one])
    assert again != BackupRestoreRoot(
        exchange_restore_sessions=[one, other], limits=Limits(active_sessions=1)
    )


def test_the_root_reports_a_value_that_is_not_a_session() -> None:
    stored: Any = [session(), artifact()]
    with pytest.raises(TypeError) as caught:
        BackupRestoreRoot(exchange_restore_sessions=stored)
    assert "expected ExchangeRestoreSession, got" in str(caught.value)
    assert "(MailboxRestoreArtifact)" in str(caught.value)


def test_the_root_can_not_be_changed() -> None:
    root: Any = BackupRestoreRoot()
    for name in ("exchange_restore_sessions", "limits"):
        with pytest.raises(AttributeError):
            setattr(root, name, None)
    limits: Any = root.limits
    with pytest.raises(AttributeError):
        limits.active_sessions = 26


@pytest.mark.parametrize(
    ("error", "given"),
    [
        (TypeError, {"limits": None}),
        (TypeError, {"limits": 25}),
        (TypeError, {"exchange_restore_sessions": [artifact("a1")]}),
        (TypeError, {"exchange_restore_sessions": [session(), 5]}),
        (TypeError, {"exchange_restore_sessions": EntityCollection([artifact("a1")])}),
        (TypeError, {"exchange_restore_sessions": [RestoreSessionBase(id="s1")]}),
        (TypeError, {"exchange_restore_sessions": 5}),
        (ValueError, {"exchange_restore_sessions": [session(), session()]}),
    ],
    ids=str,
)
def test_the_root_contains_only_sessions(error: type[Exception], given: Json) -> None:
    with pytest.raises(error):
        BackupRestoreRoot(**given)


@pytest.mark.parametrize(
    ("error", "name", "value"),
    [
        (ValueError, "artifacts_per_request", 0),
        (ValueError, "artifacts_per_request", -1),
        (ValueError, "active_sessions", -1),
        (ValueError, "restoration_resources", 0),
        (TypeError, "restoration_resources", "10000"),
        (ValueError, "retention", timedelta(microseconds=-1)),
        (TypeError, "artifacts_per_request", 2.5),
        (TypeError, "artifacts_per_request", None),
        (TypeError, "artifacts_per_request", True),
        (TypeError, "active_sessions", "25"),
        (TypeError, "retention", 365),
        (TypeError, "retention", None),
    ],
)
def test_an_invalid_limit_is_refused(error: type[Exception], name: str, value: Any) -> None:
    with pytest.raises(error) as caught:
        Limits(**{name: value})
    assert name in str(caught.value)


def test_the_smallest_limits_are_valid() -> None:
    smallest: Json = {
        "artifacts_per_request": 1,
        "restoration_resources": 1,
        "active_sessions": 0,
        "retention": timedelta(0),
    }
    limits = Limits(**smallest)
    assert {name: getattr(limits, name) for name in smallest} == smallest


# The errors


ERROR = RestoreDomainError("Code", 418, "What was wrong.", rule="O1", target="$.a")
BATCH = BatchRefusedError([(3, ERROR), (5, RestoreDomainError("Other", 400, "Too.", rule="O7"))])


def test_an_error_has_everything_for_the_answer_to_a_client() -> None:
    assert (ERROR.code, ERROR.http_status, ERROR.message, ERROR.rule, ERROR.target) == (
        "Code",
        418,
        "What was wrong.",
        "O1",
        "$.a",
    )
    assert ERROR.stale is False
    assert str(ERROR) == "Code (418): What was wrong. [O1]"
    assert ERROR.to_public_error() == PublicError(
        code="Code", message="What was wrong.", target="$.a"
    )
    assert wire.to_json_value(ERROR.to_public_error()) == {
        "code": "Code",
        "message": "What was wrong.",
        "target": "$.a",
    }


def test_an_error_has_its_arguments() -> None:
    assert ERROR.args == ("Code", 418, "What was wrong.", "O1", "$.a")


def test_the_error_of_a_batch_lists_every_invalid_report() -> None:
    assert str(BATCH) == "Code (418): report 3: What was wrong.; report 5: Too. [O1]"
    assert isinstance(BATCH, RestoreDomainError)
    assert wire.to_json_value(BATCH.to_public_error()) == {
        "code": "Code",
        "message": "report 3: What was wrong.; report 5: Too.",
        "target": "$.a",
        "details": [
            {"code": "Code", "message": "What was wrong.", "target": "$.a"},
            {"code": "Other", "message": "Too."},
        ],
    }


@pytest.mark.parametrize(
    ("found", "stale"),
    [
        ([("H3", False), ("S6", True)], True),
        ([("L2", True), ("L4", True)], True),
        ([("L2", True), ("H2", False)], False),
        ([("S1", False), ("S8", False)], False),
    ],
    ids=["time", "statuses", "values", "itself"],
)
def test_a_snapshot_is_stale_by_its_time_or_by_every_status(
    found: list[tuple[str, bool]], *, stale: bool
) -> None:
    shown: Json = {
        "rule": "H2",
        "kind": ViolationKind.CONTRADICTION,
        "session_id": "s1",
        "before": 0,
        "after": 1,
        "artifact_id": None,
        "property": "status",
        "message": "It is odd.",
    }
    findings = [Finding(finer_rule=rule, stale=late, **shown) for rule, late in found]
    assert SnapshotRefusedError(findings).stale is stale


@pytest.mark.parametrize("error", [ERROR, BATCH], ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("again", [copy, deepcopy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301
def test_an_error_can_be_copied_and_sent_to_another_process(
    error: RestoreDomainError, again: Callable[[Any], Any]
) -> None:
    copied = again(error)
    assert type(copied) is type(error)
    assert copied is not error
    assert str(copied) == str(error)
    assert copied.to_public_error() == error.to_public_error()
    assert (copied.args, copied.http_status, copied.rule) == (
        error.args,
        error.http_status,
        error.rule,
    )


class Unspeakable:
    """A class whose instances can't even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    "value", ["x" * 10**6, 10**5000, [10**5000], [[[[[[[[[]]]]]]]]], Unspeakable()], ids=type
)
def test_a_message_shows_the_value_in_short(value: Any) -> None:
    root = BackupRestoreRoot()
    with refused(root) as caught:
        list_sessions(root, skip_token=value)
    assert "is not a continuation token" in caught.value.message
    assert len(caught.value.message) < 200


def test_a_message_shows_usual_ids_completely() -> None:
    guid = "6f3a2c1e-0d47-4b8e-9a55-1c2b7de0f310"
    root = BackupRestoreRoot()
    with refused(root) as caught:
        get_session(root, guid)
    assert f"'{guid}'" in caught.value.message


# S7: a function of its arguments, and of nothing else


def test_S7_the_same_arguments_give_the_same_answer() -> None:
    def live() -> Any:
        root = create(BackupRestoreRoot(), entry("r1"), entry("r2")).root
        activated = activate_session(root, "s1", now=NOW)
        recorded = record(activated.root, "s1", report("a1", SCHEDULED))
        return root, activated, recorded

    assert pickle.dumps(live()) == pickle.dumps(live())


UNWELCOME = {
    *("time", "random", "secrets", "uuid", "os", "io", "socket", "subprocess", "threading"),
    *("pathlib", "locale", "asyncio", "logging", "sys", "tempfile", "urllib", "http"),
}
"""Modules through which a function could use more than its arguments."""


@pytest.mark.parametrize("name", [module.name for module in iter_modules(operations.__path__)])
def test_S7_no_operation_uses_a_clock_random_numbers_or_io(name: str) -> None:
    module = import_module(f"restore_domain.operations.{name}")
    tree = ast.parse(inspect.getsource(module))
    imported = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        (node.module or "").partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not imported & UNWELCOME
    assert not called & {"now", "utcnow", "today", "fromtimestamp"}
    assert not {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & {
        *("open", "input", "print", "eval", "exec", "globals"),
    }


# The arguments of each function and class: positional or by name, and keyword-only.
ARGUMENTS = """
create_session      root request                         | session_id artifact_ids now actor
update_session      root session_id request              | artifact_ids now actor
create_artifact     root session_id request              | artifact_id now actor
activate_session    root session_id                      | now actor
delete_session      root session_id                      | now actor
get_session         root session_id                      |
list_sessions       root                                 | top skip_token
list_artifacts      root session_id                      | top skip_token
list_granular_artifacts  root session_id                 | top skip_token
record              root session_id report               | reporter actor
record_batch        root session_id reports              | reporter actor max_errors stale
observe             root session_id snapshot now         |
expire              root                                 | now actor
allowed_operations  root session_id bulk_request_id      |
apply               root event                           |
replay              root events                          |
refusal_of          operation code message               | target rule stale
BackupRestoreRoot                                        | exchange_restore_sessions limits
create_bulk_request root session_id request              | bulk_request_id now actor
get_bulk_request    root session_id bulk_request_id      |
list_bulk_requests  root session_id                      | top skip_token
delete_bulk_request root session_id bulk_request_id      | now actor
resolve_bulk_request root session_id bulk_request_id resolution | artifact_ids now actor
BulkRequestCreated  request                              |
BulkRequestDeleted  request_id                           |
BulkRequestResolved                                      | request_id failures status \
                                                           last_modified_by
Resolution                                               | artifacts failures ended \
                                                           additional_data
UnresolvedMailbox                                        | mailbox error additional_data
Limits                                                   | artifacts_per_request \
                                                           restoration_resources active_sessions \
                                                           retention
Report                                                   | artifact_id status time error \
                                                           start_date_time completion_date_time \
                                                           restored_folder_id \
                                                           restored_folder_name \
                                                           restored_item_count additional_data
SessionCreated      session                              |
SessionChanged                                           | session_id status_before status_after \
                                                           added changed removed \
                                                           last_modified_by \
                                                           last_modified_date_time policy_id \
                                                           activated bulk_request observed
SessionRemoved                                           | session_id status_before reason actor \
                                                           time
StaleReport                                              | position report message
RecordedBatch                                            | changed stale
Outcome             root result events                   |
Page                value skip_token                     |
ErrorCase           operation code http_status rule when |
RestoreDomainError  code http_status message             | rule target stale
BatchRefusedError   refusals                             |
SnapshotRefusedError  findings                           |
"""

NOT_MADE = {"Operation", "SessionRemovalReason", "Event", "BulkRequestChange", "UnreadRequest"}
"""Two enumerations, two unions and a protocol."""


def test_other_arguments_are_keyword_only() -> None:
    reported = {}
    for name in operations.__all__:
        if callable(made := getattr(operations, name)) and name not in NOT_MADE:
            kinds: Json = {"POSITIONAL_OR_KEYWORD": [], "KEYWORD_ONLY": []}
            for parameter in inspect.signature(made).parameters.values():
                kinds[parameter.kind.name].append(parameter.name)
            reported[name] = tuple(kinds.values())
    rows = [line.split("|") for line in ARGUMENTS.strip().splitlines()]
    assert reported == {
        name: (places, names.split())
        for (name, *places), names in ((a.split(), b) for a, b in rows)
    }


def test_arguments_of_the_same_type_are_keyword_only_internally_too() -> None:
    for made, by_name in ((entered, ["started", "ended", "error"]), (check_kind, ["adds"])):
        parameters = inspect.signature(made).parameters.values()
        assert [each.name for each in parameters if each.kind is each.KEYWORD_ONLY] == by_name
        assert not any(each.kind is each.POSITIONAL_ONLY for each in parameters)


def test_a_report_is_made_of_an_artifact_seen_at_a_time() -> None:
    of_artifact, at_a_time = inspect.signature(Report.of).parameters.values()
    assert (of_artifact.name, of_artifact.kind.name) == ("artifact", "POSITIONAL_OR_KEYWORD")
    assert (at_a_time.name, at_a_time.kind.name) == ("time", "KEYWORD_ONLY")


def test_a_report_freezes_what_else_came_on_the_wire() -> None:
    reported = report(additional_data={"note": ["kept"]})
    assert reported.additional_data == JsonObject({"note": ["kept"]})
    assert hash(reported) == hash(report(additional_data=reported.additional_data))


def test_the_repr_of_a_report_omits_derived_attributes() -> None:
    assert "lacks_an_offset" not in repr(report())


@pytest.mark.parametrize("kind", [operations.Outcome, operations.Page])
def test_the_types_of_answers_are_public(kind: Any) -> None:
    assert len(kind.__parameters__) == 1
    assert kind[int].__origin__ is kind


def test_no_record_has_room_for_weak_references() -> None:
    """A service stores them by the million."""
    kept = (
        *(BackupRestoreRoot, SessionCreated, SessionChanged, SessionRemoved),
        *(Report, StaleReport, RecordedBatch, Resolution, UnresolvedMailbox),
        *(BulkRequestCreated, BulkRequestResolved, BulkRequestDeleted),
    )
    assert [kind for kind in kept if hasattr(kind, "__weakref__")] == []
