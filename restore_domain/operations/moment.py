"""Time, which is always given and never moves backwards (rules S6 and S7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from restore_domain.model.timestamp import with_fixed_offset
from restore_domain.model.validators import shown

__all__ = ["later", "moment"]


def moment(time: Any, name: str = "now") -> datetime:
    """Return the time the embedder gave; TypeError or ValueError if it is none (rule S7)."""
    if not isinstance(time, datetime):
        raise TypeError(f"{name}: expected a datetime, got {shown(time)}")
    given = with_fixed_offset(time)
    if given.utcoffset() is None:
        raise ValueError(f"{name}: {time!r} has no offset from UTC; give it a tzinfo")
    return given


def later(old: datetime | None, given: datetime) -> datetime:
    """Return the later of the two: time never moves backwards (rule S6)."""
    return given if old is None or old is given or old <= given else old
