-- The status of every session of sessions (session). One without artifacts has the empty set of
-- statuses, and no row in session_masks.
SELECT session, status, rule
FROM sessions
LEFT JOIN session_masks USING (session)
JOIN decision_table ON decision_table.mask = coalesce(session_masks.mask, 0);
