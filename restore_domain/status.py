"""Layer 1: the statuses of a restore session and of its artifacts, and the evolvable-enum rule.

Each enumeration lists its members in the order of the service's metadata. The order has a meaning:
a member declared *after* ``unknownFutureValue`` is shown only to a client that asked for it with
``Prefer: include-unknown-enum-members``; every other client is shown ``unknownFutureValue`` instead
(rule W3).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeVar

__all__ = [
    "ACTIVE_SESSION_STATUSES",
    "EVOLVABLE_ENUMS",
    "HIDDEN_MEMBERS",
    "TERMINAL_ARTIFACT_STATUSES",
    "TERMINAL_SESSION_STATUSES",
    "ArtifactRestoreStatus",
    "DestinationType",
    "RestoreArtifactsBulkRequestStatus",
    "RestoreJobType",
    "RestorePointPreference",
    "RestorePointTags",
    "RestoreSessionStatus",
    "mask_unknown_members",
]


class ArtifactRestoreStatus(StrEnum):
    """The progress of the restore of one artifact (Graph's ``artifactRestoreStatus``)."""

    ADDED = "added"
    """The session is not activated."""

    SCHEDULING = "scheduling"
    """Activation of the session was called."""

    SCHEDULED = "scheduled"
    """The activation succeeded; the restore is waiting to be picked."""

    IN_PROGRESS = "inProgress"
    """The restore is running."""

    SUCCEEDED = "succeeded"
    """Terminal: the artifact was restored."""

    FAILED = "failed"
    """Terminal: the artifact was not restored; its error says why."""

    UNKNOWN_FUTURE_VALUE = "unknownFutureValue"
    """A status that the service may add and this version does not know (rule W2)."""


class RestoreSessionStatus(StrEnum):
    """The aggregate of a session's artifacts (Graph's ``restoreSessionStatus``)."""

    DRAFT = "draft"
    """Not activated: artifacts may still be added and removed."""

    ACTIVATING = "activating"
    """Activation was called."""

    ACTIVE = "active"
    """Artifacts are being restored."""

    COMPLETED_WITH_ERROR = "completedWithError"
    """Terminal: some artifacts were restored and some were not."""

    COMPLETED = "completed"
    """Terminal: every artifact was restored."""

    UNKNOWN_FUTURE_VALUE = "unknownFutureValue"
    """The known statuses of the artifacts allow more than one answer (rule A10)."""

    FAILED = "failed"
    """Terminal: no artifact was restored. Declared after the sentinel: see rule W3."""


class DestinationType(StrEnum):
    """Where an artifact is restored to (Graph's ``destinationType``)."""

    NEW = "new"
    """A new folder next to the existing data."""

    IN_PLACE = "inPlace"
    """Over the existing data."""

    UNKNOWN_FUTURE_VALUE = "unknownFutureValue"
    """A destination that this version does not know (rule W2)."""


class RestoreArtifactsBulkRequestStatus(StrEnum):
    """The progress of a bulk request (Graph's ``restoreArtifactsBulkRequestStatus``)."""

    UNKNOWN = "unknown"
    """The service does not say."""

    ACTIVE = "active"
    """Artifacts may still be added for it (rule B3)."""

    COMPLETED = "completed"
    """There is an artifact for each of its mailboxes."""

    COMPLETED_WITH_ERRORS = "completedWithErrors"
    """Some of its mailboxes could not be resolved, and its error says why."""

    UNKNOWN_FUTURE_VALUE = "unknownFutureValue"
    """A status that this version does not know (rule W2)."""


class RestoreJobType(StrEnum):
    """How artifacts are added to a session (Graph's ``restoreJobType``)."""

    STANDARD = "standard"
    """Artifacts are added one request at a time."""

    BULK = "bulk"
    """Artifacts are added by bulk requests."""

    UNKNOWN_FUTURE_VALUE = "unknownFutureValue"
    """A job type that this version does not know (rule W2)."""

    GRANULAR = "granular"
    """Selected items of a mailbox are restored. Declared after the sentinel: see rule W3."""


class RestorePointPreference(StrEnum):
    """Which restore point of a period a bulk request uses (Graph's ``restorePointPreference``)."""

    LATEST = "latest"
    """The last one of the period."""

    OLDEST = "oldest"
    """The first one of the period."""

    UNKNOWN_FUTURE_VALUE = "unknownFutureValue"
    """A preference that this version does not know (rule W2)."""


class RestorePointTags(StrEnum):
    """A label of a restore point (Graph's ``restorePointTags``, a set of flags)."""

    NONE = "none"
    """No label."""

    FAST_RESTORE = "fastRestore"
    """The service recommends this point for the fastest restore."""

    UNKNOWN_FUTURE_VALUE = "unknownFutureValue"
    """A label that this version does not know (rule W2)."""


TERMINAL_ARTIFACT_STATUSES: Final = frozenset(
    {ArtifactRestoreStatus.SUCCEEDED, ArtifactRestoreStatus.FAILED}
)
"""The statuses in which an artifact never changes again (rule L4)."""

TERMINAL_SESSION_STATUSES: Final = frozenset(
    {
        RestoreSessionStatus.COMPLETED_WITH_ERROR,
        RestoreSessionStatus.COMPLETED,
        RestoreSessionStatus.FAILED,
    }
)
"""The statuses in which a session never changes again, and has a completedDateTime (rule S3)."""

ACTIVE_SESSION_STATUSES: Final = frozenset(
    {RestoreSessionStatus.ACTIVATING, RestoreSessionStatus.ACTIVE}
)
"""Sessions in these statuses count against the limit of active sessions (rule O4)."""

EVOLVABLE_ENUMS: Final[tuple[type[StrEnum], ...]] = (
    ArtifactRestoreStatus,
    RestoreSessionStatus,
    DestinationType,
    RestoreJobType,
    RestorePointTags,
    RestoreArtifactsBulkRequestStatus,
    RestorePointPreference,
)
"""Every enumeration that the service may extend; each has the member UNKNOWN_FUTURE_VALUE."""

_Member = TypeVar("_Member", bound=StrEnum)


def _declared_after_sentinel(enum: type[StrEnum]) -> frozenset[StrEnum]:
    members = list(enum)
    return frozenset(members[members.index(enum["UNKNOWN_FUTURE_VALUE"]) + 1 :])


HIDDEN_MEMBERS: Final[Mapping[type[StrEnum], frozenset[StrEnum]]] = MappingProxyType(
    {enum: _declared_after_sentinel(enum) for enum in EVOLVABLE_ENUMS}
)
"""For each enumeration, the members that are shown only to a client that asked for them (rule W3).
"""


def mask_unknown_members(member: _Member) -> _Member:
    """Return the member that is shown to a client that did not ask for unknown members (rule W3).

    A member declared after the sentinel becomes UNKNOWN_FUTURE_VALUE; any other stays. Raises
    TypeError for anything that is not a member of one of `EVOLVABLE_ENUMS`.
    """
    enum = type(member)
    if enum not in HIDDEN_MEMBERS:
        raise TypeError(f"expected a member of an evolvable enumeration, got {member!r:.60}")
    return enum["UNKNOWN_FUTURE_VALUE"] if member in HIDDEN_MEMBERS[enum] else member
