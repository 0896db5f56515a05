"""Where two values of the model differ: the answer to why they are not equal.

A place is given as a JSON path of Graph's names, as in the errors of reading. The comparison looks
at exactly what equality compares, part by part: in a session at its artifacts, by their ids, and at
the values that are derived from them or declared (rule S1a).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import Enum, StrEnum
from functools import cache
from operator import eq
from typing import Any, Final, NamedTuple, TypeAlias

import attrs

from restore_domain.model.collection import EntityCollection
from restore_domain.model.graph_name import graph_name
from restore_domain.model.json_path import ROOT, id_step, index_step, name_step
from restore_domain.model.json_value import JsonObject, equal_json
from restore_domain.model.persistent_sequence import PersistentSequence
from restore_domain.model.session import RestoreSessionBase
from restore_domain.model.timestamp import timestamp_text
from restore_domain.model.validators import shown

__all__ = ["MISSING", "Missing", "ValueDifference", "differences"]


class Missing(Enum):
    """The type of `MISSING`."""

    MISSING = "missing"

    def __repr__(self) -> str:
        """Show the public name."""
        return "MISSING"


MISSING: Final = Missing.MISSING
"""Used in a `ValueDifference` for a part that one of the two values does not have."""


class ValueDifference(NamedTuple):
    """A place where two values differ; its text is one short line."""

    path: str
    """The place, as a JSON path of Graph's names: ``$.mailboxRestoreArtifacts["a1"].status``.

    An artifact, or a session of a root, is named by its id. The path ``$.…[*].id`` stands for the
    order of those that both collections contain.
    """

    left: Any
    """The part of the first value, or `MISSING`."""

    right: Any
    """The part of the second value, or `MISSING`."""

    def __str__(self) -> str:
        """Show the path and both parts, shortened."""
        return f"{self.path}: {_shown(self.left)} != {_shown(self.right)}"


def differences(left: object, right: object) -> tuple[ValueDifference, ...]:
    """List the places where two values differ; the list is empty exactly if they are equal.

    It looks into entities, their collections and JSON objects, into a root and into events, and
    takes time in proportion to their size. Any other values, and two values of different classes,
    count as one difference as a whole.
    """
    return tuple(_differences(left, right, None, eq))


_Step: TypeAlias = tuple[Callable[[Any], str], Any]
"""The function that makes the text of a step, and its argument."""

_Place: TypeAlias = tuple["_Place", _Step] | None
"""A path from the whole value. Its text is made only if there is a difference."""

_Same: TypeAlias = Callable[[Any, Any], bool]
"""Whether two values without parts are equal."""

_Differences: TypeAlias = Iterator[ValueDifference]


def _differences(left: Any, right: Any, place: _Place, same: _Same) -> _Differences:
    if left is right:
        return
    compare_parts = _comparison_of_parts(left, right)
    if compare_parts is not None:
        yield from compare_parts(left, right, place, same)
    elif not same(left, right):
        yield ValueDifference(_path(place), left, right)


_ComparisonOfParts: TypeAlias = Callable[[Any, Any, _Place, _Same], _Differences]


def _comparison_of_parts(left: Any, right: Any) -> _ComparisonOfParts | None:
    """Return how two values are compared part by part; None if they are compared as a whole."""
    for container, compare in _CONTAINERS.items():
        if isinstance(left, container) and isinstance(right, container):
            return compare
    kind: type = left.__class__
    if kind is not right.__class__ or not _has_public_attributes(kind):
        return None
    return _of_sessions if isinstance(left, RestoreSessionBase) else _of_attributes


@cache
def _has_public_attributes(kind: type) -> bool:
    return attrs.has(kind) and not any(field.name.startswith("_") for field in attrs.fields(kind))


def _path(place: _Place) -> str:
    steps: list[str] = []
    while place is not None:
        place, (text_of, step) = place
        steps.append(text_of(step))
    return ROOT + "".join(reversed(steps))


def _of_sessions(left: Any, right: Any, place: _Place, same: _Same) -> _Differences:
    yield from _of_attributes(left, right, place, same)
    yield from _of_attributes(left.effective, right.effective, place, same)


def _of_attributes(left: Any, right: Any, place: _Place, same: _Same) -> _Differences:
    kind: type = left.__class__
    for name, step in _compared(kind):
        within = place if step is None else (place, (name_step, step))
        yield from _differences(getattr(left, name), getattr(right, name), within, same)


@cache
def _compared(kind: type) -> tuple[tuple[str, str | None], ...]:
    """Return each attribute that equality compares, with its Graph name.

    Properties without an attribute of their own are listed in the same way.
    """
    return tuple(
        (field.name, None if field.name == "additional_data" else graph_name(field))
        for field in attrs.fields(kind)
        if field.eq
    )


def _of_collections(left: Any, right: Any, place: _Place, same: _Same) -> _Differences:
    ours = {entity.id: entity for entity in left}
    theirs = {entity.id: entity for entity in right}
    for entity_id in ours | theirs:
        within = (place, (id_step, entity_id))
        one, other = ours.get(entity_id, MISSING), theirs.get(entity_id, MISSING)
        yield from _differences(one, other, within, same)
    order = tuple(entity_id for entity_id in ours if entity_id in theirs)
    their_order = tuple(entity_id for entity_id in theirs if entity_id in ours)
    if order != their_order:
        yield ValueDifference(_path((place, (str, "[*].id"))), order, their_order)


def _of_json_objects(left: Any, right: Any, place: _Place, _same: _Same) -> _Differences:
    for name in {**left} | {**right}:
        within = (place, (name_step, name))
        one, other = left.get(name, MISSING), right.get(name, MISSING)
        yield from _differences(one, other, within, equal_json)


def _of_tuples(left: Any, right: Any, place: _Place, same: _Same) -> _Differences:
    for index in range(max(len(left), len(right))):
        within = (place, (index_step, index))
        one = left[index] if index < len(left) else MISSING
        other = right[index] if index < len(right) else MISSING
        yield from _differences(one, other, within, same)


_CONTAINERS: Final[Mapping[type | tuple[type, ...], _ComparisonOfParts]] = {
    EntityCollection: _of_collections,
    JsonObject: _of_json_objects,
    (tuple, PersistentSequence): _of_tuples,
}
"""The classes whose values are equal regardless of their exact class."""


def _shown(value: Any) -> str:
    """Show a value on one short line: a member of an enumeration and a time as on the wire."""
    if isinstance(value, StrEnum):
        return shown(value.value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return timestamp_text(value)
    return shown(value)
