"""Documents with bulk requests: round trips, masks, and what is refused (rules W1-W4)."""

from __future__ import annotations

from typing import Any, Final

from .asking import ADA, at, read
from .declaring import Declared, case
from .states import REQUESTS, asked, bulk, odata, stored

__all__ = ["BULK_DOCUMENTS", "ERRORS", "NOTES", "NO_MAILBOX"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

NO_MAILBOX: Final = {"code": "ArtifactNotFound", "message": "There is no such mailbox."}
"""Why a mailbox can't be resolved."""

ERRORS: Final = {"code": "ArtifactNotFound", "message": "none", "details": [
    {**NO_MAILBOX, "target": "ada@example.com"}]}
"""The error of a bulk request one of whose mailboxes can't be resolved."""

NOTES: Final[dict[str, Any]] = {
    "colour": ["red", {"and": None}],
    "@odata.type": "#microsoft.graph.mailboxRestoreArtifactsBulkAdditionRequest",
    "displayName@odata.note": 1,
    "protectionTimePeriod": {"startDateTime": at(0), "zone": "CET", "endDateTime": None},
    "restorePointPreference": "newest",
    "tags": "fastRestore,slowRestore",
    "protectionUnitIds": ["u1"],
}
"""Unknown properties of a request that was read."""


def _read(name: str, rule: str, description: str, document: Any, **others: Any) -> Declared:
    return case(name, rule, description,
        read("exchangeRestoreSession", document=document, **others))


_FULL: Final = bulk(
    asked("b1", "active", mailboxes=["ada@example.com", ""], directoryObjectIds=[], createdBy=ADA,
        createdDateTime="2026-01-05T10:00:00.1234567+01:00", error=ERRORS, **NOTES),
    asked("b2", "completedWithErrors", mailboxes=None, tags=None, protectionTimePeriod=None),
    asked("b3", "unknown", restorePointPreference="latest", tags="none"),
    asked("b4", "paused", destinationType="elsewhere"),
    {"id": "b5"},
    **odata(REQUESTS, nextLink="next", count="5"),
)

REQUEST: Final = "mailboxRestoreArtifactsBulkAdditionRequest"
PAGE: Final = f"{REQUEST}CollectionResponse"
CREATION: Final = "createBulkRequest"

_ASKED: Final = {
    "displayName": "",
    "mailboxes": ["ada@example.com"],
    "directoryObjectIds": ["d1"],
    "protectionTimePeriod": {"startDateTime": "2026-01-05T10:00:00.1234567+01:00", "zone": "CET"},
    "destinationType": "elsewhere",
    "tags": "fastRestore , slowRestore",
    "restorePointPreference": "newest",
    "protectionUnitIds": [5],
}
"""The body of a request with all known properties, and others."""

BULK_DOCUMENTS: Final = (
    _read("bulk/in-full", "W1", "All properties of requests are written back.", _FULL),
    _read("bulk/masked", "W3", "Unknown members are also masked in requests.", _FULL,
        includeUnknownEnumMembers=False),
    _read("bulk/null", "W1", "The collection may be null.", {"id": "s1", REQUESTS: None}),
    _read("bulk/empty", "W1", "The collection may be empty.", {"id": "s1", REQUESTS: []}),
    _read("bulk/id-of-an-artifact", "W1", "A request and an artifact may have the same id.",
        bulk(asked("x", "active"), artifacts=[stored("x", "added")])),
    *(
        _read(f"bulk/refused/{name}", "W4", words, {"id": "s1", REQUESTS: requests})
        for name, requests, words in (
            ("an-object", asked("b1", "active"), "The collection is not an array."),
            ("entry-null", [None], "A request is null."),
            ("entry-a-text", ["b1"], "A request is a text."),
            ("no-id", [{"status": "active"}], "A request has no id."),
            ("id-empty", [asked("", "active")], "The id of a request is empty."),
            ("id-null", [{"id": None}], "The id of a request is null."),
            ("twice", [asked("b1", "active"), asked("b1", "completed")],
             "Two requests have the same id."),
            *(
                (f"{name}-{kind}", [{"id": "b1", name: value}], f"{name} is of the wrong type.")
                for name in ("status", "displayName", "destinationType", "tags", "mailboxes",
                    "restorePointPreference", "directoryObjectIds", "protectionUnitIds",
                    "protectionTimePeriod", "createdDateTime", "lastModifiedDateTime", "createdBy",
                    "lastModifiedBy", "error")
                for kind, value in (("a-number", 5), ("an-array", [["x"]]), ("false", False))
            ),
            *(
                (f"{name}-with-null", [{"id": "b1", name: [None]}], f"An entry of {name} is null.")
                for name in ("mailboxes", "directoryObjectIds", "protectionUnitIds")
            ),
            *(
                (f"{name}-of-a-period", [{"id": "b1", "protectionTimePeriod": {name: "soon"}}],
                 f"{name} of the period is not a timestamp.")
                for name in ("startDateTime", "endDateTime")
            ),
        )
    ),
    *(
        found
        for name, kind, document in (
            ("request", REQUEST, _FULL[REQUESTS][0]),
            ("request-of-an-id", REQUEST, {"id": "b1"}),
            ("page", PAGE, {"value": _FULL[REQUESTS], "@odata.nextLink": "next", "note": 1}),
            ("page-empty", PAGE, {"value": []}),
            ("creation", CREATION, _ASKED),
            ("creation-empty", CREATION, {}),
            ("creation-nulls", CREATION, {**dict.fromkeys(_ASKED), "mailboxes": [None]}),
        )
        for found in (
            case(f"bulk/{name}/round-trip", "W1", "What was read is written back.",
                read(kind, document=document)),
            case(f"bulk/{name}/masked", "W3", "Unknown members are masked.",
                read(kind, document=document, includeUnknownEnumMembers=False)),
        )
    ),
    *(
        case(f"bulk/refused/{name}", "W4", words, read(kind, document=document))
        for name, words, kind, document in (
            ("request-without-id", "A bulk request has no id.", REQUEST, {"status": "active"}),
            ("request-a-text", "A bulk request is a text.", REQUEST, "b1"),
            ("page-of-null", "A page has null instead of its requests.", PAGE,
             {"value": None}),
            ("page-of-nothing", "A page has no requests.", PAGE, {}),
            ("page-of-no-id", "A request on a page has no id.", PAGE, {"value": [{}]}),
            ("creation-an-array", "The body is an array.", CREATION, []),
            ("creation-of-a-number", "A mailbox is a number.", CREATION, {"mailboxes": [5]}),
            ("creation-of-a-null-id", "The id of a directory object is null.", CREATION,
             {"directoryObjectIds": [None]}),
            ("creation-of-a-text", "The mailboxes are a text.", CREATION, {"mailboxes": "a@b"}),
            ("creation-in-a-bad-period", "The start of the period is not a timestamp.", CREATION,
             {"protectionTimePeriod": {"startDateTime": "soon"}}),
            ("creation-to-a-number", "The destination is a number.", CREATION,
             {"destinationType": 5}),
        )
    ),
)
"""The cases of documents."""
