"""What holds for every test of the guides."""

import pytest
import sqlite_store


@pytest.fixture(autouse=True)
def _files_that_do_not_wait_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the tests what only a power failure could show."""
    monkeypatch.setattr(sqlite_store, "SCHEMA", f"PRAGMA synchronous = OFF; {sqlite_store.SCHEMA}")
