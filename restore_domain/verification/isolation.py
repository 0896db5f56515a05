"""What is needed to show a difference: the calls alone, or also those before them.

A difference is run again in a fresh process. If it shows there, unnecessary calls are removed. If
it does not, it depends on calls that were made before the last ``reset``, which should have no
effect, and the shortest sequence of them that reproduces it is searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeAlias, TypeVar

import attrs

from restore_domain.verification.comparison import Difference, answer_of
from restore_domain.verification.histories import Call, token_in, with_token
from restore_domain.verification.system import ReferenceSystem, System
from restore_domain.verification.vectors import Case, Failure, Step, run_case

__all__ = ["Fresh", "Shows", "shortest_prefix", "shows_afresh", "smaller", "without_needless"]

Fresh: TypeAlias = Callable[[], AbstractContextManager[System]]
"""Starts the system once more, in its initial state."""

Shows: TypeAlias = Callable[[System], Difference | None]
"""Runs the calls that showed a difference, and returns the one that they show now."""

_T = TypeVar("_T")


def shows_afresh(fresh: Fresh, shows: Shows, before: Sequence[Call] = ()) -> bool:
    """Return whether a difference shows in a fresh system after these calls."""
    with fresh() as system:
        for call in before:
            answer_of(system, call["method"], call["params"])
        return shows(system) is not None


def shortest_prefix(
    fresh: Fresh, shows: Shows, calls: Sequence[Call], *, is_over: Callable[[], bool]
) -> tuple[Call, ...] | None:
    """Return the fewest of the earlier calls that reproduce a difference in a fresh system.

    The calls are given and returned in their order. None if not even all of them reproduce it. When
    the time is over, the fewest that are known by then are returned.
    """

    def suffices(scripts: Sequence[Sequence[Call]]) -> bool:
        return shows_afresh(fresh, shows, [call for script in scripts for call in script])

    scripts = _scripts(calls)
    count = 1
    while not suffices(scripts[-count:]):
        if count >= len(scripts) or is_over():
            return None
        count *= 2
    needed = without_needless(scripts[-count:], suffices, is_over=is_over)
    flat = [call for script in needed for call in script]
    return tuple(
        without_needless(flat, lambda some: shows_afresh(fresh, shows, some), is_over=is_over)
    )


def _scripts(calls: Sequence[Call]) -> list[list[Call]]:
    """Split calls before each ``reset``."""
    scripts: list[list[Call]] = [[]]
    for call in calls:
        if call["method"] == "reset":
            scripts.append([])
        scripts[-1].append(call)
    return scripts


def without_needless(
    items: Sequence[_T],
    suffices: Callable[[Sequence[_T]], bool],
    *,
    is_over: Callable[[], bool] = lambda: False,
) -> list[_T]:
    """Remove what a property of a sequence does not need: large parts first, then each item."""
    needed = list(items)
    size = len(needed)
    while size:
        start = 0
        while start < len(needed):
            if is_over():
                return needed
            fewer = needed[:start] + needed[start + size :]
            if suffices(fewer):
                needed = fewer
            else:
                start += size
        size //= 2
    return needed


def smaller(system: System, failure: Failure, *, is_over: Callable[[], bool]) -> Failure:
    """Return a failure of the same rule at the same place, without unnecessary calls."""
    found = failure
    *needed, last = failure.calls

    def is_enough(start: Any, calls: Sequence[Call]) -> bool:
        nonlocal found
        case = _case(failure.case, start, [*calls, last])
        again = None if case is None else run_case(system, case)
        if again is None or len(again.calls) <= len(calls) or not _is_like(again, failure):
            return False
        found = again
        return True

    start = failure.case.start
    if start and is_enough({}, needed):
        start = {}
    without_needless(needed, lambda calls: is_enough(start, calls), is_over=is_over)
    sessions = found.case.start.get("sessions", ())
    if len(sessions) > 1:
        calls = found.calls[:-1]
        without_needless(
            sessions,
            lambda some: is_enough({**start, "sessions": [*some]}, calls),
            is_over=is_over,
        )
    return found


def _is_like(one: Failure, other: Failure) -> bool:
    ours, theirs = one.difference, other.difference
    return (ours.rule, ours.place) == (theirs.rule, theirs.place)


def _case(like: Case, start: Any, calls: Sequence[Call]) -> Case | None:
    """Make a case of other calls, with the reference's answers.

    None if a call continues a list at a token that no call among them returned.
    """
    numbers = {id(step.call): number for number, step in enumerate(like.steps)}
    places = {numbers[id(call)]: place for place, call in enumerate(calls)}
    reference = ReferenceSystem()
    reference.call("reset", start)
    steps: list[Step] = []
    tokens: list[Any] = []
    for call in calls:
        token = call["params"].get("skipToken")
        if isinstance(token, dict):
            if token["fromCall"] not in places:
                return None
            moved = {**call["params"], "skipToken": {"fromCall": places[token["fromCall"]]}}
            call = {**call, "params": moved}  # noqa: PLW2901 - the same call at another place
        answer = answer_of(reference, call["method"], with_token(call, tokens))
        tokens.append(token_in(answer))
        steps.append(Step(call, answer))
    return attrs.evolve(like, start=start, steps=tuple(steps))
