"""Reading and writing Graph JSON: round trips, masks, and documents to refuse (rules W1-W7)."""

from __future__ import annotations

import json
from typing import Any, Final

from .asking import read
from .bulk_documents import BULK_DOCUMENTS
from .declaring import Declared, Topic, case

__all__ = ["WIRE"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

SESSION: Final = "exchangeRestoreSession"
ARTIFACT: Final = "mailboxRestoreArtifact"
SESSIONS: Final = "exchangeRestoreSessionCollectionResponse"
ARTIFACTS: Final = "mailboxRestoreArtifactCollectionResponse"
CREATION: Final = "createSessionRequest"
UPDATE: Final = "updateSessionRequest"
UPDATED: Final = "updateSessionResponse"

_GRANULAR_TYPE: Final = "#microsoft.graph.granularMailboxRestoreArtifact"


def _artifact(**others: Any) -> dict[str, Any]:
    """Return an artifact with the required properties, and others."""
    return {"id": "a1", "status": "added", **others}


def _session(**others: Any) -> dict[str, Any]:
    """Return a session with the required properties, and others."""
    return {"id": "s1", **others}


def _granular(**others: Any) -> dict[str, Any]:
    return {
        "@odata.type": _GRANULAR_TYPE,
        "id": "g1",
        "status": "added",
        "searchResponseId": "search-1",
        **others,
    }


def _holding(*artifacts: Any, **others: Any) -> dict[str, Any]:
    return _session(mailboxRestoreArtifacts=list(artifacts), **others)


def _nested(levels: int) -> Any:
    """Return an array within an array, and so on."""
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


_FULL_ARTIFACT: Final = {
    "@odata.type": "#microsoft.graph.mailboxRestoreArtifact",
    "id": "959ba739-70b5-43c4-8c90-b2c22014f18c",
    "destinationType": "new",
    "status": "failed",
    "startDateTime": "2023-12-04T12:18:55.2117521Z",
    "completionDateTime": "2023-12-04T13:22:12.7209691Z",
    "restoredFolderId": "0bdb38aa-5ad4-43ae-b63d-54426c97caa3",
    "restoredFolderName": "testmailbox101",
    "restoredItemCount": 2147483647,
    "error": {
        "code": "UnknownError",
        "message": "It did not work.",
        "target": "store-3",
        "details": [{"code": "Busy", "message": "Too busy.", "target": "disk-1", "times": 3}],
        "innerError": {
            "code": "Busy",
            "message": "Too busy.",
            "target": "disk-1",
            "details": [{"code": "Late", "message": None, "target": "disk-1"}],
            "date": "2023-12-04",
        },
    },
    "restorePoint": {
        "id": "ffd2687a-f507-4a82-9dff-2fa78cfdaa41_1801645000_12_2",
        "protectionDateTime": "2023-12-04T00:00:00Z",
        "expirationDateTime": "2023-12-18T00:00:00Z",
        "tags": "fastRestore",
        "protectionUnit": {
            "@odata.type": "#microsoft.graph.mailboxProtectionUnit",
            "id": "6267e382-71a9-4c07-bef7-bda97e09c0d2",
            "email": "someone@contoso.com",
            "status": "protected",
        },
    },
}

_FULL_SESSION: Final = {
    "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#exchangeRestoreSessions/$entity",
    "@odata.type": "#microsoft.graph.exchangeRestoreSession",
    "@odata.etag": 'W/"1"',
    "id": "959ba739-70b5-43c4-8c90-b2c22014f18b",
    "status": "failed",
    "restoreJobType": "granular",
    "policyId": "9fec8e78-bce4-4aaf-ab1b-5451cc387264",
    "createdBy": {
        "application": {"id": "1fec8e78", "displayName": "Restore"},
        "device": {"id": "d1", "displayName": None, "trusted": True},
        "user": {"id": "845457dc", "displayName": "Ada", "tenant": {"id": "t1"}},
        "agent": {"id": "x1"},
    },
    "createdDateTime": "2023-03-30T12:01:03.4500000Z",
    "lastModifiedBy": {"user": {"id": "845457dc", "displayName": "Bob"}},
    "lastModifiedDateTime": "2023-12-04T14:22:12.7209691+01:00",
    "completedDateTime": "2023-12-04T13:22:12.7209691Z",
    "error": {"code": "UnknownError", "message": "Nothing worked.", "target": "959ba739"},
    "restoreSessionArtifactCount": {"total": 2, "inProgress": 0, "completed": 0, "failed": 2},
    "mailboxRestoreArtifacts@odata.context": "https://graph.microsoft.com/v1.0/$metadata#x",
    "mailboxRestoreArtifacts": [_FULL_ARTIFACT],
    "granularMailboxRestoreArtifacts": [
        {
            "@odata.type": _GRANULAR_TYPE,
            "id": "g1",
            "status": "failed",
            "searchResponseId": "r1",
            "artifactCount": 12,
            "completionDateTime": "2023-12-04T13:00:00Z",
            "error": {"code": "ArtifactNotFound"},
        },
    ],
    "unknownProperty": [1, 0.5, True, None, "text", {"a": [{}]}],
}

_ROUND_TRIPS: Final[tuple[tuple[str, str, str, Any], ...]] = (
    ("session/least", "A session may have only an id.", SESSION, _session()),
    ("session/full", "A session with all properties.", SESSION, _FULL_SESSION),
    ("session/nulls", "A null property is not left out.",
     SESSION,
     _session(status=None, error=None, completedDateTime=None, createdBy=None, restoreJobType=None,
         restoreSessionArtifactCount=None, mailboxRestoreArtifacts=None, policyId=None)),
    ("session/unknown-properties", "An unknown property is kept with any value.",
     SESSION,
     _session(a=None, b=False, c=0, d="", e=[], f={}, g=[[{"h": [1]}]], i=9007199254740991, j=0.1)),
    ("session/annotations", "Annotations are kept.",
     SESSION,
     _session(**{"@odata.etag": "1", "@odata.type": "#microsoft.graph.exchangeRestoreSession",
         "status@odata.type": "#microsoft.graph.restoreSessionStatus",
         "mailboxRestoreArtifacts@odata.nextLink": "https://graph.microsoft.com/next"})),
    ("session/no-artifacts", "An empty list of artifacts is kept.", SESSION, _holding()),
    ("session/declares-something-else",
     "The declared values of a session are written as they were read, regardless of its artifacts.",
     SESSION,
     _holding(_artifact(status="inProgress"), status="completed",
         completedDateTime="2020-01-01T00:00:00Z",
         restoreSessionArtifactCount={"total": 9, "more": 1})),
    ("session/declares-nothing", "Values that a session does not declare are not written.",
     SESSION, _holding(_artifact(status="succeeded"))),
    ("session/order-of-artifacts", "The artifacts keep their order.",
     SESSION, _holding(*(_artifact(id=name) for name in "cabd"))),
    ("session/granular-among-the-others", "A granular artifact may be among the others.",
     SESSION, _holding(_artifact(), _granular(artifactCount=3))),
    ("session/counts-in-part", "Some of the counts may be missing.",
     SESSION, _session(restoreSessionArtifactCount={"failed": 2, "total": None})),
    ("artifact/least", "An artifact may have only an id.", ARTIFACT, {"id": "a1"}),
    ("artifact/full", "An artifact with all properties.", ARTIFACT, _FULL_ARTIFACT),
    ("artifact/status-null", "An artifact's status may be null.",
     ARTIFACT, {"id": "a1", "status": None}),
    ("artifact/nulls", "A null property is not left out.",
     ARTIFACT,
     _artifact(error=None, startDateTime=None, destinationType=None, restoredItemCount=None,
         restorePoint=None)),
    ("artifact/counts-at-the-ends", "A count may be the smallest number of 32 bits.",
     ARTIFACT, _artifact(restoredItemCount=-2147483648)),
    ("artifact/point-by-reference", "A restore point may be a reference.",
     ARTIFACT,
     _artifact(restorePoint={"@odata.id": "https://graph.microsoft.com/restorePoints/p1"})),
    ("artifact/empty-error", "An error may be empty.",
     ARTIFACT, _artifact(status="failed", error={})),
    ("artifact/unicode", "A text may contain any character.",
     ARTIFACT,
     _artifact(restoredFolderName='\u00dcbung \u6f22\u5b57 \U0001f4ec \u0000\u001f\u2028"\\/')),
    ("artifact/granular", "A granular artifact.", ARTIFACT, _granular(artifactCount=12)),
    ("sessions/page", "A page of sessions.",
     SESSIONS,
     {"@odata.nextLink": "https://graph.microsoft.com/next", "@odata.count": 3,
      "value": [_session(), _FULL_SESSION]}),
    ("sessions/empty", "A page may be empty.", SESSIONS, {"value": []}),
    ("artifacts/page", "A page of artifacts.",
     ARTIFACTS,
     {"@odata.context": "x", "@odata.nextLink": "https://graph.microsoft.com/next",
      "value": [_FULL_ARTIFACT, _artifact(id="a2"), _granular()]}),
    ("create-request", "A request to create a session.",
     CREATION,
     {"mailboxRestoreArtifacts": [{"restorePoint": {"@odata.id": "p1"},
              "destinationType": "inPlace", "note": 1}], "note": "x"}),
    ("create-request/empty", "A request that create refuses can be read.", CREATION, {}),
    ("update-request", "A request to update a session.",
     UPDATE,
     {"mailboxRestoreArtifacts@delta": [{"restorePoint": {"id": "p1"}, "destinationType": "new"},
          {"@removed": {"reason": "changed"}, "id": "a1"}]}),
    ("update-response", "The answer to an update.",
     UPDATED,
     {"mailboxRestoreArtifacts@delta": [{"id": "n1", "restorePoint": {"@odata.id": "p1"},
              "destinationType": "inPlace", "status": "added",
              "createdDateTime": "2015-06-19T12:01:03.45Z"},
          {"@contentId": "c1", "id": "a9",
           "@Core.DataModificationException": {"failedOperation": "remove", "responseCode": 409,
               "info": {"code": "Invalid", "message": "It is not there."}}}]}),
)

_TIMES: Final = ("2023-12-04T12:18:55.2117521Z", "2023-12-04T12:18:55.2100000Z",
    "2023-12-04T12:18:55.0Z", "2023-12-04T12:18:55Z", "2023-12-04T12:18:55.1+05:30",
    "2023-12-04T12:18:55.1234567-11:00", "2023-12-04T12:18:55+00:00",
    "2024-02-29T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+14:00")
"""Timestamps that are written as they were read."""

_UNKNOWN_TEXTS: Final[tuple[tuple[str, str, Any], ...]] = (
    ("session-status", SESSION, _session(status="paused")),
    ("job-type", SESSION, _session(restoreJobType="nightly")),
    ("artifact-status", ARTIFACT, _artifact(status="paused")),
    ("destination", ARTIFACT, _artifact(destinationType="elsewhere")),
    ("tags", ARTIFACT, _artifact(restorePoint={"id": "p1", "tags": "fastRestore,archived"})),
    ("tags-with-spaces",
     ARTIFACT, _artifact(restorePoint={"id": "p1", "tags": "none, fastRestore"})),
    ("other-case", SESSION, _session(status="Completed")),
    ("empty", SESSION, _session(status="")),
    ("sentinel", SESSION, _session(status="unknownFutureValue")),
    ("of-a-session-with-artifacts", SESSION, _holding(_artifact(status="paused"), status="paused")),
)
"""Documents with a text that is not a member."""

_MASKED: Final[tuple[tuple[str, str, str, Any], ...]] = (
    ("session-failed", "A session's failed comes after the sentinel.",
     SESSION, _session(status="failed")),
    ("job-type-granular", "The job type granular comes after the sentinel.",
     SESSION, _session(restoreJobType="granular")),
    ("artifact-failed", "An artifact's failed does not come after the sentinel.",
     ARTIFACT, _artifact(status="failed")),
    ("session-of-failed-artifacts", "A session's failed is masked, but not that of its artifacts.",
     SESSION, _holding(_artifact(status="failed"), status="failed")),
    *(
        (f"session-{status}", f"A session's {status} does not come after the sentinel.",
         SESSION, _session(status=status))
        for status in ("draft", "activating", "active", "completedWithError", "completed",
            "unknownFutureValue")
    ),
    *(
        (f"artifact-{status}", f"An artifact's {status} does not come after the sentinel.",
         ARTIFACT, _artifact(status=status))
        for status in ("added", "scheduling", "scheduled", "inProgress", "succeeded",
            "unknownFutureValue")
    ),
    *(
        (f"job-type-{kind}", f"The job type {kind} does not come after the sentinel.",
         SESSION, _session(restoreJobType=kind))
        for kind in ("standard", "bulk")
    ),
    *(
        (f"destination-{kind}", f"The destination {kind} does not come after the sentinel.",
         ARTIFACT, _artifact(destinationType=kind))
        for kind in ("new", "inPlace")
    ),
    ("tags", "No tag comes after the sentinel.",
     ARTIFACT, _artifact(restorePoint={"id": "p1", "tags": "fastRestore"})),
    ("page", "Members are also masked on a page.",
     SESSIONS,
     {"value": [_session(status="failed"), _session(id="s2", restoreJobType="granular")]}),
    ("unknown-text",
     "An unknown status of a session is masked for clients that did not ask for unknown members.",
     SESSION, _session(status="paused")),
    ("unknown-text-of-an-artifact",
     "An unknown status of an artifact is masked for clients that did not ask for unknown members.",
     ARTIFACT, _artifact(status="paused")),
    ("unknown-tag-beside-a-known-one", "Of several tags, only the unknown one is masked.",
     ARTIFACT, _artifact(restorePoint={"id": "p1", "tags": "none,archived"})),
    ("no-tags", "An empty text of tags contains no unknown tag.",
     ARTIFACT, _artifact(restorePoint={"id": "p1", "tags": ""})),
    ("unknown-texts-in-a-request", "Members are also masked in requests.",
     UPDATE,
     {"mailboxRestoreArtifacts@delta": [{"restorePoint": {"id": "p1", "tags": "archived"},
              "destinationType": "elsewhere"}]}),
    ("unknown-property", "Values in unknown properties are not masked.",
     SESSION, _session(other={"status": "failed"}, note="failed")),
)
"""What is shown to a client that did not ask for unknown members."""

_NO_TIMES: Final[tuple[tuple[str, Any], ...]] = (
    ("without-offset", "2026-01-05T09:00:00"),
    ("malformed", "12-01-03"),
    ("date", "2026-01-05"),
    ("empty", ""),
    ("number", 1767603600),
    ("true", True),
    ("object", {}),
    ("month-13", "2026-13-05T09:00:00Z"),
    ("month-0", "2026-00-05T09:00:00Z"),
    ("day-30-of-february", "2026-02-30T09:00:00Z"),
    ("leap-day-of-another-year", "2026-02-29T09:00:00Z"),
    ("hour-24", "2026-01-05T24:00:00Z"),
    ("minute-60", "2026-01-05T09:60:00Z"),
    ("second-60", "2026-01-05T09:00:60Z"),
    ("no-digits-after-the-point", "2026-01-05T09:00:00.Z"),
    ("comma", "2026-01-05T09:00:00,5Z"),
    ("thirteen-digits", "2026-01-05T09:00:00.1234567890123Z"),
    ("offset-without-colon", "2026-01-05T09:00:00+0200"),
    ("offset-of-hours", "2026-01-05T09:00:00+02"),
    ("offset-beyond-a-day", "2026-01-05T09:00:00+24:00"),
    ("space", "2026-01-05 09:00:00Z"),
    ("week", "2026-W02-1T09:00:00Z"),
    ("without-separators", "20260105T090000Z"),
    ("spaces-around", " 2026-01-05T09:00:00Z "),
    ("line-break", "2026-01-05T09:00:00Z\n"),
    ("other-digits-in-the-fraction", "2026-01-05T09:00:00.\u0661Z"),
    ("other-digits", "2026-01-0\u0665T09:00:00Z"),
    ("word", "yesterday"),
    ("very-long", "2026-01-05T09:00:00Z" + "0" * 200),
    ("small-t", "2026-01-05t09:00:00Z"),
    ("small-z", "2026-01-05T09:00:00z"),
    ("fraction-of-a-minute", "2026-01-05T09:00.5Z"),
)
"""Invalid timestamps."""

_ALL: Final = {"artifactCount": "all"}
"""Properties that are invalid in a granular artifact, and unknown in one of a whole mailbox."""

_GRANULAR_TYPES: Final = (
    ("as-it-is", _GRANULAR_TYPE),
    ("without-number-sign", _GRANULAR_TYPE.removeprefix("#")),
    ("capitals", _GRANULAR_TYPE.upper()),
    ("small-letters", _GRANULAR_TYPE.lower()),
    ("pascal-case", "Microsoft.Graph.GranularMailboxRestoreArtifact"),
)
"""Ways to write the type of a granular artifact."""

_NO_TEXTS: Final[tuple[tuple[str, Any], ...]] = (
    ("an-object", {}),
    ("an-object-of-something", {"name": _GRANULAR_TYPE}),
    ("an-array", []),
    ("an-array-of-the-type", [_GRANULAR_TYPE]),
    ("a-number", 5),
    ("a-long-number", 10**30),
    ("a-boolean", True),
)
"""Values of an annotation that are not texts."""

_OTHER_TYPES: Final[tuple[tuple[str, Any], ...]] = (
    ("two-number-signs", "#" + _GRANULAR_TYPE),
    ("space", _GRANULAR_TYPE + " "),
    ("no-namespace", "#granularMailboxRestoreArtifact"),
    ("plural", _GRANULAR_TYPE + "s"),
    ("dotless-letter", "#microsoft.graph.granularMa\u0131lboxRestoreArtifact"),
    ("long-s", "#micro\u017foft.graph.granularMailboxRestoreArtifact"),
    ("whole", "#MICROSOFT.GRAPH.MAILBOXRESTOREARTIFACT"),
    ("null", None),
    *_NO_TEXTS,
)
"""Types that are not that of a granular artifact."""

_TYPES: Final[tuple[tuple[str, str, str, Any], ...]] = (
    *(
        (f"granular/{name}", "A type is written as it was spelled.",
         SESSION, _holding(_artifact(), _granular(**{"@odata.type": spelled}, artifactCount=3)))
        for name, spelled in _GRANULAR_TYPES
    ),
    *(
        (f"refused/{name}", "A type is recognized in any spelling, and has its own properties.",
         ARTIFACT, _granular(**{"@odata.type": spelled}, **_ALL))
        for name, spelled in _GRANULAR_TYPES
    ),
    *(
        (f"other/{name}", "Another type is kept, and has other properties.",
         SESSION, _holding(_granular(**{"@odata.type": spelled}, **_ALL)))
        for name, spelled in _OTHER_TYPES
    ),
    *(
        (f"no-text/{name}/{kind}", "An annotation is kept with any value.", kind, document)
        for name, annotation in _NO_TEXTS
        for kind, document in (
            (SESSION, _session(**{"@odata.type": annotation})),
            (ARTIFACT, {"id": "a1", "@odata.type": annotation}),
            (ARTIFACTS, {"value": [{"id": "a1", "@odata.type": annotation}]}),
            (UPDATED, {"mailboxRestoreArtifacts@delta": [
                {"id": "a1", "@odata.type": annotation}]}),
        )
    ),
    ("collection/granular", "Without a type, the collection decides the kind of an artifact.",
     SESSION, _session(granularMailboxRestoreArtifacts=[_artifact(artifactCount=3)])),
    ("refused/collection-of-granular",
     "An artifact in the granular collection must have a valid count, with or without a type.",
     SESSION, _session(granularMailboxRestoreArtifacts=[_artifact(**_ALL)])),
    ("collection/whole",
     "An artifact of a whole mailbox has no count, so such a property is an unknown one.",
     SESSION, _holding(_artifact(**_ALL))),
)
"""Documents with types (rule W5)."""

_CONTEXTS: Final = (
    ("path", "solutions/exchangeRestoreSessions('s1')/granularMailboxRestoreArtifacts"),
    ("selected", "granularMailboxRestoreArtifacts(id,status)"),
    ("type", "Collection(microsoft.graph.granularMailboxRestoreArtifact)"),
    ("other-case", "Collection(Microsoft.Graph.GranularMailboxRestoreArtifact)(id)"),
)
"""Contexts of pages of granular artifacts."""

_OTHER_CONTEXTS: Final = (
    ("whole", "solutions/backupRestore/exchangeRestoreSessions('s1')/mailboxRestoreArtifacts"),
    ("entity", "granularMailboxRestoreArtifacts/$entity"),
    ("whole-type", "Collection(microsoft.graph.mailboxRestoreArtifact)"),
    ("earlier-name", "artifacts"),
    ("later-name", "restoreArtifacts"),
    ("singular", "granularMailboxRestoreArtifact"),
    ("longer-name", "granularMailboxRestoreArtifactsOfSessions"),
    ("earlier-type", "Collection(microsoft.graph.artifact)"),
    ("later-type", "Collection(microsoft.graph.restoreArtifact)"),
)
"""Contexts of other documents."""


def _page(context: str, **others: Any) -> dict[str, Any]:
    """Return a page with one artifact."""
    return {"@odata.context": f"https://graph.microsoft.com/v1.0/$metadata#{context}",
            "value": [_artifact(**others)]}


_PAGES: Final[tuple[tuple[str, str, str, Any], ...]] = (
    *(
        (f"context/{name}",
         "Without a type, the context of a page decides the kind of its artifacts.",
         ARTIFACTS, _page(context, artifactCount=3))
        for name, context in _CONTEXTS
    ),
    *(
        (f"refused/context/{name}",
         "An artifact on a page of granular ones must have a valid count.",
         ARTIFACTS, _page(context, **_ALL))
        for name, context in _CONTEXTS
    ),
    ("refused/context/null", "A null type is the same as a missing one.",
     ARTIFACTS, _page(_CONTEXTS[0][1], **{"@odata.type": None}, **_ALL)),
    ("context/typed", "If there is a type, the context does not count.",
     ARTIFACTS,
     _page(_CONTEXTS[0][1], **{"@odata.type": "#microsoft.graph.mailboxRestoreArtifact"}, **_ALL)),
    *(
        (f"other-context/{name}", "This context is not that of a page of granular artifacts.",
         ARTIFACTS, _page(context, **_ALL))
        for name, context in _OTHER_CONTEXTS
    ),
    *(
        (f"other-context/{name}",
         "A context that is not a text is not that of a page of granular artifacts.",
         ARTIFACTS, {"@odata.context": context, "value": [_artifact(**_ALL)]})
        for name, context in (("null", None), *_NO_TEXTS)
    ),
    *(
        (f"context/type-{name}", "A type that is not a text is another type than that of the page.",
         ARTIFACTS, _page(_CONTEXTS[0][1], **{"@odata.type": annotation}, **_ALL))
        for name, annotation in _NO_TEXTS
    ),
)
"""Pages with contexts (rule W5)."""

_SELECTED: Final[tuple[tuple[str, str, str, Any], ...]] = (
    ("id", "A granular artifact may have only a type and an id.",
     ARTIFACT, {"@odata.type": _GRANULAR_TYPE, "id": "g1"}),
    ("null", "The search may be null.", ARTIFACT, _granular(searchResponseId=None)),
    ("empty", "The search may be empty.", ARTIFACT, _granular(searchResponseId="")),
    ("collection", "In the granular collection, an artifact may have only an id.",
     SESSION, _session(granularMailboxRestoreArtifacts=[{"id": "g1"}, {"id": "g2"}])),
    ("among-the-others", "A granular artifact with only an id may be among the others.",
     SESSION, _holding(_artifact(), {"@odata.type": _GRANULAR_TYPE, "id": "g1"})),
    ("page", "A page may contain only selected properties.",
     ARTIFACTS, {"value": [{"@odata.type": _GRANULAR_TYPE, "id": "g1", "status": "inProgress"}]}),
    ("answer", "The answer to an update may contain only selected properties.",
     UPDATED, {"mailboxRestoreArtifacts@delta": [{"@odata.type": _GRANULAR_TYPE, "id": "g1"}]}),
    ("refused/no-id", "A granular artifact must have an id.",
     ARTIFACT, {"@odata.type": _GRANULAR_TYPE, "searchResponseId": "r1"}),
    ("refused/collection-without-id", "An artifact in the granular collection must have an id.",
     SESSION, _session(granularMailboxRestoreArtifacts=[{"searchResponseId": "r1"}])),
)
"""Granular artifacts with few properties."""

_MARKED: Final[tuple[tuple[str, str, str], ...]] = (
    ("mark", "A byte order mark at the start is ignored.", '\ufeff{"id": "s1"}'),
    ("mark-and-white-space",
     "White space may follow the byte order mark.", '\ufeff \r\n{"id": "s1"}'),
    ("mark-within",
     "Within a text a byte order mark is a character.", '{"id": "s1", "\ufeff": "\ufeff"}'),
    ("refused/two-marks", "There must not be two byte order marks.", '\ufeff\ufeff{"id": "s1"}'),
    ("refused/mark-alone", "A byte order mark alone is not a document.", "\ufeff"),
    ("refused/mark-and-blank",
     "A byte order mark with white space is not a document.", "\ufeff \n"),
    ("refused/mark-behind-white-space",
     "A byte order mark must not come after white space.", ' \ufeff{"id": "s1"}'),
    ("refused/mark-at-the-end",
     "A byte order mark must not come after white space.", '{"id": "s1"}\ufeff'),
)
"""Texts with a byte order mark (rule W7)."""

_HIDDEN: Final = (
    ("nan", "NaN"),
    ("infinity", "-Infinity"),
    ("beyond-a-double", "1e999"),
    ("too-many-digits", "9" * 4301),
    ("surrogate", r'"\ud83d"'),
    ("surrogate-in-a-name", r'{"\ud83d": 1}'),
    ("surrogate-in-an-array", r'[["\udcec\ud83d"]]'),
    ("surrogate-not-escaped", '"\ud83d"'),
    ("surrogate-not-escaped-in-a-name", '{"\ud83d": 1}'),
)
"""Invalid JSON that some parsers accept."""

_REFUSED: Final[tuple[tuple[str, str, str, Any], ...]] = (
    ("unit-empty", "A protection unit must have an id or a reference.",
     ARTIFACT, _artifact(restorePoint={"id": "p1", "protectionUnit": {}})),
    ("granular-without-number-sign",
     "A type means the same without the number sign.",
     ARTIFACT, _artifact(**{"@odata.type": _GRANULAR_TYPE.removeprefix("#"), **_ALL})),
    ("granular-in-an-answer",
     "The count of a granular artifact is also checked in the answer to an update.",
     UPDATED,
     {"mailboxRestoreArtifacts@delta": [_artifact(**{"@odata.type": _GRANULAR_TYPE, **_ALL})]}),
    ("entry-null", "An entry of a delta must be an object.",
     UPDATE, {"mailboxRestoreArtifacts@delta": [None]}),
    *(
        (f"time/{name}", "The timestamp is invalid.", SESSION, _session(createdDateTime=value))
        for name, value in _NO_TIMES
    ),
    *(
        (f"time/of-an-artifact/{name}", "The timestamp is invalid.",
         ARTIFACT, _artifact(status="succeeded", completionDateTime=value))
        for name, value in _NO_TIMES[:5]
    ),
    ("time/of-a-point", "The timestamp of a restore point is invalid.",
     ARTIFACT, _artifact(restorePoint={"id": "p1", "protectionDateTime": "2026-01-05T09:00:00"})),
    ("root/null", "A document must be an object.", SESSION, None),
    ("root/array", "A document must be an object.", SESSION, [_session()]),
    ("root/text", "A document must be an object.", SESSION, "s1"),
    ("root/number", "A document must be an object.", SESSION, 1),
    ("root/true", "A document must be an object.", SESSION, True),
    ("id/missing", "A session must have an id.", SESSION, {"status": "draft"}),
    ("id/null", "A session must have an id.", SESSION, {"id": None}),
    ("id/empty", "A session's id must not be empty.", SESSION, {"id": ""}),
    ("id/number", "An id must be a text.", SESSION, {"id": 5}),
    ("id/object", "An id must be a text.", SESSION, {"id": {}}),
    ("artifact-id/missing", "An artifact must have an id.", ARTIFACT, {"status": "added"}),
    ("artifact-id/null", "An artifact must have an id.", ARTIFACT, {"id": None, "status": "added"}),
    ("artifact-id/empty", "An artifact's id must not be empty.",
     ARTIFACT, {"id": "", "status": "added"}),
    ("artifact-id/missing-within", "An artifact of a session must have an id.",
     SESSION, _holding(_artifact(), {"status": "added"})),
    ("artifact-id/twice", "Two artifacts of a session must not have the same id.",
     SESSION, _holding(_artifact(), _artifact())),
    ("artifact-id/twice-of-both-kinds", "Two artifacts of a session must not have the same id.",
     SESSION, _holding(_artifact(id="x"), granularMailboxRestoreArtifacts=[_granular(id="x")])),
    ("artifact-id/twice-of-both-collections",
     "Two artifacts of a session must not have the same id.",
     SESSION, _holding(_artifact(id="x"), granularMailboxRestoreArtifacts=[_artifact(id="x")])),
    ("search/number", "The search of a granular artifact must be a text.",
     ARTIFACT, _granular(searchResponseId=5)),
    ("point/nameless", "A restore point must have an id or a reference.",
     ARTIFACT, _artifact(restorePoint={"tags": "none"})),
    ("point/text", "A restore point must be an object.", ARTIFACT, _artifact(restorePoint="p1")),
    ("point/tags-array", "Tags must be in one text.",
     ARTIFACT, _artifact(restorePoint={"id": "p1", "tags": ["none"]})),
    ("point/unit-text", "A protection unit must be an object.",
     ARTIFACT, _artifact(restorePoint={"id": "p1", "protectionUnit": "u1"})),
    ("status/number", "A status must be a text.", SESSION, _session(status=3)),
    ("status/array", "A status must be a text.", SESSION, _session(status=["draft"])),
    ("status/true", "A status must be a text.", ARTIFACT, _artifact(status=True)),
    ("destination/number", "A destination must be a text.", ARTIFACT, _artifact(destinationType=0)),
    ("job-type/object", "A job type must be a text.", SESSION, _session(restoreJobType={})),
    ("text/number", "A name must be a text.", ARTIFACT, _artifact(restoredFolderName=7)),
    ("text/array", "A name must be a text.", ARTIFACT, _artifact(restoredFolderId=["f"])),
    ("count/above", "A count must fit 32 bits.", ARTIFACT, _artifact(restoredItemCount=2147483648)),
    ("count/below",
     "A count must fit 32 bits.", ARTIFACT, _artifact(restoredItemCount=-2147483649)),
    ("count/huge", "A count must fit 32 bits.", ARTIFACT, _artifact(restoredItemCount=10**20)),
    ("count/fraction",
     "A count must be a whole number.", ARTIFACT, _artifact(restoredItemCount=1.5)),
    ("count/text", "A count must be a number.", ARTIFACT, _artifact(restoredItemCount="3")),
    ("count/true", "A count must be a number.", ARTIFACT, _artifact(restoredItemCount=True)),
    ("count/of-a-session", "A count must fit 32 bits.",
     SESSION, _session(restoreSessionArtifactCount={"total": 2147483648})),
    ("counts/array", "The counts must be an object.",
     SESSION, _session(restoreSessionArtifactCount=[])),
    ("count/of-a-search",
     "A count must fit 32 bits.", ARTIFACT, _granular(artifactCount=4294967296)),
    ("error/text", "An error must be an object.", SESSION, _session(error="UnknownError")),
    ("error/code-number",
     "An error's code must be a text.", ARTIFACT, _artifact(error={"code": 500})),
    ("error/details-object", "An error's details must be an array.",
     ARTIFACT, _artifact(error={"details": {}})),
    ("error/detail-text", "An error's detail must be an object.",
     ARTIFACT, _artifact(error={"details": ["Busy"]})),
    ("error/inner-array", "An inner error must be an object.",
     ARTIFACT, _artifact(error={"innerError": []})),
    ("identity/text", "An actor must be an object.", SESSION, _session(createdBy="Ada")),
    ("identity/user-text",
     "A user must be an object.", SESSION, _session(createdBy={"user": "Ada"})),
    ("identity/id-number", "A user's id must be a text.",
     SESSION, _session(lastModifiedBy={"user": {"id": 7}})),
    ("artifacts/object",
     "Artifacts must be an array.", SESSION, _session(mailboxRestoreArtifacts={})),
    ("artifacts/text",
     "Artifacts must be an array.", SESSION, _session(mailboxRestoreArtifacts="a1")),
    ("artifacts/entry-null", "An artifact must be an object.", SESSION, _holding(None)),
    ("artifacts/entry-text",
     "An artifact must be an object.", SESSION, _holding(_artifact(), "a2")),
    ("artifacts/granular-object", "Artifacts must be an array.",
     SESSION, _session(granularMailboxRestoreArtifacts={})),
    ("page/missing", "A page must have a value.", SESSIONS, {"@odata.count": 0}),
    ("page/null", "A page must have a value.", ARTIFACTS, {"value": None}),
    ("page/object", "A page's value must be an array.", SESSIONS, {"value": {}}),
    ("page/bad-session",
     "A session on a page must have an id.", SESSIONS, {"value": [_session(), {}]}),
    ("page/link-number", "A link must be a text.", ARTIFACTS, {"value": [], "@odata.nextLink": 1}),
    ("create-request/array", "A request must be an object.", CREATION, []),
    ("create-request/entry", "An artifact of a request must be an object.",
     CREATION, {"mailboxRestoreArtifacts": [1]}),
    ("update-request/removal", "A removal must have an id.",
     UPDATE, {"mailboxRestoreArtifacts@delta": [{"@removed": {"reason": "changed"}}]}),
    ("many-problems", "A document may have many problems.",
     SESSION,
     {"id": 1, "status": 2, "createdDateTime": 3, "mailboxRestoreArtifacts": [4, {"id": 5}]}),
    ("known-property-nested", "A status must not be an array, regardless of its depth.",
     SESSION, _session(status=_nested(200))),
    ("unknown-property-nested", "An unknown property must not have more than 100 levels.",
     SESSION, _session(unknown=_nested(101))),
    ("unknown-property-nested-deep", "An unknown property must not have more than 100 levels.",
     SESSION, _session(unknown=_nested(200))),
)
"""Documents to refuse."""

_TEXTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("plain", "A document may be given as text.", '{"id": "s1", "status": "draft"}'),
    ("white-space", "White space does not matter.", ' \t\r\n{ "id" :\n"s1" } \n'),
    ("escapes", "A character may be escaped.",
     r'{"id": "\u0073\u0031", "note": "\ud83d\udcec\/\n"}'),
    ("repeated", "Only the last value of a repeated property counts.",
     '{"id": "s0", "id": "s1", "status": "draft", "status": "active"}'),
    ("repeated-within", "Only the last value of a repeated property counts, at any depth.",
     '{"id": "s1", "createdBy": {"user": {"id": "ada"}, "user": {"id": "bob"}}}'),
    ("repeated-and-wrong-before", "Only the last value of a repeated property is checked.",
     '{"id": 7, "id": "s1"}'),
    ("minus-nought", "Minus zero is a whole number.",
     '{"id": "s1", "restoreSessionArtifactCount": {"total": -0}}'),
    ("digits", "A number may have 4,300 digits.", '{"id": "s1", "n": ' + "9" * 4300 + "}"),
    ("numbers", "Numbers are kept.", '{"id": "s1", "n": [0, -1, 0.25, 9007199254740991]}'),
    ("nested", "An unknown property may have a hundred levels.",
     '{"id": "s1", "unknown": ' + "[" * 100 + "]" * 100 + "}"),
)
"""Texts to read."""

_BAD_TEXTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("empty", "The text is empty.", ""),
    ("blank", "The text is empty.", " \n "),
    ("word", "The text is not JSON.", "session"),
    ("truncated", "The document is truncated.", '{"id": "s1"'),
    ("truncated-text", "The document is truncated.", '{"id": "s'),
    ("two-documents", "There is more than one document.", '{"id": "s1"}{"id": "s2"}'),
    ("rubbish-behind", "There is other text after the document.", '{"id": "s1"} x'),
    ("trailing-comma", "A value must follow a comma.", '{"id": "s1",}'),
    ("trailing-comma-in-an-array", "A value must follow a comma.", '{"id": "s1", "a": [1,]}'),
    ("missing-comma", "There must be a comma between two properties.",
     '{"id": "s1" "status": "draft"}'),
    ("single-quotes", "Texts must be in double quotes.", "{'id': 's1'}"),
    ("name-without-quotes", "Names must be in double quotes.", '{id: "s1"}'),
    ("comment", "JSON has no comments.", '{"id": "s1" /* one */}'),
    ("nan", "NaN is not a JSON number.", '{"id": "s1", "n": NaN}'),
    ("nan-as-count", "NaN is not a JSON number.",
     '{"id": "s1", "restoreSessionArtifactCount": {"total": NaN}}'),
    ("infinity", "Infinity is not a JSON number.", '{"id": "s1", "n": Infinity}'),
    ("minus-infinity", "Infinity is not a JSON number.", '{"id": "s1", "n": -Infinity}'),
    ("beyond-a-double", "A number must fit a double.", '{"id": "s1", "n": 1e999}'),
    ("leading-nought", "A number must not have a leading zero.", '{"id": "s1", "n": 01}'),
    ("plus", "A number must not have a plus sign.", '{"id": "s1", "n": +1}'),
    ("no-digit-after-the-point", "A digit must follow a decimal point.", '{"id": "s1", "n": 1.}'),
    ("python-word", "The boolean is true, not True.", '{"id": "s1", "n": True}'),
    ("control-character", "A control character must be escaped.", '{"id": "s1", "n": "a\nb"}'),
    ("bad-escape", "The escape is unknown.", r'{"id": "s1", "n": "\x41"}'),
    ("short-escape", "An escaped character must have four digits.", r'{"id": "s1", "n": "\u00g1"}'),
    ("lone-high-surrogate", "Half a surrogate pair is not a character.",
     r'{"id": "s1", "n": "\ud83d"}'),
    ("lone-low-surrogate", "Half a surrogate pair is not a character.",
     r'{"id": "s1", "n": "\udcec"}'),
    ("swapped-surrogates", "Two halves of a surrogate pair in the wrong order are not a character.",
     r'{"id": "s1", "n": "\udcec\ud83d"}'),
    ("lone-surrogate-in-a-name", "Half a surrogate pair is not a character.",
     r'{"id": "s1", "\ud83d": 1}'),
    ("lone-surrogate-in-a-name-within", "Half a surrogate pair is not a character, at any depth.",
     r'{"id": "s1", "unknown": {"\ud83d": 1}}'),
    ("lone-surrogate-not-escaped", "Half a surrogate pair is not a character.",
     '{"id": "s1", "n": "\ud83d"}'),
    ("no-break-space-behind", "Only four characters are white space.", '{"id": "s1"}\u00a0'),
    ("no-break-space-before", "Only four characters are white space.", '\u00a0{"id": "s1"}'),
    ("lone-surrogate-in-an-id", "Half a surrogate pair is not a character.", r'{"id": "\ud83d"}'),
    *(
        (f"hidden/{name}",
         "Invalid JSON is refused even in a value that a repeated property replaces.",
         f'{{"id": "s1", "n": {value}, "n": 1}}')
        for name, value in _HIDDEN
    ),
    ("hidden/within",
     "Invalid JSON in a replaced value is refused at any depth.",
     '{"id": "s1", "a": [{"n": NaN, "n": 1}]}'),
    ("hidden/known",
     "Invalid JSON in a replaced value is refused for known and unknown properties.",
     '{"id": NaN, "id": "s1"}'),
    ("hidden/artifacts", "Invalid JSON in a replaced value is refused for any property.",
     r'{"id": "s1", "mailboxRestoreArtifacts": [{"id": "\ud83d"}], "mailboxRestoreArtifacts": []}'),
    ("hidden/beside-the-deepest",
     "Invalid JSON in a replaced value is refused beside an unknown property of a hundred levels.",
     json.dumps({"mailboxRestoreArtifacts": [_artifact(error={"innerError": {"details": [
         {"unknown": _nested(100)}]}})]})[:-1] + ', "id": "s1", "n": NaN, "n": 1}'),
    ("unclosed-arrays-at-the-root", "All brackets must be closed.", "[" * 100_000),
    ("unclosed-arrays", "All brackets must be closed.", '{"id": "s1", "n": ' + "[" * 200),
    ("nested-deep", "An unknown property must not have more than 100 levels.",
     '{"id": "s1", "unknown": ' + "[" * 200 + "]" * 200 + "}"),
    ("repeated-and-wrong-last", "The last value of a repeated property is checked.",
     '{"id": "s1", "id": 7}'),
)
"""Texts to refuse."""


def _document(name: str, rule: str, description: str, kind: str, document: Any) -> Declared:
    return case(name, rule, description, read(kind, document=document))


def _masked(name: str, description: str, kind: str, document: Any) -> Declared:
    """Write a document for a client that did not ask for unknown members, and for one that did."""
    return case(f"masked/{name}", "W3",
        description, read(kind, document=document, includeUnknownEnumMembers=False),
        read(kind, document=document, includeUnknownEnumMembers=True))


_OWNERS: Final[tuple[tuple[str, str, Any], ...]] = (
    ("session", SESSION, lambda unknown: {"id": "s1", **unknown}),
    ("creator", SESSION, lambda unknown: _session(createdBy=unknown)),
    ("user", SESSION, lambda unknown: _session(createdBy={"user": {"id": "u1", **unknown}})),
    ("error", SESSION, lambda unknown: _session(error={"code": "c", **unknown})),
    ("count", SESSION, lambda unknown: _session(restoreSessionArtifactCount=unknown)),
    ("artifact-of-a-session", SESSION, lambda unknown: _holding(_artifact(**unknown))),
    ("granular-artifact", SESSION, lambda unknown: _holding(_granular(**unknown))),
    ("point", ARTIFACT, lambda unknown: _artifact(restorePoint={"id": "p1", **unknown})),
    ("page", ARTIFACTS, lambda unknown: {"value": [], **unknown}),
    ("request", CREATION, lambda unknown: {**unknown}),
)
"""What may have an unknown property."""

_LEVELS: Final = tuple(
    _document(f"{found}/levels/{owner}/{name}-{shape}", rule,
        "An unknown property of any name may have a hundred levels, and no more.",
        kind, made({written: outer(levels)}))
    for owner, kind, made in _OWNERS
    for name, written in (("usual", "unknown"), ("quoted", 'un"known'))
    for shape, outer in (
        ("arrays", _nested), ("objects", lambda levels: {"in": {"in": _nested(levels - 2)}}),
    )
    for levels, found, rule in ((100, "round-trip", "W1"), (101, "refused", "W4"))
)

_AS_TEXTS: Final = tuple(
    case(f"refused-text/request/{name}", "W4",
        "A request is refused as a text for what it is refused for as a value.",
        read(CREATION, text=json.dumps({"mailboxRestoreArtifacts": [entry]})))
    for name, entry in (
        ("destination", {"restorePoint": {"id": "p1"}, "destinationType": 1}),
        ("point", {"restorePoint": "p1", "destinationType": "new"}),
        ("point-without-an-id", {"restorePoint": {}, "destinationType": "new"}),
        ("time", {"restorePoint": {"id": "p1", "protectionDateTime": "today"}}),
    )
)

_HIDDEN_ARTIFACTS: Final = tuple(
    case(f"refused-text/hidden/artifacts-of-a-page/{name}", "W4",
        "Invalid JSON in replaced artifacts is refused, beside a name of any kind.",
        read(ARTIFACTS, text=r'{"value": [{"id": "a1", "a\"b": 1}, {"id": "a2", "n": 1e999}], '
            f'"{again}": []}}'))
    for name, again in (("plain", "value"), ("escaped", r"v\u0061lue"))
)

_ODD_TEXTS: Final = tuple(
    _document(f"unknown-text/beside-a-quote/{kind}-{text or 'empty'}", "W2",
        "A text that is not a member is written as it was read, beside a name of any kind.",
        SESSION, {"id": "s1", 'a"b': 1, **known})
    for text in ("", "ZZZ", "paused", "unknownFutureValues", "zzz")
    for kind, known in (
        ("session", {"status": text}), ("type", {"restoreJobType": text}),
        ("artifact", {"mailboxRestoreArtifacts": [_artifact(status=text, **{'a"b': 1})]}),
        ("destination", {"mailboxRestoreArtifacts":
            [_artifact(destinationType=text, **{'a"b': 1})]}),
        ("tags", {"mailboxRestoreArtifacts":
            [_artifact(restorePoint={"id": "p1", "tags": text, 'a"b': 1})]}),
    )
)

_MASKED_ENTRIES: Final = tuple(
    _masked(f"entry/{kind}-{name}",
        "A text that is not a member is masked in each entry of a collection, too.",
        SESSION, _session(**{collection: [entry, {**entry, "id": "x2", **text}]}))
    for kind, collection, entry in (
        ("whole", "mailboxRestoreArtifacts", _artifact()),
        ("granular", "granularMailboxRestoreArtifacts", _artifact()),
        ("granular-among-whole", "mailboxRestoreArtifacts", _granular()),
        ("request", "mailboxRestoreArtifactsBulkAdditionRequests",
         {"id": "b1", "status": "active"}),
    )
    for name, text in (
        ("status", {"status": "paused"}), ("empty-status", {"status": ""}),
        ("destination", {"destinationType": "elsewhere"}),
    )
)

_POINT: Final = {"restorePoint": {"id": "p1", "tags": "archived"}}
_MASKED_TAGS: Final = tuple(
    _masked(f"entry/{kind}-tags", "Tags are masked in each entry of a collection, too.",
        SESSION, _session(**{collection: [{"id": "x1"}, {"id": "x2", **tags}]}))
    for kind, collection, tags in (
        ("whole", "mailboxRestoreArtifacts", _POINT),
        ("granular", "granularMailboxRestoreArtifacts", _POINT),
        ("request", "mailboxRestoreArtifactsBulkAdditionRequests", {"tags": "archived"}),
    )
)

_ODD_GRANULAR: Final = tuple(
    _document(f"type/beside-names/{name}-{spelling}", "W5",
        "A type is written as it was read, beside properties of any name.",
        SESSION, _holding(_granular(**{"@odata.type": spelled, **others})))
    for spelling, spelled in _GRANULAR_TYPES
    for name, others in (
        ("etag", {"@odata.etag": "e", 'a"b': 1}), ("capital", {"Colour": "red", 'a"b': 1}),
        ("sign", {"#action": {}, "$id": "1", 'a"b': 1}), ("alone", {'a"b': 1}),
    )
)

WIRE: Final = Topic(
    "wire",
    "Graph JSON: round trips, evolvable enumerations, and documents to refuse",
    (
        *(
            _document(f"round-trip/{name}", "W1", description, kind, document)
            for name, description, kind, document in _ROUND_TRIPS
        ),
        *(
            _document(f"round-trip/time/{time}", "W1", "A timestamp is written as it was read.",
                SESSION,
                _session(createdDateTime=time,
                    mailboxRestoreArtifacts=[_artifact(startDateTime=time)]))
            for time in _TIMES
        ),
        _document("round-trip/nested", "W1", "An unknown property may have a hundred levels.",
            SESSION, _session(unknown=_nested(100))),
        *(
            _document(f"unknown-text/{name}", "W2",
                "A text that is not a member is written as it was read.", kind, document)
            for name, kind, document in _UNKNOWN_TEXTS
        ),
        *(_masked(*row) for row in _MASKED),
        *(
            _document(f"refused/{name}", "W4", description, kind, document)
            for name, description, kind, document in _REFUSED
        ),
        *(
            case(f"text/{name}", "W1", description, read(SESSION, text=text))
            for name, description, text in _TEXTS
        ),
        *(
            case(f"refused-text/{name}", "W4", description, read(SESSION, text=text))
            for name, description, text in _BAD_TEXTS
        ),
        *(
            _document(f"type/{name}", "W5", description, kind, document)
            for name, description, kind, document in (*_TYPES, *_PAGES)
        ),
        *(
            _document(f"selected/{name}", "W6", description, kind, document)
            for name, description, kind, document in _SELECTED
        ),
        *(
            case(f"marked/{name}", "W7", description, read(SESSION, text=text))
            for name, description, text in _MARKED
        ),
        *_MASKED_ENTRIES,
        *_MASKED_TAGS,
        *_ODD_GRANULAR,
        *_AS_TEXTS,
        *_HIDDEN_ARTIFACTS,
        *_ODD_TEXTS,
        *_LEVELS,
        *BULK_DOCUMENTS,
    ),
)
"""The cases of reading and writing documents (rules W1-W7)."""
