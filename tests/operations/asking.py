"""The operations, how each is called, and what it refuses in which order."""

from typing import Any

from restore_domain.model import (
    CreateSessionRequest,
    ExchangeRestoreSession,
    RequestedArtifact,
    UpdateSessionRequest,
)
from restore_domain.operations import (
    BackupRestoreRoot,
    Operation,
    Report,
    activate_session,
    create_artifact,
    create_session,
    record,
    update_session,
)

from .service import (
    BOB,
    IN_PROGRESS,
    NOW,
    Form,
    Json,
    artifact,
    create_body,
    patch_body,
    root_of,
    root_with,
    session,
    typed,
)

# The codes that are raised, in the order of the checks.
ORDER_OF_CHECKS = """
create          O1  400  InvalidArtifactRequest
create          O1  413  RestoreArtifactsLimitBreached
create          O1  400  InvalidPathType
create          O1  400  InvalidRestorePoint
create          O1  400  DifferentRestoreDestinationType
create          O1  400  DuplicateArtifactInList
get             O2  400  InvalidRestoreSessionId
get             O2  404  RestoreSessionNotFound
list            O2  400  InvalidRequest
listArtifacts   O2  400  InvalidRestoreSessionId
listArtifacts   O2  404  RestoreSessionNotFound
listArtifacts   O2  400  InvalidRequest
listGranularArtifacts  O2  400  InvalidRestoreSessionId
listGranularArtifacts  O2  404  RestoreSessionNotFound
listGranularArtifacts  O2  400  InvalidRequest
update          O3  400  InvalidRestoreSessionId
update          O3  404  RestoreSessionNotFound
update          O3  403  RestoreSessionActionNotAllowed
update          O3  400  InvalidPatchRequest
update          O3  400  InvalidArtifactRequest
update          O3  400  RestoreArtifactsLimitBreached
update          O3  400  InvalidPathType
update          O3  400  InvalidRestorePoint
update          O3  400  DuplicateArtifactInList
update          O3  400  DifferentRestoreDestinationType
activate        O4  400  InvalidRestoreSessionId
activate        O4  404  RestoreSessionNotFound
activate        O4  403  RestoreSessionActionNotAllowed
activate        O4  400  InvalidArtifactRequest
activate        O4  500  TooManyActiveRestoreSessions
delete          O5  400  InvalidRestoreSessionId
delete          O5  404  RestoreSessionNotFound
delete          O5  403  RestoreSessionActionNotAllowed
delete          O5  500  IncompleteArtifactDeletion
createArtifact  O6  400  InvalidRestoreSessionId
createArtifact  O6  404  RestoreSessionNotFound
createArtifact  O6  403  RestoreSessionActionNotAllowed
createArtifact  O6  400  InvalidArtifactRequest
createArtifact  O6  400  InvalidPathType
createArtifact  O6  400  InvalidRestorePoint
createArtifact  O6  400  DuplicateArtifactInList
createArtifact  O6  400  DifferentRestoreDestinationType
record          O7  400  InvalidRestoreSessionId
record          O7  404  RestoreSessionNotFound
record          O7  400  InvalidArtifactRequest
record          O7  404  ArtifactNotFound
record          O7  403  RestoreSessionActionNotAllowed
createBulkRequest  B1  400  InvalidRestoreSessionId
createBulkRequest  B1  404  RestoreSessionNotFound
createBulkRequest  B1  403  RestoreSessionActionNotAllowed
createBulkRequest  B1  400  BulkRestoreInvalidCreateRequest
createBulkRequest  B1  400  InvalidPathType
createBulkRequest  B1  400  BulkRestoreRestorationResourcesCountExceedsLimit
createBulkRequest  B1  400  BulkRestoreInvalidCreateRequestUserEmail
getBulkRequest  B2  400  InvalidRestoreSessionId
getBulkRequest  B2  404  RestoreSessionNotFound
getBulkRequest  B2  400  InvalidBulkRestoreArtifactId
getBulkRequest  B2  404  BulkRestoreArtifactsNotFound
listBulkRequests  B2  400  InvalidRestoreSessionId
listBulkRequests  B2  404  RestoreSessionNotFound
listBulkRequests  B2  400  InvalidRequest
deleteBulkRequest  B2  400  InvalidRestoreSessionId
deleteBulkRequest  B2  404  RestoreSessionNotFound
deleteBulkRequest  B2  400  InvalidBulkRestoreArtifactId
deleteBulkRequest  B2  404  BulkRestoreArtifactsNotFound
deleteBulkRequest  B2  403  InvalidStateForBulkRequestDeletion
resolveBulkRequest  B5  400  InvalidRestoreSessionId
resolveBulkRequest  B5  404  RestoreSessionNotFound
resolveBulkRequest  B5  400  InvalidBulkRestoreArtifactId
resolveBulkRequest  B5  404  BulkRestoreArtifactsNotFound
resolveBulkRequest  B5  403  RestoreSessionActionNotAllowed
resolveBulkRequest  B5  400  InvalidArtifactRequest
resolveBulkRequest  B5  400  InvalidRestorePoint
resolveBulkRequest  B5  400  DuplicateArtifactInList
observe         H2  400  InvalidRestoreSessionId
observe         H2  404  RestoreSessionNotFound
observe         H2  400  InvalidArtifactRequest
observe         H2  403  RestoreSessionActionNotAllowed
"""


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


def order_of(operation: Operation) -> list[str]:
    """Return the codes of an operation in the order of the checks."""
    return [code for name, _, _, code in rows(ORDER_OF_CHECKS) if name == operation]


HTTP_STATUS = {(name, code): int(status) for name, _, status, code in rows(ORDER_OF_CHECKS)}


STEP: Json = {"artifactId": "a2", "status": "scheduling", "time": "2026-01-12T08:30:00+00:00"}
"""A report that is accepted for an artifact of the session ``running``."""

ROOT = root_of(
    session(artifact("a1"), artifact("a2"), session_id="draft"),
    session(session_id="empty"),
    session(artifact("a1", IN_PROGRESS), artifact("a2"), session_id="running"),
    active_sessions=2,
)
FULL = root_of(*ROOT.exchange_restore_sessions, active_sessions=1)
"""The same, but with the maximum number of active sessions."""

IDS = [f"n{number}" for number in range(200)]


# How each operation is called. A request is JSON, and a form says how it is passed.


def ask_create(root: BackupRestoreRoot, body: Json, form: Form) -> Any:
    return create_session(
        root,
        form(CreateSessionRequest, body),
        session_id="new",
        artifact_ids=IDS,
        now=NOW,
    )


def ask_update(root: BackupRestoreRoot, session_id: Any, body: Json, form: Form) -> Any:
    return update_session(
        root, session_id, form(UpdateSessionRequest, body), artifact_ids=IDS, now=NOW
    )


def ask_create_artifact(root: BackupRestoreRoot, session_id: Any, body: Json, form: Form) -> Any:
    return create_artifact(
        root, session_id, form(RequestedArtifact, body), artifact_id="n0", now=NOW
    )


def ask_record(root: BackupRestoreRoot, session_id: Any, body: Json, form: Form) -> Any:
    return record(root, session_id, form(Report, body))


def ask_activate(root: BackupRestoreRoot, session_id: Any) -> Any:
    return activate_session(root, session_id, now=NOW)


# The same in short: a request with these entries, and other arguments if a test needs them.


EMPTY = BackupRestoreRoot()

DRAFT = root_with(artifact("a1"), artifact("a2"))


def create(root: BackupRestoreRoot, *entries: Any, form: Form = typed, **more: Any) -> Any:
    defaults: Json = {
        "session_id": "s1",
        "artifact_ids": ["a1", "a2", "a3"],
        "now": NOW,
        "actor": BOB,
    }
    return create_session(
        root, form(CreateSessionRequest, create_body(*entries)), **(defaults | more)
    )


def update(root: BackupRestoreRoot, *entries: Any, form: Form = typed, **more: Any) -> Any:
    defaults: Json = {"artifact_ids": ["b1", "b2", "b3"], "now": NOW, "actor": BOB}
    request = form(UpdateSessionRequest, patch_body(*entries))
    return update_session(root, "s1", request, **(defaults | more))


def ids_of(found: ExchangeRestoreSession) -> list[str]:
    return [artifact.id for artifact in found.artifacts]
