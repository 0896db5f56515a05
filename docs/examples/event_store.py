"""Restore sessions in a database that several processes write to: a log of events for each.

A change is made on the session as one version has it, and kept only if that is still the newest
one. So of two processes that change a session at the same time one has to look again.

SQLite and PostgreSQL have been tried: ``sqlite:///sessions.db``, ``postgresql+psycopg://...``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import Any, TypeVar

import attrs
import sqlalchemy as sql
from sqlalchemy.exc import IntegrityError

from restore_domain import ExchangeRestoreSession, wire
from restore_domain.operations import (
    BackupRestoreRoot,
    Event,
    Limits,
    Operation,
    Outcome,
    SessionCreated,
    refusal_of,
    replay,
)
from restore_domain.status import ACTIVE_SESSION_STATUSES

_Result = TypeVar("_Result")

TABLES = sql.MetaData()
SESSION = sql.Table(
    "session",
    TABLES,
    sql.Column("number", sql.Integer, primary_key=True),
    sql.Column("id", sql.Text, nullable=False, unique=True),
    sql.Column("version", sql.Integer, nullable=False),
    sql.Column("status", sql.Text, comment="null once the session was removed"),
)
EVENT = sql.Table(
    "event",
    TABLES,
    sql.Column("session_id", sql.ForeignKey(SESSION.c.id), primary_key=True),
    sql.Column("version", sql.Integer, primary_key=True),
    sql.Column("document", sql.Text, nullable=False),
)
SNAPSHOT = sql.Table(
    "snapshot",
    TABLES,
    sql.Column("session_id", sql.ForeignKey(SESSION.c.id), primary_key=True),
    sql.Column("version", sql.Integer, primary_key=True),
    sql.Column("document", sql.Text, nullable=False),
)
ACTIVE = sql.Table("active_sessions", TABLES, sql.Column("number", sql.Integer, nullable=False))
"""One row: how many sessions are activating or active."""


def connect(url: str, **options: Any) -> sql.Engine:
    """Return the connections of this process; a process makes its own after it was forked."""
    engine = sql.create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        sql.event.listen(engine, "connect", _with_a_log_ahead)
    return engine


def _with_a_log_ahead(connection: Any, _: object) -> None:
    """Let readers read while another process writes, and a writer wait for its turn."""
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")


def create_tables(engine: sql.Engine) -> None:
    """Prepare an empty database; once, and not in each process."""
    TABLES.create_all(engine)
    with engine.begin() as transaction:
        transaction.execute(ACTIVE.insert().values(number=0))


class ConflictError(Exception):
    """Another process changed the session meanwhile: nothing was kept."""

    def __init__(self, session_id: str, version: int) -> None:
        """Say which version the change was made on."""
        super().__init__(f"session {session_id!r} is no longer at version {version}; look again")


@attrs.frozen
class Known:
    """A session as one version of it is."""

    version: int = 0
    """How many events it has had; 0 if there is no such session."""

    session: ExchangeRestoreSession | None = None
    """None if there is no such session, or if it was removed."""


class EventStore:
    """The sessions of a database, as far as this process has looked."""

    def __init__(
        self,
        engine: sql.Engine,
        limits: Limits = Limits(),  # noqa: B008 - immutable
        *,
        snapshot_every: int = 50,
        attempts: int = 100,
        remembered: int = 1000,
    ) -> None:
        """Write a snapshot after so many events, and remember so many sessions."""
        self.engine = engine
        self.limits = limits
        self.conflicts = 0
        self._snapshot_every = snapshot_every
        self._attempts = attempts
        self._remembered = remembered
        self._known: dict[str, Known] = {}
        self._turn = Lock()

    def session(self, session_id: str) -> ExchangeRestoreSession | None:
        """Return the session as it is now, or None."""
        with self.engine.connect() as connection:
            return self._caught_up(connection, session_id).session

    def root(self, session_id: str) -> BackupRestoreRoot:
        """Return a root of this session alone, for the operations that read."""
        return self._root(self.session(session_id))

    def sessions(
        self, *, top: int, after: int = 0
    ) -> tuple[list[ExchangeRestoreSession], int | None]:
        """Return a page in the order of creation, and the number to go on after."""
        page = (
            sql.select(SESSION.c.number, SESSION.c.id)
            .where(SESSION.c.status.is_not(None), SESSION.c.number > after)
            .order_by(SESSION.c.number)
            .limit(top + 1)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(page).all()
            found = [self._caught_up(connection, row.id).session for row in rows[:top]]
        return [one for one in found if one], rows[top - 1].number if len(rows) > top else None

    def events(self, session_id: str, after: int = 0) -> Iterator[Event]:
        """Yield what happened to a session since a version."""
        with self.engine.connect() as connection:
            yield from _events(connection, session_id, after)

    def change(
        self, session_id: str, operation: Callable[[BackupRestoreRoot], Outcome[_Result]]
    ) -> _Result:
        """Do what is asked and keep it, or raise the error and change nothing.

        The operation is called again after a conflict: it has to make its arguments itself where
        they can be used once, as an iterator of ids can. Raises ConflictError if others are faster
        every time.
        """
        for _ in range(self._attempts):
            with self.engine.connect() as connection:
                known = self._caught_up(connection, session_id)
            outcome = operation(self._root(known.session))
            if not outcome.events:
                return outcome.result
            try:
                self._append(session_id, known, outcome)
            except ConflictError:
                self.conflicts += 1
            else:
                return outcome.result
        raise ConflictError(session_id, known.version)

    def _root(self, session: ExchangeRestoreSession | None) -> BackupRestoreRoot:
        sessions = () if session is None else (session,)
        return BackupRestoreRoot(exchange_restore_sessions=sessions, limits=self.limits)

    def _caught_up(self, connection: sql.Connection, session_id: str) -> Known:
        """Return the newest version: of what is known, or the snapshot, and the events since."""
        known = self._known.get(session_id) or _from_snapshot(connection, session_id)
        events = list(_events(connection, session_id, known.version))
        if events:
            root = replay(self._root(known.session), events)
            known = Known(known.version + len(events), root.session(session_id))
        self._remember(session_id, known)
        return known

    def _remember(self, session_id: str, known: Known) -> None:
        with self._turn:
            self._known.pop(session_id, None)
            self._known[session_id] = known
            if len(self._known) > self._remembered:
                del self._known[next(iter(self._known))]

    def _append(self, session_id: str, known: Known, outcome: Outcome[Any]) -> None:
        """Keep all of a change, or nothing; ConflictError if the version is not the newest."""
        session = outcome.root.session(session_id)
        version = known.version + len(outcome.events)
        rows = [
            {"session_id": session_id, "version": number, "document": wire.dumps(event).decode()}
            for number, event in enumerate(outcome.events, known.version + 1)
        ]
        with self.engine.begin() as transaction:
            _move_on(transaction, session_id, known.version, version, session)
            transaction.execute(EVENT.insert(), rows)
            self._count(transaction, known.session, session)
            if version // self._snapshot_every > known.version // self._snapshot_every:
                _put_snapshot(transaction, session_id, version, session)
        self._remember(session_id, Known(version, session))

    def _count(
        self,
        transaction: sql.Connection,
        before: ExchangeRestoreSession | None,
        after: ExchangeRestoreSession | None,
    ) -> None:
        """Count the active sessions of all processes, and refuse one too many (rule O4)."""
        more = _is_active(after) - _is_active(before)
        if more == 0:
            return
        count = ACTIVE.update().values(number=ACTIVE.c.number + more)
        if more > 0:
            count = count.where(ACTIVE.c.number < self.limits.active_sessions)
        if transaction.execute(count).rowcount != 1:
            raise refusal_of(
                Operation.ACTIVATE,
                "TooManyActiveRestoreSessions",
                f"{self.limits.active_sessions} sessions are activating or active, and no more may "
                "be; try again when one has ended",
            )


def _is_active(session: ExchangeRestoreSession | None) -> bool:
    return session is not None and session.status in ACTIVE_SESSION_STATUSES


def _move_on(
    transaction: sql.Connection,
    session_id: str,
    known: int,
    version: int,
    session: ExchangeRestoreSession | None,
) -> None:
    """Give a session its next version, if it still has the known one.

    This comes first in a transaction: another one that changes the session waits here.
    """
    new = {"version": version, "status": session.status.value if session else None}
    if known == 0:
        try:
            transaction.execute(SESSION.insert().values(id=session_id, **new))
        except IntegrityError as error:
            raise ConflictError(session_id, known) from error
        return
    of_the_known = (SESSION.c.id == session_id) & (SESSION.c.version == known)
    if transaction.execute(SESSION.update().where(of_the_known).values(**new)).rowcount != 1:
        raise ConflictError(session_id, known)


def _events(connection: sql.Connection, session_id: str, after: int) -> Iterator[Event]:
    rows: Sequence[Any] = connection.execute(
        sql.select(EVENT.c.document)
        .where(EVENT.c.session_id == session_id, EVENT.c.version > after)
        .order_by(EVENT.c.version)
    ).all()
    return (wire.loads(row.document, Event) for row in rows)


def _from_snapshot(connection: sql.Connection, session_id: str) -> Known:
    """Return the session as the last snapshot has it: in the form of its creation."""
    row = connection.execute(
        sql.select(SNAPSHOT)
        .where(SNAPSHOT.c.session_id == session_id)
        .order_by(SNAPSHOT.c.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return Known()
    return Known(row.version, wire.loads(row.document, SessionCreated).session)


def _put_snapshot(
    transaction: sql.Connection,
    session_id: str,
    version: int,
    session: ExchangeRestoreSession | None,
) -> None:
    """Replace the snapshot of a session; one that was removed needs none."""
    transaction.execute(SNAPSHOT.delete().where(SNAPSHOT.c.session_id == session_id))
    if session is not None:
        document = wire.dumps(SessionCreated(session)).decode()
        transaction.execute(
            SNAPSHOT.insert().values(session_id=session_id, version=version, document=document)
        )
