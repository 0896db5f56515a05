"""How ``status`` treats each kind of document that the service answers."""

import json
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from restore_domain.model.lacking import BULK_REQUESTS, GRANULAR, WHOLE

from .running import Json, Ran, Save, artifact, artifacts, objects, page, run, session

CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#solutions/backupRestore/"
OF_S1 = "exchangeRestoreSessions('s1')/"


def page_of(collection: str, *entries: Json, **more: Any) -> Json:
    return {"@odata.context": CONTEXT + collection, **page(*entries, **more)}


def typed(type_name: str, **more: Any) -> Json:
    return {"@odata.type": f"#microsoft.graph.{type_name}", "id": "x", **more}


def one(ran: Ran) -> Json:
    (found,) = objects(ran)
    return found


# Kinds that are read ------------------------------------------------------------------------------


def test_a_page_of_sessions_by_its_context(save: Save) -> None:
    """A client may have selected properties that artifacts have, too."""
    listed = page_of("exchangeRestoreSessions(id,status)", {"id": "s1", "status": "failed"})
    assert one(run("status", save("p.json", listed), "--json"))["id"] == "s1"


def test_a_page_of_sessions_by_their_type(save: Save) -> None:
    bare = [typed("exchangeRestoreSession", id=key, status="failed") for key in ("s1", "s2")]
    listed = page_of("restoreSessions", *bare)
    found = objects(run("status", save("p.json", listed), "--json"))
    assert [each["id"] for each in found] == ["s1", "s2"]


@pytest.mark.parametrize(
    "granular",
    [
        page_of(f"{OF_S1}{GRANULAR}", {"id": "g1", "status": "inProgress"}),
        page_of(f"{OF_S1}{GRANULAR}(id)", {"id": "g1", "status": "inProgress"}, {"id": "g2"}),
        page(typed("granularMailboxRestoreArtifact", status="inProgress")),
        page({"id": "g1", "status": "inProgress", "searchResponseId": "q"}),
        {"@odata.context": "x"} | page({"id": "g1", "status": "inProgress", "artifactCount": 3}),
    ],
    ids=["context", "selected", "type", "property", "property and a context that says nothing"],
)
def test_W5_a_page_of_granular_artifacts_goes_into_their_collection(
    save: Save, granular: Json
) -> None:
    name = save("p.json", granular | {"@odata.count": 9})
    found = one(run("status", name, "--json"))
    assert found["status"] == "active"
    assert [evidence["path"] for evidence in found["lacks"]] == [f'$["{GRANULAR}@odata.count"]']
    its_session = save("s.json", session(restoreJobType="granular", status="active"))
    for order in permutations([name, its_session]):
        assert [evidence["id"] for evidence in one(run("status", *order, "--json"))["lacks"]] == [
            "b"
        ]


def test_W5_what_a_search_found_makes_no_duplicates(save: Save) -> None:
    """Two granular artifacts may have the same restore point, if two searches found their items."""
    entries = [
        artifact(key, "added", restorePoint={"id": "p1"}, searchResponseId=key)
        for key in ("g1", "g2")
    ]
    for together in (page(*entries), entries):
        assert one(run("status", save("p.json", together), "--json"))["violations"] == []
    granular = typed("granularMailboxRestoreArtifact", status="added", restorePoint={"id": "p1"})
    whole = typed("mailboxRestoreArtifact", status="added", restorePoint={"id": "p1"})
    for together in (page(granular, whole | {"id": "a1"}), [granular, whole | {"id": "a1"}]):
        assert one(run("status", save("p.json", together), "--json"))["violations"] == []


def request(status: str = "active", key: str = "b1", **more: Any) -> Json:
    return {"id": key, "status": status, "displayName": "all", "mailboxes": [], **more}


BULK = {"restoreJobType": "bulk", "status": "active"}


@pytest.mark.parametrize(
    "requests",
    [
        page_of(f"{OF_S1}{BULK_REQUESTS}", {"id": "b1", "status": "completed"}),
        page(typed("mailboxRestoreArtifactsBulkAdditionRequest", status="completed")),
        page(request("completed")),
    ],
    ids=["context", "type", "properties"],
)
def test_B3_a_page_of_bulk_requests_goes_into_its_session(save: Save, requests: Json) -> None:
    names = [
        save("s.json", session(**BULK)),
        save("a.json", page(*artifacts("succeeded"))),
        save("b.json", requests),
    ]
    for order in permutations(names):
        found = one(run("status", *order, "--json"))
        assert (found["status"], found["complete"]) == ("completed", True)
    found = one(run("status", *names[:2], "--json"))
    assert (found["status"], [evidence["id"] for evidence in found["lacks"]]) == ("active", ["e"])


def test_S8_a_page_of_bulk_requests_with_a_next_link_is_incomplete(save: Save) -> None:
    names = [
        save("s.json", session(**BULK, mailboxRestoreArtifacts=artifacts("succeeded"))),
        save("b.json", page(request("completed"), more=True)),
    ]
    (evidence,) = one(run("status", *names, "--json"))["lacks"]
    assert (evidence["id"], evidence["path"]) == ("a", f'$["{BULK_REQUESTS}@odata.nextLink"]')
    names.append(save("c.json", page(request(key="b2"))))
    found = one(run("status", *names, "--json"))
    assert (found["status"], found["rule"], found["lacks"]) == ("active", "A7", [])


def test_a_bulk_request_on_two_pages_counts_once(save: Save) -> None:
    names = [
        save("s.json", session(**BULK, mailboxRestoreArtifacts=artifacts("succeeded"))),
        save("b.json", page(request("active"))),
        save("c.json", page(request("completed"))),
    ]
    for order in permutations(names):
        assert one(run("status", *order, "--json"))["status"] == "completed"
    names.append(save("d.json", page(request("completedWithErrors"))))
    (problem,) = run("status", *names).problems
    assert problem == (
        "d.json: $.value[0].id: the bulk request 'b1' is completedWithErrors here and completed at "
        "b.json: $.value[0]; neither can follow"
    )


def test_bulk_requests_without_their_session_are_refused(save: Save) -> None:
    assert run("status", save("b.json", page(request()))).problems == [
        "b.json: $: bulk requests say nothing without their session; give that, too"
    ]


def test_a_session_with_its_bulk_requests_accepts_no_more(save: Save) -> None:
    whole = session(**BULK, mailboxRestoreArtifacts=artifacts("added"), **{BULK_REQUESTS: []})
    names = [save("s.json", whole), save("b.json", page(request()))]
    assert run("status", *names).problems == [
        "s.json: it has all its artifacts already; leave out the pages of artifacts"
    ]


def test_each_collection_has_pages_of_its_own(save: Save) -> None:
    """The last page of one collection is not that of another."""
    parts = {
        WHOLE: artifact("a2", "succeeded"),
        GRANULAR: artifact("g2", "succeeded", searchResponseId="q"),
    }
    first = session(
        status="active",
        mailboxRestoreArtifacts=artifacts("succeeded"),
        granularMailboxRestoreArtifacts=[artifact("g1", "succeeded", searchResponseId="q")],
        **{f"{name}@odata.nextLink": "next" for name in parts},
    )
    for last in parts:
        names = [
            save(f"{name}.json", page(entry, more=name != last)) for name, entry in parts.items()
        ]
        found = one(run("status", save("s.json", first), *names, "--json"))
        (evidence,) = found["lacks"]
        assert evidence["path"] != f'$["{last}@odata.nextLink"]'
        assert found["status"] == "active"


# Kinds that are known but not read ----------------------------------------------------------------

NOT_READ: dict[str, tuple[Json, str, str]] = {
    "a session of sites": (
        typed("sharepointRestoreSession", status="completed", siteRestoreArtifacts=[]),
        "a restore session of SharePoint sites (sharePointRestoreSession)",
        "ask for exchangeRestoreSessions, those of mailboxes",
    ),
    "a session of drives by its context": (
        {"@odata.context": f"{CONTEXT}oneDriveForBusinessRestoreSessions/$entity", "id": "s1"},
        "a restore session of OneDrive accounts (oneDriveForBusinessRestoreSession)",
        "ask for exchangeRestoreSessions, those of mailboxes",
    ),
    "a session of sites by its artifacts": (
        {"id": "s1", "status": "completed", "siteRestoreArtifacts": []},
        "a restore session of SharePoint sites (sharePointRestoreSession)",
        "ask for exchangeRestoreSessions, those of mailboxes",
    ),
    "a page of sessions of sites": (
        page_of("sharePointRestoreSessions", {"id": "s1", "status": "completed"}),
        "a page of restore sessions of SharePoint sites (sharePointRestoreSession)",
        "ask for exchangeRestoreSessions, those of mailboxes",
    ),
    "a page of artifacts of drives": (
        page_of(
            "oneDriveForBusinessRestoreSessions('s1')/driveRestoreArtifacts",
            artifact("a1", "succeeded"),
        ),
        "a page of artifacts of OneDrive accounts (driveRestoreArtifact)",
        "ask for exchangeRestoreSessions, those of mailboxes",
    ),
    "a search": (
        {
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#"
            "microsoft.graph.restorePointSearchResponse",
            "searchResponseId": "q",
            "searchResults": [],
            "noResultProtectionUnitIds": [],
        },
        "the answer to a search for restore points (restorePointSearchResponse)",
        "give a session that restores what was found",
    ),
    "a protection unit": (
        typed("mailboxProtectionUnit", status="protected"),
        "a protection unit of a mailbox (mailboxProtectionUnit)",
        "give the session that restores it",
    ),
    "an artifact": (
        artifact("a1", "succeeded"),
        "an artifact of a mailbox (mailboxRestoreArtifact)",
        "give its session, or a page of the artifacts of its session",
    ),
    "a bulk request": (
        request("completed"),
        "a bulk request for mailboxes (mailboxRestoreArtifactsBulkAdditionRequest)",
        "give its session, or a page of the bulk requests of its session with that",
    ),
    "a refused request": (
        {
            "error": {"code": "TooManyRequests", "message": "throttled", "innerError": {}},
            "@odata.context": "x",
        },
        "an error that the service answered: TooManyRequests: throttled",
        "ask again once its reason is gone",
    ),
    "a refused request without words": (
        {"error": None},
        "an error that the service answered",
        "ask again once its reason is gone",
    ),
    "a create": (
        {"mailboxRestoreArtifacts": [{"restorePoint": {"id": "p1"}, "destinationType": "new"}]},
        "the body of a request to create a session",
        "give the session that the service answers with",
    ),
    "the answer to an update": (
        {"mailboxRestoreArtifacts@delta": [artifact("a1", "added")]},
        "an update of a session",
        "give the session as it is afterwards",
    ),
    "a call": (
        {"method": "get", "params": {"sessionId": "s1"}},
        "a call of an operation",
        "`replay` and `serve` read calls",
    ),
}


@pytest.mark.parametrize(("document", "words", "instead"), NOT_READ.values(), ids=list(NOT_READ))
def test_documents_that_are_not_read_are_refused_by_name(
    save: Save, document: Json, words: str, instead: str
) -> None:
    name = save("d.json", document)
    expected = [f"d.json: $: expected a session or a page, got {words}; {instead}"]
    assert run("status", name).problems == expected
    assert run("status", name, "--json").problems == expected


MIXED = (
    typed("sharePointRestoreSession", status="active"),
    typed("exchangeRestoreSession", id="m1", status="draft"),
    typed("OneDriveForBusinessRestoreSession", status="completed"),
)
PASSED_OVER = (
    "p.json: {}: passed over: a restore session of SharePoint sites (sharePointRestoreSession)",
    (
        "p.json: {}: passed over: a restore session of OneDrive accounts "
        "(oneDriveForBusinessRestoreSession)"
    ),
)


def test_sessions_of_sites_among_those_of_mailboxes_are_reported_and_skipped(save: Save) -> None:
    ran = run("status", save("p.json", page_of("restoreSessions", *MIXED)))
    assert (ran.code, ran.said("session"), ran.said("status")) == (0, "m1", "draft")
    places = ["$.value[0]", "$.value[2]"]
    assert ran.err.splitlines() == [*map(str.format, PASSED_OVER, places)]


def test_a_problem_next_to_a_skipped_entry_has_its_place(save: Save) -> None:
    bad = page_of("restoreSessions", *MIXED, typed("exchangeRestoreSession", id=7))
    (problem,) = run("status", save("p.json", bad)).problems
    assert problem.startswith("p.json: $.value[3].id: expected ")


def test_a_page_with_only_other_sessions_is_refused(save: Save) -> None:
    (problem,) = run("status", save("p.json", page_of("restoreSessions", MIXED[0]))).problems
    assert "got a page of restore sessions of SharePoint sites" in problem


def test_names_in_pascal_case_are_those_of_a_program(save: Save) -> None:
    written = {
        "Id": "s1",
        "Status": "completed",
        "MailboxRestoreArtifacts": [{"Id": "a1", "Status": "succeeded"}],
    }
    for document in (written, {"Value": [written]}):
        (problem,) = run("status", save("s.json", document)).problems
        assert "got names that begin with a capital" in problem
        assert "PowerShell" in problem


# Several documents in a file ----------------------------------------------------------------------


def array(*documents: Json) -> bytes:
    return json.dumps(documents).encode()


def lines(*documents: Json) -> bytes:
    return b"\n\n".join(json.dumps(document).encode() for document in documents) + b"\r\n"


each_way = pytest.mark.parametrize("together", [array, lines])
Together = Callable[..., bytes]


@each_way
def test_sessions_in_a_row(save: Save, together: Together) -> None:
    sessions = [{"id": "s1", "status": "draft"}, {"id": "s2", "status": "active"}]
    name = save("s.json", together(*sessions))
    found = list(objects(run("status", name, "--json")))
    assert [(each["id"], each["status"]) for each in found] == [("s1", "draft"), ("s2", "active")]


@each_way
def test_artifacts_in_a_row_are_those_of_one_session(save: Save, together: Together) -> None:
    name = save("a.json", together(*artifacts("succeeded", "failed")))
    found = one(run("status", name, "--json"))
    assert (found["id"], found["status"]) == (None, "completedWithError")
    found = one(run("status", save("s.json", session()), name, "--json"))
    assert (found["id"], found["status"]) == ("s1", "completedWithError")


@each_way
def test_granular_artifacts_in_a_row(save: Save, together: Together) -> None:
    entries = [
        {"id": "g1", "status": "succeeded", "searchResponseId": "q"},
        typed("granularMailboxRestoreArtifact", status="succeeded"),
    ]
    names = [
        save("s.json", session(restoreJobType="granular")),
        save("g.json", together(*entries)),
    ]
    found = one(run("status", *names, "--json"))
    assert (found["status"], found["lacks"]) == ("completed", [])


@each_way
def test_pages_in_a_row(save: Save, together: Together) -> None:
    pages = [
        page(artifact("a1", "succeeded"), more=True),
        page(artifact("a2", "succeeded")),
    ]
    assert one(run("status", save("p.json", together(*pages)), "--json"))["status"] == "completed"
    some = one(run("status", save("p.json", together(*pages[:1])), "--json"))
    assert some["complete"] is False


@each_way
def test_a_session_and_its_pages_in_a_row(save: Save, together: Together) -> None:
    name = save("s.json", together(session(status="active"), page(artifact("a1", "succeeded"))))
    found = one(run("status", name, "--json"))
    assert (found["id"], found["status"]) == ("s1", "completed")


@pytest.mark.parametrize(
    ("together", "paths"),
    [(array, ("$[0]", "$[2]", "$[3]")), (lines, ("line 1: $", "line 5: $", "line 7: $"))],
)
def test_every_problem_in_a_row_has_its_place(
    save: Save, together: Together, paths: tuple[str, ...]
) -> None:
    bad = together(
        session("s1", completedDateTime=5),
        session("s2"),
        page(typed("exchangeRestoreSession", id=7)),
        typed("sharePointRestoreSession"),
    )
    problems = run("status", save("s.json", bad)).problems
    assert [problem.split(": expected")[0] for problem in problems] == [
        f"s.json: {paths[1]}.value[0].id",
        f"s.json: {paths[0]}.completedDateTime",
    ]
    bad = together(session("s1", completedDateTime=5), session("s2"), session("s3", error=5))
    problems = run("status", save("s.json", bad)).problems
    assert [problem.split(": expected")[0] for problem in problems] == [
        f"s.json: {paths[0]}.completedDateTime",
        f"s.json: {paths[1]}.error",
    ]
    mixed = together(session("s1", status="draft"), session("s2"), *artifacts("added", "failed"))
    problems = run("status", save("s.json", mixed)).problems
    assert [problem.split(": expected")[0] for problem in problems] == [
        f"s.json: {paths[1]}",
        f"s.json: {paths[2]}",
    ]


def test_contradicting_artifacts_in_a_row_have_their_places(save: Save) -> None:
    entries = [artifact("a1", status) for status in ("succeeded", "failed")]
    (problem,) = run("status", save("a.json", array(*entries))).problems
    assert problem.startswith("a.json: $[1].id: the artifact 'a1' is failed here and succeeded at ")
    assert problem.endswith(" at a.json: $[0]; neither can follow")
    (problem,) = run("status", save("a.jsonl", lines(*entries))).problems
    assert problem.startswith("a.jsonl: line 3: $.id: the artifact 'a1' is failed here")
    assert problem.endswith(" at a.jsonl: line 1: $; neither can follow")


def test_one_document_in_a_row_is_read_like_one_by_itself(save: Save) -> None:
    for entry in ({"id": "s1"}, {"id": "s1", "status": "failed"}):
        assert one(run("status", save("s.json", array(entry)), "--json"))["id"] == "s1"
    assert run("status", save("s.json", array({}))).problems == [
        "s.json: $[0]: expected a session, which has an id, or a page, which has a value"
    ]


def test_invalid_json_in_a_line_has_its_place(save: Save) -> None:
    text = b'{"id": "s1", "status": "draft"}\nnonsense\n{"id": "s2"\n'
    problems = run("status", save("s.jsonl", text)).problems
    assert [problem.split(" from")[0] for problem in problems] == [
        "s.jsonl: line 2: $: invalid JSON",
        "s.jsonl: line 3: $: invalid JSON",
    ]


def test_a_truncated_document_is_not_read_as_json_lines(save: Save) -> None:
    text = json.dumps(session(), indent=1).encode()[:-3]
    (problem,) = run("status", save("s.json", text)).problems
    assert problem.startswith("s.json: $: invalid JSON from line ")


@each_way
def test_an_unknown_document_in_a_row_is_refused(save: Save, together: Together) -> None:
    (problem,) = run("status", save("s.json", together({"id": "x"}, {"id": "y"}))).problems
    assert problem.startswith("s.json: $: it may be a page of restore sessions of mailboxes, ")
    units = [typed("mailboxProtectionUnit"), typed("mailboxProtectionUnit")]
    (problem,) = run("status", save("s.json", together(*units))).problems
    assert "got a page of protection units of mailboxes (mailboxProtectionUnit)" in problem
