"""Growth: sessions of a root, artifacts of a draft, events of a history.

The work itself is counted in `tests/operations/test_growth.py`.
"""

from functools import cache
from typing import Any

import pytest

from restore_domain import CreateSessionRequest, DestinationType, RequestedArtifact, RestorePoint
from restore_domain.model import CreateBulkRequest, UpdateSessionRequest
from restore_domain.operations import (
    BackupRestoreRoot,
    Event,
    Report,
    Resolution,
    activate_session,
    create_bulk_request,
    create_session,
    delete_session,
    record,
    replay,
    resolve_bulk_request,
    update_session,
)
from restore_domain.status import ArtifactRestoreStatus
from tests.benchmarks.bench_report import NOW

SIZES = (1_000, 100_000)
CALLS = 50
"""Calls in one timing, so that the timer does not count."""


def requested(number: int) -> RequestedArtifact:
    return RequestedArtifact(
        restore_point=RestorePoint(id=f"r{number}"), destination_type=DestinationType.NEW
    )


ONE = CreateSessionRequest(mailbox_restore_artifacts=(requested(0),))


def created(root: BackupRestoreRoot, session_id: str) -> Any:
    return create_session(root, ONE, session_id=session_id, artifact_ids=["a"], now=NOW)


@cache
def root_of(size: int) -> BackupRestoreRoot:
    root = BackupRestoreRoot()
    for number in range(size):
        root = created(root, f"s{number}").root
    return root


OPERATIONS: dict[str, Any] = {
    "create": lambda root, _: created(root, "new"),
    "activate": lambda root, middle: activate_session(root, middle, now=NOW),
    "delete": delete_session,
}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("size", SIZES)
def bench_sessions(compare: Any, name: str, size: int) -> None:
    root, operation = root_of(size), OPERATIONS[name]

    def run() -> None:
        for _ in range(CALLS):
            operation(root, f"s{size // 2}")

    goal = 3.0 if size == SIZES[-1] else None
    side = f"of {size:,} sessions"
    compare(f"{name} a session", side, run, baseline=size == SIZES[0], goal=goal, calls=CALLS)


LENGTHS = (2_500, 10_000)


@cache
def events_of(length: int) -> tuple[Event, ...]:
    root, events = BackupRestoreRoot(), []
    for number in range(length):
        outcome = created(root, f"s{number}")
        root = outcome.root
        events += outcome.events
    return tuple(events)


@pytest.mark.parametrize("length", LENGTHS)
def bench_replay(compare: Any, length: int) -> None:
    events = events_of(length)
    goal = 5.0 if length == LENGTHS[-1] else None
    compare(
        "replay",
        f"{length:,} events",
        lambda: replay(BackupRestoreRoot(), events),
        baseline=length == LENGTHS[0],
        goal=goal,
    )


def filled(size: int) -> BackupRestoreRoot:
    root = created(BackupRestoreRoot(), "s").root
    for start in range(0, size, 50):
        numbers = range(start + 1, start + 51)
        root = update_session(
            root,
            "s",
            UpdateSessionRequest(mailbox_restore_artifacts_delta=tuple(map(requested, numbers))),
            artifact_ids=[f"b{number}" for number in numbers],
            now=NOW,
        ).root
    return root


@pytest.mark.parametrize("length", LENGTHS)
def bench_filling(compare: Any, length: int) -> None:
    goal = 5.0 if length == LENGTHS[-1] else None
    compare(
        "fill a session by requests of 50",
        f"{length:,} artifacts",
        lambda: filled(length),
        baseline=length == LENGTHS[0],
        goal=goal,
    )


def resolved(size: int) -> BackupRestoreRoot:
    """Resolve a bulk request of this many mailboxes in parts of 50."""
    root = BackupRestoreRoot()
    request = CreateSessionRequest()
    root = create_session(root, request, session_id="s", artifact_ids=[], now=NOW).root
    mailboxes = tuple(f"u{number}@example.com" for number in range(size))
    asked = CreateBulkRequest(mailboxes=mailboxes, destination_type=DestinationType.NEW)
    root = create_bulk_request(root, "s", asked, bulk_request_id="b", now=NOW).root
    root = activate_session(root, "s", now=NOW).root
    for start in range(0, size, 50):
        numbers = range(start + 1, start + 51)
        root = resolve_bulk_request(
            root,
            "s",
            "b",
            Resolution(artifacts=tuple(map(requested, numbers)), ended=start + 50 == size),
            artifact_ids=[f"b{number}" for number in numbers],
            now=NOW,
        ).root
    return root


def reported(root: BackupRestoreRoot, size: int) -> None:
    """Report each artifact to its end."""
    for status in ("scheduled", "inProgress", "succeeded"):
        for number in range(1, size + 1):
            report = Report(
                artifact_id=f"b{number}", status=ArtifactRestoreStatus(status), time=NOW
            )
            root = record(root, "s", report).root


LIVES: dict[str, Any] = {
    "filled by requests of 50": lambda size: activate_session(filled(size), "s", now=NOW).root,
    "by a bulk request in parts of 50": resolved,
}


@pytest.mark.parametrize("life", LIVES)
def bench_life(compare: Any, life: str) -> None:
    """A bulk session costs at most 1.5 times as much as one that was filled by requests."""
    size = LENGTHS[-1]
    is_bulk = LIVES[life] is resolved
    compare(
        f"a session of {size:,} artifacts to its end",
        life,
        lambda: reported(LIVES[life](size), size),
        baseline=not is_bulk,
        goal=1.5 if is_bulk else None,
    )


@pytest.mark.parametrize("length", LENGTHS)
def bench_resolving(compare: Any, length: int) -> None:
    goal = 5.0 if length == LENGTHS[-1] else None
    compare(
        "resolve a bulk request in parts of 50",
        f"{length:,} mailboxes",
        lambda: resolved(length),
        baseline=length == LENGTHS[0],
        goal=goal,
    )
