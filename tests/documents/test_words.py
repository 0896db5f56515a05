"""No phrase of ``.ci/words.txt`` is in a page, a docstring, a comment, a message or a name.

codespell checks the single words of that list, and the spelling of all others. It works line by
line and word by word; the phrases, which may continue on the next line, are checked here.
"""

import re
from pathlib import Path

import pytest

from tests.documents.pages import PAGES, ROOT

ENTRIES = (ROOT / ".ci" / "words.txt").read_text("utf-8").splitlines()
INSTEAD = dict(line.split("->", 1) for line in ENTRIES)
PHRASES = {entry: re.compile(rf"\b{entry}\b", re.IGNORECASE) for entry in INSTEAD if " " in entry}
PROGRAMS = sorted(
    path for folder in ("restore_domain", "tests", "docs") for path in (ROOT / folder).rglob("*.py")
)
BREAK = re.compile(r"""\s*["']?\s*\n\s*(?:\#:?\s+|[rf]?["'](?!["']))?""")
"""The end of a line of prose, with the quotes or comment signs around it."""

EXEMPT = re.compile(r"^.*codespell:ignore.*$", re.MULTILINE)
"""A line that needs a word of the list, such as one about a name that was changed."""


def found_in(text: str) -> list[str]:
    """Return each phrase of the list that is in the text, with the replacement."""
    prose = BREAK.sub(" ", EXEMPT.sub("", text)).replace("_", " ")
    return [
        f"{match.group()!r}: say {INSTEAD[entry]}"
        for entry, pattern in PHRASES.items()
        for match in pattern.finditer(prose)
    ]


@pytest.mark.parametrize("path", [*PAGES, *PROGRAMS], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_phrase_of_the_list_is_used(path: Path) -> None:
    if path != Path(__file__):
        assert found_in(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "This makes no sense.",
        "This makes\nno sense.",
        "    # This makes\n    # no sense.",
        'f"this makes "\n    f"no sense"',
        "def test_this_makes_no_sense(",
        "A thing is no error.",
    ],
)
def test_a_phrase_is_found_across_lines_literals_and_names(text: str) -> None:
    assert len(found_in(text)) == 1


@pytest.mark.parametrize(
    "text", ["There is no error.", "It is no longer than this.", "It is none."]
)
def test_plain_words_are_not_found(text: str) -> None:
    assert found_in(text) == []
