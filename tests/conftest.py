"""What applies to every test, and what several begin with."""

import gc
from collections.abc import Iterator
from unittest import mock

import pytest
from hypothesis import Phase, settings

from restore_domain.wire import decoding

# A busy machine is not a failure: speed is measured in the benchmarks, never asserted here. Nor is
# a failure explained: of those that tests ask for nobody reads why, and it takes hundreds of runs.
# Mutants are tried with as many examples as `patient` has, so more of them would find little more.
settings.register_profile(
    "patient",
    parent=settings(),
    deadline=None,
    max_examples=25,
    phases=set(Phase) - {Phase.explain},
)
settings.register_profile("thorough", parent=settings.get_profile("patient"), max_examples=1000)
settings.load_profile("patient")


# Of the thousands of tests nothing becomes garbage: without this, each full collection of the
# garbage collector would look at all of them again, which takes a quarter of the time.
gc.disable()


def pytest_collection_finish() -> None:
    """Leave what is there now out of all garbage collections."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="module")
def every_document_is_large() -> Iterator[None]:
    """Let small documents be read as large ones are: what the schema does not know is learned."""
    with mock.patch.object(decoding, "_SMALL", 0):
        yield
