"""The results of `status` for a session, independent of the format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter
from typing import Final

import attrs

from restore_domain.cli.listing import Choice, Listing, in_utc, known, listing, seconds_between
from restore_domain.cli.received import NO_SESSION, Received
from restore_domain.cli.terminal import shown
from restore_domain.model import (
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactsBulkAdditionRequest,
    Violation,
    ViolationKind,
    audit,
)
from restore_domain.model.lacking import GRANULAR, WHOLE
from restore_domain.status import (
    TERMINAL_SESSION_STATUSES,
    ArtifactRestoreStatus,
    RestoreArtifactsBulkRequestStatus,
    RestoreSessionStatus,
)
from restore_domain.wire.properties import properties_of

__all__ = ["Elapsed", "Failures", "Summary", "duration_text", "facts", "summed_up"]

UNKNOWN: Final = RestoreSessionStatus.UNKNOWN_FUTURE_VALUE


@attrs.frozen
class Finished:
    """How many of the artifacts have ended."""

    ended: int
    total: int
    declared: bool
    """Whether the number is declared by a session with missing artifacts."""

    @property
    def percent(self) -> int:
        """The percentage that has ended, rounded down, so that 100 means all."""
        return self.ended * 100 // self.total

    def __str__(self) -> str:
        """Return the text of a line."""
        said = ", as declared" if self.declared else ""
        return f"{self.percent} %, {self.ended} of {self.total} artifacts have ended{said}"


@attrs.frozen
class Elapsed:
    """The duration of a session, by its own times: no clock is read."""

    since: datetime
    """When it was created or, if that was not sent, when its first artifact started."""

    until: datetime
    """When it ended or, if it has not, the last time in it."""

    is_over: bool
    """Whether it has ended."""

    @property
    def seconds(self) -> float:
        """The duration."""
        return (self.until - self.since).total_seconds()

    def __str__(self) -> str:
        """Return the text of a line."""
        goes_on = "" if self.is_over else ", and goes on"
        times = f"from {in_utc(self.since)} to {in_utc(self.until)}"
        return f"{duration_text(self.seconds)}, {times}{goes_on}"


def duration_text(seconds: float) -> str:
    """Return a duration in hours, minutes and seconds."""
    return str(timedelta(seconds=int(seconds)))


@attrs.frozen
class Failures:
    """The failures with the same reason."""

    code: str | None
    targets: Sequence[str]
    """The artifacts, or the mailboxes."""

    first: datetime | None = None
    """When the first of them failed, if that was sent."""

    last: datetime | None = None
    """When the last of them failed."""

    def __str__(self) -> str:
        """Return the text of a line, with the first few that failed."""
        listed = ", ".join(self.targets[:_TARGETS_NAMED])
        others = len(self.targets) - _TARGETS_NAMED
        more = f" and {others} more" if others > 0 else ""
        return f"{len(self.targets)} {self.code or 'without a code'}{self._times()}: {listed}{more}"

    def _times(self) -> str:
        if self.first is None or self.last is None:
            return ""
        first, last = in_utc(self.first), in_utc(self.last)
        return f" at {first}" if first == last else f" from {first} to {last}"


_TARGETS_NAMED: Final = 3
"""How many artifacts or mailboxes a line names."""


@attrs.frozen
class Summary:
    """The results for a session."""

    received: Received
    listing: Listing
    """The artifacts that are listed one by one."""

    @property
    def session(self) -> ExchangeRestoreSession:
        """The session with the artifacts that were received."""
        return self.received.session

    @property
    def session_id(self) -> str | None:
        """The id; None if only artifacts were received."""
        return self.session.id if self.received.has_id else None

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """What an audit finds."""
        return audit(self.session)

    def violations_of(self, kind: ViolationKind) -> list[Violation]:
        """Return the contradictions, or the missing properties."""
        return [found for found in self.violations if found.kind is kind]

    @property
    def is_derived(self) -> bool:
        """Whether the status follows from the artifacts, even if some are missing."""
        return not self.session.lacks or self.session.explanation.status is not UNKNOWN

    @property
    def rule(self) -> tuple[str, str]:
        """The rule that gives the status, and its text."""
        session = self.session
        if self.is_derived:
            why = session.explanation
            return why.rule, why.statement + _stand_in(session)
        declared = session.declared.status if session.declared else None
        said = "not declared" if declared is None else "as declared"
        if declared not in (None, session.status):
            said = f"declared as {declared}, which no reading of the missing artifacts gives"
        if (text := session.additional_data.get("status")) is not None:
            said = f"declared as {shown(str(text))}, which is not a known status of a session"
        return "S8", f"{said}; the session lacks artifacts"

    @property
    def are_sent(self) -> bool:
        """Whether a collection of artifacts was received."""
        return (
            self.session.mailbox_restore_artifacts is not None
            or self.session.granular_mailbox_restore_artifacts is not None
        )

    @property
    def counts(self) -> list[tuple[ArtifactRestoreStatus, int]]:
        """How many artifacts are in each status that occurs."""
        tally = self.session.tally
        return [(status, tally[status]) for status in ArtifactRestoreStatus if tally[status]]

    @property
    def requests(self) -> Counter[RestoreArtifactsBulkRequestStatus] | None:
        """How many bulk requests are in each status; None if they were not sent."""
        if self.session.mailbox_restore_artifacts_bulk_addition_requests is None:
            return None
        return Counter(request.status for request in _requests(self.session))

    @property
    def finished(self) -> Finished | None:
        """The progress; None if that is not known, or there is nothing to do."""
        session = self.session
        count = session.restore_session_artifact_count
        if count is None or RestoreArtifactsBulkRequestStatus.ACTIVE in session.request_statuses:
            return None
        ended, total = (count.completed or 0) + (count.failed or 0), count.total or 0
        if not 0 <= ended <= total or total == 0:
            return None
        return Finished(ended, total, declared=bool(session.lacks))

    @cached_property
    def elapsed(self) -> Elapsed | None:
        """The duration; None if its times don't show it, or it has not begun."""
        session = self.session
        if session.status is RestoreSessionStatus.DRAFT:
            return None
        since = known(session.created_date_time) or _first(_starts(session))
        is_over = session.status in TERMINAL_SESSION_STATUSES
        until = session.completed_date_time
        if not is_over:
            ends = (artifact.completion_date_time for artifact in session.artifacts)
            until = _last([session.last_modified_date_time, *_starts(session), *ends])
        if since is None or until is None or seconds_between(since, until) is None:
            return None
        return Elapsed(since, until, is_over)

    @cached_property
    def failures(self) -> list[Failures]:
        """The artifacts that failed, by the code of the error."""
        return _by_code(
            (
                artifact.error.code if artifact.error else None,
                artifact.id,
                artifact.completion_date_time,
            )
            for artifact in self.session.artifacts_in(ArtifactRestoreStatus.FAILED)
        )

    @property
    def unresolved(self) -> list[Failures]:
        """The mailboxes that bulk requests could not resolve, by the code of the error."""
        return _by_code(
            (detail.code, detail.target or "(no mailbox named)", None)
            for request in _requests(self.session)
            for detail in (request.error.details if request.error else None) or ()
        )

    def target(self, found: Violation) -> str | None:
        """Return what a violation is about; None stands for a session that was not given."""
        return found.target if self.received.has_id or found.target != NO_SESSION else None


def summed_up(received: Received, choice: Choice) -> Summary:
    """Return the results for a session."""
    return Summary(received, listing(received.session, choice))


def _first(times: Iterable[datetime | None]) -> datetime | None:
    return min(
        (time for time in map(known, times) if time is not None),
        key=datetime.timestamp,
        default=None,
    )


def _last(times: Iterable[datetime | None]) -> datetime | None:
    return max((time for time in times if time is not None), key=datetime.timestamp, default=None)


def _starts(session: ExchangeRestoreSession) -> Iterator[datetime | None]:
    return (artifact.start_date_time for artifact in session.artifacts)


def _requests(
    session: ExchangeRestoreSession,
) -> Sequence[MailboxRestoreArtifactsBulkAdditionRequest]:
    return session.mailbox_restore_artifacts_bulk_addition_requests or ()


def _stand_in(session: ExchangeRestoreSession) -> str:
    """Describe what the bulk requests count as, if they count as an artifact."""
    if session.effective_tally == session.tally:
        return ""
    if RestoreArtifactsBulkRequestStatus.ACTIVE in session.request_statuses:
        counted = ArtifactRestoreStatus.SCHEDULING if session.activated else "added"
        return f"; an active bulk request counts as {counted} (B3)"
    return "; nothing could be restored, which counts as failed (B4)"


def _by_code(failed: Iterable[tuple[str | None, str, datetime | None]]) -> list[Failures]:
    """Group failures by their reason, the most frequent first."""
    groups: dict[str | None, list[tuple[str, datetime | None]]] = {}
    for code, target, time in failed:
        groups.setdefault(code, []).append((target, time))
    found = []
    for code, group in groups.items():
        targets, times = zip(*group, strict=True)
        found.append(Failures(code, targets, _first(times), _last(times)))
    return sorted(found, key=lambda failures: (-len(failures.targets), failures.code or ""))


# In words ---------------------------------------------------------------------------------------

Fact = tuple[str, Sequence[str]]
"""A label and its lines."""


def facts(summary: Summary) -> Iterator[Fact]:
    """Return what people should read about a session, without the listed artifacts."""
    for label, lines in _facts(summary):
        some = list(lines)
        if len(some) > _MOST:
            some[_MOST:] = [f"and {len(some) - _MOST} more, which --json has"]
        if some:
            yield label, some


_MOST: Final = 100
"""How many lines follow a label: there may be as many as there are artifacts."""


def _facts(summary: Summary) -> Iterator[tuple[str, Iterable[str]]]:
    session = summary.session
    if summary.session_id is not None:
        yield "session", [summary.session_id]
    yield "status", [session.status]
    yield "rule", [": ".join(summary.rule)]
    yield "artifacts", _artifact_lines(summary)
    yield "requests", _request_lines(summary)
    yield "document", [_completeness(session)]
    yield "lacks", (f"{found.path}: {found.sentence}" for found in session.lacks)
    yield "progress", [str(summary.finished)] if summary.finished else []
    yield "elapsed", [str(summary.elapsed)] if summary.elapsed else []
    yield "failures", map(str, summary.failures)
    yield "unresolved", map(str, summary.unresolved)
    yield "audit", _audit_lines(summary.violations_of(ViolationKind.CONTRADICTION))
    yield "missing", _missing_lines(session, summary.violations_of(ViolationKind.MISSING))


def _artifact_lines(summary: Summary) -> Iterator[str]:
    session = summary.session
    number = str(session.tally.total or "none") if summary.are_sent else "not sent"
    more = ", and more that were not given" if summary.are_sent and session.lacks else ""
    yield number + more
    for status, count in summary.counts:
        yield f"{count} {status}"
    if summary.received.repeated:
        yield f"{summary.received.repeated} occurred more than once, counted in the later status"


def _request_lines(summary: Summary) -> Iterator[str]:
    """Yield how many bulk requests are in each status."""
    numbers = summary.requests or Counter()
    return (
        f"{numbers[status]} {status}"
        for status in RestoreArtifactsBulkRequestStatus
        if numbers[status]
    )


def _completeness(session: ExchangeRestoreSession) -> str:
    """Return whether all artifacts were given, as far as the session shows it (rule S8)."""
    if session.lacks:
        number, total = session.tally.total, _total_said(session)
        return f"has {number or 'none'} of {total or 'an unknown number of'} artifacts"
    if RestoreArtifactsBulkRequestStatus.ACTIVE in session.request_statuses:
        return "complete so far, a bulk request may add more artifacts"
    return "complete, nothing shows that an artifact is missing"


def _total_said(session: ExchangeRestoreSession) -> int | None:
    """Return the number of artifacts that an incomplete session declares."""
    count = session.declared.restore_session_artifact_count if session.declared else None
    totals = [(count and count.total) or 0, _counted(session)]
    return max(totals) if max(totals) > session.tally.total else None


def _counted(session: ExchangeRestoreSession) -> int:
    """Return the number of artifacts according to the counts of the collections."""
    collections = (
        (session.mailbox_restore_artifacts, WHOLE),
        (session.granular_mailbox_restore_artifacts, GRANULAR),
    )
    return sum(
        max(len(collection or ()), count if isinstance(count, int) else 0)
        for collection, name in collections
        for count in [session.additional_data.get(f"{name}@odata.count")]
    )


def _audit_lines(wrong: Sequence[Violation]) -> Iterator[str]:
    noun = "contradiction" if len(wrong) == 1 else "contradictions"
    yield f"{len(wrong) or 'no'} {noun}"
    yield from map(_violation_line, wrong)


def _violation_line(found: Violation) -> str:
    return f"{found.rule} {found.target} {found.property}: {found.message}"


def _missing_lines(session: ExchangeRestoreSession, missing: Sequence[Violation]) -> Iterator[str]:
    """Yield what is missing; for a property that no artifact has, once for all artifacts."""
    by_property: dict[tuple[str, str], list[Violation]] = {}
    for found in missing:
        by_property.setdefault((found.rule, found.property), []).append(found)
    for (rule, name), group in by_property.items():
        if len(group) > 1 and not _is_in_any_artifact(name, session):
            yield (
                f"{rule} {name}: missing in {len(group)} artifacts, and no artifact has one; "
                "a $select may have left it out"
            )
        else:
            yield from map(_violation_line, group)


def _is_in_any_artifact(name: str, session: ExchangeRestoreSession) -> bool:
    value_of = attrgetter(_ATTRIBUTES[name])
    return any(value_of(artifact) is not None for artifact in session.artifacts)


_ATTRIBUTES: Final = {
    known.name: known.attribute for known in properties_of(MailboxRestoreArtifact)
}
