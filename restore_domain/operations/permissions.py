"""Which operations are allowed on a session in its current state, by the operations' own checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from restore_domain.operations import checks
from restore_domain.operations.bulk_requests import (
    deletable_bulk_request,
    resolvable_bulk_request,
    session_for_bulk_request,
)
from restore_domain.operations.drafts import activatable_session
from restore_domain.operations.errors import Operation, RestoreDomainError
from restore_domain.operations.root import BackupRestoreRoot

__all__ = ["allowed_operations"]

_Check = Callable[..., Any]


def _found(operation: Operation) -> _Check:
    return lambda root, session_id: checks.found_session(root, operation, session_id)


def _extendable(operation: Operation) -> _Check:
    return lambda root, session_id: checks.extendable_session(root, operation, session_id)


_OF_SESSION: Final[Mapping[Operation, _Check]] = MappingProxyType(
    {
        Operation.GET: _found(Operation.GET),
        Operation.UPDATE: _extendable(Operation.UPDATE),
        Operation.ACTIVATE: activatable_session,
        Operation.DELETE: lambda root, session_id: checks.draft_session(
            root, Operation.DELETE, session_id
        ),
        Operation.LIST_ARTIFACTS: _found(Operation.LIST_ARTIFACTS),
        Operation.LIST_GRANULAR_ARTIFACTS: _found(Operation.LIST_GRANULAR_ARTIFACTS),
        Operation.CREATE_ARTIFACT: _extendable(Operation.CREATE_ARTIFACT),
        Operation.RECORD: _found(Operation.RECORD),
        Operation.OBSERVE: _found(Operation.OBSERVE),
        Operation.CREATE_BULK_REQUEST: session_for_bulk_request,
        Operation.LIST_BULK_REQUESTS: _found(Operation.LIST_BULK_REQUESTS),
    }
)
"""How each operation on a session checks its state."""


def _found_request(root: BackupRestoreRoot, session_id: str, request_id: str) -> None:
    operation = Operation.GET_BULK_REQUEST
    session = checks.found_session(root, operation, session_id)
    checks.found_bulk_request(operation, session, request_id)


_OF_BULK_REQUEST: Final[Mapping[Operation, _Check]] = MappingProxyType(
    {
        Operation.GET_BULK_REQUEST: _found_request,
        Operation.DELETE_BULK_REQUEST: deletable_bulk_request,
        Operation.RESOLVE_BULK_REQUEST: resolvable_bulk_request,
    }
)
"""How each operation on a bulk request checks its state, and that of its session."""


def allowed_operations(
    root: BackupRestoreRoot, session_id: str, bulk_request_id: str | None = None
) -> Mapping[Operation, RestoreDomainError | None]:
    """Return for each operation on a session None if it is allowed now, or else the refusal.

    With a `bulk_request_id` the operations on that request are included. Only the state is checked:
    the contents of a request may still be refused. `restore_domain.lifecycle.allowed_statuses` says
    what may be reported about an artifact.

    Raises nothing for a session that does not exist: then every operation has its refusal.
    """
    allowed: dict[Operation, RestoreDomainError | None] = {
        operation: _refusal(partial(check, root, session_id))
        for operation, check in _OF_SESSION.items()
    }
    if bulk_request_id is not None:
        for operation, check in _OF_BULK_REQUEST.items():
            allowed[operation] = _refusal(partial(check, root, session_id, bulk_request_id))
    return MappingProxyType(allowed)


def _refusal(check: Callable[[], Any]) -> RestoreDomainError | None:
    try:
        check()
    except RestoreDomainError as refused:
        return refused.with_traceback(None)
    return None
