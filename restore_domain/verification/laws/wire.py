"""The laws of Graph JSON (rules W1-W7), for a `WireFormat` that reads and writes it.

The documents are those of the conformance vectors, and bytes derived from them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from random import Random
from typing import Any, Final

from restore_domain.verification.laws.functions import WireFormat
from restore_domain.verification.laws.law import Breach, Law, Takes, actual_answer, in_words, law_of
from restore_domain.verification.vectors import Step, load_vectors

__all__ = ["WIRE_LAWS", "w1", "w2", "w3", "w4", "w5", "w6", "w7"]


def _calls(rule: str) -> Iterator[Step]:
    """Return the documents of the conformance vectors of a rule."""
    (file,) = load_vectors(["wire"])
    for case in file.cases:
        if case.rule == rule:
            yield from case.steps


def _text(params: Mapping[str, Any]) -> bytes:
    text: str = params["text"] if "text" in params else json.dumps(params["document"])
    return text.encode(errors="surrogatepass")  # half a pair gives bytes that are not UTF-8


def _shown(kind: str, data: bytes) -> str:
    return f"{kind} {data.decode(errors='backslashreplace')}"


def _written(wire: WireFormat, params: Mapping[str, Any]) -> bytes | str:
    """Read a document, and write it again."""
    included = params.get("includeUnknownEnumMembers") is not False
    entity = wire.loads(_text(params), params["type"])
    return wire.dumps(entity, include_unknown_enum_members=included)


def _as_in_vectors(wire: WireFormat, *, rule: str) -> Iterator[Breach]:
    """Compare what is written for each document, and whether it is refused."""
    for step in _calls(rule):
        params = step.call["params"]
        given = _shown(params["type"], _text(params))
        written, raised = actual_answer(partial(_written, wire, params))
        if step.expected.refusal is not None:
            if not isinstance(raised, wire.refusal):
                yield Breach(given, wire.refusal.__name__, in_words(written, raised), raised)
        elif raised is not None or written is None or not _same(written, step.expected.result):
            expected = json.dumps(step.expected.result)
            yield Breach(given, expected, in_words(written, raised), raised)


def _same(written: bytes | str, expected: Any) -> bool:
    """Compare JSON: the order of properties is free, and true is not 1."""
    found, raised = actual_answer(partial(json.loads, written))
    return raised is None and _canonical(found) == _canonical(expected)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _w1(wire: WireFormat) -> Iterator[Breach]:
    yield from _as_in_vectors(wire, rule="W1")
    for step in _calls("W1"):
        params = step.call["params"]
        entity = wire.loads(_text(params), params["type"])
        written = wire.dumps(entity)
        data = written.encode() if isinstance(written, str) else written
        again, raised = actual_answer(partial(wire.loads, data, params["type"]))
        if raised is not None or again != entity:
            given = _shown(params["type"], data)
            yield Breach(given, f"an entity equal to {entity!r}", in_words(again, raised), raised)


w1: Final = law_of("W1", Takes.WIRE, _w1)
"""The JSON value that is written is the one that was read, and is read as an equal entity (W1)."""


w2: Final = law_of("W2", Takes.WIRE, partial(_as_in_vectors, rule="W2"))
"""A text that is not a member of an enumeration is written unchanged (W2)."""


w3: Final = law_of("W3", Takes.WIRE, partial(_as_in_vectors, rule="W3"))
"""A client that did not ask for them is not shown the members after the sentinel (W3)."""


def _w4(wire: WireFormat) -> Iterator[Breach]:
    yield from _as_in_vectors(wire, rule="W4")
    for kind, data in _any_bytes():
        _, raised = actual_answer(partial(wire.loads, data, kind))
        if raised is not None and not isinstance(raised, wire.refusal):
            expected = f"an entity, or {wire.refusal.__name__}"
            yield Breach(_shown(kind, data), expected, in_words(None, raised), raised)


w4: Final = law_of("W4", Takes.WIRE, _w4)
"""An invalid document raises exactly the one error, and no bytes raise another (W4)."""


w5: Final = law_of("W5", Takes.WIRE, partial(_as_in_vectors, rule="W5"))
"""A type annotation counts in any spelling, and is written unchanged (W5)."""


w6: Final = law_of("W6", Takes.WIRE, partial(_as_in_vectors, rule="W6"))
"""A granular artifact is read even if it has nothing but an id (W6)."""


w7: Final = law_of("W7", Takes.WIRE, partial(_as_in_vectors, rule="W7"))
"""A byte order mark is skipped at the start, and nowhere else (W7)."""


def _any_bytes() -> Iterator[tuple[str, bytes]]:
    """Yield arbitrary bytes: documents that end early, or with something wrong."""
    random = Random(0)  # noqa: S311 - not for security
    documents = [(step.call["params"]["type"], _text(step.call["params"])) for step in _calls("W1")]
    for kind, data in documents:
        place = random.randrange(len(data))
        yield kind, data[:place]
        for change in _CHANGES:
            yield kind, data[:place] + change(random) + data[place + 1 :]
    for kind in dict(documents):
        yield from ((kind, start * _DEEP) for start in (b"[", b'{"a":', b'{"id":{"a":'))


_CHANGES: Final[tuple[Callable[[Random], bytes], ...]] = (
    lambda random: random.randbytes(1),
    lambda random: random.choice(b'{}[],:"\\0-.eE').to_bytes(),
    lambda random: random.choice([b"null", b"NaN", b"1e999", b'"\\ud800"', b"\xff", b"\x00"]),
)
"""The replacements for a byte."""

_DEEP: Final = 10**6
"""The depth of a document that is meant to do harm."""

WIRE_LAWS: Final[tuple[Law[WireFormat], ...]] = (w1, w2, w3, w4, w5, w6, w7)
"""The laws of Graph JSON."""
