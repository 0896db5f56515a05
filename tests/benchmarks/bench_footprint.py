"""The memory of a loaded session, and the cost of an import; also printed as ratios."""

import gc
import json
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from cProfile import Profile
from pathlib import Path
from typing import Any

from restore_domain import ExchangeRestoreSession, wire
from tests.benchmarks.bench_wire import SMALL, SessionModel, sdk_load
from tests.benchmarks.sessions import session_bytes

SIZE = 1_000


def bytes_per_artifact(load: Callable[[], Any], size: int = SIZE) -> float:
    """Return how much stays allocated after loading, per artifact."""
    # Objects that the first call makes permanently don't belong to the session. Under a profiler
    # the first call also makes the index of lines of each function that it calls: without that,
    # tracing the SDK, which has functions of thousands of lines, takes minutes.
    Profile().runcall(load)
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
        f"memory an artifact, {SIZE:,} artifacts loaded",
        {
            "pydantic": bytes_per_artifact(lambda: SessionModel.model_validate_json(data)),
            "restore_domain": bytes_per_artifact(lambda: wire.loads(data, ExchangeRestoreSession)),
            "plain dicts": bytes_per_artifact(lambda: json.loads(data)),
            "sdk": bytes_per_artifact(lambda: sdk_load(session_bytes(SMALL)), SMALL),
        },
        goals={"restore_domain": 0.5},
        unit="bytes",
    )


IMPORTS = {
    "attrs and cattrs": "import attrs, cattrs",
    "restore_domain": "import restore_domain",
    "restore_domain, aggregate": "from restore_domain import aggregate",
    "restore_domain, the entities": "import restore_domain.model",
    "restore_domain, the operations": "import restore_domain.operations",
    "restore_domain, all of it": "import restore_domain.wire",
    "pydantic": "import pydantic; pydantic.BaseModel",
}
ROUNDS = 9


def start_times(folder: Path) -> dict[str, float]:
    """Return the shortest time in milliseconds that a fresh interpreter needs for each, without its
    own start.

    The folder is for the compiled modules, which an installed package has.
    """
    python = [sys.executable, "-X", f"pycache_prefix={folder}"]
    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    codes = {"nothing": "pass"} | IMPORTS
    times: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(ROUNDS):
        for name, code in codes.items():
            start = time.perf_counter()
            command = [*python, "-c", code]
            subprocess.run(command, check=True, env=environment)  # noqa: S603 - our own code
            times[name].append(time.perf_counter() - start)
    nothing = min(times.pop("nothing"))
    return {name: (min(found) - nothing) * 1e3 for name, found in times.items()}


def bench_import(print_ratio: Any, tmp_path: Path) -> None:
    print_ratio(
        "import",
        start_times(tmp_path),
        goals={"restore_domain": 1.3, "restore_domain, all of it": 1.3},
        unit="ms",
    )
