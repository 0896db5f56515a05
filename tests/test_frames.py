"""The Arrow table of a session has what its artifacts have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given

from restore_domain import ExchangeRestoreSession, GranularMailboxRestoreArtifact, wire
from restore_domain.frames import artifacts
from restore_domain.status import ArtifactRestoreStatus, DestinationType
from restore_domain.verification.strategies import documents
from restore_domain.wire.properties import TAGS, is_entity, properties_of
from restore_domain.wire.reading import respelled

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def paths(entity_class: Any, *above: str) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    """Yield the properties of an entity and of those within it, with their attributes."""
    for known in properties_of(entity_class):
        names = (*above, known.attribute)
        if is_entity(known.type):
            for name, path, kind in paths(known.type, *names):
                yield f"{known.name}.{name}", path, kind
        else:
            yield known.name, names, known.type


def follow(value: Any, path: tuple[str, ...]) -> Any:
    for attribute in path:
        value = getattr(value, attribute, None)
    return value


def cell(value: Any, kind: Any) -> Any:
    """Return what the column has for the value of an attribute."""
    if value is None:
        return None
    if kind is datetime:
        return (value - EPOCH) // timedelta(microseconds=1)
    return respelled(value) if kind == TAGS else getattr(value, "value", value)


@pytest.mark.slow
@given(documents(ExchangeRestoreSession))
def test_each_column_has_the_attribute_of_each_artifact(document: dict[str, Any]) -> None:
    unread, looked_at = (wire.from_json_value(document, ExchangeRestoreSession) for _ in range(2))
    table = artifacts(unread, unit="us")
    entities = list(looked_at.artifacts)
    assert table.num_rows == len(entities)
    known = {name: (path, kind) for name, path, kind in paths(GranularMailboxRestoreArtifact)}
    assert set(table.column_names) == known.keys() - {
        "error.details",
        "error.innerError.details",
    }
    for name in table.column_names:
        path, kind = known[name]
        column = table[name]
        if kind is datetime:
            column = column.cast(pa.int64())
        assert column.to_pylist() == [cell(follow(one, path), kind) for one in entities], name
    assert artifacts(looked_at, unit="us").equals(table)


def session(**properties: Any) -> ExchangeRestoreSession:
    document = {"id": "s1", "mailboxRestoreArtifacts": [{"id": "a1", **properties}]}
    return wire.from_json_value(document, ExchangeRestoreSession)


def test_columns_have_proper_types() -> None:
    schema = artifacts(session()).schema
    assert schema.field("id").type == pa.string()
    assert schema.field("startDateTime").type == pa.timestamp("ns", "UTC")
    assert schema.field("restorePoint.protectionDateTime").type == pa.timestamp("ns", "UTC")
    assert schema.field("restoredItemCount").type == pa.int32()
    assert schema.field("status").type == pa.dictionary(pa.int8(), pa.string())
    assert artifacts(ExchangeRestoreSession(id="s1")).schema == schema


def test_an_enumeration_has_all_its_members_in_order() -> None:
    table = artifacts(session(status="paused"))
    (chunk,) = table["status"].chunks
    assert chunk.dictionary.to_pylist() == list(ArtifactRestoreStatus)
    assert table["status"].to_pylist() == ["unknownFutureValue"]
    (chunk,) = table["destinationType"].chunks
    assert chunk.dictionary.to_pylist() == list(DestinationType)
    assert table["destinationType"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T02:00:00.5+02:00", 500_000_000),
        ("1970-01-01T00:00:00.123456789Z", 123_456_789),
        ("1970-01-01T00:00:00.123456789999Z", 123_456_789),
        ("2262-04-11T23:47:16.854775807Z", 2**63 - 1),
    ],
)
def test_a_time_has_nanoseconds(text: str, nanoseconds: int) -> None:
    found = artifacts(session(startDateTime=text))["startDateTime"]
    assert found.cast(pa.int64()).to_pylist() == [nanoseconds]


def test_a_time_that_nanoseconds_can_not_hold_is_refused() -> None:
    early = session(startDateTime="0001-01-01T00:00:00Z")
    with pytest.raises(ValueError, match=r"^startDateTime: .*'us'"):
        artifacts(early)
    (found,) = artifacts(early, unit="us")["startDateTime"].cast(pa.int64()).to_pylist()
    assert found == (datetime(1, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


@pytest.mark.interop
def test_pandas_and_polars_make_a_frame_of_it() -> None:
    import pandas as pd  # noqa: PLC0415 - of a group of its own
    import polars as pl  # noqa: PLC0415

    table = artifacts(session(status="failed", startDateTime="2026-01-05T09:00:00Z"))
    frame = table.to_pandas()
    assert frame["startDateTime"][0] == pd.Timestamp("2026-01-05T09:00:00Z")
    assert frame["status"].tolist() == ["failed"]
    made = pl.from_arrow(table)
    assert isinstance(made, pl.DataFrame)
    assert made["startDateTime"].dtype == pl.Datetime("ns", "UTC")
    assert made["status"].to_list() == ["failed"]
