"""Something is deleted, removed or expires and is created again: nothing of the first is left.

A program that stores something beside its sessions, such as a set of restore points, may fail to
remove an entry there. So everything that an operation removes is created again here, by each
operation that creates it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from restore_domain.verification.histories import Call

from .asking import (
    ADA,
    BOB,
    activate,
    artifact,
    at,
    bulk_request,
    create,
    create_artifact,
    create_bulk_request,
    delete,
    delete_bulk_request,
    expire,
    get,
    list_artifacts,
    list_granular_artifacts,
    list_sessions,
    record,
    removal,
    report,
    resolve_bulk_request,
    update,
)
from .declaring import Declared, Start, Topic, case
from .states import asked, bulk, granular, in_status, session, start, stored, undeclared

__all__ = ["AGAIN"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

MOST_CALLS: Final = 5
"""The number of calls in a case."""

_LATER: Final = "2028-01-01T00:00:00Z"
_GRANULAR: Final = "granularMailboxRestoreArtifacts"


def _chosen(*points: str) -> dict[str, Any]:
    return {_GRANULAR: [artifact(point, searchResponseId="q") for point in points]}


def _request(*mailboxes: str) -> Call:
    return create_bulk_request(bulk_request(*mailboxes), now=at(130))


_DRAFT: Final = undeclared(
    stored("a1", "added", restorePoint={"id": "p1"}), stored("a2", "added"),
    createdBy=ADA, lastModifiedBy=ADA, policyId="policy", note=1)

_ENDED: Final = record(report("succeeded"), reporter="observer")

_GONE: Final[tuple[tuple[str, str, Start, tuple[Call, ...]], ...]] = (
    ("draft", "O5", start(_DRAFT), (delete(),)),
    ("granular", "O5", start(undeclared(restoreJobType="granular",
        granularMailboxRestoreArtifacts=[granular("a1", "added", restorePoint={"id": "p1"})])),
     (delete(),)),
    ("bulk", "O5", start(bulk(asked("b1", "active", mailboxes=["ada@example.com"]))), (delete(),)),
    ("completed", "O8", start(in_status("succeeded", policyId="policy")), (expire(_LATER),)),
    ("failed", "O8", start(in_status("failed", "failed", createdBy=ADA)), (expire(_LATER),)),
    ("bulk-completed", "O8", start(session(stored("a1", "succeeded"), restoreJobType="bulk",
        mailboxRestoreArtifactsBulkAdditionRequests=[asked("b1", "completed")])),
     (expire(_LATER),)),
    ("declared", "O8", start({"id": "s1", "status": "completed", "completedDateTime": at(0)}),
     (expire(_LATER),)),
    ("created", "O5", start(),
     (create(artifact("p1"), artifact("point-of-a2"), actor=ADA), delete())),
    ("filled", "O5", start(undeclared()),
     (create_artifact(artifact("p1"), artifact_id="a1"), delete())),
    ("ended", "O8", start(in_status("added")), (_ENDED, expire(_LATER))),
)
"""Sessions that are removed, with the rule and the way of removal."""

_MADE: Final[tuple[tuple[str, tuple[Call, ...]], ...]] = (
    ("the-same", (create(artifact("p1"), artifact("p2"), now=at(120), actor=BOB), get(),
        list_artifacts())),
    ("empty", (create(request={}, ids=[], now=at(120)), get(), list_sessions())),
    ("granular", (create(request=_chosen("p1"), ids=["g1"], now=at(120)), get(),
        list_granular_artifacts())),
    ("filled", (create(request={}, ids=[], now=at(120)),
        update(artifact("p1"), artifact("point-of-a2"), ids=["a1", "a2"], now=at(121)), get())),
    ("bulk", (create(request={}, ids=[], now=at(120)), _request("ada@example.com"), get())),
    ("active", (create(artifact("p1"), now=at(120)), activate(now=at(121)), get())),
    ("filled-one-by-one", (create(request={}, ids=[], now=at(120)),
        create_artifact(artifact("p1"), artifact_id="a1", now=at(121)),
        get())),
)
"""Ways to create a session with the same id again."""


def _sessions() -> Iterator[Declared]:
    for what, rule, begin, ending in _GONE:
        for how, calls in _MADE:
            yield case(f"session/{what}/{how}", rule,
                "A removed session leaves nothing behind for a new session with its id.",
                begin, *ending, *calls[: MOST_CALLS - len(ending)])


def _others() -> Iterator[Declared]:
    """Use the restore points and the ids of a removed session in another one."""
    for what, rule, begin, ending in _GONE:
        yield case(f"other-session/{what}", rule,
            "The ids and restore points of a removed session can be used in another session.",
            begin, *ending, create(artifact("p1"), artifact("point-of-a2"), session="s2",
                now=at(120)), get("s2"), get())


_REMOVALS: Final[tuple[tuple[str, tuple[Call, ...]], ...]] = (
    ("one", (update(removal("a1")),)),
    ("all", (update(removal("a1"), removal("a2")),)),
    ("one-by-one", (update(removal("a2")), update(removal("a1")))),
)

_ADDED: Final[tuple[tuple[str, Call], ...]] = (
    ("by-update", update(artifact("p1"), ids=["n1"], now=at(70))),
    ("by-update-under-its-id", update(artifact("p1"), ids=["a1"], now=at(70))),
    ("by-createArtifact", create_artifact(artifact("p1"), now=at(70))),
    ("by-createArtifact-under-its-id",
     create_artifact(artifact("p1"), artifact_id="a1", now=at(70))),
    ("elsewhere", create_artifact(artifact("p1", "new"), now=at(70))),
)


def _artifacts() -> Iterator[Declared]:
    created = create(artifact("p1"), artifact("p2"))
    for name, begin in (("given", (start(_DRAFT),)), ("created", (created,))):
        for what, removals in _REMOVALS:
            for how, addition in _ADDED:
                yield case(f"artifact/{name}/{what}/{how}", "O3",
                    "The restore point and the id of a removed artifact can be used again.",
                    *begin, *removals, addition, get())


def _within_requests() -> Iterator[Declared]:
    same = {"restorePoint": {"id": "p1"}}
    twice = undeclared(stored("a1", "added", **same), stored("a2", "added", **same))
    thrice = undeclared(*(stored(f"a{place}", "added", **same) for place in (1, 2, 3)))
    chosen = undeclared(granularMailboxRestoreArtifacts=[
        granular("g1", "added", **same), granular("g2", "added", **same)])
    mixed = undeclared(granular("g1", "added"), granular("g2", "added"),
        granularMailboxRestoreArtifacts=[granular("g3", "added")])
    both = undeclared(stored("a1", "added"), granular("g1", "added"))
    for name, given, entries in (
        ("one-of-two", twice, (removal("a1"), artifact("p1"))),
        ("last-of-two", twice, (artifact("p1"), removal("a2"))),
        ("both-of-two", twice, (removal("a1"), artifact("p1"), removal("a2"))),
        ("two-of-three", thrice, (removal("a1"), removal("a3"), artifact("p1"))),
        ("all-of-three", thrice, (removal("a1"), removal("a3"), removal("a2"), artifact("p1"))),
        ("added-twice", twice, (removal("a1"), removal("a2"), artifact("p1"), artifact("p1"))),
        ("removed-twice", twice, (removal("a1"), removal("a1"), artifact("p1"))),
        ("whole-beside-granular", both, (removal("a1"),)),
        ("granular-beside-whole", both, (removal("g1"),)),
    ):
        yield case(f"request/{name}", "O3",
            "A request removes and adds several artifacts of the same restore point.",
            start(given), update(*entries), get())
    for name, given, entries in (
        ("granular-one-of-two", chosen, (removal("g1"),
            artifact("p1", searchResponseId="search-1"))),
        ("granular-both", chosen, (removal("g1"), removal("g2"),
            artifact("p1", searchResponseId="search-1"))),
        ("granular-other-search", chosen, (removal("g1"), artifact("p1", searchResponseId="q"))),
        ("granular-among-whole", mixed, (removal("g2"), removal("g3"))),
        ("granular-among-whole-added", mixed, (removal("g1"),
            artifact("point-of-g1", searchResponseId="search-1"))),
        ("granular-to-the-last", mixed, (removal("g1"), removal("g2"), removal("g3"))),
    ):
        yield case(f"request/{name}", "O3",
            "A request removes and adds granular artifacts, in any order.",
            start(given), update(request={f"{_GRANULAR}@delta": list(entries)},
                ids=["n1", "n2"]), get())


_ENDS: Final = (("succeeded", record(report("succeeded"))), ("failed", record(report("failed"))))


def _counted() -> Iterator[Declared]:
    """Let sessions become active and end, and others take their places below the limit."""
    limits = {"activeSessions": 1}
    waiting = undeclared(stored("a1", "added"), session_id="s2")
    for name, call in _ENDS:
        yield case(f"active/{name}", "O4",
            "When a session has ended, another one can be activated.",
            start(in_status("inProgress"), waiting, limits=limits), call, activate("s2"),
            get("s2"))
    yield case("active/one-after-the-other", "O4",
        "When a session has ended, another one can be activated.",
        start(waiting, limits=limits), create(artifact("p1")), activate(), _ENDED, activate("s2"),
        get("s2"))
    yield from (
        case("active/seen", "O4", "A session becomes active by an observer's report of progress.",
            start(in_status("added"), waiting, limits=limits),
            record(report("inProgress"), reporter="observer"), activate("s2")),
        case("active/seen-to-end", "O4",
            "A session is not active after an observer's report of its end.",
            start(in_status("added"), waiting, limits=limits),
            record(report("inProgress"), reporter="observer"),
            record(report("succeeded", time=at(99)), reporter="observer"), activate("s2")),
        case("active/unknown", "O4", "A session with an unknown status is not active.",
            start(in_status("inProgress"), waiting, limits=limits),
            record(report("x"), reporter="observer"), activate("s2")),
        case("active/refused", "O4", "A session that was not activated is not active.",
            start(undeclared(), waiting, limits=limits), activate(), activate("s2")),
        case("active/expired", "O4", "A session that was removed by expiry is not active.",
            start(in_status("succeeded"), waiting, limits=limits), expire(_LATER),
            create(artifact("p1"), now=_LATER), activate(now=_LATER), activate("s2")),
        case("active/activated-twice", "O4", "A session is counted as active only once.",
            start(in_status("added"), waiting, limits={"activeSessions": 2}), activate(),
            activate(), activate("s2")),
        case("active/same-end-twice", "O4", "The end of a session is counted only once.",
            start(in_status("inProgress"), in_status("inProgress", session_id="s3"), waiting,
                limits={"activeSessions": 2}), record(report("succeeded")),
            record(report("succeeded")), activate("s2"), activate("s2")),
        case("active/bulk-ended", "O4",
            "When a bulk session has ended, another session can be activated.",
            start(bulk(asked("b1", "active"), status="activating"), waiting, limits=limits),
            resolve_bulk_request({"failures": [{"mailbox": "ada@example.com",
                "error": {"code": "Gone"}}], "ended": True}), activate("s2")),
    )


def _requests() -> Iterator[Declared]:
    ended = bulk(asked("b1", "completed"), asked("b2", "active"),
        artifacts=[stored("a1", "scheduling")])
    yield from (
        case("bulk/deleted-twice", "B2", "A bulk request can be deleted only once.",
            start(ended), delete_bulk_request(), delete_bulk_request(), get()),
        case("bulk/the-other", "B2", "The bulk request that remains is unchanged.",
            start(ended), delete_bulk_request(), delete_bulk_request(request_id="b2"), get()),
        case("bulk/created-again", "B1", "A bulk session can not have a second request.",
            start(bulk(asked("b1", "completed"), status="draft")), delete_bulk_request(),
            _request("ada@example.com"), get()),
        case("bulk/failed-twice", "B5",
            "The failure of a mailbox counts once, whether it is reported in one part or in two.",
            start(bulk(asked("b1", "active"), status="activating")),
            *[resolve_bulk_request({"failures": [{"mailbox": "ada@example.com",
                "error": {"code": code}}] * 2}) for code in ("Gone", "Busy")], get()),
        case("bulk/point-of-another-session", "B5",
            "A restore point can be in another session, and be used there again.",
            start(bulk(asked("b1", "active"), status="activating"),
                undeclared(stored("x", "added", restorePoint={"id": "p1"}), session_id="s2")),
            resolve_bulk_request({"artifacts": [{"restorePoint": {"id": "p1"}}]}, ids=["a1"]),
            get()),
    )


_STARTED: Final[tuple[tuple[str, dict[str, Any], dict[str, Any]], ...]] = (
    ("start", {"startDateTime": at(20)}, {}),
    ("start-reported", {"startDateTime": at(20)}, {"startDateTime": at(25)}),
    ("start-reported-alone", {"startDateTime": None}, {"startDateTime": at(25)}),
    ("none", {"startDateTime": None}, {}),
    ("result", {"restoredFolderId": "f1", "restoredItemCount": 0}, {"restoredFolderName": ""}),
)


def _unknown() -> Iterator[Declared]:
    """Let the status of an artifact become unknown, and known again."""
    for status in ("scheduled", "inProgress"):
        for name, given, reported in _STARTED:
            for end in ("inProgress", "succeeded", "failed", "scheduled"):
                if end == "scheduled" and name == "result":
                    continue
                yield case(f"unknown/{status}/{name}/{end}", "L5",
                    "An artifact keeps its properties while its status is unknown.",
                    start(undeclared(stored("a1", status, **given))),
                    record(report("x", time=at(40)), reporter="observer"),
                    record(report(end, time=at(50), **reported), reporter="observer"), get())
        yield case(f"unknown/{status}/twice", "L5", "The status of an artifact is unknown twice.",
            start(undeclared(stored("a1", status))),
            record(report("x", time=at(40), startDateTime=at(35)), reporter="observer"),
            record(report("y", time=at(45), startDateTime=at(36)), reporter="observer"),
            record(report("succeeded", time=at(50), startDateTime=at(37)), reporter="observer"),
            get())


AGAIN: Final = Topic(
    "again",
    "What is made again after it was deleted, removed, counted out or unknown",
    (
        *_sessions(),
        *_others(),
        *_artifacts(),
        *_within_requests(),
        *_counted(),
        *_requests(),
        *_unknown(),
    ),
)
"""The cases of several steps."""
