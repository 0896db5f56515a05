"""How sessions that ended long ago are removed (rule O8)."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from restore_domain import wire
from restore_domain.model import ExchangeRestoreSession, MailboxRestoreArtifact, Timestamp
from restore_domain.operations import (
    BackupRestoreRoot,
    Outcome,
    SessionRemovalReason,
    SessionRemoved,
    delete_session,
    expire,
    replay,
)
from restore_domain.status import ArtifactRestoreStatus, RestoreSessionStatus

from .service import (
    ADDED,
    ALICE,
    CREATED,
    FAILED,
    IN_PROGRESS,
    MINUTE,
    NOW,
    SCHEDULED,
    SCHEDULING,
    SUCCEEDED,
    UNKNOWN,
    artifact,
    refused,
    root_of,
    session,
    stored,
)

ENDED = NOW + MINUTE
"""When the artifacts here completed."""

YEAR = timedelta(days=365)
MICROSECOND = timedelta(microseconds=1)


def ended(session_id: str = "s1", *statuses: ArtifactRestoreStatus, **more: Any) -> Any:
    artifacts = [
        artifact(f"a{number}", status) for number, status in enumerate(statuses or (SUCCEEDED,))
    ]
    return session(*artifacts, session_id=session_id, **more)


def test_O8_a_session_is_removed_after_being_terminal_for_over_a_year() -> None:
    root = root_of(ended())
    assert expire(root, now=ENDED + YEAR) == Outcome(root, (), ())
    assert expire(root, now=ENDED + YEAR).root is root
    gone = expire(root, now=ENDED + YEAR + MICROSECOND)
    assert gone.result == ("s1",)
    assert not gone.root.exchange_restore_sessions
    assert gone.events == (
        SessionRemoved(
            session_id="s1",
            status_before=RestoreSessionStatus.COMPLETED,
            reason=SessionRemovalReason.EXPIRED,
            time=ENDED + YEAR + MICROSECOND,
        ),
    )
    by_alice = expire(root, now=ENDED + YEAR + MICROSECOND, actor=ALICE)
    assert by_alice.root == gone.root
    assert by_alice.events == (attrs.evolve(gone.events[0], actor=ALICE),)
    assert len(root.exchange_restore_sessions) == 1


@pytest.mark.parametrize(
    ("end", "now", "goes"),
    [
        ("00.0000001", "00.0000001", False),
        ("00.0000001", "00.0000002", True),
        ("00.0000002", "00.0000001", False),
        ("00.0000009", "00.000001", True),
        ("00.000001", "00.0000009", False),
        ("59.999999999999", "59.999999999998", False),
        ("59.999999999998", "59.999999999999", True),
        ("00.1234567", "00.123456700000", False),
        ("00", "00.000000000001", True),
        ("00.000000000001", "00", False),
    ],
)
def test_O8_all_digits_of_both_times_count(end: str, now: str, *, goes: bool) -> None:
    time, later = (
        Timestamp.parse(text) for text in (f"2026-01-12T08:31:{end}Z", f"2027-01-12T08:31:{now}Z")
    )
    bare = MailboxRestoreArtifact(id="a1", status=SUCCEEDED)
    document = {"id": "s3", "status": "failed", "completedDateTime": time.text}
    root = root_of(
        session(artifact("a1", SUCCEEDED, completion_date_time=time)),
        session(bare, session_id="s2", last_modified_date_time=time),
        wire.from_json_value(document, ExchangeRestoreSession),
    )
    assert expire(root, now=later).result == (("s1", "s2", "s3") if goes else ())


def test_O5_O8_a_removal_has_an_event_and_takes_the_time_by_its_name() -> None:
    root = root_of(session(artifact("a1", ADDED)))
    assert delete_session(root, "s1").events == (
        SessionRemoved(
            session_id="s1",
            status_before=RestoreSessionStatus.DRAFT,
            reason=SessionRemovalReason.DELETED,
        ),
    )
    remove: Any = delete_session
    with pytest.raises(TypeError, match="positional"):
        remove(root, "s1", NOW)
    let_expire: Any = expire
    with pytest.raises(TypeError, match="positional"):
        let_expire(root, NOW)
    with pytest.raises(TypeError, match=r"^root: expected a BackupRestoreRoot, got \{\}$"):
        let_expire({}, now=NOW)


def test_O8_the_last_artifact_counts() -> None:
    late = artifact("a2", FAILED, completion_date_time=ENDED + timedelta(days=1))
    root = root_of(session(artifact("a1", SUCCEEDED), late))
    assert expire(root, now=ENDED + YEAR + timedelta(days=1)).result == ()
    assert expire(root, now=ENDED + YEAR + timedelta(days=1) + MICROSECOND).result == ("s1",)


@pytest.mark.parametrize(
    ("statuses", "goes"),
    [
        ((SUCCEEDED,), True),
        ((FAILED,), True),
        ((SUCCEEDED, FAILED), True),
        ((), False),
        ((ADDED,), False),
        ((SCHEDULING,), False),
        ((SCHEDULED,), False),
        ((IN_PROGRESS, SUCCEEDED), False),
        ((UNKNOWN,), False),
        ((UNKNOWN, SUCCEEDED), False),
    ],
    ids=str,
)
def test_O8_only_a_terminal_session_is_removed(
    statuses: tuple[ArtifactRestoreStatus, ...], *, goes: bool
) -> None:
    artifacts = [artifact(f"a{number}", status) for number, status in enumerate(statuses)]
    root = root_of(session(*artifacts))
    assert (expire(root, now=ENDED + 9 * YEAR).result == ("s1",)) is goes


def test_O8_all_expired_sessions_are_removed_and_the_others_stay_in_order() -> None:
    root = root_of(
        ended("old 1", SUCCEEDED),
        session(artifact("a1"), session_id="draft"),
        ended("old 2", FAILED),
        session(artifact("a1", SUCCEEDED, completion_date_time=ENDED + YEAR), session_id="young"),
        ended("old 3", SUCCEEDED, FAILED),
    )
    new, gone, events = expire(root, now=ENDED + YEAR + MINUTE)
    assert gone == ("old 1", "old 2", "old 3")
    assert list(new.exchange_restore_sessions) == [stored(root, "draft"), stored(root, "young")]
    assert [(event.session_id, event.status_before, event.status_after) for event in events] == [
        ("old 1", "completed", None),
        ("old 2", "failed", None),
        ("old 3", "completedWithError", None),
    ]
    assert replay(root, events) == new
    assert replay(root, events).exchange_restore_sessions.__reduce__() == (
        new.exchange_restore_sessions.__reduce__()
    )


def test_O8_a_session_without_an_end_expires_by_its_last_change() -> None:
    bare = MailboxRestoreArtifact(id="a1", status=SUCCEEDED)
    root = root_of(session(bare, last_modified_date_time=NOW))
    assert expire(root, now=NOW + YEAR).result == ()
    assert expire(root, now=NOW + YEAR + MICROSECOND).result == ("s1",)
    silent = root_of(session(bare, last_modified_date_time=None))
    assert expire(silent, now=NOW + 9 * YEAR).root is silent


def test_O8_a_session_without_its_artifacts_expires_by_its_declared_end() -> None:
    document = {"id": "s1", "status": "failed", "completedDateTime": "2026-01-12T08:31:00Z"}
    root = root_of(wire.from_json_value(document, ExchangeRestoreSession))
    assert expire(root, now=ENDED + YEAR).result == ()
    assert expire(root, now=ENDED + YEAR + MICROSECOND).result == ("s1",)


@pytest.mark.parametrize("days", [0, 1, 30, 10_000])
def test_O8_the_time_is_that_of_the_root(days: int) -> None:
    root = root_of(ended(), retention=timedelta(days=days))
    assert expire(root, now=ENDED + timedelta(days=days)).result == ()
    assert expire(root, now=ENDED + timedelta(days=days) + MICROSECOND).result == ("s1",)


def test_O8_nothing_is_removed_too_early() -> None:
    root = root_of(ended())
    assert expire(root, now=CREATED - 9 * YEAR).root is root
    assert expire(BackupRestoreRoot(), now=NOW) == Outcome(BackupRestoreRoot(), (), ())


def test_O8_the_wall_clock_does_not_matter() -> None:
    """Berlin set its clock forward that morning: the year is over an hour later than it shows."""
    berlin = ZoneInfo("Europe/Berlin")
    end = datetime(2025, 3, 29, 12, 0, tzinfo=berlin)
    root = root_of(session(artifact("a1", SUCCEEDED, completion_date_time=end)))
    now = datetime(2026, 3, 29, 12, 30, tzinfo=berlin)
    assert now - end > YEAR
    assert expire(root, now=now).result == ()
    assert expire(root, now=now + timedelta(hours=1)).result == ("s1",)


@pytest.mark.parametrize(
    ("error", "now"),
    [
        (ValueError, NOW.replace(tzinfo=None)),
        (TypeError, None),
        (TypeError, "2027-01-12T08:31:00Z"),
        (TypeError, NOW.date()),
        (TypeError, 0),
    ],
    ids=repr,
)
def test_O8_S7_an_invalid_time_is_the_embedders_mistake(error: type[Exception], now: Any) -> None:
    root = root_of(ended())
    with refused(root, error) as caught:
        expire(root, now=now)
    assert "now" in str(caught.value)
