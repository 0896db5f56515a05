"""What an accepted operation changed.

An event holds all that is needed to make the new root of the old one, and every operation makes
its new root by applying its event. So a root replayed from its events equals the root.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from typing import Final, TypeAlias, TypeVar

import attrs

from restore_domain.aggregation import StatusTally
from restore_domain.construction import evolver, maker
from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.entity_collection import EntityCollection
from restore_domain.model.identity import IdentitySet
from restore_domain.model.json_value import NO_DATA, without_properties
from restore_domain.model.session import (
    DERIVED_PROPERTIES,
    ExchangeRestoreSession,
)
from restore_domain.model.validators import shown
from restore_domain.operations.moment import later
from restore_domain.operations.root import BackupRestoreRoot
from restore_domain.status import RestoreSessionStatus

__all__ = [
    "Event",
    "SessionChanged",
    "SessionCreated",
    "SessionRemoved",
    "apply",
    "change_session",
    "replay",
    "with_sessions",
]


@attrs.frozen(weakref_slot=False)
class SessionCreated:
    """A session came."""

    session: ExchangeRestoreSession
    """The session with its artifacts."""

    @property
    def session_id(self) -> str:
        """The key of the session."""
        return self.session.id

    @property
    def status_before(self) -> None:
        """Nothing: the session was not there."""

    @property
    def status_after(self) -> RestoreSessionStatus:
        """The session's first status."""
        return self.session.status


@attrs.frozen(kw_only=True, weakref_slot=False, repr=False)
class SessionChanged:
    """Artifacts of a session came, changed or went."""

    session_id: str
    """The key of the session."""

    status_before: RestoreSessionStatus
    """The session's status before."""

    status_after: RestoreSessionStatus
    """The session's status after."""

    added: tuple[MailboxRestoreArtifact, ...] = ()
    """The artifacts that came, in order."""

    changed: tuple[MailboxRestoreArtifact, ...] = ()
    """The artifacts that changed, as they are now."""

    removed: tuple[str, ...] = ()
    """The keys of the artifacts that went."""

    last_modified_by: IdentitySet | None = None
    """Who changed the session last."""

    last_modified_date_time: datetime | None = None
    """When it was changed last."""

    def __repr__(self) -> str:
        """One line, whatever came, changed and went."""
        moved = f"{self.status_before.value} to {self.status_after.value}"
        counts = f"+{len(self.added)} ~{len(self.changed)} -{len(self.removed)} artifacts"
        return f"<{type(self).__name__} {self.session_id!r} {moved}, {counts}>"


@attrs.frozen(kw_only=True, weakref_slot=False)
class SessionRemoved:
    """A session went: it was deleted, or its time was over."""

    session_id: str
    """The key of the session."""

    status_before: RestoreSessionStatus
    """The session's last status."""

    @property
    def status_after(self) -> None:
        """Nothing: the session is no longer there."""


Event: TypeAlias = SessionCreated | SessionChanged | SessionRemoved
"""What an accepted operation changed."""


def apply(root: BackupRestoreRoot, event: Event) -> BackupRestoreRoot:
    """Return the root after this event; KeyError or ValueError if it does not fit the root."""
    sessions = root.exchange_restore_sessions
    if isinstance(event, SessionCreated):
        return with_sessions(root, sessions.adding([event.session]))
    session = sessions.by_id(event.session_id)
    if session is None:
        raise KeyError(f"the root holds no session {event.session_id!r}")
    if isinstance(event, SessionRemoved):
        return with_sessions(root, sessions.removing([event.session_id]))
    for artifact_id in event.removed:
        if _held(session.mailbox_restore_artifacts).by_id(artifact_id) is None:
            raise _not_held(session, artifact_id)
    new = _changed(
        session,
        _tally_after(session, event.changed),
        event.added,
        event.changed,
        event.removed,
        event.last_modified_by,
        event.last_modified_date_time,
    )
    return with_sessions(root, sessions.replacing(new))


_make_changed: Final = maker(SessionChanged)
_with_sessions: Final = evolver(BackupRestoreRoot, "exchange_restore_sessions")
_with_artifacts: Final = evolver(
    ExchangeRestoreSession,
    "mailbox_restore_artifacts",
    "granular_mailbox_restore_artifacts",
    "tally",
    "last_modified_by",
    "last_modified_date_time",
    "declared",
    "additional_data",
)


def change_session(  # noqa: PLR0913 - the parts of a change
    root: BackupRestoreRoot,
    session: ExchangeRestoreSession,
    *,
    added: tuple[MailboxRestoreArtifact, ...] = (),
    changed: tuple[MailboxRestoreArtifact, ...] = (),
    removed: tuple[str, ...] = (),
    by: IdentitySet | None,
    at: datetime,
) -> tuple[BackupRestoreRoot, ExchangeRestoreSession, SessionChanged]:
    """Change artifacts of a session (rule S6); return the root, the session and the event."""
    if by is None:
        by = session.last_modified_by
    elif not isinstance(by, IdentitySet):
        raise TypeError(f"actor: expected an IdentitySet, got {shown(by)}")
    at = later(session.last_modified_date_time or session.created_date_time, at)
    tally = _tally_after(session, changed)
    new = _changed(session, tally, added, changed, removed, by, at)
    event = _make_changed(session.id, session.status, new.status, added, changed, removed, by, at)
    sessions = root.exchange_restore_sessions.replacing(new)
    return _with_sessions(root, sessions), new, event


def replay(root: BackupRestoreRoot, events: Iterable[Event]) -> BackupRestoreRoot:
    """Return the root after all of these events."""
    return reduce(apply, events, root)


def with_sessions(
    root: BackupRestoreRoot, sessions: EntityCollection[ExchangeRestoreSession]
) -> BackupRestoreRoot:
    """Return the root with other sessions."""
    changed: BackupRestoreRoot = _with_sessions(root, sessions)
    return changed


_STALE: Final = DERIVED_PROPERTIES | {"mailboxRestoreArtifacts@odata.count"}
"""What the wire said of the artifacts that a change may make untrue."""

_A = TypeVar("_A", bound=MailboxRestoreArtifact)


def _held(artifacts: EntityCollection[_A] | None) -> EntityCollection[_A]:
    return EntityCollection() if artifacts is None else artifacts


def _held_artifact(session: ExchangeRestoreSession, artifact_id: str) -> MailboxRestoreArtifact:
    """Return an artifact that an event names; KeyError if the session does not hold it."""
    artifact = session.artifact(artifact_id)
    if artifact is None:
        raise _not_held(session, artifact_id)
    return artifact


def _not_held(session: ExchangeRestoreSession, artifact_id: str) -> KeyError:
    return KeyError(f"session {session.id!r} holds no artifact {artifact_id!r}")


def _tally_after(
    session: ExchangeRestoreSession, changed: Iterable[MailboxRestoreArtifact]
) -> StatusTally:
    """Return the session's tally once these artifacts have changed."""
    tally = session.tally
    for artifact in changed:
        tally = tally.replace(_held_artifact(session, artifact.id).status, artifact.status)
    return tally


def _changed(  # noqa: PLR0913, PLR0917 - the parts of a change, on the way of each report
    session: ExchangeRestoreSession,
    tally: StatusTally,
    added: tuple[MailboxRestoreArtifact, ...],
    changed: tuple[MailboxRestoreArtifact, ...],
    removed: tuple[str, ...],
    by: IdentitySet | None,
    at: datetime | None,
) -> ExchangeRestoreSession:
    """Return the session after a change; what the wire declared counts no more (rule S1a)."""
    whole = session.mailbox_restore_artifacts
    granular = session.granular_mailbox_restore_artifacts
    for artifact in changed:
        # the class alone does not tell: a granular one may come among those of whole mailboxes
        if (
            granular is not None
            and isinstance(artifact, GranularMailboxRestoreArtifact)
            and artifact.id in granular.ids
        ):
            granular = granular.replacing(artifact)
        else:
            whole = _held(whole).replacing(artifact)
    if removed:
        whole = _held(whole).removing(removed)
    if added:
        taken = next((new.id for new in added if granular and new.id in granular.ids), None)
        if taken is not None:
            raise ValueError(f"two artifacts have the id {taken!r}")
        whole = _held(whole).adding(added)
    if added or removed:
        tally = StatusTally.of(artifact.status for artifact in (*(whole or ()), *(granular or ())))
    data = session.additional_data
    if data is not NO_DATA:
        data = without_properties(data, _STALE)
    new: ExchangeRestoreSession = _with_artifacts(
        session, whole, granular, tally, by, at, None, data
    )
    return new
