"""One page of a collection, as the service answers a list request."""

from __future__ import annotations

import attrs

from restore_domain.model.artifact import ARTIFACTS, MailboxRestoreArtifact
from restore_domain.model.bulk_request import MailboxRestoreArtifactsBulkAdditionRequest
from restore_domain.model.json_value import NO_DATA, JsonObject, frozen_object
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.model.validators import a, each, optional

__all__ = [
    "ExchangeRestoreSessionCollectionResponse",
    "MailboxRestoreArtifactCollectionResponse",
    "MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse",
]


@attrs.frozen(kw_only=True, weakref_slot=False)
class MailboxRestoreArtifactCollectionResponse:
    """A page of the artifacts of a session."""

    value: tuple[MailboxRestoreArtifact, ...] = attrs.field(validator=each(ARTIFACTS))
    """The artifacts of this page."""

    odata_next_link: str | None = attrs.field(
        default=None, validator=optional(a(str)), metadata={"graph": "@odata.nextLink"}
    )
    """The link to the next page; None on the last one."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class ExchangeRestoreSessionCollectionResponse:
    """A page of the restore sessions."""

    value: tuple[ExchangeRestoreSession, ...] = attrs.field(validator=each(ExchangeRestoreSession))
    """The sessions of this page."""

    odata_next_link: str | None = attrs.field(
        default=None, validator=optional(a(str)), metadata={"graph": "@odata.nextLink"}
    )
    """The link to the next page; None on the last one."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse:
    """A page of the bulk requests of a session."""

    value: tuple[MailboxRestoreArtifactsBulkAdditionRequest, ...] = attrs.field(
        validator=each(MailboxRestoreArtifactsBulkAdditionRequest)
    )
    """The requests of this page."""

    odata_next_link: str | None = attrs.field(
        default=None, validator=optional(a(str)), metadata={"graph": "@odata.nextLink"}
    )
    """The link to the next page; None on the last one."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""
