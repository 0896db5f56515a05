"""Progress on standard error: what is being done, how far it is, and how much time is left.

It is drawn if standard error is a terminal: by rich, if the extra ``progress`` is installed, and as
plain text without it.
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
"""Seconds before anything is drawn."""

_INTERVAL: Final = 0.1
"""Seconds between two drawings."""

_LONGEST: Final = 40
"""How many characters of the description are shown: the line of a terminal has eighty."""


class Progress:
    """The progress of a command, in the last line of a terminal; nothing anywhere else."""

    def __init__(self, stream: TextIO | None = None, *, delay: float = _DELAY) -> None:
        """Draw on this stream, or on standard error, if it is a terminal."""
        stream = sys.stderr if stream is None else stream
        self._stream = stream if is_terminal(stream) else None
        self._next = monotonic() + delay
        self._drawing: _Drawing | None = None

    def show(self, what: str, done: int, total: int | None = None, note: str = "") -> None:
        """Draw how much is done of a total, or without a total if it is None.

        The note is shown next to the description, and may change.
        """
        if self._stream is None or monotonic() < self._next:
            return
        self._next = monotonic() + _INTERVAL
        if self._drawing is None:
            self._drawing = _drawing_on(self._stream)
        self._drawing.show(printable(what)[:_LONGEST], done, total, note)

    def begin(self, what: str) -> None:
        """Draw a step immediately that can't report its progress."""
        self._next = 0.0
        self.show(what, 0)

    def __enter__(self) -> Self:
        """Return the progress."""
        return self

    def __exit__(self, *_: object) -> None:
        """Erase what was drawn."""
        self.clear()

    def clear(self) -> None:
        """Erase what was drawn, before something else is printed."""
        if self._drawing is not None:
            self._drawing.clear()
            self._drawing = None


def read_watched(name: str, limits: WireLimits, progress: Progress) -> bytes:
    """Read a file as `read_bytes` does, and draw the progress."""
    what, size = f"reading {shown(name)}", size_of(name)
    return read_bytes(name, limits, lambda done: progress.show(what, done, size))


def size_of(name: str) -> int | None:
    """Return the size of a file in bytes; None if it is not a file."""
    try:
        path = Path(name)
        return path.stat().st_size if name != STANDARD_INPUT and path.is_file() else None
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return None


_LARGE: Final = 8 * 2**20
"""Bytes from which on a step takes a noticeable time."""


def begin_large(progress: Progress, what: str, size: int) -> None:
    """Draw a step if it is large, since it can't report its progress."""
    if size > _LARGE:
        progress.begin(what)


class _Drawing(Protocol):
    """A way to draw."""

    def show(self, what: str, done: int, total: int | None, note: str) -> None:
        """Draw the progress."""

    def clear(self) -> None:
        """Erase it."""


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
        if what != self._what:  # the time left is about one step
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
        """Return how long it takes at the current speed, once there is a speed."""
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
