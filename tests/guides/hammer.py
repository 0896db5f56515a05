"""Several processes that change the sessions of one event store, and are killed in between.

Try it: ``python -m tests.guides.hammer sqlite:////tmp/sessions.db --kills 100``. It prints what was
acknowledged, one change per line, and its final count.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from itertools import count, islice
from typing import Any, NoReturn, TextIO

from event_store import EventStore, connect

from restore_domain import ArtifactRestoreStatus, ExchangeRestoreSession, wire
from restore_domain import operations as op

NOW = datetime(2026, 1, 12, 8, 30, tzinfo=UTC)
STEPS = {
    "scheduling": "scheduled",
    "scheduled": "inProgress",
    "inProgress": "succeeded",
}
SESSIONS = [f"s{number}" for number in range(6)]

Change = tuple[str, str, Callable[[op.BackupRestoreRoot], op.Outcome[Any]]]
"""The kind of change, how the log shows it, and the operation."""


def entry(point: str) -> dict[str, Any]:
    return {"restorePoint": {"id": point}, "destinationType": "new"}


def next_change(
    session_id: str, session: ExchangeRestoreSession | None, new_id: str, chance: random.Random
) -> Change | None:
    """Choose what to do with a session in its current state; None if it has ended."""
    body: dict[str, Any]
    if session is None:
        body = {"mailboxRestoreArtifacts": [entry(new_id)]}
        create = partial(
            op.create_session,
            request=wire.RequestBody(body),
            session_id=session_id,
            artifact_ids=[new_id],
            now=NOW,
        )
        return "added", new_id, create
    if session.status == "draft":
        if chance.random() < 0.3:
            activate = partial(op.activate_session, session_id=session_id, now=NOW)
            return "activated", session_id, activate
        body = {"mailboxRestoreArtifacts@delta": [entry(new_id)]}
        update = partial(
            op.update_session,
            session_id=session_id,
            request=wire.RequestBody(body),
            artifact_ids=[new_id],
            now=NOW,
        )
        return "added", new_id, update
    open_artifacts = [one for one in session.artifacts if one.status in STEPS]
    if not open_artifacts:
        return None
    artifact = chance.choice(open_artifacts)
    status = STEPS[artifact.status]
    report = op.Report(artifact_id=artifact.id, status=ArtifactRestoreStatus(status), time=NOW)
    record = partial(op.record, session_id=session_id, report=report)
    return status, artifact.id, record


def changes(store: EventStore, worker: str) -> Iterator[tuple[str, str, str]]:
    """Change sessions forever; yield the session, and how its log shows the change."""
    chance = random.Random(worker)  # noqa: S311 - no secret
    generation = 0
    for number in count():
        session_id = f"{chance.choice(SESSIONS)}-{generation}"
        change = next_change(session_id, store.session(session_id), f"{worker}-{number}", chance)
        if change is None:
            generation += 1
            continue
        kind, name, operation = change
        with suppress(op.RestoreDomainError, ValueError):  # as another worker left the session
            if store.change(session_id, partial(counted, operation))[0]:
                yield session_id, kind, name


def counted(operation: Callable[[op.BackupRestoreRoot], op.Outcome[Any]], root: Any) -> Any:
    """Return how many events there are: a report that another worker also made has none."""
    outcome = operation(root)
    return outcome._replace(result=(len(outcome.events), outcome.result))


def work(url: str, worker: str, pipe: int, number: int) -> NoReturn:
    """Acknowledge every change once it is stored, up to this number or until killed."""
    try:
        store = EventStore(connect(url), op.Limits(active_sessions=4), snapshot_every=5)
        for change in islice(changes(store, worker), number):
            os.write(pipe, json.dumps(change).encode() + b"\n")
        os.write(pipe, json.dumps(["", "conflicts", store.conflicts]).encode() + b"\n")
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(0)


def started(url: str, worker: str, number: int) -> tuple[int, TextIO]:
    """Fork a worker; return its process and its output."""
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(read)
        work(url, worker, write, number)
    os.close(write)
    return process, os.fdopen(read)


def main() -> None:
    """Print what was acknowledged: first by workers that end by themselves, then by killed ones."""
    options = argparse.ArgumentParser()
    options.add_argument("url")
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--changes", type=int, default=40, help="of each that is not killed")
    options.add_argument("--kills", type=int, default=0)
    asked = options.parse_args()
    chance = random.Random(18)  # noqa: S311 - no secret
    counts, begin = Counter(killed=0), time.monotonic()
    together(asked, "first", counts, None)
    for turn in count():
        if counts["killed"] >= asked.kills:
            break
        together(asked, str(turn), counts, chance)
    seconds = round(time.monotonic() - begin, 2)
    json.dump({**counts, "seconds": seconds}, sys.stdout)


def together(
    asked: argparse.Namespace, turn: str, counts: Counter[str], kill: random.Random | None
) -> None:
    """Let several workers change the same sessions; kill each at random after some changes."""
    number = asked.changes if kill is None else sys.maxsize
    names = [f"w{worker}-{turn}" for worker in range(asked.workers)]
    for process, says in [started(asked.url, name, number) for name in names]:
        if kill is not None:
            for line in islice(says, kill.randint(1, 5)):
                take(line, counts)
            time.sleep(kill.uniform(0, 0.005))
            os.kill(process, signal.SIGKILL)
            counts["killed"] += 1
        with says:
            for line in says:
                take(line, counts)
        os.waitpid(process, 0)


def take(line: str, counts: Counter[str]) -> None:
    """Print what a worker acknowledged, and count it."""
    _, kind, name = json.loads(line)
    if kind == "conflicts":
        counts[kind] += name
    else:
        counts["changes"] += 1
        sys.stdout.write(line)


if __name__ == "__main__":
    main()
