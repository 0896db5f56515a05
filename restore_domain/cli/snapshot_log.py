"""Reading a log of snapshots: JSON lines, an array, a document or a HAR file.

JSON lines and an array of any length are read one snapshot at a time. Files compressed with gzip
are unpacked, and UTF-16 is converted, while they are read.
"""

from __future__ import annotations

import codecs
import gzip
import json
import sys
import zlib
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

import attrs
import msgspec
from msgspec import UNSET, Raw, UnsetType

from restore_domain.cli.har import entries_of, recorded
from restore_domain.cli.progress import size_of
from restore_domain.cli.terminal import (
    GZIP,
    STANDARD_INPUT,
    UTF_16,
    looks_like,
    reason_of,
    shown,
)
from restore_domain.model import ExchangeRestoreSession
from restore_domain.model.json_path import ROOT, index_step, name_step
from restore_domain.model.timestamp import checked_text
from restore_domain.model.validators import shown as brief
from restore_domain.wire import WireError, WireLimits, loads
from restore_domain.wire.document_kinds import recognize, words_of
from restore_domain.wire.json_text import BYTE_ORDER_MARK, parse
from restore_domain.wire.problems import Problem

__all__ = ["Place", "Placed", "Position", "snapshots_in"]


@attrs.frozen
class Place:
    """The place of a snapshot in the log."""

    file: str
    """The file, as it is called in messages."""

    line: int | None = None
    """The line, from 1 on; None if the file is not JSON lines."""

    path: str | None = None
    """The JSON path; None for a line, and for a document as a whole."""

    time: str | None = None
    """When the snapshot was taken, if the log says so."""

    def __str__(self) -> str:
        """Return the place as in messages."""
        where = self.path if self.line is None else f"line {self.line}"
        return self.file if where is None else f"{self.file}: {where}"


Unreadable = Callable[[str, Iterable[tuple[str, str]]], None]
"""Takes a place in words and the problems there, each with its JSON path, or none."""

Placed = tuple[Place, ExchangeRestoreSession]


class Position:
    """How far files were read, in bytes as they are stored."""

    def __init__(self, names: Iterable[str]) -> None:
        """Begin before the first file."""
        self._names = tuple(names)
        self._before = 0
        self._file: BinaryIO | None = None
        self.part = 1.0
        """How much of the data read from this file has been processed."""

    @property
    def done(self) -> int:
        """The number of bytes that were processed."""
        return self._before + int(self._in_file() * self.part)

    def _in_file(self) -> int:
        try:
            return self._file.tell() if self._file else 0
        except (OSError, ValueError):  # a pipe, or it is closed
            return 0

    @cached_property
    def total(self) -> int | None:
        """The size of all files in bytes; None if that is not known."""
        total = 0
        for name in self._names:
            size = size_of(name)
            if size is None:
                return None
            total += size
        return total

    def begin(self, file: BinaryIO) -> None:
        """Store which file is read from now on."""
        self._file = file
        self.part = 1.0

    def end(self) -> None:
        """Record that this file was read, before it is closed."""
        self._before += self._in_file()
        self._file = None


def snapshots_in(
    names: Iterable[str],
    limits: WireLimits,
    unreadable: Unreadable,
    position: Position | None = None,
) -> Iterator[Placed]:
    """Yield the snapshots of these files, one file after the other.

    The position, if one is given, shows meanwhile how far they were read.
    """
    position = position or Position(())
    for name in names:
        file = shown(name)
        try:
            with ExitStack() as opened:
                stored = opened.enter_context(_opened(name))
                position.begin(stored)
                content = _in_utf_8(stored, opened)
                yield from _Log(file, content, limits, unreadable, position).snapshots()
                position.end()
        except _UnopenedError as error:
            unreadable(file, [("", str(error))])
        except (zlib.error, EOFError, gzip.BadGzipFile) as error:
            unreadable(file, [("", f"it is compressed by gzip, and can't be unpacked: {error}")])
        except UnicodeError as error:
            unreadable(file, [("", f"it is not UTF-16, despite its byte order mark: {error}")])
        except OSError as error:
            unreadable(file, [("", reason_of(error))])


class _UnopenedError(Exception):
    """Why a file can't be opened."""


def _opened(name: str) -> AbstractContextManager[BinaryIO]:
    if name != STANDARD_INPUT:
        try:
            return Path(name).open("rb")
        except (OSError, ValueError) as error:  # ValueError: a name that no file can have
            raise _UnopenedError(reason_of(error)) from None
    if sys.stdin is None:
        raise _UnopenedError("it is closed")
    return nullcontext(sys.stdin.buffer)


class _Bytes(Protocol):
    """The source that a log is read from."""

    def read(self, size: int, /) -> bytes:
        """Read this many bytes, or fewer at the end."""
        ...

    def readline(self, size: int, /) -> bytes:
        """Read a line, but no more than this many bytes of it."""
        ...


def _in_utf_8(stored: BinaryIO, opened: ExitStack) -> _Bytes:
    """Return a source with the bytes of a file, unpacked and in UTF-8."""
    file: Any = stored
    if _begins_with(file, GZIP):
        file = opened.enter_context(gzip.GzipFile(fileobj=file))
    if any(_begins_with(file, mark) for mark in UTF_16):
        file = codecs.EncodedFile(file, "utf-8", "utf-16")
    return file  # type: ignore[no-any-return]


def _begins_with(file: Any, mark: bytes) -> bool:
    """Return whether a file begins with these bytes, if it can be inspected without reading it."""
    return hasattr(file, "peek") and file.peek(len(mark))[: len(mark)] == mark


class _Line(msgspec.Struct):
    """The parts of a line that show what is in it."""

    id: Raw | UnsetType = UNSET
    session: Raw | UnsetType = UNSET
    time: Raw | UnsetType = UNSET


_LINE: Final = msgspec.json.Decoder(_Line)
_ANYTHING: Final = msgspec.json.Decoder(Raw)
_SPACE: Final = " \t\r\n"
_CHUNK: Final = 2**20
"""The minimum number of bytes to read from an array at a time."""

_ENTRY: Final = json.JSONDecoder(parse_int=str, parse_float=str)
"""Finds the end of an entry; the reader of sessions checks its contents."""


class _Log:
    """A file with snapshots in one of the forms."""

    def __init__(
        self,
        name: str,
        file: _Bytes,
        limits: WireLimits,
        unreadable: Unreadable,
        position: Position,
    ) -> None:
        self._name = name
        self._position = position
        self._file = file
        self._limits = limits
        self._unreadable = unreadable

    def snapshots(self) -> Iterator[Placed]:
        """Recognize the form by the beginning, and yield the snapshots."""
        number, beginning = 0, b"\n"
        while beginning and not beginning.strip():
            number += 1
            beginning = self._file.readline(_CHUNK)
            if number == 1:
                beginning = beginning.removeprefix(_MARK) or beginning
        if not beginning:
            self._unreadable(self._name, [("", "there is no snapshot in it")])
        elif beginning.lstrip().startswith(b"["):
            yield from self._of_array(beginning)
        else:
            lines = self._lines(number, beginning)
            first = next(lines, None)
            if first is None:  # it was too long, and the only one
                return
            if _is_whole(first[1]):
                yield from self._of_lines(chain([first], lines))
            else:
                yield from self._of_document(*first)

    def _lines(self, number: int, beginning: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield the lines, starting with the one with this number and beginning.

        A line that is too long is skipped.
        """
        size = self._limits.document_size
        while True:
            line = beginning
            if not line.endswith(b"\n"):
                line += self._file.readline(max(size + 1 - len(line), 0))
            if not line:
                return
            if len(line) <= size:
                yield number, line
            else:
                place = Place(self._name, number)
                self._unreadable(str(place), [("", self._limits.beyond("document_size"))])
                while not line.endswith(b"\n") and (line := self._file.readline(_CHUNK)):
                    pass
            number, beginning = number + 1, b""

    def _of_lines(self, lines: Iterable[tuple[int, bytes]]) -> Iterator[Placed]:
        for number, line in lines:
            if line.strip():
                yield from self._of_text(line, Place(self._name, number))

    def _of_document(self, number: int, first: bytes) -> Iterator[Placed]:
        """Read a document that has several lines; else only the first line is invalid."""
        size = self._limits.document_size
        text = first + self._file.read(max(size + 1 - len(first), 0))
        if len(text) > size or _is_whole(text):
            yield from self._of_text(text, Place(self._name))
        else:
            lines = enumerate(text.splitlines(keepends=True), start=number)
            yield from self._of_lines(lines)

    def _of_array(self, first: bytes) -> Iterator[Placed]:
        chunks = chain([first], iter(lambda: self._file.read(_CHUNK), b""))
        texts = _entries(chunks, self._limits)
        index = 0
        try:
            for index, text in enumerate(texts):
                yield from self._of_text(text, Place(self._name, path=ROOT + index_step(index)))
        except WireError as error:
            self._unreadable(self._name, [(ROOT, text) for _, text in error.problems])

    def _of_text(self, text: bytes | str, place: Place) -> Iterator[Placed]:
        """Read a session, a session with its time, or a HAR file."""
        entries = entries_of(text) if _may_be_archive(text) else None
        if entries is not None:
            yield from self._of_archive(entries)
            return
        try:
            time, session = _timed(text, self._limits)
        except WireError as error:
            self._unreadable(str(place), _in_words(text, error, self._limits))
            return
        if session.created_date_time is None and session.tally.total == 0:
            problems = _of_other_kind(text, self._limits)
            if problems:
                self._unreadable(str(place), problems)
                return
        yield attrs.evolve(place, time=time), session

    def _of_archive(self, entries: Sequence[Raw]) -> Iterator[Placed]:
        for found in recorded(self._counted(entries), self._limits):
            place = Place(self._name, path=found.path, time=found.time)
            if found.snapshot is None:
                self._unreadable(str(place), found.problems)
            else:
                yield place, found.snapshot

    def _counted(self, entries: Sequence[Raw]) -> Iterator[Raw]:
        for index, entry in enumerate(entries):
            self._position.part = index / len(entries)
            yield entry


_MARK: Final = BYTE_ORDER_MARK.encode()


def _is_whole(text: bytes) -> bool:
    """Return whether a text is a complete JSON value."""
    try:
        _ANYTHING.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return True


def _may_be_archive(text: bytes | str) -> bool:
    return (b'"entries"' in text) if isinstance(text, bytes) else ('"entries"' in text)


def _in_words(text: bytes | str, error: WireError, limits: WireLimits) -> Iterable[Problem]:
    """Describe what there is instead of a snapshot, if that is known; else what is wrong in it."""
    if found := _of_other_kind(text, limits):
        return found
    hint = looks_like(text[:_BEGINNING] if isinstance(text, bytes) else text[:_BEGINNING].encode())
    return [Problem(path, f"{said}; {hint}" if hint else said) for path, said in error.problems]


_BEGINNING: Final = 100
"""How many bytes are inspected to see what a text looks like."""


def _of_other_kind(text: bytes | str, limits: WireLimits) -> list[Problem]:
    """Return what is wrong with a document that is not a session; empty if it may be one."""
    try:
        value, _ = parse(text, limits)
        if not isinstance(value, dict) or "session" in value:
            return []
        found = recognize(value, limits)
    except WireError:
        return []
    if found.entity_class is ExchangeRestoreSession:
        return []
    said = found.words if found.is_page else words_of(found.kind, value)
    return [Problem(ROOT, f"expected a session, got {said}")]


def _timed(text: bytes | str, limits: WireLimits) -> tuple[str | None, ExchangeRestoreSession]:
    """Read a session, or an object with its time and a session; raises WireError."""
    try:
        line = _LINE.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):  # the reader reports what is wrong
        line = _Line()
    if line.session is UNSET or line.id is not UNSET:
        return None, loads(text, ExchangeRestoreSession, limits=limits)
    time = None if line.time is UNSET else msgspec.json.decode(line.time)
    try:
        session = loads(bytes(line.session), ExchangeRestoreSession, limits=limits)
    except WireError as error:
        raise WireError(error.within(name_step("session"))) from None
    return None if time is None else _time(time), session


def _time(value: Any) -> str:
    if not isinstance(value, str):
        raise WireError([("$.time", f"expected a timestamp, got {brief(value)}")])
    try:
        return checked_text(value)
    except ValueError as error:
        raise WireError([("$.time", str(error))]) from None


def _entries(chunks: Iterator[bytes], limits: WireLimits) -> Iterator[str]:
    """Yield the texts of the entries of an array, reading no more than the next one needs.

    Raises WireError if the array does not continue.
    """
    text = _Text(chunks, limits)
    text.take("[")
    if text.next_one() == "]":
        return
    while True:
        yield text.entry()
        separator = text.next_one()
        text.take("]" if separator == "]" else ",")
        if separator == "]":
            break


class _Text:
    """The text of an array that was read but not processed."""

    def __init__(self, chunks: Iterator[bytes], limits: WireLimits) -> None:
        self._chunks = chunks
        self._limits = limits
        self._decode = getincrementaldecoder("utf-8")().decode
        self._text = ""

    def next_one(self) -> str:
        """Return the next character that is not white space; empty at the end."""
        while True:
            self._text = self._text.lstrip(_SPACE)
            if self._text or not self._read():
                return self._text[:1]

    def take(self, character: str) -> None:
        """Take the next character, which has to be this one."""
        found = self.next_one()
        if found != character:
            got = f"got {found!r}" if found else "and it ends"
            raise WireError.at_root(f"expected {character!r} in the array, {got}")
        self._text = self._text[1:]

    def entry(self) -> str:
        """Take the next entry."""
        self.next_one()
        while True:
            try:
                _, end = _ENTRY.raw_decode(self._text)
            except RecursionError:
                raise WireError.at_root(self._limits.beyond("nesting")) from None
            except ValueError as error:
                if len(self._text) > self._limits.document_size:
                    raise WireError.at_root(self._limits.beyond("document_size")) from None
                if not self._read(len(self._text)):
                    raise WireError.at_root(f"the array does not go on as JSON: {error}") from None
                continue
            taken, self._text = self._text[:end], self._text[end:]
            return taken

    def _read(self, least: int = 1) -> bool:
        """Read this many more bytes, or fewer at the end; return whether there were any."""
        size = 0
        while size < least and (chunk := next(self._chunks, b"")):
            size += len(chunk)
            try:
                self._text += self._decode(chunk)
            except UnicodeDecodeError as error:
                raise WireError.at_root(f"not UTF-8 ({error.reason})") from None
        return size > 0
