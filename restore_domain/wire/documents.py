"""Reading and writing whole documents: entities, and bodies of requests (rules W1-W4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from restore_domain.wire.selection import selection_of
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
"""The kinds of whole documents, by the names that calls and vectors use."""

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
    """Read an entity or an event of this kind from a JSON parser's dicts and lists.

    The kind `Event` is any event. Raises WireError, and nothing else, for any value. TypeError if
    `kind` is neither.
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

    If a property is repeated, the last one counts. Raises WireError, and nothing else, for any
    bytes, also if a limit is exceeded. TypeError if `kind` is neither.
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
    """The body of a request, to be passed to an operation as it was received.

    The operation reads it, and refuses invalid parts with the service's own code.
    """

    content: bytes | bytearray | memoryview | str | Mapping[str, Any] | None
    """The body as received over the network, or as a JSON parser returns it; None if there was
    none.
    """

    limits: WireLimits = attrs.field(default=DEFAULT_LIMITS, kw_only=True)
    """The limits for reading it."""

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
"""The requests that are valid without a body (rule O1)."""

_MISSING: Final[tuple[Any, ...]] = (b"", "")
"""The text of a missing body."""


def to_json_value(
    entity: object,
    *,
    include_unknown_enum_members: bool = True,
    select: Iterable[str] | None = None,
    expand: Iterable[str] | None = None,
) -> dict[str, Any]:
    """Write an entity or an event as plain dicts and lists.

    Without `include_unknown_enum_members` it writes what is shown to a client that did not send the
    header ``Prefer: include-unknown-enum-members`` (rule W3).

    `select` and `expand` are Graph names, as a client gives them in ``$select`` and ``$expand``:
    `select` lists properties of the entity itself, all of which are written if it is not given;
    `expand` lists collections of a session, all of which are written if neither is given. The key
    and the ``@odata.type`` are always written, so that the entity can be read again; annotations
    are written with their property. For a page they select properties of its entries. Raises
    WireError for a name that is not one of these, with the closest one; TypeError for an event,
    which is always written as a whole.

    Also raises WireError if the stack has no room for the levels of the entity.
    """
    style = _PLAIN[include_unknown_enum_members]
    if select is None and expand is None:
        return _written(entity, style)
    kind = _entity_class(type(entity))
    selection = selection_of(kind, select, expand)
    return selection.of(_written(entity, attrs.evolve(style, hidden=selection.hidden)))


def dumps(
    entity: object,
    *,
    include_unknown_enum_members: bool = True,
    select: Iterable[str] | None = None,
    expand: Iterable[str] | None = None,
) -> bytes:
    """Write an entity or an event as JSON text in UTF-8; see `to_json_value`.

    Every entity can be written. Raises WireError for a class of your own that accepts text that
    UTF-8 can't express, and if the stack has no room for the levels of the entity.
    """
    if select is None and expand is None:
        return serialize(_written(entity, _TEXT[include_unknown_enum_members]))
    included = include_unknown_enum_members
    return serialize(
        to_json_value(entity, include_unknown_enum_members=included, select=select, expand=expand)
    )


def _written(entity: object, style: Style) -> dict[str, Any]:
    kind = type(entity)
    write: Any = event_writer_of(style) if is_event(kind) else writer_of(_entity_class(kind), style)
    try:
        written: dict[str, Any] = write(entity)
    except RecursionError:
        raise no_room() from None
    return written
