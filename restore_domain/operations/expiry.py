"""The end of what ended long ago (rule O8)."""

from __future__ import annotations

from datetime import datetime

from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.operations.events import SessionRemoved, with_sessions
from restore_domain.operations.moment import moment
from restore_domain.operations.outcome import Outcome
from restore_domain.operations.root import BackupRestoreRoot
from restore_domain.status import TERMINAL_SESSION_STATUSES

__all__ = ["expire"]


def expire(root: BackupRestoreRoot, *, now: datetime) -> Outcome[tuple[str, ...]]:
    """Remove every session that has been terminal for over the time that sessions are kept.

    Returns their ids. A session that does not tell when it ended goes by its last change, and
    stays where it tells neither.
    """
    now = moment(now)
    events = tuple(
        SessionRemoved(session_id=session.id, status_before=session.status)
        for session in root.exchange_restore_sessions
        if _is_over(session, now, root)
    )
    if not events:
        return Outcome(root, (), ())
    ids = tuple(event.session_id for event in events)
    kept = root.exchange_restore_sessions.removing(ids)
    return Outcome(with_sessions(root, kept), ids, events)


def _is_over(session: ExchangeRestoreSession, now: datetime, root: BackupRestoreRoot) -> bool:
    if session.status not in TERMINAL_SESSION_STATUSES:
        return False
    ended = session.completed_date_time or session.last_modified_date_time
    return ended is not None and now - ended > root.limits.retention
