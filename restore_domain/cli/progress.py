"""Progress on standard error: what is being done, how far it is, and how long it may yet take.

It is drawn where standard error is a terminal: by rich, if the extra ``progress`` is installed, and
in plain text without it.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Final, Protocol, Self, TextIO

from restore_domain.cli.terminal import STANDARD_INPUT, is_terminal, printable, read_bytes, shown
from restore_domain.wire import WireLimits

__all__ = ["Progress", "begin_large", "read_watched", "size_of"]

_DELAY: Final = 0.3
"""Seconds that a command may take before anything is drawn."""

_INTERVAL: Final = 0.1
"""Seconds between two drawings."""

_LONGEST: Final = 40
"""Characters that are shown of what is done: the line of a terminal has eighty."""


class Progress:
    """The progress of a command, in the last line of a terminal; nothing anywhere else."""

    def __init__(self, stream: TextIO | None = None, *, delay: float = _DELAY) -> None:
        """Draw on this stream, or on standard error, if it is a terminal."""
        stream = sys.stderr if stream is None else stream
        self._stream = stream if is_terminal(stream) else None
        self._next = monotonic() + delay
        self._drawing: _Drawing | None = None

    def show(self, what: str, done: int, total: int | None = None, note: str = "") -> None:
        """Draw how much is done of a total; of None it is not known where it ends.

        The note stands beside what is done, and may change.
        """
        if self._stream is None or monotonic() < self._next:
            return
        self._next = monotonic() + _INTERVAL
        if self._drawing is None:
            self._drawing = _drawing_on(self._stream)
        self._drawing.show(printable(what)[:_LONGEST], done, total, note)

    def begin(self, what: str) -> None:
        """Draw at once what begins, and can't say how far it is before it ends."""
        self._next = 0.0
        self.show(what, 0)

    def __enter__(self) -> Self:
        """Return the progress."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take away what was drawn."""
        self.clear()

    def clear(self) -> None:
        """Take away what was drawn, before something else is printed."""
        if self._drawing is not None:
            self._drawing.clear()
            self._drawing = None


def read_watched(name: str, limits: WireLimits, progress: Progress) -> bytes:
    """Read a file as `read_bytes` does, and draw how far it is."""
    what, size = f"reading {shown(name)}", size_of(name)
    return read_bytes(name, limits, lambda done: progress.show(what, done, size))


def size_of(name: str) -> int | None:
    """Return the bytes of a file; None of what is not a file."""
    try:
        path = Path(name)
        return path.stat().st_size if name != STANDARD_INPUT and path.is_file() else None
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return None


_LARGE: Final = 8 * 2**20
"""Bytes from which on a step takes its time."""


def begin_large(progress: Progress, what: str, size: int) -> None:
    """Draw what begins, if it is large: it can't say how far it is before it ends."""
    if size > _LARGE:
        progress.begin(what)


class _Drawing(Protocol):
    """A way to draw."""

    def show(self, what: str, done: int, total: int | None, note: str) -> None:
        """Draw how far it is."""

    def clear(self) -> None:
        """Take it away."""


def _drawing_on(stream: TextIO) -> _Drawing:
    try:
        import rich.progress  # noqa: F401, PLC0415 - an extra, and slow to import
    except ImportError:
        return _Plain(stream)
    return _Rich(stream)


class _Rich:
    """Drawn by rich."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console  # noqa: PLC0415 - see `_drawing_on`
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(elapsed_when_finished=False),
            console=Console(file=stream),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._what: str | None = None
        self._task: Any = None
        self._bars.start()

    def show(self, what: str, done: int, total: int | None, note: str) -> None:
        if what != self._what:  # a time left is that of one thing
            if self._task is not None:
                self._bars.remove_task(self._task)
            self._what, self._task = what, self._bars.add_task(what, total=total)
        self._bars.update(self._task, completed=done, total=total, description=what + note)

    def clear(self) -> None:
        self._bars.stop()


_WIDTH: Final = 30
"""How many characters a full bar has."""


class _Plain:
    """Drawn as text."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._drawn = ""
        self._what = ""
        self._began = monotonic()

    def show(self, what: str, done: int, total: int | None, note: str) -> None:
        if what != self._what:
            self._what, self._began = what, monotonic()
        if total is None:
            self._draw(f"{what} {done:,}{note}" if done else what)
            return
        part = min(done / total, 1.0) if total else 1.0
        bar = "#" * int(_WIDTH * part)
        self._draw(f"{what}{note} [{bar:<{_WIDTH}}] {int(100 * part)} %{self._left(part)}")

    def _left(self, part: float) -> str:
        """Say how long it takes at the speed so far, once there is a speed."""
        passed = monotonic() - self._began
        if not part or passed < 1:
            return ""
        left = timedelta(seconds=int(passed * (1 - part) / part))
        return f", {left} left"

    def clear(self) -> None:
        self._draw("")

    def _draw(self, line: str) -> None:
        self._stream.write(f"\r{line.ljust(len(self._drawn))}\r")
        self._stream.flush()
        self._drawn = line
