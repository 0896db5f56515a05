-- Fold the reports of incoming into artifacts and tallies: all of them, or none.

BEGIN TRANSACTION;

-- What these reports come to.
CREATE OR REPLACE TEMP TABLE reported AS
SELECT
    session,
    artifact,
    min(reported_at) FILTER (WHERE status = 'succeeded') AS first_succeeded,
    min(reported_at) FILTER (WHERE status = 'failed') AS first_failed,
    max(reported_at) FILTER (WHERE status = 'inProgress') AS last_in_progress,
    max(reported_at) FILTER (WHERE status = 'scheduled') AS last_scheduled,
    max(reported_at) FILTER (WHERE status = 'scheduling') AS last_scheduling,
    max(reported_at) FILTER (WHERE status = 'unknownFutureValue') AS last_unknown
FROM (SELECT * REPLACE (artifact_status_of(status) AS status) FROM incoming)
GROUP BY session, artifact;

-- What was known of the same artifacts.
CREATE OR REPLACE TEMP TABLE before AS
FROM artifacts SEMI JOIN reported USING (session, artifact);

-- Both together.
CREATE OR REPLACE TEMP TABLE after AS
SELECT *, CASE
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
END::artifact_status AS status
FROM (
    SELECT
        session,
        artifact,
        min(first_succeeded) AS first_succeeded,
        min(first_failed) AS first_failed,
        max(last_in_progress) AS last_in_progress,
        max(last_scheduled) AS last_scheduled,
        max(last_scheduling) AS last_scheduling,
        max(last_unknown) AS last_unknown
    FROM (FROM reported UNION ALL FROM (SELECT * EXCLUDE (status) FROM before))
    GROUP BY session, artifact
);

INSERT OR REPLACE INTO artifacts
FROM (FROM after EXCEPT FROM before);

-- An artifact leaves the status that it was in, and enters the one that it is in now.
INSERT INTO tallies
SELECT session, status, sum(change)
FROM (
    SELECT session, status, -1 AS change FROM before
    UNION ALL
    SELECT session, status, 1 AS change FROM after
)
GROUP BY session, status
HAVING sum(change) <> 0
ON CONFLICT DO UPDATE SET artifacts = artifacts + excluded.artifacts;

DELETE FROM incoming;

COMMIT;
