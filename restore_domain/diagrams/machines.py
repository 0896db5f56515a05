"""The two machines as charts: arrows from the reference, positions by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Final

from restore_domain.diagrams.chart import Arrow, Chart, Place
from restore_domain.diagrams.exploration import Move, session_moves
from restore_domain.lifecycle import OBSERVATIONS, STEPS, Reporter
from restore_domain.operations import Operation
from restore_domain.status import (
    TERMINAL_ARTIFACT_STATUSES,
    TERMINAL_SESSION_STATUSES,
    ArtifactRestoreStatus,
    RestoreSessionStatus,
)

__all__ = ["CHARTS", "lifecycle_chart", "session_chart"]

UNKNOWN: Final = "unknownFutureValue"

LIFECYCLE_PLACES: Final = MappingProxyType(
    {
        "added": Place(0, 1),
        "scheduling": Place(1, 1),
        "scheduled": Place(2, 1),
        "inProgress": Place(3, 1),
        "succeeded": Place(4, 1),
        "failed": Place(4, 2),
        UNKNOWN: Place(2, 0),
    }
)

LIFECYCLE_DETOURS: Final = MappingProxyType(
    {(UNKNOWN, "failed"): (Place(4.7, 0), Place(5, 1), Place(4.8, 2))}
)


def lifecycle_chart() -> Chart:
    """Return the life of an artifact (rules L1, L2 and L4)."""
    steps = [Arrow(old, new) for old, following in STEPS.items() for new in _in_order(following)]
    unknown = [
        Arrow(old, new, dashed=True)
        for old, following in OBSERVATIONS.items()
        for new in _in_order(following)
        if UNKNOWN in (old, new)
    ]
    return Chart(
        title="The life of an artifact",
        note=(
            "A driver reports the solid steps, one at a time.",
            "An observer may skip ahead along them, and see the dashed ones, too.",
        ),
        states=tuple(ArtifactRestoreStatus),
        terminal=frozenset(TERMINAL_ARTIFACT_STATUSES),
        starts=frozenset(),
        ends=frozenset(),
        arrows=(*steps, *unknown),
        places=LIFECYCLE_PLACES,
        detours=LIFECYCLE_DETOURS,
    )


def _in_order(statuses: Iterable[ArtifactRestoreStatus]) -> list[ArtifactRestoreStatus]:
    return [status for status in ArtifactRestoreStatus if status in statuses]


START: Final = "start"
DELETED: Final = "deleted"
EXPIRED: Final = "expired"

ENDS: Final = MappingProxyType({Operation.DELETE: DELETED, Operation.EXPIRE: EXPIRED})
"""The end that an operation leads to."""

SESSION_PLACES: Final = MappingProxyType(
    {
        START: Place(0.25, 1),
        "draft": Place(1, 1),
        DELETED: Place(1, 2),
        "activating": Place(2.15, 1),
        "active": Place(3.1, 1),
        "completed": Place(4.5, 0.1),
        "completedWithError": Place(4.5, 1),
        "failed": Place(4.5, 1.9),
        UNKNOWN: Place(2.3, -0.3),
        EXPIRED: Place(5.75, 1),
    }
)


def session_chart() -> Chart:
    """Return how the status of a session changes (rules A1-A10, L1, L2 and O1-O8)."""
    driven = _telling(session_moves(frozenset({Reporter.DRIVER})))
    observed = _telling(session_moves(frozenset(Reporter)))
    unknown = [move for move in observed if UNKNOWN in move]
    return Chart(
        title="The status of a session",
        note=(
            "Arrows without a word: a driver's report, which may also leave the status as it is.",
            "An observer's report, and a batch, may skip ahead along the solid arrows.",
            "Dashed: the status of an artifact is not known.",
        ),
        states=tuple(RestoreSessionStatus),
        terminal=frozenset(TERMINAL_SESSION_STATUSES),
        starts=frozenset({START}),
        ends=frozenset({DELETED, EXPIRED}),
        arrows=(*_arrows(driven, dashed=False), *_arrows(unknown, dashed=True)),
        places=SESSION_PLACES,
    )


def _telling(moves: Iterable[Move]) -> list[Move]:
    """Leave out reports that don't change the status: they would be a loop at every state."""
    return [
        move
        for move in moves
        if move.before is not move.after or move.operation is not Operation.RECORD
    ]


ORDER: Final = (START, *RestoreSessionStatus, *ENDS.values())


def _ends_of(move: Move) -> tuple[str, str]:
    return move.before or START, move.after or ENDS[move.operation]


def _sorted(moves: Iterable[Move]) -> list[Move]:
    """Sort moves by statuses and operations, so that a picture stays the same."""
    operations = list(Operation)

    def place(move: Move) -> tuple[int, int, int]:
        source, target = _ends_of(move)
        return ORDER.index(source), ORDER.index(target), operations.index(move.operation)

    return sorted(moves, key=place)


def _arrows(moves: Iterable[Move], *, dashed: bool) -> list[Arrow]:
    """Combine the operations that make the same move into one arrow."""
    by_ends = groupby(_sorted(moves), key=_ends_of)
    return [
        Arrow(source, target, _label(move.operation for move in same), dashed=dashed)
        for (source, target), same in by_ends
    ]


def _label(operations: Iterable[Operation]) -> str:
    return ", ".join(operation for operation in operations if operation is not Operation.RECORD)


CHARTS: Final[Mapping[str, Callable[[], Chart]]] = MappingProxyType(
    {"lifecycle": lifecycle_chart, "session": session_chart}
)
"""Each chart by its name."""
