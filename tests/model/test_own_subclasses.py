"""Entities of a user's subclass: classes that contain entities refuse them, so nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from restore_domain import (
    ArtifactRestoreStatus,
    EntityCollection,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    IdentitySet,
    MailboxRestoreArtifact,
    UpdateSessionRequest,
    wire,
)
from restore_domain.operations import (
    BackupRestoreRoot,
    BulkRequestCreated,
    BulkRequestResolved,
    Limits,
    Report,
    Resolution,
    SessionChanged,
    SessionCreated,
    UnresolvedMailbox,
    activate_session,
    apply,
    create_session,
    delete_session,
    expire,
    get_session,
    list_artifacts,
    list_granular_artifacts,
    list_sessions,
    record,
    record_batch,
    replay,
    update_session,
)
from restore_domain.wire import RequestBody

from .full_entities import (
    ARTIFACT,
    BULK_REQUEST,
    DECLARED,
    DETAIL,
    ERROR,
    FULL,
    GRANULAR,
    REQUESTED,
    SESSION,
)

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)


def derived(entity: Any) -> Any:
    """Return an entity of a subclass of this one's class, with the same attributes."""
    kind: Any = type(entity)
    own: Any = attrs.frozen(type(f"Own{kind.__name__}", (kind,), {"__slots__": ()}), eq=False)
    values = {field.name: getattr(entity, field.name) for field in attrs.fields(kind) if field.init}
    return own(**values)


def is_entity(value: Any) -> bool:
    return attrs.has(type(value))


ROOT = BackupRestoreRoot(exchange_restore_sessions=[SESSION], limits=Limits())
REPORT = Report(artifact_id="a1", status=ARTIFACT.status, time=NOON, error=ERROR)
CONTAINERS = (
    *FULL,
    ROOT,
    REPORT,
    SessionCreated(SESSION),
    BulkRequestCreated(BULK_REQUEST),
    BulkRequestResolved(
        request_id="b1",
        failures=(DETAIL,),
        status=BULK_REQUEST.status,
        last_modified_by=IdentitySet(),
    ),
    UnresolvedMailbox(mailbox="m", error=ERROR),
    Resolution(artifacts=(REQUESTED,), failures=(UnresolvedMailbox(mailbox="m", error=ERROR),)),
    SessionChanged(
        bulk_request=BulkRequestCreated(BULK_REQUEST),
        session_id="s1",
        status_before=SESSION.status,
        status_after=SESSION.status,
        added=(ARTIFACT, GRANULAR),
        changed=(GRANULAR, ARTIFACT),
        last_modified_by=SESSION.last_modified_by,
    ),
)
"""A value of every class that contains an entity, with one in each attribute."""


def with_derived_parts() -> Iterator[Any]:
    """Yield each attribute that contains an entity, with one of a subclass."""
    for container in CONTAINERS:
        for field in attrs.fields(type(container)):
            value = getattr(container, field.name)
            if not field.init:
                continue
            where = f"{type(container).__name__}.{field.name}"
            if is_entity(value):
                yield pytest.param(container, field.name, derived(value), id=where)
            elif isinstance(value, (tuple, EntityCollection)) and any(map(is_entity, value)):
                for place, entry in enumerate(value):
                    parts = [*value[:place], derived(entry), *value[place + 1 :]]
                    yield pytest.param(container, field.name, tuple(parts), id=f"{where}[{place}]")


PARTS = list(with_derived_parts())


@pytest.mark.parametrize(("container", "name", "part"), PARTS)
def test_an_entity_of_a_derived_class_is_refused_where_one_is_contained(
    container: Any, name: str, part: Any
) -> None:
    kind = type(container)
    given = {field.name: getattr(container, field.name) for field in attrs.fields(kind)}
    given = {field.name: given[field.name] for field in attrs.fields(kind) if field.init}
    assert attrs.evolve(container) == container
    with pytest.raises(TypeError, match="itself, not a subclass") as refused:
        kind(**given | {name: part})
    assert str(refused.value).startswith(f"{kind.__name__}.{name}: expected ")
    assert "(Own" in str(refused.value)


def test_each_class_that_contains_an_entity_is_tried() -> None:
    tried = {type(parameters.values[0]) for parameters in PARTS}
    for kind in map(type, FULL):
        annotations = str([field.type for field in attrs.fields(kind)])
        has_parts = any(other.__name__ in annotations for other in map(type, FULL))
        assert has_parts is (kind in tried), kind


def test_a_collection_of_derived_artifacts_is_refused_too() -> None:
    for entry in (ARTIFACT, GRANULAR):
        with pytest.raises(TypeError, match="not a subclass"):
            ExchangeRestoreSession(
                id="s", mailbox_restore_artifacts=EntityCollection([derived(entry)])
            )
    with pytest.raises(TypeError, match="expected GranularMailboxRestoreArtifact, got"):
        ExchangeRestoreSession(id="s", granular_mailbox_restore_artifacts=[ARTIFACT])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="not a subclass"):
        BackupRestoreRoot(exchange_restore_sessions=EntityCollection([derived(SESSION)]))


@attrs.frozen(kw_only=True)
class NotedRoot(BackupRestoreRoot):
    """A root with more state than ours."""

    note: str = "kept"


NOTED = NotedRoot(exchange_restore_sessions=[SESSION])


@pytest.mark.parametrize(
    "operate",
    [
        lambda root: get_session(root, "s1"),
        list_sessions,
        lambda root: list_artifacts(root, "s1"),
        lambda root: list_granular_artifacts(root, "s1"),
        lambda root: create_session(
            root, RequestBody(None), session_id="s2", artifact_ids=[], now=NOON
        ),
        lambda root: update_session(root, "s1", UpdateSessionRequest(), artifact_ids=[], now=NOON),
        lambda root: activate_session(root, "s1", now=NOON),
        lambda root: delete_session(root, "s1"),
        lambda root: record(root, "s1", REPORT),
        lambda root: record_batch(root, "s1", [REPORT]),
        lambda root: expire(root, now=NOON),
        lambda root: apply(root, SessionCreated(SESSION)),
        lambda root: replay(root, [SessionCreated(SESSION)]),
    ],
)
@pytest.mark.parametrize("root", [NOTED, None, SESSION, {}], ids=lambda root: type(root).__name__)
def test_an_operation_accepts_only_a_root_of_the_exact_class(operate: Any, root: Any) -> None:
    with pytest.raises(TypeError, match=r"^root: expected a BackupRestoreRoot") as refused:
        operate(root)
    assert ("not a subclass" in str(refused.value)) is (root is NOTED)


def test_an_actor_of_a_derived_class_is_refused() -> None:
    actor = derived(IdentitySet())
    draft = MailboxRestoreArtifact(id="a1", status=ArtifactRestoreStatus.ADDED)
    root = BackupRestoreRoot(
        exchange_restore_sessions=[
            ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=[draft])
        ]
    )
    with pytest.raises(TypeError, match="actor: expected IdentitySet itself"):
        activate_session(root, "s1", now=NOON, actor=actor)


@attrs.frozen(kw_only=True, weakref_slot=False)
class NotedArtifact(MailboxRestoreArtifact):
    """An artifact with more state than ours."""

    note: str | None = None


@attrs.frozen(kw_only=True, weakref_slot=False)
class NotedGranularArtifact(GranularMailboxRestoreArtifact):
    """A granular artifact with more state than ours."""

    note: str | None = None


@attrs.frozen
class Notebook:
    """A class of the user, with artifacts of any class."""

    artifacts: list[MailboxRestoreArtifact]


def test_W1_an_artifact_of_a_derived_class_is_written_as_what_it_is() -> None:
    whole = NotedArtifact(id="a1", status=ARTIFACT.status, note="mine")
    granular = NotedGranularArtifact(id="g1", status=ARTIFACT.status, note="mine")
    written = {"id": "a1", "status": "failed", "note": "mine"}
    granular_type = "#microsoft.graph.granularMailboxRestoreArtifact"
    assert wire.to_json_value(whole) == written
    assert wire.from_json_value(written, NotedArtifact) == whole
    with_type = {"@odata.type": granular_type, "id": "g1", "status": "failed", "note": "mine"}
    assert wire.to_json_value(granular) == with_type
    assert wire.from_json_value(with_type, NotedGranularArtifact) == granular
    assert wire.make_converter().unstructure(Notebook([whole, granular])) == {
        "artifacts": [written, with_type]
    }


def test_the_declared_properties_are_contained_in_a_session_alone() -> None:
    assert SESSION.declared is DECLARED
