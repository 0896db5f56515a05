"""The artifacts added by a request, or by a driver for a bulk request (rules O1, O3, O6, B5)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.requests import RequestedArtifact
from restore_domain.model.validators import several
from restore_domain.operations.checks import Additions, Requested
from restore_domain.status import ArtifactRestoreStatus, DestinationType

__all__ = ["new_artifacts"]


def new_artifacts(
    additions: Additions,
    artifact_ids: Iterable[str],
    status: ArtifactRestoreStatus = ArtifactRestoreStatus.ADDED,
    destination: DestinationType | None = None,
) -> tuple[MailboxRestoreArtifact, ...]:
    """Return the new artifacts in this status; the destination overrides their own."""
    ids = several(artifact_ids, "artifact_ids")
    added = tuple(
        _new_artifact(artifact_id, requested, status, destination or requested.destination_type)
        for artifact_id, requested in zip(
            islice(ids, len(additions)), additions.values(), strict=False
        )
    )
    if len(added) < len(additions):
        raise ValueError(
            f"expected an id for each new artifact: {len(additions)}, got {len(added)}"
        )
    return added


def _new_artifact(
    artifact_id: str,
    requested: Requested,
    status: ArtifactRestoreStatus,
    destination: DestinationType | None,
) -> MailboxRestoreArtifact:
    made: dict[str, Any] = {
        "id": artifact_id,
        "status": status,
        "destination_type": destination,
        "restore_point": requested.restore_point,
    }
    if isinstance(requested, RequestedArtifact):
        return MailboxRestoreArtifact(**made)
    return GranularMailboxRestoreArtifact(
        search_response_id=requested.search_response_id or "", **made
    )
