"""What a session derives from its artifacts, and what it shows without them (rules S1-S5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_domain import (
    ArtifactRestoreStatus,
    DeclaredProperties,
    EntityCollection,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    PublicError,
    PublicErrorDetail,
    RestoreSessionArtifactCount,
    RestoreSessionBase,
    RestoreSessionStatus,
    StatusTally,
    Timestamp,
    aggregate,
    explain,
    wire,
)
from restore_domain.frozen import evolver
from restore_domain.model.addition_index import NOTHING_ADDED
from restore_domain.model.collection import Unread
from restore_domain.status import TERMINAL_ARTIFACT_STATUSES

ADDED = ArtifactRestoreStatus.ADDED
SCHEDULING = ArtifactRestoreStatus.SCHEDULING
SCHEDULED = ArtifactRestoreStatus.SCHEDULED
IN_PROGRESS = ArtifactRestoreStatus.IN_PROGRESS
SUCCEEDED = ArtifactRestoreStatus.SUCCEEDED
FAILED = ArtifactRestoreStatus.FAILED
UNKNOWN = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def whole(number: int, status: ArtifactRestoreStatus, **more: Any) -> MailboxRestoreArtifact:
    return MailboxRestoreArtifact(id=f"a{number}", status=status, **more)


def granular(
    number: int, status: ArtifactRestoreStatus, **more: Any
) -> GranularMailboxRestoreArtifact:
    return GranularMailboxRestoreArtifact(
        id=f"g{number}", status=status, search_response_id="", **more
    )


def session_of(*statuses: ArtifactRestoreStatus, **more: Any) -> ExchangeRestoreSession:
    artifacts = [whole(number, status) for number, status in enumerate(statuses)]
    return ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=artifacts, **more)


any_status = st.sampled_from(ArtifactRestoreStatus)
statuses = st.lists(any_status, max_size=6)

DECLARED = DeclaredProperties(
    status=RestoreSessionStatus.ACTIVE,
    completed_date_time=NOON,
    error=PublicError(code="Declared"),
    restore_session_artifact_count=RestoreSessionArtifactCount(total=0, completed=17),
)


@given(statuses, statuses)
def test_S1_S2_the_status_is_the_aggregate_of_the_artifacts_of_both_kinds(
    of_wholes: list[ArtifactRestoreStatus], of_granulars: list[ArtifactRestoreStatus]
) -> None:
    session = ExchangeRestoreSession(
        id="s1",
        mailbox_restore_artifacts=[whole(n, status) for n, status in enumerate(of_wholes)],
        granular_mailbox_restore_artifacts=[
            granular(n, status) for n, status in enumerate(of_granulars)
        ],
        declared=DECLARED,
    )
    stored = of_wholes + of_granulars
    assert session.status is aggregate(stored)
    assert session.explanation == explain(stored)
    assert session.tally == StatusTally.of(stored)
    assert [artifact.status for artifact in session.artifacts] == stored


@pytest.mark.parametrize("others", [None, []])
def test_S2_the_status_is_derived_from_granular_artifacts_alone(others: Any) -> None:
    session = ExchangeRestoreSession(
        id="s1",
        mailbox_restore_artifacts=others,
        granular_mailbox_restore_artifacts=[granular(1, SUCCEEDED)],
    )
    assert not session.lacks
    assert session.status is RestoreSessionStatus.COMPLETED


def test_S1_a_session_without_artifacts_is_a_draft() -> None:
    assert session_of().status is RestoreSessionStatus.DRAFT


@pytest.mark.parametrize(
    "attribute",
    ["status", "completed_date_time", "error", "restore_session_artifact_count", "tally"],
)
def test_S1_what_is_derived_can_t_be_given(attribute: str) -> None:
    with pytest.raises(TypeError, match=attribute):
        session_of(ADDED, **{attribute: None})
    with pytest.raises(AttributeError):
        setattr(session_of(ADDED), attribute, None)


@pytest.mark.parametrize("kind", [ExchangeRestoreSession, RestoreSessionBase])
def test_S1_without_its_artifacts_a_session_shows_the_declared_values(
    kind: type[RestoreSessionBase],
) -> None:
    session = kind(id="s1", declared=DECLARED)
    assert session.status is RestoreSessionStatus.ACTIVE
    assert session.completed_date_time == NOON
    assert session.error == PublicError(code="Declared")
    assert session.restore_session_artifact_count == RestoreSessionArtifactCount(
        total=0, completed=17
    )


@pytest.mark.parametrize("kind", [ExchangeRestoreSession, RestoreSessionBase])
@pytest.mark.parametrize("declared", [None, DeclaredProperties()])
def test_S1_a_session_without_any_information_has_an_unknown_status(
    kind: type[RestoreSessionBase], declared: DeclaredProperties | None
) -> None:
    session = kind(id="s1", declared=declared)
    assert session.status is RestoreSessionStatus.UNKNOWN_FUTURE_VALUE
    assert session.completed_date_time is None
    assert session.error is None
    assert session.restore_session_artifact_count is None


def test_S1_other_additional_data_does_not_matter() -> None:
    assert not session_of(SUCCEEDED, additional_data={"x": 1}).lacks


def test_S1a_a_declared_session_has_the_values_that_were_read() -> None:
    session = session_of(SUCCEEDED, declared=DECLARED)
    assert session.effective is DECLARED
    assert wire.to_json_value(session)["status"] == "active"
    assert wire.to_json_value(session)["restoreSessionArtifactCount"] == {
        "total": 0,
        "completed": 17,
    }


def test_S1a_values_that_were_not_declared_are_not_written() -> None:
    session = session_of(SUCCEEDED, declared=DeclaredProperties())
    assert wire.to_json_value(session) == {
        "id": "s1",
        "mailboxRestoreArtifacts": [{"id": "a0", "status": "succeeded"}],
    }


def test_S1a_a_changed_session_has_the_derived_values() -> None:
    read = session_of(FAILED, declared=DECLARED)
    changed = attrs.evolve(read, declared=None)
    assert changed.effective == DeclaredProperties(
        status=RestoreSessionStatus.FAILED,
        completed_date_time=None,
        error=changed.error,
        restore_session_artifact_count=RestoreSessionArtifactCount(
            total=1, in_progress=0, completed=0, failed=1
        ),
    )
    assert wire.to_json_value(changed)["status"] == "failed"


def test_S1a_declaring_the_derived_values_makes_no_difference() -> None:
    artifacts = [whole(0, SUCCEEDED, completion_date_time=NOON), whole(1, FAILED)]
    session = ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=artifacts)
    assert session.effective.completed_date_time == NOON
    declaring = attrs.evolve(session, declared=session.effective)
    assert declaring == session
    assert hash(declaring) == hash(session)
    assert attrs.evolve(session, declared=DECLARED) != session
    assert attrs.evolve(session, declared=DeclaredProperties()) != session


@given(st.lists(st.tuples(any_status, st.none() | st.integers(0, 20)), max_size=6))
def test_S3_the_completed_time_is_the_latest_of_a_terminal_session(
    ends: list[tuple[ArtifactRestoreStatus, int | None]],
) -> None:
    artifacts = [
        whole(
            number,
            status,
            completion_date_time=None if minute is None else NOON + timedelta(minutes=minute),
        )
        for number, (status, minute) in enumerate(ends)
    ]
    session = ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=artifacts)
    stored = {status for status, _ in ends}
    minutes = [minute for _, minute in ends if minute is not None]
    if stored and stored <= TERMINAL_ARTIFACT_STATUSES and minutes:
        assert session.completed_date_time == NOON + timedelta(minutes=max(minutes))
    else:
        assert session.completed_date_time is None


def test_S3_the_latest_is_determined_by_all_digits() -> None:
    times = ["2026-01-05T12:00:00.1234567Z", "2026-01-05T12:00:00.1234569Z"]
    session = ExchangeRestoreSession(
        id="s1",
        mailbox_restore_artifacts=[
            whole(number, SUCCEEDED, completion_date_time=Timestamp.parse(time))
            for number, time in enumerate([times[1], times[0]])
        ],
    )
    assert isinstance(session.completed_date_time, Timestamp)
    assert session.completed_date_time.text == times[1]


@pytest.mark.parametrize("stored", list(product(ArtifactRestoreStatus, repeat=2)))
def test_S4_an_error_is_there_exactly_when_a_terminal_session_has_a_failure(
    stored: tuple[ArtifactRestoreStatus, ...],
) -> None:
    error = session_of(*stored).error
    expected = set(stored) <= TERMINAL_ARTIFACT_STATUSES and FAILED in stored
    assert (error is not None) is expected
    if error is not None:
        assert error.details is not None
        assert [detail.target for detail in error.details] == [
            f"a{number}" for number, status in enumerate(stored) if status is FAILED
        ]


GONE = PublicError(code="ArtifactNotFound", message="gone")
LATE = PublicError(code="InvalidRestoreTime", message="late")


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([GONE], "ArtifactNotFound"),
        ([GONE, GONE], "ArtifactNotFound"),
        ([GONE, LATE], "UnknownError"),
        ([GONE, None], "UnknownError"),
        ([None], "UnknownError"),
        ([PublicError()], "UnknownError"),
    ],
)
def test_S4_the_code_is_that_of_the_failures_if_they_agree(
    errors: list[PublicError | None], code: str
) -> None:
    session = ExchangeRestoreSession(
        id="s1",
        mailbox_restore_artifacts=[
            whole(0, SUCCEEDED, error=PublicError(code="NotOfAFailure")),
            *(whole(number, FAILED, error=error) for number, error in enumerate(errors, start=1)),
        ],
    )
    assert session.error == PublicError(
        code=code,
        message=f"{len(errors)} of {len(errors) + 1} artifacts failed to be restored",
        target="s1",
        details=tuple(
            PublicErrorDetail(
                code=error.code if error else "UnknownError",
                message=error.message if error else None,
                target=f"a{number}",
            )
            for number, error in enumerate(errors, start=1)
        ),
    )


def test_S4_granular_failures_come_last() -> None:
    session = ExchangeRestoreSession(
        id="s1",
        granular_mailbox_restore_artifacts=[granular(1, FAILED, error=GONE)],
        mailbox_restore_artifacts=[whole(1, FAILED, error=GONE)],
    )
    assert session.error is not None
    assert session.error.details is not None
    assert [detail.target for detail in session.error.details] == ["a1", "g1"]


@given(statuses)
def test_S5_the_counts_are_those_of_the_artifacts(stored: list[ArtifactRestoreStatus]) -> None:
    assert session_of(*stored).restore_session_artifact_count == RestoreSessionArtifactCount(
        total=len(stored),
        in_progress=sum(map(stored.count, (SCHEDULING, SCHEDULED, IN_PROGRESS, UNKNOWN))),
        completed=stored.count(SUCCEEDED),
        failed=stored.count(FAILED),
    )


@given(statuses)
def test_S5_the_three_parts_make_the_total_with_the_added_ones(
    stored: list[ArtifactRestoreStatus],
) -> None:
    count = session_of(*stored).restore_session_artifact_count
    assert count is not None
    parts = (count.in_progress, count.completed, count.failed)
    assert count.total == sum(part or 0 for part in parts) + stored.count(ADDED)


def test_S5_the_documented_answer_to_activate_is_what_follows() -> None:
    assert session_of(SCHEDULING, SCHEDULING).restore_session_artifact_count == (
        RestoreSessionArtifactCount(total=2, completed=0, in_progress=2, failed=0)
    )


def test_an_artifact_is_found_by_its_id() -> None:
    first, second = whole(1, ADDED), granular(2, ADDED)
    session = ExchangeRestoreSession(
        id="s1", mailbox_restore_artifacts=[first], granular_mailbox_restore_artifacts=[second]
    )
    assert session.artifact("a1") is first
    assert session.artifact("g2") is second
    assert session.artifact("a2") is None
    assert session_of(ADDED).artifact("a9") is None
    only_granular = ExchangeRestoreSession(id="s1", granular_mailbox_restore_artifacts=[second])
    assert only_granular.artifact("g2") is second
    assert ExchangeRestoreSession(id="s1").artifact("a1") is None
    assert list(ExchangeRestoreSession(id="s1").artifacts) == []


def test_no_two_artifacts_have_one_id() -> None:
    twice = whole(1, ADDED)
    with pytest.raises(ValueError, match="two entities have the id 'a1'"):
        ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=[twice, twice])
    with pytest.raises(ValueError, match="two artifacts have the id 'a1'"):
        ExchangeRestoreSession(
            id="s1",
            mailbox_restore_artifacts=[whole(0, ADDED), twice],
            granular_mailbox_restore_artifacts=[
                granular(1, ADDED),
                attrs.evolve(granular(1, ADDED), id="a1"),
            ],
        )


def test_any_iterable_of_artifacts_makes_a_collection() -> None:
    artifacts = [whole(1, ADDED), whole(2, FAILED)]
    collection = EntityCollection(artifacts)
    made = ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=(a for a in artifacts))
    assert made.mailbox_restore_artifacts == collection
    kept = ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=collection)
    assert kept.mailbox_restore_artifacts is collection


def test_a_granular_artifact_may_be_among_those_of_whole_mailboxes() -> None:
    session = ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=[granular(1, IN_PROGRESS)])
    assert session.status is RestoreSessionStatus.ACTIVE


def test_the_tally_follows_a_change_of_the_artifacts() -> None:
    session = session_of(ADDED, UNKNOWN)
    other = attrs.evolve(session, mailbox_restore_artifacts=[whole(1, FAILED)])
    assert other.tally == StatusTally.of([FAILED])


def test_the_index_of_additions_does_not_matter_to_equality() -> None:
    session = session_of(ADDED)
    with_index = evolver(ExchangeRestoreSession, "addition_index")
    indexed = with_index(session, NOTHING_ADDED.adding(session.artifacts))
    assert indexed.addition_index != session.addition_index
    assert (indexed, hash(indexed)) == (session, hash(session))


def test_the_artifacts_of_a_session_are_a_sequence_that_is_compared_by_value() -> None:
    one, other = (
        ExchangeRestoreSession(
            id="s1",
            mailbox_restore_artifacts=[MailboxRestoreArtifact(id="a1", status=SUCCEEDED)],
            granular_mailbox_restore_artifacts=[
                GranularMailboxRestoreArtifact(id="g1", status=FAILED, search_response_id="x")
            ],
        )
        for _ in range(2)
    )
    assert one.artifacts == other.artifacts
    assert hash(one.artifacts) == hash(other.artifacts)
    assert [artifact.id for artifact in one.artifacts] == ["a1", "g1"]
    assert [artifact.id for artifact in one.artifacts[::-1]] == ["g1", "a1"]
    assert one.artifacts[-1].id == "g1"
    assert len(one.artifacts) == 2
    whole_ones, granular_ones = (
        one.mailbox_restore_artifacts,
        one.granular_mailbox_restore_artifacts,
    )
    assert repr(one.artifacts) == f"<Artifacts {whole_ones!r}, {granular_ones!r}>"
    with pytest.raises(IndexError):
        one.artifacts[2]


def test_the_artifacts_of_a_session_are_found_by_index_in_both_collections() -> None:
    wholes = [whole(number, ADDED) for number in range(2)]
    granulars = [granular(number, ADDED) for number in range(3)]
    artifacts = ExchangeRestoreSession(
        id="s1", mailbox_restore_artifacts=wholes, granular_mailbox_restore_artifacts=granulars
    ).artifacts
    ids = ["a0", "a1", "g0", "g1", "g2"]
    assert [artifacts[place].id for place in range(5)] == ids
    assert [artifacts[place - 5].id for place in range(5)] == ids
    assert [artifact.id for artifact in artifacts[1:4]] == ids[1:4]


def test_artifacts_that_are_not_the_same_are_not_equal() -> None:
    few, more, other = session_of(ADDED), session_of(ADDED, ADDED), session_of(FAILED)
    assert few.artifacts != more.artifacts
    assert more.artifacts != few.artifacts
    assert few.artifacts != other.artifacts
    assert few.artifacts != list(few.artifacts)


def test_the_artifacts_in_a_status_are_found_and_no_entity_is_made_of_others() -> None:
    session = wire.loads(
        '{"id": "s", "mailboxRestoreArtifacts": [{"id": "a", "status": "failed"}, '
        '{"id": "b", "status": "added"}, {"id": "c", "status": "paused"}, {"id": "d"}]}',
        ExchangeRestoreSession,
    )
    assert [found.id for found in session.artifacts_in(FAILED)] == ["a"]
    assert [found.id for found in session.artifacts_in(UNKNOWN)] == ["c", "d"]
    assert session.mailbox_restore_artifacts is not None
    unread = [isinstance(cell, Unread) for cell in session.mailbox_restore_artifacts.cells()]
    assert unread == [False, True, False, False]
    with pytest.raises(ValueError, match="Failed"):
        list(session.artifacts_in("Failed"))  # type: ignore[arg-type]


def test_no_entity_is_made_of_artifacts_shared_with_another_session() -> None:
    artifacts = [{"id": "a"}, {"id": "b"}]
    session = wire.from_json_value(
        {"id": "s", "mailboxRestoreArtifacts": artifacts}, ExchangeRestoreSession
    )
    other = attrs.evolve(session, additional_data={"x": 1})
    assert other.mailbox_restore_artifacts is session.mailbox_restore_artifacts
    assert other.mailbox_restore_artifacts is not None
    assert all(isinstance(cell, Unread) for cell in other.mailbox_restore_artifacts.cells())
