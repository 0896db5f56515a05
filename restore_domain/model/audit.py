"""Finding what is inconsistent in a received session (rules S1-S6, L5, O1)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final

import attrs
from msgspec import UNSET

from restore_domain.aggregation import DECISION_TABLE, KNOWN_STATUSES, Explanation
from restore_domain.lifecycle import STARTED_STATUSES
from restore_domain.model.addition_index import addition_key
from restore_domain.model.session import (
    STATUSES_WITH_ERROR,
    DeclaredProperties,
    ExchangeRestoreSession,
    RestoreSessionArtifactCount,
    cells_of,
    known_status,
)
from restore_domain.model.timestamp import is_before, moment_in
from restore_domain.model.timestamp import timestamp_text as _text
from restore_domain.model.validators import shown
from restore_domain.status import (
    TERMINAL_ARTIFACT_STATUSES,
    TERMINAL_SESSION_STATUSES,
    ArtifactRestoreStatus,
    DestinationType,
    RestoreSessionStatus,
)

__all__ = ["Violation", "ViolationKind", "audit"]

UNKNOWN: Final = RestoreSessionStatus.UNKNOWN_FUTURE_VALUE
"""The status that is compatible with any other: a service also shows it to a client that may not
see the true one (rule W3).
"""


class ViolationKind(StrEnum):
    """How a session breaks a rule."""

    CONTRADICTION = "contradiction"
    """The property can't be true."""

    MISSING = "missing"
    """A property that the rule requires is missing. This can be caused by a client that selects
    properties, or by the service: a failed session may be sent without an error.
    """


@attrs.frozen
class Violation:
    """Something in a session that can't be true, or that is missing."""

    rule: str
    """The id of the broken rule."""

    target: str
    """The id of the artifact, or of the session."""

    property: str
    """The Graph name of the property that is wrong."""

    message: str
    """What is wrong, in words."""

    kind: ViolationKind
    """Whether the session contradicts the rule, or only lacks a property that the rule requires."""


def audit(session: ExchangeRestoreSession) -> tuple[Violation, ...]:
    """List everything that is inconsistent or missing in a session, with its rule.

    The declared values are compared with each other and with what the artifacts give or, if
    artifacts are missing, with what is certain in spite of that (rule S8). TypeError for anything
    that is not a session.
    """
    if not isinstance(session, ExchangeRestoreSession):
        raise TypeError(f"session: expected an ExchangeRestoreSession, got {shown(session)}")
    return (
        *_declared_against_derived(session),
        *_declared_against_itself(session),
        *_times_of(session),
        *_artifacts_together(session),
        *(found for cell in cells_of(session) for found in _artifact(cell)),
    )


def _contradiction(rule: str, target: str, graph_name: str, message: str) -> Violation:
    return Violation(rule, target, graph_name, message, ViolationKind.CONTRADICTION)


def _missing(rule: str, target: str, graph_name: str, message: str) -> Violation:
    return Violation(rule, target, graph_name, message, ViolationKind.MISSING)


def _declared_against_derived(session: ExchangeRestoreSession) -> Iterator[Violation]:
    declared = session.declared
    if declared is None:
        return
    if declared.status not in (None, UNKNOWN, *_possible(session.explanation)):
        yield _contradiction(
            "S1",
            session.id,
            "status",
            f"declared {declared.status}, but the artifacts give {session.explanation.status} "
            f"({session.explanation.rule}: {session.explanation.statement})",
        )
    if session.lacks:
        return
    last = session.completed_date_time if session.tally.total else None  # not by requests (B4)
    if declared.completed_date_time not in (None, last) and last is not None:
        yield _contradiction(
            "S3",
            session.id,
            "completedDateTime",
            f"declared {_text(declared.completed_date_time)}, "
            f"but the last artifact completed at {_text(last)}",
        )
    if declared.restore_session_artifact_count is not None:
        yield from _counts(session, declared.restore_session_artifact_count)


def _possible(explanation: Explanation) -> frozenset[RestoreSessionStatus]:
    """Return each status that the session may have, for any status of an unknown artifact."""
    known = explanation.statuses & KNOWN_STATUSES
    if known == explanation.statuses:
        return frozenset({explanation.status})
    return frozenset(
        row.status for row in DECISION_TABLE if known <= row.statuses <= KNOWN_STATUSES
    )


def _counts(
    session: ExchangeRestoreSession, declared: RestoreSessionArtifactCount
) -> Iterator[Violation]:
    derived = session.restore_session_artifact_count
    unknown = session.tally[ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE]
    for attribute, name in _COUNTS.items():
        said, count = getattr(declared, attribute), getattr(derived, attribute)
        fewer, more = _DOUBT[name]
        if said is not None and not count - fewer * unknown <= said <= count + more * unknown:
            yield _contradiction(
                "S5",
                session.id,
                f"restoreSessionArtifactCount.{name}",
                f"declared {said}, but the artifacts give {count}",
            )


_COUNTS = {
    "total": "total",
    "in_progress": "inProgress",
    "completed": "completed",
    "failed": "failed",
}

_DOUBT: Final = {"total": (0, 0), "inProgress": (1, 0), "completed": (0, 1), "failed": (0, 1)}
"""By how much an artifact in an unknown status may decrease or increase each number: it counts as
inProgress, but may be added, succeeded or failed (rule S5).
"""


def _declared_against_itself(session: ExchangeRestoreSession) -> Iterator[Violation]:
    declared = session.declared
    if declared is None:
        return
    yield from _presence(session, declared)
    count = declared.restore_session_artifact_count
    if count is not None:
        parts = (count.in_progress or 0, count.completed or 0, count.failed or 0)
        if min(*parts, count.total or 0) < 0:
            yield _contradiction(
                "S5", session.id, "restoreSessionArtifactCount", "a count is below zero"
            )
        elif count.total is not None and sum(parts) > count.total:
            yield _contradiction(
                "S5",
                session.id,
                "restoreSessionArtifactCount.total",
                f"declared {count.total}, but the parts make {sum(parts)}",
            )


def _presence(session: ExchangeRestoreSession, declared: DeclaredProperties) -> Iterator[Violation]:
    """Compare which properties were declared with those that the status requires.

    If the declared status is unknown, that of the artifacts is used. If no status was declared at
    all, other properties may have been left out as well.
    """
    status = session.status if declared.status in (None, UNKNOWN) else declared.status
    if status is UNKNOWN:
        return
    for rule, name, value, wanted in (
        ("S3", "completedDateTime", declared.completed_date_time, TERMINAL_SESSION_STATUSES),
        ("S4", "error", declared.error, STATUSES_WITH_ERROR),
    ):
        if value is not None and status not in wanted:
            yield _contradiction(rule, session.id, name, f"declared, though the status is {status}")
        elif value is None and status in wanted and declared.status is not None:
            yield _missing(rule, session.id, name, f"missing, though the status is {status}")


def _times_of(session: ExchangeRestoreSession) -> Iterator[Violation]:
    created = session.created_date_time
    for rule, name, later in (
        ("S6", "lastModifiedDateTime", session.last_modified_date_time),
        ("S3", "completedDateTime", session.completed_date_time),
    ):
        if created is not None and later is not None and later < created:
            yield _contradiction(
                rule,
                session.id,
                name,
                f"{_text(later)} is before the session was created at {_text(created)}",
            )


def _artifacts_together(session: ExchangeRestoreSession) -> Iterator[Violation]:
    destinations = {cell.destination_type for cell in cells_of(session)}
    known = sorted({_shown(text) for text in destinations - {None, UNSET}})
    if len(known) > 1:
        yield _contradiction(
            "O1",
            session.id,
            "destinationType",
            f"the artifacts have different destinations: {', '.join(known)}",
        )
    first: dict[tuple[str, ...], str] = {}
    for cell in cells_of(session):
        key = addition_key(cell)
        if key is not None and first.setdefault(key, cell.id) != cell.id:
            yield _contradiction(
                "O1",
                cell.id,
                "restorePoint",
                f"the restore point {key[0]!r} is that of artifact {first[key]!r}, too",
            )


def _shown(text: str) -> str:
    """Return a destination; all texts that are not members count as one (rule W2)."""
    return text if text in _DESTINATIONS else DestinationType.UNKNOWN_FUTURE_VALUE


_DESTINATIONS: Final = frozenset(map(str, DestinationType))

_FAILED: Final = frozenset({ArtifactRestoreStatus.FAILED})

_NEEDED_AND_ALLOWED: Final = tuple(
    (name, attrgetter(attribute), needed, allowed)
    for name, attribute, needed, allowed in (
        (
            "startDateTime",
            "start_date_time",
            STARTED_STATUSES,
            # a failure may come before the start, or after it
            STARTED_STATUSES | {ArtifactRestoreStatus.FAILED},
        ),
        (
            "completionDateTime",
            "completion_date_time",
            TERMINAL_ARTIFACT_STATUSES,
            TERMINAL_ARTIFACT_STATUSES,
        ),
        ("error", "error", _FAILED, _FAILED),
    )
)
"""The statuses in which an artifact needs a property, and those in which it may have it (rule L5).
"""


def _artifact(cell: Any) -> Iterator[Violation]:
    """Check an artifact, or the parser's struct of one: missing values are falsy in both."""
    status = known_status(cell.status)
    if status is ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE:
        return
    for name, value_of, needed, allowed in _NEEDED_AND_ALLOWED:
        value = value_of(cell)
        if not value and status in needed:
            yield _missing("L5", cell.id, name, f"missing, though the artifact is {status}")
        elif value and status not in allowed:
            yield _contradiction("L5", cell.id, name, f"given, though the artifact is {status}")
    started, ended = cell.start_date_time, cell.completion_date_time
    if started and ended and is_before(ended, started):
        yield _contradiction(
            "L5",
            cell.id,
            "completionDateTime",
            f"{_text(moment_in(ended))} is before the start at {_text(moment_in(started))}",
        )
