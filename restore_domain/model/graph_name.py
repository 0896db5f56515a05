"""Which name a property has in Graph JSON."""

from __future__ import annotations

from typing import Any

import attrs

__all__ = ["graph_name"]


def graph_name(attribute: attrs.Attribute[Any]) -> str:
    """Return the Graph name of an attribute: its own in camelCase, or the one that it declares."""
    first, *rest = attribute.name.split("_")
    declared: str | None = attribute.metadata.get("graph")
    return declared or first + "".join(word.capitalize() for word in rest)
