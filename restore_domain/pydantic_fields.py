"""Entities and events as fields of pydantic models, and so in FastAPI: the extra ``pydantic``.

Users don't call anything here: pydantic calls the classes, which call this module.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from pydantic import GetJsonSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from restore_domain import model
from restore_domain.model.graph_name import uncapitalized
from restore_domain.schemas import definition, names, referring
from restore_domain.wire import Problem, WireError, from_json_value, to_json_value

__all__ = ["core_schema_of", "json_schema_of"]


def core_schema_of(kind: type) -> CoreSchema:
    """Return how pydantic validates and serializes values of a class.

    An instance is accepted unchanged, Graph JSON is read, and each problem becomes an error with
    its place.
    """

    def validated(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        try:
            return from_json_value(value, kind)
        except WireError as error:
            details = [_detail(problem, value) for problem in error.problems]
            raise ValidationError.from_exception_data(kind.__name__, details) from None

    return core_schema.no_info_plain_validator_function(
        validated,
        ref=f"{kind.__module__}.{kind.__qualname__}:{id(kind)}",
        serialization=core_schema.plain_serializer_function_ser_schema(
            to_json_value, when_used="json"
        ),
    )


def _detail(problem: Problem, value: Any) -> InitErrorDetails:
    """Return an error of pydantic, with the part of the value that it is about."""
    place = tuple(_steps(problem.path))
    for step in place:
        try:
            value = value[step]
        except (LookupError, TypeError):  # it is missing in the surrounding object
            break
    # without a context pydantic uses the text as it is, including braces
    text: Any = problem.message
    error = PydanticCustomError("graph_json", text)
    return InitErrorDetails(type=error, loc=place, input=value)


_STEP: Final = re.compile(r'\.(?P<name>\w+)|\[(?P<json>\d+|"(?:[^"\\]|\\.)*")\]')


def _steps(path: str) -> Iterator[str | int]:
    """Yield the names and positions in a path."""
    for step in _STEP.finditer(path):
        yield step["name"] or json.loads(step["json"])


def json_schema_of(kind: type, handler: GetJsonSchemaHandler) -> dict[str, Any]:
    """Return the JSON Schema of a class; its parts are among pydantic's own definitions."""

    def refer(name: str) -> dict[str, Any]:
        part = vars(model).get(name[0].upper() + name[1:])
        if part is None:  # for example an enumeration, which is written where it is used
            return copied(name)
        return handler(core_schema.definitions_schema(_adapter(part).core_schema, []))

    def copied(name: str) -> dict[str, Any]:
        found: dict[str, Any] = referring(definition(name), refer)
        return found

    known = (one.__name__ for one in kind.__mro__)  # a subclass of the user has no schema
    return copied(next(name for name in map(uncapitalized, known) if name in names()))


_adapter: Final[Any] = cache(TypeAdapter)
