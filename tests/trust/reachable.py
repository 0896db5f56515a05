"""Everything that can be reached from an object, and what of it could change.

Nothing is trusted by its name: the parts of an object are read from its slots, setting and deleting
each of them is tried, and the garbage collector is asked what else it refers to. Anything that is
not known to be immutable counts as mutable. A list, a dict or an unread struct is allowed only in
its own place: the same one anywhere else counts as mutable.
"""

from __future__ import annotations

import gc
import operator
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from enum import Enum, auto
from functools import cache
from types import GetSetDescriptorType, MappingProxyType, MemberDescriptorType, NoneType
from typing import Any, Final, NamedTuple

from msgspec import UnsetType
from rpds import HashTrieMap, HashTrieSet

from restore_domain import EntityCollection
from restore_domain.model.collection import Unread, _Places
from restore_domain.model.persistent_sequence import PersistentSequence
from restore_domain.wire import schema

IMMUTABLE: Final = frozenset(
    {
        *(NoneType, UnsetType, bool, int, float, str, timedelta),  # contain nothing
        *(datetime, timezone, tuple, frozenset, range),  # contain what they were made from
    }
)
"""Classes of Python, and one of msgspec, whose direct instances can't change. Those of a subclass
may.
"""


class Place(Enum):
    """The place of an object, as far as it decides whether it is allowed there."""

    ELSEWHERE = auto()
    BEHIND_A_PROXY = auto()
    TREE = auto()
    PARSED = auto()
    ORDER = auto()


ALLOWED: Final[Mapping[Place, str]] = MappingProxyType(
    {
        Place.TREE: (
            "a list of the tree of an EntityCollection, or of a PersistentSequence, which nobody "
            "else has; all that ever happens to it is that an unread struct in a leaf is replaced "
            "by the entity made of it, on the first access; if two threads access it at once, the "
            "entities are equal"
        ),
        Place.PARSED: (
            "an unread struct in a leaf, and what the parser made within it: structs, lists, "
            "dicts, and texts of enumerations; nobody sees one, and nothing writes to one"
        ),
        Place.ORDER: (
            "the list of a collection's places that has nothing, or what follows from the "
            "positions beside it: all positions in order"
        ),
        Place.BEHIND_A_PROXY: (
            "the dict of a MappingProxyType, which lets nobody write, and which alone holds it"
        ),
        Place.ELSEWHERE: (
            "a member of an enumeration: a constant of the program, and no part of the value; "
            "Python lets attributes of it be set, as of every class and function"
        ),
    }
)
"""Everything reachable that could still change, by its place, and why that is harmless."""

PLAIN_SLOTS: Final = (MemberDescriptorType, GetSetDescriptorType)
"""The classes that Python itself uses in a class for a slot, and for ``__weakref__``."""


class Found(NamedTuple):
    """An object, how it was reached, and what refers to it."""

    value: Any
    path: str
    holder: Any
    place: Place = Place.ELSEWHERE
    level: int = 0
    """How many levels of lists are below a list of a tree."""

    is_immutable: bool = True


class Slot(NamedTuple):
    """A slot that a class declares."""

    owner: str
    name: str
    descriptor: Any
    """The descriptor in the class: it reads the slot, and may do more."""

    def content(self, value: Any) -> Any:
        """Return the value in an object; AttributeError if there is none."""
        return self.descriptor.__get__(value)


def slots_of(value: Any) -> tuple[Slot, ...]:
    """Return all slots of an object's class, inherited ones too."""
    kind: Any = type(value)
    return _slots(kind)


def state(value: Any) -> dict[Any, Any]:
    """Return everything in an object that could be set: its slots, or its entries."""
    if isinstance(value, list):
        return dict(enumerate(value))
    if isinstance(value, HashTrieSet):
        return {entry: entry for entry in value}
    return dict(value) if isinstance(value, (dict, HashTrieMap)) else {**stored(value)}


@cache
def _slots(kind: Any) -> tuple[Slot, ...]:
    return tuple(
        Slot(base.__name__, name, base.__dict__[name])
        for base in kind.__mro__
        for name in base.__dict__.get("__slots__", ())
    )


def stored(value: Any) -> dict[Slot, Any]:
    """Return what an object has in its slots."""
    contained = {}
    for slot in slots_of(value):
        try:
            contained[slot] = slot.content(value)
        except AttributeError:  # a Timestamp that was not read has no text
            continue
    return contained


def reachable(root: Any) -> Iterator[Found]:
    """Yield everything that can be reached from an object, each once in each place.

    Objects behind something mutable don't matter any more.
    """
    waiting = [Found(root, type(root).__name__, None)]
    seen: dict[tuple[int, Place, int], Any] = {}
    while waiting:
        found = waiting.pop()
        known_as = (id(found.value), found.place, found.level)
        if known_as not in seen:
            seen[known_as] = found.value  # and no other object gets its id
            found = found._replace(is_immutable=is_immutable(found))
            yield found
            if found.is_immutable:
                waiting += _parts(found)


def _parts(found: Found) -> Iterator[Found]:
    value = found.value
    if isinstance(value, Enum):  # it belongs to the program
        return
    named = {f".{slot.name}": content for slot, content in stored(value).items()}
    if isinstance(value, datetime):  # the garbage collector does not ask these
        named[".tzinfo"] = value.tzinfo
    if isinstance(value, timezone):
        named |= {".utcoffset()": value.utcoffset(None), ".tzname()": value.tzname(None)}
    if isinstance(value, range):
        named |= {".start": value.start, ".stop": value.stop, ".step": value.step}
    if isinstance(value, HashTrieMap):
        named |= {f".key{number}": key for number, key in enumerate(value)}
        named |= {f".value{number}": content for number, content in enumerate(value.values())}
    if isinstance(value, HashTrieSet):
        named |= {f".entry{number}": entry for number, entry in enumerate(value)}
    others = [
        content
        for content in gc.get_referents(value)
        if content is not type(value) and not any(content is known for known in named.values())
    ]
    named |= {f"[{number}]": content for number, content in enumerate(others)}
    for step, content in named.items():
        yield Found(content, found.path + step, value, *_place(found, step, content))


def _place(holder: Found, step: str, content: Any) -> tuple[Place, int]:
    """Return the place of a part, and the levels of lists below it if it is a list of a tree."""
    kind = type(content)
    if kind is dict and type(holder.value) is MappingProxyType:
        return Place.BEHIND_A_PROXY, 0
    if kind is list:
        if type(holder.value) is EntityCollection and step == "._root":
            return Place.TREE, holder.value._places.levels
        if type(holder.value) is PersistentSequence and step == "._root":
            return Place.TREE, holder.value._levels
        if holder.place is Place.TREE and holder.level:
            return Place.TREE, holder.level - 1
        if type(holder.value) is _Places and step == ".order":
            return Place.ORDER, 0
    is_cell = holder.place is Place.TREE and not holder.level and isinstance(content, Unread)
    if is_cell or (holder.place is Place.PARSED and _is_parsed(content)):
        return Place.PARSED, 0
    return Place.ELSEWHERE, 0


def _is_parsed(value: Any) -> bool:
    """Return whether this may be within an unread struct, and nowhere else."""
    return type(value) in (list, dict) or isinstance(value, (Unread, Enum))


def mutable(root: Any) -> list[str]:
    """Return how to reach each object that could change, and its class."""
    return [
        f"{found.path}: {type(found.value).__module__}.{type(found.value).__qualname__}"
        for found in reachable(root)
        if not found.is_immutable
    ]


def is_immutable(found: Found) -> bool:
    """Return whether an object can't change, or only in a way that is `ALLOWED`."""
    value, place = found.value, found.place
    kind = type(value)
    if kind in IMMUTABLE:
        return True
    if kind is MappingProxyType:
        return _references(value) == _references(MappingProxyType({}))
    if kind is HashTrieMap:
        return _refuses_every_change(value) and all(
            _fails(change, value, *key_and_value)
            for key in (*value, "something else")
            for change, *key_and_value in ((operator.setitem, key, 1), (operator.delitem, key))
        )
    if kind is HashTrieSet:
        return _refuses_every_change(value)
    if kind is dict:
        return place in (Place.BEHIND_A_PROXY, Place.PARSED)
    if kind is list:
        if place is Place.ORDER:
            return {*value} <= {tuple(sorted(found.holder.positions.values()))}
        return place in (Place.TREE, Place.PARSED)
    if not kind.__module__.startswith("restore_domain."):
        return False
    if isinstance(value, Enum):
        return place is Place.PARSED or _is_constant(value)
    if isinstance(value, Unread) and place is not Place.PARSED:
        return False
    return _refuses_every_change(value)


def _is_constant(value: Enum) -> bool:
    """Return whether this is a member that the program declares, and not one of a parser."""
    kind = type(value)
    return kind.__module__ != schema.__name__ and any(value is member for member in kind)


def _references(proxy: MappingProxyType[Any, Any]) -> int:
    """Return how many refer to the dict behind a proxy, this function among them."""
    (behind,) = gc.get_referents(proxy)
    return sys.getrefcount(behind)


def _refuses_every_change(value: Any) -> bool:
    """Return whether an object has only its slots, and none of them can be set or deleted."""
    if hasattr(value, "__dict__"):
        return False
    for slot in slots_of(value):
        if not isinstance(slot.descriptor, PLAIN_SLOTS):
            return False
    contents = {slot.name: content for slot, content in stored(value).items()}
    names = [*(slot.name for slot in slots_of(value)), "something_else"]
    return all(
        _fails(setattr, value, name, contents.get(name)) and _fails(delattr, value, name)
        for name in names
    )


def _fails(change: Callable[..., None], *arguments: Any) -> bool:
    try:
        change(*arguments)
    except (AttributeError, TypeError):
        return True
    return False
