"""Layer 2: how the status of an artifact may change (rules L1-L4).

`STEPS` declares the lifecycle once; the changes that an observer may see are derived from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

import attrs

from restore_domain.status import TERMINAL_ARTIFACT_STATUSES, ArtifactRestoreStatus

__all__ = [
    "OBSERVATIONS",
    "OBSERVATIONS_AFTER_START",
    "STARTED_STATUSES",
    "STEPS",
    "Reporter",
    "TransitionRefusal",
    "allowed_statuses",
    "refusal",
]

ADDED: Final = ArtifactRestoreStatus.ADDED
SCHEDULING: Final = ArtifactRestoreStatus.SCHEDULING
SCHEDULED: Final = ArtifactRestoreStatus.SCHEDULED
IN_PROGRESS: Final = ArtifactRestoreStatus.IN_PROGRESS
SUCCEEDED: Final = ArtifactRestoreStatus.SUCCEEDED
FAILED: Final = ArtifactRestoreStatus.FAILED
UNKNOWN: Final = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE

Relation = Mapping[ArtifactRestoreStatus, frozenset[ArtifactRestoreStatus]]
"""For each status, the statuses that may follow it."""

STEPS: Final[Relation] = MappingProxyType(
    {
        ADDED: frozenset({SCHEDULING}),
        SCHEDULING: frozenset({SCHEDULED, FAILED}),
        SCHEDULED: frozenset({IN_PROGRESS, FAILED}),
        IN_PROGRESS: frozenset({SUCCEEDED, FAILED}),
        SUCCEEDED: frozenset(),
        FAILED: frozenset(),
        UNKNOWN: frozenset(),
    }
)
"""The single steps of an artifact's restore (rule L1)."""


STARTED_STATUSES: Final = frozenset({IN_PROGRESS, SUCCEEDED})
"""An artifact in one of these has run, and so has a startDateTime (rule L5)."""


def _reachable(start: ArtifactRestoreStatus) -> frozenset[ArtifactRestoreStatus]:
    """Return every status that can be reached in one or more steps."""
    return STEPS[start].union(*(_reachable(step) for step in STEPS[start]))


def _observable(start: ArtifactRestoreStatus) -> frozenset[ArtifactRestoreStatus]:
    if start is UNKNOWN:
        return frozenset(ArtifactRestoreStatus) - {ADDED, UNKNOWN}
    if start in TERMINAL_ARTIFACT_STATUSES:
        return frozenset()
    return _reachable(start) | {UNKNOWN}


OBSERVATIONS: Final[Relation] = MappingProxyType(
    {status: _observable(status) for status in ArtifactRestoreStatus}
)
"""What an observer may see next: any status that steps lead to (rule L2), and the unknown one (L4).
"""

OBSERVATIONS_AFTER_START: Final[Relation] = MappingProxyType(
    {**OBSERVATIONS, UNKNOWN: frozenset({IN_PROGRESS}) | _reachable(IN_PROGRESS)}
)
"""The same for an artifact with a startDateTime: it can't be unknown and waiting (rule L4)."""


class Reporter(StrEnum):
    """Who reports an artifact's new status (rule L2)."""

    DRIVER = "driver"
    """Runs the restore, so it sees every step."""

    OBSERVER = "observer"
    """Polls a restore that something else runs, so it misses some steps."""


RELATIONS: Final[Mapping[Reporter, Relation]] = MappingProxyType(
    {Reporter.DRIVER: STEPS, Reporter.OBSERVER: OBSERVATIONS}
)
"""The changes that each reporter may report; reporting the same status changes nothing (rule L3).
"""

RELATIONS_AFTER_START: Final[Mapping[Reporter, Relation]] = MappingProxyType(
    {Reporter.DRIVER: STEPS, Reporter.OBSERVER: OBSERVATIONS_AFTER_START}
)
"""The same for an artifact with a startDateTime (rule L4)."""


_LATER: Final[Mapping[Reporter, Relation]] = MappingProxyType(
    {
        Reporter.DRIVER: MappingProxyType(
            {status: _reachable(status) for status in ArtifactRestoreStatus}
        ),
        Reporter.OBSERVER: OBSERVATIONS,
    }
)
"""For each reporter and status, the statuses in which an artifact has already passed that status.
"""


def _relations(*, started: bool) -> Mapping[Reporter, Relation]:
    return RELATIONS_AFTER_START if started else RELATIONS


def check_reporter(reporter: Any) -> None:
    """Raise TypeError for anything that is not a reporter; a string equal to one counts as one."""
    if not isinstance(reporter, str) or reporter not in RELATIONS:
        names = " or ".join(Reporter)
        raise TypeError(f"reporter: expected a Reporter ({names}), got {reporter!r:.60}")


def _no_status(value: object) -> TypeError:
    names = ", ".join(ArtifactRestoreStatus)
    return TypeError(f"expected an ArtifactRestoreStatus ({names}), got {value!r:.60}")


@attrs.frozen
class TransitionRefusal:
    """Why an artifact may not change from one status to another."""

    old: ArtifactRestoreStatus
    """The current status of the artifact."""

    new: ArtifactRestoreStatus
    """The status that was reported."""

    reporter: Reporter
    """Who reported it."""

    rule: str
    """The rule that forbids it: L4 for a change from a terminal status, and for a status that can't
    be reported after the unknown one; L2 for all others.
    """

    started: bool = False
    """Whether the artifact has a startDateTime; this matters only after the unknown status."""

    @property
    def stale(self) -> bool:
        """Whether the artifact has passed the reported status: the report is late or repeated."""
        return self.old in _LATER[self.reporter][self.new]

    @property
    def message(self) -> str:
        """The refusal in words, with the statuses that would be allowed."""
        if self.old in TERMINAL_ARTIFACT_STATUSES:
            return f"{self.old} is terminal, so {self.new} can't follow it"
        allowed = _relations(started=self.started)[self.reporter][self.old]
        start = " with a start" if self.started and self.old == UNKNOWN else ""
        names = " or ".join(status for status in ArtifactRestoreStatus if status in allowed)
        return (
            f"the {self.reporter} can't report {self.new} after {self.old}{start}; "
            f"{names or 'nothing'} may follow it"
        )


def refusal(
    old: ArtifactRestoreStatus,
    new: ArtifactRestoreStatus,
    reporter: Reporter,
    *,
    started: bool = False,
) -> TransitionRefusal | None:
    """Return why this reporter may not report this change, or None if it may.

    `started` says whether the artifact has a startDateTime (rule L4). Reporting the same status
    again is never refused (rule L3). Raises TypeError for anything that is not a status, or not a
    reporter.
    """
    relations = _relations(started=started)
    try:
        allowed = relations[reporter][old]
    except (KeyError, TypeError):  # TypeError: it is not even hashable
        check_reporter(reporter)
        raise _no_status(old) from None
    if new == old or new in allowed:
        return None
    if new not in STEPS:
        raise _no_status(new)
    reported_by_nobody = old == UNKNOWN and new not in relations[Reporter.OBSERVER][UNKNOWN]
    rule = "L4" if reported_by_nobody or old in TERMINAL_ARTIFACT_STATUSES else "L2"
    return TransitionRefusal(old, new, reporter, rule, started)


def allowed_statuses(
    status: ArtifactRestoreStatus, reporter: Reporter, *, started: bool = False
) -> frozenset[ArtifactRestoreStatus]:
    """Return the statuses that this reporter may report after this one (rules L2 and L4).

    `started` says whether the artifact has a startDateTime. Raises TypeError for anything that is
    not a status, or not a reporter.
    """
    return frozenset(
        new
        for new in ArtifactRestoreStatus
        if new is not status and refusal(status, new, reporter, started=started) is None
    )
