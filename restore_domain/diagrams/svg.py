"""A chart as a self-contained SVG picture, for light and dark pages."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from math import hypot
from typing import Final, NamedTuple

from restore_domain.diagrams.chart import Arrow, Chart, Place

__all__ = ["svg"]

COLUMN: Final = 150
ROW: Final = 100
MARGIN: Final = 30
BOX_HEIGHT: Final = 36
LETTER: Final = 8.2
DOT: Final = 9
NOTE_LINE: Final = 20

STYLE: Final = """\
.paper { fill: #ffffff }
.box { fill: #eef2f8; stroke: #51607a; stroke-width: 1.5 }
.box.terminal { stroke-width: 3 }
.box.unsure { fill: #ffffff; stroke-dasharray: 5 4 }
.line { fill: none; stroke: #51607a; stroke-width: 1.5 }
.line.dashed { stroke: #8592a8; stroke-dasharray: 5 4 }
.head { fill: #51607a }
.head.dashed { fill: #8592a8 }
.dot { fill: #51607a }
.ring { fill: none; stroke: #51607a; stroke-width: 1.5 }
text { font: 14px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #17202e;
  text-anchor: middle }
text.label { font-size: 12px; stroke: #ffffff; stroke-width: 4; paint-order: stroke }
text.note { font-size: 12px; fill: #51607a; text-anchor: start }
@media (prefers-color-scheme: dark) {
  .paper { fill: #14181f }
  .box { fill: #253046; stroke: #a9b7d0 }
  .box.unsure { fill: #14181f }
  .line, .ring { stroke: #a9b7d0 }
  .line.dashed { stroke: #76849d }
  .head, .dot { fill: #a9b7d0 }
  .head.dashed { fill: #76849d }
  text { fill: #e8edf5 }
  text.label { stroke: #14181f }
  text.note { fill: #a9b7d0 }
}"""
"""The colours for light and dark; the picture has its own background, so both are readable."""


class Point(NamedTuple):
    """A point, in pixels."""

    x: float
    y: float

    def __str__(self) -> str:
        """Write the point as in a path."""
        return f"{self.x:.1f},{self.y:.1f}"


def svg(chart: Chart) -> str:
    """Return the chart as an SVG document."""
    return "\n".join(_Drawing(chart).lines()) + "\n"


class _Drawing:
    """A chart with its measures."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.shift = Point(0, 0)
        corners = [
            Point(x + side * self.half_width(name), y + side * self.half_height(name))
            for name, place in chart.places.items()
            for x, y in [self.at(place)]
            for side in (-1, 1)
        ]
        corners += [self.at(place) for bends in chart.detours.values() for place in bends]
        xs, ys = zip(*corners, strict=True)
        self.shift = Point(MARGIN - min(xs), MARGIN - min(ys))
        self.width = max(xs) - min(xs) + 2 * MARGIN
        self.note_top = max(ys) - min(ys) + 2.5 * MARGIN
        self.height = self.note_top + len(chart.note) * NOTE_LINE

    def at(self, place: Place) -> Point:
        """Return the point of a place."""
        return Point(place.column * COLUMN + self.shift.x, place.row * ROW + self.shift.y)

    def half_width(self, name: str) -> float:
        return len(name) * LETTER / 2 + 16 if name in self.chart.states else DOT

    def half_height(self, name: str) -> float:
        return BOX_HEIGHT / 2 if name in self.chart.states else DOT

    def lines(self) -> Iterator[str]:
        size = f"{self.width:.0f} {self.height:.0f}"
        width, height = size.split()
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" '
            f'width="{width}" height="{height}" role="img">'
        )
        yield f"<title>{escape(self.chart.title)}</title>"
        yield f"<desc>{escape(' '.join(self.chart.note))}</desc>"
        yield f"<style>\n{STYLE}\n</style>"
        yield "<defs>"
        yield _head("head", "")
        yield _head("dashed-head", " dashed")
        yield "</defs>"
        yield f'<rect class="paper" width="{width}" height="{height}" rx="8"/>'
        for arrow, both_ways in self.chart.lines:
            yield self.arrow(arrow, both_ways=both_ways)
        for name in self.chart.places:
            yield self.state(name)
        for arrow in self.chart.arrows:
            if arrow.label:
                yield self.label(arrow)
        for number, line in enumerate(self.chart.note, start=1):
            y = self.note_top + (number - 1) * NOTE_LINE
            yield f'<text class="note" x="{MARGIN}" y="{y:.1f}">{escape(line)}</text>'
        yield "</svg>"

    def arrow(self, arrow: Arrow, *, both_ways: bool) -> str:
        kind = "dashed" if arrow.dashed else ""
        marker = f"url(#{kind}{'-' if kind else ''}head)"
        heads = f'marker-end="{marker}"' + (f' marker-start="{marker}"' if both_ways else "")
        style = f"line {kind}".rstrip()
        return f'<path class="{style}" {heads} d="{self.path(arrow)}"/>'

    def path(self, arrow: Arrow) -> str:
        if arrow.source == arrow.target:
            return self.loop(arrow.source)
        bends = tuple(map(self.at, self.chart.detours.get((arrow.source, arrow.target), ())))
        start, end = self.ends(arrow, bends)
        if not bends:
            return f"M{start} L{end}"
        halfway = [_middle(*two) for two in pairwise(bends)]
        curves = [f"Q{bend} {to}" for bend, to in zip(bends, [*halfway, end], strict=True)]
        return f"M{start} {' '.join(curves)}"

    def ends(self, arrow: Arrow, bends: tuple[Point, ...] = ()) -> tuple[Point, Point]:
        """Return where an arrow leaves its source, and where it meets its target."""
        source, target = (self.at(self.chart.places[name]) for name in (arrow.source, arrow.target))
        points = (source, *bends, target)
        return (
            self.border(arrow.source, source, points[1]),
            self.border(arrow.target, target, points[-2]),
        )

    def loop(self, name: str) -> str:
        """Return a loop above the box."""
        x, y = self.at(self.chart.places[name])
        top = y - BOX_HEIGHT / 2
        ends = Point(x - 12, top), Point(x - 26, top - 34), Point(x + 26, top - 34)
        return f"M{ends[0]} C{ends[1]} {ends[2]} {Point(x + 12, top - 1)}"

    def border(self, name: str, centre: Point, towards: Point) -> Point:
        """Return where a line from the centre to another point leaves the box or dot."""
        dx, dy = towards.x - centre.x, towards.y - centre.y
        if name in self.chart.states:
            share = min(
                self.half_width(name) / abs(dx) if dx else 1,
                self.half_height(name) / abs(dy) if dy else 1,
            )
        else:
            share = DOT / hypot(dx, dy)
        return Point(centre.x + dx * share, centre.y + dy * share)

    def state(self, name: str) -> str:
        x, y = self.at(self.chart.places[name])
        if name not in self.chart.states:
            dot = f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{DOT - 4}"/>'
            ring = f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{DOT}"/>'
            return dot + ring if name in self.chart.ends else dot
        half = self.half_width(name)
        kind = "terminal" if name in self.chart.terminal else ""
        kind = "unsure" if name in self.chart.unsure else kind
        return (
            f'<rect class="{f"box {kind}".rstrip()}" x="{x - half:.1f}" '
            f'y="{y - BOX_HEIGHT / 2:.1f}" width="{2 * half:.1f}" height="{BOX_HEIGHT}" rx="9"/>'
            f'<text x="{x:.1f}" y="{y + 5:.1f}">{escape(name)}</text>'
        )

    def label(self, arrow: Arrow) -> str:
        if arrow.source == arrow.target:
            x, y = self.at(self.chart.places[arrow.source])
            y -= BOX_HEIGHT / 2 + 32
        else:
            start, end = self.ends(arrow)
            x, y = _middle(start, end)
            y += -7 if start.y == end.y else 4
        return f'<text class="label" x="{x:.1f}" y="{y:.1f}">{escape(arrow.label)}</text>'


def _middle(a: Point, b: Point) -> Point:
    return Point((a.x + b.x) / 2, (a.y + b.y) / 2)


def _head(name: str, kind: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        'markerHeight="7" orient="auto-start-reverse">'
        f'<path class="head{kind}" d="M0,0 10,5 0,10 z"/></marker>'
    )
