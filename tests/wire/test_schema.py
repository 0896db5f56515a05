"""Large documents are read by a schema; only unusual entries need the careful reader (W1, W2)."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, NoReturn
from unittest import mock

import attrs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore_domain import (
    ArtifactRemoval,
    CreateBulkRequest,
    CreateSessionRequest,
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    MailboxRestoreArtifactsBulkAdditionRequest,
    PublicError,
)
from restore_domain.model.collection import Unread
from restore_domain.model.timestamp import checked_text
from restore_domain.verification.strategies import ENTITY_CLASSES, documents
from restore_domain.wire import (
    WireError,
    WireLimits,
    decoding,
    dumps,
    from_json_value,
    loads,
    schema,
    to_json_value,
)
from restore_domain.wire.properties import GRANULAR_TYPES, WHOLE_TYPES, properties_of
from restore_domain.wire.reading import reader_of
from restore_domain.wire.schema import has_schema
from tests.same_json import same_json

from .fixture_files import KINDS, content
from .test_every_property import GRANULAR, WHOLE
from .ways import OTHER_WAYS, Way, carefully, in_full

Json = Any

Session, Page, Sessions = (
    ExchangeRestoreSession,
    MailboxRestoreArtifactCollectionResponse,
    ExchangeRestoreSessionCollectionResponse,
)
each_way = pytest.mark.parametrize("way", OTHER_WAYS.values(), ids=OTHER_WAYS)


def artifact(number: int, **more: Json) -> Json:
    return {**WHOLE, "id": f"a{number}", **more}


def granular(number: int, **more: Json) -> Json:
    return {**GRANULAR, "id": f"g{number}", **more}


def session(*artifacts: Json, **more: Json) -> Json:
    return {"id": "s1", "status": "active", "mailboxRestoreArtifacts": [*artifacts], **more}


def page(*entries: Json, **more: Json) -> Json:
    return {"value": [*entries], **more}


pytestmark = pytest.mark.usefixtures("every_document_is_large")

THREE = [artifact(number) for number in range(3)]
PLAIN = [{"id": f"a{number}", "status": "added"} for number in range(3)]


# Documents that do not need the careful reader ----------------------------------------------------


@contextmanager
def read_by_the_schema_alone() -> Iterator[None]:
    """Fail if a document, or one of its entries, is given to the careful reader."""

    def careful(*_: Any, **__: Any) -> Callable[[Any], NoReturn]:
        def read(value: Any) -> NoReturn:
            raise AssertionError(f"read carefully: {value!r:.200}")

        return read

    with (
        mock.patch("restore_domain.wire.documents.reader_of", careful),
        mock.patch("restore_domain.wire.converter.reader_of", careful),
        mock.patch("restore_domain.wire.decoding.reader_of", careful),
    ):
        yield


NULLS = {
    "destinationType": None,
    "restorePoint": None,
    "startDateTime": None,
    "completionDateTime": None,
    "error": None,
    "restoredFolderId": None,
    "restoredItemCount": None,
}
UNKNOWN_TEXTS = {
    "status": "paused",
    "destinationType": "archive",
    "restorePoint": {"id": "r1", "tags": "fastRestore, immutable,,none"},
}
POINT: Json = WHOLE["restorePoint"]
ERROR: Json = WHOLE["error"]

CONTEXT = (
    "https://graph.microsoft.com/v1.0/$metadata#solutions/backupRestore/exchangeRestoreSessions"
)
OF_GRANULAR = {"@odata.context": f"{CONTEXT}('s1')/granularMailboxRestoreArtifacts"}
UNTYPED = [
    {name: value for name, value in granular(number).items() if name != "@odata.type"}
    for number in range(3)
]

SPELLINGS = (*GRANULAR_TYPES, "#Microsoft.Graph.GranularMailboxRestoreArtifact")

SOME_OF_EACH: list[Json] = [None, True, 5, 0.5, "x", [], {}, [{}]]

BY_SCHEMA: dict[str, tuple[type, Json]] = {
    "a session": (Session, session(*THREE)),
    "a session of next to nothing": (Session, {"id": "s1"}),
    "a session of plain artifacts": (Session, session(*PLAIN)),
    "a session without artifacts": (Session, session()),
    "two collections": (
        Session,
        session(*THREE, granularMailboxRestoreArtifacts=[granular(number) for number in range(3)]),
    ),
    "granular artifacts that do not say what they are": (
        Session,
        {
            "id": "s1",
            "granularMailboxRestoreArtifacts": [{"id": "g1", "searchResponseId": "r"}] * 1,
        },
    ),
    "a type in each artifact": (
        Session,
        session(*({"@odata.type": WHOLE_TYPES[0], **one} for one in THREE)),
    ),
    "the types in both spellings": (
        Session,
        session(*({"@odata.type": kind, "id": kind} for kind in WHOLE_TYPES)),
    ),
    "a type in each part": (
        Session,
        session(
            artifact(
                1,
                restorePoint=POINT | {"@odata.type": "#microsoft.graph.restorePoint"},
                error=ERROR | {"@odata.type": "#microsoft.graph.publicError"},
            ),
            **{"@odata.type": "#microsoft.graph.exchangeRestoreSession"},
        ),
    ),
    "an etag in each artifact": (
        Session,
        session(
            *(one | {"@odata.etag": f'W/"{number}"'} for number, one in enumerate(THREE)),
            **{"@odata.etag": 'W/"1"', "@odata.context": "$metadata"},
        ),
    ),
    "a null in the place of each property": (
        Session,
        session(
            *(one | NULLS for one in THREE),
            artifact(3, restorePoint={"id": None, "@odata.id": "r", "tags": None}),
            createdBy=None,
            createdDateTime=None,
            error=None,
            policyId=None,
            granularMailboxRestoreArtifacts=None,
        ),
    ),
    "no status, and a null one": (
        Session,
        session({"id": "a1"}, {"id": "a2", "status": None}, status=None),
    ),
    "an unknown property in each artifact": (
        Session,
        session(
            *(one | {"later": [1, 1.0, True, None, {"x": 10**30}]} for one in THREE),
            later={"x": [-0.0, 1e300, "é"]},
        ),
    ),
    "an unknown property in one artifact": (
        Session,
        session(THREE[0], THREE[1] | {"later": "x"}, THREE[2]),
    ),
    "an unknown property of another kind in each artifact": (
        Session,
        session(
            *({"id": f"a{number}", "later": value} for number, value in enumerate(SOME_OF_EACH))
        ),
    ),
    "an unknown property in each part of one artifact": (
        Session,
        session(
            THREE[0],
            artifact(
                1,
                restorePoint=POINT | {"later": 1, "protectionUnit": {"id": "u", "later": 1}},
                error=ERROR
                | {
                    "later": 1,
                    "details": [{"code": "c"}, {"later": 1}],
                    "innerError": {"later": 1, "details": [{"later": 1}]},
                },
            ),
        ),
    ),
    "an unknown property in the parts of a session": (
        Session,
        session(
            createdBy={"user": {"id": "u", "email": "x"}, "group": {"id": "g"}},
            lastModifiedBy={"application": {"id": "a", "icon": None}},
            restoreSessionArtifactCount={"total": 5, "skipped": 1},
            error={"code": "c", "later": 1},
        ),
    ),
    "three unknown properties, one in each artifact": (
        Session,
        session(*(one | {f"later{number}": number} for number, one in enumerate(PLAIN))),
    ),
    "four unknown properties, one in each artifact": (
        Session,
        session(*({"id": f"a{number}", f"later{number}": number} for number in range(4))),
    ),
    "sixty unknown properties": (
        Session,
        session(**{f"later{number}": number for number in range(60)}),
    ),
    "a protection unit": (
        Session,
        session(
            artifact(1, restorePoint={"id": "r", "protectionUnit": {"id": "u", "status": "p"}})
        ),
    ),
    "a restore point by reference": (
        Session,
        session(artifact(1, restorePoint={"@odata.id": "restorePoints('r1')"})),
    ),
    "unknown texts": (
        Session,
        session(
            *(one | UNKNOWN_TEXTS for one in THREE), status="hibernating", restoreJobType="odd"
        ),
    ),
    "an unknown status of each artifact": (
        Session,
        session(*(one | {"status": f"s{number}"} for number, one in enumerate(THREE))),
    ),
    "an unknown text of a thousand characters": (Session, session(status="x" * 1000)),
    "timestamps of every form": (
        Session,
        session(
            *(
                {"id": text, "startDateTime": text, "completionDateTime": text}
                for text in (
                    "2025-11-04T06:48:59Z",
                    "2025-11-04T06:48Z",
                    "2025-11-04T06:48:59.1234567+05:30",
                    "2025-11-04T06:48:59.123456789012-00:00",
                    "9999-12-31T23:59:59.9999999Z",
                )
            )
        ),
    ),
    "the name of a property in Python": (Session, session(THREE[0] | {"restored_folder_id": 1})),
    "names that are not identifiers": (
        Session,
        session(THREE[0] | {"": 1, "a b": 2, "é": 3, "a.b": 4, "a[0]": 5, "`$": 6}),
    ),
    "more of a session to come": (
        Session,
        session(*THREE, **{"mailboxRestoreArtifacts@odata.nextLink": "next"}),
    ),
    "a page of artifacts": (Page, page(*THREE, **{"@odata.nextLink": "n", "@odata.count": 3})),
    "a page of artifacts with an unknown property in one": (
        Page,
        page(THREE[0], THREE[1] | {"later": "x"}, THREE[2]),
    ),
    "a page of granular artifacts": (Page, page(*UNTYPED, **OF_GRANULAR)),
    "a page of granular artifacts with all properties of a page": (
        Page,
        page(*UNTYPED, **OF_GRANULAR, **{"@odata.nextLink": "n", "@odata.count": 3}),
    ),
    "a page of granular artifacts of which some are typed": (
        Page,
        page(
            *UNTYPED,
            granular(4),
            {"id": "g5", "@odata.type": None},
            {"id": "g6", "@odata.type": "microsoft.graph.GRANULARmailboxRestoreArtifact"},
            **OF_GRANULAR,
        ),
    ),
    "a page of granular artifacts with an unknown property in one": (
        Page,
        page(*UNTYPED, {"id": "g4", "later": {"x": 1}}, **OF_GRANULAR),
    ),
    "a page of granular artifacts with one of a whole mailbox": (
        Page,
        page(*UNTYPED, artifact(1, **{"@odata.type": WHOLE_TYPES[0]}), **OF_GRANULAR),
    ),
    "a page of one granular artifact": (Page, page(UNTYPED[0], **OF_GRANULAR)),
    "a page of granular artifacts with nothing but one of a whole mailbox": (
        Page,
        page(artifact(1, **{"@odata.type": WHOLE_TYPES[0]}), **OF_GRANULAR),
    ),
    "a page of granular artifacts that has none": (Page, page(**OF_GRANULAR)),
    "a page of granular artifacts that says so at its end": (
        Page,
        page({"id": "g1", "@odata.context": "of its own"}, *UNTYPED) | OF_GRANULAR,
    ),
    "a page of artifacts of which one has the context of granular ones": (
        Page,
        page(artifact(1, **OF_GRANULAR), *THREE, **{"@odata.context": CONTEXT}),
    ),
    "a page of typed granular artifacts": (Page, page(granular(1), granular(2))),
    "granular artifacts among whole ones": (
        Session,
        session(granular(0), THREE[0], granular(1, later=2), THREE[1], later=3),
    ),
    "granular artifacts among whole ones in every spelling": (
        Session,
        session(
            *THREE,
            *(granular(number, **{"@odata.type": kind}) for number, kind in enumerate(SPELLINGS)),
        ),
    ),
    "granular artifacts among whole ones, and an unknown property after them": (
        Session,
        session(THREE[0], granular(1), THREE[1] | {"later": 1}, THREE[2] | {"later": 2}),
    ),
    "granular artifacts among whole ones in a page of sessions": (
        Sessions,
        page(session(*THREE), session(granular(1), PLAIN[0], id="s2"), session(id="s3")),
    ),
    "a page of sessions": (
        Sessions,
        page(session(*THREE), session(id="s2"), {"id": "s3"}, **{"@odata.context": "c"}),
    ),
    "a page of sessions with an unknown property in an artifact of one": (
        Sessions,
        page(session(*PLAIN), session(PLAIN[0], PLAIN[1] | {"later": "x"}, id="s2")),
    ),
    "a request to create a session": (
        CreateSessionRequest,
        {
            "mailboxRestoreArtifacts": [
                {"restorePoint": {"id": "r1"}, "destinationType": "new", "later": 1},
                {"restorePoint": {"@odata.id": "r2"}, "destinationType": None},
            ]
        },
    ),
    "a removal": (ArtifactRemoval, {"id": "a1", "@removed": {"reason": "deleted", "later": 1}}),
    "an artifact": (MailboxRestoreArtifact, THREE[0] | {"@odata.type": WHOLE_TYPES[1], "x": [1]}),
    "a granular artifact": (GranularMailboxRestoreArtifact, GRANULAR | {"later": 1}),
    "a granular artifact of another type": (
        GranularMailboxRestoreArtifact,
        GRANULAR | {"@odata.type": "#microsoft.graph.user"},
    ),
}
each_by_schema = pytest.mark.parametrize(
    ("kind", "document"), BY_SCHEMA.values(), ids=list(BY_SCHEMA)
)


CACHES = (
    *(schema.decoder_of, schema._made_struct),
    *(schema.has_schema, schema.is_collection, schema.parts_of, schema._reachable),
)


@pytest.fixture
def no_schemas_yet() -> None:
    """Forget the schemas, so that a test that uses one also makes it."""
    for made in CACHES:
        made.cache_clear()


@pytest.mark.usefixtures("no_schemas_yet")
@each_by_schema
@each_way
def test_W1_W2_the_schema_reads_like_the_careful_reader_without_using_it(
    kind: type, document: Json, way: Way
) -> None:
    text = json.dumps(document)
    expected = carefully(text, kind)
    with read_by_the_schema_alone():
        read = way(text, kind)
        assert same_json(json.loads(dumps(read)), document)  # before it is accessed
        assert same_json(to_json_value(read), document)
        assert in_full(read) == in_full(expected)
    assert read == expected
    assert hash(read) == hash(expected)
    assert same_json(to_json_value(read), document)


FIXTURES_READ_BY_SCHEMA = [
    "artifacts-page",
    "create-session-request",
    "create-session-response",
    "session-from-the-future",
    "session-with-artifacts",
    "session-with-granular-artifacts",
    "sessions-page",
]


@pytest.mark.parametrize("name", FIXTURES_READ_BY_SCHEMA)
@each_way
def test_W1_documents_as_the_service_sends_them_are_read_by_the_schema(name: str, way: Way) -> None:
    with read_by_the_schema_alone():
        read = way(content(name).decode(), KINDS[name])
    assert in_full(read) == in_full(carefully(content(name).decode(), KINDS[name]))


@pytest.mark.usefixtures("no_schemas_yet")
def test_a_value_of_several_classes_has_no_schema() -> None:
    without = {kind.__name__ for kind in ENTITY_CLASSES if not has_schema(kind)}
    assert without == {"UpdateSessionRequest", "UpdateSessionResponse"}


@pytest.mark.usefixtures("no_schemas_yet")
def test_W5_a_collection_is_an_array_of_entities_with_keys() -> None:
    collections = {
        (kind.__name__, known.attribute)
        for kind in ENTITY_CLASSES
        for known in properties_of(kind)
        if schema.is_collection(known)
    }
    assert collections == {
        ("ExchangeRestoreSession", "mailbox_restore_artifacts"),
        ("ExchangeRestoreSession", "granular_mailbox_restore_artifacts"),
        ("ExchangeRestoreSession", "mailbox_restore_artifacts_bulk_addition_requests"),
        ("ExchangeRestoreSessionCollectionResponse", "value"),
        ("MailboxRestoreArtifactCollectionResponse", "value"),
        ("MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse", "value"),
        ("UpdateSessionResponse", "mailbox_restore_artifacts_delta"),
        ("UpdateSessionResponse", "granular_mailbox_restore_artifacts_delta"),
    }


@pytest.mark.usefixtures("no_schemas_yet")
@pytest.mark.parametrize("name", ["status", "destinationType"])
@each_way
def test_W4_an_unknown_text_has_the_limit_of_other_texts(way: Way, name: str) -> None:
    read = way(json.dumps(session({"id": "a1", name: "x" * 2**20})), Session)
    assert to_json_value(read)["mailboxRestoreArtifacts"][0][name] == "x" * 2**20
    with pytest.raises(WireError) as caught:
        way(json.dumps(session({"id": "a1", name: "x" * (2**20 + 1)})), Session)
    (problem,) = caught.value.problems
    assert problem.path == f"$.mailboxRestoreArtifacts[0].{name}"
    assert "a text of more than 1048576 characters" in problem.message


@pytest.mark.usefixtures("no_schemas_yet")
def test_a_struct_is_immutable_and_costs_the_garbage_collector_nothing() -> None:
    (cell,) = cells(loads(json.dumps(session(artifact(1))), Session))
    with pytest.raises(AttributeError):
        cell.id = "a2"
    assert isinstance(cell, Unread)
    assert not gc.is_tracked(cell)


TEXTS = {
    "nulls": (CreateBulkRequest, "mailboxes", ["a@b", None, ""], None),
    "texts": (CreateBulkRequest, "directoryObjectIds", ["d1", ""], "$.directoryObjectIds[0]"),
    "texts of a request": (
        MailboxRestoreArtifactsBulkAdditionRequest,
        "mailboxes",
        ["a@b"],
        "$.mailboxes[0]",
    ),
}


@pytest.mark.usefixtures("no_schemas_yet")
@pytest.mark.parametrize(("kind", "name", "texts", "refused"), TEXTS.values(), ids=list(TEXTS))
@each_way
def test_W4_a_text_of_a_list_may_be_null_only_in_a_request(
    way: Way, kind: type, name: str, texts: list[str | None], refused: str | None
) -> None:
    document = {"id": "b1", name: texts} if kind is not CreateBulkRequest else {name: texts}
    with read_by_the_schema_alone():
        assert to_json_value(way(json.dumps(document), kind))[name] == texts
    if refused:
        with pytest.raises(WireError) as caught:
            way(json.dumps(document | {name: [None]}), kind)
        assert [path for path, _ in caught.value.problems] == [refused]


@pytest.mark.parametrize("name", ["status", "destinationType"])
def test_W4_a_chosen_limit_of_texts_holds_for_an_unknown_member(name: str) -> None:
    limits = WireLimits(text_length=6)
    document = session({"id": "a0", name: "odd"}, {"id": "a1"}, {"id": "a2", name: "odd by"})
    with read_by_the_schema_alone():
        assert to_json_value(loads(json.dumps(document), Session, limits=limits)) == document
    document["mailboxRestoreArtifacts"].append({"id": "a3", name: "too odd"})
    with pytest.raises(WireError) as caught:
        loads(json.dumps(document), Session, limits=limits)
    assert [path for path, _ in caught.value.problems] == [f"$.mailboxRestoreArtifacts[3].{name}"]


@pytest.mark.parametrize("tags", ["fastRestore", " fastRestore", "fastRestore ", "fastRestore,"])
def test_W1_tags_are_written_as_they_were_read(tags: str) -> None:
    document = session({"id": "a1", "restorePoint": {"id": "r1", "tags": tags}})
    read = loads(json.dumps(document), Session)
    assert read.mailbox_restore_artifacts is not None
    again = ExchangeRestoreSession(
        id="s1", mailbox_restore_artifacts=[*read.mailbox_restore_artifacts]
    )
    assert to_json_value(again)["mailboxRestoreArtifacts"] == document["mailboxRestoreArtifacts"]


def test_W4_the_schema_alone_reads_all_unknown_properties_that_a_limit_allows() -> None:
    limits = WireLimits(unknown_properties=1)
    deepest: Json = 1
    for _ in range(100):
        deepest = [deepest]
    document = {"id": "s1", "status": "active", "later": deepest}
    loads(json.dumps(document), Session, limits=limits)  # which teaches the schema the name
    with read_by_the_schema_alone():
        assert to_json_value(loads(json.dumps(document), Session, limits=limits)) == document
    with pytest.raises(WireError):
        loads(json.dumps(document | {"later": [deepest]}), Session, limits=limits)
    with pytest.raises(WireError):
        loads(json.dumps(document | {"more": 1}), Session, limits=limits)


@pytest.mark.parametrize("later", [12345678901, [12345678901], {"x": 12345678901}], ids=repr)
def test_W4_a_later_property_of_an_unread_artifact_was_checked(later: Json) -> None:
    limits = WireLimits(digits=10)
    entries = [artifact(number, later=1234567890) for number in range(3)]
    read = loads(json.dumps(session(*entries)), Session, limits=limits)
    assert to_json_value(read) == session(*entries)
    with pytest.raises(WireError) as caught:
        loads(json.dumps(session(*entries, artifact(3, later=later))), Session, limits=limits)
    (problem,) = caught.value.problems
    assert problem.path.startswith("$.mailboxRestoreArtifacts[3].later")


@attrs.frozen(kw_only=True)
class MeasuredError(PublicError):
    """An application's own error, of which an attribute is derived."""

    length: int = attrs.field(init=False)

    @length.default
    def _length(self) -> int:
        return len(self.code or "")


def test_W1_a_class_with_a_derived_attribute_has_no_schema() -> None:
    assert not has_schema(MeasuredError)
    assert loads(b'{"code": "four"}', MeasuredError).length == 4


@pytest.mark.usefixtures("no_schemas_yet")
@each_way
def test_W4_a_number_of_items_has_32_bits(way: Way) -> None:
    for count in (-(2**31), 2**31 - 1):
        document = session({"id": "a1", "restoredItemCount": count})
        with read_by_the_schema_alone():
            assert to_json_value(way(json.dumps(document), Session)) == document
    for count in (-(2**31) - 1, 2**31):
        document = session({"id": "a1", "restoredItemCount": count})
        with pytest.raises(WireError) as caught:
            way(json.dumps(document), Session)
        (problem,) = caught.value.problems
        assert problem.path == "$.mailboxRestoreArtifacts[0].restoredItemCount"


@pytest.mark.usefixtures("no_schemas_yet")
@each_way
def test_W4_an_empty_id_is_refused_and_any_other_text_may_be_empty(way: Way) -> None:
    for document in ({"id": ""}, session({"id": ""}), session(artifact(1), {"id": ""})):
        with pytest.raises(WireError, match="id: "):
            way(json.dumps(document), Session)
    empty = session({"id": "a", "restoredFolderId": "", "restorePoint": {"id": "r", "tags": ""}})
    with read_by_the_schema_alone():
        assert to_json_value(way(json.dumps(empty), Session)) == empty


@pytest.mark.parametrize("document", [{"id": "s1", 5: 1}, {"id": "s1", "later": [{5: 1}]}])
def test_W4_a_key_that_msgspec_would_make_a_text_is_refused(document: Json) -> None:
    with pytest.raises(WireError, match="a property name is a text, got a Python int"):
        from_json_value(document, Session)


def test_W2_an_unread_artifact_with_an_unknown_text_can_be_shown() -> None:
    (cell,) = cells(loads(json.dumps(session({"id": "a1", "status": "paused"})), Session))
    assert isinstance(cell, Unread)
    assert "<ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE: 'paused'>" in repr(cell)


def test_W1_plain_values_of_every_kind_together_are_read_by_the_schema() -> None:
    some: Json = ({"x": 1}, [], (), "x", 1, 0.5, True, None)
    with read_by_the_schema_alone():
        read = from_json_value({"id": "s1", "later": some}, Session)
    assert to_json_value(read)["later"] == [{"x": 1}, [], [], "x", 1, 0.5, True, None]


def test_the_test_sees_the_careful_reader() -> None:
    odd = json.dumps(session({"id": "b", "back\\slash": 1}))
    for read in OTHER_WAYS.values():
        with read_by_the_schema_alone(), pytest.raises(AssertionError, match="read carefully"):
            read(odd, Session)


# The unusual entry --------------------------------------------------------------------------------


class ReadCarefully(NamedTuple):
    """What a document was read as, and which of its parts the careful reader was given."""

    entity: Any
    given: list[Any]


def read_and_watched(text: str, kind: type) -> ReadCarefully:
    """Read text, and record each entry that the careful reader gets; fail if it gets the whole
    text.
    """
    given_to_it: list[Any] = []

    def watched(kind: Any, *arguments: Any) -> Callable[[Any], Any]:
        careful = reader_of(kind, *arguments)

        def read(value: Any) -> Any:
            given_to_it.append(value)
            return careful(value)

        return read

    with read_by_the_schema_alone(), mock.patch("restore_domain.wire.decoding.reader_of", watched):
        return ReadCarefully(loads(text, kind), given_to_it)


BACKSLASH = {"id": "b", "status": "added", "back\\slash": [1]}
QUOTE = {"id": "q", "status": "added", 'a "quote"': {"x": 1}}
CONTROL = {"id": "c", "status": "added", "a\tb": None}
UNKNOWN_TYPE = {"id": "t", "@odata.type": "#microsoft.graph.user"}
SIXTY_ONE = {"id": "s", **{f"later{number}": number for number in range(61)}}

ODD_ENTRIES: dict[str, tuple[type, Json, list[Json]]] = {
    "the odd one first": (Session, session(BACKSLASH, *THREE), [BACKSLASH]),
    "the odd one last": (Session, session(*THREE, BACKSLASH), [BACKSLASH]),
    "an odd one, and unknown properties": (
        Session,
        session(THREE[0] | {"later": 1}, BACKSLASH | {"later": 2}, THREE[1], later=3),
        [BACKSLASH | {"later": 2}],
    ),
    "an odd one, and an unknown property after it": (
        Session,
        session(THREE[0], BACKSLASH, THREE[1] | {"later": 1}, THREE[2] | {"later": 2}),
        [BACKSLASH],
    ),
    "a type that lies": (Session, session(*PLAIN, UNKNOWN_TYPE), [UNKNOWN_TYPE]),
    "a name with a quote": (Session, session(QUOTE, *PLAIN), [QUOTE]),
    "a name with a tab": (Session, session(PLAIN[0], CONTROL, PLAIN[1]), [CONTROL]),
    "several odd ones": (
        Session,
        session(UNKNOWN_TYPE, *PLAIN, BACKSLASH, granular(2), QUOTE),
        [UNKNOWN_TYPE, BACKSLASH, QUOTE],
    ),
    "one with the fifth unknown property, each in one of five": (
        Session,
        session(*({"id": f"a{number}", f"own{number}": number} for number in range(5))),
        [{"id": "a4", "own4": 4}],
    ),
    "one with sixty-one unknown properties": (
        Session,
        session(PLAIN[0], SIXTY_ONE, PLAIN[1]),
        [SIXTY_ONE],
    ),
    "an odd one among granular ones": (
        Session,
        session(*PLAIN, granularMailboxRestoreArtifacts=[granular(1), granular(2, **{"\\": 1})]),
        [granular(2, **{"\\": 1})],
    ),
    "an odd one that is granular, among whole ones": (
        Session,
        session(granular(1, **{"\\": 1}), *PLAIN),
        [granular(1, **{"\\": 1})],
    ),
    "an odd one beside the error of the session": (
        Session,
        session(BACKSLASH, *PLAIN, error=ERROR, createdBy={"user": {"id": "u"}}),
        [BACKSLASH],
    ),
    "an odd one in a page of artifacts": (Page, page(*THREE, BACKSLASH), [BACKSLASH]),
    "an odd one in a page of granular artifacts": (
        Page,
        page({"id": "g"}, BACKSLASH, **OF_GRANULAR),
        [BACKSLASH],
    ),
    "an odd one of a whole mailbox, in a session with the context of granular ones": (
        Session,
        session(BACKSLASH, *PLAIN, **OF_GRANULAR),
        [BACKSLASH],
    ),
    "an odd one in a page of sessions": (
        Sessions,
        page(session(*THREE), session(BACKSLASH, PLAIN[0], id="s2"), session(id="s3")),
        [BACKSLASH],
    ),
    "an odd one in each of a page of sessions": (
        Sessions,
        page(*(session(BACKSLASH, PLAIN[0], id=f"s{number}", error=ERROR) for number in range(3))),
        [BACKSLASH] * 3,
    ),
}
each_odd = pytest.mark.parametrize(
    ("kind", "document", "odd"), ODD_ENTRIES.values(), ids=list(ODD_ENTRIES)
)


@pytest.mark.usefixtures("no_schemas_yet")
@each_odd
def test_W1_only_the_odd_entry_is_read_carefully(
    kind: type, document: Json, odd: list[Json]
) -> None:
    text = json.dumps(document)
    expected = carefully(text, kind)
    read, read_carefully = read_and_watched(text, kind)
    assert read_carefully == odd
    assert same_json(json.loads(dumps(read)), document)
    assert same_json(to_json_value(read), document)
    assert in_full(read) == in_full(expected)
    assert in_full(OTHER_WAYS["plain values"](text, kind)) == in_full(expected)


@pytest.mark.parametrize("sent", [BACKSLASH, {"id": "s1", "error": {"details": [{"\\": 1}]}}])
def test_W1_a_name_that_no_schema_can_have_is_read_at_any_place(sent: Json) -> None:
    for document, kind in (
        (sent, Session),
        (page(sent), Sessions),
        ({"id": "s1", "error": {"innerError": {"details": [{"x": 1}, {"\\": 1}]}}}, Session),
        (session({"id": "a1", "error": {"details": [{"code": "c"}, {"a\\b": 1}]}}), Session),
    ):
        text = json.dumps(document)
        for read in OTHER_WAYS.values():
            entity = read(text, kind)
            assert in_full(entity) == in_full(carefully(text, kind))
            assert same_json(to_json_value(entity), document)


# Entities are made on first access ------------------------------------------------------------


def cells(entity: ExchangeRestoreSession) -> list[Any]:
    collections = (entity.mailbox_restore_artifacts, entity.granular_mailbox_restore_artifacts)
    return [cell for found in collections if found is not None for cell in found.cells()]


def unread(entity: ExchangeRestoreSession) -> list[bool]:
    return [isinstance(cell, Unread) for cell in cells(entity)]


@pytest.mark.usefixtures("no_schemas_yet")
@each_way
def test_W1_an_entity_is_made_on_first_access(way: Way) -> None:
    text = json.dumps(session(*THREE, granularMailboxRestoreArtifacts=[granular(1)]))
    read, expected = way(text, Session), carefully(text, Session)
    assert unread(read) == [True] * 4
    found = read.artifacts[1]
    assert type(found) is MailboxRestoreArtifact
    assert in_full(found) == in_full(expected.artifacts[1])
    assert unread(read) == [True, False, True, True]
    assert read.artifacts[1] is found
    assert read.artifact("a1") is found
    assert type(read.artifact("g1")) is GranularMailboxRestoreArtifact
    assert unread(read) == [True, False, True, False]
    assert list(read.artifacts) == list(expected.artifacts)
    assert unread(read) == [False] * 4
    assert read.artifacts[1] is found


@pytest.mark.usefixtures("no_schemas_yet")
@each_way
def test_W1_queries_that_do_not_need_artifacts_make_no_entities(way: Way) -> None:
    statuses = ["added", "inProgress", "succeeded", "paused", None]
    artifacts = [{"id": f"a{number}", "status": one} for number, one in enumerate(statuses)]
    text = json.dumps(session(*artifacts))
    read, expected = way(text, Session), carefully(text, Session)
    assert read.status is expected.status
    assert read.tally == expected.tally
    assert read.explanation == expected.explanation
    assert read.restore_session_artifact_count == expected.restore_session_artifact_count
    assert not read.lacks
    assert len(read.artifacts) == 5
    assert list(read.mailbox_restore_artifacts.ids) == ["a0", "a1", "a2", "a3", "a4"]
    assert read.artifact("a9") is None
    dumps(read)
    to_json_value(read)
    assert unread(read) == [True] * 5


@each_way
def test_S4_the_error_of_a_session_makes_only_the_failed_artifacts(way: Way) -> None:
    failed = artifact(1) | {"status": "failed"}
    text = json.dumps(session(PLAIN[0] | {"status": "succeeded"}, failed))
    read = way(text, Session)
    assert read.error == carefully(text, Session).error
    assert unread(read) == [True, False]


# Written while unread -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in ENTITY_CLASSES if has_schema(kind)])
@given(data=st.data())
@settings(max_examples=30)
def test_W1_W2_W3_unread_artifacts_are_written_like_accessed_ones(
    kind: type, data: st.DataObject
) -> None:
    text = json.dumps(data.draw(documents(kind)))
    expected: Any = carefully(text, kind)
    for read in OTHER_WAYS.values():
        for included in (True, False):
            written = to_json_value(expected, include_unknown_enum_members=included)
            for write in (to_json_value, written_as_text):
                entity = read(text, kind)
                assert same_json(write(entity, include_unknown_enum_members=included), written)
                in_full(entity)  # accesses all of it
                assert same_json(write(entity, include_unknown_enum_members=included), written)


def written_as_text(entity: Any, *, include_unknown_enum_members: bool) -> Json:
    return json.loads(dumps(entity, include_unknown_enum_members=include_unknown_enum_members))


MASKED = "unknownFutureValue"
SHOWN_TO_ALL: list[Json] = [
    artifact(0, restorePoint={"id": "r1"}) | {"@odata.etag": "e", "status": "failed"},
    {"id": "a1", "later": [{"status": "paused"}], "error": None},
    {"id": "a2", "status": MASKED, "destinationType": MASKED},
]
HIDDEN: list[tuple[Json, Json]] = [
    ({"id": "h0", "status": "paused", "later": 1}, {"status": MASKED}),
    ({"id": "h1", "destinationType": "archive", "error": None}, {"destinationType": MASKED}),
    (
        {"id": "h2", "restorePoint": {"id": "r", "tags": "fastRestore, odd"}},
        {"restorePoint": {"id": "r", "tags": f"fastRestore,{MASKED}"}},
    ),
    ({"id": "h3", "restorePoint": {"id": "r", "tags": "none"}}, {}),
]
"""An artifact, and what a client sees that does not ask for unknown members."""


@pytest.mark.usefixtures("no_schemas_yet")
@each_way
def test_W1_W3_an_unread_artifact_is_written_unchanged_except_for_hidden_members(way: Way) -> None:
    arrived = SHOWN_TO_ALL + [one for one, _ in HIDDEN]
    shown = SHOWN_TO_ALL + [one | masked for one, masked in HIDDEN]
    text = json.dumps({"id": "s1", "status": "active", "mailboxRestoreArtifacts": arrived})
    read = way(text, Session)
    for write in (to_json_value, written_as_text):
        written = write(read, include_unknown_enum_members=True)
        assert same_json(written["mailboxRestoreArtifacts"], arrived)
        written = write(read, include_unknown_enum_members=False)
        assert same_json(written["mailboxRestoreArtifacts"], shown)
    assert unread(read) == [True] * len(arrived)
    made = [not isinstance(cell, Unread) for cell in schema.unmasked(cells(read))]
    assert made[: len(SHOWN_TO_ALL)] == [False] * len(SHOWN_TO_ALL)
    assert made[len(SHOWN_TO_ALL) : -1] == [True] * (len(HIDDEN) - 1)


PLAIN_CLASSES = {dict, list, str, int, float, bool, type(None)}


def classes_in(value: Any) -> set[type]:
    """Return the class of every value and name within plain values."""
    found = {type(value)}
    for name in value if isinstance(value, dict) else ():
        found |= {type(name)}
    parts = value.values() if isinstance(value, dict) else value
    for part in parts if isinstance(value, (dict, list, tuple)) else ():
        found |= classes_in(part)
    return found


EXAMPLES = {**BY_SCHEMA, **{name: row[:2] for name, row in ODD_ENTRIES.items()}}


@pytest.mark.parametrize(("kind", "document"), EXAMPLES.values(), ids=list(EXAMPLES))
@each_way
def test_W1_plain_values_are_written_as_plain_types(kind: type, document: Json, way: Way) -> None:
    for included in (True, False):
        read = way(json.dumps(document), kind)
        written = to_json_value(read, include_unknown_enum_members=included)
        assert classes_in(written) <= PLAIN_CLASSES
        assert same_json(written, json.loads(json.dumps(written)))


@each_way
def test_W1_written_values_of_an_unread_artifact_are_not_shared(way: Way) -> None:
    document = session({"id": "a1", "later": [{"x": [1]}]}, restoreJobType="odd")
    read = way(json.dumps(document), Session)
    for _ in range(2):
        written = to_json_value(read)
        assert same_json(written, document)
        written["mailboxRestoreArtifacts"][0]["later"][0]["x"].append(2)
        written["mailboxRestoreArtifacts"][0]["id"] = "a2"
        written["mailboxRestoreArtifacts"].clear()
    assert read.artifacts[0].additional_data["later"][0]["x"] == (1,)


def test_W1_the_caller_s_values_are_not_shared() -> None:
    later: Json = [{"x": [1]}]
    document = session({"id": "a1", "later": later})
    read = from_json_value(document, Session)
    later[0]["x"].append(2)
    document["mailboxRestoreArtifacts"].append({"id": "a2"})
    written = to_json_value(read)
    assert written["mailboxRestoreArtifacts"] == [{"id": "a1", "later": [{"x": [1]}]}]


# What learning costs --------------------------------------------------------------------------


class Costs:
    """What was made and decoded while a document was read."""

    structs = 0
    decoders = 0
    decoded = 0
    """The decoded characters; some are decoded several times."""


class CountingDecoder:
    def __init__(self, decoder: Any, costs: Costs) -> None:
        self._decoder, self._costs = decoder, costs
        self.type = decoder.type

    def decode(self, text: Any) -> Any:
        self._costs.decoded += len(bytes(text)) if isinstance(text, msgspec.Raw) else len(text)
        return self._decoder.decode(text)


@contextmanager
def counted() -> Iterator[Costs]:
    """Count structs, decoders and decoded characters."""
    costs = Costs()
    real, made_before = schema.decoder_of, schema.decoder_of.cache_info().misses

    def decoder_of(*arguments: Any, **options: Any) -> CountingDecoder:
        return CountingDecoder(real(*arguments, **options), costs)

    opened = {shape: CountingDecoder(one, costs) for shape, one in decoding._OPENED.items()}
    with (
        mock.patch.object(decoding, "decoder_of", decoder_of),
        mock.patch.object(decoding, "_OPENED", opened),
        mock.patch.object(msgspec, "defstruct", wraps=msgspec.defstruct) as defstruct,
    ):
        yield costs
    costs.structs = defstruct.call_count
    costs.decoders = real.cache_info().misses - made_before


def own_names(count: int, mark: str) -> list[Json]:
    return [{"id": f"a{number}", f"{mark}{number}": number} for number in range(count)]


STRANGERS: dict[str, Callable[[str], Json]] = {
    "in the session": lambda name: session(**{name: 1}),
    "in an artifact": lambda name: session({"id": "a1", name: 1}),
    "in a restore point": lambda name: session({"id": "a1", "restorePoint": {"id": "r1", name: 1}}),
}
"""A small document with a name of its own."""


ODD_NAMES = [
    "`",
    "a`",
    "`b",
    "a` - at `$.b",
    "$",
    "a.b",
    "a[0]",
    "0",
    "\u20ac",
    "\U0001f600",
    " ",
    "",
]
"""Names that are easily misread in an error of msgspec."""


@pytest.mark.parametrize("name", ["queue", *ODD_NAMES])
@pytest.mark.parametrize("document", STRANGERS.values(), ids=list(STRANGERS))
@each_way
def test_W1_a_new_name_of_any_characters_is_learned(
    way: Way, document: Callable[[str], Json], name: str
) -> None:
    text = json.dumps(document(name), ensure_ascii=False)
    with read_by_the_schema_alone():
        read = way(text, Session)
    assert same_json(to_json_value(read), json.loads(text))
    assert in_full(read) == in_full(carefully(text, Session))


@pytest.mark.parametrize("document", STRANGERS.values(), ids=list(STRANGERS))
def test_W1_a_single_new_name_costs_one_more_decoding(
    document: Callable[[str], Json],
) -> None:
    text = json.dumps(document("the only one"))
    with counted() as costs:
        loads(text, Session)
    assert costs.decoded == 2 * len(text)


GUESSED: dict[str, tuple[type, Json]] = {
    "a page of granular artifacts": (Page, page(*UNTYPED, **OF_GRANULAR)),
    "a page of artifacts": (Page, page(*THREE, **{"@odata.context": CONTEXT})),
    "a session with the context of granular artifacts": (Session, session(*PLAIN, **OF_GRANULAR)),
}


@pytest.mark.parametrize(("kind", "document"), GUESSED.values(), ids=list(GUESSED))
@each_way
def test_W5_a_context_costs_no_more_than_any_other_name(
    way: Way, kind: type, document: Json
) -> None:
    text = json.dumps(document)
    with counted() as costs:
        way(text, kind)
    assert costs.decoded <= 2 * len(text)


def each_with_its_own(*names: str) -> list[Json]:
    return [{"id": name, **({name: 1} if name else {})} for name in names]


REQUESTS = "mailboxRestoreArtifactsBulkAdditionRequests"
LESSONS: dict[str, tuple[type, Json, int]] = {
    "too many names": (Session, session(**{f"many{number}": 1 for number in range(61)}), 2),
    "as many as possible": (Session, session(**{f"many{number}": 1 for number in range(60)}), 2),
    "in artifacts": (Session, session(*own_names(3, "own")), 3),
    "in the first, third and eleventh artifact": (
        Session,
        session(
            *({"id": f"a{n}"} | ({f"own{n}": 1} if n in (0, 2, 10) else {}) for n in range(12))
        ),
        3,
    ),
    "in restore points": (
        Session,
        session(*({"id": one["id"], "restorePoint": one} for one in own_names(3, "own"))),
        3,
    ),
    "in details": (
        Session,
        session(
            *({"id": one["id"], "error": {"details": [{one["id"]: 1}]}} for one in own_names(3, ""))
        ),
        3,
    ),
    "in artifacts of sessions": (
        Sessions,
        page(*(session({"id": "a"}, one, id=one["id"]) for one in own_names(3, "own"))),
        3,
    ),
    "in the first of two collections": (
        Session,
        {
            "id": "s1",
            REQUESTS: each_with_its_own("r0", "r1"),
            "mailboxRestoreArtifacts": [{"id": "a"}, *each_with_its_own("a1")],
        },
        3,
    ),
    "in each of three collections": (
        Session,
        {
            "id": "s1",
            "mailboxRestoreArtifacts": [{"id": "a"}, *each_with_its_own("a1")],
            "granularMailboxRestoreArtifacts": [{"id": "g"}, *each_with_its_own("g1")],
            REQUESTS: [{"id": "r"}, *each_with_its_own("r1")],
        },
        3,
    ),
}
"""Documents with unknown names, and how many decoders they need in addition to the first."""


@pytest.mark.usefixtures("no_schemas_yet")
@pytest.mark.parametrize(("kind", "document", "more"), LESSONS.values(), ids=list(LESSONS))
def test_W1_a_schema_learns_what_the_faulty_object_and_those_around_it_have(
    kind: type, document: Json, more: int
) -> None:
    with counted() as costs:
        read: Any = loads(json.dumps(document), kind)
    assert costs.decoders == 1 + more
    assert same_json(to_json_value(read), document)


@pytest.mark.parametrize("kinds", [["", GRANULAR_TYPES[0]], [None, GRANULAR_TYPES[0]]])
@each_way
def test_W5_a_type_in_a_page_of_granular_artifacts_costs_no_more_than_any_other_name(
    way: Way, kinds: list[str | None]
) -> None:
    entries = [
        {"id": f"g{number}"} if kind == "" else {"id": f"g{number}", "@odata.type": kind}
        for number, kind in enumerate(kinds)
    ]
    text = json.dumps(page(*entries, **OF_GRANULAR))
    with counted() as expected:
        way(text.replace("@odata.type", "@odata.typo"), Page)
    with counted() as costs:
        way(text, Page)
    assert costs.decoded == expected.decoded


SMALL = decoding._SMALL  # before the fixture of all these tests replaces it


@pytest.fixture
def small_documents_are_small() -> Iterator[None]:
    with mock.patch.object(decoding, "_SMALL", SMALL):
        yield


@pytest.mark.usefixtures("small_documents_are_small")
@pytest.mark.parametrize(("length", "made"), [(2**16 - 1, 0), (2**16, 1)])
def test_W1_a_document_from_64_KiB_on_makes_a_schema_for_its_new_name(
    length: int, made: int
) -> None:
    start = f'{{"id":"s1","new {length}":"'
    text = start + "x" * (length - len(start) - 2) + '"}'
    assert len(text) == length
    with counted() as costs:
        loads(text, Session)
    assert costs.decoders == made


@pytest.mark.usefixtures("small_documents_are_small")
@pytest.mark.parametrize("document", STRANGERS.values(), ids=list(STRANGERS))
@pytest.mark.parametrize("way", OTHER_WAYS)
def test_W1_a_new_name_in_every_small_document_makes_no_schema(
    document: Callable[[str], Json], way: str
) -> None:
    for number in range(20):
        text = json.dumps(document(f"{way}{number}"))
        with counted() as costs:
            read = OTHER_WAYS[way](text, Session)
        assert same_json(to_json_value(read), json.loads(text))
        assert (costs.structs, costs.decoders) == (0, 0)
        assert costs.decoded <= 4 * len(text)


@pytest.mark.usefixtures("small_documents_are_small")
@pytest.mark.parametrize("document", STRANGERS.values(), ids=list(STRANGERS))
@each_way
def test_W1_small_documents_with_the_same_new_name_are_read_by_a_schema_from_the_second_on(
    document: Callable[[str], Json], way: Way
) -> None:
    text = json.dumps(document(f"again{id(way)}"))
    first = way(text, Session)
    with read_by_the_schema_alone():
        second = way(text, Session)
    assert in_full(second) == in_full(first)


def test_W1_documents_with_unique_names_leave_nothing_in_memory() -> None:
    def read_some(mark: str, count: int) -> int:
        for number in range(count):
            loads(json.dumps(session(**{f"{mark}{number}": 1})), Session)
        gc.collect()
        return len(schema._Struct.__subclasses__())

    few = read_some("first", 260)
    assert read_some("second", 60) <= few + 5
    assert schema.decoder_of.cache_info().currsize <= 256
    assert schema._made_struct.cache_info().currsize <= 256


@each_way
@pytest.mark.parametrize("count", [50, 200])
def test_W1_a_unique_name_in_each_artifact_is_learned_only_a_few_times(
    count: int, way: Way
) -> None:
    text = json.dumps(session(*own_names(count, f"n{count}{id(way)}x")))
    with counted() as costs:
        read = way(text, Session)
    assert same_json(to_json_value(read), json.loads(text))
    assert in_full(read) == in_full(carefully(text, Session))
    assert costs.structs <= 24
    assert costs.decoders <= 8
    assert costs.decoded <= 16 * len(text)


@pytest.mark.parametrize("count", [20, 100])
def test_W1_a_unique_name_in_each_session_of_a_page_is_learned_only_a_few_times(
    count: int,
) -> None:
    sessions = [{"id": f"s{number}", f"p{count}x{number}": 1} for number in range(count)]
    text = json.dumps(page(*sessions))
    with counted() as costs:
        read = loads(text, Sessions)
    assert in_full(read) == in_full(carefully(text, Sessions))
    assert costs.structs <= 24
    assert costs.decoders <= 8
    assert costs.decoded <= 16 * len(text)


# Timestamps -----------------------------------------------------------------------------------

DATES = ["2026-01-05", "2024-02-29", "2026-02-29", "2100-02-29", "2000-02-29", "9999-12-31"]
DATES += ["0001-01-01", "0000-01-01", "2026-13-01", "2026-04-31", "20260105", "2026-1-5"]
TIMES = ["09:00:00", "23:59:59", "24:00:00", "24:00", "23:59", "23:59:60", "00:00:61", "12:60:00"]
TIMES += ["9:00:00", "090000", "09", "09:00:00,5", "23:59:59.9999999", "23:59:59.999999999999"]
OFFSETS = ["Z", "z", "", "+00:00", "-00:00", "+05:30", "-23:59", "+23:59", "+24:00", "+0530"]
OFFSETS += ["+05", "ZZ", "Z ", " Z", "+05:30:15", "\u2212" + "05:30", "TZ", "UTC"]

fractions = (
    st.just("")
    | st.integers(0, 13).map(lambda count: "." + "1234567890123"[:count])
    | st.sampled_from([".999999", ".9999999", ".9999995", ".0000000", ".000000000001"])
)
timestamps = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(DATES) | st.dates().map(str),
        st.sampled_from(["T", "t", " ", "TT", "", "_"]),
        st.sampled_from(TIMES) | st.times().map(lambda time: str(time)[:8]),
        fractions,
        st.sampled_from(OFFSETS),
    ),
)
fine = st.sampled_from(
    ["2025-11-04T06:48:59Z", "2025-11-04T06:48:59.1234567Z", "9999-12-31T23:59:59.9999999Z"]
)


@st.composite
def nearly(draw: st.DrawFn) -> str:
    """Return a timestamp with one character added, removed or replaced."""
    text = draw(fine | timestamps)
    place = draw(st.integers(0, len(text)))
    return text[:place] + draw(st.text(max_size=1)) + text[place + draw(st.integers(0, 1)) :]


def accepts(check: Callable[[], Any]) -> bool:
    try:
        check()
    except schema.UNEXPECTED:
        return False
    return True


@given(st.lists(timestamps | nearly() | fine, min_size=1, max_size=4))
@settings(max_examples=400)
def test_W1_W4_timestamps_are_accepted_together_exactly_if_each_is_by_itself(
    texts: list[str],
) -> None:
    each_is = all(accepts(lambda text=text: checked_text(text)) for text in texts)  # type: ignore[misc]
    assert accepts(lambda: schema._check_timestamps(set(texts))) is each_is


@pytest.mark.parametrize("fraction", range(14))
@pytest.mark.parametrize("suffix", ["Z", "z", "", "+05:30"])
@pytest.mark.parametrize("separator", ["T", "t", " "])
def test_W1_W4_a_timestamp_is_accepted_exactly_if_it_has_its_form(
    fraction: int, suffix: str, separator: str
) -> None:
    digits = "." + "123456789012345"[:fraction] if fraction else ""
    text = f"2026-02-28{separator}12:01:03{digits}{suffix}"
    right = separator == "T" and suffix in {"Z", "+05:30"} and fraction <= 12
    for others in (set(), {"2026-01-05T09:00:00Z"}, {None, msgspec.UNSET}):
        assert accepts(lambda: schema._check_timestamps({text, *others})) is right  # noqa: B023


def test_W1_no_timestamp_at_all_is_accepted() -> None:
    for nothing in (set(), {None}, {msgspec.UNSET}, {None, msgspec.UNSET}):
        schema._check_timestamps(nothing)


def test_W1_the_usual_timestamps_are_checked_together() -> None:
    usual = {f"2026-01-05T09:00:{second:02}.123456789012Z" for second in range(60)}
    with mock.patch.object(schema, "checked_text", mock.Mock(side_effect=AssertionError)):
        schema._check_timestamps({*usual, None, msgspec.UNSET})
