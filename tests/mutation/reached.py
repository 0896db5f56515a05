"""Which vectors run which lines of the package: only these can detect a mutant of a line.

Lines that make tables when the package is imported, or fill a cache, have effects on every case.
"""

import ast
import hashlib
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from types import FrameType
from typing import Any, Final, TypeAlias

from restore_domain.verification.system import SYSTEM_METHODS, RefusedError
from restore_domain.verification.vectors import run_case
from tests.every_vector import CASES
from tests.mutation.patched import tree_of
from tests.mutation.selection import PACKAGE
from tests.mutation.trial import ROOT, run_apart

CACHE: Final = ROOT / "build" / "mutation" / "reached.pickle"

Reached: TypeAlias = dict[int, int]
"""For each line of a module the cases that run it, as the bits of a number, or `IMPORT`."""

IMPORT: Final = -1
"""Has all bits: what the import makes may be of use in each case."""

EACH: Final = (1 << len(CASES)) - 1
"""The bits of all cases."""


class _Watched:
    """The reference of a package that is imported while its lines are watched."""

    methods = SYSTEM_METHODS

    def __init__(self) -> None:
        """Import the package again, and begin with the reference."""
        self._lines: dict[str, set[int]] = {
            str(path): set() for path in (ROOT / PACKAGE).rglob("*.py")
        }
        self._watching = {path: _adding(lines.add) for path, lines in self._lines.items()}
        for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE.name]:
            del sys.modules[name]
        sys.settrace(self._watch)
        from restore_domain.verification import system  # noqa: PLC0415 - as it is watched

        sys.settrace(None)
        self._reference = system.ReferenceSystem()
        self._refused = system.RefusedError

    def _watch(self, frame: FrameType, _event: str, _argument: object) -> Any:
        return self._watching.get(frame.f_code.co_filename)

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        """Return the result; raises RefusedError."""
        sys.settrace(self._watch)
        try:
            return self._reference.call(method, params)
        except self._refused as refused:
            raise RefusedError(refused.code, refused.http_status, refused.rule) from None
        finally:
            sys.settrace(None)

    def take(self) -> Iterator[tuple[str, int]]:
        """Yield each line that was run since the last time."""
        for path, lines in self._lines.items():
            yield from ((path, line) for line in lines)
            lines.clear()


def _adding(add: Callable[[int], object]) -> Callable[[FrameType, str, object], Any]:
    def watch(frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            add(frame.f_lineno)
        return watch

    return watch


def _measure() -> dict[str, Reached]:
    watched = _Watched()
    imported = set(watched.take())
    passes: list[dict[tuple[str, int], int]] = []
    for _ in range(2):  # the first time caches are filled
        cases: dict[tuple[str, int], int] = {}
        for number, case in enumerate(CASES.values()):
            run_case(watched, case)
            for place in watched.take():
                cases[place] = cases.get(place, 0) | 1 << number
        passes.append(cases)
    first, second = passes
    found: dict[str, Reached] = {}
    for place in {*imported, *first}:
        filled = first.get(place, 0) & ~second.get(place, 0)
        bits = IMPORT if place in imported else EACH if filled else second[place]
        found.setdefault(place[0], {})[place[1]] = bits
    return found


def _digest() -> str:
    files = sorted(path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".json"})
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


@cache
def _reached() -> dict[str, Reached]:
    """Return what the vectors run, measured if that is not known."""
    digest = _digest()
    known, found = pickle.loads(CACHE.read_bytes()) if CACHE.exists() else ("", {})  # noqa: S301 - written here
    if known == digest:
        return found  # type: ignore[no-any-return]
    run_apart(partial(_store, digest), "the vectors could not be measured")
    _, found = pickle.loads(CACHE.read_bytes())  # noqa: S301 - written here
    return found  # type: ignore[no-any-return]


def _store(digest: str) -> None:
    """Measure, in a process that imports the package again."""
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    CACHE.write_bytes(pickle.dumps((digest, _measure())))


def _heading(node: ast.stmt | ast.ExceptHandler) -> range:
    """Return the lines of a statement; of one with a body, the lines before that."""
    begin = min([node.lineno, *(part.lineno for part in getattr(node, "decorator_list", ()))])
    body = getattr(node, "body", None)
    end = body[0].lineno if body else (node.end_lineno or node.lineno) + 1
    return range(begin, max(end, begin + 1))


@cache
def _headings(module: Path) -> list[range]:
    statements = ast.walk(tree_of(module))
    return [_heading(node) for node in statements if isinstance(node, ast.stmt | ast.ExceptHandler)]


@cache
def _private_values(module: Path) -> dict[range, set[int]]:
    """Return for each statement that gives a private name a value the lines that have the name."""
    uses: dict[str, set[int]] = {}
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            uses.setdefault(node.id, set()).add(node.lineno)
    return {
        _heading(node): uses.get(name, set())
        for node in tree_of(module).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in ([node.target] if isinstance(node, ast.AnnAssign) else node.targets)
        for name in [target.id if isinstance(target, ast.Name) else ""]
        if name.startswith("_")
    }


@cache
def _bits(module: Path, line: int, seen: frozenset[int] = frozenset()) -> int:
    """Return the cases that run the statement in a line, or that read the value that it makes."""
    statements = [lines for lines in _headings(module) if line in lines]
    if not statements:
        return EACH
    statement = min(statements, key=len)
    reached = _reached().get(str(ROOT / module), {})
    lines = _private_values(module).get(statement)
    if lines is not None:
        parts = [_bits(module, other, seen | lines) for other in lines - seen]
    else:
        parts = [reached.get(number, 0) for number in statement]
    bits = 0
    for part in parts:
        bits |= part
    return bits


def cases_reaching(module: Path, line: int) -> dict[str, None]:
    """Return the names of the cases that a change of this line may affect, in their order."""
    bits = _bits(module, line)
    return {name: None for number, name in enumerate(CASES) if bits >> number & 1}


def is_imported(module: Path, lines: range) -> bool:
    """Return whether the import of the package runs one of these lines."""
    reached = _reached().get(str(ROOT / module), {})
    return any(reached.get(line) == IMPORT for line in lines)
