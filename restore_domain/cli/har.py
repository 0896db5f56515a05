"""Snapshots of sessions in the recording of a browser or a proxy (HTTP Archive, a HAR file).

The answer for a session is a snapshot. So is a list of its artifacts, once its last page has been
read: it is combined with the last state of the session itself, without the derived properties,
which may be older than the artifacts.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

import attrs
import msgspec

from restore_domain.model import ExchangeRestoreSession
from restore_domain.model.json_path import ROOT, index_step
from restore_domain.model.lacking import GRANULAR, WHOLE
from restore_domain.model.session import DERIVED_PROPERTIES
from restore_domain.wire import WireError, WireLimits, from_json_value
from restore_domain.wire.json_text import parse_strictly

__all__ = ["Recorded", "entries_of", "recorded"]

Json = dict[str, Any]


class _Request(msgspec.Struct):
    method: str
    url: str


class _Content(msgspec.Struct):
    text: str | None = None
    encoding: str | None = None


class _Response(msgspec.Struct):
    status: int
    content: _Content = msgspec.field(default_factory=_Content)


class _Entry(msgspec.Struct, rename="camel"):
    request: _Request
    response: _Response
    started_date_time: str | None = None


class _Log(msgspec.Struct):
    entries: list[msgspec.Raw]


class _Archive(msgspec.Struct):
    log: _Log


_ENTRY: Final = msgspec.json.Decoder(_Entry)
"""Reads one entry at a time: most are not about sessions, and they are not all kept."""

_OK: Final = 200

_URL: Final = re.compile(
    r".*/exchangeRestoreSessions(?:\('(?P<quoted>[^/]*)'\)|/(?P<id>[^/]+))?"
    rf"(?:/(?P<list>{WHOLE}|{GRANULAR}))?/?",
    re.IGNORECASE,
)
"""The path of sessions, of one session, or of a list of its artifacts."""

_KINDS: Final = {name.lower(): name for name in (WHOLE, GRANULAR)}

_NOT_OF_THE_SESSION: Final = DERIVED_PROPERTIES.union(
    f"{kind}{annotation}"
    for kind in (WHOLE, GRANULAR)
    for annotation in ("", "@odata.nextLink", "@odata.count")
)
"""The properties that are left out of the last state of a session: they may be older than its
artifacts.
"""


@attrs.frozen
class Recorded:
    """A snapshot, or an unreadable answer, and its place."""

    path: str
    """The JSON path of the entry."""

    time: str | None
    """When it was requested, if the entry says so."""

    snapshot: ExchangeRestoreSession | None
    """The snapshot; None for an unreadable answer."""

    problems: tuple[tuple[str, str], ...] = ()
    """What is wrong with it, each with its JSON path in the answer."""


def entries_of(text: bytes | str) -> Sequence[msgspec.Raw] | None:
    """Return the entries of a HAR file; None for any other document."""
    try:
        return msgspec.json.decode(text, type=_Archive).log.entries
    except (msgspec.MsgspecError, RecursionError):
        return None


def recorded(entries: Iterable[msgspec.Raw], limits: WireLimits) -> Iterator[Recorded]:
    """Yield the snapshots of a HAR file, in order."""
    reading = _Reading(limits)
    for index, raw in enumerate(entries):
        path = ROOT + ".log.entries" + index_step(index)
        try:
            entry = _ENTRY.decode(raw)
        except (msgspec.MsgspecError, RecursionError) as error:
            problem = f"not an entry of a HAR file: {error}"
            yield Recorded(path, None, None, ((ROOT, problem),))
            continue
        address = urlsplit(entry.request.url)
        found = _URL.fullmatch(address.path)
        if found is None or entry.request.method.upper() != "GET" or entry.response.status != _OK:
            continue
        reading.place = path, entry.started_date_time
        quoted = found["quoted"]
        session_id = unquote(found["id"] or "" if quoted is None else quoted.replace("''", "'"))
        kind = _KINDS.get((found["list"] or "").lower())
        try:
            answer = parse_strictly(_content(entry.response.content), limits)
            if not isinstance(answer, dict):
                raise WireError.at_root("expected an object")
            yield from reading.answered(session_id, kind, entry.request.url, answer)
        except WireError as error:
            yield Recorded(*reading.place, None, error.problems)
    yield from reading.left()


def _content(content: _Content) -> bytes:
    if content.text is None:
        raise WireError.at_root("the answer was not recorded")
    if content.encoding != "base64":
        return content.text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(content.text, validate=True)
    except binascii.Error as error:
        raise WireError.at_root(f"not base64: {error}") from None


@attrs.define
class _List:
    """The pages of a list that were read so far."""

    artifacts: dict[str, Json]
    """The artifacts by id; if one is on two pages, the later one counts."""

    count: Any
    """How many there are, if the first page says so."""

    link: str | None
    """The link to the next page."""

    place: tuple[str, str | None]
    """The place of the last page in the recording."""


class _Reading:
    """What was recorded so far of each session."""

    place: tuple[str, str | None]
    """The place in the recording that is read now."""

    def __init__(self, limits: WireLimits) -> None:
        self.place = (ROOT, None)
        self._limits = limits
        self._own: dict[str, Json] = {}
        self._whole: dict[str, dict[str, list[Json]]] = {}
        self._open: dict[tuple[str, str], _List] = {}

    def answered(
        self, session_id: str, kind: str | None, url: str, answer: Json
    ) -> Iterator[Recorded]:
        """Process an answer about sessions, one session, or a page of its artifacts."""
        if kind is not None:
            yield from self._page(session_id, kind, url, answer)
        elif session_id:
            yield self._session({"id": session_id, **answer})
        else:
            for session in _entries(answer):
                yield self._session(session)

    def left(self) -> Iterator[Recorded]:
        """Yield the lists that were not read to their end."""
        for session_id, kind in list(self._open):
            yield self._listed(session_id, kind)

    def _session(self, session: Json) -> Recorded:
        snapshot = from_json_value(session, ExchangeRestoreSession, limits=self._limits)
        self._own[snapshot.id] = session
        return Recorded(*self.place, snapshot)

    def _page(self, session_id: str, kind: str, url: str, page: Json) -> Iterator[Recorded]:
        key = session_id, kind
        artifacts = _entries(page)
        begun = self._open.get(key)
        if begun is not None and (begun.link is None or urljoin(url, begun.link) != url):
            yield self._listed(*key)
            begun = None
        if begun is None:
            begun = self._open[key] = _List({}, page.get("@odata.count"), None, self.place)
        for artifact in artifacts:
            artifact_id = artifact.get("id")
            if isinstance(artifact_id, str):
                begun.artifacts[artifact_id] = artifact
        link = page.get("@odata.nextLink")
        begun.link = urljoin(url, link) if isinstance(link, str) and link else None
        begun.place = self.place
        if begun.link is None:
            yield self._listed(*key)

    def _listed(self, session_id: str, kind: str) -> Recorded:
        """Return the snapshot for a list, with the other list as it was last read."""
        pages = self._open.pop((session_id, kind))
        own = self._own.get(session_id, {})
        lists = self._whole.setdefault(session_id, {})
        lists[kind] = list(pages.artifacts.values())
        document = {name: value for name, value in own.items() if name not in _NOT_OF_THE_SESSION}
        document |= {"id": session_id, **lists}
        if pages.link is not None:
            document[f"{kind}@odata.nextLink"] = pages.link
        if pages.count is not None:
            document[f"{kind}@odata.count"] = pages.count
        total = (own.get("restoreSessionArtifactCount") or {}).get("total")
        if isinstance(total, int) and total > sum(map(len, lists.values())):
            document["restoreSessionArtifactCount"] = {"total": total}
        try:
            snapshot = from_json_value(document, ExchangeRestoreSession, limits=self._limits)
        except WireError as error:
            return Recorded(*pages.place, None, error.problems)
        return Recorded(*pages.place, snapshot)


def _entries(page: Json) -> list[Json]:
    value = page.get("value")
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise WireError([("$.value", "expected an array of objects")])
    return value
