"""Running a history on a system beside the reference, and the rule that a difference names."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from restore_domain.verification.histories import Call, HistoryRun, counterexample
from restore_domain.verification.system import ReferenceSystem, RefusedError
from tests.vectors.asking import (
    activate,
    artifact,
    create,
    delete,
    get,
    list_artifacts,
    list_sessions,
    record,
    record_batch,
    report,
)

from .odd_systems import Odd, OwnTokens, sessions_with

STORED = {"id": "a1", "status": "added"}
CREATE = create(artifact())
ACTIVATE = activate()


def rule_of(
    system: ReferenceSystem, *history: Call, start: Mapping[str, Any] | None = None
) -> str | None:
    found = counterexample(system, history, start)
    return None if found is None else found.difference.rule


def test_equal_systems_do_not_differ() -> None:
    assert counterexample(ReferenceSystem(), [CREATE, ACTIVATE, CREATE]) is None


def test_the_calls_up_to_the_difference_are_reported() -> None:
    def odd(method: str, answer: Any) -> Any:
        return answer | {"createdBy": {"user": {"id": "u9"}}} if method == "activate" else answer

    history = [CREATE, ACTIVATE, create(artifact(), session="s2")]
    found = counterexample(Odd(odd), history)
    assert found is not None
    assert found.calls == tuple(history[:2])
    assert (found.difference.path, found.difference.rule) == ("$.createdBy", "O4")


def test_a_state_that_is_wrong_is_seen_at_the_call_that_made_it() -> None:
    def forgets(method: str, answer: Any) -> Any:
        return answer | {"createdBy": {"user": {"id": "u9"}}} if method == "get" else answer

    assert rule_of(Odd(forgets), CREATE) == "O1"
    assert rule_of(Odd(forgets, ["reset", "create"]), CREATE) is None


def test_a_removed_session_is_attributed_to_the_removing_call() -> None:
    def loses(method: str, answer: Any) -> Any:
        if method == "get" and answer["status"] == "activating":
            raise RefusedError("RestoreSessionNotFound", 404)
        return answer

    assert rule_of(Odd(loses), CREATE, ACTIVATE) == "O4"


def test_another_refusal_is_attributed_to_the_refused_operation() -> None:
    class Odder(ReferenceSystem):
        def call(self, method: str, params: Mapping[str, Any], /) -> Any:
            try:
                return super().call(method, params)
            except RefusedError:
                raise RefusedError("Gone", 410) from None

    assert rule_of(Odder(), get()) == "O2"
    assert rule_of(Odder(), list_sessions(), delete()) == "O5"
    run = HistoryRun(Odder())
    assert run.step(list_sessions()) is None
    found = run.step(list_artifacts())
    assert found is not None
    assert (found.rule, found.actual) == ("O2", {"code": "Gone", "httpStatus": 410})


def test_a_difference_at_the_beginning_is_reported_with_the_first_call() -> None:
    start = {"sessions": [{"id": "s1", "mailboxRestoreArtifacts": [STORED]}]}
    assert rule_of(Odd(sessions_with(policyId="p1")), list_sessions(), start=start) == "S10"
    assert rule_of(Odd(sessions_with(status="active")), list_sessions(), start=start) == "S1a"


def test_S1a_a_session_that_keeps_its_declared_values_after_a_change() -> None:
    defaults = {"status": "draft", "restoreSessionArtifactCount": {"total": 1}}
    start = {"sessions": [{"id": "s1", "mailboxRestoreArtifacts": [STORED], **defaults}]}
    assert rule_of(Odd(sessions_with(**defaults)), ACTIVATE, start=start) == "S1a"
    counts = {"total": 1, "inProgress": 0, "completed": 0, "failed": 0}

    def stale(defaults: dict[str, Any]) -> Callable[[str, Any], Any]:
        def odd(method: str, answer: Any) -> Any:
            is_active = method == "get" and answer["status"] == "activating"
            return answer | defaults if is_active else answer

        return odd

    start = {"sessions": [{"id": "s1", "mailboxRestoreArtifacts": [STORED], "status": "draft"}]}
    assert rule_of(Odd(stale({"status": "draft"})), ACTIVATE, start=start) == "A2"
    defaults = {"status": "draft", "restoreSessionArtifactCount": counts}
    start = {"sessions": [{"id": "s1", "mailboxRestoreArtifacts": [STORED], **defaults}]}
    assert rule_of(Odd(stale(defaults)), ACTIVATE, start=start) == "S1a"


def test_S2_a_session_that_leaves_granular_artifacts_out() -> None:
    granular = {
        "@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact",
        "id": "g1",
        "status": "added",
        "searchResponseId": "q1",
    }
    session = {
        "id": "s1",
        "mailboxRestoreArtifacts": [STORED],
        "granularMailboxRestoreArtifacts": [granular],
    }

    def count(total: int) -> Callable[[str, Any], Any]:
        counts = {"total": total, "inProgress": total, "completed": 0, "failed": 0}

        def odd(method: str, answer: Any) -> Any:
            if method == "get" and answer["status"] == "activating":
                return answer | {"restoreSessionArtifactCount": counts}
            return answer

        return odd

    start = {"sessions": [session | {"status": "draft"}]}
    assert rule_of(Odd(count(2)), ACTIVATE, start=start) is None
    assert rule_of(Odd(count(1)), ACTIVATE, start=start) == "S2"
    assert rule_of(Odd(count(3)), ACTIVATE, start=start) == "S5"


@pytest.mark.parametrize("answer", [None, 7, "s1", []])
def test_a_value_that_is_not_a_session_differs(answer: Any) -> None:
    odd = Odd(lambda method, said: answer if method in {"create", "get"} else said)
    assert rule_of(odd, CREATE) == "O1"
    assert rule_of(Odd(lambda method, said: answer if method == "get" else said), CREATE) == "O1"


@pytest.mark.parametrize(
    ("odd", "path"),
    [
        (lambda page: {"value": page["value"]}, "$.skipToken"),
        (lambda page: {**page, "more": True}, "$.more"),
        (lambda page: {"skipToken": page["skipToken"]}, "$.value"),
        (lambda page: {**page, "value": None}, "$.value"),
        (lambda page: {**page, "value": {}}, "$.value"),
        (lambda page: {**page, "value": []}, "$.value[0]"),
        (lambda page: {**page, "value": [*page["value"], None]}, "$.value[1]"),
        (lambda page: {**page, "value": [None]}, "$.value[0]"),
        (lambda page: {**page, "value": [{**page["value"][0], "id": None}]}, "$.value[0].id"),
        (lambda _page: None, "$"),
        (lambda page: page["value"], "$"),
    ],
)
def test_O2_a_page_differs_in_any_place(odd: Callable[[Any], Any], path: str) -> None:
    system = Odd(lambda method, said: odd(said) if method == "list" else said)
    history = [CREATE, create(artifact(), session="s2"), list_sessions(1)]
    found = counterexample(system, history)
    assert found is not None
    assert (found.difference.rule, found.difference.path) == ("O2", path)


def test_each_has_its_own_tokens() -> None:
    pages = [list_sessions(1), list_sessions(1, after=2)]
    assert counterexample(OwnTokens(), [CREATE, create(artifact(), session="s2"), *pages]) is None


@pytest.mark.parametrize(
    ("refused", "reported", "rule"),
    [
        ("InvalidArtifactRequest", record(report("failed")), "L5"),
        ("InvalidArtifactRequest", record(report("scheduled")), "O7"),
        ("ArtifactNotFound", record(report("scheduled")), "O7"),
        ("RestoreSessionActionNotAllowed", record(report("scheduled")), "L1"),
        (
            "RestoreSessionActionNotAllowed",
            record(report("scheduled"), reporter="observer"),
            "L2",
        ),
        ("RestoreSessionActionNotAllowed", record_batch(report("scheduled")), "L1"),
        ("InvalidArtifactRequest", record_batch(report("failed")), "L5"),
        ("RestoreSessionActionNotAllowed", record(report("scheduling")), "L3"),
        ("InvalidArtifactRequest", record_batch(), "L3"),
    ],
)
def test_a_report_that_is_refused_and_should_not_be(
    refused: str, reported: Call, rule: str
) -> None:
    def refuses(method: str, answer: Any) -> Any:
        if method.startswith("record"):
            raise RefusedError(refused, 400)
        return answer

    assert rule_of(Odd(refuses), CREATE, ACTIVATE, reported) == rule
