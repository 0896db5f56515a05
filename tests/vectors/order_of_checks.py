"""Two errors at once: the check that comes first decides (rules O1-O7).

The pairs are combined from requests that fail a single check. The error that is found by the later
check comes first in the request, so that a system that checks one artifact after the other is found
to be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from types import MappingProxyType
from typing import Any, Final

from restore_domain.verification.histories import Call

from .asking import (
    DELTA,
    activate,
    artifact,
    at,
    create,
    create_artifact,
    list_artifacts,
    list_granular_artifacts,
    record,
    record_batch,
    removal,
    report,
    update,
)
from .declaring import Declared, Start, Topic, case
from .states import given, start

__all__ = ["ORDER_OF_CHECKS"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

INVALID_ID: Final = "InvalidRestoreSessionId"
NOT_FOUND: Final = "RestoreSessionNotFound"
NOT_ALLOWED: Final = "RestoreSessionActionNotAllowed"
PATCH: Final = "InvalidPatchRequest"
REQUEST: Final = "InvalidArtifactRequest"
LIMIT: Final = "RestoreArtifactsLimitBreached"
PATH_TYPE: Final = "InvalidPathType"
POINT: Final = "InvalidRestorePoint"
DUPLICATE: Final = "DuplicateArtifactInList"
DIFFERENT: Final = "DifferentRestoreDestinationType"
TOO_MANY: Final = "TooManyActiveRestoreSessions"
ARTIFACT_NOT_FOUND: Final = "ArtifactNotFound"
PAGING: Final = "InvalidRequest"

_SESSIONS: Final[Mapping[str, Any]] = MappingProxyType(
    {INVALID_ID: "", NOT_FOUND: "s9", NOT_ALLOWED: "s1"}
)
"""For each error of the session, the id that is requested; ``s1`` is not a draft."""

_ENTRIES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        LIMIT: artifact("p8"),
        PATH_TYPE: artifact("p7", "elsewhere"),
        POINT: {"restorePoint": {}, "destinationType": "inPlace"},
        DIFFERENT: artifact("p6", "new"),
        DUPLICATE: artifact("p2"),
    }
)
"""For each error of an artifact, one that has it next to a valid one of ``p2``."""


def _pair(operation: str, rule: str, first: str, second: str, *steps: Start | Call) -> Declared:
    return case(f"{operation}/{first}-before-{second}", rule,
        f"{operation}: {first} and {second} both apply, and {first} comes first.", *steps)


def _limit(*wrong: str) -> Start:
    """Allow one artifact per request if there have to be too many."""
    return start(limits={"artifactsPerRequest": 1}) if LIMIT in wrong else start()


def _creations() -> Iterator[Declared]:
    """Yield the pairs of the checks of create."""
    entries = {REQUEST: "no artifact", **_ENTRIES}
    order = (REQUEST, LIMIT, PATH_TYPE, POINT, DIFFERENT, DUPLICATE)
    for first, second in combinations(order, 2):
        call = create(artifact("p2"), entries[second], entries[first])
        yield _pair("create", "O1", first, second, _limit(first, second), call)


_UPDATE_ENTRIES: Final[Mapping[str, Any]] = MappingProxyType({PATCH: removal(None), **_ENTRIES})
_UPDATE_ORDER: Final = (PATCH, LIMIT, PATH_TYPE, POINT, DUPLICATE, DIFFERENT)


def _before(session_fault: str) -> tuple[Call, ...]:
    """Make ``s1`` a draft, or another session if that is the error."""
    made = create(artifact("p1"))
    return (made, activate(now=at(30))) if session_fault == NOT_ALLOWED else (made,)


def _updates() -> Iterator[Declared]:
    """Yield the pairs of the checks of update."""
    for first, second in combinations(_UPDATE_ORDER, 2):
        call = update(artifact("p2"), _UPDATE_ENTRIES[second], _UPDATE_ENTRIES[first])
        limit = _limit(first, second)
        yield _pair("update", "O3", first, second, limit, create(artifact("p1")), call)
    for first, session_id in _SESSIONS.items():
        for second in _UPDATE_ORDER:
            call = update(artifact("p2"), _UPDATE_ENTRIES[second], session=session_id)
            limit = _limit(second)
            yield _pair("update", "O3", first, second, limit, *_before(first), call)
        call = update(request={DELTA: []}, session=session_id)
        yield _pair("update", "O3", first, REQUEST, *_before(first), call)


_ONE_ARTIFACT: Final[tuple[tuple[str, str, Any], ...]] = (
    (PATH_TYPE, POINT, {"restorePoint": None}),
    (PATH_TYPE, DUPLICATE, {"restorePoint": {"id": "p1"}}),
    (PATH_TYPE, DIFFERENT, {"restorePoint": {"id": "p2"}, "destinationType": "elsewhere"}),
    (POINT, DIFFERENT, {"restorePoint": {"id": " "}, "destinationType": "new"}),
    (DUPLICATE, DIFFERENT, {"restorePoint": {"id": "p1"}, "destinationType": "new"}),
)
"""Artifacts with two errors, next to one of ``p1`` that is restored in place."""

_OF_ITSELF: Final[tuple[tuple[str, Any], ...]] = (
    (REQUEST, 7),
    (PATH_TYPE, artifact("p2", None)),
    (POINT, artifact("")),
)
"""Requests that are invalid for any session."""


def _artifact_creations() -> Iterator[Declared]:
    """Yield the pairs of the checks of createArtifact."""
    rule, operation = "O6", "createArtifact"
    for first, second, requested in _ONE_ARTIFACT:
        call = create_artifact(requested)
        yield _pair(operation, rule, first, second, create(artifact("p1")), call)
    for first, session_id in _SESSIONS.items():
        for second, requested in _OF_ITSELF:
            call = create_artifact(requested, session=session_id)
            yield _pair(operation, rule, first, second, *_before(first), call)
    for second, wrong in ((DUPLICATE, artifact("p1")), (DIFFERENT, artifact("p2", "new"))):
        calls = (*_before(NOT_ALLOWED), create_artifact(wrong))
        yield _pair(operation, rule, NOT_ALLOWED, second, *calls)


_NONE_ACTIVE: Final[Mapping[str, int]] = MappingProxyType({"activeSessions": 0})
"""Limits that allow no active session."""

_ACTIVATIONS: Final = (
    _pair("activate", "O4", INVALID_ID, TOO_MANY, start(limits=_NONE_ACTIVE), activate("")),
    _pair("activate", "O4", NOT_FOUND, TOO_MANY, start(limits=_NONE_ACTIVE), activate("s9")),
    _pair("activate", "O4", NOT_ALLOWED, TOO_MANY,
        start(limits={"activeSessions": 1}), create(artifact()), activate(), activate()),
    _pair("activate", "O4", NOT_ALLOWED, REQUEST,
        start({"id": "s1", "status": "active"}), activate()),
    _pair("activate", "O4", REQUEST, TOO_MANY,
        start(limits=_NONE_ACTIVE), create(artifact()), update(removal("a1")), activate()),
)

_NO_REASON: Final = {"status": "failed", "time": at(90)}
"""A failure without an error."""

_RUNNING: Final = given("inProgress", "scheduling")


def _records() -> Iterator[Declared]:
    """Yield the pairs of the checks of record and recordBatch."""
    for operation, call in (("record", record), ("recordBatch", record_batch)):
        for first in (INVALID_ID, NOT_FOUND):
            asked = call({"artifactId": "a1"}, session=_SESSIONS[first])
            yield _pair(operation, "O7", first, REQUEST, _RUNNING, asked)
        asked = call({"artifactId": "a9", **_NO_REASON})
        yield _pair(operation, "O7", REQUEST, ARTIFACT_NOT_FOUND, _RUNNING, asked)
        early = report("scheduled", "a9", restoredItemCount=0)
        yield case(f"{operation}/result-too-early-before-{ARTIFACT_NOT_FOUND}", "O9",
            f"{operation}: a result that is too early is refused before the artifact is looked up.",
            _RUNNING, call(early))
        early = report("scheduled", restoredItemCount=0)
        yield case(f"{operation}/result-too-early-before-{NOT_ALLOWED}", "O9",
            f"{operation}: a result that is too early is refused before the new status is checked.",
            _RUNNING, call(early))
        asked = call({"artifactId": "a1", "status": "scheduled", "time": at(90), "error": {}})
        yield _pair(operation, "O7", REQUEST, NOT_ALLOWED, _RUNNING, asked)
    asked = record_batch(report("scheduled", "a1"), {"artifactId": "a2", **_NO_REASON})
    yield case("recordBatch/first-report-first", "O7",
        "recordBatch: the reports are checked one after the other.", _RUNNING, asked)


ORDER_OF_CHECKS: Final = Topic(
    "order_of_checks",
    "Two errors that apply at once, for each operation and each pair",
    (
        *_creations(),
        *_updates(),
        *_artifact_creations(),
        *_ACTIVATIONS,
        *_records(),
        _pair("listArtifacts", "O2", INVALID_ID, PAGING, list_artifacts(" ", 0)),
        _pair("listArtifacts", "O2", NOT_FOUND, PAGING, list_artifacts("s9", 0)),
        _pair("listGranularArtifacts", "O2", INVALID_ID, PAGING, list_granular_artifacts(" ", 0)),
        _pair("listGranularArtifacts", "O2", NOT_FOUND, PAGING, list_granular_artifacts("s9", 0)),
    ),
)
"""The cases in which two errors apply, and the earlier check decides."""
