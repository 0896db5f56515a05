"""The properties are those in Microsoft Graph's metadata, with the same types and requirements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Optional, Union

import attrs
import pytest

from restore_domain import (
    EntityCollection,
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    GranularMailboxRestoreArtifact,
    Identity,
    IdentitySet,
    JsonObject,
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
from restore_domain.status import RestorePointTags
from restore_domain.wire.properties import (
    GRANULAR_TYPES,
    WHOLE_TYPES,
    Context,
    Property,
    context_of,
    entry_kinds,
    is_entity,
    is_of_granular,
    properties_of,
    type_annotation,
)

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


def test_only_the_status_of_an_artifact_or_a_bulk_request_is_unknown_if_it_is_missing() -> None:
    for kind in NAMES:
        for known in properties_of(kind):
            is_status = known.name == "status" and not issubclass(kind, RestoreSessionBase)
            assert known.defaults_to_unknown is is_status


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
    others = (int, StrEnum, None, list[Identity], Identity | None, "Identity", Identity(), Property)
    for other in others:
        assert not is_entity(other)


@attrs.frozen
class Own:
    """An entity of an application that writes its types in another way."""

    owner: Optional[Identity] = None  # noqa: UP045
    several: Union[tuple[Identity, ...], None] = None  # noqa: UP007
    names: Sequence[str] | None = None
    additional_data: JsonObject = attrs.field(factory=JsonObject)


def test_the_types_of_an_own_entity_may_be_written_in_any_way() -> None:
    assert [(known.type, known.required) for known in properties_of(Own)] == [
        (Identity, False),
        (tuple[Identity, ...], False),
        (tuple[str, ...], False),
    ]


@pytest.mark.parametrize(
    ("kind", "entries"),
    [
        (tuple[Identity, ...], (Identity,)),
        (tuple[Identity | PublicError, ...], (Identity, PublicError)),
        (EntityCollection[MailboxRestoreArtifact], (MailboxRestoreArtifact,)),
        (tuple[RestorePointTags, ...], ()),
        (tuple[str, ...], ()),
        (tuple[str | None, ...], ()),
        (list[Identity], ()),
        (Identity, ()),
        (str, ()),
    ],
)
def test_only_an_array_of_objects_has_entries_of_classes(kind: Any, entries: Any) -> None:
    assert entry_kinds(kind) == entries


def test_W5_the_usual_types_of_artifacts() -> None:
    whole = "microsoft.graph.mailboxRestoreArtifact"
    granular = "microsoft.graph.granularMailboxRestoreArtifact"
    assert ((f"#{whole}", whole), (f"#{granular}", granular)) == (WHOLE_TYPES, GRANULAR_TYPES)


SINGLE = "$metadata#s('1')/granularMailboxRestoreArtifacts/$entity"


@pytest.mark.parametrize(
    ("text", "context", "of_granular"),
    [
        (None, None, False),
        (5, None, False),
        ("granularMailboxRestoreArtifacts", None, False),
        ("$metadata#a-b", None, False),
        ("$metadata#\u00e9", None, False),
        ("#a\n/granularMailboxRestoreArtifacts", ("granularMailboxRestoreArtifacts", 0, 0), True),
        ("#granularMailboxRestoreArtifacts", ("granularMailboxRestoreArtifacts", 0, 0), True),
        ("x#a/GRANULARmailboxRestoreArtifacts", ("GRANULARmailboxRestoreArtifacts", 0, 0), True),
        ("#granularMailboxRestoreArtifacts(id)", ("granularMailboxRestoreArtifacts", 0, 0), True),
        (SINGLE, ("granularMailboxRestoreArtifacts", 0, 1), False),
        ("$metadata#mailboxRestoreArtifacts", ("mailboxRestoreArtifacts", 0, 0), False),
        ("$metadata#exchangeRestoreSessions", ("exchangeRestoreSessions", 0, 0), False),
        (f"#{GRANULAR_TYPES[1]}", (GRANULAR_TYPES[1], 0, 0), False),
        (f"#Collection({GRANULAR_TYPES[1]})", (GRANULAR_TYPES[1], 1, 0), True),
        (f"#collection({GRANULAR_TYPES[1]})", (GRANULAR_TYPES[1], 1, 0), True),
        (f"#Collection({WHOLE_TYPES[1]})", (WHOLE_TYPES[1], 1, 0), False),
        (
            "#Collection(granularMailboxRestoreArtifacts)",
            ("granularMailboxRestoreArtifacts", 1, 0),
            False,
        ),
    ],
)
def test_W5_a_context_names_a_collection_or_a_type(
    text: Any, context: tuple[str, int, int] | None, *, of_granular: bool
) -> None:
    assert context_of(text) == (context and Context(context[0], *map(bool, context[1:])))
    assert is_of_granular(text) is of_granular
