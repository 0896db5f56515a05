"""Creating a session (rule O1)."""

from __future__ import annotations

from itertools import product
from typing import Any, Final

from restore_domain.verification.histories import Call

from .asking import ADA, ENTRIES, artifact, create, get, list_sessions
from .declaring import Declared, Topic, case, cases
from .requested_artifacts import SAME_POINT, of_bad_artifacts, of_bad_places, of_good_artifacts
from .states import start

__all__ = ["CREATE"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

def _named_twice(key: str, reference: str) -> Call:
    """Request a restore point by its id, and by a reference."""
    referenced = {"restorePoint": {"@odata.id": reference}, "destinationType": "inPlace"}
    return create(artifact(key), referenced)


_KEYS: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("space", "restorePoints('p%201')", "p 1", "An escape may represent a space."),
    ("slash", "restorePoints('p%2F1')", "p/1",
     "A path is split before its escapes are decoded: an escaped slash belongs to the key."),
    ("question-mark", "restorePoints/p%3F%231", "p?#1",
     "An escaped ? and an escaped # belong to the key."),
    ("quote", "restorePoints('O''Neil')", "O'Neil", "Within quotes, two quotes are one."),
    ("escaped-quotes", "restorePoints(%27O%27%27Neil%27)", "O'Neil", "Escaped quotes are quotes."),
    ("quotes-outside", "restorePoints/O''Neil", "O''Neil",
     "Two quotes without enclosing quotes are two."),
    ("letters", "restorePoints/%C3%BC%e2%82%ac%F0%9F%93%AC", "\u00fc\u20ac\U0001f4ec",
     "Escapes are decoded as UTF-8."),
    ("bad-escapes", "restorePoints('%zz%C0%80%41%fF%')", "%zz%C0%80A%fF%",
     "An escape that is not valid UTF-8 stays as it is."),
    ("escaped-once", "restorePoints/%2541", "%41", "Escapes are decoded only once."),
    ("parentheses", "restorePoints('a(b)c')", "a(b)c", "A key may contain parentheses."),
    ("plus", "restorePoints/p+1", "p+1", "A plus stays a plus."),
)
"""References, and the id that is the same key."""

_OTHER_KEYS: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("bad-escape", "restorePoints/p%ff", "p%FF", "An invalid escape is compared as it was sent."),
    ("quotes-outside", "restorePoints/O''Neil", "O'Neil",
     "Two quotes without enclosing quotes are two."),
    ("plus", "restorePoints/p+1", "p 1", "A plus does not represent a space."),
    ("escaped-twice", "restorePoints/%2541", "A", "Escapes are decoded only once."),
    ("case", "restorePoints('P1')", "p1", "Keys are case-sensitive."),
    ("colon", "urn:p1", "p1",
     "A reference without slashes is a key, regardless of its other characters."),
)
"""References, and an id that is another key."""

_ACCEPTED: Final = cases("O1", "",
    ("one", "A new session with one artifact is a draft, and the artifact is added.",
     create(artifact()), get()),
    ("several", "The artifacts keep the order of the request.",
     create(artifact("p3"), artifact("p1"), artifact("p2")), get()),
    ("new", "All artifacts may have the destination new.",
     create(artifact("p1", "new"), artifact("p2", "new")), get()),
    ("by-somebody", "The session shows who created it.", create(artifact(), actor=ADA)),
    ("ids-in-order", "The artifacts get the ids in the given order.",
     create(artifact("p1"), artifact("p2"), ids=["z", "b"]), get()),
    ("more-ids-than-artifacts", "There may be more ids than artifacts.",
     create(artifact("p1"), ids=["a1", "a2", "a3"]), get()),
    ("reference-with-a-slash-in-its-key",
     "The key comes after the last slash of a reference; earlier parentheses do not contain it.",
     create(artifact("a/p2"),
         {"restorePoint": {"@odata.id": "restorePoints('a/p2')"}, "destinationType": "inPlace"}),
     get()),
    *(
        (f"other-key/{name}", description, _named_twice(key, reference), get())
        for name, reference, key, description in _OTHER_KEYS
    ),
    ("two-sessions", "Two sessions may restore the same restore point.",
     create(artifact()), create(artifact(), session="s2"), list_sessions()),
)

_MALFORMED: Final[tuple[tuple[str, Any, str], ...]] = (
    ("null", {ENTRIES: None}, "The list of artifacts is null."),
    ("empty", {ENTRIES: []}, "The list of artifacts is empty."),
    ("no-array", {ENTRIES: {}}, "The list of artifacts is an object."),
    ("a-text", {ENTRIES: "p1"}, "The list of artifacts is a text."),
    ("entry-null", {ENTRIES: [artifact(), None]}, "An artifact is null."),
    ("entry-a-text", {ENTRIES: [artifact(), "p2"]}, "An artifact is a text."),
    ("entry-an-array", {ENTRIES: [[artifact()]]}, "An artifact is an array."),
    ("request-a-number", 7, "The request is a number."),
    ("request-an-array", [artifact()], "The request is an array."),
)


def _many(number: int) -> list[object]:
    return [artifact(f"p{position}") for position in range(1, number + 1)]


def _of_limit(name: str, limit: int, number: int, *, chosen: bool) -> Declared:
    there = "too many" if number > limit else "taken"
    return case(f"{'RestoreArtifactsLimitBreached' if number > limit else 'limit'}/{name}", "O1",
        f"Of at most {limit} artifacts in a request, {number} are {there}.",
        start(limits={"artifactsPerRequest": limit}) if chosen else start(), create(*_many(number)),
        get())


_LIMITS: Final = (
    _of_limit("default-49", 50, 49, chosen=False),
    _of_limit("default-50", 50, 50, chosen=False),
    _of_limit("default-51", 50, 51, chosen=False),
    _of_limit("chosen-2", 3, 2, chosen=True),
    _of_limit("chosen-3", 3, 3, chosen=True),
    _of_limit("chosen-4", 3, 4, chosen=True),
    _of_limit("one-1", 1, 1, chosen=True),
    _of_limit("one-2", 1, 2, chosen=True),
)

_REFUSED: Final = (
    *(
        case(f"InvalidArtifactRequest/{name}", "O1",
            description, create(request=request), get(), list_sessions())
        for name, request, description in _MALFORMED
    ),
    *of_bad_artifacts("O1", call=lambda bad: create(artifact(), bad), after=get()),
    *of_bad_places("O1", call=create, after=get()),
    *cases("O1", "DifferentRestoreDestinationType/",
        ("in-place-and-new", "All artifacts of a session must have the same kind of destination.",
         create(artifact("p1"), artifact("p2", "new")), get()),
        ("the-last", "The last artifact has another destination.",
         create(artifact("p1", "new"), artifact("p2", "new"), artifact("p3", "inPlace")), get()),
    ),
    *(
        case(f"DuplicateArtifactInList/{name}", "O1",
            description,
            create(artifact("p1"), {"restorePoint": point, "destinationType": "inPlace"}), get())
        for name, point, description in SAME_POINT
    ),
    *(
        case(f"DuplicateArtifactInList/key/{name}", "O1", description,
            _named_twice(key, reference), get())
        for name, reference, key, description in _KEYS
    ),
    *cases("O1", "",
        ("DuplicateArtifactInList/not-beside", "Two equal restore points are separated by others.",
         create(artifact("p1"), artifact("p2"), artifact("p3"), artifact("p1")), get()),
        ("nothing-is-left", "A refused request creates nothing, and other sessions stay.",
         create(artifact(), session="s1"), create(artifact(), artifact(), session="s2"), get("s2"),
         list_sessions()),
    ),
)

_ENDS: Final = {"none": "", "quote": "'", "ampersand": "&", "asterisk": "*"}
"""What a key may begin or end with: a quote, and what comes before and after it in Unicode."""

_IN_QUOTES: Final = tuple(
    case(f"key/{form}/{begin}-{end}/{name}", "O1",
        "Quotes do not belong to a key if they are both around it, and any other ends do.",
        _named_twice(key, reference.format(text)), get())
    for form, reference in (("segment", "points/{}"), ("parentheses", "points({})"))
    for begin, end in product(_ENDS, repeat=2)
    for text in [f"{_ENDS[begin]}p1{_ENDS[end]}"]
    for name, key in {"whole": text, "within": text[1:-1]}.items()
)

_LINES: Final = tuple(
    case(f"key/line-break/{name}", "O1", "A line break is a character like any other.",
        _named_twice("p1", reference), get())
    for name, reference in (
        ("in-the-host", "https://a\nb/p1"), ("in-the-path", "a\nb/p1"), ("in-the-query", "p1?a\nb"),
        ("in-the-fragment", "p1#a\nb"), ("before-parentheses", "a\nb('p1')"),
        ("in-the-key", "points('p\n1')"), ("after-the-key", "p1\n"), ("before-the-key", "\np1"),
        ("escaped-in-the-key", "points('p%0A1')"),
    )
)

_ONE_CHARACTER: Final = tuple(
    case(f"key/one-character/{form}/{name}", "O1", "One quote is a key, and two have none in them.",
        _named_twice("'", reference.format(text)), get())
    for form, reference in (("segment", "points/{}"), ("parentheses", "points({})"))
    for name, text in (("one", "'"), ("two", "''"), ("three", "'''"), ("four", "''''"))
)

CREATE: Final = Topic(
    "create",
    "Creating a session",
    (
        *_ACCEPTED,
        *of_good_artifacts("O1", call=lambda good: create(artifact(), good), after=get()),
        *_LIMITS,
        *_REFUSED,
        *_IN_QUOTES,
        *_LINES,
        *_ONE_CHARACTER,
    ),
)
"""The cases of creating a session (rule O1)."""
