"""The trials of many mutants, some in parallel, with their results in the session."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import (
    MutationSpec,
    TestOutcome,
    WorkerOutcome,
    WorkItem,
    WorkResult,
)

from tests.mutation.equivalents import Mutant
from tests.mutation.mutants import Changed, changed, changes_an_annotation, diff, text

NO_MUTANT: Final = WorkResult(WorkerOutcome.NO_TEST, test_outcome=TestOutcome.INCOMPETENT)
"""A change that gives invalid Python."""

EXCLUDED_BY_TYPES: Final = WorkResult(WorkerOutcome.SKIPPED)
"""A change of an annotation only."""

UNDECIDED: Final = 77
"""The exit code of a trial that has to be made in another way."""

Start: TypeAlias = Callable[[MutationSpec, str, Path], int | None]
"""Starts the trial of a mutant, whose module has this text, and which writes to this log.

Returns the process id; the process ends with 0 if nothing detected the mutant. None if it can't be
tried in this way.
"""


class Trials:
    """The trials that run in parallel."""

    decided: list[str]
    """The jobs that have a result."""

    def __init__(
        self,
        session: WorkDB,
        jobs: int,
        start: Start,
        without: Callable[[Mutant], bool] = lambda _mutant: False,
    ) -> None:
        """Begin with none; mutants that are known to survive can be skipped."""
        self.decided = []
        self._without = without
        self._session = session
        self._start = start
        self._running: dict[int, tuple[str, MutationSpec, Changed, Path]] = {}
        self._free = [Path(f"{session.name()}.{number}.log") for number in range(jobs)]

    def run(self, items: Sequence[WorkItem]) -> None:
        """Try these mutants. Those that can't be tried in this way stay pending."""
        for done, item in enumerate(items):
            if sys.stdout.isatty():
                print(f"\r{done} of {len(items)}", end="", flush=True)
            (mutation,) = item.mutations
            if changes_an_annotation(mutation):
                self._decide(item.job_id, EXCLUDED_BY_TYPES)
            elif (change := changed(mutation)) is None:
                self._decide(item.job_id, NO_MUTANT)
            elif self._without(named(mutation, lines := diff(change))):
                lives = WorkResult(WorkerOutcome.NORMAL, "", TestOutcome.SURVIVED, lines)
                self._decide(item.job_id, lives)
            else:
                self._begin(item.job_id, mutation, change)
        while self._running:
            self._end_one()

    def _decide(self, job: str, result: WorkResult) -> None:
        self._session.set_result(job, result)
        self.decided.append(job)

    def _begin(self, job: str, mutation: MutationSpec, change: Changed) -> None:
        """Start a trial, once there is a place for it."""
        if not self._free:
            self._end_one()
        log = self._free.pop()
        child = self._start(mutation, text(mutation.module_path, change), log)
        if child is None:
            self._free.append(log)
        else:
            self._running[child] = (job, mutation, change, log)

    def _end_one(self) -> None:
        """Wait for a trial to end, and store its result."""
        child, status = os.wait()
        job, mutation, change, log = self._running.pop(child)
        self._free.append(log)
        if os.waitstatus_to_exitcode(status) == UNDECIDED:
            return
        outcome = TestOutcome.KILLED if status else TestOutcome.SURVIVED
        lines = diff(change)
        result = WorkResult(WorkerOutcome.NORMAL, log.read_text("utf-8"), outcome, lines)
        self._decide(job, result)
        if outcome is TestOutcome.SURVIVED:
            print(f"\nlives:\n\n{named(mutation, lines)}", flush=True)


def named(mutation: MutationSpec, change: str) -> Mutant:
    """Return the mutant in the form of the list of equivalent ones."""
    return Mutant(str(mutation.module_path), mutation.definition_name or "the module", change)
