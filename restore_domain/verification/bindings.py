"""What the ids and times of a case are at a service that chooses its own.

A case names sessions, artifacts and bulk requests by ids of its own, and gives the time of each
call. A service chooses other ids, and may read a clock. So the ids and times in its answers are
bound to those of the case, and later answers are translated to those of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from restore_domain.model import Timestamp
from restore_domain.model.lacking import COLLECTIONS
from restore_domain.verification.system import CannotBeAskedError

__all__ = ["Ids", "Times"]


@attrs.define
class _Pairs:
    """Names in the case and ids of the service, in both directions."""

    own: dict[str, str] = attrs.field(factory=dict)
    """The service's id, by the name in the case."""

    names: dict[str, str] = attrs.field(factory=dict)
    """The name in the case, by the service's id."""

    def bind(self, name: str, own: str) -> None:
        """Bind both; the name may have been that of an entity that was removed."""
        if own not in self.names:
            self.own[name] = own
            self.names[own] = name


class Ids:
    """The ids of one case: those of sessions, and of the artifacts and bulk requests of each."""

    def __init__(self) -> None:
        """Begin empty: an id that is not bound is the same on both sides."""
        self._sessions = _Pairs()
        self._within: dict[str, _Pairs] = {}

    def bind_session(self, name: str, own: Any) -> None:
        """Bind the name of a new session to the service's id."""
        if isinstance(own, str):
            self._sessions.bind(name, own)
            self._within.pop(name, None)

    def bind_entities(self, session: str, names: Iterable[str], entities: Iterable[Any]) -> None:
        """Bind these names in order to the ids of the entities that are not bound yet."""
        pairs = self._of(session)
        own = [entity["id"] for entity in entities if _has_id(entity)]
        new = [one for one in dict.fromkeys(own) if one not in pairs.names]
        for name, one in zip(names, new, strict=False):
            pairs.bind(name, one)

    def _of(self, session: Any) -> _Pairs:
        return self._within.setdefault(session, _Pairs()) if isinstance(session, str) else _Pairs()

    def asked(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters of a call with the ids of the service instead of names."""
        pairs = self._of(params.get("sessionId"))
        asked = {name: _renamed(value, pairs.own) for name, value in params.items()}
        for name, own in (("sessionId", self._sessions.own), ("bulkRequestId", pairs.own)):
            if isinstance(params.get(name), str):
                asked[name] = own.get(params[name], params[name])
        return asked

    def translated_session(self, session: Any) -> Any:
        """Return a session of an answer with the names of the case."""
        if not _has_id(session):
            return session
        name = self._sessions.names.get(session["id"], session["id"])
        return {**_renamed(session, self._of(name).names), "id": name}

    def translated(self, session: Any, answer: Any) -> Any:
        """Return an answer about the contents of a session with the names of the case."""
        return _renamed(answer, self._of(session).names)

    def translated_sessions(self, own: Any) -> Any:
        """Return the ids of sessions with the names of the case."""
        if not isinstance(own, list):
            return own
        return [self._sessions.names.get(one, one) if isinstance(one, str) else one for one in own]

    def is_known(self, session: Any) -> bool:
        """Return whether a session of the service's answer belongs to this case."""
        return _has_id(session) and session["id"] in self._sessions.names


def _has_id(entity: Any) -> bool:
    return isinstance(entity, dict) and isinstance(entity.get("id"), str)


_NAMING: Final = ("id", "artifactId", "target")
"""The properties whose values name an artifact or a bulk request."""

_CONTAINERS: Final = (
    "value",
    "details",
    "error",
    "report",
    "reports",
    "request",
    *COLLECTIONS,
    *(f"{name}@delta" for name in COLLECTIONS),
)
"""The properties whose values contain such names, and times of the service. A restore point is not
among them: its id and its times are of another kind.
"""


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(entry, names) for entry in value]
    if not isinstance(value, dict):
        return value
    return {name: _renamed_property(name, content, names) for name, content in value.items()}


def _renamed_property(name: str, content: Any, names: Mapping[str, str]) -> Any:
    if name in _NAMING and isinstance(content, str):
        return names.get(content, content)
    return _renamed(content, names) if name in _CONTAINERS else content


class Times:
    """The times of one case at a service that reads its own clock.

    They are judged by their order. A time that is later than all earlier ones is that of the last
    call; one that was seen before has the same meaning as then.
    """

    def __init__(self) -> None:
        """Begin before the first call."""
        self._seen: dict[Timestamp, str] = {}
        self._latest: Timestamp | None = None
        self._now: tuple[Timestamp, str] | None = None
        self.is_coarse = False
        """Whether the clock has shown only whole seconds."""

    def begin(self, now: str) -> None:
        """Start the call at this time; raises CannotBeAskedError if it is in the past."""
        moment = Timestamp.parse(now)
        if self._now is not None and moment < self._now[0]:
            raise CannotBeAskedError("a clock that goes back")
        self._now = moment, now

    def translated(self, answer: Any) -> Any:
        """Return the times in an answer as those of the case."""
        if isinstance(answer, list):
            return [self.translated(entry) for entry in answer]
        if not isinstance(answer, dict):
            return answer
        return {name: self._property(name, content) for name, content in answer.items()}

    def _property(self, name: str, content: Any) -> Any:
        if name.endswith("DateTime") and isinstance(content, str):
            return self._translated_time(content)
        return self.translated(content) if name in _CONTAINERS else content

    def _translated_time(self, text: str) -> str:
        try:
            moment = Timestamp.parse(text)
        except (ValueError, OverflowError):
            return text
        is_new = self._latest is None or moment > self._latest
        if moment not in self._seen and is_new and self._now is not None:
            self._seen[moment] = self._now[1]
        if is_new:
            self._latest = moment
            self.is_coarse = "." not in text
        return self._seen.get(moment, text)
