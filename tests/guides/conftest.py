"""The programs of the guides can be imported, as a user's own modules can."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "examples"))


@pytest.fixture(autouse=True)
def _files_that_do_not_wait_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the tests what only a power failure could show."""
    import sqlite_store  # noqa: PLC0415 - found on the path above

    monkeypatch.setattr(sqlite_store, "SCHEMA", f"PRAGMA synchronous = OFF; {sqlite_store.SCHEMA}")
