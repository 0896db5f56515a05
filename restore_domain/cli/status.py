"""``status``: read a session and its artifacts, and say the status and why."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
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
    MailboxRestoreArtifactsBulkAdditionRequest,
    Violation,
    ViolationKind,
    audit,
)
from restore_domain.model.json_value import JsonObject, without_properties
from restore_domain.model.validators import shown as brief
from restore_domain.status import ArtifactRestoreStatus, RestoreSessionStatus
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

UNKNOWN: Final = RestoreSessionStatus.UNKNOWN_FUTURE_VALUE

NO_SESSION: Final = "(no session given)"
"""Stands for the id of a session of which only pages of artifacts were given."""

WHOLE_ARTIFACTS: Final = "mailboxRestoreArtifacts"
GRANULAR_ARTIFACTS: Final = "granularMailboxRestoreArtifacts"
MORE_ARTIFACTS: Final = f"{WHOLE_ARTIFACTS}@odata.nextLink"
NEXT_LINKS: Final = frozenset({MORE_ARTIFACTS, f"{GRANULAR_ARTIFACTS}@odata.nextLink"})
"""A session with one of these goes on in pages."""


def _names(kind: type) -> frozenset[str]:
    return frozenset(known.name for known in properties_of(kind))


_OF_A_SESSION: Final = _names(ExchangeRestoreSession)
_OF_AN_ARTIFACT: Final = _names(GranularMailboxRestoreArtifact)

ONLY_OF_A_SESSION: Final = _OF_A_SESSION - _OF_AN_ARTIFACT
"""What shows that an object is no artifact."""

ONLY_OF_AN_ARTIFACT: Final = _OF_AN_ARTIFACT - _OF_A_SESSION
"""What shows that an object is no session."""

ONLY_OF_A_BULK_REQUEST: Final = (
    _names(MailboxRestoreArtifactsBulkAdditionRequest) - _OF_A_SESSION - _OF_AN_ARTIFACT
)
"""What shows that an object is neither."""


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
    if isinstance(value, dict) and _has_bulk_requests(value):
        message = "expected a session or a page of sessions or artifacts, got bulk requests"
        raise wire.WireError([("$", message)])
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


def _has_bulk_requests(value: dict[str, Any]) -> bool:
    """Tell whether this is a bulk request, or a page of them."""
    entries = value["value"] if isinstance(value.get("value"), list) else [value]
    return any(_shows(entry, ONLY_OF_A_BULK_REQUEST, frozenset()) for entry in entries)


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
        return [_Finding(session, has_id=True) for _, session in sessions]
    if len(sessions) > 1:
        message = "there are pages of artifacts and several sessions; give the one they belong to"
        raise BadInputError([("", message)])
    if not sessions:
        return [_of_pages(pages, limits)]
    return [_with_pages(*sessions[0], pages, limits)]


def _of_pages(pages: Sequence[tuple[str, _Page]], limits: WireLimits) -> _Finding:
    artifacts = _together(_values(pages), limits)
    session = ExchangeRestoreSession(
        id=NO_SESSION,
        mailbox_restore_artifacts=artifacts,
        additional_data=JsonObject(_more(pages, 1) | _entries(pages)),
    )
    return _Finding(session, has_id=False)


def _with_pages(
    name: str,
    session: ExchangeRestoreSession,
    pages: Sequence[tuple[str, _Page]],
    limits: WireLimits,
) -> _Finding:
    """Put the pages into the session, which lacks artifacts while pages are missing (rule S8)."""
    whole, granular = session.mailbox_restore_artifacts, session.granular_mailbox_restore_artifacts
    data = session.additional_data
    if whole is not None and not session.lacks:
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
    chosen = [found for found in artifacts if isinstance(found, GranularMailboxRestoreArtifact)]
    others = [found for found in artifacts if not isinstance(found, GranularMailboxRestoreArtifact)]
    open_lists = sum(data.get(link) not in (None, "") for link in NEXT_LINKS)
    together = attrs.evolve(
        session,
        mailbox_restore_artifacts=None if chosen and not others and whole is None else others,
        granular_mailbox_restore_artifacts=chosen or granular,
        additional_data=JsonObject(
            _entries(pages) | {**without_properties(data, NEXT_LINKS)} | _more(pages, open_lists)
        ),
    )
    return _Finding(together, has_id=True)


def _more(pages: Iterable[tuple[str, _Page]], open_lists: int) -> dict[str, str]:
    """Return the link to artifacts that were not given, if not every list was given to its end."""
    ends = sum(page.odata_next_link in (None, "") for _, page in pages)
    return {} if ends >= max(open_lists, 1) else {MORE_ARTIFACTS: "on a page that was not given"}


def _entries(pages: Iterable[tuple[str, _Page]]) -> dict[str, Any]:
    """Return how many artifacts there are by the pages, for each collection that they belong to."""
    counts: dict[str, Any] = {}
    for _, page in pages:
        kinds = {*map(type, page.value)}
        name = GRANULAR_ARTIFACTS if kinds == {GranularMailboxRestoreArtifact} else WHOLE_ARTIFACTS
        if (count := page.additional_data.get("@odata.count")) is not None:
            counts[f"{name}@odata.count"] = count
    return counts


def _values(
    pages: Iterable[tuple[str, _Page]],
) -> Iterator[tuple[str, Sequence[MailboxRestoreArtifact]]]:
    return ((f"{name}: $.value", page.value) for name, page in pages)


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


def _number(finding: _Finding) -> str:
    if not _are_sent(finding.session):
        return "not sent"
    number = str(finding.session.tally.total or "none")
    return f"{number}, and more that were not given" if finding.session.lacks else number


def _are_sent(session: ExchangeRestoreSession) -> bool:
    return (
        session.mailbox_restore_artifacts is not None
        or session.granular_mailbox_restore_artifacts is not None
    )


def _json_lines(finding: _Finding) -> Iterator[str]:
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


def _target(finding: _Finding, found: Violation) -> str | None:
    """Return what a violation is about; nothing stands for the session that was not given."""
    return found.target if finding.has_id or found.target != NO_SESSION else None
