"""What exceeds a limit is refused with the limit's name, and what equals it is read (W1, W4)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple
from unittest import mock

import attrs
import msgspec
import pytest

from restore_domain import (
    ArtifactRestoreStatus,
    CreateBulkRequest,
    CreateSessionRequest,
    ExchangeRestoreSession,
    JsonObject,
    RestoreDomainError,
    RestorePointTags,
    UpdateSessionRequest,
    wire,
)
from restore_domain.model.json_value import freeze
from restore_domain.operations import BackupRestoreRoot, Limits
from restore_domain.wire import (
    DEFAULT_LIMITS,
    UNBOUNDED,
    RequestBody,
    WireError,
    WireLimits,
)
from restore_domain.wire.reading import (
    read_entries,
    read_member,
    read_tags,
    read_text,
    reader_of,
)
from tests.same_json import same_json

from .test_every_property import WHOLE
from .ways import outcome

Json = Any
NAMES = [field.name for field in attrs.fields(WireLimits)]


def session(**properties: Json) -> Json:
    return {"id": "s1", **properties}


def artifacts(*some: Json) -> Json:
    return session(mailboxRestoreArtifacts=list(some))


def nested(levels: int) -> Json:
    return [nested(levels - 1)] if levels > 1 else []


def named(count: int) -> Json:
    return {f"name {number}": None for number in range(count)}


class Case(NamedTuple):
    """A limit, and a document whose size in this respect can be chosen."""

    limit: str
    document: Callable[[int], Json]
    at: int
    """A size that is chosen as the limit; the document of the next size exceeds it."""

    path: str
    said: str


POINT = "$.mailboxRestoreArtifacts[0].restorePoint"
CASES = {
    "the artifacts of a session": Case(
        "entries",
        lambda size: artifacts(*({"id": f"a{number}"} for number in range(size))),
        3,
        "$.mailboxRestoreArtifacts",
        "has more than 3 entries",
    ),
    "the artifacts of a session, each as expected": Case(
        "entries",
        lambda size: artifacts(*({**WHOLE, "id": f"a{number}"} for number in range(size))),
        3,
        "$.mailboxRestoreArtifacts",
        "has more than 3 entries",
    ),
    "the details of an error": Case(
        "entries",
        lambda size: artifacts({"id": "a1", "status": "failed", "error": {"details": [{}] * size}}),
        3,
        "$.mailboxRestoreArtifacts[0].error.details",
        "has more than 3 entries",
    ),
    "unknown properties of a session": Case(
        "unknown_properties", lambda size: session(**named(size)), 3, "$", "more than 3 unknown"
    ),
    "unknown properties of an artifact": Case(
        "unknown_properties",
        lambda size: artifacts({"id": "a1", "status": "added", **named(size)}),
        3,
        "$.mailboxRestoreArtifacts[0]",
        "more than 3 unknown properties",
    ),
    "properties of an unknown one": Case(
        "unknown_properties",
        lambda size: artifacts({"id": "a1", "status": "added", "later": [named(size)]}),
        3,
        "$.mailboxRestoreArtifacts[0].later[0]",
        "more than 3 unknown properties",
    ),
    "levels": Case(
        "nesting", lambda size: session(x=nested(size)), 3, "$.x", "nested deeper than 3 levels"
    ),
    "levels of an artifact's": Case(
        "nesting",
        lambda size: artifacts({"id": "a1", "status": "added", "x": nested(size)}),
        3,
        "$.mailboxRestoreArtifacts[0].x",
        "nested deeper than 3 levels",
    ),
    "digits": Case(
        "digits",
        lambda size: session(x=-(10**size) + 1),
        25,
        "$.x",
        "a number has more than 25 digits",
    ),
    "an id": Case(
        "text_length", lambda size: {"id": "x" * size}, 60, "$.id", "text of more than 60 char"
    ),
    "an artifact's id": Case(
        "text_length",
        lambda size: artifacts({"id": "é" * size, "status": "added"}),
        60,
        "$.mailboxRestoreArtifacts[0].id",
        "a text of more than 60 characters",
    ),
    "a text of an artifact": Case(
        "text_length",
        lambda size: artifacts({"id": "a1", "status": "added", "restoredFolderName": "x" * size}),
        60,
        "$.mailboxRestoreArtifacts[0].restoredFolderName",
        "a text of more than 60 characters",
    ),
    "an unknown text": Case(
        "text_length", lambda size: session(x="x" * size), 60, "$.x", "text of more than 60 char"
    ),
    "the name of a property": Case(
        "text_length", lambda size: session(**{"x" * size: 1}), 60, "$", "of more than 60 char"
    ),
    "a name within": Case(
        "text_length", lambda size: session(x={"x" * size: 1}), 60, "$.x", "of more than 60 char"
    ),
    "an unknown status": Case(
        "text_length",
        lambda size: artifacts({"id": "a1", "status": "x" * size}),
        60,
        "$.mailboxRestoreArtifacts[0].status",
        "a text of more than 60 characters",
    ),
    "flags": Case(
        "flags",
        lambda size: artifacts(
            {
                "id": "a",
                "status": "added",
                "restorePoint": {"id": "p", "tags": ",".join("x" * size)},
            }
        ),
        3,
        f"{POINT}.tags",
        "more than 3 flags in a text",
    ),
    "flags, each as expected": Case(
        "flags",
        lambda size: artifacts(
            {
                "id": "a",
                "status": "added",
                "restorePoint": {"id": "p", "tags": ",".join(["none"] * size)},
            }
        ),
        3,
        f"{POINT}.tags",
        "more than 3 flags in a text",
    ),
}
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def ways(document: Json, limits: WireLimits) -> dict[str, Callable[[], Any]]:
    """Every way to read a session."""
    text, kind = json.dumps(document), ExchangeRestoreSession
    return {
        "text": lambda: wire.loads(text, kind, limits=limits),
        "bytes": lambda: wire.loads(text.encode(), kind, limits=limits),
        "plain values": lambda: wire.from_json_value(document, kind, limits=limits),
        "converter": lambda: wire.make_converter(limits=limits).structure(document, kind),
        "body": lambda: RequestBody(text, limits=limits).read(kind),
        "plain body": lambda: RequestBody(document, limits=limits).read(kind),
    }


@each_case
def test_W1_a_document_at_a_limit_is_read_without_loss(case: Case) -> None:
    document = case.document(case.at)
    for read in ways(document, WireLimits(**{case.limit: case.at})).values():
        assert same_json(wire.to_json_value(read()), document)


@each_case
def test_W4_a_document_beyond_a_limit_is_refused_with_its_name(case: Case) -> None:
    document = case.document(case.at + 1)
    limits = WireLimits(**{case.limit: case.at})
    for way, read in ways(document, limits).items():
        _, problems = outcome(read)
        assert [path for path, _ in problems] == [case.path], way
        assert case.said in problems[0].message
        assert problems[0].message.endswith(f"; the limit is WireLimits({case.limit}={case.at})")


@each_case
def test_W1_a_limit_can_be_chosen(case: Case) -> None:
    document = case.document(case.at + 1)
    for limits in (WireLimits(**{case.limit: case.at + 1}), DEFAULT_LIMITS, UNBOUNDED):
        for read in ways(document, limits).values():
            assert same_json(wire.to_json_value(read()), document)


@pytest.mark.parametrize("data", [b'{"id":"\xc3\xa9"}', '{"id":"\xe9 "}'], ids=["bytes", "text"])
def test_W4_the_size_of_a_document_is_checked_first(data: bytes | str) -> None:
    size = len(data)
    kind = ExchangeRestoreSession
    for given in (data, bytearray(data) if isinstance(data, bytes) else data):
        assert wire.loads(given, kind, limits=WireLimits(document_size=size)).id.strip() == "é"
        with pytest.raises(WireError) as caught:
            wire.loads(given, kind, limits=WireLimits(document_size=size - 1))
        said = f"has more than {size - 1} bytes; the limit is WireLimits(document_size={size - 1})"
        assert caught.value.problems == (("$", said),)
        with pytest.raises(WireError, match="document_size"):
            RequestBody(given, limits=WireLimits(document_size=size - 1)).read(kind)
    with pytest.raises(WireError, match="document_size"):
        wire.loads("\ufeff nonsense", kind, limits=WireLimits(document_size=1))


def test_W4_of_memory_every_byte_counts() -> None:
    wide = memoryview(b'{"id":"s1" }').cast("I")
    kind = ExchangeRestoreSession
    assert wire.loads(wide, kind, limits=WireLimits(document_size=12)).id == "s1"
    with pytest.raises(WireError, match=r"document_size=11\)"):
        wire.loads(wide, kind, limits=WireLimits(document_size=11))


# The problems ---------------------------------------------------------------------------------


MORE = "more than 3 problems, so the list is truncated; the limit is WireLimits(problems=3)"
THREE = WireLimits(problems=3)
BAD: dict[str, tuple[Json, list[str]]] = {
    "entries": (
        artifacts(*[5] * 9),
        [f"$.mailboxRestoreArtifacts[{number}]" for number in range(4)],
    ),
    "what an unknown property has": (
        session(x=[1, float("nan"), {"y": [float("inf")] * 2}, *[float("nan")] * 9]),
        ["$.x[1]", "$.x[2].y[0]", "$.x[2].y[1]", "$.x[3]"],
    ),
    "properties": (
        session(status=1, policyId=2, createdDateTime=3, error=4, createdBy=5),
        ["$.status", "$.policyId", "$.createdDateTime", "$.error"],
    ),
    "names": (session(**{f"\ud800{number}": 1 for number in range(9)}), ["$"] * 4),
    "parts of parts": (
        artifacts(
            {"id": 1, "status": 2, "restorePoint": 3},
            {"id": 1, "status": 2, "restorePoint": 3},
        ),
        [
            "$.mailboxRestoreArtifacts[0].id",
            "$.mailboxRestoreArtifacts[0].status",
            "$.mailboxRestoreArtifacts[0].restorePoint",
            "$.mailboxRestoreArtifacts[1].id",
        ],
    ),
    "two lists": (
        artifacts(5, 5) | {"granularMailboxRestoreArtifacts": [5] * 9},
        [
            "$.mailboxRestoreArtifacts[0]",
            "$.mailboxRestoreArtifacts[1]",
            "$.granularMailboxRestoreArtifacts[0]",
            "$.granularMailboxRestoreArtifacts[1]",
        ],
    ),
    "repeated ids": (
        artifacts(*[{"id": "a1"}] * 9),
        [f"$.mailboxRestoreArtifacts[{number}].id" for number in range(1, 5)],
    ),
    "ids in both lists": (
        artifacts(*({"id": f"a{number}"} for number in range(9)))
        | {
            "granularMailboxRestoreArtifacts": [
                {"id": f"a{number}", "searchResponseId": "r1"} for number in range(9)
            ]
        },
        [f"$.granularMailboxRestoreArtifacts[{number}].id" for number in range(4)],
    ),
}


@pytest.mark.parametrize(("document", "paths"), BAD.values(), ids=BAD)
def test_W4_the_first_problems_are_listed_and_where_reading_stopped(
    document: Json, paths: list[str]
) -> None:
    for way, read in ways(document, THREE).items():
        _, problems = outcome(read)
        assert [path for path, _ in problems] == paths, way
        assert [message == MORE for _, message in problems] == [False, False, False, True]
        _, all_problems = outcome(ways(document, DEFAULT_LIMITS)[way])
        assert all_problems[:3] == problems[:3]
        assert len(all_problems) > 3
        assert MORE not in dict(all_problems).values()


@pytest.mark.parametrize("document", [artifacts(5, 5, 5), session(x=[float("nan")] * 3)])
def test_W4_a_full_list_of_problems_is_not_truncated(document: Json) -> None:
    for read in ways(document, THREE).values():
        _, problems = outcome(read)
        assert len(problems) == 3
        assert MORE not in dict(problems).values()


class Entries(list[Any]):
    """An array that counts how many entries are taken from it."""

    taken = 0

    def __iter__(self) -> Iterator[Any]:
        for entry in super().__iter__():
            self.taken += 1
            yield entry


class Properties(dict[str, Any]):
    """An object that counts how many properties are taken from it."""

    taken = 0

    def items(self) -> Any:
        for entry in super().items():
            self.taken += 1
            yield entry


def test_W4_reading_stops_when_the_list_of_problems_is_full() -> None:
    """The careful reader does; the schema has finished with a document before a problem is
    reported.
    """
    entries = Entries([5] * 100)
    bad = Properties({"id": "s1", **{f"p{number}": float("nan") for number in range(100)}})
    for document in (session(mailboxRestoreArtifacts=entries), bad):
        _, problems = outcome(partial(reader_of(ExchangeRestoreSession, THREE), document))
        assert len(problems) == 4
    assert entries.taken == 4
    assert 4 <= bad.taken <= 6


OF_REQUESTS: list[tuple[type, str, Any]] = [
    (CreateSessionRequest, "mailboxRestoreArtifacts", {}),
    (CreateSessionRequest, "granularMailboxRestoreArtifacts", {}),
    (UpdateSessionRequest, "mailboxRestoreArtifacts@delta", {"@removed": {}, "id": "a1"}),
    (UpdateSessionRequest, "granularMailboxRestoreArtifacts@delta", {}),
    (CreateBulkRequest, "mailboxes", "a@b"),
    (CreateBulkRequest, "directoryObjectIds", "o1"),
]


@pytest.mark.parametrize(("kind", "name", "entry"), OF_REQUESTS)
def test_W4_the_entries_of_a_request_are_counted_before_one_is_read(
    kind: type, name: str, entry: Any
) -> None:
    limits = WireLimits(request_entries=100)
    enough, too_many = Entries([entry] * 100), Entries([entry] * 101)
    assert RequestBody({name: enough}, limits=limits).read(kind)
    assert enough.taken == 100
    with pytest.raises(WireError) as caught:
        RequestBody({name: too_many}, limits=limits).read(kind)
    assert too_many.taken == 0
    ((path, message),) = caught.value.problems
    assert name in path
    assert message == (
        "has more than 100 entries, which no request has; "
        "the limit is WireLimits(request_entries=100)"
    )
    more = WireLimits(request_entries=101)
    assert RequestBody({name: too_many}, limits=more).read(kind)


def test_W4_each_text_of_a_list_has_its_limit() -> None:
    body = RequestBody({"mailboxes": ["abc", "abcd"]}, limits=WireLimits(text_length=3))
    with pytest.raises(WireError) as caught:
        body.read(CreateBulkRequest)
    assert [path for path, _ in caught.value.problems] == ["$.mailboxes[1]"]


def test_W4_only_the_body_of_a_request_has_the_limit_of_requests() -> None:
    limits = WireLimits(request_entries=2)
    assert read_entries(read_text, ["a", "b", "c"], limits) == ["a", "b", "c"]
    document = artifacts({"id": "a"}, {"id": "b"}, {"id": "c"})
    assert len(reader_of(ExchangeRestoreSession, limits)(document).artifacts) == 3


def test_the_defaults_accept_the_service_s_largest_request() -> None:
    limits = Limits()
    assert DEFAULT_LIMITS.request_entries > limits.artifacts_per_request
    assert DEFAULT_LIMITS.request_entries > limits.restoration_resources


@pytest.mark.parametrize("unknown", [0, 1, 2])
def test_W1_the_known_properties_do_not_count(unknown: int) -> None:
    document = session(status="draft", policyId="p", **named(unknown))
    for read in ways(document, WireLimits(unknown_properties=2)).values():
        assert same_json(wire.to_json_value(read()), document)


@pytest.mark.parametrize("text", ["none,none", "none,none,none", "," * 63])
def test_W4_flags_beyond_the_limit_are_refused(text: str) -> None:
    with pytest.raises(WireError, match="more than 1 flags in a text"):
        read_tags(text, WireLimits(flags=1))


def test_W2_an_unknown_text_is_looked_up_without_an_exception() -> None:
    """An exception takes twenty times as long, and a set of flags may have 64 of them."""
    raised = 0

    def count(_frame: Any, event: str, _argument: Any) -> Any:
        nonlocal raised
        raised += event == "exception"
        return count

    before = sys.gettrace()  # the lines that the other tests run may be counted
    sys.settrace(count)
    try:
        tags = read_tags("," * 63)
        member = read_member(ArtifactRestoreStatus, "paused")
    finally:
        sys.settrace(before)
    assert tags == (RestorePointTags.UNKNOWN_FUTURE_VALUE,) * 64
    assert member is ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE
    assert raised == 0


@pytest.mark.parametrize(("most", "problems"), [(5000, 0), (1000, 1)])
def test_W4_a_document_of_many_unknown_properties_is_parsed_once_for_the_careful_reader(
    most: int, problems: int
) -> None:
    text = json.dumps(session(**named(5000)))
    limits = WireLimits(unknown_properties=most)
    with mock.patch("msgspec.json.decode", wraps=msgspec.json.decode) as decode:
        _, found = outcome(lambda: wire.loads(text, ExchangeRestoreSession, limits=limits))
    assert len(found) == problems
    assert decode.call_count == 1


def test_W4_a_call_has_the_same_limit_of_problems_as_a_document() -> None:
    root = BackupRestoreRoot()
    for params in (
        {"sessionId": "s1", **{f"p{number}": 1 for number in range(9)}},
        {"sessionId": "s1", "now": 1, "artifactIds": [1, 2, 3, 4, 5]},
    ):
        call = {"method": "create", "params": params}
        _, problems = outcome(lambda call=call: wire.perform(root, call, limits=THREE))  # type: ignore[misc]
        assert len(problems) == 4
        assert problems[3].message == MORE


def test_W4_the_limits_of_a_call_hold_for_all_its_parts() -> None:
    root = BackupRestoreRoot()
    short = WireLimits(text_length=10, entries=2)
    body = {"mailboxRestoreArtifacts": [{"restorePoint": {"id": "p1"}, "destinationType": "new"}]}
    call = {
        "method": "create",
        "params": {
            "sessionId": "s" * 11,
            "request": body,
            "artifactIds": ["a1", "a2", "a3"],
            "now": "2026-01-05T09:00:00Z",
            "actor": {"user": {"id": "u" * 11}},
        },
    }
    _, problems = outcome(lambda: wire.perform(root, call, limits=short))
    assert [path for path, _ in problems] == [
        "$.params.sessionId",
        "$.params.artifactIds",
        "$.params.actor.user.id",
    ]
    call["params"] |= {"sessionId": "s1", "artifactIds": ["a1"], "actor": None}  # type: ignore[operator]
    body["later"] = "x" * 11  # type: ignore[assignment]
    with pytest.raises(RestoreDomainError) as refused:
        wire.perform(root, call, limits=short)
    assert refused.value.code == "InvalidArtifactRequest"
    assert refused.value.message.endswith("WireLimits(text_length=10)")
    assert wire.perform(root, call).root.session("s1") is not None
    call = {"method": "recordBatch", "params": {"sessionId": "s1", "reports": [{}] * 3}}
    _, problems = outcome(lambda: wire.perform(root, call, limits=short))
    assert [path for path, _ in problems] == ["$.params.reports"]
    call = {"method": "record", "params": {"sessionId": "s1", "report": {}, "reporter": "x" * 11}}
    _, problems = outcome(lambda: wire.perform(root, call, limits=short))
    assert [path for path, _ in problems] == ["$.params.reporter"]
    assert problems[0].message.endswith("WireLimits(text_length=10)")
    call = {"method": "update", "params": {"artifactIds": ["a" * 11]}}
    _, problems = outcome(lambda: wire.perform(root, call, limits=short))
    assert "$.params.artifactIds[0]" in dict(problems)


def test_W4_the_path_of_a_problem_has_an_end() -> None:
    deep: Json = [float("nan"), 1, {"\U0001f600" * 60: float("nan")}]
    for _ in range(90):
        deep = {"\U0001f600" * 60: deep}
    for way, read in ways(session(x=deep), DEFAULT_LIMITS).items():
        _, problems = outcome(read)
        assert len(problems) == 2, way
        for path, _ in problems:
            assert len(path) < 2500
            assert path.endswith("...")
            assert not path.endswith("....")


# The limits themselves ----------------------------------------------------------------------------


def test_every_limit_has_a_case() -> None:
    covered = {case.limit for case in CASES.values()} | {
        "document_size",
        "problems",
        "request_entries",
    }
    assert covered == set(NAMES)


def test_a_session_of_a_million_artifacts_is_below_every_limit() -> None:
    million = 1_000_000
    assert million <= DEFAULT_LIMITS.entries
    assert million * len(json.dumps(WHOLE)) <= DEFAULT_LIMITS.document_size


def test_what_was_read_within_other_limits_is_an_entity_like_any_other() -> None:
    many = session(x=named(DEFAULT_LIMITS.unknown_properties + 1), y="y" * (2**20 + 1))
    kind = ExchangeRestoreSession
    for problem in outcome(lambda: wire.from_json_value(many, kind))[1]:
        assert "the limit is WireLimits(" in problem.message
    read = wire.from_json_value(many, kind, limits=UNBOUNDED)
    assert same_json(json.loads(wire.dumps(read)), many)
    assert attrs.evolve(read, id="s2").additional_data == read.additional_data
    assert JsonObject(dict(read.additional_data)) == read.additional_data
    assert freeze(many["x"]) == read.additional_data["x"]
