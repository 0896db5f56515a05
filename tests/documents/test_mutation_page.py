"""The equivalent mutants are changes of the code as it is now, and the figures count them."""

import json
from typing import Any

import pytest

from tests.mutation.equivalents import Mutant, equivalents

from .pages import DOCS, ROOT

FIGURES: dict[str, Any] = json.loads((DOCS / "mutation-testing.json").read_text("utf-8"))
DECIDING = sorted(
    path.relative_to(ROOT).as_posix()
    for name in ("status.py", "aggregation.py", "lifecycle.py", "operations/*.py")
    for path in (ROOT / "restore_domain").glob(name)
    if path.name != "__init__.py"  # names alone
)


def lines(mutant: Mutant, sign: str) -> str:
    return "\n".join(line[1:] for line in mutant.change.splitlines() if line[0] == sign)


@pytest.mark.parametrize("mutant", equivalents(), ids=lambda mutant: mutant.place)
def test_an_equivalent_mutant_is_a_change_of_what_is_there(mutant: Mutant) -> None:
    assert lines(mutant, "-") in (ROOT / mutant.module).read_text("utf-8")
    assert lines(mutant, "+") != lines(mutant, "-")
    assert equivalents()[mutant].strip().endswith(".")


@pytest.mark.parametrize("module", DECIDING)
def test_no_mutant_lives_in_what_decides_but_the_equivalent_ones(module: str) -> None:
    assert FIGURES[module]["alive"] == 0
    listed = {mutant for mutant in equivalents() if mutant.module == module}
    assert FIGURES[module]["equivalent"] == len(listed)


def test_the_figures_are_of_modules_that_are_there() -> None:
    assert [module for module in FIGURES if not (ROOT / module).is_file()] == []
