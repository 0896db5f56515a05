"""Everything that an entity accepts can be written, and reads as itself (rule W1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import attrs
import pytest

from restore_domain import JsonObject, Timestamp, wire
from restore_domain.operations import Report, create_session, expire
from restore_domain.operations.root import BackupRestoreRoot
from restore_domain.wire import RequestBody
from restore_domain.wire.properties import is_entity

from .full_entities import FULL

ODD_SECONDS: Final = (
    timedelta(seconds=1),
    timedelta(seconds=-1),
    timedelta(hours=-4, minutes=-56, seconds=-2),
    timedelta(microseconds=1),
    timedelta(hours=23, minutes=59, seconds=59, microseconds=999_999),
    timedelta(hours=-23, minutes=-59, seconds=-59, microseconds=-999_999),
)
WHOLE_MINUTES: Final = (
    timedelta(0),
    timedelta(minutes=1),
    timedelta(hours=23, minutes=59),
    timedelta(hours=-23, minutes=-59),
)
EDGES: Final = (
    datetime(1, 1, 1),  # noqa: DTZ001 - each gets an offset
    datetime(1, 1, 1, 23, 59, 59, 999_999),  # noqa: DTZ001
    datetime(2026, 1, 12, 12, 0, 0, 1),  # noqa: DTZ001
    datetime(9999, 12, 31, 0, 0, 1),  # noqa: DTZ001
    datetime.max,  # noqa: DTZ901
)
TIMES: Final = [
    time.replace(tzinfo=timezone(offset))
    for time in EDGES
    for offset in (*ODD_SECONDS, *WHOLE_MINUTES)
]
TEXTS: Final = (
    *("\ud800", "a\udfff", "\udc00\ud800", "\ud83d\udcec"),
    *("", "\x00", "\x7f", "\u2028", "\ufeff", "\uffff", "é", "📬", '"', "\\", "a\nb"),
)

ENTITIES: Final = [entity for entity in FULL if is_entity(type(entity))]


def values_of(entity: Any) -> dict[str, Any]:
    fields = [field for field in attrs.fields(type(entity)) if field.init]
    return {field.name: getattr(entity, field.name) for field in fields}


def made(entity: Any, name: str, value: Any) -> Any:
    """Return the entity with another value in an attribute; None if it refuses that."""
    try:
        return type(entity)(**values_of(entity) | {name: value})
    except ValueError:
        return None


ATTRIBUTES: Final = [
    pytest.param(entity, name, id=f"{type(entity).__name__}.{name}")
    for entity in ENTITIES
    for name, value in values_of(entity).items()
    if type(value) is str or isinstance(value, datetime)
]


@pytest.mark.parametrize(("entity", "name"), ATTRIBUTES)
def test_W1_a_value_that_an_attribute_accepts_is_written_and_read_again(
    entity: Any, name: str
) -> None:
    kind = type(entity)
    candidates = TEXTS if isinstance(getattr(entity, name), str) else TIMES
    taken = 0
    for value in candidates:
        changed = made(entity, name, value)
        if changed is None:
            continue
        taken += 1
        assert wire.loads(wire.dumps(changed), kind) == changed, value
        assert wire.from_json_value(wire.to_json_value(changed), kind) == changed, value
    assert taken >= len(candidates) // 2
    assert taken < len(candidates)


def is_carried(text: str) -> bool:
    return text.encode("utf-8", "ignore").decode() == text


@pytest.mark.parametrize(("entity", "name"), ATTRIBUTES)
def test_only_writable_values_are_accepted(entity: Any, name: str) -> None:
    if isinstance(getattr(entity, name), str):
        needs_more = {field.name: field for field in attrs.fields(type(entity))}[name].name == "id"
        for text in TEXTS:
            if text or not needs_more:
                assert (made(entity, name, text) is not None) is is_carried(text), text
        return
    for time in TIMES:
        offset = time.utcoffset()
        assert offset is not None
        try:
            time.astimezone(UTC)
        except OverflowError:
            has_utc = False
        else:
            has_utc = True
        can_be_written = has_utc or not offset % timedelta(minutes=1)
        assert (made(entity, name, time) is not None) is can_be_written, time


def test_texts_and_times_of_nearly_every_entity_are_tried() -> None:
    tried = {type(parameter.values[0]).__name__ for parameter in ATTRIBUTES}
    every = {type(entity).__name__ for entity in ENTITIES}
    have_neither = {
        "IdentitySet",
        "MailboxRestoreArtifactCollectionResponse",
        "RequestedArtifact",
        "RestoreSessionArtifactCount",
        "UpdateSessionResponse",
    }
    assert every - tried <= have_neither


UNWRITABLE: Final = datetime(1, 1, 1, tzinfo=timezone(timedelta(seconds=1)))


@pytest.mark.parametrize("name", ["time", "start_date_time", "completion_date_time"])
def test_O7_a_report_refuses_a_time_that_can_not_be_written(name: str) -> None:
    given: Any = {"artifact_id": "a1", "status": FULL[0].status, "time": datetime.now(UTC)}
    with pytest.raises(ValueError, match=f"^Report.{name}: expected a datetime whose offset"):
        Report(**given | {name: UNWRITABLE})


def test_S7_operations_refuse_such_a_time_for_now() -> None:
    root = BackupRestoreRoot()
    with pytest.raises(ValueError, match=r"^now: expected a datetime whose offset"):
        expire(root, now=UNWRITABLE)
    with pytest.raises(ValueError, match=r"^now: expected a datetime whose offset"):
        create_session(root, RequestBody(None), session_id="s1", artifact_ids=[], now=UNWRITABLE)


class OwnTimestamp(Timestamp):
    """A subclass of Timestamp."""

    __slots__ = ()


@pytest.mark.parametrize("text", ["2026-01-12T12:00:00.123456789012Z", "2026-01-12T12:00+05:30"])
def test_W1_a_timestamp_of_a_derived_class_keeps_its_digits(text: str) -> None:
    time = OwnTimestamp.parse(text)
    assert type(time) is OwnTimestamp
    entity: Any = ENTITIES[0]
    kept = attrs.evolve(entity, start_date_time=time).start_date_time
    assert type(kept) is Timestamp
    assert kept == Timestamp.parse(text)
    assert kept.text == text


def test_a_timestamp_of_a_derived_class_that_was_computed_is_a_plain_time() -> None:
    time = OwnTimestamp.parse("2026-01-12T12:00:00.123456789012Z") + timedelta(hours=1)
    entity: Any = ENTITIES[0]
    kept = attrs.evolve(entity, start_date_time=time).start_date_time
    assert type(kept) is datetime
    assert kept == datetime(2026, 1, 12, 13, 0, 0, 123_456, tzinfo=UTC)


class Text(str):
    """A string with additional state."""

    __slots__ = ()


def test_a_timestamp_keeps_a_plain_text() -> None:
    assert type(Timestamp.parse(Text("2026-01-12T12:00:00Z")).text) is str


def test_the_additional_data_refuses_values_that_can_not_be_written() -> None:
    for text in ("\ud800", "a\udfff"):
        for data in ({text: 1}, {"a": text}, {"a": [{"b": text}]}):
            with pytest.raises(ValueError, match="half a surrogate pair"):
                JsonObject(data)
