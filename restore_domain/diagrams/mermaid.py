"""A chart as text for Mermaid, which GitHub and many wikis draw."""

from __future__ import annotations

from collections.abc import Iterator

from restore_domain.diagrams.chart import Arrow, Chart

__all__ = ["mermaid"]


def mermaid(chart: Chart) -> str:
    """Return the chart as a Mermaid flowchart."""
    return "\n".join(_lines(chart)) + "\n"


def _lines(chart: Chart) -> Iterator[str]:
    yield "flowchart LR"
    yield f"    accTitle: {chart.title}"
    yield f"    accDescr: {' '.join(chart.note)}"
    for point in sorted(chart.starts):
        yield f'    {point}((" "))'
    for state in chart.states:
        yield f"    {state}[{state}]" if state in chart.terminal else f"    {state}({state})"
    for point in sorted(chart.ends):
        yield f'    {point}((("{point}")))'
    for arrow, both_ways in chart.lines:
        yield f"    {arrow.source} {_line(arrow, both_ways=both_ways)} {arrow.target}"
    yield "    classDef terminal stroke-width:3px"
    yield "    classDef unsure stroke-dasharray:5 4"
    yield f"    class {','.join(sorted(chart.terminal))} terminal"
    yield f"    class {','.join(sorted(chart.unsure))} unsure"


def _line(arrow: Arrow, *, both_ways: bool) -> str:
    line = "-.->" if arrow.dashed else "-->"
    if both_ways:
        line = f"<{line}"
    return f'{line}|"{arrow.label}"|' if arrow.label else line
