"""The collections of the model: entities in order, each to be found by its id."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Generic, Protocol, TypeVar, overload

import attrs

from restore_domain.construction import evolver, maker
from restore_domain.model.persistent_vector import (
    ENTRY_AT,
    WITH_ENTRY,
    Node,
    entries_of,
    vector_of,
)

__all__ = ["EntityCollection", "Identified", "Places"]


class Identified(Protocol):
    """Anything with the id that Graph gives every entity."""

    @property
    def id(self) -> str:
        """The key."""
        ...


_E = TypeVar("_E", bound=Identified, covariant=True)


@attrs.frozen(kw_only=True, weakref_slot=False)
class Places:
    """Where the entities of a collection stand: it stays when an entity is replaced."""

    levels: int
    """How many levels of nodes are below the root of the entities' vector."""

    positions: Mapping[str, int] = attrs.field(hash=False)
    """Where the entity of each id stands."""

    ordinals: Sequence[int]
    """The number of each entity, in the order they came; a number is never given again. It is
    what a page ends with, so that entities that go do not disturb who reads page by page."""

    next_ordinal: int
    """The number that the next entity gets."""

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle and copy by what is behind the proxy, too."""
        held = (self.levels, dict(self.positions), self.ordinals, self.next_ordinal)
        return _places, held


class EntityCollection(Sequence[_E], Generic[_E]):
    """An immutable sequence of entities with different ids.

    It reads like a tuple, and finds an entity by id at once. `replacing` an entity costs the
    same whatever the size; `adding` and `removing` go through the ids.
    """

    __slots__ = ("_root", "_places")  # noqa: RUF023 - as `maker` takes them

    _root: Node
    """The root node of the entities, which hang in a persistent vector."""

    _places: Places
    """Where they stand in it."""

    def __init__(self, entities: Iterable[_E] = ()) -> None:
        """Hold these entities in this order; raises ValueError if two have the same id."""
        held = tuple(entities)
        root, places = _parts(held, range(len(held)), len(held))
        object.__setattr__(self, "_root", root)
        object.__setattr__(self, "_places", places)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: the collection can't change."""
        raise AttributeError(f"EntityCollection is immutable: {name} can't be set")

    def __delattr__(self, name: str) -> None:
        """Refuse: the collection can't change."""
        raise AttributeError(f"EntityCollection is immutable: {name} can't be deleted")

    @property
    def ids(self) -> KeysView[str]:
        """The ids of the entities, in order."""
        return self._places.positions.keys()

    def by_id(self, entity_id: str) -> _E | None:
        """Return the entity with this id, or None."""
        places = self._places
        position = places.positions.get(entity_id)
        return None if position is None else ENTRY_AT[places.levels](self._root, position)

    def replacing(self, entity: _E) -> EntityCollection[_E]:  # type: ignore[misc]
        """Return the collection with this entity in the place of the one of the same id.

        Raises KeyError if there is none.
        """
        places = self._places
        root = WITH_ENTRY[places.levels](self._root, places.positions[entity.id], entity)
        replaced: EntityCollection[_E] = _with_root(self, root)
        return replaced

    def adding(self, entities: Iterable[_E]) -> EntityCollection[_E]:
        """Return the collection with these at the end; ValueError if an id is held already."""
        held = (*self, *entities)
        start = self._places.next_ordinal
        end = start + len(held) - len(self)
        return _restored(held, (*self._places.ordinals, *range(start, end)), end)

    def removing(self, entity_ids: Iterable[str]) -> EntityCollection[_E]:
        """Return the collection without the entities of these ids; an id not held is no error."""
        unwanted = frozenset(entity_ids)
        kept = [
            (entity, ordinal)
            for entity, ordinal in zip(self, self._places.ordinals, strict=True)
            if entity.id not in unwanted
        ]
        return _restored(
            tuple(entity for entity, _ in kept),
            tuple(ordinal for _, ordinal in kept),
            self._places.next_ordinal,
        )

    def page(self, after: int, size: int) -> tuple[tuple[_E, ...], int | None]:
        """Return up to `size` entities that came after the one of this number.

        Numbers begin with 0, so -1 asks for the first page. Also returns the number to ask on
        with, or None after the last page.
        """
        ordinals = self._places.ordinals
        start = bisect_right(ordinals, after)
        end = min(start + size, len(self))
        return self[start:end], ordinals[end - 1] if end < len(self) else None

    def __len__(self) -> int:
        """Return how many entities there are."""
        return len(self._places.positions)

    def __iter__(self) -> Iterator[_E]:
        """Go through the entities in order."""
        return entries_of(self._root, self._places.levels)

    @overload
    def __getitem__(self, index: int) -> _E: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[_E, ...]: ...
    def __getitem__(self, index: int | slice) -> _E | tuple[_E, ...]:
        """Return one entity by position, or a tuple of several."""
        if isinstance(index, slice):
            return tuple([self[position] for position in range(len(self))[index]])
        position = range(len(self))[index]
        entity: _E = ENTRY_AT[self._places.levels](self._root, position)
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
        places = self._places
        return _restored, (tuple(self), tuple(places.ordinals), places.next_ordinal)


def _parts(
    entities: tuple[_E, ...], ordinals: Sequence[int], next_ordinal: int
) -> tuple[Node, Places]:
    """Return what a collection is made of; raises ValueError if two entities have the same id."""
    positions = {entity.id: position for position, entity in enumerate(entities)}
    if len(positions) != len(entities):
        ((twice, _), *_) = Counter(entity.id for entity in entities).most_common(1)
        raise ValueError(f"two entities have the id {twice!r}")
    root, levels = vector_of(entities)
    return root, _places(levels, positions, ordinals, next_ordinal)


def _places(
    levels: int, positions: dict[str, int], ordinals: Sequence[int], next_ordinal: int
) -> Places:
    return Places(
        levels=levels,
        positions=MappingProxyType(positions),
        ordinals=ordinals,
        next_ordinal=next_ordinal,
    )


def _restored(
    entities: tuple[_E, ...], ordinals: Sequence[int], next_ordinal: int
) -> EntityCollection[_E]:
    made: EntityCollection[_E] = _make(*_parts(entities, ordinals, next_ordinal))
    return made


_make: Final = maker(EntityCollection)
_with_root: Final = evolver(EntityCollection, "_root")
