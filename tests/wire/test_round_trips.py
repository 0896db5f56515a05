"""Nothing is lost (rule W1), in any way of reading and writing a document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore_domain import (
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    RestorePoint,
    Timestamp,
)
from restore_domain.verification.strategies import (
    ENTITY_CLASSES,
    any_entity,
    documents,
    spoilt_documents,
)
from restore_domain.wire import DEFAULT_LIMITS, dumps, from_json_value, loads, to_json_value
from restore_domain.wire.decoding import structured, structured_value
from restore_domain.wire.properties import is_entity
from restore_domain.wire.schema import UNEXPECTED, has_schema
from tests.model.full_entities import FULL
from tests.same_json import same_json

from .fixture_files import KINDS, content
from .ways import OTHER_WAYS, Way, carefully, in_full, outcome

pytestmark = pytest.mark.usefixtures("every_document_is_large")

each_way = pytest.mark.parametrize("way", OTHER_WAYS.values(), ids=OTHER_WAYS)
each_class = pytest.mark.parametrize("kind", ENTITY_CLASSES)
each_fixture = pytest.mark.parametrize("name", KINDS)


def session_of(**artifact: Any) -> dict[str, Any]:
    return {"id": "s1", "mailboxRestoreArtifacts": [{"id": "a1", "status": "added", **artifact}]}


def fixture(name: str) -> str:
    return content(name).decode()


def same_entity(one: Any, other: Any) -> bool:
    """Compare as values, including the texts of timestamps."""
    return (
        type(one) is type(other)
        and one == other
        and hash(one) == hash(other)
        and same_json(to_json_value(one), to_json_value(other))
    )


def same_parts(one: Any, other: Any) -> bool:
    """Compare also the types of all attributes."""
    return same_entity(one, other) and in_full(one) == in_full(other)


def named(values: Any) -> list[str]:
    return [type(value).__name__ for value in values]


WHOLE: list[Any] = [entity for entity in FULL if is_entity(type(entity))]
KINDS_WITH_SCHEMA: list[Any] = [kind for kind in ENTITY_CLASSES if has_schema(kind)]
WITH_SCHEMA = [entity for entity in WHOLE if type(entity) in KINDS_WITH_SCHEMA]


@each_way
@each_fixture
def test_W1_fixtures_are_written_as_they_were_read(name: str, way: Way) -> None:
    text, kind = fixture(name), KINDS[name]
    entity: Any = way(text, kind)
    assert type(entity) is kind
    assert same_json(to_json_value(entity), json.loads(text))
    assert same_json(json.loads(dumps(entity)), json.loads(text))
    assert same_entity(way(dumps(entity).decode(), kind), entity)
    assert same_parts(entity, carefully(text, kind))


@each_fixture
def test_W1_text_is_compact_utf_8(name: str) -> None:
    entity: Any = loads(fixture(name), KINDS[name])
    text = dumps(entity)
    assert b"\\u" not in text
    assert b'": ' not in text


@pytest.mark.parametrize("entity", WHOLE, ids=named(WHOLE))
@each_way
def test_W1_full_entities_are_read_as_they_were_written(entity: Any, way: Way) -> None:
    assert same_entity(way(dumps(entity).decode(), type(entity)), entity)
    assert same_entity(carefully(dumps(entity).decode(), type(entity)), entity)


@given(any_entity())
@settings(max_examples=100)
def test_W1_an_entity_is_read_as_it_was_written(entity: Any) -> None:
    kind, written = type(entity), to_json_value(entity)
    read = from_json_value(written, kind)
    assert type(read) is kind
    assert read == entity
    assert hash(read) == hash(entity)
    assert same_json(to_json_value(read), written)
    text = dumps(entity)
    assert same_json(json.loads(text), written)
    assert same_parts(loads(text, kind), read)
    assert same_parts(carefully(text.decode(), kind), read)


@each_class
@given(data=st.data())
@settings(max_examples=12)
def test_W1_a_document_is_written_as_it_was_read(kind: type, data: st.DataObject) -> None:
    document = data.draw(documents(kind))
    text = json.dumps(document)
    expected = carefully(text, kind)
    assert same_json(to_json_value(expected), document)
    for read in OTHER_WAYS.values():
        entity = read(text, kind)
        assert same_parts(entity, expected)
        assert same_json(json.loads(dumps(entity)), document)


@each_class
@given(data=st.data())
@settings(max_examples=20)
def test_W1_W4_a_document_is_refused_or_written_as_it_was_read(
    kind: type, data: st.DataObject
) -> None:
    document = data.draw(spoilt_documents(kind))
    text = json.dumps(document)
    expected, problems = outcome(lambda: carefully(text, kind))
    for read in OTHER_WAYS.values():
        entity, found = outcome(lambda read=read: read(text, kind))  # type: ignore[misc]
        assert found == problems
        assert problems or same_parts(entity, expected)
        assert problems or same_json(to_json_value(entity), document)


@pytest.mark.parametrize("kind", KINDS_WITH_SCHEMA)
@given(data=st.data())
@settings(max_examples=20)
def test_W1_the_schema_refuses_a_document_or_reads_what_the_careful_reader_does(
    kind: Any, data: st.DataObject
) -> None:
    document = data.draw(documents(kind) | spoilt_documents(kind))
    text = json.dumps(document)
    for read in (
        partial(structured, kind, text, DEFAULT_LIMITS),
        partial(structured_value, kind, document, DEFAULT_LIMITS),
    ):
        try:
            struct = read()
            entity = struct.make(struct)
        except UNEXPECTED:
            continue
        assert same_parts(entity, carefully(text, kind))
        attrs.validate(entity)


@pytest.mark.parametrize("entity", WITH_SCHEMA, ids=named(WITH_SCHEMA))
def test_W1_the_schema_reads_full_entities(entity: Any) -> None:
    kind: Any = type(entity)
    struct = structured(kind, dumps(entity).decode(), DEFAULT_LIMITS)
    assert same_entity(struct.make(struct), entity)


TIMESTAMPS = {
    "2025-11-04T06:48:59Z": "",
    "2025-11-04T06:48:59.4Z": "",
    "2025-11-04T06:48:59.456789Z": "",
    "2025-11-04T06:48:59.4567891Z": "1",
    "2025-11-04T06:48:59.4567890Z": "",
    "2025-11-04T06:48:59.9999999Z": "9",
    "2025-11-04T06:48:59.123456789012Z": "789012",
    "2025-11-04T06:48:59.1234567+05:30": "7",
    "2025-11-04T06:48:59.0000001-00:00": "1",
    "2024-02-29T06:48Z": "",
    "0001-01-01T00:00:00Z": "",
    "9999-12-31T23:59:59.9999999Z": "9",
}


@pytest.mark.parametrize(("text", "beyond"), TIMESTAMPS.items())
@each_way
def test_W1_a_timestamp_keeps_every_digit(text: str, beyond: str, way: Way) -> None:
    document = session_of(startDateTime=text) | {"createdDateTime": text, "completedDateTime": text}
    session: ExchangeRestoreSession = way(json.dumps(document), ExchangeRestoreSession)
    (artifact,) = session.artifacts
    for moment in (artifact.start_date_time, session.created_date_time):
        assert isinstance(moment, Timestamp)
        assert moment == Timestamp.parse(text)
        assert moment.text == text
        assert moment.fraction_beyond_microseconds == beyond
    assert artifact.start_date_time == session.created_date_time
    assert same_json(to_json_value(session), document)


def test_W1_a_plain_datetime_is_written_as_the_same_instant() -> None:
    moment = datetime.fromisoformat("2025-11-04T06:48:59.000120+01:00")
    artifact = attrs.evolve(loads('{"id":"a1"}', MailboxRestoreArtifact), start_date_time=moment)
    again = loads(dumps(artifact), MailboxRestoreArtifact)
    assert again.start_date_time == moment
    assert again == artifact


POINTS: tuple[tuple[dict[str, Any], str | None, str | None], ...] = (
    ({"id": "p1"}, "p1", None),
    ({"@odata.id": "restorePoints/p1"}, None, "restorePoints/p1"),
    ({"id": "p1", "@odata.id": "restorePoints('p1')"}, "p1", "restorePoints('p1')"),
    ({"id": None, "@odata.id": "p1"}, None, "p1"),
    ({"@odata.id": None, "id": "p1"}, "p1", None),
)


@pytest.mark.parametrize(("point", "point_id", "odata_id"), POINTS)
@each_way
def test_W1_a_restore_point_stays_as_it_came(
    point: dict[str, Any], point_id: str | None, odata_id: str | None, way: Way
) -> None:
    document = session_of(restorePoint=point)
    session: ExchangeRestoreSession = way(json.dumps(document), ExchangeRestoreSession)
    (artifact,) = session.artifacts
    assert isinstance(artifact.restore_point, RestorePoint)
    assert (artifact.restore_point.id, artifact.restore_point.odata_id) == (point_id, odata_id)
    assert same_json(to_json_value(session), document)


STORED: Mapping[str, tuple[dict[str, Any], bool, list[str]]] = {
    "not expanded": ({}, False, []),
    "null": ({"mailboxRestoreArtifacts": None}, False, []),
    "empty": ({"mailboxRestoreArtifacts": []}, True, []),
    "one": ({"mailboxRestoreArtifacts": [{"id": "a"}]}, True, ["a"]),
    "granular alone": (
        {"granularMailboxRestoreArtifacts": [{"id": "g", "searchResponseId": ""}]},
        True,
        ["g"],
    ),
    "a next page": (
        {"mailboxRestoreArtifacts": [{"id": "a"}], "mailboxRestoreArtifacts@odata.nextLink": "n"},
        False,
        ["a"],
    ),
}


@pytest.mark.parametrize(("properties", "stored", "ids"), STORED.values(), ids=STORED)
@each_way
def test_W1_a_session_with_or_without_artifacts(
    properties: dict[str, Any], stored: object, ids: list[str], way: Way
) -> None:
    document = {
        "id": "s",
        "status": "failed",
        "later": {"true": [1, 1.0, True, None]},
        **properties,
    }
    session: ExchangeRestoreSession = way(json.dumps(document), ExchangeRestoreSession)
    assert (not session.lacks) is stored
    assert [artifact.id for artifact in session.artifacts] == ids
    assert same_json(to_json_value(session), document)
