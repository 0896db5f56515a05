"""The domain model and state machine of a Microsoft 365 mailbox restore session.

Pure Python: no I/O, no clock, no randomness. The floors, from the ground up, are `status` and
`rules`, `aggregation` and `lifecycle`, `model`, `operations`, `wire`, and at the top the command
line.

A floor is imported when one of its names is first asked for, so that who wants `aggregate` alone
does not wait for the rest. ``import restore_domain.wire`` imports all that a service needs at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from restore_domain import wire
    from restore_domain.aggregation import (
        DECISION_TABLE,
        Explanation,
        StatusTally,
        aggregate,
        explain,
    )
    from restore_domain.lifecycle import Reporter
    from restore_domain.model import (
        ABSENT,
        ArtifactRemoval,
        CreateSessionRequest,
        DataModificationException,
        DeclaredProperties,
        EntityCollection,
        ExchangeRestoreSession,
        ExchangeRestoreSessionCollectionResponse,
        FailedEntry,
        GranularMailboxRestoreArtifact,
        Identity,
        IdentitySet,
        JsonObject,
        JsonValue,
        MailboxRestoreArtifact,
        MailboxRestoreArtifactCollectionResponse,
        ModificationInfo,
        ProtectionUnitBase,
        PublicError,
        PublicErrorDetail,
        PublicInnerError,
        RemovalReason,
        RequestedArtifact,
        RestoreArtifactBase,
        RestorePoint,
        RestoreSessionArtifactCount,
        RestoreSessionBase,
        Timestamp,
        UpdateSessionRequest,
        UpdateSessionResponse,
        Violation,
        audit,
    )
    from restore_domain.operations import RestoreDomainError
    from restore_domain.status import (
        ArtifactRestoreStatus,
        DestinationType,
        RestoreJobType,
        RestorePointTags,
        RestoreSessionStatus,
    )
    from restore_domain.wire import WireError

__version__ = "0.1.0"

__all__ = [
    "ABSENT",
    "DECISION_TABLE",
    "ArtifactRemoval",
    "ArtifactRestoreStatus",
    "CreateSessionRequest",
    "DataModificationException",
    "DeclaredProperties",
    "DestinationType",
    "EntityCollection",
    "ExchangeRestoreSession",
    "ExchangeRestoreSessionCollectionResponse",
    "Explanation",
    "FailedEntry",
    "GranularMailboxRestoreArtifact",
    "Identity",
    "IdentitySet",
    "JsonObject",
    "JsonValue",
    "MailboxRestoreArtifact",
    "MailboxRestoreArtifactCollectionResponse",
    "ModificationInfo",
    "ProtectionUnitBase",
    "PublicError",
    "PublicErrorDetail",
    "PublicInnerError",
    "RemovalReason",
    "Reporter",
    "RequestedArtifact",
    "RestoreArtifactBase",
    "RestoreDomainError",
    "RestoreJobType",
    "RestorePoint",
    "RestorePointTags",
    "RestoreSessionArtifactCount",
    "RestoreSessionBase",
    "RestoreSessionStatus",
    "StatusTally",
    "Timestamp",
    "UpdateSessionRequest",
    "UpdateSessionResponse",
    "Violation",
    "WireError",
    "aggregate",
    "audit",
    "explain",
    "wire",
]

_FLOORS: Final = ("status", "aggregation", "lifecycle", "model", "operations", "wire")
"""The modules below the command line and verification, from the ground up."""


def __getattr__(name: str) -> Any:
    """Import a floor, or the lowest floor that has this name."""
    if name in _FLOORS:
        return import_module(f"{__name__}.{name}")
    if name in __all__:
        floors = (vars(import_module(f"{__name__}.{floor}")) for floor in _FLOORS)
        lowest = next(names for names in floors if name in names)
        return globals().setdefault(name, lowest[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return every name, those that are still to be imported included."""
    return sorted({*globals(), *__all__, *_FLOORS})
