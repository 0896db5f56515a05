"""How long a text that this version does not know is remembered (rule W2)."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from restore_domain import ArtifactRestoreStatus, ExchangeRestoreSession, RestoreSessionStatus
from restore_domain.lifecycle import Reporter
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
