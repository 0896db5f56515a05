"""What an attribute may hold.

Each validator raises TypeError or ValueError, naming class, attribute and value. A text, a number
or a tuple of a class of one's own, which could hold anything else and change, is kept as a plain
one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from reprlib import Repr
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, NewType, TypeAlias

import attrs

from restore_domain.model.persistent_sequence import PersistentSequence

if TYPE_CHECKING:
    from types import UnionType

__all__ = [
    "INT32",
    "Key",
    "Validator",
    "a",
    "each",
    "int32",
    "is_int32",
    "key",
    "optional",
    "point_in_time",
    "shown",
]

INT32: Final = range(-(2**31), 2**31)
"""The numbers that Graph's Edm.Int32 can hold."""


def is_int32(number: int) -> bool:
    """Tell whether it is one of them: a range compares a subclass of int with each."""
    return INT32.start <= number < INT32.stop


Validator: TypeAlias = "Callable[[Any, Any, Any], None]"
"""Called with the instance, the attribute and the value."""

if TYPE_CHECKING:
    Key: TypeAlias = str
    """The text of an entity's key; whoever makes one of the annotation can tell it from others."""
else:
    Key = NewType("Key", str)

Kind: TypeAlias = "type | UnionType"
"""A class, or one of several."""


_PLAIN: Final[dict[Kind, Callable[[Any], Any]]] = {
    str: str.__str__,
    int: int.__int__,
    timedelta: lambda time: timedelta(time.days, time.seconds, time.microseconds),
    tuple: tuple,
}
"""What makes an instance of exactly this class of one of a subclass."""

_TEXTS: Final[tuple[Kind, ...]] = (str, str | None)
"""What the entries of a list of texts may be."""


def _plain(instance: Any, attribute: attrs.Attribute[Any], value: Any, kind: Kind) -> Any:
    """Return the value as one of exactly this class, if it is one of `_PLAIN`, and keep it so."""
    if type(value) is kind or kind not in _PLAIN or type(value) is PersistentSequence:
        return value
    value = _PLAIN[kind](value)
    object.__setattr__(instance, attribute.name, value)
    return value


class _Short(Repr):
    def repr_int(self, x: int, level: int) -> str:
        """Say of a number of more than some thousand digits what every version of Python says."""
        try:
            int.__repr__(x)
        except ValueError:
            return "<too many digits>"
        return super().repr_int(x, level)


_SHORT: Final = _Short()
_SHORT.maxstring = _SHORT.maxlong = _SHORT.maxother = 60


def shown(value: Any) -> str:
    """Return how an error shows a value: whatever it is, in one short line."""
    return _SHORT.repr(value)


def _name(kind: Kind) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind)


def _wrong(instance: Any, attribute: attrs.Attribute[Any], expected: str, value: Any) -> str:
    return (
        f"{type(instance).__name__}.{attribute.name}: expected {expected}, "
        f"got {shown(value)} ({type(value).__name__})"
    )


def optional(validate: Validator) -> Validator:
    """Accept None, and what the validator accepts."""

    def validate_optional(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if value is not None:
            validate(instance, attribute, value)

    return validate_optional


def a(kind: Kind) -> Validator:
    """Accept instances of this class alone."""

    def validate(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not isinstance(value, kind):
            raise TypeError(_wrong(instance, attribute, _name(kind), value))
        _plain(instance, attribute, value, kind)

    return validate


def each(kind: Kind) -> Validator:
    """Accept a tuple of instances of this class, or what reads like one."""

    def validate(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not isinstance(value, (tuple, PersistentSequence)):
            raise TypeError(_wrong(instance, attribute, f"a tuple of {_name(kind)}", value))
        for position, entry in enumerate(_plain(instance, attribute, value, tuple)):
            if not isinstance(entry, kind):
                wrong = _wrong(instance, attribute, _name(kind), entry)
                raise TypeError(f"{wrong} at position {position}")
        if kind in _TEXTS and not {*map(type, value)} <= {str, NoneType}:
            plain = tuple([text if text is None else str.__str__(text) for text in value])
            object.__setattr__(instance, attribute.name, plain)

    return validate


def key(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a text that can be an entity's key: any but the empty one."""
    if not isinstance(value, str):
        raise TypeError(_wrong(instance, attribute, "a text", value))
    if not _plain(instance, attribute, value, str):
        raise ValueError(_wrong(instance, attribute, "a text that is not empty", value))


def int32(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a whole number that fits Edm.Int32."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(_wrong(instance, attribute, "a whole number", value))
    if not is_int32(_plain(instance, attribute, value, int)):
        raise ValueError(_wrong(instance, attribute, "a number that fits 32 bits", value))


def point_in_time(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a datetime that knows its offset from UTC."""
    if not isinstance(value, datetime):
        raise TypeError(_wrong(instance, attribute, "a datetime", value))
    if value.utcoffset() is None:
        raise ValueError(_wrong(instance, attribute, "a datetime with an offset", value))
