"""An argument of the wrong kind is named in the error, with its parameter (S7)."""

from collections.abc import Callable
from typing import Any

import pytest

from restore_domain import (
    ArtifactRestoreStatus,
    EntityCollection,
    ExchangeRestoreSession,
    JsonObject,
    Reporter,
    StatusTally,
    Timestamp,
    aggregate,
    audit,
    explain,
)
from restore_domain.aggregation import status_mask
from restore_domain.lifecycle import refusal
from restore_domain.operations import (
    BackupRestoreRoot,
    Report,
    SessionCreated,
    activate_session,
    apply,
    create_artifact,
    create_session,
    delete_session,
    expire,
    get_session,
    list_artifacts,
    list_granular_artifacts,
    list_sessions,
    record,
    record_batch,
    replay,
    update_session,
)
from restore_domain.status import mask_unknown_members
from restore_domain.wire import RequestBody, perform

from .service import IN_PROGRESS, NOW, SCHEDULED, artifact, report, root_with, session

ROOT = root_with(artifact("a1", SCHEDULED), artifact("a2"))
SESSION = session(artifact("a1"))
ARTIFACTS = EntityCollection([artifact("a1"), artifact("a2")])
REPORT = report("a1", IN_PROGRESS)
SAME = report("a1", SCHEDULED)
ADDED = ArtifactRestoreStatus.ADDED
ANY: Any = None
"""Stands for an argument that a type checker would refuse."""


def any_of(value: Any) -> Any:
    return value


ON_A_ROOT: dict[str, Callable[[Any], Any]] = {
    "get": lambda root: get_session(root, "s1"),
    "list": list_sessions,
    "list artifacts": lambda root: list_artifacts(root, "s1"),
    "list granular artifacts": lambda root: list_granular_artifacts(root, "s1"),
    "create": lambda root: create_session(
        root, RequestBody(None), session_id="s2", artifact_ids=[], now=NOW
    ),
    "update": lambda root: update_session(root, "s1", RequestBody({}), artifact_ids=[], now=NOW),
    "create artifact": lambda root: create_artifact(
        root, "s1", RequestBody({}), artifact_id="a9", now=NOW
    ),
    "activate": lambda root: activate_session(root, "s1", now=NOW),
    "delete": lambda root: delete_session(root, "s1"),
    "record": lambda root: record(root, "s1", REPORT),
    "record batch": lambda root: record_batch(root, "s1", [REPORT]),
    "expire": lambda root: expire(root, now=NOW),
    "apply": lambda root: apply(root, SessionCreated(SESSION)),
    "replay": lambda root: replay(root, [SessionCreated(SESSION)]),
}


@pytest.mark.parametrize("operation", ON_A_ROOT)
@pytest.mark.parametrize("root", [None, 5, SESSION, {}, [ROOT]], ids=lambda v: type(v).__name__)
def test_S7_an_invalid_root_is_named(operation: str, root: Any) -> None:
    with pytest.raises(TypeError, match=r"^root: expected a BackupRestoreRoot, got "):
        ON_A_ROOT[operation](root)


def test_S7_a_call_on_an_invalid_root_is_refused() -> None:
    with pytest.raises(Exception, match="root: expected a BackupRestoreRoot, got None"):
        perform(any_of(None), {"method": "get", "params": {"sessionId": "s1"}})


SEVERAL: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "record batch": ("reports", lambda given: record_batch(ROOT, "s1", given)),
    "replay": ("events", lambda given: replay(ROOT, given)),
    "collection": ("entities", EntityCollection),
    "adding": ("entities", ARTIFACTS.adding),
    "removing": ("entity_ids", ARTIFACTS.removing),
    "artifact ids": (
        "artifact_ids",
        lambda given: create_session(
            ROOT, RequestBody(None), session_id="s2", artifact_ids=given, now=NOW
        ),
    ),
}


@pytest.mark.parametrize("call", SEVERAL)
@pytest.mark.parametrize(
    "given",
    [None, 5, "a1", b"a1", {"a1": 1}, REPORT, SESSION, RequestBody(b"[]")],
    ids=lambda value: type(value).__name__,
)
def test_S7_a_single_value_instead_of_several_is_named(call: str, given: Any) -> None:
    name, ask = SEVERAL[call]
    with pytest.raises(TypeError, match=rf"^{name}: expected several, got ") as mistaken:
        ask(given)
    assert len(str(mistaken.value)) < 200


class OldProtocol:
    """Iterable only by the older protocol."""

    def __getitem__(self, index: int) -> Any:
        return [REPORT][index]


def test_O7_reports_may_be_any_iterable() -> None:
    for given in ([REPORT], (REPORT,), iter([REPORT]), {REPORT}, OldProtocol()):
        assert len(record_batch(ROOT, "s1", any_of(given)).result) == 1


NO_REPORTERS: tuple[Any, ...] = (None, "janitor", 5, [])

MISTAKES: dict[str, tuple[type[Exception], str, Callable[[], Any]]] = {
    "no report": (TypeError, "expected a Report, or a body", lambda: record(ROOT, "s1", ANY)),
    "no reports": (
        TypeError,
        "expected a Report, or a body",
        lambda: record_batch(ROOT, "s1", [ANY]),
    ),
    **{
        f"reporter {reporter!r} {name}": (
            TypeError,
            "reporter: expected a Reporter (driver or observer), got ",
            lambda reporter=reporter, reports=reports: record_batch(  # type: ignore[misc]
                ROOT, "s1", reports, reporter=reporter
            ),
        )
        for reporter in NO_REPORTERS
        for name, reports in (("of news", [REPORT]), ("of nothing new", [SAME]), ("of none", []))
    },
    "reporter of one": (
        TypeError,
        "reporter: expected",
        lambda: record(ROOT, "s1", SAME, reporter=any_of("janitor")),
    ),
    "report of a session": (
        TypeError,
        "artifact: expected a MailboxRestoreArtifact, got",
        lambda: Report.of(any_of(SESSION), time=NOW),
    ),
    "event": (TypeError, "expected an event, got 5", lambda: apply(ROOT, any_of(5))),
    "audit": (
        TypeError,
        "session: expected an ExchangeRestoreSession, got",
        lambda: audit(any_of(artifact())),
    ),
    "entity without an id": (
        TypeError,
        "entities: expected one at position 1, got 5",
        lambda: EntityCollection([artifact(), any_of(5)]),
    ),
    "sessions": (
        TypeError,
        "expected a tuple of ExchangeRestoreSession, got",
        lambda: BackupRestoreRoot(exchange_restore_sessions=any_of(SESSION)),
    ),
    "artifacts": (
        TypeError,
        "expected a tuple of MailboxRestoreArtifact or GranularMailboxRestoreArtifact, got 5",
        lambda: ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=any_of(5)),
    ),
    **{
        f"page {after} {size}": (
            ValueError,
            f"expected after from -1 on and size from 1 on, got after={after}, size={size}",
            lambda after=after, size=size: ARTIFACTS.page(after, size),  # type: ignore[misc]
        )
        for after, size in ((-1, -1), (-1, 0), (0, 0), (-2, 1), (-(10**30), 1))
    },
    "old status": (
        TypeError,
        "expected an ArtifactRestoreStatus (added, ",
        lambda: refusal(any_of("paused"), ADDED, Reporter.OBSERVER),
    ),
    "new status": (
        TypeError,
        "expected an ArtifactRestoreStatus (added, ",
        lambda: refusal(ADDED, any_of("paused"), Reporter.OBSERVER),
    ),
    "no status": (
        TypeError,
        "expected an ArtifactRestoreStatus (added, ",
        lambda: refusal(any_of([]), ADDED, Reporter.OBSERVER),
    ),
    "reporter of a change": (
        TypeError,
        "reporter: expected a Reporter (driver or observer), got 'janitor'",
        lambda: refusal(ADDED, ADDED, any_of("janitor")),
    ),
    "aggregate": (TypeError, "statuses: expected several, got None", lambda: aggregate(ANY)),
    "explain": (TypeError, "statuses: expected several, got 5", lambda: explain(any_of(5))),
    "one status": (
        TypeError,
        "statuses: expected several, got 'succeeded'",
        lambda: aggregate(any_of("succeeded")),
    ),
    "mask": (TypeError, "statuses: expected several, got 5", lambda: status_mask(any_of(5))),
    "tally": (TypeError, "statuses: expected several, got 5", lambda: StatusTally.of(any_of(5))),
    "counts": (
        TypeError,
        "counts: expected a number for each status, got 5",
        lambda: StatusTally.of_counts(any_of(5)),
    ),
    "counts of no status": (
        TypeError,
        "'paused' is not an artifact restore status",
        lambda: StatusTally.of_counts({any_of("paused"): 1}),
    ),
    "counts below zero": (
        ValueError,
        "counts: expected a number from 0 on for added, got -1",
        lambda: StatusTally.of_counts({ADDED: -1}),
    ),
    "member": (
        TypeError,
        "expected a member of an evolvable enumeration, got 5",
        lambda: mask_unknown_members(any_of(5)),
    ),
    "timestamp": (
        TypeError,
        "expected a timestamp as a text, got 5",
        lambda: Timestamp.parse(any_of(5)),
    ),
    "properties": (
        TypeError,
        "expected properties by their names, got [5]",
        lambda: JsonObject(any_of([5])),
    ),
}
"""Common mix-ups of an embedder, and the messages about them."""


@pytest.mark.parametrize("name", MISTAKES)
def test_S7_an_embedders_mistake_is_named(name: str) -> None:
    error, words, mistake = MISTAKES[name]
    with pytest.raises(error) as mistaken:
        mistake()
    assert type(mistaken.value) is error
    assert words in str(mistaken.value)
