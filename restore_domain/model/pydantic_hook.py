"""The hooks that pydantic calls on a class, so that it can be used as the type of a field.

The implementation is in `restore_domain.pydantic_fields`, in a layer above, and needs the package
pydantic. So it is imported by name, when pydantic calls a hook and is therefore installed.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

__all__ = ["stand_as_pydantic_fields"]


def stand_as_pydantic_fields(classes: Iterable[Any]) -> None:
    """Let each of these classes, and its subclasses, have pydantic's hooks."""
    for kind in classes:
        kind.__get_pydantic_core_schema__ = classmethod(_core_schema)
        kind.__get_pydantic_json_schema__ = classmethod(_json_schema)


def _core_schema(kind: type, _source: Any, _handler: Any) -> Any:
    return import_module("restore_domain.pydantic_fields").core_schema_of(kind)


def _json_schema(kind: type, _core_schema: Any, handler: Any) -> Any:
    return import_module("restore_domain.pydantic_fields").json_schema_of(kind, handler)
