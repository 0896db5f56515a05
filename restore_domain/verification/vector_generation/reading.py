"""Getting and listing, whole and page by page (rule O2)."""

from __future__ import annotations

from typing import Any, Final

from restore_domain.verification.vector_generation.asking import (
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
from restore_domain.verification.vector_generation.declaring import Topic, case
from restore_domain.verification.vector_generation.holding import (
    granular,
    held,
    in_status,
    session,
    start,
)
from restore_domain.verification.vector_generation.session_ids import of_bad_ids

__all__ = ["READ_OPERATIONS"]


def _sessions(number: int, status: str = "added") -> dict[str, Any]:
    """Begin with the sessions ``s1``, ``s2`` …."""
    names = [f"s{position}" for position in range(1, number + 1)]
    return start(*(in_status(status, session_id=name) for name in names))


def _artifacts(number: int) -> dict[str, Any]:
    """Begin with a session of the artifacts ``a1``, ``a2`` …."""
    return start(in_status(*["added"] * number))


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
    case("list/none", "O2", "There are no sessions.", list_sessions()),
    case("list/one", "O2", "There is one session.", create(artifact()), list_sessions()),
    case(
        "list/order-of-creation",
        "O2",
        "The sessions come in the order of their creation.",
        create(artifact(), session="s3"),
        create(artifact(), session="s1", now="2026-01-05T10:00:00Z"),
        create(artifact(), session="s2", now="2026-01-05T08:00:00Z"),
        list_sessions(),
    ),
    case(
        "list/order-after-a-change",
        "O2",
        "A change leaves a session in its place.",
        record(report("succeeded"), session="s1"),
        list_sessions(),
        start=_sessions(3, "inProgress"),
    ),
    case(
        "list/order-after-a-delete",
        "O2",
        "A session that went leaves the others in their order.",
        delete("s2"),
        list_sessions(),
        start=_sessions(4),
    ),
    case(
        "list/order-after-coming-again",
        "O2",
        "A session that came again stands last.",
        delete("s1"),
        create(artifact(), session="s1"),
        list_sessions(),
        start=_sessions(2),
    ),
    case(
        "list/top-below",
        "O2",
        "A page is no longer than was asked for.",
        list_sessions(2),
        start=_sessions(3),
    ),
    case(
        "list/top-exactly",
        "O2",
        "A page that has the last session has no token.",
        list_sessions(3),
        start=_sessions(3),
    ),
    case(
        "list/top-above",
        "O2",
        "There are fewer sessions than were asked for.",
        list_sessions(4),
        start=_sessions(3),
    ),
    case(
        "list/more-than-a-hundred",
        "O2",
        "Without a page size all sessions come at once.",
        list_sessions(),
        start=start(*({"id": f"s{number}"} for number in range(1, 103))),
    ),
    case(
        "list/page-by-page",
        "O2",
        "Every session comes once, page by page.",
        list_sessions(2),
        list_sessions(2, after=0),
        list_sessions(2, after=1),
        start=_sessions(5),
    ),
    case(
        "list/last-page-is-full",
        "O2",
        "A last page that is full has no token.",
        list_sessions(2),
        list_sessions(2, after=0),
        start=_sessions(4),
    ),
    case(
        "list/rest",
        "O2",
        "Without a page size the rest comes at once.",
        list_sessions(1),
        list_sessions(after=0),
        start=_sessions(4),
    ),
    case(
        "list/other-size",
        "O2",
        "The pages may have different sizes.",
        list_sessions(1),
        list_sessions(3, after=0),
        start=_sessions(5),
    ),
    case(
        "list/token-again",
        "O2",
        "A token gives the same page again.",
        list_sessions(1),
        list_sessions(1, after=0),
        list_sessions(1, after=0),
        start=_sessions(3),
    ),
    case(
        "list/deleted-on-a-page-before",
        "O2",
        "A session that goes from a page before makes none be left out.",
        list_sessions(2),
        delete("s1"),
        list_sessions(2, after=0),
        start=_sessions(4),
    ),
    case(
        "list/deleted-last-of-a-page",
        "O2",
        "A page may end with a session that goes.",
        list_sessions(2),
        delete("s2"),
        list_sessions(2, after=0),
        start=_sessions(4),
    ),
    case(
        "list/deleted-all-of-a-page",
        "O2",
        "All sessions of a page may go.",
        list_sessions(2),
        delete("s1"),
        delete("s2"),
        list_sessions(2, after=0),
        start=_sessions(4),
    ),
    case(
        "list/deleted-on-the-next-page",
        "O2",
        "A session that goes before it comes does not come.",
        list_sessions(2),
        delete("s3"),
        list_sessions(2, after=0),
        start=_sessions(4),
    ),
    case(
        "list/nothing-is-left",
        "O2",
        "The rest of the sessions may go.",
        list_sessions(1),
        delete("s2"),
        list_sessions(1, after=0),
        start=_sessions(2),
    ),
    case(
        "list/created-between-pages",
        "O2",
        "A session that comes between two pages stands last.",
        list_sessions(2),
        create(artifact(), session="s0"),
        list_sessions(5, after=0),
        start=_sessions(3),
    ),
    case(
        "list/deleted-and-created-between-pages",
        "O2",
        "Sessions that come and go between two pages make none come twice, or be left out.",
        list_sessions(2),
        delete("s1"),
        create(artifact(), session="s1"),
        list_sessions(5, after=0),
        start=_sessions(4),
    ),
    case(
        "list/expired-between-pages",
        "O2",
        "Sessions whose time is over may go between two pages.",
        list_sessions(1),
        expire("2028-01-01T00:00:00Z"),
        list_sessions(2, after=0),
        start=start(in_status("succeeded", session_id="s1"), in_status("added", session_id="s2")),
    ),
    *(
        case(
            f"list/InvalidRequest/top-{name}",
            "O2",
            f"The page size is {words}.",
            list_sessions(top),
            start=_sessions(3),
        )
        for name, top, words in _NO_TOPS
    ),
    *(
        case(
            f"list/InvalidRequest/token-{name}",
            "O2",
            f"The continuation token is {words}.",
            {"method": "list", "params": {"skipToken": token}},
            start=_sessions(3),
        )
        for name, token, words in _NO_TOKENS
    ),
)

_LIST_ARTIFACTS: Final = (
    case("listArtifacts/one", "O2", "There is one artifact.", create(artifact()), list_artifacts()),
    case(
        "listArtifacts/none",
        "O2",
        "All artifacts were removed.",
        create(artifact()),
        update(removal("a1")),
        list_artifacts(),
    ),
    case(
        "listArtifacts/not-held",
        "O2",
        "The artifacts were not expanded.",
        list_artifacts(),
        start=start({"id": "s1", "status": "active"}),
    ),
    case(
        "listArtifacts/order",
        "O2",
        "The artifacts come in the order in which they came.",
        create(artifact("p2"), artifact("p1"), ids=["b", "a"]),
        update(artifact("p0"), ids=["0"]),
        list_artifacts(),
    ),
    case(
        "listArtifacts/order-after-a-change",
        "O2",
        "A change leaves an artifact in its place.",
        record(report("succeeded", "a2")),
        list_artifacts(),
        start=start(in_status("inProgress", "inProgress", "inProgress")),
    ),
    case(
        "listArtifacts/in-each-status",
        "O2",
        "Each artifact tells its status, times and error.",
        list_artifacts(),
        start=start(in_status("scheduled", "inProgress", "succeeded", "failed")),
    ),
    case(
        "listArtifacts/without-granular",
        "O2",
        "Those of chosen items are in a list of their own.",
        list_artifacts(),
        start=start(
            session(held("a1", "added"), granularMailboxRestoreArtifacts=[granular("g1", "added")])
        ),
    ),
    case(
        "listArtifacts/top-exactly",
        "O2",
        "A page that has the last artifact has no token.",
        list_artifacts("s1", 3),
        start=_artifacts(3),
    ),
    case(
        "listArtifacts/more-than-a-hundred",
        "O2",
        "A page is as long as was asked for.",
        list_artifacts(top=101),
        start=start(
            {
                "id": "s1",
                "mailboxRestoreArtifacts": [
                    {"id": f"a{number}", "status": "added"} for number in range(1, 103)
                ],
            }
        ),
    ),
    case(
        "listArtifacts/page-by-page",
        "O2",
        "Every artifact comes once, page by page.",
        list_artifacts("s1", 2),
        list_artifacts("s1", 2, after=0),
        list_artifacts("s1", 2, after=1),
        start=_artifacts(5),
    ),
    case(
        "listArtifacts/removed-on-a-page-before",
        "O2",
        "An artifact that goes from a page before makes none be left out.",
        list_artifacts("s1", 2),
        update(removal("a1")),
        list_artifacts("s1", 2, after=0),
        start=_artifacts(4),
    ),
    case(
        "listArtifacts/removed-last-of-a-page",
        "O2",
        "A page may end with an artifact that goes.",
        list_artifacts("s1", 2),
        update(removal("a2")),
        list_artifacts("s1", 2, after=0),
        start=_artifacts(4),
    ),
    case(
        "listArtifacts/added-between-pages",
        "O2",
        "An artifact that comes between two pages stands last.",
        list_artifacts("s1", 2),
        create_artifact(artifact("p9")),
        list_artifacts("s1", 5, after=0),
        start=_artifacts(3),
    ),
    *(
        case(
            f"listArtifacts/InvalidRequest/top-{name}",
            "O2",
            f"The page size is {words}.",
            list_artifacts("s1", top),
            start=_artifacts(3),
        )
        for name, top, words in _NO_TOPS
    ),
    *(
        case(
            f"listArtifacts/InvalidRequest/token-{name}",
            "O2",
            f"The continuation token is {words}.",
            {"method": "listArtifacts", "params": {"sessionId": "s1", "skipToken": token}},
            start=_artifacts(3),
        )
        for name, token, words in _NO_TOKENS
    ),
)

READ_OPERATIONS: Final = Topic(
    "read_operations",
    "Getting a session, and listing sessions and artifacts page by page",
    (
        case(
            "get/found",
            "O2",
            "The session of this id comes, and no other.",
            create(artifact("p1")),
            create(artifact("p2"), session="s2"),
            get("s2"),
            get("s1"),
        ),
        case(
            "get/full",
            "O2",
            "All that a session has comes.",
            get(),
            start=start(in_status("succeeded", "failed", "inProgress")),
        ),
        *of_bad_ids("O2", get, create(artifact()), "get/"),
        *_LIST,
        *_LIST_ARTIFACTS,
        *of_bad_ids("O2", list_artifacts, create(artifact()), "listArtifacts/"),
    ),
)
"""The cases of get, list and listArtifacts (rule O2)."""
