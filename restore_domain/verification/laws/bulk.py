"""The laws of bulk requests (rules B1-B6), for a `System` that has them.

Each checks the rule's own conformance vectors, and then random histories.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from restore_domain.model.lacking import BULK_REQUESTS
from restore_domain.status import TERMINAL_SESSION_STATUSES
from restore_domain.verification.comparison import REQUEST_METHODS, Difference
from restore_domain.verification.laws.law import Law
from restore_domain.verification.laws.operations import judge_method, pages_of
from restore_domain.verification.laws.steps import Step, as_the_reference, system_law
from restore_domain.verification.system import System

__all__ = ["BULK_LAWS", "b1", "b2", "b3", "b4", "b5", "b6"]

WHOLE: Final = "mailboxRestoreArtifacts"


def _requests(session: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = session.get(BULK_REQUESTS) or []
    return found


def _artifacts(session: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    names = (WHOLE, "granularMailboxRestoreArtifacts")
    return [artifact for name in names for artifact in session.get(name) or ()]


def _has_active(session: Mapping[str, Any]) -> bool:
    return any(request.get("status") == "active" for request in _requests(session))


def _named_session(step: Step) -> Mapping[str, Any]:
    """Return the session of an accepted call, in its state afterwards."""
    found: Mapping[str, Any] = step.after.get(step.params["sessionId"], {})
    return found


def _without_resources(rule: str, step: Step) -> Iterator[Difference]:
    """Find a mailbox in an answer about bulk requests."""
    result = step.answer.result if isinstance(step.answer.result, dict) else {}
    for request in (result, *(result.get("value") or ())):
        for name in ("mailboxes", "directoryObjectIds"):
            if request.get(name) is not None:
                yield Difference(f"{name} in the answer", "nothing", request[name], rule)


def _judge_creation(step: Step) -> Iterator[Difference]:
    if step.method == "createBulkRequest" and step.answer.refusal is None:
        yield from _without_resources("B1", step)
        statuses = [request.get("status") for request in _requests(_named_session(step))]
        if statuses != ["active"]:
            yield Difference("the bulk requests", "one that is active", statuses, "B1")
    yield from judge_method("B1", ["createBulkRequest"], step)


def _judge_looking(step: Step) -> Iterator[Difference]:
    if step.method in REQUEST_METHODS:
        yield from _without_resources("B2", step)
    yield from judge_method("B2", ["getBulkRequest", "listBulkRequests", "deleteBulkRequest"], step)
    if step.method == "listBulkRequests" and step.answer.refusal is None:
        yield from pages_of("B2", step)


def _judge_standing(step: Step) -> Iterator[Difference]:
    """Find a session that has ended although more is to be added."""
    for session_id in step.changed:
        session = step.after.get(session_id, {})
        if _has_active(session) and session.get("status") in TERMINAL_SESSION_STATUSES:
            yield Difference(f"{session_id}.status", "not terminal", session["status"], "B3")
    yield from (found for found in step.underived if found.rule == "B3")
    yield from as_the_reference("B3", step)


def _judge_failing(step: Step) -> Iterator[Difference]:
    """Find a session that was completed without any artifact."""
    for session_id in step.changed:
        session = step.after.get(session_id, {})
        before = step.before.get(session_id, {}).get("status")
        is_new = session.get("status") == "completed" != before
        if is_new and _requests(session) and not _artifacts(session):
            yield Difference(f"{session_id}.status", "not completed", "completed", "B4")
    yield from as_the_reference("B4", step)


def _judge_resolving(step: Step) -> Iterator[Difference]:
    if step.method == "resolveBulkRequest" and step.answer.refusal is None:
        session = _named_session(step)
        before = _artifacts(step.before.get(step.params["sessionId"], {}))
        ids = [{artifact["id"] for artifact in stored} for stored in (before, _artifacts(session))]
        if not ids[0] <= ids[1]:
            yield Difference("the artifacts", "all that there were", sorted(ids[1]), "B5")
        wrong = [
            artifact["id"]
            for artifact in _artifacts(session)
            if artifact["id"] not in ids[0] and artifact.get("status") != "scheduling"
        ]
        if wrong:
            yield Difference("what was added", "each in scheduling", wrong, "B5")
    yield from judge_method("B5", ["resolveBulkRequest"], step)


def _judge_activation(step: Step) -> Iterator[Difference]:
    """Find an activated session that is a draft, while more is to be added."""
    for session_id in step.changed:
        before, after = (state.get(session_id, {}) for state in (step.before, step.after))
        was_activated = before.get("status") not in {None, "draft"} or (
            step.method == "activate" and step.answer.refusal is None
        )
        goes_on = _has_active(before) and _has_active(after)
        if was_activated and goes_on and after.get("status") == "draft":
            yield Difference(f"{session_id}.status", "not draft", "draft", "B6")
    yield from (found for found in step.underived if found.rule == "B6")
    yield from as_the_reference("B6", step)


# The laws ----------------------------------------------------------------------------------------

ASKED: Final = ("create", "createBulkRequest")
"""What a system needs for a session with a bulk request."""

b1: Final = system_law("B1", _judge_creation, *ASKED)
"""A refusal changes nothing; else there is one active request, shown without mailboxes (B1)."""

b2: Final = system_law(
    "B2", _judge_looking, *ASKED, "getBulkRequest", "listBulkRequests", "deleteBulkRequest"
)
"""Answers about requests agree with the sessions, but without mailboxes (B2)."""

b3: Final = system_law("B3", _judge_standing, *ASKED, "activate")
"""A session does not end while a request is active (B3)."""

b4: Final = system_law("B4", _judge_failing, *ASKED, "activate", "resolveBulkRequest")
"""A session for which nothing could be resolved has failed, and stays so (B4)."""

b5: Final = system_law("B5", _judge_resolving, *ASKED, "activate", "resolveBulkRequest")
"""A resolution adds artifacts in scheduling and failures, and removes nothing (B5)."""

b6: Final = system_law("B6", _judge_activation, *ASKED, "activate")
"""An activated session never becomes a draft again (B6)."""

BULK_LAWS: Final[tuple[Law[System], ...]] = (b1, b2, b3, b4, b5, b6)
"""The laws of bulk requests."""
