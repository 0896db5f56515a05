"""The documents that msgspec expects: a struct for each class of entities (W1, W2, W4).

msgspec checks types, lengths and enumerations in C while it parses. Afterwards only the timestamps,
and other values that msgspec does not check, are checked column by column (`check`). The entity of
a struct is made when it is accessed.

The structs are derived from the properties of the entities, and from further *names*: the unknown
properties of a document, which become fields of any JSON value. `decoding` decides which names are
added for a document, and what happens to an entry that does not fit its schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache, partial
from itertools import chain
from operator import attrgetter
from threading import Lock
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias, get_origin

import attrs
import msgspec
from msgspec import UNSET, Meta, UnsetType, ValidationError

from restore_domain.frozen import Conversion, converting_maker
from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.collection import EntityCollection, Unread
from restore_domain.model.json_limits import WireLimits
from restore_domain.model.json_value import ABSENT, NO_DATA, JsonObject, freeze
from restore_domain.model.page import MailboxRestoreArtifactCollectionResponse
from restore_domain.model.session import (
    ARTIFACT_COLLECTIONS,
    DeclaredProperties,
    RestoreSessionBase,
    in_both,
    statuses_of,
    tally_of,
    was_activated,
)
from restore_domain.model.timestamp import Timestamp, checked_text
from restore_domain.model.validators import INT32
from restore_domain.status import EVOLVABLE_ENUMS, mask_unknown_members
from restore_domain.wire.problems import WireError
from restore_domain.wire.properties import (
    ODATA_TYPE,
    TAGS,
    TEXTS,
    WHOLE_TYPES,
    Property,
    entry_kinds,
    is_entity,
    properties_of,
    type_annotation,
)
from restore_domain.wire.reading import additional_data, read_tags, respelled

__all__ = [
    "SCHEMAS_KEPT",
    "UNEXPECTED",
    "Names",
    "PageOfGranular",
    "Unexpected",
    "check",
    "decoder_of",
    "has_schema",
    "is_collection",
    "parts_of",
    "unmasked",
]


class Unexpected(Exception):  # noqa: N818 - a signal to the careful reader, never shown
    """A value that only the careful reader can read, or describe."""


UNEXPECTED: Final = (
    Unexpected,
    WireError,
    msgspec.MsgspecError,
    RecursionError,
    TypeError,
    ValueError,
)
"""The errors after which the careful reader has to read the whole document."""

Names: TypeAlias = frozenset[tuple[type, str]]
"""The properties that the schema knows in addition to those of the entities, by class and name."""

SCHEMAS_KEPT: Final = 256
"""How many structs and decoders are cached: making one takes as long as reading 500 artifacts."""

# The schema ---------------------------------------------------------------------------------


class _Evolving(StrEnum):
    """An enumeration as it is on the wire: an unknown text becomes a member of its own (W2)."""

    @classmethod
    def _missing_(cls, value: Any) -> Any:
        if value.__class__ is not str or len(value) > _LONGEST_MEMBER:
            return None
        member = str.__new__(cls, value)
        member._name_ = "UNKNOWN_FUTURE_VALUE"
        member._value_ = value
        return member


_LONGEST_MEMBER: Final = 1000
"""Characters; a longer text is left to the careful reader, which knows the limit."""

_make_enum: Final[Any] = _Evolving

_ON_THE_WIRE: Final[dict[Any, Any]] = {
    enum: _make_enum(enum.__name__, [(member.name, member.value) for member in enum])
    for enum in EVOLVABLE_ENUMS
}
"""The enumeration that is parsed instead of each."""

_SHOWN: Final[dict[Any, frozenset[Any]]] = {
    enum: frozenset(member.value for member in enum) for enum in EVOLVABLE_ENUMS
}
"""The known texts of each enumeration."""

_SHOWN_TO_ALL: Final[dict[Any, frozenset[Any]]] = {
    enum: frozenset(mask_unknown_members(member).value for member in enum) | {None, UNSET}
    for enum in EVOLVABLE_ENUMS
}
"""The values that are shown to every client, and None."""


class _Struct(Unread, frozen=True):
    """The common base of the structs of all classes."""

    check: ClassVar[Callable[[list[Any], set[Any]], None]]
    """Checks several instances for everything that msgspec does not check; see `_checker`."""

    are_masked: ClassVar[Callable[[list[Any]], bool]]
    """Returns whether one of several instances has a text that is masked (rule W3)."""

    learned: ClassVar[dict[str, str]]
    """The attribute of each property that the schema learned."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class PageOfGranular(MailboxRestoreArtifactCollectionResponse):
    """A page whose context says that its artifacts are granular (rule W5).

    The class exists only in the schema: its entity is a page like any other.
    """

    value: tuple[GranularMailboxRestoreArtifact, ...]


_MADE_AS: Final[dict[type, type]] = {PageOfGranular: MailboxRestoreArtifactCollectionResponse}
"""The class of the entity, if it is not that of the schema."""


@cache
def has_schema(kind: Any) -> bool:
    """Return whether documents of this kind are read by a schema.

    A schema does not distinguish entries of several classes, and derives attributes only for
    sessions.
    """
    if any(len(entry_kinds(known.type)) > 1 for known in properties_of(kind)):
        return False
    if not issubclass(kind, RestoreSessionBase) and not all(f.init for f in attrs.fields(kind)):
        return False
    return all(has_schema(part) for part in parts_of(kind).values() if part is not None)


@cache
def is_collection(known: Property) -> bool:
    """Return whether a property is an array of entities with keys, which may be thousands."""
    entries = entry_kinds(known.type)
    return bool(entries) and any(part.is_key for part in properties_of(entries[0]))


@cache
def parts_of(entity_class: type) -> dict[str, type | None]:
    """Return the class of each known property that is an object, or an array of them."""
    kinds = {
        known.name: (entry_kinds(known.type) or (known.type,))[0]
        for known in properties_of(entity_class)
    }
    return {name: kind if is_entity(kind) else None for name, kind in kinds.items()}


@cache
def _reachable(entity_class: type) -> frozenset[type]:
    """Return the class, and the classes of its parts."""
    parts = (part for part in parts_of(entity_class).values() if part is not None)
    return frozenset({entity_class}).union(*map(_reachable, parts))


def _struct_of(entity_class: type, names: Names, limits: WireLimits, *, raw: bool) -> type[_Struct]:
    """Return the struct of a class, the same one for the same known names of its parts.

    A `raw` one leaves the entries of its collections as text.
    """
    owners = _reachable(entity_class)
    known = frozenset(pair for pair in names if pair[0] in owners)
    return _made_struct(entity_class, known, limits, raw=raw)


@lru_cache(SCHEMAS_KEPT)
def _made_struct(
    entity_class: type, names: Names, limits: WireLimits, *, raw: bool
) -> type[_Struct]:
    fields: list[tuple[str, Any, Any]] = []
    nested: list[_Nested] = []
    for known in properties_of(entity_class):
        kind = _checked(known, names, limits, nested, raw=raw)
        if known.required and not known.defaults_to_unknown:
            fields.append((known.attribute, kind, msgspec.field(name=known.name)))
        else:
            may_miss = kind | None | UnsetType
            fields.append(
                (known.attribute, may_miss, msgspec.field(name=known.name, default=UNSET))
            )
    extras = _extras(entity_class, names)
    for attribute, name in extras:
        kind = _json_value(entity_class, name, limits) | UnsetType
        fields.append((attribute, kind, msgspec.field(name=name, default=UNSET)))
    struct: Any = msgspec.defstruct(
        entity_class.__name__,
        fields,
        bases=(_Struct,),
        module=__name__,  # and not that of the frame which happens to call it
        forbid_unknown_fields=True,
        frozen=True,
        gc=False,
        kw_only=True,
    )
    struct.entity_class = entity_class
    struct.check = staticmethod(_checker(entity_class, extras, nested, limits))
    struct.are_masked = staticmethod(_mask_test(entity_class, nested))
    struct.learned = {name: attribute for attribute, name in extras}

    def first(source: Any) -> Any:  # compiling takes longer than reading a small document
        struct.make = staticmethod(_entity_maker(entity_class, extras, limits))
        return struct.make(source)

    struct.make = staticmethod(first)
    made: type[_Struct] = struct
    return made


@attrs.frozen
class _Nested:
    """A property whose value is a struct, or a list of them."""

    read: Callable[[Any], Any] = attrs.field(converter=attrgetter)
    is_array: bool
    is_mixed: bool
    """Whether entries were read one by one, so that entities may be among the structs."""

    def groups_in(self, structs: list[Any]) -> Iterable[list[Any]]:
        """Return these structs, grouped by class."""
        found = list(filter(None, map(self.read, structs)))
        if not found or not self.is_array:
            return [found] if found else []
        cells = chain.from_iterable(found)
        if not self.is_mixed:
            return [list(cells)]
        return _by_class(cells).values()


def _by_class(cells: Iterable[Any]) -> dict[type, list[Any]]:
    """Return the structs among these, grouped by class."""
    groups: dict[type, list[Any]] = {}
    for cell in cells:
        if isinstance(cell, Unread):
            groups.setdefault(type(cell), []).append(cell)
    return groups


def _checked(
    known: Property, names: Names, limits: WireLimits, nested: list[_Nested], *, raw: bool
) -> Any:
    """Return the type of a property for msgspec; record the struct of a nested one."""
    kind = known.type
    if kind is str:
        return Annotated[
            str, Meta(max_length=limits.text_length, min_length=1 if known.is_key else 0)
        ]
    if kind in TEXTS:
        text: Any = Annotated[str, Meta(max_length=limits.text_length)]
        one: Any = text if kind == TEXTS[0] else text | None
        return Annotated[list[one], Meta(max_length=limits.entries)]
    if kind is int:
        return Annotated[int, Meta(ge=INT32.start, le=INT32.stop - 1)]
    if kind is datetime:
        return str
    if kind == TAGS:
        return Annotated[str, Meta(max_length=limits.text_length)]
    if kind in _ON_THE_WIRE:
        return _ON_THE_WIRE[kind]
    entries = entry_kinds(kind)
    raw = raw and is_collection(known)
    struct = _struct_of(entries[0] if entries else kind, names, limits, raw=False)
    nested.append(_Nested(known.attribute, bool(entries), raw))
    if not entries:
        return struct
    entry: Any = msgspec.Raw if raw else struct
    return Annotated[list[entry], Meta(max_length=limits.entries)]


def _extras(entity_class: type, names: Names) -> list[tuple[str, str]]:
    """Return attribute and name of each learned property of this class."""
    own = sorted(name for owner, name in names if owner is entity_class)
    return [(f"extra_{number}", name) for number, name in enumerate(own)]


def _json_value(entity_class: type, name: str, limits: WireLimits) -> Any:
    if name == ODATA_TYPE and entity_class is MailboxRestoreArtifact:
        return Literal[WHOLE_TYPES]  # another one is read by itself
    text: Any = Annotated[str, Meta(max_length=limits.text_length)]
    return text | int | float | bool | None | list[Any] | dict[str, Any]


_BUILDING: Final = Lock()
"""msgspec inspects a struct when the first decoder for it is made, and structs are shared."""


@lru_cache(SCHEMAS_KEPT)
def decoder_of(
    entity_class: type, names: Names, limits: WireLimits, *, raw: bool = False
) -> msgspec.json.Decoder[Any]:
    """Return a decoder of JSON text into the struct of a class.

    A `raw` one leaves the entries of its collections as text.
    """
    with _BUILDING:
        return msgspec.json.Decoder(_struct_of(entity_class, names, limits, raw=raw))


# Checking -----------------------------------------------------------------------------------

_Texts: TypeAlias = set[Any]
"""The texts of the timestamps of a document, and None and UNSET for missing ones."""


def check(struct: Any) -> None:
    """Check what msgspec does not check; raises one of `UNEXPECTED`."""
    texts: _Texts = set()
    struct.check([struct], texts)
    _check_timestamps(texts)


def _checker(
    entity_class: type, extras: list[tuple[str, str]], nested: list[_Nested], limits: WireLimits
) -> Callable[[list[Any], _Texts], None]:
    """Return a checker of several structs of a class; it collects the texts of their timestamps."""
    properties = properties_of(entity_class)
    times = [attrgetter(known.attribute) for known in properties if known.type is datetime]
    tags = [attrgetter(known.attribute) for known in properties if known.type == TAGS]
    texts_of_members = [
        (attrgetter(known.attribute), _SHOWN[known.type])
        for known in properties
        if known.type in _ON_THE_WIRE and limits.text_length < _LONGEST_MEMBER
    ]
    others = [attrgetter(attribute) for attribute, _ in extras]
    may_have_no_id = any(known.attribute == "odata_id" for known in properties)

    def check_all(structs: list[Any], texts: _Texts) -> None:
        if len(extras) > limits.unknown_properties:
            raise Unexpected
        for read in times:
            texts.update(map(read, structs))
        if may_have_no_id and not (all(map(_id_of, structs)) or all(map(_is_named, structs))):
            raise Unexpected
        for read, shown in texts_of_members:
            for text in {*map(read, structs)} - _NOTHING - shown:
                if len(text) > limits.text_length:
                    raise Unexpected
        for read in tags:
            for text in {*map(read, structs)} - _NOTHING:
                read_tags(text, limits)
        for part in nested:
            for group in part.groups_in(structs):
                group[0].check(group, texts)
        for read in others:
            _check_bounds(map(read, structs), limits)

    return check_all


def _check_bounds(values: Iterable[Any], limits: WireLimits) -> None:
    """Check values of unknown properties that msgspec accepts at any size."""
    for value in values:
        if value.__class__ in _NOT_BOUNDED:
            freeze(value, 0, limits)


_id_of: Final = attrgetter("id")


def _is_named(struct: Any) -> bool:
    return bool(struct.id or struct.odata_id)


_NOTHING: Final = frozenset({None, UNSET})
_NOT_BOUNDED: Final = frozenset({int, float, list, dict})
"""The classes of the JSON values that msgspec accepts with any size or contents."""

_LONGEST_TIMESTAMP: Final = len("2023-12-04T12:05:55.123456789012Z")


def _check_timestamps(texts: _Texts) -> None:
    """Raise ValueError if a timestamp is not accepted by `checked_text`.

    msgspec accepts more: t, z, a space, a missing offset and any number of digits. So all are valid
    if each has its T, its Z, and is not too long; otherwise each is checked by itself.
    """
    distinct = list(texts - _NOTHING)
    if not distinct:
        return
    with suppress(ValidationError):
        msgspec.convert(distinct, list[datetime])
        joined = "".join(distinct)
        if (
            joined.count("T") == joined.count("Z") == len(distinct)
            and max(map(len, distinct)) <= _LONGEST_TIMESTAMP
        ):
            return
    for text in distinct:
        checked_text(text)


# Entities -----------------------------------------------------------------------------------


def _entity_maker(
    entity_class: type, extras: list[tuple[str, str]], limits: WireLimits
) -> Callable[[Any], Any]:
    """Return a function that makes the entity of a checked struct."""
    is_session = issubclass(entity_class, RestoreSessionBase)
    return converting_maker(
        _MADE_AS.get(entity_class, entity_class),
        [_conversion(known, limits) for known in properties_of(entity_class) if not known.declared],
        missing=UNSET,
        rest_of=_rest_of(entity_class, extras, limits),
        always_rest=is_session or bool(extras) or type_annotation(entity_class) is not None,
        nothing=NO_DATA,
        finish=_session_finisher(entity_class, limits) if is_session else None,
    )


def _conversion(known: Property, limits: WireLimits) -> Conversion:
    """Return the conversion of a property from msgspec's value to the attribute."""
    kind = known.type
    unknown = kind["UNKNOWN_FUTURE_VALUE"] if kind in _ON_THE_WIRE else None
    return Conversion(
        known.attribute,
        _convert(kind, limits),
        required=known.required and not known.defaults_to_unknown,
        default=unknown if known.defaults_to_unknown else None,
        unknown=unknown,
        lossy=kind == TAGS,
    )


def _convert(kind: Any, limits: WireLimits) -> Callable[[Any], Any] | None:
    if kind in (str, int):
        return None
    if kind in TEXTS:
        return tuple
    if kind is datetime:
        return Timestamp.of_checked
    if kind in _ON_THE_WIRE:
        return {member.value: member for member in kind}.get
    if kind == TAGS:
        return partial(read_tags, limits=limits)
    if get_origin(kind) is EntityCollection:
        return EntityCollection.of_unread
    return _entities_of if get_origin(kind) is tuple else _entity_of


def _entity_of(cell: Any) -> Any:
    return type(cell).make(cell) if isinstance(cell, Unread) else cell


def _entities_of(cells: Iterable[Any]) -> tuple[Any, ...]:
    return tuple([_entity_of(cell) for cell in cells])


def _rest_of(
    entity_class: type, extras: list[tuple[str, str]], limits: WireLimits
) -> Callable[[Any], JsonObject]:
    """Return a function that makes the additional data of a struct.

    Each class of structs has one, so that only attributes that may leave something over are
    checked.
    """
    properties = properties_of(entity_class)
    names = [known.name for known in properties]
    values_of = _values_reader([known.attribute for known in properties])
    defaulting = [
        (known.name, attrgetter(known.attribute))
        for known in properties
        if known.defaults_to_unknown
    ]
    respelling = [(known, attrgetter(known.attribute)) for known in properties if known.respells]

    def rest_of(struct: Any) -> JsonObject:
        rest: dict[str, Any] = {}
        values = values_of(struct)
        if None in values:
            rest = {name: None for name, value in zip(names, values, strict=True) if value is None}
        for name, value_of in defaulting:
            if value_of(struct) is UNSET:
                rest[name] = ABSENT
        for known, value_of in respelling:
            value = value_of(struct)
            if value is not None and value is not UNSET and _loses(known, value, limits):
                rest[known.name] = str.__str__(value)
        for attribute, name in extras:
            value = getattr(struct, attribute)
            if value is not UNSET:
                rest[name] = freeze(value, 0, limits)
        return additional_data(entity_class, rest)

    return rest_of


def _values_reader(attributes: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that gets the values of these attributes, always as a tuple."""
    read: Any = attrgetter(*attributes)
    return read if len(attributes) > 1 else lambda struct: (read(struct),)


def _loses(known: Property, text: Any, limits: WireLimits) -> bool:
    """Return whether the attribute's value is written with another text than the original."""
    if known.type == TAGS:
        return bool(respelled(read_tags(text, limits)) != text)
    return text not in _SHOWN[known.type]


def _session_finisher(session_class: type, limits: WireLimits) -> Callable[[Any, Any], None]:
    """Return a function that sets the attributes of a session that depend on several properties."""
    derived = [known for known in properties_of(session_class) if known.declared]
    declared = converting_maker(
        DeclaredProperties, [_conversion(known, limits) for known in derived], missing=UNSET
    )
    collections = [name for name in ARTIFACT_COLLECTIONS if hasattr(session_class, name)]

    def finish(draft: Any, struct: Any) -> None:
        draft.declared = declared(struct)
        if collections:
            whole, granular = (getattr(draft, name) for name in ARTIFACT_COLLECTIONS)
            if in_both(whole, granular) is not None:
                raise Unexpected
            tally = draft.tally = tally_of(whole, granular)
            draft.request_statuses = statuses_of(
                draft.mailbox_restore_artifacts_bulk_addition_requests
            )
            draft.activated = was_activated(draft.declared, tally)
            draft.addition_index = None

    return finish


# Masking ------------------------------------------------------------------------------------


def _mask_test(entity_class: type, nested: list[_Nested]) -> Callable[[list[Any]], bool]:
    """Return a test whether one of several structs has a text that is masked (rule W3)."""
    properties = properties_of(entity_class)
    texts = [
        (attrgetter(known.attribute), _SHOWN_TO_ALL[known.type])
        for known in properties
        if known.type in _ON_THE_WIRE
    ]
    flags = [attrgetter(known.attribute) for known in properties if known.type == TAGS]

    def are_masked(structs: list[Any]) -> bool:
        if any(not shown.issuperset(map(read, structs)) for read, shown in texts):
            return True
        if any(any(map(read, structs)) for read in flags):
            return True
        groups = chain.from_iterable(part.groups_in(structs) for part in nested)
        return any(group[0].are_masked(group) for group in groups)

    return are_masked


def unmasked(cells: list[Any]) -> list[Any]:
    """Return the cells as any client may see them, if they are written as they were parsed.

    A struct with a text that is masked is replaced by its entity (rule W3).
    """
    groups = _by_class(cells)
    kinds = {kind for kind, group in groups.items() if group[0].are_masked(group)}
    if not kinds:
        return cells
    return [
        cell.make(cell) if type(cell) in kinds and cell.are_masked([cell]) else cell
        for cell in cells
    ]
