"""Operations as JSON: an object with the operation and its arguments.

The object has the form of a JSON-RPC 2.0 request, ``{"method": "activate", "params": {"sessionId":
"s1", "now": "2026-01-05T09:00:00Z"}}``. Histories, conformance vectors and the line protocol all
use it. The names of the parameters are those of the functions in `restore_domain.operations`, in
camelCase, and the bodies of requests are Graph's own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import attrs

from restore_domain import operations
from restore_domain.lifecycle import Reporter
from restore_domain.model.identity import IdentitySet
from restore_domain.model.json_limits import DEFAULT_LIMITS, WireLimits
from restore_domain.model.json_path import ROOT, name_step
from restore_domain.model.timestamp import Timestamp
from restore_domain.model.validators import shown
from restore_domain.operations import (
    BackupRestoreRoot,
    BatchRefusedError,
    Event,
    Operation,
    Outcome,
    Page,
    RestoreDomainError,
)
from restore_domain.wire.documents import RequestBody, from_json_value, to_json_value
from restore_domain.wire.problems import Problem, Problems, WireError
from restore_domain.wire.reading import read_entries, read_text, read_timestamp

__all__ = ["METHODS", "Method", "Parameter", "Performed", "error_to_json", "perform"]


@attrs.frozen
class Parameter:
    """An argument of an operation, in JSON."""

    name: str
    """Its name in the ``params`` of a call."""

    argument: str
    """Its name in Python."""

    read: Callable[[Any, WireLimits], Any] = attrs.field(repr=False)
    """Makes the argument from the JSON value, within limits."""

    required: bool = True
    """Whether a call must have it."""

    reads_null: bool = False
    """Whether the operation itself handles null or a missing value; else it is left out."""


@attrs.frozen
class Method:
    """An operation that can be called in JSON."""

    name: str
    """Its name on the wire."""

    operation: Operation
    """The operation."""

    parameters: tuple[Parameter, ...]
    """Its arguments."""

    run: Callable[..., Any] = attrs.field(repr=False)
    """The function that performs it."""


def _identity_set(value: Any, limits: WireLimits) -> IdentitySet:
    return from_json_value(value, IdentitySet, limits=limits)


def _reporter(value: Any, limits: WireLimits) -> Reporter:
    try:
        return Reporter(read_text(value, limits))
    except ValueError:
        names = " or ".join(Reporter)
        raise WireError.at_root(f"expected {names}, got {shown(value)}") from None


def _time(value: Any, _limits: WireLimits) -> Timestamp:
    return read_timestamp(value)


def _ids(value: Any, limits: WireLimits) -> list[str]:
    return read_entries(partial(read_text, limits=limits), value, limits)


def _body(value: Any, limits: WireLimits) -> RequestBody:
    """Leave a body for the operation to read. A text is not read as JSON within JSON."""
    return RequestBody(json.dumps(value) if isinstance(value, str) else value, limits=limits)


def _bodies(value: Any, limits: WireLimits) -> list[RequestBody]:
    return read_entries(partial(_body, limits=limits), value, limits)


def _anything(value: Any, _limits: WireLimits) -> Any:
    return value


_SESSION_ID: Final = Parameter(
    "sessionId", "session_id", _anything, required=False, reads_null=True
)
"""Any value: the operation itself refuses one that is not an id."""
_NEW_SESSION_ID: Final = Parameter("sessionId", "session_id", read_text)
_ARTIFACT_ID: Final = Parameter("artifactId", "artifact_id", read_text)
_ARTIFACT_IDS: Final = Parameter("artifactIds", "artifact_ids", _ids)
_NOW: Final = Parameter("now", "now", _time)
_NOW_IF_ANY: Final = attrs.evolve(_NOW, required=False)
_ACTOR: Final = Parameter("actor", "actor", _identity_set, required=False)
_REQUEST: Final = Parameter("request", "request", _body)
_REQUEST_IF_ANY: Final = attrs.evolve(_REQUEST, required=False, reads_null=True)
"""A session can be created without a body (rule O1)."""
_REPORTER: Final = Parameter("reporter", "reporter", _reporter, required=False)
_REPORT: Final = Parameter("report", "report", _body)
_REPORTS: Final = Parameter("reports", "reports", _bodies)
_TOP: Final = Parameter("top", "top", _anything, required=False)
_BULK_REQUEST_ID: Final = Parameter(
    "bulkRequestId", "bulk_request_id", _anything, required=False, reads_null=True
)
_NEW_BULK_REQUEST_ID: Final = Parameter("bulkRequestId", "bulk_request_id", read_text)
_RESOLUTION: Final = Parameter("resolution", "resolution", _body)
_SKIP_TOKEN: Final = Parameter("skipToken", "skip_token", _anything, required=False)

_LISTED: Final = (
    Method(
        "create",
        Operation.CREATE,
        (_NEW_SESSION_ID, _REQUEST_IF_ANY, _ARTIFACT_IDS, _NOW, _ACTOR),
        operations.create_session,
    ),
    Method("get", Operation.GET, (_SESSION_ID,), operations.get_session),
    Method("list", Operation.LIST, (_TOP, _SKIP_TOKEN), operations.list_sessions),
    Method(
        "update",
        Operation.UPDATE,
        (_SESSION_ID, _REQUEST, _ARTIFACT_IDS, _NOW, _ACTOR),
        operations.update_session,
    ),
    Method(
        "activate", Operation.ACTIVATE, (_SESSION_ID, _NOW, _ACTOR), operations.activate_session
    ),
    Method(
        "delete",
        Operation.DELETE,
        (_SESSION_ID, _NOW_IF_ANY, _ACTOR),
        operations.delete_session,
    ),
    Method(
        "listArtifacts",
        Operation.LIST_ARTIFACTS,
        (_SESSION_ID, _TOP, _SKIP_TOKEN),
        operations.list_artifacts,
    ),
    Method(
        "listGranularArtifacts",
        Operation.LIST_GRANULAR_ARTIFACTS,
        (_SESSION_ID, _TOP, _SKIP_TOKEN),
        operations.list_granular_artifacts,
    ),
    Method(
        "createArtifact",
        Operation.CREATE_ARTIFACT,
        (_SESSION_ID, _REQUEST, _ARTIFACT_ID, _NOW, _ACTOR),
        operations.create_artifact,
    ),
    Method(
        "record",
        Operation.RECORD,
        (_SESSION_ID, _REPORT, _REPORTER, _ACTOR),
        operations.record,
    ),
    Method(
        "recordBatch",
        Operation.RECORD,
        (_SESSION_ID, _REPORTS, _REPORTER, _ACTOR),
        operations.record_batch,
    ),
    Method("expire", Operation.EXPIRE, (_NOW, _ACTOR), operations.expire),
    Method(
        "createBulkRequest",
        Operation.CREATE_BULK_REQUEST,
        (_SESSION_ID, _NEW_BULK_REQUEST_ID, _REQUEST_IF_ANY, _NOW, _ACTOR),
        operations.create_bulk_request,
    ),
    Method(
        "getBulkRequest",
        Operation.GET_BULK_REQUEST,
        (_SESSION_ID, _BULK_REQUEST_ID),
        operations.get_bulk_request,
    ),
    Method(
        "listBulkRequests",
        Operation.LIST_BULK_REQUESTS,
        (_SESSION_ID, _TOP, _SKIP_TOKEN),
        operations.list_bulk_requests,
    ),
    Method(
        "deleteBulkRequest",
        Operation.DELETE_BULK_REQUEST,
        (_SESSION_ID, _BULK_REQUEST_ID, _NOW, _ACTOR),
        operations.delete_bulk_request,
    ),
    Method(
        "resolveBulkRequest",
        Operation.RESOLVE_BULK_REQUEST,
        (_SESSION_ID, _BULK_REQUEST_ID, _RESOLUTION, _ARTIFACT_IDS, _NOW, _ACTOR),
        operations.resolve_bulk_request,
    ),
)

METHODS: Final[Mapping[str, Method]] = MappingProxyType({method.name: method for method in _LISTED})
"""Every operation by its name on the wire."""


class Performed(NamedTuple):
    """The result of a call."""

    root: BackupRestoreRoot
    """The root after it."""

    result: Any
    """The answer, as JSON."""

    events: tuple[Event, ...]
    """What changed."""


def perform(
    root: BackupRestoreRoot, call: Any, *, limits: WireLimits = DEFAULT_LIMITS
) -> Performed:
    """Perform the operation of a call in JSON.

    Raises WireError for an invalid call or one beyond the limits, and RestoreDomainError as the
    operation does.
    """
    method, arguments = _read_call(call, limits)
    try:
        outcome = method.run(root, **arguments)
    except ValueError as error:  # missing ids, or ids that are already used
        raise WireError([(ROOT + name_step("params"), str(error))]) from None
    if isinstance(outcome, Outcome):
        return Performed(outcome.root, _to_json(outcome.result), outcome.events)
    return Performed(root, _to_json(outcome), ())


def _read_call(call: Any, limits: WireLimits) -> tuple[Method, dict[str, Any]]:
    if not isinstance(call, Mapping):
        raise WireError.at_root("expected an object with a method and its params")
    name, params = call.get("method"), call.get("params", {})
    method = METHODS.get(name) if isinstance(name, str) else None
    problems: list[Problem] = []
    if method is None:
        known, got = ", ".join(METHODS), "nothing" if name is None else shown(name)
        problems.append(Problem("$.method", f"expected one of {known}, got {got}"))
    if not isinstance(params, Mapping):
        problems.append(Problem("$.params", "expected an object"))
    if method is None or problems:
        raise WireError(problems)
    try:
        return method, _read_params(method, params, limits)
    except WireError as error:
        raise WireError(error.within(name_step("params"))) from None


def _read_params(method: Method, params: Mapping[str, Any], limits: WireLimits) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    problems = Problems(limits)
    for parameter in method.parameters:
        value = params.get(parameter.name)
        try:
            if value is not None or parameter.reads_null:
                arguments[parameter.argument] = parameter.read(value, limits)
            elif parameter.required:
                raise WireError.at_root("missing, but required")
        except WireError as error:
            problems.add_all(error.within(name_step(parameter.name)))
    known = {parameter.name for parameter in method.parameters}
    problems.add_all(
        Problem(ROOT + name_step(str(name)), f"no parameter of {method.name}")
        for name in params
        if name not in known
    )
    problems.raise_any()
    return arguments


def _to_json(result: Any) -> Any:
    match result:
        case None | str():
            return result
        case Page(value, skip_token):
            return {"value": [_to_json(entry) for entry in value], "skipToken": skip_token}
        case tuple():
            return {"value": [_to_json(entry) for entry in result]}
        case _:
            return to_json_value(result)


def error_to_json(error: RestoreDomainError) -> dict[str, Any]:
    """Return a complete refusal as plain JSON values.

    The keys are code, httpStatus, message, rule, target, and details: one for each invalid report
    of a batch (position, code, message), or for each problem of a document (path, message). The
    part that a client of the service may see is `RestoreDomainError.to_public_error`.
    """
    return {
        "code": error.code,
        "httpStatus": error.http_status,
        "message": error.message,
        "rule": error.rule,
        "target": error.target,
        "details": list(_details(error)),
    }


def _details(error: RestoreDomainError) -> Iterable[dict[str, Any]]:
    match error:
        case BatchRefusedError():
            for position, refused in error.refusals:
                yield {"position": position, "code": refused.code, "message": refused.message}
        case WireError():
            for path, message in error.problems:
                yield {"path": path, "message": message}
