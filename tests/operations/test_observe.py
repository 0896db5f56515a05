"""A whole session is applied as observed, and impossible changes are refused (H2, H3, S8)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final

import attrs
import pytest
from hypothesis import assume, given

from restore_domain import (
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    audit_change,
    wire,
)
from restore_domain.model import MISSING, ViolationKind
from restore_domain.model.collection import Unread
from restore_domain.operations import (
    BackupRestoreRoot,
    Outcome,
    RestoreDomainError,
    SessionChanged,
    SnapshotRefusedError,
    observe,
    replay,
)
from restore_domain.status import TERMINAL_SESSION_STATUSES
from restore_domain.verification.breaks import (
    BREAKS,
    LIVES,
    Planted,
    looks_at,
    places,
    planted,
)
from restore_domain.verification.strategies import (
    BrokenHistory,
    broken_snapshots,
    legal_snapshots,
)

from .service import NOW, refused

Json = dict[str, Any]

GONE: Final = {"code": "ArtifactNotFound", "message": "It is gone."}

OWN: Final[Json] = {
    "id": "s1",
    "createdDateTime": "2026-01-12T08:00:00Z",
    "createdBy": {"user": {"id": "alice"}},
    "lastModifiedDateTime": "2026-01-12T08:10:00Z",
    "lastModifiedBy": {"user": {"id": "alice"}},
    "restoreJobType": "standard",
    "policyId": "p",
}

MORE: Final = {"mailboxRestoreArtifacts@odata.nextLink": "https://example.com/next"}


def artifact(artifact_id: str = "a1", status: str = "scheduled", **more: Any) -> Json:
    given: Json = {
        "id": artifact_id,
        "status": status,
        "destinationType": "new",
        "restorePoint": {"id": f"r of {artifact_id}"},
    }
    if status in {"inProgress", "succeeded"}:
        given["startDateTime"] = "2026-01-12T08:20:00Z"
    if status in {"succeeded", "failed"}:
        given["completionDateTime"] = "2026-01-12T08:25:00Z"
    if status == "failed":
        given["error"] = GONE
    return {name: value for name, value in {**given, **more}.items() if value is not MISSING}


def seen(*artifacts: Json, **more: Any) -> ExchangeRestoreSession:
    """Read a session with these artifacts, as a service sends it."""
    given = {**OWN, "mailboxRestoreArtifacts": list(artifacts), **more}
    without = {name: value for name, value in given.items() if value is not MISSING}
    return wire.loads(json.dumps(without), ExchangeRestoreSession)


def bare(**more: Any) -> ExchangeRestoreSession:
    return seen(mailboxRestoreArtifacts=MISSING, **more)


def root_of(session: ExchangeRestoreSession) -> BackupRestoreRoot:
    return BackupRestoreRoot(exchange_restore_sessions=[session])


def look(
    root: BackupRestoreRoot, snapshot: ExchangeRestoreSession, now: datetime = NOW
) -> Outcome[ExchangeRestoreSession]:
    """Observe, and check what is true of every observation."""
    outcome = observe(root, "s1", snapshot, now)
    assert outcome.root.session("s1") is outcome.result
    assert replay(root, outcome.events) == outcome.root
    assert replay(root, outcome.events).session("s1") == outcome.result
    assert len(outcome.events) == (outcome.root is not root)
    again = observe(outcome.root, "s1", snapshot, now + timedelta(hours=1))
    assert again.root is outcome.root
    assert again.events == ()
    written = wire.loads(wire.dumps(outcome.result), ExchangeRestoreSession)
    assert written == outcome.result
    assert written.status == outcome.result.status
    assert bool(written.lacks) is bool(outcome.result.lacks)
    return outcome


def after(*snapshots: ExchangeRestoreSession) -> ExchangeRestoreSession:
    """Return the session after these snapshots."""
    root = root_of(snapshots[0])
    for snapshot in snapshots[1:]:
        root = look(root, snapshot).root
    session = root.session("s1")
    assert session is not None
    return session


def derived(snapshot: ExchangeRestoreSession) -> ExchangeRestoreSession:
    """Return the session after a change: nothing is declared any more (S1a)."""
    return attrs.evolve(snapshot, declared=None)


def with_requests_of(
    snapshot: ExchangeRestoreSession, known: ExchangeRestoreSession
) -> ExchangeRestoreSession:
    """Return a snapshot with the known bulk requests, if it was sent without any."""
    requests = known.mailbox_restore_artifacts_bulk_addition_requests
    if snapshot.mailbox_restore_artifacts_bulk_addition_requests is not None or requests is None:
        return snapshot
    return attrs.evolve(snapshot, mailbox_restore_artifacts_bulk_addition_requests=requests)


def ids(session: ExchangeRestoreSession) -> list[str]:
    return [one.id for one in session.artifacts]


def statuses(session: ExchangeRestoreSession) -> list[str]:
    return [f"{one.id} {one.status}" for one in session.artifacts]


# Changes ------------------------------------------------------------------------------------------


def test_H2_O9_all_changes_are_applied_in_one_event() -> None:
    before = seen(artifact("a1"), artifact("a2", "inProgress"), artifact("a3", "inProgress"))
    snapshot = seen(
        artifact("a1", "inProgress"),
        artifact("a2", "succeeded", restoredFolderId="f", restoredItemCount=7),
        artifact("a3", "failed", startDateTime="2026-01-12T08:20:00Z"),
        lastModifiedDateTime="2026-01-12T08:29:00Z",
        lastModifiedBy={"application": {"id": "app"}},
    )
    outcome = look(root_of(before), snapshot)
    assert outcome.result == derived(snapshot)
    (event,) = outcome.events
    assert isinstance(event, SessionChanged)
    assert [one.id for one in event.changed] == ["a1", "a2", "a3"]
    assert (event.added, event.removed) == ((), ())
    assert (event.status_before, event.status_after) == ("active", "active")
    assert event.last_modified_date_time == snapshot.last_modified_date_time
    assert event.last_modified_by == snapshot.last_modified_by
    restored = outcome.result.artifact("a2")
    assert restored is not None
    assert (restored.restored_folder_id, restored.restored_item_count) == ("f", 7)
    assert outcome.result.declared is None
    assert outcome.result.lacks == ()


def test_H2_an_observer_misses_steps() -> None:
    session = after(seen(artifact("a1", "added")), seen(artifact("a1", "succeeded")))
    assert session.status == "completed"
    assert str(session.completed_date_time) == "2026-01-12 08:25:00+00:00"


def test_H2_O9_late_values_are_filled_in() -> None:
    ended = artifact("a1", "failed", error=MISSING, completionDateTime=MISSING)
    full = artifact("a1", "failed", restoredFolderName="x")
    session = after(seen(artifact("a1")), seen(ended), seen(full))
    assert session == derived(seen(full))


def test_H2_a_snapshot_without_news_changes_nothing() -> None:
    before = seen(artifact("a1", "succeeded"), status="completed")
    root = root_of(before)
    assert look(root, before).root is root
    assert look(root, seen(artifact("a1", "succeeded"), status="completed")).root is root
    derived = look(root, seen(artifact("a1", "succeeded", restoredFolderId="f"))).root
    for declared in ({}, {"status": "completed"}, {"status": "active"}):
        assert (
            look(derived, seen(artifact("a1", "succeeded", restoredFolderId="f"), **declared)).root
            is derived
        )


@pytest.mark.parametrize("status", ["failed", "inProgress"])
@pytest.mark.parametrize(
    "left_out",
    [
        ["restorePoint"],
        ["destinationType"],
        ["startDateTime", "completionDateTime"],
        ["error"],
        ["restoredFolderId", "restoredItemCount"],
        ["status"],
    ],
)
def test_H2_omitted_properties_of_an_artifact_stay(left_out: list[str], status: str) -> None:
    full = artifact(
        "a1",
        status,
        startDateTime="2026-01-12T08:20:00Z",
        restoredFolderId="f",
        restoredItemCount=0,
        destinationType="elsewhere",
    )
    part = {name: value for name, value in full.items() if name not in left_out}
    before = seen(full, artifact("a2"))
    session = after(before, seen(part, artifact("a2", "inProgress")))
    assert session == derived(seen(full, artifact("a2", "inProgress")))
    assert wire.to_json_value(session)["mailboxRestoreArtifacts"][0] == full


@pytest.mark.parametrize("status", ["failed", "inProgress"])
def test_H3_omitted_choices_of_a_granular_artifact_stay(status: str) -> None:
    part = artifact("g1", status)
    full = {**part, "searchResponseId": "q", "artifactCount": 3}
    before = seen(artifact("a1"), granularMailboxRestoreArtifacts=[full])
    session = after(
        before, seen(artifact("a1", "inProgress"), granularMailboxRestoreArtifacts=[part])
    )
    (found,) = wire.to_json_value(session)["granularMailboxRestoreArtifacts"]
    assert {name: found[name] for name in full} == full


def test_H2_omitted_properties_of_the_session_stay() -> None:
    for name in OWN:
        if name not in {"id", "lastModifiedDateTime"}:
            session = after(
                seen(artifact("a1")), seen(artifact("a1", "inProgress"), **{name: MISSING})
            )
            assert session == derived(seen(artifact("a1", "inProgress")))


def test_H2_missing_properties_of_the_session_are_filled_in() -> None:
    nothing = dict.fromkeys([name for name in OWN if name != "id"], MISSING)
    full = seen(artifact("a1"))
    assert after(seen(artifact("a1"), **nothing), full) == derived(full)
    null = seen(artifact("a1"), policyId=None)
    assert after(full, null) == derived(null)
    assert after(seen(artifact("a1"), **dict.fromkeys(nothing)), full) == derived(full)


def test_H2_W2_unknown_values_are_applied_unchanged() -> None:
    strange = artifact("a1", "paused", colour="red", destinationType=MISSING)
    snapshot = seen(strange, colour="blue")
    session = after(seen(artifact("a1", destinationType=MISSING)), snapshot)
    assert session == derived(snapshot)
    assert after(snapshot, seen(artifact("a1", "inProgress"))) == derived(
        seen(artifact("a1", "inProgress"))
    )


def test_S6_the_time_of_the_last_change_is_the_services_or_that_of_the_observation() -> None:
    running = artifact("a1", "inProgress")
    session = after(seen(artifact("a1")), seen(running))
    assert session.last_modified_date_time == seen().last_modified_date_time
    for nothing in (MISSING, None):
        silent = seen(running, lastModifiedDateTime=nothing)
        assert after(seen(artifact("a1")), silent) == derived(seen(running))
        first = seen(artifact("a1"), lastModifiedDateTime=nothing)
        never = after(first, silent)
        assert never.last_modified_date_time == NOW
        again = after(
            first, silent, seen(artifact("a1", "succeeded"), lastModifiedDateTime=nothing)
        )
        assert again.last_modified_date_time == NOW
    root = look(root_of(first), silent, NOW - timedelta(days=1)).root
    session = root.exchange_restore_sessions[0]
    assert session.last_modified_date_time == session.created_date_time


def test_H2_no_time_is_set_that_the_service_did_not_send() -> None:
    """It may be filled in later, which would contradict one that was made up."""
    ended = artifact("a1", "succeeded", startDateTime=MISSING, completionDateTime=MISSING)
    session = after(seen(artifact("a1")), seen(ended))
    assert session.artifacts[0].completion_date_time is None
    full = seen(artifact("a1", "succeeded"))
    assert after(session, full) == derived(full)


def test_H2_W3_a_type_that_is_masked_is_known_from_before() -> None:
    items = {**artifact("g1"), "searchResponseId": "q"}
    granular = {"restoreJobType": "granular", "granularMailboxRestoreArtifacts": [items]}
    running = {**items, "status": "inProgress", "startDateTime": "2026-01-12T08:20:00Z"}
    there = {"granularMailboxRestoreArtifacts": [running]}
    for unknown in ("unknownFutureValue", "newest"):
        masked = granular | {"restoreJobType": unknown}
        both = after(seen(**granular), seen(**masked | there))
        assert both == derived(seen(**granular | there))
        assert after(seen(**masked), seen(**granular)) == derived(seen(**granular))


def test_H2_W2_a_type_that_is_not_known_from_before_keeps_its_text() -> None:
    newest = {"restoreJobType": "newest", "granularMailboxRestoreArtifacts": []}
    running = seen(artifact("a1", "inProgress"), **newest)
    for before in (MISSING, "newest"):
        session = after(seen(artifact("a1"), **newest | {"restoreJobType": before}), running)
        assert session == derived(running)
        assert wire.to_json_value(session)["restoreJobType"] == "newest"


def test_H2_a_standard_draft_may_become_bulk() -> None:
    draft = bulk(status="draft")
    assert after(seen(status="draft"), draft) == derived(draft)


def test_H2_a_snapshot_need_not_have_been_read() -> None:
    made = derived(seen(artifact("a1", "inProgress")))
    assert made.declared is None
    assert after(seen(artifact("a1")), made) == made


def test_S2_a_granular_artifact_stays_granular_in_either_collection() -> None:
    items = {**artifact("g1"), "searchResponseId": "q"}
    running = artifact(
        "g1", "inProgress", **{"@odata.type": "microsoft.graph.mailboxRestoreArtifact"}
    )
    among_whole = items | {"@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact"}
    for before in (seen(granularMailboxRestoreArtifacts=[items]), seen(among_whole)):
        session = after(before, seen(running))
        assert session.status == "active"
        (found,) = session.artifacts
        assert isinstance(found, GranularMailboxRestoreArtifact)
        assert (found.status, found.search_response_id) == ("inProgress", "q")
        assert "@odata.type" not in found.additional_data


def test_S2_W1_an_artifact_that_turns_out_to_be_granular_is_read_again_as_such() -> None:
    items = {**artifact("g1", "inProgress"), "searchResponseId": "q"}
    session = after(
        seen(artifact("g1"), granularMailboxRestoreArtifacts=[]),
        seen(granularMailboxRestoreArtifacts=[items]),
    )
    (found,) = session.artifacts
    assert isinstance(found, GranularMailboxRestoreArtifact)
    assert wire.loads(wire.dumps(session), ExchangeRestoreSession) == session


# Which artifacts exist ----------------------------------------------------------------------------


def test_H3_artifacts_of_a_draft_may_be_added_and_removed() -> None:
    draft = seen(artifact("a1", "added"), artifact("a2", "added"))
    other = seen(artifact("a2", "added"), artifact("a3", "added"))
    (event,) = look(root_of(draft), other).events
    assert isinstance(event, SessionChanged)
    assert ([one.id for one in event.added], event.removed) == (["a3"], ("a1",))
    assert after(draft, other) == derived(other)
    activated = seen(artifact("a3"), artifact("a4", "inProgress"))
    assert after(draft, activated) == derived(activated)
    assert after(seen(), draft, seen()) == derived(seen())


def test_H3_S8_an_artifact_of_a_draft_that_may_be_missing_stays() -> None:
    draft = seen(artifact("a1", "added"), artifact("a2", "added"))
    part = seen(artifact("a2", "added"), status="draft", **MORE)
    session = after(draft, part)
    assert ids(session) == ["a1", "a2"]
    assert (session.status, bool(session.lacks)) == ("draft", True)
    assert ids(after(draft, part, seen(artifact("a2", "added")))) == ["a2"]


def test_H3_granular_artifacts_are_added_to_their_collection() -> None:
    items = {**artifact("g1", "added"), "searchResponseId": "q"}
    granular = seen(restoreJobType="granular", granularMailboxRestoreArtifacts=[items])
    empty = seen(restoreJobType="granular", granularMailboxRestoreArtifacts=[])
    assert after(empty, granular) == derived(granular)
    assert after(granular, empty) == derived(empty)


# Missing artifacts --------------------------------------------------------------------------------


def test_S8_a_first_snapshot_without_artifacts_is_completed_by_the_next() -> None:
    whole = seen(artifact("a1", "inProgress"), artifact("a2"))
    session = after(bare(status="active"), whole)
    assert session == derived(whole)
    assert session.lacks == ()


def test_S8_a_session_never_ends_by_a_snapshot_that_lacks_artifacts() -> None:
    running = seen(artifact("a1", "inProgress"), artifact("a2", "inProgress"))
    part = seen(artifact("a1", "succeeded"), status="active", **MORE)
    session = after(running, part)
    assert statuses(session) == ["a1 succeeded", "a2 inProgress"]
    assert session.status == "active"
    both = seen(artifact("a1", "succeeded"), artifact("a2", "succeeded"), status="active", **MORE)
    session = after(running, part, both)
    assert (session.status, bool(session.lacks)) == ("active", True)
    whole = seen(artifact("a1", "succeeded"), artifact("a2", "succeeded"), status="active")
    assert after(running, part, both, whole).status == "completed"


@pytest.mark.parametrize(
    "more",
    [
        MORE,
        {"mailboxRestoreArtifacts@odata.count": 2},
        {"restoreSessionArtifactCount": {"total": 2}},
        {"restoreJobType": "granular"},
        {"mailboxRestoreArtifacts": MISSING, "status": "active"},
    ],
    ids=["a link", "a count", "a total", "no granular collection", "no collection"],
)
def test_S8_the_session_lacks_what_the_snapshot_lacks(more: Json) -> None:
    given: Json = {"restoreJobType": MISSING, **more}
    first = seen(artifact("a1", "succeeded"), artifact("a2", "inProgress"), restoreJobType=MISSING)
    given.setdefault("mailboxRestoreArtifacts", [artifact("a2", "succeeded")])
    session = after(first, seen(**given))
    assert ids(session) == ["a1", "a2"]
    assert session.lacks
    assert session.status not in TERMINAL_SESSION_STATUSES
    whole = seen(
        artifact("a1", "succeeded"),
        artifact("a2", "succeeded"),
        **given
        | {
            "mailboxRestoreArtifacts": [artifact("a1", "succeeded"), artifact("a2", "succeeded")],
            **dict.fromkeys(MORE, MISSING),
            "mailboxRestoreArtifacts@odata.count": MISSING,
            "restoreSessionArtifactCount": MISSING,
        },
    )
    if not whole.lacks:
        assert after(first, seen(**given), whole).status == "completed"


def test_S8_what_a_snapshot_that_lacks_artifacts_declares_is_shown_where_it_can_be_true() -> None:
    ended = artifact("a1", "succeeded")
    part = seen(ended, status="completed", completedDateTime="2026-01-12T08:26:00Z", **MORE)
    session = after(seen(artifact("a1"), **MORE), part)
    assert (session.status, bool(session.lacks)) == ("completed", True)
    assert str(session.completed_date_time) == "2026-01-12 08:26:00+00:00"
    still = after(seen(artifact("a1", "inProgress"), artifact("a2")), bare(status="completed"))
    assert still.status == "active"


def test_S8_a_snapshot_without_a_status_leaves_the_previous_one() -> None:
    part = seen(artifact("a1", "succeeded"), **MORE)
    declared = after(seen(artifact("a1"), status="active", **MORE), part)
    assert (declared.status, bool(declared.lacks)) == ("active", True)
    unknown = after(
        seen(artifact("a1"), status="active", **MORE), attrs.evolve(part, declared=None)
    )
    assert unknown.status == "active"


def test_S8_an_unknown_declared_status_takes_the_place_of_an_end_that_was_declared() -> None:
    ended = artifact("a1", "succeeded")
    session = after(seen(ended, status="completed", **MORE), seen(ended, status="resumed", **MORE))
    assert session.status == "unknownFutureValue"
    assert wire.to_json_value(session)["status"] == "resumed"


ENDED: Final = (artifact("a1", "succeeded"), artifact("a2", "failed"))


@pytest.mark.parametrize(
    "part",
    [
        bare(),
        bare(status="completedWithError"),
        seen(ENDED[0], status="completedWithError", **MORE),
        seen(ENDED[0], **MORE),
        seen(*ENDED, **MORE),
        seen(ENDED[1], **{"mailboxRestoreArtifacts@odata.count": 2}),
    ],
)
def test_S8_H3_an_incomplete_snapshot_takes_nothing_back_from_an_ended_session(
    part: ExchangeRestoreSession,
) -> None:
    session = after(seen(*ENDED), part)
    assert derived(session) == derived(seen(*ENDED))
    assert session.lacks == ()


@pytest.mark.parametrize(
    "more",
    [
        {"mailboxRestoreArtifacts@odata.count": 3},
        {"restoreSessionArtifactCount": {"total": 3}},
    ],
)
def test_S8_more_artifacts_than_are_known_are_missing_even_of_a_session_that_has_ended(
    more: Json,
) -> None:
    session = after(seen(*ENDED), seen(*ENDED, status="active", **more))
    assert (session.status, bool(session.lacks)) == ("active", True)


def test_S8_results_are_filled_in_by_a_part_of_a_session_that_has_ended() -> None:
    full = artifact("a1", "succeeded", restoredFolderId="f")
    assert after(seen(*ENDED), seen(full, **MORE)) == derived(seen(full, ENDED[1]))


def test_H3_S8_an_artifact_missing_after_an_incomplete_snapshot_stays_and_prevents_the_end() -> (
    None
):
    """It is not known whether it was seen in a draft, so it is not a contradiction."""
    part = seen(artifact("a1", "inProgress"), status="active", **MORE)
    session = after(part, seen(artifact("a2", "succeeded")))
    assert statuses(session) == ["a1 inProgress", "a2 succeeded"]
    assert session.status == "active"


def test_S8_an_incomplete_snapshot_without_a_status_takes_no_end_back() -> None:
    end: Json = {"completedDateTime": "2026-01-12T08:25:00Z", "error": GONE}
    part = seen(artifact("a1", "failed"), status="failed", **end, **MORE)
    for less in ([], ["completedDateTime"], ["error"], ["completedDateTime", "error"]):
        said = {name: value for name, value in end.items() if name not in less}
        session = after(part, bare(policyId="p", colour="red", **said, **MORE))
        assert (session.status, bool(session.lacks)) == ("failed", True)
        shown = wire.to_json_value(session)
        assert {name: shown.get(name) for name in end} == end


def test_S8_W1_further_properties_of_an_incomplete_snapshot_are_stored() -> None:
    session = after(seen(artifact("a1")), bare(status="active", colour="red"))
    assert (ids(session), bool(session.lacks)) == (["a1"], True)
    assert wire.to_json_value(session)["colour"] == "red"


# Bulk sessions


REQUEST: Final[Json] = {"id": "b1", "status": "active", "mailboxes": ["m@example.com"]}


def bulk(*artifacts: Json, requests: Any = (REQUEST,), **more: Any) -> ExchangeRestoreSession:
    there = requests if requests is MISSING else list(requests)
    name = "mailboxRestoreArtifactsBulkAdditionRequests"
    return seen(*artifacts, **{"restoreJobType": "bulk", name: there, **more})


def test_H3_artifacts_may_be_added_while_a_bulk_request_is_active() -> None:
    more = bulk(artifact("a1"), artifact("a2", "scheduling"))
    assert after(bulk(artifact("a1")), more) == derived(more)
    done = bulk(artifact("a1"), artifact("a2"), requests=[{**REQUEST, "status": "completed"}])
    assert after(bulk(artifact("a1")), done) == derived(done)
    with refused(root_of(done), SnapshotRefusedError):
        observe(root_of(done), "s1", bulk(artifact("a1"), artifact("a2"), artifact("a3")), NOW)


def test_H3_the_mailboxes_of_a_bulk_request_are_known_from_before() -> None:
    known = {**REQUEST, "directoryObjectIds": ["d1"]}
    short = {"id": "b1", "status": "completed"}
    session = after(
        bulk(artifact("a1"), requests=[known]), bulk(artifact("a1", "succeeded"), requests=[short])
    )
    requests = session.mailbox_restore_artifacts_bulk_addition_requests
    assert requests is not None
    assert (requests[0].mailboxes, requests[0].status) == (("m@example.com",), "completed")
    assert requests[0].directory_object_ids == ("d1",)
    assert session.status == "completed"


def test_H3_the_request_of_a_session_that_has_ended_may_be_deleted() -> None:
    ended = [artifact("a1", "succeeded")]
    done = bulk(*ended, requests=[{**REQUEST, "status": "completed"}])
    assert after(done, bulk(*ended, requests=[])) == derived(bulk(*ended, requests=[]))
    kept = after(done, bulk(*ended, requests=MISSING, status="completed"))
    assert kept == derived(done)
    never = bulk(*ended, requests=MISSING, status="completed")
    assert after(never, bulk(*ended, requests=MISSING, status="completed", policyId="p")) == never
    changed = bulk(
        artifact("a1", "succeeded", restoredItemCount=1), requests=MISSING, status="completed"
    )
    assert after(never, changed).lacks == ()


def test_S8_a_bulk_session_without_its_requests_is_not_at_its_end() -> None:
    session = after(
        bulk(artifact("a1")), bulk(artifact("a1", "succeeded"), requests=MISSING, status="active")
    )
    assert session.status == "active"


def test_S8_B4_a_request_that_was_active_has_ended_where_the_end_is_declared() -> None:
    declared = {"requests": MISSING, "completedDateTime": "2026-01-12T08:26:00Z"}
    failed = after(bulk(status="activating"), bulk(status="failed", **declared))
    assert (failed.status, failed.lacks) == ("failed", ())
    assert str(failed.completed_date_time) == "2026-01-12 08:26:00+00:00"
    ended = bulk(artifact("a1", "succeeded"), status="completed", **declared)
    completed = after(bulk(artifact("a1")), ended)
    assert (completed.status, completed.lacks) == ("completed", ())
    assert not completed.mailbox_restore_artifacts_bulk_addition_requests


def test_B6_a_bulk_session_that_was_activated_stays_so() -> None:
    draft = bulk(status="draft")
    session = after(draft, bulk(status="activating"))
    assert session.status == "activating"
    assert after(draft, bulk(status="activating"), bulk()).status == "activating"


def test_B6_a_bulk_session_that_was_not_activated_stays_a_draft() -> None:
    session = after(bulk(status="draft"), bulk(status="draft", policyId="q"))
    assert (session.status, session.activated) == ("draft", False)


def test_B6_S8_an_activated_session_never_declares_draft() -> None:
    session = after(bulk(status="activating"), bulk(status="draft", **MORE))
    assert (session.status, session.activated) == ("unknownFutureValue", True)


def test_S8_an_activated_bulk_session_declares_its_status() -> None:
    more: Json = {"requests": [{**REQUEST, "status": "completed"}], "status": "active", **MORE}
    session = after(bulk(artifact("a1"), **more), bulk(artifact("a1", "succeeded"), **more))
    assert (session.status, bool(session.lacks)) == ("active", True)


def test_B4_a_bulk_session_that_failed_without_an_artifact_stays_failed() -> None:
    failed = bulk(requests=[], status="failed", completedDateTime="2026-01-12T08:26:00Z")
    done = {**REQUEST, "status": "completedWithErrors"}
    session = after(bulk(status="activating"), bulk(requests=[done]), failed)
    assert (session.status, session.lacks) == ("failed", ())


# Refusals -----------------------------------------------------------------------------------------


def ended_without_artifacts(session: ExchangeRestoreSession) -> bool:
    """Tell whether only what is declared shows how it ended: its bulk requests are deleted (B4)."""
    requests = session.mailbox_restore_artifacts_bulk_addition_requests
    has_ended = session.status in TERMINAL_SESSION_STATUSES
    return has_ended and not session.tally.total and not requests


@pytest.mark.slow
@given(legal_snapshots())
def test_H1_H2_H3_S8_legal_snapshots_are_applied(snapshots: list[ExchangeRestoreSession]) -> None:
    root = BackupRestoreRoot(exchange_restore_sessions=[snapshots[0]])
    session = snapshots[0]
    for snapshot in snapshots:
        outcome = observe(root, snapshot.id, snapshot, NOW)
        assert replay(root, outcome.events) == outcome.root
        assert observe(outcome.root, snapshot.id, snapshot, NOW).root is outcome.root
        root, before, session = outcome.root, session, outcome.result
        if not snapshot.lacks:
            shown = with_requests_of(snapshot, session)
            assert session == (shown if ended_without_artifacts(shown) else derived(shown))
            assert session.lacks == ()
        elif session.status in TERMINAL_SESSION_STATUSES:  # the service says so, or it was before
            declared = snapshot.declared
            is_declared = declared is not None and declared.status is session.status
            assert is_declared or before.status is session.status
        else:
            assert session.lacks or not outcome.events


OF_WHAT_IS_DECLARED: Final = {
    "another completion",
    "another error of the session",
    "another number of failures",
}
"""The breaks of declared values, which are dropped after a change (S1a)."""


@pytest.mark.slow
@given(broken_snapshots())
def test_H2_H3_a_contradicting_snapshot_is_refused_with_each_contradiction(
    broken: BrokenHistory,
) -> None:
    assume(broken.before is not None and broken.name not in OF_WHAT_IS_DECLARED)
    *before, last = broken.snapshots[: broken.after + 1]
    root = BackupRestoreRoot(exchange_restore_sessions=[before[0]])
    for snapshot in before[1:]:
        root = observe(root, snapshot.id, snapshot, NOW).root
    with refused(root, SnapshotRefusedError) as caught:
        observe(root, last.id, last, NOW)
    error = caught.value
    named = [(one.rule, one.artifact_id or one.session_id, one.property) for one in error.findings]
    assert (broken.rule, broken.target, broken.property) in named
    assert {one.kind for one in error.findings} == {ViolationKind.CONTRADICTION}


def test_H2_H3_a_refusal_lists_all_contradictions() -> None:
    before = seen(artifact("a1", "succeeded"), artifact("a2", "inProgress"), artifact("a3"))
    other = seen(
        artifact("a1", "failed"),
        artifact("a2", "inProgress", startDateTime="2026-01-12T08:21:00Z"),
        artifact("a4"),
        restoreJobType="granular",
        granularMailboxRestoreArtifacts=[],
    )
    with refused(root_of(before), SnapshotRefusedError) as caught:
        observe(root_of(before), "s1", other, NOW)
    error = caught.value
    assert (error.code, error.http_status) == ("RestoreSessionActionNotAllowed", 403)
    assert (error.rule, error.target, error.stale) == ("H2", "s1", False)
    assert error.findings == tuple(
        found for found in audit_change(before, other) if found.kind is ViolationKind.CONTRADICTION
    )
    assert error.message == (
        "session 's1', restoreJobType: it was 'standard', and is 'granular' now; "
        "artifact 'a1', status: succeeded is terminal, so failed can't follow it; "
        "artifact 'a2', startDateTime: it was 2026-01-12T08:20:00Z, and is 2026-01-12T08:21:00Z "
        "now; "
        "artifact 'a3', mailboxRestoreArtifacts: it was scheduled, and is missing now, though "
        "the session was active; "
        "artifact 'a4', mailboxRestoreArtifacts: it is scheduled, and was not there, though the "
        "session was active"
    )
    details = error.to_public_error().details
    assert details is not None
    assert [(one.target, one.message) for one in details][1] == (
        "a1",
        "status: succeeded is terminal, so failed can't follow it",
    )
    assert {one.code for one in details} == {"RestoreSessionActionNotAllowed"}


def test_L2_L4_the_refusal_of_a_status_names_the_specific_rule() -> None:
    root = root_of(seen(artifact("a1", "inProgress")))
    with refused(root, SnapshotRefusedError) as caught:
        observe(root, "s1", seen(artifact("a1", "scheduled")), NOW)
    assert caught.value.rule == "L2"


def test_a_message_names_the_first_twenty_contradictions() -> None:
    root = root_of(seen(*(artifact(f"a{number}") for number in range(30))))
    with refused(root, SnapshotRefusedError) as caught:
        observe(root, "s1", seen(), NOW)
    assert len(caught.value.findings) == 30
    assert caught.value.message.endswith("; and 10 more")


def stale(before: ExchangeRestoreSession, snapshot: ExchangeRestoreSession) -> bool:
    root = root_of(before)
    with refused(root, SnapshotRefusedError) as caught:
        observe(root, "s1", snapshot, NOW)
    answer: bool = caught.value.stale
    return answer


def test_H2_a_late_snapshot_is_stale() -> None:
    earlier = {"lastModifiedDateTime": "2026-01-12T08:09:00Z"}
    ended = seen(artifact("a1", "succeeded"), artifact("a2", "inProgress"))
    running = [artifact("a1", "inProgress"), artifact("a2", "inProgress")]
    assert stale(ended, seen(*running))
    assert stale(ended, seen(*running, **earlier))
    assert stale(ended, seen(*reversed(ENDED), **earlier))
    assert stale(ended, seen(**earlier))
    assert not stale(ended, seen(artifact("a1", "failed"), artifact("a2", "inProgress")))
    assert not stale(ended, seen(running[0]))


def test_H2_the_checks_are_in_the_order_of_the_catalogue() -> None:
    root = root_of(seen(artifact("a1", "succeeded")))
    other = attrs.evolve(seen(artifact("a1")), id="s2")
    for session_id, snapshot, code, http_status in (
        (" ", other, "InvalidRestoreSessionId", 400),
        (None, other, "InvalidRestoreSessionId", 400),
        ("s3", other, "RestoreSessionNotFound", 404),
        ("s1", other, "InvalidArtifactRequest", 400),
        ("s1", seen(artifact("a1")), "RestoreSessionActionNotAllowed", 403),
    ):
        with refused(root, RestoreDomainError) as caught:
            observe(root, session_id, snapshot, NOW)  # type: ignore[arg-type]
        assert (caught.value.code, caught.value.http_status) == (code, http_status)
    for name in ("s0", "s2"):
        with refused(root, RestoreDomainError) as caught:
            observe(root, "s1", attrs.evolve(other, id=name), NOW)
        assert caught.value.message == f"the snapshot is of session '{name}', not of 's1'"
        assert caught.value.target == name


def test_S7_an_invalid_snapshot_or_time_is_the_embedders_mistake() -> None:
    root = root_of(seen(artifact("a1")))
    with refused(root, TypeError):
        observe(root, "s1", {"id": "s1"}, NOW)  # type: ignore[arg-type]
    with refused(root, ValueError):
        observe(root, "s1", seen(), NOW.replace(tzinfo=None))
    with refused(root, TypeError):
        observe(root, "s1", seen(), "now")  # type: ignore[arg-type]


def is_refused(planted_break: Planted) -> bool:
    """Observe the snapshots up to the break, and return whether it is refused."""
    snapshots = [
        wire.from_json_value(one, ExchangeRestoreSession)
        for one in planted_break.snapshots[: planted_break.after + 1]
    ]
    *before, last = snapshots
    root = root_of(before[0])
    for snapshot in before[1:]:
        root = observe(root, snapshot.id, snapshot, NOW).root
    try:
        observe(root, last.id, last, NOW)
    except SnapshotRefusedError:
        return True
    return False


@pytest.mark.slow
def test_H2_H3_S1a_every_break_is_refused_except_of_derived_values() -> None:
    taken = {
        broken.name
        for calls in LIVES.values()
        for looks in looks_at(calls).values()
        for broken in BREAKS.values()
        if broken.rule != "H1"
        for place in places(broken, looks)
        if not is_refused(planted(broken, looks, place))
    }
    assert taken == OF_WHAT_IS_DECLARED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("completedDateTime", "2099-01-01T00:00:00Z"),
        ("error", {"code": "AnotherError"}),
        ("restoreSessionArtifactCount", {"failed": 9}),
    ],
)
def test_H3_S1a_what_was_declared_is_compared_as_long_as_nothing_changed(
    name: str, value: Any
) -> None:
    declared: Json = {
        "completedDateTime": "2026-01-12T08:25:00Z",
        "error": {"code": "ArtifactNotFound"},
        "restoreSessionArtifactCount": {"failed": 1},
    }
    root = root_of(seen(*ENDED, **declared))
    with refused(root, SnapshotRefusedError) as caught:
        observe(root, "s1", seen(*ENDED, **declared | {name: value}), NOW)
    assert caught.value.rule == "H3"
    filled = seen(artifact("a1", "succeeded", restoredItemCount=3), ENDED[1], **declared)
    changed = look(root, filled).root
    assert (
        look(changed, attrs.evolve(filled, declared=seen(**declared | {name: value}).declared)).root
        is changed
    )


# Cost ---------------------------------------------------------------------------------------------


def test_H2_no_entity_is_made_of_an_artifact_that_has_not_changed() -> None:
    before = seen(*(artifact(f"a{number}") for number in range(500)))
    snapshot = seen(
        *(
            artifact(f"a{number}", "inProgress" if number == 7 else "scheduled")
            for number in range(500)
        )
    )
    session = look_once(before, snapshot)
    for one in (before, snapshot, session):
        assert one.mailbox_restore_artifacts is not None
        made = [
            cell.id
            for cell in one.mailbox_restore_artifacts.cells()
            if not isinstance(cell, Unread)
        ]
        assert made == ["a7"]


def look_once(
    before: ExchangeRestoreSession, snapshot: ExchangeRestoreSession
) -> ExchangeRestoreSession:
    return observe(root_of(before), "s1", snapshot, NOW).result


def test_H2_unchanged_parts_are_shared_with_the_previous_session() -> None:
    before = seen(*(artifact(f"a{number}") for number in range(100)))
    artifacts = list(before.artifacts)
    snapshot = seen(
        *(
            artifact(f"a{number}", "inProgress" if number == 7 else "scheduled")
            for number in range(100)
        )
    )
    session = look_once(before, snapshot)
    assert [
        number for number, one in enumerate(session.artifacts) if one is not artifacts[number]
    ] == [7]
