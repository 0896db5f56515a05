"""The example of a user's tests runs, and finds what is wrong in it."""

import subprocess
import sys
from pathlib import Path

import pytest

from .pages import DOCS

EXAMPLE = DOCS / "examples" / "test_my_aggregate.py"


def run(path: Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null"]
    ran = subprocess.run(  # noqa: S603 - our own command
        [*command, "--rootdir", str(path.parent), str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return ran.returncode, ran.stdout


def test_it_passes() -> None:
    code, printed = run(EXAMPLE)
    assert code == 0, printed
    assert "17 passed" in printed


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '"completedWithError" if len(ended) > 1 else',
            '"failed" if "failed" in ended else',
            "A4: where every artifact is terminal, some succeeded and some failed",
        ),
        (
            '"scheduled": ["inProgress", "failed"]',
            '"scheduled": ["inProgress"]',
            "given      the driver reports failed of an artifact that is scheduled",
        ),
    ],
)
def test_it_fails_where_it_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = EXAMPLE.read_text("utf-8")
    assert text.count(old) == 1
    wrong = tmp_path / EXAMPLE.name
    wrong.write_text(text.replace(old, new), "utf-8")
    code, printed = run(wrong)
    assert code == 1
    assert said in printed
