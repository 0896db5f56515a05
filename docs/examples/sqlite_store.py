"""Restore sessions in memory, and in a SQLite file that has every change before it counts."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import attrs

from restore_domain import (
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactsBulkAdditionRequest,
    RestoreJobType,
    wire,
)
from restore_domain.operations import BackupRestoreRoot, Event, Outcome, SessionChanged

_Entity = TypeVar("_Entity")
_Result = TypeVar("_Result")

SCHEMA = """
PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;
BEGIN EXCLUSIVE;
CREATE TABLE IF NOT EXISTS session (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS artifact (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, document BLOB NOT NULL,
    session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE, UNIQUE (session_id, id));
CREATE TABLE IF NOT EXISTS bulk_request (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, document BLOB NOT NULL,
    session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE, UNIQUE (session_id, id));
COMMIT;"""
PUT_SESSION = """INSERT INTO session (id, document) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET document = excluded.document"""
PUT_ARTIFACT = """INSERT INTO artifact (session_id, id, document) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET document = excluded.document"""
PUT_BULK_REQUEST = PUT_ARTIFACT.replace("artifact", "bulk_request")

COLLECTIONS = {
    "mailboxRestoreArtifacts": "mailbox_restore_artifacts",
    "granularMailboxRestoreArtifacts": "granular_mailbox_restore_artifacts",
    "mailboxRestoreArtifactsBulkAdditionRequests": (
        "mailbox_restore_artifacts_bulk_addition_requests"
    ),
}
"""The attributes of a session that have its collections, by their names in Graph."""


class Store:
    """The root, and the file. A reader takes the root as it is; a change waits for its turn."""

    root: BackupRestoreRoot

    def __init__(self, path: Path | str) -> None:
        """Read the file; raises sqlite3.OperationalError while another process has it open."""
        self._turn = Lock()
        self._file = sqlite3.connect(path, timeout=1, check_same_thread=False)
        try:
            self._file.executescript(SCHEMA)
        except sqlite3.Error:
            self.close()
            raise
        artifacts = self._by_session("artifact", MailboxRestoreArtifact)
        requests = self._by_session("bulk_request", MailboxRestoreArtifactsBulkAdditionRequest)
        documents = self._rows("SELECT document FROM session")
        sessions = [wire.loads(text, ExchangeRestoreSession) for (text,) in documents]
        self.root = BackupRestoreRoot(
            exchange_restore_sessions=[
                with_collections(bare, artifacts[bare.id], requests[bare.id]) for bare in sessions
            ]
        )

    def close(self) -> None:
        """Let another process have the file."""
        self._file.close()

    def change(self, operation: Callable[[BackupRestoreRoot], Outcome[_Result]]) -> _Result:
        """Do what is asked and keep it, or raise the error and change nothing."""
        with self._turn:
            outcome = operation(self.root)
            with self._file:  # commits, or rolls back if something is raised
                for event in outcome.events:
                    self._keep(event, outcome.root.session(event.session_id))
            self.root = outcome.root
            return outcome.result

    def replace(self, root: BackupRestoreRoot) -> None:
        """Forget every session, and begin again with those of this root, and its limits."""
        with self._turn, self._file:
            self._file.execute("DELETE FROM session")
            for session in root.exchange_restore_sessions:
                self._put_whole(session)
            self.root = root

    def _put_whole(self, session: ExchangeRestoreSession) -> None:
        self._file.execute(PUT_SESSION, (session.id, wire.dumps(without_collections(session))))
        self._put(PUT_ARTIFACT, session, session.artifacts)
        requests = session.mailbox_restore_artifacts_bulk_addition_requests or ()
        self._put(PUT_BULK_REQUEST, session, requests)

    def _keep(self, event: Event, session: ExchangeRestoreSession | None) -> None:
        if session is None:
            self._file.execute("DELETE FROM session WHERE id = ?", (event.session_id,))
            return
        self._file.execute(PUT_SESSION, (session.id, wire.dumps(without_collections(session))))
        put = tuple(session.artifacts)
        if isinstance(event, SessionChanged):
            put = (*event.added, *event.changed)
            gone = [(session.id, artifact_id) for artifact_id in event.removed]
            self._file.executemany("DELETE FROM artifact WHERE (session_id, id) = (?, ?)", gone)
        self._put(PUT_ARTIFACT, session, put)
        if isinstance(event, SessionChanged) and event.bulk_request is not None:
            self._file.execute("DELETE FROM bulk_request WHERE session_id = ?", (session.id,))
            requests = session.mailbox_restore_artifacts_bulk_addition_requests or ()
            self._put(PUT_BULK_REQUEST, session, requests)

    def _put(self, command: str, session: ExchangeRestoreSession, entities: Iterable[Any]) -> None:
        self._file.executemany(
            command, [(session.id, entity.id, wire.dumps(entity)) for entity in entities]
        )

    def _by_session(self, table: str, kind: type[_Entity]) -> dict[str, list[_Entity]]:
        found = defaultdict(list)
        for session_id, text in self._rows(f"SELECT session_id, document FROM {table}"):  # noqa: S608 - our own
            found[session_id].append(wire.loads(text, kind))
        return found

    def _rows(self, query: str) -> sqlite3.Cursor:
        return self._file.execute(f"{query} ORDER BY number")


def without_collections(session: ExchangeRestoreSession) -> ExchangeRestoreSession:
    """Return the session alone, which declares what follows from its artifacts and requests."""
    hidden: dict[str, Any] = dict.fromkeys(COLLECTIONS.values())
    return attrs.evolve(session, declared=session.effective, **hidden)


def with_collections(
    bare: ExchangeRestoreSession,
    artifacts: list[MailboxRestoreArtifact],
    requests: list[MailboxRestoreArtifactsBulkAdditionRequest],
) -> ExchangeRestoreSession:
    """Return the session with its artifacts and bulk requests, from which the rest follows.

    After a request without results is deleted, only the session shows that it failed (rule B4).
    """
    found: dict[str, Any] = {artifacts_of(bare): artifacts}
    if bare.is_bulk:
        found[COLLECTIONS["mailboxRestoreArtifactsBulkAdditionRequests"]] = requests
    session = attrs.evolve(bare, declared=None, **found)
    return attrs.evolve(session, declared=bare.declared) if session.lacks else session


def artifacts_of(session: ExchangeRestoreSession) -> str:
    """Return the attribute that has the artifacts of a session: these are of one kind."""
    is_granular = session.restore_job_type is RestoreJobType.GRANULAR
    name = "granularMailboxRestoreArtifacts" if is_granular else "mailboxRestoreArtifacts"
    return COLLECTIONS[name]
