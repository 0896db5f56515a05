"""Roots that were made in every possible way."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from restore_domain import (
    ArtifactRestoreStatus,
    EntityCollection,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    audit,
    wire,
)
from restore_domain.operations import (
    BackupRestoreRoot,
    Report,
    expire,
    list_artifacts,
    list_sessions,
    record,
)
from restore_domain.verification.system import ReferenceSystem
from restore_domain.verification.vectors import run_case
from tests.every_vector import VECTORS
from tests.model.full_entities import SESSION
from tests.wire.ways import OTHER_WAYS

from .reachable import Place, reachable, stored

NOON: Final = datetime(2026, 1, 12, 12, tzinfo=UTC)

ARTIFACT: Final[dict[str, Any]] = {
    "status": "failed",
    "startDateTime": "2026-01-12T09:00:00.1234567#Z",
    "completionDateTime": "2026-01-12T10:00:00.5#+02:00",
    "restorePoint": {
        "id": "p1#",
        "protectionDateTime": "2026-01-01T00:00:00.1#Z",
        "expirationDateTime": "2027-01-01T00:00:00.5#Z",
    },
    "error": {"code": "c#", "message": "m#"},
}
OPEN: Final[dict[str, Any]] = ARTIFACT | {
    "status": "inProgress",
    "completionDateTime": None,
    "error": None,
    "priorities": [1, {"urgent#": True}],
}


def document(size: int, mark: str = "") -> str:
    """Return the JSON of a session whose first artifact is in progress.

    A mark, made of digits, is in each of its ids and times, and in other texts.
    """
    artifacts: list[dict[str, Any]] = [
        {"id": f"a{number}#"} | (ARTIFACT if number else OPEN) | {"restoredItemCount": number}
        for number in range(size)
    ]
    granular = [{"id": "g1#", "searchResponseId": "s#"} | ARTIFACT]
    text = json.dumps(
        {
            "id": "s1#",
            "createdDateTime": "2026-01-12T08:00:00.1#Z",
            "status": "active",
            "priority#": {"of": ["whom#", None, 2.5]},
            "mailboxRestoreArtifacts": artifacts,
            "granularMailboxRestoreArtifacts": granular,
        }
    )
    return text.replace("#", mark)


def holding(*sessions: Any) -> BackupRestoreRoot:
    return BackupRestoreRoot(exchange_restore_sessions=sessions)


def read_root(size: int, way: str = "text", mark: str = "") -> BackupRestoreRoot:
    """Return a root whose session was just read: no artifact was accessed yet."""
    return holding(OTHER_WAYS[way](document(size, mark), ExchangeRestoreSession))


def succeeded(root: BackupRestoreRoot) -> Any:
    """Let the first artifact of the first session end."""
    session = root.exchange_restore_sessions[0]
    first = next(iter(session.artifacts))
    report = Report(artifact_id=first.id, status=ArtifactRestoreStatus.SUCCEEDED, time=NOON)
    return record(root, session.id, report)


def _collections() -> Iterator[tuple[str, BackupRestoreRoot]]:
    """Yield roots with vectors of each depth, before and after each change."""
    for size in (1, 33, 1025):
        root = read_root(size)
        yield f"{size} read", root
        yield f"{size} recorded", succeeded(root).root
        (session,) = root.exchange_restore_sessions
        contained = session.mailbox_restore_artifacts
        assert contained is not None
        for name, changed in (
            ("added", contained.adding([_artifact("new")])),
            ("removed", contained.removing(["a0"])),
            ("replaced", contained.replacing(_artifact("a0"))),
        ):
            new = ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=changed)
            yield f"{size} {name}", holding(new)


def _artifact(artifact_id: str) -> MailboxRestoreArtifact:
    return GranularMailboxRestoreArtifact(
        id=artifact_id,
        status=ArtifactRestoreStatus.SUCCEEDED,
        search_response_id="s",
        start_date_time=NOON,
        completion_date_time=NOON + timedelta(microseconds=1),
        additional_data={"a": [{}, [], None, 1.5]},
    )


@cache
def roots() -> Mapping[str, Any]:
    """Return roots by how they were made, and the results of the operations."""
    made: dict[str, Any] = {
        "empty": BackupRestoreRoot(),
        "a value in every attribute": holding(SESSION),
        "a collection of a list": holding(
            ExchangeRestoreSession(
                id="s1", mailbox_restore_artifacts=EntityCollection([_artifact("a1")])
            )
        ),
        **{f"read as {way}": read_root(3, way) for way in OTHER_WAYS},
        **dict(_collections()),
        "an outcome": succeeded(read_root(40)),
    }
    full = made["a value in every attribute"]
    made |= {
        "pickled": pickle.loads(pickle.dumps(full)),  # noqa: S301 - our own
        "deeply copied": copy.deepcopy(full),
        "copied": copy.copy(full),
        "written and read": holding(wire.loads(wire.dumps(SESSION), ExchangeRestoreSession)),
    }
    return made


class Watched(ReferenceSystem):
    """The reference, which keeps each root that it ever had, and the method that led there."""

    def __init__(self) -> None:
        super().__init__()
        self.roots = [(self.root, "reset")]

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        try:
            return super().call(method, params)
        finally:
            if self.root is not self.roots[-1][0]:
                self.roots.append((self.root, method))


@cache
def roots_of_the_vectors() -> Mapping[tuple[BackupRestoreRoot, str], str]:
    """Return the roots to which the calls of the conformance vectors lead, each with a vector.

    Equal roots of one method are returned once. The vectors of quantities are left out: their
    large numbers are covered once in `roots`.
    """
    made: dict[tuple[BackupRestoreRoot, str], str] = {}
    for vectors in VECTORS:
        for case in vectors.cases if vectors.name != "quantities" else ():
            system = Watched()
            assert run_case(system, case) is None
            for reached in system.roots:
                made.setdefault(reached, case.id)
    return made


def look_at(value: Any) -> None:
    """Access everything that an object of the package shows."""
    repr(value)
    hash(value)
    if not type(value).__name__.startswith("_"):  # private parts are copied by their owner
        copy.deepcopy(value)
        pickle.dumps(value)
    for name in dir(type(value)):
        if isinstance(getattr(type(value), name), property):
            getattr(value, name)
    for slot in stored(value):
        getattr(value, slot.name)
    if isinstance(value, EntityCollection):
        assert len(value[:1]) == min(len(value), 1)  # an index needs the order


def use(root: BackupRestoreRoot) -> None:
    """Do everything with a root that can be done with it."""
    for _ in range(2):  # in the first round the entities are made
        for found in list(reachable(root)):
            is_ours = type(found.value).__module__.startswith("restore_domain.")
            if is_ours and found.place is not Place.PARSED:
                look_at(found.value)
    for session in root.exchange_restore_sessions:
        wire.dumps(session)
        wire.dumps(session, include_unknown_enum_members=False)
        audit(session)
        list_artifacts(root, session.id, top=1)
    list_sessions(root, top=1)
    list_sessions(succeeded(root).root)
    expire(root, now=NOON)
