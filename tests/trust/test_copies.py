"""A root stays the same when it is copied, and in another process."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from restore_domain.operations import BackupRestoreRoot, list_sessions

from . import telling
from .reachable import mutable
from .roots import read_root, roots, roots_of_the_vectors, succeeded

SEEDS = ("0", "1", "2", "4294967295")
"""Of the hashes of texts, and so of the order of a set."""


def pickled(root: Any, protocol: int) -> Any:
    return pickle.loads(pickle.dumps(root, protocol))  # noqa: S301 - our own


COPIES: dict[str, Callable[[Any], Any]] = {
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
    **{
        f"pickle protocol {protocol}": partial(pickled, protocol=protocol)
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)
    },
}


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("name", [name for name in roots() if not name.startswith("1025")])
def test_a_copy_of_a_root_equals_it_in_every_respect(name: str, way: str) -> None:
    root = roots()[name]
    again = COPIES[way](root)
    assert again == root
    assert hash(again) == hash(root)
    assert mutable(again) == []
    if isinstance(root, BackupRestoreRoot):
        assert telling.all_of(again) == telling.all_of(root)
    assert pickle.dumps(again) == pickle.dumps(COPIES[way](again))


@pytest.mark.slow
@pytest.mark.parametrize(
    "first", [0, *(pytest.param(n, marks=pytest.mark.exhaustive) for n in (1, 2, 3))]
)
def test_a_copy_of_the_root_of_any_conformance_vector_equals_it_in_every_respect(
    first: int,
) -> None:
    for (root, method), case in islice(roots_of_the_vectors().items(), first, None, 4):
        if method not in {"reset", "create"}:  # most of which the other methods began with
            expected = telling.all_of(root)
            for again in (copy.deepcopy(root), pickle.loads(pickle.dumps(root))):  # noqa: S301
                assert again == root, case
                assert telling.all_of(again) == expected, case


def test_read_entities_are_copied_whether_or_not_they_were_accessed() -> None:
    untouched, touched = read_root(3), read_root(3)
    telling.all_of(touched)
    for root in (untouched, touched):
        for again in (copy.deepcopy(root), pickle.loads(pickle.dumps(root))):  # noqa: S301
            assert again == read_root(3)
            assert telling.all_of(again) == telling.all_of(read_root(3))


def test_a_page_continues_in_a_copy() -> None:
    root = telling.history()[0]
    token = list_sessions(root, top=2).skip_token
    expected = list_sessions(root, top=2, skip_token=token)
    for again in (copy.deepcopy(root), pickle.loads(pickle.dumps(root))):  # noqa: S301
        assert list_sessions(again, top=2, skip_token=token) == expected


def test_a_copy_and_its_original_continue_in_the_same_way() -> None:
    root = read_root(3)
    again = pickle.loads(pickle.dumps(root))  # noqa: S301
    assert succeeded(again) == succeeded(root)


@cache
def reported(seed: str, sent: str = "") -> Any:
    """Return the output of a process whose texts hash by this seed."""
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, str(Path(telling.__file__))],
        input=sent,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONHASHSEED": seed},
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_texts_do_hash_differently() -> None:
    code = "print(hash('failed'))"
    hashes = {
        subprocess.run(  # noqa: S603 - our own
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in SEEDS[1:]
    }
    assert len(hashes) == len(SEEDS) - 1


@pytest.mark.parametrize("seed", SEEDS[1:])
def test_order_json_and_pickle_do_not_depend_on_hashes(seed: str) -> None:
    expected = reported(SEEDS[0])
    assert reported(seed) == expected
    answer = expected["answer"]
    assert answer["root"] == json.loads(json.dumps(telling.all_of(telling.history()[0])))


@pytest.mark.parametrize("seed", SEEDS[1:])
def test_a_value_pickled_in_one_process_is_found_by_its_hash_in_another(seed: str) -> None:
    answer = reported(seed, reported(SEEDS[0])["pickled"])["answer"]
    assert answer["equal"]
    assert answer["found"]
    assert answer["sessions found"]
    assert all(answer["sessions found"])
    assert all(answer["artifacts found"])
    assert answer["known"] == answer["root"]
