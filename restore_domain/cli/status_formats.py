"""The formats in which `status` prints its results."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import attrs

from restore_domain.cli.listing import COLUMNS, Listing, Row, in_utc
from restore_domain.cli.summary import Failures, Summary, duration_text, facts
from restore_domain.cli.terminal import printable
from restore_domain.model.timestamp import timestamp_text
from restore_domain.status import ArtifactRestoreStatus, RestoreArtifactsBulkRequestStatus

__all__ = ["FORMATS", "cell_text"]

Lines = Iterator[str]


def cell_text(row: Row, column: str) -> str:
    """Return the value of an artifact in a column, for people to read."""
    value = getattr(row, column)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return in_utc(value)
    return duration_text(value) if column == "duration" else str(value)


# Text -----------------------------------------------------------------------------------------

_LONGEST: Final = 60
"""How many characters a cell has that other cells follow."""


def _text(summaries: Sequence[Summary]) -> Lines:
    if not summaries:
        yield "sessions   none"
    for number, summary in enumerate(summaries):
        if number:
            yield ""
        for label, lines in facts(summary):
            for place, line in enumerate(lines):
                yield f"{'' if place else label:<11}{line}"
        if summary.listing.total or summary.listing.artifacts != _BY_ITSELF:
            yield f"listed     {summary.listing}"
            yield from _table(summary.listing)


_BY_ITSELF: Final = "failed"
"""The artifacts that are listed by default: if there are none, nothing is printed about them."""


def _table(listing: Listing) -> Lines:
    if not listing.rows:
        return
    yield ""
    columns = listing.columns
    rows = [columns] + [[_in_table(row, column) for column in columns] for row in listing.rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _in_table(row: Row, column: str) -> str:
    text = printable(cell_text(row, column))
    if column != COLUMNS[-1] and len(text) > _LONGEST:
        return f"{text[: _LONGEST - 3]}..."
    return text


# Markdown -------------------------------------------------------------------------------------

_MARKS: Final = re.compile(r"[\\`*_{}\[\]<>#|~&!$@]|(?<=:)//|(?i:(?<=www)\.)")
"""What would be more than a text in Markdown: marks, tags, links and names of people."""


def _marked(text: str) -> str:
    """Return a text that Markdown shows unchanged."""
    return _MARKS.sub(lambda mark: "".join(f"\\{each}" for each in mark[0]), printable(text))


def _markdown(summaries: Sequence[Summary]) -> Lines:
    if not summaries:
        yield "No sessions."
    for number, summary in enumerate(summaries):
        if number:
            yield ""
        yield f"## Session {_marked(summary.session_id or '(not given)')}"
        yield ""
        for label, (first, *others) in facts(summary):
            if label == "session":  # the heading has it
                continue
            yield f"- **{label}**: {_marked(first)}"
            yield from (f"  - {_marked(line)}" for line in others)
        if summary.listing.rows:
            columns = summary.listing.columns
            cells = [
                [_marked(cell_text(row, name)) for name in columns] for row in summary.listing.rows
            ]
            yield f"- **listed**: {summary.listing}"
            yield ""
            yield from (_markdown_row(row) for row in (columns, ["---"] * len(columns), *cells))


def _markdown_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


# CSV ------------------------------------------------------------------------------------------

_FORMULA: Final = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
"""The characters with which a spreadsheet's formula begins."""


def _csv(summaries: Sequence[Summary]) -> Lines:
    yield _csv_line(["session", *COLUMNS])
    for summary in summaries:
        for row in summary.listing.rows:
            yield _csv_line([summary.session_id, *(getattr(row, name) for name in COLUMNS)])


def _csv_line(values: Iterable[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(map(_in_csv, values))
    return text.getvalue()


def _in_csv(value: Any) -> Any:
    """Return a value that stays a value in a spreadsheet: a formula is preceded by a quote."""
    if isinstance(value, datetime):
        return timestamp_text(value)
    if not isinstance(value, str):
        return value
    text = printable(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


# JSON -----------------------------------------------------------------------------------------


def _json(summaries: Sequence[Summary]) -> Lines:
    return (json.dumps(_as_object(summary)) for summary in summaries)


def _as_object(summary: Summary) -> dict[str, Any]:
    session, requests, elapsed = summary.session, summary.requests, summary.elapsed
    rule, statement = summary.rule
    deciding = session.explanation.deciding if summary.is_derived else ()
    counts = {status: session.tally[status] for status in ArtifactRestoreStatus}
    finished = summary.finished
    return {
        "id": summary.session_id,
        "status": session.status,
        "derived": summary.is_derived,
        "rule": rule,
        "statement": statement,
        "deciding": [status for status in ArtifactRestoreStatus if status in deciding],
        "complete": not session.lacks,
        "lacks": [attrs.asdict(evidence) for evidence in session.lacks],
        "artifacts": counts if summary.are_sent else None,
        "requests": requests
        and {status: requests[status] for status in RestoreArtifactsBulkRequestStatus},
        "progress": finished and {"percent": finished.percent, **attrs.asdict(finished)},
        "elapsed": elapsed and {"seconds": elapsed.seconds, **_in_json(elapsed)},
        "failures": [_failures_object(found) for found in summary.failures],
        "unresolved": [_failures_object(found) for found in summary.unresolved],
        "violations": [
            attrs.asdict(found) | {"target": summary.target(found)} for found in summary.violations
        ],
        "listed": {
            "artifacts": summary.listing.artifacts,
            "left_out": summary.listing.left_out,
            "value": [_in_json(row) for row in summary.listing.rows],
        },
    }


def _failures_object(found: Failures) -> dict[str, Any]:
    return {"code": found.code, "count": len(found.targets)} | {
        name: value for name, value in _in_json(found).items() if name in {"first", "last"}
    }


def _in_json(instance: Any) -> dict[str, Any]:
    """Return an object with the times as texts."""
    return {
        name: timestamp_text(value) if isinstance(value, datetime) else value
        for name, value in attrs.asdict(instance).items()
    }


FORMATS: Final[Mapping[str, Callable[[Sequence[Summary]], Lines]]] = {
    "table": _text,
    "json": _json,
    "csv": _csv,
    "markdown": _markdown,
}
"""The function that makes the lines of each format."""
