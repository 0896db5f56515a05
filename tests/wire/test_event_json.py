"""Events are written as JSON and read back unchanged, so a log of them is enough."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import event as seen
from hypothesis import given, settings

from restore_domain import ExchangeRestoreSession, IdentitySet, wire
from restore_domain.operations import (
    BackupRestoreRoot,
    Event,
    RestoreDomainError,
    SessionChanged,
    SessionCreated,
    SessionRemovalReason,
    SessionRemoved,
    observe,
    replay,
)
from restore_domain.status import RestoreSessionStatus
from restore_domain.verification.strategies import (
    History,
    entities,
    histories,
    legal_snapshots,
)
from restore_domain.verification.system import ReferenceSystem
from restore_domain.wire.event_json import EVENT_TYPES, EVENT_VERSION
from tests.same_json import same_json

NOW = datetime(2026, 1, 12, 8, 30, tzinfo=UTC)
GOLDEN = Path(__file__).parent.parent / "fixtures" / "events-1.jsonl"
"""A log of version 1 with every kind of event, which every later version must be able to read."""


def stored(event: Event) -> Event:
    """Return an event that was written and read, in both ways with the same result."""
    text = wire.dumps(event)
    again = wire.loads(text, Event)
    assert type(again) is type(event)
    assert again == event
    assert hash(again) == hash(event)
    assert wire.loads(text, type(event)) == wire.from_json_value(json.loads(text), Event) == event
    assert wire.to_json_value(event) == json.loads(text)
    assert wire.dumps(again) == text
    return again


def same_root(one: BackupRestoreRoot, other: BackupRestoreRoot) -> bool:
    """Return whether two roots are equal and are written identically."""
    return one == other and all(
        same_json(wire.to_json_value(a), wire.to_json_value(b))
        and (a.activated, a.lacks, a.declared) == (b.activated, b.lacks, b.declared)
        for a, b in zip(one.exchange_restore_sessions, other.exchange_restore_sessions, strict=True)
    )


@settings(max_examples=30)
@given(histories())
def test_a_history_replayed_from_stored_events_gives_the_same_root(history: History) -> None:
    system = ReferenceSystem()
    system.call("reset", history.start)
    start = root = system.root
    events: list[Event] = []
    for call in history.calls:
        if call["method"] == "reset":
            system.call("reset", call["params"])
            start, root, events = system.root, system.root, []
            continue
        try:
            done = wire.perform(root, call)
        except RestoreDomainError:
            continue
        root = done.root
        events += done.events
    for event in events:
        seen(type(event).__name__)
    assert same_root(replay(start, map(stored, events)), root)


@settings(max_examples=30)
@given(legal_snapshots())
def test_observations_are_replayed_from_stored_events(
    snapshots: list[ExchangeRestoreSession],
) -> None:
    start = root = BackupRestoreRoot(exchange_restore_sessions=[snapshots[0]])
    events: list[Event] = []
    for snapshot in snapshots:
        outcome = observe(root, snapshot.id, snapshot, NOW)
        root = outcome.root
        events += outcome.events
    for event in events:
        assert isinstance(event, SessionChanged)
        assert event.observed is not None
        seen("derived" if event.observed.declared is None else "declared")
    assert same_root(replay(start, map(stored, events)), root)


@settings(max_examples=30)
@given(entities(ExchangeRestoreSession))
def test_a_session_that_was_read_is_stored_as_it_was_read(session: ExchangeRestoreSession) -> None:
    again = stored(SessionCreated(session))
    assert isinstance(again, SessionCreated)
    assert same_json(wire.to_json_value(again.session), wire.to_json_value(session))


@pytest.mark.parametrize("actor", [None, IdentitySet()])
@pytest.mark.parametrize("time", [None, NOW])
@pytest.mark.parametrize("reason", SessionRemovalReason)
@pytest.mark.parametrize("status", RestoreSessionStatus)
def test_a_removal_is_stored_with_its_reason(
    status: RestoreSessionStatus,
    reason: SessionRemovalReason,
    time: datetime | None,
    actor: IdentitySet | None,
) -> None:
    stored(
        SessionRemoved(session_id="s1", status_before=status, reason=reason, time=time, actor=actor)
    )


# What can not be read ----------------------------------------------------------------------------

REMOVED = {
    "type": "sessionRemoved",
    "version": 1,
    "sessionId": "s1",
    "statusBefore": "draft",
    "reason": "deleted",
}
CHANGED = {
    "type": "sessionChanged",
    "version": 1,
    "sessionId": "s1",
    "statusBefore": "draft",
    "statusAfter": "draft",
}


@pytest.mark.parametrize(
    ("event", "problems"),
    [
        ([], ["$: expected an object, got []"]),
        ({}, ["$.version: expected a whole number from 1, got None"]),
        ({**REMOVED, "version": True}, ["$.version: expected a whole number from 1, got True"]),
        ({**REMOVED, "version": 0}, ["$.version: expected a whole number from 1, got 0"]),
        (
            {**REMOVED, "version": 2, "type": "sessionRenamed"},
            [
                (
                    "$.version: written by a later version of restore_domain: this one reads "
                    "events up to version 1, got 2"
                )
            ],
        ),
        (
            {**REMOVED, "type": "SessionRemoved"},
            [
                (
                    "$.type: expected sessionCreated or sessionChanged or sessionRemoved, "
                    "got 'SessionRemoved'"
                )
            ],
        ),
        (
            {**REMOVED, "type": ["sessionRemoved"]},
            [
                (
                    "$.type: expected sessionCreated or sessionChanged or sessionRemoved, "
                    "got ['sessionRemoved']"
                )
            ],
        ),
        (
            {**REMOVED, "why": 1, "how": 2},
            ["$.why: not a property of this object", "$.how: not a property of this object"],
        ),
        (
            {**CHANGED, "added": [{}, {"mailboxRestoreArtifact": {"id": "a"}, "x": 1}]},
            [
                (
                    f"$.added[{place}]: expected an object whose only property is "
                    "mailboxRestoreArtifact or granularMailboxRestoreArtifact"
                )
                for place in (0, 1)
            ],
        ),
        (
            {**REMOVED, "reason": "lost", "sessionId": None, "time": "noon"},
            [
                "$.reason: expected deleted or expired, got 'lost'",
                (
                    "$.time: 'noon' is not a timestamp: it is not written as a date, a time and an "
                    "offset; expected a text such as 2015-06-19T12:01:03.45Z"
                ),
                "$.sessionId: missing, but required",
            ],
        ),
        ({**REMOVED, "reason": []}, ["$.reason: expected deleted or expired, got []"]),
        (
            {**CHANGED, "added": [{"id": "a1"}]},
            [
                (
                    "$.added[0]: expected an object whose only property is "
                    "mailboxRestoreArtifact or granularMailboxRestoreArtifact"
                )
            ],
        ),
        (
            {**CHANGED, "changed": [{"mailboxRestoreArtifact": {"id": ""}}]},
            [
                (
                    "$.changed[0].mailboxRestoreArtifact.id: expected a text that is not empty, "
                    "got the text ''"
                )
            ],
        ),
        (
            {**CHANGED, "bulkRequest": {"type": "sessionRemoved"}},
            [
                (
                    "$.bulkRequest.type: expected bulkRequestCreated or bulkRequestResolved or "
                    "bulkRequestDeleted, got 'sessionRemoved'"
                )
            ],
        ),
        (
            {**CHANGED, "observed": {"entity": {}}},
            [
                "$.observed.entity.id: missing, but required",
                "$.observed.isDerived: missing, but required",
                "$.observed.isActivated: missing, but required",
            ],
        ),
        ({**CHANGED, "observed": []}, ["$.observed: expected an object, got []"]),
    ],
)
def test_an_unreadable_event_is_refused_with_all_problems(event: Any, problems: list[str]) -> None:
    for read in (wire.from_json_value, lambda e, kind: wire.loads(json.dumps(e), kind)):
        with pytest.raises(wire.WireError) as error:
            read(event, Event)
        assert [f"{path}: {message}" for path, message in error.value.problems] == problems


@pytest.mark.parametrize("limits", [{"text_length": 1}, {"document_size": 9}])
def test_W4_events_are_read_within_limits(limits: dict[str, int]) -> None:
    few = wire.WireLimits(**limits)
    with pytest.raises(wire.WireError, match="the limit is WireLimits"):
        wire.loads(json.dumps(REMOVED), Event, limits=few)
    if "document_size" not in limits:
        with pytest.raises(wire.WireError, match="the limit is WireLimits"):
            wire.from_json_value(REMOVED, Event, limits=few)


LONG = {"id": "abcd"}


@pytest.mark.parametrize(
    ("parts", "limit", "most", "path"),
    [
        ({"added": [{"mailboxRestoreArtifact": LONG}]}, "text_length", 3, "$.added[0]"),
        ({"added": [{"mailboxRestoreArtifact": LONG}] * 2}, "entries", 1, "$.added"),
        (
            {"observed": {"entity": LONG, "isDerived": False, "isActivated": False}},
            "text_length",
            2,
            "$.observed.entity.id",
        ),
    ],
)
def test_W4_the_parts_of_an_event_are_read_within_limits(
    parts: Any, limit: str, most: int, path: str
) -> None:
    limits = wire.WireLimits(**{limit: most})
    with pytest.raises(wire.WireError, match=f"WireLimits.{limit}={most}") as caught:
        wire.from_json_value(CHANGED | parts, Event, limits=limits)
    ((where, _),) = caught.value.problems
    assert where.startswith(path)


def test_an_event_of_another_class_is_refused() -> None:
    with pytest.raises(wire.WireError, match="expected sessionCreated, got 'sessionRemoved'"):
        wire.from_json_value(REMOVED, SessionCreated)


def test_invalid_JSON_is_not_an_event() -> None:
    for text in (b"", b"{", b'{"type": NaN}', b'{"x": NaN, "x": 1}', b"\xff"):
        with pytest.raises(wire.WireError):
            wire.loads(text, Event)


# The promise -------------------------------------------------------------------------------------


def read_log(path: Path) -> Iterable[Event]:
    for line in path.read_bytes().splitlines():
        yield wire.loads(line, Event)


def test_the_log_of_version_1_is_read_and_replayed() -> None:
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    events = list(read_log(GOLDEN))
    assert {json.loads(line)["type"] for line in lines} == set(EVENT_TYPES)
    written = {name for line in lines for name in json.loads(line)}
    known = {field.name for kind in EVENT_TYPES.values() for field in attrs.fields(kind)}
    assert len(written) == len(known) + 2, "the log has every property of an event"
    root = BackupRestoreRoot()
    root = replay(root, events)
    expected = json.loads(GOLDEN.with_name("events-1-sessions.json").read_bytes())
    found = [wire.to_json_value(session) for session in root.exchange_restore_sessions]
    assert same_json(found, expected)


def test_the_log_of_the_version_that_is_written_is_written_again_byte_by_byte() -> None:
    assert EVENT_VERSION == 1, "a new version needs a log of its own, and this one stays"
    for line in GOLDEN.read_bytes().splitlines():
        assert wire.dumps(wire.loads(line, Event)) == line
