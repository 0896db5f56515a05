"""What a loaded session weighs, and what an import costs; printed as ratios, too."""

import gc
import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

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


def start_times() -> dict[str, float]:
    """Return the least milliseconds a fresh interpreter needs for each, itself left out."""
    codes = {"nothing": "pass"} | IMPORTS
    times: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(ROUNDS):
        for name, code in codes.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own code
            times[name].append(time.perf_counter() - start)
    nothing = min(times.pop("nothing"))
    return {name: (min(found) - nothing) * 1e3 for name, found in times.items()}


def bench_import(print_ratio: Any) -> None:
    print_ratio(
        "import",
        start_times(),
        goals={"restore_domain": 1.3, "restore_domain, all of it": 1.3},
        unit="ms",
    )
