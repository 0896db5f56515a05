"""The documents in `tests/fixtures`, each with the class that it is read as."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from restore_domain import (
    CreateSessionRequest,
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    MailboxRestoreArtifactCollectionResponse,
    UpdateSessionRequest,
    UpdateSessionResponse,
)

FOLDER: Final = Path(__file__).parent.parent / "fixtures"

KINDS: Final[dict[str, type]] = {
    "artifacts-page": MailboxRestoreArtifactCollectionResponse,
    "create-session-request": CreateSessionRequest,
    "create-session-response": ExchangeRestoreSession,
    "session-from-the-future": ExchangeRestoreSession,
    "session-with-artifacts": ExchangeRestoreSession,
    "session-with-granular-artifacts": ExchangeRestoreSession,
    "sessions-page": ExchangeRestoreSessionCollectionResponse,
    "update-session-request": UpdateSessionRequest,
    "update-session-response": UpdateSessionResponse,
}


def content(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()
