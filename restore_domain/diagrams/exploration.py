"""How the status of a session changes, found by trying every operation on the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any, Final, NamedTuple

from restore_domain.lifecycle import Reporter
from restore_domain.model import (
    ArtifactRemoval,
    CreateSessionRequest,
    ExchangeRestoreSession,
    PublicError,
    RequestedArtifact,
    RestorePoint,
    UpdateSessionRequest,
)
from restore_domain.operations import (
    BackupRestoreRoot,
    Operation,
    Outcome,
    Report,
    RestoreDomainError,
    activate_session,
    create_artifact,
    create_session,
    delete_session,
    expire,
    record,
    update_session,
)
from restore_domain.status import ArtifactRestoreStatus, DestinationType, RestoreSessionStatus

__all__ = ["Move", "session_moves"]


class Move(NamedTuple):
    """An accepted operation, and its effect on the status of the session."""

    before: RestoreSessionStatus | None
    """The status before; None if the session was created."""

    after: RestoreSessionStatus | None
    """The status after; None if the session was removed."""

    operation: Operation
    """The operation."""


ARTIFACTS: Final = 3
"""The maximum number of artifacts in a session: one that changes, and two that stay, show every
effect of a report on the status.
"""

SESSION: Final = "session"
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
A_DAY: Final = timedelta(days=1)
WHY: Final = PublicError(code="UnknownError")

Attempt = tuple[Operation, Callable[[], Outcome[Any]]]


@cache
def session_moves(reporters: frozenset[Reporter]) -> frozenset[Move]:
    """Return every move that the operations, and individual reports of these reporters, make."""
    moves: set[Move] = set()
    seen: set[tuple[str, ...]] = set()
    waiting: list[Iterator[Attempt]] = [_creations()]
    while waiting:
        for operation, attempt in waiting.pop():
            try:
                root, _, events = attempt()
            except RestoreDomainError:
                continue
            moves |= {Move(one.status_before, one.status_after, operation) for one in events}
            session = root.session(SESSION)
            if session is None or (present := _statuses(session)) in seen:
                continue
            seen.add(present)
            waiting.append(_attempts(root, session, reporters))
    return frozenset(moves)


def _statuses(session: ExchangeRestoreSession) -> tuple[str, ...]:
    """Return a key for sessions that doesn't depend on which artifact is in which status."""
    return tuple(sorted(artifact.status for artifact in session.artifacts))


def _requested(number: int) -> RequestedArtifact:
    return RequestedArtifact(
        restore_point=RestorePoint(id=f"point {number}"), destination_type=DestinationType.NEW
    )


def _artifact_id(number: int) -> str:
    return f"artifact {number}"


def _creations() -> Iterator[Attempt]:
    for size in range(1, ARTIFACTS + 1):
        numbers = range(size)
        request = CreateSessionRequest(
            mailbox_restore_artifacts=tuple(_requested(number) for number in numbers)
        )
        yield (
            Operation.CREATE,
            partial(
                create_session,
                BackupRestoreRoot(),
                request,
                session_id=SESSION,
                artifact_ids=[_artifact_id(number) for number in numbers],
                now=NOW,
            ),
        )


def _attempts(
    root: BackupRestoreRoot, session: ExchangeRestoreSession, reporters: Iterable[Reporter]
) -> Iterator[Attempt]:
    """Yield every possible request about a session, allowed or not."""
    over = NOW + root.limits.retention + A_DAY
    yield Operation.ACTIVATE, partial(activate_session, root, SESSION, now=NOW)
    yield Operation.DELETE, partial(delete_session, root, SESSION)
    yield Operation.EXPIRE, partial(expire, root, now=over)
    free = (number for number in range(ARTIFACTS) if not session.artifact(_artifact_id(number)))
    for number in free:
        yield Operation.UPDATE, _update(root, _requested(number), _artifact_id(number))
        yield (
            Operation.CREATE_ARTIFACT,
            partial(
                create_artifact,
                root,
                SESSION,
                _requested(number),
                artifact_id=_artifact_id(number),
                now=NOW,
            ),
        )
    for artifact in session.artifacts:
        yield Operation.UPDATE, _update(root, ArtifactRemoval(id=artifact.id))
        for status in ArtifactRestoreStatus:
            error = WHY if status is ArtifactRestoreStatus.FAILED else None
            report = Report(artifact_id=artifact.id, status=status, time=NOW, error=error)
            for reporter in reporters:
                yield (
                    Operation.RECORD,
                    partial(record, root, SESSION, report, reporter=reporter),
                )


def _update(
    root: BackupRestoreRoot, entry: RequestedArtifact | ArtifactRemoval, *artifact_ids: str
) -> Callable[[], Outcome[Any]]:
    request = UpdateSessionRequest(mailbox_restore_artifacts_delta=(entry,))
    return partial(update_session, root, SESSION, request, artifact_ids=artifact_ids, now=NOW)
