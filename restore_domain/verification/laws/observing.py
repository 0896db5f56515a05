"""The laws of a history of snapshots (rules H1-H3): an audit finds every break, and nothing else.

Snapshots are taken from the histories that `breaks` declares, and from those of the conformance
vectors. An audit finds nothing in them, and each break that is planted in one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, Final

from restore_domain.verification.breaks import BREAKS, LIVES, looks_at, places, planted
from restore_domain.verification.laws.functions import AuditHistory
from restore_domain.verification.laws.law import (
    Breach,
    Law,
    Takes,
    actual_answer,
    further_law,
    in_words,
    law_of,
)
from restore_domain.verification.vectors import load_vectors

__all__ = ["HISTORY_LAWS", "a_legal_history_contradicts_nothing", "h1", "h2", "h3"]

Snapshots = Sequence[Mapping[str, Any]]


@cache
def _lives() -> tuple[Sequence[dict[str, Any]], ...]:
    return tuple(looks for calls in LIVES.values() for looks in looks_at(calls).values())


def _finds_each_break(rule: str, audit: AuditHistory) -> Iterator[Breach]:
    """Plant each break of a rule in each place, and check that it is found."""
    breaks = [found for found in BREAKS.values() if found.rule == rule]
    for snapshots in _lives():
        yield from _nothing_in(audit, snapshots)
        for found, place in ((one, place) for one in breaks for place in places(one, snapshots)):
            broken, *wanted = planted(found, snapshots, place)
            said, raised = actual_answer(partial(_listed, audit, broken))
            if raised is not None or wanted not in map(_key_of, said or ()):
                given = f"{found.name}, in snapshot {place.snapshot} of {json.dumps(broken)}"
                yield Breach(given, _in_a_line([wanted]), _answer(said, raised), raised)


def _listed(audit: AuditHistory, snapshots: Snapshots) -> list[Mapping[str, Any]]:
    return list(audit(snapshots))


def _nothing_in(audit: AuditHistory, snapshots: Snapshots) -> Iterator[Breach]:
    said, raised = actual_answer(partial(_listed, audit, snapshots))
    if raised is not None or said:
        yield Breach(json.dumps(snapshots), "nothing", _answer(said, raised), raised)


def _key_of(finding: Mapping[str, Any]) -> list[Any]:
    return [finding.get(name) for name in ("rule", "before", "after", "target", "property")]


def _answer(said: Iterable[Mapping[str, Any]] | None, raised: Exception | None) -> str:
    return in_words(_in_a_line(map(_key_of, said or ())), raised)


def _in_a_line(keys: Iterable[Sequence[Any]]) -> str:
    """Return the findings on one line."""
    found = [
        f"{rule}: {name} of {target}, from {before} to {after}"
        for rule, before, after, target, name in keys
    ]
    return "; ".join(found) or "nothing"


def _a_legal_history_contradicts_nothing(audit: AuditHistory) -> Iterator[Breach]:
    for file in load_vectors():
        for case in file.cases:
            if "sessions" in case.start:
                continue
            looks: dict[str, list[Mapping[str, Any]]] = {}
            for step in case.steps:
                if step.call["method"] == "get" and step.expected.refusal is None:
                    session = step.expected.result
                    looks.setdefault(session["id"], []).append(session)
            for snapshots in looks.values():
                yield from _nothing_in(audit, snapshots)


a_legal_history_contradicts_nothing: Final = further_law(
    Takes.HISTORY,
    _a_legal_history_contradicts_nothing,
    rules=("H1", "H2", "H3"),
    statement="an audit of a history finds nothing in what the operations make",
)
"""An audit of a history finds nothing in the sessions of the conformance vectors."""

h1: Final = law_of("H1", Takes.HISTORY, partial(_finds_each_break, "H1"))
"""A contradiction within a snapshot is found, and nothing else (H1)."""

h2: Final = law_of("H2", Takes.HISTORY, partial(_finds_each_break, "H2"))
"""A value that a snapshot should have kept is found if it changed, and nothing else (H2)."""

h3: Final = law_of("H3", Takes.HISTORY, partial(_finds_each_break, "H3"))
"""A later addition, removal or change is found, and nothing else (H3)."""

HISTORY_LAWS: Final[tuple[Law[AuditHistory], ...]] = (
    h1,
    h2,
    h3,
    a_legal_history_contradicts_nothing,
)
"""The laws of an audit of a history."""
