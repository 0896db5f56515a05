"""The entity classes that can be tested, derived from what the model exports."""

from __future__ import annotations

from typing import Final

from restore_domain import model
from restore_domain.wire.properties import is_entity

__all__ = ["ENTITY_CLASSES"]

ENTITY_CLASSES: Final[tuple[type, ...]] = tuple(
    kind
    for kind in map(vars(model).get, model.__all__)
    if isinstance(kind, type) and is_entity(kind)
)
"""Every class whose instances are JSON objects of their own."""
