"""The session's status as a function of the set of its artifacts' statuses (rules A1-A10)."""

from __future__ import annotations

from typing import Final

from restore_domain.aggregation import DECISION_TABLE, Explanation
from restore_domain.status import ArtifactRestoreStatus
from restore_domain.verification.histories import Call

from .declaring import Declared, Topic, case, cases

__all__ = ["AGGREGATION", "EXPLANATION"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off


def _asked(method: str, *statuses: str) -> Call:
    return {"method": method, "params": {"statuses": list(statuses)}}


def _in_members_order(row: Explanation) -> list[str]:
    return [status.value for status in ArtifactRestoreStatus if status in row.statuses]


def _of(method: str, row: Explanation) -> Declared:
    statuses = _in_members_order(row)
    there = ", ".join(statuses) or "no artifact at all"
    description = f"{there}: {row.status} by {row.rule}, {row.statement}."
    return case("+".join(statuses) or "none", row.rule, description, _asked(method, *statuses))


_BEYOND_THE_SET: Final = (
    case("order/failed-succeeded", "A4",
        "The order does not matter: the failed artifact comes first.",
        _asked("aggregate", "failed", "succeeded")),
    case("order/unknown-first", "A9",
        "The order does not matter: the unknown artifact comes first.",
        _asked("aggregate", "unknownFutureValue", "inProgress")),
    case("order/scheduling-added", "A8",
        "The order does not matter: the scheduling artifact comes first.",
        _asked("aggregate", "scheduling", "added")),
    case("repeated/added", "A1", "Many artifacts in the same status count like one.",
        _asked("aggregate", *["added"] * 3)),
    case("repeated/failed-and-one-succeeded", "A4",
        "One artifact succeeded, and many others failed.",
        _asked("aggregate", *["failed"] * 20, "succeeded")),
    case("repeated/succeeded-and-one-in-progress", "A3",
        "The last of many artifacts is still running.",
        _asked("aggregate", *["succeeded"] * 20, "inProgress")),
    case("repeated/scheduling-between-added", "A8",
        "One artifact is scheduling, between two that are added.",
        _asked("aggregate", "added", "scheduling", "added")),
    case("repeated/succeeded-between-added", "A7",
        "One artifact succeeded, between two that are added.",
        _asked("aggregate", "added", "succeeded", "added")),
    *cases("W2", "unknown-text/",
        ("alone", "A text that is not a member is read as unknownFutureValue.",
         _asked("aggregate", "paused")),
        ("in-progress", "A text that is not a member does not change what is certain.",
         _asked("aggregate", "paused", "inProgress")),
        ("case", "The case of a member matters: Succeeded is not succeeded.",
         _asked("aggregate", "Succeeded")),
    ),
)

AGGREGATION: Final = Topic(
    "aggregation",
    "The session's status for each of the 128 sets of artifact statuses",
    (*(_of("aggregate", row) for row in DECISION_TABLE), *_BEYOND_THE_SET),
)
"""The cases of aggregating (rules A1-A10)."""

EXPLANATION: Final = Topic(
    "explanation",
    "The rule that gives the session's status, for each of the 128 sets of artifact statuses",
    tuple(_of("explain", row) for row in DECISION_TABLE),
)
"""The cases of the rule that decides each aggregate (rules A1-A10)."""
