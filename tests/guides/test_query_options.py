"""The options of a list: a client gets what it asks for, or a refusal."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from operator import eq, ge, le, ne
from pathlib import Path
from typing import Any

import pytest
import query_options as query
from hypothesis import given
from hypothesis import strategies as st
from service import BULK_REQUESTS, SESSION, SESSIONS
from starlette.datastructures import QueryParams

from restore_domain import ExchangeRestoreSession, RestoreSessionStatus, Timestamp, wire

from .client import INCLUDE_UNKNOWN, NOW, Client, numbered

# Filters ----------------------------------------------------------------------------------------


COMPARE = {"eq": eq, "ne": ne, "ge": ge, "le": le}
ATTRIBUTES = {"createdDateTime": "created_date_time", "status": "status"}
TIMES = [f"2026-01-{day:02}T08:30:00.1234567Z" for day in (1, 2, 3)]

Tree = Any


def comparisons() -> st.SearchStrategy[Tree]:
    times = st.tuples(
        st.just("createdDateTime"), st.sampled_from([*COMPARE]), st.sampled_from(TIMES)
    )
    statuses = st.tuples(
        st.just("status"),
        st.sampled_from(["eq", "ne"]),
        st.sampled_from([*RestoreSessionStatus]).map(lambda one: f"'{one}'"),
    )
    nothing = st.tuples(
        st.sampled_from([*ATTRIBUTES]), st.sampled_from(["eq", "ne"]), st.just("null")
    )
    return times | statuses | nothing


TREES = st.recursive(
    comparisons(), lambda below: st.tuples(below, st.sampled_from(["and", "or"]), below)
)


def text_of(tree: Tree) -> str:
    left, name, right = tree
    if name in COMPARE:
        return f"{left} {name} {right}"
    return f"({text_of(left)}) {name} ({text_of(right)})"


def is_accepted(tree: Tree, session: ExchangeRestoreSession) -> bool:
    """Evaluate a filter in a simple way."""
    left, name, right = tree
    if name == "and":
        return is_accepted(left, session) and is_accepted(right, session)
    if name == "or":
        return is_accepted(left, session) or is_accepted(right, session)
    value = getattr(session, ATTRIBUTES[left])
    if right == "null":
        return bool((value is None) == (name == "eq"))
    other = Timestamp.parse(right) if left == "createdDateTime" else right.strip("'")
    return (value is not None and COMPARE[name](value, other)) or (value is None and name == "ne")


def sessions() -> st.SearchStrategy[ExchangeRestoreSession]:
    times = st.none() | st.sampled_from(TIMES)
    statuses = st.none() | st.sampled_from([*RestoreSessionStatus])
    return st.builds(
        lambda time, status: wire.from_json_value(
            {"id": "s1", "createdDateTime": time, "status": status}, ExchangeRestoreSession
        ),
        times,
        statuses,
    )


@given(tree=TREES, session=sessions())
def test_a_filter_accepts_what_its_comparisons_do(tree: Tree, session: Any) -> None:
    text = text_of(tree)
    if len(text) > query.LONGEST_FILTER:
        return
    wanted = query.arranged({"filter": text}, query.SESSIONS)
    assert bool(wanted.of([session])) == is_accepted(tree, session)


WORDS = [
    "status",
    "eq",
    "ge",
    "and",
    "or",
    "not",
    "(",
    ")",
    "'draft'",
    "null",
    "5",
    "in",
    "a/b",
    "'",
]


@given(st.text(max_size=40) | st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join))
def test_any_filter_is_read_or_refused(text: str) -> None:
    for option in ("filter", "orderby"):
        with suppress(wire.WireError):
            query.arranged({option: text}, query.SESSIONS)


@given(st.lists(sessions(), max_size=5))
def test_every_property_can_be_ordered_by(found: list[ExchangeRestoreSession]) -> None:
    for name, (attribute, _) in query.SESSIONS.items():
        for direction in ("", " asc", " desc"):
            wanted = query.arranged({"orderby": f"{name}{direction}"}, query.SESSIONS)
            ordered = wanted.of(found)
            keys = [query._in_order(getattr(one, attribute)) for one in ordered]
            assert keys == sorted(keys, reverse=direction == " desc")
            assert sorted(map(id, ordered)) == sorted(map(id, found))


# Over HTTP --------------------------------------------------------------------------------------


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """Three sessions, a day apart, of which the second is active and the third ended first."""
    days = iter(range(100))
    client = Client(tmp_path / "sessions.db", new_id=numbered())
    client.given["now"] = lambda: NOW + timedelta(days=next(days))
    client.restart()
    ids = [client.create("p1", "p2") for _ in range(3)]
    client.activate(ids[1])
    client.create_bulk_request(client.create(), "ada@example.com")
    yield client
    client.close()


S1, S2, S3, S4 = "id-1", "id-4", "id-7", "id-10"


def listed(client: Client, **options: str) -> list[str]:
    asked = {f"${name}": value for name, value in options.items()}
    return [one["id"] for one in client.get(SESSIONS, params=asked)["value"]]


def test_a_list_is_filtered_and_ordered(client: Client) -> None:
    ask = partial(listed, client)
    assert ask(filter="status eq 'draft'") == [S1, S3, S4]
    assert ask(filter="status ne 'draft' or restoreJobType eq 'bulk'") == [S2, S4]
    assert ask(filter="createdDateTime ge 2026-01-13T08:30:00Z and status eq 'draft'") == [S3, S4]
    assert ask(orderby="createdDateTime desc") == [S4, S3, S2, S1]
    assert ask(orderby="status desc,createdDateTime desc") == [S4, S3, S1, S2]
    assert ask(filter="status eq 'draft'", orderby="createdDateTime desc", top="2") == [S4, S3]


def test_a_filter_takes_the_status_that_a_client_may_not_be_shown(client: Client) -> None:
    """W3 is about what is written, not about what is compared."""
    for artifact in client.artifacts(S2):
        client.report(S2, artifact["id"], "failed", error={"code": "X"})
    assert listed(client, filter="status eq 'failed'") == [S2]


def pages(client: Client, **options: str) -> tuple[list[list[str]], list[Any]]:
    link: Any = f"{SESSIONS}?" + "&".join(f"${name}={value}" for name, value in options.items())
    ids, counts = [], []
    while link:
        page = client.get(link)
        ids.append([one["id"] for one in page["value"]])
        counts.append(page.get("@odata.count"))
        link = page.get("@odata.nextLink")
    return ids, counts


def test_a_page_of_a_filtered_list_leads_to_the_next_one(client: Client) -> None:
    draft = "status eq 'draft'"
    assert pages(client, filter=draft, top="2") == ([[S1, S3], [S4]], [None, None])
    assert pages(client, filter=draft, top="2", count="true") == ([[S1, S3], [S4]], [3, 3])
    assert pages(client, orderby="createdDateTime desc", top="3")[0] == [[S4, S3, S2], [S1]]
    assert pages(client, top="3", count="true") == ([[S1, S2, S3], [S4]], [4, 4])
    assert pages(client, filter="status eq 'failed'", count="true") == ([[]], [0])


def test_the_lists_below_a_session_take_the_options_too(client: Client) -> None:
    url = SESSION.format(session_id=S2)
    _, second = client.artifacts(S2)
    client.report(S2, second["id"], "scheduled")
    asked = {"$filter": "status eq 'scheduled'", "$select": "status", "$count": "true"}
    assert client.get(f"{url}/mailboxRestoreArtifacts", params=asked) == {
        "value": [{"id": second["id"], "status": "scheduled"}],
        "@odata.count": 1,
    }
    assert client.get(f"{url}/granularMailboxRestoreArtifacts", params=asked)["@odata.count"] == 0
    requests = BULK_REQUESTS.format(session_id=S4)
    asked = {"$filter": "status eq 'active'", "$select": "displayName"}
    (request,) = client.get(requests, params=asked)["value"]
    assert request.keys() == {"id"}
    one = client.get(f"{requests}/{request['id']}", params={"$select": "status"})
    assert one == {"id": request["id"], "status": "active"}


def test_only_selected_and_expanded_properties_are_shown(client: Client) -> None:
    url = SESSION.format(session_id=S1)
    assert client.get(url, params={"$select": "status"}) == {"id": S1, "status": "draft"}
    both = {"$select": "status", "$expand": "mailboxRestoreArtifacts"}
    assert client.get(url, params=both).keys() == {"id", "status", "mailboxRestoreArtifacts"}
    (first, *_) = client.get(SESSIONS, params=both, headers=INCLUDE_UNKNOWN)["value"]
    assert first == client.get(url, params=both)


REFUSED = {
    "$filter": [
        *("", "status", "status eq", "status eq 5", "status eq 'done'", "status ge 'draft'"),
        *(
            "colour eq 'red'",
            "createdDateTime ge 'noon'",
            "createdDateTime ge 2026-13-01T00:00:00Z",
        ),
        *("createdDateTime ge null", "contains(status,'a')", "not (status eq 'draft')"),
        *("status in ('draft')", "createdDateTime gt 2026-01-12T08:30:00Z", "'draft' eq status"),
        " or ".join(["status eq 'draft'"] * 200),
    ],
    "$orderby": ["", "colour", "status up", "status,,id"],
    "$select": ["", "colour", "mailboxRestoreArtifacts", "*"],
    "$expand": ["", "status", "mailboxRestoreArtifacts($top=1)"],
    "$count": ["", "1", "TRUE"],
    "$top": ["", "-1", "0", "many"],
    "$skiptoken": ["", "5"],
    "$search": ["x"],
    "$skip": ["1"],
    "top": ["1"],
    "colour": ["red"],
}


@pytest.mark.parametrize(
    ("option", "value"), [(option, value) for option, values in REFUSED.items() for value in values]
)
def test_unknown_options_are_refused(client: Client, option: str, value: str) -> None:
    response = client.send("GET", SESSIONS, params={option: value})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "InvalidRequest")


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("GET", SESSIONS, [("$top", "1"), ("$top", "2")]),
        ("GET", SESSION.format(session_id=S1), [("$top", "1")]),
        ("GET", SESSION.format(session_id=S1), [("$select", "colour")]),
        ("POST", SESSIONS, [("$select", "status")]),
        ("DELETE", SESSION.format(session_id=S1), [("$filter", "status eq 'active'")]),
    ],
)
def test_an_option_that_a_request_does_not_take_is_refused_before_anything_changes(
    client: Client, method: str, path: str, options: Any
) -> None:
    before = client.store.root
    response = client.send(method, path, params=QueryParams(options).multi_items())
    assert (response.status_code, response.json()["error"]["code"]) == (400, "InvalidRequest")
    assert client.store.root is before
