"""The sentences of the rules."""

import re
from typing import Any

import pytest

from restore_domain.rules import CONDITIONS, RULES, in_order

IDS = (
    *(f"A{number}" for number in range(1, 11)),
    *(f"L{number}" for number in range(1, 6)),
    *("S1", "S1a", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10"),
    *(f"O{number}" for number in range(1, 10)),
    *(f"B{number}" for number in range(1, 7)),
    *(f"H{number}" for number in range(1, 4)),
    *(f"W{number}" for number in range(1, 8)),
)


def test_every_rule_exists_in_the_order_of_the_specification() -> None:
    assert tuple(RULES) == IDS


def test_the_rules_of_aggregation_have_conditions() -> None:
    assert tuple(CONDITIONS) == IDS[:10]


@pytest.mark.parametrize("rule", IDS)
def test_a_rule_is_one_sentence_that_can_follow_the_id(rule: str) -> None:
    assert re.fullmatch(r"[a-z][^.]+[^.;,: ]", RULES[rule])


def test_no_two_rules_have_the_same_sentence() -> None:
    assert len(set(RULES.values())) == len(set(CONDITIONS.values())) + len(IDS) - 10 == len(IDS)


def test_rule_ids_are_sorted_as_in_the_specification_with_unknown_ones_last() -> None:
    shuffled = ["X2", "W1", "X1", "A10", "S2", "A9", "S1a", "S1", "L1"]
    assert sorted(shuffled, key=in_order) == [
        *("A9", "A10", "L1", "S1", "S1a", "S2", "W1"),
        *("X1", "X2"),
    ]


@pytest.mark.parametrize("sentences", [RULES, CONDITIONS])
def test_the_sentences_are_immutable(sentences: Any) -> None:
    with pytest.raises(TypeError):
        sentences["A1"] = "something else"
