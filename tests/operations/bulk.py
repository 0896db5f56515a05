"""Bulk sessions at each point of their life, and refused calls on them."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from restore_domain.model import (
    CreateBulkRequest,
    CreateSessionRequest,
    ExchangeRestoreSession,
    MailboxRestoreArtifactsBulkAdditionRequest,
    PublicError,
    RequestedArtifact,
    RestorePoint,
)
from restore_domain.operations import (
    BackupRestoreRoot,
    Outcome,
    Resolution,
    UnresolvedMailbox,
    activate_session,
    create_bulk_request,
    create_session,
    resolve_bulk_request,
)

from .service import ALICE, CREATED, NEW, NOW, Json, stored

MAILBOXES: Final = ("ada@example.com", "bob@example.com", "eve@example.com")


GONE: Final = PublicError(code="Gone", message="It is gone.")


def asked(*mailboxes: str, **more: Any) -> CreateBulkRequest:
    """Make a request for these mailboxes, or for the three."""
    defaults: Json = {"mailboxes": mailboxes or MAILBOXES, "destination_type": NEW}
    return CreateBulkRequest(**(defaults | more))


def part(*points: str, failures: Any = (), ended: bool | None = None) -> Resolution:
    """Make a part of a resolution: restore points, and mailboxes that could not be resolved."""
    return Resolution(
        artifacts=tuple(
            RequestedArtifact(restore_point=RestorePoint(id=point)) for point in points
        ),
        failures=tuple(
            UnresolvedMailbox(
                mailbox=mailbox, error=PublicError(code="Gone", message="It is gone.")
            )
            for mailbox in failures
        ),
        ended=ended,
    )


def created(root: BackupRestoreRoot, session_id: str = "s1") -> BackupRestoreRoot:
    request = CreateSessionRequest()
    return create_session(
        root, request, session_id=session_id, artifact_ids=[], now=CREATED, actor=ALICE
    ).root


def with_request(
    root: BackupRestoreRoot, session_id: str = "s1", request: Any = None, **more: Any
) -> Outcome[MailboxRestoreArtifactsBulkAdditionRequest]:
    defaults: Json = {"bulk_request_id": "b1", "now": NOW, "actor": ALICE}
    return create_bulk_request(root, session_id, request or asked(), **(defaults | more))


def resolve(
    root: BackupRestoreRoot, resolution: Any, session_id: str = "s1", **more: Any
) -> Outcome[Any]:
    """Resolve a part; the artifacts are named by their restore points."""
    points = [
        artifact.restore_point.key.replace("r", "a")
        for artifact in getattr(resolution, "artifacts", None) or ()
    ]
    defaults: Json = {"bulk_request_id": "b1", "artifact_ids": points, "now": NOW, "actor": ALICE}
    defaults |= more
    return resolve_bulk_request(
        root, session_id, defaults.pop("bulk_request_id"), resolution, **defaults
    )


def drafted(session_id: str = "s1", **more: Any) -> BackupRestoreRoot:
    """Return a root of one bulk session with a request, not activated."""
    return with_request(created(BackupRestoreRoot(**more), session_id), session_id).root


def activated(session_id: str = "s1") -> BackupRestoreRoot:
    return activate_session(drafted(session_id), session_id, now=NOW, actor=ALICE).root


def sessions() -> tuple[ExchangeRestoreSession, ...]:
    """Return a session at each point: empty, with a request, activated, begun, and ended."""
    roots = {
        "empty": created(BackupRestoreRoot(), "empty"),
        "asked": drafted("asked"),
        "waiting": activated("waiting"),
        "begun": resolve(activated("begun"), part("r1"), "begun").root,
        "over": resolve(activated("over"), part("r1", ended=True), "over").root,
    }
    return tuple(stored(root, session_id) for session_id, root in roots.items())


SESSIONS: Final = sessions()
TIME: Final = "2026-01-12T08:45:00Z"


class Refusal(NamedTuple):
    """A call that is refused."""

    method: str
    code: str
    http_status: int
    rule: str
    target: str | None
    words: tuple[str, ...]
    """What the message contains."""
    params: Json


def _body(**more: Any) -> Json:
    return {"mailboxes": [*MAILBOXES], "destinationType": "new"} | more


def _create(session_id: Any = "empty", request: Any = None) -> Json:
    return {"sessionId": session_id, "bulkRequestId": "b9", "now": TIME, "request": request}


def _refused_create(
    code: str, target: str | None, words: tuple[str, ...], params: Json, status: int = 400
) -> Refusal:
    return Refusal("createBulkRequest", code, status, "B1", target, words, params)


def _invalid(target: str, *words: str, **more: Any) -> Refusal:
    """Return a body that asks for something that a request can't ask for."""
    return _refused_create(
        "BulkRestoreInvalidCreateRequest", target, words, _create(request=_body(**more))
    )


def _bad_email(mailbox: Any) -> Refusal:
    return _refused_create(
        "BulkRestoreInvalidCreateRequestUserEmail",
        "$.mailboxes[1]",
        ("$.mailboxes[1]", "null" if mailbox is None else "'"),
        _create(request=_body(mailboxes=["ada@example.com", mailbox])),
    )


NOT_EMAILS: Final = (
    *(None, "", " ", "ada", "a@@b", "a@b@c", "@b", "a@", "a b@c", "a@b c", "a@b\n", "a\u00a0@b"),
    *("a\t@b", "a\x00@b", "a\u2003@b"),
)

PERIOD: Final = {"startDateTime": "2026-01-02T00:00:00Z", "endDateTime": "2026-01-01T23:59:59Z"}
MANY: Final = [f"u{number}@example.com" for number in range(9_999)]
NOT_ALLOWED: Final = "RestoreSessionActionNotAllowed"

CREATE_REFUSALS: Final = (
    _refused_create("InvalidRestoreSessionId", None, ("' '",), _create(" ")),
    _refused_create("RestoreSessionNotFound", "nope", ("'nope'",), _create("nope"), 404),
    *(
        _refused_create(NOT_ALLOWED, session_id, (words,), _create(session_id, _body()), 403)
        for session_id, words in (
            ("draft", "artifacts"),
            ("asked", "already"),
            ("waiting", "activating"),
            ("begun", "activating"),
        )
    ),
    _refused_create("BulkRestoreInvalidCreateRequest", "$", ("null",), _create()),
    _refused_create("BulkRestoreInvalidCreateRequest", "$", ("array",), _create(request=[])),
    _invalid("$.displayName", "the number 5", displayName=5),
    _invalid("$.destinationType", "the number 5", destinationType=5),
    _invalid("$.mailboxes", "array", mailboxes="ada@example.com"),
    _invalid("$.mailboxes[0]", "the number 5", mailboxes=[5]),
    _invalid("$.directoryObjectIds[0]", "null", directoryObjectIds=[None]),
    _invalid("$.protectionTimePeriod.startDateTime", "", protectionTimePeriod={"startDateTime": 1}),
    _invalid("$.mailboxes", "missing", mailboxes=None),
    _invalid("$.mailboxes", "missing", mailboxes=[], directoryObjectIds=[]),
    _invalid("$.protectionUnitIds", "not supported", protectionUnitIds=["p1"]),
    _invalid("$.protectionUnitIds", "not supported", protectionUnitIds=[]),
    _invalid("$.directoryObjectIds[1]", "blank", directoryObjectIds=["d1", " "]),
    _invalid("$.restorePointPreference", "latest", restorePointPreference="newest"),
    _invalid("$.tags", "fastRestore", tags="none,gold"),
    _invalid("$.protectionTimePeriod", "ends before", protectionTimePeriod=PERIOD),
    _invalid('$["@odata.type"]', "expected", **{"@odata.type": "#microsoft.graph.group"}),
    *(
        _refused_create(
            "InvalidPathType",
            "$.destinationType",
            ("new", "inPlace"),
            _create(request=_body(destinationType=destination)),
        )
        for destination in (None, "sideways", "unknownFutureValue")
    ),
    _refused_create(
        "BulkRestoreRestorationResourcesCountExceedsLimit",
        None,
        ("10001", "10000"),
        _create(request=_body(mailboxes=MANY, directoryObjectIds=["d1", "d2"])),
    ),
    *map(_bad_email, NOT_EMAILS),
)


def _of(session_id: Any, request_id: Any = "b1", **more: Any) -> Json:
    return {"sessionId": session_id, "bulkRequestId": request_id, **more}


def _refused_ids(method: str, rule: str, **more: Any) -> tuple[Refusal, ...]:
    """Return the refusals of every call that names a bulk request."""

    def refused(code: str, status: int, target: str | None, word: str, params: Json) -> Refusal:
        return Refusal(method, code, status, rule, target, (word,), params | more)

    return (
        refused("InvalidRestoreSessionId", 400, None, "None", _of(None)),
        refused("RestoreSessionNotFound", 404, "nope", "'nope'", _of("nope", " ")),
        refused("InvalidBulkRestoreArtifactId", 400, None, "' '", _of("asked", " ")),
        refused("InvalidBulkRestoreArtifactId", 400, None, "5", _of("draft", 5)),
        refused("BulkRestoreArtifactsNotFound", 404, "b7", "'b7'", _of("asked", "b7")),
        refused("BulkRestoreArtifactsNotFound", 404, "b1", "'b1'", _of("draft")),
    )


def _resolve(session_id: str = "begun", **resolution: Any) -> Json:
    return _of(session_id, artifactIds=["n1", "n2", "n3", "n4"], now=TIME, resolution=resolution)


def _refused_resolve(
    code: str, target: str, words: tuple[str, ...], params: Json, status: int = 400
) -> Refusal:
    return Refusal("resolveBulkRequest", code, status, "B5", target, words, params)


def _bad(target: str, *words: str, **resolution: Any) -> Refusal:
    return _refused_resolve("InvalidArtifactRequest", target, words, _resolve(**resolution))


def point(key: str, **more: Any) -> Json:
    return {"restorePoint": {"id": key}, **more}


def failed(mailbox: str = MAILBOXES[0], **more: Any) -> Json:
    return {"mailbox": mailbox, "error": {"code": "Gone"}} | more


RESOLVE_REFUSALS: Final = (
    *_refused_ids("resolveBulkRequest", "B5", artifactIds=[], now=TIME, resolution={}),
    *(
        _refused_resolve(NOT_ALLOWED, session_id, (words,), _resolve(session_id), 403)
        for session_id, words in (("asked", "not activated"), ("over", "completed"))
    ),
    _refused_resolve("InvalidArtifactRequest", "$", ("array",), _resolve() | {"resolution": []}),
    _bad("$.artifacts", "array", artifacts={}),
    _bad("$.ended", "true or false", ended=1),
    _bad("$.failures[0].mailbox", "missing", failures=[{"error": {"code": "Gone"}}]),
    _bad("$.failures[0].error", "missing", failures=[{"mailbox": MAILBOXES[0]}]),
    _bad("$.failures[1].error", "missing", failures=[failed(), failed(error=None)]),
    _bad("$.failures[0].mailbox", "'x@y'", failures=[failed("x@y")]),
    _bad("$.failures[0].mailbox", "' '", failures=[failed(" ")]),
    _bad(
        "$.artifacts[0].destinationType", "new", artifacts=[point("r2", destinationType="inPlace")]
    ),
    _bad("$.artifacts[0].destinationType", "new", artifacts=[point("r2", destinationType=5)]),
    _bad("$.artifacts[0].searchResponseId", "", artifacts=[point("r2", searchResponseId="q")]),
    _bad("$", "4", "3", artifacts=[point(f"r{number}") for number in range(2, 5)]),
    _bad("$", "4", "3", artifacts=[point("r2")], failures=[failed(), failed(MAILBOXES[1])]),
    _refused_resolve(
        "InvalidArtifactRequest", "$.ended", ("neither",), _resolve("waiting", ended=True)
    ),
    _refused_resolve(
        "InvalidRestorePoint",
        "$.artifacts[0].restorePoint",
        ("missing",),
        _resolve(artifacts=[{}]),
    ),
    _refused_resolve(
        "DuplicateArtifactInList",
        "$.artifacts[0].restorePoint",
        ("'r1'", "the session"),
        _resolve(artifacts=[point("r1")]),
    ),
    _refused_resolve(
        "DuplicateArtifactInList",
        "$.artifacts[1].restorePoint",
        ("'r2'", "$.artifacts[0]"),
        _resolve(artifacts=[point("r2"), {"restorePoint": {"@odata.id": "x/restorePoints('r2')"}}]),
    ),
)

REFUSALS: Final = (
    *CREATE_REFUSALS,
    *_refused_ids("getBulkRequest", "B2"),
    Refusal("listBulkRequests", "InvalidRestoreSessionId", 400, "B2", None, ("None",), {}),
    Refusal(
        "listBulkRequests",
        "RestoreSessionNotFound",
        404,
        "B2",
        "nope",
        ("'nope'",),
        {"sessionId": "nope"},
    ),
    Refusal(
        "listBulkRequests",
        "InvalidRequest",
        400,
        "B2",
        None,
        ("top",),
        {"sessionId": "asked", "top": 0},
    ),
    *_refused_ids("deleteBulkRequest", "B2", now=TIME),
    *(
        Refusal(
            "deleteBulkRequest",
            "InvalidStateForBulkRequestDeletion",
            403,
            "B2",
            "b1",
            ("active", "completedWithErrors"),
            _of(session_id, now=TIME),
        )
        for session_id in ("asked", "waiting", "begun")
    ),
    *RESOLVE_REFUSALS,
)
"""The refusals with a root of `SESSIONS`, and with an ordinary session ``draft``."""
