"""A vector that gives up nothing of its size when one entry is replaced.

A million artifacts may hang on one session, and a report changes one of them. So the entries
hang in a tree of tuples of up to 32: the new tree shares all but one path with the old one,
three small tuples of ten thousand entries, four of a million.

A vector is its root node and how many *levels* of nodes are below it. Whoever holds one holds
both; functions alone do the rest. Two of them are on the way of every report: they are compiled
for each number of levels, with no loop left in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Final, TypeAlias

__all__ = ["ENTRY_AT", "WITH_ENTRY", "Node", "entries_of", "vector_of"]

Node: TypeAlias = tuple[Any, ...]
"""The entries, at the lowest level, or nodes of the level below."""

_BITS: Final = 5
_WIDTH: Final = 1 << _BITS
_MOST_LEVELS: Final = 6
"""A thousand million entries."""


def vector_of(entries: Iterable[Any]) -> tuple[Node, int]:
    """Return the root, and the number of levels below it, of a vector of these entries."""
    root = tuple(entries)
    levels = 0
    while len(root) > _WIDTH:
        root = tuple([root[start : start + _WIDTH] for start in range(0, len(root), _WIDTH)])
        levels += 1
    return root, levels


def entries_of(root: Node, levels: int) -> Iterator[Any]:
    """Go through the entries in order."""
    entries: Iterable[Any] = root
    for _ in range(levels):
        entries = chain.from_iterable(entries)
    return iter(entries)


def _slots(levels: int) -> list[str]:
    """Return the text of the place that an index has at each level, the root's first."""
    return [f"index >> {_BITS * level} & {_WIDTH - 1}" for level in reversed(range(levels + 1))]


def _compiled(text: str) -> Callable[..., Any]:
    scope: dict[str, Any] = {}
    exec(text, scope)  # noqa: S102 - the text is made of numbers alone
    function: Callable[..., Any] = scope["function"]
    return function


def _entry_at(levels: int) -> Callable[[Node, int], Any]:
    path = "".join(f"[{slot}]" for slot in _slots(levels))
    return _compiled(f"def function(root, index): return root{path}")


def _with_entry(levels: int) -> Callable[[Node, int, Any], Node]:
    slots = _slots(levels)
    lines = ["def function(root, index, entry):", "node_0 = [*root]"]
    lines += [f"node_{deep + 1} = [*node_{deep}[{slots[deep]}]]" for deep in range(levels)]
    lines += [f"node_{levels}[{slots[levels]}] = entry"]
    lines += [
        f"node_{deep}[{slots[deep]}] = tuple(node_{deep + 1})" for deep in reversed(range(levels))
    ]
    return _compiled("\n    ".join([*lines, "return tuple(node_0)"]))


ENTRY_AT: Final = tuple(_entry_at(levels) for levels in range(_MOST_LEVELS))
"""For each number of levels: of a root, and a position from 0 to the length, the entry there."""

WITH_ENTRY: Final = tuple(_with_entry(levels) for levels in range(_MOST_LEVELS))
"""For each number of levels: of a root, a position and an entry, the root of the vector with this
entry there."""
