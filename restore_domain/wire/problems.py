"""The problems of a document, and their places (rule W4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from restore_domain.model.json_limits import DEFAULT_LIMITS, WireLimits
from restore_domain.model.json_path import ROOT, index_step, name_step
from restore_domain.model.json_value import freeze, property_name
from restore_domain.model.public_error import PublicError, PublicErrorDetail
from restore_domain.operations.errors import RestoreDomainError

__all__ = [
    "Problem",
    "Problems",
    "WireError",
    "no_room",
    "too_deep",
    "unwritable",
]

_LONGEST_PATH: Final = 1000
"""How many characters of a path into an unknown property are shown."""

_SUMMED_UP: Final = 20
"""How many problems are in the message of an error that lists them all."""


class Problem(NamedTuple):
    """One problem."""

    path: str
    """The place, as a JSONPath: ``$.mailboxRestoreArtifacts[3].status``."""

    message: str
    """What is wrong, and what would be right."""


class Problems:
    """Collects problems, up to a limit.

    After ``WireLimits.problems`` problems, one last entry says that the list was truncated and
    reading stopped there. So the cost of invalid input is bounded, no matter how many faults it
    has.
    """

    found: list[Problem]
    """The problems, in the order of the document."""

    are_enough: bool
    """Whether to stop reading."""

    def __init__(self, limits: WireLimits) -> None:
        """Begin with no problems."""
        self.found = []
        self.are_enough = False
        self._limits = limits

    def add(self, path: str, message: str) -> None:
        """Add a problem."""
        if self.are_enough:
            return
        if len(self.found) == self._limits.problems:
            self.are_enough = True
            message = self._limits.beyond("problems")
        self.found.append(Problem(path, message))

    def add_all(self, problems: Iterable[tuple[str, str]]) -> None:
        """Add these problems, up to the limit."""
        for path, message in problems:
            self.add(path, message)
            if self.are_enough:
                return

    def raise_any(self) -> None:
        """Raise WireError if there is a problem."""
        if self.found:
            raise WireError(self.found)


class WireError(RestoreDomainError):
    """A document that can't be read, or an entity that can't be written. Lists every problem."""

    problems: tuple[Problem, ...]
    """All problems, in the order of the document, up to ``WireLimits.problems``. If there are more,
    the last entry says so.
    """

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        """Collect these problems."""
        self.problems = tuple(Problem(path, message) for path, message in problems)
        super().__init__(
            "InvalidRequest",
            400,
            _summary(self.problems),
            rule="W4",
            target=self.problems[0].path,
        )

    @classmethod
    def at_root(cls, message: str) -> WireError:
        """Make an error with one problem, about the document or its part as a whole."""
        return cls([(ROOT, message)])

    def within(self, step: str) -> Iterable[Problem]:
        """Return the problems with paths from the object or array that contains this part."""
        return [Problem(ROOT + step + path[len(ROOT) :], text) for path, text in self.problems]

    def to_public_error(self) -> PublicError:
        """Return the error as Graph shows it to a client, one detail per problem."""
        details = tuple(
            PublicErrorDetail(code=self.code, message=message, target=path)
            for path, message in self.problems
        )
        return PublicError(
            code=self.code, message=self.message, target=self.target, details=details
        )


def too_deep(limits: WireLimits) -> WireError:
    """Make the error for a document for which Python's stack has no room.

    That is a document with some thousand levels, or one with a hundred if reading is called from
    deep in the stack.
    """
    return WireError.at_root(f"{limits.beyond('nesting')}, or the stack of its reader has no room")


def no_room() -> WireError:
    """Make the error for an entity that is written, or a call that is made, too deep in a stack.

    An entity may nest a hundred levels, for which Python's stack needs some hundreds of frames.
    """
    return WireError.at_root("the stack has no room for its levels; call from fewer frames")


def _summary(problems: Sequence[Problem]) -> str:
    """Summarize the problems on one line; a document may have a million."""
    listed = "; ".join(f"{path}: {message}" for path, message in problems[:_SUMMED_UP])
    more = len(problems) - _SUMMED_UP
    return f"{listed}; and {more} more" if more > 0 else listed


def unwritable(
    value: Any, limits: WireLimits = DEFAULT_LIMITS, path: str = ROOT, levels: int | None = None
) -> Iterator[Problem]:
    """List what JSON in UTF-8 can't express in a value, as described by `freeze`.

    Raises WireError if it nests more levels than that, or than the limit; a value that contains
    itself does.
    """
    levels = limits.nesting if levels is None else levels
    if not isinstance(value, _NESTING):
        if flaw := _flaw(freeze, value, 0, limits):
            yield Problem(path, flaw)
        return
    if levels == 0:
        raise WireError.at_root(limits.beyond("nesting"))
    if isinstance(value, Mapping) and len(value) > limits.unknown_properties:
        yield Problem(path, limits.beyond("unknown_properties"))
        return
    for place, content in value.items() if isinstance(value, Mapping) else enumerate(value):
        if isinstance(value, Mapping) and (flaw := _flaw(property_name, place, limits)):
            yield Problem(path, flaw)
        elif isinstance(content, _NESTING) or _flaw(freeze, content, 0, limits):
            is_object = isinstance(value, Mapping)
            step = name_step(property_name(place)) if is_object else index_step(place)
            yield from unwritable(content, limits, _longer(path, step), levels - 1)


_NESTING: Final = (Mapping, list, tuple)
"""The types that can be nested."""


def _flaw(check: Callable[..., Any], *arguments: Any) -> str | None:
    """Return the message of a check that a value fails."""
    try:
        check(*arguments)
    except (TypeError, ValueError) as error:
        return str(error)
    return None


def _longer(path: str, step: str) -> str:
    """Return the path with one more step, unless it is long enough."""
    if path.endswith(_GOES_ON):
        return path
    return path + (step if len(path) < _LONGEST_PATH else _GOES_ON)


_GOES_ON: Final = "..."
"""Stands for the rest of a long path."""
