"""The service of the guide, verified over HTTP like any other implementation."""

from pathlib import Path

from restore_domain.verification.run import Histories, Outcome, Settings, verify

from .over_http import OverHttp


def test_the_service_agrees_with_the_reference_and_its_file_with_both(tmp_path: Path) -> None:
    system = OverHttp(tmp_path)
    verification = verify(system, Settings(seed=1, examples=15, seconds=300), name="service")
    system.close()
    assert verification.divergences == ()
    assert verification.conforms is True
    assert verification.histories == Histories(ran=15)
    assert {result.outcome for result in verification.cases} == {
        Outcome.PASSED,
        Outcome.NOT_COVERED,
    }
