"""The beginning of a history: the parameters of ``reset``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from itertools import cycle
from typing import Any, Final

from restore_domain.model import (
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactsBulkAdditionRequest,
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
from restore_domain.verification.generation.choices import Choose, either, pick, rarely, several
from restore_domain.verification.generation.right_calls import text_of
from restore_domain.verification.generation.scene import MORNING, at
from restore_domain.wire import from_json_value, to_json_value

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
    {"artifactsPerRequest": 2, "restorationResources": 3},
    {"retentionDays": 1},
    {"artifactsPerRequest": 1, "activeSessions": 0, "retentionDays": 0},
    {"artifactsPerRequest": 3, "activeSessions": 2, "retentionDays": 30},
    {"restorationResources": 2},
    {
        "artifactsPerRequest": 57,
        "activeSessions": 28,
        "retentionDays": 400,
        "restorationResources": 4,
    },
    {"retentionDays": 40_000},
)
"""Limits that a few calls reach, and some that are above the service's."""


def start_of(choose: Choose, methods: Collection[str]) -> dict[str, Any]:
    """Choose the parameters of a ``reset``, among those that `methods` allows."""
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
        return _crowd(choose, most - choose(min(most, 1) + 1))
    return [
        pick(choose, (_session, _session, _odd_draft))(choose, f"p{9 - number}")
        for number in several(choose, 1, 3)
    ]


def _crowd(choose: Choose, active: int) -> list[Any]:
    """Return this many active sessions, after a draft that can be activated.

    The last one may be in any status, and may declare it without its artifacts.
    """
    statuses = [ArtifactRestoreStatus.ADDED] + [ArtifactRestoreStatus.SCHEDULING] * active
    statuses[-1] = pick(choose, (statuses[-1], *ArtifactRestoreStatus))
    crowd = [
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
    return [*crowd[:-1], _sent(choose, crowd[-1])]


_DECLARED: Final = ("what is derived", "nothing", "a lie", "an end of its own")
"""The values that a session declares for derived properties."""

_ARTIFACTS: Final = ("mailboxRestoreArtifacts", "granularMailboxRestoreArtifacts")

_TIMES: Final = ("createdDateTime", "lastModifiedDateTime")


def _session(choose: Choose, session_id: str) -> dict[str, Any]:
    """Choose a session that is already under way."""
    destination = pick(choose, (DestinationType.NEW, DestinationType.IN_PLACE))
    among = pick(choose, _AMONG)
    codes = cycle(pick(choose, _CODES))
    whole = [
        _artifact(f"h{place}", f"r{place}", status, destination, next(codes))
        for place, status in enumerate(_statuses(choose, among, 4), start=1)
    ]
    granular = [
        _granular(_artifact(f"g{place}", f"r{place}", status, destination))
        for place, status in enumerate(_statuses(choose, among, 2), start=1)
    ]
    requests = _requests(choose)
    session = to_json_value(
        ExchangeRestoreSession(
            id=session_id,
            created_date_time=_time(0),
            last_modified_date_time=_time(3),
            mailbox_restore_artifacts=[] if requests and either(choose) else whole,
            granular_mailbox_restore_artifacts=_granular_or_none(choose, granular, requests),
            mailbox_restore_artifacts_bulk_addition_requests=requests,
            activated=requests is not None and either(choose),
        )
    )
    declared = pick(choose, _DECLARED)
    if declared in {"nothing", "a lie"}:
        session = _without(session, DERIVED_PROPERTIES)
    if declared == "a lie":
        session["status"] = text_of(choose, pick(choose, list(RestoreSessionStatus)))
    job_type = pick(choose, _JOB_TYPES if requests is None else _BULK_JOB_TYPES)
    if job_type is not None:
        session["restoreJobType"] = job_type
    if rarely(choose, 6):
        session = _without(session, pick(choose, (_TIMES[:1], _TIMES[1:], _TIMES)))
    if rarely(choose, 3):
        session = _sent(choose, session)
    for name in _ARTIFACTS:
        artifacts: list[dict[str, Any]] = session.get(name) or []
        for artifact in artifacts:
            if declared == "an end of its own":
                artifact.pop("completionDateTime", None)
            _make_unusual(choose, artifact)
        if len(artifacts) > 1 and rarely(choose, 6) and "restorePoint" in artifacts[0]:
            artifacts[1]["restorePoint"] = artifacts[0]["restorePoint"]
    if rarely(choose, 3):
        session |= pick(choose, _ODD_OF_SESSIONS)
    return session


def _odd_draft(choose: Choose, session_id: str) -> dict[str, Any]:
    """Choose a draft that can be updated, as no request would make it.

    Its artifacts are of one restore point, or of chosen items and among whole mailboxes.
    """
    number = 2 + choose(2)
    odd = pick(choose, _OF_DRAFTS)
    artifacts = [
        to_json_value(
            _artifact(f"h{place}", f"r{place}", ArtifactRestoreStatus.ADDED, DestinationType.NEW)
        )
        | odd
        for place in range(1, number + 1)
    ]
    created = at(MORNING - timedelta(days=1))
    return {"id": session_id, "createdDateTime": created, _ARTIFACTS[0]: artifacts}


_OF_DRAFTS: Final[tuple[dict[str, Any], ...]] = (
    {"restorePoint": {"id": "r1"}},
    {"@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact", "searchResponseId": "q1"},
)
"""What all artifacts of an odd draft have."""


_JOB_TYPES: Final = (*[None] * 6, "standard", "granular", "bulk", "urgent")
"""The job types that a session declares."""

_BULK_JOB_TYPES: Final = (*["bulk"] * 5, None, "standard", "urgent")
"""The job types of a session with bulk requests."""


_CODES: Final = (
    ("UnknownError",),
    ("ArtifactCannotBeRestored", "UnknownError"),
    ("UnknownError", *["ArtifactCannotBeRestored"] * 3),
)
"""The codes of the errors of failed artifacts, in turn."""


def _requests(choose: Choose) -> list[MailboxRestoreArtifactsBulkAdditionRequest] | None:
    """Choose the bulk requests of a session: usually none, and not even a collection of them."""
    if not rarely(choose, 3):
        return None
    return [_request(choose, f"p{number + 1}") for number in several(choose, 0, 2)]


def _request(choose: Choose, request_id: str) -> MailboxRestoreArtifactsBulkAdditionRequest:
    """Choose a bulk request in any status, usually active, as the service sends it."""
    return from_json_value(
        {
            "id": request_id,
            "status": pick(choose, _REQUEST_STATUSES),
            "destinationType": "inPlace",
            "createdDateTime": at(MORNING - timedelta(days=1)),
            "lastModifiedDateTime": at(MORNING - timedelta(hours=20)),
        }
        | pick(choose, _OF_REQUESTS),
        MailboxRestoreArtifactsBulkAdditionRequest,
    )


_REQUEST_STATUSES: Final = (
    *["active"] * 3,
    "completedWithErrors",
    "completedWithErrors",
    "completed",
    "completed",
    "unknown",
    "paused",
)

_OF_REQUESTS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"mailboxes": ["m1@example.com", "m2@example.com", "m3@example.com"]},
    {"directoryObjectIds": ["d1", "d2"], "mailboxes": [], "destinationType": "new"},
    {
        "error": {
            "code": "ArtifactNotFound",
            "details": [{"code": "ArtifactNotFound", "target": "m1@example.com"}],
        },
        "mailboxes": ["m1@example.com", "m2@example.com"],
        "lastModifiedBy": {"user": {"id": "u3"}},
    },
    {"error": {"code": "UnknownError", "colour": "red"}, "lastModifiedDateTime": None},
    {"tags": "fastRestore,slowRestore", "protectionTimePeriod": {"zone": "CET"}},
)
"""Further properties of a bulk request in a session that was read."""


def _granular_or_none(
    choose: Choose,
    granular: list[GranularMailboxRestoreArtifact],
    requests: list[MailboxRestoreArtifactsBulkAdditionRequest] | None,
) -> list[GranularMailboxRestoreArtifact] | None:
    """Leave out the collection if it is empty, or keep it empty."""
    is_there = either(choose)
    return (granular or ([] if is_there else None)) if requests is None else None


def _without(document: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: content for name, content in document.items() if name not in names}


def _sent(choose: Choose, session: dict[str, Any]) -> dict[str, Any]:
    """Leave out all or some artifacts, as for a client that did not ask for them."""
    part = pick(choose, ("all", "none", *_ARTIFACTS))
    if part == "all":
        return session
    declared = {"status": pick(choose, _STATUSES_OF_A_PART)}
    if part == "none":
        return _without(session, _ARTIFACTS) | declared
    return session | declared | pick(choose, _EVIDENCE[part])


_EVIDENCE: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    name: (
        *[{f"{name}@odata.nextLink": "https://more"}] * 8,
        {f"{name}@odata.count": 1_000},
        {"restoreSessionArtifactCount": {"total": 7, "inProgress": 1}},
        {"restoreJobType": "bulk"},
        {"restoreJobType": "granular"},
        {"mailboxRestoreArtifactsBulkAdditionRequests@odata.count": 3},
    )
    for name in _ARTIFACTS
}
"""What may show that there are more artifacts of a kind (rule S8)."""

_STATUSES_OF_A_PART: Final = ("draft", "active", "activating", "completed", "failed", "paused")
"""The statuses that an incomplete session may declare."""


def _make_unusual(choose: Choose, artifact: dict[str, Any]) -> None:
    """Write the unknown status as any text, and sometimes properties that don't fit the status."""
    artifact["status"] = text_of(choose, ArtifactRestoreStatus(artifact["status"]))
    if rarely(choose, 8):
        name, value = pick(choose, _UNWANTED)
        if artifact.pop(name, None) is None:
            artifact[name] = value
    if rarely(choose, 8):
        artifact |= pick(choose, _ODD)


_UNWANTED: Final[tuple[tuple[str, Any], ...]] = (
    ("startDateTime", "2026-01-04T08:30:00.1234567Z"),
    ("completionDateTime", "2026-01-04T10:00:00+02:00"),
    ("error", {"code": "ArtifactCannotBeRestored"}),
    ("destinationType", "elsewhere"),
    ("restorePoint", {"@odata.id": "r2"}),
    ("restoredItemCount", 7),
    ("restoredFolderId", None),
)
"""The properties that are removed from an artifact, or added to one that lacks them."""

_NULLS: Final = (
    *("startDateTime", "completionDateTime", "error", "status", "destinationType"),
    *("restorePoint", "restoredFolderName", "searchResponseId"),
)

_ODD: Final[tuple[dict[str, Any], ...]] = (
    *({name: None} for name in _NULLS),
    {"completionDateTime": "2026-01-04T09:02:00.1234567Z"},
    {"startDateTime": None, "restoredFolderName": "", "restoredItemCount": 0},
    {"error": {"code": None, "message": None}},
    {"error": {"code": "Busy", "message": "Too busy.", "target": "t1"}},
    {"@odata.type": "#Microsoft.Graph.GranularMailboxRestoreArtifact"},
    {"@odata.type": "#microsoft.graph.mailboxRestoreArtifact"},
    {"@odata.type": {}},
    {"@odata.etag": "1", "status@odata.type": "#String", "colour": ["red", None]},
)
"""Unusual parts of an artifact that a service may send: a null, a text that is not a member, an
annotation, an unknown property.
"""

_ODD_OF_SESSIONS: Final[tuple[dict[str, Any], ...]] = (
    {"status": None},
    {"status": "paused"},
    {"lastModifiedBy": None, "lastModifiedDateTime": None},
    {"lastModifiedBy": {"user": {"id": "ada"}}, "createdBy": None},
    {"createdDateTime": None},
    {"lastModifiedDateTime": "2026-01-06T00:00:00.1234567Z"},
    {"restoreJobType": None},
    {"policyId": None},
    {"policyId": "policy-1"},
    {"completedDateTime": None, "error": None, "restoreSessionArtifactCount": None},
    {"completedDateTime": "2026-01-04T09:30:00.1234567Z"},
    {"error": {"code": "Busy", "details": [{"code": "Busy", "target": "h1"}]}},
    {"restoreSessionArtifactCount": {"total": None, "inProgress": 1, "queued": 2}},
    {"mailboxRestoreArtifacts@odata.count": 1, "granularMailboxRestoreArtifacts@odata.count": 0},
    {"mailboxRestoreArtifacts@odata.nextLink": None},
    {"mailboxRestoreArtifacts@odata.nextLink": {}},
    {"@odata.type": {}, "@odata.etag": "1", "colour": ["red", None]},
)
"""The same for a session, which may also declare values that its artifacts do not give."""


_AMONG: Final = (
    tuple(ArtifactRestoreStatus),
    (ArtifactRestoreStatus.ADDED,),
    tuple(sorted(TERMINAL_ARTIFACT_STATUSES)),
    (ArtifactRestoreStatus.IN_PROGRESS, *sorted(TERMINAL_ARTIFACT_STATUSES)),
    (ArtifactRestoreStatus.FAILED,),
    (ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE, ArtifactRestoreStatus.IN_PROGRESS),
)
"""The statuses of the artifacts of a session."""


def _statuses(
    choose: Choose, among: Sequence[ArtifactRestoreStatus], most: int
) -> list[ArtifactRestoreStatus]:
    return [pick(choose, among) for _ in several(choose, 0, most)]


def _time(minutes: int) -> Timestamp:
    """Return a time on the day before histories begin."""
    return Timestamp.parse(at(MORNING - timedelta(days=1) + timedelta(minutes=minutes)))


def _artifact(
    artifact_id: str,
    point: str,
    status: ArtifactRestoreStatus,
    destination: DestinationType,
    code: str = "UnknownError",
) -> MailboxRestoreArtifact:
    """Return an artifact with everything that its status requires (rule L5), such as an error."""
    started = status in {ArtifactRestoreStatus.IN_PROGRESS, ArtifactRestoreStatus.SUCCEEDED}
    return MailboxRestoreArtifact(
        id=artifact_id,
        status=status,
        destination_type=destination,
        restore_point=RestorePoint(id=point),
        start_date_time=_time(1) if started else None,
        completion_date_time=_time(2) if status in TERMINAL_ARTIFACT_STATUSES else None,
        error=PublicError(code=code) if status is ArtifactRestoreStatus.FAILED else None,
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
