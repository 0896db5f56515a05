"""Judging a system step by step: what a call makes of what the system held before.

Whatever a system answers is read by the reference's model, and the reference does the same call
to it. So each step is judged by itself, and a system that breaks one rule is not blamed by the
laws of others for what follows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

import attrs

from restore_domain.model import ExchangeRestoreSession
from restore_domain.operations import BackupRestoreRoot, Limits
from restore_domain.verification.comparison import (
    OPERATION_RULES,
    SESSION_METHODS,
    Answer,
    Difference,
    answer_of,
    comparable,
    differences,
)
from restore_domain.verification.histories import (
    Call,
    Counterexample,
    token_in,
    with_finer_rule,
    with_token,
)
from restore_domain.verification.laws.law import Breach, Law, Takes, law_of
from restore_domain.verification.system import OPERATIONS, ReferenceSystem, System
from restore_domain.verification.vectors import load_vectors, needs, run_case
from restore_domain.wire import WireError, from_json_value

__all__ = [
    "Judge",
    "State",
    "Step",
    "as_the_reference",
    "breaches_of",
    "system_law",
    "told",
]

State: TypeAlias = Mapping[str, Mapping[str, Any]]
"""What a system holds: each session as it answers it, by its id, in the order of creation."""

EXAMPLES: Final = 250
"""How many random histories a law looks at."""

SECONDS: Final = 20.0
"""How long it looks for a broken law at most."""


@attrs.frozen
class Step:
    """A call, and what it made of what a system held."""

    system: System
    """The system, which can be asked for more."""

    call: Call
    """The call; ``reset`` at the beginning of a history."""

    params: Mapping[str, Any]
    """Its parameters, with the system's own continuation token."""

    answer: Answer
    """What the system said to it."""

    before: State
    """What it held before."""

    after: State
    """What it holds now."""

    limits: Limits
    """The limits that it was given."""

    @property
    def method(self) -> str:
        """The method that was called."""
        method: str = self.call["method"]
        return method

    @property
    def changed(self) -> list[str]:
        """The ids of the sessions that an operation made, changed or removed."""
        if self.method not in OPERATIONS:
            return []
        pairs = {
            session_id: (self.before.get(session_id), self.after.get(session_id))
            for session_id in {**self.before, **self.after}
        }
        return [
            session_id
            for session_id, (before, after) in pairs.items()
            if before != after and _plain(before) != _plain(after)
        ]


def _plain(session: Mapping[str, Any] | None) -> Any:
    """Return a session without what each system is free to choose."""
    return comparable("get", session)


Judge: TypeAlias = Callable[[Step], Iterator[Difference]]
"""Finds what is wrong in a step."""


# What a system holds ----------------------------------------------------------------------------


def _holding(state: State, limits: Limits) -> ReferenceSystem:
    """Return a reference that holds the same; raises WireError if that does not read."""
    reference = ReferenceSystem()
    sessions = [from_json_value(session, ExchangeRestoreSession) for session in state.values()]
    try:
        reference.root = BackupRestoreRoot(exchange_restore_sessions=sessions, limits=limits)
    except ValueError as error:  # two of them have one id
        raise WireError.at_root(str(error)) from None
    return reference


class _Watched:
    """A history on a system, of which a law judges each step."""

    def __init__(self, system: System, start: Mapping[str, Any], *, judge: Judge) -> None:
        self.reference = ReferenceSystem()
        self.expected = Answer()
        self._system = system
        self._judge = judge
        self._tokens: tuple[list[Any], list[Any]] = ([], [])
        self.reference.call("reset", start)
        system.call("reset", start)
        self._limits = self.reference.root.limits
        self._ids = dict.fromkeys(self.reference.root.exchange_restore_sessions.ids)
        self._state = self._look()
        begun = {"method": "reset", "params": start}
        self._at_first = self._judged(begun, start, Answer(), {})

    def step(self, call: Call) -> Difference | None:
        """Let both answer a call, and return what is wrong with the answer of the system."""
        ours, theirs = self._tokens
        self.expected = answer_of(self.reference, call["method"], with_token(call, ours))
        params = with_token(call, theirs)
        answer = answer_of(self._system, call["method"], params)
        ours.append(token_in(self.expected))
        theirs.append(token_in(answer))
        self._ids |= dict.fromkeys(self.reference.root.exchange_restore_sessions.ids)
        if isinstance(params.get("sessionId"), str):
            self._ids.setdefault(params["sessionId"])
        before, self._state = self._state, self._look()
        return self._at_first or self._judged(call, params, answer, before)

    def _judged(
        self, call: Call, params: Mapping[str, Any], answer: Answer, before: State
    ) -> Difference | None:
        after = self._state
        step = Step(self._system, call, params, answer, before, after, self._limits)
        try:
            return next(self._judge(step), None)
        except WireError as error:  # what the system answers does not even read
            return Difference("$", "sessions as Graph JSON", error.message, "")

    def _look(self) -> State:
        """Ask for every session that was ever there."""
        answers = {
            session_id: answer_of(self._system, "get", {"sessionId": session_id})
            for session_id in self._ids
        }
        return {
            session_id: answer.result
            for session_id, answer in answers.items()
            if isinstance(answer.result, dict)
        }


# What may be wrong ------------------------------------------------------------------------------


def as_the_reference(rule: str, step: Step) -> Iterator[Difference]:
    """Find where a step breaks a rule: in its answer, or in what the system holds after it."""
    method = step.method
    if method not in OPERATIONS or isinstance(step.call["params"].get("skipToken"), Mapping):
        return
    reference = _holding(step.before, step.limits)
    expected = answer_of(reference, method, step.params)
    for found in differences(step.call, expected, step.answer, changed=reference.changed):
        is_session = method in SESSION_METHODS and expected.refusal is None
        session_id = expected.result["id"] if is_session else ""
        finer = _finer(found, reference, session_id, step.answer)
        if finer.rule == rule:
            yield finer
    yield from _held(rule, step, reference)


def _held(rule: str, step: Step, reference: ReferenceSystem) -> Iterator[Difference]:
    """Find where a system holds something else than it should."""
    for session_id in {**step.before, **step.after}:
        params = {"sessionId": session_id}
        expected = answer_of(reference, "get", params)
        actual = Answer(step.after.get(session_id))
        if actual.result is None:
            actual = answer_of(step.system, "get", params)
        for found in differences({"method": "get", "params": params}, expected, actual):
            finer = _finer(found, reference, session_id, actual)
            if finer.rule == OPERATION_RULES["get"]:
                finer = attrs.evolve(finer, rule=OPERATION_RULES[step.method])
            if finer.rule == rule:
                path = finer.path.replace("$", session_id, 1)
                yield attrs.evolve(finer, path=path)


def _finer(
    found: Difference, reference: ReferenceSystem, session_id: str, actual: Answer
) -> Difference:
    return with_finer_rule(found, reference.root.session(session_id), actual.result)


# Looking for it ---------------------------------------------------------------------------------


def system_law(rule: str, judge: Judge, *needs: str) -> Law[System]:
    """Make the law of a rule of systems; each has to have ``reset`` and ``get``."""
    breaches = partial(breaches_of, rule=rule, judge=judge)
    return law_of(rule, Takes.SYSTEM, breaches, needs=("reset", *needs, "get"))


def breaches_of(system: System, rule: str, judge: Judge) -> Iterator[Breach]:
    """Find where a system breaks a rule: in its conformance vectors, then in random histories."""
    yield from _in_vectors(system, rule)
    yield from _in_histories(system, judge)


def _in_histories(system: System, judge: Judge) -> Iterator[Breach]:
    """Look for a random history in which a judge finds something wrong, and make it small.

    Raises ModuleNotFoundError where Hypothesis, which draws the histories, is not installed.
    """
    from restore_domain.verification.search import (  # noqa: PLC0415 - needs an extra
        find_counterexample,
    )

    found = find_counterexample(
        system,
        seed=0,
        max_examples=EXAMPLES,
        seconds=SECONDS,
        begin=partial(_Watched, judge=judge),
    )
    if found is not None:
        yield _breach(found)


def _breach(found: Counterexample) -> Breach:
    difference = found.difference
    return Breach(
        told(found.start, found.calls, difference.path),
        _worded(difference.expected),
        _worded(difference.actual),
    )


def told(start: Mapping[str, Any], calls: Iterable[Call], path: str) -> str:
    """Tell a history, and where to look in what comes of its last call."""
    lines = [{"method": "reset", "params": start}, *calls]
    return "\n           ".join([*map(json.dumps, lines), f"at {path}"])


def _worded(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _in_vectors(system: System, rule: str) -> Iterator[Breach]:
    """Find where a system breaks a rule in one of its conformance vectors.

    A case that needs a method which the system lacks is passed over.
    """
    for case in (case for file in load_vectors() for case in file.cases):
        if case.rule != rule or not needs(case) <= set(system.methods):
            continue
        failure = run_case(system, case)
        if failure is not None and failure.difference.rule == rule:
            difference = failure.difference
            yield Breach(
                told(case.start, failure.calls, difference.path),
                _worded(difference.expected),
                _worded(difference.actual),
            )
