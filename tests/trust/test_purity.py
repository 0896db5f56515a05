"""The core does not interact with the world, and keeps no state (rule S7)."""

from __future__ import annotations

import ast
import functools
import gc
import importlib
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator, MutableMapping, MutableSequence, MutableSet
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import restore_domain
from restore_domain import ExchangeRestoreSession, frozen, wire
from restore_domain.model.collection import Unread
from tests.every_vector import VECTORS
from tests.wire.ways import OTHER_WAYS, in_full, outcome

from . import pure_run
from .roots import document, holding, read_root, succeeded, use

pytestmark = pytest.mark.usefixtures("every_document_is_large")

MODULES = pure_run.modules()
MUTABLE = (MutableMapping, MutableSequence, MutableSet, bytearray)


@pytest.mark.slow
def test_S7_every_vector_passes_without_io_clock_or_environment(tmp_path: Path) -> None:
    program = str(Path(pure_run.__file__))
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, program], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "imported before": [],
        "modules": len(MODULES),
        "locks": 1,  # under which the schemas are built
        "cases": sum(
            len(vectors.cases) for vectors in VECTORS if vectors.name not in pure_run.NOT_RUN
        ),
        "failures": [],
        "ways out": [],
    }


def test_S7_every_module_of_the_core_is_imported_there() -> None:
    package = Path(restore_domain.__file__).parent
    beside = {"__init__", "__main__", "cli", "diagrams", "examples", "vectors", "verification"}
    beside |= {"frames", "html_table", "pydantic_fields", "pytest_plugin", "schemas", "sdk"}
    modules = {path.stem for path in package.iterdir() if not path.stem.startswith("__pycache")}
    assert modules - beside - {"py"} == set(pure_run.LAYERS)
    assert {"restore_domain.operations.root", "restore_domain.wire"} <= set(MODULES)


RUNS_TEXT = {"eval", "__import__", "import_module", "pickle", "marshal", "shelve"}


@pytest.mark.parametrize("name", MODULES)
def test_nothing_that_was_read_is_executed(name: str) -> None:
    tree = ast.parse(inspect.getsource(importlib.import_module(name)))
    nodes = list(ast.walk(tree))
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    used |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    used |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    by_name = {"import_module"} if name == "restore_domain.model.pydantic_hook" else set()
    assert not used & RUNS_TEXT - by_name  # which names a module of ours
    assert "exec" not in used or name == frozen.__name__


def test_one_call_of_the_whole_package_makes_code_of_a_text() -> None:
    package = Path(restore_domain.__file__).parent
    found = []
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node, "id", None) or getattr(node, "attr", None)
            is_compile = isinstance(node, ast.Name) and name == "compile"  # not that of `re`
            if name in {"exec", "eval", "__import__"} or is_compile:
                found.append((path.relative_to(package).as_posix(), name))
    assert found == [("frozen.py", "exec")]


def test_no_text_that_was_read_becomes_code(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []

    def noted(text: str, scope: dict[str, Any]) -> None:
        compiled.append(text)
        exec(text, scope)  # noqa: S102 - the text is that of the package

    monkeypatch.setattr(frozen, "exec", noted, raising=False)
    values: Any = json.loads(document(3, "4711"))
    values["mailboxRestoreArtifacts"][1] |= {"4711 = 4711": "4711", "import 4711": {"4711": [4711]}}
    for way in OTHER_WAYS.values():
        use(holding(way(json.dumps(values), ExchangeRestoreSession)))
    assert len(compiled) >= 3
    assert [text for text in compiled if "4711" in text] == []


def globals_of(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name, value in vars(module).items():
        if not name.startswith("__") and isinstance(value, MUTABLE):
            yield f"{module.__name__}.{name}", value


def test_no_public_name_of_the_core_is_something_that_can_change() -> None:
    for name in MODULES:
        module = importlib.import_module(name)
        public = getattr(module, "__all__", ())
        assert [
            stored for stored, _ in globals_of(module) if stored.rpartition(".")[2] in public
        ] == []


@pytest.fixture
def work() -> Any:
    """Use everything, with other ids and texts each time."""

    def do(number: int) -> None:
        for way in OTHER_WAYS:
            root = read_root(3 + number, way, mark=str(number))
            use(root)
            use(succeeded(root).root)
        with pytest.raises(wire.WireError):
            wire.loads(f'{{"id": {number}, "new{number}": 1}}', ExchangeRestoreSession)

    for cache in caches().values():  # one that other tests have filled would not grow
        cache.cache_clear()
    do(0)
    return do


def test_S7_no_module_keeps_state(work: Any) -> None:
    stored = dict(pair for name in MODULES for pair in globals_of(importlib.import_module(name)))
    assert stored
    before = {name: repr(value) for name, value in stored.items()}
    work(1)
    assert {name: repr(value) for name, value in stored.items()} == before


def caches() -> dict[str, Any]:
    found = {}
    for name in MODULES:
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, functools._lru_cache_wrapper):
                found[f"{value.__module__}.{value.__qualname__}"] = value
    return found


LEARNS = {"restore_domain.wire.schema.decoder_of", "restore_domain.wire.schema._made_struct"}
"""The caches that depend on the names of unknown properties."""


def sizes() -> dict[str, int]:
    return {name: cache.cache_info().currsize for name, cache in caches().items()}


def make_room() -> None:
    """Drop the schemas of other tests: a cache that is full does not grow."""
    for name in LEARNS:
        caches()[name].cache_clear()


def test_S7_only_schemas_are_cached_by_names_in_documents(work: Any) -> None:
    make_room()
    before = sizes()
    assert before.keys() > LEARNS
    work(2)
    after = sizes()
    assert {name for name in after if after[name] != before[name]} == LEARNS


def test_S7_unbounded_caches_are_keyed_only_by_classes(work: Any) -> None:
    unbounded = {
        name for name, cache in caches().items() if cache.cache_parameters()["maxsize"] is None
    }
    assert unbounded
    assert not unbounded & LEARNS
    make_room()
    before = sizes()
    for number in range(3):
        work(10 + number)
        limits = wire.WireLimits(entries=1000 + number, digits=20 + number)
        wire.loads(document(2), ExchangeRestoreSession, limits=limits)
        with pytest.raises(wire.WireError):
            wire.loads('{"id": 5}', ExchangeRestoreSession, limits=limits)
    after = sizes()
    assert {name: after[name] for name in unbounded} == {name: before[name] for name in unbounded}
    assert {name for name in after if after[name] > before[name]} >= LEARNS


def structs(kind: type = Unread) -> int:
    """Return how many classes of unread structs there are."""
    below: list[type] = type.__subclasses__(kind)
    return len(below) + sum(map(structs, below))


@pytest.mark.slow
def test_S7_uncached_schemas_are_freed() -> None:
    """Documents with ever new names are read and written in bounded memory."""

    def read(number: int) -> None:
        artifact = {"id": "a1", "status": "failed", f"new{number}": number}
        text = json.dumps({"id": "s1", "mailboxRestoreArtifacts": [artifact]})
        session = wire.loads(text, ExchangeRestoreSession)
        for included in (True, False):
            wire.dumps(session, include_unknown_enum_members=included)
            wire.to_json_value(session, include_unknown_enum_members=included)
        hash(session)

    most = max(caches()[name].cache_parameters()["maxsize"] for name in LEARNS)
    for number in range(most):
        read(number)
    gc.collect()
    before = structs()
    for number in range(most, most + 50):
        read(number)
    gc.collect()
    assert structs() <= before


def test_S7_names_learned_from_other_documents_change_no_answer() -> None:
    texts = [document(3), document(3).replace("failed", "later"), '{"id": 5, "new": 1}', "[]"]
    texts += [document(2).replace('"restoredItemCount": 1', '"restoredItemCount": 1.5')]

    def answers() -> list[Any]:
        return [
            [in_full(found), problems, wire.dumps(found) if found else None]
            for text in texts
            for way in OTHER_WAYS.values()
            for found, problems in [outcome(partial(way, text, ExchangeRestoreSession))]
        ]

    for cache in caches().values():
        cache.cache_clear()
    first = answers()
    for number in range(30):
        wire.loads(document(2, str(number)), ExchangeRestoreSession)
    assert answers() == first
