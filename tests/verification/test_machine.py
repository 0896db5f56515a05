"""The state machine: correct systems pass, and wrong ones are found and shown in few steps."""

import re
import sys
import unittest
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from restore_domain.rules import RULES
from restore_domain.verification import (
    OPERATIONS,
    SYSTEM_METHODS,
    Adapter,
    Difference,
    ReferenceSystem,
    RefusedError,
)
from restore_domain.verification.generation.mistakes import MISTAKES
from restore_domain.verification.generation.next_calls import call_of
from restore_domain.verification.generation.scene import Scene
from restore_domain.verification.histories import Counterexample
from restore_domain.verification.machine import ConformanceMachine, DivergenceError, machine_for

from .faults import fault

FEW = settings(max_examples=10, stateful_step_count=30, database=None, derandomize=True)
QUICKLY = settings(max_examples=40, stateful_step_count=40, database=None, derandomize=True)
DEFAULTS = settings(
    max_examples=100,
    database=None,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
"""Hypothesis' settings for a state machine, but with runs that can be repeated."""


class Recording(ReferenceSystem):
    """The reference with only some methods, which records what it was asked."""

    def __init__(self, methods: Collection[str] = SYSTEM_METHODS) -> None:
        super().__init__()
        self.methods = methods
        self.reported: list[tuple[str, Mapping[str, Any]]] = []

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        self.reported.append((method, params))
        return super().call(method, params)


IN_FEW_STEPS = settings(DEFAULTS, max_examples=200, stateful_step_count=10)
"""A history that can be minimized has few steps from the start."""

FIRST = settings(DEFAULTS, phases=[Phase.generate])
"""The first failure, without minimizing."""


def found(machine: type[ConformanceMachine], how: settings = DEFAULTS) -> DivergenceError:
    with pytest.raises(DivergenceError) as raised:
        run_state_machine_as_test(machine, settings=how)
    return raised.value


def steps(error: DivergenceError) -> list[str]:
    """Return the steps that Hypothesis prints, without the first and the last one."""
    printed = "\n".join(error.__notes__).splitlines()
    lines = [line for line in printed if line.startswith("state.")]
    first, *between, last = [line.partition("(")[0].removeprefix("state.") for line in lines]
    assert (first, last) == ("reset", "teardown")
    return between


# Correct systems ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_reference_passes_and_every_operation_is_called() -> None:
    system = Recording()
    run_state_machine_as_test(machine_for(lambda: system), settings=QUICKLY)
    assert {method for method, _ in system.reported} == {"reset", *OPERATIONS}
    starts = [params for method, params in system.reported if method == "reset"]
    assert {name for params in starts for name in params} == {"limits", "sessions"}
    tokens = [params.get("skipToken") for _, params in system.reported]
    read_on = [token for token in tokens if isinstance(token, str) and token.isdigit()]
    assert read_on  # with a value from an earlier answer


@pytest.mark.parametrize("method", OPERATIONS)
def test_every_operation_has_its_rules(method: str) -> None:
    machine = machine_for(ReferenceSystem, methods=[method])
    others = {"covered", "make_system", "shrink_seconds"}
    made = {own for own in vars(machine) if not own.startswith("_")}
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in method)
    mistaken = {f"{name}_with_mistakes"} if MISTAKES[method] else set()
    assert made - others == {name} | mistaken


def test_a_call_with_mistakes_has_one_at_least() -> None:
    def simplest(_ways: int) -> int:
        return 0

    reference = ReferenceSystem()
    stored = {"id": "s1", "mailboxRestoreArtifacts": []}
    reference.call("reset", {"sessions": [stored]})
    right = {"method": "get", "params": {"sessionId": "s1"}}
    assert call_of(simplest, Scene(reference), "get") == right
    assert call_of(simplest, Scene(reference), "get", mistakes=1) != right


def test_only_the_methods_of_a_system_are_called() -> None:
    system = Recording(["reset", "create", "get", "delete"])
    run_state_machine_as_test(machine_for(lambda: system), settings=FEW)
    assert {method for method, _ in system.reported} == {"reset", "create", "get", "delete"}
    assert all(params == {} for method, params in system.reported if method == "reset")


def test_only_requested_methods_are_called() -> None:
    system = Recording()
    machine = machine_for(lambda: system, methods=["create", "list", "aggregate"])
    run_state_machine_as_test(machine, settings=FEW)
    called = {method for method, _ in system.reported}
    assert called == {"reset", "create", "list", "get"}  # get, to see the state


def test_a_system_without_operations_is_refused() -> None:
    with pytest.raises(ValueError, match="the system has no method to call, of create, get, list"):
        machine_for(lambda: Recording(["reset", "aggregate"]))
    with pytest.raises(ValueError, match="no method to call"):
        machine_for(ReferenceSystem, methods=["aggregate"])


def test_a_machine_is_named_after_its_system() -> None:
    assert machine_for(ReferenceSystem).__name__ == "ReferenceSystemMachine"
    assert machine_for(lambda: ReferenceSystem()).__name__ == "Machine"  # noqa: PLW0108


# Wrong systems ------------------------------------------------------------------------------------

SLOWLY = ("time moves backwards", "a deleted session stays")
"""Faults that take long to minimize."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "scheduling is active",
        "artifacts begin in scheduling",
        *(pytest.param(name, marks=pytest.mark.faults) for name in SLOWLY),
    ],
)
def test_a_fault_is_found_by_its_rule_and_in_few_steps(name: str) -> None:
    system = fault(name).make_system()
    error = found(machine_for(lambda: system), IN_FEW_STEPS)
    assert error.counterexample.difference.rule in fault(name).rules
    assert len(steps(error)) == len(error.counterexample.calls) <= 5


class Forgetful(ReferenceSystem):
    """A system that forgets who activates a session."""

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        if method == "activate":
            params = {name: value for name, value in params.items() if name != "actor"}
        return super().call(method, params)


@pytest.mark.slow
def test_the_printed_program_can_be_run() -> None:
    error = found(machine_for(Forgetful), IN_FEW_STEPS)
    note = "\n".join(error.__notes__)
    program = note[note.index("state = ") : note.index("state.teardown()")]
    assert program.startswith("state = ForgetfulMachine()")
    with pytest.raises(DivergenceError) as again:
        exec(program, {"ForgetfulMachine": machine_for(Forgetful)})  # noqa: S102 - our own
    assert str(again.value) == str(error)
    assert steps(error)[-1].startswith("activate")
    assert error.counterexample.difference.rule == "S6"


class Broken(ReferenceSystem):
    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        if method == "create":
            raise KeyError("sessions")
        return super().call(method, params)


def test_an_unexpected_exception_is_raised_unchanged() -> None:
    with pytest.raises(KeyError, match="sessions"):
        run_state_machine_as_test(machine_for(Broken), settings=FIRST)


class ThroughAnAdapter(Adapter):
    """A system with two methods, which allows any session to be deleted."""

    def reset(self) -> None:
        self.stored: set[str] = set()

    def create(self, session_id: str, **_: Any) -> Any:
        self.stored.add(session_id)
        return {"id": session_id}

    def delete(self, session_id: Any = None) -> None:
        if session_id not in self.stored:
            raise RefusedError("RestoreSessionNotFound", 404)


def test_an_adapter_can_be_driven() -> None:
    error = found(machine_for(ThroughAnAdapter, methods=["delete"]))
    assert error.counterexample.difference.rule == "O5"
    (call,) = error.counterexample.calls  # methods that a system does not have are left out
    assert call["method"] == "delete"
    assert "InvalidRestoreSessionId" in str(error)


# What is reported ---------------------------------------------------------------------------------


def test_an_error_says_what_differs_where_and_by_which_rule() -> None:
    calls = (
        {"method": "create", "params": {"sessionId": "s1"}},
        {"method": "delete", "params": {"sessionId": "s1"}},
    )
    difference = Difference("$.id", "s1", {"odd": {1, 2}}, "O5")
    error = DivergenceError(Counterexample(calls, difference))
    assert str(error).splitlines() == [
        f"O5: {RULES['O5']}",
        '  call     delete {"sessionId": "s1"}',
        "  differs  $.id in the answer",
        '  expected "s1"',
        '  actual   {"odd": "{1, 2}"}',
    ]


def test_an_error_says_which_session_shows_it() -> None:
    class MovesOthers(ReferenceSystem):
        """A system in which a second session makes the first one a second older."""

        def call(self, method: str, params: Mapping[str, Any], /) -> Any:
            answer = super().call(method, params)
            if method == "get" and len(self.root.exchange_restore_sessions) > 1:
                answer |= {"lastModifiedDateTime": "2000-01-01T00:00:00Z"}
            return answer

    error = found(machine_for(MovesOthers), FIRST)
    assert re.search(r"differs  \$\.lastModifiedDateTime in session \w+ after it", str(error))
    assert " after it\n" in str(error)
    assert error.counterexample.difference.session_id is not None


# The example --------------------------------------------------------------------------------------

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
GUIDE = (EXAMPLES.parent / "guides" / "property-testing.md").read_text("utf-8")


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import the example as pytest does, with its own folder on the import path."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    imported = __import__("test_my_service")
    yield imported
    for name in ("test_my_service", "conforming"):
        sys.modules.pop(name)


def run(case: Any) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    assert result.testsRun == 1
    return result


def test_the_example_passes(example: ModuleType) -> None:
    example.TestMyService.settings = FEW
    assert run(example.TestMyService).wasSuccessful()


def test_the_example_fails_for_a_service_that_forgets(
    example: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    example.TestMyService.settings = FIRST
    monkeypatch.setitem(example.service.METHODS, "delete", lambda _params: None)
    ((_, text),) = run(example.TestMyService).failures
    assert "O5: " in text
    assert "state.delete" in text


def test_the_example_embeds_a_service_in_ten_lines() -> None:
    text = (EXAMPLES / "test_my_service.py").read_text("utf-8")
    lines = text[text.index("class MyService") :].splitlines()
    assert len([line for line in lines if line]) <= 10


def test_the_error_in_the_guide_is_that_of_its_example() -> None:
    blocks = GUIDE.split("```python\n")
    code = "".join(block.partition("```")[0] for block in blocks[1:3])
    said: list[str] = []
    exec(code, {"print": lambda error: said.append(str(error))})  # noqa: S102 - our own
    (reported,) = said
    shown = GUIDE.partition("```text\n")[2].partition("\n```")[0]
    assert without_the_actor(reported) == without_the_actor(shown)


def without_the_actor(text: str) -> str:
    """Return an error without the caller's identity: every identity shows the mistake."""
    return re.sub(r'\{"(user|application|device)": \{.*\}\}', "{}", text)
