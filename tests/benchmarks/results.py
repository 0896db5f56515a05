"""The measurements of the benchmarks, as data for the page on performance."""

import json
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import attrs

PEERS = (
    "attrs",
    "automat",
    "cattrs",
    "msgraph-beta-sdk",
    "msgspec",
    "orjson",
    "pydantic",
    "python-statemachine",
    "transitions",
)


@attrs.frozen
class Row:
    """One side of a comparison."""

    name: str
    value: float
    """In the unit of the group."""
    ratio: float | None
    """The ratio of its value to that of the baseline."""
    goal: float | None
    """The ratio that it has to stay below."""


@attrs.frozen
class Group:
    """What is compared in one run."""

    name: str
    unit: str
    rows: Sequence[Row]


ON_THE_PAGE = ("aggregate", "load", "dump", "one report", "a whole life", "memory", "import")
"""The beginnings of the names of groups that the page shows."""


def machine() -> str:
    """Return a description of the machine."""
    return (
        f"{platform.python_implementation()} {platform.python_version()} on {platform.system()}, "
        f"{platform.machine()}, {os.cpu_count()} cores"
    )


def write_results(groups: Sequence[Group], folder: Path) -> None:
    """Write ``performance.json``, from which the page is generated."""
    found = {
        "machine": machine(),
        "versions": {peer: version(peer) for peer in PEERS},
        "groups": [attrs.asdict(group) for group in groups if group.name.startswith(ON_THE_PAGE)],
    }
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (folder / "performance.json").write_text(text + "\n", encoding="utf-8")
