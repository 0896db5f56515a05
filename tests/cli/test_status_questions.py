"""Questions about a restore: is it complete, how far is it, what failed, is it done."""

from typing import Any

import pytest

from .running import END, Json, Ran, Save, artifact, artifacts, objects, page, run, session


def one(ran: Ran) -> Json:
    (found,) = objects(ran)
    return found


def text_and_json(save: Save, document: Json) -> tuple[Ran, Json]:
    name = save("s.json", document)
    return run("status", name), one(run("status", name, "--json"))


def request(status: str, *codes: str | None, key: str = "b1") -> Json:
    details = [{"code": code, "target": f"{number}@x"} for number, code in enumerate(codes)]
    return {"id": key, "status": status, **({"error": {"details": details}} if codes else {})}


def bulk(*requests: Json, **more: Any) -> Json:
    return session(
        restoreJobType="bulk", mailboxRestoreArtifactsBulkAdditionRequests=[*requests], **more
    )


# Is it complete -----------------------------------------------------------------------------------

LINK = "mailboxRestoreArtifacts@odata.nextLink"
COUNT = "mailboxRestoreArtifacts@odata.count"
TWO = artifacts("succeeded", "succeeded")


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (
            session(mailboxRestoreArtifacts=TWO),
            "complete, nothing shows that an artifact is missing",
        ),
        (
            session(mailboxRestoreArtifacts=[]),
            "complete, nothing shows that an artifact is missing",
        ),
        (session(), "has none of an unknown number of artifacts"),
        (session(restoreSessionArtifactCount={"total": 7}), "has none of 7 artifacts"),
        (
            session(mailboxRestoreArtifacts=TWO, restoreSessionArtifactCount={"total": 7}),
            "has 2 of 7 artifacts",
        ),
        (session(mailboxRestoreArtifacts=TWO, **{LINK: "x"}), "has 2 of an unknown number of"),
        (session(mailboxRestoreArtifacts=TWO, **{LINK: "x", COUNT: 9}), "has 2 of 9 artifacts"),
        (
            session(
                mailboxRestoreArtifacts=TWO,
                restoreSessionArtifactCount={"total": 7},
                **{COUNT: 9},
            ),
            "has 2 of 9 artifacts",
        ),
        (
            session(
                granularMailboxRestoreArtifacts=[artifact("g1", "added")],
                mailboxRestoreArtifacts=TWO,
                **{"granularMailboxRestoreArtifacts@odata.count": 5},
            ),
            "has 3 of 7 artifacts",
        ),
        (session(mailboxRestoreArtifacts=TWO, **{LINK: "x", COUNT: 1}), "has 2 of an unknown"),
        (session(mailboxRestoreArtifacts=TWO, **{LINK: "x", COUNT: "9"}), "has 2 of an unknown"),
        (
            bulk(request("active"), mailboxRestoreArtifacts=TWO),
            "complete so far, a bulk request may add",
        ),
        (bulk(request("completed"), mailboxRestoreArtifacts=TWO), "complete, nothing shows that"),
    ],
)
def test_S8_how_complete_the_list_is(save: Save, document: Json, words: str) -> None:
    ran, found = text_and_json(save, document)
    assert (ran.said("document") or "").startswith(words)
    assert found["complete"] is not words.startswith("has ")


# How far is it ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (session(mailboxRestoreArtifacts=TWO), "100 %, 2 of 2 artifacts have ended"),
        (
            session(mailboxRestoreArtifacts=artifacts("failed", "added", "inProgress")),
            "33 %, 1 of 3 artifacts have ended",
        ),
        (session(mailboxRestoreArtifacts=artifacts("added")), "0 %, 0 of 1 artifacts have ended"),
        (session(mailboxRestoreArtifacts=artifacts("paused")), "0 %, 0 of 1 artifacts have ended"),
        (session(mailboxRestoreArtifacts=[]), None),
        (session(), None),
        (
            session(restoreSessionArtifactCount={"total": 3, "completed": 1, "failed": 1}),
            "66 %, 2 of 3 artifacts have ended, as declared",
        ),
        (
            session(
                mailboxRestoreArtifacts=TWO,
                restoreSessionArtifactCount={"total": 300, "completed": 299},
            ),
            "99 %, 299 of 300 artifacts have ended, as declared",
        ),
        (session(restoreSessionArtifactCount={"completed": 1}), None),
        (session(restoreSessionArtifactCount={"total": 0}), None),
        (session(restoreSessionArtifactCount={"total": 1, "completed": 2}), None),
        (session(restoreSessionArtifactCount={"total": 1, "completed": -2}), None),
        (bulk(request("active"), mailboxRestoreArtifacts=TWO), None),
        (bulk(request("completed"), mailboxRestoreArtifacts=TWO), "100 %, 2 of 2 artifacts have"),
    ],
)
def test_the_progress_of_a_session(save: Save, document: Json, words: str | None) -> None:
    ran, found = text_and_json(save, document)
    if words is None:
        assert (ran.said("progress"), found["progress"]) == (None, None)
    else:
        assert (ran.said("progress") or "").startswith(words)
        percent, rest = words.split(" %, ")
        ended, _, total = rest.split(" artifacts")[0].partition(" of ")
        assert found["progress"] == {
            "percent": int(percent),
            "ended": int(ended),
            "total": int(total),
            "declared": words.endswith("as declared"),
        }


# What failed --------------------------------------------------------------------------------------


def test_failures_are_grouped_by_their_code_the_most_frequent_first(save: Save) -> None:
    codes = ["InvalidRestoreTime", *["ArtifactNotFound"] * 5, None, "ArtifactCannotBeRestored"]
    failed = [
        artifact(f"a{number}", "failed", error=code and {"code": code})
        for number, code in enumerate(codes)
    ]
    failed.append(artifact("b", "failed", error={}))
    stored = [*failed, artifact("c", "succeeded")]
    ran, found = text_and_json(save, session(mailboxRestoreArtifacts=stored))
    start = ran.lines.index(f"failures   5 ArtifactNotFound {AT}: a1, a2, a3 and 2 more")
    assert ran.lines[start + 1 : start + 4] == [
        f"           2 without a code {AT}: a6, b",
        f"           1 ArtifactCannotBeRestored {AT}: a7",
        f"           1 InvalidRestoreTime {AT}: a0",
    ]
    assert found["failures"] == [
        {"code": code, "count": count, "first": END, "last": END}
        for code, count in (
            ("ArtifactNotFound", 5),
            (None, 2),
            ("ArtifactCannotBeRestored", 1),
            ("InvalidRestoreTime", 1),
        )
    ]


AT = "at 2026-01-05T10:00:00Z"


@pytest.mark.parametrize(
    ("status", "declared", "words"),
    [
        (
            "active",
            "activating",
            "A2: every artifact is scheduling; an active bulk request counts as scheduling (B3)",
        ),
        (
            "completedWithErrors",
            None,
            "A6: every artifact failed; nothing could be restored, which counts as failed (B4)",
        ),
    ],
)
def test_B3_B4_what_a_bulk_request_counts_as_is_shown(
    save: Save, status: str, declared: str | None, words: str
) -> None:
    given = {} if declared is None else {"status": declared}
    ran, found = text_and_json(save, bulk(request(status), mailboxRestoreArtifacts=[], **given))
    assert ran.said("rule") == words
    assert found["statement"] == words.partition(": ")[2]


def test_B5_mailboxes_that_could_not_be_resolved_are_grouped_by_their_code(save: Save) -> None:
    requests = [
        request("completedWithErrors", "UserNotFound", "MailboxNotFound", "UserNotFound"),
        request("active", key="b2"),
        request("completed", None, key="b3"),
    ]
    ran, found = text_and_json(save, bulk(*requests, mailboxRestoreArtifacts=TWO))
    start = ran.lines.index("unresolved 2 UserNotFound: 0@x, 2@x")
    assert ran.lines[start + 1 : start + 3] == [
        "           1 without a code: 0@x",
        "           1 MailboxNotFound: 1@x",
    ]
    assert found["unresolved"] == [
        {"code": code, "count": count, "first": None, "last": None}
        for code, count in (("UserNotFound", 2), (None, 1), ("MailboxNotFound", 1))
    ]
    start = ran.lines.index("requests   1 active")
    assert ran.lines[start + 1 : start + 3] == [
        "           1 completed",
        "           1 completedWithErrors",
    ]
    assert found["requests"] == {
        "unknown": 0,
        "active": 1,
        "completed": 1,
        "completedWithErrors": 1,
        "unknownFutureValue": 0,
    }


def test_without_failures_there_is_no_line_about_them(save: Save) -> None:
    ran, found = text_and_json(save, session(mailboxRestoreArtifacts=TWO))
    assert (ran.said("failures"), ran.said("unresolved"), ran.said("requests")) == (None,) * 3
    assert (found["failures"], found["unresolved"], found["requests"]) == ([], [], None)


def test_failures_are_escaped(save: Save) -> None:
    failed = artifact("\x1b[2J", "failed", error={"code": "\x1b[31m"})
    ran, _ = text_and_json(save, session(mailboxRestoreArtifacts=[failed]))
    assert ran.said("failures") == f"1 \\x1b[31m {AT}: \\x1b[2J"


# Is it done ---------------------------------------------------------------------------------------

ENDED = {"completedDateTime": "2026-01-05T10:00:00.1234567Z"}
FAILED = ENDED | {"error": {"code": "x"}}


@pytest.mark.parametrize(
    ("documents", "code"),
    [
        ([session(status="completed", **ENDED)], 0),
        ([session(mailboxRestoreArtifacts=TWO)], 0),
        ([session(status="failed", **FAILED)], 1),
        ([session(status="completedWithError", **FAILED)], 1),
        ([session(status="failed")], 1),
        ([session(status="draft")], 3),
        ([session(status="activating")], 3),
        ([session(status="active")], 3),
        ([session(status="unknownFutureValue")], 3),
        ([session(mailboxRestoreArtifacts=[*TWO, artifact("a3", "paused")])], 3),
        ([session(status="active", mailboxRestoreArtifacts=TWO)], 4),
        ([session(status="active", completedDateTime=ENDED["completedDateTime"])], 4),
        ([session(status="completed", **ENDED), session("s2", status="failed", **FAILED)], 1),
        ([session(status="failed", **FAILED), session("s2", status="active")], 3),
        (
            [
                session(status="active", mailboxRestoreArtifacts=TWO),
                session("s2", status="active"),
            ],
            4,
        ),
    ],
)
def test_the_exit_code_says_whether_it_is_done(
    save: Save, documents: list[Json], code: int
) -> None:
    names = [save(f"{number}.json", each) for number, each in enumerate(documents)]
    for as_json in ([], ["--json"]):
        ran = run("status", *names, "--exit-code", *as_json)
        assert ran.code == code
        assert run("status", *names, *as_json) == ran._replace(code=0)


def test_no_session_at_all_is_not_done(save: Save) -> None:
    context = "https://graph.microsoft.com/v1.0/$metadata#solutions/backupRestore/"
    nothing = page() | {"@odata.context": f"{context}exchangeRestoreSessions"}
    assert run("status", save("p.json", nothing), "--exit-code").code == 3


def test_unreadable_input_gives_no_status(save: Save) -> None:
    assert run("status", save("s.json", b""), "--exit-code").code == 2


def test_a_missing_property_is_not_a_contradiction(save: Save) -> None:
    selected = session(
        status="completed", mailboxRestoreArtifacts=[{"id": "a", "status": "succeeded"}]
    )
    ran = run("status", save("s.json", selected), "--exit-code")
    assert (ran.code, ran.said("audit")) == (0, "no contradictions")
    assert ran.said("missing") is not None
