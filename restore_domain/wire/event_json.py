"""Events as JSON, to be stored and replayed.

An event is an object with its ``type``, the ``version`` of its form, and its attributes in
camelCase. Sessions, artifacts and bulk requests in it are Graph JSON (rules W1-W4). Two of these
need information that Graph's form does not have, since an event has to be read as exactly what it
was:

- an artifact is wrapped in an object whose only property names its class, since Graph annotates a
  granular one only if its collection does not determine the type (rule W5);
- a session is wrapped in an object that also says whether its values are derived, and whether it
  was activated, since Graph's form does not show that (rules S1a and B6).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, Final, get_args

import attrs

from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.graph_name import graph_name, uncapitalized
from restore_domain.model.json_limits import DEFAULT_LIMITS, WireLimits
from restore_domain.model.json_path import ROOT, name_step
from restore_domain.model.session import DERIVED_PROPERTIES, ExchangeRestoreSession
from restore_domain.model.validators import shown
from restore_domain.operations.events import BulkRequestChange, Event, SessionRemovalReason
from restore_domain.wire.converter import value_reader_of, value_writer_of
from restore_domain.wire.problems import Problems, WireError
from restore_domain.wire.properties import Property, properties_of
from restore_domain.wire.reading import Reader, read_boolean, read_entries, reader_of
from restore_domain.wire.writing import Style, Writer, writer_of

__all__ = [
    "BULK_REQUEST_CHANGES",
    "EVENT_TYPES",
    "EVENT_VERSION",
    "event_reader_of",
    "event_writer_of",
    "is_event",
]

EVENT_VERSION: Final = 1
"""The version of the form of events; it changes whenever a property is added or removed."""


def _by_name(classes: Any) -> Mapping[str, Any]:
    """Return the classes of a union by their names in JSON."""
    return MappingProxyType({uncapitalized(kind.__name__): kind for kind in get_args(classes)})


EVENT_TYPES: Final = _by_name(Event)
"""The classes of events by the ``type`` in their JSON."""

BULK_REQUEST_CHANGES: Final = _by_name(BulkRequestChange)
"""The classes of changes of a bulk request, by the ``type`` in their JSON."""

_ARTIFACTS: Final = _by_name(MailboxRestoreArtifact | GranularMailboxRestoreArtifact)

_HEAD: Final = frozenset({"type", "version"})
"""The properties of an event that are not attributes."""


def is_event(kind: Any) -> bool:
    """Return whether this is the class of an event, or the union of all."""
    return kind == Event or kind in EVENT_TYPES.values()


# Writing ---------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def event_writer_of(style: Style) -> Writer:
    """Return a writer of any event."""
    return _by_class({kind: _head_writer(kind, style) for kind in EVENT_TYPES.values()})


def _by_class(writers: Mapping[type, Writer]) -> Writer:
    return lambda value: writers[type(value)](value)


def _head_writer(event_class: type, style: Style) -> Writer:
    write = _tagged_writer(EVENT_TYPES, event_class, style)

    def write_with_version(event: Any) -> dict[str, Any]:
        body = write(event)
        return {"type": body.pop("type"), "version": EVENT_VERSION, **body}

    return write_with_version


def _tagged_writer(types: Mapping[str, type], kind: type, style: Style) -> Writer:
    """Return a writer of values of this class as objects with their type.

    Default values are left out.
    """
    name = next(name for name, known in types.items() if known is kind)
    defaults = {field.name: field.default for field in attrs.fields(kind)}
    rows = [
        (known.name, known.attribute, defaults[known.attribute], _writer_of(known, style))
        for known in properties_of(kind)
    ]

    def write(value: Any) -> dict[str, Any]:
        json: dict[str, Any] = {"type": name}
        for written_name, attribute, default, write_value in rows:
            found = getattr(value, attribute)
            if found != default:
                json[written_name] = write_value(found)
        return json

    return write


def _writer_of(known: Property, style: Style) -> Writer:
    if known.type is ExchangeRestoreSession:
        return partial(_write_session, writer_of(ExchangeRestoreSession, style))
    if known.type == _SEVERAL_ARTIFACTS:
        write_artifact = _by_class(
            {kind: _artifact_writer(name, kind, style) for name, kind in _ARTIFACTS.items()}
        )
        return lambda artifacts: [write_artifact(artifact) for artifact in artifacts]
    if get_args(known.type) == get_args(BulkRequestChange):
        changes = BULK_REQUEST_CHANGES
        return _by_class({kind: _tagged_writer(changes, kind, style) for kind in changes.values()})
    return value_writer_of(known.type, style)


_SEVERAL_ARTIFACTS: Final = tuple[MailboxRestoreArtifact, ...]


def _artifact_writer(name: str, kind: type, style: Style) -> Writer:
    write: Any = writer_of(kind, style)
    return lambda artifact: {name: write(artifact)}


def _write_session(write: Any, session: ExchangeRestoreSession) -> dict[str, Any]:
    """Write a session, without the values that are derived from its artifacts."""
    json: dict[str, Any] = write(session)
    is_derived = session.declared is None
    if is_derived:
        json = {name: value for name, value in json.items() if name not in DERIVED_PROPERTIES}
    return {"entity": json, "isDerived": is_derived, "isActivated": session.activated}


# Reading ---------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def event_reader_of(kind: Any, limits: WireLimits = DEFAULT_LIMITS) -> Reader:
    """Return a reader of events of this class, or of any; it raises WireError."""
    types = {name: known for name, known in EVENT_TYPES.items() if kind in {known, Event}}
    read = _tagged_reader(types, limits, beside=_HEAD)

    def read_version_first(value: Any) -> Any:
        if isinstance(value, Mapping):
            _check_version(value.get("version"))
        return read(value)

    return read_version_first


def _check_version(version: Any) -> None:
    path = ROOT + name_step("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise WireError([(path, f"expected a whole number from 1, got {shown(version)}")])
    if version > EVENT_VERSION:
        message = (
            f"written by a later version of restore_domain: this one reads events up to version "
            f"{EVENT_VERSION}, got {shown(version)}"
        )
        raise WireError([(path, message)])


def _tagged_reader(
    types: Mapping[str, type], limits: WireLimits, *, beside: frozenset[str] = frozenset({"type"})
) -> Reader:
    """Return a reader of objects whose type determines the class."""
    readers = {
        name: _attributes_reader(
            kind, {known.name: _reader_of(known, limits) for known in properties_of(kind)}, limits
        )
        for name, kind in types.items()
    }

    def read(value: Any) -> Any:
        found = _object(value).get("type")
        read_attributes = readers.get(found) if isinstance(found, str) else None
        if read_attributes is None:
            message = f"expected {' or '.join(readers)}, got {shown(found)}"
            raise WireError([(ROOT + name_step("type"), message)])
        return read_attributes({name: value[name] for name in value if name not in beside})

    return read


def _attributes_reader(kind: Any, readers: Mapping[str, Reader], limits: WireLimits) -> Reader:
    """Return a reader of exactly the attributes of this class; each has its own reader."""
    fields = {graph_name(field): field for field in attrs.fields(kind)}
    needed = [name for name, field in fields.items() if field.default is attrs.NOTHING]

    def read(value: Mapping[str, Any]) -> Any:
        attributes: dict[str, Any] = {}
        problems = Problems(limits)
        for name, content in value.items():
            if name not in readers:
                problems.add(ROOT + name_step(str(name)), "not a property of this object")
                continue
            try:
                if content is not None:
                    attributes[fields[name].name] = readers[name](content)
            except WireError as error:
                problems.add_all(error.within(name_step(name)))
        for name in needed:
            if value.get(name) is None:
                problems.add(ROOT + name_step(name), "missing, but required")
        problems.raise_any()
        return kind(**attributes)

    return read


def _reader_of(known: Property, limits: WireLimits) -> Reader:
    if known.type is ExchangeRestoreSession:
        return _session_reader(limits)
    if known.type == _SEVERAL_ARTIFACTS:
        readers = {name: value_reader_of(kind, limits) for name, kind in _ARTIFACTS.items()}
        read_one = partial(_read_artifact, readers)
        return lambda value: tuple(read_entries(read_one, value, limits))
    if get_args(known.type) == get_args(BulkRequestChange):
        return _tagged_reader(BULK_REQUEST_CHANGES, limits)
    return _read_reason if known.type is SessionRemovalReason else reader_of(known.type, limits)


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise WireError.at_root(f"expected an object, got {shown(value)}")
    return value


def _read_artifact(readers: Mapping[str, Reader], value: Any) -> Any:
    names = tuple(_object(value))
    if len(names) != 1 or names[0] not in readers:
        expected = " or ".join(readers)
        raise WireError.at_root(f"expected an object whose only property is {expected}")
    (name,) = names
    try:
        return readers[name](value[name])
    except WireError as error:
        raise WireError(error.within(name_step(name))) from None


@attrs.frozen(kw_only=True)
class _Session:
    """A session, and the information that Graph's form does not have."""

    entity: ExchangeRestoreSession
    is_derived: bool
    is_activated: bool


def _session_reader(limits: WireLimits) -> Reader:
    read_entity = value_reader_of(ExchangeRestoreSession, limits)
    flags = {"isDerived": read_boolean, "isActivated": read_boolean}
    read = _attributes_reader(_Session, {"entity": read_entity, **flags}, limits)

    def read_session(value: Any) -> ExchangeRestoreSession:
        found: _Session = read(_object(value))
        declared = None if found.is_derived else found.entity.declared
        return attrs.evolve(found.entity, declared=declared, activated=found.is_activated)

    return read_session


def _read_reason(value: Any) -> SessionRemovalReason:
    try:
        return SessionRemovalReason(value)
    except ValueError:
        expected = " or ".join(SessionRemovalReason)
        raise WireError.at_root(f"expected {expected}, got {shown(value)}") from None
