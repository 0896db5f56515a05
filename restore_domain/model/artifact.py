"""What a session restores: Graph's restoreArtifactBase and the artifacts of a mailbox."""

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
    """How far the restore has come. On the wire it may be left out, which reads as
    unknownFutureValue."""

    destination_type: DestinationType | None = attrs.field(
        default=None, validator=optional(a(DestinationType))
    )
    """Where to; the same for all artifacts of a session."""

    restore_point: RestorePoint | None = attrs.field(
        default=None, validator=optional(a(RestorePoint))
    )
    """What from."""

    start_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """When it entered inProgress; nothing if it failed before (rule L5)."""

    completion_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """When it entered a terminal status (rule L5)."""

    error: PublicError | None = attrs.field(default=None, validator=optional(a(PublicError)))
    """Why it failed, if that is known; only a failed artifact has one (rule L5)."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """What came on the wire that the attributes can't hold; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class MailboxRestoreArtifact(RestoreArtifactBase):
    """The restore of a whole mailbox."""

    restored_folder_id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The key of the folder that was restored to, if the destination is new."""

    restored_folder_name: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The name of that folder."""

    restored_item_count: int | None = attrs.field(default=None, validator=optional(int32))
    """How many items were restored."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class GranularMailboxRestoreArtifact(MailboxRestoreArtifact):
    """The restore of chosen items of a mailbox."""

    search_response_id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The search whose answer chose the items; an answer may leave it out (rule W6)."""

    artifact_count: int | None = attrs.field(default=None, validator=optional(int32))
    """How many items were chosen."""


ARTIFACTS: Final = MailboxRestoreArtifact | GranularMailboxRestoreArtifact
"""The classes of what may stand where an artifact of a mailbox may."""
