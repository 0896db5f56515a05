"""What a session restores: whole mailboxes or selected items, and under which policy."""

from collections.abc import Callable
from typing import Any

import pytest

from restore_domain import wire
from restore_domain.model import (
    CreateSessionRequest,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    RequestedArtifact,
    RestorePoint,
    UpdateSessionRequest,
)
from restore_domain.operations import (
    BackupRestoreRoot,
    SessionChanged,
    activate_session,
    apply,
    create_artifact,
    create_session,
    record,
    replay,
    update_session,
)
from restore_domain.status import RestoreJobType

from .asking import EMPTY, ids_of
from .service import (
    ADDED,
    BOB,
    FAILED,
    NEW,
    NOW,
    SCHEDULING,
    Form,
    Json,
    artifact,
    as_dict,
    create_body,
    each_form,
    entry,
    granular,
    granular_body,
    granular_patch_body,
    items,
    patch_body,
    refused,
    removal,
    report,
    root_of,
    session,
    stored,
    stored_artifact,
    typed,
)


def create(root: BackupRestoreRoot, body: Json, form: Form = typed) -> Any:
    request = form(CreateSessionRequest, body)
    ids = ["g1", "g2", "g3"]
    return create_session(root, request, session_id="s1", artifact_ids=ids, now=NOW, actor=BOB)


def update(root: BackupRestoreRoot, body: Json, form: Form = typed, **more: Any) -> Any:
    request = form(UpdateSessionRequest, body)
    defaults: Json = {"artifact_ids": ["b1", "b2"], "now": NOW, "actor": BOB}
    return update_session(root, "s1", request, **(defaults | more))


GRANULAR = create(EMPTY, granular_body(items("r1"), items("r2"))).root
BOTH = root_of(session(artifact("a1"), granular_mailbox_restore_artifacts=[granular("g1")]))


def of_type(job_type: RestoreJobType | None, *artifacts: Any, **more: Any) -> BackupRestoreRoot:
    return root_of(session(*artifacts, restore_job_type=job_type, **more))


@each_form
def test_O1_S9_selected_items_make_a_granular_session(form: Form) -> None:
    root, made, _ = create(EMPTY, granular_body(items("r1", "q7")), form)
    assert made == ExchangeRestoreSession(
        id="s1",
        created_by=BOB,
        created_date_time=NOW,
        last_modified_by=BOB,
        last_modified_date_time=NOW,
        restore_job_type=RestoreJobType.GRANULAR,
        granular_mailbox_restore_artifacts=(
            GranularMailboxRestoreArtifact(
                id="g1",
                status=ADDED,
                destination_type=NEW,
                restore_point=RestorePoint(id="r1"),
                search_response_id="q7",
            ),
        ),
    )
    assert made.mailbox_restore_artifacts is None
    assert stored(root) == made


def test_O1_the_same_point_with_another_search_is_not_a_duplicate() -> None:
    made = create(EMPTY, granular_body(items("r1", "q1"), items("r1", "q2"), items("r2", "q1")))
    assert ids_of(made.result) == ["g1", "g2", "g3"]
    with refused(EMPTY) as caught:
        create(EMPTY, granular_body(items("r1"), items("r2"), items("r1")))
    assert caught.value.code == "DuplicateArtifactInList"
    assert "'r1' with 'q1'" in caught.value.message


@each_form
def test_O3_a_granular_session_is_updated_by_a_delta_of_its_own(form: Form) -> None:
    body = granular_patch_body(removal("g1"), items("r1", "q9"), removal("g7"))
    root, response, events = update(GRANULAR, body, form)
    assert response.mailbox_restore_artifacts_delta is None
    added, failed = response.granular_mailbox_restore_artifacts_delta
    assert (added.id, added.search_response_id, failed.id) == ("b1", "q9", "g7")
    assert ids_of(stored(root)) == ["g2", "b1"]
    assert stored(root).mailbox_restore_artifacts is None
    assert replay(GRANULAR, events) == root


@each_form
def test_O3_S9_items_that_the_session_has_are_a_duplicate(form: Form) -> None:
    with refused(GRANULAR) as caught:
        update(GRANULAR, granular_patch_body(items("r3"), items("r2")), form)
    assert caught.value.code == "DuplicateArtifactInList"
    assert "'r2' with 'q1' is in the session already" in caught.value.message


def test_O3_a_session_that_has_lost_all_its_items_is_granular_and_empty() -> None:
    root = update(GRANULAR, granular_patch_body(removal("g1"), removal("g2"))).root
    written = wire.to_json_value(stored(root))
    assert written["granularMailboxRestoreArtifacts"] == []
    assert (written["status"], written["restoreJobType"]) == ("draft", "granular")
    assert ids_of(stored(update(root, granular_patch_body(items("r1"))).root)) == ["b1"]


BAD_KINDS: list[tuple[str, BackupRestoreRoot, Json]] = [
    ("whole in granular", GRANULAR, patch_body(entry("r9"))),
    ("whole removal in granular", GRANULAR, patch_body(removal("g1"))),
    ("granular in whole", of_type(None, artifact("a1")), granular_patch_body(items())),
    (
        "granular removal in whole",
        of_type(None, artifact("a1")),
        granular_patch_body(removal("a1")),
    ),
    ("granular in empty", of_type(RestoreJobType.STANDARD), granular_patch_body(items())),
    ("whole in both", BOTH, patch_body(entry("r9"))),
    ("granular in both", BOTH, granular_patch_body(items())),
    (
        "whole among items that say standard",
        of_type(
            RestoreJobType.STANDARD,
            mailbox_restore_artifacts=None,
            granular_mailbox_restore_artifacts=[granular("g1")],
        ),
        patch_body(entry("r9")),
    ),
    (
        "items among whole that say granular",
        of_type(RestoreJobType.GRANULAR, artifact("a1"), granular_mailbox_restore_artifacts=[]),
        granular_patch_body(items()),
    ),
    ("both", GRANULAR, granular_patch_body(items()) | patch_body(entry("r8"))),
]

MISSPELT = "granularMailboxRestoreArtifact"
REQUESTS = "mailboxRestoreArtifactsBulkAdditionRequests"


@pytest.mark.parametrize(
    ("ask", "good", "bodies"),
    [
        (
            create,
            granular_body(items()),
            [{MISSPELT: None}, {REQUESTS: []}, patch_body(), granular_patch_body(items())],
        ),
        (
            update,
            granular_patch_body(items()),
            [{f"{MISSPELT}@delta": []}, {REQUESTS: None}, create_body(), granular_body(items())],
        ),
    ],
    ids=["O1", "O3"],
)
def test_O1_O3_artifacts_are_asked_for_by_no_other_name(
    ask: Callable[..., Any], good: Json, bodies: list[Json]
) -> None:
    for body in bodies:
        (name,) = body
        for beside in ({}, good):
            with refused(GRANULAR) as caught:
                ask(GRANULAR, beside | body, as_dict)
            assert caught.value.code == "InvalidArtifactRequest"
            assert caught.value.target == (f'$["{name}"]' if "@" in name else f"$.{name}")


OF_TYPE: list[tuple[str, Callable[..., Json], Json]] = [
    ("#microsoft.graph.mailboxRestoreArtifact", create_body, entry()),
    ("#microsoft.graph.granularMailboxRestoreArtifact", granular_body, items()),
]


@pytest.mark.parametrize(("name", "body", "good"), OF_TYPE, ids=["whole", "granular"])
def test_O1_S9_an_entry_may_have_the_type_of_its_list_alone(
    name: str, body: Callable[..., Json], good: Json
) -> None:
    typed_entry = good | {"@odata.type": name}
    assert create(EMPTY, body(typed_entry), as_dict) == create(EMPTY, body(good), as_dict)
    for other in [None, *(name_of for name_of, *_ in OF_TYPE if name_of != name)]:
        with refused(EMPTY) as caught:
            create(EMPTY, body(good, good | {"@odata.type": other}), as_dict)
        assert caught.value.code == "InvalidArtifactRequest"
        assert caught.value.target.endswith('[1]["@odata.type"]')


def test_O1_O3_O6_S9_a_whole_mailbox_has_no_search() -> None:
    root = of_type(None, artifact("a1"))
    request = as_dict(RequestedArtifact, items("r2"))
    for target, ask in (
        (
            "$.mailboxRestoreArtifacts[1]",
            lambda: create(root, create_body(entry("r1"), items("r2")), as_dict),
        ),
        (
            '$["mailboxRestoreArtifacts@delta"][1]',
            lambda: update(root, patch_body(removal("a1"), items("r2")), as_dict),
        ),
        ("$", lambda: create_artifact(root, "s1", request, artifact_id="b1", now=NOW)),
    ):
        with refused(root) as caught:
            ask()
        assert caught.value.code == "InvalidArtifactRequest"
        assert caught.value.target == f"{target}.searchResponseId"


def test_O3_S9_a_session_without_a_type_takes_items_if_it_has_one() -> None:
    chosen = session(
        mailbox_restore_artifacts=None, granular_mailbox_restore_artifacts=[granular("g1")]
    )
    root = update(root_of(chosen), granular_patch_body(items())).root
    assert ids_of(stored(root)) == ["g1", "b1"]


@each_form
@pytest.mark.parametrize(("name", "root", "body"), BAD_KINDS, ids=[name for name, *_ in BAD_KINDS])
def test_O3_S9_artifacts_of_the_wrong_kind_are_refused(
    name: str, root: BackupRestoreRoot, body: Json, form: Form
) -> None:
    del name
    with refused(root) as caught:
        update(root, body, form)
    assert (caught.value.code, caught.value.http_status) == ("InvalidArtifactRequest", 400)


def test_O3_a_session_of_both_kinds_may_lose_whole_mailboxes() -> None:
    assert ids_of(stored(update(BOTH, patch_body(removal("a1"))).root)) == ["g1"]


def test_O6_a_granular_session_refuses_a_whole_mailbox() -> None:
    request = typed(RequestedArtifact, entry("r9"))
    for root in (GRANULAR, BOTH):
        with refused(root) as caught:
            create_artifact(root, "s1", request, artifact_id="b1", now=NOW)
        assert caught.value.code == "InvalidArtifactRequest"


@pytest.mark.parametrize(
    ("requests", "words"),
    [(None, "lacks artifacts"), ((), "is a bulk session, whose artifacts the service adds")],
    ids=["unknown requests", "no requests"],
)
def test_O3_O6_a_bulk_session_refuses_artifacts(requests: Any, words: str) -> None:
    root = of_type(
        RestoreJobType.BULK,
        artifact("a1"),
        mailbox_restore_artifacts_bulk_addition_requests=requests,
    )
    request = typed(RequestedArtifact, entry("r9"))
    for ask in (
        lambda: update(root, patch_body(entry("r9"))),
        lambda: update(root, {"policyId": "p1"}),
        lambda: create_artifact(root, "s1", request, artifact_id="b1", now=NOW),
    ):
        with refused(root) as caught:
            ask()
        error = caught.value
        assert (error.code, error.http_status) == ("RestoreSessionActionNotAllowed", 403)
        assert error.target == "s1"
        assert words in error.message


def test_O4_O7_a_granular_session_is_activated_and_reported() -> None:
    root = activate_session(GRANULAR, "s1", now=NOW).root
    assert {one.status for one in stored(root).artifacts} == {SCHEDULING}
    root = record(root, "s1", report("g1", FAILED)).root
    assert stored_artifact(root, "g1").status is FAILED
    assert isinstance(stored_artifact(root, "g1"), GranularMailboxRestoreArtifact)


def test_S7_an_id_of_the_other_collection_is_in_use() -> None:
    for added in (granular("a1", point="r9"), artifact("g1", point="r9")):
        event = SessionChanged(
            session_id="s1",
            status_before=stored(BOTH).status,
            status_after=stored(BOTH).status,
            added=(added,),
        )
        with refused(BOTH, ValueError) as caught:
            apply(BOTH, event)
        assert "two artifacts have the id" in str(caught.value)


def test_O3_an_event_adds_each_artifact_to_the_collection_of_its_class() -> None:
    event = SessionChanged(
        session_id="s1",
        status_before=stored(BOTH).status,
        status_after=stored(BOTH).status,
        added=(granular("g2"), artifact("a2")),
        removed=("g1",),
    )
    changed = stored(apply(BOTH, event))
    assert changed.mailbox_restore_artifacts is not None
    assert changed.granular_mailbox_restore_artifacts is not None
    assert list(changed.mailbox_restore_artifacts.ids) == ["a1", "a2"]
    assert list(changed.granular_mailbox_restore_artifacts.ids) == ["g2"]
    assert changed.tally.total == 3


@each_form
def test_S10_the_policy_of_a_request_is_kept(form: Form) -> None:
    for body in (create_body(entry()), granular_body(items()), {}):
        root, made, _ = create(EMPTY, body | {"policyId": "p1"}, form)
        assert made.policy_id == "p1"
        changed, response, events = update(root, {"policyId": "p2"}, form)
        assert stored(changed).policy_id == "p2"
        assert wire.to_json_value(response) == {}
        assert replay(root, events) == changed
        assert stored(activate_session(changed, "s1", now=NOW).root if body else changed).policy_id


def test_S6_S10_setting_the_same_policy_changes_nothing() -> None:
    root = create(EMPTY, {"policyId": "p1"}).root
    same, _, events = update(root, {"policyId": "p1"})
    assert same is root
    assert events == ()


def test_S10_a_policy_takes_the_place_of_null() -> None:
    document: Json = {"id": "s1", "policyId": None, "mailboxRestoreArtifacts": []}
    root = root_of(wire.from_json_value(document, ExchangeRestoreSession))
    changed = stored(update(root, {"policyId": "p1"}).root)
    assert wire.loads(wire.dumps(changed), ExchangeRestoreSession) == changed


@pytest.mark.parametrize("policy", [None, 5, [], {}, True], ids=repr)
def test_S10_a_policy_that_is_not_a_text_is_refused(policy: Any) -> None:
    body = wire.RequestBody({"policyId": policy})
    with refused(GRANULAR) as caught:
        create_session(GRANULAR, body, session_id="s2", artifact_ids=[], now=NOW)
    assert caught.value.code == "InvalidArtifactRequest"
    with refused(GRANULAR) as caught:
        update_session(GRANULAR, "s1", body, artifact_ids=[], now=NOW)
    assert caught.value.code == "InvalidPatchRequest"


def test_O1_a_session_is_the_same_after_a_round_trip() -> None:
    for root in (GRANULAR, create(EMPTY, {}).root):
        made = stored(root)
        assert wire.loads(wire.dumps(made), ExchangeRestoreSession) == made
