"""Faults of several steps: what is remembered beside the sessions, or lost by a change; audits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from restore_domain.model import ExchangeRestoreSession
from restore_domain.status import RestoreSessionStatus
from restore_domain.wire import to_json_value

from .faulty_system import (
    Fault,
    FaultySystem,
    Params,
    asking,
    changing_session,
    entries_of,
    finding,
    key_of,
    refusal,
    removals_of,
)
from .lookups import expiring, is_over

GRANULAR = "granularMailboxRestoreArtifacts"
ADDING = "create update createArtifact"
CHANGES = "update activate record recordBatch createArtifact"

# Sessions and artifacts that are created again ----------------------------------------------------


def remembering_removals(system: FaultySystem, method: str, params: Params) -> Any:
    """Treat the id of a removed artifact as taken."""
    ids = system.memory.setdefault(f"ids {params.get('sessionId')}", set())
    new = [*params.get("artifactIds", []), params.get("artifactId")]
    if method in {"update", "createArtifact"} and any(name in ids for name in new):
        raise refusal(method, "InvalidArtifactRequest")
    answer = system.right(method, params)
    if method == "update":
        ids |= {name for name in removals_of(params) if isinstance(name, str)}
    return answer


def remembering_activation(system: FaultySystem, method: str, params: Params) -> Any:
    """Treat a session as activated if the earlier one with its id was."""
    for session in system.root.exchange_restore_sessions:
        if session.status is not RestoreSessionStatus.DRAFT:
            system.memory[f"activated {session.id}"] = True
    if method == "update" and system.memory.get(f"activated {params.get('sessionId')}"):
        again = system.session(params)
        if again is not None and again.status is RestoreSessionStatus.DRAFT:
            raise refusal(method, "RestoreSessionActionNotAllowed")
    return system.right(method, params)


def counting_activations(system: FaultySystem, method: str, params: Params) -> Any:
    """Count each session that was ever activated as active."""
    number = system.memory.get("activated", 0)
    refused = system.tried(method, params) if method == "activate" else None
    if method == "activate" and refused is None:
        if number + 1 > system.root.limits.active_sessions:
            raise refusal(method, "TooManyActiveRestoreSessions")
        system.memory["activated"] = number + 1
    return system.right(method, params)


def not_seen(system: FaultySystem, method: str, params: Params) -> Any:
    """Do not count a session as active if an observer's report made it so."""
    drafts = {
        session.id
        for session in system.root.exchange_restore_sessions
        if session.status is RestoreSessionStatus.DRAFT
    }
    answer = system.right(method, params) if method != "activate" else None
    if method in {"record", "recordBatch"} and params.get("reporter") == "observer":
        seen = system.memory.setdefault("seen", set())
        seen |= {params.get("sessionId")} & drafts
    if method != "activate":
        return answer
    limits = system.root.limits
    more = attrs.evolve(
        limits, active_sessions=limits.active_sessions + len(system.memory.get("seen", ()))
    )
    system.root = attrs.evolve(system.root, limits=more)
    try:
        return system.right(method, params)
    finally:
        system.root = attrs.evolve(system.root, limits=limits)


AGAIN = (
    Fault("a removed id is taken", "O3 O6", remembering_removals),
    Fault("an activation outlives its session", "O5 O8 O3", remembering_activation),
    Fault("every activated session stays active", "O4", counting_activations),
    Fault("a session reported as running is not active", "O4", not_seen),
)

# Several artifacts of one restore point -----------------------------------------------------------


def still_there(system: FaultySystem, method: str, params: Params) -> Any:
    """Treat a restore point as taken even if its artifact is removed in the same request."""
    session = system.session(params)
    if method == "update" and session is not None and system.tried(method, params) is None:
        removed = removals_of(params)
        keys = [
            artifact.restore_point.key
            for artifact in session.artifacts
            if artifact.restore_point is not None and artifact.id in removed
        ]
        again = {key for key in keys if keys.count(key) > 1}
        if any(key_of(entry) in again for entry in entries_of(method, params)):
            raise refusal(method, "DuplicateArtifactInList")
    return system.right(method, params)


POINTS = (Fault("a restore point that was there twice stays", "O3", still_there),)

# What an operation loses --------------------------------------------------------------------------


def without_requests(_: Any, session: ExchangeRestoreSession, _params: Params) -> dict[str, Any]:
    """Lose an empty collection of bulk requests if the others are not empty."""
    name = "mailbox_restore_artifacts_bulk_addition_requests"
    stored = getattr(session, name)
    return {name: None} if stored is not None and not stored and session.artifacts else {}


def artifacts_without(
    old: ExchangeRestoreSession | None, session: ExchangeRestoreSession, _params: Params
) -> dict[str, Any]:
    """Lose the unknown properties of the artifacts that change."""
    lost: dict[str, Any] = {}
    for name in ("mailbox_restore_artifacts", "granular_mailbox_restore_artifacts"):
        stored = getattr(session, name)
        for artifact in stored or ():
            before = old.artifact(artifact.id) if old is not None else None
            if before is not None and before != artifact:
                stored = stored.replacing(attrs.evolve(artifact, additional_data={}))
                lost[name] = stored
    return lost


def merged_person(system: FaultySystem, params: Params) -> Params:
    """Add an actor to the previous one."""
    session, actor = system.session(params), params.get("actor")
    if session is None or session.last_modified_by is None or not isinstance(actor, Mapping):
        return params
    return {**params, "actor": {**to_json_value(session.last_modified_by), **actor}}


def text_forgotten(
    old: ExchangeRestoreSession | None, session: ExchangeRestoreSession, _params: Params
) -> dict[str, Any]:
    """Write the unknown member for each unknown destination as soon as a session changes."""
    stored = session.mailbox_restore_artifacts
    if old is None or stored is None:
        return {}
    odd = [one for one in stored if one.destination_type == "unknownFutureValue"]
    for artifact in odd:
        stored = stored.replacing(attrs.evolve(artifact, destination_type=None))
    return {"mailbox_restore_artifacts": stored} if odd else {}


def created_time(_: Any, session: ExchangeRestoreSession, _params: Params) -> dict[str, Any]:
    time = session.created_date_time
    return {"created_date_time": time and time.replace(microsecond=0)}


def declared_after(
    old: ExchangeRestoreSession | None, _session: ExchangeRestoreSession, _params: Params
) -> dict[str, Any]:
    """Keep an unknown declared status."""
    declared = old.declared if old is not None else None
    if declared is None or declared.status is not RestoreSessionStatus.UNKNOWN_FUTURE_VALUE:
        return {}
    return {"declared": declared}


LOST = (
    Fault("empty requests are left out", "W1 S8 B1", changing_session(CHANGES, without_requests)),
    Fault(
        "what is unknown of an artifact is lost",
        "W1",
        changing_session("record recordBatch activate", artifacts_without),
    ),
    Fault(
        "an actor is added to the one before", "S6", asking("update activate record", merged_person)
    ),
    Fault("an unknown destination is lost", "W1 W2", changing_session(CHANGES, text_forgotten)),
    Fault("a creation has whole seconds", "W1 S6 O1", changing_session(CHANGES, created_time)),
    Fault(
        "an unknown declared status outlives a change",
        "S1a W1 S1 S8",
        changing_session("record activate", declared_after),
    ),
    Fault(
        "an ended session with missing artifacts stays",
        "O8 S8",
        expiring(
            lambda one, now, limits: not (one.lacks and one.artifacts) and is_over(one, now, limits)
        ),
    ),
)

# Audits -------------------------------------------------------------------------------------------


def lacks(session: Mapping[str, Any]) -> bool:
    return any(name.endswith("@odata.nextLink") and link for name, link in session.items())


def of_property(one: Mapping[str, Any], found: list[Any]) -> list[Any]:
    return [other for other in found if other["property"] == one["property"]]


def is_of_unknown(one: Mapping[str, Any], session: Mapping[str, Any]) -> bool:
    stored = [*(session.get("mailboxRestoreArtifacts") or ()), *(session.get(GRANULAR) or ())]
    known = {"added", "scheduling", "scheduled", "inProgress", "succeeded", "failed"}
    return any(
        artifact["id"] == one["target"] and artifact.get("status") not in known
        for artifact in stored
    )


def by_text(one: Mapping[str, Any], session: Mapping[str, Any], _found: Any) -> bool:
    """Compare the times of a session as text."""
    created, modified = session.get("createdDateTime"), session.get("lastModifiedDateTime")
    return one["property"] != "lastModifiedDateTime" or str(modified) < str(created)


AUDITS = (
    Fault(
        "an audit looks at no artifact of a part",
        "L5 O1",
        finding(lambda one, session, _: not lacks(session) or one["target"] == session["id"]),
    ),
    Fault(
        "an audit compares no destinations of a part",
        "O1",
        finding(lambda one, session, _: not lacks(session) or one["property"] != "destinationType"),
    ),
    Fault(
        "an audit names one repeated restore point",
        "O1",
        finding(
            lambda one, _, found: (
                one["property"] != "restorePoint" or one is of_property(one, found)[0]
            )
        ),
    ),
    Fault(
        "an audit names the last repeated restore point",
        "O1",
        finding(
            lambda one, _, found: (
                one["property"] != "restorePoint" or one is of_property(one, found)[-1]
            )
        ),
    ),
    Fault(
        "an audit compares no restore points of the unknown",
        "O1",
        finding(
            lambda one, session, _: (
                one["property"] != "restorePoint" or not is_of_unknown(one, session)
            )
        ),
    ),
    Fault("an audit compares times as texts", "S6", finding(by_text)),
    Fault(
        "an audit ignores an unknown declared status",
        "S1 S3 S4",
        finding(
            lambda one, session, _: (
                session.get("status") not in ("unknownFutureValue", "paused")
                or one["target"] != session["id"]
            )
        ),
    ),
    Fault(
        "an audit names one property of an artifact",
        "L5",
        finding(
            lambda one, session, found: (
                one["target"] == session["id"]
                or one is next(other for other in found if other["target"] == one["target"])
            )
        ),
    ),
    Fault(
        "an audit stops at the first artifact that is wrong",
        "L5 O1",
        finding(
            lambda one, _session, found: (
                one["rule"] != "L5"
                or one["target"]
                == next(other["target"] for other in found if other["rule"] == "L5")
            )
        ),
    ),
)

FAULTS_OF_REMEMBERING = (*AGAIN, *POINTS, *LOST, *AUDITS)
"""The systems."""
