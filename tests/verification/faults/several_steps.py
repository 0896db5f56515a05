"""Systems with faults that show after several steps, which random histories have to find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import attrs

from restore_domain.model import (
    ExchangeRestoreSession,
    IdentitySet,
    PublicError,
)
from restore_domain.operations import BackupRestoreRoot
from restore_domain.status import (
    TERMINAL_SESSION_STATUSES,
    RestoreSessionStatus,
)

from .faulty_system import (
    FAILED,
    UNKNOWN,
    Behaviour,
    Entered,
    Entry,
    Fault,
    FaultySystem,
    Params,
    accepting,
    answering,
    asking,
    beginning_with,
    changing_session,
    entering,
    entries_of,
    key_of,
    refusing,
    removals_of,
    showing,
    storing,
    time_of,
)
from .lookups import by_number, listing
from .requests import renamed

__all__ = ["FAULTS_OF_SEVERAL_STEPS"]

WHOLE, GRANULAR = "mailbox_restore_artifacts", "granular_mailbox_restore_artifacts"
CHANGING = "create update activate createArtifact record recordBatch createBulkRequest"

# Sessions that are created again ------------------------------------------------------------------


def remembering(
    what: Callable[[ExchangeRestoreSession], Any],
    behaviour: Behaviour,
    *,
    of: str = "delete expire",
) -> Behaviour:
    """Remember something about each session that these methods remove, by its id."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        before = {session.id: session for session in system.root.exchange_restore_sessions}
        answer = behaviour(system, method, params)
        if method in of.split():
            gone = before.keys() - set(system.root.exchange_restore_sessions.ids)
            system.memory.update((name, what(before[name])) for name in gone)
        return answer

    return answer


def points_of(session: ExchangeRestoreSession) -> set[str]:
    points = (artifact.restore_point for artifact in session.artifacts)
    return {point.key for point in points if point is not None}


def asks_for_what_was_there(system: FaultySystem, params: Params) -> bool:
    remembered = system.memory.get(str(params.get("sessionId")), set())
    return any(key_of(entry) in remembered for entry in entries_of("create", params))


def as_it_was(name: str) -> Behaviour:
    """Give a session that is created again a property of the earlier one."""

    def change(system: FaultySystem, _before: BackupRestoreRoot, params: Params) -> None:
        session = system.session(params)
        if session is not None and session.id in system.memory:
            system.put(session, **{name: system.memory[session.id]})

    return storing("create", change)


def at_its_old_place(system: FaultySystem, _before: BackupRestoreRoot, params: Params) -> None:
    """Put a session that is created again before all others."""
    session = system.session(params)
    if session is not None and session.id in system.memory:
        others = [one for one in system.root.exchange_restore_sessions if one is not session]
        system.put_all([session, *others])


def is_known(system: FaultySystem, params: Params) -> bool:
    return params.get("sessionId") in system.memory


# What a change does to properties that were set earlier -------------------------------------------


def without_empty(
    _before: ExchangeRestoreSession | None, after: ExchangeRestoreSession, _params: Params
) -> Mapping[str, Any]:
    empty = [
        name for name in (WHOLE, GRANULAR) if (got := getattr(after, name)) is not None and not got
    ]
    return dict.fromkeys(empty)


def without_unknown(
    _before: ExchangeRestoreSession | None, _after: ExchangeRestoreSession, _params: Params
) -> Mapping[str, Any]:
    return {"additional_data": {}}


def as_reported_even_if_earlier(
    before: ExchangeRestoreSession | None, _after: ExchangeRestoreSession, params: Params
) -> Mapping[str, Any]:
    """Take the time of the call, even if the session was changed later."""
    time = time_of(params.get("now"))
    return {} if time is None or before is None else {"last_modified_date_time": time}


def actor_without_unknown(
    _before: ExchangeRestoreSession | None, after: ExchangeRestoreSession, _params: Params
) -> Mapping[str, Any]:
    actor = after.last_modified_by
    if actor is None:
        return {}
    known = {
        name: attrs.evolve(one, additional_data={})
        for name in ("application", "device", "user")
        if (one := getattr(actor, name)) is not None
    }
    return {"last_modified_by": IdentitySet(**known)}


def texts_are_lost(system: FaultySystem, _before: BackupRestoreRoot, params: Params) -> None:
    """Write every unknown status as unknownFutureValue, as soon as the session changes."""
    session = system.session(params)
    for artifact in session.artifacts if session is not None else ():
        if artifact.status is UNKNOWN:
            now = system.session(params)
            assert now is not None
            system.put_artifact(now, artifact, additional_data={})


# Reports ------------------------------------------------------------------------------------------


def start_as_reported(entered: Entered) -> Mapping[str, Any]:
    """Prefer the report's start to that of the artifact after an unknown status."""
    start = entered.time("startDateTime")
    is_after = entered.old.status is UNKNOWN and entered.new.status is not UNKNOWN
    return {"start_date_time": start} if is_after and start is not None else {}


def start_is_lost(entered: Entered) -> Mapping[str, Any]:
    """Begin with the time of the report after an unknown status."""
    is_after = entered.old.status is UNKNOWN and entered.old.start_date_time is not None
    return {"start_date_time": entered.time()} if is_after else {}


def results_are_lost(entered: Entered) -> Mapping[str, Any]:
    """Forget how much was restored so far when the status is unknown in between."""
    if entered.new.status is not UNKNOWN or entered.old.restored_item_count is None:
        return {}
    return {"restored_item_count": None}


def second_is_judged_by_the_first_status(system: FaultySystem, method: str, params: Params) -> Any:
    """Take only the last of two reports about one artifact in a batch, if it is valid by itself."""
    reports = params.get("reports")
    if method != "recordBatch" or not isinstance(reports, list):
        return system.right(method, params)
    if not all(isinstance(report, Mapping) for report in reports):
        return system.right(method, params)
    last = {str(report.get("artifactId")): report for report in reports}
    if len(last) == len(reports) or system.tried(method, params) is not None:
        return system.right(method, params)
    fewer = {**params, "reports": [*last.values()]}
    return system.right(method, params if system.tried(method, fewer) else fewer)


# The end ------------------------------------------------------------------------------------------


def code_of_the_last_two(shown: dict[str, Any], session: ExchangeRestoreSession) -> None:
    failed = [artifact for artifact in session.artifacts if artifact.status is FAILED]
    if "error" in shown and len(failed) > 2:
        codes = {(one.error or PublicError()).code or "UnknownError" for one in failed[-2:]}
        shown["error"] = shown["error"] | {
            "code": codes.pop() if len(codes) == 1 else "UnknownError"
        }


def details_of_errors_alone(shown: dict[str, Any], session: ExchangeRestoreSession) -> None:
    without = {one.id for one in session.artifacts if one.status is FAILED and one.error is None}
    details = (shown.get("error") or {}).get("details")
    if without and details:
        left = [detail for detail in details if detail["target"] not in without]
        shown["error"] = shown["error"] | {"details": left}


def nine_at_most(shown: dict[str, Any], session: ExchangeRestoreSession) -> None:
    if session.tally.total > 9:
        counts = shown["restoreSessionArtifactCount"]
        shown["restoreSessionArtifactCount"] = {name: min(n, 9) for name, n in counts.items()}


def expiring_by_the_declared_end(system: FaultySystem, method: str, params: Params) -> Any:
    """Keep a session according to its declared end if its artifacts do not say when they ended."""
    before = system.root
    answer = system.right(method, params)
    now = time_of(params.get("now")) if method == "expire" else None
    if now is None:
        return answer

    def is_kept(session: ExchangeRestoreSession) -> bool:
        declared = session.declared.completed_date_time if session.declared is not None else None
        if session.completed_date_time is not None or declared is None:
            return system.root.session(session.id) is not None
        is_over = session.status in TERMINAL_SESSION_STATUSES
        return not is_over or now <= declared + before.limits.retention

    kept = [session for session in before.exchange_restore_sessions if is_kept(session)]
    gone = [one.id for one in before.exchange_restore_sessions if one not in kept]
    system.put_all(kept)
    return {"value": gone}


# Drafts -------------------------------------------------------------------------------------------


def active_sessions_never_fail(system: FaultySystem, method: str, params: Params) -> Any:
    """Count a session as active until it is completed, even if it has failed."""
    if method == "activate" and system.tried(method, params) is None:
        failed = sum(
            session.status is RestoreSessionStatus.FAILED
            for session in system.root.exchange_restore_sessions
        )
        limits = system.root.limits
        fewer = attrs.evolve(limits, active_sessions=max(0, limits.active_sessions - failed))
        system.root = attrs.evolve(system.root, limits=fewer)
        try:
            return system.right(method, params)
        finally:
            system.root = attrs.evolve(system.root, limits=limits)
    return system.right(method, params)


def free_by_one(system: FaultySystem, method: str, params: Params) -> Any:
    """Free a restore point when one of the two artifacts that have it is removed."""
    session = system.session(params)
    removed = removals_of(params) if method == "update" else []
    freed = {
        artifact.restore_point.key
        for artifact in (session.artifacts if session is not None else ())
        if artifact.id in removed and artifact.restore_point is not None
    }

    def disguise(entries: list[Entry], _session: Any, _stored: list[str]) -> list[Entry]:
        keys = [key_of(entry) for entry in entries]
        return [
            renamed(entry, place)
            if keys[place] in freed and keys.index(keys[place]) == place
            else entry
            for place, entry in enumerate(entries)
        ]

    return accepting("update", disguise)(system, method, params)


def removing_from_their_collection(system: FaultySystem, params: Params) -> Params:
    """Do not find a granular artifact that stands among those of whole mailboxes."""
    session, request = system.session(params), params.get("request")
    name = "granularMailboxRestoreArtifacts@delta"
    if (
        session is None
        or not isinstance(request, Mapping)
        or not isinstance(request.get(name), list)
    ):
        return params
    stored = session.mailbox_restore_artifacts or ()
    among = {artifact.id for artifact in stored}
    entries = [
        {**entry, "id": f"not {entry['id']}"}
        if isinstance(entry, Mapping) and "@removed" in entry and entry.get("id") in among
        else entry
        for entry in request[name]
    ]
    return {**params, "request": {**request, name: entries}}


def limits_of_the_service(_chosen: Params, limits: Any) -> Mapping[str, Any]:
    return {
        "artifacts_per_request": min(limits.artifacts_per_request, 50),
        "active_sessions": min(limits.active_sessions, 25),
    }


def year_at_most(_chosen: Params, limits: Any) -> Mapping[str, Any]:
    return {"retention": min(limits.retention, timedelta(days=365))}


# Pages --------------------------------------------------------------------------------------------


def over_is_active(_system: FaultySystem, params: Params, page: Any) -> Any:
    """Show what is over as active, but on a first page."""
    if params.get("skipToken") is None:
        return page
    return {
        **page,
        "value": [
            entry | {"status": "active"} if entry.get("status") in OVER else entry
            for entry in page["value"]
        ],
    }


OVER = ("completed", "completedWithError", "failed")


FAULTS_OF_SEVERAL_STEPS = (
    Fault("one removal frees a restore point", "O3", free_by_one),
    Fault(
        "a granular artifact among whole ones is not found",
        "O3 S9",
        asking("update", removing_from_their_collection),
    ),
    Fault("a token is a position", "O2", listing("list listArtifacts", remaining=by_number)),
    Fault(
        "what is over is active on a later page",
        "O2 S1 A4 A5 A6",
        answering("list", over_is_active),
    ),
    Fault(
        "a session that is created again knows its restore points",
        "O1 O5 O8",
        remembering(
            points_of, refusing("create", "DuplicateArtifactInList", asks_for_what_was_there)
        ),
    ),
    Fault(
        "a session that is created again has its old author",
        "O1 O5 O8 S6",
        remembering(lambda session: session.created_by, as_it_was("created_by")),
    ),
    Fault(
        "a session that is created again has its old policy",
        "O1 O5 O8 S10",
        remembering(lambda session: session.policy_id, as_it_was("policy_id")),
    ),
    Fault(
        "a session that is created again has its old place",
        "O1 O2",
        remembering(lambda _session: True, storing("create", at_its_old_place)),
    ),
    Fault(
        "an id that expired is never free again",
        "O1",
        remembering(
            lambda _session: True,
            refusing("create", "InvalidArtifactRequest", is_known),
            of="expire",
        ),
    ),
    Fault("a reported start beats one from before the unknown", "L5", entering(start_as_reported)),
    Fault("a start is lost after the unknown", "L5", entering(start_is_lost)),
    Fault("the unknown forgets results", "L5 O9", entering(results_are_lost)),
    Fault(
        "a batch takes the last report of an artifact",
        "O7 L5 O9",
        second_is_judged_by_the_first_status,
    ),
    Fault(
        "an empty collection is gone after a change",
        "O1 O3 O4 O6 O7 B1 S1a S8 W1",
        changing_session(CHANGING, without_empty),
    ),
    Fault(
        "unknown properties of a session are gone after a change",
        "O3 O4 O6 O7 B1 S8 S9 W1",
        changing_session(CHANGING, without_unknown),
    ),
    Fault(
        "unknown properties of an actor are dropped",
        "S6 O1 O3 O4 O6 O7",
        changing_session(
            "create update activate createArtifact record recordBatch", actor_without_unknown
        ),
    ),
    Fault(
        "the last change goes back before a later one that was given",
        "S6",
        changing_session("update activate createArtifact", as_reported_even_if_earlier),
    ),
    Fault("unknown texts are lost at a change", "W2 O4 O7 O3", storing(CHANGING, texts_are_lost)),
    Fault("the code is that of the last two failures", "S4", showing(code_of_the_last_two)),
    Fault("a failure without error has no detail", "S4", showing(details_of_errors_alone)),
    Fault("a count has one digit", "S5", showing(nine_at_most)),
    Fault("a declared end decides on expiry", "O8", expiring_by_the_declared_end),
    Fault("failed sessions stay active", "O4", active_sessions_never_fail),
    Fault(
        "chosen limits are the service's at most",
        "O1 O3 O4 O6",
        beginning_with(limits_of_the_service),
    ),
    Fault("nothing is kept for more than a year", "O8", beginning_with(year_at_most)),
)
