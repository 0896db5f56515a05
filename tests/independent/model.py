"""A second implementation of the rules of the operations, with plain dicts.

It was written from docs/specification.md, and from docs/conformance.md for the JSON of calls, and
shares nothing with the package. `Domain.call` answers a call as `restore_domain.wire.perform` does;
`Refused` is a refusal. What the rules leave free is free here, too: messages, continuation tokens,
the type annotations that are written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from datetime import date
from functools import cache
from itertools import combinations
from typing import Any, Final, TypeAlias
from urllib.parse import unquote_to_bytes

Json: TypeAlias = Any
"""A JSON value."""

Object: TypeAlias = Any
"""A dict with strings as keys."""


class Refused(Exception):  # noqa: N818 - it is an answer
    """A refusal, by the code and the HTTP status."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code, status)
        self.code = code
        self.status = status


# A1-A10: statuses ---------------------------------------------------------------------------------

UNKNOWN: Final = "unknownFutureValue"
WAITING: Final = ("added", "scheduling")
RUNNING: Final = ("scheduled", "inProgress")
TERMINAL: Final = ("succeeded", "failed")
KNOWN: Final = (*WAITING, *RUNNING, *TERMINAL)
ENDS: Final = ("completedWithError", "completed", "failed")
STATUSES: Final = ("draft", "activating", "active", *ENDS)

CHOICES: Final = tuple(
    frozenset(chosen) for size in range(1, 7) for chosen in combinations(KNOWN, size)
)
"""Every choice of one or more known statuses."""


@cache
def aggregate(statuses: frozenset[str]) -> str:
    if UNKNOWN in statuses:
        answers = {aggregate(statuses - {UNKNOWN} | choice) for choice in CHOICES}
        return answers.pop() if len(answers) == 1 else UNKNOWN  # A9, A10
    if statuses <= {"added"}:
        return "draft"  # A1
    if statuses <= {"added", "scheduling"}:
        return "activating"  # A2, A8
    if statuses <= {*TERMINAL}:
        return {
            frozenset({"succeeded"}): "completed",  # A5
            frozenset({"failed"}): "failed",  # A6
        }.get(statuses, "completedWithError")  # A4
    return "active"  # A3, A7


# L1-L4: what may follow what ----------------------------------------------------------------------

STEPS: Final = {
    ("added", "scheduling"),
    ("scheduling", "scheduled"),
    ("scheduled", "inProgress"),
    ("inProgress", "succeeded"),
    *((status, "failed") for status in ("scheduling", "scheduled", "inProgress")),
}


@cache
def leads_to(old: str, new: str) -> bool:
    return any(before == old and (after == new or leads_to(after, new)) for before, after in STEPS)


def may_follow(old: str, new: str, reporter: str, *, has_start: bool) -> bool:
    if reporter == "driver":
        return (old, new) in STEPS
    if old in TERMINAL:
        return False
    if old == UNKNOWN:
        return new in ("inProgress", *TERMINAL) or (not has_start and new in KNOWN[1:3])
    return new == UNKNOWN or leads_to(old, new)


# Times --------------------------------------------------------------------------------------------

TIME: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(Z|[+-]\d\d:\d\d)", re.ASCII
)
SECOND: Final = 10**12
DAY: Final = 86_400 * SECOND


def instant(text: Json) -> int:
    """Return a time in trillionths of a second; ValueError if it is not a time."""
    found = TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(text)
    *numbers, fraction, offset = found.groups()
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    away = 0
    if offset != "Z":
        hours, minutes = int(offset[1:3]), int(offset[4:])
        if hours > 23 or minutes > 59:
            raise ValueError(text)
        away = (hours * 60 + minutes) * (-1 if offset[0] == "-" else 1)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(text)
    days = date(year, month, day).toordinal()
    seconds = ((days * 24 + hour) * 60 + minute - away) * 60 + second
    return seconds * SECOND + int((fraction or "").ljust(12, "0"))


def later(old: str | None, given: str | None) -> str | None:
    """Return the later of two times; the given one if it is the same."""
    if old is None or given is None:
        return given if old is None else old
    return given if instant(given) >= instant(old) else old


# Kinds of values ----------------------------------------------------------------------------------


def is_text(value: Json) -> bool:
    return isinstance(value, str)


def is_printable(text: str) -> bool:
    return all(
        one == " " or unicodedata.category(one) not in
        {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"} for one in text
    )  # fmt: skip


def is_id(value: Json) -> bool:
    return is_text(value) and value.strip() != "" and is_printable(value)


def is_time(value: Json) -> bool:
    try:
        instant(value)
    except ValueError:
        return False
    return True


def is_int32(value: Json) -> bool:
    return type(value) is int and -(2**31) <= value < 2**31


def is_bool(value: Json) -> bool:
    return isinstance(value, bool)


def optional(value: Json, is_right: Callable[[Json], bool]) -> bool:
    return value is None or is_right(value)


def each(value: Json, is_right: Callable[[Json], bool]) -> bool:
    return isinstance(value, list) and all(map(is_right, value))


def has(value: Json, **kinds: Callable[[Json], bool]) -> bool:
    """Return whether it is an object whose properties with these names are null, or of the kind."""
    return isinstance(value, dict) and all(
        optional(value.get(name), is_right) for name, is_right in kinds.items()
    )


def is_detail(value: Json) -> bool:
    return has(value, code=is_text, message=is_text, target=is_text)


def _has_details(value: Json) -> bool:
    return is_detail(value) and optional(
        value.get("details"), lambda details: each(details, is_detail)
    )


def is_error(value: Json) -> bool:
    return _has_details(value) and optional(value.get("innerError"), _has_details)


def _is_named(value: Json) -> bool:
    names = (value.get("id"), value.get("@odata.id")) if isinstance(value, dict) else ()
    return all(optional(name, is_text) for name in names) and any(names)


def is_restore_point(value: Json) -> bool:
    return _is_named(value) and has(
        value,
        expirationDateTime=is_time,
        protectionDateTime=is_time,
        tags=is_text,
        protectionUnit=_is_named,
    )


RESULTS: Final = ("restoredFolderId", "restoredFolderName", "restoredItemCount")


def is_report(value: Json) -> bool:
    return (
        has(
            value,
            error=is_error,
            startDateTime=is_time,
            completionDateTime=is_time,
            restoredFolderId=is_text,
            restoredFolderName=is_text,
            restoredItemCount=is_int32,
        )
        and is_text(value.get("artifactId"))
        and is_text(value.get("status"))
        and is_time(value.get("time"))
    )


def is_removal(value: Json) -> bool:
    return is_text(value.get("id")) and has(value.get("@removed"), reason=is_text)


def is_type(annotation: Json, name: str) -> bool:
    if not is_text(annotation):
        return False
    return lower(annotation.removeprefix("#")) == lower(f"microsoft.graph.{name}")


def lower(text: str) -> str:
    """Return the text with lower-case letters from A to Z; others have no case here (W5)."""
    return re.sub("[A-Z]", lambda found: found[0].lower(), text)


def key_of(point: Object) -> str:
    """Return the key of a restore point (O1)."""
    if point.get("id"):
        return str(point["id"])
    path = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", "", point.get("@odata.id") or "")
    path = re.split("[?#]", path, maxsplit=1)[0].rstrip("/")
    segment = decoded(path[path.rfind("/") + 1 :])
    if segment.endswith(")") and "(" in segment:
        segment = segment[segment.index("(") + 1 : -1]
    if len(segment) > 1 and segment.startswith("'") and segment.endswith("'"):
        segment = segment[1:-1].replace("''", "'")
    return segment


def decoded(text: str) -> str:
    """Decode the percent-escapes that are characters in UTF-8."""
    out, place = "", 0
    while place < len(text):
        for length in (1, 2, 3, 4):
            run = text[place : place + 3 * length]
            if re.fullmatch(f"(?:%[0-9A-Fa-f]{{2}}){{{length}}}", run):
                try:
                    out += unquote_to_bytes(run).decode()
                except UnicodeDecodeError:
                    continue
                place += 3 * length
                break
        else:
            out += text[place]
            place += 1
    return out


# Sessions -----------------------------------------------------------------------------------------

WHOLE: Final = "mailboxRestoreArtifacts"
CHOSEN: Final = "granularMailboxRestoreArtifacts"
BULK: Final = "mailboxRestoreArtifactsBulkAdditionRequests"
COLLECTIONS: Final = (WHOLE, CHOSEN, BULK)
COUNT: Final = "restoreSessionArtifactCount"
DERIVED: Final = ("status", "completedDateTime", "error", COUNT)
JOB_TYPES: Final = ("standard", "bulk", "granular")
RESOURCES: Final = ("mailboxes", "directoryObjectIds")


class Session:
    """The contents of a session, the declared values of derived properties, and whether it was
    activated.
    """

    def __init__(self, document: Object, *, declared: bool) -> None:
        self.stored = {name: value for name, value in document.items() if name not in DERIVED}
        self.declared: Object | None = (
            {name: document[name] for name in DERIVED if name in document} if declared else None
        )
        statuses = [status_of(one) for one in self.artifacts()]
        says = self.said("status")
        self.activated = any(one != "added" for one in statuses) or says not in (
            None,
            "draft",
        )  # B6
        self.number = 0
        self.numbers: dict[tuple[str, str], int] = {}
        for name in COLLECTIONS:
            for one in self.stored.get(name) or ():
                self.count(name, one["id"])

    def count(self, collection: str, entity_id: str) -> None:
        """Give an addition to a collection the next number."""
        self.number += 1
        self.numbers[collection, entity_id] = self.number

    def said(self, name: str) -> Json:
        return (self.declared or {}).get(name)

    def artifacts(self) -> list[Object]:
        return [*(self.stored.get(WHOLE) or ()), *(self.stored.get(CHOSEN) or ())]

    def artifact(self, artifact_id: str) -> Object | None:
        return next((one for one in self.artifacts() if one["id"] == artifact_id), None)

    def of_kind(self, kind: str) -> list[Object]:
        """Return the artifacts of a kind, which is named like its collection, from both
        collections.
        """
        whole = self.stored.get(WHOLE) or []
        odd = [one for one in whole if is_type(one.get("@odata.type"), GRANULAR_TYPE)]
        if kind == CHOSEN:
            return [*odd, *(self.stored.get(CHOSEN) or ())]
        return [one for one in whole if one not in odd]

    def requests(self) -> list[Object]:
        return self.stored.get(BULK) or []

    # S9

    def is_bulk(self) -> bool:
        return self.stored.get("restoreJobType") == "bulk" or bool(self.requests())

    def takes(self) -> str:
        """Return the kind of artifacts that may be added (S9)."""
        only = bool(self.of_kind(CHOSEN)) and not self.of_kind(WHOLE)
        return CHOSEN if only or self.stored.get("restoreJobType") == "granular" else WHOLE

    # S8, B3, B4

    def has_active_request(self) -> bool:
        return any(request_status(one) == "active" for one in self.requests())

    def counts_as_failed(self) -> bool:
        """Return whether nothing could be restored, and nothing can be added any more (B4)."""
        if not self.is_bulk() or self.artifacts() or self.has_active_request():
            return False
        said = self.said("status")
        errors = any(request_status(one) == "completedWithErrors" for one in self.requests())
        return said == "failed" or (said is None and errors)

    def type_hides_granular(self) -> bool:
        """Return whether the type says that there are granular artifacts, and none are there."""
        kind = self.stored.get("restoreJobType")
        may_be = kind is not None and (kind == "granular" or kind not in JOB_TYPES)
        return may_be and self.stored.get(CHOSEN) is None

    def lacks(self) -> bool:
        total = (self.said(COUNT) or {}).get("total")
        for name in COLLECTIONS:
            if self.stored.get(f"{name}@odata.nextLink") not in (None, ""):
                return True  # a
            count: Any = self.stored.get(f"{name}@odata.count")
            is_number = isinstance(count, (int, float)) and not isinstance(count, bool)
            if is_number and count > len(self.stored.get(name) or ()):
                return True  # b
        there = [name for name in (WHOLE, CHOSEN) if self.stored.get(name) is not None]
        return (
            (total is not None and total > len(self.artifacts()))  # c
            or self.type_hides_granular()  # d
            or (
                self.is_bulk() and self.stored.get(BULK) is None and self.said("status") not in ENDS
            )  # e
            or not there  # f
            or (
                self.is_bulk()
                and not self.artifacts()
                and not self.has_active_request()
                and not self.counts_as_failed()
            )  # g
            or any(request_status(one) in ("unknown", UNKNOWN) for one in self.requests())  # h
        )

    def statuses(self) -> frozenset[str]:
        found = {status_of(one) for one in self.artifacts()}
        if self.has_active_request():
            found.add("scheduling" if self.activated else "added")
        if self.counts_as_failed():
            found.add("failed")
        return frozenset(found)

    def status(self) -> str:
        statuses = self.statuses()
        if not self.lacks():
            return aggregate(statuses)
        certain = aggregate(statuses | {UNKNOWN})
        if certain != UNKNOWN:
            return certain
        said = self.said("status")
        is_possible = any(aggregate(statuses | choice) == said for choice in CHOICES)
        return said if said in STATUSES and is_possible else UNKNOWN

    # S3-S5

    def completed(self) -> str | None:
        said: str | None = self.said("completedDateTime")
        if self.lacks():
            return said
        if self.status() not in ENDS:
            return None
        if self.counts_as_failed():
            times = [one.get("lastModifiedDateTime") for one in self.requests()]
        else:
            times = [one.get("completionDateTime") for one in self.artifacts()]
            said = None
        return max((time for time in times if time is not None), key=instant, default=said)

    def error(self) -> Object | None:
        if self.lacks():
            return self.said("error")
        if self.status() not in ("failed", "completedWithError"):
            return None
        if self.counts_as_failed():
            errors = [one["error"] for one in self.requests() if one.get("error") is not None]
            details = [one for error in errors for one in error.get("details") or ()]
            codes = [error.get("code") for error in errors]
            if not errors:
                return self.said("error") or {"code": "UnknownError", "details": []}
            return {"code": common(codes), "details": details}
        details = [
            {
                "code": "UnknownError" if one.get("error") is None else one["error"].get("code"),
                "message": (one.get("error") or {}).get("message"),
                "target": one["id"],
            }
            for one in self.artifacts()
            if status_of(one) == "failed"
        ]
        return {"code": common(one["code"] for one in details), "details": details}

    def counts(self) -> Object | None:
        if self.lacks():
            return self.said(COUNT)
        statuses = [status_of(one) for one in self.artifacts()]
        return {
            "total": len(statuses),
            "inProgress": sum(one not in ("added", *TERMINAL) for one in statuses),
            "completed": statuses.count("succeeded"),
            "failed": statuses.count("failed"),
        }

    def shown(self) -> Object:
        return {**self.stored, **(self.derived() if self.declared is None else self.declared)}

    def derived(self) -> Object:
        values = (self.status(), self.completed(), self.error(), self.counts())
        return dict(zip(DERIVED, values, strict=True))

    # S1a, S6

    def change(self, time: str, actor: Json, change: Callable[[], None]) -> None:
        """Change the contents, and the declared values."""
        lacked, showed, failed = self.lacks(), self.status(), self.counts_as_failed()
        shown = self.derived()
        change()
        if any(status_of(one) != "added" for one in self.artifacts()):
            self.activated = True  # B6
        stored = self.stored
        before = stored.get("lastModifiedDateTime") or stored.get("createdDateTime")
        stored["lastModifiedDateTime"] = later(before, time)
        if actor is not None:
            stored["lastModifiedBy"] = actor
        if lacked:
            self._still_says(showed)
        else:
            for name in COLLECTIONS:
                stored.pop(f"{name}@odata.count", None)
            self.declared = shown if failed else None  # B4: a request was deleted
        if self.is_bulk():
            if not lacked:
                stored.setdefault(BULK, [])
                stored[BULK] = stored[BULK] or []
            if not self.type_hides_granular():
                stored["restoreJobType"] = "bulk"

    def _still_says(self, showed: str) -> None:
        said = dict(self.declared or {})
        if said.get(COUNT) is not None:
            parts = ("inProgress", "completed", "failed")
            said[COUNT] = {name: n for name, n in said[COUNT].items() if name not in parts}
        self.declared = said
        if showed != UNKNOWN:
            said["status"] = showed
        now = self.status()
        if now != UNKNOWN:
            said["status"] = now
        elif said.get("status") is None:
            said["status"] = UNKNOWN


GRANULAR_TYPE: Final = "granularMailboxRestoreArtifact"
WHOLE_TYPE: Final = "mailboxRestoreArtifact"
BULK_TYPE: Final = "mailboxRestoreArtifactsBulkAdditionRequest"


def status_of(artifact: Object) -> str:
    text = artifact.get("status")
    return text if text in KNOWN else UNKNOWN


def request_status(request: Object) -> str:
    text = request.get("status")
    known = ("unknown", "active", "completed", "completedWithErrors")
    return text if text in known else UNKNOWN


def common(codes: Iterable[str | None]) -> str:
    found = set(codes)
    return (found.pop() if len(found) == 1 else None) or "UnknownError"


def enter(
    artifact: Object,
    status: str,
    start: str | None = None,
    end: str | None = None,
    error: Json = None,
) -> None:
    """Give an artifact another status, and exactly these values (L5)."""
    values = {"startDateTime": start, "completionDateTime": end, "error": error}
    for name, value in values.items():
        artifact.pop(name, None)
        if value is not None:
            artifact[name] = value
    artifact["status"] = status


# Operations ---------------------------------------------------------------------------------------


class Domain:
    """All sessions, and the operations on them."""

    def __init__(self, start: Object) -> None:
        limits = start.get("limits") or {}
        self.per_request = limits.get("artifactsPerRequest", 50)
        self.active = limits.get("activeSessions", 25)
        self.retention = limits.get("retentionDays", 365) * DAY
        self.resources = limits.get("restorationResources", 10_000)
        self.sessions: dict[str, Session] = {}
        self.order: dict[str, int] = {}
        for document in start.get("sessions") or ():
            self._add(Session(deepcopy(document), declared=True))

    def _add(self, session: Session) -> None:
        session_id = session.stored["id"]
        self.sessions[session_id] = session
        self.order[session_id] = max(self.order.values(), default=0) + 1

    def call(self, method: str, params: Object) -> Json:
        """Perform a call, or raise `Refused` and change nothing."""
        name = re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", method)
        before = deepcopy((self.sessions, self.order))
        try:
            return deepcopy(getattr(self, f"_do_{name}")(deepcopy(params)))
        except Refused:
            self.sessions, self.order = before
            raise

    # The checks that operations share

    def _found(self, params: Object) -> Session:
        session_id = params.get("sessionId")
        if not is_id(session_id):
            raise Refused("InvalidRestoreSessionId")
        if session_id not in self.sessions:
            raise Refused("RestoreSessionNotFound", 404)
        return self.sessions[session_id]

    def _draft(self, params: Object) -> Session:
        session = self._found(params)
        if session.status() != "draft" or session.lacks():
            raise Refused("RestoreSessionActionNotAllowed", 403)
        return session

    def _extendable(self, params: Object) -> Session:
        session = self._draft(params)
        if session.is_bulk():
            raise Refused("RestoreSessionActionNotAllowed", 403)
        return session

    def _bulk_request(self, params: Object) -> tuple[Session, Object]:
        session = self._found(params)
        request_id = params.get("bulkRequestId")
        if not is_id(request_id):
            raise Refused("InvalidBulkRestoreArtifactId")
        for one in session.requests():
            if one["id"] == request_id:
                return session, one
        raise Refused("BulkRestoreArtifactsNotFound", 404)

    # O1, O3, O6

    def _do_create(self, params: Object) -> Json:
        body = params.get("request")
        body = {} if body is None else body
        check_body(body, "", "InvalidArtifactRequest")
        kind, entries = asked(body, "") or (WHOLE, [])
        check_entries(kind, entries)
        if len(entries) > self.per_request:
            raise Refused("RestoreArtifactsLimitBreached", 413)
        check_each(entries)
        check_destinations(entries, [])
        check_duplicates(kind, entries, [])
        document = {
            "id": params["sessionId"],
            "createdBy": params.get("actor"),
            "createdDateTime": params["now"],
            "lastModifiedBy": params.get("actor"),
            "lastModifiedDateTime": params["now"],
            "restoreJobType": "granular" if kind == CHOSEN else "standard",
            "policyId": body.get("policyId"),
            kind: made(entries, params["artifactIds"]),
        }
        session = Session(document, declared=False)
        self._add(session)
        return session.shown()

    def _do_update(self, params: Object) -> Json:
        session, body = self._extendable(params), params.get("request")
        check_body(body, "@delta", "InvalidPatchRequest")
        assert isinstance(body, dict)
        wanted = asked(body, "@delta")
        if wanted is None and "policyId" not in body:
            raise Refused("InvalidArtifactRequest")
        kind, entries = wanted or (session.takes(), [])
        additions = [one for one in entries if "@removed" not in one]
        check_entries(kind, additions)
        check_taken(session, kind, additions)
        if len(entries) > self.per_request:
            raise Refused("RestoreArtifactsLimitBreached")
        staying = {one["id"]: one for one in session.of_kind(kind)}
        gone, failed = set(), {}
        for place, one in enumerate(entries):
            if "@removed" in one:
                if staying.pop(one["id"], None) is None:
                    failed[place] = not_there(one["id"])
                else:
                    gone.add(one["id"])
        check_each(additions)
        check_duplicates(kind, additions, staying.values())
        left = [one for one in session.artifacts() if one["id"] not in gone]
        check_destinations(additions, left)
        new = made(additions, params["artifactIds"])
        policy = body.get("policyId", session.stored.get("policyId"))

        def change() -> None:
            add_and_remove(session, kind, new, gone)
            session.stored["policyId"] = policy

        if new or gone or policy != session.stored.get("policyId"):
            session.change(params["now"], params.get("actor"), change)
        if wanted is None:
            return {}
        arrived = iter(new)
        answers = [
            failed.get(place) if "@removed" in one else next(arrived)
            for place, one in enumerate(entries)
        ]
        return {f"{kind}@delta": [one for one in answers if one is not None]}

    def _do_create_artifact(self, params: Object) -> Json:
        session, entry = self._extendable(params), params.get("request")
        if not isinstance(entry, dict):
            raise Refused("InvalidArtifactRequest")
        check_entries(WHOLE, [entry])
        check_taken(session, WHOLE, [entry])
        check_each([entry])
        check_duplicates(WHOLE, [entry], session.of_kind(WHOLE))
        check_destinations([entry], session.artifacts())
        new = made([entry], [params["artifactId"]])
        session.change(
            params["now"], params.get("actor"), lambda: add_and_remove(session, WHOLE, new, set())
        )
        return new[0]

    # O2

    def _do_get(self, params: Object) -> Json:
        return self._found(params).shown()

    def _do_list(self, params: Object) -> Json:
        sessions = [(self.order[name], one.shown()) for name, one in self.sessions.items()]
        return page(sorted(sessions, key=lambda pair: pair[0]), params)

    def _listed(self, params: Object, name: str) -> Json:
        session = self._found(params)
        entries = session.stored.get(name) or ()
        return page([(session.numbers[name, one["id"]], one) for one in entries], params)

    def _do_list_artifacts(self, params: Object) -> Json:
        return self._listed(params, WHOLE)

    def _do_list_granular_artifacts(self, params: Object) -> Json:
        return self._listed(params, CHOSEN)

    # O4, O5, O8

    def _do_activate(self, params: Object) -> Json:
        session = self._draft(params)
        if not session.artifacts() and not session.has_active_request():
            raise Refused("InvalidArtifactRequest")
        active = [one for one in self.sessions.values() if one.status() in ("activating", "active")]
        if len(active) >= self.active:
            raise Refused("TooManyActiveRestoreSessions", 500)

        def change() -> None:
            session.activated = True
            for one in session.artifacts():
                enter(one, "scheduling")

        session.change(params["now"], params.get("actor"), change)
        return session.shown()

    def _do_delete(self, params: Object) -> Json:
        del self.sessions[self._draft(params).stored["id"]]

    def _do_expire(self, params: Object) -> Json:
        now, gone = instant(params["now"]), []
        for session_id in sorted(self.sessions, key=self.order.__getitem__):
            session = self.sessions[session_id]
            ended = session.completed() or session.stored.get("lastModifiedDateTime")
            is_over = ended is not None and now - instant(ended) > self.retention
            if session.status() in ENDS and is_over:
                gone.append(session_id)
        for session_id in gone:
            del self.sessions[session_id]
        return {"value": gone}

    # O7, O9

    def _do_record(self, params: Object) -> Json:
        reporter, session = reporter_in(params), self._found(params)
        report = params.get("report")
        lacking = deepcopy(session)
        if self._take(lacking, report, reporter):
            session.change(
                report["time"],
                params.get("actor"),
                lambda: session.stored.update(deepcopy(lacking.stored)),
            )
        return session.artifact(report["artifactId"])

    def _do_record_batch(self, params: Object) -> Json:
        reporter, session = reporter_in(params), self._found(params)
        trial, changed, latest = deepcopy(session), [], None
        for report in params["reports"]:
            if self._take(trial, report, reporter):
                if report["artifactId"] not in changed:
                    changed.append(report["artifactId"])
                latest = later(latest, report["time"])
        if latest is not None:
            session.change(
                latest, params.get("actor"), lambda: session.stored.update(deepcopy(trial.stored))
            )
        return {"value": [session.artifact(one) for one in changed]}

    def _take(self, session: Session, report: Json, reporter: str) -> bool:
        """Apply a report to an artifact, and return whether it changed."""
        if not is_report(report):
            raise Refused("InvalidArtifactRequest")
        new = report["status"] if report["status"] in KNOWN else UNKNOWN
        results = {name: report[name] for name in RESULTS if report.get(name) is not None}
        if results and not takes_results(new, reporter):
            raise Refused("InvalidArtifactRequest")
        artifact = session.artifact(report["artifactId"])
        old = None if artifact is None else status_of(artifact)
        error = report.get("error")
        if old != new and not fits(error, new, reporter):
            raise Refused("InvalidArtifactRequest")
        if artifact is None or old is None:
            raise Refused("ArtifactNotFound", 404)
        if old == new:
            return fill_in(artifact, old, results, error)
        has_start = artifact.get("startDateTime") is not None
        if not may_follow(old, new, reporter, has_start=has_start):
            raise Refused("RestoreSessionActionNotAllowed", 403)
        created = session.stored.get("createdDateTime")
        start, end = start_of(artifact, report, new, reporter, created), None
        if new in TERMINAL:
            end = later(start or created, report.get("completionDateTime") or report["time"])
        enter(artifact, new, start, end, error if new == "failed" else None)
        artifact.update(results)
        return True

    # B1, B2

    def _do_create_bulk_request(self, params: Object) -> Json:
        session = self._draft(params)
        is_granular = session.stored.get("restoreJobType") == "granular"
        if session.artifacts() or is_granular or session.requests():
            raise Refused("RestoreSessionActionNotAllowed", 403)
        body = params.get("request")
        if not is_bulk_body(body):
            raise Refused("BulkRestoreInvalidCreateRequest")
        if body.get("destinationType") not in ("new", "inPlace"):
            raise Refused("InvalidPathType")
        addresses, others = ([*(body.get(name) or ())] for name in RESOURCES)
        if len(addresses) + len(others) > self.resources:
            raise Refused("BulkRestoreRestorationResourcesCountExceedsLimit")
        if not all(map(is_address, addresses)):
            raise Refused("BulkRestoreInvalidCreateRequestUserEmail")
        names = (*RESOURCES, "destinationType", "displayName", "protectionTimePeriod")
        request = {
            "id": params["bulkRequestId"],
            "status": "active",
            "createdBy": params.get("actor"),
            "lastModifiedBy": params.get("actor"),
            **{name: body[name] for name in (*names, "restorePointPreference") if name in body},
        }
        if body.get("tags") is not None:
            request["tags"] = ",".join(members_in(body["tags"]))

        def change() -> None:
            session.activated = False
            session.stored[BULK] = [*session.requests(), request]
            session.count(BULK, request["id"])

        session.change(params["now"], params.get("actor"), change)
        for name in ("createdDateTime", "lastModifiedDateTime"):
            request[name] = session.stored["lastModifiedDateTime"]
        return without_resources(request)

    def _do_get_bulk_request(self, params: Object) -> Json:
        return without_resources(self._bulk_request(params)[1])

    def _do_list_bulk_requests(self, params: Object) -> Json:
        found = self._listed(params, BULK)
        return {**found, "value": [without_resources(one) for one in found["value"]]}

    def _do_delete_bulk_request(self, params: Object) -> Json:
        session, request = self._bulk_request(params)
        if request_status(request) not in ("completed", "completedWithErrors"):
            raise Refused("InvalidStateForBulkRequestDeletion", 403)

        def change() -> None:
            session.stored[BULK] = [one for one in session.requests() if one is not request]
            if session.stored.get("restoreJobType") != "bulk" and not session.type_hides_granular():
                session.stored["restoreJobType"] = "bulk"

        session.change(params["now"], params.get("actor"), change)

    # B5

    def _do_resolve_bulk_request(self, params: Object) -> Json:
        session, request = self._bulk_request(params)
        if (
            not session.activated
            or session.lacks()
            or session.status() in ENDS
            or request_status(request) != "active"
        ):
            raise Refused("RestoreSessionActionNotAllowed", 403)
        part = params.get("resolution")
        entries, failures, ended = resolution_in(part, request)
        details = list((request.get("error") or {}).get("details") or ())
        named = [one.get("target") for one in details]
        new_details: list[Object] = []
        for one in failures:
            if one["mailbox"] not in named:
                named.append(one["mailbox"])
                why = one["error"]
                new_details.append(
                    {
                        "code": why.get("code"),
                        "message": why.get("message"),
                        "target": one["mailbox"],
                    }
                )
        asked_for = sum(len(request.get(name) or ()) for name in RESOURCES)
        resolved = len(session.artifacts()) + len(entries) + len(details) + len(new_details)
        if asked_for and resolved > asked_for:
            raise Refused("InvalidArtifactRequest")
        if ended and not resolved:
            raise Refused("InvalidArtifactRequest")
        check_points(entries)
        check_duplicates(WHOLE, entries, session.of_kind(WHOLE))
        if not entries and not new_details and not ended:
            return {"value": []}
        destination = request.get("destinationType")
        if destination is not None and destination not in ("new", "inPlace"):
            destination = UNKNOWN
        new = [
            {**one, "status": "scheduling", "destinationType": destination}
            for one in made(entries, params["artifactIds"])
        ]

        def change() -> None:
            for one in session.artifacts():
                if status_of(one) == "added":
                    enter(one, "scheduling")
            add_and_remove(session, WHOLE, new, set())
            if new_details:
                old = request.get("error")
                codes = [*([] if old is None else [old.get("code")]),
                         *(one["code"] for one in new_details)]  # fmt: skip
                request["error"] = {
                    **({"target": request["id"]} if old is None else old),
                    "code": common(codes),
                    "details": [*details, *new_details],
                }
            if ended:
                has_error = request.get("error") is not None
                request["status"] = "completedWithErrors" if has_error else "completed"
            if params.get("actor") is not None:
                request["lastModifiedBy"] = params["actor"]

        session.change(params["now"], params.get("actor"), change)
        old_time = request.get("lastModifiedDateTime") or request.get("createdDateTime")
        request["lastModifiedDateTime"] = later(old_time, session.stored["lastModifiedDateTime"])
        return {"value": new}


# Reports ------------------------------------------------------------------------------------------


def takes_results(status: str, reporter: str) -> bool:
    return status in ("inProgress", *TERMINAL) or (status == UNKNOWN and reporter == "observer")


def fits(error: Json, status: str, reporter: str) -> bool:
    """Return whether a report of another status may have this error, or none (L5)."""
    if status != "failed":
        return error is None
    return error is not None or reporter == "observer"


def start_of(
    artifact: Object, report: Object, new: str, reporter: str, created: str | None
) -> str | None:
    """Return the start of an artifact that enters a status (L5)."""
    old, own = status_of(artifact), artifact.get("startDateTime")
    if new in ("scheduling", "scheduled"):
        return None
    if own is not None and old not in (*WAITING, "scheduled"):
        return str(own)
    reported = report.get("startDateTime")
    if new in ("inProgress", "succeeded"):
        return later(created, reported or report["time"])
    is_known = reported is not None and (reporter == "observer" or old == "inProgress")
    return later(created, reported) if is_known else None


def fill_in(artifact: Object, status: str, results: Object, error: Json) -> bool:
    """Apply what a report of the same status adds (L3)."""
    news: Object = {}
    if status == "inProgress":
        news = {name: one for name, one in results.items() if artifact.get(name) != one}
    elif status in TERMINAL:
        said = results | ({"error": error} if status == "failed" and error is not None else {})
        news = {name: one for name, one in said.items() if artifact.get(name) is None}
    artifact.update(news)
    return bool(news)


# The bodies of requests ---------------------------------------------------------------------------

ODD_NAMES: Final = (WHOLE, CHOSEN, "granularMailboxRestoreArtifact", BULK)


def check_body(body: Json, suffix: str, malformed: str) -> None:
    """Refuse a malformed body: an object, two lists of objects, and a policy are checked."""
    if not isinstance(body, dict):
        raise Refused(malformed)
    for name in (WHOLE + suffix, CHOSEN + suffix):
        entries = body.get(name)
        if entries is None:
            continue
        if not each(entries, lambda one: isinstance(one, dict)):
            raise Refused(malformed)
        if suffix and not all(is_removal(one) for one in entries if "@removed" in one):
            raise Refused(malformed)
    if "policyId" in body and not is_text(body["policyId"]):
        raise Refused(malformed)


def asked(body: Object, suffix: str) -> tuple[str, list[Object]] | None:
    """Return the kind and the entries of the list that a body has, if it has one."""
    own = [name for name in (WHOLE, CHOSEN) if name + suffix in body]
    odd = {name + end for name in ODD_NAMES for end in ("", "@delta")}
    if (odd - {WHOLE + suffix, CHOSEN + suffix}) & body.keys() or len(own) > 1:
        raise Refused("InvalidArtifactRequest")
    if not own:
        return None
    if not body[own[0] + suffix]:
        raise Refused("InvalidArtifactRequest")
    return own[0], body[own[0] + suffix]


def check_entries(kind: str, entries: Iterable[Object]) -> None:
    for one in entries:
        name = WHOLE_TYPE if kind == WHOLE else GRANULAR_TYPE
        search = one.get("searchResponseId")
        has_search = is_text(search) and search.strip() != ""
        is_right = "searchResponseId" not in one if kind == WHOLE else has_search
        if not is_right or ("@odata.type" in one and not is_type(one["@odata.type"], name)):
            raise Refused("InvalidArtifactRequest")


def check_taken(session: Session, kind: str, additions: list[Object]) -> None:
    other = CHOSEN if kind == WHOLE else WHOLE
    if kind != session.takes() or (additions and session.of_kind(other)):
        raise Refused("InvalidArtifactRequest")


def check_each(entries: list[Object]) -> None:
    if not all(one.get("destinationType") in ("new", "inPlace") for one in entries):
        raise Refused("InvalidPathType")
    check_points(entries)


def check_points(entries: Iterable[Object]) -> None:
    for one in entries:
        point = one.get("restorePoint")
        if not is_restore_point(point) or not is_id(key_of(point)):
            raise Refused("InvalidRestorePoint")


def identity_of(kind: str, artifact: Object) -> tuple[str, ...] | None:
    """Return a key that is equal for artifacts that restore the same; None if there is no key."""
    point, search = artifact.get("restorePoint"), artifact.get("searchResponseId")
    if point is None or (kind == CHOSEN and not search):
        return None
    return (key_of(point), search) if kind == CHOSEN else (key_of(point),)


def check_duplicates(kind: str, entries: Iterable[Object], stored: Iterable[Object]) -> None:
    seen = {identity_of(kind, one) for one in stored}
    for one in entries:
        identity = identity_of(kind, one)
        if identity is not None and identity in seen:
            raise Refused("DuplicateArtifactInList")
        seen.add(identity)


def check_destinations(entries: list[Object], stored: Iterable[Object]) -> None:
    known = [one["destinationType"] for one in (*stored, *entries) if one.get("destinationType")]
    if any(one["destinationType"] != known[0] for one in entries):
        raise Refused("DifferentRestoreDestinationType")


def made(entries: Iterable[Object], ids: Iterable[str]) -> list[Object]:
    """Return the artifacts of these entries, with the next ids."""
    return [
        {
            "id": artifact_id,
            "status": "added",
            "destinationType": one.get("destinationType"),
            "restorePoint": one["restorePoint"],
            **({"searchResponseId": one["searchResponseId"]} if "searchResponseId" in one else {}),
        }
        for artifact_id, one in zip(ids, entries, strict=False)
    ]


def add_and_remove(session: Session, kind: str, new: list[Object], gone: set[str]) -> None:
    for name in (WHOLE, CHOSEN):
        if session.stored.get(name) is not None:
            session.stored[name] = [one for one in session.stored[name] if one["id"] not in gone]
    if new:
        session.stored[kind] = [*(session.stored.get(kind) or ()), *new]
    for one in new:
        session.count(kind, one["id"])


def not_there(artifact_id: str) -> Object:
    problem = {"failedOperation": "remove", "responseCode": 409}
    return {"id": artifact_id, "@Core.DataModificationException": problem}


def reporter_in(params: Object) -> str:
    reporter = params.get("reporter") or "driver"
    if reporter not in ("driver", "observer"):
        raise Refused("InvalidRequest")
    return str(reporter)


def page(numbered: Iterable[tuple[int, Json]], params: Object) -> Object:
    """Return a page: up to `top` entries with a number above that of the token."""
    top, token = params.get("top"), params.get("skipToken")
    if top is not None and (type(top) is not int or top < 1):
        raise Refused("InvalidRequest")
    found = re.fullmatch(r"of-the-model-(\d+)", token) if is_text(token) else None
    if token is not None and found is None:
        raise Refused("InvalidRequest")
    rest = [pair for pair in numbered if found is None or pair[0] > int(found[1])]
    shown = rest if top is None else rest[:top]
    more = len(shown) < len(rest)
    return {
        "value": [one for _, one in shown],
        "skipToken": f"of-the-model-{shown[-1][0]}" if more else None,
    }


# Bulk requests ------------------------------------------------------------------------------------


def members_in(tags: str) -> list[str]:
    return [one.strip() for one in tags.split(",")] if tags else []


def is_period(value: Json) -> bool:
    return has(value, startDateTime=is_time, endDateTime=is_time)


def is_bulk_body(body: Json) -> bool:
    """Return whether a request is anything but BulkRestoreInvalidCreateRequest (B1)."""
    if not has(
        body,
        displayName=is_text,
        destinationType=is_text,
        tags=is_text,
        restorePointPreference=is_text,
        protectionTimePeriod=is_period,
        mailboxes=lambda value: each(value, lambda one: optional(one, is_text)),
        directoryObjectIds=lambda value: each(value, is_text),
    ):
        return False
    if "protectionUnitIds" in body:
        return False
    if "@odata.type" in body and not is_type(body["@odata.type"], BULK_TYPE):
        return False
    if not any(body.get(name) for name in RESOURCES):
        return False
    if not all(one.strip() for one in body.get("directoryObjectIds") or ()):
        return False
    if body.get("restorePointPreference") not in (None, "latest", "oldest"):
        return False
    if not {*members_in(body.get("tags") or "")} <= {"none", "fastRestore"}:
        return False
    period = body.get("protectionTimePeriod") or {}
    start, end = period.get("startDateTime"), period.get("endDateTime")
    return start is None or end is None or instant(start) <= instant(end)


def is_address(value: Json) -> bool:
    if not is_text(value) or value.count("@") != 1 or not is_printable(value):
        return False
    return all(part and not re.search(r"\s", part) for part in value.split("@"))


def without_resources(request: Object) -> Object:
    return {name: value for name, value in request.items() if name not in RESOURCES}


def resolution_in(part: Json, request: Object) -> tuple[list[Object], list[Object], bool]:
    """Return the entries, the failures and the end in a resolution, if it is one (B5)."""

    def is_entry(one: Json) -> bool:
        return isinstance(one, dict)

    def is_failure(one: Json) -> bool:
        return has(one, error=is_error) and is_text(one.get("mailbox"))

    if not has(
        part,
        artifacts=lambda value: each(value, is_entry),
        failures=lambda value: each(value, is_failure),
        ended=is_bool,
    ):
        raise Refused("InvalidArtifactRequest")
    entries, failures = part.get("artifacts") or [], part.get("failures") or []
    check_entries(WHOLE, entries)
    for one in entries:
        if one.get("destinationType") not in (None, request.get("destinationType")):
            raise Refused("InvalidArtifactRequest")
    asked_for = [one for name in RESOURCES for one in request.get(name) or ()]
    for one in failures:
        if one.get("error") is None or not one["mailbox"].strip():
            raise Refused("InvalidArtifactRequest")
        if asked_for and one["mailbox"] not in asked_for:
            raise Refused("InvalidArtifactRequest")
    return entries, failures, bool(part.get("ended"))


def documents(domain: Domain) -> Iterator[Object]:
    """Yield the sessions as they are shown, in the order of their creation."""
    for session_id in sorted(domain.sessions, key=domain.order.__getitem__):
        yield domain.sessions[session_id].shown()
