"""The API reference describes the public names and no others, each with its docstring."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .pages import DOCS, PAGES, source_code

MODULES = [module for module in source_code.modules() if source_code.public_names(module)]
PUBLIC = {
    f"{module}.{name}": source_code.definition(module, name)
    for module in source_code.PUBLIC_MODULES
    for name in source_code.public_names(module)
}
"""Each public name as it is imported, and where it is defined."""

REFERENCE = {path.name: path.read_text("utf-8") for path in sorted((DOCS / "api").glob("*.md"))}

CODE = re.compile(r"^```py\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def described() -> Iterator[str]:
    """Return the full name of everything that the reference describes."""
    part = re.compile(r"<!-- generated: reference: (\S+) -->\n(.*?)<!-- end -->", re.DOTALL)
    for text in REFERENCE.values():
        for module, body in part.findall(text):
            yield module
            yield from (
                f"{module}.{name}" for name in re.findall(r"^### (\w+)$", body, re.MULTILINE)
            )
            anchor = re.escape(f"#{module.replace('.', '')}")  # of a value that the table describes
            for name in re.findall(rf"^\| \[`(\w+)`\]\({anchor}\) \|", body, re.MULTILINE):
                yield f"{module}.{name}"


def test_every_public_name_is_described_once_and_no_other() -> None:
    names = {source_code.public_path(found) for found in PUBLIC.values()}
    assert sorted(described()) == sorted(names | {*source_code.PUBLIC_MODULES} - {"restore_domain"})


def test_a_signature_is_python() -> None:
    found = [code for text in REFERENCE.values() for code in CODE.findall(text)]
    assert len(found) > 100
    for code in found:
        ast.parse(code)


def test_the_public_modules_are_those_of_the_promise() -> None:
    promise = re.search(
        r"## A public name\n(.*?)\n- ", (DOCS / "versioning.md").read_text("utf-8"), re.DOTALL
    )
    assert promise is not None
    named = re.findall(r"`(restore_domain[a-z_.]*)`", promise[1])
    assert sorted(named) == sorted(source_code.PUBLIC_MODULES)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_and_its_members_have_docstrings(name: str) -> None:
    found = PUBLIC[name]
    assert found.doc, f"{name} has no docstring"
    for member, doc in source_code.class_members(found).items():
        assert doc, f"{name}.{member} has no docstring"


def test_every_module_declares_its_names() -> None:
    for module in set(source_code.modules()) - set(MODULES):
        assert not source_code.defined_names(module), f"{module} has no __all__"


@pytest.mark.parametrize("module", MODULES)
def test_every_declared_name_can_be_imported(module: str) -> None:
    if module == "restore_domain.sdk":
        pytest.importorskip("kiota_abstractions", reason="needs the dependency group interop")
    loaded = importlib.import_module(module)
    assert loaded.__doc__
    for name in source_code.public_names(module):
        assert hasattr(loaded, name), f"{module} has no {name}"


def programs_of(path: Path) -> list[str]:
    """Return the Python of an example, or of each block of a page."""
    text = path.read_text("utf-8")
    blocks: list[str] = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [text] if path.suffix == ".py" else blocks


def imported_by(program: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize(
    "path", [*PAGES, *sorted((DOCS / "examples").glob("*.py"))], ids=lambda path: path.name
)
def test_an_example_imports_only_public_names(path: Path) -> None:
    names = {name for program in programs_of(path) for name in imported_by(program)}
    ours = {name for name in names if name.partition(".")[0] == "restore_domain"}
    assert ours <= {*PUBLIC, *source_code.PUBLIC_MODULES}
