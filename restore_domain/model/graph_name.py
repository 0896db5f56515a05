"""Which names properties and types have in Graph JSON."""

from __future__ import annotations

from typing import Any, Final

import attrs

__all__ = ["graph_name", "names_type", "uncapitalized"]


def graph_name(attribute: attrs.Attribute[Any]) -> str:
    """Return the Graph name of an attribute: its own in camelCase, or the one that it declares."""
    first, *rest = attribute.name.split("_")
    declared: str | None = attribute.metadata.get("graph")
    return declared or first + "".join(word.capitalize() for word in rest)


def uncapitalized(name: str) -> str:
    """Return a name as those of Graph's types and properties begin: with a small letter."""
    return name[:1].lower() + name[1:]


def names_type(annotation: Any, type_name: str) -> bool:
    """Return whether an ``@odata.type`` is this type of ``microsoft.graph`` (rule W5).

    Upper and lower case don't matter, and neither does the ``#`` before it.
    """
    if not isinstance(annotation, str) or len(annotation) > len(type_name) + _PREFIXED:
        return False
    name = annotation.removeprefix("#").lower()
    return name == f"{_NAMESPACE}.{type_name}".lower()


_NAMESPACE: Final = "microsoft.graph"
_PREFIXED: Final = len(f"#{_NAMESPACE}.")
"""How much longer than the name of its type an annotation may be."""
