"""Contradictions in a history, written as JSON."""

import json
from typing import Any

from restore_domain import ExchangeRestoreSession, audit_change, audit_history, wire
from restore_domain.verification.breaks import BREAKS, LIVES, looks_at, places, planted
from restore_domain.wire import finding_to_json

Json = dict[str, Any]


def session(**more: Any) -> ExchangeRestoreSession:
    """Read a session with one artifact that has ended."""
    artifact: Json = {"id": "a1", "status": "failed", "error": {"code": "E", "colour": "red"}}
    given = {"id": "s1", "mailboxRestoreArtifacts": [{**artifact, **more}]}
    return wire.from_json_value(given, ExchangeRestoreSession)


def found(before: Json, after: Json) -> Json:
    (finding,) = audit_change(session(**before), session(**after))
    return finding_to_json(finding)


def test_H2_a_finding_has_all_its_attributes_in_camel_case() -> None:
    assert found({"restoredItemCount": 3}, {"restoredItemCount": 4}) == {
        "rule": "H2",
        "finerRule": "H2",
        "kind": "contradiction",
        "sessionId": "s1",
        "before": 0,
        "after": 1,
        "artifactId": "a1",
        "property": "restoredItemCount",
        "old": 3,
        "new": 4,
        "message": "it was 3, and is 4 now",
        "stale": False,
    }


def test_H2_both_values_are_as_on_the_wire() -> None:
    early, late = "2026-01-05T09:00:00.1234567Z", "2026-01-05T10:00:00+01:00"
    times = found({"completionDateTime": early}, {"completionDateTime": late})
    assert (times["old"], times["new"]) == (early, late)
    errors = found({}, {"error": {"code": "F"}})
    assert (errors["old"], errors["new"]) == ({"code": "E", "colour": "red"}, {"code": "F"})
    statuses = found({}, {"status": "succeeded", "error": {"code": "E", "colour": "red"}})
    assert (statuses["old"], statuses["new"]) == ("failed", "succeeded")


def test_H2_a_null_is_a_value_and_what_is_missing_is_left_out() -> None:
    null = found({"restoredFolderId": "f"}, {"restoredFolderId": None})
    assert (null["old"], null["new"]) == ("f", None)
    gone = found({"restoredFolderId": "f"}, {})
    assert (gone["old"], gone["kind"]) == ("f", "missing")
    assert "new" not in gone


def test_H1_H2_H3_every_finding_is_plain_json() -> None:
    for calls in LIVES.values():
        for looks in looks_at(calls).values():
            for broken in BREAKS.values():
                for place in list(places(broken, looks))[:1]:
                    read = [
                        wire.from_json_value(one, ExchangeRestoreSession)
                        for one in planted(broken, looks, place).snapshots
                    ]
                    written = [finding_to_json(finding) for finding in audit_history(read)]
                    assert written
                    assert json.loads(json.dumps(written)) == written
