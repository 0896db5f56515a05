"""A Hypothesis state machine that compares a system with the reference (extra ``verification``).

`machine_for` makes one for your own system; its ``TestCase`` is a test that unittest and pytest
run. After each step the results, the refusals (code and HTTP status) and every session are
compared. Hypothesis prints the smallest history that shows a difference, one call per line, and
running these lines reproduces it.
"""

from __future__ import annotations

import json
import sys
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from time import monotonic
from typing import Any, ClassVar, Final

from hypothesis import currently_in_test_context
from hypothesis import strategies as st
from hypothesis.control import current_build_context
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from restore_domain.rules import RULES
from restore_domain.verification.comparison import in_words
from restore_domain.verification.generation.choices import Choose
from restore_domain.verification.generation.mistakes import MISTAKES
from restore_domain.verification.generation.next_calls import call_of, right_call
from restore_domain.verification.generation.scene import Scene
from restore_domain.verification.generation.starts import start_of
from restore_domain.verification.histories import (
    Call,
    Counterexample,
    HistoryRun,
)
from restore_domain.verification.strategies.random_histories import BEGINNINGS, CHOICES
from restore_domain.verification.system import (
    OPERATIONS,
    ReferenceSystem,
    System,
    snake_case,
)

__all__ = ["ConformanceMachine", "DivergenceError", "machine_for"]


class DivergenceError(AssertionError):
    """A system differs from the reference; its text says what differs, where, and by which rule."""

    counterexample: Counterexample
    """The calls, and the difference that the last one shows."""

    def __init__(self, counterexample: Counterexample) -> None:
        """Describe a history with a difference."""
        super().__init__(_described(counterexample))
        self.counterexample = counterexample


def _described(counterexample: Counterexample) -> str:
    found, call = counterexample.difference, counterexample.calls[-1]
    place = "the answer" if found.session_id is None else f"session {found.session_id} after it"
    lines = {
        "call": f"{call['method']} {json.dumps(call['params'])}",
        "differs": f"{found.path} in {place}",
        "expected": in_words(found.expected),
        "actual": in_words(found.actual),
    }
    body = "\n".join(f"  {name:<9}{text}" for name, text in lines.items())
    return f"{found.rule}: {RULES[found.rule]}\n{body}"


Params = dict[str, Any]
"""The parameters of a call."""

Write = Callable[[Choose, Scene, str], Call]
"""Writes a call of a method."""


@st.composite
def _start(draw: st.DrawFn) -> Params:
    machine: ConformanceMachine = draw(st.runner())
    return start_of(draw(BEGINNINGS), machine.covered)


@st.composite
def _params(draw: st.DrawFn, method: str, write: Write) -> Params:
    machine: ConformanceMachine = draw(st.runner())
    params: Params = write(draw(CHOICES), machine.scene, method)["params"]
    return params


class ConformanceMachine(RuleBasedStateMachine):
    """Runs calls on a system and the reference; `machine_for` makes one with the system's rules."""

    covered: ClassVar[frozenset[str]]
    """The methods that are called, and what ``reset`` may be given."""

    @abstractmethod
    def make_system(self) -> System:
        """Make the system."""
        ...

    shrink_seconds: ClassVar[float] = 60.0
    """Seconds in which Hypothesis may shrink a failing history."""

    _failures: ClassVar[_Failures]

    _first: ClassVar[System]
    """The system that was asked for its methods."""

    def __init__(self) -> None:
        """Make the system."""
        super().__init__()
        self.system = self.make_system()

    def teardown(self) -> None:
        """Close the system, if it can be closed and is not shared by all histories."""
        if self.system is not self._first:
            _close(self.system)

    @initialize(params=_start())
    def reset(self, params: Params) -> None:
        """Reset both."""
        self.start = params
        self.calls: list[Call] = []
        self._is_spent = self._failures.are_spent(self.shrink_seconds)
        self.run = HistoryRun(ReferenceSystem() if self._is_spent else self.system, params)
        self.scene = Scene(self.run.reference)

    def step(self, call: Call) -> None:
        """Run a call on both, and compare; raises DivergenceError."""
        self.calls.append(call)
        failed = self._failed(call)
        if failed is not None:
            raise DivergenceError(failed)
        self.scene.note(call, self.run.expected)

    def _failed(self, call: Call) -> Counterexample | None:
        """Run a call on both, and return the history if it fails now."""
        found = self.run.step(call)
        if self._is_spent:
            return self._failures.known(self.start, self.calls)
        if found is None:
            return None
        failed = Counterexample(tuple(self.calls), found, self.start)
        self._failures.note(failed, self.shrink_seconds)
        return failed


class _Failures:
    """The failing histories, among which Hypothesis looks for the smallest."""

    def __init__(self) -> None:
        self._began = 0.0
        self._known: dict[str, Counterexample] = {}

    def note(self, found: Counterexample, seconds: float) -> None:
        """Store a failing history, and show the first of them immediately."""
        if not self._known:
            self._began = monotonic()
            sys.stderr.write(
                f"the first failure has {len(found.calls)} calls; Hypothesis makes it smaller "
                f"for up to {seconds:g} s\n{_described(found)}\n"
            )
            sys.stderr.flush()
        self._known[_as_text(found.start, found.calls)] = found
        self._end_run()

    def _end_run(self) -> None:
        by_hand = not currently_in_test_context()
        if by_hand or current_build_context().is_final:  # the next run has failures of its own
            self._known = {}

    def are_spent(self, seconds: float) -> bool:
        """Return whether the time is over, after which nothing more is sent."""
        return bool(self._known) and monotonic() - self._began >= seconds

    def known(self, start: Params, calls: Sequence[Call]) -> Counterexample | None:
        """Return this history if it is known to fail."""
        found = self._known.get(_as_text(start, calls))
        if found is not None:
            self._end_run()
        return found


def _as_text(start: Mapping[str, Any], calls: Sequence[Call]) -> str:
    return "\n".join([json.dumps(one) for one in (start, *calls)])


def _close(system: System) -> None:
    close = getattr(system, "close", None)
    if close is not None:
        close()


def machine_for(
    make_system: Callable[[], System],
    *,
    methods: Collection[str] | None = None,
    shrink_seconds: float = 60.0,
) -> type[ConformanceMachine]:
    """Return a machine that compares a system with the reference.

    `make_system` makes the system, now and for each history: usually it is your `Adapter` class.
    Only the system's own methods are called, and only those in `methods`, if they are given. A
    system with a method ``close`` is closed after each history, unless it is the same each time. A
    failing history is shrunk for `shrink_seconds`: after that nothing more is sent to the system.
    Raises ValueError if there is no operation to call.
    """
    first = make_system()
    covered = frozenset(first.methods)
    if methods is not None:
        covered &= frozenset(methods)
    if covered.isdisjoint(OPERATIONS):
        raise ValueError(f"the system has no method to call, of {', '.join(OPERATIONS)}")
    steps = [rules for method in OPERATIONS if method in covered for rules in _rules(method)]
    name = getattr(make_system, "__name__", "")
    made: type[ConformanceMachine] = type(
        f"{name if name.isidentifier() else ''}Machine",
        (ConformanceMachine,),
        {
            "__module__": __name__,
            "covered": covered,
            "make_system": staticmethod(make_system),
            "shrink_seconds": shrink_seconds,
            "_failures": _Failures(),
            "_first": first,
        }
        | dict(steps),
    )
    return made


def _rules(method: str) -> Iterator[tuple[str, Any]]:
    """Make the rules that call a method, with their attributes: valid calls, and mistakes."""
    name = snake_case(method)
    right = _rule(method, name, right_call)
    yield name, right
    for again in range(1, _TIMES.get(method, 1)):
        yield f"_{name}_{again}", right
    if MISTAKES[method]:
        wrongly = f"{name}_with_mistakes"
        yield wrongly, _rule(method, wrongly, partial(call_of, mistakes=1))


_TIMES: Final = {"create": 6, "record": 4, "activate": 2, "list": 2}
"""How often a rule occurs that is worth being chosen more often: Hypothesis has no weights, and
without a session there is nothing to call about.
"""


def _rule(method: str, name: str, write: Write) -> Any:
    def step(self: ConformanceMachine, params: Params) -> None:
        self.step({"method": method, "params": params})

    step.__name__ = name
    step.__doc__ = f"Call {method} in both, and compare."
    return rule(params=_params(method, write))(step)
