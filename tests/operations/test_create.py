"""How a session is created (rule O1)."""

from typing import Any

import pytest

from restore_domain import wire
from restore_domain.model import (
    CreateSessionRequest,
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    RequestedArtifact,
    RestorePoint,
)
from restore_domain.operations import create_session, delete_session
from restore_domain.status import RestoreJobType, RestoreSessionStatus

from .asking import DRAFT, EMPTY, create, ids_of
from .service import (
    ADDED,
    BOB,
    IN_PLACE,
    NEW,
    NOW,
    Form,
    Json,
    as_bytes,
    as_dict,
    create_body,
    each_form,
    entry,
    refused,
    root_of,
    stored,
    typed,
)


@each_form
def test_O1_a_session_begins_as_a_draft_of_added_artifacts(form: Form) -> None:
    root, created, _ = create(EMPTY, entry("r1"), entry("r2"), form=form)
    assert created == ExchangeRestoreSession(
        id="s1",
        created_by=BOB,
        created_date_time=NOW,
        last_modified_by=BOB,
        last_modified_date_time=NOW,
        restore_job_type=RestoreJobType.STANDARD,
        mailbox_restore_artifacts=(
            MailboxRestoreArtifact(
                id="a1",
                status=ADDED,
                destination_type=NEW,
                restore_point=RestorePoint(id="r1"),
            ),
            MailboxRestoreArtifact(
                id="a2",
                status=ADDED,
                destination_type=NEW,
                restore_point=RestorePoint(id="r2"),
            ),
        ),
    )
    assert created.status is RestoreSessionStatus.DRAFT
    assert list(root.exchange_restore_sessions) == [created]
    assert not EMPTY.exchange_restore_sessions


def test_O1_in_place_is_a_destination_too() -> None:
    created = create(EMPTY, entry("r1", "inPlace"), entry("r2", "inPlace")).result
    assert {stored.destination_type for stored in created.artifacts} == {IN_PLACE}


@pytest.mark.parametrize(("number", "taken"), [(1, True), (50, True), (51, False)])
def test_O1_a_request_has_up_to_fifty_artifacts(number: int, *, taken: bool) -> None:
    entries = [entry(f"r{position}") for position in range(number)]
    many = [f"a{position}" for position in range(number)]
    if taken:
        assert len(create(EMPTY, *entries, artifact_ids=many).result.mailbox_restore_artifacts) == (
            number
        )
        return
    with refused(EMPTY) as caught:
        create(EMPTY, *entries, artifact_ids=many)
    assert (caught.value.code, caught.value.http_status) == ("RestoreArtifactsLimitBreached", 413)


def test_O1_the_limit_is_that_of_the_root() -> None:
    root = root_of(artifacts_per_request=2)
    assert ids_of(create(root, entry("r1"), entry("r2")).result) == ["a1", "a2"]
    with refused(root) as caught:
        create(root, entry("r1"), entry("r2"), entry("r3"))
    assert "3 entries, and may have 2" in caught.value.message


SAME_POINT = [
    {"id": "r1"},
    {"@odata.id": "r1"},
    {"@odata.id": "https://graph.microsoft.com/v1.0/solutions/backupRestore/restorePoints/r1"},
    {"@odata.id": "https://graph.microsoft.com/v1.0/solutions/backupRestore/restorePoints/r1/"},
    {"@odata.id": "https://graph.microsoft.com/v1.0/solutions/backupRestore/restorePoints('r1')"},
    {"@odata.id": "restorePoints(r1)?$select=id"},
    {"@odata.id": "/solutions/backupRestore/restorePoints(%27%721%27)/#top"},
]


@pytest.mark.parametrize("form", [typed, as_bytes], ids=lambda form: form.__name__)
@pytest.mark.parametrize("one", SAME_POINT)
@pytest.mark.parametrize("other", SAME_POINT)
def test_O1_a_restore_point_is_the_same_for_every_kind_of_reference(
    one: Json, other: Json, form: Form
) -> None:
    first, second = ({"restorePoint": point, "destinationType": "new"} for point in (one, other))
    with refused(EMPTY) as caught:
        create(EMPTY, first, second, form=form)
    assert caught.value.code == "DuplicateArtifactInList"


def test_O1_other_restore_points_are_not_duplicates() -> None:
    entries = [entry("r1"), entry("R1"), entry("r1 ")]
    assert ids_of(create(EMPTY, *entries).result) == ["a1", "a2", "a3"]


@pytest.mark.parametrize(
    "point",
    [
        None,
        {},
        {"id": None},
        {"id": ""},
        {"id": " "},
        {"id": "\n"},
        {"id": "r1\x00"},
        {"id": 5},
        {"@odata.id": ""},
        {"@odata.id": "https://graph.microsoft.com/v1.0/restorePoints('')"},
        {"@odata.id": "///"},
        {"@odata.id": "?$select=id"},
        {"@odata.id": "https://graph.microsoft.com"},
        {"@odata.id": "restorePoints(%00)"},
        {"id": "r1", "tags": 5},
        {"id": "r1", "protectionDateTime": "yesterday"},
        [],
        "r1",
        5,
    ],
    ids=repr,
)
def test_O1_a_restore_point_needs_a_valid_key(point: Any) -> None:
    for form in (as_bytes, as_dict):
        with refused(EMPTY) as caught:
            create(EMPTY, {"restorePoint": point, "destinationType": "new"}, form=form)
        assert caught.value.code == "InvalidRestorePoint"
        assert caught.value.target == "$.mailboxRestoreArtifacts[0].restorePoint"


def test_O1_a_restore_point_without_a_key_is_refused_in_a_typed_request_too() -> None:
    request = CreateSessionRequest(
        mailbox_restore_artifacts=(
            RequestedArtifact(restore_point=RestorePoint(id=" "), destination_type=NEW),
        )
    )
    with refused(EMPTY) as caught:
        create_session(EMPTY, request, session_id="s1", artifact_ids=["a1"], now=NOW)
    assert caught.value.code == "InvalidRestorePoint"


@pytest.mark.parametrize(
    "destination", [None, "", "NEW", "elsewhere", "unknownFutureValue", 5, True, {}, ["new"]]
)
def test_O1_the_destination_is_new_or_in_place(destination: Any) -> None:
    for form in (as_bytes, as_dict):
        with refused(EMPTY) as caught:
            create(EMPTY, {"restorePoint": {"id": "r1"}, "destinationType": destination}, form=form)
        assert caught.value.code == "InvalidPathType"


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        " ",
        "5",
        "[]",
        "{",
        '{"mailboxRestoreArtifacts": {}}',
        '{"mailboxRestoreArtifacts": "a"}',
        '{"mailboxRestoreArtifacts": [null]}',
        '{"mailboxRestoreArtifacts": [[]]}',
        '{"x": NaN}',
        '{"x": ' + "[" * 100_000 + "]" * 100_000 + "}",
        5,
        [],
        {5: 5},
        {"mailboxRestoreArtifacts": {1, 2}},
    ],
    ids=lambda content: repr(content)[:40],
)
def test_O1_a_body_that_is_malformed_is_refused(content: Any) -> None:
    with refused(EMPTY) as caught:
        create_session(
            EMPTY,
            wire.RequestBody(content),
            session_id="s1",
            artifact_ids=["a1"],
            now=NOW,
        )
    assert (caught.value.code, caught.value.rule) == ("InvalidArtifactRequest", "O1")
    assert isinstance(caught.value.__cause__, wire.WireError)
    assert caught.value.message == caught.value.__cause__.message


@pytest.mark.parametrize("content", [None, b"", "", b"null", "null", {}, b"{}"], ids=repr)
def test_O1_S9_without_a_body_a_session_begins_empty(content: Any) -> None:
    body = wire.RequestBody(content)
    made = create_session(EMPTY, body, session_id="s1", artifact_ids=[], now=NOW).result
    assert (
        made
        == create_session(
            EMPTY, CreateSessionRequest(), session_id="s1", artifact_ids=[], now=NOW
        ).result
    )
    assert (made.status, made.restore_job_type) == ("draft", "standard")
    assert wire.to_json_value(made)["mailboxRestoreArtifacts"] == []


def test_O1_a_body_is_not_changed() -> None:
    body = create_body(entry("r1"))
    create_session(EMPTY, wire.RequestBody(body), session_id="s1", artifact_ids=["a1"], now=NOW)
    assert body == create_body(entry("r1"))


def test_O1_unknown_properties_are_kept_only_in_the_restore_point() -> None:
    body = {
        "displayName": "not kept",
        "mailboxRestoreArtifacts": [
            {
                "destinationType": "new",
                "note": "not kept",
                "restorePoint": {
                    "id": "r1",
                    "protectionDateTime": "2026-01-05T00:00:00.1234567Z",
                    "note": "kept",
                },
            }
        ],
    }
    created = create_session(
        EMPTY, wire.RequestBody(body), session_id="s1", artifact_ids=["a1"], now=NOW
    ).result
    (added,) = wire.to_json_value(created)["mailboxRestoreArtifacts"]
    assert added == {
        "id": "a1",
        "status": "added",
        "destinationType": "new",
        "restorePoint": {
            "id": "r1",
            "protectionDateTime": "2026-01-05T00:00:00.1234567Z",
            "note": "kept",
        },
    }
    assert not created.additional_data


def test_O1_sessions_stand_in_the_order_they_were_created() -> None:
    root = EMPTY
    for session_id in ("s2", "s1", "s3"):
        root = create(root, entry("r1"), session_id=session_id).root
    assert [found.id for found in root.exchange_restore_sessions] == ["s2", "s1", "s3"]


def test_O1_two_sessions_may_restore_the_same() -> None:
    root = create(EMPTY, entry("r1")).root
    root = create(root, entry("r1"), session_id="s2").root
    assert ids_of(stored(root, "s1")) == ids_of(stored(root, "s2")) == ["a1"]


def test_O1_the_id_of_a_deleted_session_may_be_used_again() -> None:
    root = delete_session(DRAFT, "s1").root
    assert ids_of(stored(create(root, entry("r5")).root)) == ["a1"]
