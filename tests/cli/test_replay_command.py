"""``replay``: a history of operations, line by line, and the resulting state."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from restore_domain import operations, wire
from restore_domain.cli.terminal import example as shipped
from restore_domain.lifecycle import Reporter
from restore_domain.model import CreateSessionRequest, RequestedArtifact, RestorePoint, Timestamp
from restore_domain.operations import BackupRestoreRoot, Report
from restore_domain.status import ArtifactRestoreStatus, DestinationType

from .running import Json, Ran, Save, json_lines, run

NOW = "2026-01-05T09:00:00Z"

EXAMPLE = """\
   1  create          s1: created, draft
   2  update          s1: still draft (2 added, 1 removed)
   3  update          refused DuplicateArtifactInList (400) O3: \
$["mailboxRestoreArtifacts@delta"][0].restorePoint: 'rp-2026-01-05-mailbox-1' is in the session \
already; leave it out
   4  activate        s1: draft -> activating (a1 scheduling, a3 scheduling, a4 scheduling)
   5  delete          refused RestoreSessionActionNotAllowed (403) O5: session 's1' is \
activating; this is allowed only in draft
   6  record          s1: activating -> active (a1 scheduled)
   7  record          s1: still active (a3 failed)
   8  record          s1: still active (a4 scheduled)
   9  record          s1: still active (a1 inProgress)
  10  record          refused RestoreSessionActionNotAllowed (403) L2: artifact 'a1': the driver \
can't report scheduled after inProgress; succeeded or failed may follow it
  11  record          s1: still active (a1 succeeded)
  12  record          s1: active -> completedWithError (a4 succeeded)
  13  record          nothing changed
  14  expire          nothing changed
"""


def call(method: str, **params: Any) -> Json:
    return {"method": method, "params": params}


def entry(point: str, destination: str = "new") -> Json:
    return {"restorePoint": {"id": point}, "destinationType": destination}


def create(session_id: str = "s1", *artifact_ids: str, points: str = "r1", **more: Any) -> Json:
    return call(
        "create",
        sessionId=session_id,
        artifactIds=artifact_ids or ["a1"],
        now=NOW,
        request={"mailboxRestoreArtifacts": [entry(point) for point in points.split()]},
        **more,
    )


def update(session_id: str, *entries: Json, ids: str = "") -> Json:
    return call(
        "update",
        sessionId=session_id,
        artifactIds=ids.split(),
        now=NOW,
        request={"mailboxRestoreArtifacts@delta": entries},
    )


def activate(session_id: str = "s1") -> Json:
    return call("activate", sessionId=session_id, now=NOW)


def report(artifact_id: str, status: str, **more: Any) -> Json:
    return {"artifactId": artifact_id, "status": status, "time": NOW, **more}


def record(session_id: str, artifact_id: str, status: str, **more: Any) -> Json:
    return call("record", sessionId=session_id, report=report(artifact_id, status, **more))


ERROR = {"code": "ArtifactCannotBeRestored", "message": "The mailbox is on hold."}


def replayed(*calls: Any, options: tuple[str, ...] = ()) -> Ran:
    ran = run("replay", *options, stdin=json_lines(list(calls)))
    assert (ran.code, ran.err) == (0, "")
    return ran


def said(*calls: Any) -> list[str]:
    """Return the text about each call, without its number and method."""
    return [line[22:] for line in replayed(*calls).lines]


# The contents of a line.


def test_the_example_that_ships() -> None:
    assert run("replay", "--example") == Ran(0, EXAMPLE, "")


def test_the_example_runs_from_a_file_and_from_standard_input(save: Save) -> None:
    history = shipped("history.jsonl")
    assert run("replay", save("history.jsonl", history)).out == EXAMPLE
    assert run("replay", stdin=history).out == EXAMPLE
    assert run("replay", "-", stdin=history).out == EXAMPLE


def test_each_line_begins_with_its_number_and_its_method() -> None:
    ran = replayed(create(), call("listArtifacts", sessionId="s1"), call("get", sessionId="s1"))
    assert ran.lines == [
        "   1  create          s1: created, draft",
        "   2  listArtifacts   nothing changed",
        "   3  get             nothing changed",
    ]


def test_additions_and_removals_are_counted_and_changes_are_named() -> None:
    points = " ".join(f"r{number}" for number in range(1, 6))
    removal = {"@removed": {"reason": "changed"}, "id": "a5"}
    assert said(
        create("s1", *(f"a{number}" for number in range(1, 6)), points=points),
        update("s1", removal),
        update("s1", entry("r6"), entry("r7"), ids="a6 a7"),
        update("s1", removal),
        activate("s1"),
        call(
            "recordBatch",
            sessionId="s1",
            reports=[report(f"a{number}", "scheduled") for number in (1, 2, 3)],
        ),
        call("delete", sessionId="s1"),
    ) == [
        "s1: created, draft",
        "s1: still draft (1 removed)",
        "s1: still draft (2 added)",
        "nothing changed",
        "s1: draft -> activating (a1 scheduling, a2 scheduling, a3 scheduling, and 3 more)",
        "s1: activating -> active (a1 scheduled, a2 scheduled, a3 scheduled)",
        (
            "refused RestoreSessionActionNotAllowed (403) O5: session 's1' is active; this is "
            "allowed only in draft"
        ),
    ]


def test_removed_sessions() -> None:
    assert said(
        create("s1"),
        create("s2"),
        create("s3"),
        call("delete", sessionId="s2"),
        activate("s1"),
        activate("s3"),
        record("s1", "a1", "failed", error=ERROR),
        record("s3", "a1", "failed", error=ERROR),
        call("expire", now="2027-01-06T00:00:00Z"),
    )[-6:] == [
        "s2: removed, was draft",
        "s1: draft -> activating (a1 scheduling)",
        "s3: draft -> activating (a1 scheduling)",
        "s1: activating -> failed (a1 failed)",
        "s3: activating -> failed (a1 failed)",
        "s1: removed, was failed; s3: removed, was failed",
    ]


def test_texts_are_escaped() -> None:
    ran = replayed(
        create("\x1b[31ms\n1"),
        call("\x1b[2J"),
        call("get", sessionId="\u202e"),
        call("a method with a very long name"),
    )
    refused = "   1  create          refused InvalidRequest (400) W4: $.params: session_id: "
    assert ran.lines[0].startswith(refused)
    assert "\\x1b[31ms\\n1" in ran.lines[0]
    assert all(line.isprintable() for line in ran.lines)
    assert ran.lines[3].startswith(
        "   4  a method with a very l  refused InvalidRequest (400) W4: "
    )


# Refusals.

DRAFT = [create()]
ACTIVE = [create(), activate()]
SESSION_IDS: dict[str, Json] = {
    "get": {},
    "listArtifacts": {},
    "listGranularArtifacts": {},
    "delete": {},
    "activate": {"now": NOW},
    "update": {"now": NOW, "artifactIds": [], "request": {}},
    "createArtifact": {"now": NOW, "artifactId": "a", "request": {}},
    "record": {"report": {}},
    "recordBatch": {"reports": []},
}
"""The methods that are about a session, with their other parameters."""

REFUSALS: dict[str, tuple[list[Json], Json, str]] = {
    "create-of-nothing": (
        [],
        create(points=""),
        "InvalidArtifactRequest (400) O1",
    ),
    "create-too-many": (
        [],
        create(points=" ".join(f"r{number}" for number in range(51))),
        "RestoreArtifactsLimitBreached (413) O1",
    ),
    "create-without-destination": (
        [],
        call(
            "create",
            sessionId="s1",
            artifactIds=["a1"],
            now=NOW,
            request={"mailboxRestoreArtifacts": [{"restorePoint": {"id": "r1"}}]},
        ),
        "InvalidPathType (400) O1",
    ),
    "create-twice-the-same": ([], create(points="r1 r1"), "DuplicateArtifactInList (400) O1"),
    "update-too-many": (
        DRAFT,
        update("s1", *(entry(f"p{number}") for number in range(51))),
        "RestoreArtifactsLimitBreached (400) O3",
    ),
    "update-elsewhere": (
        DRAFT,
        update("s1", entry("r2", "inPlace"), ids="a2"),
        "DifferentRestoreDestinationType (400) O3",
    ),
    "update-when-active": (
        ACTIVE,
        update("s1", entry("r2"), ids="a2"),
        "RestoreSessionActionNotAllowed (403) O3",
    ),
    "activate-twice": (ACTIVE, activate(), "RestoreSessionActionNotAllowed (403) O4"),
    "activate-nothing": (
        [*DRAFT, update("s1", {"@removed": {}, "id": "a1"})],
        activate(),
        "InvalidArtifactRequest (400) O4",
    ),
    "activate-too-many": (
        [each for n in range(25) for each in (create(f"t{n}"), activate(f"t{n}"))] + DRAFT,
        activate(),
        "TooManyActiveRestoreSessions (500) O4",
    ),
    "delete-when-active": (
        ACTIVE,
        call("delete", sessionId="s1"),
        "RestoreSessionActionNotAllowed (403) O5",
    ),
    "record-of-a-stranger": (
        ACTIVE,
        record("s1", "a9", "scheduled"),
        "ArtifactNotFound (404) O7",
    ),
    "record-a-skipped-step": (
        ACTIVE,
        record("s1", "a1", "succeeded"),
        "RestoreSessionActionNotAllowed (403) L2",
    ),
    "record-after-the-end": (
        [*ACTIVE, record("s1", "a1", "failed", error=ERROR)],
        record("s1", "a1", "scheduled"),
        "RestoreSessionActionNotAllowed (403) L4",
    ),
    "record-a-failure-without-error": (
        ACTIVE,
        record("s1", "a1", "failed"),
        "InvalidArtifactRequest (400) L5",
    ),
    "record-a-batch-with-one-bad-report": (
        ACTIVE,
        call(
            "recordBatch",
            sessionId="s1",
            reports=[report("a1", "scheduled"), report("a9", "scheduled")],
        ),
        "ArtifactNotFound (404) O7",
    ),
    "list-nothing": ([], call("list", top=0), "InvalidRequest (400) O2"),
    "list-after-nonsense": ([], call("list", skipToken="x"), "InvalidRequest (400) O2"),
    "no-such-method": ([], call("restore"), "InvalidRequest (400) W4"),
    "no-method": ([], {"params": {}}, "InvalidRequest (400) W4"),
    "a-method-that-is-no-text": ([], {"method": [["get"]]}, "InvalidRequest (400) W4"),
    "no-such-parameter": ([], call("list", bottom=1), "InvalidRequest (400) W4"),
    "params-in-a-row": ([], {"method": "get", "params": ["s1"]}, "InvalidRequest (400) W4"),
    # The mistakes of an embedder, who chooses the ids.
    "a-session-id-that-is-taken": (DRAFT, create(), "InvalidRequest (400) W4"),
    "an-artifact-id-that-is-taken": (
        DRAFT,
        update("s1", entry("r2"), ids="a1"),
        "InvalidRequest (400) W4",
    ),
    "too-few-ids": (DRAFT, update("s1", entry("r2")), "InvalidRequest (400) W4"),
    "an-empty-id": ([], create(""), "InvalidRequest (400) W4"),
}
for _name, _more in SESSION_IDS.items():
    _rule = {"update": "O3", "activate": "O4", "delete": "O5", "createArtifact": "O6"}.get(
        _name, "O7" if _name.startswith("record") else "O2"
    )
    REFUSALS[f"{_name}-of-no-session"] = (
        DRAFT,
        call(_name, sessionId="s9", **_more),
        f"RestoreSessionNotFound (404) {_rule}",
    )
    REFUSALS[f"{_name}-of-no-session-id"] = (
        DRAFT,
        call(_name, sessionId={"id": 5}, **_more),
        f"InvalidRestoreSessionId (400) {_rule}",
    )


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_is_shown_with_its_code_and_changes_nothing(case: str) -> None:
    before, refused, code = REFUSALS[case]
    line = replayed(*before, refused, call("list")).lines[-2]
    _, _, said = line[6:].partition("  ")
    assert said.lstrip().startswith(f"refused {code}: ")
    assert state(*before, refused) == state(*before)


def test_a_refusal_does_not_stop_the_replay() -> None:
    assert said(create(), create(), call("restore"), create("s2"))[-1] == "s2: created, draft"


# The state at the end.


def state(*calls: Any) -> Json:
    state: Json = json.loads(replayed(*calls, options=("--state",)).out)
    return state


def test_the_state_is_that_of_the_same_operations_in_python() -> None:
    now = Timestamp.parse(NOW)
    root = BackupRestoreRoot()
    wanted = CreateSessionRequest(
        mailbox_restore_artifacts=tuple(
            RequestedArtifact(
                restore_point=RestorePoint(id=point), destination_type=DestinationType.NEW
            )
            for point in ("r1", "r2")
        )
    )
    for key in ("s1", "s2"):
        root = operations.create_session(
            root, wanted, session_id=key, artifact_ids=["a1", "a2"], now=now
        ).root
    root = operations.activate_session(root, "s2", now=now).root
    for key, status in (
        ("a1", ArtifactRestoreStatus.SUCCEEDED),
        ("a2", ArtifactRestoreStatus.SCHEDULED),
    ):
        seen = Report(artifact_id=key, status=status, time=now)
        root = operations.record(root, "s2", seen, reporter=Reporter.OBSERVER).root
    found = state(
        create("s1", "a1", "a2", points="r1 r2"),
        create("s2", "a1", "a2", points="r1 r2"),
        activate("s2"),
        call("record", sessionId="s2", reporter="observer", report=report("a1", "succeeded")),
        call("record", sessionId="s2", reporter="observer", report=report("a2", "scheduled")),
    )
    assert found == {"value": [wire.to_json_value(each) for each in root.exchange_restore_sessions]}
    assert [each["status"] for each in found["value"]] == ["draft", "active"]


def test_the_state_without_sessions() -> None:
    assert state() == {"value": []}
    assert state(create(), call("delete", sessionId="s1")) == {"value": []}


def test_only_the_state_is_printed() -> None:
    ran = run("replay", "--example", "--state")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.isascii()
    (left,) = json.loads(ran.out)["value"]
    assert (left["id"], left["status"]) == ("s1", "completedWithError")
    assert [(each["id"], each["status"]) for each in left["mailboxRestoreArtifacts"]] == [
        ("a1", "succeeded"),
        ("a3", "failed"),
        ("a4", "succeeded"),
    ]


# Lines.


def test_every_invalid_line_is_reported_and_nothing_is_run(save: Save) -> None:
    good = json.dumps(create()).encode()
    bad = [
        good,
        b"{",
        b"",
        b"[]",
        b"5",
        b'"get"',
        b'{"method": "get", "x": NaN, "y": "\\ud800"}',
        b"\xff",
        b"[" * 10**6,
        good,
        b"null",
    ]
    name = save("history.jsonl", b"\n".join(bad))
    for options in ([], ["--state"]):
        problems = run("replay", name, *options).problems
        assert [problem.split(": ")[:3] for problem in problems] == [
            ["history.jsonl", "line 2", "$"],
            ["history.jsonl", "line 4", "$"],
            ["history.jsonl", "line 5", "$"],
            ["history.jsonl", "line 6", "$"],
            ["history.jsonl", "line 7", "$.x"],
            ["history.jsonl", "line 7", "$.y"],
            ["history.jsonl", "line 8", "$"],
            ["history.jsonl", "line 9", "$"],
            ["history.jsonl", "line 11", "$"],
        ]
        assert problems[1] == "history.jsonl: line 4: $: expected an object with a method"


NO_HISTORY = (
    "h: it is not a history of operations: no line of it is an object with a method; `status` "
    "reads sessions, and `history` logs of them"
)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"id": "s1", "mailboxRestoreArtifacts": [{"id": "a1"}]}, indent=1).encode(),
        b'{"id": "s1"}',
        json.dumps([{"method": "list"}], indent=1).encode(),
        b"a,b\n1,2\n",
        bytes(range(256)) * 8,
        json_lines([{"id": "s1"}, {"id": "s2"}]),
    ],
    ids=["a session", "in a line", "an array", "csv", "binary", "a log"],
)
def test_a_file_that_is_not_a_history_is_reported_once(save: Save, content: bytes) -> None:
    assert run("replay", save("h", content)).problems == [NO_HISTORY]


def test_a_problem_in_a_single_line_has_its_place(save: Save) -> None:
    (problem,) = run("replay", save("h", b'{"method": "list", "params": {}')).problems
    assert problem.startswith("h: line 1: $: invalid JSON from line 1")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("last", [True, False])
def test_all_line_ends_are_read_and_blank_lines_are_skipped(end: bytes, *, last: bool) -> None:
    lines = [b"", json.dumps(create()).encode(), b"  \t", b"", json.dumps(activate()).encode()]
    ran = run("replay", stdin=end.join(lines) + end * last)
    assert ran == (
        0,
        (
            "   2  create          s1: created, draft\n"
            "   5  activate        s1: draft -> activating (a1 scheduling)\n"
        ),
        "",
    )


def test_a_line_may_contain_the_separators_of_unicode() -> None:
    line = json.dumps(call("get", sessionId="s\u2028\u0085\x0c1"), ensure_ascii=False).encode()
    (said,) = run("replay", stdin=line).lines
    assert said.startswith("   1  get             refused InvalidRestoreSessionId (400) O2: ")
    assert "s\\u2028\\x85\\x0c1" in said


@pytest.mark.parametrize("history", [b"", b"\n\n", b" \r\n"])
def test_an_empty_history(history: bytes) -> None:
    assert run("replay", stdin=history) == (0, "", "")


@pytest.mark.parametrize("end_of_line", [b"", b"\n", b"\r\n"])
def test_W7_a_byte_order_mark_before_a_history_is_skipped(end_of_line: bytes) -> None:
    history = json_lines([create()])
    marked = run("replay", "--state", stdin=b"\xef\xbb\xbf" + end_of_line + history)
    assert (marked.code, marked.out) == (0, run("replay", "--state", stdin=history).out)


def test_W4_invalid_json_is_refused_even_if_a_repeated_property_hides_it() -> None:
    line = b'{"method": "expire", "params": {"now": NaN, "now": "2026-01-05T09:00:00Z"}}'
    (problem,) = run("replay", stdin=line).problems
    assert problem.startswith(
        "standard input: line 1: $: invalid JSON, hidden by a repeated property"
    )


def test_a_missing_file() -> None:
    assert run("replay", "missing.jsonl").problems == ["missing.jsonl: No such file or directory"]


@pytest.mark.slow
def test_a_long_history_is_replayed_to_its_end() -> None:
    ids = [f"a{number}" for number in range(50)]
    calls = [
        each
        for number in range(24)
        for each in (
            create(f"s{number}", *ids, points=" ".join(ids)),
            activate(f"s{number}"),
            *(
                record(f"s{number}", key, status)
                for key in ids
                for status in ("scheduled", "inProgress", "succeeded")
            ),
        )
    ]
    calls += [call("get", sessionId="s0")] * (10_000 - len(calls))
    ran = replayed(*calls)
    assert len(ran.lines) == 10_000
    assert sum("-> completed (" in line for line in ran.lines) == 24


# Any history.

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(NOW),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
params = st.fixed_dictionaries(
    {},
    optional={
        "sessionId": st.sampled_from(["s1", "s2"]) | anything,
        "artifactId": st.sampled_from(["a1", "a2"]) | anything,
        "artifactIds": st.lists(st.sampled_from(["a1", "a2", "a3"])) | anything,
        "now": st.just(NOW) | anything,
        "actor": st.just({"user": {"id": "u1"}}) | anything,
        "request": st.sampled_from(
            [
                {"mailboxRestoreArtifacts": [entry("r1")]},
                {"mailboxRestoreArtifacts@delta": [entry("r2")]},
                entry("r3"),
            ]
        )
        | anything,
        "report": st.sampled_from([report("a1", "scheduled"), report("a1", "failed", error=ERROR)])
        | anything,
        "reports": st.lists(st.just(report("a1", "scheduled")) | anything, max_size=3) | anything,
        "reporter": st.sampled_from(["driver", "observer"]) | anything,
        "top": st.integers() | anything,
        "skipToken": anything,
        "more": anything,
    },
)
methods = st.sampled_from(sorted({*SESSION_IDS, "create", "list", "expire"}))
lines = (
    st.fixed_dictionaries({"method": methods | anything, "params": params | anything}) | anything
).map(json.dumps)


@given(st.lists(st.one_of(lines, lines, lines, st.text(max_size=9)), max_size=8))
@example(['{"method": "get", "params": {"sessionId": ' + "[" * 480 + "]" * 480 + "}}"])
@example(['{"method": "record", "params": {"reporter": ' + "[" * 480 + "]" * 480 + "}}"])
@example(['{"method": ' + "[" * 480 + "]" * 480 + "}"])
def test_any_history_gives_a_line_for_each_call_or_a_problem(
    history: list[str],
) -> None:
    given = "\n".join([json.dumps(create()), *history]).encode()
    ran = run("replay", stdin=given)
    assert (ran.code, bool(ran.out), bool(ran.err)) in {(0, True, False), (2, False, True)}
    if ran.code == 0:
        assert len(ran.lines) == sum(bool(line.strip()) for line in given.splitlines())


# A log of events ----------------------------------------------------------------------------------

EVENTS = Path(__file__).parent.parent / "fixtures" / "events-1.jsonl"


def test_a_log_of_events_is_replayed() -> None:
    done = run("replay", "--events", str(EVENTS))
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert len(lines) == len(EVENTS.read_text("utf-8").splitlines())
    assert lines[0] == "   1  sessionCreated  s1: created, draft"
    assert (
        lines[3] == "   4  sessionChanged  s1: draft -> activating (a1 scheduling, a3 scheduling)"
    )
    assert lines[-1] == "  25  sessionRemoved  s4: removed, was failed"


def test_a_log_of_events_gives_the_sessions_that_it_led_to() -> None:
    done = run("replay", "--events", "--state", str(EVENTS))
    expected = EVENTS.with_name("events-1-sessions.json").read_text("utf-8")
    assert json.loads(done.out) == {"value": json.loads(expected)}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[]", "$: expected an event"),
        ('{"type": "sessionRemoved"}', "$.version: expected a whole number from 1, got None"),
        (
            (
                '{"type": "sessionRemoved", "version": 1, "sessionId": "s7", '
                '"statusBefore": "draft", "reason": "deleted"}'
            ),
            "the event does not fit the events before it: the root has no session 's7'",
        ),
        (
            EVENTS.read_text("utf-8").splitlines()[0],
            "the event does not fit the events before it: two entities have the id 's1'",
        ),
    ],
)
def test_an_event_that_can_not_be_replayed_is_named_by_its_line(
    tmp_path: Path, line: str, said: str
) -> None:
    first, *_ = EVENTS.read_text("utf-8").splitlines()
    log = tmp_path / "log.jsonl"
    log.write_text(f"{first}\n\n{line}\n", "utf-8")
    done = run("replay", "--events", str(log))
    assert done.code == 2
    assert f"line 3: {said}" in done.err
