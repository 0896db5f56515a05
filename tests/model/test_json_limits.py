"""The limits of a reader of JSON themselves: their defaults, their maxima and their messages."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from restore_domain.model.json_limits import DEFAULT_LIMITS, UNBOUNDED, WireLimits

NAMES = [field.name for field in attrs.fields(WireLimits)]


@pytest.mark.parametrize(
    ("name", "default", "most", "said"),
    [
        ("document_size", 1_073_741_824, 2**63 - 1, "has more than 7 bytes"),
        ("entries", 2_000_000, 2**63 - 1, "has more than 7 entries"),
        (
            "request_entries",
            20_000,
            2**63 - 1,
            "has more than 7 entries, which no request has",
        ),
        ("unknown_properties", 10_000, 2**63 - 1, "more than 7 unknown properties"),
        ("nesting", 100, 100, "nested deeper than 7 levels"),
        ("digits", 4300, 4300, "a number has more than 7 digits, or than Python reads"),
        ("text_length", 1_048_576, 2**63 - 1, "a text of more than 7 characters"),
        ("flags", 64, 2**63 - 1, "more than 7 flags in a text"),
        ("problems", 1000, 2**63 - 1, "more than 7 problems, so the list is truncated"),
    ],
)
def test_W4_each_limit_has_a_default_a_maximum_and_a_message(
    name: str, default: int, most: int, said: str
) -> None:
    assert getattr(WireLimits(), name) == default
    assert getattr(UNBOUNDED, name) == most
    for chosen in (1, most):
        assert getattr(WireLimits(**{name: chosen}), name) == chosen
    with pytest.raises(ValueError, match=f"expected 1 to {most}, got {most + 1}"):
        WireLimits(**{name: most + 1})
    assert WireLimits(**{name: 7}).beyond(name) == f"{said}; the limit is WireLimits({name}=7)"


@pytest.mark.parametrize("digits", [1, 3, 4300])
def test_W4_an_integer_is_refused_from_the_first_one_with_more_digits_on(digits: int) -> None:
    assert WireLimits(digits=digits).first_beyond_digits == 10**digits


def test_limits_are_given_by_name() -> None:
    with pytest.raises(TypeError, match="positional"):
        WireLimits(5)  # type: ignore[call-arg]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [0, -1, 2**63])
def test_a_limit_is_a_number_that_can_be_one(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=rf"WireLimits\.{name}: expected 1 to \d+, got {value}"):
        WireLimits(**{name: value})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [None, True, 1.0, "1", "x" * 1000])
def test_a_limit_is_a_whole_number(name: str, value: Any) -> None:
    with pytest.raises(TypeError, match=rf"WireLimits\.{name}: expected a whole number") as caught:
        WireLimits(**{name: value})
    assert len(str(caught.value)) < 150


def test_equal_limits_are_the_same_key_of_a_cache() -> None:
    assert WireLimits() == DEFAULT_LIMITS
    assert hash(WireLimits()) == hash(DEFAULT_LIMITS)
    assert WireLimits(problems=3) != DEFAULT_LIMITS
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        DEFAULT_LIMITS.problems = 3  # type: ignore[misc]
