"""Functions that build the calls of the cases and their parameters, with the usual defaults.

Everything happens on one day: `at` counts the minutes from nine o'clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from restore_domain.verification.histories import Call

__all__ = [
    "ADA",
    "BOB",
    "ON_HOLD",
    "activate",
    "artifact",
    "at",
    "bulk_request",
    "create",
    "create_artifact",
    "create_bulk_request",
    "delete",
    "delete_bulk_request",
    "expire",
    "get",
    "get_bulk_request",
    "list_artifacts",
    "list_bulk_requests",
    "list_granular_artifacts",
    "list_sessions",
    "read",
    "record",
    "record_batch",
    "removal",
    "report",
    "resolve_bulk_request",
    "update",
    "without",
]

ADA: Final = {"user": {"id": "ada", "displayName": "Ada"}}
"""An actor."""

BOB: Final = {"user": {"id": "bob", "displayName": "Bob"}}
"""Another actor."""

ON_HOLD: Final = {"code": "ArtifactCannotBeRestored", "message": "The mailbox is on hold."}
"""Why an artifact failed."""

_NINE: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)

NOT_WHITE_SPACE: Final[tuple[tuple[str, str, str], ...]] = (
    ("file-separator", "\u001c", "file separator"),
    ("zero-width-space", "\u200b", "zero width space"),
    ("byte-order-mark", "\ufeff", "byte order mark"),
)
"""Characters that some language trims, though they don't have the property White_Space."""


def at(minutes: float) -> str:
    """Return the time this many minutes after nine."""
    return (_NINE + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


HALF_PAST_TEN: Final = at(90)
"""The time at which an artifact gets each reported status."""


def _call(method: str, **params: Any) -> Call:
    return {"method": method, "params": params}


def _if_given(**params: Any) -> dict[str, Any]:
    """Return the parameters without those that are None."""
    return {name: value for name, value in params.items() if value is not None}


def artifact(point: Any = "p1", destination: Any = "inPlace", **others: Any) -> dict[str, Any]:
    """Return an artifact as a request has it."""
    return {"restorePoint": {"id": point}, "destinationType": destination, **others}


def removal(artifact_id: Any) -> dict[str, Any]:
    """Return the entry of a delta that removes an artifact."""
    return {"@removed": {"reason": "changed"}, "id": artifact_id}


def _ids(letter: str, entries: Sequence[Any], request: Any) -> list[str]:
    """Return an id for each artifact that is added; two for an invalid request."""
    added = [entry for entry in entries if not (isinstance(entry, dict) and "@removed" in entry)]
    number = len(added) if request is None else 2
    return [f"{letter}{position}" for position in range(1, number + 1)]


ENTRIES: Final = "mailboxRestoreArtifacts"
"""The property with the artifacts in a request to create a session."""

DELTA: Final = "mailboxRestoreArtifacts@delta"
"""The property with the entries in a request to update a session."""


def create(
    *artifacts: Any,
    session: str = "s1",
    now: str = at(0),
    ids: Sequence[str] | None = None,
    actor: Mapping[str, Any] | None = None,
    request: Any = None,
) -> Call:
    """Create a session with these artifacts, or with this request."""
    return _call(
        "create",
        sessionId=session,
        request={ENTRIES: list(artifacts)} if request is None else request,
        artifactIds=_ids("a", artifacts, request) if ids is None else ids,
        now=now,
        **_if_given(actor=actor),
    )


def get(session: Any = "s1") -> Call:
    """Get a session."""
    return _call("get", sessionId=session)


def list_sessions(top: Any = None, *, after: Any = None) -> Call:
    """List the sessions; `after` is the call that gave the token, or a token."""
    return _call("list", **_page(top, after))


def list_artifacts(session: Any = "s1", top: Any = None, *, after: Any = None) -> Call:
    """List the artifacts of a session."""
    return _call("listArtifacts", sessionId=session, **_page(top, after))


def list_granular_artifacts(session: Any = "s1", top: Any = None, *, after: Any = None) -> Call:
    """List the granular artifacts of a session."""
    return _call("listGranularArtifacts", sessionId=session, **_page(top, after))


def _page(top: Any, after: Any) -> dict[str, Any]:
    """Return the parameters of a page; a number means the call, counted from 0, with the token."""
    token = {"fromCall": after} if isinstance(after, int) else after
    return _if_given(top=top, skipToken=token)


def update(
    *entries: Any,
    session: Any = "s1",
    now: str = at(60),
    ids: Sequence[str] | None = None,
    actor: Mapping[str, Any] | None = None,
    request: Any = None,
) -> Call:
    """Update a session with these entries of a delta, or with this request."""
    return _call(
        "update",
        sessionId=session,
        request={DELTA: list(entries)} if request is None else request,
        artifactIds=_ids("n", entries, request) if ids is None else ids,
        now=now,
        **_if_given(actor=actor),
    )


def create_artifact(
    request: Any,
    *,
    session: Any = "s1",
    artifact_id: str = "n1",
    now: str = at(60),
    actor: Mapping[str, Any] | None = None,
) -> Call:
    """Add one artifact to a session."""
    return _call(
        "createArtifact",
        sessionId=session,
        request=request,
        artifactId=artifact_id,
        now=now,
        **_if_given(actor=actor),
    )


def activate(
    session: Any = "s1", *, now: str = at(60), actor: Mapping[str, Any] | None = None
) -> Call:
    """Activate a session."""
    return _call("activate", sessionId=session, now=now, **_if_given(actor=actor))


def delete(session: Any = "s1", **who_and_when: Any) -> Call:
    """Delete a session."""
    return _call("delete", sessionId=session, **who_and_when)


def report(
    status: Any,
    artifact_id: Any = "a1",
    *,
    time: Any = HALF_PAST_TEN,
    error: Any = None,
    **times: Any,
) -> dict[str, Any]:
    """Return a report of an artifact's new status; a failure has an error."""
    if status == "failed" and error is None:
        error = ON_HOLD
    return {
        "artifactId": artifact_id,
        "status": status,
        "time": time,
        **_if_given(error=error),
        **times,
    }


def record(
    report: Any,
    *,
    session: Any = "s1",
    reporter: str | None = None,
    actor: Mapping[str, Any] | None = None,
) -> Call:
    """Report one artifact's new status, as a driver unless another reporter is given."""
    return _call(
        "record", sessionId=session, report=report, **_if_given(reporter=reporter, actor=actor)
    )


def record_batch(
    *reports: Any,
    session: Any = "s1",
    reporter: str | None = None,
    actor: Mapping[str, Any] | None = None,
) -> Call:
    """Report several new statuses at once."""
    return _call(
        "recordBatch",
        sessionId=session,
        reports=list(reports),
        **_if_given(reporter=reporter, actor=actor),
    )


def expire(now: str, **who: Any) -> Call:
    """Remove sessions that ended long ago."""
    return _call("expire", now=now, **who)


def bulk_request(*mailboxes: Any, destination: Any = "inPlace", **others: Any) -> dict[str, Any]:
    """Return a bulk request as a client sends it."""
    return {"mailboxes": list(mailboxes), "destinationType": destination, **others}


def create_bulk_request(
    request: Any,
    *,
    session: Any = "s1",
    request_id: str = "b1",
    now: str = at(10),
    actor: Mapping[str, Any] | None = None,
) -> Call:
    """Create a bulk request below a session."""
    return _call(
        "createBulkRequest",
        sessionId=session,
        bulkRequestId=request_id,
        request=request,
        now=now,
        **_if_given(actor=actor),
    )


def get_bulk_request(session: Any = "s1", request_id: Any = "b1") -> Call:
    """Get a bulk request of a session."""
    return _call("getBulkRequest", sessionId=session, bulkRequestId=request_id)


def list_bulk_requests(session: Any = "s1", top: Any = None, *, after: Any = None) -> Call:
    """List the bulk requests of a session."""
    return _call("listBulkRequests", sessionId=session, **_page(top, after))


def delete_bulk_request(
    session: Any = "s1",
    request_id: Any = "b1",
    *,
    now: str = at(120),
    actor: Mapping[str, Any] | None = None,
) -> Call:
    """Delete a bulk request of a session."""
    return _call(
        "deleteBulkRequest",
        sessionId=session,
        bulkRequestId=request_id,
        now=now,
        **_if_given(actor=actor),
    )


def resolve_bulk_request(  # noqa: PLR0913 - what a driver may say, with what most cases leave
    resolution: Any,
    *,
    session: Any = "s1",
    request_id: Any = "b1",
    ids: Sequence[str] = ("a1", "a2", "a3"),
    now: str = at(70),
    actor: Mapping[str, Any] | None = None,
) -> Call:
    """Report the results of a bulk request."""
    return _call(
        "resolveBulkRequest",
        sessionId=session,
        bulkRequestId=request_id,
        resolution=resolution,
        artifactIds=list(ids),
        now=now,
        **_if_given(actor=actor),
    )


def without(call: Call, name: str) -> Call:
    """Leave out a parameter of a call."""
    params = {known: value for known, value in call["params"].items() if known != name}
    return {**call, "params": params}


def read(kind: str, **given: Any) -> Call:
    """Read a ``document``, or a ``text``, of this type, and write it again."""
    return _call("read", type=kind, **given)
