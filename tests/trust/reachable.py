"""All that can be reached from an object, and what of it could change.

Nothing is trusted by its name: what an object holds is read off its slots, each of them is tried
to be set and deleted, and the garbage collector is asked what else hangs on it. What is not known
to be immutable is mutable.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from enum import Enum
from functools import cache
from types import GetSetDescriptorType, MappingProxyType, MemberDescriptorType, NoneType
from typing import Any, Final, NamedTuple

IMMUTABLE: Final = frozenset(
    {
        *(NoneType, bool, int, float, str, timedelta),  # hold nothing
        *(datetime, timezone, tuple, frozenset, range),  # hold what they were made of
    }
)
"""Python's own classes whose very own instances can't change. Those of a subclass may."""

ALLOWED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "deferred timestamp": (
            "a slot with a checked text, which the first look replaces by the Timestamp parsed of "
            "this very text: whoever looks first, and if two look at once, the value is the same"
        ),
        "dict behind a proxy": (
            "the dict of a MappingProxyType, which lets nobody write, and which alone holds it"
        ),
        "member of an enumeration": (
            "a constant of the program, and no part of the value; Python lets attributes of it be "
            "set, as of every class and function"
        ),
    }
)
"""All that can be reached and could yet change, and why that is harmless."""

DEFERRED: Final = frozenset(
    {
        ("RestoreArtifactBase", "start_date_time"),
        ("RestoreArtifactBase", "completion_date_time"),
        ("RestorePoint", "expiration_date_time"),
        ("RestorePoint", "protection_date_time"),
    }
)
"""The slots that may hold a deferred timestamp, each by the class that declares it."""

PLAIN_SLOTS: Final = (MemberDescriptorType, GetSetDescriptorType)
"""The classes of what Python itself puts into a class for a slot, and for ``__weakref__``."""


class Found(NamedTuple):
    """An object, how it was come to, and what holds it."""

    value: Any
    path: str
    holder: Any
    is_immutable: bool = True


class Slot(NamedTuple):
    """A slot that a class declares."""

    owner: str
    name: str
    descriptor: Any
    """What stands in the class: it reads the slot, and may do more."""

    def content(self, value: Any) -> Any:
        """Return what an object has in it; AttributeError if nothing."""
        return getattr(self.descriptor, "slot", self.descriptor).__get__(value)


def slots_of(value: Any) -> tuple[Slot, ...]:
    """Return all slots of an object's class, inherited ones too."""
    kind: Any = type(value)
    return _slots(kind)


@cache
def _slots(kind: Any) -> tuple[Slot, ...]:
    return tuple(
        Slot(base.__name__, name, base.__dict__[name])
        for base in kind.__mro__
        for name in base.__dict__.get("__slots__", ())
    )


def stored(value: Any) -> dict[Slot, Any]:
    """Return what an object has in its slots."""
    held = {}
    for slot in slots_of(value):
        try:
            held[slot] = slot.content(value)
        except AttributeError:  # a Timestamp that was not read has no text
            continue
    return held


def reachable(root: Any) -> Iterator[Found]:
    """Go through everything that can be reached from an object, each once.

    What hangs on something that could change does not matter any more.
    """
    waiting = [Found(root, type(root).__name__, None)]
    seen: dict[int, Any] = {}
    while waiting:
        found = waiting.pop()
        if id(found.value) not in seen:
            seen[id(found.value)] = found.value  # and no other object gets its id
            found = found._replace(is_immutable=is_immutable(found))
            yield found
            if found.is_immutable:
                waiting += _parts(found)


def _parts(found: Found) -> Iterator[Found]:
    value, path, *_ = found
    if isinstance(value, Enum):  # it belongs to the program
        return
    named = {f".{slot.name}": content for slot, content in stored(value).items()}
    if isinstance(value, datetime):  # the garbage collector does not ask these
        named[".tzinfo"] = value.tzinfo
    if isinstance(value, timezone):
        named |= {".utcoffset()": value.utcoffset(None), ".tzname()": value.tzname(None)}
    if isinstance(value, range):
        named |= {".start": value.start, ".stop": value.stop, ".step": value.step}
    others = [
        content
        for content in gc.get_referents(value)
        if content is not type(value) and not any(content is known for known in named.values())
    ]
    named |= {f"[{number}]": content for number, content in enumerate(others)}
    for step, content in named.items():
        yield Found(content, path + step, value)


def mutable(root: Any) -> list[str]:
    """Return how to come to each object that could change, and its class."""
    return [
        f"{found.path}: {type(found.value).__module__}.{type(found.value).__qualname__}"
        for found in reachable(root)
        if not found.is_immutable
    ]


def is_immutable(found: Found) -> bool:
    """Tell whether an object can't change, or only in a way that is `ALLOWED`."""
    kind = type(found.value)
    if kind in IMMUTABLE:
        return True
    if kind is MappingProxyType:
        return _references(found.value) == _references(MappingProxyType({}))
    if kind is dict:
        return type(found.holder) is MappingProxyType
    if not kind.__module__.startswith("restore_domain."):
        return False
    return isinstance(found.value, Enum) or _refuses_every_change(found.value)


def _references(proxy: MappingProxyType[Any, Any]) -> int:
    """Return how many hold what is behind a proxy, this function among them."""
    (behind,) = gc.get_referents(proxy)
    return sys.getrefcount(behind)


def _refuses_every_change(value: Any) -> bool:
    """Tell whether an object has its slots alone, and none of them can be set or deleted."""
    if hasattr(value, "__dict__"):
        return False
    for slot in slots_of(value):
        deferred = (slot.owner, slot.name) in DEFERRED
        if not deferred and not isinstance(slot.descriptor, PLAIN_SLOTS):
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
