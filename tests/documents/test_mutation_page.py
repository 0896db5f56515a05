"""The equivalent mutants are changes of the current code, and the figures count them."""

import json
from typing import Any

import pytest

from tests.mutation.equivalents import Mutant, equivalents
from tests.mutation.selection import modules

from .pages import DOCS, ROOT

FIGURES: dict[str, Any] = json.loads((DOCS / "mutation-testing.json").read_text("utf-8"))
DECIDING = sorted(
    path.relative_to(ROOT).as_posix()
    for name in ("status.py", "aggregation.py", "lifecycle.py", "operations/*.py")
    for path in (ROOT / "restore_domain").glob(name)
    if path.name != "__init__.py"  # only names
)


def lines(mutant: Mutant, sign: str) -> str:
    return "\n".join(line[1:] for line in mutant.change.splitlines() if line[0] == sign)


@pytest.mark.parametrize("mutant", equivalents(), ids=lambda mutant: mutant.place)
def test_an_equivalent_mutant_is_a_change_of_what_is_there(mutant: Mutant) -> None:
    assert lines(mutant, "-") in (ROOT / mutant.module).read_text("utf-8")
    assert lines(mutant, "+") != lines(mutant, "-")
    assert equivalents()[mutant].strip().endswith(".")


def test_an_equivalent_mutant_is_listed_once() -> None:
    text = (ROOT / "tests/mutation/equivalents.toml").read_text("utf-8")
    assert text.count("[[equivalent]]\n") == len(equivalents())


@pytest.mark.parametrize("module", [module for module, counts in FIGURES.items() if counts])
def test_only_equivalent_mutants_survive_in_the_modules_that_were_run(module: str) -> None:
    assert FIGURES[module]["alive"] == 0
    listed = {mutant for mutant in equivalents() if mutant.module == module}
    assert FIGURES[module]["equivalent"] >= len(listed)  # two changes may read the same


def test_each_module_that_states_rules_has_figures() -> None:
    assert [module for module in DECIDING if FIGURES[module] is None] == []


def test_each_mutated_module_has_figures_or_is_said_to_have_none() -> None:
    assert list(FIGURES) == [str(module) for module in modules()]
