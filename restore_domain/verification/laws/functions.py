"""The arguments of laws: the types of a user's own functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, Self, TypeAlias

from restore_domain.lifecycle import Reporter
from restore_domain.status import ArtifactRestoreStatus

__all__ = ["Advance", "Aggregate", "Audit", "AuditHistory", "MakeTally", "Tally", "WireFormat"]


class Aggregate(Protocol):
    """Returns the status of a session for those of its artifacts."""

    def __call__(self, statuses: Sequence[ArtifactRestoreStatus], /) -> str:
        """Return the status as on the wire, such as ``completedWithError``.

        The artifacts' statuses are also texts as on the wire, and there may be none.
        """
        ...


class Tally(Protocol):
    """Counts artifacts by their statuses."""

    @property
    def status(self) -> str:
        """The status of a session with these artifacts."""
        ...

    def __getitem__(self, status: ArtifactRestoreStatus, /) -> int:
        """Return how many artifacts are in a status."""
        ...

    def __add__(self, other: Self, /) -> Self:
        """Return the tally of both parts together."""
        ...

    def replace(self, old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, /) -> Self:
        """Return the tally after one artifact changed from one status to another."""
        ...


MakeTally: TypeAlias = Callable[[Iterable[ArtifactRestoreStatus]], Tally]
"""Counts these statuses: `StatusTally.of`, or yours."""


class Advance(Protocol):
    """Returns the effect of a report on an artifact's status."""

    def __call__(
        self, old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, reporter: Reporter, /
    ) -> str:
        """Return the status after a report of `new` by a driver or an observer.

        Raise any exception to refuse the report.
        """
        ...


Audit: TypeAlias = Callable[[Mapping[str, Any]], Iterable[Mapping[str, Any]]]
"""Lists what can't be true in a session of Graph JSON: for each finding its ``rule``, the id of the
session or artifact as ``target``, and the ``property``. Other parts of a finding are free.
"""


AuditHistory: TypeAlias = Callable[[Sequence[Mapping[str, Any]]], Iterable[Mapping[str, Any]]]
"""Lists what can't be true in snapshots of a session of Graph JSON, given in the order of time: for
each finding its ``rule``, the position of the earlier snapshot as ``before`` (None for H1) and that
of the later one as ``after``, the id of the session or artifact as ``target``, and the
``property``. Other parts of a finding are free.
"""


class WireFormat(Protocol):
    """Reads and writes Graph JSON."""

    @property
    def refusal(self) -> type[Exception]:
        """The exception that `loads` raises for an invalid document."""
        ...

    def loads(self, data: bytes, kind: str, /) -> Any:
        """Read a document; `kind` is its type in Graph, such as ``exchangeRestoreSession``."""
        ...

    def dumps(self, entity: Any, /, *, include_unknown_enum_members: bool = True) -> bytes | str:
        """Write an entity that was read; unknown members are masked as rule W3 defines."""
        ...
