"""Reading what the user names, and showing texts on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

__all__ = [
    "STANDARD_INPUT",
    "BadInputError",
    "complain",
    "example",
    "printable",
    "read_bytes",
    "shown",
]

STANDARD_INPUT = "-"
"""The file name that stands for standard input."""

_STANDARD_INPUT_SHOWN = "standard input"


class BadInputError(Exception):
    """What the user gave can't be used."""

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        """Keep each problem with its place; an empty place stands for the whole command."""
        self.problems = tuple(problems)
        super().__init__(self.problems)


def complain(error: BadInputError) -> None:
    """Name every problem on standard error, one a line."""
    for place, message in error.problems:
        print(printable(f"{place}: {message}" if place else message), file=sys.stderr)


def shown(name: str) -> str:
    """Return how a file is called in messages."""
    return _STANDARD_INPUT_SHOWN if name == STANDARD_INPUT else name


def printable(text: str) -> str:
    """Return a text that does nothing to a terminal but show itself: all else is escaped."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def read_bytes(name: str) -> bytes:
    """Read a file, or standard input."""
    try:
        return sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BadInputError([(shown(name), reason)]) from None


def example(name: str) -> bytes:
    """Read an example that ships in the package."""
    return resources.files("restore_domain").joinpath("examples", name).read_bytes()
