"""What is restored: the state of a mailbox at a point in time (Graph's restorePoint)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

import attrs

from restore_domain.model.json_value import NO_DATA, JsonObject, frozen_object
from restore_domain.model.timestamp import with_fixed_offset
from restore_domain.model.validators import a, each, optional, point_in_time
from restore_domain.status import RestorePointTags

__all__ = ["ProtectionUnitBase", "RestorePoint"]


def _named(entity: Any) -> None:
    if not entity.id and not entity.odata_id:
        raise ValueError(f"{type(entity).__name__}: an id or an @odata.id is needed")


@attrs.frozen(kw_only=True, weakref_slot=False)
class ProtectionUnitBase:
    """The protected mailbox that a restore point belongs to, as far as a restore needs it.

    Every other property of Graph's protection units is kept in ``additional_data``.
    """

    id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The key of the protection unit."""

    odata_id: str | None = attrs.field(
        default=None, validator=optional(a(str)), metadata={"graph": "@odata.id"}
    )
    """A reference in the place of the key."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """What came on the wire that the attributes can't hold; see `JsonObject`."""

    __attrs_post_init__ = _named


_KEY_IN_PARENTHESES: Final = re.compile(r".*\('(?P<key>[^']*)'\)")


@attrs.frozen(kw_only=True, weakref_slot=False)
class RestorePoint:
    """A restore point, or a reference to one: a request names it as an ``id`` or ``@odata.id``."""

    id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The key of the restore point."""

    odata_id: str | None = attrs.field(
        default=None, validator=optional(a(str)), metadata={"graph": "@odata.id"}
    )
    """A reference in the place of the key: the key itself, or a URL that ends in it."""

    expiration_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """When the service drops the restore point."""

    protection_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """The point in time whose state is restored."""

    tags: tuple[RestorePointTags, ...] | None = attrs.field(
        default=None, validator=optional(each(RestorePointTags))
    )
    """The labels, in the order they came."""

    protection_unit: ProtectionUnitBase | None = attrs.field(
        default=None, validator=optional(a(ProtectionUnitBase))
    )
    """The mailbox."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """What came on the wire that the attributes can't hold; see `JsonObject`."""

    __attrs_post_init__ = _named

    @property
    def key(self) -> str:
        """The id, given or at the end of the reference: equal for the same restore point."""
        if self.id:
            return self.id
        last = (self.odata_id or "").rstrip("/").rpartition("/")[2]
        in_parentheses = _KEY_IN_PARENTHESES.fullmatch(last)
        return in_parentheses["key"] if in_parentheses else last
