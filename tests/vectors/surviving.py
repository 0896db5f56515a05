"""Unusual properties survive every operation that does not concern them.

Two tables are combined: sessions with an unusual property, and operations that change something
else. In addition, each property of a session is tested with each value that it may have.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from restore_domain.model import (
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactsBulkAdditionRequest,
)
from restore_domain.verification.histories import Call
from restore_domain.wire.properties import properties_of

from .asking import (
    BOB,
    ON_HOLD,
    activate,
    artifact,
    at,
    bulk_request,
    create_artifact,
    create_bulk_request,
    delete_bulk_request,
    get,
    list_sessions,
    record,
    record_batch,
    removal,
    report,
    resolve_bulk_request,
    update,
)
from .declaring import Declared, Topic, case
from .kinds import accepted, in_other_case
from .states import REQUESTS, asked, bulk, granular, odata, start, stored, undeclared

__all__ = ["SURVIVAL"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

_GRANULAR: Final = "granularMailboxRestoreArtifacts"
_ODD: Final = {"a": [None, True, {"": {}}], "b": [], "c": {}, "d": "", "e": 0, "f": None}

_POINT: Final = {"restorePoint": {"id": "p-odd", "tags": "none , slowRestore,", "note": _ODD,
    "protectionUnit": {"@odata.id": "u1", "status": "x"}, "protectionDateTime": None}}

_WORDS: Final[dict[str, Any]] = {"code": "", "message": None, "note": 2**53 + 1,
    "target": "\U0001f4ec", "details": [], "innerError": {"date": [2**53 + 1]}}

_PEOPLE: Final = {"user": {"id": "u1", "tenant": {"id": "t1"}, "displayName": None},
    "agent": {"id": "x"}, "device": {}}

Session = dict[str, Any]

_FEATURES: Final[tuple[tuple[str, Session, Session], ...]] = (
    ("unknown-properties", _ODD, _ODD),
    ("long-numbers", {"n": 2**53 + 1, "m": 10**30, "o": [0.1, -1e-7, 1e300]},
     {"n": -(2**63) - 1, "m": {"n": 2**64}}),
    ("odd-names", {"": 1, "__proto__": {"x": 1}, "constructor": 2, "toString": None, "a.b": 3},
     {"__proto__": {"status": "failed"}, "hasOwnProperty": 0, "\U0001f4ec": 1, "1": 1, "0": 0}),
    ("names-in-other-case",
     {"Status": 5, "ERROR": [], "mailboxrestoreartifacts": 0, "PolicyId": {}, "ID": None},
     {"Id": 7, "STATUS": [], "startdatetime": 0, "RestorePoint": ""}),
    ("empty-texts", {"policyId": ""},
     {"restoredFolderId": "", "restoredFolderName": " ", "restoredItemCount": 0}),
    ("people", {"createdBy": _PEOPLE, "lastModifiedBy": _PEOPLE}, {}),
    ("restore-point", {}, _POINT),
    ("unknown-texts", {}, {"destinationType": "elsewhere", "note": "elsewhere"}),
    ("times", {"createdDateTime": "2026-01-05T10:00:00.000000000001+01:00"}, {}),
    ("empty-collection", {_GRANULAR: []}, {}),
    ("null-collections", {_GRANULAR: None, REQUESTS: None}, {}),
    ("empty-requests", {REQUESTS: []}, {}),
    ("annotations", {"@odata.etag": "1", "status@odata.type": "#x",
        **odata("mailboxRestoreArtifacts", context="x", count=1)}, {"@odata.etag": "2"}),
    ("declared", {"status": "unknownFutureValue", "restoreSessionArtifactCount": {"failed": 7},
        "error": _WORDS, "completedDateTime": at(5)}, {}),
)
"""Unusual properties of a session, and of each of its artifacts."""

_OPERATIONS: Final[tuple[tuple[str, str, Call], ...]] = (
    ("activate", "added", activate(actor=BOB)),
    ("update-adding", "added", update(artifact("p9"), removal("a9"))),
    ("update-removing", "added", update(removal("a2"))),
    ("update-policy", "added", update(request={"policyId": "policy"}, ids=[])),
    ("createArtifact", "added", create_artifact(artifact("p9"))),
    ("record-scheduled", "scheduling", record(report("scheduled", "a2"))),
    ("record-inProgress", "scheduled", record(report("inProgress", "a2"))),
    ("record-succeeded", "inProgress", record(report("succeeded", "a2"))),
    ("record-failed", "inProgress", record(report("failed", "a2"))),
    ("record-unknown", "inProgress", record(report("x", "a2"), reporter="observer")),
    ("record-odd", "scheduled", record(report("inProgress", "a1"))),
    ("recordBatch", "scheduled",
     record_batch(report("inProgress", "a1"), report("failed", "a1", time=at(95)),
         report("failed", "a2"))),
)
"""Operations on a session whose artifacts are all in this status."""


def _sessions() -> Iterator[Declared]:
    for feature, of_session, of_artifact in _FEATURES:
        for operation, status, call in _OPERATIONS:
            first, second = (stored(name, status) for name in ("a1", "a2"))
            given = undeclared({**first, **of_artifact}, second) | of_session
            yield case(f"{feature}/{operation}", "W1",
                f"A session came with {feature.replace('-', ' ')}, which {operation} keeps.",
                start(given), call, get())


_BULK: Final[tuple[tuple[str, str, Call], ...]] = (
    ("resolve-part", "active",
     resolve_bulk_request({"artifacts": [{"restorePoint": {"id": "p"}}]}, ids=["n1"])),
    ("resolve-failure", "active", resolve_bulk_request(
        {"failures": [{"mailbox": "bob@example.com", "error": ON_HOLD}], "ended": True})),
    ("delete", "completed", delete_bulk_request()),
    ("record", "active", record(report("scheduled", "a1"))),
)


def _bulk_sessions() -> Iterator[Declared]:
    for feature, of_session, others in _FEATURES:
        for operation, status, call in _BULK:
            names = ("destinationType", "note", *_ODD) if "restorePoint" in others else others
            of_request = {name: others[name] for name in names if name in others}
            given = bulk({**asked("b1", status), **of_request}, asked("b2", "completed"),
                artifacts=[stored("a1", "scheduling")]) | of_session
            given[REQUESTS] = given[REQUESTS] or [asked("b1", status)]
            yield case(f"bulk/{feature}/{operation}", "W1",
                f"A bulk session came with {feature.replace('-', ' ')}, which {operation} keeps.",
                start(given), call, get())
    for feature, of_session, _ in _FEATURES:
        yield case(f"bulk/{feature}/create", "W1",
            f"A draft came with {feature.replace('-', ' ')}, and gets a bulk request.",
            start(undeclared() | of_session),
            create_bulk_request(bulk_request("ada@example.com")), get())


def _people() -> Iterator[Declared]:
    """Perform each operation with an actor that has many properties."""
    for operation, status, call in _OPERATIONS:
        named = {**call, "params": {**call["params"], "actor": _PEOPLE | {"n": 2**53 + 1}}}
        yield case(f"actor/{operation}", "S6", "All properties of an actor are kept.",
            start(undeclared(stored("a1", status), stored("a2", status), lastModifiedBy=BOB)),
            named, get())


# Each property in turn ------------------------------------------------------------------------

_VALUES: Final = 4
"""The number of values of each property."""


def _properties() -> Iterator[Declared]:
    for kind, name, given, calls in (
        (ExchangeRestoreSession, "session", lambda odd: [
            undeclared(stored("a1", "inProgress"), stored("a2", "succeeded")) | odd],
         (record(report("failed", "a1")),)),
        (ExchangeRestoreSession, "draft", lambda odd: [
            undeclared(stored("a1", "added")) | odd], (activate(),)),
        (MailboxRestoreArtifact, "artifact", lambda odd: [
            undeclared(stored("a1", "inProgress") | odd, stored("a2", "scheduled"))],
         (record(report("inProgress", "a2")), record(report("succeeded", "a1")))),
        (MailboxRestoreArtifact, "failed", lambda odd: [
            undeclared(stored("a1", "failed") | odd, stored("a2", "inProgress"))],
         (record(report("succeeded", "a2")), record(report("failed", "a1", error=ON_HOLD)))),
        (GranularMailboxRestoreArtifact, "granular", lambda odd: [
            undeclared(granularMailboxRestoreArtifacts=[
                granular("g1", "scheduled") | odd, granular("g2", "scheduled")])],
         (record(report("inProgress", "g2")), record(report("inProgress", "g1")))),
        (MailboxRestoreArtifactsBulkAdditionRequest, "request", lambda odd: [
            bulk(asked("b1", "active") | odd, status="activating")],
         (resolve_bulk_request({"artifacts": [artifact("p1")]}),
          resolve_bulk_request({"failures": [{"mailbox": "ada@example.com", "error": ON_HOLD}],
              "ended": True}, ids=[]))),
    ):
        for known in properties_of(kind):
            if known.is_key:
                continue
            for number, value in enumerate(islice(accepted(known), _VALUES)):
                odd = {known.name: value, in_other_case(known.name): 0}
                yield case(f"property/{name}/{known.name}-{number}", "W1",
                    f"A session with this {known.name} of the {name} is changed.",
                    start(*given(odd)), *calls, get(), list_sessions(1))


SURVIVAL: Final = Topic(
    "survival",
    "What an operation keeps that has nothing to do with it",
    (*_sessions(), *_bulk_sessions(), *_people(), *_properties()),
)
"""The cases of properties that stay unchanged."""
