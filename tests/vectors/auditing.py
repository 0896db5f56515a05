"""What an audit finds in a session that was received (rules S1-S6, L5 and O1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .asking import ON_HOLD, at
from .declaring import Declared, Topic, case
from .states import granular, in_status, of_both_kinds, stored, undeclared

__all__ = ["AUDIT"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off


def _of(name: str, rule: str, description: str, document: Mapping[str, Any]) -> Declared:
    return case(name, rule, description, {"method": "audit", "params": {"session": document}})


def _bare(status: str, **others: Any) -> dict[str, Any]:
    """Return an artifact in a status, without the properties that follow from it."""
    return {
        "id": "a1",
        "status": status,
        "destinationType": "inPlace",
        "restorePoint": {"id": "p1"},
        **others,
    }


_START: Final = {"startDateTime": at(20)}
_END: Final = {"completionDateTime": at(30)}
_ERROR: Final = {"error": ON_HOLD}

_SOUND: Final = (
    _of("sound/nothing-declared", "S1", "A session that declares nothing has no findings.",
        undeclared(stored("a1", "inProgress"))),
    *(
        _of(f"sound/{'+'.join(statuses)}", "S1",
            "The declared values are those that follow from the artifacts.",
            in_status(*statuses))
        for statuses in (
            ("added",),
            ("scheduling",),
            ("inProgress", "succeeded"),
            ("succeeded",),
            ("failed",),
            ("succeeded", "failed"),
            ("added", "unknownFutureValue"),
        )
    ),
    _of("sound/not-held", "S1", "A session whose artifacts were not expanded may declare anything.",
        {"id": "s1", "status": "active", "restoreSessionArtifactCount": {"total": 3}}),
    _of("sound/least", "S1", "A session may have nothing but an id.", {"id": "s1"}),
    _of("sound/granular", "S2", "Granular artifacts are counted.",
        of_both_kinds(("succeeded",), ("failed",))),
    _of("sound/failed-early", "L5", "An artifact that failed before its start has no start.",
        undeclared(_bare("failed", **_END, **_ERROR))),
    _of("sound/unknown", "L5", "An artifact with an unknown status may have all properties.",
        undeclared(_bare("unknownFutureValue", **_START, **_END, **_ERROR))),
    _of("sound/unknown-without-anything", "L5",
        "An artifact with an unknown status may have none of the properties.",
        undeclared(_bare("paused"))),
    _of("sound/ends-as-it-starts", "L5", "An artifact may end at the instant at which it began.",
        undeclared(_bare("succeeded", startDateTime="2026-01-05T10:00:00Z",
            completionDateTime="2026-01-05T12:00:00+02:00"))),
    _of("sound/modified-as-created", "S6",
        "A session may be modified at the instant at which it was created.",
        {"id": "s1", "createdDateTime": "2026-01-05T09:00:00Z",
         "lastModifiedDateTime": "2026-01-05T10:00:00+01:00"}),
    _of("sound/each-known-status-beside-an-unknown-one", "S1",
        "What an unknown artifact may be changes nothing where each known status is there.",
        undeclared(*(
            stored(f"a{place}", status) for place, status in enumerate(
                ("added", "scheduling", "scheduled", "inProgress", "succeeded", "failed", "paused"),
                start=1)
        ), status="active")),
    _of("sound/a-time-without-a-status", "S3",
        "A session that ended may declare when, and not its status.",
        undeclared(stored("a1", "succeeded"), completedDateTime=at(30))),
    _of("sound/an-error-without-a-status", "S4",
        "A session that failed may declare its error, and not its status.",
        undeclared(stored("a1", "failed"), error={"code": "UnknownError"})),
    _of("sound/no-destination-beside-one", "O1",
        "A destination that is null is not another destination.",
        undeclared(stored("a1", "added", destinationType=None),
            stored("a2", "added", destinationType="new"))),
    _of("sound/granular-of-the-same-point", "O1",
        "A whole mailbox and some of its items may be restored from the same restore point.",
        undeclared(_bare("added"),
            granularMailboxRestoreArtifacts=[granular("g1", "added", restorePoint={"id": "p1"})])),
)


def _declaring(**declared: Any) -> dict[str, Any]:
    """Return a session with one succeeded and one failed artifact, and wrong declared values."""
    return {**in_status("succeeded", "failed"), **declared}


_DECLARED: Final = (
    _of("status/completed", "S1", "The declared status does not follow from the artifacts.",
        undeclared(stored("a1", "inProgress"), status="completed", completedDateTime=at(30))),
    _of("status/draft", "S1", "The declared status does not follow from the artifacts.",
        undeclared(stored("a1", "scheduling"), status="draft")),
    *(
        _of(f"status/unknown/{declared}-of-{'+'.join(statuses)}", "S1",
            "Whether the declared status is possible depends on what the unknown artifacts may be.",
            undeclared(*(
                stored(f"a{number}", status)
                for number, status in enumerate((*statuses, "unknownFutureValue"), start=1)
            ), status=declared))
        for declared, statuses in (
            ("draft", ("inProgress",)),
            ("activating", ("scheduled",)),
            ("draft", ("scheduling",)),
            ("draft", ("added",)),
            ("activating", ("added",)),
            ("active", ("added",)),
            ("active", ("succeeded",)),
            ("draft", ("failed",)),
            ("activating", ()),
        )
    ),
    _of("status/not-held-to-the-end", "S1",
        "If not all artifacts were sent, the others do not make the declared status wrong.",
        undeclared(stored("a1", "added"), status="active",
            restoreSessionArtifactCount={"total": 7, "inProgress": 2},
            **{"mailboxRestoreArtifacts@odata.nextLink": "https://example.com/next"})),
    _of("status/granular", "S2",
        "The declared status does not follow from a granular artifact.",
        undeclared(stored("a1", "succeeded"), status="completed", completedDateTime=at(30),
            granularMailboxRestoreArtifacts=[granular("g1", "inProgress")])),
    _of("completed/another-time", "S3",
        "The declared completion is not the latest completion of the artifacts.",
        _declaring(completedDateTime=at(31))),
    _of("completed/same-instant", "S3", "The same instant may be written differently.",
        _declaring(completedDateTime="2026-01-05T10:30:00+01:00")),
    _of("completed/too-early", "S3", "A completion is declared although the session is active.",
        {**in_status("inProgress"), "completedDateTime": at(30)}),
    _of("completed/missing", "S3", "The declared status requires a completion.",
        {"id": "s1", "status": "completed"}),
    _of("completed/not-wanted", "S3", "The declared status does not allow a completion.",
        {"id": "s1", "status": "active", "completedDateTime": at(30)}),
    _of("completed/before-the-creation", "S3", "The completion is before the creation.",
        {"id": "s1", "status": "completed", "createdDateTime": at(0), "completedDateTime": at(-1)}),
    _of("error/missing", "S4", "The declared status requires an error.",
        {"id": "s1", "status": "failed", "completedDateTime": at(30)}),
    _of("error/missing-with-some", "S4", "The declared status requires an error.",
        {"id": "s1", "status": "completedWithError", "completedDateTime": at(30)}),
    _of("error/not-wanted", "S4", "The declared status does not allow an error.",
        {"id": "s1", "status": "completed", "completedDateTime": at(30), "error": ON_HOLD}),
    *(
        _of(f"count/{name}", "S5", f"The declared number {name} is wrong.",
            _declaring(restoreSessionArtifactCount={name: number}))
        for name, number in (("total", 1), ("inProgress", 1), ("completed", 0), ("failed", 2))
    ),
    _of("count/in-part", "S5", "A number that is not declared can not be wrong.",
        _declaring(restoreSessionArtifactCount={"total": 2})),
    _of("count/parts-above-total", "S5", "The sum of the parts is greater than the total.",
        {"id": "s1",
         "restoreSessionArtifactCount":
             {"total": 2, "inProgress": 1, "completed": 1, "failed": 1}}),
    _of("count/below-nought", "S5", "A number is negative.",
        {"id": "s1", "restoreSessionArtifactCount": {"total": 1, "failed": -1}}),
    _of("modified/before-the-creation", "S6", "The last change is before the creation.",
        {"id": "s1", "createdDateTime": at(0), "lastModifiedDateTime": at(-1)}),
    _of("modified/before-the-creation-in-the-seventh-digit", "S6",
        "The last change is before the creation, but only in the seventh decimal place of the "
        "second.",
        {"id": "s1", "createdDateTime": "2026-01-05T09:00:00.1234568Z",
         "lastModifiedDateTime": "2026-01-05T09:00:00.1234567Z"}),
)

_ARTIFACTS: Final = (
    *(
        _of(f"artifact/{status}-without-{missing}", "L5",
            f"An artifact that is {status} must not have {missing}.",
            undeclared(_bare(status, **given)))
        for status, missing, given in (
            ("inProgress", "startDateTime", {}),
            ("succeeded", "startDateTime", _END),
            ("succeeded", "completionDateTime", _START),
            ("failed", "completionDateTime", _START | _ERROR),
            ("failed", "error", _START | _END),
        )
    ),
    *(
        _of(f"artifact/{status}-with-{name}", "L5",
            f"An artifact that is {status} must have {name}.",
            undeclared({**stored("a1", status), name: value}))
        for name, value, statuses in (
            ("startDateTime", at(20), ("added", "scheduling", "scheduled")),
            ("completionDateTime", at(30), ("added", "scheduling", "scheduled", "inProgress")),
            ("error", ON_HOLD, ("added", "scheduling", "scheduled", "inProgress", "succeeded")),
        )
        for status in statuses
    ),
    _of("artifact/ends-before-it-starts", "L5", "An artifact must not end before it began.",
        undeclared(_bare("succeeded", startDateTime=at(30), completionDateTime=at(29)))),
    _of("artifact/granular", "L5", "The rules for artifacts also apply to granular ones.",
        undeclared(granularMailboxRestoreArtifacts=[{**granular("g1", "inProgress"),
                "startDateTime": None}])),
    _of("artifacts/two-destinations", "O1",
        "All artifacts of a session must have the same kind of destination.",
        undeclared(stored("a1", "added"), stored("a2", "added", destinationType="new"))),
    _of("artifacts/two-destinations-of-both-kinds", "O1",
        "All artifacts of a session must have the same kind of destination.",
        undeclared(stored("a1", "added"),
            granularMailboxRestoreArtifacts=[granular("g1", "added", destinationType="new")])),
    _of("artifacts/same-point", "O1", "A restore point must not be in a session twice.",
        undeclared(stored("a1", "added"),
            stored("a2", "added", restorePoint={"id": "point-of-a1"}))),
    _of("artifacts/same-point/ids-in-reverse", "O1",
        "Which artifact repeats a restore point depends on their order, not on their ids.",
        undeclared(stored("a2", "added"),
            stored("a1", "added", restorePoint={"id": "point-of-a2"}))),
    _of("artifacts/same-point-by-reference", "O1",
        "A restore point must not be in a session twice.",
        undeclared(stored("a1", "added"),
            stored("a2", "added", restorePoint={"@odata.id": "point-of-a1"}))),
    _of("artifacts/same-point-by-other-spellings", "O1", "A key is the same in all spellings.",
        undeclared(stored("a1", "added"),
            stored("a2", "added",
                restorePoint={"@odata.id": "restorePoints('point%2Dof-a1')?$select=id"}),
            stored("a3", "added",
                restorePoint={"@odata.id": "/restorePoints(point-of-a1)/#top"}),
            stored("a4", "added", restorePoint={"@odata.id": "restorePoints('Point-of-a1')"}))),
    _of("artifacts/same-point-of-a-granular-one", "W5",
        "Types that differ only in case are equal: granular artifacts may share a restore point.",
        undeclared(stored("a1", "added"),
            {**granular("g1", "added", restorePoint={"id": "point-of-a1"}),
             "@odata.type": "#Microsoft.Graph.GranularMailboxRestoreArtifact"})),
    _of("several", "S1", "An audit finds all contradictions.",
        undeclared(_bare("inProgress"), stored("a2", "succeeded", error=ON_HOLD),
            status="completed",
            completedDateTime=at(-5), lastModifiedDateTime=at(-3),
            restoreSessionArtifactCount={"total": 1, "completed": 2})),
)

_LINK: Final = {"mailboxRestoreArtifacts@odata.nextLink": "https://example.com/next"}

_LACKING: Final = (
    *(
        _of(f"lacking/{'+'.join(statuses) or 'none'}-declared-{declared}", "S8",
            "If artifacts are missing, a status is wrong if no possible status of them leads to "
            "it.",
            undeclared(*(stored(f"a{place}", status) for place, status in enumerate(statuses)),
                status=declared, completedDateTime=at(30) if declared == "completed" else None,
                **_LINK))
        for statuses, declared in (
            (("inProgress",), "completed"),
            (("inProgress",), "active"),
            (("succeeded",), "completed"),
            (("succeeded",), "draft"),
            (("scheduling",), "draft"),
            (("added",), "activating"),
            (("failed",), "completed"),
            (("paused",), "completed"),
            ((), "completed"),
        )
    ),
    *(
        _of(f"lacking/by-{name}", "S8", "Missing artifacts may have any status.",
            undeclared(stored("a1", "added"), status="active", **more))
        for name, more in (
            ("count", {"mailboxRestoreArtifacts@odata.count": 2}),
            ("total", {"restoreSessionArtifactCount": {"total": 2}}),
            ("granular", {"restoreJobType": "granular"}),
            ("bulk", {"restoreJobType": "bulk"}),
        )
    ),
    _of("lacking/numbers-and-time", "S8",
        "Numbers and the completion are not checked if only some of the artifacts are present.",
        undeclared(stored("a1", "succeeded"), status="completed", completedDateTime=at(50),
            restoreSessionArtifactCount={"total": 7, "inProgress": 0, "completed": 7}, **_LINK)),
    _of("lacking/by-the-total", "S8",
        "A total that is greater than the number of listed artifacts shows that artifacts are "
        "missing.",
        undeclared(stored("a1", "succeeded"), status="completed", completedDateTime=at(30),
            restoreSessionArtifactCount={"total": 3})),
)
"""Received sessions with missing artifacts."""

_RARE: Final = (
    _of("missing-and-wrong", "S3",
        "No completion is declared, and that of the artifacts is before the creation.",
        undeclared(stored("a1", "succeeded"), status="completed", createdDateTime=at(40),
            lastModifiedDateTime=at(50))),
    _of("selected", "L5",
        "Properties that were not selected are missing, which is not a contradiction.",
        {"id": "s1", "status": "failed",
         "mailboxRestoreArtifacts": [
             {"id": f"a{place}", "status": "failed"} for place in range(1, 4)
         ]}),
    _of("failed-session-as-documented", "S4",
        "An answer in the documentation has a failed session without error and completion.",
        {"id": "s1", "status": "failed", "completedDateTime": None, "error": None}),
    _of("status/unknown/completedWithError-of-one", "S1",
        "An unknown artifact may stand for several statuses at once.",
        undeclared(stored("a1", "paused"), status="completedWithError", completedDateTime=at(30),
            error={})),
    *(
        _of(f"count/unknown/{name}-{number}", "S5",
            "An unknown artifact counts as inProgress, but may also be added or have ended.",
            undeclared(stored("a1", "inProgress"), stored("a2", "succeeded"),
                stored("a3", "failed"), stored("a4", "paused"),
                restoreSessionArtifactCount={name: number}))
        for name, numbers in (
            ("total", (3, 4, 5)),
            ("inProgress", (0, 1, 2, 3)),
            ("completed", (0, 1, 2, 3)),
            ("failed", (0, 1, 2, 3)),
        )
        for number in numbers
    ),
    *(
        _of(f"count/unknown/beside-four/{name}-{number}", "S5",
            "One unknown artifact leaves a number open by one, no matter how many are known.",
            undeclared(*(stored(f"a{place}", status) for place in range(1, 5)),
                stored("a5", "paused"), restoreSessionArtifactCount={name: number}))
        for name, status, numbers in (
            ("inProgress", "inProgress", (2, 3, 4, 5, 6)),
            ("completed", "succeeded", (3, 4, 5, 6, 8)),
            ("failed", "failed", (3, 4, 5, 6, 8)),
        )
        for number in numbers
    ),
    _of("count/activated", "S5",
        "Artifacts that were activated and have not ended are in progress.",
        {**in_status("scheduling", "scheduled"),
         "restoreSessionArtifactCount":
             {"total": 2, "completed": 0, "inProgress": 2, "failed": 0}}),
    _of("count/activated-is-not-waiting", "S5", "Artifacts that were activated are in progress.",
        {**in_status("scheduling", "scheduled"),
         "restoreSessionArtifactCount":
             {"total": 2, "completed": 0, "inProgress": 0, "failed": 0}}),
    _of("count/total-of-unknown", "S5", "The total is certain even if artifacts are unknown.",
        undeclared(stored("a1", "paused"), restoreSessionArtifactCount={"total": 0})),
    _of("sound/failed-for-an-empty-reason", "L5", "An empty error is also an error.",
        undeclared(_bare("failed", **_END, error={}))),
    _of("sound/destinations-that-are-not-known", "O1",
        "Two unknown texts may mean the same destination.",
        undeclared(stored("a1", "added", destinationType="x"),
            stored("a2", "added", destinationType="y"))),
    _of("modified-a-little-before-it-was-created", "S6",
        "All twelve decimal places of a second count.",
        {"id": "s1", "createdDateTime": "2026-01-05T09:00:00.000000000002Z",
         "lastModifiedDateTime": "2026-01-05T09:00:00.000000000001Z"}),
    _of("completed-before-it-was-created", "S3",
        "A session can't be completed before it was created, even if the creation time is missing.",
        undeclared(stored("a1", "succeeded"), createdDateTime=at(40), lastModifiedDateTime=at(50))),
    _of("no-more-to-come", "S1",
        "An empty next link leads nowhere, so all artifacts are present.",
        {"id": "s1", "status": "completed", "mailboxRestoreArtifacts": [stored("a1", "added")],
         "mailboxRestoreArtifacts@odata.nextLink": ""}),
)
"""Received sessions that are rare."""

AUDIT: Final = Topic(
    "audit",
    "What is wrong in a session that was received",
    (*_SOUND, *_DECLARED, *_ARTIFACTS, *_LACKING, *_RARE),
)
"""The cases of auditing a session."""
