"""The mutants that no test can distinguish from the code, with reasons: ``equivalents.toml``."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Mutant(NamedTuple):
    """A change of the code, named so that it is found again after other changes."""

    module: str
    """The path of the module."""

    place: str
    """The function, method or class that is changed."""

    change: str
    """The lines that are changed, as a diff."""

    def __str__(self) -> str:
        """Write it as the file has it."""
        return f"module = '{self.module}'\nplace = '{self.place}'\nchange = '''\n{self.change}'''\n"


@cache
def equivalents() -> dict[Mutant, str]:
    """Return the reason why each of them behaves the same as the code."""
    text = Path(__file__).with_suffix(".toml").read_text("utf-8")
    return {
        Mutant(entry["module"], entry["place"], entry["change"]): entry["reason"]
        for entry in tomllib.loads(text)["equivalent"]
    }
