"""The trial of a mutant as a program: what ``verify`` detects, and nothing else.

A forked process has the original package, and asks; another, forked from that, has the mutant, and
answers over pipes as a program would. If the mutant is in a function that the import of the package
does not call, only the code of that function is replaced; else the package is imported again.
"""

import ast
import gc
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Collection, Iterator, Mapping
from functools import cache, lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, NoReturn

from cosmic_ray.work_item import MutationSpec

from restore_domain.verification.comparison import Difference
from restore_domain.verification.histories import Call, HistoryRun
from restore_domain.verification.search import find_counterexample
from restore_domain.verification.system import SYSTEM_METHODS, RefusedError
from restore_domain.verification.vectors import Case, run_case
from tests.every_vector import CASES
from tests.mutation.mutants import changed, diff
from tests.mutation.patched import (
    first_difference,
    function_at,
    functions_of_package,
    lines_of,
    replacement,
)
from tests.mutation.reached import cases_reaching, is_imported
from tests.mutation.selection import PACKAGE
from tests.mutation.trial import BYTES, ROOT, MutatedModule, forked
from tests.mutation.trials import named
from tests.mutation.unseen import is_unseen

SECONDS = 5
"""Processor time for an answer: a mutant that takes longer counts as detected."""

SOME = 200
"""How many vectors are run on a mutant that no program can show, according to the list: enough to
find an entry of the list that says too much.
"""

BY_VECTORS, BY_HISTORIES = "noticed by a vector", "noticed by a history"
"""The beginning of the last line of a trial's log, unless nothing detected the mutant."""


class NoticedError(Exception):
    """The mutant gave a wrong answer, or none."""


class MutantProgram:
    """A mutant of the package, in a separate process."""

    methods: Collection[str] = SYSTEM_METHODS

    def __init__(self, module: Path, text: str) -> None:
        """Start it."""
        (asked, self._to), (self._from, answered) = os.pipe(), os.pipe()
        self._child = os.fork()
        if not self._child:
            os.close(self._to)
            os.close(self._from)
            _answer(module, text, asked, answered)
        os.close(asked)
        os.close(answered)
        self._answers = os.fdopen(self._from, "rb")

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        """Return the result; raises RefusedError, and NoticedError if there is no answer."""
        try:
            _write(self._to, json.dumps([method, params]).encode() + b"\n")
        except BrokenPipeError:
            raise NoticedError("it ended") from None
        line = self._answers.readline()
        if not line:
            raise NoticedError("it gave no answer")
        answer = json.loads(line)
        if "refused" in answer:
            raise RefusedError(*answer["refused"])
        return answer["result"]

    def close(self) -> None:
        """End it."""
        os.close(self._to)
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _answer(module: Path, text: str, asked: int, answered: int) -> NoReturn:
    """Import the package with the mutant in it, and answer until there are no more calls."""
    try:
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        if not _patch(module, text):
            for name in _with_importers(".".join(module.with_suffix("").parts)):
                sys.modules.pop(name, None)
            sys.meta_path.insert(0, MutatedModule(ROOT / module, text))
        from restore_domain.verification import system  # noqa: PLC0415 - that of the mutant

        reference = system.ReferenceSystem()
        for line in os.fdopen(asked, "rb"):
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            method, params = json.loads(line)
            answer: dict[str, Any]
            try:
                answer = {"result": reference.call(method, params)}
            except system.RefusedError as refused:
                answer = {"refused": [refused.code, refused.http_status]}
            except Exception as error:  # noqa: BLE001 - a program that fails goes on
                answer = {"refused": [repr(error), 0]}
            _write(answered, json.dumps(answer).encode() + b"\n")
    except BaseException:  # noqa: BLE001 - it must not go on as its parent would
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(1)


def _patch(module: Path, text: str) -> bool:
    """Replace the code of the function that is changed; return whether that is enough."""
    function = function_at(module, first_difference(module, text))
    if function is None or is_imported(module, lines_of(function.body)):
        return False
    found = replacement(_functions(), module, function, text)
    if found is None:
        return False
    for cached in _caches():
        cached.cache_clear()
    patched, code = found
    patched.__code__ = code
    return True


_functions = cache(functions_of_package)


@cache
def _caches() -> list[Any]:
    """Return the functions of the package that keep their results."""
    kept = type(lru_cache(str))
    return [
        each
        for each in gc.get_objects()
        if type(each) is kept and each.__module__.partition(".")[0] == PACKAGE.name
    ]


def _with_importers(name: str) -> set[str]:
    """Return a module, and all that import it: other loaded modules are unaffected."""
    found, new = {name}, {name}
    while new:
        new = {one for one, imported in _imports().items() if imported & new} - found
        found |= new
    return found


@cache
def _imports() -> dict[str, set[str]]:
    """Return what each module of the package imports, of all that are loaded."""
    return {
        name: {
            imported
            for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module is not None
            for imported in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
        }
        for name, module in sys.modules.items()
        if name.partition(".")[0] == PACKAGE.name and module.__file__ is not None
    }


class FirstDifference(HistoryRun):
    """A history that is not shrunk: it is enough that it shows a difference."""

    def step(self, call: Call, /) -> Difference | None:
        found = super().step(call)
        if found is not None:
            raise NoticedError(f"{found.rule} at {found.path}")
        return None


def _cases(mutation: MutationSpec, killers: Path, most: int | None) -> Iterator[Case]:
    """Yield this many of the cases that may detect a mutant, or all of them without a number.

    Those come first that detected earlier ones; if not all are taken, the others stand at even
    distances.
    """
    reaching = cases_reaching(mutation.module_path, mutation.start_pos[0])
    before = killers.read_text("utf-8").split("\n") if killers.exists() else []
    first = dict.fromkeys(name for name in reversed(before) if name in reaching)
    others = [name for name in reaching if name not in first]
    if most is not None:
        others = others[:: len(others) // most + 1]
    yield from (CASES[name] for name in islice(chain(first, others), most))


def _is_unseen(mutation: MutationSpec) -> bool:
    change = changed(mutation)
    return change is not None and is_unseen(named(mutation, diff(change)))


def _notices(system: MutantProgram, mutation: MutationSpec, killers: Path, examples: int) -> bool:
    unseen = _is_unseen(mutation)
    for case in _cases(mutation, killers, SOME if unseen else None):
        try:
            failed = run_case(system, case) is not None
        except (NoticedError, RefusedError):
            failed = True
        if failed:
            with killers.open("a", encoding="utf-8") as file:
                file.write(f"{case.id}\n")
            print(f"{BY_VECTORS}: {case.id}")
            return True
    if unseen:
        return False
    try:
        find_counterexample(system, max_examples=examples, seconds=None, begin=FirstDifference)
    except (NoticedError, RefusedError) as noticed:
        print(f"{BY_HISTORIES}: {noticed}")
        return True
    return False


def start(mutation: MutationSpec, text: str, log: Path, examples: int) -> int:
    """Fork, run the vectors and this many random histories on the mutant; return the process id.

    The process ends with 0 if they detect nothing.
    """
    _imports()  # once, and not in each fork
    _functions()
    _caches()
    cases_reaching(mutation.module_path, 1)

    def trial() -> int:
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        system = MutantProgram(mutation.module_path, text)
        try:
            return _notices(system, mutation, log.with_name("killers.txt"), examples)
        finally:
            system.close()

    return forked(trial, log, broken=2)
