"""The quick form of mutation testing finds the lines that a change touches."""

import subprocess
from pathlib import Path

import pytest

from tests.mutation.code import digest
from tests.mutation.touched import lines_in, lines_since_figures

DIFF = """\
--- a/restore_domain/status.py
+++ b/restore_domain/status.py
@@ -3 +3,2 @@ class Status:
-old
+new
+more
@@ -9,2 +11,0 @@ class Status:
-gone
-gone
--- a/restore_domain/rules.py
+++ b/restore_domain/rules.py
@@ -1 +1 @@
-old
+new
"""


def test_the_lines_that_a_diff_adds_are_found() -> None:
    assert lines_in(DIFF) == {
        Path("restore_domain/status.py"): {3, 4},
        Path("restore_domain/rules.py"): {1},
    }


def git(root: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments]
    subprocess.run(command, cwd=root, check=True, capture_output=True)  # noqa: S603


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with two revisions of a module, and a third text that is not recorded."""
    git(tmp_path, "init")
    for text in ("a = 1\nb = 2\n", "a = 1\nb = 3\n"):
        (tmp_path / "module.py").write_text(text, "utf-8")
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--message", "any")
    (tmp_path / "module.py").write_text("a = 1\nb = 3\nc = 4\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("measured", "lines"),
    [
        ("a = 1\nb = 2\n", {2, 3}),
        ("a = 1\nb = 3\n", {3}),
        ("# the same code\na = 1\nb = 3\n", {3}),
        ("of_no_revision = 1\n", {1, 2, 3}),
    ],
)
def test_the_lines_that_were_edited_since_the_figures_are_found(
    repository: Path, measured: str, lines: set[int]
) -> None:
    found = lines_since_figures({"module.py": digest(measured)}, repository)
    assert found == {Path("module.py"): lines}


def test_a_module_with_another_sentence_was_not_edited(repository: Path) -> None:
    measured = '"""A module."""\na = 1\nb = 3\nc = 4\n'
    (repository / "module.py").write_text(measured.replace("A module", "The module"), "utf-8")
    assert lines_since_figures({"module.py": digest(measured)}, repository) == {}
