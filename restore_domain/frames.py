"""The artifacts of a session as an Arrow table, for data frames of pandas, polars and others.

Needs pyarrow, which the extra ``frames`` installs. No entities are made: a column is made from the
parser's structs of artifacts that were never accessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import UNSET

from restore_domain.model.artifact import GranularMailboxRestoreArtifact
from restore_domain.model.session import ExchangeRestoreSession, cells_of
from restore_domain.model.timestamp import timestamp_text
from restore_domain.wire.properties import TAGS, Property, is_entity, properties_of
from restore_domain.wire.reading import read_tags, respelled

__all__ = ["artifacts"]

Unit = Literal["ns", "us"]
"""The unit of points in time."""


def artifacts(session: ExchangeRestoreSession, *, unit: Unit = "ns") -> pa.Table:
    """Return a row for each artifact of a session, those of whole mailboxes first.

    A column has the name of a property; ``restorePoint.id`` is a property within another. Points in
    time are in UTC, in nanoseconds or, by `unit`, microseconds; further digits are cut off.
    Enumerations are dictionaries of all their members. Values that an artifact does not have are
    null. Lists and unknown properties have no column.

    Raises ValueError for a time outside of the unit's range: nanoseconds range from 1677 to 2262.
    """
    # the class of granular artifacts has all the properties that an artifact may have
    return pa.table(dict(_columns(GranularMailboxRestoreArtifact, list(cells_of(session)), unit)))


def _columns(
    entity_class: Any, values: Sequence[Any], unit: Unit, above: str = ""
) -> Iterator[tuple[str, Any]]:
    """Yield the columns of entities of this class, and of those within them."""
    for known in properties_of(entity_class):
        name, attribute = above + known.name, known.attribute
        found = [
            None if (part := getattr(value, attribute, None)) is UNSET else part for value in values
        ]
        if is_entity(known.type):
            none_is_there = found.count(None) == len(found)
            within = _columns(known.type, () if none_is_there else found, unit, f"{name}.")
            for inner, column in within:
                yield inner, pa.nulls(len(found), column.type) if none_is_there else column
        elif (make := _maker_of(known)) is not None:
            yield name, make(found, name, unit)


def _maker_of(known: Property) -> Callable[[Sequence[Any], str, Unit], Any] | None:
    """Return a function that makes the column of a property; None if it has none."""
    if known.type is datetime:
        return _times
    if known.type == TAGS:
        return _flags
    if isinstance(known.type, type) and issubclass(known.type, StrEnum):
        return lambda values, _name, _unit: _members(known, values)
    arrow_type = _ARROW_TYPES.get(known.type)
    if arrow_type is None:
        return None
    return lambda values, _name, _unit: pa.array(values, arrow_type)


_ARROW_TYPES: Final = {str: pa.string(), int: pa.int32(), bool: pa.bool_()}


def _members(known: Property, values: Sequence[Any]) -> Any:
    """Return members of an enumeration; an unknown text is unknownFutureValue."""
    members = [member.value for member in known.type]
    unknown = members.index("unknownFutureValue")
    places: dict[Any, int | None] = {member: place for place, member in enumerate(members)}
    places[None] = unknown if known.defaults_to_unknown else None
    indices = pa.array([places.get(value, unknown) for value in values], pa.int8())
    return pa.DictionaryArray.from_arrays(indices, pa.array(members, pa.string()))


def _flags(values: Sequence[Any], _name: str, _unit: Unit) -> Any:
    """Return sets of flags, each as one text; the parser leaves them unchanged."""
    texts = {
        value: respelled(read_tags(value) if isinstance(value, str) else value)
        for value in set(values) - {None}
    }
    return pa.array(map(texts.get, values), pa.string())


def _times(values: Sequence[Any], name: str, unit: Unit) -> Any:
    """Return points in time; the parser leaves them as texts."""
    texts = [timestamp_text(value) if isinstance(value, datetime) else value for value in values]
    digits = 9 if unit == "ns" else 6
    more_digits = rf"(\.\d{{{digits}}})\d+"
    cut_off: Any = getattr(pc, "replace_substring_regex")  # noqa: B009 - pyarrow makes it at run time
    cut = cut_off(pa.array(texts, pa.string()), more_digits, r"\1")
    try:
        return cut.cast(pa.timestamp(unit, "UTC"))
    except pa.ArrowInvalid as error:
        raise ValueError(f"{name}: {error}; microseconds, the unit 'us', hold every time") from None
