"""The domain model and state machine of a Microsoft 365 mailbox restore session.

Pure Python: no I/O, no clock, no randomness. The layers, from the lowest, are `status` and `rules`,
`aggregation` and `lifecycle`, `model`, `operations`, `wire`, and at the top the command line.

A layer is imported when one of its names is first accessed, so that a program that needs only
`aggregate` does not wait for the rest. ``import restore_domain.wire`` imports everything that a
service needs at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from restore_domain import aggregation as aggregation
    from restore_domain import lifecycle as lifecycle
    from restore_domain import model as model
    from restore_domain import operations as operations
    from restore_domain import status as status
    from restore_domain import wire as wire
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
        CreateBulkRequest,
        CreateSessionRequest,
        DataModificationException,
        DeclaredProperties,
        EntityCollection,
        Evidence,
        ExchangeRestoreSession,
        ExchangeRestoreSessionCollectionResponse,
        FailedEntry,
        Finding,
        GranularMailboxRestoreArtifact,
        Identity,
        IdentitySet,
        JsonObject,
        JsonValue,
        MailboxRestoreArtifact,
        MailboxRestoreArtifactCollectionResponse,
        MailboxRestoreArtifactsBulkAdditionRequest,
        MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse,
        ModificationInfo,
        ProtectionUnitBase,
        PublicError,
        PublicErrorDetail,
        PublicInnerError,
        RemovalReason,
        RequestedArtifact,
        RequestedGranularArtifact,
        RestoreArtifactBase,
        RestoreArtifactsBulkRequestBase,
        RestorePoint,
        RestoreSessionArtifactCount,
        RestoreSessionBase,
        TimePeriod,
        Timestamp,
        UpdateSessionRequest,
        UpdateSessionResponse,
        Violation,
        ViolationKind,
        audit,
        audit_change,
        audit_history,
    )
    from restore_domain.operations import RestoreDomainError
    from restore_domain.status import (
        ArtifactRestoreStatus,
        DestinationType,
        RestoreArtifactsBulkRequestStatus,
        RestoreJobType,
        RestorePointPreference,
        RestorePointTags,
        RestoreSessionStatus,
    )
    from restore_domain.wire import WireError

__version__ = "0.2.0"

__all__ = [
    "ABSENT",
    "DECISION_TABLE",
    "ArtifactRemoval",
    "ArtifactRestoreStatus",
    "CreateBulkRequest",
    "CreateSessionRequest",
    "DataModificationException",
    "DeclaredProperties",
    "DestinationType",
    "EntityCollection",
    "Evidence",
    "ExchangeRestoreSession",
    "ExchangeRestoreSessionCollectionResponse",
    "Explanation",
    "FailedEntry",
    "Finding",
    "GranularMailboxRestoreArtifact",
    "Identity",
    "IdentitySet",
    "JsonObject",
    "JsonValue",
    "MailboxRestoreArtifact",
    "MailboxRestoreArtifactCollectionResponse",
    "MailboxRestoreArtifactsBulkAdditionRequest",
    "MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse",
    "ModificationInfo",
    "ProtectionUnitBase",
    "PublicError",
    "PublicErrorDetail",
    "PublicInnerError",
    "RemovalReason",
    "Reporter",
    "RequestedArtifact",
    "RequestedGranularArtifact",
    "RestoreArtifactBase",
    "RestoreArtifactsBulkRequestBase",
    "RestoreArtifactsBulkRequestStatus",
    "RestoreDomainError",
    "RestoreJobType",
    "RestorePoint",
    "RestorePointPreference",
    "RestorePointTags",
    "RestoreSessionArtifactCount",
    "RestoreSessionBase",
    "RestoreSessionStatus",
    "StatusTally",
    "TimePeriod",
    "Timestamp",
    "UpdateSessionRequest",
    "UpdateSessionResponse",
    "Violation",
    "ViolationKind",
    "WireError",
    "aggregate",
    "audit",
    "audit_change",
    "audit_history",
    "explain",
    "wire",
]

_LAYERS: Final = ("status", "aggregation", "lifecycle", "model", "operations", "wire")
"""The modules that are available as attributes without being imported explicitly."""

_LAYER_OF: Final = {
    "ABSENT": "model",
    "DECISION_TABLE": "aggregation",
    "ArtifactRemoval": "model",
    "ArtifactRestoreStatus": "status",
    "CreateBulkRequest": "model",
    "CreateSessionRequest": "model",
    "DataModificationException": "model",
    "DeclaredProperties": "model",
    "DestinationType": "status",
    "EntityCollection": "model",
    "Evidence": "model",
    "ExchangeRestoreSession": "model",
    "ExchangeRestoreSessionCollectionResponse": "model",
    "Explanation": "aggregation",
    "FailedEntry": "model",
    "Finding": "model",
    "GranularMailboxRestoreArtifact": "model",
    "Identity": "model",
    "IdentitySet": "model",
    "JsonObject": "model",
    "JsonValue": "model",
    "MailboxRestoreArtifact": "model",
    "MailboxRestoreArtifactCollectionResponse": "model",
    "MailboxRestoreArtifactsBulkAdditionRequest": "model",
    "MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse": "model",
    "ModificationInfo": "model",
    "ProtectionUnitBase": "model",
    "PublicError": "model",
    "PublicErrorDetail": "model",
    "PublicInnerError": "model",
    "RemovalReason": "model",
    "Reporter": "lifecycle",
    "RequestedArtifact": "model",
    "RequestedGranularArtifact": "model",
    "RestoreArtifactBase": "model",
    "RestoreArtifactsBulkRequestBase": "model",
    "RestoreArtifactsBulkRequestStatus": "status",
    "RestoreDomainError": "operations",
    "RestoreJobType": "status",
    "RestorePoint": "model",
    "RestorePointPreference": "status",
    "RestorePointTags": "status",
    "RestoreSessionArtifactCount": "model",
    "RestoreSessionBase": "model",
    "RestoreSessionStatus": "status",
    "StatusTally": "aggregation",
    "TimePeriod": "model",
    "Timestamp": "model",
    "UpdateSessionRequest": "model",
    "UpdateSessionResponse": "model",
    "Violation": "model",
    "ViolationKind": "model",
    "WireError": "wire",
    "aggregate": "aggregation",
    "audit": "model",
    "audit_change": "model",
    "audit_history": "model",
    "explain": "aggregation",
}
"""The layer from which each public name is imported."""

if not TYPE_CHECKING:  # a type checker would otherwise accept any name

    def __getattr__(name: str) -> Any:
        """Import a layer, or a public name from its layer."""
        if name in _LAYERS:
            return import_module(f"{__name__}.{name}")
        if name in _LAYER_OF:
            layer = import_module(f"{__name__}.{_LAYER_OF[name]}")
            return globals().setdefault(name, getattr(layer, name))
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return every name, including those that are not imported yet."""
    return sorted({*globals(), *__all__, *_LAYERS})
