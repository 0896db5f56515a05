"""A program in any language as a system: JSON-RPC 2.0, one message per line, over pipes.

The protocol is in ``docs/conformance.md``. Nothing that the program does can block its driver:
three threads read its output, read its standard error and feed its input, each answer has a time
limit, a line has a size limit, and closing a `Program` ends the process and everything that it has
started.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from math import inf, isfinite
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import IO, Any, Final, NoReturn, Self
from uuid import uuid4

from restore_domain.model.json_limits import JSON_DEPTH_LIMIT
from restore_domain.verification.system import (
    OPERATIONS,
    PURE_METHODS,
    SYSTEM_METHODS,
    RefusedError,
)

__all__ = [
    "LINE_LIMIT",
    "NESTING_LIMIT",
    "PROTOCOL",
    "REFUSED",
    "TIMEOUT",
    "NotAnsweredError",
    "Program",
    "ProgramError",
]

PROTOCOL: Final = 1
"""The version of the protocol, which a program's ``describe`` must give."""

REFUSED: Final = -32000
"""The code of a JSON-RPC error that is a refusal; any other is not a valid answer."""

TIMEOUT: Final = 10.0
"""Seconds that an answer may take."""

LINE_LIMIT: Final = 8 * 2**20
"""Bytes that a line of a program's output may have."""

NESTING_LIMIT: Final = 2 * JSON_DEPTH_LIMIT
"""How many levels of arrays and objects an answer may nest: more than any right one has."""

_TOO_DEEP: Final = f"printed JSON nested deeper than {NESTING_LIMIT} levels"

_VERIFIED: Final = (*PURE_METHODS, *OPERATIONS)
"""The methods whose answers are compared."""

_GRACE: Final = 2.0
"""Seconds that a program gets to end by itself after its input ends, and again after SIGTERM."""

_TAIL_LINES: Final = 20
_TAIL_WIDTH: Final = 1000
"""The last lines of standard error that are kept, and the number of bytes of each."""

_SHOWN: Final = 200
"""How many characters of an invalid message are shown."""


class ProgramError(Exception):
    """The program can't be driven: it does not exist, died, hangs, or sends invalid messages."""

    subject = "the program"
    """The subject of the message: its first words."""

    def __init__(
        self, message: str, *, call: Mapping[str, Any] | None = None, stderr: str = ""
    ) -> None:
        """Store what happened, on which call, and what the program answered."""
        super().__init__(message)
        self.message = message
        self.call = call
        self.stderr = stderr


class NotAnsweredError(RefusedError):
    """The program failed to answer a call: a JSON-RPC error that is not a refusal.

    It is used in place of an answer, and differs from every answer.
    """

    def __init__(self, message: str) -> None:
        """Show the program's message instead of a code."""
        super().__init__(message, 0)


class Program:
    """A process that answers calls. Use it in a ``with`` statement, which ends the process."""

    name: str
    """The program's own name."""

    methods: Collection[str]
    """The methods that it declares."""

    answer_by: float
    """The time, on the clock of `time.monotonic`, after which a missing answer is no longer waited
    for, regardless of its own time limit.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        timeout: float = TIMEOUT,
        line_limit: int = LINE_LIMIT,
        answer_by: float = inf,
    ) -> None:
        """Start it, and ask it to describe itself. Raises ProgramError."""
        self.answer_by = answer_by
        self._timeout = timeout
        self._line_limit = line_limit
        self._last_id = 0
        self._ended: ProgramError | None = None
        self._closed = False
        self._mark = f"{_MARK}={uuid4()}"
        self._requests: Queue[bytes | None] = Queue()
        self._lines: Queue[bytes] = Queue(maxsize=16)
        self._tail: deque[bytes] = deque(maxlen=_TAIL_LINES)
        self._threads: tuple[Thread, ...] = ()
        self._process = _started(command, self._mark)
        try:
            self._threads = (
                _in_thread(_write, self._process.stdin, self._requests),
                _in_thread(_read_lines, self._process.stdout, self._lines, line_limit),
                _in_thread(_read_tail, self._process.stderr, self._tail),
            )
            self.name, self.methods = self._described(self._answer({"method": "describe"}))
        except RefusedError as error:
            raise self._failure(f"does not describe itself: {error.code}") from None
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Return the running program."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End it."""
        self.close()

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        """Return the result. Raises RefusedError, or ProgramError if it can't continue."""
        return self._answer({"method": method, "params": params})

    def close(self) -> None:
        """End the process, and what it started: by ending its input, then by force.

        If the waiting is interrupted, for example by a second Ctrl-C, force is used immediately.
        """
        if self._closed:
            return
        try:
            self._closed = True
            self._requests.put(None)
            if not self._has_ended(0.0 if self._ended else _GRACE):
                _end(self._process, self._mark, forced=False)
                self._has_ended(_GRACE)
        finally:
            _end(self._process, self._mark, forced=True)
            self._process.wait()
        for thread in self._threads:
            thread.join(_GRACE)

    def _has_ended(self, patience: float) -> bool:
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _described(self, description: Any) -> tuple[str, tuple[str, ...]]:
        """Read the answer to ``describe``: the name, and the known methods among those listed."""
        match description:
            case {"protocol": protocol} if protocol is True or protocol != PROTOCOL:
                raise self._failure(f"speaks protocol {_shown(protocol)}, and not {PROTOCOL}")
            case {"protocol": _, "name": str(name), "methods": [*methods]} if _all_texts(methods):
                known = tuple(method for method in SYSTEM_METHODS if method in methods)
            case _:
                raise self._failure(
                    f"describes itself as {_shown(description)}; expected an object with "
                    "protocol, name and methods"
                )
        if set(_VERIFIED).isdisjoint(known):
            raise self._failure(f"has none of the methods {', '.join(_VERIFIED)}")
        if "reset" not in known and not set(OPERATIONS).isdisjoint(known):
            raise self._failure("has operations, but no reset to begin with")
        return name, known

    def _answer(self, call: Mapping[str, Any]) -> Any:
        """Send a request, and return the result in its answer."""
        if self._ended is not None:
            raise self._ended
        self._last_id += 1
        request = {"jsonrpc": "2.0", "id": self._last_id, **call}
        self._requests.put(json.dumps(request, separators=(",", ":")).encode() + b"\n")
        left = max(0.0, self.answer_by - monotonic())
        try:
            line = self._lines.get(timeout=min(left, self._timeout))
        except Empty:
            problem = f"gave no answer in {self._timeout:g} s"
            if left < self._timeout:
                problem = "gave no answer before the time of the run was over"
            raise self._failure(problem, call) from None
        if not line:
            raise self._failure(f"{self._how_it_ended()} before it answered", call)
        if len(line) > self._line_limit:
            message = f"printed a line of more than {self._line_limit:,} bytes"
            raise self._failure(f"{message}; --line-limit sets how many it may have", call)
        return self._read(line, call)

    def _read(self, line: bytes, call: Mapping[str, Any]) -> Any:
        """Return the result in a line of output. Raises RefusedError for a refusal in it."""
        try:
            message = json.loads(
                line.decode(), parse_constant=_no_number, parse_float=_finite_number
            )
        except RecursionError:
            raise self._failure(_TOO_DEEP, call) from None
        except ValueError as error:
            what = f"{_shown_bytes(line)} ({error})"
            raise self._failure(f"printed a line that is not JSON: {what}", call) from None
        if _nests_deeper(message, NESTING_LIMIT):
            raise self._failure(_TOO_DEEP, call)
        if not _is_response(message):
            raise self._failure(
                f"printed a line that is not a JSON-RPC 2.0 response: {_shown_bytes(line)}", call
            )
        if message["id"] != self._last_id or isinstance(message["id"], bool):
            raise self._failure(
                f"answered out of turn: the request has the id {self._last_id}, "
                f"and the answer {_shown(message['id'])}",
                call,
            )
        if "result" in message:
            return message["result"]
        raise _refusal(message["error"])

    def _how_it_ended(self) -> str:
        """Describe how a process ended whose output has ended."""
        if not self._has_ended(_GRACE):
            return "closed its output"
        status = self._process.returncode
        if status < 0:
            return f"was ended by signal {-status} ({_signal_name(-status)})"
        return f"ended with exit status {status}"

    def _failure(self, message: str, call: Mapping[str, Any] | None = None) -> ProgramError:
        """End the program, and return the error with the reason."""
        self._ended = ProgramError(message, call=call)
        self.close()
        self._ended.stderr = b"".join(self._tail).decode(errors="replace")
        return self._ended


_MARK: Final = "RESTORE_DOMAIN_VERIFIES"
"""The name of an environment variable by which a program's processes are found: one that leaves the
process group still has the environment.
"""


def _started(command: Sequence[str], mark: str) -> subprocess.Popen[bytes]:
    """Start the process, as the head of its own group if the system has process groups."""
    name, _, value = mark.partition("=")
    try:
        return subprocess.Popen(  # noqa: S603 - the command is the user's own
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, name: value},
        )
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ProgramError(f"{command[0]!r} could not be started: {reason}") from None


if sys.platform == "win32":  # pragma: no cover

    def _end(process: subprocess.Popen[bytes], _mark: str, *, forced: bool) -> None:
        if forced:
            process.kill()
        else:
            process.terminate()

else:

    def _end(process: subprocess.Popen[bytes], mark: str, *, forced: bool) -> None:
        """Terminate the process, all of its group and what has left the group, or kill them."""
        number = signal.SIGKILL if forced else signal.SIGTERM
        with suppress(ProcessLookupError, PermissionError):  # they have ended already
            os.killpg(process.pid, number)
        for _ in range(_ROUNDS if forced else 1):
            others = [pid for pid in _marked(mark) if pid != process.pid]
            for pid in others:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
            if not others:
                break


_ROUNDS: Final = 100
"""How often to look for processes that were started while the others were ended."""


def _marked(mark: str) -> list[int]:
    """Return the processes with this in their environment; empty if the system doesn't show it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or belongs to another user
            if mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"


def _in_thread(work: Callable[..., None], *arguments: Any) -> Thread:
    thread = Thread(target=work, args=arguments, daemon=True)
    thread.start()
    return thread


def _write(stream: IO[bytes], requests: Queue[bytes | None]) -> None:
    """Write each request, and close the stream after the last one.

    If the program no longer reads, this is noticed where its answer is waited for.
    """
    with suppress(OSError), stream:
        while (request := requests.get()) is not None:
            stream.write(request)
            stream.flush()


def _read_lines(stream: IO[bytes], lines: Queue[bytes], limit: int) -> None:
    """Pass on each line, and an empty one at the end.

    Stops at a line beyond the limit, and if too many lines are waiting: a program that gets one
    question at a time has no reason to write so much.
    """
    with stream, suppress(Full):
        while line := stream.readline(limit + 1):
            lines.put_nowait(line)
            if len(line) > limit:
                return
        lines.put_nowait(b"")


def _read_tail(stream: IO[bytes], tail: deque[bytes]) -> None:
    """Read everything, so that the program never blocks, and keep the end of it."""
    with stream:
        while line := stream.readline(_TAIL_WIDTH):
            tail.append(line)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


def _finite_number(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else _no_number(_cut(text))


def _nests_deeper(value: Any, levels: int) -> bool:
    """Return whether there are more levels of arrays and objects, without descending into them."""
    level = [value]
    for _ in range(levels):
        level = [
            content
            for outer in level
            if isinstance(outer, (dict, list))
            for content in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(content, (dict, list))
        ]
        if not level:
            return False
    return True


def _is_response(message: Any) -> bool:
    """Return whether a message has the form of an answer, with a result or an error."""
    match message:
        case {"jsonrpc": "2.0", "id": _, "error": {"code": int(), "message": str()}}:
            return "result" not in message
        case {"jsonrpc": "2.0", "id": _, "result": _}:
            return "error" not in message
    return False


def _refusal(error: Mapping[str, Any]) -> RefusedError:
    """Return the refusal in a JSON-RPC error."""
    match error:
        case {"code": code, "data": {"code": str(refused), "httpStatus": int(http_status)}} if (
            code == REFUSED
        ):
            return RefusedError(refused, http_status)
    return NotAnsweredError(f"JSON-RPC error {error['code']}: {error['message']:.{_SHOWN}}")


def _all_texts(values: Sequence[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _shown(value: Any) -> str:
    return _cut(json.dumps(value))


def _shown_bytes(line: bytes) -> str:
    return _cut(line.rstrip(b"\r\n").decode(errors="backslashreplace"))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
