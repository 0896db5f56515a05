"""The conformance vectors: the required answers of a system, as plain JSON for every language.

``restore_domain/vectors/`` has a file for each topic, and ``schema.json`` defines their structure.
A *case* begins with a state, makes a few calls, and states the answer to each. Its rule is the one
that a wrong answer breaks.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import resources
from itertools import chain
from typing import Any, Final

import attrs

from restore_domain.verification.comparison import (
    OPERATION_RULES,
    Answer,
    Difference,
    answer_of,
    difference,
    judged,
)
from restore_domain.verification.histories import Call, copied, token_in, with_token
from restore_domain.verification.system import OPERATIONS, RefusedError, System

__all__ = [
    "TOPICS",
    "VECTOR_VERSION",
    "Case",
    "Failure",
    "Step",
    "VectorFile",
    "load_vectors",
    "needs",
    "run_case",
    "spelled_out",
]

VECTOR_VERSION: Final = "2.0"
"""The version of the format. The first number changes if readers of the old format would fail."""

TOPICS: Final = (
    "aggregation",
    "explanation",
    "lifecycle",
    "create",
    "activate",
    "delete",
    "update",
    "create_artifact",
    "granular",
    "bulk",
    "record",
    "expire",
    "read_operations",
    "order_of_checks",
    "session",
    "wire",
    "audit",
    "properties",
    "requests",
    "quantities",
    "ids",
    "survival",
    "again",
    "readings",
    "histories",
)
"""The files, in the order in which they are run: the basic ones come first."""


@attrs.frozen
class Step:
    """One call of a case, and the required answer."""

    call: Call
    """The method and its parameters; `with_token` puts a continuation token into them."""

    expected: Answer
    """The result, or the refusal with the case's rule."""


@attrs.frozen
class Case:
    """A few calls in sequence, and the answers."""

    id: str
    """The name of the case in reports; unique, and never reused."""

    rule: str
    """The id of the tested rule."""

    description: str
    """A description of what is tested."""

    start: Mapping[str, Any]
    """What the system begins with: the parameters of ``reset``."""

    steps: tuple[Step, ...]
    """The calls with their answers."""


@attrs.frozen
class VectorFile:
    """The cases of one topic."""

    name: str
    """The name of the file without ``.json``."""

    title: str
    """A description."""

    version: str
    """The version of the format."""

    cases: tuple[Case, ...]
    """The cases."""


@attrs.frozen
class Failure:
    """An answer that differs from the case."""

    case: Case
    """The case."""

    calls: tuple[Call, ...]
    """The calls up to the one with the wrong answer."""

    difference: Difference
    """What is wrong with it, and the rule."""


def load_vectors(
    topics: Iterable[str] = TOPICS, *, rules: Collection[str] | None = None
) -> tuple[VectorFile, ...]:
    """Return the vectors that ship with the package, of all topics and rules or of these.

    Their JSON values are read once and shared by all callers, who must not change them.
    """
    files = map(_file, topics)
    return tuple(file if rules is None else _of_rules(file, rules) for file in files)


@cache
def _file(topic: str) -> VectorFile:
    path = resources.files("restore_domain") / "vectors" / f"{topic}.json"
    return _parsed(topic, json.loads(path.read_text("utf-8")))


def _parsed(topic: str, read: Mapping[str, Any]) -> VectorFile:
    cases = tuple(map(_case, map(spelled_out, read["cases"])))
    return VectorFile(topic, read["title"], read["version"], cases)


def _of_rules(file: VectorFile, rules: Collection[str]) -> VectorFile:
    return attrs.evolve(file, cases=tuple(case for case in file.cases if case.rule in rules))


def spelled_out(value: Any) -> Any:
    """Return a JSON value with its compact parts expanded.

    ``{"repeat": 2, "of": {"id": "a{n}"}}`` as an entry of an array stands for two entries, in which
    ``{n}`` is replaced by their number, from ``from`` or 1 on. As any other value, ``{"repeat": 3,
    "of": "x", "then": "y"}`` stands for a text, here ``xxxy``.
    """
    if isinstance(value, list):
        return [*chain.from_iterable(map(_entries, value))]
    if not isinstance(value, dict):
        return value
    if _REPEAT in value:
        return value["of"] * value[_REPEAT] + value.get("then", "")
    return {name: spelled_out(content) for name, content in value.items()}


def _entries(part: Any) -> Iterable[Any]:
    """Return the entries that a part of an array stands for."""
    if not isinstance(part, dict) or _REPEAT not in part:
        return (spelled_out(part),)
    entry, first = spelled_out(part["of"]), part.get("from", 1)
    numbers = range(first, first + part[_REPEAT])
    written = json.dumps(entry)
    if "{n}" not in written:
        return [entry] * len(numbers)
    entries: list[Any] = json.loads(
        f"[{','.join(written.replace('{n}', str(number)) for number in numbers)}]"
    )
    return entries


_REPEAT: Final = "repeat"
"""The property that makes an object a compact part."""


def _case(read: Mapping[str, Any]) -> Case:
    steps = tuple(_step(call, read["rule"]) for call in read["calls"])
    return Case(read["id"], read["rule"], read["description"], read.get("start", {}), steps)


def _step(read: Mapping[str, Any], rule: str) -> Step:
    call = {"method": read["method"], "params": read["params"]}
    if "error" not in read:
        return Step(call, Answer(result=read["result"]))
    error = read["error"]
    return Step(call, Answer(refusal=RefusedError(error["code"], error["httpStatus"], rule)))


def needs(case: Case) -> frozenset[str]:
    """Return which of the `SYSTEM_METHODS` a case requires."""
    methods = {step.call["method"] for step in case.steps}
    if not methods.isdisjoint(OPERATIONS):
        methods.add("reset")
    return frozenset(methods.union(f"reset.{name}" for name in case.start))


def run_case(system: System, case: Case) -> Failure | None:
    """Run a case on a system that has what the case `needs`; return the first wrong answer.

    The system gets copies of the parameters, which it may change. Raises CannotBeAskedError if the
    system lacks something that no method represents.
    """
    if "reset" in needs(case):
        system.call("reset", copied(case.start))
    tokens: list[Any] = []
    for number, step in enumerate(case.steps, start=1):
        params = copied(with_token(step.call, tokens))
        actual = answer_of(system, step.call["method"], params)
        tokens.append(token_in(actual))
        found = difference(step.call, judged(system, step.expected), judged(system, actual))
        if found is not None:
            calls = tuple(step.call for step in case.steps[:number])
            return Failure(case, calls, attrs.evolve(found, rule=_rule(case, step, found)))
    return None


def _rule(case: Case, step: Step, found: Difference) -> str:
    """Return the broken rule: the case's own, unless another is more specific.

    An answer of an operation contains more than a case is about: for example, if a report is
    accepted, its effect on the session's count of artifacts belongs to the rule for counts.
    """
    if found.rule not in {OPERATION_RULES["audit"], case.rule} and (
        step.call["method"] == "audit" or found.rule == "S1a"
    ):  # it is the rule of a finding, or what is declared is derived
        return found.rule
    if step.call["method"] not in OPERATIONS or case.rule in _OF_ALL_PROPERTIES:
        return case.rule
    if found.rule == OPERATION_RULES["get"]:  # it was only read after another call had its effect
        return case.rule
    about_operation = found.rule.startswith("O") and found.rule != "O9"  # which is about results
    about_lifecycle = case.rule.startswith("L")
    stands = about_lifecycle if found.path == "error" else about_operation
    return case.rule if stands else found.rule


_OF_ALL_PROPERTIES: Final = frozenset({"L3", "S1", "S1a", "S2", "S8", "W1", "W2", "W3", "W4"})
"""The rules that apply to one property like to another."""
