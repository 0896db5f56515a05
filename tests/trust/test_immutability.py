"""Nothing that can be reached from a root can change, except for what `ALLOWED` lists."""

from __future__ import annotations

import copy
import gc
import json
import pickle
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import Enum, IntEnum, StrEnum
from functools import cache, partial
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rpds import HashTrieMap, HashTrieSet

from restore_domain import (
    ArtifactRestoreStatus,
    EntityCollection,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    Identity,
    IdentitySet,
    JsonObject,
    MailboxRestoreArtifact,
    PublicError,
    PublicErrorDetail,
    RestorePoint,
    RestoreSessionArtifactCount,
    audit,
    wire,
)
from restore_domain.frozen import draft_class
from restore_domain.model.collection import Unread
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
from tests.wire.ways import OTHER_WAYS, carefully, carefully_from, in_full

from . import reachable as reachable_module
from . import roots as roots_module
from .reachable import ALLOWED, Found, Place, is_immutable, mutable, reachable, state
from .roots import NOON, holding, read_root, roots, roots_of_the_vectors, succeeded, use

pytestmark = pytest.mark.usefixtures("every_document_is_large")

MADE = roots()


@pytest.mark.parametrize("name", MADE)
def test_nothing_in_a_root_can_change(name: str) -> None:
    assert mutable(MADE[name]) == []


@pytest.mark.slow
def test_nothing_in_the_root_after_any_call_of_any_conformance_vector_can_change() -> None:
    found = [
        (case, path) for (root, _), case in roots_of_the_vectors().items() for path in mutable(root)
    ]
    assert found == []


@pytest.mark.slow
@settings(max_examples=20)
@given(st.lists(entities(ExchangeRestoreSession), max_size=2, unique_by=lambda stored: stored.id))
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


# Values from an embedder


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
"""A mutable argument, and the same as a plain value."""


@pytest.mark.parametrize("name", GIVEN)
def test_mutable_values_are_stored_as_plain_ones(name: str) -> None:
    made, plain = GIVEN[name]
    assert mutable(made) == []
    assert made == plain
    assert repr(made) == repr(plain)


# Allowed exceptions


def removed_from(root: BackupRestoreRoot) -> BackupRestoreRoot:
    """Remove the second artifact of a session that was read, without accessing any."""
    (session,) = root.exchange_restore_sessions
    assert session.mailbox_restore_artifacts is not None
    left = session.mailbox_restore_artifacts.removing(["a1"])
    return holding(attrs.evolve(session, mailbox_restore_artifacts=left))


READ: dict[str, Callable[[], BackupRestoreRoot]] = {
    **{f"read as {way}": partial(read_root, 3, way) for way in OTHER_WAYS},
    "on several levels": lambda: read_root(1100),
    "recorded": lambda: succeeded(read_root(40)).root,
    "with gaps": lambda: removed_from(read_root(3)),
    "with gaps on several levels": lambda: removed_from(read_root(1100)),
}
"""Roots with artifacts that were never accessed."""


@cache
def as_the_careful_reader_makes_them() -> dict[str, Any]:
    """Return the artifacts of the largest document by their ids, with all that they show."""
    document = json.loads(roots_module.document(1100))
    return {
        entry["id"]: in_full(carefully_from(entry, kind))
        for name, kind in (
            ("mailboxRestoreArtifacts", MailboxRestoreArtifact),
            ("granularMailboxRestoreArtifacts", GranularMailboxRestoreArtifact),
        )
        for entry in document[name]
    }


LARGEST_ONCE = [name for name in READ if name != "on several levels"]
"""All but the largest without gaps: the one with gaps has as many levels."""


@pytest.mark.parametrize("name", LARGEST_ONCE)
def test_use_changes_nothing_but_unread_artifacts_to_what_the_careful_reader_makes(
    name: str,
) -> None:
    root = READ[name]()
    before = [(found, state(found.value)) for found in reachable(root)]
    leaves = [stored for found, stored in before if found.place is Place.TREE and not found.level]
    unread = sum(isinstance(cell, Unread) for leaf in leaves for cell in leaf.values())
    use(root)
    made = filled = 0
    for found, stored in before:
        now = state(found.value)
        for step in stored.keys() | now.keys():
            was, content = stored.get(step), now.get(step)
            if was is content:
                continue
            if found.place is Place.ORDER:
                assert stored == {}
                assert now == {0: tuple(sorted(found.holder.positions.values()))}
                filled += 1
                continue
            assert found.place is Place.TREE
            assert not found.level
            assert isinstance(was, Unread)
            assert in_full(content) == as_the_careful_reader_makes_them()[was.id]  # type: ignore[attr-defined]
            made += 1
    assert made == unread > 0
    assert filled == ("gaps" in name)


@pytest.mark.parametrize("name", LARGEST_ONCE)
def test_a_root_that_was_used_has_nothing_of_the_parser_and_can_t_change(name: str) -> None:
    root = READ[name]()
    use(root)
    assert Place.PARSED not in {found.place for found in reachable(root)}
    assert mutable(root) == []


def test_use_of_accessed_entities_changes_nothing() -> None:
    root = READ["with gaps"]()
    use(root)
    before = [(found.value, state(found.value)) for found in reachable(root)]
    use(root)
    for value, stored in before:
        now = state(value)
        assert stored.keys() == now.keys()
        assert all(now[step] is content for step, content in stored.items())


ENTRIES: dict[str, str] = {
    "as expected": '{"id": "a1", "status": "failed"}',
    "a null before a value": '{"id": "a1", "status": "failed", "error": null, '
    '"restoredItemCount": 1}',
    "another order": '{"status": "failed", "restoredItemCount": 1, "id": "a1"}',
    "unknown properties": '{"zeta": 1, "id": "a1", "alpha": [{"b": 1, "a": 2}], "status": "added"}',
    "an unknown status": '{"id": "a1", "status": "later", "restoredItemCount": 1}',
    "an annotation": '{"@odata.type": "#microsoft.graph.%sRestoreArtifact", "id": "a1", '
    '"status": "failed"}',
    "flags": '{"id": "a1", "status": "failed", "restorePoint": {"id": "p", "tags": "none, later"}}',
    "parts": '{"id": "a1", "status": "failed", "error": {"z": 1, "code": "c", "message": null, '
    '"details": [{"code": "d", "target": null, "message": "m"}]}}',
}
"""Artifacts that a parser and an entity could write in different ways."""


@pytest.mark.parametrize("included", [True, False])
@pytest.mark.parametrize("kind", ["mailbox", "granularMailbox"])
@pytest.mark.parametrize("name", ENTRIES)
def test_a_document_has_the_same_bytes_whether_or_not_its_artifacts_were_accessed(
    name: str, kind: str, *, included: bool
) -> None:
    entry = ENTRIES[name].replace("%s", kind)
    if kind == "granularMailbox":
        entry = entry.replace('"id": "a1"', '"id": "a1", "searchResponseId": "s"')
    session = wire.loads(
        f'{{"id": "s1", "{kind}RestoreArtifacts": [{entry}]}}', ExchangeRestoreSession
    )
    stored = session.mailbox_restore_artifacts or session.granular_mailbox_restore_artifacts
    assert stored is not None
    (cell,) = stored.cells()
    assert isinstance(cell, Unread)
    before = wire.dumps(session, include_unknown_enum_members=included)
    values = wire.to_json_value(session, include_unknown_enum_members=included)
    assert json.dumps(values, separators=(",", ":")).encode() == before
    list(session.artifacts)
    assert wire.dumps(session, include_unknown_enum_members=included) == before
    assert wire.to_json_value(session, include_unknown_enum_members=included) == values


@pytest.fixture
def every_object_is_seen() -> Iterator[None]:
    """Include objects that were made before the tests in garbage collections (see conftest)."""
    gc.unfreeze()
    yield
    gc.freeze()


@pytest.mark.slow
@pytest.mark.usefixtures("every_object_is_seen")
def test_only_its_collection_refers_to_a_list_of_a_tree() -> None:
    read = [root() for root in READ.values()]
    gc.collect()
    lists = tuple(
        [found.value for root in read for found in reachable(root) if found.place is Place.TREE]
    )
    own = {id(one) for one in (*lists, lists)}  # the arguments of the call are seen, too
    holders = [one for one in gc.get_referrers(*lists) if id(one) not in own]
    assert {type(holder) for holder in holders} == {EntityCollection}


def test_a_collection_made_of_another_has_an_order_of_its_own() -> None:
    gaps = EntityCollection([artifact(id=f"a{number}") for number in range(5)]).removing(["a1"])
    assert gaps[1].id == "a2"
    made = {
        "removing": (gaps.removing(["a3"]), ["a0", "a2", "a4"]),
        "adding": (gaps.adding([artifact(id="a5")]), ["a0", "a2", "a3", "a4", "a5"]),
        "replacing": (gaps.replacing(artifact(id="a0")), ["a0", "a2", "a3", "a4"]),
    }
    for name, (changed, ids) in made.items():
        assert [changed[index].id for index in range(len(changed))] == ids, name
        assert mutable(changed) == [], name
    assert [gaps[index].id for index in range(4)] == ["a0", "a2", "a3", "a4"]
    assert mutable(gaps) == []


def test_the_source_of_a_collection_is_not_kept() -> None:
    given, more = [artifact(id="a1")], [artifact(id="a2")]
    made = EntityCollection(given)
    longer = made.adding(more)
    given.append(artifact(id="a3"))
    more.clear()
    assert list(made.ids) == ["a1"]
    assert list(longer.ids) == ["a1", "a2"]


@pytest.mark.parametrize("way", ["plain values", "bytes", "a view of bytes"])
def test_read_values_stay_when_their_source_changes(way: str) -> None:
    text = roots_module.document(2)
    expected = in_full(carefully(text, ExchangeRestoreSession))
    buffer, values = bytearray(text, "utf-8"), json.loads(text)
    if way == "plain values":
        read = wire.from_json_value(values, ExchangeRestoreSession)
    else:
        read = wire.loads(buffer if way == "bytes" else memoryview(buffer), ExchangeRestoreSession)
    buffer[:] = b" " * len(buffer)
    values["priority"]["of"].append("more")
    values["mailboxRestoreArtifacts"][0]["priorities"][1]["urgent"] = False
    values["mailboxRestoreArtifacts"][1]["error"]["code"] = "another"
    values["mailboxRestoreArtifacts"].pop()
    assert in_full(read) == expected


def test_a_persistent_map_can_t_change() -> None:
    stored: HashTrieMap[str, int] = HashTrieMap({"a": 1})
    assert is_immutable(Found(stored, "", None))
    given: dict[str, tuple[Any, ...]] = {
        "insert": ("b", 2),
        "update": ({"a": 3},),
        "remove": ("a",),
        "discard": ("a",),
        "get": ("a",),
        "items": (),
        "keys": (),
        "values": (),
        "convert": ({"b": 2},),
        "fromkeys": (["b"],),
    }
    assert {name for name in dir(stored) if not name.startswith("__")} == set(given)
    for name, arguments in given.items():
        getattr(stored, name)(*arguments)
        assert dict(stored) == {"a": 1}
    with pytest.raises(AttributeError):
        stored.something = 1  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        stored["a"] = 2  # type: ignore[index]
    with pytest.raises(TypeError):
        del stored["a"]  # type: ignore[attr-defined]


def test_a_persistent_set_can_t_change() -> None:
    stored: HashTrieSet[str] = HashTrieSet({"a"})
    assert is_immutable(Found(stored, "", None))
    given: dict[str, tuple[Any, ...]] = {
        "insert": ("b",),
        "update": ({"b"},),
        "remove": ("a",),
        "discard": ("a",),
        "difference": (stored,),
        "intersection": (HashTrieSet(),),
        "symmetric_difference": (stored,),
        "union": (HashTrieSet({"b"}),),
    }
    assert {name for name in dir(stored) if not name.startswith("__")} == set(given)
    for name, arguments in given.items():
        getattr(stored, name)(*arguments)
        assert set(stored) == {"a"}
    with pytest.raises(AttributeError):
        stored.something = 1  # type: ignore[attr-defined]


def test_everything_that_is_allowed_is_there_and_has_its_reason() -> None:
    found = list(reachable(removed_from(read_root(3))))
    assert {one.place for one in found} == set(ALLOWED) == set(Place)
    assert {dict, list, MappingProxyType, HashTrieMap} <= {type(one.value) for one in found}
    assert any(isinstance(one.value, Enum) for one in found if one.place is Place.ELSEWHERE)
    parsed = {type(one.value) for one in found if one.place is Place.PARSED}
    assert {list, dict} < parsed
    assert any(issubclass(kind, Unread) for kind in parsed)
    assert any(issubclass(kind, StrEnum) for kind in parsed)
    assert all(ALLOWED.values())


@pytest.mark.slow
@pytest.mark.usefixtures("every_object_is_seen")
def test_no_draft_is_left_when_the_operations_are_done() -> None:
    roots_of_the_vectors()
    gc.collect()
    drafts = {
        type(value).__qualname__
        for value in gc.get_objects()
        if str(type(value).__module__).startswith("restore_domain.")
        and type(value).__qualname__.endswith("Draft")
    }
    assert drafts == set()


# Findings


class Pair(NamedTuple):
    """A named tuple of another package."""

    one: int


def shared() -> MappingProxyType[str, int]:
    """Return a view of a dict that is also referenced elsewhere."""
    KEPT.append({"a": 1})
    return MappingProxyType(KEPT[-1])


KEPT: list[dict[str, int]] = []


def tree(root: BackupRestoreRoot) -> EntityCollection[Any]:
    """Return the artifacts of the first session."""
    stored = root.exchange_restore_sessions[0].mailbox_restore_artifacts
    assert stored is not None
    return stored


def unread(name: str = "failed") -> Any:
    """Return an artifact that was never accessed."""
    text = f'{{"id": "s1", "mailboxRestoreArtifacts": [{{"id": "a1", "status": "{name}"}}]}}'
    return next(tree(holding(wire.loads(text, ExchangeRestoreSession))).cells())


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
    "unread artifact": unread,
    "member of the schema": lambda: unread().status,
    "unknown member of the schema": lambda: unread("new").status,
    "member made at runtime": lambda: made_up(ArtifactRestoreStatus),
    "list of a tree": lambda: tree(read_root(2))._root,
    "order of places": lambda: tree(MADE["33 removed"])._places.order,
}
"""Objects that can change, or are allowed only in one place, by name."""


def made_up(enum: type[StrEnum]) -> Any:
    """Return an object of an enumeration that the program does not declare."""
    made = str.__new__(enum, "new")
    made._name_, made._value_ = "NEW", "new"
    return made


PLACES: dict[str, Callable[[Any], Any]] = {
    "tuple": lambda value: ("a", (value,)),
    "frozenset": lambda value: frozenset({(value,)}),
    "proxy": lambda value: MappingProxyType({"a": value}),
    "persistent map": lambda value: HashTrieMap({"a": value}),
    "persistent set": lambda value: HashTrieSet({(value,)}),
    "slot": lambda value: planted(Identity(), value),
}
"""What may refer to it."""


def planted(entity: Any, value: Any) -> Any:
    """Put a value where the entity itself would never have it."""
    object.__setattr__(entity, "display_name", value)
    return entity


UNHASHABLE = {"list", "dict", "set", "bytearray", "namespace", "proxy", "draft"} | {
    "list of a tree",
    "order of places",
}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        (name, place)
        for name in CHANGEABLE
        for place in PLACES
        if place not in {"frozenset", "persistent set"} or name not in UNHASHABLE
    ],
)
def test_anything_mutable_is_found_at_any_place(name: str, place: str) -> None:
    session = ExchangeRestoreSession(id="s1", created_by=IdentitySet())
    assert mutable(session) == []
    object.__setattr__(session, "policy_id", PLACES[place](CHANGEABLE[name]()))
    first, *_ = mutable(session)
    assert first.startswith("ExchangeRestoreSession.policy_id")


def _odd_leaf(entry: Any) -> Callable[[EntityCollection[Any]], None]:
    def put(collection: EntityCollection[Any]) -> None:
        collection._root[0][0] = entry

    return put


def _odd_node(collection: EntityCollection[Any]) -> None:
    collection._root[0] = unread()


def _odd_order(collection: EntityCollection[Any]) -> None:
    collection._places.order.append((5, 1))


def _odd_levels(collection: EntityCollection[Any]) -> None:
    object.__setattr__(collection, "_root", collection._root[0])


def _odd_text(collection: EntityCollection[Any]) -> None:
    collection._root[0][0].extra_0.append(Text("a"))


def _leaf_elsewhere(collection: EntityCollection[Any]) -> None:
    entity = collection[0]
    object.__setattr__(entity, "error", collection._root[1])


def _parsed_elsewhere(collection: EntityCollection[Any]) -> None:
    priorities, entity = collection._root[0][0].extra_0, collection[1]
    object.__setattr__(entity, "error", priorities)


ODD: dict[str, Callable[[EntityCollection[Any]], None]] = {
    "a list among the artifacts": _odd_leaf([]),
    "a dict among the artifacts": _odd_leaf({"id": "a1"}),
    "a text among the artifacts that could change": _odd_leaf(Text("a1")),
    "an unread artifact among the lists": _odd_node,
    "an order that does not follow from the positions": _odd_order,
    "a tree with fewer levels than are counted": _odd_levels,
    "a text within an unread artifact that could change": _odd_text,
    "a list of the tree in an artifact, too": _leaf_elsewhere,
    "what was parsed in another artifact, too": _parsed_elsewhere,
}
"""Possible faults in a collection of two levels that was never accessed."""


@pytest.mark.parametrize("name", ODD)
def test_foreign_objects_in_a_collection_are_found(name: str) -> None:
    root = read_root(40)
    assert mutable(root) == []
    ODD[name](tree(root))
    assert mutable(root) != []


def test_a_slot_behind_a_descriptor_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    point = RestorePoint(id="p")
    assert is_immutable(Found(point, "", None))
    monkeypatch.setattr(RestorePoint, "tags", Behind(RestorePoint.tags))
    monkeypatch.setattr(reachable_module, "_slots", reachable_module._slots.__wrapped__)
    assert not is_immutable(Found(point, "", None))


class Behind:
    """A slot that could do anything when it is read."""

    def __init__(self, slot: Any) -> None:
        self.slot = slot

    def __get__(self, entity: Any, owner: type | None = None) -> Any:
        return self.slot.__get__(entity, owner)

    def __set__(self, entity: Any, value: Any) -> None:
        raise AttributeError
