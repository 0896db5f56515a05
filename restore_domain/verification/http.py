"""A service over HTTP as a system: at a URL, or an ASGI application in this process.

`ServiceSystem` uses Graph's routes (module ``routes``). A service chooses its ids and reads its own
clock, so there are two levels of verification. As a *black box* it is judged by what a client can
see and do; *with control routes* everything can be verified. httpx comes with the extra
``verification``: without it, importing this module raises ModuleNotFoundError.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from time import monotonic, sleep
from typing import Any, Final, Self, TypeAlias
from urllib.parse import parse_qsl, urljoin, urlsplit

try:
    import httpx
except ModuleNotFoundError as error:
    message = (
        "httpx is needed for services over HTTP, and is not installed: pip install httpx, "
        "or this package with its extra verification"
    )
    raise ModuleNotFoundError(message, name=error.name) from None

from restore_domain.model import ExchangeRestoreSession, ViolationKind, audit_history
from restore_domain.model.lacking import COLLECTIONS, GRANULAR, WHOLE
from restore_domain.verification.bindings import Ids, Times
from restore_domain.verification.program import NotAnsweredError, ProgramError
from restore_domain.verification.routes import (
    CONTROL_ROUTES,
    ROUTES,
    Clock,
    Request,
    request_of,
)
from restore_domain.verification.system import (
    STARTS,
    CannotBeAskedError,
    ContradictedError,
    RefusedError,
)
from restore_domain.wire import WireError, from_json_value, read_error
from restore_domain.wire.reading import MARKERS

__all__ = ["MOST_ACTIVATED", "Level", "ServiceSystem", "UnusableServiceError", "methods_at"]


Application: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI application."""


class Level(StrEnum):
    """How much of a service can be verified."""

    BLACK_BOX = "black box"
    """What a client can see and do."""

    CONTROL = "with control routes"
    """Everything: the time, the actor, limits, sessions and reports can be chosen."""


class UnusableServiceError(ProgramError):
    """The service can't be verified: it does not answer, or asks to wait too long."""

    subject = "the service"


class ServiceSystem:
    """A service that answers Graph's routes, judged only by its answers.

    Use it in a ``with`` statement, or `close` it: it removes the sessions that it created.
    """

    name: str
    """The URL of the service."""

    methods: Collection[str]
    """The methods that can be called at this level."""

    level: Level
    """How much of it can be verified."""

    requests_per_second: float | None
    """The maximum number of requests per second, if there is one."""

    unjudged: Collection[str]
    """The properties that are left out of every comparison, since only the service knows them."""

    def __init__(  # noqa: PLR0913 - each with a default
        self,
        service: str | Application,
        *,
        at: str = "/v1.0/solutions/backupRestore",
        control: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
        restore_points: Iterable[str] = (),
        allow_activate: bool = False,
        requests_per_second: float | None = None,
        timeout: float = 30.0,
    ) -> None:
        """Begin to use a service: the URL of its ``backupRestore``, or an ASGI application.

        `at` is the path of ``backupRestore`` in an application, and `control` the URL of the prefix
        of its control routes, or their path. `restore_points` are ids of restore points that the
        service knows; without them, those of the cases are used. Sessions are activated only if
        `allow_activate` is set or there are control routes: a service that has them is for tests.
        """
        url = service if isinstance(service, str) else _IN_PROCESS + at
        transport = None if isinstance(service, str) else _InProcess(service)
        self.name = url if isinstance(service, str) else type(service).__name__
        self.requests_per_second = requests_per_second
        self._base = url.rstrip("/")
        self._control = None if control is None else urljoin(url, control).rstrip("/")
        self._exchange = _Exchange(url, dict(headers), transport, requests_per_second, timeout)
        self._points = _Points(restore_points)
        self.level = Level.BLACK_BOX if control is None else Level.CONTROL
        self.methods = methods_at(self.level, allow_activate=allow_activate)
        self.unjudged = frozenset() if control else _WHO_ACTS
        self._clock = Clock()
        self._links: dict[str, str] = {}
        self._ids, self._times = Ids(), Times()
        self._changed: str | None = None
        self._left: dict[str, None] = {}
        self._activated: dict[str, _Watched] = {}
        self._number_activated = 0
        self._ways: Mapping[str, Callable[..., Any]] = {
            "create": self._create,
            "get": self._get,
            "list": self._list,
            "update": self._update,
            "activate": self._activate,
            "delete": self._delete,
            "listArtifacts": self._listed,
            "listGranularArtifacts": self._listed,
            "listBulkRequests": self._listed,
            "createArtifact": self._added,
            "createBulkRequest": self._added,
            "resolveBulkRequest": self._added,
            "expire": self._expire,
        }

    def __enter__(self) -> Self:
        """Use the service."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the sessions that were created."""
        self.close()

    def close(self) -> None:
        """Remove the sessions that were created, and end the connection."""
        try:
            if self.level is Level.BLACK_BOX:
                self._remove_sessions()
            elif self._clock.is_set:
                self._reset({})
        finally:
            self._exchange.close()

    @property
    def left(self) -> tuple[str, ...]:
        """The ids of the created sessions that the service refused to remove."""
        return tuple(self._left)

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        """Return the result as JSON.

        Raises RefusedError, CannotBeAskedError or UnusableServiceError.
        """
        if method == "reset":
            self._reset(params)
            return None
        if method not in self.methods:
            raise CannotBeAskedError(f"the method {method}")
        asked = self._points.asked(self._ids.asked(params))
        request_of(method, asked)  # so that no request is sent for an invalid call
        if method != "get" and "sessionId" in params:
            self._look_again(params["sessionId"])
        self._see_times(method)
        self._set_clock(params)
        way: Callable[..., Any] = self._ways.get(method, self._plainly)
        answer = way(method, asked, params)
        if method in _SHOW_NO_SESSION:
            self._changed = params["sessionId"]
        translated = self._points.translated(answer)
        if self._control is not None:
            return translated
        return self._times.translated(translated)

    def _see_times(self, method: str) -> None:
        """Find out the time of the last call before the next, if its answer did not show it."""
        name, self._changed = self._changed, None
        if self._control is None and method != "get" and name is not None:
            self._times.translated(
                self._looked_at(self._ids.asked({"sessionId": name})["sessionId"])
            )

    # What each call is -----------------------------------------------------------------------

    def _plainly(self, method: str, asked: Mapping[str, Any], params: Mapping[str, Any]) -> Any:
        """Return the result of the request."""
        return self._ids.translated(params.get("sessionId"), self._sent(method, asked))

    def _create(self, method: str, asked: Mapping[str, Any], params: Mapping[str, Any]) -> Any:
        answer = self._sent(method, asked)
        own, name = answer.get("id") if isinstance(answer, dict) else None, params["sessionId"]
        self._ids.bind_session(name, own)
        if isinstance(own, str):
            self._left[own] = None
        return self._whole(own, answer, name, params.get("artifactIds", ()))

    def _get(self, method: str, asked: Mapping[str, Any], params: Mapping[str, Any]) -> Any:
        shown = self._ids.translated_session(self._sent(method, asked))
        if params["sessionId"] in self._activated:
            self._activated[params["sessionId"]].look_at(shown)
        return shown

    def _look_again(self, session: str) -> None:
        """Find out whether an activated session has changed by itself."""
        if session in self._activated:
            self._get("get", self._ids.asked({"sessionId": session}), {"sessionId": session})

    def _activate(self, method: str, asked: Mapping[str, Any], params: Mapping[str, Any]) -> Any:
        own, name = asked["sessionId"], params["sessionId"]
        if self._control is not None:
            return self._whole(own, self._sent(method, asked), name, ())
        if self._number_activated >= MOST_ACTIVATED:
            raise CannotBeAskedError(f"activating more than {MOST_ACTIVATED} sessions")
        before = self._looked_at(own)
        try:
            answer = self._sent(method, asked)
        except RefusedError as refused:
            if refused.code == "TooManyActiveRestoreSessions":
                raise CannotBeAskedError(
                    "a service in which fewer sessions are active"
                ) from refused
            raise
        self._number_activated += 1
        self._activated.setdefault(name, _Watched(before))
        return self._whole(own, answer, name, ())

    def _looked_at(self, own: str) -> Any:
        """Return a session as it is shown, or None if it is not shown."""
        try:
            return self._ids.translated_session(self._sent("get", {"sessionId": own}))
        except RefusedError:
            return None

    def _whole(self, own: Any, answer: Any, name: str, artifact_ids: Iterable[str]) -> Any:
        """Return a session from an answer, with the requested collections."""
        if not isinstance(own, str) or not isinstance(answer, dict):
            return answer
        shown = self._sent("get", {"sessionId": own})
        if not isinstance(shown, dict):
            return shown
        artifacts = [_list_in(shown, collection) for collection in (WHOLE, GRANULAR)]
        self._ids.bind_entities(name, artifact_ids, (one for some in artifacts for one in some))
        translated = self._ids.translated_session(shown)
        if name in self._activated:
            self._activated[name].look_at(translated)
        own_words = {key: value for key, value in answer.items() if key not in COLLECTIONS}
        return translated | self._ids.translated_session(own_words)

    def _delete(self, method: str, asked: Mapping[str, Any], _params: Mapping[str, Any]) -> Any:
        answer = self._sent(method, asked)
        self._left.pop(asked["sessionId"], None)
        return answer

    def _update(self, method: str, asked: Mapping[str, Any], params: Mapping[str, Any]) -> Any:
        answer = self._sent(method, asked)
        name = params["sessionId"]
        entries = [
            entry
            for collection in COLLECTIONS
            for entry in _list_in(answer, f"{collection}@delta")
            if isinstance(entry, dict) and entry.keys().isdisjoint(MARKERS.values())
        ]
        self._ids.bind_entities(name, params.get("artifactIds", ()), entries)
        return self._ids.translated(name, answer)

    def _added(self, method: str, asked: Mapping[str, Any], params: Mapping[str, Any]) -> Any:
        """Bind the entities that were added: the answer itself, or the list in it."""
        answer = self._sent(method, asked)
        if method == "createBulkRequest":
            names, entities = [params["bulkRequestId"]], [answer]
        elif method == "createArtifact":
            names, entities = [params["artifactId"]], [answer]
        else:
            names, entities = list(params.get("artifactIds", ())), _list_in(answer, "value")
        self._ids.bind_entities(params["sessionId"], names, entities)
        return self._ids.translated(params["sessionId"], answer)

    def _expire(self, method: str, asked: Mapping[str, Any], _params: Mapping[str, Any]) -> Any:
        answer = self._sent(method, asked)
        return {"value": self._ids.translated_sessions(_list_in(answer, "value"))}

    def _list(self, method: str, asked: Mapping[str, Any], params: Mapping[str, Any]) -> Any:
        """List sessions; a service may have others than those of the case."""
        page = self._page(method, asked)
        own = [one for one in page["value"] if self._control or self._ids.is_known(one)]
        if len(own) < len(page["value"]) and (params.get("top") or params.get("skipToken")):
            raise CannotBeAskedError("a service that has only the sessions of the case")
        return page | {"value": [self._ids.translated_session(one) for one in own]}

    def _listed(self, method: str, asked: Mapping[str, Any], params: Mapping[str, Any]) -> Any:
        return self._ids.translated(params.get("sessionId"), self._page(method, asked))

    # Pages -----------------------------------------------------------------------------------

    def _page(self, method: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return a page with the token of the next; without a page size, all pages as one.

        A service may limit the size of a page, so pages are requested until there are enough
        entries.
        """
        top = asked.get("top")
        size = top if isinstance(top, int) and not isinstance(top, bool) else None
        answer, link = self._followed(method, asked)
        value = list(_list_in(answer, "value"))
        seen = {link}
        while link is not None and (top is None or (size or 0) > len(value) >= _LARGEST_PAGE):
            rest = {} if size is None else {"$top": str(size - len(value))}
            address, options = link.partition("?")[0], _options_in(link)
            answer, link = self._sent_to(address, method, options | rest)
            value += _list_in(answer, "value")
            if link in seen and link is not None:
                raise NotAnsweredError("a page whose @odata.nextLink leads back to it")
            seen.add(link)
        return {"value": value, "skipToken": link and self._token_of(link)}

    def _followed(self, method: str, asked: Mapping[str, Any]) -> tuple[Any, str | None]:
        token = asked.get("skipToken")
        link = self._links.get(token) if isinstance(token, str) else None
        request = request_of(method, asked)
        if link is None:
            return self._sent_to(self._base + request.path, method, request.query)
        asked_now = {name: value for name, value in request.query.items() if name != "$skiptoken"}
        return self._sent_to(self._base + request.path, method, _options_in(link) | asked_now)

    def _sent_to(
        self, url: str, method: str, query: Mapping[str, str] | None = None
    ) -> tuple[Any, str | None]:
        """Get a page, and the link in it, which must lead to the same server."""
        answer = self._answer(method, self._exchange.send("GET", url, query))
        if not isinstance(answer, dict) or not isinstance(answer.get("value"), list):
            raise NotAnsweredError("200 without a list in value")
        link = answer.get("@odata.nextLink")
        if not link:
            return answer, None
        whole = urljoin(url, str(link))
        if _server(whole) != _server(url):
            raise NotAnsweredError(f"an @odata.nextLink to another server: {link}")
        return answer, whole

    def _token_of(self, link: str) -> str:
        token = _options_in(link).get("$skiptoken", link)
        self._links[token] = link
        return token

    # Requests --------------------------------------------------------------------------------

    def _sent(self, method: str, asked: Mapping[str, Any]) -> Any:
        """Send the request of a call; return its result, or raise RefusedError."""
        request = request_of(method, asked)
        base = self._base if method in ROUTES else str(self._control)
        response = self._exchange.send(
            request.method, base + request.path, request.query, request.body
        )
        return self._answer(method, response)

    def _answer(self, method: str, response: httpx.Response) -> Any:
        route = ROUTES.get(method)
        status = response.status_code
        if not response.is_success:
            raise _refusal(response)
        if route is not None and status != route.status:
            raise NotAnsweredError(f"HTTP status {status} where {route.status} is documented")
        if not response.content:
            return None
        try:
            return json.loads(response.content)
        except ValueError:
            raise NotAnsweredError(f"{status} with a body that is not JSON") from None

    def _set_clock(self, params: Mapping[str, Any]) -> None:
        """Inform the service of the time and actor of a call; without control, the order counts."""
        now = params.get("now")
        if self._control is None:
            if now is not None:
                self._times.begin(now)
                if self._times.is_coarse:
                    sleep(1 - datetime.now(UTC).microsecond / 1e6)
            return
        request = self._clock.request_for(params)
        if request is not None:
            self._controlled(request)

    def _reset(self, params: Mapping[str, Any]) -> None:
        """Start again: reset the service, or remove the sessions that were created."""
        self._links, self._clock = {}, Clock()
        if self._control is None:
            self._remove_sessions()
        else:
            self._controlled(request_of("reset", params))
            self._left = {}
        self._ids, self._times = Ids(), Times()
        self._activated, self._changed = {}, None
        self._points.reset()

    def _controlled(self, request: Request) -> None:
        response = self._exchange.send(
            request.method, f"{self._control}{request.path}", request.query, request.body
        )
        if not response.is_success:
            raise _refusal(response)

    def _remove_sessions(self) -> None:
        for own in tuple(self._left):
            request = request_of("delete", {"sessionId": own})
            response = self._exchange.send(request.method, self._base + request.path)
            if response.is_success or response.status_code == httpx.codes.NOT_FOUND:
                del self._left[own]


_SHOW_NO_SESSION: Final = ("update", "createArtifact", "createBulkRequest", "deleteBulkRequest")
"""The methods that change a session, but do not return it."""

_WHO_ACTS: Final = frozenset({"createdBy", "lastModifiedBy"})
"""Properties that a black box fills in from what it knows of its clients."""

MOST_ACTIVATED: Final = 10
"""The maximum number of sessions that are activated at a black box: each is really restored, and
Graph allows 25 at a time.
"""

_LARGEST_PAGE: Final = 100
"""A service may limit the size of a page, but not to less than this, as in Graph."""


def methods_at(level: Level, *, allow_activate: bool) -> tuple[str, ...]:
    """Return the methods that can be called at a level; a reset removes the created sessions."""
    if level is Level.CONTROL:
        return ("reset", *STARTS, *ROUTES, *(name for name in CONTROL_ROUTES if name != "reset"))
    return ("reset", *(name for name in ROUTES if name != "activate" or allow_activate))


def _list_in(answer: Any, name: str) -> list[Any]:
    found = answer.get(name) if isinstance(answer, dict) else None
    return found if isinstance(found, list) else []


def _options_in(link: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))


def _server(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _refusal(response: httpx.Response) -> RefusedError:
    """Read the error in an answer; a refusal without an error is not a valid answer."""
    try:
        error = read_error(response.content, response.status_code)
    except WireError:
        return NotAnsweredError(f"HTTP status {response.status_code} without an error in the body")
    return RefusedError(error.code, response.status_code)


class _Watched:
    """An activated session of a service that may change by itself, as an observer sees it."""

    def __init__(self, draft: Any) -> None:
        self._last = draft
        self._has_changed = False

    def look_at(self, shown: Any) -> None:
        """Compare a session with its last state, by the rules for an observer (H1-H3).

        Raises ContradictedError if the two contradict each other, and CannotBeAskedError once the
        session has changed by itself: its correct state is then unknown.
        """
        if shown != self._last:
            self._compare(shown)
            self._has_changed = self._has_changed or _has_changed(shown)
        if self._has_changed:
            raise CannotBeAskedError(
                "a service whose sessions change only when a call changes them"
            )

    def _compare(self, shown: Any) -> None:
        try:
            looks = [from_json_value(one, ExchangeRestoreSession) for one in (self._last, shown)]
        except WireError:  # which the comparison with the reference shows
            return
        self._last = shown
        for found in audit_history(looks):
            if found.kind is ViolationKind.CONTRADICTION:
                raise ContradictedError(found.message, found.finer_rule)


def _has_changed(session: Any) -> bool:
    """Return whether more has happened to a session than its activation."""
    return any(
        isinstance(one, dict) and one.get("status") not in _AT_FIRST
        for collection in COLLECTIONS
        for one in _list_in(session, collection)
    )


_AT_FIRST: Final = frozenset({"added", "scheduling", "active"})
"""The statuses of artifacts and of bulk requests right after an activation."""


# Restore points ---------------------------------------------------------------------------------


class _Points:
    """The restore points that the service knows, used instead of those of the cases."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = tuple(known)
        self._own: dict[str, str] = {}

    def reset(self) -> None:
        self._own = {}

    def asked(self, params: dict[str, Any]) -> dict[str, Any]:
        return self._changed(params, self._point) if self._known else params

    def translated(self, answer: Any) -> Any:
        if not self._own:
            return answer
        names = {own: name for name, own in self._own.items()}
        return self._changed(answer, lambda own: names.get(own, own))

    def _point(self, name: str) -> str:
        if not name.strip():
            return name
        if name not in self._own and len(self._own) == len(self._known):
            raise CannotBeAskedError(f"more restore points than {len(self._known)}")
        return self._own.setdefault(name, self._known[len(self._own) % len(self._known)])

    def _changed(self, value: Any, point: Callable[[str], str]) -> Any:
        if isinstance(value, list):
            return [self._changed(entry, point) for entry in value]
        if not isinstance(value, dict):
            return value
        changed = {name: self._changed(content, point) for name, content in value.items()}
        found = value.get("restorePoint")
        if isinstance(found, dict) and isinstance(found.get("id"), str):
            changed["restorePoint"] = found | {"id": point(found["id"])}
        return changed


# What goes over the wire ------------------------------------------------------------------------


class _Exchange:
    """Sends requests one at a time, at a limited rate."""

    def __init__(
        self,
        url: str,
        headers: dict[str, str],
        transport: httpx.BaseTransport | None,
        per_second: float | None,
        timeout: float,
    ) -> None:
        self._server, self._headers = _server(url), headers
        self._client = httpx.Client(
            headers={"Prefer": "include-unknown-enum-members"},
            transport=transport,
            timeout=timeout,
            follow_redirects=False,
        )
        self._gap = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self.close = self._client.close

    def send(
        self,
        method: str,
        url: str,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> httpx.Response:
        for _ in range(_ATTEMPTS):
            response = self._sent(method, url, query, body)
            if response.status_code != httpx.codes.TOO_MANY_REQUESTS:
                return response
            sleep(_wait(response))
        raise UnusableServiceError(f"answered {_ATTEMPTS} times that there are too many requests")

    def _sent(
        self, method: str, url: str, query: Mapping[str, str] | None, body: bytes | None
    ) -> httpx.Response:
        sleep(max(0.0, self._next - monotonic()))
        self._next = monotonic() + self._gap
        headers = {} if body is None else {"Content-Type": "application/json"}
        if _server(url) == self._server:  # credentials must not be sent to another server
            headers |= self._headers
        try:
            return self._client.request(
                method, url, params=query or None, content=body, headers=headers
            )
        except httpx.TransportError as error:
            said = str(error) or type(error).__name__
            raise UnusableServiceError(f"could not be asked: {method} {url}: {said}") from error


_ATTEMPTS: Final = 10
"""How often a request is sent if the service answers "too many requests"."""

_PATIENCE: Final = 120.0
"""The maximum number of seconds that a service may ask to wait."""


def _wait(response: httpx.Response) -> float:
    """Return how many seconds the service asks to wait, from a number or a date."""
    asked = response.headers.get("Retry-After", "1")
    try:
        seconds = float(asked)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            seconds = 1.0
    if seconds > _PATIENCE:
        raise UnusableServiceError(
            f"asks to wait for {seconds:g} s; the maximum is {_PATIENCE:g} s"
        )
    return max(0.0, seconds)


_IN_PROCESS: Final = "http://service"
"""The base URL of an application in this process."""


class _InProcess(httpx.BaseTransport):
    """Passes requests to an ASGI application, in an event loop of its own."""

    def __init__(self, app: Application) -> None:
        self._runner = asyncio.Runner()
        self._lifespan = _Lifespan(app)
        self._transport = httpx.ASGITransport(self._lifespan.answer, raise_app_exceptions=False)
        try:
            self._runner.run(self._lifespan.start())
        except UnusableServiceError:
            self._runner.close()
            raise

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._runner.run(self._answered(request))

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        response = await self._transport.handle_async_request(request)
        content = await response.aread()
        return httpx.Response(response.status_code, headers=response.headers, content=content)

    def close(self) -> None:
        self._runner.run(self._lifespan.end())
        self._runner.close()


class _Lifespan:
    """Starts and ends an application, as a server does, if it supports that."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._state: dict[str, Any] = {}

    async def start(self) -> None:
        self._received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._said: asyncio.Queue[Any] = asyncio.Queue()
        self._task = asyncio.create_task(self._live())
        await self._passed("lifespan.startup")

    async def _live(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": self._state}
        with suppress(Exception):  # which is how an application says that it has no lifespan
            await self._app(scope, self._received.get, self._said.put)
        await self._said.put({"type": "lifespan.ended"})

    async def _passed(self, event: str) -> None:
        await self._received.put({"type": event})
        said = await self._said.get()
        if said["type"] == f"{event}.failed":
            raise UnusableServiceError(
                f"could not be started: {said.get('message') or 'it gives no reason'}"
            )

    async def answer(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app(scope | {"state": self._state.copy()}, receive, send)

    async def end(self) -> None:
        if not self._task.done():
            await self._passed("lifespan.shutdown")
        await self._task
