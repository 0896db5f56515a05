"""JSON text to plain Python values and back (RFC 8259, in UTF-8).

msgspec does the work where a document is good. It is the reason for that dependency: it reads
as fast as the fastest (docs/dependencies.md has the figures), and unlike them keeps whole
numbers of any size. The standard library's parser takes what msgspec refuses, such as NaN or
half a surrogate pair, so that the readers can say where it is; it also serves where msgspec is
not installed.
"""

from __future__ import annotations

import json
from typing import Any

from restore_domain.model.json_value import JSON_DEPTH_LIMIT, TOO_DEEP, TOO_LONG, freeze
from restore_domain.wire.problems import Problem, WireError, unwritable

try:
    import msgspec
except ImportError:  # pragma: no cover - the tests hide the module and import this one anew
    msgspec = None  # type: ignore[assignment]

__all__ = ["decoded", "parse", "serialize"]


def parse(data: bytes | bytearray | memoryview | str) -> tuple[Any, list[Problem]]:
    """Read one JSON document. Of a property that is repeated the last one counts.

    Returns the value, and where it has what Python's parser takes and JSON in UTF-8 does not
    have. Raises WireError if there is no value to look at.
    """
    text = decoded(data)
    if msgspec is not None:
        try:
            return msgspec.json.decode(text), []
        except (msgspec.MsgspecError, RecursionError, ValueError):
            pass  # what follows says where the problem is
    value = _parsed(text)
    return value, _impossible(value)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_int=_whole_number)
    except json.JSONDecodeError as error:
        raise WireError.at_root(
            f"no JSON from line {error.lineno}, column {error.colno} on: {error.msg}"
        ) from None
    except RecursionError:
        raise WireError.at_root(TOO_DEEP) from None


def decoded(data: bytes | bytearray | memoryview | str) -> str:
    """Return the text of a document; raises WireError if it is none in UTF-8."""
    if isinstance(data, str):
        text = str.__str__(data)  # msgspec takes no subclass
    elif isinstance(data, (bytes, bytearray, memoryview)):
        try:
            text = str(bytes(data), "utf-8")
        except UnicodeDecodeError as error:
            raise WireError.at_root(
                f"byte {error.start} is no UTF-8 ({error.reason}); JSON is sent in UTF-8"
            ) from None
    else:
        raise WireError.at_root(f"expected JSON as bytes or text, got {type(data).__name__}")
    if text.startswith("\ufeff"):
        raise WireError.at_root("the document begins with a byte order mark; remove it")
    if not text or text.isspace():
        raise WireError.at_root("the document is empty")
    return text


def _whole_number(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:  # more digits than Python reads
        return TOO_LONG


def _impossible(value: Any) -> list[Problem]:
    """Say what JSON does not have, in a document whose deepest properties may be at the limit."""
    try:
        return unwritable(value, levels=2 * JSON_DEPTH_LIMIT)
    except WireError:
        return []  # which property is nested too deep is for the readers to say


def serialize(value: Any) -> bytes:
    """Write plain values as JSON; raises WireError for what JSON in UTF-8 can't carry.

    A subclass of a text or a number is written as what it is; msgspec has to be told.
    """
    try:
        if msgspec is not None:
            return msgspec.json.encode(value, enc_hook=freeze)
        return json.dumps(
            value, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        ).encode()
    except ValueError as error:
        raise WireError(_impossible(value) or WireError.at_root(str(error)).problems) from None
