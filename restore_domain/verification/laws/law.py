"""What a law is: a rule as something to call with a function, and to be told where it breaks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from typing import Final, Generic, NoReturn, TypeVar
from unittest import SkipTest

import attrs

from restore_domain.rules import RULES

__all__ = [
    "Breach",
    "Law",
    "LawBrokenError",
    "NotCoveredError",
    "Takes",
    "actual_answer",
    "further_law",
    "in_words",
    "law_of",
]

_Subject = TypeVar("_Subject")
_Answer = TypeVar("_Answer")

LONGEST: Final = 2000
"""How many characters of an input or an answer are shown."""


class Takes(StrEnum):
    """What a law is called with."""

    AGGREGATE = "aggregate"
    """An `Aggregate`: the statuses of artifacts to the status of their session."""

    TALLY = "tally"
    """A `MakeTally`: the statuses of artifacts to what counts them."""

    ADVANCE = "advance"
    """An `Advance`: a status, the one that is reported, and who reports it, to the new status."""

    AUDIT = "audit"
    """An `Audit`: a session in JSON to what can't be true in it."""

    HISTORY = "history"
    """An `AuditHistory`: snapshots of a session in JSON to what can't be true in them."""

    SYSTEM = "system"
    """A `System`: the operations on what it holds, as your own `Adapter` makes one."""

    WIRE = "wire"
    """A `WireFormat`: Graph JSON in and out."""


@attrs.frozen
class Breach:
    """An answer that a law does not allow."""

    given: str
    """What was asked, in words."""

    expected: str
    """What the law allows, in words."""

    actual: str
    """What was answered, in words."""

    cause: Exception | None = attrs.field(default=None, repr=False)
    """What was raised in the place of an answer."""


class LawBrokenError(AssertionError):
    """A law does not hold: which one, for which input, and what came instead."""

    def __init__(self, law: Law[_Subject], breach: Breach) -> None:
        """Keep the law, and the first input that breaks it."""
        super().__init__(law, breach)
        self.law = law
        self.rules = law.rules
        self.given = breach.given
        self.expected = breach.expected
        self.actual = breach.actual

    def __str__(self) -> str:
        """Say it in words, one line each."""
        return (
            f"{', '.join(self.rules)}: {self.law.statement}\n"
            f"given      {_cut(self.given)}\n"
            f"expected   {_cut(self.expected)}\n"
            f"actual     {_cut(self.actual)}"
        )


class NotCoveredError(SkipTest):
    """A law needs a method that a system does not have, so that nobody knows whether it holds.

    A test that this ends is skipped, with the reason.
    """

    def __init__(self, law: Law[_Subject], missing: Collection[str]) -> None:
        """Keep the law, and what it needs."""
        super().__init__(
            f"{law.name} needs {', '.join(missing)}, which the system does not have; "
            "ask law.covers(system) before"
        )
        self.law = law
        self.missing = tuple(missing)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Law(Generic[_Subject]):
    """A rule, or what follows from several, as something to call with your own function."""

    name: str
    """What it is called in the module `laws`: ``a4``, or ``order_does_not_matter``."""

    rules: tuple[str, ...]
    """The ids of the rules that it states, or that it follows from."""

    statement: str
    """What must hold, in words."""

    takes: Takes
    """What kind of function it is called with."""

    needs: tuple[str, ...] = ()
    """The `SYSTEM_METHODS` that it can't do without, if it takes a `System`."""

    breaches: Callable[[_Subject], Iterable[Breach]]
    """Goes through the inputs, and returns where the law is broken: in a law of systems, the
    first place. See also `__call__`."""

    def __attrs_post_init__(self) -> None:
        """Let ``help`` show what the law says."""
        object.__setattr__(self, "__doc__", f"{', '.join(self.rules)}: {self.statement}.")

    def __call__(self, subject: _Subject, /) -> None:
        """Return if the law holds; else raise LawBrokenError with the first input that breaks it.

        Raises NotCoveredError of a system that lacks a method which the law needs.
        """
        missing = self.missing_in(subject)
        if missing:
            raise NotCoveredError(self, missing)
        for breach in self.breaches(subject):
            self._raise(breach)

    def _raise(self, breach: Breach) -> NoReturn:
        raise LawBrokenError(self, breach) from breach.cause

    def covers(self, subject: _Subject) -> bool:
        """Tell whether there is all that the law needs; only a `System` may lack something."""
        return not self.missing_in(subject)

    def missing_in(self, subject: _Subject) -> list[str]:
        """Return which of the methods that the law needs a `System` does not have."""
        methods: Collection[str] = getattr(subject, "methods", ()) if self.needs else ()
        return [name for name in self.needs if name not in methods]

    def __str__(self) -> str:
        """Name it, as the id of a parametrized test."""
        return self.name

    def __repr__(self) -> str:
        """Say what it is, and what it says."""
        return f"<law {self.name}: {self.statement}>"


def law_of(
    rule: str,
    takes: Takes,
    breaches: Callable[[_Subject], Iterable[Breach]],
    needs: Iterable[str] = (),
) -> Law[_Subject]:
    """Make the law of a rule, which states what the rule does."""
    return Law(
        name=rule.lower(),
        rules=(rule,),
        statement=RULES[rule],
        takes=takes,
        needs=tuple(needs),
        breaches=breaches,
    )


def further_law(
    takes: Takes,
    breaches: Callable[[_Subject], Iterable[Breach]],
    *,
    rules: tuple[str, ...],
    statement: str,
) -> Law[_Subject]:
    """Make a law that follows from rules, and has the name of the function that looks at it."""
    name = breaches.__name__.removeprefix("_")
    return Law(name=name, rules=rules, statement=statement, takes=takes, breaches=breaches)


def actual_answer(ask: Callable[[], _Answer]) -> tuple[_Answer | None, Exception | None]:
    """Return an answer, or what was raised in its place."""
    try:
        return ask(), None
    except Exception as error:  # noqa: BLE001 - whatever a user's function raises is its answer
        return None, error


def in_words(answer: object, raised: Exception | None) -> str:
    """Say what was answered, or raised."""
    if raised is not None:
        return f"raised {type(raised).__name__}: {raised}"
    return answer if isinstance(answer, str) else repr(answer)
