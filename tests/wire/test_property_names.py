"""The properties are those in Microsoft Graph's metadata, with the same types and requirements."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import pytest

from restore_domain import (
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    GranularMailboxRestoreArtifact,
    Identity,
    IdentitySet,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    MailboxRestoreArtifactsBulkAdditionRequest,
    MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse,
    ProtectionUnitBase,
    PublicError,
    PublicErrorDetail,
    PublicInnerError,
    RestoreArtifactBase,
    RestoreArtifactsBulkRequestBase,
    RestorePoint,
    RestoreSessionArtifactCount,
    RestoreSessionBase,
    TimePeriod,
    UpdateSessionRequest,
)
from restore_domain.wire.properties import is_entity, properties_of, type_annotation

ARTIFACT = {
    "id",
    "status",
    "destinationType",
    "restorePoint",
    "startDateTime",
    "completionDateTime",
    "error",
}
MAILBOX = ARTIFACT | {"restoredFolderId", "restoredFolderName", "restoredItemCount"}
SESSION = {
    "id",
    "status",
    "completedDateTime",
    "createdBy",
    "createdDateTime",
    "error",
    "lastModifiedBy",
    "lastModifiedDateTime",
    "restoreJobType",
    "restoreSessionArtifactCount",
    "policyId",
}
BULK_REQUEST = {
    "id",
    "status",
    "displayName",
    "protectionUnitIds",
    "protectionTimePeriod",
    "destinationType",
    "tags",
    "restorePointPreference",
    "error",
    "createdBy",
    "createdDateTime",
    "lastModifiedBy",
    "lastModifiedDateTime",
}

NAMES: dict[type, set[str]] = {
    Identity: {"displayName", "id"},
    IdentitySet: {"application", "device", "user"},
    PublicError: {"code", "details", "innerError", "message", "target"},
    PublicErrorDetail: {"code", "message", "target"},
    PublicInnerError: {"code", "details", "message", "target"},
    RestoreSessionArtifactCount: {"completed", "failed", "inProgress", "total"},
    RestorePoint: {
        "id",
        "@odata.id",
        "expirationDateTime",
        "protectionDateTime",
        "tags",
        "protectionUnit",
    },
    ProtectionUnitBase: {"id", "@odata.id"},
    RestoreArtifactBase: ARTIFACT,
    MailboxRestoreArtifact: MAILBOX,
    GranularMailboxRestoreArtifact: MAILBOX | {"searchResponseId", "artifactCount"},
    RestoreSessionBase: SESSION,
    ExchangeRestoreSession: SESSION
    | {
        "mailboxRestoreArtifacts",
        "granularMailboxRestoreArtifacts",
        "mailboxRestoreArtifactsBulkAdditionRequests",
    },
    TimePeriod: {"startDateTime", "endDateTime"},
    RestoreArtifactsBulkRequestBase: BULK_REQUEST,
    MailboxRestoreArtifactsBulkAdditionRequest: BULK_REQUEST | {"mailboxes", "directoryObjectIds"},
    MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse: {"value", "@odata.nextLink"},
    MailboxRestoreArtifactCollectionResponse: {"value", "@odata.nextLink"},
    ExchangeRestoreSessionCollectionResponse: {"value", "@odata.nextLink"},
    UpdateSessionRequest: {
        "mailboxRestoreArtifacts@delta",
        "granularMailboxRestoreArtifacts@delta",
        "policyId",
    },
}


@pytest.mark.parametrize("kind", NAMES, ids=lambda kind: kind.__name__)
def test_each_class_has_the_properties_of_the_metadata(kind: Any) -> None:
    names = [known.name for known in properties_of(kind)]
    assert set(names) == NAMES[kind]
    assert len(names) == len(NAMES[kind])


def test_an_entity_can_t_be_without_what_is_not_nullable() -> None:
    needed = {
        (kind.__name__, known.name)
        for kind in NAMES
        for known in properties_of(kind)
        if known.required and not known.defaults_to_unknown
    }
    assert needed == {
        ("RestoreArtifactBase", "id"),
        ("MailboxRestoreArtifact", "id"),
        ("GranularMailboxRestoreArtifact", "id"),
        ("RestoreSessionBase", "id"),
        ("ExchangeRestoreSession", "id"),
        ("MailboxRestoreArtifactCollectionResponse", "value"),
        ("ExchangeRestoreSessionCollectionResponse", "value"),
        ("RestoreArtifactsBulkRequestBase", "id"),
        ("MailboxRestoreArtifactsBulkAdditionRequest", "id"),
        ("MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse", "value"),
    }


def test_only_what_follows_from_the_artifacts_is_declared() -> None:
    declared = {known.name for known in properties_of(ExchangeRestoreSession) if known.declared}
    assert declared == {"status", "completedDateTime", "error", "restoreSessionArtifactCount"}


def test_types_follow_from_the_attributes() -> None:
    types = {known.name: known.type for known in properties_of(GranularMailboxRestoreArtifact)}
    assert types["id"] is str
    assert types["artifactCount"] is int
    assert types["startDateTime"] is datetime
    assert issubclass(types["status"], StrEnum)
    assert types["error"] is PublicError
    points_in_time = {
        known.name for known in properties_of(ExchangeRestoreSession) if known.type is datetime
    }
    assert points_in_time == {"completedDateTime", "createdDateTime", "lastModifiedDateTime"}


def test_one_class_alone_is_annotated() -> None:
    annotated = {kind: type_annotation(kind) for kind in NAMES if type_annotation(kind)}
    assert annotated == {
        GranularMailboxRestoreArtifact: "#microsoft.graph.granularMailboxRestoreArtifact"
    }


def test_an_entity_is_a_class_with_additional_data() -> None:
    assert all(map(is_entity, NAMES))
    for other in (int, StrEnum, None, list[Identity], Identity | None, "Identity"):
        assert not is_entity(other)
