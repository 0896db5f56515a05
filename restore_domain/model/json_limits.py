"""How much a reader of JSON takes: what no honest document reaches, and a hostile one goes beyond.

The limits bound what reading costs whoever reads; the rules don't depend on them. They stand on
no layer of their own, since the JSON values of the model have some of them, too.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any, Final

import attrs

__all__ = ["DEFAULT_LIMITS", "DIGITS", "JSON_DEPTH_LIMIT", "UNBOUNDED", "WireLimits"]

JSON_DEPTH_LIMIT: Final = 100
"""How many levels of arrays and objects an entity can hold in an unknown property: with more,
Python could not compare, hash, copy and pickle it from wherever it is called."""

DIGITS: Final = sys.int_info.default_max_str_digits
"""How many digits a whole number may have: Python reads and writes no more."""


def _count(_limits: WireLimits, field: attrs.Attribute[Any], value: Any) -> None:
    """Accept a whole number from 1 on, or to what is the most."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"WireLimits.{field.name}: expected a whole number, got {value!r:.60}")
    most = field.metadata.get("most", sys.maxsize)
    if not 1 <= value <= most:
        raise ValueError(f"WireLimits.{field.name}: expected 1 to {most}, got {value}")


@attrs.frozen(kw_only=True, cache_hash=True)
class WireLimits:
    """What is read at most. Each is a whole number from 1 on, and can be chosen.

    The defaults refuse no session that the service could send: one of a million artifacts is
    read. Whoever reads from strangers sets ``document_size`` to what an honest client sends.
    Raises TypeError or ValueError for what can't be a limit.
    """

    document_size: int = attrs.field(
        default=2**30, validator=_count, metadata={"beyond": "has more than {} bytes"}
    )
    """Bytes of a document; of one that comes as a `str`, characters."""

    entries: int = attrs.field(
        default=2_000_000, validator=_count, metadata={"beyond": "has more than {} entries"}
    )
    """Entries of a list of entities, such as the artifacts of a session."""

    request_entries: int = attrs.field(
        default=20_000,
        validator=_count,
        metadata={"beyond": "has more than {} entries, which no request has"},
    )
    """Entries of a list in the body of a request, which are counted before one of them is read."""

    unknown_properties: int = attrs.field(
        default=10_000, validator=_count, metadata={"beyond": "more than {} unknown properties"}
    )
    """Properties of one object that its type does not name, or of one object within these."""

    nesting: int = attrs.field(
        default=JSON_DEPTH_LIMIT,
        validator=_count,
        metadata={"beyond": "nested deeper than {} levels", "most": JSON_DEPTH_LIMIT},
    )
    """Levels of arrays and objects in an unknown property; an entity can hold no more than 100."""

    digits: int = attrs.field(
        default=DIGITS,
        validator=_count,
        metadata={
            "beyond": "a number has more than {} digits, or than Python reads",
            "most": DIGITS,
        },
    )
    """Digits of a whole number in an unknown property; Python writes no more than 4300."""

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
        metadata={"beyond": "more than {} problems, and no more are named"},
    )
    """Problems that an error names, beginning with the first; reading stops at the next one."""

    @property
    def first_beyond_digits(self) -> int:
        """The first whole number with too many digits."""
        return _first_with_more(self.digits)

    def beyond(self, name: str) -> str:
        """Say that this limit is passed, what it is, and how it is chosen."""
        limit = getattr(self, name)
        said: str = getattr(attrs.fields(WireLimits), name).metadata["beyond"].format(limit)
        return f"{said}; the limit is WireLimits({name}={limit})"


@lru_cache(maxsize=16)
def _first_with_more(digits: int) -> int:
    """Return the first number of more digits, which takes a moment if it has thousands."""
    first: int = 10**digits
    return first


DEFAULT_LIMITS: Final = WireLimits()
"""What is read where no other limits are given."""

UNBOUNDED: Final = WireLimits(
    **{field.name: field.metadata.get("most", sys.maxsize) for field in attrs.fields(WireLimits)}
)
"""Nothing is refused for its size, but what no entity can hold."""
