"""The limits of a reader of JSON, which honest documents stay below and hostile ones exceed.

The limits bound the cost of reading; the rules don't depend on them. They don't belong to any
layer, since some of them also apply to the JSON values of the model.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any, Final

import attrs

__all__ = ["DEFAULT_LIMITS", "DIGITS", "JSON_DEPTH_LIMIT", "UNBOUNDED", "WireLimits"]

JSON_DEPTH_LIMIT: Final = 100
"""How many levels of arrays and objects an entity can have in an unknown property: with more,
Python could not always compare, hash, copy and pickle it, depending on the depth of the calling
stack.
"""

DIGITS: Final = sys.int_info.default_max_str_digits
"""How many digits an integer may have: Python reads and writes no more."""


def _count(_limits: WireLimits, field: attrs.Attribute[Any], value: Any) -> None:
    """Accept an integer from 1 on, up to the maximum if there is one."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"WireLimits.{field.name}: expected a whole number, got {value!r:.60}")
    most = field.metadata.get("most", sys.maxsize)
    if not 1 <= value <= most:
        raise ValueError(f"WireLimits.{field.name}: expected 1 to {most}, got {value}")


@attrs.frozen(kw_only=True, cache_hash=True)
class WireLimits:
    """The limits for reading. Each is an integer from 1 on, and can be chosen.

    The defaults accept every session that the service could send, even one of a million artifacts.
    To read documents from senders that you don't trust, set ``document_size`` to what an honest
    client sends. Raises TypeError or ValueError for a value that can't be a limit.
    """

    document_size: int = attrs.field(
        default=2**30, validator=_count, metadata={"beyond": "has more than {} bytes"}
    )
    """Bytes of a document; for a `str`, characters."""

    entries: int = attrs.field(
        default=2_000_000, validator=_count, metadata={"beyond": "has more than {} entries"}
    )
    """Entries of a list of entities, such as the artifacts of a session."""

    request_entries: int = attrs.field(
        default=20_000,
        validator=_count,
        metadata={"beyond": "has more than {} entries, which no request has"},
    )
    """Entries of a list in the body of a request, which are counted before any of them is read."""

    unknown_properties: int = attrs.field(
        default=10_000, validator=_count, metadata={"beyond": "more than {} unknown properties"}
    )
    """Properties of one object that its type does not name, or of one object within these."""

    nesting: int = attrs.field(
        default=JSON_DEPTH_LIMIT,
        validator=_count,
        metadata={"beyond": "nested deeper than {} levels", "most": JSON_DEPTH_LIMIT},
    )
    """Levels of arrays and objects in an unknown property; an entity can contain at most 100."""

    digits: int = attrs.field(
        default=DIGITS,
        validator=_count,
        metadata={
            "beyond": "a number has more than {} digits, or than Python reads",
            "most": DIGITS,
        },
    )
    """Digits of an integer in an unknown property; Python writes no more than 4300."""

    text_length: int = attrs.field(
        default=2**20, validator=_count, metadata={"beyond": "a text of more than {} characters"}
    )
    """Characters of a text, an id or an unknown property's name."""

    flags: int = attrs.field(
        default=64, validator=_count, metadata={"beyond": "more than {} flags in a text"}
    )
    """Members in a set of flags, which has 64 bits at most."""

    problems: int = attrs.field(
        default=1_000,
        validator=_count,
        metadata={"beyond": "more than {} problems, so the list is truncated"},
    )
    """Problems that an error lists; reading stops at the first one beyond."""

    @property
    def first_beyond_digits(self) -> int:
        """The first integer with too many digits."""
        return _first_with_more(self.digits)

    def beyond(self, name: str) -> str:
        """Return a message that this limit was exceeded, with its value and how to choose it."""
        limit = getattr(self, name)
        said: str = getattr(attrs.fields(WireLimits), name).metadata["beyond"].format(limit)
        return f"{said}; the limit is WireLimits({name}={limit})"


@lru_cache
def _first_with_more(digits: int) -> int:
    """Return the first number with more digits; this takes a moment if there are thousands."""
    first: int = 10**digits
    return first


DEFAULT_LIMITS: Final = WireLimits()
"""The limits that apply if no others are given."""

UNBOUNDED: Final = WireLimits(
    **{field.name: field.metadata.get("most", sys.maxsize) for field in attrs.fields(WireLimits)}
)
"""Nothing is refused for its size, except what no entity can contain."""
