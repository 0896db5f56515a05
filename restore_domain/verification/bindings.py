"""What the ids and times of a case are at a service that chooses its own.

A case names sessions, artifacts and bulk requests by ids of its own, and says the time of each
call. A service makes up ids, and may read a clock. So what it answers is bound to what the case
calls it, and its later answers are written in the words of the case.
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
    """Names of the case and of the service, each with the other."""

    own: dict[str, str] = attrs.field(factory=dict)
    """What the service calls it, by its name in the case."""

    named: dict[str, str] = attrs.field(factory=dict)
    """Its name in the case, by what the service calls it."""

    def bind(self, name: str, own: str) -> None:
        """Bind both; the name may have been that of something that was removed."""
        if own not in self.named:
            self.own[name] = own
            self.named[own] = name


class Ids:
    """The ids of one case: those of sessions, and of artifacts and bulk requests of each."""

    def __init__(self) -> None:
        """Begin without any: an id that is not bound is the same on both sides."""
        self._sessions = _Pairs()
        self._within: dict[str, _Pairs] = {}

    def bind_session(self, name: str, own: Any) -> None:
        """Bind the name of a new session to what the service calls it."""
        if isinstance(own, str):
            self._sessions.bind(name, own)
            self._within.pop(name, None)

    def bind_entities(self, session: str, names: Iterable[str], entities: Iterable[Any]) -> None:
        """Bind these names in order to those of the entities that are not bound yet."""
        pairs = self._of(session)
        own = [entity["id"] for entity in entities if _has_id(entity)]
        new = [one for one in dict.fromkeys(own) if one not in pairs.named]
        for name, one in zip(names, new, strict=False):
            pairs.bind(name, one)

    def _of(self, session: Any) -> _Pairs:
        return self._within.setdefault(session, _Pairs()) if isinstance(session, str) else _Pairs()

    def asked(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters of a call with the ids of the service in the place of names."""
        pairs = self._of(params.get("sessionId"))
        asked = {name: _renamed(value, pairs.own) for name, value in params.items()}
        for name, own in (("sessionId", self._sessions.own), ("bulkRequestId", pairs.own)):
            if isinstance(params.get(name), str):
                asked[name] = own.get(params[name], params[name])
        return asked

    def session_named(self, session: Any) -> Any:
        """Write a session that was answered with the names of the case."""
        if not _has_id(session):
            return session
        name = self._sessions.named.get(session["id"], session["id"])
        return {**_renamed(session, self._of(name).named), "id": name}

    def named(self, session: Any, answer: Any) -> Any:
        """Write an answer about what is in a session with the names of the case."""
        return _renamed(answer, self._of(session).named)

    def sessions_named(self, own: Any) -> Any:
        """Write ids of sessions with the names of the case."""
        if not isinstance(own, list):
            return own
        return [self._sessions.named.get(one, one) if isinstance(one, str) else one for one in own]

    def is_known(self, session: Any) -> bool:
        """Tell whether a session that the service answered is one of this case."""
        return _has_id(session) and session["id"] in self._sessions.named


def _has_id(entity: Any) -> bool:
    return isinstance(entity, dict) and isinstance(entity.get("id"), str)


_NAMING: Final = ("id", "artifactId", "target")
"""The properties whose values name an artifact or a bulk request."""

_HOLDING: Final = (
    "value",
    "details",
    "error",
    "report",
    "reports",
    "request",
    *COLLECTIONS,
    *(f"{name}@delta" for name in COLLECTIONS),
)
"""The properties in whose values such names are, and times of the service: a restore point, say,
has an id and times of another kind."""


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(entry, names) for entry in value]
    if not isinstance(value, dict):
        return value
    return {name: _renamed_property(name, content, names) for name, content in value.items()}


def _renamed_property(name: str, content: Any, names: Mapping[str, str]) -> Any:
    if name in _NAMING and isinstance(content, str):
        return names.get(content, content)
    return _renamed(content, names) if name in _HOLDING else content


class Times:
    """The times of one case at a service that reads a clock of its own.

    They are judged by their order. A time that is later than all before it is that of the last
    call; one that was seen before is what it was then.
    """

    def __init__(self) -> None:
        """Begin before the first call."""
        self._seen: dict[Timestamp, str] = {}
        self._latest: Timestamp | None = None
        self._now: tuple[Timestamp, str] | None = None
        self.is_coarse = False
        """Whether the clock has shown no parts of a second."""

    def begin(self, now: str) -> None:
        """Let this be the time of the call that comes; raises CannotBeAskedError if it is past."""
        moment = Timestamp.parse(now)
        if self._now is not None and moment < self._now[0]:
            raise CannotBeAskedError("a clock that goes back")
        self._now = moment, now

    def named(self, answer: Any) -> Any:
        """Write the times in an answer as the case has them."""
        if isinstance(answer, list):
            return [self.named(entry) for entry in answer]
        if not isinstance(answer, dict):
            return answer
        return {name: self._property(name, content) for name, content in answer.items()}

    def _property(self, name: str, content: Any) -> Any:
        if name.endswith("DateTime") and isinstance(content, str):
            return self._named(content)
        return self.named(content) if name in _HOLDING else content

    def _named(self, text: str) -> str:
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
