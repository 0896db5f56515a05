"""The mutants of a module: cosmic-ray's operators, at each place of its source."""

import ast
import difflib
import re
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import OPERATOR_PROVIDERS, get_operator
from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import MutationSpec

from tests.mutation.operators import OPERATORS

OPERATOR_PROVIDERS["restore_domain"] = OPERATORS

_OF_IDENTITY: Final = re.compile(r"core/ReplaceComparisonOperator_(Is|IsNot)_|.*_(Is|IsNot)$")
_TURNED_ROUND: Final = re.compile(r"core/ReplaceComparisonOperator_(Is_IsNot|IsNot_Is)$")


def _is_tried(operator: str) -> bool:
    """Return whether the mutants of an operator may differ from the code, and from all others.

    The values that are compared by identity are members of enumerations, classes and markers: each
    of these equals only itself, and the order of their texts means nothing. So such a comparison is
    only negated.
    """
    return not _OF_IDENTITY.match(operator) or _TURNED_ROUND.match(operator) is not None


def open_session(path: Path, modules: list[Path]) -> WorkDB:
    """Begin a session of cosmic-ray, in which all mutants of these modules are pending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    session = WorkDB(path, WorkDB.Mode.create)
    init(modules, session, {})
    items = [item for item in session.work_items if _is_tried(item.mutations[0].operator_name)]
    session.clear()
    session.add_work_items(items)
    return session


@cache
def _source(module: Path) -> str:
    return module.read_text("utf-8")


@cache
def _starts(module: Path) -> list[int]:
    """Return the first line of each statement of the module."""
    return [
        min(part.lineno for part in (statement, *getattr(statement, "decorator_list", ())))
        for statement in ast.parse(_source(module)).body
    ]


@cache
def _nodes(module: Path) -> list[Any]:
    return list(ast_nodes(get_ast(_source(module))))


@cache
def _lines_of_occurrences(module: Path, operator: str) -> list[int]:
    """Return the line of each place that an operator changes."""
    positions = get_operator(operator)().mutation_positions
    return [start[0] for node in _nodes(module) for start, _ in positions(node)]


class Changed(NamedTuple):
    """A mutant: the statement of the module that is changed, before and after."""

    begin: int
    """The line before it, counted from zero."""

    end: int
    """Its last line."""

    old: str
    """Its text."""

    new: str
    """Its text with the change."""


def changed(mutation: MutationSpec) -> Changed | None:
    """Return what a mutation changes; None if the result is not valid Python.

    Only one statement is parsed, not the whole module, which would take ten times as long.
    """
    module = mutation.module_path
    lines = _source(module).splitlines(keepends=True)
    starts = [*_starts(module), len(lines) + 1]
    which = bisect_right(starts, mutation.start_pos[0]) - 1
    begin, end = starts[which] - 1, starts[which + 1] - 1
    old = "".join(lines[begin:end])
    before = sum(line <= begin for line in _lines_of_occurrences(module, mutation.operator_name))
    try:
        operator = get_operator(mutation.operator_name)(**mutation.operator_args)
        new: str = mutate_code(old, operator, mutation.occurrence - before)
        ast.parse(new)
    except SyntaxError:
        return None
    except AttributeError:
        if "Exception" in mutation.operator_name:  # it can't replace one with a dot in its name
            return None
        raise
    return Changed(begin, end, old, new)


@cache
def _annotations(module: Path) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return where each annotation begins and ends."""
    nodes = list(ast.walk(ast.parse(_source(module))))
    found = [node.annotation for node in nodes if isinstance(node, ast.arg | ast.AnnAssign)]
    found += [node.returns for node in nodes if isinstance(node, ast.FunctionDef)]
    return [
        ((part.lineno, part.col_offset), (part.end_lineno or 0, part.end_col_offset or 0))
        for part in found
        if part is not None
    ]


def changes_an_annotation(mutation: MutationSpec) -> bool:
    """Return whether only an annotation is changed: the type checkers check these."""
    around = _annotations(mutation.module_path)
    return any(start <= mutation.start_pos < end for start, end in around)


def text(module: Path, change: Changed) -> str:
    """Return the text of the module with the change."""
    lines = _source(module).splitlines(keepends=True)
    return "".join([*lines[: change.begin], change.new, *lines[change.end :]])


def diff(change: Changed) -> str:
    """Return the lines that are changed, as a diff without its headings."""
    old, new = change.old.splitlines(), change.new.splitlines()
    lines = list(difflib.unified_diff(old, new, lineterm="", n=0))
    return "\n".join(line for line in lines[2:] if not line.startswith("@@"))
