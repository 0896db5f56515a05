"""Where an artifact is decides whether it is written with its type (rule W5)."""

from __future__ import annotations

from typing import Any, Final

import attrs
import pytest

from restore_domain import (
    ArtifactRestoreStatus,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    RestoreArtifactBase,
    wire,
)
from restore_domain.wire.converter import value_writer_of
from restore_domain.wire.properties import GRANULAR_TYPE, WHOLE_TYPES
from restore_domain.wire.writing import Style

OF_GRANULAR: Final = {"@odata.context": "$metadata#granularMailboxRestoreArtifacts"}
OF_WHOLE: Final = {"@odata.context": "$metadata#mailboxRestoreArtifacts"}

GRANULAR: Final[dict[str, Any]] = {"id": "g", "searchResponseId": "r"}
WHOLE: Final[dict[str, Any]] = {"id": "a"}
NEW_GRANULAR: Final = GranularMailboxRestoreArtifact(
    id="g", status=ArtifactRestoreStatus.ADDED, search_response_id="r"
)
NEW_WHOLE: Final = MailboxRestoreArtifact(id="a", status=ArtifactRestoreStatus.ADDED)


def typed(artifact: dict[str, Any], annotation: str) -> dict[str, Any]:
    return artifact | {"@odata.type": annotation}


def page(*entries: dict[str, Any], **context: str) -> dict[str, Any]:
    return context | {"value": [*entries]}


def read(document: dict[str, Any]) -> MailboxRestoreArtifactCollectionResponse:
    return wire.from_json_value(document, MailboxRestoreArtifactCollectionResponse)


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [GRANULAR],
        [typed(GRANULAR, GRANULAR_TYPE), GRANULAR | {"id": "h"}],
        [typed(WHOLE, WHOLE_TYPES[0])],
        [GRANULAR, typed(WHOLE, WHOLE_TYPES[1])],
        [GRANULAR | {"@odata.etag": "e"}, typed(GRANULAR, GRANULAR_TYPE) | {"id": "h", "A": 1}],
    ],
)
def test_W5_a_page_of_granular_artifacts_is_written_as_it_was_read(entries: Any) -> None:
    document = page(*entries, **OF_GRANULAR)
    for artifacts in (read(document), wire.loads(wire.dumps(read(document)), type(read(document)))):
        assert wire.to_json_value(artifacts) == document
        assert [type(artifact) for artifact in artifacts.value] == [
            MailboxRestoreArtifact if entry["id"] == "a" else GranularMailboxRestoreArtifact
            for entry in entries
        ]


@pytest.mark.parametrize(
    ("context", "types"),
    [
        (OF_GRANULAR, [WHOLE_TYPES[0], GRANULAR_TYPE]),
        (OF_WHOLE, [None, GRANULAR_TYPE]),
        ({}, [None, GRANULAR_TYPE]),
    ],
)
def test_W5_new_artifacts_on_a_page_have_the_types_that_it_does_not_imply(
    context: Any, types: Any
) -> None:
    changed = attrs.evolve(read(page(**context)), value=(NEW_WHOLE, NEW_GRANULAR))
    written = wire.to_json_value(changed)
    assert [entry.get("@odata.type") for entry in written["value"]] == types
    assert [type(artifact) for artifact in read(written).value] == [
        MailboxRestoreArtifact,
        GranularMailboxRestoreArtifact,
    ]


def test_W5_an_artifact_without_a_type_gets_it_where_it_is_not_implied() -> None:
    (granular,) = read(page(GRANULAR, **OF_GRANULAR)).value
    assert wire.to_json_value(granular) == GRANULAR
    session = wire.from_json_value({"id": "s"}, ExchangeRestoreSession)
    among_whole = attrs.evolve(session, mailbox_restore_artifacts=[granular])
    assert wire.to_json_value(among_whole)["mailboxRestoreArtifacts"] == [
        typed(GRANULAR, GRANULAR_TYPE)
    ]
    assert value_writer_of(MailboxRestoreArtifact, Style())(granular) == typed(
        GRANULAR, GRANULAR_TYPE
    )
    assert value_writer_of(RestoreArtifactBase, Style())(granular) == GRANULAR


@attrs.frozen(kw_only=True)
class Own(MailboxRestoreArtifact):
    """A class of an application."""


def test_W5_an_artifact_of_an_own_class_is_not_granular() -> None:
    own = Own(id="a", status=ArtifactRestoreStatus.ADDED)
    write = value_writer_of(MailboxRestoreArtifact, Style())
    assert write(own) == write(NEW_WHOLE) == {"id": "a", "status": "added"}


def test_W5_a_context_of_granular_artifacts_implies_no_type_elsewhere() -> None:
    for document in (
        OF_GRANULAR | {"id": "s", "mailboxRestoreArtifacts": [WHOLE]},
        OF_GRANULAR | {"id": "s", "granularMailboxRestoreArtifacts": [GRANULAR]},
        OF_GRANULAR | {"id": "s", "value": [WHOLE]},
    ):
        session = wire.from_json_value(document, ExchangeRestoreSession)
        assert wire.to_json_value(session) == document


def test_W1_the_properties_are_written_in_the_order_of_the_metadata() -> None:
    document = {"b": 1, "error": None, "a": 2, "status": "paused", "@odata.type": "x", "id": "a"}
    artifact = wire.from_json_value(document, MailboxRestoreArtifact)
    for _ in range(2):
        assert [*wire.to_json_value(artifact)] == ["id", "status", "error", "@odata.type", "a", "b"]
