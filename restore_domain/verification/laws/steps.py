"""Judging a system step by step: the effect of a call on what the system contained before.

The answers of a system are read by the reference's model, and the reference performs the same call
on them. So each step is judged by itself, and a system that breaks one rule is not blamed by the
laws of others for the consequences.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import chain
from typing import Any, Final, TypeAlias

import attrs

from restore_domain.model import ExchangeRestoreSession
from restore_domain.model.session import DERIVED_PROPERTIES
from restore_domain.operations import BackupRestoreRoot, Limits
from restore_domain.verification.comparison import (
    OPERATION_RULES,
    SESSION_METHODS,
    Answer,
    Difference,
    answer_of,
    comparable,
    differences,
    judged,
    rule_of_requests,
)
from restore_domain.verification.histories import (
    Call,
    Counterexample,
    copied,
    token_in,
    with_finer_rule,
    with_token,
)
from restore_domain.verification.laws.law import Breach, Law, Takes, law_of
from restore_domain.verification.system import (
    OPERATIONS,
    CannotBeAskedError,
    ReferenceSystem,
    System,
)
from restore_domain.verification.vectors import load_vectors, needs, run_case
from restore_domain.wire import WireError, from_json_value, to_json_value

__all__ = [
    "Examination",
    "Judge",
    "State",
    "Step",
    "as_the_reference",
    "description",
    "first_breaches",
    "system_law",
]

State: TypeAlias = Mapping[str, Mapping[str, Any]]
"""The contents of a system: each session as it returns it, by its id, in the order of creation."""

EXAMPLES: Final = 250
"""How many random histories are run."""

SECONDS: Final = 20.0
"""The maximum time for finding a broken law."""


@attrs.frozen
class Step:
    """A call, and its effect on the contents of a system."""

    system: System
    """The system, which can be called again."""

    call: Call
    """The call; ``reset`` at the beginning of a history."""

    params: Mapping[str, Any]
    """Its parameters, with the system's own continuation token."""

    answer: Answer
    """The system's answer."""

    before: State
    """The contents before."""

    after: State
    """The contents now."""

    limits: Limits
    """The limits that it was given."""

    @property
    def method(self) -> str:
        """The method that was called."""
        method: str = self.call["method"]
        return method

    @cached_property
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

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Where the answer and the sessions afterwards differ from the reference's.

        Raises WireError if the sessions before can't be read.
        """
        method = self.method
        if method not in OPERATIONS or isinstance(self.call["params"].get("skipToken"), Mapping):
            return ()
        reference = _holding(self.before, self.limits)
        return (*_of_the_answer(self, reference), *_of_the_sessions(self, reference))

    @cached_property
    def underived(self) -> tuple[Difference, ...]:
        """Where a changed session has a value that does not follow from its artifacts.

        Raises WireError if a session can't be read.
        """
        there = (session_id for session_id in self.changed if session_id in self.after)
        return tuple(
            attrs.evolve(found, path=found.path.replace("$", session_id, 1))
            for session_id in there
            for found in _underived(self.before.get(session_id), self.after[session_id])
        )


def _plain(session: Mapping[str, Any] | None) -> Any:
    """Return a session without the parts that each system is free to choose."""
    return comparable("get", session)


Judge: TypeAlias = Callable[[Step], Iterator[Difference]]
"""Finds what is wrong in a step."""


# The contents of a system -----------------------------------------------------------------------


def _holding(state: State, limits: Limits) -> ReferenceSystem:
    """Return a reference with the same contents; raises WireError if these can't be read."""
    reference = ReferenceSystem()
    sessions = [from_json_value(session, ExchangeRestoreSession) for session in state.values()]
    try:
        reference.root = BackupRestoreRoot(exchange_restore_sessions=sessions, limits=limits)
    except ValueError as error:  # two of them have the same id
        raise WireError.at_root(str(error)) from None
    return reference


class _Watched:
    """A history on a system, each step of which is judged by several laws."""

    def __init__(
        self, system: System, start: Mapping[str, Any], *, examinations: Collection[Examination]
    ) -> None:
        self.reference = ReferenceSystem()
        self.expected = Answer()
        self._system = system
        self._examinations = examinations
        self._tokens: tuple[list[Any], list[Any]] = ([], [])
        self._is_over = False
        self.reference.call("reset", start)
        system.call("reset", start)
        self._limits = self.reference.root.limits
        self._ids = dict.fromkeys(self.reference.root.exchange_restore_sessions.ids)
        self._state = self._look()
        begun = {"method": "reset", "params": start}
        self._at_first = self._judged(begun, start, Answer(), {})

    def step(self, call: Call) -> Difference | None:
        """Run a call on both, and return what is wrong with the system's answer."""
        ours, theirs = self._tokens
        self.expected = answer_of(self.reference, call["method"], with_token(call, ours))
        ours.append(token_in(self.expected))
        if self._is_over:
            return None
        params = with_token(call, theirs)
        try:
            answer = judged(self._system, answer_of(self._system, call["method"], params))
        except CannotBeAskedError:
            self._is_over = self.reference.changed
            theirs.append(None)
            return self._at_first
        theirs.append(token_in(answer))
        present = self.reference.root.exchange_restore_sessions.ids
        self._ids = dict.fromkeys([*present, *self._ids])  # one that is made again stands last
        if isinstance(params.get("sessionId"), str):
            self._ids.setdefault(params["sessionId"])
        before, self._state = self._state, self._look()
        return self._at_first or self._judged(call, params, answer, before)

    def _judged(
        self, call: Call, params: Mapping[str, Any], answer: Answer, before: State
    ) -> Difference | None:
        """Return what is wrong by one of the laws, with the rule of that law."""
        after = self._state
        step = Step(self._system, call, params, answer, before, after, self._limits)
        for examination in self._examinations:
            try:
                found = next(examination.judge(step), None)
            except WireError as error:  # the system's answer can't even be read
                found = Difference("$", "sessions as Graph JSON", error.message, "")
            if found is not None:
                return attrs.evolve(found, rule=examination.rule)
        return None

    def _look(self) -> State:
        """Get every session that ever existed."""
        answers = {session_id: _looked_at(self._system, session_id) for session_id in self._ids}
        return {
            session_id: answer.result
            for session_id, answer in answers.items()
            if answer is not None and isinstance(answer.result, dict)
        }


def _looked_at(system: System, session_id: str) -> Answer | None:
    """Get a session; None if it can't be requested, which is not an answer."""
    try:
        return answer_of(system, "get", {"sessionId": session_id})
    except CannotBeAskedError:
        return None


class _Apart:
    """A system that shares no object with its callers.

    Some systems return their own objects, and change them later; earlier answers must stay as they
    were.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self.methods = system.methods
        self.unjudged: Collection[str] = getattr(system, "unjudged", ())

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        return copied(self._system.call(method, copied(params)))


# Possible breaches ------------------------------------------------------------------------------


def as_the_reference(rule: str, step: Step) -> Iterator[Difference]:
    """Find where a step breaks a rule: in its answer, or in the sessions after it."""
    return (found for found in step.differences if found.rule == rule)


def _of_the_answer(step: Step, reference: ReferenceSystem) -> Iterator[Difference]:
    """Perform the same call on the reference, and find where the answers differ."""
    method = step.method
    expected = judged(step.system, answer_of(reference, method, step.params))
    for found in differences(step.call, expected, step.answer, changed=reference.changed):
        is_session = method in SESSION_METHODS and expected.refusal is None
        session_id = expected.result["id"] if is_session else ""
        yield _finer(found, reference, session_id, step.answer)


def _of_the_sessions(step: Step, reference: ReferenceSystem) -> Iterator[Difference]:
    """Find where the sessions of a system differ from those of the reference."""
    made = dict.fromkeys(reference.root.exchange_restore_sessions.ids)
    for session_id in {**step.before, **step.after, **made}:
        params = {"sessionId": session_id}
        expected = judged(step.system, answer_of(reference, "get", params))
        shown = step.after.get(session_id)
        asked = _looked_at(step.system, session_id) if shown is None else Answer(shown)
        if asked is None:
            continue
        actual = judged(step.system, asked)
        for found in differences({"method": "get", "params": params}, expected, actual):
            finer = _finer(found, reference, session_id, actual)
            if finer.rule == OPERATION_RULES["get"]:
                finer = attrs.evolve(finer, rule=OPERATION_RULES[step.method])
            yield attrs.evolve(finer, path=finer.path.replace("$", session_id, 1))


def _finer(
    found: Difference, reference: ReferenceSystem, session_id: str, actual: Answer
) -> Difference:
    return with_finer_rule(found, reference.root.session(session_id), actual.result)


def _underived(
    before: Mapping[str, Any] | None, answered: Mapping[str, Any]
) -> Iterator[Difference]:
    """Derive the properties of a session from its artifacts, and find where it differs.

    If artifacts were missing before the change, only the reference knows the right values (rule
    S8).
    """
    if before is not None and from_json_value(before, ExchangeRestoreSession).lacks:
        return
    read = from_json_value(answered, ExchangeRestoreSession)
    if read.lacks or rule_of_requests(read) == "B4":  # which also follows from declared values
        return
    session = attrs.evolve(read, declared=None)
    if session.lacks:
        return
    expected = {**answered, **_NOTHING, **to_json_value(session)}
    for found in differences({"method": "get"}, Answer(expected), Answer(answered)):
        _, name, *_ = found.path.split(".")
        finer = with_finer_rule(found, session, answered)
        rule = finer.rule if finer.rule in _FINER else _RULE_OF.get(name, finer.rule)
        yield attrs.evolve(finer, rule=rule)


_RULE_OF: Final = {
    "status": "S1",
    "completedDateTime": "S3",
    "error": "S4",
    "restoreSessionArtifactCount": "S5",
}
"""The rule of each derived property, if granular artifacts are not involved."""

_FINER: Final = frozenset({"S2", "B3", "B6"})
"""The rules about what else a session is derived from."""

_NOTHING: Final = dict.fromkeys(DERIVED_PROPERTIES)


# The search -------------------------------------------------------------------------------------


@attrs.frozen
class Examination:
    """How the law of a rule of systems is examined: `Law.breaches` of such a law.

    Several can be examined at once, by `first_breaches`, on the same histories.
    """

    rule: str
    """The id of the rule."""

    judge: Judge = attrs.field(repr=False)
    """Judges each step of a random history."""

    further: Callable[[System], Iterable[Breach]] = attrs.field(
        default=lambda _system: (), repr=False
    )
    """Finds breaches that no single step shows."""

    def __call__(self, system: System) -> Iterable[Breach]:
        """Return the first breach, if there is one."""
        return first_breaches(system, [self]).values()


def system_law(
    rule: str,
    judge: Judge,
    *needs: str,
    further: Callable[[System], Iterable[Breach]] = lambda _system: (),
) -> Law[System]:
    """Make the law of a rule of systems; all of these need ``reset`` and ``get``."""
    examination = Examination(rule, judge, further)
    return law_of(rule, Takes.SYSTEM, examination, needs=("reset", *needs, "get"))


def first_breaches(system: System, examinations: Iterable[Examination]) -> dict[str, Breach]:
    """Return the first breach of each rule that a system breaks.

    Checks the conformance vectors of the rules, then what else a rule checks, then random
    histories, each step of which is judged by all rules that have not been broken before. Raises
    ModuleNotFoundError if Hypothesis, which draws the histories, is not installed.
    """
    from restore_domain.verification.search import (  # noqa: PLC0415 - needs an extra
        find_counterexample,
    )

    apart = _Apart(system)
    waiting = {examination.rule: examination for examination in examinations}
    found: dict[str, Breach] = {}
    for rule, breach in chain(_in_vectors(system, {*waiting}), _further(apart, waiting)):
        found.setdefault(rule, breach)
    while waiting := {rule: one for rule, one in waiting.items() if rule not in found}:
        counterexample = find_counterexample(
            apart,
            seed=0,
            max_examples=EXAMPLES,
            seconds=SECONDS,
            begin=partial(_Watched, examinations=waiting.values()),
        )
        if counterexample is None:
            break
        found[counterexample.difference.rule] = _breach(counterexample)
    return found


def _further(
    system: System, examinations: Mapping[str, Examination]
) -> Iterator[tuple[str, Breach]]:
    for rule, examination in examinations.items():
        for breach in examination.further(system):
            yield rule, breach


def _breach(found: Counterexample) -> Breach:
    difference = found.difference
    return Breach(
        description(found.start, found.calls, difference.path),
        _worded(difference.expected),
        _worded(difference.actual),
    )


def description(start: Mapping[str, Any], calls: Iterable[Call], path: str) -> str:
    """Describe a history, and where to look in the answer to its last call."""
    lines = [{"method": "reset", "params": start}, *calls]
    return "\n           ".join([*map(json.dumps, lines), f"at {path}"])


def _worded(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _in_vectors(system: System, rules: Collection[str]) -> Iterator[tuple[str, Breach]]:
    """Find the first breach of each of these rules in its conformance vectors.

    A case that needs a method which the system lacks is skipped.
    """
    broken: set[str] = set()
    for case in (case for file in load_vectors(rules=rules) for case in file.cases):
        rule = case.rule
        if rule in broken or not needs(case) <= set(system.methods):
            continue
        try:
            failure = run_case(system, case)
        except CannotBeAskedError:
            continue
        if failure is not None and failure.difference.rule == rule:
            broken.add(rule)
            difference = failure.difference
            yield (
                rule,
                Breach(
                    description(case.start, failure.calls, difference.path),
                    _worded(difference.expected),
                    _worded(difference.actual),
                ),
            )
