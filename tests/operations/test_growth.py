"""The cost of an operation does not depend on existing entries: work is counted, not timed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from restore_domain import (
    CreateSessionRequest,
    RequestedArtifact,
    UpdateSessionRequest,
)
from restore_domain.model.addition_index import BulkRequestIndex
from restore_domain.operations import (
    BackupRestoreRoot,
    Event,
    activate_session,
    create_artifact,
    create_session,
    delete_session,
    record,
    replay,
    update_session,
)
from tests.counted_calls import calls_of

from . import bulk
from .bulk import asked, part, resolve, with_request
from .service import NOW, SCHEDULED, create_body, entry, patch_body, report, typed
from .walks import only_short_walks

ONE = typed(CreateSessionRequest, create_body(entry("r1")))

SIZES = (1_000, 33_000)
"""Two levels of the tree, and three."""


def work_of(run: Callable[[], Any]) -> int:
    """Count the calls of functions, Python's and C's, of a run.

    It may not iterate over a large collection: in C that would be a single call.
    """
    with only_short_walks():
        return calls_of(run)


def root_of_size(size: int) -> BackupRestoreRoot:
    root = BackupRestoreRoot()
    for number in range(size):
        root = created(root, number)
    return root


def created(root: BackupRestoreRoot, number: int) -> BackupRestoreRoot:
    outcome = create_session(
        root,
        ONE,
        session_id=f"s{number}",
        artifact_ids=["a1"],
        now=NOW,
    )
    return outcome.root


OPERATIONS: dict[str, Callable[[BackupRestoreRoot, str], Any]] = {
    "O1 create": lambda root, _: created(root, -1),
    "O4 activate": lambda root, middle: activate_session(root, middle, now=NOW),
    "O5 delete": delete_session,
}


@pytest.fixture(scope="module")
def roots() -> dict[int, BackupRestoreRoot]:
    return {size: root_of_size(size) for size in SIZES}


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_does_the_same_work_for_many_sessions_as_for_few(
    name: str, roots: dict[int, BackupRestoreRoot]
) -> None:
    few, many = (
        work_of(lambda size=size: OPERATIONS[name](roots[size], f"s{size // 2}"))  # type: ignore[misc]
        for size in SIZES
    )
    assert many <= 1.5 * few


def filled(size: int, events: list[Event]) -> BackupRestoreRoot:
    """Fill a session by requests of 50."""
    root = created(BackupRestoreRoot(), 1)
    for start in range(0, size, 50):
        entries = [entry(f"p{number}") for number in range(start, start + 50)]
        outcome = update_session(
            root,
            "s1",
            typed(UpdateSessionRequest, patch_body(*entries)),
            artifact_ids=[f"b{number}" for number in range(start, start + 50)],
            now=NOW,
        )
        root = outcome.root
        events += outcome.events
    return root


@pytest.mark.slow
def test_O3_filling_a_session_by_requests_is_linear() -> None:
    small, large = (work_of(lambda n=n: filled(n, [])) for n in (2_000, 8_000))  # type: ignore[misc]
    assert large <= 5 * small


def filled_one_by_one(size: int) -> BackupRestoreRoot:
    """Fill a session by one artifact at a time."""
    root = created(BackupRestoreRoot(), 1)
    for number in range(size):
        request = typed(RequestedArtifact, entry(f"p{number}"))
        root = create_artifact(root, "s1", request, artifact_id=f"b{number}", now=NOW).root
    return root


def test_O6_filling_a_session_by_one_artifact_at_a_time_is_linear() -> None:
    small, large = (work_of(lambda n=n: filled_one_by_one(n)) for n in (500, 2_000))  # type: ignore[misc]
    assert large <= 5 * small


def resolved(size: int, failed: int, events: list[Event]) -> BackupRestoreRoot:
    """Resolve a bulk request in parts of 50, with these failures, and report one of each part."""
    mailboxes = [f"u{number}@example.com" for number in range(size)]
    root = with_request(bulk.created(BackupRestoreRoot()), request=asked(*mailboxes)).root
    root = activate_session(root, "s1", now=NOW).root
    for start in range(0, size, 50):
        points = [f"r{number}" for number in range(start, start + 50 - failed)]
        failures = mailboxes[start + 50 - failed : start + 50]
        outcome = resolve(root, part(*points, failures=failures))
        events += outcome.events
        root = outcome.root
        for artifact in outcome.result[:1]:
            root = record(root, "s1", report(artifact.id, SCHEDULED)).root
        for _ in range(2):  # the same failures again
            root = resolve(root, part(failures=failures)).root
    return resolve(root, part(ended=True)).root


@pytest.mark.slow
@pytest.mark.parametrize("failed", [0, 10, 50])
def test_B5_resolving_a_request_in_parts_is_linear(
    failed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No part iterates over all mailboxes, failures or artifacts."""
    made = []
    make = BulkRequestIndex.of

    def counted(request: Any) -> BulkRequestIndex:
        made.append(request.id)
        return make(request)

    monkeypatch.setattr(BulkRequestIndex, "of", counted)
    small, large = (work_of(lambda n=n: resolved(n, failed, [])) for n in (2_000, 8_000))  # type: ignore[misc]
    assert large <= 5 * small
    assert made == ["b1", "b1"]


def test_B5_replaying_the_parts_of_a_resolution_is_linear() -> None:
    work = []
    for size in (2_000, 8_000):
        events: list[Event] = []
        resolved(size, 50, events)
        mailboxes = [f"u{number}@example.com" for number in range(size)]
        root = with_request(bulk.created(BackupRestoreRoot()), request=asked(*mailboxes)).root
        root = activate_session(root, "s1", now=NOW).root
        work.append(work_of(lambda root=root, events=events: replay(root, events)))  # type: ignore[misc]
    assert work[1] <= 5 * work[0]


def test_replaying_events_is_linear() -> None:
    work = []
    for size in (1_000, 4_000):
        events: list[Event] = []
        root = BackupRestoreRoot()
        for number in range(size):
            outcome = create_session(
                root, ONE, session_id=f"s{number}", artifact_ids=["a"], now=NOW
            )
            root = outcome.root
            events += outcome.events
        work.append(work_of(lambda events=events: replay(BackupRestoreRoot(), events)))  # type: ignore[misc]
    assert work[1] <= 5 * work[0]


def test_the_count_of_active_sessions_is_stored_and_not_counted_again() -> None:
    root = root_of_size(3)
    assert root.active_session_count == 0
    root = activate_session(root, "s1", now=NOW).root
    assert root.active_session_count == 1
    again = BackupRestoreRoot(exchange_restore_sessions=root.exchange_restore_sessions)
    assert again.active_session_count == 1
    assert again == root
