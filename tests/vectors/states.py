"""Functions that build initial states: sessions and artifacts in any state.

The declared values of a session follow from its artifacts, so it makes no difference whether a
system stores or computes them; only the cases of rule S1a differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import attrs

from restore_domain.model import ExchangeRestoreSession
from restore_domain.wire import from_json_value, to_json_value

from .asking import ON_HOLD, at
from .declaring import Start

__all__ = [
    "NOT_DRAFT",
    "REQUESTS",
    "asked",
    "bulk",
    "given",
    "granular",
    "in_status",
    "odata",
    "of_both_kinds",
    "session",
    "start",
    "stored",
    "undeclared",
]

_STARTED: Final = {"startDateTime": at(20)}
_ENDED: Final = {"completionDateTime": at(30)}

_WITH_STATUS: Final[Mapping[str, dict[str, Any]]] = MappingProxyType(
    {
        "inProgress": _STARTED,
        "succeeded": _STARTED | _ENDED,
        "failed": _STARTED | _ENDED | {"error": ON_HOLD},
    }
)
"""The properties of an artifact in this status (rule L5)."""


def stored(artifact_id: str, status: str, **others: Any) -> dict[str, Any]:
    """Return an artifact of a whole mailbox in this status."""
    return {
        "id": artifact_id,
        "status": status,
        "destinationType": "inPlace",
        "restorePoint": {"id": f"point-of-{artifact_id}"},
        **_WITH_STATUS.get(status, {}),
        **others,
    }


def granular(artifact_id: str, status: str, **others: Any) -> dict[str, Any]:
    """Return a granular artifact in this status."""
    return {
        "@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact",
        "searchResponseId": "search-1",
        **stored(artifact_id, status, **others),
    }


def undeclared(*artifacts: Any, session_id: str = "s1", **others: Any) -> dict[str, Any]:
    """Return a session with these artifacts that declares nothing that follows from them."""
    return {
        "id": session_id,
        "createdDateTime": at(0),
        "lastModifiedDateTime": at(30),
        "mailboxRestoreArtifacts": list(artifacts),
        **others,
    }


REQUESTS: Final = "mailboxRestoreArtifactsBulkAdditionRequests"
"""The property with a session's bulk requests."""


def odata(collection: str, **values: Any) -> dict[str, Any]:
    """Return the OData annotations of a collection: its ``count``, ``nextLink`` and ``context``."""
    return {f"{collection}@odata.{name}": value for name, value in values.items()}


def asked(request_id: str, status: Any, **others: Any) -> dict[str, Any]:
    """Return a bulk request in this status, as it is in a session."""
    return {
        "id": request_id,
        "status": status,
        "destinationType": "inPlace",
        "createdDateTime": at(10),
        "lastModifiedDateTime": at(40),
        **others,
    }


def bulk(
    *requests: Any, artifacts: Sequence[Any] = (), session_id: str = "s1", **others: Any
) -> dict[str, Any]:
    """Return a bulk session that declares none of the values that follow from its contents."""
    given: dict[str, Any] = {
        "restoreJobType": "bulk",
        REQUESTS: list(requests),
    }
    return undeclared(*artifacts, session_id=session_id, **given | others)


def session(*artifacts: Any, session_id: str = "s1", **others: Any) -> dict[str, Any]:
    """Return a session with these artifacts that declares the values that follow from them."""
    document = undeclared(*artifacts, session_id=session_id, **others)
    read = from_json_value(document, ExchangeRestoreSession)
    return to_json_value(attrs.evolve(read, declared=None))


def in_status(*statuses: str, session_id: str = "s1", **others: Any) -> dict[str, Any]:
    """Return a session with an artifact ``a1``, ``a2`` … in each of these statuses."""
    artifacts = [stored(f"a{number}", status) for number, status in enumerate(statuses, start=1)]
    return session(*artifacts, session_id=session_id, **others)


def of_both_kinds(whole: Sequence[str], chosen: Sequence[str]) -> dict[str, Any]:
    """Return a session with artifacts ``a1`` … of whole mailboxes and granular ones, ``g1`` …."""
    return session(
        *(stored(f"a{number}", status) for number, status in enumerate(whole, start=1)),
        granularMailboxRestoreArtifacts=[
            granular(f"g{number}", status) for number, status in enumerate(chosen, start=1)
        ],
    )


def start(*sessions: Any, limits: Mapping[str, int] | None = None) -> Start:
    """Begin with these sessions and limits."""
    given: dict[str, Any] = {"sessions": list(sessions)} if sessions else {}
    return Start(given if limits is None else {"limits": limits, **given})


def given(*statuses: str, **others: Any) -> Start:
    """Begin with a session ``s1`` with an artifact ``a1``, ``a2`` … in each of these statuses."""
    return start(in_status(*statuses, **others))


NOT_DRAFT: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "activating": ("scheduling",),
        "activating-in-part": ("added", "scheduling"),
        "active": ("inProgress",),
        "active-though-one-is-added": ("added", "scheduled"),
        "active-between": ("added", "succeeded"),
        "completed-with-error": ("succeeded", "failed"),
        "completed": ("succeeded",),
        "failed": ("failed",),
        "unknown": ("added", "unknownFutureValue"),
    }
)
"""Sessions that are not drafts, each by its name with the statuses of its artifacts."""
