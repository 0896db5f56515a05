"""The lives of a bulk session, exhausted: one request of three mailboxes (B1-B6, S8).

Every path from the draft to an end is tried, by parts in each order and by reports of each status.
Sessions that differ only in names count as one point. At each point the session is written and
read, also with each sign that artifacts are missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from typing import Any, NamedTuple

import pytest

from restore_domain import wire
from restore_domain.aggregation import DECISION_TABLE, KNOWN_STATUSES, aggregate
from restore_domain.lifecycle import OBSERVATIONS as OBSERVED
from restore_domain.lifecycle import OBSERVATIONS_AFTER_START, Reporter
from restore_domain.model import ExchangeRestoreSession
from restore_domain.operations import (
    BackupRestoreRoot,
    Outcome,
    RestoreDomainError,
    activate_session,
    apply,
    delete_bulk_request,
    record,
)
from restore_domain.status import (
    TERMINAL_ARTIFACT_STATUSES,
    TERMINAL_SESSION_STATUSES,
    ArtifactRestoreStatus,
    RestoreSessionStatus,
)

from .bulk import GONE, MAILBOXES, drafted, part, resolve
from .service import NOW, report, root_of, stored

REQUESTS = "mailboxRestoreArtifactsBulkAdditionRequests"
WHOLE = "mailboxRestoreArtifacts"
UNKNOWN = RestoreSessionStatus.UNKNOWN_FUTURE_VALUE
MOST_ARTIFACTS = 2

ORDER = {
    "draft": 0,
    "activating": 1,
    "active": 2,
    "completedWithError": 3,
    "completed": 3,
    "failed": 3,
}

Step = Callable[[BackupRestoreRoot], Outcome[Any]]


class Point(NamedTuple):
    """A key that is equal for sessions without a relevant difference."""

    activated: bool
    request: str | None
    failures: int
    statuses: tuple[str, ...]

    @classmethod
    def of(cls, session: ExchangeRestoreSession) -> Point:
        requests = session.mailbox_restore_artifacts_bulk_addition_requests or ()
        found = next(iter(requests), None)
        error = None if found is None else found.error
        return cls(
            session.activated,
            None if found is None else found.status.value,
            0 if error is None else len(error.details or ()),
            tuple(sorted(artifact.status.value for artifact in session.artifacts)),
        )


def reports_on(session: ExchangeRestoreSession) -> Iterator[Step]:
    """Return each report of another status that an observer may make of an artifact."""
    one_of_each = {artifact.status: artifact for artifact in session.artifacts}
    for artifact in one_of_each.values():
        started = artifact.start_date_time is not None
        observed = OBSERVATIONS_AFTER_START if started else OBSERVED
        for status in sorted(observed[artifact.status]):
            reported = report(artifact.id, status, NOW, error=GONE if status == "failed" else None)
            yield partial(
                record, session_id=session.id, report=reported, reporter=Reporter.OBSERVER
            )


def parts_of(session: ExchangeRestoreSession) -> Iterator[Step]:
    """Return each further part: an artifact, a failure, either with the end, or the end."""
    number = len(session.artifacts) + 1
    points = [f"r{number}"] if number <= MOST_ARTIFACTS else []
    failed = [[mailbox] for mailbox in MAILBOXES[: Point.of(session).failures + 1]][-1:]
    for ended in (False, True):
        for point in points:
            yield partial(resolve, resolution=part(point, ended=ended))
        for mailbox in failed:
            yield partial(resolve, resolution=part(failures=mailbox, ended=ended))
    yield partial(resolve, resolution=part(ended=True))


def steps_from(session: ExchangeRestoreSession) -> Iterator[Step]:
    yield partial(activate_session, session_id="s1", now=NOW)
    yield partial(delete_bulk_request, session_id="s1", bulk_request_id="b1", now=NOW)
    yield from parts_of(session)
    yield from reports_on(session)


@cache
def lives() -> dict[Point, BackupRestoreRoot]:
    """Return a root for each point that can be reached from the draft; check each step to it."""
    first = drafted()
    found = {Point.of(stored(first)): first}
    waiting = [first]
    while waiting:
        root = waiting.pop()
        for step in steps_from(stored(root)):
            with suppress(RestoreDomainError):
                outcome = step(root)
                check_step(root, step, outcome)
                point = Point.of(stored(outcome.root))
                if point not in found:
                    found[point] = outcome.root
                    waiting.append(outcome.root)
    return found


def check_step(root: BackupRestoreRoot, step: Step, outcome: Outcome[Any]) -> None:
    """Check that nothing moves backwards, and that a session that was read behaves the same."""
    before, after = stored(root).status, stored(outcome.root).status
    if UNKNOWN not in {before, after}:
        assert ORDER[after] >= ORDER[before], (stored(root), stored(outcome.root))
        assert before not in TERMINAL_SESSION_STATUSES or after is before
    read = root_of(wire.loads(wire.dumps(stored(root)), ExchangeRestoreSession))
    again = step(read)
    assert stored(again.root) == stored(outcome.root)
    assert stored(again.root).activated is stored(outcome.root).activated
    assert stored(apply(root, *outcome.events) if outcome.events else root) == stored(outcome.root)


def in_other_words(point: Point) -> RestoreSessionStatus:
    """Aggregate the set of statuses by the rules B3 and B4."""
    counted = {*point.statuses}
    if point.request == "active":
        counted.add("scheduling" if point.activated else "added")
    elif not counted:
        counted.add("failed")
    return aggregate(counted)


def test_B3_B4_B6_at_every_point_of_every_life_the_status_is_that_of_the_set() -> None:
    points = lives()
    assert len(points) > 150
    for point, root in points.items():
        session = stored(root)
        assert session.lacks == ()
        assert session.status is in_other_words(point), session
        if session.status in TERMINAL_SESSION_STATUSES:
            assert {*point.statuses} <= TERMINAL_ARTIFACT_STATUSES
            assert point.request != "active"
        again = wire.loads(wire.dumps(session), ExchangeRestoreSession)
        assert (again, again.status, again.lacks) == (session, session.status, ())
        assert again.activated is session.activated
        assert (again.error, again.completed_date_time) == (
            session.error,
            session.completed_date_time,
        )


def test_B5_the_parts_of_a_resolution_in_every_order_lead_to_the_same_statuses() -> None:
    ends = {point for point in lives() if point.request not in {"active", None}}
    assert {point.failures for point in ends} == {0, 1, 2, 3}
    assert {point.request for point in ends} == {"completed", "completedWithErrors"}
    assert {stored(lives()[point]).status.value for point in ends} >= {*ORDER} - {"draft"}


# Missing artifacts ------------------------------------------------------------------------------

LACKING: dict[str, dict[str, Any]] = {
    "a": {f"{WHOLE}@odata.nextLink": "more"},
    "a, granular": {"granularMailboxRestoreArtifacts@odata.nextLink": "more"},
    "a, requests": {f"{REQUESTS}@odata.nextLink": "more"},
    "b": {f"{WHOLE}@odata.count": 99},
    "b, requests": {f"{REQUESTS}@odata.count": 99},
    "c": {"restoreSessionArtifactCount": {"total": 99}},
    "d": {"restoreJobType": "newest"},
    "e": {REQUESTS: None},
    "f": {WHOLE: None},
    "g": {WHOLE: [], REQUESTS: [], "restoreSessionArtifactCount": None},
    "h": {REQUESTS: [{"id": "b7", "status": "paused"}]},
    "h, beside": {REQUESTS: [{"id": "b7", "status": "unknown"}]},
}
"""The documents with missing artifacts; the letter comes first."""


@cache
def readings(
    counted: frozenset[str],
) -> frozenset[RestoreSessionStatus]:
    """Return the aggregates of these and of each choice of missing known statuses."""
    return frozenset(
        aggregate(counted | row.statuses)
        for row in DECISION_TABLE
        if row.statuses and row.statuses <= KNOWN_STATUSES
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(evidence, marks=pytest.mark.exhaustive if "," in evidence else ())
        for evidence in LACKING  # of each kind of evidence, one shape of it is always tried
    ],
)
def test_S8_B3_at_every_point_no_sign_of_missing_artifacts_leads_to_an_end(evidence: str) -> None:
    for point, root in lives().items():
        if point.failures > 1:
            continue
        document = wire.to_json_value(stored(root))
        for declared in {document["status"], None, "active"}:
            changed = document | {"status": declared} | LACKING[evidence]
            if evidence == "h, beside":
                changed[REQUESTS] = [*document[REQUESTS], *LACKING[evidence][REQUESTS]]
            session = wire.loads(json.dumps(changed), ExchangeRestoreSession)
            if evidence in {"e", "g"} and not session.lacks:  # rule S8 needs a declared status
                assert session.status in TERMINAL_SESSION_STATUSES
                assert session.status == declared
            else:
                assert evidence[0] in [found.id for found in session.lacks], changed
                check_lacking(session, declared)


def check_lacking(session: ExchangeRestoreSession, declared: str | None) -> None:
    """Check the status of a session with missing artifacts, and that no step ends it."""
    of_requests = session.effective_tally
    counted = frozenset(s.value for s in ArtifactRestoreStatus if of_requests[s])
    certain = readings(counted)
    if len(certain) == 1:
        assert {session.status} == certain
    else:
        assert session.status in {declared, UNKNOWN}
    assert session.status not in TERMINAL_SESSION_STATUSES or session.status == declared
    assert wire.loads(wire.dumps(session), ExchangeRestoreSession) == session
    root = root_of(session)
    requests = session.mailbox_restore_artifacts_bulk_addition_requests or ()
    for request in requests:
        for resolution in (part("r9"), part(failures=MAILBOXES[:1]), part(ended=True)):
            with pytest.raises(RestoreDomainError):
                resolve(root, resolution, bulk_request_id=request.id)
    with pytest.raises(RestoreDomainError):
        activate_session(root, "s1", now=NOW)
    deletions: list[Step] = [
        partial(delete_bulk_request, session_id="s1", bulk_request_id=request.id, now=NOW)
        for request in requests
        if request.status in {"completed", "completedWithErrors"}
    ]
    for step in (*deletions, *reports_on(session)):
        outcome = step(root)
        new = stored(outcome.root)
        assert {found.id for found in new.lacks} >= {found.id for found in session.lacks} - {"g"}
        assert new.lacks
        assert new.status not in TERMINAL_SESSION_STATUSES or new.status == declared
        again = wire.loads(wire.dumps(new), ExchangeRestoreSession)
        assert (again, again.status, again.lacks) == (new, new.status, new.lacks)
        assert stored(apply(root, *outcome.events)) == new
