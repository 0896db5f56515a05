"""The cattrs converter of the domain: which reader and which writer belongs to which type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

import attrs
import cattrs

from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.entity_collection import EntityCollection
from restore_domain.model.json_value import NO_DATA, JsonObject
from restore_domain.model.requests import ArtifactRemoval, FailedEntry, RequestedArtifact
from restore_domain.model.session import (
    ARTIFACT_COLLECTIONS,
    DeclaredProperties,
    ExchangeRestoreSession,
    RestoreSessionBase,
)
from restore_domain.model.timestamp import timestamp_text
from restore_domain.status import EVOLVABLE_ENUMS
from restore_domain.wire.problems import ROOT, Problem, Problems, WireError, index_step, name_step
from restore_domain.wire.properties import (
    GRANULAR_TYPE,
    GRANULAR_TYPES,
    TAGS,
    is_entity,
    properties_of,
)
from restore_domain.wire.reading import (
    GIVE_UP,
    ODATA_TYPE,
    QUICKLY_READ,
    Reader,
    quick_reader,
    read_carefully,
    read_collection,
    read_entries,
    read_int32,
    read_key,
    read_member,
    read_tags,
    read_text,
    read_timestamp,
    repeated_id,
)
from restore_domain.wire.typed import is_text_of_entities, read_text_of_entities
from restore_domain.wire.writing import Writer, compile_writer, masked_text, member_text
from restore_domain.wire_limits import DEFAULT_LIMITS, WireLimits

__all__ = ["make_converter"]


def make_converter(
    *,
    include_unknown_enum_members: bool = True,
    tolerate_bad_requests: bool = False,
    limits: WireLimits = DEFAULT_LIMITS,
) -> cattrs.Converter:
    """Return a converter of entities and Graph JSON, to be extended with types of your own.

    It structures and unstructures the entities wherever they stand in your own attrs classes.
    Reading raises WireError. Without `include_unknown_enum_members` it writes a member that is
    declared after the sentinel as unknownFutureValue (rule W3). With `tolerate_bad_requests` an
    artifact in a request is read without what makes no sense in it, which the operations refuse
    in their own order and with their own codes. `limits` bounds what is read.
    """
    converter = cattrs.Converter(detailed_validation=False)
    text_of_member = member_text if include_unknown_enum_members else masked_text
    converter.register_structure_hook(datetime, _Hook(read_timestamp))
    converter.register_unstructure_hook(datetime, timestamp_text)
    for enum in EVOLVABLE_ENUMS:
        converter.register_structure_hook(enum, _Hook(partial(read_member, enum)))
        converter.register_unstructure_hook(enum, text_of_member)
    converter.register_structure_hook_func(_is_tags, _Hook(partial(read_tags, limits=limits)))
    converter.register_unstructure_hook_func(_is_tags, text_of_member)
    converter.register_structure_hook_factory(
        _holds_entities, lambda kind: _Hook(_array_reader(kind, converter, limits))
    )
    converter.register_unstructure_hook_factory(
        _holds_entities, lambda kind: _array_writer(kind, converter)
    )
    converter.register_structure_hook_factory(
        is_entity,
        lambda kind: _Hook(_entity_reader(kind, converter, limits, tolerant=tolerate_bad_requests)),
    )
    converter.register_unstructure_hook_factory(
        is_entity,
        lambda kind: compile_writer(
            kind,
            {
                known.name: converter.get_unstructure_hook(known.type)
                for known in properties_of(kind)
            },
            _readers(kind, converter, limits),
            _subclass_writer(kind, converter),
            include_unknown_enum_members=include_unknown_enum_members,
        ),
    )
    return converter


@attrs.frozen
class _Hook:
    """A reader in the form that cattrs calls: it passes the type, too."""

    read: Reader

    def __call__(self, value: Any, _kind: Any) -> Any:
        return self.read(value)


def _readers(
    entity_class: type, converter: cattrs.Converter, limits: WireLimits
) -> dict[str, Reader]:
    return {
        known.name: partial(read_key, limits=limits)
        if known.is_key
        else _reader(known.type, converter, limits)
        for known in properties_of(entity_class)
    }


def _reader(kind: Any, converter: cattrs.Converter, limits: WireLimits) -> Reader:
    """Return the reader of a property.

    Texts and numbers are read in our way within entities alone, and in your classes in yours.
    """
    if kind is str:
        return partial(read_text, limits=limits)
    if kind is int:
        return read_int32
    hook = converter.get_structure_hook(kind)
    return lambda value: hook(value, kind)


def _entry_kinds(kind: Any) -> tuple[Any, ...]:
    """Return the classes that the entries of an array may have; none if it is no array."""
    if get_origin(kind) not in (tuple, EntityCollection):
        return ()
    entry = get_args(kind)[0]
    return get_args(entry) if get_origin(entry) in (Union, UnionType) else (entry,)


def _is_tags(kind: Any) -> bool:
    return bool(kind == TAGS)


def _holds_entities(kind: Any) -> bool:
    kinds = _entry_kinds(kind)
    return bool(kinds) and all(map(is_entity, kinds))


_MARKERS: Final = {ArtifactRemoval: "@removed", FailedEntry: "@Core.DataModificationException"}
"""The property by which an entry of a delta shows that it is no artifact."""


def _array_reader(kind: Any, converter: cattrs.Converter, limits: WireLimits) -> Reader:
    readers = {entry: _reader(entry, converter, limits) for entry in _entry_kinds(kind)}
    marked = [(_MARKERS[entry], read) for entry, read in readers.items() if entry in _MARKERS]
    ((entity_class, plain),) = (found for found in readers.items() if found[0] not in _MARKERS)

    def read_marked(value: Any) -> Any:
        for marker, read in marked:
            if isinstance(value, dict) and marker in value:
                return read(value)
        return plain(value)

    read_entry = read_marked if marked else plain
    if get_origin(kind) is EntityCollection:
        return partial(_read_collection, entity_class, read_entry, limits)
    return lambda value: tuple(read_entries(read_entry, value, limits))


def _read_collection(entity_class: type, read_entry: Reader, limits: WireLimits, value: Any) -> Any:
    if is_text_of_entities(value):
        return EntityCollection(read_text_of_entities(entity_class, value, limits))
    return read_collection(read_entry, value, limits)


class _WritersByClass(dict[type, Writer]):
    """The writer of the entries of each class, looked up when the first of them comes.

    It is that of the class that the array declares, which knows its subclasses.
    """

    def __init__(self, declared: tuple[type, ...], converter: cattrs.Converter) -> None:
        super().__init__()
        self._declared = declared
        self._converter = converter

    def __missing__(self, entry_class: type) -> Writer:
        declared = next(kind for kind in self._declared if issubclass(entry_class, kind))
        self[entry_class] = found = self._converter.get_unstructure_hook(declared)
        return found


def _array_writer(kind: Any, converter: cattrs.Converter) -> Writer:
    writers = _WritersByClass(_entry_kinds(kind), converter)
    return lambda entries: [writers[entry.__class__](entry) for entry in entries]


def _subclass_writer(declared: type, converter: cattrs.Converter) -> Writer:
    """Write an entity of a subclass where this class is declared.

    A granular artifact may have come among granular ones alone, without saying what it is.
    Among those of whole mailboxes it has to, or it would be taken for one of them.
    """

    def write(entity: Any) -> Any:
        json = converter.get_unstructure_hook(type(entity))(entity)
        if declared is MailboxRestoreArtifact:
            json.setdefault(ODATA_TYPE, GRANULAR_TYPE)
        return json

    return write


def _entity_reader(
    entity_class: type[Any], converter: cattrs.Converter, limits: WireLimits, *, tolerant: bool
) -> Reader:
    readers = _readers(entity_class, converter, limits)
    if tolerant and entity_class is RequestedArtifact:
        readers = {name: _or_nothing(read) for name, read in readers.items()}
    if issubclass(entity_class, RestoreSessionBase):
        return _session_reader(entity_class, readers, limits)

    read = _careful(entity_class, readers, limits)
    if entity_class is MailboxRestoreArtifact:
        read = _by_type(read, _reader(GranularMailboxRestoreArtifact, converter, limits))
    if entity_class in QUICKLY_READ:
        read = _quick_first(quick_reader(entity_class, limits), read)  # type: ignore[arg-type]
    return read


def _or_nothing(read: Reader) -> Reader:
    def read_if_possible(value: Any) -> Any:
        try:
            return read(value)
        except WireError:
            return None

    return read_if_possible


def _careful(entity_class: type, readers: dict[str, Reader], limits: WireLimits) -> Reader:
    def read(value: Any) -> Any:
        attributes, additional = read_carefully(entity_class, readers, value, limits)
        return _made(entity_class, attributes, additional)

    return read


def _made(entity_class: type, attributes: dict[str, Any], additional: dict[str, Any]) -> Any:
    data = JsonObject.of_frozen(additional) if additional else NO_DATA
    try:
        return entity_class(**attributes, additional_data=data)
    except (TypeError, ValueError) as error:
        raise WireError.at_root(str(error)) from None


def _quick_first(quick: Reader, careful: Reader) -> Reader:
    def read(value: Any) -> Any:
        try:
            return quick(value)
        except GIVE_UP:
            return careful(value)

    return read


def _by_type(whole: Reader, granular: Reader) -> Reader:
    """Let the type annotation decide what an artifact is; any other is one of a mailbox."""

    def read(value: Any) -> Any:
        if isinstance(value, dict) and value.get(ODATA_TYPE) in GRANULAR_TYPES:
            return granular(value)
        return whole(value)

    return read


def _session_reader(session_class: type, readers: dict[str, Reader], limits: WireLimits) -> Reader:
    derived = [known for known in properties_of(session_class) if known.declared]

    def read(value: Any) -> RestoreSessionBase:
        attributes, additional = read_carefully(session_class, readers, value, limits)
        declared = DeclaredProperties(
            **{
                known.attribute: attributes.pop(known.attribute)
                for known in derived
                if known.attribute in attributes
            }
        )
        attributes["declared"] = declared
        problems = Problems(limits)
        problems.add_all(_in_both_collections(attributes))
        problems.raise_any()
        session: RestoreSessionBase = _made(session_class, attributes, additional)
        return session

    return read


def _in_both_collections(attributes: Mapping[str, Any]) -> Iterator[Problem]:
    """Name each granular artifact that has the id of one of a whole mailbox."""
    whole, granular = (attributes.get(name) for name in ARTIFACT_COLLECTIONS)
    if not whole or not granular:
        return
    names = {known.attribute: known.name for known in properties_of(ExchangeRestoreSession)}
    first, second = (ROOT + name_step(names[attribute]) for attribute in ARTIFACT_COLLECTIONS)
    for index, artifact in enumerate(granular):
        if artifact.id in whole.ids:
            yield repeated_id(second + index_step(index), artifact.id, f"an artifact in {first}")
