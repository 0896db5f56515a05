"""Strategies for entities with any values that their attributes allow.

They need not be consistent: an artifact may succeed before it starts, a session may declare
anything. Consistent ones are in `restore_domain.verification.strategies.consistent_sessions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, Final, TypeVar, get_args, get_origin

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from restore_domain.model import (
    ABSENT,
    DeclaredProperties,
    EntityCollection,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    ProtectionUnitBase,
    RestorePoint,
    RestoreSessionBase,
)
from restore_domain.verification.entity_classes import ENTITY_CLASSES
from restore_domain.verification.strategies.values import (
    BOOLEANS,
    int32s,
    json_values,
    keys,
    texts,
    timestamps,
)
from restore_domain.wire.properties import (
    GRANULAR_TYPES,
    TAGS,
    Property,
    is_entity,
    properties_of,
)

__all__ = ["any_entity", "entities"]

_E = TypeVar("_E")

_UNKNOWN: Final = "unknownFutureValue"
_TYPE: Final = "@odata.type"


def entities(entity_class: type[_E]) -> SearchStrategy[_E]:
    """Draw entities of exactly this class with any values that it allows.

    This includes what a reader leaves in ``additional_data``. Raises TypeError if the class is not
    an entity.
    """
    if not is_entity(entity_class):
        raise TypeError(f"{entity_class!r} is not an entity of Graph JSON")
    kind: Any = entity_class
    return _cached(kind)


def any_entity() -> SearchStrategy[Any]:
    """Draw entities of every class."""
    return st.sampled_from(ENTITY_CLASSES).flatmap(entities)


@cache
def _cached(entity_class: type) -> SearchStrategy[Any]:
    return _entities(entity_class)


@st.composite
def _entities(draw: st.DrawFn, entity_class: type) -> Any:
    attributes = {name: draw(values) for name, values in _attributes(entity_class).items()}
    if entity_class in {RestorePoint, ProtectionUnitBase} and not attributes["odata_id"]:
        attributes["id"] = attributes["id"] or draw(keys())
    additional = draw(unknown_properties(entity_class))
    if draw(BOOLEANS):
        additional = additional | _leftovers(draw, entity_class, attributes)
    if issubclass(entity_class, RestoreSessionBase):
        names = [field.name for field in attrs.fields(DeclaredProperties)]
        declared = DeclaredProperties(**{name: attributes.pop(name) for name in names})
        attributes["declared"] = draw(st.sampled_from([declared, declared, None]))
    if entity_class is ExchangeRestoreSession:
        _without_common_ids(attributes)
    return entity_class(**attributes, additional_data=additional)


@cache
def _attributes(entity_class: type) -> Mapping[str, SearchStrategy[Any]]:
    """Return what is drawn for each attribute."""
    values = {
        known: keys() if known.is_key else _attribute(known.type)
        for known in properties_of(entity_class)
    }
    return {
        known.attribute: drawn if known.required else st.none() | drawn
        for known, drawn in values.items()
    }


@cache
def _attribute(kind: Any) -> SearchStrategy[Any]:
    """Draw values of an attribute of this type."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if get_origin(kind) in {tuple, EntityCollection}:
        return _several(kind)
    if issubclass(kind, StrEnum):
        return st.sampled_from(kind)
    return entities(kind)


_PLAIN: Final[Mapping[Any, SearchStrategy[Any]]] = {
    str: texts(),
    int: int32s(),
    datetime: timestamps(),
    NoneType: st.none(),
}


def _several(kind: Any) -> SearchStrategy[Any]:
    entry = get_args(kind)[0]
    single: SearchStrategy[Any] = st.one_of(*map(_attribute, get_args(entry) or [entry]))
    if entry is MailboxRestoreArtifact:
        single |= entities(GranularMailboxRestoreArtifact).map(_telling_its_type)
    if get_origin(kind) is tuple:
        return st.lists(single, max_size=3).map(tuple)
    return st.lists(single, max_size=4, unique_by=lambda entity: entity.id).map(EntityCollection)


def _telling_its_type(granular: GranularMailboxRestoreArtifact) -> GranularMailboxRestoreArtifact:
    """Give a granular artifact among whole mailboxes its type, without which it can't be read."""
    data = {name: value for name, value in granular.additional_data.items() if name != _TYPE}
    return attrs.evolve(granular, additional_data=data)


def _without_common_ids(attributes: dict[str, Any]) -> None:
    whole, granular = (
        attributes["mailbox_restore_artifacts"],
        attributes["granular_mailbox_restore_artifacts"],
    )
    if whole is not None and granular is not None:
        attributes["granular_mailbox_restore_artifacts"] = granular.removing(whole.ids)


# Additional data ------------------------------------------------------------------------------


@cache
def unknown_properties(entity_class: type) -> SearchStrategy[dict[str, Any]]:
    """Draw properties that the class does not name."""
    known = {known.name for known in properties_of(entity_class)} | {_TYPE}
    names = texts().filter(lambda name: name not in known)
    return st.builds(dict) | st.dictionaries(names, json_values(), max_size=2)


def _leftovers(
    draw: st.DrawFn, entity_class: type, attributes: Mapping[str, Any]
) -> dict[str, Any]:
    """Draw what a reader keeps of a known property that the attribute can't fully represent."""
    kept: dict[str, Any] = {}
    for known in properties_of(entity_class):
        values = _leftover(known, attributes.get(known.attribute))
        if values and not known.declared and draw(BOOLEANS):
            kept[known.name] = draw(st.sampled_from(values))
    if entity_class in _TYPES_KEPT:
        kept[_TYPE] = draw(st.sampled_from(_TYPES_KEPT[entity_class]))
    return kept


def _leftover(known: Property, value: Any) -> tuple[Any, ...]:
    """Return what may be left of a property whose attribute has this value."""
    if known.defaults_to_unknown:
        return (ABSENT, None, "paused") if value == _UNKNOWN else ()
    if value is None:
        return (None,)
    if known.type == TAGS:
        text = ", ".join(tag.replace(_UNKNOWN, "immutable") for tag in value)
        return (text,) if text != ",".join(value) else ()
    return ("paused",) if known.respells and value == _UNKNOWN else ()


_TYPES_KEPT: Final[Mapping[type, tuple[Any, ...]]] = {
    GranularMailboxRestoreArtifact: (ABSENT, GRANULAR_TYPES[1], GRANULAR_TYPES[0].lower()),
    MailboxRestoreArtifact: ("#microsoft.graph.mailboxRestoreArtifact", None, 5),
}
"""What an artifact may keep of its annotation, in addition to the one that it is written with."""
