"""Malicious documents, read in every way: they are preserved completely or refused (W1 and W4)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from restore_domain import (
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    wire,
)
from restore_domain.verification.strategies import ENTITY_CLASSES
from restore_domain.wire import Problem, WireError, WireLimits, json_text
from restore_domain.wire.problems import unwritable
from restore_domain.wire.properties import GRANULAR_TYPE
from tests.same_json import same_json

from .fixture_files import KINDS, content
from .ways import OTHER_WAYS, Way, carefully, outcome

Json = Any
WAYS: dict[str, Way] = {"the rule": carefully, **OTHER_WAYS}
each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)

GRANULAR = {"id": "g1", "status": "added", "searchResponseId": "r1"}

PYTHON_NAMES = sorted(
    {
        *dir(ExchangeRestoreSession),
        *dir(MailboxRestoreArtifact),
        *dir(dict),
        *("__globals__", "__builtins__", "__import__", "__subclasses__", "__code__", "__reduce__"),
        *(
            "self",
            "cls",
            "value",
            "draft",
            "content",
            "found",
            "extras",
            "KNOWN",
            "Entity",
            "UNSET",
        ),
        *("_properties", "additionalData", "odata_type", "odata_id", "@odata.type\0", "none"),
    }
    - {"id", "status", "error"}
)
"""Names with a meaning in Python, but not in Graph."""

OTHER_NAMES = [
    *("__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "$ref", "$schema"),
    *(
        "\0",
        "\x1b[2J",
        "\u202e",
        "\u2028",
        "\ufeff",
        "\ufeffid",
        "ID",
        "Id",
        "id ",
        " id",
        "i\u0064\u0301",
    ),
    *(
        "\u0456d",
        "\uff49\uff44",
        "é",
        "e\u0301",
        "\U0001f600",
        "\U000e0001",
        "",
        " ",
        ".",
        "[0]",
        "$",
    ),
    *(".mailboxRestoreArtifacts[9]", "` - at `$.mailboxRestoreArtifacts[9]", "`", "`$[...]"),
    *("@odata.type@odata.type", "mailboxRestoreArtifacts@odata.count", "%00", "../../etc/passwd"),
]


@each_way
def test_W1_a_property_named_like_anything_of_python_is_a_property(way: Way) -> None:
    unknown = {name: ["a lie", {name: None}] for name in PYTHON_NAMES}
    plain = {"id": "s1", "mailboxRestoreArtifacts": [{"id": "a1", "status": "added"}, GRANULAR]}
    document = {
        **unknown,
        "id": "s1",
        "mailboxRestoreArtifacts": [
            {**unknown, "id": "a1", "status": "added"},
            {**unknown, **GRANULAR},
        ],
    }
    read, expected = (way(json.dumps(one), ExchangeRestoreSession) for one in (document, plain))
    assert type(read) is ExchangeRestoreSession
    assert (read.status, read.tally) == ("draft", expected.tally)
    assert [artifact.id for artifact in read.artifacts] == ["a1", "g1"]
    assert dict(read.additional_data).keys() == unknown.keys()
    assert same_json(wire.to_json_value(read), document)
    assert same_json(json.loads(wire.dumps(read)), document)
    again = way(wire.dumps(read).decode(), ExchangeRestoreSession)
    assert again == read
    assert hash(again) == hash(read)


@each_way
@pytest.mark.parametrize("kind", ENTITY_CLASSES)
def test_W1_names_of_python_are_plain_names_to_any_entity(way: Way, kind: type) -> None:
    needed: Json = {
        "id": "x",
        "searchResponseId": "r",
        "@removed": {},
        "@Core.DataModificationException": {},
        "value": [],
        "artifactId": "x",
    }
    names = [*PYTHON_NAMES, *OTHER_NAMES]
    document = {name: 1 for name in names if name not in needed and name != "@odata.type"} | needed
    read, problems = outcome(lambda: way(json.dumps(document), kind))
    if problems:  # some of these names are properties of some classes, and 1 is not valid
        known = {problem.path.rpartition(".")[2] for problem in problems}
        document = {name: value for name, value in document.items() if name not in known}
        read = way(json.dumps(document), kind)
    assert same_json(wire.to_json_value(read), document)


@each_way
@pytest.mark.parametrize("name", OTHER_NAMES)
def test_W1_names_are_compared_by_their_exact_characters(way: Way, name: str) -> None:
    document = {"id": "s1", name: {name: name}, "mailboxRestoreArtifacts": [{"id": "a", name: 1}]}
    read = way(json.dumps(document), ExchangeRestoreSession)
    assert (read.id, read.additional_data[name]) == (
        "s1",
        wire.from_json_value(document, ExchangeRestoreSession).additional_data[name],
    )
    assert same_json(json.loads(wire.dumps(read)), document)
    for ensure_ascii in (True, False):
        bad = json.dumps(document | {name: [1, float("nan")]}, ensure_ascii=ensure_ascii)
        (problem,) = outcome(lambda bad=bad: way(bad, ExchangeRestoreSession))[1]  # type: ignore[misc]
        assert problem.path.isprintable()
        assert problem.path.endswith("[1]")


TYPES: list[Json] = [
    "#microsoft.graph.exchangeRestoreSession",
    "#microsoft.graph.user",
    "#microsoft.graph.granularMailboxRestoreArtifacts",
    "#Microsoft.Graph.\u0131granularMailboxRestoreArtifact",
    "#graph.granularMailboxRestoreArtifact",
    " " + GRANULAR_TYPE,
    GRANULAR_TYPE + "\0",
    "#" + GRANULAR_TYPE,
    "restore_domain.model.MailboxRestoreArtifact",
    "builtins.eval",
    "",
    None,
    True,
    [],
    [GRANULAR_TYPE],
    {GRANULAR_TYPE: GRANULAR_TYPE},
]


@each_way
@pytest.mark.parametrize("lie", TYPES, ids=str)
def test_W1_a_false_type_is_preserved_and_ignored(way: Way, lie: Json) -> None:
    """Of all types, only that of the granular artifact decides anything."""
    annotation = {"@odata.type": lie}
    document = {
        **annotation,
        "id": "s1",
        "error": {**annotation, "code": "c"},
        "mailboxRestoreArtifacts": [
            {**annotation, "id": "a1", "restorePoint": {**annotation, "id": "p1"}},
            {**annotation, **GRANULAR},
        ],
        "granularMailboxRestoreArtifacts": [{**annotation, **GRANULAR, "id": "g2"}],
    }
    read = way(json.dumps(document), ExchangeRestoreSession)
    assert type(read) is ExchangeRestoreSession
    assert [type(artifact) for artifact in read.artifacts] == [
        MailboxRestoreArtifact,
        MailboxRestoreArtifact,
        GranularMailboxRestoreArtifact,
    ]
    assert same_json(json.loads(wire.dumps(read)), document)


@each_way
def test_W4_a_type_without_its_required_properties_is_refused(way: Way) -> None:
    granular = {"id": "a1", "@odata.type": GRANULAR_TYPE, "artifactCount": "all"}
    document = {
        "id": "s1",
        "@odata.type": GRANULAR_TYPE,
        "mailboxRestoreArtifacts": [granular],
    }
    _, problems = outcome(lambda: way(json.dumps(document), ExchangeRestoreSession))
    path = "$.mailboxRestoreArtifacts[0].artifactCount"
    assert problems == (Problem(path, "expected a whole number, got the text 'all'"),)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_W4_another_encoding_is_refused_at_once(name: str, encoding: str) -> None:
    data = content(name).decode().encode(encoding)
    for read in (wire.loads, lambda data, kind: wire.RequestBody(data).read(kind)):
        (problem,) = outcome(lambda read=read: read(data, KINDS[name]))[1]  # type: ignore[misc]
        assert problem.path == "$"


@pytest.mark.parametrize(
    ("form", "count"), [('{{"id":"s1",{}}}', 1_000_000), ('{{"id":"s1","x":{{{}}}}}', 100_000)]
)
def test_W4_a_million_unknown_properties_are_refused_in_one_sentence(form: str, count: int) -> None:
    text = form.format(",".join(f'"p{number}":0' for number in range(count)))
    (problem,) = outcome(lambda: wire.loads(text, ExchangeRestoreSession))[1]
    said = "more than 10000 unknown properties; the limit is WireLimits(unknown_properties=10000)"
    assert problem.message == said


def test_W4_a_document_with_a_million_problems_lists_a_thousand() -> None:
    array = ",".join(["NaN"] * 1_000_000)
    with pytest.raises(WireError) as caught:
        wire.loads(f'{{"id":"s1","x":[{array}]}}', ExchangeRestoreSession)
    assert len(caught.value.problems) == 1001
    last = caught.value.problems[-1]
    assert last.path == "$.x[1000]"
    assert last.message.startswith("more than 1000 problems, so the list is truncated")
    assert caught.value.message.endswith("; and 981 more")


@pytest.fixture
def any_number() -> Iterator[None]:
    """Let Python read numbers with any number of digits."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    yield
    sys.set_int_max_str_digits(before)


@pytest.mark.usefixtures("any_number")
@pytest.mark.parametrize("digits", ["9" * 4301, "-" + "9" * 4301, "9" * 100_000])
def test_W4_a_number_that_python_would_read_is_refused_like_any_other(digits: str) -> None:
    text = f'{{"id":"s1","x":{digits}}}'
    (problem,) = outcome(lambda: wire.loads(text, ExchangeRestoreSession))[1]
    assert problem.message.endswith("the limit is WireLimits(digits=4300)")


@pytest.mark.usefixtures("any_number")
def test_W4_no_number_is_made_of_more_digits_than_it_may_have() -> None:
    """Parsing a number takes time that grows with the square of its digits."""
    assert json_text._whole_number("9" * 4300) == 10**4300 - 1
    assert json_text._whole_number("-" + "9" * 4300) == 1 - 10**4300
    for digits in ("9" * 4302, "-" + "9" * 4302, "9" * 10_000_000):
        assert json_text._whole_number(digits) == 10**4300


@pytest.fixture
def few_digits() -> Iterator[None]:
    """Let Python read and write only numbers of few digits."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    yield
    sys.set_int_max_str_digits(before)


@pytest.mark.usefixtures("few_digits")
def test_W4_a_number_beyond_python_s_configured_limit_is_refused() -> None:
    number = 10**1000
    digits = f"1{'0' * 1000}"
    text = f'{{"id":"s1","x":{digits}}}'
    (problem,) = outcome(lambda: wire.loads(text, ExchangeRestoreSession))[1]
    assert (problem.path, problem.message.partition(";")[0]) == (
        "$.x",
        "a number has more than 4300 digits, or than Python reads",
    )
    read = wire.from_json_value({"id": "s1", "x": number}, ExchangeRestoreSession)
    (problem,) = outcome(lambda: wire.dumps(read))[1]
    assert problem.path == "$"
    assert "640 digits" in problem.message


@pytest.mark.parametrize("text", ["5", "null", "true", '"s1"', "0.5", "[]"])
def test_W4_a_body_that_is_not_an_object_is_refused(text: str) -> None:
    (problem,) = outcome(lambda: wire.RequestBody(text).read(ExchangeRestoreSession))[1]
    assert problem.path == "$"
    assert problem.message.startswith("expected an object, got ")


@pytest.mark.parametrize("limit", ["nesting", "digits"])
def test_W4_a_limit_that_is_out_of_reach_is_refused_at_once(limit: str) -> None:
    with pytest.raises(ValueError, match="expected 1 to"):
        WireLimits(**{limit: 2**62})


@pytest.fixture
def short_numbers() -> Iterator[None]:
    """Let Python read numbers with as few digits as its setting allows."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(sys.int_info.str_digits_check_threshold)
    yield
    sys.set_int_max_str_digits(before)


@pytest.mark.usefixtures("short_numbers")
def test_W4_a_number_that_python_would_not_read_is_refused_like_one_beyond_the_limit() -> None:
    text = f'{{"id":"s1","x":{"9" * 4000}}}'
    with pytest.raises(WireError) as caught:
        wire.loads(text, ExchangeRestoreSession)
    assert [path for path, _ in caught.value.problems] == ["$.x"]
    assert caught.value.problems[0].message.endswith("the limit is WireLimits(digits=4300)")


def test_a_plain_value_can_be_written() -> None:
    assert list(unwritable("a")) == []
    assert list(unwritable(None)) == []
