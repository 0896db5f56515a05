"""Requests to restore many mailboxes, and what they count as (Graph's bulk requests; B3, B4, B6).

Once the session is activated, the service adds an artifact to it for each mailbox of a request that
it can resolve. Until the request has ended, the number of artifacts is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, Final

import attrs

from restore_domain.aggregation import StatusTally
from restore_domain.frozen import evolver, maker
from restore_domain.model.identity import IdentitySet
from restore_domain.model.json_value import NO_DATA, JsonObject, frozen_object, without_properties
from restore_domain.model.persistent_sequence import PersistentSequence
from restore_domain.model.public_error import PublicError, PublicErrorDetail
from restore_domain.model.timestamp import later, point_in_time, with_fixed_offset
from restore_domain.model.validators import Key, a, each, key, optional
from restore_domain.status import (
    ArtifactRestoreStatus,
    DestinationType,
    RestoreArtifactsBulkRequestStatus,
    RestorePointPreference,
    RestorePointTags,
    RestoreSessionStatus,
)

__all__ = [
    "ACTIVE",
    "ENDED",
    "UNCLEAR",
    "UNKNOWN_ERROR",
    "MailboxRestoreArtifactsBulkAdditionRequest",
    "RestoreArtifactsBulkRequestBase",
    "TimePeriod",
    "common_code",
    "request_status",
    "resolved",
    "with_requests",
    "without_resources",
]

ACTIVE: Final = RestoreArtifactsBulkRequestStatus.ACTIVE
COMPLETED: Final = RestoreArtifactsBulkRequestStatus.COMPLETED
COMPLETED_WITH_ERRORS: Final = RestoreArtifactsBulkRequestStatus.COMPLETED_WITH_ERRORS

ENDED: Final = frozenset({COMPLETED, COMPLETED_WITH_ERRORS})
"""The statuses in which a request adds no more artifacts, and can be deleted (rule B2)."""

UNCLEAR: Final = frozenset(RestoreArtifactsBulkRequestStatus) - ENDED - {ACTIVE}
"""The statuses that don't show whether a request may still add artifacts (rule S8)."""

UNKNOWN_ERROR: Final = "UnknownError"
"""The service's code for an error with several codes, or with none."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class TimePeriod:
    """The time between two points, including both (Graph's timePeriod)."""

    start_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """When it begins."""

    end_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """When it ends."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class RestoreArtifactsBulkRequestBase:
    """A request to add an artifact to a session for each of many protected objects."""

    id: Key = attrs.field(validator=key)
    """The key of the request."""

    display_name: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The name that an administrator gave it."""

    status: RestoreArtifactsBulkRequestStatus = attrs.field(
        validator=a(RestoreArtifactsBulkRequestStatus), metadata={"unknown_if_missing": True}
    )
    """The progress of the request. It may be missing on the wire, which is read as
    unknownFutureValue.
    """

    protection_unit_ids: tuple[str, ...] | None = attrs.field(
        default=None, validator=optional(each(str))
    )
    """The keys of protection units to restore; the service does not support them yet."""

    protection_time_period: TimePeriod | None = attrs.field(
        default=None, validator=optional(a(TimePeriod))
    )
    """The period from which the restore points are taken."""

    destination_type: DestinationType | None = attrs.field(
        default=None, validator=optional(a(DestinationType))
    )
    """Where its artifacts are restored to."""

    tags: tuple[RestorePointTags, ...] | None = attrs.field(
        default=None, validator=optional(each(RestorePointTags))
    )
    """The labels that the restore points have."""

    restore_point_preference: RestorePointPreference | None = attrs.field(
        default=None, validator=optional(a(RestorePointPreference))
    )
    """Which restore point of the period is used."""

    error: PublicError | None = attrs.field(default=None, validator=optional(a(PublicError)))
    """Why artifacts could not be added: one detail for each object (rule B5)."""

    created_by: IdentitySet | None = attrs.field(default=None, validator=optional(a(IdentitySet)))
    """The identities that created it."""

    created_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """When it was created."""

    last_modified_by: IdentitySet | None = attrs.field(
        default=None, validator=optional(a(IdentitySet))
    )
    """The identities that changed it last."""

    last_modified_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """When it was changed last."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class MailboxRestoreArtifactsBulkAdditionRequest(RestoreArtifactsBulkRequestBase):
    """A request to add the restore of many mailboxes to a session."""

    mailboxes: tuple[str, ...] | None = attrs.field(default=None, validator=optional(each(str)))
    """The email addresses of mailboxes to restore; an answer may leave them out."""

    directory_object_ids: tuple[str, ...] | None = attrs.field(
        default=None, validator=optional(each(str))
    )
    """The directory objects of mailboxes to restore; an answer may leave them out."""

    @property
    def resource_count(self) -> int:
        """How many mailboxes are asked for; 0 if that is not known."""
        return len(self.mailboxes or ()) + len(self.directory_object_ids or ())


# What counts in a session -----------------------------------------------------------------------


def request_status(text: Any) -> RestoreArtifactsBulkRequestStatus:
    """Return the status of a request for its text; unknownFutureValue if it is not known (W2)."""
    return _KNOWN_STATUSES.get(text, RestoreArtifactsBulkRequestStatus.UNKNOWN_FUTURE_VALUE)


_KNOWN_STATUSES: Final = {status.value: status for status in RestoreArtifactsBulkRequestStatus}


def with_requests(
    tally: StatusTally,
    requests: AbstractSet[RestoreArtifactsBulkRequestStatus],
    *,
    is_bulk: bool,
    activated: bool,
    declared: RestoreSessionStatus | None,
) -> StatusTally:
    """Add to the tally what the bulk requests of a session count as.

    An active request stands for the mailboxes still to be added: it counts as added, or as
    scheduling once the session is activated (rule B3). If no request added an artifact, and none
    can any more, nothing could be restored, which counts as failed (rule B4).
    """
    if ACTIVE in requests:
        return tally + _ONE[ArtifactRestoreStatus.SCHEDULING if activated else _ADDED]
    is_failed = declared is RestoreSessionStatus.FAILED or (
        declared is None and COMPLETED_WITH_ERRORS in requests
    )
    if is_bulk and is_failed and tally == _NO_ARTIFACTS:
        return _ONE[ArtifactRestoreStatus.FAILED]
    return tally


_ADDED: Final = ArtifactRestoreStatus.ADDED
_NO_ARTIFACTS: Final = StatusTally()
_ONE: Final = {status: StatusTally.of([status]) for status in ArtifactRestoreStatus}


def common_code(codes: Iterable[str | None]) -> str:
    """Return the code of several errors: the common one if all agree, else UnknownError."""
    distinct = {*codes}
    return (distinct.pop() if len(distinct) == 1 else None) or UNKNOWN_ERROR


# A request after a change -----------------------------------------------------------------------


def resolved(
    request: MailboxRestoreArtifactsBulkAdditionRequest,
    failures: tuple[PublicErrorDetail, ...],
    status: RestoreArtifactsBulkRequestStatus,
    by: IdentitySet | None,
    at: datetime | None,
) -> MailboxRestoreArtifactsBulkAdditionRequest:
    """Return a request with further failures, in this status (rule B5).

    Its own time does not move back, either (rule S6). The cost does not depend on how many
    mailboxes and failures there are already.
    """
    before = request.last_modified_date_time or request.created_date_time
    if at is not None:
        at = later(before, at)
    error = _with_failures(request, failures) if failures else request.error
    data = request.additional_data
    if data is not NO_DATA:
        gained = {"status", "lastModifiedDateTime"}
        gained |= {"error"} if error is not None else set()
        gained |= {"lastModifiedBy"} if by is not None else set()
        data = without_properties(data, gained)
    made: MailboxRestoreArtifactsBulkAdditionRequest = _changed(
        request, status, error, by, at, data
    )
    return made


_changed: Final = evolver(
    MailboxRestoreArtifactsBulkAdditionRequest,
    "status",
    "error",
    "last_modified_by",
    "last_modified_date_time",
    "additional_data",
)
_make_error: Final = maker(PublicError)

_OF_AN_ERROR: Final = frozenset({"code", "details", "message", "target"})


def _with_failures(
    request: MailboxRestoreArtifactsBulkAdditionRequest, failures: tuple[PublicErrorDetail, ...]
) -> PublicError:
    """Return the error of a request with a detail added for each of these mailboxes."""
    old = request.error
    codes = [failure.code for failure in failures]
    if old is not None:
        codes.append(old.code)
    before = PersistentSequence[PublicErrorDetail]() if old is None else old.details or ()
    if not isinstance(before, PersistentSequence):
        before = PersistentSequence(before)
    details = before.appending(failures)
    data = NO_DATA if old is None else without_properties(old.additional_data, _OF_AN_ERROR)
    number = f" of {request.resource_count}" if request.resource_count else ""
    made: PublicError = _make_error(
        common_code(codes),
        details,
        None if old is None else old.inner_error,
        f"{len(details)}{number} mailboxes could not be resolved",
        request.id,
        data,
    )
    return made


def without_resources(
    request: MailboxRestoreArtifactsBulkAdditionRequest,
) -> MailboxRestoreArtifactsBulkAdditionRequest:
    """Return a request in the form of an answer: without its mailboxes (rule B2)."""
    data = without_properties(request.additional_data, _RESOURCES)
    made: MailboxRestoreArtifactsBulkAdditionRequest = _answered(request, None, None, data)
    return made


_RESOURCES: Final = frozenset({"mailboxes", "directoryObjectIds"})
_answered: Final = evolver(
    MailboxRestoreArtifactsBulkAdditionRequest,
    "mailboxes",
    "directory_object_ids",
    "additional_data",
)
