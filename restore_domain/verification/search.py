"""Looking for a history in which a system and the reference part, and making it small.

A history is made of choices: a *tape* of them for what it begins with, and one for each call. So
it can be made smaller without a look at what is in it: without a tape there is a call less, and a
smaller choice is a simpler one. A choice that a tape lacks is 0, the simplest. Names and times
follow from the calls that are left, so that a smaller history makes as much sense as the first.

Nothing here needs more than Python's own random numbers, so that a program can be verified
wherever the package is installed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations, product
from random import Random
from time import monotonic
from typing import Any, Final, Protocol, TypeAlias, TypeVar

import attrs

from restore_domain.verification.comparison import Answer, Difference
from restore_domain.verification.generation.next_calls import any_call
from restore_domain.verification.generation.scene import Scene
from restore_domain.verification.generation.starts import start_of
from restore_domain.verification.histories import Call, Counterexample, HistoryRun
from restore_domain.verification.system import OPERATIONS, ReferenceSystem, System

__all__ = ["Run", "find_counterexample"]

MAX_CALLS: Final = 30
"""How many calls a history has at most."""

Tape: TypeAlias = tuple[int, ...]
"""Choices that were made, in order."""

Tapes: TypeAlias = tuple[Tape, ...]
"""A history: the choices of its start, and of each of its calls."""


class Run(Protocol):
    """A history on a system, a call at a time, and somebody who judges it."""

    @property
    def reference(self) -> ReferenceSystem:
        """The reference, which answers the same calls: what comes next is drawn from it."""
        ...

    @property
    def expected(self) -> Answer:
        """What the reference answered to the last call."""
        ...

    def step(self, call: Call, /) -> Difference | None:
        """Put a call to the system, and return what is wrong."""
        ...


MakeRun: TypeAlias = Callable[[System, Mapping[str, Any]], Run]
"""Begins a history on a system with what `reset` is given."""


def find_counterexample(  # noqa: PLR0913 - how to look, each with a default
    make_system: Callable[[], System],
    *,
    seed: int | None = None,
    max_examples: int = 500,
    deadline_seconds: float | None = 30.0,
    methods: Collection[str] | None = None,
    on_example: Callable[[int], object] = lambda _count: None,
    make_run: MakeRun = HistoryRun,
) -> Counterexample | None:
    """Look for a history in which a system and the reference part; return the smallest found.

    The system is made once, and reset between histories. The same `seed` gives the same
    histories, where the deadline does not end them. `methods` are what to call, of those that
    the system has. `on_example` is told after each history how many there were. `make_run` says
    who judges a history, which is by the reference's answers unless it is said. An exception of
    the system that is no `RefusedError` comes out as it is, and ends the search.
    """
    system = make_system()
    covered = set(system.methods) if methods is None else set(system.methods) & set(methods)
    if covered.isdisjoint(OPERATIONS):
        return None
    random = Random(seed)  # noqa: S311 - histories are no secrets
    search = _Search(system, make_run, covered, deadline_seconds)
    found: list[_Found] = []
    soon = max_examples
    for count in range(1, max_examples + 1):
        if search.is_over or _are_enough(found, late=count > soon):
            break
        search.from_nothing = count <= max_examples // 2
        history = search.play(
            _Choices(random=random) for _ in range(1 + random.randint(1, MAX_CALLS))
        )
        on_example(count)
        if history is not None:
            soon = min(soon, 2 * count + _SOON)
            found.append(search.smallest(history, than=found))
    if not found:
        return None
    return search.shortest(min(found, key=lambda history: history.size)).counterexample


def _are_enough(found: Sequence[_Found], *, late: bool) -> bool:
    """Tell whether there are enough histories to take the smallest of them.

    What a fault does may be seen in several ways, and the simplest one is the nearest to the
    fault.
    """
    if not found:
        return False
    least = min(history.steps for history in found)
    enough = (len(found) >= number and least <= steps for number, steps in _ENOUGH.items())
    return any(enough) or (late and least <= _FEW)


_ENOUGH: Final = {3: 4, 6: 5, 12: 1000}
"""So many histories, made small, are enough if the smallest of them has so few steps."""

_FEW, _SOON = 5, 100
"""If the smallest has so few, they are looked for as long as it took to the first, and so many
histories more."""


class _Choices:
    """Makes the choices of a tape again; then those of a generator, or the simplest."""

    def __init__(self, tape: Tape = (), random: Random | None = None) -> None:
        self._tape = tape
        self._random = random
        self.made: list[int] = []

    def __call__(self, ways: int) -> int:
        place = len(self.made)
        if place < len(self._tape):
            choice = min(self._tape[place], ways - 1)
        else:
            choice = self._random.randrange(ways) if self._random else 0
        self.made.append(choice)
        return choice


@attrs.frozen
class _Found:
    """A history in which the system and the reference part."""

    tapes: Tapes
    counterexample: Counterexample

    def tape(self, place: int) -> Tape:
        """Return the choices of a call, which are none if there are not so many calls."""
        return self.tapes[place] if place < len(self.tapes) else ()

    @property
    def steps(self) -> int:
        """How much there is to follow: calls, the reports in batches, and what it begins with."""
        start, calls = self.counterexample.start, self.counterexample.calls
        reports = sum(len(call["params"].get("reports", ())) for call in calls)
        return len(calls) + reports + len(start.get("sessions", ())) + ("limits" in start)

    @property
    def size(self) -> tuple[Any, ...]:
        """How many steps it has, and how much there is to read; then the choices decide."""
        text = json.dumps([self.counterexample.start, self.counterexample.calls])
        return self.steps, len(text), sum(map(len, self.tapes)), self.tapes


class _Search:
    """Plays histories on one system."""

    def __init__(
        self,
        system: System,
        make_run: MakeRun,
        methods: AbstractSet[str],
        seconds: float | None,
    ) -> None:
        self._system = system
        self._make_run = make_run
        self._methods = methods
        self._tried: set[Tapes] = set()
        self.from_nothing = True
        self._end = None if seconds is None else monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return self._end is not None and monotonic() >= self._end

    @property
    def _starts(self) -> Collection[str]:
        """What histories begin with: sessions only later, since it takes more to read them."""
        return self._methods - {"reset.sessions"} if self.from_nothing else self._methods

    def play(self, choices: Iterable[_Choices]) -> _Found | None:
        """Play a history, and return it if the system and the reference part in it."""
        first, *rest = choices
        start = start_of(first, self._starts)
        run = self._make_run(self._system, start)
        scene = Scene(run.reference)
        calls: list[Call] = []
        for number, choose in enumerate(rest, start=1):
            call = any_call(choose, scene, self._methods)
            calls.append(call)
            difference = run.step(call)
            if difference is not None:
                tapes = tuple(_trimmed(tuple(made.made)) for made in (first, *rest[:number]))
                return _Found(tapes, Counterexample(tuple(calls), difference, start))
            scene.note(call, run.expected)
        return None

    def smallest(self, found: _Found, *, than: Iterable[_Found] = ()) -> _Found:
        """Make a history smaller until no change makes it smaller, or the time is over.

        It is left alone once it can't become smaller than others.
        """
        found = self._with_fewer_calls(found)
        least = min((other.steps for other in than), default=found.steps)
        if found.steps > least + _HOPE:
            return found
        before = None
        while before is not found:
            before = found
            for smaller in (self._with_smaller, self._with_fewer_choices, self._with_fewer_calls):
                found = smaller(found)
        return found

    def shortest(self, found: _Found) -> _Found:
        """Try harder to leave out calls of a history that is still long."""
        before = None
        while before is not found and found.steps > min(_ENOUGH.values()):
            before = found
            found = self.smallest(self._with_one_for_another(found))
        return found

    def _with_fewer_calls(self, found: _Found) -> _Found:
        """Leave out calls: many in a row, then few, then any two. The last shows the difference."""
        size = len(found.tapes) - _FIRST_CALL - 1
        while size > 0:
            begin = len(found.tapes) - 1 - size
            while begin >= _FIRST_CALL:
                found, _ = self._changed(found, _without(found.tapes, begin, size))
                begin = min(begin - 1, len(found.tapes) - 1 - size)
            size //= 2
        for one, other in combinations(range(_FIRST_CALL, len(found.tapes) - 1), 2):
            rest = _without(_without(found.tapes, other, 1), one, 1)
            found, is_smaller = self._changed(found, rest)
            if is_smaller:
                break
        return found

    def _with_one_for_another(self, found: _Found) -> _Found:
        """Leave out a call, if another one can make up for it with one other choice."""
        for dropped in range(_FIRST_CALL, len(found.tapes) - 1):
            rest = _without(found.tapes, dropped, 1)
            for place in range(_FIRST_CALL, len(rest)):
                tape = (*rest[place], *[0] * _MORE)
                for number, choice in product(range(len(tape)), range(_OTHERS)):
                    other = _with(rest, place, _with(tape, number, choice))
                    changed, is_smaller = self._changed(found, other)
                    if is_smaller:
                        return changed
        return found

    def _with_fewer_choices(self, found: _Found) -> _Found:
        """Leave out choices in a row, many and then few."""
        for place in range(len(found.tapes)):
            for size in _CUTS:
                begin = 0
                while begin + size <= len(found.tape(place)):
                    shorter = _without(found.tape(place), begin, size)
                    found, is_smaller = self._retaped(found, place, shorter)
                    begin += not is_smaller
        return found

    def _with_smaller(self, found: _Found) -> _Found:
        """Leave out the last choices of each tape, and make each that is left smaller."""
        for place in range(len(found.tapes)):
            for length in range(len(found.tape(place))):
                found, is_smaller = self._retaped(found, place, found.tape(place)[:length])
                if is_smaller:
                    break
            number = 0
            while number < len(found.tape(place)):
                tape, is_smaller = found.tape(place), False
                for choice in _smaller(tape[number]):
                    found, is_smaller = self._retaped(found, place, _with(tape, number, choice))
                    if is_smaller:
                        break
                number += not is_smaller
        return found

    def _retaped(self, found: _Found, place: int, tape: Tape) -> tuple[_Found, bool]:
        return self._changed(found, _with(found.tapes, place, tape))

    def _changed(self, found: _Found, tapes: Tapes) -> tuple[_Found, bool]:
        """Play a changed history; return it if it is smaller, and else the one that was."""
        tapes = tuple(map(_trimmed, tapes))
        if self.is_over or tapes in self._tried:
            return found, False
        self._tried.add(tapes)
        changed = self.play(map(_Choices, tapes))
        if changed is None or changed.size >= found.size:
            return found, False
        return changed, True


_HOPE: Final = 2
"""How many steps may yet be saved once there is no call to leave out."""

_MORE, _OTHERS = 6, 6
"""How many choices beyond the last one of a tape are looked at, and how many ways of each."""

_FIRST_CALL: Final = 1
"""Which tape is that of the first call."""

_CUTS: Final = (7, 4, 2, 1)
"""How many choices in a row are left out at a time: as many as a part of a call is made of."""

_T = TypeVar("_T")


def _without(entries: tuple[_T, ...], begin: int, size: int) -> tuple[_T, ...]:
    return entries[:begin] + entries[begin + size :]


def _with(entries: tuple[_T, ...], place: int, entry: _T) -> tuple[_T, ...]:
    return (*entries[:place], entry, *entries[place + 1 :])


def _trimmed(tape: Tape) -> Tape:
    """Return a tape without the zeros at its end, which say nothing."""
    length = len(tape)
    while length and not tape[length - 1]:
        length -= 1
    return tape[:length]


def _smaller(choice: int) -> list[int]:
    """Return smaller choices to try: the smallest first, then some far and near."""
    return (
        sorted({choice - (1 << bit) for bit in range(choice.bit_length())} | {0}) if choice else []
    )
