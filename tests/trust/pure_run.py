"""A program that imports the package and runs every conformance vector, isolated from the world.

Everything by which a program can interact with the world is made to raise, in three ways: its names
are replaced; an audit hook refuses requests to the interpreter, from any caller; a profiler refuses
calls of C functions, under any name. In the end each way out is tried, to check that it is closed.
One lock may be made on import, and may be used: it is free whenever a single thread asks for it.
"""

from __future__ import annotations

import _thread
import ast
import builtins
import contextlib
import functools
import importlib
import importlib.util
import io
import json
import os
import random
import secrets
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import date, datetime  # noqa: F401 - one of the ways out
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Never

FOUND: Final = importlib.util.find_spec("restore_domain")
PACKAGE: Final = Path(FOUND.origin or "").parent if FOUND else Path()

LAYERS: Final = (
    "rules",
    "status",
    "aggregation",
    "lifecycle",
    "frozen",
    "model",
    "operations",
    "wire",
)
"""The packages and modules that are promised to be pure."""

IN_C: Final = frozenset(
    {"time", "_random", "_thread", "_socket", "posix", "nt", "_posixsubprocess"}
)
"""The modules whose functions, and whose objects' methods, interact with the world."""

CLOCKS: Final = frozenset({"now", "utcnow", "today"})
"""The methods of datetime that do."""

AUDITED: Final = frozenset(
    {
        *("compile", "exec"),  # functions are made from the names of attributes on first use
        *("builtins.id", "object.__getattr__"),  # cattrs reads the signature of a function
        "object.__setattr__",  # a draft becomes a frozen object
        *("sys._getframe", "sys._getframemodulename"),  # a protocol inspects its caller
        "sys.setprofile",  # the watch ends
    }
)
"""Allowed requests to the interpreter."""


class IntrusionError(Exception):
    """Code tried to interact with the world."""


def refuse(*what: object, **_: object) -> Never:
    raise IntrusionError(*what)


class Refused:
    """Stands for an object that may not be used."""

    __getattr__ = __getitem__ = __contains__ = __iter__ = __len__ = refuse


class Watch:
    """Refuses requests to the interpreter, while it is on."""

    def __init__(self) -> None:
        self.importing = False
        self.running = False
        self.locks: list[Any] = []
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.running and event not in AUDITED:
            refuse(event, arguments)
        if self.importing and event.partition(".")[0] in {"socket", "subprocess", "os.system"}:
            refuse(event, arguments)
        if self.importing and event == "open" and PACKAGE not in Path(str(arguments[0])).parents:
            refuse(event, arguments)

    def _called(self, _frame: object, event: str, called: Any) -> None:
        if event != "c_call":
            return
        reaches_out = (
            called.__module__ in IN_C
            or called.__name__ in CLOCKS
            or _knows_of_the_world(type(called.__self__))  # type: ignore[arg-type]
        )
        if reaches_out and not any(called.__self__ is lock for lock in self.locks):
            refuse(called)

    @contextlib.contextmanager
    def on_import(self) -> Iterator[None]:
        """Refuse the requests of an import, and record the locks that it makes."""

        def noted() -> Any:
            self.locks.append(_thread.allocate_lock())
            return self.locks[-1]

        setattr(threading, "Lock", noted)  # noqa: B010 - it is not to be typed
        self.importing = True
        try:
            yield
        finally:
            self.importing = False
            setattr(threading, "Lock", refuse)  # noqa: B010

    @contextlib.contextmanager
    def on(self) -> Iterator[None]:
        self.running = True
        sys.setprofile(self._called)
        try:
            yield
        finally:
            sys.setprofile(None)
            self.running = False


@functools.cache
def _knows_of_the_world(kind: type) -> bool:
    return any(base.__module__ in IN_C for base in kind.__mro__)


def import_what_the_package_needs() -> None:
    """Import everything that is not part of the package, so that later only the package is
    imported.
    """
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names += [f"{node.module}.{alias.name}" for alias in node.names]
            for name in names:
                if name.partition(".")[0] != "restore_domain":
                    _import(name)


def _import(name: str) -> None:
    """Import a module, or the one that has a name, if it is installed."""
    for module in (name.rpartition(".")[0] or name, name):
        with contextlib.suppress(ImportError):
            importlib.import_module(module)


def shut(module: ModuleType) -> None:
    """Replace everything in a module by functions that raise; a ``struct_time`` has no clock."""
    for name, value in vars(module).items():
        if not name.startswith("_") and callable(value) and name != "struct_time":
            setattr(module, name, refuse)


def shut_the_world() -> None:
    for module in (socket, time, random, threading, secrets, uuid, subprocess):
        shut(module)
    for module, names in ((builtins, "open input"), (io, "open"), (os, "open getenv urandom")):
        for name in names.split():
            setattr(module, name, refuse)
    setattr(os, "environ", Refused())  # noqa: B010 - it is not to be cleared


def modules() -> list[str]:
    """Return the name of every pure module."""
    paths = [*(PACKAGE / f"{layer}.py" for layer in LAYERS)]
    paths += [path for layer in LAYERS for path in (PACKAGE / layer).rglob("*.py")]
    steps = [path.relative_to(PACKAGE).with_suffix("").parts for path in paths if path.exists()]
    names = [".".join(("restore_domain", *parts)) for parts in steps]
    return [name.removesuffix(".__init__") for name in names]


WAYS_OUT: Final = (
    "time.time()",
    "datetime.now()",
    "datetime.utcnow()",
    "date.today()",
    "random.random()",
    "secrets.token_bytes()",
    "uuid.uuid4()",
    "os.urandom(1)",
    "os.environ['HOME']",
    "os.getenv('HOME')",
    "os.listdir()",
    "os.getcwd()",
    "open(__file__)",
    "io.open(__file__)",
    "Path(__file__).read_text()",
    "input()",
    "socket.socket()",
    "subprocess.run(['true'])",
    "threading.Thread()",
    "threading.Lock()",
    "importlib.import_module('this')",
    "kept_clock()",
    "kept_chance()",
    "kept_thread(print, ())",
)
"""Each way to observe or change the world. The last names are not replaced."""

kept_clock = time.monotonic
kept_chance = random.Random().random  # noqa: S311 - it is never asked
kept_thread = _thread.start_new_thread


def is_shut(watch: Watch, way: str) -> bool:
    try:
        with watch.on():
            exec(way, globals())  # noqa: S102 - one of our own
    except IntrusionError:
        return True
    return False


NOT_RUN = ("schema", "quantities", "requests", "properties", "ids", "survival")
"""Tables of values, which take most of the time: other topics make the same calls with some."""


def main() -> None:
    vectors_as_read = {
        path.stem: json.loads(path.read_text("utf-8"))
        for path in sorted((PACKAGE / "vectors").glob("*.json"))
        if path.stem not in NOT_RUN
    }
    os.environ["HYPOTHESIS_NO_PLUGINS"] = "1"  # else it imports the package
    sys.dont_write_bytecode, sys.pycache_prefix = True, None  # Python's own files, beside the code
    import_what_the_package_needs()
    before = [name for name in sys.modules if name.partition(".")[0] == "restore_domain"]
    watch = Watch()
    shut_the_world()
    with watch.on_import():
        imported = [importlib.import_module(name) for name in modules()]
        vectors = importlib.import_module("restore_domain.verification.vectors")
        system = importlib.import_module("restore_domain.verification.system")
    files = [vectors._parsed(name, read) for name, read in vectors_as_read.items()]
    with watch.on():
        failures = [
            case.id
            for file in files
            for case in file.cases
            if vectors.run_case(system.ReferenceSystem(), case) is not None
        ]
    answer = {
        "imported before": before,
        "modules": len(imported),
        "locks": len(watch.locks),
        "cases": sum(len(file.cases) for file in files),
        "failures": failures,
        "ways out": [way for way in WAYS_OUT if not is_shut(watch, way)],
    }
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)  # Python itself would look after its threads


if __name__ == "__main__":
    main()
