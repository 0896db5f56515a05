"""A web service that answers the endpoints of Microsoft Graph's ``exchangeRestoreSession``.

What they mean is restore_domain's; the network, the clock and the ids are this program's, and
sqlite_store.py keeps the sessions.

Try it: ``python docs/examples/service.py sessions.db``. With ``--control`` at the end it has the
routes by which a verification chooses the time, the client and the sessions; see control.py.
"""
# ruff: noqa: D102, D103 - the names say it

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import attrs
import query_options as query
import uvicorn
from control import Control
from sqlite_store import Store, without_collections
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from restore_domain import (
    CreateBulkRequest,
    CreateSessionRequest,
    IdentitySet,
    RequestedArtifact,
    RestoreDomainError,
    UpdateSessionRequest,
    wire,
)
from restore_domain import ExchangeRestoreSessionCollectionResponse as Sessions
from restore_domain import MailboxRestoreArtifactCollectionResponse as Artifacts
from restore_domain import (
    MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse as BulkRequests,
)
from restore_domain import operations as op
from restore_domain.lifecycle import Reporter

ROOT = "/beta/solutions/backupRestore"
SESSIONS = f"{ROOT}/exchangeRestoreSessions"
SESSION = f"{SESSIONS}/{{session_id}}"
BULK_REQUESTS = f"{SESSION}/mailboxRestoreArtifactsBulkAdditionRequests"
BULK_REQUEST = f"{BULK_REQUESTS}/{{bulk_request_id}}"
BASE = f"{ROOT}/restoreSessions/{{session_id}}"
"""A session as one of any kind: here Graph's clients activate it, and may delete it."""

CONTROL = "/control"
"""Below it is what is for your own parts alone."""

REPORTS = f"{CONTROL}/{{session_id}}/reports"
RESOLUTIONS = f"{CONTROL}/{{session_id}}/bulkRequests/{{bulk_request_id}}/resolutions"


def new_id() -> str:
    return str(uuid4())


def utc_now() -> datetime:
    return datetime.now(UTC)


def nobody(_: Request) -> None:
    """Stand in for what your authentication knows of the client."""


@attrs.frozen
class Service:
    """What is done for each request."""

    store: Store
    now: Callable[[], datetime] = utc_now
    new_id: Callable[[], str] = new_id
    actor_of: Callable[[Request], IdentitySet | None] = nobody
    page_size: int = 100
    run: str = attrs.Factory(new_id)
    """Names this run: its continuation tokens mean nothing to the next one."""
    public_url: str | None = None
    """Where clients find the service, if that is elsewhere than it listens."""
    longest_body: int = 2**20
    """Bytes."""
    seconds_for_a_body: float = 30
    further: Sequence[Route] = ()
    """Routes beside those of the service."""

    async def create(self, http: Request) -> Response:
        session = await self._change(
            op.create_session,
            request=await self._read(http, CreateSessionRequest),
            session_id=self.new_id(),
            artifact_ids=self._ids(),
            **self._who_and_when(http),
        )
        return answer(http, session, 201, expand=())

    async def list(self, http: Request) -> Response:
        return self._list(http, op.list_sessions, Sessions, query.SESSIONS)

    async def get(self, http: Request) -> Response:
        asked = query.shown(query.options(http.query_params, query.ENTITY), expandable=True)
        return answer(http, op.get_session(self.store.root, **http.path_params), **asked)

    async def update(self, http: Request) -> Response:
        response = await self._change(
            op.update_session,
            request=await self._read(http, UpdateSessionRequest),
            artifact_ids=self._ids(),
            **self._who_and_when(http),
            **http.path_params,
        )
        return answer(http, response)

    async def activate(self, http: Request) -> Response:
        session = without_collections(
            await self._change(op.activate_session, **self._who_and_when(http), **http.path_params)
        )
        data = {**session.additional_data, "@odata.type": "#microsoft.graph.exchangeRestoreSession"}
        return answer(http, attrs.evolve(session, additional_data=data))

    async def delete(self, http: Request) -> Response:
        try:
            await self._change(op.delete_session, **self._who_and_when(http), **http.path_params)
        except sqlite3.Error as error:
            code, message = "IncompleteArtifactDeletion", "nothing was deleted; try again later"
            raise op.refusal_of(op.Operation.DELETE, code, message) from error
        return Response(status_code=204)

    async def create_artifact(self, http: Request) -> Response:
        artifact = await self._change(
            op.create_artifact,
            request=await self._read(http, RequestedArtifact),
            artifact_id=self.new_id(),
            **self._who_and_when(http),
            **http.path_params,
        )
        return answer(http, artifact, 201)

    async def list_artifacts(self, http: Request) -> Response:
        return self._list(http, op.list_artifacts, Artifacts, query.ARTIFACTS)

    async def list_granular_artifacts(self, http: Request) -> Response:
        return self._list(http, op.list_granular_artifacts, Artifacts, query.ARTIFACTS)

    async def create_bulk_request(self, http: Request) -> Response:
        bulk_request = await self._change(
            op.create_bulk_request,
            request=await self._read(http, CreateBulkRequest),
            bulk_request_id=self.new_id(),
            **self._who_and_when(http),
            **http.path_params,
        )
        return answer(http, bulk_request, 201)

    async def list_bulk_requests(self, http: Request) -> Response:
        return self._list(http, op.list_bulk_requests, BulkRequests, query.BULK_REQUESTS)

    async def get_bulk_request(self, http: Request) -> Response:
        asked = query.shown(query.options(http.query_params, query.ENTITY), expandable=False)
        return answer(http, op.get_bulk_request(self.store.root, **http.path_params), **asked)

    async def delete_bulk_request(self, http: Request) -> Response:
        await self._change(op.delete_bulk_request, **self._who_and_when(http), **http.path_params)
        return Response(status_code=204)

    async def resolve_bulk_request(self, http: Request) -> Response:
        """Take what the driver found out about mailboxes of a bulk request."""
        added = await self._change(
            op.resolve_bulk_request,
            resolution=await self._read(http, op.Resolution),
            artifact_ids=self._ids(),
            **self._who_and_when(http),
            **http.path_params,
        )
        return answer(http, Artifacts(value=added))

    async def record(self, http: Request) -> Response:
        """Take a report of the driver, who runs the restore, or of an observer, who polls it."""
        artifact = await self._change(
            op.record,
            report=await self._read(http, op.Report),
            **self._reporter(http),
            **http.path_params,
        )
        return answer(http, artifact)

    async def record_batch(self, http: Request) -> Response:
        """Take several reports on one session, all or none."""
        reports = [wire.RequestBody(one) for one in json.loads(await self._body(http))["reports"]]
        artifacts = await self._change(
            op.record_batch, reports=reports, **self._reporter(http), **http.path_params
        )
        return answer(http, Artifacts(value=artifacts))

    async def expire(self, http: Request) -> Response:
        return JSONResponse({"value": await self._change(op.expire, **self._who_and_when(http))})

    async def _change(self, operation: Callable[..., op.Outcome[Any]], **arguments: Any) -> Any:
        """Change the store in a thread: it waits for its turn, and for the disk."""
        return await run_in_threadpool(self.store.change, partial(operation, **arguments))

    def _who_and_when(self, http: Request) -> dict[str, Any]:
        return {"actor": self.actor_of(http), "now": self.now()}

    def _reporter(self, http: Request) -> dict[str, Any]:
        reporter = http.query_params.get("reporter", Reporter.DRIVER)
        if reporter not in {*Reporter}:
            raise wire.WireError([("reporter", f"expected {' or '.join(Reporter)}")])
        return {"actor": self.actor_of(http), "reporter": Reporter(reporter)}

    def _ids(self) -> Iterator[str]:
        """Return as many ids as anybody takes."""
        return iter(self.new_id, "")

    def _list(
        self,
        http: Request,
        operation: Callable[..., op.Page[Any]],
        page_class: type[Any],
        properties: query.Properties,
    ) -> Response:
        """Answer a page of what is asked for."""
        given = query.options(http.query_params, query.LIST)
        wanted = query.arranged(given, properties)
        look = partial(operation, self.store.root, **http.path_params)
        top, token = self._place(given)
        page = look(top=top, skip_token=token)
        everything = wanted.of(look().value) if wanted or query.counted(given) else []
        if wanted:
            begin = int(token or 0)
            end = begin + top
            page = op.Page(
                tuple(everything[begin:end]), str(end) if end < len(everything) else None
            )
        count = {"@odata.count": len(everything)} if query.counted(given) else {}
        link = self._next(http, page)
        entity = page_class(value=page.value, odata_next_link=link, additional_data=count)
        return answer(http, entity, **query.shown(given, expandable=page_class is Sessions))

    def _place(self, given: Mapping[str, str]) -> tuple[Any, str | None]:
        """Return which page is asked for; what is invalid is for the operation to refuse."""
        top: Any = given.get("top", str(self.page_size))
        if re.fullmatch("[0-9]{1,4000}", top):
            top = min(int(top), self.page_size)
        token = given.get("skiptoken")
        _, _, place = (token or "").partition(f"{self.run}.")
        return top, token and place

    def _next(self, http: Request, page: op.Page[Any]) -> str | None:
        """Return the link to the next page; what a client says of its host is not in it."""
        if page.skip_token is None:
            return None
        token = {"$skiptoken": f"{self.run}.{page.skip_token}"}
        url = http.url.include_query_params(**token)
        return f"{self.public_url or address_of(http)}{url.path}?{url.query}"

    async def _read(self, http: Request, kind: type[Any]) -> ReadBody:
        """Read a body before the change has its turn, so that nobody waits for it."""
        content = await self._body(http)
        return await run_in_threadpool(ReadBody.of, content, kind)

    async def _body(self, http: Request) -> bytes:
        """Return a body; HTTPException for one that is too long, or too slow."""
        length = http.headers.get("content-length", "")
        too_long = HTTPException(413, f"the body is longer than {self.longest_body} bytes")
        if length.isdecimal() and int(length) > self.longest_body:
            raise too_long
        content = bytearray()
        try:
            async with asyncio.timeout(self.seconds_for_a_body):
                async for part in http.stream():
                    content += part
                    if len(content) > self.longest_body:
                        raise too_long
        except TimeoutError as error:
            raise HTTPException(408, "the body did not come in time") from error
        return bytes(content)

    def app(self) -> Starlette:
        routes = [
            ("POST", SESSIONS, self.create),
            ("GET", SESSIONS, self.list),
            ("GET", SESSION, self.get),
            ("PATCH", SESSION, self.update),
            ("DELETE", SESSION, self.delete),
            ("DELETE", BASE, self.delete),
            ("POST", f"{BASE}/activate", self.activate),
            ("POST", f"{SESSION}/activate", self.activate),
            ("POST", f"{SESSION}/mailboxRestoreArtifacts", self.create_artifact),
            ("GET", f"{SESSION}/mailboxRestoreArtifacts", self.list_artifacts),
            ("GET", f"{SESSION}/granularMailboxRestoreArtifacts", self.list_granular_artifacts),
            ("POST", BULK_REQUESTS, self.create_bulk_request),
            ("GET", BULK_REQUESTS, self.list_bulk_requests),
            ("GET", BULK_REQUEST, self.get_bulk_request),
            ("DELETE", BULK_REQUEST, self.delete_bulk_request),
            ("POST", RESOLUTIONS, self.resolve_bulk_request),
            ("POST", REPORTS, self.record),
            ("POST", f"{REPORTS}/batch", self.record_batch),
            ("POST", f"{CONTROL}/expire", self.expire),
        ]
        return Starlette(
            routes=[
                *self.further,
                *(
                    Route(path, answers if method == "GET" else plain(answers), methods=[method])
                    for method, path, answers in routes
                ),
            ],
            exception_handlers={
                RestoreDomainError: refused,
                HTTPException: not_here,
                ClientDisconnect: hung_up,
            },
        )


@attrs.frozen
class ReadBody:
    """A body that was read, or why it can't be; the operation asks at its place in the checks."""

    found: Any

    @classmethod
    def of(cls, content: bytes, kind: type[Any]) -> ReadBody:
        try:
            return cls(wire.RequestBody(content).read(kind))
        except RestoreDomainError as error:
            return cls(error)

    def read(self, _: type[Any], /) -> Any:
        if isinstance(self.found, RestoreDomainError):
            raise self.found
        return self.found


def address_of(http: Request) -> str:
    """Return where the service listens, as the server knows it."""
    host, port = http.scope["server"]
    host = f"[{host}]" if ":" in host else host
    usual = port in {None, {"http": 80, "https": 443}.get(http.scope["scheme"])}
    return f"{http.scope['scheme']}://{host}" + ("" if usual else f":{port}")


def plain(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse the options of Graph before anything is changed; nothing here has one."""

    async def checked(http: Request) -> Response:
        if http.url.path.startswith(ROOT):
            query.options(http.query_params, ())
        response: Response = await endpoint(http)
        return response

    return checked


def answer(http: Request, entity: object, status: int = 200, **asked: Any) -> Response:
    unknown = "include-unknown-enum-members" in ",".join(http.headers.getlist("prefer"))
    body = wire.dumps(entity, include_unknown_enum_members=unknown, **asked)
    return Response(body, status, media_type="application/json")


def hung_up(_: Request, __: Any) -> Response:
    """Answer a client that is no longer there."""
    return Response(status_code=400)


def refused(_: Request, error: Any) -> Response:
    """Answer in the form in which Graph's clients read an error."""
    body = wire.error_body(error)
    return JSONResponse(body, error.http_status)


def not_here(_: Request, error: Any) -> Response:
    """Answer what this service does not have in the same form."""
    code = {408: "RequestTimeout", 413: "RequestEntityTooLarge"}.get(
        error.status_code, "BadRequest"
    )
    body = {"error": {"code": code, "message": error.detail}}
    return JSONResponse(body, error.status_code, error.headers)


def controlled(store: Store, **given: Any) -> Service:
    """Return the service with the routes of a verification, which chooses time and client."""
    control = Control(store)
    return Service(
        store,
        now=control.now,
        actor_of=control.actor_of,
        further=control.routes(CONTROL),
        **given,
    )


def main(path: str, port: str = "8000", *options: str) -> None:
    is_tested = "--control" in options  # by thousands of requests, each a line that takes its time
    make = controlled if is_tested else Service
    uvicorn.run(make(Store(path)).app(), port=int(port), access_log=not is_tested)


if __name__ == "__main__":
    main(*sys.argv[1:])
