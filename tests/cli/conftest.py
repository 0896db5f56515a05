"""A folder for the files that are given to the commands."""

from pathlib import Path
from typing import Any

import pytest

from .running import Save, as_bytes


@pytest.fixture
def save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Save:
    """Go to an empty folder, and return the function that writes files there."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, content: Any) -> str:
        Path(name).write_bytes(as_bytes(content))
        return name

    return write
