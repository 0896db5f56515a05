"""The operations on the bulk requests of a session (rules B1, B2 and B5).

A client asks for many mailboxes at once. The driver of the restore finds out the restore point of
each, and adds an artifact for it: this is called *resolving* the request, and is done in one or
several parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import attrs

from restore_domain.model.addition_index import NOTHING_ADDED, AdditionIndex, BulkRequestIndex
from restore_domain.model.artifact import MailboxRestoreArtifact
from restore_domain.model.bulk_request import (
    ACTIVE,
    ENDED,
    MailboxRestoreArtifactsBulkAdditionRequest,
    TimePeriod,
    without_resources,
)
from restore_domain.model.graph_name import names_type
from restore_domain.model.identity import IdentitySet
from restore_domain.model.json_path import ROOT, index_step, name_step
from restore_domain.model.json_value import NO_DATA, JsonObject, frozen_object
from restore_domain.model.public_error import PublicError, PublicErrorDetail
from restore_domain.model.requests import CreateBulkRequest, RequestedArtifact
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.model.timestamp import later, moment
from restore_domain.model.validators import a, each, is_blank, optional, shown
from restore_domain.operations import checks
from restore_domain.operations.checks import UnreadRequest, invalid_artifact_request, read_request
from restore_domain.operations.errors import Operation, RestoreDomainError, refusal_of
from restore_domain.operations.events import (
    BulkRequestCreated,
    BulkRequestDeleted,
    BulkRequestResolved,
    Outcome,
    change_session,
)
from restore_domain.operations.kinds import ODATA_TYPE, WHOLE, check_entries
from restore_domain.operations.new_artifacts import new_artifacts
from restore_domain.operations.queries import Page, page_of
from restore_domain.operations.reports import entered
from restore_domain.operations.root import BackupRestoreRoot
from restore_domain.status import (
    TERMINAL_SESSION_STATUSES,
    ArtifactRestoreStatus,
    RestoreArtifactsBulkRequestStatus,
    RestoreJobType,
    RestorePointPreference,
    RestorePointTags,
)

__all__ = [
    "Resolution",
    "UnresolvedMailbox",
    "create_bulk_request",
    "delete_bulk_request",
    "get_bulk_request",
    "list_bulk_requests",
    "resolve_bulk_request",
]

BulkRequest = MailboxRestoreArtifactsBulkAdditionRequest

CREATE: Final = Operation.CREATE_BULK_REQUEST
RESOLVE: Final = Operation.RESOLVE_BULK_REQUEST
SCHEDULING: Final = ArtifactRestoreStatus.SCHEDULING

# B1 ---------------------------------------------------------------------------------------------


def create_bulk_request(  # noqa: PLR0913 - what a service knows and the domain may not
    root: BackupRestoreRoot,
    session_id: str,
    request: CreateBulkRequest | UnreadRequest,
    *,
    bulk_request_id: str,
    now: datetime,
    actor: IdentitySet | None = None,
) -> Outcome[BulkRequest]:
    """Create the bulk request of an empty draft session; return it without its mailboxes (B1).

    The session is a bulk session from then on. Raises RestoreDomainError: InvalidRestoreSessionId,
    RestoreSessionNotFound, RestoreSessionActionNotAllowed, BulkRestoreInvalidCreateRequest,
    InvalidPathType, BulkRestoreRestorationResourcesCountExceedsLimit or
    BulkRestoreInvalidCreateRequestUserEmail.
    """
    now = moment(now)
    session = session_for_bulk_request(root, session_id)
    request = read_request(CREATE, INVALID, request, CreateBulkRequest)
    _check_body(request)
    checks.path_type(CREATE, {ROOT: request})
    _check_number(root, request)
    _check_mailboxes(request)
    if isinstance(bulk_request_id, str) and not checks.is_id(bulk_request_id):
        raise ValueError(f"bulk_request_id: {checks.EXPECTED_ID}, got {shown(bulk_request_id)}")
    time = later(session.last_modified_date_time or session.created_date_time, now)
    created = BulkRequest(
        id=bulk_request_id,
        display_name=request.display_name,
        status=ACTIVE,
        mailboxes=request.mailboxes,  # type: ignore[arg-type] # none is null
        directory_object_ids=request.directory_object_ids,
        protection_time_period=request.protection_time_period,
        destination_type=request.destination_type,
        tags=request.tags,
        restore_point_preference=request.restore_point_preference,
        created_by=actor,
        created_date_time=time,
        last_modified_by=actor,
        last_modified_date_time=time,
    )
    change = BulkRequestCreated(created)
    root, _, event = change_session(root, session, by=actor, at=now, bulk_request=change)
    return Outcome(root, without_resources(created), (event,))


INVALID: Final = "BulkRestoreInvalidCreateRequest"


def session_for_bulk_request(root: BackupRestoreRoot, session_id: str) -> ExchangeRestoreSession:
    """Return the session if it accepts a request; else raise as `create_bulk_request` does."""
    session = checks.draft_session(root, CREATE, session_id)
    problem = None
    if session.tally.total:
        problem = "already contains artifacts, to which a request can't add; use another session"
    elif session.restore_job_type is RestoreJobType.GRANULAR:
        problem = "is granular, and accepts only selected items; use another session"
    elif session.request_statuses:
        problem = "already has a bulk request; use a separate session for each"
    if problem is not None:
        raise refusal_of(
            CREATE,
            "RestoreSessionActionNotAllowed",
            f"session {shown(session.id)} {problem}",
            target=session.id,
        )
    return session


def _invalid(name: str, problem: str, step: str = "") -> RestoreDomainError:
    path = ROOT + name_step(name) + step
    return refusal_of(CREATE, INVALID, f"{path}: {problem}", target=path)


def _check_body(request: CreateBulkRequest) -> None:
    """Raise BulkRestoreInvalidCreateRequest for anything that a request can't ask for."""
    data = request.additional_data
    if ODATA_TYPE in data and not names_type(data[ODATA_TYPE], TYPE_NAME):
        raise _invalid(ODATA_TYPE, f"expected microsoft.graph.{TYPE_NAME}")
    if PROTECTION_UNITS in data:
        raise _invalid(PROTECTION_UNITS, "not supported yet; name mailboxes or directory objects")
    if not request.mailboxes and not request.directory_object_ids:
        raise _invalid("mailboxes", "missing, and so is directoryObjectIds; give at least one")
    for position, object_id in enumerate(request.directory_object_ids or ()):
        if is_blank(object_id):
            raise _invalid("directoryObjectIds", "blank", index_step(position))
    if request.restore_point_preference is RestorePointPreference.UNKNOWN_FUTURE_VALUE:
        raise _invalid("restorePointPreference", "unknown; expected latest or oldest")
    if RestorePointTags.UNKNOWN_FUTURE_VALUE in (request.tags or ()):
        raise _invalid("tags", "unknown; expected none or fastRestore")
    if request.protection_time_period is not None and _is_reversed(request.protection_time_period):
        raise _invalid("protectionTimePeriod", "it ends before it starts")


TYPE_NAME: Final = "mailboxRestoreArtifactsBulkAdditionRequest"
PROTECTION_UNITS: Final = "protectionUnitIds"


def _is_reversed(period: TimePeriod) -> bool:
    start, end = period.start_date_time, period.end_date_time
    return start is not None and end is not None and end < start


def _check_number(root: BackupRestoreRoot, request: CreateBulkRequest) -> None:
    number = len(request.mailboxes or ()) + len(request.directory_object_ids or ())
    limit = root.limits.restoration_resources
    if number > limit:
        raise refusal_of(
            CREATE,
            "BulkRestoreRestorationResourcesCountExceedsLimit",
            f"the request has {number} mailboxes and directory objects, and may have {limit}; "
            "split it, and use a session for each part",
        )


def _check_mailboxes(request: CreateBulkRequest) -> None:
    for position, mailbox in enumerate(request.mailboxes or ()):
        if mailbox is None or not mailbox.isprintable() or not _EMAIL(mailbox):
            path = ROOT + name_step("mailboxes") + index_step(position)
            raise refusal_of(
                CREATE,
                "BulkRestoreInvalidCreateRequestUserEmail",
                f"{path}: {'null' if mailbox is None else shown(mailbox)} is not an email address",
                target=path,
            )


_EMAIL: Final = re.compile(r"[^@ ]+@[^@ ]+").fullmatch
"""Matches one @ between two parts without spaces; no other white space can be printed."""


# B2 ---------------------------------------------------------------------------------------------


def get_bulk_request(root: BackupRestoreRoot, session_id: str, bulk_request_id: str) -> BulkRequest:
    """Return a bulk request of a session, without its mailboxes (B2).

    Raises RestoreDomainError: InvalidRestoreSessionId, RestoreSessionNotFound,
    InvalidBulkRestoreArtifactId or BulkRestoreArtifactsNotFound.
    """
    operation = Operation.GET_BULK_REQUEST
    session = checks.found_session(root, operation, session_id)
    return without_resources(checks.found_bulk_request(operation, session, bulk_request_id))


def list_bulk_requests(
    root: BackupRestoreRoot,
    session_id: str,
    *,
    top: int | None = None,
    skip_token: str | None = None,
) -> Page[BulkRequest]:
    """Return a page of up to `top` bulk requests of a session, without their mailboxes (B2).

    Raises RestoreDomainError: InvalidRestoreSessionId, RestoreSessionNotFound or InvalidRequest.
    """
    operation = Operation.LIST_BULK_REQUESTS
    session = checks.found_session(root, operation, session_id)
    requests = session.mailbox_restore_artifacts_bulk_addition_requests
    value, token = page_of(operation, requests, top, skip_token)
    return Page(tuple(map(without_resources, value)), token)


def delete_bulk_request(
    root: BackupRestoreRoot,
    session_id: str,
    bulk_request_id: str,
    *,
    now: datetime,
    actor: IdentitySet | None = None,
) -> Outcome[None]:
    """Remove a bulk request that has ended; its artifacts stay (B2).

    Raises RestoreDomainError: InvalidRestoreSessionId, RestoreSessionNotFound,
    InvalidBulkRestoreArtifactId, BulkRestoreArtifactsNotFound or
    InvalidStateForBulkRequestDeletion.
    """
    now = moment(now)
    session, found = deletable_bulk_request(root, session_id, bulk_request_id)
    root, _, event = change_session(
        root,
        session,
        by=actor,
        at=now,
        index=session.addition_index,
        bulk_request=BulkRequestDeleted(found.id),
    )
    return Outcome(root, None, (event,))


def deletable_bulk_request(
    root: BackupRestoreRoot, session_id: str, bulk_request_id: str
) -> tuple[ExchangeRestoreSession, BulkRequest]:
    """Return the request and its session if it can be deleted.

    Else raise as `delete_bulk_request` does.
    """
    operation = Operation.DELETE_BULK_REQUEST
    session = checks.found_session(root, operation, session_id)
    found = checks.found_bulk_request(operation, session, bulk_request_id)
    if found.status not in ENDED:
        raise refusal_of(
            operation,
            "InvalidStateForBulkRequestDeletion",
            f"bulk request {shown(found.id)} is {found.status}; it can be deleted once it is "
            "completed or completedWithErrors",
            target=found.id,
        )
    return session, found


# B5 ---------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True, weakref_slot=False)
class UnresolvedMailbox:
    """A mailbox of a bulk request for which no artifact can be made."""

    mailbox: str = attrs.field(validator=a(str))
    """The email address, or the directory object, as the request has it."""

    error: PublicError | None = attrs.field(default=None, validator=optional(a(PublicError)))
    """The reason; the operation refuses a failure without it."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class Resolution:
    """A driver's report about a bulk request, with results for some of its mailboxes."""

    artifacts: tuple[RequestedArtifact, ...] | None = attrs.field(
        default=None, validator=optional(each(RequestedArtifact))
    )
    """The artifacts to add: each has a restore point, and the destination of the request."""

    failures: tuple[UnresolvedMailbox, ...] | None = attrs.field(
        default=None, validator=optional(each(UnresolvedMailbox))
    )
    """The mailboxes that can't be resolved."""

    ended: bool | None = attrs.field(default=None, validator=optional(a(bool)))
    """Whether this is the last part; None counts as False."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


def resolve_bulk_request(  # noqa: PLR0913 - what a service knows and the domain may not
    root: BackupRestoreRoot,
    session_id: str,
    bulk_request_id: str,
    resolution: Resolution | UnreadRequest,
    *,
    artifact_ids: Iterable[str],
    now: datetime,
    actor: IdentitySet | None = None,
) -> Outcome[tuple[MailboxRestoreArtifact, ...]]:
    """Add artifacts for mailboxes of a bulk request, record failures, or end it (B5).

    Returns the added artifacts. Takes one of the `artifact_ids` for each artifact. Failures appear
    in the error of the request immediately; one that is already there changes nothing. Raises
    RestoreDomainError: InvalidRestoreSessionId, RestoreSessionNotFound,
    InvalidBulkRestoreArtifactId, BulkRestoreArtifactsNotFound, RestoreSessionActionNotAllowed,
    InvalidArtifactRequest, InvalidRestorePoint or DuplicateArtifactInList.
    """
    now = moment(now)
    session, request = resolvable_bulk_request(root, session_id, bulk_request_id)
    resolution = read_request(RESOLVE, "InvalidArtifactRequest", resolution, Resolution)
    additions = {
        f"$.artifacts[{position}]": artifact
        for position, artifact in enumerate(resolution.artifacts or ())
    }
    index, of_request = _index_of(session, request)
    _check_artifacts(request, additions)
    failures = _failures(resolution, of_request)
    _check_total(session, request, len(additions), failures, ended=bool(resolution.ended))
    checks.restore_point(RESOLVE, additions)
    checks.duplicate(RESOLVE, additions, index.keys)
    added = new_artifacts(additions, artifact_ids, SCHEDULING, request.destination_type)
    if not added and not failures and not resolution.ended:
        return Outcome(root, (), ())
    status = _status_after(request, failures, ended=bool(resolution.ended))
    root, _, event = change_session(
        root,
        session,
        added=added,
        changed=_still_added(session),
        by=actor,
        at=now,
        index=index if status is ACTIVE else None,
        bulk_request=BulkRequestResolved(
            request_id=request.id,
            failures=failures,
            status=status,
            last_modified_by=request.last_modified_by if actor is None else actor,
        ),
    )
    return Outcome(root, added, (event,))


def resolvable_bulk_request(
    root: BackupRestoreRoot, session_id: str, bulk_request_id: str
) -> tuple[ExchangeRestoreSession, BulkRequest]:
    """Return the request and its session if mailboxes of it can be resolved.

    This means that the session is activated and the request active; else raise as
    `resolve_bulk_request` does.
    """
    session = checks.found_session(root, RESOLVE, session_id)
    request = checks.found_bulk_request(RESOLVE, session, bulk_request_id)
    problem = None
    if not session.activated:
        problem = "is not activated; activate it first"
    elif lacks := session.lacks:
        problem = f"lacks artifacts; read them all first: {lacks[0].sentence}"
    elif session.status in TERMINAL_SESSION_STATUSES:
        problem = f"is {session.status}, so nothing can be added any more"
    elif request.status is not ACTIVE:
        problem = f"has bulk request {shown(request.id)} in {request.status}, which has ended"
    if problem is not None:
        raise refusal_of(
            RESOLVE,
            "RestoreSessionActionNotAllowed",
            f"session {shown(session.id)} {problem}",
            target=session.id,
        )
    return session, request


def _index_of(
    session: ExchangeRestoreSession, request: BulkRequest
) -> tuple[AdditionIndex, BulkRequestIndex]:
    """Return the index for checking a part: made for the first part, and stored from then on."""
    index = session.addition_index or NOTHING_ADDED.adding(session.artifacts)
    of_request = index.bulk_request
    if of_request is None or of_request.request_id != request.id:
        of_request = BulkRequestIndex.of(request)
    return attrs.evolve(index, bulk_request=of_request), of_request


def _check_artifacts(request: BulkRequest, additions: checks.Additions) -> None:
    check_entries(RESOLVE, WHOLE, additions)
    for path, artifact in additions.items():
        is_other = artifact.destination_type not in (None, request.destination_type)
        if is_other or artifact.additional_data.get("destinationType") is not None:
            problem = f"the bulk request restores to {request.destination_type}; leave it out"
            raise invalid_artifact_request(RESOLVE, f"{path}.destinationType", problem)


def _failures(
    resolution: Resolution, of_request: BulkRequestIndex
) -> tuple[PublicErrorDetail, ...]:
    """Return the new failures, one for each mailbox."""
    found: dict[str, PublicErrorDetail] = {}
    for position, failure in enumerate(resolution.failures or ()):
        path = f"$.failures[{position}]"
        mailbox, error = failure.mailbox, failure.error
        if error is None:
            raise invalid_artifact_request(RESOLVE, f"{path}.error", "missing; say why")
        if is_blank(mailbox) or (of_request.resources and mailbox not in of_request.resources):
            problem = f"{shown(mailbox)} is not one of those that the bulk request asks for"
            raise invalid_artifact_request(RESOLVE, f"{path}.mailbox", problem)
        if mailbox not in of_request.failed and mailbox not in found:
            detail = PublicErrorDetail(code=error.code, message=error.message, target=mailbox)
            found[mailbox] = detail
    return tuple(found.values())


def _check_total(
    session: ExchangeRestoreSession,
    request: BulkRequest,
    artifacts: int,
    failures: tuple[PublicErrorDetail, ...],
    *,
    ended: bool,
) -> None:
    """Refuse more results than requested, and an end without any results."""
    before = () if request.error is None else request.error.details or ()
    total = session.tally.total + artifacts + len(before) + len(failures)
    if request.resource_count and total > request.resource_count:
        problem = (
            f"with these there are {total} artifacts and failures, and the bulk request asks for "
            f"{request.resource_count} mailboxes and directory objects"
        )
        raise invalid_artifact_request(RESOLVE, ROOT, problem)
    if ended and not total:
        problem = "there is neither an artifact nor a failure; report a result for each mailbox"
        raise invalid_artifact_request(RESOLVE, f"{ROOT}.ended", problem)


def _status_after(
    request: BulkRequest, failures: tuple[PublicErrorDetail, ...], *, ended: bool
) -> RestoreArtifactsBulkRequestStatus:
    if not ended:
        return ACTIVE
    if failures or request.error is not None:
        return RestoreArtifactsBulkRequestStatus.COMPLETED_WITH_ERRORS
    return RestoreArtifactsBulkRequestStatus.COMPLETED


def _still_added(session: ExchangeRestoreSession) -> list[tuple[Any, Any]]:
    """Return each artifact that is still added, together with the same one as scheduling."""
    if not session.tally[ArtifactRestoreStatus.ADDED]:
        return []
    waiting = session.artifacts_in(ArtifactRestoreStatus.ADDED)
    return [(artifact, entered(artifact, SCHEDULING)) for artifact in waiting]
