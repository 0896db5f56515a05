"""A web service that answers the endpoints of Microsoft Graph's ``exchangeRestoreSession``.

What they mean is restore_domain's; the network, the clock and the ids are this program's, and
sqlite_store.py keeps the sessions.

Try it: ``python docs/examples/service.py sessions.db``. With ``--control`` at the end it has the
routes by which a verification chooses the time, the client and the sessions; see control.py.
"""
# ruff: noqa: D102, D103 - the names say it

from __future__ import annotations

import json
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import attrs
import uvicorn
from control import Control
from sqlite_store import Store, showing, without_collections
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from restore_domain import ExchangeRestoreSession, IdentitySet, RestoreDomainError, wire
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
    further: Sequence[Route] = ()
    """Routes beside those of the service."""

    async def create(self, http: Request) -> Response:
        session = await self._change(
            op.create_session,
            request=wire.RequestBody(await http.body()),
            session_id=self.new_id(),
            artifact_ids=self._ids(),
            **self._who_and_when(http),
        )
        return answer(http, without_collections(session), 201)

    async def list(self, http: Request) -> Response:
        page = op.list_sessions(self.store.root, **self._place(http))
        shown = tuple(as_asked(http, session) for session in page.value)
        return answer(http, Sessions(value=shown, odata_next_link=self._next(http, page)))

    async def get(self, http: Request) -> Response:
        session = op.get_session(self.store.root, **http.path_params)
        return answer(http, as_asked(http, session))

    async def update(self, http: Request) -> Response:
        response = await self._change(
            op.update_session,
            request=wire.RequestBody(await http.body()),
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
            await self._change(op.delete_session, **http.path_params)
        except sqlite3.Error as error:
            code, message = "IncompleteArtifactDeletion", "nothing was deleted; try again later"
            raise op.refusal_of(op.Operation.DELETE, code, message) from error
        return Response(status_code=204)

    async def create_artifact(self, http: Request) -> Response:
        artifact = await self._change(
            op.create_artifact,
            request=wire.RequestBody(await http.body()),
            artifact_id=self.new_id(),
            **self._who_and_when(http),
            **http.path_params,
        )
        return answer(http, artifact, 201)

    async def list_artifacts(self, http: Request) -> Response:
        page = op.list_artifacts(self.store.root, **http.path_params, **self._place(http))
        return answer(http, Artifacts(value=page.value, odata_next_link=self._next(http, page)))

    async def list_granular_artifacts(self, http: Request) -> Response:
        page = op.list_granular_artifacts(self.store.root, **http.path_params, **self._place(http))
        return answer(http, Artifacts(value=page.value, odata_next_link=self._next(http, page)))

    async def create_bulk_request(self, http: Request) -> Response:
        bulk_request = await self._change(
            op.create_bulk_request,
            request=wire.RequestBody(await http.body()),
            bulk_request_id=self.new_id(),
            **self._who_and_when(http),
            **http.path_params,
        )
        return answer(http, bulk_request, 201)

    async def list_bulk_requests(self, http: Request) -> Response:
        page = op.list_bulk_requests(self.store.root, **http.path_params, **self._place(http))
        return answer(http, BulkRequests(value=page.value, odata_next_link=self._next(http, page)))

    async def get_bulk_request(self, http: Request) -> Response:
        return answer(http, op.get_bulk_request(self.store.root, **http.path_params))

    async def delete_bulk_request(self, http: Request) -> Response:
        await self._change(op.delete_bulk_request, **self._who_and_when(http), **http.path_params)
        return Response(status_code=204)

    async def resolve_bulk_request(self, http: Request) -> Response:
        """Take what the driver found out about mailboxes of a bulk request."""
        added = await self._change(
            op.resolve_bulk_request,
            resolution=wire.RequestBody(await http.body()),
            artifact_ids=self._ids(),
            **self._who_and_when(http),
            **http.path_params,
        )
        return answer(http, Artifacts(value=added))

    async def record(self, http: Request) -> Response:
        """Take a report of the driver, who runs the restore, or of an observer, who polls it."""
        artifact = await self._change(
            op.record,
            report=wire.RequestBody(await http.body()),
            **self._reporter(http),
            **http.path_params,
        )
        return answer(http, artifact)

    async def record_batch(self, http: Request) -> Response:
        """Take several reports on one session, all or none."""
        reports = [wire.RequestBody(json.dumps(one)) for one in (await http.json())["reports"]]
        artifacts = await self._change(
            op.record_batch, reports=reports, **self._reporter(http), **http.path_params
        )
        return answer(http, Artifacts(value=artifacts))

    async def expire(self, _: Request) -> Response:
        return JSONResponse({"value": await self._change(op.expire, now=self.now())})

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

    def _place(self, http: Request) -> dict[str, Any]:
        """Return which page is asked for; what makes no sense is for the operation to refuse."""
        top: Any = http.query_params.get("$top", str(self.page_size))
        if re.fullmatch("[0-9]{1,4000}", top):
            top = min(int(top), self.page_size)
        token = http.query_params.get("$skiptoken")
        _, _, place = (token or "").partition(f"{self.run}.")
        return {"top": top, "skip_token": token and place}

    def _next(self, http: Request, page: op.Page[Any]) -> str | None:
        token = {"$skiptoken": f"{self.run}.{page.skip_token}"}
        return page.skip_token and str(http.url.include_query_params(**token))

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
                *(Route(path, answers, methods=[method]) for method, path, answers in routes),
                *self.further,
            ],
            exception_handlers={RestoreDomainError: refused, HTTPException: not_here},
        )


def as_asked(http: Request, session: ExchangeRestoreSession) -> ExchangeRestoreSession:
    """Show a collection to a client alone that asks for it by its name."""
    return showing(re.findall(r"\w+", http.query_params.get("$expand", "")), session)


def answer(http: Request, entity: object, status: int = 200) -> Response:
    asked = "include-unknown-enum-members" in ",".join(http.headers.getlist("prefer"))
    body = wire.dumps(entity, include_unknown_enum_members=asked)
    return Response(body, status, media_type="application/json")


def refused(_: Request, error: Any) -> Response:
    """Answer in the form in which Graph's clients read an error."""
    body = wire.error_body(error)
    return JSONResponse(body, error.http_status)


def not_here(_: Request, error: Any) -> Response:
    """Answer what this service does not have in the same form."""
    body = {"error": {"code": "BadRequest", "message": error.detail}}
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
    make = controlled if "--control" in options else Service
    uvicorn.run(make(Store(path)).app(), port=int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
