"""Each property of an artifact with each kind of value, read in every way (rules W1 and W4)."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from restore_domain import (
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
)
from restore_domain.wire import DEFAULT_LIMITS, to_json_value
from restore_domain.wire.properties import properties_of
from restore_domain.wire.schema import UNEXPECTED, structured, structured_value
from tests.same_json import same_json

from .ways import OTHER_WAYS, Way, carefully, in_full, outcome

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
    """Every place within a value, as the steps to it."""
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
def test_W1_W4_what_the_schema_accepts_is_as_the_rule_has_it(
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
    assert accepted > 500  # the example itself, nulls, unknown texts and properties among them
