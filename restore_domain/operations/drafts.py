"""The operations on a session while it is a draft (rules O1, O3, O4, O6, S9 and S10).

The current time, the acting identity and the ids of new entities are arguments (rule S7). The
embedder is responsible for the ids: a missing one, or one that is already used, raises ValueError.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime
from typing import Any

from restore_domain.model.addition_index import NOTHING_ADDED, AdditionIndex
from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.identity import IdentitySet
from restore_domain.model.json_path import ROOT, name_step
from restore_domain.model.requests import (
    ArtifactRemoval,
    CreateSessionRequest,
    DataModificationException,
    FailedEntry,
    ModificationInfo,
    RequestedArtifact,
    UpdateSessionRequest,
    UpdateSessionResponse,
)
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.model.timestamp import moment
from restore_domain.model.validators import shown
from restore_domain.operations import checks
from restore_domain.operations.checks import UnreadRequest, read_request
from restore_domain.operations.errors import Operation, refusal_of
from restore_domain.operations.events import (
    Outcome,
    SessionCreated,
    apply,
    change_session,
)
from restore_domain.operations.kinds import (
    DELTA,
    GRANULAR,
    WHOLE,
    Kind,
    asked_list,
    check_entries,
    check_kind,
)
from restore_domain.operations.new_artifacts import new_artifacts
from restore_domain.operations.reports import entered
from restore_domain.operations.root import BackupRestoreRoot, check_root
from restore_domain.status import ArtifactRestoreStatus, DestinationType

__all__ = [
    "activate_session",
    "create_artifact",
    "create_session",
    "update_session",
]


def create_session(  # noqa: PLR0913 - what a service knows and the domain may not
    root: BackupRestoreRoot,
    request: CreateSessionRequest | UnreadRequest,
    *,
    session_id: str,
    artifact_ids: Iterable[str],
    now: datetime,
    actor: IdentitySet | None = None,
) -> Outcome[ExchangeRestoreSession]:
    """Create a draft session from the artifacts of the request, and return it (rule O1).

    A request without artifacts creates an empty standard session. Takes one of the `artifact_ids`
    for each artifact. Raises RestoreDomainError: InvalidArtifactRequest,
    RestoreArtifactsLimitBreached, InvalidPathType, InvalidRestorePoint,
    DifferentRestoreDestinationType or DuplicateArtifactInList.
    """
    check_root(root)
    now = moment(now)
    operation = Operation.CREATE
    request = read_request(operation, "InvalidArtifactRequest", request, CreateSessionRequest)
    checks.policy(operation, "InvalidArtifactRequest", request)
    kind, entries = asked_list(operation, request) or (WHOLE, ())
    additions = {
        f"$.{kind.name}[{position}]": artifact for position, artifact in enumerate(entries)
    }
    check_entries(operation, kind, additions)
    checks.too_many(root, operation, len(entries))
    checks.path_type(operation, additions)
    checks.restore_point(operation, additions)
    checks.different_destination(operation, additions)
    checks.duplicate(operation, additions)
    if isinstance(session_id, str) and not checks.is_id(session_id):
        raise ValueError(f"session_id: {checks.EXPECTED_ID}, got {shown(session_id)}")
    artifacts: dict[str, Any] = {kind.attribute: new_artifacts(additions, artifact_ids)}
    session = ExchangeRestoreSession(
        id=session_id,
        created_by=actor,
        created_date_time=now,
        last_modified_by=actor,
        last_modified_date_time=now,
        restore_job_type=kind.job_type,
        policy_id=request.policy_id,
        **artifacts,
    )
    event = SessionCreated(session)
    return Outcome(apply(root, event), session, (event,))


def update_session(  # noqa: PLR0913 - what a service knows and the domain may not
    root: BackupRestoreRoot,
    session_id: str,
    request: UpdateSessionRequest | UnreadRequest,
    *,
    artifact_ids: Iterable[str],
    now: datetime,
    actor: IdentitySet | None = None,
) -> Outcome[UpdateSessionResponse]:
    """Add artifacts to a draft session, and remove some (rule O3).

    The additions are checked against the session after the removals, so that one request can
    replace an artifact. The removal of an artifact that is not in the session fails by itself: the
    response has an entry for it, as for each added artifact. A policy in the request is stored
    (rule S10). Takes one of the `artifact_ids` for each artifact to add. Raises RestoreDomainError:
    InvalidRestoreSessionId, RestoreSessionNotFound, RestoreSessionActionNotAllowed,
    InvalidPatchRequest, InvalidArtifactRequest, RestoreArtifactsLimitBreached, InvalidPathType,
    InvalidRestorePoint, DuplicateArtifactInList or DifferentRestoreDestinationType.
    """
    now = moment(now)
    operation = Operation.UPDATE
    session = checks.extendable_session(root, operation, session_id)
    request = read_request(operation, "InvalidPatchRequest", request, UpdateSessionRequest)
    checks.policy(operation, "InvalidPatchRequest", request)
    asked = asked_list(operation, request, DELTA)
    if asked is None and request.policy_id is None:
        raise checks.invalid_artifact_request(
            operation,
            ROOT + name_step(WHOLE.name + DELTA.name),
            "missing; name at least one artifact, or a policyId",
        )
    kind, entries = asked or (WHOLE, ())
    path = ROOT + name_step(kind.name + DELTA.name)
    index = _index_of(session)
    additions = {
        f"{path}[{position}]": entry
        for position, entry in enumerate(entries)
        if not isinstance(entry, ArtifactRemoval)
    }
    if asked is not None:
        check_kind(operation, session, index, kind, path, adds=bool(additions))
    check_entries(operation, kind, additions)
    checks.too_many(root, operation, len(entries))
    removed, failed = _removals(session, kind, entries)
    _check_additions(operation, session, index.removing(removed.values()), additions, removed)
    added = new_artifacts(additions, artifact_ids)
    new_ones = iter(added)
    answers: dict[str, Any] = {}
    if asked is not None:
        answers[kind.attribute + DELTA.attribute] = tuple(
            failed[position] if isinstance(entry, ArtifactRemoval) else next(new_ones)
            for position, entry in enumerate(entries)
            if not isinstance(entry, ArtifactRemoval) or position in failed
        )
    response = UpdateSessionResponse(**answers)
    policy_id = None if request.policy_id == session.policy_id else request.policy_id
    if not added and not removed and policy_id is None:
        return Outcome(root, response, ())
    root, _, event = change_session(
        root,
        session,
        added=added,
        removed=removed.values(),
        by=actor,
        at=now,
        index=index,
        policy_id=policy_id,
    )
    return Outcome(root, response, (event,))


def create_artifact(  # noqa: PLR0913 - what a service knows and the domain may not
    root: BackupRestoreRoot,
    session_id: str,
    request: RequestedArtifact | UnreadRequest,
    *,
    artifact_id: str,
    now: datetime,
    actor: IdentitySet | None = None,
) -> Outcome[MailboxRestoreArtifact]:
    """Add one artifact of a whole mailbox to a draft session, and return it (rule O6).

    Raises RestoreDomainError: InvalidRestoreSessionId, RestoreSessionNotFound,
    RestoreSessionActionNotAllowed, InvalidArtifactRequest, InvalidPathType,
    InvalidRestorePoint, DuplicateArtifactInList or DifferentRestoreDestinationType.
    """
    now = moment(now)
    operation = Operation.CREATE_ARTIFACT
    session = checks.extendable_session(root, operation, session_id)
    request = read_request(operation, "InvalidArtifactRequest", request, RequestedArtifact)
    additions: checks.Additions = {"$": request}
    index = _index_of(session)
    check_entries(operation, WHOLE, additions)
    check_kind(operation, session, index, WHOLE, "$", adds=True)
    _check_additions(operation, session, index, additions)
    added = new_artifacts(additions, [artifact_id])
    root, _, event = change_session(root, session, added=added, by=actor, at=now, index=index)
    return Outcome(root, added[0], (event,))


def activate_session(
    root: BackupRestoreRoot,
    session_id: str,
    *,
    now: datetime,
    actor: IdentitySet | None = None,
) -> Outcome[ExchangeRestoreSession]:
    """Move every artifact from added to scheduling, all or none, and return the session (O4).

    A bulk session needs no artifact, but an active request (rule B6).

    Raises RestoreDomainError: InvalidRestoreSessionId, RestoreSessionNotFound,
    RestoreSessionActionNotAllowed, InvalidArtifactRequest or TooManyActiveRestoreSessions.
    """
    now = moment(now)
    session = activatable_session(root, session_id)
    scheduling = [
        (artifact, entered(artifact, ArtifactRestoreStatus.SCHEDULING))
        for artifact in session.artifacts
    ]
    root, activated, event = change_session(
        root, session, changed=scheduling, by=actor, at=now, activated=True
    )
    return Outcome(root, activated, (event,))


def activatable_session(root: BackupRestoreRoot, session_id: str) -> ExchangeRestoreSession:
    """Return the session if it can be activated; else raise as `activate_session` does."""
    operation = Operation.ACTIVATE
    session = checks.draft_session(root, operation, session_id)
    if not session.effective_tally.total:
        raise refusal_of(
            operation,
            "InvalidArtifactRequest",
            f"session {shown(session_id)} has nothing to restore; add an artifact first",
            target=session_id,
        )
    active = root.active_session_count
    if active >= root.limits.active_sessions:
        raise refusal_of(
            operation,
            "TooManyActiveRestoreSessions",
            f"{active} sessions are activating or active, and {root.limits.active_sessions} "
            "may be; try again when one has ended",
            target=session_id,
        )
    return session


def _index_of(session: ExchangeRestoreSession) -> AdditionIndex:
    """Return the index for checking additions; it is made from the artifacts the first time."""
    return session.addition_index or NOTHING_ADDED.adding(session.artifacts)


def _check_additions(
    operation: Operation,
    session: ExchangeRestoreSession,
    staying: AdditionIndex,
    additions: checks.Additions,
    removed: Container[str] = frozenset(),
) -> None:
    """Check the additions against each other, and against the artifacts that stay."""
    checks.path_type(operation, additions)
    checks.restore_point(operation, additions)
    checks.duplicate(operation, additions, staying.keys)
    destination = _destination_of(session, staying, removed)
    checks.different_destination(operation, additions, destination)


def _destination_of(
    session: ExchangeRestoreSession, staying: AdditionIndex, removed: Container[str]
) -> DestinationType | None:
    """Return the destination of the artifacts that stay.

    A session that was read may have several destinations, which no operation makes; then the first
    one counts.
    """
    if len(staying.destinations) <= 1:
        return next(iter(staying.destinations), None)
    return next(
        artifact.destination_type
        for artifact in session.artifacts
        if artifact.id not in removed and artifact.destination_type is not None
    )


def _removals(
    session: ExchangeRestoreSession, kind: Kind, entries: Iterable[Any]
) -> tuple[dict[str, MailboxRestoreArtifact], dict[int, FailedEntry]]:
    """Return the artifacts to remove, by id, and the failed removals, by position (rule O3)."""
    removed: dict[str, MailboxRestoreArtifact] = {}
    failed: dict[int, FailedEntry] = {}
    for position, entry in enumerate(entries):
        if not isinstance(entry, ArtifactRemoval):
            continue
        found = session.artifact(entry.id)
        is_granular = isinstance(found, GranularMailboxRestoreArtifact)
        if found is None or is_granular is not (kind is GRANULAR) or entry.id in removed:
            failed[position] = _not_there(entry.id)
        else:
            removed[entry.id] = found
    return removed, failed


def _not_there(artifact_id: str) -> FailedEntry:
    return FailedEntry(
        id=artifact_id,
        data_modification_exception=DataModificationException(
            failed_operation="remove",
            response_code=409,
            info=ModificationInfo(
                code="Invalid",
                message=f"the session has no artifact {shown(artifact_id)} that could be removed",
            ),
        ),
    )
