"""Faults of an artifact's lifecycle, and of reports about it (rules L1-L5, O7, O9, S6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from restore_domain.lifecycle import OBSERVATIONS, STARTED_STATUSES, STEPS
from restore_domain.model import (
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    PublicError,
)
from restore_domain.status import TERMINAL_ARTIFACT_STATUSES, ArtifactRestoreStatus
from restore_domain.verification import RefusedError
from restore_domain.wire import WireError, from_json_value, to_json_value

from .faulty_system import (
    ADDED,
    FAILED,
    IN_PROGRESS,
    SCHEDULED,
    SCHEDULING,
    SUCCEEDED,
    UNKNOWN,
    Behaviour,
    Entered,
    Fault,
    FaultySystem,
    Params,
    answering,
    asking,
    changing_session,
    entering,
    refusal,
    refusing,
    refusing_at_last,
    refusing_with,
    reporting,
    status_of,
    taken,
    time_of,
    without,
)

EVERY = frozenset(ArtifactRestoreStatus)

Relation = Mapping[ArtifactRestoreStatus, frozenset[ArtifactRestoreStatus]]

# The lifecycle ------------------------------------------------------------------------------------


def following(driver: Relation = STEPS, observer: Relation = OBSERVATIONS) -> Behaviour:
    """Allow other changes in reports than the rules allow."""
    right, wrong = (
        {"driver": STEPS, "observer": OBSERVATIONS},
        {"driver": driver, "observer": observer},
    )

    def advance(_system: FaultySystem, _method: str, params: Params) -> Any:
        old, new = status_of(params["from"]), status_of(params["to"])
        if new is not old and new not in wrong[params["reporter"]][old]:
            raise refusal("record", "RestoreSessionActionNotAllowed")
        return "unchanged" if new is old else "changed"

    def record(system: FaultySystem, method: str, params: Params) -> Any:
        artifact, reporter = system.artifact(params), params.get("reporter") or "driver"
        if artifact is None or reporter not in right:
            return system.right(method, params)
        old, new = artifact.status, status_of(params["report"].get("status"))
        allowed = new is old or new in right[reporter][old]
        if allowed is (new is old or new in wrong[reporter][old]):
            return system.right(method, params)
        if allowed:
            system.right(method, params)
            raise refusal(method, "RestoreSessionActionNotAllowed")
        if new in OBSERVATIONS[old]:
            return system.right(method, {**params, "reporter": "observer"})
        return enter(system, params, new)

    def enter(system: FaultySystem, params: Params, new: ArtifactRestoreStatus) -> Any:
        """Allow an artifact in a status that may not follow its current one."""
        refused = system.tried("record", params)
        if refused is not None and refused.code != "RestoreSessionActionNotAllowed":
            raise refused
        session, artifact, report = (
            system.session(params),
            system.artifact(params),
            params["report"],
        )
        assert session is not None
        assert artifact is not None
        time = time_of(report["time"])
        return system.put_artifact(
            session,
            artifact,
            status=new,
            completion_date_time=time if new in TERMINAL_ARTIFACT_STATUSES else None,
            error=from_json_value(report["error"], PublicError) if new is FAILED else None,
        )

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        behaviours = {"advance": advance, "record": record}
        if method in behaviours:
            return behaviours[method](system, method, params)
        return system.right(method, params)

    return reporting(answer)


def but(relation: Relation, start: ArtifactRestoreStatus, *ends: ArtifactRestoreStatus) -> Relation:
    """Return a relation in which these statuses follow the given status."""
    return {**relation, start: frozenset(ends)}


def advancing(
    answer_to_same: Callable[[FaultySystem, str, Params], Any],
) -> Behaviour:
    """Answer a report of the artifact's current status differently."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        if method == "advance" and status_of(params["from"]) is status_of(params["to"]):
            return answer_to_same(system, method, params)
        artifact = system.artifact(params) if method == "record" else None
        if artifact is not None and artifact.status is status_of(params["report"].get("status")):
            return answer_to_same(system, method, params)
        return system.right(method, params)

    return reporting(answer)


def refuse_the_same(system: FaultySystem, method: str, params: Params) -> Any:
    system.right(method, params)
    raise refusal("record", "RestoreSessionActionNotAllowed")


def change_the_same(system: FaultySystem, method: str, params: Params) -> Any:
    answer = system.right(method, params)
    if method == "advance":
        return "changed"
    session = system.session(params)
    assert session is not None
    time = later(session.last_modified_date_time, time_of(params["report"]["time"]))
    system.put(session, last_modified_date_time=time, declared=None)
    return answer


def as_reporter(reporter: str, other: str) -> Behaviour:
    """Confuse the two kinds of reporters."""
    return asking(
        "advance record recordBatch",
        lambda _, params: (
            {**params, "reporter": other}
            if params.get("reporter", "driver") == reporter
            else params
        ),
    )


def without_reporter(method: str) -> Behaviour:
    """Treat the reporter as an observer if none is given."""
    return asking(method, lambda _, params: {"reporter": "observer", **params})


LIFECYCLE = (
    Fault(
        "a driver may skip scheduled",
        "L2",
        following(driver=but(STEPS, SCHEDULING, SCHEDULED, IN_PROGRESS, FAILED)),
    ),
    Fault("scheduled can't fail", "L1 L2", following(driver=but(STEPS, SCHEDULED, IN_PROGRESS))),
    Fault("scheduling can't fail", "L1 L2", following(driver=but(STEPS, SCHEDULING, SCHEDULED))),
    Fault("added can fail", "L2", following(driver=but(STEPS, ADDED, SCHEDULING, FAILED))),
    Fault("an observer is a driver", "L2", as_reporter("observer", "driver")),
    Fault("a driver is an observer", "L2", as_reporter("driver", "observer")),
    Fault("a repeated report is refused", "L3", advancing(refuse_the_same)),
    Fault("a repeated report is a change", "L3 S6", advancing(change_the_same)),
    Fault(
        "terminal is not absorbing",
        "L4",
        following(
            {**STEPS, SUCCEEDED: EVERY, FAILED: EVERY},
            {**OBSERVATIONS, SUCCEEDED: EVERY, FAILED: EVERY},
        ),
    ),
    Fault(
        "added may follow the unknown", "L4", following(observer={**OBSERVATIONS, UNKNOWN: EVERY})
    ),
    Fault(
        "nothing may follow the unknown",
        "L4 L2",
        following(observer=but(OBSERVATIONS, UNKNOWN)),
    ),
    Fault(
        "the unknown is never observed",
        "L4 L2",
        following(observer={old: new - {UNKNOWN} for old, new in OBSERVATIONS.items()}),
    ),
)

# What a report adds to an artifact ----------------------------------------------------------------


def later(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return the later of two times, if both are present."""
    return max((time for time in (one, other) if time is not None), default=None)


def start(entered: Entered) -> dict[str, Any]:
    """Take the start from the report, or from the time of the call, despite an earlier start."""
    return {"start_date_time": entered.time("startDateTime") or entered.time()}


def when(
    condition: Callable[[Entered], bool], change: Callable[[Entered], Mapping[str, Any]]
) -> Behaviour:
    """Change what is stored, under a condition."""
    return entering(lambda entered: change(entered) if condition(entered) else {})


def enters(*statuses: ArtifactRestoreStatus) -> Callable[[Entered], bool]:
    return lambda entered: entered.new.status in statuses


def begins(entered: Entered) -> bool:
    """Return whether a report is the first that says that the restore has begun."""
    return entered.old.start_date_time is None and entered.new.status in STARTED_STATUSES


def ends_with_the_report(entered: Entered) -> dict[str, Any]:
    begun = entered.new.start_date_time or entered.session.created_date_time
    return {"completion_date_time": later(begun, entered.time())}


def needs_no_error(system: FaultySystem, method: str, params: Params) -> Any:
    report = params.get("report")
    if method != "record" or not isinstance(report, Mapping):
        return system.right(method, params)
    if report.get("status") != FAILED or report.get("error") is not None:
        return system.right(method, params)
    known = system.artifact(params)
    if params.get("reporter") == "observer" or (known is not None and known.status is FAILED):
        return system.right(method, params)
    answer = system.right(method, {**params, "report": {**report, "error": {"code": "none"}}})
    session, artifact = system.session(params), system.artifact(params)
    if not system.changed or session is None or artifact is None:
        return answer
    return system.put_artifact(session, artifact, error=None)


def may_have_an_error(system: FaultySystem, method: str, params: Params) -> Any:
    report = params.get("report")
    if method != "record" or not isinstance(report, Mapping):
        return system.right(method, params)
    if report.get("status") == FAILED or report.get("error") is None:
        return system.right(method, params)
    try:
        error = from_json_value(report["error"], PublicError)
    except WireError:
        return system.right(method, params)
    answer = system.right(method, {**params, "report": without(report, "error")})
    session, artifact = system.session(params), system.artifact(params)
    if not system.changed or session is None or artifact is None:
        return answer
    return system.put_artifact(session, artifact, error=error)


GAINS = (
    Fault(
        "inProgress has no start",
        "L5",
        when(enters(IN_PROGRESS), lambda it: {"start_date_time": it.time("startDateTime")}),
    ),
    Fault("the start moves with each report", "L5", when(enters(SUCCEEDED), start)),
    Fault(
        "the end is the time of the report",
        "L5",
        when(enters(SUCCEEDED, FAILED), ends_with_the_report),
    ),
    Fault(
        "it may end before it began",
        "L5",
        when(
            enters(SUCCEEDED, FAILED),
            lambda it: {"completion_date_time": it.time("completionDateTime") or it.time()},
        ),
    ),
    Fault(
        "a driver's failure has a start",
        "L5",
        when(
            lambda it: it.reporter == "driver" and it.new.status is FAILED,
            lambda it: {"start_date_time": it.new.start_date_time or it.time("startDateTime")},
        ),
    ),
    Fault(
        "a failure forgets its start",
        "L5",
        when(enters(FAILED), lambda it: {"start_date_time": it.time("startDateTime")}),
    ),
    Fault("a failure needs no error", "L5", reporting(needs_no_error)),
    Fault("a success may have an error", "L5", reporting(may_have_an_error)),
    Fault("an artifact may begin before its session", "L5", when(begins, start)),
    Fault(
        "an error is kept by its code",
        "L5",
        when(
            lambda it: it.new.error is not None,
            lambda it: {"error": PublicError(code=it.new.error.code if it.new.error else None)},
        ),
    ),
    Fault(
        "an artifact loses its start when its status becomes unknown",
        "L5",
        when(enters(UNKNOWN), lambda _: {"start_date_time": None}),
    ),
    Fault(
        "an artifact ends when its status becomes unknown",
        "L5",
        when(enters(UNKNOWN), lambda it: {"completion_date_time": it.time()}),
    ),
    Fault(
        "the start of an observer is not read",
        "L5",
        when(
            begins,
            lambda it: {"start_date_time": later(it.session.created_date_time, it.time())},
        ),
    ),
    Fault(
        "a failure's start is never read",
        "L5",
        when(
            lambda it: (
                it.new.status is FAILED and it.old.status not in {*STARTED_STATUSES, UNKNOWN}
            ),
            lambda _: {"start_date_time": None},
        ),
    ),
    Fault(
        "the start of a failure in progress is never read",
        "L5",
        when(
            lambda it: it.new.status is FAILED and it.old.status is IN_PROGRESS,
            lambda it: {"start_date_time": it.old.start_date_time},
        ),
    ),
    Fault(
        "a failure in progress begins when it fails",
        "L5",
        when(
            lambda it: it.new.status is FAILED and it.old.status is IN_PROGRESS,
            lambda it: {"start_date_time": it.new.start_date_time or it.time()},
        ),
    ),
    Fault(
        "a start from before the restore is kept",
        "L5",
        when(
            enters(IN_PROGRESS, SUCCEEDED, FAILED, UNKNOWN),
            lambda it: {"start_date_time": it.old.start_date_time or it.new.start_date_time},
        ),
    ),
)

# Results ------------------------------------------------------------------------------------------

RESULTS = {
    "restored_folder_id": "restoredFolderId",
    "restored_folder_name": "restoredFolderName",
    "restored_item_count": "restoredItemCount",
}


def results_in(report: Any) -> dict[str, Any]:
    """Return the results in a report, by the attributes of an artifact."""
    said = {name: report.get(graph_name) for name, graph_name in RESULTS.items()}
    return {name: value for name, value in said.items() if value is not None}


def results_of(artifact: Any) -> dict[str, Any]:
    return {name: getattr(artifact, name) for name in RESULTS}


def without_early_results(_system: FaultySystem, params: Params) -> Params:
    """Ignore results that come too early."""
    report = params.get("report")
    if not isinstance(report, Mapping) or report.get("status") not in {
        ADDED,
        SCHEDULING,
        SCHEDULED,
    }:
        return params
    return {**params, "report": without(report, *RESULTS.values())}


def is_the_same(entered: Entered) -> bool:
    return entered.old.status is entered.new.status


def is_late(system: FaultySystem, params: Params) -> bool:
    """Return whether a report is about an artifact that has already ended as it says."""
    artifact, report = system.artifact(params), params.get("report")
    if artifact is None or not isinstance(report, Mapping):
        return False
    return artifact.status in TERMINAL_ARTIFACT_STATUSES and artifact.status == report.get("status")


def pass_over_the_late(system: FaultySystem, method: str, params: Params) -> Any:
    if method != "record" or not is_late(system, params):
        return system.right(method, params)
    before = system.root
    system.right(method, params)
    system.root, system.changed = before, False
    return to_json_value(system.artifact(params))


def replace_by_the_late(system: FaultySystem, method: str, params: Params) -> Any:
    late = method == "record" and is_late(system, params)
    answer = system.right(method, params)
    session, artifact = system.session(params), system.artifact(params)
    if not late or session is None or artifact is None:
        return answer
    said = results_in(params["report"])
    if said == {name: getattr(artifact, name) for name in said}:
        return answer
    return system.put_artifact(session, artifact, **said)


def wait_after_a_start(system: FaultySystem, method: str, params: Params) -> Any:
    """Allow waiting statuses after the unknown status of an artifact that has begun."""
    artifact = system.artifact(params)
    refused = system.tried(method, params) if method == "record" else None
    if artifact is None or refused is None or refused.code != "RestoreSessionActionNotAllowed":
        return system.right(method, params)
    session, new = system.session(params), status_of(params["report"].get("status"))
    is_observed = params.get("reporter") == "observer" and new in {SCHEDULING, SCHEDULED}
    if session is None or artifact.status is not UNKNOWN or not is_observed:
        return system.right(method, params)
    return system.put_artifact(session, artifact, status=new, start_date_time=None)


def is_an_observers_failure(system: FaultySystem, params: Params) -> bool:
    artifact, report = system.artifact(params), params.get("report")
    if artifact is None or not isinstance(report, Mapping):
        return False
    lacks_error = report.get("status") == FAILED and report.get("error") is None
    return lacks_error and params.get("reporter") == "observer" and artifact.status is not FAILED


FAULTS_OF_RESULTS = (
    Fault("results are dropped", "O9 L3", entering(lambda it: results_of(it.old))),
    Fault(
        "results of a new status fill in alone",
        "O9",
        when(
            lambda it: not is_the_same(it),
            lambda it: {
                name: value for name, value in results_of(it.old).items() if value is not None
            },
        ),
    ),
    Fault(
        "early results are ignored",
        "O9",
        reporting(asking("record", without_early_results)),
    ),
    Fault("late results are ignored", "L3 O9", reporting(pass_over_the_late)),
    Fault("late results replace others", "L3 O9", reporting(replace_by_the_late)),
    Fault(
        "a running restore keeps its first results",
        "L3 O9",
        when(
            lambda it: is_the_same(it) and it.new.status is IN_PROGRESS,
            lambda it: {
                name: value for name, value in results_of(it.old).items() if value is not None
            },
        ),
    ),
    Fault("what has begun may wait after the unknown", "L4", reporting(wait_after_a_start)),
    Fault(
        "an observer must know why an artifact failed",
        "L5 O9",
        reporting(refusing("record", "InvalidArtifactRequest", is_an_observers_failure)),
    ),
)

# Which report is accepted -------------------------------------------------------------------------


def session_in(*statuses: str) -> Callable[[FaultySystem, Params], bool]:
    """Return whether a report is about a session in one of these statuses."""

    def when(system: FaultySystem, params: Params) -> bool:
        session = system.session(params)
        return session is not None and session.status in statuses

    return when


def is_granular(system: FaultySystem, params: Params) -> bool:
    return isinstance(system.artifact(params), GranularMailboxRestoreArtifact)


def is_of_the_unknown(_system: FaultySystem, params: Params) -> bool:
    report = params.get("report")
    status = report.get("status") if isinstance(report, Mapping) else None
    return isinstance(status, str) and status_of(status) is UNKNOWN


def is_the_same_with_a_wrong_error(system: FaultySystem, params: Params) -> bool:
    artifact, report = system.artifact(params), params.get("report")
    if artifact is None or not isinstance(report, Mapping):
        return False
    has_error = report.get("error") is not None
    same = artifact.status is status_of(report.get("status"))
    return same and has_error is not (artifact.status is FAILED)


def is_of_no_artifact(system: FaultySystem, params: Params) -> bool:
    report = params.get("report")
    if not isinstance(report, Mapping) or system.session(params) is None:
        return False
    has_error = report.get("error") is not None
    return (
        isinstance(report.get("artifactId"), str)
        and system.artifact(params) is None
        and has_error is not (report.get("status") == FAILED)
    )


def with_longer_id(system: FaultySystem, params: Params) -> Params:
    """Take the first artifact whose id starts with the requested one."""
    session, report = system.session(params), params.get("report")
    if session is None or not isinstance(report, Mapping) or system.artifact(params) is not None:
        return params
    begun = report.get("artifactId")
    ids = (artifact.id for artifact in session.artifacts)
    found = next((one for one in ids if isinstance(begun, str) and one.startswith(begun)), begun)
    return {**params, "report": {**report, "artifactId": found}}


REPORTS = (
    Fault("the default reporter is an observer", "O7 L2 L4 L1", without_reporter("record")),
    Fault(
        "the default reporter of a batch is an observer",
        "O7 L2 L4 L1",
        without_reporter("recordBatch"),
    ),
    Fault(
        "nothing is reported of a draft",
        "O7 L1 L2 L3 L4 L5",
        refusing("record recordBatch", "RestoreSessionActionNotAllowed", session_in("draft")),
    ),
    Fault(
        "nothing is reported of what has ended",
        "O7 L3 L4",
        refusing("record recordBatch", "RestoreSessionActionNotAllowed", session_in("completed")),
    ),
    Fault(
        "granular artifacts are not reported",
        "O7 S2",
        reporting(refusing("record", "ArtifactNotFound", is_granular)),
    ),
    Fault(
        "a report of an unknown status is refused",
        "O7 L4 L2",
        reporting(refusing("record", "InvalidArtifactRequest", is_of_the_unknown)),
    ),
    Fault(
        "a repeated report is checked",
        "L3",
        reporting(refusing("record", "InvalidArtifactRequest", is_the_same_with_a_wrong_error)),
    ),
    Fault(
        "an artifact is looked up before the error is checked",
        "O7 L5",
        reporting(refusing("record", "ArtifactNotFound", is_of_no_artifact)),
    ),
    Fault(
        "an artifact is found by the beginning of its id",
        "O7",
        reporting(asking("record", with_longer_id)),
    ),
    Fault(
        "an unknown artifact is not allowed",
        "O7",
        refusing_with("record recordBatch", "ArtifactNotFound", "RestoreSessionActionNotAllowed"),
    ),
)

# Batches ------------------------------------------------------------------------------------------


def apply_what_can_be(system: FaultySystem, method: str, params: Params) -> Any:
    if method != "recordBatch":
        return system.right(method, params)
    changed, refusals = taken(system, params, FaultySystem.right)
    if refusals and not changed:
        raise refusals[0]
    return {"value": changed}


def name_the_last_refusal(system: FaultySystem, method: str, params: Params) -> Any:
    try:
        return system.right(method, params)
    except RefusedError:
        if method != "recordBatch":
            raise
        before = system.root
        _, refusals = taken(system, params, FaultySystem.right)
        system.root = before
        raise refusals[-1] from None


def look_at_the_session_alone(system: FaultySystem, method: str, params: Params) -> Any:
    reports = params.get("reports")
    if method != "recordBatch" or not reports:
        return system.right(method, params)
    last: dict[str, Any] = {}
    before = system.root
    for report in reports:
        try:
            answer = system.right("record", without(params, "reports") | {"report": report})
        finally:
            system.root = before
        if system.changed:
            last[answer["id"]] = report
    return system.right(method, {**params, "reports": [*last.values()]})


def ids_in(params: Params) -> list[Any]:
    """Return the ids of the artifacts that a batch is about."""
    reports = params.get("reports") or ()
    return [report.get("artifactId") for report in reports if isinstance(report, Mapping)]


def answer_all(system: FaultySystem, params: Params, _answer: Any) -> Any:
    session = system.session(params)
    found = [session and session.artifact(one) for one in dict.fromkeys(ids_in(params))]
    return {"value": [to_json_value(artifact) for artifact in found if artifact is not None]}


def in_order_of_last_reports(_: FaultySystem, params: Params, answer: Any) -> Any:
    places = {one: place for place, one in enumerate(ids_in(params))}
    return {"value": sorted(answer["value"], key=lambda entry: places[entry["id"]])}


def is_empty(system: FaultySystem, params: Params) -> bool:
    return params.get("reports") == [] and system.session(params) is not None


def has_an_artifact_twice(
    _session: ExchangeRestoreSession | None, _method: str, params: Params
) -> bool:
    return len({*ids_in(params)}) < len(ids_in(params))


def changed_with_report(number: int) -> Behaviour:
    """Let a batch change a session at the time of one of its reports."""

    def change(
        before: ExchangeRestoreSession | None, _session: ExchangeRestoreSession, params: Params
    ) -> dict[str, Any]:
        assert before is not None
        known = before.last_modified_date_time or before.created_date_time
        time = time_of(params["reports"][number]["time"])
        return {"last_modified_date_time": later(known, time)}

    return changing_session("recordBatch", change)


BATCHES = (
    Fault("a batch applies what it can", "O7 L1 L2 L4 L5", apply_what_can_be),
    Fault("a batch looks at the session alone", "O7 L1 L2 L3 L4", look_at_the_session_alone),
    Fault("a batch names its last refusal", "O7 L2 L4 L5", name_the_last_refusal),
    Fault("a batch has the time of its last report", "S6", changed_with_report(-1)),
    Fault("a batch changes with its first report", "S6", changed_with_report(0)),
    Fault(
        "a batch has no actor",
        "S6 O7",
        asking("recordBatch", lambda _, params: without(params, "actor")),
    ),
    Fault(
        "a batch answers what did not change, too", "O7 L3", answering("recordBatch", answer_all)
    ),
    Fault(
        "a batch answers by id",
        "O7",
        answering(
            "recordBatch",
            lambda _system, _params, answer: {
                "value": sorted(answer["value"], key=lambda entry: str(entry["id"]))
            },
        ),
    ),
    Fault(
        "a batch answers in the order of the last reports",
        "O7",
        answering("recordBatch", in_order_of_last_reports),
    ),
    Fault(
        "an empty batch is refused",
        "O7 L3",
        refusing("recordBatch", "InvalidArtifactRequest", is_empty),
    ),
    Fault(
        "a batch reports one session, one artifact",
        "O7 L1 L2 L4 L5",
        refusing_at_last("recordBatch", "InvalidArtifactRequest", has_an_artifact_twice),
    ),
)

FAULTS_OF_REPORTS = (*LIFECYCLE, *GAINS, *FAULTS_OF_RESULTS, *REPORTS, *BATCHES)
"""The systems."""
