"""What a system lacks is said: a misspelt method, a law that skips, a rule that needs no more."""

import unittest
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from restore_domain.verification import (
    Adapter,
    CannotBeAskedError,
    ReferenceSystem,
    laws,
)
from restore_domain.verification.laws import NotCoveredError
from restore_domain.verification.laws import steps as steps_of_laws
from restore_domain.verification.machine import machine_for

from .test_machine import DEFAULTS, IN_FEW_STEPS, found


class Few(ReferenceSystem):
    """The reference without reports, which forgets who activates a session."""

    methods = ("reset", "create", "get", "activate")

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        if method == "activate":
            params = {name: value for name, value in params.items() if name != "actor"}
        return super().call(method, params)


@pytest.mark.slow
def test_S6_the_activating_actor_is_checked_without_record() -> None:
    with pytest.raises(laws.LawBrokenError, match="lastModifiedBy"):
        laws.s6(Few())
    error = found(machine_for(Few), IN_FEW_STEPS)
    assert (error.counterexample.difference.rule, len(error.counterexample.calls)) == ("S6", 2)


def _does_nothing(_self: object) -> None:
    """Stand for a method."""


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("list_artefacts", "list_artifacts"), ("updates", "update"), ("listArtifacts", "list_artifa")],
)
def test_a_method_of_an_adapter_that_nothing_calls_is_refused(name: str, nearest: str) -> None:
    with pytest.raises(TypeError, match=rf"Mine\.{name} is not a method.* mean {nearest}"):
        type("Mine", (Adapter,), {name: _does_nothing})


def test_a_method_of_its_own_has_an_underscore_or_closes_the_adapter() -> None:
    own: dict[str, Any] = dict.fromkeys(("_helps", "close", "reset", "record_batch"), _does_nothing)
    made: Any = type("Mine", (Adapter,), own | {"limit": 3, "name": property(_does_nothing)})
    assert [*made().methods] == ["reset", "recordBatch"]


def test_a_law_that_is_not_covered_is_a_test_that_is_skipped() -> None:
    class Empty(Adapter):
        pass

    with pytest.raises(NotCoveredError, match="needs reset") as caught:
        laws.o1(Empty())
    assert isinstance(caught.value, unittest.SkipTest)
    assert issubclass(CannotBeAskedError, unittest.SkipTest)


class Mute(ReferenceSystem):
    """The reference, which can't be asked to activate."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = 0

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        if method == "activate":
            raise CannotBeAskedError("a switch")
        return super().call(method, params)

    def close(self) -> None:
        self.closed += 1


@pytest.mark.slow
def test_unsupported_calls_are_skipped_and_the_system_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(steps_of_laws, "EXAMPLES", 30)
    made: list[Mute] = []

    def make() -> Mute:
        made.append(Mute())
        return made[-1]

    machine = machine_for(make, methods=["create", "activate", "get"])
    few = settings(DEFAULTS, max_examples=5, stateful_step_count=8)
    run_state_machine_as_test(machine, settings=few)
    first, *others = made
    assert first.closed == 0
    assert {system.closed for system in others} == {1}
    laws.s6(Mute())


class Counting(ReferenceSystem):
    """Forgets who creates a session, and counts how often it was asked to."""

    methods = ("reset", "create", "get")
    asked = 0

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        type(self).asked += method == "create"
        return super().call(method, {**params, "actor": None} if method == "create" else params)


@pytest.mark.slow
def test_a_failure_is_shown_immediately_and_shrunk_for_a_limited_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    steps = settings(DEFAULTS, stateful_step_count=6, derandomize=True, database=None)
    found(machine_for(Counting, shrink_seconds=0), settings(steps, phases=[Phase.generate]))
    alone, Counting.asked = Counting.asked, 0
    found(machine_for(Counting, shrink_seconds=0), steps)
    said = capsys.readouterr().err
    assert said.count("the first failure has") == 2
    assert "O1: create makes a draft" in said
    assert Counting.asked < alone + 20
