"""Type checkers infer the right types in a user's code, and find mistakes; the README has none."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

INFERRED = Path(__file__).with_name("inferred.py")
README = Path(__file__).parents[2] / "README.md"

STRICT = {"typeCheckingMode": "strict", "reportUnnecessaryTypeIgnoreComment": True}
"""How pyright reads a user's code: a ``type: ignore`` that is not needed is an error, too."""


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Return a file with the Python of the README."""
    file = tmp_path / "example.py"
    code = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    file.write_text("\n".join(code), "utf-8")
    return file


def test_mypy_infers_the_types(example: Path) -> None:
    api = pytest.importorskip("mypy.api", reason="needs the dependency group typing")
    printed, problems, code = api.run(["--strict", str(INFERRED), str(example)])
    assert code == 0, printed + problems


@pytest.mark.usefixtures("example")
@pytest.mark.skipif(shutil.which("node") is None, reason="pyright would fetch Node.js")
def test_pyright_infers_the_types(tmp_path: Path) -> None:
    pytest.importorskip("pyright", reason="needs the dependency group typing")
    shutil.copy(INFERRED, tmp_path)
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(STRICT), encoding="utf-8")
    options = ["--project", str(tmp_path), "--pythonpath", sys.executable]
    command = [sys.executable, "-m", "pyright", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 0, done.stdout + done.stderr
