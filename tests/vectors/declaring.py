"""How a case is declared, and how the reference's answers are added to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

import attrs

from restore_domain.verification.comparison import Answer, answer_of, comparable
from restore_domain.verification.histories import Call, token_in, with_token
from restore_domain.verification.system import ReferenceSystem
from restore_domain.verification.vectors import VECTOR_VERSION

from .compact import compact

__all__ = ["Declared", "Row", "Start", "Topic", "case", "cases", "text_of"]


@attrs.frozen
class Start:
    """The initial state of a system."""

    params: Mapping[str, Any]
    """The parameters of ``reset``."""


@attrs.frozen
class Declared:
    """A case without answers."""

    name: str
    """The case's name within the topic."""

    rule: str
    """The id of the rule that a wrong answer breaks."""

    description: str
    """A description of what is tested."""

    start: Mapping[str, Any]
    """The initial state: the parameters of ``reset``."""

    calls: tuple[Call, ...]
    """The calls."""


@attrs.frozen
class Topic:
    """The cases of one file."""

    name: str
    """The name of the file without ``.json``."""

    title: str
    """A description of the topic."""

    cases: tuple[Declared, ...]
    """The cases."""


Row: TypeAlias = "tuple[str, str, *tuple[Start | Call, ...]]"
"""A name, a description, the initial state (if any), and the calls."""


def case(name: str, rule: str, description: str, *steps: Start | Call) -> Declared:
    """Declare a case: the initial state, if any, and the calls."""
    starts = [step.params for step in steps if isinstance(step, Start)]
    calls = tuple(step for step in steps if not isinstance(step, Start))
    return Declared(name, rule, description, starts[0] if starts else {}, calls)


def cases(rule: str, prefix: str, *rows: Row) -> tuple[Declared, ...]:
    """Declare cases of one rule, whose names begin with the same prefix."""
    return tuple(
        case(f"{prefix}{name}", rule, description, *steps) for name, description, *steps in rows
    )


def text_of(topic: Topic) -> str:
    """Return a topic's file, with the answers of the reference: a head, and one case per line."""
    head = {"$schema": "./schema.json", "version": VECTOR_VERSION, "title": topic.title}
    lines = [f" {json.dumps(name)}: {json.dumps(value)},\n" for name, value in head.items()]
    answered = (_answered(topic.name, declared) for declared in topic.cases)
    rows = ",\n".join(json.dumps(each, separators=(",", ":")) for each in answered)
    return f'{{\n{"".join(lines)} "cases": [\n{rows}\n ]\n}}\n'


def _answered(topic: str, declared: Declared) -> dict[str, Any]:
    """Let the reference answer the calls."""
    reference = ReferenceSystem()
    reference.call("reset", declared.start)
    tokens: list[Any] = []
    calls = []
    for call in declared.calls:
        answer = answer_of(reference, call["method"], with_token(call, tokens))
        tokens.append(token_in(answer))
        calls.append({**call, "params": _written(call["params"]), **_expected(call, answer)})
    start = {"start": _written(declared.start)} if declared.start else {}
    return {
        "id": f"{topic}/{declared.name}",
        "rule": declared.rule,
        "description": declared.description,
        **start,
        "calls": calls,
    }


def _expected(call: Call, answer: Answer) -> dict[str, Any]:
    """Write the expected answers, without the parts that each system may choose."""
    refused = answer.refusal
    if refused is not None:
        return {"error": {"code": refused.code, "httpStatus": refused.http_status}}
    return {"result": _written(comparable(call["method"], answer.result))}


def _written(value: Any) -> Any:
    return compact(_in_order(value))


def _in_order(value: Any) -> Any:
    """Return a JSON value with the properties of every object in alphabetical order."""
    if isinstance(value, Mapping):
        return {name: _in_order(value[name]) for name in sorted(value)}
    if isinstance(value, (list, tuple)):
        return [_in_order(entry) for entry in value]
    return value
