"""Every property of the body of every operation, replaced by other values a client may send.

The properties are taken from the classes, so that a new property gets its cases.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from restore_domain.model import (
    CreateBulkRequest,
    CreateSessionRequest,
    RequestedArtifact,
    UpdateSessionRequest,
)
from restore_domain.operations import Report, Resolution
from restore_domain.verification import ReferenceSystem, RefusedError
from restore_domain.verification.histories import Call
from restore_domain.wire.properties import Property, entry_kinds, is_entity, properties_of

from .asking import (
    artifact,
    at,
    create,
    create_artifact,
    create_bulk_request,
    get,
    record,
    removal,
    resolve_bulk_request,
    update,
)
from .declaring import Declared, Start, Topic, case
from .kinds import accepted, in_other_case, refused
from .states import asked, bulk, granular, in_status, session, start, stored, undeclared

__all__ = ["REQUESTS"]

_WITHOUT: Final = object()
"""Stands for a missing property."""


@attrs.frozen
class Body:
    """A body that is accepted, and the operation that takes it."""

    name: str
    rule: str
    kind: type
    start: Start
    call: Callable[[Any], Call]
    good: Mapping[str, Any]


_POINT: Final = {
    "id": "p1",
    "@odata.id": "restorePoints('p2')",
    "protectionDateTime": at(-90),
    "expirationDateTime": at(90),
    "tags": "fastRestore",
    "protectionUnit": {"id": "u1", "@odata.id": "u2"},
    "note": [2**53 + 1, 10**30, 0.1, {"": None}],
}
_WANTED: Final = {"restorePoint": _POINT, "destinationType": "inPlace"}
_DETAIL: Final = {"code": "Busy", "message": "Too busy.", "target": "disk-1"}
_ERROR: Final[dict[str, Any]] = {
    **_DETAIL,
    "details": [_DETAIL],
    "innerError": {**_DETAIL, "details": [_DETAIL]},
}
_TIMES: Final = {"startDateTime": at(30), "completionDateTime": at(80)}
_RESULTS: Final = {
    "restoredFolderId": "f1",
    "restoredFolderName": "Found",
    "restoredItemCount": 7,
}
_RUNNING: Final = start(session(stored("a1", "inProgress", **_RESULTS), stored("a2", "inProgress")))


def _seen(report: Any) -> Call:
    return record(report, reporter="observer")


_BODIES: Final = (
    Body("createArtifact", "O6", RequestedArtifact, start(undeclared()), create_artifact, _WANTED),
    Body("create", "O1", CreateSessionRequest, start(), lambda body: create(request=body),
        {"mailboxRestoreArtifacts": [artifact("p1"), artifact("p2")], "policyId": "policy"}),
    Body("create-granular", "O1", CreateSessionRequest, start(),
        lambda body: create(request=body),
        {"granularMailboxRestoreArtifacts": [artifact("p1", searchResponseId="q"),
            artifact("p2", searchResponseId="q")]}),
    Body("update", "O3", UpdateSessionRequest, start(in_status("added", "added")),
        lambda body: update(request=body),
        {"mailboxRestoreArtifacts@delta": [artifact("p1"), removal("a1")], "policyId": "policy"}),
    Body("update-granular", "O3", UpdateSessionRequest,
        start(undeclared(granularMailboxRestoreArtifacts=[granular("g1", "added")])),
        lambda body: update(request=body),
        {"granularMailboxRestoreArtifacts@delta": [artifact("p1", searchResponseId="q"),
            removal("g1")]}),
    Body("record", "O7", Report, _RUNNING, record,
        {"artifactId": "a1", "status": "succeeded", "time": at(90), **_TIMES, **_RESULTS}),
    Body("record-failed", "O7", Report, _RUNNING, record,
        {"artifactId": "a1", "status": "failed", "time": at(90), "error": _ERROR}),
    Body("record-seen", "O7", Report, start(in_status("scheduled", "inProgress")), _seen,
        {"artifactId": "a1", "status": "failed", "time": at(90), **_TIMES, **_RESULTS}),
    Body("createBulkRequest", "B1", CreateBulkRequest, start(undeclared()), create_bulk_request,
        {"displayName": "all", "mailboxes": ["ada@example.com"], "directoryObjectIds": ["d1"],
         "protectionTimePeriod": {"startDateTime": at(0), "endDateTime": at(1)},
         "destinationType": "new", "tags": "none", "restorePointPreference": "oldest"}),
    Body("resolveBulkRequest", "B5", Resolution,
        start(bulk(asked("b1", "active", mailboxes=["ada@example.com", "bob@example.com"]),
            status="activating")),
        resolve_bulk_request,
        {"artifacts": [artifact("p1")], "failures": [{"mailbox": "ada@example.com",
            "error": {"code": "Gone"}}], "ended": True}),
)  # fmt: skip
"""The operations."""

_FEW: Final = 4
"""The number of valid and of invalid values of a property; documents have all of them."""


def _values(known: Property) -> Iterator[Any]:
    """Yield the values that a client may send for a property."""
    yield _WITHOUT
    yield None
    for values in (accepted(known), refused(known)):
        short = [value for value in values if value is not None and not _is_long(value)]
        yield from short[:: max(1, len(short) // _FEW)][:_FEW]


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and len(value) > 99


def _changed(
    kind: type, value: Mapping[str, Any], seen: set[type]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield copies of an object, each with one of its properties changed."""
    for known in properties_of(kind):
        for number, other in enumerate(_values(known)):
            yield f"{known.name}-{number}", _with(value, known.name, other)
        if known.name in value:
            other_name = in_other_case(known.name)
            renamed = _with(value, known.name, _WITHOUT) | {other_name: value[known.name]}
            yield f"{known.name}-in-other-case", renamed
            yield from _within(known, value, seen)


def _within(
    known: Property, value: Mapping[str, Any], seen: set[type]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    content = value[known.name]
    if is_entity(known.type) and known.type not in seen:
        seen.add(known.type)
        for name, inner in _changed(known.type, content, seen):
            yield f"{known.name}/{name}", {**value, known.name: inner}
    for place, entry in enumerate(content if entry_kinds(known.type) else ()):
        kind = entry_kinds(known.type)[-1 if "@removed" in entry else 0]
        if kind in seen:
            continue
        seen.add(kind)
        for name, inner in _changed(kind, entry, seen):
            entries = [*content[:place], inner, *content[place + 1 :]]
            yield f"{known.name}/{name}", {**value, known.name: entries}


def _with(value: Mapping[str, Any], name: str, other: Any) -> dict[str, Any]:
    others = {known: content for known, content in value.items() if known != name}
    return others if other is _WITHOUT else {**others, name: other}


def _cases() -> Iterator[Declared]:
    seen: set[type] = set()
    for body in _BODIES:
        rows = [
            ("good", body.good),
            ("neighbours", {**body.good, "note": [0], "@odata.note": 0}),
            ("a-text", json.dumps(body.good)),
            ("half-a-pair", "\ud83d"),
        ]
        for name, changed in [*rows, *_changed(body.kind, body.good, seen)]:
            call = body.call(changed)
            broken = _rule_broken(body.start, call)
            yield case(
                f"{body.name}/{name}",
                broken or body.rule,
                f"A body of {body.name} is a text."
                if isinstance(changed, str)
                else f"A body of {body.name} has another value for one property.",
                body.start,
                call,
                *(() if broken else (get(),)),
            )


def _rule_broken(begin: Start, call: Call) -> str | None:
    """Return the rule by which the reference refuses a call; None if it accepts it."""
    system = ReferenceSystem()
    system.call("reset", begin.params)
    try:
        system.call(call["method"], call["params"])
    except RefusedError as refused:
        return refused.rule
    return None


REQUESTS: Final = Topic(
    "requests",
    "Every property of the body of every operation, with what a client may send in its place",
    tuple(_cases()),
)
"""The cases of bodies, derived from the classes of the bodies."""
