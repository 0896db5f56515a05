"""Sessions with missing artifacts (rule S8): every kind of evidence, and the resulting status.

The small model is exhausted: every set of the statuses of up to three artifacts, each evidence,
every declared status, each report that an observer may make, before and after a round trip. (The
effect of a report on three artifacts is checked with one evidence, and on two with each.)
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import chain, combinations
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_domain import (
    ArtifactRestoreStatus,
    DeclaredProperties,
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactsBulkAdditionRequest,
    PublicError,
    Reporter,
    RestoreArtifactsBulkRequestStatus,
    RestoreJobType,
    RestoreSessionArtifactCount,
    RestoreSessionStatus,
    aggregate,
    audit,
    wire,
)
from restore_domain.aggregation import DECISION_TABLE, KNOWN_STATUSES, StatusTally
from restore_domain.lifecycle import OBSERVATIONS
from restore_domain.model.lacking import EVIDENCE, evidence_in
from restore_domain.operations import BackupRestoreRoot, Report, apply, record
from restore_domain.status import TERMINAL_SESSION_STATUSES
from restore_domain.verification.strategies import consistent_sessions, entities

UNKNOWN = RestoreSessionStatus.UNKNOWN_FUTURE_VALUE
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)

REQUESTS = "mailboxRestoreArtifactsBulkAdditionRequests"
REQUESTS_ATTRIBUTE = "mailbox_restore_artifacts_bulk_addition_requests"


def request(request_id: str, status: str) -> MailboxRestoreArtifactsBulkAdditionRequest:
    return MailboxRestoreArtifactsBulkAdditionRequest(
        id=request_id, status=RestoreArtifactsBulkRequestStatus(status)
    )


EVIDENT: Mapping[str, dict[str, Any]] = {
    "a": {"additional_data": {"mailboxRestoreArtifacts@odata.nextLink": "more"}},
    "a, granular": {"additional_data": {"granularMailboxRestoreArtifacts@odata.nextLink": "more"}},
    "b": {"additional_data": {"mailboxRestoreArtifacts@odata.count": 99}},
    "b, granular": {"additional_data": {"granularMailboxRestoreArtifacts@odata.count": 1}},
    "c": {"restore_session_artifact_count": RestoreSessionArtifactCount(total=99, completed=1)},
    "d": {"restore_job_type": RestoreJobType.GRANULAR},
    "d, unknown": {"restore_job_type": RestoreJobType.UNKNOWN_FUTURE_VALUE},
    "e": {"restore_job_type": RestoreJobType.BULK},
    "a, requests": {"additional_data": {f"{REQUESTS}@odata.nextLink": "more"}},
    "b, requests": {"additional_data": {f"{REQUESTS}@odata.count": 1}},
    "h": {REQUESTS_ATTRIBUTE: [request("b1", "completed"), request("b2", "unknown")]},
    "h, future": {REQUESTS_ATTRIBUTE: [request("b1", "unknownFutureValue")]},
}
"""For each evidence, a session with missing artifacts; the letter comes first."""

SETS = [chosen for size in range(4) for chosen in combinations(ArtifactRestoreStatus, size)]
DECLARED = [None, *RestoreSessionStatus]


def whole(number: int, status: ArtifactRestoreStatus) -> MailboxRestoreArtifact:
    error = PublicError(code="Gone") if status is ArtifactRestoreStatus.FAILED else None
    return MailboxRestoreArtifact(id=f"a{number}", status=status, error=error)


def lacking(
    evidence: str,
    statuses: tuple[ArtifactRestoreStatus, ...],
    declared: RestoreSessionStatus | None,
) -> ExchangeRestoreSession:
    """Return a session of artifacts in these statuses with this evidence, as it would be read."""
    more = dict(EVIDENT[evidence])
    count = more.pop("restore_session_artifact_count", None)
    return ExchangeRestoreSession(
        id="s1",
        mailbox_restore_artifacts=[whole(*pair) for pair in enumerate(statuses)],
        declared=DeclaredProperties(status=declared, restore_session_artifact_count=count),
        **more,
    )


def is_evident(evidence: str, declared: RestoreSessionStatus | None) -> bool:
    return evidence != "e" or declared not in TERMINAL_SESSION_STATUSES


def all_lacking(
    evidences: Iterable[str] = EVIDENT, most: int = 3
) -> Iterator[ExchangeRestoreSession]:
    for evidence in evidences:
        for declared in DECLARED:
            if is_evident(evidence, declared):
                for statuses in SETS:
                    if len(statuses) <= most:
                        yield lacking(evidence, statuses, declared)


def statuses_of(session: ExchangeRestoreSession) -> list[ArtifactRestoreStatus]:
    return [artifact.status for artifact in session.artifacts]


@cache
def with_others(statuses: frozenset[ArtifactRestoreStatus]) -> frozenset[RestoreSessionStatus]:
    """Aggregate these statuses with each choice of missing known ones: the rule in other words."""
    return frozenset(
        aggregate(statuses | row.statuses)
        for row in DECISION_TABLE
        if row.statuses and row.statuses <= KNOWN_STATUSES
    )


def shown(
    statuses: list[ArtifactRestoreStatus], declared: RestoreSessionStatus | None
) -> RestoreSessionStatus:
    readings = with_others(frozenset(statuses))
    if len(readings) == 1:
        return next(iter(readings))
    return declared if declared in readings and declared is not None else UNKNOWN


# Evidence ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("evidence", EVIDENT)
def test_S8_each_evidence_is_found_by_its_letter_with_its_path(evidence: str) -> None:
    session = lacking(evidence, (ArtifactRestoreStatus.ADDED,), None)
    (found,) = session.lacks
    assert found.id == evidence[0]
    assert found.sentence == EVIDENCE[found.id].sentence
    assert (
        found.path
        == {
            "a": '$["mailboxRestoreArtifacts@odata.nextLink"]',
            "a, granular": '$["granularMailboxRestoreArtifacts@odata.nextLink"]',
            "b": '$["mailboxRestoreArtifacts@odata.count"]',
            "b, granular": '$["granularMailboxRestoreArtifacts@odata.count"]',
            "c": "$.restoreSessionArtifactCount.total",
            "d": "$.granularMailboxRestoreArtifacts",
            "d, unknown": "$.granularMailboxRestoreArtifacts",
            "e": "$.mailboxRestoreArtifactsBulkAdditionRequests",
            "a, requests": f'$["{REQUESTS}@odata.nextLink"]',
            "b, requests": f'$["{REQUESTS}@odata.count"]',
            "h": f"$.{REQUESTS}[1].status",
            "h, future": f"$.{REQUESTS}[0].status",
        }[evidence]
    )


def test_S8_without_both_collections_or_as_an_empty_bulk_session_artifacts_are_missing() -> None:
    assert [found.id for found in ExchangeRestoreSession(id="s").lacks] == ["f"]
    ended = DeclaredProperties(status=RestoreSessionStatus.FAILED)
    bulk = ExchangeRestoreSession(
        id="s",
        restore_job_type=RestoreJobType.BULK,
        mailbox_restore_artifacts=[],
        declared=ended,
    )
    assert bulk.lacks == ()  # rule B4 says that it failed
    done = attrs.evolve(bulk, declared=DeclaredProperties(status=RestoreSessionStatus.COMPLETED))
    assert [found.id for found in done.lacks] == ["g"]
    assert done.status is RestoreSessionStatus.COMPLETED
    assert [found.id for found in attrs.evolve(bulk, declared=None).lacks] == ["e", "g"]
    with_one = [whole(1, ArtifactRestoreStatus.SUCCEEDED)]
    assert not attrs.evolve(bulk, mailbox_restore_artifacts=with_one).lacks


def test_S8_several_signs_are_all_evidence_in_the_order_of_the_table() -> None:
    session = ExchangeRestoreSession(
        id="s",
        restore_job_type=RestoreJobType.GRANULAR,
        declared=DeclaredProperties(
            restore_session_artifact_count=RestoreSessionArtifactCount(total=1)
        ),
        additional_data={
            f"{name}@odata.{sign}": 1
            for name in ("mailboxRestoreArtifacts", "granularMailboxRestoreArtifacts", REQUESTS)
            for sign in ("nextLink", "count")
        },
    )
    assert [found.id for found in session.lacks] == ["a", "a", "a", "b", "b", "b", "c", "d", "f"]


def test_S8_the_letters_are_those_of_the_rule_in_order() -> None:
    assert "".join(EVIDENCE) == "abcdefgh"


def test_a_kind_of_evidence_is_shown_by_its_letter_and_its_sentence() -> None:
    sentence = "both collections of artifacts are absent"
    assert repr(EVIDENCE["f"]) == f"EvidenceKind(id='f', sentence='{sentence}')"


@given(entities(ExchangeRestoreSession), st.booleans())
def test_S8_a_session_on_the_fast_path_has_no_evidence(
    session: ExchangeRestoreSession,
    as_read: bool,  # noqa: FBT001 - drawn
) -> None:
    if not as_read:
        session = attrs.evolve(session, declared=None, additional_data={})
    assert session.lacks == evidence_in(session)


@pytest.mark.parametrize("link", [None, ""])
@pytest.mark.parametrize("count", [None, 1, "9", True, -1])
def test_S8_properties_about_other_things_are_not_evidence(link: Any, count: Any) -> None:
    session = ExchangeRestoreSession(
        id="s",
        mailbox_restore_artifacts=[whole(1, ArtifactRestoreStatus.SUCCEEDED)],
        declared=DeclaredProperties(
            restore_session_artifact_count=RestoreSessionArtifactCount(total=1)
        ),
        additional_data={
            "mailboxRestoreArtifacts@odata.nextLink": link,
            "mailboxRestoreArtifacts@odata.count": count,
            f"{REQUESTS}@odata.count": 0,
        },
    )
    assert session.lacks == ()
    assert session.status is RestoreSessionStatus.COMPLETED


# The resulting status ---------------------------------------------------------------------------


@pytest.mark.slow
def test_S8_A9_A10_every_small_session_shows_what_is_certain_or_what_was_declared() -> None:
    for session in all_lacking():
        declared = session.declared.status if session.declared else None
        assert session.status is shown(statuses_of(session), declared), session
        if session.status in TERMINAL_SESSION_STATUSES:
            assert session.status is declared


@pytest.mark.slow
def test_S8_every_small_session_is_the_same_after_a_round_trip() -> None:
    for session in all_lacking():
        again = wire.loads(wire.dumps(session), ExchangeRestoreSession)
        assert again == session
        assert (again.lacks, again.status) == (session.lacks, session.status)


@pytest.mark.slow
def test_S8_S1a_no_report_takes_the_evidence_away_or_makes_an_end_that_was_not_declared() -> None:
    first, *others = EVIDENT
    for session in chain(all_lacking([first]), all_lacking(others, most=1)):
        root = BackupRestoreRoot(exchange_restore_sessions=[session])
        one_of_each = {artifact.status: artifact for artifact in session.artifacts}
        for artifact in one_of_each.values():
            for status in sorted(OBSERVATIONS[artifact.status]):
                _recorded(root, artifact.id, status)


def _recorded(root: BackupRestoreRoot, artifact_id: str, status: ArtifactRestoreStatus) -> None:
    """Record a report on a session with missing artifacts, and check the consequences."""
    (session,) = root.exchange_restore_sessions
    error = PublicError(code="Gone") if status is ArtifactRestoreStatus.FAILED else None
    report = Report(artifact_id=artifact_id, status=status, time=NOON, error=error)
    outcome = record(root, "s1", report, reporter=Reporter.OBSERVER)
    (new,) = outcome.root.exchange_restore_sessions
    (event,) = outcome.events
    assert apply(root, event) == outcome.root
    assert (event.status_before, event.status_after) == (session.status, new.status)
    assert new.lacks == session.lacks
    before = session.declared.status if session.declared else None
    as_declared = before if session.status is UNKNOWN else session.status
    assert new.status is shown(statuses_of(new), as_declared)
    assert new.status not in TERMINAL_SESSION_STATUSES or new.status is before
    again = wire.loads(wire.dumps(new), ExchangeRestoreSession)
    assert (again, again.lacks, again.status) == (new, new.lacks, new.status)
    assert new.declared is not None
    if new.status is not UNKNOWN:
        assert new.declared.status is new.status


def test_S8_a_session_with_missing_artifacts_never_ends() -> None:
    session = lacking("a", (ArtifactRestoreStatus.ADDED,), RestoreSessionStatus.DRAFT)
    root = BackupRestoreRoot(exchange_restore_sessions=[session])
    seen = [session.status.value]
    for status in ("scheduling", "scheduled", "inProgress", "succeeded"):
        report = Report(artifact_id="a0", status=ArtifactRestoreStatus(status), time=NOON)
        root = record(root, "s1", report).root
        (session,) = root.exchange_restore_sessions
        seen.append(session.status.value)
    assert seen == ["draft", "unknownFutureValue", "active", "active", "active"]
    assert wire.to_json_value(session)["status"] == "active"


@pytest.mark.parametrize(
    "declared",
    [
        RestoreSessionArtifactCount(
            total=7, in_progress=2, completed=1, failed=4, additional_data={"queued": 3}
        ),
        RestoreSessionArtifactCount(
            total=7,
            additional_data={"inProgress": None, "completed": None, "failed": None, "queued": 3},
        ),
    ],
    ids=["numbers", "null"],
)
def test_S1a_of_declared_numbers_only_the_total_stays_where_artifacts_are_missing(
    declared: RestoreSessionArtifactCount,
) -> None:
    session = attrs.evolve(
        lacking("a", (ArtifactRestoreStatus.SCHEDULED,), None),
        declared=DeclaredProperties(
            completed_date_time=NOON,
            error=PublicError(code="Declared"),
            restore_session_artifact_count=declared,
        ),
    )
    report = Report(artifact_id="a0", status=ArtifactRestoreStatus.IN_PROGRESS, time=NOON)
    root = BackupRestoreRoot(exchange_restore_sessions=[session])
    (new,) = record(root, "s1", report).root.exchange_restore_sessions
    assert new.restore_session_artifact_count == RestoreSessionArtifactCount(
        total=7, additional_data={"queued": 3}
    )
    assert new.completed_date_time == NOON
    assert new.error == PublicError(code="Declared")


@given(consistent_sessions(), st.data())
def test_S8_truncation_never_ends_a_session_that_did_not_declare_it(
    complete: ExchangeRestoreSession, data: st.DataObject
) -> None:
    """The law: the status of the whole, the declared one or unknownFutureValue."""
    complete = attrs.evolve(complete, declared=None)
    kept: Any = data.draw(
        st.sets(st.sampled_from([*complete.artifacts])) if complete.tally.total else st.just(set())
    )
    declared = data.draw(st.none() | st.sampled_from(RestoreSessionStatus))
    evidence = data.draw(st.sampled_from([name for name in EVIDENT if is_evident(name, declared)]))
    more = dict(EVIDENT[evidence])
    count = more.pop("restore_session_artifact_count", None)
    partial = ExchangeRestoreSession(
        id="s1",
        mailbox_restore_artifacts=[
            MailboxRestoreArtifact(id=artifact.id, status=artifact.status) for artifact in kept
        ],
        declared=DeclaredProperties(status=declared, restore_session_artifact_count=count),
        **more,
    )
    assert partial.lacks
    whole_status = aggregate([artifact.status for artifact in complete.artifacts])
    if len(kept) < complete.tally.total:
        assert partial.status in {whole_status, declared, UNKNOWN}
    assert partial.status not in TERMINAL_SESSION_STATUSES or partial.status is declared


@given(consistent_sessions())
def test_S8_a_part_that_declares_the_status_of_the_whole_shows_it(
    session: ExchangeRestoreSession,
) -> None:
    if session.lacks:
        assert session.declared is not None
        assert session.status is session.declared.status
        assert audit(session) == ()


def test_S8_the_explanation_counts_what_is_missing_as_unknown() -> None:
    session = lacking("a", (ArtifactRestoreStatus.IN_PROGRESS,), None)
    assert (session.explanation.rule, session.explanation.status) == ("A9", "active")
    session = lacking("a", (ArtifactRestoreStatus.SUCCEEDED,), None)
    assert session.explanation.rule == "A10"


@pytest.mark.parametrize("statuses", SETS)
def test_S8_a_tally_reads_other_artifacts_in_every_way(
    statuses: tuple[ArtifactRestoreStatus, ...],
) -> None:
    tally = StatusTally.of(statuses)
    assert tally.statuses_with_more == with_others(frozenset(statuses))


def test_S8_a_repr_shows_that_artifacts_are_missing() -> None:
    session = lacking("a", (ArtifactRestoreStatus.ADDED,), RestoreSessionStatus.DRAFT)
    expected = "<ExchangeRestoreSession 's1' draft, artifacts: 'a0' added, and more not sent>"
    assert repr(session) == expected
