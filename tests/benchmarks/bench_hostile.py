"""Hostile documents against documents four times as large: the time grows as they do.

It grows somewhat faster where the larger one no longer fits into the processor's caches; the work
itself is counted in `tests/fuzzing/test_growth.py`.
"""

from contextlib import suppress
from typing import Any

import pytest

from restore_domain import ExchangeRestoreSession, WireError, wire
from tests.fuzzing.families import FAMILIES

SIZE = 20_000
TIMES = 4


def read(text: str) -> None:
    with suppress(WireError):
        wire.loads(text, ExchangeRestoreSession)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("times", [1, TIMES])
def bench_growth(compare: Any, family: str, times: int) -> None:
    text = FAMILIES[family](times * SIZE)
    goal = TIMES * 1.5 if times > 1 else None
    name = f"{len(text):,} bytes"
    compare(f"read {family}", name, lambda: read(text), baseline=times == 1, goal=goal)
