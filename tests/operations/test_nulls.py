"""A property that was read as null and then set by an operation is no longer null (rule W1)."""

from __future__ import annotations

from typing import Any

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
    create_artifact,
    create_bulk_request,
    observe,
    record,
)

from .service import NOW

ACTOR = IdentitySet(user=Identity(id="ada"))
NULLS = {"startDateTime": None, "completionDateTime": None, "error": None}


def root_of(status: str) -> BackupRestoreRoot:
    return root_with(
        lastModifiedBy=None,
        lastModifiedDateTime=None,
        mailboxRestoreArtifacts=[{"id": "a1", "status": status, **NULLS}],
    )


def seen(**properties: Any) -> ExchangeRestoreSession:
    return wire.from_json_value({"id": "s1", **properties}, ExchangeRestoreSession)


def root_with(**properties: Any) -> BackupRestoreRoot:
    return BackupRestoreRoot(exchange_restore_sessions=[seen(**properties)])


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


def test_W1_a_session_read_without_whole_artifacts_is_read_again_with_one() -> None:
    root = root_with(mailboxRestoreArtifacts=None, granularMailboxRestoreArtifacts=[])
    request = wire.RequestBody({"restorePoint": {"id": "p1"}, "destinationType": "new"})
    root = create_artifact(root, "s1", request, artifact_id="a1", now=NOW).root
    (session,) = root.exchange_restore_sessions
    assert wire.loads(wire.dumps(session), ExchangeRestoreSession) == session


def test_W1_a_session_read_without_bulk_requests_is_read_again_with_one() -> None:
    nulls = dict.fromkeys(
        ("granularMailboxRestoreArtifacts", "mailboxRestoreArtifactsBulkAdditionRequests")
    )
    root = root_with(mailboxRestoreArtifacts=[], **nulls)
    request = wire.RequestBody({"mailboxes": ["ada@example.com"], "destinationType": "new"})
    root = create_bulk_request(root, "s1", request, bulk_request_id="r1", now=NOW).root
    (session,) = root.exchange_restore_sessions
    assert wire.loads(wire.dumps(session), ExchangeRestoreSession) == session
    assert dict(session.additional_data) == {"granularMailboxRestoreArtifacts": None}


@pytest.mark.parametrize(
    "nulls",
    [
        {"mailboxRestoreArtifacts": None, "status": "active"},
        {"mailboxRestoreArtifacts": None, "status": None},
        {"mailboxRestoreArtifactsBulkAdditionRequests": None, "mailboxRestoreArtifacts": []},
    ],
)
def test_H2_W1_a_null_of_a_snapshot_is_replaced_by_the_known_value(nulls: dict[str, Any]) -> None:
    known = root_with(
        status="active",
        mailboxRestoreArtifacts=[{"id": "a1", "status": "inProgress"}],
        mailboxRestoreArtifactsBulkAdditionRequests=[{"id": "r1", "status": "active"}],
    )
    root = observe(known, "s1", seen(restoreJobType="bulk", **nulls), NOW).root
    (session,) = root.exchange_restore_sessions
    assert wire.loads(wire.dumps(session), ExchangeRestoreSession) == session
    assert None not in session.additional_data.values()
