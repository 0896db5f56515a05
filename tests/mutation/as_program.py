"""The trial of a mutant as a program: what ``verify`` detects, and nothing else.

A forked process has the original package, and asks; another, forked from that, drops the package,
imports it with the mutant, and answers over pipes as a program would.
"""

import ast
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from cosmic_ray.work_item import MutationSpec

from restore_domain.verification.comparison import Difference
from restore_domain.verification.histories import Call, HistoryRun
from restore_domain.verification.search import find_counterexample
from restore_domain.verification.system import SYSTEM_METHODS, ReferenceSystem, RefusedError
from restore_domain.verification.vectors import Case, run_case
from tests.every_vector import CASES
from tests.mutation.selection import PACKAGE
from tests.mutation.trial import BYTES, ROOT, MutatedModule, forked

SECONDS = 5
"""Processor time for an answer: a mutant that takes longer counts as detected."""


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


@cache
def _reaching(module: Path) -> dict[str, dict[str, None]]:
    """Return for each function of a module by its name the cases that call it."""
    found: dict[str, dict[str, None]] = {}
    path = str(ROOT / module)

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename == path:
            found.setdefault(frame.f_code.co_name, {})[case.id] = None

    system = ReferenceSystem()
    sys.setprofile(watch)
    for case in CASES.values():
        run_case(system, case)
    sys.setprofile(None)
    return found


def _cases(mutation: MutationSpec, killers: Path) -> Iterator[Case]:
    """Yield the cases that may detect a mutant, those first that detected earlier ones.

    Any case may detect a mutant outside of functions that are called after the import.
    """
    reaching = _reaching(mutation.module_path).get(mutation.definition_name or "", CASES)
    before = killers.read_text("utf-8").split("\n") if killers.exists() else []
    first = dict.fromkeys(name for name in reversed(before) if name in reaching)
    yield from (CASES[name] for name in first)
    yield from (case for name, case in CASES.items() if name in reaching and name not in first)


def _notices(system: MutantProgram, mutation: MutationSpec, killers: Path, examples: int) -> bool:
    for case in _cases(mutation, killers):
        try:
            failed = run_case(system, case) is not None
        except (NoticedError, RefusedError):
            failed = True
        if failed:
            with killers.open("a", encoding="utf-8") as file:
                file.write(f"{case.id}\n")
            print(f"{BY_VECTORS}: {case.id}")
            return True
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
    _reaching(mutation.module_path)

    def trial() -> int:
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        system = MutantProgram(mutation.module_path, text)
        try:
            return _notices(system, mutation, log.with_name("killers.txt"), examples)
        finally:
            system.close()

    return forked(trial, log, broken=2)
