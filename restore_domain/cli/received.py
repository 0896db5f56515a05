"""Sessions as they were received: documents, pages and lines of JSON, combined.

`restore_domain.wire.document_kinds` recognizes the documents. Pages that belong to a session are
put into its collections.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import starmap
from typing import Any, Final, TypeAlias

import attrs

from restore_domain import wire
from restore_domain.cli.terminal import BadInputError, looks_like, shown
from restore_domain.lifecycle import OBSERVATIONS
from restore_domain.model import (
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    MailboxRestoreArtifactsBulkAdditionRequest,
    MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse,
)
from restore_domain.model.bulk_request import ENDED
from restore_domain.model.json_path import ROOT, index_step, name_step
from restore_domain.model.json_value import JsonObject, without_properties
from restore_domain.model.lacking import BULK_REQUESTS, GRANULAR, WHOLE
from restore_domain.model.validators import shown as brief
from restore_domain.status import ArtifactRestoreStatus, RestoreArtifactsBulkRequestStatus
from restore_domain.wire import WireLimits
from restore_domain.wire.document_kinds import (
    ERROR,
    Recognized,
    kind_of_other_session,
    recognize,
    words_of,
)
from restore_domain.wire.json_text import decoded, parse, parse_text
from restore_domain.wire.problems import Problem, Problems
from restore_domain.wire.properties import ODATA_CONTEXT

__all__ = ["NO_SESSION", "Found", "Received", "received"]

NO_SESSION: Final = "(no session given)"
"""Stands for the id of a session of which only pages of artifacts were given."""


@attrs.frozen
class Received:
    """A session with everything that was received of it."""

    session: ExchangeRestoreSession

    has_id: bool
    """Whether the session itself was received, and not only its artifacts."""

    repeated: int = 0
    """How many artifacts were received more than once."""


@attrs.frozen
class Found:
    """What was found in files."""

    sessions: Sequence[Received]

    passed_over: Sequence[tuple[str, str]] = ()
    """Where the sessions of other workloads are on pages of sessions, and what they are."""


_Request: Final = MailboxRestoreArtifactsBulkAdditionRequest

_TAKEN: Final = frozenset(
    {
        ExchangeRestoreSession,
        ExchangeRestoreSessionCollectionResponse,
        MailboxRestoreArtifactCollectionResponse,
        MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse,
    }
)
"""What a document may be."""


@attrs.frozen
class _Document:
    """An entity that was read."""

    place: str
    """The file that it was in, and its path there."""

    entity: Any

    collection: str
    """For a page: the collection that its entries belong to."""

    paths: Sequence[str] = ()
    """For entries that are not on a page: the path of each."""

    passed_over: Sequence[tuple[str, str]] = ()
    """The path of each entry that is not read, and what it is."""

    def entries(self) -> Iterator[tuple[str, Any]]:
        """Return the entries of a page, each with its place."""
        for index, entry in enumerate(self.entity.value):
            path = name_step("value") + index_step(index)
            yield self.place + (self.paths[index] if self.paths else path), entry


def received(sources: Iterable[tuple[str, bytes]], limits: WireLimits) -> Found:
    """Return the sessions in these files, in order, each with the pages that belong to it.

    Raises BadInputError with everything that can't be read, and for pages that belong to no
    session, or to one of several.
    """
    documents = _read_all(sources, limits)
    passed_over = [
        (document.place.removesuffix(ROOT) + path, words)
        for document in documents
        for path, words in document.passed_over
    ]
    return Found(_together(documents, limits), passed_over)


def _together(documents: Iterable[_Document], limits: WireLimits) -> list[Received]:
    sessions: list[tuple[str, ExchangeRestoreSession]] = []
    pages: list[_Document] = []
    for document in documents:
        match document.entity:
            case ExchangeRestoreSession() as session:
                sessions.append((document.place, session))
            case ExchangeRestoreSessionCollectionResponse(value=value):
                sessions += ((document.place, session) for session in value)
            case _:
                pages.append(document)
    if not pages:
        return [Received(session, has_id=True) for _, session in sessions]
    if len(sessions) > 1:
        message = "there are pages of artifacts and several sessions; give the one they belong to"
        raise BadInputError([("", message)])
    if sessions:
        return [_with_pages(*sessions[0], pages, limits)]
    if all(page.collection == BULK_REQUESTS for page in pages):
        message = "bulk requests say nothing without their session; give that, too"
        raise BadInputError([(pages[0].place, message)])
    session = ExchangeRestoreSession(id=NO_SESSION)
    return [attrs.evolve(_with_pages("", session, pages, limits), has_id=False)]


# Reading --------------------------------------------------------------------------------------


def _read_all(sources: Iterable[tuple[str, bytes]], limits: WireLimits) -> list[_Document]:
    documents: list[_Document] = []
    problems = Problems(limits)
    for name, data in sources:
        try:
            documents += (
                attrs.evolve(document, place=f"{shown(name)}: {document.place}")
                for document in _documents(data, limits)
            )
        except wire.WireError as error:
            hint = looks_like(data)
            problems.add_all(
                (f"{shown(name)}: {path}", f"{text}; {hint}" if hint else text)
                for path, text in error.problems
            )
    if problems.found:
        raise BadInputError(problems.found)
    return documents


def _documents(data: bytes, limits: WireLimits) -> list[_Document]:
    """Read a file: a document, an array of documents, or one per line."""
    try:
        value, _ = parse(data, limits)  # the reader reports everything that is wrong in it
    except wire.WireError:
        parts = list(_lines(data, limits))
        if not parts:
            raise
        return _sequence(parts, limits)
    if value == []:
        raise wire.WireError.at_root("the array is empty: there is no session in it")
    if isinstance(value, list):
        parts = [(ROOT + index_step(index), part) for index, part in enumerate(value)]
        return _sequence(parts, limits)
    if isinstance(value, dict) and isinstance(value.get(_RESPONSES), list) and "id" not in value:
        return _answers(value[_RESPONSES], limits)
    return [_document(ROOT, value, limits)]


_RESPONSES: Final = "responses"
"""The property with the answers to the requests of a ``$batch``."""

_FIRST_REFUSED: Final = 400
"""The lowest HTTP status of a refused request."""


def _answers(responses: Iterable[Any], limits: WireLimits) -> list[_Document]:
    """Read the documents in the answer of a ``$batch``, each by itself."""
    answers: list[_Document] = []
    problems = Problems(limits)
    for index, response in enumerate(responses):
        path = ROOT + name_step(_RESPONSES) + index_step(index) + name_step("body")
        answer = response if isinstance(response, dict) else {}
        status, body = answer.get("status"), answer.get("body")
        if isinstance(status, int) and status >= _FIRST_REFUSED:
            problems.add(path, f"{words_of(ERROR, body)} (HTTP {status}); {ERROR.instead}")
        elif not isinstance(body, dict):
            problems.add(path, f"expected a document, got {brief(body)}")
        else:
            try:
                answers.append(_document(path, body, limits))
            except wire.WireError as error:
                problems.add_all(error.problems)
    problems.raise_any()
    return answers


_Part: TypeAlias = tuple[str, Any]
"""One of several documents in a file: its path, and the value."""


def _lines(data: bytes, limits: WireLimits) -> Iterator[_Part]:
    """Return the documents of JSON lines; empty if the first line is not a document."""
    lines = decoded(data, limits).split("\n")
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    problems = Problems(limits)
    for place, (number, line) in enumerate(numbered):
        try:
            yield f"line {number}: {ROOT}", parse_text(line, limits)[0]
        except wire.WireError as error:
            if not place:
                return
            problems.add_all(_at(f"line {number}: {ROOT}", error.problems))
    problems.raise_any()


def _at(path: str, problems: Iterable[Problem]) -> Iterator[tuple[str, str]]:
    """Put problems of a part of a file at its path."""
    return ((path + problem.path.removeprefix(ROOT), problem.message) for problem in problems)


def _document(path: str, value: Any, limits: WireLimits) -> _Document:
    """Read a document."""
    entries, passed_over = _apart(_parts_of_page(value))
    try:
        if not isinstance(value, dict):
            wire.from_json_value(
                value, ExchangeRestoreSession, limits=limits
            )  # reports what is wrong
        if passed_over:
            value = {**value, "value": [entry for _, entry in entries]}
        found = recognize(value, limits)
        entity_class = found.entity_class
        if entity_class is None or entity_class not in _TAKEN:
            raise wire.WireError.at_root(_refusal(found, value))
        if found.is_page and found.kind.entity is GranularMailboxRestoreArtifact:
            # properties alone may show what it is, but its reader does not use them for that (rule
            # W5)
            value = {**value, ODATA_CONTEXT: f"#{GRANULAR}"}
        entity: Any = wire.from_json_value(value, entity_class, limits=limits)
    except wire.WireError as error:
        of_entries = _of_entries(error.problems, entries) if passed_over else error.problems
        raise wire.WireError(_at(path, starmap(Problem, of_entries))) from None
    paths = [path for path, _ in entries] if passed_over else ()
    return _Document(path, entity, found.kind.collections[0], paths, passed_over)


def _parts_of_page(value: Any) -> list[_Part]:
    """Return the entries of a page with sessions of other workloads, each with its path."""
    entries = value.get("value") if isinstance(value, dict) else None
    if not isinstance(entries, list) or not any(map(kind_of_other_session, entries)):
        return []  # there is nothing to separate, as on nearly all pages
    step = ROOT + name_step("value")
    return [(step + index_step(index), entry) for index, entry in enumerate(entries)]


def _apart(parts: Sequence[_Part]) -> tuple[Sequence[_Part], list[tuple[str, str]]]:
    """Separate the sessions of other workloads from what may be read, and describe them.

    The service lists them together with those of mailboxes. If there is nothing else, they stay, so
    that they are refused by their name.
    """
    others = {path: kind for path, entry in parts if (kind := kind_of_other_session(entry))}
    if len(others) in (0, len(parts)):
        return parts, []
    own = [part for part in parts if part[0] not in others]
    return own, [
        (path, f"passed over: {kind.one} ({kind.type_name})") for path, kind in others.items()
    ]


def _refusal(found: Recognized, value: Mapping[str, Any]) -> str:
    """Return a message with what a document is, and what to give instead."""
    said = found.words if found.is_page else words_of(found.kind, value)
    return f"expected a session or a page, got {said}; {found.kind.instead}"


def _sequence(parts: Sequence[_Part], limits: WireLimits) -> list[_Document]:
    """Read several documents; those that are not on a page are read as entries of a common one."""
    problems = Problems(limits)
    documents: list[_Document] = []
    entries: list[_Part] = []
    for path, value in parts:
        if not isinstance(value, dict) or "value" not in value:
            entries.append((path, value))
            continue
        try:
            documents.append(_document(path, value, limits))
        except wire.WireError as error:
            problems.add_all(error.problems)
    if entries:
        try:
            documents.append(_page_of(entries, limits))
        except wire.WireError as error:
            problems.add_all(error.problems)
    problems.raise_any()
    return documents


def _page_of(entries: Sequence[_Part], limits: WireLimits) -> _Document:
    """Read entries that are not on a page; an unrecognizable one is read by itself."""
    entries, passed_over = _apart(entries)
    try:
        found = recognize({"value": [value for _, value in entries]}, limits)
        if found.entity_class is None:
            raise wire.WireError.at_root(_refusal(found, {}))
    except wire.WireError as error:
        if len(entries) == 1:
            return _document(*entries[0], limits)
        raise wire.WireError(_of_entries(error.problems, entries)) from None
    problems = Problems(limits)
    read = []
    entity_class: Any = found.kind.entity
    for path, value in entries:
        try:
            read.append(wire.from_json_value(value, entity_class, limits=limits))
        except wire.WireError as error:
            problems.add_all(_at(path, error.problems))
    problems.raise_any()
    page = found.entity_class(value=tuple(read))
    paths = [path for path, _ in entries]
    return _Document("", page, found.kind.collections[0], paths, passed_over)


def _of_entries(problems: Iterable[Problem], entries: Sequence[_Part]) -> Iterator[tuple[str, str]]:
    """Put problems of a page that was made from entries at the paths of these."""
    for path, message in problems:
        found = _ENTRY.match(path)
        if found is None:
            yield path, message
        else:
            yield entries[int(found["index"])][0] + path[found.end() :], message


_ENTRY: Final = re.compile(r"\$\.value\[(?P<index>\d+)\]")


# Combining ------------------------------------------------------------------------------------

_ATTRIBUTES: Final = {
    WHOLE: "mailbox_restore_artifacts",
    GRANULAR: "granular_mailbox_restore_artifacts",
    BULK_REQUESTS: "mailbox_restore_artifacts_bulk_addition_requests",
}
"""The attribute of each collection of a session."""


def _link(collection: str) -> str:
    return f"{collection}@odata.nextLink"


def _with_pages(
    place: str, session: ExchangeRestoreSession, pages: Sequence[_Document], limits: WireLimits
) -> Received:
    """Put pages into a session; artifacts count as missing while pages are missing (rule S8)."""
    own = {name: getattr(session, attribute) for name, attribute in _ATTRIBUTES.items()}
    given = {page.collection for page in pages}
    if not session.lacks and any(own[name] is not None for name in given):
        message = "it has all its artifacts already; leave out the pages of artifacts"
        raise BadInputError([(place.removesuffix(f": {ROOT}"), message)])
    merged = _merged(
        [
            *(
                (place + name_step(name) + index_step(index), entry)
                for name in own
                for index, entry in enumerate(own[name] or ())
            ),
            *(entry for page in pages for entry in page.entries()),
        ],
        limits,
    )
    collections: dict[str, Any] = {
        _ATTRIBUTES[name]: merged.entries[name]
        for name in own
        if merged.entries[name] or name in given or own[name] is not None
    }
    data = _counts(pages)
    data |= without_properties(session.additional_data, {*map(_link, own)})
    for name in own:
        link = _open_link(name, session, pages)
        data |= {} if link is None else {_link(name): link}
    together = attrs.evolve(session, **collections, additional_data=JsonObject(data))
    return Received(together, has_id=True, repeated=merged.repeated)


def _open_link(collection: str, session: ExchangeRestoreSession, pages: Iterable[_Document]) -> Any:
    """Return the link to the missing part of a collection; None if it was given to its end."""
    links = [page.entity.odata_next_link for page in pages if page.collection == collection]
    if not links:
        return session.additional_data.get(_link(collection))
    is_open = all(link not in _ENDS for link in links)
    return "on a page that was not given" if is_open else None


_ENDS: Final = frozenset({None, ""})
"""The values of a next link that don't lead anywhere."""


def _counts(pages: Iterable[_Document]) -> dict[str, Any]:
    """Return how many entries the collections have according to their pages."""
    return {
        f"{page.collection}@odata.count": count
        for page in pages
        if (count := page.entity.additional_data.get("@odata.count")) is not None
    }


@attrs.frozen
class _Merged:
    """The entries of several lists, each once."""

    entries: Mapping[str, Sequence[Any]]
    """The entries of each collection, in the order in which they were read."""

    repeated: int
    """How many occurred more than once."""


def _merged(entries: Iterable[tuple[str, Any]], limits: WireLimits) -> _Merged:
    """Put entries, each with its place, into their collections, each once.

    If one occurs again, the later one stays.

    Pages are requested one after the other, so that an artifact may be on two of them.
    """
    first: dict[tuple[bool, str], tuple[str, Any]] = {}
    repeated = set()
    problems = Problems(limits)
    for place, entry in entries:
        key = (isinstance(entry, _Request), entry.id)
        if key not in first:
            first[key] = (place, entry)
            continue
        repeated.add(key)
        other_place, other = first[key]
        later = _later(other, entry)
        if later is None:
            problems.add(place + name_step("id"), _conflict(entry, other, other_place))
        else:
            first[key] = (other_place, later)
    if problems.found:
        raise BadInputError(problems.found)
    found: dict[str, list[Any]] = {name: [] for name in _ATTRIBUTES}
    for _, kept in first.values():
        found[_collection_of(kept)].append(kept)
    return _Merged(found, len(repeated))


def _collection_of(entry: Any) -> str:
    if isinstance(entry, _Request):
        return BULK_REQUESTS
    return GRANULAR if isinstance(entry, GranularMailboxRestoreArtifact) else WHOLE


def _later(one: Any, other: Any) -> Any:
    """Return the later of two with the same id, by its status; None if neither can be.

    With the same status it is the one with more properties. If one status is known and the other
    unknown, and either may follow the other, it is the unknown one, since it is not known which
    came first.
    """
    if type(one) is not type(other):
        return None
    if one.status is other.status:
        return max(one, other, key=_properties_given)
    may_follow = [
        late
        for early, late in ((one, other), (other, one))
        if late.status in _FOLLOWING.get(early.status, ())
    ]
    if len(may_follow) < len((one, other)):
        return may_follow[0] if may_follow else None
    return next(entry for entry in may_follow if entry.status == _UNKNOWN)


_UNKNOWN: Final = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE

_FOLLOWING: Final[dict[StrEnum, Collection[StrEnum]]] = {
    **OBSERVATIONS,  # type: ignore[dict-item]
    RestoreArtifactsBulkRequestStatus.ACTIVE: ENDED,
}
"""What may be seen of an artifact after each status (rules L2 and L4), and of a bulk request."""


def _properties_given(entity: Any) -> int:
    return sum(getattr(entity, field.name) is not None for field in attrs.fields(type(entity)))


def _conflict(entry: Any, other: Any, place: str) -> str:
    kind = "bulk request" if isinstance(entry, _Request) else "artifact"
    if type(entry) is type(other):
        difference = f"is {entry.status} here and {other.status} at {place}; neither can follow"
    else:
        difference = f"is of another type at {place}"
    return f"the {kind} {brief(entry.id)} {difference}"
