"""Layer 2: the status of a session as a function of the statuses of its artifacts (rules A1-A10).

Only the *set* of the artifacts' statuses matters, so there are exactly 2^7 = 128 cases. `RULES`
declares them, `DECISION_TABLE` lists them all, and everything else here is a look-up in it.

The table's index is the set as a bit mask: bit *i* stands for the *i*-th member of
`ArtifactRestoreStatus`. The mask of two sets taken together is the bitwise OR of their masks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import combinations, islice
from typing import Final, TypeAlias

import attrs

from restore_domain.frozen import maker
from restore_domain.html_table import html_table
from restore_domain.rules import CONDITIONS
from restore_domain.status import (
    TERMINAL_ARTIFACT_STATUSES,
    ArtifactRestoreStatus,
    RestoreSessionStatus,
)

__all__ = [
    "DECISION_TABLE",
    "KNOWN_STATUSES",
    "RULES",
    "AggregationRule",
    "Explanation",
    "StatusTally",
    "aggregate",
    "explain",
    "status_mask",
]

ADDED: Final = ArtifactRestoreStatus.ADDED
SCHEDULING: Final = ArtifactRestoreStatus.SCHEDULING
SUCCEEDED: Final = ArtifactRestoreStatus.SUCCEEDED
FAILED: Final = ArtifactRestoreStatus.FAILED
UNKNOWN: Final = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE

ALL_STATUSES: Final = frozenset(ArtifactRestoreStatus)
"""The seven statuses, the sentinel included."""

KNOWN_STATUSES: Final = ALL_STATUSES - {UNKNOWN}
"""The six statuses that have a meaning."""

RUNNING: Final = frozenset({ArtifactRestoreStatus.SCHEDULED, ArtifactRestoreStatus.IN_PROGRESS})
"""One artifact in one of these makes the whole session active (rule A3)."""

PENDING: Final = KNOWN_STATUSES - TERMINAL_ARTIFACT_STATUSES
"""The statuses that an artifact still has to leave."""

StatusSet = AbstractSet[ArtifactRestoreStatus]

Status: TypeAlias = ArtifactRestoreStatus | str
"""A member, or a text that is equal to one, such as ``"inProgress"``."""


def _everything(held: StatusSet) -> StatusSet:
    return held


@attrs.frozen
class AggregationRule:
    """One row of the rules: when it applies, and the status it gives the session."""

    id: str
    """The permanent rule id, such as ``A3``."""

    status: RestoreSessionStatus
    """The session's status where the rule applies."""

    applies: Callable[[StatusSet], bool] = attrs.field(repr=False)
    """Whether the rule applies to this set of *known* statuses."""

    deciding: Callable[[StatusSet], StatusSet] = attrs.field(default=_everything, repr=False)
    """The part of the set that decided."""


RULES: Final = (
    AggregationRule(
        "A1",
        RestoreSessionStatus.DRAFT,
        lambda held: held <= {ADDED},
    ),
    AggregationRule(
        "A2",
        RestoreSessionStatus.ACTIVATING,
        lambda held: held == {SCHEDULING},
    ),
    AggregationRule(
        "A3",
        RestoreSessionStatus.ACTIVE,
        lambda held: not held.isdisjoint(RUNNING),
        lambda held: held & RUNNING,
    ),
    AggregationRule(
        "A4",
        RestoreSessionStatus.COMPLETED_WITH_ERROR,
        lambda held: held == {SUCCEEDED, FAILED},
    ),
    AggregationRule(
        "A5",
        RestoreSessionStatus.COMPLETED,
        lambda held: held == {SUCCEEDED},
    ),
    AggregationRule(
        "A6",
        RestoreSessionStatus.FAILED,
        lambda held: held == {FAILED},
    ),
    AggregationRule(
        "A7",
        RestoreSessionStatus.ACTIVE,
        lambda held: (
            held.isdisjoint(RUNNING)
            and not held.isdisjoint(TERMINAL_ARTIFACT_STATUSES)
            and not held.isdisjoint(PENDING)
        ),
    ),
    AggregationRule(
        "A8",
        RestoreSessionStatus.ACTIVATING,
        lambda held: held == {ADDED, SCHEDULING},
    ),
)
"""The rules for sets of known statuses. Exactly one of them applies to each of the 64 sets."""

A9: Final = "A9"
"""The rule for a set with the unknown status in it, whose every reading has one answer."""

A10: Final = "A10"
"""The rule for a set with the unknown status in it, whose readings differ."""


@attrs.frozen
class Explanation:
    """A row of the decision table: the status, and why."""

    statuses: frozenset[ArtifactRestoreStatus]
    """The set of the artifacts' statuses that was asked about."""

    status: RestoreSessionStatus
    """The session's status."""

    rule: str
    """The id of the rule that applied, ``A1`` to ``A10``."""

    deciding: frozenset[ArtifactRestoreStatus]
    """The statuses that decided: the answer would be the same without the others.

    Under A9 these are known statuses, which leave the unknown one no say. Under A10 nothing
    was decided, and this is the whole set.
    """

    @property
    def statement(self) -> str:
        """The rule's condition in words."""
        return CONDITIONS[self.rule]

    def _repr_html_(self) -> str:
        """Show the row in a notebook."""
        statuses, deciding = (
            ", ".join(status for status in _ORDER if status in chosen)
            for chosen in (self.statuses, self.deciding)
        )
        columns = ("artifacts", "session", "rule", "deciding")
        row = (statuses or "none", self.status, self.rule, deciding)
        return html_table(f"{self.rule}: {self.statement}", columns, [row])


def status_mask(statuses: Iterable[Status]) -> int:
    """Return the set of these statuses as its index into `DECISION_TABLE`.

    Raises TypeError as `explain` does.
    """
    return _mask_of(_distinct(statuses))


def _mask_of(distinct: Iterable[Status]) -> int:
    return sum([_BIT[status] for status in distinct])


_ORDER: Final = tuple(ArtifactRestoreStatus)
_BIT: Final[Mapping[Status, int]] = {status: 1 << order for order, status in enumerate(_ORDER)}


def _sets_of(statuses: Iterable[ArtifactRestoreStatus]) -> tuple[StatusSet, ...]:
    """Return every set that can be made of these statuses, the empty one first."""
    members = tuple(statuses)
    sizes = range(len(members) + 1)
    return tuple(frozenset(chosen) for size in sizes for chosen in combinations(members, size))


def _decide_known(held: StatusSet) -> Explanation:
    (rule,) = (rule for rule in RULES if rule.applies(held))
    return Explanation(frozenset(held), rule.status, rule.id, frozenset(rule.deciding(held)))


_KNOWN_CASES: Final = {held: _decide_known(held) for held in _sets_of(KNOWN_STATUSES)}
"""The 64 cases that the rules decide one by one."""


def _decide_unknown(known: StatusSet) -> Explanation:
    """Decide for these known statuses and the unknown one, read as one or more known ones."""
    held = frozenset(known | {UNKNOWN})
    readings = (known | read_as for read_as in _KNOWN_CASES if read_as)
    answers = {_KNOWN_CASES[reading].status for reading in readings}
    if len(answers) == 1:
        return Explanation(held, answers.pop(), A9, _KNOWN_CASES[known].deciding)
    return Explanation(held, RestoreSessionStatus.UNKNOWN_FUTURE_VALUE, A10, held)


def _decide(held: StatusSet) -> Explanation:
    return _KNOWN_CASES.get(held) or _decide_unknown(held - {UNKNOWN})


DECISION_TABLE: Final = tuple(
    _decide(frozenset(status for status in _ORDER if mask & _BIT[status]))
    for mask in range(1 << len(_ORDER))
)
"""All 128 cases; the index of a row is the `status_mask` of its set."""

_BY_SET: Final[Mapping[AbstractSet[Status], Explanation]] = {
    row.statuses: row for row in DECISION_TABLE
}

_CHUNK: Final = 2048
"""How many statuses are looked at together: it bounds memory, and keeps the position known."""

Statuses: TypeAlias = Iterable[Status]


def _chunks(statuses: Statuses) -> Iterator[tuple[int, Collection[Status]]]:
    """Go through any iterable once, in constant memory, and say where each chunk begins."""
    if isinstance(statuses, (list, tuple, set, frozenset)):  # it is in memory already
        yield 0, statuses
        return
    try:
        iterator = iter(statuses)
    except TypeError:
        raise TypeError(f"statuses: expected several, got {statuses!r:.60}") from None
    position = 0
    while chunk := tuple(islice(iterator, _CHUNK)):
        yield position, chunk
        position += len(chunk)


def _is_status(value: object) -> bool:
    return isinstance(value, str) and value in ALL_STATUSES


def _no_status(value: object) -> str:
    return (
        f"{value!r} is no artifact restore status; "
        f"expected one of {', '.join(ArtifactRestoreStatus)}"
    )


def _intruder(chunk: Iterable[object], position: int) -> TypeError:
    """Name the first entry that is no status."""
    offset, value = next(
        (offset, value) for offset, value in enumerate(chunk) if not _is_status(value)
    )
    return TypeError(f"position {position + offset}: {_no_status(value)}")


def _distinct(statuses: Statuses) -> frozenset[Status]:
    """Return the set of the statuses; TypeError if there is anything else among them."""
    held: set[Status] = set()
    for position, chunk in _chunks(statuses):
        try:
            held.update(chunk)
        except TypeError:  # something is not even hashable
            raise _intruder(chunk, position) from None
        if not held <= ALL_STATUSES:
            raise _intruder(chunk, position)
    return frozenset(held)


def explain(statuses: Statuses) -> Explanation:
    """Return the session's status for artifacts in these statuses, and the rule that gave it.

    Takes any iterable, goes through it once, in constant memory. A text equal to a member is
    that member. Raises TypeError for anything that is no status, naming the value and its
    position.
    """
    return _BY_SET[_distinct(statuses)]


def aggregate(statuses: Statuses) -> RestoreSessionStatus:
    """Return the session's status for artifacts in these statuses (rules A1-A10).

    Raises TypeError as `explain` does.
    """
    return explain(statuses).status


@attrs.frozen(repr=False, weakref_slot=False)
class StatusTally:
    """How many artifacts are in each status.

    Tallies add up (a commutative monoid whose neutral element is ``StatusTally()``), so parts
    of a session can be counted apart and merged. One status replaced by another is a step of
    constant cost.
    """

    _counts: tuple[int, ...] = attrs.field(init=False, default=(0,) * len(_ORDER))
    """The number of artifacts in each status, in the order of the members."""

    _mask: int = attrs.field(init=False, default=0, eq=False)
    """The set of the statuses that an artifact is in: the index into the decision table."""

    status: RestoreSessionStatus = attrs.field(
        init=False, default=DECISION_TABLE[0].status, eq=False
    )
    """The session's status (rules A1-A10)."""

    @classmethod
    def of(cls, statuses: Statuses) -> StatusTally:
        """Count these statuses. Raises TypeError as `explain` does."""
        counter: Counter[Status] = Counter()
        for position, chunk in _chunks(statuses):
            try:
                counter.update(chunk)
            except TypeError:  # something is not even hashable
                raise _intruder(chunk, position) from None
            if not counter.keys() <= ALL_STATUSES:
                raise _intruder(chunk, position)
        return _tally(tuple([counter[status] for status in _ORDER]), _mask_of(counter))

    @classmethod
    def of_counts(cls, counts: Mapping[ArtifactRestoreStatus, int]) -> StatusTally:
        """Return the tally of so many artifacts in each status.

        Raises TypeError for what is not a status, ValueError for a number below zero.
        """
        if not isinstance(counts, Mapping):
            raise TypeError(f"counts: expected a number for each status, got {counts!r:.60}")
        for status, count in counts.items():
            if _index(status) >= 0 and count < 0:
                raise ValueError(f"counts: expected a number from 0 on for {status}, got {count}")
        found = tuple([counts.get(status, 0) for status in _ORDER])
        return _tally(found, _mask_of(status for status in _ORDER if counts.get(status)))

    def __sub__(self, other: StatusTally) -> StatusTally:
        """Return the tally of what is left without that part; ValueError if it is not one."""
        if not isinstance(other, StatusTally):
            return NotImplemented
        counts = {status: self[status] - other[status] for status in _ORDER}
        if min(counts.values()) < 0:
            raise ValueError(f"{other!r} is not a part of {self!r}")
        return StatusTally.of_counts(counts)

    def __add__(self, other: StatusTally) -> StatusTally:
        """Return the tally of both parts together."""
        if not isinstance(other, StatusTally):
            return NotImplemented
        counts = [mine + theirs for mine, theirs in zip(self._counts, other._counts, strict=True)]
        return _tally(tuple(counts), self._mask | other._mask)

    def __getitem__(self, status: Status) -> int:
        """Return how many artifacts are in this status. Raises TypeError if it is none."""
        return self._counts[_index(status)]

    def replace(self, old: Status, new: Status) -> StatusTally:
        """Return the tally after one artifact went from `old` to `new`.

        Raises ValueError if no artifact is in `old`, TypeError if either is no status.
        """
        counts = list(self._counts)
        try:
            left, entered = _INDEX[old], _INDEX[new]
        except (KeyError, TypeError):
            left, entered = _index(old), _index(new)  # raises, and says which is no status
        if not counts[left]:
            raise ValueError(f"no artifact is {old}, so none can leave it: {self!r}")
        counts[left] -= 1
        counts[entered] += 1
        mask = self._mask | 1 << entered
        if not counts[left]:
            mask &= ~(1 << left)
        made: StatusTally = _make_tally(tuple(counts), mask, DECISION_TABLE[mask].status)
        return made

    @property
    def total(self) -> int:
        """How many artifacts there are."""
        return sum(self._counts)

    @property
    def explanation(self) -> Explanation:
        """The session's status, and the rule that gave it."""
        return DECISION_TABLE[self._mask]

    @property
    def explanation_with_more(self) -> Explanation:
        """What is certain if there are more artifacts, of which nothing is known (rule S8)."""
        return DECISION_TABLE[self._mask | _BIT[UNKNOWN]]

    @property
    def statuses_with_more(self) -> frozenset[RestoreSessionStatus]:
        """The session's status by each reading of more artifacts as one or more known statuses."""
        return _statuses_with_more(self._mask)

    def status_with_more(self, declared: RestoreSessionStatus | None) -> RestoreSessionStatus:
        """Return the session's status if there are more artifacts (rule S8).

        It is what is certain, else the declared one if a reading of the others gives it, else
        unknownFutureValue.
        """
        certain = self.explanation_with_more.status
        if certain is RestoreSessionStatus.UNKNOWN_FUTURE_VALUE and declared is not None:
            return declared if declared in self.statuses_with_more else certain
        return certain

    def __repr__(self) -> str:
        """Name what is there, and leave out what isn't."""
        counts = ", ".join(f"{status}={self[status]}" for status in _ORDER if self[status])
        return f"StatusTally({counts})"


@cache
def _statuses_with_more(mask: int) -> frozenset[RestoreSessionStatus]:
    """Return the status of each set that has these statuses and one or more known ones besides."""
    readings = (_mask_of(more) for more in _KNOWN_CASES if more)
    return frozenset(DECISION_TABLE[mask | more].status for more in readings)


_INDEX: Final[Mapping[Status, int]] = {status: order for order, status in enumerate(_ORDER)}


def _index(status: Status) -> int:
    """Return a status's place in the counts."""
    try:
        return _INDEX[status]
    except (KeyError, TypeError):  # TypeError: it is not even hashable
        raise TypeError(_no_status(status)) from None


_make_tally: Final = maker(StatusTally)


def _tally(counts: tuple[int, ...], mask: int) -> StatusTally:
    made: StatusTally = _make_tally(counts, mask, DECISION_TABLE[mask].status)
    return made
