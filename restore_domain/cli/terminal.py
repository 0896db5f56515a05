"""Reading and writing the user's files, and showing texts on a terminal."""

from __future__ import annotations

import codecs
import gzip
import os
import sys
import zlib
from collections.abc import Callable, Iterable
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from restore_domain.wire import WireLimits

__all__ = [
    "GZIP",
    "STANDARD_INPUT",
    "STANDARD_OUTPUT",
    "UTF_16",
    "BadInputError",
    "UnwritableError",
    "complain",
    "discard",
    "example",
    "flush",
    "is_terminal",
    "looks_like",
    "printable",
    "read_bytes",
    "reason_of",
    "say",
    "say_bytes",
    "shown",
    "write_bytes",
]

STANDARD_INPUT = "-"
"""The file name that stands for standard input."""

STANDARD_OUTPUT = "-"
"""The file name that stands for standard output."""

_SHOWN = {STANDARD_INPUT: "standard input", "": '""'}
"""How special file names are called in messages."""


class BadInputError(Exception):
    """The user's input can't be used."""

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        """Store each problem with its place; an empty place stands for the whole command."""
        self.problems = tuple(problems)
        super().__init__(self.problems)


class UnwritableError(Exception):
    """A file can't be written."""

    def __init__(self, place: str, message: str) -> None:
        """Store the file and the reason."""
        self.place = place
        self.message = message
        super().__init__(place, message)


def say(line: str) -> None:
    """Print a line on standard output."""
    _show(line, sys.stdout)


def complain(problems: Iterable[tuple[str, str]]) -> None:
    """Print every problem with its place on standard error, one per line."""
    try:
        for place, message in problems:
            _show(f"{place}: {message}" if place else message, sys.stderr)
    except BrokenPipeError:  # the reader of the output has closed it
        discard(sys.stderr)


def flush() -> None:
    """Write pending output, so that errors in writing it are noticed."""
    if sys.stdout is not None:  # it was closed by the caller of the program
        sys.stdout.flush()


def discard(stream: TextIO) -> None:
    """Redirect pending output to nowhere, since Python would otherwise try again as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _show(line: str, stream: TextIO | None) -> None:
    """Print a line, with escapes for characters that the stream's encoding lacks."""
    if stream is None:  # closed by the caller of the program
        return
    encoding = stream.encoding or "utf-8"
    print(printable(line).encode(encoding, "backslashreplace").decode(encoding), file=stream)


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a stream is a terminal, which somebody may watch."""
    return stream is not None and stream.isatty()


def shown(name: str) -> str:
    """Return the name of a file for messages."""
    return _SHOWN.get(name, name)


def printable(text: str) -> str:
    """Return a text in which everything that could control a terminal is escaped."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def _unwatched(_size: int) -> None:
    """Ignore how much was read."""


def read_bytes(name: str, limits: WireLimits, watch: Callable[[int], None] = _unwatched) -> bytes:
    """Read a file, or standard input, if it is not larger than the limit for documents.

    Data compressed with gzip is unpacked, and UTF-16 with a mark is returned as UTF-8, since
    programs on Windows write both. The number of bytes read is passed on meanwhile.
    """
    if name == STANDARD_INPUT and sys.stdin is None:
        raise BadInputError([(shown(name), "it is closed")])
    try:
        if name == STANDARD_INPUT:
            data = _beginning(sys.stdin.buffer, limits.document_size + 1, watch)
        else:
            with Path(name).open("rb") as file:
                data = _beginning(file, limits.document_size + 1, watch)
        if data.startswith(GZIP):
            with gzip.open(BytesIO(data)) as packed:
                data = _beginning(packed, limits.document_size + 1)
        if len(data) <= limits.document_size:
            return _in_utf_8(data)
        reason = limits.beyond("document_size")
    except MemoryError:
        reason = "it does not fit into memory"
    except UnicodeDecodeError as error:
        reason = f"byte {error.start} is not UTF-16 ({error.reason}), despite its byte order mark"
    except (zlib.error, EOFError, gzip.BadGzipFile) as error:
        reason = f"it is compressed by gzip, and can't be unpacked: {error}"
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = reason_of(error)
    raise BadInputError([(shown(name), reason)])


GZIP: Final = b"\x1f\x8b"
"""The beginning of data compressed with gzip."""

UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""The possible beginnings of a text in UTF-16."""


def _in_utf_8(data: bytes) -> bytes:
    if data.startswith(UTF_16) and not data.startswith(codecs.BOM_UTF32_LE):
        return data.decode("utf-16").encode()
    return data


def _beginning(
    file: BinaryIO | gzip.GzipFile, size: int, watch: Callable[[int], None] = _unwatched
) -> bytes:
    """Read that many bytes, or all: some files never end."""
    chunks = []
    left = size
    while left > 0 and (chunk := file.read(min(left, _CHUNK))):
        chunks.append(chunk)
        left -= len(chunk)
        watch(size - left)
    return b"".join(chunks)


_CHUNK = 2**20
"""How many bytes are read at a time."""


def looks_like(beginning: bytes) -> str | None:
    """Return what a text that is not JSON looks like, and what to do; None if that is not known."""
    start = beginning.lstrip()
    return next((words for mark, words in _LOOKS if start.startswith(mark)), None)


_LOOKS: Final = (
    (b"<", "it begins like HTML or XML, such as the page on which one signs in"),
    (b"HTTP/", "it begins like the headers of an answer: leave them out"),
    (b"PK", "it begins like a zip archive: unpack it"),
    (b"{'", "it begins like what Python prints of a dict: write it by json.dumps"),
)
"""Common inputs that are not JSON, by their beginning."""


def reason_of(error: Exception) -> str:
    """Return why a file can't be read or written."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


def example(name: str) -> bytes:
    """Read an example that ships in the package."""
    return resources.files("restore_domain").joinpath("examples", name).read_bytes()


def write_bytes(name: str, content: bytes) -> None:
    """Write a file. Raises UnwritableError if that can't be done."""
    try:
        Path(name).write_bytes(content)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise UnwritableError(shown(name), reason_of(error)) from None


def say_bytes(content: bytes) -> None:
    """Write bytes on standard output. Raises BadInputError if that is a terminal."""
    if sys.stdout is None:  # closed by the caller of the program
        return
    if is_terminal(sys.stdout):
        raise BadInputError([("", "binary data is not for a terminal: name a file by --output")])
    sys.stdout.buffer.write(content)
