"""The bodies of the requests that create and change a session, and of their answers.

An artifact in a request has no id and no status yet. The operations refuse missing and invalid
values with the service's own codes.
"""

from __future__ import annotations

from typing import Final

import attrs

from restore_domain.model.artifact import (
    ARTIFACTS,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
)
from restore_domain.model.bulk_request import TimePeriod
from restore_domain.model.json_value import NO_DATA, JsonObject, frozen_object
from restore_domain.model.restore_point import RestorePoint
from restore_domain.model.validators import a, each, int32, optional
from restore_domain.status import DestinationType, RestorePointPreference, RestorePointTags

__all__ = [
    "ArtifactRemoval",
    "CreateBulkRequest",
    "CreateSessionRequest",
    "DataModificationException",
    "FailedEntry",
    "ModificationInfo",
    "RemovalReason",
    "RequestedArtifact",
    "RequestedGranularArtifact",
    "UpdateSessionRequest",
    "UpdateSessionResponse",
]


@attrs.frozen(kw_only=True, weakref_slot=False)
class RequestedArtifact:
    """An artifact of a whole mailbox to add."""

    restore_point: RestorePoint | None = attrs.field(
        default=None, validator=optional(a(RestorePoint))
    )
    """What to restore; the operations refuse a request without it."""

    destination_type: DestinationType | None = attrs.field(
        default=None, validator=optional(a(DestinationType))
    )
    """Where to restore it; the operations refuse a request without it."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class RequestedGranularArtifact:
    """An artifact of selected items to add."""

    restore_point: RestorePoint | None = attrs.field(
        default=None, validator=optional(a(RestorePoint))
    )
    """What to restore; the operations refuse a request without it."""

    destination_type: DestinationType | None = attrs.field(
        default=None, validator=optional(a(DestinationType))
    )
    """Where to restore it; the operations refuse a request without it."""

    search_response_id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The search whose results were selected; the operations refuse a request without it."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class RemovalReason:
    """Why an entry of a delta is a removal."""

    reason: str | None = attrs.field(default="changed", validator=optional(a(str)))
    """OData's reason; ``changed`` for an artifact that is removed from the session."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


CHANGED: Final = RemovalReason()
"""The reason for an artifact that is removed from the session."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class ArtifactRemoval:
    """An artifact to remove."""

    id: str = attrs.field(validator=a(str))
    """The key of the artifact."""

    removed: RemovalReason = attrs.field(
        default=CHANGED, validator=a(RemovalReason), metadata={"graph": "@removed"}
    )
    """What makes the entry a removal."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class CreateSessionRequest:
    """The body that creates a session of whole mailboxes, of selected items, or an empty one."""

    mailbox_restore_artifacts: tuple[RequestedArtifact, ...] | None = attrs.field(
        default=None, validator=optional(each(RequestedArtifact))
    )
    """The artifacts of whole mailboxes to begin with."""

    granular_mailbox_restore_artifacts: tuple[RequestedGranularArtifact, ...] | None = attrs.field(
        default=None, validator=optional(each(RequestedGranularArtifact))
    )
    """The artifacts of selected items to begin with; not together with whole mailboxes."""

    policy_id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The protection policy to which the session is confined (rule S10)."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class CreateBulkRequest:
    """The body that creates a bulk request in a session (rule B1)."""

    display_name: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The name that an administrator gives it."""

    mailboxes: tuple[str | None, ...] | None = attrs.field(
        default=None, validator=optional(each(str | None))
    )
    """The email addresses of mailboxes to restore; the operation refuses one that is null."""

    directory_object_ids: tuple[str, ...] | None = attrs.field(
        default=None, validator=optional(each(str))
    )
    """The directory objects of mailboxes to restore."""

    protection_time_period: TimePeriod | None = attrs.field(
        default=None, validator=optional(a(TimePeriod))
    )
    """The period from which the restore points are taken."""

    destination_type: DestinationType | None = attrs.field(
        default=None, validator=optional(a(DestinationType))
    )
    """Where to restore them; the operation refuses a request without it."""

    tags: tuple[RestorePointTags, ...] | None = attrs.field(
        default=None, validator=optional(each(RestorePointTags))
    )
    """The labels that the restore points have."""

    restore_point_preference: RestorePointPreference | None = attrs.field(
        default=None, validator=optional(a(RestorePointPreference))
    )
    """Which restore point of the period is used."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class UpdateSessionRequest:
    """The body that adds artifacts to a draft session, removes some, or sets its policy."""

    mailbox_restore_artifacts_delta: tuple[RequestedArtifact | ArtifactRemoval, ...] | None = (
        attrs.field(
            default=None,
            validator=optional(each(RequestedArtifact | ArtifactRemoval)),
            metadata={"graph": "mailboxRestoreArtifacts@delta"},
        )
    )
    """The artifacts of whole mailboxes to add and to remove, in order."""

    granular_mailbox_restore_artifacts_delta: (
        tuple[RequestedGranularArtifact | ArtifactRemoval, ...] | None
    ) = attrs.field(
        default=None,
        validator=optional(each(RequestedGranularArtifact | ArtifactRemoval)),
        metadata={"graph": "granularMailboxRestoreArtifacts@delta"},
    )
    """The artifacts of selected items to add and to remove, in order; only for a granular session.
    """

    policy_id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The protection policy to which the session is confined from now on (rule S10)."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class ModificationInfo:
    """What was wrong with one entry."""

    code: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The service's code, for programs."""

    message: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The reason in words, for people."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class DataModificationException:
    """One entry of an accepted request that had no effect (OData's Core vocabulary)."""

    failed_operation: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The failed operation, such as ``remove``."""

    response_code: int | None = attrs.field(default=None, validator=optional(int32))
    """The HTTP status that the entry would have got by itself."""

    info: ModificationInfo | None = attrs.field(
        default=None, validator=optional(a(ModificationInfo))
    )
    """What was wrong."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class FailedEntry:
    """An entry of a response that says why it had no effect."""

    id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The key that the request named."""

    content_id: str | None = attrs.field(
        default=None, validator=optional(a(str)), metadata={"graph": "@contentId"}
    )
    """The service's number of the entry."""

    data_modification_exception: DataModificationException = attrs.field(
        validator=a(DataModificationException),
        metadata={"graph": "@Core.DataModificationException"},
    )
    """Why it failed."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class UpdateSessionResponse:
    """The result of an update: the artifacts that were added, and the entries that failed."""

    mailbox_restore_artifacts_delta: (
        tuple[MailboxRestoreArtifact | ArtifactRemoval | FailedEntry, ...] | None
    ) = attrs.field(
        default=None,
        validator=optional(each(ARTIFACTS | ArtifactRemoval | FailedEntry)),
        metadata={"graph": "mailboxRestoreArtifacts@delta"},
    )
    """One entry for each added artifact, and for each failed entry."""

    granular_mailbox_restore_artifacts_delta: (
        tuple[GranularMailboxRestoreArtifact | ArtifactRemoval | FailedEntry, ...] | None
    ) = attrs.field(
        default=None,
        validator=optional(each(GranularMailboxRestoreArtifact | ArtifactRemoval | FailedEntry)),
        metadata={"graph": "granularMailboxRestoreArtifacts@delta"},
    )
    """The same for a request about selected items."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""
