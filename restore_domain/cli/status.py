"""``status``: read a session and its artifacts, and say the status and why."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from restore_domain import wire
from restore_domain.cli.terminal import (
    STANDARD_INPUT,
    BadInputError,
    example,
    printable,
    read_bytes,
    shown,
)
from restore_domain.model import (
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    audit,
)
from restore_domain.status import ArtifactRestoreStatus
from restore_domain.wire.json_text import parse

__all__ = ["add_to"]

_Document = ExchangeRestoreSession | MailboxRestoreArtifactCollectionResponse

NO_SESSION = "(no session given)"
"""Stands for the id of a session of which only pages of artifacts were given."""


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "status",
        help="say the status of a session, and the rule that gives it",
        description="Reads a session as Microsoft Graph sends it, or pages of its artifacts, or "
        "both, and prints the status that the artifacts give, the rule that decided, the number "
        "of artifacts per status, and everything in the session that can't be true.",
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="a session or a page of artifacts, in JSON; - or nothing is standard input",
    )
    parser.add_argument("--example", action="store_true", help="read the session that ships")
    parser.add_argument("--json", action="store_true", help="print one JSON object a session")
    parser.set_defaults(do=_status)


def _status(arguments: argparse.Namespace) -> int:
    sources = [(name, read_bytes(name)) for name in arguments.files]
    if arguments.example:
        sources.append(("example", example("session.json")))
    if not sources:
        sources.append((STANDARD_INPUT, read_bytes(STANDARD_INPUT)))
    show = _json_lines if arguments.json else _text_lines
    for number, finding in enumerate(_findings(_read_all(sources))):
        if number and not arguments.json:
            print()
        for line in show(finding):
            print(line)
    return 0


def _read_all(sources: Iterable[tuple[str, bytes]]) -> list[tuple[str, _Document]]:
    documents = []
    problems: list[tuple[str, str]] = []
    for name, data in sources:
        try:
            documents.append((name, _read(data)))
        except wire.WireError as error:
            problems += ((f"{shown(name)}: {path}", text) for path, text in error.problems)
    if problems:
        raise BadInputError(problems)
    return documents


def _read(data: bytes) -> _Document:
    """Read a page if the document has a ``value``, else a session."""
    value, problems = parse(data)
    is_page = isinstance(value, dict) and "value" in value
    kind: Any = MailboxRestoreArtifactCollectionResponse if is_page else ExchangeRestoreSession
    if problems:
        return _as_document(wire.loads(data, kind))
    return _as_document(wire.from_json_value(value, kind))


def _as_document(read: Any) -> _Document:
    document: _Document = read
    return document


@attrs.frozen
class _Finding:
    """A session with all that is known of it."""

    session: ExchangeRestoreSession
    has_id: bool
    complete: bool


def _findings(documents: list[tuple[str, _Document]]) -> Iterator[_Finding]:
    """Put the pages of artifacts together, and into the session if there is one."""
    sessions = [
        document for _, document in documents if isinstance(document, ExchangeRestoreSession)
    ]
    pages = [
        (name, document)
        for name, document in documents
        if isinstance(document, MailboxRestoreArtifactCollectionResponse)
    ]
    if not pages:
        for session in sessions:
            yield _Finding(session, has_id=True, complete=True)
        return
    if len(sessions) > 1:
        raise BadInputError(
            [("", "of pages and several sessions, which belong together? give one")]
        )
    if sessions and sessions[0].mailbox_restore_artifacts is not None:
        raise BadInputError([("", "the session has its artifacts already; leave out the pages")])
    artifacts = _all_artifacts(pages)
    _, last = pages[-1]
    session = (
        attrs.evolve(sessions[0], mailbox_restore_artifacts=artifacts)
        if sessions
        else ExchangeRestoreSession(id=NO_SESSION, mailbox_restore_artifacts=artifacts)
    )
    yield _Finding(session, has_id=bool(sessions), complete=last.odata_next_link is None)


def _all_artifacts(
    pages: Iterable[tuple[str, MailboxRestoreArtifactCollectionResponse]],
) -> list[MailboxRestoreArtifact]:
    first: dict[str, str] = {}
    problems = []
    artifacts = []
    for name, page in pages:
        for position, artifact in enumerate(page.value):
            where = f"{shown(name)}: $.value[{position}]"
            if artifact.id in first:
                message = f"the artifact {artifact.id!r} is at {first[artifact.id]}, too"
                problems.append((f"{where}.id", message))
            first.setdefault(artifact.id, where)
            artifacts.append(artifact)
    if problems:
        raise BadInputError(problems)
    return artifacts


def _text_lines(finding: _Finding) -> Iterator[str]:
    session = finding.session
    if finding.has_id:
        yield f"session    {printable(session.id)}"
    yield f"status     {session.status}"
    if session.holds_artifacts:
        why = session.explanation
        yield f"rule       {why.rule}: {why.statement}"
    else:
        yield "rule       S1: as declared; the session came without all its artifacts"
    yield f"artifacts  {session.tally.total or 'none'}"
    for status in ArtifactRestoreStatus:
        if session.tally[status]:
            yield f"           {session.tally[status]} {status}"
    if not finding.complete:
        yield "note       the last page has a nextLink, so more artifacts follow"
    violations = audit(session)
    noun = "violation" if len(violations) == 1 else "violations"
    yield f"audit      {len(violations) or 'no'} {noun}"
    for found in violations:
        yield printable(f"           {found.rule} {found.target} {found.property}: {found.message}")


def _json_lines(finding: _Finding) -> Iterator[str]:
    session = finding.session
    derived = session.holds_artifacts
    why = session.explanation
    yield json.dumps(
        {
            "id": session.id if finding.has_id else None,
            "status": session.status,
            "derived": derived,
            "rule": why.rule if derived else "S1",
            "statement": why.statement if derived else None,
            "deciding": [status for status in ArtifactRestoreStatus if status in why.deciding]
            if derived
            else [],
            "complete": finding.complete,
            "artifacts": {status: session.tally[status] for status in ArtifactRestoreStatus},
            "violations": [attrs.asdict(found) for found in audit(session)],
        }
    )
