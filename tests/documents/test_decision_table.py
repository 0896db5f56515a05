"""The page of the decision table agrees with the code, in words, folded and in full."""

import re

from restore_domain.aggregation import DECISION_TABLE
from restore_domain.status import ArtifactRestoreStatus

from .pages import generate, read

PAGE = read("decision-table.md")
WIDTH = len(ArtifactRestoreStatus)


def rows(part: str) -> list[list[str]]:
    """Return the cells of a generated table, without its head."""
    text = re.search(rf"<!-- generated: {part} -->\n(.*?)<!-- end -->", PAGE, re.DOTALL)
    assert text is not None
    lines = [line for line in text[1].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_in_full() -> None:
    found = rows("decision table")
    assert len(found) == len(DECISION_TABLE)
    for case, (cells, row) in enumerate(zip(found, DECISION_TABLE, strict=True)):
        marked = zip(ArtifactRestoreStatus, cells[1:], strict=False)
        present = frozenset(status for status, mark in marked if mark)
        assert (cells[0], present, cells[-2:]) == (str(case), row.statuses, [row.status, row.rule])


def test_folded_rows_fit_every_case_and_no_other() -> None:
    counted = 0
    for case, row in enumerate(DECISION_TABLE):
        answers = set()
        for rule, status, *marks, _ in rows("decision table folded"):
            wanted = [{"yes": 1, "no": 0, "": None}[mark] for mark in marks]
            if generate.Cube(tuple(wanted)).covers(case):
                answers.add((rule, status))
        assert answers == {(row.rule, row.status)}
    counted = sum(int(cells[-1]) for cells in rows("decision table folded"))
    assert counted == len(DECISION_TABLE)


def in_words(present: frozenset[str]) -> str:
    """Apply the list on the page, one line for each of its points."""
    terminal = present & {"succeeded", "failed"}
    if present & {"scheduled", "inProgress"}:
        return "active"
    if terminal and present & {"added", "scheduling"}:
        return "active"
    if "unknownFutureValue" in present:
        return "unknownFutureValue"
    if terminal:
        return (
            "completedWithError"
            if len(terminal) > 1
            else {
                "succeeded": "completed",
                "failed": "failed",
            }[next(iter(terminal))]
        )
    if "scheduling" in present:
        return "activating"
    return "draft"


def test_in_words() -> None:
    for row in DECISION_TABLE:
        assert in_words(frozenset(row.statuses)) == row.status
