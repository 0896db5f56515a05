"""Snapshots of sessions as an observer might take them, and ways to break them (H1-H3).

`LIVES` are histories of operations, with a snapshot of each session after every step. `BREAKS` is
the table of possible contradictions in a later snapshot. A break is planted in one snapshot of a
legal history, or in all from there on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

import attrs

from restore_domain.aggregation import KNOWN_STATUSES
from restore_domain.model import ExchangeRestoreSession
from restore_domain.model.lacking import BULK_REQUESTS, GRANULAR, WHOLE
from restore_domain.model.session import DERIVED_PROPERTIES
from restore_domain.status import TERMINAL_ARTIFACT_STATUSES, TERMINAL_SESSION_STATUSES
from restore_domain.verification.comparison import answer_of
from restore_domain.verification.histories import Call
from restore_domain.verification.system import ReferenceSystem
from restore_domain.wire import from_json_value

__all__ = [
    "BREAKS",
    "LIVES",
    "Break",
    "Place",
    "Planted",
    "artifacts_of",
    "lacking_in",
    "looks_at",
    "places",
    "planted",
]

Json: TypeAlias = dict[str, Any]

COLLECTIONS: Final = (WHOLE, GRANULAR)


# Legal histories -------------------------------------------------------------------------------


def looks_at(calls: Iterable[Call]) -> dict[str, list[Json]]:
    """Return the snapshots of each session: one after every call, until it is removed."""
    system = ReferenceSystem()
    system.call("reset", {})
    looks: dict[str, list[Json]] = {}
    over: set[str] = set()
    for call in calls:
        answer_of(system, call["method"], call["params"])
        there = set(system.root.exchange_restore_sessions.ids)
        over |= looks.keys() - there
        for session_id in sorted(there - over):
            look = system.call("get", {"sessionId": session_id})
            looks.setdefault(session_id, []).append(look)
    return looks


def _call(method: str, session_id: str, **params: Any) -> Call:
    return {"method": method, "params": {"sessionId": session_id, **params}}


def _report(minute: int, artifact_id: str, status: str, **more: Any) -> Json:
    return {"artifactId": artifact_id, "status": status, "time": _at(minute), **more}


def _at(minute: int) -> str:
    return f"2026-01-05T09:{minute:02d}:00Z"


_ANNA: Final = {"user": {"id": "anna", "displayName": "Anna"}}
_ON_HOLD: Final = {"code": "ArtifactCannotBeRestored", "message": "The mailbox is on hold."}
_FOLDER: Final = {"restoredFolderId": "f1", "restoredFolderName": "Restored"}


def _points(*names: str, **more: str) -> list[Json]:
    return [{"restorePoint": {"id": name}, "destinationType": "new", **more} for name in names]


def _life(session_id: str, collection: str, entries: list[Json], **more: Any) -> list[Call]:
    """Create a session of three artifacts, and run it to its end."""
    ids = [f"{session_id}{number}" for number in range(len(entries))]
    first, second, third = ids
    return [
        _call(
            "create",
            session_id,
            request={collection: entries, **more},
            artifactIds=ids,
            now=_at(0),
            actor=_ANNA,
        ),
        _call("activate", session_id, now=_at(1)),
        *(
            _call("record", session_id, report=report)
            for report in (
                _report(2, first, "scheduled"),
                _report(3, second, "scheduled"),
                _report(4, first, "inProgress"),
                _report(5, second, "inProgress"),
                _report(6, first, "succeeded", **_FOLDER),
                _report(7, second, "failed", error=_ON_HOLD),
                _report(8, third, "scheduled"),
                _report(9, third, "inProgress"),
                _report(10, third, "succeeded", restoredItemCount=7),
                _report(11, third, "succeeded", **_FOLDER),
                _report(12, first, "succeeded", restoredItemCount=5),
            )
        ),
    ]


def _bulk_call(method: str, minute: int, **params: Any) -> Call:
    return _call(method, "b", bulkRequestId="q", now=_at(minute), **params)


def _resolved(minute: int, *ids: str, ended: bool = False) -> Call:
    """Resolve a part of the bulk request."""
    points = [{"restorePoint": {"id": f"r of {artifact_id}"}} for artifact_id in ids]
    resolution = {"ended": True} if ended else {"artifacts": points}
    return _bulk_call("resolveBulkRequest", minute, artifactIds=ids, resolution=resolution)


_MAILBOXES: Final = {"mailboxes": ["m1@example.com", "m2@example.com"], "destinationType": "new"}

_BULK_LIFE: Final = [
    _call("create", "b", request=None, artifactIds=[], now=_at(0), actor=_ANNA),
    _bulk_call("createBulkRequest", 1, request=_MAILBOXES),
    _call("activate", "b", now=_at(2)),
    _resolved(3, "b1"),
    _call("record", "b", report=_report(4, "b1", "scheduled")),
    _resolved(5, "b2"),
    _resolved(6, ended=True),
    *(
        _call("record", "b", report=_report(minute, artifact_id, status, **more))
        for minute, artifact_id, status, more in (
            (7, "b1", "inProgress", {}),
            (8, "b2", "scheduled", {}),
            (9, "b1", "succeeded", _FOLDER),
            (10, "b2", "failed", {"error": _ON_HOLD}),
        )
    ),
    _call("record", "b", report=_report(11, "b1", "succeeded", restoredItemCount=5)),
    _bulk_call("deleteBulkRequest", 12),
]


LIVES: Final[Mapping[str, Sequence[Call]]] = MappingProxyType(
    {
        "a session of whole mailboxes": _life(
            "s", COLLECTIONS[0], _points("r0", "r1", "r2"), policyId="p"
        ),
        "a session of chosen items": _life(
            "g", COLLECTIONS[1], _points("r0", "r1", "r2", searchResponseId="q")
        ),
        "a bulk session": _BULK_LIFE,
    }
)
"""Histories of operations, from creation to results that arrive late."""


# Possible breaks -------------------------------------------------------------------------------


class Place(NamedTuple):
    """The place of a break."""

    snapshot: int
    """The first snapshot that has it; never the first of the history."""

    artifact_id: str | None
    """The artifact that has it; None for the session."""


Applies: TypeAlias = Callable[[Json, Json], bool]
"""Takes a session, and an artifact of it or the session again, and returns whether it can be
broken.
"""

Plant: TypeAlias = Callable[[Json, Json], None]
"""Changes a session, or an artifact of it."""


@attrs.frozen(kw_only=True)
class Break:
    """A way in which a snapshot may contradict itself, or the one before it."""

    name: str
    """A description of the break."""

    rule: str
    """The broken rule: H1, H2 or H3."""

    property: str
    """The Graph name of the property in the finding."""

    of_artifacts: bool = False
    """Whether it is in an artifact; else it is in the session itself."""

    applies: Applies = attrs.field(repr=False)
    """Checks the snapshot before or, for H1, the snapshot itself."""

    plant: Plant = attrs.field(repr=False)
    """Makes the break."""

    lasts: bool = True
    """Whether all later snapshots have it as well."""

    adds: bool = False
    """Whether an artifact is added, which the finding is then about."""


class Planted(NamedTuple):
    """A history with a break in it, and the expected finding."""

    snapshots: list[Json]
    """The snapshots of one session, in the order of time."""

    rule: str
    """The rule of the finding."""

    before: int | None
    """The position of the earlier snapshot; None for H1."""

    after: int
    """The position of the later one."""

    target: str
    """The key of the artifact, or of the session."""

    property: str
    """The property."""


def places(
    found: Break, snapshots: Sequence[Json], lacking: Sequence[bool] | None = None
) -> Iterator[Place]:
    """Yield the places of a legal history in which a break can be planted.

    Takes which snapshots lack artifacts, if that is known.
    """
    lacking = lacking_in(snapshots) if lacking is None else lacking
    for number, after in enumerate(snapshots[1:], start=1):
        before = snapshots[number - 1]
        if found.rule != "H2" and (lacking[number - 1] or lacking[number]):
            continue
        looked_at = after if found.rule == "H1" else before
        there = {one["id"] for one in artifacts_of(after)}
        owners = artifacts_of(looked_at) if found.of_artifacts else [looked_at]
        for owner in owners:
            if (owner is looked_at or owner["id"] in there) and found.applies(looked_at, owner):
                yield Place(number, owner["id"] if found.of_artifacts else None)


def lacking_in(snapshots: Iterable[Json]) -> list[bool]:
    """Return for each snapshot whether it lacks artifacts (rule S8)."""
    return [bool(from_json_value(one, ExchangeRestoreSession).lacks) for one in snapshots]


def planted(found: Break, snapshots: Sequence[Json], place: Place) -> Planted:
    """Return the history with the break in this place."""
    number, artifact_id = place
    changed = deepcopy(list(snapshots))
    for session in changed[number:] if found.lasts else [changed[number]]:
        owners = [session] if artifact_id is None else artifacts_of(session)
        for owner in owners:
            if artifact_id in (None, owner["id"]):
                found.plant(session, owner)
    return Planted(
        snapshots=changed,
        rule=found.rule,
        before=None if found.rule == "H1" else number - 1,
        after=number,
        target=_CAME if found.adds else artifact_id or snapshots[0]["id"],
        property=found.property,
    )


def artifacts_of(session: Json) -> list[Json]:
    """Return the artifacts of both collections."""
    return [one for name in COLLECTIONS for one in session.get(name) or ()]


# Conditions


_TERMINAL: Final = tuple(map(str, TERMINAL_ARTIFACT_STATUSES))
_KNOWN: Final = frozenset(map(str, KNOWN_STATUSES))
_ENDED: Final = frozenset(map(str, TERMINAL_SESSION_STATUSES))


def _has(name: str, *statuses: str) -> Applies:
    """Require a property, and one of these statuses if any are given."""

    def applies(_session: Json, owner: Json) -> bool:
        return owner.get(name) is not None and (not statuses or owner.get("status") in statuses)

    return applies


def _ended_with(name: str) -> Applies:
    """Require a session that has ended, and a property of it, or of its artifact."""

    def applies(session: Json, owner: Json) -> bool:
        return session.get("status") in _ENDED and owner.get(name) is not None

    return applies


def _ended_with_all_errors(session: Json, owner: Json) -> bool:
    failed = [one for one in artifacts_of(session) if one["status"] == "failed"]
    return _ended_with("error")(session, owner) and all(one.get("error") for one in failed)


def _is_of_one_kind(collection: str, *statuses: str) -> Applies:
    """Require a session in one of these statuses whose artifacts are all in one collection."""

    def applies(session: Json, _owner: Json) -> bool:
        kinds = [name for name in COLLECTIONS if session.get(name)]
        return kinds == [collection] and session.get("status") in statuses

    return applies


def _without_active_request(applies: Applies) -> Applies:
    """Require in addition that no further artifacts can be added to the session."""

    def both(session: Json, owner: Json) -> bool:
        requests = session.get(BULK_REQUESTS) or ()
        return applies(session, owner) and all(one["status"] != "active" for one in requests)

    return both


def _knows_all(session: Json, _owner: Json) -> bool:
    statuses = {one["status"] for one in artifacts_of(session)}
    return bool(statuses) and statuses <= _KNOWN


def _says_who(_session: Json, owner: Json) -> bool:
    who = (owner.get("createdBy") or {}).values()
    return any(isinstance(one, dict) and (one.get("id") or one.get("displayName")) for one in who)


# Changes


_CAME: Final = "came"
"""The artifact that is added although none may be."""

_LONG_AGO: Final = "2001-01-01T00:00:00Z"
_LATE: Final = "2099-01-01T00:00:00Z"


def _set(name: str, value: Any) -> Plant:
    def plant(_session: Json, owner: Json) -> None:
        owner[name] = value

    return plant


def _flip(name: str, one: str, other: str) -> Plant:
    def plant(_session: Json, owner: Json) -> None:
        owner[name] = other if owner.get(name) == one else one

    return plant


def _forget_derived(session: Json) -> None:
    for name in DERIVED_PROPERTIES:
        session.pop(name, None)


def _remove(session: Json, artifact: Json) -> None:
    """Remove an artifact without a trace."""
    _forget_derived(session)
    for name in COLLECTIONS:
        if session.get(name):
            session[name] = [one for one in session[name] if one["id"] != artifact["id"]]


def _add_to(collection: str) -> Plant:
    def plant(session: Json, _owner: Json) -> None:
        _forget_derived(session)
        if collection in session:
            session[collection] = [*session[collection], {"id": _CAME, "status": "scheduling"}]

    return plant


def _request_again(session: Json, _owner: Json) -> None:
    session[BULK_REQUESTS] = [{"id": "another", "status": "completed"}]


def _one_less(session: Json, _owner: Json) -> None:
    session["restoreSessionArtifactCount"] = {"total": len(artifacts_of(session)) - 1}


def _one_more_failed(session: Json, _owner: Json) -> None:
    count = session.get("restoreSessionArtifactCount") or {}
    session["restoreSessionArtifactCount"] = count | {"failed": count.get("failed", 0) + 1}


# The table


def _kept(  # noqa: PLR0913 - what a row says
    name: str,
    graph_name: str,
    value: Any,
    *statuses: str,
    of_artifacts: bool = True,
    plant: Plant | None = None,
    applies: Applies | None = None,
    lasts: bool = True,
) -> Break:
    """Break a property that H2 keeps, in an artifact in one of these statuses, or in any."""
    return Break(
        name=name,
        rule="H2",
        property=graph_name,
        of_artifacts=of_artifacts,
        applies=applies or _has(graph_name, *statuses),
        plant=plant or _set(graph_name, value),
        lasts=lasts,
    )


_of_session: Final = partial(_kept, of_artifacts=False)


def _by_itself(name: str, graph_name: str, applies: Applies, plant: Plant, **more: bool) -> Break:
    return Break(
        name=name, rule="H1", property=graph_name, applies=applies, plant=plant, lasts=False, **more
    )


def _of_ended(  # noqa: PLR0913 - what a row says
    name: str,
    graph_name: str,
    value: Any,
    *,
    plant: Plant | None = None,
    applies: Applies | None = None,
    of_artifacts: bool = False,
    lasts: bool = True,
) -> Break:
    """Break what a session that has ended keeps, if it has it or as `applies` says."""
    return Break(
        name=name,
        rule="H3",
        property=graph_name,
        of_artifacts=of_artifacts,
        applies=applies or _ended_with(graph_name),
        plant=plant or _set(graph_name, value),
        lasts=lasts,
    )


def _comings_and_goings(collection: str, kind: str) -> Iterator[Break]:
    """Add or remove artifacts in a session that is no longer a draft."""
    for when, statuses in (("under way", ("activating", "active")), ("over", tuple(_ENDED))):
        applies = _is_of_one_kind(collection, *statuses)
        yield Break(
            name=f"a {kind} that is gone from a session that is {when}",
            rule="H3",
            property=collection,
            of_artifacts=True,
            applies=applies,
            plant=_remove,
        )
        yield Break(
            name=f"a {kind} that came to a session that is {when}",
            rule="H3",
            property=collection,
            applies=_without_active_request(applies),
            plant=_add_to(collection),
            adds=True,
        )


BREAKS: Final[Mapping[str, Break]] = MappingProxyType(
    {
        found.name: found
        for found in (
            _by_itself(
                "a declared status that the artifacts don't give",
                "status",
                _knows_all,
                _flip("status", "draft", "completed"),
            ),
            _by_itself(
                "a total that is less than the artifacts",
                "restoreSessionArtifactCount.total",
                _knows_all,
                _one_less,
            ),
            _by_itself(
                "an error of an artifact that may yet succeed",
                "error",
                _has("status", "scheduled", "inProgress"),
                _set("error", {"code": "AnotherError"}),
                of_artifacts=True,
            ),
            _kept("another restore point", "restorePoint", {"id": "another"}),
            _kept("a restore point that is null", "restorePoint", None),
            _kept(
                "another destination",
                "destinationType",
                None,
                plant=_flip("destinationType", "new", "inPlace"),
            ),
            _kept("another start", "startDateTime", _LONG_AGO),
            _kept("another end", "completionDateTime", _LATE, *_TERMINAL),
            _kept("another error", "error", {"code": "AnotherError"}, "failed"),
            _kept("another folder", "restoredFolderId", "another", *_TERMINAL),
            _kept("another name of the folder", "restoredFolderName", "another", *_TERMINAL),
            _kept("a name of the folder that is null", "restoredFolderName", None, *_TERMINAL),
            _kept("another number of items", "restoredItemCount", 999, *_TERMINAL),
            _kept("a wait after the start", "status", "scheduled", "inProgress", lasts=False),
            _kept("a run after the success", "status", "inProgress", "succeeded", lasts=False),
            _kept("a failure after the success", "status", "failed", "succeeded", lasts=False),
            _kept("a success after the failure", "status", "succeeded", "failed", lasts=False),
            _of_session("another creation", "createdDateTime", _LONG_AGO),
            _of_session("a creation that is null", "createdDateTime", None),
            _of_session(
                "another creator", "createdBy", {"user": {"id": "another"}}, applies=_says_who
            ),
            _of_session(
                "another job type",
                "restoreJobType",
                None,
                plant=_flip("restoreJobType", "granular", "standard"),
            ),
            _of_session(
                "a last change before the last one", "lastModifiedDateTime", _LONG_AGO, lasts=False
            ),
            *_comings_and_goings(COLLECTIONS[0], "mailbox"),
            *_comings_and_goings(COLLECTIONS[1], "choice of items"),
            _of_ended("another policy", "policyId", "another"),
            _of_ended("another search", "searchResponseId", "another", of_artifacts=True),
            _of_ended(
                "another bulk request", BULK_REQUESTS, None, plant=_request_again, lasts=False
            ),
            _of_ended("another completion", "completedDateTime", _LATE),
            _of_ended(
                "another error of the session",
                "error",
                {"code": "AnotherError"},
                applies=_ended_with_all_errors,
            ),
            _of_ended(
                "another number of failures",
                "restoreSessionArtifactCount.failed",
                None,
                plant=_one_more_failed,
                applies=_ended_with("restoreSessionArtifactCount"),
            ),
        )
    }
)
"""Every break by its name."""
