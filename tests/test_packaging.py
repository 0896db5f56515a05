"""The contents of the distributions: `python -m pytest -m packaging`, with the group ``build``."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).parents[1]


def build(source: Path, folder: Path, **environment: str) -> Path:
    """Build both distributions with the installed, that is the locked, packages."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    subprocess.run(  # noqa: S603 - our own
        [*command, str(source)], check=True, capture_output=True, env=os.environ | environment
    )
    return folder


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("distributions"))


@pytest.fixture(scope="module")
def built_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from another folder, at another time, in another zone, for another user."""
    source = tmp_path_factory.mktemp("elsewhere") / "source"
    source.mkdir()
    for name in ("pyproject.toml", "uv.lock", "README.md", ".gitignore"):
        shutil.copy(ROOT / name, source)
    for name in (".ci", "docs", "restore_domain", "tests"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns(".nox"))
    for path in source.rglob("*"):
        os.utime(path, (1_500_000_000, 1_500_000_000))
        if path.is_file():
            path.chmod(path.stat().st_mode & 0o700)
    folder = tmp_path_factory.mktemp("distributions_elsewhere")
    return build(source, folder, TZ="Pacific/Kiritimati", PYTHONHASHSEED="5", LC_ALL="C")


def test_the_wheel_carries_its_types_examples_and_vectors(distributions: Path) -> None:
    (wheel,) = distributions.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "restore_domain/py.typed" in names
    assert "restore_domain/examples/session.json" in names
    assert "restore_domain/vectors/schema.json" in names
    assert "restore_domain/schemas/schemas.json" in names
    assert not [name for name in names if not name.startswith("restore_domain")]


def test_the_source_carries_what_its_tests_need(distributions: Path) -> None:
    (source,) = distributions.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = {"README.md", "pyproject.toml", "docs/index.md", "tests/test_packaging.py"}
    assert needed | {"uv.lock", ".ci/noxfile.py"} <= names


@pytest.mark.parametrize("kind", ["*.whl", "*.tar.gz"])
def test_builds_of_a_distribution_have_the_same_bytes(
    distributions: Path, built_elsewhere: Path, kind: str
) -> None:
    (one,), (other,) = distributions.glob(kind), built_elsewhere.glob(kind)
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()
