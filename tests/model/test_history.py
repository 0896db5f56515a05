"""Contradictions in snapshots of a session over time are found, and nothing else."""

from __future__ import annotations

import copy
import gc
import json
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_domain import (
    ExchangeRestoreSession,
    Finding,
    PublicError,
    Timestamp,
    audit,
    audit_change,
    audit_history,
    wire,
)
from restore_domain.lifecycle import OBSERVATIONS, OBSERVATIONS_AFTER_START, Reporter, refusal
from restore_domain.model import MISSING, ViolationKind
from restore_domain.model.collection import Unread
from restore_domain.model.history import compared, findings_in
from restore_domain.model.kept_properties import OF_ARTIFACT, START, filled_in
from restore_domain.status import ArtifactRestoreStatus
from restore_domain.verification.breaks import BREAKS, LIVES, Break, looks_at, places, planted
from restore_domain.verification.strategies import (
    BrokenHistory,
    broken_snapshots,
    legal_snapshots,
)
from tests.counted_calls import calls_of

Json = dict[str, Any]

LOOKS: Final = {name: looks for name, calls in LIVES.items() for looks in looks_at(calls).values()}
"""The snapshots of a whole life, by the name of the life."""


def read(session: Json) -> ExchangeRestoreSession:
    """Read a snapshot as it came over the network."""
    return wire.loads(json.dumps(session), ExchangeRestoreSession)


def found_in(snapshots: Iterable[Json]) -> list[Finding]:
    return list(audit_history(map(read, snapshots)))


def key(found: Finding) -> tuple[Any, ...]:
    target = found.artifact_id or found.session_id
    return found.rule, found.before, found.after, target, found.property


def changes(before: Json, after: Json) -> list[tuple[str, str | None, str]]:
    """Return rule, artifact and property of each finding between two snapshots."""
    findings = audit_change(read(before), read(after))
    return [(found.rule, found.artifact_id, found.property) for found in findings]


# Legal histories, and breaks ----------------------------------------------------------------------


@pytest.mark.slow
@given(legal_snapshots())
def test_H1_H2_H3_what_the_operations_make_contradicts_nothing(
    snapshots: list[ExchangeRestoreSession],
) -> None:
    assert list(audit_history(snapshots)) == []


@pytest.mark.slow
@given(broken_snapshots())
def test_H1_H2_H3_a_break_in_a_legal_history_is_found(broken: BrokenHistory) -> None:
    wanted = (broken.rule, broken.before, broken.after, broken.target, broken.property)
    assert wanted in map(key, audit_history(broken.snapshots))


def breaks(rule: str) -> list[Any]:
    found = [one for one in BREAKS.values() if one.rule == rule]
    return [pytest.param(one, id=one.name.replace(" ", "_")) for one in found]


def assert_found_wherever_it_is_planted(broken: Break) -> None:
    number = 0
    for looks in LOOKS.values():
        assert found_in(looks) == []
        for place in places(broken, looks):
            snapshots, *wanted = planted(broken, looks, place)
            assert tuple(wanted) in map(key, found_in(snapshots))
            number += 1
    assert number


@pytest.mark.parametrize("broken", breaks("H1"))
def test_H1_each_break_of_a_snapshot_by_itself_is_found(broken: Break) -> None:
    assert_found_wherever_it_is_planted(broken)


@pytest.mark.parametrize("broken", breaks("H2"))
def test_H2_each_break_of_what_is_kept_is_found(broken: Break) -> None:
    assert_found_wherever_it_is_planted(broken)


@pytest.mark.parametrize("broken", breaks("H3"))
def test_H3_each_break_by_an_addition_or_removal_is_found(broken: Break) -> None:
    assert_found_wherever_it_is_planted(broken)


def test_every_break_is_of_a_rule_of_the_history() -> None:
    assert {broken.rule for broken in BREAKS.values()} == {"H1", "H2", "H3"}
    assert all(name == broken.name for name, broken in BREAKS.items())


# One artifact, and one session --------------------------------------------------------------------

GONE: Final = {"code": "ArtifactNotFound", "message": "It is gone."}

ARTIFACT: Final[Json] = {
    "id": "a",
    "status": "inProgress",
    "destinationType": "new",
    "restorePoint": {"id": "r"},
    "startDateTime": "2026-01-05T09:00:00.1234567Z",
}

RUNNING: Final[Json] = {
    "id": "s",
    "createdDateTime": "2026-01-05T08:00:00Z",
    "createdBy": {"user": {"id": "anna", "displayName": "Anna"}},
    "lastModifiedDateTime": "2026-01-05T09:00:00Z",
    "restoreJobType": "standard",
    "mailboxRestoreArtifacts": [ARTIFACT],
}


def session(*artifacts: Json, **more: Any) -> Json:
    return {**RUNNING, "mailboxRestoreArtifacts": list(artifacts), **more}


def artifact(artifact_id: str = "a", **more: Any) -> Json:
    given = {**ARTIFACT, "restorePoint": {"id": f"r of {artifact_id}"}, **more, "id": artifact_id}
    return {name: value for name, value in given.items() if value is not MISSING}


def ended(artifact_id: str = "a", status: Any = "succeeded", **more: Any) -> Json:
    of_status = {"error": GONE} if status == "failed" else {"restoredFolderId": "f"}
    given: Json = {"completionDateTime": "2026-01-05T10:00:00Z", **of_status, **more}
    return artifact(artifact_id, status=status, **given)


def waiting(artifact_id: str = "a", status: str = "scheduled", **more: Any) -> Json:
    return artifact(artifact_id, status=status, **{"startDateTime": MISSING, **more})


def test_H2_a_finding_says_all_of_it() -> None:
    before, after = session(artifact()), session(artifact(startDateTime="2026-01-05T09:01:00Z"))
    (found,) = audit_change(read(before), read(after))
    assert found == Finding(
        rule="H2",
        finer_rule="H2",
        kind=ViolationKind.CONTRADICTION,
        session_id="s",
        before=0,
        after=1,
        artifact_id="a",
        property="startDateTime",
        old=Timestamp.parse("2026-01-05T09:00:00.1234567Z"),
        new=Timestamp.parse("2026-01-05T09:01:00Z"),
        message="it was 2026-01-05T09:00:00.1234567Z, and is 2026-01-05T09:01:00Z now",
    )


def test_H3_a_finding_about_a_removed_artifact_has_its_last_status() -> None:
    before, after = session(artifact(), artifact("b")), session(artifact("b"))
    (found,) = audit_change(read(before), read(after))
    assert (found.rule, found.finer_rule, found.kind) == ("H3", "H3", "contradiction")
    assert (found.artifact_id, found.property) == ("a", "mailboxRestoreArtifacts")
    assert (found.old, found.new) == ("inProgress", MISSING)
    assert found.message == "it was inProgress, and is missing now, though the session was active"
    assert found.stale is False
    (found,) = audit_change(read(after), read(before))
    assert (found.artifact_id, found.property) == ("a", "mailboxRestoreArtifacts")
    assert (found.old, found.new) == (MISSING, "inProgress")
    assert found.message == "it is inProgress, and was not there, though the session was active"


def test_H1_a_finding_of_a_snapshot_by_itself_names_the_rule_that_the_audit_names() -> None:
    (found,) = found_in([session(ended(error=GONE))])
    assert (found.rule, found.finer_rule, found.before, found.after) == ("H1", "L5", None, 0)
    assert (found.session_id, found.artifact_id, found.property) == ("s", "a", "error")
    assert (found.old, found.new) == (MISSING, MISSING)
    (found,) = found_in([session(artifact(), status="completed")])
    assert (found.finer_rule, found.artifact_id, found.property) == ("S1", None, "status")
    assert found.stale is False


def test_H1_is_an_audit_of_each_snapshot() -> None:
    broken = session(artifact(error=GONE), status="draft")
    snapshots = [session(artifact()), broken, session(artifact()), broken]
    found = [(one.after, one.finer_rule, one.property) for one in found_in(snapshots)]
    expected = [(one.rule, one.property) for one in audit(read(broken))]
    assert found == [(at, *violation) for at in (1, 3) for violation in expected]
    assert len(expected) == 2


def test_H1_missing_properties_do_not_count_against_a_snapshot() -> None:
    snapshot = session(artifact(status="succeeded", startDateTime=MISSING))
    assert {one.kind for one in audit(read(snapshot))} == {ViolationKind.MISSING}
    assert found_in([snapshot]) == []


# Rule H2 about a status


@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("new", ArtifactRestoreStatus, ids=str)
@pytest.mark.parametrize("old", ArtifactRestoreStatus, ids=str)
def test_H2_L2_L4_an_artifact_changes_as_an_observer_may_see_it(
    old: ArtifactRestoreStatus,
    new: ArtifactRestoreStatus,
    started: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    start: Json = {} if started else {"startDateTime": MISSING}
    before, after = (session(artifact(status=status.value, **start)) for status in (old, new))
    allowed = OBSERVATIONS_AFTER_START if started else OBSERVATIONS
    found = audit_change(read(before), read(after))
    assert [one.property for one in found] == ([] if new in allowed[old] | {old} else ["status"])
    for one in found:
        assert one.rule == "H2"
        assert one.finer_rule in {"L2", "L4"}
        assert (one.old, one.new) == (old, new)
        refused = refusal(old, new, Reporter.OBSERVER, started=started)
        assert refused is not None
        assert (one.message, one.stale) == (refused.message, refused.stale)
        assert old.value in one.message
        assert new.value in one.message


@pytest.mark.parametrize("is_looked_at", [False, True])
def test_H2_the_text_of_an_unknown_status_is_the_value(*, is_looked_at: bool) -> None:
    after = read(session(ended(status="paused", error=MISSING)))
    assert not is_looked_at or list(after.artifacts)
    (found,) = audit_change(read(session(ended())), after)
    assert (found.old, found.new, found.finer_rule) == ("succeeded", "paused", "L4")


def test_H2_W6_a_status_that_was_left_out_is_not_compared() -> None:
    for absent in (MISSING, None):
        (found,) = audit_change(read(session(ended())), read(session(ended(status=absent))))
        assert (found.property, found.kind) == ("status", ViolationKind.MISSING)
        assert changes(session(ended(status=absent)), session(ended())) == []


# Rule H2 about other properties

KEPT: Final[Sequence[tuple[Json, str, Any, Any]]] = [
    (artifact(), "restorePoint", {"id": "x"}, "x"),
    (artifact(), "destinationType", "inPlace", "inPlace"),
    (waiting(startDateTime="2026-01-05T09:00:00Z"), "startDateTime", "2026-01-05T09:01:00Z", None),
    (ended(), "startDateTime", "2026-01-05T09:01:00Z", None),
    (ended(), "completionDateTime", "2026-01-05T10:00:00.0000001Z", None),
    (ended(status="failed"), "error", {"code": "UnknownError"}, None),
    (ended(status="failed"), "error", {**GONE, "message": "It is gone!"}, None),
    (ended(status="failed"), "error", {"code": GONE["code"]}, None),
    (ended(), "restoredFolderId", "g", "g"),
    (ended(restoredFolderName="x"), "restoredFolderName", "y", "y"),
    (ended(restoredItemCount=0), "restoredItemCount", 1, 1),
    (ended(destinationType=None), "restoredFolderId", "g", "g"),
]


@pytest.mark.parametrize(("before", "name", "value", "shown"), KEPT)
def test_H2_an_artifact_keeps_what_it_has(before: Json, name: str, value: Any, shown: Any) -> None:
    (found,) = audit_change(read(session(before)), read(session({**before, name: value})))
    assert (found.rule, found.artifact_id, found.property) == ("H2", "a", name)
    assert found.kind is ViolationKind.CONTRADICTION
    assert shown is None or found.new == shown


@pytest.mark.parametrize("looked_at", [0, 1])
@pytest.mark.parametrize(("before", "name", "value"), [row[:3] for row in KEPT])
def test_H2_an_artifact_keeps_what_it_has_whichever_of_the_two_was_looked_at(
    before: Json, name: str, value: Any, looked_at: int
) -> None:
    for after, kind in (
        ({**before, name: value}, ViolationKind.CONTRADICTION),
        ({other: kept for other, kept in before.items() if other != name}, ViolationKind.MISSING),
    ):
        pair = read(session(before)), read(session(after))
        assert list(pair[looked_at].artifacts)
        (found,) = audit_change(*pair)
        assert (found.property, found.kind) == (name, kind)


HAD: Final = [row[:2] for row in KEPT]


@pytest.mark.parametrize(("before", "name"), HAD)
def test_H2_a_null_is_another_value_and_what_was_left_out_is_missing(
    before: Json, name: str
) -> None:
    (null,) = audit_change(read(session(before)), read(session({**before, name: None})))
    assert (null.property, null.kind, null.new) == (name, ViolationKind.CONTRADICTION, None)
    assert null.message.endswith("and is null now")
    without = {other: kept for other, kept in before.items() if other != name}
    (gone,) = audit_change(read(session(before)), read(session(without)))
    assert (gone.property, gone.kind, gone.new) == (name, ViolationKind.MISSING, MISSING)
    assert gone.message.endswith("and is missing now")


@pytest.mark.parametrize(("after", "name"), HAD)
def test_H2_what_is_missing_may_be_filled_in(after: Json, name: str) -> None:
    without = {other: kept for other, kept in after.items() if other != name}
    assert changes(session(without), session(after)) == []
    assert changes(session({**after, name: None}), session(after)) == []
    assert changes(session(without), session({**after, name: None})) == []
    assert changes(session({**after, name: None}), session(without)) == []


def test_H2_an_artifact_that_left_nothing_out_stays_as_it_is() -> None:
    artifacts = read(session(ended())).mailbox_restore_artifacts
    assert artifacts is not None
    entity = artifacts[0]
    assert filled_in(entity, entity, OF_ARTIFACT) is entity


def test_a_compared_property_is_shown_by_its_names() -> None:
    assert repr(START) == "KeptProperty(name='startDateTime', attribute='start_date_time')"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "inProgress"),
        ("startDateTime", "2026-01-05T09:01:00Z"),
        ("restoredFolderId", "other"),
    ],
)
def test_H2_an_unknown_property_hides_no_contradiction(name: str, value: str) -> None:
    before = ended("g", searchResponseId="q")
    snapshots = [
        session(artifact(), granularMailboxRestoreArtifacts=[one])
        for one in (before, {**before, name: value, "note": 1})
    ]
    for _way in ("first read as an entity", "then by a schema with the property"):
        ((_, artifact_id, contradicting),) = changes(*snapshots)
        assert (artifact_id, contradicting) == ("g", name)


def test_H2_artifacts_of_two_schemas_are_compared_by_their_values() -> None:
    before = session(artifact())
    same, other = (
        session(artifact(onlyHere=1, **more))
        for more in ({}, {"startDateTime": "2026-01-05T09:01:00Z"})
    )
    read(other)  # makes the schema
    one, another = read(before), read(other)
    kinds = [type(cells(snapshot)[0]) for snapshot in (one, another)]
    assert kinds[0] is not kinds[1]
    assert all(issubclass(kind, Unread) for kind in kinds)
    for pair in ((one, another), (another, one)):
        assert [found.property for found in audit_change(*pair)] == ["startDateTime"]
    assert audit_change(one, read(same)) == ()


def test_H2_a_status_that_is_left_out_is_missing_where_all_else_is_null() -> None:
    names = [kept.name for kept in OF_ARTIFACT if kept.name != "status"]
    nulls: Json = {**artifact(), **dict.fromkeys(names), "status": "unknownFutureValue"}
    without_status = {name: value for name, value in nulls.items() if name != "status"}
    before, after = read(session(nulls)), read(session(without_status))
    assert list(after.artifacts)
    (found,) = audit_change(before, after)
    assert (found.artifact_id, found.property) == ("a", "status")


@pytest.mark.parametrize(
    ("before", "after", "stale"),
    [
        (session(artifact()), session(waiting()), True),
        (session(ended()), session(ended(status="failed", restoredFolderId="f")), False),
        (session(artifact()), session(artifact(startDateTime="2026-01-05T09:01:00Z")), False),
        (RUNNING, {**RUNNING, "lastModifiedDateTime": "2026-01-05T08:59:59Z"}, True),
        (RUNNING, {**RUNNING, "createdDateTime": "2026-01-05T08:00:01Z"}, False),
    ],
)
def test_H2_only_what_an_earlier_snapshot_would_explain_is_stale(
    before: Json, after: Json, *, stale: bool
) -> None:
    assert stale is audit_change(read(before), read(after))[0].stale


def test_H2_a_running_restore_may_have_other_results() -> None:
    before = artifact(restoredItemCount=3, restoredFolderName="x")
    assert changes(session(before), session({**before, "restoredItemCount": 2})) == []
    after = ended(restoredItemCount=9, restoredFolderName="y")
    assert changes(session(before), session(after)) == []


def test_H2_the_error_may_be_filled_in_part_by_part() -> None:
    failed = ended(status="failed", error={"code": "ArtifactNotFound"})
    assert changes(session(failed), session({**failed, "error": GONE})) == []
    nulls = {**GONE, "target": None, "details": None}
    assert changes(session({**failed, "error": GONE}), session({**failed, "error": nulls})) == []
    (found,) = audit_change(
        read(session({**failed, "error": GONE})),
        read(session({**failed, "error": {**GONE, "message": "No."}})),
    )
    assert isinstance(found.old, PublicError)
    assert isinstance(found.new, PublicError)
    assert found.message == "it is not the same as before: $.message: 'It is gone.' != 'No.'"


@pytest.mark.parametrize(
    "same",
    [
        {"restorePoint": {"@odata.id": "https://x/restorePoints('r%20of%20a')"}},
        {"restorePoint": {"id": "r of a", "expirationDateTime": "2027-01-01T00:00:00Z"}},
        {"startDateTime": "2026-01-05T10:00:00.123456700+01:00"},
        {"colour": "red"},
        {"@odata.etag": "W/1"},
        {"searchResponseId": "q"},
        {"destinationType": "elsewhere"},
    ],
)
def test_H2_equivalent_values_agree(same: Json) -> None:
    assert changes(session(artifact()), session(artifact(**same))) == []
    assert changes(session(artifact(**same)), session(artifact())) == []


# Rule H2 about the session itself


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("createdDateTime", "2026-01-05T08:00:00Z", "2026-01-05T08:00:00.0000001Z"),
        ("createdBy", {"user": {"id": "anna"}}, {"user": {"id": "bob"}}),
        ("createdBy", {"user": {"id": "bob"}}, {"user": {"id": "anna"}}),
        ("createdBy", {"user": {"id": "anna"}}, {"application": {"id": "anna"}}),
        ("createdBy", {"application": {"id": "app"}}, {"application": {"id": "other"}}),
        ("createdBy", {"device": {"id": "pc"}}, {"device": {"id": "other"}}),
        ("createdBy", {"user": {"displayName": "Anna"}}, {"user": {"displayName": "Bob"}}),
        ("restoreJobType", "standard", "bulk"),
        ("restoreJobType", "standard", "granular"),
        ("restoreJobType", "bulk", "standard"),
    ],
)
def test_H2_a_session_keeps_its_creation_and_its_job_type(
    name: str, before: Any, after: Any
) -> None:
    assert changes({**RUNNING, name: before}, {**RUNNING, name: after}) == [("H2", None, name)]
    assert changes({**RUNNING, name: before}, {**RUNNING, name: None}) == [("H2", None, name)]
    without = {other: value for other, value in RUNNING.items() if other != name}
    (gone,) = audit_change(read({**RUNNING, name: before}), read(without))
    assert (gone.property, gone.kind) == (name, ViolationKind.MISSING)
    assert changes(without, {**RUNNING, name: after}) == []


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("createdDateTime", "2026-01-05T08:00:00Z", "2026-01-05T09:00:00+01:00"),
        ("createdBy", {"user": {"id": "anna"}}, {"user": {"id": "anna", "displayName": "A."}}),
        ("createdBy", {"user": {"id": "a", "displayName": "A"}}, {"user": {"id": "a"}}),
        ("createdBy", {"user": {"id": "a"}}, {"user": {"id": "a"}, "device": {"id": "d"}}),
        ("createdBy", {"user": {"displayName": "A"}}, {"user": {"displayName": "A", "id": "a"}}),
        ("createdBy", {"user": {"id": "a"}}, {"user": {"id": "a"}, "tenant": "t"}),
        ("createdBy", {"user": {"tenant": "t"}}, {"user": {"displayName": "A", "tenant": "t"}}),
        ("restoreJobType", "granular", "unknownFutureValue"),
        ("restoreJobType", "unknownFutureValue", "granular"),
        ("restoreJobType", "standard", "somethingElse"),
        ("restoreJobType", "somethingElse", "somethingDifferent"),
    ],
)
def test_H2_W3_masked_values_agree(name: str, before: Any, after: Any) -> None:
    assert changes({**RUNNING, name: before}, {**RUNNING, name: after}) == []


def test_H2_a_standard_draft_may_become_bulk() -> None:
    draft = session(waiting(status="added"))
    assert changes(draft, {**draft, "restoreJobType": "bulk"}) == []
    assert changes({**draft, "restoreJobType": "bulk"}, draft) == [("H2", None, "restoreJobType")]
    granular = {**draft, "restoreJobType": "granular"}
    found = changes(granular, {**draft, "restoreJobType": "bulk"})
    assert found == [("H2", None, "restoreJobType")]


def test_H2_S6_the_time_of_the_last_change_does_not_go_back() -> None:
    earlier = {**RUNNING, "lastModifiedDateTime": "2026-01-05T08:59:59.9999999Z"}
    assert changes(earlier, RUNNING) == changes(RUNNING, RUNNING) == []
    (found,) = audit_change(read(RUNNING), read(earlier))
    assert (found.rule, found.finer_rule, found.property) == ("H2", "S6", "lastModifiedDateTime")
    assert found.message == (
        "2026-01-05T08:59:59.9999999Z is before 2026-01-05T09:00:00Z, and time does not go back"
    )
    silent = {name: value for name, value in RUNNING.items() if name != "lastModifiedDateTime"}
    null = {**RUNNING, "lastModifiedDateTime": None}
    assert changes(RUNNING, null) == changes(RUNNING, silent) == []
    later = [one for one in found_in([RUNNING, silent, null, earlier]) if one.rule == "H2"]
    assert [key(one) for one in later] == [("H2", 0, 3, "s", "lastModifiedDateTime")]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("abc", "abc", ("", "", "")),
        ("abc", "cab", ("", "", "")),
        ("abc", "aBc", ("b", "", "")),
        ("abc", "Bca", ("b", "", "")),
        ("ab", "b", ("", "a", "")),
        ("ab", "a", ("", "b", "")),
        ("b", "ab", ("", "", "a")),
        ("a", "ab", ("", "", "b")),
        ("abcd", "aecB", ("b", "d", "e")),
        ("ab", "cB", ("b", "a", "c")),
        ("ab", "cd", ("", "ab", "cd")),
        ("", "ab", ("", "", "ab")),
        ("ab", "", ("", "ab", "")),
    ],
)
@pytest.mark.parametrize("looked_at", [False, True])
def test_artifacts_are_matched_by_their_ids(
    before: str, after: str, expected: tuple[str, str, str], *, looked_at: bool
) -> None:
    """A capital letter stands for an artifact that has changed."""
    snapshots = [
        read(
            session(
                *(
                    waiting(letter.lower(), "added", restoredItemCount=int(letter.isupper()))
                    for letter in letters
                )
            )
        )
        for letters in (before, after)
    ]
    assert not looked_at or [len(list(one.artifacts)) for one in snapshots]
    found = compared(*snapshots).artifacts
    assert all(old.restored_item_count < new.restored_item_count for old, new in found.changed)
    assert all(old.id == new.id for old, new in found.changed)
    changed = [old for old, _ in found.changed]
    ids = ["".join(one.id for one in part) for part in (changed, found.gone, found.added)]
    assert ids == list(expected)


def test_two_sessions_are_not_two_snapshots_of_one() -> None:
    with pytest.raises(ValueError, match=r"^'s' and 't' are two sessions$"):
        audit_change(read(RUNNING), read({**RUNNING, "id": "t"}))
    with pytest.raises(ValueError, match=r"^'t' and 's' are two sessions$"):
        audit_change(read({**RUNNING, "id": "t"}), read(RUNNING))


# Rule H3

MORE: Final = {"mailboxRestoreArtifacts@odata.nextLink": "more"}


@pytest.mark.parametrize("status", ["scheduling", "scheduled", "inProgress", "paused"])
def test_H3_nothing_is_added_or_removed_after_the_activation(status: str) -> None:
    before = session(waiting("a", status), waiting("b", status))
    assert changes(before, session(waiting("b", status))) == [
        ("H3", "a", "mailboxRestoreArtifacts")
    ]
    assert changes(before, session(*before["mailboxRestoreArtifacts"], waiting("c", status))) == [
        ("H3", "c", "mailboxRestoreArtifacts")
    ]


def test_H3_artifacts_of_a_draft_may_be_added_and_removed() -> None:
    draft = session(waiting("a", "added"), waiting("b", "added"))
    assert changes(draft, session(waiting("b", "added"), waiting("c", "added"))) == []
    assert changes(draft, session(artifact("c"))) == []
    assert changes(session(), draft) == []
    assert changes(draft, session()) == []


def test_H3_the_order_of_artifacts_does_not_matter() -> None:
    three = [artifact("a"), artifact("b"), artifact("c")]
    assert changes(session(*three), session(*reversed(three))) == []
    moved = [artifact("c"), artifact("a"), artifact("b", startDateTime="2026-01-05T09:01:00Z")]
    assert changes(session(*three), session(*moved)) == [("H2", "b", "startDateTime")]
    assert changes(session(*three), session(three[2], three[0])) == [
        ("H3", "b", "mailboxRestoreArtifacts")
    ]


def test_H3_S2_granular_artifacts_are_distinguished_by_their_collection() -> None:
    items = {**artifact("g"), "searchResponseId": "q"}
    both = session(artifact("a"), granularMailboxRestoreArtifacts=[items])
    found = [("H3", "g", "granularMailboxRestoreArtifacts")]
    assert changes(both, {**both, "granularMailboxRestoreArtifacts": []}) == found
    assert changes({**both, "granularMailboxRestoreArtifacts": []}, both) == found
    assert changes(both, both) == []


@pytest.mark.parametrize("more", [MORE, {"restoreSessionArtifactCount": {"total": 3}}])
def test_H3_S8_an_artifact_that_a_snapshot_may_lack_is_not_removed(more: Json) -> None:
    two = session(artifact("a"), artifact("b"))
    assert changes(two, {**session(artifact("b")), **more}) == []
    assert changes({**session(artifact("b")), **more}, two) == []
    fits = {"restoreSessionArtifactCount": {"total": 1, "inProgress": 1}}
    assert changes(two, {**session(artifact("b")), **fits}) == [
        ("H3", "a", "mailboxRestoreArtifacts")
    ]


ENDED: Final = session(
    ended("a"),
    ended("b", "failed"),
    status="completedWithError",
    completedDateTime="2026-01-05T10:00:00Z",
    error={"code": "ArtifactNotFound"},
    policyId="p",
    restoreSessionArtifactCount={"total": 2, "inProgress": 0, "completed": 1, "failed": 1},
)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("status", "completed", "status"),
        ("completedDateTime", "2026-01-05T10:00:01Z", "completedDateTime"),
        ("error", {"code": "UnknownError"}, "error"),
        ("policyId", "q", "policyId"),
        ("policyId", None, "policyId"),
        ("restoreSessionArtifactCount", {"total": 2, "failed": 2}, "failed"),
        ("restoreSessionArtifactCount", {"completed": 0}, "completed"),
        ("restoreSessionArtifactCount", {"inProgress": 1}, "inProgress"),
        ("restoreSessionArtifactCount", {"total": 1}, "total"),
    ],
)
def test_H3_a_session_that_has_ended_stays_as_it_is(name: str, value: Any, found: str) -> None:
    prefix = "restoreSessionArtifactCount." if name == "restoreSessionArtifactCount" else ""
    assert changes(ENDED, {**ENDED, name: value}) == [("H3", None, prefix + found)]
    active = session(artifact("a"), artifact("b"), policyId="p")
    assert changes(active, {**active, name: value}) == []


REQUESTS: Final = "mailboxRestoreArtifactsBulkAdditionRequests"
FIRST, SECOND = {"id": "b1", "status": "completed"}, {"id": "b2", "status": "completedWithErrors"}


@pytest.mark.parametrize(
    ("before", "after", "request_id", "old", "new"),
    [
        ([FIRST, SECOND], [SECOND, FIRST], None, None, None),
        ([FIRST, SECOND], [SECOND], None, None, None),
        ([FIRST], None, None, None, None),
        (None, [FIRST], None, None, None),
        ([], [FIRST], "b1", MISSING, "completed"),
        ([FIRST, SECOND], [{**SECOND, "id": "b1"}], "b1", "completed", "completedWithErrors"),
        ([FIRST, SECOND], [{**FIRST, "id": "b2"}], "b2", "completedWithErrors", "completed"),
    ],
)
def test_H3_the_bulk_requests_of_a_session_that_has_ended_stay_or_are_deleted(
    before: Any, after: Any, request_id: str | None, old: Any, new: Any
) -> None:
    pair = [read({**ENDED, REQUESTS: requests}) for requests in (before, after)]
    found = [
        (one.rule, one.artifact_id, one.property, one.old, one.new, one.message)
        for one in audit_change(*pair)
    ]
    was = "not there" if old is MISSING else old
    message = f"the bulk request {request_id!r} was {was}, and is {new} now"
    expected = ("H3", None, REQUESTS, old, new, message)
    assert found == ([] if request_id is None else [expected])


@pytest.mark.parametrize(
    "more",
    [
        {"status": "unknownFutureValue"},
        {"lastModifiedDateTime": "2026-01-05T11:00:00Z", "lastModifiedBy": {"user": {"id": "b"}}},
        {"restoreSessionArtifactCount": None, "error": None, "completedDateTime": None},
        {"status": None},
        {"@odata.etag": "W/2", "colour": "red"},
        {"error": {"code": "ArtifactNotFound", "message": "1 of 2"}},
    ],
)
def test_H3_equivalent_snapshots_of_an_ended_session_agree(more: Json) -> None:
    assert changes(ENDED, {**ENDED, **more}) == []


@pytest.mark.parametrize("looked_at", [(), (0,), (1,)])
def test_H3_results_and_errors_are_filled_in_after_the_end(looked_at: tuple[int, ...]) -> None:
    before = {
        **ENDED,
        "error": {"code": "UnknownError"},
        "mailboxRestoreArtifacts": [
            ended("a", restoredFolderId=MISSING),
            ended("b", "failed", error=MISSING),
        ],
    }
    pair = read(before), read(ENDED)
    for at in looked_at:
        assert list(pair[at].artifacts)
    assert audit_change(*pair) == ()
    without = {**before, "mailboxRestoreArtifacts": ENDED["mailboxRestoreArtifacts"]}
    assert changes(without, ENDED) == [("H3", None, "error")]


def test_H3_the_selection_of_items_stays_once_the_session_has_ended() -> None:
    items = ended("g", searchResponseId="q", artifactCount=3)
    for name, value in (("searchResponseId", "r"), ("artifactCount", 4)):
        before, after = (
            session(granularMailboxRestoreArtifacts=[one])
            for one in (items, {**items, name: value})
        )
        assert changes(before, after) == [("H3", "g", name)]
        running = {**items, "status": "inProgress", "completionDateTime": None}
        before, after = (
            session(granularMailboxRestoreArtifacts=[one])
            for one in (running, {**running, name: value})
        )
        assert changes(before, after) == []


# Histories ----------------------------------------------------------------------------------------

BARE: Final = {name: value for name, value in RUNNING.items() if name != "mailboxRestoreArtifacts"}


def test_H2_S8_an_artifact_is_compared_with_the_last_snapshot_that_contained_it() -> None:
    changed = artifact("a", restorePoint={"id": "x"})
    found = found_in(
        [
            session(artifact("a"), artifact("b")),
            {**session(artifact("b")), **MORE},
            BARE,
            {**session(artifact("c")), **MORE},
            {**session(changed), **MORE},
            {**session(artifact("b", status="scheduled")), **MORE},
            session(changed, artifact("b", status="scheduled")),
        ]
    )
    assert [key(one) for one in found if one.rule == "H2"] == [
        ("H2", 0, 4, "a", "restorePoint"),
        ("H2", 1, 5, "b", "status"),
    ]


def test_H3_S8_which_artifacts_there_are_is_compared_with_the_last_snapshot_that_lacked_none() -> (
    None
):
    found = found_in(
        [
            session(artifact("a"), artifact("b")),
            BARE,
            {**session(artifact("b")), **MORE},
            session(artifact("b"), artifact("c")),
            session(artifact("b"), artifact("c")),
        ]
    )
    assert list(map(key, found)) == [
        ("H3", 0, 3, "a", "mailboxRestoreArtifacts"),
        ("H3", 0, 3, "c", "mailboxRestoreArtifacts"),
    ]


def test_H3_S8_a_session_that_has_ended_is_compared_across_what_is_lacking() -> None:
    found = found_in([ENDED, {**BARE, "policyId": "p"}, {**ENDED, "policyId": "q"}])
    assert list(map(key, found)) == [("H3", 0, 2, "s", "policyId")]


def test_H2_a_property_of_the_session_is_compared_with_what_was_said_of_it_last() -> None:
    selected = {"id": "s", "status": "active"}
    found = found_in(
        [
            RUNNING,
            selected,
            selected,
            {**RUNNING, "createdDateTime": "2026-01-05T08:00:01Z"},
        ]
    )
    contradictions = [one for one in found if one.kind is ViolationKind.CONTRADICTION]
    assert list(map(key, contradictions)) == [("H2", 0, 3, "s", "createdDateTime")]
    missing = [one for one in found if one.kind is ViolationKind.MISSING]
    assert {(one.before, one.after) for one in missing} == {(0, 1)}  # and not a second time


def test_H2_a_property_that_was_missing_hides_no_other() -> None:
    silent = {name: value for name, value in RUNNING.items() if name != "createdDateTime"}
    bob = {**RUNNING, "createdBy": {"user": {"id": "bob"}}}
    assert changes(silent, bob) == [("H2", None, "createdBy")]


def test_H2_a_property_is_missing_once_if_the_positions_go_down() -> None:
    silent = {"id": "s", "status": "active"}
    placed = [(3, read(RUNNING)), (2, read(silent)), (1, read(silent))]
    missing = [one for one in findings_in(placed) if one.kind is ViolationKind.MISSING]
    assert {(one.before, one.after) for one in missing} == {(3, 2)}


def test_H2_what_a_snapshot_without_artifacts_says_is_compared_too() -> None:
    silent = {name: value for name, value in RUNNING.items() if name != "createdBy"}
    bob = {**RUNNING, "createdBy": {"user": {"id": "bob"}}}
    found = [one for one in found_in([silent, BARE, bob]) if one.rule == "H2"]
    assert list(map(key, found)) == [("H2", 1, 2, "s", "createdBy")]


def test_H2_a_standard_draft_becomes_bulk_even_if_a_snapshot_omits_the_type() -> None:
    draft = session(waiting(status="added"))
    silent = {name: value for name, value in draft.items() if name != "restoreJobType"}
    bulk = {**draft, "restoreJobType": "bulk"}
    found = found_in([draft, silent, bulk])
    assert [one.kind for one in found] == [ViolationKind.MISSING]
    active = session(waiting(status="scheduling"))
    silent = {name: value for name, value in active.items() if name != "restoreJobType"}
    found = found_in([active, silent, {**active, "restoreJobType": "bulk"}])
    assert [one.kind for one in found] == [ViolationKind.MISSING, ViolationKind.CONTRADICTION]


def test_sessions_of_one_history_are_distinguished_by_the_id() -> None:
    other = {**session(artifact("z")), "id": "t"}
    broken = {**session(artifact("z", status="scheduled")), "id": "t"}
    found = found_in([RUNNING, other, RUNNING, broken, RUNNING])
    assert [(one.session_id, *key(one)) for one in found if one.rule == "H2"] == [
        ("t", "H2", 1, 3, "z", "status")
    ]


def test_positions_may_be_the_callers_own() -> None:
    placed = [("monday", read(session(artifact()))), ("tuesday", read(session(waiting())))]
    found = [one for one in findings_in(placed) if one.property == "status"]
    assert [(one.before, one.after) for one in found] == [("monday", "tuesday")]


@given(st.lists(st.sampled_from([*LOOKS["a session of whole mailboxes"], BARE]), max_size=8))
def test_H2_H3_a_history_finds_what_each_change_finds(snapshots: list[Json]) -> None:
    """If no artifacts are missing, that is all; else there may be more."""
    whole = [one for one in snapshots if one is not BARE]
    found = [one for one in found_in(whole) if one.rule != "H1"]
    expected = [
        attrs.evolve(one, before=number, after=number + 1)
        for number, (before, after) in enumerate(pairwise(whole))
        for one in audit_change(read(before), read(after))
    ]
    assert found == expected


BREAKS_OF_A_LOG: Final[Mapping[str, Callable[[Json], Any]]] = {
    "restore point": lambda s: first(s).update(restorePoint={"id": "other"}),
    "destination": lambda s: first(s).update(destinationType="inPlace"),
    "creation": lambda s: s.update(createdDateTime="2026-01-05T07:00:00Z"),
    "creator": lambda s: s.update(createdBy={"user": {"id": "bob"}}),
    "job type": lambda s: s.update(restoreJobType="granular"),
    "last change": lambda s: s.update(lastModifiedDateTime="2026-01-05T08:00:00Z"),
    "start": lambda s: first(s).update(startDateTime="2026-01-05T08:30:00Z"),
    "end": lambda s: first(s).update(completionDateTime="2026-01-05T11:00:00Z"),
    "error": lambda s: s["mailboxRestoreArtifacts"][1].update(error={"code": "UnknownError"}),
    "folder": lambda s: first(s).update(restoredFolderId="other"),
    "gone": lambda s: s["mailboxRestoreArtifacts"].pop(),
    "came": lambda s: s["mailboxRestoreArtifacts"].append(waiting("d")),
    "back": lambda s: s["mailboxRestoreArtifacts"][2].update(status="scheduling"),
    "other end": lambda s: first(s).update(status="inProgress"),
}


def first(snapshot: Json) -> Json:
    found: Json = snapshot["mailboxRestoreArtifacts"][0]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", BREAKS_OF_A_LOG)
def test_H2_H3_a_break_in_a_log_of_two_hundred_snapshots_is_found_where_it_is(name: str) -> None:
    under_way = session(ended("a"), ended("b", "failed"), waiting("c"))
    log = [copy.deepcopy(under_way) for _ in range(200)]
    assert found_in(log) == []
    BREAKS_OF_A_LOG[name](log[120])
    found = [one for one in found_in(log) if (one.before, one.after) == (119, 120)]
    assert len(found) == 1
    assert {one.after for one in found_in(log)} <= {120, 121}  # and that it was undone


# Cost ---------------------------------------------------------------------------------------------


def big(size: int, **changed: Json) -> ExchangeRestoreSession:
    artifacts = [changed.get(f"a{number}") or artifact(f"a{number}") for number in range(size)]
    return read(session(*artifacts))


def cells(snapshot: ExchangeRestoreSession) -> list[Any]:
    collection = snapshot.mailbox_restore_artifacts
    assert collection is not None
    return list(collection.cells())


def test_H2_no_entity_is_made_of_any_artifact() -> None:
    before = big(1_000)
    after = big(1_000, a5=artifact("a5", status="scheduled"), a7=ended("a7"))
    assert [one.artifact_id for one in audit_change(before, after)] == ["a5"]
    for snapshot in (before, after):
        assert all(isinstance(cell, Unread) for cell in cells(snapshot))


def test_H1_H2_H3_no_entity_is_made_in_a_history() -> None:
    snapshots = [
        big(100),
        big(100, a7=ended("a7")),
        read(session(*(ended(f"a{number}") for number in range(100)), status="completed")),
        read(session(*(ended(f"a{number}") for number in range(100)), status="active")),
    ]
    assert {one.rule for one in audit_history(snapshots)} == {"H1", "H3"}
    for snapshot in snapshots:
        assert all(isinstance(cell, Unread) for cell in cells(snapshot))


def test_H2_an_entity_that_was_made_is_compared_with_what_was_parsed() -> None:
    before, after = big(40), big(40, a5=artifact("a5", startDateTime="2026-01-05T09:00:00Z"))
    assert list(before.artifacts)
    assert [(one.artifact_id, one.property) for one in audit_change(before, after)] == [
        ("a5", "startDateTime")
    ]
    assert [(one.artifact_id, one.property) for one in audit_change(after, before)] == [
        ("a5", "startDateTime")
    ]
    assert all(isinstance(cell, Unread) for cell in cells(after))


@pytest.mark.slow
@pytest.mark.parametrize("looked_at", [(), (0,), (1,), (0, 1)])
@pytest.mark.parametrize("broken", [*breaks("H2"), *breaks("H3")])
def test_H2_H3_it_does_not_matter_which_artifacts_were_accessed(
    broken: Break, looked_at: tuple[int, ...]
) -> None:
    for looks in LOOKS.values():
        for place in list(places(broken, looks))[:2]:
            snapshots, rule, _, after, target, name = planted(broken, looks, place)
            pair = [read(snapshots[after - 1]), read(snapshots[after])]
            for at in looked_at:
                assert len(list(pair[at].artifacts)) == len(pair[at].artifacts)
            assert (rule, 0, 1, target, name) in map(key, audit_change(*pair))


@pytest.mark.parametrize("kind", ["as it was", "in another order", "all changed", "one gone"])
def test_H2_H3_a_comparison_is_linear_in_the_artifacts(kind: str) -> None:
    work = []
    for size in (500, 2_000):
        artifacts = [artifact(f"a{number}") for number in range(size)]
        others = {
            "as it was": artifacts,
            "in another order": artifacts[::-1],
            "all changed": [{**one, "destinationType": "inPlace"} for one in artifacts],
            "one gone": artifacts[1:],
        }[kind]
        before, after = read(session(*artifacts)), read(session(*others))
        work.append(calls_of(partial(audit_change, before, after)))
    assert work[1] <= 5 * work[0]


def test_H2_what_has_not_changed_costs_no_call_of_its_own() -> None:
    few, many = (calls_of(partial(audit_change, big(size), big(size))) for size in (1_000, 2_000))
    assert many - few < 1_000


@pytest.mark.slow
def test_H1_H2_H3_a_history_of_any_length_takes_the_same_memory() -> None:
    data = json.dumps(session(*(artifact(f"a{number}") for number in range(200))))

    def snapshots(length: int) -> Iterator[ExchangeRestoreSession]:
        for _ in range(length):
            yield wire.loads(data, ExchangeRestoreSession)

    assert list(audit_history(snapshots(2))) == []
    peaks = []
    for length in (10, 100):
        gc.collect()
        tracemalloc.start()
        assert list(audit_history(snapshots(length))) == []
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_a_history_is_read_lazily() -> None:
    taken: list[int] = []

    def snapshots() -> Iterator[ExchangeRestoreSession]:
        for number, look in enumerate([session(artifact()), session(waiting()), RUNNING]):
            taken.append(number)
            yield read(look)

    found = audit_history(snapshots())
    assert taken == []
    assert next(found).after == 1
    assert taken == [0, 1]
