"""JSON Schema (draft 2020-12) and OpenAPI 3.1 of all that `restore_domain.wire` reads.

The schemas are data, in ``schemas.json`` beside this module: of each entity, request, event,
enumeration and of the body of an error. They are made of the same properties as the reader, and
say what it accepts, but for what is in `NOT_EXPRESSED`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources
from types import MappingProxyType, UnionType
from typing import Any, Final

from restore_domain.model.graph_name import uncapitalized
from restore_domain.operations.events import Event

__all__ = ["NOT_EXPRESSED", "json_schema", "names", "openapi"]

NOT_EXPRESSED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "duplicate ids": "Two entities of a session have different ids; JSON Schema compares "
        "whole entries, and none of two lists.",
        "impossible dates": "A date is one of the calendar, in the years 1 to 9999; a pattern does "
        "not count the days of a month.",
        "fractions of zero": "A whole number is written without a point; to JSON Schema 1.0 is the "
        "integer 1.",
        "line breaks": "A text with a meaning ends where it ends; in the regular expressions of "
        "some languages, such as Python's, $ matches before a last line break, too.",
        "numbers beyond a double": "A number is one that a double can contain; what 1e999 becomes "
        "depends on the parser.",
        "surrogates": "A text has no half of a surrogate pair; JSON Schema has no word for it.",
        "limits": "Texts, lists, unknown properties and numbers in them are as large as WireLimits "
        "says, which each reader chooses.",
    }
)
"""What the reader refuses and a schema accepts, with the reason. Nothing is the other way round."""


def names() -> tuple[str, ...]:
    """Return the names that there is a schema of, such as ``exchangeRestoreSession``."""
    return tuple(_shipped()["$defs"])


def json_schema(*kinds: str | type | UnionType) -> dict[str, Any]:
    """Return JSON Schema of names, or of classes of entities or events, with all they refer to.

    Of one kind it is the schema of that; of several, and of none, which stands for all, it has
    their definitions alone. The union `Event` has the name ``event``. Raises LookupError, which
    names what is like it, for what has no schema.
    """
    chosen = [*map(_name_of, kinds)]
    return {
        "$schema": _shipped()["$schema"],
        **({"$ref": _DEFINITIONS + chosen[0]} if len(chosen) == 1 else {}),
        "$defs": _with_references(chosen or names(), _DEFINITIONS),
    }


def openapi(*kinds: str | type | UnionType) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document whose components are these schemas, and all they refer to.

    Without a kind it has all schemas. It has no paths: those are yours. Raises LookupError as
    `json_schema` does.
    """
    chosen = [*map(_name_of, kinds)]
    schemas = _with_references(chosen or names(), "#/components/schemas/")
    return {
        "openapi": "3.1.1",
        "info": {"title": "Restore sessions of Microsoft 365 mailboxes", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }


_DEFINITIONS: Final = "#/$defs/"


@cache
def _shipped() -> Mapping[str, Any]:
    text = resources.files(__name__).joinpath("schemas.json").read_text("utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found


def definition(name: str) -> Mapping[str, Any]:
    """Return the schema of this name as it is shipped, with its references."""
    found: Mapping[str, Any] = _shipped()["$defs"][name]
    return found


def _name_of(kind: str | type | UnionType) -> str:
    """Return the name of the schema of a kind."""
    if isinstance(kind, str):
        name = kind
    elif kind == Event:
        name = "event"
    else:
        name = uncapitalized(getattr(kind, "__name__", repr(kind)))
    if name in _shipped()["$defs"]:
        return name
    similar = get_close_matches(name, names(), n=3, cutoff=0.5)
    meant = f"; did you mean {' or '.join(similar)}?" if similar else ""
    raise LookupError(f"there is no schema of {name[:60]!r}{meant}")


def referring(schema: Any, refer: Callable[[str], dict[str, Any]]) -> Any:
    """Return a copy of a part of a schema, whose references are as made for each name."""
    if isinstance(schema, list):
        return [referring(part, refer) for part in schema]
    if not isinstance(schema, dict):
        return schema
    copied: dict[str, Any] = {}
    for word, part in schema.items():
        if word == "$ref":
            copied |= refer(part.removeprefix(_DEFINITIONS))
        else:
            copied[word] = referring(part, refer)
    return copied


def _with_references(chosen: Iterable[str], prefix: str) -> dict[str, Any]:
    """Return these definitions and all that they refer to, in the order of the file."""
    found: dict[str, Any] = {}
    waiting = [*chosen]

    def refer(name: str) -> dict[str, Any]:
        waiting.append(name)
        return {"$ref": prefix + name}

    while waiting:
        if (name := waiting.pop()) not in found:
            found[name] = referring(definition(name), refer)
    return {name: found[name] for name in names() if name in found}
