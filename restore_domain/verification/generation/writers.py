"""The writers of calls for each method, and what a call could be about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from restore_domain.verification.generation.bulk_calls import BULK_WRITERS
from restore_domain.verification.generation.right_calls import SESSION_WRITERS, Writer
from restore_domain.verification.generation.scene import Scene

__all__ = ["WRITERS", "subjects"]

WRITERS: Final[Mapping[str, Writer]] = {**SESSION_WRITERS, **BULK_WRITERS}
"""The function that writes the parameters of each method."""


def subjects(scene: Scene) -> dict[str, Collection[Any]]:
    """Return for each method what it could be about now, the simplest method first."""
    return {
        "create": (None,),
        "record": scene.with_artifacts,
        "activate": scene.drafts,
        "update": scene.updatable,
        "createArtifact": scene.of_whole_mailboxes,
        "recordBatch": scene.with_artifacts,
        "createBulkRequest": scene.taking_bulk_requests,
        "resolveBulkRequest": scene.resolvable,
        "delete": scene.drafts,
        "deleteBulkRequest": scene.ended_bulk_requests,
        "expire": (None,),
        "get": scene.sessions,
        "list": (None,),
        "listArtifacts": scene.sessions,
        "listGranularArtifacts": scene.sessions,
        "getBulkRequest": scene.bulk_requests,
        "listBulkRequests": scene.sessions,
    }
