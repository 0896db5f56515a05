"""Numbers in the pages are those of the code."""

import re
from pathlib import Path

import pytest

from restore_domain.lifecycle import STEPS
from restore_domain.verification.program import PROTOCOL
from restore_domain.verification.vectors import VECTOR_VERSION

from .pages import DOCS, ROOT

PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMBER_OF_STEPS = WORDS[sum(map(len, STEPS.values())) - 2]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_L1_a_page_that_counts_the_steps_counts_them_right(page: Path) -> None:
    text = page.read_text("utf-8")
    counted = re.findall(rf"\b({'|'.join(WORDS)}) steps\b", text)
    assert {number for number in counted if number != "two"} <= {NUMBER_OF_STEPS}


def test_the_versions_are_what_the_page_says_that_they_are() -> None:
    page = " ".join((DOCS / "versioning.md").read_text("utf-8").split())
    assert f"a string of two integers such as `{VECTOR_VERSION}`" in page
    assert re.fullmatch(r"\d+\.\d+", VECTOR_VERSION)
    assert "version of the protocol, which is a single integer" in page
    assert isinstance(PROTOCOL, int)
