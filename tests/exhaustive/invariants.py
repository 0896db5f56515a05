"""What is true of every root, of every step between two, and of every refusal."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import attrs

from restore_domain import Violation, ViolationKind, audit, wire
from restore_domain.frozen import slot_names
from restore_domain.model import DeclaredProperties, ExchangeRestoreSession
from restore_domain.model.session import DERIVED_PROPERTIES
from restore_domain.operations import (
    CATALOGUE,
    BackupRestoreRoot,
    Outcome,
    RestoreDomainError,
    SessionRemoved,
    get_session,
    list_sessions,
    replay,
)
from restore_domain.status import (
    ACTIVE_SESSION_STATUSES,
    TERMINAL_ARTIFACT_STATUSES,
    TERMINAL_SESSION_STATUSES,
    ArtifactRestoreStatus,
    RestoreJobType,
    RestoreSessionStatus,
)
from tests.independent import model
from tests.independent.comparing import normal

from .space import ACTOR

ORDER: Final = {
    RestoreSessionStatus.DRAFT: 0,
    RestoreSessionStatus.ACTIVATING: 1,
    RestoreSessionStatus.ACTIVE: 2,
} | dict.fromkeys(TERMINAL_SESSION_STATUSES, 3)
"""The progress of a session; an unknown one may be anywhere."""

ARTIFACT_ORDER: Final = {
    status: place for place, status in enumerate(("added", "scheduling", "scheduled", "inProgress"))
} | dict.fromkeys(TERMINAL_ARTIFACT_STATUSES, 4)

CASES: Final = frozenset((case.code, case.http_status) for case in CATALOGUE)


def of_refusal(refused: RestoreDomainError) -> None:
    assert (refused.code, refused.http_status) in CASES, f"O1-O9: {refused} is not in the catalogue"


# Every root ---------------------------------------------------------------------------------------


def of_root(root: BackupRestoreRoot) -> None:
    """Check a root without its sessions, each of which `of_session` checks."""
    sessions = root.exchange_restore_sessions
    active = sum(session.status in ACTIVE_SESSION_STATUSES for session in sessions)
    assert root.active_session_count == active, "O4: the active sessions are counted wrongly"
    assert list_sessions(root).value == tuple(sessions), "O2: other sessions"
    for session in sessions:
        assert get_session(root, session.id) is session, "O2: another session"


def of_session(session: ExchangeRestoreSession) -> None:
    second = model.Session(wire.to_json_value(session), declared=session.declared is not None)
    second.activated = session.activated
    ours, theirs = normal(_derived(session)), normal(second.derived())
    assert ours == theirs, f"S1-S5, S8: {ours}, and the independent model says {theirs}"
    found = [one for one in audit(session) if not _is_expected(one, session)]
    assert found == [], f"audit: {found}"
    text = wire.dumps(session)
    again = wire.loads(text, ExchangeRestoreSession)
    assert again == session, "W1: another session when read again"
    assert wire.dumps(again) == text, "W1: another text when written again"
    assert again.activated is session.activated, "B6: another activation when read again"
    for artifact in session.artifacts:
        _of_artifact(artifact)
    _of_kind(session)


def _derived(session: ExchangeRestoreSession) -> dict[str, Any]:
    """Return the values derived from the artifacts of a session, as in JSON."""
    shown: dict[str, Any] = {
        "status": session.status,
        "completed_date_time": session.completed_date_time,
        "error": session.error,
        "restore_session_artifact_count": session.restore_session_artifact_count,
    }
    document = wire.to_json_value(attrs.evolve(session, declared=DeclaredProperties(**shown)))
    return {name: document.get(name) for name in DERIVED_PROPERTIES}


def _is_expected(found: Violation, session: ExchangeRestoreSession) -> bool:
    """Return whether the rules lead to this.

    An observer reports a failure as the service sends it, even without an error (L5). A session
    with missing artifacts keeps declaring the status that it had last, if its status is no longer
    known (S1a).
    """
    if found.kind is ViolationKind.MISSING:
        return (found.rule, found.property) == ("L5", "error")
    return found.rule == "S1" and bool(session.lacks)


def _of_artifact(artifact: Any) -> None:
    status = artifact.status
    has_ended = status in TERMINAL_ARTIFACT_STATUSES
    assert (artifact.completion_date_time is not None) is has_ended, f"L5: the end of {artifact}"
    assert artifact.error is None or status is ArtifactRestoreStatus.FAILED, f"L5: {artifact}"
    if status in (ArtifactRestoreStatus.IN_PROGRESS, ArtifactRestoreStatus.SUCCEEDED):
        assert artifact.start_date_time is not None, f"L5: the start of {artifact}"


def _of_kind(session: ExchangeRestoreSession) -> None:
    granular, whole = session.granular_mailbox_restore_artifacts, session.mailbox_restore_artifacts
    assert not (granular and whole), "S9: artifacts of both kinds"
    kind = session.restore_job_type
    assert not granular or kind is RestoreJobType.GRANULAR, f"S9: {kind} with granular artifacts"
    assert not whole or kind is not RestoreJobType.GRANULAR, f"S9: {kind} with whole mailboxes"
    requests = session.mailbox_restore_artifacts_bulk_addition_requests
    assert (kind is RestoreJobType.BULK) is (requests is not None), f"S9: {kind} and {requests}"


# Every step ---------------------------------------------------------------------------------------


def of_step(root: BackupRestoreRoot, outcome: Outcome[Any], now: datetime) -> None:
    after = outcome.root
    has_changed = after is not root
    assert has_changed is bool(outcome.events), "S6: a change without an event, or the reverse"
    assert _is_replayed(root, outcome), "the root is not what its events give"
    changed = {event.session_id for event in outcome.events}
    for session in root.exchange_restore_sessions:
        new = after.session(session.id)
        if session.id not in changed:
            assert new is session, "a session without an event has changed"
        elif new is None:
            assert isinstance(outcome.events[0], SessionRemoved), "a session is lost"
        else:
            _of_change(session, new, now)


def _is_replayed(root: BackupRestoreRoot, outcome: Outcome[Any]) -> bool:
    """Return whether the events give the new root, attribute by attribute of each session."""
    again, after = replay(root, outcome.events), outcome.root
    if again.active_session_count != after.active_session_count:
        return False
    sessions = (again.exchange_restore_sessions, after.exchange_restore_sessions)
    return [*sessions[0].ids] == [*sessions[1].ids] and all(
        one is other or all(getattr(one, name) == getattr(other, name) for name in _COMPARED)
        for one, other in zip(*sessions, strict=True)
    )


_COMPARED: Final = tuple(
    name for name in slot_names(ExchangeRestoreSession) if name != "addition_index"
)
"""The contents of a session, without what is made again when it is needed."""


def of_activation(outcome: Outcome[Any]) -> None:
    """Check the limit that only `activate` has to respect: a report just reports what happened."""
    root = outcome.root
    limit = root.limits.active_sessions
    assert root.active_session_count <= limit, f"O4: more than {limit} are active"


def _of_change(
    before: ExchangeRestoreSession, after: ExchangeRestoreSession, now: datetime
) -> None:
    assert after.last_modified_date_time == now, "S6: a change without its time"
    assert after.last_modified_by == ACTOR, "S6: a change without its author"
    assert after.created_date_time == before.created_date_time, "S6: another creation"
    assert before.policy_id in (None, after.policy_id), "S10: the policy is lost"
    assert after.activated or not before.activated, "B6: no longer activated"
    for artifact in before.artifacts:
        new = after.artifact(artifact.id)
        assert new is not None or before.status is RestoreSessionStatus.DRAFT, "an artifact is lost"
        if new is not None:
            _of_progress(artifact, new)
    if {before.status, after.status} <= ORDER.keys() and not before.lacks and not after.lacks:
        old, new_place = ORDER[before.status], ORDER[after.status]
        assert old <= new_place, f"monotony: {before.status}, and then {after.status}"
        is_the_same = before.status is after.status
        assert is_the_same or old != new_place, f"S1: {before.status}, and then {after.status}"


def _of_progress(before: Any, after: Any) -> None:
    if {before.status, after.status} <= ARTIFACT_ORDER.keys():
        is_later = ARTIFACT_ORDER[before.status] <= ARTIFACT_ORDER[after.status]
        assert is_later, f"L2: {before.status}, and then {after.status}"
    if before.status in TERMINAL_ARTIFACT_STATUSES:
        assert before.status is after.status, f"L4: {before.status}, and then {after.status}"
        assert before.completion_date_time == after.completion_date_time, "L4: another end"
    assert before.restore_point == after.restore_point, "an artifact has another restore point"
