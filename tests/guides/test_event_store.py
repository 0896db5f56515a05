"""The store of the guide: several processes, one log of events for each session, nothing lost."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import event_store
import pytest
import sqlalchemy as sql
from event_store import ACTIVE, EVENT, SESSION, SNAPSHOT, ConflictError, EventStore
from sqlalchemy.exc import OperationalError

from restore_domain import ArtifactRestoreStatus, ExchangeRestoreSession, PublicError, wire
from restore_domain import operations as op

from . import postgres
from .hammer import NOW, entry

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.running() as address:
        yield address


NUMBERS = count(1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database with its tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/sessions.db"
    else:
        server: str = request.getfixturevalue("postgres_server")
        name = f"sessions_{next(NUMBERS)}"
        administration = sql.create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
        with administration.connect() as connection:
            connection.execute(sql.text(f"CREATE DATABASE {name}"))
        administration.dispose()
        url = f"{server}/{name}"
    engine = event_store.connect(url)
    event_store.create_tables(engine)
    engine.dispose()
    return url


Open = Callable[..., EventStore]


@pytest.fixture
def opened(url: str) -> Iterator[Open]:
    """Return a function that opens the database as a further process does."""
    stores: list[EventStore] = []

    def open_one(**options: Any) -> EventStore:
        engine = event_store.connect(url)
        if engine.dialect.name == "sqlite":  # only a power failure could show it
            sql.event.listen(engine, "connect", lambda one, _: one.execute("PRAGMA synchronous=0"))
        stores.append(EventStore(engine, **options))
        return stores[-1]

    yield open_one
    for store in stores:
        store.engine.dispose()


def create(store: EventStore, session_id: str, *points: str) -> None:
    body = wire.RequestBody({"mailboxRestoreArtifacts": [entry(point) for point in points]})
    ids = [f"{session_id}-{point}" for point in points]
    create = partial(op.create_session, request=body, session_id=session_id, now=NOW)
    store.change(session_id, lambda root: create(root, artifact_ids=iter(ids)))


def add(store: EventStore, session_id: str, point: str) -> None:
    store.change(session_id, adding(session_id, point))


def adding(session_id: str, point: str) -> Callable[[op.BackupRestoreRoot], op.Outcome[Any]]:
    body = wire.RequestBody({"mailboxRestoreArtifacts@delta": [entry(point)]})
    update = partial(op.update_session, session_id=session_id, request=body, now=NOW)
    return lambda root: update(root, artifact_ids=[f"{session_id}-{point}"])


def activate(store: EventStore, session_id: str) -> None:
    store.change(session_id, partial(op.activate_session, session_id=session_id, now=NOW))


def report(store: EventStore, session_id: str, artifact_id: str, *statuses: str) -> None:
    for status in statuses:
        made = op.Report(artifact_id=artifact_id, status=ArtifactRestoreStatus(status), time=NOW)
        store.change(session_id, partial(op.record, session_id=session_id, report=made))


def rows(store: EventStore, table: sql.Table) -> list[Any]:
    with store.engine.connect() as connection:
        return in_order(connection, table)


def in_order(connection: sql.Connection, table: sql.Table) -> list[Any]:
    return list(connection.execute(sql.select(table).order_by(*table.primary_key)).all())


def active_count(store: EventStore) -> int:
    ((number,),) = rows(store, ACTIVE)
    assert isinstance(number, int)
    return number


# One after another ------------------------------------------------------------------------------


def test_a_session_from_its_creation_to_its_end_is_the_same_for_every_process(
    opened: Open,
) -> None:
    one, other = opened(), opened()
    create(one, "s1", "p1", "p2")
    add(other, "s1", "p3")
    activate(one, "s1")
    for number in (1, 2, 3):
        store = (one, other)[number % 2]
        report(store, "s1", f"s1-p{number}", "scheduled", "inProgress", "succeeded")
        assert active_count(one) == (number < 3)
    session = one.session("s1")
    assert session is not None
    assert session.status == "completed"
    assert session == other.session("s1") == opened().session("s1")
    assert op.get_session(other.root("s1"), "s1") == session
    assert op.replay(op.BackupRestoreRoot(), one.events("s1")).session("s1") == session
    assert len(list(one.events("s1", after=10))) == 2


def test_what_was_removed_stays_in_the_log_and_in_no_list(opened: Open) -> None:
    one, other = opened(snapshot_every=1), opened()
    create(one, "s1", "p1")
    assert other.session("s1") is not None
    one.change("s1", partial(op.delete_session, session_id="s1", now=NOW))
    assert one.session("s1") is other.session("s1") is opened().session("s1") is None
    assert other.sessions(top=5) == ([], None)
    assert rows(one, SNAPSHOT) == []
    assert [type(event) for event in one.events("s1")] == [op.SessionCreated, op.SessionRemoved]
    create(other, "s1", "p2")
    assert [row.version for row in rows(one, EVENT)] == [1, 2, 3]
    assert one.session("s1") == other.session("s1") is not None


def test_O2_a_page_begins_after_the_last_one_despite_removals(opened: Open) -> None:
    one, other = opened(), opened()
    for number in range(5):
        create(one, f"s{number}", "p1")
    page, after = other.sessions(top=2)
    assert [session.id for session in page] == ["s0", "s1"]
    one.change("s1", partial(op.delete_session, session_id="s1"))
    one.change("s2", partial(op.delete_session, session_id="s2"))
    assert after is not None
    page, after = other.sessions(top=2, after=after)
    assert ([session.id for session in page], after) == (["s3", "s4"], None)


def test_a_refused_change_stores_nothing(opened: Open) -> None:
    store = opened()
    with pytest.raises(op.RestoreDomainError, match="RestoreSessionNotFound"):
        activate(store, "s1")
    create(store, "s1", "p1")
    with pytest.raises(op.RestoreDomainError, match="DuplicateArtifactInList"):
        add(store, "s1", "p1")
    with pytest.raises(ValueError, match="s1"):
        create(store, "s1", "p1")
    assert len(rows(store, EVENT)) == 1


def test_a_change_that_the_database_refuses_has_no_effect(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The snapshot is written last: everything before it is rolled back."""
    store = opened(snapshot_every=2)
    create(store, "s1", "p1")

    def fail(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("the disk is full"))

    monkeypatch.setattr(event_store, "_put_snapshot", fail)
    with pytest.raises(OperationalError, match="the disk is full"):
        activate(store, "s1")
    monkeypatch.undo()
    assert (len(rows(store, EVENT)), active_count(store)) == (1, 0)
    assert [(row.version, row.status) for row in rows(store, SESSION)] == [(1, "draft")]
    activate(store, "s1")
    assert (len(rows(store, SNAPSHOT)), active_count(store)) == (1, 1)


def test_B4_a_completely_unresolved_session_has_failed_for_every_process(opened: Open) -> None:
    """Once its request is deleted, only the session records that it failed."""
    store = opened(snapshot_every=1)
    body = wire.RequestBody({"mailboxes": ["ada@example.com"], "destinationType": "new"})
    error = {"code": "MailboxNotFound", "message": "There is no such mailbox."}
    failures = [{"mailbox": "ada@example.com", "error": error}]
    resolution = wire.RequestBody({"failures": failures, "ended": True})
    ids: Any = {"session_id": "s1", "now": NOW}
    request: Any = {**ids, "bulk_request_id": "r1"}
    changes: list[Callable[[op.BackupRestoreRoot], op.Outcome[Any]]] = [
        partial(op.create_session, request=wire.RequestBody(None), artifact_ids=(), **ids),
        partial(op.create_bulk_request, request=body, **request),
        partial(op.activate_session, **ids),
        partial(op.resolve_bulk_request, resolution=resolution, artifact_ids=(), **request),
        partial(op.delete_bulk_request, **request),
    ]
    for change in changes:
        store.change("s1", change)
        assert opened().session("s1") == store.session("s1")
    session = opened().session("s1")
    assert session is not None
    assert session.status == "failed"
    assert active_count(store) == 0


# Snapshots and catching up ----------------------------------------------------------------------


def test_a_process_reads_only_new_events(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = opened(snapshot_every=10), opened(snapshot_every=10)
    create(one, "s1", "p0")
    for number in range(1, 34):
        add(one, "s1", f"p{number}")
    assert [row.version for row in rows(one, SNAPSHOT)] == [30]
    read: list[object] = []
    loads = wire.loads

    def counted(document: Any, kind: Any) -> Any:
        read.append(kind)
        return loads(document, kind)

    monkeypatch.setattr("event_store.wire.loads", counted)
    assert other.session("s1") == one.session("s1")
    assert Counter(read) == {op.SessionCreated: 1, op.Event: 4}
    read.clear()
    add(one, "s1", "more")
    assert read == []
    other.session("s1")
    assert Counter(read) == {op.Event: 1}


def test_a_process_drops_the_least_recently_used_sessions(opened: Open) -> None:
    store = opened(remembered=2)
    for number in range(4):
        create(store, f"s{number}", "p1")
        store.session("s0")
    assert [*store._known] == ["s3", "s0"]
    assert store.session("s1") is not None


# Two concurrently -------------------------------------------------------------------------------


def test_a_late_change_is_repeated_and_both_are_stored(opened: Open) -> None:
    one, other = opened(), opened()
    create(one, "s1", "p0")
    looks: list[int] = []

    def late(root: op.BackupRestoreRoot) -> op.Outcome[Any]:
        session = root.session("s1")
        assert session is not None
        looks.append(len(session.artifacts))
        if len(looks) < 3:
            add(other, "s1", f"q{len(looks)}")
        return adding("s1", "p1")(root)

    one.change("s1", late)
    assert (looks, one.conflicts) == ([1, 2, 3], 2)
    session = other.session("s1")
    assert session is not None
    assert [one.id for one in session.artifacts] == ["s1-p0", "s1-q1", "s1-q2", "s1-p1"]


def test_a_change_that_is_late_every_time_is_a_conflict(opened: Open) -> None:
    one, other = opened(attempts=3), opened()
    create(one, "s1", "p0")
    names = count()

    def late(root: op.BackupRestoreRoot) -> op.Outcome[Any]:
        add(other, "s1", f"q{next(names)}")
        return adding("s1", "p1")(root)

    with pytest.raises(ConflictError, match="'s1' is no longer at version 3; look again"):
        one.change("s1", late)
    assert len(rows(one, EVENT)) == 4


def test_of_two_creations_with_one_id_one_is_refused(opened: Open) -> None:
    one, other = opened(), opened()

    def late(root: op.BackupRestoreRoot) -> op.Outcome[Any]:
        if other.session("s1") is None:
            create(other, "s1", "p1")
        body = wire.RequestBody(None)
        return op.create_session(root, body, session_id="s1", artifact_ids=(), now=NOW)

    with pytest.raises(ValueError, match="s1"):
        one.change("s1", late)
    assert len(rows(one, EVENT)) == 1


def test_O4_the_limit_of_active_sessions_applies_across_processes(opened: Open) -> None:
    one, other = opened(), opened()
    for number in range(27):
        create(one, f"s{number}", "p1")
    for number in range(25):
        activate((one, other)[number % 2], f"s{number}")
    for store in (one, other, opened()):
        with pytest.raises(op.RestoreDomainError, match="25 sessions are") as refused:
            activate(store, "s25")
        error = refused.value
        assert (error.code, error.rule) == ("TooManyActiveRestoreSessions", "O4")
    assert rows(one, SESSION)[25].status == "draft"
    failed = op.Report(
        artifact_id="s3-p1",
        status=ArtifactRestoreStatus.FAILED,
        time=NOW,
        error=PublicError(code="X"),
    )
    other.change("s3", partial(op.record, session_id="s3", report=failed))
    activate(one, "s25")
    with pytest.raises(op.RestoreDomainError, match="TooManyActive"):
        activate(other, "s26")
    assert active_count(one) == 25


# Processes that are killed ----------------------------------------------------------------------


def hammered(url: str, *options: str) -> tuple[list[tuple[str, str, str]], dict[str, Any]]:
    """Return the changes that were acknowledged, and what was counted."""
    paths = os.pathsep.join([str(EXAMPLES), str(ROOT)])
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", "tests.guides.hammer", url, *options],
        capture_output=True,
        text=True,
        check=True,
        timeout=500,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert done.stderr == ""
    *lines, counts = map(json.loads, done.stdout.splitlines())
    return [tuple(line) for line in lines], counts


def seen_in(event: op.Event) -> list[tuple[str, str, str]]:
    """Return the changes that an event shows, as a worker acknowledges them."""
    if isinstance(event, op.SessionCreated):
        return [(event.session_id, "added", one.id) for one in event.session.artifacts]
    assert isinstance(event, op.SessionChanged)
    if event.status_before == "draft" and event.status_after == "activating":
        return [(event.session_id, "activated", event.session_id)]
    added = [(event.session_id, "added", one.id) for one in event.added]
    return added + [(event.session_id, one.status.value, one.id) for one in event.changed]


def check_that_all_is_there(
    store: EventStore, acknowledged: list[tuple[str, str, str]], killed: int
) -> None:
    """Compare the log with what was acknowledged, and everything else with the log."""
    documents: dict[str, list[str]] = {}
    as_one = store.engine.execution_options(isolation_level="SERIALIZABLE")
    with as_one.connect() as connection:  # a server may still be busy with the last change
        for row in in_order(connection, EVENT):
            documents.setdefault(row.session_id, []).append(row.document)
            assert row.version == len(documents[row.session_id]), "an event is missing"
        heads = {row.id: (row.version, row.status) for row in in_order(connection, SESSION)}
        seen = {name: store._caught_up(connection, name).session for name in heads}
        ((counted,),) = in_order(connection, ACTIVE)
    events = {name: [wire.loads(one, op.Event) for one in log] for name, log in documents.items()}
    sessions = {
        name: op.replay(op.BackupRestoreRoot(), log).session(name) for name, log in events.items()
    }
    assert heads == {name: (len(log), status_of(sessions[name])) for name, log in events.items()}
    assert seen == sessions
    active = sum(status_of(session) in {"activating", "active"} for session in sessions.values())
    assert active == counted <= 4
    changed = Counter(
        change for log in events.values() for event in log for change in seen_in(event)
    )
    assert Counter(acknowledged) - changed == Counter()
    assert (changed - Counter(acknowledged)).total() <= killed, "each had one change under way"


def status_of(session: ExchangeRestoreSession | None) -> str | None:
    return None if session is None else session.status.value


@pytest.mark.slow
@pytest.mark.parametrize(
    ("url", "kills"),
    [
        ("sqlite", 6),
        pytest.param("sqlite", 100, marks=pytest.mark.exhaustive),
        pytest.param("postgres", 100, marks=pytest.mark.postgres),
    ],
    indirect=["url"],
)
def test_two_processes_that_write_and_are_killed_lose_nothing(
    url: str, opened: Open, kills: int
) -> None:
    acknowledged, counts = hammered(url, "--kills", str(kills))
    assert counts["killed"] == kills
    assert counts["changes"] == len(acknowledged) >= 80 + kills
    check_that_all_is_there(opened(), acknowledged, kills)
