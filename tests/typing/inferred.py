"""What type checkers infer in a user's code. Nothing here is run: mypy and pyright read it.

A line with ``type: ignore`` is a mistake that both have to find.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, assert_type

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

import restore_domain
from restore_domain import (
    ArtifactRestoreStatus,
    EntityCollection,
    ExchangeRestoreSession,
    Explanation,
    JsonObject,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    PublicError,
    Reporter,
    RestoreDomainError,
    RestoreSessionArtifactCount,
    RestoreSessionStatus,
    StatusTally,
    UpdateSessionRequest,
    UpdateSessionResponse,
    Violation,
    aggregate,
    audit,
    explain,
    wire,
)
from restore_domain.aggregation import status_mask
from restore_domain.model import ValueDifference, differences
from restore_domain.operations import (
    BackupRestoreRoot,
    Event,
    Limits,
    Outcome,
    Page,
    RecordedBatch,
    Report,
    SessionChanged,
    SessionCreated,
    SessionRemoved,
    activate_session,
    create_artifact,
    create_session,
    delete_session,
    expire,
    get_session,
    list_artifacts,
    list_sessions,
    record,
    record_batch,
    update_session,
)
from restore_domain.verification import ReferenceSystem, laws
from restore_domain.verification.machine import ConformanceMachine, DivergenceError, machine_for
from restore_domain.verification.strategies import (
    History,
    consistent_artifacts,
    consistent_sessions,
    documents,
    entities,
    illegal_histories,
    inconsistent_sessions,
    invalid_documents,
    invalid_texts,
    legal_histories,
    roots,
    timestamps,
)


def names_of_the_package() -> None:
    """Each existing name has its own type, and any other name is a mistake."""
    from restore_domain import Nosuch as Nosuch  # type: ignore[attr-defined]  # noqa: PLC0414, PLC0415

    assert_type(restore_domain.ExchangeRestoreSession(id="s1"), ExchangeRestoreSession)
    assert_type(restore_domain.operations.Limits(), Limits)
    restore_domain.agregate([])  # type: ignore[attr-defined]  # codespell:ignore agregate


def aggregation(session: ExchangeRestoreSession) -> None:
    statuses = [artifact.status for artifact in session.artifacts]
    assert_type(aggregate(statuses), RestoreSessionStatus)
    assert_type(explain(statuses), Explanation)
    assert_type(explain(statuses).deciding, frozenset[ArtifactRestoreStatus])
    assert_type(aggregate(status for status in statuses), RestoreSessionStatus)
    assert_type(StatusTally.of(statuses) + StatusTally(), StatusTally)
    assert_type(StatusTally.of(statuses).status, RestoreSessionStatus)
    assert_type(StatusTally()[ArtifactRestoreStatus.FAILED], int)
    aggregate(3)  # type: ignore[arg-type]
    aggregate([3])  # type: ignore[list-item]


def aggregation_of_texts(column: list[str], names: dict[str, int]) -> None:
    """As they are in a database, in a CSV file or in JSON."""
    assert_type(aggregate(["succeeded", "failed"]), RestoreSessionStatus)
    assert_type(aggregate(column), RestoreSessionStatus)
    assert_type(explain(names), Explanation)
    assert_type(explain([*column, ArtifactRestoreStatus.ADDED]), Explanation)
    assert_type(status_mask({"added"}), int)
    assert_type(StatusTally.of(column), StatusTally)
    assert_type(StatusTally()["failed"], int)
    assert_type(StatusTally.of(column).replace("scheduled", column[0]), StatusTally)
    StatusTally()[3]  # type: ignore[index]


def of_entities(session: ExchangeRestoreSession) -> None:
    assert_type(session.status, RestoreSessionStatus)
    assert_type(session.completed_date_time, datetime | None)
    assert_type(session.error, PublicError | None)
    assert_type(session.restore_session_artifact_count, RestoreSessionArtifactCount | None)
    assert_type(session.artifacts, Sequence[MailboxRestoreArtifact])
    assert_type(session.artifact("a1"), MailboxRestoreArtifact | None)
    assert_type(session.additional_data, JsonObject)
    assert_type(audit(session), tuple[Violation, ...])
    stored = session.mailbox_restore_artifacts
    assert_type(stored, EntityCollection[MailboxRestoreArtifact] | None)
    if stored is not None:
        assert_type(stored[0], MailboxRestoreArtifact)
        assert_type(stored[:2], tuple[MailboxRestoreArtifact, ...])
    assert_type(differences(session, stored), tuple[ValueDifference, ...])
    session.status = RestoreSessionStatus.ACTIVE  # type: ignore[misc]
    ExchangeRestoreSession()  # type: ignore[call-arg]


def of_documents(data: bytes, value: object) -> None:
    session = wire.loads(data, ExchangeRestoreSession)
    assert_type(session, ExchangeRestoreSession)
    assert_type(
        wire.from_json_value(value, MailboxRestoreArtifactCollectionResponse),
        MailboxRestoreArtifactCollectionResponse,
    )
    assert_type(wire.dumps(session), bytes)
    event = wire.loads(data, Event)
    assert_type(event, SessionCreated | SessionChanged | SessionRemoved)
    assert_type(wire.from_json_value(value, SessionChanged), SessionChanged)
    assert_type(wire.dumps(event), bytes)
    assert_type(wire.to_json_value(session), dict[str, Any])
    wire.loads(3, ExchangeRestoreSession)  # type: ignore[call-overload]


def operations(root: BackupRestoreRoot, body: wire.RequestBody, now: datetime) -> None:
    created = create_session(root, body, session_id="s1", artifact_ids=["a1"], now=now)
    assert_type(created, Outcome[ExchangeRestoreSession])
    root, session, events = created
    assert_type(root, BackupRestoreRoot)
    assert_type(session, ExchangeRestoreSession)
    assert_type(events, tuple[Event, ...])
    assert_type(get_session(root, "s1"), ExchangeRestoreSession)
    assert_type(list_sessions(root), Page[ExchangeRestoreSession])
    assert_type(list_artifacts(root, "s1").value, tuple[MailboxRestoreArtifact, ...])
    request = UpdateSessionRequest()
    assert_type(
        update_session(root, "s1", request, artifact_ids=[], now=now),
        Outcome[UpdateSessionResponse],
    )
    assert_type(
        create_artifact(root, "s1", body, artifact_id="a2", now=now),
        Outcome[MailboxRestoreArtifact],
    )
    assert_type(activate_session(root, "s1", now=now), Outcome[ExchangeRestoreSession])
    assert_type(delete_session(root, "s1"), Outcome[None])
    report = Report(artifact_id="a1", status=ArtifactRestoreStatus.SCHEDULED, time=now)
    assert_type(
        record(root, "s1", report, reporter=Reporter.OBSERVER), Outcome[MailboxRestoreArtifact]
    )
    assert_type(
        record_batch(root, "s1", [report, body]), Outcome[tuple[MailboxRestoreArtifact, ...]]
    )
    assert_type(record_batch(root, "s1", [report], stale="skip"), Outcome[RecordedBatch])
    assert_type(expire(root, now=now), Outcome[tuple[str, ...]])
    activate_session(root, "s1")  # type: ignore[call-arg]
    create_artifact(root, "s1", request, artifact_id="a2", now=now)  # type: ignore[arg-type]


class Counted:
    """A tally of another implementation."""

    status = "draft"

    def __getitem__(self, status: ArtifactRestoreStatus, /) -> int:
        return 0

    def __add__(self, other: "Counted", /) -> "Counted":
        return self

    def replace(self, _old: ArtifactRestoreStatus, _new: ArtifactRestoreStatus, /) -> "Counted":
        return self


def laws_of_mine(session: ExchangeRestoreSession) -> None:
    def mine(statuses: Sequence[str]) -> str:
        return statuses[0]

    def counted(_statuses: Iterable[ArtifactRestoreStatus]) -> Counted:
        return Counted()

    assert_type(laws.a4, laws.Law[laws.Aggregate])
    assert_type(laws.LAWS["A4"], laws.Law[Any])
    assert_type(laws.a4(aggregate), None)
    laws.a4(mine)
    laws.parts_add_up(StatusTally.of)
    laws.parts_add_up(counted)
    laws.l1(lambda _old, new, _reporter: new)
    laws.o4(ReferenceSystem())
    assert_type(laws.o4.covers(ReferenceSystem()), bool)
    laws.a4(audit)  # type: ignore[arg-type]
    laws.parts_add_up(StatusTally)  # type: ignore[arg-type]
    laws.o4(session)  # type: ignore[arg-type]


def refusals(root: BackupRestoreRoot) -> None:
    try:
        get_session(root, "s1")
    except wire.WireError as error:
        assert_type(error.problems, tuple[wire.Problem, ...])
    except RestoreDomainError as error:
        assert_type(error.code, str)
        assert_type(error.http_status, int)
        assert_type(error.rule, str)
        assert_type(error.to_public_error(), PublicError)


def strategies() -> None:
    assert_type(entities(PublicError), SearchStrategy[PublicError])
    assert_type(consistent_sessions(), SearchStrategy[ExchangeRestoreSession])
    assert_type(
        consistent_sessions(RestoreSessionStatus.ACTIVE), SearchStrategy[ExchangeRestoreSession]
    )
    assert_type(consistent_artifacts(), SearchStrategy[MailboxRestoreArtifact])
    assert_type(inconsistent_sessions("S5"), SearchStrategy[ExchangeRestoreSession])
    assert_type(documents(PublicError), SearchStrategy[dict[str, Any]])
    assert_type(invalid_documents(PublicError), SearchStrategy[Any])
    assert_type(invalid_texts(PublicError), SearchStrategy[bytes])
    assert_type(timestamps(), SearchStrategy[datetime])
    assert_type(legal_histories(), SearchStrategy[History])
    assert_type(illegal_histories(["create"], max_calls=5), SearchStrategy[History])
    assert_type(roots(), SearchStrategy[BackupRestoreRoot])
    assert_type(st.from_type(ExchangeRestoreSession), SearchStrategy[ExchangeRestoreSession])
    consistent_sessions("active", artifacts=True)
    consistent_sessions(4)  # type: ignore[arg-type]
    entities("PublicError")  # type: ignore[arg-type]


def machines(error: DivergenceError) -> None:
    assert_type(machine_for(ReferenceSystem), type[ConformanceMachine])
    assert_type(error.counterexample.difference.rule, str)
    machine_for(ReferenceSystem())  # type: ignore[arg-type]
