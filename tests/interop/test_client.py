"""Microsoft's Python client talks to the service of the guide: ``python -m pytest -m interop``."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
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
    from msgraph_beta.generated.models.mailbox_restore_artifacts_bulk_addition_request import (
        MailboxRestoreArtifactsBulkAdditionRequest,
    )
    from msgraph_beta.generated.models.o_data_errors.o_data_error import ODataError
    from msgraph_beta.generated.models.restore_artifacts_bulk_request_status import (
        RestoreArtifactsBulkRequestStatus,
    )
    from msgraph_beta.generated.models.restore_job_type import RestoreJobType
    from msgraph_beta.generated.models.restore_point import RestorePoint
    from msgraph_beta.generated.models.restore_point_preference import RestorePointPreference
    from msgraph_beta.generated.models.restore_point_tags import RestorePointTags
    from msgraph_beta.generated.models.restore_session_status import RestoreSessionStatus
    from msgraph_beta.generated.models.time_period import TimePeriod
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
        arrived, failed = (await one.patch(body)).additional_data["mailboxRestoreArtifacts@delta"]
        assert arrived["status"] == "added"
        assert failed["@Core.DataModificationException"]["responseCode"] == 409

        added = await one.mailbox_restore_artifacts.post(artifact("p4"))
        stored = (await one.mailbox_restore_artifacts.get()).value
        assert [entry.id for entry in stored] == [second.id, str(arrived["id"]), added.id]

        by_kind = root.restore_sessions.by_restore_session_base_id(draft.id)
        activated = await by_kind.activate.post()
        assert isinstance(activated, ExchangeRestoreSession)
        assert activated.status is RestoreSessionStatus.Activating

        for entry in stored:
            report(address, draft.id, entry.id)
        assert (await one.get()).status is RestoreSessionStatus.UnknownFutureValue
        ended = await one.get(include_unknown())
        assert ended.status is RestoreSessionStatus.Failed
        assert ended.error.details[2].target == added.id
        assert ended.completed_date_time is not None


def report(address: str, session_id: Any, artifact_id: Any, status: str = "failed") -> None:
    error = {"code": "ArtifactCannotBeRestored", "message": "The mailbox is on hold."}
    body = {"artifactId": artifact_id, "status": status, "time": "2036-01-12T08:30:00.1234567Z"}
    failure = {"error": error} if status == "failed" else {}
    response = httpx.post(f"{address}/control/{session_id}/reports", json=body | failure)
    assert response.status_code == 200, response.text


# Bulk requests ----------------------------------------------------------------------------------

ADA, BOB, EVE = "ada@example.com", "bob@example.com", "eve@example.com"


def bulk(*mailboxes: str) -> Any:
    return MailboxRestoreArtifactsBulkAdditionRequest(
        display_name="All",
        mailboxes=[*mailboxes],
        protection_time_period=TimePeriod(
            start_date_time=datetime(2026, 1, 1, tzinfo=UTC),
            end_date_time=datetime(2026, 1, 8, tzinfo=UTC),
        ),
        destination_type=DestinationType.New,
        tags=RestorePointTags.FastRestore,
        restore_point_preference=RestorePointPreference.Latest,
    )


def bulk_requests(root: Any, session_id: Any) -> Any:
    return session(root, session_id).mailbox_restore_artifacts_bulk_addition_requests


def bulk_request(root: Any, session_id: Any, request_id: Any) -> Any:
    requests = bulk_requests(root, session_id)
    return requests.by_mailbox_restore_artifacts_bulk_addition_request_id(request_id)


def resolve(address: str, session_id: Any, request_id: Any, **resolution: Any) -> Any:
    """Return the ids of the artifacts that a part of a resolution adds."""
    url = f"{address}/control/{session_id}/bulkRequests/{request_id}/resolutions"
    response = httpx.post(url, json=resolution)
    assert response.status_code == 200, response.text
    return [added["id"] for added in response.json()["value"]]


def test_a_bulk_session_from_its_creation_to_its_end(address: str) -> None:
    asyncio.run(restore_many_mailboxes(address))


async def restore_many_mailboxes(address: str) -> None:
    async with connected(address) as root:
        draft = await root.exchange_restore_sessions.post(ExchangeRestoreSession())
        made = await bulk_requests(root, draft.id).post(bulk(ADA, BOB, EVE))
        assert made.status is RestoreArtifactsBulkRequestStatus.Active
        assert made.destination_type is DestinationType.New
        assert made.restore_point_preference is RestorePointPreference.Latest
        assert made.protection_time_period.end_date_time == datetime(2026, 1, 8, tzinfo=UTC)
        assert made.mailboxes is None
        one, request = session(root, draft.id), bulk_request(root, draft.id, made.id)
        got = await one.get()
        assert got.restore_job_type is RestoreJobType.Bulk
        assert got.status is RestoreSessionStatus.Draft

        await root.restore_sessions.by_restore_session_base_id(draft.id).activate.post()
        assert (await request.get()).status is RestoreArtifactsBulkRequestStatus.Active
        (first,) = resolve(address, draft.id, made.id, artifacts=[{"restorePoint": {"id": "p1"}}])
        for status in ("scheduled", "inProgress", "succeeded"):
            report(address, draft.id, first, status)
        assert (await one.get()).status is RestoreSessionStatus.Active
        failure = {"mailbox": EVE, "error": {"code": "MailboxNotFound", "message": "Not there."}}
        assert resolve(address, draft.id, made.id, failures=[failure]) == []
        not_yet = await refused(request.delete())
        assert not_yet == ("InvalidStateForBulkRequestDeletion", 403, made.id)
        last = [{"restorePoint": {"id": "p2"}}]
        (second,) = resolve(address, draft.id, made.id, artifacts=last, ended=True)
        report(address, draft.id, second)

        ended = await request.get()
        assert ended.status is RestoreArtifactsBulkRequestStatus.CompletedWithErrors
        assert [(detail.code, detail.target) for detail in ended.error.details] == [
            ("MailboxNotFound", EVE)
        ]
        ended_session = await one.get(asking(one, expand=["mailboxRestoreArtifacts"]))
        assert ended_session.status is RestoreSessionStatus.CompletedWithError
        assert [artifact.id for artifact in ended_session.mailbox_restore_artifacts] == [
            first,
            second,
        ]
        expand = "mailboxRestoreArtifactsBulkAdditionRequests"
        (full,) = (
            await one.get(asking(one, expand=[expand]))
        ).mailbox_restore_artifacts_bulk_addition_requests
        assert full.mailboxes == [ADA, BOB, EVE]

        (listed,) = (await bulk_requests(root, draft.id).get()).value
        assert (listed.id, listed.status, listed.mailboxes) == (made.id, ended.status, None)
        await request.delete()
        assert (await bulk_requests(root, draft.id).get()).value == []
        assert (await one.get()).status is RestoreSessionStatus.CompletedWithError


def test_a_restore_point_by_reference(address: str) -> None:
    async def talk() -> None:
        async with connected(address) as root:
            entry = artifact("")
            entry.restore_point = RestorePoint(additional_data={"@odata.id": "p1"})
            body = ExchangeRestoreSession(mailbox_restore_artifacts=[entry])
            made = await root.exchange_restore_sessions.post(body)
            (stored,) = (await session(root, made.id).mailbox_restore_artifacts.get()).value
            assert stored.restore_point.additional_data == {"@odata.id": "p1"}

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
                return True  # to continue

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
    """Return the code, the HTTP status and the target of the client's exception."""
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
        empty = await root.exchange_restore_sessions.post(ExchangeRestoreSession())
        assert (await refused(bulk_requests(root, empty.id).post(bulk("ada"))))[:2] == (
            "BulkRestoreInvalidCreateRequestUserEmail",
            400,
        )
        missing = bulk_request(root, empty.id, "r404")
        assert await refused(missing.get()) == ("BulkRestoreArtifactsNotFound", 404, "r404")
        made = await created(root, "p1")
        other = artifact("p2", DestinationType.New)
        answer = refused(session(root, made.id).mailbox_restore_artifacts.post(other))
        assert (await answer)[:2] == ("DifferentRestoreDestinationType", 400)
        await root.restore_sessions.by_restore_session_base_id(made.id).activate.post()
        one = session(root, made.id).mailbox_restore_artifacts.by_mailbox_restore_artifact_id("a")
        assert await refused(one.get()) == (
            "BadRequest",
            404,
            None,
        )  # not an operation of the library
        not_allowed = ("RestoreSessionActionNotAllowed", 403, made.id)
        assert await refused(session(root, made.id).delete()) == not_allowed


def test_a_refusal_lists_all_problems_of_a_body(address: str) -> None:
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
