"""One root, used from many threads at once, answers each as if it were alone.

Python switches threads as often as it can here; without its global lock they run at the same time.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from restore_domain import ArtifactRestoreStatus, ExchangeRestoreSession, Timestamp, audit, wire
from restore_domain.model.deferred import Deferred
from restore_domain.operations import (
    BackupRestoreRoot,
    Report,
    get_session,
    list_artifacts,
    list_sessions,
    record,
)
from tests.wire.ways import OTHER_WAYS

from . import first_use
from .reachable import DEFERRED, reachable, slots_of
from .roots import NOON, read_root

THREADS = 8
ROUNDS = 10
SIZE = 40

_T = TypeVar("_T")
_Given = TypeVar("_Given")


@pytest.fixture(autouse=True)
def restless() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def together(work: Callable[[int], _T]) -> list[_T]:
    """Do a work in many threads, which begin at the same moment; return what each has got."""
    ready = threading.Barrier(THREADS)
    results: dict[int, _T] = {}
    errors: list[BaseException] = []

    def run(number: int) -> None:
        ready.wait()
        try:
            results[number] = work(number)
        except BaseException as error:  # noqa: BLE001 - raised again where it is seen
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in errors:
        raise error
    return [results[number] for number in range(THREADS)]


def everything(root: BackupRestoreRoot) -> Any:
    """Return what a root answers to all that one can ask, the timestamps first."""
    session = get_session(root, "s1")
    return (
        [
            (artifact.start_date_time, artifact.completion_date_time, artifact.restore_point)
            for artifact in session.artifacts
        ],
        wire.dumps(session),
        wire.dumps(session, include_unknown_enum_members=False),
        audit(session),
        hash(session),
        [repr(artifact) for artifact in session.artifacts],
        session.told,
        session.explanation,
        list_sessions(root),
        list_artifacts(root, "s1", top=3),
        recorded(root, 0),
        pickle.loads(pickle.dumps(root)),  # noqa: S301 - our own
    )


def _alone(work: Callable[[_Given], _T], given: _Given, _thread: int) -> _T:
    return work(given)


def recorded(root: BackupRestoreRoot, number: int) -> Any:
    """Let an artifact that has not ended end."""
    report = Report(artifact_id=f"a{number}", status=ArtifactRestoreStatus.SUCCEEDED, time=NOON)
    outcome = record(root, "s1", report)
    return outcome, wire.dumps(outcome.root.exchange_restore_sessions[0])


def test_the_global_lock_is_off_where_it_can_be() -> None:
    free = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    enabled = getattr(sys, "_is_gil_enabled", lambda: True)
    assert enabled() is not free


@pytest.mark.parametrize("way", OTHER_WAYS)
def test_a_root_that_nobody_looked_at_answers_all_threads_alike(way: str) -> None:
    expected = everything(read_root(SIZE, way))
    for _ in range(ROUNDS):
        root = read_root(SIZE, way)
        answers = together(partial(_alone, everything, root))
        assert all(answer == expected for answer in answers)
        assert everything(root) == expected


def test_each_thread_changes_one_root_for_itself_alone() -> None:
    root = read_root(SIZE)
    root = BackupRestoreRoot(exchange_restore_sessions=[_running(root)])
    before = wire.dumps(get_session(root, "s1"))
    expected = [recorded(root, number) for number in range(THREADS)]
    for _ in range(ROUNDS):
        assert together(lambda number: recorded(root, number)) == expected
        assert wire.dumps(get_session(root, "s1")) == before


def _running(root: BackupRestoreRoot) -> ExchangeRestoreSession:
    """Return the session with all its artifacts in progress."""
    text = wire.dumps(get_session(root, "s1")).replace(b'"failed"', b'"inProgress"')
    return wire.loads(text, ExchangeRestoreSession)


def test_what_is_made_when_first_needed_serves_threads_that_need_it_at_once() -> None:
    program = str(Path(first_use.__file__))
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, program], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout == f"{first_use.THREADS * first_use.ROUNDS} 1"


# Every interleaving of two threads that look at one deferred timestamp: what one of them does lies
# between two steps of the other.


class Interrupted:
    """A slot between whose steps another thread has its turn."""

    def __init__(self, slot: Any, turn: Callable[[str], None]) -> None:
        self.slot = slot
        self.turn = turn

    def __get__(self, entity: Any, owner: type | None = None) -> Any:
        if entity is None:
            return self
        self.turn("before it is read")
        value = self.slot.__get__(entity)
        self.turn("after it is read")
        return value

    def __set__(self, entity: Any, value: Any) -> None:
        self.turn("before it is set")
        self.slot.__set__(entity, value)
        self.turn("after it is set")


MOMENTS = ("before it is read", "after it is read", "before it is set", "after it is set")


def test_the_deferred_timestamps_are_those_that_are_listed() -> None:
    found = {
        (slot.owner, slot.name)
        for found in reachable(read_root(1))
        for slot in slots_of(found.value)
        if isinstance(slot.descriptor, Deferred)
    }
    assert found == DEFERRED


@pytest.mark.parametrize("moment", MOMENTS)
def test_two_that_look_at_a_deferred_timestamp_see_the_same_whoever_is_first(moment: str) -> None:
    entities = [found.value for found in reachable(read_root(2))]
    looked_at = [
        (entity, slot)
        for entity in entities
        for slot in slots_of(entity)
        if (slot.owner, slot.name) in DEFERRED and type(slot.content(entity)) is str
    ]
    assert {(slot.owner, slot.name) for _, slot in looked_at} == DEFERRED
    for entity, slot in looked_at:
        text = slot.content(entity)
        seen: list[Any] = []

        def other(now: str, entity: Any = entity, slot: Any = slot, seen: list[Any] = seen) -> None:
            if now == moment:
                seen.append(slot.descriptor.__get__(entity))

        seen.append(Deferred(Interrupted(slot.descriptor.slot, other)).__get__(entity))
        assert len(seen) == 2
        assert seen == [Timestamp.parse(text)] * 2
        assert [value.text for value in seen] == [text] * 2
        assert [type(value) for value in seen] == [Timestamp] * 2
        assert slot.content(entity) == Timestamp.parse(text)
