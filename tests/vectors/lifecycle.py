"""Each change of an artifact's status, reported by each reporter (rules L1-L4)."""

from __future__ import annotations

from typing import Final

from restore_domain.lifecycle import Reporter
from restore_domain.status import ArtifactRestoreStatus
from restore_domain.verification.laws.lifecycle import CHANGES, rule_of

from .declaring import Declared, Topic, case

__all__ = ["LIFECYCLE"]


def _advance(
    reporter: Reporter, old: ArtifactRestoreStatus, new: ArtifactRestoreStatus
) -> Declared:
    params = {"reporter": reporter.value, "from": old.value, "to": new.value}
    return case(
        f"{reporter}/{old}-to-{new}",
        rule_of(reporter, old, new),
        f"The {reporter} reports {new} for an artifact that is {old}.",
        {"method": "advance", "params": params},
    )


LIFECYCLE: Final = Topic(
    "lifecycle",
    "Each change of an artifact's status, reported by the driver and by an observer",
    tuple(_advance(*change) for change in CHANGES),
)
"""The cases of the changes of an artifact's status (rules L1-L4)."""
