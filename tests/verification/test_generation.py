"""What random histories consist of: every call is valid, or invalid in a way that is recorded."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

import pytest

from restore_domain.operations import CATALOGUE, Operation
from restore_domain.verification import Answer, answer_of
from restore_domain.verification.generation.choices import either, pick, rarely, several
from restore_domain.verification.generation.next_calls import any_call, legal_call
from restore_domain.verification.generation.scene import Scene
from restore_domain.verification.generation.starts import start_of
from restore_domain.verification.generation.writers import WRITERS
from restore_domain.verification.histories import Call, token_in, with_token
from restore_domain.verification.system import OPERATIONS, SYSTEM_METHODS, ReferenceSystem

Answered = tuple[Call, Answer]


def choices_of(*choices: int) -> Any:
    """Make these choices, one after another, and then always the first option."""
    left = list(choices)
    return lambda ways: min(left.pop(0), ways - 1) if left else 0


# Choices ------------------------------------------------------------------------------------------


def test_the_first_choice_is_the_simplest() -> None:
    choose = choices_of()
    assert pick(choose, "abc") == "a"
    assert not either(choose)
    assert not rarely(choose, 5)
    assert list(several(choose, 0, 3)) == []
    assert list(several(choose, 2, 3)) == [0, 1]


def test_other_choices_are_taken_as_they_come() -> None:
    assert pick(choices_of(2), "abc") == "c"
    assert either(choices_of(1))
    assert not rarely(choices_of(3), 5)
    assert rarely(choices_of(4), 5)
    assert list(several(choices_of(1, 0, 1), 0, 3)) == [0]
    assert list(several(choices_of(1, 1, 1, 1), 0, 3)) == [0, 1, 2]


# Histories ----------------------------------------------------------------------------------------


def history(seed: int, *, legal: bool, calls: int = 30) -> Iterator[Answered]:
    """Play a history on the reference."""
    choose = Random(seed).randrange  # noqa: S311 - not for security
    reference = ReferenceSystem()
    reference.call("reset", start_of(choose, SYSTEM_METHODS))
    scene = Scene(reference)
    tokens: list[Any] = []
    for _ in range(calls):
        call = (legal_call if legal else any_call)(choose, scene, OPERATIONS)
        assert call is not None
        answer = answer_of(reference, call["method"], with_token(call, tokens))
        tokens.append(token_in(answer))
        scene.note(call, answer)
        yield call, answer


@cache
def any_calls() -> tuple[Answered, ...]:
    """Play many histories, once for all tests."""
    return tuple(answered for seed in range(300) for answered in history(seed, legal=False))


def operation_of(call: Call) -> Operation:
    return Operation("record" if call["method"] == "recordBatch" else call["method"])


@pytest.mark.slow
def test_every_refusal_of_every_operation_is_met() -> None:
    met = {
        (operation_of(call), answer.refusal.code)
        for call, answer in any_calls()
        if answer.refusal is not None
    }
    called = {operation_of({"method": method}) for method in OPERATIONS}
    documented = {(case.operation, case.code) for case in CATALOGUE if case.operation in called}
    assert met == documented - {(Operation.DELETE, "IncompleteArtifactDeletion")}


def test_nothing_is_called_that_is_up_to_a_system() -> None:
    """Parameters such as an id that is taken, which the reference refuses as bad parameters."""
    of_pages = {
        Operation.LIST,
        Operation.LIST_ARTIFACTS,
        Operation.LIST_GRANULAR_ARTIFACTS,
        Operation.LIST_BULK_REQUESTS,
    }
    for call, answer in any_calls():
        if answer.refusal is not None and operation_of(call) not in of_pages:
            assert answer.refusal.code != "InvalidRequest", call


def test_every_operation_is_called_often_and_mostly_accepted() -> None:
    """For calls on existing sessions: those with many preconditions often lack a suitable one."""
    accepted = Counter(call["method"] for call, answer in any_calls() if answer.refusal is None)
    calls = accepted + Counter(
        call["method"]
        for call, answer in any_calls()
        if answer.refusal is not None and answer.refusal.code != "RestoreSessionNotFound"
    )
    for method in OPERATIONS:
        assert accepted[method] > max(20, calls[method] // 3), method


def test_every_option_of_a_call_is_generated() -> None:
    text = json.dumps([call for call, _ in any_calls()])
    for part in (
        '"actor"',
        '"reporter": "driver"',
        '"reporter": "observer"',
        '"startDateTime"',
        '"completionDateTime"',
        '"fromCall"',
        '"top": 100',
        "@removed",
        "@odata.id",
        "+02:00",
        ".1234568Z",
        '"paused"',
        '"reports": []',
        '"sessionId": "S2"',
        '"mailboxRestoreArtifacts": null',
        '"directoryObjectIds": ["d1"',
        '"restorePointPreference": "oldest"',
        '"protectionTimePeriod"',
        '"protectionUnitIds": []',
        '"failures": [{"mailbox": "m',
        '"failures": [{"mailbox": "d',
        '"ended": true',
        '"bulkRequestId": "b2 "',
    ):
        assert part in text, part


@pytest.mark.slow
def test_a_call_that_is_legal_is_accepted() -> None:
    for seed in range(60):
        for call, answer in history(seed, legal=True):
            assert answer.refusal is None, call


def test_there_may_be_no_legal_call() -> None:
    scene = Scene(ReferenceSystem())
    assert legal_call(choices_of(), scene, ["delete", "activate", "record"]) is None
    call = legal_call(choices_of(), scene, ["delete", "list"])
    assert call is not None
    assert call["method"] == "list"


def test_names_are_not_in_the_order_of_creation_and_artifacts_of_sessions_share_them() -> None:
    reference = ReferenceSystem()
    scene = Scene(reference)
    for _ in range(4):
        params = WRITERS["create"](choices_of(0, 1), scene)
        answer = answer_of(reference, "create", params)
        scene.note({"method": "create", "params": params}, answer)
    sessions = reference.root.exchange_restore_sessions
    assert list(sessions.ids) == ["s2", "s1", "s4", "s3"]
    assert {tuple(artifact.id for artifact in session.artifacts) for session in sessions} == {
        ("a2", "a1")
    }
    assert scene.new_artifacts(3, "s2") == ["a4", "a3", "a6"]


# Starts -------------------------------------------------------------------------------------------

STARTS = [start_of(Random(seed).randrange, SYSTEM_METHODS) for seed in range(600)]  # noqa: S311
SESSIONS = [session for start in STARTS for session in start.get("sessions", ())]


def test_a_system_begins_only_with_what_its_reset_accepts() -> None:
    assert {name for start in STARTS for name in start} == {"limits", "sessions"}
    for seed in range(100):
        choose = Random(seed).randrange  # noqa: S311
        assert start_of(choose, ["reset"]) == {}
        assert set(start_of(choose, ["reset", "reset.limits"])) <= {"limits"}


@pytest.mark.parametrize(
    "is_so",
    [
        lambda session: "mailboxRestoreArtifacts" not in session,
        lambda session: "mailboxRestoreArtifacts@odata.nextLink" in session,
        lambda session: "granularMailboxRestoreArtifacts@odata.nextLink" in session,
        lambda session: "createdDateTime" not in session,
        lambda session: "lastModifiedDateTime" not in session,
        lambda session: "status" not in session,
        lambda session: session.get("granularMailboxRestoreArtifacts"),
        lambda session: '"paused"' in json.dumps(session),
        lambda session: "destinationType" not in json.dumps(session),
    ],
)
def test_sessions_of_every_kind_are_begun_with(is_so: Any) -> None:
    share = sum(bool(is_so(session)) for session in SESSIONS) / len(SESSIONS)
    assert 0.01 < share < 0.9


def test_so_many_sessions_may_be_active_that_the_limit_is_near() -> None:
    lengths = Counter(len(start.get("sessions", ())) for start in STARTS)
    assert lengths[26]
    assert lengths[25]


def test_every_start_can_be_read() -> None:
    for start in STARTS:
        ReferenceSystem().call("reset", start)
