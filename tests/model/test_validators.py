"""What the validators accept, what they store, and what they say about anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from types import NoneType
from typing import Any

import attrs
import pytest

from restore_domain.model.persistent_sequence import PersistentSequence
from restore_domain.model.validators import (
    INT32,
    WHITE_SPACE,
    Key,
    a,
    classes_of,
    each,
    expected,
    int32,
    is_blank,
    is_exactly,
    is_int32,
    is_writable,
    key,
    optional,
    several,
    shown,
)

HALF = "a text without half a surrogate pair, which UTF-8 can't carry"


class Text(str):
    """A text of a user's class."""

    __slots__ = ()


class Number(int):
    """A number of a user's class."""


class Span(timedelta):
    """A time span of a user's class."""


class Several(tuple[Any, ...]):
    """A tuple of a user's class."""

    __slots__ = ()


@attrs.frozen
class Part:
    """An entity."""


@attrs.frozen
class OwnPart(Part):
    """An entity of a user's class."""


@attrs.frozen
class Other:
    """Another entity."""


@attrs.frozen
class Whole:
    """A class with an attribute for each kind of validator."""

    text: Any = attrs.field(default="", validator=a(str))
    maybe: Any = attrs.field(default=None, validator=optional(a(str)))
    span: Any = attrs.field(default=timedelta(), validator=a(timedelta))
    part: Any = attrs.field(default=Part(), validator=a(Part))
    either: Any = attrs.field(default=Part(), validator=a(Part | Other))
    texts: Any = attrs.field(default=(), validator=each(str))
    maybes: Any = attrs.field(default=(), validator=each(str | None))
    parts: Any = attrs.field(default=(), validator=each(Part))
    id: Any = attrs.field(default="x", validator=key)
    count: Any = attrs.field(default=0, validator=int32)


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("text", "", ""),
        ("text", "é\x00", "é\x00"),
        ("text", Text("é"), "é"),
        ("maybe", None, None),
        ("maybe", Text("x"), "x"),
        ("span", Span(days=1, seconds=2, microseconds=3), timedelta(1, 2, 3)),
        ("part", Part(), Part()),
        ("either", Other(), Other()),
        ("texts", ("a", "b"), ("a", "b")),
        ("texts", Several(("a",)), ("a",)),
        ("texts", ("a", Text("b")), ("a", "b")),
        ("texts", PersistentSequence(["a"]), PersistentSequence(["a"])),
        ("texts", PersistentSequence([Text("a")]), ("a",)),
        ("maybes", (None, Text("b")), (None, "b")),
        ("maybes", PersistentSequence(["a", None]), PersistentSequence(["a", None])),
        ("parts", (Part(),), (Part(),)),
        ("parts", PersistentSequence([Part()]), PersistentSequence([Part()])),
        ("id", " ", " "),
        ("id", Text("x"), "x"),
        ("count", -(2**31), -(2**31)),
        ("count", 2**31 - 1, 2**31 - 1),
        ("count", Number(5), 5),
    ],
    ids=repr,
)
def test_what_is_accepted_is_stored_as_a_plain_value(name: str, value: Any, stored: Any) -> None:
    found = getattr(Whole(**{name: value}), name)
    assert found == stored
    assert type(found) is type(stored)
    if isinstance(found, (tuple, PersistentSequence)):
        assert [type(entry) for entry in found] == [type(entry) for entry in stored]


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("text", None, TypeError, "expected str, got None (NoneType)"),
        ("text", b"x", TypeError, "expected str, got b'x' (bytes)"),
        ("text", "\ud800", ValueError, f"expected {HALF}, got '\\ud800' (str)"),
        ("maybe", 5, TypeError, "expected str, got 5 (int)"),
        ("maybe", Text("\udfff"), ValueError, f"expected {HALF}, got '\\udfff' (Text)"),
        ("span", 5, TypeError, "expected timedelta, got 5 (int)"),
        ("part", OwnPart(), TypeError, "expected Part itself, not a subclass, got OwnPart() (OwnP"),
        ("part", Other(), TypeError, "expected Part, got Other() (Other)"),
        ("either", OwnPart(), TypeError, "expected Part or Other itself, not a subclass, got Own"),
        ("either", 5, TypeError, "expected Part or Other, got 5 (int)"),
        ("texts", "ab", TypeError, "expected a tuple of str, got 'ab' (str)"),
        ("texts", ["a"], TypeError, "expected a tuple of str, got ['a'] (list)"),
        ("texts", ("a", 5), TypeError, "expected str, got 5 (int) at position 1"),
        ("texts", ("a", None), TypeError, "expected str, got None (NoneType) at position 1"),
        ("texts", ("\ud800",), ValueError, f"expected {HALF}, got '\\ud800' (str) at position 0"),
        ("maybes", (5,), TypeError, "expected str or NoneType, got 5 (int) at position 0"),
        ("maybes", None, TypeError, "expected a tuple of str or NoneType, got None (NoneType)"),
        (
            "parts",
            PersistentSequence([Part(), OwnPart()]),
            TypeError,
            "expected Part itself, not a subclass, got OwnPart() (OwnPart) at position 1",
        ),
        ("id", 5, TypeError, "expected a text, got 5 (int)"),
        ("id", "", ValueError, "expected a text that is not empty, got '' (str)"),
        ("id", Text(""), ValueError, "expected a text that is not empty, got '' (Text)"),
        ("id", "a\ud800", ValueError, f"expected {HALF}, got 'a\\ud800' (str)"),
        ("count", True, TypeError, "expected a whole number, got True (bool)"),
        ("count", 1.0, TypeError, "expected a whole number, got 1.0 (float)"),
        ("count", 2**31, ValueError, "expected a number that fits 32 bits, got 2147483648 (int)"),
        ("count", -(2**31) - 1, ValueError, "expected a number that fits 32 bits, got -2147483649"),
        ("count", Number(2**31), ValueError, "expected a number that fits 32 bits, got 2147"),
    ],
    ids=repr,
)
def test_what_is_refused_is_named_with_its_class_and_attribute(
    name: str, value: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^{re.escape(f'Whole.{name}: {message}')}"):
        Whole(**{name: value})


def test_the_numbers_of_32_bits_are_a_range() -> None:
    assert range(-2_147_483_648, 2_147_483_648) == INT32
    numbers = (-(2**40), -2_147_483_649, -2_147_483_648, 2_147_483_647, 2_147_483_648, 2**40)
    accepted = [False, False, True, True, False, False]
    assert [is_int32(number) for number in numbers] == accepted


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x" * 58, repr("x" * 58)),
        ("x" * 59, f"'{'x' * 27}...{'x' * 28}'"),
        (10**59, "1" + "0" * 59),
        (10**60, f"1{'0' * 27}...{'0' * 29}"),
        (b"x" * 57, repr(b"x" * 57)),
        (b"x" * 58, f"b'{'x' * 26}...{'x' * 28}'"),
        (10**4299, f"1{'0' * 27}...{'0' * 29}"),
        (10**4300, "<too many digits>"),
        (-(10**4300), "<too many digits>"),
    ],
    ids=["short", "long", "number", "long number", "bytes", "many bytes", "4300", "4301", "minus"],
)
def test_a_value_is_shown_in_sixty_characters(value: Any, text: str) -> None:
    assert shown(value) == text


class Unwilling:
    """A value that says it can be iterated over, and can't."""

    def __iter__(self) -> Iterator[Any]:
        raise TypeError


def test_several_things_are_iterated_over() -> None:
    assert list(several([1, 2], "numbers")) == [1, 2]
    assert list(several((number for number in range(2)), "numbers")) == [0, 1]
    assert list(several({1}, "numbers")) == [1]
    for wrong in ("ab", b"ab", bytearray(b"ab"), memoryview(b"ab"), {"a": 1}, 5, None, Unwilling()):
        message = re.escape(f"numbers: expected several, got {shown(wrong)}")
        with pytest.raises(TypeError, match=f"^{message}$"):
            several(wrong, "numbers")


def test_white_space_is_what_unicode_says() -> None:
    """Python also counts the four separators of ASCII."""
    spaces = {chr(number) for number in range(0x10000) if chr(number).isspace()}
    assert set(WHITE_SPACE) == spaces - set("\x1c\x1d\x1e\x1f")


@pytest.mark.parametrize(
    ("text", "blank"),
    [("", True), (" ", True), ("\t\u2003\u3000", True), (" x ", False), ("\x1c", False)],
)
def test_a_text_of_white_space_is_blank(*, text: str, blank: bool) -> None:
    assert is_blank(text) is blank


@pytest.mark.parametrize(
    ("text", "writable"),
    [("", True), ("a", True), ("é", True), ("\U0001f600", True), ("é\ud83d", False)],
)
def test_a_text_that_utf_8_can_express_is_writable(*, text: str, writable: bool) -> None:
    assert is_writable(text) is writable


def test_a_class_or_each_of_several_is_expected() -> None:
    assert classes_of(str) == (str,)
    assert classes_of(str | None) == (str, NoneType)
    assert expected(str | None, 5) == "str or NoneType"
    assert expected(Part | int, OwnPart()) == "Part or int itself, not a subclass"


@pytest.mark.parametrize(
    ("kind", "value", "accepted"),
    [
        (Part, Part(), True),
        (Part, OwnPart(), False),
        (Part | Other, Other(), True),
        (Part | Other, OwnPart(), False),
        (str, Text("x"), True),
        (str, 5, False),
        (Part | int, OwnPart(), True),
        (Part | int, Number(5), True),
        (Part | int, Other(), False),
    ],
)
def test_only_of_entities_the_class_has_to_be_exact(
    *, kind: Any, value: Any, accepted: bool
) -> None:
    assert is_exactly(kind)(value) is accepted


def test_the_annotation_of_a_key_is_not_that_of_a_text() -> None:
    kind: Any = Key
    assert kind is not str
    assert kind.__supertype__ is str
