"""Refused sessions: the cases that every operation on a session shares (O2-O7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from restore_domain.verification.histories import Call

from .asking import get, list_sessions, without
from .declaring import Declared, Start, case
from .states import NOT_DRAFT, given, in_status, start

__all__ = ["of_bad_bulk_ids", "of_bad_ids", "of_no_drafts"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

_BAD_IDS: Final[tuple[tuple[str, Any, str], ...]] = (
    ("null", None, "null"),
    ("a-number", 7, "a number"),
    ("true", True, "the boolean true"),
    ("an-array", ["s1"], "an array"),
    ("an-object", {"id": "s1"}, "an object"),
    ("empty", "", "the empty text"),
    ("blank", "   ", "blank"),
    ("tab", "\t", "a tab"),
    ("control-character", "s1\u0007", "a text with a control character"),
    ("line-break", "s1\n", "a text with a line break"),
    ("private-use", "s\ue000", "a text with a private-use character"),
    ("no-character", "s\uffff", "a text with a code point that is never a character"),
    ("no-break-space", "s\u00a01", "a text with a no-break space"),
)
"""Invalid ids: the name of the case, the value, and its description."""

_GOOD_IDS: Final = (
    ("unknown", "s9", "There is no session with this id."),
    ("spaces-within", "s 1", "An id may contain a space, but there is no session with this id."),
    ("other-case", "S1", "Ids are case-sensitive."),
    ("spaces-around", " s1 ", "The spaces around an id belong to it."),
    ("beyond-ascii", "Sitzung-\u00fc-\u6f22", "An id may have letters of any language."),
    ("number-as-text", "7", "An id may look like a number."),
)
"""Ids of no session."""


def of_bad_ids(
    rule: str, call: Callable[[Any], Call], before: Call, prefix: str = ""
) -> tuple[Declared, ...]:
    """Call an operation with invalid ids, and with those of no session.

    `before` creates the session ``s1``. The names of the cases begin with the prefix.
    """
    return (
        *(
            case(f"{prefix}InvalidRestoreSessionId/{name}",
                rule, f"The session id is {words}.", call(value))
            for name, value, words in _BAD_IDS
        ),
        case(f"{prefix}InvalidRestoreSessionId/missing", rule, "The session id is missing.",
            without(call(None), "sessionId")),
        *(
            case(f"{prefix}InvalidRestoreSessionId/contained/{name}", rule,
                f"The session id is {words}, although there is a session with this id.",
                start(in_status("added", session_id=value)), call(value), list_sessions())
            for name, value, words in _BAD_IDS
            if isinstance(value, str) and value
        ),
        *(
            case(f"{prefix}RestoreSessionNotFound/{name}", rule, description, before, call(value))
            for name, value, description in _GOOD_IDS
        ),
    )


def of_bad_bulk_ids(
    rule: str, call: Callable[[Any], Call], *before: Start | Call, prefix: str = ""
) -> tuple[Declared, ...]:
    """Call an operation with invalid ids of bulk requests, and with those of no request.

    The calls before it create the session ``s1`` with the bulk request ``b1``.
    """
    return (
        *(
            case(f"{prefix}InvalidBulkRestoreArtifactId/{name}",
                rule, f"The id of the bulk request is {words}.", *before, call(value))
            for name, value, words in _BAD_IDS
        ),
        case(f"{prefix}InvalidBulkRestoreArtifactId/missing", rule,
            "The id of the bulk request is missing.",
            *before, without(call(None), "bulkRequestId")),
        *(
            case(f"{prefix}BulkRestoreArtifactsNotFound/{name}", rule,
                description.replace("session", "bulk request"), *before, call(value))
            for name, value, description in _GOOD_IDS
        ),
        case(f"{prefix}BulkRestoreArtifactsNotFound/other-case-of-it", rule,
            "Ids are case-sensitive.", *before, call("B1")),
    )


def of_no_drafts(rule: str, call: Call, prefix: str = "") -> tuple[Declared, ...]:
    """Call an operation that only a draft allows on each other session."""
    return tuple(
        case(f"{prefix}RestoreSessionActionNotAllowed/{name}", rule,
            f"The session has artifacts that are {' and '.join(statuses)}.",
            given(*statuses), call, get())
        for name, statuses in NOT_DRAFT.items()
    )
