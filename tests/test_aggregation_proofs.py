"""Proofs by exhaustion: what the seed says, and that exactly one aggregator extends it.

The seed describes each session status by one sentence. The sentences leave ten sets of known
statuses open. Requiring that a session never moves backwards while its artifacts move forwards
leaves nine of the ten with a single answer, active (rule A7), and the tenth, {added, scheduling},
with two, of which rule A8 chooses one.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, product

import pytest

from restore_domain.aggregation import aggregate
from restore_domain.status import ArtifactRestoreStatus, RestoreSessionStatus

StatusSet = frozenset[ArtifactRestoreStatus]
Aggregator = Mapping[StatusSet, RestoreSessionStatus]

ADDED = ArtifactRestoreStatus.ADDED
SCHEDULING = ArtifactRestoreStatus.SCHEDULING
SCHEDULED = ArtifactRestoreStatus.SCHEDULED
IN_PROGRESS = ArtifactRestoreStatus.IN_PROGRESS
SUCCEEDED = ArtifactRestoreStatus.SUCCEEDED
FAILED = ArtifactRestoreStatus.FAILED

DRAFT = RestoreSessionStatus.DRAFT
ACTIVATING = RestoreSessionStatus.ACTIVATING
ACTIVE = RestoreSessionStatus.ACTIVE
COMPLETED_WITH_ERROR = RestoreSessionStatus.COMPLETED_WITH_ERROR
COMPLETED = RestoreSessionStatus.COMPLETED
SESSION_FAILED = RestoreSessionStatus.FAILED

KNOWN = (ADDED, SCHEDULING, SCHEDULED, IN_PROGRESS, SUCCEEDED, FAILED)

KNOWN_SETS = [
    frozenset(chosen) for size in range(1, len(KNOWN) + 1) for chosen in combinations(KNOWN, size)
]
"""The 63 sets of known statuses that the artifacts of a session can be in, if it has any."""

SEED: Mapping[RestoreSessionStatus, Callable[[StatusSet], bool]] = {
    DRAFT: lambda present: all(status == ADDED for status in present),
    ACTIVATING: lambda present: all(status == SCHEDULING for status in present),
    ACTIVE: lambda present: any(status in (SCHEDULED, IN_PROGRESS) for status in present),
    COMPLETED_WITH_ERROR: lambda present: (
        any(status == FAILED for status in present)
        and any(status == SUCCEEDED for status in present)
        and all(status in (SUCCEEDED, FAILED) for status in present)
    ),
    COMPLETED: lambda present: all(status == SUCCEEDED for status in present),
    SESSION_FAILED: lambda present: all(status == FAILED for status in present),
}
"""The seed's sentences: the condition under which the session has each status."""

FREE = frozenset({ADDED, SCHEDULING})
"""The one set whose status is settled by decision (rule A8)."""

FORCED = [
    frozenset({ADDED, SUCCEEDED}),
    frozenset({ADDED, FAILED}),
    frozenset({ADDED, SUCCEEDED, FAILED}),
    frozenset({SCHEDULING, SUCCEEDED}),
    frozenset({SCHEDULING, FAILED}),
    frozenset({SCHEDULING, SUCCEEDED, FAILED}),
    frozenset({ADDED, SCHEDULING, SUCCEEDED}),
    frozenset({ADDED, SCHEDULING, FAILED}),
    frozenset({ADDED, SCHEDULING, SUCCEEDED, FAILED}),
]
"""The nine sets whose status follows (rule A7)."""

SERVICE_STEPS = [
    (ADDED, SCHEDULING),
    (SCHEDULING, SCHEDULED),
    (SCHEDULED, IN_PROGRESS),
    (IN_PROGRESS, SUCCEEDED),
    (IN_PROGRESS, FAILED),
]
"""The steps of one artifact that the service documents."""

STEPS = [*SERVICE_STEPS, (SCHEDULING, FAILED), (SCHEDULED, FAILED)]
"""The steps of one artifact by rule L1."""

RANK: Mapping[RestoreSessionStatus, int] = {
    DRAFT: 0,
    ACTIVATING: 1,
    ACTIVE: 2,
    COMPLETED_WITH_ERROR: 3,
    COMPLETED: 3,
    SESSION_FAILED: 3,
}
"""The order of the statuses of a session. Terminal statuses have no order among themselves."""

Move = tuple[StatusSet, StatusSet]


def moves(steps: list[tuple[ArtifactRestoreStatus, ArtifactRestoreStatus]]) -> set[Move]:
    """Return the effect of a step of one artifact on the set of all artifacts' statuses.

    Either other artifacts stay in the old status, or none does.
    """
    return {
        (present, after)
        for present in KNOWN_SETS
        for left, entered in steps
        if left in present
        for after in (present | {entered}, present - {left} | {entered})
    }


def forward(before: RestoreSessionStatus, after: RestoreSessionStatus) -> bool:
    """Return whether a change from one status to the other is not a move backwards."""
    return before == after or RANK[before] < RANK[after]


def seed_answers() -> dict[StatusSet, RestoreSessionStatus]:
    """Return the status of every set that a sentence of the seed covers."""
    return {
        present: status for present in KNOWN_SETS for status, says in SEED.items() if says(present)
    }


def monotone_completions(
    decided: Aggregator, open_sets: list[StatusSet], allowed: set[Move]
) -> Iterator[Aggregator]:
    """Search every way of giving the open sets a status, pruning a branch at its first breach."""
    if not open_sets:
        yield decided
        return
    present, *rest = open_sets
    for status in SEED:
        extended = {**decided, present: status}
        if all(
            forward(extended[before], extended[after])
            for before, after in allowed
            if present in (before, after) and before in extended and after in extended
        ):
            yield from monotone_completions(extended, rest, allowed)


def open_sets() -> list[StatusSet]:
    answered = seed_answers()
    return [present for present in KNOWN_SETS if present not in answered]


def names(value: object) -> str | None:
    """Name a set in a test's id."""
    return "+".join(sorted(value)) if isinstance(value, frozenset) else None


each_sentence = pytest.mark.parametrize("status", SEED)


def test_there_are_63_non_empty_sets_of_known_statuses() -> None:
    assert len(set(KNOWN_SETS)) == 63


def test_no_two_sentences_of_the_seed_cover_the_same_set() -> None:
    for present in KNOWN_SETS:
        assert sum(says(present) for says in SEED.values()) <= 1


def test_the_seed_leaves_ten_sets_open() -> None:
    assert len(FORCED) == 9
    assert set(open_sets()) == {FREE, *FORCED}


@each_sentence
def test_A1_to_A6_a_session_has_the_status_where_its_sentence_holds(
    status: RestoreSessionStatus,
) -> None:
    spoken_of = [present for present in KNOWN_SETS if SEED[status](present)]
    assert spoken_of
    assert {aggregate(present) for present in spoken_of} == {status}


@pytest.mark.parametrize("status", [DRAFT, COMPLETED_WITH_ERROR, COMPLETED, SESSION_FAILED])
def test_A1_A4_A5_A6_a_session_has_the_status_only_where_its_sentence_holds(
    status: RestoreSessionStatus,
) -> None:
    for present in KNOWN_SETS:
        assert (aggregate(present) is status) is SEED[status](present)


def test_A2_A8_a_session_is_activating_where_its_sentence_holds_and_in_the_free_set() -> None:
    for present in KNOWN_SETS:
        assert (aggregate(present) is ACTIVATING) is (SEED[ACTIVATING](present) or present == FREE)


def test_A3_A7_a_session_is_active_where_its_sentence_holds_and_in_the_forced_sets() -> None:
    for present in KNOWN_SETS:
        assert (aggregate(present) is ACTIVE) is (SEED[ACTIVE](present) or present in FORCED)


def test_a_move_of_the_set_is_a_step_of_one_artifact_of_a_multiset() -> None:
    """Count up to two artifacts in each status, and move one: the sets move as `moves` says."""
    observed = set()
    for counts in product(range(3), repeat=len(KNOWN)):
        artifacts = Counter(dict(zip(KNOWN, counts, strict=True)))
        for left, entered in STEPS:
            if artifacts[left]:
                after = artifacts - Counter([left]) + Counter([entered])
                observed.add((frozenset(+artifacts), frozenset(after)))
    assert moves(STEPS) == observed


def test_L1_a_session_never_goes_backwards_while_its_artifacts_go_forwards() -> None:
    for before, after in moves(STEPS):
        assert forward(aggregate(before), aggregate(after)), (before, after)


@pytest.mark.parametrize("steps", [STEPS, SERVICE_STEPS], ids=["all-steps-of-L1", "service-steps"])
def test_A7_A8_the_seed_has_two_monotone_completions_that_differ_only_in_the_free_set(
    steps: list[tuple[ArtifactRestoreStatus, ArtifactRestoreStatus]],
) -> None:
    """Of 6^10 ways to fill the open sets two are monotone, even with only the service's steps."""
    found = list(monotone_completions(seed_answers(), open_sets(), moves(steps)))
    forced = seed_answers() | dict.fromkeys(FORCED, ACTIVE)
    assert len(found) == 2
    assert {**forced, FREE: DRAFT} in found
    assert {**forced, FREE: ACTIVATING} in found


@pytest.mark.parametrize("present", FORCED, ids=names)
def test_A7_the_neighbours_of_a_forced_set_leave_it_only_active(present: StatusSet) -> None:
    """It can be entered from a set that the seed calls active, and leads to such a set."""
    answered = seed_answers()
    reached = {before for before, after in moves(STEPS) if after == present}
    assert ACTIVE in {answered[before] for before in reached if before in answered}
    ahead = {present}
    while not any(answered.get(after) is ACTIVE for after in ahead):
        further = {after for before, after in moves(STEPS) if before in ahead}
        assert not further <= ahead
        ahead |= further


def test_A8_the_aggregator_is_the_only_monotone_completion_of_the_seed_with_A8() -> None:
    (only,) = monotone_completions({**seed_answers(), FREE: ACTIVATING}, FORCED, moves(STEPS))
    assert len(only) == 63
    assert {present: aggregate(present) for present in KNOWN_SETS} == only
