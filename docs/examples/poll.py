"""Watches a restore session of a remote service until it has ended.

Try it: ``python docs/examples/poll.py URL``, with the URL of the session.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from time import sleep
from urllib.parse import urljoin, urlsplit

import httpx

from restore_domain import (
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    PublicError,
    RestoreDomainError,
    RestoreJobType,
    RestoreSessionStatus,
    wire,
)
from restore_domain import MailboxRestoreArtifactCollectionResponse as Artifacts
from restore_domain import (
    MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse as BulkRequests,
)
from restore_domain.operations import BackupRestoreRoot, SessionChanged, observe
from restore_domain.status import TERMINAL_SESSION_STATUSES

Page = Artifacts | BulkRequests

Get = Callable[[str], httpx.Response]
"""Asks a URL: the ``get`` of an httpx client, which knows tokens, timeouts and retries."""


def watch(
    get: Get, url: str, *, wait: Callable[[], object], now: Callable[[], datetime]
) -> Iterator[tuple[ExchangeRestoreSession, tuple[MailboxRestoreArtifact, ...]]]:
    """Yield the session as it is, and whenever it has changed, with the artifacts that did.

    Ends when the session has, and nothing shows that artifacts are missing (rule S8). Raises
    RestoreDomainError if the service refuses, or says what can't be (rules H2 and H3), and
    httpx.HTTPError if it does not answer.
    """
    session = read_session(get, url)
    yield session, tuple(session.artifacts)
    root = BackupRestoreRoot(exchange_restore_sessions=[session])
    while session.lacks or session.status not in TERMINAL_SESSION_STATUSES:
        wait()
        look = read_session(get, url, known=those_that_stay(session))
        root, session, events = observe(root, session.id, look, now())
        for event in events:
            if isinstance(event, SessionChanged):
                yield session, (*event.added, *event.changed)


def those_that_stay(session: ExchangeRestoreSession) -> frozenset[str]:
    """Return the artifacts that every later look has to have: those of a draft may be removed."""
    if session.status is RestoreSessionStatus.DRAFT:
        return frozenset()
    return frozenset(artifact.id for artifact in session.artifacts)


def read_session(get: Get, url: str, known: frozenset[str] = frozenset()) -> ExchangeRestoreSession:
    """Read a session with all the artifacts that the service shows of it.

    It lacks artifacts if one that is known is not among them: it may have moved, meanwhile, to a
    page that had been read. Bulk requests come first: one that ends meanwhile has added all of its
    artifacts before these are read.
    """
    bare = wire.loads(content_of(get(url)), ExchangeRestoreSession)
    granular = bare.restore_job_type is RestoreJobType.GRANULAR
    kinds: dict[str, type[Page]] = {}
    if bare.is_bulk:
        kinds["mailboxRestoreArtifactsBulkAdditionRequests"] = BulkRequests
    kinds["granularMailboxRestoreArtifacts" if granular else "mailboxRestoreArtifacts"] = Artifacts
    document = wire.to_json_value(bare)
    for name, kind in kinds.items():
        pages = [wire.to_json_value(page) for page in read_pages(get, f"{url}/{name}", kind)]
        found = {entity["id"]: entity for page in pages for entity in page["value"]}
        document[name] = list(found.values())
        document.pop(f"{name}@odata.nextLink", None)  # it was followed
        if "@odata.count" in pages[0]:
            document[f"{name}@odata.count"] = pages[0]["@odata.count"]
        if kind is Artifacts and not known <= found.keys():
            document[f"{name}@odata.count"] = len(known.union(found))
    return wire.from_json_value(document, ExchangeRestoreSession)


def read_pages(get: Get, url: str, kind: type[Page]) -> Iterator[Page]:
    """Read a list page by page."""
    link: str | None = url
    followed = set()
    while link:
        if link in followed or urlsplit(link)[:2] != urlsplit(url)[:2]:
            raise ValueError(f"{link} leads in a circle, or to a server that is not to see a token")
        followed.add(link)
        page = wire.loads(content_of(get(link)), kind)
        yield page
        link = page.odata_next_link and urljoin(link, page.odata_next_link)


def content_of(response: httpx.Response) -> bytes:
    """Return what the service answers; raises RestoreDomainError if it refuses."""
    if response.is_success:
        return response.content
    try:
        error = wire.from_json_value(response.json()["error"], PublicError)
    except (KeyError, TypeError, ValueError, RestoreDomainError):
        response.raise_for_status()
        raise
    code, message = error.code or "UnknownError", error.message or "the service says no more"
    raise RestoreDomainError(code, response.status_code, message, rule="O2", target=error.target)


def main(url: str) -> int:
    """Print a line for each change; return 0 if everything was restored."""
    with httpx.Client(headers={"Prefer": "include-unknown-enum-members"}, timeout=30) as client:
        for session, changed in watch(
            client.get, url, wait=partial(sleep, 2), now=partial(datetime.now, UTC)
        ):
            why = session.explanation
            print(f"{session.status}, {len(changed)} changed: {why.rule}, {why.statement}")
            for evidence in session.lacks:
                print(f"artifacts are missing: {evidence.sentence}")
    return 0 if session.status is RestoreSessionStatus.COMPLETED else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
