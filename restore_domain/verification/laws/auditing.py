"""The laws of an audit (rules S1-S6, O1 and L5): it finds every problem, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from restore_domain.model import ViolationKind
from restore_domain.verification.laws.functions import Audit
from restore_domain.verification.laws.law import (
    Breach,
    Law,
    Takes,
    actual_answer,
    further_law,
    in_words,
)
from restore_domain.verification.vectors import load_vectors

__all__ = ["AUDIT_LAWS", "an_audit_finds_what_is_wrong", "an_audit_trusts_the_operations"]

RULES: Final = ("S1", "S2", "S3", "S4", "S5", "S6", "O1", "L5")
"""The rules that an audit checks."""


def _compared(
    audit: Audit,
    session: Mapping[str, Any],
    expected: Collection[Mapping[str, Any]],
    passed_over: Collection[str] = (),
) -> Iterator[Breach]:
    """Compare the findings of an audit with the expected ones, ignoring some kinds."""
    found, raised = actual_answer(lambda: list(audit(session)))
    given = _findings(
        [finding for finding in found or () if finding.get("kind") not in passed_over]
    )
    wanted = _findings(expected)
    if raised is not None or wanted != given:
        actual = in_words("; ".join(given) or "nothing", raised)
        yield Breach(json.dumps(session), "; ".join(wanted) or "nothing", actual, raised)


def _findings(found: Collection[Mapping[str, Any]]) -> list[str]:
    """Return the findings as sorted texts."""
    return sorted(
        f"{finding.get('rule')}: {finding.get('property')} of {finding.get('target')} "
        f"({finding.get('kind')})"
        for finding in found
    )


def _an_audit_finds_what_is_wrong(audit: Audit) -> Iterator[Breach]:
    (file,) = load_vectors(["audit"])
    for case in file.cases:
        for step in case.steps:
            yield from _compared(audit, step.call["params"]["session"], step.expected.result)


an_audit_finds_what_is_wrong: Final = further_law(
    Takes.AUDIT,
    _an_audit_finds_what_is_wrong,
    rules=RULES,
    statement="an audit finds what can't be true and what is missing, and nothing else",
)
"""An audit finds what the conformance vectors expect, and nothing else."""


def _an_audit_trusts_the_operations(audit: Audit) -> Iterator[Breach]:
    for file in load_vectors():
        for case in file.cases:
            if "sessions" in case.start:
                continue
            for step in case.steps:
                if step.call["method"] == "get" and step.expected.refusal is None:
                    yield from _compared(audit, step.expected.result, (), (ViolationKind.MISSING,))


an_audit_trusts_the_operations: Final = further_law(
    Takes.AUDIT,
    _an_audit_trusts_the_operations,
    rules=RULES,
    statement="an audit finds no contradiction in what the operations make",
)
"""An audit finds no contradiction in a session made by a create and any further operations.

Something may be missing: an observer reports a failure as it was received, without an error if it
has none.
"""


AUDIT_LAWS: Final[tuple[Law[Audit], ...]] = (
    an_audit_finds_what_is_wrong,
    an_audit_trusts_the_operations,
)
"""The laws of an audit."""
