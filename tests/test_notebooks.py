"""What a notebook shows of a session, a root and a row of the decision table is small and safe."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from restore_domain import ExchangeRestoreSession, explain, wire
from restore_domain.aggregation import DECISION_TABLE
from restore_domain.operations import BackupRestoreRoot

HOSTILE = "<script>alert('&amp;')</script>\"x"
HEADERS = ["status", "artifacts"]


class Cells(HTMLParser):
    """Reads the texts of the cells, row by row, and the elements that there are."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.rows: list[list[str]] = []
        self.is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= {"colspan"}
        self.elements.add(tag)
        if tag in {"tr", "caption"}:
            self.rows.append([])
        self.is_open = tag in {"td", "th", "caption"}
        if self.is_open:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        assert self.is_open, data
        self.rows[-1][-1] += data


def cells(value: Any) -> list[list[str]]:
    parser = Cells()
    parser.feed(value._repr_html_())
    parser.close()
    assert parser.elements <= {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    return parser.rows


def session(*artifacts: dict[str, Any], **properties: Any) -> ExchangeRestoreSession:
    document = {"id": HOSTILE, "mailboxRestoreArtifacts": [*artifacts], **properties}
    return wire.from_json_value(document, ExchangeRestoreSession)


def failed(number: int, **error: str) -> dict[str, Any]:
    return {"id": f"f{number}", "status": "failed", "error": error or None}


def test_a_session_shows_counts_and_failures() -> None:
    shown = session(
        {"id": "a1", "status": "succeeded"},
        failed(1, code="Busy", message=HOSTILE + "y" * 300),
        failed(2),
    )
    assert cells(shown) == [
        [f"Session {HOSTILE}: completedWithError"],
        HEADERS,
        ["succeeded", "1"],
        ["failed", "2"],
        ["Failed"],
        ["id", "code", "message"],
        ["f1", "Busy", (HOSTILE + "y" * 300)[:200] + "…"],
        ["f2", "", ""],
    ]


def test_a_session_without_failures_shows_counts_alone() -> None:
    assert cells(session()) == [[f"Session {HOSTILE}: draft"], HEADERS]
    lacking = session(**{"mailboxRestoreArtifacts@odata.nextLink": "https://more"})
    assert cells(lacking)[0] == [f"Session {HOSTILE}: unknownFutureValue; artifacts are missing"]


@pytest.mark.parametrize(("count", "more"), [(10, []), (11, [["…"]]), (1000, [["…"]])])
def test_ten_failures_are_shown(count: int, more: list[list[str]]) -> None:
    rows = cells(session(*map(failed, range(count))))[5:]
    assert rows == [[f"f{number}", "", ""] for number in range(10)] + more


def test_a_root_shows_its_sessions() -> None:
    running = wire.from_json_value(
        {"id": "s2", "mailboxRestoreArtifacts": [{"id": "a1", "status": "inProgress"}]},
        ExchangeRestoreSession,
    )
    root = BackupRestoreRoot(exchange_restore_sessions=[session(failed(1)), running])
    assert cells(root) == [
        ["2 sessions, 1 of them active"],
        ["id", "status", "artifacts", "failed"],
        [HOSTILE, "failed", "1", "1"],
        ["s2", "active", "1", "0"],
    ]


def test_an_explanation_shows_its_row() -> None:
    why = explain(["failed", "added"])
    columns = ["artifacts", "session", "rule", "deciding"]
    assert cells(why) == [
        [f"A7: {why.statement}"],
        columns,
        ["added, failed", "active", "A7", "added, failed"],
    ]
    assert cells(DECISION_TABLE[0])[2][0] == "none"
