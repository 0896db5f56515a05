"""A program that conforms, written from docs/conformance.md in nothing but Python.

Try it: ``python -m restore_domain verify -- python docs/examples/conforming.py``
"""
# ruff: noqa: D102, D103, D107 - the names say it

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from itertools import combinations
from math import isfinite
from typing import Any

Json = dict[str, Any]
"""A JSON object."""

# Statuses ---------------------------------------------------------------------------------------

UNKNOWN = "unknownFutureValue"
KNOWN = ("added", "scheduling", "scheduled", "inProgress", "succeeded", "failed")
TERMINAL = ("succeeded", "failed")
RUNNING = {"scheduled", "inProgress"}
WITH_ERROR = ("failed", "completedWithError")
ENDED = ("completed", *WITH_ERROR)

STEPS = {
    "added": {"scheduling"},
    "scheduling": {"scheduled", "failed"},
    "scheduled": {"inProgress", "failed"},
    "inProgress": {"succeeded", "failed"},
    "succeeded": set(),
    "failed": set(),
    UNKNOWN: set(),
}

ENUMERATIONS = {
    "artifactRestoreStatus": {*KNOWN},
    "restoreSessionStatus": {"draft", "activating", "active", "completedWithError", "completed"},
    "destinationType": {"new", "inPlace"},
    "restoreJobType": {"standard", "bulk"},
    "restorePointTags": {"none", "fastRestore"},
    "restorePointPreference": {"latest", "oldest"},
    "restoreArtifactsBulkRequestStatus": {"unknown", "active", "completed", "completedWithErrors"},
}
"""The members that every client is shown."""

HIDDEN = {"restoreSessionStatus": {"failed"}, "restoreJobType": {"granular"}}
"""The members that only a client is shown that asked for them."""


def artifact_status(text: Any) -> str:
    return text if text in KNOWN else UNKNOWN


def decide(present: set[str]) -> tuple[str, str]:
    """Return the rule and the session's status for a set of known statuses (A1 to A8)."""
    if present <= {"added"}:
        return "A1", "draft"
    if present == {"scheduling"}:
        return "A2", "activating"
    if present & RUNNING:
        return "A3", "active"
    if present == {"succeeded", "failed"}:
        return "A4", "completedWithError"
    if present == {"succeeded"}:
        return "A5", "completed"
    if present == {"failed"}:
        return "A6", "failed"
    if present & set(TERMINAL):
        return "A7", "active"
    return "A8", "activating"


def explain(statuses: Iterable[Any]) -> tuple[str, str]:
    """Return the rule and the status for any statuses (A1 to A10)."""
    present = {artifact_status(text) for text in statuses}
    if UNKNOWN not in present:
        return decide(present)
    readings = (set(some) for size in range(1, 7) for some in combinations(KNOWN, size))
    answers = {decide(present - {UNKNOWN} | reading)[1] for reading in readings}
    return ("A9", answers.pop()) if len(answers) == 1 else ("A10", UNKNOWN)


def reachable(status: str) -> set[str]:
    return STEPS[status].union(*(reachable(step) for step in STEPS[status]))


def may_follow(old: str, new: str, reporter: str, *, started: bool = False) -> bool:
    """Tell whether a reporter may report this change (L1, L2 and L4)."""
    if reporter == "driver":
        return new in STEPS[old]
    if old == UNKNOWN and started:
        return new in {"inProgress", *TERMINAL}
    if old == UNKNOWN:
        return new not in {"added", UNKNOWN}
    return old not in TERMINAL and (new == UNKNOWN or new in reachable(old))


# Refusals ---------------------------------------------------------------------------------------


class RefusedError(Exception):
    """A refusal: the service's code, and the HTTP status."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


# Times ------------------------------------------------------------------------------------------

TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9])"
    r"(?::([0-5][0-9])(?:\.([0-9]{1,12}))?)?(Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
    re.ASCII,
)
DIGITS = 12
SECOND = 10**12
EPOCH = datetime.fromisoformat("1970-01-01T00:00")


def instant(text: str) -> int:
    """Return a time as a number that can be compared; ValueError if it is none."""
    found = TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    minutes, seconds, fraction, offset = found.groups()
    since = datetime.fromisoformat(minutes) - EPOCH
    whole = since // timedelta(seconds=1) + int(seconds or 0)
    if offset != "Z":
        hours, minutes = offset[1:].split(":")
        east = int(hours) * 3600 + int(minutes) * 60
        whole -= east if offset[0] == "+" else -east
    return whole * SECOND + int((fraction or "").ljust(DIGITS, "0"))


def later(old: str | None, given: str) -> str:
    return given if old is None or instant(old) <= instant(given) else old


# Documents --------------------------------------------------------------------------------------

ERROR_PARTS = {"code": "text", "message": "text", "target": "text"}
RESULTS = {
    "restoredFolderId": "text",
    "restoredFolderName": "text",
    "restoredItemCount": "number",
}
ARTIFACT = RESULTS | {
    "id": "key",
    "status": "artifactRestoreStatus",
    "destinationType": "destinationType",
    "restorePoint": "restorePoint",
    "startDateTime": "time",
    "completionDateTime": "time",
    "error": "publicError",
}

REQUESTED = {"restorePoint": "restorePoint", "destinationType": "destinationType"}

BULK_REQUESTED = {
    "displayName": "text",
    "destinationType": "destinationType",
    "protectionTimePeriod": "timePeriod",
    "restorePointPreference": "restorePointPreference",
    "tags": "restorePointTags",
}

TYPES = {
    "exchangeRestoreSession": {
        "id": "key",
        "createdBy": "identitySet",
        "createdDateTime": "time",
        "lastModifiedBy": "identitySet",
        "lastModifiedDateTime": "time",
        "restoreJobType": "restoreJobType",
        "policyId": "text",
        "mailboxRestoreArtifacts": "[mailboxRestoreArtifact]",
        "granularMailboxRestoreArtifacts": "[granularMailboxRestoreArtifact]",
        "mailboxRestoreArtifactsBulkAdditionRequests": (
            "[mailboxRestoreArtifactsBulkAdditionRequest]"
        ),
        "status": "restoreSessionStatus",
        "completedDateTime": "time",
        "error": "publicError",
        "restoreSessionArtifactCount": "restoreSessionArtifactCount",
    },
    "mailboxRestoreArtifact": ARTIFACT,
    "granularMailboxRestoreArtifact": ARTIFACT
    | {"searchResponseId": "text", "artifactCount": "number"},
    "mailboxRestoreArtifactsBulkAdditionRequest": BULK_REQUESTED
    | {
        "id": "key",
        "status": "restoreArtifactsBulkRequestStatus",
        "createdBy": "identitySet",
        "createdDateTime": "time",
        "lastModifiedBy": "identitySet",
        "lastModifiedDateTime": "time",
        "mailboxes": "[text]",
        "directoryObjectIds": "[text]",
        "protectionUnitIds": "[text]",
        "error": "publicError",
    },
    "timePeriod": {"startDateTime": "time", "endDateTime": "time"},
    "restorePoint": {
        "id": "text",
        "@odata.id": "text",
        "expirationDateTime": "time",
        "protectionDateTime": "time",
        "tags": "restorePointTags",
        "protectionUnit": "protectionUnit",
    },
    "protectionUnit": {"id": "text", "@odata.id": "text"},
    "publicError": ERROR_PARTS
    | {"details": "[publicErrorDetail]", "innerError": "publicInnerError"},
    "publicInnerError": ERROR_PARTS | {"details": "[publicErrorDetail]"},
    "publicErrorDetail": ERROR_PARTS,
    "identitySet": {"application": "identity", "device": "identity", "user": "identity"},
    "identity": {"displayName": "text", "id": "text"},
    "restoreSessionArtifactCount": {
        "total": "number",
        "inProgress": "number",
        "completed": "number",
        "failed": "number",
    },
    "mailboxRestoreArtifactCollectionResponse": {
        "value": "[mailboxRestoreArtifact]!",
        "@odata.nextLink": "text",
    },
    "exchangeRestoreSessionCollectionResponse": {
        "value": "[exchangeRestoreSession]!",
        "@odata.nextLink": "text",
    },
    "createSessionRequest": {
        "mailboxRestoreArtifacts": "[requestedArtifact]",
        "granularMailboxRestoreArtifacts": "[requestedGranularArtifact]",
        "policyId": "text",
    },
    "updateSessionRequest": {
        "mailboxRestoreArtifacts@delta": "[requestedEntry]",
        "granularMailboxRestoreArtifacts@delta": "[requestedGranularEntry]",
        "policyId": "text",
    },
    "updateSessionResponse": {
        "mailboxRestoreArtifacts@delta": "[answeredEntry]",
        "granularMailboxRestoreArtifacts@delta": "[answeredGranularEntry]",
    },
    "mailboxRestoreArtifactsBulkAdditionRequestCollectionResponse": {
        "value": "[mailboxRestoreArtifactsBulkAdditionRequest]!",
        "@odata.nextLink": "text",
    },
    "createBulkRequest": BULK_REQUESTED | {"mailboxes": "[text?]", "directoryObjectIds": "[text]"},
    "resolution": {
        "artifacts": "[resolvedArtifact]",
        "failures": "[resolutionFailure]",
        "ended": "boolean",
    },
    "resolvedArtifact": {"restorePoint": "anything"},
    "resolutionFailure": {"mailbox": "text!", "error": "publicError!"},
    "requestedArtifact": REQUESTED,
    "requestedGranularArtifact": REQUESTED | {"searchResponseId": "text"},
    "artifactRemoval": {"id": "text!", "@removed": "removalReason!"},
    "removalReason": {"reason": "text"},
    "failedEntry": {
        "id": "text",
        "@contentId": "text",
        "@Core.DataModificationException": "dataModificationException!",
    },
    "dataModificationException": {
        "failedOperation": "text",
        "responseCode": "number",
        "info": "modificationInfo",
    },
    "modificationInfo": {"code": "text", "message": "text"},
    "report": RESULTS
    | {
        "artifactId": "text!",
        "status": "artifactRestoreStatus!",
        "time": "time!",
        "error": "publicError",
        "startDateTime": "time",
        "completionDateTime": "time",
    },
}
"""The kinds of the properties of each type.

``!`` marks one that is needed, and ``?`` an entry of a list that may be null.
"""

WHOLE = "mailboxRestoreArtifact"
GRANULAR = "microsoft.graph.granularMailboxRestoreArtifact"


def is_granular(annotation: Any) -> bool:
    """Tell whether a type is that of a granular artifact, however it is spelled (W5)."""
    return isinstance(annotation, str) and annotation.removeprefix("#").lower() == GRANULAR.lower()


COLLECTIONS = ("mailboxRestoreArtifacts", "granularMailboxRestoreArtifacts")
REQUESTS = "mailboxRestoreArtifactsBulkAdditionRequests"
DEEPEST = 100
LONGEST = 10**4300
INT32 = range(-(2**31), 2**31)


PLAIN_ENTRIES = {
    "requestedEntry": "requestedArtifact",
    "requestedGranularEntry": "requestedGranularArtifact",
    "answeredEntry": "mailboxRestoreArtifact",
    "answeredGranularEntry": "granularMailboxRestoreArtifact",
}
"""What an entry of a delta is that has no mark."""


def type_of(kind: str, value: Json) -> str:
    """Return the type of an object where the kind leaves a choice."""
    if kind.endswith("Entry") and "@removed" in value:
        return "artifactRemoval"
    if kind.startswith("answered") and "@Core.DataModificationException" in value:
        return "failedEntry"
    if kind == "artifactOfGranularPage" and value.get("@odata.type") is None:
        return "granularMailboxRestoreArtifact"
    if kind == "artifactOfGranularPage":
        kind = "mailboxRestoreArtifact"
    kind = PLAIN_ENTRIES.get(kind, kind)
    if kind == "mailboxRestoreArtifact" and is_granular(value.get("@odata.type")):
        return "granularMailboxRestoreArtifact"
    return kind


def check(kind: str, value: Any) -> None:
    """Raise ValueError, or another error of a wrong value, if it is not of this kind."""
    needed = kind.rstrip("!?")
    if needed == "anything" or (kind.endswith("?") and value is None):
        return
    if needed.startswith("["):
        expect(isinstance(value, list))
        for entry in value:
            check(needed[1:-1], entry)
    elif needed in {"text", "key", *ENUMERATIONS}:
        expect(isinstance(value, str) and (value or needed != "key"))
        value.encode()  # fails at half a surrogate pair
    elif needed == "number":
        expect(isinstance(value, int) and not isinstance(value, bool) and value in INT32)
    elif needed == "boolean":
        expect(isinstance(value, bool))
    elif needed == "time":
        instant(value)
    else:
        expect(isinstance(value, dict))
        check_object(type_of(needed, value), value)


def expect(condition: object) -> None:
    if not condition:
        raise ValueError


def kinds_of(name: str, value: Json) -> dict[str, str]:
    """Return the kinds of the properties of an object, of which a page's context says one (W5)."""
    if name != "mailboxRestoreArtifactCollectionResponse":
        return TYPES[name]
    context = value.get("@odata.context")
    if not isinstance(context, str) or not OF_GRANULAR.fullmatch(context):
        return TYPES[name]
    return {**TYPES[name], "value": "[artifactOfGranularPage]!"}


OF_GRANULAR = re.compile(
    r"[^#]*#(?:(?:.*/)?granularMailboxRestoreArtifacts"
    r"|Collection\(microsoft\.graph\.granularMailboxRestoreArtifact\))(?:\([^/]*\))?",
    re.ASCII | re.DOTALL | re.IGNORECASE,
)


def check_object(name: str, value: Json) -> None:
    kinds = kinds_of(name, value)
    for property_name, content in value.items():
        property_name.encode()
        if property_name not in kinds:
            check_anything(content)
        elif content is not None:
            check(kinds[property_name], content)
    for property_name, kind in kinds.items():
        needed = kind.endswith("!") or kind == "key"
        expect(not needed or value.get(property_name) is not None)
    if name in {"restorePoint", "protectionUnit"}:
        expect(value.get("id") or value.get("@odata.id"))
    if name == "exchangeRestoreSession":
        for entities in (artifacts_of(value), requests_of(value)):
            ids = [entity["id"] for entity in entities]
            expect(len(ids) == len(set(ids)))


def check_anything(value: Any, depth: int = 1) -> None:
    """Raise ValueError for what JSON can't carry, and for what nests too deep."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, float):
        expect(isfinite(value))
    elif isinstance(value, int):
        expect(-LONGEST < value < LONGEST)
    elif isinstance(value, (list, dict)):
        expect(depth <= DEEPEST)
        for name in value if isinstance(value, dict) else ():
            name.encode()
        for content in value.values() if isinstance(value, dict) else value:
            check_anything(content, depth + 1)


def makes_sense(kind: str, value: Any) -> bool:
    try:
        check(kind, value)
    except (AttributeError, RecursionError, TypeError, ValueError):
        return False
    return True


def masked(kind: str, value: Any) -> Any:
    """Return a document as a client is shown it that did not ask for unknown members (W3)."""
    kind = kind.rstrip("!")
    if value is None:
        return None
    if kind.startswith("["):
        return [masked(kind[1:-1], entry) for entry in value]
    if kind == "restorePointTags":
        tags = tags_in(value)
        return ",".join(tag if tag in ENUMERATIONS[kind] else UNKNOWN for tag in tags)
    if kind in ENUMERATIONS:
        return value if value in ENUMERATIONS[kind] else UNKNOWN
    if not isinstance(value, dict):
        return value
    kinds = kinds_of(type_of(kind, value), value)
    return {
        name: masked(kinds[name], content) if name in kinds else content
        for name, content in value.items()
    }


def parse(text: str) -> Any:
    """Return what JSON says; ValueError for what is none, wherever it stands (W4)."""
    return json.loads(
        text.removeprefix("\ufeff"),  # W7
        object_pairs_hook=checked_object,
        parse_constant=finite_number,
        parse_float=finite_number,
    )


def checked_object(pairs: list[tuple[str, Any]]) -> Json:
    """Return an object, after a look at what its repeated properties hide."""
    for name, content in pairs:
        check_texts([name, content])
    return dict(pairs)


def check_texts(value: Any) -> None:
    if isinstance(value, str):
        value.encode()  # fails at half a surrogate pair
    for entry in value if isinstance(value, list) else ():
        check_texts(entry)


def finite_number(text: str) -> float:
    expect(isfinite(float(text)))
    return float(text)


def read(params: Json) -> Any:
    try:
        document = parse(params["text"]) if "text" in params else params["document"]
    except (RecursionError, ValueError):
        raise RefusedError("InvalidRequest") from None
    if not makes_sense(params["type"], document):
        raise RefusedError("InvalidRequest")
    if params.get("includeUnknownEnumMembers") is False:
        return masked(params["type"], document)
    return document


# Sessions ---------------------------------------------------------------------------------------

DERIVED = ("status", "completedDateTime", "error", "restoreSessionArtifactCount")


def artifacts_of(session: Json) -> list[Json]:
    return [artifact for name in COLLECTIONS for artifact in session.get(name) or ()]


def requests_of(session: Json) -> list[Json]:
    return session.get(REQUESTS) or []


def of_kind(session: Json, kind: str) -> list[Json]:
    """Return the artifacts of one kind, wherever they stand; kinds are named by their lists."""
    whole, granular = (session.get(name) or () for name in COLLECTIONS)
    if kind == "mailboxRestoreArtifacts":
        return [artifact for artifact in whole if type_of(WHOLE, artifact) == WHOLE]
    return [*(artifact for artifact in whole if type_of(WHOLE, artifact) != WHOLE), *granular]


def kind_taken(session: Json) -> str:
    """Return the kind of artifacts that a session takes (S9)."""
    whole, granular = (bool(of_kind(session, kind)) for kind in COLLECTIONS)
    is_granular = session.get("restoreJobType") == "granular" or (granular and not whole)
    return COLLECTIONS[is_granular]


def is_bulk(session: Json) -> bool:
    """Tell whether the artifacts of a session are added by requests (S9)."""
    return session.get("restoreJobType") == "bulk" or bool(requests_of(session))


def become_bulk(session: Json) -> None:
    """Write that a session is bulk, unless its type shows that artifacts are missing (S9, S8)."""
    is_evidence = may_be_granular(session.get("restoreJobType"))
    if is_bulk(session) and not (is_evidence and session.get(COLLECTIONS[1]) is None):
        session["restoreJobType"] = "bulk"


def has_active_request(session: Json) -> bool:
    return any(request.get("status") == "active" for request in requests_of(session))


def is_activated(session: Json) -> bool:
    """Tell whether a bulk session was activated, so far as one sees it (B6)."""
    beyond = any(status != "added" for status in artifact_statuses(session))
    return beyond or session.get("status") not in (None, "draft")


def is_failed_bulk(session: Json) -> bool:
    """Tell whether a bulk session failed because no artifact was ever added (B4)."""
    if not is_bulk(session) or artifacts_of(session) or has_active_request(session):
        return False
    if session.get("status") is not None:
        return bool(session["status"] == "failed")
    return any(request.get("status") == "completedWithErrors" for request in requests_of(session))


KNOWN_REQUESTS = {"active", "completed", "completedWithErrors"}


def lacks_artifacts(session: Json) -> bool:
    """Tell whether a session shows that artifacts of it are missing (S8)."""
    found = [session.get(name) for name in (*COLLECTIONS, REQUESTS)]
    lengths = [len(entities or ()) for entities in found]
    links = [session.get(f"{name}@odata.nextLink") for name in (*COLLECTIONS, REQUESTS)]
    counts: list[Any] = [session.get(f"{name}@odata.count") for name in (*COLLECTIONS, REQUESTS)]
    whole, granular, requests = found
    contained = len(artifacts_of(session))
    total = (session.get("restoreSessionArtifactCount") or {}).get("total")
    kind = session.get("restoreJobType")
    return (
        any(link not in (None, "") for link in links)
        or any(
            is_number(count) and count > length
            for count, length in zip(counts, lengths, strict=True)
        )
        or (total is not None and total > contained)
        or (may_be_granular(kind) and granular is None)
        or (is_bulk(session) and requests is None and session.get("status") not in ENDED)
        or (whole is None and granular is None)
        or (
            is_bulk(session)
            and contained == 0
            and not has_active_request(session)
            and not is_failed_bulk(session)
        )
        or any(request.get("status") not in KNOWN_REQUESTS for request in requests_of(session))
    )


def may_be_granular(kind: Any) -> bool:
    return kind not in (None, "standard", "bulk")


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def artifact_statuses(session: Json) -> list[str]:
    return [artifact_status(artifact.get("status")) for artifact in artifacts_of(session)]


def statuses_of(session: Json) -> list[str]:
    """Return what counts in the aggregate: the artifacts, and what stands for others (B3, B4)."""
    if has_active_request(session):
        to_come = "scheduling" if is_activated(session) else "added"
        return [*artifact_statuses(session), to_come]
    return ["failed"] if is_failed_bulk(session) else artifact_statuses(session)


READINGS = [set(some) for size in range(1, 7) for some in combinations(KNOWN, size)]
"""Each choice of known statuses that unknown or missing artifacts may be in."""


def status_of(session: Json) -> str:
    statuses = {*statuses_of(session)}
    if not lacks_artifacts(session):
        return explain(statuses)[1]
    certain = explain(statuses | {UNKNOWN})[1]
    readings = {explain(statuses | reading)[1] for reading in READINGS}
    declared = session.get("status")
    return declared if certain == UNKNOWN and declared in readings else certain


def shown_of(session: Json) -> str | None:
    """Return the status that a session shows though it lacks artifacts."""
    return status_of(session) if lacks_artifacts(session) else None


def completed_time(session: Json) -> str | None:
    if lacks_artifacts(session):
        return session.get("completedDateTime")
    if status_of(session) not in ENDED:
        return None
    times = [artifact.get("completionDateTime") for artifact in artifacts_of(session)]
    declared = None
    if is_failed_bulk(session):
        times = [request.get("lastModifiedDateTime") for request in requests_of(session)]
        declared = session.get("completedDateTime")
    return max((time for time in times if time), key=instant, default=declared)


UNKNOWN_ERROR: Json = {"code": "UnknownError"}
"""Why an artifact failed that does not say."""


def error_of(session: Json) -> Json | None:
    if lacks_artifacts(session) or status_of(session) not in WITH_ERROR:
        return None
    if is_failed_bulk(session):
        errors = [error for request in requests_of(session) if (error := request.get("error"))]
        if not errors and session.get("error") is not None:
            return dict(session["error"])
        details = [detail for error in errors for detail in error.get("details") or ()]
        return error_made_of(details, {error.get("code") for error in errors})
    failed = [found for found in artifacts_of(session) if found.get("status") == "failed"]
    details = [
        detail_of(UNKNOWN_ERROR if found.get("error") is None else found["error"], found["id"])
        for found in failed
    ]
    return error_made_of(details, {detail["code"] for detail in details})


def detail_of(error: Json, target: str) -> Json:
    return {"code": error.get("code"), "message": error.get("message"), "target": target}


def error_made_of(details: list[Json], codes: set[Any]) -> Json:
    code = (codes.pop() if len(codes) == 1 else None) or "UnknownError"
    return {"code": code, "message": f"{len(details)} failed", "details": details}


def counts_of(session: Json) -> Json | None:
    if lacks_artifacts(session):
        return None
    statuses = artifact_statuses(session)
    return {
        "total": len(statuses),
        "inProgress": sum(status not in {"added", *TERMINAL} for status in statuses),
        "completed": statuses.count("succeeded"),
        "failed": statuses.count("failed"),
    }


Violation = tuple[str, str, str, str]
"""The rule, what it is about, the property, and whether it is wrong or only missing."""

CONTRADICTION, MISSING = "contradiction", "missing"


def audit(params: Json) -> list[Json]:
    session = params["session"]
    if not makes_sense("exchangeRestoreSession", session):
        raise RefusedError("InvalidRequest")
    found = [
        *audited_against_artifacts(session),
        *audited_declarations(session),
        *audited_times(session),
        *audited_together(session),
        *(problem for artifact in artifacts_of(session) for problem in audited_artifact(artifact)),
    ]
    names = ("rule", "target", "property", "kind", "message")
    return [dict(zip(names, (*problem, "this can't be"), strict=True)) for problem in found]


def declared_status(session: Json) -> str | None:
    text = session.get("status")
    return None if text is None else status_of({"status": text})


def audited_against_artifacts(session: Json) -> Iterator[Violation]:
    if declared_status(session) not in {None, UNKNOWN, *possible_statuses(session)}:
        yield "S1", session["id"], "status", CONTRADICTION
    if lacks_artifacts(session):
        return
    declared, derived = session.get("completedDateTime"), completed_time(session)
    derived = derived if artifacts_of(session) else None
    if declared and derived and instant(declared) != instant(derived):
        yield "S3", session["id"], "completedDateTime", CONTRADICTION
    count = session.get("restoreSessionArtifactCount") or {}
    for name, number in (counts_of(session) or {}).items():
        doubt = artifact_statuses(session).count(UNKNOWN)
        least = number - (doubt if name == "inProgress" else 0)
        most = number + (doubt if name in {"completed", "failed"} else 0)
        if count.get(name) is not None and not least <= count[name] <= most:
            yield "S5", session["id"], f"restoreSessionArtifactCount.{name}", CONTRADICTION


def possible_statuses(session: Json) -> set[str]:
    """Return each status that a session may have for any statuses of its unknown artifacts."""
    present = {*statuses_of(session)}
    readings: list[set[str]] = [set()]
    if UNKNOWN in present or lacks_artifacts(session):
        readings += READINGS
    return {decide(present - {UNKNOWN} | reading)[1] for reading in readings}


def audited_declarations(session: Json) -> Iterator[Violation]:
    declared = declared_status(session)
    status = status_of(session) if declared in {None, UNKNOWN} else declared
    for rule, name, wanted in (
        ("S3", "completedDateTime", ENDED),
        ("S4", "error", WITH_ERROR),
    ):
        is_there = session.get(name) is not None
        is_missing = declared is not None and not is_there
        if status != UNKNOWN and (is_missing if status in wanted else is_there):
            yield rule, session["id"], name, MISSING if is_missing else CONTRADICTION
    count = session.get("restoreSessionArtifactCount") or {}
    parts = [count.get(name) or 0 for name in ("inProgress", "completed", "failed")]
    total = count.get("total")
    if min(*parts, total or 0) < 0:
        yield "S5", session["id"], "restoreSessionArtifactCount", CONTRADICTION
    elif total is not None and sum(parts) > total:
        yield "S5", session["id"], "restoreSessionArtifactCount.total", CONTRADICTION


def audited_times(session: Json) -> Iterator[Violation]:
    created = session.get("createdDateTime")
    for rule, name, time in (
        ("S6", "lastModifiedDateTime", session.get("lastModifiedDateTime")),
        ("S3", "completedDateTime", completed_time(session)),
    ):
        if created and time and instant(time) < instant(created):
            yield rule, session["id"], name, CONTRADICTION


def audited_together(session: Json) -> Iterator[Violation]:
    known = ENUMERATIONS["destinationType"]
    destinations = {
        text if text in known else UNKNOWN
        for artifact in artifacts_of(session)
        if (text := artifact.get("destinationType")) is not None
    }
    if len(destinations) > 1:
        yield "O1", session["id"], "destinationType", CONTRADICTION
    for kind in COLLECTIONS:
        seen = set()
        for artifact in of_kind(session, kind):
            key = restored_by(kind, artifact)
            if key is None:
                continue
            if key in seen:
                yield "O1", artifact["id"], "restorePoint", CONTRADICTION
            seen.add(key)


def audited_artifact(artifact: Json) -> Iterator[Violation]:
    status = artifact_status(artifact.get("status"))
    started, ended = artifact.get("startDateTime"), artifact.get("completionDateTime")
    if status == UNKNOWN:
        return
    for name, needed, allowed in (
        ("startDateTime", {"inProgress", "succeeded"}, {"inProgress", *TERMINAL}),
        ("completionDateTime", TERMINAL, TERMINAL),
        ("error", {"failed"}, {"failed"}),
    ):
        is_there = artifact.get(name) is not None
        if status in needed and not is_there:
            yield "L5", artifact["id"], name, MISSING
        if status not in allowed and is_there:
            yield "L5", artifact["id"], name, CONTRADICTION
    if started and ended and instant(ended) < instant(started):
        yield "L5", artifact["id"], "completionDateTime", CONTRADICTION


# Operations -------------------------------------------------------------------------------------


class Numbered:
    """Things in the order they came, each with a number that is never given again."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self.numbers: dict[str, int] = {}
        self.last = 0
        self.add(ids)

    def add(self, ids: Iterable[str]) -> None:
        for entity_id in ids:
            self.last += 1
            self.numbers[entity_id] = self.last

    def page(self, entries: list[Json], params: Json) -> Json:
        top, token = params.get("top"), params.get("skipToken")
        if top is not None and (not isinstance(top, int) or isinstance(top, bool) or top < 1):
            raise RefusedError("InvalidRequest")
        if token is not None and not re.fullmatch("after-[0-9]+", str(token)):
            raise RefusedError("InvalidRequest")
        after = 0 if token is None else int(token.removeprefix("after-"))
        rest = [entry for entry in entries if self.numbers[entry["id"]] > after]
        shown = rest[:top]
        last = f"after-{self.numbers[shown[-1]['id']]}" if len(shown) < len(rest) else None
        return {"value": shown, "skipToken": last}


def is_printable(text: str) -> bool:
    return all(
        character == " " or unicodedata.category(character)[0] not in "CZ" for character in text
    )


WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)  # what has Unicode's property of this name; `str.strip` knows more


def is_blank(text: str) -> bool:
    return not text.strip(WHITE_SPACE)


def is_name(value: Any) -> bool:
    return isinstance(value, str) and not is_blank(value) and is_printable(value)


def key_of(restore_point: Json) -> str:
    """Return a key that is equal for the same restore point."""
    if restore_point.get("id"):
        return str(restore_point["id"])
    reference = re.split("[?#]", restore_point.get("@odata.id") or "", maxsplit=1)[0]
    path = re.sub("^[A-Za-z][A-Za-z0-9+.-]*://[^/]*", "", reference)
    segment = ESCAPES.sub(unescaped, path.rstrip("/").rpartition("/")[2])
    found = re.fullmatch(r"[^(]*\((.*)\)", segment, re.DOTALL)
    key = str(found[1] if found else segment)
    if len(key) > 1 and key[0] == key[-1] == "'":
        return key[1:-1].replace("''", "'")
    return key


ESCAPES = re.compile(
    "%[0-7]X|%[CD]X%[89AB]X|%EX(?:%[89AB]X){2}|%F[0-7](?:%[89AB]X){3}".replace("X", "[0-9A-F]"),
    re.IGNORECASE,
)


def unescaped(escapes: re.Match[str]) -> str:
    """Return the character of these escapes, or themselves if they stand for none."""
    try:
        return bytes.fromhex(escapes[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return escapes[0]


class Store:
    """All sessions."""

    def __init__(self) -> None:
        self.reset({})

    def reset(self, params: Json) -> None:
        limits = params.get("limits") or {}
        self.per_request = limits.get("artifactsPerRequest", 50)
        self.per_bulk_request = limits.get("restorationResources", 10_000)
        self.active = limits.get("activeSessions", 25)
        self.retention = limits.get("retentionDays", 365) * 86400 * SECOND
        self.sessions: dict[str, Json] = {}
        self.order = Numbered()
        self.entity_order: dict[tuple[str, str], Numbered] = {}
        self.as_given: set[str] = set()
        for session in params.get("sessions") or ():
            expect(makes_sense("exchangeRestoreSession", session))
            self.keep(session)
            self.as_given.add(session["id"])

    def keep(self, session: Json) -> None:
        self.sessions[session["id"]] = session
        self.order.add([session["id"]])
        for name in (*COLLECTIONS, REQUESTS):
            ids = (entity["id"] for entity in session.get(name) or ())
            self.entity_order[session["id"], name] = Numbered(ids)

    def forget(self, session_id: str) -> None:
        del self.sessions[session_id]
        self.as_given.discard(session_id)

    def shown(self, session: Json) -> Json:
        """Return a session with what follows from its artifacts."""
        if session["id"] in self.as_given:
            return session
        if lacks_artifacts(session):
            declared = session.get("status")
            return session | {"status": status_of(session) if declared is None else declared}
        return session | {
            "status": status_of(session),
            "completedDateTime": completed_time(session),
            "error": error_of(session),
            "restoreSessionArtifactCount": counts_of(session),
        }

    def changed(self, session: Json, params: Json, time: str, shown: str | None = None) -> None:
        """Note that a session was changed (S6), and of one that lacks artifacts what it showed."""
        before = session.get("lastModifiedDateTime") or session.get("createdDateTime")
        session["lastModifiedDateTime"] = later(before, time)
        if params.get("actor") is not None:
            session["lastModifiedBy"] = params["actor"]
        if shown is not None:
            if shown != UNKNOWN:
                session["status"] = shown
            if status_of(session) != UNKNOWN:
                session["status"] = status_of(session)
            count = session.get("restoreSessionArtifactCount") or {}
            for name in ("inProgress", "completed", "failed"):
                count.pop(name, None)
        else:
            still_activating = has_active_request(session) and is_activated(session)
            counts = (f"{name}@odata.count" for name in (*COLLECTIONS, REQUESTS))
            for name in (*DERIVED, *counts):
                session.pop(name, None)
            if still_activating:  # no artifact may say so (B6)
                session["status"] = "activating"
            if is_bulk(session) and session.get(REQUESTS) is None:
                session[REQUESTS] = []
        become_bulk(session)
        self.as_given.discard(session["id"])

    def found(self, params: Json) -> Json:
        session_id = params.get("sessionId")
        if not is_name(session_id):
            raise RefusedError("InvalidRestoreSessionId")
        if session_id not in self.sessions:
            raise RefusedError("RestoreSessionNotFound", 404)
        return self.sessions[session_id]

    def draft(self, params: Json) -> Json:
        session = self.found(params)
        if status_of(session) != "draft" or lacks_artifacts(session):
            raise RefusedError("RestoreSessionActionNotAllowed", 403)
        return session

    def extendable(self, params: Json) -> Json:
        """Return a draft that is not a bulk session."""
        session = self.draft(params)
        if is_bulk(session):
            raise RefusedError("RestoreSessionActionNotAllowed", 403)
        return session

    def create(self, params: Json) -> Json:
        request = params.get("request")
        request = {} if request is None else request
        kind, requested = listed(request, "", "InvalidArtifactRequest") or (COLLECTIONS[0], [])
        check_kinds(kind, requested)
        if len(requested) > self.per_request:
            raise RefusedError("RestoreArtifactsLimitBreached", 413)
        check_destinations_and_points(requested)
        check_same_destination(requested, [])
        check_different_points(kind, requested, [])
        session = {
            "id": params["sessionId"],
            "createdBy": params.get("actor"),
            "createdDateTime": params["now"],
            "lastModifiedBy": params.get("actor"),
            "lastModifiedDateTime": params["now"],
            "restoreJobType": "granular" if kind == COLLECTIONS[1] else "standard",
            kind: added(requested, params["artifactIds"]),
        }
        if "policyId" in request:
            session["policyId"] = request["policyId"]
        self.keep(session)
        return self.shown(session)

    def get(self, params: Json) -> Json:
        return self.shown(self.found(params))

    def list_sessions(self, params: Json) -> Json:
        page = self.order.page(list(self.sessions.values()), params)
        return page | {"value": [self.shown(session) for session in page["value"]]}

    def list_artifacts(self, params: Json, name: str = "mailboxRestoreArtifacts") -> Json:
        session = self.found(params)
        artifacts = session.get(name) or []
        return self.entity_order[session["id"], name].page(artifacts, params)

    def list_granular_artifacts(self, params: Json) -> Json:
        return self.list_artifacts(params, "granularMailboxRestoreArtifacts")

    def update(self, params: Json) -> Json:
        session = self.extendable(params)
        request = params["request"]
        asked = listed(request, "@delta", "InvalidPatchRequest")
        if asked is None and "policyId" not in request:
            raise RefusedError("InvalidArtifactRequest")
        kind, entries = asked or (kind_taken(session), [])
        additions = [entry for entry in entries if "@removed" not in entry]
        check_kinds(kind, additions)
        check_taken(session, kind, additions)
        if len(entries) > self.per_request:
            raise RefusedError("RestoreArtifactsLimitBreached")
        present = {artifact["id"] for artifact in of_kind(session, kind)}
        removed: set[str] = set()
        answers: list[Json | None] = []
        requested: list[Json] = []
        for entry in entries:
            if "@removed" not in entry:
                requested.append(entry)
                answers.append(None)
            elif entry["id"] in present - removed:
                removed.add(entry["id"])
            else:
                answers.append(not_there(entry["id"]))
        self.check_additions(session, kind, requested, removed)
        new = added(requested, params["artifactIds"])
        policy = request.get("policyId", session.get("policyId"))
        if new or removed or policy != session.get("policyId"):
            self.take(session, kind, new, removed)
            session["policyId"] = policy
            self.changed(session, params, params["now"])
        if asked is None:
            return {}
        came = iter(new)
        return {f"{kind}@delta": [answer or next(came) for answer in answers]}

    def create_artifact(self, params: Json) -> Json:
        session = self.extendable(params)
        requested, kind = [params["request"]], "mailboxRestoreArtifacts"
        if not is_json_object(params["request"]):
            raise RefusedError("InvalidArtifactRequest")
        check_kinds(kind, requested)
        check_taken(session, kind, requested)
        self.check_additions(session, kind, requested, set())
        new = added(requested, [params["artifactId"]])
        self.take(session, kind, new, set())
        self.changed(session, params, params["now"])
        return new[0]

    def check_additions(
        self, session: Json, kind: str, requested: list[Json], removed: set[str]
    ) -> None:
        staying = [found for found in artifacts_of(session) if found["id"] not in removed]
        check_destinations_and_points(requested)
        same_kind = [found for found in of_kind(session, kind) if found["id"] not in removed]
        check_different_points(kind, requested, same_kind)
        check_same_destination(requested, staying)

    def take(self, session: Json, kind: str, new: list[Json], removed: set[str]) -> None:
        for name in COLLECTIONS:
            if session.get(name) is not None:
                staying = [present for present in session[name] if present["id"] not in removed]
                session[name] = staying
        if new:
            session[kind] = [*(session.get(kind) or ()), *new]
            self.entity_order[session["id"], kind].add(artifact["id"] for artifact in new)

    def activate(self, params: Json) -> Json:
        session = self.draft(params)
        if not artifacts_of(session) and not has_active_request(session):
            raise RefusedError("InvalidArtifactRequest")
        active = [
            status_of(present) in {"activating", "active"} for present in self.sessions.values()
        ]
        if sum(active) >= self.active:
            raise RefusedError("TooManyActiveRestoreSessions", 500)
        for artifact in artifacts_of(session):
            enter(artifact, "scheduling")
        session["status"] = "activating"  # as which a bulk session counts, without artifacts too
        self.changed(session, params, params["now"])
        return self.shown(session)

    def delete(self, params: Json) -> None:
        self.forget(self.draft(params)["id"])

    def create_bulk_request(self, params: Json) -> Json:
        session = self.draft(params)
        asked: Any = params.get("request")
        if artifacts_of(session) or requests_of(session) or kind_taken(session) != COLLECTIONS[0]:
            raise RefusedError("RestoreSessionActionNotAllowed", 403)
        check_bulk_request(asked, self.per_bulk_request)
        self.changed(session, params, params["now"])
        request = {
            "id": params["bulkRequestId"],
            "status": "active",
            "createdBy": params.get("actor"),
            "createdDateTime": session["lastModifiedDateTime"],
            "lastModifiedBy": params.get("actor"),
            "lastModifiedDateTime": session["lastModifiedDateTime"],
        } | {name: asked[name] for name in TYPES["createBulkRequest"] if name in asked}
        if request.get("tags") is not None:
            request["tags"] = ",".join(tags_in(request["tags"]))
        session[REQUESTS] = [request]
        become_bulk(session)
        self.entity_order[session["id"], REQUESTS].add([request["id"]])
        return without_resources(request)

    def get_bulk_request(self, params: Json) -> Json:
        return without_resources(found_request(self.found(params), params))

    def list_bulk_requests(self, params: Json) -> Json:
        page = self.list_artifacts(params, REQUESTS)
        return page | {"value": [without_resources(request) for request in page["value"]]}

    def delete_bulk_request(self, params: Json) -> None:
        session = self.found(params)
        request = found_request(session, params)
        if request.get("status") not in {"completed", "completedWithErrors"}:
            raise RefusedError("InvalidStateForBulkRequestDeletion", 403)
        shown, said = shown_of(session), {}
        if shown is None and is_failed_bulk(session):  # it stays failed, which nothing else says
            said = {
                "status": "failed",
                "completedDateTime": completed_time(session),
                "error": error_of(session),
                "restoreSessionArtifactCount": counts_of(session),
            }
        become_bulk(session)
        session[REQUESTS] = [present for present in session[REQUESTS] if present is not request]
        self.changed(session, params, params["now"], shown)
        if said:
            session.update(said)
            self.as_given.add(session["id"])

    def resolve_bulk_request(self, params: Json) -> Json:
        session = self.found(params)
        request = found_request(session, params)
        is_active = request.get("status") == "active" and status_of(session) not in ENDED
        if not is_active or not is_activated(session) or lacks_artifacts(session):
            raise RefusedError("RestoreSessionActionNotAllowed", 403)
        resolution: Any = params.get("resolution")
        check_resolution(session, request, resolution)
        requested, whole = resolution.get("artifacts") or [], COLLECTIONS[0]
        check_points(requested)
        check_different_points(whole, requested, of_kind(session, whole))
        failures = new_failures(request, resolution)
        if not requested and not failures and not resolution.get("ended"):
            return {"value": []}
        for artifact in artifacts_of(session):
            if artifact.get("status") == "added":
                enter(artifact, "scheduling")
        new = [
            {
                "id": artifact_id,
                "status": "scheduling",
                "destinationType": destination_of(request),
                "restorePoint": artifact["restorePoint"],
            }
            for artifact_id, artifact in zip(params["artifactIds"], requested, strict=False)
        ]
        self.take(session, whole, new, set())
        if failures:
            old = request.get("error")
            coded = failures if old is None else [old, *failures]
            details = [*details_of(request), *failures]
            request["error"] = {
                **(old or {}),
                **error_made_of(details, {error.get("code") for error in coded}),
            }
        if resolution.get("ended"):
            is_bad = request.get("error") is not None
            request["status"] = "completedWithErrors" if is_bad else "completed"
        self.changed(session, params, params["now"])
        before = request.get("lastModifiedDateTime") or request.get("createdDateTime")
        request["lastModifiedDateTime"] = later(before, session["lastModifiedDateTime"])
        if params.get("actor") is not None:
            request["lastModifiedBy"] = params["actor"]
        return {"value": new}

    def record(self, params: Json) -> Json:
        reporter = reporter_of(params)
        session = self.found(params)
        report, shown = params["report"], shown_of(session)
        if self.take_report(session, report, reporter):
            self.changed(session, params, report["time"], shown)
        return artifact_of(session, report["artifactId"]) or {}

    def record_batch(self, params: Json) -> Json:
        reporter = reporter_of(params)
        session = self.found(params)
        trial, shown = deepcopy(session), shown_of(session)
        changed: dict[str, Json | None] = {}
        latest = ""
        for report in params["reports"]:
            if self.take_report(trial, report, reporter):
                changed[report["artifactId"]] = artifact_of(trial, report["artifactId"])
                latest = later(latest or None, report["time"])
        if changed:
            for name in COLLECTIONS:
                if name in trial:
                    session[name] = trial[name]
            self.changed(session, params, latest, shown)
        return {"value": list(changed.values())}

    def take_report(self, session: Json, report: Any, reporter: str) -> bool:
        """Change an artifact as a report says, and tell whether that was a change."""
        if not makes_sense("report", report):
            raise RefusedError("InvalidArtifactRequest")
        artifact = artifact_of(session, report["artifactId"])
        old = "" if artifact is None else artifact_status(artifact.get("status"))
        new, error = artifact_status(report["status"]), report.get("error")
        results = {name: report[name] for name in RESULTS if report.get(name) is not None}
        may_lack_error = new == "failed" and reporter == "observer"
        is_late = new in {"inProgress", *TERMINAL} or (new == UNKNOWN and reporter == "observer")
        if results and not is_late:
            raise RefusedError("InvalidArtifactRequest")
        if old != new and (error is not None) != (new == "failed") and not may_lack_error:
            raise RefusedError("InvalidArtifactRequest")
        if artifact is None:
            raise RefusedError("ArtifactNotFound", 404)
        if old == new:
            if new == "failed" and error is not None:
                results["error"] = error
            return complete(artifact, new, results)
        has_start = artifact.get("startDateTime") is not None
        if not may_follow(old, new, reporter, started=has_start):
            raise RefusedError("RestoreSessionActionNotAllowed", 403)
        created = session.get("createdDateTime")
        has_not_run = old in {"added", "scheduling", "scheduled"}
        started = None if has_not_run else artifact.get("startDateTime")
        if started is None and new in {"inProgress", "succeeded"}:
            started = later(created, report.get("startDateTime") or report["time"])
        elif started is None and (reporter == "observer" or old == "inProgress"):
            reported = report.get("startDateTime")
            started = later(created, reported) if reported else None
        if new in {"scheduling", "scheduled"}:
            started = None
        ended = None
        if new in TERMINAL:
            ended = later(started or created, report.get("completionDateTime") or report["time"])
        enter(artifact, new, started, ended, error)
        artifact.update(results)
        return True

    def expire(self, params: Json) -> Json:
        now = instant(params["now"])
        ended = {
            session["id"]: completed_time(session) or session.get("lastModifiedDateTime")
            for session in self.sessions.values()
            if status_of(session) in ENDED
        }
        gone = [
            session_id
            for session_id, time in ended.items()
            if time and now - instant(time) > self.retention
        ]
        for session_id in gone:
            self.forget(session_id)
        return {"value": gone}


def reporter_of(params: Json) -> str:
    reporter = "driver" if params.get("reporter") is None else params["reporter"]
    if reporter not in ("driver", "observer"):
        raise RefusedError("InvalidRequest")
    return reporter


def is_json_object(value: Any) -> bool:
    """Tell whether this is an object without half a surrogate pair, which no JSON has."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except ValueError:
        return False
    return isinstance(value, dict)


def listed(request: Any, suffix: str, malformed: str) -> tuple[str, list[Json]] | None:
    """Return the kind of the list in the body of a request, and its entries; None without one."""
    if not is_json_object(request):
        raise RefusedError(malformed)
    lists = [kind + suffix for kind in COLLECTIONS if kind + suffix in request]
    for name in lists:
        entries = [] if request[name] is None else request[name]
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise RefusedError(malformed)
        removals = [entry for entry in entries if suffix and "@removed" in entry]
        if not all(makes_sense("artifactRemoval", entry) for entry in removals):
            raise RefusedError(malformed)
    if not isinstance(request.get("policyId", ""), str):
        raise RefusedError(malformed)
    others = [name for name in NAMES_OF_LISTS if name in request and name not in lists]
    if others or len(lists) > 1 or any(not request[name] for name in lists):
        raise RefusedError("InvalidArtifactRequest")
    return (lists[0].removesuffix("@delta"), request[lists[0]]) if lists else None


NAMES_OF_LISTS = [
    name + suffix
    for name in (*COLLECTIONS, "granularMailboxRestoreArtifact", REQUESTS)
    for suffix in ("", "@delta")
]
"""What asks for artifacts, rightly or not."""


def check_kinds(kind: str, requested: list[Json]) -> None:
    """Refuse an artifact that asks for something of another kind than its list."""
    types = {"mailboxRestoreArtifacts": f"microsoft.graph.{WHOLE}"}
    for artifact in requested:
        annotation = artifact.get("@odata.type", types.get(kind, GRANULAR))
        named = annotation.removeprefix("#").lower() if isinstance(annotation, str) else None
        if named != types.get(kind, GRANULAR).lower():
            raise RefusedError("InvalidArtifactRequest")
        search = artifact.get("searchResponseId")
        if kind in types:
            is_right = "searchResponseId" not in artifact
        else:
            is_right = isinstance(search, str) and not is_blank(search)
        if not is_right:
            raise RefusedError("InvalidArtifactRequest")


def check_taken(session: Json, kind: str, requested: list[Json]) -> None:
    """Refuse what a session does not take: the other kind, or anything beside it (S9)."""
    (other,) = {*COLLECTIONS} - {kind}
    if kind != kind_taken(session) or (requested and of_kind(session, other)):
        raise RefusedError("InvalidArtifactRequest")


RESOURCES = ("mailboxes", "directoryObjectIds")
"""What a bulk request asks to restore, which the answers about it leave out."""


def without_resources(request: Json) -> Json:
    return {name: value for name, value in request.items() if name not in RESOURCES}


def destination_of(request: Json) -> str | None:
    text = request.get("destinationType")
    return text if text in {None, *ENUMERATIONS["destinationType"]} else UNKNOWN


def resources_of(request: Json) -> list[Any]:
    return [resource for name in RESOURCES for resource in request.get(name) or ()]


def details_of(request: Json) -> list[Json]:
    return (request.get("error") or {}).get("details") or []


def found_request(session: Json, params: Json) -> Json:
    request_id = params.get("bulkRequestId")
    if not is_name(request_id):
        raise RefusedError("InvalidBulkRestoreArtifactId")
    for request in requests_of(session):
        if request["id"] == request_id:
            return request
    raise RefusedError("BulkRestoreArtifactsNotFound", 404)


def check_bulk_request(asked: Any, limit: int) -> None:
    """Refuse a bulk request that can't be taken, by the first check that fails (B1)."""
    if not makes_sense("createBulkRequest", asked) or not is_bulk_request(asked):
        raise RefusedError("BulkRestoreInvalidCreateRequest")
    check_destinations([asked])
    if len(resources_of(asked)) > limit:
        raise RefusedError("BulkRestoreRestorationResourcesCountExceedsLimit")
    if not all(is_email(mailbox) for mailbox in asked.get("mailboxes") or ()):
        raise RefusedError("BulkRestoreInvalidCreateRequestUserEmail")


def is_bulk_request(asked: Json) -> bool:
    preference = asked.get("restorePointPreference")
    named = asked.get("@odata.type", BULK_TYPE)
    period = asked.get("protectionTimePeriod") or {}
    start, end = period.get("startDateTime"), period.get("endDateTime")
    return (
        "protectionUnitIds" not in asked
        and preference in {None, *ENUMERATIONS["restorePointPreference"]}
        and isinstance(named, str)
        and named.removeprefix("#").lower() == BULK_TYPE.lower()
        and {*tags_in(asked.get("tags") or "")} <= ENUMERATIONS["restorePointTags"]
        and bool(resources_of(asked))
        and not any(
            found is None or is_blank(found) for found in asked.get("directoryObjectIds") or ()
        )
        and (start is None or end is None or instant(start) <= instant(end))
    )


BULK_TYPE = "microsoft.graph.mailboxRestoreArtifactsBulkAdditionRequest"


def tags_in(text: str) -> list[str]:
    return [tag.strip(WHITE_SPACE) for tag in text.split(",")] if text else []


def is_email(value: Any) -> bool:
    parts = value.split("@") if isinstance(value, str) else []
    return len(parts) == len("@@") and all(
        part and " " not in part and is_printable(part) for part in parts
    )


def check_resolution(session: Json, request: Json, resolution: Any) -> None:
    """Refuse a resolution that can't be true of the request (B5)."""
    if not makes_sense("resolution", resolution):
        raise RefusedError("InvalidArtifactRequest")
    requested = resolution.get("artifacts") or []
    check_kinds(COLLECTIONS[0], requested)
    destinations = {artifact.get("destinationType") for artifact in requested}
    artifacts = [*artifacts_of(session), *requested]
    failures = [*details_of(request), *new_failures(request, resolution)]
    known = resources_of(request)
    named = [failure["mailbox"] for failure in resolution.get("failures") or ()]
    is_known = all(not is_blank(mailbox) and mailbox in (known or named) for mailbox in named)
    is_enough = not known or len(artifacts) + len(failures) <= len(known)
    is_something = bool(artifacts or failures) or not resolution.get("ended")
    is_there = destinations <= {None, destination_of(request)}
    if not is_known or not is_enough or not is_something or not is_there:
        raise RefusedError("InvalidArtifactRequest")


def new_failures(request: Json, resolution: Json) -> list[Json]:
    """Return the details of the failures that the request does not have yet."""
    named = {detail.get("target") for detail in details_of(request)}
    new = []
    for failure in resolution.get("failures") or ():
        if failure["mailbox"] not in named:
            named.add(failure["mailbox"])
            new.append(detail_of(failure["error"], failure["mailbox"]))
    return new


def check_destinations_and_points(requested: list[Json]) -> None:
    check_destinations(requested)
    check_points(requested)


def check_destinations(requested: list[Json]) -> None:
    for artifact in requested:
        if artifact.get("destinationType") not in ("new", "inPlace"):
            raise RefusedError("InvalidPathType")


def check_points(requested: list[Json]) -> None:
    for artifact in requested:
        point: Any = artifact.get("restorePoint")
        if not makes_sense("restorePoint", point) or not is_name(key_of(point)):
            raise RefusedError("InvalidRestorePoint")


def check_same_destination(requested: list[Json], present: list[Json]) -> None:
    destinations = [artifact.get("destinationType") for artifact in (*present, *requested)]
    given = [destination for destination in destinations if destination is not None]
    if any(artifact["destinationType"] != given[0] for artifact in requested):
        raise RefusedError("DifferentRestoreDestinationType")


def restored_by(kind: str, artifact: Json) -> tuple[str, ...] | None:
    """Return a key that is equal for artifacts that restore the same, if there is one."""
    point, search = artifact.get("restorePoint"), artifact.get("searchResponseId")
    if not point:
        return None
    if kind == "mailboxRestoreArtifacts":
        return (key_of(point),)
    return (key_of(point), search) if search else None


def check_different_points(kind: str, requested: list[Json], present: list[Json]) -> None:
    seen = {restored_by(kind, artifact) for artifact in present}
    for artifact in requested:
        key = restored_by(kind, artifact)
        if key in seen:
            raise RefusedError("DuplicateArtifactInList")
        seen.add(key)


def added(requested: list[Json], ids: list[str]) -> list[Json]:
    return [
        {
            "id": artifact_id,
            "status": "added",
            "destinationType": artifact["destinationType"],
            "restorePoint": artifact["restorePoint"],
        }
        | {name: artifact[name] for name in ("searchResponseId",) if name in artifact}
        for artifact_id, artifact in zip(ids, requested, strict=False)
    ]


def not_there(artifact_id: str) -> Json:
    problem = {
        "failedOperation": "remove",
        "responseCode": 409,
        "info": {"code": "Invalid", "message": "there is no such artifact"},
    }
    return {"id": artifact_id, "@Core.DataModificationException": problem}


def artifact_of(session: Json, artifact_id: str) -> Json | None:
    return next((found for found in artifacts_of(session) if found["id"] == artifact_id), None)


def complete(artifact: Json, status: str, said: Json) -> bool:
    """Put what is said again into an artifact, and tell whether that was a change (L3)."""
    old = dict(artifact)
    for name, value in said.items():
        if status == "inProgress" or (status in TERMINAL and artifact.get(name) is None):
            artifact[name] = value
    return artifact != old


def enter(
    artifact: Json,
    status: str,
    started: str | None = None,
    ended: str | None = None,
    error: Any = None,
) -> None:
    artifact["status"] = status
    for name, value in (
        ("startDateTime", started),
        ("completionDateTime", ended),
        ("error", error),
    ):
        artifact.pop(name, None)
        if value is not None:
            artifact[name] = value


# The protocol -----------------------------------------------------------------------------------


def advance(params: Json) -> str:
    old, new = artifact_status(params["from"]), artifact_status(params["to"])
    if old == new:
        return "unchanged"
    if not may_follow(old, new, params["reporter"]):
        raise RefusedError("RestoreSessionActionNotAllowed", 403)
    return "changed"


STORE = Store()
METHODS = {
    "reset": STORE.reset,
    "aggregate": lambda params: explain(params["statuses"])[1],
    "explain": lambda params: dict(
        zip(("rule", "status"), explain(params["statuses"]), strict=True)
    ),
    "advance": advance,
    "read": read,
    "audit": audit,
    "create": STORE.create,
    "get": STORE.get,
    "list": STORE.list_sessions,
    "update": STORE.update,
    "activate": STORE.activate,
    "delete": STORE.delete,
    "listArtifacts": STORE.list_artifacts,
    "listGranularArtifacts": STORE.list_granular_artifacts,
    "createArtifact": STORE.create_artifact,
    "createBulkRequest": STORE.create_bulk_request,
    "getBulkRequest": STORE.get_bulk_request,
    "listBulkRequests": STORE.list_bulk_requests,
    "deleteBulkRequest": STORE.delete_bulk_request,
    "resolveBulkRequest": STORE.resolve_bulk_request,
    "record": STORE.record,
    "recordBatch": STORE.record_batch,
    "expire": STORE.expire,
}


def answer(method: str, params: Json) -> Json:
    if method == "describe":
        starts = ["reset.limits", "reset.sessions"]
        return {"result": {"protocol": 1, "name": "conforming.py", "methods": [*METHODS, *starts]}}
    if method not in METHODS:
        return {"error": {"code": -32601, "message": f"there is no method {method}"}}
    try:
        return {"result": METHODS[method](params)}
    except RefusedError as refused:
        data = {"code": refused.code, "httpStatus": refused.status}
        return {"error": {"code": -32000, "message": refused.code, "data": data}}
    except Exception as error:  # noqa: BLE001 - the next call may go well
        return {"error": {"code": -32603, "message": f"{type(error).__name__}: {error}"}}


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        said = answer(request["method"], request.get("params", {}))
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **said}), flush=True)


if __name__ == "__main__":
    main()
