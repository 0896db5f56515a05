"""What an accepted operation changed.

An event contains everything that is needed to make the new root from the old one: `apply` and the
operations use the same functions for that. So a root replayed from its events equals the original.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

import attrs

from restore_domain.aggregation import StatusTally
from restore_domain.frozen import evolver, maker
from restore_domain.model.addition_index import AdditionIndex
from restore_domain.model.artifact import (
    ARTIFACTS,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
)
from restore_domain.model.bulk_request import (
    MailboxRestoreArtifactsBulkAdditionRequest,
    resolved,
    with_requests,
)
from restore_domain.model.collection import EntityCollection
from restore_domain.model.identity import IdentitySet
from restore_domain.model.json_value import NO_DATA, JsonObject, without_properties
from restore_domain.model.lacking import COLLECTION_COUNTS, COLLECTIONS
from restore_domain.model.public_error import PublicErrorDetail
from restore_domain.model.session import (
    DERIVED_PROPERTIES,
    NOTHING_DECLARED,
    DeclaredProperties,
    ExchangeRestoreSession,
    statuses_of,
    was_activated,
)
from restore_domain.model.timestamp import later, point_in_time, with_fixed_offset
from restore_domain.model.validators import a, each, expected, is_exactly, optional, several, shown
from restore_domain.operations.root import (
    BackupRestoreRoot,
    check_root,
    with_session,
    with_session_added,
    without_sessions,
)
from restore_domain.status import (
    RestoreArtifactsBulkRequestStatus,
    RestoreJobType,
    RestoreSessionStatus,
)

__all__ = [
    "BulkRequestChange",
    "BulkRequestCreated",
    "BulkRequestDeleted",
    "BulkRequestResolved",
    "Event",
    "Outcome",
    "SessionChanged",
    "SessionCreated",
    "SessionRemovalReason",
    "SessionRemoved",
    "apply",
    "change_session",
    "checked_actor",
    "observe_session",
    "observed_session",
    "replay",
    "still_declared",
    "without_nulls_of_collections",
]


@attrs.frozen(weakref_slot=False)
class SessionCreated:
    """A session was created."""

    session: ExchangeRestoreSession = attrs.field(validator=a(ExchangeRestoreSession))
    """The session with its artifacts."""

    @property
    def session_id(self) -> str:
        """The key of the session."""
        return self.session.id

    @property
    def status_before(self) -> None:
        """None: the session did not exist."""

    @property
    def status_after(self) -> RestoreSessionStatus:
        """The session's first status."""
        return self.session.status


@attrs.frozen(weakref_slot=False)
class BulkRequestCreated:
    """A bulk request was added to a session, which is a bulk session from now on (rule B1)."""

    request: MailboxRestoreArtifactsBulkAdditionRequest = attrs.field(
        validator=a(MailboxRestoreArtifactsBulkAdditionRequest)
    )
    """The request."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class BulkRequestResolved:
    """Mailboxes of a bulk request could not be resolved, or the request ended (rule B5)."""

    request_id: str
    """The key of the request."""

    failures: tuple[PublicErrorDetail, ...] = attrs.field(
        default=(), validator=each(PublicErrorDetail)
    )
    """The further mailboxes that could not be resolved."""

    status: RestoreArtifactsBulkRequestStatus
    """The status of the request from now on."""

    last_modified_by: IdentitySet | None = attrs.field(
        default=None, validator=optional(a(IdentitySet))
    )
    """The identities that changed it last."""


@attrs.frozen(weakref_slot=False)
class BulkRequestDeleted:
    """A bulk request was removed from a session (rule B2)."""

    request_id: str
    """The key of the request."""


BulkRequestChange: TypeAlias = BulkRequestCreated | BulkRequestResolved | BulkRequestDeleted
"""A change of a bulk request of a session."""


@attrs.frozen(kw_only=True, weakref_slot=False, repr=False)
class SessionChanged:
    """Artifacts, or a bulk request, of a session were added, changed or removed."""

    session_id: str
    """The key of the session."""

    status_before: RestoreSessionStatus
    """The session's status before."""

    status_after: RestoreSessionStatus
    """The session's status after."""

    added: tuple[MailboxRestoreArtifact, ...] = attrs.field(default=(), validator=each(ARTIFACTS))
    """The added artifacts, in order."""

    changed: tuple[MailboxRestoreArtifact, ...] = attrs.field(default=(), validator=each(ARTIFACTS))
    """The changed artifacts, in their new state."""

    removed: tuple[str, ...] = ()
    """The keys of the removed artifacts."""

    last_modified_by: IdentitySet | None = attrs.field(
        default=None, validator=optional(a(IdentitySet))
    )
    """Who changed the session last."""

    last_modified_date_time: datetime | None = None
    """When it was changed last."""

    policy_id: str | None = None
    """The policy that it has from now on; None if it did not change (rule S10)."""

    activated: bool = False
    """Whether it was activated (rule B6)."""

    bulk_request: BulkRequestChange | None = attrs.field(
        default=None, validator=optional(a(BulkRequestChange))
    )
    """The change of a bulk request of it; None if there was none."""

    observed: ExchangeRestoreSession | None = None
    """For an observation, the state of the session itself from now on, with its collections of
    artifacts present but empty (rules H2 and S8); None if it was not observed.
    """

    def __repr__(self) -> str:
        """Show the event on one line, no matter how many artifacts it is about."""
        moved = f"{self.status_before.value} to {self.status_after.value}"
        counts = f"+{len(self.added)} ~{len(self.changed)} -{len(self.removed)} artifacts"
        return f"<{type(self).__name__} {self.session_id!r} {moved}, {counts}>"


class SessionRemovalReason(StrEnum):
    """Why a session was removed."""

    DELETED = "deleted"
    """The draft was deleted (rule O5)."""

    EXPIRED = "expired"
    """Its retention time has passed (rule O8)."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class SessionRemoved:
    """A session was removed: it was deleted, or it expired."""

    session_id: str
    """The key of the session."""

    status_before: RestoreSessionStatus
    """The session's last status."""

    reason: SessionRemovalReason = attrs.field(validator=a(SessionRemovalReason))
    """The reason."""

    actor: IdentitySet | None = attrs.field(default=None, validator=optional(a(IdentitySet)))
    """The identities that removed it, if they were passed to the operation."""

    time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """When it was removed; None if no time was passed to the operation."""

    @property
    def status_after(self) -> None:
        """None: the session no longer exists."""


Event: TypeAlias = SessionCreated | SessionChanged | SessionRemoved
"""What an accepted operation changed."""


Change: TypeAlias = tuple[MailboxRestoreArtifact, MailboxRestoreArtifact]
"""An artifact before and after a change."""

_Result = TypeVar("_Result")


class Outcome(NamedTuple, Generic[_Result]):
    """The result of an accepted operation."""

    root: BackupRestoreRoot
    """The root after the operation; the identical one if nothing changed."""

    result: _Result
    """The answer."""

    events: tuple[Event, ...]
    """What changed; empty if nothing did."""


def apply(root: BackupRestoreRoot, event: Event) -> BackupRestoreRoot:
    """Return the root after this event; KeyError or ValueError if it does not fit the root."""
    check_root(root)
    if not isinstance(event, Event):
        raise TypeError(f"expected an event, got {shown(event)}")
    if isinstance(event, SessionCreated):
        return with_session_added(root, event.session)
    session = root.session(event.session_id)
    if session is None:
        raise KeyError(f"the root has no session {event.session_id!r}")
    if isinstance(event, SessionRemoved):
        return without_sessions(root, [session])
    new = _changed(
        session,
        event.added,
        [(_found(session, new.id), new) for new in event.changed],
        [_found(session, artifact_id) for artifact_id in event.removed],
        event.last_modified_by,
        event.last_modified_date_time,
        session.addition_index,
        event.policy_id,
        event.activated,
        event.bulk_request,
    )
    if event.observed is not None:
        new = _as_observed(new, event.observed)
    return with_session(root, new, session.status, new.status)


def replay(root: BackupRestoreRoot, events: Iterable[Event]) -> BackupRestoreRoot:
    """Return the root after all of these events, in their order."""
    return reduce(apply, several(events, "events"), root)


def change_session(  # noqa: PLR0913 - the parts of a change
    root: BackupRestoreRoot,
    session: ExchangeRestoreSession,
    *,
    added: tuple[MailboxRestoreArtifact, ...] = (),
    changed: Collection[Change] = (),
    removed: Collection[MailboxRestoreArtifact] = (),
    by: IdentitySet | None,
    at: datetime,
    index: AdditionIndex | None = None,
    policy_id: str | None = None,
    activated: bool = False,
    bulk_request: BulkRequestChange | None = None,
) -> tuple[BackupRestoreRoot, ExchangeRestoreSession, SessionChanged]:
    """Change artifacts of a session (rule S6); return the root, the session and the event.

    The index is for checking further additions, if there will be any. A policy replaces the
    previous one.
    """
    by = session.last_modified_by if by is None else checked_actor(by)
    at = later(session.last_modified_date_time or session.created_date_time, at)
    new = _changed(
        session, added, changed, removed, by, at, index, policy_id, activated, bulk_request
    )
    before, after = session.status, new.status
    now = tuple([new_artifact for _, new_artifact in changed])
    ids = tuple([artifact.id for artifact in removed]) if removed else ()
    event = _make_event(
        session.id, before, after, added, now, ids, by, at, policy_id, activated, bulk_request, None
    )
    return with_session(root, new, before, after), new, event


def observe_session(  # noqa: PLR0913 - the parts of a change
    root: BackupRestoreRoot,
    session: ExchangeRestoreSession,
    *,
    added: tuple[MailboxRestoreArtifact, ...],
    changed: Collection[Change],
    removed: Collection[MailboxRestoreArtifact],
    observed: ExchangeRestoreSession,
) -> tuple[BackupRestoreRoot, ExchangeRestoreSession, SessionChanged]:
    """Apply an observer's snapshot of a session; return the root, the session and the event.

    `observed` is the new state of the session itself.
    """
    new = observed_session(session, added=added, changed=changed, removed=removed, own=observed)
    event = SessionChanged(
        session_id=session.id,
        status_before=session.status,
        status_after=new.status,
        added=added,
        changed=tuple([new_artifact for _, new_artifact in changed]),
        removed=tuple([artifact.id for artifact in removed]),
        last_modified_by=observed.last_modified_by,
        last_modified_date_time=observed.last_modified_date_time,
        observed=observed,
    )
    return with_session(root, new, event.status_before, event.status_after), new, event


def observed_session(
    session: ExchangeRestoreSession,
    *,
    added: Collection[MailboxRestoreArtifact],
    changed: Iterable[Change],
    removed: Collection[MailboxRestoreArtifact],
    own: ExchangeRestoreSession,
) -> ExchangeRestoreSession:
    """Return a session with the artifacts as observed, and all other properties of `own`."""
    by, at = own.last_modified_by, own.last_modified_date_time
    new = _changed(session, added, changed, removed, by, at, None, None, False, None)  # noqa: FBT003
    return _as_observed(new, own)


_with_own: Final = evolver(
    ExchangeRestoreSession,
    "created_by",
    "created_date_time",
    "last_modified_by",
    "last_modified_date_time",
    "restore_job_type",
    "policy_id",
    "declared",
    "additional_data",
    "mailbox_restore_artifacts",
    "granular_mailbox_restore_artifacts",
    "mailbox_restore_artifacts_bulk_addition_requests",
    "request_statuses",
    "activated",
    "addition_index",
)


def _as_observed(
    new: ExchangeRestoreSession, own: ExchangeRestoreSession
) -> ExchangeRestoreSession:
    """Return a session with the artifacts of one session, and all other properties of the other.

    A collection of artifacts is present if one of them has it.
    """
    whole, granular = new.mailbox_restore_artifacts, new.granular_mailbox_restore_artifacts
    made: ExchangeRestoreSession = _with_own(
        new,
        own.created_by,
        own.created_date_time,
        own.last_modified_by,
        own.last_modified_date_time,
        own.restore_job_type,
        own.policy_id,
        own.declared,
        own.additional_data,
        own.mailbox_restore_artifacts if whole is None else whole,
        own.granular_mailbox_restore_artifacts if granular is None else granular,
        own.mailbox_restore_artifacts_bulk_addition_requests,
        own.request_statuses,
        new.activated or own.activated,
        None,
    )
    return made


def still_declared(
    session: ExchangeRestoreSession,
) -> tuple[DeclaredProperties | None, JsonObject]:
    """Return what an observed session declares from now on (rules S1a, S8, B4 and B6)."""
    declared, data = _still_said(session, session.effective_tally)
    if declared is None:
        return _declared_by_requests(session), data
    if session.is_bulk and session.activated and declared.status is RestoreSessionStatus.DRAFT:
        declared = attrs.evolve(declared, status=UNKNOWN)
    return declared, data


def checked_actor(actor: Any) -> IdentitySet | None:
    """Return the identities passed by an embedder; TypeError if they are anything else."""
    if actor is not None and not _is_actor(actor):
        raise TypeError(f"actor: expected {expected(IdentitySet, actor)}, got {shown(actor)}")
    identities: IdentitySet | None = actor
    return identities


_is_actor: Final = is_exactly(IdentitySet)
_make_event: Final = maker(SessionChanged)
_with_artifacts: Final = evolver(
    ExchangeRestoreSession,
    "mailbox_restore_artifacts",
    "granular_mailbox_restore_artifacts",
    "mailbox_restore_artifacts_bulk_addition_requests",
    "request_statuses",
    "restore_job_type",
    "activated",
    "tally",
    "addition_index",
    "last_modified_by",
    "last_modified_date_time",
    "policy_id",
    "declared",
    "additional_data",
)

_STALE: Final = DERIVED_PROPERTIES.union(COLLECTION_COUNTS)
"""The declared values about artifacts that a change may make untrue."""

_MODIFIED: Final = frozenset({"lastModifiedDateTime"})
"""The null of a time that a change sets."""

BULK: Final = RestoreJobType.BULK
UNKNOWN: Final = RestoreSessionStatus.UNKNOWN_FUTURE_VALUE
_STATUS: Final = frozenset({"status"})
_PARTS: Final = frozenset({"inProgress", "completed", "failed"})
"""The declared counts that a change may make untrue if artifacts are missing."""

_ACTOR: Final = frozenset({"lastModifiedBy"})
"""The null of an actor that is now known."""

_POLICY: Final = frozenset({"policyId"})
_JOB_TYPE: Final = frozenset({"restoreJobType"})


def _changed(  # noqa: PLR0913, PLR0917 - the parts of a change, on the way of each report
    session: ExchangeRestoreSession,
    added: Collection[MailboxRestoreArtifact],
    changed: Iterable[Change],
    removed: Collection[MailboxRestoreArtifact],
    by: IdentitySet | None,
    at: datetime | None,
    index: AdditionIndex | None,
    policy_id: str | None,
    activates: bool,  # noqa: FBT001
    bulk_request: BulkRequestChange | None,
) -> ExchangeRestoreSession:
    """Return the session after a change (rule S1a)."""
    whole = session.mailbox_restore_artifacts
    granular = session.granular_mailbox_restore_artifacts
    tally = session.tally
    for old, artifact in changed:
        tally = tally.replace(old.status, artifact.status)
        # the class is not enough: a granular artifact may be among those of whole mailboxes
        if (
            granular is not None
            and isinstance(artifact, GranularMailboxRestoreArtifact)
            and artifact.id in granular.ids
        ):
            granular = granular.replacing(artifact)
        elif whole is not None:
            whole = whole.replacing(artifact)
    if removed or added:
        gone = [artifact.id for artifact in removed]
        of_items, of_mailboxes = _by_kind(added)
        whole = _with(whole, gone, of_mailboxes, granular)
        granular = _with(granular, gone, of_items, whole)
        tally = tally - _tally(removed) + _tally(added)
        if index is not None:
            index = index.removing(removed).adding(added)
    activated = activates or session.activated or tally.status is not RestoreSessionStatus.DRAFT
    if bulk_request is not None:
        activated, index = _with_bulk_request(bulk_request, index, activated=activated)
    requests = session.mailbox_restore_artifacts_bulk_addition_requests
    statuses, job_type = session.request_statuses, session.restore_job_type
    counted = tally
    if bulk_request is not None or statuses or job_type is BULK:
        if bulk_request is not None or requests is None or job_type is not BULK:
            requests = _with_request(session, bulk_request, at)
            statuses, job_type = statuses_of(requests), _bulk_type(session)
        counted = with_requests(
            tally,
            statuses,
            is_bulk=True,
            activated=activated,
            declared=None if session.declared is None else session.declared.status,
        )
    declared, data = _still_said(session, counted)
    if declared is None and isinstance(bulk_request, BulkRequestDeleted):
        declared = _declared_by_requests(session)
    if job_type is not session.restore_job_type:
        data = without_properties(data, _JOB_TYPE)
    if declared is not None:  # as when it is read again
        activated = activated or was_activated(declared, tally)
    if data is not NO_DATA:
        filled = _MODIFIED if by is None else _MODIFIED | _ACTOR
        data = without_properties(data, filled if policy_id is None else filled | _POLICY)
        data = without_nulls_of_collections(data, whole, granular, requests)
    new: ExchangeRestoreSession = _with_artifacts(
        session,
        whole,
        granular,
        requests,
        statuses,
        job_type,
        activated,
        tally,
        index,
        by,
        at,
        session.policy_id if policy_id is None else policy_id,
        declared,
        data,
    )
    return new


def without_nulls_of_collections(
    data: JsonObject, *collections: EntityCollection[Any] | None
) -> JsonObject:
    """Return the object without the nulls of collections of the session that are present now.

    Takes these in the order of `COLLECTIONS`.
    """
    there = zip(COLLECTIONS, collections, strict=True)
    return without_properties(data, {name for name, found in there if found is not None})


def _with_bulk_request(
    change: BulkRequestChange, index: AdditionIndex | None, *, activated: bool
) -> tuple[bool, AdditionIndex | None]:
    """Return whether a session is activated, and its index, after a change of a request.

    A session that gets a request is a draft, regardless of what was declared before.
    """
    if isinstance(change, BulkRequestCreated):
        return False, index
    if isinstance(change, BulkRequestResolved) and index is not None:
        of_request = index.bulk_request
        if of_request is not None and of_request.request_id == change.request_id:
            targets = [failure.target for failure in change.failures if failure.target is not None]
            index = attrs.evolve(index, bulk_request=of_request.failing(targets))
    return activated, index


def _with_request(
    session: ExchangeRestoreSession, change: BulkRequestChange | None, at: datetime | None
) -> EntityCollection[MailboxRestoreArtifactsBulkAdditionRequest] | None:
    """Return the bulk requests of a session after a change.

    If nothing is missing, the collection is present from now on, even if it is empty (rule S8).
    """
    requests = session.mailbox_restore_artifacts_bulk_addition_requests
    there = _NO_REQUESTS if requests is None else requests
    if change is None:
        return requests if session.lacks else there
    if isinstance(change, BulkRequestCreated):
        return there.adding([change.request])
    request = there.by_id(change.request_id)
    if request is None:
        raise KeyError(f"session {session.id!r} has no request {change.request_id!r}")
    if isinstance(change, BulkRequestDeleted):
        return there.removing([change.request_id])
    by = change.last_modified_by
    return there.replacing(resolved(request, change.failures, change.status, by, at))


_NO_REQUESTS: Final = EntityCollection[MailboxRestoreArtifactsBulkAdditionRequest]()


def _bulk_type(session: ExchangeRestoreSession) -> RestoreJobType | None:
    """Return bulk, or a type that is still needed as evidence of missing artifacts (S9)."""
    is_evidence = session.restore_job_type is not BULK and any(
        found.id == _TYPE_SAYS_MORE for found in session.lacks
    )
    return session.restore_job_type if is_evidence else BULK


_TYPE_SAYS_MORE: Final = "d"
"""The types that are evidence by rule S8."""


def _still_said(
    session: ExchangeRestoreSession, tally: StatusTally
) -> tuple[DeclaredProperties | None, JsonObject]:
    """Return the declared values, and the additional data, that remain after a change.

    Takes the tally after the change. If no artifacts are missing, all properties are derived from
    now on. Otherwise the evidence stays: the status that the session had before becomes the
    declared one, and values that the change may make untrue are dropped (rules S1a and S8).
    """
    data = session.additional_data
    if not session.lacks:
        return None, data if data is NO_DATA else without_properties(data, _STALE)
    declared = session.declared or NOTHING_DECLARED
    count = declared.restore_session_artifact_count
    if count is not None:
        count = attrs.evolve(
            count,
            in_progress=None,
            completed=None,
            failed=None,
            additional_data=without_properties(count.additional_data, _PARTS),
        )
    status = _known(session.status) or declared.status or UNKNOWN
    status = _known(tally.status_with_more(status)) or status
    if status is not declared.status:
        data = without_properties(data, _STATUS)
    still = attrs.evolve(declared, status=status, restore_session_artifact_count=count)
    return still, data


def _declared_by_requests(session: ExchangeRestoreSession) -> DeclaredProperties | None:
    """Return what remains of a session for which bulk requests added no artifact (rule B4).

    Nothing else records that it failed, and why, once the request is deleted.
    """
    if session.tally.total or session.status is not RestoreSessionStatus.FAILED:
        return None
    return DeclaredProperties(
        status=session.status,
        completed_date_time=session.completed_date_time,
        error=session.error,
        restore_session_artifact_count=session.restore_session_artifact_count,
    )


def _known(status: RestoreSessionStatus) -> RestoreSessionStatus | None:
    return None if status is UNKNOWN else status


def _tally(artifacts: Iterable[MailboxRestoreArtifact]) -> StatusTally:
    return StatusTally.of([artifact.status for artifact in artifacts])


def _found(session: ExchangeRestoreSession, artifact_id: str) -> MailboxRestoreArtifact:
    """Return an artifact that an event names; KeyError if the session does not contain it."""
    artifact = session.artifact(artifact_id)
    if artifact is None:
        raise KeyError(f"session {session.id!r} has no artifact {artifact_id!r}")
    return artifact


def _by_kind(
    added: Iterable[MailboxRestoreArtifact],
) -> tuple[list[GranularMailboxRestoreArtifact], list[MailboxRestoreArtifact]]:
    """Return the artifacts of selected items, and those of whole mailboxes.

    The class determines the collection: granular artifacts are never added to whole mailboxes.
    """
    of_items: list[GranularMailboxRestoreArtifact] = []
    of_mailboxes: list[MailboxRestoreArtifact] = []
    for artifact in added:
        if isinstance(artifact, GranularMailboxRestoreArtifact):
            of_items.append(artifact)
        else:
            of_mailboxes.append(artifact)
    return of_items, of_mailboxes


_Artifact = TypeVar("_Artifact", bound=MailboxRestoreArtifact)


def _with(
    collection: EntityCollection[_Artifact] | None,
    removed: Iterable[str],
    added: Collection[_Artifact],
    other: EntityCollection[Any] | None,
) -> EntityCollection[_Artifact] | None:
    """Return a collection after a change; an absent one stays absent if nothing is added.

    ValueError if an id is in the other collection already.
    """
    if collection is None and not added:
        return None
    taken = next((one.id for one in added if other is not None and one.id in other.ids), None)
    if taken is not None:
        raise ValueError(f"two artifacts have the id {taken!r}")
    there: EntityCollection[Any] = EntityCollection() if collection is None else collection
    return there.removing(removed).adding(added)
