"""Spoils JSON text: its values by their structure, and its bytes regardless of it.

The same random numbers give the same text again, so that a run can be repeated.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any, Final

from restore_domain.verification.strategies import ENTITY_CLASSES
from restore_domain.wire.documents import DOCUMENTS
from restore_domain.wire.methods import METHODS
from restore_domain.wire.properties import properties_of

__all__ = ["mutated"]

Json = Any

NAMES: Final = sorted(
    {known.name for kind in ENTITY_CLASSES for known in properties_of(kind)}
    | {parameter.name for method in METHODS.values() for parameter in method.parameters}
    | {"@odata.type", "@odata.context", "@removed", "@Core.DataModificationException", "error"}
    | {"jsonrpc", "method", "params", "type", "document", "text", "sessions", "limits", "statuses"}
    | {"__proto__", "__class__", "__dict__", "__init__", "additional_data", "additionalData"}
    | {
        "constructor",
        "declared",
        "tally",
        "",
        "x.status",
        "value[0].status",
        "a b",
        "é",
        "\u202e",
        "\x1b[31m",
        "\ud800",
        "x" * 99,
    }
)
"""Names of properties: of Graph, of Python, and unknown ones."""

SCALARS: Final[tuple[Json, ...]] = (
    *(None, True, False, 0, -0.0, 1.0, -1, 7, 2**31, -(2**31) - 1, 2**64, 10**30, 1e308, 5e-324),
    *(float("nan"), float("inf"), "", "x", "é", "\ud800", "\udc00x", "\0", "\x1b[2J", "\u202e"),
    *("none", "none, none", "paused", "unknownFutureValue", "s1", "s2", "a1", "a2", "driver"),
    *("added", "scheduling", "scheduled", "inProgress", "succeeded", "failed", "draft", "active"),
    *("new", "inPlace", "observer", "fastRestore,immutable", "2.0", "reset", "read", "audit"),
    *("2026-01-05T09:00:00Z", "2026-02-29T00:00:00Z", "2026-01-05T09:00:00", "12-01-03"),
    *("2026-01-05T09:00:00.123456789012+05:30", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59Z"),
    *("#microsoft.graph.granularMailboxRestoreArtifact", "#microsoft.graph.user"),
    *METHODS,
    *DOCUMENTS,
)
"""What a value may be."""

TOKENS: Final = (
    *(b"NaN", b"-Infinity", b"1e999", b"-0", b"9" * 4301, b"1" * 400 + b".5", b"0." + b"3" * 400),
    *(b"[" * 101, b"]" * 101, b"[" * 1100, b'{"a":' * 99, b'"\\ud800"', b'"\\udfff\\ud800"'),
    *(b"\xef\xbb\xbf", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\0", b"\x1b", b"\xe2\x80\xae"),
    *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\n", b" ", b"null", b"true", b"{}", b"[]"),
)
"""Parts of texts that no value of Python gives."""


def mutated(data: bytes, random: Random, head: int = 0) -> bytes:
    """Return the text with something changed: a document, or one in each line.

    The first `head` bytes are not text.
    """
    first, text = bytearray(data[:head]), data[head:]
    if first and random.random() < HEAD:
        first[random.randrange(len(first))] = random.randrange(256)
    if random.random() >= BY_STRUCTURE:
        return bytes(first) + _spoilt_bytes(text, random)
    try:
        return bytes(first) + _spoilt_document(text, random)
    except (RecursionError, ValueError):  # not JSON, or JSON that Python does not write
        lines = text.split(b"\n")
        place = random.randrange(len(lines))
        lines[place : place + 1] = random.choice(_LINES)(lines[place], random)
        return bytes(first) + b"\n".join(lines)


HEAD: Final = 0.1
"""How often a byte of the head is changed."""


def _spoilt_document(text: bytes, random: Random) -> bytes:
    value = json.loads(text)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        value = _changed(value, random)
    return json.dumps(value, ensure_ascii=random.random() < BY_STRUCTURE).encode()


def _spoilt_line(line: bytes, random: Random) -> list[bytes]:
    try:
        return [_spoilt_document(line, random)]
    except (RecursionError, ValueError):
        return [_spoilt_bytes(line, random)]


_LINES: Final[tuple[Callable[[bytes, Random], list[bytes]], ...]] = (
    *[_spoilt_line] * 6,
    lambda line, random: [line, *_spoilt_line(line, random)],
    lambda line, _random: [line, line],
    lambda _line, _random: [],
)


BY_STRUCTURE: Final = 0.7
"""How often the structure is respected."""


def _changed(value: Json, random: Random) -> Json:
    """Return the value with one place in it changed."""
    if isinstance(value, (dict, list)) and value and random.random() < DOWN:
        place = random.choice(list(value) if isinstance(value, dict) else range(len(value)))
        copied: Any = value.copy()
        copied[place] = _changed(value[place], random)
        return copied
    return random.choice(_CHANGES)(value, random)


DOWN: Final = 0.75
"""How often the change is made further down."""


def _replaced(_value: Json, random: Random) -> Json:
    return random.choice(SCALARS)


def _nested(value: Json, random: Random) -> Json:
    for _ in range(random.choice((1, 1, 2, 99, 100))):
        value = [value] if random.random() < BY_STRUCTURE else {random.choice(NAMES): value}
    return value


def _with_property(value: Json, random: Random) -> Json:
    if isinstance(value, list):
        return [*value, random.choice([*value, *SCALARS])]
    properties = value if isinstance(value, dict) else {}
    return {**properties, random.choice(NAMES): random.choice([*properties.values(), *SCALARS])}


def _without_a_part(value: Json, random: Random) -> Json:
    if isinstance(value, dict) and value:
        gone = random.choice(list(value))
        return {name: content for name, content in value.items() if name != gone}
    if isinstance(value, (list, str)) and value:
        place = random.randrange(len(value))
        shorter: Json = value
        return shorter[:place] + shorter[place + 1 :]
    return None


def _renamed(value: Json, random: Random) -> Json:
    if not isinstance(value, dict) or not value:
        return value
    old, new = random.choice(list(value)), random.choice([*NAMES, *value])
    return {new if name == old else name: content for name, content in value.items()}


def _repeated(value: Json, random: Random) -> Json:
    if isinstance(value, list):
        return value * random.choice((2, 2, 3, 40))
    return value * 5 if isinstance(value, str) else [value, value]


_CHANGES: Final[tuple[Callable[[Json, Random], Json], ...]] = (
    *(_replaced, _replaced, _with_property, _with_property),
    *(_without_a_part, _renamed, _repeated, _nested),
)


def _spoilt_bytes(data: bytes, random: Random) -> bytes:
    start = random.randint(0, len(data))
    end = min(len(data), start + random.choice((0, 0, 1, 1, 2, 8, 64)))
    middle = random.choice(
        (
            b"",
            random.choice(TOKENS),
            random.choice(TOKENS),
            bytes([random.randrange(256)]),
            data[start:end] * 2,
        )
    )
    return data[:start] + middle + data[end:]
