"""What a loaded session weighs, and what an import costs; printed as ratios, too."""

import gc
import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from restore_domain import ExchangeRestoreSession, wire
from tests.benchmarks.bench_wire import SessionModel, sdk_load
from tests.benchmarks.sessions import session_bytes

SIZE = 1_000
SMALL = 50
"""Enough for the SDK, which takes long while its memory is traced."""


def bytes_per_artifact(load: Callable[[], Any], size: int = SIZE) -> float:
    """Return what stays allocated after loading, an artifact."""
    load()  # what the first call makes for good is not the session's
    gc.collect()
    tracemalloc.start()
    loaded = load()
    gc.collect()
    traced, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del loaded
    return traced / size


def bench_memory(print_ratio: Any) -> None:
    data = session_bytes(SIZE)
    print_ratio(
        f"bytes an artifact, {SIZE:,} artifacts loaded",
        {
            "pydantic": bytes_per_artifact(lambda: SessionModel.model_validate_json(data)),
            "restore_domain": bytes_per_artifact(lambda: wire.loads(data, ExchangeRestoreSession)),
            "plain dicts": bytes_per_artifact(lambda: json.loads(data)),
            "sdk": bytes_per_artifact(lambda: sdk_load(session_bytes(SMALL)), SMALL),
        },
        goals={"restore_domain": 0.5},
    )


def import_time(statement: str) -> float:
    """Return the seconds that a fresh interpreter needs for it, its own start left out."""

    def best(code: str) -> float:
        times = []
        for _ in range(9):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603
            times.append(time.perf_counter() - start)
        return min(times)

    return (best(statement) - best("pass")) * 1e3


def bench_import(print_ratio: Any) -> None:
    print_ratio(
        "import, milliseconds",
        {
            "attrs and cattrs": import_time("import attrs, cattrs"),
            "restore_domain": import_time("import restore_domain"),
            "restore_domain, all of it": import_time(
                "from restore_domain import aggregate, operations, wire, ExchangeRestoreSession"
            ),
        },
        goals={"restore_domain": 1.3},
    )


@pytest.fixture(name="print_ratio")
def _print_ratio(request: pytest.FixtureRequest) -> Callable[..., None]:
    def write(group: str, sides: dict[str, float], *, goals: dict[str, float]) -> None:
        reporter = request.config.pluginmanager.getplugin("terminalreporter")
        baseline = next(iter(sides.values()))
        lines = [group]
        for name, value in sides.items():
            goal = f"  goal {goals[name]}x" if name in goals else ""
            lines.append(f"  {name:<44} {value:12.1f}    {value / baseline:8.2f}x{goal}")
        capture = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            reporter.write_line("\n" + "\n".join(lines))

    return write
