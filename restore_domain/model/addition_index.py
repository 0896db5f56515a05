"""An index for checking additions to a draft without looking at each artifact (O1, O3, S9).

If a session is filled by requests of 50 artifacts, each request would otherwise read the whole
session again. The index is made from the artifacts at the first addition, and kept up to date from
then on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import attrs
from rpds import HashTrieMap, HashTrieSet

from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.bulk_request import MailboxRestoreArtifactsBulkAdditionRequest
from restore_domain.model.requests import RequestedGranularArtifact
from restore_domain.model.restore_point import key_of
from restore_domain.status import DestinationType

__all__ = ["AdditionIndex", "addition_key"]


def addition_key(artifact: Any) -> tuple[str, ...] | None:
    """Return a key that is equal for artifacts that restore the same; None if there is no key.

    For a whole mailbox it is the restore point, and for selected items the restore point and the
    search, so that artifacts of different kinds never have the same key. Accepts an artifact, one
    in a request, or the parser's struct of one.
    """
    if not artifact.restore_point:
        return None
    key = key_of(artifact.restore_point)
    if not issubclass(getattr(artifact, "entity_class", type(artifact)), OF_ITEMS):
        return (key,)
    search = artifact.search_response_id
    return (key, search) if search else None


OF_ITEMS: Final = (GranularMailboxRestoreArtifact, RequestedGranularArtifact)
"""The classes for the restore of selected items."""


@attrs.frozen
class BulkRequestIndex:
    """What a bulk request asks for, and which of it could not be resolved (rule B5)."""

    request_id: str
    """The key of the request."""

    resources: frozenset[str]
    """Its mailboxes and directory objects; empty if they are not known."""

    failed: HashTrieSet[str]
    """The mailboxes and directory objects that could not be resolved."""

    @classmethod
    def of(cls, request: MailboxRestoreArtifactsBulkAdditionRequest) -> BulkRequestIndex:
        """Return the index of a request."""
        details = () if request.error is None else request.error.details or ()
        targets = {detail.target for detail in details if detail.target is not None}
        resources = {*(request.mailboxes or ()), *(request.directory_object_ids or ())}
        return cls(request.id, frozenset(resources), HashTrieSet(targets))

    def failing(self, targets: Iterable[str]) -> BulkRequestIndex:
        """Return the index with these added to those that could not be resolved."""
        failed = self.failed
        for target in targets:
            failed = failed.insert(target)
        return attrs.evolve(self, failed=failed)


_NO_KEYS: Final[HashTrieMap[tuple[str, ...], int]] = HashTrieMap()
_NO_DESTINATIONS: Final[HashTrieMap[DestinationType, int]] = HashTrieMap()


@attrs.frozen
class AdditionIndex:
    """What the artifacts of a session restore, where to, and of which kind they are."""

    keys: HashTrieMap[tuple[str, ...], int] = _NO_KEYS
    """How many artifacts have this `addition_key`.

    It is more than one only in a session that was read: no operation makes duplicates.
    """

    destinations: HashTrieMap[DestinationType, int] = _NO_DESTINATIONS
    """How many artifacts, of either kind, have this destination."""

    whole: int = 0
    """How many artifacts are of whole mailboxes."""

    granular: int = 0
    """How many artifacts are of selected items, in either collection."""

    bulk_request: BulkRequestIndex | None = None
    """The bulk request for which artifacts are being added."""

    def adding(self, artifacts: Iterable[MailboxRestoreArtifact]) -> AdditionIndex:
        """Return the index with these artifacts added."""
        return self._counting(artifacts, 1)

    def removing(self, artifacts: Iterable[MailboxRestoreArtifact]) -> AdditionIndex:
        """Return the index without these artifacts, which have to be counted in it."""
        return self._counting(artifacts, -1)

    def _counting(self, artifacts: Iterable[MailboxRestoreArtifact], step: int) -> AdditionIndex:
        keys, destinations = self.keys, self.destinations
        whole, granular = self.whole, self.granular
        for artifact in artifacts:
            if (key := addition_key(artifact)) is not None:
                keys = _stepped(keys, key, step)
            if artifact.destination_type is not None:
                destinations = _stepped(destinations, artifact.destination_type, step)
            if isinstance(artifact, GranularMailboxRestoreArtifact):
                granular += step
            else:
                whole += step
        return AdditionIndex(keys, destinations, whole, granular, self.bulk_request)


def _stepped(counts: HashTrieMap[Any, int], key: Any, step: int) -> HashTrieMap[Any, int]:
    count = counts.get(key, 0) + step
    return counts.insert(key, count) if count else counts.remove(key)


NOTHING_ADDED: Final = AdditionIndex()
"""The index of a session without artifacts."""
