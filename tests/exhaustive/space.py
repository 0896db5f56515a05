"""A finite space of roots: all possible calls on one, and which of them are the same.

A root has one or two sessions, each with up to two artifacts and one bulk request. There are only
as few values as the rules can distinguish: an error, a result, a policy is present or not. Each
call is a second later than the previous one, and two roots that differ only in ids or times are the
same. So the space is finite, and searching it completely proves for its size what is checked in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from itertools import combinations
from typing import Any, Final, NamedTuple, TypeAlias

import attrs

from restore_domain import operations
from restore_domain.lifecycle import Reporter
from restore_domain.model import (
    ArtifactRemoval,
    CreateBulkRequest,
    CreateSessionRequest,
    ExchangeRestoreSession,
    Identity,
    IdentitySet,
    JsonObject,
    MailboxRestoreArtifact,
    PublicError,
    RequestedArtifact,
    RequestedGranularArtifact,
    RestorePoint,
    UpdateSessionRequest,
)
from restore_domain.operations import BackupRestoreRoot, Limits, Outcome, Report, Resolution
from restore_domain.operations.bulk_requests import UnresolvedMailbox
from restore_domain.status import ArtifactRestoreStatus, DestinationType

NOON: Final = datetime.fromisoformat("2026-01-12T12:00:00+00:00")
ACTOR: Final = IdentitySet(user=Identity(id="ada"))
WHY: Final = PublicError(code="UnknownError")
MAILBOXES: Final = ("m0@example.com", "m1@example.com")
IDS: Final = ("a0", "a1")
POLICY: Final = "policy"
ACTIVATE: Final = "activate"
IN_PROGRESS: Final = ArtifactRestoreStatus.IN_PROGRESS
SUCCEEDED: Final = ArtifactRestoreStatus.SUCCEEDED
FAILED: Final = ArtifactRestoreStatus.FAILED


@attrs.frozen(kw_only=True)
class Space:
    """The size of the roots, and which values there are."""

    sessions: int
    """The maximum number of sessions in a root."""

    active_sessions: int
    """How many of them may be active at the same time (rule O4)."""

    artifacts: int = 2
    """The maximum number of artifacts in a session."""

    whole_only: bool = False
    """Whether there are no granular artifacts and no bulk requests."""

    results: bool = False
    """Whether there are results, starts that observers read, and policies."""

    snapshots: bool = False
    """Whether sessions are observed, so that they may lack artifacts (rule S8)."""


class Call(NamedTuple):
    """A possible call on a root."""

    name: str
    run: Callable[[], Outcome[Any]]


Key: TypeAlias = tuple[Any, ...]
"""A key that is equal for roots that are the same except for ids and times."""


def empty_root(space: Space) -> BackupRestoreRoot:
    return BackupRestoreRoot(limits=Limits(active_sessions=space.active_sessions))


# Which roots are the same -------------------------------------------------------------------------


def key_of(sessions: Iterable[Key]) -> Key:
    """Return the key of a root whose sessions have these keys."""
    return tuple(sorted(sessions, key=hash))


def session_key(session: ExchangeRestoreSession) -> Key:
    """Return everything in a session that rules depend on, without ids and times."""
    return (
        session.restore_job_type.value if session.restore_job_type else None,
        session.policy_id,
        session.activated,
        tuple(sorted(map(_artifact_key, session.artifacts))),
        tuple(map(_request_key, session.mailbox_restore_artifacts_bulk_addition_requests or ())),
        _shape(session.declared),
        _shape(session.additional_data),
        session.mailbox_restore_artifacts is None,
        session.granular_mailbox_restore_artifacts is None,
        session.mailbox_restore_artifacts_bulk_addition_requests is None,
    )


def _artifact_key(artifact: MailboxRestoreArtifact) -> Key:
    return (
        artifact.status.value,
        artifact.start_date_time is not None,
        artifact.completion_date_time is not None,
        artifact.error is not None,
        artifact.restored_item_count is not None,
    )


def _request_key(request: Any) -> Key:
    failures = () if request.error is None else request.error.details or ()
    return request.status.value, len(failures)


def _shape(value: Any) -> Any:
    """Return a value of the model without ids and times."""
    if attrs.has(type(value)):
        names = (field.name for field in attrs.fields(type(value)) if field.name != "target")
        return tuple(_shape(getattr(value, name)) for name in names)
    if isinstance(value, datetime):
        return "a time"
    if isinstance(value, tuple):
        return tuple(map(_shape, value))
    return repr(value)


# Possible calls -----------------------------------------------------------------------------------


def calls(space: Space, root: BackupRestoreRoot, now: datetime) -> Iterator[Call]:
    """Yield every possible call on a root, allowed or not."""
    for session in root.exchange_restore_sessions:
        yield from _lives(root, session, now)
        yield from _changes(space, root, session, now)
        yield from _reports(space, root, session, now)
        if not space.whole_only:
            yield from _bulk_requests(space, root, session, now)
        if space.snapshots:
            yield from _snapshots(root, session, now)
    yield from _creations(space, root, now)
    for name, when in (("expire", now), ("expire, long after", now + timedelta(days=400))):
        yield Call(name, partial(operations.expire, root, now=when))


def _creations(space: Space, root: BackupRestoreRoot, now: datetime) -> Iterator[Call]:
    free = [one for one in ("s0", "s1")[: space.sessions] if root.session(one) is None]
    if not free:
        return
    bodies = [CreateSessionRequest()]
    for number in range(1, space.artifacts + 1):
        ids = IDS[:number]
        bodies.append(CreateSessionRequest(mailbox_restore_artifacts=tuple(map(_whole, ids))))
        if not space.whole_only:
            parts = tuple(map(_part, ids))
            bodies.append(CreateSessionRequest(granular_mailbox_restore_artifacts=parts))
    if space.results:
        bodies.append(CreateSessionRequest(policy_id=POLICY))
    create = partial(operations.create_session, root, session_id=free[0], now=now, actor=ACTOR)
    for body in bodies:
        yield Call("create", partial(create, body, artifact_ids=IDS))


def _whole(artifact_id: str) -> RequestedArtifact:
    point = RestorePoint(id=f"point of {artifact_id}")
    return RequestedArtifact(restore_point=point, destination_type=DestinationType.NEW)


def _part(artifact_id: str) -> RequestedGranularArtifact:
    return RequestedGranularArtifact(
        restore_point=RestorePoint(id=f"point of {artifact_id}"),
        destination_type=DestinationType.NEW,
        search_response_id="search",
    )


def _free(space: Space, session: ExchangeRestoreSession) -> list[str]:
    """Return the ids of the artifacts that may still be added."""
    free = [one for one in IDS if session.artifact(one) is None]
    return free[: max(0, space.artifacts - session.tally.total)]


def _lives(
    root: BackupRestoreRoot, session: ExchangeRestoreSession, now: datetime
) -> Iterator[Call]:
    late: dict[str, Any] = {"now": now, "actor": ACTOR}
    yield Call(ACTIVATE, partial(operations.activate_session, root, session.id, **late))
    yield Call("delete", partial(operations.delete_session, root, session.id))


def _changes(
    space: Space, root: BackupRestoreRoot, session: ExchangeRestoreSession, now: datetime
) -> Iterator[Call]:
    """Add and remove artifacts of either kind, one, two or one for another, and set a policy."""
    free = _free(space, session)
    there = [artifact.id for artifact in session.artifacts]
    bodies: list[dict[str, Any]] = []
    for make, name in ((_whole, "mailbox"), (_part, "granular_mailbox")):
        entries: list[list[Any]] = [
            *([make(one) for one in free[:number]] for number in range(1, len(free) + 1)),
            *([ArtifactRemoval(id=one)] for one in there),
            *([ArtifactRemoval(id=one), make(one)] for one in there),
            *([[ArtifactRemoval(id=one) for one in there]] if len(there) > 1 else []),
        ]
        bodies += [{f"{name}_restore_artifacts_delta": tuple(several)} for several in entries]
    if space.results:
        bodies.append({"policy_id": POLICY})
    change = partial(operations.update_session, root, session.id, now=now, actor=ACTOR)
    for body in bodies:
        added = [one for one in IDS if one in free or one in there]
        yield Call(
            "update", partial(change, UpdateSessionRequest(**body), artifact_ids=_ids(body, added))
        )
    for one in free[:1]:
        add = partial(operations.create_artifact, root, session.id, _whole(one))
        yield Call("create artifact", partial(add, artifact_id=one, now=now, actor=ACTOR))


def _ids(body: dict[str, Any], ids: Sequence[str]) -> list[str]:
    """Return the ids of the artifacts that a request adds: those in their restore points."""
    (entries,) = body.values()
    added = [one for one in entries if not isinstance(one, (ArtifactRemoval, str))]
    return [one for entry in added for one in ids if entry.restore_point.id.endswith(one)]


def _reports(
    space: Space, root: BackupRestoreRoot, session: ExchangeRestoreSession, now: datetime
) -> Iterator[Call]:
    """Report each artifact by itself in every status, and all of them together."""
    take = partial(operations.record, root, session.id, actor=ACTOR)
    several = partial(operations.record_batch, root, session.id, actor=ACTOR)
    ids = [artifact.id for artifact in session.artifacts]
    for reporter in Reporter:
        for one in ids:
            for report in _reports_of(space, one, now):
                yield Call(f"{reporter} reports", partial(take, report, reporter=reporter))
        for reports in _batches(tuple(ids), now) if len(ids) > 1 else ():
            yield Call(f"{reporter} reports all", partial(several, reports, reporter=reporter))


@lru_cache(maxsize=16)
def _reports_of(space: Space, artifact_id: str, now: datetime) -> tuple[Report, ...]:
    report = partial(Report, artifact_id=artifact_id, time=now)
    plain: list[dict[str, Any]] = [
        {"status": status, "error": error}
        for status in ArtifactRestoreStatus
        for error in ((WHY, None) if status is FAILED else (None,))
    ]
    more: tuple[dict[str, Any], ...] = ({},)
    if space.results:
        start, result = {"start_date_time": now}, {"restored_item_count": 1}
        more = ({}, start, result, start | result)
    return tuple(report(**one, **further) for one in plain for further in more)


@lru_cache(maxsize=16)
def _batches(artifact_ids: tuple[str, ...], now: datetime) -> list[list[Report]]:
    """Return for each status a batch that reports all artifacts in it."""
    return [
        [
            Report(
                artifact_id=one, time=now, status=status, error=WHY if status is FAILED else None
            )
            for one in artifact_ids
        ]
        for status in ArtifactRestoreStatus
    ]


def _bulk_requests(
    space: Space, root: BackupRestoreRoot, session: ExchangeRestoreSession, now: datetime
) -> Iterator[Call]:
    """Create a bulk request, delete it, and resolve it in every part, also in one too large."""
    late: dict[str, Any] = {"now": now, "actor": ACTOR}
    body = CreateBulkRequest(mailboxes=MAILBOXES, destination_type=DestinationType.NEW)
    add = operations.create_bulk_request
    yield Call(
        "create bulk request", partial(add, root, session.id, body, bulk_request_id="b", **late)
    )
    remove = operations.delete_bulk_request
    yield Call("delete bulk request", partial(remove, root, session.id, "b", **late))
    if session.mailbox_restore_artifacts_bulk_addition_requests is None:
        return
    free = _free(space, session)
    resolve = partial(operations.resolve_bulk_request, root, session.id, "b", **late)
    for number in range(len(free) + 1):
        artifacts = tuple(
            RequestedArtifact(restore_point=_whole(one).restore_point) for one in free
        )
        for failed in _subsets(MAILBOXES):
            failures = tuple(UnresolvedMailbox(mailbox=one, error=WHY) for one in failed)
            for ended in (False, True):
                part = Resolution(artifacts=artifacts[:number], failures=failures, ended=ended)
                yield Call("resolve bulk request", partial(resolve, part, artifact_ids=free))


def _subsets(values: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return (some for size in range(len(values) + 1) for some in combinations(values, size))


def _snapshots(
    root: BackupRestoreRoot, session: ExchangeRestoreSession, now: datetime
) -> Iterator[Call]:
    """Observe the session with one artifact in each status, with one missing, and truncated after
    one.
    """
    seen = partial(attrs.evolve, last_modified_date_time=now, last_modified_by=ACTOR)
    look = partial(operations.observe, root, session.id, now=now)
    name, collection = (
        ("granular_mailbox_restore_artifacts", session.granular_mailbox_restore_artifacts)
        if session.granular_mailbox_restore_artifacts
        else ("mailbox_restore_artifacts", session.mailbox_restore_artifacts)
    )
    if collection is None:
        return
    for artifact in collection:
        for status in ArtifactRestoreStatus:
            changed = collection.replacing(_in_status(artifact, status, now))
            snapshot = seen(session, **{name: changed})
            yield Call(f"observe {status}", partial(look, snapshot))
        rest = collection.removing([artifact.id])
        yield Call("observe fewer", partial(look, seen(session, **{name: rest})))
        cut = JsonObject({_LINKS[name]: "https://example.com/next"})
        truncated = seen(session, **{name: rest}, additional_data=cut)
        yield Call("observe the first page", partial(look, truncated))


_LINKS: Final = {
    "mailbox_restore_artifacts": "mailboxRestoreArtifacts@odata.nextLink",
    "granular_mailbox_restore_artifacts": "granularMailboxRestoreArtifacts@odata.nextLink",
}


def _in_status(
    artifact: MailboxRestoreArtifact, status: ArtifactRestoreStatus, now: datetime
) -> MailboxRestoreArtifact:
    """Return an artifact as an observer would see it in a status (rule L5)."""
    if status is artifact.status:
        return artifact
    has_ended = status in (SUCCEEDED, FAILED)
    has_started = status in (IN_PROGRESS, SUCCEEDED)
    return attrs.evolve(
        artifact,
        status=status,
        start_date_time=(artifact.start_date_time or now) if has_started else None,
        completion_date_time=now if has_ended else None,
        error=WHY if status is FAILED else None,
    )
