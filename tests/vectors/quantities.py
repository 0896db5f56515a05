"""Every quantity in a rule, from both sides of its limit and where numbers overflow.

A quantity is a number of artifacts, failures, entries, page entries or days, or a position in a
list. The parts that differ between cases are in tables; the limits are taken from `Limits`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from restore_domain.aggregation import explain
from restore_domain.operations import Limits
from restore_domain.status import ArtifactRestoreStatus
from restore_domain.verification.histories import Call

from .asking import (
    ON_HOLD,
    activate,
    artifact,
    at,
    create,
    create_artifact,
    create_bulk_request,
    delete,
    expire,
    get,
    get_bulk_request,
    list_artifacts,
    list_bulk_requests,
    list_granular_artifacts,
    list_sessions,
    record,
    record_batch,
    removal,
    report,
    resolve_bulk_request,
    update,
)
from .declaring import Declared, Start, Topic, case
from .states import asked, bulk, granular, session, start, stored, undeclared

__all__ = ["QUANTITIES"]

STATUSES: Final = tuple(status.value for status in ArtifactRestoreStatus)

BYTE: Final = (127, 128, 255, 256, 257)
"""Where a counter of eight bits overflows, with a sign and without."""

AFTER_INT32: Final = (2**31 - 1, 2**31, 2**32, 2**32 + 1, 2**53, 2**63, 2**64, 10**30)
"""Where longer counters overflow, and numbers above them all."""

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off


FIRST: Final = 1_001
"""The first number of many, chosen so that they have the same order as numbers and as texts."""


def _ids(number: int, form: str = "a{}") -> list[str]:
    return [form.format(FIRST + place) for place in range(number)]


def _many(number: int, status: str = "added", **others: Any) -> list[dict[str, Any]]:
    """Return this many artifacts in a status, with the properties that it requires."""
    return [stored(artifact_id, status, **others) for artifact_id in _ids(number)]


# The statuses of a session --------------------------------------------------------------------


_TWO_BYTES: Final = ("inProgress", "failed")
"""Statuses of which there are so many that a counter of sixteen bits overflows."""


def _aggregates() -> Iterator[Declared]:
    """Ask for the aggregate of many artifacts in one status, alone and with another one."""
    for status in STATUSES:
        for number in (256, 65_536) if status in _TWO_BYTES else (256,):
            beside = "added" if status == "succeeded" else "succeeded"
            for name, statuses in (
                ("alone", [status] * number),
                (f"beside-{beside}", [*[status] * number, beside]),
            ):
                yield case(f"aggregate/{number}-{status}-{name}",
                    explain(map(ArtifactRestoreStatus, statuses)).rule,
                    f"{number} artifacts that are {status} are counted.",
                    {"method": "aggregate", "params": {"statuses": statuses}})


def _tallies() -> Iterator[Declared]:
    """Let one of many artifacts change, so that the numbers of two statuses cross a limit."""
    for status in ("added", "scheduled", "inProgress", "succeeded", "failed", "paused"):
        for number in (255, 256) if status == "succeeded" else (256,):
            yield case(f"tally/{number}-{status}", "S5",
                f"One more artifact ends in a session with {number} artifacts that are {status}.",
                start(undeclared(*_many(number, status), stored("x", "inProgress"))),
                record(report("succeeded", "x")), get())
    for status in ("succeeded", "failed"):
        yield case(f"tally/{status}-beside-256-inProgress", "S5",
            f"One of 257 artifacts is {status}, and the others are in progress.",
            start(undeclared(*_many(257, "inProgress"))), record(report(status, _ids(257)[-1])),
            list_sessions())
    yield case("tally/256-leave", "S5", "The last artifacts of a session are removed.",
        start(undeclared(*_many(257), stored("x", "added")), limits={"artifactsPerRequest": 257}),
        update(*map(removal, _ids(256))), get())
    yield case("tally/activate-257", "O4", "All artifacts of a session are activated.",
        start(undeclared(*_many(257))), activate(), get())
    yield case("tally/batch-257", "O7", "A batch may report all artifacts of a session.",
        start(undeclared(*_many(257, "inProgress"))),
        record_batch(*(report("succeeded", each) for each in _ids(257))), get())


# Values that have a part for each artifact ----------------------------------------------------


_GONE: Final = {"code": "ArtifactNotFound"}
_FAILURE: Final = {"code": "ArtifactNotFound", "message": "none"}


def _failing(number: int, last: Any) -> Declared:
    return case(f"details/{number}-{last.get('code', 'none')}", "S4",
        f"The error of a session has a detail for each of {number} failures, and their code.",
        start(undeclared(*_many(number - 1, "failed"), stored("x", "inProgress"))),
        record(report("failed", "x", error=last)), get())


def _details() -> Iterator[Declared]:
    yield from (_failing(number, ON_HOLD) for number in (2, 3, 100, 101, 128, 256, 257, 1_001))
    yield from (_failing(number, _GONE) for number in (3, 100, 101, 257))
    for place in (1, 2, 50, 257):
        errors = [_GONE if place == each else ON_HOLD for each in range(1, 258)]
        failures = [
            stored(each, "failed", error=error)
            for each, error in zip(_ids(257), errors, strict=True)
        ]
        yield case(f"details/other-code-in-place-{place}", "S4",
            "One of many failures has another code, at any place.",
            start(undeclared(*failures, stored("x", "inProgress"))),
            record(report("succeeded", "x")), get())
    for number in (100, 101, 257):
        mailboxes = _ids(number, "m{}@example.com")
        failures = [{"mailbox": mailbox, "error": _FAILURE} for mailbox in mailboxes]
        yield case(f"details/of-a-bulk-request-{number}", "B5",
            f"The error of a bulk request has a detail for each of {number} mailboxes.",
            start(bulk(asked("b1", "active", mailboxes=mailboxes), status="activating")),
            resolve_bulk_request({"failures": failures, "ended": True}), get_bulk_request(), get())


def _findings() -> Iterator[Declared]:
    for number in (101, 257):
        yield case(f"findings/{number}", "L5",
            f"An audit finds all {number} contradictions.",
            {"method": "audit", "params": {"session": undeclared(
                *_many(number, "inProgress", startDateTime=None))}})
    for number in (3, 4, 101):
        point = {"id": "p1"}
        yield case(f"findings/same-point-{number}", "O1",
            "An audit finds each artifact whose restore point is that of an earlier artifact.",
            {"method": "audit", "params": {"session": undeclared(
                *_many(number, restorePoint=point), granularMailboxRestoreArtifacts=[
                    granular(each, "paused", restorePoint=point)
                    for each in _ids(number, "g{}")])}})
    big = 2**31 - 1
    for name, count in (
        ("wraps-to-nought", {"total": 0, "inProgress": big, "completed": big, "failed": 2}),
        ("wraps-below-nought", {"total": 5, "inProgress": big, "completed": 1}),
        ("wraps-to-the-total", {"total": 7, "inProgress": big, "completed": big, "failed": 9}),
        ("exactly", {"total": big, "inProgress": big - 2, "completed": 1, "failed": 1}),
        ("one-more", {"total": big, "inProgress": big - 1, "completed": 1, "failed": 1}),
    ):
        yield case(f"findings/sum/{name}", "S5",
            "The sum of the parts is compared with the total, regardless of its size.",
            {"method": "audit",
             "params": {"session": {"id": "s1", "restoreSessionArtifactCount": count}}})
    for name, least in (("total", -1), ("inProgress", -(2**31)), ("failed", -1)):
        yield case(f"findings/below-nought/{name}", "S5", "A number must not be negative.",
            {"method": "audit",
             "params": {"session": {"id": "s1", "restoreSessionArtifactCount": {name: least}}}})


# Limits ---------------------------------------------------------------------------------------


def _points(number: int, **others: Any) -> list[dict[str, Any]]:
    return [artifact(each, **others) for each in _ids(number, "p{}")]


def _created(number: int) -> Call:
    return create(*_points(number), ids=_ids(number))


def _granular(number: int) -> Call:
    entries = _points(number, searchResponseId="q")
    return create(request={"granularMailboxRestoreArtifacts": entries},
        ids=_ids(number, "g{}"))


def _added(number: int) -> Call:
    return update(*_points(number), ids=_ids(number))


def _removed_and_added(number: int) -> Call:
    return update(*map(removal, _ids(number - 1)), artifact("p1"))


def _asked_for(number: int) -> Call:
    mailboxes = _ids(number - 1, "m{}@example.com")
    return create_bulk_request(
        {"mailboxes": mailboxes, "directoryObjectIds": ["d1"], "destinationType": "new"})


def _asked_twice(number: int) -> Call:
    return create_bulk_request(
        {"mailboxes": ["ada@example.com"] * number, "destinationType": "new"})


_EMPTY: Final = undeclared()


def _active(number: int) -> list[dict[str, Any]]:
    """Return this many active sessions."""
    running = {"id": "a", "status": "scheduled"}
    return [undeclared(running, session_id=each) for each in _ids(number, "x{}")]


_LIMITED: Final[tuple[tuple[str, str, str, Callable[[int], tuple[Any, ...]]], ...]] = (
    ("artifactsPerRequest", "create", "O1", lambda n: ((), _created(n))),
    ("artifactsPerRequest", "create-granular", "O1", lambda n: ((), _granular(n))),
    ("artifactsPerRequest", "update", "O3", lambda n: ((_EMPTY,), _added(n))),
    ("artifactsPerRequest", "update-removing", "O3", lambda n: ((_EMPTY,), _removed_and_added(n))),
    ("restorationResources", "different", "B1", lambda n: ((_EMPTY,), _asked_for(n))),
    ("restorationResources", "repeated", "B1", lambda n: ((_EMPTY,), _asked_twice(n))),
    ("activeSessions", "activate", "O4",
     lambda n: ((*_active(n - 1), undeclared(stored("a1", "added"))), activate())),
)
"""What a limit applies to: its name, the object, the rule, and the calls for a given number."""

DEFAULTS: Final[Mapping[str, int]] = {
    "artifactsPerRequest": Limits().artifacts_per_request,
    "restorationResources": Limits().restoration_resources,
    "activeSessions": Limits().active_sessions,
}


def _limits() -> Iterator[Declared]:
    """Ask for as many as a limit allows, and one more, with the default and with chosen limits."""
    for limit, name, rule, asking in _LIMITED:
        default = DEFAULTS[limit]
        near = (1, 2, default - 1, default + 1) if default < 1_000 else (1, default + 1)
        for chosen in (None, *near, *((128, 256) if default < 1_000 else (256,))):
            for more in (0, 1):
                number = (default if chosen is None else chosen) + more
                sessions, call = asking(number)
                words = "as many as the limit allows" if not more else "one more than it allows"
                yield case(f"limit/{limit}/{name}/{chosen or 'default'}-{number}", rule,
                    f"There are {words}.",
                    start(*sessions, limits=None if chosen is None else {limit: chosen}),
                    call, list_sessions(1))
        sessions, call = asking(default + 1)
        yield case(f"limit/{limit}/{name}/2147483647-{default + 1}", rule,
            "A limit may be the greatest number of 32 bits.",
            start(*sessions, limits={limit: 2**31 - 1}), call, list_sessions(1))


# A number of days -----------------------------------------------------------------------------

_DAYS: Final = (1, *BYTE, 364, 366, 24_855, 24_856, 32_767, 32_768, 49_710, 49_711, 65_536,
    106_751, 106_752, 1_000_000)
"""How long a session may be kept; 2^31 and 2^32 seconds end after 24,855 and 49,710 days, and 2^63
nanoseconds after 106,751.
"""


def _days() -> Iterator[Declared]:
    for days in _DAYS:
        day = date(2026, 1, 5) + timedelta(days)
        yield case(f"days/{days}", "O8",
            f"A session with a retention of {days} days stays for this time, and is then removed.",
            start(session(stored("a1", "succeeded")), limits={"retentionDays": days}),
            expire(f"{day}T09:30:00Z"), expire(f"{day}T09:30:00.0000001Z"))
    for days in (10_000_000, 999_999_999):
        yield case(f"days/{days}", "O8", "A session with a very long retention stays.",
            start(session(stored("a1", "succeeded")), limits={"retentionDays": days}),
            expire("9999-12-31T23:59:59Z"), list_sessions())
    for number in (101, 257):
        yield case(f"days/sessions-{number}", "O8",
            "All sessions whose retention has ended are removed.",
            start(*(session(stored("a1", "succeeded"), session_id=f"s{place}")
                for place in range(1, number + 1))),
            expire("2028-01-01T00:00:00Z"), list_sessions())


# Pages ----------------------------------------------------------------------------------------

_LISTS: Final[Mapping[str, tuple[str, Callable[[int], Start], Callable[..., Call]]]] = {
    "list": ("O2", lambda n: start(*({"id": f"s{place}"} for place in range(1, n + 1))),
        list_sessions),
    "listArtifacts": ("O2", lambda n: start(undeclared(*_many(n))),
        lambda top=None, *, after=None: list_artifacts("s1", top, after=after)),
    "listGranularArtifacts": ("O2",
        lambda n: start(undeclared(granularMailboxRestoreArtifacts=[
            granular(f"g{place}", "added") for place in range(1, n + 1)])),
        lambda top=None, *, after=None: list_granular_artifacts("s1", top, after=after)),
    "listBulkRequests": ("B2",
        lambda n: start(bulk(*(asked(f"b{place}", "active") for place in range(1, n + 1)))),
        lambda top=None, *, after=None: list_bulk_requests("s1", top, after=after)),
}
"""What is listed: the rule, the initial number of entries, and the call."""

_NO_SIZES: Final[tuple[Any, ...]] = (0, -1, -(2**31), -(2**63), -(10**30), 0.0, 1.0, 1.5,
    True, "1", "", [], {})


def _pages() -> Iterator[Declared]:
    for name, (rule, having, asking) in _LISTS.items():
        for size in AFTER_INT32:
            yield case(f"page/{name}/of-{size}", rule, "A page may have any size.",
                having(3), asking(size), asking(1), asking(size, after=1))
        for size in (9, 10, 99, 100, 255, 256):
            yield case(f"page/{name}/after-{size}", rule,
                f"A page continues after {size} entries, with one or several more.",
                having(size + 2), asking(size), asking(1, after=0), asking(after=0),
                asking(1, after=1))
        for wrong in _NO_SIZES:
            yield case(f"page/{name}/no-size-{wrong!r}", rule,
                "A page size is a whole number of at least 1, without a fraction.",
                having(2), {"method": name, "params": asking(1)["params"] | {"top": wrong}})
        yield case(f"page/{name}/null", rule,
            "A null page size or token is the same as a missing one.",
            having(2), {"method": name,
                "params": asking(1)["params"] | {"top": None, "skipToken": None}})
    for name, entries in (("listArtifacts", 1_001), ("list", 1_001)):
        rule, having, asking = _LISTS[name]
        yield case(f"page/{name}/after-{entries - 1}-of-{entries}", rule,
            "A page may be long.", having(entries), asking(entries - 1), asking(after=0))


def _tokens() -> Iterator[Declared]:
    """Remove the last entries after a page, and add others."""
    three = _many(3)
    yield from (
        case("token/artifacts/last-removed", "O2",
            "The last artifacts are removed, and another one is added: it was on no page.",
            start(undeclared(*three)), list_artifacts("s1", 2), update(removal("a2"),
                removal("a3")), create_artifact(artifact("p9")), list_artifacts("s1", after=0)),
        case("token/artifacts/all-removed", "O2",
            "All artifacts are removed, and others are added: they were on no page.",
            start(undeclared(*three)), list_artifacts("s1", 2),
            update(*(removal(f"a{place}") for place in (1, 2, 3)), artifact("p7"), artifact("p8"),
                artifact("p9")), list_artifacts("s1", 2, after=0),
            list_artifacts("s1", 2, after=2)),
        case("token/artifacts/made-again", "O2",
            "An artifact that was on a page is removed and added again: it is another artifact.",
            start(undeclared(*three)), list_artifacts("s1", 2), update(removal("a1")),
            create_artifact(artifact("p9"), artifact_id="a1"), list_artifacts("s1", after=0)),
        case("token/granular/last-removed", "O2",
            "The last granular artifacts are removed, and another one is added: it was on no page.",
            start(undeclared(restoreJobType="granular", granularMailboxRestoreArtifacts=[
                granular(f"g{place}", "added") for place in (1, 2, 3)])),
            list_granular_artifacts("s1", 2),
            update(request={"granularMailboxRestoreArtifacts@delta": [removal("g2"), removal("g3"),
                artifact("p9", searchResponseId="q")]}),
            list_granular_artifacts("s1", after=0)),
        case("token/sessions/last-deleted", "O2",
            "The last session is deleted, and others are created: they were on no page.",
            start(undeclared(), undeclared(session_id="s2")), list_sessions(1), delete("s2"),
            create(request={}, session="s3", ids=[]), list_sessions(after=0)),
        case("token/sessions/all-deleted", "O2",
            "All sessions are deleted, and another one is created: it was on no page.",
            start(undeclared(), undeclared(session_id="s2")), list_sessions(1), delete("s1"),
            delete("s2"), create(request={}, session="s1", ids=[]), list_sessions(after=0)),
        case("token/sessions/last-expired", "O2",
            "The last sessions expire, and another one is created: it was on no page.",
            start(*(session(stored("a1", "succeeded"), session_id=f"s{place}")
                for place in (1, 2, 3))), list_sessions(2), expire("2028-01-01T00:00:00Z"),
            create(request={}, session="s9", ids=[]), list_sessions(after=0)),
        case("token/requests/deleted", "B2",
            "A bulk request of a page is deleted, and the next page is the same.",
            start(bulk(asked("b1", "completed"), asked("b2", "completed"), asked("b3", "active"))),
            list_bulk_requests("s1", 2),
            {"method": "deleteBulkRequest",
             "params": {"sessionId": "s1", "bulkRequestId": "b2", "now": at(60)}},
            list_bulk_requests("s1", after=0)),
    )


# Times ----------------------------------------------------------------------------------------

_IN_ORDER: Final = (
    ("before-the-first-year", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z"),
    ("1677", "1677-09-21T00:12:43Z", "1677-09-21T00:12:44Z"),
    ("before-1970", "1969-12-31T23:59:59.3Z", "1969-12-31T23:59:59.5Z"),
    ("1970", "1969-12-31T23:59:59.9Z", "1970-01-01T00:00:00Z"),
    ("2001", "2001-09-09T01:46:39Z", "2001-09-09T01:46:40Z"),
    ("2038", "2038-01-19T03:14:07Z", "2038-01-19T03:14:08Z"),
    ("2106", "2106-02-07T06:28:15Z", "2106-02-07T06:28:16Z"),
    ("2262", "2262-04-11T23:47:16Z", "2262-04-11T23:47:17Z"),
    ("9999", "9999-12-31T23:59:58Z", "9999-12-31T23:59:59Z"),
    ("beyond-9999", "9999-12-31T23:59:59.9Z", "9999-12-31T23:59:59.9-12:00"),
    ("beyond-9999-by-a-minute", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-00:01"),
    ("leap-day", "2028-02-29T23:59:59Z", "2028-03-01T00:00:00Z"),
    ("century", "2100-02-28T23:59:59Z", "2100-03-01T00:00:00Z"),
    ("no-seconds", "2026-01-05T09:00Z", "2026-01-05T09:00:00.1Z"),
    ("one-digit", "2026-01-05T09:00:00.49Z", "2026-01-05T09:00:00.5Z"),
    ("two-digits", "2026-01-05T09:00:00.09Z", "2026-01-05T09:00:00.1Z"),
    ("seven-digits", "2026-01-05T09:00:00.1234567Z", "2026-01-05T09:00:00.1234568Z"),
    ("nine-digits", "2026-01-05T09:00:00.123456789Z", "2026-01-05T09:00:00.12345679Z"),
    ("ten-digits", "2026-01-05T09:00:00.1234567891Z", "2026-01-05T09:00:00.1234567892Z"),
    ("twelve-digits", "2026-01-05T09:00:00.123456789012Z", "2026-01-05T09:00:00.123456789013Z"),
    ("offset-of-minutes", "2026-01-05T09:00:00+00:01", "2026-01-05T09:00:00-00:00"),
    ("offset-of-a-day", "2026-01-05T23:58:00+23:59", "2026-01-05T00:00:00Z"),
    ("offset-of-a-day-west", "2026-01-04T00:01:00-23:58", "2026-01-04T00:01:00-23:59"),
    ("offset-of-nepal", "2026-01-05T09:00:00+05:46", "2026-01-05T09:00:00+05:45"),
    ("offsets-of-hours", "2026-01-05T10:00:00+02:00", "2026-01-05T09:30:00+01:00"),
)
"""Pairs of times of which the first is before the second."""


def _times() -> Iterator[Declared]:
    """Compare two times in each rule that compares times."""
    for name, first, second in _IN_ORDER:
        for order, one, other in (("first", first, second), ("second", second, first)):
            yield case(f"time/{name}/{order}", "S3",
                "Times are compared as instants, with all their digits.",
                start(undeclared(stored("a1", "succeeded", completionDateTime=one),
                    stored("a2", "succeeded", completionDateTime=other), stored("a3", "succeeded",
                        completionDateTime=first), stored("a4", "inProgress",
                        startDateTime=None), createdDateTime=None, lastModifiedDateTime=one)),
                {"method": "audit", "params": {"session": {"id": "s1", "createdDateTime": one,
                    "lastModifiedDateTime": other, "mailboxRestoreArtifacts": [
                        stored("a1", "succeeded", startDateTime=one, completionDateTime=other)]}}},
                record(report("succeeded", "a4", startDateTime=one, time=other)), get())
        yield case(f"time/{name}/kept", "O8",
            "The end of a session's retention is exact to the instant.",
            start(session(stored("a1", "succeeded", completionDateTime=first)),
                limits={"retentionDays": 0}), expire(first), expire(second))


QUANTITIES: Final = Topic(
    "quantities",
    "Numbers, places, lengths and times where a program may count wrongly",
    (
        *_aggregates(),
        *_tallies(),
        *_details(),
        *_findings(),
        *_limits(),
        *_days(),
        *_pages(),
        *_tokens(),
        *_times(),
    ),
)
"""The cases of what is counted and compared."""
