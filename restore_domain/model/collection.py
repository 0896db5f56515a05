"""The collections of the model: ordered entities that can be looked up by id.

Most sessions of ten thousand artifacts are only read for their counts, or for a few artifacts. So a
collection stores the parser's struct of each artifact, checked but *unread*, and makes the entity
on first access. The entity then replaces the struct. Nothing else in a collection ever changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, KeysView, Mapping, Sequence
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, ClassVar, Final, Protocol, TypeVar, overload

import attrs
import msgspec
from rpds import HashTrieMap

from restore_domain.frozen import evolver, maker
from restore_domain.model.persistent_vector import (
    WIDTH,
    Node,
    appended,
    leaf_at,
    leaves,
    removed,
    replaced,
    vector_of,
)
from restore_domain.model.validators import Kind, Validator, classes_of, each, several, shown

__all__ = ["EntityCollection", "Identified", "Unread", "collection_of"]


class Identified(Protocol):
    """Anything with the id that Graph gives every entity."""

    @property
    def id(self) -> str:
        """The key."""
        ...


class Unread(msgspec.Struct, frozen=True):
    """The parser's struct of a JSON object: checked, but not an entity yet.

    A subclass has the properties as attributes, with the names that they have in the entity.
    """

    entity_class: ClassVar[type]
    """The class of the entity."""

    make: ClassVar[Callable[[Any], Any]]
    """Makes the entity from an instance."""


_E = TypeVar("_E", bound=Identified, covariant=True)


@attrs.frozen(eq=False, weakref_slot=False)
class _Places:
    """The positions of the entities of a collection, which replacing an entity doesn't change."""

    levels: int
    """How many levels of lists are below the root of the entities' vector."""

    positions: Mapping[str, int]
    """The position of each entity in the vector, by id.

    A position is also the number of the entity, in the order of addition, and is never reused.
    Pages are delimited by these numbers, so that a client that reads page by page is not affected
    by removals in between. The mapping is a `dict` until the first addition or removal, since a
    dict is made ten times as fast, and persistent from then on.
    """

    next_position: int
    """The position of the next added entity."""

    order: list[tuple[int, ...]]
    """The positions in order, made when an index is used although there are gaps."""

    def has_gaps(self) -> bool:
        """Return whether entities were removed, so that an index is not a position."""
        return len(self.positions) != self.next_position

    def in_order(self) -> Sequence[int]:
        """Return the positions by index."""
        if not self.has_gaps():
            return range(self.next_position)
        if not self.order:
            self.order.append(tuple(sorted(self.positions.values())))
        return self.order[0]


class _Ids(KeysView[str]):
    """The ids of a collection, in order."""

    def __init__(self, collection: EntityCollection[Any], positions: Mapping[str, int]) -> None:
        super().__init__(positions)
        self._collection = collection

    def __iter__(self) -> Iterator[str]:
        return (cell.id for cell in self._collection.cells())

    def __reversed__(self) -> Iterator[str]:
        return reversed(list(self))

    def __repr__(self) -> str:
        return f"<ids of {self._collection!r}>"


class EntityCollection(Sequence[_E]):
    """An immutable sequence of entities with different ids.

    It can be read like a tuple, and finds an entity by id in constant time. The cost of
    `replacing`, `adding` and `removing` an entity does not depend on the size; the new collection
    shares everything except one path of a tree with the old one.
    """

    __slots__ = ("_places", "_root")

    _places: _Places
    """The positions of the entities."""

    _root: Node
    """The root of the persistent vector of the entities."""

    def __init__(self, entities: Iterable[_E] = ()) -> None:
        """Make a collection of these entities in this order; ValueError if two have the same id.

        TypeError if the argument is not several entities.
        """
        cells = _entities(entities)
        places, root = _parts(cells, [entity.id for entity in cells])
        object.__setattr__(self, "_places", places)
        object.__setattr__(self, "_root", root)

    @classmethod
    def of_unread(cls, cells: list[Any]) -> EntityCollection[Any]:
        """Return a collection of the parser's structs (class Unread); entities may be among them.

        Raises ValueError if two have the same id.
        """
        made: EntityCollection[Any] = _make(*_parts(cells, [cell.id for cell in cells]))
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
        return _Ids(self, self._places.positions)

    def by_id(self, entity_id: str) -> _E | None:
        """Return the entity with this id, or None."""
        try:
            position = self._places.positions[entity_id]
        except KeyError:
            return None
        entity: _E = self._at(position)
        return entity

    def _at(self, position: int) -> Any:
        leaf = leaf_at(self._root, self._places.levels, position)
        cell = leaf[position % WIDTH]
        return _looked_at(leaf, position % WIDTH) if type(type(cell)) is _PARSED else cell

    def cells(self) -> Iterator[Any]:
        """Iterate over the entities in order, leaving those unread that were never accessed.

        An unread one has the attributes of the entity, but with the values as they were parsed.
        """
        cells = chain.from_iterable(leaf for _, leaf in leaves(self._root, self._places.levels))
        return filter(_is_there, cells) if self._places.has_gaps() else cells

    def where(self, accepts: Callable[[Any], bool]) -> Iterator[_E]:
        """Iterate over the accepted entities, without making any others; see `cells`."""
        for _, leaf, slot in self._from(0):
            if accepts(leaf[slot]):
                yield _looked_at(leaf, slot)

    def is_of(self, classes: Container[type]) -> bool:
        """Return whether each entity is exactly of one of these classes; makes no entities."""
        kinds = set(map(type, self.cells()))
        return all(getattr(kind, "entity_class", kind) in classes for kind in kinds)

    def replacing(self, entity: _E) -> EntityCollection[_E]:  # type: ignore[misc]
        """Return the collection with this entity instead of the one with the same id.

        Raises KeyError if there is none.
        """
        places = self._places
        root = replaced(self._root, places.levels, places.positions[entity.id], entity)
        made: EntityCollection[_E] = _with_root(self, root)
        return made

    def adding(self, entities: Iterable[_E]) -> EntityCollection[_E]:
        """Return the collection with these added at the end; ValueError if an id exists already.

        TypeError if the argument is not several entities.
        """
        places = self._places
        added = _entities(entities)
        positions = _persistent(places.positions)
        end = places.next_position
        for entity in added:
            if entity.id in positions:
                raise _twice(entity.id)
            positions = positions.insert(entity.id, end)
            end += 1
        root, levels = appended(self._root, places.levels, places.next_position, added)
        made: EntityCollection[_E] = _make(_make_places(levels, positions, end, []), root)
        return made

    def removing(self, entity_ids: Iterable[str]) -> EntityCollection[_E]:
        """Return the collection without the entities with these ids.

        An unknown id is not an error. TypeError if the argument is not several ids.
        """
        places, root = self._places, self._root
        positions = _persistent(places.positions)
        for entity_id in several(entity_ids, "entity_ids"):
            position = positions.get(entity_id)
            if position is not None:
                positions = positions.remove(entity_id)
                root = removed(root, places.levels, position)
        after = _make_places(places.levels, positions, places.next_position, [])
        made: EntityCollection[_E] = _make(after, root)
        return made

    def page(self, after: int, size: int) -> tuple[tuple[_E, ...], int | None]:
        """Return up to `size` entities that were added after the one with this number.

        Numbers begin with 0, so -1 gives the first page. Also returns the number to continue with,
        or None after the last page. ValueError if `after` is below -1, or `size` below 1.
        """
        if after < -1 or size < 1:
            raise ValueError(
                f"expected after from -1 on and size from 1 on, got after={after!r}, size={size!r}"
            )
        found = list(islice(self._from(after + 1), size + 1))
        page = tuple([_looked_at(leaf, slot) for _, leaf, slot in found[:size]])
        return page, found[size - 1][0] if len(found) > size else None

    def _from(self, start: int) -> Iterator[tuple[int, Node, int]]:
        """Iterate over the positions from this one on, each with its leaf and the index in it."""
        for first, leaf in leaves(self._root, self._places.levels, start):
            for slot in range(max(0, start - first), len(leaf)):
                if leaf[slot] is not None:
                    yield first + slot, leaf, slot

    def __len__(self) -> int:
        """Return how many entities there are."""
        return len(self._places.positions)

    def __iter__(self) -> Iterator[_E]:
        """Iterate over the entities in order."""
        return (_looked_at(leaf, slot) for _, leaf, slot in self._from(0))

    @overload
    def __getitem__(self, index: int) -> _E: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[_E, ...]: ...
    def __getitem__(self, index: int | slice) -> _E | tuple[_E, ...]:
        """Return one entity by index, or a tuple of several."""
        positions = self._places.in_order()
        if isinstance(index, slice):
            return tuple([self._at(position) for position in positions[index]])
        entity: _E = self._at(positions[index])
        return entity

    def __contains__(self, entity: object) -> bool:
        """Return whether exactly this entity is in the collection."""
        entity_id = getattr(entity, "id", None)
        return isinstance(entity_id, str) and self.by_id(entity_id) == entity

    def __eq__(self, other: object) -> bool:
        """Compare the entities in order."""
        if not isinstance(other, EntityCollection):
            return NotImplemented
        return self is other or (len(self) == len(other) and all(map(_equal, self, other)))

    def __hash__(self) -> int:
        """Be consistent with equality."""
        return hash(tuple(self))

    def __repr__(self) -> str:
        """Show the entities if there are few, and otherwise their number."""
        if len(self) > _SHOWN:
            return f"<EntityCollection of {len(self):,}>"
        return f"EntityCollection([{', '.join(map(repr, self))}])"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle and copy by the entities, their positions and the next position."""
        entities = {position: _looked_at(leaf, slot) for position, leaf, slot in self._from(0)}
        return _restored, (entities, self._places.next_position)


_PARSED: Final = type(Unread)
"""The metaclass of unread structs, which no entity has: with `Unread` itself, `isinstance` takes
three times as long.
"""


def collection_of(kind: Kind) -> Validator:
    """Accept a collection of entities of this class, or one of these."""
    validate_each, classes = each(kind), classes_of(kind)

    def validate(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not (isinstance(value, EntityCollection) and value.is_of(classes)):
            entries = tuple(value) if isinstance(value, EntityCollection) else value
            validate_each(instance, attribute, entries)

    return validate


_SHOWN: Final = 8
"""How many entities a `repr` shows at most: a session may have a million."""


def _is_there(cell: object) -> bool:
    return cell is not None


def _equal(one: Identified, other: Identified) -> bool:
    return one is other or one == other


def _looked_at(leaf: Node, slot: int) -> Any:
    """Return the entity at this place, and let it replace the unread struct."""
    cell = leaf[slot]
    if type(type(cell)) is _PARSED:
        leaf[slot] = cell = type(cell).make(cell)
    return cell


def _entities(entities: Iterable[Any]) -> list[Any]:
    """Return the argument if it is several entities."""
    given = list(several(entities, "entities"))
    for position, entry in enumerate(given):
        if not hasattr(entry, "id"):
            raise TypeError(f"entities: expected one at position {position}, got {shown(entry)}")
    return given


def _parts(cells: list[Any], ids: list[str]) -> tuple[_Places, Node]:
    """Return the parts of a collection; raises ValueError if two entities have the same id."""
    positions = dict(zip(ids, range(len(ids)), strict=True))
    if len(positions) != len(ids):
        ((twice, _), *_) = Counter(ids).most_common(1)
        raise _twice(twice)
    root, levels = vector_of(cells)
    return _make_places(levels, MappingProxyType(positions), len(cells), []), root


def _twice(entity_id: str) -> ValueError:
    return ValueError(f"two entities have the id {entity_id!r}")


def _persistent(positions: Mapping[str, int]) -> HashTrieMap[str, int]:
    return positions if isinstance(positions, HashTrieMap) else HashTrieMap.convert(positions)


def _restored(entities: Mapping[int, _E], next_position: int) -> EntityCollection[_E]:
    """Return the collection of these entities by position."""
    cells = [entities.get(position) for position in range(next_position)]
    root, levels = vector_of(cells)
    ids = {entity.id: position for position, entity in entities.items()}
    made: EntityCollection[_E] = _make(
        _make_places(levels, MappingProxyType(ids), next_position, []), root
    )
    return made


_make: Final = maker(EntityCollection)
_make_places: Final = maker(_Places)
_with_root: Final = evolver(EntityCollection, "_root")
