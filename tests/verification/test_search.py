"""Looking for a random history in which a system differs from the reference."""

import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from textwrap import dedent
from typing import Any

import pytest

from restore_domain.verification import Difference, System
from restore_domain.verification.histories import Call, Counterexample
from restore_domain.verification.search import find_counterexample
from restore_domain.verification.system import SYSTEM_METHODS

from .odd_systems import Odd


def same(_method: str, answer: Any) -> Any:
    return answer


def without_the_last(method: str, answer: Any) -> Any:
    """Leave the last of several sessions out of a list."""
    if method == "list" and len(answer["value"]) > 1:
        return answer | {"value": answer["value"][:-1]}
    return answer


@pytest.mark.slow
def test_a_conforming_system_has_no_counterexample_and_every_history_is_counted() -> None:
    counted: list[int] = []
    found = find_counterexample(Odd(same), seed=4, max_examples=40, on_example=counted.append)
    assert found is None
    assert counted == list(range(1, 41))


def test_a_system_without_operations_is_not_called() -> None:
    system = Odd(same, ["reset", "aggregate"])
    assert find_counterexample(system) is None
    assert find_counterexample(Odd(same), methods=["reset", "read"]) is None
    assert system.called == []


def test_only_the_given_methods_are_called() -> None:
    system = Odd(same)
    find_counterexample(system, seed=1, max_examples=20, methods=["create", "list"])
    assert set(system.called) == {"reset", "get", "create", "list"}


FROM_NOTHING = [name for name in SYSTEM_METHODS if name != "reset.sessions"]


@cache
def shortened(seed: int) -> Counterexample:
    system = Odd(without_the_last, FROM_NOTHING)
    found = find_counterexample(system, seed=seed, max_examples=400, seconds=None)
    assert found is not None
    return found


@pytest.mark.slow
def test_the_same_seed_finds_the_same() -> None:
    assert shortened.__wrapped__(1) == shortened(1)


@pytest.mark.slow
def test_the_same_seed_finds_the_same_in_another_process() -> None:
    """So the result depends neither on the hashes of texts nor on what is imported."""
    text = """
        from tests.verification.odd_systems import Odd
        from restore_domain.verification.search import find_counterexample
        system = Odd(lambda method, answer: answer)
        find_counterexample(system, seed=3, max_examples=15)
        print(" ".join(system.called))
        """
    ran = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", dedent(text)], capture_output=True, text=True, check=True
    )
    system = Odd(same)
    find_counterexample(system, seed=3, max_examples=15)
    assert ran.stdout.split() == system.called


@pytest.mark.parametrize("seed", [1, 3])
def test_a_counterexample_is_minimal(seed: int) -> None:
    found = shortened(seed)
    methods = [call["method"] for call in found.calls]
    assert methods == ["create", "create", "list"]
    assert found.start == {}
    assert found.calls[-1]["params"] == {}
    for create in found.calls[:-1]:
        assert create["params"]["request"] == {
            "mailboxRestoreArtifacts": [{"restorePoint": {"id": "r1"}, "destinationType": "new"}]
        }
    assert (found.difference.rule, found.difference.path) == ("O2", "$.value[1]")


@pytest.mark.slow
def test_histories_are_counted_up_to_the_first_that_fails() -> None:
    counted: list[int] = []
    system = Odd(without_the_last, FROM_NOTHING)
    find_counterexample(system, seed=5, max_examples=400, on_example=counted.append)
    assert counted == list(range(1, len(counted) + 1))
    assert len(counted) < 100 < system.called.count("reset")


class Grudge:
    """Report the third call of a history as wrong, regardless of the answer."""

    def __init__(self, system: System, start: Mapping[str, Any]) -> None:
        self.calls = 0
        system.call("reset", start)

    def step(self, _call: Call, /) -> Difference | None:
        self.calls += 1
        return Difference("$", "peace", self.calls, "X") if self.calls == 3 else None


def test_another_judge_decides_what_is_wrong() -> None:
    found = find_counterexample(Odd(same), seed=1, max_examples=20, begin=Grudge)
    assert found is not None
    assert found.difference == Difference("$", "peace", 3, "X")
    assert len(found.calls) == 3


def test_hypothesis_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert find_counterexample(Odd(same), seed=1, max_examples=20, begin=Grudge)
    assert capfd.readouterr() == ("", "")


class Tired:
    """Report every sixth call as wrong, and earlier only an activation after a list."""

    def __init__(self, system: System, start: Mapping[str, Any]) -> None:
        self.methods: list[str] = []
        system.call("reset", start)

    def step(self, call: Call, /) -> Difference | None:
        self.methods.append(call["method"])
        is_wrong = len(self.methods) == 6 or self.methods[-2:] == ["list", "activate"]
        return Difference("$", "rest", self.methods, "X") if is_wrong else None


@pytest.mark.slow
def test_a_counterexample_with_fewer_calls_is_looked_for() -> None:
    """None of the six calls can be left out, so a shorter history takes another search."""
    found = find_counterexample(Odd(same), seed=3, max_examples=40, seconds=None, begin=Tired)
    assert found is not None
    assert [call["method"] for call in found.calls][-2:] == ["list", "activate"]
    assert len(found.calls) <= 4


def test_a_system_that_is_wrong_only_once_is_still_found() -> None:
    """It can not be minimized, since it never shows the difference again."""
    was_wrong = False

    def once(method: str, answer: Any) -> Any:
        nonlocal was_wrong
        if method == "create" and not was_wrong:
            was_wrong = True
            return answer | {"id": "odd"}
        return answer

    found = find_counterexample(Odd(once), seed=1, max_examples=20)
    assert found is not None
    assert found.calls[-1]["method"] == "create"


# Time ---------------------------------------------------------------------------------------------


def test_time_ends_a_search_before_the_first_history() -> None:
    counted: list[int] = []
    found = find_counterexample(Odd(without_the_last), seconds=0.0, on_example=counted.append)
    assert (found, counted) == (None, [])


class Clock:
    """A clock that jumps when a history fails: first at the original, then at each smaller one."""

    def __init__(self, first: float, later: float) -> None:
        self.jumps = [first]
        self.later = later
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def watches(self, method: str, answer: Any) -> Any:
        said = without_the_last(method, answer)
        if said is not answer:
            self.now += self.jumps.pop() if self.jumps else self.later
        return said


def found_by(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Counterexample:
    monkeypatch.setattr("restore_domain.verification.search.monotonic", clock)
    system = Odd(clock.watches, FROM_NOTHING)
    found = find_counterexample(system, seed=5, max_examples=400, seconds=1.0)
    assert found is not None
    return found


@pytest.mark.slow
def test_a_late_counterexample_is_still_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(found_by(Clock(first=1.5, later=0.001), monkeypatch).calls) == 3


def test_time_ends_shrinking(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found so far is returned, and Hypothesis raises nothing."""
    assert len(found_by(Clock(first=0.0, later=5.0), monkeypatch).calls) > 3


# What does not count as a difference --------------------------------------------------------------


def test_an_exception_of_the_system_ends_the_search() -> None:
    raised: list[str] = []

    def breaks(method: str, answer: Any) -> Any:
        if method == "activate":
            raised.append(method)
            raise ZeroDivisionError
        return answer

    with pytest.raises(ZeroDivisionError):
        find_counterexample(Odd(breaks), seed=1)
    assert raised == ["activate"]
