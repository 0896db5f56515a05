"""Every example in the README and the docs runs, and prints what the document says."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from sybil import Document, Example
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from sybil.typing import Parser

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

NEEDING_A_GROUP = {"msgraph-sdk.md": pytest.mark.interop}
"""The documents whose examples need a separate dependency group."""


def run_console(example: Example) -> str | None:
    """Run each line after a ``$``, and compare all that is printed."""
    commands: list[str] = []
    expected: list[str] = []
    for line in example.parsed.splitlines():
        (commands if line.startswith("$ ") else expected).append(line)
    printed = ""
    for command in commands:
        arguments = shlex.split(command.removeprefix("$ "))
        if arguments[0] == "python":
            arguments[0] = sys.executable
        printed += subprocess.run(  # noqa: S603 - what our own pages say
            arguments, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120
        ).stdout
    if printed.split() != " ".join(expected).split():
        return f"printed:\n{printed}"
    return None


PARSERS: list[Parser] = [
    PythonCodeBlockParser(),
    CodeBlockParser(language="console", evaluator=run_console),
]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=NEEDING_A_GROUP.get(path.name, ()), id=path.name)
        for path in DOCUMENTS
    ],
)
def test_examples_run(path: Path) -> None:
    document = Document.parse(str(path), *PARSERS)
    for example in document.examples():
        example.evaluate()
