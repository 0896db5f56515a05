"""The operations reported as allowed are those that are performed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import event, given, settings

from restore_domain import wire
from restore_domain.lifecycle import Reporter, allowed_statuses, refusal
from restore_domain.model import ExchangeRestoreSession
from restore_domain.operations import (
    BackupRestoreRoot,
    Operation,
    RestoreDomainError,
    activate_session,
    allowed_operations,
    create_artifact,
    create_bulk_request,
    delete_bulk_request,
    delete_session,
    get_bulk_request,
    get_session,
    list_artifacts,
    list_bulk_requests,
    list_granular_artifacts,
    record,
    resolve_bulk_request,
    update_session,
)
from restore_domain.status import ArtifactRestoreStatus
from restore_domain.verification.strategies import History, histories

from .service import NOW

BODY = wire.RequestBody(b"5")
"""A body that each operation refuses, but only after the state was checked."""

OF_SESSION: Mapping[Operation, Callable[[BackupRestoreRoot, str], Any]] = {
    Operation.GET: get_session,
    Operation.UPDATE: lambda root, key: update_session(
        root, key, BODY, artifact_ids=["x1"], now=NOW
    ),
    Operation.ACTIVATE: partial(activate_session, now=NOW),
    Operation.DELETE: delete_session,
    Operation.LIST_ARTIFACTS: list_artifacts,
    Operation.LIST_GRANULAR_ARTIFACTS: list_granular_artifacts,
    Operation.CREATE_ARTIFACT: lambda root, key: create_artifact(
        root, key, BODY, artifact_id="x1", now=NOW
    ),
    Operation.RECORD: lambda root, key: record(root, key, BODY),
    Operation.CREATE_BULK_REQUEST: lambda root, key: create_bulk_request(
        root, key, BODY, bulk_request_id="x1", now=NOW
    ),
    Operation.LIST_BULK_REQUESTS: list_bulk_requests,
}
OF_REQUEST: Mapping[Operation, Callable[[BackupRestoreRoot, str, str], Any]] = {
    Operation.GET_BULK_REQUEST: get_bulk_request,
    Operation.DELETE_BULK_REQUEST: partial(delete_bulk_request, now=NOW),
    Operation.RESOLVE_BULK_REQUEST: lambda root, key, request: resolve_bulk_request(
        root, key, request, BODY, artifact_ids=["x1"], now=NOW
    ),
}
NOT_OF_A_SESSION = {Operation.CREATE, Operation.LIST, Operation.EXPIRE}

OF_THE_BODY = {"InvalidArtifactRequest", "InvalidPatchRequest", "BulkRestoreInvalidCreateRequest"}


def said(error: RestoreDomainError | None) -> tuple[Any, ...] | None:
    return None if error is None else (type(error), error.args)


def done(operation: Callable[[], Any]) -> RestoreDomainError | None:
    try:
        operation()
    except RestoreDomainError as error:
        return error
    return None


def check(
    operation: Operation, allowed: RestoreDomainError | None, really: RestoreDomainError | None
) -> None:
    event(f"{operation}: {'allowed' if allowed is None else allowed.code}")
    if allowed is None and operation in {*TAKE_A_BODY} and really is not None:
        assert really.code in OF_THE_BODY
    else:
        assert said(allowed) == said(really), operation


TAKE_A_BODY = {
    Operation.UPDATE,
    Operation.CREATE_ARTIFACT,
    Operation.RECORD,
    Operation.CREATE_BULK_REQUEST,
    Operation.RESOLVE_BULK_REQUEST,
}


@pytest.mark.slow
@settings(max_examples=60)
@given(histories())
def test_allowed_operations_are_not_refused_and_others_are_refused_in_the_same_way(
    history: History,
) -> None:
    root = history.root
    for session in root.exchange_restore_sessions:
        allowed = allowed_operations(root, session.id)
        assert allowed.keys() == {*OF_SESSION, Operation.OBSERVE}
        assert allowed[Operation.OBSERVE] is None
        for operation, run in OF_SESSION.items():
            check(operation, allowed[operation], done(partial(run, root, session.id)))
        for request in session.mailbox_restore_artifacts_bulk_addition_requests or ():
            allowed = allowed_operations(root, session.id, request.id)
            assert allowed.keys() == {*OF_SESSION, *OF_REQUEST, Operation.OBSERVE}
            for operation, run_on in OF_REQUEST.items():
                really = done(partial(run_on, root, session.id, request.id))
                check(operation, allowed[operation], really)


def test_every_operation_is_of_a_session_of_a_request_or_of_the_root() -> None:
    allowed = allowed_operations(BackupRestoreRoot(), "s1", "b1")
    assert {*allowed} | NOT_OF_A_SESSION == {*Operation}


@pytest.mark.parametrize(
    ("session_id", "code"), [("s1", "RestoreSessionNotFound"), (" ", "InvalidRestoreSessionId")]
)
def test_O2_nothing_is_allowed_for_an_unknown_session(session_id: str, code: str) -> None:
    refused = allowed_operations(BackupRestoreRoot(), session_id, "b1").values()
    assert {error.code for error in refused if error is not None} == {code}
    assert None not in refused


def test_nothing_is_allowed_for_an_unknown_bulk_request() -> None:
    session = wire.loads(b'{"id": "s1"}', ExchangeRestoreSession)
    root = BackupRestoreRoot(exchange_restore_sessions=[session])
    allowed = allowed_operations(root, "s1", "b1")
    for operation, run in OF_REQUEST.items():
        refused = done(partial(run, root, "s1", "b1"))
        assert refused is not None
        assert said(allowed[operation]) == said(refused)


@pytest.mark.parametrize("reporter", Reporter)
@pytest.mark.parametrize("status", ArtifactRestoreStatus)
def test_L2_L4_the_allowed_statuses_are_those_that_are_not_refused(
    status: ArtifactRestoreStatus, reporter: Reporter
) -> None:
    for started in (False, True):
        allowed = allowed_statuses(status, reporter, started=started)
        assert status not in allowed
        for new in set(ArtifactRestoreStatus) - {status}:
            assert (new in allowed) is (refusal(status, new, reporter, started=started) is None)


def test_L2_the_allowed_statuses_refuse_an_invalid_status() -> None:
    nothing: Any = "added "
    with pytest.raises(TypeError, match="expected an ArtifactRestoreStatus"):
        allowed_statuses(nothing, Reporter.DRIVER)
    with pytest.raises(TypeError, match="reporter: expected"):
        allowed_statuses(ArtifactRestoreStatus.ADDED, nothing)
