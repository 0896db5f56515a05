"""The root of all restore sessions (Graph's backupRestoreRoot, limited to sessions).

Its functions make a new root from an old one, and update the number of active sessions without
looking at the sessions that stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import attrs

from restore_domain.frozen import evolver
from restore_domain.html_table import html_table
from restore_domain.model.collection import EntityCollection, collection_of
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.model.validators import a, shown
from restore_domain.operations.limits import Limits
from restore_domain.status import (
    ACTIVE_SESSION_STATUSES,
    ArtifactRestoreStatus,
    RestoreSessionStatus,
)

__all__ = [
    "BackupRestoreRoot",
    "check_root",
    "with_session",
    "with_session_added",
    "without_sessions",
]


def _collected(
    sessions: Iterable[ExchangeRestoreSession],
) -> EntityCollection[ExchangeRestoreSession]:
    """Make a collection of sessions; leave anything else for the validator to refuse."""
    if type(sessions) is EntityCollection or not isinstance(sessions, Iterable):
        return sessions
    given = tuple(sessions)
    if all(isinstance(session, ExchangeRestoreSession) for session in given):
        return EntityCollection(given)
    return given  # type: ignore[return-value]


@attrs.frozen(kw_only=True, weakref_slot=False)
class BackupRestoreRoot:
    """All sessions, in the order of their creation. An operation makes a new root from it."""

    exchange_restore_sessions: EntityCollection[ExchangeRestoreSession] = attrs.field(
        factory=EntityCollection,
        converter=_collected,
        validator=collection_of(ExchangeRestoreSession),
    )
    """The sessions."""

    limits: Limits = attrs.field(factory=Limits, validator=a(Limits))
    """The limits."""

    active_session_count: int = attrs.field(init=False, eq=False)
    """How many of the sessions are activating or active; derived from them (rule O4)."""

    def __attrs_post_init__(self) -> None:
        """Count the active sessions; from then on, each operation adds and subtracts."""
        active = sum(session.status in _ACTIVE for session in self.exchange_restore_sessions)
        object.__setattr__(self, "active_session_count", active)

    def session(self, session_id: str) -> ExchangeRestoreSession | None:
        """Return the session with this id, or None."""
        return self.exchange_restore_sessions.by_id(session_id)

    def __repr__(self) -> str:
        """Show the sessions if there are few, and otherwise their number."""
        return f"<{type(self).__name__} {self.exchange_restore_sessions!r}>"

    def _repr_html_(self) -> str:
        """Show the first sessions in a notebook, with the numbers of artifacts and failures."""
        sessions = self.exchange_restore_sessions
        rows = (
            (one.id, one.status, one.tally.total, one.tally[ArtifactRestoreStatus.FAILED])
            for one in sessions
        )
        caption = f"{len(sessions):,} sessions, {self.active_session_count:,} of them active"
        return html_table(caption, ("id", "status", "artifacts", "failed"), rows)


def check_root(root: Any) -> None:
    """Raise TypeError for anything but a root of exactly this class: a subclass would be lost."""
    if type(root) is not BackupRestoreRoot:
        itself = " itself, not a subclass" * isinstance(root, BackupRestoreRoot)
        raise TypeError(f"root: expected a BackupRestoreRoot{itself}, got {shown(root)}")


_ACTIVE: Final = ACTIVE_SESSION_STATUSES
_changed: Final = evolver(BackupRestoreRoot, "exchange_restore_sessions", "active_session_count")


def with_session_added(
    root: BackupRestoreRoot, session: ExchangeRestoreSession
) -> BackupRestoreRoot:
    """Return the root with one more session; ValueError if its id is already used."""
    sessions = root.exchange_restore_sessions.adding([session])
    active = root.active_session_count + (session.status in _ACTIVE)
    made: BackupRestoreRoot = _changed(root, sessions, active)
    return made


def with_session(
    root: BackupRestoreRoot,
    session: ExchangeRestoreSession,
    before: RestoreSessionStatus,
    after: RestoreSessionStatus,
) -> BackupRestoreRoot:
    """Return the root with this session instead of the one with the same id.

    Takes the status of both. KeyError if there is no session with the id.
    """
    sessions = root.exchange_restore_sessions.replacing(session)
    active = root.active_session_count
    if before is not after:
        active += (after in _ACTIVE) - (before in _ACTIVE)
    made: BackupRestoreRoot = _changed(root, sessions, active)
    return made


def without_sessions(
    root: BackupRestoreRoot, removed: Iterable[ExchangeRestoreSession]
) -> BackupRestoreRoot:
    """Return the root without these sessions, which it contains."""
    gone = tuple(removed)
    sessions = root.exchange_restore_sessions.removing([session.id for session in gone])
    active = root.active_session_count - sum(session.status in _ACTIVE for session in gone)
    made: BackupRestoreRoot = _changed(root, sessions, active)
    return made
