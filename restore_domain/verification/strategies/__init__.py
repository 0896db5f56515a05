"""Hypothesis strategies for everything in the package: the extra ``verification``.

Once the package is installed, Hypothesis finds them by itself: ``st.from_type(...)`` draws
consistent sessions and artifacts, and any valid values of the other classes.
"""

from restore_domain.verification.entity_classes import ENTITY_CLASSES
from restore_domain.verification.strategies.consistent_sessions import (
    BROKEN_RULES,
    consistent_artifacts,
    consistent_granular_artifacts,
    consistent_sessions,
    inconsistent_sessions,
)
from restore_domain.verification.strategies.entities import any_entity, entities
from restore_domain.verification.strategies.json_documents import (
    documents,
    invalid_documents,
    invalid_texts,
    spoilt_documents,
)
from restore_domain.verification.strategies.random_histories import (
    History,
    histories,
    illegal_histories,
    legal_histories,
    roots,
)
from restore_domain.verification.strategies.snapshots import (
    BrokenHistory,
    broken_snapshots,
    legal_snapshots,
)
from restore_domain.verification.strategies.values import (
    json_values,
    keys,
    timestamp_texts,
    timestamps,
)

__all__ = [
    "BROKEN_RULES",
    "ENTITY_CLASSES",
    "BrokenHistory",
    "History",
    "any_entity",
    "broken_snapshots",
    "consistent_artifacts",
    "consistent_granular_artifacts",
    "consistent_sessions",
    "documents",
    "entities",
    "histories",
    "illegal_histories",
    "inconsistent_sessions",
    "invalid_documents",
    "invalid_texts",
    "json_values",
    "keys",
    "legal_histories",
    "legal_snapshots",
    "roots",
    "spoilt_documents",
    "timestamp_texts",
    "timestamps",
]
