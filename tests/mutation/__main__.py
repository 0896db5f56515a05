"""``python -m tests.mutation``: try every mutant, and name those that live and may not."""

import argparse
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import WorkerOutcome, WorkItem

from tests.mutation.equivalents import Mutant, equivalents
from tests.mutation.mutants import open_session
from tests.mutation.operators import check_examples
from tests.mutation.patched import try_quickly
from tests.mutation.selection import modules, tests_of
from tests.mutation.trial import ROOT, MutatedModule, start
from tests.mutation.trials import Trials, named

SESSION = ROOT / "build" / "mutation" / "session.sqlite"
FIGURES = ROOT / "docs" / "mutation-testing.json"


def start_tests(module: Path, text: str, log: Path) -> int:
    """Start the tests of a module, with this text in the place of its own."""
    return start(MutatedModule(ROOT / module, text), tests_of(module), log)


def report(session: WorkDB) -> bool:
    """Record the figures, print what differs from the list; tell whether anything does."""
    figures: dict[str, Counter[str]] = {}
    living: Counter[Mutant] = Counter()
    for item, result in session.completed_work_items:
        (mutation,) = item.mutations
        counter = figures.setdefault(str(mutation.module_path), Counter())
        if result.worker_outcome != WorkerOutcome.NORMAL:
            counter["annotation" if result.worker_outcome == WorkerOutcome.SKIPPED else "text"] += 1
            continue
        counter["killed" if result.is_killed else "alive"] += 1
        if not result.is_killed:
            living[named(mutation, result.diff)] += 1
    listed = Counter(mutant for mutant in equivalents() if mutant.module in figures)
    for mutant in living:
        counter = figures[mutant.module]
        if mutant in listed:
            counter["equivalent"] += living[mutant]
            counter["alive"] -= living[mutant]
        else:
            print(f"\nno test notices, and it is not listed:\n\n{mutant}")
    gone = [mutant for mutant in listed if mutant not in living]
    for mutant in gone:
        print(f"\nit is listed, and does not live:\n\n{mutant}")
    record(figures)
    return bool(gone or any(counter["alive"] for counter in figures.values()))


def record(figures: dict[str, Counter[str]]) -> None:
    """Write the figures of these modules, and of which text they are, for the page to show."""
    recorded: dict[str, Any] = json.loads(FIGURES.read_text("utf-8"))
    for module, counter in figures.items():
        names = ("killed", "equivalent", "alive", "annotation", "text")
        digest = hashlib.sha256((ROOT / module).read_bytes()).hexdigest()
        counts = {name: counter[name] for name in names}
        recorded[module] = counts | {"sha256": digest}
        print(module, recorded[module])
    ordered = {str(path): recorded.get(str(path)) for path in modules()}
    FIGURES.write_text(json.dumps(ordered, indent=1) + "\n", "utf-8")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", type=Path, help="modules; all without any")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="trials side by side")
    parser.add_argument(
        "--again", action="store_true", help="only what lived the last time, or was not reached"
    )
    parser.add_argument(
        "--quick", action="store_true", help="take for granted that the listed ones live"
    )
    parser.add_argument("--session", type=Path, default=SESSION, help="cosmic-ray's database")
    options = parser.parse_args()
    os.chdir(ROOT)
    check_examples()
    if options.again:
        session = WorkDB(options.session, WorkDB.Mode.open)
        items = [item for item, last in session.completed_work_items if not last.is_killed]
        items += session.pending_work_items
    else:
        session = open_session(options.session, options.modules or modules())
        items = list(session.pending_work_items)
    items.sort(key=_place)
    without = equivalents() if options.quick else {}
    files = sorted({file for item in items for file in chain(*_tests_of(item))})
    decided = try_quickly(options.session, options.jobs, items, files, without)
    Trials(session, options.jobs, start_tests).run(
        [item for item in items if item.job_id not in decided]
    )
    return int(report(session))


def _tests_of(item: WorkItem) -> list[Sequence[str]]:
    (mutation,) = item.mutations
    return tests_of(mutation.module_path)


def _place(item: WorkItem) -> tuple[str, tuple[int, int]]:
    (mutation,) = item.mutations
    return str(mutation.module_path), mutation.start_pos


if __name__ == "__main__":
    sys.exit(main())
