"""Points that a reader of the pages may misunderstand, and places that an audit has to check.

Each group is a sentence of the conformance page, with cases for both of its sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from .asking import (
    ADA,
    ON_HOLD,
    activate,
    artifact,
    at,
    bulk_request,
    create,
    create_artifact,
    create_bulk_request,
    expire,
    get,
    list_sessions,
    read,
    record,
    record_batch,
    removal,
    report,
    update,
)
from .declaring import Declared, Topic, case
from .states import asked, bulk, granular, in_status, start, stored, undeclared

__all__ = ["READINGS"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

SESSION: Final = "exchangeRestoreSession"
ARTIFACT: Final = "mailboxRestoreArtifact"
PAGE: Final = "mailboxRestoreArtifactCollectionResponse"
DELTA: Final = "mailboxRestoreArtifacts@delta"
_LINK: Final = {"mailboxRestoreArtifacts@odata.nextLink": "https://example.com/next"}


def _audited(name: str, rule: str, description: str, document: Any) -> Declared:
    return case(name, rule, description, {"method": "audit", "params": {"session": document}})


# Texts that may be JSON -----------------------------------------------------------------------

_NINES: Final = "9" * 4_300

_NUMBERS: Final[tuple[tuple[str, str, str], ...]] = (
    ("digits", "W1", _NINES),
    ("digits-below-nought", "W1", f"-{_NINES}"),
    ("digits-beside-others", "W1", f"[1, -{_NINES}, -1, 0]"),
    ("digit-too-many", "W4", f"{_NINES}9"),
    ("digit-too-many-below-nought", "W4", f"-{_NINES}9"),
    ("beyond-a-double-whole", "W1", "1" + "0" * 400),
    ("beyond-a-double-with-a-fraction", "W4", "1" + "0" * 400 + ".0"),
    ("beyond-a-double-with-an-exponent", "W4", "1e309"),
    ("beyond-a-double-below-nought", "W4", "-1e309"),
    ("greatest-double", "W1", "1.7976931348623157e308"),
    ("nearly-a-double", "W4", "1.7976931348623159e308"),
    ("too-small", "W1", "1e-999"),
    ("nought-of-a-great-exponent", "W1", "0e999"),
    ("many-digits-of-a-fraction", "W1", "0." + "1" * 5_000),
    ("many-digits-with-a-fraction", "W1", "1" * 300 + "." + "1" * 5_000),
    ("many-digits-with-an-exponent", "W4", f"{_NINES}9e0"),
    ("many-digits-of-an-exponent", "W1", "1e" + "0" * 5_000 + "1"),
)
"""Numbers of an unknown property, and whether they are read (W1) or refused (W4)."""

_TEXTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("tab", "W4", '"a\tb"'),
    ("tab-in-a-name", "W4", '{"a\tb": 1}'),
    ("escaped-tab", "W1", r'"a\tb"'),
    ("null-character", "W4", '"\u0000"'),
    ("unit-separator", "W4", '"\u001f"'),
    ("delete", "W1", '"\u007f"'),
    ("next-line", "W1", '"\u0085"'),
    ("line-separator", "W1", '"\u2028"'),
    ("form-feed-between", "W4", "\f1"),
    ("vertical-tab-between", "W4", "\v1"),
    ("capital-escape", "W4", r'"\N"'),
    ("escape-of-an-apostrophe", "W4", r"""{"a": "\'"}"""),
    ("escape-in-capitals", "W1", r'"\u00E9\u00eA"'),
    ("long-escape", "W4", r'"\U0001f4ec"'),
    ("escaped-nul", "W1", r'"\u0000"'),
    ("surrogates-escaped-and-raw", "W1", '"\\ud83d\\udcec\U0001f4ec"'),
    ("capital-word", "W4", "TRUE"),
    ("nil", "W4", "nil"),
    ("undefined", "W4", "undefined"),
    ("hexadecimal", "W4", "0x10"),
    ("underscore", "W4", "1_000"),
    ("double-minus", "W4", "--1"),
    ("minus-alone", "W4", "-"),
    ("no-digit-before-the-point", "W4", ".5"),
    ("no-digit-of-the-exponent", "W4", "1e"),
    ("capital-exponent", "W1", "1E2"),
    ("exponent-with-plus", "W1", "1e+2"),
    ("leading-noughts", "W4", "-01"),
    ("other-digits", "W4", "\u0661"),
    ("empty-entry", "W4", "[1,,2]"),
    ("unclosed", "W4", "[1"),
    ("closed-twice", "W4", "[1]]"),
    ("mixed-closing", "W4", "[1}"),
    ("name-without-a-value", "W4", '{"a"}'),
    ("name-a-number", "W4", "{1: 2}"),
)
"""Values of an unknown property."""

_REPEATED: Final[tuple[tuple[str, str, str], ...]] = (
    ("another-kind", "W1", '{"id": "s1", "status": 5, "status": "draft"}'),
    ("no-time", "W1", '{"id": "s1", "createdDateTime": "soon", "createdDateTime": null}'),
    ("no-artifacts", "W1",
     '{"id": "s1", "mailboxRestoreArtifacts": [{}, 1], "mailboxRestoreArtifacts": []}'),
    ("same-artifacts", "W1",
     '{"id": "s1", "mailboxRestoreArtifacts": [{"id": "a1", "id": "a2"}, {"id": "a1"}]}'),
    ("within", "W1",
     '{"id": "s1", "restoreSessionArtifactCount": {"total": "x", "total": 1.5, "total": 1}}'),
    ("null-last", "W4", '{"id": "s1", "id": null}'),
    ("another-kind-last", "W4", '{"id": "s1", "status": "draft", "status": 5}'),
    ("thrice", "W1", '{"n": 1, "id": "s0", "n": 2, "id": "s1", "n": 3}'),
    ("unknown-within", "W1", '{"id": "s1", "n": {"a": 1, "a": [], "b": 0, "a": {"c": 1, "c": 2}}}'),
    ("escaped", "W1", r'{"id": 5, "\u0069d": "s1", "n": 1, "\u006e": 2}'),
    ("more-levels", "W1", '{"id": "s1", "n": ' + "[" * 101 + "]" * 101 + ', "n": 1}'),
)
"""Documents with properties that are repeated."""


def _json() -> Iterator[Declared]:
    for name, rule, number in _NUMBERS:
        yield case(f"number/{name}", rule,
            "A whole number may have 4300 digits, not counting its sign; other numbers must fit a "
            "double.",
            read(SESSION, text=f'{{"id": "s1", "n": {number}}}'))
    yield case("number/of-a-document", "W1",
        "A whole number keeps all its digits, at any place in a document.",
        read(SESSION, document={"id": "s1", "n": [2**53 + 1, -(2**53) - 1, 2**64 + 1, 10**30],
            "createdBy": {"user": {"n": 2**53 + 1}}, "mailboxRestoreArtifacts": [
                {"id": "a1", "n": 2**53 + 1, "restorePoint": {"id": "p1", "n": 2**63}}]}))
    for name, rule, value in _TEXTS:
        yield case(f"text/{name}", rule, "The text is JSON, or it is not.",
            read(SESSION, text=f'{{"id": "s1", "n": {value}}}'),
            read(ARTIFACT, text=f'{{"id": "a1", "restorePoint": {{"id": "p1", "n": {value}}}}}'))
    for name, rule, text in _REPEATED:
        yield case(f"repeated/{name}", rule,
            "Only the last value of a repeated property counts, even if the others are invalid.",
            read(SESSION, text=text))
    for name, text in (("whole", "1.0"), ("exponent", "1e0"), ("fraction", "2.5"),
            ("minus-nought", "-0.0"), ("long", "2147483647.0")):
        yield case(f"count/{name}", "W4",
            "A count is written without fraction and exponent.",
            read(SESSION,
                text=f'{{"id": "s1", "restoreSessionArtifactCount": {{"total": {text}}}}}'),
            read(ARTIFACT, text=f'{{"id": "a1", "restoredItemCount": {text}}}'))


# Documents that are read again ----------------------------------------------------------------

_QUOTED: Final = r'"a\"b": 1'
_COUNTED: Final = '"id": "a1", "artifactCount": 3'
_MISCOUNTED: Final = '"id": "a1", "artifactCount": "all"'
_WHOLE: Final = '"@odata.type": "#microsoft.graph.mailboxRestoreArtifact"'
_GRANULAR: Final = '"@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact"'


def _page(entry: str, name: str = "granularMailboxRestoreArtifacts") -> str:
    """Return the text of a page with one entry, and with this name in its context."""
    context = f'"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#{name}"'
    return f'{{{context}, "value": [{{{entry}}}]}}'


def _in_context(entry: str) -> str:
    """Return the text of a session with one artifact, and with the context of a page."""
    listed = _page(entry).replace('"value"', '"mailboxRestoreArtifacts"')
    return listed.replace("{", '{"id": "s1", ', 1)


_AGAIN: Final[tuple[tuple[str, ...], ...]] = (
    ("context", "W5", PAGE, _page(_COUNTED), _page(_MISCOUNTED)),
    ("context-with-an-escape", "W5", PAGE,
     *(_page(entry, r"granularMailboxRestoreArtifact\u0073")
       for entry in (_COUNTED, _MISCOUNTED))),
    ("context-beside-a-quote", "W5", PAGE,
     _page(f"{_COUNTED}, {_QUOTED}"), _page(f"{_MISCOUNTED}, {_QUOTED}")),
    ("another-type", "W5", PAGE,
     _page(f"{_WHOLE}, {_MISCOUNTED}"), _page(f'{_WHOLE}, {_MISCOUNTED}, "status": 5')),
    ("another-type-beside-a-quote", "W5", PAGE,
     _page(f"{_WHOLE}, {_MISCOUNTED}, {_QUOTED}"),
     _page(f'{_WHOLE}, {_MISCOUNTED}, {_QUOTED}, "status": 5')),
    ("context-of-a-session", "W5", SESSION,
     _in_context(_MISCOUNTED), _in_context(f'{_MISCOUNTED}, "status": 5')),
    *(
        (f"granular-among-whole{words}", "W5", SESSION,
         *(f'{{"id": "s1", "mailboxRestoreArtifacts": [{{"id": "a0"{quoted}}}, '
           f"{{{_GRANULAR}, {entry}{quoted}}}]}}" for entry in (_COUNTED, _MISCOUNTED)))
        for words, quoted in (("", ""), ("-beside-a-quote", f", {_QUOTED}"))
    ),
    ("granular-in-an-answer", "W5", "updateSessionResponse",
     *(f'{{"{DELTA}": [{{{_GRANULAR}, {entry}}}]}}' for entry in (_COUNTED, _MISCOUNTED))),
    ("levels", "W4", SESSION, '{"id": "s1", "n": [[]]}', '{"id": "s1", "n": ' + "[" * 2_000),
    ("removal", "W4", "updateSessionRequest",
     *(f'{{"{DELTA}": [{{"@removed": {{}}{named}}}]}}' for named in (', "id": "a1"', ""))),
    ("same-id-on-a-page", "W4", "exchangeRestoreSessionCollectionResponse",
     *(f'{{"value": [{{"id": "s1", "mailboxRestoreArtifacts": [{{"id": "a1", {_QUOTED}}}, '
       f'{{"id": "{second}"}}]}}]}}' for second in ("a2", "a1"))),
)
"""Documents that are read, and similar ones that are refused."""


def _again() -> Iterator[Declared]:
    for name, rule, kind, good, bad in _AGAIN:
        yield case(f"again/{name}", rule,
            "A document is read in the same way each time, and each time it is checked.",
            *[read(kind, text=good)] * 3, read(kind, text=bad))
    point = {"id": "p1"}
    chosen = {"@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact", "id": "g1"}
    document = undeclared({"id": "a1", "restorePoint": point}, {**chosen, "restorePoint": point})
    yield case("again/granular-in-an-audit", "O1",
        "A granular artifact may have the restore point of a whole one, wherever it is listed.",
        *[{"method": "audit", "params": {"session": document}}] * 3)


# Times ----------------------------------------------------------------------------------------

_TIMES: Final[tuple[tuple[str, str], ...]] = (
    ("W1", "2026-01-05T09:00:00-00:00"), ("W1", "2026-01-05T09:00:00+14:00"),
    ("W1", "2026-01-05T09:00:00+18:01"), ("W1", "2026-01-05T09:00:00-23:59"),
    ("W1", "2026-01-05T09:00+02:59"), ("W1", "2026-01-05T09:00Z"), ("W1", "2000-02-29T00:00:00Z"),
    ("W1", "2400-02-29T23:59:59.999999999999Z"), ("W1", "0004-02-29T00:00:00Z"),
    ("W1", "0001-01-01T00:00:00.0Z"),
    ("W4", "2026-01-05T09:00:00+02:60"), ("W4", "2026-01-05T09:00:00+02:75"),
    ("W4", "2026-01-05T09:00:00+24:00"), ("W4", "2026-01-05T09:00:00-24:00"),
    ("W4", "2026-01-05T09:00:00+99:99"), ("W4", "2026-01-05T09:00:00+2:00"),
    ("W4", "2026-01-05T09:00:00+02:0"), ("W4", "2026-01-05T09:00:00+02:00:00"),
    ("W4", "2026-01-05T09:00:00 +02:00"), ("W4", "2026-01-05T09:00:00\u221202:00"),
    ("W4", "2026-01-05t09:00:00Z"), ("W4", "2026-01-05T09:00:00z"),
    ("W4", "2026-01-05T09:00:00z+02:00"), ("W4", "2026-01-05T09:00:00Z+02:00"),
    ("W4", "2100-02-29T00:00:00Z"), ("W4", "1900-02-29T00:00:00Z"), ("W4", "2026-04-31T00:00:00Z"),
    ("W4", "2026-01-00T00:00:00Z"), ("W4", "2026-01-32T00:00:00Z"), ("W4", "0000-01-01T00:00:00Z"),
    ("W4", "10000-01-01T00:00:00Z"), ("W4", "-2026-01-05T09:00:00Z"),
    ("W4", "+2026-01-05T09:00:00Z"), ("W4", "26-01-05T09:00:00Z"), ("W4", "2026-1-5T09:00:00Z"),
    ("W4", "2026-01-05T9:00:00Z"), ("W4", "2026-01-05T09:0:00Z"), ("W4", "2026-01-05T09Z"),
    ("W4", "2026-01-05T09:00:60Z"), ("W4", "2016-12-31T23:59:60Z"), ("W4", "2026-01-05T24:00:00Z"),
    ("W4", "2026-01-05T09:00:00.-1Z"), ("W4", "2026-01-05T09:00:00.1.1Z"),
    ("W4", "2026-01-05T09:00:00.+1Z"), ("W4", "2026-01-05T09:00:00.1 Z"), ("W4", "2026-005T09:00Z"),
    ("W4", "2026-01-05T09:00:00[UTC]"), ("W4", "2026-01-05T09:00:00Z[UTC]"),
    ("W4", "2026-01-05T09:00:00 GMT"), ("W4", "2026-01-05T09:00:00.1234567890120Z"),
    ("W4", "2026-01-05t09:00:00+02:00"), ("W4", "2026-01-05 09:00:00+02:00"),
)
"""Texts that are times (W1), and others (W4)."""


def _times() -> Iterator[Declared]:
    for rule, text in _TIMES:
        yield case(f"time/{text}", rule, "The text is a timestamp, or it is not.",
            read(ARTIFACT, document={"id": "a1", "startDateTime": text}),
            read(SESSION, document=undeclared({"id": "a1", "startDateTime": text})))
    for name, one, other in (
        ("small-letters-of-two", "2026-01-05t09:00:00Z", "2026-01-05T09:00:00z"),
        ("one-of-two", "2026-01-05T09:00:00Z", "2026-01-05T09:00:00"),
    ):
        yield case(f"time/{name}", "W4", "Each of several timestamps has to be one.",
            read(SESSION, document=undeclared({"id": "a1", "startDateTime": one,
                "completionDateTime": other}, completedDateTime=at(30))))
    for _, text in _TIMES[8:16]:
        yield case(f"time/of-a-report/{text}", "O7",
            "A report has a time, or it does not.",
            start(in_status("inProgress", createdDateTime=None)),
            record(report("succeeded", time=text)), get())


# Members and tags -----------------------------------------------------------------------------

_TAGS: Final = ("", " ", ",", "none", " none", "none ,fastRestore", "none, fastRestore",
    "none,,fastRestore", "none,", ",none", "none,none", "none, slow", "slow , none", "None",
    "none;fastRestore", "none fastRestore", "unknownFutureValue", " unknownFutureValue ,none",
    "none\u00a0,fastRestore", "none\t,\nfastRestore", "\u2003none")
"""Texts of tags."""


def _tags() -> Iterator[Declared]:
    for number, tags in enumerate(_TAGS):
        document = {"id": "a1", "restorePoint": {"id": "p1", "tags": tags}}
        yield case(f"tags/{number}", "W3",
            "With unknown members requested, tags are written as read, otherwise as known members.",
            read(ARTIFACT, document=document, includeUnknownEnumMembers=False),
            read(ARTIFACT, document=document, includeUnknownEnumMembers=True),
            read(ARTIFACT, document=document))
        yield case(f"tags/of-a-bulk-request/{number}", "B1",
            "Tags of a bulk request are members separated by commas.",
            start(undeclared()),
            create_bulk_request(bulk_request("ada@example.com", tags=tags)), get())
    members = (("status", ("Failed", "FAILED", " failed", "failed ", "paused", "")),
        ("restoreJobType", ("Granular", "granular ", "nightly", "")))
    for name, texts in members:
        for number, text in enumerate(texts):
            document = {"id": "s1", name: text}
            yield case(f"member/{name}-{number}", "W3",
                "A text is a member only if it matches exactly; any other text is unknown.",
                read(SESSION, document=document, includeUnknownEnumMembers=False),
                read(SESSION, document=document))


# Entries of a delta ---------------------------------------------------------------------------

_FAILED: Final = {"@Core.DataModificationException": {"responseCode": 409}}
_ENTRIES: Final = (
    ("both", {**removal("a1"), **_FAILED}),
    ("both-and-no-exception", {**removal("a1"), "@Core.DataModificationException": 5}),
    ("both-and-no-id", {"@removed": {}, **_FAILED}),
    ("removed-null", {"id": "a1", "@removed": None}),
    ("removed-null-and-failed", {"id": "a1", "@removed": None, **_FAILED}),
    ("removed-a-text", {"id": "a1", "@removed": "changed"}),
    ("removed-empty", {"id": "a1", "@removed": {}}),
    ("removed-in-other-case", {"id": "a1", "@Removed": {}}),
    ("removed-and-added", {**artifact("p9"), **removal("a1")}),
    ("removed-of-another-type", {**removal("a1"), "@odata.type": "#x"}),
    ("failed", {"id": "a1", **_FAILED}),
    ("failed-null", {"id": "a1", "@Core.DataModificationException": None}),
    ("failed-and-added", {**artifact("p9"), **_FAILED}),
)
"""Entries of a delta with properties that decide their kind."""


def _entries() -> Iterator[Declared]:
    for name, entry in _ENTRIES:
        yield case(f"entry/{name}", "W4",
            "An entry with @removed is a removal, regardless of its other properties.",
            read("updateSessionResponse", document={DELTA: [entry]}),
            read("updateSessionRequest", document={DELTA: [entry]}))
        yield case(f"entry/of-a-request/{name}", "O3",
            "An entry with @removed is a removal, regardless of its other properties.",
            start(in_status("added", "added")), update(entry), get())


# Parameters -----------------------------------------------------------------------------------

_REPORTERS: Final = ("", " ", "Driver", "OBSERVER", "driver ", "user", "null", "0")


def _parameters() -> Iterator[Declared]:
    for number, reporter in enumerate(_REPORTERS):
        yield case(f"reporter/{number}", "W4", "A reporter is exactly driver or observer.",
            start(in_status("scheduled")), record(report("inProgress"), reporter=reporter),
            record_batch(report("inProgress"), reporter=reporter), get())
    for name, call in (("record", record(report("inProgress"))),
            ("recordBatch", record_batch(report("inProgress")))):
        null = {**call, "params": {**call["params"], "reporter": None, "actor": None}}
        yield case(f"reporter/null-of-{name}", "O7",
            "A null reporter is a missing one, which means a driver.",
            start(in_status("scheduled")), null, get())
    for name, call in (
        ("update", update(removal("a1"), actor=ADA)),
        ("createArtifact", create_artifact(artifact("p9"), actor=ADA)),
        ("record", record(report("scheduling"), actor=ADA)),
        ("recordBatch", record_batch(report("scheduling"), actor=ADA)),
    ):
        yield case(f"actor/{name}", "S6", f"{name} takes an actor.",
            start(in_status("added")), call, get())
    extra = {"note": 1, "restoreJobType": "bulk", "status": "failed"}
    yield from (
        case("unknown/report", "O7", "Unknown properties of a report are ignored.",
            start(in_status("inProgress")), record({**report("succeeded"), **extra,
                "status": "succeeded", "id": "x", "destinationType": "new"}), get()),
        case("unknown/error-of-a-report", "O7", "All properties of a report's error are kept.",
            start(in_status("inProgress")),
            record(report("failed", error={**ON_HOLD, "n": 2**53 + 1, "details": [{"m": None}]})),
            get()),
        case("unknown/create", "O1", "Unknown properties of a request are ignored.",
            create({**artifact("p1"), **extra}, request={**extra, "mailboxRestoreArtifacts": [
                {**artifact("p1"), **extra}]}), get()),
        case("unknown/bulk-request", "B1",
            "Unknown properties of a request are kept only in its period.",
            start(undeclared()), create_bulk_request(bulk_request("ada@example.com", note=1,
                status="completed", protectionTimePeriod={"zone": 2**53 + 1})), get()),
    )


# What follows if artifacts are missing or have no end ------------------------------------------

_COUNTS: Final = {"total": 9, "inProgress": 4, "completed": 3, "failed": 2}


def _followed() -> Iterator[Declared]:
    for name, evidence in (("link", _LINK), ("total", {})):
        for status in ("active", "unknownFutureValue", "paused", None):
            yield case(f"lacking/{name}-{status}", "S8",
                "If artifacts are missing, a report keeps only the total of the declared numbers.",
                start(undeclared(stored("a1", "inProgress"), status=status,
                    restoreSessionArtifactCount=_COUNTS, **evidence)),
                get(), record(report("succeeded")), get())
    for name, artifacts, declared in (
        ("declared-and-older", [{"id": "a1", "status": "succeeded"}], at(-9)),
        ("derived", [stored("a1", "succeeded")], at(-9)),
        ("derived-of-one", [stored("a1", "succeeded"), {"id": "a2", "status": "failed"}], at(-9)),
    ):
        for more, words in (({}, "all-there"), (_LINK, "lacking")):
            given = {"id": "s1", "status": "completed", "completedDateTime": declared,
                "lastModifiedDateTime": at(10), "mailboxRestoreArtifacts": artifacts, **more}
            yield case(f"expiry/{name}/{words}", "O8",
                "Computed values count; declared ones count only if artifacts are missing.",
                start(given, limits={"retentionDays": 1}), expire("2026-01-06T09:05:00Z"),
                expire("2026-01-06T09:20:00Z"), expire("2026-01-06T09:40:00Z"))
    for name, artifacts in (("end", [stored("a1", "succeeded")]),
            ("no-end", [{"id": "a1", "status": "succeeded"}])):
        for more, words in (({}, "all-there"), (_LINK, "lacking")):
            for completed in (at(-9), at(90), None):
                yield _audited(f"completed/{name}/{words}/{completed}", "S3",
                    "The completion follows from the artifacts, or else is the declared one.",
                    {"id": "s1", "status": "completed", "createdDateTime": at(50),
                     "completedDateTime": completed, "mailboxRestoreArtifacts": artifacts, **more})
    for name, ended, completed in (
        ("more", "2026-01-05T09:30:00Z", "2026-01-05T09:30:00.0000001Z"),
        ("fewer", "2026-01-05T09:30:00.0000001Z", "2026-01-05T09:30:00Z"),
    ):
        yield _audited(f"completed/{name}-digits", "S3", "All digits of the completion count.",
            undeclared(stored("a1", "succeeded", completionDateTime=ended), status="completed",
                completedDateTime=completed))
    for status in ("unknownFutureValue", "paused", "Completed"):
        for artifacts in ([stored("a1", "succeeded")], [stored("a1", "failed")],
                [stored("a1", "inProgress")]):
            for words, more in (("alone", {}), ("with-time", {"completedDateTime": at(30)}),
                    ("lacking", _LINK)):
                yield _audited(f"unknown-status/{status}-{artifacts[0]['status']}-{words}", "S1",
                    "An unknown declared status has no meaning; the artifacts decide.",
                    {"id": "s1", "status": status, "mailboxRestoreArtifacts": artifacts, **more})
    yield case("limits/least", "O4", "The smallest limits are 1, 1, 0 and 0.",
        start(in_status("added"), limits={"artifactsPerRequest": 1, "restorationResources": 1,
            "activeSessions": 0, "retentionDays": 0}), activate(),
        create(artifact("p1"), session="s2"), create(artifact("p1"), artifact("p2"), session="s3"),
        list_sessions())


# What an audit checks at any place -------------------------------------------------------------

_WRONG: Final[tuple[tuple[str, dict[str, Any]], ...]] = tuple(
    (f"{status}-{name}-{'missing' if value is None else 'there'}", {"status": status, name: value})
    for status in ("added", "scheduling", "scheduled", "inProgress", "succeeded", "failed", "x")
    for name, value in (
        ("startDateTime", at(20)), ("startDateTime", None), ("completionDateTime", at(30)),
        ("completionDateTime", None), ("error", {}), ("error", None))
)
"""An artifact with each property of L5, or without it, in each status."""


def _audits() -> Iterator[Declared]:
    for name, wrong in _WRONG:
        base = stored("w", wrong["status"])
        odd = {**base, **wrong}
        for place, document in (
            ("between", undeclared(stored("a1", "added"), odd, stored("a2", "added"))),
            ("granular", undeclared(
                granularMailboxRestoreArtifacts=[granular("g1", "added"), odd])),
            ("lacking", undeclared(odd, status="active", **_LINK)),
        ):
            yield _audited(f"audit/{place}/{name}", "L5",
                "An audit checks each artifact, at any place.", document)
    same, other = {"id": "p1"}, {"@odata.id": "restorePoints('p1')"}
    points = (same, other, same)
    for place, document in (
        ("lacking", undeclared(*(stored(f"a{n}", "added", restorePoint=p)
            for n, p in enumerate(points)), **_LINK)),
        ("unknown", undeclared(*(stored(f"a{n}", "paused", restorePoint=p)
            for n, p in enumerate(points)), {"id": "a9", "restorePoint": same})),
        ("two-groups", undeclared(*(stored(f"a{n}", "added", restorePoint={"id": f"p{n % 2}"})
            for n in range(6)))),
        ("granular", undeclared(granularMailboxRestoreArtifacts=[
            granular(f"g{n}", "added", restorePoint=p) for n, p in enumerate(points)])),
        ("granular-without-search", undeclared(granularMailboxRestoreArtifacts=[
            {"id": f"g{n}", "restorePoint": p} for n, p in enumerate(points)])),
        ("other-searches", undeclared(granularMailboxRestoreArtifacts=[
            granular(f"g{n}", "added", restorePoint=p, searchResponseId=f"q{n}")
            for n, p in enumerate(points)])),
        ("both-kinds", undeclared(stored("a1", "added", restorePoint=same),
            granular("a2", "added", restorePoint=other), granularMailboxRestoreArtifacts=[
                granular("g1", "added", restorePoint=same)])),
    ):
        yield _audited(f"audit/points/{place}", "O1",
            "An audit names each artifact whose restore point is that of an earlier one.", document)
    for place, texts in (("third", ("new", "new", "inPlace")), ("unknown", ("x", "y", None)),
            ("unknown-beside-known", ("x", "new", None)), ("of-three", ("new", "inPlace", "x"))):
        for more, words in (({}, "all-there"), (_LINK, "lacking")):
            yield _audited(f"audit/destinations/{place}-{words}", "O1",
                "All artifacts have one kind of destination; all invalid destinations count as "
                "one.",
                undeclared(*(stored(f"a{n}", "added", destinationType=text)
                    for n, text in enumerate(texts)), **more))
    for name, (created, modified) in {
        "by-the-instant": ("2026-01-05T10:00:00+02:00", "2026-01-05T09:00:00Z"),
        "by-the-instant-west": ("2026-01-05T05:00:00-05:00", "2026-01-05T09:59:59.9Z"),
        "as-numbers": ("2026-01-05T09:00:00.5Z", "2026-01-05T09:00:00.49Z"),
        "not-created": (None, "0001-01-01T00:00:00Z"),
    }.items():
        for more, words in (({}, "all-there"), (_LINK, "lacking")):
            yield _audited(f"audit/modified/{name}-{words}", "S6",
                "The last change must not be before the creation.",
                undeclared(stored("a1", "added"), createdDateTime=created,
                    lastModifiedDateTime=modified, **more))
    yield _audited("audit/bulk", "L5",
        "The rules for artifacts also apply to those of a bulk session.",
        bulk(asked("b1", "active"), artifacts=[stored("a1", "inProgress", startDateTime=None),
            stored("a2", "added", error=ON_HOLD)], status="active"))


READINGS: Final = Topic(
    "readings",
    "What could be read in two ways, and what an audit finds wherever it stands",
    (*_json(), *_again(), *_times(), *_tags(), *_entries(), *_parameters(), *_followed(),
        *_audits()),
)
"""The cases for short sentences of the conformance page."""
