"""Bulk requests of a session: created, read, deleted and resolved (B1-B6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
import pytest

from restore_domain import Reporter, wire
from restore_domain.model import (
    CreateBulkRequest,
    DeclaredProperties,
    ExchangeRestoreSession,
    JsonObject,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactsBulkAdditionRequest,
    PublicError,
    PublicErrorDetail,
    RequestedArtifact,
    RestorePoint,
    TimePeriod,
    UpdateSessionRequest,
    audit,
)
from restore_domain.operations import (
    BackupRestoreRoot,
    BulkRequestCreated,
    BulkRequestDeleted,
    BulkRequestResolved,
    Resolution,
    SessionChanged,
    UnresolvedMailbox,
    activate_session,
    apply,
    create_artifact,
    delete_bulk_request,
    delete_session,
    expire,
    get_bulk_request,
    list_bulk_requests,
    record,
    record_batch,
    update_session,
)
from restore_domain.status import (
    RestoreArtifactsBulkRequestStatus,
    RestoreJobType,
    RestorePointPreference,
    RestorePointTags,
)

from .bulk import (
    GONE,
    MAILBOXES,
    REFUSALS,
    SESSIONS,
    TIME,
    activated,
    asked,
    created,
    drafted,
    part,
    resolve,
    with_request,
)
from .service import (
    ALICE,
    BOB,
    CREATED,
    FAILED,
    IN_PLACE,
    IN_PROGRESS,
    MINUTE,
    NEW,
    NOW,
    SCHEDULED,
    SCHEDULING,
    SUCCEEDED,
    Json,
    artifact,
    entry,
    granular,
    patch_body,
    refused,
    report,
    root_of,
    session,
    stored,
    stored_artifact,
    typed,
)

ACTIVE = RestoreArtifactsBulkRequestStatus.ACTIVE
COMPLETED = RestoreArtifactsBulkRequestStatus.COMPLETED
WITH_ERRORS = RestoreArtifactsBulkRequestStatus.COMPLETED_WITH_ERRORS
LATER = NOW + MINUTE


def request_in(root: BackupRestoreRoot, request_id: str = "b1") -> Any:
    """Return a bulk request of the session as it is stored."""
    requests = stored(root).mailbox_restore_artifacts_bulk_addition_requests
    return None if requests is None else requests.by_id(request_id)


def applied(outcome: Any, root: BackupRestoreRoot) -> None:
    """Check that the events give the root, and that a root that was read behaves the same."""
    (event,) = outcome.events
    again = apply(root, event)
    assert again == outcome.root
    before, after = stored(root), stored(outcome.root)
    assert (event.status_before, event.status_after) == (before.status, after.status)
    assert stored(again).activated is after.activated
    read = wire.loads(wire.dumps(before), ExchangeRestoreSession)
    elsewhere = BackupRestoreRoot(exchange_restore_sessions=[read])
    assert stored(apply(elsewhere, event)) == after
    assert wire.loads(wire.dumps(after), ExchangeRestoreSession) == after


def test_the_points_of_a_life_have_the_expected_statuses() -> None:
    statuses = {found.id: found.status.value for found in SESSIONS}
    assert statuses == {
        "empty": "draft",
        "asked": "draft",
        "waiting": "activating",
        "begun": "activating",
        "over": "activating",
    }
    assert all(audit(found) == () for found in SESSIONS)


@pytest.mark.parametrize(
    "refusal", REFUSALS, ids=[f"{found.method}-{found.code}" for found in REFUSALS]
)
def test_B1_B2_B5_a_refused_call_leaves_the_root_as_it_was(refusal: Any) -> None:
    root = root_of(*SESSIONS, session(artifact("a1"), session_id="draft"))
    with refused(root) as caught:
        wire.perform(root, {"method": refusal.method, "params": refusal.params})
    error = caught.value
    assert (error.code, error.http_status) == (refusal.code, refusal.http_status)
    assert (error.rule, error.target) == (refusal.rule, refusal.target)
    assert all(word in error.message for word in refusal.words)


# B1 ---------------------------------------------------------------------------------------------


def test_B1_the_request_begins_active_and_the_session_is_bulk() -> None:
    root = created(BackupRestoreRoot())
    period = TimePeriod(start_date_time=CREATED, end_date_time=NOW)
    request = asked(
        directory_object_ids=("d1",),
        display_name="Finance",
        protection_time_period=period,
        tags=(RestorePointTags.FAST_RESTORE,),
        restore_point_preference=RestorePointPreference.OLDEST,
    )
    outcome = with_request(root, request=request, actor=BOB)
    saved = request_in(outcome.root)
    assert saved == MailboxRestoreArtifactsBulkAdditionRequest(
        id="b1",
        display_name="Finance",
        status=ACTIVE,
        mailboxes=MAILBOXES,
        directory_object_ids=("d1",),
        protection_time_period=period,
        destination_type=NEW,
        tags=(RestorePointTags.FAST_RESTORE,),
        restore_point_preference=RestorePointPreference.OLDEST,
        created_by=BOB,
        created_date_time=NOW,
        last_modified_by=BOB,
        last_modified_date_time=NOW,
    )
    answer = attrs.evolve(saved, mailboxes=None, directory_object_ids=None)
    assert outcome.result == answer
    found = stored(outcome.root)
    assert found.restore_job_type is RestoreJobType.BULK
    assert (found.status, found.lacks, found.is_bulk) == ("draft", (), True)
    assert (found.last_modified_by, found.last_modified_date_time) == (BOB, NOW)
    (event,) = outcome.events
    assert event == SessionChanged(
        session_id="s1",
        status_before=found.status,
        status_after=found.status,
        last_modified_by=BOB,
        last_modified_date_time=NOW,
        bulk_request=BulkRequestCreated(saved),
    )
    applied(outcome, root)


def test_B1_no_time_moves_backwards() -> None:
    outcome = with_request(created(BackupRestoreRoot()), now=CREATED - MINUTE, actor=None)
    assert outcome.result.created_date_time == CREATED
    assert outcome.result.created_by is None
    assert stored(outcome.root).last_modified_by == ALICE
    changed = root_of(session(last_modified_date_time=LATER))
    assert with_request(changed).result.created_date_time == LATER


def test_B1_a_period_may_be_a_moment() -> None:
    period = TimePeriod(start_date_time=CREATED, end_date_time=CREATED)
    request = asked(protection_time_period=period)
    saved = with_request(created(BackupRestoreRoot()), request=request).result
    assert saved.protection_time_period == period


def test_B1_the_largest_request_and_one_mailbox_more() -> None:
    most = tuple(f"u{number}@x" for number in range(10_000))
    root = created(BackupRestoreRoot())
    assert request_in(with_request(root, request=asked(*most)).root).resource_count == 10_000
    with refused(root) as caught:
        with_request(root, request=asked(*most, "one@more"))
    assert caught.value.code == "BulkRestoreRestorationResourcesCountExceedsLimit"
    few = created(root_of(restoration_resources=1))
    with refused(few) as caught:
        with_request(few, request=asked("a@b", directory_object_ids=("d",)))
    assert caught.value.code == "BulkRestoreRestorationResourcesCountExceedsLimit"


def test_B1_directory_objects_alone_are_enough() -> None:
    request = CreateBulkRequest(directory_object_ids=("d1",), destination_type=IN_PLACE)
    assert with_request(created(BackupRestoreRoot()), request=request).result.status is ACTIVE


def test_B1_a_granular_session_or_one_with_missing_artifacts_accepts_no_request() -> None:
    job = RestoreJobType.GRANULAR
    empty = session(restore_job_type=job, granular_mailbox_restore_artifacts=[])
    more: Json = {"mailboxRestoreArtifacts@odata.nextLink": "more"}
    for found in (
        empty,
        session(granular_mailbox_restore_artifacts=[granular("g1")]),
        session(additional_data=more, declared=DeclaredProperties(status=session().status)),
        session(restore_job_type=RestoreJobType.BULK),
    ):
        root = root_of(found)
        with refused(root) as caught:
            with_request(root)
        assert (caught.value.code, caught.value.rule) == ("RestoreSessionActionNotAllowed", "B1")


CHECKS: dict[str, Json] = {
    "BulkRestoreInvalidCreateRequest": {"protectionUnitIds": []},
    "InvalidPathType": {"destinationType": "sideways"},
    "BulkRestoreRestorationResourcesCountExceedsLimit": {"directoryObjectIds": ["d"] * 3},
    "BulkRestoreInvalidCreateRequestUserEmail": {"mailboxes": ["a@@b"]},
}
"""The faults of a body, in the order of the checks."""


def test_B1_the_earliest_error_wins() -> None:
    root = root_of(*SESSIONS, restoration_resources=3)
    names = list(CHECKS)
    for chosen in range(1, 1 << len(names)):
        wrong = [name for place, name in enumerate(names) if chosen >> place & 1]
        body: Json = {"mailboxes": ["a@b"], "destinationType": "new"}
        for name in wrong:
            body |= CHECKS[name]
        for session_id, first in (("empty", wrong[0]), ("asked", "RestoreSessionActionNotAllowed")):
            params: Json = {"sessionId": session_id, "bulkRequestId": "b9", "now": TIME}
            with refused(root) as caught:
                wire.perform(
                    root, {"method": "createBulkRequest", "params": params | {"request": body}}
                )
            assert caught.value.code == first


@pytest.mark.parametrize(
    ("error", "words", "request_id"),
    [
        *((ValueError, "expected a text that is not blank", blank) for blank in ("", " ", "b\n")),
        *((TypeError, "Request.id: expected a text", other) for other in (None, 5, b"b1")),
    ],
    ids=repr,
)
def test_B1_S7_an_invalid_id_of_a_request_is_the_embedders_mistake(
    error: type[Exception], words: str, request_id: Any
) -> None:
    root = created(BackupRestoreRoot())
    with refused(root, error) as caught:
        with_request(root, bulk_request_id=request_id)
    assert words in str(caught.value)


# B2 ---------------------------------------------------------------------------------------------


def test_B2_answers_omit_the_mailboxes_and_sessions_contain_them() -> None:
    root = activated()
    found = get_bulk_request(root, "s1", "b1")
    page = list_bulk_requests(root, "s1")
    assert page.value == (found,)
    assert page.skip_token is None
    assert (found.mailboxes, found.directory_object_ids) == (None, None)
    json = wire.to_json_value(found)
    assert not {"mailboxes", "directoryObjectIds"} & json.keys()
    shown = wire.to_json_value(stored(root))
    assert shown["mailboxRestoreArtifactsBulkAdditionRequests"][0]["mailboxes"] == [*MAILBOXES]


def test_B2_null_and_empty_lists_are_omitted_too() -> None:
    text = (
        '{"id": "s1", "mailboxRestoreArtifacts": [], "mailboxRestoreArtifactsBulkAdditionRequests":'
        ' [{"id": "b1", "status": "active", "mailboxes": null, "directoryObjectIds": []},'
        ' {"id": "b2", "status": "completed", "x": 1}]}'
    )
    root = root_of(wire.loads(text, ExchangeRestoreSession))
    assert wire.to_json_value(get_bulk_request(root, "s1", "b1")) == {
        "id": "b1",
        "status": "active",
    }
    page = list_bulk_requests(root, "s1", top=1)
    assert [found.id for found in page.value] == ["b1"]
    page = list_bulk_requests(root, "s1", top=1, skip_token=page.skip_token)
    assert [wire.to_json_value(found) for found in page.value] == [
        {"id": "b2", "status": "completed", "x": 1}
    ]
    assert page.skip_token is None


def test_B2_a_session_without_requests_has_an_empty_list() -> None:
    assert list_bulk_requests(root_of(session()), "s1").value == ()


def test_B2_a_request_that_ended_is_deleted_and_its_artifacts_stay() -> None:
    root = resolve(activated(), part("r1", ended=True)).root
    outcome = delete_bulk_request(root, "s1", "b1", now=LATER, actor=BOB)
    assert outcome.result is None
    found = stored(outcome.root)
    requests = found.mailbox_restore_artifacts_bulk_addition_requests
    assert requests is not None
    assert len(requests) == 0
    assert (found.restore_job_type, found.lacks) == (RestoreJobType.BULK, ())
    assert (found.status, len(found.artifacts)) == ("activating", 1)
    assert (found.last_modified_by, found.last_modified_date_time) == (BOB, LATER)
    (event,) = outcome.events
    assert isinstance(event, SessionChanged)
    assert event.bulk_request == BulkRequestDeleted("b1")
    applied(outcome, root)


@pytest.mark.parametrize("status", [*RestoreArtifactsBulkRequestStatus])
def test_B2_only_a_request_that_ended_can_be_deleted(
    status: RestoreArtifactsBulkRequestStatus,
) -> None:
    request = MailboxRestoreArtifactsBulkAdditionRequest(id="b1", status=status)
    root = root_of(session(mailbox_restore_artifacts_bulk_addition_requests=[request]))
    if status in {COMPLETED, WITH_ERRORS}:
        assert request_in(delete_bulk_request(root, "s1", "b1", now=NOW).root) is None
    else:
        with refused(root) as caught:
            delete_bulk_request(root, "s1", "b1", now=NOW)
        assert caught.value.code == "InvalidStateForBulkRequestDeletion"


def test_S1a_S9_the_type_becomes_bulk_unless_it_shows_that_artifacts_are_missing() -> None:
    request = MailboxRestoreArtifactsBulkAdditionRequest(id="b1", status=COMPLETED)
    for job_type, chosen, after in (
        (None, None, RestoreJobType.BULK),
        (RestoreJobType.STANDARD, None, RestoreJobType.BULK),
        (RestoreJobType.UNKNOWN_FUTURE_VALUE, (), RestoreJobType.BULK),
        (RestoreJobType.UNKNOWN_FUTURE_VALUE, None, RestoreJobType.UNKNOWN_FUTURE_VALUE),
        (RestoreJobType.GRANULAR, None, RestoreJobType.GRANULAR),
    ):
        found = session(
            artifact("a1", SUCCEEDED),
            restore_job_type=job_type,
            granular_mailbox_restore_artifacts=chosen,
            mailbox_restore_artifacts_bulk_addition_requests=[request],
            declared=DeclaredProperties(status=None),
            additional_data={"restoreJobType": "newest"} if after != job_type else {},
        )
        root = root_of(found)
        new = stored(delete_bulk_request(root, "s1", "b1", now=NOW).root)
        assert new.restore_job_type is after
        assert ("restoreJobType" in new.additional_data) is False
        assert bool(new.lacks) is bool(found.lacks) is (after is not RestoreJobType.BULK)
        assert wire.loads(wire.dumps(new), ExchangeRestoreSession) == new


@pytest.mark.parametrize(
    ("more", "others"),
    [
        ({"mailboxRestoreArtifacts@odata.nextLink": "more"}, []),
        ({}, [RestoreArtifactsBulkRequestStatus.UNKNOWN_FUTURE_VALUE]),
    ],
    ids=["a link", "an unclear request"],
)
def test_S9_other_evidence_of_missing_artifacts_does_not_keep_the_type(
    more: Json, others: list[RestoreArtifactsBulkRequestStatus]
) -> None:
    requests = [
        MailboxRestoreArtifactsBulkAdditionRequest(id=f"b{number}", status=status)
        for number, status in enumerate([COMPLETED, *others], 1)
    ]
    found = session(
        artifact("a1", SUCCEEDED),
        restore_job_type=RestoreJobType.STANDARD,
        mailbox_restore_artifacts_bulk_addition_requests=requests,
        additional_data=more,
    )
    new = stored(delete_bulk_request(root_of(found), "s1", "b1", now=NOW).root)
    assert (new.restore_job_type, bool(new.lacks)) == (RestoreJobType.BULK, True)


def test_S9_a_report_makes_the_type_of_a_session_with_a_request_bulk() -> None:
    request = MailboxRestoreArtifactsBulkAdditionRequest(id="b1", status=COMPLETED)
    found = session(
        artifact("a1", SCHEDULED), mailbox_restore_artifacts_bulk_addition_requests=[request]
    )
    new = stored(record(root_of(found), "s1", report("a1", IN_PROGRESS)).root)
    assert new.restore_job_type is RestoreJobType.BULK


def test_S8_B3_an_active_request_counts_in_what_a_session_declares_after_a_change() -> None:
    document = {
        "id": "s1",
        "status": "activating",
        "restoreJobType": "bulk",
        "mailboxRestoreArtifacts": [{"id": "a1", "status": "added"}],
        "mailboxRestoreArtifacts@odata.nextLink": "more",
        "mailboxRestoreArtifactsBulkAdditionRequests": [{"id": "b1", "status": "active"}],
    }
    root = root_of(wire.from_json_value(document, ExchangeRestoreSession))
    ended = report("a1", SUCCEEDED)
    declared = stored(record(root, "s1", ended, reporter=Reporter.OBSERVER).root).declared
    assert declared is not None
    assert declared.status == "active"


def test_S8_an_operation_keeps_the_collection_of_requests_even_if_empty() -> None:
    done = DeclaredProperties(status=stored(root_of(session(artifact("a1", SUCCEEDED)))).status)
    found = session(artifact("a1", SUCCEEDED), restore_job_type=RestoreJobType.BULK, declared=done)
    assert found.lacks == ()
    more = report("a1", SUCCEEDED, LATER, restored_item_count=7)
    new = stored(record(root_of(found), "s1", more).root)
    assert new.mailbox_restore_artifacts_bulk_addition_requests is not None
    assert (new.status, new.lacks) == ("completed", ())


# B4 ---------------------------------------------------------------------------------------------


def test_B4_a_request_that_added_nothing_fails_the_session_permanently() -> None:
    root = resolve(activated(), part(failures=MAILBOXES, ended=True), now=LATER).root
    failed = stored(root)
    assert (failed.status, failed.lacks, failed.completed_date_time) == ("failed", (), LATER)
    assert failed.error is not None
    assert [detail.target for detail in failed.error.details or ()] == [*MAILBOXES]
    assert (failed.error.code, failed.error.target) == ("Gone", "s1")
    outcome = delete_bulk_request(root, "s1", "b1", now=LATER + MINUTE)
    new = stored(outcome.root)
    assert (new.status, new.lacks, new.error) == ("failed", (), failed.error)
    assert new.completed_date_time == LATER
    assert new.restore_session_artifact_count == failed.restore_session_artifact_count
    assert new.declared == wire.loads(wire.dumps(failed), ExchangeRestoreSession).declared
    applied(outcome, root)
    assert expire(outcome.root, now=LATER + timedelta(days=365)).result == ()
    assert expire(outcome.root, now=LATER + timedelta(days=366)).result == ("s1",)


def test_B4_with_one_artifact_the_session_has_its_status() -> None:
    root = resolve(activated(), part("r1", failures=MAILBOXES[:2], ended=True)).root
    for status in (SCHEDULED, IN_PROGRESS, SUCCEEDED):
        root = record(root, "s1", report("a1", status, LATER)).root
    assert stored(root).status == "completed"
    assert request_in(root).status is WITH_ERRORS


def test_B4_a_session_whose_artifacts_failed_declares_nothing_once_its_request_is_deleted() -> None:
    root = resolve(activated(), part("r1", ended=True)).root
    root = record(root, "s1", report("a1", SCHEDULED, LATER)).root
    root = record(root, "s1", report("a1", FAILED, LATER)).root
    found = stored(delete_bulk_request(root, "s1", "b1", now=LATER).root)
    assert (found.status, found.declared) == ("failed", None)


# B5 ---------------------------------------------------------------------------------------------


def test_B5_a_part_adds_artifacts_in_scheduling_with_the_destination_of_the_request() -> None:
    root = activated()
    outcome = resolve(root, part("r1", "r2"), now=LATER, actor=BOB)
    expected = tuple(
        MailboxRestoreArtifact(
            id=f"a{number}",
            status=SCHEDULING,
            destination_type=NEW,
            restore_point=RestorePoint(id=f"r{number}"),
        )
        for number in (1, 2)
    )
    assert outcome.result == tuple(stored(outcome.root).artifacts) == expected
    saved = request_in(outcome.root)
    assert (saved.status, saved.error) == (ACTIVE, None)
    assert (saved.last_modified_by, saved.last_modified_date_time) == (BOB, LATER)
    assert stored(outcome.root).last_modified_date_time == LATER
    (event,) = outcome.events
    assert isinstance(event, SessionChanged)
    assert event.added == expected
    assert event.bulk_request == BulkRequestResolved(
        request_id="b1", status=ACTIVE, last_modified_by=BOB
    )
    applied(outcome, root)


def test_B5_failures_are_in_the_error_of_the_request_immediately() -> None:
    root = activated()
    outcome = resolve(root, part(failures=MAILBOXES[:1]))
    applied(outcome, root)
    other = PublicError(code="Other", message="No.")
    more = Resolution(failures=(UnresolvedMailbox(mailbox=MAILBOXES[1], error=other),))
    second = resolve(outcome.root, more)
    applied(second, outcome.root)
    error = request_in(outcome.root).error
    assert (error.code, error.target) == ("Gone", "b1")
    detail = PublicErrorDetail(code="Gone", message="It is gone.", target=MAILBOXES[0])
    assert error.details == (detail,)
    error = request_in(second.root).error
    assert error.code == "UnknownError"
    assert [found.target for found in error.details] == [*MAILBOXES[:2]]
    assert [found.code for found in error.details] == ["Gone", "Other"]
    assert get_bulk_request(second.root, "s1", "b1").error == error
    assert stored(second.root).status == "activating"


def test_B5_the_same_mailbox_again_changes_nothing() -> None:
    root = resolve(activated(), part(failures=MAILBOXES[:1])).root
    for nothing in (part(failures=MAILBOXES[:1] * 2), Resolution(), part(ended=False)):
        outcome = resolve(root, nothing, now=LATER, actor=BOB)
        assert (outcome.result, outcome.events) == ((), ())
        assert outcome.root is root
    read = wire.loads(wire.dumps(stored(root)), ExchangeRestoreSession)
    assert resolve(root_of(read), part(failures=MAILBOXES[:1])).events == ()
    twice = resolve(activated(), part(failures=MAILBOXES[:1] * 2)).root
    assert len(request_in(twice).error.details) == 1


@pytest.mark.parametrize(
    ("resolution", "status"),
    [
        (part("r1", ended=True), COMPLETED),
        (part(failures=MAILBOXES[:1], ended=True), WITH_ERRORS),
        (part("r1", failures=MAILBOXES[:1], ended=True), WITH_ERRORS),
    ],
)
def test_B5_a_request_ends_completed_or_with_errors(
    resolution: Resolution, status: RestoreArtifactsBulkRequestStatus
) -> None:
    root = activated()
    outcome = resolve(root, resolution)
    assert request_in(outcome.root).status is status
    applied(outcome, root)
    for again in (Resolution(), part("r7")):
        with refused(outcome.root) as caught:
            resolve(outcome.root, again)
        assert caught.value.code == "RestoreSessionActionNotAllowed"


@pytest.mark.parametrize("points", [(), ("r1",)], ids=["failed", "some failed"])
def test_B5_an_end_after_failures_is_one_with_errors(points: tuple[str, ...]) -> None:
    root = resolve(activated(), part(*points, failures=MAILBOXES[:1])).root
    assert request_in(resolve(root, part(ended=True)).root).status is WITH_ERRORS


def test_B5_earlier_failures_count_among_the_results() -> None:
    root = resolve(activated(), part(failures=MAILBOXES[:1])).root
    with refused(root) as caught:
        resolve(root, part("r1", "r2", "r3"))
    assert caught.value.code == "InvalidArtifactRequest"
    assert len(resolve(root, part("r1", "r2")).result) == 2


def test_B5_the_number_of_artifacts_in_a_part_is_not_limited() -> None:
    many = asked(*(f"u{number}@x" for number in range(200)))
    root = with_request(created(root_of(artifacts_per_request=1)), request=many).root
    root = activate_session(root, "s1", now=NOW).root
    assert len(resolve(root, part(*(f"r{number}" for number in range(200)))).result) == 200


def test_B5_results_are_not_compared_if_the_request_does_not_list_its_mailboxes() -> None:
    read = wire.loads(
        wire.dumps(stored(activated())).replace(b'"mailboxes":', b'"hidden":'),
        ExchangeRestoreSession,
    )
    root = resolve(root_of(read), part("r1", "r2", "r3", "r4", failures=["x@y", "z"])).root
    assert len(stored(root).artifacts) == 4


def test_B5_directory_objects_can_fail_too() -> None:
    root = created(BackupRestoreRoot())
    root = with_request(root, request=asked("a@b", directory_object_ids=("d1",))).root
    root = activate_session(root, "s1", now=NOW).root
    root = resolve(root, part(failures=["d1"])).root
    assert [found.target for found in request_in(root).error.details] == ["d1"]


def test_B5_an_artifact_may_name_the_destination_of_the_request() -> None:
    for destination in (None, NEW):
        named = RequestedArtifact(restore_point=RestorePoint(id="r1"), destination_type=destination)
        (added,) = resolve(activated(), Resolution(artifacts=(named,))).result
        assert added.destination_type is NEW


def test_B5_artifacts_that_are_still_added_become_scheduling() -> None:
    request = MailboxRestoreArtifactsBulkAdditionRequest(id="b1", status=ACTIVE)
    found = session(
        artifact("a1"),
        artifact("a2", SCHEDULED),
        mailbox_restore_artifacts_bulk_addition_requests=[request],
    )
    root = root_of(found)
    assert (found.activated, found.status) == (True, "active")
    outcome = resolve(root, part("r3"))
    assert [(a.id, a.status.value) for a in stored(outcome.root).artifacts] == [
        ("a1", "scheduling"),
        ("a2", "scheduled"),
        ("a3", "scheduling"),
    ]
    applied(outcome, root)


def test_B5_a_session_that_lacks_artifacts_is_not_resolved() -> None:
    text = wire.dumps(stored(resolve(activated(), part("r1")).root))
    more = text[:-1] + b',"mailboxRestoreArtifacts@odata.nextLink":"more"}'
    typed_otherwise = more.replace(b'"bulk"', b'"granular"')
    for read in (more, typed_otherwise):
        root = root_of(wire.loads(read, ExchangeRestoreSession))
        with refused(root) as caught:
            resolve(root, part("r2"))
        assert caught.value.code == "RestoreSessionActionNotAllowed"
        assert "lacks artifacts" in caught.value.message
        assert stored(root).lacks[0].sentence in caught.value.message
    assert len(stored(root).lacks) > 1


def test_B5_reports_between_the_parts_do_not_matter() -> None:
    root = resolve(activated(), part("r1")).root
    root = record(root, "s1", report("a1", SCHEDULED, LATER)).root
    root = record_batch(root, "s1", [report("a1", IN_PROGRESS, LATER)]).root
    assert stored(root).status == "active"
    with refused(root) as caught:
        resolve(root, part("r1"))
    assert caught.value.code == "DuplicateArtifactInList"
    root = record(root, "s1", report("a1", SUCCEEDED, LATER)).root
    assert stored(root).status == "active"
    root = resolve(root, part("r2", ended=True)).root
    assert stored(root).status == "active"
    root = record(root, "s1", report("a2", SCHEDULED, LATER)).root
    root = record(root, "s1", report("a2", FAILED, LATER, error=GONE)).root
    assert stored(root).status == "completedWithError"


CALLS_WITH_A_TIME: dict[str, tuple[BackupRestoreRoot, Callable[..., Any]]] = {
    "create": (created(BackupRestoreRoot()), with_request),
    "resolve": (activated(), lambda root, **more: resolve(root, part("r1"), **more)),
    "delete": (
        resolve(activated(), part("r1", ended=True)).root,
        lambda root, **more: delete_bulk_request(root, "s1", "b1", **more),
    ),
}


@pytest.mark.parametrize("name", CALLS_WITH_A_TIME)
def test_B1_B2_B5_S7_a_time_that_is_none_is_the_embedders_mistake(name: str) -> None:
    root, call = CALLS_WITH_A_TIME[name]
    for error, words, now in (
        (TypeError, "now: expected a datetime, got '2026", TIME),
        (ValueError, "has no offset from UTC; give it a tzinfo", NOW.replace(tzinfo=None)),
    ):
        with refused(root, error) as caught:
            call(root, now=now)
        assert str(caught.value).startswith("now: ")
        assert words in str(caught.value)


RESOLVED: Json = {"request_id": "b1", "status": ACTIVE}


@pytest.mark.parametrize(
    ("kind", "given", "name"),
    [
        (Resolution, {"artifacts": [artifact("a1")]}, "artifacts"),
        (Resolution, {"failures": [GONE]}, "failures"),
        (Resolution, {"ended": 1}, "ended"),
        (UnresolvedMailbox, {"mailbox": None}, "mailbox"),
        (UnresolvedMailbox, {"mailbox": "a@b", "error": "Gone"}, "error"),
        (BulkRequestCreated, {"request": "b1"}, "request"),
        (BulkRequestResolved, RESOLVED | {"failures": [GONE]}, "failures"),
        (BulkRequestResolved, RESOLVED | {"last_modified_by": "alice"}, "last_modified_by"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_B5_a_resolution_contains_values_of_its_types(kind: Any, given: Json, name: str) -> None:
    with pytest.raises(TypeError, match=f"{kind.__name__}.{name}: expected"):
        kind(**given)


def test_B5_an_event_may_omit_failures_and_who_changed_the_request() -> None:
    made = BulkRequestResolved(request_id="b1", status=ACTIVE)
    assert (made.failures, made.last_modified_by) == ((), None)


def test_B5_a_resolution_freezes_what_else_came_on_the_wire() -> None:
    data: Any = {"note": ["kept"]}
    for made in (
        Resolution(additional_data=data),
        UnresolvedMailbox(mailbox="a@b", additional_data=data),
    ):
        assert made.additional_data == JsonObject(data)
        assert hash(made) == hash(attrs.evolve(made))


def test_B5_a_used_or_missing_id_is_the_embedders_mistake() -> None:
    root = resolve(activated(), part("r1")).root
    for ids in (["a1"], []):
        with refused(root, ValueError):
            resolve(root, part("r2"), artifact_ids=ids)
    with refused(root, TypeError):
        resolve(root, part("r2"), artifact_ids="a2")


def test_B5_the_earliest_error_wins() -> None:
    root = root_of(*SESSIONS)
    flaws: dict[str, Json] = {
        "InvalidArtifactRequest": {"failures": [{"mailbox": MAILBOXES[0]}]},
        "InvalidRestorePoint": {"artifacts": [{}]},
        "DuplicateArtifactInList": {"artifacts": [{"restorePoint": {"id": "r1"}}]},
    }
    names = list(flaws)
    for chosen in range(1, 1 << len(names)):
        wrong = [name for place, name in enumerate(names) if chosen >> place & 1]
        resolution: Json = {"failures": [], "artifacts": []}
        for name in wrong:
            for key, entries in flaws[name].items():
                resolution[key] = [*entries, *resolution[key]]
        for session_id, request_id, first in (
            ("begun", "b1", wrong[0]),
            ("asked", "b1", "RestoreSessionActionNotAllowed"),
            ("over", "b1", "RestoreSessionActionNotAllowed"),
            ("asked", "b7", "BulkRestoreArtifactsNotFound"),
            ("asked", "", "InvalidBulkRestoreArtifactId"),
            ("nope", "", "RestoreSessionNotFound"),
        ):
            params: Json = {
                "sessionId": session_id,
                "bulkRequestId": request_id,
                "artifactIds": ["n1", "n2"],
                "now": TIME,
                "resolution": resolution,
            }
            with refused(root) as caught:
                wire.perform(root, {"method": "resolveBulkRequest", "params": params})
            assert caught.value.code == first


# B6 and the other operations --------------------------------------------------------------------


def test_O4_B6_a_session_with_an_active_request_is_activated_without_artifacts() -> None:
    root = drafted()
    outcome = activate_session(root, "s1", now=LATER, actor=BOB)
    found = stored(outcome.root)
    assert (found.status, found.activated, len(found.artifacts)) == ("activating", True, 0)
    assert outcome.root.active_session_count == 1
    (event,) = outcome.events
    assert isinstance(event, SessionChanged)
    assert event.activated
    applied(outcome, root)
    again = attrs.evolve(found, policy_id="p")
    assert (again.status, again.activated) == ("activating", True)
    with refused(outcome.root) as caught:
        activate_session(outcome.root, "s1", now=LATER)
    assert caught.value.code == "RestoreSessionActionNotAllowed"


def test_O4_B6_artifacts_that_were_read_are_activated_with_the_request() -> None:
    request = MailboxRestoreArtifactsBulkAdditionRequest(id="b1", status=ACTIVE)
    root = root_of(
        session(artifact("a1"), mailbox_restore_artifacts_bulk_addition_requests=[request])
    )
    root = activate_session(root, "s1", now=NOW).root
    assert stored_artifact(root).status is SCHEDULING
    assert stored(root).status == "activating"


def test_B6_S1a_a_session_that_lacks_artifacts_is_activated_as_when_it_is_read_again() -> None:
    document = {
        "id": "s1",
        "restoreJobType": "bulk",
        "mailboxRestoreArtifacts": [{"id": "a1", "status": "added"}],
        "mailboxRestoreArtifacts@odata.count": 2,
        "mailboxRestoreArtifactsBulkAdditionRequests": [
            {"id": "b1", "status": "completed"},
            {"id": "b2", "status": "active"},
        ],
    }
    root = root_of(wire.from_json_value(document, ExchangeRestoreSession))
    outcome = delete_bulk_request(root, "s1", "b1", now=NOW)
    applied(outcome, root)
    found = stored(outcome.root)
    again = wire.loads(wire.dumps(found), ExchangeRestoreSession)
    assert (found.activated, found.status) == (again.activated, again.status)


def test_O4_the_bulk_sessions_count_among_the_active_ones() -> None:
    root = drafted("s1", limits=root_of(active_sessions=1).limits)
    root = with_request(created(root, "s2"), "s2").root
    root = activate_session(root, "s1", now=NOW).root
    with refused(root) as caught:
        activate_session(root, "s2", now=NOW)
    assert caught.value.code == "TooManyActiveRestoreSessions"


def test_O5_a_bulk_draft_is_deleted_with_its_request() -> None:
    assert len(delete_session(drafted(), "s1").root.exchange_restore_sessions) == 0


@pytest.mark.parametrize("root", [drafted(), activated()], ids=["draft", "activated"])
def test_O3_O6_artifacts_can_not_be_added_to_a_bulk_session(root: BackupRestoreRoot) -> None:
    request = typed(UpdateSessionRequest, patch_body(entry("r1")))
    with refused(root) as caught:
        update_session(root, "s1", request, artifact_ids=["n1"], now=NOW)
    assert (caught.value.code, caught.value.rule) == ("RestoreSessionActionNotAllowed", "O3")
    policy = UpdateSessionRequest(policy_id="p")
    with refused(root) as caught:
        update_session(root, "s1", policy, artifact_ids=[], now=NOW)
    assert caught.value.code == "RestoreSessionActionNotAllowed"
    with refused(root) as caught:
        create_artifact(
            root, "s1", typed(RequestedArtifact, entry("r1")), artifact_id="n1", now=NOW
        )
    assert (caught.value.code, caught.value.rule) == ("RestoreSessionActionNotAllowed", "O6")


def test_B1_a_draft_is_not_activated_by_its_declared_status() -> None:
    said = DeclaredProperties(status=stored(activated()).status)
    root = root_of(session(declared=said))
    outcome = with_request(root)
    assert (stored(outcome.root).status, stored(outcome.root).activated) == ("draft", False)
    applied(outcome, root)
