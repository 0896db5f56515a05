"""What is wrong with a document, and where (rule W4)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final, NamedTuple

from restore_domain.model.public_error import PublicError, PublicErrorDetail
from restore_domain.operations.errors import RestoreDomainError

__all__ = ["Problem", "WireError", "index_step", "name_step"]

ROOT: Final = "$"


class Problem(NamedTuple):
    """One thing that is wrong."""

    path: str
    """Where, as a JSONPath: ``$.mailboxRestoreArtifacts[3].status``."""

    message: str
    """What, and what would be right."""


def name_step(name: str) -> str:
    """Return the step of a path into the property of this name."""
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
            "; ".join(f"{path}: {message}" for path, message in self.problems),
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
