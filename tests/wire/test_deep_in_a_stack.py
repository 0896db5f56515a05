"""On a deep stack, reading, writing and calling either work or end in a WireError (rule W4)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

import pytest

from restore_domain import (
    CreateSessionRequest,
    ExchangeRestoreSession,
    RestoreDomainError,
    WireError,
    wire,
)
from restore_domain.operations import BackupRestoreRoot
from restore_domain.wire import RequestBody, json_text, perform

LEVELS: Final = 100
ARRAYS: Final = "[" * LEVELS + "]" * LEVELS
OBJECTS: Final = '{"a":' * (LEVELS - 1) + "{}" + "}" * (LEVELS - 1)
FRAMES: Final = 60
"""How many frames a reader has left at least: it needs some of them itself."""


def nested(value: Any, levels: int = LEVELS) -> Any:
    for _ in range(levels):
        value = [value]
    return value


PLAIN: Final = {"id": "s1", "x": nested(1, LEVELS - 1)}
DIRTY: Final = {"id": "s1", "x": nested(float("nan"), LEVELS - 1)}


def text(value: str) -> str:
    return f'{{"id": "s1", "x": {value}}}'


def within(value: str) -> str:
    parts = f'{{"details": [{{"x": {value}}}]}}'
    artifact = f'{{"id": "a1", "status": "failed", "error": {{"innerError": {parts}}}}}'
    return f'{{"id": "s1", "mailboxRestoreArtifacts": [{artifact}]}}'


def body(content: str) -> RequestBody:
    return RequestBody(f'{{"mailboxRestoreArtifacts": [{{"x": {content}}}]}}')


CONVERTER: Final = wire.make_converter()

WAYS: Final[dict[str, Callable[[], Any]]] = {
    "arrays": lambda: wire.loads(text(ARRAYS), ExchangeRestoreSession),
    "objects": lambda: wire.loads(text(OBJECTS), ExchangeRestoreSession),
    "in a part": lambda: wire.loads(within(ARRAYS), ExchangeRestoreSession),
    "beside what is wrong": lambda: wire.loads(
        f'{{"id": 5, "x": {ARRAYS}}}', ExchangeRestoreSession
    ),
    "one level too many": lambda: wire.loads(text(f"[{ARRAYS}]"), ExchangeRestoreSession),
    "not JSON at the end": lambda: wire.loads(
        text(ARRAYS.replace("[]", "[NaN]")), ExchangeRestoreSession
    ),
    "plain values": lambda: wire.from_json_value(PLAIN, ExchangeRestoreSession),
    "plain values with NaN": lambda: wire.from_json_value(DIRTY, ExchangeRestoreSession),
    "a converter": lambda: CONVERTER.structure(PLAIN, ExchangeRestoreSession),
    "a request": lambda: body(ARRAYS).read(CreateSessionRequest),
    "a request with NaN": lambda: body(ARRAYS.replace("[]", "[NaN]")).read(CreateSessionRequest),
}


def deep(frames: int, read: Callable[[], Any]) -> Any:
    """Call the function with this many more frames on the stack."""
    return deep(frames - 1, read) if frames > 0 else read()


def used() -> int:
    frame, number = sys._getframe(), 0
    while frame is not None:
        frame, number = frame.f_back, number + 1  # type: ignore[assignment]
    return number


@pytest.mark.parametrize("way", WAYS)
def test_W4_reading_at_any_stack_depth_ends_in_an_entity_or_a_wire_error(
    way: str,
) -> None:
    read = WAYS[way]

    def ends() -> str:
        try:
            read()
        except WireError as error:
            return error.problems[-1].message
        return "read"

    at_ease = ends()
    most = sys.getrecursionlimit() - used() - FRAMES
    outcomes = {deep(frames, ends) for frames in range(most - 6 * LEVELS, most, 7)}
    assert at_ease in outcomes
    for outcome in outcomes - {at_ease}:
        assert outcome.startswith("nested deeper than 100 levels")
        assert outcome.endswith("or the stack of its reader has no room")


def test_W4_without_room_for_its_levels_no_document_passes_for_json() -> None:
    most = sys.getrecursionlimit() - used() - FRAMES
    dirty, clean = nested(float("nan"), LEVELS), nested(1, LEVELS)

    def problems() -> int:
        return len(list(json_text._impossible(dirty)))

    assert deep(most - 3 * LEVELS, problems) == 1
    with pytest.raises(WireError, match="the stack of its reader has no room"):
        deep(most, problems)
    assert deep(most - 3 * LEVELS, lambda: json_text._is_flawless(clean))
    assert not deep(most, lambda: json_text._is_flawless(clean))
    assert not json_text._is_taken("[" * 10**5 + "]" * 10**5)


def test_W4_levels_for_which_the_stack_has_no_room_are_not_written() -> None:
    with pytest.raises(WireError, match="the stack has no room for its levels"):
        json_text.serialize(nested(1, 10**5))


READ: Final = wire.loads(text(ARRAYS), ExchangeRestoreSession)
LOOKED_AT: Final = wire.loads(within(ARRAYS), ExchangeRestoreSession)
assert list(LOOKED_AT.artifacts)
ROOT: Final = BackupRestoreRoot(exchange_restore_sessions=[READ])
NEW: Final = {"restorePoint": {"id": "r1"}, "destinationType": "new", "x": nested(1, LEVELS - 1)}
CREATE: Final = {
    "request": {"mailboxRestoreArtifacts": [NEW]},
    "sessionId": "s2",
    "artifactIds": ["a1"],
    "now": "2026-01-05T09:00:00Z",
}

WRITERS: Final[dict[str, Callable[[], Any]]] = {
    "text": lambda: wire.dumps(READ),
    "text of a part": lambda: wire.dumps(LOOKED_AT),
    "plain values": lambda: wire.to_json_value(READ),
    "plain values of a part": lambda: wire.to_json_value(LOOKED_AT),
    "an answer": lambda: perform(ROOT, {"method": "get", "params": {"sessionId": "s1"}}),
    "a call": lambda: perform(ROOT, {"method": "create", "params": CREATE}),
}


@pytest.mark.parametrize("way", WRITERS)
def test_W4_writing_and_calling_at_any_stack_depth_end_in_an_answer_or_a_refusal(
    way: str,
) -> None:
    write = WRITERS[way]

    def ends() -> str:
        try:
            write()
        except RestoreDomainError as refused:
            return refused.message
        return "written"

    most = sys.getrecursionlimit() - used() - FRAMES
    outcomes = {deep(frames, ends) for frames in range(most - 6 * LEVELS, most, 7)}
    assert "written" in outcomes
    refusals = outcomes - {"written"}
    assert refusals
    assert all("the stack" in message for message in refusals)
