"""What an attribute may hold.

Each validator raises TypeError or ValueError, naming class, attribute and value. What an attribute
takes can be written, and is immutable. So a text, a number or a tuple of a class of one's own,
which could hold anything else and change, is kept as a plain one; and an entity of a class of one's
own, of which an operation would keep a part, is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from reprlib import Repr
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, NewType, TypeAlias, get_args

import attrs

from restore_domain.model.persistent_sequence import PersistentSequence

if TYPE_CHECKING:
    from types import UnionType

__all__ = [
    "INT32",
    "Key",
    "Kind",
    "Validator",
    "a",
    "classes_of",
    "each",
    "expected",
    "int32",
    "is_exactly",
    "is_int32",
    "is_writable",
    "key",
    "optional",
    "several",
    "shown",
    "wrong",
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


def several(given: Any, name: str) -> Iterator[Any]:
    """Go through what was given in the place of several things.

    TypeError for what can't be gone through, and for a text, bytes or a mapping, which can.
    """
    if not isinstance(given, (str, bytes, bytearray, memoryview, Mapping)):
        with suppress(TypeError):
            return iter(given)
    raise TypeError(f"{name}: expected several, got {shown(given)}")


def is_writable(text: str) -> bool:
    """Tell whether UTF-8 can carry a text: it can't if there is half a surrogate pair in it."""
    if str.isascii(text):
        return True
    try:
        str.encode(text)
    except UnicodeEncodeError:
        return False
    return True


def classes_of(kind: Kind) -> tuple[type, ...]:
    """Return the class, or each of several."""
    return (kind,) if isinstance(kind, type) else get_args(kind)


def _name(kind: Kind) -> str:
    return " or ".join(each_class.__name__ for each_class in classes_of(kind))


def is_exactly(kind: Kind) -> Callable[[Any], bool]:
    """Return what tells whether a value is of this class, or one of these.

    Of the class of an entity it has to be, and not of a subclass: an operation, which copies what
    it knows, would make an entity of ours of it, without what else it has.
    """
    classes = classes_of(kind)
    if all(map(attrs.has, classes)):
        return lambda value: type(value) in classes
    return lambda value: isinstance(value, classes)


def expected(kind: Kind, value: Any) -> str:
    """Say what is accepted in the place of a value that `is_exactly` refuses."""
    if isinstance(value, kind):
        return f"{_name(kind)} itself, and not a class derived from it"
    return _name(kind)


def wrong(instance: Any, attribute: attrs.Attribute[Any], expected: str, value: Any) -> str:
    """Say what an attribute may hold, and what it was given."""
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
    """Accept instances of this class alone; of a text what can be written."""
    accepts = is_exactly(kind)

    def validate(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not accepts(value):
            raise TypeError(wrong(instance, attribute, expected(kind, value), value))
        if not isinstance(_plain(instance, attribute, value, kind), str) or is_writable(value):
            return
        raise ValueError(wrong(instance, attribute, _WRITABLE, value))

    return validate


_WRITABLE: Final = "a text without half a surrogate pair, which UTF-8 can't carry"


def each(kind: Kind) -> Validator:
    """Accept a tuple of instances of this class, or what reads like one."""
    accepts = is_exactly(kind)

    def validate(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not isinstance(value, (tuple, PersistentSequence)):
            raise TypeError(wrong(instance, attribute, f"a tuple of {_name(kind)}", value))
        for position, entry in enumerate(_plain(instance, attribute, value, tuple)):
            if not accepts(entry):
                message = wrong(instance, attribute, expected(kind, entry), entry)
                raise TypeError(f"{message} at position {position}")
            if isinstance(entry, str) and not is_writable(entry):
                message = wrong(instance, attribute, _WRITABLE, entry)
                raise ValueError(f"{message} at position {position}")
        if kind in _TEXTS and not {*map(type, value)} <= {str, NoneType}:
            plain = tuple([text if text is None else str.__str__(text) for text in value])
            object.__setattr__(instance, attribute.name, plain)

    return validate


def key(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a text that can be an entity's key: any but the empty one."""
    if not isinstance(value, str):
        raise TypeError(wrong(instance, attribute, "a text", value))
    if not _plain(instance, attribute, value, str):
        raise ValueError(wrong(instance, attribute, "a text that is not empty", value))
    if not is_writable(value):
        raise ValueError(wrong(instance, attribute, _WRITABLE, value))


def int32(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a whole number that fits Edm.Int32."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(wrong(instance, attribute, "a whole number", value))
    if not is_int32(_plain(instance, attribute, value, int)):
        raise ValueError(wrong(instance, attribute, "a number that fits 32 bits", value))
