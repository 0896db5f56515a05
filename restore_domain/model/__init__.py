"""Layer 3: the entities, immutable and compared by value."""

from restore_domain.model.artifact import (
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    RestoreArtifactBase,
)
from restore_domain.model.audit import Violation, ViolationKind, audit
from restore_domain.model.bulk_request import (
    MailboxRestoreArtifactsBulkAdditionRequest,
    RestoreArtifactsBulkRequestBase,
    TimePeriod,
)
from restore_domain.model.collection import EntityCollection
from restore_domain.model.differences import MISSING, ValueDifference, differences
from restore_domain.model.history import Finding, audit_change, audit_history
from restore_domain.model.identity import Identity, IdentitySet
from restore_domain.model.json_value import ABSENT, JsonObject, JsonValue
from restore_domain.model.lacking import Evidence
from restore_domain.model.page import (
    ExchangeRestoreSessionCollectionResponse,
    MailboxRestoreArtifactCollectionResponse,
    MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse,
)
from restore_domain.model.public_error import PublicError, PublicErrorDetail, PublicInnerError
from restore_domain.model.pydantic_hook import stand_as_pydantic_fields
from restore_domain.model.requests import (
    ArtifactRemoval,
    CreateBulkRequest,
    CreateSessionRequest,
    DataModificationException,
    FailedEntry,
    ModificationInfo,
    RemovalReason,
    RequestedArtifact,
    RequestedGranularArtifact,
    UpdateSessionRequest,
    UpdateSessionResponse,
)
from restore_domain.model.restore_point import ProtectionUnitBase, RestorePoint
from restore_domain.model.session import (
    DeclaredProperties,
    ExchangeRestoreSession,
    RestoreSessionArtifactCount,
    RestoreSessionBase,
)
from restore_domain.model.timestamp import Timestamp

__all__ = [
    "ABSENT",
    "MISSING",
    "ArtifactRemoval",
    "CreateBulkRequest",
    "CreateSessionRequest",
    "DataModificationException",
    "DeclaredProperties",
    "EntityCollection",
    "Evidence",
    "ExchangeRestoreSession",
    "ExchangeRestoreSessionCollectionResponse",
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
    "RequestedArtifact",
    "RequestedGranularArtifact",
    "RestoreArtifactBase",
    "RestoreArtifactsBulkRequestBase",
    "RestorePoint",
    "RestoreSessionArtifactCount",
    "RestoreSessionBase",
    "TimePeriod",
    "Timestamp",
    "UpdateSessionRequest",
    "UpdateSessionResponse",
    "ValueDifference",
    "Violation",
    "ViolationKind",
    "audit",
    "audit_change",
    "audit_history",
    "differences",
]

stand_as_pydantic_fields(
    kind for kind in map(globals().get, __all__) if hasattr(kind, "additional_data")
)
