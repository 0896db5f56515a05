"""The code in docs/scale-out.md is what ships, and is tested."""

import re

import pytest

from restore_domain.cli.table import HEADER

from .recipes import DOCS, EXAMPLES

PAGE = DOCS.joinpath("scale-out.md").read_text("utf-8")
SHIPPED = [path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*_*.*"))]


SQL = re.findall(r"^```(?:sql|text)\n(.+?)^```", PAGE, re.DOTALL | re.MULTILINE)
"""Text is that of Spark, where a table name is in braces."""


@pytest.mark.parametrize("sql", SQL)
def test_the_sql_is_that_of_a_recipe(sql: str) -> None:
    assert any(sql in shipped for shipped in SHIPPED)


def test_the_columns_of_the_table() -> None:
    table = PAGE.partition("| column |")[2].partition("\n\n")[0]
    named = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert named == [HEADER[0], *HEADER[-2:]]


def test_every_sql_file_is_shown_or_mentioned() -> None:
    for path in EXAMPLES.glob("*.sql"):
        shipped = path.read_text("utf-8")
        assert f"examples/{path.name}" in PAGE or any(sql in shipped for sql in SQL), path.name
