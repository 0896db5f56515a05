"""How the status of one artifact may change: every change, for every reporter (L1 to L4)."""

import pickle
import re
from collections.abc import Callable, Iterator, Mapping
from inspect import Parameter, signature
from typing import Any

import attrs
import pytest

from restore_domain.lifecycle import (
    OBSERVATIONS,
    OBSERVATIONS_AFTER_START,
    STARTED_STATUSES,
    STEPS,
    Reporter,
    TransitionRefusal,
    allowed_statuses,
    refusal,
)
from restore_domain.status import ArtifactRestoreStatus

ADDED = ArtifactRestoreStatus.ADDED
SCHEDULING = ArtifactRestoreStatus.SCHEDULING
SCHEDULED = ArtifactRestoreStatus.SCHEDULED
IN_PROGRESS = ArtifactRestoreStatus.IN_PROGRESS
SUCCEEDED = ArtifactRestoreStatus.SUCCEEDED
FAILED = ArtifactRestoreStatus.FAILED
UNKNOWN = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE

DRIVER = Reporter.DRIVER
OBSERVER = Reporter.OBSERVER

TERMINAL = (SUCCEEDED, FAILED)

# A row is the old status, a column the new one:
# yes: may follow;  same: no change;  L2, L4: refused by this rule.
ORDER = (ADDED, SCHEDULING, SCHEDULED, IN_PROGRESS, SUCCEEDED, FAILED, UNKNOWN)

DRIVER_TABLE = """
                    added  scheduling  scheduled  inProgress  succeeded  failed  unknownFutureValue
added               same   yes         L2         L2          L2         L2      L2
scheduling          L2     same        yes        L2          L2         yes     L2
scheduled           L2     L2          same       yes         L2         yes     L2
inProgress          L2     L2          L2         same        yes        yes     L2
succeeded           L4     L4          L4         L4          same       L4      L4
failed              L4     L4          L4         L4          L4         same    L4
unknownFutureValue  L4     L2          L2         L2          L2         L2      same
"""

OBSERVER_TABLE = """
                    added  scheduling  scheduled  inProgress  succeeded  failed  unknownFutureValue
added               same   yes         yes        yes         yes        yes     yes
scheduling          L2     same        yes        yes         yes        yes     yes
scheduled           L2     L2          same       yes         yes        yes     yes
inProgress          L2     L2          L2         same        yes        yes     yes
succeeded           L4     L4          L4         L4          same       L4      L4
failed              L4     L4          L4         L4          L4         same    L4
unknownFutureValue  L4     yes         yes        yes         yes        yes     same
"""

Change = tuple[ArtifactRestoreStatus, ArtifactRestoreStatus]


def read(table: str) -> dict[Change, str]:
    header, *rows = table.strip().splitlines()
    columns = [ArtifactRestoreStatus(name) for name in header.split()]
    return {
        (ArtifactRestoreStatus(old), new): cell
        for old, *cells in map(str.split, rows)
        for new, cell in zip(columns, cells, strict=True)
    }


EXPECTED: Mapping[Reporter, dict[Change, str]] = {
    DRIVER: read(DRIVER_TABLE),
    OBSERVER: read(OBSERVER_TABLE),
}


def changes(*kinds: str) -> list[Any]:
    """Return the changes with one of these cells, as parameters of a test."""
    return [
        pytest.param(old, new, reporter, id=f"{reporter}-{old}-{new}")
        for reporter, table in EXPECTED.items()
        for (old, new), cell in table.items()
        if cell in kinds
    ]


each_refused_change = pytest.mark.parametrize(("old", "new", "reporter"), changes("L2", "L4"))


def closure(steps: set[Change]) -> set[Change]:
    """Return the pairs that one or more steps connect."""
    closed = set(steps)
    while more := {(a, d) for a, b in closed for c, d in closed if b == c} - closed:
        closed |= more
    return closed


def paths(start: ArtifactRestoreStatus) -> Iterator[list[ArtifactRestoreStatus]]:
    """Yield every way that an artifact can take to a terminal status."""
    if not STEPS[start]:
        yield [start]
    for step in STEPS[start]:
        for rest in paths(step):
            yield [start, *rest]


def test_the_tables_cover_every_change() -> None:
    assert set(EXPECTED) == set(Reporter)
    for table in EXPECTED.values():
        assert set(table) == {(old, new) for old in ORDER for new in ORDER}
        assert len(table) == 49


def test_L1_the_steps() -> None:
    assert dict(STEPS) == {
        ADDED: {SCHEDULING},
        SCHEDULING: {SCHEDULED, FAILED},
        SCHEDULED: {IN_PROGRESS, FAILED},
        IN_PROGRESS: {SUCCEEDED, FAILED},
        SUCCEEDED: set(),
        FAILED: set(),
        UNKNOWN: set(),
    }


@pytest.mark.parametrize("old", [SCHEDULING, SCHEDULED], ids=str)
def test_L1_an_artifact_may_fail_before_it_ran(old: ArtifactRestoreStatus) -> None:
    assert refusal(old, FAILED, DRIVER) is None


def test_L1_a_restore_can_always_end() -> None:
    """These are the only ways, so there are no cycles."""
    assert sorted(paths(ADDED)) == sorted(
        [
            [ADDED, SCHEDULING, FAILED],
            [ADDED, SCHEDULING, SCHEDULED, FAILED],
            [ADDED, SCHEDULING, SCHEDULED, IN_PROGRESS, FAILED],
            [ADDED, SCHEDULING, SCHEDULED, IN_PROGRESS, SUCCEEDED],
        ]
    )


@pytest.mark.parametrize(("old", "new", "reporter"), changes("yes"))
def test_L2_a_change_that_may_be_reported(
    old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, reporter: Reporter
) -> None:
    assert refusal(old, new, reporter) is None


@each_refused_change
def test_L2_L4_any_other_change_is_refused_by_its_rule(
    old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, reporter: Reporter
) -> None:
    rule = EXPECTED[reporter][old, new]
    assert refusal(old, new, reporter) == TransitionRefusal(old, new, reporter, rule)


def test_L2_a_driver_takes_single_steps() -> None:
    allowed = {(old, new) for old in ORDER for new in ORDER if refusal(old, new, DRIVER) is None}
    single = {(old, new) for old, steps in STEPS.items() for new in steps}
    assert allowed == single | {(status, status) for status in ORDER}


def test_L2_an_observer_sees_what_one_or_more_steps_lead_to() -> None:
    single = {(old, new) for old, steps in STEPS.items() for new in steps}
    seen = {(old, new) for old, statuses in OBSERVATIONS.items() for new in statuses}
    assert {change for change in seen if UNKNOWN not in change} == closure(single)


def test_L2_what_an_observer_may_miss_changes_nothing() -> None:
    """Two reports that may follow each other may be one, except with the unknown status."""
    seen = {(old, new) for old, statuses in OBSERVATIONS.items() for new in statuses}
    known = {change for change in seen if UNKNOWN not in change}
    assert closure(known) == known


@pytest.mark.parametrize("reporter", Reporter, ids=str)
@pytest.mark.parametrize("status", ArtifactRestoreStatus, ids=str)
def test_L3_the_same_status_again_is_not_a_change_and_not_an_error(
    status: ArtifactRestoreStatus, reporter: Reporter
) -> None:
    assert EXPECTED[reporter][status, status] == "same"
    text: Any = status.value
    assert refusal(status, status, reporter) is None
    assert refusal(status, text, reporter) is None


def test_L3_no_relation_has_the_same_status_as_a_change() -> None:
    for relation in (STEPS, OBSERVATIONS):
        for old, following in relation.items():
            assert old not in following


@pytest.mark.parametrize("reporter", Reporter, ids=str)
@pytest.mark.parametrize("old", TERMINAL, ids=str)
def test_L4_terminal_is_absorbing(old: ArtifactRestoreStatus, reporter: Reporter) -> None:
    for new in ORDER:
        refused = refusal(old, new, reporter)
        assert (refused is None) is (new is old)
        assert refused is None or refused.rule == "L4"
    assert STEPS[old] == OBSERVATIONS[old] == frozenset()


@pytest.mark.parametrize("old", [ADDED, SCHEDULING, SCHEDULED, IN_PROGRESS, UNKNOWN], ids=str)
def test_L4_the_unknown_status_may_be_observed_from_any_that_is_not_terminal(
    old: ArtifactRestoreStatus,
) -> None:
    assert refusal(old, UNKNOWN, OBSERVER) is None


@pytest.mark.parametrize("reporter", Reporter, ids=str)
@pytest.mark.parametrize("old", ArtifactRestoreStatus, ids=str)
def test_L4_a_start_makes_a_difference_only_after_the_unknown_status(
    old: ArtifactRestoreStatus, reporter: Reporter
) -> None:
    for new in ORDER:
        refused, after_start = (
            refusal(old, new, reporter),
            refusal(old, new, reporter, started=True),
        )
        waits = new in {ADDED, SCHEDULING, SCHEDULED}
        if old is UNKNOWN and waits:
            assert after_start == TransitionRefusal(UNKNOWN, new, reporter, "L4", started=True)
        else:
            assert (after_start and after_start.rule) == (refused and refused.rule)


@pytest.mark.parametrize("status", ArtifactRestoreStatus, ids=str)
def test_L2_L4_the_allowed_statuses_are_those_of_the_tables(status: ArtifactRestoreStatus) -> None:
    assert allowed_statuses(status, DRIVER) == STEPS[status]
    assert allowed_statuses(status, DRIVER, started=True) == STEPS[status]
    assert allowed_statuses(status, OBSERVER) == OBSERVATIONS[status]
    assert allowed_statuses(status, OBSERVER, started=True) == OBSERVATIONS_AFTER_START[status]


@pytest.mark.parametrize("function", [refusal, allowed_statuses])
def test_a_start_is_given_by_name(function: Callable[..., Any]) -> None:
    assert signature(function).parameters["started"].kind is Parameter.KEYWORD_ONLY


def test_L4_what_may_be_observed_after_the_unknown_status_of_an_artifact_with_a_start() -> None:
    assert OBSERVATIONS_AFTER_START[UNKNOWN] == {IN_PROGRESS, SUCCEEDED, FAILED}
    refused = refusal(UNKNOWN, SCHEDULING, OBSERVER, started=True)
    assert refused is not None
    assert refused.message == (
        "the observer can't report scheduling after unknownFutureValue with a start; "
        "inProgress or succeeded or failed may follow it"
    )
    other = refusal(IN_PROGRESS, ADDED, OBSERVER, started=True)
    assert other is not None
    assert "start" not in other.message


def test_L4_any_status_but_added_may_be_observed_after_the_unknown_one() -> None:
    refused = [new for new in ORDER if refusal(UNKNOWN, new, OBSERVER) is not None]
    assert refused == [ADDED]


def passed_statuses(reporter: Reporter) -> set[Change]:
    """Return the pairs of a status and one that an artifact may have passed before it."""
    yes = {change for change, cell in EXPECTED[reporter].items() if cell == "yes"}
    return {(new, old) for old, new in (yes if reporter is OBSERVER else closure(yes))}


@each_refused_change
def test_L2_L4_a_refusal_is_stale_where_the_artifact_has_passed_the_status(
    old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, reporter: Reporter
) -> None:
    refused = refusal(old, new, reporter)
    assert refused is not None
    assert refused.stale is ((old, new) in passed_statuses(reporter))


def test_L2_L4_the_other_end_is_not_stale_and_neither_is_a_step_too_many() -> None:
    contradictions = {
        (old, new)
        for old in ORDER
        for new in ORDER
        if (refused := refusal(old, new, OBSERVER)) is not None and not refused.stale
    }
    assert contradictions == {(SUCCEEDED, FAILED), (FAILED, SUCCEEDED)}
    for old, new in ((SCHEDULING, IN_PROGRESS), (SUCCEEDED, FAILED), (IN_PROGRESS, UNKNOWN)):
        refused = refusal(old, new, DRIVER)
        assert refused is not None
        assert not refused.stale


def test_L4_a_wait_after_the_unknown_status_with_a_start_is_stale() -> None:
    for new in (ADDED, SCHEDULING, SCHEDULED):
        refused = refusal(UNKNOWN, new, OBSERVER, started=True)
        assert refused is not None
        assert refused.stale


@each_refused_change
def test_L2_L4_a_refusal_names_both_statuses(
    old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, reporter: Reporter
) -> None:
    refused = refusal(old, new, reporter)
    assert refused is not None
    words = re.findall(r"\w+", refused.message)
    assert old.value in words
    assert new.value in words


@pytest.mark.parametrize(
    ("old", "new", "reporter", "message"),
    [
        (
            ADDED,
            FAILED,
            DRIVER,
            "the driver can't report failed after added; scheduling may follow it",
        ),
        (
            IN_PROGRESS,
            ADDED,
            DRIVER,
            "the driver can't report added after inProgress; succeeded or failed may follow it",
        ),
        (
            UNKNOWN,
            SUCCEEDED,
            DRIVER,
            "the driver can't report succeeded after unknownFutureValue; nothing may follow it",
        ),
        (
            IN_PROGRESS,
            ADDED,
            OBSERVER,
            (
                "the observer can't report added after inProgress; "
                "succeeded or failed or unknownFutureValue may follow it"
            ),
        ),
        (SUCCEEDED, FAILED, DRIVER, "succeeded is terminal, so failed can't follow it"),
        (FAILED, UNKNOWN, OBSERVER, "failed is terminal, so unknownFutureValue can't follow it"),
    ],
    ids=lambda value: value if isinstance(value, ArtifactRestoreStatus | Reporter) else "",
)
def test_L2_L4_a_refusal_says_what_would_have_been_allowed(
    old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, reporter: Reporter, message: str
) -> None:
    refused = refusal(old, new, reporter)
    assert refused is not None
    assert refused.message == message


@each_refused_change
def test_texts_equal_to_members_are_those_members(
    old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, reporter: Reporter
) -> None:
    texts: list[Any] = [old.value, new.value, reporter.value]
    refused, same = refusal(old, new, reporter), refusal(*texts)
    assert refused is not None
    assert same is not None
    assert same == refused
    assert same.message == refused.message


def test_a_refusal_is_an_immutable_value() -> None:
    refused = refusal(ADDED, FAILED, DRIVER)
    changed: Any = refused
    assert refused == TransitionRefusal(ADDED, FAILED, DRIVER, "L2")
    assert hash(refused) == hash(TransitionRefusal(ADDED, FAILED, DRIVER, "L2"))
    assert refused != TransitionRefusal(ADDED, FAILED, OBSERVER, "L2")
    assert pickle.loads(pickle.dumps(refused)) == refused  # noqa: S301 - made a moment ago
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        changed.rule = "L4"


@pytest.mark.parametrize("relation", [STEPS, OBSERVATIONS, OBSERVATIONS_AFTER_START])
def test_the_relations_cannot_be_changed(relation: Any) -> None:
    assert set(relation) == set(ArtifactRestoreStatus)
    with pytest.raises(TypeError):
        relation[ADDED] = frozenset()
    assert all(type(following) is frozenset for following in relation.values())


def test_the_reporters() -> None:
    assert [(reporter.name, reporter.value) for reporter in Reporter] == [
        ("DRIVER", "driver"),
        ("OBSERVER", "observer"),
    ]


def test_a_restore_has_started_where_no_way_leads_around_in_progress() -> None:
    """A failure may come before the start, so failed by itself does not decide."""
    reached: dict[ArtifactRestoreStatus, set[bool]] = {}
    for path in paths(ADDED):
        for place, status in enumerate(path):
            reached.setdefault(status, set()).add(IN_PROGRESS in path[: place + 1])
    assert {status for status, through in reached.items() if through == {True}} == (
        STARTED_STATUSES
    )
    assert frozenset({IN_PROGRESS, SUCCEEDED}) == STARTED_STATUSES
