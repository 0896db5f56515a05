"""Every inconsistency of a received session is found, and reported by rule, target and property.

Each row of the tables breaks one property of a consistent session.
"""

from __future__ import annotations

import copy
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_domain import (
    ArtifactRestoreStatus,
    ExchangeRestoreSession,
    Violation,
    ViolationKind,
    aggregate,
    audit,
    wire,
)
from restore_domain.status import TERMINAL_SESSION_STATUSES
from restore_domain.verification.strategies import entities

GONE = {"code": "ArtifactNotFound"}

ENDED: Final[dict[str, Any]] = {
    "id": "s1",
    "status": "completedWithError",
    "createdDateTime": "2026-01-05T08:00:00.0000001Z",
    "lastModifiedDateTime": "2026-01-05T11:00:00Z",
    "completedDateTime": "2026-01-05T11:00:00.1234567Z",
    "error": GONE,
    "restoreSessionArtifactCount": {"total": 3, "inProgress": 0, "completed": 2, "failed": 1},
    "mailboxRestoreArtifacts": [
        {
            "id": "a0",
            "status": "succeeded",
            "destinationType": "new",
            "restorePoint": {"id": "r0"},
            "startDateTime": "2026-01-05T09:00:00.0000001Z",
            "completionDateTime": "2026-01-05T12:00:00.1234567+01:00",
        },
        {
            "id": "a1",
            "status": "failed",
            "destinationType": "new",
            "restorePoint": {"@odata.id": "restorePoints('r1')"},
            "completionDateTime": "2026-01-05T09:30:00Z",
            "error": GONE,
        },
    ],
    "granularMailboxRestoreArtifacts": [
        {
            "id": "g2",
            "status": "succeeded",
            "destinationType": "new",
            "restorePoint": {"id": "r0"},
            "searchResponseId": "found",
            "startDateTime": "2026-01-05T09:00:00Z",
            "completionDateTime": "2026-01-05T09:00:00Z",
        }
    ],
}

RUNNING: Final[dict[str, Any]] = {
    "id": "s1",
    "status": "active",
    "createdDateTime": "2026-01-05T08:00:00Z",
    "completedDateTime": None,
    "restoreSessionArtifactCount": {"total": 4, "inProgress": 3, "completed": 0, "failed": 0},
    "mailboxRestoreArtifacts": [
        {"id": "a0", "status": "added", "destinationType": "inPlace"},
        {"id": "a1", "status": "scheduling", "destinationType": None},
        {"id": "a2", "status": "scheduled", "restorePoint": {"id": "r2"}},
        {"id": "a3", "status": "inProgress", "startDateTime": "2026-01-05T09:00:00Z"},
    ],
}

DRAFT: Final[dict[str, Any]] = {
    "id": "s1",
    "status": "draft",
    "createdDateTime": "2026-01-05T08:00:00Z",
    "lastModifiedDateTime": "2026-01-05T08:00:00Z",
    "restoreSessionArtifactCount": {"total": 0},
    "mailboxRestoreArtifacts": [],
}

FAILED: Final[dict[str, Any]] = {
    "id": "s1",
    "status": "failed",
    "completedDateTime": "2026-01-05T09:30:00Z",
    "error": GONE,
    "mailboxRestoreArtifacts": [
        {
            "id": "a0",
            "status": "failed",
            "startDateTime": "2026-01-05T09:00:00Z",
            "completionDateTime": "2026-01-05T09:30:00Z",
            "error": GONE,
        }
    ],
}

UNCERTAIN: Final[dict[str, Any]] = {
    "id": "s1",
    "status": "completed",
    "completedDateTime": "2026-01-05T12:00:00Z",
    "restoreSessionArtifactCount": {"total": 2, "inProgress": 0, "completed": 2, "failed": 0},
    "mailboxRestoreArtifacts": [
        {
            "id": "a0",
            "status": "succeeded",
            "startDateTime": "2026-01-05T09:00:00Z",
            "completionDateTime": "2026-01-05T09:30:00Z",
        },
        {"id": "a1", "status": "restoredWithWarnings", "error": GONE},
    ],
}

NOT_EXPANDED: Final[dict[str, Any]] = {
    name: value for name, value in ENDED.items() if not name.endswith("Artifacts")
}

CONSISTENT = {
    "ended": ENDED,
    "running": RUNNING,
    "draft": DRAFT,
    "failed": FAILED,
    "uncertain": UNCERTAIN,
    "not expanded": NOT_EXPANDED,
    "a first page": RUNNING
    | {
        "restoreSessionArtifactCount": {"total": 900, "inProgress": 3, "completed": 7},
        "mailboxRestoreArtifacts@odata.nextLink": "https://graph.example/next",
        "mailboxRestoreArtifacts": RUNNING["mailboxRestoreArtifacts"][:2],
    },
    "nothing but an id": {"id": "s1"},
    "properties that were selected": {"id": "s1", "error": None, "status": "active"},
    "artifacts alone": {
        "id": "s1",
        "mailboxRestoreArtifacts": ENDED["mailboxRestoreArtifacts"],
    },
    "a failure that this client may not see": FAILED | {"status": "unknownFutureValue"},
    "a status of the future": RUNNING | {"status": "pausedByPolicy"},
    "of a time before the unix epoch": {"id": "s1", "createdDateTime": "0001-01-01T00:00:00Z"},
}


def read(document: Any) -> ExchangeRestoreSession:
    return wire.from_json_value(document, ExchangeRestoreSession)


@pytest.mark.parametrize("document", CONSISTENT.values(), ids=list(CONSISTENT))
def test_a_consistent_session_has_no_violation(document: dict[str, Any]) -> None:
    assert audit(read(document)) == ()


GONE_FROM_THE_WIRE = object()

LONG_AGO = "2001-01-01T00:00:00Z"


def broken(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The document with another value at a path such as ``artifacts.0.status``."""
    changed = copy.deepcopy(document)
    place: Any = changed
    *steps, last = path.replace("artifacts", "mailboxRestoreArtifacts").split(".")
    for step in steps:
        place = place[int(step) if isinstance(place, list) else step]
    if value is GONE_FROM_THE_WIRE:
        del place[last]
    else:
        place[last] = value
    return changed


COUNT = "restoreSessionArtifactCount"

BROKEN: Final = [
    # document, path, value, and the rule, target, property and a part of the message of the
    # violation
    (ENDED, "status", "failed", "S1", "s1", "status", "declared failed, but the artifacts give"),
    (RUNNING, "status", "draft", "S1", "s1", "status", "(A3: an artifact is scheduled or inP"),
    (DRAFT, "status", "activating", "S1", "s1", "status", "give draft (A1: every artifact is ad"),
    (
        UNCERTAIN | {"error": GONE},
        "status",
        "failed",
        "S1",
        "s1",
        "status",
        "declared failed, but the artifacts give unknownFutureValue (A10: an artifact is unknown",
    ),
    (
        ENDED,
        "completedDateTime",
        "2026-01-05T11:00:00.1234568Z",
        "S3",
        "s1",
        "completedDateTime",
        "but the last artifact completed at 2026-01-05T12:00:00.1234567+01:00",
    ),
    (ENDED, "completedDateTime", None, "S3", "s1", "completedDateTime", "missing, though the st"),
    (NOT_EXPANDED, "completedDateTime", GONE_FROM_THE_WIRE, "S3", "s1", "completedDateTime", ""),
    (RUNNING, "completedDateTime", LONG_AGO, "S3", "s1", "completedDateTime", "declared, though"),
    (
        NOT_EXPANDED,
        "completedDateTime",
        "2026-01-05T08:00:00Z",
        "S3",
        "s1",
        "completedDateTime",
        "2026-01-05T08:00:00Z is before the session was created at 2026-01-05T08:00:00.0000001Z",
    ),
    (ENDED, "error", None, "S4", "s1", "error", "missing, though the status is completedWith"),
    (FAILED, "error", GONE_FROM_THE_WIRE, "S4", "s1", "error", "missing, though the status is f"),
    (NOT_EXPANDED, "error", None, "S4", "s1", "error", "missing, though the status is completed"),
    (RUNNING, "error", GONE, "S4", "s1", "error", "declared, though the status is active"),
    (DRAFT, "error", {}, "S4", "s1", "error", "declared, though the status is draft"),
    (
        CONSISTENT["properties that were selected"],
        "error",
        GONE,
        "S4",
        "s1",
        "error",
        "declared, though the status is active",
    ),
    (RUNNING, f"{COUNT}.total", 3, "S5", "s1", f"{COUNT}.total", "declared 3, but the artifacts"),
    (ENDED, f"{COUNT}.failed", 0, "S5", "s1", f"{COUNT}.failed", "declared 0, but the artifacts"),
    (ENDED, f"{COUNT}.completed", 1, "S5", "s1", f"{COUNT}.completed", "artifacts give 2"),
    (RUNNING, f"{COUNT}.inProgress", 1, "S5", "s1", f"{COUNT}.inProgress", "artifacts give 3"),
    (RUNNING, f"{COUNT}.inProgress", 4, "S5", "s1", f"{COUNT}.inProgress", "artifacts give 3"),
    (UNCERTAIN, f"{COUNT}.completed", 0, "S5", "s1", f"{COUNT}.completed", "artifacts give 1"),
    (
        UNCERTAIN | {COUNT: {}},
        f"{COUNT}.total",
        1,
        "S5",
        "s1",
        f"{COUNT}.total",
        "artifacts give 2",
    ),
    (NOT_EXPANDED, f"{COUNT}.total", 2, "S5", "s1", f"{COUNT}.total", "but the parts make 3"),
    (NOT_EXPANDED, f"{COUNT}.failed", -1, "S5", "s1", COUNT, "a count is below zero"),
    (NOT_EXPANDED, f"{COUNT}.inProgress", -1, "S5", "s1", COUNT, "a count is below zero"),
    (NOT_EXPANDED, f"{COUNT}.total", -3, "S5", "s1", COUNT, "a count is below zero"),
    (DRAFT, "lastModifiedDateTime", LONG_AGO, "S6", "s1", "lastModifiedDateTime", "is before the"),
    (
        ENDED,
        "artifacts.1.destinationType",
        "inPlace",
        "O1",
        "s1",
        "destinationType",
        "the artifacts have different destinations: inPlace, new",
    ),
    (
        ENDED,
        "artifacts.1.restorePoint",
        {"@odata.id": "https://graph.example/restorePoints/r0"},
        "O1",
        "a1",
        "restorePoint",
        "the restore point 'r0' is that of artifact 'a0', too",
    ),
    (
        broken(ENDED, "artifacts.0.id", "z0"),
        "artifacts.1.restorePoint",
        {"id": "r0"},
        "O1",
        "a1",
        "restorePoint",
        "the restore point 'r0' is that of artifact 'z0', too",
    ),
    (ENDED, "artifacts.0.startDateTime", None, "L5", "a0", "startDateTime", "missing, though th"),
    (RUNNING, "artifacts.3.startDateTime", None, "L5", "a3", "startDateTime", "artifact is inPr"),
    (RUNNING, "artifacts.0.startDateTime", LONG_AGO, "L5", "a0", "startDateTime", "given, though"),
    (RUNNING, "artifacts.1.startDateTime", LONG_AGO, "L5", "a1", "startDateTime", "scheduling"),
    (RUNNING, "artifacts.2.startDateTime", LONG_AGO, "L5", "a2", "startDateTime", "scheduled"),
    (
        RUNNING,
        "artifacts.3.completionDateTime",
        "2026-01-05T09:00:00Z",
        "L5",
        "a3",
        "completionDateTime",
        "given, though the artifact is inProgress",
    ),
    (ENDED, "artifacts.1.completionDateTime", None, "L5", "a1", "completionDateTime", "missing"),
    (ENDED, "artifacts.1.error", None, "L5", "a1", "error", "missing, though the artifact is fail"),
    (FAILED, "artifacts.0.error", GONE_FROM_THE_WIRE, "L5", "a0", "error", "missing, though the"),
    (
        ENDED,
        "artifacts.0.startDateTime",
        "2026-01-05T11:00:00.1234568Z",
        "L5",
        "a0",
        "completionDateTime",
        "2026-01-05T12:00:00.1234567+01:00 is before the start at 2026-01-05T11:00:00.1234568Z",
    ),
    (ENDED, "artifacts.0.error", GONE, "L5", "a0", "error", "given, though the artifact is succ"),
    (RUNNING, "artifacts.3.error", {}, "L5", "a3", "error", "given, though the artifact is inPro"),
    (ENDED, "granularMailboxRestoreArtifacts.0.error", GONE, "L5", "g2", "error", "given"),
]


@pytest.mark.parametrize(
    ("document", "path", "value", "rule", "target", "name", "message"),
    BROKEN,
    ids=[f"{row[3]}-{row[1]}-{number}" for number, row in enumerate(BROKEN)],
)
def test_S1_S3_S4_S5_S6_L5_O1_each_broken_property_is_reported(  # noqa: PLR0913 - a row
    document: dict[str, Any],
    path: str,
    value: Any,
    *,
    rule: str,
    target: str,
    name: str,
    message: str,
) -> None:
    (found,) = audit(read(broken(document, path, value)))
    assert (found.rule, found.target, found.property) == (rule, target, name)
    assert message in found.message
    is_missing = value is None or value is GONE_FROM_THE_WIRE
    assert found.kind is (ViolationKind.MISSING if is_missing else ViolationKind.CONTRADICTION)


def test_S2_granular_artifacts_are_compared_too() -> None:
    counts = ENDED[COUNT] | {"total": 2}
    found = audit(read(ENDED | {"granularMailboxRestoreArtifacts": [], COUNT: counts}))
    assert [(violation.rule, violation.property) for violation in found] == [
        ("S5", f"{COUNT}.completed"),
        ("S5", f"{COUNT}.total"),
    ]


def test_S8_a_total_that_is_greater_than_the_list_contradicts_nothing() -> None:
    count = {"total": 900, "inProgress": 7, "completed": 880}
    document = RUNNING | {COUNT: count}
    assert read(document).lacks
    assert audit(read(document)) == ()
    (found,) = audit(
        read(document | {"status": "completed", "completedDateTime": "2026-01-05T12:00:00Z"})
    )
    assert (found.rule, found.property) == ("S1", "status")
    assert "(A9: an artifact is unknownFutureValue" in found.message


def test_S4_an_error_without_a_declared_status() -> None:
    document = {name: value for name, value in RUNNING.items() if name != "status"}
    (found,) = audit(read(document | {"error": GONE}))
    assert (found.rule, found.property) == ("S4", "error")
    assert found.message == "declared, though the status is active"


def test_everything_wrong_is_found_at_once_and_in_order() -> None:
    document = broken(ENDED, "artifacts.0.status", "failed") | {"lastModifiedDateTime": LONG_AGO}
    found = audit(read(document))
    assert [(violation.rule, violation.target, violation.property) for violation in found] == [
        ("S5", "s1", f"{COUNT}.completed"),
        ("S5", "s1", f"{COUNT}.failed"),
        ("S6", "s1", "lastModifiedDateTime"),
        ("L5", "a0", "error"),
    ]


def test_properties_that_the_service_omits_are_missing_and_contradict_nothing() -> None:
    """A documented answer has a failed session without an error and without a completed time."""
    documented = {"id": "s1", "status": "failed", "completedDateTime": None, "error": None}
    found = audit(read(documented))
    assert [(violation.rule, violation.property) for violation in found] == [
        ("S3", "completedDateTime"),
        ("S4", "error"),
    ]
    assert {violation.kind for violation in found} == {ViolationKind.MISSING}


def test_L5_properties_omitted_by_a_select_are_missing() -> None:
    stored = [{"id": status.value, "status": status.value} for status in ArtifactRestoreStatus]
    found = audit(read({"id": "s1", "mailboxRestoreArtifacts": stored}))
    assert [(violation.target, violation.property) for violation in found] == [
        ("inProgress", "startDateTime"),
        ("succeeded", "startDateTime"),
        ("succeeded", "completionDateTime"),
        ("failed", "completionDateTime"),
        ("failed", "error"),
    ]
    assert {violation.kind for violation in found} == {ViolationKind.MISSING}


def test_S3_a_time_may_be_missing_as_well_as_wrong() -> None:
    """The session does not declare when it completed, and its artifact completed before it."""
    ended = {"status": "completed", "createdDateTime": "2026-01-05T13:00:00Z"}
    stored = ENDED["mailboxRestoreArtifacts"][:1]
    found = audit(read({"id": "s1", **ended, "mailboxRestoreArtifacts": stored}))
    assert [(violation.rule, violation.property, violation.kind) for violation in found] == [
        ("S3", "completedDateTime", ViolationKind.MISSING),
        ("S3", "completedDateTime", ViolationKind.CONTRADICTION),
    ]


OF_EVERY_STATUS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("added", {}),
    ("scheduling", {}),
    ("scheduled", {}),
    ("inProgress", {"startDateTime": LONG_AGO}),
    ("succeeded", {"startDateTime": LONG_AGO, "completionDateTime": LONG_AGO}),
    ("succeeded", {"startDateTime": LONG_AGO, "completionDateTime": LONG_AGO}),
    ("failed", {"completionDateTime": LONG_AGO, "error": GONE}),
    ("paused", {}),
)

EVERY_STATUS: dict[str, Any] = {
    "id": "s1",
    "mailboxRestoreArtifacts": [
        {"id": f"a{number}", "status": status, **given}
        for number, (status, given) in enumerate(OF_EVERY_STATUS)
    ],
}


@pytest.mark.parametrize(
    ("name", "possible"),
    [
        ("total", {8, 9}),  # more is evidence that artifacts are missing (S8)
        ("inProgress", {3, 4}),
        ("completed", {2, 3}),
        ("failed", {1, 2}),
    ],
)
def test_S5_a_count_is_wrong_only_if_no_reading_of_the_unknown_gives_it(
    name: str, possible: set[int]
) -> None:
    """It may be added, and so in none of the three, or it may have ended in either way, or be
    running.
    """
    right = {
        number for number in range(10) if not audit(read(EVERY_STATUS | {COUNT: {name: number}}))
    }
    assert right == possible


def test_S1_A9_beside_all_known_statuses_the_unknown_changes_nothing() -> None:
    count = {"total": 8, "inProgress": 4, "completed": 2, "failed": 1}
    assert audit(read(EVERY_STATUS | {"status": "active", COUNT: count})) == ()


def test_O1_a_repeated_restore_point_of_granular_artifacts_is_named() -> None:
    artifact = {"restorePoint": {"id": "r1"}, "searchResponseId": "s1", "status": "added"}
    both = [artifact | {"id": "g1"}, artifact | {"id": "g2"}]
    (found,) = audit(read({"id": "s1", "granularMailboxRestoreArtifacts": both}))
    assert found.message == "the restore point 'r1' is that of artifact 'g1', too"


def test_S3_an_end_is_missing_if_the_unknown_status_that_is_declared_is_over() -> None:
    document = broken(ENDED, "completedDateTime", None) | {"status": "paused"}
    assert [(found.rule, found.property) for found in audit(read(document))] == [
        ("S3", "completedDateTime")
    ]


def test_an_artifact_of_unknown_status_breaks_no_rule() -> None:
    unknown = {
        "id": "a0",
        "status": "paused",
        "startDateTime": "2026-01-05T09:00:00Z",
        "completionDateTime": "2026-01-05T08:00:00Z",
        "error": GONE,
    }
    assert audit(read({"id": "s1", "mailboxRestoreArtifacts": [unknown]})) == ()


@pytest.mark.slow
@given(entities(ExchangeRestoreSession))
def test_any_session_can_be_audited(session: ExchangeRestoreSession) -> None:
    for found in audit(session):
        assert isinstance(found, Violation)
        assert found.rule in {"S1", "S3", "S4", "S5", "S6", "L5", "O1"}
        assert (found.kind is ViolationKind.MISSING) is found.message.startswith("missing")
        assert found.property
        assert found.message


@pytest.mark.slow
@given(entities(ExchangeRestoreSession))
def test_S1_a_session_that_declares_its_derived_values_is_consistent(
    session: ExchangeRestoreSession,
) -> None:
    derived = attrs.evolve(session, declared=None)
    telling = attrs.evolve(derived, declared=derived.effective)
    wrong = {violation.rule for violation in audit(telling) if violation.target == session.id}
    assert "S1" not in wrong
    if not session.lacks:
        assert "S4" not in wrong
        assert "S5" not in wrong


any_statuses = st.lists(st.sampled_from(ArtifactRestoreStatus), max_size=4)


@given(any_statuses, any_statuses)
def test_S1_a_declared_status_is_wrong_only_if_no_reading_of_the_unknown_gives_it(
    stored: list[ArtifactRestoreStatus], meant: list[ArtifactRestoreStatus]
) -> None:
    unknown = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE
    known_meanings = [status for status in meant if status is not unknown]
    really = [
        *(status for status in stored if status is not unknown),
        *(known_meanings[:1] if unknown in stored else ()),
    ]
    document = {
        "id": "s1",
        "status": aggregate(really).value,
        "mailboxRestoreArtifacts": [
            {"id": str(number), "status": status.value} for number, status in enumerate(stored)
        ],
    }
    assert "S1" not in [violation.rule for violation in audit(read(document))]


def test_a_violation_is_a_value() -> None:
    violation = Violation("S1", "s1", "status", "wrong", ViolationKind.CONTRADICTION)
    same = Violation("S1", "s1", "status", "wrong", ViolationKind.CONTRADICTION)
    assert violation == same
    assert len({violation, same}) == 1
    assert violation != attrs.evolve(same, kind=ViolationKind.MISSING)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        violation.rule = "S2"  # type: ignore[misc]


def test_S3_every_terminal_status_requires_a_completed_time() -> None:
    for status in ("draft", "activating", "active", "completedWithError", "completed", "failed"):
        rules = [violation.rule for violation in audit(read({"id": "s1", "status": status}))]
        assert ("S3" in rules) is (status in TERMINAL_SESSION_STATUSES)
