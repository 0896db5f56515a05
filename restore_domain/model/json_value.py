"""Immutable JSON values: the parts of a document for which an entity has no typed attributes.

Arrays are tuples and objects are `JsonObject`, so that an entity is hashable with all its parts,
including unknown properties.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from math import isfinite
from types import MappingProxyType
from typing import Any, Final, TypeAlias, Union

from restore_domain.model.json_limits import UNBOUNDED, WireLimits
from restore_domain.model.validators import is_writable, shown

__all__ = [
    "ABSENT",
    "HALF_A_PAIR",
    "NO_DATA",
    "Absent",
    "JsonObject",
    "JsonValue",
    "equal_json",
    "freeze",
    "frozen_object",
    "frozen_properties",
    "plain_text",
    "property_name",
    "thaw",
    "without_properties",
]


class Absent(Enum):
    """The type of `ABSENT`."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        """Show the public name."""
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
"""Used in an entity's ``additional_data`` for a property that was missing on the wire although its
typed attribute has a value. For example, an artifact that was read without a status has ``status``
unknownFutureValue, which is left out again when the artifact is written.
"""

JsonValue: TypeAlias = Union[
    None, bool, int, float, str, tuple["JsonValue", ...], "JsonObject", Absent
]
"""An immutable JSON value."""


class JsonObject(Mapping[str, JsonValue]):
    """An immutable, hashable JSON object.

    Every entity has one as ``additional_data``, with the properties of the document that its
    attributes can't represent: every unknown property; every known property whose value was
    ``null``; and every property whose text would be lost in the attribute, such as a member of an
    enumeration that this version does not know. Such a text is written back as long as it is still
    read as the attribute's value (rules W1 and W2).

    Two objects are equal if they are the same JSON value: the order of the properties does not
    matter, and ``true`` is not ``1``.
    """

    __slots__ = ("_properties",)

    _properties: Mapping[str, JsonValue]

    def __init__(self, properties: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Copy and freeze these properties, preserving `ABSENT`; raises what `freeze` raises."""
        if not isinstance(properties, Mapping):
            raise TypeError(f"expected properties by their names, got {shown(properties)}")
        frozen = {
            property_name(name): ABSENT if value is ABSENT else freeze(value)
            for name, value in properties.items()
        }
        object.__setattr__(self, "_properties", MappingProxyType(frozen))

    @classmethod
    def of_frozen(cls, properties: dict[str, JsonValue]) -> JsonObject:
        """Make an object from properties that are already frozen and not referenced elsewhere."""
        made = cls.__new__(cls)
        object.__setattr__(made, "_properties", MappingProxyType(properties))
        return made

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: the object can't change."""
        raise AttributeError(f"JsonObject is immutable: {name} can't be set")

    def __delattr__(self, name: str) -> None:
        """Refuse: the object can't change."""
        raise AttributeError(f"JsonObject is immutable: {name} can't be deleted")

    def __getitem__(self, name: str) -> JsonValue:
        """Return the property of this name; raises KeyError if there is none."""
        return self._properties[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._properties)

    def __len__(self) -> int:
        """Return how many properties there are."""
        return len(self._properties)

    def __eq__(self, other: object) -> bool:
        """Compare as JSON values."""
        if not isinstance(other, JsonObject):
            return NotImplemented
        return equal_json(self, other)

    def __hash__(self) -> int:
        """Be consistent with equality."""
        return hash(frozenset(self._properties.items()))

    def __repr__(self) -> str:
        """Show the object as the call that makes it."""
        return f"JsonObject({dict(self._properties)!r})"

    def __reduce__(self) -> tuple[type[JsonObject], tuple[dict[str, JsonValue]]]:
        """Pickle and copy by the properties."""
        return JsonObject, (dict(self._properties),)


NO_DATA: Final = JsonObject()
"""The object without any properties."""


def frozen_object(properties: Mapping[str, Any]) -> JsonObject:
    """Return these properties as an immutable object; a `JsonObject` is returned unchanged."""
    if type(properties) is JsonObject:
        return properties
    if not isinstance(properties, Mapping):
        raise TypeError(
            "additional_data: expected properties by their names, "
            f"got {shown(properties)} ({type(properties).__name__})"
        )
    return JsonObject(properties)


def without_properties(data: JsonObject, names: AbstractSet[str]) -> JsonObject:
    """Return the object without the properties of these names."""
    if data.keys().isdisjoint(names):
        return data
    return JsonObject.of_frozen({name: value for name, value in data.items() if name not in names})


def equal_json(one: Any, other: Any) -> bool:
    """Return whether two immutable JSON values are the same: ``1`` is ``1.0``, but not ``true``."""
    if isinstance(one, JsonObject) and isinstance(other, JsonObject):
        return one.keys() == other.keys() and all(
            equal_json(value, other[name]) for name, value in one.items()
        )
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(equal_json, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def freeze(value: Any, depth: int = 0, limits: WireLimits = UNBOUNDED) -> JsonValue:
    """Return a JSON value as an immutable one.

    Raises TypeError for a value that JSON doesn't have, ValueError for half a surrogate pair, NaN
    and an infinity, which JSON in UTF-8 can't express, and for a value beyond a limit.
    """
    if isinstance(value, str):
        return plain_text(value, limits)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if not -limits.first_beyond_digits < value < limits.first_beyond_digits:
            raise ValueError(limits.beyond("digits"))
        return int.__int__(value)
    if isinstance(value, float):
        if not isfinite(value):
            raise ValueError("NaN, or a number beyond what a double can hold")
        return float.__float__(value)
    if not isinstance(value, (Mapping, list, tuple)):
        raise TypeError(f"expected a JSON value, got a Python {type(value).__name__}")
    if depth == limits.nesting:
        raise ValueError(limits.beyond("nesting"))
    if isinstance(value, Mapping):
        return JsonObject.of_frozen(frozen_properties(value, depth + 1, limits))
    return tuple([freeze(content, depth + 1, limits) for content in value])


def frozen_properties(
    properties: Mapping[Any, Any], depth: int = 0, limits: WireLimits = UNBOUNDED
) -> dict[str, JsonValue]:
    """Return these properties with immutable values; raises what `freeze` raises."""
    if len(properties) > limits.unknown_properties:
        raise ValueError(limits.beyond("unknown_properties"))
    return {
        property_name(name, limits): freeze(value, depth, limits)
        for name, value in properties.items()
    }


def property_name(name: Any, limits: WireLimits = UNBOUNDED) -> str:
    """Return the name of a property; TypeError or ValueError if it can't be one."""
    if not isinstance(name, str):
        raise TypeError(f"a property name is a text, got a Python {type(name).__name__}")
    return plain_text(name, limits)


def plain_text(text: str, limits: WireLimits = UNBOUNDED) -> str:
    """Return the text as a plain `str`.

    ValueError if UTF-8 can't express it, or if it is too long.
    """
    if str.__len__(text) > limits.text_length:
        raise ValueError(limits.beyond("text_length"))
    if not is_writable(text):
        raise ValueError(f"{shown(text)} {HALF_A_PAIR}")
    return str.__str__(text)  # of a subclass it makes a plain one


HALF_A_PAIR: Final = "has half a surrogate pair"
"""The message about a text that UTF-8 can't express."""


def thaw(value: JsonValue) -> Any:
    """Return an immutable JSON value as plain dicts and lists."""
    if isinstance(value, JsonObject):
        return {name: thaw(content) for name, content in value.items()}
    if isinstance(value, tuple):
        return [thaw(content) for content in value]
    return value
