"""Calls on bulk requests that the reference accepts, if there is something to call about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from restore_domain.model import MailboxRestoreArtifactsBulkAdditionRequest
from restore_domain.verification.generation.choices import Choose, either, pick, rarely, several
from restore_domain.verification.generation.right_calls import (
    DESTINATIONS,
    ERRORS,
    NO_SESSION,
    Params,
    Writer,
    acted_now,
    additions_of,
    listed,
    points_of,
    session_id_of,
)
from restore_domain.verification.generation.scene import Asked, Scene

__all__ = ["BULK_WRITERS", "NO_REQUEST", "resources_of"]

NO_REQUEST: Final = "b0"
"""The id of a bulk request that never existed."""

_MORE: Final[Sequence[Params]] = (
    *({},) * 4,
    {"displayName": "the third group", "restorePointPreference": "latest"},
    {"restorePointPreference": "oldest", "tags": "fastRestore", "colour": "red"},
    {"tags": "none, fastRestore", "displayName": None, "restorePointPreference": None},
    {"protectionTimePeriod": {"startDateTime": "2025-12-01T00:00:00.1234567Z"}},
    {
        "protectionTimePeriod": {
            "startDateTime": "2025-12-01T01:00:00+01:00",
            "endDateTime": "2025-12-01T00:00:00Z",
        }
    },
)
"""Further properties of a bulk request."""

_RESOURCES: Final = (
    ("mailboxes", "m{}@example.com"),
    ("mailboxes", "m{}@example.com"),
    ("directoryObjectIds", "d{}"),
)
"""The lists of resources of a bulk request, and how they are named."""


def _create_bulk_request(choose: Choose, scene: Scene) -> Params:
    """Write a bulk request for a session that accepts one."""
    most = min(scene.root.limits.restoration_resources, 5)
    request: Params = {"destinationType": pick(choose, DESTINATIONS)} | pick(choose, _MORE)
    for number in several(choose, min(2, most), most):
        name, resource = pick(choose, _RESOURCES)
        request.setdefault(name, []).append(resource.format(number + 1))
    params = {
        "sessionId": session_id_of(choose, scene.taking_bulk_requests or scene.sessions),
        "bulkRequestId": scene.new_bulk_request,
        "request": request,
    }
    return acted_now(choose, scene, params)


def _get_bulk_request(choose: Choose, scene: Scene) -> Params:
    """Choose a bulk request."""
    return _named(choose, scene.bulk_requests)


def _named(choose: Choose, among: Sequence[Asked]) -> Params:
    if not among:
        return {"sessionId": NO_SESSION, "bulkRequestId": NO_REQUEST}
    session, request = pick(choose, among)
    return {"sessionId": session.id, "bulkRequestId": request.id}


def _list_bulk_requests(choose: Choose, scene: Scene) -> Params:
    """List the bulk requests of a session, by page or all at once."""
    among = [session for session, _ in scene.bulk_requests] or scene.sessions
    return listed(choose, scene, "listBulkRequests", among)


def _delete_bulk_request(choose: Choose, scene: Scene) -> Params:
    """Choose a bulk request that has ended."""
    among = scene.ended_bulk_requests or scene.bulk_requests
    return acted_now(choose, scene, _named(choose, among))


def _resolve_bulk_request(choose: Choose, scene: Scene) -> Params:
    """Write results for an active bulk request of an activated session."""
    among = scene.resolvable or scene.bulk_requests
    params = _named(choose, among)
    session = scene.root.session(params["sessionId"])
    request = next((asked for _, asked in among if asked.id == params["bulkRequestId"]), None)
    details = request.error.details if request is not None and request.error is not None else None
    names = {detail.target for detail in details or ()}
    known = resources_of(request)
    contained = session.tally.total if session is not None else 0
    left = len(known) - contained - len(details or ()) if known else 3
    points = _points(choose, points_of(session), max(left, 0))
    failures = _failures(choose, known, names, max(left - len(points), 0))
    resolution: Params = {}
    if points or rarely(choose, 4):
        resolution["artifacts"] = points
    if failures or rarely(choose, 4):
        resolution["failures"] = failures
    is_something = bool(points or failures or contained or names)
    ends = either(choose)
    if ends and is_something:
        resolution["ended"] = True
    elif rarely(choose, 4):
        resolution["ended"] = pick(choose, (False, None))
    params |= {
        "resolution": resolution,
        "artifactIds": scene.new_artifacts(len(points), params["sessionId"]),
    }
    return acted_now(choose, scene, params)


def _points(choose: Choose, existing: Sequence[str], most: int) -> list[Params]:
    """Write artifacts of restore points that the session does not have."""
    count = min(most, 0 if rarely(choose, 3) else 1 + choose(2))
    additions = additions_of(choose, count, existing=existing)
    return [{"restorePoint": addition["restorePoint"]} for addition in additions]


def _failures(choose: Choose, known: Sequence[str], names: set[Any], most: int) -> list[Params]:
    """Write failures of mailboxes in the request; repeating one changes nothing."""
    failures: list[Params] = []
    seen = {*names}
    for _ in several(choose, 0, 2):
        mailbox = pick(choose, known or ("m1@example.com", "m2@example.com"))
        if mailbox not in seen and len(seen) - len(names) >= most:
            continue
        seen.add(mailbox)
        failures.append({"mailbox": mailbox, "error": pick(choose, ERRORS)})
    return failures


def resources_of(request: MailboxRestoreArtifactsBulkAdditionRequest | None) -> list[str]:
    """Return what a bulk request asks to restore, if that is known."""
    if request is None:
        return []
    return [*(request.mailboxes or ()), *(request.directory_object_ids or ())]


BULK_WRITERS: Final[Mapping[str, Writer]] = {
    "createBulkRequest": _create_bulk_request,
    "getBulkRequest": _get_bulk_request,
    "listBulkRequests": _list_bulk_requests,
    "deleteBulkRequest": _delete_bulk_request,
    "resolveBulkRequest": _resolve_bulk_request,
}
"""The function that writes the parameters of each method on bulk requests."""
