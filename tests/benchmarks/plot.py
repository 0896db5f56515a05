"""The plot for the page on performance: cost by size."""

import re
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from tests.benchmarks.results import Group

SIDES = {
    "restore_domain": "C0",
    "untouched": "C0",
    "all touched": "C4",
    "orjson": "C7",
    "json": "C2",
    "pydantic": "C1",
    "sdk": "C3",
}
"""The sides in the plot, each with its colour."""


def draw(groups: Sequence[Group], path: Path) -> None:
    """Draw cost by size: reading, writing, and one report."""
    mpl.rcParams |= {"svg.hashsalt": "restore_domain", "font.size": 9}
    figure, panels = plt.subplots(1, 3, figsize=(11, 3.6), layout="constrained")
    for axes, task in zip(panels[:2], ("load", "dump"), strict=True):
        axes.set_title(f"{task} a session")
        axes.set_ylabel("milliseconds")
        _draw_sizes(axes, task, groups)
    _draw_reports(panels[2], groups)
    for axes in panels:
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("artifacts in the session")
        axes.grid(visible=True, which="major", alpha=0.3)
    figure.savefig(path, metadata={"Date": None, "Creator": None})


def _draw_sizes(axes: Axes, task: str, groups: Sequence[Group]) -> None:
    for side, colour in SIDES.items():
        points = [
            (_size(group.name), row.value / 1e3)
            for group in groups
            if re.fullmatch(
                rf"{task} [\d,]+ artifacts", group.name
            )  # those of unusual shapes separately
            for row in group.rows
            if row.name == side
        ]
        if points:
            axes.plot(*zip(*points, strict=True), color=colour, marker="o", label=side)
    axes.legend()


def _draw_reports(axes: Axes, groups: Sequence[Group]) -> None:
    (group,) = (group for group in groups if group.name == "one report")
    points = []
    axes.set_title("one report")
    axes.set_ylabel("microseconds")
    for number, row in enumerate(group.rows, start=1):
        if row.name.startswith("a report"):
            points.append((_size(row.name), row.value))
        else:
            axes.axhline(row.value, color=f"C{number}", linestyle="--", label=row.name)
    axes.plot(*zip(*points, strict=True), color="C0", marker="o", label="restore_domain, a report")
    axes.set_ylim(top=max(row.value for row in group.rows) * 10)
    axes.legend()


def _size(name: str) -> int:
    (digits,) = re.findall(r"[\d,]+", name)
    return int(digits.replace(",", ""))
