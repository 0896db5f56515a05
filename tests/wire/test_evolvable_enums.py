"""Texts that this version does not know (rule W2), and members hidden from clients (W3)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_domain import (
    ArtifactRestoreStatus,
    CreateSessionRequest,
    DestinationType,
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    RequestedArtifact,
    RestoreArtifactBase,
    RestoreJobType,
    RestorePoint,
    RestorePointTags,
    RestoreSessionBase,
    RestoreSessionStatus,
    UpdateSessionResponse,
    wire,
)
from restore_domain.status import EVOLVABLE_ENUMS, HIDDEN_MEMBERS
from restore_domain.verification.strategies import entities
from tests.same_json import same_json

UNKNOWN = "unknownFutureValue"
GRANULAR = {"@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact"}

PLACES: list[tuple[type, str, dict[str, Any]]] = [
    (ExchangeRestoreSession, "status", {"id": "s1"}),
    (ExchangeRestoreSession, "restoreJobType", {"id": "s1"}),
    (RestoreSessionBase, "status", {"id": "s1"}),
    (RestoreSessionBase, "restoreJobType", {"id": "s1"}),
    (MailboxRestoreArtifact, "status", {"id": "a1"}),
    (MailboxRestoreArtifact, "destinationType", {"id": "a1", "status": "added"}),
    (RestoreArtifactBase, "status", {"id": "a1"}),
    (GranularMailboxRestoreArtifact, "status", {"id": "g1", "searchResponseId": "s"} | GRANULAR),
    (RequestedArtifact, "destinationType", {}),
    (RestorePoint, "tags", {"id": "r1"}),
]
"""Each class and property that holds an enumeration, with what else the entity needs."""

each_place = pytest.mark.parametrize(
    ("kind", "name", "rest"), PLACES, ids=[f"{row[0].__name__}.{row[1]}" for row in PLACES]
)


def nested(document: dict[str, Any], kind: type) -> list[tuple[type, dict[str, Any]]]:
    """The document by itself, and in every other place where such an entity can be."""
    found: list[tuple[type, dict[str, Any]]] = [(kind, document)]
    if kind is RequestedArtifact:
        return [*found, (CreateSessionRequest, {"mailboxRestoreArtifacts": [document]})]
    if kind is ExchangeRestoreSession:
        return [*found, (ExchangeRestoreSessionCollectionResponse, {"value": [document]})]
    if kind is RestorePoint:
        return found + nested({"id": "a1", "restorePoint": document}, MailboxRestoreArtifact)
    if kind in (MailboxRestoreArtifact, GranularMailboxRestoreArtifact):
        found += nested({"id": "s1", "mailboxRestoreArtifacts": [document]}, ExchangeRestoreSession)
        found += [
            (MailboxRestoreArtifactCollectionResponse, {"value": [document]}),
            (UpdateSessionResponse, {"mailboxRestoreArtifacts@delta": [document]}),
        ]
    if kind is GranularMailboxRestoreArtifact:
        found += nested(
            {"id": "s1", "granularMailboxRestoreArtifacts": [document]}, ExchangeRestoreSession
        )
    return found


def everywhere(value: Any, name: str) -> list[Any]:
    """Every value of a property of this name, at any depth."""
    if isinstance(value, list):
        return [found for entry in value for found in everywhere(entry, name)]
    if isinstance(value, dict):
        here = [value[name]] if name in value else []
        return here + [found for entry in value.values() for found in everywhere(entry, name)]
    return []


@each_place
@pytest.mark.parametrize("text", ["paused", "", " added", "ADDED", "Failed", UNKNOWN.upper()])
def test_W2_an_unknown_text_is_preserved(
    kind: type, name: str, rest: dict[str, Any], text: str
) -> None:
    for outer, document in nested(rest | {name: text}, kind):
        entity: Any = wire.from_json_value(document, outer)
        assert same_json(wire.to_json_value(entity), document)
        assert same_json(
            wire.to_json_value(wire.loads(wire.dumps(entity), outer)), wire.to_json_value(entity)
        )


@pytest.mark.parametrize("enum", EVOLVABLE_ENUMS)
@given(text=st.text(max_size=5))
def test_W2_an_unknown_text_reads_as_unknown(enum: type[StrEnum], text: str) -> None:
    converter = wire.make_converter()
    member = converter.structure(text, enum)
    if text in list(enum):
        assert member == text
    else:
        assert member is enum["UNKNOWN_FUTURE_VALUE"]


def test_W2_a_kept_text_counts_only_while_it_reads_as_the_attribute_s_value() -> None:
    read = wire.from_json_value({"id": "a1", "status": "paused"}, MailboxRestoreArtifact)
    assert read.status is ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE
    known = attrs.evolve(read, status=ArtifactRestoreStatus.FAILED)
    assert wire.to_json_value(known) == {"id": "a1", "status": "failed"}
    again = attrs.evolve(known, status=ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE)
    assert wire.to_json_value(again) == {"id": "a1", "status": "paused"}


@pytest.mark.parametrize("kept", [5, ["added"], {"x": 1}, "added", "failed"])
def test_W2_a_kept_text_that_reads_as_something_else_is_not_written(kept: Any) -> None:
    artifact = MailboxRestoreArtifact(
        id="a1",
        status=ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE,
        additional_data={"status": kept},
    )
    assert wire.to_json_value(artifact) == {"id": "a1", "status": UNKNOWN}


@pytest.mark.parametrize("kept", [None, "paused"])
def test_W2_a_kept_text_comes_back_only_for_an_attribute_that_has_a_value(kept: Any) -> None:
    session = ExchangeRestoreSession(id="s1", additional_data={"restoreJobType": kept})
    written = wire.to_json_value(session)
    assert written == {"id": "s1", "status": UNKNOWN} | (
        {"restoreJobType": None} if kept is None else {}
    )


Place = tuple[type, dict[str, Any]]
"""A class, and a document of this class."""


def shown_to_one_who_asked(place: Place) -> Any:
    kind, document = place
    entity: Any = wire.from_json_value(document, kind)
    return wire.to_json_value(entity)


def shown_to_others(place: Place) -> Any:
    kind, document = place
    entity: Any = wire.from_json_value(document, kind)
    return wire.to_json_value(entity, include_unknown_enum_members=False)


ENUMS: dict[tuple[str, bool], type[StrEnum]] = {
    ("status", True): RestoreSessionStatus,
    ("status", False): ArtifactRestoreStatus,
    ("restoreJobType", True): RestoreJobType,
    ("destinationType", False): DestinationType,
    ("tags", False): RestorePointTags,
}
"""The enumeration of a property, by its name and whether the property is a session's."""


@each_place
def test_W3_a_client_that_did_not_ask_is_shown_the_sentinel(
    kind: type, name: str, rest: dict[str, Any]
) -> None:
    for member in ENUMS[name, "Session" in kind.__name__]:
        expected = UNKNOWN if member.value in HIDDEN and kind not in ARTIFACTS else member.value
        for place in nested(rest | {name: member.value}, kind):
            assert member.value in everywhere(shown_to_one_who_asked(place), name)
            shown = everywhere(shown_to_others(place), name)
            assert expected in shown
            assert shown.count(member.value) == (expected == member.value)


HIDDEN = {"failed", "granular"}
ARTIFACTS = {MailboxRestoreArtifact, GranularMailboxRestoreArtifact, RestoreArtifactBase}


@each_place
def test_W3_an_unknown_text_is_hidden_too(kind: type, name: str, rest: dict[str, Any]) -> None:
    for place in nested(rest | {name: "paused"}, kind):
        assert everywhere(shown_to_one_who_asked(place), name).count("paused") == 1
        assert everywhere(shown_to_others(place), name).count("paused") == 0
        assert UNKNOWN in everywhere(shown_to_others(place), name)


def test_W3_only_two_members_are_hidden() -> None:
    assert {str(member) for hidden in HIDDEN_MEMBERS.values() for member in hidden} == HIDDEN


def test_W3_the_failed_status_of_an_artifact_is_never_hidden() -> None:
    session = {
        "id": "s1",
        "status": "failed",
        "restoreJobType": "granular",
        "mailboxRestoreArtifacts": [{"id": "a1", "status": "failed"}],
    }
    assert shown_to_others((ExchangeRestoreSession, session)) == {
        "id": "s1",
        "status": UNKNOWN,
        "restoreJobType": UNKNOWN,
        "mailboxRestoreArtifacts": [{"id": "a1", "status": "failed"}],
    }


def test_W3_a_derived_status_is_hidden_as_a_declared_one_is() -> None:
    session = ExchangeRestoreSession(
        id="s1",
        mailbox_restore_artifacts=[
            MailboxRestoreArtifact(id="a1", status=ArtifactRestoreStatus.FAILED)
        ],
    )
    assert session.status is RestoreSessionStatus.FAILED
    assert wire.to_json_value(session)["status"] == "failed"
    masked = wire.to_json_value(session, include_unknown_enum_members=False)
    assert masked["status"] == UNKNOWN
    assert b'"status":"unknownFutureValue"' in wire.dumps(
        session, include_unknown_enum_members=False
    )


def test_W3_several_tags_are_shown_one_by_one() -> None:
    place = (RestorePoint, {"id": "r1", "tags": "fastRestore, immutable"})
    assert shown_to_one_who_asked(place)["tags"] == "fastRestore, immutable"
    assert shown_to_others(place)["tags"] == f"fastRestore,{UNKNOWN}"


def test_W3_what_was_absent_or_null_stays_so() -> None:
    for document in ({"id": "a1"}, {"id": "a1", "status": None}):
        assert shown_to_others((MailboxRestoreArtifact, document)) == document


def test_W3_other_properties_are_shown_to_everybody() -> None:
    document = {"id": "s1", "status": "draft", "x": {"status": "failed"}, "policyId": "failed"}
    assert shown_to_others((ExchangeRestoreSession, document)) == document


@given(entities(ExchangeRestoreSession))
def test_W3_what_is_shown_can_be_read(session: ExchangeRestoreSession) -> None:
    written = wire.to_json_value(session, include_unknown_enum_members=False)
    assert written["id"] == session.id
    again = wire.from_json_value(written, ExchangeRestoreSession)
    assert wire.to_json_value(again, include_unknown_enum_members=False) == written
