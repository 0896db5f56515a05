"""Comparing two snapshots of a session, compared with parsing one of them."""

import json
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from restore_domain import ExchangeRestoreSession, audit_change, audit_history, wire
from tests.benchmarks.sessions import SHAPES, session, shaped_bytes

GOALS = {1_000: 0.5, 10_000: 0.5}


def earlier_bytes(size: int) -> bytes:
    """Return an earlier snapshot of the session: one artifact in a hundred was under way."""
    made = session(size)
    made["status"] = "active"
    for found in made["mailboxRestoreArtifacts"][5::100]:
        found["status"] = "inProgress"
        for name in ("completionDateTime", "error", "restoredFolderId", "restoredFolderName"):
            found.pop(name, None)
    return json.dumps(made, separators=(",", ":")).encode()


def read(data: bytes) -> ExchangeRestoreSession:
    return wire.loads(data, ExchangeRestoreSession)


@pytest.mark.parametrize("size", [50, *GOALS, 100_000])
@pytest.mark.parametrize("side", ["orjson", "audit_change", "audit_history"])
def bench_compare(compare: Any, size: int, side: str) -> None:
    data = shaped_bytes("every artifact has nothing", size)
    before, after = read(earlier_bytes(size)), read(data)
    assert audit_change(before, after) == ()
    runs: dict[str, Callable[[], Any]] = {
        "orjson": lambda: orjson.loads(data),
        "audit_change": lambda: audit_change(before, after),
        "audit_history": lambda: list(audit_history([before, after])),
    }
    goal = GOALS.get(size) if side == "audit_change" else None
    group = f"compare two snapshots of {size:,} artifacts"
    compare(group, side, runs[side], baseline=side == "orjson", goal=goal)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("side", ["orjson", "audit_change"])
def bench_compare_shape(compare: Any, shape: str, side: str) -> None:
    data = shaped_bytes(shape, 10_000)
    before, after = read(data), read(data)
    run: Callable[[], Any] = {
        "orjson": lambda: orjson.loads(data),
        "audit_change": lambda: audit_change(before, after),
    }[side]
    group = f"compare two snapshots of 10,000 artifacts: {shape}"
    compare(group, side, run, baseline=side == "orjson", goal=0.5 if side != "orjson" else None)
