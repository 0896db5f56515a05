"""Restore sessions in memory, and in a SQLite file that has every change before it counts."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import attrs

from restore_domain import (
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    RestoreJobType,
    wire,
)
from restore_domain.operations import BackupRestoreRoot, Event, Outcome, SessionChanged

_Result = TypeVar("_Result")

SCHEMA = """
PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;
BEGIN EXCLUSIVE;
CREATE TABLE IF NOT EXISTS session (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS artifact (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, document BLOB NOT NULL,
    session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE, UNIQUE (session_id, id));
COMMIT;"""
PUT_SESSION = """INSERT INTO session (id, document) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET document = excluded.document"""
PUT_ARTIFACT = """INSERT INTO artifact (session_id, id, document) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET document = excluded.document"""


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
        artifacts = defaultdict(list)
        for session_id, text in self._rows("SELECT session_id, document FROM artifact"):
            artifacts[session_id].append(wire.loads(text, MailboxRestoreArtifact))
        documents = self._rows("SELECT document FROM session")
        sessions = [wire.loads(text, ExchangeRestoreSession) for (text,) in documents]
        self.root = BackupRestoreRoot(
            exchange_restore_sessions=[
                with_artifacts(bare, artifacts[bare.id]) for bare in sessions
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

    def _keep(self, event: Event, session: ExchangeRestoreSession | None) -> None:
        if session is None:
            self._file.execute("DELETE FROM session WHERE id = ?", (event.session_id,))
            return
        self._file.execute(PUT_SESSION, (session.id, wire.dumps(without_artifacts(session))))
        put = tuple(session.artifacts)
        if isinstance(event, SessionChanged):
            put = (*event.added, *event.changed)
            gone = [(session.id, artifact_id) for artifact_id in event.removed]
            self._file.executemany("DELETE FROM artifact WHERE (session_id, id) = (?, ?)", gone)
        self._file.executemany(
            PUT_ARTIFACT, [(session.id, artifact.id, wire.dumps(artifact)) for artifact in put]
        )

    def _rows(self, query: str) -> sqlite3.Cursor:
        return self._file.execute(f"{query} ORDER BY number")


def without_artifacts(session: ExchangeRestoreSession) -> ExchangeRestoreSession:
    """Return the session with what its artifacts tell, and without them."""
    return attrs.evolve(
        session,
        mailbox_restore_artifacts=None,
        granular_mailbox_restore_artifacts=None,
        declared=session.told,
    )


def with_artifacts(
    bare: ExchangeRestoreSession, artifacts: list[MailboxRestoreArtifact]
) -> ExchangeRestoreSession:
    """Return the session with its artifacts, which tell the rest."""
    found: dict[str, Any] = {collection_of(bare): artifacts}
    return attrs.evolve(bare, declared=None, **found)


def collection_of(session: ExchangeRestoreSession) -> str:
    """Return the attribute that has the artifacts of a session: these are of one kind."""
    is_granular = session.restore_job_type is RestoreJobType.GRANULAR
    return "granular_mailbox_restore_artifacts" if is_granular else "mailbox_restore_artifacts"
