"""Services with one fault each are detected over HTTP: by the broken rule, in few calls."""

from collections.abc import Iterable
from contextlib import suppress

import pytest
from service import CONTROL, ROOT

from restore_domain.verification.http import ServiceSystem
from restore_domain.verification.system import CannotBeAskedError
from restore_domain.verification.vectors import TOPICS, Failure, load_vectors, needs, run_case

from .faulty_services import FAULTS, Fault, faulty

SOON = {
    "activate-forgets-who": "activate",
    "bulk-request-takes-one-mailbox": "bulk",
    "counts-nothing": "create",
    "create-answers-200": "create",
    "driver-may-skip": "record",
    "errors-without-envelope": "create",
    "pages-lack-their-last": "read_operations",
    "sessions-backwards": "read_operations",
}
"""The faults that are tested in every run, each with the vectors that detect it."""


def first_failure(fault: Fault, topics: Iterable[str], control: str | None) -> Failure | None:
    """Return the first case of these vectors that fails by the right rule."""
    with ServiceSystem(faulty(fault), at=ROOT, control=control) as system:
        covered = (
            case
            for file in load_vectors(topics)
            for case in file.cases
            if needs(case) <= {*system.methods}
        )
        for case in covered:
            with suppress(CannotBeAskedError):
                failure = run_case(system, case)
                if failure is not None and failure.difference.rule in fault.rules:
                    return failure
    return None


def check(failure: Failure | None) -> None:
    assert failure is not None
    assert len(failure.calls) <= 5


def test_there_are_forty_faults_of_different_names() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 40


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault.name in SOON], ids=lambda fault: fault.name
)
def test_a_faulty_service_is_detected(fault: Fault) -> None:
    check(first_failure(fault, [SOON[fault.name]], CONTROL))


@pytest.mark.faults
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_is_found_with_control_routes(fault: Fault) -> None:
    check(first_failure(fault, TOPICS, CONTROL))


@pytest.mark.faults
@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault.client_sees], ids=lambda fault: fault.name
)
def test_every_fault_that_a_client_sees_is_found_in_a_black_box(fault: Fault) -> None:
    check(first_failure(fault, TOPICS, None))
