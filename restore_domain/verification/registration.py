"""The entry point that Hypothesis calls when it is imported, to register the package's classes.

Hypothesis finds the entry point if this package is installed, and calls `register`. So
``st.from_type(ExchangeRestoreSession)`` works without importing anything else. Nothing here imports
Hypothesis before it calls, nor a strategy before it is used.
"""

from __future__ import annotations

from typing import Any, Final

import attrs

from restore_domain.aggregation import StatusTally
from restore_domain.model import DeclaredProperties, EntityCollection, JsonObject, Timestamp
from restore_domain.model.validators import Key
from restore_domain.operations import BackupRestoreRoot, Limits, Report
from restore_domain.verification.entity_classes import ENTITY_CLASSES
from restore_domain.wire import RequestBody

__all__ = ["OTHER_CLASSES", "register"]

OTHER_CLASSES: Final[tuple[Any, ...]] = (
    BackupRestoreRoot,
    DeclaredProperties,
    EntityCollection,
    JsonObject,
    Key,
    Limits,
    Report,
    RequestBody,
    StatusTally,
    Timestamp,
)
"""The other types whose values Hypothesis could not make by itself."""


def register() -> None:
    """Register the strategy of each class with Hypothesis.

    It also lets attrs resolve the annotations of the entities, which ``st.builds`` reads.
    """
    from hypothesis.strategies import register_type_strategy  # noqa: PLC0415 - it calls us

    for kind in ENTITY_CLASSES:
        attrs.resolve_types(kind)
    for kind in (*ENTITY_CLASSES, *OTHER_CLASSES):
        register_type_strategy(kind, _strategy_for)


def _strategy_for(thing: Any) -> Any:
    from restore_domain.verification.strategies.resolution import (  # noqa: PLC0415 - takes a while
        strategy_for,
    )

    return strategy_for(thing)
