"""Strategies for Graph JSON: readable documents, and others that have to be refused (W4)."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, Final, get_args, get_origin

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from restore_domain.model import (
    EntityCollection,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    ProtectionUnitBase,
    RestorePoint,
)
from restore_domain.status import RestorePointTags
from restore_domain.verification.strategies.entities import unknown_properties
from restore_domain.verification.strategies.values import (
    BOOLEANS,
    int32s,
    json_values,
    keys,
    texts,
    timestamp_texts,
)
from restore_domain.wire.properties import (
    GRANULAR_TYPE,
    GRANULAR_TYPES,
    ODATA_CONTEXT,
    TAGS,
    Property,
    is_entity,
    properties_of,
)

__all__ = ["documents", "invalid_documents", "invalid_texts", "spoilt_documents"]

_TYPE: Final = "@odata.type"


def documents(entity_class: type) -> SearchStrategy[dict[str, Any]]:
    """Draw JSON objects that can be read as this class, also with unknown properties and members.

    Raises TypeError if the class is not an entity.
    """
    if not is_entity(entity_class):
        raise TypeError(f"{entity_class!r} is not an entity of Graph JSON")
    return _cached(entity_class)


@cache
def _cached(entity_class: type) -> SearchStrategy[dict[str, Any]]:
    return _documents(entity_class)


@st.composite
def _documents(draw: st.DrawFn, entity_class: type) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, is_needed, values in _properties(entity_class):
        if is_needed or draw(BOOLEANS):
            document[name] = draw(values)
    if entity_class in _NAMED and not document.get("@odata.id"):
        document["id"] = document.get("id") or draw(keys())
    if entity_class is GranularMailboxRestoreArtifact:
        document |= draw(_TYPE_ANNOTATIONS)
    if entity_class is MailboxRestoreArtifactCollectionResponse:
        document |= draw(_CONTEXTS)
    if entity_class is ExchangeRestoreSession:
        _rename_common_ids(document)
    return document | draw(unknown_properties(entity_class))


@cache
def _properties(entity_class: type) -> tuple[tuple[str, bool, SearchStrategy[Any]], ...]:
    """Return for each property its name, whether it is required, and what is drawn for it."""
    found = []
    for known in properties_of(entity_class):
        values = keys() if known.is_key else _json(known.type)
        is_needed = known.required and not known.defaults_to_unknown
        found.append((known.name, is_needed, values if is_needed else st.none() | values))
    return tuple(found)


_NAMED: Final = (RestorePoint, ProtectionUnitBase)
"""The classes that need an ``id`` or an ``@odata.id``."""

_GRANULAR_TYPES: Final[tuple[dict[str, Any], ...]] = tuple(
    {_TYPE: spelled}
    for spelled in (*GRANULAR_TYPES, GRANULAR_TYPE.lower(), GRANULAR_TYPES[1].upper())
)
"""The ways to mark an artifact as granular (W5)."""

_TYPE_ANNOTATIONS: Final = st.sampled_from(
    ({}, *_GRANULAR_TYPES, {_TYPE: "#microsoft.graph.mailboxRestoreArtifact"})
)


_METADATA: Final = "https://graph.microsoft.com/v1.0/$metadata"
_OF_A_SESSION: Final = f"{_METADATA}#solutions/backupRestore/exchangeRestoreSessions('s1')"

_CONTEXTS: Final[st.SearchStrategy[dict[str, Any]]] = st.sampled_from(
    (
        {},
        {ODATA_CONTEXT: f"{_OF_A_SESSION}/mailboxRestoreArtifacts"},
        {ODATA_CONTEXT: f"{_OF_A_SESSION}/granularMailboxRestoreArtifacts(id,status)"},
        {ODATA_CONTEXT: f"{_METADATA}#Collection(microsoft.graph.granularMailboxRestoreArtifact)"},
    )
)
"""The ways in which a page names its collection, or doesn't (W5)."""


@cache
def _json(kind: Any) -> SearchStrategy[Any]:
    """Draw JSON values of a property of this type."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if get_origin(kind) in {tuple, EntityCollection}:
        return _json_array(kind)
    if issubclass(kind, StrEnum):
        return st.sampled_from([*kind, "paused"]).map(str)
    return documents(kind)


_PLAIN: Final[Mapping[Any, SearchStrategy[Any]]] = {
    str: texts(),
    int: int32s(),
    datetime: timestamp_texts(),
    NoneType: st.none(),
    TAGS: st.lists(st.sampled_from([*RestorePointTags, "immutable", " none "]), max_size=3).map(
        ",".join
    ),
}


def _json_array(kind: Any) -> SearchStrategy[Any]:
    entry = get_args(kind)[0]
    single: SearchStrategy[Any] = st.one_of(*map(_json, get_args(entry) or [entry]))
    if entry is MailboxRestoreArtifact:
        granular = documents(GranularMailboxRestoreArtifact)
        single |= st.builds(operator.or_, granular, st.sampled_from(_GRANULAR_TYPES))
    if get_origin(kind) is tuple:
        return st.lists(single, max_size=3)
    return st.lists(single, max_size=3, unique_by=lambda document: document["id"])


def _rename_common_ids(document: dict[str, Any]) -> None:
    whole = {artifact["id"] for artifact in document.get("mailboxRestoreArtifacts") or ()}
    for artifact in document.get("granularMailboxRestoreArtifacts") or ():
        if artifact["id"] in whole:
            artifact["id"] += "'" * 9


# Invalid ---------------------------------------------------------------------------------------


@cache
def invalid_documents(entity_class: type) -> SearchStrategy[Any]:
    """Draw JSON values that can't be read as this class: one thing in them is wrong (W4).

    Usually a property of a document, at any depth, has an invalid value; or a required one is
    missing; or the whole is not an object. Raises TypeError if the class is not an entity.
    """
    return st.sampled_from(_NO_OBJECTS) | _invalid_documents(documents(entity_class), entity_class)


_NO_OBJECTS: Final[tuple[Any, ...]] = (None, [], "{}", 5, False)


@st.composite
def _invalid_documents(
    draw: st.DrawFn, valid: SearchStrategy[dict[str, Any]], entity_class: type
) -> Any:
    return _invalid(draw, entity_class, draw(valid))


def _invalid(draw: st.DrawFn, entity_class: type, document: dict[str, Any]) -> Any:
    """Make one property wrong: of this document, or of an object within."""
    properties = properties_of(entity_class)
    within = [
        known for known in properties if document.get(known.name) and _entry_class(known.type)
    ]
    deeper = draw(BOOLEANS)
    if within and deeper:
        known = draw(st.sampled_from(within))
        return document | {known.name: _invalid_within(draw, known, document[known.name])}
    known = draw(st.sampled_from(properties))
    is_needed = known.required and not known.defaults_to_unknown
    if is_needed and draw(BOOLEANS):
        return {name: value for name, value in document.items() if name != known.name}
    wrong = (*_wrong_values(known), *[None] * is_needed)
    return document | {known.name: draw(st.sampled_from(wrong))}


def _invalid_within(draw: st.DrawFn, known: Property, value: Any) -> Any:
    entry: Any = _entry_class(known.type)
    if not isinstance(value, list):
        return _invalid(draw, entry, value)
    place = draw(st.integers(0, len(value) - 1))
    return [*value[:place], _invalid(draw, entry, value[place]), *value[place + 1 :]]


def _entry_class(kind: Any) -> type | None:
    """Return the class of the object, or of the objects in the list, in a property."""
    entry = get_args(kind)[0] if get_origin(kind) in {tuple, EntityCollection} else kind
    return entry if is_entity(entry) else None


def _wrong_values(known: Property) -> tuple[Any, ...]:
    if known.is_key:
        return ("", *_WRONG[str])
    if known.type in _WRONG:
        return _WRONG[known.type]
    if get_origin(known.type) in {tuple, EntityCollection}:
        may_be_null = NoneType in get_args(get_args(known.type)[0])
        return ({}, "a", 5, [5], *[[None]] * (not may_be_null))
    return (5, [], False) if issubclass(known.type, StrEnum) else ("a", 5, [])


_WRONG: Final[Mapping[Any, tuple[Any, ...]]] = {
    str: (5, [], {}, False),
    int: ("5", 1.5, 2**31, -(2**31) - 1, True),
    datetime: ("12-01-03", "2026-01-05T09:00:00", "", 5),
    TAGS: (5, [], False),
}


@cache
def invalid_texts(entity_class: type) -> SearchStrategy[bytes]:
    """Draw bytes that can't be read as this class, and usually are not JSON at all (W4).

    Raises TypeError if the class is not an entity.
    """
    texts_of_documents = documents(entity_class).map(json.dumps)
    return _spoilt_texts(texts_of_documents) | invalid_documents(entity_class).map(_utf_8)


@st.composite
def _spoilt_texts(draw: st.DrawFn, valid: SearchStrategy[str]) -> bytes:
    text = draw(valid)
    place = draw(st.integers(0, len(text) - 1))
    return draw(_SPOILERS)(text, place)


def _utf_8(value: Any) -> bytes:
    return json.dumps(value).encode()


_SPOILERS: Final[SearchStrategy[Callable[[str, int], bytes]]] = st.sampled_from(
    (
        lambda text, place: text[:place].encode(),
        lambda text, _: text.encode() + b"]",
        lambda text, _: text.encode("utf-16"),
        lambda text, place: text[:place].encode() + b"\xff" + text[place:].encode(),
        lambda text, _: b"\xef\xbb\xbf" * 2 + text.encode(),
        lambda text, _: text[:-1].encode() + b', "": NaN}',
        lambda text, _: text[:-1].encode() + b', "": "\\ud800"}',
        lambda text, _: text[:-1].encode() + b', "": 1e999, "": 1}',
        lambda text, _: text[:-1].encode() + b', "": ' + b"[" * 101 + b"]" * 101 + b"}",
    )
)
"""Each turns a JSON object into something else, or into one that is never allowed."""


# Either ----------------------------------------------------------------------------------------


@cache
def spoilt_documents(entity_class: type) -> SearchStrategy[Any]:
    """Draw JSON of the shape of this class in which something may be anything.

    It may be readable, or has to be refused. Raises TypeError if the class is not an entity.
    """
    return _spoilt_documents(documents(entity_class))


@st.composite
def _spoilt_documents(draw: st.DrawFn, valid: SearchStrategy[Any]) -> Any:
    document = draw(valid)
    for _ in range(draw(_TIMES)):
        document = _spoilt(draw, document)
    return document


_TIMES: Final = st.integers(0, 3)
_FIFTHS: Final = st.integers(0, 4)


def _spoilt(draw: st.DrawFn, value: Any) -> Any:
    """Replace some part of the value."""
    if not value or not isinstance(value, (list, dict)) or draw(_FIFTHS) == 0:
        return draw(json_values())
    places = range(len(value)) if isinstance(value, list) else list(value)
    place = draw(st.sampled_from(places))
    copied: Any = value.copy()
    copied[place] = _spoilt(draw, value[place])
    return copied
