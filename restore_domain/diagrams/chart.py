"""A state machine as a picture: what there is to draw, and where."""

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
    """The state that is left."""

    target: str
    """The state that is entered."""

    label: str = ""
    """What makes the move; nothing where the picture's note says it."""

    dashed: bool = False
    """Whether it takes part in the status that nobody knows."""


@attrs.frozen
class Chart:
    """A picture of a state machine."""

    title: str
    """What it shows."""

    note: tuple[str, ...]
    """How to read it, in lines."""

    states: tuple[str, ...]
    """The states that have a name."""

    terminal: frozenset[str]
    """Those that nothing leads out of but the end."""

    starts: frozenset[str]
    """The points where everything begins: drawn as a dot."""

    ends: frozenset[str]
    """The points where everything ends: drawn as a dot in a ring."""

    arrows: tuple[Arrow, ...]
    """The moves."""

    places: Mapping[str, Place]
    """Where each state and each point stands."""

    detours: Mapping[tuple[str, str], tuple[Place, ...]] = attrs.field(factory=dict)
    """The arrows that go around something, with the points that bend them."""

    @property
    def lines(self) -> Iterator[tuple[Arrow, bool]]:
        """The arrows as they are drawn, and whether one has two heads.

        Two dashed arrows between the same states, to and fro, are one line.
        """
        dashed = {(arrow.source, arrow.target) for arrow in self.arrows if arrow.dashed}
        for arrow in self.arrows:
            back = (arrow.target, arrow.source)
            to_and_fro = arrow.dashed and back in dashed
            if not to_and_fro or (arrow.source, arrow.target) < back:
                yield arrow, to_and_fro

    @property
    def unsure(self) -> frozenset[str]:
        """The states that only dashed arrows touch."""
        sure = {
            end for arrow in self.arrows if not arrow.dashed for end in (arrow.source, arrow.target)
        }
        return frozenset(self.states) - sure
