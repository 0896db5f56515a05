"""Hostile input: which limit refuses it, and that it never controls a terminal."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import tracemalloc
from collections.abc import Iterator
from typing import Any
from unittest import mock

import attrs
import pytest

from restore_domain.cli import main
from restore_domain.cli.serve import answered
from restore_domain.verification.program import LINE_LIMIT
from restore_domain.verification.system import ReferenceSystem
from restore_domain.wire import WireLimits
from restore_domain.wire.json_text import parse

from .running import Save, artifact, artifacts, json_lines, page, run, run_program, session

CONTROL = [
    *(
        "\x1b[2J",
        "\x1b]0;title\x07",
        "\x9b31m",
        "\x00",
        "\x08" * 9,
        "\r",
        "\n",
        "\t",
        "\x7f",
        "\x85",
    ),
    *("\u202e", "\u2066", "\u200b", "\u2028", "\ufeff", "\U000e0041", "\ud800", "\ufffe"),
]
each_control = pytest.mark.parametrize("control", CONTROL, ids=ascii)


def is_plain(text: str) -> bool:
    """Return whether a text has no effect on a terminal except to be shown."""
    return all(line.isprintable() for line in text.split("\n"))


# Control characters -------------------------------------------------------------------------------


@each_control
def test_control_characters_in_ids_are_escaped(save: Save, control: str) -> None:
    key = f"s{control}1" if control != "\ud800" else "s1"
    failed = artifact(f"a{key}", "failed", error=None)
    some = [failed, artifact(f"b{key}", "failed", restoredFolderName=key)]
    name = save("s.json", session(key, status="completed", mailboxRestoreArtifacts=some))
    ran = run("status", name)
    assert ran.code == 0
    assert is_plain(ran.out)
    (line,) = [line for line in ran.lines if line.startswith("session ")]
    escaped = key if key.isprintable() else key.encode("unicode_escape").decode()
    assert line == f"session    {escaped}"
    assert is_plain(run("status", name, "--json").out)
    calls = [
        {"method": key, "params": {"sessionId": key}},
        {"method": "get", "params": {"sessionId": key}},
        {
            "method": "create",
            "params": {
                "sessionId": key,
                "artifactIds": [f"a{key}"],
                "now": "2026-01-05T09:00:00Z",
                "request": {
                    "mailboxRestoreArtifacts": [
                        {"restorePoint": {"id": "p1"}, "destinationType": "new"}
                    ]
                },
            },
        },
        {"method": "activate", "params": {"sessionId": key, "now": "2026-01-05T09:00:00Z"}},
    ]
    history = save("h.jsonl", json_lines(calls))
    for arguments in (["replay", history], ["replay", history, "--state"]):
        ran = run(*arguments)
        assert ran.code == 0
        assert is_plain(ran.out)
        assert len(ran.lines) == 4 or "--state" in arguments


@each_control
def test_control_characters_in_problems_are_escaped(save: Save, control: str) -> None:
    key = f"{control}1"
    entry = artifact(1, **{key: {key: [control, "\ud800", {key: float("nan")}]}})  # type: ignore[arg-type]
    bad = session(status=control, mailboxRestoreArtifacts=[entry, entry])
    twice = page(artifact(key, "succeeded"), artifact(key, "failed"))
    of_type = {"id": "s1", "@odata.type": key}
    for content in (bad, twice, {"value": key}, of_type, page(of_type), {"error": {"code": key}}):
        for document in (
            content,
            json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"),
        ):
            ran = run("status", save("s.json", document))
            assert ran.code == 2
            assert is_plain(ran.err)
    one, other = (
        save(f"{status}.json", page(artifact(f"a{key}", status)))
        for status in ("succeeded", "failed")
    )
    ran = run("status", one, other)
    assert ran.code == 2
    assert is_plain(ran.err)


# Limits -------------------------------------------------------------------------------------------

REFUSED = "s.json: $: has more than 99 bytes; the limit is WireLimits(document_size=99)"


@pytest.mark.parametrize("command", ["status", "replay"])
def test_the_size_of_a_document_is_limited(save: Save, command: str) -> None:
    name = save(
        "s.json",
        b'{"id": "s1", "status": "draft"}'.ljust(100)
        if command == "status"
        else b'{"params": {}}'.ljust(100),
    )
    assert run(command, name, "--limit", "document_size=100").code == 0
    ran = run(command, name, "--limit", "document_size=99")
    assert ran.problems == [REFUSED.replace(" $:", "")]


@pytest.mark.parametrize("command", ["status", "replay"])
@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="there is no file that never ends")  # noqa: PTH110
def test_a_file_that_never_ends_is_read_up_to_the_limit(command: str) -> None:
    ran = run(command, "/dev/zero", "--limit", "document_size=3000000")
    assert ran.problems == [
        "/dev/zero: has more than 3000000 bytes; the limit is WireLimits(document_size=3000000)"
    ]


def test_standard_input_is_read_up_to_the_limit() -> None:
    whole = b'{"id":"s1"}' + b" " * 3_000_000
    assert run("status", stdin=whole).code == 0
    assert run("status", "--limit", "document_size=3000000", stdin=whole).code == 2


def test_limits_are_chosen_by_name_and_the_last_one_counts(save: Save) -> None:
    name = save("s.json", session(mailboxRestoreArtifacts=[5] * 9, x={"y": [[1]]}))
    assert len(run("status", name).problems) == 9
    last = "s.json: $.mailboxRestoreArtifacts[3]: more than 3 problems, so the list is truncated; "
    ran = run("status", name, "--limit", "problems=3", "--limit", "entries=9")
    assert [len(ran.problems), ran.problems[3]] == [4, f"{last}the limit is WireLimits(problems=3)"]
    entries = "s.json: $.mailboxRestoreArtifacts: has more than 8 entries"
    arguments = ["--limit", "entries=1", "--limit", "entries=8", "--limit", "nesting=2"]
    assert run("status", name, *arguments).problems == [
        f"{entries}; the limit is WireLimits(entries=8)",
        "s.json: $.x: nested deeper than 2 levels; the limit is WireLimits(nesting=2)",
    ]


def test_a_compressed_file_is_unpacked_only_up_to_the_limit(save: Save) -> None:
    name = save("s.json.gz", gzip.compress(b" " * 50_000_000, mtime=0))
    tracemalloc.start()
    try:
        ran = run("status", name, "--limit", "document_size=1000000")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert ran.problems[0].startswith("s.json.gz: has more than 1000000 bytes")
    assert peak < 10_000_000


def test_problems_of_several_files_are_counted_together(save: Save) -> None:
    names = [save(f"{number}.json", {"value": [5] * 4}) for number in range(3)]
    ran = run("status", *names, "--limit", "problems=5")
    assert [problem.partition(": ")[0] for problem in ran.problems] == ["0.json"] * 4 + [
        "1.json"
    ] * 2
    twice = [
        save(f"{status}.json", page(*artifacts(*[status] * 9)))
        for status in ("succeeded", "failed")
    ]
    ran = run("status", *twice, "--limit", "problems=5")
    assert len(ran.problems) == 6
    assert ran.problems[5].startswith("failed.json: $.value[5].id: more than 5 problems")
    line = b'{"id": "s1", "completedDateTime": 5}\n' * 9
    ran = run("status", save("s.jsonl", line), save("t.jsonl", line), "--limit", "problems=5")
    assert len(ran.problems) == 6
    assert ran.problems[5].startswith("s.jsonl: line 6: $.completedDateTime: more than 5 problems")


def test_the_number_of_problems_of_a_history_is_limited(save: Save) -> None:
    name = save("h.jsonl", b'[NaN, NaN]\n\n{"method": NaN}\nnonsense\n' * 9)
    ran = run("replay", name, "--limit", "problems=4")
    assert len(ran.problems) == 5
    assert ran.problems[4].startswith("h.jsonl: line 4: $: more than 4 problems")
    assert run("replay", name, "--limit", "problems=45").problems[-1].count("more than") == 0
    with mock.patch("restore_domain.cli.replay.parse", wraps=parse) as read:
        assert len(run("replay", name, "--limit", "problems=1").problems) == 2
    assert read.call_count == 1


def test_a_history_is_run_within_the_limits(save: Save) -> None:
    call = {"method": "get", "params": {"sessionId": "s1", "later": 1, "later still": 2}}
    (line,) = run("replay", save("h.jsonl", json_lines([call])), "--limit", "problems=1").lines
    assert "more than 1 problems, so the list is truncated" in line


@pytest.mark.parametrize("name", [field.name for field in attrs.fields(WireLimits)])
def test_every_limit_can_be_chosen(save: Save, name: str) -> None:
    assert run("status", save("s.json", session()), "--limit", f"{name}=100").code == 0
    assert name in run("status", "--help").out
    for number in ("0", "-1", "1.5", "", "many", "9" * 30, "9" * 5000, "1\x1b[2J"):
        ran = run("status", "--limit", f"{name}={number}")
        assert ran.code == 2
        assert f"argument --limit: {name} is a whole number from 1 " in " ".join(ran.err.split())
        assert is_plain(ran.err)
        assert len(ran.err) < 1000


def test_invalid_limits(save: Save) -> None:
    for text in ("size=1", "=", "", "__class__=1", "first_beyond_digits=1", "\x1b[2J=1"):
        ran = run("status", save("s.json", session()), "--limit", text)
        assert ran.code == 2
        assert is_plain(ran.err)
        assert "is not a limit; expected NAME=N, where NAME is one of document_size," in " ".join(
            ran.err.split()
        )


def test_a_method_without_a_name(save: Save) -> None:
    (line,) = run("replay", save("h.jsonl", json_lines([{"method": ""}]))).lines
    assert line.startswith("   1  ?               refused InvalidRequest (400) W4: $.method: ")


def test_a_batch_of_bad_reports_is_refused_in_one_line(save: Save) -> None:
    call = {"method": "recordBatch", "params": {"sessionId": "s1", "reports": [5] * 10_000}}
    create = {
        "method": "create",
        "params": {
            "sessionId": "s1",
            "artifactIds": ["a1"],
            "now": "2026-01-05T09:00:00Z",
            "request": {
                "mailboxRestoreArtifacts": [
                    {"restorePoint": {"id": "p1"}, "destinationType": "new"}
                ]
            },
        },
    }
    _, line = run("replay", save("h.jsonl", json_lines([create, call]))).lines
    assert line.endswith("; and 981 more")
    assert len(line) < 2000


# Requests -----------------------------------------------------------------------------------------


def serve(*arguments: str, stdin: bytes) -> list[dict[str, Any]]:
    ran = run_program("serve", *arguments, stdin=stdin)
    assert (ran.code, ran.err) == (0, "")
    return [json.loads(line) for line in ran.lines]


DESCRIBE = b'{"jsonrpc": "2.0", "id": 1, "method": "describe"}\n'


def test_a_request_that_is_too_long_is_refused_and_the_next_one_answered() -> None:
    exact = DESCRIBE.strip().ljust(99) + b"\n"
    long = b"x" * 100 + b"\n"
    longer = b"x" * 100_000 + b"\n"
    lines = [exact, long, longer, DESCRIBE, b"x" * 500]
    answers = serve("--line-limit", "100", stdin=b"".join(lines))
    assert ["result" in answer for answer in answers] == [True, False, False, True, False]
    error = {
        "code": -32700,
        "message": "a line of more than 100 bytes; the limit is --line-limit 100",
    }
    for answer in (answers[1], answers[2], answers[4]):
        assert answer == {"jsonrpc": "2.0", "id": None, "error": error}


class Endless(io.RawIOBase):
    """A line that goes on for longer than anybody would keep it."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = min(len(buffer), self.left)
        self.left -= size
        buffer[:size] = b" " * size
        return size


def test_a_request_that_never_ends_is_kept_only_up_to_the_limit() -> None:
    given = mock.Mock(buffer=io.BufferedReader(Endless(50 * LINE_LIMIT)))
    output = mock.Mock(buffer=io.BytesIO())
    tracemalloc.start()
    try:
        with mock.patch.object(sys, "stdin", given), mock.patch.object(sys, "stdout", output):
            assert main(["serve"]) == 0
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 6 * LINE_LIMIT
    assert b"a line of more than 8388608 bytes" in output.buffer.getvalue()


HUGE = "x" * 50_000


def hostile_requests() -> Iterator[Any]:
    for method in ("get", "describe", "reset", "aggregate", HUGE, "", "\x1b"):
        params: Any
        for params in ({HUGE: 1}, {"sessionId": HUGE}, {"statuses": HUGE}, [], {"limits": [HUGE]}):
            yield {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    yield {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "advance",
        "params": dict.fromkeys(("from", "to", "reporter"), HUGE),
    }
    yield {"jsonrpc": "2.0", "id": 1, "method": "read", "params": {"type": HUGE}}
    yield {"jsonrpc": "2.0", "id": 1, "method": "reset", "params": {"sessions": [5] * 1000}}
    yield {"jsonrpc": "2.0", "id": [HUGE], "method": "get"}
    yield [HUGE]


def test_the_answer_to_a_huge_request_is_small() -> None:
    reference = ReferenceSystem()
    for request in hostile_requests():
        answer = answered(reference, json.dumps(request).encode())
        assert json.loads(answer)["jsonrpc"] == "2.0"
        assert len(answer) < 20_000, request["method"][:20]


@pytest.mark.parametrize("depth", [100, 150, 300, 600, 900, 950, 970, 990, 1100, 100_000])
@pytest.mark.parametrize(
    "request_text",
    [
        '{{"jsonrpc":"2.0","id":1,"method":"read","params":{{"type":"exchangeRestoreSession","document":{{"id":"s1","x":{}}}}}}}',
        '{{"jsonrpc":"2.0","id":{},"method":"get"}}',
        '{{"jsonrpc":"2.0","id":1,"method":"get","params":{{"sessionId":{}}}}}',
        "{}",
    ],
)
def test_a_request_of_any_depth_is_answered(depth: int, request_text: str) -> None:
    request = request_text.format("[" * depth + "]" * depth)
    answer = json.loads(answered(ReferenceSystem(), request.encode()))
    assert ("result" in answer) == (depth == 100 and "read" in request_text)
