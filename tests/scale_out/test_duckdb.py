"""The recipes for DuckDB agree with the reference."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore_domain.aggregation import DECISION_TABLE
from restore_domain.status import ArtifactRestoreStatus

from .data import (
    CASES,
    EXPECTED_OF_CASES,
    TEXTS,
    Report,
    Statuses,
    deliveries,
    every_case,
    every_history,
    expected_of_artifacts,
    expected_of_reports,
    expected_tallies,
    instant,
    observed,
    random_artifacts,
    random_reports,
    reported,
    seeded,
    write,
)
from .recipes import EXAMPLES, load

Connection = duckdb.DuckDBPyConnection

recipe: Any = load("duckdb_statuses")


def statuses(connection: Connection) -> Statuses:
    found = connection.execute("FROM session_statuses").fetchall()
    answers = {session: (status, rule) for session, status, rule in found}
    assert len(answers) == len(found), "a session is there twice"
    return answers


def artifacts(connection: Connection) -> dict[tuple[str, str], str]:
    found = connection.execute("SELECT session, artifact, status FROM artifacts").fetchall()
    return {(session, artifact): status for session, artifact, status in found}


def tallies(connection: Connection) -> dict[tuple[str, str], int]:
    found = connection.execute("SELECT * FROM tallies WHERE artifacts <> 0").fetchall()
    return {(session, status): count for session, status, count in found}


# The decision table


def test_the_statuses_have_the_bits_of_the_reference() -> None:
    found = recipe.connect().execute("SELECT enum_range(NULL::artifact_status)").fetchall()
    assert found == [(list(ArtifactRestoreStatus),)]


@pytest.mark.parametrize("text", TEXTS)
def test_W2_an_unknown_text_becomes_the_unknown_status(text: str | None) -> None:
    ((found, kind),) = (
        recipe.connect()
        .execute("SELECT s, typeof(s)[:4] FROM (SELECT artifact_status_of(?) AS s)", [text])
        .fetchall()
    )
    known = text in set(ArtifactRestoreStatus)
    assert (found, kind) == (text if known else "unknownFutureValue", "ENUM")


def test_the_table_may_come_as_parquet(tmp_path: Path) -> None:
    path = tmp_path / "decision-table.parquet"
    command = [sys.executable, "-m", "restore_domain", "table", "--format", "parquet"]
    subprocess.run([*command, "--output", str(path)], check=True)  # noqa: S603 - our own
    connection = duckdb.connect()
    script = EXAMPLES.joinpath("duckdb_table.sql").read_text("utf-8")
    connection.execute(script.replace("decision-table.csv", str(path)))
    found = connection.execute("SELECT mask, status, rule FROM decision_table").fetchall()
    assert found == [(case, row.status, row.rule) for case, row in enumerate(DECISION_TABLE)]
    assert connection.execute("SELECT enum_code('failed'::artifact_status)").fetchall() == [(5,)]


# From artifacts


def every_session(connection: Connection, sessions: Iterable[str]) -> Statuses:
    """Return the statuses of these sessions, whether they have artifacts or not."""
    connection.execute(
        "CREATE OR REPLACE TABLE sessions AS SELECT unnest(?) AS session", [sessions]
    )
    script = EXAMPLES.joinpath("duckdb_every_session.sql").read_text("utf-8")
    found = connection.execute(script).fetchall()
    return {session: (status, rule) for session, status, rule in found}


def test_A1_A2_A3_A4_A5_A6_A7_A8_A9_A10_every_case(tmp_path: Path) -> None:
    rows = every_case(seeded(1))
    connection = recipe.of_artifacts([write(tmp_path / "artifacts.csv", rows)])
    assert statuses(connection) == expected_of_artifacts(rows)
    assert every_session(connection, CASES) == EXPECTED_OF_CASES


def test_random_artifacts(tmp_path: Path) -> None:
    rows = random_artifacts(seeded(2), sessions=2_000, rows=20_000)
    halves = [write(tmp_path / "1.csv", rows[:9_000]), write(tmp_path / "2.csv", rows[9_000:])]
    expected = expected_of_artifacts(rows)
    assert statuses(recipe.of_artifacts(halves)) == expected
    assert {rule for _, rule in expected.values()} == {f"A{number}" for number in range(1, 11)}


def test_artifacts_may_come_as_parquet(tmp_path: Path) -> None:
    rows = random_artifacts(seeded(3), sessions=100, rows=1_000)
    path = str(tmp_path / "artifacts.parquet")
    duckdb.read_csv(write(tmp_path / "artifacts.csv", rows)).write_parquet(path)
    assert statuses(recipe.of_artifacts([path])) == expected_of_artifacts(rows)


# From reports


def agrees(connection: Connection, reports: list[Report]) -> None:
    """Check everything that is stored after these reports."""
    assert artifacts(connection) == observed(reports)
    assert tallies(connection) == expected_tallies(reports)
    assert statuses(connection) == expected_of_reports(reports)


def test_A1_A2_A3_A4_A5_A6_A7_A8_A9_A10_every_case_reported(tmp_path: Path) -> None:
    reports = reported(every_case(seeded(9)))
    batches = deliveries(reports, seeded(10), batches=3)
    files = [write(tmp_path / f"{number}.csv", batch) for number, batch in enumerate(batches)]
    connection = recipe.of_reports(files)
    agrees(connection, reports)
    assert every_session(connection, CASES) == EXPECTED_OF_CASES


@pytest.mark.slow
def test_L2_L3_L4_every_history_in_any_order(tmp_path: Path) -> None:
    reports = list(every_history())
    batches = deliveries(reports, seeded(4), batches=5)
    files = [write(tmp_path / f"{number}.csv", batch) for number, batch in enumerate(batches)]
    agrees(recipe.of_reports(files), reports)


@pytest.mark.slow
def test_random_reports_after_each_delivery(tmp_path: Path) -> None:
    reports = random_reports(seeded(5), sessions=300, reports=6_000)
    connection = recipe.of_reports([])
    known: list[Report] = []
    for number, batch in enumerate(deliveries(reports, seeded(6), batches=8)):
        recipe.fold(connection, recipe.read(connection, write(tmp_path / f"{number}.csv", batch)))
        known += batch
        agrees(connection, known)


def folded(batches: Iterable[list[Report]]) -> Connection:
    connection: Connection = recipe.of_reports([])
    for batch in batches:
        connection.executemany("INSERT INTO incoming VALUES (?, ?, ?, ?)", batch)
        recipe.run(connection, "duckdb_fold.sql")
    return connection


few_reports = st.lists(
    st.builds(
        Report,
        st.sampled_from(["s1", "s2"]),
        st.sampled_from(["a1", "a2"]),
        st.sampled_from(TEXTS),
        st.integers(0, 3).map(instant),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.slow
@given(batches=st.lists(few_reports, min_size=1, max_size=4), order=st.randoms())
@settings(max_examples=20)
def test_reports_commute_and_may_repeat(batches: list[list[Report]], order: Any) -> None:
    reports = [report for batch in batches for report in batch]
    shuffled = [*batches, order.choice(batches)]
    order.shuffle(shuffled)
    connection = folded(shuffled)
    agrees(connection, reports)
    state = "SELECT COLUMNS(*)::VARCHAR FROM artifacts ORDER BY ALL"
    together = folded([reports])
    assert connection.execute(state).fetchall() == together.execute(state).fetchall()


def test_a_time_counts_by_its_offset() -> None:
    early = Report("s1", "a1", "failed", "2026-01-12T10:00:00+02:00")
    late = Report("s1", "a1", "succeeded", "2026-01-12T09:00:00Z")
    bare = Report("s1", "a2", "failed", "2026-01-12T09:30:00")
    also = Report("s1", "a2", "succeeded", "2026-01-12T10:00:00+01:00")
    connection = folded([[late, early, bare, also]])
    assert artifacts(connection) == {("s1", "a1"): "failed", ("s1", "a2"): "succeeded"}


BAD = {
    "no-session": Report(None, "a1", "failed", instant(0)),  # type: ignore[arg-type]
    "no-artifact": Report("s1", None, "failed", instant(0)),  # type: ignore[arg-type]
    "no-time": Report("s1", "a1", "failed", None),  # type: ignore[arg-type]
    "a-word-for-a-time": Report("s1", "a1", "failed", "soon"),
}


@pytest.mark.parametrize("bad", BAD)
def test_an_invalid_report_changes_nothing(tmp_path: Path, bad: str) -> None:
    first = [Report("s1", "a1", "succeeded", instant(5))]
    path = write(tmp_path / "bad.csv", [Report("s1", "a2", "failed", instant(6)), BAD[bad]])
    connection = folded([first])
    with pytest.raises(duckdb.Error):
        recipe.fold(connection, recipe.read(connection, path))
    agrees(connection, first)
    assert connection.execute("FROM incoming").fetchall() == []


def test_an_interrupted_fold_can_be_repeated() -> None:
    first, second = (
        [Report("s1", "a1", "inProgress", instant(1))],
        [Report("s1", "a1", "succeeded", instant(2))],
    )
    connection = folded([first])
    connection.executemany("INSERT INTO incoming VALUES (?, ?, ?, ?)", second)
    script = EXAMPLES.joinpath("duckdb_fold.sql").read_text("utf-8")
    steps = script.split(";\n")
    for size in range(1, len(steps) - 1):
        connection.execute(";".join(steps[:size]))
        connection.rollback()
        agrees(connection, first)
    connection.execute(script)
    agrees(connection, first + second)


# The program


def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = str(EXAMPLES / "duckdb_statuses.py")
    return subprocess.run(  # noqa: S603 - our own
        [sys.executable, program, *arguments], capture_output=True, text=True, check=False
    )


def run_program(*arguments: str) -> list[str]:
    done = ran(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_an_unexpected_file_is_reported_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("session,state\ns1,added\n", "utf-8")
    done = ran("artifacts", str(path))
    assert done.returncode == 2
    assert 'Referenced column "status" not found' in done.stderr
    assert "Traceback" not in done.stderr
    assert "No files found" in ran("reports", str(tmp_path / "nothing.csv")).stderr


def test_the_state_is_stored_between_two_runs(tmp_path: Path) -> None:
    reports = random_reports(seeded(7), sessions=20, reports=200)
    database = str(tmp_path / "kept.db")
    for number, batch in enumerate(deliveries(reports, seeded(8), batches=2)):
        path = write(tmp_path / f"{number}.csv", batch)
        printed = run_program("reports", path, "--database", database)
    expected = expected_of_reports(reports)
    assert printed == [f"{session} {' '.join(expected[session])}" for session in sorted(expected)]
    assert run_program("reports", "--database", database) == printed
