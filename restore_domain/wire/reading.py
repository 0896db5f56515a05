"""From plain JSON values to entities, one property at a time (rules W1, W2 and W4).

This is the careful reader: it looks at each property of an object, stores in ``additional_data``
what the attributes can't represent, and collects every problem with its path. It reads all
requests. Other documents are read by `decoding` if they match the schema; odd artifacts and invalid
documents are read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache, partial
from types import MappingProxyType
from typing import Any, Final, TypeVar, get_args, get_origin

import attrs

from restore_domain.frozen import maker, slot_names
from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.collection import EntityCollection
from restore_domain.model.json_limits import DEFAULT_LIMITS, WireLimits
from restore_domain.model.json_path import ROOT, index_step, name_step
from restore_domain.model.json_value import (
    ABSENT,
    NO_DATA,
    JsonObject,
    JsonValue,
    freeze,
    plain_text,
    property_name,
)
from restore_domain.model.page import MailboxRestoreArtifactCollectionResponse
from restore_domain.model.requests import (
    ArtifactRemoval,
    FailedEntry,
    RequestedArtifact,
    RequestedGranularArtifact,
)
from restore_domain.model.session import (
    ARTIFACT_COLLECTIONS,
    DeclaredProperties,
    RestoreSessionBase,
)
from restore_domain.model.timestamp import Timestamp
from restore_domain.model.validators import INT32, WHITE_SPACE, is_int32, shown
from restore_domain.status import RestorePointTags
from restore_domain.wire.problems import Problem, Problems, WireError, too_deep, unwritable
from restore_domain.wire.properties import (
    ODATA_CONTEXT,
    ODATA_TYPE,
    TAGS,
    TEXTS,
    Property,
    entry_kinds,
    is_granular,
    is_of_granular,
    properties_of,
    type_annotation,
)

__all__ = [
    "Reader",
    "additional_data",
    "read_entries",
    "read_member",
    "read_tags",
    "read_text",
    "read_timestamp",
    "reader_of",
    "respelled",
]

Reader = Callable[[Any], Any]
"""Takes a JSON value and returns the value of an attribute, or raises WireError."""

_E = TypeVar("_E", bound=StrEnum)

_READERS_KEPT: Final = 256
"""How many readers are cached: a class has one for each choice of limits."""


def _expected(what: str, value: Any) -> WireError:
    return WireError.at_root(f"expected {what}, got {_described(value)}")


def _described(value: Any) -> str:
    """Describe a JSON value briefly, in JSON's terms."""
    match value:
        case None:
            return "null"
        case bool():
            return f"the boolean {str(value).lower()}"
        case int() | float():
            return f"the number {shown(value)}"
        case str():
            return f"the text {shown(value)}"
        case dict():
            return "an object"
        case list() | tuple():
            return "an array"
    return f"a Python {type(value).__name__}"


def read_text(value: Any, limits: WireLimits = DEFAULT_LIMITS) -> str:
    """Read a text."""
    if not isinstance(value, str):
        raise _expected("a text", value)
    try:
        return plain_text(value, limits)
    except ValueError as error:
        raise WireError.at_root(str(error)) from None


def _read_key(value: Any, limits: WireLimits = DEFAULT_LIMITS) -> str:
    """Read the key of an entity."""
    text = read_text(value, limits)
    if not text:
        raise _expected("a text that is not empty", value)
    return text


def read_int32(value: Any) -> int:
    """Read an integer that fits Edm.Int32."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise _expected("a whole number", value)
    if not is_int32(value):
        raise _expected(f"a number from {INT32.start} to {INT32.stop - 1}", value)
    return int.__int__(value)


def read_boolean(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise _expected("true or false", value)
    return value


def read_timestamp(value: Any) -> Timestamp:
    """Read a point in time."""
    if not isinstance(value, str):
        raise _expected("a timestamp as a text", value)
    try:
        return Timestamp.parse(str.__str__(value))
    except ValueError as error:
        raise WireError.at_root(str(error)) from None


def read_member(enum: type[_E], value: Any) -> _E:
    """Read a member of an evolvable enumeration; an unknown one is unknownFutureValue (W2)."""
    if not isinstance(value, str):
        raise _expected(f"a text such as {next(iter(enum)).value!r}", value)
    members: dict[str, _E] = _members_of(enum)
    return members.get(value, members["unknownFutureValue"])


@cache
def _members_of(enum: type[_E]) -> dict[str, _E]:
    """Return the members by their texts, since the enumeration raises an error for others."""
    return {member.value: member for member in enum}


def read_tags(value: Any, limits: WireLimits = DEFAULT_LIMITS) -> tuple[RestorePointTags, ...]:
    """Read a set of flags, which OData writes with commas."""
    if not isinstance(value, str):
        raise _expected("flags in a text", value)
    if value.count(",") >= limits.flags:
        raise WireError.at_root(limits.beyond("flags"))
    tags = value.split(",") if value else []
    return tuple(read_member(RestorePointTags, tag.strip(WHITE_SPACE)) for tag in tags)


def read_entries(
    read: Reader,
    value: Any,
    limits: WireLimits = DEFAULT_LIMITS,
    *,
    of_request: bool = False,
) -> list[Any]:
    """Read each entry of an array, and collect the problems of all."""
    entries, problems = _each(read, value, limits, of_request=of_request)
    problems.raise_any()
    return entries


def _each(
    read: Reader, value: Any, limits: WireLimits, *, of_request: bool = False
) -> tuple[list[Any], Problems]:
    """Read each entry of an array; an unreadable one gives None."""
    if not isinstance(value, (list, tuple)):
        raise _expected("an array", value)
    if len(value) > limits.entries:
        raise WireError.at_root(limits.beyond("entries"))
    if of_request and len(value) > limits.request_entries:
        raise WireError.at_root(limits.beyond("request_entries"))
    entries: list[Any] = []
    problems = Problems(limits)
    for index, entry in enumerate(value):
        try:
            entries.append(read(entry))
        except WireError as error:
            entries.append(None)
            problems.add_all(error.within(index_step(index)))
            if problems.are_enough:
                break
    return entries, problems


def _read_collection(read: Reader, value: Any, *, limits: WireLimits) -> EntityCollection[Any]:
    """Read entities with different ids."""
    entries, problems = _each(read, value, limits)
    if not problems.found:
        with suppress(ValueError):  # the same id twice: the following finds the places
            return EntityCollection(entries)
    problems.add_all(_repeated(entries))
    raise WireError(problems.found)


def _repeated(entities: Iterable[Any]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, entity in enumerate(entities):
        if entity is not None and first.setdefault(entity.id, index) != index:
            yield _repeated_id(ROOT + index_step(index), entity.id, index_step(first[entity.id]))


def _repeated_id(path: str, entity_id: str, other: str) -> Problem:
    """Make the problem that the entity at this path has the id of the other."""
    return Problem(path + name_step("id"), f"{shown(entity_id)} is the id of {other}, too")


@lru_cache(_READERS_KEPT)
def reader_of(
    kind: Any, limits: WireLimits = DEFAULT_LIMITS, *, tolerate_bad_requests: bool = False
) -> Reader:
    """Return a reader of values of this kind: an entity, or a value of one of its attributes.

    With `tolerate_bad_requests` the invalid parts of an artifact in a request are skipped, since
    the operations refuse them in their own order and with their own codes.
    """
    part = partial(reader_of, limits=limits, tolerate_bad_requests=tolerate_bad_requests)
    several = partial(read_entries, limits=limits, of_request=tolerate_bad_requests)
    if (read := _SCALARS.get(kind)) is not None:
        return read
    if kind is str:
        return partial(read_text, limits=limits)
    if kind == TAGS:
        return partial(read_tags, limits=limits)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return partial(read_member, kind)
    if get_origin(kind) is EntityCollection:
        return partial(_read_collection, part(get_args(kind)[0]), limits=limits)
    if kind in TEXTS:
        read_one: Reader = partial(read_text, limits=limits)
        read_each = read_one if kind == TEXTS[0] else _or_null(read_one)
        return lambda value: tuple(several(read_each, value))
    if get_origin(kind) is tuple:
        read_entry = _entry_reader({entry: part(entry) for entry in entry_kinds(kind)})
        return lambda value: tuple(several(read_entry, value))
    readers = {
        known.name: partial(_read_key, limits=limits) if known.is_key else part(known.type)
        for known in properties_of(kind)
    }
    if tolerate_bad_requests and kind in _REQUESTED:
        readers = {name: _or_nothing(read) for name, read in readers.items()}
    read = _object_reader(kind, readers, limits)
    if kind is MailboxRestoreArtifact:
        return _by_type(read, part(GranularMailboxRestoreArtifact))
    if kind is MailboxRestoreArtifactCollectionResponse:
        granular, by_type = part(GranularMailboxRestoreArtifact), part(MailboxRestoreArtifact)
        entry = _unless_typed(granular, by_type)
        entries = {"value": lambda value: tuple(several(entry, value))}
        return _by_context(read, _object_reader(kind, readers | entries, limits))
    return read


_SCALARS: Final[Mapping[Any, Reader]] = {
    bool: read_boolean,
    int: read_int32,
    datetime: read_timestamp,
}

_REQUESTED: Final = (RequestedArtifact, RequestedGranularArtifact)
"""The artifacts to add, whose contents the operations check."""

MARKERS: Final = {ArtifactRemoval: "@removed", FailedEntry: "@Core.DataModificationException"}
"""The property of an entry of a delta that is not an artifact."""


def _entry_reader(readers: Mapping[Any, Reader]) -> Reader:
    """Return a reader of entries of an array, whose class depends on a marker."""
    marked = [(MARKERS[entry], read) for entry, read in readers.items() if entry in MARKERS]
    (plain,) = (read for entry, read in readers.items() if entry not in MARKERS)

    def read_marked(value: Any) -> Any:
        for marker, read in marked:
            if isinstance(value, dict) and marker in value:
                return read(value)
        return plain(value)

    return read_marked if marked else plain


def _or_null(read: Reader) -> Reader:
    return lambda value: None if value is None else read(value)


def _or_nothing(read: Reader) -> Reader:
    def read_if_possible(value: Any) -> Any:
        try:
            return read(value)
        except WireError:
            return None

    return read_if_possible


def _by_type(whole: Reader, granular: Reader) -> Reader:
    """Let the type annotation determine the kind of an artifact (W5); the default is a mailbox."""

    def read(value: Any) -> Any:
        if isinstance(value, dict) and is_granular(value.get(ODATA_TYPE)):
            return granular(value)
        return whole(value)

    return read


def _unless_typed(granular: Reader, by_type: Reader) -> Reader:
    """Read an artifact as a granular one unless its annotation says otherwise (W5)."""

    def read(value: Any) -> Any:
        if isinstance(value, dict) and value.get(ODATA_TYPE) is None:
            return granular(value)
        return by_type(value)

    return read


def _by_context(of_any: Reader, of_granular: Reader) -> Reader:
    """Let the context of a page determine the kind of its artifacts (W5)."""

    def read(value: Any) -> Any:
        if isinstance(value, dict) and is_of_granular(value.get(ODATA_CONTEXT)):
            return of_granular(value)
        return of_any(value)

    return read


@attrs.frozen
class _Row:
    """How a property is read."""

    known: Property
    read: Reader


def _object_reader(entity_class: type, readers: Mapping[str, Reader], limits: WireLimits) -> Reader:
    """Return a reader of objects of this class.

    It raises WireError with all problems of the object. Everything that it needs is looked up here,
    once, since a session has thousands of objects of a class.
    """
    rows = {known.name: _Row(known, readers[known.name]) for known in properties_of(entity_class)}
    nothing = {row.known.attribute: None for row in rows.values()}
    required = [row.known for row in rows.values() if row.known.required]
    make = _maker_of(entity_class, limits)

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _expected("an object", value)
        attributes: dict[str, Any] = nothing.copy()
        additional: dict[str, Any] = {}
        problems = Problems(limits)
        if len(value) > limits.unknown_properties:
            value = _not_too_many(value, rows, problems, limits)
        for name, content in value.items():
            if problems.are_enough:
                break
            row = rows.get(name)
            try:
                if row is not None and content is not None:
                    found = attributes[row.known.attribute] = row.read(content)
                    if found is None or (row.known.respells and respelled(found) != content):
                        additional[row.known.name] = _kept(content, limits)
                elif (plain_name := _plain_name(name, limits, problems)) is not None:
                    additional[plain_name] = _kept(content, limits)
            except WireError as error:
                problems.add_all(error.within(name_step(name)))
        for known in required:
            if value.get(known.name) is None:
                _replace_missing(known, attributes, additional, problems)
        problems.raise_any()
        try:
            return make(attributes, additional_data(entity_class, additional))
        except (TypeError, ValueError) as error:
            raise WireError.at_root(str(error)) from None

    return read


def additional_data(entity_class: type, additional: dict[str, Any]) -> JsonObject:
    """Return what the attributes can't represent, in an order independent of the reader.

    The type annotation is left out if the entity is written with it anyway.
    """
    annotation = type_annotation(entity_class)
    if annotation is not None and additional.setdefault(ODATA_TYPE, ABSENT) == annotation:
        del additional[ODATA_TYPE]
    if not additional:
        return NO_DATA
    if additional == _UNTYPED:
        return _ONLY_UNTYPED
    names = [known.name for known in properties_of(entity_class)]
    others = sorted(additional.keys() - names)
    return JsonObject.of_frozen(
        {name: additional[name] for name in (*names, *others) if name in additional}
    )


_UNTYPED: Final[Mapping[str, JsonValue]] = MappingProxyType({ODATA_TYPE: ABSENT})
_ONLY_UNTYPED: Final = JsonObject.of_frozen(dict(_UNTYPED))
"""For a granular artifact in a collection that determines its type: a page has thousands of them.
"""


def _replace_missing(
    known: Property,
    attributes: dict[str, Any],
    additional: dict[str, Any],
    problems: Problems,
) -> None:
    """Report or replace a required property that is missing or null."""
    if known.defaults_to_unknown:
        attributes[known.attribute] = known.type["UNKNOWN_FUTURE_VALUE"]
        additional.setdefault(known.name, ABSENT)
    else:
        problems.add(ROOT + name_step(known.name), "missing, but required")


def _plain_name(name: Any, limits: WireLimits, problems: Problems) -> str | None:
    """Return the name of a property; None, with a problem, if it can't be one."""
    try:
        return property_name(name, limits)
    except (TypeError, ValueError) as error:
        problems.add(ROOT, str(error))
        return None


def _not_too_many(
    value: dict[Any, Any], known: Mapping[str, Any], problems: Problems, limits: WireLimits
) -> dict[Any, Any]:
    """Return the properties of an object; without the unknown ones if there are too many."""
    if len(value) - len(known.keys() & value.keys()) <= limits.unknown_properties:
        return value
    problems.add(ROOT, limits.beyond("unknown_properties"))
    return {name: content for name, content in value.items() if name in known}


def _kept(content: Any, limits: WireLimits) -> Any:
    """Return the value of an unknown property, or report what is wrong in it, and where."""
    problems = Problems(limits)
    try:
        with suppress(TypeError, ValueError):
            return freeze(content, 0, limits)
        problems.add_all(unwritable(content, limits))
    except RecursionError:
        raise too_deep(limits) from None
    raise WireError(problems.found)


def respelled(value: StrEnum | tuple[StrEnum, ...]) -> str:
    """Return the text with which an enumeration's value, or a set of flags, is written."""
    return value.value if isinstance(value, StrEnum) else ",".join(value)


def _maker_of(entity_class: Any, limits: WireLimits) -> Callable[[dict[str, Any], JsonObject], Any]:
    """Return a function that makes an entity from attributes; a session with declared values.

    Every attribute was checked when it was read, so the validators need not check it again.
    """
    if issubclass(entity_class, RestoreSessionBase):
        return partial(_session, entity_class, limits)
    if any(not field.init for field in attrs.fields(entity_class)):  # it is derived from others
        return lambda attributes, data: entity_class(**attributes, additional_data=data)
    make, slots = maker(entity_class), slot_names(entity_class)
    check = getattr(entity_class, "__attrs_post_init__", None)

    def made(attributes: dict[str, Any], data: JsonObject) -> Any:
        attributes["additional_data"] = data
        entity = make(*[attributes[slot] for slot in slots])
        if check is not None:
            check(entity)
        return entity

    return made


def _session(
    session_class: Any, limits: WireLimits, attributes: dict[str, Any], data: JsonObject
) -> RestoreSessionBase:
    derived = [known for known in properties_of(session_class) if known.declared]
    declared = {known.attribute: attributes.pop(known.attribute) for known in derived}
    problems = Problems(limits)
    problems.add_all(_in_both_collections(session_class, attributes))
    problems.raise_any()
    session: RestoreSessionBase = session_class(
        **attributes, declared=DeclaredProperties(**declared), additional_data=data
    )
    return session


def _in_both_collections(session_class: type, attributes: Mapping[str, Any]) -> Iterator[Problem]:
    """Report each granular artifact that has the id of one of a whole mailbox."""
    whole, granular = (attributes.get(name) for name in ARTIFACT_COLLECTIONS)
    if not whole or not granular:
        return
    names = {known.attribute: known.name for known in properties_of(session_class)}
    first, second = (ROOT + name_step(names[attribute]) for attribute in ARTIFACT_COLLECTIONS)
    for index, artifact_id in enumerate(granular.ids):
        if artifact_id in whole.ids:
            yield _repeated_id(second + index_step(index), artifact_id, f"an artifact in {first}")
