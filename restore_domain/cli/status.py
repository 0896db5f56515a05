"""``status``: read a session and its artifacts, and say the status and why."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, Final

import attrs

from restore_domain.cli.limit_options import add_limits, chosen_limits
from restore_domain.cli.received import NO_SESSION, Received, received
from restore_domain.cli.terminal import (
    STANDARD_INPUT,
    example,
    read_bytes,
    say,
    shown,
)
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

__all__ = ["add_to"]

UNKNOWN: Final = RestoreSessionStatus.UNKNOWN_FUTURE_VALUE


COMPLETED: Final = 0
FAILED: Final = 1
GOES_ON: Final = 3
CONTRADICTED: Final = 4


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "status",
        help="say the status of a session, and the rule that gives it",
        description="Reads a session as Microsoft Graph sends it, or pages of its artifacts, or "
        "both, and prints the status that the artifacts give, the rule that decided, the number "
        "of artifacts per status, how many of them have ended, the failures by their code, "
        "everything in the session that can't be true, and what is missing by the rules. Of a "
        "session that lacks artifacts it prints the evidence, and the status that is certain all "
        "the same or, if it may be true, the declared one. The exit code tells whether it could "
        "be read, not what the audit found, unless --exit-code asks for that.",
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="a session, or a page of sessions, of artifacts or of bulk requests, in JSON; an "
        "array of them, or one a line; - or nothing is standard input",
    )
    parser.add_argument("--example", action="store_true", help="read the session that ships")
    parser.add_argument(
        "--exit-code",
        action="store_true",
        help=f"exit with {COMPLETED} if every session is completed, {FAILED} if one is failed or "
        f"completedWithError, {GOES_ON} if one goes on or its status is unknown, or there is none, "
        f"{CONTRADICTED} if one contradicts a rule; the highest that applies",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a session")
    add_limits(parser)
    parser.set_defaults(do=_status)


def _status(arguments: argparse.Namespace) -> int:
    limits = chosen_limits(arguments)
    sources = [(name, read_bytes(name, limits)) for name in arguments.files]
    if arguments.example:
        sources.append(("example", example("session.json")))
    if not sources:
        sources.append((STANDARD_INPUT, read_bytes(STANDARD_INPUT, limits)))
    show = _json_lines if arguments.json else _text_lines
    found = received(sources, limits)
    if not found and not arguments.json:
        say("sessions   none")
    for number, one in enumerate(found):
        if number and not arguments.json:
            say("")
        for line in show(one):
            say(line)
    return _exit_code(found) if arguments.exit_code else 0


def _exit_code(found: Sequence[Received]) -> int:
    """Return the code for the gravest thing that is to be said of these sessions."""
    statuses = {one.session.status for one in found}
    if any(
        violation.kind is ViolationKind.CONTRADICTION
        for one in found
        for violation in audit(one.session)
    ):
        return CONTRADICTED
    if not statuses or not statuses <= TERMINAL_SESSION_STATUSES:
        return GOES_ON
    return COMPLETED if statuses == {RestoreSessionStatus.COMPLETED} else FAILED


def _text_lines(finding: Received) -> Iterator[str]:
    session = finding.session
    if finding.has_id:
        yield f"session    {session.id}"
    rule, statement = _rule(session)
    yield f"status     {session.status}"
    yield f"rule       {rule}: {statement}"
    yield f"artifacts  {_number(finding)}"
    for status in ArtifactRestoreStatus:
        if session.tally[status]:
            yield f"           {session.tally[status]} {status}"
    if finding.repeated:
        yield f"           {finding.repeated} came more than once, counted in the later status"
    yield from _labelled("requests", _request_lines(session))
    yield f"complete   {_completeness(session)}"
    evidence = (f"{found.path}: {found.sentence}" for found in session.lacks)
    yield from _labelled("lacks", evidence)
    if (progress := _progress(session)) is not None:
        yield f"progress   {progress}"
    yield from _labelled("failures", map(str, _failures(session)))
    yield from _labelled("unresolved", map(str, _unresolved(session)))
    violations = audit(session)
    wrong = [found for found in violations if found.kind is ViolationKind.CONTRADICTION]
    missing = [found for found in violations if found.kind is ViolationKind.MISSING]
    noun = "contradiction" if len(wrong) == 1 else "contradictions"
    yield f"audit      {len(wrong) or 'no'} {noun}"
    yield from _labelled("", map(_violation_line, wrong))
    yield from _labelled("missing", _missing_lines(session, missing))


def _labelled(label: str, lines: Iterable[str]) -> Iterator[str]:
    """Put a label before the first line, and let the others stand below it."""
    for place, line in enumerate(lines):
        yield f"{'' if place else label:<11}{line}"


def _violation_line(found: Violation) -> str:
    return f"{found.rule} {found.target} {found.property}: {found.message}"


def _missing_lines(session: ExchangeRestoreSession, missing: Sequence[Violation]) -> Iterator[str]:
    """Say what is missing; of a property that no artifact has, once for all artifacts."""
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


def _rule(session: ExchangeRestoreSession) -> tuple[str, str]:
    """Return the rule that gives the status, and its words."""
    why = session.explanation
    if _is_derived(session):
        return why.rule, why.statement + _stand_in(session)
    declared = session.declared.status if session.declared else None
    said = "not declared" if declared is None else "as declared"
    if declared not in (None, session.status):
        said = f"declared as {declared}, which no reading of the missing artifacts gives"
    if (text := session.additional_data.get("status")) is not None:
        said = f"declared as {shown(str(text))}, which is no known status of a session"
    return "S8", f"{said}; the session lacks artifacts"


def _stand_in(session: ExchangeRestoreSession) -> str:
    """Say what the bulk requests count as, if they count as an artifact."""
    if session.effective_tally == session.tally:
        return ""
    if RestoreArtifactsBulkRequestStatus.ACTIVE in session.request_statuses:
        counted = ArtifactRestoreStatus.SCHEDULING if session.activated else "added"
        return f"; an active bulk request counts as {counted} (B3)"
    return "; nothing could be restored, which counts as failed (B4)"


def _is_derived(session: ExchangeRestoreSession) -> bool:
    """Tell whether the status follows from the artifacts, whatever is missing."""
    return not session.lacks or session.explanation.status is not UNKNOWN


def _number(finding: Received) -> str:
    if not _are_sent(finding.session):
        return "not sent"
    number = str(finding.session.tally.total or "none")
    return f"{number}, and more that were not given" if finding.session.lacks else number


def _are_sent(session: ExchangeRestoreSession) -> bool:
    return (
        session.mailbox_restore_artifacts is not None
        or session.granular_mailbox_restore_artifacts is not None
    )


def _request_lines(session: ExchangeRestoreSession) -> Iterator[str]:
    """Say how many bulk requests are in each status."""
    numbers = Counter(request.status for request in _requests(session))
    return (
        f"{numbers[status]} {status}"
        for status in RestoreArtifactsBulkRequestStatus
        if numbers[status]
    )


def _requests(
    session: ExchangeRestoreSession,
) -> Sequence[MailboxRestoreArtifactsBulkAdditionRequest]:
    return session.mailbox_restore_artifacts_bulk_addition_requests or ()


def _completeness(session: ExchangeRestoreSession) -> str:
    """Say whether all artifacts were given, as far as the session shows it (rule S8)."""
    if session.lacks:
        number, total = session.tally.total, _total_said(session)
        return f"no, {number or 'none'} of {total or 'an unknown number of'} artifacts"
    if RestoreArtifactsBulkRequestStatus.ACTIVE in session.request_statuses:
        return "so far, a bulk request may add more artifacts"
    return "yes, nothing shows that an artifact is missing"


def _total_said(session: ExchangeRestoreSession) -> int | None:
    """Return how many artifacts there are by what a session says that lacks some."""
    count = session.declared.restore_session_artifact_count if session.declared else None
    totals = [(count and count.total) or 0, _counted(session)]
    return max(totals) if max(totals) > session.tally.total else None


def _counted(session: ExchangeRestoreSession) -> int:
    """Return how many artifacts there are by the numbers that stand beside the collections."""
    collections = (
        (session.mailbox_restore_artifacts, WHOLE),
        (session.granular_mailbox_restore_artifacts, GRANULAR),
    )
    return sum(
        max(len(collection or ()), count if isinstance(count, int) else 0)
        for collection, name in collections
        for count in [session.additional_data.get(f"{name}@odata.count")]
    )


@attrs.frozen
class _Progress:
    """How many of the artifacts have ended."""

    ended: int
    total: int
    declared: bool
    """Whether the session says so, of whose artifacts some are missing."""

    @property
    def percent(self) -> int:
        """The part that has ended, rounded down: all of it are 100 alone."""
        return self.ended * 100 // self.total

    def __str__(self) -> str:
        said = ", as declared" if self.declared else ""
        return f"{self.percent} %, {self.ended} of {self.total} artifacts have ended{said}"


def _progress(session: ExchangeRestoreSession) -> _Progress | None:
    """Return how far a session has come; None if that is not known, or there is nothing to do."""
    count = session.restore_session_artifact_count
    if count is None or RestoreArtifactsBulkRequestStatus.ACTIVE in session.request_statuses:
        return None
    ended, total = (count.completed or 0) + (count.failed or 0), count.total or 0
    if not 0 <= ended <= total or total == 0:
        return None
    return _Progress(ended, total, declared=bool(session.lacks))


@attrs.frozen
class _Failures:
    """What failed for one reason."""

    code: str | None
    targets: Sequence[str]

    def __str__(self) -> str:
        shown_targets = ", ".join(self.targets[:_TARGETS_SHOWN])
        others = len(self.targets) - _TARGETS_SHOWN
        more = f" and {others} more" if others > 0 else ""
        return f"{len(self.targets)} {self.code or 'without a code'}: {shown_targets}{more}"


_TARGETS_SHOWN: Final = 3
"""How many artifacts or mailboxes a line names."""


def _failures(session: ExchangeRestoreSession) -> list[_Failures]:
    """Return the artifacts that failed, by the code of the error."""
    return _by_code(
        (artifact.error.code if artifact.error else None, artifact.id)
        for artifact in session.artifacts_in(ArtifactRestoreStatus.FAILED)
    )


def _unresolved(session: ExchangeRestoreSession) -> list[_Failures]:
    """Return the mailboxes that bulk requests could not resolve, by the code of the error."""
    return _by_code(
        (detail.code, detail.target or "(no mailbox named)")
        for request in _requests(session)
        for detail in (request.error.details if request.error else None) or ()
    )


def _by_code(failed: Iterable[tuple[str | None, str]]) -> list[_Failures]:
    """Put what failed for one reason together, the most frequent first."""
    targets: dict[str | None, list[str]] = {}
    for code, target in failed:
        targets.setdefault(code, []).append(target)
    found = [_Failures(code, each) for code, each in targets.items()]
    return sorted(found, key=lambda failures: (-len(failures.targets), failures.code or ""))


def _json_lines(finding: Received) -> Iterator[str]:
    session = finding.session
    rule, statement = _rule(session)
    is_derived = _is_derived(session)
    deciding = session.explanation.deciding if is_derived else ()
    counts = {status: session.tally[status] for status in ArtifactRestoreStatus}
    yield json.dumps(
        {
            "id": session.id if finding.has_id else None,
            "status": session.status,
            "derived": is_derived,
            "rule": rule,
            "statement": statement,
            "deciding": [status for status in ArtifactRestoreStatus if status in deciding],
            "complete": not session.lacks,
            "lacks": [attrs.asdict(evidence) for evidence in session.lacks],
            "artifacts": counts if _are_sent(session) else None,
            "requests": _request_counts(session),
            "progress": _progress_value(session),
            "failures": [_failures_value(found) for found in _failures(session)],
            "unresolved": [_failures_value(found) for found in _unresolved(session)],
            "violations": [
                attrs.asdict(found) | {"target": _target(finding, found)}
                for found in audit(session)
            ],
        }
    )


def _request_counts(session: ExchangeRestoreSession) -> dict[str, int] | None:
    if session.mailbox_restore_artifacts_bulk_addition_requests is None:
        return None
    numbers = Counter(request.status for request in _requests(session))
    return {status: numbers[status] for status in RestoreArtifactsBulkRequestStatus}


def _progress_value(session: ExchangeRestoreSession) -> dict[str, Any] | None:
    progress = _progress(session)
    return None if progress is None else {"percent": progress.percent, **attrs.asdict(progress)}


def _failures_value(found: _Failures) -> dict[str, Any]:
    return {"code": found.code, "count": len(found.targets)}


def _target(finding: Received, found: Violation) -> str | None:
    """Return what a violation is about; nothing stands for the session that was not given."""
    return found.target if finding.has_id or found.target != NO_SESSION else None
