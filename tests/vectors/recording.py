"""Reports of an artifact's new status, and the expiry of sessions (O7-O9, L1-L5)."""

from __future__ import annotations

from typing import Any, Final

from restore_domain.lifecycle import Reporter, refusal
from restore_domain.status import ArtifactRestoreStatus
from restore_domain.verification.laws.lifecycle import CHANGES, rule_of

from .asking import (
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
from .declaring import Declared, Topic, case, cases
from .refused_sessions import of_bad_ids
from .states import given, granular, in_status, of_both_kinds, session, start, stored, undeclared

__all__ = ["EXPIRE", "RECORD"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

OBSERVER: Final = "observer"
_UNKNOWN: Final = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE


def _change(reporter: Reporter, old: ArtifactRestoreStatus, new: ArtifactRestoreStatus) -> Declared:
    return case(f"{reporter}/{old}-to-{new}", rule_of(reporter, old, new),
        f"The {reporter} reports {new} for an artifact that is {old}.",
        given(old.value), record(report(new.value), reporter=reporter.value), get())


_RUN: Final = {"startDateTime": at(80)}
_DONE: Final = {"startDateTime": at(80), "completionDateTime": at(85)}

_TIMES: Final = cases("L5", "times/",
    ("start", "An artifact starts when it becomes inProgress.",
     given("scheduled"), record(report("inProgress"))),
    ("no-start-before", "A scheduled artifact has not started.",
     given("scheduling"), record(report("scheduled"))),
    ("start-from-before-the-restore",
     "A start from before the restore is replaced when the artifact becomes inProgress.",
     start(undeclared(stored("a1", "scheduled", startDateTime=at(20)))),
     record(report("inProgress"))),
    ("no-start-from-before-the-restore",
     "A start from before the restore is dropped if the artifact was never in progress.",
     start(undeclared(stored("a1", "scheduling", startDateTime=at(20)))), record(report("failed"))),
    ("succeeded", "An artifact that succeeds has ended, and keeps its start.",
     given("inProgress"), record(report("succeeded"))),
    ("failed", "An artifact that fails has ended, keeps its start, and has an error.",
     given("inProgress"), record(report("failed"))),
    ("failed-before-the-start", "An artifact that failed before it was in progress has no start.",
     given("scheduled"), record(report("failed"))),
    ("failed-while-scheduling", "An artifact that failed before it was in progress has no start.",
     given("scheduling"), record(report("failed"))),
    ("driver-missed-no-start",
     "A driver skips no step, so an artifact that fails before it started has no start.",
     given("scheduled"), record(report("failed", **_DONE))),
    *(
        (f"in-progress-without-a-start/{reporter}-{status}-{name}",
         f"The {reporter} reports {status} for an artifact whose start is not known.",
         start(session(stored("a1", "inProgress", startDateTime=None))),
         record(report(status, **times), reporter=reporter), get())
        for reporter, statuses in (
            ("driver", ("succeeded", "failed")),
            (OBSERVER, ("succeeded", "failed", "unknownFutureValue")),
        )
        for status in statuses
        for name, times in (
            ("with-a-start", {"startDateTime": at(85)}),
            ("with-a-start-before-the-creation", {"startDateTime": at(-85)}),
            ("without-one", {}),
        )
    ),
    ("nothing-before-the-start",
     "A scheduled artifact has no start, even if it had one or the report contains one.",
     start(session(stored("a1", "scheduling", startDateTime=at(20)))),
     record(report("scheduled", **_DONE))),
    ("what-the-unknown-had",
     "An artifact after an unknown status keeps its start, but not its end and error.",
     start(session(stored("a1", "unknownFutureValue", startDateTime=at(20),
         completionDateTime=at(25), error=ON_HOLD))),
     record(report("inProgress"), reporter=OBSERVER)),
    ("success-has-no-error", "An artifact that succeeds has no error, even if it had one.",
     start(session(stored("a1", "unknownFutureValue", error=ON_HOLD))),
     record(report("succeeded"), reporter=OBSERVER), get()),
    ("start-given", "The start in the report is used, if there is one.",
     given("scheduled"), record(report("inProgress", **_RUN), reporter=OBSERVER)),
    ("completion-given", "The completion in the report is used, if there is one.",
     given("inProgress"),
     record(report("succeeded", completionDateTime=at(85)), reporter=OBSERVER)),
    ("completion-of-a-failure-given", "The completion in the report of a failure is used.",
     given("inProgress"), record(report("failed", completionDateTime=at(85)), reporter=OBSERVER)),
    ("start-is-kept", "A start that is already known is not replaced.",
     given("inProgress"), record(report("succeeded", **_DONE), reporter=OBSERVER)),
    ("observer-missed-the-start",
     "If an observer missed the start, the time of the end is also that of the start.",
     given("scheduled"), record(report("succeeded"), reporter=OBSERVER)),
    ("observer-read-the-start", "An observer may have read when the restore started.",
     given("scheduled"), record(report("succeeded", **_DONE), reporter=OBSERVER)),
    ("observer-missed-all", "An observer may see only the end.",
     given("added"), record(report("succeeded", **_DONE), reporter=OBSERVER)),
    ("observer-sees-a-failure",
     "A failure seen by an observer may have come before the start, so there is none.",
     given("scheduled"), record(report("failed"), reporter=OBSERVER)),
    ("observer-read-the-start-of-a-failure",
     "An observer may have read when a failed restore started.",
     given("scheduled"), record(report("failed", **_DONE), reporter=OBSERVER)),
    ("kept-through-the-unknown", "The start stays while the status is unknown.",
     given("inProgress"), record(report("unknownFutureValue"), reporter=OBSERVER),
     record(report("succeeded", time=at(95)), reporter=OBSERVER)),
    ("seven-digits", "All digits of a time are kept.",
     given("scheduled"), record(report("inProgress", time="2026-01-05T10:30:00.1234567Z")),
     record(report("succeeded", time="2026-01-05T10:30:00.1234568Z"))),
    ("with-an-offset", "A time may have an offset.",
     given("scheduled"), record(report("inProgress", time="2026-01-05T12:30:00+02:00"))),
    ("no-end-before-the-start", "An artifact does not end before it started.",
     given("inProgress"), record(report("succeeded", time=at(15)))),
    ("no-start-before-the-creation", "An artifact does not start before its session was created.",
     given("scheduled"), record(report("inProgress", time=at(-15)))),
    ("no-failure-before-the-creation", "An artifact does not fail before its session was created.",
     given("scheduled"), record(report("failed", time=at(-15)))),
    ("not-activated", "An activation does not start a restore.",
     create(artifact()), activate(), record(report("scheduled")), get()),
)

_WHY: Final = {
    "code": "UnknownError",
    "message": "It did not work.",
    "target": "mailbox-7",
    "details": [{"code": "Busy", "message": "Too busy.", "target": "store-3"}],
    "innerError": {"code": "Busy", "message": "Too busy."},
}
"""An error with all properties."""

_NO_REASON: Final = {"artifactId": "a1", "status": "failed", "time": at(90)}
"""A failure without an error."""

_ERRORS: Final = (
    *cases("L5", "error/",
        ("in-full", "The error of a failed artifact is kept as it was reported.",
         given("inProgress"), record(report("failed", error=_WHY)), get()),
        ("missing", "A driver's failure without an error is refused.",
         given("inProgress"), record(_NO_REASON), get()),
        ("observer-missing", "An observer may not know why an artifact failed.",
         given("inProgress"), record(_NO_REASON, reporter=OBSERVER), get()),
        ("observer-null", "An observer may report by a null that the error is not known.",
         given("inProgress"), record({**_NO_REASON, "error": None}, reporter=OBSERVER), get()),
        ("observer-missing-in-a-batch", "Some failures in an observer's batch have an error.",
         given("inProgress", "inProgress"),
         record_batch({**_NO_REASON, "artifactId": "a2"}, report("failed"), reporter=OBSERVER),
         get()),
        ("null", "A failure whose error is null is refused.",
         given("inProgress"), record({**_NO_REASON, "error": None}), get()),
    ),
    *(
        case(f"error/of-{status}", "L5", f"An error of an artifact that is {status} is refused.",
            given(before), record(report(status, error=ON_HOLD), reporter=OBSERVER), get())
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
        case(f"again/{status}", "L3", f"Reporting {status} again changes nothing.",
            given(status, lastModifiedBy=ADA), record(report(status, time=at(95)), actor=BOB),
            get())
        for status in ArtifactRestoreStatus
    ),
    *cases("L3", "again/",
        ("after-the-first", "The second of two equal reports changes nothing.",
         given("scheduled"), record(report("inProgress", time=at(90))),
         record(report("inProgress", time=at(95))), get()),
        ("failed-without-error",
         "A failure that is already known may be reported without an error.",
         given("failed"), record({"artifactId": "a1", "status": "failed", "time": at(95)}), get()),
        ("failed-with-another-error", "The first error of an artifact stays.",
         given("failed"), record(report("failed", error=_WHY)), get()),
        ("failed-with-the-error-it-lacks", "The error of a failure may be reported later.",
         start(session(stored("a1", "failed", error=None), stored("a2", "succeeded"),
             lastModifiedBy=ADA)),
         record(report("failed", error=_WHY), actor=BOB), get(),
         record(report("failed", time=at(99)), actor=ADA), get()),
        ("failed-with-a-null-error", "A null does not replace a missing error.",
         start(session(stored("a1", "failed", error=None), lastModifiedBy=ADA)),
         record({**_NO_REASON, "error": None}, actor=BOB), get()),
        ("succeeded-with-an-error", "An error of an artifact that succeeded is ignored.",
         given("succeeded", lastModifiedBy=ADA),
         record(report("succeeded", error=_WHY), actor=BOB), get()),
        ("other-times", "The first times of an artifact stay.",
         given("succeeded"), record(report("succeeded", **_DONE)), get()),
        ("in-a-batch", "A repeated report in a batch is not among the changes.",
         given("inProgress", "scheduled"),
         record_batch(report("inProgress", "a1"), report("inProgress", "a2")), get()),
        ("all-of-a-batch", "A repeated batch changes nothing.",
         given("inProgress", "succeeded", lastModifiedBy=ADA),
         record_batch(report("inProgress", "a1"), report("succeeded", "a2"), actor=BOB), get()),
        ("twice-in-a-batch", "The same report twice in a batch counts once.",
         given("scheduled"), record_batch(report("inProgress"), report("inProgress", time=at(95))),
         get()),
    ),
)

_FOLDER: Final = {"restoredFolderId": "f1", "restoredFolderName": "Restored"}
_RESULTS: Final = {**_FOLDER, "restoredItemCount": 7}
_OTHER_RESULTS: Final = {
    "restoredFolderId": "f2",
    "restoredFolderName": "Recovered",
    "restoredItemCount": 12,
}
_NO_RESULTS: Final = dict.fromkeys(_RESULTS)

_HAVING_RESULTS: Final = (
    *(
        case(f"results/{reporter}/{status}", "O9",
            f"The {reporter} reports {status} with results.",
            given(before), record(report(status, **_RESULTS), reporter=reporter.value), get())
        for before, status in (
            ("scheduled", "inProgress"),
            ("inProgress", "succeeded"),
            ("inProgress", "failed"),
            ("inProgress", "unknownFutureValue"),
        )
        for reporter in Reporter
        if (reporter, status) != (Reporter.DRIVER, "unknownFutureValue")
    ),
    *(
        case(f"results/{reporter}/too-early/{before}-to-{status}", "O9",
            f"The {reporter} can't report a result with {status}.",
            given(before, lastModifiedBy=ADA),
            record(report(status, restoredItemCount=0), reporter=reporter.value, actor=BOB), get())
        for before, status in (
            ("added", "added"),
            ("added", "scheduling"),
            ("scheduling", "scheduled"),
            ("scheduled", "scheduled"),
            ("inProgress", "scheduled"),
        )
        for reporter in Reporter
    ),
    *cases("O9", "results/",
        ("driver/unknown",
         "A driver knows the status, so it can not report results of an unknown one.",
         given("inProgress"), record(report("unknownFutureValue", **_RESULTS)), get()),
        ("driver/unknown-again",
         "A driver can not report results of an unknown status, even if the status is the same.",
         given("unknownFutureValue"), record(report("unknownFutureValue", **_RESULTS)), get()),
        ("each-by-itself", "Each result may be reported by itself.",
         given("scheduled"), record(report("inProgress", time=at(91), restoredItemCount=0)),
         record(report("succeeded", time=at(92), restoredFolderId="f1")), get()),
        ("null-with-an-early-status", "A null result is ignored, with any status.",
         given("scheduling"), record(report("scheduled", **_NO_RESULTS)), get()),
        ("null", "A null does not remove a result.",
         start(session(stored("a1", "inProgress", **_RESULTS))),
         record(report("succeeded", **_NO_RESULTS)), get()),
        ("of-a-new-status", "With a new status, the reported results are stored.",
         start(session(stored("a1", "inProgress", **_RESULTS))),
         record(report("succeeded", restoredFolderId="f2", restoredItemCount=9)), get()),
        ("observer/missed-the-start", "An observer may be the first to see the results.",
         given("scheduling"),
         record(report("succeeded", **_RESULTS), reporter=OBSERVER), get()),
        ("observer/unknown-text", "An artifact with an unknown status may have results.",
         given("scheduled"),
         record(report("paused", restoredItemCount=7), reporter=OBSERVER), get()),
        ("observer/through-the-unknown", "The results stay while the status is unknown.",
         start(session(stored("a1", "inProgress", **_RESULTS))),
         record(report("unknownFutureValue"), reporter=OBSERVER),
         record(report("succeeded", time=at(95)), reporter=OBSERVER), get()),
        ("granular", "Granular restores also have results.",
         start(of_both_kinds(("inProgress",), ("inProgress",))),
         record(report("succeeded", "g1", **_RESULTS)), get()),
        ("in-a-batch", "The reports of a batch may have results.",
         given("inProgress", "inProgress"),
         record_batch(report("succeeded", "a2", **_RESULTS), report("succeeded", "a1"),
             report("succeeded", "a1", time=at(95), **_OTHER_RESULTS)), get()),
        ("too-early-in-a-batch", "If one result of a batch comes too early, no report is applied.",
         given("inProgress", "scheduling"),
         record_batch(report("succeeded", "a1"), report("scheduled", "a2", restoredItemCount=0)),
         get()),
        ("of-no-artifact",
         "A result that comes too early is refused before the artifact is looked up.",
         given("inProgress"), record(report("scheduled", "a9", restoredItemCount=0))),
    ),
    *cases("L3", "again/",
        ("inProgress-with-results", "A running restore may get results.",
         given("inProgress", lastModifiedBy=ADA),
         record(report("inProgress", time=at(95), **_RESULTS), actor=BOB), get()),
        ("inProgress-with-other-results", "The results of a running restore may change.",
         start(session(stored("a1", "inProgress", **_RESULTS), lastModifiedBy=ADA)),
         record(report("inProgress", time=at(95), restoredItemCount=12), actor=BOB), get()),
        ("inProgress-with-the-same-results", "The same results again change nothing.",
         start(session(stored("a1", "inProgress", **_RESULTS), lastModifiedBy=ADA)),
         record(report("inProgress", time=at(95), **_RESULTS), actor=BOB), get()),
        *(
            (f"{status}-with-late-results", "A restore that has ended may lack a result.",
             given(status, "inProgress", lastModifiedBy=ADA),
             record(report(status, time=at(95), **_FOLDER), actor=BOB), get())
            for status in ("succeeded", "failed")
        ),
        *(
            (f"{status}-with-other-results", "A restore that has ended keeps its results.",
             start(session(stored("a1", status, **_RESULTS), lastModifiedBy=ADA)),
             record(report(status, time=at(95), **_OTHER_RESULTS), actor=BOB), get())
            for status in ("succeeded", "failed")
        ),
        ("succeeded-with-some-late-results", "Only missing results are filled in.",
         start(session(stored("a1", "succeeded", restoredItemCount=7))),
         record(report("succeeded", time=at(95), **_OTHER_RESULTS)), get()),
        ("failed-with-late-results-and-error", "A failure may lack its results and its error.",
         start(session(stored("a1", "failed", error=None))),
         record(report("failed", time=at(95), **_RESULTS)), get()),
        ("late-results-twice", "Repeated late results change nothing.",
         given("succeeded"), record(report("succeeded", time=at(95), **_RESULTS), actor=ADA),
         record(report("succeeded", time=at(99), **_RESULTS), actor=BOB), get()),
        ("late-results-out-of-order", "A late repeated report does not remove anything.",
         given("inProgress"), record(report("succeeded", time=at(91), restoredItemCount=7)),
         record(report("inProgress", time=at(92), restoredItemCount=5)),
         record(report("succeeded", time=at(93), restoredItemCount=5)), get()),
        ("late-results-by-an-observer", "An observer may see the results late.",
         given("succeeded"), record(report("succeeded", time=at(95), **_RESULTS),
             reporter=OBSERVER), get()),
        ("late-results-with-other-times", "Late results do not change the times of the artifact.",
         given("succeeded"), record(report("succeeded", time=at(95), **_DONE, **_FOLDER)), get()),
        ("late-results-and-an-error",
         "Late results of an artifact that succeeded do not add an error.",
         given("succeeded"), record(report("succeeded", error=_WHY, **_FOLDER)), get()),
        ("late-results-with-an-earlier-time", "Late results do not make times go back.",
         given("succeeded"), record(report("succeeded", time=at(-15), **_FOLDER), actor=BOB),
         get()),
        ("late-results-in-a-batch",
         "An artifact that gets late results in a batch is among the changes.",
         given("succeeded", "succeeded", "failed"),
         record_batch(report("succeeded", "a2", **_FOLDER), report("succeeded", "a1"),
             report("failed", "a3", restoredItemCount=0)), get()),
        ("late-results-of-a-granular-one", "A granular restore may lack a result.",
         start(of_both_kinds(("succeeded",), ("succeeded",))),
         record(report("succeeded", "g1", **_RESULTS)), get()),
        ("late-results-for-nulls", "A null result is a missing one.",
         start(session(stored("a1", "succeeded", **_NO_RESULTS))),
         record(report("succeeded", time=at(95), **_FOLDER)), get()),
        ("late-null-results", "A null does not fill in a missing result.",
         given("succeeded", lastModifiedBy=ADA),
         record(report("succeeded", time=at(95), **_NO_RESULTS), actor=BOB), get()),
        ("empty-results", "An empty text and 0 are results.",
         start(session(stored("a1", "succeeded", restoredFolderName="", restoredItemCount=0))),
         record(report("succeeded", time=at(95), **_RESULTS)), get()),
        ("unknown-with-results", "Results with a repeated unknown status are ignored.",
         given("unknownFutureValue", lastModifiedBy=ADA),
         record(report("unknownFutureValue", time=at(95), **_RESULTS), reporter=OBSERVER,
             actor=BOB), get()),
    ),
)

_AFTER_THE_UNKNOWN: Final = tuple(
    case(f"{reporter}/unknownFutureValue-with-a-start-to-{new}",
        refused.rule if (refused := refusal(_UNKNOWN, new, reporter, started=True)) else "L4",
        f"The {reporter} reports {new} for an artifact that is unknownFutureValue and has started.",
        start(session(stored("a1", "unknownFutureValue", startDateTime=at(20)))),
        record(report(new.value), reporter=reporter.value), get())
    for reporter in Reporter
    for new in ArtifactRestoreStatus
    if new is not _UNKNOWN
)

_UNKNOWN_AGAIN: Final = tuple(
    case(f"unknown-again/{kind}/{name}-{between}", "W2",
        "A text that is not a status is forgotten at the first change, also if it changes back.",
        start(document), *(
            record(report(status, artifact_id, time=time), reporter=OBSERVER)
            for status, time in ((between, at(91)), (_UNKNOWN.value, at(92)))
        ), get())
    for name, status in (
        ("text", {"status": "paused"}), ("empty", {"status": ""}), ("null", {"status": None}),
        ("missing", {}),
    )
    for between in ("scheduling", "scheduled", "inProgress")
    for kind, artifact_id, document in (
        ("whole", "a1", undeclared({"id": "a1"} | status)),
        ("granular", "g1", undeclared(granularMailboxRestoreArtifacts=[{"id": "g1"} | status])),
    )
)
"""An artifact whose status is not known, then is, and then is not known again."""

_SESSION_UNKNOWN: Final = tuple(
    case(f"unknown-session/{name}-{'-'.join(others) or 'alone'}", "S1a",
        "A text that is not a status is forgotten when the status follows from the artifacts.",
        start(undeclared(stored("a1", "scheduling"),
            *(stored(f"b{place}", one) for place, one in enumerate(others)), status=text)),
        record(report(_UNKNOWN.value), reporter=OBSERVER), get())
    for name, text in (("text", "paused"), ("empty", ""), ("null", None))
    for others in ((), ("added",), ("succeeded",), ("succeeded", "failed"))
)
"""A session with a status that is not known, and then gives unknownFutureValue."""

_ABSORBING: Final = tuple(
    case(f"terminal/{old}-stays/{reporter}-{new}", "L4",
        f"An artifact that is {old} does not change by any report of the {reporter}.",
        given(old, "inProgress", lastModifiedBy=ADA),
        record(report(new, time=at(95)), reporter=reporter, actor=BOB), get())
    for old, new in (("succeeded", "failed"), ("failed", "succeeded"), ("succeeded", "inProgress"))
    for reporter in Reporter
)

_ACCEPTED: Final = cases("O7", "",
    ("beside-others", "A report changes only its artifact.",
     given("inProgress", "inProgress", "inProgress"), record(report("succeeded", "a2")), get()),
    ("in-another-session", "A report changes only its session.",
     start(in_status("inProgress"), in_status("inProgress", session_id="s2")),
     record(report("succeeded"), session="s2"), get("s1"), get("s2")),
    ("granular", "A granular artifact is reported like any other.",
     start(session(stored("a1", "inProgress"),
         granularMailboxRestoreArtifacts=[granular("g1", "inProgress"),
             granular("g2", "inProgress")])), record(report("succeeded", "g1")), get()),
    ("driver-by-default", "Without a reporter, the report is that of a driver, who skips no step.",
     given("scheduled"), record(report("succeeded")), get()),
    ("what-else-is-kept", "The other properties of an artifact stay.",
     start(session(stored("a1", "inProgress", restoredFolderName="Restored", restoredFolderId="f1",
         restoredItemCount=12))), record(report("succeeded")), get()),
    ("without-activation", "A driver may report scheduling for an added artifact.",
     create(artifact("p1"), artifact("p2")), record(report("scheduling")), get()),
    ("observer-missing-of-a-new-session", "An observer may not know why an artifact failed.",
     create(artifact()), activate(), record(_NO_REASON, reporter=OBSERVER), get()),
)

_RARE: Final = (
    case("annotations-stay", "W1", "Unknown properties of an artifact are kept.",
        start(session(stored("a1", "scheduled",
            **{"restoredFolderId@odata.type": "#String", "colour": "red"}))),
        record(report("inProgress")), get()),
    case("granular-alone", "S2", "Progress of a session with only granular artifacts.",
        start({"id": "s1", "granularMailboxRestoreArtifacts": [granular("g1", "scheduled")]}),
        record(report("inProgress", "g1")), get()),
)
"""Initial states of artifacts that are rare."""

_BATCH: Final = (
    *cases("O7", "batch/",
        ("several", "A batch changes all its artifacts.",
         given("inProgress", "inProgress", "inProgress"),
         record_batch(report("succeeded", "a1"), report("failed", "a3")), get()),
        ("order-of-the-answer", "The answer has the artifacts in the order of the reports.",
         given("inProgress", "inProgress", "inProgress"),
         record_batch(report("succeeded", "a3"), report("succeeded", "a1"), report("failed", "a2")),
         get()),
        ("order-of-the-first-changes",
         "An artifact that changes twice is in the answer where it changed first.",
         given("scheduled", "scheduled"),
         record_batch(report("inProgress", "a2", time=at(91)),
             report("inProgress", "a1", time=at(92)), report("inProgress", "a1", time=at(93)),
             report("succeeded", "a2", time=at(94))), get()),
        ("empty", "A batch may be empty, and then changes nothing.",
         given("inProgress", lastModifiedBy=ADA), record_batch(actor=BOB), get()),
        ("steps-of-one-artifact", "A batch may take an artifact several steps.",
         given("scheduling"),
         record_batch(report("scheduled", time=at(91)), report("inProgress", time=at(92)),
             report("succeeded", time=at(93))), get()),
        ("artifacts-in-turn", "Reports of two artifacts may alternate.",
         given("scheduled", "scheduled"),
         record_batch(report("inProgress", "a1", time=at(91)),
             report("inProgress", "a2", time=at(92)), report("succeeded", "a1", time=at(93)),
             report("failed", "a2", time=at(94))), get()),
        ("observer", "An observer may report a batch.",
         given("scheduling", "scheduling"),
         record_batch(report("succeeded", "a1"), report("inProgress", "a2"), reporter=OBSERVER),
         get()),
        ("granular", "A batch may contain artifacts of both kinds.",
         start(of_both_kinds(("inProgress",), ("inProgress",))),
         record_batch(report("succeeded", "g1"), report("succeeded", "a1")), get()),
        ("last-refused", "If the last report of a batch is refused, no report is applied.",
         given("inProgress", "scheduled"),
         record_batch(report("succeeded", "a1"), report("succeeded", "a2")), get()),
        ("first-refused", "If the first report of a batch is refused, no report is applied.",
         given("inProgress", "scheduled"),
         record_batch(report("succeeded", "a2"), report("succeeded", "a1")), get()),
        ("artifact-not-found", "If one report of a batch names no artifact, no report is applied.",
         given("inProgress"), record_batch(report("succeeded", "a1"), report("succeeded", "a9")),
         get()),
    ),
    case("batch/without-error", "L5",
        "If one report of a batch is a failure without an error, no report is applied.",
        given("inProgress", "inProgress"),
        record_batch(report("succeeded", "a1"),
            {"artifactId": "a2", "status": "failed", "time": at(90)}), get()),
    *cases("O7", "batch/",
        ("second-step-refused", "The second step of an artifact follows the first.",
         given("inProgress"), record_batch(report("succeeded"), report("failed", time=at(95))),
         get()),
        ("steps-in-the-wrong-order", "The reports of a batch are applied in order.",
         given("scheduled"),
         record_batch(report("succeeded", time=at(93)), report("inProgress", time=at(92))), get()),
        ("first-refusal-is-told/not-found", "The first refusal of a batch is reported.",
         given("inProgress"), record_batch(report("succeeded", "a9"), report("scheduled", "a1")),
         get()),
        ("first-refusal-is-told/not-allowed", "The first refusal of a batch is reported.",
         given("inProgress"), record_batch(report("scheduled", "a1"), report("succeeded", "a9")),
         get()),
    ),
)

_MALFORMED: Final[tuple[tuple[str, Any, str], ...]] = (
    ("a-number", 7, "The report is a number."),
    ("an-array", [report("succeeded")], "The report is an array."),
    ("empty", {}, "The report is empty."),
    ("no-artifact", {"status": "succeeded", "time": at(90)}, "The report names no artifact."),
    ("artifact-null", report("succeeded", None), "The artifact of the report is null."),
    ("artifact-a-number", report("succeeded", 1), "The artifact of the report is a number."),
    ("no-status", {"artifactId": "a1", "time": at(90)}, "The report has no status."),
    ("status-null", report(None), "The status of the report is null."),
    ("status-a-number", report(4), "The status of the report is a number."),
    ("no-time", {"artifactId": "a1", "status": "succeeded"}, "The report has no time."),
    ("time-null", report("succeeded", time=None), "The time of the report is null."),
    ("time-a-number", report("succeeded", time=1767605400), "The time of the report is a number."),
    ("time-without-offset",
     report("succeeded", time="2026-01-05T10:30:00"), "The time has no offset."),
    ("time-malformed", report("succeeded", time="12-01-03"), "The time is malformed."),
    ("start-without-offset",
     report("succeeded", startDateTime="2026-01-05T10:30:00"), "The start has no offset."),
    ("completion-malformed",
     report("succeeded", completionDateTime="today"), "The completion is malformed."),
    ("error-a-text", report("failed", error="on hold"), "The error is a text."),
    ("folder-id-a-number", report("succeeded", restoredFolderId=1), "The folder's id is a number."),
    ("folder-name-an-object",
     report("succeeded", restoredFolderName={}), "The folder's name is an object."),
    ("item-count-a-text", report("succeeded", restoredItemCount="7"), "The item count is a text."),
    ("item-count-above-int32",
     report("succeeded", restoredItemCount=2**31), "The item count is above Int32."),
)

_MALFORMED_IN_A_BATCH: Final = tuple(
    case(f"batch/malformed/{place}/{name}", "O7", f"No report is applied: {description}",
        given("inProgress"), record_batch(*reports), get())
    for name, malformed, description in _MALFORMED
    for place, reports in (
        ("first", (malformed, report("succeeded"))),
        ("last", (report("succeeded"), malformed)),
    )
)

_REFUSED: Final = (
    *of_bad_ids("O7", lambda name: record(report("scheduling"), session=name), create(artifact())),
    *of_bad_ids("O7", lambda name: record_batch(report("scheduling"), session=name),
        create(artifact()), "batch/"),
    *(
        case(f"InvalidArtifactRequest/{name}", "O7",
            description, given("inProgress"), record(malformed), get())
        for name, malformed, description in _MALFORMED
    ),
    *(
        case(f"reporter/unknown-to-{name}-and-no-session", "O7",
            "The reporter is a parameter: it is checked before the session is looked up.",
            start(), call(report("scheduling"), reporter="janitor"))
        for name, call in (("record", record), ("batch", record_batch))
    ),
    *cases("O7", "ArtifactNotFound/",
        ("unknown", "The session has no such artifact.",
         given("inProgress"), record(report("succeeded", "a9")), get()),
        ("empty", "An artifact can not have an empty id.",
         given("inProgress"), record(report("succeeded", "")), get()),
        ("of-another-session", "The artifact is in another session.",
         start(in_status("inProgress"), session(stored("x", "inProgress"), session_id="s2")),
         record(report("succeeded", "x")), get(), get("s2")),
        ("not-held", "The artifacts were not expanded.",
         start({"id": "s1", "status": "active"}), record(report("succeeded")), get()),
    ),
    case("unknown-text/driver", "W2",
        "A driver knows the status, so it can't report an unknown one.",
        given("inProgress"), record(report("paused")), get()),
    case("reporter/unknown", "W4", "The reporter must be the driver or the observer.",
        given("inProgress"), record(report("succeeded"), reporter="spectator"), get()),
)

RECORD: Final = Topic(
    "record",
    "Reports of artifacts' new statuses, one at a time and in batches",
    (
        *(_change(*change) for change in CHANGES),
        *_TIMES,
        *_ERRORS,
        *_HAVING_RESULTS,
        *_AFTER_THE_UNKNOWN,
        *_UNKNOWN_AGAIN,
        *_SESSION_UNKNOWN,
        *_ABSORBING,
        *_ACCEPTED,
        *_RARE,
        *_BATCH,
        *_MALFORMED_IN_A_BATCH,
        *_AGAIN,
        *_REFUSED,
    ),
)
"""The cases of reports (rules O7, O9 and L1-L5)."""

_ENDED: Final = "2026-01-05T09:30:00Z"
"""The end of the sessions that `in_status` makes."""
_A_YEAR_LATER: Final = "2027-01-05T09:30:00Z"
_MORE_THAN_A_YEAR_LATER: Final = "2027-01-05T09:30:01Z"


def _kept(
    name: str, description: str, *sessions: Any, now: str, days: int | None = None
) -> Declared:
    limits = None if days is None else {"retentionDays": days}
    return case(
        name, "O8", description, start(*sessions, limits=limits), expire(now), list_sessions()
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


def _unexpanded(**properties: Any) -> dict[str, Any]:
    return {"id": "s1", "createdDateTime": at(0), **properties}


EXPIRE: Final = Topic(
    "expire",
    "Removing what ended over a year ago",
    (
        _kept("nothing-held", "There is nothing to remove.", now=_MORE_THAN_A_YEAR_LATER),
        _kept("a-day", "A session that ended a day ago stays.",
            in_status("succeeded"), now="2026-01-06T09:30:00Z"),
        _kept("a-year", "A session that ended exactly 365 days ago stays.",
            in_status("succeeded"), now=_A_YEAR_LATER),
        _kept("over-a-year", "A session that ended a second more than 365 days ago is removed.",
            in_status("succeeded"), now=_MORE_THAN_A_YEAR_LATER),
        _kept("just-over-a-year",
            "A session that ended a thousandth of a second more than 365 days ago is removed.",
            in_status("succeeded"), now="2027-01-05T09:30:00.001Z"),
        _kept("just-under-a-year",
            "A session that ended a thousandth of a second less than 365 days ago stays.",
            in_status("succeeded"), now="2027-01-05T09:29:59.999Z"),
        *(
            _kept(f"digits/{name}", f"{words}: all digits of a time count.",
                session(stored("a1", "succeeded", completionDateTime=f"2026-01-05T09:30:{end}Z")),
                session({"id": "a1", "status": "succeeded"}, session_id="s2",
                    lastModifiedDateTime=f"2026-01-05T09:30:{end}Z"),
                _unexpanded(id="s3", status="failed", completedDateTime=f"2026-01-05T09:30:{end}Z"),
                now=f"2027-01-05T09:30:{now}Z")
            for name, words, end, now in (
                ("seventh-over", "After 365 days and 0.1 µs a session is removed",
                 "00.0000001", "00.0000002"),
                ("seventh-exactly", "After exactly 365 days a session stays",
                 "00.0000001", "00.0000001"),
                ("seventh-under", "After 0.1 µs less than 365 days a session stays",
                 "00.0000002", "00.0000001"),
                ("twelfth-over", "After 365 days and 1 ps a session is removed",
                 "00.999999999998", "00.999999999999"),
                ("twelfth-under", "After 1 ps less than 365 days a session stays",
                 "00.999999999999", "00.999999999998"),
                ("carried-over", "After 365 days and 1 ps, in the next second, it is removed",
                 "00.999999999999", "01"),
                ("carried-under", "After 1 ps less, in the second before, a session stays",
                 "00.000000000001", "00"),
                ("closing-noughts", "Zeros at the end make no difference",
                 "00.1234567", "00.123456700000"),
            )
        ),
        _kept("digits/a-day-under",
            "The digits of a time count only if the rest is the same: the session stays.",
            session(stored("a1", "succeeded", completionDateTime="2026-01-05T09:30:00.0000001Z")),
            now="2027-01-04T09:30:00.0000002Z"),
        _kept("before-it-ended", "A time before the end removes nothing.",
            in_status("succeeded"), now="2020-01-01T00:00:00Z"),
        _kept("leap-year",
            "A year is 365 days also in a leap year: the session ended exactly 365 days ago.",
            session(stored("a1", "succeeded", completionDateTime="2027-09-01T00:00:00Z")),
            now="2028-08-31T00:00:00Z"),
        _kept("over-a-leap-year",
            "A year is 365 days also in a leap year: the session ended a second more than 365 days "
            "ago.",
            session(stored("a1", "succeeded", completionDateTime="2027-09-01T00:00:00Z")),
            now="2028-08-31T00:00:01Z"),
        _kept("offset", "Times are compared as instants: this one is exactly 365 days later.",
            in_status("succeeded"), now="2027-01-05T11:30:00+02:00"),
        _kept("offset-over",
            "Times are compared as instants: this one is 365 days and a second later.",
            in_status("succeeded"), now="2027-01-05T04:30:01-05:00"),
        _kept("each-status", "Sessions that ended are removed, in order, and all others stay.",
            *_ALL_KINDS, now=_MORE_THAN_A_YEAR_LATER),
        _kept("not-ended", "A session that has not ended stays, regardless of its age.",
            in_status("added", session_id="s1"), in_status("inProgress", session_id="s2"),
            in_status("scheduling", session_id="s3"), now="2100-01-01T00:00:00Z"),
        _kept("some-of-several", "Each session is removed when its own retention ends.",
            session(stored("a1", "succeeded", completionDateTime="2026-02-01T00:00:00Z")),
            session(stored("a1", "succeeded", completionDateTime="2026-01-01T00:00:00Z"),
                session_id="s2"),
            session(stored("a1", "failed", completionDateTime="2026-01-02T00:00:00Z"),
                session_id="s3"), now="2027-01-15T00:00:00Z"),
        _kept("by-the-latest-completion",
            "A session ended at the latest completion of its artifacts.",
            session(stored("a1", "succeeded", completionDateTime="2026-01-05T09:30:00Z"),
                stored("a2", "failed", completionDateTime="2026-03-05T09:30:00Z")),
            now=_MORE_THAN_A_YEAR_LATER),
        _kept("not-by-the-last-change", "The end of a session counts, not its last change.",
            in_status("succeeded", lastModifiedDateTime="2026-12-24T00:00:00Z"),
            now=_MORE_THAN_A_YEAR_LATER),
        _kept("not-by-the-creation", "The end of a session counts, not its creation.",
            in_status("succeeded", createdDateTime="2024-01-01T00:00:00Z",
                lastModifiedDateTime="2024-01-01T00:00:00Z"), now=_A_YEAR_LATER),
        _kept("end-not-known",
            "For a session without a completion the last change counts.",
            session({"id": "a1", "status": "succeeded"}), now="2027-01-05T09:30:01Z"),
        _kept("end-not-known-yet",
            "A session without a completion stays until a year after its last change.",
            session({"id": "a1", "status": "succeeded"}), now=_A_YEAR_LATER),
        _kept("end-and-change-not-known",
            "A session with neither completion nor last change stays.",
            _unexpanded(mailboxRestoreArtifacts=[{"id": "a1", "status": "succeeded"}]),
            now="2100-01-01T00:00:00Z"),
        _kept("not-held", "If the artifacts were not expanded, the declared end counts.",
            _unexpanded(status="completed", completedDateTime=_ENDED), now=_MORE_THAN_A_YEAR_LATER),
        _kept("not-held-active", "A session that declares that it is active stays.",
            _unexpanded(status="active"), now="2100-01-01T00:00:00Z"),
        _kept("derived-status-decides",
            "A session that declares that it is completed, but is not, stays.",
            undeclared(stored("a1", "inProgress"), status="completed", completedDateTime=_ENDED),
            now="2100-01-01T00:00:00Z"),
        _kept("chosen-30",
            "A session with a retention of 30 days stays when exactly 30 days have passed.",
            in_status("failed"), now="2026-02-04T09:30:00Z", days=30),
        _kept("chosen-30-over", "A session with a retention of 30 days is removed a second later.",
            in_status("failed"), now="2026-02-04T09:30:01Z", days=30),
        _kept("chosen-0", "A session with a retention of 0 days stays at the instant of its end.",
            in_status("failed"), now=_ENDED, days=0),
        _kept("chosen-0-over",
            "A session with a retention of 0 days is removed a second after its end.",
            in_status("failed"), now="2026-01-05T09:30:01Z", days=0),
        *cases("O8", "",
            ("no-longer-there", "A removed session no longer exists.",
             given("succeeded"), expire(_MORE_THAN_A_YEAR_LATER), get(),
             expire(_MORE_THAN_A_YEAR_LATER)),
            ("by-an-actor", "Who removes the expired sessions does not appear in any answer.",
             given("succeeded"), expire(_MORE_THAN_A_YEAR_LATER, actor=ADA), get()),
            ("from-the-first-call", "A session that is driven to its end is removed after a year.",
             create(artifact()), activate(), record(report("failed", time=_ENDED)),
             expire(_A_YEAR_LATER), expire(_MORE_THAN_A_YEAR_LATER)),
        ),
    ),
)
"""The cases of expiring sessions (rule O8)."""
