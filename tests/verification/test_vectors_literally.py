"""The conformance vectors, compared with values that are written here by hand.

The vectors are made from the reference, so a wrong reference would write wrong vectors and pass
them. The tests in this module do not use the reference.
"""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from restore_domain.verification.vectors import Case, Step
from tests.every_vector import CASES


def answers(case_id: str) -> list[Any]:
    """Return what a case expects: the results, and code and status of the refusals."""
    return [answer(step) for step in CASES[case_id].steps]


def answer(step: Step) -> Any:
    refused = step.expected.refusal
    return (refused.code, refused.http_status) if refused else step.expected.result


def of_file(name: str) -> Iterator[Case]:
    return (case for case in CASES.values() if case.id.startswith(f"{name}/"))


# The 128 sets. A row is a set of final or unknown statuses, and a column a set of those on the way:
# a letter for each of added, scheduling, Queued for scheduled, and in Progress.

SESSION_STATUSES = {
    "d": "draft",
    "g": "activating",
    "a": "active",
    "e": "completedWithError",
    "c": "completed",
    "f": "failed",
    "u": "unknownFutureValue",
}

ON_THE_WAY = {"A": "added", "S": "scheduling", "Q": "scheduled", "P": "inProgress"}
AT_THE_END = {"D": "succeeded", "F": "failed", "U": "unknownFutureValue"}

TABLE = """
        -  A  S  AS Q  AQ SQ ASQ P  AP SP ASP QP AQP SQP ASQP
-       d  d  g  g  a  a  a  a   a  a  a  a   a  a   a   a
D       c  a  a  a  a  a  a  a   a  a  a  a   a  a   a   a
F       f  a  a  a  a  a  a  a   a  a  a  a   a  a   a   a
DF      e  a  a  a  a  a  a  a   a  a  a  a   a  a   a   a
U       u  u  u  u  a  a  a  a   a  a  a  a   a  a   a   a
DU      u  a  a  a  a  a  a  a   a  a  a  a   a  a   a   a
FU      u  a  a  a  a  a  a  a   a  a  a  a   a  a   a   a
DFU     u  a  a  a  a  a  a  a   a  a  a  a   a  a   a   a
"""


def aggregated() -> dict[frozenset[str], str]:
    header, *rows = TABLE.strip().splitlines()
    table = {}
    for row in rows:
        ends, *cells = row.split()
        for way, cell in zip(header.split(), cells, strict=True):
            names = [ON_THE_WAY[letter] for letter in way.strip("-")]
            names += [AT_THE_END[letter] for letter in ends.strip("-")]
            table[frozenset(names)] = SESSION_STATUSES[cell]
    return table


RULE_OF_STATUS = {
    "draft": "A1",
    "completedWithError": "A4",
    "completed": "A5",
    "failed": "A6",
}


def rule_of(statuses: frozenset[str], status: str) -> str:
    """Return the rule that decides the status for a set of statuses."""
    if "unknownFutureValue" in statuses:
        return "A10" if status == "unknownFutureValue" else "A9"
    if status == "activating":
        return "A8" if "added" in statuses else "A2"
    if status == "active":
        return "A7" if statuses.isdisjoint({"scheduled", "inProgress"}) else "A3"
    return RULE_OF_STATUS[status]


def test_each_of_the_128_sets_is_aggregated() -> None:
    expected = aggregated()
    assert len(expected) == 128
    found: dict[frozenset[str], set[str]] = {}
    for case in of_file("aggregation"):
        (step,) = case.steps
        statuses = frozenset(step.call["params"]["statuses"])
        if case.rule != "W2":
            found.setdefault(statuses, set()).add(answer(step))
            assert case.rule == rule_of(statuses, answer(step)), case.id
    assert found == {statuses: {status} for statuses, status in expected.items()}


def test_each_of_the_128_sets_is_explained() -> None:
    found = {}
    for case in of_file("explanation"):
        (step,) = case.steps
        found[frozenset(step.call["params"]["statuses"])] = answer(step)
        assert answer(step)["rule"] == case.rule
    assert found == {
        statuses: {"status": status, "rule": rule_of(statuses, status)}
        for statuses, status in aggregated().items()
    }


def test_a_status_in_an_answer_is_that_of_the_artifacts() -> None:
    """The same everywhere, except where it was declared, the session is still as it was given, or
    an artifact's status is not a member.
    """
    expected = aggregated()
    seen = set()
    for case in CASES.values():
        if case.rule in {"S1", "S1a", "S8", "W2"} and "/nothing/" not in case.id:
            continue
        for step in case.steps:
            result = answer(step)
            if step.call["method"] in {"create", "get", "activate"} and isinstance(result, dict):
                if lacks_artifacts(result) or result in case.start.get("sessions", ()):
                    continue
                statuses = artifact_statuses(result)
                if statuses is not None and "status" in result:
                    assert result["status"] == expected[statuses], case.id
                    seen.add(statuses)
    assert len(seen) > 35


def lacks_artifacts(session: dict[str, Any]) -> bool:
    """Return whether more artifacts are to come, by the type of a session (S8)."""
    kind = session.get("restoreJobType")
    is_whole = kind in (None, "standard") or "granularMailboxRestoreArtifacts" in session
    return kind == "bulk" or REQUESTS in session or not is_whole


REQUESTS = "mailboxRestoreArtifactsBulkAdditionRequests"


@pytest.mark.parametrize(
    ("name", "stands_for"), [("active", True), ("ended", False), ("ended-with-errors", False)]
)
def test_B3_what_a_bulk_request_stands_for(name: str, stands_for: bool) -> None:  # noqa: FBT001
    prefix, expected = f"bulk/stands/{name}/", aggregated()
    found = {case_id.removeprefix(prefix) for case_id in CASES if case_id.startswith(prefix)}
    assert {text for text in found if "+" not in text} == frozenset().union(*expected)
    for text in found:
        statuses = {*text.split("+")}
        to_come = "added" if statuses == {"added"} else "scheduling"
        counted = statuses | {to_come} if stands_for else statuses
        _, session = answers(f"{prefix}{text}")
        assert session["status"] == expected[frozenset(counted)], text


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("nothing", "draft"),
        ("draft", "draft"),
        ("draft-of-added", "draft"),
        ("activating", "activating"),
        ("activating-with-added", "activating"),
        ("active", "activating"),
        ("unknown", "activating"),
        ("unknown-text", "activating"),
        ("completed", "activating"),
        ("draft-beyond-added", "activating"),
        ("draft-with-an-unknown-one", "unknownFutureValue"),
    ],
)
def test_B6_which_sessions_were_activated(name: str, status: str) -> None:
    _, session, activated, resolved, _ = answers(f"bulk/stands/declared/{name}")
    assert session["status"] == status
    assert (activated == NOT_ALLOWED) == (status != "draft")
    assert resolved != NOT_ALLOWED


@pytest.mark.parametrize(
    ("case_id", "status", "completed", "code", "targets"),
    [
        ("failed", "failed", "2026-01-05T10:10:00Z", "ArtifactNotFound", "ada bob cyd"),
        ("other-codes", "failed", "2026-01-05T10:10:00Z", "UnknownError", "ada cyd"),
        ("failed-in-time", "failed", "2026-01-05T10:20:00Z", "ArtifactNotFound", "ada bob cyd"),
        ("request-deleted", "failed", "2026-01-05T10:10:00Z", "ArtifactNotFound", "ada bob cyd"),
        ("some-resolved", "completed", "2026-01-05T09:30:00Z", None, ""),
        ("another-active", "activating", None, None, ""),
        ("read/errors", "failed", "2026-01-05T09:40:00Z", "ArtifactNotFound", "ada"),
        ("read/two", "failed", "2026-01-05T10:30:00Z", "UnknownError", "ada cyd"),
        ("read/declared-alone", "failed", "2026-01-05T09:40:00Z", "ArtifactNotFound", "ada"),
        ("read/no-time", "failed", None, "UnknownError", ""),
        ("read/declared-completed", "completed", None, None, ""),
        ("read/completed", "unknownFutureValue", None, None, ""),
        ("read/declared-unknown", "unknownFutureValue", None, None, ""),
        ("read/beside-a-link", "unknownFutureValue", None, None, ""),
    ],
)
def test_B4_the_values_of_a_session_without_an_artifact(
    case_id: str, status: str, completed: str | None, code: str | None, targets: str
) -> None:
    session = next(
        found
        for found in reversed(answers(f"bulk/nothing/{case_id}"))
        if isinstance(found, dict) and "id" in found
    )
    error = session.get("error", {})
    assert session["status"] == status
    assert session.get("completedDateTime") == completed
    assert error.get("code") == code
    assert [found["target"].partition("@")[0] for found in error.get("details", ())] == (
        targets.split()
    )


def artifact_statuses(session: dict[str, Any]) -> frozenset[str] | None:
    collections = ("mailboxRestoreArtifacts", "granularMailboxRestoreArtifacts")
    if not any(name in session for name in collections):
        return None
    statuses = (
        artifact.get("status") for name in collections for artifact in session.get(name, ())
    )
    return frozenset(status if status in MEMBERS else "unknownFutureValue" for status in statuses)


# The changes of an artifact's status: a row is the old status, a column the new one.

MEMBERS = (
    "added",
    "scheduling",
    "scheduled",
    "inProgress",
    "succeeded",
    "failed",
    "unknownFutureValue",
)

CHANGES = {
    "driver": """
        = y . . . . .
        . = y . . y .
        . . = y . y .
        . . . = y y .
        . . . . = . .
        . . . . . = .
        . . . . . . =
    """,
    "observer": """
        = y y y y y y
        . = y y y y y
        . . = y y y y
        . . . = y y y
        . . . . = . .
        . . . . . = .
        . y y y y y =
    """,
}

NOT_ALLOWED = ("RestoreSessionActionNotAllowed", 403)


def changes() -> Iterator[tuple[str, str]]:
    """Yield the changes: the name of the case, and whether the change is allowed."""
    for reporter, table in CHANGES.items():
        for old, row in zip(MEMBERS, table.split("\n")[1:-1], strict=True):
            for new, cell in zip(MEMBERS, row.split(), strict=True):
                yield f"{reporter}/{old}-to-{new}", cell


@pytest.mark.parametrize(("name", "cell"), list(changes()))
def test_a_change_of_status(name: str, cell: str) -> None:
    (advanced,) = answers(f"lifecycle/{name}")
    recorded, session = answers(f"record/{name}")
    _, old, new = re.fullmatch(r"(\w+)/(\w+)-to-(\w+)", name).groups()  # type: ignore[union-attr]
    (artifact,) = session["mailboxRestoreArtifacts"]
    if cell == ".":
        assert advanced == recorded == NOT_ALLOWED
        assert artifact["status"] == old
    else:
        assert advanced == ("unchanged" if cell == "=" else "changed")
        assert recorded == artifact
        assert artifact["status"] == new
    is_changed = cell == "y"
    assert session["lastModifiedDateTime"] == f"2026-01-05T{'10' if is_changed else '09'}:30:00Z"


def test_the_lifecycle_has_no_other_cases() -> None:
    assert len(list(of_file("lifecycle"))) == len(list(changes())) == 98


# The errors, in the order of the checks

INVALID_ID = ("InvalidRestoreSessionId", 400)
NOT_FOUND = ("RestoreSessionNotFound", 404)
ARTIFACTS = [("InvalidPathType", 400), ("InvalidRestorePoint", 400)]
DUPLICATE = ("DuplicateArtifactInList", 400)
DIFFERENT = ("DifferentRestoreDestinationType", 400)
BAD_REQUEST = ("InvalidRequest", 400)
BAD_ARTIFACTS = ("InvalidArtifactRequest", 400)
RECORD = [INVALID_ID, NOT_FOUND, BAD_ARTIFACTS, ("ArtifactNotFound", 404), NOT_ALLOWED]

ERRORS: dict[str, list[tuple[str, int]]] = {
    "create": [
        BAD_ARTIFACTS,
        ("RestoreArtifactsLimitBreached", 413),
        *ARTIFACTS,
        DIFFERENT,
        DUPLICATE,
    ],
    "get": [INVALID_ID, NOT_FOUND],
    "list": [BAD_REQUEST],
    "listArtifacts": [INVALID_ID, NOT_FOUND, BAD_REQUEST],
    "listGranularArtifacts": [INVALID_ID, NOT_FOUND, BAD_REQUEST],
    "update": [
        INVALID_ID,
        NOT_FOUND,
        NOT_ALLOWED,
        ("InvalidPatchRequest", 400),
        BAD_ARTIFACTS,
        ("RestoreArtifactsLimitBreached", 400),
        *ARTIFACTS,
        DUPLICATE,
        DIFFERENT,
    ],
    "createArtifact": [
        INVALID_ID,
        NOT_FOUND,
        NOT_ALLOWED,
        BAD_ARTIFACTS,
        *ARTIFACTS,
        DUPLICATE,
        DIFFERENT,
    ],
    "activate": [
        INVALID_ID,
        NOT_FOUND,
        NOT_ALLOWED,
        BAD_ARTIFACTS,
        ("TooManyActiveRestoreSessions", 500),
    ],
    "delete": [INVALID_ID, NOT_FOUND, NOT_ALLOWED],
    "record": RECORD,
    "recordBatch": RECORD,
}
"""Every error of every operation on sessions and artifacts. An unknown reporter is `BAD_REQUEST`,
and is listed separately: the operation itself does not check it.
"""

BAD_REQUEST_ID = ("InvalidBulkRestoreArtifactId", 400)
REQUEST_NOT_FOUND = ("BulkRestoreArtifactsNotFound", 404)
REQUEST = [INVALID_ID, NOT_FOUND, BAD_REQUEST_ID, REQUEST_NOT_FOUND]

BULK_ERRORS: dict[str, list[tuple[str, int]]] = {
    "createBulkRequest": [
        INVALID_ID,
        NOT_FOUND,
        NOT_ALLOWED,
        ("BulkRestoreInvalidCreateRequest", 400),
        ("InvalidPathType", 400),
        ("BulkRestoreRestorationResourcesCountExceedsLimit", 400),
        ("BulkRestoreInvalidCreateRequestUserEmail", 400),
    ],
    "getBulkRequest": REQUEST,
    "listBulkRequests": [INVALID_ID, NOT_FOUND, BAD_REQUEST],
    "deleteBulkRequest": [*REQUEST, ("InvalidStateForBulkRequestDeletion", 403)],
    "resolveBulkRequest": [
        *REQUEST,
        NOT_ALLOWED,
        BAD_ARTIFACTS,
        ("InvalidRestorePoint", 400),
        DUPLICATE,
    ],
}
"""Every error of every operation on bulk requests."""


OF_REPORTERS = ("record/reporter/unknown", "readings/reporter/")
"""Cases with an invalid parameter, which is refused before the operation's own checks."""


def test_each_operation_is_refused_with_each_of_its_errors_and_no_other() -> None:
    found: dict[str, set[tuple[str, int]]] = {}
    for case in CASES.values():
        for step in case.steps:
            if step.expected.refusal and not case.id.startswith(OF_REPORTERS):
                found.setdefault(step.call["method"], set()).add(answer(step))
    pure = {"advance": {NOT_ALLOWED}, "read": {BAD_REQUEST}}
    operations = {method: set(errors) for method, errors in (ERRORS | BULK_ERRORS).items()}
    assert found == pure | operations


EXCLUSIVE = {
    frozenset({INVALID_ID[0], NOT_FOUND[0]}),
    frozenset({INVALID_ID[0], NOT_ALLOWED[0]}),
    frozenset({NOT_FOUND[0], NOT_ALLOWED[0]}),
    frozenset({"ArtifactNotFound", NOT_ALLOWED[0]}),
}
"""Pairs of errors that can not both apply."""


def both_may_apply(operation: str, first: str, second: str) -> bool:
    """Return whether one request can be wrong in both ways."""
    if frozenset({first, second}) in EXCLUSIVE:
        return False
    if operation == "update":  # an empty list has no entry that could be wrong
        return BAD_ARTIFACTS[0] not in {first, second} or first in SESSION_ERRORS
    if operation == "activate":  # a session that does not exist can not contain anything
        return second != BAD_ARTIFACTS[0] or first == NOT_ALLOWED[0]
    if operation == "createArtifact":
        if first in {INVALID_ID[0], NOT_FOUND[0]}:  # there are no other artifacts to agree with
            return second not in {DUPLICATE[0], DIFFERENT[0]}
        # an invalid artifact has no other properties, and an empty name is like a missing one
        return first != BAD_ARTIFACTS[0] and (first, second) != (
            "InvalidRestorePoint",
            DUPLICATE[0],
        )
    if operation in {"record", "recordBatch"}:
        return first == BAD_ARTIFACTS[0] or second == BAD_ARTIFACTS[0]
    return True


SESSION_ERRORS = {INVALID_ID[0], NOT_FOUND[0], NOT_ALLOWED[0]}


def pairs() -> set[str]:
    return {
        f"order_of_checks/{operation}/{first}-before-{second}"
        for operation, errors in ERRORS.items()
        for position, (first, _) in enumerate(errors)
        for second, _ in errors[position + 1 :]
        if both_may_apply(operation, first, second)
    }


def test_every_pair_of_errors_that_can_both_apply_has_a_case() -> None:
    cases = {case.id for case in of_file("order_of_checks")}
    assert cases == pairs() | RESULTS_TOO_EARLY | {"order_of_checks/recordBatch/first-report-first"}


def test_every_pair_of_errors_of_a_call_on_bulk_requests_has_a_case() -> None:
    cases = {case.id for case in of_file("bulk") if case.id.startswith("bulk/order/")}
    assert cases == {
        f"bulk/order/{operation}/{first}-before-{second}"
        for operation, errors in BULK_ERRORS.items()
        for (first, _), (second, _) in combinations(errors, 2)
        if not is_exclusive(first, second)
    }


def is_exclusive(first: str, second: str) -> bool:
    """Return whether a call on bulk requests can not be wrong in both ways."""
    if frozenset({first, second}) in EXCLUSIVE:
        return True
    # a request that does not exist has no status
    is_of_status = second == "InvalidStateForBulkRequestDeletion"
    return is_of_status or {first, second} == {BAD_REQUEST_ID[0], REQUEST_NOT_FOUND[0]}


RESULTS_TOO_EARLY = {
    f"order_of_checks/{operation}/result-too-early-before-{code}"
    for operation in ("record", "recordBatch")
    for code in ("ArtifactNotFound", NOT_ALLOWED[0])
}
"""Another reason for `BAD_ARTIFACTS`, which is checked equally early."""


@pytest.mark.parametrize("case_id", sorted(RESULTS_TOO_EARLY))
def test_O9_a_result_too_early_is_refused_before_all_that_is_about_the_artifact(
    case_id: str,
) -> None:
    assert answers(case_id) == [BAD_ARTIFACTS]


RESULTS = {"restoredFolderId": "f1", "restoredFolderName": "Restored", "restoredItemCount": 7}
OTHERS = {"restoredFolderId": "f2", "restoredFolderName": "Recovered", "restoredItemCount": 12}
FOLDER = {name: RESULTS[name] for name in ("restoredFolderId", "restoredFolderName")}


def results_in(case_id: str) -> dict[str, Any]:
    """Return the results of the first artifact of the session in the last answer."""
    artifact = answers(f"record/{case_id}")[-1]["mailboxRestoreArtifacts"][0]
    return {name: value for name, value in artifact.items() if name in RESULTS}


@pytest.mark.parametrize(
    ("case_id", "results"),
    [
        *(
            (f"results/{reporter}/{status}", RESULTS)
            for reporter in ("driver", "observer")
            for status in ("inProgress", "succeeded", "failed")
        ),
        ("results/observer/unknownFutureValue", RESULTS),
        ("results/driver/unknown", {}),
        ("results/driver/too-early/scheduling-to-scheduled", {}),
        ("results/observer/too-early/scheduled-to-scheduled", {}),
        ("results/each-by-itself", {"restoredItemCount": 0, "restoredFolderId": "f1"}),
        ("results/null", RESULTS),
        ("results/of-a-new-status", RESULTS | {"restoredFolderId": "f2", "restoredItemCount": 9}),
        ("again/inProgress-with-results", RESULTS),
        ("again/inProgress-with-other-results", RESULTS | {"restoredItemCount": 12}),
        ("again/succeeded-with-late-results", FOLDER),
        ("again/failed-with-late-results", FOLDER),
        ("again/succeeded-with-other-results", RESULTS),
        ("again/succeeded-with-some-late-results", OTHERS | {"restoredItemCount": 7}),
        ("again/empty-results", {**RESULTS, "restoredFolderName": "", "restoredItemCount": 0}),
        ("again/late-results-out-of-order", {"restoredItemCount": 7}),
        ("again/unknown-with-results", {}),
    ],
)
def test_which_results_an_artifact_has(case_id: str, results: dict[str, Any]) -> None:
    assert results_in(case_id) == results


@pytest.mark.parametrize(
    ("name", "time", "actor"),
    [
        ("inProgress-with-results", "10:35:00", "bob"),
        ("inProgress-with-the-same-results", "09:30:00", "ada"),
        ("succeeded-with-late-results", "10:35:00", "bob"),
        ("succeeded-with-other-results", "09:30:00", "ada"),
        ("late-results-twice", "10:35:00", "ada"),
        ("late-results-with-an-earlier-time", "09:30:00", "bob"),
        ("late-null-results", "09:30:00", "ada"),
        ("failed-with-the-error-it-lacks", "10:30:00", "bob"),
        ("failed-with-a-null-error", "09:30:00", "ada"),
        ("succeeded-with-an-error", "09:30:00", "ada"),
        ("unknown-with-results", "09:30:00", "ada"),
    ],
)
def test_when_a_report_of_the_same_status_is_a_change(name: str, time: str, actor: str) -> None:
    session = answers(f"record/again/{name}")[-1]
    assert session["lastModifiedDateTime"] == f"2026-01-05T{time}Z"
    assert session["lastModifiedBy"]["user"]["id"] == actor


@pytest.mark.parametrize("new", ["added", "scheduling", "scheduled"])
def test_nothing_that_waits_follows_an_unknown_status_with_a_start(new: str) -> None:
    refused, _ = answers(f"record/observer/unknownFutureValue-with-a-start-to-{new}")
    assert refused == NOT_ALLOWED


@pytest.mark.parametrize("new", ["inProgress", "succeeded", "failed"])
def test_what_has_run_may_follow_an_unknown_status_with_a_start(new: str) -> None:
    artifact, _ = answers(f"record/observer/unknownFutureValue-with-a-start-to-{new}")
    assert (artifact["status"], artifact["startDateTime"]) == (new, "2026-01-05T09:20:00Z")


def test_an_observer_may_not_know_why_an_artifact_failed() -> None:
    artifact, session = answers("record/error/observer-missing")
    assert artifact["status"] == "failed"
    assert "error" not in artifact
    assert session["error"]["code"] == "UnknownError"
    assert session["error"]["details"] == [{"code": "UnknownError", "target": "a1"}]
    assert answers("record/error/missing")[0] == BAD_ARTIFACTS


@pytest.mark.parametrize("case_id", sorted(pairs()))
def test_the_check_that_comes_first_decides(case_id: str) -> None:
    operation, first = re.match(r"order_of_checks/(\w+)/(\w+)-before-", case_id).groups()  # type: ignore[union-attr]
    assert answers(case_id)[-1] == (first, dict(ERRORS[operation])[first])
    assert CASES[case_id].steps[-1].call["method"] == operation


NAMED_AFTER_ERROR = [
    (case.id, code)
    for case in CASES.values()
    for code in case.id.split("/")[1:]
    if any(code == error for errors in ERRORS.values() for error, _ in errors)
]


@pytest.mark.parametrize(("case_id", "code"), NAMED_AFTER_ERROR)
def test_a_case_that_is_named_after_an_error_gets_it(case_id: str, code: str) -> None:
    asked = [
        step
        for number, step in enumerate(CASES[case_id].steps)
        if number == 0 or step.call["method"] not in {"get", "list"}
    ]
    if "/get/" in case_id or "/list/" in case_id:
        asked = list(CASES[case_id].steps)
    refusals = [answer(step) for step in asked if step.expected.refusal]
    assert len(refusals) == 1
    assert refusals[0][0] == code


@pytest.mark.parametrize("case_id", [case.id for case in of_file("wire")])
def test_a_document_is_refused_or_not_as_its_case_is_named(case_id: str) -> None:
    is_refused = "/refused/" in case_id or case_id.startswith("wire/refused-text/")
    for found in answers(case_id):
        assert (found == BAD_REQUEST) == is_refused
    of_both_kinds = {"W5", "W6", "W7"}
    assert CASES[case_id].rule in of_both_kinds | ({"W4"} if is_refused else {"W1", "W2", "W3"})


@pytest.mark.parametrize(
    "case_id",
    [
        case.id
        for case in of_file("wire")
        if case.id.startswith(("wire/round-trip/", "wire/unknown-text/"))
    ],
)
def test_a_round_trip_changes_nothing(case_id: str) -> None:
    (step,) = CASES[case_id].steps
    assert answer(step) == step.call["params"]["document"]


MASKED: dict[str, Any] = {
    "session-failed": {"id": "s1", "status": "unknownFutureValue"},
    "job-type-granular": {"id": "s1", "restoreJobType": "unknownFutureValue"},
    "session-of-failed-artifacts": {
        "id": "s1",
        "status": "unknownFutureValue",
        "mailboxRestoreArtifacts": [{"id": "a1", "status": "failed"}],
    },
    "page": {
        "value": [
            {"id": "s1", "status": "unknownFutureValue"},
            {"id": "s2", "restoreJobType": "unknownFutureValue"},
        ]
    },
    "unknown-text": {"id": "s1", "status": "unknownFutureValue"},
    "unknown-text-of-an-artifact": {"id": "a1", "status": "unknownFutureValue"},
    "unknown-tag-beside-a-known-one": {
        "id": "a1",
        "status": "added",
        "restorePoint": {"id": "p1", "tags": "none,unknownFutureValue"},
    },
    "unknown-texts-in-a-request": {
        "mailboxRestoreArtifacts@delta": [
            {
                "restorePoint": {"id": "p1", "tags": "unknownFutureValue"},
                "destinationType": "unknownFutureValue",
            }
        ]
    },
}
"""The cases in which something is masked; every other case shows something that is not."""


@pytest.mark.parametrize(
    "case_id", [case.id for case in of_file("wire") if case.id.startswith("wire/masked/")]
)
def test_what_is_masked(case_id: str) -> None:
    shown, asked_for = CASES[case_id].steps
    given = asked_for.call["params"]["document"]
    assert answer(asked_for) == given
    name = case_id.removeprefix("wire/masked/")
    masked = second_masked(given) if name.startswith("entry/") else given
    assert answer(shown) == MASKED.get(name, masked)


def second_masked(session: dict[str, Any]) -> dict[str, Any]:
    """Mask the text of the second entry that is not a member."""
    ((name, (first, second)),) = (
        (name, entries) for name, entries in session.items() if isinstance(entries, list)
    )
    return session | {name: [first, with_masks(second)]}


def with_masks(value: Any) -> Any:
    """Mask each text that is not a member, at any depth."""
    if isinstance(value, dict):
        return {key: with_masks(content) for key, content in value.items()}
    odd = {"paused", "", "elsewhere", "archived"}
    return "unknownFutureValue" if value in odd else value


# Whole answers

ADDED = {"destinationType": "inPlace", "status": "added"}
NONE_YET = {"total": 1, "inProgress": 0, "completed": 0, "failed": 0}
ON_HOLD = {"code": "ArtifactCannotBeRestored", "message": "The mailbox is on hold."}
A1 = {"id": "a1", "destinationType": "inPlace", "restorePoint": {"id": "point-of-a1"}}


def test_a_session_is_created() -> None:
    session = {
        "id": "s1",
        "status": "draft",
        "createdDateTime": "2026-01-05T09:00:00Z",
        "lastModifiedDateTime": "2026-01-05T09:00:00Z",
        "restoreJobType": "standard",
        "mailboxRestoreArtifacts": [{"id": "a1", "restorePoint": {"id": "p1"}, **ADDED}],
        "restoreSessionArtifactCount": NONE_YET,
    }
    assert answers("create/one") == [session, session]


def test_a_session_is_updated() -> None:
    _, changed, session = answers("update/adds-and-removes")
    added = [
        {"id": "n1", "restorePoint": {"id": "p4"}, **ADDED},
        {"id": "n2", "restorePoint": {"id": "p5"}, **ADDED},
    ]
    assert changed == {"mailboxRestoreArtifacts@delta": added}
    assert session["mailboxRestoreArtifacts"] == [
        {"id": "a2", "restorePoint": {"id": "p2"}, **ADDED},
        *added,
    ]
    assert session["lastModifiedDateTime"] == "2026-01-05T10:00:00Z"


def test_a_failed_removal_is_reported() -> None:
    _, changed = answers("update/order-of-the-answer")

    def failed(artifact_id: str) -> dict[str, Any]:
        exception = {"failedOperation": "remove", "responseCode": 409}
        return {"id": artifact_id, "@Core.DataModificationException": exception}

    assert changed["mailboxRestoreArtifacts@delta"] == [
        failed("a9"),
        {"id": "n1", "restorePoint": {"id": "p4"}, **ADDED},
        failed("a8"),
        {"id": "n2", "restorePoint": {"id": "p5"}, **ADDED},
    ]


STARTED = "2026-01-05T09:20:00Z"
REPORTED = "2026-01-05T10:30:00Z"
FAILED = {"status": "failed", "completionDateTime": REPORTED, "error": ON_HOLD}

TIMES: dict[str, dict[str, Any]] = {
    "start": {"status": "inProgress", "startDateTime": REPORTED},
    "no-start-before": {"status": "scheduled"},
    "succeeded": {
        "status": "succeeded",
        "startDateTime": STARTED,
        "completionDateTime": REPORTED,
    },
    "failed": FAILED | {"startDateTime": STARTED},
    "failed-before-the-start": FAILED,
    "failed-while-scheduling": FAILED,
    "driver-missed-no-start": FAILED | {"completionDateTime": "2026-01-05T10:25:00Z"},
    "observer-sees-a-failure": FAILED,
    "observer-missed-the-start": {
        "status": "succeeded",
        "startDateTime": REPORTED,
        "completionDateTime": REPORTED,
    },
    "observer-read-the-start": {
        "status": "succeeded",
        "startDateTime": "2026-01-05T10:20:00Z",
        "completionDateTime": "2026-01-05T10:25:00Z",
    },
    "no-end-before-the-start": {
        "status": "succeeded",
        "startDateTime": STARTED,
        "completionDateTime": STARTED,
    },
    "no-start-before-the-creation": {
        "status": "inProgress",
        "startDateTime": "2026-01-05T09:00:00Z",
    },
}


@pytest.mark.parametrize("name", TIMES)
def test_what_a_report_does_to_an_artifact(name: str) -> None:
    assert answers(f"record/times/{name}") == [A1 | TIMES[name]]


@pytest.mark.parametrize(
    ("name", "completed"),
    [
        ("latest", "2026-01-05T10:39:00Z"),
        ("latest-is-not-last", "2026-01-05T10:39:00Z"),
        ("by-the-instant", "2026-01-05T09:45:00Z"),
        ("by-the-instant-west", "2026-01-05T09:50:00Z"),
        ("seventh-digit", "2026-01-05T09:45:00.1234568Z"),
        ("fraction-is-no-text", "2026-01-05T09:45:00.5Z"),
        ("not-before-the-last", None),
        ("not-while-added", None),
    ],
)
def test_when_a_session_was_completed(name: str, completed: str | None) -> None:
    assert answers(f"session/completed/{name}")[-1].get("completedDateTime") == completed


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("completed-has-none", None),
        ("active-has-none", None),
        ("failed", ("ArtifactCannotBeRestored", ["a1"])),
        ("codes-agree", ("ArtifactCannotBeRestored", ["a1", "a2"])),
        ("codes-differ", ("UnknownError", ["a1", "a2"])),
        ("no-code", ("UnknownError", ["a1"])),
        ("code-and-no-code", ("UnknownError", ["a1", "a2"])),
        ("only-failed-ones", ("ArtifactNotFound", ["a2", "a4"])),
        ("granular", ("UnknownError", ["a1", "g1"])),
    ],
)
def test_the_error_of_a_session(name: str, error: tuple[str, list[str]] | None) -> None:
    found = answers(f"session/error/{name}")[-1].get("error")
    if error is None:
        assert found is None
    else:
        code, targets = error
        assert found["code"] == code
        assert [detail["target"] for detail in found["details"]] == targets


@pytest.mark.parametrize(
    ("name", "total", "in_progress", "completed", "failed"),
    [
        ("each-status", 10, 5, 3, 1),
        ("moves", 3, 1, 1, 1),
        ("created", 3, 0, 0, 0),
        ("updated", 3, 0, 0, 0),
        ("empty", 0, 0, 0, 0),
        ("twice-in-a-batch", 2, 1, 1, 0),
    ],
)
def test_the_counts_of_a_session(
    name: str, total: int, in_progress: int, completed: int, failed: int
) -> None:
    assert answers(f"session/count/{name}")[-1]["restoreSessionArtifactCount"] == {
        "total": total,
        "inProgress": in_progress,
        "completed": completed,
        "failed": failed,
    }


@pytest.mark.parametrize(
    ("name", "time", "actor"),
    [
        ("created", "09:00:00", "ada"),
        ("updated", "10:01:00", "bob"),
        ("activated", "10:01:00", "bob"),
        ("recorded", "10:31:00", "bob"),
        ("batch", "10:37:00", "bob"),
        ("batch-by-news", "10:31:00", None),
        ("nobody-named", "10:01:00", "ada"),
        ("update-in-the-past", "09:00:00", "bob"),
        ("activation-in-the-past", "09:00:00", None),
        ("report-in-the-past", "09:30:00", None),
        ("by-the-instant", "09:30:00", None),
        ("by-the-instant-west", "09:30:00", None),
        ("seventh-digit", "09:30:00.1234568", None),
        ("same-status-again", "09:30:00", "ada"),
        ("nothing-removed", "09:00:00", "ada"),
    ],
)
def test_when_a_session_was_modified_and_by_whom(name: str, time: str, actor: str | None) -> None:
    session = answers(f"session/modified/{name}")[-1]
    assert session["lastModifiedDateTime"] == f"2026-01-05T{time}Z"
    assert session.get("lastModifiedBy", {}).get("user", {}).get("id") == actor


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("a-year", []),
        ("over-a-year", ["s1"]),
        ("just-over-a-year", ["s1"]),
        ("just-under-a-year", []),
        ("leap-year", []),
        ("over-a-leap-year", ["s1"]),
        ("offset", []),
        ("offset-over", ["s1"]),
        ("each-status", ["completed", "failed", "completed-with-error"]),
        ("not-ended", []),
        ("some-of-several", ["s2", "s3"]),
        ("not-by-the-last-change", ["s1"]),
        ("not-by-the-creation", []),
        ("chosen-30", []),
        ("chosen-30-over", ["s1"]),
    ],
)
def test_what_expires(name: str, gone: list[str]) -> None:
    assert answers(f"expire/{name}")[0] == {"value": gone}


def ids_on_page(page: Any) -> list[str]:
    return [entry["id"] for entry in page["value"]]


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("list/page-by-page", ["s1 s2 …", "s3 s4 …", "s5"]),
        ("list/last-page-is-full", ["s1 s2 …", "s3 s4"]),
        ("list/order-of-creation", ["s3 s1 s2"]),
        ("list/order-after-a-change", ["s1 s2 s3"]),
        ("list/deleted-on-a-page-before", ["s1 s2 …", "s3 s4"]),
        ("list/deleted-last-of-a-page", ["s1 s2 …", "s3 s4"]),
        ("list/created-between-pages", ["s1 s2 …", "s3 s0"]),
        ("list/deleted-and-created-between-pages", ["s1 s2 …", "s3 s4 s1"]),
        ("listArtifacts/page-by-page", ["a1 a2 …", "a3 a4 …", "a5"]),
        ("listArtifacts/removed-on-a-page-before", ["a1 a2 …", "a3 a4"]),
        ("listArtifacts/without-granular", ["a1"]),
    ],
)
def test_what_is_on_a_page(name: str, pages: list[str]) -> None:
    """Each page as the ids on it, followed by dots if there are more."""
    found = [
        " ".join([*ids_on_page(answer(step)), *(["…"] if answer(step).get("skipToken") else [])])
        for step in CASES[f"read_operations/{name}"].steps
        if step.call["method"].startswith("list")
    ]
    assert found == pages


@pytest.mark.parametrize(
    ("stored", "limit", "is_refused"),
    [
        (24, "default-25", False),
        (25, "default-25", True),
        (26, "default-25", True),
        (2, "chosen-3", False),
        (3, "chosen-3", True),
        (4, "chosen-3", True),
    ],
)
def test_how_many_sessions_may_be_active(stored: int, limit: str, is_refused: bool) -> None:  # noqa: FBT001
    kind = "TooManyActiveRestoreSessions" if is_refused else "limit"
    activated, session = answers(f"activate/{kind}/{limit}-held-{stored}")  # codespell:ignore held
    if is_refused:
        assert activated == ("TooManyActiveRestoreSessions", 500)
        assert session["status"] == "draft"
    else:
        assert activated == session
        assert session["status"] == "activating"


def test_a_refused_operation_changes_nothing() -> None:
    """Wherever the session was shown just before, it looks the same just after."""
    checked = 0
    for case in CASES.values():
        steps = case.steps
        for before, refused, after in zip(steps, steps[1:], steps[2:], strict=False):
            is_session = before.call["method"] in {"create", "get", "activate"}
            shown = is_session and before.expected.refusal is None
            same = before.call["params"].get("sessionId") == after.call["params"].get("sessionId")
            if shown and same and refused.expected.refusal and after.call["method"] == "get":
                assert answer(before) == answer(after), case.id
                checked += 1
    assert checked > 100


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("status/completed", [("S1", "s1", "status", "contradiction")]),
        ("completed/another-time", [("S3", "s1", "completedDateTime", "contradiction")]),
        ("completed/missing", [("S3", "s1", "completedDateTime", "missing")]),
        ("error/missing", [("S4", "s1", "error", "missing")]),
        ("error/not-wanted", [("S4", "s1", "error", "contradiction")]),
        ("count/failed", [("S5", "s1", "restoreSessionArtifactCount.failed", "contradiction")]),
        ("modified/before-the-creation", [("S6", "s1", "lastModifiedDateTime", "contradiction")]),
        ("artifact/failed-without-error", [("L5", "a1", "error", "missing")]),
        ("artifact/succeeded-without-startDateTime", [("L5", "a1", "startDateTime", "missing")]),
        ("artifact/succeeded-with-error", [("L5", "a1", "error", "contradiction")]),
        ("artifacts/same-point", [("O1", "a2", "restorePoint", "contradiction")]),
        ("artifacts/two-destinations", [("O1", "s1", "destinationType", "contradiction")]),
    ],
)
def test_what_an_audit_finds(name: str, found: list[tuple[str, ...]]) -> None:
    (violations,) = answers(f"audit/{name}")
    kept = ("rule", "target", "property", "kind")
    assert [tuple(entry[part] for part in kept) for entry in violations] == found


@pytest.mark.parametrize("case_id", [case.id for case in of_file("audit/sound")])
def test_an_audit_finds_nothing_in_consistent_sessions(case_id: str) -> None:
    assert answers(case_id) == [[]]
