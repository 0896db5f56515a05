"""``status``: read a session and its artifacts, and say the status and why."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import attrs

from restore_domain import wire
from restore_domain.cli.limit_options import add_limits, chosen_limits
from restore_domain.cli.terminal import (
    STANDARD_INPUT,
    BadInputError,
    example,
    read_bytes,
    say,
    shown,
)
from restore_domain.model import (
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    Violation,
    audit,
)
from restore_domain.model.json_value import JsonObject, without_properties
from restore_domain.model.validators import shown as brief
from restore_domain.status import ArtifactRestoreStatus
from restore_domain.wire import WireLimits
from restore_domain.wire.json_text import parse
from restore_domain.wire.problems import Problems
from restore_domain.wire.properties import properties_of

__all__ = ["add_to"]

_Document = (
    ExchangeRestoreSession
    | ExchangeRestoreSessionCollectionResponse
    | MailboxRestoreArtifactCollectionResponse
)
_Page = MailboxRestoreArtifactCollectionResponse

NO_SESSION: Final = "(no session given)"
"""Stands for the id of a session of which only pages of artifacts were given."""

MORE_ARTIFACTS: Final = "mailboxRestoreArtifacts@odata.nextLink"
NEXT_LINKS: Final = frozenset({MORE_ARTIFACTS, "granularMailboxRestoreArtifacts@odata.nextLink"})
"""A session with one of these goes on in pages."""


def _names(kind: type) -> frozenset[str]:
    return frozenset(known.name for known in properties_of(kind))


_OF_A_SESSION: Final = _names(ExchangeRestoreSession)
_OF_AN_ARTIFACT: Final = _names(GranularMailboxRestoreArtifact)

ONLY_OF_A_SESSION: Final = _OF_A_SESSION - _OF_AN_ARTIFACT
"""What shows that an object is no artifact."""

ONLY_OF_AN_ARTIFACT: Final = _OF_AN_ARTIFACT - _OF_A_SESSION
"""What shows that an object is no session."""


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "status",
        help="say the status of a session, and the rule that gives it",
        description="Reads a session as Microsoft Graph sends it, or pages of its artifacts, or "
        "both, and prints the status that the artifacts give, the rule that decided, the number "
        "of artifacts per status, and everything in the session that can't be true. Of a session "
        "that came without its artifacts it prints the status that the session declares. The exit "
        "code tells whether it could be read, not what the audit found.",
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="a session, a page of sessions or a page of artifacts, in JSON; "
        "- or nothing is standard input",
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
    for number, finding in enumerate(_findings(_read_all(sources, limits), limits)):
        if number and not arguments.json:
            say("")
        for line in show(finding):
            say(line)
    return 0


def _read_all(
    sources: Iterable[tuple[str, bytes]], limits: WireLimits
) -> list[tuple[str, _Document]]:
    documents = []
    problems = Problems(limits)
    for name, data in sources:
        try:
            documents.append((shown(name), _read(data, limits)))
        except wire.WireError as error:
            problems.add_all((f"{shown(name)}: {path}", text) for path, text in error.problems)
    if problems.found:
        raise BadInputError(problems.found)
    return documents


def _read(data: bytes, limits: WireLimits) -> _Document:
    value, _ = parse(data, limits)  # the reader finds whatever is wrong in it, and more
    if isinstance(value, dict) and "value" not in value and _is_artifact(value):
        raise wire.WireError([("$", "expected a session or a page, got a single artifact")])
    if isinstance(value, dict) and set(value) == {"error"}:
        raise wire.WireError([("$", "expected a session or a page, got the answer to an error")])
    if isinstance(value, dict) and (_OF_A_SESSION | {"value"}).isdisjoint(value):
        message = "expected a session, which has an id, or a page, which has a value"
        raise wire.WireError([("$", message)])
    document: _Document = wire.from_json_value(value, _kind(value), limits=limits)
    return document


def _kind(value: Any) -> Any:
    """Tell a session, a page of sessions and a page of artifacts from one another."""
    if not isinstance(value, dict) or "value" not in value:
        return ExchangeRestoreSession
    entries = value["value"] if isinstance(value["value"], list) else []
    if any(map(_is_session, entries)) and not any(map(_is_artifact, entries)):
        return ExchangeRestoreSessionCollectionResponse
    return MailboxRestoreArtifactCollectionResponse


def _is_session(value: Any) -> bool:
    return _shows(value, ONLY_OF_A_SESSION, ONLY_OF_AN_ARTIFACT)


def _is_artifact(value: Any) -> bool:
    return _shows(value, ONLY_OF_AN_ARTIFACT, ONLY_OF_A_SESSION)


def _shows(value: Any, some: frozenset[str], none: frozenset[str]) -> bool:
    """Tell whether an object has some of these properties, and none of those."""
    return isinstance(value, dict) and not some.isdisjoint(value) and none.isdisjoint(value)


@attrs.frozen
class _Finding:
    """A session with all that is known of it."""

    session: ExchangeRestoreSession
    has_id: bool
    complete: bool


def _findings(documents: Iterable[tuple[str, _Document]], limits: WireLimits) -> list[_Finding]:
    """Put the pages of artifacts together, and into the session if there is one."""
    sessions: list[tuple[str, ExchangeRestoreSession]] = []
    pages: list[tuple[str, _Page]] = []
    for name, document in documents:
        match document:
            case ExchangeRestoreSession():
                sessions.append((name, document))
            case ExchangeRestoreSessionCollectionResponse():
                sessions += ((name, session) for session in document.value)
            case _:
                pages.append((name, document))
    if not pages:
        return [
            _Finding(session, has_id=True, complete=session.holds_artifacts)
            for _, session in sessions
        ]
    if len(sessions) > 1:
        message = "there are pages of artifacts and several sessions; give the one they belong to"
        raise BadInputError([("", message)])
    if not sessions:
        return [_of_pages(pages, limits)]
    return [_with_pages(*sessions[0], pages, limits)]


def _of_pages(pages: Sequence[tuple[str, _Page]], limits: WireLimits) -> _Finding:
    artifacts = _together(_values(pages), limits)
    session = ExchangeRestoreSession(id=NO_SESSION, mailbox_restore_artifacts=artifacts)
    return _Finding(session, has_id=False, complete=_ends(pages) > 0)


def _with_pages(
    name: str,
    session: ExchangeRestoreSession,
    pages: Sequence[tuple[str, _Page]],
    limits: WireLimits,
) -> _Finding:
    """Put the pages into the session; while some are missing, its status is the declared one."""
    whole, granular = session.mailbox_restore_artifacts, session.granular_mailbox_restore_artifacts
    data = session.additional_data
    open_lists = sum(data.get(link) is not None for link in NEXT_LINKS)
    if whole is not None and not open_lists:
        message = "it has all its artifacts already; leave out the pages of artifacts"
        raise BadInputError([(name, message)])
    artifacts = _together(
        [
            (f"{name}: $.mailboxRestoreArtifacts", whole or ()),
            (f"{name}: $.granularMailboxRestoreArtifacts", granular or ()),
            *_values(pages),
        ],
        limits,
    )
    complete = _ends(pages) >= max(open_lists, 1)
    more = {} if complete else {MORE_ARTIFACTS: "on a page that was not given"}
    together = attrs.evolve(
        session,
        mailbox_restore_artifacts=[
            artifact
            for artifact in artifacts
            if not isinstance(artifact, GranularMailboxRestoreArtifact)
        ],
        granular_mailbox_restore_artifacts=[
            artifact
            for artifact in artifacts
            if isinstance(artifact, GranularMailboxRestoreArtifact)
        ],
        additional_data=JsonObject({**without_properties(data, NEXT_LINKS), **more}),
    )
    return _Finding(together, has_id=True, complete=complete)


def _values(
    pages: Iterable[tuple[str, _Page]],
) -> Iterator[tuple[str, Sequence[MailboxRestoreArtifact]]]:
    return ((f"{name}: $.value", page.value) for name, page in pages)


def _ends(pages: Iterable[tuple[str, _Page]]) -> int:
    """Count the pages that are the last of a list, in whatever order they were given."""
    return sum(page.odata_next_link is None for _, page in pages)


def _together(
    lists: Iterable[tuple[str, Sequence[MailboxRestoreArtifact]]], limits: WireLimits
) -> list[MailboxRestoreArtifact]:
    """Join lists of artifacts, each given with its place, if no id comes twice."""
    first: dict[str, str] = {}
    problems = Problems(limits)
    artifacts = []
    for place, some in lists:
        for position, artifact in enumerate(some):
            where = f"{place}[{position}]"
            if artifact.id in first:
                message = f"the artifact {brief(artifact.id)} is at {first[artifact.id]}, too"
                problems.add(f"{where}.id", message)
            first.setdefault(artifact.id, where)
            artifacts.append(artifact)
    if problems.found:
        raise BadInputError(problems.found)
    return artifacts


def _text_lines(finding: _Finding) -> Iterator[str]:
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
    if session.holds_artifacts and not finding.complete:
        yield "note       by a nextLink more follow, and may change the status"
    violations = audit(session)
    noun = "violation" if len(violations) == 1 else "violations"
    yield f"audit      {len(violations) or 'no'} {noun}"
    for found in violations:
        yield f"           {found.rule} {found.target} {found.property}: {found.message}"


def _rule(session: ExchangeRestoreSession) -> tuple[str, str]:
    """Return the rule that gives the status, and its words."""
    if session.holds_artifacts:
        return session.explanation.rule, session.explanation.statement
    said = "as declared" if session.declared and session.declared.status else "not declared"
    if (text := session.additional_data.get("status")) is not None:
        said = f"declared as {shown(str(text))}, which is no known status of a session"
    return "S1", f"{said}; the session came without all its artifacts"


def _number(finding: _Finding) -> str:
    if not _are_sent(finding.session):
        return "not sent"
    number = str(finding.session.tally.total or "none")
    return number if finding.complete else f"{number}, and more that were not given"


def _are_sent(session: ExchangeRestoreSession) -> bool:
    return (
        session.mailbox_restore_artifacts is not None
        or session.granular_mailbox_restore_artifacts is not None
    )


def _json_lines(finding: _Finding) -> Iterator[str]:
    session = finding.session
    rule, statement = _rule(session)
    deciding = session.explanation.deciding if session.holds_artifacts else ()
    counts = {status: session.tally[status] for status in ArtifactRestoreStatus}
    yield json.dumps(
        {
            "id": session.id if finding.has_id else None,
            "status": session.status,
            "derived": session.holds_artifacts,
            "rule": rule,
            "statement": statement,
            "deciding": [status for status in ArtifactRestoreStatus if status in deciding],
            "complete": finding.complete,
            "artifacts": counts if _are_sent(session) else None,
            "violations": [
                attrs.asdict(found) | {"target": _target(finding, found)}
                for found in audit(session)
            ],
        }
    )


def _target(finding: _Finding, found: Violation) -> str | None:
    """Return what a violation is about; nothing stands for the session that was not given."""
    return found.target if finding.has_id or found.target != NO_SESSION else None
