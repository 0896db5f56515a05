"""The events of accepted operations."""

import pickle
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from restore_domain import Reporter, wire
from restore_domain.model import ExchangeRestoreSession, RequestedArtifact
from restore_domain.operations import (
    BulkRequestDeleted,
    BulkRequestResolved,
    Event,
    SessionChanged,
    SessionCreated,
    SessionRemovalReason,
    SessionRemoved,
    activate_session,
    apply,
    create_artifact,
    delete_session,
    expire,
    record,
    record_batch,
    replay,
)
from restore_domain.status import RestoreArtifactsBulkRequestStatus, RestoreSessionStatus

from .asking import create, update
from .service import (
    ALICE,
    BOB,
    CREATED,
    FAILED,
    IN_PROGRESS,
    MINUTE,
    NOW,
    SCHEDULED,
    SCHEDULING,
    SUCCEEDED,
    Json,
    artifact,
    entry,
    granular,
    refused,
    removal,
    report,
    root_of,
    root_with,
    session,
    stored,
    typed,
)

ROOT = root_of(
    session(artifact("a1"), artifact("a2"), granular_mailbox_restore_artifacts=[granular("g1")])
)


WHOLE = root_with(artifact("a1"), artifact("a2"))


def fields_of(event: Event) -> Json:
    return {
        attribute.name: getattr(event, attribute.name) for attribute in attrs.fields(type(event))
    }


def test_O1_the_event_of_a_new_session_contains_it_completely() -> None:
    _, created, events = create(ROOT, entry("r1"), session_id="s2")
    assert events == (SessionCreated(created),)
    (event,) = events
    assert (event.session_id, event.status_before, event.status_after) == ("s2", None, "draft")


def test_O3_the_event_of_an_update_has_the_added_and_removed_artifacts() -> None:
    root, _, (event,) = update(WHOLE, removal("a2"), entry("r9"), removal("a7"))
    assert stored(root).activated is False
    assert type(event) is SessionChanged
    assert fields_of(event) == {
        "session_id": "s1",
        "status_before": RestoreSessionStatus.DRAFT,
        "status_after": RestoreSessionStatus.DRAFT,
        "added": (artifact("b1", point="r9"),),
        "changed": (),
        "removed": ("a2",),
        "last_modified_by": BOB,
        "last_modified_date_time": NOW,
        "policy_id": None,
        "activated": False,
        "bulk_request": None,
        "observed": None,
    }
    assert repr(event) == "<SessionChanged 's1' draft to draft, +1 ~0 -1 artifacts>"


def test_O6_the_event_of_a_new_artifact_contains_it() -> None:
    request = typed(RequestedArtifact, entry("r9"))
    (event,) = create_artifact(WHOLE, "s1", request, artifact_id="b1", now=NOW).events
    assert type(event) is SessionChanged
    assert fields_of(event) == {
        "session_id": "s1",
        "status_before": RestoreSessionStatus.DRAFT,
        "status_after": RestoreSessionStatus.DRAFT,
        "added": (artifact("b1", point="r9"),),
        "changed": (),
        "removed": (),
        "last_modified_by": ALICE,
        "last_modified_date_time": NOW,
        "policy_id": None,
        "activated": False,
        "bulk_request": None,
        "observed": None,
    }


def test_O4_the_event_of_an_activation_has_every_artifact() -> None:
    (event,) = activate_session(ROOT, "s1", now=NOW, actor=BOB).events
    assert type(event) is SessionChanged
    assert fields_of(event) == {
        "session_id": "s1",
        "status_before": RestoreSessionStatus.DRAFT,
        "status_after": RestoreSessionStatus.ACTIVATING,
        "added": (),
        "changed": (
            artifact("a1", SCHEDULING),
            artifact("a2", SCHEDULING),
            granular("g1", SCHEDULING),
        ),
        "removed": (),
        "last_modified_by": BOB,
        "last_modified_date_time": NOW,
        "policy_id": None,
        "activated": True,
        "bulk_request": None,
        "observed": None,
    }


REMOVED = SessionRemoved(
    session_id="s1", status_before=RestoreSessionStatus.DRAFT, reason=SessionRemovalReason.DELETED
)


def test_O5_the_event_of_a_deletion_has_the_last_status() -> None:
    (event,) = delete_session(ROOT, "s1").events
    assert event == REMOVED
    assert event.status_after is None


def test_O5_the_event_of_a_deletion_has_time_and_actor_if_they_are_given() -> None:
    (event,) = delete_session(ROOT, "s1", now=NOW, actor=BOB).events
    assert event == attrs.evolve(REMOVED, time=NOW, actor=BOB)
    call = {"sessionId": "s1", "now": "2026-01-12T08:30:00Z", "actor": wire.to_json_value(BOB)}
    assert wire.perform(ROOT, {"method": "delete", "params": call}).events == (event,)


@pytest.mark.parametrize("remove", [partial(delete_session, ROOT, "s1"), partial(expire, ROOT)])
def test_O5_O8_a_removal_refuses_an_invalid_time_and_actor(remove: Any) -> None:
    for given in ({"now": NOW.replace(tzinfo=None)}, {"now": "today"}, {"now": NOW, "actor": "me"}):
        with pytest.raises((TypeError, ValueError), match=next(reversed(given))):
            remove(**given)


def test_O7_the_event_of_a_report_has_the_artifact_and_the_session_status() -> None:
    root = root_with(artifact("a1", IN_PROGRESS), artifact("a2", FAILED))
    reported = report("a1", SUCCEEDED, NOW + MINUTE)
    expected = {
        "session_id": "s1",
        "status_before": RestoreSessionStatus.ACTIVE,
        "status_after": RestoreSessionStatus.COMPLETED_WITH_ERROR,
        "added": (),
        "changed": (artifact("a1", SUCCEEDED),),
        "removed": (),
        "last_modified_by": BOB,
        "last_modified_date_time": NOW + MINUTE,
        "policy_id": None,
        "activated": False,
        "bulk_request": None,
        "observed": None,
    }
    for outcome in (
        record(root, "s1", reported, actor=BOB),
        record_batch(root, "s1", [reported], actor=BOB),
    ):
        (event,) = outcome.events
        assert type(event) is SessionChanged
        assert fields_of(event) == expected


def test_O7_an_event_has_the_time_of_the_session_afterwards() -> None:
    root = root_of(session(artifact("a1"), last_modified_date_time=NOW))
    (event,) = record(root, "s1", report("a1", SCHEDULING, CREATED)).events
    assert isinstance(event, SessionChanged)
    assert event.last_modified_date_time == NOW


EVENTS: tuple[Event, ...] = (
    *create(ROOT, entry("r1"), session_id="s2").events,
    *update(WHOLE, removal("a2"), entry("r9")).events,
    *activate_session(ROOT, "s1", now=NOW).events,
    *delete_session(ROOT, "s1").events,
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_an_immutable_value(event: Any) -> None:
    again = pickle.loads(pickle.dumps(event))  # noqa: S301 - made a moment ago
    assert again == event
    assert hash(again) == hash(event)
    assert deepcopy(event) == event
    assert len(repr(event)) < 300
    for name in attrs.fields_dict(type(event)):
        with pytest.raises(AttributeError):
            setattr(event, name, None)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_that_came_back_from_a_store_applies_like_itself(event: Event) -> None:
    saved = pickle.loads(pickle.dumps(event))  # noqa: S301 - made a moment ago
    assert apply(ROOT, saved) == apply(ROOT, event) == replay(ROOT, [event])


ENDED = RestoreArtifactsBulkRequestStatus.COMPLETED


def change(**parts: Any) -> SessionChanged:
    reported: Json = {
        "session_id": "s1",
        "status_before": RestoreSessionStatus.DRAFT,
        "status_after": RestoreSessionStatus.DRAFT,
    }
    return SessionChanged(**(reported | parts))


@pytest.mark.parametrize(
    ("event", "name", "value"),
    [
        (SessionCreated(stored(ROOT)), "session", "s1"),
        (change(), "added", (REMOVED,)),
        (change(), "changed", ("a1",)),
        (change(), "last_modified_by", "bob"),
        (change(), "bulk_request", "b1"),
        (REMOVED, "reason", "lost"),
        (REMOVED, "actor", "bob"),
        (REMOVED, "time", "today"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_event_contains_values_of_its_types(event: Event, name: str, value: Any) -> None:
    kind = type(event).__name__
    with pytest.raises(TypeError, match=f"{kind}.{name}: expected"):
        attrs.evolve(event, **{name: value})


def test_O8_the_time_of_a_removal_has_the_offset_of_its_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    removed = attrs.evolve(REMOVED, time=datetime(2026, 7, 1, tzinfo=berlin))
    assert removed.time is not None
    assert removed.time.tzinfo == timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("error", "event"),
    [
        (ValueError, SessionCreated(stored(ROOT))),
        (
            KeyError,
            attrs.evolve(REMOVED, session_id="s7"),
        ),
        (KeyError, change(session_id="s7")),
        (KeyError, change(changed=(artifact("a7", SCHEDULING),))),
        (KeyError, change(changed=(granular("g7", SCHEDULING),))),
        (KeyError, change(changed=(granular("a7", SCHEDULING),))),
        (KeyError, change(removed=("a7",))),
        (KeyError, change(bulk_request=BulkRequestDeleted("b7"))),
        (KeyError, change(bulk_request=BulkRequestResolved(request_id="b7", status=ENDED))),
        (KeyError, change(removed=("a1", "a7"))),
        (ValueError, change(added=(artifact("a1"),))),
        (ValueError, change(added=(artifact("g1"),))),
        (ValueError, change(added=(artifact("b1"), artifact("b1")))),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else type(value).__name__,
)
def test_an_event_that_does_not_fit_the_root_is_refused(
    error: type[Exception], event: Event
) -> None:
    with refused(ROOT, error):
        apply(ROOT, event)


def test_no_events_leave_the_very_same_root() -> None:
    assert replay(ROOT, ()) is ROOT


def test_a_session_that_was_read_is_replayed_like_one_that_was_made() -> None:
    document = {
        "id": "s1",
        "status": "active",
        "note": "kept",
        "mailboxRestoreArtifacts@odata.count": 2,
        "lastModifiedDateTime": "2026-01-12T08:00:00.1234567Z",
        "mailboxRestoreArtifacts": [
            {"id": "a1", "status": "paused", "note": "kept"},
            {"id": "a2", "status": "inProgress", "startDateTime": "2026-01-12T08:00:00.5Z"},
        ],
    }
    root = root_of(wire.from_json_value(document, ExchangeRestoreSession))
    outcome = record(root, "s1", report("a2", SUCCEEDED))
    assert replay(root, outcome.events) == outcome.root
    assert wire.to_json_value(stored(replay(root, outcome.events))) == (
        wire.to_json_value(stored(outcome.root))
    )


def test_S8_S1a_the_evidence_of_missing_artifacts_is_replayed() -> None:
    document = {
        "id": "s1",
        "status": "activating",
        "mailboxRestoreArtifacts": [{"id": "a1", "status": "scheduling"}],
        "mailboxRestoreArtifacts@odata.nextLink": "https://graph.microsoft.com/more",
    }
    root = root_of(wire.from_json_value(document, ExchangeRestoreSession))
    outcome = record(root, "s1", report("a1", SCHEDULED))
    (event,) = outcome.events
    assert (event.status_before, event.status_after) == ("activating", "active")
    assert stored(outcome.root).lacks == stored(root).lacks
    assert wire.to_json_value(stored(outcome.root))["status"] == "active"
    assert replay(root, outcome.events) == outcome.root


PARTS = ("inProgress", "completed", "failed")


@pytest.mark.parametrize("number", [None, 1])
def test_S1a_W1_declared_values_that_are_not_true_any_more_leave_nothing_behind(
    number: int | None,
) -> None:
    """Neither the text of a status that is known now, nor the null of a count."""
    document = {
        "id": "s1",
        "status": "paused",
        "restoreSessionArtifactCount": {"total": 2, **dict.fromkeys(PARTS, number)},
        "mailboxRestoreArtifacts": [{"id": "a1", "status": "scheduled"}],
        "mailboxRestoreArtifacts@odata.nextLink": "https://graph.microsoft.com/more",
    }
    root = root_of(wire.from_json_value(document, ExchangeRestoreSession))
    changed = stored(record(root, "s1", report("a1", IN_PROGRESS)).root)
    assert wire.to_json_value(changed)["restoreSessionArtifactCount"] == {"total": 2}
    assert wire.loads(wire.dumps(changed), ExchangeRestoreSession) == changed


@pytest.mark.parametrize(
    ("before", "declared", "after"),
    [("inProgress", "paused", "active"), ("added", "completed", "completed")],
    ids=["certain", "declared"],
)
def test_S8_S1a_a_change_keeps_a_status_that_is_still_possible(
    before: str, declared: str, after: str
) -> None:
    document = {
        "id": "s1",
        "status": declared,
        "mailboxRestoreArtifacts": [{"id": "a1", "status": before}],
        "mailboxRestoreArtifacts@odata.nextLink": "https://graph.microsoft.com/more",
    }
    root = root_of(wire.from_json_value(document, ExchangeRestoreSession))
    changed = record(root, "s1", report("a1", SUCCEEDED), reporter=Reporter.OBSERVER)
    assert stored(changed.root).status == after
