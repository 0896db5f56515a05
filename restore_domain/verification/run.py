"""Verifying a system: the conformance vectors first, then random histories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from enum import StrEnum
from time import monotonic
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import attrs

from restore_domain.rules import in_order
from restore_domain.verification.comparison import Difference
from restore_domain.verification.histories import Call, HistoryRun
from restore_domain.verification.program import Program, ProgramError
from restore_domain.verification.system import (
    OPERATIONS,
    SYSTEM_METHODS,
    CannotBeAskedError,
    RefusedError,
    System,
)
from restore_domain.verification.vectors import Case, load_vectors, needs, run_case

__all__ = [
    "CaseResult",
    "Divergence",
    "Histories",
    "Outcome",
    "Progress",
    "Settings",
    "Verification",
    "verify",
]

Progress = Callable[[str, int, int], None]
"""Is told what runs, how many of it are done, and how many there are."""

OnFailure: TypeAlias = "Callable[[str, Divergence], None]"
"""Is told what failed, and how."""


@attrs.frozen(kw_only=True)
class Settings:
    """How much is verified."""

    seed: int = 0
    """What the random histories are drawn from: the same seed draws the same histories."""

    examples: int = 1000
    """How many random histories are run, if the time suffices."""

    seconds: float = 50.0
    """How long the whole run may take."""

    shrink_seconds: float | None = None
    """How many seconds a history that failed may be made smaller; by default until the end, and ten
    seconds at least."""


class Outcome(StrEnum):
    """What came of a case."""

    PASSED = "passed"
    """Every answer was right."""

    FAILED = "failed"
    """One was not."""

    NOT_COVERED = "not covered"
    """The system lacks a method that the case needs."""

    NOT_RUN = "not run"
    """The run ended before."""


@attrs.frozen
class Divergence:
    """Where a system and the reference part."""

    rule: str
    """The id of the rule that is broken."""

    start: Mapping[str, Any] | None
    """What was begun with: the parameters of ``reset``. None if there was no need to."""

    calls: tuple[Call, ...]
    """The calls up to the one that shows it, counted from 0; none if it is the ``reset``."""

    path: str
    """Where in the answer to the last call."""

    expected: Any
    """What the reference says there."""

    actual: Any
    """What the system says."""


@attrs.frozen
class CaseResult:
    """A case of the conformance vectors, and what came of it."""

    case: Case
    """The case."""

    outcome: Outcome
    """What came of it."""

    divergence: Divergence | None = None
    """What was wrong, if it failed."""

    lacks: str = ""
    """What the system lacks of what the case needs, if it is not covered."""


@attrs.frozen
class Histories:
    """What came of the random histories."""

    ran: int = 0
    """How many were run before the first that failed, or altogether."""

    divergence: Divergence | None = None
    """The smallest history found in which the system and the reference part."""

    note: str = ""
    """Why there were none, or fewer than were asked for."""


@attrs.frozen(kw_only=True)
class Verification:
    """What is known of a system."""

    name: str = ""
    """What it calls itself."""

    methods: Collection[str] = ()
    """Which methods it has."""

    settings: Settings
    """How much was to be verified."""

    cases: tuple[CaseResult, ...] = ()
    """The conformance vectors."""

    histories: Histories = Histories()
    """The random histories."""

    trouble: ProgramError | None = None
    """Why the system could not be driven to the end."""

    level: str = ""
    """How much of a service can be verified; nothing for a program."""

    left: tuple[str, ...] = ()
    """The sessions that the run made at a service and could not remove."""

    @property
    def divergences(self) -> tuple[Divergence, ...]:
        """Everything that is wrong."""
        found = [result.divergence for result in self.cases]
        found.append(self.histories.divergence)
        return tuple(divergence for divergence in found if divergence is not None)

    @property
    def conforms(self) -> bool | None:
        """Whether the system is as the reference, in what it covers; None if nobody knows."""
        if self.trouble is not None:
            return None
        return not self.divergences

    @property
    def tallies(self) -> Mapping[str, Counter[Outcome]]:
        """For each rule, in order, how many cases came out how; a failed history is one more."""
        tallies: dict[str, Counter[Outcome]] = {}
        for rule, outcome in self._outcomes():
            tallies.setdefault(rule, Counter())[outcome] += 1
        return MappingProxyType({rule: tallies[rule] for rule in sorted(tallies, key=in_order)})

    def _outcomes(self) -> Iterator[tuple[str, Outcome]]:
        """Count a case that failed for the rule that was broken, any other for its own."""
        for result in self.cases:
            yield (result.divergence or result.case).rule, result.outcome
        if self.histories.divergence is not None:
            yield self.histories.divergence.rule, Outcome.FAILED


def verify(  # noqa: PLR0913 - how to run it, each with a default
    system: System,
    settings: Settings,
    *,
    name: str = "",
    progress: Progress = lambda _what, _done, _total: None,
    on_failure: OnFailure = lambda _name, _divergence: None,
    began: float | None = None,
) -> Verification:
    """Put the vectors and then random histories to a system.

    A ProgramError ends the run; what is known until then is in the answer. The time of the run
    begins now, or when it `began` as `time.monotonic` tells it. `on_failure` is called once, with
    the first case or history that fails, before anything is made smaller.
    """
    driven = _Driven(system, settings.seconds, monotonic() if began is None else began, on_failure)
    cases = tuple(case for file in load_vectors() for case in file.cases)
    results: list[CaseResult] = []
    histories, trouble = Histories(), None
    try:
        for case in cases:
            progress("vectors", len(results), len(cases))
            results.append(_result(driven, case))
            if results[-1].divergence is not None:
                driven.report(case.id, results[-1].divergence)
        histories = _histories(driven, settings, progress)
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


class _Driven:
    """A system that can't be driven any more once the time is over."""

    def __init__(self, system: System, seconds: float, began: float, on_failure: OnFailure) -> None:
        self._on_failure: OnFailure | None = on_failure
        self.methods = system.methods
        self.unjudged: Collection[str] = getattr(system, "unjudged", ())
        self._system = system
        self._seconds = seconds
        self._end = began + seconds
        self._slack = 0.0
        self.allow(0.0)

    def report(self, name: str, divergence: Divergence) -> None:
        """Say at once that something fails, if nothing did before."""
        if self._on_failure is not None:
            self._on_failure(name, divergence)
            self._on_failure = None

    def allow(self, slack: float) -> None:
        """Let the run take so many seconds beyond the end from now on."""
        self._slack = slack
        if isinstance(self._system, Program):
            self._system.answer_by = self._end + max(slack, _UNDER_WAY)

    @property
    def seconds_left(self) -> float:
        return max(0.0, self._end - monotonic())

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        if monotonic() > self._end + self._slack:
            message = f"was too slow: the {self._seconds:g} s that the run may take are over"
            raise ProgramError(message, call={"method": method, "params": params})
        return self._system.call(method, params)


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
    return Divergence(case.rule, case.start, (), "error", "a result", said)


def _divergence(found: Difference, calls: tuple[Call, ...], start: Mapping[str, Any]) -> Divergence:
    begun = start if calls[-1]["method"] in OPERATIONS else None
    return Divergence(found.rule, begun, calls, found.path, found.expected, found.actual)


def _histories(driven: _Driven, settings: Settings, progress: Progress) -> Histories:
    """Look for a history in which the system and the reference part."""
    if not settings.examples:
        return Histories(note="none were asked for")
    if set(OPERATIONS).isdisjoint(driven.methods):
        return Histories(note="the program has no operations")
    try:
        from restore_domain.verification.search import (  # noqa: PLC0415 - needs an extra
            find_counterexample,
        )
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        return Histories(note=str(error))
    ran = 0

    def count(done: int) -> None:
        nonlocal ran
        ran = done
        progress("histories", done, settings.examples)

    shrinking = _Shrinking(driven, settings.shrink_seconds, progress)

    def begin(system: System, start: Mapping[str, Any]) -> _Run:
        shrinking.show()
        return _Run(system, start, shrinking)

    driven.allow(_UNDER_WAY)
    try:
        found = find_counterexample(
            driven,
            begin=begin,
            seed=settings.seed,
            max_examples=settings.examples,
            seconds=driven.seconds_left,
            shrink_seconds=settings.shrink_seconds,
            on_example=count,
        )
    except RefusedError as refused:  # of the reset that a history begins with
        raise ProgramError(f"refuses to begin anew: {refused.code}") from refused
    if found is not None:
        return Histories(ran, _divergence(found.difference, found.calls, found.start))
    return Histories(ran, note="the time was over" if ran < settings.examples else "")


class _Run(HistoryRun):
    """A history, the first of which that shows a difference gets the time to make it small."""

    def __init__(self, system: System, start: Mapping[str, Any], shrinking: _Shrinking) -> None:
        super().__init__(system, start)
        self._start = start
        self._calls: list[Call] = []
        self._shrinking = shrinking

    def step(self, call: Call, /) -> Difference | None:
        self._calls.append(call)
        found = super().step(call)
        if found is not None:
            self._shrinking.begin(_divergence(found, tuple(self._calls), self._start))
        return found


class _Shrinking:
    """The time in which a history that failed is made smaller, and how much of it is over."""

    def __init__(self, driven: _Driven, seconds: float | None, progress: Progress) -> None:
        self._driven = driven
        self._seconds = max(driven.seconds_left, _SHRINKING) if seconds is None else seconds
        self._progress = progress
        self._began: float | None = None

    def begin(self, divergence: Divergence) -> None:
        if self._began is None:
            self._began = monotonic()
            self._driven.report("a random history, not yet small", divergence)
            self._driven.allow(max(_SHRINKING, self._seconds + _UNDER_WAY))

    def show(self) -> None:
        if self._began is not None:
            done = min(monotonic() - self._began, self._seconds)
            self._progress("shrinking", int(done), max(1, int(self._seconds)))


_UNDER_WAY: Final = 2.0
"""Seconds that what is under way may take beyond the end: an answer, or a history."""

_SHRINKING: Final = 10.0
"""Seconds beyond the end that it may take to make small what was found before it."""
