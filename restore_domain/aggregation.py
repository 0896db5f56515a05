"""Layer 2: the status of a session as a function of the statuses of its artifacts (rules A1-A10).

Only the *set* of the artifacts' statuses matters, so there are exactly 2^7 = 128 cases. `RULES`
declares them, `DECISION_TABLE` lists them all, and everything else here is a look-up in it.

The index into the table is the set as a bit mask: bit *i* stands for the *i*-th member of
`ArtifactRestoreStatus`. The mask of a union of sets is the bitwise OR of their masks.
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
"""The seven statuses, including the sentinel."""

KNOWN_STATUSES: Final = ALL_STATUSES - {UNKNOWN}
"""The six statuses that have a meaning."""

RUNNING: Final = frozenset({ArtifactRestoreStatus.SCHEDULED, ArtifactRestoreStatus.IN_PROGRESS})
"""A single artifact in one of these makes the whole session active (rule A3)."""

PENDING: Final = KNOWN_STATUSES - TERMINAL_ARTIFACT_STATUSES
"""The statuses of artifacts that have not started and not ended."""

StatusSet = AbstractSet[ArtifactRestoreStatus]

Status: TypeAlias = ArtifactRestoreStatus | str
"""A member, or a string that is equal to one, such as ``"inProgress"``."""


def _everything(present: StatusSet) -> StatusSet:
    return present


@attrs.frozen
class AggregationRule:
    """One rule: when it applies, and the status that it gives the session."""

    id: str
    """The permanent rule id, such as ``A3``."""

    status: RestoreSessionStatus
    """The session's status if the rule applies."""

    applies: Callable[[StatusSet], bool] = attrs.field(repr=False)
    """Whether the rule applies to this set of *known* statuses."""

    deciding: Callable[[StatusSet], StatusSet] = attrs.field(default=_everything, repr=False)
    """The part of the set that decided."""


RULES: Final = (
    AggregationRule(
        "A1",
        RestoreSessionStatus.DRAFT,
        lambda present: present <= {ADDED},
    ),
    AggregationRule(
        "A2",
        RestoreSessionStatus.ACTIVATING,
        lambda present: present == {SCHEDULING},
    ),
    AggregationRule(
        "A3",
        RestoreSessionStatus.ACTIVE,
        lambda present: not present.isdisjoint(RUNNING),
        lambda present: present & RUNNING,
    ),
    AggregationRule(
        "A4",
        RestoreSessionStatus.COMPLETED_WITH_ERROR,
        lambda present: present == {SUCCEEDED, FAILED},
    ),
    AggregationRule(
        "A5",
        RestoreSessionStatus.COMPLETED,
        lambda present: present == {SUCCEEDED},
    ),
    AggregationRule(
        "A6",
        RestoreSessionStatus.FAILED,
        lambda present: present == {FAILED},
    ),
    AggregationRule(
        "A7",
        RestoreSessionStatus.ACTIVE,
        lambda present: (
            present.isdisjoint(RUNNING)
            and not present.isdisjoint(TERMINAL_ARTIFACT_STATUSES)
            and not present.isdisjoint(PENDING)
        ),
    ),
    AggregationRule(
        "A8",
        RestoreSessionStatus.ACTIVATING,
        lambda present: present == {ADDED, SCHEDULING},
    ),
)
"""The rules for sets of known statuses. Exactly one of them applies to each of the 64 sets."""

A9: Final = "A9"
"""The rule for a set with the unknown status in which every interpretation gives the same answer.
"""

A10: Final = "A10"
"""The rule for a set with the unknown status in which the interpretations give different answers.
"""


@attrs.frozen
class Explanation:
    """A row of the decision table: the status, and why."""

    statuses: frozenset[ArtifactRestoreStatus]
    """The set of the artifacts' statuses."""

    status: RestoreSessionStatus
    """The session's status."""

    rule: str
    """The id of the rule that applied, ``A1`` to ``A10``."""

    deciding: frozenset[ArtifactRestoreStatus]
    """The statuses that decided: the answer would be the same without the others.

    Under A9 these are the known statuses that give the answer regardless of the unknown one. Under
    A10 nothing was decided, and this is the whole set.
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


def _decide_known(present: StatusSet) -> Explanation:
    (rule,) = (rule for rule in RULES if rule.applies(present))
    return Explanation(frozenset(present), rule.status, rule.id, frozenset(rule.deciding(present)))


_KNOWN_CASES: Final = {present: _decide_known(present) for present in _sets_of(KNOWN_STATUSES)}
"""The 64 cases for which the rules are evaluated one by one."""


def _decide_unknown(known: StatusSet) -> Explanation:
    """Decide for these known statuses and the unknown one, read as one or more known ones."""
    present = frozenset(known | {UNKNOWN})
    readings = (known | read_as for read_as in _KNOWN_CASES if read_as)
    answers = {_KNOWN_CASES[reading].status for reading in readings}
    if len(answers) == 1:
        return Explanation(present, answers.pop(), A9, _KNOWN_CASES[known].deciding)
    return Explanation(present, RestoreSessionStatus.UNKNOWN_FUTURE_VALUE, A10, present)


def _decide(present: StatusSet) -> Explanation:
    return _KNOWN_CASES.get(present) or _decide_unknown(present - {UNKNOWN})


DECISION_TABLE: Final = tuple(
    _decide(frozenset(status for status in _ORDER if mask & _BIT[status]))
    for mask in range(1 << len(_ORDER))
)
"""All 128 cases; the index of a row is the `status_mask` of its set."""

_BY_SET: Final[Mapping[AbstractSet[Status], Explanation]] = {
    row.statuses: row for row in DECISION_TABLE
}

_CHUNK: Final = 2048
"""How many statuses are processed together; this limits memory, and keeps track of the position."""

Statuses: TypeAlias = Iterable[Status]


def _chunks(statuses: Statuses) -> Iterator[tuple[int, Collection[Status]]]:
    """Iterate once over any iterable, in constant memory, with the position of each chunk."""
    if isinstance(statuses, (list, tuple, set, frozenset)):  # it is in memory already
        yield 0, statuses
        return
    if isinstance(statuses, str):  # its characters are not statuses
        raise _not_several(statuses)
    try:
        iterator = iter(statuses)
    except TypeError:
        raise _not_several(statuses) from None
    position = 0
    while chunk := tuple(islice(iterator, _CHUNK)):
        yield position, chunk
        position += len(chunk)


def _not_several(value: object) -> TypeError:
    return TypeError(f"statuses: expected several, got {value!r:.60}")


def _is_status(value: object) -> bool:
    return isinstance(value, str) and value in ALL_STATUSES


def _no_status(value: object) -> str:
    return (
        f"{value!r} is not an artifact restore status; "
        f"expected one of {', '.join(ArtifactRestoreStatus)}"
    )


def _intruder(chunk: Iterable[object], position: int) -> TypeError:
    """Name the first entry that is not a status."""
    offset, value = next(
        (offset, value) for offset, value in enumerate(chunk) if not _is_status(value)
    )
    return TypeError(f"position {position + offset}: {_no_status(value)}")


def _distinct(statuses: Statuses) -> frozenset[Status]:
    """Return the set of the statuses; TypeError if there is anything else among them."""
    present: set[Status] = set()
    for position, chunk in _chunks(statuses):
        try:
            present.update(chunk)
        except TypeError:  # an entry is not even hashable
            raise _intruder(chunk, position) from None
        if not present <= ALL_STATUSES:
            raise _intruder(chunk, position)
    return frozenset(present)


def explain(statuses: Statuses) -> Explanation:
    """Return the session's status for artifacts in these statuses, and the rule that gave it.

    Accepts any iterable, and reads it once, in constant memory. A string equal to a member counts
    as that member. Raises TypeError for anything that is not a status, naming the value and its
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

    Tallies can be added (they are a commutative monoid with the neutral element ``StatusTally()``),
    so parts of a session can be counted separately and merged. Replacing one status by another
    takes constant time.
    """

    _counts: tuple[int, ...] = attrs.field(init=False, default=(0,) * len(_ORDER))
    """The number of artifacts in each status, in the order of the members."""

    _mask: int = attrs.field(init=False, default=0, eq=False)
    """The mask of the statuses that occur: the index into the decision table."""

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
            except TypeError:  # an entry is not even hashable
                raise _intruder(chunk, position) from None
            if not counter.keys() <= ALL_STATUSES:
                raise _intruder(chunk, position)
        return _tally(tuple([counter[status] for status in _ORDER]), _mask_of(counter))

    @classmethod
    def of_counts(cls, counts: Mapping[ArtifactRestoreStatus, int]) -> StatusTally:
        """Return the tally with these numbers of artifacts in each status.

        Raises TypeError for anything that is not a status, ValueError for a negative number.
        """
        if not isinstance(counts, Mapping):
            raise TypeError(f"counts: expected a number for each status, got {counts!r:.60}")
        for status, count in counts.items():
            if _index(status) >= 0 and count < 0:
                raise ValueError(f"counts: expected a number from 0 on for {status}, got {count}")
        found = tuple([counts.get(status, 0) for status in _ORDER])
        return _tally(found, _mask_of(status for status in _ORDER if counts.get(status)))

    def __sub__(self, other: StatusTally) -> StatusTally:
        """Return the tally without a part of it; raises ValueError for another part."""
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
        """Return how many artifacts are in this status. Raises TypeError if it is not a status."""
        return self._counts[_index(status)]

    def replace(self, old: Status, new: Status) -> StatusTally:
        """Return the tally after one artifact changed from `old` to `new`.

        Raises ValueError if no artifact is in `old`, TypeError if either is not a status.
        """
        counts = list(self._counts)
        try:
            left, entered = _INDEX[old], _INDEX[new]
        except (KeyError, TypeError):
            left, entered = _index(old), _index(new)  # raises, and says which is not a status
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
        """What is certain if there are more artifacts whose statuses are unknown (rule S8)."""
        return DECISION_TABLE[self._mask | _BIT[UNKNOWN]]

    @property
    def statuses_with_more(self) -> frozenset[RestoreSessionStatus]:
        """Every status that the session can have if there are further artifacts of known status."""
        return _statuses_with_more(self._mask)

    def status_with_more(self, declared: RestoreSessionStatus | None) -> RestoreSessionStatus:
        """Return the session's status if there are more artifacts (rule S8).

        It is what is certain, or else the declared status if the missing artifacts could give it,
        or else unknownFutureValue.
        """
        certain = self.explanation_with_more.status
        if certain is RestoreSessionStatus.UNKNOWN_FUTURE_VALUE and declared is not None:
            return declared if declared in self.statuses_with_more else certain
        return certain

    def __repr__(self) -> str:
        """Show the statuses that occur."""
        counts = ", ".join(f"{status}={self[status]}" for status in _ORDER if self[status])
        return f"StatusTally({counts})"


@cache
def _statuses_with_more(mask: int) -> frozenset[RestoreSessionStatus]:
    """Return the status of each set that has these statuses and one or more further known ones."""
    readings = (_mask_of(more) for more in _KNOWN_CASES if more)
    return frozenset(DECISION_TABLE[mask | more].status for more in readings)


_INDEX: Final[Mapping[Status, int]] = {status: order for order, status in enumerate(_ORDER)}


def _index(status: Status) -> int:
    """Return the position of a status in the counts."""
    try:
        return _INDEX[status]
    except (KeyError, TypeError):  # TypeError: it is not even hashable
        raise TypeError(_no_status(status)) from None


_make_tally: Final = maker(StatusTally)


def _tally(counts: tuple[int, ...], mask: int) -> StatusTally:
    made: StatusTally = _make_tally(counts, mask, DECISION_TABLE[mask].status)
    return made
