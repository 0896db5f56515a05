"""Whole documents: an entity, or the body of a request, from JSON and to JSON (rules W1-W4)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeVar

import attrs
from cattrs import Converter

from restore_domain.model import (
    CreateSessionRequest,
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    UpdateSessionRequest,
    UpdateSessionResponse,
)
from restore_domain.wire.converter import make_converter
from restore_domain.wire.json_text import decoded, parse, serialize
from restore_domain.wire.problems import Problems
from restore_domain.wire.properties import is_entity
from restore_domain.wire.reading import Reader
from restore_domain.wire.typed import UNEXPECTED, split
from restore_domain.wire_limits import DEFAULT_LIMITS, WireLimits

__all__ = ["DOCUMENTS", "RequestBody", "dumps", "from_json_value", "loads", "to_json_value"]

_T = TypeVar("_T")

DOCUMENTS: Final[Mapping[str, type]] = MappingProxyType(
    {
        "exchangeRestoreSession": ExchangeRestoreSession,
        "mailboxRestoreArtifact": MailboxRestoreArtifact,
        "mailboxRestoreArtifactCollectionResponse": MailboxRestoreArtifactCollectionResponse,
        "exchangeRestoreSessionCollectionResponse": ExchangeRestoreSessionCollectionResponse,
        "createSessionRequest": CreateSessionRequest,
        "updateSessionRequest": UpdateSessionRequest,
        "updateSessionResponse": UpdateSessionResponse,
    }
)
"""What a whole document may be, by the name that calls and vectors use."""

_CONVERTERS: Final = {
    included: make_converter(include_unknown_enum_members=included) for included in (True, False)
}


@lru_cache(maxsize=16)
def _reading(limits: WireLimits, *, tolerant: bool = False) -> Converter:
    """Return the converter that reads within these limits."""
    if limits == DEFAULT_LIMITS and not tolerant:
        return _CONVERTERS[True]
    return make_converter(tolerate_bad_requests=tolerant, limits=limits)


def from_json_value(value: Any, kind: type[_T], *, limits: WireLimits = DEFAULT_LIMITS) -> _T:
    """Read an entity of this kind from plain dicts and lists, as a JSON parser gives them.

    Raises WireError, and nothing else, whatever the value. TypeError if `kind` is no entity.
    """
    entity: _T = _reader(_reading(limits), kind)(value)
    return entity


def _reader(converter: Converter, kind: type) -> Reader:
    if not is_entity(kind):
        raise TypeError(f"{kind!r} is no entity of Graph JSON")
    hook = converter.get_structure_hook(kind)
    return lambda value: hook(value, kind)


def loads(
    data: bytes | bytearray | memoryview | str,
    kind: type[_T],
    *,
    limits: WireLimits = DEFAULT_LIMITS,
) -> _T:
    """Read an entity of this kind from JSON text.

    Of a property that is repeated the last one counts. Raises WireError, and nothing else,
    whatever the bytes, and for what is beyond the limits. TypeError if `kind` is no entity.
    """
    read = _reader(_reading(limits), kind)
    text = decoded(data, limits)
    entity: _T
    try:
        entity = read(split(text, kind, limits))
    except UNEXPECTED:
        value, _ = parse(text, limits)  # the reader finds whatever is wrong in it, and more
        entity = read(value)
    return entity


@attrs.frozen
class RequestBody:
    """The body of a request, to be given to an operation as it came.

    The operation reads it, and answers what makes no sense in it with the service's own code.
    """

    content: bytes | bytearray | memoryview | str | Mapping[str, Any]
    """The body as it came over the network, or as a JSON parser gives it."""

    limits: WireLimits = attrs.field(default=DEFAULT_LIMITS, kw_only=True)
    """How much is read of it."""

    def read(self, kind: type[_T], /) -> _T:
        """Return the request; raises WireError if the body is malformed."""
        read = _reader(_reading(self.limits, tolerant=True), kind)
        content: Any = self.content
        if isinstance(content, (bytes, bytearray, memoryview, str)):
            content, found = parse(content, self.limits)
            problems = Problems(self.limits)
            problems.add_all(found)
            problems.raise_any()
        entity: _T = read(content)
        return entity


def to_json_value(entity: object, *, include_unknown_enum_members: bool = True) -> dict[str, Any]:
    """Write an entity as plain dicts and lists.

    Without `include_unknown_enum_members` it writes what a client sees that did not send the
    header ``Prefer: include-unknown-enum-members`` (rule W3).
    """
    if not is_entity(type(entity)):
        raise TypeError(f"{entity!r} is no entity of Graph JSON")
    write = _CONVERTERS[include_unknown_enum_members].get_unstructure_hook(type(entity))
    written: dict[str, Any] = write(entity)
    return written


def dumps(entity: object, *, include_unknown_enum_members: bool = True) -> bytes:
    """Write an entity as JSON text in UTF-8; see `to_json_value`.

    Raises WireError for a text that UTF-8 can't carry.
    """
    return serialize(
        to_json_value(entity, include_unknown_enum_members=include_unknown_enum_members)
    )
