"""The checks that several operations share, each raising the service's own error.

A check takes the operation as an argument, since the same code may have another HTTP status or
another place in the order in another operation: `errors.CATALOGUE` has both.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, Final, Protocol, TypeAlias, TypeVar, runtime_checkable

from restore_domain.model.addition_index import addition_key
from restore_domain.model.bulk_request import MailboxRestoreArtifactsBulkAdditionRequest
from restore_domain.model.json_path import ROOT, name_step
from restore_domain.model.requests import (
    CreateSessionRequest,
    RequestedArtifact,
    RequestedGranularArtifact,
    UpdateSessionRequest,
)
from restore_domain.model.restore_point import RestorePoint
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.model.validators import is_blank, shown
from restore_domain.operations.errors import Operation, RestoreDomainError, refusal_of
from restore_domain.operations.root import BackupRestoreRoot, check_root
from restore_domain.status import DestinationType, RestoreSessionStatus

__all__ = [
    "EXPECTED_ID",
    "Additions",
    "Requested",
    "UnreadRequest",
    "different_destination",
    "draft_session",
    "duplicate",
    "extendable_session",
    "found_bulk_request",
    "found_session",
    "invalid_artifact_request",
    "is_id",
    "path_type",
    "policy",
    "read_request",
    "restore_point",
    "too_many",
]

Requested: TypeAlias = RequestedArtifact | RequestedGranularArtifact
"""An artifact to add, of either kind."""

Additions: TypeAlias = Mapping[str, Requested]
"""The artifacts that a request adds, each with its JSON path in the request."""

DESTINATIONS: Final = (DestinationType.NEW, DestinationType.IN_PLACE)
"""The destinations that a request may name."""


UNKNOWN: Final = RestoreSessionStatus.UNKNOWN_FUTURE_VALUE

EXPECTED_ID: Final = "expected a text that is not blank, of characters that can be printed"


def is_id(value: Any) -> bool:
    """Return whether a value can be an id that an operation looks up."""
    return isinstance(value, str) and not is_blank(value) and value.isprintable()


def found_session(
    root: BackupRestoreRoot, operation: Operation, session_id: Any
) -> ExchangeRestoreSession:
    """Return the session; InvalidRestoreSessionId or RestoreSessionNotFound if there is none."""
    check_root(root)
    if not is_id(session_id):
        raise refusal_of(
            operation,
            "InvalidRestoreSessionId",
            f"{shown(session_id)} is not a session id; {EXPECTED_ID}",
        )
    session = root.session(session_id)
    if session is not None:
        return session
    raise refusal_of(
        operation,
        "RestoreSessionNotFound",
        f"there is no session {shown(session_id)}; it may have been deleted",
        target=session_id,
    )


def found_bulk_request(
    operation: Operation, session: ExchangeRestoreSession, request_id: Any
) -> MailboxRestoreArtifactsBulkAdditionRequest:
    """Return a bulk request of a session.

    Raises InvalidBulkRestoreArtifactId, or BulkRestoreArtifactsNotFound if there is none.
    """
    if not is_id(request_id):
        raise refusal_of(
            operation,
            "InvalidBulkRestoreArtifactId",
            f"{shown(request_id)} is not the id of a bulk request; {EXPECTED_ID}",
        )
    requests = session.mailbox_restore_artifacts_bulk_addition_requests
    found = None if requests is None else requests.by_id(request_id)
    if found is not None:
        return found
    raise refusal_of(
        operation,
        "BulkRestoreArtifactsNotFound",
        f"session {shown(session.id)} has no bulk request {shown(request_id)}; it may have been "
        "deleted",
        target=request_id,
    )


def draft_session(
    root: BackupRestoreRoot, operation: Operation, session_id: Any
) -> ExchangeRestoreSession:
    """Return the session if it is a draft; else raise RestoreSessionActionNotAllowed."""
    session = found_session(root, operation, session_id)
    status, lacks = session.status, session.lacks
    # if the status is unknown, the missing artifacts are the reason
    if status is not RestoreSessionStatus.DRAFT and not (lacks and status is UNKNOWN):
        raise refusal_of(
            operation,
            "RestoreSessionActionNotAllowed",
            f"session {shown(session_id)} is {status}; this is allowed only in draft",
            target=session_id,
        )
    if lacks:
        raise refusal_of(
            operation,
            "RestoreSessionActionNotAllowed",
            f"session {shown(session_id)} lacks artifacts, so it may not be a draft; read them all "
            f"first: {lacks[0].sentence}",
            target=session_id,
        )
    return session


def extendable_session(
    root: BackupRestoreRoot, operation: Operation, session_id: Any
) -> ExchangeRestoreSession:
    """Return a draft session to which individual artifacts can be added.

    RestoreSessionActionNotAllowed if it is not a draft, or a bulk session (rules O3 and O6).
    """
    session = draft_session(root, operation, session_id)
    if session.is_bulk:
        raise refusal_of(
            operation,
            "RestoreSessionActionNotAllowed",
            f"session {shown(session_id)} is a bulk session, whose artifacts the service adds",
            target=session_id,
        )
    return session


def invalid_artifact_request(operation: Operation, path: str, problem: str) -> RestoreDomainError:
    """Make the error for a problem at this JSON path of a request."""
    return refusal_of(operation, "InvalidArtifactRequest", f"{path}: {problem}", target=path)


def policy(
    operation: Operation, code: str, request: CreateSessionRequest | UpdateSessionRequest
) -> None:
    """Refuse a policyId that is null with this code: in a request, null is not missing (S10)."""
    if POLICY in request.additional_data:
        path = ROOT + name_step(POLICY)
        raise refusal_of(operation, code, f"{path}: expected a text, got null", target=path)


POLICY: Final = "policyId"


def too_many(root: BackupRestoreRoot, operation: Operation, entries: int) -> None:
    """Raise RestoreArtifactsLimitBreached if a request has more entries than allowed."""
    limit = root.limits.artifacts_per_request
    if entries > limit:
        raise refusal_of(
            operation,
            "RestoreArtifactsLimitBreached",
            f"the request has {entries} entries, and may have {limit}; split it",
        )


class Restoring(Protocol):
    """Anything with a destination."""

    @property
    def destination_type(self) -> DestinationType | None:
        """The destination."""
        ...


def path_type(operation: Operation, restoring: Mapping[str, Restoring]) -> None:
    """Raise InvalidPathType if a destinationType is missing, or not new or inPlace.

    Each is given with the JSON path of the object that has it.
    """
    for path, found in restoring.items():
        if found.destination_type not in DESTINATIONS:
            raise refusal_of(
                operation,
                "InvalidPathType",
                f"{path}.destinationType: missing or unknown; expected new or inPlace",
                target=f"{path}.destinationType",
            )


def restore_point(operation: Operation, additions: Additions) -> None:
    """Raise InvalidRestorePoint if a restore point is missing, or its key is invalid."""
    for path, artifact in additions.items():
        if not _names_something(artifact.restore_point):
            raise refusal_of(
                operation,
                "InvalidRestorePoint",
                f"{path}.restorePoint: missing or invalid; expected an object with "
                "an id or @odata.id",
                target=f"{path}.restorePoint",
            )


def _names_something(point: RestorePoint | None) -> bool:
    return point is not None and not is_blank(point.key) and point.key.isprintable()


def duplicate(
    operation: Operation, additions: Additions, present: Container[tuple[str, ...]] = frozenset()
) -> None:
    """Raise DuplicateArtifactInList if an artifact occurs twice, or is in the session already.

    Two artifacts are the same if they have the same restore point and, for selected items, the same
    search.
    """
    first: dict[tuple[str, ...], str] = {}
    for path, artifact in additions.items():
        key = addition_key(artifact)
        if key is None:
            continue
        place = "the session" if key in present else first.get(key)
        if place is not None:
            raise refusal_of(
                operation,
                "DuplicateArtifactInList",
                f"{path}.restorePoint: {' with '.join(map(shown, key))} is in {place} already; "
                "leave it out",
                target=f"{path}.restorePoint",
            )
        first[key] = f"the request, at {path},"


def different_destination(
    operation: Operation, additions: Additions, expected: DestinationType | None = None
) -> None:
    """Raise DifferentRestoreDestinationType if a destination differs from the others."""
    for path, artifact in additions.items():
        expected = expected or artifact.destination_type
        if artifact.destination_type is not expected:
            raise refusal_of(
                operation,
                "DifferentRestoreDestinationType",
                f"{path}.destinationType: {artifact.destination_type}, but the other artifacts "
                f"are restored to {expected}; use a session for each",
                target=f"{path}.destinationType",
            )


_Request = TypeVar("_Request")


@runtime_checkable
class UnreadRequest(Protocol):
    """A body that can be read as a request, such as a `restore_domain.wire.RequestBody`."""

    def read(self, kind: type[_Request], /) -> _Request:
        """Return the request; raises RestoreDomainError if the body is malformed."""
        ...


def read_request(
    operation: Operation, code: str, request: _Request | UnreadRequest, kind: type[_Request]
) -> _Request:
    """Return the typed request. A malformed body is refused with this code.

    A caller passes a typed value, or a body that was not read yet: the operation reads it at its
    place in the order of checks, so that the error of a malformed body comes at the right place.
    Raises TypeError for anything that is neither a request of this kind nor a body.
    """
    if isinstance(request, kind):
        return request
    if not isinstance(request, UnreadRequest):
        raise TypeError(
            f"expected a {kind.__name__}, or a body in wire.RequestBody, "
            f"got {type(request).__name__}"
        )
    try:
        return request.read(kind)
    except RestoreDomainError as error:
        raise refusal_of(operation, code, error.message, target=error.target) from error
