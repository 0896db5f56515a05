"""The endpoints of restore sessions in FastAPI, on a database that several workers share.

Try it: ``python docs/examples/fastapi_service.py sqlite:///sessions.db`` once, for the tables, and
then ``DATABASE=sqlite:///sessions.db PUBLIC_URL=http://127.0.0.1:8000 uvicorn --workers 2 --factory
--app-dir docs/examples fastapi_service:from_environment``.
"""
# ruff: noqa: D103 - the names say it, and what is declared stands where it is used

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any
from uuid import uuid4

import query_options as query
from event_store import ConflictError, EventStore, connect, create_tables
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from restore_domain import ExchangeRestoreSessionCollectionResponse as Sessions
from restore_domain import MailboxRestoreArtifactCollectionResponse as Artifacts
from restore_domain import RestoreDomainError, wire
from restore_domain import operations as op

PREFIX = "/beta/solutions/backupRestore/exchangeRestoreSessions"
LONGEST_BODY = 2**20
PAGE = 100

sessions = APIRouter(prefix=PREFIX)
driver = APIRouter(prefix="/driver")
"""What is for your own parts alone."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def new_ids() -> Iterator[str]:
    """Return as many ids as anybody takes, after a conflict, too."""
    return iter(lambda: str(uuid4()), "")


async def body_of(http: Request) -> wire.RequestBody:
    """Read the body, up to its limit; a function that waits for nothing takes it from there."""
    content = bytearray()
    async for part in http.stream():
        content += part
        if len(content) > LONGEST_BODY:
            raise HTTPException(413, f"the body is longer than {LONGEST_BODY} bytes")
    return wire.RequestBody(bytes(content))


def store_of(http: Request) -> EventStore:
    store: EventStore = http.app.state.store
    return store


def now_of(http: Request) -> datetime:
    now: datetime = http.app.state.now()
    return now


Body = Annotated[wire.RequestBody, Depends(body_of)]
Store = Annotated[EventStore, Depends(store_of)]
Now = Annotated[datetime, Depends(now_of)]


@sessions.post("", status_code=201)
def create(http: Request, store: Store, body: Body, now: Now) -> Response:
    session_id = next(new_ids())
    create = partial(op.create_session, request=body, session_id=session_id, now=now)
    session = store.change(session_id, lambda root: create(root, artifact_ids=new_ids()))
    return answer(http, session, 201, expand=())


@sessions.get("")
def list_sessions(http: Request, store: Store) -> Response:
    given = query.options(http.query_params, {"top", "skiptoken", "select", "expand"})
    top = min(number_of(given, "top", PAGE), PAGE)
    found, last = store.sessions(top=top, after=number_of(given, "skiptoken", 0))
    link = None
    if last is not None:
        further = http.url.include_query_params(**{"$skiptoken": last}).query
        link = f"{http.app.state.public_url}{PREFIX}?{further}"
    page = Sessions(value=tuple(found), odata_next_link=link)
    return answer(http, page, **query.shown(given, expandable=True))


@sessions.get("/{session_id}")
def get(http: Request, store: Store, session_id: str) -> Response:
    asked = query.shown(query.options(http.query_params, query.ENTITY), expandable=True)
    return answer(http, op.get_session(store.root(session_id), session_id), **asked)


@sessions.get("/{session_id}/mailboxRestoreArtifacts")
def list_artifacts(http: Request, store: Store, session_id: str) -> Response:
    page = op.list_artifacts(store.root(session_id), session_id)
    return answer(http, Artifacts(value=page.value))


@sessions.patch("/{session_id}")
def update(http: Request, store: Store, session_id: str, body: Body, now: Now) -> Response:
    update = partial(op.update_session, session_id=session_id, request=body, now=now)
    return answer(http, store.change(session_id, lambda root: update(root, artifact_ids=new_ids())))


@sessions.post("/{session_id}/activate")
def activate(http: Request, store: Store, session_id: str, now: Now) -> Response:
    activate = partial(op.activate_session, session_id=session_id, now=now)
    return answer(http, store.change(session_id, activate), expand=())


@sessions.delete("/{session_id}", status_code=204)
def delete(store: Store, session_id: str, now: Now) -> Response:
    store.change(session_id, partial(op.delete_session, session_id=session_id, now=now))
    return Response(status_code=204)


@driver.post("/{session_id}/reports")
def record(http: Request, store: Store, session_id: str, body: Body) -> Response:
    record = partial(op.record, session_id=session_id, report=body)
    return answer(http, store.change(session_id, record))


def number_of(given: dict[str, str], option: str, default: int) -> int:
    """Return the number that an option has, which begins with 1."""
    if option not in given:
        return default
    if not re.fullmatch("[1-9][0-9]{0,8}", given[option]):
        raise query.refused(f"${option}", "expected a whole number from 1 on")
    return int(given[option])


def answer(http: Request, entity: object, status: int = 200, **asked: Any) -> Response:
    unknown = "include-unknown-enum-members" in http.headers.get("prefer", "")
    body = wire.dumps(entity, include_unknown_enum_members=unknown, **asked)
    return Response(body, status, media_type="application/json")


def refused(_: Request, error: Any) -> Response:
    return JSONResponse(wire.error_body(error), error.http_status)


def late(_: Request, error: Any) -> Response:
    """Answer a client whose change others overtook every time: it may try again."""
    body = {"error": {"code": "Conflict", "message": str(error)}}
    return JSONResponse(body, 409, {"Retry-After": "1"})


def not_here(_: Request, error: Any) -> Response:
    body = {"error": {"code": "BadRequest", "message": error.detail}}
    return JSONResponse(body, error.status_code, error.headers)


def hung_up(_: Request, __: Any) -> Response:
    return Response(status_code=400)


def make_app(
    store: EventStore, public_url: str, *, now: Callable[[], datetime] = utc_now
) -> FastAPI:
    """Return the app; clients reach it at this URL, regardless of their Host header."""
    app = FastAPI(title="Restore sessions")
    app.state.store, app.state.public_url, app.state.now = store, public_url, now
    app.include_router(sessions)
    app.include_router(driver)
    app.add_exception_handler(RestoreDomainError, refused)
    app.add_exception_handler(ConflictError, late)
    app.add_exception_handler(404, not_here)
    app.add_exception_handler(405, not_here)
    app.add_exception_handler(413, not_here)
    app.add_exception_handler(ClientDisconnect, hung_up)
    return app


def from_environment() -> FastAPI:
    """Return the app of one worker, which has connections of its own."""
    return make_app(EventStore(connect(os.environ["DATABASE"])), os.environ["PUBLIC_URL"])


if __name__ == "__main__":
    create_tables(connect(sys.argv[1]))
