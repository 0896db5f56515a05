"""The laws of a session that operations change (rules L5 and S1-S10), for a `System`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

import attrs

from restore_domain.model import Timestamp
from restore_domain.verification.comparison import (
    Answer,
    Difference,
    answer_of,
    differences,
    instant,
)
from restore_domain.verification.histories import token_in, with_token
from restore_domain.verification.laws.law import Breach, Law
from restore_domain.verification.laws.steps import (
    Step,
    as_the_reference,
    description,
    system_law,
)
from restore_domain.verification.system import System
from restore_domain.verification.vectors import Case, load_vectors, needs

__all__ = ["SESSION_LAWS", "l5", "s1", "s1a", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10"]

CHANGED: Final = ("create", "activate", "record")
"""What a system needs for a session to be activated and to end."""

GIVEN: Final = ("reset.sessions",)
"""What a system needs to begin with given sessions."""


# Derived properties -----------------------------------------------------------------------------


def _derived(rule: str, step: Step) -> Iterator[Difference]:
    """Find a value that does not follow from the artifacts of a changed session."""
    return (found for found in step.underived if found.rule == rule)


def _as_given(step: Step) -> Iterator[Difference]:
    if step.method != "reset":
        return
    for given in step.params.get("sessions", ()):
        session_id = given["id"]
        answer = answer_of(step.system, "get", {"sessionId": session_id})
        for found in differences({"method": "get"}, Answer(given), answer):
            yield attrs.evolve(found, path=found.path.replace("$", session_id, 1), rule="S1a")


# The last change --------------------------------------------------------------------------------


def _last_change(step: Step) -> Iterator[Difference]:
    for session_id in step.changed:
        times = [
            state.get(session_id, {}).get("lastModifiedDateTime")
            for state in (step.before, step.after)
        ]
        before, after = (time and Timestamp.parse(time) for time in times)
        if before and after and after < before:
            path = f"{session_id}.lastModifiedDateTime"
            yield Difference(path, f"{times[0]}, or later", times[1], "S6")
    yield from as_the_reference("S6", step)


def _made_up(step: Step) -> Iterator[Difference]:
    """Find an id or a time in a changed session that was not in any call."""
    if not step.changed:
        return
    known = {instant(text) for text in _texts({**step.params, **step.before})}
    for session_id in step.changed:
        for path, text in _ids_and_times(step.after.get(session_id), session_id):
            if instant(text) not in known:
                yield Difference(path, "an id or a time that came with a call", text, "S7")


def _texts(value: Any) -> Iterator[str]:
    """Yield all texts in a JSON value."""
    if isinstance(value, str):
        yield value
    parts = value.values() if isinstance(value, Mapping) else value
    if isinstance(value, (Mapping, list)):
        for part in parts:
            yield from _texts(part)


def _ids_and_times(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the texts in a JSON value that are ids or points in time."""
    if isinstance(value, list):
        for place, entry in enumerate(value):
            yield from _ids_and_times(entry, f"{path}[{place}]")
    elif isinstance(value, Mapping):
        for name, content in value.items():
            if isinstance(content, str) and (name == "id" or name.endswith("DateTime")):
                yield f"{path}.{name}", content
            yield from _ids_and_times(content, f"{path}.{name}")


def _answered_unlike(system: System) -> Iterator[Breach]:
    """Run each history of the conformance vectors twice, and compare the answers."""
    (file,) = load_vectors(["histories"])
    for case in file.cases:
        if not needs(case) <= set(system.methods):
            continue
        calls = [step.call for step in case.steps]
        first, second = _answers(system, case), _answers(system, case)
        for number, (once, again) in enumerate(zip(first, second, strict=True), start=1):
            if repr(once) != repr(again):
                given = description(case.start, calls[:number], "the answer, the second time")
                yield Breach(given, repr(once), repr(again))


def _answers(system: System, case: Case) -> list[Any]:
    system.call("reset", case.start)
    answers: list[Answer] = []
    for step in case.steps:
        params = with_token(step.call, [token_in(answer) for answer in answers])
        answers.append(answer_of(system, step.call["method"], params))
    return [answer.refusal.args if answer.refusal else answer.result for answer in answers]


# The laws ----------------------------------------------------------------------------------------

l5: Final = system_law("L5", partial(as_the_reference, "L5"), *CHANGED)
"""An artifact gets and loses its times and its error with its status (L5)."""

s1: Final = system_law("S1", partial(_derived, "S1"), *CHANGED)
"""The status of a changed session is that of its artifacts (S1)."""

s1a: Final = system_law("S1a", _as_given, *GIVEN)
"""A session that was given is returned unchanged until it is changed (S1a)."""

s2: Final = system_law("S2", partial(_derived, "S2"), *GIVEN)
"""Granular artifacts count in all properties that are derived from artifacts (S2)."""

s3: Final = system_law("S3", partial(_derived, "S3"), *CHANGED)
"""A session has ended exactly when it is terminal, and with its last artifact (S3)."""

s4: Final = system_law("S4", partial(_derived, "S4"), *CHANGED)
"""A session has an error exactly if it failed in part or as a whole, with the reasons (S4)."""

s5: Final = system_law("S5", partial(_derived, "S5"), *CHANGED)
"""A session counts its artifacts (S5)."""

s6: Final = system_law("S6", _last_change, "create")
"""Only a change sets the time and the author of the last change (S6)."""

s7: Final = system_law("S7", _made_up, *CHANGED, further=_answered_unlike)
"""Every id and time is from a call, and the same calls get the same answers (S7)."""

s8: Final = system_law("S8", partial(as_the_reference, "S8"), *GIVEN, "record")
"""A session with missing artifacts has the status that is certain, or the declared one (S8)."""

s9: Final = system_law("S9", partial(as_the_reference, "S9"), "create", "update")
"""A session has the type of the artifacts that it was created from (S9)."""

s10: Final = system_law("S10", partial(as_the_reference, "S10"), "create", "update")
"""A session has the policy of the last request that had one (S10)."""

SESSION_LAWS: Final[tuple[Law[System], ...]] = (l5, s1, s1a, s2, s3, s4, s5, s6, s7, s8, s9, s10)
"""The laws of a session."""
