"""Looking for a history in which a system and the reference part."""

from collections.abc import Mapping
from typing import Any

import pytest

from restore_domain.verification import Answer, Difference, System, answer_of
from restore_domain.verification.histories import Call, Counterexample
from restore_domain.verification.search import find_counterexample
from restore_domain.verification.system import ReferenceSystem

from .odd_systems import Odd


def same(_method: str, answer: Any) -> Any:
    return answer


def without_the_last(method: str, answer: Any) -> Any:
    """Leave the last of several sessions out of a list."""
    if method == "list" and len(answer["value"]) > 1:
        return answer | {"value": answer["value"][:-1]}
    return answer


def test_what_is_the_same_has_no_counterexample() -> None:
    counted: list[int] = []
    found = find_counterexample(
        lambda: Odd(same), seed=1, max_examples=40, on_example=counted.append
    )
    assert found is None
    assert counted == list(range(1, 41))


def test_what_has_no_operations_is_not_looked_at() -> None:
    system = Odd(same)
    system.methods = ["reset", "aggregate"]
    assert find_counterexample(lambda: system) is None
    assert find_counterexample(lambda: Odd(same), methods=["reset", "read"]) is None
    assert system.called == []


def test_only_methods_that_are_asked_for_are_called() -> None:
    system = Odd(same)
    find_counterexample(lambda: system, seed=1, max_examples=20, methods=["create", "list"])
    assert set(system.called) == {"reset", "get", "create", "list"}


def shortened(seed: int | None) -> Counterexample:
    found = find_counterexample(
        lambda: Odd(without_the_last), seed=seed, max_examples=400, deadline_seconds=None
    )
    assert found is not None
    return found


def test_the_same_seed_finds_the_same() -> None:
    assert shortened(5) == shortened(5)


def test_a_counterexample_has_nothing_that_it_does_not_need() -> None:
    found = shortened(None)
    methods = [call["method"] for call in found.calls]
    assert methods == ["create", "create", "list"]
    assert found.start == {}
    assert found.calls[-1]["params"] == {}
    for create in found.calls[:-1]:
        assert create["params"]["request"] == {
            "mailboxRestoreArtifacts": [{"restorePoint": {"id": "r1"}, "destinationType": "new"}]
        }
    assert (found.difference.rule, found.difference.path) == ("O2", "$.value[1]")


class Judge:
    """Looks at the calls alone, beside a reference that answers them."""

    def __init__(self, system: System, start: Mapping[str, Any]) -> None:
        self.reference = ReferenceSystem()
        self.expected = Answer()
        self.calls: list[Call] = []
        self.reference.call("reset", start)
        system.call("reset", start)

    def step(self, call: Call, /) -> Difference | None:
        self.expected = answer_of(self.reference, call["method"], call["params"])
        self.calls.append(call)
        return Difference("$", "peace", len(self.calls), "X") if self.is_wrong() else None

    def is_wrong(self) -> bool:
        raise NotImplementedError


def test_somebody_else_may_judge() -> None:
    class Grudge(Judge):
        def is_wrong(self) -> bool:
            return len(self.calls) == 3

    found = find_counterexample(lambda: Odd(same), seed=1, max_examples=20, make_run=Grudge)
    assert found is not None
    assert found.difference == Difference("$", "peace", 3, "X")
    assert len(found.calls) == 3


def counted(call: Call) -> int:
    """Count the artifacts in a request, as if there were no more than three."""
    request = call["params"]["request"]
    entries = request.get("mailboxRestoreArtifacts") if isinstance(request, dict) else None
    return min(len(entries), 3) if isinstance(entries, list) else 0


def test_a_long_history_is_looked_at_harder() -> None:
    """A call can be left out if another one can do a little more."""

    class Greedy(Judge):
        def is_wrong(self) -> bool:
            return sum(map(counted, self.calls)) >= 13

    found = find_counterexample(
        lambda: Odd(same),
        seed=1,
        max_examples=12,
        deadline_seconds=None,
        methods=["create"],
        make_run=Greedy,
    )
    assert found is not None
    assert len(found.calls) == 5
    assert sum(map(counted, found.calls)) == 13


def test_time_ends_a_search() -> None:
    counted: list[int] = []
    found = find_counterexample(
        lambda: Odd(without_the_last), deadline_seconds=0.0, on_example=counted.append
    )
    assert (found, counted) == (None, [])


def test_time_ends_making_it_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found when the time was over is told as it is."""
    system = Odd(without_the_last)
    late = False

    def clock() -> float:
        return 2.0 if late else 0.0

    def odd(method: str, answer: Any) -> Any:
        nonlocal late
        said = without_the_last(method, answer)
        late = late or said is not answer
        return said

    system.odd = odd
    monkeypatch.setattr("restore_domain.verification.search.monotonic", clock)
    found = find_counterexample(lambda: system, seed=5, max_examples=400, deadline_seconds=1.0)
    assert found is not None
    assert len(found.calls) > 3


def test_what_a_system_raises_comes_out() -> None:
    def breaks(method: str, answer: Any) -> Any:
        if method == "activate":
            raise ZeroDivisionError
        return answer

    with pytest.raises(ZeroDivisionError):
        find_counterexample(lambda: Odd(breaks), seed=1)
