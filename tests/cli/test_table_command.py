"""``table``: the 128 cases, the same in every format."""

import csv
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from restore_domain.aggregation import explain
from restore_domain.cli import main
from restore_domain.status import ArtifactRestoreStatus

from .running import run, run_in_shell

STATUSES = [
    "added",
    "scheduling",
    "scheduled",
    "inProgress",
    "succeeded",
    "failed",
    "unknownFutureValue",
]

HEADER = ["case", *STATUSES, "session", "rule"]


FIRST_LINES = """\
case  added  scheduling  scheduled  inProgress  succeeded  failed  unknownFutureValue  \
session             rule
0     .      .           .          .           .          .       .                   \
draft               A1
1     x      .           .          .           .          .       .                   \
draft               A1
"""


class Case(NamedTuple):
    number: int
    statuses: frozenset[str]
    session: str
    rule: str


# The number of a case has a bit for each status: 1 is added, 2 scheduling, 4 scheduled and so on.
SOME_CASES = """
  0                                         draft               A1
  1  added                                  draft               A1
  2  scheduling                             activating          A2
  3  added scheduling                       activating          A8
  4  scheduled                              active              A3
 16  succeeded                              completed           A5
 17  added succeeded                        active              A7
 32  failed                                 failed              A6
 34  scheduling failed                      active              A7
 48  succeeded failed                       completedWithError  A4
 56  inProgress succeeded failed            active              A3
 64  unknownFutureValue                     unknownFutureValue  A10
 72  inProgress unknownFutureValue          active              A9
112  succeeded failed unknownFutureValue    unknownFutureValue  A10
"""


def some_cases() -> list[Case]:
    cases = []
    for line in SOME_CASES.strip().splitlines():
        number, *statuses, session, rule = line.split()
        cases.append(Case(int(number), frozenset(statuses), session, rule))
    return cases


def marked(cells: list[str], mark: str, blank: str) -> Case:
    """Read a row in which a mark shows that a status is in the set."""
    number, *marks, session, rule = cells
    assert set(marks) <= {mark, blank}
    present = frozenset(
        status for status, cell in zip(STATUSES, marks, strict=True) if cell == mark
    )
    return Case(int(number), present, session, rule)


def from_text(printed: str) -> list[Case]:
    header, *rows = printed.splitlines()
    assert header.split() == HEADER
    return [marked(row.split(), "x", ".") for row in rows]


def from_markdown(printed: str) -> list[Case]:
    def cells(row: str) -> list[str]:
        first, *middle, last = row.split("|")
        assert (first, last) == ("", "")
        return [cell.strip() for cell in middle]

    header, rule, *rows = map(cells, printed.splitlines())
    assert header == HEADER
    assert rule == ["---"] * len(HEADER)
    return [marked(row, "x", "") for row in rows]


def from_csv(printed: str) -> list[Case]:
    header, *rows = csv.reader(io.StringIO(printed, newline=""))
    assert header == HEADER
    return [marked(row, "1", "0") for row in rows]


def from_json(printed: str) -> list[Case]:
    cases = []
    for row in json.loads(printed):
        assert list(row) == ["case", "statuses", "status", "rule", "deciding"]
        assert row["statuses"] == [status for status in STATUSES if status in row["statuses"]]
        assert row["deciding"] == [status for status in STATUSES if status in row["deciding"]]
        assert set(row["deciding"]) <= set(row["statuses"])
        cases.append(Case(row["case"], frozenset(row["statuses"]), row["status"], row["rule"]))
    return cases


FORMATS: dict[str, Callable[[str], list[Case]]] = {
    "text": from_text,
    "markdown": from_markdown,
    "csv": from_csv,
    "json": from_json,
}


def printed_as(form: str) -> str:
    ran = run("table", "--format", form)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("\n")
    assert ran.out.isascii()
    return ran.out


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_has_all_128_sets_once(form: str) -> None:
    cases = FORMATS[form](printed_as(form))
    assert [case.number for case in cases] == list(range(128))
    assert len({case.statuses for case in cases}) == 128


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_has_these_rows(form: str) -> None:
    cases = FORMATS[form](printed_as(form))
    assert [cases[expected.number] for expected in some_cases()] == some_cases()


def test_the_formats_agree() -> None:
    text, *others = (read(printed_as(form)) for form, read in FORMATS.items())
    assert others == [text] * 3


def test_the_table_is_what_the_library_answers() -> None:
    for row in json.loads(printed_as("json")):
        answer = explain([ArtifactRestoreStatus(status) for status in row["statuses"]])
        assert (row["status"], row["rule"]) == (answer.status.value, answer.rule)
        assert set(row["deciding"]) == answer.deciding


def test_text_is_the_default_and_its_columns_are_aligned() -> None:
    out = run("table").out
    assert out == printed_as("text")
    lines = out.splitlines()
    assert lines[:3] == FIRST_LINES.splitlines()
    starts = [lines[0].index(name) for name in HEADER]
    for line in lines[1:]:
        assert all(line[start] != " " and line[start - 1] == " " for start in starts[1:])
        assert line == line.rstrip()


def test_the_csv_has_the_line_ends_of_the_other_formats() -> None:
    assert "\r" not in printed_as("csv")


# In a file


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_has_what_is_printed(form: str) -> None:
    ran = run("table", "--format", form, "--output", "table")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert Path("table").read_bytes() == printed_as(form).encode()


def test_a_dash_is_standard_output() -> None:
    assert run("table", "--output", "-").out == printed_as("text")
    assert not Path("-").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing/table", "missing/table: No such file or directory"),
        (".", ".: Is a directory"),
        ("a\0b", "a\\x00b: embedded null byte"),
    ],
    ids=["no-folder", "a-folder", "no-name"],
)
@pytest.mark.parametrize("form", ["text", "parquet"])
def test_a_file_that_cannot_be_written(form: str, name: str, message: str) -> None:
    ran = run("table", "--format", form, "--output", name)
    assert (ran.code, ran.out, ran.err) == (1, "", f"{message}\n")


# As Parquet


def from_parquet(path: str) -> list[Case]:
    rows = duckdb.read_parquet(path)
    assert rows.columns == HEADER
    assert list(map(str, rows.types)) == ["SMALLINT", *["BOOLEAN"] * 7, "VARCHAR", "VARCHAR"]
    return [marked([str(cell) for cell in row], str(True), str(False)) for row in rows.fetchall()]


def test_parquet_agrees_with_the_other_formats() -> None:
    ran = run("table", "--format", "parquet", "--output", "table.parquet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert from_parquet("table.parquet") == from_csv(printed_as("csv"))


def test_parquet_goes_through_a_pipe() -> None:
    ran = run_in_shell("RUN table --format parquet | cat > table.parquet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert from_parquet("table.parquet") == from_csv(printed_as("csv"))


def test_parquet_is_not_for_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    master, slave = os.openpty()
    with os.fdopen(slave, "w") as terminal, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        assert main(["table", "--format", "parquet"]) == 2
    os.close(master)
    assert capfdbinary.readouterr().err == (
        b"binary data is not for a terminal: name a file by --output\n"
    )


def test_parquet_with_a_closed_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["table", "--format", "parquet"]) == 0


def test_parquet_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    ran = run("table", "--format", "parquet")
    assert ran.problems == ["--format parquet: needs DuckDB: pip install 'restore-domain[parquet]'"]
    assert printed_as("csv"), "the other formats do without"
