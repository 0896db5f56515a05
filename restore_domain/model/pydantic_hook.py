"""What pydantic asks a class for, so that it stands as the type of a field.

The answer is in `restore_domain.pydantic_fields`, on a layer above, and needs the package pydantic.
So it is imported by its name and when pydantic asks, which then is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

__all__ = ["stand_as_pydantic_fields"]


def stand_as_pydantic_fields(classes: Iterable[Any]) -> None:
    """Let each of these classes, and those derived from it, answer pydantic."""
    for kind in classes:
        kind.__get_pydantic_core_schema__ = classmethod(_core_schema)
        kind.__get_pydantic_json_schema__ = classmethod(_json_schema)


def _core_schema(kind: type, _source: Any, _handler: Any) -> Any:
    return import_module("restore_domain.pydantic_fields").core_schema_of(kind)


def _json_schema(kind: type, _core_schema: Any, handler: Any) -> Any:
    return import_module("restore_domain.pydantic_fields").json_schema_of(kind, handler)
