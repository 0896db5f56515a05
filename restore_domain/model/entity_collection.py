"""The collections of the model: entities in order, each to be found by its id."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Generic, Protocol, Self, TypeVar, overload

from restore_domain.construction import evolver, maker
from restore_domain.model.persistent_vector import (
    Node,
    entries_of,
    entry_at,
    vector_of,
    with_entry,
)

__all__ = ["EntityCollection", "Identified"]


class Identified(Protocol):
    """Anything with the id that Graph gives every entity."""

    @property
    def id(self) -> str:
        """The key."""
        ...


_E = TypeVar("_E", bound=Identified, covariant=True)


class EntityCollection(Sequence[_E], Generic[_E]):
    """An immutable sequence of entities with different ids.

    It reads like a tuple, and finds an entity by id at once. `replacing` an entity costs the
    same whatever the size; `adding` and `removing` go through the ids.
    """

    __slots__ = ("_root", "_shift", "_positions", "_ordinals", "_next_ordinal")  # noqa: RUF023 - as `maker` takes them

    _root: Node
    _shift: int
    """The entities as a persistent vector."""

    _positions: Mapping[str, int]
    """Where the entity of each id stands."""

    _ordinals: Sequence[int]
    """The number of each entity, in the order they came; a number is never given again. It is
    what a page ends with, so that entities that go do not disturb who reads page by page."""

    _next_ordinal: int

    def __new__(cls, entities: Iterable[_E] = ()) -> Self:
        """Hold these entities in this order; raises ValueError if two have the same id."""
        held = tuple(entities)
        return cls._holding(held, range(len(held)), len(held))

    @classmethod
    def _holding(cls, held: tuple[_E, ...], ordinals: Sequence[int], next_ordinal: int) -> Self:
        positions = {entity.id: position for position, entity in enumerate(held)}
        if len(positions) != len(held):
            ((twice, _), *_) = Counter(entity.id for entity in held).most_common(1)
            raise ValueError(f"two entities have the id {twice!r}")
        root, shift = vector_of(held)
        made: Self = _make(root, shift, MappingProxyType(positions), ordinals, next_ordinal)
        return made

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: the collection can't change."""
        raise AttributeError(f"EntityCollection is immutable: {name} can't be set")

    def __delattr__(self, name: str) -> None:
        """Refuse: the collection can't change."""
        raise AttributeError(f"EntityCollection is immutable: {name} can't be deleted")

    @property
    def ids(self) -> KeysView[str]:
        """The ids of the entities, in order."""
        return self._positions.keys()

    def by_id(self, entity_id: str) -> _E | None:
        """Return the entity with this id, or None."""
        position = self._positions.get(entity_id)
        return None if position is None else entry_at(self._root, self._shift, position)

    def replacing(self, entity: _E) -> EntityCollection[_E]:  # type: ignore[misc]
        """Return the collection with this entity in the place of the one of the same id.

        Raises KeyError if there is none.
        """
        root = with_entry(self._root, self._shift, self._positions[entity.id], entity)
        replaced: EntityCollection[_E] = _with_root(self, root)
        return replaced

    def adding(self, entities: Iterable[_E]) -> EntityCollection[_E]:
        """Return the collection with these at the end; ValueError if an id is held already."""
        held = (*self, *entities)
        end = self._next_ordinal + len(held) - len(self)
        return _restored(held, (*self._ordinals, *range(self._next_ordinal, end)), end)

    def removing(self, entity_ids: Iterable[str]) -> EntityCollection[_E]:
        """Return the collection without the entities of these ids; an id not held is no error."""
        unwanted = frozenset(entity_ids)
        kept = [
            (entity, ordinal)
            for entity, ordinal in zip(self, self._ordinals, strict=True)
            if entity.id not in unwanted
        ]
        return _restored(
            tuple(entity for entity, _ in kept),
            tuple(ordinal for _, ordinal in kept),
            self._next_ordinal,
        )

    def page(self, after: int, size: int) -> tuple[tuple[_E, ...], int | None]:
        """Return up to `size` entities that came after the one of this number.

        Numbers begin with 0, so -1 asks for the first page. Also returns the number to ask on
        with, or None after the last page.
        """
        start = bisect_right(self._ordinals, after)
        end = min(start + size, len(self))
        return self[start:end], self._ordinals[end - 1] if end < len(self) else None

    def __len__(self) -> int:
        """Return how many entities there are."""
        return len(self._positions)

    def __iter__(self) -> Iterator[_E]:
        """Go through the entities in order."""
        return entries_of(self._root, self._shift)

    @overload
    def __getitem__(self, index: int) -> _E: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[_E, ...]: ...
    def __getitem__(self, index: int | slice) -> _E | tuple[_E, ...]:
        """Return one entity by position, or a tuple of several."""
        if isinstance(index, slice):
            return tuple([self[position] for position in range(len(self))[index]])
        entity: _E = entry_at(self._root, self._shift, range(len(self))[index])
        return entity

    def __contains__(self, entity: object) -> bool:
        """Tell whether this very entity is held."""
        entity_id = getattr(entity, "id", None)
        return isinstance(entity_id, str) and self.by_id(entity_id) == entity

    def __eq__(self, other: object) -> bool:
        """Compare the entities in order."""
        if not isinstance(other, EntityCollection):
            return NotImplemented
        return self is other or tuple(self) == tuple(other)

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash(tuple(self))

    def __repr__(self) -> str:
        """Say how many there are: a session may hold a million."""
        return f"<EntityCollection of {len(self)}>"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle and copy by the entities and their numbers."""
        return _restored, (tuple(self), tuple(self._ordinals), self._next_ordinal)


def _restored(
    entities: tuple[_E, ...], ordinals: Sequence[int], next_ordinal: int
) -> EntityCollection[_E]:
    return EntityCollection._holding(entities, ordinals, next_ordinal)


_make: Final = maker(EntityCollection)
_with_root: Final = evolver(EntityCollection, "_root")
