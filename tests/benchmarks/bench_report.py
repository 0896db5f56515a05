"""One report of an artifact's progress, compared with one plain transition of state machine
libraries.
"""

from datetime import UTC, datetime
from typing import Any, Protocol

import pytest
from automat import TypeMachineBuilder
from statemachine import State, StateMachine
from transitions import Machine

from restore_domain import (
    ArtifactRestoreStatus,
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    RestorePoint,
)
from restore_domain.operations import BackupRestoreRoot, Report, record

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
CALLS = 200
"""Calls in one timing, so that the timer does not count."""


def root_of(size: int) -> BackupRestoreRoot:
    artifacts = [
        MailboxRestoreArtifact(
            id=f"a{number}",
            status=ArtifactRestoreStatus.SCHEDULED,
            restore_point=RestorePoint(id=f"r{number}"),
        )
        for number in range(size)
    ]
    session = ExchangeRestoreSession(
        id="s", created_date_time=NOW, mailbox_restore_artifacts=artifacts
    )
    return BackupRestoreRoot(exchange_restore_sessions=[session])


def repeat_report(size: int) -> Any:
    root = root_of(size)
    report = Report(artifact_id=f"a{size // 2}", status=ArtifactRestoreStatus.IN_PROGRESS, time=NOW)

    def run() -> None:
        for _ in range(CALLS):
            record(root, "s", report)

    return run


class Switch(Protocol):
    def flip(self) -> None: ...


class Core:
    pass


def automat() -> Any:
    builder = TypeMachineBuilder(Switch, Core)
    on, off = builder.state("on"), builder.state("off")

    @off.upon(Switch.flip).to(on)
    def switch_on(_switch: Switch, _core: Core) -> None: ...

    @on.upon(Switch.flip).to(off)
    def switch_off(_switch: Switch, _core: Core) -> None: ...

    switch = builder.build()(Core())

    def run() -> None:
        for _ in range(CALLS):
            switch.flip()

    return run


def transitions() -> Any:
    machine = Machine(
        states=["on", "off"],
        initial="off",
        transitions=[["flip", "off", "on"], ["flip", "on", "off"]],
    )

    def run() -> None:
        for _ in range(CALLS):
            machine.flip()  # type: ignore[attr-defined]

    return run


class Flip(StateMachine):
    off = State(initial=True)
    on = State()
    flip = off.to(on) | on.to(off)


def statemachine() -> Any:
    machine = Flip()

    def run() -> None:
        for _ in range(CALLS):
            machine.flip()

    return run


SIDES = {
    "automat, a bare transition": automat,
    "transitions, a bare transition": transitions,
    "python-statemachine, a bare transition": statemachine,
    "a report in a session of 50": lambda: repeat_report(50),
    "a report in a session of 10,000": lambda: repeat_report(10_000),
    "a report in a session of 1,000,000": lambda: repeat_report(1_000_000),
}


@pytest.mark.parametrize("side", SIDES)
def bench_report(compare: Any, side: str) -> None:
    goal = 7.0 if side.startswith("a report") else None
    compare(
        "one report",
        side,
        SIDES[side](),
        baseline=side.startswith("automat"),
        goal=goal,
        calls=CALLS,
    )


def bench_whole_life(compare: Any) -> None:
    """Every artifact of 10,000 changes from scheduling to succeeded, one report at a time."""
    size = 10_000
    steps = (
        ArtifactRestoreStatus.SCHEDULED,
        ArtifactRestoreStatus.IN_PROGRESS,
        ArtifactRestoreStatus.SUCCEEDED,
    )
    artifacts = [
        MailboxRestoreArtifact(id=f"a{number}", status=ArtifactRestoreStatus.SCHEDULING)
        for number in range(size)
    ]
    session = ExchangeRestoreSession(
        id="s", created_date_time=NOW, mailbox_restore_artifacts=artifacts
    )
    start = BackupRestoreRoot(exchange_restore_sessions=[session])

    def run() -> BackupRestoreRoot:
        root = start
        for status in steps:
            for number in range(size):
                report = Report(artifact_id=f"a{number}", status=status, time=NOW)
                root = record(root, "s", report).root
        return root

    compare("a whole life", "30,000 reports, one by one", run)
