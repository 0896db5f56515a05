"""What is wrong with a document, and where (rule W4)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from restore_domain.model.json_value import JSON_DEPTH_LIMIT, TOO_DEEP, freeze, property_name
from restore_domain.model.public_error import PublicError, PublicErrorDetail
from restore_domain.operations.errors import RestoreDomainError

__all__ = ["ROOT", "Problem", "WireError", "index_step", "name_step", "unwritable"]

ROOT: Final = "$"
"""The path of the document as a whole."""

_LONGEST_NAME: Final = 60
"""How many characters of a property's name a path shows."""

_SUMMED_UP: Final = 20
"""How many problems a message names, of an error that lists them all."""


class Problem(NamedTuple):
    """One thing that is wrong."""

    path: str
    """Where, as a JSONPath: ``$.mailboxRestoreArtifacts[3].status``."""

    message: str
    """What, and what would be right."""


def name_step(name: str) -> str:
    """Return the step of a path into the property of this name."""
    if len(name) > _LONGEST_NAME:
        return f"[{json.dumps(name[:_LONGEST_NAME] + '...')}]"
    return f".{name}" if name.isidentifier() and name.isascii() else f"[{json.dumps(name)}]"


def index_step(index: int) -> str:
    """Return the step of a path into the entry at this position."""
    return f"[{index}]"


class WireError(RestoreDomainError):
    """A document that can't be read, or an entity that can't be written. Lists every problem."""

    problems: tuple[Problem, ...]
    """All that is wrong, in the order of the document."""

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
        """Make an error of one problem with the document, or the part of it, as a whole."""
        return cls([(ROOT, message)])

    def within(self, step: str) -> Iterable[Problem]:
        """Return the problems as seen from the object or array that this part is in."""
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


def _summary(problems: Sequence[Problem]) -> str:
    """Say in one line what is wrong; a document may have a million problems."""
    named = "; ".join(f"{path}: {message}" for path, message in problems[:_SUMMED_UP])
    more = len(problems) - _SUMMED_UP
    return f"{named}; and {more} more" if more > 0 else named


def unwritable(value: Any, path: str = ROOT, levels: int = JSON_DEPTH_LIMIT) -> list[Problem]:
    """Say where a value has what JSON in UTF-8 can't hold; `freeze` says what that is.

    Raises WireError if it nests more levels, as one within itself does.
    """
    if levels <= 0 and isinstance(value, (Mapping, list, tuple)):
        raise WireError.at_root(TOO_DEEP)
    problems: list[Problem] = []
    if isinstance(value, Mapping):
        for name, content in value.items():
            try:
                step = name_step(property_name(name))
            except (TypeError, ValueError) as error:
                problems.append(Problem(path, str(error)))
            else:
                problems += unwritable(content, path + step, levels - 1)
    elif isinstance(value, (list, tuple)):
        for index, content in enumerate(value):
            problems += unwritable(content, path + index_step(index), levels - 1)
    else:
        try:
            freeze(value)
        except (TypeError, ValueError) as error:
            problems.append(Problem(path, str(error)))
    return problems
