"""Bulk requests as they are read, and what they count as (B3, B4, B6, S8, S9)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations
from typing import Any

import attrs
import pytest
from hypothesis import given

from restore_domain import (
    ArtifactRestoreStatus,
    DeclaredProperties,
    EntityCollection,
    ExchangeRestoreSession,
    IdentitySet,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactsBulkAdditionRequest,
    MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse,
    PublicError,
    PublicErrorDetail,
    PublicInnerError,
    RestoreArtifactsBulkRequestStatus,
    RestoreJobType,
    RestoreSessionArtifactCount,
    RestoreSessionStatus,
    StatusTally,
    aggregate,
    audit,
    wire,
)
from restore_domain.model.bulk_request import resolved, without_resources
from restore_domain.model.json_value import NO_DATA
from restore_domain.model.lacking import evidence_in
from restore_domain.status import TERMINAL_SESSION_STATUSES
from restore_domain.verification.strategies import entities

REQUESTS = "mailboxRestoreArtifactsBulkAdditionRequests"
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)

ACTIVE = RestoreArtifactsBulkRequestStatus.ACTIVE
COMPLETED = RestoreArtifactsBulkRequestStatus.COMPLETED
WITH_ERRORS = RestoreArtifactsBulkRequestStatus.COMPLETED_WITH_ERRORS
UNKNOWN = RestoreSessionStatus.UNKNOWN_FUTURE_VALUE

DOCUMENT = {
    "@odata.type": "#microsoft.graph.exchangeRestoreSession",
    "id": "s1",
    "status": "activating",
    "restoreJobType": "bulk",
    "mailboxRestoreArtifacts": [],
    f"{REQUESTS}@odata.context": "https://graph.example/$metadata#bulk",
    REQUESTS: [
        {
            "@odata.type": "#Microsoft.Graph.mailboxRestoreArtifactsBulkAdditionRequest",
            "id": "b1",
            "displayName": "Finance",
            "status": "active",
            "mailboxes": ["ada@example.com", "löwe@example.com"],
            "directoryObjectIds": [],
            "protectionUnitIds": None,
            "protectionTimePeriod": {
                "startDateTime": "2026-01-01T00:00:00Z",
                "endDateTime": "2026-01-04T09:30:00.1234567Z",
                "zone": 1,
            },
            "destinationType": "sideways",
            "tags": "none, fastRestore",
            "restorePointPreference": "newest",
            "createdDateTime": "2026-01-05T09:00:00.0000001Z",
            "createdBy": {"user": {"id": "ada"}},
            "lastModifiedDateTime": "2026-01-05T09:00:00.0000001Z",
            "error": None,
            "priority": 7,
        }
    ],
}


def request(
    status: RestoreArtifactsBulkRequestStatus = ACTIVE, request_id: str = "b1", **more: Any
) -> MailboxRestoreArtifactsBulkAdditionRequest:
    return MailboxRestoreArtifactsBulkAdditionRequest(id=request_id, status=status, **more)


ONE = (request(),)


def session(
    *statuses: ArtifactRestoreStatus,
    requests: Any = ONE,
    declared: RestoreSessionStatus | DeclaredProperties | None = None,
    **more: Any,
) -> ExchangeRestoreSession:
    """Return a bulk session as it is read."""
    defaults: dict[str, Any] = {
        "id": "s1",
        "restore_job_type": RestoreJobType.BULK,
        "mailbox_restore_artifacts": [
            MailboxRestoreArtifact(id=f"a{place}", status=status)
            for place, status in enumerate(statuses)
        ],
        "mailbox_restore_artifacts_bulk_addition_requests": requests,
        "declared": declared
        if isinstance(declared, DeclaredProperties)
        else DeclaredProperties(status=declared),
    }
    return ExchangeRestoreSession(**(defaults | more))


SETS = [
    *chain.from_iterable(combinations(ArtifactRestoreStatus, size) for size in range(4)),
    tuple(ArtifactRestoreStatus),
]


# Reading and writing ----------------------------------------------------------------------------


def test_W1_a_bulk_request_is_read_and_written_as_it_came() -> None:
    text = json.dumps(DOCUMENT)
    repeated = text.replace('"priority": 7', '"priority": 7, "id": "b1"')
    for read in (
        wire.loads(text, ExchangeRestoreSession),
        wire.from_json_value(DOCUMENT, ExchangeRestoreSession),
        wire.loads(repeated, ExchangeRestoreSession),
    ):
        assert json.loads(wire.dumps(read)) == wire.to_json_value(read) == DOCUMENT
        assert read.mailbox_restore_artifacts_bulk_addition_requests is not None
        (found,) = read.mailbox_restore_artifacts_bulk_addition_requests
        assert found.mailboxes == ("ada@example.com", "löwe@example.com")
        assert (found.directory_object_ids, found.protection_unit_ids) == ((), None)
        assert found.tags is not None
        assert [tag.value for tag in found.tags] == ["none", "fastRestore"]
        assert found.restore_point_preference == "unknownFutureValue"
        assert found.resource_count == 2
        assert json.loads(wire.dumps(read)) == wire.to_json_value(read) == DOCUMENT
        assert wire.loads(wire.dumps(read), ExchangeRestoreSession) == read
        single = wire.loads(wire.dumps(found), MailboxRestoreArtifactsBulkAdditionRequest)
        assert single == found


def test_W1_a_page_of_bulk_requests_is_read_and_written_as_it_came() -> None:
    page = {
        "@odata.context": "https://graph.example/$metadata#bulk",
        "@odata.nextLink": "https://graph.example/next",
        "value": DOCUMENT[REQUESTS],
    }
    kind = MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse
    read = wire.loads(json.dumps(page), kind)
    assert read == wire.from_json_value(page, kind)
    assert json.loads(wire.dumps(read)) == page
    assert read.odata_next_link == "https://graph.example/next"


@given(entities(MailboxRestoreArtifactsBulkAdditionRequest))
def test_W1_every_bulk_request_is_the_same_after_a_round_trip(
    found: MailboxRestoreArtifactsBulkAdditionRequest,
) -> None:
    data = wire.dumps(found)
    assert wire.loads(data, MailboxRestoreArtifactsBulkAdditionRequest) == found
    value = json.loads(data)
    assert wire.from_json_value(value, MailboxRestoreArtifactsBulkAdditionRequest) == found


@pytest.mark.parametrize(
    ("property_name", "wrong"),
    [
        ("mailboxes", "ada@example.com"),
        ("mailboxes", [5]),
        ("mailboxes", [None]),
        ("directoryObjectIds", {}),
        ("protectionTimePeriod", "today"),
        ("protectionTimePeriod", {"startDateTime": "today"}),
        ("displayName", 5),
        ("status", 5),
        ("tags", ["none"]),
        ("restorePointPreference", 1),
        ("error", "broken"),
    ],
)
def test_W4_an_invalid_property_of_a_bulk_request_is_reported_with_its_path(
    property_name: str, wrong: Any
) -> None:
    bad = {"id": "s1", REQUESTS: [{"id": "b1", "status": "active", property_name: wrong}]}
    for read in (wire.from_json_value, lambda value, kind: wire.loads(json.dumps(value), kind)):
        with pytest.raises(wire.WireError) as caught:
            read(bad, ExchangeRestoreSession)
        (problem,) = caught.value.problems
        assert problem.path.startswith(f"$.{REQUESTS}[0].{property_name}")


def test_W4_two_bulk_requests_of_one_id_are_refused() -> None:
    bad = {"id": "s1", REQUESTS: [{"id": "b1"}, {"id": "b1"}]}
    with pytest.raises(wire.WireError, match="is the id of"):
        wire.loads(json.dumps(bad), ExchangeRestoreSession)


def test_W4_a_list_of_texts_is_within_the_limits() -> None:
    body = json.dumps({"id": "b1", "status": "active", "mailboxes": ["a@b", "c@d"]})
    kind = MailboxRestoreArtifactsBulkAdditionRequest
    with pytest.raises(wire.WireError, match="more than 1 entries"):
        wire.loads(body, kind, limits=wire.WireLimits(entries=1))
    with pytest.raises(wire.WireError, match="more than 2 characters"):
        wire.loads(body, kind, limits=wire.WireLimits(text_length=2))


def test_W2_a_request_without_a_status_is_of_an_unknown_one() -> None:
    read = wire.loads(f'{{"id": "s1", "{REQUESTS}": [{{"id": "b1"}}]}}', ExchangeRestoreSession)
    assert read.request_statuses == {"unknownFutureValue"}
    assert [found.id for found in read.lacks] == ["f", "g", "h"]
    assert json.loads(wire.dumps(read))[REQUESTS] == [{"id": "b1"}]


def test_a_list_of_texts_stores_plain_ones() -> None:
    class Text(str):
        __slots__ = ()

    found = request(mailboxes=(Text("a@b"),), directory_object_ids=("d",))
    assert found.mailboxes is not None
    assert [type(text) for text in found.mailboxes] == [str]
    with pytest.raises(TypeError, match="position 1"):
        request(mailboxes=("a@b", 5))


# B3 and B6 --------------------------------------------------------------------------------------


def is_activated(
    statuses: tuple[ArtifactRestoreStatus, ...], declared: RestoreSessionStatus | None
) -> bool:
    """The rule B6 in other words."""
    beyond = [status for status in statuses if status is not ArtifactRestoreStatus.ADDED]
    return bool(beyond) or declared not in {None, RestoreSessionStatus.DRAFT}


@pytest.mark.parametrize("declared", [None, *RestoreSessionStatus])
def test_B3_B6_an_active_request_counts_as_added_or_once_activated_as_scheduling(
    declared: RestoreSessionStatus | None,
) -> None:
    for statuses in SETS:
        found = session(*statuses, declared=declared)
        assert found.lacks == ()
        assert found.is_bulk
        assert found.activated is is_activated(statuses, declared)
        stand_in = "scheduling" if found.activated else "added"
        assert found.status is aggregate([*statuses, stand_in])
        assert found.status not in TERMINAL_SESSION_STATUSES
        assert found.completed_date_time is None
        assert found.error is None
        assert found.tally.total == len(statuses)
        again = wire.loads(wire.dumps(found), ExchangeRestoreSession)
        assert (again, again.status, again.activated) == (found, found.status, found.activated)
        derived = attrs.evolve(found, declared=None)
        again = wire.loads(wire.dumps(derived), ExchangeRestoreSession)
        assert (again, again.status, again.activated) == (derived, found.status, found.activated)


def test_B6_S1a_whether_it_was_activated_does_not_matter_if_the_declared_values_are_equal() -> None:
    draft = session(declared=RestoreSessionStatus.DRAFT)
    activated = attrs.evolve(draft, activated=True)
    assert (draft.activated, activated.activated) == (False, True)
    assert (activated, hash(activated)) == (draft, hash(draft))


def test_B3_missing_artifacts_count_in_addition() -> None:
    more: Any = {"additional_data": {"mailboxRestoreArtifacts@odata.nextLink": "more"}}
    found = session(ArtifactRestoreStatus.SUCCEEDED, **more)
    assert (found.explanation.rule, found.status) == ("A9", "active")
    for done in TERMINAL_SESSION_STATUSES:
        assert session(ArtifactRestoreStatus.SUCCEEDED, declared=done, **more).status == "active"
        assert session(declared=done, **more).status is UNKNOWN
    draft = RestoreSessionStatus.DRAFT
    assert session(declared=draft, **more).status is draft
    assert session(**more).status is UNKNOWN


@pytest.mark.parametrize("status", [COMPLETED, WITH_ERRORS])
def test_B3_an_ended_request_does_not_count(
    status: RestoreArtifactsBulkRequestStatus,
) -> None:
    for statuses in SETS:
        if statuses:
            assert session(*statuses, requests=[request(status)]).status is aggregate(statuses)


def test_S5_the_numbers_count_only_artifacts() -> None:
    found = session(ArtifactRestoreStatus.SUCCEEDED, ArtifactRestoreStatus.SCHEDULED)
    assert found.restore_session_artifact_count == RestoreSessionArtifactCount(
        total=2, in_progress=1, completed=1, failed=0
    )


def test_S9_a_session_with_a_request_is_bulk_regardless_of_its_type() -> None:
    for job_type in (None, RestoreJobType.STANDARD, RestoreJobType.BULK):
        found = session(restore_job_type=job_type)
        assert found.is_bulk
        assert found.status == "draft"
    assert not session(restore_job_type=RestoreJobType.STANDARD, requests=()).is_bulk
    assert not session(restore_job_type=None, requests=None).is_bulk


def test_S8_the_collection_of_requests_is_present_even_if_empty() -> None:
    one = ArtifactRestoreStatus.SUCCEEDED
    assert session(one, requests=()).lacks == ()
    assert session(one, requests=()).status == "completed"
    assert [found.id for found in session(one, requests=None).lacks] == ["e"]
    done = RestoreSessionStatus.COMPLETED
    assert session(one, requests=None, declared=done).lacks == ()


@pytest.mark.parametrize(
    ("job_type", "artifacts", "requests", "more", "evidence"),
    [
        ("standard", 1, None, {}, ""),
        (None, 0, (), {}, ""),
        ("standard", 1, (ACTIVE,), {}, ""),
        ("standard", 1, ("unknownFutureValue",), {}, "h"),
        (None, 0, (COMPLETED,), {}, "g"),
        ("granular", 1, None, {}, "d"),
        ("granular", 1, (ACTIVE,), {}, "d"),
        ("bulk", 1, (), {}, ""),
        ("bulk", 1, (COMPLETED,), {}, ""),
        ("bulk", 1, None, {}, "e"),
        ("bulk", 0, (), {}, "g"),
        ("bulk", 0, (COMPLETED,), {}, "g"),
        ("bulk", 1, ("unknownFutureValue",), {}, "h"),
        ("standard", 1, None, {f"{REQUESTS}@odata.nextLink": "more"}, "a"),
        ("standard", 1, None, {f"{REQUESTS}@odata.count": 1}, "b"),
    ],
)
def test_S8_a_session_that_declares_nothing_has_the_other_evidence(
    job_type: str | None,
    artifacts: int,
    requests: tuple[str, ...] | None,
    more: dict[str, Any],
    evidence: str,
) -> None:
    found = attrs.evolve(
        session(
            *[ArtifactRestoreStatus.SUCCEEDED] * artifacts,
            requests=requests
            and [request(RestoreArtifactsBulkRequestStatus(status)) for status in requests],
            restore_job_type=job_type and RestoreJobType(job_type),
            additional_data=more or NO_DATA,
        ),
        declared=None,
    )
    assert "".join(one.id for one in found.lacks) == evidence


def test_S8_a_declared_total_above_the_artifacts_is_evidence() -> None:
    two = DeclaredProperties(restore_session_artifact_count=RestoreSessionArtifactCount(total=2))
    found = session(ArtifactRestoreStatus.SUCCEEDED, requests=(), declared=two)
    assert [one.id for one in found.lacks] == ["c"]


def test_S8_S9_what_is_declared_does_not_count_in_a_session_without_requests() -> None:
    declared = DeclaredProperties(status=RestoreSessionStatus.FAILED)
    found = session(requests=None, restore_job_type=RestoreJobType.STANDARD, declared=declared)
    assert found.effective_tally == StatusTally()


@given(entities(ExchangeRestoreSession))
def test_S8_a_bulk_session_on_the_fast_path_has_no_evidence(
    found: ExchangeRestoreSession,
) -> None:
    bulk = attrs.evolve(
        found, restore_job_type=RestoreJobType.BULK, declared=None, additional_data={}
    )
    assert bulk.lacks == evidence_in(bulk)


def test_B3_an_audit_compares_with_what_the_requests_stand_for() -> None:
    times: Any = {"start_date_time": NOON, "completion_date_time": NOON}
    done = MailboxRestoreArtifact(id="a", status=ArtifactRestoreStatus.SUCCEEDED, **times)
    found = session(
        mailbox_restore_artifacts=[done],
        declared=DeclaredProperties(
            status=RestoreSessionStatus.COMPLETED, completed_date_time=NOON
        ),
    )
    assert [violation.rule for violation in audit(found)] == ["S1"]
    active = DeclaredProperties(status=RestoreSessionStatus.ACTIVE)
    assert audit(attrs.evolve(found, declared=active)) == ()


# B4 ---------------------------------------------------------------------------------------------

GONE = PublicError(
    code="Gone",
    message="1 of 1 could not be resolved",
    details=(PublicErrorDetail(code="Gone", target="a@b"),),
)


@pytest.mark.parametrize("status", [COMPLETED, WITH_ERRORS])
@pytest.mark.parametrize("declared", [None, *RestoreSessionStatus])
def test_B4_without_artifacts_and_without_an_active_request_nothing_was_restored(
    declared: RestoreSessionStatus | None, status: RestoreArtifactsBulkRequestStatus
) -> None:
    ended = request(status, error=GONE, last_modified_date_time=NOON)
    found = session(requests=[ended], declared=declared)
    failed = declared == "failed" or (declared is None and status is WITH_ERRORS)
    if failed:
        assert found.lacks == ()
        assert (found.status, found.explanation.rule) == ("failed", "A6")
        assert found.completed_date_time == NOON
        assert found.error is not None
        assert (found.error.code, found.error.target) == ("Gone", "s1")
        assert found.error.message == "no mailbox could be resolved, so that nothing was restored"
        assert found.error.details == GONE.details
        assert found.restore_session_artifact_count == RestoreSessionArtifactCount(
            total=0, in_progress=0, completed=0, failed=0
        )
    else:
        assert [evidence.id for evidence in found.lacks] == ["g"]
        assert found.status is (declared or UNKNOWN)
    again = wire.loads(wire.dumps(found), ExchangeRestoreSession)
    assert (again, again.status, again.lacks) == (found, found.status, found.lacks)


def test_B4_an_artifact_overrides_the_requests() -> None:
    ended = [request(WITH_ERRORS, error=GONE)]
    assert session(ArtifactRestoreStatus.SUCCEEDED, requests=ended).status == "completed"


def test_B4_the_error_has_the_details_of_all_requests_and_the_time_is_the_latest() -> None:
    other = PublicError(code="Other", details=(PublicErrorDetail(code="Other", target="c@d"),))
    later = NOON + timedelta(hours=1)
    found = session(
        requests=[
            request(WITH_ERRORS, error=GONE, last_modified_date_time=later),
            request(WITH_ERRORS, "b2", error=other, last_modified_date_time=NOON),
            request(COMPLETED, "b3"),
        ]
    )
    assert found.completed_date_time == later
    assert found.error is not None
    assert found.error.code == "UnknownError"
    assert found.error.details == (*(GONE.details or ()), *(other.details or ()))


def test_B4_without_errors_of_requests_the_declared_error_and_time_count() -> None:
    declared = DeclaredProperties(
        status=RestoreSessionStatus.FAILED, completed_date_time=NOON, error=GONE
    )
    found = session(requests=(), declared=declared)
    assert (found.status, found.error, found.completed_date_time) == ("failed", GONE, NOON)
    bare = session(requests=(), declared=RestoreSessionStatus.FAILED)
    assert bare.error is not None
    assert (bare.error.code, bare.error.details) == ("UnknownError", ())


def test_B4_missing_artifacts_count_in_addition() -> None:
    more: Any = {"additional_data": {"mailboxRestoreArtifacts@odata.nextLink": "more"}}
    assert session(requests=[request(WITH_ERRORS)], **more).status is UNKNOWN
    failed = RestoreSessionStatus.FAILED
    assert session(requests=[request(WITH_ERRORS)], declared=failed, **more).status is failed


# B2 and B5 --------------------------------------------------------------------------------------

FAILURE = PublicErrorDetail(code="Gone", target="a@b")
NULLS = {"status": "paused", "error": None, "lastModifiedBy": None, "lastModifiedDateTime": None}


@pytest.mark.parametrize(
    ("mailboxes", "objects", "count"),
    [
        (None, None, 0),
        (("a@b",), None, 1),
        (None, ("d",), 1),
        (("a@b", "c@d", "e@f"), ("d",), 4),
        (("a@b", "c@d"), ("d",) * 6, 8),
    ],
)
def test_B5_the_message_counts_the_mailboxes_of_the_request_if_it_has_them(
    mailboxes: tuple[str, ...] | None, objects: tuple[str, ...] | None, count: int
) -> None:
    found = request(mailboxes=mailboxes, directory_object_ids=objects)
    assert found.resource_count == count
    error = resolved(found, (FAILURE,), ACTIVE, None, NOON).error
    assert error is not None
    assert error.message == f"1{f' of {count}' * bool(count)} mailboxes could not be resolved"


@pytest.mark.parametrize(
    ("failures", "by", "kept"),
    [
        ((), None, {"error", "lastModifiedBy"}),
        ((FAILURE,), None, {"lastModifiedBy"}),
        ((), IdentitySet(), {"error"}),
        ((FAILURE,), IdentitySet(), set()),
    ],
)
def test_B5_W1_a_resolved_request_loses_what_was_read_of_the_changed_properties(
    failures: tuple[PublicErrorDetail, ...], by: IdentitySet | None, kept: set[str]
) -> None:
    found = resolved(request(additional_data={**NULLS, "x": 1}), failures, COMPLETED, by, NOON)
    assert found.additional_data.keys() == {"x", *kept}
    assert found.status is COMPLETED
    assert found.last_modified_by == by
    assert found.last_modified_date_time == NOON


def test_B5_W1_an_error_with_a_further_failure_keeps_what_was_read_of_other_properties() -> None:
    nulls = {"code": None, "details": None, "message": None, "target": None, "x": 1}
    inner = PublicInnerError(code="Inner")
    old = PublicError(additional_data=nulls, inner_error=inner)
    error = resolved(request(error=old), (FAILURE,), ACTIVE, None, NOON).error
    assert error is not None
    assert dict(error.additional_data) == {"x": 1}
    assert error.inner_error == inner
    assert error.code == "UnknownError"


@pytest.mark.parametrize(
    ("created", "modified", "at", "expected"),
    [
        (None, None, 1, 1),
        (2, None, 1, 2),
        (2, None, 3, 3),
        (1, 3, 2, 3),
        (3, 1, 2, 2),
        (1, 2, None, None),
    ],
)
def test_B5_S6_the_time_of_a_request_does_not_move_back(
    created: int | None, modified: int | None, at: int | None, expected: int | None
) -> None:
    first, last, given_at, then = (
        None if minute is None else NOON + timedelta(minutes=minute)
        for minute in (created, modified, at, expected)
    )
    found = request(created_date_time=first, last_modified_date_time=last)
    assert resolved(found, (), ACTIVE, None, given_at).last_modified_date_time == then


def test_B2_W1_an_answer_omits_the_nulls_of_the_mailboxes_too() -> None:
    nulls = {"mailboxes": None, "directoryObjectIds": None, "x": 1}
    found = request(mailboxes=("a@b",), directory_object_ids=("d",), additional_data=nulls)
    assert without_resources(found) == request(additional_data={"x": 1})


def test_a_value_that_is_not_a_bulk_request_is_refused() -> None:
    for wrong in ([MailboxRestoreArtifact(id="a", status=ArtifactRestoreStatus.ADDED)], [5], 5):
        with pytest.raises(TypeError, match="bulk_addition_requests"):
            session(requests=wrong)
    wrong_kind: Any = EntityCollection(
        [MailboxRestoreArtifact(id="a", status=ArtifactRestoreStatus.ADDED)]
    )
    with pytest.raises(TypeError, match="bulk_addition_requests"):
        session(requests=wrong_kind)
