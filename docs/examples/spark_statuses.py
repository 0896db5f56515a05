"""The status of each restore session by Apache Spark: from artifacts, or from reports as they come.

    spark-submit docs/examples/spark_statuses.py artifacts docs/examples/artifacts.csv
    spark-submit docs/examples/spark_statuses.py reports FOLDER --kept ANOTHER

The files are CSV. Reports are taken from all files of a folder that were not taken before; what is
known of them is kept in another folder.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from pyspark.sql import DataFrame, SparkSession

HERE: Final = Path(__file__).parent

# The decision table


def decision_table(spark: SparkSession) -> DataFrame:
    """Return the decision table, with the set of statuses as a mask."""
    path = HERE / "decision-table.csv"
    shipped = spark.read.csv(path.as_uri(), header=True, inferSchema=True)
    return shipped.withColumnsRenamed({"case": "mask", "session": "status"})


def status_bits(table: DataFrame) -> DataFrame:
    """Return each artifact status with its bit: the mask of the set of that status alone."""
    statuses = [name for name in table.columns if name not in {"mask", "status", "rule"}]
    present = table.unpivot("mask", statuses, "status", "present")
    return present.where("int(present) = 1 AND bit_count(mask) = 1").selectExpr(
        "status", "mask AS bit"
    )


# From artifacts

SESSION_MASKS: Final = """
WITH artifact_bits AS (
    -- A text that is not a status, or a missing one, is the status of the future (rule W2).
    SELECT session, coalesce(bit, (
        SELECT bit FROM {status_bits} WHERE status = 'unknownFutureValue'
    )) AS bit
    FROM {artifact_statuses} LEFT JOIN {status_bits} USING (status)
)
SELECT session, bit_or(bit) AS mask
FROM artifact_bits
GROUP BY session
"""

EVERY_SESSION_MASK: Final = """
-- A session without artifacts has the empty set of statuses.
SELECT session, coalesce(mask, 0) AS mask
FROM {sessions} LEFT JOIN {session_masks} USING (session)
"""

SESSION_STATUSES: Final = """
SELECT session, status, rule
FROM {session_masks} JOIN {decision_table} USING (mask)
"""


def session_statuses(artifact_statuses: DataFrame, sessions: DataFrame | None = None) -> DataFrame:
    """Return the status of each session, and its rule, from rows of session and status.

    With sessions, one row per session, those without artifacts are included.
    """
    spark = artifact_statuses.sparkSession
    table = decision_table(spark)
    masks = spark.sql(
        SESSION_MASKS, artifact_statuses=artifact_statuses, status_bits=status_bits(table)
    )
    if sessions is not None:
        masks = spark.sql(EVERY_SESSION_MASK, sessions=sessions, session_masks=masks)
    return spark.sql(SESSION_STATUSES, session_masks=masks, decision_table=table)


# From reports

REPORTED_ARTIFACTS: Final = """
WITH known AS (
    SELECT session, artifact, reported_at,
           coalesce(statuses.status, 'unknownFutureValue') AS status
    FROM {reports} AS reports
    LEFT JOIN {status_bits} AS statuses ON reports.status = statuses.status
)
-- Times merge by min and max, so neither the order of the reports nor a repetition has a say.
SELECT session, artifact,
       min(reported_at) FILTER (WHERE status = 'succeeded') AS first_succeeded,
       min(reported_at) FILTER (WHERE status = 'failed') AS first_failed,
       max(reported_at) FILTER (WHERE status = 'inProgress') AS last_in_progress,
       max(reported_at) FILTER (WHERE status = 'scheduled') AS last_scheduled,
       max(reported_at) FILTER (WHERE status = 'scheduling') AS last_scheduling,
       max(reported_at) FILTER (WHERE status = 'unknownFutureValue') AS last_unknown
FROM known
GROUP BY session, artifact
"""

ARTIFACT_STATUSES: Final = """
SELECT session, artifact, CASE
    -- Terminal is absorbing (rule L4): the first terminal report stands.
    WHEN first_succeeded <= coalesce(first_failed, first_succeeded) THEN 'succeeded'
    WHEN first_failed IS NOT NULL THEN 'failed'
    -- Else the furthest stands (rule L2) of those not older than the last unknown one,
    -- which any status but added may follow (rule L4), or what has run what has begun.
    WHEN last_in_progress >= coalesce(last_unknown, last_in_progress) THEN 'inProgress'
    WHEN last_in_progress IS NOT NULL THEN 'unknownFutureValue'
    WHEN last_scheduled >= coalesce(last_unknown, last_scheduled) THEN 'scheduled'
    WHEN last_scheduling >= coalesce(last_unknown, last_scheduling) THEN 'scheduling'
    WHEN last_unknown IS NOT NULL THEN 'unknownFutureValue'
    ELSE 'added'
END AS status
FROM {reported_artifacts}
"""

TYPED_REPORTS: Final = """
SELECT coalesce(session, raise_error('a report names no session')) AS session,
       coalesce(artifact, raise_error('a report names no artifact')) AS artifact,
       status,
       coalesce(
           CAST(reported_at AS TIMESTAMP), raise_error('a report has no reported_at')
       ) AS reported_at
FROM {reports}
"""


def reported_artifacts(reports: DataFrame) -> DataFrame:
    """Return what all reports of each artifact come to; of a stream this is kept as its state."""
    spark = reports.sparkSession
    typed = spark.sql(TYPED_REPORTS, reports=reports)
    return spark.sql(
        REPORTED_ARTIFACTS, reports=typed, status_bits=status_bits(decision_table(spark))
    )


def artifact_statuses(reported: DataFrame) -> DataFrame:
    """Return the status of each artifact from what its reports come to."""
    return reported.sparkSession.sql(ARTIFACT_STATUSES, reported_artifacts=reported)


def follow(reports: DataFrame, kept: Path) -> None:
    """Take in the reports that a stream has not given before, and publish the statuses."""

    def publish(reported: DataFrame, batch: int) -> None:
        statuses = session_statuses(artifact_statuses(reported))
        folder = kept / "statuses" / f"{batch:020}"
        statuses.write.mode("overwrite").parquet(folder.as_uri())  # again, after a failure

    query = (
        reported_artifacts(reports)
        .writeStream.outputMode("complete")
        .foreachBatch(publish)
        .option("checkpointLocation", (kept / "checkpoint").as_uri())
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()


def published(spark: SparkSession, kept: Path) -> DataFrame:
    """Return the statuses that were published last, and whole."""
    last = max(kept.glob("statuses/*/_SUCCESS")).parent
    return spark.read.parquet(last.as_uri())


# The program


def artifacts_of(spark: SparkSession, files: list[Path]) -> DataFrame:
    """Read artifacts from files with the columns session and status, and maybe others."""
    paths = [file.absolute().as_uri() for file in files]
    return spark.read.csv(paths, header=True).select("session", "status")


def reports_of(spark: SparkSession, folder: Path) -> DataFrame:
    """Read reports from the files of a folder, as they come."""
    columns = "session STRING, artifact STRING, status STRING, reported_at STRING"
    source = spark.readStream.schema(columns)
    return source.csv(folder.absolute().as_uri(), header=True, enforceSchema=False)


def main() -> None:
    """Do what the arguments say, and print the status of each session, and its rule."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    sources = parser.add_subparsers(dest="of", required=True)
    artifacts = sources.add_parser("artifacts", help="from files: session, status")
    artifacts.add_argument("files", nargs="+", type=Path, metavar="FILE")
    reports = sources.add_parser("reports", help="session, artifact, status, reported_at")
    reports.add_argument("folder", type=Path)
    reports.add_argument("--kept", type=Path, required=True, metavar="FOLDER")
    given = parser.parse_args()

    spark = SparkSession.builder.getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "UTC")  # of a time without an offset
    if given.of == "artifacts":
        statuses = session_statuses(artifacts_of(spark, given.files))
    else:
        kept = given.kept.absolute()
        follow(reports_of(spark, given.folder), kept)
        statuses = published(spark, kept)
    for row in statuses.orderBy("session").collect():
        print(*row)
    spark.stop()


if __name__ == "__main__":
    main()
