"""Entities are written completely wherever they are in an application's own classes."""

from __future__ import annotations

from typing import Any

import attrs

from restore_domain import (
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    RestoreArtifactBase,
    RestoreSessionBase,
    Timestamp,
    wire,
)

ARTIFACT: dict[str, Any] = {"id": "a1", "status": "failed", "restoredItemCount": 3}
GRANULAR: dict[str, Any] = {
    "@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact",
    "id": "g1",
    "searchResponseId": "s",
}
SESSION: dict[str, Any] = {
    "id": "s1",
    "status": "failed",
    "mailboxRestoreArtifacts": [ARTIFACT, GRANULAR],
}


@attrs.frozen
class Bases:
    """A class that declares nothing in addition to its bases."""

    session: RestoreSessionBase
    artifacts: list[RestoreArtifactBase]
    first: RestoreArtifactBase
    last: MailboxRestoreArtifact


def test_W1_an_entity_of_a_subclass_is_written_completely_in_place_of_its_base() -> None:
    session = wire.from_json_value(SESSION, ExchangeRestoreSession)
    artifacts = list(session.artifacts)
    assert [type(artifact) for artifact in artifacts] == [
        MailboxRestoreArtifact,
        GranularMailboxRestoreArtifact,
    ]
    bases = Bases(session, [*artifacts], artifacts[0], artifacts[1])
    assert wire.make_converter().unstructure(bases) == {
        "session": SESSION,
        "artifacts": [ARTIFACT, GRANULAR],
        "first": ARTIFACT,
        "last": GRANULAR,
    }


class Text(str):
    """A subclass of text."""

    __slots__ = ()


def test_W1_texts_of_other_classes_become_plain() -> None:
    document = {
        "id": Text("a1"),
        "status": Text("added"),
        "startDateTime": Text("2026-01-05T12:00:00.1234567+01:00"),
    }
    read = wire.make_converter().structure(document, MailboxRestoreArtifact)
    assert type(read.id) is str
    assert type(read.start_date_time) is Timestamp
    assert type(read.start_date_time.text) is str
    assert wire.to_json_value(read) == document
