"""How a draft session is changed: by a request with several entries, or one artifact (O3, O6)."""

from typing import Any

import pytest

from restore_domain import wire
from restore_domain.model import (
    DataModificationException,
    FailedEntry,
    MailboxRestoreArtifact,
    ModificationInfo,
    RequestedArtifact,
    RestorePoint,
)
from restore_domain.operations import create_artifact, update_session
from restore_domain.status import DestinationType, RestoreSessionStatus

from .asking import DRAFT, ids_of, update
from .service import (
    ADDED,
    BOB,
    IN_PLACE,
    NEW,
    NOW,
    Form,
    artifact,
    each_form,
    entry,
    refused,
    removal,
    root_with,
    stored,
    typed,
)


@each_form
def test_O3_an_update_adds_and_removes(form: Form) -> None:
    root, response, _ = update(
        DRAFT, entry("r8"), removal("a1"), removal("a7"), entry("r9"), form=form
    )
    b1, b2 = artifact("b1", point="r8"), artifact("b2", point="r9")
    assert list(stored(root).artifacts) == [artifact("a2"), b1, b2]
    assert response.mailbox_restore_artifacts_delta == (
        b1,
        FailedEntry(
            id="a7",
            data_modification_exception=DataModificationException(
                failed_operation="remove",
                response_code=409,
                info=ModificationInfo(
                    code="Invalid",
                    message="the session has no artifact 'a7' that could be removed",
                ),
            ),
        ),
        b2,
    )
    assert stored(DRAFT).tally.total == 2


def test_O3_the_answer_reads_as_the_service_writes_it() -> None:
    response = update(DRAFT, removal("a7"), entry("r9")).result
    assert wire.to_json_value(response) == {
        "mailboxRestoreArtifacts@delta": [
            {
                "id": "a7",
                "@Core.DataModificationException": {
                    "failedOperation": "remove",
                    "responseCode": 409,
                    "info": {
                        "code": "Invalid",
                        "message": "the session has no artifact 'a7' that could be removed",
                    },
                },
            },
            {
                "id": "b1",
                "status": "added",
                "destinationType": "new",
                "restorePoint": {"id": "r9"},
            },
        ]
    }


def test_O3_removals_that_all_fail_change_nothing() -> None:
    root, response, events = update(DRAFT, removal("a7"), removal("a8"))
    assert root is DRAFT
    assert events == ()
    assert [failed.id for failed in response.mailbox_restore_artifacts_delta] == ["a7", "a8"]


def test_O3_only_the_second_removal_of_an_artifact_fails() -> None:
    root, response, _ = update(DRAFT, removal("a1"), removal("a1"))
    assert ids_of(stored(root)) == ["a2"]
    assert [failed.id for failed in response.mailbox_restore_artifacts_delta] == ["a1"]


def test_O3_a_request_may_replace_an_artifact() -> None:
    """It is checked against the session after the removals, regardless of their position."""
    for entries in ([removal("a1"), entry("r1")], [entry("r1"), removal("a1")]):
        assert ids_of(stored(update(DRAFT, *entries).root)) == ["a2", "b1"]


def test_O3_a_request_may_change_the_destination_of_all() -> None:
    root = update(
        DRAFT, removal("a1"), removal("a2"), entry("r1", "inPlace"), entry("r2", "inPlace")
    ).root
    assert {found.destination_type for found in stored(root).artifacts} == {IN_PLACE}


def test_O3_the_remaining_artifacts_decide_the_destination() -> None:
    with refused(DRAFT) as caught:
        update(DRAFT, removal("a1"), entry("r1", "inPlace"))
    assert caught.value.code == "DifferentRestoreDestinationType"


def test_O3_a_failed_removal_leaves_the_restore_point_in_use() -> None:
    with refused(DRAFT) as caught:
        update(DRAFT, removal("a7"), entry("r1"))
    assert caught.value.code == "DuplicateArtifactInList"


def test_O3_the_id_of_a_removed_artifact_may_be_used_again() -> None:
    root = update(DRAFT, removal("a1"), entry("r9"), artifact_ids=["a1"]).root
    assert list(stored(root).artifacts) == [artifact("a2"), artifact("a1", point="r9")]


def test_O3_a_session_that_lost_all_its_artifacts_is_still_a_draft() -> None:
    root = update(DRAFT, removal("a1"), removal("a2")).root
    assert stored(root).tally.total == 0
    assert stored(root).status is RestoreSessionStatus.DRAFT
    assert ids_of(stored(update(root, entry("r1")).root)) == ["b1"]


@pytest.mark.parametrize(("number", "taken"), [(50, True), (51, False)])
@pytest.mark.parametrize("kind", ["additions", "removals", "both"])
def test_O3_a_request_has_up_to_fifty_entries(number: int, kind: str, *, taken: bool) -> None:
    root = root_with(*(artifact(f"a{position}") for position in range(60)))
    entries = {
        "additions": [entry(f"p{position}") for position in range(number)],
        "removals": [removal(f"a{position}") for position in range(number)],
        "both": [removal("a0"), *(entry(f"p{position}") for position in range(number - 1))],
    }[kind]
    many = [f"b{position}" for position in range(60)]
    if taken:
        assert update(root, *entries, artifact_ids=many).root is not root
        return
    with refused(root) as caught:
        update(root, *entries, artifact_ids=many)
    assert (caught.value.code, caught.value.http_status) == ("RestoreArtifactsLimitBreached", 400)


def test_O3_the_limit_is_that_of_the_root() -> None:
    root = root_with(artifact("a1"), artifacts_per_request=1)
    assert ids_of(stored(update(root, entry("r9")).root)) == ["a1", "b1"]
    with refused(root):
        update(root, entry("r8"), entry("r9"))


@pytest.mark.parametrize(
    "body",
    [
        {"mailboxRestoreArtifacts@delta": 5},
        {"mailboxRestoreArtifacts@delta": [5]},
        {"mailboxRestoreArtifacts@delta": [entry(), None]},
        {"mailboxRestoreArtifacts@delta": [{"@removed": {"reason": "changed"}}]},
        {"mailboxRestoreArtifacts@delta": [{"@removed": {"reason": 5}, "id": "a1"}]},
        {"mailboxRestoreArtifacts@delta": [{"@removed": {}, "id": 5}]},
        [],
    ],
    ids=repr,
)
def test_O3_a_body_that_is_malformed_is_refused(body: Any) -> None:
    with refused(DRAFT) as caught:
        update_session(DRAFT, "s1", wire.RequestBody(body), artifact_ids=["b1"], now=NOW)
    assert (caught.value.code, caught.value.rule) == ("InvalidPatchRequest", "O3")


def test_O3_the_first_known_destination_decides() -> None:
    bare = MailboxRestoreArtifact(id="a1", status=ADDED)
    root = root_with(bare, artifact("a2", destination=IN_PLACE))
    assert ids_of(stored(update(root, entry("r9", "inPlace")).root)) == ["a1", "a2", "b1"]
    with refused(root) as caught:
        update(root, entry("r9", "new"))
    assert caught.value.code == "DifferentRestoreDestinationType"


@pytest.mark.parametrize(("first", "other"), [(NEW, IN_PLACE), (IN_PLACE, NEW)])
def test_O3_of_several_destinations_the_first_that_stays_decides(
    first: DestinationType, other: DestinationType
) -> None:
    root = root_with(
        artifact("a1", destination=other),
        artifact("a2", destination=None),
        artifact("a3", destination=first),
        artifact("a4", destination=other),
    )
    taken = update(root, removal("a1"), entry("r9", first)).root
    assert ids_of(stored(taken)) == ["a2", "a3", "a4", "b1"]
    with refused(root) as caught:
        update(root, removal("a1"), entry("r9", other))
    assert caught.value.code == "DifferentRestoreDestinationType"


def test_O3_a_restore_point_in_the_session_is_the_same_for_every_kind_of_reference() -> None:
    reference = "https://graph.microsoft.com/v1.0/solutions/backupRestore/restorePoints/r1"
    root = root_with(
        MailboxRestoreArtifact(
            id="a1", status=ADDED, restore_point=RestorePoint(odata_id=reference)
        )
    )
    with refused(root) as caught:
        update(root, entry("r1"))
    assert caught.value.code == "DuplicateArtifactInList"


def test_O3_artifacts_without_destination_or_restore_point_do_not_conflict() -> None:
    bare = MailboxRestoreArtifact(id="a1", status=ADDED)
    assert ids_of(stored(update(root_with(bare), entry("r1", "inPlace")).root)) == ["a1", "b1"]


@each_form
def test_O6_an_artifact_is_added_to_a_draft(form: Form) -> None:
    request = form(RequestedArtifact, entry("r9"))
    root, added, _ = create_artifact(DRAFT, "s1", request, artifact_id="b1", now=NOW, actor=BOB)
    assert added == artifact("b1", point="r9")
    assert list(stored(root).artifacts) == [artifact("a1"), artifact("a2"), added]
    assert stored(root).last_modified_by == BOB
    assert stored(root).last_modified_date_time == NOW


def test_O6_no_limit_counts_the_artifacts_of_a_session() -> None:
    root = root_with(*(artifact(f"a{number}") for number in range(50)))
    request = typed(RequestedArtifact, entry("p1"))
    added = create_artifact(root, "s1", request, artifact_id="b1", now=NOW)
    assert stored(added.root).tally.total == 51


@pytest.mark.parametrize("content", [b"", "null", "[]", '{"x": NaN}', {5: 5}, None], ids=repr)
def test_O6_a_body_that_is_malformed_is_refused(content: Any) -> None:
    with refused(DRAFT) as caught:
        create_artifact(DRAFT, "s1", wire.RequestBody(content), artifact_id="b1", now=NOW)
    assert (caught.value.code, caught.value.rule) == ("InvalidArtifactRequest", "O6")
