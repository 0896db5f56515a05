"""Where two values differ is listed part by part, and equal values have no differences."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from restore_domain import (
    ABSENT,
    ArtifactRestoreStatus,
    EntityCollection,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    JsonObject,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    MailboxRestoreArtifactsBulkAdditionRequest,
    PublicError,
    PublicErrorDetail,
    RestoreArtifactsBulkRequestStatus,
    RestoreSessionStatus,
    StatusTally,
    Timestamp,
    wire,
)
from restore_domain.lifecycle import Reporter
from restore_domain.model import MISSING, ValueDifference, differences
from restore_domain.model.graph_name import graph_name
from restore_domain.model.json_path import id_step, name_step
from restore_domain.model.persistent_sequence import PersistentSequence
from restore_domain.model.validators import shown
from restore_domain.operations import (
    BackupRestoreRoot,
    Limits,
    Report,
    SessionChanged,
    SessionCreated,
    SessionRemovalReason,
    SessionRemoved,
    record,
)
from restore_domain.verification.strategies import ENTITY_CLASSES, entities, roots
from restore_domain.verification.strategies.values import json_objects
from tests.counted_calls import calls_of
from tests.model.full_entities import FULL, SESSION

ADDED = ArtifactRestoreStatus.ADDED
FAILED = ArtifactRestoreStatus.FAILED
IN_PROGRESS = ArtifactRestoreStatus.IN_PROGRESS
SCHEDULED = ArtifactRestoreStatus.SCHEDULED
NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)

examples = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def session(*ids: str, **more: Any) -> ExchangeRestoreSession:
    return ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=of_ids(*ids), **more)


def of_ids(*ids: str) -> EntityCollection[MailboxRestoreArtifact]:
    return EntityCollection(MailboxRestoreArtifact(id=each, status=ADDED) for each in ids)


# Nothing exactly if they are equal ----------------------------------------------------------------


@st.composite
def alike(draw: st.DrawFn, kind: Any) -> tuple[Any, Any]:
    """Draw an entity, and one that has some of its attributes, or equal ones."""
    left, other = draw(entities(kind)), draw(entities(kind))
    taken = [field.name for field in attrs.fields(kind) if field.init and draw(st.booleans())]
    copied = {name: pickle.loads(pickle.dumps(getattr(left, name))) for name in taken}  # noqa: S301 - our own
    try:
        return left, attrs.evolve(other, **copied)
    except ValueError:  # such as the same id in both collections
        return left, other


def check(left: Any, right: Any) -> None:
    found = differences(left, right)
    assert (found == ()) == (left == right)
    assert all(one.left != one.right or type(one.left) is not type(one.right) for one in found)
    mirrored = [ValueDifference(one.path, one.right, one.left) for one in found]
    assert sorted(map(str, mirrored)) == sorted(map(str, differences(right, left)))
    for one in found:
        assert one.path.startswith("$")
        assert "\n" not in str(one)


@pytest.mark.parametrize("kind", ENTITY_CLASSES, ids=lambda kind: kind.__name__)
@given(data=st.data())
@examples
def test_entities_have_no_difference_exactly_if_they_are_equal(
    kind: Any, data: st.DataObject
) -> None:
    check(*data.draw(alike(kind)))


@pytest.mark.parametrize("entity", FULL, ids=lambda entity: type(entity).__name__)
def test_every_attribute_that_differs_is_named(entity: Any) -> None:
    copy = pickle.loads(pickle.dumps(entity))  # noqa: S301 - our own
    check(entity, copy)
    for field in attrs.fields(type(entity)):
        if field.default is None and field.name != "declared" and field.init:
            without = changed(entity, field.name)
            check(entity, without)
            if without != entity:
                paths = [one.path for one in differences(entity, without)]
                assert any(path.startswith(f"${name_step(graph_name(field))}") for path in paths)


def changed(entity: Any, name: str) -> Any:
    try:
        return attrs.evolve(entity, **{name: None})
    except ValueError:  # a restore point needs an id or a reference
        return entity


@given(json_objects(), json_objects())
@examples
def test_json_objects_have_no_difference_exactly_if_they_are_equal(
    left: JsonObject, right: JsonObject
) -> None:
    check(left, right)
    check(left, JsonObject({**right, **left}))
    check(left, JsonObject({"of": left, "all": [left, right]}))


@pytest.mark.parametrize("right", [True, 1, 1.0, 2, "1", None, [1], {"a": 1}], ids=repr)
@pytest.mark.parametrize("left", [True, 1, 1.0, 2, "1", None, [1], {"a": 1}], ids=repr)
def test_in_json_true_is_not_one(left: Any, right: Any) -> None:
    check(JsonObject({"x": left}), JsonObject({"x": right}))
    check(JsonObject({"x": [{"y": left}]}), JsonObject({"x": [{"y": right}]}))
    check(PublicError(additional_data={"x": left}), PublicError(additional_data={"x": right}))


@pytest.mark.slow
@given(roots(), roots(), st.data())
@settings(examples, max_examples=20)
def test_roots_and_events_have_no_difference_exactly_if_they_are_equal(
    left: BackupRestoreRoot, right: BackupRestoreRoot, data: st.DataObject
) -> None:
    both = [*left.exchange_restore_sessions, *right.exchange_restore_sessions]
    check(left, right)
    check(left, attrs.evolve(left, limits=Limits(active_sessions=7)))
    if both:
        one, other = data.draw(st.sampled_from(both)), data.draw(st.sampled_from(both))
        check(SessionCreated(one), SessionCreated(other))
        check(one, other)


# What is listed -----------------------------------------------------------------------------------


def listed(left: Any, right: Any) -> list[str]:
    return [str(one) for one in differences(left, right)]


def test_an_artifact_is_named_by_its_id_and_what_follows_from_it_is_listed() -> None:
    root = BackupRestoreRoot(
        exchange_restore_sessions=[
            ExchangeRestoreSession(
                id="s1",
                mailbox_restore_artifacts=[
                    MailboxRestoreArtifact(id="a1", status=IN_PROGRESS, start_date_time=NOON),
                    MailboxRestoreArtifact(id="a2", status=SCHEDULED),
                ],
            )
        ]
    )
    report = Report(
        artifact_id="a1",
        status=FAILED,
        time=NOON + timedelta(minutes=5),
        error=PublicError(code="ArtifactCannotBeRestored"),
    )
    after = record(root, "s1", report, reporter=Reporter.DRIVER).root
    place = '$.exchangeRestoreSessions["s1"]'
    changed_artifact = f'{place}.mailboxRestoreArtifacts["a1"]'
    assert listed(root, after) == [
        f"{place}.lastModifiedDateTime: None != 2026-01-12T12:05:00Z",
        f"{changed_artifact}.status: 'inProgress' != 'failed'",
        f"{changed_artifact}.completionDateTime: None != 2026-01-12T12:05:00Z",
        f"{changed_artifact}.error: None != {shown(report.error)}",
        f"{place}.restoreSessionArtifactCount.inProgress: 2 != 1",
        f"{place}.restoreSessionArtifactCount.failed: 0 != 1",
    ]


def test_an_artifact_of_one_session_alone_is_missing_in_the_other() -> None:
    (added, total), extra = differences(session("a1"), session("a1", "a2")), of_ids("a2")[0]
    assert added == ('$.mailboxRestoreArtifacts["a2"]', MISSING, extra)
    assert total == ("$.restoreSessionArtifactCount.total", 1, 2)
    removed, _ = differences(session("a1", "a2"), session("a1"))
    assert removed == ('$.mailboxRestoreArtifacts["a2"]', extra, MISSING)
    assert str(removed).endswith(" != MISSING")


def test_what_is_counted_is_not_listed_beside_what_it_is_counted_from() -> None:
    one, other = (
        BackupRestoreRoot(
            exchange_restore_sessions=[
                session(
                    mailbox_restore_artifacts_bulk_addition_requests=[
                        MailboxRestoreArtifactsBulkAdditionRequest(id="b1", status=status)
                    ],
                    activated=True,
                )
            ]
        )
        for status in RestoreArtifactsBulkRequestStatus
        if status in {"active", "completed"}
    )
    assert (one.active_session_count, other.active_session_count) == (1, 0)
    place = '$.exchangeRestoreSessions["s1"]'
    assert [found.path for found in differences(one, other)] == [
        f'{place}.mailboxRestoreArtifactsBulkAdditionRequests["b1"].status',
        f"{place}.status",
        f"{place}.restoreSessionArtifactCount",
    ]


def test_the_order_of_artifacts_is_one_difference() -> None:
    (found,) = differences(session("a1", "a2", "a3"), session("a3", "a1", "a2"))
    assert found == (
        "$.mailboxRestoreArtifacts[*].id",
        ("a1", "a2", "a3"),
        ("a3", "a1", "a2"),
    )
    assert len(differences(session("a3", "a1", "a2"), session("a1", "a2", "a3"))) == 1


def test_artifacts_of_different_classes_differ_as_a_whole() -> None:
    whole = MailboxRestoreArtifact(id="a1", status=ADDED)
    granular = GranularMailboxRestoreArtifact(id="a1", status=ADDED, search_response_id="r")
    (found,) = differences(EntityCollection([whole]), EntityCollection([granular]))
    assert found == ('$["a1"]', whole, granular)


def test_S1a_a_session_that_declares_what_follows_has_no_difference() -> None:
    made = session("a1")
    read = wire.loads(wire.dumps(made), ExchangeRestoreSession)
    assert read.declared is not None
    assert differences(made, read) == ()
    declared = attrs.evolve(read.declared, status=RestoreSessionStatus.FAILED)
    (found,) = differences(made, attrs.evolve(read, declared=declared))
    assert found == ("$.status", RestoreSessionStatus.DRAFT, RestoreSessionStatus.FAILED)


def test_unknown_properties_are_listed_with_the_others() -> None:
    left = MailboxRestoreArtifact(id="a1", status=ADDED, additional_data={"new": {"of": [1, 2]}})
    right = attrs.evolve(left, additional_data={"new": {"of": [1, True, "b c"]}, "odd name": 1})
    assert listed(left, right) == [
        "$.new.of[1]: 2 != True",
        "$.new.of[2]: MISSING != 'b c'",
        '$["odd name"]: MISSING != 1',
    ]


def test_a_property_that_was_left_out_is_not_one_that_is_missing() -> None:
    left = MailboxRestoreArtifact(id="a1", status=ADDED, additional_data={"status": ABSENT})
    assert listed(left, attrs.evolve(left, additional_data={})) == ["$.status: ABSENT != MISSING"]


def test_entries_of_a_tuple_are_named_by_their_position() -> None:
    details = (PublicErrorDetail(code="one"), PublicErrorDetail(code="two"))
    left, right = PublicError(details=details), PublicError(details=details[::-1])
    assert listed(left, right) == [
        "$.details[0].code: 'one' != 'two'",
        "$.details[1].code: 'two' != 'one'",
    ]
    for one, other in ((details, details[::-1]), (details[::-1], details)):
        sequence = PublicError(details=PersistentSequence(one))
        assert len(differences(sequence, PublicError(details=other))) == 2
        assert differences(sequence, PublicError(details=one)) == ()
    page = MailboxRestoreArtifactCollectionResponse(value=tuple(of_ids("a1", "a2")))
    shorter = attrs.evolve(page, value=page.value[:1], odata_next_link="next")
    assert [one.path for one in differences(page, shorter)] == [
        "$.value[1]",
        '$["@odata.nextLink"]',
    ]


def test_events_differ_by_their_attributes() -> None:
    event = SessionChanged(
        session_id="s1",
        status_before=RestoreSessionStatus.DRAFT,
        status_after=RestoreSessionStatus.DRAFT,
        added=tuple(of_ids("a1")),
        removed=("a7",),
    )
    other = attrs.evolve(event, removed=("a8",), status_after=RestoreSessionStatus.ACTIVE)
    assert listed(event, other) == [
        "$.statusAfter: 'draft' != 'active'",
        "$.removed[0]: 'a7' != 'a8'",
    ]
    removed = SessionRemoved(
        session_id="s1",
        status_before=RestoreSessionStatus.DRAFT,
        reason=SessionRemovalReason.DELETED,
    )
    assert differences(event, removed) == (("$", event, removed),)
    created = differences(SessionCreated(session("a1")), SessionCreated(session()))
    assert created[0].path == '$.session.mailboxRestoreArtifacts["a1"]'


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (session("a1"), None),
        (SESSION, "session"),
        (1, 2),
        (StatusTally.of([ADDED]), StatusTally()),
        (of_ids("a1"), tuple(of_ids("a1"))),
        (JsonObject(), {}),
    ],
    ids=repr,
)
def test_values_without_common_parts_differ_as_a_whole(left: Any, right: Any) -> None:
    assert differences(left, right) == (("$", left, right),)
    assert differences(left, left) == differences(right, right) == ()


@attrs.frozen(kw_only=True)
class NotedArtifact(MailboxRestoreArtifact):
    """An entity of a user's own, with a property that equality ignores."""

    account: str | None = None
    restored_by: str | None = None
    note: str | None = attrs.field(default=None, eq=False)


def test_an_attribute_that_equality_ignores_is_ignored() -> None:
    artifact = NotedArtifact(id="a1", status=ADDED, restored_by="x", note="one")
    assert differences(artifact, attrs.evolve(artifact, note="two")) == ()
    check(artifact, attrs.evolve(artifact, note="two"))
    assert listed(artifact, attrs.evolve(artifact, restored_by="y")) == ["$.restoredBy: 'x' != 'y'"]
    assert listed(artifact, attrs.evolve(artifact, account="y")) == ["$.account: None != 'y'"]
    unknown = attrs.evolve(artifact, additional_data={"x": 1})
    assert listed(artifact, unknown) == ["$.x: MISSING != 1"]


def test_one_instant_written_in_two_ways_is_not_a_difference() -> None:
    two = timezone(timedelta(hours=2))
    left = session(created_date_time=NOON)
    assert differences(left, session(created_date_time=NOON.astimezone(two))) == ()
    right = session(created_date_time=Timestamp.parse("2026-01-12T12:00:00.0000001+00:00"))
    assert listed(left, right) == [
        "$.createdDateTime: 2026-01-12T12:00:00Z != 2026-01-12T12:00:00.0000001+00:00"
    ]


def test_the_text_is_short_for_any_values() -> None:
    large = session(*map(str, range(5000)), policy_id="p" * 10_000)
    for one in differences(session(policy_id="q"), large):
        assert len(str(one)) < 400
    name = "n" * 10_000
    (found,) = differences(JsonObject(), JsonObject({name: name}))
    assert len(str(found)) < 200


# Names and cost -----------------------------------------------------------------------------------


@given(st.text())
def test_the_step_of_an_id_is_json(name: str) -> None:
    if len(name) <= 60:
        assert json.loads(id_step(name)) == [name]


@pytest.mark.parametrize(
    ("step", "length", "text"),
    [
        (name_step, 60, f".{'n' * 60}"),
        (name_step, 61, f'["{"n" * 60}..."]'),
        (id_step, 60, f'["{"n" * 60}"]'),
        (id_step, 61, f'["{"n" * 60}..."]'),
    ],
)
def test_a_step_shows_sixty_characters(step: Callable[[str], str], length: int, text: str) -> None:
    assert step("n" * length) == text


def failed(size: int) -> ExchangeRestoreSession:
    artifacts = [
        MailboxRestoreArtifact(
            id=f"a{number}", status=FAILED, additional_data={"n": [number / 7] * 5}
        )
        for number in range(size)
    ]
    return ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=artifacts)


def reversed_in_part(size: int) -> ExchangeRestoreSession:
    """Make a session of other data, with artifacts in another order, half of which are others."""
    artifacts = [
        MailboxRestoreArtifact(id=f"a{number}", status=FAILED, additional_data={"n": [number / 7]})
        for number in reversed(range(size // 2, size + size // 2))
    ]
    return ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=artifacts)


def nested(size: int) -> JsonObject:
    value: Any = list(range(size))
    for _ in range(size):
        value = {"deep": value}
    return JsonObject({"x": value})


@pytest.mark.parametrize(
    ("make", "make_other", "size"),
    [
        (failed, failed, 200),
        (failed, reversed_in_part, 200),
        (nested, nested, 20),
    ],
)
def test_the_cost_grows_as_the_values_do(
    make: Callable[[int], Any], make_other: Callable[[int], Any], size: int
) -> None:
    def cost(size: int) -> int:
        left, right = make(size), make_other(size)
        differences(left, right)  # what is made only once
        return calls_of(lambda: differences(left, right))

    assert cost(4 * size) <= 4.5 * cost(size)
