"""The laws about changes of an artifact's status (rules L1-L4): 49 pairs, by two reporters."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Final, TypeAlias

from restore_domain.lifecycle import STEPS, Reporter, refusal
from restore_domain.status import TERMINAL_ARTIFACT_STATUSES, ArtifactRestoreStatus
from restore_domain.verification.laws.functions import Advance
from restore_domain.verification.laws.law import (
    Breach,
    Law,
    Takes,
    actual_answer,
    further_law,
    in_words,
    law_of,
)

__all__ = [
    "ADVANCE_LAWS",
    "CHANGES",
    "a_refusal_names_both_statuses",
    "l1",
    "l2",
    "l3",
    "l4",
    "rule_of",
]

ADDED: Final = ArtifactRestoreStatus.ADDED
UNKNOWN: Final = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE

Change: TypeAlias = tuple[Reporter, ArtifactRestoreStatus, ArtifactRestoreStatus]

CHANGES: Final[tuple[Change, ...]] = tuple(
    product(Reporter, ArtifactRestoreStatus, ArtifactRestoreStatus)
)
"""The reporter, the status before, and the reported status: 2 times 49."""


def rule_of(reporter: Reporter, old: ArtifactRestoreStatus, new: ArtifactRestoreStatus) -> str:
    """Return the rule that decides whether this reporter may report this change."""
    if old is new:
        return "L3"
    if old in TERMINAL_ARTIFACT_STATUSES or (old, new) == (UNKNOWN, ADDED):
        return "L4"
    if reporter is Reporter.OBSERVER and UNKNOWN in {old, new}:
        return "L4"
    return "L1" if reporter is Reporter.DRIVER and new in STEPS[old] else "L2"


def _shown(reporter: Reporter, old: ArtifactRestoreStatus, new: ArtifactRestoreStatus) -> str:
    return f"the {reporter} reports {new} of an artifact that is {old}"


def _law_of(rule: str) -> Law[Advance]:
    """Make the law of a rule: the changes that it decides."""
    changes = [change for change in CHANGES if rule_of(*change) == rule]

    def breaches(advance: Advance) -> Iterator[Breach]:
        for reporter, old, new in changes:
            answer, raised = actual_answer(partial(advance, old, new, reporter))
            allowed = refusal(old, new, reporter) is None
            if (raised is None) is not allowed or (allowed and answer != new):
                expected = "a refusal, raised as an exception"
                if allowed:
                    expected = f"{new}, which changes nothing" if old is new else str(new)
                given = _shown(reporter, old, new)
                yield Breach(given, expected, in_words(answer, raised), raised)

    return law_of(rule, Takes.ADVANCE, breaches)


l1: Final = _law_of("L1")
"""A driver may report each of the seven steps (L1)."""


l2: Final = _law_of("L2")
"""A driver may report only single steps, an observer every status that steps lead to (L2)."""


l3: Final = _law_of("L3")
"""Reporting the same status again is not an error and changes nothing, for any reporter (L3)."""


l4: Final = _law_of("L4")
"""Nothing follows a terminal status; only observers report the unknown one and what follows (L4).
"""


def _a_refusal_names_both_statuses(advance: Advance) -> Iterator[Breach]:
    for change in CHANGES:
        reporter, old, new = change
        if refusal(old, new, reporter) is None:
            continue
        answer, raised = actual_answer(partial(advance, old, new, reporter))
        if raised is None or old not in str(raised) or new not in str(raised):
            expected = f"an exception whose message has {old} and {new} in it"
            yield Breach(_shown(*change), expected, in_words(answer, raised), raised)


a_refusal_names_both_statuses: Final = further_law(
    Takes.ADVANCE,
    _a_refusal_names_both_statuses,
    rules=("L2",),
    statement="a refused change names the two statuses",
)
"""The message of each exception that refuses a change has both statuses in it (L2)."""


ADVANCE_LAWS: Final[tuple[Law[Advance], ...]] = (l1, l2, l3, l4, a_refusal_names_both_statuses)
"""The laws of a function that returns the effect of a report on a status."""
