"""The report of an ordinary change, in one go: the one that a service takes by the million.

`recording` states the rules, a function for each, and calling these costs more than what they
do. `record` does the same in one function, for an ordinary report of a change that may happen,
in a session as the operations leave it. All else, whatever is refused included, it hands to the
rules. The tests hold the two together over every change of status, reporter and kind of report.

What is copied here by hand, slot by slot, is what `construction` compiles elsewhere.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from restore_domain.aggregation import DECISION_TABLE, StatusTally
from restore_domain.construction import draft_class
from restore_domain.lifecycle import RELATIONS, STARTED_STATUSES, Reporter
from restore_domain.model.artifact import MailboxRestoreArtifact
from restore_domain.model.entity_collection import EntityCollection
from restore_domain.model.identity import IdentitySet
from restore_domain.model.json_value import NO_DATA
from restore_domain.model.persistent_vector import ENTRY_AT, WITH_ENTRY
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.operations.events import SessionChanged
from restore_domain.operations.outcome import Outcome
from restore_domain.operations.recording import MAY_HAVE_STARTED, Report, record_by_the_rules
from restore_domain.operations.requests import UnreadRequest
from restore_domain.operations.root import BackupRestoreRoot
from restore_domain.status import TERMINAL_ARTIFACT_STATUSES, ArtifactRestoreStatus

__all__ = ["record"]

_Change: TypeAlias = tuple[int, int, int, int, bool, bool, bool]
"""What a change of status does: the places in the tally of the status that is left and of the one
that is entered, the bits of both in its mask; and whether the artifact keeps the start that it
had, must have started, and has ended (rule L5)."""

_PLACE: Final = {status: place for place, status in enumerate(ArtifactRestoreStatus)}


def _change(old: ArtifactRestoreStatus, new: ArtifactRestoreStatus) -> _Change:
    return (
        _PLACE[old],
        _PLACE[new],
        1 << _PLACE[old],
        1 << _PLACE[new],
        old in MAY_HAVE_STARTED and new in MAY_HAVE_STARTED,
        new in STARTED_STATUSES,
        new in TERMINAL_ARTIFACT_STATUSES,
    )


_CHANGES: Final = {
    reporter: {old: {new: _change(old, new) for new in relation[old]} for old in relation}
    for reporter, relation in RELATIONS.items()
}
"""Every change that may be reported, by who reports it, the old status and the new one."""

_STATUS_AFTER: Final = tuple(row.status for row in DECISION_TABLE)

_ArtifactDraft: Final = draft_class(MailboxRestoreArtifact)
_CollectionDraft: Final = draft_class(EntityCollection)
_TallyDraft: Final = draft_class(StatusTally)
_SessionDraft: Final = draft_class(ExchangeRestoreSession)
_EventDraft: Final = draft_class(SessionChanged)
_RootDraft: Final = draft_class(BackupRestoreRoot)
_new_tuple: Final = tuple.__new__


def record(  # noqa: PLR0915 - one function on purpose: see the module
    root: BackupRestoreRoot,
    session_id: str,
    report: Report | UnreadRequest,
    *,
    reporter: Reporter = Reporter.DRIVER,
    actor: IdentitySet | None = None,
) -> Outcome[MailboxRestoreArtifact]:
    """Take a report, and return the artifact as it is now (rule O7).

    The same status again is no change: the same root and no event (rule L3). Raises
    RestoreDomainError: InvalidRestoreSessionId, RestoreSessionNotFound, InvalidArtifactRequest,
    ArtifactNotFound or RestoreSessionActionNotAllowed.
    """
    if type(report) is not Report or not report.is_ordinary:
        return record_by_the_rules(root, session_id, report, reporter, actor)
    sessions = root.exchange_restore_sessions
    session_places = sessions._places
    try:
        session_position = session_places.positions[session_id]
        session = ENTRY_AT[session_places.levels](sessions._root, session_position)
        artifacts = session.mailbox_restore_artifacts
        places = artifacts._places
        position = places.positions[report.artifact_id]
        old = ENTRY_AT[places.levels](artifacts._root, position)
        status = report.status
        change: _Change = _CHANGES[reporter][old.status][status]
    except (AttributeError, KeyError, TypeError):  # artifacts are None, or something is not there
        return record_by_the_rules(root, session_id, report, reporter, actor)
    if actor is None:
        actor = session.last_modified_by
    if (
        old.__class__ is not MailboxRestoreArtifact
        or old.additional_data is not NO_DATA
        or session.granular_mailbox_restore_artifacts is not None
        or session.additional_data is not NO_DATA
        or not (actor is None or actor.__class__ is IdentitySet)
    ):
        return record_by_the_rules(root, session_id, report, reporter, actor)
    left, entered, left_bit, entered_bit, keeps_start, has_started, has_ended = change

    # Time never moves backwards: not before what came earlier (rules L5 and S6).
    time, created = report.time, session.created_date_time
    started = old.start_date_time if keeps_start else None
    if has_started and started is None:
        started = time if created is None or created is time or created <= time else created
    ended = None
    if has_ended:
        earliest = started or created
        ended = time if earliest is None or earliest is time or earliest <= time else earliest
    modified = session.last_modified_date_time or created
    if modified is None or modified is time or modified <= time:
        modified = time

    new = _ArtifactDraft()
    new.id = old.id
    new.status = status
    new.destination_type = old.destination_type
    new.restore_point = old.restore_point
    new.start_date_time = started
    new.completion_date_time = ended
    new.error = report.error
    new.additional_data = NO_DATA
    new.restored_folder_id = old.restored_folder_id
    new.restored_folder_name = old.restored_folder_name
    new.restored_item_count = old.restored_item_count
    new.__class__ = MailboxRestoreArtifact

    new_artifacts = _CollectionDraft()
    new_artifacts._root = WITH_ENTRY[places.levels](artifacts._root, position, new)
    new_artifacts._places = places
    new_artifacts.__class__ = EntityCollection

    tally = session.tally
    counts = [*tally._counts]
    counts[left] -= 1
    counts[entered] += 1
    mask = tally._mask | entered_bit
    if not counts[left]:
        mask ^= left_bit
    status_after = _STATUS_AFTER[mask]
    new_tally = _TallyDraft()
    new_tally._counts = tuple(counts)
    new_tally._mask = mask
    new_tally.status = status_after
    new_tally.__class__ = StatusTally

    new_session = _SessionDraft()
    new_session.id = session.id
    new_session.created_by = session.created_by
    new_session.created_date_time = created
    new_session.last_modified_by = actor
    new_session.last_modified_date_time = modified
    new_session.restore_job_type = session.restore_job_type
    new_session.policy_id = session.policy_id
    new_session.declared = None
    new_session.additional_data = NO_DATA
    new_session.mailbox_restore_artifacts = new_artifacts
    new_session.granular_mailbox_restore_artifacts = None
    new_session.tally = new_tally
    new_session.__class__ = ExchangeRestoreSession

    event = _EventDraft()
    event.session_id = session.id
    event.status_before = tally.status
    event.status_after = status_after
    event.added = ()
    event.changed = (new,)
    event.removed = ()
    event.last_modified_by = actor
    event.last_modified_date_time = modified
    event.__class__ = SessionChanged

    new_sessions = _CollectionDraft()
    if session_places.levels:
        new_sessions._root = WITH_ENTRY[session_places.levels](
            sessions._root, session_position, new_session
        )
    else:  # few sessions, as most roots have: not worth the call
        node = [*sessions._root]
        node[session_position] = new_session
        new_sessions._root = tuple(node)
    new_sessions._places = session_places
    new_sessions.__class__ = EntityCollection

    new_root = _RootDraft()
    new_root.exchange_restore_sessions = new_sessions
    new_root.limits = root.limits
    new_root.__class__ = BackupRestoreRoot

    outcome: Outcome[MailboxRestoreArtifact] = _new_tuple(Outcome, (new_root, new, (event,)))
    return outcome
