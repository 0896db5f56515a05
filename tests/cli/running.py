"""Runs the command line in this process, and as a separate program."""

import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, NamedTuple, TypeAlias
from unittest import mock

from restore_domain.cli import main

Json: TypeAlias = dict[str, Any]
Save: TypeAlias = Callable[..., str]
"""Writes a file of this name and content, and returns the name."""


class Ran(NamedTuple):
    """The result of running a command."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def facts(self) -> list[str]:
        """The lines of text before the artifacts that are listed."""
        listed = [place for place, line in enumerate(self.lines) if line.startswith("listed ")]
        return self.lines[: listed[0]] if listed else self.lines

    @property
    def problems(self) -> list[str]:
        """The output on standard error of a command that printed nothing and exited with 2."""
        assert (self.code, self.out) == (2, "")
        assert self.err.endswith("\n")
        return self.err.splitlines()

    def said(self, label: str) -> str | None:
        """Return the contents of the line of text that begins with this label."""
        found = [line for line in self.lines if line.startswith(label)]
        assert len(found) <= 1
        return found[0].removeprefix(label).strip() if found else None


def run(*arguments: str, stdin: bytes = b"", encoding: str = "utf-8") -> Ran:
    """Run a command in this process; a terminal in this encoding reads what it prints."""
    out, err = (
        io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors=errors)
        for errors in ("strict", "backslashreplace")
    )
    given = io.TextIOWrapper(io.BytesIO(stdin))
    with redirect_stdout(out), redirect_stderr(err), mock.patch.object(sys, "stdin", given):
        code = main(arguments)
    return Ran(code, *map(_written, (out, err)))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode(stream.encoding)


PROGRAM = [sys.executable, "-m", "restore_domain"]


def run_program(*arguments: str, stdin: bytes = b"", **environment: str) -> Ran:
    """Run ``python -m restore_domain``."""
    return _ran([*PROGRAM, *arguments], stdin, environment)


def run_in_shell(command: str) -> Ran:
    """Run a command line, in which RUN stands for the program."""
    line = command.replace("RUN", shlex.join(PROGRAM))
    return _ran(["/bin/bash", "-o", "pipefail", "-c", line], b"", {})


def _ran(command: list[str], stdin: bytes, environment: dict[str, str]) -> Ran:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(  # noqa: S603 - our own program
        command,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
        env=kept | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def as_bytes(content: Any) -> bytes:
    """Return a file's content: bytes unchanged, and anything else as JSON."""
    return content if isinstance(content, bytes) else json.dumps(content).encode()


def json_lines(calls: list[Any]) -> bytes:
    return b"".join(as_bytes(call) + b"\n" for call in calls)


def artifact(key: str, status: str | None = None, **more: Any) -> Json:
    """Return an artifact as Graph sends it, with everything that belongs to its status."""
    belongs: dict[str, Json] = {
        "inProgress": {"startDateTime": START},
        "succeeded": {"startDateTime": START, "completionDateTime": END},
        "failed": {"completionDateTime": END, "error": {"code": "UnknownError"}},
    }
    defaults = {} if status is None else {"status": status}
    return {
        "id": key,
        "destinationType": "new",
        **defaults,
        **belongs.get(status or "", {}),
        **more,
    }


START = "2026-01-05T09:00:00Z"
END = "2026-01-05T10:00:00.1234567Z"


def artifacts(*statuses: str) -> list[Json]:
    return [artifact(f"a{number}", status) for number, status in enumerate(statuses, start=1)]


def page(*entries: Json, more: bool = False) -> Json:
    """Return a page, which may not be the last one."""
    link = {"@odata.nextLink": "https://graph.microsoft.com/next"} if more else {}
    return {"value": list(entries), **link}


def session(key: Any = "s1", **more: Any) -> Json:
    return {"id": key, "createdDateTime": "2026-01-05T08:00:00Z", **more}


def objects(ran: Ran) -> Iterator[Json]:
    """Read the output of ``--json``, one object per line."""
    assert (ran.code, ran.err) == (0, "")
    return map(json.loads, ran.lines)
