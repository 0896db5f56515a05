"""Sessions that are refused: the cases that every operation on a session shares (O2-O7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from restore_domain.verification.histories import Call

from .asking import get, list_sessions, without
from .declaring import Declared, Start, case
from .states import NOT_DRAFT, given, in_status, start

__all__ = ["of_bad_bulk_ids", "of_bad_ids", "of_no_drafts"]

# A row of a table is a case: its words, what it begins with, its calls.
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
    ("private-use", "s\ue000", "a text with a character that is no one's"),
    ("no-character", "s\uffff", "a text with what will never be a character"),
    ("no-break-space", "s\u00a01", "a text with a space that is not the usual one"),
)
"""What is no id: its name, the value, and what it is in words."""

_GOOD_IDS: Final = (
    ("unknown", "s9", "There is no session of this id."),
    ("spaces-within", "s 1", "An id may have a space in it, but there is no session of this one."),
    ("other-case", "S1", "The case of an id matters."),
    ("spaces-around", " s1 ", "The spaces around an id belong to it."),
    ("beyond-ascii", "Sitzung-\u00fc-\u6f22", "An id may have letters of any language."),
    ("number-as-text", "7", "An id may look like a number."),
)
"""Ids of no session."""


def of_bad_ids(
    rule: str, call: Callable[[Any], Call], before: Call, prefix: str = ""
) -> tuple[Declared, ...]:
    """Ask an operation for ids that are none, and for those of no session.

    `before` creates the session ``s1``. The names of the cases begin with the prefix.
    """
    return (
        *(
            case(f"{prefix}InvalidRestoreSessionId/{name}",
                rule, f"The session id is {words}.", call(value))
            for name, value, words in _BAD_IDS
        ),
        case(f"{prefix}InvalidRestoreSessionId/missing", rule, "There is not a session id.",
            without(call(None), "sessionId")),
        *(
            case(f"{prefix}InvalidRestoreSessionId/contained/{name}", rule,
                f"The session id is {words}, though there is a session of it.",
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
    """Ask an operation for ids of bulk requests that are none, and for those of no request.

    What is asked before makes the session ``s1`` with the bulk request ``b1``.
    """
    return (
        *(
            case(f"{prefix}InvalidBulkRestoreArtifactId/{name}",
                rule, f"The id of the bulk request is {words}.", *before, call(value))
            for name, value, words in _BAD_IDS
        ),
        case(f"{prefix}InvalidBulkRestoreArtifactId/missing", rule,
            "There is no id of a bulk request.", *before, without(call(None), "bulkRequestId")),
        *(
            case(f"{prefix}BulkRestoreArtifactsNotFound/{name}", rule,
                description.replace("session", "bulk request"), *before, call(value))
            for name, value, description in _GOOD_IDS
        ),
        case(f"{prefix}BulkRestoreArtifactsNotFound/other-case-of-it", rule,
            "The case of an id matters.", *before, call("B1")),
    )


def of_no_drafts(rule: str, call: Call, prefix: str = "") -> tuple[Declared, ...]:
    """Ask an operation that a draft alone allows for each other session."""
    return tuple(
        case(f"{prefix}RestoreSessionActionNotAllowed/{name}", rule,
            f"The session has artifacts that are {' and '.join(statuses)}.",
            given(*statuses), call, get())
        for name, statuses in NOT_DRAFT.items()
    )
