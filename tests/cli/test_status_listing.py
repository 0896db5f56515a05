"""The artifacts that ``status`` lists, and the forms in which it prints them."""

import csv
from io import StringIO
from typing import Any

import pytest

from restore_domain.cli.listing import COLUMNS
from restore_domain.cli.terminal import printable

from .running import (
    Json,
    Ran,
    Save,
    artifact,
    artifacts,
    json_lines,
    objects,
    page,
    run,
    session,
)

# A single session -----------------------------------------------------------------------------


def of_mailbox(**unit: Any) -> Json:
    return {"restorePoint": {"id": "p", "protectionUnit": {"id": "u1", **unit}}}


def failed(key: str, code: str, hour: int, **more: Any) -> Json:
    start, end = (f"2026-01-05T{each:02}:00:00Z" for each in (hour, hour + 1))
    times = {"startDateTime": start, "completionDateTime": end}
    error = {"code": code, "message": f"{code} it is"}
    return artifact(key, "failed", **{**times, "error": error, **more})


FAILING = session(
    lastModifiedDateTime="2026-01-05T12:30:00Z",
    mailboxRestoreArtifacts=[
        failed("f1", "Hung", 10, **of_mailbox(email="ada@example.com")),
        failed("f2", "Full", 9, startDateTime=None),
        failed("f3", "Hung", 9, completionDateTime="2026-01-05T09:10:30Z"),
        artifact("r1", "inProgress"),
        artifact("r2", "scheduled"),
        artifact("r3", "scheduling"),
        artifact("n1", "added"),
        artifact("d1", "succeeded"),
    ],
)


def listed(save: Save, *options: str, document: Json = FAILING) -> Json:
    (found,) = objects(run("status", save("s.json", document), "--json", *options))
    listing: Json = found["listed"]
    return listing


def keys(save: Save, *options: str, document: Json = FAILING) -> str:
    return " ".join(row["id"] for row in listed(save, *options, document=document)["value"])


def test_each_failed_artifact_is_listed_with_its_known_properties(save: Save) -> None:
    first, second, _ = listed(save)["value"]
    assert first == {
        "id": "f1",
        "status": "failed",
        "mailbox": "ada@example.com",
        "code": "Hung",
        "start": "2026-01-05T10:00:00Z",
        "end": "2026-01-05T11:00:00Z",
        "duration": 3600.0,
        "message": "Hung it is",
    }
    assert tuple(first) == COLUMNS
    assert (second["mailbox"], second["start"], second["duration"]) == (None, None, None)


def test_a_table_omits_empty_columns_and_comes_last(save: Save) -> None:
    only = session(mailboxRestoreArtifacts=[failed("f1", "Hung", 10), failed("f22", "x" * 70, 9)])
    ran = run("status", save("s.json", only))
    cut = "x" * 57 + "..."
    assert [line.split() for line in ran.lines[-3:]] == [
        ["id", "status", "code", "start", "end", "duration", "message"],
        [
            *[
                "f1",
                "failed",
                "Hung",
                "2026-01-05T10:00:00Z",
                "2026-01-05T11:00:00Z",
                "1:00:00",
                "Hung",
                "it",
                "is",
            ]
        ],
        [
            "f22",
            "failed",
            cut,
            *f"2026-01-05T09:00:00Z 2026-01-05T10:00:00Z 1:00:00 {'x' * 70} it is".split(),
        ],
    ]
    assert ran.said("listed") == "2 failed artifacts"


@pytest.mark.parametrize(
    ("which", "expected"),
    [("failed", "f1 f2 f3"), ("running", "r1 r2 r3"), ("all", "f1 f2 f3 r1 r2 r3 n1 d1")],
)
def test_which_artifacts_are_listed(save: Save, which: str, expected: str) -> None:
    assert keys(save, "--artifacts", which) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("code", "f2 f1 f3"),
        ("-code", "f1 f3 f2"),
        ("start", "f3 f1 f2"),
        ("-start", "f1 f3 f2"),
        ("end", "f3 f2 f1"),
        ("-duration", "f1 f3 f2"),
        ("mailbox", "f1 f2 f3"),
        ("-id", "f3 f2 f1"),
    ],
)
def test_artifacts_without_the_sort_key_come_last(save: Save, sort: str, expected: str) -> None:
    assert keys(save, f"--sort={sort}") == expected


def test_statuses_are_sorted_by_the_lifecycle(save: Save) -> None:
    assert keys(save, "--artifacts", "all", "--sort", "status") == "n1 r3 r2 r1 d1 f1 f2 f3"


def test_an_unknown_column_is_reported(save: Save) -> None:
    ran = run("status", save("s.json", FAILING), "--sort", "name")
    assert "argument --sort: 'name' is not a column; there are id, status," in ran.problems[-1]


def test_the_number_of_omitted_artifacts_is_shown(save: Save) -> None:
    name = save("s.json", FAILING)
    ran = run("status", name, "--limit", "1")
    assert ran.said("listed") == "1 of 3 failed artifacts, 2 left out; --limit 3 shows all"
    assert run("status", name, "--limit", "0").lines[-1].startswith("listed     0 of 3 failed")
    assert listed(save, "--limit", "1")["left_out"] == 2
    ran = run("status", name, "--limit", "2", "--format", "csv")
    assert len(ran.lines) == 3
    assert ran.err == "2 of 3 failed artifacts, 1 left out; --limit 3 shows all\n"


def test_the_limits_for_reading_can_be_combined_with_it(save: Save) -> None:
    name = save("s.json", FAILING)
    limits = ["--limit", "2", "--limit", "document_size=10"]
    assert "WireLimits(document_size=10)" in run("status", name, *limits).problems[0]
    assert keys(save, "--limit", "2", "--limit", "nesting=50") == "f1 f2"


def test_people_get_a_hundred_and_programs_all(save: Save) -> None:
    many = session(mailboxRestoreArtifacts=artifacts(*["failed"] * 120))
    name = save("s.json", many)
    for form, length in (("table", None), ("csv", 121)):
        ran = run("status", name, "--format", form)
        if length is None:
            assert ran.said("listed") == (
                "100 of 120 failed artifacts, 20 left out; --limit 120 shows all"
            )
        else:
            assert len(ran.lines) == length
    assert len(listed(save, document=many)["value"]) == 120


def test_of_thousands_of_findings_people_get_a_hundred(save: Save) -> None:
    stored = [artifact(f"a{place}", "added", completionDateTime=AT) for place in range(150)]
    ran = run("status", save("s.json", session(mailboxRestoreArtifacts=stored)))
    assert ran.said("audit") == "150 contradictions"
    assert len(ran.facts) < 120
    assert ran.facts[-1] == "           and 51 more, which --json has"


AT = "2026-01-05T10:00:00Z"


def test_an_empty_list_is_reported_if_it_was_requested(save: Save) -> None:
    name = save("s.json", session(mailboxRestoreArtifacts=artifacts("added")))
    assert run("status", name).said("listed") is None
    assert run("status", name, "--artifacts", "running").said("listed") == "no running artifacts"


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ({"email": "a@x", "displayName": "Ada"}, "a@x"),
        ({"displayName": "Ada", "directoryObjectId": "d"}, "Ada"),
        ({"email": None, "directoryObjectId": "d"}, "d"),
        ({"email": 5}, "u1"),
    ],
)
def test_a_mailbox_is_shown_by_its_best_known_name(save: Save, unit: Json, expected: str) -> None:
    document = session(mailboxRestoreArtifacts=[failed("f", "x", 1, **of_mailbox(**unit))])
    assert listed(save, document=document)["value"][0]["mailbox"] == expected


# Durations ------------------------------------------------------------------------------------

ENDED = {"status": "completed", "completedDateTime": "2026-01-05T10:00:00Z"}
UNSET = "0001-01-01T00:00:00Z"
TIMES: dict[str, tuple[Json, str | None]] = {
    "ended": (session(**ENDED), "2:00:00, from 2026-01-05T08:00:00Z to 2026-01-05T10:00:00Z"),
    "goes on": (FAILING, "4:30:00, from 2026-01-05T08:00:00Z to 2026-01-05T12:30:00Z, and goes on"),
    "the artifacts say it": (
        page(artifact("a1", "succeeded"), artifact("a2", "inProgress")),
        "1:00:00, from 2026-01-05T09:00:00Z to 2026-01-05T10:00:00Z, and goes on",
    ),
    "an hour of another zone": (
        session(**ENDED | {"createdDateTime": "2026-01-05T10:00:00+01:00"}),
        "1:00:00, from 2026-01-05T09:00:00Z to 2026-01-05T10:00:00Z",
    ),
    "a draft": (session(status="draft", lastModifiedDateTime=AT), None),
    "no times": ({"id": "s1", "status": "active"}, None),
    "ended before it began": (session(**ENDED | {"createdDateTime": "2026-02-01T00:00:00Z"}), None),
    "a time that was never set": (
        {**FAILING, "createdDateTime": UNSET},
        "3:30:00, from 2026-01-05T09:00:00Z to 2026-01-05T12:30:00Z, and goes on",
    ),
    "beyond the calendar": (
        session(**ENDED | {"completedDateTime": "9999-12-31T23:59:59-12:00"}),
        "2912439 days, 3:59:59, from 2026-01-05T08:00:00Z to 9999-12-31T23:59:59-12:00",
    ),
}


@pytest.mark.parametrize("case", TIMES)
def test_the_elapsed_time_is_shown_if_the_times_allow(save: Save, case: str) -> None:
    document, words = TIMES[case]
    name = save("s.json", document)
    assert run("status", name).said("elapsed") == words
    (found,) = objects(run("status", name, "--json"))
    assert (found["elapsed"] is None) is (words is None)


def test_L5_an_end_before_the_start_gives_no_duration(save: Save) -> None:
    document = session(
        mailboxRestoreArtifacts=[
            failed("f1", "x", 9, completionDateTime="2026-01-05T08:00:00Z"),
            failed("f2", "x", 9, startDateTime=UNSET),
        ]
    )
    assert [row["duration"] for row in listed(save, document=document)["value"]] == [None, None]


# Formats --------------------------------------------------------------------------------------

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\t=1",
    "\uff1d1",
    '",=1',
    "a\nb",
    "| a `b` <c> _d_ &e; #1",
    "![x](y)",
]


def hostile() -> Json:
    return session(
        mailboxRestoreArtifacts=[
            failed(text, text, 9, **of_mailbox(email=text)) for text in HOSTILE
        ]
    )


def test_csv_has_no_formula_for_a_spreadsheet(save: Save) -> None:
    ran = run("status", save("s.json", hostile()), "--format", "csv")
    assert (ran.code, ran.err) == (0, "")
    header, *rows = csv.reader(StringIO(ran.out))
    assert header == ["session", *COLUMNS]
    assert len(rows) == len(HOSTILE) == len(ran.lines) - 1
    for row in rows:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\uff1d")) for cell in row)
    assert [row[1] for row in rows[:5]] == ["'=1+1", "'+1", "'-1", "'@x", "\\t=1"]
    assert rows[0][-2] == "3600.0"


def test_csv_has_the_artifacts_of_all_sessions(save: Save) -> None:
    names = [save("a.json", FAILING), save("b.json", FAILING | {"id": "s2"})]
    rows = list(csv.DictReader(StringIO(run("status", *names, "--format", "csv").out)))
    assert [row["session"] for row in rows] == ["s1"] * 3 + ["s2"] * 3


def test_markdown_shows_texts_as_they_are(save: Save) -> None:
    ran = run("status", save("s.json", hostile()), "--format", "markdown")
    assert ran.lines[0] == "## Session s1"
    renderer = pytest.importorskip("markdown_it", reason="rich brings it").MarkdownIt("commonmark")
    tokens = renderer.enable("table").parse(ran.out)
    texts = [token for token in tokens if token.type == "inline"]
    plain = {"text", "text_special", "strong_open", "strong_close"}
    assert {child.type for token in texts for child in token.children} <= plain
    shown = ["".join(child.content for child in token.children) for token in texts]
    cells = shown[shown.index("message") + 1 :: len(COLUMNS)]
    assert cells == [printable(text) for text in HOSTILE]
    assert "1 ![x](y) at 2026-01-05T10:00:00Z: ![x](y)" in shown


def test_markdown_without_sessions(save: Save) -> None:
    empty = {"@odata.context": "https://x/$metadata#solutions/exchangeRestoreSessions", "value": []}
    assert run("status", save("s.json", empty), "--format", "markdown").out == "No sessions.\n"


def test_the_formats_have_the_same_contents(save: Save) -> None:
    name = save("s.json", FAILING)
    assert run("status", name, "--json") == run("status", name, "--format", "json")
    assert run("status", name) == run("status", name, "--format", "table")
    for form in ("table", "json", "csv", "markdown"):
        ran: Ran = run("status", name, "--format", form)
        assert ran == run("status", name, "--format", form)
        assert "ada@example.com" in ran.out.replace("\\@", "@")
        assert "\x1b" not in ran.out


# The answer of a $batch -----------------------------------------------------------------------


def batch(*answers: tuple[int, Any]) -> Json:
    return {
        "responses": [
            {"id": str(number), "status": status, "headers": {}, "body": body}
            for number, (status, body) in enumerate(answers, start=1)
        ]
    }


def test_the_answers_of_a_batch_are_read_like_files(save: Save) -> None:
    link = {"mailboxRestoreArtifacts@odata.nextLink": "next"}
    own = session(mailboxRestoreArtifacts=[artifact("a1", "succeeded")], **link)
    name = save("b.json", batch((200, page(artifact("a2", "succeeded"))), (200, own)))
    (found,) = objects(run("status", name, "--json"))
    assert (found["id"], found["status"], found["complete"]) == ("s1", "completed", True)
    name = save("b.json", batch((200, session("s1")), (200, session("s2"))))
    assert [each["id"] for each in objects(run("status", name, "--json"))] == ["s1", "s2"]


def test_a_refused_request_of_a_batch_is_named_with_its_code(save: Save) -> None:
    throttled = {"error": {"code": "TooManyRequests", "message": "Slow down."}}
    name = save("b.json", batch((200, session()), (429, throttled), (404, None), (200, "aGk=")))
    asked_again = "ask again once its reason is gone"
    assert run("status", name).problems == [
        (
            "b.json: $.responses[1].body: an error that the service answered: TooManyRequests: "
            f"Slow down (HTTP 429); {asked_again}"
        ),
        (
            "b.json: $.responses[2].body: an error that the service answered (HTTP 404); "
            f"{asked_again}"
        ),
        "b.json: $.responses[3].body: expected a document, got 'aGk='",
    ]


def test_a_problem_in_an_answer_of_a_batch_has_its_place(save: Save) -> None:
    name = save(
        "b.json",
        batch(
            (200, session()), (200, session(createdDateTime=5)), (200, page(artifact("a", error=5)))
        ),
    )
    problems = run("status", name).problems
    assert [problem.split(": expected")[0] for problem in problems] == [
        "b.json: $.responses[1].body.createdDateTime",
        "b.json: $.responses[2].body.value[0].error",
    ]


def test_a_session_may_have_a_property_of_that_name(save: Save) -> None:
    name = save("s.json", session(status="draft", responses=[]))
    assert run("status", name).said("session") == "s1"


@pytest.mark.parametrize("responses", [[], [5], [{"status": 200}]])
def test_an_empty_batch(save: Save, responses: list[Any]) -> None:
    ran = run("status", save("b.json", {"responses": responses}))
    assert ran.code == (2 if responses else 0)


# Input that is not JSON, or not a session -------------------------------------------------------

LOOKS = {
    "it begins like HTML or XML, such as the page on which one signs in": b"<html></html>",
    "it begins like the headers of an answer: leave them out": b"HTTP/1.1 200 OK\r\n\r\n{}",
    "it begins like a zip archive: unpack it": b"PK\x03\x04\xff",
    "it begins like what Python prints of a dict: write it by json.dumps": b"{'id': 's1'}",
}


@pytest.mark.parametrize("words", LOOKS)
def test_input_that_is_not_json_is_described_by_its_beginning(save: Save, words: str) -> None:
    name = save("x", LOOKS[words])
    (problem,) = run("status", name).problems
    assert problem.endswith(f"; {words}")
    assert run("history", name).err.splitlines()[0].endswith(f"; {words}")


def test_an_empty_array_has_no_session(save: Save) -> None:
    problems = run("status", save("x", [])).problems
    assert problems == ["x: $: the array is empty: there is no session in it"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (artifact("a1", "succeeded"), "an artifact of a mailbox (mailboxRestoreArtifact)"),
        (
            {"error": {"code": "Unauthorized", "message": "Expired."}},
            "an error that the service answered: Unauthorized: Expired",
        ),
        (
            page(session(status="draft")),
            "a page of restore sessions of mailboxes (exchangeRestoreSession)",
        ),
    ],
)
def test_a_log_of_something_else_is_described(save: Save, document: Json, words: str) -> None:
    ran = run("history", save("x", document))
    assert (ran.code, ran.err) == (2, f"x: line 1: $: expected a session, got {words}\n")


def test_an_error_among_sessions_is_shown_with_its_code(save: Save) -> None:
    refused = {"error": {"code": "TooManyRequests", "message": "Slow down."}}
    (problem,) = run("status", save("x", json_lines([session(status="draft"), refused]))).problems
    assert problem == (
        "x: line 2: $: expected a restore session of mailboxes, got an error that the service "
        "answered: TooManyRequests: Slow down; ask again once its reason is gone"
    )


# Logs that another command reads --------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"log": {"version": "1.2", "entries": []}}, "`history` reads HAR files"),
        ({"time": AT, "session": session()}, "`history` reads logs of them"),
    ],
)
def test_a_log_is_refused_with_the_command_that_reads_it(
    save: Save, document: Json, words: str
) -> None:
    assert words in run("status", save("d.json", document)).problems[0]
