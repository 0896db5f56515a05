"""The mutants of the lines that differ from a revision: a change can be tried in minutes."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutation.selection import PACKAGE

if TYPE_CHECKING:  # it is in a separate group, and these tests don't need it
    from cosmic_ray.work_item import WorkItem

_HUNK = re.compile(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@")


def lines_since(revision: str, root: Path) -> dict[Path, set[int]]:
    """Return by module the lines of the work tree that the revision does not have."""
    command = ["git", "diff", "--unified=0", "--no-color", "--no-ext-diff"]
    command += [revision, "--", str(PACKAGE)]
    finished = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)  # noqa: S603
    return lines_in(finished.stdout)


def lines_in(diff: str) -> dict[Path, set[int]]:
    """Return by file the lines that a diff without context adds or changes."""
    found: dict[Path, set[int]] = {}
    lines: set[int] = set()
    for line in diff.splitlines():
        if line.startswith("+++ "):
            lines = found.setdefault(Path(line.removeprefix("+++ b/")), set())
        elif hunk := _HUNK.match(line):
            first, number = int(hunk[1]), int(hunk[2] or 1)
            lines.update(range(first, first + number))
    return {module: lines for module, lines in found.items() if lines}


def sample(items: Sequence[WorkItem], most: int) -> list[WorkItem]:
    """Return all of these, or this many of them at even distances: the same ones each time."""
    if len(items) <= most:
        return list(items)
    return [items[place * len(items) // most] for place in range(most)]


def touching(items: Sequence[WorkItem], lines: dict[Path, set[int]]) -> list[WorkItem]:
    """Return the mutants of these lines."""
    return [
        item
        for item in items
        for mutation in item.mutations
        if not lines.get(Path(mutation.module_path), set()).isdisjoint(
            range(mutation.start_pos[0], mutation.end_pos[0] + 1)
        )
    ]
