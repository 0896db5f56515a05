"""Systems with faults in what a session restores, or under which policy (S9, S10, O1-O6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from restore_domain.model import ExchangeRestoreSession
from restore_domain.status import RestoreJobType

from .faulty_system import (
    DELTA,
    Behaviour,
    Fault,
    FaultySystem,
    Params,
    changing_session,
    refusing,
)

__all__ = ["FAULTS_OF_KINDS"]

WHOLE = "mailboxRestoreArtifacts"
CHOSEN = "granularMailboxRestoreArtifacts"
LISTS = (WHOLE, CHOSEN, DELTA, f"{CHOSEN}@delta")


def asking_otherwise(change: Callable[[dict[str, Any]], Params]) -> Behaviour:
    """Pass on another request than the one that was received."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        request = params.get("request")
        if not isinstance(request, Mapping):
            return system.right(method, params)
        return system.right(method, {**params, "request": change({**request})})

    return answer


def without_nulls(request: Params) -> Params:
    return {name: value for name, value in request.items() if value is not None}


def without_odd_lists(request: Params) -> Params:
    odd = {"granularMailboxRestoreArtifact", "mailboxRestoreArtifactsBulkAdditionRequests"}
    return {name: value for name, value in request.items() if name not in odd}


def without_the_chosen(request: Params) -> Params:
    return {
        name: value for name, value in request.items() if WHOLE not in request or name != CHOSEN
    }


def untyped(request: dict[str, Any]) -> Params:
    """Treat every artifact among whole mailboxes as a whole mailbox."""
    said = {"@odata.type", "searchResponseId"}
    for name in (WHOLE, DELTA):
        entries = request.get(name)
        if isinstance(entries, list):
            request[name] = [
                {known: value for known, value in entry.items() if known not in said}
                if isinstance(entry, Mapping)
                else entry
                for entry in entries
            ]
    return request


def has_no_list(_system: FaultySystem, params: Params) -> bool:
    request = params.get("request")
    return not isinstance(request, Mapping) or not any(name in request for name in LISTS)


def names_only_a_policy(system: FaultySystem, params: Params) -> bool:
    request = params.get("request")
    if system.session(params) is None or not isinstance(request, Mapping):
        return False
    return isinstance(request.get("policyId"), str) and has_no_list(system, params)


def policy_of(
    before: ExchangeRestoreSession | None, _after: ExchangeRestoreSession, _params: Params
) -> Mapping[str, Any]:
    return {"policy_id": before.policy_id if before else None}


def of_type(job_type: RestoreJobType | None) -> Behaviour:
    return changing_session("create", lambda *_: {"restore_job_type": job_type})


def granular_is_empty(system: FaultySystem, method: str, params: Params) -> Any:
    answer = system.right(method, params)
    return {**answer, "value": []} if method == "listGranularArtifacts" else answer


FAULTS_OF_KINDS = (
    Fault("every session is standard", "S9", of_type(RestoreJobType.STANDARD)),
    Fault("a session has no type", "S9", of_type(None)),
    Fault("the policy is forgotten", "S10", changing_session("create update", policy_of)),
    Fault("the first policy stays", "S10", changing_session("update", policy_of)),
    Fault(
        "a session begins with artifacts",
        "O1 S10",
        refusing("create", "InvalidArtifactRequest", has_no_list),
    ),
    Fault(
        "a policy needs a list",
        "S10",
        refusing("update", "InvalidArtifactRequest", names_only_a_policy),
    ),
    Fault("null is not a list", "O1 O3 S10", asking_otherwise(without_nulls)),
    Fault("a misspelt list is ignored", "O1 O3", asking_otherwise(without_odd_lists)),
    Fault("of two lists one is lost", "O1", asking_otherwise(without_the_chosen)),
    Fault("granular artifacts become whole mailboxes", "O1 O3 O6", asking_otherwise(untyped)),
    Fault("granular artifacts are not listed", "O2", granular_is_empty),
)
