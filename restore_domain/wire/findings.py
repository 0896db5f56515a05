"""Contradictions in a history of snapshots, as JSON (rules H1-H3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import attrs

from restore_domain.model import MISSING, Finding
from restore_domain.model.graph_name import graph_name
from restore_domain.model.timestamp import timestamp_text
from restore_domain.wire.documents import to_json_value
from restore_domain.wire.properties import is_entity

__all__ = ["finding_to_json"]


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain JSON values: all its attributes in camelCase.

    ``old`` and ``new`` are as on the wire, and left out if there is no value; a received null is a
    value. The positions are returned unchanged.
    """
    return {
        name: _value(value)
        for name, attribute in _NAMES.items()
        if (value := getattr(finding, attribute)) is not MISSING
    }


_NAMES: Final = {graph_name(field): field.name for field in attrs.fields(Finding)}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return timestamp_text(value)
    return to_json_value(value) if is_entity(type(value)) else value
