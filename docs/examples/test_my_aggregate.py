"""Your own functions checked against the laws, in your own tests.

Try it: ``python -m pytest docs/examples/test_my_aggregate.py``
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from restore_domain import ArtifactRestoreStatus, Reporter
from restore_domain.verification import laws

# Your code ----------------------------------------------------------------------------------------


def my_aggregate(statuses: Sequence[str]) -> str:
    """Tell the status of a session by those of its artifacts."""
    present = set(statuses)
    ended = present & {"succeeded", "failed"}
    waiting = present & {"added", "scheduling"}
    if present & {"scheduled", "inProgress"} or (ended and waiting):
        return "active"
    if "unknownFutureValue" in present:
        return "unknownFutureValue"
    if ended:
        return "completedWithError" if len(ended) > 1 else MY_END[ended.pop()]
    return "activating" if "scheduling" in present else "draft"


MY_END = {"succeeded": "completed", "failed": "failed"}

MY_STEPS = {
    "added": ["scheduling"],
    "scheduling": ["scheduled", "failed"],
    "scheduled": ["inProgress", "failed"],
    "inProgress": ["succeeded", "failed"],
}


def my_may_follow(old: str, new: str) -> bool:
    """Tell whether a driver may report this change."""
    return new == old or new in MY_STEPS.get(old, [])


# Your tests ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("law", laws.AGGREGATE_LAWS, ids=str)
def test_my_aggregate(law: laws.Law[laws.Aggregate]) -> None:
    """Each law of an aggregate is a test of its own."""
    law(my_aggregate)


def my_advance(old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, reporter: Reporter) -> str:
    """Answer as a law asks: the new status, or an exception."""
    if reporter is Reporter.OBSERVER:
        pytest.skip("my service has no observers")
    if not my_may_follow(old, new):
        raise ValueError(f"{new} does not follow {old}")
    return new


def test_my_drivers_take_the_steps() -> None:
    """A single law is called by its name."""
    laws.l1(my_advance)
