"""``python -m tests.mutation``: try every mutant, and name those that live and may not."""

import argparse
import hashlib
import json
import os
import sys
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import WorkerOutcome, WorkItem

from tests.mutation.equivalents import Mutant, equivalents
from tests.mutation.mutants import open_session
from tests.mutation.operators import check_examples
from tests.mutation.selection import modules, tests_of
from tests.mutation.touched import lines_since, sample, touching
from tests.mutation.trial import ROOT, start
from tests.mutation.trials import Trials, named

SESSION = ROOT / "build" / "mutation" / "session.sqlite"
FIGURES = ROOT / "docs" / "mutation-testing.json"


def check_tests(chosen: list[Path], log: Path) -> None:
    """Raise SystemExit if the tests of these modules fail without any mutation."""
    for files in {tuple(sorted(chain.from_iterable(tests_of(module)))) for module in chosen}:
        _, status = os.waitpid(start(None, [files], log), 0)
        if status:
            raise SystemExit(f"the tests fail without any mutation:\n{log.read_text('utf-8')}")


def report(session: WorkDB, trials: Trials, *, again: bool) -> bool:
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
    record(figures, trials.seconds, again=again)
    return bool(gone or any(counter["alive"] for counter in figures.values()))


def any_alive(session: WorkDB, tried: int) -> bool:
    """Print what lives and is not listed, of the mutants that were tried; tell if there is any."""
    listed = set(equivalents())
    living = [
        mutant
        for item, result in session.completed_work_items
        if result.worker_outcome == WorkerOutcome.NORMAL and not result.is_killed
        for mutant in [named(item.mutations[0], result.diff)]
        if mutant not in listed
    ]
    for mutant in living:
        print(f"\nno test notices, and it is not listed:\n\n{mutant}")
    print(f"{tried} mutants tried, {len(living)} alive")
    return bool(living)


def record(figures: dict[str, Counter[str]], seconds: Counter[str], *, again: bool) -> None:
    """Write the figures of these modules, and of which text they are, for the page to show."""
    recorded: dict[str, Any] = json.loads(FIGURES.read_text("utf-8"))
    for module, counter in figures.items():
        before = (recorded.get(module) or {}).get("seconds", 0) if again else 0
        took = round(before + seconds[module])
        names = ("killed", "equivalent", "alive", "annotation", "text")
        digest = hashlib.sha256((ROOT / module).read_bytes()).hexdigest()
        counts = {name: counter[name] for name in names}
        recorded[module] = counts | {"seconds": took, "sha256": digest}
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
        "--changed", metavar="REVISION", help="only what differs from this revision; no figures"
    )
    parser.add_argument(
        "--most", type=int, default=150, help="with --changed, how many mutants are tried"
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
        lines = lines_since(options.changed, ROOT) if options.changed else {}
        chosen = options.modules or modules()
        if options.changed:
            chosen = [module for module in chosen if module in lines]
        session = open_session(options.session, chosen)
        items = list(session.pending_work_items)
        if options.changed:
            items = sample(sorted(touching(items, lines), key=_place), options.most)
    items.sort(key=_place)
    log = Path(f"{options.session}.log")
    check_tests(sorted({item.mutations[0].module_path for item in items}), log)
    trials = Trials(session, options.jobs)
    trials.run(items)
    if options.changed:
        return int(any_alive(session, len(items)))
    return int(report(session, trials, again=options.again))


def _place(item: WorkItem) -> tuple[str, tuple[int, int]]:
    (mutation,) = item.mutations
    return str(mutation.module_path), mutation.start_pos


if __name__ == "__main__":
    sys.exit(main())
