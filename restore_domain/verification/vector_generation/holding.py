"""The words for what a system begins with: sessions and artifacts in any state.

What a session declares of itself is what its artifacts give, so that it makes no difference
whether a system keeps it or derives it; the cases of rule S1a alone say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from restore_domain.model import ExchangeRestoreSession
from restore_domain.verification.vector_generation.asking import ON_HOLD, at
from restore_domain.wire import from_json_value, to_json_value

__all__ = ["NOT_DRAFT", "granular", "held", "in_status", "session", "start", "undeclared"]

_STARTED: Final = {"startDateTime": at(20)}
_ENDED: Final = {"completionDateTime": at(30)}

_WITH_STATUS: Final[Mapping[str, dict[str, Any]]] = MappingProxyType(
    {
        "inProgress": _STARTED,
        "succeeded": _STARTED | _ENDED,
        "failed": _STARTED | _ENDED | {"error": ON_HOLD},
    }
)
"""What an artifact in this status has (rule L5)."""


def held(artifact_id: str, status: str, **others: Any) -> dict[str, Any]:
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
    """Return an artifact of chosen items in this status."""
    return {
        "@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact",
        "searchResponseId": "search-1",
        **held(artifact_id, status, **others),
    }


def undeclared(*artifacts: Any, session_id: str = "s1", **others: Any) -> dict[str, Any]:
    """Return a session with these artifacts that says nothing of what follows from them."""
    return {
        "id": session_id,
        "createdDateTime": at(0),
        "lastModifiedDateTime": at(30),
        "mailboxRestoreArtifacts": list(artifacts),
        **others,
    }


def session(*artifacts: Any, session_id: str = "s1", **others: Any) -> dict[str, Any]:
    """Return a session with these artifacts that declares what follows from them."""
    document = undeclared(*artifacts, session_id=session_id, **others)
    read = from_json_value(document, ExchangeRestoreSession)
    return to_json_value(attrs.evolve(read, declared=None))


def in_status(*statuses: str, session_id: str = "s1", **others: Any) -> dict[str, Any]:
    """Return a session with an artifact ``a1``, ``a2`` … in each of these statuses."""
    artifacts = [held(f"a{number}", status) for number, status in enumerate(statuses, start=1)]
    return session(*artifacts, session_id=session_id, **others)


def start(*sessions: Any, limits: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Return what a system begins with."""
    given: dict[str, Any] = {"sessions": list(sessions)} if sessions else {}
    return given if limits is None else {"limits": limits, **given}


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
"""Sessions that are no draft, each by its name with the statuses of its artifacts."""
