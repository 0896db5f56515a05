"""A report costs the same at any size of the session, as seen in the shared objects."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from restore_domain.aggregation import StatusTally
from restore_domain.model import EntityCollection, MailboxRestoreArtifact
from restore_domain.operations import BackupRestoreRoot, RestoreDomainError, record, record_batch

from .service import (
    ADDED,
    FAILED,
    IN_PROGRESS,
    SCHEDULED,
    SUCCEEDED,
    artifact,
    report,
    root_of,
    session,
    stored,
)

SIZES = {50: 2, 10_000: 3, 33_000: 4}
"""The number of nodes in the tree of this many artifacts from its root to an artifact."""

WIDTH = 32


@pytest.fixture(scope="module", params=SIZES)
def big(request: pytest.FixtureRequest) -> Iterator[BackupRestoreRoot]:
    """Yield a root whose session has this many artifacts, and free it before the next."""
    gc.disable()  # it would look at every artifact again and again
    yield root_of_size(request.param)
    gc.enable()


def root_of_size(size: int) -> BackupRestoreRoot:
    artifacts = [
        MailboxRestoreArtifact(id=f"a{number}", status=SCHEDULED) for number in range(size)
    ]
    return root_of(session(*artifacts), session(artifact("a1"), session_id="s2"))


def whole(root: BackupRestoreRoot) -> EntityCollection[MailboxRestoreArtifact]:
    collection = stored(root).mailbox_restore_artifacts
    assert collection is not None
    return collection


def new_nodes(old: Any, new: Any, levels: int) -> int:
    """Count the nodes of a tree that it does not share with the old one."""
    if old is new:
        return 0
    assert len(old) == len(new) <= WIDTH
    if levels == 1:
        assert sum(one is not other for one, other in zip(old, new, strict=True)) == 1
        return 1
    below = (new_nodes(*pair, levels - 1) for pair in zip(old, new, strict=True))
    return 1 + sum(below)


def test_O7_a_report_makes_one_path_of_the_tree_and_shares_the_rest(
    big: BackupRestoreRoot,
) -> None:
    root, size = big, len(whole(big))
    for position in (0, size // 2, size - 1):
        reported = report(f"a{position}", IN_PROGRESS)
        for outcome in (record(root, "s1", reported), record_batch(root, "s1", [reported])):
            old, new = whole(root), whole(outcome.root)
            assert new_nodes(old._root, new._root, SIZES[size]) == SIZES[size]
            assert new._places is old._places
            assert new[position] is stored(outcome.root).artifact(f"a{position}")
            assert old[position].status is SCHEDULED
            assert stored(outcome.root, "s2") is stored(root, "s2")
            assert len(outcome.events) == 1


def test_O7_a_report_iterates_over_no_collection_and_counts_nothing_again(
    big: BackupRestoreRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, size = big, len(whole(big))

    def never(*_: Any) -> Any:
        raise AssertionError

    with monkeypatch.context() as patched:
        walks = ("__iter__", "__getitem__", "__eq__", "__hash__", "cells", "adding", "removing")
        for name in walks:
            patched.setattr(EntityCollection, name, never)
        patched.setattr(StatusTally, "of", never)
        root = record(root, "s1", report("a7", IN_PROGRESS)).root
        root = record_batch(root, "s1", [report("a7", SUCCEEDED), report("a8", IN_PROGRESS)]).root
        session_now = stored(root)
        assert session_now.status == "active"
    assert session_now.tally[SCHEDULED] == size - 2
    assert session_now.tally[IN_PROGRESS] == 1
    assert session_now.tally[SUCCEEDED] == 1


def test_O7_a_refused_report_makes_nothing(big: BackupRestoreRoot) -> None:
    root, before = big, whole(big)
    for reported in (report("a7", ADDED), report("a-1", IN_PROGRESS)):
        with pytest.raises(RestoreDomainError):
            record(root, "s1", reported)
    assert whole(root) is before


def test_O7_a_whole_life_of_ten_thousand_artifacts_ends_as_it_must() -> None:
    root = root_of_size(10_000)
    for status in (IN_PROGRESS, SUCCEEDED):
        for number in range(10_000):
            final = FAILED if status is SUCCEEDED and number % 1000 == 999 else status
            root = record(root, "s1", report(f"a{number}", final)).root
    done = stored(root)
    assert done.status == "completedWithError"
    assert done.tally == StatusTally.of([SUCCEEDED] * 9_990 + [FAILED] * 10)
    assert done.error is not None
    assert [detail.target for detail in done.error.details or ()] == [
        f"a{number}" for number in range(999, 10_000, 1000)
    ]
