"""The converter in an application's own classes, with bodies of requests and unusual values."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import Any

import attrs
import pytest

from restore_domain import (
    ArtifactRemoval,
    ArtifactRestoreStatus,
    CreateBulkRequest,
    CreateSessionRequest,
    DestinationType,
    EntityCollection,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    Identity,
    JsonObject,
    MailboxRestoreArtifact,
    RequestedArtifact,
    RequestedGranularArtifact,
    RestoreJobType,
    RestorePoint,
    RestorePointTags,
    RestoreSessionStatus,
    Timestamp,
    UpdateSessionRequest,
)
from restore_domain.model.collection import Unread
from restore_domain.operations import Report
from restore_domain.wire import (
    RequestBody,
    WireError,
    WireLimits,
    dumps,
    from_json_value,
    loads,
    make_converter,
    to_json_value,
)
from restore_domain.wire.converter import value_writer_of
from restore_domain.wire.writing import Style

from .ways import carefully_from


@attrs.frozen
class Watch:
    """A class of an application, which holds entities and parts of them."""

    name: str
    tries: int
    since: datetime
    job: RestoreJobType
    tags: tuple[RestorePointTags, ...]
    session: ExchangeRestoreSession
    artifacts: EntityCollection[MailboxRestoreArtifact]
    seen: list[Identity]
    latest: GranularMailboxRestoreArtifact | None = None


GRANULAR = {
    "@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact",
    "id": "g",
    "status": "added",
    "searchResponseId": "r",
}
WATCH = {
    "name": "nightly",
    "tries": 2**40,
    "since": "2026-01-01T00:00:00.1234567Z",
    "job": "granular",
    "tags": "fastRestore,none",
    "session": {"id": "s", "status": "paused", "mailboxRestoreArtifacts": [{"id": "a"}, GRANULAR]},
    "artifacts": [{"id": "b", "status": "failed"}, GRANULAR],
    "seen": [{"id": "u", "later": [1, 1.0, True]}],
    "latest": GRANULAR,
}


def test_W1_entities_can_be_attributes_of_application_classes() -> None:
    converter = make_converter()
    watch = converter.structure(WATCH, Watch)
    assert watch.since == Timestamp.parse("2026-01-01T00:00:00.1234567Z")
    assert watch.tags == (RestorePointTags.FAST_RESTORE, RestorePointTags.NONE)
    assert watch.job is RestoreJobType.GRANULAR
    assert watch.session == from_json_value(WATCH["session"], ExchangeRestoreSession)
    assert isinstance(watch.artifacts, EntityCollection)
    assert type(watch.artifacts.by_id("g")) is GranularMailboxRestoreArtifact
    assert watch.seen[0].additional_data["later"] == (1, 1.0, True)
    assert type(watch.latest) is GranularMailboxRestoreArtifact
    assert converter.unstructure(watch) == WATCH
    assert converter.structure(converter.unstructure(watch), Watch) == watch


def test_W3_the_converter_hides_members_everywhere() -> None:
    converter = make_converter(include_unknown_enum_members=False)
    written = converter.unstructure(make_converter().structure(WATCH, Watch))
    assert written == WATCH | {
        "job": "unknownFutureValue",
        "session": {
            "id": "s",
            "status": "unknownFutureValue",
            "mailboxRestoreArtifacts": [{"id": "a"}, GRANULAR],
        },
    }
    assert json.loads(
        converter.unstructure(RestoreJobType.GRANULAR) == "unknownFutureValue" and "1"
    )


PAGE = {"id": "s", "mailboxRestoreArtifacts": [{"id": "a"}]}


@pytest.mark.parametrize(
    "read",
    [
        lambda: make_converter().structure(PAGE, ExchangeRestoreSession),
        lambda: from_json_value(PAGE, ExchangeRestoreSession),
        lambda: loads(json.dumps(PAGE), ExchangeRestoreSession),
    ],
)
def test_W1_artifacts_that_nobody_accessed_are_written_as_plain_values(read: Any) -> None:
    session = read()
    assert all(isinstance(cell, Unread) for cell in session.mailbox_restore_artifacts.cells())
    assert make_converter().unstructure(session) == PAGE


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        (Identity, {"id": "abcd"}),
        (CreateSessionRequest, {"displayName": "abcd"}),
        (EntityCollection[MailboxRestoreArtifact], [{"id": "abcd"}]),
    ],
)
def test_W4_the_converter_keeps_to_its_limits(kind: Any, document: Any) -> None:
    make_converter(limits=WireLimits(text_length=11)).structure(document, kind)
    with pytest.raises(WireError, match="text_length=3"):
        make_converter(limits=WireLimits(text_length=3)).structure(document, kind)


def holder_of(kind: Any) -> type:
    return attrs.make_class("Holder", {"artifact": attrs.field(type=kind)})


HOLDERS: tuple[tuple[Any, Any], ...] = (
    (MailboxRestoreArtifact, GRANULAR),
    (MailboxRestoreArtifact | None, GRANULAR),
    (list[MailboxRestoreArtifact], [GRANULAR]),
    (dict[str, MailboxRestoreArtifact], {"g": GRANULAR}),
)


@pytest.mark.parametrize(("kind", "document"), HOLDERS)
def test_W1_a_granular_artifact_in_an_application_class_is_written_completely(
    kind: Any, document: Any
) -> None:
    converter = make_converter()
    holder: Any = converter.structure({"artifact": document}, holder_of(kind))
    assert converter.unstructure(holder) == {"artifact": document}


WRONG: tuple[tuple[str, Any, str], ...] = (
    ("since", "2026-01-01", "$"),
    ("job", 5, "$"),
    ("tags", ["none"], "$"),
    ("session", {}, "$.id"),
    ("session", {"id": "s", "mailboxRestoreArtifacts": [{}]}, "$.mailboxRestoreArtifacts[0].id"),
    ("artifacts", [{"id": "b"}, {"id": "b"}], "$[1].id"),
    ("artifacts", "b", "$"),
    ("seen", [{"id": 5}], "$.id"),
)


@pytest.mark.parametrize(("name", "value", "path"), WRONG)
def test_W4_the_converter_says_where_it_is_wrong(name: str, value: Any, path: str) -> None:
    with pytest.raises(WireError) as caught:
        make_converter().structure(WATCH | {name: value}, Watch)
    assert [problem.path for problem in caught.value.problems] == [path]


@attrs.frozen
class Job:
    """A class of an application, with an entity in it."""

    session: ExchangeRestoreSession
    owner: Identity


def test_an_application_may_extend_the_converter() -> None:
    converter = make_converter()
    converter.register_unstructure_hook(Identity, lambda identity: identity.id)
    converter.register_structure_hook(Identity, lambda value, _: Identity(id=value))
    session = {"id": "s", "status": "draft", "createdBy": {"user": {"id": "u1"}}}
    job = converter.structure({"session": session, "owner": "u2"}, Job)
    assert job.owner == Identity(id="u2")
    assert job.session == from_json_value(session, ExchangeRestoreSession)
    assert converter.unstructure(job) == {"session": session, "owner": "u2"}


def test_two_converters_do_not_share_their_hooks() -> None:
    changed = make_converter()
    changed.register_structure_hook(Identity, lambda _value, _kind: Identity(id="changed"))
    assert changed.structure({}, Identity) == Identity(id="changed")
    assert make_converter().structure({"id": "u"}, Identity) == Identity(id="u")
    assert from_json_value({"id": "u"}, Identity) == Identity(id="u")


BAD_REQUEST = {
    "mailboxRestoreArtifacts": [
        {"restorePoint": {"id": 5}, "destinationType": "new", "later": 1},
        {"restorePoint": "r1", "destinationType": 7},
        {"restorePoint": {"id": "r1"}},
    ]
}


def read_tolerantly(body: Any) -> CreateSessionRequest:
    return make_converter(tolerate_bad_requests=True).structure(body, CreateSessionRequest)


@pytest.mark.parametrize(
    "read",
    [
        read_tolerantly,
        lambda body: RequestBody(body).read(CreateSessionRequest),
        lambda body: RequestBody(json.dumps(body)).read(CreateSessionRequest),
        lambda body: RequestBody(json.dumps(body).encode()).read(CreateSessionRequest),
    ],
)
def test_W4_invalid_parts_of_artifacts_in_a_body_are_skipped(read: Any) -> None:
    request = read(BAD_REQUEST)
    assert request.mailbox_restore_artifacts == (
        RequestedArtifact(
            destination_type=DestinationType.NEW,
            additional_data={"restorePoint": {"id": 5}, "later": 1},
        ),
        RequestedArtifact(additional_data={"restorePoint": "r1", "destinationType": 7}),
        RequestedArtifact(restore_point=RestorePoint(id="r1")),
    )


def test_W4_invalid_parts_of_granular_artifacts_in_a_body_are_skipped() -> None:
    artifact = {"restorePoint": {"id": "r"}, "searchResponseId": 5, "destinationType": []}
    request = read_tolerantly({"granularMailboxRestoreArtifacts": [artifact]})
    assert request.granular_mailbox_restore_artifacts == (
        RequestedGranularArtifact(
            restore_point=RestorePoint(id="r"),
            additional_data={"searchResponseId": 5, "destinationType": []},
        ),
    )


@pytest.mark.parametrize("read", [from_json_value, make_converter().structure, carefully_from])
def test_W4_invalid_parts_of_artifacts_are_reported_unless_they_are_tolerated(read: Any) -> None:
    with pytest.raises(WireError) as caught:
        read(BAD_REQUEST, CreateSessionRequest)
    assert [problem.path for problem in caught.value.problems] == [
        "$.mailboxRestoreArtifacts[0].restorePoint.id",
        "$.mailboxRestoreArtifacts[1].restorePoint",
        "$.mailboxRestoreArtifacts[1].destinationType",
    ]


REFUSED_BODIES: tuple[tuple[Any, list[str]], ...] = (
    (b" ", ["$"]),
    ("[]", ["$"]),
    ('{"mailboxRestoreArtifacts":5}', ["$.mailboxRestoreArtifacts"]),
    (
        '{"mailboxRestoreArtifacts":[5,{"x":NaN}],"y":"\\ud800"}',
        ["$.mailboxRestoreArtifacts[1].x", "$.y"],
    ),
    (
        {"mailboxRestoreArtifacts": [5, {"x": {1}}]},
        ["$.mailboxRestoreArtifacts[0]", "$.mailboxRestoreArtifacts[1].x"],
    ),
)


@pytest.mark.parametrize(("body", "paths"), REFUSED_BODIES)
def test_W4_a_malformed_body_is_refused(body: Any, paths: list[str]) -> None:
    with pytest.raises(WireError) as caught:
        RequestBody(body).read(CreateSessionRequest)
    assert [problem.path for problem in caught.value.problems] == paths


@pytest.mark.parametrize("body", [None, "", b"", bytearray(), memoryview(b"")])
def test_O1_only_a_create_may_lack_its_body(body: Any) -> None:
    assert RequestBody(body).read(CreateSessionRequest) == CreateSessionRequest()
    with pytest.raises(WireError, match=r"expected an object, got null|the document is empty"):
        RequestBody(body).read(UpdateSessionRequest)


@pytest.mark.parametrize("form", [bytes, bytearray, memoryview, bytes.decode])
def test_a_body_may_be_any_text(form: Any) -> None:
    request = RequestBody(form(b'{"policyId":"p"}')).read(UpdateSessionRequest)
    assert request == UpdateSessionRequest(policy_id="p")


def test_a_null_among_the_texts_of_a_request_is_left_to_the_operation() -> None:
    request = RequestBody({"mailboxes": ["a@b", None]}).read(CreateBulkRequest)
    assert request.mailboxes == ("a@b", None)


def test_W1_a_report_in_a_body_is_read_completely() -> None:
    body = {"artifactId": "a", "status": "failed", "time": "2026-01-01T00:00:00Z", "later": [1]}
    assert RequestBody(body).read(Report) == Report(
        artifact_id="a",
        status=ArtifactRestoreStatus.FAILED,
        time=Timestamp.parse("2026-01-01T00:00:00Z"),
        additional_data=JsonObject({"later": [1]}),
    )


def test_W1_a_removal_in_a_body_needs_no_artifact() -> None:
    body = {"mailboxRestoreArtifacts@delta": [{"@removed": {}, "id": "a"}, {"id": "b"}]}
    request = RequestBody(body).read(UpdateSessionRequest)
    assert request.mailbox_restore_artifacts_delta is not None
    assert [type(entry) for entry in request.mailbox_restore_artifacts_delta] == [
        ArtifactRemoval,
        RequestedArtifact,
    ]
    assert to_json_value(request) == body


class Text(str):
    """A subclass of text."""

    __slots__ = ()


@attrs.frozen
class Note:
    """An entity of an application, whose attributes are not checked."""

    id: str
    about: Identity | None = None
    additional_data: JsonObject = attrs.field(factory=JsonObject)


def test_W4_text_that_utf_8_can_not_express_is_not_written() -> None:
    note = Note("\ud800", Identity(id="é"))
    for included in (True, False):
        with pytest.raises(WireError) as caught:
            dumps(note, include_unknown_enum_members=included)
        assert caught.value.problems == (("$.id", r"'\ud800' has half a surrogate pair"),)
    assert dumps(Note("é", Identity(id="a"))) == '{"id":"é","about":{"id":"a"}}'.encode()


def test_W1_text_of_a_subclass_is_written_as_text() -> None:
    assert dumps(Note(Text("é"), Identity(id="a"))) == dumps(Note("é", Identity(id="a")))


def test_a_text_and_a_number_are_written_as_they_are() -> None:
    for value in ("é", 5, True):
        assert value_writer_of(type(value), Style())(value) is value


def test_W3_members_are_shown_if_nothing_else_is_said() -> None:
    write = value_writer_of(RestoreSessionStatus, Style())
    assert write(RestoreSessionStatus.FAILED) == "failed"


def test_W1_subclasses_of_texts_and_numbers_are_written_as_what_they_are() -> None:
    class Colour(StrEnum):
        RED = "red"

    identity = Identity(id=Text("é"), display_name=Colour.RED)
    assert dumps(identity) == '{"displayName":"red","id":"é"}'.encode()
