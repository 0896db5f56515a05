"""What the package defines, read from its source: public names, their places and docstrings."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "restore_domain"


class Definition(NamedTuple):
    """Where a public name is defined."""

    module: str
    name: str
    node: ast.stmt
    doc: str | None


@cache
def modules() -> Mapping[str, Path]:
    """Return the file of each module of the package, packages before what is in them."""
    files = sorted(PACKAGE.rglob("*.py"), key=lambda path: path.with_suffix("").parts)
    named = [(path.relative_to(ROOT).with_suffix("").parts, path) for path in files]
    return {".".join(part for part in parts if part != "__init__"): path for parts, path in named}


@cache
def definitions(module: str) -> dict[str, tuple[ast.stmt, str | None]]:
    """Return the definitions and imports of a module, each with its docstring."""
    return _named(parsed(module).body)


@cache
def parsed(module: str) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def public_names(module: str) -> list[str]:
    """Return the names in a module's ``__all__``."""
    node, _ = definitions(module).get("__all__", (None, None))
    return list(ast.literal_eval(node.value)) if isinstance(node, ast.Assign) else []


def defined_names(module: str) -> list[str]:
    """Return the definitions of a module that are not private; none if it is a program."""
    if module.endswith("__main__"):
        return []
    return [
        name
        for name, (node, _) in definitions(module).items()
        if not name.startswith("_") and not isinstance(node, ast.ImportFrom)
    ]


def _named(body: list[ast.stmt]) -> dict[str, tuple[ast.stmt, str | None]]:
    """Return the definitions in these statements, each with its docstring."""
    found: dict[str, tuple[ast.stmt, str | None]] = {}
    for statement, following in zip(body, [*body[1:], None], strict=True):
        match statement:
            case ast.FunctionDef(decorator_list=[ast.Name(id="overload")]):
                pass
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.setdefault(name, (statement, ast.get_docstring(statement)))
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = (statement, text_of(following))
            case ast.ImportFrom(names=names):
                for alias in names:
                    found.setdefault(alias.asname or alias.name, (statement, None))
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=declared):
                found |= _named(declared)
            case _:
                pass
    return found


def text_of(statement: ast.stmt | None) -> str | None:
    """Return the text of a statement that consists of a text, as a docstring does."""
    match statement:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return text
        case _:
            return None


def definition(module: str, name: str) -> Definition:
    """Return the definition of a public name, in the module that defines it."""
    node, doc = definitions(module)[name]
    if not isinstance(node, ast.ImportFrom):
        return Definition(module, name, node, doc)
    source = node.module or ""
    named_like_it = f"{source}.{name}" in modules()
    if named_like_it and (source == module or name not in definitions(source)):
        return Definition(
            f"{source}.{name}", "", node, ast.get_docstring(parsed(f"{source}.{name}"))
        )
    return definition(source, name)


def class_members(found: Definition) -> dict[str, str | None]:
    """Return the public attributes and methods of a class, each with its docstring."""
    if not isinstance(found.node, ast.ClassDef):
        return {}
    return {
        name: doc
        for name, (node, doc) in _named(found.node.body).items()
        if not name.startswith("_") and isinstance(node, (ast.FunctionDef, ast.AnnAssign))
    }


PUBLIC_MODULES: Final = (
    "restore_domain.status",
    "restore_domain.aggregation",
    "restore_domain.lifecycle",
    "restore_domain.model",
    "restore_domain.operations",
    "restore_domain.wire",
    "restore_domain.frames",
    "restore_domain.schemas",
    "restore_domain.sdk",
    "restore_domain.verification",
    "restore_domain.verification.laws",
    "restore_domain.verification.strategies",
    "restore_domain.verification.machine",
    "restore_domain.verification.http",
    "restore_domain",
)
"""The modules whose ``__all__`` is public; a module comes before others that offer its names again.
"""


def public_path(found: Definition) -> str:
    """Return the public path of a definition: that in the first public module that has it."""
    if not found.name:
        return found.module
    for module in PUBLIC_MODULES:
        for name in public_names(module):
            if definition(module, name)[:2] == found[:2]:
                return f"{module}.{name}"
    raise LookupError(f"{found.module}.{found.name} is not public")
