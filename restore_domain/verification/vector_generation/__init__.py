"""Where the conformance vectors come from: declared cases, and the answers of the reference.

``python -m restore_domain.verification.vector_generation`` writes them into the package. Each
module here declares the cases of a topic or two. What they ask is in the words of `asking`, and
what they begin with in those of `holding`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from restore_domain.verification.vector_generation.activating import ACTIVATE, DELETE
from restore_domain.verification.vector_generation.aggregation import AGGREGATION, EXPLANATION
from restore_domain.verification.vector_generation.auditing import AUDIT
from restore_domain.verification.vector_generation.creating import CREATE
from restore_domain.verification.vector_generation.declaring import Topic, text_of
from restore_domain.verification.vector_generation.histories import HISTORIES
from restore_domain.verification.vector_generation.lifecycle import LIFECYCLE
from restore_domain.verification.vector_generation.ordering import ORDER_OF_CHECKS
from restore_domain.verification.vector_generation.reading import READ_OPERATIONS
from restore_domain.verification.vector_generation.recording import EXPIRE, RECORD
from restore_domain.verification.vector_generation.sessions import SESSION
from restore_domain.verification.vector_generation.updating import CREATE_ARTIFACT, UPDATE
from restore_domain.verification.vector_generation.wire import WIRE

__all__ = ["DECLARED", "text_of", "write"]

DECLARED: Final[tuple[Topic, ...]] = (
    AGGREGATION,
    EXPLANATION,
    LIFECYCLE,
    CREATE,
    ACTIVATE,
    DELETE,
    UPDATE,
    CREATE_ARTIFACT,
    RECORD,
    EXPIRE,
    READ_OPERATIONS,
    ORDER_OF_CHECKS,
    SESSION,
    WIRE,
    AUDIT,
    HISTORIES,
)
"""Every topic, in the order of `restore_domain.verification.vectors.TOPICS`."""


def write(folder: Path) -> None:
    """Write the file of each topic."""
    for topic in DECLARED:
        (folder / f"{topic.name}.json").write_text(text_of(topic), "utf-8")
