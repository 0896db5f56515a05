"""The status of very many sessions computed by DuckDB and Spark, with the recipes of
docs/scale-out.md.

The compared sides alternate, and the shortest time of each counts: noise only ever adds time.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest

from restore_domain import explain
from tests.scale_out.recipes import EXAMPLES, load

Run = Callable[[], Any]
Clock = Callable[[], float]


def least(
    sides: Mapping[str, Run], rounds: int, processors: Clock = time.process_time
) -> dict[str, dict[str, float]]:
    """Return the shortest wall clock and processor time of each side, in milliseconds.

    Processor time is less affected by other programs on the machine.
    """
    clocks = {"milliseconds": time.perf_counter, "milliseconds of processors": processors}
    taken = {unit: dict.fromkeys(sides, float("inf")) for unit in clocks}
    for _ in range(rounds):
        for name, run in sides.items():
            starts = {unit: clock() for unit, clock in clocks.items()}
            run()
            for unit, clock in clocks.items():
                passed = (clock() - starts[unit]) * 1e3
                taken[unit][name] = min(taken[unit][name], passed)
    return taken


# DuckDB, from artifacts

KEYS = {"UUID": "md5(number::VARCHAR)::UUID", "BIGINT": "number"}
"""The types of a session's id, each made from its number: the service has GUIDs."""


def with_artifacts(rows: int, sessions: int, key: str) -> Any:
    """Return a database of artifacts whose sessions have from one to seven kinds of statuses."""
    connection = load("duckdb_statuses").connect()
    connection.execute(f"""
        CREATE TABLE numbered AS
        SELECT number, {KEYS[key]} AS session, 1 + number % 7 AS kinds, number // 7 AS first
        FROM range({sessions}) AS _ (number);
        CREATE TABLE artifact_statuses AS
        SELECT
            session,
            enum_range(NULL::artifact_status)[(first + hash(row, 1) % kinds)::BIGINT % 7 + 1]
                ::artifact_status AS status
        FROM range({rows}) AS _ (row)
        JOIN numbered ON number = (hash(row) % {sessions})::BIGINT;
    """)  # noqa: S608 - our own numbers
    connection.execute(EXAMPLES.joinpath("duckdb_batch.sql").read_text("utf-8"))
    return connection


def answering(connection: Any, query: str) -> Run:
    return lambda: connection.execute(f"CREATE OR REPLACE TEMP TABLE answer AS {query}")


COUNT = "SELECT session, count(*) FROM artifact_statuses GROUP BY session"


@pytest.mark.parametrize("key", KEYS)
def bench_duckdb_artifacts(print_ratio: Any, key: str) -> None:
    connection = with_artifacts(100_000_000, 1_000_000, key)
    sides = {
        "count(*)": answering(connection, COUNT),
        "session_statuses": answering(connection, "FROM session_statuses"),
    }
    for unit, taken in least(sides, rounds=5).items():
        name = f"DuckDB, 100,000,000 artifacts of 1,000,000 sessions ({key})"
        print_ratio(name, taken, goals={"session_statuses": 1.5}, unit=unit)
    check(connection)


def check(connection: Any) -> None:
    """Check the last answer for a thousand of the sessions."""
    found = connection.execute("""
        SELECT answer.status, list(DISTINCT artifact_statuses.status::VARCHAR)
        FROM artifact_statuses JOIN (FROM answer LIMIT 1000) AS answer USING (session)
        GROUP BY session, answer.status
    """).fetchall()
    assert len(found) == 1000
    assert len({status for status, _ in found}) == 7
    assert all(explain(present).status == status for status, present in found)


def bench_duckdb_texts(print_ratio: Any) -> None:
    """The cost of not converting the statuses once, when they are loaded."""
    connection = with_artifacts(10_000_000, 100_000, "UUID")
    connection.execute(
        "CREATE TABLE texts AS SELECT session, status::VARCHAR AS status FROM artifact_statuses"
    )
    masks = "SELECT session, bit_or(1 << enum_code(artifact_status_of(status)))::UTINYINT AS mask"
    of_texts = f"FROM ({masks} FROM texts GROUP BY session) JOIN decision_table USING (mask)"
    sides = {
        "count(*)": answering(connection, COUNT),
        "of statuses as ENUM": answering(connection, "FROM session_statuses"),
        "of statuses as VARCHAR": answering(connection, f"SELECT session, status {of_texts}"),
    }
    for unit, taken in least(sides, rounds=7).items():
        name = "DuckDB, 10,000,000 artifacts of 100,000 sessions (UUID)"
        print_ratio(name, taken, goals={}, unit=unit)
    check(connection)


# DuckDB, from reports

REPORTS = 10_000

FROM_ARTIFACTS = """
    SELECT session, bit_or(1 << enum_code(status))::UTINYINT AS mask
    FROM artifacts
    GROUP BY session
"""
"""What a reader saves by the tallies."""


@pytest.mark.parametrize("artifacts", [1_000_000, 2_000_000, 4_000_000])
def bench_duckdb_fold(print_ratio: Any, artifacts: int) -> None:
    recipe = load("duckdb_statuses")
    connection = recipe.of_reports([])
    known = f"'s' || (row % {artifacts // 100}) AS session, 'a' || row AS artifact"
    connection.execute(f"""
        INSERT INTO incoming
        SELECT {known}, 'inProgress', make_timestamptz(2026, 1, 12, 8, 30, 0)
        FROM range({artifacts}) AS _ (row)
    """)  # noqa: S608 - our own numbers
    recipe.run(connection, "duckdb_fold.sql")

    rounds = count(1)

    def fold() -> None:
        connection.execute(f"""
            INSERT INTO incoming
            SELECT {known}, 'succeeded', make_timestamptz(2026, 1, 12, 8, 40, 0)
            FROM (
                SELECT (hash(number, {next(rounds)}) % {artifacts})::BIGINT AS row
                FROM range({REPORTS}) AS _ (number)
            )
        """)  # noqa: S608 - our own numbers
        recipe.run(connection, "duckdb_fold.sql")

    connection.execute("""
        CREATE TABLE history AS
        SELECT session, artifact, status::VARCHAR AS status, last_in_progress AS reported_at
        FROM artifacts
    """)
    shown = EXAMPLES.joinpath("duckdb_fold.sql").read_text("utf-8").split(";\n")[1]
    sides = {
        "totals of one report of each, computed again": lambda: connection.execute(
            shown.replace("incoming", "history")
        ),
        f"fold {REPORTS:,} reports": fold,
        "all sessions from the artifacts": answering(connection, FROM_ARTIFACTS),
        "all sessions from the tallies": answering(connection, "FROM session_statuses"),
        "one session from the tallies": lambda: connection.execute(
            "FROM session_statuses WHERE session = 's77'"
        ).fetchall(),
    }
    for unit, taken in least(sides, rounds=5).items():
        name = f"DuckDB, {artifacts:,} artifacts known, a hundred a session"
        print_ratio(name, taken, goals={}, unit=unit)


# Spark

SPARK = {"spark.master": "local[2]", "spark.ui.enabled": "false"}

MILLIONS = (1, 2, 4, 8, 16)
"""How many artifacts there are; a hundred make a session."""


def bench_spark_artifacts(print_ratio: Any, tmp_path: Path) -> None:
    """The cost of a further million shows whether it grows linearly with their number."""
    pytest.importorskip("pyspark", reason="needs the dependency group spark")
    from pyspark.sql import SparkSession  # noqa: PLC0415 - the group may be missing

    recipe = load("spark_statuses")
    spark = SparkSession.builder.config(map=SPARK).getOrCreate()
    handle = spark._jvm.java.lang.ProcessHandle.current()

    def answer(path: str) -> None:
        statuses = recipe.session_statuses(spark.read.parquet(path))
        statuses.write.format("noop").mode("overwrite").save()

    paths = {millions: (tmp_path / str(millions)).as_uri() for millions in MILLIONS}
    for millions, path in paths.items():
        spark.range(millions * 1_000_000).selectExpr(
            f"concat('s', pmod(hash(id), {millions * 10_000})) AS session",
            "element_at(array('added', 'scheduling', 'scheduled', 'inProgress', 'succeeded',"
            " 'failed', 'paused'), pmod(hash(id, 1), 7) + 1) AS status",
        ).write.parquet(path)
    for _ in range(5):  # so that everything is compiled
        answer(paths[MILLIONS[0]])
    sides = {str(millions): partial(answer, path) for millions, path in paths.items()}
    times = least(
        sides, 3, processors=lambda: handle.info().totalCpuDuration().get().toNanos() / 1e9
    )
    spark.stop()
    for unit, taken in times.items():
        print_ratio("Spark, by millions of artifacts", taken, goals={})
        further = {
            f"{more} after {less}": (taken[str(more)] - taken[str(less)]) / (more - less)
            for less, more in pairwise(MILLIONS)
        }
        print_ratio(f"Spark, {unit} for a further million", further, goals={})
