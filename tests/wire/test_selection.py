"""Only what a client selects and expands is written."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore_domain import (
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactsBulkAdditionRequest,
    wire,
)
from restore_domain import ExchangeRestoreSessionCollectionResponse as Sessions
from restore_domain import MailboxRestoreArtifactCollectionResponse as Artifacts
from restore_domain.model import (
    MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse as BulkRequests,
)
from restore_domain.verification.strategies import entities
from restore_domain.wire import documents, selection
from restore_domain.wire.properties import properties_of
from restore_domain.wire.writing import Style
from tests.same_json import same_json

COLLECTIONS = (
    "mailboxRestoreArtifacts",
    "granularMailboxRestoreArtifacts",
    "mailboxRestoreArtifactsBulkAdditionRequests",
)
KINDS = (
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifactsBulkAdditionRequest,
    Sessions,
    Artifacts,
)
ENTRIES: dict[type, type] = {Sessions: ExchangeRestoreSession, Artifacts: MailboxRestoreArtifact}

SESSION = wire.from_json_value(
    {
        "id": "s1",
        "status": "failed",
        "createdDateTime": "2026-01-12T08:30:00Z",
        "colour": "red",
        "@odata.etag": "e",
        "createdDateTime@note": 1,
        "mailboxRestoreArtifacts": [{"id": "a1", "status": "failed", "error": {"code": "X"}}],
        "mailboxRestoreArtifacts@odata.count": 1,
    },
    ExchangeRestoreSession,
)


def own_names(kind: type) -> list[str]:
    names = [known.name for known in properties_of(ENTRIES.get(kind, kind))]
    return [name for name in names if name not in COLLECTIONS]


def partly(whole: dict[str, Any], select: set[str] | None, expand: set[str] | None) -> Any:
    """Return the requested part of an entity, by a second and simpler implementation."""
    expanded = ({*COLLECTIONS} if select is None else set()) if expand is None else expand
    hidden = {*COLLECTIONS} - expanded
    kept = {}
    for name, value in whole.items():
        owner = name.partition("@")[0]
        if select is None:
            is_asked = owner not in hidden
        else:
            is_asked = owner in select | expanded | {"id"} or name == "@odata.type"
        if is_asked:
            kept[name] = value
    return kept


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data(), included=st.booleans())
@settings(max_examples=30)
def test_W1_W3_a_selection_is_a_part_of_the_whole(
    kind: type,
    data: st.DataObject,
    included: bool,  # noqa: FBT001 - drawn
) -> None:
    entity = data.draw(entities(kind))
    has_collections = ENTRIES.get(kind, kind) is ExchangeRestoreSession
    select = data.draw(st.none() | st.sets(st.sampled_from(own_names(kind))))
    expand = None
    if has_collections:
        expand = data.draw(st.none() | st.sets(st.sampled_from(COLLECTIONS)))
    whole = wire.to_json_value(entity, include_unknown_enum_members=included)
    part: Any = wire.to_json_value(
        entity, include_unknown_enum_members=included, select=select, expand=expand
    )
    if kind in ENTRIES and (select, expand) != (None, None):
        expected = {
            **whole,
            "value": [partly(entry, select, expand) for entry in whole["value"]],
        }
    elif (select, expand) == (None, None):
        expected = whole
    else:
        expected = partly(whole, select, expand)
    assert same_json(part, expected)
    text = wire.dumps(entity, include_unknown_enum_members=included, select=select, expand=expand)
    assert same_json(json.loads(text), part)
    if kind is ExchangeRestoreSession:
        assert wire.loads(text, kind).id == entity.id


def test_W3_a_selected_status_is_masked() -> None:
    assert wire.to_json_value(SESSION, select=["status"], include_unknown_enum_members=False) == {
        "id": "s1",
        "status": "unknownFutureValue",
    }
    assert wire.dumps(SESSION, select=["status"]) == b'{"id":"s1","status":"failed"}'


def test_of_the_annotations_of_an_entity_only_its_type_is_always_written() -> None:
    document = {"id": "a", "@odata.etag": 1, "@odata.type": "x", "@odata.types": 2, "@z": 3}
    artifact = wire.from_json_value(document, MailboxRestoreArtifact)
    assert wire.to_json_value(artifact, select=["id"]) == {"id": "a", "@odata.type": "x"}
    assert wire.to_json_value(artifact, expand=()) == document


@pytest.mark.parametrize("kind", [Sessions, Artifacts, BulkRequests])
def test_of_a_page_the_properties_of_its_entries_are_selected(kind: Any) -> None:
    page = wire.from_json_value({"value": [{"id": "b", "status": "active"}], "x": 1}, kind)
    assert wire.to_json_value(page, select=["id"]) == {"value": [{"id": "b"}], "x": 1}


def test_an_expanded_collection_is_written_with_its_annotations() -> None:
    expanded = wire.to_json_value(SESSION, select=(), expand=["mailboxRestoreArtifacts"])
    assert expanded.keys() == {
        "id",
        "mailboxRestoreArtifacts",
        "mailboxRestoreArtifacts@odata.count",
    }


def test_a_hidden_collection_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b'{"id":"s1","mailboxRestoreArtifacts":[{"id":"a1","status":"added"}]}'
    session = wire.loads(text, ExchangeRestoreSession)
    written: list[object] = []
    style = Style(unread=written.append)
    monkeypatch.setitem(documents._PLAIN, True, style)  # noqa: FBT003 - a key
    wire.dumps(session, expand=())
    assert written == []
    wire.dumps(session, expand=["mailboxRestoreArtifacts"])
    assert len(written) == 1


def test_a_whole_entity_is_written_as_text_without_plain_values_in_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "_PLAIN", {})
    text = b'{"id":"s1","mailboxRestoreArtifacts":[{"id":"a1","status":"added"}]}'
    assert wire.dumps(wire.loads(text, ExchangeRestoreSession)) == text


@pytest.mark.parametrize(
    ("asked", "problems"),
    [
        (
            {"select": ["statuz", "id", "colour"]},
            [
                ("$.statuz", "not a property to select; the closest is status"),
                ("$.colour", "not a property to select; the closest is policyId"),
            ],
        ),
        (
            {"select": ["mailboxRestoreArtifacts"]},
            [("$.mailboxRestoreArtifacts", "not a name to select; give it to expand")],
        ),
        (
            {"expand": ["status", "mailboxRestoreArtifact"]},
            [
                ("$.status", "not a name to expand; give it to select"),
                (
                    "$.mailboxRestoreArtifact",
                    "not a property to expand; the closest is mailboxRestoreArtifacts",
                ),
            ],
        ),
    ],
)
def test_an_unknown_name_is_refused_with_the_closest(asked: Any, problems: Any) -> None:
    selection._names_of.cache_clear()  # as for the first entity of its class
    with pytest.raises(wire.WireError) as refused:
        wire.to_json_value(SESSION, **asked)
    assert [tuple(problem) for problem in refused.value.problems] == problems
    with pytest.raises(wire.WireError):
        wire.dumps(SESSION, **asked)


def test_an_entity_without_collections_expands_nothing() -> None:
    artifact = wire.from_json_value({"id": "a1", "status": "added"}, MailboxRestoreArtifact)
    with pytest.raises(wire.WireError, match=r"colour: not a property to expand \[W4\]$"):
        wire.to_json_value(artifact, expand=["colour"])
    assert wire.to_json_value(artifact, expand=()) == wire.to_json_value(artifact)


@pytest.mark.parametrize("asked", [{"select": "status"}, {"expand": 5}, {"select": [1]}])
def test_anything_but_names_is_a_mistake(asked: Any) -> None:
    with pytest.raises(TypeError, match="expected"):
        wire.to_json_value(SESSION, **asked)
