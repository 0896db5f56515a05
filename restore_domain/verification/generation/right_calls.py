"""Calls that the reference accepts, if there is something to call about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from restore_domain.lifecycle import Reporter, refusal
from restore_domain.model import (
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    Timestamp,
)
from restore_domain.status import (
    TERMINAL_ARTIFACT_STATUSES,
    ArtifactRestoreStatus,
    RestoreSessionStatus,
)
from restore_domain.verification.generation.choices import Choose, either, pick, rarely, several
from restore_domain.verification.generation.scene import (
    MORNING,
    Place,
    Scene,
    at,
    contains_granular,
    contains_whole,
    is_granular,
)

__all__ = [
    "DESTINATIONS",
    "ERRORS",
    "NO_ARTIFACT",
    "NO_SESSION",
    "RESULTS",
    "SESSION_WRITERS",
    "UNKNOWN_TEXTS",
    "Params",
    "Writer",
    "acted_now",
    "additions_of",
    "listed",
    "point_of",
    "points_of",
    "session_id_of",
    "text_of",
    "toggle_error",
]

Params = dict[str, Any]
"""The parameters of a call."""

Writer = Callable[[Choose, Scene], Params]
"""Writes the parameters of a call."""

_T = TypeVar("_T")

NO_SESSION: Final = "s0"
"""The id of a session that never existed."""

NO_ARTIFACT: Final = "a0"
"""The id of an artifact that never existed."""

DESTINATIONS: Final = ("new", "inPlace")

ACTORS: Final = (
    {"user": {"id": "u1", "displayName": "Adele"}},
    {"application": {"id": "p1"}, "user": {"id": "u2"}},
    {"user": {"id": "u3", "displayName": "", "colour": ["red", None]}, "room": 7},
)

ERRORS: Final = (
    {"code": "ArtifactCannotBeRestored", "message": "the mailbox is locked"},
    {"code": "UnknownError", "message": "no reason given"},
    {"message": "an error without a code"},
)
"""The errors with which failures are reported."""

RESULTS: Final = (
    {"restoredItemCount": 7},
    {"restoredFolderId": "f1", "restoredFolderName": "Recovered"},
    {"restoredFolderId": "f2", "restoredFolderName": None, "restoredItemCount": 0},
)
"""The results that are reported; a null is ignored."""

_FEW: Final = 3


# The parts of a call --------------------------------------------------------------------------

_TIMES: Final = (
    *("now",) * 6,
    "an hour ago",
    "now, by another clock",
    "noon",
    "after noon",
    "now, without seconds",
)


def _time(choose: Choose, scene: Scene) -> str:
    kind = pick(choose, _TIMES)
    if kind in _NOONS:
        return at(_NOON, _NOONS[kind])
    if kind == "an hour ago":
        return at(scene.now - timedelta(hours=1))
    if kind == "now, without seconds":
        return f"{scene.now:%Y-%m-%dT%H:%MZ}"
    return at(scene.now, east=kind == "now, by another clock")


_NOON: Final = MORNING + timedelta(hours=3)

_NOONS: Final = {"noon": ".1234567", "after noon": ".1234568"}
"""Two points in time that differ only in the seventh digit."""


def _acted(choose: Choose, params: Params) -> Params:
    """Sometimes add the actor."""
    actor = pick(choose, (None, None, *ACTORS))
    return params if actor is None else params | {"actor": actor}


def acted_now(choose: Choose, scene: Scene, params: Params) -> Params:
    """Add the time, and sometimes the actor."""
    return _acted(choose, params | {"now": _time(choose, scene)})


def session_id_of(choose: Choose, sessions: Sequence[ExchangeRestoreSession]) -> str:
    """Choose one of these sessions, or one that never existed if there are none."""
    return pick(choose, sessions).id if sessions else NO_SESSION


def points_of(session: ExchangeRestoreSession | None, without: Collection[str] = ()) -> list[str]:
    """Return the restore points of a session, except those of some artifacts."""
    return [
        artifact.restore_point.key
        for artifact in (session.artifacts if session else ())
        if artifact.restore_point is not None and artifact.id not in without
    ]


def _destination_of(
    session: ExchangeRestoreSession | None, without: Collection[str] = ()
) -> str | None:
    """Return the destination of a session, if an artifact that stays has one."""
    found = (
        artifact.destination_type
        for artifact in (session.artifacts if session else ())
        if artifact.destination_type is not None and artifact.id not in without
    )
    return next(found, None)


def additions_of(
    choose: Choose, count: int, destination: str | None = None, existing: Collection[str] = ()
) -> list[Params]:
    """Write artifacts to add, each with a restore point that does not exist yet."""
    destination = destination or pick(choose, DESTINATIONS)
    numbered = (f"r{number}" for number in range(1, count + len(existing) + 1))
    free = [point for point in numbered if point not in existing]
    unusual = rarely(choose, 6)
    return [
        {
            "restorePoint": point_of(choose, point) if unusual else {"id": point},
            "destinationType": str(destination),
        }
        for point in free[:count]
    ]


_URL: Final = "https://graph.microsoft.com/v1.0/solutions/backupRestore/restorePoints"

_SAME_POINTS: Final[Sequence[Callable[[str], Params]]] = (
    lambda key: {"id": key},
    lambda key: {"@odata.id": f"{_URL}/{key}"},
    lambda key: {"@odata.id": f"{_URL}('{key}')"},
    lambda key: {"@odata.id": f"{_URL}({key})?$select=id#top"},
    lambda key: {"@odata.id": f"{_URL}(%27%{ord(key[0]):x}{key[1:]}%27)/"},
    lambda key: {"@odata.id": f"{_URL}/{key}/"},
    lambda key: {"@odata.id": key},
    lambda key: {"id": "", "@odata.id": key},
    lambda key: {"id": key, "protectionDateTime": "2025-12-04T00:00:00.1234567Z", "colour": "red"},
)
"""The ways to write a restore point."""


def point_of(choose: Choose, key: str) -> Params:
    """Write a restore point in one of its ways."""
    return pick(choose, _SAME_POINTS)(key)


def _count(choose: Choose, most: int) -> int:
    """Choose how many entries a request has: usually a few, sometimes many, or the maximum."""
    kind = choose(40)
    few = 1 + choose(min(most, _FEW))
    if kind == _ALL:
        return most
    return min(most, _MANY) if kind >= _ALL - 3 else few


_ALL: Final = 39
"""The choice of the maximum; those just below it stand for many."""

_MANY: Final = 11
"""A number of entries that needs more than one digit."""


# Drafts ---------------------------------------------------------------------------------------


def _create(choose: Choose, scene: Scene) -> Params:
    additions = additions_of(choose, _count(choose, scene.root.limits.artifacts_per_request))
    kind = pick(choose, _CREATED)
    request = {kind: additions} if kind else {}
    if kind != WHOLE:
        additions = _granular(choose, additions) if kind else []
    is_again = either(choose)
    session_id = scene.gone[-1] if is_again and scene.gone else scene.new_session
    params = {
        "sessionId": session_id,
        "request": _under_policy(choose, request),
        "artifactIds": scene.new_artifacts(len(additions), session_id),
    }
    return acted_now(choose, scene, params)


WHOLE: Final = "mailboxRestoreArtifacts"
GRANULAR: Final = "granularMailboxRestoreArtifacts"

_CREATED: Final = (*[WHOLE] * 5, *[GRANULAR] * 3, *[None] * 4)
"""What a session is created from, and how often; None stands for nothing."""


def _granular(choose: Choose, additions: list[Params]) -> list[Params]:
    """Turn artifacts of whole mailboxes into artifacts of selected items."""
    for entry in additions:
        entry["searchResponseId"] = pick(choose, ("q1", "q2"))
    return additions


def _under_policy(choose: Choose, request: Params) -> Params:
    """Sometimes add a policy."""
    policy = pick(choose, (None, None, None, None, "policy-1", "policy-2"))
    return request if policy is None else request | {"policyId": policy}


def _update(choose: Choose, scene: Scene) -> Params:
    is_read = either(choose)
    read = [one for one in scene.updatable if one.id == scene.last_read] if is_read else []
    session_id = session_id_of(choose, read or scene.updatable)
    session = scene.root.session(session_id)
    granular = session is not None and is_granular(session)
    takes_more = session is None or not (
        contains_whole(session) if granular else contains_granular(session)
    )
    most = scene.root.limits.artifacts_per_request
    removed = _removed(choose, session, most)
    added = []
    adds = either(choose)
    if takes_more and (not removed or (len(removed) < most and adds)):
        gone = _removable(session, removed, granular=granular)
        added = additions_of(
            choose,
            _count(choose, most - len(removed)),
            _destination_of(session, gone),
            points_of(session, gone),
        )
        added = _granular(choose, added) if granular else added
    if not added and not removed:
        removed = [NO_ARTIFACT]
    removals = [{"@removed": {"reason": "changed"}, "id": artifact} for artifact in removed]
    entries = removals + added if either(choose) else added + removals
    params = {
        "sessionId": session_id,
        "request": _under_policy(choose, {f"{GRANULAR if granular else WHOLE}@delta": entries}),
        "artifactIds": scene.new_artifacts(len(added), session_id),
    }
    if rarely(choose, 10):
        params |= {"request": {"policyId": "policy-3"}, "artifactIds": []}
    return acted_now(choose, scene, params)


def _removed(choose: Choose, session: ExchangeRestoreSession | None, most: int) -> list[str]:
    """Choose artifacts to remove; one that is chosen twice no longer exists the second time."""
    existing = [artifact.id for artifact in session.artifacts] if session else []
    return [pick(choose, [*existing, NO_ARTIFACT]) for _ in several(choose, 0, min(most, 2))]


def _removable(
    session: ExchangeRestoreSession | None, artifacts: Collection[str], *, granular: bool
) -> list[str]:
    """Return those of these artifacts that an update can remove: the others are of another kind."""
    existing = {} if session is None else {artifact.id: artifact for artifact in session.artifacts}
    return [
        artifact
        for artifact in artifacts
        if artifact in existing
        and isinstance(existing[artifact], GranularMailboxRestoreArtifact) is granular
    ]


def _create_artifact(choose: Choose, scene: Scene) -> Params:
    session_id = session_id_of(choose, scene.of_whole_mailboxes)
    session = scene.root.session(session_id)
    (artifact,) = additions_of(choose, 1, _destination_of(session), points_of(session))
    (artifact_id,) = scene.new_artifacts(1, session_id)
    params = {"sessionId": session_id, "request": artifact, "artifactId": artifact_id}
    return acted_now(choose, scene, params)


def _activate(choose: Choose, scene: Scene) -> Params:
    session_id = session_id_of(choose, scene.startable or scene.drafts)
    return acted_now(choose, scene, {"sessionId": session_id})


def _delete(choose: Choose, scene: Scene) -> Params:
    is_oldest = either(choose)  # which a list shows first
    drafts = scene.drafts
    return {"sessionId": session_id_of(choose, drafts[-1:] if is_oldest else drafts)}


# Reports --------------------------------------------------------------------------------------

REPORTERS: Final[Sequence[tuple[Reporter, Params]]] = (
    (Reporter.DRIVER, {}),
    (Reporter.OBSERVER, {"reporter": "observer"}),
    (Reporter.OBSERVER, {"reporter": "observer"}),
    (Reporter.DRIVER, {"reporter": "driver"}),
)
"""The reporters, and how a call names them."""

_MAY_HAVE_BEGUN: Final = frozenset(ArtifactRestoreStatus) - {
    ArtifactRestoreStatus.ADDED,
    ArtifactRestoreStatus.SCHEDULING,
    ArtifactRestoreStatus.SCHEDULED,
}


def _record(choose: Choose, scene: Scene) -> Params:
    session_id, reporter, (report,) = _reports(choose, scene, most=1)
    return _acted(choose, {"sessionId": session_id, "report": report} | reporter)


def _record_batch(choose: Choose, scene: Scene) -> Params:
    session_id, reporter, reports = _reports(choose, scene, most=_FEW)
    return _acted(choose, {"sessionId": session_id, "reports": reports} | reporter)


def _reports(choose: Choose, scene: Scene, *, most: int) -> tuple[str, Params, list[Params]]:
    """Write reports of artifacts of one session, each based on the effect of those before it."""
    session = _reported_session(choose, scene)
    reporter, parameter = pick(choose, REPORTERS)
    artifacts = session.artifacts if session else ()
    of_all = rarely(choose, 3) and most > 1  # a choice in any case: see `pick`
    statuses = {artifact.id: artifact.status for artifact in artifacts}
    started = {artifact.id for artifact in artifacts if artifact.start_date_time is not None}
    reports = []
    several_ids = [
        artifact_id
        for artifact_id, status in statuses.items()
        if of_all and status not in TERMINAL_ARTIFACT_STATUSES
    ]
    for number in several(choose, max(1, len(several_ids)), max(most, len(several_ids))):
        artifact_id = _reported_artifact(choose, statuses)
        if number < len(several_ids):
            artifact_id = several_ids[number]
        old = statuses.get(artifact_id, ArtifactRestoreStatus.ADDED)
        status = _next_status(choose, reporter, old, started=artifact_id in started)
        report = _report(choose, scene, artifact_id, reporter, old, status)
        reports.append(report)
        statuses[artifact_id] = status
        if status is ArtifactRestoreStatus.IN_PROGRESS or "startDateTime" in report:
            started.add(artifact_id)
    return session.id if session else NO_SESSION, parameter, reports


def _reported_session(choose: Choose, scene: Scene) -> ExchangeRestoreSession | None:
    """Choose a session that was activated and has not ended; sometimes any."""
    anywhere = rarely(choose, 4)
    sessions = scene.with_artifacts if anywhere else scene.under_way or scene.with_artifacts
    return pick(choose, sessions) if sessions else None


def _reported_artifact(choose: Choose, statuses: Mapping[str, ArtifactRestoreStatus]) -> str:
    """Choose an artifact that can still change, if there is one; sometimes any."""
    anyone = rarely(choose, 6)
    pending = [key for key, status in statuses.items() if status not in TERMINAL_ARTIFACT_STATUSES]
    among = statuses if anyone else pending or statuses
    return _first_of(among, list(statuses), choose) if statuses else NO_ARTIFACT


def _next_status(
    choose: Choose, reporter: Reporter, old: ArtifactRestoreStatus, *, started: bool
) -> ArtifactRestoreStatus:
    kind = choose(8)
    allowed = {
        new
        for new in ArtifactRestoreStatus
        if new is not old and refusal(old, new, reporter, started=started) is None
    }
    unknown = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE
    if kind == _UNKNOWN_NEXT and unknown in allowed:
        return unknown
    among = {old} if kind == _SAME_AGAIN or not allowed else allowed
    return _first_of(among, list(ArtifactRestoreStatus), choose)


_SAME_AGAIN, _UNKNOWN_NEXT = 7, 6
"""The choices of the same status again, and of the unknown one."""


def _first_of(wanted: Collection[_T], options: Sequence[_T], choose: Choose) -> _T:
    """Choose one of all options, and return the first wanted one from there on.

    So the same choice gives the same result, if possible, when other options are wanted.
    """
    start = choose(len(options))
    return next(option for option in (*options[start:], *options[:start]) if option in wanted)


def _report(  # noqa: PLR0913, PLR0917 - what a report is written of
    choose: Choose,
    scene: Scene,
    artifact_id: str,
    reporter: Reporter,
    old: ArtifactRestoreStatus,
    status: ArtifactRestoreStatus,
) -> Params:
    report: Params = {
        "artifactId": artifact_id,
        "status": text_of(choose, status),
        "time": _time(choose, scene),
    }
    without_error = reporter is Reporter.OBSERVER and rarely(choose, 4)
    if status is ArtifactRestoreStatus.FAILED and not without_error:
        report["error"] = pick(choose, ERRORS)
    if status in _MAY_HAVE_BEGUN and rarely(choose, 5):
        report["startDateTime"] = _time(choose, scene)
    if status in TERMINAL_ARTIFACT_STATUSES and rarely(choose, 5):
        report["completionDateTime"] = _time(choose, scene)
    unknown_to_a_driver = (reporter, status) == (
        Reporter.DRIVER,
        ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE,
    )
    if status in _MAY_HAVE_BEGUN and not unknown_to_a_driver and rarely(choose, 3):
        report |= pick(choose, RESULTS)
    if status is old and either(choose):  # whether it has an error is not checked
        toggle_error(report)
    return report


def text_of(choose: Choose, status: ArtifactRestoreStatus | RestoreSessionStatus) -> str:
    """Write a status; the unknown one may be any text that is not a member."""
    is_unknown = status == ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE
    return pick(choose, UNKNOWN_TEXTS) if is_unknown else status.value


UNKNOWN_TEXTS: Final = (ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE.value, "paused", "Succeeded", "")
"""Texts that are read as the unknown status."""


def toggle_error(report: Params) -> None:
    """Remove the error of a report, or add one."""
    if report.pop("error", None) is None:
        report["error"] = ERRORS[0]


# Queries, and expiry --------------------------------------------------------------------------

_PAGE_SIZES: Final = (None, 1, 1, 1, 1, 2, 3, 100)


def _get(choose: Choose, scene: Scene) -> Params:
    return {"sessionId": session_id_of(choose, scene.sessions)}


def _list(choose: Choose, scene: Scene) -> Params:
    return _paged(choose, _place(choose, scene, "list"), {})


def _list_artifacts(choose: Choose, scene: Scene) -> Params:
    return listed(choose, scene, "listArtifacts", scene.with_artifacts)


def _list_granular_artifacts(choose: Choose, scene: Scene) -> Params:
    return listed(choose, scene, "listGranularArtifacts", scene.with_artifacts)


def listed(
    choose: Choose, scene: Scene, method: str, among: Sequence[ExchangeRestoreSession]
) -> Params:
    """List entries of one of these sessions, or of any session if there are none."""
    place = _place(choose, scene, method)
    session_id = session_id_of(choose, among or scene.sessions)
    return _paged(choose, place, {"sessionId": place.session_id if place else session_id})


def _place(choose: Choose, scene: Scene, method: str) -> Place | None:
    """Choose a place from which to continue a list, if there is one."""
    reads_on = not rarely(choose, 3)
    places = [
        place
        for place in reversed(scene.places)
        if place.method == method
        and (place.session_id is None or scene.root.session(place.session_id) is not None)
    ]
    return pick(choose, places) if places and reads_on else None


def _paged(choose: Choose, place: Place | None, params: Params) -> Params:
    top = pick(choose, _PAGE_SIZES)
    if top is not None:
        params["top"] = top
    if place is not None:
        params["skipToken"] = {"fromCall": place.call}
    return params


_AROUND: Final = (10**12, 0, -(10**12), 1, -1)
"""A session is removed after the retention time: test both sides of that limit, a second and the
last digit of a time away.
"""


def _expire(choose: Choose, scene: Scene) -> Params:
    anytime = rarely(choose, 6)
    if anytime or not scene.endings:
        return {"now": _time(choose, scene)}
    ending = pick(choose, scene.endings)
    seconds, digits = divmod(_fraction(ending) + pick(choose, _AROUND), 10**12)
    kept_until = ending + scene.root.limits.retention + timedelta(seconds=seconds)
    fraction = f".{digits:012}".rstrip("0").rstrip(".")
    return {"now": at(kept_until, fraction)}


def _fraction(time: datetime) -> int:
    """Return the fraction of a second in a time, in its last digit."""
    beyond = time.fraction_beyond_microseconds if isinstance(time, Timestamp) else ""
    return int(f"{time.microsecond:06}{beyond:0<6}")


SESSION_WRITERS: Final[Mapping[str, Writer]] = {
    "create": _create,
    "record": _record,
    "activate": _activate,
    "update": _update,
    "createArtifact": _create_artifact,
    "recordBatch": _record_batch,
    "delete": _delete,
    "expire": _expire,
    "get": _get,
    "list": _list,
    "listArtifacts": _list_artifacts,
    "listGranularArtifacts": _list_granular_artifacts,
}
"""The function that writes the parameters of each method on sessions and their artifacts."""
