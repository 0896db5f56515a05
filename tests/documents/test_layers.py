"""Imports of the package point down the layers, without cycles."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from .pages import generate, source_code

PACKAGE = "restore_domain"
MODULES: Mapping[str, Path] = source_code.modules()
HEIGHTS = {
    f"{PACKAGE}.{module}": (number, place)
    for number, layer in enumerate(generate.LAYERS, start=1)
    for place, module in enumerate(layer.modules)
}
"""The layer of each module directly below the package, and its place within the layer."""


def imported_by(source: str) -> Iterator[str]:
    """Yield the module of each import, including those in functions and for type checkers only."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"
            for alias in node.names:
                within = f"{node.module}.{alias.name}"
                yield within if within in MODULES else node.module or ""


def imports_of(module: str) -> set[str]:
    """Yield the modules of the package that a module imports."""
    return {*imported_by(MODULES[module].read_text("utf-8"))} & {*MODULES} - {module}


def height(module: str) -> tuple[int, int]:
    """Return the layer of a module; the package is above the modules whose names it offers."""
    highest_offered = HEIGHTS[f"{PACKAGE}.wire"]
    if module == PACKAGE:
        return (highest_offered[0], len(HEIGHTS))
    return HEIGHTS[".".join(module.split(".")[:2])]


IMPORTS = {module: imports_of(module) for module in MODULES}


def test_every_module_is_in_one_layer() -> None:
    listed = [f"{PACKAGE}.{name}" for layer in generate.LAYERS for name in layer.modules]
    assert sorted(listed) == sorted({module for module in MODULES if module.count(".") == 1})


@pytest.mark.parametrize(
    ("module", "imported"),
    [(module, imported) for module in IMPORTS for imported in sorted(IMPORTS[module])],
)
def test_an_import_points_down(module: str, imported: str) -> None:
    assert height(imported) <= height(module)


def test_there_are_no_import_cycles() -> None:
    try:
        TopologicalSorter(IMPORTS).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize(
    "source",
    [
        "import restore_domain.wire.methods",
        "from restore_domain.wire import methods",
        "from restore_domain.wire.methods import METHODS",
        "def late():\n    from restore_domain.wire.methods import METHODS",
        "if TYPE_CHECKING:\n    from restore_domain.wire.methods import METHODS",
    ],
)
def test_every_kind_of_import_is_seen(source: str) -> None:
    assert [*imported_by(source)] == ["restore_domain.wire.methods"]


SAME_NAMES = {
    "aggregation": "a module of laws has the name of the layer whose rules it states",
    "history": "a module of the command line has the name of its command",
    "lifecycle": "a module of laws has the name of the layer whose rules it states",
    "schema": "a module of the command line has the name of its command",
    "status": "a module of the command line has the name of its command",
    "wire": "a module of laws has the name of the layer whose rules it states",
    "operations": "a module of laws has the name of the layer whose rules it states",
}
"""The names that two modules share, with the reason."""


def test_two_modules_have_the_same_name_only_for_a_reason() -> None:
    names = Counter(module.rpartition(".")[2] for module in MODULES)
    assert {name for name, count in names.items() if count > 1} - {"__main__"} == {*SAME_NAMES}
