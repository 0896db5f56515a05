"""The operations that remove a session: delete, and the end of the retention time (O5, O8)."""

from __future__ import annotations

from datetime import datetime

from restore_domain.model.identity import IdentitySet
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.model.timestamp import is_longer_ago, moment
from restore_domain.operations import checks
from restore_domain.operations.errors import Operation
from restore_domain.operations.events import (
    Outcome,
    SessionRemovalReason,
    SessionRemoved,
    apply,
    checked_actor,
)
from restore_domain.operations.limits import Limits
from restore_domain.operations.root import BackupRestoreRoot, check_root, without_sessions
from restore_domain.status import TERMINAL_SESSION_STATUSES

__all__ = ["delete_session", "expire"]


def delete_session(
    root: BackupRestoreRoot,
    session_id: str,
    *,
    now: datetime | None = None,
    actor: IdentitySet | None = None,
) -> Outcome[None]:
    """Remove a draft session with its artifacts (rule O5).

    The time and the actor, if they are given, are in the event; the answer does not depend on them.

    Raises RestoreDomainError: InvalidRestoreSessionId, RestoreSessionNotFound or
    RestoreSessionActionNotAllowed.
    """
    at = None if now is None else moment(now)
    by = checked_actor(actor)
    session = checks.draft_session(root, Operation.DELETE, session_id)
    event = _removed(session, SessionRemovalReason.DELETED, by, at)
    return Outcome(apply(root, event), None, (event,))


def expire(
    root: BackupRestoreRoot, *, now: datetime, actor: IdentitySet | None = None
) -> Outcome[tuple[str, ...]]:
    """Remove every session that has been terminal for over the retention time (rule O8).

    Returns their ids. The actor, if one is given, is in the events. For a session without a time of
    completion the last change counts; a session that has neither stays.
    """
    check_root(root)
    now, by = moment(now), checked_actor(actor)
    over = [
        session for session in root.exchange_restore_sessions if _is_over(session, now, root.limits)
    ]
    if not over:
        return Outcome(root, (), ())
    events = tuple([_removed(session, SessionRemovalReason.EXPIRED, by, now) for session in over])
    ids = tuple(session.id for session in over)
    return Outcome(without_sessions(root, over), ids, events)


def _removed(
    session: ExchangeRestoreSession,
    reason: SessionRemovalReason,
    by: IdentitySet | None,
    at: datetime | None,
) -> SessionRemoved:
    return SessionRemoved(
        session_id=session.id,
        status_before=session.status,
        reason=reason,
        actor=by,
        time=at,
    )


def _is_over(session: ExchangeRestoreSession, now: datetime, limits: Limits) -> bool:
    if session.status not in TERMINAL_SESSION_STATUSES:
        return False
    ended = session.completed_date_time or session.last_modified_date_time
    return ended is not None and is_longer_ago(limits.retention, ended, now)
