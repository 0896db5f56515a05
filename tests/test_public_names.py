"""The package's names are imported on first access, and are those declared."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import restore_domain

SOURCE = ast.parse(Path(restore_domain.__file__).read_text(encoding="utf-8"))


def declared() -> dict[str, str]:
    """Return the module of each name, as it is declared for type checkers."""
    block = next(node for node in SOURCE.body if isinstance(node, ast.If))
    return {
        alias.name: node.module or ""
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def output_of(code: str) -> str:
    """Run code in a new process, which has imported nothing yet."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - our own code


def lazily_imported() -> dict[str, str]:
    """Return the module of each name, as it is imported on first access."""
    table = next(
        node.value
        for node in SOURCE.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "_LAYER_OF"
    )
    assert table is not None
    layers: dict[str, str] = ast.literal_eval(table)
    return {name: f"restore_domain.{layer}" for name, layer in layers.items()}


def test_the_names_declared_are_those_exported() -> None:
    layers = {name for name, module in declared().items() if module == "restore_domain"}
    assert {*declared()} - layers | {"wire"} == {*restore_domain.__all__}
    assert layers <= {*dir(restore_domain)}


def test_a_name_is_imported_from_the_module_that_declares_it() -> None:
    of_names = {name: module for name, module in declared().items() if module != "restore_domain"}
    assert lazily_imported() == of_names


@pytest.mark.parametrize("name", sorted(declared()))
def test_a_name_is_what_its_module_has(name: str) -> None:
    if declared()[name] == "restore_domain":
        assert isinstance(getattr(restore_domain, name), ModuleType)
    else:
        assert getattr(restore_domain, name) is getattr(import_module(declared()[name]), name)
    assert name in dir(restore_domain)


def test_importing_the_package_imports_nothing_else() -> None:
    code = (
        "import sys, restore_domain;"
        "print(*[name for name in sys.modules"
        " if name.startswith('restore_domain.') or name in ('attr', 'cattrs', 'msgspec')])"
    )
    assert output_of(code) == ""


@pytest.mark.parametrize(
    ("code", "not_imported"),
    [
        ("from restore_domain import aggregate", "model"),
        ("from restore_domain import ExchangeRestoreSession, audit", "operations"),
        ("import restore_domain; restore_domain.operations.record", "wire"),
        ("import restore_domain; restore_domain.wire.loads", "verification"),
        ("from restore_domain import *", "verification"),
    ],
)
def test_a_name_imports_no_layer_above_its_own(code: str, not_imported: str) -> None:
    asked = f"import sys\n{code}\nprint('restore_domain.{not_imported}' in sys.modules)"
    assert output_of(asked) == "False"


def test_an_unknown_name_is_reported() -> None:
    package: Any = restore_domain
    with pytest.raises(AttributeError, match=r"'restore_domain' has no attribute 'agregat'"):
        package.agregat  # noqa: B018 - asking is enough
    assert not hasattr(package, "__wrapped__")
