"""The mutants that no program can show, by patterns, each with the reason: ``unseen.toml``."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from tests.mutation.equivalents import Mutant


@cache
def _patterns() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(
        Path(__file__).with_suffix(".toml").read_text("utf-8")
    )["unseen"]
    return found


def is_unseen(mutant: Mutant) -> bool:
    """Return whether a mutant changes only something that a program does not show."""
    return any(
        mutant.module == pattern.get("module", mutant.module)
        and mutant.place in pattern.get("places", [mutant.place])
        and any(line in mutant.change for line in pattern.get("lines", [""]))
        for pattern in _patterns()
    )
