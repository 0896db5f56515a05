"""The package answers like a second implementation of its rules, which shares nothing with it."""

from __future__ import annotations

from collections import Counter
from typing import Final

import pytest

from restore_domain.operations import CATALOGUE, Operation
from restore_domain.verification.system import OPERATIONS
from tests.verification.faults import fault

from .comparing import CALLS, DifferenceError, play

HISTORIES: Final = 200
A_MILLION: Final = 10**6


@pytest.mark.slow
def test_O1_O9_two_thousand_random_steps_are_as_in_the_independent_model() -> None:
    met: Counter[str] = Counter()
    steps = sum(play(seed, met) for seed in range(HISTORIES))
    assert steps == HISTORIES * CALLS > 2_000
    accepted = {name for name in OPERATIONS if met[f"{name} accepted"]}
    assert accepted == set(OPERATIONS)
    assert len(met) > 60


@pytest.mark.exhaustive
def test_O1_O9_a_million_random_steps_are_as_in_the_independent_model() -> None:
    met: Counter[str] = Counter()
    steps, seed = 0, HISTORIES
    while steps < A_MILLION:
        steps += play(seed, met)
        seed += 1
    of_record = {"recordBatch": "record"}
    asked = ((of_record.get(method, method), code) for method, code in map(str.split, met))
    refused = {(method, code) for method, code in asked if code != "accepted"}
    never = {(Operation.DELETE, "IncompleteArtifactDeletion")}
    assert (
        refused
        == {(case.operation, case.code) for case in CATALOGUE if case.operation in OPERATIONS}
        - never
    )


@pytest.mark.parametrize(
    "name",
    [
        "a failure forgets its start",
        "a batch applies what it can",
        "a report takes the evidence away",
        "sessions expire by their last change",
        "the policy is forgotten",
    ],
)
def test_the_model_finds_a_fault(name: str) -> None:
    met: Counter[str] = Counter()
    with pytest.raises(DifferenceError):
        sum(play(seed, met, fault(name).make_system) for seed in range(HISTORIES))
