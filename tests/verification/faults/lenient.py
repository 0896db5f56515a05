"""Faults of reading: values that a language's parsers, maps and defaults treat as the same."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from restore_domain.model import ProtectionUnitBase, RestorePoint
from restore_domain.operations import Report, Resolution
from restore_domain.verification import RefusedError
from restore_domain.wire.documents import DOCUMENTS
from restore_domain.wire.properties import entry_kinds, is_entity, properties_of

from .documents import each_property
from .faulty_system import (
    Behaviour,
    Fault,
    FaultySystem,
    Params,
    answering,
    asking,
    refusing,
    refusing_at_last,
    without,
)
from .machines import ADDING, kept_through

REPORTS = "record recordBatch"
OF_SESSIONS = "O2 O3 O4 O5 O6 O7"


def reports_of(params: Params) -> list[Any]:
    reports = params.get("reports", [params.get("report")])
    return [one for one in reports if isinstance(one, Mapping)]


def on_reports(change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Behaviour:
    """Read something else in reports."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(entry) for entry in value]
        return change(value) if isinstance(value, Mapping) else value

    return kept_through(changed, REPORTS, "report", "reports")


def on_bodies(methods: str, change: Callable[[str, Any], Any]) -> Behaviour:
    """Read something else in the properties of bodies, wherever they are."""
    return kept_through(
        lambda body: each_property(body, change),
        methods,
        "request",
        "report",
        "reports",
        "resolution",
    )


# Empty values -------------------------------------------------------------------------------------


def nothing(name: str, *values: Any) -> Callable[[Any], Any]:
    """Leave a property out if it has one of these values."""

    def change(body: Any) -> Any:
        if isinstance(body, Mapping) and any(
            type(body.get(name)) is type(value) and body[name] == value
            for value in values
            if name in body
        ):
            return without(body, name)
        return body

    return change


def empty_is_null(methods: str, parameter: str, name: str) -> Behaviour:
    return kept_through(nothing(name, ""), methods, parameter)


def reporter_if_any(_system: FaultySystem, params: Params) -> Params:
    return params if params.get("reporter") else without(params, "reporter")


def reporter_of_any_case(_system: FaultySystem, params: Params) -> Params:
    reporter = params.get("reporter")
    return {**params, "reporter": reporter.lower()} if isinstance(reporter, str) else params


def has_empty_error(_system: FaultySystem, params: Params) -> bool:
    return any(one.get("error") == {} for one in reports_of(params))


def nulls_out(value: Any) -> Any:
    return {name: content for name, content in value.items() if content is not None}


NOTHING = (
    Fault("an empty reporter is the default", "W4 O7", asking(REPORTS, reporter_if_any)),
    Fault("a reporter is of any case", "W4", asking(REPORTS, reporter_of_any_case)),
    Fault(
        "an empty policy is none",
        "S10 O1 O3",
        empty_is_null("create update", "request", "policyId"),
    ),
    Fault(
        "an empty name is none",
        "B1",
        empty_is_null("createBulkRequest", "request", "displayName"),
    ),
    Fault("a result of 0 is none", "O9", on_reports(nothing("restoredItemCount", 0))),
    Fault("an empty folder is none", "O9", on_reports(nothing("restoredFolderName", ""))),
    Fault(
        "an empty error is none",
        "L5 O7 S4",
        on_reports(nothing("error", {})),
    ),
    Fault(
        "an empty actor is none",
        "S6",
        kept_through(lambda actor: actor or None, "activate update record", "actor"),
    ),
    Fault(
        "null is an empty list",
        "O1 O3",
        refusing_at_last(
            "create",
            "InvalidArtifactRequest",
            lambda _session, _method, params: (
                isinstance(params.get("request"), dict) and "note" in params["request"]
            ),
        ),
    ),
    Fault(
        "null in the place of two lists is one list",
        "O1",
        kept_through(
            lambda body: nulls_out(body) if isinstance(body, dict) else body, "create", "request"
        ),
    ),
)

# Names of properties ------------------------------------------------------------------------------


def _names() -> dict[str, str]:
    """Return each name of a property by its letters in lower case."""
    found: dict[str, str] = {}
    pending: list[Any] = [*DOCUMENTS.values(), Report, Resolution, RestorePoint, ProtectionUnitBase]
    seen: set[Any] = set()
    while pending:
        kind = pending.pop()
        if kind in seen or (not is_entity(kind) and kind not in (Report, Resolution)):
            continue
        seen.add(kind)
        for known in properties_of(kind):
            found[known.name.lower()] = known.name
            pending += [known.type, *entry_kinds(known.type)]
    return found


NAMES = _names()


def of_any_case(value: Any) -> Any:
    """Read names of properties without regard to their case; the last one counts."""
    if isinstance(value, list):
        return [of_any_case(entry) for entry in value]
    if not isinstance(value, Mapping):
        return value
    return {NAMES.get(name.lower(), name): of_any_case(content) for name, content in value.items()}


def documents_of_any_case(system: FaultySystem, method: str, params: Params) -> Any:
    if method != "read" or "document" not in params:
        return system.right(method, params)
    answer = system.right(method, {**params, "document": of_any_case(params["document"])})
    return answer if params.get("includeUnknownEnumMembers") is False else params["document"]


def given_of_any_case(system: FaultySystem, method: str, params: Params) -> Any:
    if method != "reset" or "sessions" not in params:
        return system.right(method, params)
    other = {**params, "sessions": [of_any_case(one) for one in params["sessions"]]}
    return system.right(method, params if system.tried(method, other) else other)


def losing(*names: str) -> Callable[[Any], Any]:
    """Lose properties with these names, at any place."""

    def change(value: Any) -> Any:
        if isinstance(value, list):
            return [change(entry) for entry in value]
        if isinstance(value, Mapping):
            return {name: change(each) for name, each in value.items() if name not in names}
        return value

    return change


def in_order_of_maps(value: Any) -> Any:
    """Put ids that look like numbers first."""
    if isinstance(value, Mapping) and isinstance(value.get("value"), list):
        entries = value["value"]
        first = [one for one in entries if re.fullmatch("0|[1-9][0-9]*", one.get("id", ""))]
        rest = [one for one in entries if one not in first]
        return {**value, "value": sorted(first, key=lambda one: int(one["id"])) + rest}
    return value


def sorted_list(value: Any) -> Any:
    if isinstance(value, Mapping) and isinstance(value.get("value"), list):
        return {**value, "value": sorted(value["value"], key=lambda one: str(one.get("id")))}
    return value


PROPERTIES = (
    Fault(
        "names in a request are of any case",
        "O1 O3 O6",
        kept_through(of_any_case, ADDING, "request"),
    ),
    Fault(
        "names in a bulk request are of any case",
        "B1",
        kept_through(of_any_case, "createBulkRequest", "request"),
    ),
    Fault("names in a report are of any case", "O7 L5 O9", on_reports(of_any_case)),
    Fault(
        "names in a resolution are of any case",
        "B5",
        kept_through(of_any_case, "resolveBulkRequest", "resolution"),
    ),
    Fault("names in a document are of any case", "W1", documents_of_any_case),
    Fault(
        "names in a given session are of any case",
        "W1 S1a O7",
        given_of_any_case,
    ),
    Fault(
        "a property named __proto__ is lost",
        "W1",
        kept_through(losing("__proto__"), "reset", "sessions"),
    ),
    Fault("a property without a name is lost", "W1", kept_through(losing(""), "reset", "sessions")),
    Fault(
        "a list has numbers first",
        "O2 B2",
        answering("list listArtifacts", lambda _s, _p, answer: in_order_of_maps(answer)),
    ),
    Fault(
        "a list is sorted",
        "O2 B2",
        answering(
            "listGranularArtifacts listBulkRequests list",
            lambda _s, _p, answer: sorted_list(answer),
        ),
    ),
)

# Characters ---------------------------------------------------------------------------------------


def replaced(text: Any) -> Any:
    """Read half a surrogate pair as the replacement character."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text) if isinstance(text, str) else text


def id_as(change: Callable[[str], str], name: str = "sessionId", methods: str = "get") -> Behaviour:
    return kept_through(
        lambda value: change(value) if isinstance(value, str) else value, methods, name
    )


def deep(change: Callable[[str], str]) -> Callable[[Any], Any]:
    """Change every text within a value."""

    def changed(value: Any) -> Any:
        if isinstance(value, str):
            return change(value)
        if isinstance(value, list):
            return [changed(entry) for entry in value]
        if isinstance(value, Mapping):
            return {name: changed(content) for name, content in value.items()}
        return value

    return changed


def points_as(change: Callable[[str], str]) -> Behaviour:
    """Compare restore points by a different key."""

    def at_points(name: str, value: Any) -> Any:
        if (
            name == "restorePoint"
            and isinstance(value, Mapping)
            and isinstance(value.get("id"), str)
        ):
            return {**value, "id": change(value["id"])}
        return value

    return on_bodies(ADDING, at_points)


def ascii_only(text: str) -> str:
    return "".join(letter for letter in text if ord(letter) < 2**16)


def allow(pattern: str) -> Behaviour:
    """Search for sessions by ids with characters that no id has."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        try:
            return system.right(method, params)
        except RefusedError as refused:
            session_id = params.get("sessionId")
            is_ours = method == "get" and refused.code == "InvalidRestoreSessionId"
            if is_ours and isinstance(session_id, str) and re.search(pattern, session_id):
                raise RefusedError("RestoreSessionNotFound", 404) from None
            raise

    return answer


CHARACTERS = (
    Fault("half a surrogate pair is U+FFFD", "O2", id_as(replaced)),
    Fault(
        "half a surrogate pair in a request is U+FFFD",
        "O1 O3 O6",
        kept_through(deep(replaced), ADDING, "request"),
    ),
    Fault("ids are composed", "O2", id_as(lambda text: unicodedata.normalize("NFC", text))),
    Fault("ids are compatible", "O2", id_as(lambda text: unicodedata.normalize("NFKC", text))),
    Fault("ids are folded", "O2", id_as(str.casefold)),
    Fault("an astral character is lost", "O2", id_as(ascii_only)),
    Fault("a format character is allowed in an id", "O2", allow("[\u00ad\u200b-\u200f\ufeff]")),
    Fault("any space is allowed in an id", "O2", allow("[\u1680\u2003\u3000]")),
    Fault(
        "a private-use character is allowed in an id",
        "O2",
        allow("[\ue000-\uf8ff\U000f0000-\U0010ffff]"),
    ),
    Fault("a line separator is one of an id", "O2", allow("[\u2028\u2029]")),
    Fault("an escaped id is decoded", "O2", id_as(lambda text: text.replace("%61", "a"))),
    Fault(
        "an artifact's id is composed",
        "O7 L2 L1 L3",
        on_reports(
            lambda report: (
                {**report, "artifactId": unicodedata.normalize("NFC", report["artifactId"])}
                if isinstance(report.get("artifactId"), str)
                else report
            )
        ),
    ),
    Fault(
        "restore points are composed",
        "O1 O6",
        points_as(lambda text: unicodedata.normalize("NFC", text)),
    ),
    Fault("restore points are folded", "O1 O6", points_as(str.casefold)),
    Fault("restore points are trimmed", "O1 O6", points_as(str.strip)),
)

# Graph JSON ---------------------------------------------------------------------------------------


def reading(change: Callable[[Any], Any]) -> Behaviour:
    """Read something else in a document, and write the original if it is accepted."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        if method != "read" or "document" not in params:
            return system.right(method, params)
        other = change(params["document"])
        answer = system.right(method, {**params, "document": other})
        return params["document"] if other != params["document"] else answer

    return answer


def times_as(pattern: str, other: str) -> Behaviour:
    return reading(deep(lambda text: re.sub(pattern, other, text)))


def text_as(change: Callable[[str], str]) -> Behaviour:
    """Read a text that is not JSON as another that is."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        if method != "read" or "text" not in params:
            return system.right(method, params)
        return system.right(method, {**params, "text": change(params["text"])})

    return answer


def refused_texts(pattern: str, *, kind: str = "document") -> Behaviour:
    """Refuse documents with this."""
    return refusing(
        "read",
        "InvalidRequest",
        lambda _, params: kind in params and re.search(pattern, json.dumps(params[kind])),
    )


def read_refusing(pattern: str) -> Behaviour:
    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        if (
            method == "read"
            and "document" in params
            and re.search(pattern, json.dumps(params["document"]))
        ):
            raise RefusedError("InvalidRequest", 400)
        return system.right(method, params)

    return answer


def tags_as(change: Callable[[str], str], *, masked: bool) -> Behaviour:
    """Write tags differently for clients that asked for unknown members, or for others."""

    def changed(_system: FaultySystem, params: Params, answer: Any) -> Any:
        if (params.get("includeUnknownEnumMembers") is False) is not masked:
            return answer
        return each_property(
            answer,
            lambda name, value: (
                change(value) if name == "tags" and isinstance(value, str) else value
            ),
        )

    return answering("read", changed)


def tags_of_document(_system: FaultySystem, params: Params, answer: Any) -> Any:
    """Preserve the spaces in tags none of which is masked."""
    document = params.get("document")
    if params.get("includeUnknownEnumMembers") is not False or not isinstance(document, Mapping):
        return answer
    point = document.get("restorePoint")
    tags = point.get("tags") if isinstance(point, Mapping) else None
    if isinstance(tags, str) and "unknownFutureValue" not in answer["restorePoint"]["tags"]:
        return {**answer, "restorePoint": {**answer["restorePoint"], "tags": tags}}
    return answer


def tags_of_any_case(_system: FaultySystem, params: Params, answer: Any) -> Any:
    document = params.get("document")
    point = document.get("restorePoint") if isinstance(document, Mapping) else None
    if isinstance(point, Mapping) and point.get("tags") == "None":
        return {**answer, "restorePoint": {**answer["restorePoint"], "tags": "None"}}
    return answer


def failed_entries(name: str, value: Any) -> Any:
    """Do not treat an entry with an exception as a removal."""
    if not name.endswith("@delta") or not isinstance(value, list):
        return value
    return [
        losing("@removed")(entry)
        if isinstance(entry, Mapping) and "@Core.DataModificationException" in entry
        else entry
        for entry in value
    ]


def with_known_error(report: Mapping[str, Any]) -> Mapping[str, Any]:
    """Preserve only the typed properties of an error."""
    error = report.get("error")
    if not isinstance(error, Mapping):
        return report
    known = ("code", "message", "target", "details", "innerError")
    return {**report, "error": {name: error[name] for name in known if name in error}}


def first_of_repeated(text: str) -> str:
    try:
        return json.dumps(json.loads(text, object_pairs_hook=lambda pairs: dict(reversed(pairs))))
    except (ValueError, RecursionError):
        return text


def whole_floats(value: Any) -> Any:
    if isinstance(value, float) and value == int(value):
        return int(value)
    if isinstance(value, list):
        return [whole_floats(entry) for entry in value]
    if isinstance(value, Mapping):
        return {name: whole_floats(content) for name, content in value.items()}
    return value


def wrapped(value: Any) -> Any:
    """Keep the last 32 bits of a number."""
    if type(value) is int:
        return (value + 2**31) % 2**32 - 2**31
    if isinstance(value, list):
        return [wrapped(entry) for entry in value]
    if isinstance(value, Mapping):
        return {name: wrapped(content) for name, content in value.items()}
    return value


JSON = (
    Fault("2100 is a leap year", "W4", times_as("2100-02-29", "2100-02-28")),
    Fault("1900 is a leap year", "W4", times_as("1900-02-29", "1900-02-28")),
    Fault("2000 is not a leap year", "W1", read_refusing("2000-02-29")),
    Fault("an offset may have 75 minutes", "W4", times_as(r"([+-]\d\d):(6\d|75)$", r"\1:59")),
    Fault("an offset may have 24 hours", "W4", times_as(r"([+-])24:00$", r"\g<1>23:59")),
    Fault("an offset is 14 hours at most", "W1", read_refusing(r"T[0-9:.]+[+-](1[5-9]|2\d):")),
    Fault("an offset is 18 hours at most", "W1", read_refusing(r"T[0-9:.]+[+-](18:0[1-9]|19|2\d)")),
    Fault("an offset of -00:00 is none", "W1", read_refusing(r"-00:00\"")),
    Fault("a time has seconds", "W1", read_refusing(r"T\d\d:\d\d(Z|[+-])")),
    Fault("a second has nine digits at most", "W1", read_refusing(r"\.\d{10,12}[Z+-]")),
    Fault("a small t is a T", "W4", times_as(r"^(\d{4}-\d\d-\d\d)t", r"\1T")),
    Fault("a small z is a Z", "W4", times_as(r"(T[\d:.]+)z$", r"\1Z")),
    Fault("a second may be 60", "W4", times_as(r":60Z$", ":59Z")),
    Fault("an hour may be 24", "W4", times_as(r"T24:00:00Z$", "T23:00:00Z")),
    Fault("an hour may have one digit", "W4", times_as(r"T9:00:00Z$", "T09:00:00Z")),
    Fault("a raw tab is allowed in a text", "W4", text_as(lambda text: text.replace("\t", " "))),
    Fault(
        "any control character is allowed in a text",
        "W4",
        text_as(lambda text: re.sub("[\x00\x0b\x0c\x1f]", " ", text)),
    ),
    Fault("an apostrophe may be escaped", "W4", text_as(lambda text: text.replace(r"\'", "'"))),
    Fault("the first of repeated properties counts", "W1", text_as(first_of_repeated)),
    Fault("a count may be 1.0", "W4", reading(whole_floats)),
    Fault("a count has the last 32 bits", "W4", reading(wrapped)),
    Fault(
        "tags of blanks are none",
        "W3",
        tags_as(lambda tags: "" if tags == "unknownFutureValue" else tags, masked=True),
    ),
    Fault(
        "spaces in tags are left out",
        "W1 W3",
        tags_as(lambda tags: re.sub(r"\s*,\s*", ",", tags), masked=False),
    ),
    Fault("spaces in tags are kept", "W3", answering("read", tags_of_document)),
    Fault("tags are of any case", "W3", answering("read", tags_of_any_case)),
    Fault(
        "an exception makes a removal something else",
        "W4",
        reading(lambda document: each_property(document, failed_entries)),
    ),
    Fault("what an error has of its own is lost", "O7 L5", on_reports(with_known_error)),
)

FAULTS_OF_LENIENT = (*NOTHING, *PROPERTIES, *CHARACTERS, *JSON)
"""The systems."""
