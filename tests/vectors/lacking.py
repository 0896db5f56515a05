"""What a session shows if some of its artifacts are missing (rules S8 and S1a)."""

from __future__ import annotations

from typing import Any, Final

from .asking import (
    activate,
    artifact,
    at,
    create_artifact,
    delete,
    get,
    record,
    record_batch,
    update,
)
from .asking import report as reported
from .declaring import Declared, case, cases
from .states import granular, start, stored, undeclared

__all__ = ["LACKING"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

_LINK: Final = {"mailboxRestoreArtifacts@odata.nextLink": "https://example.com/next"}

_EVIDENCE: Final[dict[str, dict[str, Any]]] = {
    "a-link": _LINK,
    "a-link-an-object": {"mailboxRestoreArtifacts@odata.nextLink": {}},
    "a-link-an-array": {"mailboxRestoreArtifacts@odata.nextLink": []},
    "a-link-false": {"mailboxRestoreArtifacts@odata.nextLink": False},
    "a-link-of-granular": {"granularMailboxRestoreArtifacts@odata.nextLink": "next"},
    "b-count": {"mailboxRestoreArtifacts@odata.count": 500},
    "b-count-of-granular": {"granularMailboxRestoreArtifacts@odata.count": 1},
    "b-count-with-a-fraction": {"mailboxRestoreArtifacts@odata.count": 2.5},
    "c-total": {"restoreSessionArtifactCount": {"total": 120, "inProgress": 100, "completed": 20}},
    "d-granular": {"restoreJobType": "granular"},
    "d-granular-null": {"restoreJobType": "granular", "granularMailboxRestoreArtifacts": None},
    "d-unknown": {"restoreJobType": "tomorrow"},
    "d-unknownFutureValue": {"restoreJobType": "unknownFutureValue"},
    "e-bulk": {"restoreJobType": "bulk"},
}
"""Evidence that other artifacts of a session are missing, each by the letter of its kind."""

_NO_EVIDENCE: Final[dict[str, dict[str, Any]]] = {
    "a-link-null": {"mailboxRestoreArtifacts@odata.nextLink": None},
    "a-link-empty": {"mailboxRestoreArtifacts@odata.nextLink": ""},
    "a-link-of-something-else": {"createdBy@odata.nextLink": "next"},
    "b-count-as-contained": {"mailboxRestoreArtifacts@odata.count": 2},
    "b-count-less": {"mailboxRestoreArtifacts@odata.count": 1},
    "b-count-of-none": {"granularMailboxRestoreArtifacts@odata.count": 0},
    "b-count-a-text": {"mailboxRestoreArtifacts@odata.count": "500"},
    "b-count-an-object": {"mailboxRestoreArtifacts@odata.count": {}},
    "b-count-an-array": {"mailboxRestoreArtifacts@odata.count": [500]},
    "b-count-a-boolean": {"granularMailboxRestoreArtifacts@odata.count": True},
    "c-total-as-contained": {"restoreSessionArtifactCount": {"total": 2}},
    "c-total-less": {"restoreSessionArtifactCount": {"total": 1}},
    "c-total-null": {"restoreSessionArtifactCount": {"total": None, "completed": 7}},
    "c-total-of-both": {"restoreSessionArtifactCount": {"total": 3},
        "granularMailboxRestoreArtifacts": [granular("g1", "succeeded")]},
    "d-granular-and-there": {"restoreJobType": "granular", "granularMailboxRestoreArtifacts": []},
    "d-unknown-and-there": {"restoreJobType": "tomorrow", "granularMailboxRestoreArtifacts": []},
    "standard": {"restoreJobType": "standard"},
}
"""Properties that are not evidence."""

_COUNTED: Final[dict[str, Any]] = {
    "mailboxRestoreArtifacts@odata.count": 1,
    "granularMailboxRestoreArtifacts@odata.count": 0,
    "mailboxRestoreArtifacts@odata.nextLink": "",
}
"""Annotations of a session with one artifact, in which none is missing."""


def _evident(*statuses: str, **others: Any) -> Any:
    """Begin with a session with artifacts in these statuses, and with more on another page."""
    artifacts = [stored(f"a{number}", status) for number, status in enumerate(statuses, start=1)]
    return start(undeclared(*artifacts, **_LINK | others))


def _of_each_evidence(name: str, more: dict[str, Any]) -> tuple[Declared, ...]:
    """Return what a session shows with this evidence, and what it refuses."""

    def of(*statuses: str, **others: Any) -> Any:
        artifacts = [stored(f"a{place}", status) for place, status in enumerate(statuses, start=1)]
        return start(undeclared(*artifacts, **more, **others))

    return cases("S8", f"lacking/{name}/",
        ("certain",
         "One running artifact makes the session active, regardless of missing artifacts.",
         of("scheduled", "added", status="draft"), record(reported("inProgress")), get()),
        ("declared", "A session with missing artifacts is not completed by the others.",
         of("inProgress", "succeeded", status="active"), record(reported("succeeded")), get()),
        ("nothing-declared", "What was certain before a report counts as declared afterwards.",
         of("inProgress", "succeeded"), record(reported("succeeded")), get()),
        ("not-activated", "A draft with missing artifacts can not be activated.",
         of("added", "added", status="draft"), activate(), get()),
        ("not-deleted", "A draft with missing artifacts can not be deleted.",
         of("added", "added", status="draft"), delete(), get()),
    )


_WHOLE: Final = "mailboxRestoreArtifacts"
_GRANULAR: Final = "granularMailboxRestoreArtifacts"
_THERE: Final[dict[str, list[Any]]] = {
    _WHOLE: [stored("a1", "inProgress"), stored("a2", "succeeded")],
    _GRANULAR: [granular("a1", "inProgress"), granular("a2", "succeeded")],
}

_ABSENT: Final = tuple(
    case(f"lacking/absent/{collection}-{how}/{number}-{of}", "S8",
        "A collection that is absent contains nothing.",
        start({"id": "s1", "createdDateTime": at(0), "lastModifiedDateTime": at(30),
            there: _THERE[there], **absent, **declared}), record(reported("succeeded")), get())
    for collection, there in (
        (_WHOLE, _GRANULAR), (_GRANULAR, _WHOLE),
        ("mailboxRestoreArtifactsBulkAdditionRequests", _WHOLE),
    )
    for how, absent in (("missing", {}), ("null", {collection: None}), ("empty", {collection: []}))
    for number in (0, 1, 2, 3)
    for of, declared in (
        ("counted", {f"{collection}@odata.count": number}),
        ("in-total", {"restoreSessionArtifactCount": {"total": number}}),
    )
)
"""Sessions that declare how many entries a collection has that is not there."""

LACKING: Final = (
    *(found for name, more in _EVIDENCE.items() for found in _of_each_evidence(name, more)),
    *(
        case(f"lacking/nothing/{name}", "S8", "Nothing shows that artifacts are missing.",
            start(undeclared(stored("a1", "inProgress"), stored("a2", "succeeded"),
                status="active", **more)), record(reported("succeeded")), get())
        for name, more in _NO_EVIDENCE.items()
    ),
    *_ABSENT,
    *cases("S8", "lacking/shows/",
        ("declared-of-none", "Without artifacts the declared status is shown.",
         start({"id": "s1", "status": "completed"}), get()),
        ("contradicted-end",
         "A declared end that is contradicted by an artifact is not shown again.",
         _evident("succeeded", "scheduled", status="completed", completedDateTime=at(30)),
         record(reported("inProgress", "a2")), record(reported("succeeded", "a2")), get()),
        ("not-what-no-reading-gives",
         "A declared status that is impossible is not shown, and does not count as active.",
         start(undeclared(stored("a1", "failed"), status="activating", **_LINK),
             undeclared(stored("b1", "added"), session_id="s2"), limits={"activeSessions": 1}),
         activate("s2")),
        ("beside-an-unknown-one",
         "An unknown artifact that is present stays unknown: only missing ones may be anything.",
         _evident("paused", "inProgress", status="completed"),
         record(reported("succeeded", "a2")), get()),
        ("becomes-unknown", "An unknown artifact leaves open what the declared status had decided.",
         _evident("scheduling", status="activating"),
         record(reported("unknownFutureValue"), reporter="observer"), get()),
        ("activating", "A possible declared status is shown after an artifact failed early.",
         _evident("scheduling", "scheduling", status="activating"),
         record(reported("failed")), record(reported("scheduled", "a2")), get()),
        ("by-a-batch",
         "A batch of reports keeps the properties that show that artifacts are missing.",
         _evident("inProgress", "inProgress", status="active"),
         record_batch(reported("succeeded"), reported("failed", "a2")), get()),
        ("not-there",
         "A report about a missing artifact is refused, because its current status is not known.",
         _evident("inProgress", status="active"), record(reported("succeeded", "a9")), get()),
        ("counts-for-the-limit",
         "A session with missing artifacts counts by the status that it shows.",
         start(undeclared(stored("a1", "inProgress"), status="draft", **_LINK),
             undeclared(stored("b1", "added"), session_id="s2"), limits={"activeSessions": 1}),
         activate("s2")),
        ("not-updated", "A draft with missing artifacts can not be updated.",
         _evident("added", status="draft"), update(artifact("p9")), get()),
        ("no-artifact-created", "No artifact can be added to a draft with missing artifacts.",
         _evident("added", status="draft"), create_artifact(artifact("p9")), get()),
        ("bulk-that-ended",
         "A bulk session that declares its end has the status that follows from its artifacts.",
         start(undeclared(stored("a1", "inProgress"), restoreJobType="bulk", status="completed"),
             undeclared(stored("b1", "added"), session_id="s2"), limits={"activeSessions": 1}),
         activate("s2")),
        ("bulk-without-artifacts", "A bulk session without an artifact is not an empty draft.",
         start({"id": "s1", "restoreJobType": "bulk", "status": "draft",
             "mailboxRestoreArtifacts": []}), delete(), get()),
        ("bulk-that-failed", "A bulk session that failed without an artifact expires after a year.",
         start({"id": "s1", "restoreJobType": "bulk", "status": "failed",
             "completedDateTime": at(0), "mailboxRestoreArtifacts": []}),
         {"method": "expire", "params": {"now": "2027-02-05T09:00:00Z"}}),
    ),
    *cases("S1a", "lacking/",
        ("counts", "A report keeps only the total of the declared numbers.",
         _evident("inProgress", "succeeded", status="active", restoreSessionArtifactCount={
             "total": 7, "inProgress": 5, "completed": 1, "failed": 1, "queued": 2}),
         record(reported("succeeded")), get()),
        ("no-total", "If no total was declared, none is added.",
         _evident("inProgress", status="active", restoreSessionArtifactCount={"inProgress": 5}),
         record(reported("succeeded")), get()),
        ("times-and-error", "Completion and error stay as they were declared.",
         _evident("inProgress", status="active", completedDateTime=at(10),
             error={"code": "UnknownError"}), record(reported("succeeded")), get()),
        ("status-of-nobody-s", "An unknown text is replaced by the status that is certain.",
         _evident("scheduled", status="paused"), record(reported("inProgress")), get()),
        ("unknown-text-stays", "An unknown text stays if nothing is certain.",
         _evident("added", status="paused"),
         record(reported("scheduling"), reporter="observer"), get()),
        ("empty-text-stays",
         "An empty text stays if nothing is certain: it is not a missing status.",
         _evident("added", status=""),
         record(reported("scheduling"), reporter="observer"), get()),
        ("null-gives-way", "A null status counts as not declared.",
         _evident("added", status=None),
         record(reported("scheduling"), reporter="observer"), get()),
        ("same-status-again", "A report of the current status leaves everything as it was read.",
         _evident("inProgress", status="draft",
             restoreSessionArtifactCount={"total": 7, "inProgress": 5}),
         record(reported("inProgress")), get()),
        ("count-forgotten", "Both counts are dropped if nothing is missing.",
         start(undeclared(stored("a1", "added"), **_COUNTED)),
         activate(), get()),
    ),
)
"""The cases of a session with missing artifacts."""
