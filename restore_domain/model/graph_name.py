"""The names of properties and types in Graph JSON."""

from __future__ import annotations

from typing import Any

import attrs

__all__ = ["graph_name", "names_type", "uncapitalized"]


def graph_name(attribute: attrs.Attribute[Any]) -> str:
    """Return the Graph name of an attribute: its name in camelCase, or the one that it declares."""
    first, *rest = attribute.name.split("_")
    declared: str | None = attribute.metadata.get("graph")
    return declared or first + "".join(word.capitalize() for word in rest)


def uncapitalized(name: str) -> str:
    """Return a name with a lower-case first letter, like those of Graph's types and properties."""
    return name[:1].lower() + name[1:]


def names_type(annotation: Any, type_name: str) -> bool:
    """Return whether an ``@odata.type`` is this type of ``microsoft.graph`` (rule W5).

    The comparison ignores case and a leading ``#``.
    """
    name = annotation.removeprefix("#").lower() if isinstance(annotation, str) else None
    return name == f"microsoft.graph.{type_name}".lower()
