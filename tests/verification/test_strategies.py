"""What the strategies draw: everything that they promise, and nothing else."""

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from restore_domain import (
    ArtifactRestoreStatus,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    RestoreSessionStatus,
    ViolationKind,
    WireError,
    audit,
    wire,
)
from restore_domain.model import (
    CreateBulkRequest,
    CreateSessionRequest,
    RequestedArtifact,
    UpdateSessionRequest,
)
from restore_domain.operations import BackupRestoreRoot
from restore_domain.verification import OPERATIONS, ReferenceSystem
from restore_domain.verification.histories import counterexample
from restore_domain.verification.strategies import (
    BROKEN_RULES,
    ENTITY_CLASSES,
    History,
    consistent_artifacts,
    consistent_granular_artifacts,
    consistent_sessions,
    documents,
    entities,
    histories,
    illegal_histories,
    inconsistent_sessions,
    invalid_documents,
    invalid_texts,
    legal_histories,
    roots,
    spoilt_documents,
)

each_class = pytest.mark.parametrize(
    "kind", ENTITY_CLASSES, ids=[kind.__name__ for kind in ENTITY_CLASSES]
)

FAILED = ArtifactRestoreStatus.FAILED


def smallest(strategy: st.SearchStrategy[Any], condition: Callable[[Any], bool], seed: int) -> Any:
    """Return the minimized failure that meets the condition."""
    random = Random(seed)  # noqa: S311 - no secret
    return find(strategy, condition, settings=MANY, random=random)


def some(strategy: st.SearchStrategy[Any], condition: Callable[[Any], bool]) -> Any:
    """Return the first example that meets the condition."""
    random = Random(1)  # noqa: S311 - no secret
    return find(
        strategy, condition, settings=settings(MANY, phases=[Phase.generate]), random=random
    )


def unmet(
    strategy: st.SearchStrategy[Any], conditions: Mapping[str, Callable[[Any], bool]]
) -> list[str]:
    """Return the names of the conditions that no example meets."""
    left = dict(conditions)

    def meets_the_last(drawn: Any) -> bool:
        for name in [name for name, condition in left.items() if condition(drawn)]:
            del left[name]
        return not left

    with suppress(NoSuchExample):
        some(strategy, meets_the_last)
    return [*left]


MANY = settings(max_examples=3000, database=None, suppress_health_check=list(HealthCheck))


def anything(_drawn: object) -> bool:
    return True


# Sessions -----------------------------------------------------------------------------------------


@given(consistent_sessions())
def test_consistent_sessions_pass_the_audit(session: ExchangeRestoreSession) -> None:
    assert audit(session) == ()


@pytest.mark.parametrize("status", RestoreSessionStatus)
@given(data=st.data())
@settings(max_examples=25)
def test_consistent_sessions_come_in_every_status(
    status: RestoreSessionStatus, data: st.DataObject
) -> None:
    session = data.draw(consistent_sessions(status))
    assert session.status is status
    assert audit(session) == ()


LOOKS: dict[str, Callable[[ExchangeRestoreSession], bool]] = {
    "made here": lambda session: session.declared is None and not session.lacks,
    "read": lambda session: session.declared is not None and not session.lacks,
    "read in part": lambda session: bool(session.lacks) and session.tally.total > 0,
    "read without artifacts": lambda session: not session.tally.total and bool(session.lacks),
    "granular": lambda session: bool(session.granular_mailbox_restore_artifacts),
    "both kinds": lambda session: (
        bool(session.granular_mailbox_restore_artifacts) and bool(session.mailbox_restore_artifacts)
    ),
    "many artifacts": lambda session: session.tally.total > 4,
    "a failure before the start": lambda session: any(
        artifact.status is FAILED and artifact.start_date_time is None
        for artifact in session.artifacts
    ),
    "who acted": lambda session: session.last_modified_by is not None,
    **{
        f"a bulk request that is {status}": lambda session, status=status: (  # type: ignore[misc]
            session.request_statuses == {status}
        )
        for status in ("active", "completed", "completedWithErrors")
    },
    "a bulk session in all but its type": lambda session: (
        session.is_bulk and session.restore_job_type is None
    ),
    "a bulk session of nothing that failed": lambda session: (
        session.is_bulk and not session.tally.total and session.status == "failed"
    ),
    "a bulk session without artifacts that was activated": lambda session: (
        session.is_bulk and not session.tally.total and session.status == "activating"
    ),
}


@pytest.mark.slow
def test_consistent_sessions_look_in_many_ways() -> None:
    assert unmet(consistent_sessions(), LOOKS) == []


def test_a_session_shrinks_to_what_matters() -> None:
    found = smallest(consistent_sessions(), lambda session: session.tally[FAILED] > 0, seed=1)
    assert [artifact.status for artifact in found.artifacts] == [FAILED]
    stored = (found.declared, found.created_by, dict(found.additional_data))
    assert stored == (None, None, {})


def test_sessions_can_break_every_rule_that_audit_names() -> None:
    named = re.findall(r'"([A-Z]\d+)",', inspect.getsource(sys.modules[audit.__module__]))
    assert set(BROKEN_RULES) == set(named)


@pytest.mark.parametrize("rule", BROKEN_RULES)
@given(data=st.data())
@settings(max_examples=40)
def test_inconsistent_sessions_break_the_rule(rule: str, data: st.DataObject) -> None:
    session = data.draw(inconsistent_sessions(rule))
    assert rule in {violation.rule for violation in audit(session)}


@given(inconsistent_sessions())
def test_inconsistent_sessions_never_pass_the_audit(session: ExchangeRestoreSession) -> None:
    assert audit(session)


def test_no_session_breaks_a_rule_of_something_else() -> None:
    with pytest.raises(ValueError, match="no session can break W1; expected one of S1, "):
        inconsistent_sessions("W1")


@pytest.mark.parametrize("status", ArtifactRestoreStatus)
@given(data=st.data())
@settings(max_examples=15)
def test_L5_consistent_artifacts_have_what_their_status_wants(
    status: ArtifactRestoreStatus, data: st.DataObject
) -> None:
    whole = data.draw(consistent_artifacts(status))
    granular = data.draw(consistent_granular_artifacts(status).filter(lambda g: g.id != whole.id))
    assert (type(whole), type(granular)) == (MailboxRestoreArtifact, GranularMailboxRestoreArtifact)
    assert (whole.status, granular.status) == (status, status)
    for artifact in (whole, granular):
        session = ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=[artifact])
        assert audit(session) == ()


# Documents ----------------------------------------------------------------------------------------


@each_class
@given(data=st.data())
@settings(max_examples=30)
def test_W4_invalid_documents_are_refused(kind: type, data: st.DataObject) -> None:
    with pytest.raises(WireError):
        wire.from_json_value(data.draw(invalid_documents(kind)), kind)


@each_class
@given(data=st.data())
@settings(max_examples=15)
def test_W4_invalid_texts_are_refused(kind: type, data: st.DataObject) -> None:
    with pytest.raises(WireError):
        wire.loads(data.draw(invalid_texts(kind)), kind)


@pytest.mark.slow
def test_W4_documents_are_invalid_at_any_depth() -> None:
    def is_wrong_within_a_restore_point(document: Any) -> bool:
        with pytest.raises(WireError) as refused:
            wire.from_json_value(document, ExchangeRestoreSession)
        return any(".restorePoint." in problem.path for problem in refused.value.problems)

    some(invalid_documents(ExchangeRestoreSession), is_wrong_within_a_restore_point)


@pytest.mark.parametrize(
    "strategy", [entities, documents, invalid_documents, invalid_texts, spoilt_documents]
)
def test_a_class_that_is_not_an_entity_has_no_strategy(strategy: Callable[[type], Any]) -> None:
    with pytest.raises(TypeError, match="<class 'int'> is not an entity of Graph JSON"):
        strategy(int)


# Histories ----------------------------------------------------------------------------------------


def is_refused(history: History, code: str) -> bool:
    return code in refusals(history)


def refusals(history: History) -> list[str]:
    return [answer.refusal.code for answer in history.answers if answer.refusal is not None]


def methods(history: History) -> list[str]:
    return [call["method"] for call in history.calls]


def accepted(history: History, method: str) -> bool:
    return any(
        call["method"] == method and answer.refusal is None
        for call, answer in zip(history.calls, history.answers, strict=True)
    )


def artifacts(root: BackupRestoreRoot) -> list[MailboxRestoreArtifact]:
    return [
        artifact for session in root.exchange_restore_sessions for artifact in session.artifacts
    ]


@pytest.mark.parametrize(
    "made_of", [(*OPERATIONS, "reset.limits"), ("create", "listArtifacts", "delete")]
)
@given(data=st.data())
def test_nothing_in_a_legal_history_is_refused(
    made_of: tuple[str, ...], data: st.DataObject
) -> None:
    assert refusals(data.draw(legal_histories(made_of))) == []


@given(illegal_histories())
def test_something_in_an_illegal_history_is_refused(history: History) -> None:
    assert refusals(history) != []


@given(histories())
@settings(max_examples=50)
def test_a_history_has_its_results(history: History) -> None:
    again = ReferenceSystem()
    assert counterexample(again, history.calls, history.start) is None
    assert again.root == history.root
    assert len(history.answers) == len(history.calls) <= 30


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # the first is not shrunk
def test_every_operation_is_in_some_legal_history() -> None:
    conditions = {method: partial(accepted, method=method) for method in OPERATIONS}
    assert unmet(legal_histories(), conditions) == []


REFUSED = (
    "DuplicateArtifactInList",
    "InvalidArtifactRequest",
    "InvalidRestoreSessionId",
    "RestoreSessionActionNotAllowed",
)
REFUSED_RARELY = ("RestoreArtifactsLimitBreached", "TooManyActiveRestoreSessions")


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # the first is not shrunk
@pytest.mark.parametrize("codes", [REFUSED, pytest.param(REFUSED_RARELY, marks=pytest.mark.faults)])
def test_operations_are_refused_in_many_ways(codes: tuple[str, ...]) -> None:
    conditions = {code: partial(is_refused, code=code) for code in codes}
    assert unmet(illegal_histories(), conditions) == []


@given(histories(["create", "get"], max_calls=4))
@settings(max_examples=25)
def test_histories_consist_of_the_requested_methods(history: History) -> None:
    assert set(methods(history)) <= {"create", "get"}
    assert len(history.calls) <= 4
    assert history.start == {}


def test_a_history_may_have_no_possible_calls() -> None:
    def is_empty(history: History) -> bool:
        return history.calls == () and history.root == BackupRestoreRoot()

    assert is_empty(smallest(legal_histories(["get"]), anything, seed=1))


def test_histories_begin_with_sessions_if_they_may() -> None:
    may_begin = histories([*OPERATIONS, "reset.sessions"])
    found = some(may_begin, lambda history: bool(history.start))
    assert list(found.start) == ["sessions"]


@given(roots())
@settings(max_examples=25)
def test_everything_in_a_root_is_consistent(root: BackupRestoreRoot) -> None:
    found = [
        violation for session in root.exchange_restore_sessions for violation in audit(session)
    ]
    unexplained = ("L5", "error", ViolationKind.MISSING)  # an observer may not know why
    assert {(violation.rule, violation.property, violation.kind) for violation in found} <= {
        unexplained
    }


@pytest.mark.slow
def test_a_history_shrinks_to_the_few_calls_that_matter() -> None:
    """A failure of an artifact after activation takes three calls, whichever other choices are
    made.
    """

    def fails_after_activation(history: History) -> bool:
        failed = {artifact.id for artifact in artifacts(history.root) if artifact.status is FAILED}
        return accepted(history, "activate") and bool(failed)

    shortest = smallest(legal_histories(), fails_after_activation, seed=1)
    assert methods(shortest) == ["create", "activate", "record"]
    assert len(artifacts(shortest.root)) == 1
    assert shortest.start == {}


@pytest.mark.slow
def test_a_call_shrinks_to_what_matters() -> None:
    found = smallest(histories(), lambda history: accepted(history, "createArtifact"), seed=1)
    assert found.calls == (
        {
            "method": "create",
            "params": {
                "sessionId": "s2",
                "request": {
                    "mailboxRestoreArtifacts": [
                        {"restorePoint": {"id": "r1"}, "destinationType": "new"}
                    ]
                },
                "artifactIds": ["a2"],
                "now": "2026-01-05T09:00:00Z",
            },
        },
        {
            "method": "createArtifact",
            "params": {
                "sessionId": "s2",
                "request": {"restorePoint": {"id": "r2"}, "destinationType": "new"},
                "artifactId": "a1",
                "now": "2026-01-05T09:01:00Z",
            },
        },
    )


def test_the_repr_of_a_history_is_short() -> None:
    history = smallest(histories(), anything, seed=1)
    assert repr(history) == "History(start={}, calls=())"
    assert [field.name for field in attrs.fields(History) if not field.repr] == ["answers", "root"]


def test_a_text_that_is_not_a_status_is_refused_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="'no-such' is not a status: draft, activating, active"):
        consistent_sessions("no-such")


@given(consistent_sessions("active", artifacts=True))
def test_sessions_that_contain_artifacts_are_in_the_status(
    session: ExchangeRestoreSession,
) -> None:
    assert (session.status, bool(session.artifacts)) == ("active", True)


@given(legal_histories())
def test_the_calls_of_a_legal_history_are_performed_as_they_are(history: History) -> None:
    root = BackupRestoreRoot(limits=history.root.limits)
    for call in history.calls:
        root, _, _ = wire.perform(root, call)
    assert root == history.root


@given(st.from_type(wire.RequestBody))
def test_a_body_can_be_read_as_one_of_the_requests(body: wire.RequestBody) -> None:
    kinds = (CreateSessionRequest, UpdateSessionRequest, CreateBulkRequest, RequestedArtifact)
    assert any(_reads(body, kind) for kind in kinds)


def _reads(body: wire.RequestBody, kind: type) -> bool:
    try:
        body.read(kind)
    except wire.WireError:
        return False
    return True
