"""Running a history of calls on a system and on the reference, and comparing them.

A call is ``{"method": …, "params": …}``. Continuation tokens differ between systems, so a later
page names the call whose answer had the token: ``"skipToken": {"fromCall": 3}``, counted from 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from restore_domain.model.session import DERIVED_PROPERTIES, ExchangeRestoreSession
from restore_domain.verification.comparison import (
    OPERATION_RULES,
    SESSION_METHODS,
    Answer,
    Difference,
    answer_of,
    comparable,
    difference,
    judged,
    rule_of_requests,
    steps_in_session,
)
from restore_domain.verification.system import CannotBeAskedError, ReferenceSystem, System
from restore_domain.wire import to_json_value

__all__ = [
    "Call",
    "Counterexample",
    "HistoryRun",
    "copied",
    "counterexample",
    "token_in",
    "with_finer_rule",
    "with_token",
]

Call = Mapping[str, Any]
"""An operation in JSON."""

_SAME: Final = frozenset({OPERATION_RULES["get"]})
"""The rules that an observation cites if there is no more specific one."""


@attrs.frozen
class Counterexample:
    """A history in which a system differs from the reference."""

    calls: tuple[Call, ...]
    """The calls up to the one that shows it."""

    difference: Difference
    """The difference."""

    start: Mapping[str, Any] = attrs.field(factory=dict)
    """The beginning of the history (the parameters of ``reset``)."""


class HistoryRun:
    """A system and the reference, run together one call at a time."""

    def __init__(self, system: System, start: Mapping[str, Any] | None = None) -> None:
        """Reset both, to the state that `start` gives (the parameters of ``reset``)."""
        self._system = system
        self.reference = ReferenceSystem()
        self.expected = Answer()
        """The reference's answer to the last call."""
        self._tokens: tuple[list[Any], list[Any]] = ([], [])
        self._is_over = False
        self._seen: dict[str, None] = {}
        self._given = {given["id"]: given for given in (start or {}).get("sessions", ())}
        for one in (self.reference, system):
            one.call("reset", start or {})
        self._at_first = self._observed({"method": "get"})

    def step(self, call: Call) -> Difference | None:
        """Run a call on both, and return where the answers or the states differ.

        A call that the system can't perform is skipped; if the reference performed it, nothing
        after it can be compared.
        """
        ours, theirs = self._tokens
        expected = answer_of(self.reference, call["method"], with_token(call, ours))
        self.expected = expected
        ours.append(token_in(expected))
        if self._is_over:
            return None
        changed = self.reference.changed
        try:
            actual = answer_of(self._system, call["method"], with_token(call, theirs))
        except CannotBeAskedError:
            self._is_over = changed
            theirs.append(None)
            return self._at_first
        theirs.append(token_in(actual))
        if self._at_first is not None:  # the call has nothing to do with it
            return self._at_first
        expected, actual = judged(self._system, expected), judged(self._system, actual)
        found = difference(call, expected, actual, changed=changed)
        if found is None:
            return self._observed(call)
        ours = _session_in(call["method"], expected, found)
        if ours is None:
            return found
        return self._with_finer_rule(found, ours, _session_in(call["method"], actual, found))

    def _observed(self, call: Call) -> Difference | None:
        """Compare every session that ever existed, starting with the one of the call."""
        if "get" not in self._system.methods:
            return None
        own = call.get("params", {}).get("sessionId")
        self._seen |= dict.fromkeys(self.reference.root.exchange_restore_sessions.ids)
        ids = sorted(self._seen, key=lambda session_id: session_id != own)
        if isinstance(own, str) and own not in self._seen:
            ids.insert(0, own)
        differences = map(self._difference_of, ids)
        found = next((found for found in differences if found is not None), None)
        if found is not None and found.rule in _SAME and not _both_refused(found):
            return attrs.evolve(found, rule=OPERATION_RULES[call["method"]])
        return found

    def _difference_of(self, session_id: str) -> Difference | None:
        """Compare a session in its current state."""
        params = {"sessionId": session_id}
        expected = judged(self._system, answer_of(self.reference, "get", params))
        try:
            actual = judged(self._system, answer_of(self._system, "get", params))
        except CannotBeAskedError:
            return None
        found = difference({"method": "get", "params": params}, expected, actual)
        if found is None:
            return None
        if expected.refusal is None:
            found = self._with_finer_rule(found, expected.result, actual.result)
        return attrs.evolve(found, session_id=session_id)

    def _with_finer_rule(self, found: Difference, ours: Any, theirs: Any) -> Difference:
        """Attribute a difference in a derived property of a session to its rule."""
        session_id = ours["id"]
        return with_finer_rule(
            found,
            self.reference.root.session(session_id),
            theirs,
            given=self._given.get(session_id),
        )


def _session_in(method: str, answer: Answer, found: Difference) -> Any:
    """Return the session of an answer in which a difference is; None if there is none."""
    if method in SESSION_METHODS:
        return answer.result
    match found.steps:
        case ("value", int(place), _, *_) if method == "list":
            return answer.result["value"][place]
    return None


def with_finer_rule(
    found: Difference,
    session: ExchangeRestoreSession | None,
    actual: Any,
    *,
    given: Mapping[str, Any] | None = None,
) -> Difference:
    """Attribute a difference in a derived property of a session to its rule.

    The session is the reference's, `actual` is the differing answer of the system, and `given` is
    the session that the system was given at the beginning.
    """
    name, *_ = steps_in_session(found.steps) or ("",)
    if session is None or name not in DERIVED_PROPERTIES:
        return found
    if session.lacks:
        return attrs.evolve(found, rule="S8")
    rule = _rule_of_requests(session, name, actual)
    if rule is not None:
        return attrs.evolve(found, rule=rule)
    if session.declared is not None:
        return attrs.evolve(found, rule="S1a")
    if session.granular_mailbox_restore_artifacts:
        whole = attrs.evolve(session, granular_mailbox_restore_artifacts=None)
        without: Any = comparable("get", to_json_value(whole))
        actual_session: Any = comparable("get", actual)
        if without.get(name) == actual_session.get(name):
            return attrs.evolve(found, rule="S2")
    if given is not None and _declares_the_same(given, actual):
        return attrs.evolve(found, rule="S1a")
    return found


def _rule_of_requests(session: ExchangeRestoreSession, name: str, actual: Any) -> str | None:
    """Return the rule of bulk requests that a wrong property of a session breaks, if any.

    An active request affects only the status, and the rule is B6 if the session has the status that
    it would have if it were activated, or not activated.
    """
    rule = rule_of_requests(session)
    if rule != "B3":
        return rule if name != "restoreSessionArtifactCount" else None
    if name != "status":
        return None
    other = attrs.evolve(session, declared=None, activated=not session.activated)
    shown = actual.get(name) if isinstance(actual, Mapping) else None
    return "B6" if other.status == shown != session.status else "B3"


def _declares_the_same(given: Mapping[str, Any], actual: Mapping[str, Any]) -> bool:
    """Return whether a session still declares what it was given with."""
    one, other = comparable("get", given), comparable("get", actual)
    return all(one.get(name) == other.get(name) for name in DERIVED_PROPERTIES)


def _both_refused(found: Difference) -> bool:
    """Return whether neither has the session, so that only the errors of ``get`` differ."""
    return (
        isinstance(found.expected, dict)
        and isinstance(found.actual, dict)
        and (found.path == "error")
    )


def with_token(call: Call, given: Sequence[Any]) -> Mapping[str, Any]:
    """Return a call's parameters, with the continuation token from an earlier answer."""
    params: Mapping[str, Any] = call.get("params", {})
    token = params.get("skipToken")
    return {**params, "skipToken": given[token["fromCall"]]} if isinstance(token, dict) else params


def copied(value: Any) -> Any:
    """Return a copy of a JSON value that shares no object or array with it."""
    if isinstance(value, Mapping):
        return {name: copied(content) for name, content in value.items()}
    if isinstance(value, list):
        return [copied(entry) for entry in value]
    return value


def token_in(answer: Answer) -> Any:
    """Return the continuation token in an answer, or None."""
    return answer.result.get("skipToken") if isinstance(answer.result, dict) else None


def counterexample(
    system: System, history: Sequence[Call], start: Mapping[str, Any] | None = None
) -> Counterexample | None:
    """Run a history on a system and the reference, and return where they first differ."""
    run = HistoryRun(system, start)
    for number, call in enumerate(history, start=1):
        found = run.step(call)
        if found is not None:
            return Counterexample(tuple(history[:number]), found, start or {})
    return None
