"""Bulk sessions: how bulk requests count for the status, and their results (B3-B6, S8, S9)."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any, Final

from restore_domain.status import ArtifactRestoreStatus
from restore_domain.verification.histories import Call

from .asking import (
    ADA,
    BOB,
    ON_HOLD,
    activate,
    artifact,
    at,
    bulk_request,
    create,
    create_artifact,
    create_bulk_request,
    delete,
    delete_bulk_request,
    expire,
    get,
    get_bulk_request,
    list_artifacts,
    list_bulk_requests,
    list_sessions,
    record,
    record_batch,
    removal,
    report,
    resolve_bulk_request,
    update,
)
from .bulk_documents import ERRORS, NO_MAILBOX, NOTES
from .bulk_order import BULK_ORDER
from .bulk_requests import BULK_REQUESTS
from .declaring import Declared, Start, Topic, case, cases
from .refused_sessions import of_bad_bulk_ids, of_bad_ids
from .states import REQUESTS, asked, bulk, granular, odata, session, start, stored, undeclared

__all__ = ["BULK"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

NOT_ALLOWED: Final = "RestoreSessionActionNotAllowed"
MALFORMED: Final = "InvalidArtifactRequest"

_EMPTY: Final = create(request={})
_ADA: Final = "ada@example.com"
_CYD: Final = "cyd@example.com"
_THREE: Final = ("ada@example.com", "bob@example.com", "cyd@example.com")
_ASKED: Final = create_bulk_request(bulk_request(*_THREE))
_BEGUN: Final = (_EMPTY, _ASKED, activate(now=at(20)))
"""A session that was activated with a bulk request for three mailboxes."""

def point(key: Any = "p1", **others: Any) -> dict[str, Any]:
    """Return an artifact as it is in a resolution."""
    return {"restorePoint": {"id": key}, **others}


def failure(mailbox: Any = _CYD, error: Any = NO_MAILBOX) -> dict[str, Any]:
    """Return a failure as it is in a resolution."""
    return {"mailbox": mailbox, "error": error}


def resolve(
    *artifacts: Any, failures: Any = None, ended: Any = None, **others: Any
) -> Call:
    """Resolve the request ``b1`` with these artifacts and failures."""
    parts = {"artifacts": list(artifacts) or None, "failures": failures, "ended": ended}
    resolution = {name: value for name, value in parts.items() if value is not None}
    return resolve_bulk_request(resolution, **others)


def _parts_of(names: tuple[str, ...]) -> list[str]:
    """Return for each part of these requests a mailbox that it can't resolve: its own, then Cyd."""
    own = {"b1": _ADA, "b2": "bob@example.com"}
    return [_CYD if name in names[:place] else own[name] for place, name in enumerate(names)]


def _begun(*artifacts: Any, **others: Any) -> Start:
    """Begin with an activated bulk session with an active request for three mailboxes."""
    return start(bulk(asked("b1", "active", mailboxes=list(_THREE), **others),
        artifacts=artifacts, status="activating"))


_FORGOTTEN: Final = delete_bulk_request(request_id="b9", now=at(45))
"""Deletes another request that has ended, so that the values of the session are computed."""

_ENDED: Final = asked("b9", "completed")

# How an active request counts (B3 and B6) --------------------------------------------------------

_STATUSES: Final = (
    *combinations(ArtifactRestoreStatus, 1),
    ("added", "scheduling"), ("added", "succeeded"), ("succeeded", "failed"),
    ("succeeded", "unknownFutureValue"),
)


def _stored(statuses: Any) -> list[dict[str, Any]]:
    return [stored(f"a{place}", status) for place, status in enumerate(statuses, start=1)]


_STANDS: Final = (
    *(
        case(f"stands/{name}/{'+'.join(statuses)}", "B3", words,
            start(bulk(asked("b1", status), _ENDED, artifacts=_stored(statuses))), _FORGOTTEN,
            get())
        for name, status, words in (
            ("active", "active",
             "An active request counts as the artifacts that are still to come."),
            ("ended", "completed", "A request that has ended does not count as artifacts."),
            ("ended-with-errors", "completedWithErrors",
             "A request that has ended with errors does not count if there is an artifact."),
        )
        for statuses in _STATUSES
    ),
    *(
        case(f"stands/declared/{name}", "B6", words,
            start(bulk(asked("b1", "active"), _ENDED, artifacts=_stored(statuses),
                status=declared)), _FORGOTTEN, get(), activate(), resolve(point("p9"), ids=["n1"]),
            get())
        for name, statuses, declared, words in (
            ("nothing", (), None, "A session that declares no status is not activated."),
            ("draft", (), "draft", "A session that declares that it is a draft is not activated."),
            ("draft-of-added", ("added",), "draft",
             "A draft with added artifacts is not activated."),
            ("activating", (), "activating",
             "A session that declares that it is activating was activated."),
            ("activating-with-added", ("added",), "activating",
             "A session that declares activating was activated, even with added artifacts."),
            ("active", (), "active", "A session that declares that it is active was activated."),
            ("unknown", (), "unknownFutureValue",
             "A session that declares any other status than draft was activated."),
            ("unknown-text", (), "paused",
             "A session that declares an unknown status was activated."),
            ("completed", (), "completed",
             "A session that declares that it is completed was activated, but is not completed."),
            ("draft-beyond-added", ("scheduling",), "draft",
             "A session with an artifact that is not added was activated."),
            ("draft-with-an-unknown-one", ("unknownFutureValue",), "draft",
             "A session with an artifact whose status is unknown was activated."),
        )
    ),
    *cases("B3", "stands/",
        ("draft", "A session with a new bulk request is a draft.", _EMPTY, _ASKED, get()),
        ("activated", "After activation the session is activating, even without an artifact.",
         *_BEGUN, get()),
        ("some-to-come", "One artifact succeeded and more are to come, so the session is active.",
         _begun(stored("a1", "inProgress")), record(report("succeeded")), get()),
        ("last-to-come", "The session ends with its request, and not earlier.",
         _begun(stored("a1", "succeeded")), resolve(ended=True), get()),
        ("one-failed-to-come",
         "One artifact failed and more are to come, so the session is active.",
         _begun(stored("a1", "inProgress")), record(report("failed")), get()),
        ("observer", "An observer's report about an artifact activates the session.",
         start(bulk(asked("b1", "active"), artifacts=_stored(["added", "added"]))),
         record(report("scheduling"), reporter="observer"), get(),
         resolve(point("p9"), ids=["n1"]), get()),
        ("limit", "An activated bulk session counts as active.",
         start(bulk(asked("b1", "active"), status="activating"),
             undeclared(stored("b1", "added"), session_id="s2"), limits={"activeSessions": 1}),
         activate("s2")),
        ("limit-draft", "A bulk session that was not activated does not count as active.",
         start(bulk(asked("b1", "active"), artifacts=_stored(["added"]), status="draft"),
             undeclared(stored("b1", "added"), session_id="s2"), limits={"activeSessions": 1}),
         activate("s2")),
        ("several", "Several active requests count like one.",
         start(bulk(asked("b1", "active", mailboxes=[_ADA]), asked("b2", "active"),
             artifacts=_stored(["succeeded"]))), resolve(ended=True), get()),
    ),
)

# No artifact at all (B4) -------------------------------------------------------------------------

_FAILURES: Final = [failure(mailbox) for mailbox in _THREE]
_OTHER_ERROR: Final = {"code": "ArtifactCannotBeRestored", "message": "The mailbox is on hold."}
_MORE_ERRORS: Final = {"code": "UnknownError", "details": [{**_OTHER_ERROR, "target": _CYD}]}
_EARLIER: Final = "2026-01-05T10:00:00.0000001Z"
_LATER: Final = "2026-01-05T10:00:00.0000002Z"
_DELETED: Final = delete_bulk_request(now=at(150), actor=BOB)

_NOTHING: Final = (
    *cases("B4", "nothing/",
        ("failed", "If no mailbox can be resolved, the session has failed.",
         *_BEGUN, resolve(failures=_FAILURES, ended=True), get()),
        ("failed-in-parts",
         "If no mailbox can be resolved, also in several parts, the session has failed.",
         _begun(), resolve(failures=_FAILURES[:2]), resolve(failures=_FAILURES[2:], ended=True),
         get()),
        ("other-codes", "If the failures have different codes, the error has a code of its own.",
         _begun(), resolve(failures=[failure(_ADA), failure(_CYD, _OTHER_ERROR)], ended=True),
         get(), list_sessions()),
        ("failed-in-time", "The completion is the last change of the request.",
         _begun(), resolve(failures=_FAILURES, ended=True, now=at(80), actor=ADA), get()),
        ("request-deleted",
         "After the request was deleted, the session is still failed, with the error.",
         _begun(), resolve(failures=_FAILURES, ended=True), _DELETED, get(), list_bulk_requests()),
        ("expired",
         "The session expires a year after its completion, whether its request was deleted or not.",
         _begun(), resolve(failures=_FAILURES, ended=True), _DELETED,
         expire("2027-01-05T10:10:00Z"), expire("2027-01-05T10:10:01Z")),
        ("not-active", "A failed bulk session does not count as active.",
         start(bulk(asked("b1", "completedWithErrors")),
             undeclared(stored("b1", "added"), session_id="s2"), limits={"activeSessions": 0}),
         delete_bulk_request(), activate("s2")),
        ("no-draft", "The session is not a draft.",
         start(bulk(asked("b1", "completedWithErrors"))), activate(), delete(), get()),
        ("some-resolved", "One artifact succeeded, and the session is completed.",
         _begun(stored("a1", "succeeded")), resolve(failures=_FAILURES[1:], ended=True), get()),
        ("some-failed", "One artifact failed, and the session has the error of this artifact.",
         _begun(stored("a1", "failed")), resolve(failures=_FAILURES[1:], ended=True), get()),
        ("another-active", "While another request is active, the session has not failed.",
         start(bulk(asked("b1", "completedWithErrors", error=ERRORS), asked("b2", "active"),
             status="activating")), delete_bulk_request(), get()),
    ),
    *(
        case(f"nothing/read/{name}", "B4", words, start(bulk(*requests, **declared)), _DELETED,
            get(), expire("2027-01-05T10:30:01Z"))
        for name, words, requests, declared in (
            ("errors", "A request that ended with errors makes the session failed.",
             [asked("b1", "completedWithErrors", error=ERRORS)], {}),
            ("no-error",
             "The request may have no error.", [asked("b1", "completedWithErrors")], {}),
            ("error-without-details", "The error of the request may be without details.",
             [asked("b1", "completedWithErrors", error={"code": "ArtifactNotFound"})], {}),
            ("error-in-full", "Of the request's error, code and details are taken.",
             [asked("b1", "completedWithErrors", error=ERRORS | {"target": "b1",
                 "innerError": {"code": "inner"}})], {}),
            ("no-time", "The request may have no time.",
             [asked("b1", "completedWithErrors", lastModifiedDateTime=None)], {}),
            ("two",
             "The session has the errors of both requests, and the later one of their times.",
             [asked("b1", "completedWithErrors", error=ERRORS),
              asked("b2", "completedWithErrors", error=_MORE_ERRORS,
                  lastModifiedDateTime=at(90))], {}),
            ("two-earlier", "The later time may be that of the first request.",
             [asked("b1", "completedWithErrors", error=ERRORS, lastModifiedDateTime=at(90)),
              asked("b2", "completedWithErrors", error=ERRORS)], {}),
            ("two-by-digits", "All digits of the two times count.",
             [asked("b1", "completedWithErrors", lastModifiedDateTime=_EARLIER),
              asked("b2", "completedWithErrors", lastModifiedDateTime=_LATER)], {}),
            ("two-earlier-by-digits", "All digits of the two times count, in any order.",
             [asked("b1", "completedWithErrors", lastModifiedDateTime=_LATER),
              asked("b2", "completedWithErrors", lastModifiedDateTime=_EARLIER)], {}),
            ("one-of-two", "One of two requests with errors is enough.",
             [asked("b1", "completed"), asked("b2", "completedWithErrors", error=ERRORS)], {}),
            ("declared", "The declared values of a failed session stay.",
             [asked("b1", "completedWithErrors", error=ERRORS)],
             {"status": "failed", "completedDateTime": at(60), "error": ON_HOLD}),
            ("declared-though-completed", "A session that declares that it failed has failed.",
             [asked("b1", "completed")],
             {"status": "failed", "completedDateTime": at(60), "error": ON_HOLD}),
            ("declared-alone",
             "A session that declares that it failed may lack error and completion.",
             [asked("b1", "completedWithErrors", error=ERRORS)], {"status": "failed"}),
            ("declared-another", "A session that declares another status has not failed.",
             [asked("b1", "completedWithErrors", error=ERRORS)], {"status": "active"}),
            ("declared-completed",
             "Without an artifact, a session that declares that it is completed is not completed.",
             [asked("b1", "completedWithErrors", error=ERRORS)], {"status": "completed"}),
            ("declared-unknown", "A session that declares an unknown status may not have failed.",
             [asked("b1", "completedWithErrors", error=ERRORS)],
             {"status": "unknownFutureValue"}),
            ("declared-unknown-text",
             "A session whose declared status is a text that is not a status may not have failed.",
             [asked("b1", "completedWithErrors", error=ERRORS)], {"status": "paused"}),
            ("completed", "A completed request does not make the session failed.",
             [asked("b1", "completed")], {}),
            ("beside-an-unknown-one", "Together with an unknown request nothing is certain.",
             [asked("b1", "completedWithErrors", error=ERRORS), asked("b2", "unknown")], {}),
            ("beside-a-link", "If artifacts are missing, nothing is certain.",
             [asked("b1", "completedWithErrors", error=ERRORS)],
             {"mailboxRestoreArtifacts@odata.nextLink": "next"}),
            ("declared-beside-a-link",
             "If artifacts are missing, the declared status is shown if it is possible.",
             [asked("b1", "completedWithErrors", error=ERRORS)],
             {"status": "failed", "mailboxRestoreArtifacts@odata.nextLink": "next"}),
        )
    ),
    case("nothing/read/no-request", "B4", "A failed bulk session may have no request.",
        start(bulk(status="failed", completedDateTime=at(60), error=ON_HOLD)),
        get(), expire("2027-01-05T10:00:00Z"), expire("2027-01-05T10:00:01Z")),
    case("nothing/read/no-collection", "B4",
        "A failed bulk session may lack the collection of requests.",
        start(undeclared(restoreJobType="bulk", status="failed", completedDateTime=at(60))),
        get(), expire("2027-01-05T10:00:01Z")),
)

# Resolving (B5) ----------------------------------------------------------------------------------

_RESOLVED: Final = (
    *cases("B5", "resolve/",
        ("one", "The new artifact is scheduling, and has the destination of the request.",
         *_BEGUN, resolve(point(), actor=BOB), get()),
        ("several", "Several artifacts are added in the order of the resolution.",
         _EMPTY, create_bulk_request(bulk_request(*_THREE, destination="new")), activate(),
         resolve(point("p3"), point("p1"), point("p2"), ended=True), get()),
        ("in-parts", "Artifacts may be reported in several parts.",
         _begun(), resolve(point("p1"), ids=["a1"]), resolve(point("p2"), ids=["a2"], now=at(75)),
         list_artifacts(), get()),
        ("all", "A request whose mailboxes are all resolved ends only when the end is reported.",
         _begun(), resolve(*(point(f"p{place}") for place in (1, 2, 3))),
         get_bulk_request(), resolve(ended=True), get()),
        ("fewer", "A request may end with fewer artifacts than mailboxes.",
         _begun(), resolve(point(), ended=True), get()),
        ("failure", "A mailbox that can't be resolved is in the error at once.",
         _begun(), resolve(failures=[failure()], actor=BOB), get_bulk_request(), get()),
        ("failure-and-more", "A resolution may contain artifacts and failures.",
         _begun(), resolve(point(), failures=[failure()], ended=True), get()),
        ("other-failures",
         "If several failures have different codes, the error has a code of its own.",
         _begun(), resolve(failures=[failure(_CYD), failure(_ADA, _OTHER_ERROR)]), get()),
        ("failures-in-parts", "Failures may be reported in several parts.",
         _begun(), resolve(failures=[failure(_CYD)]), resolve(failures=[failure(_ADA)]), get()),
        ("failure-of-an-id", "The mailbox of a failure may be the id of a directory object.",
         start(bulk(asked("b1", "active", directoryObjectIds=["d1", "d2"]), status="activating")),
         resolve(failures=[failure("d2")]), get()),
        ("failure-without-code", "The error of a failure may be empty.",
         _begun(), resolve(failures=[failure(_ADA, {})], ended=True), get()),
        ("failure-in-full", "Only code and message of an error are kept.",
         _begun(), resolve(failures=[failure(_ADA, NO_MAILBOX | {"target": "else",
             "details": [ON_HOLD], "innerError": {"code": "inner"}, "colour": "red"})]), get()),
        ("same-failure", "Reporting the same failed mailbox again changes nothing.",
         _begun(), resolve(failures=[failure(_ADA)]),
         resolve(failures=[failure(_ADA, _OTHER_ERROR)], now=at(90), actor=BOB), get()),
        ("same-failure-at-once",
         "The second failure of the same mailbox in a resolution changes nothing.",
         _begun(), resolve(failures=[failure(_ADA), failure(_ADA, _OTHER_ERROR)]), get()),
        ("same-failure-counts-once", "A mailbox whose failure is reported again counts once.",
         start(bulk(asked("b1", "active", mailboxes=[_ADA, _CYD]), status="activating")),
         resolve(failures=[failure(_ADA)]),
         resolve(point(), failures=[failure(_ADA), failure(_ADA)]), get()),
        ("ended", "A request that ends without a failure is completed.",
         _begun(stored("a1", "scheduled")), resolve(ended=True, now=at(75), actor=ADA), get()),
        ("ended-false", "A request does not end if ended is false.",
         _begun(), resolve(point(), ended=False), get_bulk_request()),
        ("ended-after-a-failure", "A request ends with errors if a failure was reported earlier.",
         _begun(stored("a1", "scheduled")), resolve(failures=[failure()]), resolve(ended=True),
         get()),
        ("error-that-was-read", "A failure that was read counts.",
         _begun(stored("a1", "scheduled"), error=ERRORS), resolve(ended=True), get()),
        ("failure-that-was-read",
         "Reporting a failed mailbox that was already in the document changes nothing.",
         _begun(error=ERRORS), resolve(failures=[failure(_ADA, _OTHER_ERROR), failure(_CYD)]),
         get()),
        ("nothing", "A resolution may be empty.",
         _begun(), resolve_bulk_request({}, actor=BOB, now=at(90)), get()),
        ("nulls", "Null is the same as a missing property.", _begun(), resolve_bulk_request(
             {"artifacts": None, "failures": None, "ended": None}, actor=BOB, now=at(90)), get()),
        ("empty-lists", "An empty list changes nothing.", _begun(), resolve_bulk_request(
             {"artifacts": [], "failures": [], "ended": False}, actor=BOB, now=at(90)), get()),
        ("other-properties", "Other properties are ignored.",
         _begun(), resolve_bulk_request({"artifacts": [point(id="mine", status="failed",
             startDateTime="2020-01-01T00:00:00Z", destinationType=None)], "colour": "red"}),
         get()),
        ("destination", "An artifact may repeat the destination of the request.",
         _begun(), resolve(point(destinationType="inPlace")), get()),
        ("type", "An artifact may include its type.", _begun(), resolve(point(**{
             "@odata.type": "Microsoft.Graph.MailboxRestoreArtifact"})), get()),
        ("point-in-full", "A restore point is kept as it was sent.",
         _begun(), resolve({"restorePoint": {"@odata.id": "restorePoints('p1')", "tags":
             "fastRestore", "protectionDateTime": "2025-12-04T00:00:00Z", "colour": "red"}}),
         get()),
        ("more-than-a-request-may-have",
         "The limit for artifacts in a request does not apply to resolutions.",
         start(bulk(asked("b1", "active", mailboxes=list(_THREE)), status="activating"),
             limits={"artifactsPerRequest": 1}), resolve(point("p1"), point("p2")), get()),
        ("earlier", "Times do not go back.",
         _begun(stored("a1", "scheduled")), resolve(ended=True, now=at(-60)), get()),
        ("unread-mailboxes",
         "If the mailboxes are not in the document, any mailbox may be reported.",
         start(bulk(asked("b1", "active"), status="activating")),
         resolve(point("p1"), failures=[failure("zoe@example.com")], ended=True), get()),
        ("empty-mailboxes",
         "If the mailboxes are empty in the document, any mailbox may be reported.",
         start(bulk(asked("b1", "active", mailboxes=[], directoryObjectIds=None),
             status="activating")), resolve(point("p1"), point("p2"), ended=True), get()),
        ("added-ones", "Artifacts that are still added become scheduling with the others.",
         _begun(stored("a1", "added"), stored("a2", "scheduled"), stored("a3", "added")),
         resolve(ended=True), get()),
        ("added-ones-alone", "An empty resolution does not change artifacts that are added.",
         _begun(stored("a1", "added")), resolve_bulk_request({}), get()),
        ("no-destination", "A request that was read may have no destination.",
         _begun(destinationType=None), resolve(point()), get()),
        ("unknown-destination", "A request that was read may have an unknown destination.",
         _begun(destinationType="elsewhere"), resolve(point()), get()),
        ("other-destinations", "The artifacts of the session may have other destinations.",
         _begun(stored("a1", "scheduled", destinationType="new")), resolve(point("p1"), ids=["n1"]),
         get()),
        ("not-there", "If the collection of artifacts was missing, it exists afterwards.",
         start(bulk(asked("b1", "active"), status="activating", mailboxRestoreArtifacts=None,
             granularMailboxRestoreArtifacts=[])), resolve(point()), get(), list_artifacts()),
        ("beside-another", "Another request stays unchanged.",
         start(bulk(asked("b2", "completed"), asked("b1", "active"), status="activating")),
         resolve(point(), ended=True), get()),
        ("recorded", "Reports about the new artifacts are accepted.",
         _begun(), resolve(point(), ended=True), record(report("scheduled")), get()),
        ("not-recorded-at-a-leap", "Reports about the new artifacts can not skip a step.",
         _begun(), resolve(point(), ended=True), record(report("inProgress"))),
        ("listed-between-pages", "Artifacts that are added between two pages come last.",
         _begun(), resolve(point("p1"), point("p2"), ids=["a1", "a2"]), list_artifacts("s1", 1),
         resolve(point("p3"), ids=["a3"]), list_artifacts("s1", 5, after=1)),
    ),
)

_RESOURCES: Final = tuple(
    case(f"resolve/resources/{mailboxes}-{objects}", "B5",
        "There are at most as many results as mailboxes and directory objects together.",
        start(bulk(asked("b1", "active",
            mailboxes=[f"m{number}@example.com" for number in range(mailboxes)],
            directoryObjectIds=[f"d{number}" for number in range(objects)]), status="activating")),
        resolve(*(point(f"p{number}") for number in range(mailboxes + objects)),
            ids=[f"a{number}" for number in range(mailboxes + objects)]),
        resolve(point("p9"), ids=["a9"]), get())
    for mailboxes, objects in product(range(4), repeat=2)
    if mailboxes + objects
)

_IN_TURN: Final = tuple(
    case(f"resolve/in-turn/{'-'.join(names)}", "B5",
        "Each of two active requests has mailboxes and failures of its own.",
        start(bulk(asked("b1", "active", mailboxes=[_ADA, _CYD]),
            asked("b2", "active", mailboxes=["bob@example.com", _CYD]), status="activating")),
        *(resolve(failures=[failure(own)], request_id=name)
            for name, own in zip(names, _parts_of(names), strict=True)), get())
    for names in (("b1", "b2", "b1", "b2"), ("b2", "b1", "b2", "b1"), ("b1", "b2", "b2", "b1"))
)

_BAD_RESOLUTIONS: Final[tuple[tuple[str, Any, str], ...]] = (
    ("a-text", "completed", "The resolution is a text."),
    ("an-array", [point()], "The resolution is an array."),
    ("a-number", 5, "The resolution is a number."),
    ("true", True, "The resolution is the boolean true."),
    ("artifacts-an-object", {"artifacts": point()}, "The artifacts are not an array."),
    ("artifacts-a-text", {"artifacts": "p1"}, "The artifacts are a text."),
    ("artifacts-false", {"artifacts": False}, "The artifacts are the boolean false."),
    ("artifact-null", {"artifacts": [point(), None]}, "An artifact is null."),
    ("artifact-a-text", {"artifacts": ["p1"]}, "An artifact is a text."),
    ("artifact-an-array", {"artifacts": [[]]}, "An artifact is an array."),
    ("failures-an-object", {"failures": failure()}, "The failures are not an array."),
    ("failures-a-text", {"failures": _CYD}, "The artifacts are a text."),
    ("failures-zero", {"failures": 0}, "The failures are a number."),
    ("failure-null", {"failures": [None]}, "A failure is null."),
    ("failure-a-text", {"failures": [_CYD]}, "A failure is a text."),
    ("failure-of-nobody", {"failures": [{"error": NO_MAILBOX}]}, "A failure has no mailbox."),
    ("mailbox-null", {"failures": [failure(None)]}, "The mailbox of a failure is null."),
    ("mailbox-a-number", {"failures": [failure(5)]}, "The mailbox of a failure is a number."),
    ("no-error", {"failures": [{"mailbox": _CYD}]}, "A failure has no error."),
    ("error-null", {"failures": [failure(_CYD, None)]}, "The error of a failure is null."),
    ("error-a-text", {"failures": [failure(_CYD, "gone")]}, "The error of a failure is a text."),
    ("error-of-a-wrong-kind", {"failures": [failure(_CYD, {"code": 5})]},
     "The code of an error is a number."),
    ("one-of-two", {"failures": [failure(_ADA), {"mailbox": _CYD}]},
     "One of two failures is invalid."),
    ("other-destination", {"artifacts": [point(destinationType="new")]},
     "An artifact has another destination than the request."),
    ("unknown-destination", {"artifacts": [point(destinationType="elsewhere")]},
     "An artifact has an invalid destination."),
    ("a-search", {"artifacts": [point(searchResponseId="q1")]}, "An artifact has a search."),
    ("other-type", {"artifacts": [point(**{
        "@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact"})]},
     "An artifact is granular."),
    ("ended-a-text", {"artifacts": [point()], "ended": "true"}, "ended is a text."),
    ("ended-a-number", {"artifacts": [point()], "ended": 1}, "ended is a number."),
    ("ended-an-object", {"artifacts": [point()], "ended": {}}, "ended is an object."),
    ("unknown-mailbox", {"failures": [failure("zoe@example.com")]},
     "The request does not name this mailbox."),
    ("mailbox-empty", {"failures": [failure("")]}, "The mailbox of the failure is empty."),
    ("mailbox-of-another-case", {"failures": [failure("Ada@example.com")]},
     "The mailbox is spelled differently in the request."),
    ("one-unknown", {"failures": [failure(_ADA), failure("zoe@example.com")]},
     "The request does not name one of two mailboxes."),
    ("more-artifacts", {"artifacts": [point(f"p{place}") for place in range(4)]},
     "There are more artifacts than mailboxes."),
    ("more-of-both", {"artifacts": [point(f"p{place}") for place in range(2)],
        "failures": [failure(_ADA), failure(_CYD)]},
        "There are more artifacts and failures together than mailboxes."),
    ("ends-with-nothing", {"ended": True}, "The request ends without any artifact or failure."),
    ("ends-with-empty-lists", {"ended": True, "artifacts": [], "failures": []},
     "The request ends without any artifact or failure."),
)

_POINTS: Final[tuple[tuple[str, Any], ...]] = (
    ("missing", {}),
    ("null", {"restorePoint": None}),
    ("empty", {"restorePoint": {}}),
    ("id-blank", point(" ")),
    ("id-a-number", point(5)),
    ("id-with-control-character", point("p\u0007")),
    ("a-text", {"restorePoint": "p1"}),
    ("unit-empty", {"restorePoint": {"id": "p1", "protectionUnit": {}}}),
)


def _wrong(name: str, words: str, *steps: Any, code: str = MALFORMED) -> Declared:
    return case(f"resolve/{code}/{name}", "B5", words, *steps, get())


_TO_RESOLVE: Final = (resolve(point("p9"), ids=["n1"]), get())

_NOT_RESOLVED: Final = (
    *of_bad_ids("B5", lambda value: resolve(point(), session=value), _EMPTY, "resolve/"),
    *of_bad_bulk_ids("B5", lambda value: resolve(point(), request_id=value), *_BEGUN,
        prefix="resolve/"),
    *cases("B5", f"resolve/{NOT_ALLOWED}/",
        ("draft", "A bulk request of a session that was not activated can not be resolved.",
         _EMPTY, _ASKED, *_TO_RESOLVE),
        ("read-draft", "A bulk request of a draft that was read can not be resolved.",
         start(bulk(asked("b1", "active"), artifacts=[stored("a1", "added")])), *_TO_RESOLVE),
        ("read-declared-draft",
         "A bulk request of a session that declares that it is a draft can not be resolved.",
         start(bulk(asked("b1", "active"), status="draft")), *_TO_RESOLVE),
        ("lacks-artifacts",
         "A bulk request of a session with missing artifacts can not be resolved.",
         start(bulk(asked("b1", "active"), artifacts=[stored("a1", "scheduled")],
             **odata("mailboxRestoreArtifacts", nextLink="next"))), *_TO_RESOLVE),
        ("lacks-requests", "A bulk request of a session with missing requests can not be resolved.",
         start(bulk(asked("b1", "active"), artifacts=[stored("a1", "scheduled")],
             **odata(REQUESTS, count=2))), *_TO_RESOLVE),
        ("unknown-beside",
         "A bulk request can not be resolved if the session also has an unknown request.",
         start(bulk(asked("b1", "active"), asked("b2", "unknown"),
             artifacts=[stored("a1", "scheduled")])), *_TO_RESOLVE),
        *(
            (f"ended-{status}", "A request that has ended can not be resolved.",
             start(bulk(asked("b1", status), artifacts=[stored("a1", "scheduled")])), *_TO_RESOLVE)
            for status in ("completed", "completedWithErrors", "unknown", "unknownFutureValue",
                "paused")
        ),
        ("terminal", "A request of a session that has ended can not be resolved.",
         start(bulk(asked("b1", "completed"), artifacts=[stored("a1", "succeeded")])),
         *_TO_RESOLVE),
        ("ended-beside-an-active-one",
         "A request that has ended can not be resolved, even if another one is active.",
         start(bulk(asked("b1", "completed"), asked("b2", "active"),
             artifacts=[stored("a1", "scheduled")])), *_TO_RESOLVE),
    ),
    case(f"resolve/{NOT_ALLOWED}/twice", "B5", "A request can end only once.",
        _begun(), resolve(point(), ended=True), resolve(ended=True), get()),
    *(
        _wrong(name, words, _begun(), resolve_bulk_request(resolution,
            ids=["a1", "a2", "a3", "a4"]))
        for name, resolution, words in _BAD_RESOLUTIONS
    ),
    _wrong("more-in-parts", "Artifacts of earlier parts count.",
        _begun(), resolve(point("p1"), point("p2"), ids=["a1", "a2"]),
        resolve(failures=[failure()]), resolve(point("p3"), ids=["a3"])),
    _wrong("more-failures-in-parts", "Failures of earlier parts count.",
        _begun(), resolve(point("p1"), point("p2"), ids=["a1", "a2"]),
        resolve(failures=[failure(_ADA), failure(_CYD)])),
    _wrong("more-than-were-read", "Artifacts that were read count.",
        _begun(stored("a8", "scheduled"), stored("a9", "failed"), error=ERRORS), resolve(point())),
    _wrong("more-than-both-lists", "Both lists of the request count.",
        start(bulk(asked("b1", "active", mailboxes=[_ADA], directoryObjectIds=["d1"]),
            status="activating")), resolve(point("p1"), point("p2"), point("p3"))),
    *(
        _wrong(name, "The restore point is empty.", _begun(),
            resolve(point("p8"), entry), code="InvalidRestorePoint")
        for name, entry in _POINTS
    ),
    *(
        _wrong(name, words, _begun(*artifacts), resolve(*entries, ids=["n1", "n2"]),
            code="DuplicateArtifactInList")
        for name, words, artifacts, entries in (
            ("in-the-resolution", "The resolution contains the restore point twice.", [],
             [point(), point()]),
            ("by-reference",
             "The resolution contains the restore point twice, once as a reference.", [],
             [point(), {"restorePoint": {"@odata.id": "restorePoints('p1')"}}]),
            ("in-the-session", "The session already contains the restore point.",
             [stored("a1", "scheduled", restorePoint={"id": "p1"})], [point()]),
            ("of-what-ended",
             "The session already contains the restore point, with an artifact that has ended.",
             [stored("a1", "failed", restorePoint={"id": "p1"})], [point()]),
        )
    ),
    _wrong("came-before", "An earlier part of the resolution contained the restore point.",
        _begun(), resolve(point(), ids=["a1"]), resolve(point(), ids=["n1"]),
        code="DuplicateArtifactInList"),
    case(f"resolve/{MALFORMED}/ends-with-an-error-alone", "B5",
        "An error without details names no mailbox that failed.",
        _begun(error={"code": "UnknownError"}), resolve(ended=True), get()),
    case(f"resolve/{MALFORMED}/mailbox-blank", "B5",
        "The mailbox of a failure is blank, which is refused even if the mailboxes are not known.",
        start(bulk(asked("b1", "active"), status="activating")),
        resolve(failures=[failure(" ")]), get()),
    case("resolve/error-alone", "B5", "An error that was read counts with or without details.",
        _begun(stored("a1", "scheduled"), error={"code": "UnknownError"}), resolve(ended=True),
        get()),
    case("resolve/other-code-than-that-of-the-error", "B5",
        "The code of an error that was read counts in addition to those of the failures.",
        _begun(error={"code": "UnknownError", "details": [{**NO_MAILBOX, "target": _ADA}]}),
        resolve(failures=[failure(_CYD)]), get()),
    case("resolve/granular-of-the-same-point", "B5",
        "A granular artifact may have the same restore point.",
        start(bulk(asked("b1", "active"), status="activating", granularMailboxRestoreArtifacts=[
            granular("g1", "scheduled", restorePoint={"id": "p1"})])), resolve(point()), get()),
)


# What a bulk session is (S9), and the operations on it -------------------------------------------

_BY_ITS_REQUEST: Final = tuple(
    (name, {"restoreJobType": kind}) for name, kind in (
        ("no-type", None), ("standard", "standard"), ("bulk", "bulk"))
)
"""Session types that a session with a bulk request may declare."""

_DRAFT: Final = bulk(asked("b1", "active"), artifacts=[stored("a1", "added")])

_OPERATIONS: Final = (
    *(
        case(f"is/{name}/{asks}", rule, words, start({**_DRAFT, **kind}), call, get())
        for name, kind in _BY_ITS_REQUEST
        for asks, rule, words, call in (
            ("update", "O3", "A session with a bulk request can not be updated.",
             update(artifact("p9"))),
            ("update-removal", "O3",
             "No artifact can be removed from a bulk session.", update(removal("a1"))),
            ("update-policy", "O3",
             "The policy of a bulk session can not be changed.", update(request={"policyId": "q"})),
            ("update-malformed", "O3",
             "A bulk session can not be updated, even by a malformed request.", update(request=7)),
            ("createArtifact", "O6", "No artifact can be added to a bulk session.",
             create_artifact(artifact("p9"))),
            ("activate", "O4", "A bulk session can be activated.", activate(actor=ADA)),
            ("report", "S9", "After a report the session has the bulk type.",
             record(report("scheduling"), reporter="observer")),
        )
    ),
    *cases("S9", "is/",
        ("granular-in-name",
         "A session of the granular type that lacks nothing gets the bulk type.",
         start(bulk(asked("b1", "active"), artifacts=[stored("a1", "added")],
             restoreJobType="granular", granularMailboxRestoreArtifacts=[])), activate(), get()),
        ("unknown-in-name", "A session of an unknown type gets the bulk type.",
         start(bulk(asked("b1", "completed"), artifacts=[stored("a1", "inProgress")],
             restoreJobType="urgent", granularMailboxRestoreArtifacts=[])),
         record(report("succeeded")), get()),
        ("by-a-deletion", "After the request is deleted, the session has the bulk type.",
         start(bulk(asked("b1", "completed"), artifacts=[stored("a1", "succeeded")],
             restoreJobType="standard")), delete_bulk_request(), get()),
        ("by-a-batch", "After a batch of reports the session has the bulk type.",
         start(bulk(asked("b1", "active"), artifacts=[stored("a1", "inProgress")],
             restoreJobType="standard")), record_batch(report("succeeded")), get()),
        ("by-a-resolution", "After a resolution the session has the bulk type.",
         start(bulk(asked("b1", "active"), status="activating", restoreJobType="standard")),
         resolve(point()), get()),
        ("no-change", "A report that changes nothing does not change the type.",
         start(bulk(asked("b1", "active"), artifacts=[stored("a1", "inProgress")],
             restoreJobType="standard")), record(report("inProgress")), get()),
    ),
    *cases("O4", "activate/",
        ("request-alone", "A session without an artifact is activated with its request.",
         _EMPTY, _ASKED, activate(actor=BOB), get()),
        ("artifacts-too", "Artifacts that were added before become scheduling.",
         start(_DRAFT), activate(), get()),
        ("no-active-request", "Without an active request the artifacts of a session are activated.",
         start(bulk(asked("b1", "completed"), artifacts=[stored("a1", "added")])), activate(),
         get()),
        ("twice", "A bulk session can be activated only once.", *_BEGUN, activate(), get()),
        ("TooManyActiveRestoreSessions", "One more session than the limit would be active.",
         start(limits={"activeSessions": 0}), _EMPTY, _ASKED, activate(), get()),
        ("counts", "The session counts as active from its activation on.",
         start(limits={"activeSessions": 1}), _EMPTY, _ASKED, activate(),
         create(artifact("p1"), session="s2"), activate("s2")),
    ),
    *cases("O5", "delete/",
        ("session", "A bulk draft is deleted with its request.",
         _EMPTY, _ASKED, delete(), get(), get_bulk_request()),
        ("session-again", "The ids of a deleted session can be used in another one.",
         _EMPTY, _ASKED, delete(), create(request={}, now=at(15)), list_bulk_requests()),
        ("session-activated", "A bulk session that was activated can not be deleted.",
         *_BEGUN, delete(), get()),
    ),
    case("delete/session-activated-before", "B6",
        "A session that was activated and removed has no effect on a new one with its id.",
        start(bulk(asked("b1", "completedWithErrors"), status="failed",
            completedDateTime=at(60))), expire("2027-02-05T09:00:00Z"),
        create(request={}, now="2027-02-05T09:00:00Z"), _ASKED, get()),
)

# What shows that artifacts are missing (S8) ------------------------------------------------------

_WITH_EVIDENCE: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("a-link", bulk(asked("b1", "completed"), artifacts=_stored(["inProgress", "succeeded"]),
        **odata(REQUESTS, nextLink="next"))),
    ("b-count", bulk(asked("b1", "completed"), artifacts=_stored(["inProgress", "succeeded"]),
        **odata(REQUESTS, count=2))),
    ("c-total", bulk(asked("b1", "completed"), artifacts=_stored(["inProgress", "succeeded"]),
        restoreSessionArtifactCount={"total": 3})),
    ("d-granular", bulk(asked("b1", "completed"), artifacts=_stored(["inProgress", "succeeded"]),
        restoreJobType="granular")),
    ("d-unknown", bulk(asked("b1", "completed"), artifacts=_stored(["inProgress", "succeeded"]),
        restoreJobType="urgent")),
    *(
        (f"e-{name}", undeclared(*_stored(["inProgress", "succeeded"]), restoreJobType="bulk",
            status=status))
        for name, status in (
            ("nothing", None), ("draft", "draft"), ("activating", "activating"),
            ("active", "active"), ("unknown", "unknownFutureValue"), ("unknown-text", "paused"))
    ),
    ("e-null", undeclared(*_stored(["inProgress", "succeeded"]), restoreJobType="bulk",
        status="active", mailboxRestoreArtifactsBulkAdditionRequests=None)),
    *(
        (f"h-{name}", bulk(asked("b1", status), artifacts=_stored(["inProgress", "succeeded"])))
        for name, status in (
            ("unknown", "unknown"), ("sentinel", "unknownFutureValue"), ("unknown-text", "paused"),
            ("null", None))
    ),
    ("h-beside-an-active-one", bulk(asked("b1", "active"), asked("b2", "unknown"),
        artifacts=_stored(["inProgress", "succeeded"]))),
)
"""Bulk sessions with a running and a succeeded artifact, in which others are missing."""

_WITHOUT_EVIDENCE: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("a-link-empty", bulk(asked("b1", "completed"), artifacts=_stored(["inProgress"]),
        **odata(REQUESTS, nextLink=""))),
    ("a-link-null", bulk(asked("b1", "completed"), artifacts=_stored(["inProgress"]),
        **odata(REQUESTS, nextLink=None))),
    ("b-count-as-contained", bulk(asked("b1", "completed"), artifacts=_stored(["inProgress"]),
        **odata(REQUESTS, count=1))),
    ("b-count-less", bulk(asked("b1", "completed"), artifacts=_stored(["inProgress"]),
        **odata(REQUESTS, count=0))),
    *(
        (f"e-{status}", undeclared(*_stored(["inProgress"]), restoreJobType="bulk", status=status))
        for status in ("completed", "completedWithError", "failed")
    ),
    ("e-empty", bulk(artifacts=_stored(["inProgress"]))),
    ("h-active-to-come", bulk(asked("b1", "active"), artifacts=_stored(["inProgress"]))),
    ("h-errors", bulk(asked("b1", "completedWithErrors"), artifacts=_stored(["inProgress"]))),
    ("not-bulk", bulk(artifacts=_stored(["inProgress"]), restoreJobType="standard")),
)
"""Sessions with a running artifact, in which nothing is missing."""

_EMPTY_BULK: Final[tuple[tuple[str, dict[str, Any], str], ...]] = (
    ("no-request", bulk(), "A bulk session without a request is not an empty draft."),
    ("declared-draft", bulk(status="draft"),
     "A bulk session without a request is not an empty draft, even if it declares that it is one."),
    ("completed-request", bulk(asked("b1", "completed")),
     "A completed request must have created artifacts, so they are missing."),
    ("standard-in-name", bulk(asked("b1", "completed"), restoreJobType="standard"),
     "Artifacts are missing, even if the session is of the standard type."),
    ("declared-completed", bulk(asked("b1", "completed"), status="completed"),
     "Artifacts are missing, even if the session declares that it is completed."),
    ("unknown-request", bulk(asked("b1", "unknown")),
     "An unknown request may have created artifacts."),
    ("not-expanded", bulk(asked("b1", "active"), mailboxRestoreArtifacts=None),
     "A missing collection is not an empty one."),
    ("not-expanded-failed", bulk(asked("b1", "completedWithErrors"), status="failed",
        mailboxRestoreArtifacts=None),
            "A missing collection of a failed session is not an empty one."),
)
"""Bulk sessions without an artifact, in which artifacts are missing."""

_STAND_IN: Final = tuple(
    case(f"lacking/stand-in/{declared}/{old}-{new}", "S8",
        "What a session declares after a report counts an active request and missing artifacts.",
        start(bulk(asked("b1", "active"), artifacts=_stored([old]),
            status=None if declared == "nothing" else declared,
            **odata("mailboxRestoreArtifacts", nextLink="next"))),
        record(report(new), reporter="observer"), get())
    for declared in ("nothing", "draft", "activating", "active", "unknownFutureValue", "completed")
    for old, new in (
        ("added", "scheduling"), ("scheduling", "failed"), ("inProgress", "succeeded"),
        ("unknownFutureValue", "scheduling"), ("unknownFutureValue", "succeeded"),
        ("unknownFutureValue", "failed"), ("scheduling", "unknownFutureValue"),
        ("inProgress", "unknownFutureValue"),
    )
)

_MISSING: Final = (
    *_STAND_IN,
    *(
        found
        for name, document in _WITH_EVIDENCE
        for found in cases("S8", f"lacking/{name}/",
            ("not-completed",
             "A bulk session with missing artifacts is not completed by the others.",
             start(document), record(report("succeeded")), get()),
            ("declared", "The session shows its declared status if that is possible.",
             start({**document, "status": document.get("status") or "active"}),
             record(report("succeeded")), get()),
            ("no-draft", "The session is not a draft.", start(document), activate(), delete(),
             create_bulk_request(bulk_request(_ADA), request_id="b7"), get()),
        )
    ),
    *(
        case(f"lacking/nothing/{name}", "S8", "Nothing shows that artifacts are missing.",
            start(document), record(report("succeeded")), get(), expire("2027-02-05T09:00:00Z"))
        for name, document in _WITHOUT_EVIDENCE
    ),
    *(
        found
        for name, document, words in _EMPTY_BULK
        for found in cases("S8", f"lacking/g-{name}/",
            ("no-draft", words, start(document), activate(), delete(), get()),
            ("deleted-request", words, start(document), delete_bulk_request(), get(), activate(),
             get()),
            ("expire", words, start(document), expire("2027-02-05T09:00:00Z"), list_sessions()),
        )
    ),
    *cases("S8", "lacking/",
        ("evidence-stays",
         "Deleting a request keeps the session type, which shows that artifacts are missing.",
         start(bulk(asked("b1", "completed"), artifacts=_stored(["succeeded"]),
             restoreJobType="urgent")), delete_bulk_request(), get(), list_bulk_requests()),
        ("evidence-of-granular-stays", "Deleting a request keeps the granular type.",
         start(bulk(asked("b1", "completed"), artifacts=_stored(["succeeded"]),
             restoreJobType="granular")), delete_bulk_request(), get()),
        ("count-of-requests-stays", "Deleting a request keeps the number of requests.",
         start(bulk(asked("b1", "completed"), artifacts=_stored(["succeeded"]),
             **odata(REQUESTS, count=2))), delete_bulk_request(), get()),
        ("named-bulk",
         "A session has the bulk type after the deletion, even if artifacts are missing.",
         start(bulk(asked("b1", "completed"), artifacts=_stored(["succeeded"]),
             restoreJobType="standard", **odata("mailboxRestoreArtifacts", nextLink="next"))),
         delete_bulk_request(), get()),
        ("deletion-beside-a-link",
         "Deleting a request keeps the properties that show that artifacts are missing.",
         start(bulk(asked("b1", "completedWithErrors", error=ERRORS),
             artifacts=_stored(["inProgress"]), status="draft",
             restoreSessionArtifactCount={"total": 7, "inProgress": 7},
             **odata("mailboxRestoreArtifacts", nextLink="next"))), delete_bulk_request(),
         get()),
        ("stand-in-beside-a-link", "An active request counts in addition to missing artifacts.",
         start(bulk(asked("b1", "active"), artifacts=_stored(["inProgress"]), status="completed",
             **odata("mailboxRestoreArtifacts", nextLink="next"))),
         record(report("succeeded")), get()),
        ("requests-not-sent",
         "A session whose requests were not sent is completed if it declares it.",
         start(undeclared(*_stored(["inProgress"]), restoreJobType="bulk", status="completed")),
         record(report("succeeded")), get(), list_bulk_requests()),
    ),
    case("written/collection", "S8",
        "A bulk session keeps its collection of requests, even if that is empty.",
        start(bulk(asked("b1", "completed"), artifacts=_stored(["succeeded"]))),
        delete_bulk_request(), get()),
)

# What stays unchanged (S1a, W1) ------------------------------------------------------------------

_STAYING: Final = (
    *cases("S1a", "stays/",
        ("as-read", "An unchanged bulk session is returned as it was read.",
         start(bulk(asked("b1", "active", **NOTES), artifacts=_stored(["succeeded"]),
             status="completed", completedDateTime=at(7), error=None,
             restoreSessionArtifactCount={"total": 1, "failed": 1},
             **odata(REQUESTS, count=1, context="c"))),
         get(), get_bulk_request()),
        ("forgotten", "After a change the values are computed, and the declared ones are dropped.",
         start(bulk(asked("b1", "completed", **NOTES), artifacts=_stored(["inProgress"]),
             status="completed", completedDateTime=at(7), error=ON_HOLD,
             restoreSessionArtifactCount={"total": 1, "failed": 1, "colour": "red"},
             **odata(REQUESTS, count=1, context="c"))),
         record(report("succeeded")), get()),
        ("beside-a-report", "A report does not change the request that was read.",
         start(bulk(asked("b1", "active", mailboxes=[_ADA], **NOTES),
             artifacts=_stored(["inProgress"]))), record(report("succeeded")), get()),
        ("beside-an-activation", "An activation does not change the request that was read.",
         start(bulk(asked("b1", "active", mailboxes=[_ADA], **NOTES))), activate(), get()),
        ("resolved", "A resolution keeps all properties that it does not change.",
         start(bulk(asked("b1", "active", mailboxes=[_ADA], createdBy=ADA, lastModifiedBy=BOB,
             **NOTES), status="activating")), resolve(point(), ended=True), get(),
         get_bulk_request()),
        ("resolved-beside-nulls", "A null is replaced by the new value.",
         start(bulk(asked("b1", "active", lastModifiedDateTime=None, lastModifiedBy=None,
             error=None), status="activating")),
         resolve(failures=[failure()], actor=ADA), get()),
        ("resolved-beside-an-error", "A failure is added to the existing error.",
         start(bulk(asked("b1", "active", error={"code": "ArtifactNotFound", "message": "m",
             "target": "t", "innerError": {"code": "i"}, "colour": "red",
             "details": [{"code": "ArtifactNotFound", "target": _ADA, "shade": "dark"}]}),
             status="activating")), resolve(failures=[failure()]), get()),
        ("not-modified", "For a request without a time of change, the creation counts.",
         start(bulk(asked("b1", "active", lastModifiedDateTime=None, createdDateTime=at(80)),
             status="activating")), resolve(point(), now=at(70)), get()),
    ),
)


# What an audit finds -----------------------------------------------------------------------------


def _audit(name: str, rule: str, description: str, document: Any) -> Declared:
    return case(f"audit/{name}", rule, description,
        {"method": "audit", "params": {"session": document}})


_DECLARED: Final = (None, "draft", "activating", "active", "completed", "completedWithError",
    "failed", "unknownFutureValue", "paused")

_AUDITED: Final = (
    *(
        _audit(f"{name}/{declared or 'nothing'}", rule,
            "A status that does not follow from artifacts and requests is found.",
            bulk(*requests, artifacts=_stored(statuses), status=declared))
        for name, rule, requests, statuses in (
            ("active", "B3", [asked("b1", "active")], ()),
            ("active-of-added", "B3", [asked("b1", "active")], ("added",)),
            ("active-of-succeeded", "B3", [asked("b1", "active")], ("succeeded",)),
            ("active-of-running", "B3", [asked("b1", "active")], ("inProgress",)),
            ("completed", "B3", [asked("b1", "completed")], ("succeeded",)),
            ("empty", "B4", [], ()),
            ("completed-and-empty", "B4", [asked("b1", "completed")], ()),
            ("errors", "B4", [asked("b1", "completedWithErrors", error=ERRORS)], ()),
            ("unknown", "S8", [asked("b1", "unknown")], ("succeeded",)),
        )
        for declared in _DECLARED
    ),
    _audit("failed/in-full", "B4", "A bulk session may fail without an artifact.",
        bulk(asked("b1", "completedWithErrors", error=ERRORS), status="failed",
            completedDateTime=at(40), error=ERRORS,
            restoreSessionArtifactCount={"total": 0, "inProgress": 0, "completed": 0,
                "failed": 0})),
    _audit("failed/counts", "S5",
        "A failure without an artifact does not count as a failed artifact.",
        bulk(asked("b1", "completedWithErrors", error=ERRORS), status="failed",
            completedDateTime=at(40), error=ERRORS,
            restoreSessionArtifactCount={"total": 0, "failed": 1})),
    _audit("failed/other-time", "B4",
        "The session may be completed at another time than its request.",
        bulk(asked("b1", "completedWithErrors", error=ERRORS), status="failed",
            completedDateTime=at(41), error=ERRORS)),
    _audit("counts-of-an-active-one", "S5", "An active request does not count as an artifact.",
        bulk(asked("b1", "active"), artifacts=_stored(["succeeded"]), status="active",
            restoreSessionArtifactCount={"total": 1, "inProgress": 1, "completed": 1,
                "failed": 0})),
)

# Whole histories ---------------------------------------------------------------------------------

_LIVES: Final = (
    case("life/completed", "B5", "A bulk session from its request to its end.",
        _begun(), resolve(point("p1"), point("p2"), ids=["a1", "a2"], ended=True),
        record_batch(*(report(status, name) for name in ("a1", "a2")
            for status in ("scheduled", "inProgress", "succeeded"))), delete_bulk_request(), get()),
    case("life/with-errors", "B5", "One of two artifacts fails, and one mailbox does not exist.",
        _begun(), resolve(point("p1"), point("p2"), ids=["a1", "a2"], failures=[failure()],
            ended=True),
        record_batch(report("failed", "a1"), *(report(status, "a2")
            for status in ("scheduled", "inProgress", "succeeded"))), get(), get_bulk_request()),
    case("life/ends-before-its-request", "B3",
        "All artifacts resolved so far have succeeded, and more are to come.",
        _begun(), resolve(point("p1"), ids=["a1"]),
        record_batch(*(report(status) for status in ("scheduled", "inProgress", "succeeded"))),
        get(), resolve(point("p2"), ids=["a2"], ended=True)),
    case("life/from-a-document", "W1", "A bulk session is read as it was written.",
        start(session(restoreJobType="bulk",
            mailboxRestoreArtifactsBulkAdditionRequests=[asked("b1", "active")])),
        activate(), resolve(point(), failures=[failure()], ended=True), get(), list_sessions()),
)

BULK: Final = Topic(
    "bulk",
    "Bulk requests, and the sessions that they add artifacts to",
    (
        *BULK_REQUESTS, *_STANDS, *_NOTHING, *_RESOLVED, *_RESOURCES, *_IN_TURN, *_NOT_RESOLVED,
        *BULK_ORDER, *_OPERATIONS, *_MISSING, *_STAYING, *_AUDITED, *_LIVES,
    ),
)
"""The cases of rules B1 to B6, and of S8 and S9 for bulk sessions."""
