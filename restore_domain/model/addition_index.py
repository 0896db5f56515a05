"""What an addition to a draft is checked against, without a look at each artifact (rules O1, O3).

A session that is filled by requests of 50 would else be read once more by each of them. The index
is made of the artifacts when the first addition asks for it, and kept up to date from then on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import attrs
from rpds import HashTrieMap

from restore_domain.model.artifact import MailboxRestoreArtifact
from restore_domain.status import DestinationType

__all__ = ["AdditionIndex"]


@attrs.frozen(eq=False, repr=False, weakref_slot=False)
class AdditionIndex:
    """The restore points and the destinations that the artifacts of a session have."""

    restore_points: HashTrieMap[str, int] = attrs.field(factory=HashTrieMap)
    """How many artifacts of whole mailboxes restore the restore point of this key.

    More than one of a session that was read: no operation makes such.
    """

    destinations: HashTrieMap[DestinationType, int] = attrs.field(factory=HashTrieMap)
    """How many artifacts, of either kind, have this destination."""

    def adding(self, artifacts: Iterable[MailboxRestoreArtifact]) -> AdditionIndex:
        """Return the index of these artifacts as well."""
        return self._counting(artifacts, 1)

    def removing(self, artifacts: Iterable[MailboxRestoreArtifact]) -> AdditionIndex:
        """Return the index without these artifacts, which it counts."""
        return self._counting(artifacts, -1)

    def _counting(self, artifacts: Iterable[MailboxRestoreArtifact], step: int) -> AdditionIndex:
        points, destinations = self.restore_points, self.destinations
        for artifact in artifacts:
            if type(artifact) is MailboxRestoreArtifact and artifact.restore_point is not None:
                points = _stepped(points, artifact.restore_point.key, step)
            if artifact.destination_type is not None:
                destinations = _stepped(destinations, artifact.destination_type, step)
        return AdditionIndex(points, destinations)


def _stepped(counts: HashTrieMap[Any, int], key: Any, step: int) -> HashTrieMap[Any, int]:
    count = counts.get(key, 0) + step
    return counts.insert(key, count) if count else counts.remove(key)


NOTHING_ADDED: Final = AdditionIndex()
"""The index of a session without artifacts."""
