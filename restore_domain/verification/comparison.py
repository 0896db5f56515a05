"""Comparing answers: what two systems must agree on, and which rule a difference breaks.

Some parts of an answer are free: messages for people, continuation tokens, annotations, the
spelling of a point in time, null or missing. `comparable` removes these from the answer of an
operation, and of ``audit``. The answers of the other methods must agree exactly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC
from typing import Any, Final, TypeAlias

import attrs

from restore_domain.aggregation import explain
from restore_domain.model import ExchangeRestoreSession, Timestamp
from restore_domain.model.json_path import ROOT, index_step, name_step
from restore_domain.model.lacking import BULK_REQUESTS
from restore_domain.model.session import DERIVED_PROPERTIES
from restore_domain.rules import RULES
from restore_domain.status import ArtifactRestoreStatus, RestoreArtifactsBulkRequestStatus
from restore_domain.verification.system import OPERATIONS, ContradictedError, RefusedError, System
from restore_domain.wire import WireError, from_json_value, to_json_value
from restore_domain.wire.reading import read_member

__all__ = [
    "A_RESULT",
    "NOTHING",
    "Answer",
    "Difference",
    "InWords",
    "answer_of",
    "comparable",
    "difference",
    "differences",
    "has_results",
    "in_words",
    "instant",
    "judged",
    "place_of",
    "reports_in",
    "rule_of_requests",
    "steps_in_session",
]

OPERATION_RULES: Final[Mapping[str, str]] = {
    "reset": "S7",
    "aggregate": "A10",
    "explain": "A10",
    "advance": "L2",
    "read": "W1",
    "audit": "S1",
    "create": "O1",
    "get": "O2",
    "list": "O2",
    "listArtifacts": "O2",
    "listGranularArtifacts": "O2",
    "update": "O3",
    "activate": "O4",
    "delete": "O5",
    "createArtifact": "O6",
    "record": "O7",
    "recordBatch": "O7",
    "expire": "O8",
    "createBulkRequest": "B1",
    "getBulkRequest": "B2",
    "listBulkRequests": "B2",
    "deleteBulkRequest": "B2",
    "resolveBulkRequest": "B5",
}
"""The rule for a method as a whole."""

SESSION_RULES: Final[Mapping[str, str]] = {
    "completedDateTime": "S3",
    "error": "S4",
    "restoreSessionArtifactCount": "S5",
    "lastModifiedDateTime": "S6",
    "lastModifiedBy": "S6",
    "restoreJobType": "S9",
    "policyId": "S10",
}
"""The rule for a property of a session; for ``status`` it is the one that aggregates."""

ARTIFACT_RULES: Final[Mapping[str, str]] = {
    "startDateTime": "L5",
    "completionDateTime": "L5",
    "error": "L5",
    "restoredFolderId": "O9",
    "restoredFolderName": "O9",
    "restoredItemCount": "O9",
}
"""The rule for a property of an artifact."""


@attrs.frozen
class Answer:
    """The answer of a system to a call."""

    result: Any = None
    """The result as JSON."""

    refusal: RefusedError | None = None
    """The refusal, if there is no result."""


class InWords(str):
    """Words instead of a JSON value: "a result", or "nothing"."""

    __slots__ = ()


def in_words(value: Any) -> str:
    """Show an expected or actual value: a JSON value as JSON, and words unchanged."""
    return str(value) if isinstance(value, InWords) else json.dumps(value, default=repr)


Steps: TypeAlias = tuple[str | int, ...]
"""The steps from a value to a part of it. A name may contain anything, so the steps can't be
recovered from the path.
"""


def place_of(path: str) -> str:
    """Return a path without its positions."""
    return _POSITION.sub("[*]", path)


_POSITION: Final = re.compile(r"\[\d+\]")


@attrs.frozen
class Difference:
    """Where two answers differ."""

    path: str
    """The JSON path in the result; ``error`` if one was refused, or refused differently."""

    expected: Any
    """The reference's value, as JSON or in words."""

    actual: Any
    """The system's value, as JSON or in words."""

    rule: str
    """The id of the broken rule."""

    session_id: str | None = None
    """The session that shows it in a ``get`` after the call; None if the answer does."""

    steps: Steps = attrs.field(default=(), eq=False, repr=False)
    """The names and positions of the path."""

    @property
    def place(self) -> str:
        """The path without the positions, which is the same for each entry of a list."""
        return place_of(self.path)


def answer_of(system: System, method: str, params: Mapping[str, Any]) -> Answer:
    """Return the answer of a system to a call."""
    try:
        return Answer(result=system.call(method, params))
    except RefusedError as refused:
        return Answer(refusal=refused)


def judged(system: System, answer: Answer) -> Answer:
    """Return an answer without the properties that the system lists in ``unjudged``, if it does."""
    names: Collection[str] = getattr(system, "unjudged", ())
    return attrs.evolve(answer, result=_without(answer.result, names)) if names else answer


def _without(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, list):
        return [_without(entry, names) for entry in value]
    if not isinstance(value, dict):
        return value
    return {name: _without(content, names) for name, content in value.items() if name not in names}


def difference(
    call: Mapping[str, Any], expected: Answer, actual: Answer, *, changed: bool = True
) -> Difference | None:
    """Return the first place where two answers to a call differ, and the rule, or None.

    `changed` says whether the reference's root changed: rule L3 is about reports that change
    nothing.
    """
    return next(differences(call, expected, actual, changed=changed), None)


def differences(
    call: Mapping[str, Any], expected: Answer, actual: Answer, *, changed: bool = True
) -> Iterator[Difference]:
    """Yield the places where two answers to a call differ; see `difference`."""
    method = call["method"]
    if expected.refusal is not None or actual.refusal is not None:
        yield from _refusals(call, expected.refusal, actual.refusal, changed=changed)
        return
    if repr(expected.result) == repr(actual.result):  # as nearly always: no closer look is needed
        return
    wanted, given = comparable(method, expected.result), comparable(method, actual.result)
    if method == "audit" and _are_findings(wanted) and _are_findings(given):
        yield from _findings(wanted, given)
        return
    is_news = changed or method not in REPORT_METHODS
    for steps, here, there in _differences(wanted, given, ()):
        rule = _rule_at(steps, method, wanted, given) if is_news else "L3"
        yield Difference(_path(steps), _shown(here), _shown(there), rule, steps=steps)


def _refusals(
    call: Mapping[str, Any],
    expected: RefusedError | None,
    actual: RefusedError | None,
    *,
    changed: bool,
) -> Iterator[Difference]:
    wanted, given = _said(expected), _said(actual)
    if wanted == given:
        return
    if expected is not None and expected.rule is not None:
        rule = expected.rule
    elif isinstance(actual, ContradictedError) and actual.rule is not None:
        rule = actual.rule
    else:
        rule = _rule_of_acceptance(call, given["code"], changed=changed)
    yield Difference("error", wanted, given, rule)


def _said(refused: RefusedError | None) -> Any:
    if refused is None:
        return A_RESULT
    return {"code": refused.code, "httpStatus": refused.http_status}


A_RESULT: Final = InWords("a result")
"""The result for a call that is not refused."""

NOTHING: Final = InWords("nothing")
"""The value of a missing property, entry or finding."""


def _rule_of_acceptance(call: Mapping[str, Any], code: str, *, changed: bool) -> str:
    """Return the rule by which a call is accepted that a system refuses with this code."""
    method = call["method"]
    if method not in REPORT_METHODS:
        return OPERATION_RULES[method]
    if not changed:
        return "L3"
    if code == "InvalidArtifactRequest" and any(map(has_results, reports_in(call["params"]))):
        return "O9"
    if code == "InvalidArtifactRequest" and any(map(_says_why, reports_in(call["params"]))):
        return "L5"
    if code != "RestoreSessionActionNotAllowed":
        return OPERATION_RULES[method]
    return "L2" if call["params"].get("reporter") == "observer" else "L1"


REPORT_METHODS: Final = ("record", "recordBatch")
"""The methods with reports."""


def reports_in(params: Mapping[str, Any]) -> list[Any]:
    """Return the reports in the parameters of one of these methods."""
    reports: list[Any] = params["reports"] if "reports" in params else [params["report"]]
    return reports


def _says_why(report: Any) -> bool:
    """Return whether a report is about a failure, or has an error."""
    return isinstance(report, dict) and (report.get("status") == "failed" or "error" in report)


def has_results(report: Any) -> bool:
    """Return whether a report has a result."""
    return isinstance(report, dict) and any(report.get(name) is not None for name in _RESULTS)


_RESULTS: Final = ("restoredFolderId", "restoredFolderName", "restoredItemCount")


_MISSING: Final = object()


def _shown(value: Any) -> Any:
    return NOTHING if value is _MISSING else value


def _path(steps: Steps) -> str:
    written = (name_step(step) if isinstance(step, str) else index_step(step) for step in steps)
    return ROOT + "".join(written)


def _differences(wanted: Any, given: Any, steps: Steps) -> Iterator[tuple[Steps, Any, Any]]:
    """Yield the places where two JSON values differ; causes come before effects."""
    if isinstance(wanted, dict) and isinstance(given, dict):
        names = sorted({*wanted, *given}, key=lambda name: (name not in _CAUSES, name))
        for name in names:
            here, there = wanted.get(name, _MISSING), given.get(name, _MISSING)
            yield from _differences(here, there, (*steps, name))
    elif isinstance(wanted, list) and isinstance(given, list):
        for index in range(max(len(wanted), len(given))):
            here = wanted[index] if index < len(wanted) else _MISSING
            there = given[index] if index < len(given) else _MISSING
            yield from _differences(here, there, (*steps, index))
    elif not _same(wanted, given):
        yield steps, wanted, given


def _same(wanted: Any, given: Any) -> bool:
    """Compare as JSON does: ``true`` is not ``1``, and a member of an enum equals its text."""
    if isinstance(wanted, bool) or isinstance(given, bool):
        return wanted is given
    return bool(wanted == given)


_CAUSES: Final = (
    "id",
    "value",
    "mailboxRestoreArtifacts",
    "granularMailboxRestoreArtifacts",
    BULK_REQUESTS,
    "status",
)
"""What is compared first in an object: the rest of a session follows from its artifacts and bulk
requests, and the properties of an artifact depend on its status.
"""

SESSION_METHODS: Final = ("create", "get", "activate")
"""The methods whose result is a session."""

REQUEST_METHODS: Final = ("createBulkRequest", "getBulkRequest", "listBulkRequests")
"""The methods whose result is a bulk request, or several."""


def comparable(method: str, result: Any) -> Any:
    """Return a result without the parts that each system is free to choose."""
    if method == "audit":
        return _violations(result)
    if method not in OPERATIONS:
        return result
    if method in REQUEST_METHODS and isinstance(result, dict):
        return _requests(result)
    if method in SESSION_METHODS and isinstance(result, dict):
        return _session(result)
    if method == "list" and isinstance(result, dict) and isinstance(result.get("value"), list):
        sessions = [
            _session(entry) if isinstance(entry, dict) else entry for entry in result["value"]
        ]
        return _plain(result) | {"value": sessions}
    return _plain(result)


def _are_findings(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(entry, dict) for entry in found)


def _violations(found: Any) -> Any:
    """Leave out the messages of an audit, and sort its findings, whose order is free."""
    if not _are_findings(found):
        return found
    plain = [_without_message(entry) for entry in found]
    return sorted(plain, key=lambda entry: [str(entry.get(name)) for name in _VIOLATION])


_VIOLATION: Final = ("target", "property", "rule", "kind")


def _findings(wanted: list[dict[str, Any]], given: list[dict[str, Any]]) -> Iterator[Difference]:
    """Compare the findings of audits, whose order is free: each finding is present or not."""
    unwanted = list(given)
    for finding in wanted:
        if finding in unwanted:
            unwanted.remove(finding)
        else:
            yield _finding(finding, finding, NOTHING)
    for finding in unwanted:
        yield _finding(finding, NOTHING, finding)


def _finding(finding: Mapping[str, Any], expected: Any, actual: Any) -> Difference:
    """Return a difference in a finding, which breaks the rule that the finding is about."""
    rule: Any = finding.get("rule")
    known = rule if isinstance(rule, str) and rule in RULES else OPERATION_RULES["audit"]
    return Difference(ROOT, expected, actual, known)


def _without_message(violation: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in violation.items() if name != "message"}


def _session(session: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the messages in the errors of a session and its bulk requests."""
    plain = _with_plain_error(_plain(session))
    return plain | _each_plain(plain, BULK_REQUESTS)


def _requests(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the messages in the errors of a bulk request, or of each on a page."""
    plain = _with_plain_error(_plain(answer))
    return plain | _each_plain(plain, "value")


def _each_plain(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    requests = holder.get(name)
    if not isinstance(requests, list):
        return {}
    plain = [_with_plain_error(one) if isinstance(one, dict) else one for one in requests]
    return {name: plain}


def _with_plain_error(plain: dict[str, Any]) -> dict[str, Any]:
    """Leave out the messages of an error, and sort its details, whose order is free."""
    error = plain.get("error")
    if isinstance(error, dict):
        error = {name: value for name, value in error.items() if name not in _FOR_PEOPLE}
        details = error.get("details")
        if isinstance(details, list):
            error["details"] = sorted(details, key=_target)
        return plain | {"error": error}
    return plain


_FOR_PEOPLE: Final = ("message", "target")


def _target(detail: Any) -> str:
    return str(detail.get("target")) if isinstance(detail, dict) else ""


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _property(name, content)
        for name, content in value.items()
        if content is not None and not _is_free(name)
    }


def _is_free(name: str) -> bool:
    return name in {"info", "@contentId"} or (name.startswith("@odata.") and name != "@odata.id")


def _property(name: str, content: Any) -> Any:
    if name == "skipToken":
        return "a continuation token"
    if name.endswith("DateTime") and isinstance(content, str):
        return instant(content)
    return _plain(content)


def instant(text: str) -> str:
    """Write a point in time in a uniform way, with all its digits; return other texts unchanged."""
    try:
        moment = Timestamp.parse(text)
        utc = moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):  # OverflowError: in UTC it is before year 1, or after 9999
        return text
    return f"{utc}{moment.fraction_beyond_microseconds}".rstrip("0").rstrip(".") + "Z"


def _rule_at(steps: Steps, method: str, wanted: Any, given: Any) -> str:
    """Return the rule for a place in a result."""
    if method not in OPERATIONS:
        return OPERATION_RULES[method]
    names = [step for step in steps if isinstance(step, str)]
    if BULK_REQUESTS in names and not _RESOURCES.isdisjoint(names):
        return "B2"
    if method in REQUEST_METHODS or BULK_REQUESTS in names:
        return OPERATION_RULES[method]
    within_artifact = method in ARTIFACT_METHODS or any(
        name.endswith("ailboxRestoreArtifacts") for name in names
    )
    if within_artifact:
        found = [ARTIFACT_RULES[name] for name in names if name in ARTIFACT_RULES]
    elif _derives_what_is_declared(steps, wanted, given):
        return "S1a"
    elif names and names[-1] == "status":
        return _rule_of_status(wanted, steps)
    elif not _OF_NOTHING.isdisjoint(names) and _is_of_nothing(wanted, steps):
        return "B4"
    else:
        found = [SESSION_RULES[name] for name in names if name in SESSION_RULES]
    return found[0] if found else OPERATION_RULES[method]


_RESOURCES: Final = frozenset({"mailboxes", "directoryObjectIds"})
"""The properties of bulk requests that answers about sessions have, and those about bulk requests
don't.
"""

ARTIFACT_METHODS: Final = (
    "listArtifacts",
    "listGranularArtifacts",
    "createArtifact",
    "record",
    "recordBatch",
    "resolveBulkRequest",
    "update",
)
"""The methods whose result is an artifact, or several."""


def steps_in_session(steps: Steps) -> Steps:
    """Return the path from a session in an answer, alone or on a page, to a part of it."""
    return steps[2:] if steps[:1] == ("value",) else steps


def _derives_what_is_declared(steps: Steps, wanted: Any, given: Any) -> bool:
    """Return whether a session has derived values although it should have the declared ones."""
    name, *_ = steps_in_session(steps) or (None,)
    if name not in DERIVED_PROPERTIES:
        return False
    declared, shown = (
        answer["value"][steps[1]] if steps[0] == "value" else answer for answer in (wanted, given)
    )
    try:
        read = from_json_value(declared, ExchangeRestoreSession)
    except WireError:
        return False
    if read.lacks or rule_of_requests(read) is not None:
        return False
    derived = comparable("get", to_json_value(attrs.evolve(read, declared=None)))
    return bool(derived.get(name) == shown.get(name) != declared.get(name))


def _rule_of_status(wanted: Any, steps: Steps) -> str:
    """Return the rule for the status of the session that a path leads into."""
    session = wanted
    for step in steps[:-1]:
        session = session[step]
    collections = ("mailboxRestoreArtifacts", "granularMailboxRestoreArtifacts")
    collected = [session[name] for name in collections if name in session]
    if not collected:
        return OPERATION_RULES["audit"]
    try:
        read = from_json_value(session, ExchangeRestoreSession)
    except WireError:
        statuses = (artifact.get("status", "") for artifacts in collected for artifact in artifacts)
        return explain(read_member(ArtifactRestoreStatus, status) for status in statuses).rule
    return "S8" if read.lacks else rule_of_requests(read) or read.explanation.rule


_OF_NOTHING: Final = frozenset({"completedDateTime", "error"})
"""What a session without an artifact has from its bulk requests, in addition to the status (B4)."""


def _is_of_nothing(wanted: Any, steps: Steps) -> bool:
    """Return whether a path leads into a session for which bulk requests added no artifact."""
    session = wanted["value"][steps[1]] if steps[0] == "value" else wanted
    try:
        return rule_of_requests(from_json_value(session, ExchangeRestoreSession)) == "B4"
    except WireError:
        return False


def rule_of_requests(session: ExchangeRestoreSession) -> str | None:
    """Return the rule by which bulk requests count in the status of a session, if they do."""
    if session.effective_tally == session.tally:
        return None
    return "B3" if RestoreArtifactsBulkRequestStatus.ACTIVE in session.request_statuses else "B4"
