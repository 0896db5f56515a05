"""A small service for trying the operations: short requests, and checks of refusals."""

import json
import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from restore_domain import wire
from restore_domain.model import (
    ArtifactRemoval,
    CreateSessionRequest,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    Identity,
    IdentitySet,
    MailboxRestoreArtifact,
    PublicError,
    RequestedArtifact,
    RequestedGranularArtifact,
    RestorePoint,
    UpdateSessionRequest,
)
from restore_domain.operations import (
    BackupRestoreRoot,
    Limits,
    Report,
    RestoreDomainError,
    UnreadRequest,
)
from restore_domain.status import ArtifactRestoreStatus, DestinationType

ADDED: Final = ArtifactRestoreStatus.ADDED
SCHEDULING: Final = ArtifactRestoreStatus.SCHEDULING
SCHEDULED: Final = ArtifactRestoreStatus.SCHEDULED
IN_PROGRESS: Final = ArtifactRestoreStatus.IN_PROGRESS
SUCCEEDED: Final = ArtifactRestoreStatus.SUCCEEDED
FAILED: Final = ArtifactRestoreStatus.FAILED
UNKNOWN: Final = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE

NEW: Final = DestinationType.NEW
IN_PLACE: Final = DestinationType.IN_PLACE

CREATED: Final = datetime(2026, 1, 12, 8, 0, tzinfo=UTC)
"""When the sessions here were created."""

NOW: Final = datetime(2026, 1, 12, 8, 30, tzinfo=UTC)
"""The time of further operations."""

MINUTE: Final = timedelta(minutes=1)

ALICE: Final = IdentitySet(user=Identity(id="alice"))
BOB: Final = IdentitySet(user=Identity(id="bob"))

MAILBOX_ON_HOLD: Final = PublicError(code="ArtifactCannotBeRestored", message="It is on hold.")

Json = dict[str, Any]


def artifact(
    artifact_id: str = "a1",
    status: ArtifactRestoreStatus = ADDED,
    *,
    point: str | None = None,
    destination: DestinationType | None = NEW,
    **more: Any,
) -> MailboxRestoreArtifact:
    """Make an artifact as the operations make it; ``a1`` is of the restore point ``r1``."""
    if status in {IN_PROGRESS, SUCCEEDED}:
        more.setdefault("start_date_time", NOW)
    if status in {SUCCEEDED, FAILED}:
        more.setdefault("completion_date_time", NOW + MINUTE)
    if status is FAILED:
        more.setdefault("error", MAILBOX_ON_HOLD)
    return MailboxRestoreArtifact(
        id=artifact_id,
        status=status,
        destination_type=destination,
        restore_point=RestorePoint(id=point or artifact_id.replace("a", "r")),
        **more,
    )


def granular(
    artifact_id: str, status: ArtifactRestoreStatus = ADDED, **more: Any
) -> GranularMailboxRestoreArtifact:
    """Make an artifact that restores selected items."""
    whole = artifact(artifact_id, status, **more)
    return GranularMailboxRestoreArtifact(
        id=whole.id,
        status=whole.status,
        destination_type=whole.destination_type,
        restore_point=whole.restore_point,
        start_date_time=whole.start_date_time,
        completion_date_time=whole.completion_date_time,
        error=whole.error,
        restored_folder_id=whole.restored_folder_id,
        restored_folder_name=whole.restored_folder_name,
        restored_item_count=whole.restored_item_count,
        search_response_id="search",
    )


def session(
    *artifacts: MailboxRestoreArtifact, session_id: str = "s1", **more: Any
) -> ExchangeRestoreSession:
    """Make a session of artifacts of whole mailboxes."""
    defaults: Json = {
        "created_by": ALICE,
        "created_date_time": CREATED,
        "last_modified_by": ALICE,
        "last_modified_date_time": CREATED,
        "mailbox_restore_artifacts": artifacts,
    }
    return ExchangeRestoreSession(id=session_id, **(defaults | more))


def root_of(*sessions: ExchangeRestoreSession, **limits: Any) -> BackupRestoreRoot:
    """Make a root of these sessions."""
    return BackupRestoreRoot(exchange_restore_sessions=sessions, limits=Limits(**limits))


def root_with(*artifacts: MailboxRestoreArtifact, **limits: Any) -> BackupRestoreRoot:
    """Make a root of one session, ``s1``, of these artifacts."""
    return root_of(session(*artifacts), **limits)


def stored(root: BackupRestoreRoot, session_id: str = "s1") -> ExchangeRestoreSession:
    """Return a session that must exist."""
    found = root.session(session_id)
    assert found is not None
    return found


def stored_artifact(
    root: BackupRestoreRoot, artifact_id: str = "a1", session_id: str = "s1"
) -> MailboxRestoreArtifact:
    """Return an artifact that must exist."""
    found = stored(root, session_id).artifact(artifact_id)
    assert found is not None
    return found


def entry(point: str = "r9", destination: str = "new") -> Json:
    """Make the JSON of an artifact to add."""
    return {"restorePoint": {"id": point}, "destinationType": destination}


def removal(artifact_id: str) -> Json:
    """Make the JSON of an artifact to remove."""
    return {"@removed": {"reason": "changed"}, "id": artifact_id}


def create_body(*entries: Any) -> Json:
    """Make the JSON of a request that creates a session."""
    return {"mailboxRestoreArtifacts": list(entries)}


def items(point: str = "r9", search: str = "q1", destination: str = "new") -> Json:
    """Make the JSON of a granular artifact to add."""
    return entry(point, destination) | {"searchResponseId": search}


def granular_body(*entries: Any) -> Json:
    """Make the JSON of a request that creates a session of selected items."""
    return {"granularMailboxRestoreArtifacts": list(entries)}


def granular_patch_body(*entries: Any) -> Json:
    """Make the JSON of a request that changes such a session while it is a draft."""
    return {"granularMailboxRestoreArtifacts@delta": list(entries)}


def patch_body(*entries: Any) -> Json:
    """Make the JSON of a request that changes a draft session."""
    return {"mailboxRestoreArtifacts@delta": list(entries)}


def _requested(body: Json) -> RequestedArtifact:
    point, destination = body.get("restorePoint"), body.get("destinationType")
    return RequestedArtifact(
        restore_point=RestorePoint(id=point.get("id"), odata_id=point.get("@odata.id"))
        if point
        else None,
        destination_type=DestinationType(destination) if destination else None,
    )


def _requested_items(body: Json) -> RequestedGranularArtifact:
    whole = _requested(body)
    return RequestedGranularArtifact(
        restore_point=whole.restore_point,
        destination_type=whole.destination_type,
        search_response_id=body.get("searchResponseId"),
    )


def _delta_entry(body: Json) -> RequestedArtifact | ArtifactRemoval:
    return ArtifactRemoval(id=body["id"]) if "@removed" in body else _requested(body)


def _granular_delta_entry(body: Json) -> RequestedGranularArtifact | ArtifactRemoval:
    return ArtifactRemoval(id=body["id"]) if "@removed" in body else _requested_items(body)


def _list(body: Json, name: str, make: Callable[[Json], Any]) -> Any:
    entries = body.get(name)
    return None if entries is None else tuple(map(make, entries))


def _create_request(body: Json) -> CreateSessionRequest:
    return CreateSessionRequest(
        mailbox_restore_artifacts=_list(body, "mailboxRestoreArtifacts", _requested),
        granular_mailbox_restore_artifacts=_list(
            body, "granularMailboxRestoreArtifacts", _requested_items
        ),
        policy_id=body.get("policyId"),
    )


def _update_request(body: Json) -> UpdateSessionRequest:
    return UpdateSessionRequest(
        mailbox_restore_artifacts_delta=_list(body, "mailboxRestoreArtifacts@delta", _delta_entry),
        granular_mailbox_restore_artifacts_delta=_list(
            body, "granularMailboxRestoreArtifacts@delta", _granular_delta_entry
        ),
        policy_id=body.get("policyId"),
    )


def _time(text: str | None) -> Any:
    return None if text is None else datetime.fromisoformat(text)


def _report(body: Json) -> Report:
    error = body.get("error")
    return Report(
        artifact_id=body["artifactId"],
        status=ArtifactRestoreStatus(body["status"]),
        time=_time(body["time"]),
        error=PublicError(code=error["code"], message=error.get("message")) if error else None,
        start_date_time=_time(body.get("startDateTime")),
        completion_date_time=_time(body.get("completionDateTime")),
        restored_folder_id=body.get("restoredFolderId"),
        restored_folder_name=body.get("restoredFolderName"),
        restored_item_count=body.get("restoredItemCount"),
    )


_TYPED: Final[Mapping[type, Callable[[Json], Any]]] = {
    CreateSessionRequest: _create_request,
    UpdateSessionRequest: _update_request,
    RequestedArtifact: _requested,
    Report: _report,
}
"""How the typed request of each class is made from its JSON: by hand, without the wire layer."""

Form = Callable[[type, Json], Any]
"""A way to pass a request to an operation."""


def typed(kind: type, body: Json) -> Any:
    """Pass a typed request."""
    return _TYPED[kind](body)


def as_bytes(_kind: type, body: Json) -> UnreadRequest:
    """Pass a body as received over the network."""
    return wire.RequestBody(json.dumps(body).encode())


def as_text(_kind: type, body: Json) -> UnreadRequest:
    """Pass a body as a string."""
    return wire.RequestBody(json.dumps(body, ensure_ascii=False, indent=1))


def as_dict(_kind: type, body: Json) -> UnreadRequest:
    """Pass a body as a JSON parser returns it."""
    return wire.RequestBody(deepcopy(body))


BODY_FORMS: Final[tuple[Form, ...]] = (as_bytes, as_text, as_dict)
FORMS: Final[tuple[Form, ...]] = (typed, *BODY_FORMS)

each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)


def report(
    artifact_id: str = "a1",
    status: ArtifactRestoreStatus = SCHEDULED,
    time: datetime = NOW,
    **more: Any,
) -> Report:
    """Make a report; a failure has its error."""
    if status is FAILED:
        more.setdefault("error", MAILBOX_ON_HOLD)
    return Report(artifact_id=artifact_id, status=status, time=time, **more)


@contextmanager
def refused(
    root: BackupRestoreRoot, error: type[Exception] = RestoreDomainError
) -> Iterator[pytest.ExceptionInfo[Any]]:
    """Expect an error, and that the root is unchanged: equal, and with the same bytes."""
    before, number = pickle.dumps(root), hash(root)
    with pytest.raises(error) as caught:
        yield caught
    assert pickle.dumps(root) == before
    assert hash(root) == number
    assert root == pickle.loads(before)  # noqa: S301 - made a moment ago
