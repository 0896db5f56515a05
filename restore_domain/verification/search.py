"""Looking for a random history in which a system differs from the reference.

Hypothesis draws the histories (`restore_domain.verification.strategies`), and shrinks one that
shows a difference. The extra ``verification`` installs it: without it, importing this module raises
ModuleNotFoundError, which says what to install.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from itertools import accumulate
from random import Random
from time import monotonic
from typing import Any, Final, Protocol, TypeAlias

try:
    from hypothesis import Phase, Verbosity, find, settings
    from hypothesis.errors import Flaky, HypothesisWarning, NoSuchExample
except ModuleNotFoundError as error:
    message = (
        "random histories need Hypothesis, which isn't installed: pip install hypothesis, "
        "or this package with its extra verification"
    )
    raise ModuleNotFoundError(message, name=error.name) from None

from hypothesis.strategies import SearchStrategy

from restore_domain.verification.comparison import Difference
from restore_domain.verification.histories import Call, Counterexample, HistoryRun
from restore_domain.verification.strategies.random_histories import History, histories
from restore_domain.verification.system import OPERATIONS, SYSTEM_METHODS, System

__all__ = ["Begin", "Run", "find_counterexample"]

SHRINKING: Final = 8.0
"""How many seconds beyond the end may be used for shrinking what was found before it."""


FEW_CALLS: Final = 4
"""A counterexample with more calls is accepted only after one with fewer was searched for."""

AGAIN: Final = 200
"""The number of further histories for that search."""


class Run(Protocol):
    """A history on a system, judged call by call."""

    def step(self, call: Call, /) -> Difference | None:
        """Run a call on the system, and return what is wrong."""
        ...


Begin: TypeAlias = Callable[[System, Mapping[str, Any]], Run]
"""Resets a system with these parameters, and returns the run of a history on it."""


def find_counterexample(  # noqa: PLR0913 - how to look, each with a default
    system: System,
    *,
    seed: int = 0,
    max_examples: int = 500,
    max_calls: int = 30,
    seconds: float | None = 30.0,
    shrink_seconds: float | None = None,
    methods: Collection[str] | None = None,
    on_example: Callable[[int], object] = lambda _count: None,
    begin: Begin = HistoryRun,
) -> Counterexample | None:
    """Look for a history in which a system differs from the reference; return the smallest found.

    The same `seed` draws the same histories, provided that `seconds` do not end the search before
    `max_examples` were drawn, each of at most `max_calls` calls. `methods` limits the system's
    methods that are called. `on_example` is called with the number of histories drawn, after each
    up to the first that fails. A failing history is shrunk until the end, or for `shrink_seconds`
    if they are given. `begin` begins a history, which is judged by the reference's answers by
    default. An exception of the system other than `RefusedError` ends the search, and is raised
    unchanged.
    """
    covered = [
        name
        for name in SYSTEM_METHODS
        if name in system.methods and (methods is None or name in methods)
    ]
    if set(OPERATIONS).isdisjoint(covered):
        return None
    search = _Search(system, begin, on_example, seconds, shrink_seconds)
    random = Random(seed)  # noqa: S311 - not for security
    try:
        search.look(histories(covered, max_calls=max_calls), max_examples, random)
        while search.steps > FEW_CALLS:
            before = search.steps
            search.look(histories(covered, max_calls=before - 1), AGAIN, random)
            if search.steps == before:
                break
    except _Ended as ended:
        if ended.__cause__ is not None:
            raise ended.__cause__ from None
    return search.smallest


_QUIETLY: Final = settings(
    phases=[Phase.generate, Phase.shrink],
    database=None,
    deadline=None,
    print_blob=False,
    verbosity=Verbosity.quiet,
)

_AT_ONCE: Final = 11
"""How many histories Hypothesis draws at a time. After the simplest and ten others it draws mostly
variations of the last one, which find less.
"""


class _Ended(BaseException):
    """Ends a run of Hypothesis, which treats every `Exception` as a failure to shrink."""


class _Search:
    """Runs histories on a system, and keeps the smallest that fails."""

    def __init__(
        self,
        system: System,
        begin: Begin,
        on_example: Callable[[int], object],
        seconds: float | None,
        shrink_seconds: float | None,
    ) -> None:
        self.smallest: Counterexample | None = None
        self._system = system
        self._begin = begin
        self._drawn, self._has_failed = 0, False
        self._on_example = on_example
        self._end = None if seconds is None else monotonic() + seconds
        self._shrink_seconds = shrink_seconds
        self._passed: set[int] = set()
        """The beginnings of histories in which nothing was found."""

    @property
    def steps(self) -> int:
        """How many calls the smallest has; 0 if none was found."""
        return 0 if self.smallest is None else len(self.smallest.calls)

    def look(self, strategy: SearchStrategy[History], number: int, random: Random) -> None:
        """Draw this many histories until one fails, and shrink that one."""
        self._drawn, self._has_failed = 0, False
        while not self._has_failed and self._drawn < number:
            few = settings(_QUIETLY, max_examples=min(_AT_ONCE, number - self._drawn))
            with (
                suppress(NoSuchExample, Flaky),  # Flaky: a system that is not the same each time
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("ignore", HypothesisWarning)  # of a history that is long
                find(strategy, self._fails, settings=few, random=random)

    def _fails(self, history: History) -> bool:
        """Return whether a history shows a difference; raises _Ended if the search is over."""
        if self._end is not None and monotonic() >= self._end:
            raise _Ended
        beginnings = _beginnings(history)
        try:
            found = None if beginnings[-1] in self._passed else self._played(history)
        except Exception as error:
            raise _Ended from error
        if found is None:
            self._passed.update(beginnings)
        if not self._has_failed:
            self._drawn += 1
            if self.smallest is None:
                self._on_example(self._drawn)
        if found is not None:
            self._keep(found)
        return found is not None

    def _played(self, history: History) -> Counterexample | None:
        run = self._begin(self._system, history.start)
        for number, call in enumerate(history.calls, start=1):
            difference = run.step(call)
            if difference is not None:
                return Counterexample(history.calls[:number], difference, history.start)
        return None

    def _keep(self, found: Counterexample) -> None:
        self._has_failed = True
        if self.smallest is None:
            self.smallest = found
            if self._shrink_seconds is not None:
                self._end = monotonic() + self._shrink_seconds
            elif self._end is not None:
                self._end = max(self._end, monotonic() + SHRINKING)
        self.smallest = min(self.smallest, found, key=_size)


def _beginnings(history: History) -> list[int]:
    """Return a hash of each beginning of a history, the last one of the whole history."""
    texts = map(json.dumps, (history.start, *history.calls))
    return list(accumulate(texts, lambda before, text: hash((before, text)), initial=0))


def _size(found: Counterexample) -> tuple[int, int]:
    """Return how many calls a history has, and how much there is to read."""
    return len(found.calls), len(json.dumps([found.start, found.calls]))
