"""Reports about the progress of an artifact (rules O7, O9 and L2 to L5)."""

import pickle
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_domain import wire
from restore_domain.lifecycle import Reporter
from restore_domain.model import (
    ExchangeRestoreSession,
    JsonObject,
    MailboxRestoreArtifact,
    PublicError,
    PublicErrorDetail,
    RestoreSessionArtifactCount,
    ViolationKind,
    audit,
)
from restore_domain.operations import (
    ARTIFACT_ERROR_CODES,
    Report,
    RestoreDomainError,
    record,
    record_batch,
    replay,
)
from restore_domain.status import ArtifactRestoreStatus, RestoreSessionStatus

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
    UNKNOWN,
    Form,
    Json,
    artifact,
    each_form,
    granular,
    refused,
    report,
    root_of,
    root_with,
    session,
    stored,
    stored_artifact,
)

DRIVER, OBSERVER = Reporter.DRIVER, Reporter.OBSERVER

# A row is the old status, a column the new one: yes: accepted; same: no change; L2, L4: refused by
# this rule.
DRIVER_TABLE = """
                    added  scheduling  scheduled  inProgress  succeeded  failed  unknownFutureValue
added               same   yes         L2         L2          L2         L2      L2
scheduling          L2     same        yes        L2          L2         yes     L2
scheduled           L2     L2          same       yes         L2         yes     L2
inProgress          L2     L2          L2         same        yes        yes     L2
succeeded           L4     L4          L4         L4          same       L4      L4
failed              L4     L4          L4         L4          L4         same    L4
unknownFutureValue  L4     L2          L2         L2          L2         L2      same
"""
OBSERVER_TABLE = """
                    added  scheduling  scheduled  inProgress  succeeded  failed  unknownFutureValue
added               same   yes         yes        yes         yes        yes     yes
scheduling          L2     same        yes        yes         yes        yes     yes
scheduled           L2     L2          same       yes         yes        yes     yes
inProgress          L2     L2          L2         same        yes        yes     yes
succeeded           L4     L4          L4         L4          same       L4      L4
failed              L4     L4          L4         L4          L4         same    L4
unknownFutureValue  L4     yes         yes        yes         yes        yes     same
"""


def changes(*cells: str) -> list[Any]:
    """Return the changes with one of these cells, as parameters of a test."""
    found = []
    for reporter, table in ((DRIVER, DRIVER_TABLE), (OBSERVER, OBSERVER_TABLE)):
        header, *lines = table.strip().splitlines()
        for old, *answers in map(str.split, lines):
            for new, answer in zip(header.split(), answers, strict=True):
                if answer in cells:
                    statuses = ArtifactRestoreStatus(old), ArtifactRestoreStatus(new)
                    name = f"{reporter}-{old}-{new}"
                    found.append(pytest.param(*statuses, reporter, answer, id=name))
    return found


Status = ArtifactRestoreStatus


@pytest.mark.parametrize(("old", "new", "reporter", "answer"), changes("yes"))
@each_form
def test_O7_L2_L4_an_allowed_change_is_recorded(
    old: Status, new: Status, reporter: Reporter, answer: str, form: Form
) -> None:
    root = root_with(artifact("a1", old), artifact("a2"))
    body = {"artifactId": "a1", "status": new.value, "time": "2026-01-12T09:00:00+00:00"}
    if new is FAILED:
        body["error"] = {"code": "UnknownError"}  # type: ignore[assignment]
    outcome = record(root, "s1", form(Report, body), reporter=reporter, actor=BOB)
    assert answer == "yes"
    assert outcome.result.status is new
    assert list(stored(outcome.root).artifacts) == [outcome.result, artifact("a2")]
    assert stored(outcome.root).last_modified_by == BOB
    assert stored(outcome.root).last_modified_date_time == NOW + 30 * MINUTE
    assert list(stored(root).artifacts) == [artifact("a1", old), artifact("a2")]


@pytest.mark.parametrize(("old", "new", "reporter", "rule"), changes("L2", "L4"))
def test_O7_L2_L4_any_other_change_is_refused_and_names_both_statuses(
    old: Status, new: Status, reporter: Reporter, rule: str
) -> None:
    root = root_with(artifact("a1", old))
    with refused(root) as caught:
        record(root, "s1", report("a1", new), reporter=reporter)
    error = caught.value
    assert (error.code, error.http_status) == ("RestoreSessionActionNotAllowed", 403)
    assert (error.rule, error.target) == (rule, "a1")
    for words in ("'a1'", old.value, new.value):
        assert words in error.message


@pytest.mark.parametrize(("old", "new", "reporter", "answer"), changes("same"))
def test_O7_L3_the_same_status_again_changes_nothing(
    old: Status, new: Status, reporter: Reporter, answer: str
) -> None:
    """Neither its times nor an error that the artifact already has count."""
    root = root_with(artifact("a1", old))
    again = [
        report("a1", new),
        report("a1", new, NOW + timedelta(days=1), completion_date_time=NOW),
        report("a1", new, CREATED - timedelta(days=1), error=None),
        report("a1", new, error=PublicError(code="Another")),
        Report.of(artifact("a1", old), time=NOW),
    ]
    assert answer == "same"
    for report_again in again:
        outcome = record(root, "s1", report_again, reporter=reporter, actor=BOB)
        assert outcome.root is root
        assert outcome.result is stored_artifact(root)
        assert outcome.events == ()
    batch = record_batch(root, "s1", again, reporter=reporter, actor=BOB)
    assert batch.root is root
    assert batch[1:] == ((), ())


def test_O7_L3_a_time_without_an_offset_is_refused_with_the_same_status_too() -> None:
    root = root_with(artifact("a1", SCHEDULED))
    with refused(root) as caught:
        record(root, "s1", report("a1", SCHEDULED, datetime(2026, 1, 12)))  # noqa: DTZ001
    assert caught.value.code == "InvalidArtifactRequest"


def test_O7_the_default_reporter_is_a_driver() -> None:
    root = root_with(artifact("a1", SCHEDULED))
    with refused(root):
        record(root, "s1", report("a1", SUCCEEDED))
    with refused(root):
        record_batch(root, "s1", [report("a1", SUCCEEDED)])


def test_O7_reporters_may_be_given_as_texts() -> None:
    root = root_with(artifact("a1", SCHEDULED))
    for name in ("driver", "observer"):
        reporter: Any = name
        failed = record(root, "s1", report("a1", FAILED, start_date_time=NOW), reporter=reporter)
        assert (failed.result.start_date_time is None) is (name == "driver")


# L5: times and errors.


BEFORE, LATER, LATEST = NOW - MINUTE, NOW + MINUTE, NOW + 2 * MINUTE
EARLY = CREATED - timedelta(days=9)
RUNNING = artifact("a1", IN_PROGRESS, start_date_time=None)


@pytest.mark.parametrize(
    ("old", "reporter", "new", "given", "expected"),
    [
        # entering inProgress sets startDateTime
        (artifact("a1", SCHEDULED), DRIVER, IN_PROGRESS, (NOW, None, None), (NOW, None)),
        (artifact("a1", SCHEDULED), DRIVER, IN_PROGRESS, (NOW, BEFORE, None), (BEFORE, None)),
        (artifact("a1", SCHEDULED), OBSERVER, IN_PROGRESS, (NOW, BEFORE, None), (BEFORE, None)),
        (artifact("a1", SCHEDULED), OBSERVER, IN_PROGRESS, (NOW, None, LATER), (NOW, None)),
        # entering a terminal status sets completionDateTime, and leaves the start
        (artifact("a1", IN_PROGRESS), DRIVER, SUCCEEDED, (LATER, None, None), (NOW, LATER)),
        (artifact("a1", IN_PROGRESS), DRIVER, FAILED, (LATER, None, None), (NOW, LATER)),
        (artifact("a1", IN_PROGRESS), DRIVER, SUCCEEDED, (LATEST, None, LATER), (NOW, LATER)),
        (artifact("a1", IN_PROGRESS), DRIVER, SUCCEEDED, (LATEST, BEFORE, LATER), (NOW, LATER)),
        # a failure before inProgress has no start; an observer may have missed it
        (artifact("a1", SCHEDULING), DRIVER, FAILED, (NOW, None, None), (None, NOW)),
        (artifact("a1", SCHEDULED), DRIVER, FAILED, (NOW, None, None), (None, NOW)),
        (artifact("a1", SCHEDULED), DRIVER, FAILED, (NOW, BEFORE, None), (None, NOW)),
        (artifact("a1", SCHEDULED), OBSERVER, FAILED, (NOW, None, None), (None, NOW)),
        (artifact("a1", SCHEDULED), OBSERVER, FAILED, (NOW, BEFORE, None), (BEFORE, NOW)),
        (artifact("a1", ADDED), OBSERVER, FAILED, (NOW, BEFORE, LATER), (BEFORE, LATER)),
        # an artifact that has certainly begun, though it was never reported when
        (RUNNING, DRIVER, FAILED, (NOW, BEFORE, None), (BEFORE, NOW)),
        (RUNNING, DRIVER, FAILED, (NOW, None, None), (None, NOW)),
        (RUNNING, DRIVER, SUCCEEDED, (NOW, BEFORE, None), (BEFORE, NOW)),
        (RUNNING, DRIVER, SUCCEEDED, (NOW, None, None), (NOW, NOW)),
        # an observer that missed the start learns of it together with the end
        (artifact("a1", SCHEDULED), OBSERVER, SUCCEEDED, (NOW, None, None), (NOW, NOW)),
        (artifact("a1", SCHEDULED), OBSERVER, SUCCEEDED, (NOW, BEFORE, None), (BEFORE, NOW)),
        (artifact("a1", ADDED), OBSERVER, SUCCEEDED, (LATEST, BEFORE, LATER), (BEFORE, LATER)),
        # nothing has started and nothing has ended before it may have
        (artifact("a1", ADDED), DRIVER, SCHEDULING, (NOW, BEFORE, LATER), (None, None)),
        (artifact("a1", SCHEDULING), OBSERVER, SCHEDULED, (NOW, BEFORE, LATER), (None, None)),
        # the unknown status may be on either side of the start
        (artifact("a1", SCHEDULED), OBSERVER, UNKNOWN, (NOW, None, LATER), (None, None)),
        (artifact("a1", SCHEDULED), OBSERVER, UNKNOWN, (NOW, BEFORE, None), (BEFORE, None)),
        (artifact("a1", IN_PROGRESS), OBSERVER, UNKNOWN, (LATER, None, None), (NOW, None)),
        (
            artifact("a1", UNKNOWN, start_date_time=BEFORE),
            OBSERVER,
            IN_PROGRESS,
            (LATER, None, None),
            (BEFORE, None),
        ),
        (
            artifact("a1", UNKNOWN, start_date_time=BEFORE, completion_date_time=NOW),
            OBSERVER,
            SUCCEEDED,
            (LATER, None, None),
            (BEFORE, LATER),
        ),
        (
            artifact("a1", UNKNOWN, completion_date_time=NOW),
            OBSERVER,
            SCHEDULED,
            (LATER, BEFORE, None),
            (None, None),
        ),
        # no time is before the session was created, and no end before its start
        (artifact("a1", SCHEDULED), DRIVER, IN_PROGRESS, (EARLY, None, None), (CREATED, None)),
        (artifact("a1", SCHEDULED), DRIVER, IN_PROGRESS, (NOW, EARLY, None), (CREATED, None)),
        (artifact("a1", SCHEDULED), DRIVER, FAILED, (EARLY, None, None), (None, CREATED)),
        (artifact("a1", SCHEDULED), OBSERVER, FAILED, (NOW, EARLY, EARLY), (CREATED, CREATED)),
        (artifact("a1", IN_PROGRESS), DRIVER, SUCCEEDED, (BEFORE, None, None), (NOW, NOW)),
        (artifact("a1", IN_PROGRESS), DRIVER, FAILED, (LATER, None, EARLY), (NOW, NOW)),
        (artifact("a1", ADDED), OBSERVER, SUCCEEDED, (NOW, LATER, BEFORE), (LATER, LATER)),
        (artifact("a1", ADDED), OBSERVER, SUCCEEDED, (NOW, LATER, None), (LATER, LATER)),
    ],
)
def test_L5_the_times_follow_from_the_statuses_entered(
    old: MailboxRestoreArtifact,
    reporter: Reporter,
    new: Status,
    given: tuple[datetime, datetime | None, datetime | None],
    expected: tuple[datetime | None, datetime | None],
) -> None:
    time, start, end = given
    reported = report("a1", new, time, start_date_time=start, completion_date_time=end)
    outcome = record(root_with(old), "s1", reported, reporter=reporter)
    assert (outcome.result.start_date_time, outcome.result.completion_date_time) == expected
    assert audit(stored(outcome.root)) == ()


def test_L5_a_session_without_a_creation_time_bounds_no_time() -> None:
    root = root_of(
        session(artifact("a1", SCHEDULED), created_date_time=None, last_modified_date_time=None)
    )
    root = record(root, "s1", report("a1", IN_PROGRESS, EARLY)).root
    assert stored_artifact(root).start_date_time == EARLY
    assert stored(root).last_modified_date_time == EARLY


@pytest.mark.parametrize("old", [SCHEDULING, SCHEDULED, IN_PROGRESS], ids=str)
def test_L5_a_failure_keeps_its_error(old: Status) -> None:
    error = PublicError(code="InvalidRestoreTime", message="Past retention.", target="mailbox")
    root = record(root_with(artifact("a1", old)), "s1", report("a1", FAILED, error=error)).root
    assert stored_artifact(root).error == error


@pytest.mark.parametrize("code", ARTIFACT_ERROR_CODES)
def test_L5_a_failure_may_have_any_code_that_the_service_documents(code: str) -> None:
    root = root_with(artifact("a1", IN_PROGRESS))
    error = PublicError(code=code)
    failed = record(root, "s1", report("a1", FAILED, error=error)).root
    assert stored_artifact(failed).error == error
    reported = stored(failed).error
    assert reported is not None
    assert reported.code == code


def test_L5_a_drivers_failure_without_an_error_is_refused() -> None:
    root = root_with(artifact("a1", IN_PROGRESS))
    with refused(root) as caught:
        record(root, "s1", report("a1", FAILED, error=None))
    error = caught.value
    assert (error.code, error.http_status, error.rule) == ("InvalidArtifactRequest", 400, "L5")
    assert error.message == (
        "artifact 'a1': failed needs an error that says why; give a PublicError"
    )


@pytest.mark.parametrize(
    "old", [ADDED, SCHEDULING, SCHEDULED, IN_PROGRESS, UNKNOWN], ids=lambda old: old.value
)
def test_L5_an_observers_failure_without_an_error_is_recorded_without_one(old: Status) -> None:
    root = root_with(artifact("a1", old), artifact("a2", FAILED, error=PublicError(code="Late")))
    for ask in (
        lambda reported: record(root, "s1", reported, reporter=OBSERVER),
        lambda reported: record_batch(root, "s1", [reported], reporter=OBSERVER),
    ):
        after = stored(ask(report("a1", FAILED, error=None)).root)
        found = after.artifact("a1")
        assert found is not None
        assert (found.status, found.error) == (FAILED, None)
        (violation,) = audit(after)
        assert (violation.target, violation.property) == ("a1", "error")
        assert violation.kind is ViolationKind.MISSING
        assert after.error is not None
        assert after.error.code == "UnknownError"
        assert after.error.details == (
            PublicErrorDetail(code="UnknownError", target="a1"),
            PublicErrorDetail(code="Late", target="a2"),
        )


@pytest.mark.parametrize("new", [SCHEDULED, IN_PROGRESS, SUCCEEDED, UNKNOWN], ids=str)
def test_L5_only_a_failure_has_an_error(new: Status) -> None:
    root = root_with(artifact("a1", SCHEDULING))
    with refused(root) as caught:
        record(root, "s1", report("a1", new, error=MAILBOX_ON_HOLD), reporter=OBSERVER)
    error = caught.value
    assert (error.code, error.http_status, error.rule) == ("InvalidArtifactRequest", 400, "L5")
    assert error.message == f"artifact 'a1': {new} has no error; leave it out"


def test_L5_the_error_of_an_unknown_status_is_dropped_with_it() -> None:
    root = root_with(artifact("a1", UNKNOWN, error=MAILBOX_ON_HOLD))
    root = record(root, "s1", report("a1", IN_PROGRESS), reporter=OBSERVER).root
    assert stored_artifact(root).error is None


def test_L4_the_text_of_an_unknown_status_is_dropped_with_it() -> None:
    document = {
        "id": "s1",
        "mailboxRestoreArtifacts": [{"id": "a1", "status": "paused", "note": "kept"}],
    }
    root = root_of(wire.from_json_value(document, ExchangeRestoreSession))
    root = record(root, "s1", report("a1", SCHEDULED), reporter=OBSERVER).root
    assert wire.to_json_value(stored_artifact(root)) == {
        "id": "a1",
        "status": "scheduled",
        "note": "kept",
    }
    assert stored_artifact(root).additional_data == JsonObject({"note": "kept"})


@pytest.mark.parametrize("reporter", Reporter, ids=str)
@pytest.mark.parametrize("new", Status, ids=str)
def test_L4_what_waits_can_not_follow_the_unknown_status_of_an_artifact_with_a_start(
    new: Status, reporter: Reporter
) -> None:
    root = root_with(artifact("a1", UNKNOWN, start_date_time=CREATED))
    reported = report("a1", new)
    if new is UNKNOWN:
        assert record(root, "s1", reported, reporter=reporter).root is root
    elif reporter is OBSERVER and new in {IN_PROGRESS, SUCCEEDED, FAILED}:
        found = record(root, "s1", reported, reporter=reporter).result
        assert (found.status, found.start_date_time) == (new, CREATED)
    else:
        with refused(root) as caught:
            record(root, "s1", reported, reporter=reporter)
        waits = new in {ADDED, SCHEDULING, SCHEDULED}
        assert caught.value.code == "RestoreSessionActionNotAllowed"
        assert caught.value.rule == ("L4" if waits else "L2")


def test_L4_an_observer_who_read_a_start_sees_no_waiting_after_the_unknown_status() -> None:
    reported = report("a1", UNKNOWN, start_date_time=NOW)
    root = record(root_with(artifact("a1", SCHEDULED)), "s1", reported, reporter=OBSERVER).root
    with refused(root) as caught:
        record(root, "s1", report("a1", SCHEDULED), reporter=OBSERVER)
    assert (caught.value.rule, caught.value.message) == (
        "L4",
        (
            "artifact 'a1': the observer can't report scheduled after unknownFutureValue with a "
            "start; inProgress or succeeded or failed may follow it"
        ),
    )


# O9 and L3: results.


FOLDER: Json = {"restored_folder_id": "f1", "restored_folder_name": "Recovered"}
RESULTS: Json = {**FOLDER, "restored_item_count": 7}
OTHERS: Json = {
    "restored_folder_id": "f2",
    "restored_folder_name": "Restored",
    "restored_item_count": 9,
}
NOTHING: Json = dict.fromkeys(RESULTS)
each_result = pytest.mark.parametrize("name", RESULTS)


def results_of(of: Any) -> Json:
    return {name: getattr(of, name) for name in RESULTS}


ACCEPTED = {
    DRIVER: {IN_PROGRESS, SUCCEEDED, FAILED},
    OBSERVER: {IN_PROGRESS, SUCCEEDED, FAILED, UNKNOWN},
}


@each_result
@pytest.mark.parametrize(("old", "new", "reporter", "answer"), changes("yes", "same"))
def test_O9_a_result_is_accepted_with_statuses_of_artifacts_that_may_have_run(
    old: Status, new: Status, reporter: Reporter, answer: str, name: str
) -> None:
    root = root_with(artifact("a1", old))
    reported = report("a1", new, **{name: RESULTS[name]})
    if new not in ACCEPTED[reporter]:
        for ask in (
            lambda: record(root, "s1", reported, reporter=reporter),
            lambda: record_batch(root, "s1", [reported], reporter=reporter),
        ):
            with refused(root) as caught:
                ask()
            error = caught.value
            assert (error.code, error.http_status) == ("InvalidArtifactRequest", 400)
            assert (error.rule, error.target) == ("O9", "a1")
            for words in ("'a1'", reporter.value, new.value):
                assert words in error.message
        return
    outcome = record(root, "s1", reported, reporter=reporter, actor=BOB)
    kept = (
        old is not new or new is not UNKNOWN
    )  # once it is unknown again, it has no more effect (L3)
    assert answer in {"yes", "same"}
    assert results_of(outcome.result) == NOTHING | ({name: RESULTS[name]} if kept else {})
    assert (outcome.root is not root) is kept
    assert replay(root, outcome.events) == outcome.root
    assert audit(stored(outcome.root)) == ()


def test_O9_a_null_result_is_ignored_with_any_status() -> None:
    root = root_with(artifact("a1", SCHEDULING, **RESULTS))
    outcome = record(root, "s1", report("a1", SCHEDULED, **NOTHING))
    assert outcome.result == artifact("a1", SCHEDULED, **RESULTS)


@pytest.mark.parametrize("new", [IN_PROGRESS, SUCCEEDED, FAILED, UNKNOWN], ids=str)
def test_O9_with_a_new_status_the_results_that_are_reported_count(new: Status) -> None:
    root = root_with(artifact("a1", SCHEDULED, **RESULTS))
    reported = report("a1", new, restored_folder_id="f2", restored_item_count=0)
    result = record(root, "s1", reported, reporter=OBSERVER).result
    assert results_of(result) == RESULTS | {"restored_folder_id": "f2", "restored_item_count": 0}


def test_O9_a_result_too_early_is_refused() -> None:
    root = root_with(artifact("a1", SCHEDULED), artifact("a2", SUCCEEDED))
    for reported in (
        report("a1", SCHEDULED, **RESULTS),  # the same status again
        report("a2", SCHEDULED, **RESULTS),  # a status that may not follow
        report("a9", SCHEDULED, **RESULTS),  # no artifact
        report("a1", SCHEDULED, error=MAILBOX_ON_HOLD, **RESULTS),
    ):
        with refused(root) as caught:
            record(root, "s1", reported, reporter=OBSERVER)
        assert (caught.value.code, caught.value.rule) == ("InvalidArtifactRequest", "O9")


def test_O9_an_observed_artifact_has_its_results() -> None:
    seen = artifact("a1", SUCCEEDED, **RESULTS)
    assert results_of(Report.of(seen, time=NOW)) == RESULTS
    reported = Report.of(artifact("a1", FAILED, **OTHERS), time=NOW)
    assert (
        results_of(record(root_with(artifact()), "s1", reported, reporter=OBSERVER).result)
        == OTHERS
    )


def test_O9_granular_artifacts_have_results_like_the_others() -> None:
    root = root_of(session(granular_mailbox_restore_artifacts=[granular("g1", IN_PROGRESS)]))
    late = report("g1", SUCCEEDED, **RESULTS)
    for reported in (report("g1", SUCCEEDED), late):
        root = record(root, "s1", reported).root
    assert list(stored(root).artifacts) == [
        granular("g1", SUCCEEDED, completion_date_time=NOW, **RESULTS)
    ]


@pytest.mark.parametrize("reporter", Reporter, ids=str)
def test_O9_L3_the_results_of_a_running_restore_may_change(reporter: Reporter) -> None:
    root = root_with(artifact("a1", IN_PROGRESS, **RESULTS))
    reported = report("a1", IN_PROGRESS, LATEST, restored_item_count=8)
    outcome = record(root, "s1", reported, reporter=reporter, actor=BOB)
    assert outcome.result == artifact("a1", IN_PROGRESS, **RESULTS | {"restored_item_count": 8})
    assert stored(outcome.root).last_modified_by == BOB
    assert stored(outcome.root).last_modified_date_time == LATEST
    (event,) = outcome.events
    assert (event.status_before, event.status_after) == ("active", "active")
    again = record(outcome.root, "s1", reported, reporter=reporter, actor=ALICE)
    assert (again.root, again.events) == (outcome.root, ())
    assert again.root is outcome.root


@pytest.mark.parametrize("reporter", Reporter, ids=str)
@pytest.mark.parametrize("status", [SUCCEEDED, FAILED], ids=str)
def test_O9_L3_late_results_fill_in_missing_ones_and_change_nothing_else(
    status: Status, reporter: Reporter
) -> None:
    kept: Json = {"restored_folder_name": "", "restored_item_count": 0}
    root = root_with(artifact("a1", status, **kept), artifact("a2", status))
    reported = report(
        "a1", status, LATEST, start_date_time=EARLY, completion_date_time=EARLY, **OTHERS
    )
    outcome = record(root, "s1", reported, reporter=reporter, actor=BOB)
    filled = artifact("a1", status, **kept, restored_folder_id="f2")
    assert list(stored(outcome.root).artifacts) == [filled, artifact("a2", status)]
    assert stored(outcome.root).status is stored(root).status
    assert stored(outcome.root).completed_date_time == stored(root).completed_date_time
    assert stored(outcome.root).last_modified_date_time == LATEST
    assert record(outcome.root, "s1", reported, reporter=reporter, actor=ALICE).root is outcome.root


def test_O9_L3_a_redelivered_report_does_not_flip_what_has_ended() -> None:
    first, second = report("a1", SUCCEEDED, **RESULTS), report("a1", SUCCEEDED, **OTHERS)
    root = record(root_with(artifact("a1", IN_PROGRESS)), "s1", first).root
    for reported in (second, first, second):
        assert record(root, "s1", reported, actor=BOB).root is root


def test_L3_the_missing_error_of_a_failure_may_be_reported_late() -> None:
    root = root_with(artifact("a1", FAILED, error=None))
    for reported in (report("a1", FAILED, error=None), report("a1", FAILED, error=None, **NOTHING)):
        assert record(root, "s1", reported).root is root
    late = record(root, "s1", report("a1", FAILED, LATEST), actor=BOB)
    assert late.result == artifact("a1", FAILED)
    assert stored(late.root).last_modified_date_time == LATEST
    other = report("a1", FAILED, error=PublicError(code="Another"))
    assert record(late.root, "s1", other).root is late.root


def test_L3_an_error_of_what_succeeded_does_not_count_though_its_results_do() -> None:
    root = root_with(artifact("a1", SUCCEEDED))
    reported = report("a1", SUCCEEDED, error=MAILBOX_ON_HOLD, **RESULTS)
    assert record(root, "s1", reported).result == artifact("a1", SUCCEEDED, **RESULTS)


REPORTS_OF_ENDS = st.lists(
    st.builds(
        report,
        st.sampled_from(["a1", "a2"]),
        st.sampled_from([IN_PROGRESS, SUCCEEDED, FAILED]),
        st.just(NOW),
        error=st.none(),
        restored_folder_id=st.none() | st.sampled_from(["f1", "f2"]),
        restored_item_count=st.none() | st.sampled_from([0, 1]),
    ),
    max_size=5,
)


@given(REPORTS_OF_ENDS, st.data())
def test_L3_the_same_report_twice_is_as_once_with_results_too(
    reported: list[Report], data: st.DataObject
) -> None:
    root = root_with(artifact("a1", IN_PROGRESS), artifact("a2", SUCCEEDED))
    accepted = []
    for one in reported:
        try:
            root = record(root, "s1", one, reporter=OBSERVER).root
        except RestoreDomainError:
            continue
        accepted.append(one)
        assert record(root, "s1", one, reporter=OBSERVER, actor=BOB).root is root
    ended = [one for one in accepted if one.status is not IN_PROGRESS]
    if ended:  # and those of an end, in any order again, take nothing back
        again = data.draw(st.permutations(ended))
        before = {one.id: one for one in stored(root).artifacts}
        after = record_batch(root, "s1", again, reporter=OBSERVER).root
        assert {one.id: one for one in stored(after).artifacts} == before


@pytest.mark.parametrize("status", [IN_PROGRESS, SUCCEEDED, FAILED], ids=str)
def test_O9_a_null_of_the_artifact_is_dropped_once_it_has_a_value(status: Status) -> None:
    nulls = {"restoredFolderId": None, "error": None, "startDateTime": None, "note": "kept"}
    sent = {"id": "a1", "status": status.value, **nulls}
    document = {"id": "s1", "mailboxRestoreArtifacts": [sent]}
    root = root_of(wire.from_json_value(document, ExchangeRestoreSession))
    for reported in (report("a1", status, **RESULTS), report("a1", UNKNOWN, **RESULTS)):
        if reported.status is UNKNOWN and status is not IN_PROGRESS:
            continue
        after = record(root, "s1", reported, reporter=OBSERVER).root
        written = wire.to_json_value(stored(after))
        assert written["mailboxRestoreArtifacts"][0]["restoredFolderId"] == "f1"
        assert written["mailboxRestoreArtifacts"][0]["note"] == "kept"
        assert wire.from_json_value(written, ExchangeRestoreSession) == stored(after)


def test_O9_a_body_has_results_by_their_graph_names() -> None:
    body = {
        "artifactId": "a1",
        "status": "succeeded",
        "time": "2026-01-12T09:00:00Z",
        "restoredFolderId": "f1",
        "restoredFolderName": "Recovered",
        "restoredItemCount": 7,
    }
    reported = wire.from_json_value(body, Report)
    assert results_of(reported) == RESULTS
    assert wire.to_json_value(reported) == body


class Nowhere(tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, _: datetime | None) -> None:
        return None

    def dst(self, _: datetime | None) -> None:
        return None

    def tzname(self, _: datetime | None) -> str:
        return "nowhere"


NAIVE = datetime(2026, 1, 12, 8, 30)  # noqa: DTZ001


@pytest.mark.parametrize("time", [NAIVE, NOW.replace(tzinfo=Nowhere())], ids=["naive", "nowhere"])
@pytest.mark.parametrize("name", ["time", "start_date_time", "completion_date_time"])
def test_O7_a_time_without_an_offset_is_refused(name: str, time: datetime) -> None:
    root = root_with(artifact("a1", SCHEDULED))
    for new, reporter in ((IN_PROGRESS, DRIVER), (FAILED, OBSERVER)):
        reported = report("a1", new, **{name: time})
        with refused(root) as caught:
            record(root, "s1", reported, reporter=reporter)
        error = caught.value
        assert (error.code, error.http_status) == ("InvalidArtifactRequest", 400)
        assert (error.rule, error.target) == ("O7", "a1")
        assert "offset" in error.message


BERLIN = ZoneInfo("Europe/Berlin")
SUMMER = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
WINTER = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=BERLIN)
"""Later than that, although the wall clock went back."""


def test_S6_L5_the_wall_clock_may_go_back_but_time_does_not() -> None:
    assert WINTER < SUMMER
    root = root_with(artifact("a1", SCHEDULED))
    root = record(root, "s1", report("a1", IN_PROGRESS, WINTER)).root
    done = record(root, "s1", report("a1", SUCCEEDED, SUMMER)).root
    assert stored_artifact(done).completion_date_time == datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert stored(done).last_modified_date_time == datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    ran = record(root_with(artifact("a1", SCHEDULED)), "s1", report("a1", IN_PROGRESS, SUMMER)).root
    done = record(ran, "s1", report("a1", SUCCEEDED, WINTER)).root
    assert stored_artifact(done).completion_date_time == datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert wire.to_json_value(stored_artifact(done))["startDateTime"] == "2026-10-25T02:30:00+02:00"


@pytest.mark.parametrize("name", ["time", "start_date_time", "completion_date_time"])
def test_S6_L5_each_time_of_a_report_has_the_offset_that_its_zone_has_then(name: str) -> None:
    kept = getattr(report("a1", SUCCEEDED, **{name: SUMMER}), name)
    assert kept == SUMMER.astimezone(UTC)
    assert kept.tzinfo == timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("minutes", "expected"), [(1, 1), (0, 0), (-1, 0), (-60 * 24 * 365, 0)], ids=str
)
def test_S6_a_report_from_earlier_leaves_the_later_time(minutes: int, expected: int) -> None:
    root = root_of(session(artifact("a1", SCHEDULED), last_modified_date_time=NOW))
    reported = report("a1", IN_PROGRESS, NOW + minutes * MINUTE)
    for outcome in (
        record(root, "s1", reported, actor=BOB),
        record_batch(root, "s1", [reported], actor=BOB),
    ):
        assert stored(outcome.root).last_modified_date_time == NOW + expected * MINUTE
        assert stored(outcome.root).last_modified_by == BOB


def test_S6_no_report_puts_a_change_before_the_creation() -> None:
    root = root_of(session(artifact("a1", SCHEDULED), last_modified_date_time=None))
    root = record(root, "s1", report("a1", IN_PROGRESS, EARLY)).root
    assert stored(root).last_modified_date_time == CREATED


def test_S6_without_an_actor_lastModifiedBy_stays() -> None:
    root = record(root_with(artifact()), "s1", report("a1", SCHEDULING)).root
    assert stored(root).last_modified_by == ALICE


# The effect on the session.


def test_S3_S4_S5_the_session_follows_its_artifacts() -> None:
    root = root_with(artifact("a1", SCHEDULED), artifact("a2", SCHEDULED))
    root = record(root, "s1", report("a1", IN_PROGRESS, NOW)).root
    root = record(root, "s1", report("a2", IN_PROGRESS, NOW)).root
    assert stored(root).status == "active"
    assert stored(root).restore_session_artifact_count == RestoreSessionArtifactCount(
        total=2, in_progress=2, completed=0, failed=0
    )
    root = record(root, "s1", report("a2", FAILED, LATEST)).root
    assert (stored(root).status, stored(root).completed_date_time) == ("active", None)
    assert stored(root).error is None
    root = record(root, "s1", report("a1", SUCCEEDED, LATER)).root
    assert (stored(root).status, stored(root).completed_date_time) == ("completedWithError", LATEST)
    assert stored(root).restore_session_artifact_count == RestoreSessionArtifactCount(
        total=2, in_progress=0, completed=1, failed=1
    )
    assert stored(root).error == PublicError(
        code="ArtifactCannotBeRestored",
        message="1 of 2 artifacts failed to be restored",
        target="s1",
        details=(
            PublicErrorDetail(
                code="ArtifactCannotBeRestored", message="It is on hold.", target="a2"
            ),
        ),
    )


@pytest.mark.parametrize("within", ["beside the whole ones", "among the whole ones", "alone"])
def test_O7_granular_artifacts_are_reported_like_the_others(within: str) -> None:
    stored_where: dict[str, Json] = {
        "beside the whole ones": {
            "mailbox_restore_artifacts": [artifact("a1")],
            "granular_mailbox_restore_artifacts": [granular("g1", SCHEDULED)],
        },
        "among the whole ones": {
            "mailbox_restore_artifacts": [artifact("a1"), granular("g1", SCHEDULED)],
            "granular_mailbox_restore_artifacts": [granular("g2", SCHEDULED)],
        },
        "alone": {
            "mailbox_restore_artifacts": None,
            "granular_mailbox_restore_artifacts": [granular("g1", SCHEDULED)],
        },
    }
    root = root_of(session(**stored_where[within]))
    outcome = record(root, "s1", report("g1", IN_PROGRESS))
    assert outcome.result == granular("g1", IN_PROGRESS)
    assert [found.id for found in stored(outcome.root).artifacts] == [
        found.id for found in stored(root).artifacts
    ]
    assert replay(root, outcome.events) == outcome.root


@pytest.mark.parametrize("artifact_id", ["a2", "", "A1", "a1 ", "\x00", "x" * 10**6], ids=len)
def test_O7_a_missing_artifact_is_not_found(artifact_id: str) -> None:
    root = root_of(session(artifact("a1")), session(artifact("a2"), session_id="s2"))
    with refused(root) as caught:
        record(root, "s1", report(artifact_id, SCHEDULING))
    error = caught.value
    assert (error.code, error.http_status, error.rule) == ("ArtifactNotFound", 404, "O7")
    assert error.target == artifact_id
    assert len(error.message) < 200
    assert error.message.isprintable()


def test_O7_no_artifact_is_found_in_a_session_without_its_artifacts() -> None:
    document = {"id": "s1", "status": "active"}
    root = root_of(wire.from_json_value(document, ExchangeRestoreSession))
    with refused(root) as caught:
        record(root, "s1", report("a1", IN_PROGRESS))
    assert caught.value.code == "ArtifactNotFound"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        "null",
        "{}",
        {"artifactId": "a1", "status": "scheduling"},
        {"artifactId": "a1", "time": "2026-01-12T09:00:00Z"},
        {"artifactId": 5, "status": "scheduling", "time": "2026-01-12T09:00:00Z"},
        {"artifactId": "a1", "status": 5, "time": "2026-01-12T09:00:00Z"},
        {"artifactId": "a1", "status": "scheduling", "time": "2026-01-12T09:00:00"},
        {"artifactId": "a1", "status": "scheduling", "time": "yesterday"},
        {"artifactId": "a1", "status": "scheduling", "time": "2026-01-12T09:00:00Z", "error": 5},
    ],
    ids=repr,
)
def test_O7_a_body_that_is_malformed_is_refused(content: Any) -> None:
    root = root_with(artifact("a1"))
    body = wire.RequestBody(content)
    for ask in (
        lambda: record(root, "s1", body),
        lambda: record_batch(root, "s1", [body]),
    ):
        with refused(root) as caught:
            ask()
        error = caught.value
        assert (error.code, error.http_status, error.rule) == ("InvalidArtifactRequest", 400, "O7")


# Report, the typed value.


GOOD: Json = {"artifact_id": "a1", "status": SCHEDULED, "time": NOW}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("artifact_id", None),
        ("artifact_id", 5),
        ("artifact_id", b"a1"),
        ("status", "failed"),
        ("status", "bogus"),
        ("status", None),
        ("status", 5),
        ("status", RestoreSessionStatus.FAILED),
        ("time", None),
        ("time", "2026-01-12T09:00:00Z"),
        ("time", 0),
        ("time", NOW.date()),
        ("error", "E"),
        ("error", {"code": "E"}),
        ("error", PublicErrorDetail(code="E")),
        ("start_date_time", "2026-01-12T09:00:00Z"),
        ("start_date_time", 0),
        ("completion_date_time", "2026-01-12T09:00:00Z"),
        ("completion_date_time", 0),
        ("restored_folder_id", 5),
        ("restored_folder_name", b"Recovered"),
        ("restored_item_count", "7"),
        ("restored_item_count", 7.0),
        ("restored_item_count", True),
    ],
    ids=repr,
)
def test_O7_a_report_of_wrong_types_can_not_be_made(name: str, value: Any) -> None:
    with pytest.raises(TypeError) as caught:
        Report(**(GOOD | {name: value}))
    assert f"Report.{name}" in str(caught.value)
    assert type(value).__name__ in str(caught.value)


def test_O7_a_report_is_an_immutable_value() -> None:
    made: Any = Report(**GOOD)
    assert made == Report(**GOOD)
    assert hash(made) == hash(Report(**GOOD))
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - made a moment ago
    with pytest.raises(AttributeError):
        made.status = FAILED
    assert made.time is NOW
    assert (made.error, made.start_date_time, made.completion_date_time) == (None, None, None)


def test_O7_a_report_of_an_observed_artifact_reproduces_it() -> None:
    """Regardless of the steps that the observer missed."""
    for seen in (
        artifact("a1", SCHEDULED),
        artifact("a1", IN_PROGRESS),
        artifact("a1", SUCCEEDED),
        artifact("a1", FAILED),
        artifact("a1", FAILED, start_date_time=NOW),
        artifact("a1", UNKNOWN, start_date_time=NOW),
    ):
        reported = Report.of(seen, time=LATEST)
        outcome = record(root_with(artifact("a1")), "s1", reported, reporter=OBSERVER)
        assert outcome.result == seen
        assert stored(outcome.root).last_modified_date_time == LATEST


def test_O7_a_report_keeps_unknown_properties_but_the_artifact_does_not() -> None:
    body = {
        "artifactId": "a1",
        "status": "scheduling",
        "time": "2026-01-12T09:00:00.1234567Z",
        "note": "kept",
    }
    reported = wire.from_json_value(body, Report)
    assert wire.to_json_value(reported) == body
    root = record(root_with(artifact("a1")), "s1", reported).root
    assert stored_artifact(root) == artifact("a1", SCHEDULING)
    assert (
        wire.to_json_value(stored(root))["lastModifiedDateTime"] == "2026-01-12T09:00:00.1234567Z"
    )


@pytest.mark.parametrize("wrong", [None, {}, "a1", b"{}", artifact(), MAILBOX_ON_HOLD])
def test_O7_an_invalid_report_is_the_embedders_mistake(wrong: Any) -> None:
    root = root_with(artifact("a1"))
    for ask in (
        lambda: record(root, "s1", wrong),
        lambda: record_batch(root, "s1", [report("a1", SCHEDULING), wrong]),
    ):
        with refused(root, TypeError) as caught:
            ask()
        assert "Report" in str(caught.value)


@pytest.mark.parametrize("wrong", [None, "nobody", 5, []], ids=repr)
def test_O7_an_invalid_reporter_is_the_embedders_mistake(wrong: Any) -> None:
    root = root_with(artifact("a1"))
    for ask in (
        lambda: record(root, "s1", report("a1", SCHEDULING), reporter=wrong),
        lambda: record_batch(root, "s1", [report("a1", SCHEDULING)], reporter=wrong),
    ):
        with refused(root, TypeError):
            ask()


@pytest.mark.parametrize("wrong", ["alice", 5, ALICE.user], ids=lambda value: type(value).__name__)
def test_S6_an_invalid_actor_is_the_embedders_mistake(wrong: Any) -> None:
    root = root_with(artifact("a1"))
    for ask in (
        lambda: record(root, "s1", report("a1", SCHEDULING), actor=wrong),
        lambda: record_batch(root, "s1", [report("a1", SCHEDULING)], actor=wrong),
    ):
        with refused(root, TypeError) as caught:
            ask()
        assert "actor" in str(caught.value)


def test_L5_S6_the_same_instant_has_the_latest_spelling() -> None:
    two_hours = timedelta(hours=2)
    there = NOW.astimezone(timezone(two_hours))
    for status in (IN_PROGRESS, FAILED):
        waiting = session(
            artifact("a1", SCHEDULED), created_date_time=NOW, last_modified_date_time=NOW
        )
        root = record(root_of(waiting), "s1", report("a1", status, there)).root
        found = stored_artifact(root)
        entered = found.start_date_time if status is IN_PROGRESS else found.completion_date_time
        for time in (entered, stored(root).last_modified_date_time):
            assert time == NOW
            assert time is not None
            assert time.utcoffset() == two_hours
    root = record(root_with(artifact("a1", IN_PROGRESS)), "s1", report("a1", SUCCEEDED, there)).root
    ended = stored_artifact(root).completion_date_time
    assert ended == NOW
    assert ended is not None
    assert ended.utcoffset() == two_hours
