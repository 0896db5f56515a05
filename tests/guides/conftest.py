"""What applies to every test of the guides."""

import pytest
import sqlite_store


@pytest.fixture(autouse=True)
def _files_that_do_not_wait_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip what only matters after a power failure."""
    monkeypatch.setattr(sqlite_store, "SCHEMA", f"PRAGMA synchronous = OFF; {sqlite_store.SCHEMA}")
