"""Objects that are made quickly equal those made by normal calls, and are as frozen."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from hypothesis import given

from restore_domain.frozen import (
    Conversion,
    converting_maker,
    dict_filler,
    draft_class,
    evolver,
    maker,
)
from restore_domain.model.json_value import NO_DATA
from restore_domain.verification.strategies import any_entity
from tests.model.full_entities import ARTIFACT, DECLARED, FULL, GRANULAR, POINT

each_entity = pytest.mark.parametrize("entity", FULL, ids=lambda entity: type(entity).__name__)


def class_of(entity: Any) -> Any:
    return type(entity)


def values_of(entity: Any) -> dict[str, Any]:
    return {field.name: getattr(entity, field.name) for field in attrs.fields(type(entity))}


def assert_is_as_good(made: Any, entity: Any) -> None:
    """It can't be distinguished from the entity that was made by a normal call."""
    assert type(made) is type(entity)
    assert made == entity
    assert hash(made) == hash(entity)
    assert values_of(made) == values_of(entity)
    for name in [*values_of(entity), "something_else", "__class__"]:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(made, name, None)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            delattr(made, name)
    assert not hasattr(made, "__dict__")
    assert attrs.evolve(made) == entity


@each_entity
def test_a_maker_takes_the_value_of_every_slot(entity: Any) -> None:
    stored = values_of(entity)
    order = [name for base in reversed(type(entity).__mro__) for name in _slots(base)]
    assert sorted(order) == sorted(stored)
    made = maker(class_of(entity))(*(stored[name] for name in order))
    assert_is_as_good(made, entity)


def _slots(base: type) -> tuple[str, ...]:
    slots: tuple[str, ...] = base.__dict__.get("__slots__", ())
    return slots


@each_entity
def test_an_evolver_changes_the_given_attributes(entity: Any) -> None:
    assert_is_as_good(evolver(class_of(entity))(entity), entity)
    names = [field.name for field in attrs.fields(type(entity)) if field.init]
    for name in names:
        stored = getattr(entity, name)
        assert_is_as_good(evolver(class_of(entity), name)(entity, stored), entity)
    if type(entity) is not type(DECLARED):
        changed = evolver(class_of(entity), "additional_data")(entity, NO_DATA)
        assert_is_as_good(changed, attrs.evolve(entity, additional_data=NO_DATA))


@given(any_entity())
def test_a_copy_of_any_entity_is_as_good(entity: Any) -> None:
    assert evolver(class_of(entity))(entity) == entity


NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize("entity", [ARTIFACT, GRANULAR])
def test_an_evolver_sets_points_in_time(entity: Any) -> None:
    change = evolver(class_of(entity), "completion_date_time", "error", "start_date_time")
    expected = attrs.evolve(entity, completion_date_time=NOON, error=None, start_date_time=None)
    assert_is_as_good(change(entity, NOON, None, None), expected)


def test_an_evolver_is_compiled_once() -> None:
    kind: Any = type(POINT)
    assert evolver(kind, "id") is evolver(kind, "id")
    assert evolver(kind, "id") is not evolver(kind, "odata_id")


@each_entity
def test_a_draft_is_not_frozen_and_not_an_entity_yet(entity: Any) -> None:
    kind: Any = type(entity)
    draft = draft_class(kind)()
    assert type(draft) is not kind
    name = attrs.fields(kind)[0].name
    setattr(draft, name, "anything")
    assert getattr(draft, name) == "anything"
    delattr(draft, name)
    assert not hasattr(draft, "__dict__")
    assert draft_class(kind) is draft_class(kind)


@attrs.frozen(weakref_slot=False)
class Secretive:
    """A class with an attribute that only its methods use."""

    _secret: int
    shown: int = 0

    @property
    def double(self) -> int:
        return 2 * self._secret


def test_a_class_with_private_slots_can_be_made_too() -> None:
    kind: Any = Secretive
    made = maker(kind)(4, 1)
    assert made == Secretive(4, 1)
    assert made.double == 8
    assert evolver(kind, "shown")(made, 5) == Secretive(4, 5)


# Conversion -------------------------------------------------------------------------------------


@attrs.frozen(weakref_slot=False)
class Target:
    """What is made of another object."""

    value: Any
    more: Any
    additional_data: Any


MISSING = object()
UPPER = {"a": "A", "b": "B"}.get


def conversion(attribute: str = "value", **given: Any) -> Conversion:
    usual: dict[str, Any] = {"convert": None, "required": False, "default": None, "unknown": None}
    return Conversion(attribute=attribute, **{"lossy": False, **usual, **given})


def converted(conversions: list[Conversion], value: Any, more: Any = 0, **given: Any) -> Target:
    """Convert an object with these two attributes; the rest shows whether anything is left over."""
    usual: dict[str, Any] = {
        "missing": MISSING,
        "rest_of": lambda source: f"rest of {source.value}",
        "nothing": "nothing",
    }
    make = converting_maker(Target, conversions, **usual | given)
    made: Target = make(SimpleNamespace(value=value, more=more))
    return made


def finish(draft: Any, source: Any) -> None:
    draft.more = source.more


@pytest.mark.parametrize(
    ("how", "given", "value", "is_left"),
    [
        ({}, 5, 5, False),
        ({}, MISSING, None, False),
        ({}, None, None, True),
        ({"default": 7}, 5, 5, False),
        ({"default": 7}, MISSING, 7, True),
        ({"default": 7}, None, 7, True),
        ({"required": True}, 5, 5, False),
        ({"required": True, "default": 7}, None, None, False),
        ({"convert": UPPER}, "a", "A", False),
        ({"convert": UPPER}, "c", None, False),
        ({"convert": UPPER}, MISSING, None, False),
        ({"convert": UPPER, "unknown": "?"}, "a", "A", False),
        ({"convert": UPPER, "unknown": "?"}, "c", "?", True),
        ({"convert": UPPER, "unknown": "?"}, MISSING, None, False),
        ({"convert": UPPER, "unknown": "?"}, None, None, True),
        ({"convert": UPPER, "unknown": "?", "default": "-"}, "c", "?", True),
        ({"convert": UPPER, "unknown": "?", "required": True}, "b", "B", False),
        ({"convert": UPPER, "unknown": "?", "required": True}, "c", "?", True),
        ({"lossy": True}, 5, 5, True),
        ({"lossy": True}, MISSING, None, False),
        ({"lossy": True, "required": True}, 5, 5, True),
        ({"lossy": True, "convert": UPPER}, "a", "A", True),
    ],
)
def test_an_attribute_is_converted_and_what_is_left_over_makes_a_rest(
    how: dict[str, Any],
    given: Any,
    value: Any,
    is_left: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    made = converted([conversion(**how)], given, finish=finish)
    assert made.value == value
    assert made.more == 0
    assert made.additional_data == (f"rest of {given}" if is_left else "nothing")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        made.value = None  # type: ignore[misc]


@pytest.mark.parametrize(
    ("value", "more", "is_left"),
    [
        (MISSING, MISSING, False),
        (None, MISSING, True),
        (MISSING, None, True),
        (None, "a", True),
        ("a", "c", True),
        ("a", "b", False),
    ],
)
def test_each_attribute_is_converted_in_its_own_way(
    value: Any,
    more: Any,
    is_left: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    both = [conversion(), conversion("more", convert=UPPER, unknown="?")]
    made = converted(both, value, more)
    assert made.value == (value if value == "a" else None)
    assert made.more == {"a": "A", "b": "B", "c": "?"}.get(more)
    assert (made.additional_data != "nothing") is is_left


def test_a_rest_is_always_made_if_it_is_asked_for() -> None:
    made = converted([conversion(), conversion("more")], 5, 6, always_rest=True)
    assert made == Target(5, 6, "rest of 5")


def test_without_a_rest_the_additional_data_are_those_of_another() -> None:
    def complete(draft: Any, source: Any) -> None:
        draft.more, draft.additional_data = source.more, "its own"

    assert converted([conversion()], None, rest_of=None, finish=complete) == Target(
        None, 0, "its own"
    )


def test_what_is_not_none_is_filled_in() -> None:
    fill = dict_filler([("x", "value", None), ("y", "more", str)])
    filled: dict[str, Any] = {"z": 1}
    fill(SimpleNamespace(value=0, more=0), filled)
    assert filled == {"z": 1, "x": 0, "y": "0"}
    filled = {}
    fill(SimpleNamespace(value=None, more=None), filled)
    assert filled == {}
