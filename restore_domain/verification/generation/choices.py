"""The choices from which everything random is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias, TypeVar

__all__ = ["Choose", "either", "pick", "rarely", "several"]

_T = TypeVar("_T")

Choose: TypeAlias = Callable[[int], int]
"""Takes a number of options, and returns the number of one: 0 is the simplest."""


def pick(choose: Choose, options: Sequence[_T]) -> _T:
    """Choose one of these; the first is the simplest.

    A choice is made even if there is only one option, so that later choices stay the same when the
    number of options changes.
    """
    return options[choose(len(options))]


def either(choose: Choose) -> bool:
    """Choose whether to do something."""
    return choose(2) == 1


def rarely(choose: Choose, one_in: int) -> bool:
    """Choose whether to do something that is worth doing once in so many times."""
    return choose(one_in) == one_in - 1


def several(choose: Choose, least: int, most: int) -> Iterator[int]:
    """Count how often to do something: each further time is a separate choice.

    So one of several things can be removed from the choices without affecting the others.
    """
    for number in range(most):
        if number >= least and not either(choose):
            return
        yield number
