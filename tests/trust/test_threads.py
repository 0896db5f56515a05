"""One root, used from many threads concurrently, answers each as if it were alone.

Python switches threads as often as possible here; without its global lock they run at the same
time.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache, partial
from itertools import combinations, combinations_with_replacement
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest

from restore_domain import (
    ArtifactRestoreStatus,
    EntityCollection,
    ExchangeRestoreSession,
    audit,
    wire,
)
from restore_domain.frozen import evolver
from restore_domain.model import collection
from restore_domain.model.collection import Unread
from restore_domain.operations import (
    BackupRestoreRoot,
    Report,
    get_session,
    list_artifacts,
    list_sessions,
    record,
)
from tests.wire.ways import OTHER_WAYS, carefully, in_full

from . import first_use
from .roots import NOON, document, read_root

pytestmark = pytest.mark.usefixtures("every_document_is_large")

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
    """Run a function in many threads, which begin at the same moment; return the results."""
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
    """Return the answers of a root to all queries, the artifacts first."""
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
        session.effective,
        session.explanation,
        list_sessions(root),
        list_artifacts(root, "s1", top=3),
        recorded(root, 0),
        pickle.loads(pickle.dumps(root)),  # noqa: S301 - our own
    )


def _alone(work: Callable[[_Given], _T], given: _Given, _thread: int) -> _T:
    return work(given)


def recorded(root: BackupRestoreRoot, number: int) -> Any:
    """End an artifact that has not ended."""
    report = Report(artifact_id=f"a{number}", status=ArtifactRestoreStatus.SUCCEEDED, time=NOON)
    outcome = record(root, "s1", report)
    return outcome, wire.dumps(outcome.root.exchange_restore_sessions[0])


def test_the_global_lock_is_off_where_it_can_be() -> None:
    free = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    enabled = getattr(sys, "_is_gil_enabled", lambda: True)
    assert enabled() is not free


@pytest.mark.slow
@pytest.mark.parametrize("way", OTHER_WAYS)
def test_an_unaccessed_root_answers_all_threads_in_the_same_way(way: str) -> None:
    expected = everything(read_root(SIZE, way))
    for _ in range(ROUNDS):
        root = read_root(SIZE, way)
        answers = together(partial(_alone, everything, root))
        assert all(answer == expected for answer in answers)
        assert everything(root) == expected


def test_each_thread_changes_one_root_independently() -> None:
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


@pytest.mark.slow
def test_lazily_made_objects_serve_concurrent_threads() -> None:
    program = str(Path(first_use.__file__))
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, program], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout == f"{first_use.THREADS * first_use.ROUNDS} 1"


# Every interleaving of two threads that access one unread artifact: the steps are what each of them
# does to the list that contains it, and a schedule says whose step is next.


class Schedule:
    """Lets two threads take their steps in a given order."""

    def __init__(self, turns: str) -> None:
        self._turns = list(turns)
        self._changed = threading.Condition()

    @contextmanager
    def step(self) -> Iterator[None]:
        """Wait for this thread's turn, which ends with the step."""
        me = threading.current_thread().name
        with self._changed:
            assert self._changed.wait_for(lambda: self._turns[:1] in ([me], []), timeout=10)
            yield
            del self._turns[:1]
            self._changed.notify_all()

    def leave(self) -> None:
        """Give up the turns that are left."""
        me = threading.current_thread().name
        with self._changed:
            self._turns = [turn for turn in self._turns if turn != me]
            self._changed.notify_all()


class Stepwise(list[Any]):
    """A leaf of which every use is a step: it is read, set, copied or iterated over."""

    def __init__(
        self, entries: list[Any], step: Callable[[], AbstractContextManager[None]]
    ) -> None:
        super().__init__(entries)
        self._step = step

    def __getitem__(self, index: Any) -> Any:
        with self._step():
            return super().__getitem__(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        with self._step():
            super().__setitem__(index, value)

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))

    def copy(self) -> list[Any]:
        with self._step():
            return super().copy()


@cache
def expected_artifacts() -> list[Any]:
    """Return that artifact as the careful reader makes it."""
    return list(carefully(document(1), ExchangeRestoreSession).mailbox_restore_artifacts)


LOOKS: dict[str, Callable[[EntityCollection[Any]], Any]] = {
    "by its id": lambda artifacts: artifacts.by_id("a0"),
    "by its index": lambda artifacts: artifacts[0],
    "in a loop": lambda artifacts: next(iter(artifacts)),
    "in a page": lambda artifacts: artifacts.page(-1, 1)[0][0],
    "in a pickle": lambda artifacts: pickle.loads(pickle.dumps(artifacts))[0],  # noqa: S301 - our own
    "in a comparison": lambda artifacts: artifacts == EntityCollection(expected_artifacts()),
    "in a document": lambda artifacts: wire.dumps(_session_of(artifacts)),
    "by its status": lambda artifacts: next(
        _session_of(artifacts).artifacts_in(ArtifactRestoreStatus.IN_PROGRESS)
    ),
    "in a report": lambda artifacts: recorded(
        BackupRestoreRoot(exchange_restore_sessions=[_session_of(artifacts)]), 0
    ),
}
"""Ways to access the one artifact of a collection."""

LOOKS_AT_IT = set(LOOKS) - {"in a comparison", "in a document", "in a pickle", "in a report"}
"""Those that return the entity itself."""


def unread_artifacts(step: Callable[[], AbstractContextManager[None]]) -> EntityCollection[Any]:
    """Return a collection of one artifact that was never accessed."""
    artifacts = get_session(read_root(1), "s1").mailbox_restore_artifacts
    assert artifacts is not None
    object.__setattr__(artifacts, "_root", Stepwise(artifacts._root, step))
    return artifacts


def _session_of(artifacts: EntityCollection[Any]) -> ExchangeRestoreSession:
    """Return a session of these artifacts, without accessing any."""
    session = ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=expected_artifacts())
    made: ExchangeRestoreSession = _with_artifacts(session, artifacts)
    return made


_with_artifacts: Final = evolver(ExchangeRestoreSession, "mailbox_restore_artifacts")


@cache
def steps_of(look: str) -> int:
    """Return how many steps an access takes without other threads."""
    taken = []

    @contextmanager
    def step() -> Iterator[None]:
        taken.append(1)
        yield

    LOOKS[look](unread_artifacts(step))
    return len(taken)


@cache
def alone(look: str) -> Any:
    """Return what is seen without other threads, after everything was accessed before."""
    artifacts = unread_artifacts(nullcontext)
    list(artifacts)
    return LOOKS[look](artifacts)


def interleavings(first: int, second: int) -> Iterator[str]:
    """Yield all orders of this many steps of A and of B."""
    for places in combinations(range(first + second), first):
        yield "".join("A" if place in places else "B" for place in range(first + second))


def look_together(looks: tuple[str, str], turns: str) -> tuple[EntityCollection[Any], list[Any]]:
    """Let two threads access it in this order of steps; return the collection and the results."""
    schedule = Schedule(turns)
    artifacts = unread_artifacts(schedule.step)
    seen = run_both(schedule, [partial(LOOKS[look], artifacts) for look in looks])
    object.__setattr__(artifacts, "_root", list.copy(artifacts._root))
    return artifacts, seen


def run_both(schedule: Schedule, works: list[Callable[[], Any]]) -> list[Any]:
    """Run two functions in threads that take their steps as scheduled; return the results."""
    seen: dict[str, Any] = {}

    def run(name: str, work: Callable[[], Any]) -> None:
        try:
            seen[name] = work()
        finally:
            schedule.leave()

    threads = [
        threading.Thread(target=run, args=pair, name=pair[0])
        for pair in zip("AB", works, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [seen[name] for name in "AB"]


@pytest.mark.parametrize("looks", [*combinations_with_replacement(LOOKS, 2)], ids=" and ".join)
def test_two_that_look_at_an_unread_artifact_see_the_same_in_every_interleaving(
    looks: tuple[str, str],
) -> None:
    """Their results are equal in every respect, but not always the identical object.

    If both have read the list before one of them has set it, each makes a separate entity, and the
    last one stays. Only ``is`` and ``id`` show it.
    """
    identical = set()
    for turns in interleavings(*map(steps_of, looks)):
        artifacts, seen = look_together(looks, turns)
        for look, one in zip(looks, seen, strict=True):
            assert one == alone(look), turns
            if look in LOOKS_AT_IT:
                assert in_full(one) == in_full(expected_artifacts()[0]), turns
        (kept,) = artifacts._root
        if not isinstance(kept, Unread):
            assert in_full(kept) == in_full(expected_artifacts()[0]), turns
        if LOOKS_AT_IT.issuperset(looks):
            assert kept is seen[0] or kept is seen[1], turns
            identical.add(seen[0] is seen[1])
    assert identical in ({True, False}, set())


def test_every_way_to_look_takes_steps_that_can_be_interleaved() -> None:
    assert all(steps_of(look) >= 1 for look in LOOKS)
    assert all(steps_of(look) >= 2 for look in LOOKS_AT_IT)
    assert sorted(interleavings(2, 2)) == ["AABB", "ABAB", "ABBA", "BAAB", "BABA", "BBAA"]


def test_a_look_that_would_see_what_was_parsed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "_looked_at", lambda leaf, slot: leaf[slot])
    _, (one, other) = look_together(("by its id", "by its index"), "AB")
    assert one is other
    assert one != expected_artifacts()[0]


class Order(Stepwise):
    """The order of a collection with gaps: checking whether it exists is also a step."""

    def __len__(self) -> int:
        with self._step():
            return super().__len__()

    def append(self, entry: Any) -> None:
        with self._step():
            super().append(entry)


def _last_id(artifacts: EntityCollection[Any]) -> str:
    last_id: str = artifacts[-1].id
    return last_id


def test_two_that_ask_for_an_index_in_spite_of_gaps_see_the_same_in_every_interleaving() -> None:
    """Both may compute the order of the positions; it is then computed twice, with one result."""
    lengths = set()
    for turns in interleavings(3, 3):
        whole = get_session(read_root(3), "s1").mailbox_restore_artifacts
        assert whole is not None
        artifacts = whole.removing(["a1"])
        schedule = Schedule(turns)
        order = Order([], schedule.step)
        object.__setattr__(artifacts._places, "order", order)
        assert run_both(schedule, [partial(_last_id, artifacts)] * 2) == ["a2", "a2"], turns
        assert {*list.copy(order)} == {(0, 2)}
        lengths.add(list.__len__(order))
    assert lengths == {1, 2}
