"""Reading from deep within a program ends in an entity or in a WireError, too (rule W4)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

import pytest

from restore_domain import CreateSessionRequest, ExchangeRestoreSession, WireError, wire
from restore_domain.wire import RequestBody

LEVELS: Final = 100
ARRAYS: Final = "[" * LEVELS + "]" * LEVELS
OBJECTS: Final = '{"a":' * (LEVELS - 1) + "{}" + "}" * (LEVELS - 1)
FRAMES: Final = 60
"""How many frames are left to a reader at least: it takes some of them for itself."""


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
    """Call it with so many more frames on the stack."""
    return deep(frames - 1, read) if frames > 0 else read()


def used() -> int:
    frame, number = sys._getframe(), 0
    while frame is not None:
        frame, number = frame.f_back, number + 1  # type: ignore[assignment]
    return number


@pytest.mark.parametrize("way", WAYS)
def test_W4_whatever_is_left_of_the_stack_reading_ends_in_an_entity_or_a_wire_error(
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
