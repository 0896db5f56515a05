"""Shows every number with the baseline of its group, and writes the page of the docs on request.

A benchmark declares with `compare` to which group it belongs, and whether it is the baseline. Both
sides run in the same process, one after the other, so a ratio means something even if a time on a
busy machine doesn't. Minimal times are compared: noise only ever adds time.
"""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.results import Group, Row, write_results

Compare = Callable[..., Any]

DOCS = Path(__file__).parents[2] / "docs"
MEASURED = pytest.StashKey[list[Group]]()
"""The groups that are not timings of pytest-benchmark."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option for renewing the page."""
    parser.addoption(
        "--renew-page", action="store_true", help="write the numbers and the plot to docs"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin with nothing measured."""
    config.stash[MEASURED] = []


@pytest.fixture
def compare(benchmark: Any) -> Compare:
    """Time a function as one side of a comparison."""

    def run(  # noqa: PLR0913 - what a row of the table says
        group: str,
        name: str,
        function: Callable[[], Any],
        *,
        baseline: bool = False,
        goal: float | None = None,
        calls: int = 1,
    ) -> Any:
        benchmark.group = group
        benchmark.name = name
        benchmark.extra_info |= {"baseline": baseline, "goal": goal, "calls": calls}
        gc.collect()
        gc.freeze()  # or each full collection would also look at what other benchmarks have made
        try:
            return benchmark(function)
        finally:
            gc.unfreeze()

    return run


@pytest.fixture
def print_ratio(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Store other numbers of a group; the first is the baseline."""

    def take(
        group: str, sides: dict[str, float], *, goals: dict[str, float], unit: str = "ms"
    ) -> None:
        baseline = next(iter(sides.values()))
        rows = [
            Row(name, value, value / baseline, goals.get(name)) for name, value in sides.items()
        ]
        request.config.stash[MEASURED].append(Group(group, unit, rows))

    return take


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the table of ratios."""
    groups = [*_timed(config), *config.stash[MEASURED]]
    terminalreporter.section("ratios to the baseline of each group")
    for group in groups:
        terminalreporter.write_line(f"{group.name}, {group.unit}")
        for row in group.rows:
            ratio = f"{row.ratio:8.2f}x" if row.ratio is not None else " " * 9
            goal = f"  goal {row.goal}x" if row.goal else ""
            terminalreporter.write_line(f"  {row.name:<44} {row.value:14.2f} {ratio}{goal}")
    if config.getoption("--renew-page") and groups:
        from tests.benchmarks.plot import draw  # noqa: PLC0415 - matplotlib takes its time

        write_results(groups, DOCS)
        draw(groups, DOCS / "performance.svg")


def _timed(config: pytest.Config) -> Iterator[Group]:
    """Return the timings of pytest-benchmark, group by group, in microseconds per call."""
    session = getattr(config, "_benchmarksession", None)
    groups: dict[str, list[Any]] = {}
    for found in session.benchmarks if session else ():
        groups.setdefault(found.group, []).append(found)
    for name, members in groups.items():
        times = [_microseconds(member) for member in members]
        baselines = [
            time
            for time, member in zip(times, members, strict=True)
            if member.extra_info["baseline"]
        ]
        rows = [
            Row(
                member.name,
                time,
                time / baselines[0] if baselines else None,
                member.extra_info["goal"],
            )
            for time, member in zip(times, members, strict=True)
        ]
        yield Group(name, "µs", rows)


def _microseconds(found: Any) -> float:
    return float(found.stats.min) / int(found.extra_info["calls"]) * 1e6
