"""The service of the guide, verified over HTTP like any other implementation."""

from pathlib import Path

import pytest

from restore_domain.verification.run import Histories, Outcome, Settings, verify
from restore_domain.verification.vectors import TOPICS, load_vectors

from .over_http import OverHttp

SAID_IN_PROCESS = ("properties", "quantities", "survival")
"""Documents are no requests, and it takes long to carry what is long, or odd, over HTTP."""


def test_the_service_agrees_with_the_reference_and_its_file_with_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = load_vectors(topic for topic in TOPICS if topic not in SAID_IN_PROCESS)
    monkeypatch.setattr("restore_domain.verification.run.load_vectors", lambda: files)
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
