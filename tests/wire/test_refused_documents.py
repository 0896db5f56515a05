"""Invalid input raises only one error, which lists every problem with its path (W4)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from restore_domain import (
    CreateSessionRequest,
    ExchangeRestoreSession,
    JsonObject,
    MailboxRestoreArtifact,
)
from restore_domain.wire import Problem, RequestBody, WireError, WireLimits, loads
from restore_domain.wire.json_text import parse_strictly

from .ways import OTHER_WAYS, Way

Session = ExchangeRestoreSession
Expected = list[tuple[str, str]]

ARTIFACT = "$.mailboxRestoreArtifacts[0]"
COUNT = f"{ARTIFACT}.restoredItemCount"
BEGUN = f"{ARTIFACT}.startDateTime"
NO_TIMESTAMP = "is not a timestamp: it is not written as a date, a time and an offset; expected a"
HIDDEN = "invalid JSON, hidden by a repeated property"
NO_DOUBLE = "NaN, or a number beyond what a double can hold"
TOO_DEEP = "nested deeper than 100 levels"
HALF = "has half a surrogate pair"
DEEP = 10**6


def holding(*artifacts: str) -> str:
    return '{"id":"s","mailboxRestoreArtifacts":[' + ",".join(artifacts) + "]}"


def counting(count: str) -> str:
    return holding('{"id":"a","status":"added","restoredItemCount":' + count + "}")


def begun(text: str) -> str:
    return holding('{"id":"a","status":"added","startDateTime":' + json.dumps(text) + "}")


def keeping(value: str) -> str:
    return holding('{"id":"a","status":"added","later":' + value + "}")


REFUSED: dict[str, tuple[Any, Expected]] = {
    "empty": (b"", [("$", "the document is empty")]),
    "whitespace": (b" \r\n\t", [("$", "the document is empty")]),
    "truncated": (b'{"id":', [("$", "invalid JSON from line 1, column 7 on: Expecting value")]),
    "truncated text": (b'{"id":"s', [("$", "invalid JSON from line 1, column 7 on: Unterminated")]),
    "two documents": (
        b'{"id":"s"}\n{}',
        [("$", "invalid JSON from line 2, column 1 on: Extra data")],
    ),
    "trailing comma": (b'{"id":"s",}', [("$", "invalid JSON from line 1, column 1")]),
    "garbage": ("nope", [("$", "invalid JSON from line 1, column 1 on")]),
    "UTF-16": ('{"id":"s"}'.encode("utf-16"), [("$", "byte 0 is not UTF-8")]),
    "UTF-16 without a mark": (
        '{"id":"s"}'.encode("utf-16-le"),
        [("$", "invalid JSON from line 1")],
    ),
    "a BOM alone": (b"\xef\xbb\xbf \n", [("$", "the document is empty")]),
    "two BOMs": (
        b"\xef\xbb\xbf" * 2 + b'{"id":"s"}',
        [("$", "invalid JSON from line 1, column 1")],
    ),
    "two BOMs in a text": ('\ufeff\ufeff{"id":"s"}', [("$", "invalid JSON from line 1, column 1")]),
    "a BOM behind white space": (
        ' \ufeff{"id":"s"}',
        [("$", "invalid JSON from line 1, column 2")],
    ),
    "invalid UTF-8": (b'{"id":"\xff"}', [("$", "byte 7 is not UTF-8")]),
    "no text": (5, [("$", "expected JSON as bytes or text, got int")]),
    "null": ("null", [("$", "expected an object, got null")]),
    "a list": ("[]", [("$", "expected an object, got an array")]),
    "a text": ('"s"', [("$", "expected an object, got the text 's'")]),
    "no id": ("{}", [("$.id", "missing, but required")]),
    "a null id": ('{"id":null}', [("$.id", "missing, but required")]),
    "an empty id": ('{"id":""}', [("$.id", "expected a text that is not empty")]),
    "an id that is a number": ('{"id":5}', [("$.id", "expected a text, got the number 5")]),
    "an artifact's": (
        holding('{"status":"added","id":5}'),
        [(f"{ARTIFACT}.id", "a text, got the number 5")],
    ),
    "an artifact's empty": (
        holding('{"status":"added","id":""}'),
        [(f"{ARTIFACT}.id", "that is not empty")],
    ),
    "an artifact without": (holding('{"status":"added"}'), [(f"{ARTIFACT}.id", "missing")]),
    "an artifact that is none": (holding("5"), [(ARTIFACT, "expected an object, got the number")]),
    "a null artifact": (holding("null"), [(ARTIFACT, "expected an object, got null")]),
    "duplicate ids": (
        holding(
            '{"id":"a","status":"added"}',
            '{"id":"b","status":"added"}',
            '{"id":"a","status":"added"}',
            '{"id":"a","status":"added"}',
        ),
        [
            ("$.mailboxRestoreArtifacts[2].id", "'a' is the id of [0], too"),
            ("$.mailboxRestoreArtifacts[3].id", "'a' is the id of [0], too"),
        ],
    ),
    "an id in both collections": (
        (
            '{"id":"s","mailboxRestoreArtifacts":[{"id":"a"}],"granularMailboxRestoreArtifacts":'
            '[{"id":"g","searchResponseId":""},{"id":"a","status":"added","searchResponseId":""}]}'
        ),
        [
            (
                "$.granularMailboxRestoreArtifacts[1].id",
                "'a' is the id of an artifact in $.mailboxRestoreArtifacts, too",
            )
        ],
    ),
    "an object for a list": (
        '{"id":"s","mailboxRestoreArtifacts":{}}',
        [("$.mailboxRestoreArtifacts", "expected an array, got an object")],
    ),
    "hyphens for colons": (begun("2015-06-19T12-01-03.45Z"), [(BEGUN, NO_TIMESTAMP)]),
    "no date": (begun("12-01-03"), [(BEGUN, NO_TIMESTAMP)]),
    "naive": (begun("2015-06-19T12:01:03"), [(BEGUN, "it has no offset from UTC")]),
    "hour 24": (begun("2015-06-19T24:00:00Z"), [(BEGUN, "an hour is 00 to 23")]),
    "a leap second": (begun("2015-06-30T23:59:60Z"), [(BEGUN, "a second is 00 to 59")]),
    "a small z": (begun("2015-06-30T23:59:59z"), [(BEGUN, "the Z is a capital letter")]),
    "no such day": (begun("2015-02-29T12:01:03Z"), [(BEGUN, "is not a point in time: day")]),
    "no such offset": (begun("2015-02-28T12:01:03+24:00"), [(BEGUN, "an offset is at most 23")]),
    "thirteen digits": (
        begun("2015-02-28T12:01:03.1234567890123Z"),
        [(BEGUN, "a fraction has at most 12 digits")],
    ),
    "other digits": (begun("٢٠١٥-02-28T12:01:03Z"), [(BEGUN, NO_TIMESTAMP)]),
    "a year zero": (begun("0000-02-28T12:01:03Z"), [(BEGUN, "is not a point in time: year")]),
    "a time that is a number": (
        holding('{"id":"a","status":"added","startDateTime":0}'),
        [(BEGUN, "expected a timestamp as a text, got the number 0")],
    ),
    "NaN": (counting("NaN"), [(COUNT, "expected a whole number, got the number nan")]),
    "Infinity": (counting("-Infinity"), [(COUNT, "expected a whole number, got the number -inf")]),
    "1e999": (counting("1e999"), [(COUNT, "expected a whole number, got the number inf")]),
    "NaN kept": (keeping("NaN"), [(f"{ARTIFACT}.later", NO_DOUBLE)]),
    "Infinity kept": (keeping("[{},Infinity]"), [(f"{ARTIFACT}.later[1]", NO_DOUBLE)]),
    "1e999 kept": (keeping('{"a b":1e999}'), [(f'{ARTIFACT}.later["a b"]', NO_DOUBLE)]),
    "beyond Int32": (counting("2147483648"), [(COUNT, "from -2147483648 to 2147483647, got")]),
    "below Int32": (counting("-2147483649"), [(COUNT, "got the number -2147483649")]),
    "beyond Int64": (counting("9" * 20), [(COUNT, "from -2147483648 to 2147483647, got")]),
    "gigantic": (counting("9" * 5000), [(COUNT, "got the number <too many digits>")]),
    "gigantic kept": (keeping("9" * 5000), [(f"{ARTIFACT}.later", "more than 4300 digits")]),
    "negative gigantic": (keeping("-" + "9" * 4301), [(f"{ARTIFACT}.later", "4300 digits")]),
    "a boolean count": (counting("true"), [(COUNT, "a whole number, got the boolean true")]),
    "a float count": (counting("1.0"), [(COUNT, "expected a whole number, got the number 1.0")]),
    "an exponent": (counting("1e2"), [(COUNT, "expected a whole number, got the number 100.0")]),
    "a text count": (counting('"1"'), [(COUNT, "expected a whole number, got the text '1'")]),
    "a surrogate": (holding(r'{"status":"added","id":"\ud800"}'), [(f"{ARTIFACT}.id", HALF)]),
    "a surrogate kept": (keeping(r'["","\udfff"]'), [(f"{ARTIFACT}.later[1]", HALF)]),
    "a surrogate's name": (holding(r'{"id":"a","status":"added","\udc00":1}'), [(ARTIFACT, HALF)]),
    "a surrogate's name kept": (keeping(r'{"\udc00":1}'), [(f"{ARTIFACT}.later", HALF)]),
    "a surrogate in a text": (keeping('"\ud800"'), [(f"{ARTIFACT}.later", HALF)]),
    "a status that is a number": (
        holding('{"id":"a","status":5}'),
        [(f"{ARTIFACT}.status", "expected a text such as 'added', got the number 5")],
    ),
    "tags in an array": (
        holding('{"id":"a","status":"added","restorePoint":{"id":"p","tags":[]}}'),
        [(f"{ARTIFACT}.restorePoint.tags", "expected flags in a text, got an array")],
    ),
    "a point that is nothing": (
        holding('{"id":"a","status":"added","restorePoint":{}}'),
        [(f"{ARTIFACT}.restorePoint", "an id or an @odata.id is needed")],
    ),
    "a point with an empty reference": (
        holding('{"id":"a","status":"added","restorePoint":{"@odata.id":""}}'),
        [(f"{ARTIFACT}.restorePoint", "an id or an @odata.id is needed")],
    ),
    "a granular artifact that is none": (
        holding(
            '{"id":"a","status":"added","artifactCount":"all",'
            '"@odata.type":"#microsoft.graph.granularMailboxRestoreArtifact"}'
        ),
        [(f"{ARTIFACT}.artifactCount", "expected a whole number, got the text 'all'")],
    ),
    "an unwritable type": (
        holding(r'{"id":"a","status":"added","@odata.type":"\ud800"}'),
        [(f'{ARTIFACT}["@odata.type"]', HALF)],
    ),
    "101 levels": (keeping("[" * 101 + "]" * 101), [(f"{ARTIFACT}.later", TOO_DEEP)]),
    "500 levels": (keeping("[" * 500 + "]" * 500), [(f"{ARTIFACT}.later", TOO_DEEP)]),
    "500 levels of NaN": (
        keeping("[" * 500 + "NaN" + "]" * 500),
        [(f"{ARTIFACT}.later", TOO_DEEP)],
    ),
    "deep lists": ("[" * DEEP + "]" * DEEP, [("$", TOO_DEEP)]),
    "many problems": (
        (
            '{"status":5,"createdBy":[],"createdDateTime":0,"error":{"details":[5,{"code":1}]},'
            '"x y":[NaN],"restoreSessionArtifactCount":{"total":1.5},"mailboxRestoreArtifacts":'
            '[{"id":"a"},{"id":"a","status":"added","restorePoint":{"id":1,"protectionUnit":{"id":[]}}},'
            '{"id":"a","status":"added","error":"no"}]}'
        ),
        [
            ("$.status", "expected a text such as 'draft', got the number 5"),
            ("$.createdBy", "expected an object, got an array"),
            ("$.createdDateTime", "expected a timestamp as a text, got the number 0"),
            ("$.error.details[0]", "expected an object, got the number 5"),
            ("$.error.details[1].code", "expected a text, got the number 1"),
            ('$["x y"][0]', NO_DOUBLE),
            ("$.restoreSessionArtifactCount.total", "a whole number, got the number 1.5"),
            ("$.mailboxRestoreArtifacts[1].restorePoint.id", "expected a text, got the number 1"),
            ("$.mailboxRestoreArtifacts[1].restorePoint.protectionUnit.id", "got an array"),
            ("$.mailboxRestoreArtifacts[2].error", "expected an object, got the text 'no'"),
            ("$.id", "missing, but required"),
        ],
    ),
}


def check(problems: tuple[Problem, ...], expected: Expected) -> None:
    assert [path for path, _ in problems] == [path for path, _ in expected]
    for (_, message), (_, fragment) in zip(problems, expected, strict=True):
        assert fragment in message
        assert len(message) < 200


@pytest.mark.parametrize(("data", "expected"), REFUSED.values(), ids=REFUSED)
def test_W4_an_invalid_document_is_refused_with_every_path(data: Any, expected: Expected) -> None:
    with pytest.raises(WireError) as caught:
        loads(data, Session)
    check(caught.value.problems, expected)
    with pytest.raises(WireError):
        RequestBody(data).read(Session)
    if isinstance(data, str):
        with pytest.raises(WireError) as without_a_status:
            loads(data.replace('"status":"added",', ""), Session)
        check(without_a_status.value.problems, expected)


NOT_JSON = {
    "NaN": "NaN",
    "infinity": "-Infinity",
    "beyond a double": "1e999",
    "beyond the digits": "9" * 5000,
    "half a pair": r'"\ud800"',
    "half a pair as it is": '"\ud800"',
    "half a pair as it is in a name": '{"\udc00":1}',
    "half a pair in a name": r'{"\udc00":1}',
    "swapped halves": r'["\udc00\ud800"]',
}
GRANULAR = '{"id":"g","@odata.type":"#microsoft.graph.granularMailboxRestoreArtifact"}'


HIDING = {
    "unknown": '{"id":"s","x":VALUE,"x":1}',
    "within": '{"id":"s","x":{"y":[VALUE],"y":1}}',
    "known": '{"id":VALUE,"id":"s"}',
    "declared": '{"id":"s","restoreSessionArtifactCount":{"total":VALUE,"total":1}}',
    "of an artifact": holding('{"id":"a","x":VALUE,"x":1}'),
    "of the odd artifact": holding(GRANULAR[:-1] + ',"x":VALUE,"x":1}'),
    "beside the odd artifact": holding('{"id":"a","x":VALUE,"x":1}', GRANULAR),
    "in artifacts": '{"mailboxRestoreArtifacts":[VALUE],' + holding(GRANULAR)[1:],
    "in an odd artifact": '{"mailboxRestoreArtifacts":[{"id":"a","x":VALUE}],'
    + holding(GRANULAR)[1:],
    "in artifacts of another spelling": r'{"mailbox\u0052estoreArtifacts":[VALUE],'
    + holding(GRANULAR)[1:],
}
"""Documents in which a repeated property hides a value."""


@pytest.mark.parametrize("value", NOT_JSON.values(), ids=NOT_JSON)
@pytest.mark.parametrize("place", HIDING)
def test_W4_invalid_json_hidden_by_a_repeated_property_is_refused(value: str, place: str) -> None:
    text = HIDING[place].replace("VALUE", value)
    for read in (loads, lambda data, kind: RequestBody(data).read(kind)):
        with pytest.raises(WireError) as caught:
            read(text, Session)
        check(caught.value.problems, [("$", HIDDEN)])


@pytest.mark.parametrize("place", HIDING)
def test_W4_a_repeated_property_may_hide_any_other_json(place: str) -> None:
    for value in ("null", "5", "1e-999", '{"id":7}', "[" * 150 + "]" * 150):
        assert loads(HIDING[place].replace("VALUE", value), Session).id == "s"


@pytest.mark.parametrize("data", [b'\xef\xbb\xbf{"id":"s"}', '\ufeff \n{"id":"s"}'])
def test_W7_a_byte_order_mark_is_skipped(data: Any) -> None:
    for read in (loads, lambda data, kind: RequestBody(data).read(kind)):
        assert read(data, Session) == loads('{"id":"s"}', Session)


def test_W4_what_is_not_json_is_refused_at_once_by_a_strict_parser() -> None:
    assert parse_strictly('{"x": [1]}') == {"x": [1]}
    with pytest.raises(WireError) as caught:
        parse_strictly('{"x": [1, NaN, Infinity]}')
    assert [path for path, _ in caught.value.problems] == ["$.x[1]", "$.x[2]"]


@pytest.mark.parametrize("levels", [100, 101, 200])
def test_W4_what_is_not_json_is_found_on_any_level_that_an_entity_can_have(levels: int) -> None:
    begin, end = '{"x":' + "[" * (levels - 1), "]" * (levels - 1) + "}"
    with pytest.raises(WireError) as caught:
        parse_strictly(f"{begin}NaN{end}")
    check(caught.value.problems, [("$.x" + "[0]" * (levels - 1), "NaN")])
    with pytest.raises(WireError) as caught:
        parse_strictly(f'{{"x":NaN,{begin[1:]}{end}')
    check(caught.value.problems, [("$", HIDDEN)])


def test_W4_below_those_levels_the_nesting_is_what_is_wrong() -> None:
    arrays = "[" * 200 + "NaN" + "]" * 200
    with pytest.raises(WireError) as caught:
        RequestBody(f'{{"id":"s","x":{arrays}}}').read(Session)
    check(caught.value.problems, [("$.x", "nested deeper than 100 levels")])


def test_W4_what_is_not_json_is_found_beside_any_number_of_properties() -> None:
    many = ",".join(f'"p{number}":1' for number in range(10_001))
    with pytest.raises(WireError) as caught:
        parse_strictly(f'{{"x":{{{many}}},"y":NaN}}')
    check(caught.value.problems, [("$.y", "NaN")])
    with pytest.raises(WireError) as caught:
        parse_strictly(f'{{"x":NaN,"x":{{{many}}}}}')
    check(caught.value.problems, [("$", HIDDEN)])


def test_W4_the_longest_negative_number_hides_nothing() -> None:
    longest = "-" + "9" * 4300
    for text in (f'{{"id":"s","x":{longest}}}', f'{{"id":"s","x":{longest},"x":1}}'):
        assert loads(text, Session).id == "s"
    for value in ("NaN", '"\ud800"'):
        with pytest.raises(WireError) as caught:
            loads(f'{{"id":"s","x":{longest},"y":{value},"y":1}}', Session)
        check(caught.value.problems, [("$", HIDDEN)])


DEEP_OBJECTS = {
    "objects": '{"a":' * DEEP,
    "closed objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "artifacts": holding("[" * DEEP),
    "kept": keeping("[" * DEEP + "]" * DEEP),
}


@pytest.mark.parametrize("text", DEEP_OBJECTS.values(), ids=DEEP_OBJECTS)
def test_W4_a_document_that_nests_too_deep_is_refused(text: str) -> None:
    with pytest.raises(WireError, match=TOO_DEEP):
        loads(text, Session)


@pytest.mark.parametrize("text", DEEP_OBJECTS.values(), ids=DEEP_OBJECTS)
def test_W4_nesting_too_deep_is_refused_in_other_documents(text: str) -> None:
    for kind in (CreateSessionRequest, MailboxRestoreArtifact):
        with pytest.raises(WireError, match=TOO_DEEP):
            loads(text, kind)
        with pytest.raises(WireError, match=TOO_DEEP):
            RequestBody(text).read(kind)


def test_W4_a_document_for_which_the_stack_has_no_room_names_the_limit() -> None:
    said = "deeper than 7 levels; the limit is WireLimits(nesting=7), or the stack"
    few = WireLimits(nesting=7)
    with pytest.raises(WireError, match=re.escape(said)):
        loads("[" * DEEP, Session, limits=few)
    with pytest.raises(WireError, match=re.escape(said)):
        RequestBody("[" * DEEP, limits=few).read(Session)


def test_W4_documents_that_parsers_treat_differently_are_refused() -> None:
    """Whether 2,000 levels are too deep for Python's parser depends on its recursion limit."""
    text = holding('{"id":' + "[" * 2000 + "]" * 2000 + "}")
    with pytest.raises(WireError):
        loads(text, Session)


@pytest.mark.parametrize("way", OTHER_WAYS.values(), ids=OTHER_WAYS)
def test_W4_of_a_repeated_key_the_last_one_wins(way: Way) -> None:
    read = way(
        '{"id":5,"mailboxRestoreArtifacts":5,"id":"t","mailboxRestoreArtifacts":[]}', Session
    )
    assert (read.id, list(read.artifacts)) == ("t", [])
    read = way(holding('{"id":1,"status":2,"x":null,"x":3,"id":"b","status":"added"}'), Session)
    (artifact,) = read.artifacts
    assert (artifact.id, artifact.status) == ("b", "added")
    assert artifact.additional_data == JsonObject({"x": 3})
