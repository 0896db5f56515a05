"""Layer 2: how the status of one artifact may change (rules L1-L4).

`STEPS` declares the lifecycle once. What an observer may see follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import attrs

from restore_domain.status import TERMINAL_ARTIFACT_STATUSES, ArtifactRestoreStatus

__all__ = [
    "OBSERVATIONS",
    "STARTED_STATUSES",
    "STEPS",
    "Reporter",
    "TransitionRefusal",
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
"""From each status, the statuses that may come next."""

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
    """Return every status that one or more steps lead to."""
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
"""What one who polls may see next: whatever steps lead to (rule L2), and the unknown (L4)."""


class Reporter(StrEnum):
    """Who tells of an artifact's new status (rule L2)."""

    DRIVER = "driver"
    """Runs the restore, so it sees every step."""

    OBSERVER = "observer"
    """Polls another's restore, so it misses some steps."""


RELATIONS: Final[Mapping[Reporter, Relation]] = MappingProxyType(
    {Reporter.DRIVER: STEPS, Reporter.OBSERVER: OBSERVATIONS}
)
"""The changes each reporter may tell of; the same status again is no change (rule L3)."""


@attrs.frozen
class TransitionRefusal:
    """Why an artifact may not go from one status to another."""

    old: ArtifactRestoreStatus
    """The status the artifact is in."""

    new: ArtifactRestoreStatus
    """The status that was reported."""

    reporter: Reporter
    """Who reported it."""

    rule: str
    """The rule that forbids it: L4 what follows a terminal status, or added after the unknown
    one; L2 all else."""

    @property
    def message(self) -> str:
        """The refusal in words, with what would have been allowed."""
        if self.old in TERMINAL_ARTIFACT_STATUSES:
            return f"{self.old} is terminal, so {self.new} can't follow it"
        allowed = RELATIONS[self.reporter][self.old]
        names = " or ".join(status for status in ArtifactRestoreStatus if status in allowed)
        return (
            f"the {self.reporter} can't report {self.new} after {self.old}; "
            f"{names or 'nothing'} may follow it"
        )


def refusal(
    old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, reporter: Reporter
) -> TransitionRefusal | None:
    """Return why this reporter may not tell of this change, or None if it may.

    The same status again is no change, and never refused (rule L3).
    """
    if new == old or new in RELATIONS[reporter][old]:
        return None
    absorbed = old in TERMINAL_ARTIFACT_STATUSES or (old == UNKNOWN and new == ADDED)
    rule = "L4" if absorbed else "L2"
    return TransitionRefusal(old, new, reporter, rule)
