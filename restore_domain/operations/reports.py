"""Reports about the progress of an artifact's restore (rules O7, O9 and L2-L5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, overload

import attrs

from restore_domain.frozen import evolver
from restore_domain.lifecycle import STARTED_STATUSES, Reporter, check_reporter, refusal
from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.graph_name import graph_name
from restore_domain.model.identity import IdentitySet
from restore_domain.model.json_value import (
    NO_DATA,
    JsonObject,
    frozen_object,
    without_properties,
)
from restore_domain.model.public_error import PublicError
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.model.timestamp import (
    has_fixed_offset,
    later,
    time_of_report,
    with_fixed_offset,
)
from restore_domain.model.validators import a, int32, optional, several, shown
from restore_domain.operations.checks import UnreadRequest, found_session, read_request
from restore_domain.operations.errors import (
    BatchRefusedError,
    Operation,
    RestoreDomainError,
    refusal_of,
)
from restore_domain.operations.events import Change, Outcome, SessionChanged, change_session
from restore_domain.operations.root import BackupRestoreRoot
from restore_domain.status import TERMINAL_ARTIFACT_STATUSES, ArtifactRestoreStatus

__all__ = ["RecordedBatch", "Report", "StaleReport", "entered", "record", "record_batch"]

FAILED: Final = ArtifactRestoreStatus.FAILED
UNKNOWN: Final = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE
RECORD: Final = Operation.RECORD

MAY_HAVE_STARTED: Final = STARTED_STATUSES | {FAILED, UNKNOWN}
"""The statuses that may have a start or not: a failure may come before or after it."""

ACCEPTED_RESULTS: Final = STARTED_STATUSES | {FAILED}
"""The statuses with which a result is accepted, from either reporter (rule O9)."""


def _lacks_an_offset(report: Report) -> bool:
    times = (report.time, report.start_date_time, report.completion_date_time)
    return any(isinstance(time, datetime) and not has_fixed_offset(time) for time in times)


@attrs.frozen(kw_only=True, weakref_slot=False)
class Report:
    """An artifact's new status, and when it was entered or seen.

    A time without an offset is accepted here; the operation refuses it.
    """

    artifact_id: str = attrs.field(validator=a(str))
    """The key of the artifact."""

    status: ArtifactRestoreStatus = attrs.field(validator=a(ArtifactRestoreStatus))
    """The new status."""

    time: datetime = attrs.field(converter=with_fixed_offset, validator=time_of_report)
    """When the artifact entered the status, or was seen in it."""

    error: PublicError | None = attrs.field(default=None, validator=optional(a(PublicError)))
    """Why it failed; required in a driver's failure, and not allowed otherwise (rule L5)."""

    start_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(time_of_report),
    )
    """When the restore began, if an observer read it; otherwise the first report decides."""

    completion_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(time_of_report),
    )
    """When the restore ended, if an observer read it; otherwise the time of the report."""

    restored_folder_id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The key of the folder that was restored to; None is ignored (rule O9)."""

    restored_folder_name: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The name of that folder; None is ignored (rule O9)."""

    restored_item_count: int | None = attrs.field(default=None, validator=optional(int32))
    """How many items were restored; None is ignored (rule O9)."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""

    lacks_an_offset: bool = attrs.field(
        init=False, repr=False, eq=False, default=attrs.Factory(_lacks_an_offset, takes_self=True)
    )
    """Whether one of its times has no offset from UTC; derived from them."""

    @classmethod
    def of(cls, artifact: MailboxRestoreArtifact, *, time: datetime) -> Report:
        """Report an artifact as observed at this time; TypeError if it is not an artifact."""
        if not isinstance(artifact, MailboxRestoreArtifact):
            raise TypeError(f"artifact: expected a MailboxRestoreArtifact, got {shown(artifact)}")
        return cls(
            artifact_id=artifact.id,
            status=artifact.status,
            time=time,
            error=artifact.error,
            start_date_time=artifact.start_date_time,
            completion_date_time=artifact.completion_date_time,
            restored_folder_id=artifact.restored_folder_id,
            restored_folder_name=artifact.restored_folder_name,
            restored_item_count=artifact.restored_item_count,
        )


@attrs.frozen(kw_only=True, weakref_slot=False)
class StaleReport:
    """A report of a status that its artifact has passed, which was skipped in a batch."""

    position: int
    """Its position in the batch, from 0 on."""

    report: Report
    """The report."""

    message: str
    """The refusal in words."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class RecordedBatch:
    """The result of a batch in which stale reports are skipped."""

    changed: tuple[MailboxRestoreArtifact, ...]
    """The artifacts that changed, each once, in their final state."""

    stale: tuple[StaleReport, ...]
    """The skipped reports, in order."""


def record(
    root: BackupRestoreRoot,
    session_id: str,
    report: Report | UnreadRequest,
    *,
    reporter: Reporter = Reporter.DRIVER,
    actor: IdentitySet | None = None,
) -> Outcome[MailboxRestoreArtifact]:
    """Apply a report, and return the artifact in its new state (rule O7).

    A report of the same status changes nothing and gives the same root and no event, unless it has
    a result or the error of a failure that the artifact does not have, or a different result while
    it is inProgress (rules L3 and O9). Raises RestoreDomainError: InvalidRestoreSessionId,
    RestoreSessionNotFound, InvalidArtifactRequest, ArtifactNotFound or
    RestoreSessionActionNotAllowed.
    """
    check_reporter(reporter)
    session = found_session(root, RECORD, session_id)
    report = read_request(RECORD, "InvalidArtifactRequest", report, Report)
    change = _reported(session, session.artifact(report.artifact_id), report, reporter)
    old, new = change
    if new is old:
        return Outcome(root, new, ())
    root, _, event = change_session(
        root,
        session,
        changed=(change,),
        by=actor,
        at=report.time,
        index=session.addition_index,
    )
    return Outcome(root, new, (event,))


@overload
def record_batch(
    root: BackupRestoreRoot,
    session_id: str,
    reports: Iterable[Report | UnreadRequest],
    *,
    reporter: Reporter = ...,
    actor: IdentitySet | None = ...,
    max_errors: int = ...,
    stale: Literal["refuse"] = ...,
) -> Outcome[tuple[MailboxRestoreArtifact, ...]]: ...
@overload
def record_batch(
    root: BackupRestoreRoot,
    session_id: str,
    reports: Iterable[Report | UnreadRequest],
    *,
    reporter: Reporter = ...,
    actor: IdentitySet | None = ...,
    max_errors: int = ...,
    stale: Literal["skip"],
) -> Outcome[RecordedBatch]: ...
def record_batch(  # noqa: PLR0913 - the three that matter, and what may be chosen
    root: BackupRestoreRoot,
    session_id: str,
    reports: Iterable[Report | UnreadRequest],
    *,
    reporter: Reporter = Reporter.DRIVER,
    actor: IdentitySet | None = None,
    max_errors: int = 1_000,
    stale: Literal["refuse", "skip"] = "refuse",
) -> Outcome[Any]:
    """Apply several reports in order, all or none, and return the artifacts that changed.

    With ``stale="skip"``, reports of statuses that their artifacts have passed, which arrived late
    or repeatedly, are skipped, and the answer is a `RecordedBatch`, which lists them. Raises
    RestoreDomainError as `record` does, or BatchRefusedError, which lists every invalid report, if
    at least one is refused. Stops after `max_errors` invalid reports; the last refusal says that
    the list was truncated. Raises TypeError or ValueError if `reports` is not several reports, if
    `max_errors` is not an integer from 1 on, and if `stale` is neither text.
    """
    if not isinstance(max_errors, int) or isinstance(max_errors, bool):
        raise TypeError(f"max_errors: expected a whole number, got {shown(max_errors)}")
    if max_errors < 1:
        raise ValueError(f"max_errors: expected a whole number from 1 on, got {max_errors}")
    if stale not in _STALE:
        raise ValueError(f"stale: expected {' or '.join(_STALE)}, got {shown(stale)}")
    given_reports = several(reports, "reports")
    check_reporter(reporter)
    session = found_session(root, RECORD, session_id)
    changed: dict[str, Change] = {}
    latest: datetime | None = None
    refusals: list[tuple[int, RestoreDomainError]] = []
    skipped: list[StaleReport] = []
    for position, given in enumerate(given_reports):
        report: Report | None = None
        try:
            report = read_request(RECORD, "InvalidArtifactRequest", given, Report)
            earlier = changed.get(report.artifact_id)
            artifact = earlier[1] if earlier else session.artifact(report.artifact_id)
            old, new = _reported(session, artifact, report, reporter)
        except RestoreDomainError as error:
            if report is not None and error.stale and stale == SKIP:
                message = error.message
                skipped.append(StaleReport(position=position, report=report, message=message))
                continue
            if len(refusals) == max_errors:
                refusals.append((position, _no_more(max_errors)))
                break
            refusals.append((position, error))
            continue
        if new is not old:
            changed[new.id] = (earlier[0] if earlier else old, new)
            latest = later(latest, report.time)
    if refusals:
        raise BatchRefusedError(refusals)
    now: tuple[MailboxRestoreArtifact, ...] = ()
    events: tuple[SessionChanged, ...] = ()
    if latest is not None:
        changes = changed.values()
        index = session.addition_index
        root, _, event = change_session(
            root, session, changed=changes, by=actor, at=latest, index=index
        )
        now, events = event.changed, (event,)
    if stale == SKIP:
        return Outcome(root, RecordedBatch(changed=now, stale=tuple(skipped)), events)
    return Outcome(root, now, events)


SKIP: Final = "skip"
_STALE: Final = ("refuse", SKIP)
"""How to treat reports of statuses that their artifacts have passed."""


def _no_more(max_errors: int) -> RestoreDomainError:
    message = (
        f"more than {max_errors} invalid reports, so the list is truncated; "
        f"the limit is max_errors={max_errors}"
    )
    return refusal_of(RECORD, "InvalidArtifactRequest", message)


def _refused(
    report: Report, message: str, code: str, rule: str, *, stale: bool = False
) -> RestoreDomainError:
    return refusal_of(
        RECORD,
        code,
        f"artifact {shown(report.artifact_id)}: {message}",
        target=report.artifact_id,
        rule=rule,
        stale=stale,
    )


def _reported(
    session: ExchangeRestoreSession,
    artifact: MailboxRestoreArtifact | None,
    report: Report,
    reporter: Reporter,
) -> Change:
    """Return the artifact before and after a report: the same if nothing is new (rule L3).

    The checks are in the order of the catalogue. Whether a driver's failure has an error is checked
    only if the report is about another status.
    """
    if report.lacks_an_offset:
        message = "a time has no offset from UTC; give it a tzinfo"
        raise _refused(report, message, "InvalidArtifactRequest", "O7")
    status = report.status
    has_results = not (
        report.restored_folder_id is None
        and report.restored_folder_name is None
        and report.restored_item_count is None
    )
    if has_results and not _accepts_results(status, reporter):
        message = f"{reporter} can't report a result with {status}; leave it out"
        raise _refused(report, message, "InvalidArtifactRequest", "O9")
    if artifact is not None and artifact.status is status:
        has_news = has_results or (status is FAILED and report.error is not None)
        return artifact, _completed(artifact, report) if has_news else artifact
    if (report.error is not None) is not (status is FAILED) and not (
        status is FAILED and reporter == Reporter.OBSERVER
    ):
        message = (
            f"{status} has no error; leave it out"
            if report.error
            else "failed needs an error that says why; give a PublicError"
        )
        raise _refused(report, message, "InvalidArtifactRequest", "L5")
    if artifact is None:
        message = f"session {shown(session.id)} has no such artifact"
        raise _refused(report, message, "ArtifactNotFound", "O7")
    started = artifact.start_date_time is not None
    refused = refusal(artifact.status, status, reporter, started=started)
    if refused is not None:
        code = "RestoreSessionActionNotAllowed"
        raise _refused(report, refused.message, code, refused.rule, stale=refused.stale)
    start, end = _times(session, artifact, report, reporter)
    new = entered(artifact, status, started=start, ended=end, error=report.error)
    return artifact, _with(new, _results_of(report)) if has_results else new


def _accepts_results(status: ArtifactRestoreStatus, reporter: Reporter) -> bool:
    return status in ACCEPTED_RESULTS or (status is UNKNOWN and reporter == Reporter.OBSERVER)


_RESULTS: Final = ("restored_folder_id", "restored_folder_name", "restored_item_count")
"""The attributes of an artifact, and of a report, that are results of a restore (rule O9)."""

_GRAPH_NAMES: Final = {
    field.name: graph_name(field) for field in attrs.fields(MailboxRestoreArtifact)
}


def _results_of(report: Report) -> dict[str, Any]:
    """Return the results in a report, without those that are None."""
    said = {name: getattr(report, name) for name in _RESULTS}
    return {name: value for name, value in said.items() if value is not None}


def _completed(artifact: MailboxRestoreArtifact, report: Report) -> MailboxRestoreArtifact:
    """Return the artifact with what a report of its current status adds (rule L3).

    A running restore's results may change. An ended artifact only gets results that it does not
    have: so a repeated report that arrives late and out of order takes nothing back.
    """
    status = artifact.status
    said = _results_of(report)
    if status is FAILED and report.error is not None:
        said["error"] = report.error
    if status is ArtifactRestoreStatus.IN_PROGRESS:
        news = {name: new for name, new in said.items() if getattr(artifact, name) != new}
    elif status in TERMINAL_ARTIFACT_STATUSES:
        news = {name: new for name, new in said.items() if getattr(artifact, name) is None}
    else:
        return artifact
    return _with(artifact, news) if news else artifact


def _with(artifact: MailboxRestoreArtifact, news: Mapping[str, Any]) -> MailboxRestoreArtifact:
    """Return the artifact with these attributes; a null on the wire for one of them is dropped."""
    nulls = frozenset(_GRAPH_NAMES[name] for name in news)
    data = without_properties(artifact.additional_data, nulls)
    return attrs.evolve(artifact, additional_data=data, **news)


def _times(
    session: ExchangeRestoreSession,
    artifact: MailboxRestoreArtifact,
    report: Report,
    reporter: Reporter,
) -> tuple[datetime | None, datetime | None]:
    """Return start and end as they follow from entering a status (rule L5).

    An observer may learn of inProgress and of succeeded at the same time, and not know when the
    restore began: then the time of the report is used. A failure may have come before the start,
    and a driver, which misses no step, knows whether it has. No time is before the creation of the
    session, and no end is before its start.
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
"""For each class, the function that copies an artifact with the attributes that a change sets."""


def entered(
    artifact: MailboxRestoreArtifact,
    status: ArtifactRestoreStatus,
    *,
    started: datetime | None = None,
    ended: datetime | None = None,
    error: PublicError | None = None,
) -> Any:
    """Return the artifact in another status.

    The text of an unknown old status is dropped, and so is the null of a property that gets a
    value.
    """
    data = artifact.additional_data
    if data is not NO_DATA:
        gained = ((_START, started), (_COMPLETION, ended), (_ERROR, error))
        forgotten = _STATUS.union(*(name for name, value in gained if value is not None))
        data = without_properties(data, forgotten)
    return _ENTERED[type(artifact)](artifact, status, started, ended, error, data)
