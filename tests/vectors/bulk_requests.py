"""Bulk requests: creating, getting, listing and deleting them (rules B1 and B2)."""

from __future__ import annotations

from typing import Any, Final

from .asking import (
    ADA,
    BOB,
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

# A row of a table is a case: its words, what it begins with, its calls.
# fmt: off

_EMPTY: Final = create(request={})
_ASKED: Final = create_bulk_request(bulk_request("ada@example.com", "bob@example.com"))
_BY_IDS: Final[dict[str, Any]] = {"directoryObjectIds": ["d1", "d2"], "destinationType": "new"}

_GOOD: Final = bulk_request("ada@example.com")
TYPE: Final = "microsoft.graph.mailboxRestoreArtifactsBulkAdditionRequest"

# What is accepted --------------------------------------------------------------------------------

_FULL: Final[dict[str, Any]] = {
    "displayName": "Everybody on the third floor",
    "mailboxes": ["ada@example.com"],
    "directoryObjectIds": ["d1", "d2"],
    "protectionTimePeriod": {
        "startDateTime": "2025-12-01T00:00:00.1234567Z", "endDateTime": "2025-12-31T23:59:59+02:00",
    },
    "destinationType": "new",
    "tags": "fastRestore",
    "restorePointPreference": "oldest",
}
"""A request with all that can be asked for."""

_PERIOD: Final = "protectionTimePeriod"

_ACCEPTED: Final[tuple[tuple[str, Any, str], ...]] = (
    ("mailboxes", bulk_request("ada@example.com"), "Mailboxes are named by their addresses."),
    ("directory-objects", _BY_IDS, "They may be named by the ids of directory objects."),
    ("both", bulk_request("ada@example.com", directoryObjectIds=["d1"]), "Or in both ways."),
    ("in-full", _FULL, "All that is asked for is kept."),
    ("mailboxes-empty", {**_BY_IDS, "mailboxes": []}, "One of the two lists may be empty."),
    ("ids-empty", bulk_request("ada@example.com", directoryObjectIds=[]), "Or the other."),
    ("twice", bulk_request("ada@example.com", "ada@example.com"), "One may be named twice."),
    ("blanks-around-an-id", {**_BY_IDS, "directoryObjectIds": [" d1 "]},
     "The spaces around the id of a directory object belong to it."),
    ("name-empty", bulk_request("ada@example.com", displayName=""), "The name may be empty."),
    *(
        (f"preference-{text}", bulk_request("ada@example.com", restorePointPreference=text),
         f"The {text} restore point may be preferred.")
        for text in ("latest", "oldest")
    ),
    *(
        (f"tags-{name}", bulk_request("ada@example.com", tags=tags), "There may be several tags.")
        for name, tags in (("none", "none"), ("fastRestore", "fastRestore"), ("empty", ""),
            ("two", "none,fastRestore"), ("spaces", "none , fastRestore "))
    ),
    *(
        (f"period-{name}", bulk_request("ada@example.com", protectionTimePeriod=period), words)
        for name, period, words in (
            ("empty", {}, "A period may have no ends."),
            ("start", {"startDateTime": at(0)}, "A period may have no end."),
            ("end", {"endDateTime": at(0)}, "A period may have no start."),
            ("nulls", {"startDateTime": None, "endDateTime": None}, "Its ends may be null."),
            ("moment", {"startDateTime": at(0), "endDateTime": at(0)}, "It may be a moment."),
            ("same-moment", {"startDateTime": "2026-01-05T10:00:00+01:00", "endDateTime": at(0)},
             "The moment counts, and not how it is spelled."),
        )
    ),
    *(
        (f"{name}-null", bulk_request("ada@example.com") | {name: None},
         f"Of {name} null says nothing.")
        for name in (
            "displayName", "directoryObjectIds", _PERIOD, "tags", "restorePointPreference",
        )
    ),
    ("mailboxes-null", {**_BY_IDS, "mailboxes": None}, "Of mailboxes null says nothing."),
    ("other-properties", bulk_request("ada@example.com", colour="red"),
     "What else a request says means nothing."),
    ("period-with-more", bulk_request("ada@example.com", protectionTimePeriod={
        "startDateTime": at(0), "zone": "CET", "endDateTime": None}),
     "What a period says beside its ends is kept."),
    *(
        (f"type-{name}", _GOOD | {"@odata.type": text}, "The type may be said.")
        for name, text in (("plain", f"#{TYPE}"), ("without-number-sign", TYPE),
            ("other-case", f"#{TYPE.upper()}"))
    ),
    ("what-the-service-says",
     bulk_request("ada@example.com", id="mine", status="completed", createdDateTime=at(-90),
         createdBy=BOB, error={"code": "mine"}),
     "What is for the service to say means nothing in a request."),
    *(
        (f"email-{name}", bulk_request(address), "The address is unusual, and one.")
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
"""Requests that are taken: a name, the request, and why."""

_CREATED: Final = (
    *(
        case(f"create/{name}", "B1", description, _EMPTY, create_bulk_request(request), get())
        for name, request, description in _ACCEPTED
    ),
    *cases("B1", "create/",
        ("by-somebody", "Who creates it is told, in the request and in the session.",
         create(request={}, actor=ADA), create_bulk_request(bulk_request("ada@example.com"),
             actor=BOB), get()),
        ("by-nobody", "Where nobody is named, the session keeps who changed it last.",
         create(request={}, actor=ADA), _ASKED, get()),
        ("earlier", "The time of a session does not go back, and that of the request is given.",
         create(request={}, now=at(30)), _ASKED, get()),
        ("policy", "The policy of the session stays.",
         create(request={"policyId": "policy-1"}), _ASKED, get()),
        ("in-two-sessions", "Each session has its own requests, and the ids are its own.",
         _EMPTY, create(request={}, session="s2"), _ASKED,
         create_bulk_request(_BY_IDS, session="s2"), list_bulk_requests("s2")),
        ("of-no-type", "A session that was read may say nothing of its type.",
         start(undeclared()), _ASKED, get()),
        ("of-an-unknown-type", "An unknown type gives way, where nothing is missing.",
         start(undeclared(restoreJobType="urgent", granularMailboxRestoreArtifacts=[])),
         _ASKED, get()),
        *(
            (f"of-an-empty-draft-that-declares-{status}",
             "A session that is a draft, whatever it declares, is one with the request.",
             start(undeclared(status=status)), _ASKED, get(),
             resolve_bulk_request({"artifacts": [{"restorePoint": {"id": "p1"}}]}), activate())
            for status in ("draft", "activating", "unknownFutureValue", "paused", "completed")
        ),
        ("of-no-collection", "A collection of requests that is null becomes one.",
         start(undeclared(mailboxRestoreArtifactsBulkAdditionRequests=None)), _ASKED, get()),
        ("count", "What was said of the number of requests is forgotten.",
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
        ("artifacts", "A session that contains artifacts takes no bulk request.",
         given("added"), _ASKED, get()),
        ("granular", "A granular session takes none.",
         create(request=_CHOSEN, ids=["a1"]), _ASKED, get()),
        ("granular-and-empty", "Nor does one that says granular, and is empty.",
         start(session(restoreJobType="granular", granularMailboxRestoreArtifacts=[])),
         _ASKED, get()),
        ("both-kinds", "Nor does one of both kinds.",
         start(of_both_kinds(["added"], ["added"])), _ASKED, get()),
        ("another", "There is one request in a session at most.",
         _EMPTY, _ASKED, create_bulk_request(_BY_IDS, request_id="b2"), get()),
        *(
            (f"another-{status}", "There is one request at most, whatever came of it.",
             start(bulk(asked("b2", status))), _ASKED, get())
            for status in ("active", "completed", "completedWithErrors", "unknown")
        ),
        ("activated", "A session that was activated takes none.",
         _EMPTY, _ASKED, activate(), create_bulk_request(_BY_IDS, request_id="b2"), get()),
        ("lacks-artifacts", "Nor does one whose artifacts are missing.",
         start(undeclared(status="draft", **odata("mailboxRestoreArtifacts", count=1))),
         _ASKED, get()),
        ("bulk-that-lost-its-request", "Nor does a bulk session without a request.",
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
    ("nothing-asked-for", {"destinationType": "new"}, "It names no mailboxes."),
    ("empty", {}, "It is empty."),
    ("mailboxes-empty", bulk_request(), "It has an empty list of mailboxes."),
    ("ids-empty", {**_BY_IDS, "directoryObjectIds": []}, "It has an empty list of ids."),
    ("both-empty", bulk_request(directoryObjectIds=[]), "Both lists are empty."),
    ("both-null", {"mailboxes": None, "directoryObjectIds": None, "destinationType": "new"},
     "Both lists are null."),
    *(
        (f"{name}-{kind}", {**_GOOD, name: value}, f"{name} is of the wrong type.")
        for name in ("displayName", "tags", "restorePointPreference", "destinationType")
        for kind, value in _WRONG_KINDS
    ),
    *(
        (f"{name}-{kind}", {**_GOOD, _PERIOD: None, "directoryObjectIds": ["d1"], name: value},
         f"{name} is of the wrong type.")
        for name in ("mailboxes", "directoryObjectIds", _PERIOD)
        for kind, value in (("a-text", "x"), *_WRONG_KINDS)
        if (name, kind) != (_PERIOD, "an-object")
    ),
    *(
        (f"{name}-with-{kind}", {**_GOOD, name: [good, value]}, f"An entry of {name} is no text.")
        for name, good in (("mailboxes", "ada@example.com"), ("directoryObjectIds", "d1"))
        for kind, value in _WRONG_KINDS
    ),
    *(
        (f"directoryObjectId-{kind}", {**_BY_IDS, "directoryObjectIds": ["d1", value]},
         f"The id of a directory object is {words}.")
        for kind, value, words in (("null", None, "null"), ("empty", "", "the empty text"),
            ("blank", " \t", "blank"), ("no-break-space", "\u00a0", "blank"))
    ),
    *(
        (f"preference-{kind}", {**_GOOD, "restorePointPreference": text},
         "Nobody knows this preference.")
        for kind, text in (("unknown", "newest"), ("sentinel", "unknownFutureValue"), ("empty", ""),
            ("other-case", "Latest"), ("spaces", " latest"))
    ),
    *(
        (f"tags-{kind}", {**_GOOD, "tags": text}, "Nobody knows this tag.")
        for kind, text in (("unknown", "slowRestore"), ("sentinel", "unknownFutureValue"),
            ("other-case", "None"), ("one-of-two", "fastRestore,slowRestore"),
            ("comma", "fastRestore,"), ("blank", " "))
    ),
    *(
        (f"type-{kind}", _GOOD | {"@odata.type": value}, "The type is another one.")
        for kind, value in (("of-sites", TYPE.replace("mailbox", "site")), ("null", None),
            ("of-whole-artifacts", "#microsoft.graph.mailboxRestoreArtifact"), ("empty", ""),
            ("a-number", 5), ("two-signs", f"##{TYPE}"))
    ),
    *(
        (f"protectionUnitIds-{kind}", {**_GOOD, "protectionUnitIds": value},
         "The service does not know what to do with protectionUnitIds.")
        for kind, value in (("given", ["u1"]), ("empty", []), ("a-text", "u1"), ("null", None))
    ),
    *(
        (f"period-{kind}", {**_GOOD, _PERIOD: period}, words)
        for kind, period, words in (
            ("ends-before-it-starts", {"startDateTime": at(1), "endDateTime": at(0)},
             "The period ends before it starts."),
            ("ends-just-before",
             {"startDateTime": "2026-01-05T09:00:00.0000001Z", "endDateTime": at(0)},
             "The last digit counts."),
            ("ends-before-in-another-zone",
             {"startDateTime": "2026-01-05T09:00:00Z", "endDateTime": "2026-01-05T09:30:00+01:00"},
             "The moment counts, and not how it is spelled."),
            ("start-no-time", {"startDateTime": "yesterday"}, "The period starts at no time."),
            ("start-without-offset", {"startDateTime": "2026-01-05T09:00:00"},
             "The start has no offset."),
            ("end-a-number", {"endDateTime": 5}, "The end is a number."),
        )
    ),
)
"""Requests that are refused: a name, the request, and what is wrong."""

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
    case(f"create/{INVALID}/missing", "B1", "There is no request.",
        _EMPTY, without(_ASKED, "request"), get()),
    *(_refused(INVALID, name, words, request) for name, request, words in _INVALID),
    *(
        _refused("InvalidPathType", name, f"The destinationType is {words}.", request)
        for name, request, words in _PATH_TYPES
    ),
    *(_refused(EMAIL, name, "This is no address.", bulk_request(value)) for name, value in _EMAILS),
    *(
        _refused(EMAIL, f"{place}-of-three", "One address is none, wherever it stands.",
            bulk_request(*addresses))
        for place, addresses in (
            ("first", ("ada", "bob@example.com", "cyd@example.com")),
            ("second", ("ada@example.com", "bob", "cyd@example.com")),
            ("third", ("ada@example.com", "bob@example.com", "cyd")),
        )
    ),
)

# How many ----------------------------------------------------------------------------------------


def _addresses(number: int) -> list[str]:
    return [f"m{position}@example.com" for position in range(1, number + 1)]


_THREE: Final = start(limits={"restorationResources": 3})

_BORDERS: Final = (
    *cases("B1", "create/limit/",
        ("mailboxes", "As many mailboxes as the limit says are taken.",
         _THREE, _EMPTY, create_bulk_request(bulk_request(*_addresses(3))), get()),
        ("ids", "As many directory objects are.",
         _THREE, _EMPTY, create_bulk_request({**_BY_IDS, "directoryObjectIds": ["d1", "d2", "d3"]}),
         get()),
        ("both", "As many of both together are.",
         _THREE, _EMPTY, create_bulk_request(
             bulk_request(*_addresses(2), directoryObjectIds=["d1"])), get()),
        ("of-artifacts", "The limit of artifacts in a request says nothing of it.",
         start(limits={"artifactsPerRequest": 1}), _EMPTY, _ASKED),
        ("10000", "The service takes 10,000.",
         _EMPTY, create_bulk_request({**_BY_IDS, "directoryObjectIds": ["d"] * 10_000})),
    ),
    *cases("B1", f"create/{EXCEEDS}/",
        ("mailboxes", "One mailbox more than the limit is refused.",
         _THREE, _EMPTY, create_bulk_request(bulk_request(*_addresses(4))), get()),
        ("ids", "One directory object more is.", _THREE, _EMPTY, create_bulk_request(
            {**_BY_IDS, "directoryObjectIds": ["d1", "d2", "d3", "d4"]}), get()),
        ("both", "Both lists together count.", _THREE, _EMPTY, create_bulk_request(
            bulk_request(*_addresses(2), directoryObjectIds=["d1", "d2"])), get()),
        ("twice", "One that is named twice counts twice.", _THREE, _EMPTY, create_bulk_request(
            bulk_request(*["ada@example.com"] * 4)), get()),
        ("10001", "The service takes no more than 10,000.",
         _EMPTY, create_bulk_request({**_BY_IDS, "directoryObjectIds": ["d"] * 10_001})),
    ),
)

# Getting, listing and deleting -------------------------------------------------------------------

_THREE_ASKED: Final = start(bulk(
    asked("b1", "completed"), asked("b2", "active"), asked("b3", "completedWithErrors")))

_READ_AND_DELETED: Final = (
    *cases("B2", "get/",
        ("created", "The answer leaves out what was asked for by mailbox.",
         _EMPTY, _ASKED, get_bulk_request()),
        ("in-full", "It has everything else.",
         _EMPTY, create_bulk_request(_FULL, actor=ADA), get_bulk_request(), get()),
        ("read", "What was read is kept, but for the mailboxes.",
         start(bulk(asked("b1", "active", mailboxes=["ada@example.com"], directoryObjectIds=["d1"],
             colour="red", protectionTimePeriod={"startDateTime": at(0), "zone": "CET"}))),
         get_bulk_request(), list_bulk_requests(), get()),
        ("of-several", "A session that was read may have several.",
         _THREE_ASKED, get_bulk_request(request_id="b2")),
        ("of-another-session", "Those of another session are not found.",
         start(bulk(asked("b1", "active")), bulk(asked("b2", "active"), session_id="s2")),
         get_bulk_request("s1", "b2"), get_bulk_request("s2", "b2")),
        ("odd-id", "What has an id that is none is not found by it.",
         start(bulk(asked(" ", "active"))), get_bulk_request(request_id=" ")),
        ("of-no-collection", "A session without a collection of requests has none.",
         start(undeclared(stored("a1", "added"))), get_bulk_request()),
        ("of-a-session-that-lacks-artifacts", "A session that lacks artifacts may have one.",
         start({"id": "s1", "mailboxRestoreArtifactsBulkAdditionRequests":
             [asked("b1", "active")]}), get_bulk_request()),
    ),
    *of_bad_ids("B2", get_bulk_request, _EMPTY, "get/"),
    *of_bad_bulk_ids("B2", lambda value: get_bulk_request(request_id=value), _EMPTY, _ASKED,
        prefix="get/"),
    *cases("B2", "list/",
        ("created", "The answer leaves out what was asked for by mailbox.",
         _EMPTY, _ASKED, list_bulk_requests()),
        ("none", "An empty session has none.", _EMPTY, list_bulk_requests()),
        ("of-no-collection", "A session without a collection has none.",
         start({"id": "s1", "status": "active"}), list_bulk_requests()),
        ("several", "The requests are listed in order.", _THREE_ASKED, list_bulk_requests()),
        ("page-by-page", "Each comes once, page by page.",
         _THREE_ASKED, list_bulk_requests(top=1), list_bulk_requests(top=1, after=0),
         list_bulk_requests(top=1, after=1)),
        ("deleted-between-pages", "One that is deleted makes none be left out.",
         _THREE_ASKED, list_bulk_requests(top=1), delete_bulk_request(),
         list_bulk_requests(top=1, after=0)),
        *(
            (f"InvalidRequest/top-{name}", "The page size is none.",
             _THREE_ASKED, list_bulk_requests(top=top))
            for name, top in (("nought", 0), ("a-text", "2"), ("true", True))
        ),
        ("InvalidRequest/token", "The token is a text that no page came with.",
         _THREE_ASKED, list_bulk_requests(after="no token of yours")),
    ),
    *of_bad_ids("B2", list_bulk_requests, _EMPTY, "list/"),
    *(
        case(f"delete/{name}", "B2", f"A request that is {status} may be deleted.",
            start(bulk(asked("b1", status), asked("b2", "active"))), delete_bulk_request(actor=BOB),
            get(), list_bulk_requests())
        for name, status in (
            ("completed", "completed"), ("completed-with-errors", "completedWithErrors"))
    ),
    *(
        case(f"delete/InvalidStateForBulkRequestDeletion/{name}", "B2",
            "A request that has not ended is not deleted.",
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
        ("created", "A new request is not deleted.", _EMPTY, _ASKED, delete_bulk_request(), get()),
        ("activated", "Nor is one that is being resolved.",
         _EMPTY, _ASKED, activate(), delete_bulk_request(), get()),
        ("twice", "A request that was deleted is not there.",
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
