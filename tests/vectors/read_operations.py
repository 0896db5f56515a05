"""Getting and listing, whole and page by page (rule O2)."""

from __future__ import annotations

from typing import Any, Final

from .asking import (
    artifact,
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

# A row of a table is a case: its words, what it begins with, its calls.
# fmt: off


def _sessions(number: int, status: str = "added") -> Start:
    """Begin with the sessions ``s1``, ``s2`` …."""
    names = [f"s{position}" for position in range(1, number + 1)]
    return start(*(in_status(status, session_id=name) for name in names))


def _artifacts(number: int) -> Start:
    """Begin with a session of the artifacts ``a1``, ``a2`` …."""
    return given(*["added"] * number)


_NO_TOPS: Final[tuple[tuple[str, Any, str], ...]] = (
    ("nought", 0, "nought"),
    ("negative", -1, "below nought"),
    ("a-text", "2", "a text"),
    ("a-fraction", 1.5, "a fraction"),
    ("true", True, "the boolean true"),
    ("an-array", [2], "an array"),
)
"""What is no page size."""

_NO_TOKENS: Final[tuple[tuple[str, Any, str], ...]] = (
    ("any-text", "no token of yours", "a text that no page came with"),
    ("empty", "", "the empty text"),
    ("true", True, "the boolean true"),
    ("an-array", ["1"], "an array"),
)
"""What is no continuation token."""

_LIST: Final = (
    *cases("O2", "list/",
        ("none", "There are no sessions.", list_sessions()),
        ("one", "There is one session.", create(artifact()), list_sessions()),
        ("order-of-creation", "The sessions come in the order of their creation.",
         create(artifact(), session="s3"),
         create(artifact(), session="s1", now="2026-01-05T10:00:00Z"),
         create(artifact(), session="s2", now="2026-01-05T08:00:00Z"), list_sessions()),
        ("order-after-a-change", "A change leaves a session in its place.",
         _sessions(3, "inProgress"), record(report("succeeded"), session="s1"), list_sessions()),
        ("order-after-a-delete", "A session that went leaves the others in their order.",
         _sessions(4), delete("s2"), list_sessions()),
        ("order-after-coming-again", "A session that came again stands last.",
         _sessions(2), delete("s1"), create(artifact(), session="s1"), list_sessions()),
        ("top-below", "A page is no longer than was asked for.", _sessions(3), list_sessions(2)),
        ("top-exactly", "A page that has the last session has no token.",
         _sessions(3), list_sessions(3)),
        ("top-above", "There are fewer sessions than were asked for.",
         _sessions(3), list_sessions(4)),
        ("more-than-a-hundred", "Without a page size all sessions come at once.",
         start(*({"id": f"s{number}"} for number in range(1, 103))), list_sessions()),
        ("page-by-page", "Every session comes once, page by page.",
         _sessions(5), list_sessions(2), list_sessions(2, after=0), list_sessions(2, after=1)),
        ("last-page-is-full", "A last page that is full has no token.",
         _sessions(4), list_sessions(2), list_sessions(2, after=0)),
        ("rest", "Without a page size the rest comes at once.",
         _sessions(4), list_sessions(1), list_sessions(after=0)),
        ("other-size", "The pages may have different sizes.",
         _sessions(5), list_sessions(1), list_sessions(3, after=0)),
        ("token-again", "A token gives the same page again.",
         _sessions(3), list_sessions(1), list_sessions(1, after=0), list_sessions(1, after=0)),
        ("deleted-on-a-page-before",
         "A session that goes from a page before makes none be left out.",
         _sessions(4), list_sessions(2), delete("s1"), list_sessions(2, after=0)),
        ("deleted-last-of-a-page", "A page may end with a session that goes.",
         _sessions(4), list_sessions(2), delete("s2"), list_sessions(2, after=0)),
        ("deleted-all-of-a-page", "All sessions of a page may go.",
         _sessions(4), list_sessions(2), delete("s1"), delete("s2"), list_sessions(2, after=0)),
        ("deleted-on-the-next-page", "A session that goes before it comes does not come.",
         _sessions(4), list_sessions(2), delete("s3"), list_sessions(2, after=0)),
        ("nothing-is-left", "The rest of the sessions may go.",
         _sessions(2), list_sessions(1), delete("s2"), list_sessions(1, after=0)),
        ("created-between-pages", "A session that comes between two pages stands last.",
         _sessions(3), list_sessions(2), create(artifact(), session="s0"),
         list_sessions(5, after=0)),
        ("deleted-and-created-between-pages",
         "Sessions that come and go between two pages make none come twice, or be left out.",
         _sessions(4), list_sessions(2), delete("s1"), create(artifact(), session="s1"),
         list_sessions(5, after=0)),
        ("expired-between-pages", "Sessions whose time is over may go between two pages.",
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
        ("order", "The artifacts come in the order in which they came.",
         create(artifact("p2"), artifact("p1"), ids=["b", "a"]), update(artifact("p0"), ids=["0"]),
         list_artifacts()),
        ("order-after-a-change", "A change leaves an artifact in its place.",
         given("inProgress", "inProgress", "inProgress"), record(report("succeeded", "a2")),
         list_artifacts()),
        ("in-each-status", "Each artifact tells its status, times and error.",
         given("scheduled", "inProgress", "succeeded", "failed"), list_artifacts()),
        ("without-granular", "Those of chosen items are in a list of their own.",
         start(of_both_kinds(("added",), ("added",))), list_artifacts()),
        ("top-exactly", "A page that has the last artifact has no token.",
         _artifacts(3), list_artifacts("s1", 3)),
        ("more-than-a-hundred", "A page is as long as was asked for.",
         start({"id": "s1",
             "mailboxRestoreArtifacts": [
                 {"id": f"a{number}", "status": "added"}
                 for number in range(1, 103)
             ]}), list_artifacts(top=101)),
        ("page-by-page", "Every artifact comes once, page by page.",
         _artifacts(5), list_artifacts("s1", 2), list_artifacts("s1", 2, after=0),
         list_artifacts("s1", 2, after=1)),
        ("removed-on-a-page-before",
         "An artifact that goes from a page before makes none be left out.",
         _artifacts(4), list_artifacts("s1", 2), update(removal("a1")),
         list_artifacts("s1", 2, after=0)),
        ("removed-last-of-a-page", "A page may end with an artifact that goes.",
         _artifacts(4), list_artifacts("s1", 2), update(removal("a2")),
         list_artifacts("s1", 2, after=0)),
        ("added-between-pages", "An artifact that comes between two pages stands last.",
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
            ("found", "The session of this id comes, and no other.",
             create(artifact("p1")), create(artifact("p2"), session="s2"), get("s2"), get("s1")),
            ("full", "All that a session has comes.",
             given("succeeded", "failed", "inProgress"), get()),
        ),
        *of_bad_ids("O2", get, create(artifact()), "get/"),
        *_LIST,
        *_LIST_ARTIFACTS,
        *of_bad_ids("O2", list_artifacts, create(artifact()), "listArtifacts/"),
    ),
)
"""The cases of get, list and listArtifacts (rule O2)."""
