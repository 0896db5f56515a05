"""Who did something (Graph's identity and identitySet, both open types)."""

from __future__ import annotations

import attrs

from restore_domain.model.json_value import NO_DATA, JsonObject, frozen_object
from restore_domain.model.validators import a, optional

__all__ = ["Identity", "IdentitySet"]


@attrs.frozen(kw_only=True, weakref_slot=False)
class Identity:
    """An application, a device or a user."""

    display_name: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The name shown to people; it may change, and may be missing."""

    id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The permanent key of the identity."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class IdentitySet:
    """The identities that acted together: a user by means of an application on a device."""

    application: Identity | None = attrs.field(default=None, validator=optional(a(Identity)))
    """The application."""

    device: Identity | None = attrs.field(default=None, validator=optional(a(Identity)))
    """The device."""

    user: Identity | None = attrs.field(default=None, validator=optional(a(Identity)))
    """The user."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""
