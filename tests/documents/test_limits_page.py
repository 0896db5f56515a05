"""The page of limits agrees with the code, and each error with the page."""

import re
from pathlib import Path

import attrs
import pytest

from restore_domain.verification.program import LINE_LIMIT, NESTING_LIMIT, TIMEOUT
from restore_domain.wire import WireLimits

from .pages import ROOT, read, sections

PAGE = sections(read("limits.md"), 2)
FIELDS = attrs.fields_dict(WireLimits)


def rows(heading: str) -> dict[str, list[str]]:
    """Return the cells of a table by the first of each row."""
    lines = re.findall(r"^\| (.+) \|$", PAGE[heading], re.MULTILINE)
    cells = [[cell.strip(" `") for cell in line.split(" |")] for line in lines]
    return {first: rest for first, *rest in cells[2:]}


def number(text: str) -> int:
    return int(text.replace(",", "").split()[0])


def test_every_limit_has_its_row() -> None:
    assert list(rows("Limits of a document")) == list(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
def test_a_row_says_the_default_and_the_error(name: str) -> None:
    default, most, _, said = rows("Limits of a document")[name]
    limit = number(default)
    assert getattr(WireLimits(), name) == limit
    assert WireLimits().beyond(name) == f"{said}; the limit is WireLimits({name}={limit})"
    if most:
        with pytest.raises(ValueError, match=name):
            WireLimits(**{name: number(most) + 1})
    else:
        assert getattr(WireLimits(**{name: 10**12}), name) == 10**12


def test_the_lines_have_the_limits_that_the_page_says() -> None:
    defaults = [number(default) for default, *_ in rows("Of the line protocol").values()]
    assert defaults == [LINE_LIMIT, LINE_LIMIT, NESTING_LIMIT, TIMEOUT]
    (default,) = re.findall(
        r"^\| `--line-limit BYTES` \|.*\| (\d+) \|$", read("conformance.md"), re.MULTILINE
    )
    assert int(default) == LINE_LIMIT


def test_the_tests_that_the_page_names_exist() -> None:
    for name in re.findall(r"`(tests/[\w/.]+)`", read("limits.md")):
        assert Path(ROOT / name).exists(), name
