"""The session's status for each of the 128 sets of artifact statuses, rule by rule."""

import pickle
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import attrs
import pytest

from restore_domain.aggregation import (
    DECISION_TABLE,
    KNOWN_STATUSES,
    RULES,
    AggregationRule,
    Explanation,
    aggregate,
    explain,
    status_mask,
)
from restore_domain.rules import RULES as SENTENCES
from restore_domain.status import ArtifactRestoreStatus, RestoreSessionStatus

StatusSet = frozenset[ArtifactRestoreStatus]


def statuses(text: str) -> StatusSet:
    return frozenset(ArtifactRestoreStatus(name) for name in text.split())


def names(present: StatusSet) -> str:
    return "+".join(status for status in ArtifactRestoreStatus if status in present) or "none"


def subsets(present: StatusSet) -> list[StatusSet]:
    sizes = range(len(present) + 1)
    return [frozenset(chosen) for size in sizes for chosen in combinations(sorted(present), size)]


KNOWN = statuses("added scheduling scheduled inProgress succeeded failed")
UNKNOWN = statuses("unknownFutureValue")
RUNNING = statuses("scheduled inProgress")

QUIET: Mapping[str, tuple[str, str]] = {
    "": ("A1", "draft"),
    "added": ("A1", "draft"),
    "scheduling": ("A2", "activating"),
    "added scheduling": ("A8", "activating"),
    "succeeded": ("A5", "completed"),
    "failed": ("A6", "failed"),
    "succeeded failed": ("A4", "completedWithError"),
    "added succeeded": ("A7", "active"),
    "added failed": ("A7", "active"),
    "added succeeded failed": ("A7", "active"),
    "scheduling succeeded": ("A7", "active"),
    "scheduling failed": ("A7", "active"),
    "scheduling succeeded failed": ("A7", "active"),
    "added scheduling succeeded": ("A7", "active"),
    "added scheduling failed": ("A7", "active"),
    "added scheduling succeeded failed": ("A7", "active"),
}
"""Rule and status of the 16 sets in which nothing is scheduled, in progress or unknown."""

BUSY = [
    f"{quiet} {running}"
    for quiet in QUIET
    for running in ("scheduled", "inProgress", "scheduled inProgress")
]
"""The 48 sets of known statuses in which something is scheduled or in progress."""

UNDECIDED = [
    "unknownFutureValue",
    "added unknownFutureValue",
    "scheduling unknownFutureValue",
    "added scheduling unknownFutureValue",
    "succeeded unknownFutureValue",
    "failed unknownFutureValue",
    "succeeded failed unknownFutureValue",
]
"""The sets whose status depends on what the unknown one is."""

ALL_SETS = subsets(KNOWN | UNKNOWN)
SETS_WITH_UNKNOWN = [present for present in ALL_SETS if present >= UNKNOWN]

EXPECTED_KNOWN: Mapping[StatusSet, tuple[str, str]] = {
    statuses(text): decision for text, decision in QUIET.items()
} | {statuses(text): ("A3", "active") for text in BUSY}
"""Rule and status of the 64 sets of known statuses."""


def readings(present: StatusSet) -> list[StatusSet]:
    """Read the unknown status as each choice of one or more known ones."""
    return [present - UNKNOWN | choice for choice in subsets(KNOWN) if choice]


def answers(present: StatusSet) -> set[str]:
    """Return the status of every reading."""
    return {EXPECTED_KNOWN[reading][1] for reading in readings(present)}


def decision(present: StatusSet) -> tuple[str, str]:
    row = explain(present)
    return row.rule, row.status.value


each_set = pytest.mark.parametrize("present", ALL_SETS, ids=names)
each_set_with_unknown = pytest.mark.parametrize("present", SETS_WITH_UNKNOWN, ids=names)


def each_known_set_of(rule: str) -> pytest.MarkDecorator:
    present = [present for present, (decided_by, _) in EXPECTED_KNOWN.items() if decided_by == rule]
    return pytest.mark.parametrize("present", present, ids=names)


def test_the_expectations_cover_every_set_once() -> None:
    assert len(QUIET) == 16
    assert len(BUSY) == 48
    assert len(ALL_SETS) == len(set(ALL_SETS)) == 128
    assert set(EXPECTED_KNOWN) == {present for present in ALL_SETS if present <= KNOWN}


@each_known_set_of("A1")
def test_A1_all_added_or_nothing_is_draft(present: StatusSet) -> None:
    assert decision(present) == ("A1", "draft")


@each_known_set_of("A2")
def test_A2_all_scheduling_is_activating(present: StatusSet) -> None:
    assert decision(present) == ("A2", "activating")


@each_known_set_of("A3")
def test_A3_any_scheduled_or_in_progress_is_active(present: StatusSet) -> None:
    assert decision(present) == ("A3", "active")


@each_known_set_of("A4")
def test_A4_succeeded_and_failed_is_completed_with_error(present: StatusSet) -> None:
    assert decision(present) == ("A4", "completedWithError")


@each_known_set_of("A5")
def test_A5_all_succeeded_is_completed(present: StatusSet) -> None:
    assert decision(present) == ("A5", "completed")


@each_known_set_of("A6")
def test_A6_all_failed_is_failed(present: StatusSet) -> None:
    assert decision(present) == ("A6", "failed")


@each_known_set_of("A7")
def test_A7_some_terminal_and_some_waiting_is_active(present: StatusSet) -> None:
    assert decision(present) == ("A7", "active")


@each_known_set_of("A8")
def test_A8_added_and_scheduling_is_activating(present: StatusSet) -> None:
    assert decision(present) == ("A8", "activating")


@each_set_with_unknown
def test_A9_an_answer_that_every_reading_gives_is_the_answer(present: StatusSet) -> None:
    """A9 applies exactly where the readings agree, and gives what they agree on."""
    agreed = answers(present)
    assert (explain(present).rule == "A9") is (len(agreed) == 1)
    if len(agreed) == 1:
        assert {aggregate(present).value} == agreed


@pytest.mark.parametrize("text", UNDECIDED, ids=lambda text: text.replace(" ", "+"))
def test_A10_readings_that_differ_leave_the_status_unknown(text: str) -> None:
    present = statuses(text)
    assert len(answers(present)) > 1
    assert decision(present) == ("A10", "unknownFutureValue")


def test_A9_A10_share_the_sets_with_the_unknown_status() -> None:
    """Seven sets are undecided; in the other 57 the session is active in every reading."""
    undecided = {statuses(text) for text in UNDECIDED}
    assert {present: decision(present) for present in SETS_WITH_UNKNOWN} == {
        present: ("A10", "unknownFutureValue") if present in undecided else ("A9", "active")
        for present in SETS_WITH_UNKNOWN
    }


@pytest.mark.parametrize(
    ("present", "rule", "status"),
    [
        ("inProgress unknownFutureValue", "A9", "active"),
        ("added succeeded unknownFutureValue", "A9", "active"),
        ("added scheduling failed unknownFutureValue", "A9", "active"),
        ("succeeded unknownFutureValue", "A10", "unknownFutureValue"),
    ],
    ids=lambda value: value.replace(" ", "+"),
)
def test_A9_A10_by_example(present: str, rule: str, status: str) -> None:
    assert decision(statuses(present)) == (rule, status)


@each_set
def test_aggregate_gives_the_status_that_explain_explains(present: StatusSet) -> None:
    status = aggregate(present)
    assert type(status) is RestoreSessionStatus
    assert status is explain(present).status


@each_set
def test_explain_has_the_given_set(present: StatusSet) -> None:
    assert explain(present).statuses == present


@each_set
def test_explain_says_the_condition_in_words(present: StatusSet) -> None:
    assert len(explain(present).statement.split()) > 2


def test_each_rule_has_its_own_statement() -> None:
    statements = {explain(present).rule: explain(present).statement for present in ALL_SETS}
    assert set(statements) == {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10"}
    assert len(set(statements.values())) == 10


def test_a_rule_has_one_sentence_which_ends_in_the_status_that_it_gives() -> None:
    for rule in RULES:
        status = rule.status.value
        assert SENTENCES[rule.id].endswith(f", the session's status is {status}"), rule.id
    for row in map(explain, ALL_SETS):
        assert SENTENCES[row.rule].startswith(f"if {row.statement}, ")


@each_set
def test_the_deciding_statuses_give_the_status_without_the_others(present: StatusSet) -> None:
    row = explain(present)
    assert row.deciding <= present
    assert aggregate(row.deciding) is row.status


@each_set
def test_no_other_status_can_be_added_or_dropped_against_the_deciding_ones(
    present: StatusSet,
) -> None:
    """Every set between the deciding statuses and the whole has the same status."""
    row = explain(present)
    between = [row.deciding | dropped for dropped in subsets(present - row.deciding)]
    assert {aggregate(part) for part in between} == {row.status}


@pytest.mark.parametrize(
    ("present", "deciding"),
    [
        ("", ""),
        ("added", "added"),
        ("scheduling", "scheduling"),
        ("added scheduled", "scheduled"),
        ("scheduled inProgress failed", "scheduled inProgress"),
        ("succeeded failed", "succeeded failed"),
        ("added scheduling", "added scheduling"),
        ("added scheduling failed", "added scheduling failed"),
        ("added inProgress unknownFutureValue", "inProgress"),
        ("added succeeded unknownFutureValue", "added succeeded"),
        ("succeeded unknownFutureValue", "succeeded unknownFutureValue"),
    ],
    ids=lambda text: text.replace(" ", "+") or "none",
)
def test_deciding_by_example(present: str, deciding: str) -> None:
    assert explain(statuses(present)).deciding == statuses(deciding)


@each_set_with_unknown
def test_A9_the_unknown_status_decides_nothing(present: StatusSet) -> None:
    row = explain(present)
    assert (row.deciding >= UNKNOWN) is (row.rule == "A10")


def test_A10_nothing_is_decided_so_the_whole_set_is_given() -> None:
    for text in UNDECIDED:
        assert explain(statuses(text)).deciding == statuses(text)


@pytest.mark.parametrize("present", EXPECTED_KNOWN, ids=names)
def test_exactly_one_declared_rule_applies_to_known_statuses(present: StatusSet) -> None:
    applying = [(rule.id, rule.status.value) for rule in RULES if rule.applies(present)]
    assert applying == [EXPECTED_KNOWN[present]]


def test_the_rules_are_declared_in_order() -> None:
    assert [rule.id for rule in RULES] == ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8"]


def test_the_known_statuses_are_all_but_the_sentinel() -> None:
    assert KNOWN_STATUSES == KNOWN


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("", 0),
        ("added", 1),
        ("scheduling", 2),
        ("scheduled", 4),
        ("inProgress", 8),
        ("succeeded", 16),
        ("failed", 32),
        ("unknownFutureValue", 64),
        ("added failed", 33),
        ("added scheduling scheduled inProgress succeeded failed unknownFutureValue", 127),
    ],
    ids=lambda value: str(value).replace(" ", "+") or "none",
)
def test_the_mask_has_a_bit_for_each_member_in_order(text: str, mask: int) -> None:
    present = statuses(text)
    assert status_mask(present) == mask
    assert status_mask([*present, *present]) == mask


def test_the_mask_is_of_statuses_only() -> None:
    stranger: Any = "nope"
    with pytest.raises(TypeError, match="position 1: 'nope' is not an artifact restore status"):
        status_mask([ArtifactRestoreStatus.ADDED, stranger])


def test_the_decision_table_has_every_set_at_its_mask() -> None:
    assert len(DECISION_TABLE) == 128
    for present in ALL_SETS:
        assert DECISION_TABLE[status_mask(present)] == explain(present)


def test_an_explanation_is_a_value() -> None:
    row = explain(statuses("added failed"))
    same = Explanation(
        statuses("added failed"), RestoreSessionStatus.ACTIVE, "A7", statuses("added failed")
    )
    assert row == same
    assert hash(row) == hash(same)
    assert row != explain(statuses("added succeeded"))
    assert pickle.loads(pickle.dumps(row)) == row  # noqa: S301 - made a moment ago


def test_explanations_and_rules_are_immutable() -> None:
    row: Any = explain([])
    rule: Any = RULES[0]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        row.status = RestoreSessionStatus.ACTIVE
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        rule.status = RestoreSessionStatus.ACTIVE


def test_the_repr_of_a_rule_omits_its_functions() -> None:
    rule = AggregationRule("A0", RestoreSessionStatus.DRAFT, lambda _: False)
    assert "A0" in repr(rule)
    assert "function" not in repr(rule)
