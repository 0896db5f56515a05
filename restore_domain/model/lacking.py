"""The evidence that artifacts of a session are missing (rule S8).

`EVIDENCE` lists the kinds of evidence. They depend only on what the session declares and contains,
so that the evidence is still there after the session was written and read, and none of them needs
to look at the artifacts. A list that was truncated without a sign can't be distinguished from a
complete one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Any, Final, Protocol

import attrs

from restore_domain.aggregation import StatusTally
from restore_domain.model.bulk_request import UNCLEAR, request_status
from restore_domain.model.collection import EntityCollection
from restore_domain.model.json_path import ROOT, index_step, name_step
from restore_domain.model.json_value import JsonObject
from restore_domain.status import (
    TERMINAL_SESSION_STATUSES,
    RestoreArtifactsBulkRequestStatus,
    RestoreJobType,
)

__all__ = [
    "BULK_REQUESTS",
    "COLLECTIONS",
    "COLLECTION_COUNTS",
    "EVIDENCE",
    "GRANULAR",
    "NEXT_LINKS",
    "NO_EVIDENCE",
    "WHOLE",
    "Evidence",
    "EvidenceKind",
    "evidence_in",
]

WHOLE: Final = "mailboxRestoreArtifacts"
GRANULAR: Final = "granularMailboxRestoreArtifacts"
BULK_REQUESTS: Final = "mailboxRestoreArtifactsBulkAdditionRequests"

COLLECTIONS: Final = (WHOLE, GRANULAR, BULK_REQUESTS)
"""The names of the collections of a session."""

NEXT_LINKS: Final = tuple(f"{name}@odata.nextLink" for name in COLLECTIONS)
"""The annotations with the link to more entries of a collection."""

COLLECTION_COUNTS: Final = tuple(f"{name}@odata.count" for name in COLLECTIONS)
"""The annotations with the number of entries of a collection."""

_ENDS: Final = frozenset({None, ""})
"""The values of a next link that don't lead anywhere."""


class Declaring(Protocol):
    """What a session declares about its status and its counts."""

    @property
    def status(self) -> Any:
        """The declared status, or None."""
        ...

    @property
    def restore_session_artifact_count(self) -> Any:
        """The declared counts, or None."""
        ...


class Containing(Protocol):
    """The parts of a session that are evidence."""

    @property
    def restore_job_type(self) -> RestoreJobType | None:
        """How artifacts are added to it."""
        ...

    @property
    def declared(self) -> Declaring | None:
        """The declared values of derived properties."""
        ...

    @property
    def additional_data(self) -> JsonObject:
        """The annotations of its collections, among others."""
        ...

    @property
    def mailbox_restore_artifacts(self) -> EntityCollection[Any] | None:
        """The artifacts that restore whole mailboxes."""
        ...

    @property
    def granular_mailbox_restore_artifacts(self) -> EntityCollection[Any] | None:
        """The artifacts that restore selected items."""
        ...

    @property
    def mailbox_restore_artifacts_bulk_addition_requests(self) -> EntityCollection[Any] | None:
        """The bulk requests."""
        ...

    @property
    def request_statuses(self) -> AbstractSet[RestoreArtifactsBulkRequestStatus]:
        """The statuses that its bulk requests have."""
        ...

    @property
    def is_bulk(self) -> bool:
        """Whether bulk requests add its artifacts."""
        ...

    @property
    def effective_tally(self) -> StatusTally:
        """The counts of the artifacts, and of what its bulk requests count as."""
        ...


@attrs.frozen
class Evidence:
    """A sign that artifacts of a session are missing."""

    id: str
    """The letter of the kind of evidence, in the order of rule S8."""

    path: str
    """The JSON path of the property that shows it, or that is missing."""

    sentence: str
    """The kind of evidence in words."""


@attrs.frozen
class EvidenceKind:
    """A row of the table of evidence."""

    id: str
    """The letter, in the order of rule S8."""

    sentence: str
    """When there is such evidence: a text that continues "the session lacks artifacts: "."""

    places: Callable[[Containing], Iterator[str]] = attrs.field(repr=False)
    """The JSON path of each place that shows it; empty if there is no such evidence."""


def _path(name: str) -> str:
    return ROOT + name_step(name)


def _lengths(session: Containing) -> tuple[int, int]:
    """Return the numbers of artifacts of whole mailboxes and of selected items."""
    whole, granular = session.mailbox_restore_artifacts, session.granular_mailbox_restore_artifacts
    return 0 if whole is None else len(whole), 0 if granular is None else len(granular)


def _next_links(session: Containing) -> Iterator[str]:
    data = session.additional_data
    return (_path(link) for link in NEXT_LINKS if data.get(link) not in _ENDS)


def _counts(session: Containing) -> Iterator[str]:
    data = session.additional_data
    requests = session.mailbox_restore_artifacts_bulk_addition_requests
    lengths = (*_lengths(session), 0 if requests is None else len(requests))
    for name, length in zip(COLLECTION_COUNTS, lengths, strict=True):
        count = data.get(name)
        if isinstance(count, int | float) and not isinstance(count, bool) and count > length:
            yield _path(name)


def _total(session: Containing) -> Iterator[str]:
    declared = session.declared
    count = None if declared is None else declared.restore_session_artifact_count
    if count is not None and count.total is not None and count.total > sum(_lengths(session)):
        yield _path("restoreSessionArtifactCount") + name_step("total")


_MAY_BE_GRANULAR: Final = frozenset({RestoreJobType.GRANULAR, RestoreJobType.UNKNOWN_FUTURE_VALUE})


def _no_granular(session: Containing) -> Iterator[str]:
    if (
        session.restore_job_type in _MAY_BE_GRANULAR
        and session.granular_mailbox_restore_artifacts is None
    ):
        yield _path(GRANULAR)


def _no_requests(session: Containing) -> Iterator[str]:
    status = None if session.declared is None else session.declared.status
    if (
        session.is_bulk
        and session.mailbox_restore_artifacts_bulk_addition_requests is None
        and status not in TERMINAL_SESSION_STATUSES
    ):
        yield _path(BULK_REQUESTS)


def _no_collection(session: Containing) -> Iterator[str]:
    if (
        session.mailbox_restore_artifacts is None
        and session.granular_mailbox_restore_artifacts is None
    ):
        yield _path(WHOLE)


def _empty_bulk(session: Containing) -> Iterator[str]:
    """Skip a session in which anything is counted, because a request is active or it failed."""
    if session.is_bulk and not session.effective_tally.total:
        yield _path(WHOLE)


def _unclear_requests(session: Containing) -> Iterator[str]:
    requests = session.mailbox_restore_artifacts_bulk_addition_requests
    if requests is None or session.request_statuses.isdisjoint(UNCLEAR):
        return
    for index, cell in enumerate(requests.cells()):
        if request_status(cell.status) in UNCLEAR:
            yield _path(BULK_REQUESTS) + index_step(index) + name_step("status")


EVIDENCE: Final[Mapping[str, EvidenceKind]] = MappingProxyType(
    {
        kind.id: kind
        for kind in (
            EvidenceKind(
                "a",
                "a collection of artifacts, or of bulk requests, has an @odata.nextLink, neither "
                "null nor empty",
                _next_links,
            ),
            EvidenceKind(
                "b",
                "a collection of artifacts, or of bulk requests, has an @odata.count greater than "
                "what it contains",
                _counts,
            ),
            EvidenceKind(
                "c",
                "the declared restoreSessionArtifactCount.total is greater than the number of "
                "artifacts in both collections",
                _total,
            ),
            EvidenceKind(
                "d",
                "restoreJobType is granular or unknownFutureValue, and the collection of "
                "granular artifacts is absent",
                _no_granular,
            ),
            EvidenceKind(
                "e",
                "it is a bulk session, the collection of its requests is absent, and the "
                "declared status is not terminal",
                _no_requests,
            ),
            EvidenceKind("f", "both collections of artifacts are absent", _no_collection),
            EvidenceKind(
                "g",
                "it is a bulk session without artifacts and without an active request, and it is "
                "not known to have failed",
                _empty_bulk,
            ),
            EvidenceKind(
                "h",
                "the status of a bulk request is unknown, unknownFutureValue or not a member",
                _unclear_requests,
            ),
        )
    }
)
"""Each kind of evidence by its letter. The letters stay the same when others are added."""

NO_EVIDENCE: Final = frozenset({None, RestoreJobType.STANDARD})
"""The values of restoreJobType that are never evidence if there is no bulk request."""


def evidence_in(session: Containing) -> tuple[Evidence, ...]:
    """Return all evidence that a session lacks artifacts, in the order of the table."""
    return tuple(
        [
            Evidence(kind.id, path, kind.sentence)
            for kind in EVIDENCE.values()
            for path in kind.places(session)
        ]
    )
