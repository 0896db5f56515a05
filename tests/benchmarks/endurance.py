"""A root of 100,000 sessions and a million artifacts, with reports for as long as you like.

``python -m tests.benchmarks.endurance --minutes 60`` prints a line per minute: the reports per
second, the resident memory, and the blocks that Python has allocated, which show growth long before
the memory does. Sessions live their whole lives: each report is about a session chosen at random;
one that has ended is removed, and another is created and activated in its place.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

from restore_domain import (
    ArtifactRestoreStatus,
    CreateSessionRequest,
    DestinationType,
    RequestedArtifact,
    RestorePoint,
    audit,
)
from restore_domain.operations import (
    BackupRestoreRoot,
    Limits,
    Report,
    SessionRemoved,
    activate_session,
    apply,
    create_session,
    record,
)

SESSIONS: Final = 100_000
ARTIFACTS: Final = 10
"""How many artifacts each session has."""

LIFE: Final = tuple(map(ArtifactRestoreStatus, ("scheduled", "inProgress", "succeeded")))
NOON: Final = datetime(2026, 1, 12, 12, tzinfo=UTC)
LOOKS_AT_THE_CLOCK: Final = 1_000
"""Reports between two looks at the clock."""


class Load:
    """The root, and the progress of each of its sessions."""

    def __init__(self, sessions: int, artifacts: int) -> None:
        self.artifacts = artifacts
        self.root = BackupRestoreRoot(limits=Limits(active_sessions=sessions))
        self.numbers = count()
        self.choose = Random(15).randrange  # noqa: S311 - the same load each time
        self.alive: list[tuple[str, int]] = []
        """The id of each session, and how many reports it has had."""
        self.ended = 0
        self.reports = 0
        for _ in range(sessions):
            self.alive.append((self.begin(), self.choose(artifacts * len(LIFE))))
        for place, (session_id, reports) in enumerate(self.alive):
            self.alive[place] = (session_id, 0)
            for _ in range(reports):  # sessions of every age, as after a long time
                self.report(place)
        self.ended = self.reports = 0

    def begin(self) -> str:
        """Create a session and activate it."""
        number = next(self.numbers)
        request = CreateSessionRequest(
            mailbox_restore_artifacts=tuple(
                RequestedArtifact(
                    restore_point=RestorePoint(id=f"{number}-{place}"),
                    destination_type=DestinationType.NEW,
                )
                for place in range(self.artifacts)
            )
        )
        ids = [f"a{place}" for place in range(self.artifacts)]
        session_id, now = f"s{number}", self.now()
        made = create_session(
            self.root, request, session_id=session_id, artifact_ids=ids, now=now
        ).root
        self.root = activate_session(made, session_id, now=now).root
        return session_id

    def now(self) -> datetime:
        return NOON + timedelta(milliseconds=self.reports)

    def report(self, place: int) -> None:
        """Report the next step of an artifact; the last one ends the session."""
        session_id, reports = self.alive[place]
        report = Report(
            artifact_id=f"a{reports % self.artifacts}",
            status=LIFE[reports // self.artifacts],
            time=self.now(),
        )
        self.root = record(self.root, session_id, report).root
        self.reports += 1
        self.alive[place] = (session_id, reports + 1)
        if reports + 1 == self.artifacts * len(LIFE):
            self.replace(place)

    def replace(self, place: int) -> None:
        """Remove a session that has ended, as `expire` would in a year, and begin another."""
        session_id, _ = self.alive[place]
        session = self.root.session(session_id)
        assert session is not None
        assert audit(session) == ()
        removed = SessionRemoved(session_id=session_id, status_before=session.status)
        self.root = apply(self.root, removed)
        self.ended += 1
        self.alive[place] = (self.begin(), 0)

    def run(self, seconds: float) -> int:
        """Report for this long, and return how many reports there were."""
        end, before = time.monotonic() + seconds, self.reports
        while time.monotonic() < end:
            for _ in range(LOOKS_AT_THE_CLOCK):
                self.report(self.choose(len(self.alive)))
        return self.reports - before


def samples(load: Load, minutes: int) -> Iterator[dict[str, float]]:
    """Report for this many minutes, and measure after each."""
    for minute in range(minutes + 1):
        started = time.monotonic()
        reports = load.run(60) if minute else 0
        passed = time.monotonic() - started
        gc.collect()
        yield {
            "minute": minute,
            "reports a second": reports / passed if minute else 0,
            "sessions ended": load.ended,
            "resident MiB": resident() / 2**20,
            "allocated blocks": sys.getallocatedblocks(),
        }


def resident() -> int:
    """Return the bytes of memory that the process has (Linux)."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    (line,) = (line for line in lines if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--sessions", type=int, default=SESSIONS)
    parser.add_argument("--artifacts", type=int, default=ARTIFACTS, help="of each session")
    chosen = parser.parse_args()
    load = Load(chosen.sessions, chosen.artifacts)
    for sample in samples(load, chosen.minutes):
        print(" | ".join(f"{name} {value:,.0f}" for name, value in sample.items()), flush=True)
    assert len(load.root.exchange_restore_sessions) == chosen.sessions
    assert load.root.active_session_count == chosen.sessions
    print(f"{load.reports:,} reports, {load.ended:,} sessions ended; none lost")


if __name__ == "__main__":
    main()
