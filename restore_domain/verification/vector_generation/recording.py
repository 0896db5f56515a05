"""Reports of an artifact's new status, and the end of what ended long ago (O7, O8, L1-L5)."""

from __future__ import annotations

from typing import Any, Final

from restore_domain.lifecycle import Reporter
from restore_domain.status import ArtifactRestoreStatus
from restore_domain.verification.laws.lifecycle import CHANGES, rule_of
from restore_domain.verification.vector_generation.asking import (
    ADA,
    BOB,
    ON_HOLD,
    activate,
    artifact,
    at,
    create,
    expire,
    get,
    list_sessions,
    record,
    record_batch,
    report,
)
from restore_domain.verification.vector_generation.declaring import Declared, Topic, case
from restore_domain.verification.vector_generation.holding import (
    granular,
    held,
    in_status,
    session,
    start,
    undeclared,
)
from restore_domain.verification.vector_generation.session_ids import of_bad_ids

__all__ = ["EXPIRE", "RECORD"]

OBSERVER: Final = "observer"


def _change(reporter: Reporter, old: ArtifactRestoreStatus, new: ArtifactRestoreStatus) -> Declared:
    return case(
        f"{reporter}/{old}-to-{new}",
        rule_of(reporter, old, new),
        f"The {reporter} reports {new} of an artifact that is {old}.",
        record(report(new.value), reporter=reporter.value),
        get(),
        start=start(in_status(old.value)),
    )


_RUN: Final = {"startDateTime": at(80)}
_DONE: Final = {"startDateTime": at(80), "completionDateTime": at(85)}

_TIMES: Final = (
    case(
        "times/start",
        "L5",
        "An artifact starts when it enters inProgress.",
        record(report("inProgress")),
        start=start(in_status("scheduled")),
    ),
    case(
        "times/no-start-before",
        "L5",
        "An artifact has not started when it is scheduled.",
        record(report("scheduled")),
        start=start(in_status("scheduling")),
    ),
    case(
        "times/start-from-before-the-restore",
        "L5",
        "What an artifact was given with as its start, though it had not run, is none.",
        record(report("inProgress")),
        start=start(undeclared(held("a1", "scheduled", startDateTime=at(20)))),
    ),
    case(
        "times/no-start-from-before-the-restore",
        "L5",
        "What an artifact was given with as its start is none if it fails without having run.",
        record(report("failed")),
        start=start(undeclared(held("a1", "scheduling", startDateTime=at(20)))),
    ),
    case(
        "times/succeeded",
        "L5",
        "An artifact ends when it succeeds, and keeps its start.",
        record(report("succeeded")),
        start=start(in_status("inProgress")),
    ),
    case(
        "times/failed",
        "L5",
        "An artifact ends when it fails, keeps its start, and says why.",
        record(report("failed")),
        start=start(in_status("inProgress")),
    ),
    case(
        "times/failed-before-the-start",
        "L5",
        "An artifact that failed before it ran has no start.",
        record(report("failed")),
        start=start(in_status("scheduled")),
    ),
    case(
        "times/failed-while-scheduling",
        "L5",
        "An artifact that failed before it ran has no start.",
        record(report("failed")),
        start=start(in_status("scheduling")),
    ),
    case(
        "times/driver-missed-no-start",
        "L5",
        "A driver misses no step: what had not started when it failed has no start.",
        record(report("failed", **_DONE)),
        start=start(in_status("scheduled")),
    ),
    case(
        "times/nothing-before-the-start",
        "L5",
        "An artifact that is scheduled has no start, whatever it had, and whatever is reported.",
        record(report("scheduled", **_DONE)),
        start=start(session(held("a1", "scheduling", startDateTime=at(20)))),
    ),
    case(
        "times/what-the-unknown-had",
        "L5",
        "An artifact that was in an unknown status keeps its start, and no end or error.",
        record(report("inProgress"), reporter=OBSERVER),
        start=start(
            session(
                held(
                    "a1",
                    "unknownFutureValue",
                    startDateTime=at(20),
                    completionDateTime=at(25),
                    error=ON_HOLD,
                )
            )
        ),
    ),
    case(
        "times/success-has-no-error",
        "L5",
        "An artifact that succeeds has no error, whatever it had.",
        record(report("succeeded"), reporter=OBSERVER),
        get(),
        start=start(session(held("a1", "unknownFutureValue", error=ON_HOLD))),
    ),
    case(
        "times/start-given",
        "L5",
        "The start in the report counts, if there is one.",
        record(report("inProgress", **_RUN), reporter=OBSERVER),
        start=start(in_status("scheduled")),
    ),
    case(
        "times/completion-given",
        "L5",
        "The completion in the report counts, if there is one.",
        record(report("succeeded", completionDateTime=at(85)), reporter=OBSERVER),
        start=start(in_status("inProgress")),
    ),
    case(
        "times/completion-of-a-failure-given",
        "L5",
        "The completion in the report of a failure counts.",
        record(report("failed", completionDateTime=at(85)), reporter=OBSERVER),
        start=start(in_status("inProgress")),
    ),
    case(
        "times/start-is-kept",
        "L5",
        "The start that is known counts, and not another.",
        record(report("succeeded", **_DONE), reporter=OBSERVER),
        start=start(in_status("inProgress")),
    ),
    case(
        "times/observer-missed-the-start",
        "L5",
        "An observer that learns of inProgress and succeeded at once takes that time for both.",
        record(report("succeeded"), reporter=OBSERVER),
        start=start(in_status("scheduled")),
    ),
    case(
        "times/observer-read-the-start",
        "L5",
        "An observer may have read when it ran.",
        record(report("succeeded", **_DONE), reporter=OBSERVER),
        start=start(in_status("scheduled")),
    ),
    case(
        "times/observer-missed-all",
        "L5",
        "An observer may see the end first.",
        record(report("succeeded", **_DONE), reporter=OBSERVER),
        start=start(in_status("added")),
    ),
    case(
        "times/observer-sees-a-failure",
        "L5",
        "A failure that an observer sees may have come before the start: it has none.",
        record(report("failed"), reporter=OBSERVER),
        start=start(in_status("scheduled")),
    ),
    case(
        "times/observer-read-the-start-of-a-failure",
        "L5",
        "An observer may have read when an artifact began that failed.",
        record(report("failed", **_DONE), reporter=OBSERVER),
        start=start(in_status("scheduled")),
    ),
    case(
        "times/kept-through-the-unknown",
        "L5",
        "The start stays while the status is unknown.",
        record(report("unknownFutureValue"), reporter=OBSERVER),
        record(report("succeeded", time=at(95)), reporter=OBSERVER),
        start=start(in_status("inProgress")),
    ),
    case(
        "times/seven-digits",
        "L5",
        "No digit of a time is lost.",
        record(report("inProgress", time="2026-01-05T10:30:00.1234567Z")),
        record(report("succeeded", time="2026-01-05T10:30:00.1234568Z")),
        start=start(in_status("scheduled")),
    ),
    case(
        "times/with-an-offset",
        "L5",
        "A time may have an offset.",
        record(report("inProgress", time="2026-01-05T12:30:00+02:00")),
        start=start(in_status("scheduled")),
    ),
    case(
        "times/no-end-before-the-start",
        "L5",
        "An artifact ends no earlier than it began.",
        record(report("succeeded", time=at(15))),
        start=start(in_status("inProgress")),
    ),
    case(
        "times/no-start-before-the-creation",
        "L5",
        "An artifact starts no earlier than its session was created.",
        record(report("inProgress", time=at(-15))),
        start=start(in_status("scheduled")),
    ),
    case(
        "times/no-failure-before-the-creation",
        "L5",
        "An artifact fails no earlier than its session was created.",
        record(report("failed", time=at(-15))),
        start=start(in_status("scheduled")),
    ),
    case(
        "times/not-activated",
        "L5",
        "Activation starts nothing.",
        create(artifact()),
        activate(),
        record(report("scheduled")),
        get(),
    ),
)

_WHY: Final = {
    "code": "UnknownError",
    "message": "It did not work.",
    "target": "mailbox-7",
    "details": [{"code": "Busy", "message": "Too busy.", "target": "store-3"}],
    "innerError": {"code": "Busy", "message": "Too busy."},
}
"""An error with all that one can have."""

_ERRORS: Final = (
    case(
        "error/in-full",
        "L5",
        "The error of a failed artifact is kept as it was reported.",
        record(report("failed", error=_WHY)),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "error/missing",
        "L5",
        "A failure without an error is refused.",
        record({"artifactId": "a1", "status": "failed", "time": at(90)}),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "error/null",
        "L5",
        "A failure whose error is null is refused.",
        record({"artifactId": "a1", "status": "failed", "time": at(90), "error": None}),
        get(),
        start=start(in_status("inProgress")),
    ),
    *(
        case(
            f"error/of-{status}",
            "L5",
            f"An error of an artifact that is {status} is refused.",
            record(report(status, error=ON_HOLD), reporter=OBSERVER),
            get(),
            start=start(in_status(before)),
        )
        for before, status in (
            ("added", "scheduling"),
            ("scheduling", "scheduled"),
            ("scheduled", "inProgress"),
            ("inProgress", "succeeded"),
            ("inProgress", "unknownFutureValue"),
        )
    ),
)

_AGAIN: Final = (
    *(
        case(
            f"again/{status}",
            "L3",
            f"A report of {status} that comes again changes nothing.",
            record(report(status, time=at(95)), actor=BOB),
            get(),
            start=start(in_status(status, lastModifiedBy=ADA)),
        )
        for status in ArtifactRestoreStatus
    ),
    case(
        "again/after-the-first",
        "L3",
        "The second of two same reports changes nothing.",
        record(report("inProgress", time=at(90))),
        record(report("inProgress", time=at(95))),
        get(),
        start=start(in_status("scheduled")),
    ),
    case(
        "again/failed-without-error",
        "L3",
        "A failure that is known needs no error.",
        record({"artifactId": "a1", "status": "failed", "time": at(95)}),
        get(),
        start=start(in_status("failed")),
    ),
    case(
        "again/failed-with-another-error",
        "L3",
        "The first error of an artifact stays.",
        record(report("failed", error=_WHY)),
        get(),
        start=start(in_status("failed")),
    ),
    case(
        "again/other-times",
        "L3",
        "The first times of an artifact stay.",
        record(report("succeeded", **_DONE)),
        get(),
        start=start(in_status("succeeded")),
    ),
    case(
        "again/in-a-batch",
        "L3",
        "What comes again in a batch is not among what changed.",
        record_batch(report("inProgress", "a1"), report("inProgress", "a2")),
        get(),
        start=start(in_status("inProgress", "scheduled")),
    ),
    case(
        "again/all-of-a-batch",
        "L3",
        "A batch that comes again changes nothing.",
        record_batch(report("inProgress", "a1"), report("succeeded", "a2"), actor=BOB),
        get(),
        start=start(in_status("inProgress", "succeeded", lastModifiedBy=ADA)),
    ),
    case(
        "again/twice-in-a-batch",
        "L3",
        "The same report twice in a batch counts once.",
        record_batch(report("inProgress"), report("inProgress", time=at(95))),
        get(),
        start=start(in_status("scheduled")),
    ),
)

_ABSORBING: Final = tuple(
    case(
        f"terminal/{old}-stays/{reporter}-{new}",
        "L4",
        f"An artifact that is {old} stays so, whatever the {reporter} reports.",
        record(report(new, time=at(95)), reporter=reporter, actor=BOB),
        get(),
        start=start(in_status(old, "inProgress", lastModifiedBy=ADA)),
    )
    for old, new in (("succeeded", "failed"), ("failed", "succeeded"), ("succeeded", "inProgress"))
    for reporter in Reporter
)

_ACCEPTED: Final = (
    case(
        "beside-others",
        "O7",
        "A report changes its artifact, and no other.",
        record(report("succeeded", "a2")),
        get(),
        start=start(in_status("inProgress", "inProgress", "inProgress")),
    ),
    case(
        "in-another-session",
        "O7",
        "A report changes its session, and no other.",
        record(report("succeeded"), session="s2"),
        get("s1"),
        get("s2"),
        start=start(in_status("inProgress"), in_status("inProgress", session_id="s2")),
    ),
    case(
        "granular",
        "O7",
        "An artifact of chosen items is reported like any other.",
        record(report("succeeded", "g1")),
        get(),
        start=start(
            session(
                held("a1", "inProgress"),
                granularMailboxRestoreArtifacts=[
                    granular("g1", "inProgress"),
                    granular("g2", "inProgress"),
                ],
            )
        ),
    ),
    case(
        "driver-by-default",
        "O7",
        "Who names no reporter is the driver, who misses no step.",
        record(report("succeeded")),
        get(),
        start=start(in_status("scheduled")),
    ),
    case(
        "what-else-is-kept",
        "O7",
        "What else an artifact has stays.",
        record(report("succeeded")),
        get(),
        start=start(
            session(
                held(
                    "a1",
                    "inProgress",
                    restoredFolderName="Restored",
                    restoredFolderId="f1",
                    restoredItemCount=12,
                )
            )
        ),
    ),
    case(
        "without-activation",
        "O7",
        "A driver may take an added artifact to scheduling.",
        create(artifact("p1"), artifact("p2")),
        record(report("scheduling")),
        get(),
    ),
)

_RARE: Final = (
    case(
        "annotations-stay",
        "W1",
        "What an artifact has beside what is known of it stays.",
        record(report("inProgress")),
        get(),
        start=start(
            session(
                held(
                    "a1", "scheduled", **{"restoredFolderId@odata.type": "#String", "colour": "red"}
                )
            )
        ),
    ),
    case(
        "granular-alone",
        "S2",
        "Progress of a session of granular artifacts alone.",
        record(report("inProgress", "g1")),
        get(),
        start=start({"id": "s1", "granularMailboxRestoreArtifacts": [granular("g1", "scheduled")]}),
    ),
)
"""Artifacts that are seldom begun with."""

_BATCH: Final = (
    case(
        "batch/several",
        "O7",
        "A batch changes all its artifacts.",
        record_batch(report("succeeded", "a1"), report("failed", "a3")),
        get(),
        start=start(in_status("inProgress", "inProgress", "inProgress")),
    ),
    case(
        "batch/order-of-the-answer",
        "O7",
        "The answer has the artifacts in the order of the reports.",
        record_batch(report("succeeded", "a3"), report("succeeded", "a1"), report("failed", "a2")),
        get(),
        start=start(in_status("inProgress", "inProgress", "inProgress")),
    ),
    case(
        "batch/order-of-the-first-changes",
        "O7",
        "The answer has an artifact that changes twice where it changed first.",
        record_batch(
            report("inProgress", "a2", time=at(91)),
            report("inProgress", "a1", time=at(92)),
            report("inProgress", "a1", time=at(93)),
            report("succeeded", "a2", time=at(94)),
        ),
        get(),
        start=start(in_status("scheduled", "scheduled")),
    ),
    case(
        "batch/empty",
        "O7",
        "A batch may be empty, and then changes nothing.",
        record_batch(actor=BOB),
        get(),
        start=start(in_status("inProgress", lastModifiedBy=ADA)),
    ),
    case(
        "batch/steps-of-one-artifact",
        "O7",
        "A batch may take an artifact several steps.",
        record_batch(
            report("scheduled", time=at(91)),
            report("inProgress", time=at(92)),
            report("succeeded", time=at(93)),
        ),
        get(),
        start=start(in_status("scheduling")),
    ),
    case(
        "batch/artifacts-in-turn",
        "O7",
        "Two artifacts may take their steps in turn.",
        record_batch(
            report("inProgress", "a1", time=at(91)),
            report("inProgress", "a2", time=at(92)),
            report("succeeded", "a1", time=at(93)),
            report("failed", "a2", time=at(94)),
        ),
        get(),
        start=start(in_status("scheduled", "scheduled")),
    ),
    case(
        "batch/observer",
        "O7",
        "An observer may report a batch.",
        record_batch(report("succeeded", "a1"), report("inProgress", "a2"), reporter=OBSERVER),
        get(),
        start=start(in_status("scheduling", "scheduling")),
    ),
    case(
        "batch/granular",
        "O7",
        "A batch may report artifacts of both kinds.",
        record_batch(report("succeeded", "g1"), report("succeeded", "a1")),
        get(),
        start=start(
            session(
                held("a1", "inProgress"),
                granularMailboxRestoreArtifacts=[granular("g1", "inProgress")],
            )
        ),
    ),
    case(
        "batch/last-refused",
        "O7",
        "Of a batch whose last report is refused nothing applies.",
        record_batch(report("succeeded", "a1"), report("succeeded", "a2")),
        get(),
        start=start(in_status("inProgress", "scheduled")),
    ),
    case(
        "batch/first-refused",
        "O7",
        "Of a batch whose first report is refused nothing applies.",
        record_batch(report("succeeded", "a2"), report("succeeded", "a1")),
        get(),
        start=start(in_status("inProgress", "scheduled")),
    ),
    case(
        "batch/artifact-not-found",
        "O7",
        "Of a batch that names no artifact nothing applies.",
        record_batch(report("succeeded", "a1"), report("succeeded", "a9")),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "batch/without-error",
        "L5",
        "Of a batch with a failure without an error nothing applies.",
        record_batch(
            report("succeeded", "a1"), {"artifactId": "a2", "status": "failed", "time": at(90)}
        ),
        get(),
        start=start(in_status("inProgress", "inProgress")),
    ),
    case(
        "batch/second-step-refused",
        "O7",
        "A second step of an artifact goes on from the first.",
        record_batch(report("succeeded"), report("failed", time=at(95))),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "batch/steps-in-the-wrong-order",
        "O7",
        "The reports of a batch are taken in order.",
        record_batch(report("succeeded", time=at(93)), report("inProgress", time=at(92))),
        get(),
        start=start(in_status("scheduled")),
    ),
    case(
        "batch/first-refusal-is-told/not-found",
        "O7",
        "The first refusal of a batch is told.",
        record_batch(report("succeeded", "a9"), report("scheduled", "a1")),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "batch/first-refusal-is-told/not-allowed",
        "O7",
        "The first refusal of a batch is told.",
        record_batch(report("scheduled", "a1"), report("succeeded", "a9")),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "batch/malformed",
        "O7",
        "Of a batch with a report that is none nothing applies.",
        record_batch(report("succeeded", "a1"), 7),
        get(),
        start=start(in_status("inProgress")),
    ),
)

_MALFORMED: Final[tuple[tuple[str, Any, str], ...]] = (
    ("a-number", 7, "The report is a number."),
    ("an-array", [report("succeeded")], "The report is an array."),
    ("empty", {}, "The report says nothing."),
    ("no-artifact", {"status": "succeeded", "time": at(90)}, "The report names no artifact."),
    ("artifact-null", report("succeeded", None), "The artifact of the report is null."),
    ("artifact-a-number", report("succeeded", 1), "The artifact of the report is a number."),
    ("no-status", {"artifactId": "a1", "time": at(90)}, "The report has no status."),
    ("status-null", report(None), "The status of the report is null."),
    ("status-a-number", report(4), "The status of the report is a number."),
    ("no-time", {"artifactId": "a1", "status": "succeeded"}, "The report has no time."),
    ("time-null", report("succeeded", time=None), "The time of the report is null."),
    ("time-a-number", report("succeeded", time=1767605400), "The time of the report is a number."),
    (
        "time-without-offset",
        report("succeeded", time="2026-01-05T10:30:00"),
        "The time has no offset.",
    ),
    ("time-malformed", report("succeeded", time="12-01-03"), "The time is malformed."),
    (
        "start-without-offset",
        report("succeeded", startDateTime="2026-01-05T10:30:00"),
        "The start has no offset.",
    ),
    (
        "completion-malformed",
        report("succeeded", completionDateTime="today"),
        "The completion is malformed.",
    ),
    ("error-a-text", report("failed", error="on hold"), "The error is a text."),
)

_REFUSED: Final = (
    *of_bad_ids("O7", lambda name: record(report("scheduling"), session=name), create(artifact())),
    *of_bad_ids(
        "O7",
        lambda name: record_batch(report("scheduling"), session=name),
        create(artifact()),
        "batch/",
    ),
    *(
        case(
            f"InvalidArtifactRequest/{name}",
            "O7",
            description,
            record(malformed),
            get(),
            start=start(in_status("inProgress")),
        )
        for name, malformed, description in _MALFORMED
    ),
    *(
        case(
            f"reporter/unknown-to-{name}-and-no-session",
            "O7",
            "Who reports is a parameter: it is looked at before the session is.",
            call(report("scheduling"), reporter="janitor"),
            start=start(),
        )
        for name, call in (("record", record), ("batch", record_batch))
    ),
    case(
        "ArtifactNotFound/unknown",
        "O7",
        "The session has no such artifact.",
        record(report("succeeded", "a9")),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "ArtifactNotFound/empty",
        "O7",
        "No artifact has an empty id.",
        record(report("succeeded", "")),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "ArtifactNotFound/of-another-session",
        "O7",
        "The artifact is in another session.",
        record(report("succeeded", "x")),
        get(),
        get("s2"),
        start=start(in_status("inProgress"), session(held("x", "inProgress"), session_id="s2")),
    ),
    case(
        "ArtifactNotFound/not-held",
        "O7",
        "The artifacts were not expanded.",
        record(report("succeeded")),
        get(),
        start=start({"id": "s1", "status": "active"}),
    ),
    case(
        "unknown-text/driver",
        "W2",
        "A driver knows the statuses, so it can't report an unknown one.",
        record(report("paused")),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "reporter/unknown",
        "W4",
        "There are two reporters, and no other.",
        record(report("succeeded"), reporter="spectator"),
        get(),
        start=start(in_status("inProgress")),
    ),
)

RECORD: Final = Topic(
    "record",
    "Reports of artifacts' new statuses, one at a time and in batches",
    (
        *(_change(*change) for change in CHANGES),
        *_TIMES,
        *_ERRORS,
        *_ABSORBING,
        *_ACCEPTED,
        *_RARE,
        *_BATCH,
        *_AGAIN,
        *_REFUSED,
    ),
)
"""The cases of reports (rules O7 and L1-L5)."""

_ENDED: Final = "2026-01-05T09:30:00Z"
"""When the sessions that `in_status` makes have ended."""
_A_YEAR_LATER: Final = "2027-01-05T09:30:00Z"
_MORE_THAN_A_YEAR_LATER: Final = "2027-01-05T09:30:01Z"


def _kept(
    name: str, description: str, *sessions: Any, now: str, days: int | None = None
) -> Declared:
    limits = None if days is None else {"retentionDays": days}
    return case(
        name, "O8", description, expire(now), list_sessions(), start=start(*sessions, limits=limits)
    )


_ALL_KINDS: Final = (
    in_status("added", session_id="draft"),
    in_status("succeeded", session_id="completed"),
    in_status("scheduling", session_id="activating"),
    in_status("failed", session_id="failed"),
    in_status("inProgress", "succeeded", session_id="active"),
    in_status("succeeded", "failed", session_id="completed-with-error"),
    in_status("added", "succeeded", session_id="active-between"),
    in_status("succeeded", "unknownFutureValue", session_id="unknown"),
)
"""A session in each status."""


def _not_held(**properties: Any) -> dict[str, Any]:
    return {"id": "s1", "createdDateTime": at(0), **properties}


EXPIRE: Final = Topic(
    "expire",
    "Removing what ended over a year ago",
    (
        _kept("nothing-held", "There is nothing to remove.", now=_MORE_THAN_A_YEAR_LATER),
        _kept(
            "a-day",
            "A session that ended a day ago stays.",
            in_status("succeeded"),
            now="2026-01-06T09:30:00Z",
        ),
        _kept(
            "a-year",
            "A session that ended exactly 365 days ago stays.",
            in_status("succeeded"),
            now=_A_YEAR_LATER,
        ),
        _kept(
            "over-a-year",
            "A session that ended a second more than 365 days ago goes.",
            in_status("succeeded"),
            now=_MORE_THAN_A_YEAR_LATER,
        ),
        _kept(
            "just-over-a-year",
            "A session that ended a thousandth of a second more than 365 days ago goes.",
            in_status("succeeded"),
            now="2027-01-05T09:30:00.001Z",
        ),
        _kept(
            "just-under-a-year",
            "A session that ended a thousandth of a second less than 365 days ago stays.",
            in_status("succeeded"),
            now="2027-01-05T09:29:59.999Z",
        ),
        _kept(
            "before-it-ended",
            "A time before the end removes nothing.",
            in_status("succeeded"),
            now="2020-01-01T00:00:00Z",
        ),
        _kept(
            "leap-year",
            "A year is 365 days in a leap year, too: exactly so many.",
            session(held("a1", "succeeded", completionDateTime="2027-09-01T00:00:00Z")),
            now="2028-08-31T00:00:00Z",
        ),
        _kept(
            "over-a-leap-year",
            "A year is 365 days in a leap year, too: a second more.",
            session(held("a1", "succeeded", completionDateTime="2027-09-01T00:00:00Z")),
            now="2028-08-31T00:00:01Z",
        ),
        _kept(
            "offset",
            "Times are compared by the instant: this one is exactly 365 days later.",
            in_status("succeeded"),
            now="2027-01-05T11:30:00+02:00",
        ),
        _kept(
            "offset-over",
            "Times are compared by the instant: this one is a second more.",
            in_status("succeeded"),
            now="2027-01-05T04:30:01-05:00",
        ),
        _kept(
            "each-status",
            "Sessions that ended go, in order, and all others stay.",
            *_ALL_KINDS,
            now=_MORE_THAN_A_YEAR_LATER,
        ),
        _kept(
            "not-ended",
            "A session that has not ended stays, however old.",
            in_status("added", session_id="s1"),
            in_status("inProgress", session_id="s2"),
            in_status("scheduling", session_id="s3"),
            now="2100-01-01T00:00:00Z",
        ),
        _kept(
            "some-of-several",
            "Each session goes when its own time is over.",
            session(held("a1", "succeeded", completionDateTime="2026-02-01T00:00:00Z")),
            session(
                held("a1", "succeeded", completionDateTime="2026-01-01T00:00:00Z"), session_id="s2"
            ),
            session(
                held("a1", "failed", completionDateTime="2026-01-02T00:00:00Z"), session_id="s3"
            ),
            now="2027-01-15T00:00:00Z",
        ),
        _kept(
            "by-the-latest-completion",
            "The latest completion of its artifacts is when a session ended.",
            session(
                held("a1", "succeeded", completionDateTime="2026-01-05T09:30:00Z"),
                held("a2", "failed", completionDateTime="2026-03-05T09:30:00Z"),
            ),
            now=_MORE_THAN_A_YEAR_LATER,
        ),
        _kept(
            "not-by-the-last-change",
            "When it ended counts, and not when it was changed last.",
            in_status("succeeded", lastModifiedDateTime="2026-12-24T00:00:00Z"),
            now=_MORE_THAN_A_YEAR_LATER,
        ),
        _kept(
            "not-by-the-creation",
            "When it ended counts, and not when it was created.",
            in_status(
                "succeeded",
                createdDateTime="2024-01-01T00:00:00Z",
                lastModifiedDateTime="2024-01-01T00:00:00Z",
            ),
            now=_A_YEAR_LATER,
        ),
        _kept(
            "end-not-known",
            "A session that does not tell when it ended goes by its last change.",
            session({"id": "a1", "status": "succeeded"}),
            now="2027-01-05T09:30:01Z",
        ),
        _kept(
            "end-not-known-yet",
            "A session that does not tell when it ended stays until then.",
            session({"id": "a1", "status": "succeeded"}),
            now=_A_YEAR_LATER,
        ),
        _kept(
            "end-and-change-not-known",
            "A session that tells neither stays.",
            _not_held(mailboxRestoreArtifacts=[{"id": "a1", "status": "succeeded"}]),
            now="2100-01-01T00:00:00Z",
        ),
        _kept(
            "not-held",
            "A session whose artifacts were not expanded goes by what it declares.",
            _not_held(status="completed", completedDateTime=_ENDED),
            now=_MORE_THAN_A_YEAR_LATER,
        ),
        _kept(
            "not-held-active",
            "A session that declares to be active stays.",
            _not_held(status="active"),
            now="2100-01-01T00:00:00Z",
        ),
        _kept(
            "derived-status-decides",
            "A session that declares to be completed, and is not, stays.",
            undeclared(held("a1", "inProgress"), status="completed", completedDateTime=_ENDED),
            now="2100-01-01T00:00:00Z",
        ),
        _kept(
            "chosen-30",
            "A session that is kept 30 days stays when exactly 30 are over.",
            in_status("failed"),
            now="2026-02-04T09:30:00Z",
            days=30,
        ),
        _kept(
            "chosen-30-over",
            "A session that is kept 30 days goes a second later.",
            in_status("failed"),
            now="2026-02-04T09:30:01Z",
            days=30,
        ),
        _kept(
            "chosen-0",
            "A session that is kept no day stays at its end.",
            in_status("failed"),
            now=_ENDED,
            days=0,
        ),
        _kept(
            "chosen-0-over",
            "A session that is kept no day goes a second after its end.",
            in_status("failed"),
            now="2026-01-05T09:30:01Z",
            days=0,
        ),
        case(
            "no-longer-there",
            "O8",
            "What went is not there.",
            expire(_MORE_THAN_A_YEAR_LATER),
            get(),
            expire(_MORE_THAN_A_YEAR_LATER),
            start=start(in_status("succeeded")),
        ),
        case(
            "from-the-first-call",
            "O8",
            "A session that is driven to its end goes a year later.",
            create(artifact()),
            activate(),
            record(report("failed", time=_ENDED)),
            expire(_A_YEAR_LATER),
            expire(_MORE_THAN_A_YEAR_LATER),
        ),
    ),
)
"""The cases of expiring sessions (rule O8)."""
