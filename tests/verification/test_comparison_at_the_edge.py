"""Comparing answers that no correct system would give."""

from typing import Any

import pytest

from restore_domain.verification import Answer, difference
from restore_domain.verification.comparison import NOTHING, differences, in_words


def rule_of(method: str, expected: Any, actual: Any) -> str | None:
    call = {"method": method, "params": {}}
    found = difference(call, Answer(result=expected), Answer(result=actual))
    return None if found is None else found.rule


FOUND = {"rule": "S3", "target": "s1", "property": "completedDateTime", "kind": "missing"}
OTHER = {"rule": "L5", "target": "a1", "property": "error", "kind": "contradiction"}


def test_an_audit_may_use_any_order_and_any_messages() -> None:
    given = [OTHER | {"message": "x"}, FOUND | {"message": "y"}]
    assert rule_of("audit", [FOUND, OTHER], given) is None


def test_an_audit_may_find_both_kinds_of_one_property_in_any_order() -> None:
    both = [FOUND, FOUND | {"kind": "contradiction"}]
    assert rule_of("audit", both, both[::-1]) is None


@pytest.mark.parametrize("given", [None, 7, {}, [FOUND, 7]])
def test_an_audit_answers_with_a_list_of_findings(given: Any) -> None:
    assert rule_of("audit", [FOUND, OTHER], given) == "S1"


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ([], "L5"),
        ([OTHER], "S3"),
        ([FOUND], "L5"),
        ([FOUND, FOUND], "L5"),
        ([FOUND, OTHER, OTHER], "L5"),
        ([FOUND | {"kind": "contradiction"}, OTHER], "S3"),
        ([FOUND, OTHER | {"rule": "S4"}], "L5"),
        ([FOUND, OTHER, {"rule": "S4"}], "S4"),
        ([FOUND, OTHER, {"rule": "X9"}], "S1"),
        ([{name: value for name, value in FOUND.items() if name != "kind"}, OTHER], "S3"),
    ],
)
def test_an_audit_finds_the_same_things(given: Any, rule: str) -> None:
    assert rule_of("audit", [FOUND, OTHER], given) == rule


def test_a_missing_or_unexpected_finding_is_shown_completely() -> None:
    call = {"method": "audit", "params": {}}
    missing, needless = differences(call, Answer(result=[FOUND]), Answer(result=[OTHER]))
    assert (missing.expected, missing.actual) == (FOUND, NOTHING)
    assert (needless.expected, needless.actual) == (NOTHING, OTHER)


def test_S1a_a_page_that_derives_what_was_declared() -> None:
    session = {"id": "s1", "mailboxRestoreArtifacts": [{"id": "a1", "status": "succeeded"}]}
    declared = {"value": [session | {"status": "active"}]}
    assert rule_of("list", declared, {"value": [session | {"status": "completed"}]}) == "S1a"
    assert rule_of("list", declared, {"value": [session | {"status": "draft"}]}) == "A5"
    assert rule_of("get", session | {"status": "completed"}, session | {"status": "active"}) == "A5"


def test_words_are_shown_as_words_and_json_as_json() -> None:
    assert in_words(NOTHING) == "nothing"
    assert in_words("nothing") == '"nothing"'


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:00-14:00"])
def test_an_instant_that_utc_can_not_express_equals_only_itself(text: str) -> None:
    session = {"id": "s1", "createdDateTime": text}
    assert rule_of("get", session, dict(session)) is None
    assert rule_of("get", session, session | {"createdDateTime": "2026-01-05T09:00:00Z"}) == "O2"


@pytest.mark.parametrize(
    ("session", "rule"),
    [
        ({"mailboxRestoreArtifacts": []}, "A1"),
        ({"mailboxRestoreArtifacts": [{"id": "a1", "status": "paused"}]}, "A10"),
        ({"mailboxRestoreArtifacts": [{"id": "a1"}]}, "A10"),
        ({"granularMailboxRestoreArtifacts": [{"id": "g1", "status": "failed"}]}, "A6"),
        ({}, "S1"),
    ],
)
def test_the_rule_of_a_status_is_that_of_the_artifacts(session: Any, rule: str) -> None:
    expected = {"value": [session | {"id": "s1", "status": "one"}]}
    assert rule_of("list", expected, {"value": [session | {"id": "s1", "status": "other"}]}) == rule


def test_a_difference_in_a_written_document_is_not_attributed_to_aggregation() -> None:
    session = {"id": "s1", "status": None, "mailboxRestoreArtifacts": None}
    assert rule_of("read", session, {}) == "W1"
    assert rule_of("read", session, session | {"status": "draft"}) == "W1"


def test_the_status_of_an_artifact_is_looked_at_before_what_follows_from_it() -> None:
    artifact = {"id": "a1", "status": "inProgress"}
    ended = artifact | {"status": "succeeded", "completionDateTime": "2026-01-05T09:00:00Z"}
    call = {"method": "listArtifacts", "params": {}}
    expected, actual = Answer(result={"value": [artifact]}), Answer(result={"value": [ended]})
    found = difference(call, expected, actual)
    assert found is not None
    assert (found.path, found.rule) == ("$.value[0].status", "O2")
