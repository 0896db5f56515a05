-- The decision table, and what follows from it: the statuses in the order of their bits.
-- The file is made by: python -m restore_domain table --format csv --output decision-table.csv
-- (a Parquet file does as well).

CREATE OR REPLACE TABLE decision_table AS
SELECT * RENAME ("case" AS mask, session AS status)
FROM 'decision-table.csv';

-- A set of one status has a single bit, and that is the bit of the status. An ENUM counts its
-- members from 0, so that the bit of a status is 1 << enum_code(status).
CREATE TYPE IF NOT EXISTS artifact_status AS ENUM (
    SELECT name
    FROM (
        UNPIVOT decision_table
        ON COLUMNS(* EXCLUDE (mask, status, rule))
        INTO NAME name VALUE present
    )
    WHERE present::BOOLEAN AND bit_count(mask) = 1
    ORDER BY mask
);

-- A text that is no status, or none at all, is the status of the future (rule W2).
CREATE OR REPLACE MACRO artifact_status_of(text) AS
    coalesce(try_cast(text AS artifact_status), 'unknownFutureValue'::artifact_status);
