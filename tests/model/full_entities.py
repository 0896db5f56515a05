"""One entity of every class, with a value in each attribute."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from restore_domain import (
    ArtifactRemoval,
    ArtifactRestoreStatus,
    CreateBulkRequest,
    CreateSessionRequest,
    DataModificationException,
    DeclaredProperties,
    DestinationType,
    EntityCollection,
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    FailedEntry,
    GranularMailboxRestoreArtifact,
    Identity,
    IdentitySet,
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
    RestoreArtifactsBulkRequestStatus,
    RestoreJobType,
    RestorePoint,
    RestorePointPreference,
    RestorePointTags,
    RestoreSessionArtifactCount,
    RestoreSessionBase,
    RestoreSessionStatus,
    TimePeriod,
    Timestamp,
    UpdateSessionRequest,
    UpdateSessionResponse,
)

DATA = {"@odata.etag": 'W/"1"', "priorities": [1, 2.5, None, {"urgent": True}]}

IDENTITY = Identity(id="u1", display_name="Ada Löwe", additional_data=DATA)
IDENTITIES = IdentitySet(
    application=IDENTITY, device=Identity(), user=IDENTITY, additional_data=DATA
)
DETAIL = PublicErrorDetail(code="c", message="m", target="t", additional_data=DATA)
INNER_ERROR = PublicInnerError(
    code="c", details=(DETAIL,), message="m", target="t", additional_data=DATA
)
ERROR = PublicError(
    code="c",
    details=(DETAIL, DETAIL),
    inner_error=INNER_ERROR,
    message="m\nn",
    target="t",
    additional_data=DATA,
)
UNIT = ProtectionUnitBase(id="p1", odata_id="protectionUnits/p1", additional_data=DATA)
POINT = RestorePoint(
    id="r1",
    odata_id="restorePoints/r1",
    expiration_date_time=Timestamp.parse("2026-12-31T00:00:00Z"),
    protection_date_time=Timestamp.parse("2025-12-31T12:01:03.4567890+05:30"),
    tags=(RestorePointTags.FAST_RESTORE, RestorePointTags.UNKNOWN_FUTURE_VALUE),
    protection_unit=UNIT,
    additional_data=DATA,
)
_OF_ANY_ARTIFACT: dict[str, Any] = {
    "id": "a1",
    "status": ArtifactRestoreStatus.FAILED,
    "destination_type": DestinationType.NEW,
    "restore_point": POINT,
    "start_date_time": datetime(2026, 1, 1, tzinfo=UTC),
    "completion_date_time": Timestamp.parse("2026-01-02T12:01:03.4567891Z"),
    "error": ERROR,
    "additional_data": DATA,
}
_OF_A_MAILBOX: dict[str, Any] = {
    "restored_folder_id": "f1",
    "restored_folder_name": "Recovered",
    "restored_item_count": 7,
}
ARTIFACT = MailboxRestoreArtifact(**_OF_ANY_ARTIFACT, **_OF_A_MAILBOX)
GRANULAR = GranularMailboxRestoreArtifact(
    **_OF_ANY_ARTIFACT | {"id": "g1"},
    **_OF_A_MAILBOX,
    search_response_id="s",
    artifact_count=3,
)
PERIOD = TimePeriod(
    start_date_time=Timestamp.parse("2025-12-01T00:00:00Z"),
    end_date_time=Timestamp.parse("2025-12-31T12:01:03.4567890+05:30"),
    additional_data=DATA,
)
_OF_ANY_BULK_REQUEST: dict[str, Any] = {
    "id": "b1",
    "display_name": "All of them",
    "status": RestoreArtifactsBulkRequestStatus.COMPLETED_WITH_ERRORS,
    "protection_unit_ids": ("p1", "p2"),
    "protection_time_period": PERIOD,
    "destination_type": DestinationType.NEW,
    "tags": (RestorePointTags.FAST_RESTORE, RestorePointTags.UNKNOWN_FUTURE_VALUE),
    "restore_point_preference": RestorePointPreference.OLDEST,
    "error": ERROR,
    "created_by": IDENTITIES,
    "created_date_time": Timestamp.parse("2025-12-31T00:00:00.0000001Z"),
    "last_modified_by": IDENTITIES,
    "last_modified_date_time": datetime(2026, 1, 3, 1, 2, 3, 456, tzinfo=UTC),
    "additional_data": DATA,
}
BULK_REQUEST = MailboxRestoreArtifactsBulkAdditionRequest(
    **_OF_ANY_BULK_REQUEST,
    mailboxes=("ada@example.com", "löwe@example.com"),
    directory_object_ids=("d1",),
)
COUNT = RestoreSessionArtifactCount(
    total=4, in_progress=1, completed=1, failed=1, additional_data=DATA
)
DECLARED = DeclaredProperties(
    status=RestoreSessionStatus.COMPLETED,
    completed_date_time=Timestamp.parse("2026-01-02T12:01:03.4567891Z"),
    error=ERROR,
    restore_session_artifact_count=COUNT,
)
_OF_ANY_SESSION: dict[str, Any] = {
    "id": "s1",
    "created_by": IDENTITIES,
    "created_date_time": Timestamp.parse("2025-12-31T00:00:00.0000001Z"),
    "last_modified_by": IDENTITIES,
    "last_modified_date_time": datetime(2026, 1, 3, 1, 2, 3, 456, tzinfo=UTC),
    "restore_job_type": RestoreJobType.GRANULAR,
    "policy_id": "p",
    "declared": DECLARED,
    "additional_data": DATA,
}
SESSION = ExchangeRestoreSession(
    **_OF_ANY_SESSION,
    mailbox_restore_artifacts=EntityCollection([ARTIFACT]),
    granular_mailbox_restore_artifacts=EntityCollection([GRANULAR]),
    mailbox_restore_artifacts_bulk_addition_requests=EntityCollection([BULK_REQUEST]),
)
REQUESTED = RequestedArtifact(
    restore_point=POINT, destination_type=DestinationType.IN_PLACE, additional_data=DATA
)
REQUESTED_ITEMS = RequestedGranularArtifact(
    restore_point=POINT,
    destination_type=DestinationType.IN_PLACE,
    search_response_id="s",
    additional_data=DATA,
)
REASON = RemovalReason(reason="deleted", additional_data=DATA)
REMOVAL = ArtifactRemoval(id="a1", removed=REASON, additional_data=DATA)
INFO = ModificationInfo(code="c", message="m", additional_data=DATA)
EXCEPTION = DataModificationException(
    failed_operation="remove", response_code=409, info=INFO, additional_data=DATA
)
FAILED_ENTRY = FailedEntry(
    id="a1", content_id="1", data_modification_exception=EXCEPTION, additional_data=DATA
)

FULL = (
    ARTIFACT,
    BULK_REQUEST,
    COUNT,
    CreateSessionRequest(
        mailbox_restore_artifacts=(REQUESTED,),
        granular_mailbox_restore_artifacts=(REQUESTED_ITEMS,),
        policy_id="p",
        additional_data=DATA,
    ),
    CreateBulkRequest(
        display_name="All of them",
        mailboxes=("ada@example.com", None),
        directory_object_ids=("d1",),
        protection_time_period=PERIOD,
        destination_type=DestinationType.NEW,
        tags=(RestorePointTags.FAST_RESTORE,),
        restore_point_preference=RestorePointPreference.OLDEST,
        additional_data=DATA,
    ),
    DECLARED,
    DETAIL,
    ERROR,
    EXCEPTION,
    ExchangeRestoreSessionCollectionResponse(
        value=(SESSION,), odata_next_link="next", additional_data=DATA
    ),
    FAILED_ENTRY,
    GRANULAR,
    IDENTITIES,
    IDENTITY,
    INFO,
    INNER_ERROR,
    MailboxRestoreArtifactCollectionResponse(
        value=(ARTIFACT, GRANULAR), odata_next_link="next", additional_data=DATA
    ),
    MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse(
        value=(BULK_REQUEST,), odata_next_link="next", additional_data=DATA
    ),
    PERIOD,
    POINT,
    REASON,
    REMOVAL,
    REQUESTED,
    REQUESTED_ITEMS,
    RestoreArtifactBase(**_OF_ANY_ARTIFACT),
    RestoreArtifactsBulkRequestBase(**_OF_ANY_BULK_REQUEST),
    RestoreSessionBase(**_OF_ANY_SESSION),
    SESSION,
    UNIT,
    UpdateSessionRequest(
        mailbox_restore_artifacts_delta=(REQUESTED, REMOVAL),
        granular_mailbox_restore_artifacts_delta=(REQUESTED_ITEMS, REMOVAL),
        policy_id="p",
        additional_data=DATA,
    ),
    UpdateSessionResponse(
        mailbox_restore_artifacts_delta=(ARTIFACT, REMOVAL, FAILED_ENTRY),
        granular_mailbox_restore_artifacts_delta=(GRANULAR, REMOVAL, FAILED_ENTRY),
        additional_data=DATA,
    ),
)
