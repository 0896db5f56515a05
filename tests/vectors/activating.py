"""Activating a draft session, and deleting one (rules O4 and O5)."""

from __future__ import annotations

from itertools import chain
from typing import Any, Final

from restore_domain.status import RestoreSessionStatus

from .asking import (
    ADA,
    BOB,
    ON_HOLD,
    activate,
    artifact,
    at,
    create,
    delete,
    expire,
    get,
    list_artifacts,
    list_sessions,
    record,
    removal,
    report,
    update,
)
from .declaring import Declared, Topic, case, cases
from .refused_sessions import of_bad_ids, of_no_drafts
from .states import granular, in_status, of_both_kinds, session, start, stored, undeclared

__all__ = ["ACTIVATE", "DELETE"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

_ONE: Final = create(artifact())

_COUNTED: Final = (
    ("scheduling",),
    ("added", "scheduling"),
    ("scheduled",),
    ("inProgress", "succeeded"),
    ("added", "failed"),
    ("inProgress", "unknownFutureValue"),
)
"""Sessions that are activating or active, each for a different reason."""

_NOT_COUNTED: Final = (
    ("added",),
    ("succeeded",),
    ("failed",),
    ("succeeded", "failed"),
    ("succeeded", "unknownFutureValue"),
)
"""Sessions that are neither activating nor active."""


def _active(number: int) -> list[Any]:
    """Return this many sessions that are activating or active."""
    return [
        in_status(*_COUNTED[position % len(_COUNTED)], session_id=f"active-{position}")
        for position in range(number)
    ]


def _others() -> list[Any]:
    """Return sessions that don't count."""
    return [
        in_status(*statuses, session_id=f"other-{position}")
        for position, statuses in enumerate(_NOT_COUNTED)
    ]


_DRAFT: Final = in_status("added")

TOO_MANY: Final = "TooManyActiveRestoreSessions"


def _of_limit(number: int, limit: int, *, chosen: bool) -> Declared:
    """Activate a session when this many are active, among others that don't count."""
    outcome = TOO_MANY if number >= limit else "limit"
    name = f"{'chosen' if chosen else 'default'}-{limit}-held-{number}"  # codespell:ignore held
    return case(f"{outcome}/{name}", "O4",
        f"{number} of at most {limit} sessions are activating or active, and the others are not.",
        start(*_active(number), _DRAFT, *_others(),
            limits={"activeSessions": limit} if chosen else None), activate(), get())


def _only(kind: str, statuses: tuple[str, ...], limit: int = 1) -> Declared:
    """Activate a session next to another one, with a limit of one active session."""
    counts = statuses in _COUNTED
    return case(f"{TOO_MANY if counts else 'limit'}/beside-{kind}", "O4",
        f"A session with {' and '.join(statuses)} artifacts "
        f"{'counts' if counts else 'does not count'}.",
        start(in_status(*statuses, session_id="other"), _DRAFT, limits={"activeSessions": limit}),
        activate(), get())


_LIMIT_BY_CALLS: Final = case("TooManyActiveRestoreSessions/call-by-call", "O4",
    "After 25 sessions were created and activated, the 26th is refused.",
    *chain.from_iterable(
        (create(artifact(), session=f"s{number}"), activate(f"s{number}"))
        for number in range(1, 27)
    ), get("s26"))

_LIMITS: Final = (
    _of_limit(24, 25, chosen=False),
    _of_limit(25, 25, chosen=False),
    _of_limit(26, 25, chosen=False),
    _of_limit(2, 3, chosen=True),
    _of_limit(3, 3, chosen=True),
    _of_limit(4, 3, chosen=True),
    _of_limit(0, 1, chosen=True),
    _of_limit(0, 0, chosen=True),
    *(_only("+".join(statuses), statuses) for statuses in (*_COUNTED, *_NOT_COUNTED)),
    case(f"{TOO_MANY}/beside-not-held", "O4",
        "A session whose artifacts were not expanded counts by its declared status.",
        start({"id": "other", "status": "active"}, _DRAFT, limits={"activeSessions": 1}),
        activate(), get()),
    *cases("O4", "limit/",
        ("beside-not-held", "A session that declares the status completed does not count.",
         start({"id": "other", "status": "completed", "completedDateTime": "2026-01-05T09:30:00Z"},
             _DRAFT, limits={"activeSessions": 1}), activate(), get()),
        ("again-when-one-has-ended", "When a session has ended, another one can be activated.",
         start(in_status("inProgress"), in_status("added", session_id="s2"),
             limits={"activeSessions": 1}), activate("s2"), record(report("succeeded")),
         activate("s2"), get("s2")),
        ("of-sessions-not-of-artifacts", "A session counts once, regardless of its artifacts.",
         start(in_status("scheduled", "inProgress", "scheduling", session_id="other"),
             in_status("added", "added", "added"), limits={"activeSessions": 2}),
         activate(), get()),
    ),
    _LIMIT_BY_CALLS,
    *(
        case(f"{TOO_MANY}/after-{name}-of-{number}", "O4",
            "Sessions that are created or removed are not active.",
            start(*(in_status("inProgress", session_id=f"active-{one}") for one in range(3)),
                *(in_status(status, session_id=f"gone-{one}") for one in range(number)),
                _DRAFT, limits={"activeSessions": 3}),
            *calls, activate(), record(report("succeeded"), session="active-0"), activate())
        for number in (1, 2)
        for name, status, calls in (
            ("deletion", "added", [delete(f"gone-{one}") for one in range(number)]),
            ("expiry", "succeeded", [expire("2027-02-05T09:00:00Z")]),
            ("creation", "added",
             [create(artifact(), session=f"new-{one}") for one in range(number)]),
        )
    ),
)

_RARE: Final = (
    case("what-an-added-artifact-had", "O4",
        "An artifact that starts scheduling has no start, no end and no error.",
        start(session(stored("a1", "added", startDateTime=at(1), completionDateTime=at(2),
            error=ON_HOLD))), activate(), get()),
    case("granular-and-no-collection-of-others", "S2",
        "A session with only granular artifacts can also be activated.",
        start({"id": "s1", "granularMailboxRestoreArtifacts": [granular("g1", "added")]}),
        activate(), get()),
    case("artifacts-null", "S1",
        "If the artifacts of a session are null, they were not sent with it.",
        start({"id": "s1", "status": "draft", "mailboxRestoreArtifacts": None}), activate(), get()),
    *(
        case(f"more-to-come/{name}", "S1",
            "A session with a next link does not contain all its artifacts, regardless of what it "
            "declares.",
            start({"id": "s1", "status": "draft",
                "mailboxRestoreArtifacts": [stored("a1", "added")],
                "mailboxRestoreArtifacts@odata.nextLink": link}), activate(), get())
        for name, link in (("a-text", "https://more"), ("a-number", 0))
    ),
    case("count-forgotten", "S1a",
        "The number of artifacts is dropped with the other declared values.",
        start({"id": "s1", "mailboxRestoreArtifacts": [stored("a1", "added")],
            "mailboxRestoreArtifacts@odata.count": 1}), activate(), get()),
    case("no-more-to-come", "S8", "An empty next link leads nowhere, so nothing is missing.",
        start({"id": "s1", "status": "draft",
            "mailboxRestoreArtifacts": [stored("a1", "added")],
            "mailboxRestoreArtifacts@odata.nextLink": ""}), activate(), get()),
)
"""Initial states that are rare."""

ACTIVATE: Final = Topic(
    "activate",
    "Activating a draft session",
    (
        *cases("O4", "",
            ("one", "The artifact becomes scheduling, and the session activating.",
             _ONE, activate(), get()),
            ("all", "Every artifact becomes scheduling, and the order stays the same.",
             create(artifact("p3"), artifact("p1"), artifact("p2")), activate(), get(),
             list_artifacts()),
            ("many", "Every artifact becomes scheduling, regardless of their number.",
             create(*(artifact(f"p{number}") for number in range(1, 34))), activate(), get()),
            ("granular", "Granular artifacts become scheduling, too.",
             start(of_both_kinds(("added",), ("added",))), activate(), get()),
            ("granular-alone",
             "A session with only granular artifacts has something to restore.",
             start(session(mailboxRestoreArtifacts=[],
                 granularMailboxRestoreArtifacts=[granular("g1", "added")])), activate(), get()),
            ("by-somebody", "The session shows who activated it.",
             create(artifact(), actor=ADA), activate(actor=BOB), get()),
            ("other-session-untouched", "The call has no effect on another session.",
             _ONE, create(artifact(), session="s2"), activate(), get("s2")),
        ),
        *of_bad_ids("O4", activate, _ONE),
        case("RestoreSessionActionNotAllowed/twice", "O4", "A session can be activated only once.",
            _ONE, activate(), activate(), get()),
        *of_no_drafts("O4", activate()),
        *cases("O4", "InvalidArtifactRequest/",
            ("all-removed", "All artifacts were removed, so there is nothing to restore.",
             _ONE, update(removal("a1")), activate(), get()),
            ("none",
             "The session has no artifacts, so there is nothing to restore.",
             start(session()), activate(), get()),
        ),
        *(
            case(f"InvalidArtifactRequest/none-{declared}-{kind}", "O4",
                "A session without artifacts has nothing to restore, no matter what it declares.",
                start(undeclared(status=declared, **typed)), activate(), get())
            for declared in (*RestoreSessionStatus, "paused")
            for kind, typed in (
                ("untyped", {}), ("standard", {"restoreJobType": "standard"}),
                ("granular",
                 {"restoreJobType": "granular", "granularMailboxRestoreArtifacts": []}),
            )
        ),
        *_RARE,
        *_LIMITS,
    ),
)
"""The cases of activating a session (rule O4)."""

DELETE: Final = Topic(
    "delete",
    "Deleting a draft session",
    (
        *cases("O5", "",
            ("draft", "A deleted draft no longer exists.", _ONE, delete(), get()),
            ("no-longer-listed", "A deleted draft is not listed.",
             _ONE, create(artifact(), session="s2"), delete(), list_sessions()),
            ("without-artifacts", "A draft without artifacts can be deleted.",
             _ONE, update(removal("a1")), delete(), get()),
            ("artifacts-go-with-it", "The artifacts of a draft are deleted with it.",
             _ONE, delete(), list_artifacts()),
            ("created-again", "The id of a deleted draft can be used again.",
             _ONE, delete(), create(artifact("p2")), get()),
            ("other-session-untouched", "The call has no effect on another session.",
             _ONE, create(artifact(), session="s2"), delete("s2"), get()),
            ("by-an-actor-at-a-time",
             "Who deletes a draft, and when, does not appear in any answer.",
             _ONE, delete(now=at(60), actor=BOB), get()),
            ("RestoreSessionNotFound/twice", "A deleted draft can not be deleted again.",
             _ONE, delete(), delete()),
        ),
        *of_bad_ids("O5", delete, _ONE),
        case("RestoreSessionActionNotAllowed/activated", "O5",
            "A session that was activated can not be deleted.",
            _ONE, activate(), delete(), get()),
        *of_no_drafts("O5", delete()),
    ),
)
"""The cases of deleting a session (rule O5)."""
