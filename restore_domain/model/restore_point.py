"""What is restored: the state of a mailbox at a point in time (Graph's restorePoint)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

import attrs

from restore_domain.model.json_value import NO_DATA, JsonObject, frozen_object
from restore_domain.model.timestamp import point_in_time, with_fixed_offset
from restore_domain.model.validators import a, each, optional
from restore_domain.status import RestorePointTags

__all__ = ["ProtectionUnitBase", "RestorePoint", "key_of"]


def _named(entity: Any) -> None:
    if not entity.id and not entity.odata_id:
        raise ValueError(f"{type(entity).__name__}: an id or an @odata.id is needed")


@attrs.frozen(kw_only=True, weakref_slot=False)
class ProtectionUnitBase:
    """The protected mailbox of a restore point, with the properties that a restore needs.

    Every other property of Graph's protection units is in ``additional_data``.
    """

    id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The key of the protection unit."""

    odata_id: str | None = attrs.field(
        default=None, validator=optional(a(str)), metadata={"graph": "@odata.id"}
    )
    """A reference instead of the key."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""

    __attrs_post_init__ = _named


_PATH: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?(?P<path>[^?#]*).*", re.DOTALL)
"""A reference: its host is ignored, then its path, then its query and fragment, which are ignored.
"""

_ESCAPED_CHARACTER: Final = re.compile(
    "%[0-7]X|%[CD]X%[89AB]X|%EX%[89AB]X%[89AB]X|%F[0-4]%[89AB]X%[89AB]X%[89AB]X".replace(
        "X", "[0-9A-F]"
    ),
    re.IGNORECASE,
)
"""The escapes of a character in UTF-8, or what looks like them."""

_KEY_IN_PARENTHESES: Final = re.compile(r"[^(]*\((?P<key>.*)\)", re.DOTALL)


def _key_in(reference: str) -> str:
    """Return the key at the end of a reference, interpreted in OData's order for URLs.

    The path is split before its escapes are decoded, and the last segment is interpreted
    afterwards.
    """
    path = _PATH.sub(r"\g<path>", reference)
    segment = _ESCAPED_CHARACTER.sub(_unescaped, path.rstrip("/").rpartition("/")[2])
    in_parentheses = _KEY_IN_PARENTHESES.fullmatch(segment)
    key = in_parentheses["key"] if in_parentheses else segment
    if len(key) > 1 and key[0] == key[-1] == "'":
        return key[1:-1].replace("''", "'")
    return key


def _unescaped(escapes: re.Match[str]) -> str:
    """Return the character for these escapes; if they don't give one, they stay as they are."""
    try:
        return unquote(escapes[0], errors="strict")
    except UnicodeDecodeError:
        return escapes[0]


@attrs.frozen(kw_only=True, weakref_slot=False)
class RestorePoint:
    """A restore point, or a reference to one: a request names it as an ``id`` or ``@odata.id``."""

    id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The key of the restore point."""

    odata_id: str | None = attrs.field(
        default=None, validator=optional(a(str)), metadata={"graph": "@odata.id"}
    )
    """A reference instead of the key: the key itself, or a URL whose path ends in it."""

    expiration_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """When the service removes the restore point."""

    protection_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """The point in time whose state is restored."""

    tags: tuple[RestorePointTags, ...] | None = attrs.field(
        default=None, validator=optional(each(RestorePointTags))
    )
    """The labels, in their original order."""

    protection_unit: ProtectionUnitBase | None = attrs.field(
        default=None, validator=optional(a(ProtectionUnitBase))
    )
    """The mailbox."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""

    __attrs_post_init__ = _named

    @property
    def key(self) -> str:
        """The id, given or at the end of the reference: equal for the same restore point (O1).

        In a reference it is the last segment of the path, or the part of that segment in
        parentheses; percent-encoding and quotes around it don't matter, but case does.
        """
        return key_of(self)


def key_of(point: Any) -> str:
    """Return the `RestorePoint.key` of a restore point, or of the parser's struct of one."""
    return point.id or _key_in(point.odata_id or "")
