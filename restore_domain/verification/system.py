"""What is verified: anything that answers calls as the reference does.

A *system* takes a method and its parameters as JSON, and returns the result as JSON or raises
`RefusedError`. The reference is one, a program behind a pipe is one, and an `Adapter` makes one of
your own code.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final, Protocol
from unittest import SkipTest

import attrs

from restore_domain.aggregation import aggregate, explain
from restore_domain.lifecycle import Reporter, refusal
from restore_domain.model import ExchangeRestoreSession, audit
from restore_domain.operations import (
    BackupRestoreRoot,
    Limits,
    Operation,
    RestoreDomainError,
    refusal_of,
)
from restore_domain.status import ArtifactRestoreStatus
from restore_domain.wire import (
    from_json_value,
    loads,
    perform,
    to_json_value,
)
from restore_domain.wire.documents import DOCUMENTS
from restore_domain.wire.methods import METHODS

__all__ = [
    "OPERATIONS",
    "PURE_METHODS",
    "STARTS",
    "SYSTEM_METHODS",
    "Adapter",
    "CannotBeAskedError",
    "ContradictedError",
    "ReferenceSystem",
    "RefusedError",
    "System",
]

OPERATIONS: Final = tuple(METHODS)
"""The methods that are operations on the system's root: create, get, and so on."""

PURE_METHODS: Final = ("aggregate", "explain", "advance", "read", "audit")
"""The methods that don't involve the root."""

STARTS: Final = ("reset.limits", "reset.sessions")
"""What ``reset`` may be able to begin with: chosen limits, and given sessions."""

SYSTEM_METHODS: Final = ("reset", *STARTS, *PURE_METHODS, *OPERATIONS)
"""Every method that a system may have, and what its ``reset`` may take. Only ``reset`` itself is
required by the others.
"""


class RefusedError(Exception):
    """A system refused a call, with the service's code and HTTP status."""

    def __init__(self, code: str, http_status: int, rule: str | None = None) -> None:
        """Store the answer; the reference also gives the rule."""
        super().__init__(code, http_status, rule)
        self.code = code
        self.http_status = http_status
        self.rule = rule


class ContradictedError(RefusedError):
    """Two looks at a session contradict one another, by a rule that always applies.

    It is used in place of an answer, and differs from every answer.
    """

    def __init__(self, message: str, rule: str) -> None:
        """Store what is wrong instead of a code."""
        super().__init__(message, 0, rule)


class CannotBeAskedError(SkipTest):
    """A system can't perform a call, so that its answer is unknown.

    A service over HTTP may be unable to choose the time, and no URL has an empty id. Cases that
    need it are not covered; a test that ends with this is skipped, with the reason.
    """

    def __init__(self, lacks: str) -> None:
        """Store what it can't do, in words that follow "it needs"."""
        super().__init__(f"not covered: it needs {lacks}")
        self.lacks = lacks


class System(Protocol):
    """Anything that answers calls."""

    @property
    def methods(self) -> Collection[str]:
        """Which of the `SYSTEM_METHODS` it has; the others are not covered."""
        ...

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        """Return the result as JSON; raises RefusedError."""
        ...


class ReferenceSystem:
    """The reference: it stores a root, and answers from `restore_domain.operations`."""

    methods: Collection[str] = SYSTEM_METHODS
    """All of them: it is the reference."""

    def __init__(self) -> None:
        """Begin with an empty root."""
        self.root = BackupRestoreRoot()
        self.changed = False
        """Whether the last call changed anything."""

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        """Return the result as JSON; raises RefusedError."""
        self.changed = False
        try:
            return self._answer(method, params)
        except RestoreDomainError as error:
            raise RefusedError(error.code, error.http_status, error.rule) from error

    def _answer(self, method: str, params: Mapping[str, Any]) -> Any:
        if method == "reset":
            self.root = _root(params)
            return None
        if method in _PURE:
            return _PURE[method](params)
        done = perform(self.root, {"method": method, "params": params})
        self.root = done.root
        self.changed = bool(done.events)
        return done.result


def _limits(chosen: Mapping[str, int]) -> Limits:
    """Return the chosen limits, and the service's own for the others."""
    default = Limits()
    days = chosen.get("retentionDays")
    return Limits(
        artifacts_per_request=chosen.get("artifactsPerRequest", default.artifacts_per_request),
        restoration_resources=chosen.get("restorationResources", default.restoration_resources),
        active_sessions=chosen.get("activeSessions", default.active_sessions),
        retention=default.retention if days is None else timedelta(days=days),
    )


def _root(params: Mapping[str, Any]) -> BackupRestoreRoot:
    """Return the root to begin with: empty, or with these sessions as Graph JSON."""
    return BackupRestoreRoot(
        exchange_restore_sessions=[
            from_json_value(session, ExchangeRestoreSession)
            for session in params.get("sessions") or ()
        ],
        limits=_limits(params.get("limits") or {}),
    )


def _aggregate(params: Mapping[str, Any]) -> Any:
    return aggregate(_statuses(params))


def _explain(params: Mapping[str, Any]) -> Any:
    found = explain(_statuses(params))
    return {"status": found.status, "rule": found.rule}


def _statuses(params: Mapping[str, Any]) -> Any:
    """Return the statuses; a text that is not a member becomes unknownFutureValue (rule W2)."""
    return [_status(text) for text in params["statuses"]]


def _status(text: str) -> ArtifactRestoreStatus:
    try:
        return ArtifactRestoreStatus(text)
    except ValueError:
        return ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE


def _advance(params: Mapping[str, Any]) -> Any:
    """Return the effect of a report of a new status, or refuse it."""
    old, new = _status(params["from"]), _status(params["to"])
    refused = refusal(old, new, Reporter(params["reporter"]))
    if refused is not None:
        raise refusal_of(
            Operation.RECORD,
            "RestoreSessionActionNotAllowed",
            refused.message,
            rule=refused.rule,
        )
    return "unchanged" if new is old else "changed"


def _read(params: Mapping[str, Any]) -> Any:
    """Read a document, and write it again."""
    kind = DOCUMENTS[params["type"]]
    entity: object
    if "text" in params:
        entity = loads(params["text"], kind)
    else:
        entity = from_json_value(params["document"], kind)
    masked = params.get("includeUnknownEnumMembers") is False
    return to_json_value(entity, include_unknown_enum_members=not masked)


def _audit(params: Mapping[str, Any]) -> Any:
    session = from_json_value(params["session"], ExchangeRestoreSession)
    return [attrs.asdict(found) for found in audit(session)]


_PURE: Final[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = MappingProxyType(
    {
        "aggregate": _aggregate,
        "explain": _explain,
        "advance": _advance,
        "read": _read,
        "audit": _audit,
    }
)


class Adapter:
    """Makes a system of your own code: subclass it, and write the methods that you have.

    Each method is named like the call in snake_case (``list_artifacts``) and takes its parameters
    as keyword arguments in snake_case, with JSON values. It returns the result as JSON, or raises
    `RefusedError`, or any error with ``code`` and ``http_status`` such as `RestoreDomainError`. A
    method that you leave out is reported as not covered, and so are cases that begin with
    ``limits`` or ``sessions`` if your ``reset`` does not accept them. A class with a public method
    of any other name except ``close`` raises TypeError: it may be misspelt.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        """Refuse a public method that would never be called."""
        super().__init_subclass__(**options)
        for name, value in vars(cls).items():
            if inspect.isfunction(value) and not name.startswith("_") and name not in _CALLABLE:
                (nearest,) = get_close_matches(name, _CALLABLE, n=1, cutoff=0.0)
                raise TypeError(
                    f"{cls.__name__}.{name} is not a method of the protocol: did you mean "
                    f"{nearest}? Begin the name with an underscore if the method is your own"
                )

    @property
    def methods(self) -> Collection[str]:
        """The methods that the subclass has."""
        return [name for name in SYSTEM_METHODS if self._has(name)]

    def _has(self, name: str) -> bool:
        method, _, start = name.partition(".")
        found = getattr(self, snake_case(method), None)
        return found is not None and (not start or _takes(found, start))

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        """Call the method of this name."""
        answer = getattr(self, snake_case(method))
        try:
            return answer(**{snake_case(name): value for name, value in params.items()})
        except RefusedError:
            raise
        except Exception as error:
            code = getattr(error, "code", None)
            http_status = getattr(error, "http_status", None)
            if isinstance(code, str) and isinstance(http_status, int):
                raise RefusedError(code, http_status) from error
            raise


def _takes(function: Callable[..., Any], name: str) -> bool:
    """Return whether a function has a keyword argument of this name."""
    parameters = inspect.signature(function).parameters
    return name in parameters or any(
        parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters.values()
    )


def snake_case(name: str) -> str:
    snake = re.sub("([A-Z])", lambda found: "_" + found[1].lower(), name)
    return {"from": "old", "to": "new"}.get(snake, snake)


_CALLABLE: Final = (
    *(snake_case(name) for name in SYSTEM_METHODS if name not in STARTS),
    "call",
    "close",
)
"""The public methods that an `Adapter` may have."""
