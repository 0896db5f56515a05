"""The paths by which errors and differences name a place in a document: ``$.error.details[3]``."""

from __future__ import annotations

import json
from typing import Final

__all__ = ["ROOT", "id_step", "index_step", "name_step"]

ROOT: Final = "$"
"""The path of the whole document."""

_LONGEST_NAME: Final = 60
"""How many characters of a property's name, or of an id, a path shows."""


def name_step(name: str) -> str:
    """Return the step of a path into the property of this name."""
    if len(name) <= _LONGEST_NAME and name.isidentifier() and name.isascii():
        return f".{name}"
    return id_step(name)


def id_step(entity_id: str) -> str:
    """Return the step of a path into the entity with this id, such as ``["a1"]``."""
    shown = entity_id if len(entity_id) <= _LONGEST_NAME else entity_id[:_LONGEST_NAME] + "..."
    return f"[{json.dumps(shown)}]"


def index_step(index: int) -> str:
    """Return the step of a path into the entry at this position."""
    return f"[{index}]"
