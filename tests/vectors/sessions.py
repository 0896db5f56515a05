"""What a session shows of its artifacts, and when it was changed (S1-S8, A1-A10 and W2).

The session's status is tested through an operation that changes an artifact, since a session that
was only read shows its declared status (rule S1a).
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

from restore_domain.aggregation import explain
from restore_domain.status import ArtifactRestoreStatus

from .asking import (
    ADA,
    BOB,
    DELTA,
    ENTRIES,
    activate,
    artifact,
    at,
    create,
    create_artifact,
    delete,
    get,
    list_sessions,
    record,
    record_batch,
    removal,
    report,
    update,
)
from .declaring import Declared, Topic, case, cases
from .lacking import LACKING
from .states import given, granular, of_both_kinds, session, start, stored, undeclared

__all__ = ["SESSION"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

_BEFORE: Final = {
    "scheduling": "added",
    "scheduled": "scheduling",
    "inProgress": "scheduled",
    "succeeded": "inProgress",
    "failed": "inProgress",
    "unknownFutureValue": "inProgress",
}
"""For each status one that an observer may see before it."""

_SETS: Final = (
    *combinations(_BEFORE, 1),
    *(pair for pair in combinations(ArtifactRestoreStatus, 2) if pair[1] in _BEFORE),
    ("added", "scheduling", "succeeded"),
    ("added", "scheduling", "failed"),
    ("added", "scheduling", "inProgress"),
    ("scheduling", "succeeded", "failed"),
    ("added", "succeeded", "failed"),
    ("scheduled", "succeeded", "failed"),
    ("inProgress", "succeeded", "failed"),
    ("added", "scheduling", "unknownFutureValue"),
    ("succeeded", "failed", "unknownFutureValue"),
    ("scheduling", "failed", "unknownFutureValue"),
)
"""Sets of statuses whose last one an observer reports."""


def _aggregated(statuses: tuple[str, ...]) -> Declared:
    """Let the last artifact of a session get its status."""
    *others, last = map(str, statuses)
    row = explain(map(ArtifactRestoreStatus, statuses))
    return case(f"status/{'+'.join([*others, last])}", row.rule,
        f"An artifact becomes {last} (others: {', '.join(others) or 'none'}): "
        f"the session is {row.status} by {row.rule}.",
        given(*others, _BEFORE[last]),
        record(report(last, f"a{len(statuses)}"), reporter="observer"), get())


_STATUS: Final = (
    *cases("A1", "status/",
        ("none", "A session whose artifacts are all removed is a draft.",
         create(artifact()), update(removal("a1")), get()),
        ("added", "A session whose artifacts are all added is a draft.",
         create(artifact("p1"), artifact("p2")), get()),
    ),
    *map(_aggregated, _SETS),
    case("status/scheduling-by-activation", "A2", "An activated session is activating.",
        create(artifact("p1"), artifact("p2")), activate(), get()),
)

_DECLARED_APART: Final = (
    *cases("S1", "",
        ("not-settable-by-create",
         "A status in the request to create a session is ignored.",
         create(request={ENTRIES: [artifact()], "status": "active"}), get()),
        ("not-settable-by-update",
         "A status in the request to update a session is ignored.",
         create(artifact()), update(request={DELTA: [artifact("p2")], "status": "completed"}),
         get()),
        ("artifact-status-not-settable", "A status in a requested artifact is ignored.",
         create(artifact(status="succeeded")), get()),
        ("derived-one-decides/active",
         "A session with a running artifact that declares that it is a draft can't be deleted.",
         start(undeclared(stored("a1", "inProgress"), status="draft")), delete(), get()),
        ("derived-one-decides/draft",
         "A session with an added artifact that declares that it is active can be deleted.",
         start(undeclared(stored("a1", "added"), status="active")), delete(), get()),
        ("derived-one-decides/activate",
         "A session with an added artifact that declares that it is completed can be activated.",
         start(undeclared(stored("a1", "added"), status="completed", completedDateTime=at(30))),
         activate(), get()),
        ("not-held/shows-declared",
         "A session whose artifacts were not expanded shows the declared status.",
         start({"id": "s1", "status": "completedWithError", "createdDateTime": at(0),
             "completedDateTime": at(30)}), get(), list_sessions()),
        ("not-held/active-stays",
         "An active session whose artifacts were not expanded can't be deleted.",
         start({"id": "s1", "status": "active"}), delete(), get()),
        ("not-held/draft-is-not-deleted",
         "Whether a session is a draft is not certain if its artifacts were not expanded.",
         start({"id": "s1", "status": "draft"}), delete(), get()),
        ("not-held/draft-is-not-activated",
         "A session whose artifacts were not expanded can not be activated.",
         start({"id": "s1", "status": "draft"}), activate(), get()),
    ),
    *(
        case(f"not-held-to-the-end/{kind}/{name}", "S1",
            "If not all artifacts were sent, those that were sent do not decide the status.",
            start({"id": "s1", "status": "draft",
                "mailboxRestoreArtifacts": [stored("a1", "added")],
                "granularMailboxRestoreArtifacts": [granular("g1", "added")],
                f"{kind}@odata.nextLink": "https://example.com/next"}), call, get())
        for kind in ("mailboxRestoreArtifacts", "granularMailboxRestoreArtifacts")
        for name, call in (
            ("is-not-deleted", delete()),
            ("is-not-activated", activate()),
            ("is-not-updated", update(artifact("p9"))),
        )
    ),
    *cases("S1", "not-held-to-the-end/",
        ("active",
         "A session with missing artifacts that declares that it is active counts as active.",
         start(undeclared(stored("a1", "added"), status="active",
             **{"mailboxRestoreArtifacts@odata.nextLink": "https://example.com/next"}),
             undeclared(stored("a1", "added"), session_id="s2"), limits={"activeSessions": 1}),
         activate("s2")),
        ("no-link", "A null link leads nowhere: all artifacts were sent.",
         start({"id": "s1", "status": "active", "mailboxRestoreArtifacts": [stored("a1", "added")],
             "mailboxRestoreArtifacts@odata.nextLink": None}), delete(), get()),
    ),
)

_WRONG: Final[dict[str, Any]] = {
    "status": "completed",
    "completedDateTime": at(10),
    "error": {"code": "UnknownError"},
    "restoreSessionArtifactCount": {"total": 1, "inProgress": 0, "completed": 6, "failed": 1},
}
"""Declared values of a session that do not follow from its artifacts."""

_RUNNING: Final = start(
    undeclared(stored("a1", "inProgress"), stored("a2", "inProgress"), **_WRONG)
)
_ADDED: Final = start(undeclared(stored("a1", "added"), stored("a2", "added"), **_WRONG))

_AS_DECLARED: Final = cases("S1a", "as-declared/",
    ("get", "The declared values are shown while the session is unchanged.",
     _RUNNING, get(), list_sessions()),
    ("until-recorded", "After a report the computed values are shown.",
     _RUNNING, record(report("succeeded")), get()),
    ("until-reported-in-batch", "After a batch of reports the computed values are shown.",
     _RUNNING, record_batch(report("succeeded"), report("failed", "a2")), get()),
    ("until-updated", "After an update the computed values are shown.",
     _ADDED, update(removal("a2")), get()),
    ("until-artifact-created", "After an artifact was added the computed values are shown.",
     _ADDED, create_artifact(artifact("p3")), get()),
    ("until-activated",
     "After an activation the computed values are shown.", _ADDED, activate(), get()),
    ("same-status-again",
     "A report of the current status changes nothing, so the declared values are still shown.",
     _RUNNING, record(report("inProgress")), get()),
    ("refused-report", "A refused report changes nothing, so the declared values are still shown.",
     _RUNNING, record(report("scheduled")), get()),
    ("nothing-removed",
     "An update without effect changes nothing, so the declared values are still shown.",
     _ADDED, update(removal("a9")), get()),
    ("nothing-declared",
     "A session that declares nothing is shown without the values that could be computed.",
     start(undeclared(stored("a1", "succeeded"))), get()),
)


_GRANULAR: Final = cases("S2", "granular/",
    ("keeps-active", "A running granular artifact makes the session active.",
     start(of_both_kinds(("inProgress",), ("inProgress",))), record(report("succeeded")), get()),
    ("fails", "A failed granular artifact gives its session an error.",
     start(of_both_kinds(("succeeded",), ("inProgress",))), record(report("failed", "g1")), get()),
    ("succeeds-last",
     "The session is completed with its last granular artifact, at the same time.",
     start(of_both_kinds(("succeeded",), ("inProgress",))), record(report("succeeded", "g1")),
     get()),
    ("counted", "Granular artifacts are counted in every number.",
     start(of_both_kinds(("succeeded", "failed", "inProgress"),
         ("scheduled", "succeeded", "failed", "inProgress"))), record(report("inProgress", "g1")),
     get()),
    ("activated", "Granular artifacts are activated with the others.",
     start(of_both_kinds(("added",), ("added", "added"))), activate(), get()),
    ("alone", "A session may have only granular artifacts.",
     start(session(granularMailboxRestoreArtifacts=[granular("g1", "inProgress")])),
     record(report("failed", "g1")), get()),
    ("make-no-draft", "A session with a granular artifact that is scheduling is not a draft.",
     start(of_both_kinds(("added",), ("scheduling",))), update(artifact("p2")), get()),
)


def _ended_at(**completed: str) -> dict[str, object]:
    """Return a running session in which these artifacts succeeded at these times."""
    return session(*(
        stored(name, "succeeded", completionDateTime=time)
        for name, time in completed.items()
    ), stored("a9", "inProgress"))


_COMPLETED: Final = cases("S3", "completed/",
    ("not-before-the-last", "There is no completion while an artifact is in progress.",
     given("inProgress", "inProgress"), record(report("succeeded")), get()),
    ("not-while-added", "There is no completion while an artifact is waiting.",
     given("scheduling", "added"), record(report("failed")), get()),
    ("one", "The completion of a session with one artifact is that of the artifact.",
     given("inProgress"), record(report("succeeded", time=at(91.5))), get()),
    ("latest", "The latest completion of all artifacts counts.",
     given("inProgress", "inProgress", "inProgress"),
     record_batch(report("succeeded", "a1", time=at(95)), report("succeeded", "a2", time=at(99)),
         report("succeeded", "a3", time=at(97))), get()),
    ("latest-is-not-last", "The latest completion counts, even if it is not the last one reported.",
     given("inProgress", "inProgress"), record(report("succeeded", time=at(99))),
     record(report("succeeded", "a2", time=at(95))), get()),
    ("failures-count", "The completion of a failed artifact counts, too.",
     given("inProgress", "inProgress"), record(report("failed", time=at(99))),
     record(report("succeeded", "a2", time=at(95))), get()),
    ("all-failed", "A failed session has a completion.",
     given("inProgress"), record(report("failed")), get()),
    ("by-the-instant",
     "Times with different offsets are compared as instants: 11:30+02:00 is before 09:45Z.",
     start(_ended_at(a1="2026-01-05T11:30:00+02:00", a2="2026-01-05T09:45:00Z")),
     record(report("succeeded", "a9", time="2026-01-05T09:40:00Z")), get()),
    ("by-the-instant-west",
     "Times with different offsets are compared as instants: 05:50-04:00 is after 09:45Z.",
     start(_ended_at(a1="2026-01-05T05:50:00-04:00", a2="2026-01-05T09:45:00Z")),
     record(report("succeeded", "a9", time="2026-01-05T09:40:00Z")), get()),
    ("seventh-digit", "Two times that differ only in the seventh decimal place are different.",
     start(_ended_at(a1="2026-01-05T09:45:00.1234568Z", a2="2026-01-05T09:45:00.1234567Z")),
     record(report("succeeded", "a9", time="2026-01-05T09:45:00Z")), get()),
    ("fraction-is-no-text", "A time with one decimal place may be after one with seven.",
     start(_ended_at(a1="2026-01-05T09:45:00.5Z", a2="2026-01-05T09:45:00.4999999Z")),
     record(report("succeeded", "a9", time="2026-01-05T09:45:00Z")), get()),
    ("given-in-the-report", "A completion that an observer has read counts.",
     given("inProgress"),
     record(report("succeeded", time=at(99), completionDateTime=at(93)), reporter="observer"),
     get()),
    ("not-known-of-one", "An artifact without a completion is ignored.",
     start(session({"id": "a1", "status": "succeeded"}, stored("a2", "inProgress"))),
     record(report("succeeded", "a2")), get()),
)

_GONE: Final = {"code": "ArtifactNotFound", "message": "The mailbox is gone."}

_ERROR: Final = cases("S4", "error/",
    ("completed-has-none", "A completed session has no error.",
     given("inProgress"), record(report("succeeded")), get()),
    ("active-has-none", "A failed artifact gives an active session no error yet.",
     given("inProgress", "inProgress"), record(report("failed")), get()),
    ("failed", "A failed session has an error with a detail for its failed artifact.",
     given("inProgress"), record(report("failed")), get()),
    ("codes-agree", "The code is that of the failed artifacts if they have the same one.",
     given("inProgress", "inProgress"),
     record_batch(report("failed", "a1"), report("failed", "a2")), get()),
    ("codes-differ", "The code is UnknownError if the failed artifacts have different ones.",
     given("inProgress", "inProgress"),
     record_batch(report("failed", "a1"), report("failed", "a2", error=_GONE)), get()),
    ("no-code", "The code is UnknownError if no artifact has one.",
     given("inProgress"), record(report("failed", error={"message": "It did not work."})), get()),
    ("code-and-no-code", "The code is UnknownError if one artifact has none.",
     given("inProgress", "inProgress"),
     record_batch(report("failed", "a1"), report("failed", "a2", error={"message": "No."})), get()),
    ("only-failed-ones", "There is a detail for each failed artifact, and for no other.",
     given("inProgress", "inProgress", "inProgress", "inProgress"),
     record_batch(report("succeeded", "a1"), report("failed", "a2", error=_GONE),
         report("succeeded", "a3"), report("failed", "a4", error=_GONE)), get()),
    ("granular", "There is a detail for a failed granular artifact, too.",
     start(of_both_kinds(("failed",), ("inProgress",))),
     record(report("failed", "g1", error=_GONE)), get()),
)

_COUNT: Final = cases("S5", "count/",
    ("each-status",
     "Activated artifacts are counted in inProgress until they end; total counts all artifacts.",
     given("added", "scheduling", "scheduled", "inProgress", "inProgress", "succeeded", "succeeded",
         "succeeded", "failed", "unknownFutureValue"), record(report("scheduled", "a2")), get()),
    ("moves", "An artifact that ends is no longer counted in inProgress, but once as ended.",
     given("inProgress", "inProgress", "inProgress"), record(report("succeeded")),
     record(report("failed", "a2")), get()),
    ("created", "A draft has a total, but nothing in progress.",
     create(artifact("p1"), artifact("p2"), artifact("p3")), get()),
    ("updated", "The total changes with added and removed artifacts.",
     create(artifact("p1"), artifact("p2")),
     update(artifact("p3"), removal("a1"), removal("a2"), artifact("p4"), artifact("p5")), get()),
    ("artifact-created", "The total changes with a single added artifact.",
     create(artifact("p1")), create_artifact(artifact("p2")), get()),
    ("empty", "The total of a session without artifacts is 0.",
     create(artifact("p1")), update(removal("a1")), get()),
    ("same-status-again", "A repeated report is counted once.",
     given("inProgress", "inProgress"), record(report("succeeded")),
     record(report("succeeded", time=at(95))), get()),
    ("twice-in-a-batch", "An artifact with two reports in a batch is counted once.",
     given("scheduled", "inProgress"),
     record_batch(report("inProgress"), report("succeeded", time=at(95))), get()),
)

_EARLIER: Final = at(-10)
"""A time before the session's last change."""

_MODIFIED: Final = (
    *cases("S6", "modified/",
        ("created", "A new session was last modified at its creation, by its creator.",
         create(artifact(), actor=ADA), get()),
        ("before-it-was-created",
         "A session that was modified before its creation gets the current time of modification.",
         start(undeclared(stored("a1", "added"), lastModifiedDateTime=_EARLIER,
             createdDateTime=at(0))),
         activate(now=at(-5)), get()),
    ),
    *(
        case(f"modified/{name}", "S6",
            description, start(undeclared(stored("a1", "added"), lastModifiedBy=BOB)),
            {"method": "activate", "params": {**activate()["params"], "actor": actor}}, get())
        for name, actor, description in (
            ("by-null", None,
             "A null actor is a missing one: the actor of the last modification stays."),
            ("by-nobody", {}, "An actor without properties is still an actor."),
        )
    ),
    *cases("S6", "modified/",
        ("updated", "An update modifies the session, with its actor.",
         create(artifact(), actor=ADA), update(artifact("p2"), now=at(61), actor=BOB), get()),
        ("removed", "A removal modifies the session.",
         create(artifact("p1"), artifact("p2")), update(removal("a1"), now=at(61)), get()),
        ("artifact-created", "A new artifact modifies the session, with its actor.",
         create(artifact(), actor=ADA), create_artifact(artifact("p2"), now=at(61), actor=BOB),
         get()),
        ("activated", "An activation modifies the session, with its actor.",
         create(artifact(), actor=ADA), activate(now=at(61), actor=BOB), get()),
        ("recorded", "A report modifies the session at the reported time, with its actor.",
         given("inProgress", lastModifiedBy=ADA),
         record(report("succeeded", time=at(91)), actor=BOB), get()),
        ("batch", "A batch modifies the session at its latest time, with its actor.",
         given("inProgress", "inProgress", lastModifiedBy=ADA),
         record_batch(report("succeeded", "a1", time=at(97)), report("failed", "a2", time=at(91)),
             actor=BOB), get()),
        ("batch-by-news", "Reports in a batch that change nothing do not count for its time.",
         given("inProgress", "inProgress"),
         record_batch(report("succeeded", "a1", time=at(91)),
             report("inProgress", "a2", time=at(97))), get()),
        ("nobody-named", "Without an actor, the actor of the last modification stays.",
         create(artifact(), actor=ADA), update(artifact("p2"), now=at(61)), get()),
        ("nobody-named-in-a-report",
         "A report without an actor keeps the actor of the last modification.",
         given("inProgress", lastModifiedBy=ADA), record(report("succeeded")), get()),
        ("created-stays", "The creator and the creation time of a session never change.",
         create(artifact(), actor=ADA), update(artifact("p2"), actor=BOB), activate(actor=BOB),
         get()),
        ("update-in-the-past", "An update in the past does not change the time.",
         create(artifact(), actor=ADA), update(artifact("p2"), now=_EARLIER, actor=BOB), get()),
        ("activation-in-the-past", "An activation in the past does not change the time.",
         create(artifact()), activate(now=_EARLIER), get()),
        ("new-artifact-in-the-past", "A new artifact in the past does not change the time.",
         create(artifact()), create_artifact(artifact("p2"), now=_EARLIER), get()),
        ("report-in-the-past", "A report in the past does not change the time.",
         given("scheduled"), record(report("inProgress", time=at(25))), get()),
        ("batch-in-the-past", "A batch in the past does not change the time.",
         given("scheduled"), record_batch(report("inProgress", time=at(25))), get()),
        ("by-the-instant",
         "Times are compared as instants: 11:00+02:00 is before 09:30Z, which stays.",
         given("scheduled", lastModifiedDateTime="2026-01-05T09:30:00Z"),
         record(report("inProgress", time="2026-01-05T11:00:00+02:00")), get()),
        ("by-the-instant-west", "Times are compared as instants: 05:00-04:30 is after 09:29Z.",
         given("scheduled", lastModifiedDateTime="2026-01-05T09:29:00Z"),
         record(report("inProgress", time="2026-01-05T05:00:00-04:30")), get()),
        ("seventh-digit", "A time that is earlier only in the seventh decimal place is earlier.",
         given("scheduled", lastModifiedDateTime="2026-01-05T09:30:00.1234568Z"),
         record(report("inProgress", time="2026-01-05T09:30:00.1234567Z")), get()),
        ("not-known",
         "If the last change is not known, the time is not before the creation.",
         start({"id": "s1", "createdDateTime": at(0),
             "mailboxRestoreArtifacts": [stored("a1", "scheduled")]}),
         record(report("inProgress", time=_EARLIER)), get()),
        ("same-status-again", "A report of the current status does not modify the session.",
         given("inProgress", lastModifiedBy=ADA), record(report("inProgress"), actor=BOB), get()),
        ("nothing-removed", "An update without effect does not modify the session.",
         create(artifact(), actor=ADA), update(removal("a9"), actor=BOB), get()),
    ),
)

_UNKNOWN_TEXTS: Final = cases("W2", "unknown-text/",
    ("kept", "An unknown status is shown as it was sent.",
     start(session(stored("a1", "paused"), stored("a2", "succeeded"))), get()),
    ("kept-beside-a-change",
     "An unknown status is shown as it was sent when another artifact changes.",
     start(session(stored("a1", "paused"), stored("a2", "inProgress"))),
     record(report("succeeded", "a2")), get()),
    ("left", "An unknown status is replaced by a known one.",
     start(session(stored("a1", "paused"))),
     record(report("succeeded"), reporter="observer"), get()),
)

SESSION: Final = Topic(
    "session",
    "What a session shows of its artifacts, and when it was changed",
    (*_STATUS, *_DECLARED_APART, *_AS_DECLARED, *_GRANULAR, *_COMPLETED, *_ERROR, *_COUNT,
     *_MODIFIED, *_UNKNOWN_TEXTS, *LACKING),
)
"""The cases of what follows from a session's artifacts (rules S1-S8)."""
