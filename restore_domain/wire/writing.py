"""From entities to plain JSON values (rules W1, W2 and W3).

Structs that were never accessed are written as they were parsed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import attrs

from restore_domain.frozen import dict_filler
from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.collection import EntityCollection, Unread
from restore_domain.model.json_value import ABSENT, NO_DATA, thaw
from restore_domain.model.page import MailboxRestoreArtifactCollectionResponse
from restore_domain.model.session import RestoreSessionBase
from restore_domain.model.timestamp import timestamp_text
from restore_domain.status import mask_unknown_members
from restore_domain.wire.problems import WireError
from restore_domain.wire.properties import (
    GRANULAR_TYPE,
    ODATA_CONTEXT,
    ODATA_TYPE,
    TAGS,
    TEXTS,
    WHOLE_TYPES,
    Property,
    entry_kinds,
    is_of_granular,
    properties_of,
    type_annotation,
)
from restore_domain.wire.reading import reader_of, respelled
from restore_domain.wire.schema import unmasked

__all__ = ["Style", "Writer", "writer_of"]

Writer = Callable[[Any], Any]
"""Takes the value of an attribute and returns the plain JSON value."""


@attrs.frozen
class Style:
    """How entities are written."""

    include_unknown_enum_members: bool = True
    """Whether the client is shown the members that are declared after the sentinel (rule W3)."""

    unread: Callable[[Unread], Any] = attrs.field(default=lambda cell: cell)
    """Makes a plain value from a struct that was never accessed; the JSON encoder needs none."""

    hidden: frozenset[str] = frozenset()
    """The collections of a session that are not written."""

    def text_of(self, value: StrEnum | tuple[StrEnum, ...]) -> str:
        """Return the text of an enumeration's member, or of a set of flags (rule W3)."""
        if self.include_unknown_enum_members:
            return respelled(value)
        if isinstance(value, tuple):
            return respelled(tuple(mask_unknown_members(member) for member in value))
        return respelled(mask_unknown_members(value))


@lru_cache(maxsize=256)
def writer_of(kind: Any, style: Style) -> Writer | None:
    """Return a writer of values of this kind; None if they are JSON values already."""
    if kind in (str, int, bool):
        return None
    if kind in TEXTS:
        return list
    if kind is datetime:
        return timestamp_text
    if kind == TAGS:
        return style.text_of
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {member: style.text_of(member) for member in kind}.__getitem__
    entries = entry_kinds(kind)
    if entries:
        return _array_writer(entries, style)
    return _entity_writer(kind, style)


class _WritersByClass(dict[type, Writer]):
    """The writer of each class that an entry of an array may have.

    It is the one of the class that the array declares, which knows its subclasses.
    """

    def __init__(self, declared: tuple[type, ...], style: Style) -> None:
        self._declared = declared
        self._style = style

    def __missing__(self, entry_class: type) -> Writer:
        if issubclass(entry_class, Unread):  # a schema that is no longer cached must not stay here
            return self._style.unread
        declared = next(kind for kind in self._declared if issubclass(entry_class, kind))
        write: Any = writer_of(declared, self._style)
        self[entry_class] = write
        return self[entry_class]


def _array_writer(kinds: tuple[type, ...], style: Style) -> Writer:
    writers = _WritersByClass(kinds, style)

    def write(entries: Any) -> list[Any]:
        if not isinstance(entries, EntityCollection):
            return [writers[entry.__class__](entry) for entry in entries]
        cells = list(entries.cells())
        if not style.include_unknown_enum_members:
            cells = unmasked(cells)
        return [writers[cell.__class__](cell) for cell in cells]

    return write


def _entity_writer(entity_class: Any, style: Style) -> Writer:
    """Return a writer of entities of this class, or of a subclass, as dicts.

    Declared values of a session are written as declared, until an operation changes it (rule S1a).
    """
    fill, fill_declared = (
        dict_filler(
            (known.name, known.attribute, writer_of(known.type, style))
            for known in properties_of(entity_class)
            if known.declared is declared and known.name not in style.hidden
        )
        for declared in (False, True)
    )
    is_session = issubclass(entity_class, RestoreSessionBase)
    is_page = entity_class is MailboxRestoreArtifactCollectionResponse
    annotation = type_annotation(entity_class)
    respell = _respeller(entity_class, style)
    names = [known.name for known in properties_of(entity_class)]

    def in_order(json: dict[str, Any]) -> dict[str, Any]:
        """Put the properties in the order of the schema, regardless of which were accessed."""
        others = sorted(json.keys() - names)
        return {name: json[name] for name in (*names, *others) if name in json}

    def write(entity: Any) -> Any:
        if entity.__class__ is not entity_class:
            return _subclass_written(entity, entity_class, style)
        json: dict[str, Any] = {}
        fill(entity, json)
        if is_session:
            fill_declared(entity.effective, json)
        if annotation is not None:
            json[ODATA_TYPE] = annotation
        if entity.additional_data is not NO_DATA:
            respell(entity, json)
            json = in_order(json)
            if is_page and is_of_granular(json.get(ODATA_CONTEXT)):
                _annotate_by_context(entity.value, json["value"])
        return json

    return write


def _annotate_by_context(artifacts: Iterable[Any], written: Iterable[dict[str, Any]]) -> None:
    """Leave out the types that the context of a page of granular artifacts implies (rule W5).

    An artifact of a whole mailbox needs its type there.
    """
    for artifact, json in zip(artifacts, written, strict=True):
        if not isinstance(artifact, GranularMailboxRestoreArtifact):
            json.setdefault(ODATA_TYPE, WHOLE_TYPES[0])
        elif artifact.additional_data.get(ODATA_TYPE) is ABSENT:
            del json[ODATA_TYPE]


def _subclass_written(entity: Any, declared: type, style: Style) -> Any:
    """Write an entity of a subclass where its base class is declared.

    Only among granular artifacts may a granular one leave out its type. Among those of whole
    mailboxes it needs the type, or it would be read as one of them.
    """
    kind: Any = type(entity)
    write: Any = writer_of(kind, style)
    json: dict[str, Any] = write(entity)
    if declared is MailboxRestoreArtifact and isinstance(entity, GranularMailboxRestoreArtifact):
        json.setdefault(ODATA_TYPE, GRANULAR_TYPE)
    return json


def _respeller(entity_class: type, style: Style) -> Callable[[Any, dict[str, Any]], None]:
    """Return a function that adds the properties that only the additional data has.

    The text of a known property counts as long as it is still read as the attribute's value.
    """
    properties = {known.name: known for known in properties_of(entity_class)}
    is_annotated = type_annotation(entity_class) is not None

    def respell(entity: Any, json: dict[str, Any]) -> None:
        for name, kept in entity.additional_data.items():
            known = properties.get(name)
            if name == ODATA_TYPE and is_annotated:
                del json[ODATA_TYPE]
                if kept is not ABSENT:
                    json[ODATA_TYPE] = thaw(kept)
            elif known is None:
                if kept is not ABSENT:
                    json[name] = thaw(kept)
            elif _still_reads(known, kept, json):
                if kept is ABSENT:
                    del json[name]
                elif kept is None or style.include_unknown_enum_members:
                    json[name] = thaw(kept)

    return respell


def _still_reads(known: Property, kept: Any, json: Mapping[str, Any]) -> bool:
    """Return whether the original text of a known property is still read as the written value."""
    if kept is ABSENT or kept is None:
        is_unknown = known.defaults_to_unknown and json[known.name] == "unknownFutureValue"
        return is_unknown or (kept is None and known.name not in json)
    if not known.respells:
        return False
    with suppress(WireError):
        return respelled(reader_of(known.type)(kept)) == json.get(known.name)
    return False
