"""What a session tells of its artifacts, and when it was changed (rules S1-S6, A1-A10 and W2).

The session's status is looked at here through an operation that changes an artifact, since a
session that was only read shows what was declared (rule S1a).
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

from restore_domain.aggregation import explain
from restore_domain.status import ArtifactRestoreStatus
from restore_domain.verification.vector_generation.asking import (
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
from restore_domain.verification.vector_generation.declaring import Declared, Topic, case
from restore_domain.verification.vector_generation.holding import (
    granular,
    held,
    in_status,
    session,
    start,
    undeclared,
)

__all__ = ["SESSION"]

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
    return case(
        f"status/{'+'.join([*others, last])}",
        row.rule,
        f"An artifact becomes {last} beside {', '.join(others) or 'no other'}: "
        f"the session is {row.status} by {row.rule}.",
        record(report(last, f"a{len(statuses)}"), reporter="observer"),
        get(),
        start=start(in_status(*others, _BEFORE[last])),
    )


_STATUS: Final = (
    case(
        "status/none",
        "A1",
        "A session whose artifacts are all removed is a draft.",
        create(artifact()),
        update(removal("a1")),
        get(),
    ),
    case(
        "status/added",
        "A1",
        "A session whose artifacts are all added is a draft.",
        create(artifact("p1"), artifact("p2")),
        get(),
    ),
    *map(_aggregated, _SETS),
    case(
        "status/scheduling-by-activation",
        "A2",
        "An activated session is activating.",
        create(artifact("p1"), artifact("p2")),
        activate(),
        get(),
    ),
)

_DECLARED_APART: Final = (
    case(
        "not-settable-by-create",
        "S1",
        "A status in the request that creates a session is nothing to it.",
        create(request={ENTRIES: [artifact()], "status": "active"}),
        get(),
    ),
    case(
        "not-settable-by-update",
        "S1",
        "A status in the request that updates a session is nothing to it.",
        create(artifact()),
        update(request={DELTA: [artifact("p2")], "status": "completed"}),
        get(),
    ),
    case(
        "artifact-status-not-settable",
        "S1",
        "A status in a requested artifact is nothing to it.",
        create(artifact(status="succeeded")),
        get(),
    ),
    case(
        "derived-one-decides/active",
        "S1",
        "A session that declares to be a draft, though its artifact runs, can't be deleted.",
        delete(),
        get(),
        start=start(undeclared(held("a1", "inProgress"), status="draft")),
    ),
    case(
        "derived-one-decides/draft",
        "S1",
        "A session that declares to be active, though its artifact is added, can be deleted.",
        delete(),
        get(),
        start=start(undeclared(held("a1", "added"), status="active")),
    ),
    case(
        "derived-one-decides/activate",
        "S1",
        "A session that declares to be completed, though its artifact is added, can be activated.",
        activate(),
        get(),
        start=start(undeclared(held("a1", "added"), status="completed", completedDateTime=at(30))),
    ),
    case(
        "not-held/shows-declared",
        "S1",
        "A session whose artifacts were not expanded shows the declared status.",
        get(),
        list_sessions(),
        start=start(
            {
                "id": "s1",
                "status": "completedWithError",
                "createdDateTime": at(0),
                "completedDateTime": at(30),
            }
        ),
    ),
    case(
        "not-held/active-stays",
        "S1",
        "A session whose artifacts were not expanded, and that is active, can't be deleted.",
        delete(),
        get(),
        start=start({"id": "s1", "status": "active"}),
    ),
    case(
        "not-held/draft-is-not-deleted",
        "S1",
        "Whether a session is a draft is not sure while its artifacts were not expanded.",
        delete(),
        get(),
        start=start({"id": "s1", "status": "draft"}),
    ),
    case(
        "not-held/draft-is-not-activated",
        "S1",
        "A session whose artifacts were not expanded is not activated.",
        activate(),
        get(),
        start=start({"id": "s1", "status": "draft"}),
    ),
    *(
        case(
            f"not-held-to-the-end/{kind}/{name}",
            "S1",
            "Of a session whose artifacts were not all sent, those that were do not tell the "
            "status.",
            call,
            get(),
            start=start(
                {
                    "id": "s1",
                    "status": "draft",
                    "mailboxRestoreArtifacts": [held("a1", "added")],
                    "granularMailboxRestoreArtifacts": [granular("g1", "added")],
                    f"{kind}@odata.nextLink": "https://example.com/next",
                }
            ),
        )
        for kind in ("mailboxRestoreArtifacts", "granularMailboxRestoreArtifacts")
        for name, call in (
            ("is-not-deleted", delete()),
            ("is-not-activated", activate()),
            ("is-not-updated", update(artifact("p9"))),
        )
    ),
    case(
        "not-held-to-the-end/active",
        "S1",
        "A session whose artifacts were not all sent is active as it declares, and counts.",
        activate("s2"),
        start=start(
            undeclared(
                held("a1", "added"),
                status="active",
                **{"mailboxRestoreArtifacts@odata.nextLink": "https://example.com/next"},
            ),
            undeclared(held("a1", "added"), session_id="s2"),
            limits={"activeSessions": 1},
        ),
    ),
    case(
        "not-held-to-the-end/no-link",
        "S1",
        "A link that is null leads nowhere: all artifacts were sent.",
        delete(),
        get(),
        start=start(
            {
                "id": "s1",
                "status": "active",
                "mailboxRestoreArtifacts": [held("a1", "added")],
                "mailboxRestoreArtifacts@odata.nextLink": None,
            }
        ),
    ),
)

_WRONG: Final[dict[str, Any]] = {
    "status": "completed",
    "completedDateTime": at(10),
    "error": {"code": "UnknownError"},
    "restoreSessionArtifactCount": {"total": 7, "inProgress": 0, "completed": 6, "failed": 1},
}
"""What a session declares that is not what its artifacts give."""

_RUNNING: Final = start(undeclared(held("a1", "inProgress"), held("a2", "inProgress"), **_WRONG))
_ADDED: Final = start(undeclared(held("a1", "added"), held("a2", "added"), **_WRONG))

_AS_DECLARED: Final = (
    case(
        "as-declared/get",
        "S1a",
        "What was declared is shown while the session is as it was read.",
        get(),
        list_sessions(),
        start=_RUNNING,
    ),
    case(
        "as-declared/until-recorded",
        "S1a",
        "A report makes the derived values count.",
        record(report("succeeded")),
        get(),
        start=_RUNNING,
    ),
    case(
        "as-declared/until-reported-in-batch",
        "S1a",
        "A batch of reports makes the derived values count.",
        record_batch(report("succeeded"), report("failed", "a2")),
        get(),
        start=_RUNNING,
    ),
    case(
        "as-declared/until-updated",
        "S1a",
        "An update makes the derived values count.",
        update(removal("a2")),
        get(),
        start=_ADDED,
    ),
    case(
        "as-declared/until-artifact-created",
        "S1a",
        "A new artifact makes the derived values count.",
        create_artifact(artifact("p3")),
        get(),
        start=_ADDED,
    ),
    case(
        "as-declared/until-activated",
        "S1a",
        "An activation makes the derived values count.",
        activate(),
        get(),
        start=_ADDED,
    ),
    case(
        "as-declared/same-status-again",
        "S1a",
        "A report of the same status is no change, so what was declared is still shown.",
        record(report("inProgress")),
        get(),
        start=_RUNNING,
    ),
    case(
        "as-declared/refused-report",
        "S1a",
        "A refused report is no change, so what was declared is still shown.",
        record(report("scheduled")),
        get(),
        start=_RUNNING,
    ),
    case(
        "as-declared/nothing-removed",
        "S1a",
        "An update that takes no effect is no change, so what was declared is still shown.",
        update(removal("a9")),
        get(),
        start=_ADDED,
    ),
    case(
        "as-declared/nothing-declared",
        "S1a",
        "A session that declares nothing is shown without what it could derive.",
        get(),
        start=start(undeclared(held("a1", "succeeded"))),
    ),
)


def _with_granular(whole: tuple[str, ...], chosen: tuple[str, ...]) -> dict[str, object]:
    """Return a session with artifacts ``a1`` … of whole mailboxes and ``g1`` … of chosen items."""
    return session(
        *(held(f"a{number}", status) for number, status in enumerate(whole, start=1)),
        granularMailboxRestoreArtifacts=[
            granular(f"g{number}", status) for number, status in enumerate(chosen, start=1)
        ],
    )


_GRANULAR: Final = (
    case(
        "granular/keeps-active",
        "S2",
        "A granular artifact that runs keeps the session active.",
        record(report("succeeded")),
        get(),
        start=start(_with_granular(("inProgress",), ("inProgress",))),
    ),
    case(
        "granular/fails",
        "S2",
        "A granular artifact that fails leaves its session with an error.",
        record(report("failed", "g1")),
        get(),
        start=start(_with_granular(("succeeded",), ("inProgress",))),
    ),
    case(
        "granular/succeeds-last",
        "S2",
        "A granular artifact that succeeds last completes the session, at its own time.",
        record(report("succeeded", "g1")),
        get(),
        start=start(_with_granular(("succeeded",), ("inProgress",))),
    ),
    case(
        "granular/counted",
        "S2",
        "Granular artifacts count in every number.",
        record(report("inProgress", "g1")),
        get(),
        start=start(
            _with_granular(
                ("succeeded", "failed", "inProgress"),
                ("scheduled", "succeeded", "failed", "inProgress"),
            )
        ),
    ),
    case(
        "granular/activated",
        "S2",
        "Granular artifacts are activated with the others.",
        activate(),
        get(),
        start=start(_with_granular(("added",), ("added", "added"))),
    ),
    case(
        "granular/alone",
        "S2",
        "A session may hold granular artifacts alone.",
        record(report("failed", "g1")),
        get(),
        start=start(session(granularMailboxRestoreArtifacts=[granular("g1", "inProgress")])),
    ),
    case(
        "granular/make-no-draft",
        "S2",
        "A granular artifact that is scheduling makes it no draft.",
        update(artifact("p2")),
        get(),
        start=start(_with_granular(("added",), ("scheduling",))),
    ),
)


def _ended_at(**completed: str) -> dict[str, object]:
    """Return a running session in which these artifacts succeeded at these times."""
    return session(
        *(held(name, "succeeded", completionDateTime=time) for name, time in completed.items()),
        held("a9", "inProgress"),
    )


_COMPLETED: Final = (
    case(
        "completed/not-before-the-last",
        "S3",
        "There is no completion while an artifact runs.",
        record(report("succeeded")),
        get(),
        start=start(in_status("inProgress", "inProgress")),
    ),
    case(
        "completed/not-while-added",
        "S3",
        "There is no completion while an artifact waits.",
        record(report("failed")),
        get(),
        start=start(in_status("scheduling", "added")),
    ),
    case(
        "completed/one",
        "S3",
        "The completion of a session of one artifact is that artifact's.",
        record(report("succeeded", time=at(91.5))),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "completed/latest",
        "S3",
        "The latest completion counts, whichever artifact has it.",
        record_batch(
            report("succeeded", "a1", time=at(95)),
            report("succeeded", "a2", time=at(99)),
            report("succeeded", "a3", time=at(97)),
        ),
        get(),
        start=start(in_status("inProgress", "inProgress", "inProgress")),
    ),
    case(
        "completed/latest-is-not-last",
        "S3",
        "The latest completion is not the last one reported.",
        record(report("succeeded", time=at(99))),
        record(report("succeeded", "a2", time=at(95))),
        get(),
        start=start(in_status("inProgress", "inProgress")),
    ),
    case(
        "completed/failures-count",
        "S3",
        "The completion of a failed artifact counts, too.",
        record(report("failed", time=at(99))),
        record(report("succeeded", "a2", time=at(95))),
        get(),
        start=start(in_status("inProgress", "inProgress")),
    ),
    case(
        "completed/all-failed",
        "S3",
        "A failed session has a completion.",
        record(report("failed")),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "completed/by-the-instant",
        "S3",
        "Times with different offsets are compared by the instant: 11:30+02:00 is before 09:45Z.",
        record(report("succeeded", "a9", time="2026-01-05T09:40:00Z")),
        get(),
        start=start(_ended_at(a1="2026-01-05T11:30:00+02:00", a2="2026-01-05T09:45:00Z")),
    ),
    case(
        "completed/by-the-instant-west",
        "S3",
        "Times with different offsets are compared by the instant: 05:50-04:00 is after 09:45Z.",
        record(report("succeeded", "a9", time="2026-01-05T09:40:00Z")),
        get(),
        start=start(_ended_at(a1="2026-01-05T05:50:00-04:00", a2="2026-01-05T09:45:00Z")),
    ),
    case(
        "completed/seventh-digit",
        "S3",
        "Two times that differ in the seventh digit differ.",
        record(report("succeeded", "a9", time="2026-01-05T09:45:00Z")),
        get(),
        start=start(
            _ended_at(a1="2026-01-05T09:45:00.1234568Z", a2="2026-01-05T09:45:00.1234567Z")
        ),
    ),
    case(
        "completed/fraction-is-no-text",
        "S3",
        "A fraction of one digit may be after one of seven.",
        record(report("succeeded", "a9", time="2026-01-05T09:45:00Z")),
        get(),
        start=start(_ended_at(a1="2026-01-05T09:45:00.5Z", a2="2026-01-05T09:45:00.4999999Z")),
    ),
    case(
        "completed/given-in-the-report",
        "S3",
        "A completion that an observer read counts.",
        record(report("succeeded", time=at(99), completionDateTime=at(93)), reporter="observer"),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "completed/not-known-of-one",
        "S3",
        "An artifact that does not tell its completion is passed over.",
        record(report("succeeded", "a2")),
        get(),
        start=start(session({"id": "a1", "status": "succeeded"}, held("a2", "inProgress"))),
    ),
)

_GONE: Final = {"code": "ArtifactNotFound", "message": "The mailbox is gone."}

_ERROR: Final = (
    case(
        "error/completed-has-none",
        "S4",
        "A completed session has no error.",
        record(report("succeeded")),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "error/active-has-none",
        "S4",
        "A failed artifact gives an active session no error yet.",
        record(report("failed")),
        get(),
        start=start(in_status("inProgress", "inProgress")),
    ),
    case(
        "error/failed",
        "S4",
        "A failed session has the error of its artifact, with a detail for it.",
        record(report("failed")),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "error/codes-agree",
        "S4",
        "The code is that of the failed artifacts if they agree.",
        record_batch(report("failed", "a1"), report("failed", "a2")),
        get(),
        start=start(in_status("inProgress", "inProgress")),
    ),
    case(
        "error/codes-differ",
        "S4",
        "The code is UnknownError if the failed artifacts disagree.",
        record_batch(report("failed", "a1"), report("failed", "a2", error=_GONE)),
        get(),
        start=start(in_status("inProgress", "inProgress")),
    ),
    case(
        "error/no-code",
        "S4",
        "The code is UnknownError if no artifact tells one.",
        record(report("failed", error={"message": "It did not work."})),
        get(),
        start=start(in_status("inProgress")),
    ),
    case(
        "error/code-and-no-code",
        "S4",
        "The code is UnknownError if one artifact tells none.",
        record_batch(report("failed", "a1"), report("failed", "a2", error={"message": "No."})),
        get(),
        start=start(in_status("inProgress", "inProgress")),
    ),
    case(
        "error/only-failed-ones",
        "S4",
        "There is a detail for each failed artifact, and no other.",
        record_batch(
            report("succeeded", "a1"),
            report("failed", "a2", error=_GONE),
            report("succeeded", "a3"),
            report("failed", "a4", error=_GONE),
        ),
        get(),
        start=start(in_status("inProgress", "inProgress", "inProgress", "inProgress")),
    ),
    case(
        "error/granular",
        "S4",
        "A granular artifact that failed has a detail, too.",
        record(report("failed", "g1", error=_GONE)),
        get(),
        start=start(_with_granular(("failed",), ("inProgress",))),
    ),
)

_COUNT: Final = (
    case(
        "count/each-status",
        "S5",
        "Each number counts one status, and the total all of them.",
        record(report("scheduled", "a2")),
        get(),
        start=start(
            in_status(
                "added",
                "scheduling",
                "scheduled",
                "inProgress",
                "inProgress",
                "succeeded",
                "succeeded",
                "succeeded",
                "failed",
                "unknownFutureValue",
            )
        ),
    ),
    case(
        "count/moves",
        "S5",
        "An artifact that ends leaves inProgress, and is counted once.",
        record(report("succeeded")),
        record(report("failed", "a2")),
        get(),
        start=start(in_status("inProgress", "inProgress", "inProgress")),
    ),
    case(
        "count/created",
        "S5",
        "A draft has a total, and nothing that is on its way.",
        create(artifact("p1"), artifact("p2"), artifact("p3")),
        get(),
    ),
    case(
        "count/updated",
        "S5",
        "The total follows what comes and goes.",
        create(artifact("p1"), artifact("p2")),
        update(artifact("p3"), removal("a1"), removal("a2"), artifact("p4"), artifact("p5")),
        get(),
    ),
    case(
        "count/artifact-created",
        "S5",
        "The total follows an artifact that comes alone.",
        create(artifact("p1")),
        create_artifact(artifact("p2")),
        get(),
    ),
    case(
        "count/empty",
        "S5",
        "The total of a session without artifacts is nought.",
        create(artifact("p1")),
        update(removal("a1")),
        get(),
    ),
    case(
        "count/same-status-again",
        "S5",
        "A report that comes twice is counted once.",
        record(report("succeeded")),
        record(report("succeeded", time=at(95))),
        get(),
        start=start(in_status("inProgress", "inProgress")),
    ),
    case(
        "count/twice-in-a-batch",
        "S5",
        "An artifact with two reports in a batch is counted once.",
        record_batch(report("inProgress"), report("succeeded", time=at(95))),
        get(),
        start=start(in_status("scheduled", "inProgress")),
    ),
)

_EARLIER: Final = at(-10)
"""Before the session was changed last."""

_MODIFIED: Final = (
    case(
        "modified/created",
        "S6",
        "A new session was modified when it was created, by who did.",
        create(artifact(), actor=ADA),
        get(),
    ),
    case(
        "modified/before-it-was-created",
        "S6",
        "A session that was modified before it was created is modified now.",
        activate(now=at(-5)),
        get(),
        start=start(
            undeclared(held("a1", "added"), lastModifiedDateTime=_EARLIER, createdDateTime=at(0))
        ),
    ),
    *(
        case(
            f"modified/{name}",
            "S6",
            description,
            {"method": "activate", "params": {**activate()["params"], "actor": actor}},
            get(),
            start=start(undeclared(held("a1", "added"), lastModifiedBy=BOB)),
        )
        for name, actor, description in (
            ("by-null", None, "An actor that is null is none: who modified it last stays."),
            ("by-nobody", {}, "An actor of whom nothing is told is one."),
        )
    ),
    case(
        "modified/updated",
        "S6",
        "An update modifies the session, by who did.",
        create(artifact(), actor=ADA),
        update(artifact("p2"), now=at(61), actor=BOB),
        get(),
    ),
    case(
        "modified/removed",
        "S6",
        "A removal modifies the session.",
        create(artifact("p1"), artifact("p2")),
        update(removal("a1"), now=at(61)),
        get(),
    ),
    case(
        "modified/artifact-created",
        "S6",
        "A new artifact modifies the session, by who added it.",
        create(artifact(), actor=ADA),
        create_artifact(artifact("p2"), now=at(61), actor=BOB),
        get(),
    ),
    case(
        "modified/activated",
        "S6",
        "An activation modifies the session, by who did.",
        create(artifact(), actor=ADA),
        activate(now=at(61), actor=BOB),
        get(),
    ),
    case(
        "modified/recorded",
        "S6",
        "A report modifies the session at its time, by who reported.",
        record(report("succeeded", time=at(91)), actor=BOB),
        get(),
        start=start(in_status("inProgress", lastModifiedBy=ADA)),
    ),
    case(
        "modified/batch",
        "S6",
        "A batch modifies the session at its latest time, by who reported.",
        record_batch(
            report("succeeded", "a1", time=at(97)), report("failed", "a2", time=at(91)), actor=BOB
        ),
        get(),
        start=start(in_status("inProgress", "inProgress", lastModifiedBy=ADA)),
    ),
    case(
        "modified/batch-by-news",
        "S6",
        "What is no news in a batch has no say in its time.",
        record_batch(
            report("succeeded", "a1", time=at(91)), report("inProgress", "a2", time=at(97))
        ),
        get(),
        start=start(in_status("inProgress", "inProgress")),
    ),
    case(
        "modified/nobody-named",
        "S6",
        "Where nobody is named, who modified it before stays.",
        create(artifact(), actor=ADA),
        update(artifact("p2"), now=at(61)),
        get(),
    ),
    case(
        "modified/nobody-named-in-a-report",
        "S6",
        "A report by nobody keeps who modified it before.",
        record(report("succeeded")),
        get(),
        start=start(in_status("inProgress", lastModifiedBy=ADA)),
    ),
    case(
        "modified/created-stays",
        "S6",
        "Who created the session, and when, never changes.",
        create(artifact(), actor=ADA),
        update(artifact("p2"), actor=BOB),
        activate(actor=BOB),
        get(),
    ),
    case(
        "modified/update-in-the-past",
        "S6",
        "An update in the past leaves the time as it is.",
        create(artifact(), actor=ADA),
        update(artifact("p2"), now=_EARLIER, actor=BOB),
        get(),
    ),
    case(
        "modified/activation-in-the-past",
        "S6",
        "An activation in the past leaves the time as it is.",
        create(artifact()),
        activate(now=_EARLIER),
        get(),
    ),
    case(
        "modified/new-artifact-in-the-past",
        "S6",
        "A new artifact in the past leaves the time as it is.",
        create(artifact()),
        create_artifact(artifact("p2"), now=_EARLIER),
        get(),
    ),
    case(
        "modified/report-in-the-past",
        "S6",
        "A report in the past leaves the time as it is.",
        record(report("inProgress", time=at(25))),
        get(),
        start=start(in_status("scheduled")),
    ),
    case(
        "modified/batch-in-the-past",
        "S6",
        "A batch in the past leaves the time as it is.",
        record_batch(report("inProgress", time=at(25))),
        get(),
        start=start(in_status("scheduled")),
    ),
    case(
        "modified/by-the-instant",
        "S6",
        "Times are compared by the instant: 11:00+02:00 is before 09:30Z, which stays.",
        record(report("inProgress", time="2026-01-05T11:00:00+02:00")),
        get(),
        start=start(in_status("scheduled", lastModifiedDateTime="2026-01-05T09:30:00Z")),
    ),
    case(
        "modified/by-the-instant-west",
        "S6",
        "Times are compared by the instant: 05:00-04:30 is after 09:29Z.",
        record(report("inProgress", time="2026-01-05T05:00:00-04:30")),
        get(),
        start=start(in_status("scheduled", lastModifiedDateTime="2026-01-05T09:29:00Z")),
    ),
    case(
        "modified/seventh-digit",
        "S6",
        "A time that is earlier in the seventh digit is earlier.",
        record(report("inProgress", time="2026-01-05T09:30:00.1234567Z")),
        get(),
        start=start(in_status("scheduled", lastModifiedDateTime="2026-01-05T09:30:00.1234568Z")),
    ),
    case(
        "modified/not-known",
        "S6",
        "Where the last change is not known, the time is no earlier than the creation.",
        record(report("inProgress", time=_EARLIER)),
        get(),
        start=start(
            {
                "id": "s1",
                "createdDateTime": at(0),
                "mailboxRestoreArtifacts": [held("a1", "scheduled")],
            }
        ),
    ),
    case(
        "modified/same-status-again",
        "S6",
        "A report of the same status modifies nothing.",
        record(report("inProgress"), actor=BOB),
        get(),
        start=start(in_status("inProgress", lastModifiedBy=ADA)),
    ),
    case(
        "modified/nothing-removed",
        "S6",
        "An update that takes no effect modifies nothing.",
        create(artifact(), actor=ADA),
        update(removal("a9"), actor=BOB),
        get(),
    ),
)

_UNKNOWN_TEXTS: Final = (
    case(
        "unknown-text/kept",
        "W2",
        "A status that is not known is shown as it came.",
        get(),
        start=start(session(held("a1", "paused"), held("a2", "succeeded"))),
    ),
    case(
        "unknown-text/kept-beside-a-change",
        "W2",
        "A status that is not known is shown as it came when another artifact changes.",
        record(report("succeeded", "a2")),
        get(),
        start=start(session(held("a1", "paused"), held("a2", "inProgress"))),
    ),
    case(
        "unknown-text/left",
        "W2",
        "A status that is not known is forgotten once a known one follows.",
        record(report("succeeded"), reporter="observer"),
        get(),
        start=start(session(held("a1", "paused"))),
    ),
)

SESSION: Final = Topic(
    "session",
    "What a session tells of its artifacts, and when it was changed",
    (
        *_STATUS,
        *_DECLARED_APART,
        *_AS_DECLARED,
        *_GRANULAR,
        *_COMPLETED,
        *_ERROR,
        *_COUNT,
        *_MODIFIED,
        *_UNKNOWN_TEXTS,
    ),
)
"""The cases of what follows from a session's artifacts (rules S1-S6)."""
