"""Getting and listing, completely and page by page (rule O2)."""

from __future__ import annotations

from typing import Any, Final

from .asking import (
    artifact,
    at,
    create,
    create_artifact,
    delete,
    expire,
    get,
    list_artifacts,
    list_sessions,
    record,
    removal,
    report,
    update,
)
from .declaring import Start, Topic, case, cases
from .refused_sessions import of_bad_ids
from .states import given, in_status, of_both_kinds, start

__all__ = ["READ_OPERATIONS"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off


def _sessions(number: int, status: str = "added") -> Start:
    """Begin with the sessions ``s1``, ``s2`` …."""
    names = [f"s{position}" for position in range(1, number + 1)]
    return start(*(in_status(status, session_id=name) for name in names))


def _artifacts(number: int) -> Start:
    """Begin with a session with the artifacts ``a1``, ``a2`` …."""
    return given(*["added"] * number)


_CREATED: Final = (
    create(artifact(), session="s3"),
    create(artifact(), session="s1", now=at(60)),
    create(artifact(), session="s2", now=at(120)),
)
"""What creates three sessions in a row."""

_IN_EACH_STATUS: Final = start(
    in_status("added"),
    in_status("scheduling", session_id="s2"),
    in_status("inProgress", session_id="s3"),
    in_status("succeeded", session_id="s4"),
    in_status("succeeded", "failed", session_id="s5"),
    in_status("failed", session_id="s6"),
    in_status("succeeded", session_id="s7"),
    in_status("failed", session_id="s8"),
)
"""Sessions in each status, those that are over on a second page of five and a third."""

_NO_TOPS: Final[tuple[tuple[str, Any, str], ...]] = (
    ("nought", 0, "nought"),
    ("negative", -1, "below nought"),
    ("a-text", "2", "a text"),
    ("a-fraction", 1.5, "a fraction"),
    ("true", True, "the boolean true"),
    ("an-array", [2], "an array"),
)
"""Invalid page sizes."""

_NO_TOKENS: Final[tuple[tuple[str, Any, str], ...]] = (
    ("any-text", "no token of yours", "a text that no page came with"),
    ("empty", "", "the empty text"),
    ("true", True, "the boolean true"),
    ("an-array", ["1"], "an array"),
)
"""Invalid continuation tokens."""

_LIST: Final = (
    *cases("O2", "list/",
        ("none", "There are no sessions.", list_sessions()),
        ("one", "There is one session.", create(artifact()), list_sessions()),
        ("order-of-creation", "The sessions are listed in the order of their creation.",
         create(artifact(), session="s3"),
         create(artifact(), session="s1", now="2026-01-05T10:00:00Z"),
         create(artifact(), session="s2", now="2026-01-05T08:00:00Z"), list_sessions()),
        ("order-of-creation-by-one-clock",
         "Sessions created one an hour are listed in that order.", *_CREATED, list_sessions()),
        ("created-page-by-page", "Every created session is listed once, page by page.",
         *_CREATED, list_sessions(2), list_sessions(2, after=3)),
        ("in-each-status-on-a-later-page", "A session on a later page shows what it is, too.",
         _IN_EACH_STATUS, list_sessions(1), list_sessions(5, after=0), list_sessions(after=1)),
        ("order-after-a-change", "A changed session keeps its place.",
         _sessions(3, "inProgress"), record(report("succeeded"), session="s1"), list_sessions()),
        ("order-after-a-delete", "The other sessions keep their order when one is deleted.",
         _sessions(4), delete("s2"), list_sessions()),
        ("order-after-coming-again", "A session that is created again comes last.",
         _sessions(2), delete("s1"), create(artifact(), session="s1"), list_sessions()),
        ("top-below", "A page is not longer than requested.", _sessions(3), list_sessions(2)),
        ("top-exactly", "The page with the last session has no continuation token.",
         _sessions(3), list_sessions(3)),
        ("top-above", "There are fewer sessions than requested.",
         _sessions(3), list_sessions(4)),
        ("more-than-a-hundred", "Without a page size all sessions are on one page.",
         start(*({"id": f"s{number}"} for number in range(1, 103))), list_sessions()),
        ("page-by-page", "Every session is listed once, page by page.",
         _sessions(5), list_sessions(2), list_sessions(2, after=0), list_sessions(2, after=1)),
        ("last-page-is-full", "A full last page has no continuation token.",
         _sessions(4), list_sessions(2), list_sessions(2, after=0)),
        ("rest", "Without a page size all remaining sessions are on one page.",
         _sessions(4), list_sessions(1), list_sessions(after=0)),
        ("other-size", "The pages may have different sizes.",
         _sessions(5), list_sessions(1), list_sessions(3, after=0)),
        ("token-again", "The same token returns the same page again.",
         _sessions(3), list_sessions(1), list_sessions(1, after=0), list_sessions(1, after=0)),
        ("deleted-on-a-page-before",
         "If a session of an earlier page is deleted, no other one is left out.",
         _sessions(4), list_sessions(2), delete("s1"), list_sessions(2, after=0)),
        ("deleted-last-of-a-page", "The last session of a page may be deleted.",
         _sessions(4), list_sessions(2), delete("s2"), list_sessions(2, after=0)),
        ("deleted-all-of-a-page", "All sessions of a page may be deleted.",
         _sessions(4), list_sessions(2), delete("s1"), delete("s2"), list_sessions(2, after=0)),
        ("deleted-on-the-next-page",
         "A session that is deleted before its page is requested is not listed.",
         _sessions(4), list_sessions(2), delete("s3"), list_sessions(2, after=0)),
        ("nothing-is-left", "All remaining sessions may be deleted.",
         _sessions(2), list_sessions(1), delete("s2"), list_sessions(1, after=0)),
        ("created-between-pages", "A session that is created between two pages comes last.",
         _sessions(3), list_sessions(2), create(artifact(), session="s0"),
         list_sessions(5, after=0)),
        ("deleted-and-created-between-pages",
         "Sessions created and deleted between two pages cause neither repetitions nor omissions.",
         _sessions(4), list_sessions(2), delete("s1"), create(artifact(), session="s1"),
         list_sessions(5, after=0)),
        ("expired-between-pages", "Sessions may expire between two pages.",
         start(in_status("succeeded", session_id="s1"), in_status("added", session_id="s2")),
         list_sessions(1), expire("2028-01-01T00:00:00Z"), list_sessions(2, after=0)),
    ),
    *(
        case(f"list/InvalidRequest/top-{name}", "O2", f"The page size is {words}.",
            _sessions(3), list_sessions(top))
        for name, top, words in _NO_TOPS
    ),
    *(
        case(f"list/InvalidRequest/token-{name}", "O2", f"The continuation token is {words}.",
            _sessions(3), {"method": "list", "params": {"skipToken": token}})
        for name, token, words in _NO_TOKENS
    ),
)

_LIST_ARTIFACTS: Final = (
    *cases("O2", "listArtifacts/",
        ("one", "There is one artifact.", create(artifact()), list_artifacts()),
        ("none", "All artifacts were removed.",
         create(artifact()), update(removal("a1")), list_artifacts()),
        ("not-held", "The artifacts were not expanded.",
         start({"id": "s1", "status": "active"}), list_artifacts()),
        ("order", "The artifacts are listed in the order in which they were added.",
         create(artifact("p2"), artifact("p1"), ids=["b", "a"]), update(artifact("p0"), ids=["0"]),
         list_artifacts()),
        ("order-after-a-change", "A changed artifact keeps its place.",
         given("inProgress", "inProgress", "inProgress"), record(report("succeeded", "a2")),
         list_artifacts()),
        ("in-each-status", "Each artifact has its status, times and error.",
         given("scheduled", "inProgress", "succeeded", "failed"), list_artifacts()),
        ("in-each-status-on-a-later-page", "An artifact on a later page shows what it is, too.",
         given("added", "scheduled", "inProgress", "succeeded", "failed"),
         list_artifacts(top=1), list_artifacts(top=2, after=0), list_artifacts(after=1)),
        ("without-granular", "Granular artifacts are in a list of their own.",
         start(of_both_kinds(("added",), ("added",))), list_artifacts()),
        ("top-exactly", "The page with the last artifact has no continuation token.",
         _artifacts(3), list_artifacts("s1", 3)),
        ("more-than-a-hundred", "A page is as long as requested.",
         start({"id": "s1",
             "mailboxRestoreArtifacts": [
                 {"id": f"a{number}", "status": "added"}
                 for number in range(1, 103)
             ]}), list_artifacts(top=101)),
        ("page-by-page", "Every artifact is listed once, page by page.",
         _artifacts(5), list_artifacts("s1", 2), list_artifacts("s1", 2, after=0),
         list_artifacts("s1", 2, after=1)),
        ("removed-on-a-page-before",
         "If an artifact of an earlier page is removed, no other one is left out.",
         _artifacts(4), list_artifacts("s1", 2), update(removal("a1")),
         list_artifacts("s1", 2, after=0)),
        ("removed-last-of-a-page", "The last artifact of a page may be removed.",
         _artifacts(4), list_artifacts("s1", 2), update(removal("a2")),
         list_artifacts("s1", 2, after=0)),
        ("added-between-pages", "An artifact that is added between two pages comes last.",
         _artifacts(3), list_artifacts("s1", 2), create_artifact(artifact("p9")),
         list_artifacts("s1", 5, after=0)),
    ),
    *(
        case(f"listArtifacts/InvalidRequest/top-{name}", "O2", f"The page size is {words}.",
            _artifacts(3), list_artifacts("s1", top))
        for name, top, words in _NO_TOPS
    ),
    *(
        case(f"listArtifacts/InvalidRequest/token-{name}", "O2",
            f"The continuation token is {words}.",
            _artifacts(3),
            {"method": "listArtifacts", "params": {"sessionId": "s1", "skipToken": token}})
        for name, token, words in _NO_TOKENS
    ),
)

READ_OPERATIONS: Final = Topic(
    "read_operations",
    "Getting a session, and listing sessions and artifacts page by page",
    (
        *cases("O2", "get/",
            ("found", "The session with this id is returned.",
             create(artifact("p1")), create(artifact("p2"), session="s2"), get("s2"), get("s1")),
            ("full", "All properties of a session are returned.",
             given("succeeded", "failed", "inProgress"), get()),
        ),
        *of_bad_ids("O2", get, create(artifact()), "get/"),
        *_LIST,
        *_LIST_ARTIFACTS,
        *of_bad_ids("O2", list_artifacts, create(artifact()), "listArtifacts/"),
    ),
)
"""The cases of get, list and listArtifacts (rule O2)."""
