"""Bulk requests: creating, getting, listing and deleting them (rules B1 and B2)."""

from __future__ import annotations

from typing import Any, Final

from .asking import (
    ADA,
    BOB,
    NOT_WHITE_SPACE,
    activate,
    at,
    bulk_request,
    create,
    create_bulk_request,
    delete_bulk_request,
    get,
    get_bulk_request,
    list_bulk_requests,
    resolve_bulk_request,
    without,
)
from .declaring import Declared, case, cases
from .refused_sessions import of_bad_bulk_ids, of_bad_ids, of_no_drafts
from .states import (
    REQUESTS,
    asked,
    bulk,
    given,
    odata,
    of_both_kinds,
    session,
    start,
    stored,
    undeclared,
)

__all__ = ["BULK_REQUESTS"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

_EMPTY: Final = create(request={})
_ASKED: Final = create_bulk_request(bulk_request("ada@example.com", "bob@example.com"))
_BY_IDS: Final[dict[str, Any]] = {"directoryObjectIds": ["d1", "d2"], "destinationType": "new"}

_GOOD: Final = bulk_request("ada@example.com")
TYPE: Final = "microsoft.graph.mailboxRestoreArtifactsBulkAdditionRequest"

# What is accepted --------------------------------------------------------------------------------

_FULL: Final[dict[str, Any]] = {
    "displayName": "Everybody on the third floor",  # codespell:ignore floor
    "mailboxes": ["ada@example.com"],
    "directoryObjectIds": ["d1", "d2"],
    "protectionTimePeriod": {
        "startDateTime": "2025-12-01T00:00:00.1234567Z", "endDateTime": "2025-12-31T23:59:59+02:00",
    },
    "destinationType": "new",
    "tags": "fastRestore",
    "restorePointPreference": "oldest",
}
"""A request with all properties that a client may send."""

_PERIOD: Final = "protectionTimePeriod"

_ACCEPTED: Final[tuple[tuple[str, Any, str], ...]] = (
    ("mailboxes", bulk_request("ada@example.com"), "Mailboxes can be given by their addresses."),
    ("directory-objects", _BY_IDS, "Mailboxes can be given by the ids of directory objects."),
    ("both", bulk_request("ada@example.com", directoryObjectIds=["d1"]),
     "Mailboxes can be given in both ways."),
    ("in-full", _FULL, "All properties of the request are kept."),
    ("mailboxes-empty", {**_BY_IDS, "mailboxes": []},
     "The list of mailboxes may be empty if there are directory objects."),
    ("ids-empty", bulk_request("ada@example.com", directoryObjectIds=[]),
     "The list of directory objects may be empty if there are mailboxes."),
    ("twice", bulk_request("ada@example.com", "ada@example.com"), "A mailbox may be given twice."),
    *(
        (f"id-{way}", {**_BY_IDS, "directoryObjectIds": [text]},
         f"The id of a directory object is a {words}, which is not white space.")
        for way, text, words in (*NOT_WHITE_SPACE, ("unassigned", "\u1fff", "character to come"))
    ),
    ("blanks-around-an-id", {**_BY_IDS, "directoryObjectIds": [" d1 "]},
     "Spaces around the id of a directory object are part of the id."),
    ("name-empty", bulk_request("ada@example.com", displayName=""),
     "The display name may be empty."),
    *(
        (f"preference-{text}", bulk_request("ada@example.com", restorePointPreference=text),
         f"The {text} restore point may be preferred.")
        for text in ("latest", "oldest")
    ),
    *(
        (f"tags-{name}", bulk_request("ada@example.com", tags=tags),
         "A request may have any number of tags.")
        for name, tags in (("none", "none"), ("fastRestore", "fastRestore"), ("empty", ""),
            ("two", "none,fastRestore"), ("spaces", "none , fastRestore "))
    ),
    *(
        (f"period-{name}", bulk_request("ada@example.com", protectionTimePeriod=period), words)
        for name, period, words in (
            ("empty", {}, "A period may have neither start nor end."),
            ("start", {"startDateTime": at(0)}, "A period may have no end."),
            ("end", {"endDateTime": at(0)}, "A period may have no start."),
            ("nulls", {"startDateTime": None, "endDateTime": None},
             "The start and the end of a period may be null."),
            ("moment", {"startDateTime": at(0), "endDateTime": at(0)},
             "A period may be a single moment."),
            ("same-moment", {"startDateTime": "2026-01-05T10:00:00+01:00", "endDateTime": at(0)},
             "Times are compared as moments, not by their spelling."),
        )
    ),
    *(
        (f"{name}-null", bulk_request("ada@example.com") | {name: None},
         f"A null {name} is the same as a missing one.")
        for name in (
            "displayName", "directoryObjectIds", _PERIOD, "tags", "restorePointPreference",
        )
    ),
    ("mailboxes-null", {**_BY_IDS, "mailboxes": None},
     "Null mailboxes are the same as missing ones."),
    ("other-properties", bulk_request("ada@example.com", colour="red"),
     "Other properties of a request are ignored."),
    ("period-with-more", bulk_request("ada@example.com", protectionTimePeriod={
        "startDateTime": at(0), "zone": "CET", "endDateTime": None}),
     "Other properties of a period are kept."),
    *(
        (f"type-{name}", _GOOD | {"@odata.type": text}, "The request may include its type.")
        for name, text in (("plain", f"#{TYPE}"), ("without-number-sign", TYPE),
            ("other-case", f"#{TYPE.upper()}"))
    ),
    ("what-the-service-says",
     bulk_request("ada@example.com", id="mine", status="completed", createdDateTime=at(-90),
         createdBy=BOB, error={"code": "mine"}),
     "Properties that only the service sets are ignored in a request."),
    *(
        (f"email-{name}", bulk_request(address), "The address is unusual, but valid.")
        for name, address in (
            ("short", "a@b"),
            ("plus", "ada+restore@example.com"),
            ("upper-case", "Ada.Lovelace@EXAMPLE.COM"),
            ("quoted", '"ada"@example.com'),
            ("beyond-ascii", "\u00fcnal@b\u00fccher.example"),
            ("dots", "..@.."),
        )
    ),
)
"""Requests that are accepted: a name, the request, and the reason."""

_CREATED: Final = (
    *(
        case(f"create/{name}", "B1", description, _EMPTY, create_bulk_request(request), get())
        for name, request, description in _ACCEPTED
    ),
    *cases("B1", "create/",
        ("by-somebody", "The request and the session show who created the request.",
         create(request={}, actor=ADA), create_bulk_request(bulk_request("ada@example.com"),
             actor=BOB), get()),
        ("by-nobody", "If no actor is given, the session keeps the actor of its last change.",
         create(request={}, actor=ADA), _ASKED, get()),
        ("earlier", "The session's time does not go back, but the request has the given time.",
         create(request={}, now=at(30)), _ASKED, get()),
        ("policy", "The policy of the session stays the same.",
         create(request={"policyId": "policy-1"}), _ASKED, get()),
        ("in-two-sessions",
         "Each session has its own requests, and the same ids can be used in several sessions.",
         _EMPTY, create(request={}, session="s2"), _ASKED,
         create_bulk_request(_BY_IDS, session="s2"), list_bulk_requests("s2")),
        ("of-no-type", "A session that was read may lack its type.",
         start(undeclared()), _ASKED, get()),
        ("of-an-unknown-type", "An unknown session type is replaced if nothing is missing.",
         start(undeclared(restoreJobType="urgent", granularMailboxRestoreArtifacts=[])),
         _ASKED, get()),
        *(
            (f"of-an-empty-draft-that-declares-{status}",
             "A draft gets the request, regardless of the status that it declares.",
             start(undeclared(status=status)), _ASKED, get(),
             resolve_bulk_request({"artifacts": [{"restorePoint": {"id": "p1"}}]}), activate())
            for status in ("draft", "activating", "unknownFutureValue", "paused", "completed")
        ),
        ("of-no-collection", "If the collection of requests was null, it exists afterwards.",
         start(undeclared(mailboxRestoreArtifactsBulkAdditionRequests=None)), _ASKED, get()),
        ("count", "The declared number of requests is dropped.",
         start(undeclared(mailboxRestoreArtifactsBulkAdditionRequests=[], status="draft",
             **odata(REQUESTS, count=0))), _ASKED, get()),
    ),
)

# What is refused ---------------------------------------------------------------------------------

NOT_ALLOWED: Final = "RestoreSessionActionNotAllowed"
INVALID: Final = "BulkRestoreInvalidCreateRequest"
EXCEEDS: Final = "BulkRestoreRestorationResourcesCountExceedsLimit"
EMAIL: Final = "BulkRestoreInvalidCreateRequestUserEmail"

_CHOSEN: Final[dict[str, Any]] = {
    "granularMailboxRestoreArtifacts": [
        {"restorePoint": {"id": "p1"}, "destinationType": "new", "searchResponseId": "q1"},
    ],
}

_NOT_ALLOWED: Final = (
    *of_no_drafts("B1", _ASKED, prefix="create/"),
    *cases("B1", f"create/{NOT_ALLOWED}/",
        ("artifacts", "A session with artifacts can not get a bulk request.",
         given("added"), _ASKED, get()),
        ("granular", "A granular session can not get a bulk request.",
         create(request=_CHOSEN, ids=["a1"]), _ASKED, get()),
        ("granular-and-empty", "An empty session of the granular type can not get a bulk request.",
         start(session(restoreJobType="granular", granularMailboxRestoreArtifacts=[])),
         _ASKED, get()),
        ("both-kinds", "A session with both kinds of artifacts can not get a bulk request.",
         start(of_both_kinds(["added"], ["added"])), _ASKED, get()),
        ("another", "A session can have only one bulk request.",
         _EMPTY, _ASKED, create_bulk_request(_BY_IDS, request_id="b2"), get()),
        *(
            (f"another-{status}",
             "A session can have only one bulk request, even if that one has ended.",
             start(bulk(asked("b2", status))), _ASKED, get())
            for status in ("active", "completed", "completedWithErrors", "unknown")
        ),
        ("activated", "A session that was activated can not get a bulk request.",
         _EMPTY, _ASKED, activate(), create_bulk_request(_BY_IDS, request_id="b2"), get()),
        ("lacks-artifacts", "A session with missing artifacts can not get a bulk request.",
         start(undeclared(status="draft", **odata("mailboxRestoreArtifacts", count=1))),
         _ASKED, get()),
        ("bulk-that-lost-its-request", "A bulk session without a request can not get another one.",
         start(bulk()), _ASKED, get()),
    ),
)

_WRONG_KINDS: Final[tuple[tuple[str, Any], ...]] = (
    ("true", True), ("a-number", 5), ("an-object", {"id": "x"}), ("an-array", [["x"]]),
)

_INVALID: Final[tuple[tuple[str, Any, str], ...]] = (
    ("null", None, "The request is null."),
    ("a-text", "ada@example.com", "The request is a text."),
    ("a-number", 5, "The request is a number."),
    ("an-array", [_GOOD], "The request is an array."),
    ("true", True, "The request is the boolean true."),
    ("nothing-asked-for", {"destinationType": "new"}, "The request names no mailboxes."),
    ("empty", {}, "The request is empty."),
    ("mailboxes-empty", bulk_request(), "The request has an empty list of mailboxes."),
    ("ids-empty", {**_BY_IDS, "directoryObjectIds": []},
     "The request has an empty list of directory objects."),
    ("both-empty", bulk_request(directoryObjectIds=[]), "Both lists of the request are empty."),
    ("both-null", {"mailboxes": None, "directoryObjectIds": None, "destinationType": "new"},
     "Both lists of the request are null."),
    *(
        (f"{name}-{kind}", {**_GOOD, name: value}, f"{name} has the wrong type.")
        for name in ("displayName", "tags", "restorePointPreference", "destinationType")
        for kind, value in _WRONG_KINDS
    ),
    *(
        (f"{name}-{kind}", {**_GOOD, _PERIOD: None, "directoryObjectIds": ["d1"], name: value},
         f"{name} has the wrong type.")
        for name in ("mailboxes", "directoryObjectIds", _PERIOD)
        for kind, value in (("a-text", "x"), *_WRONG_KINDS)
        if (name, kind) != (_PERIOD, "an-object")
    ),
    *(
        (f"{name}-with-{kind}", {**_GOOD, name: [good, value]},
         f"An entry of {name} is not a text.")
        for name, good in (("mailboxes", "ada@example.com"), ("directoryObjectIds", "d1"))
        for kind, value in _WRONG_KINDS
    ),
    *(
        (f"directoryObjectId-{kind}", {**_BY_IDS, "directoryObjectIds": ["d1", value]},
         f"The id of a directory object is {words}.")
        for kind, value, words in (("null", None, "null"), ("empty", "", "the empty text"),
            ("blank", " \t", "blank"), ("no-break-space", "\u00a0", "blank"),
            ("en-quad", "\u2000", "blank"), ("hair-space", "\u200a", "blank"),
            ("next-line", "\u0085", "white space"))
    ),
    *(
        (f"preference-{kind}", {**_GOOD, "restorePointPreference": text},
         "The preference is unknown.")
        for kind, text in (("unknown", "newest"), ("sentinel", "unknownFutureValue"), ("empty", ""),
            ("other-case", "Latest"), ("spaces", " latest"))
    ),
    *(
        (f"tags-{kind}", {**_GOOD, "tags": text}, "The tag is unknown.")
        for kind, text in (("unknown", "slowRestore"), ("sentinel", "unknownFutureValue"),
            ("other-case", "None"), ("one-of-two", "fastRestore,slowRestore"),
            ("comma", "fastRestore,"), ("blank", " "),
            *((way, f"fastRestore{text}") for way, text, _ in NOT_WHITE_SPACE))
    ),
    *(
        (f"type-{kind}", _GOOD | {"@odata.type": value}, "The type is not that of a bulk request.")
        for kind, value in (("of-sites", TYPE.replace("mailbox", "site")), ("null", None),
            ("of-whole-artifacts", "#microsoft.graph.mailboxRestoreArtifact"), ("empty", ""),
            ("a-number", 5), ("two-signs", f"##{TYPE}"))
    ),
    *(
        (f"protectionUnitIds-{kind}", {**_GOOD, "protectionUnitIds": value},
         "A service can not create requests with protectionUnitIds.")
        for kind, value in (("given", ["u1"]), ("empty", []), ("a-text", "u1"), ("null", None))
    ),
    *(
        (f"period-{kind}", {**_GOOD, _PERIOD: period}, words)
        for kind, period, words in (
            ("ends-before-it-starts", {"startDateTime": at(1), "endDateTime": at(0)},
             "The period ends before it starts."),
            ("ends-just-before",
             {"startDateTime": "2026-01-05T09:00:00.0000001Z", "endDateTime": at(0)},
             "The end is before the start only in the last digit."),
            ("ends-before-in-another-zone",
             {"startDateTime": "2026-01-05T09:00:00Z", "endDateTime": "2026-01-05T09:30:00+01:00"},
             "Times are compared as moments, not by their spelling."),
            ("start-no-time", {"startDateTime": "yesterday"},
             "The start of the period is not a timestamp."),
            ("start-without-offset", {"startDateTime": "2026-01-05T09:00:00"},
             "The start of the period has no offset."),
            ("end-a-number", {"endDateTime": 5}, "The end of the period is a number."),
        )
    ),
)
"""Requests that are refused: a name, the request, and the error."""

_PATH_TYPES: Final[tuple[tuple[str, Any, str], ...]] = (
    ("null", {**_GOOD, "destinationType": None}, "null"),
    ("missing", {"mailboxes": ["ada@example.com"]}, "missing"),
    ("unknown", bulk_request("ada@example.com", destination="elsewhere"), "neither"),
    ("sentinel", bulk_request("ada@example.com", destination="unknownFutureValue"), "unknown"),
    ("other-case", bulk_request("ada@example.com", destination="inplace"), "inplace"),
    ("empty", bulk_request("ada@example.com", destination=""), "the empty text"),
)

_EMAILS: Final[tuple[tuple[str, Any], ...]] = (
    ("null", None),
    ("empty", ""),
    ("blank", "  "),
    ("no-sign", "ada.example.com"),
    ("two-signs", "ada@example@com"),
    ("signs-together", "ada@@example.com"),
    ("nothing-before", "@example.com"),
    ("nothing-behind", "ada@"),
    ("sign-alone", "@"),
    ("space-before", " ada@example.com"),
    ("space-behind", "ada@example.com "),
    ("space-within", "ada lovelace@example.com"),
    ("space-at-the-sign", "ada@ example.com"),
    ("tab", "ada@example.com\t"),
    ("line-break", "ada@example.com\n"),
    ("control-character", "ada\u0007@example.com"),
    ("delete", "ada\u007f@example.com"),
    ("no-break-space", "ada\u00a0l@example.com"),
    ("line-separator", "ada\u2028@example.com"),
)


def _refused(code: str, name: str, description: str, request: Any) -> Declared:
    return case(f"create/{code}/{name}", "B1", description,
        _EMPTY, create_bulk_request(request), get())


_REFUSED: Final = (
    case(f"create/{INVALID}/missing", "B1", "The request is missing.",
        _EMPTY, without(_ASKED, "request"), get()),
    *(_refused(INVALID, name, words, request) for name, request, words in _INVALID),
    *(
        _refused("InvalidPathType", name, f"The destinationType is {words}.", request)
        for name, request, words in _PATH_TYPES
    ),
    *(_refused(EMAIL, name,
    "A mailbox is not a valid address.", bulk_request(value)) for name, value in _EMAILS),
    *(
        _refused(EMAIL, f"{place}-of-three",
            "One of the addresses is invalid, at any place in the list.",
            bulk_request(*addresses))
        for place, addresses in (
            ("first", ("ada", "bob@example.com", "cyd@example.com")),
            ("second", ("ada@example.com", "bob", "cyd@example.com")),
            ("third", ("ada@example.com", "bob@example.com", "cyd")),
        )
    ),
)

# Limits ------------------------------------------------------------------------------------------


def _addresses(number: int) -> list[str]:
    return [f"m{position}@example.com" for position in range(1, number + 1)]


_THREE: Final = start(limits={"restorationResources": 3})

_BORDERS: Final = (
    *cases("B1", "create/limit/",
        ("mailboxes", "A request may have as many mailboxes as the limit.",
         _THREE, _EMPTY, create_bulk_request(bulk_request(*_addresses(3))), get()),
        ("ids", "A request may have as many directory objects as the limit.",
         _THREE, _EMPTY, create_bulk_request({**_BY_IDS, "directoryObjectIds": ["d1", "d2", "d3"]}),
         get()),
        ("both",
         "A request may have as many mailboxes and directory objects together as the limit.",
         _THREE, _EMPTY, create_bulk_request(
             bulk_request(*_addresses(2), directoryObjectIds=["d1"])), get()),
        ("of-artifacts", "The limit for artifacts in a request does not apply to bulk requests.",
         start(limits={"artifactsPerRequest": 1}), _EMPTY, _ASKED),
        ("10000", "The service allows 10,000 mailboxes.",
         _EMPTY, create_bulk_request({**_BY_IDS, "directoryObjectIds": ["d"] * 10_000})),
    ),
    *cases("B1", f"create/{EXCEEDS}/",
        ("mailboxes", "One mailbox more than the limit is refused.",
         _THREE, _EMPTY, create_bulk_request(bulk_request(*_addresses(4))), get()),
        ("ids",
         "One directory object more than the limit is refused.",
         _THREE, _EMPTY, create_bulk_request(
            {**_BY_IDS, "directoryObjectIds": ["d1", "d2", "d3", "d4"]}), get()),
        ("both", "The limit applies to both lists together.", _THREE, _EMPTY, create_bulk_request(
            bulk_request(*_addresses(2), directoryObjectIds=["d1", "d2"])), get()),
        ("twice",
         "A mailbox that is given twice counts twice.", _THREE, _EMPTY, create_bulk_request(
            bulk_request(*["ada@example.com"] * 4)), get()),
        ("10001", "The service allows at most 10,000 mailboxes.",
         _EMPTY, create_bulk_request({**_BY_IDS, "directoryObjectIds": ["d"] * 10_001})),
    ),
)

# Getting, listing and deleting -------------------------------------------------------------------

_THREE_ASKED: Final = start(bulk(
    asked("b1", "completed"), asked("b2", "active"), asked("b3", "completedWithErrors")))

_READ_AND_DELETED: Final = (
    *cases("B2", "get/",
        ("created", "The answer leaves out the list of mailboxes.",
         _EMPTY, _ASKED, get_bulk_request()),
        ("in-full", "The answer has all other properties.",
         _EMPTY, create_bulk_request(_FULL, actor=ADA), get_bulk_request(), get()),
        ("read", "Everything that was read is kept, except the mailboxes.",
         start(bulk(asked("b1", "active", mailboxes=["ada@example.com"], directoryObjectIds=["d1"],
             colour="red", protectionTimePeriod={"startDateTime": at(0), "zone": "CET"}))),
         get_bulk_request(), list_bulk_requests(), get()),
        ("of-several", "A session that was read may have several requests.",
         _THREE_ASKED, get_bulk_request(request_id="b2")),
        ("of-another-session", "Requests of another session are not found.",
         start(bulk(asked("b1", "active")), bulk(asked("b2", "active"), session_id="s2")),
         get_bulk_request("s1", "b2"), get_bulk_request("s2", "b2")),
        ("odd-id", "A request that was read with an invalid id can not be found by it.",
         start(bulk(asked(" ", "active"))), get_bulk_request(request_id=" ")),
        ("of-no-collection", "A session without a collection of requests has no requests.",
         start(undeclared(stored("a1", "added"))), get_bulk_request()),
        ("of-a-session-that-lacks-artifacts",
         "A session with missing artifacts may have a request.",
         start({"id": "s1", "mailboxRestoreArtifactsBulkAdditionRequests":
             [asked("b1", "active")]}), get_bulk_request()),
    ),
    *of_bad_ids("B2", get_bulk_request, _EMPTY, "get/"),
    *of_bad_bulk_ids("B2", lambda value: get_bulk_request(request_id=value), _EMPTY, _ASKED,
        prefix="get/"),
    *cases("B2", "list/",
        ("created", "The answer leaves out the list of mailboxes.",
         _EMPTY, _ASKED, list_bulk_requests()),
        ("none", "An empty session has no requests.", _EMPTY, list_bulk_requests()),
        ("of-no-collection", "A session without a collection has no requests.",
         start({"id": "s1", "status": "active"}), list_bulk_requests()),
        ("several", "The requests are listed in order.", _THREE_ASKED, list_bulk_requests()),
        ("page-by-page", "Each request is listed once, page by page.",
         _THREE_ASKED, list_bulk_requests(top=1), list_bulk_requests(top=1, after=0),
         list_bulk_requests(top=1, after=1)),
        ("deleted-between-pages",
         "If a request is deleted between two pages, no other one is left out.",
         _THREE_ASKED, list_bulk_requests(top=1), delete_bulk_request(),
         list_bulk_requests(top=1, after=0)),
        *(
            (f"InvalidRequest/top-{name}", "The page size is invalid.",
             _THREE_ASKED, list_bulk_requests(top=top))
            for name, top in (("nought", 0), ("a-text", "2"), ("true", True))
        ),
        ("InvalidRequest/token", "The continuation token was not returned with any page.",
         _THREE_ASKED, list_bulk_requests(after="no token of yours")),
    ),
    *of_bad_ids("B2", list_bulk_requests, _EMPTY, "list/"),
    *(
        case(f"delete/{name}", "B2", f"A request that is {status} can be deleted.",
            start(bulk(asked("b1", status), asked("b2", "active"))), delete_bulk_request(actor=BOB),
            get(), list_bulk_requests())
        for name, status in (
            ("completed", "completed"), ("completed-with-errors", "completedWithErrors"))
    ),
    *(
        case(f"delete/InvalidStateForBulkRequestDeletion/{name}", "B2",
            "A request that has not ended can not be deleted.",
            start(bulk(asked("b1", status, **more))), delete_bulk_request(), get())
        for name, status, more in (
            ("active", "active", {}),
            ("unknown", "unknown", {}),
            ("sentinel", "unknownFutureValue", {}),
            ("unknown-text", "paused", {}),
            ("null", None, {}),
            ("active-with-errors", "active", {"error": {"code": "UnknownError"}}),
        )
    ),
    *cases("B2", "delete/",
        ("created",
         "A new request can not be deleted.", _EMPTY, _ASKED, delete_bulk_request(), get()),
        ("activated", "A request that is being resolved can not be deleted.",
         _EMPTY, _ASKED, activate(), delete_bulk_request(), get()),
        ("twice", "A deleted request does not exist any more.",
         start(bulk(asked("b1", "completed"), asked("b2", "active"))), delete_bulk_request(),
         delete_bulk_request(), get_bulk_request()),
        ("earlier", "The time of a session does not go back.",
         start(bulk(asked("b1", "completed"), asked("b2", "active"))),
         delete_bulk_request(now=at(-60)), get()),
    ),
    *of_bad_ids("B2", delete_bulk_request, _EMPTY, "delete/"),
    *of_bad_bulk_ids("B2", lambda value: delete_bulk_request(request_id=value), _EMPTY, _ASKED,
        prefix="delete/"),
)

BULK_REQUESTS: Final = (
    *_CREATED, *_NOT_ALLOWED, *_REFUSED, *_BORDERS, *_READ_AND_DELETED,
)
"""The cases of rules B1 and B2."""
