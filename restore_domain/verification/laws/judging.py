"""Checking several laws at once: slow parts, such as running histories, are done only once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar, cast

import attrs

from restore_domain.verification.laws.law import Breach, Law, LawBrokenError, NotCoveredError
from restore_domain.verification.laws.steps import Examination, first_breaches

__all__ = ["Judgement", "judge"]

_Subject = TypeVar("_Subject")


@attrs.frozen(eq=False)
class Judgement(Generic[_Subject]):
    """Which laws a subject follows, and which it breaks; `judge` makes it."""

    kept: tuple[Law[_Subject], ...]
    """The laws for which no breach was found."""

    broken: Mapping[Law[_Subject], Breach]
    """The broken laws, each with the first input that breaks it."""

    not_covered: Mapping[Law[_Subject], tuple[str, ...]]
    """The laws that need methods which the system does not have, each with these methods."""

    def check(self, law: Law[_Subject], /) -> None:
        """Return if this law is followed, as calling the law would.

        Raises LawBrokenError if it is broken, NotCoveredError if it is not covered, and KeyError if
        it is not one of the laws that were judged.
        """
        if law in self.broken:
            raise self._error(law)
        if law in self.not_covered:
            raise NotCoveredError(law, self.not_covered[law])
        if law not in self.kept:
            raise KeyError(law)

    def check_all(self) -> None:
        """Return if no law is broken; laws that are not covered are ignored.

        Raises an ExceptionGroup with the LawBrokenError of each broken law.
        """
        if self.broken:
            judged = len(self.kept) + len(self.broken)
            message = f"{len(self.broken)} of {judged} laws are broken"
            raise ExceptionGroup(message, [self._error(law) for law in self.broken])

    def _error(self, law: Law[_Subject]) -> LawBrokenError:
        breach = self.broken[law]
        error = LawBrokenError(law, breach)
        error.__cause__ = breach.cause
        return error


def judge(subject: _Subject, laws: Iterable[Law[_Subject]]) -> Judgement[_Subject]:
    """Check several laws on a subject, those of systems in one pass over the same histories.

    The results are the same as if each law were called by itself.
    """
    judged = tuple(laws)
    not_covered = {law: tuple(law.missing_in(subject)) for law in judged if not law.covers(subject)}
    covered = [law for law in judged if law not in not_covered]
    together = [law.breaches for law in covered if isinstance(law.breaches, Examination)]
    found = first_breaches(cast("Any", subject), together) if together else {}
    breaches = {
        law: found.get(law.breaches.rule)
        if isinstance(law.breaches, Examination)
        else next(iter(law.breaches(subject)), None)
        for law in covered
    }
    return Judgement(
        kept=tuple(law for law, breach in breaches.items() if breach is None),
        broken={law: breach for law, breach in breaches.items() if breach is not None},
        not_covered=not_covered,
    )
