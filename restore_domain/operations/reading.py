"""The operations that change nothing (rule O2)."""

from __future__ import annotations

from restore_domain.model.artifact import MailboxRestoreArtifact
from restore_domain.model.entity_collection import EntityCollection
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.operations.checks import found_session
from restore_domain.operations.errors import Operation
from restore_domain.operations.paging import Page, page_of
from restore_domain.operations.root import BackupRestoreRoot

__all__ = ["get_session", "list_artifacts", "list_sessions"]


def get_session(root: BackupRestoreRoot, session_id: str) -> ExchangeRestoreSession:
    """Return the session of this id.

    Raises RestoreDomainError: InvalidRestoreSessionId or RestoreSessionNotFound.
    """
    return found_session(root, Operation.GET, session_id)


def list_sessions(
    root: BackupRestoreRoot, *, top: int | None = None, skip_token: str | None = None
) -> Page[ExchangeRestoreSession]:
    """Return a page of up to `top` sessions, in the order of their creation.

    Raises RestoreDomainError: InvalidRequest.
    """
    return page_of(Operation.LIST, root.exchange_restore_sessions, top=top, skip_token=skip_token)


def list_artifacts(
    root: BackupRestoreRoot,
    session_id: str,
    *,
    top: int | None = None,
    skip_token: str | None = None,
) -> Page[MailboxRestoreArtifact]:
    """Return a page of up to `top` artifacts of whole mailboxes, in the order they came.

    Raises RestoreDomainError: InvalidRestoreSessionId, RestoreSessionNotFound or
    InvalidRequest.
    """
    session = found_session(root, Operation.LIST_ARTIFACTS, session_id)
    held = session.mailbox_restore_artifacts
    return page_of(
        Operation.LIST_ARTIFACTS,
        EntityCollection() if held is None else held,
        top=top,
        skip_token=skip_token,
    )
