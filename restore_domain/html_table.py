"""The tables that notebooks show for a value (``_repr_html_``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

__all__ = ["html_table"]

_ROWS: Final = 10
"""How many rows a table shows."""

_CHARACTERS: Final = 200
"""How many characters of a text a cell shows."""


def html_table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return an HTML table of the first rows, with a last row that says so if there are more."""
    given = iter(rows)
    lines = ["".join(f"<td>{_cell(cell)}</td>" for cell in row) for row in islice(given, _ROWS)]
    if next(given, None) is not None:
        lines.append(f'<td colspan="{len(columns)}">…</td>')
    head = "".join(f"<th>{_cell(column)}</th>" for column in columns)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f"<table><caption>{_cell(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(value: object) -> str:
    from html import escape  # noqa: PLC0415 - a table of 2,000 names, for notebooks alone

    text = "" if value is None else str(value)
    return escape(text if len(text) <= _CHARACTERS else text[:_CHARACTERS] + "…")
