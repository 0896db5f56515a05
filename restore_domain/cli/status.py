"""``status``: read a session and its artifacts, and say the status and why."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
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
    Violation,
    ViolationKind,
    audit,
)
from restore_domain.status import ArtifactRestoreStatus, RestoreSessionStatus
from restore_domain.wire.properties import properties_of

__all__ = ["add_to"]

UNKNOWN: Final = RestoreSessionStatus.UNKNOWN_FUTURE_VALUE


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "status",
        help="say the status of a session, and the rule that gives it",
        description="Reads a session as Microsoft Graph sends it, or pages of its artifacts, or "
        "both, and prints the status that the artifacts give, the rule that decided, the number "
        "of artifacts per status, everything in the session that can't be true, and what is "
        "missing by the rules. Of a session that lacks artifacts it prints the evidence, and the "
        "status that is certain all the same or, if it may be true, the declared one. The exit "
        "code tells whether it could be read, not what the audit found.",
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="a session, or a page of sessions, of artifacts or of bulk requests, in JSON; an "
        "array of them, or one a line; - or nothing is standard input",
    )
    parser.add_argument("--example", action="store_true", help="read the session that ships")
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
    return 0


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
    for place, evidence in enumerate(session.lacks):
        yield f"{'' if place else 'lacks':<11}{evidence.path}: {evidence.sentence}"
    violations = audit(session)
    wrong = [found for found in violations if found.kind is ViolationKind.CONTRADICTION]
    missing = [found for found in violations if found.kind is ViolationKind.MISSING]
    noun = "contradiction" if len(wrong) == 1 else "contradictions"
    yield f"audit      {len(wrong) or 'no'} {noun}"
    yield from (f"           {_violation_line(found)}" for found in wrong)
    for place, line in enumerate(_missing_lines(session, missing)):
        yield f"{'' if place else 'missing':<11}{line}"


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
        return why.rule, why.statement
    declared = session.declared.status if session.declared else None
    said = "not declared" if declared is None else "as declared"
    if declared not in (None, session.status):
        said = f"declared as {declared}, which no reading of the missing artifacts gives"
    if (text := session.additional_data.get("status")) is not None:
        said = f"declared as {shown(str(text))}, which is no known status of a session"
    return "S8", f"{said}; the session lacks artifacts"


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
            "violations": [
                attrs.asdict(found) | {"target": _target(finding, found)}
                for found in audit(session)
            ],
        }
    )


def _target(finding: Received, found: Violation) -> str | None:
    """Return what a violation is about; nothing stands for the session that was not given."""
    return found.target if finding.has_id or found.target != NO_SESSION else None
