"""The laws of aggregation (rules A1-A10): all 128 cases, and general laws about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations_with_replacement, permutations, product
from typing import Any, Final, TypeAlias

from restore_domain.aggregation import DECISION_TABLE, KNOWN_STATUSES, explain
from restore_domain.lifecycle import STEPS
from restore_domain.rules import CONDITIONS
from restore_domain.status import (
    TERMINAL_ARTIFACT_STATUSES,
    TERMINAL_SESSION_STATUSES,
    ArtifactRestoreStatus,
    RestoreSessionStatus,
)
from restore_domain.verification.laws.functions import Aggregate, MakeTally, Tally
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
    "AGGREGATE_LAWS",
    "TALLY_LAWS",
    "a1",
    "a2",
    "a3",
    "a4",
    "a5",
    "a6",
    "a7",
    "a8",
    "a9",
    "a10",
    "a_session_never_goes_backwards",
    "a_tally_counts",
    "an_unknown_status_is_not_a_claim",
    "every_set_has_a_status",
    "order_does_not_matter",
    "parts_add_up",
    "repetition_does_not_matter",
    "replacing_is_counting_again",
    "terminal_exactly_when_every_artifact_is",
]

ALL_RULES: Final = tuple(CONDITIONS)
"""Every rule of aggregation."""

UNKNOWN: Final = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE

Statuses: TypeAlias = Sequence[ArtifactRestoreStatus]


def _listed(present: frozenset[ArtifactRestoreStatus]) -> list[ArtifactRestoreStatus]:
    return [status for status in ArtifactRestoreStatus if status in present]


SETS: Final = tuple(_listed(row.statuses) for row in DECISION_TABLE)
"""All 128 sets of statuses."""


def _shown(statuses: Statuses) -> str:
    return ", ".join(statuses) or "no artifacts"


def _compared(aggregate: Aggregate, statuses: Statuses, expected: str) -> Iterator[Breach]:
    """Call the function, and compare the status."""
    answer, raised = actual_answer(partial(aggregate, list(statuses)))
    if raised is not None or answer != expected:
        yield Breach(_shown(statuses), expected, in_words(answer, raised), raised)


def _asked(aggregate: Aggregate, statuses: Statuses) -> str:
    """Call the function for a comparison; an exception counts as no status."""
    return in_words(*actual_answer(partial(aggregate, list(statuses))))


# Each rule ------------------------------------------------------------------------------------


def _law_of(rule: str) -> Law[Aggregate]:
    """Make the law of a rule: the rows of the decision table that it decides."""
    rows = [row for row in DECISION_TABLE if row.rule == rule]

    def breaches(aggregate: Aggregate) -> Iterator[Breach]:
        for row in rows:
            yield from _compared(aggregate, _listed(row.statuses), row.status)

    return law_of(rule, Takes.AGGREGATE, breaches)


a1: Final = _law_of("A1")
"""A session whose artifacts are all added, or that has none, is a draft (A1)."""


a2: Final = _law_of("A2")
"""A session whose artifacts are all scheduling is activating (A2)."""


a3: Final = _law_of("A3")
"""A session with an artifact scheduled or inProgress is active: 48 cases (A3)."""


a4: Final = _law_of("A4")
"""A session in which some succeeded and the others failed is completedWithError (A4)."""


a5: Final = _law_of("A5")
"""A session whose artifacts all succeeded is completed (A5)."""


a6: Final = _law_of("A6")
"""A session whose artifacts all failed is failed (A6)."""


a7: Final = _law_of("A7")
"""A session in which some ended and the others wait is active: nine cases (A7)."""


a8: Final = _law_of("A8")
"""A session whose artifacts are added and scheduling is activating (A8)."""


a9: Final = _law_of("A9")
"""An unknown status leaves the answer that is certain without it: 57 cases (A9)."""


a10: Final = _law_of("A10")
"""An unknown status on which the answer depends makes the session's unknown: 7 cases (A10)."""


# General laws -----------------------------------------------------------------------------------


def _every_set_has_a_status(aggregate: Aggregate) -> Iterator[Breach]:
    for statuses in SETS:
        answer, raised = actual_answer(partial(aggregate, list(statuses)))
        if raised is not None or answer not in list(RestoreSessionStatus):
            expected = f"one of {', '.join(RestoreSessionStatus)}"
            yield Breach(_shown(statuses), expected, in_words(answer, raised), raised)


every_set_has_a_status: Final = further_law(
    Takes.AGGREGATE,
    _every_set_has_a_status,
    rules=ALL_RULES,
    statement="each of the 128 sets has one of the seven statuses",
)
"""Each of the 128 sets of statuses has one of the seven statuses."""


def _order_does_not_matter(aggregate: Aggregate) -> Iterator[Breach]:
    for statuses in SETS:
        expected = _asked(aggregate, statuses)
        for other in permutations(statuses):
            yield from _compared(aggregate, other, expected)


order_does_not_matter: Final = further_law(
    Takes.AGGREGATE,
    _order_does_not_matter,
    rules=ALL_RULES,
    statement="the order of the artifacts does not matter",
)
"""The order of the artifacts does not matter: each of the 13,700 orders of each set."""


def _repetition_does_not_matter(aggregate: Aggregate) -> Iterator[Breach]:
    for statuses in SETS:
        expected = _asked(aggregate, statuses)
        for counts in product((1, 2), repeat=len(statuses)):
            repeated = [
                status for status, count in zip(statuses, counts, strict=True) for _ in range(count)
            ]
            yield from _compared(aggregate, repeated, expected)


repetition_does_not_matter: Final = further_law(
    Takes.AGGREGATE,
    _repetition_does_not_matter,
    rules=ALL_RULES,
    statement="how many artifacts are in a status does not matter, if there is one",
)
"""How many artifacts are in a status does not matter: one or two in each, in every way."""


RANK: Final[Mapping[str, int]] = {
    RestoreSessionStatus.DRAFT: 0,
    RestoreSessionStatus.ACTIVATING: 1,
    RestoreSessionStatus.ACTIVE: 2,
    **dict.fromkeys(TERMINAL_SESSION_STATUSES, 3),
}
"""The order of the statuses of a session, as far as it is known."""


def _a_session_never_goes_backwards(aggregate: Aggregate) -> Iterator[Breach]:
    for statuses in SETS:
        if UNKNOWN in statuses:
            continue
        before = _asked(aggregate, statuses)
        for left, entered, staying in product(statuses, KNOWN_STATUSES, (True, False)):
            if entered not in STEPS[left]:
                continue
            after = {*statuses, entered} - (set() if staying else {left})
            then = _listed(frozenset(after))
            now = _asked(aggregate, then)
            if now != before and _rank(now) <= _rank(before):
                step = f"{_shown(statuses)} ({before}), then {_shown(then)}"
                yield Breach(step, f"{before}, or what comes after it", now)


a_session_never_goes_backwards: Final = further_law(
    Takes.AGGREGATE,
    _a_session_never_goes_backwards,
    rules=(
        "A7",
        "L1",
    ),
    statement="a session never goes back while its artifacts take the steps of L1",
)
"""A session never moves back while its artifacts take the steps of L1, from every set."""


def _rank(status: str) -> int:
    """Return the progress of a session; an unknown status counts as the beginning."""
    return RANK.get(status, 0)


def _terminal_exactly_when_every_artifact_is(aggregate: Aggregate) -> Iterator[Breach]:
    for statuses in SETS:
        all_are = bool(statuses) and TERMINAL_ARTIFACT_STATUSES.issuperset(statuses)
        answer = _asked(aggregate, statuses)
        if (answer in TERMINAL_SESSION_STATUSES) is not all_are:
            expected = "a terminal status" if all_are else "no terminal status"
            yield Breach(_shown(statuses), expected, answer)


terminal_exactly_when_every_artifact_is: Final = further_law(
    Takes.AGGREGATE,
    _terminal_exactly_when_every_artifact_is,
    rules=(
        "A4",
        "A5",
        "A6",
    ),
    statement="a session is terminal exactly if it has artifacts, and all of them are",
)
"""A session is terminal exactly if it has artifacts, and all of them are."""


def _an_unknown_status_is_not_a_claim(aggregate: Aggregate) -> Iterator[Breach]:
    known = [statuses for statuses in SETS if UNKNOWN not in statuses]
    for statuses in known:
        claimed = _asked(aggregate, [*statuses, UNKNOWN])
        if claimed == RestoreSessionStatus.UNKNOWN_FUTURE_VALUE:
            continue
        for reading in filter(None, known):
            read = _listed(frozenset({*statuses, *reading}))
            answer = _asked(aggregate, read)
            if answer != claimed:
                given = f"{_shown([*statuses, UNKNOWN])}, read as {_shown(read)}"
                yield Breach(given, answer, f"{claimed}, as if it were certain")


an_unknown_status_is_not_a_claim: Final = further_law(
    Takes.AGGREGATE,
    _an_unknown_status_is_not_a_claim,
    rules=(
        "A9",
        "A10",
    ),
    statement=(
        "the status of a session with unknown artifacts is right for all known statuses of these"
    ),
)
"""The status of a session with unknown artifacts is right for all known statuses of these."""


# Counting in parts ------------------------------------------------------------------------------

PARTS: Final = tuple(
    list(chosen)
    for size in range(4)
    for chosen in combinations_with_replacement(ArtifactRestoreStatus, size)
)
"""All sessions of up to three artifacts, in any order: 120."""


def _counted(given: str, statuses: Statuses, count: Callable[[], Tally]) -> Iterator[Breach]:
    """Compare a tally with the statuses that it should have counted."""
    wanted = Counter(statuses), explain(statuses).status.value

    def counted() -> tuple[Counter[ArtifactRestoreStatus], str]:
        tally = count()
        return Counter({status: tally[status] for status in ArtifactRestoreStatus}), tally.status

    answer, raised = actual_answer(counted)
    if answer != wanted:
        actual = in_words(answer and _tallied(*answer), raised)
        yield Breach(given, _tallied(*wanted), actual, raised)


def _tallied(counts: Counter[ArtifactRestoreStatus], status: str) -> str:
    parts = [f"{counts[one]} {one}" for one in ArtifactRestoreStatus if counts[one]]
    return f"{', '.join(parts) or 'nothing'}: {status}"


def _a_tally_counts(make: MakeTally) -> Iterator[Breach]:
    for statuses in (*PARTS, *SETS):
        yield from _counted(_shown(statuses), statuses, partial(make, list(statuses)))


a_tally_counts: Final = further_law(
    Takes.TALLY,
    _a_tally_counts,
    rules=(
        *ALL_RULES,
        "S5",
    ),
    statement="a tally has the number of artifacts in each status, and the status of their session",
)
"""A tally has the number of artifacts in each status, and the status of their session."""


def _parts_add_up(make: MakeTally) -> Iterator[Breach]:
    tallies = [actual_answer(partial(make, list(part)))[0] for part in PARTS]
    for (one, mine), (other, theirs) in product(zip(PARTS, tallies, strict=True), repeat=2):
        given = f"({_shown(one)}) + ({_shown(other)})"
        yield from _counted(given, [*one, *other], partial(_sum, mine, theirs))


parts_add_up: Final = further_law(
    Takes.TALLY,
    _parts_add_up,
    rules=ALL_RULES,
    statement="artifacts counted in two parts, whose tallies are added, are all of them",
)
"""Tallies of two parts add up to that of the whole: all pairs of up to three artifacts."""


def _sum(one: Any, other: Any) -> Tally:
    both: Tally = one + other
    return both


def _replacing_is_counting_again(make: MakeTally) -> Iterator[Breach]:
    for statuses in filter(None, PARTS):
        for old, new in product(frozenset(statuses), ArtifactRestoreStatus):
            place = statuses.index(old)
            now = [*statuses[:place], new, *statuses[place + 1 :]]
            steps = [(old, new)]
            given = f"{_shown(statuses)}, with {old} replaced by {new}"
            yield from _counted(given, now, partial(_replaced, make, statuses, steps))
            steps = [(old, new), (new, old)]
            put_back = partial(_replaced, make, statuses, steps)
            yield from _counted(f"{given}, and put back", statuses, put_back)


replacing_is_counting_again: Final = further_law(
    Takes.TALLY,
    _replacing_is_counting_again,
    rules=ALL_RULES,
    statement="a tally with a status replaced is that of the artifacts as they are now, and a "
    "status replaced and put back changes nothing",
)
"""Replacing a status equals counting again, and replacing it back undoes this: up to 3 artifacts.
"""


def _replaced(
    make: MakeTally,
    statuses: Statuses,
    steps: Sequence[tuple[ArtifactRestoreStatus, ArtifactRestoreStatus]],
) -> Tally:
    tally = make(list(statuses))
    for old, new in steps:
        tally = tally.replace(old, new)
    return tally


AGGREGATE_LAWS: Final[tuple[Law[Aggregate], ...]] = (
    a1,
    a2,
    a3,
    a4,
    a5,
    a6,
    a7,
    a8,
    a9,
    a10,
    every_set_has_a_status,
    order_does_not_matter,
    repetition_does_not_matter,
    a_session_never_goes_backwards,
    terminal_exactly_when_every_artifact_is,
    an_unknown_status_is_not_a_claim,
)
"""The laws of a function that aggregates."""

TALLY_LAWS: Final[tuple[Law[MakeTally], ...]] = (
    a_tally_counts,
    parts_add_up,
    replacing_is_counting_again,
)
"""The laws of a tally."""
