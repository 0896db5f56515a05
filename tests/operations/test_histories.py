"""Laws about any history of operations, including refused ones."""

import pickle
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from restore_domain.aggregation import StatusTally, aggregate
from restore_domain.lifecycle import Reporter
from restore_domain.model import (
    CreateSessionRequest,
    IdentitySet,
    PublicError,
    RequestedArtifact,
    RestoreSessionArtifactCount,
    UpdateSessionRequest,
    ViolationKind,
    audit,
)
from restore_domain.operations import (
    BackupRestoreRoot,
    Event,
    Limits,
    Outcome,
    Report,
    RestoreDomainError,
    SessionCreated,
    SessionRemoved,
    activate_session,
    create_artifact,
    create_session,
    delete_session,
    expire,
    record,
    record_batch,
    replay,
    update_session,
)
from restore_domain.status import ArtifactRestoreStatus

from .service import (
    ADDED,
    ALICE,
    BOB,
    CREATED,
    FAILED,
    IN_PROGRESS,
    MAILBOX_ON_HOLD,
    MINUTE,
    NOW,
    SCHEDULED,
    SCHEDULING,
    SUCCEEDED,
    Json,
    as_dict,
    create_body,
    entry,
    patch_body,
    removal,
    report,
    typed,
)

MISSING = ViolationKind.MISSING
LIMITS = Limits(artifacts_per_request=3, active_sessions=2)
POINTS = ("r1", "r2", "r3", "r4")

statuses = st.sampled_from(ArtifactRestoreStatus)
indices = st.integers(0, 11)
times = st.integers(-3000, 3000).map(lambda minutes: NOW + minutes * MINUTE)
actors = st.sampled_from([None, ALICE, BOB])
entries = st.builds(
    entry, st.sampled_from(POINTS), st.sampled_from(["new", "new", "new", "inPlace"])
)
agreeing = st.builds(
    lambda points, destination: [entry(point, destination) for point in points],
    st.lists(st.sampled_from(POINTS), min_size=1, max_size=3, unique=True),
    st.sampled_from(["new", "inPlace"]),
)
"""Artifacts that may be in one session."""

flawed = st.sampled_from([{"restorePoint": {"id": "r1"}}, {"destinationType": "new"}])
removals = st.sampled_from([removal(f"a{number}") for number in range(12)])
errors = st.one_of(st.none(), st.just(MAILBOX_ON_HOLD))
optional_times = st.one_of(st.none(), times)

TERMINAL = {"completedWithError", "completed", "failed"}


class Histories(RuleBasedStateMachine):
    """A root, and the events that made it from an empty one."""

    def __init__(self) -> None:
        super().__init__()
        self.root = BackupRestoreRoot(limits=LIMITS)
        self.events: list[Event] = []
        self.ids = (f"a{number}" for number in count())
        self.sessions = 0

    def any_session(self, index: int) -> str:
        """Choose one of the existing sessions; one that does not exist, if there is none."""
        found = self.root.exchange_restore_sessions
        return found[index % len(found)].id if found else "s0"

    def any_artifact(self, session_id: str, index: int) -> str:
        found = self.root.session(session_id)
        ids = [stored.id for stored in found.artifacts] if found else []
        return ids[index % len(ids)] if ids else "a0"

    def attempt(self, operation: Callable[..., Outcome[Any]], *arguments: Any, **more: Any) -> None:
        """Perform something, and check its effect; or that it had none, if it was refused."""
        old = self.root
        before, number = pickle.dumps(old), hash(old)
        try:
            outcome = operation(old, *arguments, **more)
        except RestoreDomainError as error:
            event(f"refused: {error.code}")
            assert self.root is old
        else:
            event(f"{operation.__name__}: {'changed' if outcome.events else 'no change'}")
            self.root = outcome.root
            self.events += outcome.events
            assert (outcome.root is old) is (not outcome.events)
            assert outcome.root.limits is old.limits
            for reported in outcome.events:
                check_event(old, outcome.root, reported)
            assert replay(old, outcome.events) == outcome.root
        assert pickle.dumps(old) == before
        assert hash(old) == number

    @initialize(several=st.lists(agreeing, min_size=1, max_size=3))
    def begin(self, several: list[list[Json]]) -> None:
        """Create something to begin with, or most later steps find nothing."""
        for given in several:
            self.create(given, CREATED, None)

    @rule(given=agreeing | st.lists(entries | flawed, max_size=4), now=times, actor=actors)
    def create(self, given: list[Json], now: datetime, actor: IdentitySet | None) -> None:
        self.sessions += 1
        self.attempt(
            create_session,
            typed(CreateSessionRequest, create_body(*given)),
            session_id=f"s{self.sessions}",
            artifact_ids=self.ids,
            now=now,
            actor=actor,
        )

    @rule(
        index=indices,
        given=st.lists(entries | removals, max_size=4) | st.lists(entries | flawed, max_size=2),
        now=times,
        actor=actors,
    )
    def update(
        self, index: int, given: list[Json], now: datetime, actor: IdentitySet | None
    ) -> None:
        self.attempt(
            update_session,
            self.any_session(index),
            as_dict(UpdateSessionRequest, patch_body(*given)),
            artifact_ids=self.ids,
            now=now,
            actor=actor,
        )

    @rule(index=indices, given=entries, now=times)
    def create_artifact(self, index: int, given: Json, now: datetime) -> None:
        self.attempt(
            create_artifact,
            self.any_session(index),
            typed(RequestedArtifact, given),
            artifact_id=next(self.ids),
            now=now,
        )

    @rule(index=indices, now=times, actor=actors)
    def activate(self, index: int, now: datetime, actor: IdentitySet | None) -> None:
        self.attempt(activate_session, self.any_session(index), now=now, actor=actor)

    @rule(index=indices)
    def delete(self, index: int) -> None:
        self.attempt(delete_session, self.any_session(index))

    @rule(index=indices, which=indices, time=times, failure=st.booleans(), actor=actors)
    def drive(
        self,
        index: int,
        which: int,
        time: datetime,
        actor: IdentitySet | None,
        *,
        failure: bool,
    ) -> None:
        """Report the next step, as a driver does."""
        session_id = self.any_session(index)
        artifact_id = self.any_artifact(session_id, which)
        found = self.root.session(session_id)
        stored = found.artifact(artifact_id) if found else None
        steps = {ADDED: SCHEDULING, SCHEDULING: SCHEDULED, SCHEDULED: IN_PROGRESS}
        new = steps.get(stored.status, SUCCEEDED) if stored else SCHEDULING
        if failure and new is not SCHEDULING:
            new = FAILED
        reported = report(artifact_id, new, time)
        self.attempt(record, session_id, reported, actor=actor)

    @rule(
        index=indices,
        which=indices,
        reporter=st.sampled_from(Reporter),
        status=statuses,
        time=times,
        error=errors,
        start=optional_times,
        end=optional_times,
        folder=st.none() | st.sampled_from(["f1", "f2"]),
        items=st.none() | st.integers(0, 2),
    )
    def tell(  # noqa: PLR0913, PLR0917 - the parts of a report
        self,
        index: int,
        which: int,
        reporter: Reporter,
        status: ArtifactRestoreStatus,
        time: datetime,
        error: PublicError | None,
        start: datetime | None,
        end: datetime | None,
        folder: str | None,
        items: int | None,
    ) -> None:
        """Report anything, whether possible or not."""
        session_id = self.any_session(index)
        reported = Report(
            artifact_id=self.any_artifact(session_id, which),
            status=status,
            time=time,
            error=error,
            start_date_time=start,
            completion_date_time=end,
            restored_folder_id=folder,
            restored_item_count=items,
        )
        self.attempt(record, session_id, reported, reporter=reporter)

    @rule(
        index=indices,
        reported=st.lists(st.tuples(indices, statuses, times), max_size=4),
        reporter=st.sampled_from(Reporter),
    )
    def tell_several(
        self,
        index: int,
        reported: list[tuple[int, ArtifactRestoreStatus, datetime]],
        reporter: Reporter,
    ) -> None:
        session_id = self.any_session(index)
        reports = [
            report(self.any_artifact(session_id, which), status, time)
            for which, status, time in reported
        ]
        self.attempt(record_batch, session_id, reports, reporter=reporter)

    @rule(days=st.integers(360, 370))
    def expire(self, days: int) -> None:
        self.attempt(expire, now=NOW + timedelta(days=days))

    @invariant()
    def the_events_make_the_root(self) -> None:
        again = replay(BackupRestoreRoot(limits=LIMITS), self.events)
        assert again == self.root
        assert again.exchange_restore_sessions.__reduce__() == (
            self.root.exchange_restore_sessions.__reduce__()
        )

    @invariant()
    def the_status_is_that_of_a_recount(self) -> None:
        for stored in self.root.exchange_restore_sessions:
            counted = [artifact.status for artifact in stored.artifacts]
            assert stored.tally == StatusTally.of(counted)
            assert stored.status is aggregate(counted)

    @invariant()
    def nothing_is_inconsistent(self) -> None:
        for stored in self.root.exchange_restore_sessions:
            missing = [violation for violation in audit(stored) if violation.kind is MISSING]
            assert audit(stored) == tuple(missing)  # nothing contradicts a rule
            assert {(violation.rule, violation.property) for violation in missing} <= {
                ("L5", "error")  # an observer reports a failure without one
            }

    @invariant()
    def what_follows_from_the_artifacts_follows(self) -> None:
        """S3, S4 and S5, computed again."""
        for stored in self.root.exchange_restore_sessions:
            artifacts = list(stored.artifacts)
            failed = [artifact for artifact in artifacts if artifact.status is FAILED]
            over = bool(artifacts) and all(
                artifact.status in {SUCCEEDED, FAILED} for artifact in artifacts
            )
            assert (stored.status.value in TERMINAL) is over
            ends = [a.completion_date_time for a in artifacts if a.completion_date_time]
            assert stored.completed_date_time == (max(ends) if over else None)
            assert (stored.error is not None) is (over and bool(failed))
            if stored.error is not None:
                assert [detail.target for detail in stored.error.details or ()] == [
                    artifact.id for artifact in failed
                ]
            assert stored.restore_session_artifact_count == RestoreSessionArtifactCount(
                total=len(artifacts),
                in_progress=sum(
                    artifact.status not in {ADDED, SUCCEEDED, FAILED} for artifact in artifacts
                ),
                completed=sum(artifact.status is SUCCEEDED for artifact in artifacts),
                failed=len(failed),
            )

    @invariant()
    def sessions_stand_in_the_order_they_were_created(self) -> None:
        numbers = [int(stored.id[1:]) for stored in self.root.exchange_restore_sessions]
        assert numbers == sorted(numbers)


def check_event(old: BackupRestoreRoot, new: BackupRestoreRoot, reported: Event) -> None:
    """Compare an event with the roots before and after it."""
    before, after = old.session(reported.session_id), new.session(reported.session_id)
    assert reported.status_before == (before.status if before else None)
    assert reported.status_after == (after.status if after else None)
    if isinstance(reported, SessionRemoved):
        assert before is not None
        assert after is None
        return
    assert after is not None
    if isinstance(reported, SessionCreated):
        assert before is None
        assert reported.session == after
        return
    assert before is not None
    was = {artifact.id: artifact for artifact in before.artifacts}
    now_stored = {artifact.id: artifact for artifact in after.artifacts}
    assert set(reported.removed) == was.keys() - now_stored.keys()
    assert {artifact.id: artifact for artifact in reported.added} == {
        name: artifact for name, artifact in now_stored.items() if name not in was
    }
    differ = {name for name, stored in now_stored.items() if name in was and stored != was[name]}
    assert differ <= {artifact.id for artifact in reported.changed}
    assert all(now_stored[artifact.id] == artifact for artifact in reported.changed)
    assert (reported.last_modified_by, reported.last_modified_date_time) == (
        after.last_modified_by,
        after.last_modified_date_time,
    )
    assert (after.created_by, after.created_date_time) == (
        before.created_by,
        before.created_date_time,
    )
    assert before.last_modified_date_time is not None
    assert after.last_modified_date_time is not None
    assert after.last_modified_date_time >= before.last_modified_date_time


TestHistories = Histories.TestCase
TestHistories.settings = settings(stateful_step_count=40)
