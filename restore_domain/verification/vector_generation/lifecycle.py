"""Each change of an artifact's status, told by each reporter (rules L1-L4)."""

from __future__ import annotations

from itertools import product
from typing import Final

from restore_domain.lifecycle import STEPS, Reporter
from restore_domain.status import TERMINAL_ARTIFACT_STATUSES, ArtifactRestoreStatus
from restore_domain.verification.vector_generation.declaring import Declared, Topic, case

__all__ = ["CHANGES", "LIFECYCLE", "rule_of"]

ADDED: Final = ArtifactRestoreStatus.ADDED
UNKNOWN: Final = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE

Change = tuple[Reporter, ArtifactRestoreStatus, ArtifactRestoreStatus]

CHANGES: Final[tuple[Change, ...]] = tuple(
    product(Reporter, ArtifactRestoreStatus, ArtifactRestoreStatus)
)
"""Who reports, the status before, and the status reported: 2 times 49."""


def rule_of(reporter: Reporter, old: ArtifactRestoreStatus, new: ArtifactRestoreStatus) -> str:
    """Return the rule that says whether this reporter may tell of this change."""
    if old is new:
        return "L3"
    if old in TERMINAL_ARTIFACT_STATUSES or (old, new) == (UNKNOWN, ADDED):
        return "L4"
    if reporter is Reporter.OBSERVER and UNKNOWN in {old, new}:
        return "L4"
    return "L1" if reporter is Reporter.DRIVER and new in STEPS[old] else "L2"


def _advance(
    reporter: Reporter, old: ArtifactRestoreStatus, new: ArtifactRestoreStatus
) -> Declared:
    params = {"reporter": reporter.value, "from": old.value, "to": new.value}
    return case(
        f"{reporter}/{old}-to-{new}",
        rule_of(reporter, old, new),
        f"The {reporter} reports {new} of an artifact that is {old}.",
        {"method": "advance", "params": params},
    )


LIFECYCLE: Final = Topic(
    "lifecycle",
    "Each change of an artifact's status, told by the driver and by an observer",
    tuple(_advance(*change) for change in CHANGES),
)
"""The cases of the changes of an artifact's status (rules L1-L4)."""
