"""A vector that gives up nothing of its size when one entry is replaced.

A million artifacts may hang on one session, and a report changes one of them. So the entries
hang in a tree of tuples of up to 32: the new tree shares all but one path with the old one,
three small tuples of ten thousand entries, four of a million.

A vector is its root node and its *shift*: how many bits of a position the levels below the root
take. Whoever holds one holds both; functions alone do the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final, TypeAlias

__all__ = ["Node", "entries_of", "entry_at", "vector_of", "with_entry"]

Node: TypeAlias = tuple[Any, ...]
"""The entries, at the lowest level, or nodes of the level below."""

_BITS: Final = 5
_WIDTH: Final = 1 << _BITS
_REST: Final = _WIDTH - 1


def vector_of(entries: Iterable[Any]) -> tuple[Node, int]:
    """Return the root and the shift of a vector of these entries."""
    root = tuple(entries)
    shift = 0
    while len(root) > _WIDTH:
        root = tuple([root[start : start + _WIDTH] for start in range(0, len(root), _WIDTH)])
        shift += _BITS
    return root, shift


def entries_of(root: Node, shift: int) -> Iterator[Any]:
    """Go through the entries in order."""
    entries: Iterable[Any] = root
    for _ in range(0, shift, _BITS):
        entries = chain.from_iterable(entries)
    return iter(entries)


def entry_at(root: Node, shift: int, index: int) -> Any:
    """Return the entry at a position, which must be from 0 to the length."""
    while shift:
        root = root[(index >> shift) & _REST]
        shift -= _BITS
    return root[index & _REST]


def with_entry(root: Node, shift: int, index: int, entry: Any) -> Node:
    """Return the root of the vector with another entry at a position; the shift stays."""
    slot = (index >> shift) & _REST
    node = list(root)
    node[slot] = with_entry(root[slot], shift - _BITS, index, entry) if shift else entry
    return tuple(node)
