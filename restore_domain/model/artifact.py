"""The artifacts of a session: Graph's restoreArtifactBase and the artifacts of a mailbox."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import attrs

from restore_domain.model.json_value import NO_DATA, JsonObject, frozen_object
from restore_domain.model.public_error import PublicError
from restore_domain.model.restore_point import RestorePoint
from restore_domain.model.timestamp import point_in_time, with_fixed_offset
from restore_domain.model.validators import Key, a, int32, key, optional
from restore_domain.status import ArtifactRestoreStatus, DestinationType

__all__ = [
    "ARTIFACTS",
    "GranularMailboxRestoreArtifact",
    "MailboxRestoreArtifact",
    "RestoreArtifactBase",
]


@attrs.frozen(kw_only=True, weakref_slot=False)
class RestoreArtifactBase:
    """The restore of one protected object from one restore point."""

    id: Key = attrs.field(validator=key)
    """The key of the artifact."""

    status: ArtifactRestoreStatus = attrs.field(
        validator=a(ArtifactRestoreStatus), metadata={"unknown_if_missing": True}
    )
    """The progress of the restore. It may be missing on the wire, which is read as
    unknownFutureValue.
    """

    destination_type: DestinationType | None = attrs.field(
        default=None, validator=optional(a(DestinationType))
    )
    """Where it is restored to; the same for all artifacts of a session."""

    restore_point: RestorePoint | None = attrs.field(
        default=None, validator=optional(a(RestorePoint))
    )
    """What is restored."""

    start_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """When it entered inProgress; None if it failed before that (rule L5)."""

    completion_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """When it entered a terminal status (rule L5)."""

    error: PublicError | None = attrs.field(default=None, validator=optional(a(PublicError)))
    """Why it failed, if that is known; only a failed artifact has an error (rule L5)."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class MailboxRestoreArtifact(RestoreArtifactBase):
    """The restore of a whole mailbox."""

    restored_folder_id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The key of the folder that it was restored to, if the destination is new."""

    restored_folder_name: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The name of that folder."""

    restored_item_count: int | None = attrs.field(default=None, validator=optional(int32))
    """How many items were restored."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class GranularMailboxRestoreArtifact(MailboxRestoreArtifact):
    """The restore of selected items of a mailbox."""

    search_response_id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The search whose results were selected; an answer may leave it out (rule W6)."""

    artifact_count: int | None = attrs.field(default=None, validator=optional(int32))
    """How many items were selected."""


ARTIFACTS: Final = MailboxRestoreArtifact | GranularMailboxRestoreArtifact
"""The classes that are allowed for an artifact of a mailbox."""
