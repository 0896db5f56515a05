"""How a draft session is activated or deleted (rules O4 and O5)."""

from typing import Any

import pytest

from restore_domain import wire
from restore_domain.model import ExchangeRestoreSession, RequestedArtifact
from restore_domain.operations import activate_session, create_artifact, delete_session
from restore_domain.status import ArtifactRestoreStatus, RestoreSessionStatus

from .asking import DRAFT, update
from .service import (
    ADDED,
    ALICE,
    BOB,
    CREATED,
    FAILED,
    IN_PROGRESS,
    NOW,
    SCHEDULED,
    SCHEDULING,
    SUCCEEDED,
    UNKNOWN,
    artifact,
    entry,
    granular,
    refused,
    root_of,
    root_with,
    session,
    stored,
    typed,
)


def test_O4_every_artifact_changes_from_added_to_scheduling() -> None:
    root = root_of(
        session(artifact("a1"), artifact("a2"), granular_mailbox_restore_artifacts=[granular("g1")])
    )
    new, activated, _ = activate_session(root, "s1", now=NOW, actor=BOB)
    assert list(activated.artifacts) == [
        artifact("a1", SCHEDULING),
        artifact("a2", SCHEDULING),
        granular("g1", SCHEDULING),
    ]
    assert activated.status is RestoreSessionStatus.ACTIVATING
    assert (activated.last_modified_by, activated.last_modified_date_time) == (BOB, NOW)
    assert (activated.created_by, activated.created_date_time) == (ALICE, CREATED)
    assert stored(new) is activated
    assert stored(root).status is RestoreSessionStatus.DRAFT


def running(number: int, status: ArtifactRestoreStatus) -> list[ExchangeRestoreSession]:
    return [
        session(artifact("a1", status), session_id=f"running {position}")
        for position in range(number)
    ]


@pytest.mark.parametrize("status", [SCHEDULING, SCHEDULED, IN_PROGRESS], ids=str)
def test_O4_the_twenty_sixth_active_session_is_refused(status: ArtifactRestoreStatus) -> None:
    draft = session(artifact("a1"), artifact("a2"))
    room = root_of(*running(24, status), draft)
    assert activate_session(room, "s1", now=NOW).result.status is RestoreSessionStatus.ACTIVATING
    full = root_of(*running(25, status), draft)
    with refused(full) as caught:
        activate_session(full, "s1", now=NOW)
    assert (caught.value.code, caught.value.http_status) == ("TooManyActiveRestoreSessions", 500)
    assert "25" in caught.value.message


@pytest.mark.parametrize("status", [ADDED, SUCCEEDED, FAILED, UNKNOWN], ids=str)
def test_O4_sessions_that_are_not_active_are_not_counted(status: ArtifactRestoreStatus) -> None:
    root = root_of(*running(30, status), session(artifact("a1")), active_sessions=1)
    assert activate_session(root, "s1", now=NOW).result.status is RestoreSessionStatus.ACTIVATING


@pytest.mark.parametrize(
    ("limit", "active"), [(0, 0), (1, 1), (3, 3), (0, 1), (1, 3), (300, 300)], ids=str
)
def test_O4_the_limit_is_that_of_the_root(limit: int, active: int) -> None:
    """More may be active than that: the embedder has lowered the limit since."""
    root = root_of(*running(active, SCHEDULED), session(artifact("a1")), active_sessions=limit)
    with refused(root) as caught:
        activate_session(root, "s1", now=NOW)
    assert caught.value.code == "TooManyActiveRestoreSessions"


def test_O4_a_session_is_activated_once() -> None:
    root = activate_session(DRAFT, "s1", now=NOW).root
    with refused(root) as caught:
        activate_session(root, "s1", now=NOW)
    assert caught.value.code == "RestoreSessionActionNotAllowed"


def test_O5_a_draft_is_deleted_with_its_artifacts() -> None:
    root = root_of(session(artifact("a1")), session(artifact("a1"), session_id="s2"))
    new, nothing, _ = delete_session(root, "s1")
    assert nothing is None
    assert list(new.exchange_restore_sessions) == [stored(root, "s2")]
    assert list(delete_session(new, "s2").root.exchange_restore_sessions) == []


SESSION_OF: dict[str, tuple[ArtifactRestoreStatus, ...]] = {
    "activating": (ADDED, SCHEDULING),
    "active": (SCHEDULED, SUCCEEDED),
    "completedWithError": (SUCCEEDED, FAILED),
    "completed": (SUCCEEDED,),
    "failed": (FAILED, FAILED),
    "unknownFutureValue": (UNKNOWN,),
}
"""The statuses of artifacts, by the status of a session that is not a draft."""

ON_A_DRAFT: dict[str, Any] = {
    "update": update,
    "activate": lambda root: activate_session(root, "s1", now=NOW),
    "delete": lambda root: delete_session(root, "s1"),
    "create artifact": lambda root: create_artifact(
        root, "s1", typed(RequestedArtifact, entry("r9")), artifact_id="b1", now=NOW
    ),
}


@pytest.mark.parametrize("operation", ON_A_DRAFT)
@pytest.mark.parametrize("status", SESSION_OF)
def test_O3_O4_O5_O6_a_session_that_is_not_a_draft_stays_unchanged(
    status: str, operation: str
) -> None:
    root = root_with(
        *(artifact(f"a{number}", stored) for number, stored in enumerate(SESSION_OF[status]))
    )
    assert stored(root).status == status
    with refused(root) as caught:
        ON_A_DRAFT[operation](root)
    error = caught.value
    assert (error.code, error.http_status) == ("RestoreSessionActionNotAllowed", 403)
    assert error.message == f"session 's1' is {status}; this is allowed only in draft"
    assert error.target == "s1"


@pytest.mark.parametrize("operation", ON_A_DRAFT)
@pytest.mark.parametrize("declared", ["draft", None])
def test_S8_a_refusal_reports_missing_artifacts_even_if_the_status_is_unknown(
    declared: str | None, operation: str
) -> None:
    document = {"id": "s1", "restoreJobType": "granular", "mailboxRestoreArtifacts": []}
    with_status = document if declared is None else {**document, "status": declared}
    root = root_of(wire.from_json_value(with_status, ExchangeRestoreSession))
    with refused(root) as caught:
        ON_A_DRAFT[operation](root)
    assert caught.value.code == "RestoreSessionActionNotAllowed"
    assert "the collection of granular artifacts is absent" in caught.value.message


@pytest.mark.parametrize("operation", ON_A_DRAFT)
def test_S8_O3_O4_O5_O6_a_draft_that_lacks_artifacts_stays_as_it_is(operation: str) -> None:
    whole = {"id": "a1", "status": "added"}
    for document in (
        {"id": "s1", "status": "draft"},
        {
            "id": "s1",
            "status": "draft",
            "mailboxRestoreArtifacts": [whole],
            "mailboxRestoreArtifacts@odata.nextLink": "https://graph.microsoft.com/more",
        },
        {
            "id": "s1",
            "status": "draft",
            "restoreJobType": "granular",
            "mailboxRestoreArtifacts@odata.nextLink": "https://graph.microsoft.com/more",
        },
    ):
        root = root_of(wire.from_json_value(document, ExchangeRestoreSession))
        assert stored(root).status is RestoreSessionStatus.DRAFT
        with refused(root) as caught:
            ON_A_DRAFT[operation](root)
        assert caught.value.code == "RestoreSessionActionNotAllowed"
        assert "lacks artifacts" in caught.value.message
        assert stored(root).lacks[0].sentence in caught.value.message
        assert caught.value.target == "s1"
