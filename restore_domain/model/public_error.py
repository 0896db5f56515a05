"""Why something failed (Graph's publicError and its parts)."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from restore_domain.model.json_value import NO_DATA, JsonObject, frozen_object
from restore_domain.model.validators import a, each, optional

__all__ = ["PublicError", "PublicErrorDetail", "PublicInnerError"]


@attrs.frozen(kw_only=True, weakref_slot=False)
class PublicErrorDetail:
    """One of several reasons."""

    code: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The service's code, for programs."""

    message: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The reason in words, for people."""

    target: str | None = attrs.field(default=None, validator=optional(a(str)))
    """What the error is about: in a session's error the id of the artifact (rule S4), in a bulk
    request's the mailbox (rule B5).
    """

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class PublicInnerError:
    """What the service knows in addition to the error itself (an open type)."""

    code: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The service's code, for programs."""

    details: tuple[PublicErrorDetail, ...] | None = attrs.field(
        default=None, validator=optional(each(PublicErrorDetail))
    )
    """The individual reasons."""

    message: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The reason in words, for people."""

    target: str | None = attrs.field(default=None, validator=optional(a(str)))
    """What the error is about."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class PublicError:
    """The error of an artifact, of a session, or of a refused request."""

    code: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The service's code, for programs."""

    details: Sequence[PublicErrorDetail] | None = attrs.field(
        default=None, validator=optional(each(PublicErrorDetail))
    )
    """The individual reasons: a tuple, or for a bulk request a sequence that compares like one."""

    inner_error: PublicInnerError | None = attrs.field(
        default=None, validator=optional(a(PublicInnerError))
    )
    """What the service knows in addition."""

    message: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The reason in words, for people."""

    target: str | None = attrs.field(default=None, validator=optional(a(str)))
    """What the error is about."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""
