"""Layer 4: the root of all sessions, and the operations on it as pure functions.

An operation that changes something takes a root and returns an `Outcome`: the new root, the
answer, and the events. A refused one raises `RestoreDomainError`, and the old root is as it was.
"""

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
    Event,
    Outcome,
    SessionChanged,
    SessionCreated,
    SessionRemoved,
    apply,
    replay,
)
from restore_domain.operations.limits import Limits
from restore_domain.operations.observations import observe
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
    "ErrorCase",
    "Event",
    "Limits",
    "Operation",
    "Outcome",
    "Page",
    "RecordedBatch",
    "Report",
    "RestoreDomainError",
    "SessionChanged",
    "SessionCreated",
    "SessionRemoved",
    "SnapshotRefusedError",
    "StaleReport",
    "UnreadRequest",
    "activate_session",
    "apply",
    "create_artifact",
    "create_session",
    "delete_session",
    "expire",
    "get_session",
    "list_artifacts",
    "list_granular_artifacts",
    "list_sessions",
    "observe",
    "record",
    "record_batch",
    "refusal_of",
    "replay",
    "update_session",
]
