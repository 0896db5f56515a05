"""What a session restores: whole mailboxes or selected items, and never both (O1, O3, O6, S9).

Both are requested by lists of the same form. Nothing that a client asks for is ignored, or turned
into something else: an ambiguous request is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs

from restore_domain.model.addition_index import AdditionIndex
from restore_domain.model.graph_name import names_type
from restore_domain.model.json_path import ROOT, name_step
from restore_domain.model.json_value import NO_DATA
from restore_domain.model.requests import (
    CreateSessionRequest,
    RequestedGranularArtifact,
    UpdateSessionRequest,
)
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.model.validators import is_blank, shown
from restore_domain.operations.checks import Additions, invalid_artifact_request
from restore_domain.operations.errors import Operation
from restore_domain.status import RestoreJobType

__all__ = ["DELTA", "GRANULAR", "WHOLE", "Kind", "asked_list", "check_entries", "check_kind"]


@attrs.frozen
class Kind:
    """A kind of artifacts, and its names in requests and sessions."""

    type_name: str
    """The type of ``microsoft.graph`` with which an artifact may be annotated."""

    attribute: str
    """The attribute of a session, and of a request to create one, that has these artifacts."""

    name: str
    """The name of the property."""

    job_type: RestoreJobType
    """The type of a session that is created with this kind (rule S9)."""


WHOLE: Final = Kind(
    "mailboxRestoreArtifact",
    "mailbox_restore_artifacts",
    "mailboxRestoreArtifacts",
    RestoreJobType.STANDARD,
)
"""Whole mailboxes."""

GRANULAR: Final = Kind(
    "granularMailboxRestoreArtifact",
    "granular_mailbox_restore_artifacts",
    "granularMailboxRestoreArtifacts",
    RestoreJobType.GRANULAR,
)
"""Selected items."""

KINDS: Final = (WHOLE, GRANULAR)


@attrs.frozen
class Suffix:
    """How the name of a list continues after that of its kind."""

    attribute: str
    name: str


LIST: Final = Suffix("", "")
"""The artifacts to begin with."""

DELTA: Final = Suffix("_delta", "@delta")
"""The artifacts to add and to remove."""

NAMES_OF_LISTS: Final = frozenset(
    name + suffix.name
    for name in (
        *(kind.name for kind in KINDS),
        "granularMailboxRestoreArtifact",  # as the service's documentation misspells it
        "mailboxRestoreArtifactsBulkAdditionRequests",
    )
    for suffix in (LIST, DELTA)
)
"""The properties that ask for artifacts, correctly or not."""

ODATA_TYPE: Final = "@odata.type"
SEARCH: Final = "searchResponseId"


def asked_list(
    operation: Operation,
    request: CreateSessionRequest | UpdateSessionRequest,
    suffix: Suffix = LIST,
) -> tuple[Kind, Sequence[Any]] | None:
    """Return the list of a request and its kind, or None if it has none.

    Raises InvalidArtifactRequest for a list that is null or empty, for two lists, and for a
    property by which this operation does not accept artifacts.
    """
    properties = {kind.name + suffix.name: kind for kind in KINDS}
    lists = {
        name: getattr(request, kind.attribute + suffix.attribute)
        for name, kind in properties.items()
    }
    data = request.additional_data  # contains the properties that are null, too
    others = sorted((NAMES_OF_LISTS - lists.keys()) & data.keys())
    if others:
        raise invalid_artifact_request(
            operation, ROOT + name_step(others[0]), f"expected {' or '.join(lists)}"
        )
    there = [name for name, entries in lists.items() if entries is not None or name in data]
    if not there:
        return None
    name, *more = there
    if more:
        raise invalid_artifact_request(
            operation,
            ROOT + name_step(more[0]),
            f"{name} is also present; use a separate session for each",
        )
    if not lists[name]:
        raise invalid_artifact_request(
            operation, ROOT + name_step(name), "null or empty; name an artifact, or leave it out"
        )
    return properties[name], lists[name]


def check_entries(operation: Operation, kind: Kind, additions: Additions) -> None:
    """Raise InvalidArtifactRequest if an entry is of another kind than its list."""
    for path, artifact in additions.items():
        data = artifact.additional_data
        if data is NO_DATA and kind is WHOLE:  # as nearly always
            continue
        if ODATA_TYPE in data and not names_type(data[ODATA_TYPE], kind.type_name):
            raise invalid_artifact_request(
                operation,
                path + name_step(ODATA_TYPE),
                f"expected microsoft.graph.{kind.type_name}, got {shown(data[ODATA_TYPE])}",
            )
        if isinstance(artifact, RequestedGranularArtifact):
            if is_blank(artifact.search_response_id or ""):
                problem = "missing or blank; give the search whose results were selected"
                raise invalid_artifact_request(operation, path + name_step(SEARCH), problem)
        elif SEARCH in data:
            problem = "the restore of a whole mailbox has none; ask for a granular one"
            raise invalid_artifact_request(operation, path + name_step(SEARCH), problem)


def check_kind(  # noqa: PLR0913 - the parts of a request
    operation: Operation,
    session: ExchangeRestoreSession,
    index: AdditionIndex,
    kind: Kind,
    path: str,
    *,
    adds: bool,
) -> None:
    """Raise InvalidArtifactRequest if a session does not accept this kind (rule S9).

    A granular session accepts only granular artifacts, and any other only whole ones. Artifacts
    can't be added to artifacts of the other kind.
    """
    only_granular = index.granular > 0 and not index.whole
    is_granular = only_granular or session.restore_job_type is RestoreJobType.GRANULAR
    taken = GRANULAR if is_granular else WHOLE
    if kind is not taken:
        raise invalid_artifact_request(
            operation, path, f"session {shown(session.id)} takes {taken.name} alone"
        )
    if adds and (index.whole if is_granular else index.granular):
        raise invalid_artifact_request(
            operation, path, f"session {shown(session.id)} contains artifacts of the other kind"
        )
