"""Systems that are wrong about bulk requests, and the sessions that have them (B1-B6, S9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from restore_domain.aggregation import aggregate
from restore_domain.model import (
    ExchangeRestoreSession,
    MailboxRestoreArtifactsBulkAdditionRequest,
    PublicError,
    PublicErrorDetail,
)
from restore_domain.status import (
    ArtifactRestoreStatus,
    RestoreArtifactsBulkRequestStatus,
    RestoreJobType,
)
from restore_domain.verification import RefusedError
from restore_domain.wire import to_json_value

from .faulty_system import (
    ADDED,
    FAILED,
    SCHEDULED,
    SCHEDULING,
    Behaviour,
    Fault,
    FaultySystem,
    Params,
    answering,
    asking,
    changing_session,
    refusing,
    showing,
    with_limits,
    without,
)

__all__ = ["FAULTS_OF_BULK"]

BulkRequest = MailboxRestoreArtifactsBulkAdditionRequest

ACTIVE = RestoreArtifactsBulkRequestStatus.ACTIVE
COMPLETED = RestoreArtifactsBulkRequestStatus.COMPLETED
ENDED = {COMPLETED, RestoreArtifactsBulkRequestStatus.COMPLETED_WITH_ERRORS}
REQUESTS = "mailbox_restore_artifacts_bulk_addition_requests"
RESOURCES = ("mailboxes", "directoryObjectIds")
NOT_ALLOWED = "RestoreSessionActionNotAllowed"


def requests_of(session: ExchangeRestoreSession | None) -> list[BulkRequest]:
    if session is None:
        return []
    return list(session.mailbox_restore_artifacts_bulk_addition_requests or ())


def named_in(session: ExchangeRestoreSession | None, params: Params) -> BulkRequest | None:
    """Return the bulk request that a call is about."""
    found = (one for one in requests_of(session) if one.id == params.get("bulkRequestId"))
    return next(found, None)


# What is shown ------------------------------------------------------------------------------------

StandIn = Callable[[ExchangeRestoreSession], ArtifactRestoreStatus | None]
"""Returns what the requests of a session count as; None if they don't count."""


def counting(stand_in: StandIn) -> Behaviour:
    """Let the bulk requests of a session count as something else."""

    def show(shown: dict[str, Any], session: ExchangeRestoreSession) -> None:
        if session.request_statuses:
            to_come = stand_in(session)
            statuses = [artifact.status for artifact in session.artifacts]
            shown["status"] = aggregate([*statuses, to_come] if to_come else statuses).value

    return showing(show)


def as_scheduled(session: ExchangeRestoreSession) -> ArtifactRestoreStatus | None:
    active = ACTIVE in session.request_statuses
    return (SCHEDULED if session.activated else ADDED) if active else failed_with_nothing(session)


def once_ended(session: ExchangeRestoreSession) -> ArtifactRestoreStatus | None:
    if session.request_statuses & ENDED and session.tally.total:
        return SCHEDULING
    return right_of(session)


def as_nothing(session: ExchangeRestoreSession) -> ArtifactRestoreStatus | None:
    return failed_with_nothing(session)


def as_added(session: ExchangeRestoreSession) -> ArtifactRestoreStatus | None:
    return ADDED if ACTIVE in session.request_statuses else failed_with_nothing(session)


def as_scheduling(session: ExchangeRestoreSession) -> ArtifactRestoreStatus | None:
    return SCHEDULING if ACTIVE in session.request_statuses else failed_with_nothing(session)


def right_of(session: ExchangeRestoreSession) -> ArtifactRestoreStatus | None:
    """Return what they count as (rules B3, B4 and B6)."""
    if ACTIVE in session.request_statuses:
        return SCHEDULING if session.activated else ADDED
    return failed_with_nothing(session)


def failed_with_nothing(session: ExchangeRestoreSession) -> ArtifactRestoreStatus | None:
    is_failed = not session.tally.total and ACTIVE not in session.request_statuses
    return FAILED if is_failed else None


def nothing_is_a_draft(session: ExchangeRestoreSession) -> ArtifactRestoreStatus | None:
    return right_of(session) if ACTIVE in session.request_statuses else None


def showing_nothing_without(*names: str) -> Behaviour:
    """Leave something out of a session for which no artifact was added."""

    def show(shown: dict[str, Any], session: ExchangeRestoreSession) -> None:
        if session.request_statuses and not session.tally.total:
            for name in names:
                shown.pop(name, None)

    return showing(show)


def counting_nothing(shown: dict[str, Any], session: ExchangeRestoreSession) -> None:
    if session.request_statuses and not session.tally.total and shown["status"] == "failed":
        shown["restoreSessionArtifactCount"] = {"total": 1, "failed": 1}


# What is answered ---------------------------------------------------------------------------------


def with_mailboxes(system: FaultySystem, params: Params, answer: Any) -> Any:
    """Answer a bulk request, or several, as they are stored."""
    stored = {one.id: to_json_value(one) for one in requests_of(system.session(params))}
    if "value" in answer:
        return {**answer, "value": [stored[entry["id"]] for entry in answer["value"]]}
    return stored[answer["id"]]


def sessions_without_mailboxes(_system: FaultySystem, _params: Params, answer: Any) -> Any:
    name = "mailboxRestoreArtifactsBulkAdditionRequests"
    if name not in answer:
        return answer
    return {**answer, name: [without(request, *RESOURCES) for request in answer[name]]}


# What is stored -----------------------------------------------------------------------------------


def with_request(session: ExchangeRestoreSession, request: BulkRequest) -> Mapping[str, Any]:
    requests: Any = session.mailbox_restore_artifacts_bulk_addition_requests
    return {REQUESTS: requests.replacing(request)}


def changing_request(
    change: Callable[[BulkRequest | None, BulkRequest], Mapping[str, Any]],
) -> Behaviour:
    """Let the request that a resolution changed have other properties."""

    def other(
        before: ExchangeRestoreSession | None, after: ExchangeRestoreSession, params: Params
    ) -> Mapping[str, Any]:
        old, new = named_in(before, params), named_in(after, params)
        assert new is not None
        return with_request(after, attrs.evolve(new, **change(old, new)))

    return changing_session("resolveBulkRequest", other)


def changing_artifacts(
    change: Callable[[ExchangeRestoreSession | None, Any], Any],
) -> Behaviour:
    """Let the artifacts of a session be others after a resolution."""

    def other(
        before: ExchangeRestoreSession | None, after: ExchangeRestoreSession, _params: Params
    ) -> Mapping[str, Any]:
        return {
            "mailbox_restore_artifacts": [
                change(before, artifact) for artifact in after.mailbox_restore_artifacts or ()
            ]
        }

    return changing_session("resolveBulkRequest", other)


def still_added(before: ExchangeRestoreSession | None, artifact: Any) -> Any:
    old = before.artifact(artifact.id) if before is not None else None
    return old if old is not None and old.status is ADDED else artifact


def added_as_added(before: ExchangeRestoreSession | None, artifact: Any) -> Any:
    is_new = before is not None and before.artifact(artifact.id) is None
    return attrs.evolve(artifact, status=ADDED) if is_new else artifact


def added_to_nowhere(before: ExchangeRestoreSession | None, artifact: Any) -> Any:
    is_new = before is not None and before.artifact(artifact.id) is None
    return attrs.evolve(artifact, destination_type=None) if is_new else artifact


def noting_each_failure(system: FaultySystem, method: str, params: Params) -> Any:
    """Record a mailbox again that can't be resolved."""
    before = system.session(params)
    answer = system.right(method, params)
    session, request = system.session(params), named_in(system.session(params), params)
    if method != "resolveBulkRequest" or session is None or request is None or before is None:
        return answer
    failures = params["resolution"].get("failures") or ()
    old = named_in(before, params)
    known = {detail.target for detail in (old.error.details or () if old and old.error else ())}
    again = [
        PublicErrorDetail(code=one["error"].get("code"), target=one["mailbox"])
        for one in failures
        if one["mailbox"] in known
    ]
    if again and request.error is not None:
        error = attrs.evolve(request.error, details=(*(request.error.details or ()), *again))
        system.put(session, **with_request(session, attrs.evolve(request, error=error)))
    return answer


def disguised(
    method: str, disguise: Callable[[ExchangeRestoreSession, Params], Mapping[str, Any]]
) -> Behaviour:
    """Accept a call that is refused, by temporarily showing the reference another session.

    Changes made by the disguise are undone afterwards, but the effects of the call itself stay.
    """

    def answer(system: FaultySystem, called: str, params: Params) -> Any:
        session = system.session(params)
        if called != method or session is None:
            return system.right(called, params)
        root, hidden = system.root, disguise(session, params)
        if hidden:
            system.put(session, **hidden)
        try:
            answer = system.right(called, params)
        except RefusedError:
            system.root = root
            raise
        restore(system, session, params, hidden)
        return answer

    return answer


def restore(
    system: FaultySystem,
    before: ExchangeRestoreSession,
    params: Params,
    hidden: Mapping[str, Any],
) -> None:
    now = system.session(params)
    if now is None or not hidden:
        return
    if REQUESTS in hidden:
        own = named_in(now, params)
        old = named_in(before, params)
        kept = [one for one in requests_of(before) if own is None or one.id != own.id]
        if own is not None and old is not None:
            own = attrs.evolve(
                own, mailboxes=old.mailboxes, directory_object_ids=old.directory_object_ids
            )
        system.put(now, **{REQUESTS: [*kept, *([own] if own is not None else [])]})


def with_no_request(session: ExchangeRestoreSession, _params: Params) -> Mapping[str, Any]:
    if not session.request_statuses or session.tally.total:
        return {}
    return {REQUESTS: None, "restore_job_type": RestoreJobType.STANDARD}


def with_no_bulk(session: ExchangeRestoreSession, _params: Params) -> Mapping[str, Any]:
    if not session.request_statuses:
        return {}
    return {REQUESTS: None, "restore_job_type": RestoreJobType.STANDARD}


def with_unknown_resources(session: ExchangeRestoreSession, params: Params) -> Mapping[str, Any]:
    request = named_in(session, params)
    if request is None:
        return {}
    other = attrs.evolve(request, mailboxes=None, directory_object_ids=None)
    return with_request(session, other)


def activated(session: ExchangeRestoreSession, _params: Params) -> Mapping[str, Any]:
    return {"activated": True} if session.request_statuses else {}


def deleting_anything(system: FaultySystem, method: str, params: Params) -> Any:
    try:
        return system.right(method, params)
    except RefusedError as refused:
        session = system.session(params)
        if refused.code != "InvalidStateForBulkRequestDeletion" or session is None:
            raise
        kept = [one for one in requests_of(session) if one.id != params["bulkRequestId"]]
        system.put(session, **{REQUESTS: kept})
        return None


def ending_with_nothing(system: FaultySystem, method: str, params: Params) -> Any:
    try:
        return system.right(method, params)
    except RefusedError as refused:
        session, request = system.session(params), named_in(system.session(params), params)
        is_end = method == "resolveBulkRequest" and params.get("resolution") == {"ended": True}
        is_refused = refused.code == "InvalidArtifactRequest"
        if not is_end or not is_refused or session is None or request is None:
            raise
        system.put(session, **with_request(session, attrs.evolve(request, status=COMPLETED)))
        return {"value": []}


# What is missing ----------------------------------------------------------------------------------


def shows_alone(session: ExchangeRestoreSession | None, letter: str) -> bool:
    """Return whether only evidence of this kind shows that artifacts are missing."""
    return session is not None and {found.id for found in session.lacks} == {letter}


def overlooking(letter: str) -> Behaviour:
    """Derive the status of a session that a report has changed, though artifacts are missing."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        answer = system.right(method, params)
        session = system.session(params)
        if method in {"record", "recordBatch"} and system.changed and session is not None:
            system.memory[session.id] = True
        elif method == "get" and session is not None and shows_alone(session, letter):
            is_changed = session.id in system.memory
            return answer | {"status": session.tally.status.value} if is_changed else answer
        return answer

    return answer


def deleting_the_empty(system: FaultySystem, method: str, params: Params) -> Any:
    try:
        return system.right(method, params)
    except RefusedError as refused:
        session = system.session(params)
        if method != "delete" or refused.code != NOT_ALLOWED or not shows_alone(session, "g"):
            raise
        system.drop(params["sessionId"])
        return None


# Requests -----------------------------------------------------------------------------------------


def creating(change: Callable[[dict[str, Any]], None]) -> Behaviour:
    """Pass on another bulk request than the one that was received."""

    def other(_system: FaultySystem, params: Params) -> Params:
        request = params.get("request")
        if not isinstance(request, Mapping):
            return params
        changed = {**request}
        change(changed)
        return {**params, "request": changed}

    return asking("createBulkRequest", other)


def leaving_out(name: str) -> Behaviour:
    return creating(lambda request: request.pop(name, None) and None)


def with_known_preference(request: dict[str, Any]) -> None:
    if isinstance(request.get("restorePointPreference"), str):
        request["restorePointPreference"] = "latest"


def with_neat_addresses(request: dict[str, Any]) -> None:
    mailboxes = request.get("mailboxes")
    if isinstance(mailboxes, list):
        request["mailboxes"] = [
            "".join(one.split()) if isinstance(one, str) else one for one in mailboxes
        ]


def with_no_blank_objects(request: dict[str, Any]) -> None:
    ids = request.get("directoryObjectIds")
    if isinstance(ids, list):
        request["directoryObjectIds"] = [
            one if not isinstance(one, str) or one.strip() else "d0" for one in ids
        ]


def to_a_new_place(request: dict[str, Any]) -> None:
    request.setdefault("destinationType", "new")


def is_completed(system: FaultySystem, params: Params) -> bool:
    request = named_in(system.session(params), params)
    return request is not None and request.status is COMPLETED


def without_error_while_active(_old: BulkRequest | None, new: BulkRequest) -> Mapping[str, Any]:
    return {"error": None} if new.status is ACTIVE else {}


def with_a_code(_old: BulkRequest | None, new: BulkRequest) -> Mapping[str, Any]:
    error = new.error
    if error is None:
        return {}
    return {"error": PublicError(code="UnknownError", details=error.details)}


FAULTS_OF_BULK = (
    Fault("an active bulk request is scheduled", "B3 B6", counting(as_scheduled)),
    Fault(
        "a bulk request that has ended still counts",
        "A1 A2 A4 A5 A6 A7 A10 B3",
        counting(once_ended),
    ),
    Fault("a bulk request does not count", "B3 B6", counting(as_nothing)),
    Fault("an activated bulk request is added", "B3 B6", counting(as_added)),
    Fault("a bulk request is activated at once", "B3 B6", counting(as_scheduling)),
    Fault("a failed session without artifacts is a draft", "B4", counting(nothing_is_a_draft)),
    Fault(
        "a bulk session without artifacts has no end",
        "B4 S3",
        showing_nothing_without("completedDateTime"),
    ),
    Fault("a failure without artifacts has no error", "B4 S4", showing_nothing_without("error")),
    Fault("a failure without artifacts counts as an artifact", "S5", showing(counting_nothing)),
    Fault(
        "a failure is forgotten with its request",
        "B4 S8",
        changing_session("deleteBulkRequest", lambda *_: {"declared": None}),
    ),
    Fault("requests that were not sent add nothing", "S8", overlooking("e")),
    Fault("unknown requests add nothing", "S8", overlooking("h")),
    Fault("an empty bulk session is a draft", "S8 O5", deleting_the_empty),
    Fault("an active bulk request is deleted", "B2", deleting_anything),
    Fault(
        "a completed bulk request stays",
        "B2",
        refusing("deleteBulkRequest", "InvalidStateForBulkRequestDeletion", is_completed),
    ),
    Fault(
        "mailboxes are answered",
        "B1 B2",
        answering("createBulkRequest getBulkRequest listBulkRequests", with_mailboxes),
    ),
    Fault("sessions lose mailboxes", "B2", answering("get", sessions_without_mailboxes)),
    Fault("two bulk requests in a session", "B1", disguised("createBulkRequest", with_no_request)),
    Fault("a bulk session is updated", "O3", disguised("update", with_no_bulk)),
    Fault("a bulk session gets an artifact", "O6", disguised("createArtifact", with_no_bulk)),
    Fault(
        "a bulk request leaves the type",
        "S9",
        changing_session("createBulkRequest", lambda *_: {"restore_job_type": None}),
    ),
    Fault("a period may end before it starts", "B1", leaving_out("protectionTimePeriod")),
    Fault("protection units are ignored", "B1", leaving_out("protectionUnitIds")),
    Fault("any preference is the latest", "B1", creating(with_known_preference)),
    Fault("spaces in an address are ignored", "B1", creating(with_neat_addresses)),
    Fault("a directory object may be blank", "B1", creating(with_no_blank_objects)),
    Fault("a bulk request always has the destination new", "B1", creating(to_a_new_place)),
    Fault(
        "a bulk request may exceed the limit by one",
        "B1",
        with_limits(
            "createBulkRequest",
            lambda system, _params: {
                "restoration_resources": system.root.limits.restoration_resources + 1
            },
        ),
    ),
    Fault(
        "a resolution is not compared with its request",
        "B5",
        disguised("resolveBulkRequest", with_unknown_resources),
    ),
    Fault("a draft is resolved", "B5", disguised("resolveBulkRequest", activated)),
    Fault("a bulk request ends with nothing", "B5", ending_with_nothing),
    Fault(
        "a bulk request ends without errors",
        "B5",
        changing_request(lambda _, new: {"status": COMPLETED} if new.status in ENDED else {}),
    ),
    Fault("a failure waits for the end", "B5", changing_request(without_error_while_active)),
    Fault("failures have no code in common", "B5", changing_request(with_a_code)),
    Fault(
        "a resolution leaves the time",
        "B5",
        changing_request(
            lambda old, _: {"last_modified_date_time": old and old.last_modified_date_time}
        ),
    ),
    Fault("a mailbox fails twice", "B5", noting_each_failure),
    Fault("a resolution leaves what is added", "B5", changing_artifacts(still_added)),
    Fault("resolved artifacts begin in added", "B5", changing_artifacts(added_as_added)),
    Fault("resolved artifacts have no destination", "B5", changing_artifacts(added_to_nowhere)),
)
"""Systems that break one rule each, to check that verification detects each of them."""
