"""The mutants of a module: cosmic-ray's operators, at each place of its source."""

import ast
import difflib
from functools import cache
from pathlib import Path

from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import OPERATOR_PROVIDERS, get_operator
from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import MutationSpec

from tests.mutation.operators import OPERATORS

OPERATOR_PROVIDERS["restore_domain"] = OPERATORS


def open_session(path: Path, modules: list[Path]) -> WorkDB:
    """Begin a session of cosmic-ray, in which all mutants of these modules are pending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    session = WorkDB(path, WorkDB.Mode.create)
    init(modules, session, {})
    return session


@cache
def _source(module: Path) -> str:
    return module.read_text("utf-8")


def mutated(mutation: MutationSpec) -> str | None:
    """Return the module's source with this mutation; None if that is no Python any more."""
    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    try:
        text: str = mutate_code(_source(mutation.module_path), operator, mutation.occurrence)
        ast.parse(text)
    except SyntaxError:
        return None
    except AttributeError:
        if "Exception" in mutation.operator_name:  # it can't replace one with a dot in its name
            return None
        raise
    return text


class _WithoutAnnotations(ast.NodeTransformer):
    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def _what_runs(source: str) -> str:
    return ast.dump(_WithoutAnnotations().visit(ast.parse(source)))


@cache
def _what_runs_of(module: Path) -> str:
    return _what_runs(_source(module))


def changes_annotations_alone(mutation: MutationSpec, text: str) -> bool:
    """Tell whether nothing that runs is changed: the type checkers hold the annotations."""
    return _what_runs_of(mutation.module_path) == _what_runs(text)


def diff(mutation: MutationSpec, text: str) -> str:
    """Return the lines that are changed, as a diff without its headings."""
    old = _source(mutation.module_path).splitlines()
    lines = list(difflib.unified_diff(old, text.splitlines(), lineterm="", n=0))
    return "\n".join(line for line in lines[2:] if not line.startswith("@@"))
