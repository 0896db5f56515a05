"""What a session tells of its artifacts, and when it was changed (rules S1-S8, A1-A10 and W2).

The session's status is looked at here through an operation that changes an artifact, since a
session that was only read shows what was declared (rule S1a).
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

# A row of a table is a case: its words, what it begins with, its calls.
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
    """Let the last artifact of a session enter its status."""
    *others, last = map(str, statuses)
    row = explain(map(ArtifactRestoreStatus, statuses))
    return case(f"status/{'+'.join([*others, last])}", row.rule,
        f"An artifact becomes {last} beside {', '.join(others) or 'no other'}: "
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
         "A status in the request that creates a session is nothing to it.",
         create(request={ENTRIES: [artifact()], "status": "active"}), get()),
        ("not-settable-by-update",
         "A status in the request that updates a session is nothing to it.",
         create(artifact()), update(request={DELTA: [artifact("p2")], "status": "completed"}),
         get()),
        ("artifact-status-not-settable", "A status in a requested artifact is nothing to it.",
         create(artifact(status="succeeded")), get()),
        ("derived-one-decides/active",
         "A session that declares to be a draft, though its artifact runs, can't be deleted.",
         start(undeclared(stored("a1", "inProgress"), status="draft")), delete(), get()),
        ("derived-one-decides/draft",
         "A session that declares to be active, though its artifact is added, can be deleted.",
         start(undeclared(stored("a1", "added"), status="active")), delete(), get()),
        ("derived-one-decides/activate",
         "A session that declares to be completed, though its artifact is added, can be activated.",
         start(undeclared(stored("a1", "added"), status="completed", completedDateTime=at(30))),
         activate(), get()),
        ("not-held/shows-declared",
         "A session whose artifacts were not expanded shows the declared status.",
         start({"id": "s1", "status": "completedWithError", "createdDateTime": at(0),
             "completedDateTime": at(30)}), get(), list_sessions()),
        ("not-held/active-stays",
         "A session whose artifacts were not expanded, and that is active, can't be deleted.",
         start({"id": "s1", "status": "active"}), delete(), get()),
        ("not-held/draft-is-not-deleted",
         "Whether a session is a draft is not sure while its artifacts were not expanded.",
         start({"id": "s1", "status": "draft"}), delete(), get()),
        ("not-held/draft-is-not-activated",
         "A session whose artifacts were not expanded is not activated.",
         start({"id": "s1", "status": "draft"}), activate(), get()),
    ),
    *(
        case(f"not-held-to-the-end/{kind}/{name}", "S1",
            "Of a session whose artifacts were not all sent, those that were do not tell the "
            "status.",
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
         "A session whose artifacts were not all sent is active as it declares, and counts.",
         start(undeclared(stored("a1", "added"), status="active",
             **{"mailboxRestoreArtifacts@odata.nextLink": "https://example.com/next"}),
             undeclared(stored("a1", "added"), session_id="s2"), limits={"activeSessions": 1}),
         activate("s2")),
        ("no-link", "A link that is null leads nowhere: all artifacts were sent.",
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
"""What a session declares that is not what its artifacts give."""

_RUNNING: Final = start(
    undeclared(stored("a1", "inProgress"), stored("a2", "inProgress"), **_WRONG)
)
_ADDED: Final = start(undeclared(stored("a1", "added"), stored("a2", "added"), **_WRONG))

_AS_DECLARED: Final = cases("S1a", "as-declared/",
    ("get", "What was declared is shown while the session is as it was read.",
     _RUNNING, get(), list_sessions()),
    ("until-recorded", "A report makes the derived values count.",
     _RUNNING, record(report("succeeded")), get()),
    ("until-reported-in-batch", "A batch of reports makes the derived values count.",
     _RUNNING, record_batch(report("succeeded"), report("failed", "a2")), get()),
    ("until-updated", "An update makes the derived values count.",
     _ADDED, update(removal("a2")), get()),
    ("until-artifact-created", "A new artifact makes the derived values count.",
     _ADDED, create_artifact(artifact("p3")), get()),
    ("until-activated", "An activation makes the derived values count.", _ADDED, activate(), get()),
    ("same-status-again",
     "A report of the same status is no change, so what was declared is still shown.",
     _RUNNING, record(report("inProgress")), get()),
    ("refused-report", "A refused report is no change, so what was declared is still shown.",
     _RUNNING, record(report("scheduled")), get()),
    ("nothing-removed",
     "An update that takes no effect is no change, so what was declared is still shown.",
     _ADDED, update(removal("a9")), get()),
    ("nothing-declared", "A session that declares nothing is shown without what it could derive.",
     start(undeclared(stored("a1", "succeeded"))), get()),
)


_GRANULAR: Final = cases("S2", "granular/",
    ("keeps-active", "A granular artifact that runs keeps the session active.",
     start(of_both_kinds(("inProgress",), ("inProgress",))), record(report("succeeded")), get()),
    ("fails", "A granular artifact that fails leaves its session with an error.",
     start(of_both_kinds(("succeeded",), ("inProgress",))), record(report("failed", "g1")), get()),
    ("succeeds-last",
     "A granular artifact that succeeds last completes the session, at its own time.",
     start(of_both_kinds(("succeeded",), ("inProgress",))), record(report("succeeded", "g1")),
     get()),
    ("counted", "Granular artifacts count in every number.",
     start(of_both_kinds(("succeeded", "failed", "inProgress"),
         ("scheduled", "succeeded", "failed", "inProgress"))), record(report("inProgress", "g1")),
     get()),
    ("activated", "Granular artifacts are activated with the others.",
     start(of_both_kinds(("added",), ("added", "added"))), activate(), get()),
    ("alone", "A session may hold granular artifacts alone.",
     start(session(granularMailboxRestoreArtifacts=[granular("g1", "inProgress")])),
     record(report("failed", "g1")), get()),
    ("make-no-draft", "A granular artifact that is scheduling makes it no draft.",
     start(of_both_kinds(("added",), ("scheduling",))), update(artifact("p2")), get()),
)


def _ended_at(**completed: str) -> dict[str, object]:
    """Return a running session in which these artifacts succeeded at these times."""
    return session(*(
        stored(name, "succeeded", completionDateTime=time)
        for name, time in completed.items()
    ), stored("a9", "inProgress"))


_COMPLETED: Final = cases("S3", "completed/",
    ("not-before-the-last", "There is no completion while an artifact runs.",
     given("inProgress", "inProgress"), record(report("succeeded")), get()),
    ("not-while-added", "There is no completion while an artifact waits.",
     given("scheduling", "added"), record(report("failed")), get()),
    ("one", "The completion of a session of one artifact is that artifact's.",
     given("inProgress"), record(report("succeeded", time=at(91.5))), get()),
    ("latest", "The latest completion counts, whichever artifact has it.",
     given("inProgress", "inProgress", "inProgress"),
     record_batch(report("succeeded", "a1", time=at(95)), report("succeeded", "a2", time=at(99)),
         report("succeeded", "a3", time=at(97))), get()),
    ("latest-is-not-last", "The latest completion is not the last one reported.",
     given("inProgress", "inProgress"), record(report("succeeded", time=at(99))),
     record(report("succeeded", "a2", time=at(95))), get()),
    ("failures-count", "The completion of a failed artifact counts, too.",
     given("inProgress", "inProgress"), record(report("failed", time=at(99))),
     record(report("succeeded", "a2", time=at(95))), get()),
    ("all-failed", "A failed session has a completion.",
     given("inProgress"), record(report("failed")), get()),
    ("by-the-instant",
     "Times with different offsets are compared by the instant: 11:30+02:00 is before 09:45Z.",
     start(_ended_at(a1="2026-01-05T11:30:00+02:00", a2="2026-01-05T09:45:00Z")),
     record(report("succeeded", "a9", time="2026-01-05T09:40:00Z")), get()),
    ("by-the-instant-west",
     "Times with different offsets are compared by the instant: 05:50-04:00 is after 09:45Z.",
     start(_ended_at(a1="2026-01-05T05:50:00-04:00", a2="2026-01-05T09:45:00Z")),
     record(report("succeeded", "a9", time="2026-01-05T09:40:00Z")), get()),
    ("seventh-digit", "Two times that differ in the seventh digit differ.",
     start(_ended_at(a1="2026-01-05T09:45:00.1234568Z", a2="2026-01-05T09:45:00.1234567Z")),
     record(report("succeeded", "a9", time="2026-01-05T09:45:00Z")), get()),
    ("fraction-is-no-text", "A fraction of one digit may be after one of seven.",
     start(_ended_at(a1="2026-01-05T09:45:00.5Z", a2="2026-01-05T09:45:00.4999999Z")),
     record(report("succeeded", "a9", time="2026-01-05T09:45:00Z")), get()),
    ("given-in-the-report", "A completion that an observer read counts.",
     given("inProgress"),
     record(report("succeeded", time=at(99), completionDateTime=at(93)), reporter="observer"),
     get()),
    ("not-known-of-one", "An artifact that does not tell its completion is passed over.",
     start(session({"id": "a1", "status": "succeeded"}, stored("a2", "inProgress"))),
     record(report("succeeded", "a2")), get()),
)

_GONE: Final = {"code": "ArtifactNotFound", "message": "The mailbox is gone."}

_ERROR: Final = cases("S4", "error/",
    ("completed-has-none", "A completed session has no error.",
     given("inProgress"), record(report("succeeded")), get()),
    ("active-has-none", "A failed artifact gives an active session no error yet.",
     given("inProgress", "inProgress"), record(report("failed")), get()),
    ("failed", "A failed session has the error of its artifact, with a detail for it.",
     given("inProgress"), record(report("failed")), get()),
    ("codes-agree", "The code is that of the failed artifacts if they agree.",
     given("inProgress", "inProgress"),
     record_batch(report("failed", "a1"), report("failed", "a2")), get()),
    ("codes-differ", "The code is UnknownError if the failed artifacts disagree.",
     given("inProgress", "inProgress"),
     record_batch(report("failed", "a1"), report("failed", "a2", error=_GONE)), get()),
    ("no-code", "The code is UnknownError if no artifact tells one.",
     given("inProgress"), record(report("failed", error={"message": "It did not work."})), get()),
    ("code-and-no-code", "The code is UnknownError if one artifact tells none.",
     given("inProgress", "inProgress"),
     record_batch(report("failed", "a1"), report("failed", "a2", error={"message": "No."})), get()),
    ("only-failed-ones", "There is a detail for each failed artifact, and no other.",
     given("inProgress", "inProgress", "inProgress", "inProgress"),
     record_batch(report("succeeded", "a1"), report("failed", "a2", error=_GONE),
         report("succeeded", "a3"), report("failed", "a4", error=_GONE)), get()),
    ("granular", "A granular artifact that failed has a detail, too.",
     start(of_both_kinds(("failed",), ("inProgress",))),
     record(report("failed", "g1", error=_GONE)), get()),
)

_COUNT: Final = cases("S5", "count/",
    ("each-status", "What was activated is in progress until it has ended; the total counts all.",
     given("added", "scheduling", "scheduled", "inProgress", "inProgress", "succeeded", "succeeded",
         "succeeded", "failed", "unknownFutureValue"), record(report("scheduled", "a2")), get()),
    ("moves", "An artifact that ends leaves inProgress, and is counted once.",
     given("inProgress", "inProgress", "inProgress"), record(report("succeeded")),
     record(report("failed", "a2")), get()),
    ("created", "A draft has a total, and nothing that is on its way.",
     create(artifact("p1"), artifact("p2"), artifact("p3")), get()),
    ("updated", "The total follows what comes and goes.",
     create(artifact("p1"), artifact("p2")),
     update(artifact("p3"), removal("a1"), removal("a2"), artifact("p4"), artifact("p5")), get()),
    ("artifact-created", "The total follows an artifact that comes alone.",
     create(artifact("p1")), create_artifact(artifact("p2")), get()),
    ("empty", "The total of a session without artifacts is nought.",
     create(artifact("p1")), update(removal("a1")), get()),
    ("same-status-again", "A report that comes twice is counted once.",
     given("inProgress", "inProgress"), record(report("succeeded")),
     record(report("succeeded", time=at(95))), get()),
    ("twice-in-a-batch", "An artifact with two reports in a batch is counted once.",
     given("scheduled", "inProgress"),
     record_batch(report("inProgress"), report("succeeded", time=at(95))), get()),
)

_EARLIER: Final = at(-10)
"""Before the session was changed last."""

_MODIFIED: Final = (
    *cases("S6", "modified/",
        ("created", "A new session was modified when it was created, by who did.",
         create(artifact(), actor=ADA), get()),
        ("before-it-was-created",
         "A session that was modified before it was created is modified now.",
         start(undeclared(stored("a1", "added"), lastModifiedDateTime=_EARLIER,
             createdDateTime=at(0))),
         activate(now=at(-5)), get()),
    ),
    *(
        case(f"modified/{name}", "S6",
            description, start(undeclared(stored("a1", "added"), lastModifiedBy=BOB)),
            {"method": "activate", "params": {**activate()["params"], "actor": actor}}, get())
        for name, actor, description in (
            ("by-null", None, "An actor that is null is none: who modified it last stays."),
            ("by-nobody", {}, "An actor of whom nothing is told is one."),
        )
    ),
    *cases("S6", "modified/",
        ("updated", "An update modifies the session, by who did.",
         create(artifact(), actor=ADA), update(artifact("p2"), now=at(61), actor=BOB), get()),
        ("removed", "A removal modifies the session.",
         create(artifact("p1"), artifact("p2")), update(removal("a1"), now=at(61)), get()),
        ("artifact-created", "A new artifact modifies the session, by who added it.",
         create(artifact(), actor=ADA), create_artifact(artifact("p2"), now=at(61), actor=BOB),
         get()),
        ("activated", "An activation modifies the session, by who did.",
         create(artifact(), actor=ADA), activate(now=at(61), actor=BOB), get()),
        ("recorded", "A report modifies the session at its time, by who reported.",
         given("inProgress", lastModifiedBy=ADA),
         record(report("succeeded", time=at(91)), actor=BOB), get()),
        ("batch", "A batch modifies the session at its latest time, by who reported.",
         given("inProgress", "inProgress", lastModifiedBy=ADA),
         record_batch(report("succeeded", "a1", time=at(97)), report("failed", "a2", time=at(91)),
             actor=BOB), get()),
        ("batch-by-news", "What is no news in a batch has no say in its time.",
         given("inProgress", "inProgress"),
         record_batch(report("succeeded", "a1", time=at(91)),
             report("inProgress", "a2", time=at(97))), get()),
        ("nobody-named", "Where nobody is named, who modified it before stays.",
         create(artifact(), actor=ADA), update(artifact("p2"), now=at(61)), get()),
        ("nobody-named-in-a-report", "A report by nobody keeps who modified it before.",
         given("inProgress", lastModifiedBy=ADA), record(report("succeeded")), get()),
        ("created-stays", "Who created the session, and when, never changes.",
         create(artifact(), actor=ADA), update(artifact("p2"), actor=BOB), activate(actor=BOB),
         get()),
        ("update-in-the-past", "An update in the past leaves the time as it is.",
         create(artifact(), actor=ADA), update(artifact("p2"), now=_EARLIER, actor=BOB), get()),
        ("activation-in-the-past", "An activation in the past leaves the time as it is.",
         create(artifact()), activate(now=_EARLIER), get()),
        ("new-artifact-in-the-past", "A new artifact in the past leaves the time as it is.",
         create(artifact()), create_artifact(artifact("p2"), now=_EARLIER), get()),
        ("report-in-the-past", "A report in the past leaves the time as it is.",
         given("scheduled"), record(report("inProgress", time=at(25))), get()),
        ("batch-in-the-past", "A batch in the past leaves the time as it is.",
         given("scheduled"), record_batch(report("inProgress", time=at(25))), get()),
        ("by-the-instant",
         "Times are compared by the instant: 11:00+02:00 is before 09:30Z, which stays.",
         given("scheduled", lastModifiedDateTime="2026-01-05T09:30:00Z"),
         record(report("inProgress", time="2026-01-05T11:00:00+02:00")), get()),
        ("by-the-instant-west", "Times are compared by the instant: 05:00-04:30 is after 09:29Z.",
         given("scheduled", lastModifiedDateTime="2026-01-05T09:29:00Z"),
         record(report("inProgress", time="2026-01-05T05:00:00-04:30")), get()),
        ("seventh-digit", "A time that is earlier in the seventh digit is earlier.",
         given("scheduled", lastModifiedDateTime="2026-01-05T09:30:00.1234568Z"),
         record(report("inProgress", time="2026-01-05T09:30:00.1234567Z")), get()),
        ("not-known",
         "Where the last change is not known, the time is no earlier than the creation.",
         start({"id": "s1", "createdDateTime": at(0),
             "mailboxRestoreArtifacts": [stored("a1", "scheduled")]}),
         record(report("inProgress", time=_EARLIER)), get()),
        ("same-status-again", "A report of the same status modifies nothing.",
         given("inProgress", lastModifiedBy=ADA), record(report("inProgress"), actor=BOB), get()),
        ("nothing-removed", "An update that takes no effect modifies nothing.",
         create(artifact(), actor=ADA), update(removal("a9"), actor=BOB), get()),
    ),
)

_UNKNOWN_TEXTS: Final = cases("W2", "unknown-text/",
    ("kept", "A status that is not known is shown as it came.",
     start(session(stored("a1", "paused"), stored("a2", "succeeded"))), get()),
    ("kept-beside-a-change",
     "A status that is not known is shown as it came when another artifact changes.",
     start(session(stored("a1", "paused"), stored("a2", "inProgress"))),
     record(report("succeeded", "a2")), get()),
    ("left", "A status that is not known is forgotten once a known one follows.",
     start(session(stored("a1", "paused"))),
     record(report("succeeded"), reporter="observer"), get()),
)

SESSION: Final = Topic(
    "session",
    "What a session tells of its artifacts, and when it was changed",
    (*_STATUS, *_DECLARED_APART, *_AS_DECLARED, *_GRANULAR, *_COMPLETED, *_ERROR, *_COUNT,
     *_MODIFIED, *_UNKNOWN_TEXTS, *LACKING),
)
"""The cases of what follows from a session's artifacts (rules S1-S8)."""
