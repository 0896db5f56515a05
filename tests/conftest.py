"""Settings that apply to every test."""

import gc
import shutil
from collections.abc import Iterator
from unittest import mock

import pytest
from hypothesis import Phase, settings

from restore_domain.wire import decoding

# A busy machine is not a failure: speed is measured in the benchmarks, never asserted here.
# Failures are not explained either: those that tests provoke are never read, and explaining takes
# hundreds of runs. Mutants are tried with as many examples as `patient` has, so more of them would
# find little more.
settings.register_profile(
    "patient",
    parent=settings(),
    deadline=None,
    max_examples=25,
    phases=set(Phase) - {Phase.explain},
)
settings.register_profile("thorough", parent=settings.get_profile("patient"), max_examples=1000)
settings.load_profile("patient")


# The objects of thousands of tests never become garbage: without this, each full collection of the
# garbage collector would look at all of them again, which takes a quarter of the time.
gc.disable()


def pytest_collection_finish() -> None:
    """Exclude all current objects from garbage collections."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return where Chromium is; tests that open a page in it are skipped without it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("there is no Chromium")
    return found


@pytest.fixture(scope="module")
def every_document_is_large() -> Iterator[None]:
    """Read small documents like large ones: the schema learns unknown names."""
    with mock.patch.object(decoding, "_SMALL", 0):
        yield
