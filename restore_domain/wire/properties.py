"""The JSON property for each attribute, derived from the entity classes.

Graph's names are the attributes' names in camelCase, except for OData's annotations, which the
attribute declares in its metadata. Nothing is declared twice: a new attribute of an entity is a new
property here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import attrs

from restore_domain.model.artifact import GranularMailboxRestoreArtifact
from restore_domain.model.collection import EntityCollection
from restore_domain.model.graph_name import graph_name, names_type
from restore_domain.model.session import DeclaredProperties, RestoreSessionBase
from restore_domain.model.validators import key
from restore_domain.status import RestorePointTags

__all__ = [
    "GRANULAR_TYPE",
    "GRANULAR_TYPES",
    "ODATA_CONTEXT",
    "ODATA_TYPE",
    "TAGS",
    "TEXTS",
    "WHOLE_TYPES",
    "Context",
    "Property",
    "context_of",
    "entry_kinds",
    "is_entity",
    "is_granular",
    "is_of_granular",
    "properties_of",
    "type_annotation",
]

NOT_ON_THE_WIRE: Final = frozenset({"additional_data", "declared", "activated"})
"""The attributes that have more than one property, or are derived from others that were read."""

TAGS: Final = tuple[RestorePointTags, ...]
"""A set of flags, in their original order."""

TEXTS: Final = (tuple[str, ...], tuple[str | None, ...])
"""A list of texts, and a request's list that may contain nulls, which the operations refuse."""

ODATA_TYPE: Final = "@odata.type"
"""The annotation with the type of an entity."""

ODATA_CONTEXT: Final = "@odata.context"
"""The annotation with the collection that a page belongs to."""

WHOLE_TYPES: Final = (
    "#microsoft.graph.mailboxRestoreArtifact",
    "microsoft.graph.mailboxRestoreArtifact",
)
"""The usual annotations of an artifact of a whole mailbox, which doesn't need any."""

GRANULAR_TYPE: Final = "#microsoft.graph.granularMailboxRestoreArtifact"
"""The annotation that distinguishes a granular artifact from one of a whole mailbox."""

GRANULAR_TYPES: Final = (GRANULAR_TYPE, GRANULAR_TYPE.removeprefix("#"))
"""The usual spellings; `is_granular` knows the others."""


@attrs.frozen
class Property:
    """A JSON property, and its attribute."""

    name: str
    """The name on the wire."""

    attribute: str
    """The name of the attribute."""

    type: Any
    """The type of the attribute if the property is present and not null."""

    required: bool
    """Whether an entity must have it, so that its attribute is never None."""

    is_key: bool
    """Whether it is the key of its entity, which is never empty."""

    defaults_to_unknown: bool
    """Whether a missing property is read as unknownFutureValue."""

    declared: bool
    """Whether it is derived from a session's artifacts, so that the wire can only declare it."""

    @property
    def respells(self) -> bool:
        """Whether the attribute's value may lose the text from which it was read (rule W2)."""
        return self.type == TAGS or (isinstance(self.type, type) and issubclass(self.type, StrEnum))


def entry_kinds(kind: Any) -> tuple[Any, ...]:
    """Return the classes that the entries of an array of objects may have; else an empty tuple."""
    if kind == TAGS or kind in TEXTS or get_origin(kind) not in (tuple, EntityCollection):
        return ()
    return _kinds(get_args(kind)[0])


def is_entity(kind: Any) -> bool:
    """Return whether this is a class whose instances are JSON objects."""
    return isinstance(kind, type) and attrs.has(kind) and hasattr(kind, "additional_data")


def _kinds(annotation: Any) -> tuple[Any, ...]:
    """Return the classes that a value may have, one by one."""
    union = get_origin(annotation) in (Union, UnionType)
    return get_args(annotation) if union else (annotation,)


def _without_none(annotation: Any) -> Any:
    """Return the type of an attribute without None; any sequence is read as a tuple."""
    kinds = tuple(kind for kind in _kinds(annotation) if kind is not NoneType)
    kind: Any = Union[kinds]  # noqa: UP007 - made of values
    if get_origin(kind) is Sequence:
        return tuple[get_args(kind)[0], ...]  # type: ignore[misc]
    return kind


def _properties(entity_class: type, *, declared: bool = False) -> list[Property]:
    annotations = get_type_hints(entity_class)
    hidden = NOT_ON_THE_WIRE if hasattr(entity_class, "additional_data") else frozenset[str]()
    return [
        Property(
            graph_name(field),
            field.name,
            str if field.validator is key else _without_none(annotations[field.name]),
            required=NoneType not in _kinds(annotations[field.name]),
            is_key=field.validator is key,
            defaults_to_unknown=field.metadata.get("unknown_if_missing", False),
            declared=declared,
        )
        for field in attrs.fields(entity_class)
        if field.init and field.name not in hidden  # the others are derived from these
    ]


@cache
def properties_of(entity_class: type) -> tuple[Property, ...]:
    """Return every property of this class, the declared ones of a session last."""
    found = _properties(entity_class)
    if issubclass(entity_class, RestoreSessionBase):
        found += _properties(DeclaredProperties, declared=True)
    return tuple(found)


def type_annotation(entity_class: type) -> str | None:
    """Return the ``@odata.type`` that distinguishes this class from its base class."""
    return GRANULAR_TYPE if issubclass(entity_class, GranularMailboxRestoreArtifact) else None


def is_granular(annotation: Any) -> bool:
    """Return whether an ``@odata.type`` is that of a granular artifact (rule W5)."""
    return names_type(annotation, "granularMailboxRestoreArtifact")


_CONTEXT: Final = re.compile(
    r"[^#]*#(?:Collection\((?P<type>[\w.]+)\)|(?:.*/)?(?P<name>[\w.]+))(?:\([^/]*\))?"
    r"(?P<entity>/\$entity)?",
    re.ASCII | re.DOTALL | re.IGNORECASE,
)
"""An ``@odata.context``; a client's selection is in the parentheses after the name."""


@attrs.frozen
class Context:
    """The contents of an ``@odata.context``."""

    name: str
    """The last part of its path, which is a collection or a type; or the type of a collection."""

    of_type: bool
    """Whether it is a collection of the type with this name."""

    is_entity: bool
    """Whether the document is a single entity of the collection."""


def context_of(text: Any) -> Context | None:
    """Return the contents of an ``@odata.context``; None if it has no information."""
    found = _CONTEXT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    of_type = found["type"]
    return Context(of_type or found["name"], of_type is not None, found["entity"] is not None)


def is_of_granular(text: Any) -> bool:
    """Return whether an ``@odata.context`` is that of a page of granular artifacts (rule W5)."""
    context = context_of(text)
    if context is None or context.is_entity:
        return False
    if context.of_type:
        return is_granular(context.name)
    return context.name.lower() == "granularmailboxrestoreartifacts"
