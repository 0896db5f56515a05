"""The core knows nothing of the world, and keeps nothing of what it did (rule S7)."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator, MutableMapping, MutableSequence, MutableSet
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import restore_domain
from restore_domain import ExchangeRestoreSession, wire
from restore_domain.verification.vectors import load_vectors
from tests.wire.ways import OTHER_WAYS

from . import pure_run
from .roots import read_root, succeeded, use

MODULES = pure_run.modules()
MUTABLE = (MutableMapping, MutableSequence, MutableSet, bytearray)


def test_S7_every_vector_passes_where_nothing_of_the_world_can_be_known(tmp_path: Path) -> None:
    program = str(Path(pure_run.__file__))
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, program], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "modules": len(MODULES),
        "cases": sum(len(vectors.cases) for vectors in load_vectors()),
        "failures": [],
        "ways out": [],
    }


def test_S7_every_module_of_the_core_is_imported_there() -> None:
    package = Path(restore_domain.__file__).parent
    beside = {"__init__", "__main__", "cli", "diagrams", "examples", "vectors", "verification"}
    beside |= {"pytest_plugin"}
    floors = {path.stem for path in package.iterdir() if not path.stem.startswith("__pycache")}
    assert floors - beside - {"py"} == set(pure_run.FLOORS)
    assert {"restore_domain.operations.root", "restore_domain.wire"} <= set(MODULES)


RUNS_TEXT = {"eval", "__import__", "import_module", "pickle", "marshal", "shelve"}
COMPILES = {
    *("construction", "wire.reading", "wire.typed", "wire.writing"),  # of names of attributes
    "model.persistent_vector",  # of numbers
}
"""Where functions are made of texts, and what the texts are made of."""


@pytest.mark.parametrize("name", MODULES)
def test_nothing_that_was_read_is_run(name: str) -> None:
    tree = ast.parse(inspect.getsource(importlib.import_module(name)))
    nodes = list(ast.walk(tree))
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    used |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    used |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert not used & RUNS_TEXT
    assert "exec" not in used or name.removeprefix("restore_domain.") in COMPILES


def globals_of(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name, value in vars(module).items():
        if not name.startswith("__") and isinstance(value, MUTABLE):
            yield f"{module.__name__}.{name}", value


def test_no_public_name_of_the_core_is_something_that_can_change() -> None:
    for name in MODULES:
        module = importlib.import_module(name)
        public = getattr(module, "__all__", ())
        assert [held for held, _ in globals_of(module) if held.rpartition(".")[2] in public] == []


@pytest.fixture
def work() -> Any:
    """Do something of everything, with other ids and texts each time."""

    def do(number: int) -> None:
        for way in OTHER_WAYS:
            root = read_root(3 + number, way, mark=str(number))
            use(root)
            use(succeeded(root).root)
        with pytest.raises(wire.WireError):
            wire.loads(f'{{"id": {number}, "new{number}": 1}}', ExchangeRestoreSession)

    do(0)
    return do


def test_S7_no_module_keeps_anything_of_what_was_done(work: Any) -> None:
    held = dict(pair for name in MODULES for pair in globals_of(importlib.import_module(name)))
    assert held
    before = {name: repr(value) for name, value in held.items()}
    work(1)
    assert {name: repr(value) for name, value in held.items()} == before


def caches() -> dict[str, Any]:
    found = {}
    for name in MODULES:
        for known_as, value in vars(importlib.import_module(name)).items():
            if isinstance(value, functools._lru_cache_wrapper):
                found[f"{name}.{known_as}"] = value
    return found


def test_S7_what_is_compiled_is_kept_by_classes_alone_and_so_never_grows(work: Any) -> None:
    known = caches()
    assert known
    before = {name: cache.cache_info().currsize for name, cache in known.items()}
    work(2)
    assert {name: cache.cache_info().currsize for name, cache in known.items()} == before
