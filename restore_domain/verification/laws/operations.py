"""The laws of the operations (rules O1-O9), for a `System` that has them.

Each checks the rule's own conformance vectors, and then random histories: a refused operation
changes nothing, an accepted one changes only what it is about, and its answer and its effect are as
the rule says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from typing import Any, Final

from restore_domain.model.lacking import BULK_REQUESTS
from restore_domain.verification.comparison import (
    REPORT_METHODS,
    Difference,
    answer_of,
    has_results,
    reports_in,
)
from restore_domain.verification.laws.law import Law
from restore_domain.verification.laws.steps import Step, as_the_reference, system_law
from restore_domain.verification.system import System

__all__ = [
    "OPERATION_LAWS",
    "changes_alone",
    "judge_method",
    "o1",
    "o2",
    "o3",
    "o4",
    "o5",
    "o6",
    "o7",
    "o8",
    "o9",
    "pages_of",
]


def changes_alone(rule: str, allowed: Collection[Any], step: Step) -> Iterator[Difference]:
    """Find a session that has changed although it may not."""
    for session_id in step.changed:
        if session_id not in allowed:
            before, after = step.before.get(session_id), step.after.get(session_id)
            yield Difference(f"{session_id}, which stays as it is", before, after, rule)


def judge_method(rule: str, methods: Collection[str], step: Step) -> Iterator[Difference]:
    """Judge a step of one of these methods, which may change only the session that it names."""
    if step.method in methods:
        refused = step.answer.refusal is not None
        allowed = () if refused else (step.params.get("sessionId"),)
        yield from changes_alone(rule, allowed, step)
        yield from as_the_reference(rule, step)


def _judge_reading(step: Step) -> Iterator[Difference]:
    if step.method not in {"get", "list", "listArtifacts", "listGranularArtifacts"}:
        return
    yield from changes_alone("O2", (), step)
    yield from as_the_reference("O2", step)
    if step.method != "get" and step.answer.refusal is None:
        yield from pages_of("O2", step)


def pages_of(rule: str, step: Step) -> Iterator[Difference]:
    """Read the list again, a page at a time, and compare it with the stored entries."""
    if step.method == "list":
        about, stored = {}, list(step.after)
    else:
        about = {"sessionId": step.params["sessionId"]}
        session = step.after.get(step.params["sessionId"], {})
        name = _LISTED_COLLECTION[step.method]
        stored = [artifact["id"] for artifact in session.get(name) or ()]
    for size in _PAGE_SIZES:
        pages: list[list[str]] = []
        token = None
        while len(pages) <= len(stored):
            ask = {**about, "top": size} | ({} if token is None else {"skipToken": token})
            answer = answer_of(step.system, step.method, ask)
            page = answer.result if isinstance(answer.result, dict) else {}
            pages.append([entry["id"] for entry in page.get("value") or ()])
            token = page.get("skipToken")
            if token is None:
                break
        wanted = [stored[start : start + size] for start in range(0, len(stored), size)] or [[]]
        if pages != wanted:
            yield Difference(f"the ids in all pages with top {size}", wanted, pages, rule)


_LISTED_COLLECTION: Final = {
    "listArtifacts": "mailboxRestoreArtifacts",
    "listGranularArtifacts": "granularMailboxRestoreArtifacts",
    "listBulkRequests": BULK_REQUESTS,
}
"""The collection of a session that each method lists."""

_PAGE_SIZES: Final = (1, 2)


def _judge_results(step: Step) -> Iterator[Difference]:
    """Judge a step that reports: its results and, by L3, those that are late or repeated."""
    if step.method in REPORT_METHODS:
        yield from as_the_reference("O9", step)
        if any(map(has_results, reports_in(step.params))):
            yield from as_the_reference("L3", step)


_COLLECTIONS: Final = ("mailboxRestoreArtifacts", "granularMailboxRestoreArtifacts")


def _judge_activation(step: Step) -> Iterator[Difference]:
    if step.method == "activate" and step.answer.refusal is None:
        session = step.after.get(step.params["sessionId"], {})
        statuses = [
            artifact["status"] for name in _COLLECTIONS for artifact in session.get(name) or ()
        ]
        is_bulk = bool(session.get(BULK_REQUESTS))
        if {*statuses} != {"scheduling"} and (statuses or not is_bulk):
            yield Difference("the artifacts", "each in scheduling", statuses, "O4")
    yield from judge_method("O4", ["activate"], step)


def _judge_expiry(step: Step) -> Iterator[Difference]:
    if step.method != "expire":
        return
    yield from as_the_reference("O8", step)
    gone = step.answer.result["value"] if isinstance(step.answer.result, dict) else ()
    yield from changes_alone("O8", gone, step)


# The laws ----------------------------------------------------------------------------------------

o1: Final = system_law("O1", partial(judge_method, "O1", ["create"]), "create")
"""A refused create changes nothing; else there is one more session, a draft (O1)."""

o2: Final = system_law("O2", _judge_reading, "create", "list", "listArtifacts")
"""Reading changes nothing, and pages of any size make up the list in order (O2)."""

o3: Final = system_law("O3", partial(judge_method, "O3", ["update"]), "create", "update")
"""A refused update changes nothing; else artifacts are added and removed as it says (O3)."""

o4: Final = system_law("O4", _judge_activation, "create", "activate")
"""Every artifact of an activated session is scheduling, or the call was refused (O4)."""

o5: Final = system_law("O5", partial(judge_method, "O5", ["delete"]), "create", "delete")
"""A deleted draft is removed, and a delete never removes anything else (O5)."""

o6: Final = system_law(
    "O6", partial(judge_method, "O6", ["createArtifact"]), "create", "createArtifact"
)
"""One more artifact is at the end of its session, or the call was refused (O6)."""

o7: Final = system_law(
    "O7", partial(judge_method, "O7", REPORT_METHODS), "create", "activate", *REPORT_METHODS
)
"""A report changes only its artifact, and a batch is applied completely or not at all (O7)."""

o8: Final = system_law("O8", _judge_expiry, "expire")
"""The sessions in the answer of an expire are removed, all others stay unchanged (O8)."""

o9: Final = system_law("O9", _judge_results, "create", "activate", *REPORT_METHODS)
"""Results are as reported, and a report with a result that is too early is refused (O9)."""

OPERATION_LAWS: Final[tuple[Law[System], ...]] = (o1, o2, o3, o4, o5, o6, o7, o8, o9)
"""The laws of the operations."""
