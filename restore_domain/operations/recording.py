"""Reports of how far the restore of an artifact has come (rules O7 and L2-L5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Final

import attrs

from restore_domain.lifecycle import STARTED_STATUSES, Reporter, refusal
from restore_domain.model.artifact import MailboxRestoreArtifact
from restore_domain.model.identity import IdentitySet
from restore_domain.model.json_value import NO_DATA, JsonObject, frozen_object
from restore_domain.model.public_error import PublicError
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.model.timestamp import with_fixed_offset
from restore_domain.model.validators import a, optional, shown
from restore_domain.operations.checks import found_session
from restore_domain.operations.errors import (
    BatchRefusedError,
    Operation,
    RestoreDomainError,
    refusal_of,
)
from restore_domain.operations.events import change_session
from restore_domain.operations.moment import later
from restore_domain.operations.outcome import Outcome
from restore_domain.operations.progress import entered
from restore_domain.operations.requests import UnreadRequest, read_request
from restore_domain.operations.root import BackupRestoreRoot
from restore_domain.status import TERMINAL_ARTIFACT_STATUSES, ArtifactRestoreStatus

__all__ = ["Report", "record_batch", "record_by_the_rules", "times"]

FAILED: Final = ArtifactRestoreStatus.FAILED
UNKNOWN: Final = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE
RECORD: Final = Operation.RECORD

MAY_HAVE_STARTED: Final = STARTED_STATUSES | {FAILED, UNKNOWN}
"""The statuses that don't rule out a start: a failure may come before it, or after it."""


def _lacks_an_offset(time: object) -> bool:
    return isinstance(time, datetime) and not isinstance(time.tzinfo, timezone)


def _is_ordinary(report: Report) -> bool:
    return (
        report.start_date_time is None
        and report.completion_date_time is None
        and not _lacks_an_offset(report.time)
        and (report.error is not None) is (report.status is FAILED)
    )


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

    is_ordinary: bool = attrs.field(
        init=False, repr=False, eq=False, default=attrs.Factory(_is_ordinary, takes_self=True)
    )
    """Whether a status, one time, and the error of a failure are all it tells, and in order;
    follows from the others."""

    @property
    def lacks_an_offset(self) -> bool:
        """Whether one of its times does not say how far from UTC it is."""
        times = (self.time, self.start_date_time, self.completion_date_time)
        return any(_lacks_an_offset(time) for time in times)

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


def record_by_the_rules(
    root: BackupRestoreRoot,
    session_id: str,
    report: Report | UnreadRequest,
    reporter: Reporter,
    actor: IdentitySet | None,
) -> Outcome[MailboxRestoreArtifact]:
    """Take any report: what `quick_recording.record` does, stated rule by rule."""
    session = found_session(root, RECORD, session_id)
    report = read_request(RECORD, "InvalidArtifactRequest", report, Report)
    old = _found_artifact(session, session.artifact(report.artifact_id), report)
    new = _reported(session, old, report, reporter)
    if new is old:
        return Outcome(root, old, ())
    root, _, event = change_session(root, session, changed=(new,), by=actor, at=report.time)
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
    at least one is refused. After so many as `named` says, the next one is named no more: its
    error says so, and the reports after it are not looked at. ValueError if that is below zero.
    """
    if named < 0:
        raise ValueError(f"named: expected a number from 0 on, got {named}")
    session = found_session(root, RECORD, session_id)
    changed: dict[str, MailboxRestoreArtifact] = {}
    latest: datetime | None = None
    refusals: list[tuple[int, RestoreDomainError]] = []
    for position, given in enumerate(reports):
        try:
            report = read_request(RECORD, "InvalidArtifactRequest", given, Report)
            held = changed.get(report.artifact_id) or session.artifact(report.artifact_id)
            old = _found_artifact(session, held, report)
            new = _reported(session, old, report, reporter)
        except RestoreDomainError as error:
            if len(refusals) == named:
                refusals.append((position, _no_more(named)))
                break
            refusals.append((position, error))
            continue
        if new is not old:
            changed[new.id] = new
            latest = later(latest, report.time)
    if refusals:
        raise BatchRefusedError(refusals)
    if latest is None:
        return Outcome(root, (), ())
    artifacts = tuple(changed.values())
    root, _, event = change_session(root, session, changed=artifacts, by=actor, at=latest)
    return Outcome(root, artifacts, (event,))


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


def _found_artifact(
    session: ExchangeRestoreSession, artifact: MailboxRestoreArtifact | None, report: Report
) -> MailboxRestoreArtifact:
    """Return the artifact, which must be there, of a report that must make sense by itself.

    Whether a failure says why matters only where it is news (rule L3).
    """
    if report.lacks_an_offset:
        message = "a time has no offset from UTC; give it a tzinfo"
        raise _refused(report, message, "InvalidArtifactRequest", "O7")
    is_news = artifact is None or artifact.status is not report.status
    if is_news and (report.error is not None) != (report.status is FAILED):
        message = (
            f"{report.status} has no error; leave it out"
            if report.error
            else "failed needs an error that says why; give a PublicError"
        )
        raise _refused(report, message, "InvalidArtifactRequest", "L5")
    if artifact is None:
        message = f"session {shown(session.id)} holds no such artifact"
        raise _refused(report, message, "ArtifactNotFound", "O7")
    return artifact


def _reported(
    session: ExchangeRestoreSession,
    artifact: MailboxRestoreArtifact,
    report: Report,
    reporter: Reporter,
) -> MailboxRestoreArtifact:
    """Return the artifact after a report: the same one if it says nothing new (rule L3)."""
    status = report.status
    if status is artifact.status:
        return artifact
    try:
        refused = refusal(artifact.status, status, reporter)
    except KeyError:
        raise TypeError(f"reporter: expected a Reporter, got {shown(reporter)}") from None
    if refused is not None:
        code = "RestoreSessionActionNotAllowed"
        raise _refused(report, refused.message, code, refused.rule)
    started, ended = times(session, artifact, report, reporter)
    new: MailboxRestoreArtifact = entered(
        artifact, status, started=started, ended=ended, error=report.error
    )
    return new


def times(
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
