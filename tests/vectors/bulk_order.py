"""Two errors in one call on bulk requests: the check that comes first decides."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final

from restore_domain.verification.histories import Call

from .asking import (
    activate,
    at,
    bulk_request,
    create,
    create_bulk_request,
    delete_bulk_request,
    get_bulk_request,
    list_bulk_requests,
    resolve_bulk_request,
)
from .declaring import Declared, Start, case
from .states import asked, bulk, start, stored

__all__ = ["BULK_ORDER"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

INVALID_ID: Final = "InvalidRestoreSessionId"
NOT_FOUND: Final = "RestoreSessionNotFound"
INVALID_REQUEST_ID: Final = "InvalidBulkRestoreArtifactId"
REQUEST_NOT_FOUND: Final = "BulkRestoreArtifactsNotFound"
NOT_ALLOWED: Final = "RestoreSessionActionNotAllowed"
INVALID: Final = "BulkRestoreInvalidCreateRequest"
PATH_TYPE: Final = "InvalidPathType"
EXCEEDS: Final = "BulkRestoreRestorationResourcesCountExceedsLimit"
EMAIL: Final = "BulkRestoreInvalidCreateRequestUserEmail"
MALFORMED: Final = "InvalidArtifactRequest"
POINT: Final = "InvalidRestorePoint"
DUPLICATE: Final = "DuplicateArtifactInList"
PAGING: Final = "InvalidRequest"

_SESSIONS: Final = {INVALID_ID: "", NOT_FOUND: "s9"}
"""For each error of the session, the id that is requested."""

_REQUESTS: Final = {INVALID_REQUEST_ID: " ", REQUEST_NOT_FOUND: "b9"}
"""For each error of the bulk request, the id that is requested."""


def _pair(method: str, rule: str, first: str, second: str, *steps: Start | Call) -> Declared:
    return case(f"order/{method}/{first}-before-{second}", rule,
        f"{method}: {first} and {second} both apply, and {first} comes first.", *steps)


_CREATION_FAULTS: Final[dict[str, dict[str, Any]]] = {
    INVALID: {"restorePointPreference": "newest"},
    PATH_TYPE: {"destinationType": "elsewhere"},
    EXCEEDS: {"directoryObjectIds": ["d1", "d2", "d3"]},
    EMAIL: {"mailboxes": ["ada"]},
}
"""For each check of a bulk request, a request that fails it and that may have two mailboxes."""

_FEW: Final = start(limits={"restorationResources": 2})
_GOOD: Final = bulk_request("ada@example.com")


def _creations() -> Iterator[Declared]:
    """Yield the pairs of the checks of createBulkRequest."""
    method, empty = "createBulkRequest", create(request={})
    for first, second in combinations(_CREATION_FAULTS, 2):
        asks = _GOOD | _CREATION_FAULTS[second] | _CREATION_FAULTS[first]
        yield _pair(method, "B1", first, second, _FEW, empty, create_bulk_request(asks))
    for second, fault in _CREATION_FAULTS.items():
        for first, session in _SESSIONS.items():
            call = create_bulk_request(_GOOD | fault, session=session)
            yield _pair(method, "B1", first, second, _FEW, empty, call)
        calls = (create_bulk_request(_GOOD), activate(now=at(20)),
            create_bulk_request(_GOOD | fault, request_id="b2"))
        yield _pair(method, "B1", NOT_ALLOWED, second, _FEW, empty, *calls)


def _look_ups() -> Iterator[Declared]:
    """Yield the pairs of the checks of ids in each method."""
    begin = start(bulk(asked("b1", "active")))
    for first, session in _SESSIONS.items():
        for second, request in _REQUESTS.items():
            for call in (get_bulk_request(session, request), delete_bulk_request(session, request)):
                yield _pair(call["method"], "B2", first, second, begin, call)
        call = list_bulk_requests(session, 0)
        yield _pair("listBulkRequests", "B2", first, PAGING, begin, call)


_RESOLUTION_FAULTS: Final[dict[str, dict[str, Any]]] = {
    MALFORMED: {"failures": [{"mailbox": "zoe@example.com", "error": {}}]},
    POINT: {"artifacts": [{"restorePoint": {"id": " "}}]},
    DUPLICATE: {"artifacts": [{"restorePoint": {"id": "p8"}}] * 2},
}
"""For each check of a resolution, one that fails it."""


def _both(first: str, second: str) -> dict[str, Any]:
    """Return a resolution with two errors, the one that is found later first."""
    faults = [_RESOLUTION_FAULTS[second], _RESOLUTION_FAULTS[first]]
    artifacts = [entry for fault in faults for entry in fault.get("artifacts", ())]
    return {**faults[0], **faults[1], "artifacts": artifacts}


def _resolutions() -> Iterator[Declared]:
    """Yield the pairs of the checks of resolveBulkRequest."""
    method = "resolveBulkRequest"
    request = asked("b1", "active", mailboxes=[f"m{number}@b" for number in range(9)])
    active = start(bulk(request, artifacts=[stored("a1", "scheduled")]))
    draft = start(bulk(request))
    wrong_ids: list[tuple[str, dict[str, Any]]] = [
        *(((first, {"session": session})) for first, session in _SESSIONS.items()),
        *(((first, {"request_id": wrong})) for first, wrong in _REQUESTS.items()),
    ]
    for first, ids in wrong_ids:
        for second, fault in _RESOLUTION_FAULTS.items():
            call = resolve_bulk_request(fault, **ids)
            yield _pair(method, "B5", first, second, active, call)
    for first, session in _SESSIONS.items():
        for second, wrong in _REQUESTS.items():
            call = resolve_bulk_request({}, session=session, request_id=wrong)
            yield _pair(method, "B5", first, second, active, call)
    for first, wrong in _REQUESTS.items():
        call = resolve_bulk_request({}, request_id=wrong)
        yield _pair(method, "B5", first, NOT_ALLOWED, draft, call)
    for second, fault in _RESOLUTION_FAULTS.items():
        yield _pair(method, "B5", NOT_ALLOWED, second, draft, resolve_bulk_request(fault))
    for first, second in combinations(_RESOLUTION_FAULTS, 2):
        yield _pair(method, "B5", first, second, active, resolve_bulk_request(_both(first, second)))


BULK_ORDER: Final = (*_creations(), *_look_ups(), *_resolutions())
"""The cases in which two errors apply, and the earlier check decides."""
