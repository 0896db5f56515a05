"""Validators of attributes.

Each validator raises TypeError or ValueError, with class, attribute and value. Accepted values can
be written, and are immutable. So a string, a number or a tuple of a user's subclass, which could
have any other state and change, is stored as a plain one; and an entity of a subclass, of which an
operation would keep only a part, is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from reprlib import Repr
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, NewType, TypeAlias, get_args

import attrs

from restore_domain.model.persistent_sequence import PersistentSequence

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
"""The range of Graph's Edm.Int32."""


def is_int32(number: int) -> bool:
    """Return whether it is in the range: `in` compares an int of a subclass with each number."""
    return INT32.start <= number < INT32.stop


Validator: TypeAlias = "Callable[[Any, Any, Any], None]"
"""Called with the instance, the attribute and the value."""

if TYPE_CHECKING:
    Key: TypeAlias = str
    """The text of an entity's key; the annotation distinguishes it from other texts."""
else:
    Key = NewType("Key", str)

Kind: TypeAlias = type | UnionType
"""A class, or one of several."""


_PLAIN: Final[dict[Kind, Callable[[Any], Any]]] = {
    str: str.__str__,
    int: int.__int__,
    timedelta: lambda time: timedelta(time.days, time.seconds, time.microseconds),
    tuple: tuple,
}
"""The functions that make an instance of exactly this class from one of a subclass."""

_TEXTS: Final[tuple[Kind, ...]] = (str, str | None)
"""The entries that a list of texts may have."""


def _plain(instance: Any, attribute: attrs.Attribute[Any], value: Any, kind: Kind) -> Any:
    """Return the value as an instance of exactly this class, if it is one of `_PLAIN`; store it."""
    if type(value) is kind or kind not in _PLAIN or type(value) is PersistentSequence:
        return value
    value = _PLAIN[kind](value)
    object.__setattr__(instance, attribute.name, value)
    return value


class _Short(Repr):
    def repr_int(self, x: int, level: int) -> str:
        """Show a number of over some thousand digits in the same way in every version of Python."""
        try:
            int.__repr__(x)
        except ValueError:
            return "<too many digits>"
        return super().repr_int(x, level)


_SHORT: Final = _Short()
_SHORT.maxstring = _SHORT.maxlong = _SHORT.maxother = 60


def shown(value: Any) -> str:
    """Return how an error shows a value of any kind: on one short line."""
    return _SHORT.repr(value)


def several(given: Any, name: str) -> Iterator[Any]:
    """Iterate over an argument that should be several things.

    TypeError if it can't be iterated over, or if it is a string, bytes or a mapping, which can.
    """
    if not isinstance(given, (str, bytes, bytearray, memoryview, Mapping)):
        with suppress(TypeError):
            return iter(given)
    raise TypeError(f"{name}: expected several, got {shown(given)}")


WHITE_SPACE: Final = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""The characters that have Unicode's property White_Space."""


def is_blank(text: str) -> bool:
    """Return whether a text is empty, or consists of white space."""
    return not text.strip(WHITE_SPACE)


def is_writable(text: str) -> bool:
    """Return whether UTF-8 can express a text: it can't if it contains half a surrogate pair."""
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
    """Return a function that says whether a value is exactly of this class, or of one of these.

    An instance of an entity's subclass is refused: an operation, which copies what it knows, would
    turn it into one of the package's entities and lose its other state.
    """
    classes = classes_of(kind)
    if all(map(attrs.has, classes)):
        return lambda value: type(value) in classes
    return lambda value: isinstance(value, classes)


def expected(kind: Kind, value: Any) -> str:
    """Return what is accepted instead of a value that `is_exactly` refuses."""
    if isinstance(value, kind):
        return f"{_name(kind)} itself, not a subclass"
    return _name(kind)


def wrong(instance: Any, attribute: attrs.Attribute[Any], expected: str, value: Any) -> str:
    """Return a message with what an attribute accepts, and what it was given."""
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
    """Accept instances of exactly this class; for a string, only what can be written."""
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
    """Accept a tuple of instances of this class, or a sequence that reads like one."""
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
    """Accept a text that can be an entity's key: any that is not empty."""
    if not isinstance(value, str):
        raise TypeError(wrong(instance, attribute, "a text", value))
    if not _plain(instance, attribute, value, str):
        raise ValueError(wrong(instance, attribute, "a text that is not empty", value))
    if not is_writable(value):
        raise ValueError(wrong(instance, attribute, _WRITABLE, value))


def int32(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept an integer that fits Edm.Int32."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(wrong(instance, attribute, "a whole number", value))
    if not is_int32(_plain(instance, attribute, value, int)):
        raise ValueError(wrong(instance, attribute, "a number that fits 32 bits", value))
