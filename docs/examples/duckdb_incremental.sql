-- The status of each session from reports: (session, artifact, status, reported_at), which come
-- late, repeatedly and in any order. duckdb_fold.sql takes them in.

-- An offset in reported_at counts; a text without one is in UTC.
SET TimeZone = 'UTC';

-- Reports that wait to be folded in.
CREATE TABLE IF NOT EXISTS incoming (
    session VARCHAR NOT NULL,
    artifact VARCHAR NOT NULL,
    status VARCHAR,
    reported_at TIMESTAMPTZ NOT NULL
);

-- What all reports of an artifact come to: an earliest or a latest time for each status. Times
-- merge by min and max, so neither the order of the reports nor a repetition has a say. The
-- status follows from the times.
CREATE TABLE IF NOT EXISTS artifacts (
    session VARCHAR,
    artifact VARCHAR,
    first_succeeded TIMESTAMPTZ,
    first_failed TIMESTAMPTZ,
    last_in_progress TIMESTAMPTZ,
    last_scheduled TIMESTAMPTZ,
    last_scheduling TIMESTAMPTZ,
    last_unknown TIMESTAMPTZ,
    status artifact_status NOT NULL,
    PRIMARY KEY (session, artifact)
);

-- How many artifacts of each session are in each status.
CREATE TABLE IF NOT EXISTS tallies (
    session VARCHAR,
    status artifact_status,
    artifacts BIGINT NOT NULL CHECK (artifacts >= 0),
    PRIMARY KEY (session, status)
);

CREATE OR REPLACE VIEW session_masks AS
SELECT session, bit_or(1 << enum_code(status))::UTINYINT AS mask
FROM tallies
WHERE artifacts > 0
GROUP BY session;

CREATE OR REPLACE VIEW session_statuses AS
SELECT session, status, rule
FROM session_masks
JOIN decision_table USING (mask);
