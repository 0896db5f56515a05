"""An immutable sequence that can grow: the longer one shares the entries of the shorter one.

The failures of a bulk request are added in parts, and after each part they are read as one list. A
tuple would be copied for each part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final, TypeVar, overload

from restore_domain.frozen import maker
from restore_domain.model.persistent_vector import WIDTH, Node, appended, leaf_at, leaves, vector_of

__all__ = ["PersistentSequence"]

_T = TypeVar("_T", covariant=True)


class PersistentSequence(Sequence[_T]):
    """A sequence that can be read like a tuple, and equals the tuple of its entries."""

    __slots__ = ("_length", "_levels", "_root")

    _root: Node
    """The root of the persistent vector of the entries, none of which is None."""

    _levels: int
    """How many levels of lists are below it."""

    _length: int
    """How many entries there are."""

    def __init__(self, entries: Iterable[_T] = ()) -> None:
        """Make a sequence of these entries in this order."""
        given = list(entries)
        root, levels = vector_of(given)
        object.__setattr__(self, "_root", root)
        object.__setattr__(self, "_levels", levels)
        object.__setattr__(self, "_length", len(given))

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: the sequence can't change."""
        raise AttributeError(f"PersistentSequence is immutable: {name} can't be set")

    def __delattr__(self, name: str) -> None:
        """Refuse: the sequence can't change."""
        raise AttributeError(f"PersistentSequence is immutable: {name} can't be deleted")

    def appending(self, entries: Sequence[_T]) -> PersistentSequence[_T]:
        """Return the sequence with these at the end; the cost doesn't depend on its length."""
        root, levels = appended(self._root, self._levels, self._length, entries)
        made: PersistentSequence[_T] = _make(self._length + len(entries), levels, root)
        return made

    def __len__(self) -> int:
        """Return how many entries there are."""
        return self._length

    def __iter__(self) -> Iterator[_T]:
        """Iterate over the entries."""
        return chain.from_iterable(leaf for _, leaf in leaves(self._root, self._levels))

    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[_T, ...]: ...
    def __getitem__(self, index: int | slice) -> _T | tuple[_T, ...]:
        """Return one entry by index, or a tuple of several."""
        positions = range(self._length)[index]
        if isinstance(positions, range):
            return tuple([self[position] for position in positions])
        entry: _T = leaf_at(self._root, self._levels, positions)[positions % WIDTH]
        return entry

    def __eq__(self, other: object) -> bool:
        """Compare the entries in order."""
        if not isinstance(other, (PersistentSequence, tuple)):
            return NotImplemented
        return self is other or tuple(self) == tuple(other)

    def __hash__(self) -> int:
        """Be consistent with equality."""
        return hash(tuple(self))

    def __repr__(self) -> str:
        """Show the entries if there are few, and otherwise their number."""
        if len(self) > _SHOWN:
            return f"<PersistentSequence of {len(self):,}>"
        return repr(tuple(self))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by the entries."""
        return PersistentSequence, (tuple(self),)


_SHOWN: Final = 8
"""How many entries a `repr` shows at most: a bulk request may have ten thousand failures."""

_make: Final = maker(PersistentSequence)
