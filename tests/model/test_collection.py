"""Entities in order, each found by its id: compared with a plain list at every size."""

from __future__ import annotations

import copy
import json
import operator
import pickle
from functools import partial
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from restore_domain import (
    EntityCollection,
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    wire,
)
from restore_domain.model.persistent_vector import (
    WIDTH,
    appended,
    leaf_at,
    leaves,
    removed,
    replaced,
    vector_of,
)
from tests.counted_calls import calls_of


class Thing(NamedTuple):
    """The minimal entity of a collection."""

    id: str
    value: int = 0


def things(count: int) -> list[Thing]:
    return [Thing(f"t{number}", number) for number in range(count)]


SIZES = [0, 1, 2, 31, 32, 33, 63, 64, 65, 1023, 1024, 1025, 1056, 1057, 32768, 32769, 33000]
"""Around each size at which the tree of nodes of 32 changes its form."""


@pytest.mark.parametrize(
    ("size", "levels"), [(0, 0), (1, 0), (32, 0), (33, 1), (1024, 1), (1025, 2)]
)
def test_a_vector_has_no_more_levels_than_it_needs(size: int, levels: int) -> None:
    assert vector_of(list(range(size)))[1] == levels
    assert appended([], 0, 0, range(size))[1] == levels


@pytest.mark.parametrize("size", SIZES)
def test_a_collection_reads_like_the_list_it_was_made_of(size: int) -> None:
    model = things(size)
    made = EntityCollection(model)
    assert len(made) == size
    assert list(made) == model
    assert list(reversed(made)) == model[::-1]
    ids: Any = made.ids  # no type says that it can be reversed
    assert list(reversed(ids)) == [thing.id for thing in reversed(model)]
    assert list(made.ids) == [thing.id for thing in model]
    assert bool(made) is bool(model)
    for index in {0, 1, 31, 32, 33, 1023, 1024, 1025, 32767, 32768, size - 1, size // 2, size}:
        for position in (index, -index - 1):
            if -size <= position < size:
                assert made[position] is model[position]
                assert made.by_id(model[position].id) is model[position]
            else:
                with pytest.raises(IndexError):
                    made[position]
    assert made.by_id(f"t{size}") is None
    for part in (slice(30, 34), slice(None, None, 31), slice(-3, None), slice(None, None, -500)):
        assert made[part] == tuple(model[part])


@pytest.mark.parametrize("size", [1, 32, 33, 1024, 1025, 33000])
def test_replacing_shares_all_but_one_path(size: int) -> None:
    model = things(size)
    made = EntityCollection(model)
    for position in {0, min(32, size - 1), size // 2, size - 1}:
        new = Thing(model[position].id, -1)
        replaced = made.replacing(new)
        assert list(replaced) == [*model[:position], new, *model[position + 1 :]]
        assert replaced.by_id(new.id) is new
        assert made[position] is model[position]
        assert replaced.ids == made.ids


def entry_at(root: Any, levels: int, position: int) -> Any:
    return leaf_at(root, levels, position)[position % WIDTH]


def entries_of(root: Any, levels: int, start: int = 0) -> list[Any]:
    return [entry for _, leaf in leaves(root, levels, start) for entry in leaf]


@pytest.mark.parametrize("size", [0, 1, 32, 33, 1024, 1025, 33000])
def test_a_vector_finds_and_replaces_each_entry(size: int) -> None:
    root, levels = vector_of(list(range(size)))
    assert entries_of(root, levels) == list(range(size))
    assert [entry_at(root, levels, index) for index in range(size)] == list(range(size))
    for index in range(0, size, 37):
        changed = replaced(root, levels, index, "new")
        assert entry_at(changed, levels, index) == "new"
        assert entry_at(root, levels, index) == index
    assert len(root) <= 32


@pytest.mark.parametrize("size", [33, 1025, 33000])
def test_a_replaced_vector_shares_its_nodes(size: int) -> None:
    root, levels = vector_of(list(range(size)))
    changed = replaced(root, levels, 0, "new")
    assert [one is other for one, other in zip(root, changed, strict=True)] == [
        False,
        *[True] * (len(root) - 1),
    ]


@pytest.mark.parametrize("size", [0, 1, 31, 32, 1023, 1024, 1025, 32768])
def test_appending_keeps_the_positions_and_the_old_vector(size: int) -> None:
    root, levels = vector_of(list(range(size)))
    more, more_levels = appended(root, levels, size, range(size, size + 40))
    assert entries_of(more, more_levels) == list(range(size + 40))
    assert entries_of(root, levels) == list(range(size))


def test_an_empty_leaf_is_skipped_and_can_be_appended_to() -> None:
    root, levels = vector_of(list(range(1030)))
    for position in range(1030):
        root = removed(root, levels, position)
        assert next((first for first, _ in leaves(root, levels)), None) == (
            None if position == 1029 else (position + 1) // 32 * 32
        )
    assert root == []
    root, levels = appended(root, levels, 1030, ["next"])
    assert entry_at(root, levels, 1030) == "next"
    assert [first for first, _ in leaves(root, levels)] == [1024]


@pytest.mark.parametrize("start", [0, 31, 32, 1024, 1500, 1999, 2000, 10**18])
def test_leaves_begin_with_the_requested_one(start: int) -> None:
    root, levels = vector_of(list(range(2000)))
    expected = list(range(start // 32 * 32, 2000)) if start < 2016 else []
    assert entries_of(root, levels, start) == expected


class CollectionAgainstList(RuleBasedStateMachine):
    """Do the same to a collection and to a list, and find no difference."""

    def __init__(self) -> None:
        super().__init__()
        self.made: EntityCollection[Thing] = EntityCollection()
        self.model: list[Thing] = []
        self.arrived: list[str] = []
        self.given = 0

    @initialize(size=st.integers(0, 70))
    def begin(self, size: int) -> None:
        self.model = things(size)
        self.made = EntityCollection(self.model)
        self.arrived = [thing.id for thing in self.model]
        self.given = size

    @rule(count=st.integers(0, 35))
    def add(self, count: int) -> None:
        new = [Thing(f"n{self.given + offset}") for offset in range(count)]
        self.given += count
        self.made = self.made.adding(thing for thing in new)
        self.model += new
        self.arrived += [thing.id for thing in new]

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        ids = [thing.id for thing in self.model]
        gone = data.draw(st.lists(st.sampled_from([*ids, "never there"]), max_size=40))
        self.made = self.made.removing(entity_id for entity_id in gone)
        self.model = [thing for thing in self.model if thing.id not in gone]

    @rule(data=st.data(), value=st.integers())
    def replace(self, data: st.DataObject, value: int) -> None:
        if self.model:
            position = data.draw(st.integers(0, len(self.model) - 1))
            self.model[position] = Thing(self.model[position].id, value)
            self.made = self.made.replacing(self.model[position])

    @rule(data=st.data())
    def refuse_an_id_that_is_present(self, data: st.DataObject) -> None:
        if self.model:
            taken = data.draw(st.sampled_from(self.model))
            with pytest.raises(ValueError, match=f"two entities have the id '{taken.id}'"):
                self.made.adding([Thing("other"), taken])

    @rule()
    def copy(self) -> None:
        self.made = copy.deepcopy(pickle.loads(pickle.dumps(self.made)))  # noqa: S301 - our own

    @rule(start=st.none() | st.integers(-80, 80), stop=st.none() | st.integers(-80, 80))
    def slice(self, start: int | None, stop: int | None) -> None:
        assert self.made[start:stop] == tuple(self.model[start:stop])

    @rule(size=st.integers(1, 40), after=st.integers(-1, 120))
    def page(self, size: int, after: int) -> None:
        rest = [thing for thing in self.model if self.arrived.index(thing.id) > after]
        value, ask_on_with = self.made.page(after, size)
        assert value == tuple(rest[:size])
        if len(rest) > size:
            assert ask_on_with == self.arrived.index(rest[size - 1].id)
        else:
            assert ask_on_with is None

    @invariant()
    def they_hold_the_same(self) -> None:
        assert list(self.made) == self.model
        assert len(self.made) == len(self.model)
        assert list(self.made.ids) == [thing.id for thing in self.model]
        assert all(self.made.by_id(thing.id) is not None for thing in self.model)
        assert all(thing in self.made for thing in self.model[:3])
        assert self.made == EntityCollection(self.model)
        assert hash(self.made) == hash(EntityCollection(self.model))


TestCollectionAgainstList = CollectionAgainstList.TestCase
TestCollectionAgainstList.settings = CollectionAgainstList.TestCase.settings.__class__(
    max_examples=40, stateful_step_count=15, deadline=None
)


def all_pages(collection: EntityCollection[Thing], size: int) -> list[Thing]:
    found: list[Thing] = []
    after: int | None = -1
    while after is not None:
        value, after = collection.page(after, size)
        found += value
    return found


@given(st.integers(0, 70), st.integers(1, 35))
def test_the_pages_are_the_collection(size: int, page: int) -> None:
    assert all_pages(EntityCollection(things(size)), page) == things(size)


@pytest.mark.parametrize(("after", "size"), [(-2, 1), (-1, 0), (-2, 0), (0, -1)])
def test_a_page_begins_in_the_collection_and_has_entries(after: int, size: int) -> None:
    with pytest.raises(ValueError, match="expected after from -1 on and size from 1 on, got"):
        EntityCollection(things(3)).page(after, size)


def test_the_last_page_has_no_number_to_continue_with() -> None:
    collection = EntityCollection(things(3))
    assert [collection.page(-1, size)[1] for size in (2, 3, 4)] == [1, None, None]


@pytest.mark.parametrize("position", [0, 1, 31, 32, 33, 69])
def test_an_artifact_that_was_not_accessed_yet_is_at_its_position(position: int) -> None:
    artifacts = [{"id": f"a{number}"} for number in range(70)]
    session = wire.loads(
        json.dumps({"id": "s1", "mailboxRestoreArtifacts": artifacts}), ExchangeRestoreSession
    )
    assert session.mailbox_restore_artifacts is not None
    accessed = session.mailbox_restore_artifacts[position]
    assert (type(accessed), accessed.id) == (MailboxRestoreArtifact, f"a{position}")
    assert [artifact.id for artifact in session.artifacts] == [one["id"] for one in artifacts]


def test_a_page_costs_the_same_wherever_it_begins() -> None:
    collection = EntityCollection(things(33_000))
    first, last = (calls_of(partial(collection.page, after, 5)) for after in (-1, 32_990))
    assert last <= 2 * first


def test_a_page_continues_after_the_last_one_despite_removals() -> None:
    collection = EntityCollection(things(6))
    value, after = collection.page(-1, 2)
    assert [thing.id for thing in value] == ["t0", "t1"]
    assert after is not None
    smaller = collection.removing(["t0", "t1", "t3"]).adding([Thing("t0")])
    rest, end = smaller.page(after, 9)
    assert [thing.id for thing in rest] == ["t2", "t4", "t5", "t0"]
    assert end is None


def test_an_entity_is_in_a_collection_only_as_it_is() -> None:
    collection = EntityCollection(things(3))
    assert Thing("t1", 1) in collection
    assert Thing("t1", 2) not in collection
    assert Thing("t9", 9) not in collection
    for other in ("t1", None, 1):
        assert other not in collection  # type: ignore[comparison-overlap]
    assert collection.index(Thing("t1", 1)) == 1
    assert collection.count(Thing("t1", 1)) == 1
    assert collection.count(Thing("t9")) == 0


def test_replacing_an_unknown_entity_is_refused() -> None:
    with pytest.raises(KeyError):
        EntityCollection(things(3)).replacing(Thing("t9"))


def test_removing_an_unknown_entity_is_not_an_error() -> None:
    collection = EntityCollection(things(3))
    assert collection.removing(["t9"]) == collection
    assert collection.removing([]) == collection
    assert list(collection.removing(collection.ids)) == []


def test_order_matters() -> None:
    one, other = things(2)
    assert EntityCollection([one, other]) != EntityCollection([other, one])
    assert EntityCollection([one]) != EntityCollection([one, other])
    assert EntityCollection([one, other]) != EntityCollection([one])
    assert EntityCollection([one, other]) != (one, other)
    assert EntityCollection([one, other]) != [one, other]


def test_numbers_of_removed_entities_make_no_difference() -> None:
    collection = EntityCollection(things(3))
    again = collection.removing(["t2"]).adding([Thing("t2", 2)])
    assert again == collection
    assert hash(again) == hash(collection)
    assert again.page(-1, 2) == ((Thing("t0", 0), Thing("t1", 1)), 1)
    assert again.page(1, 2) == ((Thing("t2", 2),), None)


def test_a_collection_can_t_change() -> None:
    collection = EntityCollection(things(3))
    for name in ("_root", "_places", "other"):
        with pytest.raises(AttributeError, match=f"is immutable: {name} can't be set"):
            setattr(collection, name, ())
        with pytest.raises(AttributeError, match=f"is immutable: {name} can't be deleted"):
            delattr(collection, name)
    assert not hasattr(collection, "__dict__")
    changes: list[Any] = [
        lambda: operator.setitem(collection, 0, Thing("x")),  # type: ignore[call-overload]
        lambda: operator.delitem(collection, 0),  # type: ignore[call-overload]
        lambda: operator.setitem(collection._places.positions, "t0", 2),  # type: ignore[call-overload]
        lambda: collection + collection,  # type: ignore[operator]
    ]
    for change in changes:
        with pytest.raises((TypeError, AttributeError)):
            change()


def test_a_collection_is_shown_shortly() -> None:
    assert repr(EntityCollection(things(9))) == "<EntityCollection of 9>"
    assert repr(EntityCollection(things(9)).ids) == "<ids of <EntityCollection of 9>>"
    assert repr(EntityCollection(things(3300))) == "<EntityCollection of 3,300>"


@pytest.mark.parametrize("size", [2, 8])
def test_a_small_collection_shows_what_is_in_it(size: int) -> None:
    assert repr(EntityCollection(things(size))) == f"EntityCollection({things(size)})"


def test_an_index_is_found_in_spite_of_gaps_without_a_walk_for_each() -> None:
    collection = EntityCollection(things(500)).removing(f"t{number}" for number in range(0, 500, 3))
    rest = [thing for thing in things(500) if thing.value % 3]
    assert [collection[index] for index in range(len(rest))] == rest
    assert calls_of(lambda: collection[300]) < 20


def test_an_index_is_a_number_or_a_slice() -> None:
    with pytest.raises(TypeError):
        EntityCollection(things(3))["t1"]  # type: ignore[call-overload]


def test_a_value_that_is_not_an_entity_is_reported_by_its_position() -> None:
    with pytest.raises(TypeError, match=r"^entities: expected one at position 1, got 5$"):
        EntityCollection([Thing("t"), 5])  # type: ignore[type-var]


def test_what_it_is_made_of_is_distinguished_by_identity() -> None:
    """So a walk through all objects can tell which it has seen."""
    one, same = (EntityCollection(things(3))._places for _ in range(2))
    assert len({one, same}) == 2
