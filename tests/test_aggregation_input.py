"""Input that can be aggregated: any iterable of statuses, read once, in constant memory."""

import tracemalloc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, cycle, islice, repeat
from typing import Any

import pytest

from restore_domain.aggregation import StatusTally, aggregate, explain, status_mask
from restore_domain.status import ArtifactRestoreStatus, RestoreSessionStatus

ADDED = ArtifactRestoreStatus.ADDED
SUCCEEDED = ArtifactRestoreStatus.SUCCEEDED
ACTIVE = RestoreSessionStatus.ACTIVE

Reader = Callable[[Any], Any]
Shape = Callable[[list[Any]], Any]


class OnceThrough(Iterable[ArtifactRestoreStatus]):
    """Counts how often it is iterated over, and does not know its length."""

    def __init__(self, statuses: list[ArtifactRestoreStatus]) -> None:
        self.statuses = statuses
        self.passes = 0

    def __iter__(self) -> Iterator[ArtifactRestoreStatus]:
        self.passes += 1
        return iter(self.statuses)


class ByIndex:
    """Iterable only by the older protocol."""

    def __init__(self, statuses: list[Any]) -> None:
        self.statuses = statuses

    def __getitem__(self, index: int) -> Any:
        return self.statuses[index]


def generator(statuses: list[Any]) -> Iterator[Any]:
    yield from statuses


READERS: dict[str, Reader] = {
    "aggregate": aggregate,
    "explain": explain,
    "tally": StatusTally.of,
}
"""Everything that takes an iterable of statuses."""

SHAPES: dict[str, Shape] = {
    "list": list,
    "tuple": tuple,
    "generator": generator,
    "iterator": iter,
    "deque": deque,
    "old-protocol": ByIndex,
    "set": set,
    "frozenset": frozenset,
    "dict": dict.fromkeys,
    "dict-keys": lambda statuses: dict.fromkeys(statuses).keys(),
    "dict-values": lambda statuses: dict(enumerate(statuses)).values(),
}
"""The forms of statuses."""

STRANGERS: list[Any] = [
    None,
    5,
    0,
    True,
    1.5,
    b"added",
    "nope",
    "",
    "Added",
    "in_progress",
    RestoreSessionStatus.DRAFT,
    ArtifactRestoreStatus,
    (ADDED,),
    [],
    [ADDED],
    {},
    set(),
]
"""Invalid statuses, hashable and unhashable."""

each_reader = pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
given_or_generated = pytest.mark.parametrize("shape", [list, generator])


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_any_iterable_is_accepted(shape: Shape) -> None:
    assert aggregate(shape([ADDED, SUCCEEDED])) is ACTIVE
    assert aggregate(shape([])) is RestoreSessionStatus.DRAFT
    assert explain(shape([ADDED, SUCCEEDED])) == explain([SUCCEEDED, ADDED])
    assert StatusTally.of(shape([ADDED, SUCCEEDED])) == StatusTally.of([ADDED, SUCCEEDED])


@each_reader
def test_an_iterable_is_read_once(read: Reader) -> None:
    statuses = OnceThrough([ADDED, SUCCEEDED] * 5000)
    read(statuses)
    assert statuses.passes == 1


@each_reader
def test_the_argument_is_not_changed(read: Reader) -> None:
    given = [ADDED, SUCCEEDED, ADDED]
    read(given)
    assert given == [ADDED, SUCCEEDED, ADDED]


@pytest.mark.parametrize("place", [0, 1, 4095, 4096, 9999])
def test_one_artifact_among_many_decides_at_any_position(place: int) -> None:
    statuses = [SUCCEEDED] * 10_000
    statuses[place] = ADDED
    assert aggregate(iter(statuses)) is ACTIVE
    assert StatusTally.of(iter(statuses))[ADDED] == 1
    assert StatusTally.of(iter(statuses))[SUCCEEDED] == 9999


@pytest.mark.parametrize("member", ArtifactRestoreStatus, ids=str)
def test_a_text_equal_to_a_member_is_that_member(member: ArtifactRestoreStatus) -> None:
    texts = [str(member.value)]
    assert aggregate(texts) is aggregate([member])
    assert explain(texts) == explain([member])
    assert status_mask(texts) == status_mask([member])
    assert StatusTally.of(texts) == StatusTally.of([member])
    assert [type(status) for status in explain(texts).statuses] == [ArtifactRestoreStatus]


@each_reader
@given_or_generated
@pytest.mark.parametrize("stranger", STRANGERS, ids=repr)
def test_anything_else_is_refused_by_value_and_position(
    stranger: Any, shape: Shape, read: Reader
) -> None:
    with pytest.raises(TypeError) as refused:
        read(shape([ADDED, SUCCEEDED, stranger, ADDED]))
    assert str(refused.value) == (
        f"position 2: {stranger!r} is not an artifact restore status; expected one of "
        "added, scheduling, scheduled, inProgress, succeeded, failed, unknownFutureValue"
    )


@each_reader
@given_or_generated
@pytest.mark.parametrize("stranger", ["nope", []], ids=["hashable", "unhashable"])
@pytest.mark.parametrize("place", [0, 1, 1023, 1024, 2047, 2048, 2049, 4096, 8192, 9999])
def test_a_position_is_right_far_into_an_iterable(
    place: int, stranger: Any, shape: Shape, read: Reader
) -> None:
    statuses: list[Any] = [ADDED] * 10_000
    statuses[place] = stranger
    with pytest.raises(TypeError, match=rf"^position {place}: "):
        read(shape(statuses))


@each_reader
@given_or_generated
def test_the_first_of_several_invalid_values_is_named(shape: Shape, read: Reader) -> None:
    with pytest.raises(TypeError, match=r"^position 1: 'nope' "):
        read(shape([ADDED, "nope", None, [], "nope"]))
    with pytest.raises(TypeError, match=r"^position 1: \[\] "):
        read(shape([ADDED, [], "nope", ADDED]))


@each_reader
@pytest.mark.parametrize("stranger", ["nope", None], ids=repr)
def test_an_invalid_value_in_a_set_is_named(stranger: Any, read: Reader) -> None:
    statuses = {ADDED, stranger}
    for given in (statuses, frozenset(statuses)):
        place = list(given).index(stranger)
        with pytest.raises(TypeError, match=rf"^position {place}: {stranger!r} "):
            read(given)


@each_reader
def test_an_invalid_value_is_found_before_a_long_iterable_ends(read: Reader) -> None:
    statuses = chain([ADDED, "nope"], repeat(ADDED, 1_000_000))
    with pytest.raises(TypeError, match=r"^position 1: 'nope' "):
        read(statuses)
    assert next(statuses, None) is ADDED


@each_reader
def test_a_single_text_is_not_a_collection_of_statuses(read: Reader) -> None:
    with pytest.raises(TypeError, match=r"^statuses: expected several, got 'added'$"):
        read("added")


@each_reader
@pytest.mark.parametrize("given", [None, 5])
def test_a_value_that_is_not_iterable_is_refused(given: Any, read: Reader) -> None:
    with pytest.raises(TypeError, match="expected several"):
        read(given)


@each_reader
@pytest.mark.parametrize("error", [TypeError("its own"), ValueError("its own")], ids=repr)
def test_an_error_of_the_iterable_itself_comes_through(error: Exception, read: Reader) -> None:
    def failing() -> Iterator[ArtifactRestoreStatus]:
        yield ADDED
        raise error

    with pytest.raises(type(error)) as raised:
        read(failing())
    assert raised.value is error


@each_reader
def test_a_million_statuses_take_constant_memory(read: Reader) -> None:
    statuses = islice(cycle([ADDED, SUCCEEDED]), 1_000_000)
    tracemalloc.start()
    try:
        read(statuses)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200_000
    assert next(statuses, None) is None
