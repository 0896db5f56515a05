"""Batches of reports, which are applied completely or not at all (rule O7)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_domain import wire
from restore_domain.aggregation import StatusTally
from restore_domain.lifecycle import Reporter
from restore_domain.model import PublicError, PublicErrorDetail
from restore_domain.operations import (
    BatchRefusedError,
    RecordedBatch,
    Report,
    RestoreDomainError,
    StaleReport,
    UnreadRequest,
    record,
    record_batch,
    replay,
)
from restore_domain.status import ArtifactRestoreStatus

from .service import (
    BOB,
    FAILED,
    IN_PROGRESS,
    MINUTE,
    NOW,
    SCHEDULED,
    SCHEDULING,
    SUCCEEDED,
    artifact,
    refused,
    report,
    root_with,
    stored,
    stored_artifact,
)

ROOT = root_with(artifact("a1", SCHEDULED), artifact("a2", IN_PROGRESS), artifact("a3", SCHEDULING))


def test_O7_a_batch_is_applied_completely() -> None:
    reports = [
        report("a2", SUCCEEDED, NOW + 2 * MINUTE),
        report("a3", SCHEDULED, NOW + MINUTE),
    ]
    root, changed, events = record_batch(ROOT, "s1", reports, actor=BOB)
    a2 = artifact("a2", SUCCEEDED, completion_date_time=NOW + 2 * MINUTE)
    a3 = artifact("a3", SCHEDULED)
    assert changed == (a2, a3)
    assert list(stored(root).artifacts) == [artifact("a1", SCHEDULED), a2, a3]
    assert stored(root).last_modified_date_time == NOW + 2 * MINUTE
    assert stored(root).last_modified_by == BOB
    assert len(events) == 1
    assert stored(root).tally == StatusTally.of([SCHEDULED, SUCCEEDED, SCHEDULED])


def test_O7_reports_of_one_artifact_apply_one_after_the_other() -> None:
    reports = [
        report("a3", SCHEDULED, NOW),
        report("a1", IN_PROGRESS, NOW),
        report("a3", IN_PROGRESS, NOW + MINUTE),
        report("a3", SUCCEEDED, NOW + 2 * MINUTE),
    ]
    root, changed, _ = record_batch(ROOT, "s1", reports)
    a3 = artifact(
        "a3",
        SUCCEEDED,
        start_date_time=NOW + MINUTE,
        completion_date_time=NOW + 2 * MINUTE,
    )
    assert changed == (a3, artifact("a1", IN_PROGRESS))
    assert stored_artifact(root, "a3") == a3


def test_O7_S1_an_artifact_reported_twice_in_a_batch_is_counted_once_in_its_last_status() -> None:
    reports = [report("a1", IN_PROGRESS), report("a2", SUCCEEDED), report("a1", SUCCEEDED)]
    root, _, events = record_batch(ROOT, "s1", reports)
    assert stored(root).tally == StatusTally.of([SUCCEEDED, SUCCEEDED, SCHEDULING])
    assert stored(replay(ROOT, events)).tally == stored(root).tally


def test_O7_a_batch_without_news_changes_nothing() -> None:
    for reports in ([], [report("a1", SCHEDULED)], iter(())):
        root, changed, events = record_batch(ROOT, "s1", reports, actor=BOB)
        assert root is ROOT
        assert (changed, events) == ((), ())


def test_O7_a_batch_may_be_any_iterable_of_reports_and_bodies() -> None:
    bodies: list[Report | UnreadRequest] = [
        report("a1", IN_PROGRESS),
        wire.RequestBody({"artifactId": "a3", "status": "scheduled", "time": NOW.isoformat()}),
    ]
    changed = record_batch(ROOT, "s1", iter(bodies)).result
    assert [(found.id, found.status) for found in changed] == [
        ("a1", IN_PROGRESS),
        ("a3", SCHEDULED),
    ]


def test_O7_every_invalid_report_is_listed_and_none_is_applied() -> None:
    reports: list[Report | UnreadRequest] = [
        report("a1", IN_PROGRESS),
        report("a7", SCHEDULED),
        report("a2", SCHEDULED),
        report("a3", FAILED, error=None),
        report("a2", SUCCEEDED, NOW.replace(tzinfo=None)),
        wire.RequestBody("[]"),
        report("a3", SCHEDULED),
    ]
    with refused(ROOT, BatchRefusedError) as caught:
        record_batch(ROOT, "s1", reports)
    error = caught.value
    reported = [
        (
            1,
            "ArtifactNotFound",
            404,
            "O7",
            "a7",
            "artifact 'a7': session 's1' has no such artifact",
        ),
        (
            2,
            "RestoreSessionActionNotAllowed",
            403,
            "L2",
            "a2",
            (
                "artifact 'a2': the driver can't report scheduled after inProgress; "
                "succeeded or failed may follow it"
            ),
        ),
        (
            3,
            "InvalidArtifactRequest",
            400,
            "L5",
            "a3",
            "artifact 'a3': failed needs an error that says why; give a PublicError",
        ),
        (
            4,
            "InvalidArtifactRequest",
            400,
            "O7",
            "a2",
            "artifact 'a2': a time has no offset from UTC; give it a tzinfo",
        ),
        (5, "InvalidArtifactRequest", 400, "O7", "$", "$: expected an object, got an array"),
    ]
    assert [
        (position, bad.code, bad.http_status, bad.rule, bad.target, bad.message)
        for position, bad in error.refusals
    ] == reported
    assert (error.code, error.http_status, error.rule, error.target) == (
        "ArtifactNotFound",
        404,
        "O7",
        "a7",
    )
    assert error.message == "; ".join(f"report {row[0]}: {row[5]}" for row in reported)
    assert error.to_public_error() == PublicError(
        code="ArtifactNotFound",
        message=error.message,
        target="a7",
        details=tuple(
            PublicErrorDetail(code=code, message=message, target=target)
            for _, code, _, _, target, message in reported
        ),
    )


@pytest.mark.parametrize(
    ("bad", "last_words"),
    [
        (20, "report 19: artifact 'x19': session 's1' has no such artifact"),
        (21, "report 19: artifact 'x19': session 's1' has no such artifact; and 1 more"),
        (320, "report 19: artifact 'x19': session 's1' has no such artifact; and 300 more"),
    ],
)
def test_O7_a_message_lists_the_first_twenty_invalid_reports(bad: int, last_words: str) -> None:
    root = root_with(artifact("a1"))
    with refused(root, BatchRefusedError) as caught:
        record_batch(root, "s1", [report(f"x{number}") for number in range(bad)])
    assert len(caught.value.refusals) == bad
    assert caught.value.message.count("; report ") == 19
    assert caught.value.message.endswith(last_words)


def test_O7_the_second_report_of_an_artifact_is_checked_like_the_first() -> None:
    for second in (
        report("a1", SUCCEEDED, NOW.replace(tzinfo=None)),
        report("a1", FAILED, error=None),
        report("a1", SCHEDULED),
    ):
        with refused(ROOT, BatchRefusedError) as caught:
            record_batch(ROOT, "s1", [report("a1", IN_PROGRESS), second])
        assert [position for position, _ in caught.value.refusals] == [1]


def test_O7_a_batch_whose_iterable_fails_changes_nothing() -> None:
    def broken() -> Iterator[Report]:
        yield report("a1", IN_PROGRESS)
        raise OSError

    with refused(ROOT, OSError):
        record_batch(ROOT, "s1", broken())
    with refused(ROOT, TypeError):
        record_batch(ROOT, "s1", 5)  # type: ignore[call-overload]


reports_of_three = st.lists(
    st.builds(
        report,
        st.sampled_from(["a1", "a2", "a3", "a4"]),
        st.sampled_from(ArtifactRestoreStatus),
        st.integers(-90, 90).map(lambda minutes: NOW + minutes * MINUTE),
    ),
    max_size=8,
)


@given(reports_of_three, st.sampled_from(Reporter))
def test_O7_a_batch_means_the_same_as_its_reports_one_by_one(
    reports: list[Report], reporter: Reporter
) -> None:
    root, first_bad = ROOT, None
    for position, reported in enumerate(reports):
        try:
            root = record(root, "s1", reported, reporter=reporter, actor=BOB).root
        except RestoreDomainError as error:
            first_bad = (position, error)
            break
    if first_bad is None:
        batch = record_batch(ROOT, "s1", reports, reporter=reporter, actor=BOB)
        assert batch.root == root
        assert stored(batch.root).tally == stored(root).tally
        assert replay(ROOT, batch.events) == root
        return
    with refused(ROOT, BatchRefusedError) as caught:
        record_batch(ROOT, "s1", reports, reporter=reporter, actor=BOB)
    position, bad = caught.value.refusals[0]
    assert (position, bad.args) == (first_bad[0], first_bad[1].args)


def test_O7_the_list_of_invalid_reports_is_truncated() -> None:
    looked_at = []

    def reports(count: int) -> Iterator[UnreadRequest]:
        for number in range(count):
            looked_at.append(number)
            yield wire.RequestBody({"artifactId": f"b{number}"})

    with refused(ROOT, BatchRefusedError) as caught:
        record_batch(ROOT, "s1", reports(3), max_errors=3)
    assert [position for position, _ in caught.value.refusals] == [0, 1, 2]
    assert "truncated" not in caught.value.message
    looked_at.clear()
    with refused(ROOT, BatchRefusedError) as caught:
        record_batch(ROOT, "s1", reports(9), max_errors=3)
    assert [position for position, _ in caught.value.refusals] == [0, 1, 2, 3]
    assert looked_at == [0, 1, 2, 3]
    _, last = caught.value.refusals[3]
    said = "more than 3 invalid reports, so the list is truncated; the limit is max_errors=3"
    assert (last.code, last.http_status, last.message) == ("InvalidArtifactRequest", 400, said)
    with refused(ROOT, BatchRefusedError) as caught:
        record_batch(ROOT, "s1", reports(5_000))
    assert len(caught.value.refusals) == 1_001
    assert caught.value.message.count("; ") >= 20
    assert caught.value.message.endswith("; and 981 more")
    assert len(caught.value.message) < 5_000
    assert len(caught.value.to_public_error().details or ()) == 1_001


@pytest.mark.parametrize("max_errors", [1, 2, 1_000])
def test_O7_max_errors_does_not_change_the_answer(max_errors: int) -> None:
    with refused(ROOT, BatchRefusedError) as caught:
        record_batch(ROOT, "s1", [report("b0"), report("b1"), report("b2")], max_errors=max_errors)
    error = caught.value
    assert (error.code, error.http_status, error.target) == ("ArtifactNotFound", 404, "b0")
    assert len(error.refusals) == min(3, max_errors + 1)


@pytest.mark.parametrize(
    ("error", "max_errors"),
    [(ValueError, 0), (ValueError, -1), (TypeError, 1.5), (TypeError, True), (TypeError, None)],
)
def test_O7_S7_max_errors_is_at_least_one(error: type[Exception], max_errors: Any) -> None:
    with refused(ROOT, error) as mistaken:
        record_batch(ROOT, "s1", [report("b0")], max_errors=max_errors)
    assert str(mistaken.value).startswith("max_errors: expected a whole number")


STALE = [
    report("a2", SCHEDULED),
    report("a1", IN_PROGRESS, NOW),
    report("a1", SCHEDULING),
    report("a3", SCHEDULED, NOW + MINUTE),
    report("a1", SCHEDULED),
]
"""Redelivered and out of order: all but two have a status that their artifact has passed."""


def test_O7_L2_stale_reports_are_skipped_and_listed_on_request() -> None:
    root, answer, events = record_batch(ROOT, "s1", STALE, stale="skip", actor=BOB)
    assert (root, answer.changed, events) == record_batch(
        ROOT, "s1", [STALE[1], STALE[3]], actor=BOB
    )
    assert replay(ROOT, events) == root
    assert [one.position for one in answer.stale] == [0, 2, 4]
    assert [one.report for one in answer.stale] == [STALE[0], STALE[2], STALE[4]]
    assert [one.message for one in answer.stale] == [
        f"artifact '{artifact_id}': the driver can't report {status} after inProgress; "
        "succeeded or failed may follow it"
        for artifact_id, status in (("a2", SCHEDULED), ("a1", SCHEDULING), ("a1", SCHEDULED))
    ]


def test_O7_a_batch_of_stale_reports_changes_nothing() -> None:
    reported = report("a2", SCHEDULED)
    root, answer, events = record_batch(ROOT, "s1", [reported], stale="skip")
    assert root is ROOT
    assert events == ()
    assert answer.changed == ()
    assert [type(one) for one in answer.stale] == [StaleReport]
    assert record_batch(ROOT, "s1", [], stale="skip").result == RecordedBatch(changed=(), stale=())


def test_O7_stale_reports_are_refused_as_stale_unless_they_may_be_skipped() -> None:
    with refused(ROOT, BatchRefusedError) as caught:
        record_batch(ROOT, "s1", STALE)
    assert [error.stale for _, error in caught.value.refusals] == [True, True, True]
    assert caught.value.stale
    with refused(ROOT) as one:
        record(ROOT, "s1", STALE[0])
    assert one.value.stale


def test_O7_invalid_reports_are_refused_among_stale_ones() -> None:
    nonsense = [
        report("a7", SCHEDULED),
        report("a3", SUCCEEDED),
        report("a2", SCHEDULED, error=PublicError(code="UnknownError")),
    ]
    with refused(ROOT, BatchRefusedError) as caught:
        record_batch(ROOT, "s1", [STALE[0], *nonsense], stale="skip")
    assert [position for position, _ in caught.value.refusals] == [1, 2, 3]
    assert [error.stale for _, error in caught.value.refusals] == [False, False, False]
    with refused(ROOT, BatchRefusedError) as mixed:
        record_batch(ROOT, "s1", [STALE[0], nonsense[0]])
    assert not mixed.value.stale


def test_O7_stale_is_one_of_two_words() -> None:
    with refused(ROOT, ValueError) as mistaken:
        record_batch(ROOT, "s1", [], stale="ignore")  # type: ignore[call-overload]
    assert str(mistaken.value) == "stale: expected refuse or skip, got 'ignore'"


@given(reports_of_three, st.sampled_from(Reporter))
def test_O7_a_batch_that_skips_stale_reports_equals_one_without_them(
    reports: list[Report], reporter: Reporter
) -> None:
    root, others, stale = ROOT, [], []
    for position, reported in enumerate(reports):
        try:
            root = record(root, "s1", reported, reporter=reporter).root
        except RestoreDomainError as error:
            if error.stale:
                stale.append(position)
                continue
        others.append(reported)
    expected, bad = attempt(lambda: record_batch(ROOT, "s1", others, reporter=reporter))
    found, also = attempt(
        lambda: record_batch(ROOT, "s1", reports, reporter=reporter, stale="skip")
    )
    assert also == bad
    if found is not None:
        root, answer, events = found
        assert (root, answer.changed, events) == expected
        assert [one.position for one in answer.stale] == stale


def attempt(run: Callable[[], Any]) -> tuple[Any, list[Any]]:
    """Return the outcome, or the contents of each refusal of the batch."""
    try:
        return run(), []
    except BatchRefusedError as error:
        return None, [refused_report.args for _, refused_report in error.refusals]
