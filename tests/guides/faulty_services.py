"""Services with one fault each, made from the guide's service, and the rule that each breaks."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import attrs
import service
from control import Control
from service import ReadBody, Service
from sqlite_store import Store
from starlette.requests import Request

from restore_domain import operations as op
from restore_domain import wire
from restore_domain.lifecycle import Reporter

Json: TypeAlias = Any
App: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]

Altered: TypeAlias = Callable[[Any, dict[str, Any]], Any]
"""Takes an operation and its arguments, changes them, or returns another operation."""

Answered: TypeAlias = Callable[[str, str, int, Json], tuple[int, Json]]
"""Takes the method, the path, the status and the body, and returns another status and body."""


@attrs.frozen
class Fault:
    """The fault of a service."""

    name: str
    rules: tuple[str, ...]
    """The rules that it breaks, one of which must be reported."""
    alter: Altered | None = None
    answer: Answered | None = None
    client_sees: bool = False
    """Whether a client that activates nothing can see it."""


def faulty(fault: Fault) -> App:
    """Return the service with its control routes, and the fault."""
    store = Store(":memory:")
    control = Control(store)

    class Faulty(Service):
        async def _read(self, http: Request, kind: type[Any]) -> ReadBody:
            content = await self._body(http)
            return _Kept(ReadBody.of(content, kind).found, content)

        async def _change(self, operation: Any, **arguments: Any) -> Any:
            if fault.alter is not None:
                operation = fault.alter(operation, arguments) or operation
            return await super()._change(operation, **arguments)

    app: App = Faulty(
        store,
        now=control.now,
        actor_of=control.actor_of,
        further=control.routes(service.CONTROL),
    ).app()
    return app if fault.answer is None else _answering(app, fault.answer)


@attrs.frozen
class _Kept(ReadBody):
    """A body that was read, and as it came."""

    content: bytes


def _answering(app: App, answer: Answered) -> App:
    async def answered(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"].endswith(("/clock", "/reset")):
            await app(scope, receive, send)
            return
        status, body = 0, b""

        async def keep(message: Mapping[str, Any]) -> None:
            nonlocal status, body
            status = message.get("status", status)
            body += message.get("body", b"")

        await app(scope, receive, keep)
        document = json.loads(body) if body else None
        status, document = answer(scope["method"], scope["path"], status, document)
        content = b"" if document is None else json.dumps(document).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    return answered


# Faults in the operations -----------------------------------------------------------------------


def _without_actor(operation: Any) -> Altered:
    def alter(asked: Any, arguments: dict[str, Any]) -> None:
        if asked is operation:
            arguments["actor"] = None

    return alter


def _reporter(reporter: Reporter) -> Altered:
    def alter(asked: Any, arguments: dict[str, Any]) -> None:
        if asked in {op.record, op.record_batch}:
            arguments["reporter"] = reporter

    return alter


def _body(operation: Any, name: str, change: Callable[[Json], Json]) -> Altered:
    """Change the body of a request, if it is an object."""

    def alter(asked: Any, arguments: dict[str, Any]) -> None:
        if asked is not operation:
            return
        try:
            read = json.loads(arguments[name].content)
        except ValueError:
            return
        if isinstance(read, dict):
            arguments[name] = wire.RequestBody(json.dumps(change(read)))

    return alter


def _unless_found(operation: Any) -> Altered:
    """Answer with the unchanged session where an operation would be refused."""

    def alter(asked: Any, _: dict[str, Any]) -> Any:
        if asked is not operation:
            return None

        def do(root: Any, **arguments: Any) -> Any:
            try:
                return operation(root, **arguments)
            except op.RestoreDomainError as refused:
                if refused.code != "RestoreSessionActionNotAllowed":
                    raise
                session = root.session(arguments["session_id"])
                return op.Outcome(root, session, ())

        return do

    return alter


def _nothing(operation: Any, result: Any = None) -> Altered:
    """Do nothing, once it is clear that it would be possible."""

    def alter(asked: Any, _: dict[str, Any]) -> Any:
        if asked is not operation:
            return None

        def do(root: Any, **arguments: Any) -> Any:
            operation(root, **arguments)
            return op.Outcome(root, result, ())

        return do

    return alter


def _first_of(name: str) -> Callable[[Json], Json]:
    def change(body: Json) -> Json:
        entries = body.get(name)
        return body | {name: entries[:1]} if isinstance(entries, list) else body

    return change


def _unlike(name: str) -> Callable[[Json], Json]:
    """Leave out the entries that name a restore point again."""

    def change(body: Json) -> Json:
        entries = body.get(name)
        if not isinstance(entries, list):
            return body
        different = {json.dumps(entry): entry for entry in entries}
        return body | {name: [*different.values()]}

    return change


def _without(*names: str) -> Callable[[Json], Json]:
    return lambda body: {name: value for name, value in body.items() if name not in names}


def _entries_with(name: str, **values: Any) -> Callable[[Json], Json]:
    def change(body: Json) -> Json:
        entries = body.get(name)
        if not isinstance(entries, list):
            return body
        return body | {
            name: [entry | values if isinstance(entry, dict) else entry for entry in entries]
        }

    return change


def _without_removals(body: Json) -> Json:
    delta = body.get("mailboxRestoreArtifacts@delta")
    if not isinstance(delta, list):
        return body
    kept = [one for one in delta if not (isinstance(one, dict) and "@removed" in one)]
    return body | {"mailboxRestoreArtifacts@delta": kept} if kept else body


# Faults in the answers --------------------------------------------------------------------------


def _status_of(method: str, ending: str, right: int, wrong: int) -> Answered:
    def answer(asked: str, path: str, status: int, body: Json) -> tuple[int, Json]:
        is_it = asked == method and path.endswith(ending) and status == right
        return (wrong if is_it else status), body

    return answer


def _each_session(change: Callable[[Json], Json]) -> Answered:
    """Change each session that is answered."""

    def answer(_method: str, path: str, status: int, body: Json) -> tuple[int, Json]:
        if status not in {200, 201} or not isinstance(body, dict) or "/control/" in path:
            return status, body
        if "restoreSessionArtifactCount" in body or "restoreJobType" in body:
            return status, change(body)
        if path.endswith("/exchangeRestoreSessions") and "value" in body:
            return status, body | {"value": [change(one) for one in body["value"]]}
        return status, body

    return answer


def _each_artifact(change: Callable[[Json], Json]) -> Answered:
    """Change each artifact of a session that is answered."""
    names = ("mailboxRestoreArtifacts", "granularMailboxRestoreArtifacts")
    return _each_session(
        lambda session: (
            session
            | {name: [change(one) for one in session[name]] for name in names if name in session}
        )
    )


def _each_list(ending: str, change: Callable[[Json], Json]) -> Answered:
    def answer(method: str, path: str, status: int, body: Json) -> tuple[int, Json]:
        if method == "GET" and status == 200 and path.endswith(ending) and "value" in body:
            return status, change(body)
        return status, body

    return answer


def _error(change: Callable[[int, Json], tuple[int, Json]]) -> Answered:
    def answer(_method: str, _path: str, status: int, body: Json) -> tuple[int, Json]:
        return change(status, body) if status >= 400 else (status, body)

    return answer


def _status_instead(old: str, new: str) -> Callable[[Json], Json]:
    return lambda one: one | {"status": new} if one.get("status") == old else one


def _with_count(**counts: int) -> Callable[[Json], Json]:
    def change(session: Json) -> Json:
        count = session.get("restoreSessionArtifactCount")
        if count is None:
            return session
        return session | {"restoreSessionArtifactCount": count | counts}

    return change


FAULTS = (
    Fault("activate-forgets-who", ("S6",), _without_actor(op.activate_session)),
    Fault("update-forgets-who", ("S6",), _without_actor(op.update_session)),
    Fault("create-forgets-who", ("O1", "S6"), _without_actor(op.create_session)),
    Fault("artifact-forgets-who", ("S6",), _without_actor(op.create_artifact)),
    Fault("bulk-request-forgets-who", ("S6", "B1"), _without_actor(op.create_bulk_request)),
    Fault("record-forgets-who", ("S6",), _without_actor(op.record)),
    Fault("driver-may-skip", ("L2",), _reporter(Reporter.OBSERVER)),
    Fault("observer-may-not-skip", ("L2", "L4"), _reporter(Reporter.DRIVER)),
    Fault("expire-does-nothing", ("O8",), _nothing(op.expire, ())),
    Fault("delete-does-nothing", ("O5",), _nothing(op.delete_session), client_sees=True),
    Fault("activate-again", ("O4",), _unless_found(op.activate_session)),
    Fault("bulk-request-stays", ("B2",), _nothing(op.delete_bulk_request)),
    Fault(
        "create-takes-one",
        ("O1",),
        _body(op.create_session, "request", _first_of("mailboxRestoreArtifacts")),
        client_sees=True,
    ),
    Fault(
        "create-passes-over-duplicates",
        ("O1",),
        _body(op.create_session, "request", _unlike("mailboxRestoreArtifacts")),
        client_sees=True,
    ),
    Fault(
        "create-drops-the-policy",
        ("S10",),
        _body(op.create_session, "request", _without("policyId")),
        client_sees=True,
    ),
    Fault(
        "update-drops-the-policy",
        ("S10",),
        _body(op.update_session, "request", _without("policyId")),
        client_sees=True,
    ),
    Fault(
        "create-restores-elsewhere",
        ("O1",),
        _body(
            op.create_session,
            "request",
            _entries_with("mailboxRestoreArtifacts", destinationType="new"),
        ),
        client_sees=True,
    ),
    Fault(
        "update-removes-nothing",
        ("O3",),
        _body(op.update_session, "request", _without_removals),
        client_sees=True,
    ),
    Fault(
        "artifact-restored-elsewhere",
        ("O6",),
        _body(op.create_artifact, "request", lambda body: body | {"destinationType": "new"}),
        client_sees=True,
    ),
    Fault(
        "bulk-request-takes-one-mailbox",
        ("B1", "B2"),
        _body(op.create_bulk_request, "request", _first_of("mailboxes")),
        client_sees=True,
    ),
    Fault(
        "resolution-drops-failures",
        ("B5", "B4"),
        _body(op.resolve_bulk_request, "resolution", _without("failures")),
    ),
    Fault(
        "resolution-never-ends",
        ("B5", "B3"),
        _body(op.resolve_bulk_request, "resolution", _without("ended")),
    ),
    Fault(
        "report-drops-results",
        ("O9",),
        _body(op.record, "report", _without("restoredItemCount")),
    ),
    Fault(
        "report-drops-errors",
        ("L5",),
        _body(op.record, "report", _without("error")),
    ),
    Fault(
        "create-answers-200",
        ("O1",),
        answer=_status_of("POST", "/exchangeRestoreSessions", 201, 200),
        client_sees=True,
    ),
    Fault(
        "artifact-answers-200",
        ("O6",),
        answer=_status_of("POST", "/mailboxRestoreArtifacts", 201, 200),
        client_sees=True,
    ),
    Fault("activate-answers-202", ("O4",), answer=_status_of("POST", "/activate", 200, 202)),
    Fault(
        "errors-without-envelope",
        ("O1", "O2", "O3", "O4", "O5", "O6"),
        answer=_error(lambda status, body: (status, body["error"])),
        client_sees=True,
    ),
    Fault(
        "not-found-is-bad-request",
        ("O2", "O3", "O4", "O5", "O6"),
        answer=_error(lambda status, body: (400 if status == 404 else status, body)),
        client_sees=True,
    ),
    Fault(
        "forbidden-is-conflict",
        ("B1", "B2", "O2", "O3", "O4", "O5", "O6", "O7", "L1", "L2", "L4"),
        answer=_error(lambda status, body: (409 if status == 403 else status, body)),
        client_sees=True,
    ),
    Fault(
        "activating-is-active",
        ("A2",),
        answer=_each_session(_status_instead("activating", "active")),
    ),
    Fault(
        "draft-is-activating",
        ("A1",),
        answer=_each_session(_status_instead("draft", "activating")),
        client_sees=True,
    ),
    Fault(
        "failed-is-completed",
        ("A6", "S2"),
        answer=_each_session(_status_instead("failed", "completed")),
    ),
    Fault(
        "partly-failed-is-completed",
        ("A4", "S2"),
        answer=_each_session(_status_instead("completedWithError", "completed")),
    ),
    Fault("no-completed-time", ("S3",), answer=_each_session(_without("completedDateTime"))),
    Fault("no-error", ("S4",), answer=_each_session(_without("error"))),
    Fault(
        "counts-nothing",
        ("S5",),
        answer=_each_session(_with_count(total=0)),
        client_sees=True,
    ),
    Fault("nothing-in-progress", ("S5",), answer=_each_session(_with_count(inProgress=0))),
    Fault(
        "always-standard",
        ("S9",),
        answer=_each_session(lambda session: session | {"restoreJobType": "standard"}),
        client_sees=True,
    ),
    Fault(
        "no-start-time",
        ("L5",),
        answer=_each_artifact(_without("startDateTime")),
    ),
    Fault(
        "no-artifact-errors",
        ("L5",),
        answer=_each_artifact(_without("error")),
    ),
    Fault(
        "sessions-backwards",
        ("O2",),
        answer=_each_list(
            "/exchangeRestoreSessions", lambda page: page | {"value": page["value"][::-1]}
        ),
        client_sees=True,
    ),
    Fault(
        "artifacts-backwards",
        ("O2",),
        answer=_each_list(
            "/mailboxRestoreArtifacts", lambda page: page | {"value": page["value"][::-1]}
        ),
        client_sees=True,
    ),
    Fault(
        "pages-without-a-next",
        ("O2",),
        answer=_each_list("", _without("@odata.nextLink")),
        client_sees=True,
    ),
    Fault(
        "pages-lack-their-last",
        ("O2",),
        answer=_each_list(
            "",
            lambda page: (
                page | {"value": page["value"][:-1]} if "@odata.nextLink" in page else page
            ),
        ),
        client_sees=True,
    ),
    Fault(
        "next-page-elsewhere",
        ("O2",),
        answer=_each_list(
            "",
            lambda page: (
                page | {"@odata.nextLink": "http://elsewhere.example/"}
                if "@odata.nextLink" in page
                else page
            ),
        ),
        client_sees=True,
    ),
)
