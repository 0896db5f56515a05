"""JSON text to plain Python values and back (RFC 8259, in UTF-8).

msgspec does the work where a document is good. It is the reason for that dependency: it reads
as fast as the fastest (docs/dependencies.md has the figures), and unlike them keeps whole
numbers of any size. The standard library's parser looks at what msgspec refused, to say where
each problem is; it also serves where msgspec is not installed.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, Final

from restore_domain.model.json_value import JSON_DEPTH_LIMIT
from restore_domain.wire.problems import ROOT, Problem, WireError, index_step, name_step

try:
    import msgspec
except ImportError:  # pragma: no cover - the tests hide the module and import this one anew
    msgspec = None  # type: ignore[assignment]

__all__ = ["parse", "serialize"]

_TOO_DEEP: Final = f"nested deeper than {JSON_DEPTH_LIMIT} levels"


def parse(data: bytes | bytearray | memoryview | str) -> tuple[Any, list[Problem]]:
    """Read one JSON document. Of a property that is repeated the last one counts.

    Returns the value, and what JSON in UTF-8 can't say in it; null stands in its place, so that
    the rest can be looked at, too. Raises WireError if there is no value to look at.
    """
    text = _decoded(data)
    if msgspec is not None:
        try:
            return msgspec.json.decode(text), []
        except (msgspec.MsgspecError, RecursionError, ValueError):
            pass  # the careful way says where the problem is
    return _parsed_carefully(text)


def _decoded(data: bytes | bytearray | memoryview | str) -> str:
    if isinstance(data, str):
        text = data
    elif isinstance(data, (bytes, bytearray, memoryview)):
        try:
            text = str(data, "utf-8")
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


class _NoNumber:
    """Stands for NaN and the infinities, which Python's parser takes and JSON does not have."""

    def __init__(self, text: str) -> None:
        self.text = text


def _parsed_carefully(text: str) -> tuple[Any, list[Problem]]:
    problems: list[Problem] = []
    try:
        value = json.loads(text, parse_constant=_NoNumber)
        return _possible(value, ROOT, problems), problems
    except json.JSONDecodeError as error:
        raise WireError.at_root(
            f"no JSON from line {error.lineno}, column {error.colno} on: {error.msg}"
        ) from None
    except RecursionError:
        raise WireError.at_root(_TOO_DEEP) from None
    except ValueError:
        raise WireError.at_root("a number has too many digits") from None


def _possible(value: Any, path: str, problems: list[Problem]) -> Any:
    """Return the value with null for what JSON can't hold or UTF-8 can't carry; say where."""
    if isinstance(value, _NoNumber):
        problems.append(Problem(path, f"{value.text} is no JSON number"))
    elif isinstance(value, float) and not isfinite(value):
        problems.append(Problem(path, "the number is beyond what a double can hold"))
    elif isinstance(value, str) and _has_lone_surrogate(value):
        problems.append(Problem(path, f"{value!r} has half a surrogate pair"))
    elif isinstance(value, list):
        return [
            _possible(content, path + index_step(index), problems)
            for index, content in enumerate(value)
        ]
    elif isinstance(value, dict):
        wrong = [name for name in value if _has_lone_surrogate(name)]
        problems += [
            Problem(path, f"the name {name!r} has half a surrogate pair") for name in wrong
        ]
        return {
            name: _possible(content, path + name_step(name), problems)
            for name, content in value.items()
            if name not in wrong
        }
    else:
        return value
    return None


def _has_lone_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def serialize(value: Any) -> bytes:
    """Write plain values as JSON; raises WireError for what JSON in UTF-8 can't carry."""
    try:
        if msgspec is not None:
            return msgspec.json.encode(value)
        return json.dumps(
            value, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        ).encode()
    except ValueError as error:
        problems: list[Problem] = []
        _possible(value, ROOT, problems)
        raise WireError(problems or [Problem(ROOT, str(error))]) from None
