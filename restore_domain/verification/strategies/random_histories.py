"""Strategies for histories: sequences of operations, as JSON.

Hypothesis makes the choices that ``restore_domain.verification.generation`` requests. The command
``verify`` and the laws also draw from these strategies.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from restore_domain.operations import BackupRestoreRoot
from restore_domain.verification.comparison import Answer, answer_of
from restore_domain.verification.generation.choices import Choose
from restore_domain.verification.generation.next_calls import any_call, legal_call
from restore_domain.verification.generation.scene import Scene
from restore_domain.verification.generation.starts import start_of
from restore_domain.verification.histories import Call, token_in, with_token
from restore_domain.verification.system import OPERATIONS, ReferenceSystem

__all__ = [
    "BEGINNINGS",
    "CHOICES",
    "History",
    "histories",
    "illegal_histories",
    "legal_histories",
    "roots",
]

METHODS: Final = (*OPERATIONS, "reset.limits")
"""The methods in histories, unless others are requested."""


@attrs.frozen
class History:
    """A sequence of operations, and its results."""

    start: Mapping[str, Any]
    """The beginning: the parameters of ``reset``."""

    calls: tuple[Call, ...]
    """The operations, each with its method and params."""

    answers: tuple[Answer, ...] = attrs.field(repr=False)
    """The reference's answer to each."""

    root: BackupRestoreRoot = attrs.field(repr=False)
    """The reference's root at the end."""


def legal_histories(
    methods: Collection[str] = METHODS, *, max_calls: int = 30
) -> SearchStrategy[History]:
    """Draw histories in which the reference refuses no call.

    They consist only of these methods, among those that a system may have
    (`restore_domain.verification.SYSTEM_METHODS`). Their continuation tokens are those of the
    reference, so that `restore_domain.wire.perform` takes the calls unchanged.
    """
    return _histories(legal_call, tuple(methods), max_calls).map(_with_own_tokens)


def _with_own_tokens(history: History) -> History:
    tokens = [token_in(answer) for answer in history.answers]
    calls = ({**call, "params": with_token(call, tokens)} for call in history.calls)
    return attrs.evolve(history, calls=tuple(calls))


def histories(
    methods: Collection[str] = METHODS, *, max_calls: int = 30
) -> SearchStrategy[History]:
    """Draw histories in which a call may be wrong, in one way or in several.

    A continuation token names the call whose answer had it: ``{"fromCall": 3}``, counted from 0.
    """
    return _histories(any_call, tuple(methods), max_calls)


def illegal_histories(
    methods: Collection[str] = METHODS, *, max_calls: int = 30
) -> SearchStrategy[History]:
    """Draw histories in which the reference refuses at least one call."""
    return histories(methods, max_calls=max_calls).filter(_has_a_refusal)


def roots(methods: Collection[str] = METHODS) -> SearchStrategy[BackupRestoreRoot]:
    """Draw the root after a legal history: every session was made by operations."""
    return legal_histories(methods).map(lambda history: history.root)


def _has_a_refusal(history: History) -> bool:
    return any(answer.refusal is not None for answer in history.answers)


def _choose_from(numbers: bytes) -> Choose:
    left = iter(numbers)
    return lambda ways: next(left, 0) % ways


CHOICES: Final = st.binary(min_size=24, max_size=24).map(_choose_from)
"""Draws the choices of one call: this many are random, more than most calls use, and the others are
the simplest. They are one value to Hypothesis, which can therefore remove a call in one step.
"""

BEGINNINGS: Final = st.binary(min_size=96, max_size=96).map(_choose_from)
"""Draws the choices of what a history begins with: three sessions take as many."""

_IS_CALLED: Final = st.booleans()


def _choices_of_calls(draw: st.DrawFn, max_calls: int) -> list[Choose]:
    """Draw the choices of each call: at most this many calls, and half as many on average.

    A list of any length would have five entries on average. Here each of `max_calls` places has a
    call or none, and a call is removed by leaving its place empty.
    """
    return [draw(CHOICES) for _ in range(max_calls) if draw(_IS_CALLED)]


Write = Callable[[Choose, Scene, Collection[str]], Call | None]
"""Writes the next call, if there can be one."""


@st.composite
def _histories(draw: st.DrawFn, write: Write, methods: Collection[str], max_calls: int) -> History:
    start = start_of(draw(BEGINNINGS), methods)
    reference = ReferenceSystem()
    reference.call("reset", start)
    scene = Scene(reference)
    calls: list[Call] = []
    answers: list[Answer] = []
    for choose in _choices_of_calls(draw, max_calls):
        call = write(choose, scene, methods)
        if call is None:
            break
        tokens = [token_in(answer) for answer in answers]
        answer = answer_of(reference, call["method"], with_token(call, tokens))
        scene.note(call, answer)
        calls.append(call)
        answers.append(answer)
    return History(start, tuple(calls), tuple(answers), reference.root)
