"""The reference of the API in plain Markdown, generated from the source.

It reads the same in the repository and on the site: a signature is a block of code, and a public
name in a docstring is a link.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from markdown_table import table
from source_code import (
    PUBLIC_MODULES,
    Definition,
    class_members,
    definition,
    parsed,
    public_names,
    public_path,
)

API: Final = Path(__file__).parent / "api"
LONGEST: Final = 88
"""The maximum number of characters in a line of a signature."""

SHOWN_DECORATORS: Final = ("property", "cached_property", "classmethod", "staticmethod", "overload")
"""The decorators that are shown, since they say how a function is called."""


def reference(module: str) -> str:
    """Return the reference of a public module: what each of its names is, and how it is used."""
    doc = ast.get_docstring(parsed(module)) or ""
    parts = [f"## {module}", _in_markdown(doc, module), names(module)]
    for name, found in _public(module).items():
        if public_path(found) == f"{module}.{name}" and _has_section(found):
            parts += [f"### {name}", _code(found), _in_markdown(found.doc, module)]
            parts += _members(found, module)
    return "\n\n".join(parts)


def names(module: str) -> str:
    """Return the names that can be imported from a module, and where each is described."""
    return table(
        ["name", "what it is"],
        [
            [_link(name, public_path(found), module), first_sentence(found.doc)]
            for name, found in _public(module).items()
        ],
    )


def _public(module: str) -> dict[str, Definition]:
    return {name: definition(module, name) for name in public_names(module)}


def first_sentence(doc: str | None) -> str:
    """Return the first sentence of a docstring, as Markdown."""
    text = " ".join((doc or "").split())
    sentence = re.split(r"(?<=[.!])\s(?=[A-Z`])", text)[0]
    return sentence.replace("``", "`").replace("|", "\\|")


# Links


@cache
def _pages() -> dict[str, str]:
    """Return the page of each public module."""
    marker = re.compile(r"<!-- generated: (?:reference|names): (\S+) -->")
    return {
        module: path.name
        for path in sorted(API.glob("*.md"))
        for module in marker.findall(path.read_text(encoding="utf-8"))
    }


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@cache
def _targets() -> dict[str, str]:
    """Return the link to each public module and name.

    If two headings of a page differ only in case, the second gets a number.
    """
    found: dict[str, str] = {}
    taken: Counter[str] = Counter()

    def heading(module: str, text: str) -> str:
        target = f"{_pages()[module]}#{_anchor(text)}"
        taken[target] += 1
        return target if taken[target] == 1 else f"{target}-{taken[target] - 1}"

    for module in PUBLIC_MODULES:
        found[module] = heading(module, module)
        for name, of in _public(module).items():
            path = f"{module}.{name}"
            if public_path(of) == path:
                found[path] = heading(module, name) if _has_section(of) else found[module]
    return found


def _link(shown: str, path: str, module: str) -> str:
    """Return a name as a link, without the page if it is the same one."""
    page, _, anchor = _targets()[path].partition("#")
    return f"[`{shown}`]({'' if page == _pages()[module] else page}#{anchor})"


def _named(text: str, module: str) -> str:
    """Return a name in a docstring as a link if it is public, else as code."""
    package = module.rpartition(".")[0]
    for name in (text, text.rpartition(".")[0]):
        for path in (f"{module}.{name}", f"{package}.{name}", name):
            if path in _targets():
                return _link(text, path, module)
        others = [path for path in _targets() if name and path.endswith(f".{name}")]
        if others:
            return _link(text, others[0], module)
    return f"`{text}`"


def _in_markdown(doc: str | None, module: str) -> str:
    """Return a docstring as Markdown; its literals have two backticks and its names have one."""
    parts = []
    for paragraph in inspect.cleandoc(doc or "").split("\n\n"):
        if paragraph.startswith("    "):
            parts.append(f"```py\n{inspect.cleandoc(paragraph)}\n```")
            continue
        text = re.sub(r"::$", ":", paragraph)
        parts.append(
            re.sub(
                r"``(.+?)``|`(.+?)`",
                lambda found: f"`{found[1]}`" if found[1] else _named(found[2], module),
                text,
                flags=re.DOTALL,
            )
        )
    return "\n\n".join(parts)


# Signatures


def _has_section(found: Definition) -> bool:
    """Return whether a definition needs a section, in addition to the row in the module's table."""
    is_value = isinstance(found.node, (ast.Assign, ast.AnnAssign))
    says_more = first_sentence(found.doc) != " ".join((found.doc or "").replace("``", "`").split())
    return bool(found.name) and (not is_value or says_more)


def _code(found: Definition) -> str:
    return "```py\n" + "\n".join(_signature(found)) + "\n```"


def _signature(found: Definition) -> Iterator[str]:
    match found.node:
        case ast.ClassDef() as node:
            yield from _class(node)
        case ast.FunctionDef(name=name):
            yield from _functions(parsed(found.module).body, name)
        case ast.AnnAssign(annotation=annotation):
            yield f"{found.name}: {ast.unparse(annotation)}"
        case _:
            yield found.name


def _class(node: ast.ClassDef) -> Iterator[str]:
    bases = [ast.unparse(base) for base in node.bases]
    shown = ", ".join(base for base in bases if not base.startswith("_"))
    yield f"class {node.name}{f'({shown})' * bool(shown)}:"
    values = [line for statement in node.body for line in _value(statement, bases)]
    yield from map(_indented, values)
    calls = dict.fromkeys(
        statement.name
        for statement in node.body
        if isinstance(statement, ast.FunctionDef)
        and (not statement.name.startswith("_") or statement.name in {"__init__", "__call__"})
    )
    for number, name in enumerate(calls):
        if values or number:
            yield ""
        yield from (_indented(line) for line in _functions(node.body, name, LONGEST - 4))
    if not values and not calls:
        yield "    ..."


def _indented(line: str) -> str:
    return f"    {line}" if line else ""


def _value(statement: ast.stmt, bases: Iterable[str]) -> Iterator[str]:
    """Return an attribute, or a member of an enumeration."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)) if not name.startswith("_"):
            yield f"{name}: {ast.unparse(statement.annotation)}{_default(statement.value)}"
        case ast.Assign(targets=[ast.Name(id=name)]) if any("Enum" in base for base in bases):
            yield f"{name} = {ast.unparse(statement.value)}"
        case _:
            pass


def _default(value: ast.expr | None) -> str:
    """Return the default of an attribute, if it has one."""
    match value:
        case None:
            return ""
        case ast.Call(keywords=keywords):
            given = {word.arg: word.value for word in keywords}
            if "default" in given:
                return f" = {ast.unparse(given['default'])}"
            return " = ..." if "factory" in given else ""
        case _:
            return f" = {ast.unparse(value)}"


def _functions(body: Iterable[ast.stmt], name: str, width: int = LONGEST) -> Iterator[str]:
    """Return a function's signature, or those of its overloads."""
    all_of_it = [one for one in body if isinstance(one, ast.FunctionDef) and one.name == name]
    overloads = [one for one in all_of_it if "overload" in _decorators(one)]
    for number, function in enumerate(overloads or all_of_it[:1]):
        if number:
            yield ""
        yield from (f"@{one}" for one in _decorators(function) if one in SHOWN_DECORATORS)
        returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
        arguments = [*_arguments(function.args)]
        line = f"def {name}({', '.join(arguments)}){returns}: ..."
        if len(line) <= width:
            yield line
        else:
            yield from (f"def {name}(", *(f"    {one}," for one in arguments), f"){returns}: ...")


def _decorators(function: ast.FunctionDef) -> list[str]:
    return [ast.unparse(one).rpartition(".")[2] for one in function.decorator_list]


def _arguments(of: ast.arguments) -> Iterator[str]:
    positional = [*of.posonlyargs, *of.args]
    without = len(positional) - len(of.defaults)
    defaults: list[ast.expr | None] = [*([None] * without), *of.defaults]
    for place, (argument, default) in enumerate(zip(positional, defaults, strict=True), start=1):
        yield _argument(argument, default)
        if place == len(of.posonlyargs):
            yield "/"
    if of.vararg:
        yield f"*{ast.unparse(of.vararg)}"
    elif of.kwonlyargs:
        yield "*"
    for argument, default in zip(of.kwonlyargs, of.kw_defaults, strict=True):
        yield _argument(argument, default)
    if of.kwarg:
        yield f"**{ast.unparse(of.kwarg)}"


def _argument(argument: ast.arg, default: ast.expr | None) -> str:
    if default is None:
        return ast.unparse(argument)
    equals = " = " if argument.annotation else "="
    return f"{ast.unparse(argument)}{equals}{ast.unparse(default)}"


def _members(found: Definition, module: str) -> Iterator[str]:
    """Return a list of the public attributes and methods of a class, with their docstrings."""
    lines = []
    for name, doc in class_members(found).items():
        if doc:
            entry = f"- `{name}`: {_in_markdown(doc, module)}"
            lines.append(re.sub(r"\n(?=.)", "\n  ", entry))
    if lines:
        yield "\n".join(lines)
