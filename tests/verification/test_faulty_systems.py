"""Every system with one rule wrong is found by the vectors, by its rule and in few calls."""

import pytest

from restore_domain.verification.vectors import load_vectors, run_case

from .faulty_systems import FAULTS, Fault

CASES = [case for file in load_vectors() for case in file.cases]

FEW = 5
"""At most so many calls show what is wrong."""


def test_there_are_many_faults_of_many_rules() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 40
    assert len({rule for fault in FAULTS for rule in fault.rules}) >= 20


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_found_by_its_rule_and_in_few_calls(fault: Fault) -> None:
    system = fault.make_system()
    for case in CASES:
        failure = run_case(system, case)
        if (
            failure is not None
            and failure.difference.rule in fault.rules
            and len(failure.calls) <= FEW
        ):
            return
    pytest.fail("no vector finds it")
