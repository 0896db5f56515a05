"""The operations that change nothing: get, list, and lists by page (rule O2)."""

from __future__ import annotations

from typing import Any, Final, Generic, NamedTuple, TypeVar

from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.collection import EntityCollection, Identified
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.model.validators import shown
from restore_domain.operations.checks import found_session
from restore_domain.operations.errors import Operation, refusal_of
from restore_domain.operations.root import BackupRestoreRoot, check_root

__all__ = [
    "Page",
    "get_session",
    "list_artifacts",
    "list_granular_artifacts",
    "list_sessions",
    "page_of",
]

_Entity = TypeVar("_Entity")
_IdentifiedEntity = TypeVar("_IdentifiedEntity", bound=Identified)

_BEFORE_THE_FIRST: Final = -1
_LONGEST_TOKEN: Final = 18
"""More digits than any number of entities has."""


class Page(NamedTuple, Generic[_Entity]):
    """Some entries of a list, and the token of the next page."""

    value: tuple[_Entity, ...]
    """The entries, in the order of creation."""

    skip_token: str | None
    """The token for the next page; None on the last one.

    It stays valid when entries are added or removed in between: no entry is returned twice, and no
    entry that stays is left out.
    """


def get_session(root: BackupRestoreRoot, session_id: str) -> ExchangeRestoreSession:
    """Return the session with this id.

    Raises RestoreDomainError: InvalidRestoreSessionId or RestoreSessionNotFound.
    """
    return found_session(root, Operation.GET, session_id)


def list_sessions(
    root: BackupRestoreRoot, *, top: int | None = None, skip_token: str | None = None
) -> Page[ExchangeRestoreSession]:
    """Return a page of up to `top` sessions, in the order of their creation.

    Raises RestoreDomainError: InvalidRequest.
    """
    check_root(root)
    return page_of(Operation.LIST, root.exchange_restore_sessions, top, skip_token)


def list_artifacts(
    root: BackupRestoreRoot,
    session_id: str,
    *,
    top: int | None = None,
    skip_token: str | None = None,
) -> Page[MailboxRestoreArtifact]:
    """Return a page of up to `top` artifacts of whole mailboxes, in the order of addition.

    Raises RestoreDomainError: InvalidRestoreSessionId, RestoreSessionNotFound or
    InvalidRequest.
    """
    session = found_session(root, Operation.LIST_ARTIFACTS, session_id)
    return page_of(Operation.LIST_ARTIFACTS, session.mailbox_restore_artifacts, top, skip_token)


def list_granular_artifacts(
    root: BackupRestoreRoot,
    session_id: str,
    *,
    top: int | None = None,
    skip_token: str | None = None,
) -> Page[GranularMailboxRestoreArtifact]:
    """Return a page of up to `top` artifacts of selected items, in the order of addition.

    Raises RestoreDomainError: InvalidRestoreSessionId, RestoreSessionNotFound or InvalidRequest.
    """
    operation = Operation.LIST_GRANULAR_ARTIFACTS
    artifacts = found_session(root, operation, session_id).granular_mailbox_restore_artifacts
    return page_of(operation, artifacts, top, skip_token)


def page_of(
    operation: Operation,
    entities: EntityCollection[_IdentifiedEntity] | None,
    top: Any,
    skip_token: Any,
) -> Page[_IdentifiedEntity]:
    """Return up to `top` entities after the page that gave `skip_token`; all if top is None."""
    if top is not None and (not isinstance(top, int) or isinstance(top, bool) or top < 1):
        raise refusal_of(
            operation,
            "InvalidRequest",
            f"top is {shown(top)}; expected a whole number from 1 on, or nothing",
        )
    entities = EntityCollection() if entities is None else entities
    after = _BEFORE_THE_FIRST if skip_token is None else _number(operation, skip_token)
    most = max(1, len(entities))
    value, last = entities.page(after, most if top is None else min(top, most))
    return Page(value, None if last is None else str(last))


def _number(operation: Operation, skip_token: Any) -> int:
    if (
        isinstance(skip_token, str)
        and len(skip_token) <= _LONGEST_TOKEN
        and skip_token.isascii()
        and skip_token.isdecimal()
    ):
        return int(skip_token)
    raise refusal_of(
        operation,
        "InvalidRequest",
        f"{shown(skip_token)} is not a continuation token; use the one of the previous page",
    )
