"""The reference of the API is complete, and every public name says what it is."""

import importlib
import re

import pytest

from .pages import DOCS, generate

MODULES = [module for module in generate.modules() if generate.public_names(module)]
REFERENCE = "\n".join(path.read_text("utf-8") for path in sorted((DOCS / "api").glob("*.md")))


def described() -> set[str]:
    """Return the full name of everything that the reference describes."""
    found = set()
    for module, options in re.findall(
        r"^\.\. automodule:: (\S+)\n((?:   :.*\n)*)", REFERENCE, re.MULTILINE
    ):
        members = re.search(r":members: (.*)", options)
        names = members[1].split(", ") if members else []
        found |= {module, *(f"{module}.{name}" for name in names)}
    return found


def test_every_module_declares_its_public_names() -> None:
    for module in set(generate.modules()) - set(MODULES):
        assert not generate.defined_names(module), f"{module} has no __all__"


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_is_described(module: str) -> None:
    known = described()
    for name in generate.public_names(module):
        found = generate.definition(module, name)
        full = f"{found.module}.{found.name}".rstrip(".")
        assert full in known, f"{full} is in no page below docs/api"
        assert found.doc, f"{full} has no docstring"
        for member, doc in generate.class_members(found).items():
            assert doc, f"{full}.{member} has no docstring"


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_can_be_imported(module: str) -> None:
    loaded = importlib.import_module(module)
    assert loaded.__doc__
    for name in generate.public_names(module):
        assert hasattr(loaded, name), f"{module} has no {name}"


def test_nothing_is_described_twice() -> None:
    modules = re.findall(r"^\.\. automodule:: (\S+)$", REFERENCE, re.MULTILINE)
    assert len(modules) == len(set(modules))
