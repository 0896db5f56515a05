"""Immutable JSON values."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_domain import ABSENT, JsonObject
from restore_domain.model.json_limits import JSON_DEPTH_LIMIT, WireLimits
from restore_domain.model.json_value import (
    NO_DATA,
    equal_json,
    freeze,
    frozen_object,
    frozen_properties,
    thaw,
    without_properties,
)
from restore_domain.model.validators import shown
from restore_domain.verification.strategies.values import json_values, texts
from tests.same_json import same_json

json_objects = st.dictionaries(texts(), json_values(), max_size=4)


@given(json_values())
def test_a_frozen_value_thaws_to_the_same(value: Any) -> None:
    assert same_json(thaw(freeze(value)), value)


@given(json_objects)
def test_an_object_reads_like_the_mapping_it_was_made_of(properties: dict[str, Any]) -> None:
    made = JsonObject(properties)
    assert list(made) == list(properties)
    assert len(made) == len(properties)
    assert dict(made.items()) == {name: made[name] for name in properties}
    assert "no such name" not in made
    assert made.get("no such name") is None
    with pytest.raises(KeyError):
        made["no such name"]
    assert same_json(thaw(made), properties)


@given(json_objects, json_objects)
def test_objects_are_equal_as_json_values_are(one: dict[str, Any], other: dict[str, Any]) -> None:
    reordered = dict(reversed(one.items()))
    assert JsonObject(one) == JsonObject(reordered)
    assert hash(JsonObject(one)) == hash(JsonObject(reordered))
    if same_json(one, other):
        assert JsonObject(one) == JsonObject(other)
    if JsonObject(one) == JsonObject(other):
        assert hash(JsonObject(one)) == hash(JsonObject(other))


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (True, 1, False),
        (False, 0, False),
        (False, None, False),
        (1, 1.0, True),  # JSON has numbers, without different kinds
        ([True], [1], False),
        ({"y": False}, {"y": 0}, False),
        ([1, 2], [2, 1], False),
        ([1], [1, 1], False),
        ({"y": 1}, {"z": 1}, False),
        ({"y": 1}, ["y", 1], False),
        ("", None, False),
        ([], {}, False),
    ],
)
def test_true_is_not_1(one: Any, other: Any, *, equal: bool) -> None:
    assert (JsonObject({"x": one}) == JsonObject({"x": other})) is equal
    assert (JsonObject({"x": other}) == JsonObject({"x": one})) is equal


def test_an_object_differs_from_other_values() -> None:
    assert JsonObject({"x": 1}) != {"x": 1}
    assert JsonObject({"x": ABSENT}) != JsonObject({"x": "absent"})
    assert JsonObject({"x": ABSENT}) != JsonObject()


@given(json_objects)
def test_an_object_can_be_pickled_and_copied(properties: dict[str, Any]) -> None:
    made = JsonObject(properties | {"absent": ABSENT})
    for again in (pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):  # noqa: S301 - our own
        assert again == made
        assert hash(again) == hash(made)
    assert copy.deepcopy(made)["absent"] is ABSENT


def test_an_object_can_t_change() -> None:
    properties = {"list": [1, {"x": []}]}
    made = JsonObject(properties)
    properties["list"].append(2)
    assert made == JsonObject({"list": [1, {"x": []}]})
    assert made["list"] == (1, JsonObject({"x": ()}))
    for name in ("_properties", "other"):
        with pytest.raises(AttributeError, match=f"JsonObject is immutable: {name} can't be set"):
            setattr(made, name, {})
        with pytest.raises(
            AttributeError, match=f"JsonObject is immutable: {name} can't be deleted"
        ):
            delattr(made, name)
    assert not hasattr(made, "__dict__")
    with pytest.raises(TypeError):
        made["x"] = 1  # type: ignore[index]


def test_an_object_is_shown_as_the_call_that_makes_it() -> None:
    shown = repr(JsonObject({"x": [1, None], "y": {"z": ABSENT} and ABSENT}))
    assert shown == "JsonObject({'x': (1, None), 'y': ABSENT})"
    assert repr(NO_DATA) == "JsonObject({})"


class Text(str):
    """A string with additional state."""

    __slots__ = ()


class Number(int):
    """A number with additional state."""


class Fraction(float):
    """A number with additional state."""


@pytest.mark.parametrize(
    ("value", "kind"), [(Text("x"), str), (Number(5), int), (Fraction(0.5), float), (True, bool)]
)
def test_only_plain_values_are_stored(value: Any, kind: type) -> None:
    frozen = freeze(value)
    assert frozen == value
    assert type(frozen) is kind
    (name,) = JsonObject({Text("name"): 1})
    assert type(name) is str


def test_any_mapping_list_or_tuple_is_accepted() -> None:
    assert freeze(MappingProxyType({"x": (1, [2])})) == JsonObject({"x": [1, [2]]})
    assert freeze([JsonObject({"x": 1})]) == (JsonObject({"x": 1}),)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (float("nan"), ValueError, "NaN, or a number beyond what a double can hold"),
        (float("inf"), ValueError, "beyond what a double can hold"),
        (-float("inf"), ValueError, "beyond what a double can hold"),
        ("\ud800", ValueError, r"'\\ud800' has half a surrogate pair"),
        ("x" * 10**6 + "\udfff", ValueError, "^'xx.{,60}' has half a surrogate pair"),
        (10**4300, ValueError, "a number has more than 4300 digits"),
        (-(10**4300), ValueError, "a number has more than 4300 digits"),
        ({"\ud800": 1}, ValueError, r"'\\ud800' has half a surrogate pair"),
        ({1: 1}, TypeError, "a property name is a text, got a Python int"),
        ({None: 1}, TypeError, "a property name is a text, got a Python NoneType"),
        ({1, 2}, TypeError, "expected a JSON value, got a Python set"),
        (b"x", TypeError, "expected a JSON value, got a Python bytes"),
        (5j, TypeError, "expected a JSON value, got a Python complex"),
        (ABSENT, TypeError, "expected a JSON value, got a Python Absent"),
        ({"x": ABSENT}, TypeError, "expected a JSON value, got a Python Absent"),
        (JsonObject({"x": ABSENT}), TypeError, "expected a JSON value, got a Python Absent"),
    ],
    ids=shown,
)
def test_values_that_json_does_not_have_are_refused(
    value: Any, error: type[Exception], message: str
) -> None:
    for made in (value, [value], {"x": value}, (1, {"y": [value]})):
        with pytest.raises(error, match=message):
            freeze(made)
    with pytest.raises(error, match=message):
        JsonObject({"x": [value]})


@pytest.mark.parametrize("number", [10**4300 - 1, 1 - 10**4300, 2**64, -0.0], ids=shown)
def test_json_values_are_preserved(number: float) -> None:
    assert repr(freeze(number)) == repr(number)


def test_names_are_checked_at_every_level() -> None:
    with pytest.raises(TypeError, match="a property name is a text"):
        JsonObject({1: 1})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="half a surrogate pair"):
        JsonObject({"\udc00": 1})


def nested(levels: int, wrap: Any) -> Any:
    value: Any = None
    for _ in range(levels):
        value = wrap(value)
    return value


@pytest.mark.parametrize(
    "wrap", [lambda v: [v], lambda v: {"x": v}, lambda v: JsonObject({"x": v})]
)
def test_nesting_has_a_limit(wrap: Any) -> None:
    deepest = nested(JSON_DEPTH_LIMIT, wrap)
    assert hash(freeze(deepest)) is not None
    with pytest.raises(ValueError, match="nested deeper than 100 levels"):
        freeze([deepest])
    assert JsonObject({"x": deepest})["x"] == freeze(deepest)


def test_a_value_that_contains_itself_is_refused() -> None:
    within: list[Any] = []
    within.append(within)
    with pytest.raises(ValueError, match="nested deeper than 100 levels"):
        freeze(within)


@pytest.mark.parametrize(
    ("limit", "value", "at"),
    [
        ("text_length", "abc", 3),
        ("text_length", ["abc"], 3),
        ("text_length", {"abc": 1}, 3),
        ("text_length", [{"x": "abc"}], 3),
        ("digits", 999, 3),
        ("digits", -999, 3),
        ("digits", {"x": [999]}, 3),
        ("nesting", [[1]], 2),
        ("nesting", {"x": [1]}, 2),
        ("nesting", [{"x": 1}], 2),
        ("unknown_properties", {"x": 1, "y": 2}, 2),
        ("unknown_properties", [{"x": {"x": 1, "y": 2}}], 2),
    ],
)
def test_W4_a_value_is_within_the_limits_at_every_level(limit: str, value: Any, at: int) -> None:
    message = re.escape(WireLimits(**{limit: at - 1}).beyond(limit))
    assert same_json(thaw(freeze(value, limits=WireLimits(**{limit: at}))), value)
    with pytest.raises(ValueError, match=f"^{message}$"):
        freeze(value, limits=WireLimits(**{limit: at - 1}))
    if isinstance(value, dict) and limit != "nesting":
        with pytest.raises(ValueError, match=f"^{message}$"):
            frozen_properties(value, limits=WireLimits(**{limit: at - 1}))


def test_W4_the_levels_around_a_value_count() -> None:
    two = WireLimits(nesting=2)
    assert freeze([1], 1, two) == (1,)
    assert frozen_properties({"x": [1]}, 1, two) == {"x": (1,)}
    with pytest.raises(ValueError, match="nested deeper than 2 levels"):
        freeze([1], 2, two)
    with pytest.raises(ValueError, match="nested deeper than 2 levels"):
        frozen_properties({"x": [1]}, 2, two)


def test_W4_the_levels_of_properties_are_counted_from_their_values_on() -> None:
    deepest = nested(JSON_DEPTH_LIMIT, lambda value: [value])
    assert frozen_properties({"x": deepest})["x"] == freeze(deepest)
    with pytest.raises(ValueError, match="nested deeper than 100 levels"):
        frozen_properties({"x": [deepest]})


def test_only_a_mapping_makes_an_object() -> None:
    with pytest.raises(TypeError, match=r"^expected properties by their names, got \[\]$"):
        JsonObject([])  # type: ignore[arg-type]


class OwnObject(JsonObject):
    """An object that may have any other state."""


def test_an_object_of_a_derived_class_becomes_one_of_ours() -> None:
    own = OwnObject({"x": 1})
    assert type(frozen_object(own)) is JsonObject
    assert frozen_object(own) == own
    assert equal_json(JsonObject({"x": own}), JsonObject({"x": {"x": 1}}))


def test_properties_can_be_left_out() -> None:
    data = JsonObject({"status": "paused", "x": [1]})
    assert without_properties(data, frozenset({"y"})) is data
    assert without_properties(data, frozenset({"status", "y"})) == JsonObject({"x": [1]})


def test_an_entity_s_data_may_be_any_mapping() -> None:
    data: Mapping[str, Any] = {"x": ABSENT}
    assert frozen_object(data) == JsonObject({"x": ABSENT})
    assert frozen_object(NO_DATA) is NO_DATA
    with pytest.raises(TypeError, match=r"additional_data: expected .*, got \[\] \(list\)"):
        frozen_object([])  # type: ignore[arg-type]
