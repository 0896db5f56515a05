"""The laws of aggregation, for sessions of any number of artifacts."""

from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from restore_domain.aggregation import aggregate, explain
from restore_domain.status import ArtifactRestoreStatus, RestoreSessionStatus

ADDED = ArtifactRestoreStatus.ADDED
SCHEDULING = ArtifactRestoreStatus.SCHEDULING
SCHEDULED = ArtifactRestoreStatus.SCHEDULED
IN_PROGRESS = ArtifactRestoreStatus.IN_PROGRESS
SUCCEEDED = ArtifactRestoreStatus.SUCCEEDED
FAILED = ArtifactRestoreStatus.FAILED
UNKNOWN = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE

KNOWN = (ADDED, SCHEDULING, SCHEDULED, IN_PROGRESS, SUCCEEDED, FAILED)

NEXT: Mapping[ArtifactRestoreStatus, tuple[ArtifactRestoreStatus, ...]] = {
    ADDED: (SCHEDULING,),
    SCHEDULING: (SCHEDULED, FAILED),
    SCHEDULED: (IN_PROGRESS, FAILED),
    IN_PROGRESS: (SUCCEEDED, FAILED),
    SUCCEEDED: (),
    FAILED: (),
}
"""The steps of one artifact by rule L1."""

RANK: Mapping[RestoreSessionStatus, int] = {
    RestoreSessionStatus.DRAFT: 0,
    RestoreSessionStatus.ACTIVATING: 1,
    RestoreSessionStatus.ACTIVE: 2,
    RestoreSessionStatus.COMPLETED_WITH_ERROR: 3,
    RestoreSessionStatus.COMPLETED: 3,
    RestoreSessionStatus.FAILED: 3,
}
"""How far a session has come."""

TERMINAL = (
    RestoreSessionStatus.COMPLETED_WITH_ERROR,
    RestoreSessionStatus.COMPLETED,
    RestoreSessionStatus.FAILED,
)

Session = list[ArtifactRestoreStatus]

any_status = st.sampled_from(ArtifactRestoreStatus)
known_status = st.sampled_from(KNOWN)


def sessions(
    status: st.SearchStrategy[ArtifactRestoreStatus] = any_status,
) -> st.SearchStrategy[Session]:
    """Make sessions of few different statuses as often as sessions of many."""
    choices = st.lists(status, min_size=1, max_size=7, unique=True)
    return choices.flatmap(lambda chosen: st.lists(st.sampled_from(chosen)))


every_set = pytest.mark.parametrize(
    "present",
    [
        [status for place, status in enumerate(ArtifactRestoreStatus) if number >> place & 1]
        for number in range(128)
    ],
    ids=lambda present: "+".join(present) or "none",
)


@every_set
def test_every_set_has_a_status(present: Session) -> None:
    assert type(aggregate(present)) is RestoreSessionStatus


@given(st.data(), sessions())
def test_order_does_not_matter(data: st.DataObject, session: Session) -> None:
    shuffled = data.draw(st.permutations(session))
    assert explain(shuffled) == explain(session)


@given(st.data(), sessions())
def test_repetition_does_not_matter(data: st.DataObject, session: Session) -> None:
    assume(session)
    again = data.draw(st.lists(st.sampled_from(session)))
    assert explain([*session, *again]) == explain(session)


@given(st.data(), sessions(known_status))
def test_L1_a_session_never_goes_backwards_while_its_artifacts_go_forwards(
    data: st.DataObject, session: Session
) -> None:
    """Let artifacts step, one after another, until all are terminal."""
    status = aggregate(session)
    while moving := [place for place, present in enumerate(session) if NEXT[present]]:
        place = data.draw(st.sampled_from(moving))
        session[place] = data.draw(st.sampled_from(NEXT[session[place]]))
        before, status = status, aggregate(session)
        assert status == before or RANK[status] > RANK[before]
    assert status in TERMINAL or not session


@every_set
def test_a_session_is_terminal_exactly_when_it_has_artifacts_and_all_are(present: Session) -> None:
    all_terminal = bool(present) and all(status in (SUCCEEDED, FAILED) for status in present)
    assert (aggregate(present) in TERMINAL) is all_terminal


@given(sessions())
def test_A5_completed_if_and_only_if_every_artifact_succeeded(session: Session) -> None:
    assert (aggregate(session) == "completed") is (
        bool(session) and session.count(SUCCEEDED) == len(session)
    )


@given(sessions())
def test_A6_failed_if_and_only_if_every_artifact_failed(session: Session) -> None:
    assert (aggregate(session) == "failed") is (
        bool(session) and session.count(FAILED) == len(session)
    )


@given(sessions())
def test_A4_completed_with_error_if_and_only_if_some_succeeded_and_the_others_failed(
    session: Session,
) -> None:
    succeeded, failed = session.count(SUCCEEDED), session.count(FAILED)
    assert (aggregate(session) == "completedWithError") is (
        succeeded > 0 and failed > 0 and succeeded + failed == len(session)
    )


@given(st.data(), sessions(known_status), st.integers(min_value=1, max_value=5))
def test_A9_a_certain_status_holds_for_all_unknown_ones(
    data: st.DataObject, session: Session, unknown: int
) -> None:
    """Give each unknown artifact a known status of its own: a certain answer does not change."""
    with_unknown = aggregate([*session, *[UNKNOWN] * unknown])
    read_as = data.draw(st.lists(known_status, min_size=unknown, max_size=unknown))
    if with_unknown != "unknownFutureValue":
        assert aggregate([*session, *read_as]) == with_unknown


@given(sessions())
def test_A10_the_status_is_unknown_only_where_an_artifact_is(session: Session) -> None:
    if aggregate(session) == "unknownFutureValue":
        assert UNKNOWN in session
