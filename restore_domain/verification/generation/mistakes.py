"""Mistakes: each makes one thing wrong in the parameters of a valid call.

Several can be made in one call, since only a request with two faults shows in which order the
checks run. A mistake that finds nothing to spoil does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from restore_domain.model import ExchangeRestoreSession
from restore_domain.status import ArtifactRestoreStatus, RestoreSessionStatus
from restore_domain.verification.generation.bulk_calls import NO_REQUEST, resources_of
from restore_domain.verification.generation.choices import Choose, either, pick
from restore_domain.verification.generation.right_calls import (
    ERRORS,
    NO_ARTIFACT,
    NO_SESSION,
    RESULTS,
    Params,
    point_of,
    points_of,
    text_of,
    toggle_error,
)
from restore_domain.verification.generation.scene import Scene

__all__ = ["MISTAKES", "additions_in"]

Mistake = Callable[[Choose, Scene, Params], None]
"""Makes one thing in the parameters wrong."""

_LEFT_OUT: Final = object()
"""Stands for a missing property."""


def _set(holder: Params, name: str, value: Any) -> None:
    if value is _LEFT_OUT:
        holder.pop(name, None)
    else:
        holder[name] = deepcopy(value)


# The session ----------------------------------------------------------------------------------

_BAD_IDS: Final = (NO_SESSION, _LEFT_OUT, "", " ", "s1\n", 7)


def _no_session(choose: Choose, _scene: Scene, params: Params) -> None:
    _set(params, "sessionId", pick(choose, _BAD_IDS))


def _other_session(choose: Choose, scene: Scene, params: Params) -> None:
    if scene.sessions:
        params["sessionId"] = pick(choose, scene.sessions).id


def _session_respelt(choose: Choose, _scene: Scene, params: Params) -> None:
    """Name the session in another spelling, which is another session."""
    if isinstance(params.get("sessionId"), str):
        params["sessionId"] = pick(choose, _SPELLINGS)(params["sessionId"])


_SPELLINGS: Final[Sequence[Callable[[str], str]]] = (
    str.upper,
    lambda name: f"{name} ",
    lambda name: f" {name}",
    lambda name: f"{name}0",
    lambda name: name[:1],
)
"""Other names that look similar."""


def _any_draft(choose: Choose, scene: Scene, params: Params) -> None:
    """Choose any draft: with or without artifacts, complete or not."""
    drafts = [one for one in scene.sessions if one.status is RestoreSessionStatus.DRAFT]
    if drafts:
        params["sessionId"] = pick(choose, drafts).id


# The artifacts --------------------------------------------------------------------------------

_LISTS: Final = (
    "mailboxRestoreArtifacts@delta",
    "mailboxRestoreArtifacts",
    "granularMailboxRestoreArtifacts@delta",
    "granularMailboxRestoreArtifacts",
    "artifacts",
)

_NO_LISTS: Final[tuple[Any, ...]] = (_LEFT_OUT, None, [], 5, [5], {})


def _entries(params: Params) -> list[Any]:
    """Return the entries of a request; empty if it has no list of them."""
    request = params["resolution" if "resolution" in params else "request"]
    lists = [request.get(name) for name in _LISTS] if isinstance(request, dict) else []
    return next((found for found in lists if isinstance(found, list)), [])


def additions_in(params: Params) -> list[Params]:
    """Return the artifacts that a request or a resolution adds."""
    entries = [params["request"]] if "artifactId" in params else _entries(params)
    return [entry for entry in entries if isinstance(entry, dict) and "@removed" not in entry]


def _no_list(choose: Choose, _scene: Scene, params: Params) -> None:
    """Ask without a list of artifacts, or with one that is empty or not a list."""
    request = params["request"]
    for name in _LISTS:
        if isinstance(request, dict) and name in request:
            _set(request, name, pick(choose, _NO_LISTS))


def _no_body(_choose: Choose, _scene: Scene, params: Params) -> None:
    params["request"] = []


def _other_list(choose: Choose, _scene: Scene, params: Params) -> None:
    """Use another list, or an additional one."""
    request = params["request"]
    names = [name for name in _LISTS if isinstance(request, dict) and name in request]
    if names:
        entries = request[names[0]]
        if either(choose):
            del request[names[0]]
        request[pick(choose, _OTHER_LISTS)] = entries


_OTHER_LISTS: Final = (
    "granularMailboxRestoreArtifacts",
    "granularMailboxRestoreArtifacts@delta",
    "mailboxRestoreArtifacts",
    "mailboxRestoreArtifacts@delta",
    "granularMailboxRestoreArtifact",
    "mailboxRestoreArtifactsBulkAdditionRequests",
)


def _other_kind(choose: Choose, _scene: Scene, params: Params) -> None:
    """Ask for selected items among whole mailboxes, or the other way round."""
    if additions := additions_in(params):
        _set(pick(choose, additions), *pick(choose, _OF_A_KIND))


_OF_A_KIND: Final[tuple[tuple[str, Any], ...]] = (
    ("@odata.type", "#microsoft.graph.granularMailboxRestoreArtifact"),
    ("@odata.type", "#microsoft.graph.mailboxRestoreArtifact"),
    ("searchResponseId", "q1"),
    ("searchResponseId", _LEFT_OUT),
    ("searchResponseId", " "),
    ("@odata.type", "microsoft.graph.MailboxRestoreArtifact"),
    ("searchResponseId", None),
)
"""The properties that mark an artifact as one kind, or as not the other."""


def _bad_policy(choose: Choose, _scene: Scene, params: Params) -> None:
    if isinstance(params["request"], dict):
        params["request"]["policyId"] = pick(choose, (5, None, ["p1"]))


def _too_many(choose: Choose, scene: Scene, params: Params) -> None:
    """Ask for exactly or one more than the allowed number."""
    entries = _entries(params)
    if entries:
        more = scene.root.limits.artifacts_per_request + 1 + choose(2) - len(entries)
        entries += (
            {"restorePoint": {"id": f"m{number}"}, "destinationType": "new"}
            for number in range(1, more + 1)
        )


_BAD_DESTINATIONS: Final = (_LEFT_OUT, "elsewhere", "unknownFutureValue", None, "", 5)


def _bad_destination(choose: Choose, _scene: Scene, params: Params) -> None:
    if additions := additions_in(params):
        _set(pick(choose, additions), "destinationType", pick(choose, _BAD_DESTINATIONS))


def _other_destination(choose: Choose, _scene: Scene, params: Params) -> None:
    if additions := additions_in(params):
        artifact = pick(choose, additions)
        is_new = artifact.get("destinationType") == "new"
        artifact["destinationType"] = "inPlace" if is_new else "new"


_BAD_POINTS: Final[tuple[Any, ...]] = (
    _LEFT_OUT,
    None,
    {},
    {"id": ""},
    {"id": " "},
    {"id": None},
    "r1",
    {"id": 5},
)


def _bad_point(choose: Choose, _scene: Scene, params: Params) -> None:
    if additions := additions_in(params):
        _set(pick(choose, additions), "restorePoint", pick(choose, _BAD_POINTS))


def _session_of(scene: Scene, params: Params) -> ExchangeRestoreSession | None:
    session_id = params.get("sessionId")
    return scene.root.session(session_id) if isinstance(session_id, str) else None


def _existing_point(choose: Choose, scene: Scene, params: Params) -> None:
    """Ask for a restore point that the session already has."""
    additions = additions_in(params)
    existing = points_of(_session_of(scene, params))
    if additions and existing:
        point = point_of(choose, pick(choose, existing))
        pick(choose, additions)["restorePoint"] = point


def _point_respelt(choose: Choose, _scene: Scene, params: Params) -> None:
    """Ask for two artifacts whose restore points look similar."""
    additions = [entry for entry in additions_in(params) if _key_of(entry)]
    if additions:
        wanted = pick(choose, additions)
        key = pick(choose, _SPELLINGS)(_key_of(wanted))
        pick(choose, additions)["restorePoint"] = {"id": key}


def _key_of(entry: Params) -> str:
    """Return the key of a restore point, if it is given by its key."""
    point = entry.get("restorePoint")
    key = point.get("id") if isinstance(point, dict) else None
    return key if isinstance(key, str) else ""


def _same_twice(choose: Choose, _scene: Scene, params: Params) -> None:
    """Ask for the same artifact twice."""
    entries = _entries(params)
    if entries:
        entries.append(deepcopy(pick(choose, entries)))


def _half_freed(choose: Choose, scene: Scene, params: Params) -> None:
    """Remove one of the artifacts of a restore point, and ask for that again."""
    session = _session_of(scene, params)
    points = {
        artifact.id: artifact.restore_point.key
        for artifact in (session.artifacts if session is not None else ())
        if artifact.restore_point is not None
    }
    keys = [*points.values()]
    shared = [artifact_id for artifact_id, key in points.items() if keys.count(key) > 1]
    if shared:
        artifact_id = pick(choose, shared)
        removal = {"@removed": {"reason": "changed"}, "id": artifact_id}
        asked = {"restorePoint": {"id": points[artifact_id]}, "destinationType": "new"}
        _entries(params)[:] = [removal, asked]


_ODD_REMOVALS: Final = (NO_ARTIFACT, _LEFT_OUT, None, 5, "A2", "a2 ", "")


def _odd_removal(choose: Choose, _scene: Scene, params: Params) -> None:
    """Remove an artifact that is not there, or leave out which."""
    removal: Params = {"@removed": {"reason": "changed"}}
    _set(removal, "id", pick(choose, _ODD_REMOVALS))
    _entries(params).append(removal)


# Reports --------------------------------------------------------------------------------------


def _some_report(choose: Choose, params: Params) -> Params:
    """Return a report, or an unused one if there is none to spoil."""
    reports = params.get("reports", [params.get("report")])
    good = [report for report in reports if isinstance(report, dict)]
    return pick(choose, good) if good else {}


def _no_artifact(choose: Choose, _scene: Scene, params: Params) -> None:
    report = _some_report(choose, params)
    report["artifactId"] = pick(
        choose, (NO_ARTIFACT, "A2", "a", "", f"{report.get('artifactId')} ")
    )


def _no_reports(_choose: Choose, _scene: Scene, params: Params) -> None:
    params["reports"] = []


def _same_report(choose: Choose, _scene: Scene, params: Params) -> None:
    """Report the same twice in a batch."""
    if params["reports"]:
        params["reports"].append(deepcopy(pick(choose, params["reports"])))


_BAD_REPORTS: Final[tuple[tuple[str, Any], ...]] = (
    ("artifactId", _LEFT_OUT),
    ("artifactId", 5),
    ("status", _LEFT_OUT),
    ("status", 5),
    ("status", None),
    ("error", "it failed"),
    ("error", {"code": 5}),
    ("restoredFolderId", 5),
    ("restoredItemCount", "7"),
    ("restoredItemCount", 2**31),
    ("startDateTime", "12-01-03"),
    ("completionDateTime", "2026-01-05T09:00:00"),
)


def _bad_report(choose: Choose, _scene: Scene, params: Params) -> None:
    _set(_some_report(choose, params), *pick(choose, _BAD_REPORTS))


def _no_report(choose: Choose, _scene: Scene, params: Params) -> None:
    """Report with something that is not a report."""
    nothing = pick(choose, (5, [], "a2"))
    if "reports" in params:
        params["reports"].append(nothing)
    else:
        params["report"] = nothing


def _any_change(choose: Choose, scene: Scene, params: Params) -> None:
    """Report any status of an artifact in any status, as any reporter."""
    by_status: dict[str, list[tuple[str, str]]] = {}
    for session in scene.sessions:
        for artifact in session.artifacts:
            by_status.setdefault(artifact.status, []).append((session.id, artifact.id))
    report = _some_report(choose, params)
    groups = [by_status[status] for status in ArtifactRestoreStatus if status in by_status]
    if groups:
        params["sessionId"], report["artifactId"] = pick(choose, pick(choose, groups))
    status = pick(choose, list(ArtifactRestoreStatus))
    report["status"] = text_of(choose, status)
    _set(report, "error", ERRORS[0] if status is ArtifactRestoreStatus.FAILED else _LEFT_OUT)
    _set(params, "reporter", pick(choose, (_LEFT_OUT, "observer")))


def _wrong_error(choose: Choose, _scene: Scene, params: Params) -> None:
    toggle_error(_some_report(choose, params))


def _result(choose: Choose, _scene: Scene, params: Params) -> None:
    """Report a result with any status."""
    _some_report(choose, params).update(pick(choose, RESULTS))


_BAD_TIMES: Final = (_LEFT_OUT, "2026-01-05T09:00:00", "12-01-03", 5, "2026-02-30T09:00:00Z", "")


def _bad_time(choose: Choose, _scene: Scene, params: Params) -> None:
    _set(_some_report(choose, params), "time", pick(choose, _BAD_TIMES))


# The bulk request -----------------------------------------------------------------------------

_BAD_REQUEST_IDS: Final = (NO_REQUEST, _LEFT_OUT, "", " ", "b1\n", 7, "B2", "b2 ")


def _no_request(choose: Choose, _scene: Scene, params: Params) -> None:
    _set(params, "bulkRequestId", pick(choose, _BAD_REQUEST_IDS))


def _any_request(choose: Choose, scene: Scene, params: Params) -> None:
    """Choose a bulk request in any status, of a session in any status."""
    if scene.bulk_requests:
        session, request = pick(choose, scene.bulk_requests)
        params |= {"sessionId": session.id, "bulkRequestId": request.id}


# The contents of a bulk request ---------------------------------------------------------------

_BAD_REQUESTS: Final[tuple[tuple[str, Any], ...]] = (
    ("mailboxes", None),
    ("mailboxes", []),
    ("mailboxes", [5]),
    ("directoryObjectIds", [" "]),
    ("directoryObjectIds", [None]),
    ("directoryObjectIds", "d1"),
    ("displayName", 5),
    ("tags", "fastRestore,slowRestore"),
    ("tags", ""),
    ("restorePointPreference", "newest"),
    ("protectionUnitIds", []),
    ("protectionTimePeriod", {"startDateTime": "2025-12-02T00:00:00Z"}),
    ("protectionTimePeriod", {"endDateTime": "12-01-03"}),
    (
        "protectionTimePeriod",
        {"startDateTime": "2025-12-01T00:00:00.0000001Z", "endDateTime": "2025-12-01T00:00:00Z"},
    ),
    ("protectionUnitIds", ["u1"]),
)


def _bad_goal(choose: Choose, _scene: Scene, params: Params) -> None:
    if isinstance(params["request"], dict):
        _set(params["request"], "destinationType", pick(choose, _BAD_DESTINATIONS))


def _bad_request(choose: Choose, _scene: Scene, params: Params) -> None:
    """Spoil a property of a bulk request; some of the values are valid."""
    if isinstance(params["request"], dict):
        _set(params["request"], *pick(choose, _BAD_REQUESTS))


_BAD_ADDRESSES: Final = (None, "", "m1", "m1@", "@example.com", "m1@a@b", "m 1@b", "m1@b\t", "a@b")


def _bad_address(choose: Choose, _scene: Scene, params: Params) -> None:
    if isinstance(params["request"], dict):
        addresses = params["request"].get("mailboxes")
        spoilt = [pick(choose, _BAD_ADDRESSES)]
        params["request"]["mailboxes"] = spoilt + (addresses if isinstance(addresses, list) else [])


_FEW: Final = 100
"""The number of resources that are written in order to reach a limit."""


def _too_many_resources(choose: Choose, scene: Scene, params: Params) -> None:
    """Ask for as many resources as a bulk request may have, or for one more."""
    limit = scene.root.limits.restoration_resources
    if isinstance(params["request"], dict) and limit < _FEW:
        params["request"] |= {
            "mailboxes": [],
            "directoryObjectIds": [f"d{number}" for number in range(limit + choose(2))],
        }


# The results ----------------------------------------------------------------------------------

_BAD_RESOLUTIONS: Final[tuple[tuple[str, Any], ...]] = (
    ("failures", [{"mailbox": "nobody@example.com", "error": ERRORS[0]}]),
    ("failures", [{"mailbox": "m1@example.com"}]),
    ("failures", [{"error": ERRORS[0]}]),
    ("failures", [{"mailbox": 5, "error": ERRORS[0]}]),
    ("failures", {}),
    ("artifacts", [None]),
    ("artifacts", "r1"),
    ("ended", "true"),
    ("ended", True),
    ("failures", None),
)


def _bad_resolution(choose: Choose, _scene: Scene, params: Params) -> None:
    """Spoil a part of a resolution; some of the values are valid."""
    if isinstance(params["resolution"], dict):
        _set(params["resolution"], *pick(choose, _BAD_RESOLUTIONS))


def _no_resolution(choose: Choose, _scene: Scene, params: Params) -> None:
    params["resolution"] = pick(choose, ("ended", [], 5))


def _ends_with_nothing(_choose: Choose, _scene: Scene, params: Params) -> None:
    params["resolution"] = {"ended": True}


def _more_than_asked_for(choose: Choose, scene: Scene, params: Params) -> None:
    """Resolve a bulk request to as many artifacts as it has resources, or to one more."""
    session = _session_of(scene, params)
    among = [asked for owner, asked in scene.bulk_requests if owner is session]
    if among and isinstance(params["resolution"], dict):
        count = len(resources_of(among[0])) + choose(2)
        numbers = range(1, count + 1)
        params["resolution"]["artifacts"] = [
            {"restorePoint": {"id": f"m{number}"}} for number in numbers
        ]


# The page -------------------------------------------------------------------------------------

_BAD_SIZES: Final = (0, -1, "2", 1.5, True, [2])
_BAD_TOKENS: Final = ("no token", 5, "", True)


def _bad_size(choose: Choose, _scene: Scene, params: Params) -> None:
    params["top"] = pick(choose, _BAD_SIZES)


def _bad_token(choose: Choose, _scene: Scene, params: Params) -> None:
    params["skipToken"] = pick(choose, _BAD_TOKENS)


# The mistakes for each method ------------------------------------------------------------------

_SESSION: Final = (_no_session, _other_session, _session_respelt)
_ARTIFACT: Final = (_bad_destination, _other_destination, _bad_point, _existing_point, _other_kind)
_LIST: Final = (
    *_ARTIFACT,
    _same_twice,
    _too_many,
    _no_list,
    _no_body,
    _point_respelt,
    _other_list,
    _bad_policy,
)
_REPORT: Final = (_wrong_error, _result, _no_artifact, _bad_time, _bad_report)
_ANY_REPORT: Final = (_any_change,) * 8
_PAGE: Final = (_bad_size, _bad_token)

_BULK: Final = (_no_request, _any_request)

MISTAKES: Final[Mapping[str, Sequence[Mistake]]] = {
    "create": _LIST,
    "record": (*_SESSION, *_REPORT, _no_report, *_ANY_REPORT),
    "activate": (*_SESSION, _any_draft),
    "update": (*_SESSION, _any_draft, *_LIST, *_ARTIFACT, _odd_removal, *(_half_freed,) * 3),
    "createArtifact": (*_SESSION, _any_draft, *_ARTIFACT, _no_body),
    "recordBatch": (*_SESSION, *_REPORT, _no_report, _no_reports, _same_report, *_ANY_REPORT),
    "createBulkRequest": (
        *_SESSION,
        _any_draft,
        *(_bad_request,) * 5,
        _bad_goal,
        *(_bad_address,) * 2,
        *(_too_many_resources,) * 3,
        _no_body,
    ),
    "resolveBulkRequest": (
        *_SESSION,
        *_BULK,
        *(_bad_resolution,) * 3,
        _no_resolution,
        _ends_with_nothing,
        _more_than_asked_for,
        *(_bad_point,) * 2,
        *(_existing_point,) * 4,
        *(_same_twice,) * 4,
        _point_respelt,
    ),
    "delete": (*_SESSION, _any_draft),
    "deleteBulkRequest": (*_SESSION, *_BULK),
    "expire": (),
    "get": _SESSION,
    "list": _PAGE,
    "listArtifacts": (*_SESSION, *_PAGE),
    "listGranularArtifacts": (*_SESSION, *_PAGE),
    "getBulkRequest": (*_SESSION, *_BULK),
    "listBulkRequests": (*_SESSION, *_PAGE),
}
"""The possible mistakes in a call of each method; those that are worth trying more often occur more
often.
"""
