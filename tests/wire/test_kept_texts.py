"""How long a text that this version does not know, or a null, is remembered (W1, W2)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from restore_domain import (
    ArtifactRestoreStatus,
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    PublicError,
    RestoreSessionStatus,
)
from restore_domain.lifecycle import Reporter
from restore_domain.model.json_value import ABSENT
from restore_domain.operations import BackupRestoreRoot, Report, record
from restore_domain.wire import from_json_value, to_json_value

from .fixture_files import content


def test_W2_an_unknown_text_is_dropped_when_an_operation_changes_the_status() -> None:
    document = json.loads(content("session-from-the-future"))
    document["granularMailboxRestoreArtifacts"] = []  # an unknown job type may have some
    session = from_json_value(document, ExchangeRestoreSession)
    first, second, _ = (artifact["id"] for artifact in document["mailboxRestoreArtifacts"])
    now = datetime(2031, 1, 2, tzinfo=UTC)
    root = BackupRestoreRoot(exchange_restore_sessions=[session])
    for artifact_id in (first, second):
        report = Report(artifact_id=artifact_id, status=ArtifactRestoreStatus.SUCCEEDED, time=now)
        root = record(root, session.id, report, reporter=Reporter.OBSERVER).root
    changed = root.session(session.id)
    assert changed is not None
    assert changed.status is RestoreSessionStatus.UNKNOWN_FUTURE_VALUE
    written = to_json_value(changed)
    statuses = [artifact.get("status") for artifact in written["mailboxRestoreArtifacts"]]
    assert statuses == ["succeeded", "succeeded", None]
    assert written["status"] == "unknownFutureValue"
    assert written["restoreJobType"] == "continuous"
    assert written["mailboxRestoreArtifacts"][0]["destinationType"] == "archive"
    assert written["mailboxRestoreArtifacts"][0]["restorePoint"]["tags"] == "fastRestore, immutable"
    assert from_json_value(written, ExchangeRestoreSession) == changed


@pytest.mark.parametrize(
    ("kept", "changed", "written"),
    [
        ({}, {"status": ArtifactRestoreStatus.ADDED}, {"status": "added"}),
        ({"status": None}, {"status": ArtifactRestoreStatus.ADDED}, {"status": "added"}),
        ({"status": None}, {"restored_item_count": 1}, {"status": None, "restoredItemCount": 1}),
        ({"error": None}, {"error": PublicError(code="c")}, {"error": {"code": "c"}}),
        ({"error": None}, {"restored_item_count": 1}, {"error": None, "restoredItemCount": 1}),
    ],
)
def test_W1_a_null_is_forgotten_if_the_attribute_has_a_value(
    kept: Any, changed: Any, written: Any
) -> None:
    read = from_json_value({"id": "a"} | kept, MailboxRestoreArtifact)
    assert to_json_value(attrs.evolve(read, **changed)) == {"id": "a"} | written


@pytest.mark.parametrize(
    ("attributes", "data"),
    [
        ({"restored_item_count": 5}, {"restoredItemCount": 5}),
        ({"restored_item_count": 5}, {"restoredItemCount": 6}),
        ({"restored_folder_id": "y"}, {"restoredFolderId": "x"}),
        ({"restored_folder_id": "y"}, {"restoredFolderId": ABSENT}),
        ({}, {"restoredFolderId": "x"}),
        ({}, {"restoredFolderId": ABSENT}),
    ],
)
def test_W1_only_the_attribute_counts_if_its_text_can_not_be_lost(
    attributes: Any, data: Any
) -> None:
    status = ArtifactRestoreStatus.FAILED
    plain = MailboxRestoreArtifact(id="a", status=status, **attributes)
    with_data = attrs.evolve(plain, additional_data=data)
    assert to_json_value(with_data) == to_json_value(plain)
