"""Every topic, and its file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from .activating import ACTIVATE, DELETE
from .again import AGAIN
from .aggregation import AGGREGATION, EXPLANATION
from .auditing import AUDIT
from .bodies import REQUESTS
from .bulk_sessions import BULK
from .creating import CREATE
from .declaring import Topic, text_of
from .granular import GRANULAR
from .histories import HISTORIES
from .lifecycle import LIFECYCLE
from .order_of_checks import ORDER_OF_CHECKS
from .properties import PROPERTIES
from .quantities import QUANTITIES
from .read_operations import READ_OPERATIONS
from .readings import READINGS
from .recording import EXPIRE, RECORD
from .sessions import SESSION
from .surviving import SURVIVAL
from .texts import IDS
from .updating import CREATE_ARTIFACT, UPDATE
from .wire import WIRE

__all__ = ["DECLARED", "outdated", "write"]

DECLARED: Final[tuple[Topic, ...]] = (
    AGGREGATION,
    EXPLANATION,
    LIFECYCLE,
    CREATE,
    ACTIVATE,
    DELETE,
    UPDATE,
    CREATE_ARTIFACT,
    GRANULAR,
    BULK,
    RECORD,
    EXPIRE,
    READ_OPERATIONS,
    ORDER_OF_CHECKS,
    SESSION,
    WIRE,
    AUDIT,
    PROPERTIES,
    REQUESTS,
    QUANTITIES,
    IDS,
    SURVIVAL,
    AGAIN,
    READINGS,
    HISTORIES,
)
"""Every topic, in the order of `restore_domain.verification.vectors.TOPICS`."""


def write(folder: Path) -> None:
    """Write the file of each topic."""
    for topic in DECLARED:
        (folder / f"{topic.name}.json").write_text(text_of(topic), "utf-8")


def outdated(folder: Path) -> list[str]:
    """Return the names of the files that are missing, or differ from the declarations."""
    names = {f"{topic.name}.json": topic for topic in DECLARED}
    return [
        name
        for name, topic in names.items()
        if not (folder / name).is_file() or (folder / name).read_text("utf-8") != text_of(topic)
    ]
