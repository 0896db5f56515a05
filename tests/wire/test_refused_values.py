"""Any value of a caller, and any bytes, lead to an entity or a WireError (rule W4)."""

from __future__ import annotations

import json
import pickle
from collections import OrderedDict, UserDict
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore_domain import (
    ExchangeRestoreSession,
    JsonObject,
    MailboxRestoreArtifact,
)
from restore_domain.verification.strategies import any_entity
from restore_domain.wire import (
    RequestBody,
    WireError,
    dumps,
    from_json_value,
    loads,
    to_json_value,
)
from restore_domain.wire.json_text import parse
from restore_domain.wire.reading import read_boolean
from tests.same_json import same_json

from .fixture_files import KINDS, content
from .ways import carefully_from, outcome

HALF = "has half a surrogate pair"


class Text(str):
    __slots__ = ()


class Whole(int):
    __slots__ = ()


class Fraction(float):
    __slots__ = ()


class Colour(StrEnum):
    RED = "red"


CYCLE: list[Any] = []
CYCLE.append(CYCLE)
LOOP: dict[str, Any] = {"id": "a"}
LOOP["later"] = {"loop": LOOP}

REFUSED: dict[str, tuple[Any, list[tuple[str, str]]]] = {
    "None": (None, [("$", "expected an object, got null")]),
    "a set": ({1}, [("$", "expected an object, got a Python set")]),
    "bytes": (b"{}", [("$", "expected an object, got a Python bytes")]),
    "a tuple": ((), [("$", "expected an object, got an array")]),
    "another mapping": (UserDict(id="a"), [("$", "expected an object, got a Python UserDict")]),
    "a class": (dict, [("$", "expected an object, got a Python type")]),
    "a cyclic list": ({"id": "a", "later": CYCLE}, [("$.later", "deeper than 100 levels")]),
    "a cyclic dict": (LOOP, [("$.later", "deeper than 100 levels")]),
    "keys that are not texts": (
        {"id": "a", 5: 1, None: 2, (): 3},
        [("$", "a Python int"), ("$", "a Python NoneType"), ("$", "a Python tuple")],
    ),
    "keys deeper down": ({"id": "a", "x": {"y": [{b"z": 1}]}}, [("$.x.y[0]", "a Python bytes")]),
    "a set within": ({"id": "a", "x": {"y": {1}}}, [("$.x.y", "got a Python set")]),
    "bytes within": ({"id": "a", "x": [b""]}, [("$.x[0]", "got a Python bytes")]),
    "a decimal": ({"id": "a", "x": Decimal(1)}, [("$.x", "got a Python Decimal")]),
    "nan": ({"id": "a", "x": [float("nan")]}, [("$.x[0]", "NaN, or a number beyond")]),
    "infinity": ({"id": "a", "x": float("-inf")}, [("$.x", "NaN, or a number beyond")]),
    "huge": ({"id": "a", "x": 10**4300}, [("$.x", "more than 4300 digits")]),
    "a huge count": ({"id": "a", "restoredItemCount": -(10**5000)}, [("$.restoredItemCount", "d")]),
    "a datetime": (
        {"id": "a", "startDateTime": datetime(2026, 1, 1, tzinfo=UTC)},
        [("$.startDateTime", "expected a timestamp as a text, got a Python datetime")],
    ),
    "a set of tags": (
        {"id": "a", "restorePoint": {"id": "r", "tags": {"none"}}},
        [("$.restorePoint.tags", "expected flags in a text, got a Python set")],
    ),
    "a generator": (
        {"id": "a", "error": {"details": iter(())}},
        [("$.error.details", "expected an array, got a Python tuple_iterator")],
    ),
    "a surrogate's name": ({"id": "a", "\ud800": 1}, [("$", HALF)]),
    "a surrogate": ({"id": "a", "x": ["\ud800"]}, [("$.x[0]", HALF)]),
    "a surrogate's id": ({"id": Text("\ud800")}, [("$.id", HALF)]),
}


@pytest.mark.parametrize(("value", "expected"), REFUSED.values(), ids=REFUSED)
def test_W4_plain_values_that_are_not_json_are_refused(
    value: Any, expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(WireError) as caught:
        from_json_value(value, MailboxRestoreArtifact)
    problems = caught.value.problems
    assert [path for path, _ in problems] == [path for path, _ in expected]
    for (_, message), (_, fragment) in zip(problems, expected, strict=True):
        assert fragment in message
    with pytest.raises(WireError):
        RequestBody(value).read(MailboxRestoreArtifact)


TAKEN: tuple[tuple[dict[Any, Any], dict[str, Any]], ...] = (
    ({"id": Text("a"), Text("x"): Text("y")}, {"id": "a", "x": "y"}),
    ({"id": "a", "x": [Whole(5), Fraction(0.5), True]}, {"id": "a", "x": [5, 0.5, True]}),
    ({"id": "a", "x": (1, (2,))}, {"id": "a", "x": [1, [2]]}),
    ({"id": "a", "error": {"details": ({},)}}, {"id": "a", "error": {"details": [{}]}}),
    ({"id": "a", "x": UserDict(y=1)}, {"id": "a", "x": {"y": 1}}),
    ({"id": "a", "x": JsonObject({"y": [1]})}, {"id": "a", "x": {"y": [1]}}),
    (OrderedDict(id="a", x=Colour.RED), {"id": "a", "x": "red"}),
    ({"id": "a", "status": Text("added")}, {"id": "a", "status": "added"}),
    ({"id": "a", "status": Text("paused")}, {"id": "a", "status": "paused"}),
    (
        {"id": "a", "startDateTime": Text("2026-01-01T00:00:00.1234567Z")},
        {"id": "a", "startDateTime": "2026-01-01T00:00:00.1234567Z"},
    ),
)


@pytest.mark.parametrize(("value", "written"), TAKEN)
def test_W1_plain_values_of_subclasses_become_plain(value: Any, written: Any) -> None:
    entity = from_json_value(value, MailboxRestoreArtifact)
    assert same_json(to_json_value(entity), written)
    assert same_json(json.loads(dumps(entity)), written)
    assert pickle.loads(pickle.dumps(entity)) == entity  # noqa: S301 - our own


def test_W1_W4_a_number_of_a_subclass_takes_no_longer_than_another() -> None:
    class Counting(int):
        compared = 0

        def __eq__(self, other: object) -> bool:
            Counting.compared += 1
            if Counting.compared > 9:
                raise AssertionError(f"compared with {Counting.compared} numbers")
            return int.__eq__(self, other)

        __hash__ = int.__hash__

    document = {"id": "a", "restoredItemCount": Counting(5)}
    entity = from_json_value(document, MailboxRestoreArtifact)
    assert dumps(entity) == b'{"id":"a","restoredItemCount":5}'


def test_W4_a_truth_value_is_not_a_number() -> None:
    assert read_boolean(True) is True  # noqa: FBT003
    assert read_boolean(False) is False  # noqa: FBT003
    with pytest.raises(WireError, match="expected true or false, got the number 1"):
        read_boolean(1)


class SomeBytes(bytes):
    __slots__ = ()


@pytest.mark.parametrize("make", [SomeBytes, lambda data: Text(data.decode())])
@pytest.mark.parametrize("kind", [ExchangeRestoreSession, MailboxRestoreArtifact])
def test_W1_W4_text_of_a_subclass_is_text(make: Any, kind: type) -> None:
    plain = b'{"id":"a","status":"failed"}'
    assert loads(make(plain), kind) == loads(plain, kind)
    assert RequestBody(make(plain)).read(kind) == loads(plain, kind)
    with pytest.raises(WireError):
        loads(make(b'{"id":'), kind)


each_fixture = pytest.mark.parametrize("name", KINDS)


def check_refused_or_read(data: Any, kind: type) -> None:
    """Only WireError is raised, and what is read is what the careful reader reads."""
    entity, problems = outcome(lambda: loads(data, kind))
    careful, found = outcome(lambda: carefully_from(parse(data)[0], kind))
    assert found == problems
    assert careful == entity
    outcome(lambda: RequestBody(data).read(kind))
    if not problems:
        assert loads(dumps(entity), kind) == entity


@given(st.binary(max_size=60) | st.text(max_size=30))
def test_W4_any_bytes_are_refused_or_read(data: Any) -> None:
    check_refused_or_read(data, ExchangeRestoreSession)


PIECES = ["null", "true", "1", "-0.0", "1e999", "NaN", '""', r'"\ud800"', "[", "]", "{", "}", ","]
PIECES += [":", '"', "\\", "\x00", "\ufeff", "é", '{"id":"a"}', "9" * 400, "\\u0061", ":5,", "//"]


@each_fixture
@given(data=st.data())
@settings(max_examples=25)
def test_W4_a_mutilated_document_is_refused_or_read(name: str, data: st.DataObject) -> None:
    text = bytes(content(name))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 12))
        piece = data.draw(st.sampled_from(PIECES).map(str.encode) | st.binary(max_size=2))
        text = text[:start] + piece + text[end:]
    check_refused_or_read(text, KINDS[name])


@each_fixture
def test_W4_a_truncated_document_is_refused(name: str) -> None:
    text = content(name).strip()
    for end in range(0, len(text), 41):
        with pytest.raises(WireError, match=r"invalid JSON from line|is empty|is not UTF-8"):
            loads(text[:end], KINDS[name])


@given(any_entity())
@settings(max_examples=40)
def test_W4_an_entity_is_not_a_document(entity: Any) -> None:
    with pytest.raises(WireError, match="got a Python"):
        from_json_value(entity, type(entity))
    with pytest.raises(WireError, match="expected JSON as bytes or text"):
        loads(entity, type(entity))
