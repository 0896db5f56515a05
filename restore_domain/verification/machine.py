"""A Hypothesis state machine that drives a system beside the reference: the extra ``verification``.

`machine_for` makes one for your own system; its ``TestCase`` is a test that unittest and pytest
run. After each step the results, the refusals (code and HTTP status) and every session are
compared. What Hypothesis prints is the smallest history in which the two part, a call a line, and
running these lines runs it again.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Callable, Collection
from functools import partial
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from restore_domain.verification.generation.choices import Choose
from restore_domain.verification.generation.next_calls import call_of, right_call
from restore_domain.verification.generation.scene import Scene
from restore_domain.verification.generation.starts import start_of
from restore_domain.verification.histories import Call, Counterexample, HistoryRun
from restore_domain.verification.rules import RULES
from restore_domain.verification.strategies.histories import choices
from restore_domain.verification.system import OPERATIONS, System, snake_case

__all__ = ["ConformanceMachine", "DivergenceError", "machine_for"]


class DivergenceError(AssertionError):
    """A system and the reference part; its text says what differs, where, and by which rule."""

    counterexample: Counterexample
    """The calls, and the difference that the last one shows."""

    def __init__(self, counterexample: Counterexample) -> None:
        """Tell of a history in which they part."""
        super().__init__(_told(counterexample))
        self.counterexample = counterexample


def _told(counterexample: Counterexample) -> str:
    found, call = counterexample.difference, counterexample.calls[-1]
    place = "the answer" if found.session_id is None else f"session {found.session_id} after it"
    lines = {
        "call": f"{call['method']} {json.dumps(call['params'])}",
        "differs": f"{found.path} in {place}",
        "expected": json.dumps(found.expected, default=repr),
        "actual": json.dumps(found.actual, default=repr),
    }
    told = "\n".join(f"  {name:<9}{text}" for name, text in lines.items())
    return f"{found.rule}: {RULES[found.rule]}\n{told}"


Params = dict[str, Any]
"""The parameters of a call."""

Write = Callable[[Choose, Scene, str], Call]
"""Writes a call of a method."""


def _right(method: str) -> Any:
    """Make the rule that calls a method about something that is there, if anything is."""
    return _rule(method, snake_case(method), right_call)


def _mistaken(method: str) -> Any:
    """Make the rule that calls a method with mistakes in its parameters."""
    return _rule(method, f"{snake_case(method)}_with_mistakes", partial(call_of, mistakes=1))


def _rule(method: str, name: str, write: Write) -> Any:
    def step(self: ConformanceMachine, params: Params) -> None:
        self.step({"method": method, "params": params})

    step.__name__ = name
    step.__doc__ = f"Call {method} in both, and compare."
    made = rule(params=_params(method, write))(step)
    return precondition(lambda machine: method in machine.covered)(made)


@st.composite
def _params(draw: st.DrawFn, method: str, write: Write) -> Params:
    machine: ConformanceMachine = draw(st.runner())
    params: Params = write(draw(choices()), machine.scene, method)["params"]
    return params


@st.composite
def _start(draw: st.DrawFn) -> Params:
    machine: ConformanceMachine = draw(st.runner())
    return start_of(draw(choices()), machine.covered)


class ConformanceMachine(RuleBasedStateMachine):
    """Drives a system beside the reference; `machine_for` makes one of a system."""

    methods: ClassVar[Collection[str] | None] = None
    """What is called, if the system has it; None for all of it."""

    def __init__(self) -> None:
        """Make the system; raises ValueError if it has none of the operations to be called."""
        super().__init__()
        self.system = self.make_system()
        self.covered = frozenset(self.system.methods)
        if self.methods is not None:
            self.covered &= frozenset(self.methods)
        if self.covered.isdisjoint(OPERATIONS):
            raise ValueError(f"the system has no method to call, of {', '.join(OPERATIONS)}")

    @abstractmethod
    def make_system(self) -> System:
        """Make the system that is driven."""
        ...

    @initialize(params=_start())
    def reset(self, params: Params) -> None:
        """Let both begin anew."""
        self.start = params
        self.calls: list[Call] = []
        self.run = HistoryRun(self.system, params)
        self.scene = Scene(self.run.reference)

    def step(self, call: Call) -> None:
        """Let both answer a call, and compare; raises DivergenceError."""
        self.calls.append(call)
        found = self.run.step(call)
        if found is not None:
            raise DivergenceError(Counterexample(tuple(self.calls), found, self.start))
        self.scene.note(call, self.run.expected)

    create = _right("create")
    create_with_mistakes = _mistaken("create")
    get = _right("get")
    get_with_mistakes = _mistaken("get")
    list = _right("list")
    list_with_mistakes = _mistaken("list")
    update = _right("update")
    update_with_mistakes = _mistaken("update")
    activate = _right("activate")
    activate_with_mistakes = _mistaken("activate")
    delete = _right("delete")
    delete_with_mistakes = _mistaken("delete")
    list_artifacts = _right("listArtifacts")
    list_artifacts_with_mistakes = _mistaken("listArtifacts")
    create_artifact = _right("createArtifact")
    create_artifact_with_mistakes = _mistaken("createArtifact")
    record = _right("record")
    record_with_mistakes = _mistaken("record")
    record_batch = _right("recordBatch")
    record_batch_with_mistakes = _mistaken("recordBatch")
    expire = _right("expire")


def machine_for(
    make_system: Callable[[], System], *, methods: Collection[str] | None = None
) -> type[ConformanceMachine]:
    """Return a machine that drives a system beside the reference.

    `make_system` makes the system, once for each history: mostly it is your `Adapter` class. Only
    what the system has is called, and of that only `methods`, if they are given.
    """

    class Machine(ConformanceMachine):
        """Drives the system beside the reference."""

        def make_system(self) -> System:
            return make_system()

    Machine.methods = methods
    name = getattr(make_system, "__name__", "")
    Machine.__name__ = Machine.__qualname__ = f"{name if name.isidentifier() else ''}Machine"
    return Machine
