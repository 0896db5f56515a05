"""Faults of what follows from the artifacts of a session (rules A1-A10, S1-S6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from restore_domain import aggregate
from restore_domain.model import ExchangeRestoreSession, MailboxRestoreArtifact, Timestamp
from restore_domain.operations import BackupRestoreRoot
from restore_domain.status import (
    TERMINAL_SESSION_STATUSES,
    ArtifactRestoreStatus,
    RestoreSessionStatus,
)
from restore_domain.wire import to_json_value

from .faulty_system import (
    ADDED,
    FAILED,
    IN_PROGRESS,
    SCHEDULED,
    SCHEDULING,
    SUCCEEDED,
    UNKNOWN,
    Behaviour,
    Fault,
    FaultySystem,
    Params,
    changing_session,
    sessions_in,
    showing,
    status_of,
    storing,
    time_of,
)

ACTIVATING = RestoreSessionStatus.ACTIVATING
ACTIVE = RestoreSessionStatus.ACTIVE
COMPLETED = RestoreSessionStatus.COMPLETED
COMPLETED_WITH_ERROR = RestoreSessionStatus.COMPLETED_WITH_ERROR

Shown = dict[str, Any]
Statuses = frozenset[ArtifactRestoreStatus]

# The status of a session --------------------------------------------------------------------------


def telling(status: Callable[[Statuses], str | None]) -> Behaviour:
    """Return a wrong status for some sets of artifact statuses."""

    def show(shown: Shown, session: ExchangeRestoreSession) -> None:
        wrong = status(frozenset(artifact.status for artifact in session.artifacts))
        shown["status"] = wrong or shown["status"]

    show_sessions = showing(show)

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        if method not in {"aggregate", "explain"}:
            return show_sessions(system, method, params)
        answer = system.right(method, params)
        wrong = status(frozenset(map(status_of, params["statuses"]))) or None
        if wrong is None:
            return answer
        return wrong if method == "aggregate" else {**answer, "status": wrong}

    return answer


def wrong_status(
    name: str, rule: str, stored: set[ArtifactRestoreStatus], status: RestoreSessionStatus
) -> Fault:
    """Return a wrong status for sessions whose artifacts have exactly these statuses."""
    return Fault(name, rule, telling(lambda statuses: status if statuses == stored else None))


STATUSES = (
    wrong_status("added is activating", "A1", {ADDED}, ACTIVATING),
    wrong_status("no artifacts is completed", "A1", set(), COMPLETED),
    wrong_status("scheduling is active", "A2", {SCHEDULING}, ACTIVE),
    wrong_status("scheduled is activating", "A3", {SCHEDULED}, ACTIVATING),
    wrong_status("succeeded beats inProgress", "A3", {IN_PROGRESS, SUCCEEDED}, COMPLETED),
    wrong_status(
        "all failed beats some failed", "A4", {SUCCEEDED, FAILED}, RestoreSessionStatus.FAILED
    ),
    wrong_status("some failed is completed", "A4", {SUCCEEDED, FAILED}, COMPLETED),
    wrong_status("succeeded is completedWithError", "A5", {SUCCEEDED}, COMPLETED_WITH_ERROR),
    wrong_status("failed is completedWithError", "A6", {FAILED}, COMPLETED_WITH_ERROR),
    wrong_status("added and failed is failed", "A7", {ADDED, FAILED}, RestoreSessionStatus.FAILED),
    wrong_status(
        "scheduling and succeeded is activating", "A7", {SCHEDULING, SUCCEEDED}, ACTIVATING
    ),
    wrong_status(
        "added and scheduling is draft", "A8", {ADDED, SCHEDULING}, RestoreSessionStatus.DRAFT
    ),
    Fault(
        "the unknown is ignored",
        "A10 A9",
        telling(lambda stored: aggregate(stored - {UNKNOWN}) if UNKNOWN in stored else None),
    ),
    Fault(
        "the unknown decides always",
        "A9",
        telling(lambda stored: "unknownFutureValue" if UNKNOWN in stored else None),
    ),
)

# When a session ended -----------------------------------------------------------------------------

Artifacts = Iterable[MailboxRestoreArtifact]


def ends_of(artifacts: Artifacts) -> list[datetime]:
    ends = (artifact.completion_date_time for artifact in artifacts)
    return [end for end in ends if end is not None]


def text_of(time: datetime | None) -> Any:
    """Write a time as it is written in sessions."""
    session = ExchangeRestoreSession(id="s", created_date_time=time)
    return to_json_value(session).get("createdDateTime")


def ending(
    end: Callable[[ExchangeRestoreSession], datetime | None],
    *statuses: str,
) -> Behaviour:
    """Show another end for sessions in one of these statuses."""

    def show(shown: Shown, session: ExchangeRestoreSession) -> None:
        if session.status in (statuses or TERMINAL_SESSION_STATUSES):
            shown["completedDateTime"] = text_of(end(session))

    return showing(show)


def whole(session: ExchangeRestoreSession) -> Artifacts:
    return session.mailbox_restore_artifacts or ()


ENDS = (
    Fault(
        "the first end is the session's",
        "S3",
        ending(lambda session: min(ends_of(session.artifacts), default=None)),
    ),
    Fault(
        "an active session has an end",
        "S3",
        ending(lambda session: max(ends_of(session.artifacts), default=None), "active"),
    ),
    Fault(
        "the last artifact in the list ends the session",
        "S3",
        ending(lambda session: [*session.artifacts][-1].completion_date_time),
    ),
    Fault(
        "the last change ends the session",
        "S3",
        ending(lambda session: session.last_modified_date_time),
    ),
    Fault(
        "ends are compared by their texts",
        "S3",
        ending(lambda session: max(ends_of(session.artifacts), key=text_of, default=None)),
    ),
    Fault(
        "granular ends do not count",
        "S2 S3",
        ending(lambda session: max(ends_of(whole(session)), default=None)),
    ),
)

# Why a session failed -----------------------------------------------------------------------------


def explaining(change: Callable[[Shown, ExchangeRestoreSession], Mapping[str, Any]]) -> Behaviour:
    """Show another error for sessions that have one."""

    def show(shown: Shown, session: ExchangeRestoreSession) -> None:
        if shown.get("error") is not None:
            shown["error"] = {**shown["error"], **change(shown["error"], session)}

    return showing(show)


def with_details(change: Callable[[list[Shown], ExchangeRestoreSession], list[Shown]]) -> Behaviour:
    """Show other details in an error."""
    return explaining(lambda error, session: {"details": change(error["details"], session)})


def lacks_error(shown: Shown, session: ExchangeRestoreSession) -> None:
    if session.status == COMPLETED_WITH_ERROR:
        shown.pop("error", None)


def codes_in(error: Shown) -> list[str]:
    return [detail.get("code") or "UnknownError" for detail in error["details"]]


ERRORS = (
    Fault("completedWithError has no error", "S4", showing(lacks_error)),
    Fault(
        "an error has a detail for every artifact",
        "S4",
        with_details(lambda _, session: [{"target": one.id} for one in session.artifacts]),
    ),
    Fault(
        "an error's code is the first detail's",
        "S4",
        explaining(lambda error, _: {"code": codes_in(error)[0]}),
    ),
    Fault(
        "a session's error is always unknown",
        "S4",
        explaining(lambda _error, _session: {"code": "UnknownError"}),
    ),
    Fault(
        "a session's error is the alphabetically first",
        "S4",
        explaining(lambda error, _: {"code": min(codes_in(error))}),
    ),
    Fault(
        "a detail does not say of which artifact",
        "S4",
        with_details(lambda details, _: [{**detail, "target": None} for detail in details]),
    ),
    Fault(
        "a detail does not say why",
        "S4",
        with_details(lambda details, _: [{**detail, "message": None} for detail in details]),
    ),
    Fault("an error has one detail", "S4", with_details(lambda details, _: details[:1])),
    Fault(
        "granular failures have no detail",
        "S2 S4",
        with_details(
            lambda details, session: [
                detail
                for detail in details
                if detail["target"] in {artifact.id for artifact in whole(session)}
            ]
        ),
    ),
)

# How many artifacts a session has -----------------------------------------------------------------


def counting(change: Callable[[Mapping[ArtifactRestoreStatus, int]], dict[str, int]]) -> Behaviour:
    """Show other counts, computed from the number of artifacts in each status."""

    def show(shown: Shown, session: ExchangeRestoreSession) -> None:
        counts = shown["restoreSessionArtifactCount"]
        tally = {status: session.tally[status] for status in ArtifactRestoreStatus}
        shown["restoreSessionArtifactCount"] = {**counts, **change(tally)}

    return showing(show)


def under_way(tally: Mapping[ArtifactRestoreStatus, int]) -> int:
    """Return how many artifacts were activated and are not known to have ended."""
    return tally[SCHEDULING] + tally[SCHEDULED] + tally[IN_PROGRESS] + tally[UNKNOWN]


def twice_what_was_reported(tally: Mapping[ArtifactRestoreStatus, int]) -> dict[str, int]:
    return {
        "total": 2 * sum(tally.values()) - tally[ADDED],
        "inProgress": 2 * under_way(tally),
        "completed": 2 * tally[SUCCEEDED],
        "failed": 2 * tally[FAILED],
    }


def count_what_has_left(system: FaultySystem, method: str, params: Params) -> Any:
    """Keep an artifact in the count of each status that it ever had."""
    before = system.session(params)
    answer = system.right(method, params)
    if method in {"activate", "record", "recordBatch"} and before is not None and system.changed:
        after = system.session(params)
        changed = [old for old in before.artifacts if after and after.artifact(old.id) != old]
        system.memory.setdefault(before.id, []).extend(old.status for old in changed)
    if method not in {"create", "get", "activate", "list"}:
        return answer
    for shown in sessions_in(answer):
        session, left = system.root.session(shown["id"]), system.memory.get(shown["id"])
        if session is not None and left:
            statuses = [*left, *(artifact.status for artifact in session.artifacts)]
            shown["status"] = aggregate(statuses)
            shown["restoreSessionArtifactCount"] = {
                "total": len(statuses),
                "inProgress": under_way(Counter(statuses)),
                "completed": statuses.count(SUCCEEDED),
                "failed": statuses.count(FAILED),
            }
    return answer


def counts_whole_alone(shown: Shown, session: ExchangeRestoreSession) -> None:
    shown["status"] = aggregate(artifact.status for artifact in whole(session))


COUNTS = (
    Fault(
        "succeeded counts as in progress",
        "S5",
        counting(lambda tally: {"inProgress": under_way(tally) + tally[SUCCEEDED]}),
    ),
    Fault(
        "failed counts as completed",
        "S5",
        counting(lambda tally: {"completed": tally[SUCCEEDED] + tally[FAILED]}),
    ),
    Fault(
        "what is added counts as in progress",
        "S5",
        counting(lambda tally: {"inProgress": under_way(tally) + tally[ADDED]}),
    ),
    Fault(
        "what waits is not in progress",
        "S5",
        counting(lambda tally: {"inProgress": tally[IN_PROGRESS] + tally[UNKNOWN]}),
    ),
    Fault(
        "the unknown is not in progress",
        "S5",
        counting(lambda tally: {"inProgress": under_way(tally) - tally[UNKNOWN]}),
    ),
    Fault(
        "the unknown counts as failed",
        "S5",
        counting(lambda tally: {"failed": tally[FAILED] + tally[UNKNOWN]}),
    ),
    Fault(
        "the unknown does not count at all",
        "S5",
        counting(lambda tally: {"total": sum(tally.values()) - tally[UNKNOWN]}),
    ),
    Fault("a tally counts twice", "S5", counting(twice_what_was_reported)),
    Fault("a tally keeps the old status", "S5 A3 A7 A2", count_what_has_left),
    Fault("granular artifacts do not count", "S2", showing(counts_whole_alone)),
)

# Who changed a session, and when ------------------------------------------------------------------

CHANGES = "update activate createArtifact record recordBatch"
"""The methods that change an existing session."""

Before = ExchangeRestoreSession | None


def times_in(params: Params) -> list[Timestamp]:
    """Return the times that a call gives to a change."""
    reports = params.get("reports") or [params["report"]] if "now" not in params else []
    texts = [params["now"]] if "now" in params else [report["time"] for report in reports]
    return [time for time in map(time_of, texts) if time is not None]


def at_the_time_given(
    _before: Before, _session: ExchangeRestoreSession, params: Params
) -> dict[str, Any]:
    return {"last_modified_date_time": max(times_in(params))}


def at_the_time_given_if_equal_to_the_microsecond(
    before: Before, _session: ExchangeRestoreSession, params: Params
) -> dict[str, Any]:
    known, given = before.last_modified_date_time if before is not None else None, times_in(params)
    if known is None or known - max(given) != timedelta(0):  # which has six digits
        return {}
    return {"last_modified_date_time": max(given)}


def by_whom_it_was_given(
    _before: Before, session: ExchangeRestoreSession, params: Params
) -> dict[str, Any]:
    return {"last_modified_by": session.last_modified_by if params.get("actor") else None}


def by_whom_it_was(
    before: Before, session: ExchangeRestoreSession, _params: Params
) -> dict[str, Any]:
    return {"last_modified_by": (before and before.last_modified_by) or session.last_modified_by}


LAST_CHANGES = (
    Fault("time moves backwards", "S6", changing_session(CHANGES, at_the_time_given)),
    Fault(
        "the digits beyond the sixth do not count",
        "S6 L5",
        changing_session(CHANGES, at_the_time_given_if_equal_to_the_microsecond),
    ),
    Fault(
        "the last to change a session is forgotten",
        "S6",
        changing_session(CHANGES, by_whom_it_was_given),
    ),
    Fault(
        "the creator stays the last to change a session",
        "S6",
        changing_session(CHANGES, by_whom_it_was),
    ),
)

# What the received session declared ---------------------------------------------------------------


def still_declared(
    before: Before, _session: ExchangeRestoreSession, _params: Params
) -> dict[str, Any]:
    return {"declared": before and before.declared}


def forget_what_was_declared(
    system: FaultySystem, _before: BackupRestoreRoot, _params: Params
) -> None:
    system.put_all(
        attrs.evolve(session, declared=None) if not session.lacks else session
        for session in [*system.root.exchange_restore_sessions]
    )


def taking_a_part_for_all(sign: str) -> Behaviour:
    """Show the properties that say that there are more artifacts, and ignore them otherwise."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        if method == "reset":
            given = params.get("sessions") or ()
            signs = {session["id"]: signs_in(session) for session in given}
            whole = [
                {name: value for name, value in session.items() if name not in signs[session["id"]]}
                for session in given
            ]
            system.memory.update(signs)
            return system.right(method, {**params, "sessions": whole})
        answer = system.right(method, params)
        if method in {"get", "activate", "list"}:
            for shown in sessions_in(answer):
                shown.update(system.memory.get(shown["id"], {}))
        return answer

    def signs_in(session: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in session.items() if name.endswith(sign)}

    return answer


def beside_missing_artifacts(
    change: Callable[[ExchangeRestoreSession, ExchangeRestoreSession], dict[str, Any]],
) -> Behaviour:
    """Let a report change something else in a session with missing artifacts."""

    def after(before: Before, session: ExchangeRestoreSession, _params: Params) -> dict[str, Any]:
        is_news = before is not None and before.lacks and before != session
        return change(before, session) if before is not None and is_news else {}

    return changing_session("record recordBatch", after)


def without_evidence(
    _before: ExchangeRestoreSession, session: ExchangeRestoreSession
) -> dict[str, Any]:
    return {
        "declared": None,
        "additional_data": {
            name: value for name, value in session.additional_data.items() if "@odata." not in name
        },
        "restore_job_type": None,
    }


def with_declared(*attributes: str) -> Behaviour:
    """Keep the declared values of these attributes."""

    def change(before: ExchangeRestoreSession, session: ExchangeRestoreSession) -> dict[str, Any]:
        kept = {name: getattr(before.declared, name, None) for name in attributes}
        return {"declared": session.declared and attrs.evolve(session.declared, **kept)}

    return beside_missing_artifacts(change)


def show_drafts(system: FaultySystem, method: str, params: Params) -> Any:
    answer = system.right(method, params)
    if method in {"create", "get", "activate", "list"}:
        for shown in sessions_in(answer):
            session = system.root.session(shown["id"])
            if session is not None and session.lacks:
                shown["status"] = "draft"
    return answer


DECLARATIONS = (
    Fault(
        "what was declared outlives a change",
        "S1a S1 S3 S4 S5",
        changing_session(CHANGES, still_declared),
    ),
    Fault(
        "what was declared is forgotten at once", "S1a", storing("reset", forget_what_was_declared)
    ),
    Fault(
        "a part of the artifacts is all of them",
        "S8 S1 O3 O4 O5 O6 S3 S4 S5",
        taking_a_part_for_all("@odata.nextLink"),
    ),
    Fault(
        "a count says nothing of what is missing",
        "S8 S1 O3 O4 O5 O6 S3 S4 S5",
        taking_a_part_for_all("@odata.count"),
    ),
    Fault(
        "a job type says nothing of what is missing",
        "S8 S1 O3 O4 O5 O6 S3 S4 S5",
        taking_a_part_for_all("restoreJobType"),
    ),
    Fault("a report takes the evidence away", "S8 S1a", beside_missing_artifacts(without_evidence)),
    Fault(
        "a declared status outlives what is certain",
        "S8 S1a",
        with_declared("status"),
    ),
    Fault(
        "declared numbers outlive a report beside missing artifacts",
        "S8 S1a",
        with_declared("restore_session_artifact_count"),
    ),
    Fault(
        "what was declared is forgotten beside missing artifacts",
        "S8 S1a",
        beside_missing_artifacts(lambda _before, _session: {"declared": None}),
    ),
    Fault("what is not expanded is a draft", "S1 S1a O3 O4 O5", show_drafts),
)

FAULTS_OF_SESSIONS = (*STATUSES, *ENDS, *ERRORS, *COUNTS, *LAST_CHANGES, *DECLARATIONS)
"""The systems."""
