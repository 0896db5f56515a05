"""Which test runs which lines of the package: only those tests are run on a mutant of a line."""

import hashlib
import importlib
import pickle
import time
from collections.abc import Generator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import coverage
import pytest

from tests.mutation.selection import PACKAGE, TESTS, modules
from tests.mutation.trial import OPTIONS, ROOT, run_apart

IMPORT: Final = "import"
"""Used instead of a test if the package itself runs a line, to make its tables."""

COLLECTION: Final = "collection"
"""Used instead of a test if a module of tests runs a line when it is imported."""

CACHE: Final = ROOT / "build" / "mutation" / "measured.pickle"


class Measured(NamedTuple):
    """The measurement of one test."""

    seconds: float
    """Of processor time, while the lines were counted."""

    lines: dict[str, frozenset[int]]
    """The lines that it ran, by the paths of the modules."""


def import_package() -> None:
    """Import each module that is mutated, before a test does."""
    for module in modules():
        importlib.import_module(".".join(module.with_suffix("").parts))


class _Measuring:
    """A plugin of pytest that counts the lines of each test."""

    def __init__(self, lines: coverage.Coverage) -> None:
        self._lines = lines
        self.seconds: dict[str, float] = {}

    def pytest_collection(self) -> None:
        self._lines.switch_context(COLLECTION)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._lines.switch_context(item.nodeid)
        began = time.process_time()
        result = yield
        self.seconds[item.nodeid] = time.process_time() - began
        return result


def _measure(files: Sequence[str]) -> dict[str, Measured]:
    lines = coverage.Coverage(
        data_file=None, config_file=False, include=[f"{ROOT / PACKAGE}/*"], context=None
    )
    lines.start()
    lines.switch_context(IMPORT)
    import_package()
    measuring = _Measuring(lines)
    if pytest.main([*OPTIONS, *files], plugins=[measuring]):
        raise RuntimeError("a test fails")
    lines.stop()
    found: dict[str, dict[str, set[int]]] = {}
    data = lines.get_data()
    for path in data.measured_files():
        module = str(Path(path).relative_to(ROOT))
        for line, contexts in data.contexts_by_lineno(path).items():
            for context in contexts:
                found.setdefault(context, {}).setdefault(module, set()).add(line)
    return {
        test: Measured(
            measuring.seconds.get(test, 0.0),
            {module: frozenset(numbers) for module, numbers in by_module.items()},
        )
        for test, by_module in found.items()
    }


def _digests(files: Sequence[str]) -> dict[str, str]:
    """Return for each file of tests a digest of everything that it runs."""
    package = sorted(PACKAGE.rglob("*.py"))
    shared = [path for path in sorted(TESTS.rglob("*.py")) if not path.match("test_*.py")]
    apart = TESTS / "mutation"
    common = [*package, *(path for path in shared if path.parent != apart)]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in common)).hexdigest()
    return {file: digest + hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in files}


def _cached() -> dict[str, tuple[str, dict[str, Measured]]]:
    """Return by file its digest when it was measured, and its tests."""
    return pickle.loads(CACHE.read_bytes()) if CACHE.exists() else {}  # noqa: S301 - written here


def measured(files: Sequence[str]) -> dict[str, Measured]:
    """Return what each test of these files runs, measured if that is not known.

    Raises SystemExit if the tests fail without any mutation.
    """
    digests = _digests(files)
    known = _cached()
    missing = [file for file in files if known.get(file, ("",))[0] != digests[file]]
    if missing:
        run_apart(partial(_store, missing, digests), "the tests fail without any mutation")
        known = _cached()
    together: dict[str, Measured] = {}
    for file in files:
        for test, result in known[file][1].items():
            before = together.get(test, Measured(0.0, {}))  # files share import and collection
            lines = {
                module: result.lines.get(module, frozenset())
                | before.lines.get(module, frozenset())
                for module in {*result.lines, *before.lines}
            }
            together[test] = Measured(result.seconds, lines)
    return together


def _store(files: Sequence[str], digests: Mapping[str, str]) -> None:
    """Measure these files, in a process that has not imported the package yet."""
    by_file: dict[str, dict[str, Measured]] = {file: {} for file in files}
    for test, result in _measure(files).items():
        for file in [test.partition("::")[0]] if "::" in test else files:
            by_file[file][test] = result
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    new = {file: (digests[file], tests) for file, tests in by_file.items()}
    CACHE.write_bytes(pickle.dumps(_cached() | new))
