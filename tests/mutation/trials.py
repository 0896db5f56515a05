"""The trials of many mutants, some side by side, with what became of each in the session."""

import os
import sys
from collections import Counter
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
from tests.mutation.mutants import changes_annotations_alone, diff, mutated

NO_MUTANT: Final = WorkResult(WorkerOutcome.NO_TEST, test_outcome=TestOutcome.INCOMPETENT)
"""What is no Python any more."""

HELD_BY_TYPES: Final = WorkResult(WorkerOutcome.SKIPPED)
"""What changes an annotation alone."""


Start: TypeAlias = Callable[[MutationSpec, str, Path], int]
"""Starts the trial of a mutant, which has this text, and which writes to this log.

Returns the process id. The process ends with 0 if nothing noticed the mutant."""


class Trials:
    """The trials that run side by side."""

    seconds: Counter[str]
    """The processor time that they took, by module."""

    def __init__(
        self,
        session: WorkDB,
        jobs: int,
        start: Start,
        without: Callable[[Mutant], bool] = lambda _mutant: False,
    ) -> None:
        """Begin with none; mutants that are known to live can be passed over."""
        self.seconds = Counter()
        self._without = without
        self._start = start
        self._session = session
        self._running: dict[int, tuple[str, MutationSpec, str, Path]] = {}
        self._free = [Path(f"{session.name()}.{number}.log") for number in range(jobs)]

    def run(self, items: Sequence[WorkItem]) -> None:
        """Try these mutants."""
        for done, item in enumerate(items):
            if sys.stdout.isatty():
                print(f"\r{done} of {len(items)}", end="", flush=True)
            (mutation,) = item.mutations
            text = mutated(mutation)
            if text is None:
                self._session.set_result(item.job_id, NO_MUTANT)
            elif changes_annotations_alone(mutation, text):
                self._session.set_result(item.job_id, HELD_BY_TYPES)
            elif self._without(named(mutation, changed := diff(mutation, text))):
                survived = TestOutcome.SURVIVED
                result = WorkResult(WorkerOutcome.NORMAL, "", survived, changed)
                self._session.set_result(item.job_id, result)
            else:
                self._begin(item.job_id, mutation, text)
        while self._running:
            self._end_one()

    def _begin(self, job: str, mutation: MutationSpec, text: str) -> None:
        """Start a trial, once there is a place for it."""
        if not self._free:
            self._end_one()
        log = self._free.pop()
        child = self._start(mutation, text, log)
        self._running[child] = (job, mutation, text, log)

    def _end_one(self) -> None:
        """Wait for a trial to end, and keep its result."""
        child, status, used = os.wait4(-1, 0)
        job, mutation, text, log = self._running.pop(child)
        self._free.append(log)
        self.seconds[str(mutation.module_path)] += used.ru_utime + used.ru_stime  # type: ignore[assignment]
        outcome = TestOutcome.KILLED if status else TestOutcome.SURVIVED
        changed = diff(mutation, text)
        result = WorkResult(WorkerOutcome.NORMAL, log.read_text("utf-8"), outcome, changed)
        self._session.set_result(job, result)
        if outcome is TestOutcome.SURVIVED:
            print(f"\nlives:\n\n{named(mutation, changed)}", flush=True)


def named(mutation: MutationSpec, changed: str) -> Mutant:
    """Return the mutant as the list of equivalent ones would have it."""
    return Mutant(str(mutation.module_path), mutation.definition_name or "the module", changed)
