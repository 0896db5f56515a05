"""When a session was changed last, and by whom (rules S6 and S1a)."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from restore_domain import wire
from restore_domain.model import ExchangeRestoreSession, RequestedArtifact
from restore_domain.operations import activate_session, create_artifact

from .asking import DRAFT, update
from .service import (
    ALICE,
    BOB,
    CREATED,
    MINUTE,
    NOW,
    artifact,
    entry,
    root_of,
    session,
    stored,
    typed,
)

CHANGES: dict[str, Any] = {
    "update": update,
    "create artifact": lambda root, **more: create_artifact(
        root, "s1", typed(RequestedArtifact, entry("r9")), artifact_id="b1", **more
    ),
    "activate": lambda root, **more: activate_session(root, "s1", **more),
}


@pytest.mark.parametrize("operation", CHANGES)
@pytest.mark.parametrize(
    ("minutes", "expected"), [(1, 1), (0, 0), (-1, 0), (-60 * 24 * 365, 0)], ids=str
)
def test_S6_the_later_time_stays_and_the_actor_is_recorded(
    operation: str, minutes: int, expected: int
) -> None:
    root = root_of(session(artifact("a1"), last_modified_date_time=NOW))
    entries = (entry("r9"),) if operation == "update" else ()
    new = CHANGES[operation](root, *entries, now=NOW + minutes * MINUTE, actor=BOB).root
    assert stored(new).last_modified_date_time == NOW + expected * MINUTE
    assert stored(new).last_modified_by == BOB
    assert stored(new).created_date_time == CREATED


@pytest.mark.parametrize("operation", CHANGES)
def test_S6_without_an_actor_lastModifiedBy_stays(operation: str) -> None:
    entries = (entry("r9"),) if operation == "update" else ()
    new = CHANGES[operation](DRAFT, *entries, now=NOW, actor=None).root
    assert stored(new).last_modified_by == ALICE


def test_S6_no_change_is_before_the_creation() -> None:
    root = root_of(session(artifact("a1"), last_modified_date_time=None))
    new = activate_session(root, "s1", now=CREATED - timedelta(days=1)).root
    assert stored(new).last_modified_date_time == CREATED
    unknown = root_of(session(artifact("a1"), created_date_time=None, last_modified_date_time=None))
    assert stored(activate_session(unknown, "s1", now=NOW).root).last_modified_date_time == NOW


def test_S6_the_wall_clock_may_go_back_but_time_does_not() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    summer = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
    winter = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=berlin)  # forty minutes later
    for earlier, later in ((summer, winter), (winter, summer)):
        root = update(DRAFT, entry("r8"), now=earlier).root
        root = activate_session(root, "s1", now=later).root
        assert stored(root).last_modified_date_time == datetime(2026, 10, 25, 1, 10, tzinfo=UTC)


def test_S6_the_same_instant_has_the_latest_spelling() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=2)))
    root = root_of(session(artifact("a1"), last_modified_date_time=NOW))
    modified = stored(activate_session(root, "s1", now=there).root).last_modified_date_time
    assert modified == NOW
    assert modified is not None
    assert modified.utcoffset() == timedelta(hours=2)


def test_S1a_declared_values_no_longer_count_after_a_change() -> None:
    document = {
        "id": "s1",
        "status": "active",
        "completedDateTime": None,
        "error": {"code": "Wrong"},
        "restoreSessionArtifactCount": {"total": 1, "failed": 1},
        "mailboxRestoreArtifacts@odata.count": 1,
        "note": "kept",
        "mailboxRestoreArtifacts": [{"id": "a1", "status": "added", "note": "kept"}],
    }
    root = root_of(wire.from_json_value(document, ExchangeRestoreSession))
    assert wire.to_json_value(stored(root)) == document
    root = update(root, entry("r9"), actor=None).root
    assert wire.to_json_value(stored(root)) == {
        "id": "s1",
        "lastModifiedDateTime": "2026-01-12T08:30:00Z",
        "note": "kept",
        "mailboxRestoreArtifacts": [
            {"id": "a1", "status": "added", "note": "kept"},
            {
                "id": "b1",
                "status": "added",
                "destinationType": "new",
                "restorePoint": {"id": "r9"},
            },
        ],
        "status": "draft",
        "restoreSessionArtifactCount": {"total": 2, "inProgress": 0, "completed": 0, "failed": 0},
    }
