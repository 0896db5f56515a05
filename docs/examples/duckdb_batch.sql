-- The status of each session from rows of artifact_statuses (session, status artifact_status),
-- one for each artifact, with its status now.

CREATE OR REPLACE VIEW session_masks AS
SELECT session, bit_or(1 << enum_code(status))::UTINYINT AS mask
FROM artifact_statuses
GROUP BY session;

CREATE OR REPLACE VIEW session_statuses AS
SELECT session, status, rule
FROM session_masks
JOIN decision_table USING (mask);
