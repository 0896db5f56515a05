"""The state from which the next call of a history is drawn: the reference's contents, and names.

Names, ids and times depend on the earlier calls in such a way that a history stays readable when
calls are removed from it. Sessions are ``s2``, ``s1``, ``s4``, ``s3`` and so on, so that their
order is not that of their names; the artifacts of each are ``a2``, ``a1`` and so on; and the clock
advances by a minute with each call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final, TypeAlias

import attrs

from restore_domain.model import (
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifactsBulkAdditionRequest,
)
from restore_domain.operations import BackupRestoreRoot
from restore_domain.status import (
    ACTIVE_SESSION_STATUSES,
    TERMINAL_SESSION_STATUSES,
    RestoreArtifactsBulkRequestStatus,
    RestoreJobType,
    RestoreSessionStatus,
)
from restore_domain.verification.comparison import Answer
from restore_domain.verification.histories import Call, token_in
from restore_domain.verification.system import ReferenceSystem

__all__ = [
    "MORNING",
    "Asked",
    "Place",
    "Scene",
    "at",
    "contains_granular",
    "contains_whole",
    "is_granular",
]

MORNING: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""When histories begin."""

_EAST: Final = timezone(timedelta(hours=2))


def at(moment: datetime, fraction: str = "", *, east: bool = False) -> str:
    """Write a point in time: in UTC, or as a clock two hours to the east shows it."""
    if east:
        return f"{moment.astimezone(_EAST):%Y-%m-%dT%H:%M:%S}{fraction}+02:00"
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}{fraction}Z"


@attrs.frozen
class Place:
    """A place from which a list can be continued."""

    call: int
    """The number of the call whose answer had the token, counted from 0."""

    method: str
    """The method of that call."""

    session_id: Any
    """The session whose artifacts it listed, if any."""


Asked: TypeAlias = tuple[ExchangeRestoreSession, MailboxRestoreArtifactsBulkAdditionRequest]
"""A bulk request, and its session."""


class Scene:
    """The reference in the middle of a history."""

    places: list[Place]
    """The places from which lists can be continued."""

    def __init__(self, reference: ReferenceSystem) -> None:
        """Look at the current contents of this reference."""
        self.places = []
        self._reference = reference
        self._calls = 0
        self._sessions = 0
        self._artifacts: Counter[Any] = Counter()
        self._seen: dict[str, None] = {}
        self._bulk_requests = 0

    def note(self, call: Call, answer: Answer) -> None:
        """Remember what later calls may refer to from a call that the reference answered."""
        params: Mapping[str, Any] = call.get("params", {})
        if token_in(answer) is not None:
            self.places.append(Place(self._calls, call["method"], params.get("sessionId")))
        if answer.refusal is None:
            self._sessions += call["method"] == "create"
            self._bulk_requests += call["method"] == "createBulkRequest"
            count = len(params.get("artifactIds", ())) + ("artifactId" in params)
            self._artifacts[params.get("sessionId")] += count
        self._seen |= dict.fromkeys(self.root.exchange_restore_sessions.ids)
        for session_id in self.gone:
            self._artifacts.pop(session_id, None)
        self._calls += 1

    @property
    def root(self) -> BackupRestoreRoot:
        """The root of the reference."""
        return self._reference.root

    @property
    def now(self) -> datetime:
        """The time of the next call: a minute after the previous one."""
        return MORNING + timedelta(minutes=self._calls)

    @property
    def last_read(self) -> Any:
        """The id of the session of which the last list that has more is; None if of none."""
        return self.places[-1].session_id if self.places else None

    @property
    def new_session(self) -> str:
        """The id of the next session."""
        return f"s{_paired(self._sessions + 1)}"

    @property
    def gone(self) -> list[str]:
        """The ids of removed sessions, which may be used again."""
        return [name for name in self._seen if self.root.session(name) is None]

    def new_artifacts(self, count: int, session_id: Any) -> list[str]:
        """Return the ids of the next artifacts of a session.

        Different sessions have artifacts with the same ids.
        """
        first = self._artifacts[session_id] + 1
        return [f"a{_paired(number)}" for number in range(first, first + count)]

    @property
    def new_bulk_request(self) -> str:
        """The id of the next bulk request."""
        return f"b{_paired(self._bulk_requests + 1)}"

    @property
    def sessions(self) -> list[ExchangeRestoreSession]:
        """Every session, the newest first.

        Older sessions are not needed for a meaningful call, and the call stays about the same
        session if they are removed.
        """
        return list(self.root.exchange_restore_sessions)[::-1]

    @property
    def drafts(self) -> list[ExchangeRestoreSession]:
        """The sessions that may still be changed."""
        return [
            session
            for session in self.sessions
            if session.status is RestoreSessionStatus.DRAFT and not session.lacks
        ]

    @property
    def updatable(self) -> list[ExchangeRestoreSession]:
        """The drafts that an update may change."""
        return [session for session in self.drafts if not session.is_bulk]

    @property
    def of_whole_mailboxes(self) -> list[ExchangeRestoreSession]:
        """The drafts to which artifacts of whole mailboxes may be added."""
        return [
            session
            for session in self.updatable
            if not is_granular(session) and not contains_granular(session)
        ]

    @property
    def startable(self) -> list[ExchangeRestoreSession]:
        """The sessions that may be activated now."""
        active = sum(session.status in ACTIVE_SESSION_STATUSES for session in self.sessions)
        if active >= self.root.limits.active_sessions:
            return []
        return [session for session in self.drafts if session.effective_tally.total]

    @property
    def taking_bulk_requests(self) -> list[ExchangeRestoreSession]:
        """The empty drafts in which a bulk request can be created."""
        return [
            session
            for session in self.updatable
            if not session.tally.total and not is_granular(session)
        ]

    @property
    def bulk_requests(self) -> list[Asked]:
        """Every bulk request with its session, those of the newest session first."""
        return [
            (session, request)
            for session in self.sessions
            for request in session.mailbox_restore_artifacts_bulk_addition_requests or ()
        ]

    @property
    def ended_bulk_requests(self) -> list[Asked]:
        """The bulk requests that can be deleted."""
        return [asked for asked in self.bulk_requests if asked[1].status in _ENDED]

    @property
    def resolvable(self) -> list[Asked]:
        """The active bulk requests of sessions that are activated and complete."""
        return [
            (session, request)
            for session, request in self.bulk_requests
            if request.status is RestoreArtifactsBulkRequestStatus.ACTIVE
            and session.activated
            and not session.lacks
        ]

    @property
    def with_artifacts(self) -> list[ExchangeRestoreSession]:
        """The sessions that contain artifacts."""
        return [session for session in self.sessions if session.tally.total]

    @property
    def under_way(self) -> list[ExchangeRestoreSession]:
        """The sessions that are not drafts, and have an artifact that is not terminal."""
        return [
            session for session in self.with_artifacts if session.tally.status not in _NOT_UNDER_WAY
        ]

    @property
    def endings(self) -> list[datetime]:
        """When the terminal sessions ended, by their derived and declared times.

        If a session has no such time, its last change counts.
        """
        times = (
            time
            for session in self.sessions
            if session.status in TERMINAL_SESSION_STATUSES
            for time in (
                session.completed_date_time or session.last_modified_date_time,
                session.declared.completed_date_time if session.declared is not None else None,
            )
        )
        return [time for time in times if time is not None]


def contains_granular(session: ExchangeRestoreSession) -> bool:
    """Return whether a session contains artifacts of selected items."""
    return any(isinstance(one, GranularMailboxRestoreArtifact) for one in session.artifacts)


def contains_whole(session: ExchangeRestoreSession) -> bool:
    """Return whether a session contains artifacts of whole mailboxes."""
    return not all(isinstance(one, GranularMailboxRestoreArtifact) for one in session.artifacts)


def is_granular(session: ExchangeRestoreSession) -> bool:
    """Return whether a session accepts only artifacts of selected items (rule S9)."""
    if session.restore_job_type is RestoreJobType.GRANULAR:
        return True
    return contains_granular(session) and not contains_whole(session)


def _paired(number: int) -> int:
    """Return 2, 1, 4, 3, 6, 5 and so on for 1, 2, 3, 4, 5, 6."""
    return number + 1 if number % 2 else number - 1


_ENDED: Final = frozenset(
    {
        RestoreArtifactsBulkRequestStatus.COMPLETED,
        RestoreArtifactsBulkRequestStatus.COMPLETED_WITH_ERRORS,
    }
)

_NOT_UNDER_WAY: Final = TERMINAL_SESSION_STATUSES | {RestoreSessionStatus.DRAFT}
