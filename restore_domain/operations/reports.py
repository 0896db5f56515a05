"""Reports of how far the restore of an artifact has come (rules O7 and L2-L5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import attrs

from restore_domain.frozen import evolver
from restore_domain.lifecycle import STARTED_STATUSES, Reporter, refusal
from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.identity import IdentitySet
from restore_domain.model.json_value import (
    NO_DATA,
    JsonObject,
    frozen_object,
    without_properties,
)
from restore_domain.model.public_error import PublicError
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.model.timestamp import has_fixed_offset, later, with_fixed_offset
from restore_domain.model.validators import a, optional, shown
from restore_domain.operations.checks import UnreadRequest, found_session, read_request
from restore_domain.operations.errors import (
    BatchRefusedError,
    Operation,
    RestoreDomainError,
    refusal_of,
)
from restore_domain.operations.events import Change, Outcome, change_session
from restore_domain.operations.root import BackupRestoreRoot
from restore_domain.status import TERMINAL_ARTIFACT_STATUSES, ArtifactRestoreStatus

__all__ = ["Report", "entered", "record", "record_batch"]

FAILED: Final = ArtifactRestoreStatus.FAILED
UNKNOWN: Final = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE
RECORD: Final = Operation.RECORD

MAY_HAVE_STARTED: Final = STARTED_STATUSES | {FAILED, UNKNOWN}
"""The statuses that don't rule out a start: a failure may come before it, or after it."""


def _lacks_an_offset(report: Report) -> bool:
    times = (report.time, report.start_date_time, report.completion_date_time)
    return any(isinstance(time, datetime) and not has_fixed_offset(time) for time in times)


@attrs.frozen(kw_only=True, weakref_slot=False)
class Report:
    """An artifact's new status, and when it was entered or seen.

    A time without an offset can be given: it is for the operation to refuse.
    """

    artifact_id: str = attrs.field(validator=a(str))
    """The key of the artifact."""

    status: ArtifactRestoreStatus = attrs.field(validator=a(ArtifactRestoreStatus))
    """The new status."""

    time: datetime = attrs.field(converter=with_fixed_offset, validator=a(datetime))
    """When the artifact entered the status, or was seen in it."""

    error: PublicError | None = attrs.field(default=None, validator=optional(a(PublicError)))
    """Why it failed; a failure needs one, and nothing else has one (rule L5)."""

    start_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(a(datetime)),
    )
    """When the restore began, if an observer read it; else the first report that it had."""

    completion_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(a(datetime)),
    )
    """When the restore ended, if an observer read it; else the time of the report."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """What came on the wire that the attributes can't hold; see `JsonObject`."""

    lacks_an_offset: bool = attrs.field(
        init=False, repr=False, eq=False, default=attrs.Factory(_lacks_an_offset, takes_self=True)
    )
    """Whether one of its times does not say how far from UTC it is; follows from them."""

    @classmethod
    def of(cls, artifact: MailboxRestoreArtifact, *, time: datetime) -> Report:
        """Report what an observer saw of an artifact at this time."""
        return cls(
            artifact_id=artifact.id,
            status=artifact.status,
            time=time,
            error=artifact.error,
            start_date_time=artifact.start_date_time,
            completion_date_time=artifact.completion_date_time,
        )


def record(
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
    session = found_session(root, RECORD, session_id)
    report = read_request(RECORD, "InvalidArtifactRequest", report, Report)
    change = _reported(session, session.artifact(report.artifact_id), report, reporter)
    old, new = change
    if new is old:
        return Outcome(root, new, ())
    root, _, event = change_session(root, session, changed=(change,), by=actor, at=report.time)
    return Outcome(root, new, (event,))


def record_batch(  # noqa: PLR0913 - the three that matter, and what may be chosen
    root: BackupRestoreRoot,
    session_id: str,
    reports: Iterable[Report | UnreadRequest],
    *,
    reporter: Reporter = Reporter.DRIVER,
    actor: IdentitySet | None = None,
    named: int = 1_000,
) -> Outcome[tuple[MailboxRestoreArtifact, ...]]:
    """Take several reports in order, all or none, and return the artifacts that changed.

    Raises RestoreDomainError as `record` does; BatchRefusedError, which names every bad report, if
    at least one is refused. Stops after `named` bad reports: the last refusal says that the list
    was truncated. ValueError if `named` is below zero.
    """
    if named < 0:
        raise ValueError(f"named: expected a number from 0 on, got {named}")
    session = found_session(root, RECORD, session_id)
    changed: dict[str, Change] = {}
    latest: datetime | None = None
    refusals: list[tuple[int, RestoreDomainError]] = []
    for position, given in enumerate(reports):
        try:
            report = read_request(RECORD, "InvalidArtifactRequest", given, Report)
            earlier = changed.get(report.artifact_id)
            artifact = earlier[1] if earlier else session.artifact(report.artifact_id)
            old, new = _reported(session, artifact, report, reporter)
        except RestoreDomainError as error:
            if len(refusals) == named:
                refusals.append((position, _no_more(named)))
                break
            refusals.append((position, error))
            continue
        if new is not old:
            changed[new.id] = (earlier[0] if earlier else old, new)
            latest = later(latest, report.time)
    if refusals:
        raise BatchRefusedError(refusals)
    if latest is None:
        return Outcome(root, (), ())
    changes = changed.values()
    root, _, event = change_session(root, session, changed=changes, by=actor, at=latest)
    return Outcome(root, event.changed, (event,))


def _no_more(named: int) -> RestoreDomainError:
    message = f"more than {named} bad reports, and no more are named; the limit is named={named}"
    return refusal_of(RECORD, "InvalidArtifactRequest", message)


def _refused(report: Report, message: str, code: str, rule: str) -> RestoreDomainError:
    return refusal_of(
        RECORD,
        code,
        f"artifact {shown(report.artifact_id)}: {message}",
        target=report.artifact_id,
        rule=rule,
    )


def _reported(
    session: ExchangeRestoreSession,
    artifact: MailboxRestoreArtifact | None,
    report: Report,
    reporter: Reporter,
) -> Change:
    """Return the artifact before and after a report: the same if it says nothing new (rule L3).

    The checks stand in the order of the catalogue. Whether a failure says why is checked only of
    a report that changes something.
    """
    if report.lacks_an_offset:
        message = "a time has no offset from UTC; give it a tzinfo"
        raise _refused(report, message, "InvalidArtifactRequest", "O7")
    status = report.status
    if artifact is not None and artifact.status is status:
        return artifact, artifact
    if (report.error is not None) is not (status is FAILED):
        message = (
            f"{status} has no error; leave it out"
            if report.error
            else "failed needs an error that says why; give a PublicError"
        )
        raise _refused(report, message, "InvalidArtifactRequest", "L5")
    if artifact is None:
        message = f"session {shown(session.id)} holds no such artifact"
        raise _refused(report, message, "ArtifactNotFound", "O7")
    try:
        refused = refusal(artifact.status, status, reporter)
    except KeyError:
        raise TypeError(f"reporter: expected a Reporter, got {shown(reporter)}") from None
    if refused is not None:
        code = "RestoreSessionActionNotAllowed"
        raise _refused(report, refused.message, code, refused.rule)
    started, ended = _times(session, artifact, report, reporter)
    new = entered(artifact, status, started=started, ended=ended, error=report.error)
    return artifact, new


def _times(
    session: ExchangeRestoreSession,
    artifact: MailboxRestoreArtifact,
    report: Report,
    reporter: Reporter,
) -> tuple[datetime | None, datetime | None]:
    """Return start and end as they follow from entering a status (rule L5).

    An observer may learn of inProgress and of succeeded at once, and not know when the restore
    began: then it began when that was learned. A failure may have come before the start, and a
    driver, who misses no step, knows that it has. No time is before the session was created,
    and none ends before it began.
    """
    status = report.status
    if status not in MAY_HAVE_STARTED:
        return None, None
    started = artifact.start_date_time if artifact.status in MAY_HAVE_STARTED else None
    if started is None:
        if status in STARTED_STATUSES:
            started = report.start_date_time or report.time
        elif reporter == Reporter.OBSERVER or artifact.status in STARTED_STATUSES:
            started = report.start_date_time
        if started is not None:
            started = later(session.created_date_time, started)
    if status not in TERMINAL_ARTIFACT_STATUSES:
        return started, None
    ended = report.completion_date_time or report.time
    return started, later(started or session.created_date_time, ended)


_STATUS: Final = frozenset({"status"})
_START: Final = frozenset({"startDateTime"})
_COMPLETION: Final = frozenset({"completionDateTime"})
_ERROR: Final = frozenset({"error"})

_ENTERED: Final = {
    kind: evolver(
        kind, "status", "start_date_time", "completion_date_time", "error", "additional_data"
    )
    for kind in (MailboxRestoreArtifact, GranularMailboxRestoreArtifact)
}
"""For each class the function that copies an artifact with what a change of status changes."""


def entered(
    artifact: MailboxRestoreArtifact,
    status: ArtifactRestoreStatus,
    *,
    started: datetime | None = None,
    ended: datetime | None = None,
    error: PublicError | None = None,
) -> Any:
    """Return the artifact in another status.

    The text of an unknown old one is forgotten, and the null of a property that gets a value.
    """
    data = artifact.additional_data
    if data is not NO_DATA:
        gained = ((_START, started), (_COMPLETION, ended), (_ERROR, error))
        forgotten = _STATUS.union(*(name for name, value in gained if value is not None))
        data = without_properties(data, forgotten)
    return _ENTERED[type(artifact)](artifact, status, started, ended, error, data)
