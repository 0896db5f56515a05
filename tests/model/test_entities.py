"""What every entity has in common: frozen, slotted, hashable, keyword-only, compared by value."""

from __future__ import annotations

import copy
import inspect
import pickle
import weakref
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from restore_domain import (
    ArtifactRestoreStatus,
    DestinationType,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    JsonObject,
    MailboxRestoreArtifact,
    ProtectionUnitBase,
    PublicError,
    RestoreArtifactsBulkRequestStatus,
    RestoreJobType,
    RestorePoint,
    RestorePointTags,
    RestoreSessionArtifactCount,
    RestoreSessionBase,
    RestoreSessionStatus,
    model,
    wire,
)
from restore_domain.model.json_value import NO_DATA
from restore_domain.model.validators import shown
from restore_domain.verification.strategies import ENTITY_CLASSES
from tests.model.full_entities import (
    ARTIFACT,
    DATA,
    FAILED_ENTRY,
    FULL,
    GRANULAR,
    POINT,
    SESSION,
)

each_entity = pytest.mark.parametrize("entity", FULL, ids=lambda entity: type(entity).__name__)


def attributes_of(entity: Any) -> list[attrs.Attribute[Any]]:
    return [field for field in attrs.fields(type(entity)) if field.name != "addition_index"]


def test_O3_each_property_of_the_result_of_an_update_has_the_name_of_graph() -> None:
    (result,) = (entity for entity in FULL if isinstance(entity, model.UpdateSessionResponse))
    written = wire.to_json_value(result)
    assert written.keys() - DATA == {
        "mailboxRestoreArtifacts@delta",
        "granularMailboxRestoreArtifacts@delta",
    }
    assert written["granularMailboxRestoreArtifacts@delta"][-1].keys() - DATA == {
        "id",
        "@contentId",
        "@Core.DataModificationException",
    }
    assert written["mailboxRestoreArtifacts@delta"][-1] == wire.to_json_value(FAILED_ENTRY)


def test_every_entity_of_the_model_is_among_these() -> None:
    exported = {getattr(model, name) for name in model.__all__}
    classes = {kind for kind in exported if inspect.isclass(kind) and attrs.has(kind)}
    assert {type(entity) for entity in FULL} == classes - {
        model.Violation,
        model.Evidence,
        model.Finding,
    }
    assert set(ENTITY_CLASSES) == classes - {
        model.Violation,
        model.Evidence,
        model.DeclaredProperties,
        model.Finding,
    }


@each_entity
def test_every_attribute_has_a_value(entity: Any) -> None:
    assert None not in [getattr(entity, field.name) for field in attributes_of(entity)]


@each_entity
def test_no_attribute_can_be_set_or_deleted(entity: Any) -> None:
    derived = [name for name in dir(entity) if not name.startswith("_")]
    for name in [*derived, "something_else", "__class__"]:
        before = getattr(entity, name, None)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(entity, name, None)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            delattr(entity, name)
        if not callable(before) and name != "artifacts":  # which can be iterated only once
            assert getattr(entity, name, None) == before


@each_entity
def test_no_other_attribute_can_be_set(entity: Any) -> None:
    assert not hasattr(entity, "__dict__")
    with pytest.raises(TypeError, match="weak reference"):
        weakref.ref(entity)


@each_entity
def test_attributes_are_given_by_name(entity: Any) -> None:
    parameters = inspect.signature(type(entity)).parameters.values()
    assert {parameter.kind for parameter in parameters} == {inspect.Parameter.KEYWORD_ONLY}


REQUIRED = {
    "ArtifactRemoval": {"id"},
    "ExchangeRestoreSession": {"id"},
    "ExchangeRestoreSessionCollectionResponse": {"value"},
    "FailedEntry": {"data_modification_exception"},
    "GranularMailboxRestoreArtifact": {"id", "status"},
    "MailboxRestoreArtifact": {"id", "status"},
    "MailboxRestoreArtifactCollectionResponse": {"value"},
    "MailboxRestoreArtifactsBulkAdditionRequest": {"id", "status"},
    "MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse": {"value"},
    "RestoreArtifactBase": {"id", "status"},
    "RestoreArtifactsBulkRequestBase": {"id", "status"},
    "RestoreSessionBase": {"id"},
}


@each_entity
def test_only_these_attributes_have_to_be_given(entity: Any) -> None:
    parameters = inspect.signature(type(entity)).parameters.values()
    required = {each.name for each in parameters if each.default is inspect.Parameter.empty}
    assert required == REQUIRED.get(type(entity).__name__, set())


@each_entity
def test_it_equals_an_entity_with_the_same_attributes(entity: Any) -> None:
    same = attrs.evolve(entity)
    assert same is not entity
    assert same == entity
    assert hash(same) == hash(entity)
    assert entity != "something else"
    assert len({entity, same}) == 1


@each_entity
def test_it_differs_in_each_attribute(entity: Any) -> None:
    for field in attributes_of(entity):
        if field.init and field.name != "activated":  # which the status shows
            other = NO_DATA if field.name == "additional_data" else _another(entity, field.name)
            assert attrs.evolve(entity, **{field.name: other}) != entity


def _another(entity: Any, attribute: str) -> Any:
    """Another value of an attribute: None, or another of the same class if it is required."""
    match getattr(entity, attribute):
        case ArtifactRestoreStatus():
            return ArtifactRestoreStatus.ADDED
        case RestoreArtifactsBulkRequestStatus():
            return RestoreArtifactsBulkRequestStatus.UNKNOWN
        case str() as text if type(text) is str:
            return text + "'"
        case tuple():
            return ()
        case model.RemovalReason() | model.DataModificationException() as part:
            return attrs.evolve(part, additional_data={})
    return None


class OwnSession(RestoreSessionBase):
    """A user's class, with the same attributes."""

    __slots__ = ()


def test_a_subclass_is_not_its_base() -> None:
    base = RestoreSessionBase(id="s1")
    session = ExchangeRestoreSession(id="s1")
    assert base != session
    assert session != base
    assert base == RestoreSessionBase(id="s1")
    granular = GranularMailboxRestoreArtifact(
        id="a", status=ArtifactRestoreStatus.ADDED, search_response_id="s"
    )
    whole = MailboxRestoreArtifact(id="a", status=ArtifactRestoreStatus.ADDED)
    assert granular != whole
    own = OwnSession(id="s1")
    assert own != base
    assert base != own
    assert own == OwnSession(id="s1")


@each_entity
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_it_can_be_pickled(entity: Any, protocol: int) -> None:
    again = pickle.loads(pickle.dumps(entity, protocol))  # noqa: S301 - our own
    assert_is_a_true_copy(again, entity)


@each_entity
def test_it_can_be_copied(entity: Any) -> None:
    assert_is_a_true_copy(copy.deepcopy(entity), entity)
    assert_is_a_true_copy(copy.copy(entity), entity)


def assert_is_a_true_copy(again: Any, entity: Any) -> None:
    assert type(again) is type(entity)
    assert again == entity
    assert hash(again) == hash(entity)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        again.additional_data = NO_DATA


@each_entity
def test_it_is_shown_in_one_line(entity: Any) -> None:
    assert repr(entity).splitlines() == [repr(entity)]
    assert type(entity).__name__ in repr(entity)


def test_a_session_is_shown_shortly() -> None:
    complete = attrs.evolve(SESSION, restore_job_type=RestoreJobType.STANDARD, declared=None)
    assert (
        repr(complete)
        == "<ExchangeRestoreSession 's1' failed, artifacts: 'a1' failed, 'g1' failed>"
    )
    assert repr(ExchangeRestoreSession(id="s2")) == (
        "<ExchangeRestoreSession 's2' unknownFutureValue, artifacts not sent>"
    )
    assert repr(RestoreSessionBase(id="s3")) == "<RestoreSessionBase 's3' unknownFutureValue>"


MORE = ", and more not sent"


def _added(count: int) -> str:
    return ", ".join(f"'a{number}' added" for number in range(count))


@pytest.mark.parametrize(
    ("count", "has_more", "shown_as"),
    [
        (0, False, "draft, artifacts: none"),
        (0, True, "unknownFutureValue, artifacts not sent"),
        (2, True, f"unknownFutureValue, artifacts: {_added(2)}{MORE}"),
        (7, False, f"draft, artifacts: {_added(7)}"),
        (8, False, f"draft, artifacts: {_added(8)}"),
        (9, False, "draft, 9 artifacts: StatusTally(added=9)"),
        (1000, True, f"unknownFutureValue, 1,000 artifacts: StatusTally(added=1000){MORE}"),
    ],
)
def test_a_session_shows_its_artifacts_if_they_are_few(
    count: int,
    has_more: bool,  # noqa: FBT001 - a parameter of the test
    shown_as: str,
) -> None:
    added = [
        MailboxRestoreArtifact(id=f"a{number}", status=ArtifactRestoreStatus.ADDED)
        for number in range(count)
    ]
    more = {"mailboxRestoreArtifacts@odata.nextLink": "more"} if has_more else {}
    session = ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=added, additional_data=more)
    assert repr(session) == f"<ExchangeRestoreSession 's1' {shown_as}>"


WRONG = 5j
"""Values that no attribute accepts."""


@each_entity
def test_each_attribute_refuses_invalid_values(entity: Any) -> None:
    for field in attributes_of(entity):
        if field.init:
            with pytest.raises(TypeError) as caught:
                attrs.evolve(entity, **{field.name: WRONG})
            assert "5j (complex)" in str(caught.value)
            assert field.name in str(caught.value)
            if field.name != "additional_data":
                assert f"{type(entity).__name__}.{field.name}: expected " in str(caught.value)


def _is_optional(entity: Any, attribute: str) -> bool:
    annotations = inspect.get_annotations(type(entity), eval_str=True)
    return attribute not in annotations or type(None) in getattr(
        annotations[attribute], "__args__", ()
    )


@each_entity
def test_none_is_refused_exactly_where_a_value_is_needed(entity: Any) -> None:
    own = inspect.get_annotations(type(entity))
    for field in attributes_of(entity):
        if not field.init or field.name not in own:
            continue
        if _is_optional(entity, field.name):
            assert getattr(attrs.evolve(entity, **{field.name: None}), field.name) is None
        else:
            with pytest.raises(TypeError):
                attrs.evolve(entity, **{field.name: None})


class Text(str):
    """A string with additional state."""

    __slots__ = ()


NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 - that is what is wrong
UNWRITABLE = datetime(1, 1, 1, tzinfo=timezone(timedelta(seconds=1)))

REFUSED = [
    (ARTIFACT, "id", "", ValueError, "a text that is not empty, got '' (str)"),
    (ARTIFACT, "id", 17, TypeError, "a text, got 17 (int)"),
    (ARTIFACT, "status", "added", TypeError, "ArtifactRestoreStatus, got 'added' (str)"),
    (
        ARTIFACT,
        "status",
        RestoreSessionStatus.FAILED,
        TypeError,
        "ArtifactRestoreStatus, got <RestoreSessionStatus.FAILED: 'failed'>",
    ),
    (ARTIFACT, "start_date_time", "2026-01-01T00:00:00Z", TypeError, "a datetime, got '2026"),
    (ARTIFACT, "start_date_time", "12-01-03", TypeError, "a datetime, got '12-01-03' (str)"),
    (ARTIFACT, "start_date_time", Text("x"), TypeError, "a datetime, got 'x' (Text)"),
    (ARTIFACT, "start_date_time", date(2026, 1, 1), TypeError, "a datetime, got datetime.date"),
    (ARTIFACT, "start_date_time", NAIVE, ValueError, "a datetime with an offset, got datetime"),
    (
        ARTIFACT,
        "start_date_time",
        UNWRITABLE,
        ValueError,
        "a datetime whose offset is whole minutes, or which UTC has, too, got datetime",
    ),
    (ARTIFACT, "restored_item_count", 2**31, ValueError, "a number that fits 32 bits, got 214"),
    (ARTIFACT, "restored_item_count", -(2**31) - 1, ValueError, "a number that fits 32 bits"),
    (ARTIFACT, "restored_item_count", True, TypeError, "a whole number, got True (bool)"),
    (ARTIFACT, "restored_item_count", 1.0, TypeError, "a whole number, got 1.0 (float)"),
    (ARTIFACT, "restored_item_count", 10**5000, ValueError, "got <too many digits> (int)"),
    (ARTIFACT, "restored_folder_name", "x" * 10**6, None, ""),
    (ARTIFACT, "restored_folder_name", b"x" * 10**6, TypeError, "str, got b'xxxx"),
    (POINT, "tags", [RestorePointTags.NONE], TypeError, "a tuple of RestorePointTags, got ["),
    (POINT, "tags", (RestorePointTags.NONE, "none"), TypeError, "got 'none' (str) at position 1"),
    (GRANULAR, "search_response_id", 5, TypeError, "str, got 5 (int)"),
    (GRANULAR, "search_response_id", None, None, ""),
    (
        SESSION,
        "mailbox_restore_artifacts",
        [ARTIFACT, "a2"],
        TypeError,
        "MailboxRestoreArtifact, got 'a2' (str) at position 1",
    ),
    (SESSION, "mailbox_restore_artifacts", "a1", TypeError, "got 'a' (str) at position 0"),
    (
        SESSION,
        "granular_mailbox_restore_artifacts",
        [ARTIFACT],
        TypeError,
        "GranularMailboxRestoreArtifact, got MailboxRestoreArtifact(",
    ),
]


@pytest.mark.parametrize(
    ("entity", "attribute", "value", "error", "message"),
    [pytest.param(*row, id=f"{row[1]}-{shown(row[2]):.20}") for row in REFUSED],
)
def test_a_refusal_names_class_attribute_and_value(
    entity: Any, attribute: str, value: Any, error: type[Exception] | None, message: str
) -> None:
    if error is None:
        assert getattr(attrs.evolve(entity, **{attribute: value}), attribute) == value
        return
    with pytest.raises(error) as caught:
        attrs.evolve(entity, **{attribute: value})
    assert str(caught.value).startswith(f"{type(entity).__name__}.{attribute}: expected ")
    assert message in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("number", [-(2**31), 0, 2**31 - 1])
def test_a_count_may_be_any_number_of_32_bits(number: int) -> None:
    assert RestoreSessionArtifactCount(total=number).total == number


@pytest.mark.parametrize("kind", [RestorePoint, ProtectionUnitBase])
def test_a_reference_needs_an_id_or_an_odata_id(kind: Any) -> None:
    for nothing in ({}, {"id": ""}, {"id": "", "odata_id": ""}):
        with pytest.raises(ValueError, match=rf"{kind.__name__}: an id or an @odata\.id is needed"):
            kind(**nothing)
    assert kind(id="r1") != kind(odata_id="r1")


@pytest.mark.parametrize(
    ("attributes", "key"),
    [
        ({"id": "r1"}, "r1"),
        ({"odata_id": "r1"}, "r1"),
        ({"id": "r1", "odata_id": "r2"}, "r1"),
        ({"odata_id": "https://graph.example/v1.0/restorePoints/r1"}, "r1"),
        ({"odata_id": "https://graph.example/v1.0/restorePoints/r1/"}, "r1"),
        ({"odata_id": "restorePoints('r1')"}, "r1"),
        ({"odata_id": "/solutions/backupRestore/restorePoints('r1')"}, "r1"),
        ({"odata_id": "r1_1801645000_12_2"}, "r1_1801645000_12_2"),
        ({"odata_id": "restorePoints(r1)"}, "r1"),
        ({"odata_id": "restorePoints('r1')/"}, "r1"),
        ({"odata_id": "restorePoints/'r1'"}, "r1"),
        ({"odata_id": "restorePoints('r1')?$select=id/x"}, "r1"),
        ({"odata_id": "restorePoints/r1/?a#b"}, "r1"),
        ({"odata_id": "restorePoints/r1#a?b/c"}, "r1"),
        ({"odata_id": "r1?$select=id\n"}, "r1"),
        ({"odata_id": "restorePoints(%27r1%27)"}, "r1"),
        ({"odata_id": "restorePoints%28'%721'%29"}, "r1"),
        ({"odata_id": "restorePoints('r%201')"}, "r 1"),
        ({"odata_id": "restorePoints('r+1')"}, "r+1"),
        ({"odata_id": "restorePoints('r%2F1')"}, "r/1"),
        ({"odata_id": "restorePoints('r/1')"}, "1')"),
        ({"odata_id": "restorePoints/r%3F%23%2F"}, "r?#/"),
        ({"odata_id": "restorePoints('O''Neil')"}, "O'Neil"),
        ({"odata_id": "restorePoints('O%27%27Neil')"}, "O'Neil"),
        ({"odata_id": "restorePoints('O%27Neil')"}, "O'Neil"),
        ({"odata_id": "restorePoints/O''Neil"}, "O''Neil"),
        ({"odata_id": "restorePoints('''')"}, "'"),
        ({"odata_id": "restorePoints(')"}, "'"),
        ({"odata_id": "restorePoints('')"}, ""),
        ({"odata_id": "restorePoints('r%0A1')"}, "r\n1"),
        ({"odata_id": "restorePoints/'r1"}, "'r1"),
        ({"odata_id": "restorePoints/r1'"}, "r1'"),
        ({"odata_id": "restorePoints/!r1'"}, "!r1'"),
        ({"odata_id": "restorePoints/xr1x"}, "xr1x"),
        ({"odata_id": "restorePoints('R1')"}, "R1"),
        ({"odata_id": "restorePoints('a(b)c')"}, "a(b)c"),
        ({"odata_id": "restorePoints/r%c3%BC"}, "r\u00fc"),
        ({"odata_id": "restorePoints/%f0%9f%93%ac%E2%82%AC"}, "\U0001f4ec\u20ac"),
        (
            {"odata_id": "restorePoints/%Fc%zz%4%C0%80%ED%A0%80%f4%90%80%80%41%"},
            "%Fc%zz%4%C0%80%ED%A0%80%f4%90%80%80A%",
        ),
        ({"odata_id": "restorePoints/%2541"}, "%41"),
        ({"odata_id": "https://graph.example"}, ""),
        ({"odata_id": "https://graph.example/?a=/r1"}, ""),
        ({"odata_id": "urn:r1"}, "urn:r1"),
        ({"id": "restorePoints('r1')"}, "restorePoints('r1')"),
        ({"id": "%41", "odata_id": "r1"}, "%41"),
    ],
)
def test_O1_the_key_of_a_restore_point_is_at_the_end_of_a_reference(
    attributes: dict[str, Any], key: str
) -> None:
    assert RestorePoint(**attributes).key == key


@pytest.mark.parametrize(
    ("entity", "attribute"),
    [
        pytest.param(entity, field.name, id=f"{type(entity).__name__}.{field.name}")
        for entity in FULL
        for field in attributes_of(entity)
        if field.init and isinstance(getattr(entity, field.name), datetime)
    ],
)
@pytest.mark.parametrize(
    ("offset", "fold"), [(timedelta(hours=2), 0), (timedelta(hours=1), 1)], ids=["first", "second"]
)
def test_a_time_of_a_zone_keeps_the_offset_that_the_zone_has_then(
    entity: Any, attribute: str, offset: timedelta, fold: int
) -> None:
    in_the_hour_that_comes_twice = datetime(
        2023, 10, 29, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=fold
    )
    stored = getattr(attrs.evolve(entity, **{attribute: in_the_hour_that_comes_twice}), attribute)
    assert stored == datetime(2023, 10, 29, 2, 30, tzinfo=timezone(offset))
    assert stored == (datetime(2023, 10, 29, 2, 30, tzinfo=UTC) - offset)


def test_mappings_become_immutable_objects() -> None:
    data = {"list": [1]}
    error = PublicError(additional_data=data)
    data["list"].append(2)
    assert error.additional_data == JsonObject({"list": [1]})
    assert PublicError(additional_data=error.additional_data).additional_data is (
        error.additional_data
    )
    assert PublicError().additional_data is NO_DATA


def test_a_destination_is_not_a_status() -> None:
    assert attrs.evolve(ARTIFACT, destination_type=DestinationType.NEW) == ARTIFACT
