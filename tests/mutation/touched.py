"""The mutants of the lines that a change touches: they can be tried in minutes."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutation.code import digest
from tests.mutation.selection import PACKAGE

if TYPE_CHECKING:  # it is in a separate group, and these tests don't need it
    from cosmic_ray.work_item import WorkItem

_HUNK = re.compile(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@")


def lines_since(revision: str, root: Path, within: Path = PACKAGE) -> dict[Path, set[int]]:
    """Return by module the lines of the work tree that the revision does not have."""
    difference = ("diff", "--unified=0", "--no-color", "--no-ext-diff")
    return lines_in(_git(root, *difference, revision, "--", str(within)))


def lines_since_figures(measured: Mapping[str, str], root: Path) -> dict[Path, set[int]]:
    """Return by module the lines that were changed since it was measured.

    Takes the digest of each module as it was measured. All lines count as changed if no revision of
    the module has that digest.
    """
    found: dict[Path, set[int]] = {}
    for module, code in measured.items():
        text = (root / module).read_text("utf-8")
        if digest(text) != code:
            revision = _revision(root, module, code)
            everything = {Path(module): {*range(1, text.count("\n") + 1)}}
            found |= lines_since(revision, root, Path(module)) if revision else everything
    return found


def _revision(root: Path, module: str, code: str) -> str | None:
    """Return the newest revision in which a module has this digest."""
    revisions = _git(root, "log", "--format=%H", "--", module).split()
    texts = ((one, _git(root, "show", f"{one}:{module}")) for one in revisions)
    return next((one for one, text in texts if digest(text) == code), None)


def _git(root: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    finished = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)  # noqa: S603
    return finished.stdout


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
