"""The HTTP requests that calls are sent as: one table, for Graph's routes and for control.

A *control route* is not one of Graph's. It lets a verification choose what a service otherwise
finds out by itself: the time, the actor, the limits, the initial sessions, and what the driver
reports. The table is shown in ``docs/guides/http.md``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote, urlencode

import attrs

from restore_domain.model.lacking import BULK_REQUESTS, COLLECTIONS
from restore_domain.verification.system import CannotBeAskedError

__all__ = ["CLOCK", "CONTROL_ROUTES", "ROUTES", "Clock", "Request", "Route", "request_of"]


@attrs.frozen
class Route:
    """How a call is sent, and the answer if it is accepted."""

    method: str
    """The HTTP method."""

    path: str
    """The path below the service's root, or below the prefix of the control routes, with the ids of
    a call in braces.
    """

    status: int = 200
    """The HTTP status of the answer; for a control route any 2xx is accepted."""

    body: str = ""
    """The parameter of the call that is the body."""

    expands: bool = False
    """Whether the collections of sessions are requested."""


@attrs.frozen
class Request:
    """A request to send."""

    method: str
    """The HTTP method."""

    path: str
    """The path below the service's root, or below the prefix of the control routes."""

    query: Mapping[str, str] = attrs.field(factory=dict)
    """The query options in the URL."""

    body: bytes | None = None
    """JSON, or None for a request without a body."""

    def __str__(self) -> str:
        """Write the request in one line."""
        query = f"?{urlencode(self.query, safe='$,')}" if self.query else ""
        body = "" if self.body is None else f" {self.body.decode()}"
        return f"{self.method} {self.path}{query}{body}"


_SESSIONS: Final = "/exchangeRestoreSessions"
_SESSION: Final = f"{_SESSIONS}/{{sessionId}}"
_ANY_SESSION: Final = "/restoreSessions/{sessionId}"
_REQUESTS: Final = f"{_SESSION}/{BULK_REQUESTS}"
_REQUEST: Final = f"{_REQUESTS}/{{bulkRequestId}}"

ROUTES: Final[Mapping[str, Route]] = MappingProxyType(
    {
        "create": Route("POST", _SESSIONS, 201, body="request"),
        "get": Route("GET", _SESSION, expands=True),
        "list": Route("GET", _SESSIONS, expands=True),
        "update": Route("PATCH", _SESSION, body="request"),
        "activate": Route("POST", f"{_ANY_SESSION}/activate"),
        "delete": Route("DELETE", _ANY_SESSION, 204),
        "listArtifacts": Route("GET", f"{_SESSION}/mailboxRestoreArtifacts"),
        "listGranularArtifacts": Route("GET", f"{_SESSION}/granularMailboxRestoreArtifacts"),
        "createArtifact": Route("POST", f"{_SESSION}/mailboxRestoreArtifacts", 201, body="request"),
        "createBulkRequest": Route("POST", _REQUESTS, 201, body="request"),
        "getBulkRequest": Route("GET", _REQUEST),
        "listBulkRequests": Route("GET", _REQUESTS),
        "deleteBulkRequest": Route("DELETE", _REQUEST, 204),
    }
)
"""Graph's routes, by the call that uses each."""

CLOCK: Final = Route("POST", "/clock", 204)
"""Sets the time and the actor from now on. It is sent before a call whose time or actor differs
from those of the last one.
"""

CONTROL_ROUTES: Final[Mapping[str, Route]] = MappingProxyType(
    {
        "reset": Route("POST", "/reset", 204),
        "record": Route("POST", "/{sessionId}/reports", body="report"),
        "recordBatch": Route("POST", "/{sessionId}/reports/batch"),
        "resolveBulkRequest": Route(
            "POST", "/{sessionId}/bulkRequests/{bulkRequestId}/resolutions", body="resolution"
        ),
        "expire": Route("POST", "/expire"),
    }
)
"""The control routes, by the call that uses each."""

_WHOLE: Final[Mapping[str, tuple[str, ...]]] = {
    "reset": ("limits", "sessions"),
    "recordBatch": ("reports",),
}
"""The parameters that form the body together, for calls whose body is not a single parameter."""


def request_of(method: str, params: Mapping[str, Any]) -> Request:
    """Return the request of a call; raises CannotBeAskedError if there is none."""
    route = ROUTES.get(method) or CONTROL_ROUTES[method]
    return Request(
        route.method,
        _path(route.path, params),
        dict(_query(route, params)),
        _body(method, route, params),
    )


class Clock:
    """The time and the actor of a service with control routes, as they were last set."""

    def __init__(self) -> None:
        """Begin after a reset, which forgets both."""
        self._set: dict[str, Any] | None = None

    @property
    def is_set(self) -> bool:
        """Whether a request was made since the last reset."""
        return self._set is not None

    def request_for(self, params: Mapping[str, Any]) -> Request | None:
        """Return the request to send before a call; None if time and actor have not changed."""
        before = self._set or {}
        if not before and params.get("now") is None and "actor" not in params:
            return None
        chosen = {"now": params.get("now") or before.get("now"), "actor": params.get("actor")}
        if chosen == self._set:
            return None
        self._set = chosen
        return Request(CLOCK.method, CLOCK.path, {}, json.dumps(chosen).encode())


def _path(template: str, params: Mapping[str, Any]) -> str:
    named = [name for name in ("sessionId", "bulkRequestId") if f"{{{name}}}" in template]
    return template.format(**{name: _segment(params.get(name), name) for name in named})


def _segment(entity_id: Any, name: str) -> str:
    """Write an id as a part of a path, where it must not have another meaning."""
    if not isinstance(entity_id, str) or entity_id in {"", ".", ".."} or "/" in entity_id:
        raise CannotBeAskedError(f"a {name} that a URL can't carry")
    try:
        return quote(entity_id, safe="")
    except UnicodeEncodeError:  # half a surrogate pair
        raise CannotBeAskedError(f"a {name} that a URL can't carry") from None


def _query(route: Route, params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if route.expands:  # a client gets the collections only if it asks for them
        yield "$expand", ",".join(COLLECTIONS)
    if params.get("top") is not None:
        # a URL has no types, so texts are written in quotes
        yield "$top", json.dumps(params["top"])
    if params.get("skipToken") is not None:
        yield "$skiptoken", str(params["skipToken"])
    if params.get("reporter") is not None:
        yield "reporter", str(params["reporter"])


def _body(method: str, route: Route, params: Mapping[str, Any]) -> bytes | None:
    if method in _WHOLE:
        whole = {name: params[name] for name in _WHOLE[method] if params.get(name) is not None}
        return json.dumps(whole).encode()
    given = params.get(route.body)
    return None if given is None else json.dumps(given).encode()
