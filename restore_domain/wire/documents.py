"""Whole documents: an entity, or the body of a request, from JSON and to JSON (rules W1-W4)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType, UnionType
from typing import Any, Final, TypeVar, overload

import attrs
import msgspec

from restore_domain.model import (
    CreateBulkRequest,
    CreateSessionRequest,
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    MailboxRestoreArtifactsBulkAdditionRequest,
    MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse,
    UpdateSessionRequest,
    UpdateSessionResponse,
)
from restore_domain.model.json_limits import DEFAULT_LIMITS, WireLimits
from restore_domain.operations.events import Event
from restore_domain.wire.converter import value_reader_of
from restore_domain.wire.decoding import structured
from restore_domain.wire.event_json import event_reader_of, event_writer_of, is_event
from restore_domain.wire.json_text import decoded, parse_strictly, parse_text, serialize
from restore_domain.wire.problems import no_room
from restore_domain.wire.properties import is_entity
from restore_domain.wire.reading import reader_of
from restore_domain.wire.schema import UNEXPECTED, has_schema
from restore_domain.wire.writing import Style, writer_of

__all__ = ["DOCUMENTS", "RequestBody", "dumps", "from_json_value", "loads", "to_json_value"]

_T = TypeVar("_T")

DOCUMENTS: Final[Mapping[str, type]] = MappingProxyType(
    {
        "exchangeRestoreSession": ExchangeRestoreSession,
        "mailboxRestoreArtifact": MailboxRestoreArtifact,
        "mailboxRestoreArtifactCollectionResponse": MailboxRestoreArtifactCollectionResponse,
        "exchangeRestoreSessionCollectionResponse": ExchangeRestoreSessionCollectionResponse,
        "mailboxRestoreArtifactsBulkAdditionRequest": MailboxRestoreArtifactsBulkAdditionRequest,
        "mailboxRestoreArtifactsBulkAdditionRequestCollectionResponse": (
            MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse
        ),
        "createBulkRequest": CreateBulkRequest,
        "createSessionRequest": CreateSessionRequest,
        "updateSessionRequest": UpdateSessionRequest,
        "updateSessionResponse": UpdateSessionResponse,
    }
)
"""What a whole document may be, by the name that calls and vectors use."""

_PLAIN: Final = {
    included: Style(included, unread=msgspec.to_builtins) for included in (True, False)
}
_TEXT: Final = {included: Style(included) for included in (True, False)}


def _entity_class(kind: Any) -> Any:
    """Return the class of an entity; TypeError if it is not one."""
    if not is_entity(kind):
        raise TypeError(f"{kind!r} is not an entity of Graph JSON")
    return kind


@overload
def from_json_value(value: Any, kind: type[_T], *, limits: WireLimits = ...) -> _T: ...
@overload
def from_json_value(value: Any, kind: UnionType, *, limits: WireLimits = ...) -> Event: ...
def from_json_value(value: Any, kind: Any, *, limits: WireLimits = DEFAULT_LIMITS) -> Any:
    """Read an entity or an event of this kind from plain dicts and lists, as a JSON parser does.

    The kind `Event` is any event. Raises WireError, and nothing else, whatever the value. TypeError
    if `kind` is neither.
    """
    if is_event(kind):
        return event_reader_of(kind, limits)(value)
    return value_reader_of(_entity_class(kind), limits)(value)


@overload
def loads(
    data: bytes | bytearray | memoryview | str, kind: type[_T], *, limits: WireLimits = ...
) -> _T: ...
@overload
def loads(
    data: bytes | bytearray | memoryview | str, kind: UnionType, *, limits: WireLimits = ...
) -> Event: ...
def loads(
    data: bytes | bytearray | memoryview | str, kind: Any, *, limits: WireLimits = DEFAULT_LIMITS
) -> Any:
    """Read an entity or an event of this kind from JSON text; the kind `Event` is any event.

    Of a property that is repeated the last one counts. Raises WireError, and nothing else,
    whatever the bytes, and for what is beyond the limits. TypeError if `kind` is neither.
    """
    if is_event(kind):
        return event_reader_of(kind, limits)(parse_strictly(data, limits))
    entity_class = _entity_class(kind)
    text = decoded(data, limits)
    if has_schema(entity_class):
        with suppress(*UNEXPECTED):
            struct = structured(entity_class, text, limits)
            return struct.make(struct)
    value, _ = parse_text(text, limits)  # the reader finds what is wrong in it, and more
    return reader_of(entity_class, limits)(value)


@attrs.frozen
class RequestBody:
    """The body of a request, to be given to an operation as it came.

    The operation reads it, and refuses what is invalid in it with the service's own code.
    """

    content: bytes | bytearray | memoryview | str | Mapping[str, Any] | None
    """The body as it came over the network, or as a JSON parser gives it; None if none came."""

    limits: WireLimits = attrs.field(default=DEFAULT_LIMITS, kw_only=True)
    """How much is read of it."""

    def read(self, kind: type[_T], /) -> _T:
        """Return the request; raises WireError if the body is malformed."""
        read = reader_of(_entity_class(kind), self.limits, tolerate_bad_requests=True)
        content: Any = self.content
        may_be_missing = kind in _MAY_BE_MISSING
        if may_be_missing and content in _MISSING:
            content = None
        elif isinstance(content, (bytes, bytearray, memoryview, str)):
            content = parse_strictly(content, self.limits)
        entity: _T = read({} if content is None and may_be_missing else content)
        return entity


_MAY_BE_MISSING: Final = frozenset({CreateSessionRequest})
"""The requests that ask for something without a body (rule O1)."""

_MISSING: Final[tuple[Any, ...]] = (None, b"", "")
"""What a body is that did not come."""


def to_json_value(entity: object, *, include_unknown_enum_members: bool = True) -> dict[str, Any]:
    """Write an entity or an event as plain dicts and lists.

    Without `include_unknown_enum_members` it writes what a client sees that did not send the
    header ``Prefer: include-unknown-enum-members`` (rule W3). Raises WireError where the stack has
    no room for the levels of the entity.
    """
    return _written(entity, _PLAIN[include_unknown_enum_members])


def dumps(entity: object, *, include_unknown_enum_members: bool = True) -> bytes:
    """Write an entity or an event as JSON text in UTF-8; see `to_json_value`.

    What an entity takes can be written. Raises WireError for one of a class of your own that takes
    a text that UTF-8 can't carry, and where the stack has no room for the levels of the entity.
    """
    return serialize(_written(entity, _TEXT[include_unknown_enum_members]))


def _written(entity: object, style: Style) -> dict[str, Any]:
    kind = type(entity)
    write: Any = event_writer_of(style) if is_event(kind) else writer_of(_entity_class(kind), style)
    try:
        written: dict[str, Any] = write(entity)
    except RecursionError:
        raise no_room() from None
    return written
