"""A picture of when each artifact was restored, drawn by drawsvg (the extra ``report``).

Each artifact has a bar from its start to its end. Those of one status are together, in the order of
their starts. If there are many, several share a lane, so that the picture for a million is no
larger than that for a thousand. The colours are those of the page around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, Final

import attrs
from drawsvg import Drawing, Line, Path, Text

from restore_domain.cli.listing import in_utc, known
from restore_domain.cli.terminal import printable
from restore_domain.model import ExchangeRestoreSession, MailboxRestoreArtifact
from restore_domain.status import ArtifactRestoreStatus

__all__ = ["Timeline", "timeline"]

_ORDER: Final = (
    ArtifactRestoreStatus.FAILED,
    ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE,
    ArtifactRestoreStatus.IN_PROGRESS,
    ArtifactRestoreStatus.SCHEDULED,
    ArtifactRestoreStatus.SCHEDULING,
    ArtifactRestoreStatus.ADDED,
    ArtifactRestoreStatus.SUCCEEDED,
)
"""The statuses from the top down: those that need attention are first."""

_WIDTH: Final = 800
_MARGIN: Final = 8
_LANES: Final = 100
"""The maximum number of lanes for a status."""

_NAMED: Final = 40
"""Up to this number, each artifact has its own lane with its name."""

_SHORTEST: Final = 3.0
"""The length of the bar of an artifact that took almost no time, and of a visible gap."""


@attrs.frozen
class Timeline:
    """The picture, and what it shows."""

    svg: str
    since: str
    until: str
    shown: int
    """How many artifacts have a bar."""

    without_times: int
    """How many have none, since neither a start nor an end was sent."""

    shared: int
    """The maximum number of artifacts in a lane."""


@attrs.frozen
class _Bar:
    """When an artifact was restored, in seconds since `_EPOCH`."""

    name: str
    start: float
    end: float


def timeline(session: ExchangeRestoreSession) -> Timeline | None:
    """Return the picture of a session; None if no artifact has a time."""
    groups = dict(_bars(session))
    bars = [bar for group in groups.values() for bar in group]
    if not bars:
        return None
    scale = _Scale(min(bar.start for bar in bars), max(bar.end for bar in bars))
    drawn = _Drawn(scale, are_named=len(bars) <= _NAMED)
    for status, group in groups.items():
        drawn.add(status, group)
    since, until = in_utc(_moment(scale.since)), in_utc(_moment(scale.until))
    return Timeline(
        drawn.svg(f"Timeline of {_words(groups)}, from {since} to {until}"),
        since,
        until,
        len(bars),
        session.tally.total - len(bars),
        max(ceil(len(group) / _LANES) for group in groups.values()),
    )


def _words(groups: Mapping[ArtifactRestoreStatus, Sequence[object]]) -> str:
    """Return how many artifacts there are, and how they ended, for screen readers."""
    total = sum(map(len, groups.values()))
    counts = ", ".join(f"{len(group)} {status}" for status, group in groups.items())
    return f"{total} artifact{'s' if total != 1 else ''}, {counts}"


def _bars(
    session: ExchangeRestoreSession,
) -> Iterator[tuple[ArtifactRestoreStatus, list[_Bar]]]:
    """Return the bars of each status, by their starts; an open one ends at the last time."""
    last = max([_seconds(session.last_modified_date_time), *map(_end, session.artifacts)])
    for status in _ORDER:
        bars = []
        for artifact in session.artifacts_in(status):
            start, end = _seconds(artifact.start_date_time), _seconds(artifact.completion_date_time)
            begun = end if start == _NEVER else start
            if begun != _NEVER:
                bars.append(_Bar(artifact.id, begun, max(last if end == _NEVER else end, begun)))
        if bars:
            yield status, sorted(bars, key=lambda bar: (bar.start, bar.end))


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_LAST: Final = (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - _EPOCH).total_seconds()
"""The last second in UTC: another zone has later ones."""

_NEVER: Final = float("-inf")
"""Stands for a time that was not sent."""


def _seconds(time: datetime | None) -> float:
    """Return a time as a number: seconds are finer than the picture, and numbers are fast."""
    if time is None or known(time) is None:
        return _NEVER
    return min((time - _EPOCH).total_seconds(), _LAST)


def _end(artifact: MailboxRestoreArtifact) -> float:
    """Return the last time of an artifact."""
    return max(_seconds(artifact.start_date_time), _seconds(artifact.completion_date_time))


def _moment(seconds: float) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


# The axis -------------------------------------------------------------------------------------

_STEPS: Final = tuple(
    timedelta(**{unit: number})
    for unit, numbers in (
        ("seconds", (1, 2, 5, 10, 15, 30)),
        ("minutes", (1, 2, 5, 10, 15, 30)),
        ("hours", (1, 2, 3, 6, 12)),
        ("days", (1, 2, 7, 14, 30, 90, 365)),
    )
    for number in numbers
)
"""The possible steps between two times on the axis."""

_TICKS: Final = 6
"""The maximum number of times on the axis, if a year is not too short a step."""


class _Scale:
    """The position of a time in the picture."""

    def __init__(self, since: float, until: float) -> None:
        self.since = since
        self.until = until
        self._length = (until - since) or 1.0

    def x(self, time: float) -> float:
        return _MARGIN + (_WIDTH - 2 * _MARGIN) * ((time - self.since) / self._length)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Return the times of the axis, each with its position."""
        few = (step for step in _STEPS if self._length / step.total_seconds() < _TICKS)
        step = next(few, timedelta(seconds=self._length / 4))
        midnight = _moment(self.since).replace(hour=0, minute=0, second=0, microsecond=0)
        first = (midnight - _EPOCH).total_seconds()
        number = ceil((self.since - first) / step.total_seconds())
        day = None
        while (time := first + number * step.total_seconds()) <= self.until:
            moment = _moment(time)
            yield self.x(time), _tick_text(moment, step, day)
            day = moment.date()
            number += 1


def _tick_text(time: datetime, step: timedelta, day: object) -> str:
    clock = "" if step >= timedelta(days=1) else f"{time:%H:%M}"
    if step < timedelta(minutes=1):
        clock = f"{time:%H:%M:%S}"
    date = "" if time.date() == day else time.date().isoformat()
    return f"{date} {clock}".strip()


# The picture ----------------------------------------------------------------------------------


class _Drawn:
    """The picture while it is drawn."""

    def __init__(self, scale: _Scale, *, are_named: bool) -> None:
        self._scale = scale
        self._are_named = are_named
        self._elements: list[object] = []
        self._y = 18.0

    def add(self, status: ArtifactRestoreStatus, bars: Sequence[_Bar]) -> None:
        """Draw the bars of a status below the existing ones."""
        self._y += 16
        self._text(f"{status}: {len(bars)}", _MARGIN, "heading")
        self._y += 6
        each = ceil(len(bars) / _LANES)
        lanes = [bars[place : place + each] for place in range(0, len(bars), each)]
        height = 10 if self._are_named else max(2, min(8, 200 // len(lanes)))
        moves = []
        for lane in lanes:
            if self._are_named:
                self._y += 14
                self._text(_short(lane[0].name), _MARGIN, "name")
                self._y += 4
            y = self._y + height / 2
            moves += [f"M{x:.1f} {y:g}H{end:.1f}" for x, end in self._lengths(lane)]
            self._y += height + (4 if self._are_named else height // 4)
        self._elements.append(
            Path("".join(moves), class_=f"bar {status}", stroke_width=height, fill="none")
        )

    def _lengths(self, bars: Iterable[_Bar]) -> Iterator[tuple[float, float]]:
        """Return the coloured parts of a lane: wherever one of its artifacts was being restored."""
        begun: tuple[float, float] | None = None
        for bar in bars:
            start = min(self._scale.x(bar.start), _WIDTH - _MARGIN - _SHORTEST)
            end = max(self._scale.x(bar.end), start + _SHORTEST)
            if begun is None:
                begun = start, end
            elif start < begun[1] + _SHORTEST:
                begun = begun[0], max(begun[1], end)
            else:
                yield begun
                begun = start, end
        if begun is not None:
            yield begun

    def svg(self, words: str) -> str:
        """Return the picture, with the times above it."""
        bottom = self._y + 8
        lines = []
        for x, time in self._scale.ticks():
            lines.append(Line(x, 20, x, bottom, class_="grid"))
            anchor = "start" if x < _WIDTH / 8 else "end" if x > 7 * _WIDTH / 8 else "middle"
            label = Text(time, 12, x, 14, class_="tick", text_anchor=anchor)
            self._elements.append(label)
        attributes: dict[str, Any] = {"class": "timeline", "role": "img", "aria-label": words}
        drawing = Drawing(_WIDTH, bottom, **attributes)
        drawing.extend([*lines, *self._elements])
        return str(drawing.as_svg(header=""))

    def _text(self, text: str, x: float, kind: str) -> None:
        self._elements.append(Text(printable(text), 12, x, self._y, class_=kind))


_LONGEST: Final = 90
"""How many characters of a name fit into the picture."""


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 3]}..."
