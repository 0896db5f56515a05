"""Prints, after the timings, each one's ratio to the baseline of its group.

A benchmark says by `compare` which group it belongs to, and whether it is the baseline. Both
sides run in the same process, one after the other, so a ratio means something where a time on a
busy machine doesn't. Minimal times are compared: noise only ever adds.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

Compare = Callable[..., Any]


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
        return benchmark(function)

    return run


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the table of ratios."""
    benchmarks = getattr(config, "_benchmarksession", None)
    if benchmarks is None:
        return
    groups: dict[str, list[Any]] = defaultdict(list)
    for found in benchmarks.benchmarks:
        groups[found.group].append(found)
    write = terminalreporter.write_line
    terminalreporter.section("ratios to the baseline of each group")
    for group, members in groups.items():
        baselines = [_time(member) for member in members if member.extra_info["baseline"]]
        write(group)
        for member in members:
            time = _time(member)
            ratio = f"{time / baselines[0]:8.2f}x" if baselines else ""
            goal = member.extra_info["goal"]
            write(
                f"  {member.name:<44} {time * 1e6:12.2f} us {ratio}"
                + (f"  goal {goal}x" if goal else "")
            )


def _time(found: Any) -> float:
    return float(found.stats.min) / int(found.extra_info["calls"])
