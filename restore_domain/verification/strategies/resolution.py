"""The strategy that ``st.from_type`` uses for each class of the package."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, get_args, get_origin

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from restore_domain.aggregation import StatusTally
from restore_domain.lifecycle import STARTED_STATUSES
from restore_domain.model import (
    DeclaredProperties,
    EntityCollection,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    JsonObject,
    MailboxRestoreArtifact,
    PublicError,
    RestoreSessionArtifactCount,
    Timestamp,
)
from restore_domain.model.requests import (
    CreateBulkRequest,
    CreateSessionRequest,
    RequestedArtifact,
    UpdateSessionRequest,
)
from restore_domain.model.validators import Key
from restore_domain.operations import BackupRestoreRoot, Limits, Report
from restore_domain.status import ArtifactRestoreStatus, RestoreSessionStatus
from restore_domain.verification.strategies.consistent_sessions import (
    consistent_artifacts,
    consistent_granular_artifacts,
    consistent_sessions,
)
from restore_domain.verification.strategies.entities import entities
from restore_domain.verification.strategies.json_documents import documents
from restore_domain.verification.strategies.random_histories import roots
from restore_domain.verification.strategies.values import (
    int32s,
    json_objects,
    keys,
    texts,
    timestamp_texts,
    timestamps,
)
from restore_domain.wire import RequestBody
from restore_domain.wire.properties import is_entity

__all__ = ["strategy_for"]


def strategy_for(thing: Any) -> SearchStrategy[Any]:
    """Return the strategy for a type of the package.

    It is NotImplemented for any other, since Hypothesis also calls it for the base classes of these
    types.
    """
    if thing in _STRATEGIES:
        return _STRATEGIES[thing]()
    if thing is EntityCollection or get_origin(thing) is EntityCollection:
        return _collections(*get_args(thing))
    return entities(thing) if is_entity(thing) else NotImplemented


def _collections(entry: Any = MailboxRestoreArtifact) -> SearchStrategy[EntityCollection[Any]]:
    entries = st.lists(st.from_type(entry), max_size=4, unique_by=lambda entity: entity.id)
    return entries.map(EntityCollection)


def _declared_properties() -> SearchStrategy[DeclaredProperties]:
    return st.builds(
        DeclaredProperties,
        status=st.none() | st.sampled_from(RestoreSessionStatus),
        completed_date_time=st.none() | timestamps(),
        error=st.none() | entities(PublicError),
        restore_session_artifact_count=st.none() | entities(RestoreSessionArtifactCount),
    )


def _limits() -> SearchStrategy[Limits]:
    return st.builds(
        Limits,
        artifacts_per_request=st.integers(1, 100),
        restoration_resources=st.integers(1, 20_000),
        active_sessions=st.integers(0, 50),
        retention=st.integers(0, 1000).map(timedelta),
    )


def _reports() -> SearchStrategy[Report]:
    return st.sampled_from(ArtifactRestoreStatus).flatmap(_reports_of)


def _reports_of(status: ArtifactRestoreStatus) -> SearchStrategy[Report]:
    """Return reports that any reporter may make.

    Only a failure has an error (L5), and only a restore that may have run has results (O9).
    """
    failed = status is ArtifactRestoreStatus.FAILED
    may_have_run = failed or status in STARTED_STATUSES
    return st.builds(
        Report,
        artifact_id=keys(),
        status=st.just(status),
        time=timestamps(),
        error=entities(PublicError) if failed else st.none(),
        start_date_time=st.none() | timestamps(),
        completion_date_time=st.none() | timestamps(),
        restored_folder_id=st.none() | texts() if may_have_run else st.none(),
        restored_folder_name=st.none() | texts() if may_have_run else st.none(),
        restored_item_count=st.none() | int32s() if may_have_run else st.none(),
    )


def _request_bodies() -> SearchStrategy[RequestBody]:
    """Return bodies of each request that can be read, as plain values and as texts."""
    requests = (CreateSessionRequest, UpdateSessionRequest, CreateBulkRequest, RequestedArtifact)
    values = st.sampled_from(requests).flatmap(documents)
    return (values | values.map(json.dumps)).map(RequestBody)


_STRATEGIES: Final[Mapping[Any, Callable[[], SearchStrategy[Any]]]] = MappingProxyType(
    {
        BackupRestoreRoot: roots,
        DeclaredProperties: _declared_properties,
        ExchangeRestoreSession: consistent_sessions,
        GranularMailboxRestoreArtifact: consistent_granular_artifacts,
        JsonObject: json_objects,
        Key: keys,
        Limits: _limits,
        MailboxRestoreArtifact: consistent_artifacts,
        Report: _reports,
        RequestBody: _request_bodies,
        StatusTally: lambda: st.lists(st.sampled_from(ArtifactRestoreStatus)).map(StatusTally.of),
        Timestamp: lambda: timestamp_texts().map(Timestamp.parse),
    }
)
"""The types whose values are restricted further than by their attributes."""
