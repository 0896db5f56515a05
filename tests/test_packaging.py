"""What the distributions carry: `python -m pytest -m packaging`, with the group ``build``."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("distributions")
    command = [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own
    return folder


def test_the_wheel_carries_its_types_examples_and_vectors(distributions: Path) -> None:
    (wheel,) = distributions.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "restore_domain/py.typed" in names
    assert "restore_domain/examples/session.json" in names
    assert "restore_domain/vectors/schema.json" in names
    assert not [name for name in names if not name.startswith("restore_domain")]


def test_the_source_carries_what_its_tests_need(distributions: Path) -> None:
    (source,) = distributions.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "pyproject.toml", "docs/index.md", "tests/test_packaging.py"} <= names
