"""Faults of Graph JSON, of explanations and of audits (rules W1-W4, A9, and audits)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from restore_domain import explain
from restore_domain.status import (
    ArtifactRestoreStatus,
    DestinationType,
    RestoreJobType,
    RestoreSessionStatus,
)
from restore_domain.verification import RefusedError

from .faulty_system import (
    UNKNOWN,
    Behaviour,
    Fault,
    FaultySystem,
    Params,
    answering,
    finding,
    status_of,
    without,
)

# Graph JSON ---------------------------------------------------------------------------------------


def each_property(value: Any, change: Callable[[str, Any], Any]) -> Any:
    """Change properties of JSON objects, wherever these are."""
    if isinstance(value, Mapping):
        return {
            name: change(name, each_property(content, change)) for name, content in value.items()
        }
    if isinstance(value, list):
        return [each_property(entry, change) for entry in value]
    return value


def writing(change: Callable[[str, Any], Any]) -> Behaviour:
    """Write some properties differently."""
    return answering("read", lambda _system, _params, answer: each_property(answer, change))


def six_digits(name: str, value: Any) -> Any:
    if name.endswith("DateTime") and isinstance(value, str):
        return re.sub(r"(\.\d{6})\d+", r"\1", value)
    return value


MEMBERS = {*ArtifactRestoreStatus, *RestoreSessionStatus, *DestinationType, *RestoreJobType}
ENUMERATIONS = ("status", "destinationType", "restoreJobType")


def known_members(name: str, value: Any) -> Any:
    """Write the unknown member for an unknown text."""
    is_unknown = name in ENUMERATIONS and isinstance(value, str) and value not in MEMBERS
    return "unknownFutureValue" if is_unknown else value


def masked(change: Callable[[Any, Params], Any]) -> Behaviour:
    """Write something else for clients that have not asked for unknown members."""

    def masked_answer(_system: FaultySystem, params: Params, answer: Any) -> Any:
        if params.get("includeUnknownEnumMembers") is not False:
            return answer
        return change(answer, params)

    return answering("read", masked_answer)


def show_unknown_members(system: FaultySystem, method: str, params: Params) -> Any:
    asked = without(params, "includeUnknownEnumMembers") if method == "read" else params
    return system.right(method, asked)


def hide_failed_artifacts(answer: Any, _params: Params) -> Any:
    """Hide that artifacts failed: objects with a status and a restore point, or in a collection."""

    def hide(name: str, value: Any) -> Any:
        if not name.endswith("ailboxRestoreArtifacts") or not isinstance(value, list):
            return value
        return [hide_in(artifact) for artifact in value]

    def hide_in(artifact: Any) -> Any:
        if isinstance(artifact, Mapping) and artifact.get("status") == "failed":
            return {**artifact, "status": "unknownFutureValue"}
        return artifact

    return each_property(answer, hide)


def show_granular(answer: Any, params: Params) -> Any:
    document = params.get("document")
    if not isinstance(document, Mapping) or document.get("restoreJobType") != "granular":
        return answer
    return {**answer, "restoreJobType": "granular"}


def read_numbers_as_texts(system: FaultySystem, method: str, params: Params) -> Any:
    try:
        return system.right(method, params)
    except RefusedError:
        if method != "read":
            raise
        document = params["document"] if "document" in params else parsed(params["text"])
        texts = each_property(
            document,
            lambda _, value: (
                str(value) if isinstance(value, int) and not isinstance(value, bool) else value
            ),
        )
        if texts == document or system.tried(method, {**params, "document": texts}):
            raise
        return system.right(method, {**without(params, "text"), "document": texts})


def parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (RecursionError, ValueError):
        return None


DOCUMENTS = (
    Fault("the seventh digit is not written", "W1", writing(six_digits)),
    Fault("an unknown member is replaced", "W2 W1", writing(known_members)),
    Fault("an unknown member is shown to everybody", "W3", show_unknown_members),
    Fault("failed is hidden of artifacts, too", "W3", masked(hide_failed_artifacts)),
    Fault("granular is shown to everybody", "W3", masked(show_granular)),
    Fault("a number of a text is a text", "W4", read_numbers_as_texts),
)

# Reasons and audits -------------------------------------------------------------------------------

GRANULAR = "granularMailboxRestoreArtifacts"


def by_the_rule_of_the_known(_system: FaultySystem, params: Params, answer: Any) -> Any:
    stored = {status_of(text) for text in params["statuses"]}
    if answer["rule"] != "A9" or UNKNOWN not in stored:
        return answer
    return {**answer, "rule": explain(stored - {UNKNOWN}).rule}


def artifacts_of(session: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [
        *(session.get("mailboxRestoreArtifacts") or ()),
        *(session.get(GRANULAR) or ()),
    ]


def is_not_granular(found: Mapping[str, Any], session: Mapping[str, Any], _: Any) -> bool:
    return found["target"] not in {artifact["id"] for artifact in session.get(GRANULAR) or ()}


def is_not_of_the_unknown(found: Mapping[str, Any], session: Mapping[str, Any], _: Any) -> bool:
    statuses = {status_of(artifact.get("status")) for artifact in artifacts_of(session)}
    return found["rule"] != "S1" or UNKNOWN not in statuses


def is_not_an_early_end(found: Mapping[str, Any], session: Mapping[str, Any], _: Any) -> bool:
    times = {
        artifact["id"]
        for artifact in artifacts_of(session)
        if artifact.get("startDateTime") and artifact.get("completionDateTime")
    }
    return found["property"] != "completionDateTime" or found["target"] not in times


REASONS = (
    Fault(
        "what is certain of the unknown is explained by the rule of the known",
        "A9",
        answering("explain", by_the_rule_of_the_known),
    ),
    Fault(
        "an audit finds one thing",
        "S1 S2 S3 S4 S5 S6 O1 L5",
        answering("audit", lambda _system, _params, found: found[:1]),
    ),
    Fault("an audit does not look at granular artifacts", "L5 S2 O1", finding(is_not_granular)),
    Fault("an audit trusts what is unknown", "S1", finding(is_not_of_the_unknown)),
    Fault("an audit allows an end before the start", "L5", finding(is_not_an_early_end)),
)

FAULTS_OF_DOCUMENTS = (*DOCUMENTS, *REASONS)
"""The systems."""
