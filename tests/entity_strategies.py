"""Hypothesis strategies for entities, for their JSON, and for what is neither.

The entities need not be consistent: an artifact may succeed before it starts, a session may
declare anything. What they hold is what the attributes allow, and what a reader leaves in
``additional_data``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias, get_args, get_origin
from zoneinfo import ZoneInfo

import attrs
from hypothesis import strategies as st

from restore_domain import (
    ABSENT,
    ArtifactRemoval,
    CreateSessionRequest,
    DataModificationException,
    DeclaredProperties,
    EntityCollection,
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    FailedEntry,
    GranularMailboxRestoreArtifact,
    Identity,
    IdentitySet,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    ModificationInfo,
    ProtectionUnitBase,
    PublicError,
    PublicErrorDetail,
    PublicInnerError,
    RemovalReason,
    RequestedArtifact,
    RestoreArtifactBase,
    RestorePoint,
    RestorePointTags,
    RestoreSessionArtifactCount,
    RestoreSessionBase,
    Timestamp,
    UpdateSessionRequest,
    UpdateSessionResponse,
)
from restore_domain.wire.properties import Property, properties_of

ENTITY_CLASSES = (
    ArtifactRemoval,
    CreateSessionRequest,
    DataModificationException,
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    FailedEntry,
    GranularMailboxRestoreArtifact,
    Identity,
    IdentitySet,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    ModificationInfo,
    ProtectionUnitBase,
    PublicError,
    PublicErrorDetail,
    PublicInnerError,
    RemovalReason,
    RequestedArtifact,
    RestoreArtifactBase,
    RestorePoint,
    RestoreSessionArtifactCount,
    RestoreSessionBase,
    UpdateSessionRequest,
    UpdateSessionResponse,
)
"""Every class that is a JSON object of its own."""

Json: TypeAlias = Any
Strategy: TypeAlias = st.SearchStrategy[Any]

UNKNOWN = "unknownFutureValue"
TYPE = "@odata.type"
WHOLE_TYPE = "#microsoft.graph.mailboxRestoreArtifact"
GRANULAR_TYPE = "#microsoft.graph.granularMailboxRestoreArtifact"

texts = st.text(max_size=8)
keys = st.text(min_size=1, max_size=8)
int32s = st.integers(-(2**31), 2**31 - 1)

json_values: Strategy = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
"""Any JSON value."""


@st.composite
def timestamp_texts(draw: st.DrawFn) -> str:
    """Points in time as a service may write them, with none to twelve fractional digits."""
    day = draw(st.dates())
    hour, minute, second = draw(st.tuples(st.integers(0, 23), *[st.integers(0, 59)] * 2))
    fraction = draw(st.text("0123456789", max_size=12))
    offset = draw(st.sampled_from(["Z", "Z", "+00:00", "-00:00", "+05:30", "-11:45", "+23:59"]))
    time = f"{hour:02}:{minute:02}"
    if fraction or draw(st.booleans()):
        time += f":{second:02}"
    return f"{day.isoformat()}T{time}{'.' if fraction else ''}{fraction}{offset}"


ODD_OFFSET = timezone(timedelta(hours=-4, minutes=-56, seconds=-2))
"""The mean time of New York, which nobody can write with whole minutes."""

moments: Strategy = (
    timestamp_texts().map(Timestamp.parse)
    | st.datetimes(
        datetime(2, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
        datetime(9998, 1, 1),  # noqa: DTZ001
        timezones=st.sampled_from([UTC, ODD_OFFSET, ZoneInfo("Europe/Berlin")]),
    )
    | st.datetimes(
        datetime(2023, 10, 29, 1),  # noqa: DTZ001 - the hour that comes twice is among these
        datetime(2023, 10, 29, 4),  # noqa: DTZ001
        timezones=st.just(ZoneInfo("Europe/Berlin")),
    )
    | timestamp_texts().map(lambda text: Timestamp.parse(text).replace(year=2024, day=1))
)
"""Points in time as an attribute may hold them: read, made, and computed."""


@cache
def _unknown_properties(entity_class: type) -> Strategy:
    known = {known.name for known in properties_of(entity_class)} | {TYPE}
    names = texts.filter(lambda name: name not in known)
    return st.just({}) | st.dictionaries(names, json_values, max_size=2)


TYPES_KEPT: Mapping[type, Strategy] = {
    GranularMailboxRestoreArtifact: st.sampled_from([ABSENT, GRANULAR_TYPE[1:]]),
    MailboxRestoreArtifact: st.sampled_from([WHOLE_TYPE, None, 5]),
}
"""What an artifact may keep of its annotation, besides the one that it is written with."""


def _leftover(known: Property, value: Any) -> tuple[Any, ...]:
    """What may be left in the additional data of a property whose attribute has this value."""
    if known.defaults_to_unknown:
        return (ABSENT, None, "paused") if value == UNKNOWN else ()
    if value is None:
        return (None,)
    if known.type == tuple[RestorePointTags, ...]:
        text = ", ".join(tag.replace(UNKNOWN, "immutable") for tag in value)
        return (text,) if text != ",".join(value) else ()
    return ("paused",) if known.respells and value == UNKNOWN else ()


@cache
def _attribute(kind: Any) -> Strategy:
    """Values of an attribute of this type."""
    if kind is str:
        return texts
    if kind is int:
        return int32s
    if kind is datetime:
        return moments
    if get_origin(kind) in (tuple, EntityCollection):
        return _several(kind)
    if issubclass(kind, StrEnum):
        return st.sampled_from(kind)
    return entities(kind)


def _several(kind: Any) -> Strategy:
    entry = get_args(kind)[0]
    single = st.one_of(*map(_attribute, get_args(entry) or [entry]))
    if entry is MailboxRestoreArtifact:
        single |= entities(GranularMailboxRestoreArtifact).map(_telling_its_type)
    if get_origin(kind) is tuple:
        return st.lists(single, max_size=3).map(tuple)
    return st.lists(single, max_size=4, unique_by=lambda entity: entity.id).map(EntityCollection)


def _telling_its_type(granular: Any) -> Any:
    """Among artifacts of whole mailboxes a granular one can't come without its type."""
    data = {name: value for name, value in granular.additional_data.items() if name != TYPE}
    return attrs.evolve(granular, additional_data=data)


@cache
def entities(entity_class: type) -> Strategy:
    """Entities of this very class."""
    return _entities(entity_class)


@st.composite
def _entities(draw: st.DrawFn, entity_class: type) -> Any:
    held: dict[str, Any] = {}
    for known in properties_of(entity_class):
        values = keys if known.is_key else _attribute(known.type)
        held[known.attribute] = draw(values if known.required else st.none() | values)
    if entity_class in (RestorePoint, ProtectionUnitBase) and not held["odata_id"]:
        held["id"] = held["id"] or draw(keys)
    additional = draw(_unknown_properties(entity_class))
    if draw(st.booleans()):
        additional = additional | draw(_leftovers(entity_class, held))
    if issubclass(entity_class, RestoreSessionBase):
        names = [field.name for field in attrs.fields(DeclaredProperties)]
        declared = DeclaredProperties(**{name: held.pop(name) for name in names})
        held["declared"] = draw(st.sampled_from([declared, declared, None]))
    if entity_class is ExchangeRestoreSession:
        _without_common_ids(held)
    return entity_class(**held, additional_data=additional)


@st.composite
def _leftovers(draw: st.DrawFn, entity_class: type, held: Mapping[str, Any]) -> Any:
    kept: dict[str, Any] = {}
    for known in properties_of(entity_class):
        values = _leftover(known, held.get(known.attribute))
        if values and not known.declared and draw(st.booleans()):
            kept[known.name] = draw(st.sampled_from(values))
    if entity_class in TYPES_KEPT:
        kept[TYPE] = draw(TYPES_KEPT[entity_class])
    return kept


def _without_common_ids(held: dict[str, Any]) -> None:
    whole, granular = held["mailbox_restore_artifacts"], held["granular_mailbox_restore_artifacts"]
    if whole is not None and granular is not None:
        held["granular_mailbox_restore_artifacts"] = granular.removing(whole.ids)


any_entity: Strategy = st.sampled_from(ENTITY_CLASSES).flatmap(entities)
"""Entities of every class."""


@cache
def _json(kind: Any) -> Strategy:
    """JSON values of a property of this type, all as they should be."""
    if kind is str:
        return texts
    if kind is int:
        return int32s
    if kind is datetime:
        return timestamp_texts()
    if kind == tuple[RestorePointTags, ...]:
        tags = st.sampled_from([*RestorePointTags, "immutable", " none "])
        return st.lists(tags, max_size=3).map(",".join)
    if get_origin(kind) in (tuple, EntityCollection):
        return _json_array(kind)
    if issubclass(kind, StrEnum):
        return st.sampled_from([*kind, "paused"]).map(str)
    return documents(kind)


def _json_array(kind: Any) -> Strategy:
    entry = get_args(kind)[0]
    single = st.one_of(*map(_json, get_args(entry) or [entry]))
    if entry is MailboxRestoreArtifact:
        granular = documents(GranularMailboxRestoreArtifact)
        single |= granular.map(lambda document: document | {TYPE: GRANULAR_TYPE})
    if get_origin(kind) is tuple:
        return st.lists(single, max_size=3)
    return st.lists(single, max_size=3, unique_by=lambda document: document["id"])


@cache
def documents(entity_class: type) -> Strategy:
    """JSON objects that can be read as this class."""
    return _documents(entity_class)


@st.composite
def _documents(draw: st.DrawFn, entity_class: type) -> Json:
    document: dict[str, Any] = {}
    for known in properties_of(entity_class):
        values = keys if known.is_key else _json(known.type)
        if known.required and not known.defaults_to_unknown:
            document[known.name] = draw(values)
        elif draw(st.booleans()):
            document[known.name] = draw(st.none() | values)
    if entity_class in (RestorePoint, ProtectionUnitBase) and not document.get("@odata.id"):
        document["id"] = document.get("id") or draw(keys)
    if entity_class is GranularMailboxRestoreArtifact:
        document |= draw(st.sampled_from([{}, {TYPE: GRANULAR_TYPE}, {TYPE: WHOLE_TYPE}]))
    if entity_class is ExchangeRestoreSession:
        _rename_common_ids(document)
    return document | draw(_unknown_properties(entity_class))


def _rename_common_ids(document: dict[str, Any]) -> None:
    whole = {artifact["id"] for artifact in document.get("mailboxRestoreArtifacts") or ()}
    for artifact in document.get("granularMailboxRestoreArtifacts") or ():
        if artifact["id"] in whole:
            artifact["id"] += "'" * 9


@st.composite
def spoilt_documents(draw: st.DrawFn, entity_class: type) -> Json:
    """JSON objects of the shape of this class in which something may be anything."""
    document = draw(documents(entity_class))
    for _ in range(draw(st.integers(0, 3))):
        document = draw(_spoilt(document))
    return document


@st.composite
def _spoilt(draw: st.DrawFn, value: Json) -> Json:
    """The value with some part of it replaced."""
    if not value or not isinstance(value, (list, dict)) or draw(st.integers(0, 4)) == 0:
        return draw(json_values)
    places = range(len(value)) if isinstance(value, list) else list(value)
    place = draw(st.sampled_from(places))
    copied: Any = value.copy()
    copied[place] = draw(_spoilt(value[place]))
    return copied


def same_json(one: Json, other: Json) -> bool:
    """Compare as JSON values: 1, 1.0 and true are three."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(
            same_json(value, other[name]) for name, value in one.items()
        )
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    return repr(one) == repr(other)
