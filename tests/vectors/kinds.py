"""Valid and invalid values of a property by its kind, chosen where programs often fail.

The kinds are derived from the entity classes, so that a new property gets its values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from restore_domain.model import ProtectionUnitBase, RestorePoint
from restore_domain.wire.properties import (
    TAGS,
    TEXTS,
    Property,
    entry_kinds,
    is_entity,
    properties_of,
)

__all__ = ["accepted", "in_other_case", "least", "refused"]

INT32: Final = 2**31
"""The first number that does not fit 32 bits."""

_NAMED: Final[Mapping[type, dict[str, Any]]] = MappingProxyType(
    {
        RestorePoint: {"id": "p1", "@odata.id": "p1"},
        ProtectionUnitBase: {"id": "u1", "@odata.id": "u1"},
    }
)
"""Classes that need one of two properties, so that each of them may be missing."""

_NO_TEXTS: Final[tuple[Any, ...]] = (0, False, [], {}, ["x"])
_NO_OBJECTS: Final[tuple[Any, ...]] = ("", 0, False, [], [{}])

_MANY: Final = "\u00e9e\u0301\U0001f4ec\u0000\t\u2028\ufeff\uffff\u0378"
"""Characters of every length in UTF-8 and UTF-16, some unassigned in Unicode, and a byte order
mark.
"""


def least(kind: Any) -> Any:
    """Return the smallest valid value of a kind that is not null."""
    if entry_kinds(kind) or kind in TEXTS:
        return []
    if not is_entity(kind):
        return _GOOD[_plain(kind)][0]
    return {
        known.name: least(known.type)
        for known in properties_of(kind)
        if known.required and not known.defaults_to_unknown
    } | _NAMED.get(kind, {})


def _plain(kind: Any) -> str:
    if kind == TAGS or issubclass(kind, StrEnum):
        return "member"
    return {str: "text", int: "number", datetime: "time", bool: "boolean"}[kind]


_GOOD: Final[Mapping[str, tuple[Any, ...]]] = MappingProxyType(
    {
        "text": ("x", "", _MANY, " ", "null", "x" * 257, "x" * 65_537),
        "number": (0, 1, 128, -1, 255, 256, INT32 - 1, 127, -INT32, 32_768, 65_536),
        "time": ("2026-01-05T09:00:00.000000000001+23:59", "2026-01-05T09:00Z"),
        "boolean": (True, False),
        "member": ("unknownFutureValue", "", " ", "0", "NEW", "x" * 257),
    }
)
"""Values of a kind that is not an object."""

_BAD: Final[Mapping[str, tuple[Any, ...]]] = MappingProxyType(
    {
        "text": _NO_TEXTS,
        "number": (INT32, -INT32 - 1, 2**32, 1.0, 0.5, 2**53, "1", "", 10**30, True, [], {}),
        "time": ("", " ", "2026-01-05", "0001-01-01T00:00:00", *_NO_TEXTS),
        "boolean": ("", "true", 0, 1, [], {}),
        "member": _NO_TEXTS,
    }
)
"""Values of another kind."""


def accepted(known: Property) -> Iterator[Any]:
    """Yield valid values of a property."""
    if not known.required or known.defaults_to_unknown:
        yield None
    if entry_kinds(known.type):
        yield from ([], [least(kind) for kind in entry_kinds(known.type)])
    elif known.type in TEXTS:
        nulls = [None] if known.type == TEXTS[1] else []
        yield from ([], ["", _MANY, "x", "x", *nulls])
    elif is_entity(known.type):
        yield least(known.type)
    else:
        yield from (value for value in _GOOD[_plain(known.type)] if value or not known.is_key)


def refused(known: Property) -> Iterator[Any]:
    """Yield invalid values of a property."""
    if known.required and not known.defaults_to_unknown:
        yield None
    if known.is_key:
        yield ""
    if entry_kinds(known.type):
        yield from ("", 0, False, {}, [None], [0], [[]])
    elif known.type in TEXTS:
        nulls = [[None]] if known.type == TEXTS[0] else []
        yield from ("", 0, False, {}, [0], [[]], [{}], *nulls)
    elif is_entity(known.type):
        yield from _NO_OBJECTS
    else:
        yield from _BAD[_plain(known.type)]


def in_other_case(name: str) -> str:
    """Return a name with the case of its first letter changed; an annotation in capitals."""
    return name.upper() if name.startswith("@") else name[0].swapcase() + name[1:]
