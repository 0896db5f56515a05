"""Documents as the service sends them: nothing is lost, and each part is in its place."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from restore_domain import (
    ArtifactRemoval,
    ArtifactRestoreStatus,
    CreateSessionRequest,
    DestinationType,
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    FailedEntry,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    PublicErrorDetail,
    RequestedArtifact,
    RestoreJobType,
    RestorePointTags,
    RestoreSessionArtifactCount,
    RestoreSessionStatus,
    Timestamp,
    UpdateSessionRequest,
    UpdateSessionResponse,
    audit,
    wire,
)
from restore_domain.model.graph_name import uncapitalized
from restore_domain.wire.documents import DOCUMENTS
from tests.same_json import same_json
from tests.wire.fixture_files import FOLDER, KINDS, content

each_fixture = pytest.mark.parametrize("name", KINDS)


def read(name: str) -> Any:
    return wire.loads(content(name), KINDS[name])


def test_the_kinds_of_documents_have_the_names_of_their_classes() -> None:
    names = {
        "exchangeRestoreSession",
        "exchangeRestoreSessionCollectionResponse",
        "mailboxRestoreArtifact",
        "mailboxRestoreArtifactCollectionResponse",
        "mailboxRestoreArtifactsBulkAdditionRequest",
        "mailboxRestoreArtifactsBulkAdditionRequestCollectionResponse",
        "createBulkRequest",
        "createSessionRequest",
        "updateSessionRequest",
        "updateSessionResponse",
    }
    assert {name: uncapitalized(kind.__name__) for name, kind in DOCUMENTS.items()} == {
        name: name for name in names
    }


def test_limits_are_given_by_name_and_the_rest_as_one_likes() -> None:
    document, kind, limits = {"id": "a1"}, MailboxRestoreArtifact, wire.DEFAULT_LIMITS
    artifact = wire.from_json_value(value=document, kind=kind, limits=limits)
    assert wire.loads(data='{"id":"a1"}', kind=kind, limits=limits) == artifact
    assert wire.RequestBody(content=document, limits=limits).read(kind) == artifact
    for call in (wire.from_json_value, wire.loads):
        with pytest.raises(TypeError):
            call(document, kind, limits)  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        wire.RequestBody(document, limits)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "call",
    [
        lambda kind: wire.from_json_value({}, kind),
        lambda kind: wire.loads("{}", kind),
        lambda kind: wire.RequestBody("{}").read(kind),
        lambda kind: wire.to_json_value(kind()),
        lambda kind: wire.to_json_value(kind(), select=()),
        lambda kind: wire.dumps(kind()),
    ],
)
def test_anything_but_an_entity_is_a_mistake(call: Any) -> None:
    for kind in (int, dict):
        with pytest.raises(TypeError, match=f"{kind} is not an entity of Graph JSON"):
            call(kind)


def test_the_options_of_writing_are_given_by_name() -> None:
    artifact = wire.from_json_value({"id": "a1"}, MailboxRestoreArtifact)
    assert wire.to_json_value(entity=artifact) == {"id": "a1"}
    assert wire.dumps(entity=artifact) == b'{"id":"a1"}'
    for write in (wire.to_json_value, wire.dumps):
        with pytest.raises(TypeError):
            write(artifact, True)  # type: ignore[call-arg]  # noqa: FBT003


def test_every_fixture_is_among_these() -> None:
    documents = {path.stem for path in FOLDER.iterdir() if not path.stem.startswith("events-")}
    assert documents == set(KINDS)


@each_fixture
def test_W1_a_fixture_is_written_as_it_was_read(name: str) -> None:
    document = json.loads(content(name))
    entity = read(name)
    assert same_json(wire.to_json_value(entity), document)
    assert same_json(json.loads(wire.dumps(entity)), document)


@each_fixture
def test_W1_a_fixture_reads_again_as_the_same_entity(name: str) -> None:
    entity = read(name)
    for again in (
        wire.loads(wire.dumps(entity), KINDS[name]),
        wire.loads(wire.dumps(entity).decode(), KINDS[name]),
        wire.loads(bytearray(wire.dumps(entity)), KINDS[name]),
        wire.loads(memoryview(wire.dumps(entity)), KINDS[name]),
        wire.from_json_value(wire.to_json_value(entity), KINDS[name]),
        pickle.loads(pickle.dumps(entity)),  # noqa: S301 - our own
    ):
        assert again == entity
        assert hash(again) == hash(entity)


@pytest.mark.parametrize("name", [name for name in KINDS if KINDS[name] is ExchangeRestoreSession])
def test_a_fixture_is_consistent(name: str) -> None:
    assert audit(read(name)) == ()


def test_a_create_request() -> None:
    request: CreateSessionRequest = read("create-session-request")
    assert request.mailbox_restore_artifacts is not None
    points = [artifact.restore_point for artifact in request.mailbox_restore_artifacts]
    assert [point.key[-3:] for point in points if point] == ["801", "802", "803"]
    assert [bool(point.id) for point in points if point] == [False, True, False]
    assert {artifact.destination_type for artifact in request.mailbox_restore_artifacts} == {
        DestinationType.NEW
    }


def test_a_create_response() -> None:
    session: ExchangeRestoreSession = read("create-session-response")
    assert session.status is RestoreSessionStatus.DRAFT
    assert session.lacks
    assert session.created_by is not None
    assert session.created_by.user is not None
    assert session.created_by.user.display_name == "Ada Löwe"
    assert session.created_by.device is None
    assert session.created_date_time == session.last_modified_date_time
    assert session.created_date_time == datetime(2025, 11, 3, 8, 15, 42, 700000, tzinfo=UTC)
    assert session.last_modified_date_time is not None
    assert session.last_modified_date_time.tzinfo == timezone(timedelta(hours=1))
    assert session.error is None
    assert session.additional_data["error"] is None
    assert str(session.additional_data["@odata.context"]).endswith("$entity")


def test_an_update_request() -> None:
    request: UpdateSessionRequest = read("update-session-request")
    assert request.mailbox_restore_artifacts_delta is not None
    added, removed, removed_without_reason = request.mailbox_restore_artifacts_delta
    assert isinstance(added, RequestedArtifact)
    assert isinstance(removed, ArtifactRemoval)
    assert removed.removed.reason == "changed"
    assert isinstance(removed_without_reason, ArtifactRemoval)
    assert removed_without_reason.removed.reason is None


def test_an_update_response() -> None:
    response: UpdateSessionResponse = read("update-session-response")
    assert response.mailbox_restore_artifacts_delta is not None
    added, removed, failed = response.mailbox_restore_artifacts_delta
    assert type(added) is MailboxRestoreArtifact
    assert added.status is ArtifactRestoreStatus.ADDED
    assert isinstance(removed, ArtifactRemoval)
    assert isinstance(failed, FailedEntry)
    assert failed.content_id == "2"
    assert failed.data_modification_exception.response_code == 409
    assert failed.data_modification_exception.failed_operation == "remove"
    assert failed.data_modification_exception.info is not None
    assert failed.data_modification_exception.info.code == "ItemNotFound"


def test_a_page_of_artifacts() -> None:
    page: MailboxRestoreArtifactCollectionResponse = read("artifacts-page")
    assert page.odata_next_link is not None
    assert page.odata_next_link.endswith("?$skiptoken=QTEyMw")
    done, running = page.value
    assert done.status is ArtifactRestoreStatus.SUCCEEDED
    assert done.restored_folder_name == "Recovered ✓ 2025-11-04"
    assert done.restored_item_count == 1204
    assert done.start_date_time is not None
    assert isinstance(done.start_date_time, Timestamp)
    assert done.start_date_time.fraction_beyond_microseconds == "7"
    assert done.restore_point is not None
    assert done.restore_point.tags == (RestorePointTags.FAST_RESTORE,)
    assert running.status is ArtifactRestoreStatus.IN_PROGRESS
    assert running.completion_date_time is None


def test_a_session_with_its_artifacts() -> None:
    session: ExchangeRestoreSession = read("session-with-artifacts")
    assert session.status is RestoreSessionStatus.COMPLETED_WITH_ERROR
    assert session.explanation.rule == "A4"
    assert session.restore_job_type is RestoreJobType.BULK
    assert session.policy_id == "f3a1b7c0-94e2-4d68-8b35-0c7d6e21f9a4"
    assert session.restore_session_artifact_count == RestoreSessionArtifactCount(
        total=2, in_progress=0, completed=1, failed=1
    )
    assert session.error is not None
    assert session.error.details == (
        PublicErrorDetail(
            code="ArtifactCannotBeRestored",
            message="The mailbox is on hold",
            target="e27d95b0-3a6c-4f81-9d02-c48b6f1ea712",
        ),
    )
    failed = session.artifact("e27d95b0-3a6c-4f81-9d02-c48b6f1ea712")
    assert failed is not None
    assert failed.error is not None
    assert failed.error.inner_error is not None
    assert failed.error.inner_error.details == ()
    assert failed.error.inner_error.additional_data["retryable"] is False


def test_a_session_with_granular_artifacts() -> None:
    session: ExchangeRestoreSession = read("session-with-granular-artifacts")
    assert [type(artifact) for artifact in session.artifacts] == [
        MailboxRestoreArtifact,
        *[GranularMailboxRestoreArtifact] * 4,
    ]
    assert session.status is RestoreSessionStatus.ACTIVE
    assert session.restore_job_type is RestoreJobType.GRANULAR


def test_a_session_of_the_future() -> None:
    session: ExchangeRestoreSession = read("session-from-the-future")
    assert session.declared is not None
    assert session.declared.status is RestoreSessionStatus.UNKNOWN_FUTURE_VALUE
    assert session.status is RestoreSessionStatus.UNKNOWN_FUTURE_VALUE
    assert session.restore_job_type is RestoreJobType.UNKNOWN_FUTURE_VALUE
    first, second, third = session.artifacts
    assert first.status is ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE
    assert first.destination_type is DestinationType.UNKNOWN_FUTURE_VALUE
    assert first.restore_point is not None
    assert first.restore_point.tags == (
        RestorePointTags.FAST_RESTORE,
        RestorePointTags.UNKNOWN_FUTURE_VALUE,
    )
    assert second.status is third.status is ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE
    assert second.restore_point is not None
    assert second.restore_point.tags == ()
    assert third.destination_type is None


def test_a_page_of_sessions() -> None:
    page: ExchangeRestoreSessionCollectionResponse = read("sessions-page")
    assert [session.status for session in page.value] == [
        RestoreSessionStatus.FAILED,
        RestoreSessionStatus.ACTIVATING,
        RestoreSessionStatus.UNKNOWN_FUTURE_VALUE,
    ]
    assert page.odata_next_link is None
    assert page.additional_data["@odata.count"] == 3
