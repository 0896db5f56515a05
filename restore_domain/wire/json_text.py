"""JSON text to plain Python values and back (RFC 8259, in UTF-8).

msgspec does the work for valid documents: it is as fast as the fastest parsers and, unlike them,
preserves integers of any size (docs/dependencies.md has the figures). The standard library's parser
accepts what msgspec refuses, such as NaN or half a surrogate pair, so that the readers can say
where it is. If it is hidden by a repeated property, no reader would see it, so the document is
refused as a whole (rule W4).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import msgspec

from restore_domain.model.json_limits import (
    DEFAULT_LIMITS,
    DIGITS,
    JSON_DEPTH_LIMIT,
    UNBOUNDED,
    WireLimits,
)
from restore_domain.model.json_value import freeze
from restore_domain.wire.problems import (
    Problem,
    Problems,
    WireError,
    no_room,
    too_deep,
    unwritable,
)

__all__ = ["BYTE_ORDER_MARK", "decoded", "parse", "parse_strictly", "parse_text", "serialize"]

BYTE_ORDER_MARK: Final = "\ufeff"
"""What some programs put at the start of a text to mark it as UTF-8."""


def parse(
    data: bytes | bytearray | memoryview | str, limits: WireLimits = DEFAULT_LIMITS
) -> tuple[Any, Iterator[Problem]]:
    """Read one JSON document. If a property is repeated, the last one counts.

    Returns the value, and an iterator over the places with something that Python's parser accepts
    and JSON in UTF-8 does not have, which is evaluated only when it is used. Raises WireError if
    there is no value at all.
    """
    return parse_text(decoded(data, limits), limits)


def parse_text(text: str, limits: WireLimits = DEFAULT_LIMITS) -> tuple[Any, Iterator[Problem]]:
    """Read one JSON document from its text, as `parse` does."""
    try:
        return msgspec.json.decode(text), iter(())
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        refusal = str(error)
    except RecursionError:
        raise too_deep(limits) from None
    value = _parsed(text, limits)
    if _is_flawless(value) and not _is_taken(_LONGEST_NEGATIVE.sub("0", text)):
        raise WireError.at_root(f"invalid JSON, hidden by a repeated property: {refusal}")
    return value, _impossible(value)


def _is_taken(text: str) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        return False
    return True


_LONGEST_NEGATIVE: Final = re.compile(rf"-[1-9][0-9]{{{DIGITS - 1}}}(?![0-9.eE])")
"""A negative integer with the maximum number of digits, which msgspec refuses."""


def parse_strictly(
    data: bytes | bytearray | memoryview | str, limits: WireLimits = DEFAULT_LIMITS
) -> Any:
    """Read one JSON document; raises WireError with everything that is not JSON in UTF-8."""
    value, found = parse(data, limits)
    problems = Problems(limits)
    problems.add_all(found)
    problems.raise_any()
    return value


def _parsed(text: str, limits: WireLimits) -> Any:
    try:
        return json.loads(text, parse_int=_whole_number)
    except json.JSONDecodeError as error:
        raise WireError.at_root(
            f"invalid JSON from line {error.lineno}, column {error.colno} on: {error.msg}"
        ) from None
    except RecursionError:
        raise too_deep(limits) from None


def decoded(data: bytes | bytearray | memoryview | str, limits: WireLimits = DEFAULT_LIMITS) -> str:
    """Return the text of a document; raises WireError if it is not UTF-8, or too long.

    A byte order mark at the start is not part of it (rule W7).
    """
    if isinstance(data, str):
        text = str.__str__(data)  # msgspec accepts no subclass
        _check_size(len(text), limits)
    elif isinstance(data, (bytes, bytearray, memoryview)):
        _check_size(memoryview(data).nbytes, limits)
        try:
            text = str(bytes(data), "utf-8")
        except UnicodeDecodeError as error:
            raise WireError.at_root(
                f"byte {error.start} is not UTF-8 ({error.reason}); JSON is sent in UTF-8"
            ) from None
    else:
        raise WireError.at_root(f"expected JSON as bytes or text, got {type(data).__name__}")
    text = text.removeprefix(BYTE_ORDER_MARK)
    if not text or text.isspace():
        raise WireError.at_root("the document is empty")
    return text


def _check_size(size: int, limits: WireLimits) -> None:
    if size > limits.document_size:
        raise WireError.at_root(limits.beyond("document_size"))


def _whole_number(digits: str) -> int:
    if len(digits) > DIGITS + len("-"):  # Python may be configured to read any number
        return _TOO_LONG
    try:
        return int(digits)
    except ValueError:  # more digits than Python reads
        return _TOO_LONG


_TOO_LONG: Final = UNBOUNDED.first_beyond_digits
"""Stands for every number that no entity can contain."""


def _impossible(value: Any) -> Iterator[Problem]:
    """Find values that JSON does not have, in a document whose properties may be at the limit.

    The readers report which property is beyond a limit.
    """
    try:
        with suppress(WireError):
            yield from unwritable(value, UNBOUNDED, levels=_LEVELS)
    except RecursionError:
        raise too_deep(UNBOUNDED) from None


def _is_flawless(value: Any) -> bool:
    """Return whether the readers will find only valid JSON, and nothing nested too deeply."""
    try:
        return next(unwritable(value, UNBOUNDED, levels=_LEVELS), None) is None
    except (RecursionError, WireError):
        return False


_LEVELS: Final = 2 * JSON_DEPTH_LIMIT
"""How many levels are checked: the deepest property of an entity may be at the limit."""


def serialize(value: Any) -> bytes:
    """Write plain values as JSON; raises WireError for what JSON in UTF-8 can't express.

    It also raises WireError if the stack has no room for their levels. A subclass of a string or a
    number is written like its base class, which has to be requested from msgspec.
    """
    try:
        return msgspec.json.encode(value, enc_hook=freeze)
    except ValueError as error:
        problems = Problems(DEFAULT_LIMITS)
        problems.add_all(_impossible(value))
        problems.raise_any()
        raise WireError.at_root(str(error)) from None
    except RecursionError:
        raise no_room() from None
