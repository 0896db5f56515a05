"""The sequence that grows and shares its entries."""

import copy
import pickle
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_domain.model import PublicError, PublicErrorDetail, differences
from restore_domain.model.persistent_sequence import PersistentSequence

LISTS = st.lists(st.lists(st.integers(), max_size=70), max_size=5)


@given(LISTS)
def test_it_reads_and_compares_like_the_tuple_of_its_entries(parts: list[list[int]]) -> None:
    found: PersistentSequence[int] = PersistentSequence()
    for part in parts:
        found = found.appending(part)
    entries = tuple(entry for part in parts for entry in part)
    assert tuple(found) == entries
    assert [found[place] for place in range(len(entries))] == [*entries]
    assert found[1:-1] == entries[1:-1]
    assert found == entries
    assert entries == found
    assert found == PersistentSequence(entries)
    assert hash(found) == hash(entries)
    assert found != (*entries, 1)
    assert found.appending([1]) != entries
    assert found != [*entries]
    assert isinstance(found, Sequence)
    assert tuple(reversed(found)) == entries[::-1]
    assert [found.count(entry) for entry in entries[:3]] == list(map(entries.count, entries[:3]))
    assert pickle.loads(pickle.dumps(found)) == copy.deepcopy(found) == found  # noqa: S301
    with pytest.raises(IndexError):
        found[len(entries)]


def test_one_that_grew_leaves_the_other_as_it_was() -> None:
    one = PersistentSequence(range(40))
    assert len(one.appending([40])) == 41
    assert len(one.appending([1, 2])) == 42
    assert tuple(one) == tuple(range(40))


def test_it_can_not_be_changed() -> None:
    found: Any = PersistentSequence([1])
    with pytest.raises(AttributeError):
        found._length = 2
    with pytest.raises(AttributeError):
        del found._root


def test_its_repr_is_short() -> None:
    assert repr(PersistentSequence([1, 2])) == "(1, 2)"
    assert repr(PersistentSequence(range(8))) == "(0, 1, 2, 3, 4, 5, 6, 7)"
    assert repr(PersistentSequence(range(9))) == "<PersistentSequence of 9>"
    assert repr(PersistentSequence(range(1000))) == "<PersistentSequence of 1,000>"


def test_an_error_takes_it_as_its_details() -> None:
    details = [PublicErrorDetail(code="c", target=str(number)) for number in range(3)]
    grown = PublicError(details=PersistentSequence(details))
    plain = PublicError(details=tuple(details))
    assert grown == plain
    assert hash(grown) == hash(plain)
    assert differences(grown, plain) == ()
    shorter = PublicError(details=tuple(details[:2]))
    assert [found.path for found in differences(grown, shorter)] == ["$.details[2]"]
    wrong: Any = PersistentSequence([5])
    with pytest.raises(TypeError, match="position 0"):
        PublicError(details=wrong)
