"""Lists, page by page, in the order of creation (rule O2)."""

from __future__ import annotations

from typing import Any, Final, Generic, NamedTuple, TypeVar

from restore_domain.model.entity_collection import EntityCollection, Identified
from restore_domain.model.validators import shown
from restore_domain.operations.errors import Operation, refusal_of

__all__ = ["Page", "page_of"]

_Entity = TypeVar("_Entity")
_IdentifiedEntity = TypeVar("_IdentifiedEntity", bound=Identified)

_BEFORE_THE_FIRST: Final = -1
_LONGEST_TOKEN: Final = 18
"""Digits: more than any number of entities has."""


class Page(NamedTuple, Generic[_Entity]):
    """Some entries of a list, and how to go on."""

    value: tuple[_Entity, ...]
    """The entries, in the order of creation."""

    skip_token: str | None
    """What to ask the next page with; None on the last one.

    It stays good whatever is added or removed meanwhile: no entry comes twice, and none that
    stays is left out.
    """


def page_of(
    operation: Operation,
    entities: EntityCollection[_IdentifiedEntity],
    *,
    top: Any,
    skip_token: Any,
) -> Page[_IdentifiedEntity]:
    """Return up to `top` entities after the page that gave `skip_token`; all if top is None."""
    if top is not None and (not isinstance(top, int) or isinstance(top, bool) or top < 1):
        raise refusal_of(
            operation,
            "InvalidRequest",
            f"top is {shown(top)}; expected a whole number from 1 on, or nothing",
        )
    after = _BEFORE_THE_FIRST if skip_token is None else _number(operation, skip_token)
    value, last = entities.page(after, len(entities) if top is None else top)
    return Page(value, None if last is None else str(last))


def _number(operation: Operation, skip_token: Any) -> int:
    if (
        isinstance(skip_token, str)
        and len(skip_token) <= _LONGEST_TOKEN
        and skip_token.isascii()
        and skip_token.isdecimal()
    ):
        return int(skip_token)
    raise refusal_of(
        operation,
        "InvalidRequest",
        f"{shown(skip_token)} is no continuation token; give the one that the last page came with",
    )
