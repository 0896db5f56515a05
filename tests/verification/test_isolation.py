"""What it takes to show a difference: no needless call, and nothing from before a reset."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest

from restore_domain.verification import run as module
from restore_domain.verification.comparison import Answer, Difference, answer_of
from restore_domain.verification.isolation import (
    shortest_prefix,
    shows_afresh,
    smaller,
    without_needless,
)
from restore_domain.verification.report import as_json, as_text
from restore_domain.verification.run import Settings, Verification, verify
from restore_domain.verification.system import ReferenceSystem
from restore_domain.verification.vectors import Case, Step, VectorFile, run_case
from tests.vectors.asking import activate, artifact, create, get, list_sessions

from .odd_systems import Odd


class Leaky(ReferenceSystem):
    """Remember all sessions that existed, and show one that is created again as activated."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        answer = super().call(method, params)
        if method != "create":
            return answer
        is_known = answer["id"] in self.seen
        self.seen.add(answer["id"])
        return answer | {"status": "activating"} if is_known else answer


@contextmanager
def leaky() -> Iterator[Leaky]:
    yield Leaky()


def case(name: str, *calls: Mapping[str, Any], rule: str = "O1", **start: Any) -> Case:
    """Make a case with the answers of the reference."""
    reference = ReferenceSystem()
    reference.call("reset", start)
    steps = [Step(call, answer_of(reference, call["method"], call["params"])) for call in calls]
    return Case(name, rule, "", start, tuple(steps))


def created(session: str) -> Mapping[str, Any]:
    return create(artifact(), session=session)


LEAKY_CASES = (
    case("other", created("s9")),
    case("before", created("s8"), created("s1"), get("s1")),
    case("between", created("s7")),
    case("after", created("s1")),
)


def verified(*cases: Case, settings: Settings | None = None) -> Verification:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "load_vectors", lambda **_: (VectorFile("one", "", "1.0", cases),))
        return verify(Leaky(), settings or Settings(examples=0), fresh=leaky)


def test_S7_state_that_survives_a_reset_is_reported_with_the_calls_it_depends_on() -> None:
    (found,) = verified(*LEAKY_CASES).divergences
    assert found.rule == "S7"
    assert [call["params"].get("sessionId") for call in found.before] == ["s1"]
    assert [call["params"]["sessionId"] for call in found.calls] == ["s1"]
    assert "a fresh program answers rightly" in found.note


def test_S7_others_of_its_kind_depend_on_the_same() -> None:
    verification = verified(*LEAKY_CASES, case("again", created("s7")))
    assert [found.rule for found in verification.divergences] == ["S7", "S7"]
    (group,) = verification.groups
    assert [other.case.id for other in group.others] == ["again"]
    lines = list(as_text(verification))
    assert any(line.startswith("before 0   {") for line in lines)
    assert any(line.startswith("note       depends on calls before the reset") for line in lines)
    failure = as_json(verification)["vectors"][3]["failure"]
    assert [call["method"] for call in failure["before"]] == ["create"]


def test_S7_a_history_that_depends_on_those_before_it_says_so() -> None:
    found, *_ = verified(settings=Settings(examples=200, seed=1, first=True)).divergences
    assert found.rule == "S7"
    assert "create" in {call["method"] for call in found.before}


def test_a_difference_in_a_fresh_system_depends_on_nothing_else() -> None:
    wrong = Case("wrong", "O1", "", {}, (Step(created("s1"), Answer(result={"id": "s2"})),))
    (found,) = verified(wrong).divergences
    assert (found.rule, found.before, found.note) == ("O1", (), "")


def test_the_prefix_may_be_one_of_many_resets() -> None:
    class Tired(ReferenceSystem):
        def __init__(self) -> None:
            super().__init__()
            self.resets = count()

        def call(self, method: str, params: Mapping[str, Any], /) -> Any:
            if method == "reset" and next(self.resets) >= 20:
                self.methods = ()
            return super().call(method, params)

    @contextmanager
    def tired() -> Iterator[Tired]:
        yield Tired()

    def shows(system: Any) -> Difference | None:
        system.call("reset", {})
        return Difference("$", 1, 2, "O1") if not system.methods else None

    reset = {"method": "reset", "params": {}}
    calls = [reset, *[created("s1"), reset] * 60]
    found = shortest_prefix(tired, shows, calls, is_over=lambda: False)
    assert found == (reset,) * 20
    assert not shows_afresh(tired, shows)
    assert shortest_prefix(tired, shows, calls[:5], is_over=lambda: False) is None
    assert shortest_prefix(tired, shows, calls, is_over=lambda: True) is None


@pytest.mark.parametrize("needed", [[], [3], [0, 9], [2, 3, 7]])
def test_only_necessary_calls_are_left(needed: list[int]) -> None:
    assert without_needless(range(10), lambda some: {*needed} <= {*some}) == needed


def test_a_vector_is_shown_without_the_calls_that_it_does_not_need() -> None:
    def without_the_last(method: str, answer: Any) -> Any:
        many = method == "list" and len(answer["value"]) > 1
        return answer | {"value": answer["value"][:-1]} if many else answer

    calls = [created("s1"), activate("s1"), created("s2"), get("s2"), created("s3"), get("s1")]
    given = {"sessions": [{"id": "s8"}, {"id": "s9"}], "limits": {"activeSessions": 7}}
    long = case("long", *calls, list_sessions(), rule="O2", **given)
    system = Odd(without_the_last)
    failure = run_case(system, long)
    assert failure is not None
    found = smaller(system, failure, is_over=lambda: False)
    assert [call["method"] for call in found.calls] == ["create", "create", "list"]
    assert found.case.start == {}
    assert (found.difference.rule, found.difference.place) == ("O2", "$.value[*]")
    assert smaller(system, failure, is_over=lambda: True).calls == failure.calls


def test_a_call_that_gave_a_token_is_needed_by_the_one_that_reads_on() -> None:
    def forgets(method: str, answer: Any) -> Any:
        is_second = method == "list" and answer["value"] and answer["value"][0]["id"] == "s2"
        return answer | {"value": []} if is_second else answer

    pages = [
        {"method": "list", "params": {"top": 1}},
        {"method": "list", "params": {"top": 1, "skipToken": {"fromCall": 3}}},
    ]
    calls = [created("s1"), get("s1"), created("s2"), *pages]
    reference = ReferenceSystem()
    steps = []
    tokens: list[Any] = []
    for call in calls:
        token = call["params"].get("skipToken")
        params = {**call["params"], "skipToken": tokens[3]} if token else call["params"]
        result = reference.call(call["method"], params)
        tokens.append(result.get("skipToken"))
        steps.append(Step(call, Answer(result=result)))
    system = Odd(forgets)
    failure = run_case(system, Case("pages", "O2", "", {}, tuple(steps)))
    assert failure is not None
    found = smaller(system, failure, is_over=lambda: False)
    assert [call["method"] for call in found.calls] == ["create", "create", "list", "list"]
    assert found.calls[-1]["params"]["skipToken"] == {"fromCall": 2}
    assert json.dumps(failure.calls[-1]["params"]["skipToken"]) == '{"fromCall": 3}'
