-- Fold the reports of incoming into artifacts and tallies: all of them, or none.

BEGIN TRANSACTION;

-- What these reports come to, and in which status each of their artifacts was.
CREATE OR REPLACE TEMP TABLE told AS
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

CREATE OR REPLACE TEMP TABLE before AS
SELECT session, artifact, status
FROM artifacts
SEMI JOIN told USING (session, artifact);

INSERT INTO artifacts BY NAME
FROM told
ON CONFLICT DO UPDATE SET
    first_succeeded = least(first_succeeded, excluded.first_succeeded),
    first_failed = least(first_failed, excluded.first_failed),
    last_in_progress = greatest(last_in_progress, excluded.last_in_progress),
    last_scheduled = greatest(last_scheduled, excluded.last_scheduled),
    last_scheduling = greatest(last_scheduling, excluded.last_scheduling),
    last_unknown = greatest(last_unknown, excluded.last_unknown);

-- An artifact leaves the status that it was in, and enters the one that it is in now.
INSERT INTO tallies
SELECT session, status, sum(change)
FROM (
    SELECT session, status, -1 AS change FROM before
    UNION ALL
    SELECT session, status, 1 FROM artifacts SEMI JOIN told USING (session, artifact)
)
GROUP BY session, status
HAVING sum(change) <> 0
ON CONFLICT DO UPDATE SET artifacts = artifacts + excluded.artifacts;

DELETE FROM incoming;

COMMIT;
