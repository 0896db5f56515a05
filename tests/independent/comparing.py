"""Random histories run on the package and on the independent model, step by step."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any, Final

from restore_domain.verification.comparison import Answer
from restore_domain.verification.generation.next_calls import any_call
from restore_domain.verification.generation.scene import Scene
from restore_domain.verification.generation.starts import start_of
from restore_domain.verification.histories import Call, token_in, with_token
from restore_domain.verification.system import (
    OPERATIONS,
    SYSTEM_METHODS,
    ReferenceSystem,
    RefusedError,
)
from restore_domain.wire import to_json_value

from . import model

CALLS: Final = 12
"""How many calls a history has."""


def normal(value: Any, name: str = "") -> Any:
    """Return a JSON value without what the rules leave free, and times as instants."""
    if isinstance(value, list):
        return [normal(entry) for entry in value]
    if isinstance(value, Mapping):
        if name == "error":
            value = _error(value)
        return {
            key: normal(content, key)
            for key, content in value.items()
            if content is not None and key not in FREE
        }
    if name.endswith("DateTime") and isinstance(value, str):
        return model.instant(value)
    return "a token" if name == "skipToken" else value


FREE: Final = frozenset({"@odata.type", "info"})


def _error(error: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remove the message of a derived error, and the order of its details."""
    if not isinstance(error.get("details"), list):
        return error
    details = sorted(error["details"], key=lambda detail: json.dumps(detail, sort_keys=True))
    free = ("message", "target")
    return {key: content for key, content in error.items() if key not in free} | {
        "details": details
    }


class DifferenceError(AssertionError):
    """A step after which the two differ."""


def answered(ask: Any, call: Call, tokens: list[Any]) -> tuple[Any, Any]:
    """Return the result, normalized, and the token in it; or the refusal."""
    try:
        result = ask(call["method"], with_token(call, tokens))
    except RefusedError as refused:
        return (refused.code, refused.http_status), None
    except model.Refused as refused:
        return (refused.code, refused.status), None
    return normal(result), token_in(Answer(result=result))


def play(
    seed: int, met: Counter[str], make: Callable[[], ReferenceSystem] = ReferenceSystem
) -> int:
    """Run a history of this seed on both, and return its steps; raises `DifferenceError`."""
    choose = Random(seed).randrange  # noqa: S311 - not for security
    reference = make()
    start = json.loads(json.dumps(start_of(choose, SYSTEM_METHODS)))
    reference.call("reset", start)
    domain = model.Domain(start)
    scene = Scene(reference)
    ours: list[Any] = []
    theirs: list[Any] = []
    history: list[Call] = []
    for _ in range(CALLS):
        call = any_call(choose, scene, OPERATIONS)
        history.append(call)
        before = reference.root
        expected, token = answered(reference.call, call, ours)
        actual, other_token = answered(domain.call, call, theirs)
        ours.append(token)
        theirs.append(other_token)
        scene.note(call, _as_answer(expected, token))
        met[f"{call['method']} {expected[0] if isinstance(expected, tuple) else 'accepted'}"] += 1
        if expected != actual:
            raise DifferenceError(_said(seed, start, history, expected, actual))
        if reference.root is not before or len(history) == 1:
            states = [normal(one) for one in _sessions(reference)]
            others = [normal(one) for one in model.documents(domain)]
            if states != others:
                raise DifferenceError(_said(seed, start, history, states, others))
    return CALLS


def _as_answer(result: Any, token: Any) -> Answer:
    """Return the parts of an answer that a scene needs: whether it was refused, and its token."""
    if isinstance(result, tuple):
        return Answer(refusal=RefusedError(*result))
    return Answer(result={"skipToken": token})


def _sessions(reference: ReferenceSystem) -> Iterator[Any]:
    return map(to_json_value, reference.root.exchange_restore_sessions)


def _said(seed: int, start: Any, history: list[Call], expected: Any, actual: Any) -> str:
    lines = [f"seed {seed}", f"start    {json.dumps(start)}"]
    lines += [f"call     {json.dumps(call)}" for call in history]
    return "\n".join([*lines, f"package  {expected}", f"model    {actual}"])
