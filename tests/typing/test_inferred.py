"""Type checkers infer the right types in a user's code, and find mistakes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

INFERRED = Path(__file__).with_name("inferred.py")

STRICT = {"typeCheckingMode": "strict", "reportUnnecessaryTypeIgnoreComment": True}
"""How pyright reads a user's code: a ``type: ignore`` that is not needed is an error, too."""


def test_mypy_infers_the_types() -> None:
    api = pytest.importorskip("mypy.api", reason="needs the dependency group typing")
    printed, problems, code = api.run(["--strict", str(INFERRED)])
    assert code == 0, printed + problems


@pytest.mark.skipif(shutil.which("node") is None, reason="pyright would fetch Node.js")
def test_pyright_infers_the_types(tmp_path: Path) -> None:
    pytest.importorskip("pyright", reason="needs the dependency group typing")
    shutil.copy(INFERRED, tmp_path)
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(STRICT), encoding="utf-8")
    options = ["--project", str(tmp_path), "--pythonpath", sys.executable]
    command = [sys.executable, "-m", "pyright", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 0, done.stdout + done.stderr
