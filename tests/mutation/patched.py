"""The quick trial of a mutant within a function: only the function's code is replaced.

A process that has imported the package and collected the tests is forked for each mutant. The tests
that run the changed line are run, the shortest first. So a trial takes milliseconds, whereas
importing the package again takes a second.

A function that the package calls while it is imported has left its results in tables by then: it is
left to the trial that imports the mutant, like code outside of functions. A function that modules
of tests call while they are imported may have left results in parameters of tests: if the quick
trial does not detect its mutant, that trial tries it again.
"""

import ast
import gc
import resource
import signal
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Final, TypeAlias

import pytest
from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import MutationSpec, WorkItem

from tests.mutation.equivalents import Mutant
from tests.mutation.measured import COLLECTION, IMPORT, Measured, import_package, measured
from tests.mutation.selection import PACKAGE, tests_of
from tests.mutation.trial import BYTES, OPTIONS, ROOT, forked, run_apart
from tests.mutation.trials import UNDECIDED, Start, Trials

_NOTHING: Final = Measured(0.0, {})


def _functions(body: Sequence[ast.stmt]) -> Iterator[ast.FunctionDef]:
    """Return the outermost functions."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef):
            yield statement
        elif isinstance(statement, ast.ClassDef):
            yield from _functions(statement.body)


@cache
def tree_of(module: Path) -> ast.Module:
    """Return the parsed text of a module."""
    return ast.parse(module.read_text("utf-8"))


def first_difference(module: Path, text: str) -> int:
    """Return the first line that is changed."""
    pairs = zip(module.read_text("utf-8").splitlines(), text.splitlines(), strict=False)
    return next(number for number, (old, new) in enumerate(pairs, 1) if old != new)


def function_at(module: Path, line: int) -> ast.FunctionDef | None:
    """Return the outermost function that has this line in its body."""
    found = _functions(tree_of(module).body)
    return next((function for function in found if line in lines_of(function.body)), None)


def lines_of(statements: Sequence[ast.stmt]) -> range:
    return range(statements[0].lineno, (statements[-1].end_lineno or 0) + 1)


def _statement_at(function: ast.FunctionDef, line: int) -> range:
    """Return the lines of the innermost statement in a function that this line is in."""
    statements = [lines_of([node]) for node in ast.walk(function) if isinstance(node, ast.stmt)]
    return min((lines for lines in statements if line in lines), key=len)


def _code_at(code: CodeType, line: int, name: str) -> CodeType | None:
    """Return the code of the function that begins there."""
    places = {(inner.co_name, inner.co_firstlineno): inner for inner in _codes(code)}
    return places.get((name, line))


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


Place: TypeAlias = tuple[str, str, int]
"""The file, the name and the first line of a function."""


def functions_of_package() -> dict[Place, FunctionType]:
    """Return the functions of all modules that are imported."""
    functions = [each for each in gc.get_objects() if type(each) is FunctionType]
    return {
        (code.co_filename, code.co_name, code.co_firstlineno): function
        for function in functions
        if (code := function.__code__).co_filename.startswith(str(ROOT / PACKAGE))
    }


def replacement(
    functions: Mapping[Place, FunctionType], module: Path, function: ast.FunctionDef, text: str
) -> tuple[FunctionType, CodeType] | None:
    """Return a function, and its code in a changed text; None if the one can't have the other."""
    first = min([function.lineno, *(part.lineno for part in function.decorator_list)])
    patched = functions.get((str(ROOT / module), function.name, first))
    with warnings.catch_warnings(action="ignore"):  # of a comparison that can't be right
        code = _code_at(compile(text, str(ROOT / module), "exec"), first, function.name)
    if patched is None or code is None or patched.__code__.co_freevars != code.co_freevars:
        return None
    return patched, code


class Patching:
    """A plugin of pytest that tries mutants instead of running the tests."""

    def __init__(self, measured: Mapping[str, Measured], try_all: Callable[[Start], None]) -> None:
        """Store what the tests run, and how trials are started."""
        self._measured = measured
        self._try_all = try_all

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try the mutants.

        The tests that are most likely to detect a mutant are run first, and among these the
        shortest, but a second case of a test only after the first case of each.
        """
        self._session = session
        cases: Counter[str] = Counter()
        order: dict[pytest.Item, tuple[int, float]] = {}
        for item in session.items:
            if item.nodeid in self._measured:
                test = item.nodeid.partition("[")[0]
                order[item] = cases[test], self._measured[item.nodeid].seconds
                cases[test] += 1
        self._items = sorted(order, key=order.__getitem__)
        gc.unfreeze()
        self._functions = functions_of_package()
        gc.freeze()
        self._try_all(self.start)
        return True

    def start(self, mutation: MutationSpec, text: str, log: Path) -> int | None:
        """Fork, and run the tests; None if the mutant has to be imported.

        The process ends with 0 if no test detected it, and with UNDECIDED if it has to be imported
        after all.
        """
        module = mutation.module_path
        line = first_difference(module, text)
        function = function_at(module, line)
        if function is None:
            return None
        body = lines_of(function.body)
        if self._runs(IMPORT, module, body):
            return None
        found = replacement(self._functions, module, function, text)
        if found is None:
            return None
        patched, code = found
        changed = _statement_at(function, line)
        chosen = [item for item in self._items if self._runs(item.nodeid, module, changed)]
        first_files = frozenset(tests_of(module)[0])
        chosen.sort(key=lambda item: item.location[0] not in first_files)
        in_vain = UNDECIDED if self._runs(COLLECTION, module, body) else 0
        return self._fork(patched, code, chosen, in_vain, log)

    def _runs(self, test: str, module: Path, lines: range) -> bool:
        ran = self._measured.get(test, _NOTHING).lines.get(str(module), frozenset())
        return not ran.isdisjoint(lines)

    def _fork(
        self,
        patched: FunctionType,
        code: CodeType,
        chosen: Sequence[pytest.Item],
        in_vain: int,
        log: Path,
    ) -> int:
        def trial() -> int:
            resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
            patched.__code__ = code
            return in_vain if self._all_pass(chosen) else 1

        return forked(trial, log)

    def _all_pass(self, chosen: Sequence[pytest.Item]) -> bool:
        for item, following in zip(chosen, [*chosen, None][1:], strict=True):
            # A trial that takes so much longer is in an endless loop, and the signal ends it.
            signal.setitimer(signal.ITIMER_PROF, 1 + 5 * self._measured[item.nodeid].seconds)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._session.testsfailed:
                return False
        return True


def try_quickly(
    path: Path,
    jobs: int,
    items: Sequence[WorkItem],
    files: Sequence[str],
    without: Callable[[Mutant], bool],
) -> set[str]:
    """Try mutants in a process that has imported the package; return the jobs with a result.

    Raises SystemExit if the tests fail without any mutation.
    """
    results = measured(files)
    done = Path(f"{path}.done")
    done.unlink(missing_ok=True)

    def try_all(start: Start) -> None:
        trials = Trials(WorkDB(path, WorkDB.Mode.open), jobs, start, without)
        trials.run(items)
        done.write_text("\n".join(trials.decided), "utf-8")

    def work() -> None:
        import_package()
        pytest.main([*OPTIONS, "--capture=no", *files], plugins=[Patching(results, try_all)])
        if not done.exists():
            raise RuntimeError("no mutant was tried")

    run_apart(work, "the tests can't be run without any mutation")
    return set(done.read_text("utf-8").splitlines())
