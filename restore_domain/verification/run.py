"""Verifying a system: the conformance vectors first, then random histories."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from enum import StrEnum
from time import monotonic
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import attrs

from restore_domain.rules import in_order
from restore_domain.verification.comparison import (
    A_RESULT,
    OPERATION_RULES,
    Difference,
    place_of,
)
from restore_domain.verification.histories import Call, HistoryRun, counterexample
from restore_domain.verification.isolation import (
    Fresh,
    Shows,
    shortest_prefix,
    shows_afresh,
    smaller,
)
from restore_domain.verification.program import Program, ProgramError
from restore_domain.verification.system import (
    OPERATIONS,
    SYSTEM_METHODS,
    CannotBeAskedError,
    RefusedError,
    System,
)
from restore_domain.verification.vectors import Case, Failure, load_vectors, needs, run_case

__all__ = [
    "THOROUGH",
    "CaseResult",
    "Divergence",
    "Group",
    "Histories",
    "Outcome",
    "Progress",
    "Settings",
    "Verification",
    "chosen_cases",
    "verify",
]

Progress = Callable[[str, int, int], None]
"""Called with what is running, how many of it are done, and how many there are."""

OnFailure: TypeAlias = "Callable[[str, Divergence], None]"
"""Called with what failed, and how."""


@attrs.frozen(kw_only=True)
class Settings:
    """How much is verified."""

    seed: int = 0
    """The seed of the random histories: the same seed draws the same histories."""

    examples: int = 1000
    """How many random histories are run, if there is enough time."""

    seconds: float = 50.0
    """The maximum duration of the whole run."""

    shrink_seconds: float | None = None
    """How many seconds a failing history may be shrunk; by default until the end, and at least ten
    seconds.
    """

    max_calls: int = 30
    """The maximum number of calls in a random history."""

    only: frozenset[str] = frozenset()
    """The ids of the rules that are verified; all if there are none."""

    first: bool = False
    """Whether the run ends with the first failure."""


THOROUGH: Final = Settings(examples=10_000, seconds=1200.0, max_calls=60)
"""The settings before a release: more histories, and longer ones."""


class Outcome(StrEnum):
    """The result of a case."""

    PASSED = "passed"
    """Every answer was right."""

    FAILED = "failed"
    """An answer was wrong."""

    NOT_COVERED = "not covered"
    """The system lacks a method that the case needs."""

    NOT_RUN = "not run"
    """The run ended before."""


@attrs.frozen
class Divergence:
    """Where a system differs from the reference."""

    rule: str
    """The id of the broken rule."""

    start: Mapping[str, Any] | None
    """The beginning: the parameters of ``reset``. None if there was none."""

    calls: tuple[Call, ...]
    """The calls up to the one that shows it, counted from 0; empty if it is the ``reset``."""

    path: str
    """The place in the answer to the last call."""

    expected: Any
    """The reference's value there, as JSON or `InWords`."""

    actual: Any
    """The system's value, as JSON or `InWords`."""

    before: tuple[Call, ...] = ()
    """The calls before `start` that it depends on; empty if it shows in a fresh process, too."""

    note: str = ""
    """A note about what it depends on; empty if it depends on nothing else."""

    @property
    def place(self) -> tuple[str, str]:
        """The rule, and where the answers differ: the same for differences of one kind."""
        return self.rule, place_of(self.path)


@attrs.frozen
class CaseResult:
    """A case of the conformance vectors, and its result."""

    case: Case
    """The case."""

    outcome: Outcome
    """The result."""

    divergence: Divergence | None = None
    """What was wrong, if it failed."""

    lacks: str = ""
    """What the case needs and the system lacks, if it is not covered."""


@attrs.frozen
class Group:
    """The cases that fail by the same rule at the same place."""

    example: CaseResult
    """The one with the fewest calls."""

    others: tuple[CaseResult, ...]
    """The others."""


@attrs.frozen
class Histories:
    """The result of the random histories."""

    ran: int = 0
    """How many were run."""

    divergences: tuple[Divergence, ...] = ()
    """The smallest histories found in which the system differs from the reference.

    Each breaks another rule than those before it, or shows it at another place.
    """

    note: str = ""
    """Why there were none, or fewer than requested."""


@attrs.frozen(kw_only=True)
class Verification:
    """The result for a system."""

    name: str = ""
    """The system's own name."""

    methods: Collection[str] = ()
    """The methods that it has."""

    settings: Settings
    """The settings of the run."""

    cases: tuple[CaseResult, ...] = ()
    """The conformance vectors."""

    histories: Histories = Histories()
    """The random histories."""

    trouble: ProgramError | None = None
    """Why the system could not be driven to the end."""

    level: str = ""
    """How much of a service can be verified; None for a program."""

    left: tuple[str, ...] = ()
    """The sessions that the run made at a service and could not remove."""

    @property
    def divergences(self) -> tuple[Divergence, ...]:
        """All differences."""
        found = [result.divergence for result in self.cases]
        return tuple(one for one in (*found, *self.histories.divergences) if one is not None)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The failed cases, by rule and place, in the order of the rules."""
        return _groups(self.cases)

    @property
    def conforms(self) -> bool | None:
        """Whether the system agrees with the reference as far as covered; None if unknown."""
        if self.trouble is not None:
            return None
        return not self.divergences

    @property
    def tallies(self) -> Mapping[str, Counter[Outcome]]:
        """For each rule, the number of cases per outcome; a failed history counts as one."""
        tallies: dict[str, Counter[Outcome]] = {}
        for rule, outcome in self._outcomes():
            tallies.setdefault(rule, Counter())[outcome] += 1
        return MappingProxyType({rule: tallies[rule] for rule in sorted(tallies, key=in_order)})

    def _outcomes(self) -> Iterator[tuple[str, Outcome]]:
        """Count a failed case for the rule that was broken, any other for its own."""
        for result in self.cases:
            yield (result.divergence or result.case).rule, result.outcome
        for divergence in self.histories.divergences:
            yield divergence.rule, Outcome.FAILED


def _groups(results: Iterable[CaseResult]) -> tuple[Group, ...]:
    grouped: dict[tuple[str, str], list[CaseResult]] = {}
    for result in results:
        if result.divergence is not None:
            grouped.setdefault(result.divergence.place, []).append(result)
    return tuple(
        _group(grouped[place]) for place in sorted(grouped, key=lambda place: in_order(place[0]))
    )


def _group(results: Sequence[CaseResult]) -> Group:
    example = min(results, key=lambda one: len(one.divergence.calls if one.divergence else ()))
    return Group(example, tuple(result for result in results if result is not example))


def verify(  # noqa: PLR0913 - how to run it, each with a default
    system: System,
    settings: Settings,
    *,
    name: str = "",
    progress: Progress = lambda _what, _done, _total: None,
    on_failure: OnFailure = lambda _name, _divergence: None,
    began: float | None = None,
    fresh: Fresh | None = None,
) -> Verification:
    """Run the vectors and then random histories on a system.

    A ProgramError ends the run; the results until then are returned. The time of the run starts
    now, or at `began` on the clock of `time.monotonic`. With `fresh`, which starts the system once
    more, each kind of difference is checked for whether it depends on earlier calls. `on_failure`
    is called once, with the first case or history that fails, before anything is shrunk.
    """
    began = monotonic() if began is None else began
    driven = _Driven(system, settings.seconds, began, on_failure, keeps_calls=fresh is not None)
    cases = chosen_cases(settings.only)
    results: list[CaseResult] = []
    histories, trouble = Histories(), None
    try:
        for case in cases:
            progress("vectors", len(results), len(cases))
            results.append(_result(driven, case))
            if results[-1].divergence is not None:
                driven.report(case.id, results[-1].divergence)
            if settings.first and results[-1].divergence is not None:
                break
        driven.leave(_SHARE * settings.seconds)
        isolation = _Isolation(driven, fresh)
        results = isolation.of_cases(results)
        if len(results) == len(cases):
            histories = isolation.of_histories(_histories(driven, settings, progress))
        else:
            histories = Histories(note="a vector failed before")
    except ProgramError as error:
        trouble = error
    results += (CaseResult(case, Outcome.NOT_RUN) for case in cases[len(results) :])
    return Verification(
        name=name,
        methods=system.methods,
        settings=settings,
        cases=tuple(results),
        histories=histories,
        trouble=trouble,
    )


def chosen_cases(only: Collection[str] = ()) -> tuple[Case, ...]:
    """Return the conformance vectors of these rules, or of all."""
    return tuple(case for file in load_vectors(rules=only or None) for case in file.cases)


class _Driven:
    """A system that can't be called any more once the time is over."""

    def __init__(
        self,
        system: System,
        seconds: float,
        began: float,
        on_failure: OnFailure,
        *,
        keeps_calls: bool = False,
    ) -> None:
        self._on_failure: OnFailure | None = on_failure
        self.methods = system.methods
        self.unjudged: Collection[str] = getattr(system, "unjudged", ())
        self.calls: deque[Call] = deque(maxlen=_KEPT if keeps_calls else 0)
        """The last calls that were made."""
        self._system = system
        self._seconds = seconds
        self.end = began + seconds
        self._slack = 0.0
        self.allow(0.0)

    def report(self, name: str, divergence: Divergence) -> None:
        """Report the first failure immediately."""
        if self._on_failure is not None:
            self._on_failure(name, divergence)
            self._on_failure = None

    def allow(self, slack: float) -> None:
        """Let the run take this many seconds beyond the end from now on."""
        self._slack = slack
        if isinstance(self._system, Program):
            self._system.answer_by = self.end + max(slack, _UNDER_WAY)

    def leave(self, seconds: float) -> None:
        """Put off the end if less than this is left until then."""
        self.end = max(self.end, monotonic() + seconds)
        self.allow(self._slack)

    @property
    def seconds_left(self) -> float:
        return max(0.0, self.end - monotonic())

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        if monotonic() > self.end + self._slack:
            message = f"was too slow: the {self._seconds:g} s that the run may take are over"
            raise ProgramError(message, call={"method": method, "params": params})
        self.calls.append({"method": method, "params": params})
        return self._system.call(method, params)


_KEPT: Final = 50_000
"""How many calls are kept, to find among them what a difference depends on."""


def _result(system: System, case: Case) -> CaseResult:
    missing = [name for name in SYSTEM_METHODS if name in needs(case) - {*system.methods}]
    if missing:
        return CaseResult(case, Outcome.NOT_COVERED, lacks=", ".join(missing))
    try:
        failure = run_case(system, case)
    except CannotBeAskedError as error:
        return CaseResult(case, Outcome.NOT_COVERED, lacks=error.lacks)
    except RefusedError as refused:  # of the reset that the case begins with
        return CaseResult(case, Outcome.FAILED, _refused_reset(case, refused))
    if failure is None:
        return CaseResult(case, Outcome.PASSED)
    divergence = _divergence(failure.difference, failure.calls, case.start)
    return CaseResult(case, Outcome.FAILED, divergence)


def _refused_reset(case: Case, refused: RefusedError) -> Divergence:
    said = {"code": refused.code, "httpStatus": refused.http_status}
    return Divergence(case.rule, case.start, (), "error", A_RESULT, said)


def _divergence(found: Difference, calls: tuple[Call, ...], start: Mapping[str, Any]) -> Divergence:
    begun = start if calls[-1]["method"] in OPERATIONS else None
    return Divergence(found.rule, begun, calls, found.path, found.expected, found.actual)


def _histories(driven: _Driven, settings: Settings, progress: Progress) -> Histories:
    """Look for a history in which the system differs from the reference."""
    if not settings.examples:
        return Histories(note="none were asked for")
    if set(OPERATIONS).isdisjoint(driven.methods):
        return Histories(note="the program has no operations")
    try:
        return _Search(driven, settings, progress).histories()
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        return Histories(note=str(error))


class _Search:
    """Looks for histories with a difference, each by another rule or at another place."""

    def __init__(self, driven: _Driven, settings: Settings, progress: Progress) -> None:
        self._driven = driven
        self._settings = settings
        self._progress = progress
        self._found: list[Divergence] = []
        self._ran = 0

    def histories(self) -> Histories:
        """Search as long as there is time, and after a difference in a few more for another."""
        left = self._settings.examples
        while left:
            before, found = self._ran, self._next(left)
            if found is None:
                break
            self._found.append(found)
            if self._settings.first:
                break
            left = min(left - (self._ran - before), _AGAIN)
        is_cut = not self._found and self._ran < self._settings.examples
        return Histories(self._ran, tuple(self._found), note="the time was over" if is_cut else "")

    def _next(self, examples: int) -> Divergence | None:
        from restore_domain.verification.search import (  # noqa: PLC0415 - needs an extra
            find_counterexample,
        )

        before = self._ran

        def count(done: int) -> None:
            self._ran = before + done
            self._progress("histories", self._ran, self._settings.examples)

        self._driven.allow(_UNDER_WAY)
        self._shrinking = _Shrinking(self._driven, self._settings.shrink_seconds, self._progress)
        try:
            found = find_counterexample(
                self._driven,
                begin=self._begin,
                seed=self._settings.seed + len(self._found),
                max_examples=examples,
                max_calls=self._settings.max_calls,
                seconds=self._driven.seconds_left,
                shrink_seconds=self._settings.shrink_seconds,
                on_example=count,
            )
        except RefusedError as refused:  # of the reset that a history begins with
            raise ProgramError(f"refuses to reset: {refused.code}") from refused
        return None if found is None else _divergence(found.difference, found.calls, found.start)

    def _begin(self, system: System, start: Mapping[str, Any]) -> _Run:
        self._shrinking.show()
        return _Run(system, start, self._shrinking, self._is_news)

    def _is_news(self, found: Difference) -> bool:
        only = self._settings.only
        return (not only or found.rule in only) and not any(
            found.rule == rule and (found.place.startswith(place) or place.startswith(found.place))
            for rule, place in (known.place for known in self._found)
        )


class _Run(HistoryRun):
    """A history that ends with the first difference, and shows it only if it is new.

    The first history that shows one gets the time for shrinking it.
    """

    def __init__(
        self,
        system: System,
        start: Mapping[str, Any],
        shrinking: _Shrinking,
        is_news: Callable[[Difference], bool],
    ) -> None:
        super().__init__(system, start)
        self._start = start
        self._calls: list[Call] = []
        self._shrinking = shrinking
        self._is_news = is_news
        self._is_over = False

    def step(self, call: Call) -> Difference | None:
        if self._is_over:
            return None
        self._calls.append(call)
        found = super().step(call)
        if found is None:
            return None
        self._is_over = True
        if not self._is_news(found):
            return None
        self._shrinking.begin(_divergence(found, tuple(self._calls), self._start))
        return found


class _Shrinking:
    """The time for shrinking a failing history, and how much of it is over."""

    def __init__(self, driven: _Driven, seconds: float | None, progress: Progress) -> None:
        self._driven = driven
        self._seconds = max(driven.seconds_left, _SHRINKING) if seconds is None else seconds
        self._progress = progress
        self._began: float | None = None

    def begin(self, divergence: Divergence) -> None:
        """Show the first history that failed, and allow the time for shrinking it."""
        if self._began is None:
            self._began = monotonic()
            self._driven.report("a random history, not yet small", divergence)
            self._driven.allow(max(_SHRINKING, self._seconds + _UNDER_WAY))

    def show(self) -> None:
        """Show how much of the time is over."""
        if self._began is not None:
            done = min(monotonic() - self._began, self._seconds)
            self._progress("shrinking", int(done), max(1, int(self._seconds)))


class _Isolation:
    """Finds out what differences depend on, and shrinks those of vectors."""

    def __init__(self, driven: _Driven, fresh: Fresh | None) -> None:
        self._driven = driven
        self._fresh = fresh
        self._has_prefix = False

    def of_cases(self, results: Sequence[CaseResult]) -> list[CaseResult]:
        """Return the results, with what the failures depend on."""
        known = {result.case.id: result for result in results}
        until = min(monotonic() + _ISOLATING, self._driven.end)
        for group in _groups(results):
            if monotonic() > until:
                break
            for result in self._of_group(group, until):
                known[result.case.id] = result
        return list(known.values())

    def _of_group(self, group: Group, until: float) -> Iterator[CaseResult]:
        """Check the example; the others of its kind share what it depends on."""
        example = group.example
        divergence = example.divergence
        if divergence is None or not divergence.calls:
            return

        def shows(system: System) -> Difference | None:
            failure = run_case(system, example.case)
            return None if failure is None else failure.difference

        dependent = self._dependent(divergence, shows, until)
        if dependent is None:
            yield attrs.evolve(example, divergence=self._smaller(example, divergence, until))
            return
        yield attrs.evolve(example, divergence=dependent)
        for other in group.others:
            if other.divergence is not None:
                as_well = attrs.evolve(other.divergence, rule=_DETERMINISM, note=_DEPENDS)
                yield attrs.evolve(other, divergence=as_well)

    def of_histories(self, histories: Histories) -> Histories:
        """Return the histories, with what the failures depend on."""
        until = self._driven.end + _SHRINKING
        found = [self._of_history(divergence, until) for divergence in histories.divergences]
        return attrs.evolve(histories, divergences=tuple(found))

    def _of_history(self, divergence: Divergence, until: float) -> Divergence:
        def shows(system: System) -> Difference | None:
            found = counterexample(system, divergence.calls, divergence.start)
            return None if found is None else found.difference

        return self._dependent(divergence, shows, until) or divergence

    def _dependent(self, divergence: Divergence, shows: Shows, until: float) -> Divergence | None:
        """Return the difference with what it depends on; None if it depends on nothing else."""
        fresh = self._fresh
        if fresh is None:
            return None
        try:
            if shows_afresh(fresh, shows):
                return None
        except (ProgramError, RefusedError):  # then it is not known
            return None
        before: tuple[Call, ...] | None = None
        if not self._has_prefix:
            with suppress(ProgramError, RefusedError):
                before = shortest_prefix(
                    fresh, shows, [*self._driven.calls], is_over=lambda: monotonic() > until
                )
            self._has_prefix = before is not None
        note = _DEPENDS if self._has_prefix else _PERHAPS_DEPENDS
        return attrs.evolve(divergence, rule=_DETERMINISM, before=before or (), note=note)

    def _smaller(self, result: CaseResult, divergence: Divergence, until: float) -> Divergence:
        """Remove from a vector what it does not need to fail."""
        if len(divergence.calls) < _FEW:
            return divergence
        difference = Difference(
            divergence.path, divergence.expected, divergence.actual, divergence.rule
        )
        failure = Failure(result.case, divergence.calls, difference)
        with suppress(ProgramError, RefusedError), ExitStack() as stack:
            system = stack.enter_context(self._fresh()) if self._fresh else self._driven
            failure = smaller(system, failure, is_over=lambda: monotonic() > until)
        return _divergence(failure.difference, failure.calls, failure.case.start)


_DETERMINISM: Final = OPERATION_RULES["reset"]
"""The rule that calls before a ``reset`` have no effect after it."""

_DEPENDS: Final = (
    "depends on calls before the reset: a fresh program answers rightly to what is shown here"
)

_PERHAPS_DEPENDS: Final = (
    "a fresh program answers rightly to what is shown here: it depends on calls before the reset, "
    "or its answers are not the same each time"
)

_FEW: Final = 3
"""A vector with fewer calls is not shrunk."""

_AGAIN: Final = 200
"""In how many further histories another difference is searched for, once there is one."""

_ISOLATING: Final = 12.0
"""Seconds for checking the vectors that failed."""

_SHARE: Final = 0.1
"""The share of the time of a run that the histories have at least."""

_UNDER_WAY: Final = 2.0
"""Seconds that something under way may take beyond the end: an answer, or a history."""

_SHRINKING: Final = 10.0
"""Seconds beyond the end for shrinking what was found before it."""
