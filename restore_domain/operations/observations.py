"""Applying an observer's snapshot of a whole session (rules H2, H3 and S8).

A snapshot contains more information than reports of its artifacts: which artifacts exist, whether
some may be missing, and the properties of the session itself. What it leaves out stays unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import attrs

from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.audit import ViolationKind
from restore_domain.model.bulk_request import ACTIVE
from restore_domain.model.collection import EntityCollection
from restore_domain.model.graph_name import graph_name
from restore_domain.model.history import Matched, compared
from restore_domain.model.json_value import ABSENT, JsonObject, without_properties
from restore_domain.model.kept_properties import (
    CHOICE,
    KEPT,
    KEPT_ONCE_TERMINAL,
    LAST_MODIFIED,
    LAST_MODIFIED_BY,
    OF_SESSION,
    POLICY,
    RESOURCES,
    RESULTS,
    STATUS,
    filled_in,
)
from restore_domain.model.lacking import NEXT_LINKS, WHOLE
from restore_domain.model.session import (
    ARTIFACT_COLLECTIONS,
    NOTHING_DECLARED,
    DeclaredProperties,
    ExchangeRestoreSession,
)
from restore_domain.model.timestamp import later, moment
from restore_domain.model.validators import shown
from restore_domain.operations.checks import found_session
from restore_domain.operations.errors import Operation, SnapshotRefusedError, refusal_of
from restore_domain.operations.events import (
    Change,
    Outcome,
    observe_session,
    observed_session,
    still_declared,
    without_nulls_of_collections,
)
from restore_domain.operations.kinds import ODATA_TYPE
from restore_domain.operations.root import BackupRestoreRoot
from restore_domain.status import (
    TERMINAL_ARTIFACT_STATUSES,
    TERMINAL_SESSION_STATUSES,
    ArtifactRestoreStatus,
    RestoreJobType,
    RestoreSessionStatus,
)

__all__ = ["observe"]


def observe(
    root: BackupRestoreRoot, session_id: str, snapshot: ExchangeRestoreSession, now: datetime
) -> Outcome[ExchangeRestoreSession]:
    """Apply an observer's snapshot of a session, and return the session (rules H2 and H3).

    All changes are in one event: statuses, times, errors and results of artifacts, artifacts that
    were added or, in a draft, removed, and properties of the session itself. What the snapshot
    leaves out stays. If it lacks artifacts (rule S8), those that it does not contain stay as they
    were, and artifacts of the session count as missing until there is a complete snapshot; but it
    takes nothing back from a session that has ended and was complete. The time of the last change
    is the service's, or `now` if the service never sent one. A snapshot without anything new gives
    the same root and no event.

    Raises RestoreDomainError: InvalidRestoreSessionId, RestoreSessionNotFound,
    InvalidArtifactRequest or RestoreSessionActionNotAllowed, which is a SnapshotRefusedError and
    lists everything that contradicts the session.
    """
    now = moment(now)
    session = found_session(root, Operation.OBSERVE, session_id)
    if not isinstance(snapshot, ExchangeRestoreSession):
        raise TypeError(f"snapshot: expected an ExchangeRestoreSession, got {shown(snapshot)}")
    if snapshot.id != session.id:
        message = f"the snapshot is of session {shown(snapshot.id)}, not of {shown(session.id)}"
        raise refusal_of(Operation.OBSERVE, "InvalidArtifactRequest", message, target=snapshot.id)
    comparison = compared(session, snapshot)
    contradictions = [
        found for found in comparison.findings if found.kind is ViolationKind.CONTRADICTION
    ]
    if contradictions:
        raise SnapshotRefusedError(contradictions)
    found = comparison.artifacts
    added = tuple(_artifacts(snapshot, found.added))
    changed = _changes(session, snapshot, found)
    removed = (
        [] if snapshot.lacks else list(filter(_may_be_removed, _artifacts(session, found.gone)))
    )
    artifacts: dict[str, Any] = {"added": added, "changed": changed, "removed": removed}
    before = _without_artifacts(session, session)
    if not any(artifacts.values()) and _without_artifacts(snapshot, session) == before:
        return Outcome(root, session, ())
    may_lack = bool(snapshot.lacks) or len(found.gone) > len(removed)
    own = _own(session, snapshot, artifacts, may_lack=may_lack)
    if not any(artifacts.values()) and own == before:
        return Outcome(root, session, ())
    if own.last_modified_date_time is None:
        own = attrs.evolve(own, last_modified_date_time=later(own.created_date_time, now))
    root, new, event = observe_session(root, session, observed=own, **artifacts)
    return Outcome(root, new, (event,))


# The artifacts ---------------------------------------------------------------------------------


def _artifacts(
    session: ExchangeRestoreSession, cells: Iterable[Any]
) -> list[MailboxRestoreArtifact]:
    found = [session.artifact(cell.id) for cell in cells]
    return [artifact for artifact in found if artifact is not None]


def _may_be_removed(artifact: MailboxRestoreArtifact) -> bool:
    """Return whether a missing artifact may have been removed while the session was a draft."""
    return artifact.status is ArtifactRestoreStatus.ADDED


def _changes(
    session: ExchangeRestoreSession, snapshot: ExchangeRestoreSession, found: Matched
) -> list[Change]:
    olds = _artifacts(session, [old for old, _ in found.changed])
    news = _artifacts(snapshot, [new for _, new in found.changed])
    whole = session.mailbox_restore_artifacts
    changes = (
        (old, _known(old, new, is_among_whole=whole is not None and old.id in whole.ids))
        for old, new in zip(olds, news, strict=True)
    )
    return [(old, new) for old, new in changes if new != old]


def _known(
    old: MailboxRestoreArtifact, new: MailboxRestoreArtifact, *, is_among_whole: bool
) -> MailboxRestoreArtifact:
    """Return an artifact as it was seen, with known values for properties that were left out.

    Once it is known that it restores selected items, this stays known. It stays in its collection.
    """
    if isinstance(old, GranularMailboxRestoreArtifact) and not isinstance(new, type(old)):
        values = {field.name: getattr(new, field.name) for field in attrs.fields(type(new))}
        values["additional_data"] = without_properties(new.additional_data, _TYPE)
        new = GranularMailboxRestoreArtifact(**values)
    elif is_among_whole and new.additional_data.get(ODATA_TYPE) is ABSENT:
        data = without_properties(new.additional_data, _TYPE)  # there it is written with its type
        new = attrs.evolve(new, additional_data=data)
    has_ended = old.status in TERMINAL_ARTIFACT_STATUSES
    known: MailboxRestoreArtifact = filled_in(new, old, _ENDED if has_ended else _NOT_ENDED)
    return known


_TYPE: Final = frozenset({ODATA_TYPE})
_NOT_ENDED: Final = (STATUS, *KEPT, *RESULTS, *CHOICE)
_ENDED: Final = (STATUS, *KEPT, *KEPT_ONCE_TERMINAL, *CHOICE)


# The session itself ----------------------------------------------------------------------------


def _without_artifacts(
    session: ExchangeRestoreSession, other: ExchangeRestoreSession
) -> ExchangeRestoreSession:
    """Return a session with empty collections of artifacts, each present if one of them has it."""
    empty: dict[str, Any] = {
        name: None if getattr(session, name) is getattr(other, name) is None else ()
        for name in ARTIFACT_COLLECTIONS
    }
    return attrs.evolve(session, **empty)


_OWN: Final = (*OF_SESSION, LAST_MODIFIED_BY, POLICY)


def _own(
    session: ExchangeRestoreSession,
    snapshot: ExchangeRestoreSession,
    artifacts: dict[str, Any],
    *,
    may_lack: bool,
) -> ExchangeRestoreSession:
    """Return the session itself after a snapshot, without its artifacts.

    Takes the changes of the artifacts, and whether some may be missing.
    """
    own: ExchangeRestoreSession = filled_in(_without_artifacts(snapshot, session), session, _OWN)
    data = without_properties(own.additional_data, _LAST_MODIFIED)
    job_type = own.restore_job_type
    if job_type is UNKNOWN and session.restore_job_type not in {None, UNKNOWN}:  # it is masked (W3)
        job_type, data = session.restore_job_type, without_properties(data, _JOB_TYPE)
    last_modified = session.last_modified_date_time
    if own.last_modified_date_time is not None:
        last_modified = later(last_modified, own.last_modified_date_time)
    has_ended = session.status in TERMINAL_SESSION_STATUSES and not session.lacks
    declared = _declared(session, snapshot) if snapshot.lacks else own.declared
    data = without_properties(data, _filled(own.declared, declared))
    own = attrs.evolve(
        own,
        restore_job_type=job_type,
        last_modified_date_time=last_modified,
        mailbox_restore_artifacts_bulk_addition_requests=_requests(session, snapshot),
        activated=own.activated or session.activated,
        declared=declared,
        additional_data=without_properties(data, _LINKS) if has_ended else data,
    )
    new = observed_session(session, own=own, **artifacts)
    if may_lack and not new.lacks and not has_ended:
        own = attrs.evolve(own, additional_data=JsonObject({**own.additional_data, **_MORE}))
        new = observed_session(session, own=own, **artifacts)
    declared, data = still_declared(new)
    requests = own.mailbox_restore_artifacts_bulk_addition_requests
    if requests is None and new.is_bulk and not new.lacks:
        requests = EntityCollection()
    there = (own.mailbox_restore_artifacts, own.granular_mailbox_restore_artifacts, requests)
    return attrs.evolve(
        own,
        mailbox_restore_artifacts_bulk_addition_requests=requests,
        declared=declared,
        additional_data=without_nulls_of_collections(data, *there),
    )


_LAST_MODIFIED: Final = frozenset({LAST_MODIFIED.name})
_JOB_TYPE: Final = frozenset({"restoreJobType"})
UNKNOWN: Final = RestoreJobType.UNKNOWN_FUTURE_VALUE

_LINKS: Final = frozenset(NEXT_LINKS)

_MORE: Final = {f"{WHOLE}@odata.nextLink": "not in the last snapshot"}
"""The evidence for a session with an incomplete snapshot, if the session itself shows none."""


def _declared(session: ExchangeRestoreSession, snapshot: ExchangeRestoreSession) -> Any:
    """Return what an incomplete snapshot declares; or else the status that is known."""
    declared = snapshot.declared or NOTHING_DECLARED
    if declared.status is not None or session.status is RestoreSessionStatus.UNKNOWN_FUTURE_VALUE:
        return declared
    return attrs.evolve(
        declared,
        status=session.status,
        completed_date_time=declared.completed_date_time or session.completed_date_time,
        error=declared.error or session.error,
    )


def _filled(said: DeclaredProperties | None, declared: DeclaredProperties | None) -> frozenset[str]:
    """Return the names of declared properties that were null before, whose null is dropped."""
    return frozenset(
        name
        for name, attribute in _DECLARED.items()
        if getattr(said, attribute, None) is None and getattr(declared, attribute, None) is not None
    )


_DECLARED: Final = {graph_name(field): field.name for field in attrs.fields(DeclaredProperties)}


def _requests(
    session: ExchangeRestoreSession, snapshot: ExchangeRestoreSession
) -> EntityCollection[Any] | None:
    """Return the bulk requests as they were seen, each with the mailboxes that are known of it.

    Those that a snapshot leaves out stay; but an active one has ended if the snapshot is complete
    (rule S8).
    """
    olds = session.mailbox_restore_artifacts_bulk_addition_requests
    news = snapshot.mailbox_restore_artifacts_bulk_addition_requests
    if news is None and ACTIVE in session.request_statuses and not snapshot.lacks:
        return None
    if olds is None or news is None:
        return olds if news is None else news
    return EntityCollection(
        [
            new if (old := olds.by_id(new.id)) is None else filled_in(new, old, RESOURCES)
            for new in news
        ]
    )
