"""`record` does in one go what the rules say one by one, and leaves no trace of the short cut."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_domain import (
    ArtifactRestoreStatus,
    DeclaredProperties,
    DestinationType,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    Identity,
    IdentitySet,
    MailboxRestoreArtifact,
    PublicError,
    RestoreJobType,
    RestorePoint,
    RestoreSessionStatus,
    Timestamp,
)
from restore_domain.aggregation import StatusTally
from restore_domain.lifecycle import Reporter
from restore_domain.model.json_value import frozen_object
from restore_domain.operations import (
    BackupRestoreRoot,
    Limits,
    Outcome,
    Report,
    RestoreDomainError,
    quick_recording,
    record,
    replay,
)
from restore_domain.operations.recording import record_by_the_rules
from restore_domain.verification.strategies import entities

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TIMES = [NOON - timedelta(hours=1), NOON, NOON + timedelta(hours=1)]
ADMIN = IdentitySet(user=Identity(id="admin"))
UNKNOWN_DATA = frozen_object({"status": "paused", "colour": "red"})
ANNOTATED = frozen_object({"mailboxRestoreArtifacts@odata.count": 2, "colour": "red"})
LIMITS = Limits(active_sessions=3)


def asked(call: Any, *arguments: Any) -> Any:
    """Return the outcome, or what is told of the refusal."""
    try:
        return call(*arguments)
    except RestoreDomainError as error:
        return type(error), error.code, error.http_status, error.rule, error.message, error.target
    except TypeError as error:
        return TypeError, str(error)


def quickly(
    root: BackupRestoreRoot, session_id: Any, report: Any, reporter: Any, actor: Any
) -> Outcome[MailboxRestoreArtifact]:
    return record(root, session_id, report, reporter=reporter, actor=actor)


def parts_of(outcome: Any) -> Any:
    """Return all that an outcome holds: equality alone passes over what follows from the rest."""
    if not isinstance(outcome, Outcome):
        return outcome
    root, artifact, events = outcome
    return (
        [values_of(session) for session in root.exchange_restore_sessions],
        root.limits,
        values_of(artifact),
        [values_of(event) for event in events],
        type(outcome),
    )


def values_of(entity: Any) -> Any:
    values = {field.name: getattr(entity, field.name) for field in attrs.fields(type(entity))}
    for name in ("mailbox_restore_artifacts", "granular_mailbox_restore_artifacts"):
        if values.get(name) is not None:
            places = values[name]._places
            ids = places.positions
            held = [values_of(artifact) for artifact in values[name]]
            values[name] = held, dict(ids), tuple(places.ordinals), places.next_ordinal
    if "tally" in values:
        values["tally"] = values_of(values["tally"])
    return type(entity), values


def assert_same(*asking: Any) -> Any:
    by_the_rules = asked(record_by_the_rules, *asking)
    quick = asked(quickly, *asking)
    assert parts_of(quick) == parts_of(by_the_rules)
    return quick


def artifacts_in(status: ArtifactRestoreStatus) -> Iterator[MailboxRestoreArtifact]:
    """Give artifacts in this status, with whatever decides about their times."""
    for start in (None, TIMES[0], TIMES[2], Timestamp.parse("2026-03-01T12:00:00.0000001Z")):
        plain = MailboxRestoreArtifact(
            id="a1",
            status=status,
            destination_type=DestinationType.NEW,
            restore_point=RestorePoint(id="r1"),
            start_date_time=start,
            restored_folder_id="f",
            restored_folder_name="F",
            restored_item_count=7,
        )
        yield plain
        if start is None:
            yield attrs.evolve(plain, additional_data=UNKNOWN_DATA)
            yield GranularMailboxRestoreArtifact(id="a1", status=status, search_response_id="x")


def roots_with(artifact: MailboxRestoreArtifact) -> Iterator[BackupRestoreRoot]:
    """Give roots that hold this artifact in any way."""
    other = MailboxRestoreArtifact(id="a2", status=ArtifactRestoreStatus.SCHEDULING)
    granular = GranularMailboxRestoreArtifact(
        id="g1", status=ArtifactRestoreStatus.SCHEDULED, search_response_id="x"
    )
    plain = ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=[artifact, other])
    aged = attrs.evolve(
        plain,
        created_date_time=NOON,
        created_by=ADMIN,
        policy_id="p",
        restore_job_type=RestoreJobType.STANDARD,
        declared=DeclaredProperties(status=RestoreSessionStatus.ACTIVE),
    )
    changed = attrs.evolve(
        aged,
        last_modified_date_time=NOON + timedelta(minutes=30),
        last_modified_by=IdentitySet(user=Identity(id="earlier")),
    )
    sessions = [
        plain,
        aged,
        changed,
        attrs.evolve(plain, mailbox_restore_artifacts=[artifact]),
        attrs.evolve(aged, granular_mailbox_restore_artifacts=[granular]),
        attrs.evolve(
            aged, additional_data={"mailboxRestoreArtifacts@odata.count": 2, "colour": "red"}
        ),
        ExchangeRestoreSession(id="s1", granular_mailbox_restore_artifacts=[granular]),
        ExchangeRestoreSession(id="s1"),
    ]
    for session in sessions:
        yield BackupRestoreRoot(exchange_restore_sessions=[session], limits=LIMITS)


def reports_of(status: ArtifactRestoreStatus) -> Iterator[Report]:
    """Give every kind of report of this status."""
    errors = (None, PublicError(code="Gone"))
    for time, error in itertools.product(TIMES, errors):
        yield Report(artifact_id="a1", status=status, time=time, error=error)
    error = errors[status is ArtifactRestoreStatus.FAILED]
    told = Report(artifact_id="a1", status=status, time=NOON, error=error)
    yield attrs.evolve(told, start_date_time=TIMES[0])
    yield attrs.evolve(told, completion_date_time=TIMES[2])
    yield attrs.evolve(told, time=NOON.replace(tzinfo=None))
    yield attrs.evolve(told, artifact_id="a9")
    yield attrs.evolve(told, artifact_id="g1")
    yield attrs.evolve(told, time=Timestamp.parse("2026-03-01T12:00:00.0000002Z"))


@pytest.mark.parametrize("reporter", Reporter, ids=str)
@pytest.mark.parametrize("new", ArtifactRestoreStatus, ids=str)
@pytest.mark.parametrize("old", ArtifactRestoreStatus, ids=str)
def test_O7_record_is_what_the_rules_say_of_every_change(
    old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, reporter: Reporter
) -> None:
    for artifact, report in itertools.product(artifacts_in(old), reports_of(new)):
        for number, root in enumerate(roots_with(artifact)):
            actor = (None, ADMIN)[number % 2]
            outcome = assert_same(root, "s1", report, reporter, actor)
            if isinstance(outcome, Outcome):
                assert replay(root, outcome.events) == outcome.root


@pytest.mark.parametrize(
    ("session_id", "reporter", "actor"),
    [
        ("s2", Reporter.DRIVER, None),
        (5, Reporter.DRIVER, None),
        (["s1"], Reporter.DRIVER, None),
        ("s1", "driver", None),
        ("s1", "somebody", None),
        ("s1", None, None),
        ("s1", ["driver"], None),
        ("s1", Reporter.DRIVER, "admin"),
        ("s1", Reporter.DRIVER, Identity(id="admin")),
    ],
    ids=str,
)
def test_O7_what_is_out_of_the_ordinary_goes_by_the_rules(
    session_id: Any, reporter: Any, actor: Any
) -> None:
    artifact = MailboxRestoreArtifact(id="a1", status=ArtifactRestoreStatus.SCHEDULED)
    root = next(roots_with(artifact))
    for report in reports_of(ArtifactRestoreStatus.IN_PROGRESS):
        assert_same(root, session_id, report, reporter, actor)


def test_an_ordinary_report_does_not_need_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every change that a driver may report is taken in one go."""

    def never(*_: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(quick_recording, "record_by_the_rules", never)
    life = [
        (ArtifactRestoreStatus.SCHEDULING, None),
        (ArtifactRestoreStatus.SCHEDULED, None),
        (ArtifactRestoreStatus.IN_PROGRESS, None),
        (ArtifactRestoreStatus.FAILED, PublicError(code="Gone")),
    ]
    artifact = MailboxRestoreArtifact(id="a1", status=ArtifactRestoreStatus.ADDED)
    for root in itertools.islice(roots_with(artifact), 3):
        now = root
        for status, error in life:
            report = Report(artifact_id="a1", status=status, time=NOON, error=error)
            now = record(now, "s1", report).root
        done = now.session("s1")
        assert done is not None
        assert done.tally[ArtifactRestoreStatus.FAILED] == 1


@pytest.mark.parametrize("sessions", [1, 2, 31, 32, 33, 40, 1100])
def test_O7_record_finds_its_session_among_any_number(sessions: int) -> None:
    artifact = MailboxRestoreArtifact(id="a1", status=ArtifactRestoreStatus.SCHEDULED)
    root = BackupRestoreRoot(
        exchange_restore_sessions=[
            ExchangeRestoreSession(id=f"s{number}", mailbox_restore_artifacts=[artifact])
            for number in range(sessions)
        ]
    )
    report = Report(artifact_id="a1", status=ArtifactRestoreStatus.IN_PROGRESS, time=NOON)
    for number in {0, sessions // 2, sessions - 1}:
        assert_same(root, f"s{number}", report, Reporter.DRIVER, None)


@given(data=st.data(), session=entities(ExchangeRestoreSession))
def test_O7_record_is_what_the_rules_say_of_any_session(
    data: st.DataObject, session: ExchangeRestoreSession
) -> None:
    root = BackupRestoreRoot(exchange_restore_sessions=[session])
    ids = [artifact.id for artifact in session.artifacts]
    report = Report(
        artifact_id=data.draw(st.sampled_from([*ids, "none"])),
        status=(status := data.draw(st.sampled_from(ArtifactRestoreStatus))),
        time=data.draw(st.sampled_from(TIMES)),
        error=PublicError(code="Gone") if status is ArtifactRestoreStatus.FAILED else None,
    )
    assert_same(root, session.id, report, data.draw(st.sampled_from(Reporter)), None)


def test_what_record_makes_is_as_frozen_as_ever() -> None:
    artifact = MailboxRestoreArtifact(id="a1", status=ArtifactRestoreStatus.SCHEDULED)
    root = next(roots_with(artifact))
    report = Report(artifact_id="a1", status=ArtifactRestoreStatus.IN_PROGRESS, time=NOON)
    outcome = record(root, "s1", report)
    session = outcome.root.session("s1")
    assert session is not None
    made = [outcome.root, session, outcome.result, outcome.events[0], session.tally]
    kinds = [BackupRestoreRoot, ExchangeRestoreSession, MailboxRestoreArtifact]
    assert [type(one) for one in made[:3]] == kinds
    assert type(session.tally) is StatusTally
    collections: list[Any] = [
        outcome.root.exchange_restore_sessions,
        session.mailbox_restore_artifacts,
    ]
    for one in [*made, *collections]:
        slots = one.__slots__
        assert slots
        for name in slots:
            with pytest.raises(AttributeError):
                setattr(one, name, None)
