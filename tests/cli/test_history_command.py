"""``history``: contradictions in a log of snapshots, in any form of log."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from restore_domain.cli import history, main, snapshot_log
from restore_domain.cli.progress import Progress
from restore_domain.cli.snapshot_log import Place, snapshots_in
from restore_domain.wire import DEFAULT_LIMITS, WireLimits

from .running import Json, Ran, Save, json_lines, run, run_program

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "observing.md"


def artifact(artifact_id: str = "a1", status: str = "scheduled", **more: Any) -> Json:
    given: Json = {"id": artifact_id, "status": status, "restorePoint": {"id": f"r{artifact_id}"}}
    if status in {"inProgress", "succeeded"}:
        given["startDateTime"] = "2026-01-05T09:00:00Z"
    if status == "succeeded":
        given["completionDateTime"] = "2026-01-05T09:02:00Z"
    return given | more


def session(*artifacts: Json, key: str = "s1", **more: Any) -> Json:
    return {"id": key, "mailboxRestoreArtifacts": list(artifacts), **more}


def timed(number: int, snapshot: Json) -> Json:
    return {"time": f"2026-01-05T09:{number:02d}:00Z", "session": snapshot}


WAITS = session(artifact("a1"), artifact("a2"))
RUNS = session(artifact("a1", "inProgress"), artifact("a2"))
ENDED = session(artifact("a1", "succeeded"), artifact("a2"))
BACK = session(artifact("a1", "inProgress"))
LOG = [WAITS, RUNS, ENDED, BACK]

GONE = "it was scheduled, and is missing now, though the session was active"
FOUND = [
    "H2 (L4) s1 a1 status: succeeded is terminal, so inProgress can't follow it",
    f"H3 s1 a2 mailboxRestoreArtifacts: {GONE}",
]


def found(places: tuple[str, str], snapshots: int = 4, sessions: str = "1 session") -> list[str]:
    after, before = places
    lines = [f"{after}: {what} [before: {before}]" for what in FOUND]
    return [*lines, f"2 findings in {snapshots} snapshots of {sessions}"]


# The forms of a log -------------------------------------------------------------------------------


def test_H2_H3_json_lines_of_sessions(save: Save) -> None:
    ran = run("history", save("polls.jsonl", json_lines(LOG)))
    assert (ran.code, ran.err) == (1, "")
    assert ran.lines == found(("polls.jsonl: line 4", "line 3"))


def test_H2_H3_json_lines_with_times_are_as_the_guide_shows(save: Save) -> None:
    log = json_lines([timed(number, one) for number, one in enumerate(LOG)])
    ran = run("history", save("polls.jsonl", log))
    after, before = "line 4 at 2026-01-05T09:03:00Z", "line 3 at 2026-01-05T09:02:00Z"
    assert ran.lines == found((f"polls.jsonl: {after}", before))
    shown = re.findall(r"```text\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert ran.out in shown


def test_blank_lines_a_byte_order_mark_and_the_last_line_without_its_end(save: Save) -> None:
    first, *others = LOG
    lines = [
        b"\xef\xbb\xbf" + json.dumps(first).encode(),
        b"",
        *(json.dumps(one).encode() for one in others),
    ]
    ran = run("history", save("polls.jsonl", b"\r\n".join(lines)))
    assert ran.lines == found(("polls.jsonl: line 5", "line 4"))
    ran = run("history", save("polls.jsonl", b"\n\n" + json_lines(LOG)))
    assert ran.lines == found(("polls.jsonl: line 6", "line 5"))


@pytest.mark.parametrize("indent", [None, 1])
def test_H2_H3_an_array(save: Save, indent: int | None) -> None:
    log = json.dumps([WAITS, timed(1, RUNS), timed(2, ENDED), BACK], indent=indent)
    ran = run("history", save("polls.json", log.encode()))
    assert ran.lines == found(("polls.json: $[3]", "$[2] at 2026-01-05T09:02:00Z"))


def test_H2_H3_several_files_in_order(save: Save) -> None:
    names = [save(f"{number}.json", one) for number, one in enumerate(LOG)]
    pretty = save("2.json", json.dumps(timed(2, ENDED), indent=2).encode())
    assert names[2] == pretty
    ran = run("history", *names)
    assert ran.lines == found(("3.json: line 1", "2.json at 2026-01-05T09:02:00Z"))


def test_H2_H3_standard_input(save: Save) -> None:
    for arguments in ([], ["-"]):
        ran = run("history", *arguments, stdin=json_lines(LOG))
        assert ran.lines == found(("standard input: line 4", "line 3"))
    ran = run("history", save("1.jsonl", json_lines(LOG[:3])), "-", stdin=json_lines([BACK]))
    assert ran.lines == found(("standard input: line 1", "1.jsonl: line 3"))


def test_sessions_are_distinguished_by_the_id(save: Save) -> None:
    others = [session(artifact("a1", "succeeded"), key="s2")] * 4
    mixed = [one for pair in zip(LOG, others, strict=True) for one in pair]
    ran = run("history", save("polls.jsonl", json_lines(mixed)))
    assert ran.lines == found(("polls.jsonl: line 7", "line 5"), 8, "2 sessions")


def test_no_findings(save: Save) -> None:
    ran = run("history", save("polls.jsonl", json_lines(LOG[:3])))
    assert ran == Ran(0, "no findings in 3 snapshots of 1 session\n", "")
    ran = run("history", save("one.json", WAITS))
    assert ran == Ran(0, "no findings in 1 snapshot of 1 session\n", "")
    assert run("history", "one.json", "--json") == Ran(0, "", "")


def test_H1_a_contradiction_within_snapshots_is_reported_where_it_begins(save: Save) -> None:
    wrong = session(artifact("a1", "scheduled", error={"code": "E"}))
    right = session(artifact("a1"))
    other = session(artifact("a1"), key="s2")
    ran = run(
        "history", save("polls.jsonl", json_lines([wrong, other, wrong, right, wrong, wrong]))
    )
    what = "H1 (L5) s1 a1 error: given, though the artifact is scheduled"
    assert ran.lines == [
        f"polls.jsonl: line 1: {what}",
        f"polls.jsonl: line 5: {what}",
        "2 findings in 6 snapshots of 2 sessions",
    ]


def test_H2_a_property_that_is_left_out_is_reported_as_missing(save: Save) -> None:
    without = session({"id": "a1", "status": "scheduled"})
    ran = run("history", save("polls.jsonl", json_lines([session(artifact("a1")), without])))
    assert ran.code == 1
    assert ran.lines[0].endswith(
        "a1 restorePoint: it was 'ra1', and is missing now [before: line 1]"
    )


# For programs -------------------------------------------------------------------------------------


def test_H2_H3_a_finding_as_json(save: Save) -> None:
    log = [timed(number, one) for number, one in enumerate(LOG)]
    ran = run("history", "--json", save("polls.jsonl", json_lines(log)))
    assert (ran.code, ran.err) == (1, "")
    status, gone = map(json.loads, ran.lines)
    assert status == {
        "rule": "H2",
        "finerRule": "L4",
        "kind": "contradiction",
        "sessionId": "s1",
        "before": {"file": "polls.jsonl", "line": 3, "path": None, "time": "2026-01-05T09:02:00Z"},
        "after": {"file": "polls.jsonl", "line": 4, "path": None, "time": "2026-01-05T09:03:00Z"},
        "artifactId": "a1",
        "property": "status",
        "old": "succeeded",
        "new": "inProgress",
        "message": "succeeded is terminal, so inProgress can't follow it",
        "stale": True,
    }
    assert (gone["rule"], gone["artifactId"], gone["old"]) == ("H3", "a2", "scheduled")
    assert "new" not in gone
    text = json.dumps(session(artifact(error={"code": "E"})), indent=1)
    wrong = save("wrong.json", text.encode())
    (by_itself,) = map(json.loads, run("history", "--json", wrong).lines)
    assert by_itself["before"] is None
    assert by_itself["after"] == {"file": "wrong.json", "line": None, "path": None, "time": None}


# Unreadable input ---------------------------------------------------------------------------------


def test_an_unreadable_line_is_reported_and_skipped(save: Save) -> None:
    lines = [
        WAITS,
        b"{",
        {"mailboxRestoreArtifacts": []},
        {"time": "yesterday", "session": RUNS},
        {"time": 5, "session": RUNS},
        {"time": None, "session": {"id": 5}},
        [],
        b"\xff",
        RUNS,
        ENDED,
        b'{"id": "s1", "mailb',
    ]
    ran = run("history", save("polls.jsonl", json_lines(lines)))
    assert ran.code == 2
    assert ran.lines == ["no findings in 3 snapshots of 1 session"]
    said = [line.partition(": $")[0] for line in ran.err.splitlines()]
    assert said == [f"polls.jsonl: line {number}" for number in (2, 3, 4, 5, 6, 7, 8, 11)]
    assert "line 3: $: expected a session, got the body of a request to create" in ran.err
    assert "line 4: $.time: 'yesterday' is not a timestamp" in ran.err
    assert "line 5: $.time: expected a timestamp, got 5" in ran.err
    assert "line 6: $.session.id: expected a text, got the number 5" in ran.err
    assert "line 7: $: expected an object, got an array" in ran.err


def test_the_exit_code_of_unreadable_input_overrides_that_of_findings(save: Save) -> None:
    ran = run("history", save("polls.jsonl", json_lines([*LOG, b"{"])))
    assert ran.code == 2
    assert ran.lines == found(("polls.jsonl: line 4", "line 3"))


def test_an_unreadable_first_line_does_not_hide_the_others(save: Save) -> None:
    for first in (b'{"id": "s1", "mailb', b"nonsense"):
        ran = run("history", save("polls.jsonl", json_lines([first, *LOG])))
        assert ran.code == 2
        assert ran.lines == found(("polls.jsonl: line 5", "line 4"))
        assert ran.err.startswith("polls.jsonl: line 1: $: ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "there is no snapshot in it"),
        (b" \n\n", "there is no snapshot in it"),
        (b"[", "$: the array does not go on as JSON: Expecting value: line 1 column 1 (char 0)"),
        (b'[{"id": "s1"}', "$: expected ',' in the array, and it ends"),
        (b'[{"id": "s1"} {"id": "s1"}]', "$: expected ',' in the array, got '{'"),
        (b'[{"id": "s1"},\n]', "$: the array does not go on as JSON"),
        (b"[\xff]", "$: not UTF-8 (invalid start byte)"),
        (b"[" * 100_000, "$: nested deeper than 100 levels"),
        (b'[{"id": 5}]', "$[0]: $.id: expected a text, got the number 5"),
        (b'["a"]', "$[0]: $: expected an object, got the text 'a'"),
    ],
)
def test_unreadable_files(save: Save, content: bytes, said: str) -> None:
    ran = run("history", save("polls.json", content))
    assert ran.code == 2
    assert ran.err.startswith(f"polls.json: {said}")


def test_an_empty_array_has_no_snapshots(save: Save) -> None:
    assert run("history", save("polls.json", b"[ ]")) == Ran(
        0, "no findings in no snapshots of no sessions\n", ""
    )


def test_missing_files_are_reported_and_the_others_are_read(save: Save) -> None:
    ran = run("history", "none.jsonl", save("polls.jsonl", json_lines(LOG)), ".", "\0")
    assert ran.code == 2
    assert ran.lines == found(("polls.jsonl: line 4", "line 3"))
    assert ran.err.splitlines() == [
        "none.jsonl: No such file or directory",
        ".: Is a directory",
        "\\x00: embedded null byte",
    ]


def test_closed_standard_input() -> None:
    with mock.patch.object(sys, "stdin", None):
        places = list_unreadable(["-"])
    assert places == [("standard input", [("", "it is closed")])]


def list_unreadable(names: list[str]) -> list[Any]:
    said: list[Any] = []
    assert list(snapshots_in(names, DEFAULT_LIMITS, lambda *one: said.append(one))) == []
    return said


def test_a_document_that_is_too_long_is_skipped(save: Save) -> None:
    small = ["--limit", "document_size=400"]
    long = {**WAITS, "x": "y" * 500}
    ran = run("history", *small, save("polls.jsonl", json_lines([WAITS, long, ENDED, BACK])))
    assert ran.code == 2
    assert ran.lines == found(("polls.jsonl: line 4", "line 3"), 3)
    assert ran.err.startswith("polls.jsonl: line 2: has more than 400 bytes")
    array = json.dumps([WAITS, long]).encode()
    ran = run("history", *small, save("polls.json", array))
    assert (ran.code, ran.lines) == (2, ["no findings in 1 snapshot of 1 session"])
    assert "has more than 400 bytes" in ran.err
    ran = run("history", *small, save("polls.json", json.dumps(long, indent=1).encode()))
    assert (ran.code, ran.lines) == (2, [])
    assert "has more than 400 bytes" in ran.err


def test_a_line_that_is_too_long_is_skipped_at_any_place(save: Save) -> None:
    long = {**WAITS, "x": "y" * 3_000_000}
    for limit in (1_000, 2_000_000):
        for lines in ([long, *LOG], [*LOG[:2], long, *LOG[2:]]):
            name = save("polls.jsonl", json_lines(lines))
            ran = run("history", "--limit", f"document_size={limit}", name)
            assert ran.code == 2
            assert ran.lines == found(("polls.jsonl: line 5", "line 4"))
    only = save("polls.jsonl", json_lines([long]))
    ran = run("history", "--limit", "document_size=1000", only)
    assert (ran.code, ran.lines) == (2, [])


def test_the_number_of_reported_problems_is_limited(save: Save) -> None:
    ran = run("history", "--limit", "problems=3", save("polls.jsonl", b"{}\n" * 9))
    assert ran.code == 2
    assert ran.err.splitlines() == [
        *(f"polls.jsonl: line {number}: $.id: missing, but required" for number in (1, 2, 3)),
        "more than 3 problems, so the list is truncated",
    ]


def test_control_characters_are_escaped(save: Save) -> None:
    log = [session(artifact("a\x1b[2J", restorePoint={"id": f"{n}\x07"})) for n in (1, 2)]
    ran = run("history", save("polls.jsonl", json_lines(log)))
    assert ran.code == 1
    assert all(line.isprintable() for line in ran.lines)


# HAR files ----------------------------------------------------------------------------------------

URL = "https://graph.microsoft.com/v1.0/solutions/backupRestore/exchangeRestoreSessions"


def entry(
    path: str, answer: Any, *, status: int = 200, method: str = "GET", **content: Any
) -> Json:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return {
        "startedDateTime": "2026-01-05T09:00:00.123+01:00",
        "request": {"method": method, "url": f"{URL}{path}", "headers": []},
        "response": {"status": status, "content": {"mimeType": "json", "text": text, **content}},
    }


def har(*entries: Json) -> Json:
    return {"log": {"version": "1.2", "creator": {"name": "a browser"}, "entries": list(entries)}}


def snapshots(save: Save, *entries: Json, limits: WireLimits = DEFAULT_LIMITS) -> list[Any]:
    """Return the snapshots of a HAR file: their places and artifacts, and whether they lack any."""
    name = save("polls.har", har(*entries))
    said: list[Any] = []
    found_there = list(snapshots_in([name], limits, lambda *one: said.append(one)))
    assert said == []
    return [
        (place.path, [f"{one.id} {one.status}" for one in found.artifacts], bool(found.lacks))
        for place, found in found_there
    ]


def test_H2_H3_a_har_file_with_sessions_that_were_expanded(save: Save) -> None:
    entries = [entry("/s1?$expand=mailboxRestoreArtifacts", one) for one in LOG]
    for content in (har(*entries), json.dumps(har(*entries), indent=1).encode()):
        ran = run("history", save("polls.har", content))
        time = "2026-01-05T09:00:00.123+01:00"
        after, before = (f"$.log.entries[{number}] at {time}" for number in (3, 2))
        assert ran.lines == found((f"polls.har: {after}", before))


def pages_of(one: Json, *, link: str = "?$skiptoken=") -> Iterator[Json]:
    """Return the entries of a poller: the session, and its artifacts on one page each."""
    artifacts = one["mailboxRestoreArtifacts"]
    own = {name: value for name, value in one.items() if name != "mailboxRestoreArtifacts"}
    yield entry("/s1", {**own, "status": "active", "createdDateTime": "2026-01-05T08:00:00Z"})
    for number, found_there in enumerate(artifacts):
        path = "/s1/mailboxRestoreArtifacts" + (f"{link}{number}" if number else "")
        more = {"@odata.nextLink": f"{URL}/s1/mailboxRestoreArtifacts{link}{number + 1}"}
        last = number == len(artifacts) - 1
        yield entry(path, {"value": [found_there], **({} if last else more)})


def test_H2_H3_a_har_file_with_sessions_and_pages_of_their_artifacts(save: Save) -> None:
    entries = [one for snapshot in LOG for one in pages_of(snapshot)]
    assert snapshots(save, *entries)[:4] == [
        ("$.log.entries[0]", [], True),
        ("$.log.entries[2]", ["a1 scheduled", "a2 scheduled"], False),
        ("$.log.entries[3]", [], True),
        ("$.log.entries[5]", ["a1 inProgress", "a2 scheduled"], False),
    ]
    ran = run("history", "polls.har")
    assert ran.code == 1
    assert [line.partition(": ")[2].partition(" [")[0] for line in ran.lines[:-1]] == [
        f"$.log.entries[10] at 2026-01-05T09:00:00.123+01:00: {what}" for what in FOUND
    ]


def test_what_a_session_declares_is_not_compared_with_later_pages(save: Save) -> None:
    """Derived values may be older than the artifacts; but the rest is as it was last seen."""
    ended = session(artifact("a1", "succeeded"), createdBy={"user": {"id": "u"}})
    ran = run("history", save("polls.har", har(*pages_of(ended), *pages_of(ended))))
    assert ran == Ran(0, "no findings in 4 snapshots of 1 session\n", "")
    other = session(artifact("a1", "succeeded"), createdBy={"user": {"id": "v"}})
    ran = run("history", save("polls.har", har(*pages_of(ended), *pages_of(other))))
    assert [line.split()[4:6] for line in ran.lines[:-1]] == [["H2", "s1"]]


def test_S8_a_total_greater_than_the_list_is_preserved(save: Save) -> None:
    for total, lacks in ((2, True), (1, False), (0, False)):
        own = entry("/s1", {"id": "s1", "restoreSessionArtifactCount": {"total": total}})
        page = entry("/s1/mailboxRestoreArtifacts", {"value": [artifact("a1")]})
        assert snapshots(save, own, page)[1:] == [("$.log.entries[1]", ["a1 scheduled"], lacks)]
    counted = entry("/s1/mailboxRestoreArtifacts", {"value": [artifact()], "@odata.count": 2})
    assert snapshots(save, counted) == [("$.log.entries[0]", ["a1 scheduled"], True)]


def test_the_later_page_counts_for_an_artifact_on_two_pages(save: Save) -> None:
    one, two = artifact("a1", "inProgress"), artifact("a1", "succeeded")
    link = {"@odata.nextLink": "mailboxRestoreArtifacts?$skiptoken=2"}
    pages = [
        entry("/s1/mailboxRestoreArtifacts", {"value": [one], **link}),
        entry("/s1/mailboxRestoreArtifacts?$skiptoken=2", {"value": [two]}),
    ]
    assert snapshots(save, *pages) == [("$.log.entries[1]", ["a1 succeeded"], False)]


def test_S8_artifacts_are_missing_if_pages_were_not_read_to_the_end(save: Save) -> None:
    first = entry(
        "/s1/mailboxRestoreArtifacts",
        {"value": [artifact("a1")], "@odata.nextLink": f"{URL}/s1/more?x=2"},
    )
    whole = entry("/s1/mailboxRestoreArtifacts", {"value": [artifact("a2")]})
    assert snapshots(save, first, whole) == [
        ("$.log.entries[0]", ["a1 scheduled"], True),
        ("$.log.entries[1]", ["a2 scheduled"], False),
    ]
    assert snapshots(save, first) == [("$.log.entries[0]", ["a1 scheduled"], True)]


def test_S2_lists_of_both_kinds_make_one_session(save: Save) -> None:
    whole = entry("/s1/mailboxRestoreArtifacts", {"value": [artifact("a1")]})
    items = entry("/s1/granularMailboxRestoreArtifacts", {"value": [artifact("g1")]})
    assert [artifacts for _, artifacts, _ in snapshots(save, whole, items, whole)] == [
        ["a1 scheduled"],
        ["a1 scheduled", "g1 scheduled"],
        ["a1 scheduled", "g1 scheduled"],
    ]


@pytest.mark.parametrize(
    "path",
    [
        "('s1')",
        "('s1')/",
        "/s1",
        "/s%31?$expand=x",
        "/s1#fragment",
    ],
)
def test_a_session_is_recognized_by_every_spelling_of_its_url(save: Save, path: str) -> None:
    assert len(snapshots(save, entry(path, {"id": "s1"}))) == 1
    assert len(snapshots(save, entry(path.replace("#", "?"), {"status": "draft"}))) == 1


def test_lists_of_sessions_and_quotes_in_ids(save: Save) -> None:
    listed = entry("?$top=2", {"value": [session(key="s1"), session(key="s2")]})
    assert [place for place, *_ in snapshots(save, listed)] == ["$.log.entries[0]"] * 2
    name = save("polls.har", har(entry("('o''brien')/mailboxRestoreArtifacts", {"value": []})))
    ((_, quoted),) = snapshots_in([name], DEFAULT_LIMITS, print)
    assert quoted.id == "o'brien"


def test_other_entries_are_skipped(save: Save) -> None:
    others = [
        entry("/s1", {}, method="POST"),
        entry("/s1", {"error": {"code": "TooManyRequests"}}, status=429),
        entry("/s1", "", status=304),
        entry("/s1/activate", {}),
        entry("/s1/mailboxRestoreArtifacts/a1", artifact()),
    ]
    others[0]["request"]["url"] = URL
    elsewhere = entry("", {})
    elsewhere["request"]["url"] = "https://example.com/"
    assert snapshots(save, *others, elsewhere) == []


def test_answers_that_were_encoded_are_decoded(save: Save) -> None:
    text = base64.b64encode(json.dumps(WAITS).encode()).decode()
    assert len(snapshots(save, entry("/s1", text, encoding="base64"))) == 1


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        (entry("/s1", "<html>"), "$: invalid JSON"),
        (entry("/s1", "[]"), "$: expected an object"),
        (entry("/s1", {"id": 5}), "$.id: expected a text, got the number 5"),
        (entry("", {"value": 5}), "$.value: expected an array of objects"),
        (entry("/s1/mailboxRestoreArtifacts", {"value": [5]}), "$.value: expected an array"),
        (entry("/s1/mailboxRestoreArtifacts", {"value": [{"id": "a", "status": 5}]}), "$.mailbox"),
        (entry("/s1", "$$$", encoding="base64"), "$: not base64"),
        (entry("/s1", {}, text=None), "$: the answer was not recorded"),
    ],
)
def test_an_unreadable_answer_is_reported(save: Save, recorded: Json, said: str) -> None:
    entries = [entry("/s1?$expand=mailboxRestoreArtifacts", one) for one in LOG]
    ran = run("history", save("polls.har", har(recorded, *entries)))
    assert ran.code == 2
    assert ran.err.startswith(f"polls.har: $.log.entries[0]: {said}")
    assert len(ran.lines) == 3


# How it is read -----------------------------------------------------------------------------------


class Endless(io.RawIOBase):
    """A log that never ends, and counts how much of it was read."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self.number = 0

    def readable(self) -> bool:
        return True

    def readline(self, _size: int | None = -1, /) -> bytes:
        self.number += 1
        return next(self._lines)

    def read(self, _size: int = -1, /) -> bytes:
        return self.readline()


def endless(first: bytes, others: bytes) -> Iterator[bytes]:
    yield first
    while True:
        yield others


@pytest.mark.parametrize(
    ("first", "others"),
    [
        (json.dumps(WAITS).encode() + b"\n", json.dumps(WAITS).encode() + b"\n"),
        (b"[" + json.dumps(WAITS).encode(), b"," + json.dumps(WAITS).encode()),
    ],
    ids=["lines", "an array"],
)
def test_only_what_the_next_snapshot_needs_is_read(first: bytes, others: bytes) -> None:
    stream = Endless(endless(first, others))
    stdin = mock.Mock(buffer=stream)
    with mock.patch.object(sys, "stdin", stdin):
        log = snapshots_in(["-"], DEFAULT_LIMITS, print)
        for number in range(1000):
            next(log)
            assert stream.number <= number + 3


def test_an_array_is_read_in_any_pieces(monkeypatch: pytest.MonkeyPatch, save: Save) -> None:
    text = 'a \u00e9 \U0001f600 \\" [] {} ,'
    log = [{**one, "x": text, "numbers": [1, 2.5e3, -7]} for one in LOG]
    name = save("polls.json", json.dumps(log, ensure_ascii=False, indent=1).encode())
    for size in (1, 2, 3, 7, 64):
        monkeypatch.setattr(snapshot_log, "_CHUNK", size)
        read = list(snapshots_in([name], DEFAULT_LIMITS, print))
        assert [place for place, _ in read] == [Place(name, path=f"$[{n}]") for n in range(4)]
        assert {one.additional_data["x"] for _, one in read} == {text}


@pytest.mark.parametrize("packed", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"], ids=lambda name: name
)
def test_files_of_windows_programs_are_read(
    save: Save, packed: Callable[[bytes], bytes], encoding: str
) -> None:
    text = json_lines(LOG).decode().replace("\n", "\r\n")
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    name = save("polls.jsonl", packed((mark + text).encode(encoding)))
    ran = run("history", name)
    assert (ran.code, ran.err) == (1, "")
    assert ran.lines == found(("polls.jsonl: line 4", "line 3"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(json_lines(LOG))[:-20], "it is compressed by gzip, and can't be unpacked"),
        (b"\x1f\x8b\x00nonsense", "it is compressed by gzip, and can't be unpacked"),
        (
            b"\xff\xfe{\x00\x00\xd8\x00\xd8",
            "it is not UTF-16, despite its byte order mark",
        ),
    ],
    ids=["cut off", "nonsense", "no UTF-16"],
)
def test_a_corrupt_compressed_file_is_reported(save: Save, content: bytes, reason: str) -> None:
    ran = run("history", save("polls.jsonl", content), save("other.jsonl", json_lines(LOG[:1])))
    assert ran.code == 2
    assert any(line.startswith(f"polls.jsonl: {reason}") for line in ran.err.splitlines())
    assert ran.lines[-1].endswith("of 1 session")


def test_progress_is_cleared_before_something_is_printed(
    save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = save("polls.jsonl", json_lines([*LOG, b"{"]))
    calls: list[str] = []
    for method in ("show", "clear"):
        monkeypatch.setattr(
            Progress, method, lambda *_, method=method: calls.append(method), raising=True
        )
    monkeypatch.setattr(history, "say", lambda _line: calls.append("say"))
    monkeypatch.setattr(history, "complain", lambda _problems: calls.append("complain"))
    assert main(["history", name]) == 2
    for before, after in pairwise(calls):
        assert after not in ("say", "complain") or before in ("clear", "say"), calls
    assert calls[-1] == "say"


def test_no_progress_without_a_terminal(save: Save) -> None:
    name = save("polls.jsonl", json_lines(LOG))
    ran = run_program("history", name)
    assert (ran.code, ran.err) == (1, "")
    assert ran.lines == found(("polls.jsonl: line 4", "line 3"))
