"""Layer 4: the root of all sessions, and the operations on it as pure functions.

An operation that changes something takes a root and returns an `Outcome`: the new root, the answer,
and the events. A refused one raises `RestoreDomainError`, and the old root is unchanged.
"""

from typing import get_args

from restore_domain.model.pydantic_hook import stand_as_pydantic_fields
from restore_domain.operations.bulk_requests import (
    Resolution,
    UnresolvedMailbox,
    create_bulk_request,
    delete_bulk_request,
    get_bulk_request,
    list_bulk_requests,
    resolve_bulk_request,
)
from restore_domain.operations.checks import UnreadRequest
from restore_domain.operations.drafts import (
    activate_session,
    create_artifact,
    create_session,
    update_session,
)
from restore_domain.operations.errors import (
    ARTIFACT_ERROR_CODES,
    CATALOGUE,
    BatchRefusedError,
    ErrorCase,
    Operation,
    RestoreDomainError,
    SnapshotRefusedError,
    refusal_of,
)
from restore_domain.operations.events import (
    BulkRequestChange,
    BulkRequestCreated,
    BulkRequestDeleted,
    BulkRequestResolved,
    Event,
    Outcome,
    SessionChanged,
    SessionCreated,
    SessionRemovalReason,
    SessionRemoved,
    apply,
    replay,
)
from restore_domain.operations.limits import Limits
from restore_domain.operations.observations import observe
from restore_domain.operations.permissions import allowed_operations
from restore_domain.operations.queries import (
    Page,
    get_session,
    list_artifacts,
    list_granular_artifacts,
    list_sessions,
)
from restore_domain.operations.removals import delete_session, expire
from restore_domain.operations.reports import (
    RecordedBatch,
    Report,
    StaleReport,
    record,
    record_batch,
)
from restore_domain.operations.root import BackupRestoreRoot

__all__ = [
    "ARTIFACT_ERROR_CODES",
    "CATALOGUE",
    "BackupRestoreRoot",
    "BatchRefusedError",
    "BulkRequestChange",
    "BulkRequestCreated",
    "BulkRequestDeleted",
    "BulkRequestResolved",
    "ErrorCase",
    "Event",
    "Limits",
    "Operation",
    "Outcome",
    "Page",
    "RecordedBatch",
    "Report",
    "Resolution",
    "RestoreDomainError",
    "SessionChanged",
    "SessionCreated",
    "SessionRemovalReason",
    "SessionRemoved",
    "SnapshotRefusedError",
    "StaleReport",
    "UnreadRequest",
    "UnresolvedMailbox",
    "activate_session",
    "allowed_operations",
    "apply",
    "create_artifact",
    "create_bulk_request",
    "create_session",
    "delete_bulk_request",
    "delete_session",
    "expire",
    "get_bulk_request",
    "get_session",
    "list_artifacts",
    "list_bulk_requests",
    "list_granular_artifacts",
    "list_sessions",
    "observe",
    "record",
    "record_batch",
    "refusal_of",
    "replay",
    "resolve_bulk_request",
    "update_session",
]

stand_as_pydantic_fields(get_args(Event))
