"""The site is built without a warning."""

import subprocess
import sys
from pathlib import Path

import pytest

from .pages import DOCS

pytest.importorskip("sphinx", reason="needs the dependency group docs")
pytest.importorskip("myst_parser", reason="needs the dependency group docs")
pytest.importorskip("furo", reason="needs the dependency group docs")


@pytest.mark.site
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    arguments = ["-W", "-n", "--keep-going", "-q", "-d", str(tmp_path / "doctrees")]
    done = subprocess.run(  # noqa: S603 - our own pages
        [sys.executable, "-m", "sphinx", *arguments, str(DOCS), str(tmp_path / "site")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "specification.html").exists()
