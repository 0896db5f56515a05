"""The cattrs converter of the domain, for entities in your own classes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import cattrs
import msgspec

from restore_domain.model.json_limits import DEFAULT_LIMITS, WireLimits
from restore_domain.status import EVOLVABLE_ENUMS
from restore_domain.wire.decoding import structured_value
from restore_domain.wire.properties import TAGS, entry_kinds, is_entity
from restore_domain.wire.reading import Reader, reader_of
from restore_domain.wire.schema import UNEXPECTED, has_schema
from restore_domain.wire.writing import Style, Writer, writer_of

__all__ = ["make_converter", "value_reader_of", "value_writer_of"]


def make_converter(
    *,
    include_unknown_enum_members: bool = True,
    tolerate_bad_requests: bool = False,
    limits: WireLimits = DEFAULT_LIMITS,
) -> cattrs.Converter:
    """Return a converter between entities and Graph JSON, to be extended with your own types.

    It structures and unstructures the entities in your own attrs classes; your hooks for parts of
    an entity are not used within entities. Reading raises WireError. Without
    `include_unknown_enum_members` a member that is declared after the sentinel is written as
    unknownFutureValue (rule W3). With `tolerate_bad_requests` the invalid parts of an artifact in a
    request are skipped, since the operations refuse them in their own order and with their own
    codes. `limits` bounds what is read.
    """
    converter = cattrs.Converter(detailed_validation=False)
    style = Style(include_unknown_enum_members, unread=msgspec.to_builtins)

    writer = partial(value_writer_of, style=style)
    reader = partial(value_reader_of, limits=limits, tolerate_bad_requests=tolerate_bad_requests)
    for kind in (datetime, *EVOLVABLE_ENUMS):
        converter.register_structure_hook(kind, _hook(reader(kind)))
        converter.register_unstructure_hook(kind, writer(kind))
    converter.register_structure_hook_factory(_is_ours, lambda kind: _hook(reader(kind)))
    converter.register_unstructure_hook_factory(_is_ours, writer)
    return converter


def value_writer_of(kind: Any, style: Style) -> Writer:
    """Return a writer of plain values; texts and numbers are written as they are."""
    return writer_of(kind, style) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _is_ours(kind: Any) -> bool:
    """Return whether this is an entity, a set of flags, or an array of entities."""
    if kind == TAGS or is_entity(kind):
        return True
    kinds = entry_kinds(kind)
    return bool(kinds) and all(map(is_entity, kinds))


def _hook(read: Reader) -> Callable[[Any, Any], Any]:
    """Return a reader in the form that cattrs calls, which also passes the type."""
    return lambda value, _kind: read(value)


def value_reader_of(
    kind: Any, limits: WireLimits = DEFAULT_LIMITS, *, tolerate_bad_requests: bool = False
) -> Reader:
    """Return a reader of plain values: by the schema if there is one, else the careful one."""
    careful = reader_of(kind, limits, tolerate_bad_requests=tolerate_bad_requests)
    if tolerate_bad_requests or not is_entity(kind) or not has_schema(kind):
        return careful

    def read(value: Any) -> Any:
        with suppress(*UNEXPECTED):
            struct = structured_value(kind, value, limits)
            return struct.make(struct)
        return careful(
            value
        )  # not while the other error is handled, with which it has nothing to do

    return read
