"""The trial of a mutant: a forked process that imports it, and runs the tests of its module.

A fork of a process that has imported pytest and Hypothesis, but nothing of the package, is much
cheaper than a new interpreter for each mutant. The mutant is never written to a file.
"""

import gc
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import NoReturn

os.environ["HYPOTHESIS_NO_PLUGINS"] = "1"  # the package has one, and would be imported by it

import hypothesis.stateful
import pytest

for _name in ("attrs", "cattrs", "msgspec", "rpds"):  # so that no trial has to import them
    import_module(_name)
gc.freeze()

ROOT = Path(__file__).parents[2]

SECONDS = 20
"""Processor time of a test, and of what comes before it: one that takes longer is in an endless
loop, and the mutant counts as detected. All tests of a module may well take longer together.
"""

BYTES = 4 << 30
"""Memory of a trial."""

OPTIONS = (
    *("--exitfirst", "--quiet", "--no-header", "--tb=line", "--hypothesis-profile=mutation"),
    "--assert=plain",  # else pytest loads the package itself, which has a plugin, without a mutant
    *("-p", "no:cacheprovider", "-p", "no:anyio"),  # only for speed
)

hypothesis.settings.register_profile(
    "mutation",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=25,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)


class MutatedModule(SourceFileLoader):
    """Finds and loads one module from a changed text."""

    def __init__(self, path: Path, text: str) -> None:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        super().__init__(name.removesuffix(".__init__"), str(path))
        if self.name in sys.modules:
            raise RuntimeError(f"{self.name} is imported already: no trial would see its mutants")
        self.text = text

    def find_spec(
        self, name: str, _path: object = None, _target: object = None
    ) -> ModuleSpec | None:
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, _fullname: str) -> CodeType:
        return compile(self.text, self.path, "exec", dont_inherit=True)


class _LimitedTests:
    """A plugin of pytest that gives each test its own time."""

    def pytest_runtest_logstart(self) -> None:
        _begin_to_count()


def _begin_to_count() -> None:
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # the signal ends the process


def _run(files: Sequence[str]) -> int:
    return pytest.main([*OPTIONS, *files], plugins=[_LimitedTests()])


def start(loader: MutatedModule | None, stages: Sequence[Sequence[str]], log: Path) -> int:
    """Fork, run the stages until one fails, and return the process id.

    The process ends with 0 if all tests passed.
    """

    def trial() -> int:
        _begin_to_count()
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        if loader is not None:
            sys.meta_path.insert(0, loader)
        return next((failed for files in stages if (failed := _run(files))), 0)

    return forked(trial, log)


def forked(trial: Callable[[], int], log: Path, *, broken: int = 1) -> int:
    """Fork, and write to this log in the child, which ends with the result of the trial.

    It ends with `broken` if the trial raises anything. Returns the child's process id.
    """

    def logged() -> int:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        return int(trial())

    return os.fork() or _end_with(logged, broken)


def run_apart(work: Callable[[], object], failure: str) -> None:
    """Do something in a forked process; raises SystemExit with this message if it fails there."""

    def done() -> int:
        work()
        return 0

    child = os.fork() or _end_with(done, 1)
    if os.waitpid(child, 0)[1]:
        raise SystemExit(failure)


def _end_with(work: Callable[[], int], broken: int) -> NoReturn:
    """End this process with a result, or with `broken` if there is none."""
    status = broken
    try:
        status = work()
    except BaseException:  # noqa: BLE001 - it must not go on as its parent would
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
