"""A state machine as a picture: what to draw, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import attrs

__all__ = ["Arrow", "Chart", "Place"]


class Place(NamedTuple):
    """A point of a picture, in columns and rows."""

    column: float
    """How far to the right."""

    row: float
    """How far down."""


@attrs.frozen
class Arrow:
    """A move from one state to another."""

    source: str
    """The source state."""

    target: str
    """The target state."""

    label: str = ""
    """What causes the move; empty if the picture's note describes it."""

    dashed: bool = False
    """Whether the unknown status takes part in it."""


@attrs.frozen
class Chart:
    """A picture of a state machine."""

    title: str
    """What it shows."""

    note: tuple[str, ...]
    """How to read it, one line each."""

    states: tuple[str, ...]
    """The states that have a name."""

    terminal: frozenset[str]
    """The states from which only the end can be reached."""

    starts: frozenset[str]
    """The points where everything begins, drawn as a dot."""

    ends: frozenset[str]
    """The points where everything ends, drawn as a dot in a ring."""

    arrows: tuple[Arrow, ...]
    """The moves."""

    places: Mapping[str, Place]
    """The position of each state and each point."""

    detours: Mapping[tuple[str, str], tuple[Place, ...]] = attrs.field(factory=dict)
    """The arrows that go around something, with the points where they bend."""

    @property
    def lines(self) -> Iterator[tuple[Arrow, bool]]:
        """The arrows as they are drawn, and whether each has two heads.

        Two dashed arrows between the same states, in both directions, are one line.
        """
        dashed = {(arrow.source, arrow.target) for arrow in self.arrows if arrow.dashed}
        for arrow in self.arrows:
            back = (arrow.target, arrow.source)
            both_ways = arrow.dashed and back in dashed
            if not both_ways or (arrow.source, arrow.target) < back:
                yield arrow, both_ways

    @property
    def unsure(self) -> frozenset[str]:
        """The states that only dashed arrows touch."""
        sure = {
            end for arrow in self.arrows if not arrow.dashed for end in (arrow.source, arrow.target)
        }
        return frozenset(self.states) - sure
