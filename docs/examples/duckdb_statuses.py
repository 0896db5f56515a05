"""The status of each restore session by DuckDB: from artifacts, or from reports as they come.

    python docs/examples/duckdb_statuses.py artifacts docs/examples/artifacts.csv
    python docs/examples/duckdb_statuses.py reports docs/examples/reports.csv --database kept.db

Each file is CSV or Parquet. The SQL is in the files beside this one, and can be run without it.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import duckdb

Connection = duckdb.DuckDBPyConnection
Rows = duckdb.DuckDBPyRelation

HERE: Final = Path(__file__).parent


def run(connection: Connection, script: str) -> None:
    """Run one of the files of SQL."""
    connection.execute(HERE.joinpath(script).read_text("utf-8"))


def connect(database: str = ":memory:") -> Connection:
    """Open a database, and lay the decision table in it."""
    connection = duckdb.connect(database)
    connection.execute(f"SET file_search_path = '{HERE}'")
    run(connection, "duckdb_table.sql")
    connection.execute("RESET file_search_path")
    return connection


def read(connection: Connection, file: str) -> Rows:
    """Return the rows of a file; all of a CSV is text."""
    if file.endswith(".parquet"):
        return connection.read_parquet(file)
    return connection.read_csv(file, header=True, all_varchar=True)


def of_artifacts(files: list[str]) -> Connection:
    """Take in artifacts, a row each: session, status."""
    connection = connect()
    connection.execute("CREATE TABLE artifact_statuses (session VARCHAR, status artifact_status)")
    run(connection, "duckdb_batch.sql")
    for file in files:
        present = read(connection, file).project("session, artifact_status_of(status)")
        present.insert_into("artifact_statuses")
    return connection


def of_reports(files: list[str], database: str = ":memory:") -> Connection:
    """Take in reports, a row each: session, artifact, status, reported_at."""
    connection = connect(database)
    run(connection, "duckdb_incremental.sql")
    for file in files:
        fold(connection, read(connection, file))
    return connection


def fold(connection: Connection, reports: Rows) -> None:
    """Fold reports into what is known: all of them, or none."""
    reports.project("session, artifact, status, reported_at").insert_into("incoming")
    try:
        run(connection, "duckdb_fold.sql")
    except duckdb.Error:
        connection.rollback()
        raise


def main() -> None:
    """Do what the arguments say, and print the status of each session, and its rule."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    sources = parser.add_subparsers(dest="of", required=True)
    artifacts = sources.add_parser("artifacts", help="session, status")
    artifacts.add_argument("files", nargs="+", metavar="FILE")
    reports = sources.add_parser("reports", help="session, artifact, status, reported_at")
    reports.add_argument("files", nargs="*", metavar="FILE")
    reports.add_argument("--database", default=":memory:", help="where what is known is kept")
    given = parser.parse_args()

    try:
        if given.of == "artifacts":
            connection = of_artifacts(given.files)
        else:
            connection = of_reports(given.files, given.database)
    except duckdb.Error as error:  # no such file, or not the columns that --help names
        sources.choices[given.of].error(str(error))
    for row in connection.execute("FROM session_statuses ORDER BY session").fetchall():
        print(*row)


if __name__ == "__main__":
    main()
