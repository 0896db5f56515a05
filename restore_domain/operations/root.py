"""The root of all restore sessions (Graph's backupRestoreRoot, as far as sessions go)."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from restore_domain.model.entity_collection import EntityCollection
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.model.validators import a
from restore_domain.operations.limits import Limits

__all__ = ["BackupRestoreRoot"]


def _collected(
    sessions: Iterable[ExchangeRestoreSession],
) -> EntityCollection[ExchangeRestoreSession]:
    """Make a collection of sessions; what has anything else stays, for the validator to refuse."""
    if type(sessions) is EntityCollection:
        return sessions
    held = tuple(sessions)
    if all(isinstance(session, ExchangeRestoreSession) for session in held):
        return EntityCollection(held)
    return held  # type: ignore[return-value]


@attrs.frozen(kw_only=True, weakref_slot=False, repr=False)
class BackupRestoreRoot:
    """All sessions, in the order they were created. An operation makes a new root of it."""

    exchange_restore_sessions: EntityCollection[ExchangeRestoreSession] = attrs.field(
        factory=EntityCollection,
        converter=_collected,
        validator=attrs.validators.deep_iterable(a(ExchangeRestoreSession)),
    )
    """The sessions."""

    limits: Limits = attrs.field(factory=Limits, validator=a(Limits))
    """How much is taken."""

    def session(self, session_id: str) -> ExchangeRestoreSession | None:
        """Return the session with this id, or None."""
        return self.exchange_restore_sessions.by_id(session_id)

    def __repr__(self) -> str:
        """Say how many sessions there are."""
        return f"<{type(self).__name__} of {len(self.exchange_restore_sessions)} sessions>"
