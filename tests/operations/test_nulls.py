"""A property that was read as null and that an operation sets is null no longer (rule W1)."""

from __future__ import annotations

import pytest

from restore_domain import (
    ArtifactRestoreStatus,
    ExchangeRestoreSession,
    Identity,
    IdentitySet,
    PublicError,
    wire,
)
from restore_domain.operations import (
    BackupRestoreRoot,
    Report,
    activate_session,
    record,
)

from .service import NOW

ACTOR = IdentitySet(user=Identity(id="ada"))
NULLS = {"startDateTime": None, "completionDateTime": None, "error": None}


def root_of(status: str) -> BackupRestoreRoot:
    document = {
        "id": "s1",
        "lastModifiedBy": None,
        "lastModifiedDateTime": None,
        "mailboxRestoreArtifacts": [{"id": "a1", "status": status, **NULLS}],
    }
    session = wire.from_json_value(document, ExchangeRestoreSession)
    return BackupRestoreRoot(exchange_restore_sessions=[session])


REPORTS = {
    "inProgress": ("scheduled", None),
    "succeeded": ("inProgress", None),
    "failed": ("scheduled", PublicError(code="UnknownError")),
}


@pytest.mark.parametrize("actor", [None, ACTOR])
@pytest.mark.parametrize("status", REPORTS)
def test_W1_an_artifact_read_with_nulls_is_read_again_as_it_was_changed(
    status: str, actor: IdentitySet | None
) -> None:
    before, error = REPORTS[status]
    report = Report(artifact_id="a1", status=ArtifactRestoreStatus(status), time=NOW, error=error)
    root = record(root_of(before), "s1", report, actor=actor).root
    (session,) = root.exchange_restore_sessions
    assert wire.loads(wire.dumps(session), ExchangeRestoreSession) == session


@pytest.mark.parametrize("actor", [None, ACTOR])
def test_W1_a_session_read_with_nulls_is_read_again_as_it_was_activated(
    actor: IdentitySet | None,
) -> None:
    root = activate_session(root_of("added"), "s1", now=NOW, actor=actor).root
    (session,) = root.exchange_restore_sessions
    assert wire.loads(wire.dumps(session), ExchangeRestoreSession) == session
    assert ("lastModifiedBy" in session.additional_data) is (actor is None)
