"""Bulk sessions: what their requests stand for, and what becomes of them (rules B3-B6, S8, S9)."""

from __future__ import annotations

from itertools import combinations
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

# A row of a table is a case: its words, what it begins with, its calls.
# fmt: off

NOT_ALLOWED: Final = "RestoreSessionActionNotAllowed"
MALFORMED: Final = "InvalidArtifactRequest"

_EMPTY: Final = create(request={})
_ADA: Final = "ada@example.com"
_CYD: Final = "cyd@example.com"
_THREE: Final = ("ada@example.com", "bob@example.com", "cyd@example.com")
_ASKED: Final = create_bulk_request(bulk_request(*_THREE))
_BEGUN: Final = (_EMPTY, _ASKED, activate(now=at(20)))
"""A session that was activated with a bulk request of three mailboxes."""

def point(key: Any = "p1", **others: Any) -> dict[str, Any]:
    """Return an artifact as a resolution has it."""
    return {"restorePoint": {"id": key}, **others}


def failure(mailbox: Any = _CYD, error: Any = NO_MAILBOX) -> dict[str, Any]:
    """Return a failure as a resolution has it."""
    return {"mailbox": mailbox, "error": error}


def resolve(
    *artifacts: Any, failures: Any = None, ended: Any = None, **others: Any
) -> Call:
    """Resolve the request ``b1`` to these artifacts and failures."""
    parts = {"artifacts": list(artifacts) or None, "failures": failures, "ended": ended}
    resolution = {name: value for name, value in parts.items() if value is not None}
    return resolve_bulk_request(resolution, **others)


def _begun(*artifacts: Any, **others: Any) -> Start:
    """Begin with an activated bulk session of an active request of three mailboxes."""
    return start(bulk(asked("b1", "active", mailboxes=list(_THREE), **others),
        artifacts=artifacts, status="activating"))


_FORGOTTEN: Final = delete_bulk_request(request_id="b9", now=at(45))
"""Deletes a request that has ended beside another one, so that the session is derived."""

_ENDED: Final = asked("b9", "completed")

# What an active request stands for (B3 and B6) ---------------------------------------------------

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
            ("active", "active", "An active request stands for the mailboxes to come."),
            ("ended", "completed", "A request that has ended stands for nothing."),
            ("ended-with-errors", "completedWithErrors",
             "Nor does one that has ended with errors, where there is an artifact."),
        )
        for statuses in _STATUSES
    ),
    *(
        case(f"stands/declared/{name}", "B6", words,
            start(bulk(asked("b1", "active"), _ENDED, artifacts=_stored(statuses),
                status=declared)), _FORGOTTEN, get(), activate(), resolve(point("p9"), ids=["n1"]),
            get())
        for name, statuses, declared, words in (
            ("nothing", (), None, "A session that says nothing of its status is not activated."),
            ("draft", (), "draft", "Nor is a draft."),
            ("draft-of-added", ("added",), "draft", "Nor is one of artifacts that are added."),
            ("activating", (), "activating", "One that is activating is activated."),
            ("activating-with-added", ("added",), "activating",
             "It stays so, though its artifacts are added."),
            ("active", (), "active", "One that is active is."),
            ("unknown", (), "unknownFutureValue", "One that is anything but a draft is."),
            ("unknown-text", (), "paused", "Even if nobody knows what it is."),
            ("completed", (), "completed", "One that says that it is completed is, and is not."),
            ("draft-beyond-added", ("scheduling",), "draft", "An artifact says it, too."),
            ("draft-with-an-unknown-one", ("unknownFutureValue",), "draft",
             "So does one whose status is not known."),
        )
    ),
    *cases("B3", "stands/",
        ("draft", "With a bulk request a session is a draft.", _EMPTY, _ASKED, get()),
        ("activated", "Activated, it is activating, though it contains no artifact.",
         *_BEGUN, get()),
        ("some-to-come", "One succeeded and more to come: the session is active.",
         _begun(stored("a1", "inProgress")), record(report("succeeded")), get()),
        ("last-to-come", "It ends with its request, and not before.",
         _begun(stored("a1", "succeeded")), resolve(ended=True), get()),
        ("one-failed-to-come", "One failed and more to come: the session is active.",
         _begun(stored("a1", "inProgress")), record(report("failed")), get()),
        ("observer", "An observer's report of an artifact activates a session.",
         start(bulk(asked("b1", "active"), artifacts=_stored(["added", "added"]))),
         record(report("scheduling"), reporter="observer"), get(),
         resolve(point("p9"), ids=["n1"]), get()),
        ("limit", "A bulk session that is activated counts as active.",
         start(bulk(asked("b1", "active"), status="activating"),
             undeclared(stored("b1", "added"), session_id="s2"), limits={"activeSessions": 1}),
         activate("s2")),
        ("limit-draft", "One that is not activated does not.",
         start(bulk(asked("b1", "active"), artifacts=_stored(["added"]), status="draft"),
             undeclared(stored("b1", "added"), session_id="s2"), limits={"activeSessions": 1}),
         activate("s2")),
        ("several", "Several active requests stand for one another.",
         start(bulk(asked("b1", "active", mailboxes=[_ADA]), asked("b2", "active"),
             artifacts=_stored(["succeeded"]))), resolve(ended=True), get()),
    ),
)

# No artifact at all (B4) -------------------------------------------------------------------------

_FAILURES: Final = [failure(mailbox) for mailbox in _THREE]
_OTHER_ERROR: Final = {"code": "ArtifactCannotBeRestored", "message": "The mailbox is on hold."}
_MORE_ERRORS: Final = {"code": "UnknownError", "details": [{**_OTHER_ERROR, "target": _CYD}]}
_DELETED: Final = delete_bulk_request(now=at(150), actor=BOB)

_NOTHING: Final = (
    *cases("B4", "nothing/",
        ("failed", "Where no mailbox can be resolved, the session has failed.",
         *_BEGUN, resolve(failures=_FAILURES, ended=True), get()),
        ("failed-in-parts", "So it has if that comes in parts.",
         _begun(), resolve(failures=_FAILURES[:2]), resolve(failures=_FAILURES[2:], ended=True),
         get()),
        ("other-codes", "Its error has a code of its own where the failures differ.",
         _begun(), resolve(failures=[failure(_ADA), failure(_CYD, _OTHER_ERROR)], ended=True),
         get(), list_sessions()),
        ("failed-in-time", "It was completed when its request was changed last.",
         _begun(), resolve(failures=_FAILURES, ended=True, now=at(80), actor=ADA), get()),
        ("request-deleted", "It stays failed, and says why, once the request is deleted.",
         _begun(), resolve(failures=_FAILURES, ended=True), _DELETED, get(), list_bulk_requests()),
        ("expired", "It is removed a year after that time, its request deleted or not.",
         _begun(), resolve(failures=_FAILURES, ended=True), _DELETED,
         expire("2027-01-05T10:10:00Z"), expire("2027-01-05T10:10:01Z")),
        ("not-active", "It counts against no limit.",
         start(bulk(asked("b1", "completedWithErrors")),
             undeclared(stored("b1", "added"), session_id="s2"), limits={"activeSessions": 0}),
         delete_bulk_request(), activate("s2")),
        ("no-draft", "It is no draft.",
         start(bulk(asked("b1", "completedWithErrors"))), activate(), delete(), get()),
        ("some-resolved", "One artifact succeeded, and the session is completed.",
         _begun(stored("a1", "succeeded")), resolve(failures=_FAILURES[1:], ended=True), get()),
        ("some-failed", "One artifact failed, and the error is its own.",
         _begun(stored("a1", "failed")), resolve(failures=_FAILURES[1:], ended=True), get()),
        ("another-active", "While another request is active, nothing has failed yet.",
         start(bulk(asked("b1", "completedWithErrors", error=ERRORS), asked("b2", "active"),
             status="activating")), delete_bulk_request(), get()),
    ),
    *(
        case(f"nothing/read/{name}", "B4", words, start(bulk(*requests, **declared)), _DELETED,
            get(), expire("2027-01-05T10:30:01Z"))
        for name, words, requests, declared in (
            ("errors", "A request that ended with errors says that the session failed.",
             [asked("b1", "completedWithErrors", error=ERRORS)], {}),
            ("no-error", "It may not say why.", [asked("b1", "completedWithErrors")], {}),
            ("error-without-details", "It may say so in one word.",
             [asked("b1", "completedWithErrors", error={"code": "ArtifactNotFound"})], {}),
            ("error-in-full", "Of what it says, code and details count.",
             [asked("b1", "completedWithErrors", error=ERRORS | {"target": "b1",
                 "innerError": {"code": "inner"}})], {}),
            ("no-time", "It may not say when.",
             [asked("b1", "completedWithErrors", lastModifiedDateTime=None)], {}),
            ("two", "Of two requests both say why, and the later one when.",
             [asked("b1", "completedWithErrors", error=ERRORS),
              asked("b2", "completedWithErrors", error=_MORE_ERRORS,
                  lastModifiedDateTime=at(90))], {}),
            ("two-earlier", "It need not be the last one.",
             [asked("b1", "completedWithErrors", error=ERRORS, lastModifiedDateTime=at(90)),
              asked("b2", "completedWithErrors", error=ERRORS)], {}),
            ("one-of-two", "One of two requests with errors is enough.",
             [asked("b1", "completed"), asked("b2", "completedWithErrors", error=ERRORS)], {}),
            ("declared", "What is declared of a failure stays.",
             [asked("b1", "completedWithErrors", error=ERRORS)],
             {"status": "failed", "completedDateTime": at(60), "error": ON_HOLD}),
            ("declared-though-completed", "A session that says that it failed has.",
             [asked("b1", "completed")],
             {"status": "failed", "completedDateTime": at(60), "error": ON_HOLD}),
            ("declared-alone", "It need not say why, or when.",
             [asked("b1", "completedWithErrors", error=ERRORS)], {"status": "failed"}),
            ("declared-another", "What declares another status has not failed.",
             [asked("b1", "completedWithErrors", error=ERRORS)], {"status": "active"}),
            ("declared-completed", "Nor is it completed, without an artifact.",
             [asked("b1", "completedWithErrors", error=ERRORS)], {"status": "completed"}),
            ("declared-unknown", "What declares an unknown status may not have failed.",
             [asked("b1", "completedWithErrors", error=ERRORS)],
             {"status": "unknownFutureValue"}),
            ("declared-unknown-text", "What declares a text that is no status may not, either.",
             [asked("b1", "completedWithErrors", error=ERRORS)], {"status": "paused"}),
            ("completed", "A request that completed does not say that the session failed.",
             [asked("b1", "completed")], {}),
            ("beside-an-unknown-one", "Beside an unknown request nothing is certain.",
             [asked("b1", "completedWithErrors", error=ERRORS), asked("b2", "unknown")], {}),
            ("beside-a-link", "Beside missing artifacts nothing is certain.",
             [asked("b1", "completedWithErrors", error=ERRORS)],
             {"mailboxRestoreArtifacts@odata.nextLink": "next"}),
            ("declared-beside-a-link", "Beside missing artifacts what is declared may be true.",
             [asked("b1", "completedWithErrors", error=ERRORS)],
             {"status": "failed", "mailboxRestoreArtifacts@odata.nextLink": "next"}),
        )
    ),
    case("nothing/read/no-request", "B4", "A failed bulk session may have no request.",
        start(bulk(status="failed", completedDateTime=at(60), error=ON_HOLD)),
        get(), expire("2027-01-05T10:00:00Z"), expire("2027-01-05T10:00:01Z")),
    case("nothing/read/no-collection", "B4", "It need not say that it has none.",
        start(undeclared(restoreJobType="bulk", status="failed", completedDateTime=at(60))),
        get(), expire("2027-01-05T10:00:01Z")),
)

# Resolving (B5) ----------------------------------------------------------------------------------

_RESOLVED: Final = (
    *cases("B5", "resolve/",
        ("one", "An artifact is added in scheduling, and has the destination of the request.",
         *_BEGUN, resolve(point(), actor=BOB), get()),
        ("several", "Several are, in order.",
         _EMPTY, create_bulk_request(bulk_request(*_THREE, destination="new")), activate(),
         resolve(point("p3"), point("p1"), point("p2"), ended=True), get()),
        ("in-parts", "They may come in parts.",
         _begun(), resolve(point("p1"), ids=["a1"]), resolve(point("p2"), ids=["a2"], now=at(75)),
         list_artifacts(), get()),
        ("all", "A request that has all its mailboxes still ends only when that is said.",
         _begun(), resolve(*(point(f"p{place}") for place in (1, 2, 3))),
         get_bulk_request(), resolve(ended=True), get()),
        ("fewer", "It may end with fewer artifacts than mailboxes.",
         _begun(), resolve(point(), ended=True), get()),
        ("failure", "A mailbox that can't be resolved stands in the error at once.",
         _begun(), resolve(failures=[failure()], actor=BOB), get_bulk_request(), get()),
        ("failure-and-more", "A failure may stand beside artifacts.",
         _begun(), resolve(point(), failures=[failure()], ended=True), get()),
        ("other-failures", "Several failures with several codes make an error of their own.",
         _begun(), resolve(failures=[failure(_CYD), failure(_ADA, _OTHER_ERROR)]), get()),
        ("failures-in-parts", "Failures may come in parts.",
         _begun(), resolve(failures=[failure(_CYD)]), resolve(failures=[failure(_ADA)]), get()),
        ("failure-of-an-id", "A failure may be that of a directory object.",
         start(bulk(asked("b1", "active", directoryObjectIds=["d1", "d2"]), status="activating")),
         resolve(failures=[failure("d2")]), get()),
        ("failure-without-code", "An error need not say anything.",
         _begun(), resolve(failures=[failure(_ADA, {})], ended=True), get()),
        ("failure-in-full", "Of an error, code and message count.",
         _begun(), resolve(failures=[failure(_ADA, NO_MAILBOX | {"target": "else",
             "details": [ON_HOLD], "innerError": {"code": "inner"}, "colour": "red"})]), get()),
        ("same-failure", "The same mailbox again is no change.",
         _begun(), resolve(failures=[failure(_ADA)]),
         resolve(failures=[failure(_ADA, _OTHER_ERROR)], now=at(90), actor=BOB), get()),
        ("same-failure-at-once", "Nor is the second of two in a resolution.",
         _begun(), resolve(failures=[failure(_ADA), failure(_ADA, _OTHER_ERROR)]), get()),
        ("same-failure-counts-once", "A mailbox that fails again counts once.",
         start(bulk(asked("b1", "active", mailboxes=[_ADA, _CYD]), status="activating")),
         resolve(failures=[failure(_ADA)]),
         resolve(point(), failures=[failure(_ADA), failure(_ADA)]), get()),
        ("ended", "A request that ends without a failure is completed.",
         _begun(stored("a1", "scheduled")), resolve(ended=True, now=at(75), actor=ADA), get()),
        ("ended-false", "It ends if that is so.",
         _begun(), resolve(point(), ended=False), get_bulk_request()),
        ("ended-after-a-failure", "It ends with errors, though the failure came before.",
         _begun(stored("a1", "scheduled")), resolve(failures=[failure()]), resolve(ended=True),
         get()),
        ("error-that-was-read", "A failure that was read counts.",
         _begun(stored("a1", "scheduled"), error=ERRORS), resolve(ended=True), get()),
        ("failure-that-was-read", "The same mailbox as one that was read is no change.",
         _begun(error=ERRORS), resolve(failures=[failure(_ADA, _OTHER_ERROR), failure(_CYD)]),
         get()),
        ("nothing", "A resolution may say nothing.",
         _begun(), resolve_bulk_request({}, actor=BOB, now=at(90)), get()),
        ("nulls", "Null says nothing.", _begun(), resolve_bulk_request(
             {"artifacts": None, "failures": None, "ended": None}, actor=BOB, now=at(90)), get()),
        ("empty-lists", "An empty list says nothing.", _begun(), resolve_bulk_request(
             {"artifacts": [], "failures": [], "ended": False}, actor=BOB, now=at(90)), get()),
        ("other-properties", "What else is said means nothing.",
         _begun(), resolve_bulk_request({"artifacts": [point(id="mine", status="failed",
             startDateTime="2020-01-01T00:00:00Z", destinationType=None)], "colour": "red"}),
         get()),
        ("destination", "The destination of the request may be said of an artifact, too.",
         _begun(), resolve(point(destinationType="inPlace")), get()),
        ("type", "The type may be.", _begun(), resolve(point(**{
             "@odata.type": "Microsoft.Graph.MailboxRestoreArtifact"})), get()),
        ("point-in-full", "A restore point is kept as it came.",
         _begun(), resolve({"restorePoint": {"@odata.id": "restorePoints('p1')", "tags":
             "fastRestore", "protectionDateTime": "2025-12-04T00:00:00Z", "colour": "red"}}),
         get()),
        ("more-than-a-request-may-have", "The limit of artifacts in a request says nothing of it.",
         start(bulk(asked("b1", "active", mailboxes=list(_THREE)), status="activating"),
             limits={"artifactsPerRequest": 1}), resolve(point("p1"), point("p2")), get()),
        ("earlier", "No time goes back.",
         _begun(stored("a1", "scheduled")), resolve(ended=True, now=at(-60)), get()),
        ("unread-mailboxes", "Where the mailboxes were left out, anything may come of them.",
         start(bulk(asked("b1", "active"), status="activating")),
         resolve(point("p1"), failures=[failure("zoe@example.com")], ended=True), get()),
        ("empty-mailboxes", "Or where they are empty.",
         start(bulk(asked("b1", "active", mailboxes=[], directoryObjectIds=None),
             status="activating")), resolve(point("p1"), point("p2"), ended=True), get()),
        ("added-ones", "Artifacts that are still added are scheduled with the others.",
         _begun(stored("a1", "added"), stored("a2", "scheduled"), stored("a3", "added")),
         resolve(ended=True), get()),
        ("added-ones-alone", "But not if nothing is said.",
         _begun(stored("a1", "added")), resolve_bulk_request({}), get()),
        ("no-destination", "A request that was read may have no destination.",
         _begun(destinationType=None), resolve(point()), get()),
        ("unknown-destination", "Or one that is not known.",
         _begun(destinationType="elsewhere"), resolve(point()), get()),
        ("other-destinations", "The artifacts of the session may go elsewhere.",
         _begun(stored("a1", "scheduled", destinationType="new")), resolve(point("p1"), ids=["n1"]),
         get()),
        ("not-there", "A collection of artifacts that was not there is there then.",
         start(bulk(asked("b1", "active"), status="activating", mailboxRestoreArtifacts=None,
             granularMailboxRestoreArtifacts=[])), resolve(point()), get(), list_artifacts()),
        ("beside-another", "Another request stays as it is.",
         start(bulk(asked("b2", "completed"), asked("b1", "active"), status="activating")),
         resolve(point(), ended=True), get()),
        ("recorded", "Reports are taken of what was added.",
         _begun(), resolve(point(), ended=True), record(report("scheduled")), get()),
        ("not-recorded-at-a-leap", "They are taken step by step.",
         _begun(), resolve(point(), ended=True), record(report("inProgress"))),
        ("listed-between-pages", "What is added between two pages stands last.",
         _begun(), resolve(point("p1"), point("p2"), ids=["a1", "a2"]), list_artifacts("s1", 1),
         resolve(point("p3"), ids=["a3"]), list_artifacts("s1", 5, after=1)),
    ),
)

_BAD_RESOLUTIONS: Final[tuple[tuple[str, Any, str], ...]] = (
    ("a-text", "completed", "It is a text."),
    ("an-array", [point()], "It is an array."),
    ("a-number", 5, "It is a number."),
    ("true", True, "It is the boolean true."),
    ("artifacts-an-object", {"artifacts": point()}, "The artifacts are no list."),
    ("artifacts-a-text", {"artifacts": "p1"}, "They are a text."),
    ("artifacts-false", {"artifacts": False}, "They are the boolean false."),
    ("artifact-null", {"artifacts": [point(), None]}, "An artifact is null."),
    ("artifact-a-text", {"artifacts": ["p1"]}, "An artifact is a text."),
    ("artifact-an-array", {"artifacts": [[]]}, "An artifact is an array."),
    ("failures-an-object", {"failures": failure()}, "The failures are no list."),
    ("failures-a-text", {"failures": _CYD}, "They are a text."),
    ("failures-zero", {"failures": 0}, "They are a number."),
    ("failure-null", {"failures": [None]}, "A failure is null."),
    ("failure-a-text", {"failures": [_CYD]}, "A failure is a text."),
    ("failure-of-nobody", {"failures": [{"error": NO_MAILBOX}]}, "A failure names no mailbox."),
    ("mailbox-null", {"failures": [failure(None)]}, "The mailbox is null."),
    ("mailbox-a-number", {"failures": [failure(5)]}, "The mailbox is a number."),
    ("no-error", {"failures": [{"mailbox": _CYD}]}, "A failure does not say why."),
    ("error-null", {"failures": [failure(_CYD, None)]}, "The error is null."),
    ("error-a-text", {"failures": [failure(_CYD, "gone")]}, "The error is a text."),
    ("error-of-a-wrong-kind", {"failures": [failure(_CYD, {"code": 5})]}, "Its code is a number."),
    ("one-of-two", {"failures": [failure(_ADA), {"mailbox": _CYD}]}, "One of two is no failure."),
    ("other-destination", {"artifacts": [point(destinationType="new")]},
     "An artifact goes elsewhere than the request."),
    ("unknown-destination", {"artifacts": [point(destinationType="elsewhere")]},
     "An artifact goes where nothing can go."),
    ("a-search", {"artifacts": [point(searchResponseId="q1")]}, "An artifact has a search."),
    ("other-type", {"artifacts": [point(**{
        "@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact"})]},
     "An artifact is one of chosen items."),
    ("ended-a-text", {"artifacts": [point()], "ended": "true"}, "Whether it ended is a text."),
    ("ended-a-number", {"artifacts": [point()], "ended": 1}, "Whether it ended is a number."),
    ("ended-an-object", {"artifacts": [point()], "ended": {}}, "Whether it ended is an object."),
    ("unknown-mailbox", {"failures": [failure("zoe@example.com")]}, "Nobody asked for it."),
    ("mailbox-empty", {"failures": [failure("")]}, "Nobody asked for nothing."),
    ("mailbox-of-another-case", {"failures": [failure("Ada@example.com")]},
     "It is not spelled as it was asked for."),
    ("one-unknown", {"failures": [failure(_ADA), failure("zoe@example.com")]},
     "Nobody asked for one of two."),
    ("more-artifacts", {"artifacts": [point(f"p{place}") for place in range(4)]},
     "There are more artifacts than mailboxes."),
    ("more-of-both", {"artifacts": [point(f"p{place}") for place in range(2)],
        "failures": [failure(_ADA), failure(_CYD)]}, "There are more of both than mailboxes."),
    ("ends-with-nothing", {"ended": True}, "It ends, and nothing came of it."),
    ("ends-with-empty-lists", {"ended": True, "artifacts": [], "failures": []},
     "It ends, and nothing came of it."),
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
        ("draft", "A session that was not activated resolves nothing.",
         _EMPTY, _ASKED, *_TO_RESOLVE),
        ("read-draft", "Nor does one that was read.",
         start(bulk(asked("b1", "active"), artifacts=[stored("a1", "added")])), *_TO_RESOLVE),
        ("read-declared-draft", "Nor does one that says that it is a draft.",
         start(bulk(asked("b1", "active"), status="draft")), *_TO_RESOLVE),
        ("lacks-artifacts", "Nor does one whose artifacts are missing.",
         start(bulk(asked("b1", "active"), artifacts=[stored("a1", "scheduled")],
             **odata("mailboxRestoreArtifacts", nextLink="next"))), *_TO_RESOLVE),
        ("lacks-requests", "Nor does one whose requests are missing.",
         start(bulk(asked("b1", "active"), artifacts=[stored("a1", "scheduled")],
             **odata(REQUESTS, count=2))), *_TO_RESOLVE),
        ("unknown-beside", "Nor does one that has an unknown request, too.",
         start(bulk(asked("b1", "active"), asked("b2", "unknown"),
             artifacts=[stored("a1", "scheduled")])), *_TO_RESOLVE),
        *(
            (f"ended-{status}", "A request that has ended is not resolved.",
             start(bulk(asked("b1", status), artifacts=[stored("a1", "scheduled")])), *_TO_RESOLVE)
            for status in ("completed", "completedWithErrors", "unknown", "unknownFutureValue",
                "paused")
        ),
        ("terminal", "A session that has ended resolves nothing.",
         start(bulk(asked("b1", "completed"), artifacts=[stored("a1", "succeeded")])),
         *_TO_RESOLVE),
        ("ended-beside-an-active-one", "A request that has ended is not, beside another one.",
         start(bulk(asked("b1", "completed"), asked("b2", "active"),
             artifacts=[stored("a1", "scheduled")])), *_TO_RESOLVE),
    ),
    case(f"resolve/{NOT_ALLOWED}/twice", "B5", "A request ends once.",
        _begun(), resolve(point(), ended=True), resolve(ended=True), get()),
    *(
        _wrong(name, words, _begun(), resolve_bulk_request(resolution,
            ids=["a1", "a2", "a3", "a4"]))
        for name, resolution, words in _BAD_RESOLUTIONS
    ),
    _wrong("more-in-parts", "What came before counts.",
        _begun(), resolve(point("p1"), point("p2"), ids=["a1", "a2"]),
        resolve(failures=[failure()]), resolve(point("p3"), ids=["a3"])),
    _wrong("more-failures-in-parts", "So do failures.",
        _begun(), resolve(point("p1"), point("p2"), ids=["a1", "a2"]),
        resolve(failures=[failure(_ADA), failure(_CYD)])),
    _wrong("more-than-were-read", "So does what was read.",
        _begun(stored("a8", "scheduled"), stored("a9", "failed"), error=ERRORS), resolve(point())),
    _wrong("more-than-both-lists", "Both lists count.",
        start(bulk(asked("b1", "active", mailboxes=[_ADA], directoryObjectIds=["d1"]),
            status="activating")), resolve(point("p1"), point("p2"), point("p3"))),
    *(
        _wrong(name, "The restore point names nothing.", _begun(),
            resolve(point("p8"), entry), code="InvalidRestorePoint")
        for name, entry in _POINTS
    ),
    *(
        _wrong(name, words, _begun(*artifacts), resolve(*entries, ids=["n1", "n2"]),
            code="DuplicateArtifactInList")
        for name, words, artifacts, entries in (
            ("in-the-resolution", "The restore point is there twice.", [],
             [point(), point()]),
            ("by-reference", "It is, though it is spelled otherwise.", [],
             [point(), {"restorePoint": {"@odata.id": "restorePoints('p1')"}}]),
            ("in-the-session", "It is in the session.",
             [stored("a1", "scheduled", restorePoint={"id": "p1"})], [point()]),
            ("of-what-ended", "It is in the session, whatever came of it.",
             [stored("a1", "failed", restorePoint={"id": "p1"})], [point()]),
        )
    ),
    _wrong("came-before", "It came in a part before.",
        _begun(), resolve(point(), ids=["a1"]), resolve(point(), ids=["n1"]),
        code="DuplicateArtifactInList"),
    case(f"resolve/{MALFORMED}/ends-with-an-error-alone", "B5",
        "An error without a detail names no mailbox that failed.",
        _begun(error={"code": "UnknownError"}), resolve(ended=True), get()),
    case(f"resolve/{MALFORMED}/mailbox-blank", "B5", "Nobody asked for nothing, known or not.",
        start(bulk(asked("b1", "active"), status="activating")),
        resolve(failures=[failure(" ")]), get()),
    case("resolve/error-alone", "B5", "An error that was read, with or without details, counts.",
        _begun(stored("a1", "scheduled"), error={"code": "UnknownError"}), resolve(ended=True),
        get()),
    case("resolve/other-code-than-that-of-the-error", "B5",
        "The code of an error that was read counts beside those of the failures.",
        _begun(error={"code": "UnknownError", "details": [{**NO_MAILBOX, "target": _ADA}]}),
        resolve(failures=[failure(_CYD)]), get()),
    case("resolve/granular-of-the-same-point", "B5",
        "Chosen items of the same restore point are something else.",
        start(bulk(asked("b1", "active"), status="activating", granularMailboxRestoreArtifacts=[
            granular("g1", "scheduled", restorePoint={"id": "p1"})])), resolve(point()), get()),
)


# What a bulk session is (S9), and the operations on it -------------------------------------------

_BY_ITS_REQUEST: Final = tuple(
    (name, {"restoreJobType": kind}) for name, kind in (
        ("no-type", None), ("standard", "standard"), ("bulk", "bulk"))
)
"""What a session may say of its type that has a bulk request."""

_DRAFT: Final = bulk(asked("b1", "active"), artifacts=[stored("a1", "added")])

_OPERATIONS: Final = (
    *(
        case(f"is/{name}/{asks}", rule, words, start({**_DRAFT, **kind}), call, get())
        for name, kind in _BY_ITS_REQUEST
        for asks, rule, words, call in (
            ("update", "O3", "A session with a bulk request is not updated.",
             update(artifact("p9"))),
            ("update-removal", "O3", "Nothing is removed from it.", update(removal("a1"))),
            ("update-policy", "O3", "It takes no policy.", update(request={"policyId": "q"})),
            ("update-malformed", "O3", "Whatever the request.", update(request=7)),
            ("createArtifact", "O6", "No artifact is added to it.",
             create_artifact(artifact("p9"))),
            ("activate", "O4", "It may be activated.", activate(actor=ADA)),
            ("report", "S9", "A report makes it a bulk session in name.",
             record(report("scheduling"), reporter="observer")),
        )
    ),
    *cases("S9", "is/",
        ("granular-in-name", "A session that says granular and lacks nothing becomes bulk.",
         start(bulk(asked("b1", "active"), artifacts=[stored("a1", "added")],
             restoreJobType="granular", granularMailboxRestoreArtifacts=[])), activate(), get()),
        ("unknown-in-name", "So does one of an unknown type.",
         start(bulk(asked("b1", "completed"), artifacts=[stored("a1", "inProgress")],
             restoreJobType="urgent", granularMailboxRestoreArtifacts=[])),
         record(report("succeeded")), get()),
        ("by-a-deletion", "A deletion of the request leaves a bulk session.",
         start(bulk(asked("b1", "completed"), artifacts=[stored("a1", "succeeded")],
             restoreJobType="standard")), delete_bulk_request(), get()),
        ("by-a-batch", "A batch of reports makes it a bulk session in name.",
         start(bulk(asked("b1", "active"), artifacts=[stored("a1", "inProgress")],
             restoreJobType="standard")), record_batch(report("succeeded")), get()),
        ("by-a-resolution", "So does a resolution.",
         start(bulk(asked("b1", "active"), status="activating", restoreJobType="standard")),
         resolve(point()), get()),
        ("no-change", "A report that changes nothing leaves the type.",
         start(bulk(asked("b1", "active"), artifacts=[stored("a1", "inProgress")],
             restoreJobType="standard")), record(report("inProgress")), get()),
    ),
    *cases("O4", "activate/",
        ("request-alone", "A session without an artifact is activated with its request.",
         _EMPTY, _ASKED, activate(actor=BOB), get()),
        ("artifacts-too", "What was added by then is scheduled.",
         start(_DRAFT), activate(), get()),
        ("no-active-request", "Without an active request its artifacts are activated.",
         start(bulk(asked("b1", "completed"), artifacts=[stored("a1", "added")])), activate(),
         get()),
        ("twice", "It is activated once.", *_BEGUN, activate(), get()),
        ("TooManyActiveRestoreSessions", "It is one session more.",
         start(limits={"activeSessions": 0}), _EMPTY, _ASKED, activate(), get()),
        ("counts", "It counts from then on.",
         start(limits={"activeSessions": 1}), _EMPTY, _ASKED, activate(),
         create(artifact("p1"), session="s2"), activate("s2")),
    ),
    *cases("O5", "delete/",
        ("session", "A bulk draft is deleted with its request.",
         _EMPTY, _ASKED, delete(), get(), get_bulk_request()),
        ("session-again", "Another session may have the ids of one that was deleted.",
         _EMPTY, _ASKED, delete(), create(request={}, now=at(15)), list_bulk_requests()),
        ("session-activated", "A bulk session that was activated is not deleted.",
         *_BEGUN, delete(), get()),
    ),
    case("delete/session-activated-before", "B6",
        "What was activated before it was removed says nothing of another of its id.",
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
"""Bulk sessions of an artifact that runs and one that succeeded, that lack others."""

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
"""Sessions of an artifact that runs, that lack nothing."""

_EMPTY_BULK: Final[tuple[tuple[str, dict[str, Any], str], ...]] = (
    ("no-request", bulk(), "A bulk session without a request is not an empty draft."),
    ("declared-draft", bulk(status="draft"), "Though it says that it is."),
    ("completed-request", bulk(asked("b1", "completed")), "A completed request made artifacts."),
    ("standard-in-name", bulk(asked("b1", "completed"), restoreJobType="standard"),
     "Though the session says that it is standard."),
    ("declared-completed", bulk(asked("b1", "completed"), status="completed"),
     "Though it is completed."),
    ("unknown-request", bulk(asked("b1", "unknown")), "An unknown one may make artifacts."),
    ("not-expanded", bulk(asked("b1", "active"), mailboxRestoreArtifacts=None),
     "A collection that is not there is not an empty one."),
    ("not-expanded-failed", bulk(asked("b1", "completedWithErrors"), status="failed",
        mailboxRestoreArtifacts=None), "Nor of a session that failed."),
)
"""Bulk sessions without an artifact, that lack them."""

_MISSING: Final = (
    *(
        found
        for name, document in _WITH_EVIDENCE
        for found in cases("S8", f"lacking/{name}/",
            ("not-completed", "A bulk session that lacks artifacts is not completed by others.",
             start(document), record(report("succeeded")), get()),
            ("declared", "It shows what it declares where that is possible.",
             start({**document, "status": document.get("status") or "active"}),
             record(report("succeeded")), get()),
            ("no-draft", "It is no draft.", start(document), activate(), delete(),
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
        ("evidence-stays", "No deletion of a request takes the type away that shows it.",
         start(bulk(asked("b1", "completed"), artifacts=_stored(["succeeded"]),
             restoreJobType="urgent")), delete_bulk_request(), get(), list_bulk_requests()),
        ("evidence-of-granular-stays", "Nor the type granular.",
         start(bulk(asked("b1", "completed"), artifacts=_stored(["succeeded"]),
             restoreJobType="granular")), delete_bulk_request(), get()),
        ("count-of-requests-stays", "Nor the number of requests.",
         start(bulk(asked("b1", "completed"), artifacts=_stored(["succeeded"]),
             **odata(REQUESTS, count=2))), delete_bulk_request(), get()),
        ("named-bulk", "A deletion leaves a bulk session, whatever is missing.",
         start(bulk(asked("b1", "completed"), artifacts=_stored(["succeeded"]),
             restoreJobType="standard", **odata("mailboxRestoreArtifacts", nextLink="next"))),
         delete_bulk_request(), get()),
        ("deletion-beside-a-link", "A deletion leaves what shows that artifacts are missing.",
         start(bulk(asked("b1", "completedWithErrors", error=ERRORS),
             artifacts=_stored(["inProgress"]), status="draft",
             restoreSessionArtifactCount={"total": 7, "inProgress": 7},
             **odata("mailboxRestoreArtifacts", nextLink="next"))), delete_bulk_request(),
         get()),
        ("stand-in-beside-a-link", "An active request counts beside what is missing.",
         start(bulk(asked("b1", "active"), artifacts=_stored(["inProgress"]), status="completed",
             **odata("mailboxRestoreArtifacts", nextLink="next"))),
         record(report("succeeded")), get()),
        ("requests-not-sent", "A session whose requests were not sent completes as it declares.",
         start(undeclared(*_stored(["inProgress"]), restoreJobType="bulk", status="completed")),
         record(report("succeeded")), get(), list_bulk_requests()),
    ),
    case("written/collection", "S8", "A bulk session keeps a collection of requests, if empty.",
        start(bulk(asked("b1", "completed"), artifacts=_stored(["succeeded"]))),
        delete_bulk_request(), get()),
)

# What stays (S1a, W1) ----------------------------------------------------------------------------

_STAYING: Final = (
    *cases("S1a", "stays/",
        ("as-read", "A bulk session is answered as it was read.",
         start(bulk(asked("b1", "active", **NOTES), artifacts=_stored(["succeeded"]),
             status="completed", completedDateTime=at(7), error=None,
             restoreSessionArtifactCount={"total": 1, "failed": 1},
             **odata(REQUESTS, count=1, context="c"))),
         get(), get_bulk_request()),
        ("forgotten", "With a change it is derived, and what was declared is forgotten.",
         start(bulk(asked("b1", "completed", **NOTES), artifacts=_stored(["inProgress"]),
             status="completed", completedDateTime=at(7), error=ON_HOLD,
             restoreSessionArtifactCount={"total": 1, "failed": 1, "colour": "red"},
             **odata(REQUESTS, count=1, context="c"))),
         record(report("succeeded")), get()),
        ("beside-a-report", "A report leaves the request as it was read.",
         start(bulk(asked("b1", "active", mailboxes=[_ADA], **NOTES),
             artifacts=_stored(["inProgress"]))), record(report("succeeded")), get()),
        ("beside-an-activation", "So does an activation.",
         start(bulk(asked("b1", "active", mailboxes=[_ADA], **NOTES))), activate(), get()),
        ("resolved", "A resolution leaves all that it says nothing of.",
         start(bulk(asked("b1", "active", mailboxes=[_ADA], createdBy=ADA, lastModifiedBy=BOB,
             **NOTES), status="activating")), resolve(point(), ended=True), get(),
         get_bulk_request()),
        ("resolved-beside-nulls", "A null that has a value now is gone.",
         start(bulk(asked("b1", "active", lastModifiedDateTime=None, lastModifiedBy=None,
             error=None), status="activating")),
         resolve(failures=[failure()], actor=ADA), get()),
        ("resolved-beside-an-error", "A failure is added to what an error says.",
         start(bulk(asked("b1", "active", error={"code": "ArtifactNotFound", "message": "m",
             "target": "t", "innerError": {"code": "i"}, "colour": "red",
             "details": [{"code": "ArtifactNotFound", "target": _ADA, "shade": "dark"}]}),
             status="activating")), resolve(failures=[failure()]), get()),
        ("not-modified", "A request that has no time goes by its creation.",
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
            "A status that artifacts and requests can't give is found.",
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
    _audit("failed/counts", "S5", "A failure without an artifact is no artifact that failed.",
        bulk(asked("b1", "completedWithErrors", error=ERRORS), status="failed",
            completedDateTime=at(40), error=ERRORS,
            restoreSessionArtifactCount={"total": 0, "failed": 1})),
    _audit("failed/other-time", "B4", "It may be completed at another time than its request.",
        bulk(asked("b1", "completedWithErrors", error=ERRORS), status="failed",
            completedDateTime=at(41), error=ERRORS)),
    _audit("counts-of-an-active-one", "S5", "A request that is active is not an artifact.",
        bulk(asked("b1", "active"), artifacts=_stored(["succeeded"]), status="active",
            restoreSessionArtifactCount={"total": 1, "inProgress": 1, "completed": 1,
                "failed": 0})),
)

# Whole lives -------------------------------------------------------------------------------------

_LIVES: Final = (
    case("life/completed", "B5", "A bulk session from its request to its end.",
        _begun(), resolve(point("p1"), point("p2"), ids=["a1", "a2"], ended=True),
        record_batch(*(report(status, name) for name in ("a1", "a2")
            for status in ("scheduled", "inProgress", "succeeded"))), delete_bulk_request(), get()),
    case("life/with-errors", "B5", "One of two artifacts fails, and one mailbox is not there.",
        _begun(), resolve(point("p1"), point("p2"), ids=["a1", "a2"], failures=[failure()],
            ended=True),
        record_batch(report("failed", "a1"), *(report(status, "a2")
            for status in ("scheduled", "inProgress", "succeeded"))), get(), get_bulk_request()),
    case("life/ends-before-its-request", "B3",
        "All that was resolved by then has succeeded, and more is to come.",
        _begun(), resolve(point("p1"), ids=["a1"]),
        record_batch(*(report(status) for status in ("scheduled", "inProgress", "succeeded"))),
        get(), resolve(point("p2"), ids=["a2"], ended=True)),
    case("life/from-a-document", "W1", "What was written of a bulk session is read as it was.",
        start(session(restoreJobType="bulk",
            mailboxRestoreArtifactsBulkAdditionRequests=[asked("b1", "active")])),
        activate(), resolve(point(), failures=[failure()], ended=True), get(), list_sessions()),
)

BULK: Final = Topic(
    "bulk",
    "Bulk requests, and the sessions that they add artifacts to",
    (
        *BULK_REQUESTS, *_STANDS, *_NOTHING, *_RESOLVED, *_NOT_RESOLVED, *BULK_ORDER, *_OPERATIONS,
        *_MISSING, *_STAYING, *_AUDITED, *_LIVES,
    ),
)
"""The cases of rules B1 to B6, and of S8 and S9 where sessions are bulk."""
