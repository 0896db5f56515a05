"""The cost of hostile documents grows no faster than their size.

The calls of functions and the maximum memory are counted: a busy machine affects neither. The times
are in ``tests/benchmarks/bench_hostile.py``.
"""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from restore_domain import ExchangeRestoreSession, wire
from restore_domain.wire.json_text import parse
from tests.counted_calls import calls_of
from tests.wire.ways import outcome

from .families import FAMILIES

SMALL = 60
TIMES = 4
FASTER = 1.15
"""How much faster than the size something may grow, in steps of Python's memory."""

CALLS, MEMORY = 2000, 2**16
"""The constant cost, such as finding out that the fast path can't be used."""

Read = Callable[[str], Any]


class Cost(NamedTuple):
    calls: int
    memory: int


def cost_of(read: Callable[[], Any]) -> Cost:
    """Count the cost of reading; everything that is made only once was made before."""
    outcome(read)
    calls = calls_of(lambda: outcome(read))
    tracemalloc.start()
    try:
        outcome(read)
        _, memory = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return Cost(calls, memory)


def as_text(text: str) -> Any:
    return wire.loads(text, ExchangeRestoreSession)


def as_plain_values(text: str) -> Any:
    value, _ = parse(text)
    return wire.from_json_value(value, ExchangeRestoreSession)


WAYS = (as_text, as_plain_values)


@pytest.mark.parametrize("read", WAYS)
@pytest.mark.parametrize("family", FAMILIES)
def test_W4_the_cost_grows_as_the_document_does(family: str, read: Read) -> None:
    make = FAMILIES[family]
    small, large = make(SMALL), make(SMALL * TIMES)
    little, much = (cost_of(lambda text=text: read(text)) for text in (small, large))  # type: ignore[misc]
    assert much.calls <= TIMES * FASTER * little.calls + CALLS
    assert much.memory <= TIMES * FASTER * little.memory + MEMORY


@pytest.mark.parametrize("family", FAMILIES)
def test_W4_the_message_about_any_document_is_short(family: str) -> None:
    _, problems = outcome(lambda: as_text(FAMILIES[family](1500)))
    assert len(problems) <= 1001
    for path, message in problems:
        assert len(path) + len(message) < 2000
        assert (path + message).isprintable()
    if problems:
        error = wire.WireError(problems)
        assert len(error.message) < 50_000
        assert json.dumps(wire.error_to_json(error))
        assert wire.dumps(error.to_public_error())


def test_the_costs_of_reading_twice_are_seen() -> None:
    """The count detects a nested loop, and the memory detects a list that keeps everything."""

    def quadratic(size: int) -> Callable[[], Any]:
        return lambda: [abs(one - other) for one in range(size) for other in range(size)]

    little, much = cost_of(quadratic(SMALL)), cost_of(quadratic(SMALL * TIMES))
    assert much.calls > TIMES * FASTER * little.calls + CALLS
    assert much.memory > TIMES * FASTER * little.memory + MEMORY
