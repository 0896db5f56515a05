"""`StatusTally`: the counts of a session's artifacts, and the status that follows from them."""

import copy
import inspect
import pickle
from collections import Counter
from functools import reduce
from operator import add
from typing import Any

import attrs
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from restore_domain.aggregation import StatusTally, aggregate, explain
from restore_domain.status import ArtifactRestoreStatus, RestoreSessionStatus

ADDED = ArtifactRestoreStatus.ADDED
SCHEDULING = ArtifactRestoreStatus.SCHEDULING
IN_PROGRESS = ArtifactRestoreStatus.IN_PROGRESS
SUCCEEDED = ArtifactRestoreStatus.SUCCEEDED
FAILED = ArtifactRestoreStatus.FAILED
UNKNOWN = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE

Session = list[ArtifactRestoreStatus]

any_status = st.sampled_from(ArtifactRestoreStatus)
sessions = st.lists(any_status, max_size=12)


def assert_counts(tally: StatusTally, session: Session) -> None:
    """Compare everything in a tally with the artifacts themselves."""
    assert {status: tally[status] for status in ArtifactRestoreStatus} == {
        status: session.count(status) for status in ArtifactRestoreStatus
    }
    assert tally.total == len(session)
    assert tally.status is aggregate(session)
    assert tally.explanation == explain(session)
    assert tally == StatusTally.of(session)
    assert hash(tally) == hash(StatusTally.of(session))


@given(sessions)
def test_a_tally_counts_each_status(session: Session) -> None:
    assert_counts(StatusTally.of(session), session)


@given(sessions, sessions)
def test_tallies_are_equal_exactly_where_the_counts_are(one: Session, other: Session) -> None:
    assert (StatusTally.of(one) == StatusTally.of(other)) is (Counter(one) == Counter(other))


@given(sessions)
def test_order_does_not_matter(session: Session) -> None:
    assert StatusTally.of(reversed(session)) == StatusTally.of(session)


@given(sessions, sessions)
def test_the_tally_of_a_whole_is_the_sum_of_its_parts(one: Session, other: Session) -> None:
    assert_counts(StatusTally.of(one) + StatusTally.of(other), one + other)


@given(st.lists(sessions, max_size=5))
def test_a_session_may_be_split_anywhere(parts: list[Session]) -> None:
    merged = reduce(add, map(StatusTally.of, parts), StatusTally())
    assert_counts(merged, [status for part in parts for status in part])


@given(sessions, sessions)
def test_addition_is_commutative(one: Session, other: Session) -> None:
    left, right = StatusTally.of(one), StatusTally.of(other)
    assert left + right == right + left


@given(sessions, sessions, sessions)
def test_addition_is_associative(one: Session, two: Session, three: Session) -> None:
    a, b, c = StatusTally.of(one), StatusTally.of(two), StatusTally.of(three)
    assert (a + b) + c == a + (b + c)


@given(sessions)
def test_the_empty_tally_is_neutral(session: Session) -> None:
    tally = StatusTally.of(session)
    assert_counts(tally + StatusTally(), session)
    assert_counts(StatusTally() + tally, session)


@given(sessions)
def test_a_tally_of_counts_is_the_tally_of_the_artifacts(session: Session) -> None:
    assert_counts(StatusTally.of_counts(Counter(session)), session)
    every = {status: session.count(status) for status in ArtifactRestoreStatus}
    assert_counts(StatusTally.of_counts(every), session)


def test_a_tally_of_counts_takes_a_status_that_is_not_named_as_zero() -> None:
    tally = StatusTally.of_counts({SUCCEEDED: 2, FAILED: 1})
    assert_counts(tally, [SUCCEEDED, SUCCEEDED, FAILED])
    assert_counts(StatusTally.of_counts({}), [])


@pytest.mark.parametrize("status", ArtifactRestoreStatus)
def test_no_count_is_negative(status: ArtifactRestoreStatus) -> None:
    with pytest.raises(ValueError, match=f"expected a number from 0 on for {status}, got -1"):
        StatusTally.of_counts({status: -1})


@given(sessions, sessions)
def test_a_whole_without_a_part_is_the_tally_of_the_rest(part: Session, rest: Session) -> None:
    assert_counts(StatusTally.of(part + rest) - StatusTally.of(part), rest)


@given(sessions, sessions)
@example([ADDED], [ADDED, ADDED])
def test_only_a_part_can_be_taken_off_a_tally(whole: Session, other: Session) -> None:
    assume(Counter(other) - Counter(whole))
    tally, more = StatusTally.of(whole), StatusTally.of(other)
    with pytest.raises(ValueError, match="is not a part of") as refused:
        tally - more
    assert str(refused.value) == f"{more!r} is not a part of {tally!r}"


@given(st.data(), sessions, any_status)
def test_a_replace_equals_a_recount(
    data: st.DataObject, session: Session, new: ArtifactRestoreStatus
) -> None:
    assume(session)
    place = data.draw(st.sampled_from(range(len(session))))
    replaced = StatusTally.of(session).replace(session[place], new)
    session[place] = new
    assert_counts(replaced, session)


@given(sessions, any_status, any_status)
def test_a_replace_is_undone_by_its_inverse(
    session: Session, old: ArtifactRestoreStatus, new: ArtifactRestoreStatus
) -> None:
    session.append(old)
    undone = StatusTally.of(session).replace(old, new).replace(new, old)
    assert_counts(undone, session)


@given(st.data(), sessions, sessions)
def test_a_replace_in_a_part_is_a_replace_in_the_whole(
    data: st.DataObject, part: Session, rest: Session
) -> None:
    assume(part)
    old, new = data.draw(st.sampled_from(part)), data.draw(any_status)
    mine, others = StatusTally.of(part), StatusTally.of(rest)
    assert mine.replace(old, new) + others == (mine + others).replace(old, new)


@given(sessions, st.data())
def test_the_status_stays_right_through_any_history(session: Session, data: st.DataObject) -> None:
    """Mix merges and replacements; above all, remove the last artifact of a status."""
    tally = StatusTally.of(session)
    for _ in range(data.draw(st.integers(min_value=1, max_value=20))):
        replaces = data.draw(st.booleans())
        if session and replaces:
            place = data.draw(st.sampled_from(range(len(session))))
            new = data.draw(any_status)
            tally = tally.replace(session[place], new)
            session[place] = new
        else:
            joined = data.draw(st.lists(any_status, max_size=2))
            tally = tally + StatusTally.of(joined)
            session = session + joined
        assert_counts(tally, session)


def test_the_last_artifact_to_leave_a_status_takes_it_along() -> None:
    tally = StatusTally.of([SCHEDULING, SCHEDULING])
    assert tally.status == "activating"
    tally = tally.replace(SCHEDULING, FAILED)
    assert tally.status == "active"
    tally = tally.replace(SCHEDULING, FAILED)
    assert tally.status == "failed"


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("status", ArtifactRestoreStatus, ids=str)
def test_replacing_a_status_by_itself_changes_nothing(
    status: ArtifactRestoreStatus, count: int
) -> None:
    assert_counts(StatusTally.of([status] * count).replace(status, status), [status] * count)


def test_the_empty_tally() -> None:
    assert_counts(StatusTally(), [])
    assert StatusTally().status is RestoreSessionStatus.DRAFT
    assert StatusTally().total == 0


def test_counts_have_no_bound() -> None:
    tally = StatusTally.of([SUCCEEDED, FAILED])
    for _ in range(100):
        tally = tally + tally
    assert tally.total == 2**101
    assert tally[SUCCEEDED] == 2**100
    assert tally.status == "completedWithError"


def test_a_text_equal_to_a_member_is_that_member() -> None:
    tally = StatusTally.of([ADDED])
    assert tally["added"] == 1
    assert_counts(tally.replace("added", "inProgress"), [IN_PROGRESS])


@pytest.mark.parametrize("old", ArtifactRestoreStatus, ids=str)
def test_a_status_without_artifacts_can_not_be_left(old: ArtifactRestoreStatus) -> None:
    others = [status for status in ArtifactRestoreStatus if status != old]
    tally = StatusTally.of(others)
    for new in ArtifactRestoreStatus:
        with pytest.raises(ValueError, match=rf"^no artifact is {old}, so none can leave it: "):
            tally.replace(old, new)
    assert_counts(tally, others)


def test_a_refused_replace_shows_what_there_is() -> None:
    with pytest.raises(ValueError, match=r"StatusTally\(added=2\)$"):
        StatusTally.of([ADDED, ADDED]).replace(FAILED, SUCCEEDED)


@pytest.mark.parametrize("stranger", [None, 5, "nope", "", [], {}], ids=repr)
def test_an_invalid_status_is_refused_by_name(stranger: Any) -> None:
    tally = StatusTally.of([ADDED])
    for ask in (
        lambda: tally[stranger],
        lambda: tally.replace(stranger, ADDED),
        lambda: tally.replace(ADDED, stranger),
    ):
        with pytest.raises(TypeError) as refused:
            ask()
        assert str(refused.value) == (
            f"{stranger!r} is not an artifact restore status; expected one of "
            "added, scheduling, scheduled, inProgress, succeeded, failed, unknownFutureValue"
        )


def test_the_first_of_two_invalid_values_is_named() -> None:
    tally: Any = StatusTally.of([ADDED])
    with pytest.raises(TypeError, match=r"^'nope' is not an artifact restore status"):
        tally.replace("nope", None)


@pytest.mark.parametrize("other", [1, 0, None, "added", (), [ADDED]], ids=repr)
def test_a_tally_adds_to_tallies_only_and_is_taken_off_tallies_only(other: Any) -> None:
    tally: Any = StatusTally.of([ADDED])
    with pytest.raises(TypeError):
        tally + other
    with pytest.raises(TypeError):
        other + tally
    with pytest.raises(TypeError, match="unsupported operand"):
        tally - other
    with pytest.raises(TypeError, match="unsupported operand"):
        other - tally


def test_a_tally_equals_tallies_only() -> None:
    counts: Any = (1, 0, 0, 0, 0, 0, 0)
    nothing: Any = 0
    assert StatusTally.of([ADDED]) != counts
    assert StatusTally() != nothing


def test_a_tally_is_made_only_by_counting() -> None:
    """No call can make counts that disagree with the status."""
    make: Any = StatusTally
    for arguments in ([[ADDED]], [(1, 0, 0, 0, 0, 0, 0)], [(1, 0, 0, 0, 0, 0, 0), 0]):
        with pytest.raises(TypeError):
            make(*arguments)


@pytest.mark.parametrize(
    ("session", "text"),
    [
        ([], "StatusTally()"),
        ([ADDED], "StatusTally(added=1)"),
        (
            [UNKNOWN, FAILED, IN_PROGRESS, FAILED],
            "StatusTally(inProgress=1, failed=2, unknownFutureValue=1)",
        ),
    ],
    ids=["empty", "one", "several"],
)
def test_the_repr_names_what_is_there_in_the_order_of_the_members(
    session: Session, text: str
) -> None:
    assert repr(StatusTally.of(session)) == text


@pytest.mark.parametrize("name", ["_counts", "_mask", "total", "status", "anything"])
@pytest.mark.parametrize(
    "made",
    [
        StatusTally(),
        StatusTally.of([ADDED]),
        StatusTally.of([ADDED]) + StatusTally.of([ADDED]),
        StatusTally.of([ADDED]).replace(ADDED, FAILED),
    ],
    ids=["empty", "counted", "added", "replaced"],
)
def test_a_tally_is_immutable(made: Any, name: str) -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(made, name, 1)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        delattr(made, name)


def test_operations_leave_their_operands_as_they_are() -> None:
    tally, other = StatusTally.of([ADDED]), StatusTally.of([FAILED])
    assert tally + other != tally
    assert tally.replace(ADDED, SUCCEEDED) != tally
    assert_counts(tally, [ADDED])
    assert_counts(other, [FAILED])


def test_a_tally_has_slots() -> None:
    assert not hasattr(StatusTally.of([ADDED]), "__dict__")
    assert not hasattr(StatusTally.of([ADDED]).replace(ADDED, FAILED), "__dict__")


@given(sessions, st.sampled_from(range(pickle.HIGHEST_PROTOCOL + 1)))
def test_a_tally_survives_pickling(session: Session, protocol: int) -> None:
    pickled = pickle.dumps(StatusTally.of(session), protocol)
    assert_counts(pickle.loads(pickled), session)  # noqa: S301 - made a moment ago


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
@given(session=sessions, old=any_status, new=any_status)
def test_a_tally_survives_copying(
    copied: Any, session: Session, old: ArtifactRestoreStatus, new: ArtifactRestoreStatus
) -> None:
    replaced = copied(StatusTally.of([*session, old])).replace(old, new)
    assert_counts(copied(replaced), [*session, new])


def test_a_tally_can_be_a_key() -> None:
    seen = {StatusTally.of([ADDED, FAILED]): "both"}
    assert seen[StatusTally.of([FAILED]) + StatusTally.of([ADDED])] == "both"


def test_a_tally_is_made_only_from_statuses() -> None:
    assert inspect.signature(StatusTally).parameters == {}
    assert StatusTally() == StatusTally.of([])


def test_a_tally_has_no_room_for_weak_references() -> None:
    """Each session has one."""
    assert not hasattr(StatusTally(), "__weakref__")
