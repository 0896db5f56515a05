"""The number of active sessions, which every change of the root keeps up to date (rule O4)."""

import re

import pytest

from restore_domain.model import ExchangeRestoreSession
from restore_domain.operations import (
    BackupRestoreRoot,
    SessionChanged,
    SessionCreated,
    SessionRemovalReason,
    SessionRemoved,
    activate_session,
    apply,
    record,
)
from restore_domain.operations.root import check_root
from restore_domain.status import (
    ACTIVE_SESSION_STATUSES,
    ArtifactRestoreStatus,
    RestoreSessionStatus,
)

from .service import (
    IN_PROGRESS,
    NOW,
    SUCCEEDED,
    artifact,
    refused,
    report,
    root_of,
    session,
    stored,
)


def active(number: int) -> ExchangeRestoreSession:
    return session(artifact("a1", IN_PROGRESS), session_id=f"active {number}")


def test_O4_a_session_that_ends_makes_room_for_another() -> None:
    root = root_of(active(1), session(artifact("a1")), active_sessions=1)
    with refused(root) as caught:
        activate_session(root, "s1", now=NOW)
    assert caught.value.code == "TooManyActiveRestoreSessions"
    root = record(root, "active 1", report("a1", SUCCEEDED)).root
    root = activate_session(root, "s1", now=NOW).root
    assert stored(root).status is RestoreSessionStatus.ACTIVATING


@pytest.mark.parametrize("new", ArtifactRestoreStatus)
@pytest.mark.parametrize("old", ArtifactRestoreStatus)
def test_O4_a_session_that_changes_is_counted_if_it_is_active_now(
    old: ArtifactRestoreStatus, new: ArtifactRestoreStatus
) -> None:
    before, after = session(artifact("a1", old)), session(artifact("a1", new))
    event = SessionChanged(
        session_id="s1",
        status_before=before.status,
        status_after=after.status,
        changed=tuple(after.artifacts),
    )
    root = apply(root_of(active(1), active(2), before), event)
    assert root.active_session_count == 2 + (after.status in ACTIVE_SESSION_STATUSES)


class OwnRoot(BackupRestoreRoot):
    """A root of a user's class."""


@pytest.mark.parametrize(
    ("root", "message"),
    [
        (BackupRestoreRoot(), None),
        (OwnRoot(), "root: expected a BackupRestoreRoot itself, not a subclass, got <OwnRoot "),
        ({}, "root: expected a BackupRestoreRoot, got {}"),
    ],
)
def test_only_a_root_of_the_exact_class_is_accepted(root: object, message: str | None) -> None:
    if message is None:
        check_root(root)
        return
    with pytest.raises(TypeError, match=f"^{re.escape(message)}"):
        check_root(root)


def test_O4_each_session_that_is_active_when_it_is_added_is_counted() -> None:
    root = BackupRestoreRoot()
    for number in (1, 2, 3):
        root = apply(root, SessionCreated(active(number)))
        assert root.active_session_count == number
    assert apply(root, SessionCreated(session(artifact("a1")))).active_session_count == 3


def test_O4_a_removed_session_is_no_longer_counted() -> None:
    root = root_of(active(1), active(2), active(3), session(artifact("a1")))
    for session_id, left in [("active 2", 2), ("s1", 2), ("active 3", 1), ("active 1", 0)]:
        gone = stored(root, session_id)
        event = SessionRemoved(
            session_id=gone.id, status_before=gone.status, reason=SessionRemovalReason.DELETED
        )
        root = apply(root, event)
        assert root.active_session_count == left
