"""Faults of the operations on drafts (rules O1 and O3-O6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from restore_domain.model import ExchangeRestoreSession, RestorePoint
from restore_domain.operations import BackupRestoreRoot
from restore_domain.status import ArtifactRestoreStatus, DestinationType, RestoreSessionStatus
from restore_domain.verification import RefusedError

from .faulty_system import (
    ADDED,
    COLLECTIONS,
    DELTA,
    EXCEPTION,
    Behaviour,
    Entry,
    Fault,
    FaultySystem,
    Params,
    accepting,
    answering,
    artifacts_added,
    as_stored,
    asking,
    beginning_with,
    changing_session,
    entries_of,
    key_of,
    keys_in,
    point_of,
    refusal,
    refusing,
    refusing_at_last,
    refusing_otherwise,
    refusing_with,
    removals_of,
    storing,
    time_of,
    with_entries,
    with_limits,
    without,
)

DRAFT = RestoreSessionStatus.DRAFT
ACTIVATING = RestoreSessionStatus.ACTIVATING
ACTIVE = RestoreSessionStatus.ACTIVE
NOT_ALLOWED = "RestoreSessionActionNotAllowed"
DIFFERENT = "DifferentRestoreDestinationType"

LISTS = "create update"
ADDITIONS = "create update createArtifact"

Before = ExchangeRestoreSession | None

# How many artifacts are accepted ------------------------------------------------------------------


def artifacts(change: Callable[[int], int]) -> Behaviour:
    """Accept another number of artifacts in a request than the limits say."""
    return beginning_with(
        lambda _, limits: {"artifacts_per_request": change(limits.artifacts_per_request)}
    )


def artifacts_by(change: Callable[[FaultySystem, Params], int]) -> Behaviour:
    """Accept this many artifacts more, or fewer, in an update."""
    return with_limits(
        "update",
        lambda system, params: {
            "artifacts_per_request": max(
                system.root.limits.artifacts_per_request + change(system, params), 1
            )
        },
    )


def those_of_its_session(system: FaultySystem, params: Params) -> int:
    session = system.session(params)
    return 0 if session is None else -session.tally.total


AMOUNTS = (
    Fault("one artifact more than allowed", "O1 O3", artifacts(lambda limit: limit + 1)),
    Fault("one artifact less than allowed", "O1 O3", artifacts(lambda limit: max(limit - 1, 1))),
    Fault("fifty despite the limits", "O1 O3", artifacts(lambda _: 50)),
    Fault(
        "49 artifacts in a request",
        "O1 O3",
        beginning_with(
            lambda given, _: {} if "artifactsPerRequest" in given else {"artifacts_per_request": 49}
        ),
    ),
    Fault(
        "a breached limit is a 400",
        "O1",
        refusing_with(
            "create", "RestoreArtifactsLimitBreached", "RestoreArtifactsLimitBreached", 400
        ),
    ),
    Fault(
        "removals do not count against the limit",
        "O3",
        artifacts_by(lambda _, params: len(removals_of(params))),
    ),
    Fault(
        "what a session holds counts against the limit",
        "O3",
        artifacts_by(those_of_its_session),
    ),
)

# The order of the checks --------------------------------------------------------------------------


def where_all_go_to_one(system: FaultySystem, method: str, params: Params) -> RefusedError | None:
    """Return what would be refused if every artifact went to the same place."""
    entries = [{**entry, "destinationType": "new"} for entry in entries_of(method, params)]
    return system.tried(method, with_entries(method, params, entries))


def for_another_reason(*codes: str) -> Callable[[FaultySystem, str, Params], RefusedError | None]:
    def instead(system: FaultySystem, method: str, params: Params) -> RefusedError | None:
        refused = where_all_go_to_one(system, method, params)
        return refused if refused is not None and refused.code in codes else None

    return instead


def without_the_limit(system: FaultySystem, method: str, params: Params) -> RefusedError | None:
    unlimited = FaultySystem(FaultySystem.right)
    limits = attrs.evolve(system.root.limits, artifacts_per_request=1_000_000)
    unlimited.root = attrs.evolve(system.root, limits=limits)
    return unlimited.tried(method, params)


def judge_before_removals(system: FaultySystem, method: str, params: Params) -> Any:
    """Check what an update adds against the session before the removals."""
    if method == "update" and removals_of(params) and entries_of(method, params):
        added = {**params["request"], DELTA: entries_of(method, params)}
        refused = system.tried(method, {**params, "request": added})
        if refused is not None and system.tried(method, params) is None:
            raise refused
    return system.right(method, params)


ORDER = (
    Fault(
        "a restore point before a path type",
        "O1",
        refusing_otherwise("create", "InvalidPathType", for_another_reason("InvalidRestorePoint")),
    ),
    Fault(
        "duplicates before destinations",
        "O1",
        refusing_otherwise(
            "create",
            DIFFERENT,
            for_another_reason("DuplicateArtifactInList"),
        ),
    ),
    Fault(
        "the limit after all else",
        "O1",
        refusing_otherwise("create", "RestoreArtifactsLimitBreached", without_the_limit),
    ),
    Fault("a patch is judged before its removals", "O3", judge_before_removals),
    Fault(
        "a malformed patch has no artifacts",
        "O3",
        refusing_with("update", "InvalidPatchRequest", "InvalidArtifactRequest"),
    ),
)

# Which artifacts are accepted ---------------------------------------------------------------------


def renamed(entry: Entry, place: int) -> Entry:
    """Return an entry with a restore point that no other entry has."""
    return {**entry, "restorePoint": {"id": f"of its own: {place}"}}


def renaming(
    methods: str, unlike: Callable[[int, Entry, list[Entry], list[str]], Any]
) -> Behaviour:
    """Accept some entries whose restore points the reference refuses."""
    return accepting(
        methods,
        lambda entries, _session, stored: [
            renamed(entry, place) if unlike(place, entry, entries, stored) else entry
            for place, entry in enumerate(entries)
        ],
    )


def was_asked_for_before(
    place: int, entry: Entry, entries: list[Entry], _stored: list[str]
) -> bool:
    key = key_of(entry)
    return key is not None and key in map(key_of, entries[:place])


def was_asked_for_long_before(
    place: int, entry: Entry, entries: list[Entry], stored: list[str]
) -> bool:
    neighbour = entries[place - 1] if place else {}
    return was_asked_for_before(place, entry, entries, stored) and key_of(neighbour) != key_of(
        entry
    )


def is_in_the_session(_place: int, entry: Entry, _entries: list[Entry], stored: list[str]) -> bool:
    return key_of(entry) in stored


def is_a_reference(_place: int, entry: Entry, _entries: list[Entry], _stored: list[str]) -> bool:
    point = point_of(entry)
    return point is not None and not point.id


def is_blank(_place: int, entry: Entry, _entries: list[Entry], _stored: list[str]) -> bool:
    key = key_of(entry)
    return key is not None and not key.strip() and bool(key)


def is_bad_and_not_the_first(
    place: int, entry: Entry, _entries: list[Entry], _stored: list[str]
) -> bool:
    key = key_of(entry)
    return place > 0 and (
        entry.get("restorePoint") is None or (key is not None and not key.strip())
    )


PLACES = [*DestinationType.__members__.values()][:2]
"""The destinations that a request may have."""


def to_one_place(
    entries: list[Entry], session: ExchangeRestoreSession | None, _stored: list[str]
) -> list[Entry]:
    """Send all artifacts where the session's artifacts go, or the first one of the request."""
    if any(entry.get("destinationType") not in PLACES for entry in entries):
        return entries
    staying = [one.destination_type for one in session.artifacts] if session is not None else []
    known = [place.value for place in staying if place is not None]
    place = known[0] if known else entries[0]["destinationType"]
    return [{**entry, "destinationType": place} for entry in entries]


def to_any_place(
    entries: list[Entry], _session: ExchangeRestoreSession | None, _stored: list[str]
) -> list[Entry]:
    """Treat invalid destinations as the destination of the others."""
    places = [entry.get("destinationType") for entry in entries]
    good = next((place for place in places if place in PLACES), "new")
    return [
        {**entry, "destinationType": good}
        if isinstance(entry.get("destinationType"), str) and entry["destinationType"] not in PLACES
        else entry
        for entry in entries
    ]


def to_the_place_of_the_session(
    entries: list[Entry], session: ExchangeRestoreSession | None, stored: list[str]
) -> list[Entry]:
    """Let artifacts with the same destination go to that of the session."""
    same = len({str(entry.get("destinationType")) for entry in entries}) == 1
    return to_one_place(entries, session, stored) if same else entries


def where_the_last_goes(
    entries: list[Entry], _session: ExchangeRestoreSession | None, _stored: list[str]
) -> list[Entry]:
    """Let artifacts without a destination go where the last one goes."""
    last = entries[-1].get("destinationType")
    return [
        entry if entry.get("destinationType") in PLACES else {**entry, "destinationType": last}
        for entry in entries
    ]


def collides_in_any_case(session: Before, method: str, params: Params) -> bool:
    keys = [*keys_in(session, method, params), *map(key_of, entries_of(method, params))]
    lower = [key.lower() for key in keys if key is not None]
    return len({*lower}) < len(lower)


def has_ids_to_spare(_session: Before, method: str, params: Params) -> bool:
    return len(params["artifactIds"]) > len(entries_of(method, params))


def create_nothing(system: FaultySystem, method: str, params: Params) -> Any:
    request = params.get("request")
    if method != "create" or not isinstance(request, Mapping):
        return system.right(method, params)
    if request.get("mailboxRestoreArtifacts") != []:
        return system.right(method, params)
    entry = {"destinationType": "new", "restorePoint": {"id": "nothing"}}
    asked = {**with_entries(method, params, [entry]), "artifactIds": ["nothing"]}
    answer = system.right(method, asked)
    session = system.session(params)
    assert session is not None
    system.put(session, mailbox_restore_artifacts=())
    return as_stored(system, method, params, answer)


ADDITIONS_TAKEN = (
    Fault("a session without artifacts", "O1", create_nothing),
    Fault("the same restore point twice", "O1 O3", renaming(LISTS, was_asked_for_before)),
    Fault("neighbours alone are duplicates", "O1 O3", renaming(LISTS, was_asked_for_long_before)),
    Fault(
        "a restore point of the session may be added again",
        "O3 O6",
        renaming("update createArtifact", is_in_the_session),
    ),
    Fault("a reference is another restore point", "O1 O3 O6", renaming(ADDITIONS, is_a_reference)),
    Fault("a blank restore point", "O1 O3 O6", renaming(ADDITIONS, is_blank)),
    Fault(
        "only the first restore point is checked",
        "O1 O3",
        renaming(LISTS, is_bad_and_not_the_first),
    ),
    Fault(
        "restore points are matched without regard to case",
        "O1 O3 O6",
        refusing_at_last(ADDITIONS, "DuplicateArtifactInList", collides_in_any_case),
    ),
    Fault("any destination is accepted", "O1 O3 O6", accepting(ADDITIONS, to_any_place)),
    Fault(
        "artifacts may have different destinations", "O1 O3 O6", accepting(ADDITIONS, to_one_place)
    ),
    Fault("only the last destination is checked", "O1 O3", accepting(LISTS, where_the_last_goes)),
    Fault(
        "the destination of the session does not count",
        "O3 O6",
        accepting("update createArtifact", to_the_place_of_the_session),
    ),
    Fault(
        "more ids than artifacts are refused",
        "O1 O3",
        refusing_at_last("create", "InvalidArtifactRequest", has_ids_to_spare),
    ),
)

# The artifacts that are added ---------------------------------------------------------------------


def adding(change: Callable[[Any], Mapping[str, Any]], methods: str = ADDITIONS) -> Behaviour:
    """Give added artifacts other properties."""

    def change_stored(system: FaultySystem, before: BackupRestoreRoot, params: Params) -> None:
        old = before.session(params["sessionId"])
        for artifact in artifacts_added(system, old, params):
            session = system.session(params)
            assert session is not None
            system.put_artifact(session, artifact, **change(artifact))

    return storing(methods, change_stored)


def newest_first(system: FaultySystem, before: BackupRestoreRoot, params: Params) -> None:
    old, session = before.session(params["sessionId"]), system.session(params)
    assert session is not None
    if old is None:
        others = before.exchange_restore_sessions
        system.put_all([session, *others])
        return
    added = artifacts_added(system, old, params)
    stored = [one for one in session.mailbox_restore_artifacts or () if one not in added]
    system.put(session, mailbox_restore_artifacts=[*added, *stored])


def ids_from_the_end(_system: FaultySystem, params: Params) -> Params:
    return {**params, "artifactIds": params["artifactIds"][::-1]}


def nobody(*names: str) -> Callable[[Before, ExchangeRestoreSession, Params], dict[str, Any]]:
    return lambda _before, _session, _params: dict.fromkeys(names)


CREATIONS = (
    Fault(
        "artifacts begin in scheduling",
        "O1 A2 S5",
        adding(lambda _: {"status": ArtifactRestoreStatus.SCHEDULING}),
    ),
    Fault(
        "everything is restored to a new folder",
        "O1 O3 O6",
        adding(lambda _: {"destination_type": DestinationType.NEW}),
    ),
    Fault(
        "a restore point is kept by its key",
        "O1 O3 O6",
        adding(lambda artifact: {"restore_point": RestorePoint(id=artifact.restore_point.key)}),
    ),
    Fault("the newest comes first", "O2 O1 O3 O6", storing(ADDITIONS, newest_first)),
    Fault("ids are used from the end", "O1 O3 O6", asking(LISTS, ids_from_the_end)),
    Fault("a session has no creator", "O1", changing_session("create", nobody("created_by"))),
    Fault(
        "a new session has no last actor",
        "O1 S6",
        changing_session("create", nobody("last_modified_by")),
    ),
)

# Updating -----------------------------------------------------------------------------------------


def removed_in(before: Before, session: ExchangeRestoreSession) -> list[Any]:
    """Return the artifacts that an update has removed."""
    stored = (before.mailbox_restore_artifacts if before is not None else None) or ()
    return [artifact for artifact in stored if session.artifact(artifact.id) is None]


def remove_nothing(
    before: Before, session: ExchangeRestoreSession, _params: Params
) -> dict[str, Any]:
    stored = session.mailbox_restore_artifacts or ()
    return {"mailbox_restore_artifacts": [*removed_in(before, session), *stored]}


def remove_one(before: Before, session: ExchangeRestoreSession, _params: Params) -> dict[str, Any]:
    stored = session.mailbox_restore_artifacts or ()
    return {"mailbox_restore_artifacts": [*removed_in(before, session)[1:], *stored]}


def lose_the_last(
    before: Before, session: ExchangeRestoreSession, _params: Params
) -> dict[str, Any]:
    if before is None or not removed_in(before, session):
        return {}
    last = [*(before.mailbox_restore_artifacts or ())][-1]
    stored = session.mailbox_restore_artifacts or ()
    return {"mailbox_restore_artifacts": [one for one in stored if one.id != last.id]}


def add_one(before: Before, session: ExchangeRestoreSession, _params: Params) -> dict[str, Any]:
    stored = [*(session.mailbox_restore_artifacts or ())]
    known = [one for one in stored if before is not None and before.artifact(one.id) is not None]
    return {"mailbox_restore_artifacts": stored[: len(known) + 1]}


def made_when_changed(
    _before: Before, _session: ExchangeRestoreSession, params: Params
) -> dict[str, Any]:
    return {"created_date_time": time_of(params["now"])} if entries_of("update", params) else {}


def not_there_if_empty(
    _before: Before, session: ExchangeRestoreSession, _params: Params
) -> dict[str, Any]:
    return {"mailbox_restore_artifacts": session.mailbox_restore_artifacts or None}


def change_without_effect(system: FaultySystem, method: str, params: Params) -> Any:
    before, session = system.root, system.session(params)
    answer = system.right(method, params)
    if method == "update" and system.root is before and session is not None:
        system.put(session, last_modified_date_time=time_of(params["now"]), declared=None)
    return answer


def failures(change: Callable[[list[Any], Params], list[Any]]) -> Behaviour:
    """Answer differently if an update removes artifacts that do not exist."""

    def answer(_system: FaultySystem, params: Params, answer: Any) -> Any:
        entries = answer[DELTA]
        if not any(EXCEPTION in entry for entry in entries):
            return answer
        return {**answer, DELTA: change(entries, params)}

    return answering("update", answer)


def with_404(entries: list[Any], _params: Params) -> list[Any]:
    return [
        {**entry, EXCEPTION: {**entry[EXCEPTION], "responseCode": 404}}
        if EXCEPTION in entry
        else entry
        for entry in entries
    ]


def fail_all(system: FaultySystem, method: str, params: Params) -> Any:
    before = system.root
    answer = system.right(method, params)
    if method == "update" and any(EXCEPTION in entry for entry in answer[DELTA]):
        system.root = before
        raise refusal(method, "InvalidPatchRequest")
    return answer


def remove_twice(system: FaultySystem, method: str, params: Params) -> Any:
    before = system.session(params)
    answer = system.right(method, params)
    if method != "update" or before is None:
        return answer
    entries = [
        entry
        for entry in answer[DELTA]
        if EXCEPTION not in entry or before.artifact(entry["id"]) is None
    ]
    return {**answer, DELTA: entries}


UPDATES = (
    Fault("a patch removes nothing", "O3", changing_session("update", remove_nothing)),
    Fault("one artifact at a time is removed", "O3", changing_session("update", remove_one)),
    Fault("a patch loses the last artifact", "O3", changing_session("update", lose_the_last)),
    Fault("an update takes one artifact", "O3", changing_session("update", add_one)),
    Fault(
        "an update creates the session again",
        "O3 O6 S6",
        changing_session("update", made_when_changed),
    ),
    Fault("an emptied session is not found", "O3", changing_session("update", not_there_if_empty)),
    Fault("an update without effect is a change", "O3 S6", change_without_effect),
    Fault(
        "a failed removal is not reported",
        "O3",
        failures(lambda entries, _: [entry for entry in entries if EXCEPTION not in entry]),
    ),
    Fault(
        "failed removals come first in the answer",
        "O3",
        failures(lambda entries, _: sorted(entries, key=lambda entry: EXCEPTION not in entry)),
    ),
    Fault("a removal fails with 404", "O3", failures(with_404)),
    Fault("one failed removal refuses the request", "O3", fail_all),
    Fault("the same may be removed twice", "O3", remove_twice),
)

# Drafts, and sessions that are mistaken for drafts -----------------------------------------------


def taking_for_drafts(
    which: Callable[[ExchangeRestoreSession], bool],
) -> Behaviour:
    """Let sessions be updated, activated and deleted as if they were drafts with artifacts."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        session = system.session(params)
        if method not in DRAFT_METHODS or session is None or not which(session):
            return system.right(method, params)
        before = system.root
        system.put(session, declared=None, **as_added(session))
        try:
            answer = system.right(method, params)
        except RefusedError:
            system.root = before
            raise
        if method in {"update", "createArtifact"}:
            restore(system, session, params)
        return as_stored(system, method, params, answer)

    def as_added(session: ExchangeRestoreSession) -> dict[str, Any]:
        artifacts = {name: getattr(session, name) for name in COLLECTIONS}
        if session.lacks:
            return {"mailbox_restore_artifacts": ()}
        return {
            name: stored and [attrs.evolve(artifact, status=ADDED) for artifact in stored]
            for name, stored in artifacts.items()
        }

    def restore(system: FaultySystem, session: ExchangeRestoreSession, params: Params) -> None:
        for artifact in session.artifacts:
            now = system.session(params)
            if now is not None and now.artifact(artifact.id) is not None:
                system.put_artifact(now, artifact)

    return answer


DRAFT_METHODS = ("update", "activate", "delete", "createArtifact")


def is_empty_draft(system: FaultySystem, params: Params) -> bool:
    session = system.session(params)
    return (
        session is not None
        and session.status is DRAFT
        and not session.lacks
        and not session.tally.total
    )


def delete_any(system: FaultySystem, method: str, params: Params) -> Any:
    session = system.session(params)
    refused = system.tried(method, params)
    if method != "delete" or session is None or refused is None or refused.code != NOT_ALLOWED:
        return system.right(method, params)
    system.drop(session.id)
    return None


def keep_deleted(system: FaultySystem, before: BackupRestoreRoot, _params: Params) -> None:
    system.root = before


def delete_the_oldest(system: FaultySystem, before: BackupRestoreRoot, _params: Params) -> None:
    system.root = before
    system.drop(before.exchange_restore_sessions[0].id)


DRAFTS = (
    Fault(
        "an active session may be changed",
        "O3 O4 O5 O6",
        taking_for_drafts(lambda session: session.status is ACTIVE and not session.lacks),
    ),
    Fault(
        "a draft that is not expanded may be changed",
        "O3 O4 O5 O6",
        taking_for_drafts(lambda session: session.status is DRAFT and bool(session.lacks)),
    ),
    Fault("any session is deleted", "O5", delete_any),
    Fault("a deleted session stays", "O5", storing("delete", keep_deleted)),
    Fault("the oldest session is deleted", "O5", storing("delete", delete_the_oldest)),
    Fault("an empty draft is not deleted", "O5", refusing("delete", NOT_ALLOWED, is_empty_draft)),
)

# Activating ---------------------------------------------------------------------------------------


def activating(change: Callable[[int], int]) -> Behaviour:
    """Let another number of sessions be active than the limits say."""
    return beginning_with(lambda _, limits: {"active_sessions": change(limits.active_sessions)})


def activating_by(sign: int, counts: Callable[[ExchangeRestoreSession], bool]) -> Behaviour:
    """Allow more, or fewer, active sessions by the number of sessions of a kind."""

    def change(system: FaultySystem, _params: Params) -> dict[str, Any]:
        number = sum(map(counts, system.root.exchange_restore_sessions))
        return {"active_sessions": max(system.root.limits.active_sessions + sign * number, 0)}

    return with_limits("activate", change)


def active_in(root: BackupRestoreRoot) -> int:
    return sum(one.status in {ACTIVATING, ACTIVE} for one in root.exchange_restore_sessions)


def activate_empty(system: FaultySystem, method: str, params: Params) -> Any:
    session = system.session(params)
    if method != "activate" or session is None or not is_empty_draft(system, params):
        return system.right(method, params)
    if active_in(system.root) < system.root.limits.active_sessions:
        time, actor = time_of(params["now"]), session.last_modified_by
        system.put(session, declared=None, last_modified_date_time=time, last_modified_by=actor)
        return system.right("get", {"sessionId": session.id})
    return system.right(method, params)


def count_first(system: FaultySystem, method: str, _params: Params) -> RefusedError | None:
    enough = active_in(system.root) >= system.root.limits.active_sessions
    return refusal(method, "TooManyActiveRestoreSessions") if enough else None


def schedule(
    which: Callable[[ExchangeRestoreSession], list[str]],
) -> Callable[[FaultySystem, BackupRestoreRoot, Params], None]:
    """Make only these artifacts scheduling; all others stay added."""

    def change(system: FaultySystem, before: BackupRestoreRoot, params: Params) -> None:
        old = before.session(params["sessionId"])
        assert old is not None
        for artifact in old.artifacts:
            now = system.session(params)
            if now is not None and artifact.id not in which(old):
                system.put_artifact(now, artifact)

    return change


ACTIVATIONS = (
    Fault("one active session more than allowed", "O4", activating(lambda limit: limit + 1)),
    Fault("a limit of 0 means no limit", "O4", activating(lambda limit: limit or 1000)),
    Fault(
        "26 sessions may be active",
        "O4",
        beginning_with(
            lambda given, _: {} if "activeSessions" in given else {"active_sessions": 26}
        ),
    ),
    Fault(
        "activating sessions do not count",
        "O4",
        activating_by(+1, lambda session: session.status is ACTIVATING),
    ),
    Fault(
        "sessions that are not expanded do not count as active",
        "O4",
        activating_by(
            +1,
            lambda session: session.status in {ACTIVATING, ACTIVE} and bool(session.lacks),
        ),
    ),
    Fault(
        "drafts count as active", "O4", activating_by(-1, lambda session: session.status is DRAFT)
    ),
    Fault(
        "sessions that ended count as active",
        "O4",
        activating_by(-1, lambda session: session.status not in {DRAFT, ACTIVATING, ACTIVE}),
    ),
    Fault(
        "unknown sessions count as active",
        "O4",
        activating_by(-1, lambda session: session.status == "unknownFutureValue"),
    ),
    Fault("an empty session is activated", "O4", activate_empty),
    Fault(
        "activation checks the limit before the artifacts",
        "O4",
        refusing_otherwise("activate", "InvalidArtifactRequest", count_first),
    ),
    Fault(
        "too many is a 429",
        "O4",
        refusing_with(
            "activate", "TooManyActiveRestoreSessions", "TooManyActiveRestoreSessions", 429
        ),
    ),
    Fault(
        "one artifact stays added",
        "O4 S5 A8 A2",
        storing("activate", schedule(lambda session: [next(iter(session.artifacts)).id])),
    ),
    Fault(
        "granular artifacts are not scheduled",
        "O4 S2 S5 A2 A8",
        storing(
            "activate",
            schedule(lambda session: [one.id for one in session.mailbox_restore_artifacts or ()]),
        ),
    ),
    Fault(
        "an activation has no actor",
        "O4 S6",
        asking("activate", lambda _, params: without(params, "actor")),
    ),
)

FAULTS_OF_REQUESTS = (
    *AMOUNTS,
    *ORDER,
    *ADDITIONS_TAKEN,
    *CREATIONS,
    *UPDATES,
    *DRAFTS,
    *ACTIVATIONS,
)
"""The systems."""
