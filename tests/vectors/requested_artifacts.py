"""Invalid artifacts in a request, for every operation that accepts artifacts.

The operations share these checks (rules O1, O3 and O6), so they share the cases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from restore_domain.verification.histories import Call

from .asking import artifact
from .declaring import Declared, case

__all__ = ["SAME_POINT", "of_bad_artifacts", "of_bad_places", "of_good_artifacts"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

_WITHOUT: Final = object()
"""Stands for a missing property."""

_DESTINATIONS: Final[tuple[tuple[str, Any, str], ...]] = (
    ("missing", _WITHOUT, "missing"),
    ("null", None, "null"),
    ("unknown", "elsewhere", "neither new nor inPlace"),
    ("sentinel", "unknownFutureValue", "unknownFutureValue"),
    ("other-case", "inplace", "inplace, and the case of a member matters"),
    ("empty", "", "the empty text"),
    ("a-number", 1, "a number"),
)
"""Invalid values of destinationType: the name of the case, the value, and its description."""

_POINTS: Final[tuple[tuple[str, Any, str], ...]] = (
    ("missing", _WITHOUT, "missing"),
    ("null", None, "null"),
    ("empty", {}, "an object without an id"),
    ("id-null", {"id": None}, "an object whose id is null"),
    ("id-empty", {"id": ""}, "an object whose id is empty"),
    ("id-blank", {"id": "  "}, "an object whose id is blank"),
    ("id-with-control-character", {"id": "p9\u0007"}, "an object whose id can't be printed"),
    ("id-a-number", {"id": 5}, "an object whose id is a number"),
    ("reference-empty", {"@odata.id": ""}, "an object whose reference is empty"),
    ("reference-of-an-empty-key",
     {"@odata.id": "https://graph.microsoft.com/restorePoints('')"},
     "an object whose reference ends in an empty key"),
    ("reference-to-a-host", {"@odata.id": "https://graph.microsoft.com"},
     "an object whose reference has no path"),
    ("reference-without-a-path", {"@odata.id": "?$filter=id eq 'p9'"},
     "an object whose reference is a query alone"),
    ("reference-of-a-control-character", {"@odata.id": "restorePoints('p9%07')"},
     "an object whose reference ends in a key that can't be printed"),
    ("unit-empty",
     {"id": "p9", "protectionUnit": {}}, "of a protection unit that has no id and no reference"),
    ("a-text", "p9", "a text"),
    ("an-array", [{"id": "p9"}], "an array"),
)
"""Invalid restore points."""


def _with(base: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Return an artifact with another value of a property, or without it."""
    others = {known: content for known, content in base.items() if known != name}
    return others if value is _WITHOUT else {**others, name: value}


SAME_POINT: Final[tuple[tuple[str, Any, str], ...]] = (
    ("same-id", {"id": "p1"}, "The same id means the same restore point."),
    ("reference", {"@odata.id": "p1"}, "A reference may be the id itself."),
    ("url",
     {"@odata.id": "https://graph.microsoft.com/v1.0/solutions/backupRestore/restorePoints/p1"},
     "A reference may be a URL that ends in the id."),
    ("url-with-slash",
     {"@odata.id": "https://graph.microsoft.com/restorePoints/p1/"},
     "A slash after the id does not belong to it."),
    ("url-with-slashes",
     {"@odata.id": "https://graph.microsoft.com/restorePoints/p1//"},
     "Several slashes after the id do not belong to it."),
    ("id-and-reference",
     {"id": "p1", "@odata.id": "https://graph.microsoft.com/restorePoints('p2')"},
     "The id counts, not a reference next to it."),
    ("url-with-parentheses",
     {"@odata.id": "solutions/backupRestore/restorePoints('p1')"},
     "A reference may be a URL that ends in the id in parentheses."),
    ("no-quotes", {"@odata.id": "/solutions/backupRestore/restorePoints(p1)"},
     "The id in parentheses may be without quotes."),
    ("quotes-without-parentheses", {"@odata.id": "restorePoints/'p1'"},
     "Quotes around an id do not belong to it."),
    ("query",
     {"@odata.id": "https://graph.microsoft.com/restorePoints('p1')?$select=id&a=b/c"},
     "A query does not belong to the path."),
    ("fragment", {"@odata.id": "restorePoints/p1/#a/b?c"},
     "A fragment does not belong to the path."),
    ("escaped", {"@odata.id": "restorePoints(%27%701%27)"}, "Characters may be escaped."),
    ("escaped-parentheses", {"@odata.id": "restorePoints%28p%31%29"},
     "The parentheses may be escaped."),
)
"""Ways to specify the restore point ``p1``."""


def of_bad_artifacts(
    rule: str, *calls_before: Call, call: Callable[[Any], Call], after: Call, prefix: str = ""
) -> tuple[Declared, ...]:
    """Call an operation with each malformed artifact, which changes nothing."""
    good = artifact("p9")
    faults = (
        ("InvalidPathType", "destinationType", "destinationType", _DESTINATIONS),
        ("InvalidRestorePoint", "restore point", "restorePoint", _POINTS),
    )
    return tuple(
        case(f"{prefix}{code}/{name}", rule, f"The {noun} is {words}.",
            *calls_before, call(_with(good, property_name, value)), after)
        for code, noun, property_name, values in faults
        for name, value, words in values
    )


def of_bad_places(
    rule: str, *calls_before: Call, call: Callable[..., Call], after: Call, prefix: str = ""
) -> tuple[Declared, ...]:
    """Call an operation with several artifacts, one of which is malformed, at each position."""
    bad = {
        "InvalidPathType": {"restorePoint": {"id": "p9"}, "destinationType": "elsewhere"},
        "InvalidRestorePoint": {"restorePoint": {}, "destinationType": "inPlace"},
    }
    good = (artifact("p7"), artifact("p8"))
    return tuple(
        case(f"{prefix}{code}/{name}", rule, "One artifact is malformed, at any place in the list.",
            *calls_before, call(*good[:place], wrong, *good[place:]), after)
        for code, wrong in bad.items()
        for place, name in enumerate(("first-of-three", "second-of-three", "third-of-three"))
    )


_UNUSUAL: Final[tuple[tuple[str, Any, str], ...]] = (
    ("reference",
     {"restorePoint": {"@odata.id": "p9"}, "destinationType": "inPlace"},
     "A restore point may be given by a reference."),
    ("more-than-needed",
     artifact("p9", id="mine", status="failed", restoredFolderName="mine",
         startDateTime="2020-01-01T00:00:00Z", error={"code": "mine"}),
     "Other properties of a requested artifact are ignored: its status starts as added."),
    ("point-in-full",
     {"restorePoint": {"id": "p9", "protectionDateTime": "2025-12-04T00:00:00Z",
          "expirationDateTime": "2026-12-18T00:00:00Z", "tags": "fastRestore"},
      "destinationType": "inPlace"},
     "Other properties of a requested restore point are kept."),
    ("other-case-of-a-point", artifact("P1"),
     "The id of a restore point is case-sensitive: P1 is not p1."),
    ("other-case-in-a-reference",
     {"restorePoint": {"@odata.id": "restorePoints('P1')"}, "destinationType": "inPlace"},
     "A key in a reference is also case-sensitive."),
    ("escapes-in-an-id", artifact("%701"), "Nothing is escaped in an id."),
)
"""Artifacts that are valid, but unusual."""


def of_good_artifacts(
    rule: str, *calls_before: Call, call: Callable[[Any], Call], after: Call
) -> tuple[Declared, ...]:
    """Call an operation with artifacts that are valid, but unusual."""
    return tuple(
        case(name, rule, description, *calls_before, call(requested), after)
        for name, requested, description in _UNUSUAL
    )
