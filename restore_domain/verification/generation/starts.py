"""What a history begins with: the parameters of ``reset``."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final

from restore_domain.model import (
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    PublicError,
    RestorePoint,
    Timestamp,
)
from restore_domain.model.session import DERIVED_PROPERTIES
from restore_domain.operations import Limits
from restore_domain.status import (
    TERMINAL_ARTIFACT_STATUSES,
    ArtifactRestoreStatus,
    DestinationType,
    RestoreSessionStatus,
)
from restore_domain.verification.generation.choices import Choose, pick, rarely, several
from restore_domain.verification.generation.scene import MORNING, at
from restore_domain.wire import to_json_value

__all__ = ["start_of"]

_KINDS: Final = (
    *[()] * 2,
    *[("limits",)] * 3,
    *[("sessions",)] * 2,
    ("limits", "sessions"),
)
"""What is given, and how often."""

_SMALL_LIMITS: Final = (
    {"activeSessions": 1},
    {"artifactsPerRequest": 2},
    {"retentionDays": 1},
    {"artifactsPerRequest": 1, "activeSessions": 0, "retentionDays": 0},
    {"artifactsPerRequest": 3, "activeSessions": 2, "retentionDays": 30},
)
"""Limits that a few calls reach."""


def start_of(choose: Choose, methods: Collection[str]) -> dict[str, Any]:
    """Choose the parameters of a ``reset``, of what `methods` says that it takes."""
    chosen = pick(choose, _KINDS)
    begin: dict[str, Any] = {}
    if "limits" in chosen and "reset.limits" in methods:
        begin["limits"] = pick(choose, _SMALL_LIMITS)
    if "sessions" in chosen and "reset.sessions" in methods:
        begin["sessions"] = _sessions(choose, begin.get("limits", {}))
    return begin


def _sessions(choose: Choose, limits: dict[str, int]) -> list[Any]:
    few = limits.get("activeSessions")
    if rarely(choose, 20 if few is None else 4):
        most = Limits().active_sessions if few is None else few
        return _crowd(most - choose(min(most, 1) + 1))
    return [_session(choose, f"p{number + 1}") for number in several(choose, 1, 2)]


def _crowd(active: int) -> list[Any]:
    """Return so many sessions that are active, after a draft that waits to be activated."""
    statuses = [ArtifactRestoreStatus.ADDED] + [ArtifactRestoreStatus.SCHEDULING] * active
    return [
        to_json_value(
            ExchangeRestoreSession(
                id=f"p{number}",
                created_date_time=_time(0),
                mailbox_restore_artifacts=[
                    _artifact(f"p{number}a1", "r1", status, DestinationType.NEW)
                ],
            )
        )
        for number, status in enumerate(statuses, start=1)
    ]


_TOLD: Final = ("what is derived", "nothing", "a lie")
"""What a session says of what follows from its artifacts."""

_ARTIFACTS: Final = ("mailboxRestoreArtifacts", "granularMailboxRestoreArtifacts")


def _session(choose: Choose, session_id: str) -> dict[str, Any]:
    """Choose a session that has come some way."""
    destination = pick(choose, (DestinationType.NEW, DestinationType.IN_PLACE))
    whole = [
        _artifact(f"{session_id}a{place}", f"r{place}", status, destination)
        for place, status in enumerate(_statuses(choose, 3), start=1)
    ]
    granular = [
        _granular(_artifact(f"{session_id}g{place}", "r1", status, destination))
        for place, status in enumerate(_statuses(choose, 2), start=1)
    ]
    session = to_json_value(
        ExchangeRestoreSession(
            id=session_id,
            created_date_time=_time(0),
            last_modified_date_time=_time(3),
            mailbox_restore_artifacts=whole,
            granular_mailbox_restore_artifacts=granular or None,
        )
    )
    told = pick(choose, _TOLD)
    if told != "what is derived":
        session = _without(session, DERIVED_PROPERTIES)
    if told == "a lie":
        session["status"] = pick(choose, list(RestoreSessionStatus)).value
    if rarely(choose, 8):  # as it comes to a client that did not ask for the artifacts
        session = _without(session, _ARTIFACTS)
    return session


def _without(document: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: content for name, content in document.items() if name not in names}


def _statuses(choose: Choose, most: int) -> list[ArtifactRestoreStatus]:
    statuses = list(ArtifactRestoreStatus)
    return [pick(choose, statuses) for _ in several(choose, 0, most)]


def _time(minutes: int) -> Timestamp:
    """Return a time on the day before histories begin."""
    return Timestamp.parse(at(MORNING - timedelta(days=1) + timedelta(minutes=minutes)))


def _artifact(
    artifact_id: str, point: str, status: ArtifactRestoreStatus, destination: DestinationType
) -> MailboxRestoreArtifact:
    """Return an artifact with all that its status wants (rule L5)."""
    started = status in {ArtifactRestoreStatus.IN_PROGRESS, ArtifactRestoreStatus.SUCCEEDED}
    return MailboxRestoreArtifact(
        id=artifact_id,
        status=status,
        destination_type=destination,
        restore_point=RestorePoint(id=point),
        start_date_time=_time(1) if started else None,
        completion_date_time=_time(2) if status in TERMINAL_ARTIFACT_STATUSES else None,
        error=PublicError(code="UnknownError") if status is ArtifactRestoreStatus.FAILED else None,
    )


def _granular(artifact: MailboxRestoreArtifact) -> GranularMailboxRestoreArtifact:
    return GranularMailboxRestoreArtifact(
        id=artifact.id,
        status=artifact.status,
        destination_type=artifact.destination_type,
        restore_point=artifact.restore_point,
        start_date_time=artifact.start_date_time,
        completion_date_time=artifact.completion_date_time,
        error=artifact.error,
        search_response_id="q1",
    )
