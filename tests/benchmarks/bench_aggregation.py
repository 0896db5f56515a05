"""Aggregating the artifacts of a session, compared with the least work that is possible."""

from collections import Counter
from typing import Any

import pytest

from restore_domain import ExchangeRestoreSession, StatusTally, aggregate, wire
from tests.benchmarks.sessions import session_bytes

SIDES = [
    "set comprehension",
    "Counter",
    "aggregate, of the set comprehension",
    "aggregate, of a list comprehension",
    "aggregate, of a generator",
    "StatusTally.of, of a list comprehension",
    "session.status",
]


@pytest.mark.parametrize("side", SIDES)
def bench_aggregation(compare: Any, side: str) -> None:
    session = wire.loads(session_bytes(10_000), ExchangeRestoreSession)
    artifacts = list(session.artifacts)
    run = {
        "set comprehension": lambda: {a.status for a in artifacts},
        "Counter": lambda: Counter([a.status for a in artifacts]),
        "aggregate, of the set comprehension": lambda: aggregate({a.status for a in artifacts}),
        "aggregate, of a list comprehension": lambda: aggregate([a.status for a in artifacts]),
        "aggregate, of a generator": lambda: aggregate(a.status for a in artifacts),
        "StatusTally.of, of a list comprehension": lambda: StatusTally.of(
            [a.status for a in artifacts]
        ),
        "session.status": lambda: session.status,
    }[side]
    goal = 1.2 if side == SIDES[2] else None
    compare("aggregate 10,000 artifacts", side, run, baseline=side == SIDES[0], goal=goal)
