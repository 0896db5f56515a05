"""The artifacts of a session that `status` lists: which, in which order, and how many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import MINYEAR, UTC, datetime
from typing import Any, Final

import attrs

from restore_domain.model import ExchangeRestoreSession, MailboxRestoreArtifact
from restore_domain.model.session import UNDER_WAY
from restore_domain.model.timestamp import timestamp_text
from restore_domain.status import ArtifactRestoreStatus

__all__ = [
    "COLUMNS",
    "SELECTIONS",
    "Choice",
    "Listing",
    "Row",
    "in_utc",
    "known",
    "listing",
    "seconds_between",
]

SELECTIONS: Final[Mapping[str, tuple[ArtifactRestoreStatus, ...]]] = {
    "all": tuple(ArtifactRestoreStatus),
    "failed": (ArtifactRestoreStatus.FAILED,),
    "running": UNDER_WAY,
}
"""The statuses of the artifacts that can be listed, by the name of the choice."""


@attrs.frozen(kw_only=True)
class Choice:
    """What is to be listed."""

    artifacts: str = "failed"
    """One of `SELECTIONS`."""

    sort: str | None = None
    """A column to sort by, preceded by a minus for descending order; None preserves the order."""

    limit: int | None = None
    """How many are listed of each session; None lists all."""


@attrs.frozen(kw_only=True)
class Row:
    """The values that are listed for an artifact."""

    id: str
    status: ArtifactRestoreStatus
    mailbox: str | None
    """The mailbox, if the protection unit of the restore point was sent."""

    code: str | None
    start: datetime | None
    end: datetime | None
    duration: float | None
    """Seconds from start to end."""

    message: str | None


COLUMNS: Final = tuple(field.name for field in attrs.fields(Row))
"""The columns of a listing, in order."""


@attrs.frozen
class Listing:
    """The artifacts that are listed."""

    artifacts: str
    """Which of the artifacts: one of `SELECTIONS`."""

    rows: Sequence[Row]

    left_out: int
    """How many artifacts are left out because of the limit."""

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.rows) + self.left_out

    @property
    def columns(self) -> list[str]:
        """The columns that are not empty, for people to read."""
        return [
            name for name in COLUMNS if any(getattr(row, name) is not None for row in self.rows)
        ]

    def __str__(self) -> str:
        """Return a description of what is listed."""
        number = f"{len(self.rows)} of {self.total}" if self.left_out else str(self.total or "no")
        which = "" if self.artifacts == "all" else f"{self.artifacts} "
        noun = "artifact" if self.total == 1 else "artifacts"
        left = f", {self.left_out} left out; --limit {self.total} shows all"
        return f"{number} {which}{noun}{left if self.left_out else ''}"


def listing(session: ExchangeRestoreSession, choice: Choice) -> Listing:
    """Return the artifacts of a session that are to be listed."""
    found = session.artifacts_in(*SELECTIONS[choice.artifacts])
    rows = _sorted(map(_row, found), choice.sort)
    shown = rows[: choice.limit]
    return Listing(choice.artifacts, shown, len(rows) - len(shown))


def _row(artifact: MailboxRestoreArtifact) -> Row:
    start, end = artifact.start_date_time, artifact.completion_date_time
    return Row(
        id=artifact.id,
        status=artifact.status,
        mailbox=_mailbox(artifact),
        code=artifact.error.code if artifact.error else None,
        start=start,
        end=end,
        duration=seconds_between(start, end),
        message=artifact.error.message if artifact.error else None,
    )


def _mailbox(artifact: MailboxRestoreArtifact) -> str | None:
    """Return the name of the mailbox that people know best."""
    unit = artifact.restore_point and artifact.restore_point.protection_unit
    if not unit:
        return None
    listed = (unit.additional_data.get(name) for name in _MAILBOX_NAMES)
    return next((name for name in listed if isinstance(name, str) and name), unit.id)


_MAILBOX_NAMES: Final = ("email", "displayName", "directoryObjectId")


def known(time: datetime | None) -> datetime | None:
    """Return a time, except for the one that .NET programs write if none was set."""
    return None if time is None or time.year == MINYEAR else time


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """Return the duration; None if that is not known, or can't be true."""
    if known(start) is None or start is None or end is None or end < start:
        return None
    return (end - start).total_seconds()


def in_utc(time: datetime) -> str:
    """Return a time in UTC for people to read, to the second."""
    try:
        utc = time.astimezone(UTC)
    except OverflowError:  # within a day of the first or the last one
        return timestamp_text(time)
    return f"{utc.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _sorted(rows: Iterable[Row], sort: str | None) -> list[Row]:
    """Sort by a column; artifacts without a value are last in either direction."""
    if sort is None:
        return list(rows)
    name = sort.removeprefix("-")
    order = _ORDERS.get(name, _itself)
    given: list[Row] = []
    other: list[Row] = []
    for row in rows:
        (other if getattr(row, name) is None else given).append(row)
    given.sort(key=lambda row: order(getattr(row, name)), reverse=sort != name)
    return given + other


def _itself(value: Any) -> Any:
    return value


_ORDERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "status": tuple(ArtifactRestoreStatus).index,
}
"""What a column is sorted by, if not by itself."""
