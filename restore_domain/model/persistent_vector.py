"""A persistent vector: replacing one entry copies one root-to-leaf path and shares the rest.

A session may contain a million artifacts, and a report changes one of them. So the entries are the
leaves of a tree of lists of up to 32: the new tree shares all but one path with the old one, which
is three short lists for ten thousand entries, four for a million. A removed entry leaves None in
its place, and a list with nothing but None in it is None in the list above: so positions are never
reused, and a vector whose first entries were removed costs no more than the remaining ones.

A vector consists of its root list and the number of *levels* of lists below it. `EntityCollection`
stores both. No function here changes a list that it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

__all__ = ["WIDTH", "Node", "appended", "leaf_at", "leaves", "removed", "replaced", "vector_of"]

Node: TypeAlias = list[Any]
"""The entries, at the lowest level, or the lists of the level below; None for a removed one."""

_BITS: Final = 5

WIDTH: Final = 1 << _BITS
"""The maximum number of entries in a leaf."""

_LAST: Final = WIDTH - 1


def vector_of(entries: Node) -> tuple[Node, int]:
    """Return the root, and the number of levels below it, of a vector of these entries."""
    root, levels = entries, 0
    while len(root) > WIDTH:
        root = [root[start : start + WIDTH] for start in range(0, len(root), WIDTH)]
        levels += 1
    return root, levels


def leaf_at(root: Node, levels: int, position: int) -> Node:
    """Return the list that contains the entry at this position, at the index `position % WIDTH`."""
    node, shift = root, levels * _BITS
    while shift:  # making a range would take as long as going down two levels
        node = node[position >> shift & _LAST]
        shift -= _BITS
    return node


def leaves(root: Node, levels: int, start: int = 0) -> Iterator[tuple[int, Node]]:
    """Iterate over the leaves, from the one with the entry at `start` on.

    Each comes with the position of its first entry. An empty leaf is skipped.
    """
    return _leaves(root, levels * _BITS, 0, start)


def _leaves(node: Node, shift: int, first: int, start: int) -> Iterator[tuple[int, Node]]:
    if not shift:
        yield first, node
        return
    for slot in range(max(0, start - first >> shift), len(node)):
        if node[slot] is not None:
            yield from _leaves(node[slot], shift - _BITS, first + (slot << shift), start)


def replaced(root: Node, levels: int, position: int, entry: Any) -> Node:
    """Return the root of the vector with this entry instead of the one at the position."""
    node = root = root.copy()
    shift = levels * _BITS
    while shift:
        slot = position >> shift & _LAST
        node[slot] = node = node[slot].copy()
        shift -= _BITS
    node[position & _LAST] = entry
    return root


def appended(root: Node, levels: int, length: int, entries: Iterable[Any]) -> tuple[Node, int]:
    """Return root and levels of the vector with these entries at the positions from `length` on."""
    for position, entry in enumerate(entries, start=length):
        if position == WIDTH << levels * _BITS:
            root, levels = [root], levels + 1
        node = root = root.copy()
        for shift in range(levels * _BITS, 0, -_BITS):
            slot = position >> shift & _LAST
            below = node[slot].copy() if slot < len(node) and node[slot] else []
            node = _put(node, slot, below)
        _put(node, position & _LAST, entry)
    return root, levels


def _put(node: Node, slot: int, entry: Any) -> Any:
    """Put an entry there, and None for removed entries before it."""
    node.extend([None] * (slot + 1 - len(node)))
    node[slot] = entry
    return entry


def removed(root: Node, levels: int, position: int) -> Node:
    """Return the root of the vector without the entry at the position, which stays unused."""
    return _removed(root, levels * _BITS, position) or []


def _removed(node: Node, shift: int, position: int) -> Node | None:
    slot = position >> shift & _LAST
    below = _removed(node[slot], shift - _BITS, position) if shift else None
    rest = node.copy()
    rest[slot] = below
    return rest if any(entry is not None for entry in rest) else None
