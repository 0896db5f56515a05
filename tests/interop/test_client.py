"""Microsoft's Python client talks to the service of the guide: ``python -m pytest -m interop``."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.guides.loopback import served

pytest.importorskip("msgraph_beta", reason="needs the dependency group interop")

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of the client's own parts
    from kiota_abstractions.authentication import AnonymousAuthenticationProvider
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from kiota_abstractions.headers_collection import HeadersCollection
    from msgraph_beta import GraphRequestAdapter, GraphServiceClient
    from msgraph_beta.generated.models.artifact_restore_status import ArtifactRestoreStatus
    from msgraph_beta.generated.models.destination_type import DestinationType
    from msgraph_beta.generated.models.exchange_restore_session import ExchangeRestoreSession
    from msgraph_beta.generated.models.mailbox_restore_artifact import MailboxRestoreArtifact
    from msgraph_beta.generated.models.o_data_errors.o_data_error import ODataError
    from msgraph_beta.generated.models.restore_point import RestorePoint
    from msgraph_beta.generated.models.restore_session_status import RestoreSessionStatus
    from msgraph_core import GraphClientFactory
    from msgraph_core.tasks import PageIterator

pytestmark = [pytest.mark.interop, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with served(tmp_path / "sessions.db") as address:
        yield address


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[Any]:
    """Yield what the client calls ``client.solutions.backup_restore``."""
    async with httpx.AsyncHTTPTransport() as transport:
        http = GraphClientFactory.create_with_default_middleware(
            client=httpx.AsyncClient(transport=transport)
        )
        adapter = GraphRequestAdapter(AnonymousAuthenticationProvider(), http)
        adapter.base_url = f"{address}/beta"
        yield GraphServiceClient(request_adapter=adapter).solutions.backup_restore


def artifact(point: str, destination: Any = DestinationType.InPlace) -> Any:
    return MailboxRestoreArtifact(
        restore_point=RestorePoint(id=point), destination_type=destination
    )


async def created(root: Any, *points: str) -> Any:
    body = ExchangeRestoreSession(mailbox_restore_artifacts=[artifact(point) for point in points])
    return await root.exchange_restore_sessions.post(body)


def session(root: Any, session_id: Any) -> Any:
    return root.exchange_restore_sessions.by_exchange_restore_session_id(session_id)


def asking(builder: Any, **options: Any) -> Any:
    """Return the configuration of a GET by this builder, with these options."""
    kind = getattr(builder, f"{type(builder).__name__}GetQueryParameters")
    return RequestConfiguration(query_parameters=kind(**options))


def include_unknown() -> Any:
    headers = HeadersCollection()
    headers.add("Prefer", "include-unknown-enum-members")
    return RequestConfiguration(headers=headers)


def test_a_session_from_its_creation_to_its_end(address: str) -> None:
    asyncio.run(restore_two_mailboxes(address))


async def restore_two_mailboxes(address: str) -> None:
    async with connected(address) as root:
        draft = await created(root, "p1", "p2")
        assert draft.status is RestoreSessionStatus.Draft
        assert draft.restore_session_artifact_count.total == 2
        one = session(root, draft.id)
        assert (await one.get()).created_date_time == draft.created_date_time

        first, second = (await one.mailbox_restore_artifacts.get()).value
        assert first.status is ArtifactRestoreStatus.Added
        assert second.restore_point.id == "p2"

        delta = [
            {"restorePoint": {"@odata.id": "p3"}, "destinationType": "inPlace"},
            {"@removed": {"reason": "changed"}, "id": str(first.id)},
            {"@removed": {"reason": "changed"}, "id": "s404"},
        ]
        body = ExchangeRestoreSession(additional_data={"mailboxRestoreArtifacts@delta": delta})
        came, failed = (await one.patch(body)).additional_data["mailboxRestoreArtifacts@delta"]
        assert came["status"] == "added"
        assert failed["@Core.DataModificationException"]["responseCode"] == 409

        added = await one.mailbox_restore_artifacts.post(artifact("p4"))
        held = (await one.mailbox_restore_artifacts.get()).value
        assert [entry.id for entry in held] == [second.id, str(came["id"]), added.id]

        by_kind = root.restore_sessions.by_restore_session_base_id(draft.id)
        activated = await by_kind.activate.post()
        assert isinstance(activated, ExchangeRestoreSession)
        assert activated.status is RestoreSessionStatus.Activating

        for entry in held:
            report(address, draft.id, entry.id)
        assert (await one.get()).status is RestoreSessionStatus.UnknownFutureValue
        ended = await one.get(include_unknown())
        assert ended.status is RestoreSessionStatus.Failed
        assert ended.error.details[2].target == added.id
        assert ended.completed_date_time is not None


def report(address: str, session_id: Any, artifact_id: Any) -> None:
    error = {"code": "ArtifactCannotBeRestored", "message": "The mailbox is on hold."}
    body = {"artifactId": artifact_id, "status": "failed", "error": error}
    time = {"time": "2036-01-12T08:30:00.1234567Z"}
    response = httpx.post(f"{address}/driver/{session_id}/reports", json=body | time)
    assert response.status_code == 200, response.text


def test_a_restore_point_by_reference(address: str) -> None:
    async def talk() -> None:
        async with connected(address) as root:
            entry = artifact("")
            entry.restore_point = RestorePoint(additional_data={"@odata.id": "p1"})
            body = ExchangeRestoreSession(mailbox_restore_artifacts=[entry])
            made = await root.exchange_restore_sessions.post(body)
            (held,) = (await session(root, made.id).mailbox_restore_artifacts.get()).value
            assert held.restore_point.additional_data == {"@odata.id": "p1"}

    asyncio.run(talk())


def test_artifacts_are_expanded(address: str) -> None:
    async def talk() -> None:
        async with connected(address) as root:
            made = await created(root, "p1", "p2")
            assert made.mailbox_restore_artifacts is None
            one = session(root, made.id)
            got = await one.get(asking(one, expand=["mailboxRestoreArtifacts"]))
            points = [entry.restore_point.id for entry in got.mailbox_restore_artifacts]
            assert points == ["p1", "p2"]

    asyncio.run(talk())


def test_all_pages_of_a_list(address: str) -> None:
    async def talk() -> None:
        async with connected(address) as root:
            ids = [(await created(root, "p1")).id for _ in range(5)]
            sessions = root.exchange_restore_sessions
            page = await sessions.get(asking(sessions, top=2))
            assert [entry.id for entry in page.value] == ids[:2]
            found: list[Any] = []

            def find(entry: Any) -> bool:
                found.append(entry.id)
                return True  # to go on

            await PageIterator(page, sessions.request_adapter).iterate(find)
            assert found == ids

    asyncio.run(talk())


def test_a_draft_is_deleted(address: str) -> None:
    async def talk() -> None:
        async with connected(address) as root:
            made = await created(root, "p1")
            await session(root, made.id).delete()
            assert (await root.exchange_restore_sessions.get()).value == []

    asyncio.run(talk())


# Refusals ---------------------------------------------------------------------------------------


async def refused(call: Coroutine[Any, Any, Any]) -> tuple[str, int, str | None]:
    """Return the code, the HTTP status and the target of what the client raises."""
    with pytest.raises(ODataError) as raised:
        await call
    error: Any = raised.value
    assert error.error.message
    return error.error.code, error.response_status_code, error.error.target


def test_refusals_are_read_as_the_client_s_own_errors(address: str) -> None:
    asyncio.run(be_refused(address))


async def be_refused(address: str) -> None:
    async with connected(address) as root:
        nowhere = session(root, "s404")
        not_found = ("RestoreSessionNotFound", 404, "s404")
        assert await refused(nowhere.get()) == not_found
        assert await refused(nowhere.delete()) == not_found
        assert await refused(nowhere.patch(ExchangeRestoreSession())) == not_found
        assert await refused(nowhere.mailbox_restore_artifacts.get()) == not_found
        activation = root.restore_sessions.by_restore_session_base_id("s404").activate
        assert await refused(activation.post()) == not_found
        assert await refused(created(root)) == (
            "InvalidArtifactRequest",
            400,
            "$.mailboxRestoreArtifacts",
        )
        twice = refused(created(root, "p1", "p1"))
        assert (await twice)[:2] == ("DuplicateArtifactInList", 400)
        assert (await refused(created(root, *map(str, range(51)))))[:2] == (
            "RestoreArtifactsLimitBreached",
            413,
        )
        made = await created(root, "p1")
        other = artifact("p2", DestinationType.New)
        answer = refused(session(root, made.id).mailbox_restore_artifacts.post(other))
        assert (await answer)[:2] == ("DifferentRestoreDestinationType", 400)
        await root.restore_sessions.by_restore_session_base_id(made.id).activate.post()
        granular = session(root, made.id).granular_mailbox_restore_artifacts
        assert await refused(granular.get()) == ("BadRequest", 404, None)
        not_allowed = ("RestoreSessionActionNotAllowed", 403, made.id)
        assert await refused(session(root, made.id).delete()) == not_allowed


def test_a_refusal_says_all_that_is_wrong_with_a_body(address: str) -> None:
    async def talk() -> None:
        async with connected(address) as root:
            made = await created(root, "p1")
            delta = [{"@removed": {}}, {"@removed": 5, "id": "x"}]
            body = ExchangeRestoreSession(additional_data={"mailboxRestoreArtifacts@delta": delta})
            with pytest.raises(ODataError) as raised:
                await session(root, made.id).patch(body)
            error: Any = raised.value
            assert error.error.code == "InvalidPatchRequest"
            assert error.error.target == '$["mailboxRestoreArtifacts@delta"][0].id'
            assert '$["mailboxRestoreArtifacts@delta"][1]["@removed"]' in error.error.message

    asyncio.run(talk())
