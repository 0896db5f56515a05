"""Ids and keys with characters of every kind and length, in all places (rules O1, O2, O7, B1).

Valid ids are in one table and invalid ones in another; each is used in every place where a text
identifies something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from restore_domain.verification.histories import Call

from .asking import (
    artifact,
    bulk_request,
    create,
    create_artifact,
    create_bulk_request,
    delete,
    get,
    get_bulk_request,
    list_artifacts,
    list_sessions,
    record,
    removal,
    report,
    resolve_bulk_request,
    update,
)
from .declaring import Declared, Topic, case
from .states import asked, bulk, granular, start, stored, undeclared

__all__ = ["IDS"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

_GOOD: Final[tuple[tuple[str, str], ...]] = (
    ("one-letter", "a"),
    ("255-letters", "x" * 255),
    ("256-letters", "x" * 256),
    ("257-letters", "x" * 257),
    ("32768-letters", "x" * 32_768),
    ("astral", "\U0001f4ec"),
    ("composed", "\u00e9"),
    ("decomposed", "e\u0301"),
    ("small-dotless", "\u0131"),
    ("sharp-s", "\u00df"),
    ("sigma", "\u03c2"),
    ("full-width", "\uff41"),
    ("right-to-left", "\u05d0"),
    ("kelvin", "\u212a"),
    ("spaces-around", " a "),
    ("zero", "0"),
    ("minus", "-1"),
    ("number", "10"),
    ("number-with-noughts", "010"),
    ("number-with-exponent", "1e1"),
    ("number-long", "9007199254740993"),
    ("null", "null"),
    ("undefined", "undefined"),
    ("true", "true"),
    ("prototype", "__proto__"),
    ("constructor", "constructor"),
    ("method", "toString"),
    ("query", "a?c=d#e;f:g"),
    ("escape", "%61"),
    ("plus", "a+b"),
    ("quotes", "'\"`\\"),
    ("braces", "{n}"),
    ("markup", "<a>&amp;"),
    ("replacement", "\ufffd"),
)
"""Valid ids."""

_BAD: Final[tuple[tuple[str, str], ...]] = (
    ("high-surrogate", "\ud83d"),
    ("low-surrogate", "a\udcec"),
    ("swapped-surrogates", "\udcec\ud83d"),
    ("nul", "a\u0000"),
    ("delete", "a\u007f"),
    ("next-line", "a\u0085"),
    ("soft-hyphen", "a\u00adb"),
    ("zero-width-space", "a\u200b"),
    ("zero-width-joiner", "a\u200db"),
    ("byte-order-mark", "\ufeffa"),
    ("line-separator", "a\u2028"),
    ("paragraph-separator", "a\u2029"),
    ("em-space", "a\u2003b"),
    ("ideographic-space", "a\u3000b"),
    ("ogham-space", "a\u1680b"),
    ("private-use-astral", "a\U000f0000"),
    ("tag", "a\U000e0041"),
    ("no-character", "a\ufdd0"),
    ("no-character-astral", "a\U0001ffff"),
    ("space", " "),
    ("spaces", "   "),
)
"""Invalid ids."""


def _other(name: str) -> str:
    """Return texts that a careless program treats as the same text."""
    others = {"composed": "e\u0301", "decomposed": "\u00e9", "small-dotless": "i",
        "sharp-s": "ss", "sigma": "\u03c3", "full-width": "a", "kelvin": "k", "spaces-around": "a",
        "number": "10.0", "number-with-noughts": "10", "number-with-exponent": "10",
        "number-long": "9007199254740992", "escape": "a", "plus": "a b", "markup": "<a>&",
        "replacement": "\U0001f4ec"}
    text = dict(_GOOD)[name]
    return others.get(name, text.swapcase() if text.swapcase() != text else text + "\u0301")


def _ids() -> Iterator[Declared]:
    for name, text in _GOOD:
        other = text[:-1] + "y" if len(text) > 99 else _other(name)
        yield case(f"session/{name}", "O2", "A session is found only by its exact id.",
            start(undeclared(stored("a1", "scheduled"), session_id=other)),
            create(artifact(), session=text), get(text), get(other), list_sessions(1))
        yield case(f"artifact/{name}", "O7", "An artifact is found only by its exact id.",
            start(undeclared(stored(other, "scheduled"), stored(text, "scheduled"))),
            record(report("inProgress", text)), record(report("x", other), reporter="observer"),
            get())
        yield case(f"removal/{name}", "O3", "An artifact is removed only by its exact id.",
            start(undeclared(stored(other, "added"))),
            create_artifact(artifact(), artifact_id=text), update(removal(text)),
            list_artifacts())
        yield case(f"point/{name}", "O1", "Restore points are the same if their ids are equal.",
            create(artifact(text), artifact(other)), create_artifact(artifact(text)), get())
        yield case(f"search/{name}", "O1", "Searches are the same if their ids are equal.",
            start(undeclared(granularMailboxRestoreArtifacts=[
                granular("g1", "added", restorePoint={"id": "p1"}, searchResponseId=other)])),
            *[update(request={"granularMailboxRestoreArtifacts@delta": [
                artifact("p1", searchResponseId=each)]}, ids=[f"n{place}"])
              for place, each in enumerate((text, other))], get())
        yield case(f"request/{name}", "B2", "A bulk request is found only by its exact id.",
            start(bulk(asked(text, "active"), asked(other, "completed"))),
            get_bulk_request(request_id=text), get_bulk_request(request_id=other))
        yield case(f"directory-object/{name}", "B5",
            "A failure belongs to a directory object if the ids are equal.",
            start(bulk(asked("b1", "active", directoryObjectIds=[text]), status="activating")),
            *[resolve_bulk_request({"failures": [{"mailbox": each, "error": {"code": "Gone"}}]})
              for each in (other, text)], get())


_NAMING: Final[tuple[tuple[str, str, str, Callable[[str], tuple[Any, ...]]], ...]] = (
    ("session", "O2", "session", lambda text: (get(text),)),
    ("deleted-session", "O5", "session", lambda text: (start(undeclared()), delete(text))),
    ("request", "B2", "bulk request",
     lambda text: (start(bulk(asked("b1", "active"))), get_bulk_request(request_id=text))),
    ("point", "O1", "restore point", lambda text: (create(artifact(text)), get())),
    ("mailbox", "B1", "mailbox",
     lambda text: (start(undeclared()), _asked_for(mailboxes=[f"{text}@example.com"]), get())),
    ("domain", "B1", "mailbox",
     lambda text: (start(undeclared()), _asked_for(mailboxes=[f"ada@{text}"]), get())),
    ("directory-object", "B1", "directory object",
     lambda text: (start(undeclared()), _asked_for(directoryObjectIds=[text]), get())),
)


def _asked_for(**resources: Any) -> Call:
    return create_bulk_request({"destinationType": "new", **resources})


def _no_ids() -> Iterator[Declared]:
    for place, rule, noun, asking in _NAMING:
        for name, text in _BAD:
            yield case(f"no-id/{place}/{name}", rule,
                f"The id of a {noun} has other characters than letters.",
                *asking(text))


_ORDER: Final = ("b", "10", "9", "a", "\U0001f4ec", "\uff41", "0", "__proto__", "B", "-1")
"""Ids in an order that is neither that of texts nor that of numbers."""


def _orders() -> Iterator[Declared]:
    yield case("order/sessions", "O2", "Sessions are listed in the order of their creation.",
        start(*(undeclared(session_id=each) for each in _ORDER)), list_sessions(),
        list_sessions(7), list_sessions(after=1))
    yield case("order/artifacts", "O2",
        "Artifacts are listed in the order in which they were added.",
        start(undeclared(*(stored(each, "inProgress") for each in _ORDER))), list_artifacts(),
        list_artifacts(top=7), list_artifacts(after=1))
    yield case("order/created", "O1", "Artifacts get their ids in order.",
        create(*(artifact(f"p{each}") for each in _ORDER), ids=_ORDER), get())
    yield case("order/bulk", "B5", "Failures and artifacts are kept in order.",
        start(bulk(asked("b1", "active"), status="activating")),
        resolve_bulk_request({"artifacts": [{"restorePoint": {"id": each}} for each in _ORDER],
            "failures": [{"mailbox": each, "error": {"code": "Gone"}} for each in _ORDER]},
            ids=_ORDER), get())


_ADDRESSES: Final = ("@", "a@", "@b", "a@b", "a@@b", "a@b@c", "a b@c", " a@b", "a@b ", "a@b\t", "",
    "a", "\u00e9@\U0001f4ec", "a@" + "x" * 257, "x" * 257 + "@b", "a@.", '"a@b"@c')
"""Valid and invalid addresses."""


def _addresses() -> Iterator[Declared]:
    for number, address in enumerate(_ADDRESSES):
        yield case(f"address/{number}", "B1",
            "An address has one @ between two parts without spaces.",
            start(undeclared()), create_bulk_request(bulk_request("ada@example.com", address)),
            get())


IDS: Final = Topic(
    "ids",
    "Ids, keys and addresses of every kind of character and length",
    (*_ids(), *_no_ids(), *_orders(), *_addresses()),
)
"""The cases of ids and other texts that identify something."""
