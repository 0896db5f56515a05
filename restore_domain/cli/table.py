"""``table``: print the decision table."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

from restore_domain.aggregation import DECISION_TABLE, Explanation
from restore_domain.cli.parquet import parquet
from restore_domain.cli.terminal import STANDARD_OUTPUT, say_bytes, write_bytes
from restore_domain.status import ArtifactRestoreStatus

__all__ = ["add_to", "rendered"]

HEADER: Final = ("case", *(status.value for status in ArtifactRestoreStatus), "session", "rule")
"""The columns: the number of the case is the set of its statuses as a bit mask."""


def _cells(case: int, row: Explanation, present: str, other: str) -> list[str]:
    marks = [present if status in row.statuses else other for status in ArtifactRestoreStatus]
    return [str(case), *marks, row.status.value, row.rule]


def _all_cells(present: str, other: str) -> list[list[str]]:
    return [_cells(case, row, present, other) for case, row in enumerate(DECISION_TABLE)]


def _text() -> str:
    rows = [list(HEADER), *_all_cells("x", ".")]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
    return "\n".join(lines) + "\n"


def _markdown() -> str:
    rows: Iterable[list[str]] = [
        list(HEADER),
        ["---"] * len(HEADER),
        *_all_cells("x", ""),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _csv() -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(_all_cells("1", "0"))
    return text.getvalue()


def _json() -> str:
    cases = [
        {
            "case": case,
            "statuses": [status for status in ArtifactRestoreStatus if status in row.statuses],
            "status": row.status,
            "rule": row.rule,
            "deciding": [status for status in ArtifactRestoreStatus if status in row.deciding],
        }
        for case, row in enumerate(DECISION_TABLE)
    ]
    return json.dumps(cases, indent=1) + "\n"


def _parquet() -> bytes:
    marks = [status.value for status in ArtifactRestoreStatus]
    columns = {"case": "SMALLINT", **dict.fromkeys(marks, "BOOLEAN")}
    return parquet(
        columns | {"session": "VARCHAR", "rule": "VARCHAR"},
        (
            [case, *(mark in row.statuses for mark in marks), row.status.value, row.rule]
            for case, row in enumerate(DECISION_TABLE)
        ),
    )


_TEXTS: Final[dict[str, Callable[[], str]]] = {
    "text": _text,
    "markdown": _markdown,
    "csv": _csv,
    "json": _json,
}

_BINARIES: Final[dict[str, Callable[[], bytes]]] = {"parquet": _parquet}


def rendered(form: str) -> str:
    """Return the 128 cases in one of the text formats: text, markdown, csv or json."""
    return _TEXTS[form]()


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "table",
        help="print the decision table of all 128 cases",
        description="Prints for each set of artifact statuses the session's status and the rule "
        "that gives it. A mark says that at least one artifact is in the status of the column.",
    )
    parser.add_argument(
        "--format",
        choices=[*_TEXTS, *_BINARIES],
        default="text",
        help="default: text; parquet needs the package duckdb",
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        default=STANDARD_OUTPUT,
        help="where to write it; - or nothing is standard output",
    )
    parser.set_defaults(do=_table)


def _table(arguments: argparse.Namespace) -> int:
    form, output = arguments.format, arguments.output
    if form in _BINARIES:
        write = say_bytes if output == STANDARD_OUTPUT else partial(write_bytes, output)
        write(_BINARIES[form]())
    elif output == STANDARD_OUTPUT:
        print(rendered(form), end="")
    else:
        write_bytes(output, rendered(form).encode())
    return 0
