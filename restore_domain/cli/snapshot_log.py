"""Reading a log of snapshots: JSON lines, an array, a document or a HAR file.

Of JSON lines and of an array one snapshot is read at a time, whatever their length.
"""

from __future__ import annotations

import json
import sys
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Final

import attrs
import msgspec
from msgspec import UNSET, Raw, UnsetType

from restore_domain.cli.har import is_archive, recorded
from restore_domain.cli.terminal import STANDARD_INPUT, reason_of, shown
from restore_domain.model import ExchangeRestoreSession
from restore_domain.model.json_path import ROOT, index_step, name_step
from restore_domain.model.timestamp import checked_text
from restore_domain.model.validators import shown as brief
from restore_domain.wire import WireError, WireLimits, loads
from restore_domain.wire.json_text import BYTE_ORDER_MARK

__all__ = ["Place", "Placed", "snapshots_in"]


@attrs.frozen
class Place:
    """Where a snapshot is in the log."""

    file: str
    """The file, as messages call it."""

    line: int | None = None
    """The line, from 1 on; None if the file is not JSON lines."""

    path: str | None = None
    """The JSON path; None of a line, and of a document as a whole."""

    time: str | None = None
    """When the snapshot was taken, if the log says so."""

    def __str__(self) -> str:
        """Say it as messages do."""
        where = self.path if self.line is None else f"line {self.line}"
        return self.file if where is None else f"{self.file}: {where}"


Unreadable = Callable[[str, Iterable[tuple[str, str]]], None]
"""Takes a place in words and the problems there, each with its JSON path, or none."""

Placed = tuple[Place, ExchangeRestoreSession]


def snapshots_in(
    names: Iterable[str], limits: WireLimits, unreadable: Unreadable
) -> Iterator[Placed]:
    """Go through the snapshots of these files, one file after the other."""
    for name in names:
        file = shown(name)
        try:
            with _opened(name) as opened:
                yield from _Log(file, opened, limits, unreadable).snapshots()
        except _UnopenedError as error:
            unreadable(file, [("", str(error))])
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


class _Line(msgspec.Struct):
    """A line, as far as it tells what is in it."""

    id: Raw | UnsetType = UNSET
    session: Raw | UnsetType = UNSET
    time: Raw | UnsetType = UNSET


_LINE: Final = msgspec.json.Decoder(_Line)
_ANYTHING: Final = msgspec.json.Decoder(Raw)
_SPACE: Final = " \t\r\n"
_CHUNK: Final = 2**20
"""Bytes that are read of an array at a time, at least."""

_ENTRY: Final = json.JSONDecoder(parse_int=str, parse_float=str)
"""Finds where an entry ends: what is in it is for the reader of sessions to say."""


class _Log:
    """A file with snapshots in one of the forms."""

    def __init__(
        self, name: str, file: BinaryIO, limits: WireLimits, unreadable: Unreadable
    ) -> None:
        self._name = name
        self._file = file
        self._limits = limits
        self._unreadable = unreadable

    def snapshots(self) -> Iterator[Placed]:
        """Tell the form by the beginning, and go through the snapshots."""
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
        """Go through the lines, from that of this number and beginning on.

        One that is too long is passed over.
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
        """Read a document that has several lines; else the first line is broken, and no other."""
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
        if _may_be_archive(text) and is_archive(text):
            yield from self._of_archive(text)
            return
        try:
            time, session = _timed(text, self._limits)
        except WireError as error:
            self._unreadable(str(place), error.problems)
        else:
            yield attrs.evolve(place, time=time), session

    def _of_archive(self, text: bytes | str) -> Iterator[Placed]:
        for found in recorded(text, self._limits):
            place = Place(self._name, path=found.path, time=found.time)
            if found.snapshot is None:
                self._unreadable(str(place), found.problems)
            else:
                yield place, found.snapshot


_MARK: Final = BYTE_ORDER_MARK.encode()


def _is_whole(text: bytes) -> bool:
    """Tell whether a text is a JSON value, and nothing is missing."""
    try:
        _ANYTHING.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return True


def _may_be_archive(text: bytes | str) -> bool:
    return (b'"entries"' in text) if isinstance(text, bytes) else ('"entries"' in text)


def _timed(text: bytes | str, limits: WireLimits) -> tuple[str | None, ExchangeRestoreSession]:
    """Read a session, or one within an object that says when it was taken; raises WireError."""
    try:
        line = _LINE.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):  # the reader says what is wrong
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
    """Go through the texts of the entries of an array, reading no more than the next one needs.

    Raises WireError where the array goes on no longer.
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
    """The text of an array, as far as it has been read and not taken."""

    def __init__(self, chunks: Iterator[bytes], limits: WireLimits) -> None:
        self._chunks = chunks
        self._limits = limits
        self._decode = getincrementaldecoder("utf-8")().decode
        self._text = ""

    def next_one(self) -> str:
        """Return the next character that is not white space; nothing at the end."""
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
        """Read so many bytes more, or what there is; tell whether there was anything."""
        size = 0
        while size < least and (chunk := next(self._chunks, b"")):
            size += len(chunk)
            try:
                self._text += self._decode(chunk)
            except UnicodeDecodeError as error:
                raise WireError.at_root(f"no UTF-8 ({error.reason})") from None
        return size > 0
