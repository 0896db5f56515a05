"""Nothing is lost between an entity and JSON in either direction (rule W1)."""

from __future__ import annotations

import copy
import json
import pickle
from contextlib import suppress
from functools import partial
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from restore_domain import ABSENT, GranularMailboxRestoreArtifact, MailboxRestoreArtifact, wire
from restore_domain.model.page import MailboxRestoreArtifactCollectionResponse
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.status import ArtifactRestoreStatus
from restore_domain.verification.strategies import (
    ENTITY_CLASSES,
    documents,
    entities,
    spoilt_documents,
)
from restore_domain.wire import WireError
from restore_domain.wire.properties import GRANULAR_TYPE
from tests.same_json import same_json

from .ways import OTHER_WAYS, Way

each_class = pytest.mark.parametrize(
    "kind", ENTITY_CLASSES, ids=[kind.__name__ for kind in ENTITY_CLASSES]
)
examples = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@each_class
@examples
@given(data=st.data())
def test_W1_reading_what_we_wrote_gives_an_equal_entity(kind: Any, data: st.DataObject) -> None:
    entity = data.draw(entities(kind))
    for again in (
        wire.loads(wire.dumps(entity), kind),
        wire.from_json_value(wire.to_json_value(entity), kind),
    ):
        assert type(again) is kind
        assert again == entity
        assert hash(again) == hash(entity)
    assert pickle.loads(pickle.dumps(entity)) == entity  # noqa: S301 - our own
    assert copy.deepcopy(entity) == entity


@each_class
@examples
@given(data=st.data())
def test_W1_writing_what_we_read_gives_the_same_json(kind: Any, data: st.DataObject) -> None:
    document = data.draw(documents(kind))
    text = json.dumps(document)
    assert same_json(wire.to_json_value(wire.from_json_value(document, kind)), document)
    assert same_json(json.loads(wire.dumps(wire.loads(text, kind))), json.loads(text))


@each_class
@examples
@given(data=st.data())
def test_W1_W4_a_document_is_preserved_completely_or_refused(
    kind: Any, data: st.DataObject
) -> None:
    document = data.draw(spoilt_documents(kind))
    before = copy.deepcopy(document)
    with suppress(WireError):
        entity = wire.from_json_value(document, kind)
        assert same_json(wire.to_json_value(entity), document)
        assert wire.from_json_value(wire.to_json_value(entity), kind) == entity
    assert same_json(document, before)


@examples
@given(entities(ExchangeRestoreSession))
def test_W1_written_values_are_not_shared(session: ExchangeRestoreSession) -> None:
    written = wire.to_json_value(session)
    before = copy.deepcopy(written)
    written.clear()
    assert same_json(wire.to_json_value(session), before)


def test_W1_the_order_of_a_document_does_not_matter() -> None:
    document = {"status": "added", "x": 1, "id": "a1"}
    reversed_document = dict(reversed(document.items()))
    assert wire.from_json_value(document, MailboxRestoreArtifact) == wire.from_json_value(
        reversed_document, MailboxRestoreArtifact
    )


def test_W1_an_absent_status_stays_absent_until_it_is_known() -> None:
    read = wire.from_json_value({"id": "a1"}, MailboxRestoreArtifact)
    assert read.status is ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE
    assert read.additional_data["status"] is ABSENT
    known = MailboxRestoreArtifact(
        id="a1", status=ArtifactRestoreStatus.ADDED, additional_data=read.additional_data
    )
    assert wire.to_json_value(known) == {"id": "a1", "status": "added"}


def test_W1_absent_and_unknown_values_are_not_written() -> None:
    artifact = MailboxRestoreArtifact(
        id="a1", status=ArtifactRestoreStatus.ADDED, additional_data={"x": ABSENT, "y": 1}
    )
    assert wire.to_json_value(artifact) == {"id": "a1", "status": "added", "y": 1}
    assert wire.dumps(artifact) == b'{"id":"a1","status":"added","y":1}'


@pytest.mark.parametrize("kept", [{"id": "a2"}, {"restoredItemCount": 17}, {"error": {}}])
def test_W1_additional_data_does_not_repeat_attributes(kept: Any) -> None:
    artifact = MailboxRestoreArtifact(
        id="a1", status=ArtifactRestoreStatus.ADDED, additional_data=kept
    )
    assert wire.to_json_value(artifact) == {"id": "a1", "status": "added"}


GRANULAR = {"id": "g1", "status": "added", "searchResponseId": "s"}


METADATA = "https://graph.microsoft.com/v1.0/$metadata"
OF_GRANULAR = [
    "#solutions/backupRestore/exchangeRestoreSessions('s1')/granularMailboxRestoreArtifacts",
    "#granularMailboxRestoreArtifacts(id,status)",
    "#Collection(microsoft.graph.granularMailboxRestoreArtifact)",
    "#Collection(Microsoft.Graph.GranularMailboxRestoreArtifact)(id)",
]
OF_OTHERS = [
    "#solutions/backupRestore/exchangeRestoreSessions('s1')/mailboxRestoreArtifacts",
    "#granularMailboxRestoreArtifacts/$entity",
    "#granularMa\u0131lboxRestoreArtifacts",
    "#Collection(microsoft.graph.mailboxRestoreArtifact)",
    "/granularMailboxRestoreArtifacts",
]


@pytest.mark.parametrize("way", OTHER_WAYS.values(), ids=OTHER_WAYS)
@pytest.mark.parametrize("context", [*OF_GRANULAR, *OF_OTHERS])
def test_W5_the_context_of_a_page_says_what_its_artifacts_are(way: Way, context: str) -> None:
    page = {
        "@odata.context": METADATA + context,
        "value": [
            GRANULAR,
            {"id": "g2"},
            {"@odata.type": GRANULAR_TYPE, "id": "g3"},
            {"@odata.type": "#microsoft.graph.mailboxRestoreArtifact", "id": "a1"},
        ],
    }
    for _ in range(3):  # a small document is read by a schema from the second time on
        read = way(json.dumps(page), MailboxRestoreArtifactCollectionResponse)
    untyped = GranularMailboxRestoreArtifact if context in OF_GRANULAR else MailboxRestoreArtifact
    assert [type(artifact) for artifact in read.value] == [
        untyped,
        untyped,
        GranularMailboxRestoreArtifact,
        MailboxRestoreArtifact,
    ]
    for written in (wire.to_json_value(read), json.loads(wire.dumps(read))):
        assert same_json(written, page)


def test_W5_an_artifact_of_a_mailbox_on_a_page_of_granular_ones_has_its_type() -> None:
    page = MailboxRestoreArtifactCollectionResponse(
        value=(
            MailboxRestoreArtifact(id="a1", status=ArtifactRestoreStatus.ADDED),
            GranularMailboxRestoreArtifact(id="g1", status=ArtifactRestoreStatus.ADDED),
        ),
        additional_data={"@odata.context": METADATA + OF_GRANULAR[0]},
    )
    whole, granular = wire.loads(wire.dumps(page), MailboxRestoreArtifactCollectionResponse).value
    typed = {"@odata.type": "#microsoft.graph.mailboxRestoreArtifact"}
    assert whole == attrs.evolve(page.value[0], additional_data=typed)
    assert granular == page.value[1]


@pytest.mark.parametrize("search", [{}, {"searchResponseId": None}], ids=["missing", "null"])
def test_W6_a_granular_artifact_needs_only_its_id(search: dict[str, Any]) -> None:
    least = {"id": "g1", **search}
    read = wire.from_json_value(least, GranularMailboxRestoreArtifact)
    assert (read.search_response_id, read.status) == (None, "unknownFutureValue")
    among_whole = {"id": "s1", "mailboxRestoreArtifacts": [least | {"@odata.type": GRANULAR_TYPE}]}
    by_itself = {"id": "s1", "granularMailboxRestoreArtifacts": [least, {"id": "g2"}]}
    for document in (among_whole, by_itself):
        session = wire.loads(json.dumps(document), ExchangeRestoreSession)
        assert {type(one) for one in session.artifacts} == {GranularMailboxRestoreArtifact}
        assert same_json(json.loads(wire.dumps(session)), document)


def test_W6_a_granular_artifact_without_a_search_is_written_without_it() -> None:
    made = GranularMailboxRestoreArtifact(id="g1", status=ArtifactRestoreStatus.ADDED)
    written = {"@odata.type": GRANULAR_TYPE, "id": "g1", "status": "added"}
    assert wire.to_json_value(made) == written
    assert wire.from_json_value(written, MailboxRestoreArtifact) == made


def test_W1_a_granular_artifact_among_others_has_its_type() -> None:
    read = wire.from_json_value(GRANULAR, GranularMailboxRestoreArtifact)
    assert wire.to_json_value(read) == GRANULAR
    page = MailboxRestoreArtifactCollectionResponse(value=(read,))
    written = {"value": [GRANULAR | {"@odata.type": GRANULAR_TYPE}]}
    assert wire.to_json_value(page) == written
    again = wire.from_json_value(written, MailboxRestoreArtifactCollectionResponse)
    assert type(again.value[0]) is GranularMailboxRestoreArtifact


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (GRANULAR_TYPE, GranularMailboxRestoreArtifact),
        (GRANULAR_TYPE.removeprefix("#"), GranularMailboxRestoreArtifact),
        (GRANULAR_TYPE.lower(), GranularMailboxRestoreArtifact),
        ("Microsoft.Graph.GranularMailboxRestoreArtifact", GranularMailboxRestoreArtifact),
        ("#MICROSOFT.GRAPH.MAILBOXRESTOREARTIFACT", MailboxRestoreArtifact),
        ("#microsoft.graph.mailboxRestoreArtifact", MailboxRestoreArtifact),
        ("#microsoft.graph.somethingElse", MailboxRestoreArtifact),
        (None, MailboxRestoreArtifact),
        (5, MailboxRestoreArtifact),
        ([GRANULAR_TYPE], MailboxRestoreArtifact),
        ({}, MailboxRestoreArtifact),
    ],
)
def test_W1_W5_the_type_annotation_says_of_which_kind_an_artifact_is(
    annotation: Any, kind: type
) -> None:
    document = GRANULAR | {"@odata.type": annotation}
    read = wire.from_json_value(document, MailboxRestoreArtifact)
    assert type(read) is kind
    assert same_json(wire.to_json_value(read), document)
    in_session = {"id": "s1", "mailboxRestoreArtifacts": [document]}
    session = wire.from_json_value(in_session, ExchangeRestoreSession)
    assert [type(artifact) for artifact in session.artifacts] == [kind]
    assert same_json(wire.to_json_value(session), in_session)
    for include in (True, False):
        written = wire.dumps(
            wire.loads(json.dumps(in_session), ExchangeRestoreSession),
            include_unknown_enum_members=include,
        )
        assert same_json(json.loads(written), in_session)
    asked_for = wire.from_json_value(document, GranularMailboxRestoreArtifact)
    assert type(asked_for) is GranularMailboxRestoreArtifact
    assert same_json(wire.to_json_value(asked_for), document)


@pytest.mark.parametrize(
    "number", [0, -0.0, 0.0, 1, 1.0, True, False, 2**53 + 1, 10**4299, 1e-7, 5e-324, 1.5e300]
)
def test_W1_numbers_keep_their_kind_and_every_digit(number: float) -> None:
    text = json.dumps({"id": "s1", "x": number}).encode()
    document = json.loads(wire.dumps(wire.loads(text, ExchangeRestoreSession)))
    assert same_json(document["x"], number)


@pytest.mark.parametrize("text", ["", "\0", "\x7f", "\u2028", "é", "😀", "\ufeff", '"\\/', "\n"])
def test_W1_texts_keep_every_character(text: str) -> None:
    document = {"id": "s" + text, "policyId": text, text: [text], "x": {text: text}}
    for loaded in (
        wire.loads(json.dumps(document), ExchangeRestoreSession),
        wire.loads(json.dumps(document, ensure_ascii=False).encode(), ExchangeRestoreSession),
    ):
        assert same_json(json.loads(wire.dumps(loaded)), document)


def test_a_class_that_is_not_an_entity_is_an_error_of_the_caller() -> None:
    for kind in (int, str, dict, ArtifactRestoreStatus, list[MailboxRestoreArtifact]):
        no_kind: Any = kind
        for read in (
            partial(wire.loads, b"{}"),
            partial(wire.loads, b""),
            partial(wire.from_json_value, {}),
            wire.RequestBody({}).read,
        ):
            with pytest.raises(TypeError, match="is not an entity of Graph JSON"):
                read(no_kind)
    values: list[object] = [{}, None, "x", ArtifactRestoreStatus.ADDED]
    for value in values:
        with pytest.raises(TypeError, match="is not an entity of Graph JSON"):
            wire.dumps(value)
