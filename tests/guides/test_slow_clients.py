"""Clients that are slow, send too much, lie about the host, or disconnect: nobody else notices."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from service import SESSION, SESSIONS, Service, address_of
from sqlite_store import Store
from starlette.requests import Request

from restore_domain import wire

from .client import Client, numbered


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    client = Client(tmp_path / "sessions.db", new_id=numbered())
    yield client
    client.close()


def test_a_slow_body_does_not_block_others(client: Client) -> None:
    async def send() -> list[int]:
        answered = asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield b"{"
            await answered.wait()
            yield b"}"

        async def quickly() -> int:
            response = await client._http.post(SESSIONS)
            answered.set()
            return response.status_code

        slow, quick = await asyncio.gather(client._http.post(SESSIONS, content=slowly()), quickly())
        return [slow.status_code, quick]

    assert client._runner.run(asyncio.wait_for(send(), 30)) == [201, 201]
    assert [one["id"] for one in client.get(SESSIONS)["value"]] == ["id-1", "id-2"]


def test_a_body_is_read_before_the_lock_is_taken(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = wire.RequestBody.read
    had_the_turn: list[bool] = []

    def watched(body: Any, kind: Any) -> Any:
        had_the_turn.append(client.store._turn.locked())
        return read(body, kind)

    monkeypatch.setattr(wire.RequestBody, "read", watched)
    session_id = client.create("p1")
    patch = {
        "mailboxRestoreArtifacts@delta": [{"restorePoint": {"id": "p2"}, "destinationType": "new"}]
    }
    assert client.send("PATCH", SESSION.format(session_id=session_id), patch).status_code == 200
    assert had_the_turn == [False, False]


@pytest.mark.parametrize("declared", [True, False])
def test_a_long_body_is_refused_as_graph_does(
    client: Client,
    declared: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Without its length it is read up to the limit."""
    client.given["longest_body"] = 100
    client.restart()
    sent: list[int] = []

    async def parts() -> AsyncIterator[bytes]:
        for number in range(1000):
            sent.append(number)
            yield b" " * 60

    body: Any = b"x" * 101 if declared else parts()
    response = client.send("POST", SESSIONS, content=body)
    assert (response.status_code, response.json()["error"]["code"]) == (
        413,
        "RequestEntityTooLarge",
    )
    assert len(sent) <= 2
    assert client.send("POST", SESSIONS, content=b" " * 98 + b"{}").status_code == 201


def answers(service: Service, *received: dict[str, Any]) -> list[dict[str, Any]]:
    """Send the service these messages of a server, and then none."""
    messages = iter(received)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        for message in messages:
            return message
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": SESSIONS,
        "raw_path": SESSIONS.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [],
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
    }
    asyncio.run(asyncio.wait_for(service.app()(scope, receive, send), 30))
    return sent


def test_a_body_that_never_ends_is_refused_in_time() -> None:
    service = Service(Store(":memory:"), seconds_for_a_body=0.05)
    start, *_ = answers(service, {"type": "http.request", "body": b"{", "more_body": True})
    assert start["status"] == 408
    assert len(service.store.root.exchange_restore_sessions) == 0
    service.store.close()


def test_a_client_that_hangs_up_changes_nothing_and_leaves_no_traceback() -> None:
    service = Service(Store(":memory:"))
    answers(
        service,
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    )
    assert len(service.store.root.exchange_restore_sessions) == 0
    service.store.close()


@pytest.mark.parametrize("address", [None, "https://graph.example"])
def test_a_link_does_not_use_the_host_header(client: Client, address: str | None) -> None:
    client.given["public_url"] = address
    client.restart()
    for _ in range(2):
        client.create("p1")
    lying = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    link = client.get(f"{SESSIONS}?$top=1", headers=lying)["@odata.nextLink"]
    assert link.startswith(f"{address or 'http://service'}{SESSIONS}?")


@pytest.mark.parametrize(
    ("server", "scheme", "address"),
    [
        (("127.0.0.1", 8000), "http", "http://127.0.0.1:8000"),
        (("::1", 443), "https", "https://[::1]"),
        (("example.com", 80), "http", "http://example.com"),
    ],
)
def test_the_address_is_where_the_server_listens(server: Any, scheme: str, address: str) -> None:
    scope = {"type": "http", "server": server, "scheme": scheme, "headers": []}
    assert address_of(Request(scope)) == address
