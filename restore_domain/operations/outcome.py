"""What an accepted operation gives back."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from restore_domain.operations.events import Event
from restore_domain.operations.root import BackupRestoreRoot

__all__ = ["Outcome"]

_Result = TypeVar("_Result")


class Outcome(NamedTuple, Generic[_Result]):
    """The new root, the answer for who asked, and what changed."""

    root: BackupRestoreRoot
    """The root after the operation; the very same one if nothing changed."""

    result: _Result
    """The answer."""

    events: tuple[Event, ...]
    """What changed; nothing if nothing did."""
