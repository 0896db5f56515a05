"""What an artifact gains when it enters a status: its times and its error (rule L5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from restore_domain.construction import evolver
from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.json_value import NO_DATA, without_properties
from restore_domain.model.public_error import PublicError
from restore_domain.status import ArtifactRestoreStatus

__all__ = ["entered"]

STATUS: Final = frozenset({"status"})

_ENTERED: Final = {
    kind: evolver(
        kind, "status", "start_date_time", "completion_date_time", "error", "additional_data"
    )
    for kind in (MailboxRestoreArtifact, GranularMailboxRestoreArtifact)
}
"""For each class the function that copies an artifact with what a change of status changes."""


def entered(
    artifact: MailboxRestoreArtifact,
    status: ArtifactRestoreStatus,
    *,
    started: datetime | None = None,
    ended: datetime | None = None,
    error: PublicError | None = None,
) -> Any:
    """Return the artifact in another status; the text of an unknown old one is forgotten."""
    data = artifact.additional_data
    if data is not NO_DATA:
        data = without_properties(data, STATUS)
    return _ENTERED[type(artifact)](artifact, status, started, ended, error, data)
