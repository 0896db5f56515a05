"""Conversion between entities and the models of Microsoft's Python client, ``msgraph-beta-sdk``.

Needs the client, which the extra ``sdk`` installs. The conversion goes through Graph JSON, which
both read and write. The client's own writer leaves out properties that only the service can set,
and sets of flags; `from_sdk` preserves them.
"""

# pyright: reportMissingImports=false
# (the client is in a dependency group of its own)

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, TypeVar

from kiota_serialization_json.json_parse_node import JsonParseNode
from kiota_serialization_json.json_serialization_writer import JsonSerializationWriter

from restore_domain.model import (
    CreateBulkRequest,
    CreateSessionRequest,
    RequestedArtifact,
    UpdateSessionRequest,
    UpdateSessionResponse,
)
from restore_domain.wire import loads, to_json_value

__all__ = ["from_sdk", "to_sdk"]

_Entity = TypeVar("_Entity")

_STANDS_FOR: Final[Mapping[type, str]] = {
    CreateBulkRequest: "MailboxRestoreArtifactsBulkAdditionRequest",
    CreateSessionRequest: "ExchangeRestoreSession",
    RequestedArtifact: "MailboxRestoreArtifact",
    UpdateSessionRequest: "ExchangeRestoreSession",
    UpdateSessionResponse: "ExchangeRestoreSession",
}
"""The client's models for requests; every other entity has a model of the same name."""

_UNWRITTEN: Final = {
    "displayName",
    "email",
    "pendingRetentionPeriodChange",
    "protectionSources",
    "restoredFolderName",
    "tags",
}
"""The properties that models read and do not write."""


def to_sdk(entity: object) -> Any:
    """Return the model with the same contents.

    If the client has no member of an enumeration for a text, its model has None. A time loses its
    digits beyond microseconds.
    """
    return JsonParseNode(to_json_value(entity)).get_object_value(_model_of(type(entity)))


def from_sdk(model: Any, kind: type[_Entity]) -> _Entity:
    """Return the entity of this kind; WireError if the model is invalid, such as one without id."""
    writer = JsonSerializationWriter()
    writer.on_start_object_serialization = _write_unwritten
    writer.write_object_value(None, model)
    return loads(writer.get_serialized_content(), kind)


def _model_of(kind: type) -> Any:
    name = _STANDS_FOR.get(kind, kind.__name__)
    return getattr(import_module(f"msgraph_beta.generated.models.{_snake_case(name)}"), name)


def _write_unwritten(model: Any, writer: Any) -> None:
    for name in _UNWRITTEN & model.get_field_deserializers().keys():
        value = getattr(model, _snake_case(name))
        if isinstance(value, list):
            value = ",".join(flag.value for flag in value)
        if value is not None:
            writer.write_any_value(name, value)


def _snake_case(name: str) -> str:
    return re.sub("(?<!^)([A-Z])", r"_\1", name).lower()
