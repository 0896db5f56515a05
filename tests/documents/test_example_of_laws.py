"""The examples of a user's tests run, and detect errors."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from restore_domain.rules import RULES

from .pages import DOCS

EXAMPLES = DOCS / "examples"
FUNCTION = EXAMPLES / "test_my_aggregate.py"
SERVICE = EXAMPLES / "test_my_laws.py"


FEW_HISTORIES = """
from restore_domain.verification.laws import steps

steps.EXAMPLES = 10
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a plugin that limits the time for judging laws of systems."""
    (tmp_path / "few_histories.py").write_text(FEW_HISTORIES, "utf-8")
    return tmp_path


def run(path: Path, folder: Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null"]
    ran = subprocess.run(  # noqa: S603 - our own command
        [*command, "-p", "few_histories", "--rootdir", str(path.parent), str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(EXAMPLES), str(folder)]),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
    )
    return ran.returncode, ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("example", "laws"), [(FUNCTION, 17), (SERVICE, 27)])
def test_it_passes(folder: Path, example: Path, laws: int) -> None:
    code, printed = run(example, folder)
    assert code == 0, printed
    assert f"{laws} passed" in printed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("example", "old", "new", "said"),
    [
        (
            FUNCTION,
            '"completedWithError" if len(ended) > 1 else',
            '"failed" if "failed" in ended else',
            f"A4: {RULES['A4']}",
        ),
        (
            FUNCTION,
            '"scheduled": ["inProgress", "failed"]',
            '"scheduled": ["inProgress"]',
            "given      the driver reports failed of an artifact that is scheduled",
        ),
        (
            SERVICE,
            "(dict(params))",
            '(dict(params) | ({"actor": None} if method == "activate" else {}))',
            f"S6: {RULES['S6']}",
        ),
    ],
)
def test_it_fails_where_it_is_wrong(
    folder: Path, example: Path, old: str, new: str, said: str
) -> None:
    text = example.read_text("utf-8")
    assert text.count(old) == 1
    wrong = folder / example.name
    only_s6 = text.replace(old, new).replace(
        "laws.SYSTEM_LAWS", "[laws.s6]"
    )  # takes little time to judge
    wrong.write_text(only_s6, "utf-8")
    code, printed = run(wrong, folder)
    assert code == 1
    assert said in printed
