"""The ways from JSON to an entity, which all have to agree."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from restore_domain import EntityCollection, JsonObject, Timestamp
from restore_domain.model.collection import Unread
from restore_domain.wire import DEFAULT_LIMITS, Problem, WireError, from_json_value, loads
from restore_domain.wire.reading import reader_of

Way = Callable[[str, type], Any]


def carefully_from(value: Any, kind: type) -> Any:
    """Read plain values with the careful reader alone."""
    return reader_of(kind, DEFAULT_LIMITS)(value)


def carefully(text: str, kind: type) -> Any:
    """Read text with the careful reader alone."""
    return carefully_from(json.loads(text), kind)


def _from_plain_values(text: str, kind: type) -> Any:
    return from_json_value(json.loads(text), kind)


OTHER_WAYS: Final[Mapping[str, Way]] = MappingProxyType(
    {"text": loads, "plain values": _from_plain_values}
)
"""The ways in which an application may read; they are compared with `carefully`."""


def outcome(read: Callable[[], Any]) -> tuple[Any, tuple[Problem, ...]]:
    """Return what was read, and the problems. Only WireError may be raised."""
    try:
        return read(), ()
    except WireError as error:
        return None, error.problems


def in_full(value: Any) -> Any:
    """Return each attribute of an entity and its parts, with the class of each value.

    Equality passes over some of it, such as the text of a timestamp, or the class of a text. The
    order of the additional data is not part of it, since that of a JSON object says nothing.
    """
    if isinstance(value, JsonObject):
        return JsonObject, {(type(name), name): in_full(one) for name, one in value.items()}
    if isinstance(value, (tuple, EntityCollection)):
        return type(value), [in_full(entry) for entry in value]
    if isinstance(value, Timestamp):
        return Timestamp, value.text, value.utcoffset(), value.fraction_beyond_microseconds
    if attrs.has(type(value)):
        fields = attrs.fields(type(value))
        return type(value), {field.name: in_full(getattr(value, field.name)) for field in fields}
    assert not isinstance(value, Unread), "what was parsed takes the place of an entity"
    return type(value), value, repr(value)
