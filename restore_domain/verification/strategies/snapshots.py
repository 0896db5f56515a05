"""Strategies for an observer's snapshots of a session over time (rules H1-H3).

They are taken from legal histories, so that `restore_domain.audit_history` finds nothing in them,
or have one break planted, which it finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from restore_domain.lifecycle import Reporter, refusal
from restore_domain.model import ExchangeRestoreSession
from restore_domain.model.lacking import BULK_REQUESTS, GRANULAR, WHOLE
from restore_domain.model.session import known_status
from restore_domain.status import ArtifactRestoreStatus
from restore_domain.verification.breaks import (
    BREAKS,
    artifacts_of,
    lacking_in,
    looks_at,
    places,
    planted,
)
from restore_domain.verification.strategies.random_histories import legal_histories
from restore_domain.verification.system import OPERATIONS
from restore_domain.wire import from_json_value

__all__ = ["BrokenHistory", "broken_snapshots", "legal_snapshots"]


def legal_snapshots(*, max_calls: int = 30) -> SearchStrategy[list[ExchangeRestoreSession]]:
    """Draw snapshots of a session in which `restore_domain.audit_history` finds nothing.

    An observer takes a snapshot sometimes, not after every call; and sometimes it sees a part of
    the artifacts, or none (S8).
    """
    return _looks(max_calls).map(_read)


@attrs.frozen
class BrokenHistory:
    """Snapshots of a session that contradict one another in one place, and the expected finding."""

    snapshots: list[ExchangeRestoreSession]
    """The snapshots, in the order of time."""

    name: str
    """A description of the break."""

    rule: str
    """The rule of the finding."""

    before: int | None
    """The position of the earlier snapshot; None for H1."""

    after: int
    """The position of the later one."""

    target: str
    """The key of the artifact, or of the session."""

    property: str
    """The Graph name of the property."""


def broken_snapshots(
    name: str | None = None, *, max_calls: int = 30
) -> SearchStrategy[BrokenHistory]:
    """Draw snapshots with this break, or with any; `BrokenHistory.name` says which.

    `restore_domain.audit_history` finds it.
    """
    return _broken(sorted(BREAKS) if name is None else [name], max_calls)


@st.composite
def _broken(draw: st.DrawFn, names: Sequence[str], max_calls: int) -> BrokenHistory:
    looks = draw(_looks(max_calls))
    lacking = lacking_in(looks)
    possible = [(name, place) for name in names for place in places(BREAKS[name], looks, lacking)]
    assume(possible)
    name, place = draw(st.sampled_from(possible))
    broken = planted(BREAKS[name], looks, place)
    return BrokenHistory(
        _read(broken.snapshots),
        name,
        broken.rule,
        broken.before,
        broken.after,
        broken.target,
        broken.property,
    )


def _read(looks: Sequence[dict[str, Any]]) -> list[ExchangeRestoreSession]:
    return [from_json_value(look, ExchangeRestoreSession) for look in looks]


@st.composite
def _looks(draw: st.DrawFn, max_calls: int) -> list[dict[str, Any]]:
    """Draw a legal history, and the snapshots of one of its sessions."""
    history = draw(legal_histories(_FROM_NOTHING, max_calls=max_calls))
    looks = looks_at(history.calls)
    assume(looks)
    taken = _forwards(looks[draw(st.sampled_from(sorted(looks)))])
    ways = draw(st.lists(st.sampled_from(_WAYS), min_size=len(taken), max_size=len(taken)))
    seen = [_seen(draw, look, way) for look, way in zip(taken, ways, strict=True) if way]
    return seen or taken[:1]


def _forwards(looks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the snapshots up to the first in which an artifact has moved back.

    This may happen while its status is unknown (L4); but an observer that misses the unknown status
    sees an impossible change.
    """
    furthest: dict[str, ArtifactRestoreStatus] = {}
    for number, look in enumerate(looks):
        for artifact in artifacts_of(look):
            status = known_status(artifact["status"])
            if status is ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE:
                continue
            before = furthest.get(artifact["id"], status)
            if refusal(before, status, Reporter.OBSERVER) is not None:
                return list(looks[:number])
            furthest[artifact["id"]] = status
    return list(looks)


_FROM_NOTHING: Final = OPERATIONS
"""The methods of histories that begin without sessions, and with the usual limits."""

_WAYS: Final = (
    *("whole", "whole", "whole"),
    *("in part", "without artifacts", "without bulk requests", None),
)
"""What an observer sees: everything, a part, or nothing."""


def _seen(draw: st.DrawFn, look: dict[str, Any], way: str) -> dict[str, Any]:
    if way == "whole":
        return look
    if way == "without bulk requests":
        return {name: value for name, value in look.items() if name != BULK_REQUESTS}
    names = [name for name in (WHOLE, GRANULAR) if name in look]
    if way == "without artifacts":
        return {name: value for name, value in look.items() if name not in names}
    return look | {
        key: value
        for name in names
        for key, value in (
            (name, look[name][: draw(st.integers(0, len(look[name])))]),
            (f"{name}@odata.nextLink", "https://example.com/next"),
        )
    }
