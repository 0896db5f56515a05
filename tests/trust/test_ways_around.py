"""The ways to change immutable objects: those that Python leaves open, and no others.

`docs/security.md` lists them under "Defence against code in the same process".
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable, Iterator, MappingView
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import attrs
import pytest

from restore_domain import (
    DECISION_TABLE,
    EntityCollection,
    ExchangeRestoreSession,
    JsonObject,
    StatusTally,
    Timestamp,
    explain,
    wire,
)
from restore_domain.lifecycle import STEPS
from restore_domain.model.json_value import equal_json
from restore_domain.operations import BackupRestoreRoot, Report
from tests.model.full_entities import FULL, SESSION

from .reachable import stored
from .roots import document

PAGE: Final = (Path(__file__).parents[2] / "docs" / "security.md").read_text("utf-8")

NAMED: Final = {"__init__", "__setstate__"}
"""The methods of an object that change it, which the page names."""

ROOT: Final = BackupRestoreRoot(exchange_restore_sessions=[SESSION])
OBJECTS: Final = (
    *FULL,
    ROOT,
    ROOT.limits,
    Report(artifact_id="a1", status=FULL[0].status, time=Timestamp.parse("2026-01-12T12:00:00Z")),
    DECISION_TABLE[1],
    StatusTally.of(["added"]),
    JsonObject({"a": [1, {"b": 2}]}),
    EntityCollection([FULL[0]]),
    Timestamp.parse("2026-01-12T12:00:00.1234567Z"),
)


def others_of(value: Any) -> list[Any]:
    """Return arguments that a method may be called with, in an attempt to change the object."""
    state: Any = getattr(value, "__getstate__", dict)()
    odd = {"id": "odd", "additional_data": JsonObject({"odd": 1}), "status": None}
    states = [{**dict.fromkeys(state, "odd")} if isinstance(state, dict) else odd, (None, odd), odd]
    return [*states, "odd", "_odd", 1, None, ("odd",), value, type(value), object()]


def calls_of(value: Any, name: str) -> Iterator[Callable[[], Any]]:
    method = getattr(type(value), name)
    others = others_of(value)
    yield lambda: method(value)
    for one in others:
        yield lambda one=one: method(value, one)  # type: ignore[misc]
        for field in list(slots(value)):
            yield lambda one=one, field=field: method(value, field.name, one)  # type: ignore[misc]
    if attrs.has(type(value)):
        fields = {
            field.name.lstrip("_"): field for field in attrs.fields(type(value)) if field.init
        }
        given = {name: getattr(value, field.name) for name, field in fields.items()}
        for field_name, field in fields.items():
            for other in (None, "odd", field.default):
                yield lambda field_name=field_name, other=other: method(  # type: ignore[misc]
                    value, **given | {field_name: other}
                )
    yield lambda: method(value, {"a": 2})
    yield lambda: method(value, [FULL[9]])


def contents(value: Any) -> dict[Any, Any]:
    return {slot: id(content) for slot, content in slots(value).items()}


def slots(value: Any) -> dict[Any, Any]:
    return {slot: content for slot, content in stored(value).items() if slot.name != "__weakref__"}


def changing_methods(value: Any) -> set[str]:
    """Return the methods that put something else into a slot of an object."""
    changing = set()
    for name in dir(type(value)):
        if not callable(getattr(type(value), name, None)) or name in _NOT_OF_INSTANCES:
            continue
        for call in calls_of(value, name):
            before, contained = contents(value), slots(value)
            with suppress(Exception):  # most calls are invalid
                call()
            now = contents(value)
            if now != before and not _computed(slots(value), contained):
                changing.add(name)
                for slot, content in contained.items():
                    object.__setattr__(value, slot.name, content)
                break
    return changing


def _computed(now: dict[Any, Any], before: dict[Any, Any]) -> bool:
    """Return whether the same was only computed again, as `__attrs_post_init__` does."""
    return now.keys() == before.keys() and all(now[slot] == before[slot] for slot in now)


_NOT_OF_INSTANCES: Final = {
    *("__class__", "__new__", "__init_subclass__", "__subclasshook__", "__class_getitem__"),
    *("__dir__", "__doc__", "__sizeof__", "__getattribute__"),
}


@pytest.mark.parametrize("value", OBJECTS, ids=lambda value: type(value).__name__)
def test_only_the_methods_on_the_page_change_an_object(value: Any) -> None:
    victim = copy.copy(value) if not isinstance(value, EntityCollection) else value
    assert changing_methods(victim) <= NAMED


@pytest.mark.slow
def test_each_method_that_the_page_names_changes_an_object() -> None:
    found = set().union(*(changing_methods(copy.copy(value)) for value in FULL))
    assert found == NAMED
    for name in NAMED:
        assert f"`{name}`" in PAGE
    assert "`object.__setattr__`" in PAGE


# Exposing what is behind a view -------------------------------------------------------------------


class Spy:
    """Accepts every operator, and records what it is compared or combined with."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def _take(self, other: Any) -> bool:
        self.seen.append(other)
        return False

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _take
    __ror__ = __rand__ = __rxor__ = __rsub__ = __radd__ = __rmul__ = __rmod__ = _take
    __hash__ = object.__hash__


OPERATORS: Final = (
    *(operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge),
    *(operator.or_, operator.and_, operator.xor, operator.sub, operator.add, operator.mul),
    operator.mod,
)


def handed_out(value: Any) -> list[Any]:
    """Return what a user's object gets from another by operators between the two."""
    spy = Spy()
    for operate in OPERATORS:
        try:
            operate(value, spy)
        except TypeError:
            continue
    return [seen for seen in spy.seen if type(seen) in (dict, list, set, bytearray)]


def public_parts(value: Any) -> Iterator[Any]:
    """Yield what the public names of an object give, called if no argument is needed."""
    for name in dir(value):
        if name.startswith("_"):
            continue
        try:
            part = getattr(value, name)
        except AttributeError:
            continue
        yield part
        if callable(part):
            with suppress(Exception):  # it needs an argument
                yield part()
    if isinstance(value, (JsonObject, EntityCollection, tuple)):
        yield from value


def everything_public(*roots: Any) -> Iterator[Any]:
    """Yield everything that is reached by public names of our objects, and their views."""
    waiting, seen = list(roots), set()
    while waiting:
        value = waiting.pop()
        if callable(value) or (type(value), id(value)) in seen:
            continue
        seen.add((type(value), id(value)))
        KEPT.append(value)  # so that no other gets its id
        yield value
        is_ours = str(type(value).__module__).startswith("restore_domain")
        if isinstance(value, (tuple, MappingView)) or (is_ours and not isinstance(value, datetime)):
            waiting += list(public_parts(value))


KEPT: Final[list[Any]] = []


def test_no_public_name_exposes_a_dict_or_a_list() -> None:
    read = wire.loads(document(3), ExchangeRestoreSession)
    roots = (*OBJECTS, BackupRestoreRoot(exchange_restore_sessions=[read]), explain(["added"]))
    kinds = set()
    for value in everything_public(*roots):
        kinds.add(type(value).__name__)
        if type(value) not in (
            dict,
            list,
            set,
        ):  # new objects made by `copy`, `__reduce__` and the like
            assert handed_out(value) == [], value
    assert {"JsonObject", "ItemsView", "ExchangeRestoreSession", "Explanation"} <= kinds


def test_the_properties_of_an_object_are_not_exposed() -> None:
    contained = JsonObject({"a": 1})
    for view in (contained.items(), contained.keys(), contained.values(), contained):
        assert handed_out(view) == []
        assert not hasattr(view, "mapping")
    assert list(contained.items()) == [("a", 1)]
    assert ("a", 1) in contained.items()
    assert equal_json(contained, JsonObject(dict(contained.items())))


def test_a_table_of_the_package_is_exposed_as_the_page_says() -> None:
    """So the test detects something that exposes internals; the page names the tables."""
    assert handed_out(MappingProxyType({"a": 1}))
    view: Any = MappingProxyType({"a": 1}).items()
    assert handed_out(view.mapping)
    assert handed_out(STEPS)
    assert "`MappingProxyType`" in PAGE
