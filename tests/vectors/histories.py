"""Whole histories of sessions, with the state after every step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from restore_domain.verification.histories import Call

from .asking import (
    ADA,
    BOB,
    activate,
    artifact,
    at,
    create,
    create_artifact,
    delete,
    expire,
    get,
    list_artifacts,
    list_sessions,
    record,
    record_batch,
    removal,
    report,
    update,
)
from .declaring import Declared, Start, Topic, case
from .states import of_both_kinds, start

__all__ = ["HISTORIES"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off


_SHOWS_STATE: Final = frozenset({"get", "list", "listArtifacts"})


def _shown(steps: tuple[Start | Call, ...]) -> Iterator[Start | Call]:
    """After each call on a session, request the session."""
    for step in steps:
        yield step
        if isinstance(step, Start) or step["method"] in _SHOWS_STATE:
            continue
        if "sessionId" in step["params"]:
            yield get(step["params"]["sessionId"])


def _life(name: str, rule: str, description: str, *steps: Start | Call) -> Declared:
    return case(name, rule, description, *_shown(steps))


HISTORIES: Final = Topic(
    "histories",
    "Whole lives of sessions, with the state after every step",
    (
        _life("one-mailbox-restored", "O7",
            "A session of one artifact, from its creation to its end.",
            create(artifact(), actor=ADA), activate(actor=BOB),
            record(report("scheduled", time=at(70))), record(report("inProgress", time=at(80))),
            record(report("succeeded", time=at(90))), expire("2027-01-05T10:30:00Z"), get(),
            expire("2027-01-05T10:30:01Z"), get()),
        _life("one-of-two-fails", "O7", "One artifact is restored, and the other one fails.",
            create(artifact("p1"), artifact("p2")), activate(),
            record(report("scheduled", "a1", time=at(70))),
            record(report("scheduled", "a2", time=at(71))),
            record(report("inProgress", "a1", time=at(80))),
            record(report("succeeded", "a1", time=at(90))),
            record(report("inProgress", "a2", time=at(95))),
            record(report("failed", "a2", time=at(99)))),
        _life("all-fail-early", "O7", "No artifact is ever restored.",
            create(artifact("p1"), artifact("p2"), artifact("p3")), activate(),
            record(report("failed", "a2", time=at(61))),
            record(report("scheduled", "a1", time=at(62))),
            record(report("failed", "a1", time=at(63))),
            record(report("failed", "a3", time=at(64), error={"code": "ArtifactNotFound"}))),
        _life("draft-edited", "O3", "A draft is changed many times, and then deleted.",
            create(artifact("p1"), artifact("p2"), actor=ADA),
            update(artifact("p3"), removal("a1"), now=at(10), ids=["b1"], actor=BOB),
            create_artifact(artifact("p4"), artifact_id="c1", now=at(20)),
            update(removal("a2"), removal("b1"), removal("c1"), now=at(30)),
            update(artifact("p1", "new"), now=at(40), ids=["d1"]),
            update(removal("a1"), artifact("p2", "new"), now=at(50), ids=["e1"]), list_artifacts(),
            delete(), list_sessions()),
        _life("draft-misused", "O3", "Refused calls leave no trace in a session.",
            create(artifact("p1")), create_artifact(artifact("p1")), update(artifact("p2", "new")),
            update(artifact("p2")), record(report("scheduled")), activate(), activate(), delete(),
            update(removal("a1")), create_artifact(artifact("p3")), record(report("succeeded"))),
        _life("observed", "L2", "An observer reports only some of each artifact's statuses.",
            create(artifact("p1"), artifact("p2"), artifact("p3")), activate(),
            record(report("inProgress", "a1", time=at(70)), reporter="observer"),
            record(report("succeeded", "a2", time=at(80), startDateTime=at(65),
                completionDateTime=at(75)), reporter="observer"),
            record(report("scheduled", "a1", time=at(85)), reporter="observer"),
            record(report("succeeded", "a1", time=at(90)), reporter="observer"),
            record(report("failed", "a3", time=at(95)), reporter="observer")),
        _life("observed-dimly", "L4", "An observer reports statuses that it does not know.",
            create(artifact("p1"), artifact("p2")), activate(),
            record(report("unknownFutureValue", "a1", time=at(70)), reporter="observer"),
            record(report("unknownFutureValue", "a2", time=at(75)), reporter="observer"),
            record(report("added", "a1", time=at(76)), reporter="observer"),
            record(report("inProgress", "a1", time=at(80)), reporter="observer"),
            record(report("succeeded", "a1", time=at(85)), reporter="observer"),
            record(report("unknownFutureValue", "a1", time=at(86)), reporter="observer"),
            record(report("failed", "a2", time=at(90)), reporter="observer")),
        _life("events-come-twice", "L3", "Each report is sent twice, and one comes late.",
            create(artifact("p1"), artifact("p2")), activate(),
            record(report("scheduled", "a1", time=at(70))),
            record(report("scheduled", "a1", time=at(71))),
            record(report("inProgress", "a1", time=at(72))),
            record(report("inProgress", "a1", time=at(73))),
            record(report("scheduled", "a1", time=at(70))),
            record(report("succeeded", "a1", time=at(74))),
            record(report("succeeded", "a1", time=at(75))),
            record(report("failed", "a1", time=at(76)))),
        _life("in-batches", "O7", "A session is driven by batches, one of which is refused.",
            create(artifact("p1"), artifact("p2"), artifact("p3")), activate(),
            record_batch(report("scheduled", "a1", time=at(70)),
                report("scheduled", "a2", time=at(70)), report("scheduled", "a3", time=at(70))),
            record_batch(report("inProgress", "a1", time=at(80)),
                report("succeeded", "a1", time=at(85)), report("inProgress", "a2", time=at(82))),
            record_batch(report("succeeded", "a2", time=at(90)),
                report("succeeded", "a3", time=at(90))),
            record_batch(report("succeeded", "a2", time=at(91)),
                report("failed", "a3", time=at(90)))),
        _life("clock-goes-back", "S6", "The clocks of the callers differ.",
            create(artifact("p1"), now=at(60), actor=ADA),
            update(artifact("p2"), now=at(30), actor=BOB),
            create_artifact(artifact("p3"), now=at(90), artifact_id="c1"), activate(now=at(45)),
            record(report("scheduled", "a1", time=at(50))),
            record(report("inProgress", "a1", time=at(55))),
            record(report("succeeded", "a1", time=at(40))),
            record(report("failed", "n1", time=at(50))),
            record(report("failed", "c1", time=at(120)))),
        _life("one-at-a-time", "O4", "Two sessions, of which only one may be active at a time.",
            start(limits={"activeSessions": 1}), create(artifact("p1")),
            create(artifact("p2"), session="s2"), activate(), activate("s2"),
            record(report("failed", time=at(70))), activate("s2", now=at(80)),
            record(report("scheduled", time=at(85)), session="s2"), list_sessions()),
        _life("both-kinds", "S2",
            "A whole mailbox and some items of another one are restored together.",
            start(of_both_kinds(("added",), ("added",))), activate(),
            record(report("scheduled", "g1", time=at(70))),
            record(report("scheduled", "a1", time=at(71))),
            record(report("inProgress", "g1", time=at(80))),
            record(report("failed", "a1", time=at(85))),
            record(report("succeeded", "g1", time=at(90)))),
    ),
)
"""The cases that are whole histories of sessions."""
