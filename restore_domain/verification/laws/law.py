"""What a law is: a rule as a function that takes your function, and reports where it breaks."""

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
    """The argument of a law."""

    AGGREGATE = "aggregate"
    """An `Aggregate`: from the statuses of artifacts to the status of their session."""

    TALLY = "tally"
    """A `MakeTally`: from the statuses of artifacts to their tally."""

    ADVANCE = "advance"
    """An `Advance`: from a status, a reported one and the reporter to the new status."""

    AUDIT = "audit"
    """An `Audit`: from a session in JSON to what can't be true in it."""

    HISTORY = "history"
    """An `AuditHistory`: from snapshots of a session in JSON to what can't be true in them."""

    SYSTEM = "system"
    """A `System`: the operations on its own sessions, such as your `Adapter`."""

    WIRE = "wire"
    """A `WireFormat`: reads and writes Graph JSON."""


@attrs.frozen
class Breach:
    """An answer that a law does not allow."""

    given: str
    """The input, in words."""

    expected: str
    """The allowed answer, in words."""

    actual: str
    """The actual answer, in words."""

    cause: Exception | None = attrs.field(default=None, repr=False)
    """The exception, if one was raised instead of an answer."""


class LawBrokenError(AssertionError):
    """A law is broken: which one, by which input, and by which answer."""

    def __init__(self, law: Law[_Subject], breach: Breach) -> None:
        """Store the law, and the first input that breaks it."""
        super().__init__(law, breach)
        self.law = law
        self.rules = law.rules
        self.given = breach.given
        self.expected = breach.expected
        self.actual = breach.actual

    def __str__(self) -> str:
        """Describe it, one line for each part."""
        return (
            f"{', '.join(self.rules)}: {self.law.statement}\n"
            f"given      {_cut(self.given)}\n"
            f"expected   {_cut(self.expected)}\n"
            f"actual     {_cut(self.actual)}"
        )


class NotCoveredError(SkipTest):
    """A law needs a method that a system does not have, so that it can't be checked.

    A test that ends with this is skipped, with the reason.
    """

    def __init__(self, law: Law[_Subject], missing: Collection[str]) -> None:
        """Store the law, and what it needs."""
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
    """A rule, or a consequence of several, that you call with your own function."""

    name: str
    """Its name in the module `laws`: ``a4``, or ``order_does_not_matter``."""

    rules: tuple[str, ...]
    """The ids of the rules that it states, or that it follows from."""

    statement: str
    """The statement, in words."""

    takes: Takes
    """The kind of function that it is called with."""

    needs: tuple[str, ...] = ()
    """The `SYSTEM_METHODS` that it requires, if it takes a `System`."""

    breaches: Callable[[_Subject], Iterable[Breach]]
    """Tries the inputs, and returns where the law is broken: for a law of systems, only the first
    place. See also `__call__`.
    """

    def __attrs_post_init__(self) -> None:
        """Let ``help`` show the statement."""
        object.__setattr__(self, "__doc__", f"{', '.join(self.rules)}: {self.statement}.")

    def __call__(self, subject: _Subject, /) -> None:
        """Return if the law is followed; else raise LawBrokenError with the first breach.

        Raises NotCoveredError if a system lacks a method which the law needs.
        """
        missing = self.missing_in(subject)
        if missing:
            raise NotCoveredError(self, missing)
        for breach in self.breaches(subject):
            self._raise(breach)

    def _raise(self, breach: Breach) -> NoReturn:
        raise LawBrokenError(self, breach) from breach.cause

    def covers(self, subject: _Subject) -> bool:
        """Return whether all requirements of the law exist; only a `System` may lack some."""
        return not self.missing_in(subject)

    def missing_in(self, subject: _Subject) -> list[str]:
        """Return which of the methods that the law needs a `System` does not have."""
        methods: Collection[str] = getattr(subject, "methods", ()) if self.needs else ()
        return [name for name in self.needs if name not in methods]

    def __str__(self) -> str:
        """Return its name, as the id of a parametrized test."""
        return self.name

    def __repr__(self) -> str:
        """Return its name and its statement."""
        return f"<law {self.name}: {self.statement}>"


def law_of(
    rule: str,
    takes: Takes,
    breaches: Callable[[_Subject], Iterable[Breach]],
    needs: Iterable[str] = (),
) -> Law[_Subject]:
    """Make the law of a rule, with the statement of the rule."""
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
    """Make a law that follows from rules, with the name of its function."""
    name = breaches.__name__.removeprefix("_")
    return Law(name=name, rules=rules, statement=statement, takes=takes, breaches=breaches)


def actual_answer(ask: Callable[[], _Answer]) -> tuple[_Answer | None, Exception | None]:
    """Return an answer, or the exception that was raised instead."""
    try:
        return ask(), None
    except Exception as error:  # noqa: BLE001 - any error of a user's function is its answer
        return None, error


def in_words(answer: object, raised: Exception | None) -> str:
    """Describe an answer, or the exception."""
    if raised is not None:
        return f"raised {type(raised).__name__}: {raised}"
    return answer if isinstance(answer, str) else repr(answer)
