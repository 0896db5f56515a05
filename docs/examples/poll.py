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

import attrs
import httpx

from restore_domain import (
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    PublicError,
    Reporter,
    RestoreDomainError,
    RestoreJobType,
    RestoreSessionStatus,
    wire,
)
from restore_domain.operations import BackupRestoreRoot, Report, record_batch
from restore_domain.status import TERMINAL_SESSION_STATUSES

Get = Callable[[str], httpx.Response]
"""Asks a URL: the ``get`` of an httpx client, which knows tokens, timeouts and retries."""


def watch(
    get: Get, url: str, *, wait: Callable[[], object], now: Callable[[], datetime]
) -> Iterator[tuple[ExchangeRestoreSession, tuple[MailboxRestoreArtifact, ...]]]:
    """Yield the session as it is, and whenever it has changed, with the artifacts that did.

    Ends when the session has. Raises RestoreDomainError if the service refuses, or tells of a
    change that can't be (rules L2 and L4), and httpx.HTTPError if it does not answer.
    """
    session = read_session(get, url)
    yield session, tuple(session.artifacts)
    while session.status not in TERMINAL_SESSION_STATUSES:
        wait()
        latest = read_session(get, url)
        changed = changes(session, latest, now())
        if latest != session:
            session = latest
            yield session, changed


def changes(
    session: ExchangeRestoreSession, latest: ExchangeRestoreSession, now: datetime
) -> tuple[MailboxRestoreArtifact, ...]:
    """Return the artifacts in another status, or with another result.

    Raises BatchRefusedError if one can't be.
    """
    if session.status is RestoreSessionStatus.DRAFT:  # whose artifacts come and go
        known = session.mailbox_restore_artifacts or ()
        return tuple(artifact for artifact in latest.artifacts if artifact not in known)
    reports = [Report.of(artifact, time=now) for artifact in latest.artifacts]
    root = BackupRestoreRoot(exchange_restore_sessions=[session])
    return record_batch(root, session.id, reports, reporter=Reporter.OBSERVER).result


def read_session(get: Get, url: str) -> ExchangeRestoreSession:
    """Read a session and its artifacts, which tell its status."""
    bare = wire.loads(content_of(get(url)), ExchangeRestoreSession)
    granular = bare.restore_job_type is RestoreJobType.GRANULAR
    kind = "granularMailboxRestoreArtifacts" if granular else "mailboxRestoreArtifacts"
    artifacts = {artifact.id: artifact for artifact in read_artifacts(get, f"{url}/{kind}")}
    return attrs.evolve(bare, declared=None, mailbox_restore_artifacts=artifacts.values())


def read_artifacts(get: Get, url: str) -> Iterator[MailboxRestoreArtifact]:
    """Read the artifacts page by page."""
    link: str | None = url
    followed = set()
    while link:
        if link in followed or urlsplit(link)[:2] != urlsplit(url)[:2]:
            raise ValueError(f"{link} leads in a circle, or to a server that is not to see a token")
        followed.add(link)
        page = wire.loads(content_of(get(link)), MailboxRestoreArtifactCollectionResponse)
        yield from page.value
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
    return 0 if session.status is RestoreSessionStatus.COMPLETED else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
