"""Every rule with its statement, for people who read what broke it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from restore_domain.aggregation import RULES as AGGREGATION_RULES
from restore_domain.aggregation import STATEMENTS

__all__ = ["RULES", "in_order"]

_ANSWERS: Final = {rule.id: rule.status for rule in AGGREGATION_RULES} | {
    "A9": "that answer",
    "A10": "unknownFutureValue",
}

RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        rule: f"where {statement}, the session's status is {_ANSWERS[rule]}"
        for rule, statement in STATEMENTS.items()
    }
    | {
        "L1": "an artifact goes added, scheduling, scheduled, inProgress, succeeded or failed; "
        "it may fail from scheduling and scheduled, too",
        "L2": "a driver may report a single step, an observer whatever steps lead to; anything "
        "else is refused",
        "L3": "the same status again is no change and no error",
        "L4": "succeeded and failed never change; unknownFutureValue may be observed from any "
        "other status, and any status but added may follow it",
        "L5": "entering inProgress sets startDateTime, entering succeeded or failed sets "
        "completionDateTime, and failed, nothing else, has an error",
        "S1": "the session's status follows from the artifacts held",
        "S1a": "what can be derived is written as it was declared until the session changes",
        "S2": "granular artifacts count like the others",
        "S3": "a session has a completedDateTime exactly in a terminal status: the latest "
        "completionDateTime of its artifacts",
        "S4": "a session has an error exactly in failed and completedWithError, with a detail "
        "for each failed artifact",
        "S5": "restoreSessionArtifactCount counts all artifacts, and those in inProgress, "
        "succeeded and failed",
        "S6": "lastModifiedDateTime and lastModifiedBy move with every change, and time never "
        "moves backwards",
        "S7": "ids and times come from the caller",
        "O1": "create: what is refused, in which order, and the session that comes of it",
        "O2": "get, list and listArtifacts: what is refused, in which order, and the pages",
        "O3": "update: what is refused, in which order, what is added and removed, and which "
        "entries fail alone",
        "O4": "activate: what is refused, in which order; every artifact goes to scheduling, or "
        "none",
        "O5": "delete: what is refused, in which order; the session is gone",
        "O6": "createArtifact: what is refused, in which order, and the artifact that comes of it",
        "O7": "record and recordBatch: what is refused, in which order; a batch applies whole or "
        "not at all",
        "O8": "expire removes the sessions that have been terminal for over the retention time",
        "W1": "reading a document and writing it again gives the same JSON value",
        "W2": "an unknown text of an enumeration reads as unknownFutureValue, and is written as "
        "it came",
        "W3": "a client that did not ask for them sees unknownFutureValue for the members that "
        "were declared after it",
        "W4": "a document that makes no sense is refused with InvalidRequest (400), whatever it is",
    }
)
"""The statement of each rule, by its permanent id."""

_PLACES: Final = {rule: place for place, rule in enumerate(RULES)}


def in_order(rule: str) -> tuple[int, str]:
    """Return what to sort rule ids by: their order in the specification, unknown ones last."""
    return _PLACES.get(rule, len(_PLACES)), rule
