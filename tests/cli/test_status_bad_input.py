"""How ``status`` reports invalid input: every problem with its path, no traceback."""

import gzip
import json
import os
import stat
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from .running import Save, artifact, page, run, session

EMPTY = "$: the document is empty"

DOCUMENTS: dict[str, tuple[Any, list[str]]] = {
    "empty": (b"", [EMPTY]),
    "blank": (b" \r\n\t ", [EMPTY]),
    "truncated": (
        b'{"id": "s1",',
        ["$: invalid JSON from line 1, column 13 on: Expecting property name enclosed in "],
    ),
    "two-documents-in-a-line": (
        b'{"id": "s1"} {"id": "s2"}',
        ["$: invalid JSON from line 1, column 14 on: "],
    ),
    "array": ([], ["$: the array is empty: there is no session in it"]),
    "array-of-arrays": ([[], 5], ["$[0]: expected an object, got an array", "$[1]: expected an"]),
    "a-page-of-a-number": ({"value": 5}, ["$.value: expected an array, got the number 5"]),
    "a-page-of-a-text": ({"value": "s1"}, ["$.value: expected an array, got the text 's1'"]),
    "number": (5, ["$: expected an object, got the number 5"]),
    "text": ("s1", ["$: expected an object, got the text 's1'"]),
    "null": (None, ["$: expected an object, got null"]),
    "nothing": ({}, ["$: expected a session, which has an id, or a page"]),
    "something-else": ({"a": 1}, ["$: expected a session, which has an id, or a page"]),
    "no-id": ({"status": "active"}, ["$.id: missing, but required"]),
    "an-error": (
        {"error": {"code": "x"}},
        ["$: expected a session or a page, got an error that the service answered: x; ask again"],
    ),
    "an-artifact": (
        artifact("a1", "added"),
        ["$: expected a session or a page, got an artifact of a mailbox (mailboxRestoreArtifact)"],
    ),
    "page-of-nothing": ({"value": None}, ["$.value: missing, but required"]),
    "page-of-a-text": ({"value": "a"}, ["$.value: expected an array, got the text 'a'"]),
    "page-of-numbers": (
        {"value": [1, 2]},
        [
            "$.value[0]: expected an object, got the number 1",
            "$.value[1]: expected an object, got the number 2",
        ],
    ),
    "page-of-both": (
        page(session("s1", completedDateTime=None), artifact("a1", "added")),
        ["$.value[1]: expected a restore session of mailboxes, got an artifact of a mailbox (mail"],
    ),
    "page-of-sessions": (
        page(session("s1", createdDateTime=5), {"status": "draft"}),
        [
            "$.value[0].createdDateTime: expected a timestamp as a text, got the number 5",
            "$.value[1].id: missing, but required",
        ],
    ),
    "numbers-for-ids": (
        session(5, mailboxRestoreArtifacts=[{"id": 7}, artifact("a2", "added"), {"id": None}]),
        [
            "$.id: expected a text, got the number 5",
            "$.mailboxRestoreArtifacts[0].id: expected a text, got the number 7",
            "$.mailboxRestoreArtifacts[2].id: missing, but required",
        ],
    ),
    "numbers-for-statuses": (
        session(status=1, mailboxRestoreArtifacts=[{"id": "a1", "status": 2}]),
        ["$.status: expected a text such as ", "$.mailboxRestoreArtifacts[0].status: expected a"],
    ),
    "an-id-twice": (session(mailboxRestoreArtifacts=[{"id": "a1"}, {"id": "a1"}]), ["'a1'"]),
    "dashes-in-a-time": (
        session(createdDateTime="2015-06-19T12-01-03.45Z"),
        ["$.createdDateTime: '2015-06-19T12-01-03.45Z' is not a timestamp: it is not written"],
    ),
    "no-offset": (
        session(createdDateTime="2015-06-19T12:01:03"),
        ["$.createdDateTime: '2015-06-19T12:01:03' is not a timestamp: it has no offset"],
    ),
    "beyond-int32": (
        session(restoreSessionArtifactCount={"total": 2**31, "failed": -(2**31) - 1}),
        [
            (
                "$.restoreSessionArtifactCount.total: expected a number from -2147483648 to "
                "2147483647, got the number 2147483648"
            ),
            "$.restoreSessionArtifactCount.failed: expected a number from ",
        ],
    ),
    "beyond-all": (
        b'{"id": "s1", "restoreSessionArtifactCount": {"total": ' + b"9" * 5000 + b"}}",
        ["$.restoreSessionArtifactCount.total: "],
    ),
    "fraction": (
        session(restoreSessionArtifactCount={"total": 1.5}),
        ["$.restoreSessionArtifactCount.total: expected a whole number, got the number 1.5"],
    ),
    "nan": (b'{"id": "s1", "x": [1, NaN]}', ["$.x"]),
    "infinity": (b'{"id": "s1", "x": -Infinity}', ["$.x"]),
    "overflow": (b'{"id": "s1", "x": 1e999}', ["$.x"]),
    "hidden-nan": (
        b'{"id": "s1", "x": NaN, "x": 1}',
        ["$: invalid JSON, hidden by a repeated property"],
    ),
    "hour-24": (
        session(createdDateTime="2015-06-19T24:00:00Z"),
        ["$.createdDateTime: '2015-06-19T24:00:00Z' is not a timestamp: an hour is 00 to 23; "],
    ),
    "half-a-surrogate-pair": (b'{"id": "s1\\ud800", "x": "\\udc00"}', ["$.id: ", "$.x: "]),
    "deep": (b"[" * 10**6, ["$: nested deeper than 100 levels"]),
    "deep-and-closed": (b"[" * 10**6 + b"]" * 10**6, ["$: nested deeper than 100 levels"]),
    "deep-objects": (b'{"x":' * 10**6, ["$: nested deeper than 100 levels"]),
    "deep-in-a-property": (b'{"id": "s1", "x": ' + b"[" * 101 + b"]" * 101 + b"}", ["$.x"]),
    "utf-32": ('{"id": "s1"}'.encode("utf-32"), ["$: byte 0 is not UTF-8"]),
    "utf-16-without-mark": ('{"id": "s1"}'.encode("utf-16-le"), ["$: invalid JSON from line 1"]),
    "latin-1": ('{"id": "s\xe9"}'.encode("latin-1"), ["$: byte 9 is not UTF-8"]),
    "two-byte-order-marks": (
        b'\xef\xbb\xbf\xef\xbb\xbf{"id": "s1"}',
        ["$: invalid JSON from line 1, column 1 on: "],
    ),
    "binary": (bytes(range(256)) * 100, ["$: byte 128 is not UTF-8"]),
    "a-picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ["$: byte 0 is not UTF-8"]),
    "zeros": (bytes(1000), ["$: invalid JSON from line 1, column 1 on: "]),
    "a-web-page": (
        b"<html><body>401</body></html>",
        ["$: invalid JSON from line 1, column 1 on: "],
    ),
}


@pytest.mark.parametrize("as_json", [[], ["--json"]])
@pytest.mark.parametrize("case", DOCUMENTS)
def test_every_problem_has_its_file_and_path(save: Save, case: str, as_json: list[str]) -> None:
    content, expected = DOCUMENTS[case]
    problems = run("status", save("bad.json", content), *as_json).problems
    assert len(problems) == len(expected)
    for problem, begins in zip(problems, expected, strict=True):
        assert problem.startswith("bad.json: $")
        assert begins in problem


def test_the_problems_of_all_files_are_reported_and_nothing_else_is_printed(
    save: Save,
) -> None:
    names = [
        save("good.json", session()),
        save("a.json", {"id": 1, "createdDateTime": 2}),
        save("b.json", b""),
    ]
    assert run("status", *names, "-", stdin=b"[]").problems == [
        "a.json: $.id: expected a text, got the number 1",
        "a.json: $.createdDateTime: expected a timestamp as a text, got the number 2",
        "b.json: $: the document is empty",
        "standard input: $: the array is empty: there is no session in it",
    ]


PACKED = "it is compressed by gzip, and can't be unpacked: "

BAD_BYTES: dict[str, tuple[bytes, str]] = {
    "half a pair": (
        b"\xff\xfe{\0\0\xd8x\0",
        "byte 4 is not UTF-16 (illegal UTF-16 surrogate), despite its byte order mark",
    ),
    "half a character": (
        b"\xfe\xff\0{\0",
        "byte 4 is not UTF-16 (truncated data), despite its byte order mark",
    ),
    "cut off": (gzip.compress(b"{}")[:-9], PACKED),
    "of another length": (gzip.compress(b"{}")[:-1] + b"x", PACKED),
    "two bytes": (b"\x1f\x8b", PACKED),
    "of an unknown method": (b"\x1f\x8b" + b"\xff" * 99, PACKED),
    "too large": (gzip.compress(b" " * 2000), "has more than 1000 bytes"),
    "packed twice": (gzip.compress(gzip.compress(b"{}")), "$: byte 1 is not UTF-8"),
}


@pytest.mark.parametrize(("content", "reason"), BAD_BYTES.values(), ids=list(BAD_BYTES))
def test_a_corrupt_compressed_file_is_reported(save: Save, content: bytes, reason: str) -> None:
    name = save("s.gz", content)
    (problem,) = run("status", name, "--limit", "document_size=1000").problems
    assert problem.startswith(f"s.gz: {reason}")


@pytest.mark.parametrize("arguments", [[], ["-"], ["-", "-"]])
def test_empty_standard_input(arguments: list[str]) -> None:
    times = max(1, len(arguments))
    assert run("status", *arguments).problems == [f"standard input: {EMPTY}"] * times


# Unreadable files.


def test_a_missing_file(save: Save) -> None:
    problems = run("status", save("good.json", session()), "missing.json").problems
    assert problems == ["missing.json: No such file or directory"]


def test_a_folder(tmp_path: Path) -> None:
    assert run("status", str(tmp_path)).problems == [f"{tmp_path}: Is a directory"]


def test_an_empty_name() -> None:
    assert run("status", "").problems == ['"": Is a directory']


def test_a_name_that_no_file_can_have() -> None:
    assert run("status", "a\0b").problems == ["a\\x00b: embedded null byte"]


def test_a_name_that_is_too_long() -> None:
    (problem,) = run("status", "x" * 5000).problems
    assert problem.endswith(": File name too long")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(save: Save) -> None:
    name = save("secret.json", session())
    Path(name).chmod(stat.S_IWUSR)
    assert run("status", name).problems == ["secret.json: Permission denied"]


def test_an_error_of_the_system_is_shown_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path, _mode: str) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert run("status", "secret.json").problems == ["secret.json: Permission denied"]


def test_an_error_without_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path, _mode: str) -> NoReturn:
        raise OSError("the network is down")

    monkeypatch.setattr(Path, "open", refuse)
    assert run("status", "s.json").problems == ["s.json: the network is down"]


def test_a_file_that_does_not_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path, _mode: str) -> NoReturn:
        raise MemoryError

    monkeypatch.setattr(Path, "open", refuse)
    assert run("status", "huge.json").problems == ["huge.json: it does not fit into memory"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\x1b[31m.json", "\\x1b[31m.json"),
        ("new\nline.json", "new\\nline.json"),
        ("\udcff.json", "\\udcff.json"),
        ("\u202enosj.json", "\\u202enosj.json"),
    ],
)
def test_the_name_of_a_file_is_escaped(save: Save, name: str, shown: str) -> None:
    assert run("status", name).problems == [f"{shown}: No such file or directory"]
    assert run("status", save(name, b"")).problems == [f"{shown}: {EMPTY}"]


def test_the_text_of_a_problem_is_escaped(save: Save) -> None:
    name = save("s.json", {"id": "s1", "status": 1, "\x1b[2J": {"\udc00": 1}})
    problems = run("status", name).problems
    assert len(problems) == 2
    assert all(problem.isprintable() for problem in problems)


# Any input.

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
statuses = st.sampled_from(["added", "failed", "succeeded", "active", "draft", "new", ""])
plausible: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(
        [
            "id",
            "status",
            "value",
            "createdDateTime",
            "completedDateTime",
            "error",
            "mailboxRestoreArtifacts",
            "granularMailboxRestoreArtifacts",
            "mailboxRestoreArtifacts@odata.nextLink",
            "restoreSessionArtifactCount",
            "restorePoint",
            "destinationType",
            "@odata.type",
            "@odata.nextLink",
        ]
    ),
    st.deferred(lambda: st.lists(plausible, max_size=3) | plausible | json_values | statuses),
    max_size=6,
)
documents = st.binary() | st.text().map(str.encode) | (json_values | plausible).map(json.dumps)


@given(contents=st.lists(documents, min_size=1, max_size=3), as_json=st.booleans())
@example(contents=["[" * 500, "NaN"], as_json=False)
def test_any_input_gives_an_answer_or_a_problem(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes | str], *, as_json: bool
) -> None:
    folder = tmp_path_factory.mktemp("any")
    names = []
    for number, content in enumerate(contents):
        path = folder / f"{number}.json"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        names.append(str(path))
    ran = run("status", *names, *["--json"] * as_json)
    assert (ran.code, bool(ran.out), bool(ran.err)) in {(0, True, False), (2, False, True)}
    if as_json:
        assert all(isinstance(json.loads(line), dict) for line in ran.lines)
