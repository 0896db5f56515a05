"""Each property of an artifact with each kind of value, read in every way (rules W1 and W4)."""

from __future__ import annotations

import copy
import dataclasses
import fractions
import json
from collections import OrderedDict, UserDict, UserList, UserString, deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from functools import partial
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

import attrs
import msgspec
import pytest

import restore_domain
from restore_domain import (
    ArtifactRestoreStatus,
    EntityCollection,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    Identity,
    JsonObject,
    MailboxRestoreArtifact,
    Timestamp,
)
from restore_domain.wire import DEFAULT_LIMITS, from_json_value, to_json_value
from restore_domain.wire.decoding import structured, structured_value
from restore_domain.wire.properties import properties_of
from restore_domain.wire.schema import UNEXPECTED
from tests.same_json import same_json

from .ways import OTHER_WAYS, Way, carefully, carefully_from, in_full, outcome

pytestmark = pytest.mark.usefixtures("every_document_is_large")

DETAIL = {"code": "c", "message": "m", "target": "t"}
WHOLE: dict[str, Any] = {
    "id": "a1",
    "status": "failed",
    "destinationType": "new",
    "restorePoint": {
        "id": "r1",
        "@odata.id": "restorePoints/r1",
        "expirationDateTime": "2026-12-31T00:00:00Z",
        "protectionDateTime": "2025-12-31T12:01:03.4567890+05:30",
        "tags": "fastRestore,unknownFutureValue",
        "protectionUnit": {"id": "p1", "@odata.id": "protectionUnits/p1"},
    },
    "startDateTime": "2026-01-01T00:00:00.0000001Z",
    "completionDateTime": "2028-02-29T00:00:00Z",
    "error": {
        "code": "c",
        "details": [DETAIL, {}],
        "innerError": {"code": "c", "details": [DETAIL], "message": "m", "target": "é"},
        "message": "m",
        "target": "t",
    },
    "restoredFolderId": "f1",
    "restoredFolderName": "Recovered ✓",
    "restoredItemCount": -(2**31),
}
GRANULAR: dict[str, Any] = WHOLE | {
    "@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact",
    "id": "g1",
    "searchResponseId": "s",
    "artifactCount": 2**31 - 1,
}
EXAMPLES = ((MailboxRestoreArtifact, WHOLE), (GranularMailboxRestoreArtifact, GRANULAR))
IN_SESSIONS = (
    ("mailboxRestoreArtifacts", WHOLE),
    ("mailboxRestoreArtifacts", GRANULAR),
    ("granularMailboxRestoreArtifacts", GRANULAR),
)
VALUES: tuple[Any, ...] = (
    *(None, True, 0, 1.0, 2**31, -(2**31) - 1, 10**30, float("nan"), float("inf"), [], {}, [None]),
    *("", "x", "é", "\ud800", "none", "none, none", "paused", "failed", "unknownFutureValue"),
    *("2026-01-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T00:00:00", "12-01-03"),
    *({"id": "x"}, {"id": ""}, {"@odata.id": "x"}, {"code": None, "later": [1, True]}, [{}, {}]),
)

each_example = pytest.mark.parametrize(("kind", "artifact"), EXAMPLES)
each_way = pytest.mark.parametrize("way", OTHER_WAYS.values(), ids=OTHER_WAYS)


def places(value: Any) -> Iterator[tuple[Any, ...]]:
    """Every place within a value, as the steps that lead to it."""
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, content in steps:
        yield (step,)
        if isinstance(content, (dict, list)):
            yield from ((step, *rest) for rest in places(content))


def changed(value: dict[str, Any], place: tuple[Any, ...], content: Any) -> dict[str, Any]:
    """The value with another content in this place; `ABSENT` leaves it out."""
    copied = copy.deepcopy(value)
    part: Any = copied
    for step in place[:-1]:
        part = part[step]
    if content is ABSENT:
        del part[place[-1]]
    else:
        part[place[-1]] = content
    return copied


ABSENT = object()


def variants(artifact: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield artifact
    for place in places(artifact):
        for content in (*VALUES, ABSENT):
            yield changed(artifact, place, content)
        if isinstance(place[-1], str):
            yield changed(artifact, (*place[:-1], "later"), {"1": [1, 1.0, True]})


@each_example
def test_W1_the_examples_have_every_property(kind: type, artifact: dict[str, Any]) -> None:
    assert {known.name for known in properties_of(kind)} <= artifact.keys()


@pytest.mark.parametrize(("collection", "artifact"), IN_SESSIONS)
@each_way
def test_W1_W4_every_way_agrees_on_every_value_of_every_property(
    collection: str, artifact: dict[str, Any], way: Way
) -> None:
    for variant in variants(artifact):
        document = {"id": "s", collection: [variant]}
        text = json.dumps(document)
        expected, problems = outcome(partial(carefully, text, ExchangeRestoreSession))
        session, found = outcome(partial(way, text, ExchangeRestoreSession))
        assert found == problems
        if not problems:
            assert in_full(session) == in_full(expected)
            assert session == expected
            assert same_json(to_json_value(session), document)


@each_example
def test_W1_W4_the_schema_accepts_what_the_rule_allows(
    kind: type, artifact: dict[str, Any]
) -> None:
    accepted = 0
    for variant in variants(artifact):
        text = json.dumps(variant)
        for read in (
            partial(structured, kind, text, DEFAULT_LIMITS),
            partial(structured_value, kind, variant, DEFAULT_LIMITS),
        ):
            try:
                struct = read()
            except UNEXPECTED:
                continue
            accepted += 1
            assert in_full(struct.make(struct)) == in_full(carefully(text, kind))
    assert accepted > 500  # the example itself, with nulls, unknown texts and properties


class Text(str):
    __slots__ = ()


class Whole(int):
    __slots__ = ()


class Fraction(float):
    __slots__ = ()


class Pair(NamedTuple):
    one: Any
    other: Any


class Plain(NamedTuple):
    """A tuple that has the attributes of an entity."""

    id: str = "x"


@attrs.define
class Attributes:
    id: str = "x"


@dataclasses.dataclass
class Data:
    id: str = "x"


class Colour(StrEnum):
    RED = "red"


class Number(IntEnum):
    ONE = 1


OF_PYTHON: dict[str, Any] = {
    "a set": {"x"},
    "an empty set": set(),
    "an empty frozenset": frozenset(),
    "an iterator": iter(()),
    "a range": range(0),
    "keys": {}.keys(),
    "bytes": b"x",
    "a bytearray": bytearray(b"2026-01-05T09:00:00Z"),
    "memory": memoryview(b"x"),
    "a decimal": Decimal(1),
    "a fraction": fractions.Fraction(1, 2),
    "a complex number": 1j,
    "a datetime": datetime(2026, 1, 5, tzinfo=UTC),
    "a date": date(2026, 1, 5),
    "a time": time(12),
    "a timedelta": timedelta(1),
    "a UUID": UUID(int=1),
    "a user's dict": UserDict(id="x"),
    "a user's list": UserList([{}]),
    "a user's text": UserString("x"),
    "a proxy": MappingProxyType({"id": "x"}),
    "an ordered dict": OrderedDict(id="x"),
    "a deque": deque([{}]),
    "a named tuple": Pair({}, {}),
    "another named tuple": Plain(),
    "a tuple": ({}, {"code": "c"}),
    "an object of attrs": Attributes(),
    "a dataclass": Data(),
    "a namespace": SimpleNamespace(id="x"),
    "a struct": msgspec.defstruct("Struct", [("id", str, "x")])(),
    "raw text": msgspec.Raw(b'{"id":"x"}'),
    "UNSET": msgspec.UNSET,
    "ABSENT": restore_domain.ABSENT,
    "an entity": Identity(id="x"),
    "a collection": EntityCollection(),
    "a frozen object": JsonObject({"id": "x"}),
    "a timestamp": Timestamp.parse("2026-01-05T09:00:00Z"),
    "a member": ArtifactRestoreStatus.FAILED,
    "a member of another enumeration": Colour.RED,
    "a number's member": Number.ONE,
    "a text": Text("x"),
    "a text that is a member": Text("added"),
    "a text that is a timestamp": Text("2026-01-05T09:00:00Z"),
    "a whole number": Whole(5),
    "a double": Fraction(0.5),
    "a class": dict,
    "a function": len,
    "an ellipsis": ...,
    "keys that are not texts": {1: 2},
    "a key that is not a text among others": {"id": "x", None: 2},
    "a key of a subclass": {Text("id"): "x"},
    "half a surrogate pair": "\ud800",
    "half a pair in a name": {"id": "x", "\udc00": 1},
    "a set within": {"id": "x", "later": [{1}]},
    "a decimal within": {"id": "x", "later": {"y": Decimal(1)}},
    "a datetime within": [datetime(2026, 1, 5, tzinfo=UTC)],
}
"""Python values that a JSON parser does not return."""


@pytest.mark.parametrize("value", OF_PYTHON.values(), ids=list(OF_PYTHON))
@each_example
def test_W4_every_python_value_is_read_as_the_rule_says(
    kind: type, artifact: dict[str, Any], value: Any
) -> None:
    collection = "mailboxRestoreArtifacts"
    for place in [*places(artifact), ("later",)]:
        variant = changed_by_hand(artifact, place, value)
        for outer, document in (
            (kind, variant),
            (ExchangeRestoreSession, {"id": "s", collection: [variant]}),
        ):
            expected, problems = outcome(partial(carefully_from, document, outer))
            read, found = outcome(partial(from_json_value, document, outer))
            assert found == problems, place
            assert in_full(read) == in_full(expected), place
    for document in ({"id": "s", collection: value}, {"id": "s", "later": value}, value):
        expected, problems = outcome(partial(carefully_from, document, ExchangeRestoreSession))
        read, found = outcome(partial(from_json_value, document, ExchangeRestoreSession))
        assert found == problems
        assert in_full(read) == in_full(expected)


def changed_by_hand(value: Any, place: tuple[Any, ...], content: Any) -> Any:
    """The value with this very content in this place, for contents that can't be copied."""
    if not place:
        return content
    copied = value.copy()
    step, *rest = place
    below = copied[step] if rest else None
    copied[step] = changed_by_hand(below, tuple(rest), content)
    return copied
