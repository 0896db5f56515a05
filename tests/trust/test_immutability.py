"""Nothing that can be reached from a root can change, but for what `ALLOWED` lists."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import IntEnum, StrEnum
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore_domain import (
    ArtifactRestoreStatus,
    EntityCollection,
    ExchangeRestoreSession,
    Identity,
    IdentitySet,
    JsonObject,
    MailboxRestoreArtifact,
    PublicError,
    PublicErrorDetail,
    RestorePoint,
    RestoreSessionArtifactCount,
    Timestamp,
    audit,
)
from restore_domain.construction import draft_class
from restore_domain.operations import (
    BackupRestoreRoot,
    Limits,
    Report,
    expire,
    get_session,
    list_artifacts,
    list_sessions,
)
from restore_domain.verification.strategies import any_entity, entities

from .reachable import ALLOWED, DEFERRED, Found, is_immutable, mutable, reachable, stored
from .roots import NOON, holding, read_root, roots, roots_of_the_vectors, succeeded, use

MADE = roots()


@pytest.mark.parametrize("name", MADE)
def test_nothing_in_a_root_can_change(name: str) -> None:
    assert mutable(MADE[name]) == []


def test_nothing_in_the_root_after_any_call_of_any_conformance_vector_can_change() -> None:
    found = [
        (case, path)
        for case, held in roots_of_the_vectors().items()
        for root in held
        for path in mutable(root)
    ]
    assert found == []


@settings(max_examples=20)
@given(st.lists(entities(ExchangeRestoreSession), max_size=2, unique_by=lambda held: held.id))
def test_nothing_in_any_root_can_change(sessions: list[ExchangeRestoreSession]) -> None:
    root = holding(*sessions)
    assert mutable(root) == []
    assert mutable(pickle.loads(pickle.dumps(root))) == []  # noqa: S301 - our own


@settings(max_examples=60)
@given(any_entity())
def test_nothing_in_any_entity_can_change(entity: Any) -> None:
    assert mutable(entity) == []


def test_nothing_that_an_operation_answers_can_change() -> None:
    root = read_root(3)
    answers = [
        succeeded(root),
        get_session(root, "s1"),
        list_sessions(root),
        list_artifacts(root, "s1", top=1),
        expire(root, now=NOON),
        audit(root.exchange_restore_sessions[0]),
        root.exchange_restore_sessions[0].explanation,
    ]
    assert [mutable(answer) for answer in answers] == [[]] * len(answers)


# What an embedder gives


class Text(str):  # noqa: SLOT000 - it is to have room
    """A text that can gain attributes."""

    def __str__(self) -> str:
        return "another text"


class Number(int):
    """A number that can gain attributes."""

    def __index__(self) -> int:
        return 1

    def __int__(self) -> int:
        return 2


class Chosen(StrEnum):
    """Texts of a program's own."""

    ID = "a1"


class Counted(IntEnum):
    """Numbers of a program's own."""

    SEVEN = 7


class Moment(datetime):
    """A datetime that can gain attributes."""

    note: object = None


class Period(timedelta):
    """A time span that can gain attributes."""


class Several(tuple[Any, ...]):  # noqa: SLOT001 - it is to have room
    """A tuple that can gain attributes."""


class Collected(EntityCollection[Any]):
    """A collection that can gain attributes."""


class Properties(JsonObject):
    """A JSON object that can gain attributes."""


class Zone(tzinfo):
    """A time zone that can gain attributes."""

    def utcoffset(self, _moment: datetime | None, /) -> timedelta:
        return Period(hours=1)

    def dst(self, _moment: datetime | None, /) -> None:
        return None

    def tzname(self, _moment: datetime | None, /) -> str:
        return Text("of its own")


def artifact(**given_attributes: Any) -> MailboxRestoreArtifact:
    attributes = {"id": "a1", "status": ArtifactRestoreStatus.ADDED} | given_attributes
    return MailboxRestoreArtifact(**attributes)


DETAIL = PublicErrorDetail(code="c")
ARTIFACT = artifact()
MOMENT = Moment(2026, 1, 12, 13, tzinfo=Zone())
PLAIN_MOMENT = datetime(2026, 1, 12, 13, tzinfo=timezone(timedelta(hours=1)))
GIVEN: dict[str, tuple[Any, Any]] = {
    "a text": (Identity(display_name=Text("Ada")), Identity(display_name="Ada")),
    "a key": (artifact(id=Text("a1")), ARTIFACT),
    "a text of an enumeration": (artifact(id=Chosen.ID), ARTIFACT),
    "a number": (artifact(restored_item_count=Number(7)), artifact(restored_item_count=7)),
    "a number of an enumeration": (
        RestoreSessionArtifactCount(total=Counted.SEVEN),
        RestoreSessionArtifactCount(total=7),
    ),
    "a point in time": (
        artifact(start_date_time=Moment(2026, 1, 12, 12, tzinfo=UTC)),
        artifact(start_date_time=NOON),
    ),
    "a time in a zone": (artifact(start_date_time=MOMENT), artifact(start_date_time=PLAIN_MOMENT)),
    "a time of a report": (
        Report(artifact_id=Text("a1"), status=ArtifactRestoreStatus.ADDED, time=MOMENT),
        Report(artifact_id="a1", status=ArtifactRestoreStatus.ADDED, time=PLAIN_MOMENT),
    ),
    "a time span": (Limits(retention=Period(1, 2, 3)), Limits(retention=timedelta(1, 2, 3))),
    "a tuple": (
        PublicError(code="c", details=Several([DETAIL])),
        PublicError(code="c", details=(DETAIL,)),
    ),
    "tags": (RestorePoint(id="p", tags=Several(())), RestorePoint(id="p", tags=())),
    "additional data": (
        Identity(additional_data={Text("a"): [Text("b"), Number(7), {Text("c"): Several([1])}]}),
        Identity(additional_data={"a": ["b", 7, {"c": [1]}]}),
    ),
    "additional data of another class": (
        Identity(additional_data=Properties({"a": 1})),
        Identity(additional_data={"a": 1}),
    ),
    "a collection": (
        ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=Collected([ARTIFACT])),
        ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=[ARTIFACT]),
    ),
    "sessions": (
        BackupRestoreRoot(
            exchange_restore_sessions=Collected([ExchangeRestoreSession(id=Text("s1"))])
        ),
        BackupRestoreRoot(exchange_restore_sessions=[ExchangeRestoreSession(id="s1")]),
    ),
}
"""What was given as something that can change, and the same given plainly."""


@pytest.mark.parametrize("name", GIVEN)
def test_what_could_change_is_kept_as_something_plain(name: str) -> None:
    made, plain = GIVEN[name]
    assert mutable(made) == []
    assert made == plain
    assert repr(made) == repr(plain)


# What is allowed


@pytest.mark.parametrize("way", ["text", "plain values", "without msgspec"])
def test_use_changes_nothing_but_the_deferred_timestamps_that_are_listed(way: str) -> None:
    root = read_root(2, way)
    objects = [found.value for found in reachable(root)]
    before = [stored(value) for value in objects]
    contents = [dict(value) if isinstance(value, dict) else None for value in objects]
    use(root)
    after = [stored(value) for value in objects]
    changed = set()
    for held, now in zip(before, after, strict=True):
        assert held.keys() == now.keys()
        for slot in held:
            if held[slot] is not now[slot]:
                changed.add((slot.owner, slot.name))
                assert type(held[slot]) is str
                assert type(now[slot]) is Timestamp
                assert now[slot].text == held[slot]
                assert now[slot] == Timestamp.parse(held[slot])
    assert changed == DEFERRED
    assert contents == [dict(value) if isinstance(value, dict) else None for value in objects]


def test_everything_that_is_allowed_is_there_and_has_its_reason() -> None:
    found = {type(found.value) for found in reachable(read_root(1))}
    assert {dict, MappingProxyType, ArtifactRestoreStatus, RestorePoint} <= found
    assert set(ALLOWED) == {
        "deferred timestamp",
        "dict behind a proxy",
        "member of an enumeration",
    }
    assert all(ALLOWED.values())


def test_no_draft_is_left_when_the_operations_are_done() -> None:
    roots_of_the_vectors()
    gc.collect()
    drafts = {
        type(value).__qualname__
        for value in gc.get_objects()
        if type(value).__module__.startswith("restore_domain.")
        and type(value).__qualname__.endswith("Draft")
    }
    assert drafts == set()


# What is found


class Pair(NamedTuple):
    """A named tuple of another package."""

    one: int


def shared() -> MappingProxyType[str, int]:
    """Return a view of a dict that somebody else holds, too."""
    KEPT.append({"a": 1})
    return MappingProxyType(KEPT[-1])


KEPT: list[dict[str, int]] = []

CHANGEABLE: dict[str, Callable[[], Any]] = {
    "list": list,
    "dict": lambda: {"a": 1},
    "set": set,
    "bytearray": bytearray,
    "iterator": lambda: iter(()),
    "function": lambda: lambda: None,
    "module": lambda: copy,
    "namespace": SimpleNamespace,
    "draft": draft_class(Identity),
    "text": lambda: Text("a"),
    "number": lambda: Number(1),
    "datetime": lambda: Moment(2026, 1, 12),
    "zone": lambda: NOON.replace(tzinfo=ZoneInfo("Europe/Berlin")),
    "named tuple": lambda: Pair(1),
    "proxy": shared,
}
"""What can change, by its name."""

PLACES: dict[str, Callable[[Any], Any]] = {
    "tuple": lambda value: ("a", (value,)),
    "frozenset": lambda value: frozenset({(value,)}),
    "proxy": lambda value: MappingProxyType({"a": value}),
    "slot": lambda value: planted(Identity(), value),
}
"""What may hold it."""


def planted(entity: Any, value: Any) -> Any:
    """Put a value where the entity itself would never have it."""
    object.__setattr__(entity, "display_name", value)
    return entity


UNHASHABLE = {"list", "dict", "set", "bytearray", "namespace", "proxy", "draft"}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        (name, place)
        for name in CHANGEABLE
        for place in PLACES
        if place != "frozenset" or name not in UNHASHABLE
    ],
)
def test_whatever_can_change_is_found_wherever_it_is(name: str, place: str) -> None:
    session = ExchangeRestoreSession(id="s1", created_by=IdentitySet())
    assert mutable(session) == []
    object.__setattr__(session, "policy_id", PLACES[place](CHANGEABLE[name]()))
    first, *_ = mutable(session)
    assert first.startswith("ExchangeRestoreSession.policy_id")


def test_a_slot_behind_a_descriptor_is_found_unless_it_is_listed() -> None:
    read = read_root(1).exchange_restore_sessions[0].mailbox_restore_artifacts
    assert read is not None
    point = read[0].restore_point
    assert is_immutable(Found(point, "", None))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.trust.reachable.DEFERRED", frozenset())
        assert not is_immutable(Found(point, "", None))
