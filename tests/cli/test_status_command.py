"""``status``: from the documents of Microsoft Graph to the session's status, and why."""

import codecs
import gzip
import json
from itertools import permutations
from typing import Any

import pytest

from restore_domain.model.lacking import EVIDENCE

from .running import Json, Ran, Save, artifact, artifacts, objects, page, run, session

EXAMPLE = """\
session    6f3a2c1e-0d47-4b8e-9a55-1c2b7de0f310
status     completedWithError
rule       A4: every artifact is terminal, some succeeded and some failed
artifacts  3
           2 succeeded
           1 failed
document   complete, nothing shows that an artifact is missing
progress   100 %, 3 of 3 artifacts have ended
elapsed    0:47:42, from 2026-01-12T08:30:00Z to 2026-01-12T09:17:42Z
failures   1 ArtifactCannotBeRestored at 2026-01-12T08:44:10Z: artifact-2
audit      no contradictions
listed     1 failed artifact

id          status  code                      end                   message
artifact-2  failed  ArtifactCannotBeRestored  2026-01-12T08:44:10Z  The mailbox is on hold.
"""

KEYS = [
    "id",
    "status",
    "derived",
    "rule",
    "statement",
    "deciding",
    "complete",
    "lacks",
    "artifacts",
    "requests",
    "progress",
    "elapsed",
    "failures",
    "unresolved",
    "violations",
    "listed",
]
"""The properties of an object that ``--json`` prints, in order."""

STATUSES = [
    "added",
    "scheduling",
    "scheduled",
    "inProgress",
    "succeeded",
    "failed",
    "unknownFutureValue",
]


def one(ran: Ran) -> Json:
    (found,) = objects(ran)
    return found


def counts(**numbers: int) -> dict[str, int]:
    return dict.fromkeys(STATUSES, 0) | numbers


# The session with its artifacts.


def test_the_example_that_ships() -> None:
    assert run("status", "--example") == Ran(0, EXAMPLE, "")


def test_the_example_for_machines() -> None:
    assert one(run("status", "--example", "--json")) == {
        "id": "6f3a2c1e-0d47-4b8e-9a55-1c2b7de0f310",
        "status": "completedWithError",
        "derived": True,
        "rule": "A4",
        "statement": "every artifact is terminal, some succeeded and some failed",
        "deciding": ["succeeded", "failed"],
        "complete": True,
        "lacks": [],
        "artifacts": counts(succeeded=2, failed=1),
        "requests": None,
        "progress": {"percent": 100, "ended": 3, "total": 3, "declared": False},
        "elapsed": {
            "seconds": 2862.376544,
            "since": "2026-01-12T08:30:00.1234567Z",
            "until": "2026-01-12T09:17:42.5Z",
            "is_over": True,
        },
        "failures": [{"code": "ArtifactCannotBeRestored", "count": 1, "first": AT, "last": AT}],
        "unresolved": [],
        "violations": [],
        "listed": {
            "artifacts": "failed",
            "left_out": 0,
            "value": [
                {
                    "id": "artifact-2",
                    "status": "failed",
                    "mailbox": None,
                    "code": "ArtifactCannotBeRestored",
                    "start": None,
                    "end": AT,
                    "duration": None,
                    "message": "The mailbox is on hold.",
                }
            ],
        },
    }


AT = "2026-01-12T08:44:10Z"
"""When the artifact of the example failed."""


@pytest.mark.parametrize(
    ("stored", "status", "rule", "deciding"),
    [
        ("", "draft", "A1", ""),
        ("added added", "draft", "A1", "added"),
        ("scheduling", "activating", "A2", "scheduling"),
        ("added scheduling", "activating", "A8", "added scheduling"),
        ("added scheduled failed", "active", "A3", "scheduled"),
        ("succeeded inProgress", "active", "A3", "inProgress"),
        ("succeeded added", "active", "A7", "added succeeded"),
        ("succeeded failed", "completedWithError", "A4", "succeeded failed"),
        ("succeeded succeeded", "completed", "A5", "succeeded"),
        ("failed", "failed", "A6", "failed"),
        ("paused scheduled", "active", "A9", "scheduled"),
        ("paused succeeded", "unknownFutureValue", "A10", "succeeded unknownFutureValue"),
    ],
)
def test_the_status_is_derived_from_the_artifacts(
    save: Save, stored: str, status: str, rule: str, deciding: str
) -> None:
    name = save("s.json", session(mailboxRestoreArtifacts=artifacts(*stored.split())))
    found = one(run("status", name, "--json"))
    assert found["status"] == status
    assert found["rule"] == rule
    assert found["deciding"] == deciding.split()
    assert found["derived"]
    assert sum(found["artifacts"].values()) == len(stored.split())
    text = run("status", name)
    assert text.said("session") == "s1"
    assert text.said("status") == status
    assert text.said("rule") == f"{rule}: {found['statement']}"


def test_the_counts_are_in_the_order_of_the_lifecycle_without_zeros(
    save: Save,
) -> None:
    stored = artifacts("failed", "paused", "added", "failed", "inProgress")
    ran = run("status", save("s.json", session(mailboxRestoreArtifacts=stored)))
    start = ran.lines.index("artifacts  5")
    assert ran.lines[start + 1 : start + 5] == [
        "           1 added",
        "           1 inProgress",
        "           2 failed",
        "           1 unknownFutureValue",
    ]


def test_S2_granular_artifacts_count(save: Save) -> None:
    name = save(
        "s.json",
        session(
            mailboxRestoreArtifacts=artifacts("succeeded"),
            granularMailboxRestoreArtifacts=[
                artifact(
                    "g1",
                    "failed",
                    searchResponseId="q1",
                    **{"@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact"},
                )
            ],
        ),
    )
    found = one(run("status", name, "--json"))
    assert found["status"] == "completedWithError"
    assert found["artifacts"] == counts(succeeded=1, failed=1)


def test_a_session_without_artifacts_is_a_draft(save: Save) -> None:
    name = save("s.json", session(mailboxRestoreArtifacts=[]))
    assert run("status", name).said("artifacts") == "none"
    found = one(run("status", name, "--json"))
    assert (found["status"], found["rule"], found["complete"]) == ("draft", "A1", True)
    assert found["artifacts"] == counts()


def test_each_object_has_the_same_properties_in_the_same_order(save: Save) -> None:
    whole = save("s.json", session(mailboxRestoreArtifacts=artifacts("added")))
    bare = save("b.json", session())
    for name in (whole, bare, save("p.json", page(*artifacts("added")))):
        assert list(one(run("status", name, "--json"))) == KEYS


# Contradictions with the artifacts.


def test_S1_a_declared_status_that_the_artifacts_contradict_is_a_finding_and_not_an_error(
    save: Save,
) -> None:
    name = save(
        "s.json", session(status="active", mailboxRestoreArtifacts=artifacts("added", "added"))
    )
    ran = run("status", name)
    assert (ran.code, ran.err) == (0, "")
    assert ran.said("status") == "draft"
    assert ran.said("audit") == "1 contradiction"
    assert ran.lines[-1] == (
        "           S1 s1 status: declared active, but the artifacts give draft "
        "(A1: every artifact is added, or there is none)"
    )
    (violation,) = one(run("status", name, "--json"))["violations"]
    assert violation == {
        "rule": "S1",
        "target": "s1",
        "property": "status",
        "message": "declared active, but the artifacts give draft "
        "(A1: every artifact is added, or there is none)",
        "kind": "contradiction",
    }


def test_contradictions_are_counted_separately_from_missing_properties(save: Save) -> None:
    wrong = [
        {"id": "a1", "status": "failed", "error": {"code": "ArtifactNotFound"}},
        {"id": "a2", "status": "added", "completionDateTime": "2026-01-05T10:00:00Z"},
        {"id": "a3", "status": "inProgress"},
        {"id": "a4", "status": "added", "error": {"code": "ArtifactNotFound"}},
    ]
    ran = run("status", save("s.json", session(mailboxRestoreArtifacts=wrong)))
    assert ran.said("audit") == "2 contradictions"
    assert ran.facts[-5:] == [
        "audit      2 contradictions",
        "           L5 a2 completionDateTime: given, though the artifact is added",
        "           L5 a4 error: given, though the artifact is added",
        "missing    L5 a1 completionDateTime: missing, though the artifact is failed",
        "           L5 a3 startDateTime: missing, though the artifact is inProgress",
    ]


def test_a_property_that_no_artifact_has_is_reported_once(save: Save) -> None:
    """A client that selects some properties gets no others."""
    stored = [{"id": f"a{place}", "status": "failed"} for place in range(60)]
    stored.append({"id": "b", "status": "succeeded"})
    name = save("s.json", session(status="completedWithError", mailboxRestoreArtifacts=stored))
    ran = run("status", name)
    no_artifact_has_one = "and no artifact has one; a $select may have left it out"
    assert ran.said("audit") == "no contradictions"
    assert ran.facts[-5:] == [
        "missing    S3 s1 completedDateTime: missing, though the status is completedWithError",
        "           S4 s1 error: missing, though the status is completedWithError",
        f"           L5 completionDateTime: missing in 61 artifacts, {no_artifact_has_one}",
        f"           L5 error: missing in 60 artifacts, {no_artifact_has_one}",
        "           L5 b startDateTime: missing, though the artifact is succeeded",
    ]
    violations = one(run("status", name, "--json"))["violations"]
    assert len(violations) == 2 + 61 + 60 + 1
    assert {violation["kind"] for violation in violations} == {"missing"}


def test_a_property_that_some_artifacts_have_is_reported_for_each_other(save: Save) -> None:
    stored = [
        {"id": f"a{place}", "status": "inProgress", "startDateTime": start}
        for place, start in enumerate(["2026-01-05T10:00:00Z", None, None])
    ]
    ran = run("status", save("s.json", session(mailboxRestoreArtifacts=stored)))
    assert ran.lines[-2:] == [
        "missing    L5 a1 startDateTime: missing, though the artifact is inProgress",
        "           L5 a2 startDateTime: missing, though the artifact is inProgress",
    ]


# The session alone, as Graph sends it unless asked for more.


def test_S8_a_session_without_artifacts_shows_its_declared_status_and_the_evidence(
    save: Save,
) -> None:
    name = save("s.json", session(status="activating", restoreSessionArtifactCount={"total": 3}))
    assert run("status", name) == Ran(
        0,
        "session    s1\n"
        "status     activating\n"
        "rule       S8: as declared; the session lacks artifacts\n"
        "artifacts  not sent\n"
        "document   has none of 3 artifacts\n"
        "lacks      $.restoreSessionArtifactCount.total: the declared "
        "restoreSessionArtifactCount.total is greater than the number of artifacts in both "
        "collections\n"
        "           $.mailboxRestoreArtifacts: both collections of artifacts are absent\n"
        "progress   0 %, 0 of 3 artifacts have ended, as declared\n"
        "audit      no contradictions\n",
        "",
    )
    assert one(run("status", name, "--json")) == {
        "id": "s1",
        "status": "activating",
        "derived": False,
        "rule": "S8",
        "statement": "as declared; the session lacks artifacts",
        "deciding": [],
        "complete": False,
        "lacks": [
            {
                "id": "c",
                "path": "$.restoreSessionArtifactCount.total",
                "sentence": EVIDENCE["c"].sentence,
            },
            {
                "id": "f",
                "path": "$.mailboxRestoreArtifacts",
                "sentence": EVIDENCE["f"].sentence,
            },
        ],
        "artifacts": None,
        "requests": None,
        "progress": {"percent": 0, "ended": 0, "total": 3, "declared": True},
        "elapsed": None,
        "failures": [],
        "unresolved": [],
        "violations": [],
        "listed": {"artifacts": "failed", "left_out": 0, "value": []},
    }


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "not declared"),
        ({"status": None}, "not declared"),
        (
            {"status": "suspended"},
            "declared as suspended, which is not a known status of a session",
        ),
        ({"status": "unknownFutureValue"}, "as declared"),
    ],
)
def test_a_status_without_any_source_is_unknown(save: Save, more: Json, said: str) -> None:
    ran = run("status", save("s.json", session(**more)))
    assert ran.said("status") == "unknownFutureValue"
    assert ran.said("rule") == f"S8: {said}; the session lacks artifacts"


def test_a_session_with_more_pages_of_artifacts_shows_its_declared_status(save: Save) -> None:
    name = save(
        "s.json",
        session(
            status="active",
            mailboxRestoreArtifacts=artifacts("succeeded", "succeeded"),
            **{"mailboxRestoreArtifacts@odata.nextLink": "https://graph.microsoft.com/next"},
        ),
    )
    ran = run("status", name)
    assert ran.said("status") == "active"
    assert ran.said("artifacts") == "2, and more that were not given"
    assert f"lacks      {LINK_PATH}: {EVIDENCE['a'].sentence}" in ran.lines
    assert ran.said("audit") == "no contradictions"
    found = one(run("status", name, "--json"))
    assert (found["rule"], found["derived"], found["complete"]) == ("S8", False, False)
    assert found["artifacts"] == counts(succeeded=2)


# Pages of artifacts.


def test_a_page(save: Save) -> None:
    name = save("p.json", page(*artifacts("succeeded", "failed")))
    assert run("status", name) == Ran(
        0,
        "status     completedWithError\n"
        "rule       A4: every artifact is terminal, some succeeded and some failed\n"
        "artifacts  2\n"
        "           1 succeeded\n"
        "           1 failed\n"
        "document   complete, nothing shows that an artifact is missing\n"
        "progress   100 %, 2 of 2 artifacts have ended\n"
        "elapsed    1:00:00, from 2026-01-05T09:00:00Z to 2026-01-05T10:00:00Z\n"
        "failures   1 UnknownError at 2026-01-05T10:00:00Z: a2\n"
        "audit      no contradictions\n"
        "listed     1 failed artifact\n"
        "\n"
        "id  status  code          end\n"
        "a2  failed  UnknownError  2026-01-05T10:00:00Z\n",
        "",
    )
    found = one(run("status", name, "--json"))
    assert (found["id"], found["complete"], found["derived"]) == (None, True, True)


def test_pages_in_any_order_make_one_session(save: Save) -> None:
    stored = artifacts("succeeded", "succeeded", "scheduled", "added")
    names = [
        save("1.json", page(*stored[:2], more=True)),
        save("2.json", page(*stored[2:3], more=True)),
        save("3.json", page(*stored[3:])),
    ]
    (said,) = {run("status", *order) for order in permutations(names)}
    assert said.said("status") == "active"
    assert said.said("artifacts") == "4"
    assert said.said("lacks") is None
    for order in permutations(names):
        assert one(run("status", *order, "--json"))["complete"]


def test_pages_without_the_last_one_are_reported_as_incomplete(save: Save) -> None:
    names = [
        save("1.json", page(artifact("a1", "succeeded"), more=True)),
        save("2.json", page(artifact("a2", "succeeded"), more=True)),
    ]
    ran = run("status", *names)
    assert ran.said("status") == "unknownFutureValue"
    assert ran.said("artifacts") == "2, and more that were not given"
    assert f"lacks      {LINK_PATH}: {EVIDENCE['a'].sentence}" in ran.lines
    found = one(run("status", *names, "--json"))
    assert (found["complete"], found["derived"], found["rule"]) == (False, False, "S8")


LINK_PATH = '$["mailboxRestoreArtifacts@odata.nextLink"]'


def test_S8_a_status_that_is_certain_from_some_pages_is_shown_with_its_rule(save: Save) -> None:
    ran = run("status", save("1.json", page(artifact("a1", "inProgress"), more=True)))
    assert ran.said("status") == "active"
    assert (ran.said("rule") or "").startswith("A9: ")


@pytest.mark.parametrize("kind", ["mailboxRestoreArtifacts", "granularMailboxRestoreArtifacts"])
def test_S8_a_page_with_a_greater_count_is_incomplete(save: Save, kind: str) -> None:
    chosen = {"searchResponseId": "q", "@odata.type": GRANULAR} if "granular" in kind else {}
    some = page(artifact("a1", "succeeded", **chosen)) | {"@odata.count": 2}
    for names in (
        [save("p.json", some)],
        [save("s.json", session(status="active")), save("p.json", some)],
    ):
        found = one(run("status", *names, "--json"))
        assert found["status"] == ("active" if len(names) == 2 else "unknownFutureValue")
        assert [evidence["id"] for evidence in found["lacks"]] == ["b"]
        assert found["lacks"][0]["path"] == f'$["{kind}@odata.count"]'


def test_S8_an_impossible_declared_status_is_not_shown(save: Save) -> None:
    stored = {
        "mailboxRestoreArtifacts": artifacts("failed"),
        "mailboxRestoreArtifacts@odata.count": 2,
    }
    ran = run("status", save("s.json", session(status="activating", **stored)))
    assert ran.said("status") == "unknownFutureValue"
    assert ran.said("rule") == (
        "S8: declared as activating, which no reading of the missing artifacts gives; "
        "the session lacks artifacts"
    )


def test_S8_a_list_read_to_its_end_makes_the_session_complete(save: Save) -> None:
    first = session(status="active", mailboxRestoreArtifacts=artifacts("succeeded"))
    names = [
        save("s.json", first | {"restoreSessionArtifactCount": {"total": 2, "completed": 2}}),
        save("2.json", page(artifact("a9", "succeeded"))),
    ]
    found = one(run("status", *names, "--json"))
    assert (found["status"], found["lacks"]) == ("completed", [])


CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#solutions/backupRestore/"


def page_of(collection: str, *entries: Json, **more: Any) -> Json:
    return {"@odata.context": CONTEXT + collection, **page(*entries, **more)}


def test_a_page_without_artifacts(save: Save) -> None:
    nothing = page_of("exchangeRestoreSessions('s1')/mailboxRestoreArtifacts")
    ran = run("status", save("p.json", nothing))
    assert (ran.said("status"), ran.said("artifacts")) == ("draft", "none")


def test_a_page_without_sessions(save: Save) -> None:
    name = save("p.json", page_of("exchangeRestoreSessions"))
    assert run("status", name) == Ran(0, "sessions   none\n", "")
    assert run("status", name, "--json") == Ran(0, "", "")
    assert one(run("status", name, save("s.json", session()), "--json"))["id"] == "s1"


def test_a_granular_artifact_on_a_page_counts(save: Save) -> None:
    granular = artifact("g1", "failed", searchResponseId="q", **{"@odata.type": GRANULAR})
    name = save("p.json", page(artifact("a1", "succeeded"), granular))
    assert run("status", name).said("status") == "completedWithError"


GRANULAR = "#microsoft.graph.granularMailboxRestoreArtifact"


def test_contradictions_between_pages_name_no_session(save: Save) -> None:
    stored = [artifact("a1", "added"), artifact("a2", "added", destinationType="inPlace")]
    (violation,) = one(run("status", save("p.json", page(*stored)), "--json"))["violations"]
    assert (violation["rule"], violation["target"]) == ("O1", None)
    ran = run("status", save("p.json", page(*stored)))
    assert ran.lines[-1].startswith("           O1 (no session given) destinationType: ")


# A session and the pages of its artifacts.


def test_a_session_and_its_pages(save: Save) -> None:
    names = [
        save("1.json", page(artifact("a1", "succeeded"), more=True)),
        save("s.json", session(status="completed")),
        save("2.json", page(artifact("a2", "failed"))),
    ]
    ran = run("status", *names)
    assert ran.said("session") == "s1"
    assert ran.said("status") == "completedWithError"
    assert ran.said("artifacts") == "2"
    found = one(run("status", *names, "--json"))
    assert (found["derived"], found["complete"]) == (True, True)
    assert [violation["rule"] for violation in found["violations"]] == ["S1", "S3"]


def test_a_session_with_some_of_its_pages_shows_its_declared_status(save: Save) -> None:
    names = [
        save("s.json", session(status="active")),
        save("1.json", page(artifact("a1", "succeeded"), more=True)),
    ]
    ran = run("status", *names)
    assert ran.said("status") == "active"
    assert ran.said("rule") == "S8: as declared; the session lacks artifacts"
    assert ran.said("artifacts") == "1, and more that were not given"
    assert ran.said("audit") == "no contradictions"
    found = one(run("status", *names, "--json"))
    assert (found["derived"], found["complete"]) == (False, False)


LINK = "mailboxRestoreArtifacts@odata.nextLink"
GRANULAR_LINK = "granularMailboxRestoreArtifacts@odata.nextLink"


@pytest.mark.parametrize("more", [False, True])
def test_a_session_continued_in_pages(save: Save, *, more: bool) -> None:
    first = session(
        status="active", mailboxRestoreArtifacts=artifacts("succeeded"), **{LINK: "next"}
    )
    names = [
        save("s.json", first),
        save("2.json", page(artifact("a2", "failed"), more=more)),
    ]
    found = one(run("status", *names, "--json"))
    assert found["artifacts"] == counts(succeeded=1, failed=1)
    assert found["status"] == ("active" if more else "completedWithError")
    assert found["complete"] is not more


@pytest.mark.parametrize(("ends", "complete"), [(0, False), (1, False), (2, True)])
def test_two_lists_continued_in_pages_need_two_last_pages(
    save: Save, ends: int, *, complete: bool
) -> None:
    granular = artifact("g1", "added", searchResponseId="q", **{"@odata.type": GRANULAR})
    first = session(
        status="active",
        mailboxRestoreArtifacts=artifacts("succeeded"),
        granularMailboxRestoreArtifacts=[granular],
        **{LINK: "next", GRANULAR_LINK: "next"},
    )
    names = [
        save("s.json", first),
        save("w.json", page(artifact("a2", "failed"), more=ends < 2)),
        save("g.json", page(granular | {"id": "g2"}, more=ends < 1)),
    ]
    found = one(run("status", *names, "--json"))
    assert found["complete"] is complete
    assert found["derived"]  # an artifact that ended and one that was added: certainly active
    assert (found["rule"] == "A9") is not complete
    assert found["artifacts"] == counts(added=2, succeeded=1, failed=1)


def test_a_session_with_granular_artifacts_accepts_pages_of_whole_ones(save: Save) -> None:
    granular = artifact("g1", "failed", searchResponseId="q", **{"@odata.type": GRANULAR})
    names = [
        save("s.json", session(granularMailboxRestoreArtifacts=[granular])),
        save("p.json", page(artifact("a1", "succeeded"))),
    ]
    assert one(run("status", *names, "--json"))["artifacts"] == counts(succeeded=1, failed=1)


def test_a_complete_session_accepts_no_pages(save: Save) -> None:
    names = [
        save("s.json", session(mailboxRestoreArtifacts=[])),
        save("p.json", page(artifact("a1", "succeeded"))),
    ]
    assert run("status", *names).problems == [
        "s.json: it has all its artifacts already; leave out the pages of artifacts"
    ]


def test_pages_belong_to_one_session(save: Save) -> None:
    names = [
        save("s.json", session()),
        save("t.json", session("s2")),
        save("p.json", page(artifact("a1"))),
    ]
    assert run("status", *names).problems == [
        "there are pages of artifacts and several sessions; give the one they belong to"
    ]


# An artifact that is on several pages.


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ("added added", "draft"),
        ("added scheduled", "active"),
        ("inProgress succeeded", "completed"),
        ("scheduled inProgress failed", "failed"),
        ("paused succeeded", "completed"),
        ("paused inProgress", "unknownFutureValue"),
        ("added paused", "unknownFutureValue"),
    ],
)
def test_L2_an_artifact_on_several_pages_counts_once_in_its_later_status(
    save: Save, statuses: str, status: str
) -> None:
    """Pages are requested one after the other, and a restore continues in between."""
    names = [
        save(f"{position}.json", page(artifact("x", each)))
        for position, each in enumerate(statuses.split())
    ]
    for order in permutations(names):
        ran = run("status", *order)
        assert (ran.said("status"), ran.said("artifacts")) == (status, "1")
        assert "           1 occurred more than once, counted in the later status" in ran.lines
        assert one(run("status", *order, "--json"))["status"] == status


def test_for_an_artifact_on_two_pages_in_one_status_the_fuller_one_counts(save: Save) -> None:
    """The service fills in what it restored later."""
    names = [
        save("1.json", page(artifact("x", "succeeded"))),
        save("2.json", page({"id": "x", "status": "succeeded"})),
    ]
    for order in permutations(names):
        assert run("status", *order).said("missing") is None


def test_L4_an_artifact_with_two_different_ends_is_reported_with_both_places(save: Save) -> None:
    names = [
        save("s.json", session(mailboxRestoreArtifacts=artifacts("succeeded"), **{LINK: "next"})),
        save("p.json", page(artifact("x", "failed"), artifact("a1", "failed"), more=True)),
        save("q.json", page(artifact("x", "succeeded"), artifact("y", "added"))),
    ]
    assert run("status", *names).problems == [
        (
            "p.json: $.value[1].id: the artifact 'a1' is failed here and succeeded at "
            "s.json: $.mailboxRestoreArtifacts[0]; neither can follow"
        ),
        (
            "q.json: $.value[0].id: the artifact 'x' is succeeded here and failed at "
            "p.json: $.value[0]; neither can follow"
        ),
    ]


def test_an_artifact_of_two_types_is_reported_with_both_places(save: Save) -> None:
    granular = artifact("g1", "failed", searchResponseId="q", **{"@odata.type": GRANULAR})
    names = [
        save("s.json", session(granularMailboxRestoreArtifacts=[granular])),
        save("p.json", page(artifact("g1", "failed"))),
    ]
    assert run("status", *names).problems == [
        (
            "p.json: $.value[0].id: the artifact 'g1' is of another type at "
            "s.json: $.granularMailboxRestoreArtifacts[0]"
        )
    ]


# Several sessions.


def test_several_sessions_follow_one_another(save: Save) -> None:
    names = [
        save("s.json", session("s1", status="draft")),
        save("t.json", session("s2", mailboxRestoreArtifacts=artifacts("succeeded"))),
    ]
    texts = run("status", *names).out.split("\n\n")
    assert [text.splitlines()[:2] for text in texts] == [
        ["session    s1", "status     draft"],
        ["session    s2", "status     completed"],
    ]
    found = list(objects(run("status", *names, "--json")))
    assert [(each["id"], each["status"]) for each in found] == [
        ("s1", "draft"),
        ("s2", "completed"),
    ]


def test_a_page_of_sessions(save: Save) -> None:
    listed = page(
        {"id": "s0", "status": "active"},
        session("s1", status="completed", completedDateTime="2026-01-05T10:00:00Z"),
        session("s2", mailboxRestoreArtifacts=artifacts("failed")),
    )
    found = list(objects(run("status", save("p.json", listed), "--json")))
    assert [(each["id"], each["status"], each["rule"]) for each in found] == [
        ("s0", "active", "S8"),
        ("s1", "completed", "S8"),
        ("s2", "failed", "A6"),
    ]


def test_a_status_of_artifacts_alone_makes_a_page_of_artifacts(save: Save) -> None:
    name = save("p.json", page({"id": "a1", "status": "added"}))
    assert run("status", name).said("artifacts") == "1"


def test_one_artifact_makes_a_page_of_artifacts(save: Save) -> None:
    dated = {"id": "a1", "status": "added", "createdDateTime": "2026-01-05T08:00:00Z"}
    assert run("status", save("p.json", page(dated, artifact("a2")))).said("artifacts") == "2"


def test_a_session_may_have_a_property_that_an_artifact_has_too(save: Save) -> None:
    name = save("s.json", session(status="draft", destinationType="new"))
    assert run("status", name).said("session") == "s1"


def test_an_artifact_may_have_a_property_that_a_session_has_too(save: Save) -> None:
    dated = artifact("a1", "added", createdDateTime="2026-01-05T08:00:00Z")
    assert run("status", save("p.json", page(dated))).said("artifacts") == "1"


def test_the_state_that_replay_prints_can_be_read(save: Save) -> None:
    name = save("state.json", run("replay", "--example", "--state").out.encode())
    ran = run("status", name)
    assert ran.said("session") == "s1"
    assert ran.said("status") == "completedWithError"
    assert ran.said("audit") == "no contradictions"


# Standard input.


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_standard_input(arguments: list[str]) -> None:
    given = json.dumps(session(status="draft")).encode()
    assert run("status", *arguments, stdin=given).said("status") == "draft"


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
@pytest.mark.parametrize("packed", [False, True])
def test_files_of_windows_programs_are_read(save: Save, mark: bytes, *, packed: bool) -> None:
    """A redirection of PowerShell writes UTF-16 with a mark."""
    encoding = {
        codecs.BOM_UTF8: "utf-8",
        codecs.BOM_UTF16_LE: "utf-16-le",
        codecs.BOM_UTF16_BE: "utf-16-be",
    }[mark]
    content = mark + json.dumps(session("sé", status="draft"), ensure_ascii=False).encode(encoding)
    content = gzip.compress(content) if packed else content
    for ran in (
        run("status", save("s.json", content), "--json"),
        run("status", "--json", stdin=content),
    ):
        assert one(ran)["id"] == "sé"


def test_a_file_may_be_compressed_in_parts(save: Save) -> None:
    lines = [json.dumps(session(key, status="draft")).encode() + b"\n" for key in ("s1", "s2")]
    name = save("s.jsonl.gz", b"".join(map(gzip.compress, lines)))
    assert [found["id"] for found in objects(run("status", name, "--json"))] == ["s1", "s2"]


def test_standard_input_among_files(save: Save) -> None:
    name = save("s.json", session())
    given = json.dumps(page(artifact("a1", "added"))).encode()
    assert run("status", name, "-", stdin=given).said("artifacts") == "1"


def test_the_example_among_files(save: Save) -> None:
    ran = run("status", save("s.json", session(status="draft")), "--example", "--json")
    assert [found["status"] for found in objects(ran)] == ["draft", "completedWithError"]


# Texts in the document can't control the terminal.


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("line\nbreak\r\t", "line\\nbreak\\r\\t"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202eright to left", "\\u202eright to left"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("na\u00efve \U0001f600", "na\u00efve \U0001f600"),
    ],
)
def test_texts_are_escaped(save: Save, text: str, shown: str) -> None:
    wrong: list[Any] = [{"id": text, "status": "inProgress"}]
    name = save("s.json", session(text, mailboxRestoreArtifacts=wrong))
    ran = run("status", name)
    assert ran.said("session") == shown
    assert ran.lines[-1].startswith(f"missing    L5 {shown} startDateTime: ")
    found = one(run("status", name, "--json"))
    assert found["id"] == text
    assert run("status", name, "--json").out.isascii()
