"""The recipes for Spark agree with the reference: ``python -m pytest -m spark``.

They need the dependency group ``spark``, and Java.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from restore_domain.status import ArtifactRestoreStatus

from .data import (
    CASES,
    EXPECTED_OF_CASES,
    Artifact,
    Report,
    Statuses,
    deliveries,
    every_case,
    every_history,
    expected_of_artifacts,
    expected_of_reports,
    instant,
    observed,
    random_artifacts,
    random_reports,
    reported,
    seeded,
    write,
)
from .recipes import DOCS, EXAMPLES, load

pytestmark = pytest.mark.spark

pyspark = pytest.importorskip("pyspark", reason="needs the dependency group spark")

PAGE = DOCS.joinpath("scale-out.md").read_text("utf-8")

SETTINGS = {
    "spark.master": "local[2]",
    "spark.sql.shuffle.partitions": "2",  # the data is small
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
}


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("Spark needs Java 17 or later: none is found by JAVA_HOME or PATH")
    session = pyspark.sql.SparkSession.builder.config(map=SETTINGS).getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def recipe(spark: Any) -> Any:
    assert spark
    return load("spark_statuses")


def collected(statuses: Any) -> Statuses:
    found = statuses.select("session", "status", "rule").collect()
    answers = {session: (status, rule) for session, status, rule in found}
    assert len(answers) == len(found), "a session is there twice"
    return answers


# The decision table


def test_the_statuses_have_the_bits_of_the_reference(spark: Any, recipe: Any) -> None:
    found = recipe.status_bits(recipe.decision_table(spark)).collect()
    assert dict(found) == {status: 1 << order for order, status in enumerate(ArtifactRestoreStatus)}


def test_the_table_may_come_as_parquet(spark: Any, recipe: Any, tmp_path: Path) -> None:
    path = tmp_path / "decision-table.parquet"
    command = [sys.executable, "-m", "restore_domain", "table", "--format", "parquet"]
    subprocess.run([*command, "--output", str(path)], check=True)  # noqa: S603 - our own
    shipped = spark.read.parquet(path.as_uri())
    table = shipped.withColumnsRenamed({"case": "mask", "session": "status"})
    assert sorted(table.select("mask", "status", "rule").collect()) == sorted(
        recipe.decision_table(spark).select("mask", "status", "rule").collect()
    )
    assert sorted(recipe.status_bits(table).collect()) == sorted(
        recipe.status_bits(recipe.decision_table(spark)).collect()
    )


# From artifacts


def of_artifacts(spark: Any, recipe: Any, path: Path, rows: list[Artifact]) -> Any:
    return recipe.artifacts_of(spark, [Path(write(path / "artifacts.csv", rows))])


def test_A1_A2_A3_A4_A5_A6_A7_A8_A9_A10_every_case(spark: Any, recipe: Any, tmp_path: Path) -> None:
    rows = every_case(seeded(1))
    artifacts = of_artifacts(spark, recipe, tmp_path, rows)
    assert collected(recipe.session_statuses(artifacts)) == expected_of_artifacts(rows)
    sessions = spark.createDataFrame([(case,) for case in CASES], "session STRING")
    assert collected(recipe.session_statuses(artifacts, sessions)) == EXPECTED_OF_CASES


def test_random_artifacts(spark: Any, recipe: Any, tmp_path: Path) -> None:
    rows = random_artifacts(seeded(2), sessions=2_000, rows=20_000)
    artifacts = of_artifacts(spark, recipe, tmp_path, rows)
    assert collected(recipe.session_statuses(artifacts)) == expected_of_artifacts(rows)


# From reports


def test_L2_L3_L4_every_history_in_any_order(spark: Any, recipe: Any, tmp_path: Path) -> None:
    reports = list(every_history())
    (sent,) = deliveries(reports, seeded(3), batches=1)
    rows = spark.read.csv(Path(write(tmp_path / "reports.csv", sent)).as_uri(), header=True)
    found = recipe.artifact_statuses(recipe.reported_artifacts(rows)).collect()
    assert {(row.session, row.artifact): row.status for row in found} == observed(reports)


def test_A1_A2_A3_A4_A5_A6_A7_A8_A9_A10_every_case_reported(
    spark: Any, recipe: Any, tmp_path: Path
) -> None:
    reports = reported(every_case(seeded(9)))
    folder, kept = tmp_path / "reports", tmp_path / "kept"
    folder.mkdir()
    for number, batch in enumerate(deliveries(reports, seeded(10), batches=2)):
        write(folder / f"{number}.csv", batch)
    recipe.follow(recipe.reports_of(spark, folder), kept)
    empty = {CASES[0]: EXPECTED_OF_CASES[CASES[0]]}
    assert collected(recipe.published(spark, kept)) | empty == EXPECTED_OF_CASES


def test_random_reports_after_each_delivery(spark: Any, recipe: Any, tmp_path: Path) -> None:
    """Each delivery is a separate run, which continues where the last one ended."""
    reports = random_reports(seeded(4), sessions=60, reports=1_500)
    folder, kept = tmp_path / "reports", tmp_path / "kept"
    folder.mkdir()
    known: list[Report] = []
    for number, batch in enumerate(deliveries(reports, seeded(5), batches=4)):
        write(folder / f"{number}.csv", batch)
        known += batch
        recipe.follow(recipe.reports_of(spark, folder), kept)
        assert collected(recipe.published(spark, kept)) == expected_of_reports(known)
    recipe.follow(recipe.reports_of(spark, folder), kept)  # there is nothing new
    assert collected(recipe.published(spark, kept)) == expected_of_reports(known)


def test_a_batch_that_was_not_confirmed_is_published_again(
    spark: Any, recipe: Any, tmp_path: Path
) -> None:
    """Spark repeats a batch that was not confirmed: the statuses are the same."""
    reports = random_reports(seeded(6), sessions=10, reports=100)
    folder, kept = tmp_path / "reports", tmp_path / "kept"
    folder.mkdir()
    for number, batch in enumerate(deliveries(reports, seeded(7), batches=2)):
        write(folder / f"{number}.csv", batch)
        recipe.follow(recipe.reports_of(spark, folder), kept)
    (kept / "statuses" / f"{2:020}").mkdir()  # of a batch that was not completely published
    confirmation = kept / "checkpoint" / "commits" / "1"
    confirmation.unlink()
    confirmation.with_name(".1.crc").unlink(missing_ok=True)
    recipe.follow(recipe.reports_of(spark, folder), kept)
    assert confirmation.exists()
    assert len(list(kept.glob("statuses/*/_SUCCESS"))) == 2
    assert collected(recipe.published(spark, kept)) == expected_of_reports(reports)


BAD = {
    "no-session": Report(None, "a1", "failed", instant(0)),  # type: ignore[arg-type]
    "no-artifact": Report("s1", None, "failed", instant(0)),  # type: ignore[arg-type]
    "no-time": Report("s1", "a1", "failed", None),  # type: ignore[arg-type]
    "a-word-for-a-time": Report("s1", "a1", "failed", "soon"),
}


BAD_REPORT = r"a report (names|has) no|malformed"


@pytest.mark.parametrize("bad", BAD)
def test_an_invalid_report_stops_the_stream_until_it_is_fixed(
    spark: Any, recipe: Any, tmp_path: Path, bad: str
) -> None:
    folder, kept = tmp_path / "reports", tmp_path / "kept"
    folder.mkdir()
    good = [Report("s1", "a1", "failed", instant(0))]
    write(folder / "1.csv", [*good, BAD[bad]])
    with pytest.raises(pyspark.errors.StreamingQueryException, match=BAD_REPORT):
        recipe.follow(recipe.reports_of(spark, folder), kept)
    assert not list(kept.glob("statuses/*/_SUCCESS"))
    write(folder / "1.csv", good)
    recipe.follow(recipe.reports_of(spark, folder), kept)
    assert collected(recipe.published(spark, kept)) == {"s1": ("failed", "A6")}


def test_the_state_may_be_kept_by_rocksdb(spark: Any, recipe: Any, tmp_path: Path) -> None:
    (setting,) = re.findall(
        r"`(spark\.\S+providerClass)` to\s+`(\S+)`",
        DOCS.joinpath("scale-out.md").read_text("utf-8"),
    )
    reports = random_reports(seeded(8), sessions=10, reports=100)
    write(tmp_path / "reports.csv", reports)
    spark.conf.set(*setting)
    try:
        recipe.follow(recipe.reports_of(spark, tmp_path), tmp_path / "kept")
    finally:
        spark.conf.unset(setting[0])
    assert collected(recipe.published(spark, tmp_path / "kept")) == expected_of_reports(reports)
    assert list(tmp_path.glob("kept/checkpoint/state/0/0/*.zip")), "RocksDB keeps archives"


def test_a_time_counts_by_its_offset(spark: Any, recipe: Any, tmp_path: Path) -> None:
    reports = [
        Report("s1", "a1", "failed", "2026-01-12T10:00:00+02:00"),
        Report("s1", "a1", "succeeded", "2026-01-12T09:00:00Z"),
        Report("s1", "a2", "failed", "2026-01-12T09:30:00"),
        Report("s1", "a2", "succeeded", "2026-01-12T10:00:00.1234567+01:00"),
    ]
    write(tmp_path / "reports.csv", reports)
    found = recipe.artifact_statuses(
        recipe.reported_artifacts(spark.read.csv(tmp_path.as_uri(), header=True))
    ).collect()
    assert {row.artifact: row.status for row in found} == {"a1": "failed", "a2": "succeeded"}


# The programs on the page


@pytest.mark.parametrize("command", re.findall(r"^spark-submit (.+)$", PAGE, re.MULTILINE))
@pytest.mark.usefixtures("spark")  # without it, this is skipped, too
def test_the_program_prints_what_that_for_duckdb_prints(tmp_path: Path, command: str) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    shutil.copy(EXAMPLES / "reports.csv", folder)
    names = {"REPORTS": str(folder), "KEPT": str(tmp_path / "kept")}
    program, of, *arguments = [names.get(word, word) for word in command.split()]
    submit = str(Path(sys.executable).with_name("spark-submit"))
    options = [part for setting in SETTINGS.items() for part in ("--conf", "=".join(setting))]
    by_duckdb = [str(EXAMPLES / "duckdb_statuses.py"), of, str(EXAMPLES / f"{of}.csv")]
    by_spark = [submit, *options, program, of, *arguments]
    assert printed(*by_spark) == printed(sys.executable, *by_duckdb)


def printed(*command: str) -> list[str]:
    done = subprocess.run(  # noqa: S603 - our own
        command, capture_output=True, text=True, check=True, cwd=DOCS.parent
    )
    return done.stdout.splitlines()
