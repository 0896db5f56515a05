"""Updating a draft session with a delta, and with one artifact (rules O3 and O6)."""

from __future__ import annotations

from itertools import product
from typing import Any, Final

from restore_domain.verification.histories import Call

from .asking import (
    ADA,
    BOB,
    DELTA,
    activate,
    artifact,
    create,
    create_artifact,
    get,
    list_artifacts,
    removal,
    update,
)
from .declaring import Declared, Topic, case, cases
from .refused_sessions import of_bad_ids, of_no_drafts
from .requested_artifacts import SAME_POINT, of_bad_artifacts, of_bad_places, of_good_artifacts
from .states import of_both_kinds, session, start, stored

__all__ = ["CREATE_ARTIFACT", "UPDATE"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

_ONE: Final = create(artifact("p1"))
_THREE: Final = create(artifact("p1"), artifact("p2"), artifact("p3"))

_ACCEPTED: Final = cases("O3", "",
    ("adds", "New artifacts come after the existing ones.",
     create(artifact("p1"), artifact("p2")), update(artifact("p4"), artifact("p3")), get()),
    ("more-ids-than-artifacts", "There may be more ids than artifacts.",
     _ONE, update(artifact("p2"), removal("a1"), ids=["n1", "n2", "n3"]), get()),
    ("adds-to-none", "Artifacts can be added to a session whose artifacts were all removed.",
     _ONE, update(removal("a1")), update(artifact("p2", "new")), get()),
    ("removes", "The other artifacts keep their order when one is removed.",
     _THREE, update(removal("a2")), get()),
    ("removes-the-first", "The first artifact is removed, and the others stay.",
     _THREE, update(removal("a1")), get()),
    ("removes-all", "All artifacts can be removed.",
     create(artifact("p1"), artifact("p2")), update(removal("a2"), removal("a1")), get()),
    ("adds-and-removes",
     "One request can add and remove artifacts, and the others keep their order.",
     _THREE, update(removal("a1"), artifact("p4"), removal("a3"), artifact("p5")), get()),
    ("adds-and-removes/list", "The list of the artifacts shows the changes.",
     _THREE, update(artifact("p4"), removal("a2"), artifact("p5")), list_artifacts()),
    ("two-updates", "A second update continues from the result of the first.",
     _ONE, update(artifact("p2"), ids=["n1"]), update(artifact("p3"), removal("a1"), ids=["n2"]),
     get()),
    ("other-session-untouched", "The call has no effect on another session.",
     _ONE, create(artifact("p1"), session="s2"), update(artifact("p2"), removal("a1")), get("s2")),
    ("by-somebody", "The session shows who updated it.",
     create(artifact(), actor=ADA), update(artifact("p2"), actor=BOB), get()),
    ("order-of-the-answer",
     (
      "The answer lists added artifacts and failed removals in the order of the request, but no "
      "removed ones."),
     _THREE, update(removal("a9"), artifact("p4"), removal("a1"), removal("a8"), artifact("p5"))),
    ("removal-not-there",
     "The removal of an unknown artifact fails, and the other entries are applied.",
     create(artifact("p1"), artifact("p2")), update(removal("a9"), artifact("p3"), removal("a1")),
     get()),
    ("removal-not-there/alone", "All entries of a request may fail.",
     _ONE, update(removal("a8"), removal("a9")), get()),
    ("removal-twice",
     "The second removal of the same artifact fails, and the first one is applied.",
     create(artifact("p1"), artifact("p2")), update(removal("a1"), removal("a1")), get()),
    ("removal-again", "An artifact that an earlier request removed can not be removed again.",
     create(artifact("p1"), artifact("p2")), update(removal("a1")), update(removal("a1")), get()),
    ("removal-of-what-comes", "An artifact can't be removed by the same request that adds it.",
     _ONE, update(artifact("p2"), removal("n1")), get()),
    ("removal-of-granular", "A granular artifact is not found in the delta of the others.",
     start(of_both_kinds(("added",), ("added",))),
     update(removal("g1")), get()),
    ("removal-from-another-session", "An artifact of another session is not found.",
     create(artifact("p1"), ids=["x"]), create(artifact("p1"), session="s2", ids=["y"]),
     update(removal("y")), get("s2")),
    ("replaces", "A request may remove an artifact and add its restore point again.",
     create(artifact("p1"), artifact("p2")), update(removal("a1"), artifact("p1")), get()),
    ("replaces/added-first", "The order of the two entries does not matter.",
     create(artifact("p1"), artifact("p2")), update(artifact("p1"), removal("a1")), get()),
    ("replaces/other-place",
     "A request that removes all artifacts may add others with another destination.",
     create(artifact("p1"), artifact("p2")),
     update(artifact("p1", "new"), removal("a1"), removal("a2")), get()),
    ("same-point-in-another-session", "Another session may restore the same restore point.",
     _ONE, create(artifact("p2"), session="s2"), update(artifact("p2")), get()),
)


def _many(number: int) -> list[Any]:
    return [artifact(f"q{position}") for position in range(1, number + 1)]


def _absent(number: int) -> list[Any]:
    return [removal(f"b{position}") for position in range(1, number + 1)]


def _of_limit(name: str, limit: int, entries: list[Any], *, chosen: bool) -> Declared:
    number = len(entries)
    there = "too many" if number > limit else "taken"
    return case(f"{'RestoreArtifactsLimitBreached' if number > limit else 'limit'}/{name}", "O3",
        f"Of at most {limit} entries in a request, {number} are {there}.",
        start(limits={"artifactsPerRequest": limit}) if chosen else start(), _ONE, update(*entries),
        get())


_LIMITS: Final = (
    _of_limit("default-49", 50, _many(49), chosen=False),
    _of_limit("default-50", 50, _many(50), chosen=False),
    _of_limit("default-51", 50, _many(51), chosen=False),
    _of_limit("removals-50", 50, _absent(50), chosen=False),
    _of_limit("removals-51", 50, _absent(51), chosen=False),
    _of_limit("both-50", 50, _many(25) + _absent(25), chosen=False),
    _of_limit("both-51", 50, _many(25) + _absent(26), chosen=False),
    _of_limit("chosen-2", 3, _many(2), chosen=True),
    _of_limit("chosen-3", 3, _many(3), chosen=True),
    _of_limit("chosen-4", 3, _many(4), chosen=True),
    _of_limit("chosen-both-3", 3, [removal("a1"), *_many(2)], chosen=True),
    _of_limit("chosen-both-4", 3, [removal("a1"), *_many(3)], chosen=True),
    case("limit/of-a-request-not-of-a-session", "O3",
        "A session may have more artifacts than a request.",
        start(limits={"artifactsPerRequest": 2}), create(*_many(2)),
        update(artifact("p1"), artifact("p2")), get()),
)

_MALFORMED: Final[tuple[tuple[str, Any, str], ...]] = (
    ("request-a-number", 7, "The request is a number."),
    ("request-an-array", [artifact("p2")], "The request is an array."),
    ("no-array", {DELTA: {}}, "The delta is an object."),
    ("a-text", {DELTA: "p2"}, "The delta is a text."),
    ("entry-null", {DELTA: [artifact("p2"), None]}, "An entry is null."),
    ("entry-a-text", {DELTA: ["p2"]}, "An entry is a text."),
    ("entry-a-number", {DELTA: [5]}, "An entry is a number."),
    ("removal-without-id", {DELTA: [{"@removed": {"reason": "changed"}}]}, "A removal has no id."),
    ("removal-id-null", {DELTA: [removal(None)]}, "The id of a removal is null."),
    ("removal-id-a-number", {DELTA: [removal(1)]}, "The id of a removal is a number."),
    ("removed-a-text",
     {DELTA: [{"@removed": "changed", "id": "a1"}]}, "The value of @removed is a text."),
)

_NOTHING: Final[tuple[tuple[str, Any, str], ...]] = (
    ("missing", {}, "The request has no delta."),
    ("null", {DELTA: None}, "The delta is null."),
    ("empty", {DELTA: []}, "The delta is empty."),
    ("other-name", {"mailboxRestoreArtifacts": [artifact("p2")]}, "The delta has another name."),
)


def _against_session(rule: str, call: Any) -> tuple[Declared, ...]:
    """Call an operation with an artifact that does not fit those of the session."""
    return (
        *(
            case(f"DuplicateArtifactInList/in-the-session/{name}",
                rule, description, _ONE,
                call({"restorePoint": point, "destinationType": "inPlace"}), get())
            for name, point, description in SAME_POINT
        ),
        case("DuplicateArtifactInList/referenced-in-the-session",
            rule, "The session's artifact has its restore point by reference.",
            create({"restorePoint": {"@odata.id": "p1"}, "destinationType": "inPlace"}),
            call(artifact("p1")), get()),
        case("DuplicateArtifactInList/last-of-the-session",
            rule, "The last artifact of the session has the restore point.", _THREE,
            call(artifact("p3")), get()),
        case("DifferentRestoreDestinationType/new",
            rule,
                "The artifacts of the session have another destination.",
                _ONE, call(artifact("p2", "new")),
            get()),
        case("DifferentRestoreDestinationType/in-place",
            rule,
                "The artifacts of the session have another destination.",
                create(artifact("p1", "new")),
            call(artifact("p2", "inPlace")), get()),
    )


def _not_draft(rule: str, call: Call) -> tuple[Declared, ...]:
    """Call an operation that only a draft allows on each other session."""
    return (
        case("RestoreSessionActionNotAllowed/activated",
            rule, "The session was activated.", _ONE, activate(), call, get()),
        *of_no_drafts(rule, call),
        case("RestoreSessionActionNotAllowed/not-held",
            rule, "The session's artifacts were not expanded.",
            start({"id": "s1", "status": "draft"}), call, get()),
    )


_BESIDE_SEVERAL_DESTINATIONS: Final = tuple(
    case(f"beside-several-destinations/{'-'.join(there)}/{gone}-{destination}", "O3",
        "The destination of a session is that of the first artifact that stays and has one.",
        start(session(*(
            stored(f"a{number}", "added", destinationType=None if one == "no" else one)
            for number, one in enumerate(there, start=1)
        ))),
        update(*removed, artifact("p9", destination)), get())
    for there in product(("no", "new", "inPlace"), repeat=3)
    if {"new", "inPlace"} <= {*there}
    for gone, removed in (("none", ()), ("first", [removal("a1")]))
    for destination in ("new", "inPlace")
)

_REFUSED: Final = (
    *of_bad_ids("O3", lambda name: update(artifact("p2"), session=name), _ONE),
    *_not_draft("O3", update(artifact("p2"))),
    case("RestoreSessionActionNotAllowed/removal", "O3",
        "Artifacts can not be removed from a session that was activated.",
        _THREE, activate(), update(removal("a1")), get()),
    *(
        case(f"InvalidPatchRequest/{name}", "O3",
            description, _ONE, update(request=request), get())
        for name, request, description in _MALFORMED
    ),
    *(
        case(f"InvalidArtifactRequest/{name}", "O3",
            description, _ONE, update(request=request), get())
        for name, request, description in _NOTHING
    ),
    *of_bad_artifacts("O3", _ONE, call=lambda bad: update(artifact("p2"), removal("a1"), bad),
        after=get()),
    *of_bad_places("O3", _ONE, call=update, after=get()),
    *cases("O3", "",
        ("DuplicateArtifactInList/in-the-request", "The request contains a restore point twice.",
         _ONE, update(artifact("p2"), artifact("p2")), get()),
        ("DuplicateArtifactInList/in-the-request-by-reference",
         "The request contains a restore point twice, once by reference.",
         _ONE,
         update(artifact("p2"),
             {"restorePoint": {"@odata.id": "p2"}, "destinationType": "inPlace"}),
         get()),
        ("InvalidPatchRequest/removed-null",
         "An entry with @removed is a removal, but not if its value is null.",
         _ONE, update({**artifact("p2"), "@removed": None, "id": "a1"}, ids=["n1"]), get()),
        ("DuplicateArtifactInList/removed-not-there",
         "A removal that fails makes no room for another artifact.",
         _ONE, update(removal("a9"), artifact("p1")), get()),
        ("DuplicateArtifactInList/removed-once-added-twice",
         "A removal makes room for one artifact, but not for two.",
         _ONE, update(removal("a1"), artifact("p1"), artifact("p1")), get()),
        ("DifferentRestoreDestinationType/in-the-request", "The request has two destinations.",
         _ONE, update(artifact("p2"), artifact("p3", "new")), get()),
        ("DifferentRestoreDestinationType/all-removed",
         "A request that removes all artifacts has two destinations.",
         _ONE, update(removal("a1"), artifact("p2", "new"), artifact("p3")), get()),
        ("DifferentRestoreDestinationType/not-all-removed",
         "An artifact that stays has another destination.",
         create(artifact("p1"), artifact("p2")), update(removal("a1"), artifact("p3", "new")),
         get()),
    ),
    *_against_session("O3", update),
    *_BESIDE_SEVERAL_DESTINATIONS,
    case("nothing-is-left", "O3", "A refused request changes nothing, including removals.",
        create(artifact("p1"), artifact("p2")),
        update(removal("a1"), artifact("p3"), artifact("p2")), get(), list_artifacts()),
)

UPDATE: Final = Topic(
    "update",
    "Updating a draft session by a delta",
    (*_ACCEPTED, *of_good_artifacts("O3", _ONE, call=update, after=get()), *_LIMITS, *_REFUSED),
)
"""The cases of updating a session (rule O3)."""

_BODIES: Final = (
    ("a-number", 7, "The request is a number."),
    ("an-array", [artifact("p2")], "The request is an array."),
)

CREATE_ARTIFACT: Final = Topic(
    "create_artifact",
    "Adding one artifact to a draft session",
    (
        *cases("O6", "",
            ("adds", "The new artifact comes after the others.",
             create(artifact("p2"), artifact("p1")), create_artifact(artifact("p0")), get()),
            ("adds-two", "Artifacts can be added one after the other.",
             _ONE, create_artifact(artifact("p2")),
             create_artifact(artifact("p3"), artifact_id="n2"), get()),
            ("adds-to-none",
             "An artifact can be added to a session whose artifacts were all removed.",
             _ONE, update(removal("a1")), create_artifact(artifact("p1", "new")), get()),
            ("beyond-the-limit-of-a-request", "A session may have more artifacts than a request.",
             start(limits={"artifactsPerRequest": 1}),
             _ONE, create_artifact(artifact("p2")), get()),
            ("by-somebody", "The session shows who added the artifact.",
             create(artifact(), actor=ADA), create_artifact(artifact("p2"), actor=BOB), get()),
        ),
        *of_good_artifacts("O6", _ONE, call=create_artifact, after=get()),
        *(
            case(f"beside-two-destinations/{destination}", "O6",
                "The destination of a session is that of its first artifact.",
                start(session(stored("a1", "added"), stored("a2", "added", destinationType="new"))),
                create_artifact(artifact("p3", destination)), get())
            for destination in ("new", "inPlace")
        ),
        *of_bad_ids("O6", lambda name: create_artifact(artifact("p2"), session=name), _ONE),
        *_not_draft("O6", create_artifact(artifact("p2"))),
        *(
            case(f"InvalidArtifactRequest/{name}", "O6",
                description, _ONE, create_artifact(request), get())
            for name, request, description in _BODIES
        ),
        *of_bad_artifacts("O6", _ONE, call=create_artifact, after=get()),
        *_against_session("O6", create_artifact),
    ),
)
"""The cases of creating one artifact (rule O6)."""
