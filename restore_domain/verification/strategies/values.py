"""Strategies for the values of entities and their JSON.

Each is made once: Hypothesis validates every new strategy, which would take longer than drawing
from it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from restore_domain.model import JsonObject, Timestamp
from restore_domain.model.json_value import frozen_object
from restore_domain.model.validators import INT32

__all__ = [
    "BOOLEANS",
    "int32s",
    "json_objects",
    "json_values",
    "keys",
    "texts",
    "timestamp_texts",
    "timestamps",
]


BOOLEANS: Final = st.booleans()


@cache
def texts() -> SearchStrategy[str]:
    """Draw short texts, including the empty one."""
    return st.text(max_size=8)


@cache
def keys() -> SearchStrategy[str]:
    """Draw texts that can be an entity's key."""
    return st.text(min_size=1, max_size=8)


@cache
def int32s() -> SearchStrategy[int]:
    """Draw numbers within Edm.Int32."""
    return st.integers(INT32.start, INT32.stop - 1)


@cache
def json_values() -> SearchStrategy[Any]:
    """Draw any JSON value, as a parser returns it."""
    return st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.integers(-(10**40), 10**40)
        | st.floats(allow_nan=False, allow_infinity=False)
        | texts(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(), inner, max_size=3),
        max_leaves=5,
    )


@cache
def json_objects() -> SearchStrategy[JsonObject]:
    """Draw objects for an entity's ``additional_data``."""
    return st.dictionaries(texts(), json_values(), max_size=3).map(frozen_object)


@cache
def timestamp_texts() -> SearchStrategy[str]:
    """Draw points in time as a service may write them, with none to twelve digits of a fraction."""
    sixtieths = st.integers(0, 59)
    return st.builds(
        _timestamp_text,
        day=st.dates(),
        hour=st.integers(0, 23),
        minute=sixtieths,
        second=sixtieths,
        fraction=st.text("0123456789", max_size=12),
        offset=st.sampled_from(("Z", "Z", "+00:00", "-00:00", "+05:30", "-11:45", "+23:59")),
        with_seconds=BOOLEANS,
    )


def _timestamp_text(  # noqa: PLR0913 - what such a text is made of
    *,
    day: date,
    hour: int,
    minute: int,
    second: int,
    fraction: str,
    offset: str,
    with_seconds: bool,
) -> str:
    time = f"{hour:02}:{minute:02}"
    if fraction or with_seconds:
        time += f":{second:02}"
    return f"{day.isoformat()}T{time}{'.' if fraction else ''}{fraction}{offset}"


_NEW_YORK_MEAN_TIME: Final = timezone(timedelta(hours=-4, minutes=-56, seconds=-2))
"""An offset that can't be written in whole minutes."""

_BERLIN: Final = ZoneInfo("Europe/Berlin")


@cache
def timestamps() -> SearchStrategy[datetime]:
    """Draw points in time for an attribute: read, made, and computed."""
    return (
        timestamp_texts().map(Timestamp.parse)
        | st.datetimes(
            datetime(2, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
            datetime(9998, 1, 1),  # noqa: DTZ001
            timezones=st.sampled_from([UTC, _NEW_YORK_MEAN_TIME, _BERLIN]),
        )
        | st.datetimes(
            datetime(2023, 10, 29, 1),  # noqa: DTZ001 - the hour that comes twice is among these
            datetime(2023, 10, 29, 4),  # noqa: DTZ001
            timezones=st.just(_BERLIN),
        )
        | timestamp_texts().map(lambda text: Timestamp.parse(text).replace(year=2024, day=1))
    )
