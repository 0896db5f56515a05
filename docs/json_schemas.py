"""JSON Schema of all that the package reads, from the properties that its reader has.

What the schema of a property says is what the reader checks: its type, whether it may be missing or
null, its range. What the reader decides by more than one property (rule W5) is a condition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias, get_args

import attrs

from restore_domain.model import (
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    PublicError,
)
from restore_domain.model.graph_name import uncapitalized
from restore_domain.model.timestamp import SHAPE
from restore_domain.model.validators import INT32
from restore_domain.operations.events import BulkRequestChange
from restore_domain.status import EVOLVABLE_ENUMS, RestorePointTags
from restore_domain.verification.entity_classes import ENTITY_CLASSES
from restore_domain.wire.event_json import BULK_REQUEST_CHANGES, EVENT_TYPES, EVENT_VERSION
from restore_domain.wire.properties import (
    GRANULAR_TYPE,
    ODATA_CONTEXT,
    ODATA_TYPE,
    TAGS,
    TEXTS,
    Property,
    entry_kinds,
    is_entity,
    properties_of,
)
from restore_domain.wire.reading import MARKERS

Schema: TypeAlias = dict[str, Any]

Describe: TypeAlias = Callable[[type, str | None], str]
"""Returns what the docstring of a class says, or that of an attribute of it."""


def _name(kind: type) -> str:
    return uncapitalized(kind.__name__)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def definitions(describe: Describe) -> dict[str, Schema]:
    """Return the schema of each entity, request, event, enumeration and error by its name."""
    return (
        {_name(kind): _entity(kind, describe) for kind in ENTITY_CLASSES}
        | {_name(enum): _enumeration(enum, describe) for enum in EVOLVABLE_ENUMS}
        | _of_events(describe)
        | {"errorBody": _ERROR_BODY, "dateTimeOffset": _TIMESTAMP}
    )


# The parts of a schema


def _any_case(text: str) -> str:
    """Return a pattern of a text in upper and lower case, in the words of every engine."""
    letters = (f"[{char.lower()}{char.upper()}]" if char.isalpha() else char for char in text)
    return "".join(letters).replace(".", r"\.")


_GRANULAR_NAME: Final = _any_case(GRANULAR_TYPE.removeprefix("#"))
_PAGE_OF_GRANULAR: Final = (
    rf"^[^#]*#(?:{_any_case('Collection')}\({_GRANULAR_NAME}\)"
    rf"|(?:[\s\S]*/)?{_any_case('granularMailboxRestoreArtifacts')})(?:\([^/]*\))?$"
)

_TIMESTAMP: Final[Schema] = {
    "description": "A point in time with its offset from UTC; seconds and fractions of them, of "
    "up to twelve digits, may be missing.",
    "type": "string",
    "format": "date-time",
    "pattern": f"^{SHAPE.pattern.replace('?P<fraction>', '?:')}$",
    "examples": ["2026-01-12T08:30:00.1234567Z"],
}

_ERROR_BODY: Final[Schema] = {
    "description": "The body of an answer that refuses a request.",
    "type": "object",
    "properties": {
        "error": {
            **_ref(_name(PublicError)),
            "required": ["code"],
            "properties": {"code": {"type": "string", "minLength": 1}},
        }
    },
    "required": ["error"],
}


def _enumeration(enum: type[StrEnum], describe: Describe) -> Schema:
    """Return any text, with the members named (rule W2)."""
    description = describe(enum, None)
    members = [member.value for member in enum]
    if enum is RestorePointTags:
        text = f"{description} Several stand with commas between them. Of {', '.join(members)}."
        return {"description": text, "type": "string", "examples": members}
    return {
        "description": f"{description} Any other text is a member that was added later.",
        "type": "string",
        "anyOf": [{"enum": members}, {}],
    }


def _or_null(schema: Schema) -> Schema:
    kind = schema.get("type")
    if kind is None or "enum" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [kind, "null"]}


def _value(known: Property) -> Schema:
    """Return the schema of a property that is there and not null."""
    kind = known.type
    if kind in _SCALARS:
        return {**_SCALARS[kind], **({"minLength": 1} if known.is_key else {})}
    if kind in TEXTS:
        return _array({"type": "string"} if kind == TEXTS[0] else {"type": ["string", "null"]})
    if entries := entry_kinds(kind):
        return _array(_entry(entries))
    if is_entity(kind) or kind in EVOLVABLE_ENUMS:
        return _ref(_name(kind))
    return {"type": "string", "enum": [member.value for member in kind]}


_SCALARS: Final[Mapping[Any, Schema]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": INT32.start, "maximum": INT32.stop - 1},
    datetime: _ref("dateTimeOffset"),
    TAGS: _ref(_name(RestorePointTags)),
}


def _array(entry: Schema) -> Schema:
    return {"type": "array", "items": entry}


def _entry(kinds: Sequence[type]) -> Schema:
    """Return the schema of an entry, whose class its marker shows."""
    (schema,) = (_ref(_name(kind)) for kind in kinds if kind not in MARKERS)
    for kind in reversed([kind for kind in kinds if kind in MARKERS]):
        has_marker = {"required": [MARKERS[kind]], "type": "object"}
        schema = {"if": has_marker, "then": _ref(_name(kind)), "else": schema}
    return schema


# Entities


def _entity(kind: type, describe: Describe) -> Schema:
    properties: dict[str, Schema] = {}
    required = []
    for known in properties_of(kind):
        is_needed = known.required and not known.defaults_to_unknown
        schema = _value(known) if is_needed else _or_null(_value(known))
        properties[known.name] = {"description": describe(kind, known.attribute), **schema}
        required += [known.name] * is_needed
    return {
        "description": describe(kind, None),
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
        **_condition(kind),
    }


def _condition(kind: type) -> Schema:
    """Return what depends on more than one property."""
    if kind is MailboxRestoreArtifact:
        of_granular = {"type": "string", "pattern": f"^#?{_GRANULAR_NAME}$"}
        return {
            "if": {"properties": {ODATA_TYPE: of_granular}, "required": [ODATA_TYPE]},
            "then": _ref(_name(GranularMailboxRestoreArtifact)),
        }
    if kind is MailboxRestoreArtifactCollectionResponse:
        of_granular = {"type": "string", "pattern": _PAGE_OF_GRANULAR}
        untyped = {"type": "object", "properties": {ODATA_TYPE: {"type": "null"}}}
        entry = {"if": untyped, "then": _ref(_name(GranularMailboxRestoreArtifact))}
        return {
            "if": {"properties": {ODATA_CONTEXT: of_granular}, "required": [ODATA_CONTEXT]},
            "then": {"properties": {"value": {"items": entry}}},
        }
    names = [known.name for known in properties_of(kind)]
    if "@odata.id" in names:  # what may be named by a reference is named by that or by its key
        text = {"type": "string", "minLength": 1}
        of_one = ({"properties": {name: text}, "required": [name]} for name in ("id", "@odata.id"))
        return {"anyOf": list(of_one)}
    return {}


# Events


def _of_events(describe: Describe) -> dict[str, Schema]:
    version = {"type": "integer", "minimum": 1, "maximum": EVENT_VERSION}
    flags = {name: {"type": "boolean"} for name in ("isDerived", "isActivated")}
    entity = _ref(_name(ExchangeRestoreSession))
    whole, granular = map(_name, (MailboxRestoreArtifact, GranularMailboxRestoreArtifact))
    return {
        "event": {"description": "Any event.", "oneOf": list(map(_ref, EVENT_TYPES))},
        **{
            name: _tagged(name, kind, describe, {"version": version})
            for name, kind in EVENT_TYPES.items()
        },
        **{name: _tagged(name, kind, describe, {}) for name, kind in BULK_REQUEST_CHANGES.items()},
        "sessionOfEvent": {
            "description": "A session, and what its entity does not show.",
            **_closed({"entity": entity, **flags}, ["entity", *flags]),
        },
        "artifactOfEvent": {
            "description": "An artifact below the name of its class.",
            **_closed({name: _ref(name) for name in (whole, granular)}, []),
            "minProperties": 1,
            "maxProperties": 1,
        },
    }


def _closed(properties: Schema, required: Iterable[str]) -> Schema:
    """Return the schema of an object without unknown properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": [*required],
        "additionalProperties": False,
    }


def _tagged(name: str, kind: type, describe: Describe, beside: Schema) -> Schema:
    """Return the schema of an object whose type says the class."""
    properties: Schema = {"type": {"const": name}, **beside}
    required = [*properties]
    defaults = {field.name: field.default for field in attrs.fields(kind)}
    for known in properties_of(kind):
        is_needed = defaults[known.attribute] is attrs.NOTHING
        schema = _value_in_event(known)
        properties[known.name] = {
            "description": describe(kind, known.attribute),
            **(schema if is_needed else _or_null(schema)),
        }
        required += [known.name] * is_needed
    return {"description": describe(kind, None), **_closed(properties, required)}


def _value_in_event(known: Property) -> Schema:
    if known.type is ExchangeRestoreSession:
        return _ref("sessionOfEvent")
    if entry_kinds(known.type) == (MailboxRestoreArtifact,):
        return _array(_ref("artifactOfEvent"))
    if get_args(known.type) == get_args(BulkRequestChange):
        return {"oneOf": list(map(_ref, BULK_REQUEST_CHANGES))}
    return _value(known)
