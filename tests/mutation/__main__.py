"""``python -m tests.mutation``: try every mutant, and report survivors that are not allowed.

With ``--as-programs`` each mutant is a program that is checked by ``verify`` instead of the tests.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import MutationSpec, WorkerOutcome, WorkItem

from tests.mutation.code import digest
from tests.mutation.equivalents import Mutant, equivalents
from tests.mutation.mutants import open_session
from tests.mutation.operators import check_examples
from tests.mutation.patched import try_quickly
from tests.mutation.selection import modules, modules_of_rules, tests_of
from tests.mutation.touched import lines_since, lines_since_figures, sample, touching
from tests.mutation.trial import ROOT, MutatedModule, start
from tests.mutation.trials import Trials, named
from tests.mutation.unseen import is_unseen

SESSIONS = ROOT / "build" / "mutation"
FIGURES = ROOT / "docs" / "mutation-testing.json"
FIGURES_OF_PROGRAMS = ROOT / "docs" / "mutants-as-programs.json"
OUTCOMES = ("vectors", "histories", "equivalent", "unseen", "alive")
"""The possible results of a mutant as a program."""


def start_tests(mutation: MutationSpec, text: str, log: Path, *, stages: int | None = None) -> int:
    """Start the tests of a module, or its first stages, with this text instead of its own."""
    module = mutation.module_path
    return start(MutatedModule(ROOT / module, text), tests_of(module)[:stages], log)


def report(session: WorkDB) -> bool:
    """Record the figures, print what differs from the list; return whether anything does."""
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


def any_alive(session: WorkDB, tried: int) -> bool:
    """Print the survivors that are not listed, among the mutants that were tried; return if there
    are any.
    """
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


def record(figures: dict[str, Counter[str]]) -> None:
    """Write the figures of these modules, with a digest of their text, for the page to show."""
    recorded: dict[str, Any] = json.loads(FIGURES.read_text("utf-8"))
    for module, counter in figures.items():
        names = ("killed", "equivalent", "alive", "annotation", "text")
        counts = {name: counter[name] for name in names}
        recorded[module] = counts | {"code": digest((ROOT / module).read_text("utf-8"))}
        print(module, recorded[module])
    ordered = {str(path): recorded.get(str(path)) for path in modules()}
    FIGURES.write_text(json.dumps(ordered, indent=1) + "\n", "utf-8")


def lines_changed(revision: str) -> dict[Path, set[int]]:
    """Return by module the lines that differ from a revision; without one, from the figures."""
    if revision:
        return lines_since(revision, ROOT)
    recorded = json.loads(FIGURES.read_text("utf-8"))
    codes = {module: counts["code"] for module, counts in recorded.items() if counts}
    return lines_since_figures(codes, ROOT)


def report_programs(session: WorkDB, examples: int) -> None:
    """Record how many mutants are detected by vectors, and by histories, and which by neither."""
    figures: dict[str, Counter[str]] = {}
    living: dict[str, list[dict[str, str]]] = {}
    for item, result in session.completed_work_items:
        (mutation,) = item.mutations
        module = str(mutation.module_path)
        if result.worker_outcome != WorkerOutcome.NORMAL:
            continue
        counter = figures.setdefault(module, Counter())
        mutant = named(mutation, result.diff)
        if result.is_killed:
            counter[outcome_in(result.output)] += 1
        elif mutant in equivalents():
            counter["equivalent"] += 1
        elif is_unseen(mutant):
            counter["unseen"] += 1
        else:
            counter["alive"] += 1
            living.setdefault(module, []).append({"place": mutant.place, "change": mutant.change})
    recorded: dict[str, Any] = {}
    if FIGURES_OF_PROGRAMS.exists():
        recorded = json.loads(FIGURES_OF_PROGRAMS.read_text("utf-8"))
    for module, counter in figures.items():
        counts = {name: counter[name] for name in OUTCOMES}
        print(module, counts)
        recorded[module] = counts | {
            "examples": examples,
            "code": digest((ROOT / module).read_text("utf-8")),
            "survivors": living.get(module, []),
        }
    ordered = {str(path): recorded.get(str(path)) for path in modules_of_rules()}
    FIGURES_OF_PROGRAMS.write_text(json.dumps(ordered, indent=1) + "\n", "utf-8")


def outcome_in(output: str) -> str:
    """Return what detected a mutant, according to the log of its trial."""
    from tests.mutation import as_program  # noqa: PLC0415 - imports the package

    last = output.rstrip().rpartition("\n")[2]
    for name, words in (
        ("vectors", as_program.BY_VECTORS),
        ("histories", as_program.BY_HISTORIES),
    ):
        if last.startswith(words):
            return name
    raise RuntimeError(f"a trial failed by itself:\n{output}")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", type=Path, help="modules; all without any")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="trials side by side")
    parser.add_argument(
        "--again", action="store_true", help="only what lived the last time, or was not reached"
    )
    parser.add_argument(
        "--changed",
        nargs="?",
        const="",
        metavar="REVISION",
        help="only what differs from this revision, or was edited since the figures; makes none",
    )
    parser.add_argument(
        "--most", type=int, default=150, help="with --changed, how many mutants are tried"
    )
    parser.add_argument(
        "--as-programs", action="store_true", help="ask verify about each, and not the tests"
    )
    parser.add_argument(
        "--examples", type=int, default=0, help="random histories for what no vector notices"
    )
    parser.add_argument(
        "--quick", action="store_true", help="take for granted that the listed ones live"
    )
    parser.add_argument(
        "--own", action="store_true", help="only by the tests that are named first for a module"
    )
    parser.add_argument("--session", type=Path, help="cosmic-ray's database")
    options = parser.parse_args()
    os.chdir(ROOT)
    check_examples()
    if options.session is None:
        options.session = SESSIONS / (
            "programs.sqlite" if options.as_programs else "session.sqlite"
        )
    if options.again:
        session = WorkDB(options.session, WorkDB.Mode.open)
        items = [item for item, last in session.completed_work_items if not last.is_killed]
        items += session.pending_work_items
    else:
        everything = modules_of_rules() if options.as_programs else modules()
        chosen = options.modules or everything
        if options.changed is not None:
            lines = lines_changed(options.changed)
            chosen = [module for module in chosen if module in lines]
            if not chosen:
                print("none of these modules was changed")
                return 0
        session = open_session(options.session, chosen)
        items = list(session.pending_work_items)
        if options.changed is not None:
            items = sample(sorted(touching(items, lines), key=_place), options.most)
    items.sort(key=_place)
    if options.as_programs:
        from tests.mutation import as_program  # noqa: PLC0415 - imports the package

        start_program = partial(as_program.start, examples=options.examples)
        Trials(session, options.jobs, start_program, without=equivalents().__contains__).run(items)
        report_programs(session, options.examples)
        return 0
    without = equivalents() if options.quick else {}
    stages = 1 if options.own else None
    files = sorted({file for item in items for file in chain(*_tests_of(item)[:stages])})
    decided = try_quickly(options.session, options.jobs, items, files, without.__contains__)
    Trials(session, options.jobs, partial(start_tests, stages=stages)).run(
        [item for item in items if item.job_id not in decided]
    )
    if options.changed is not None:
        return int(any_alive(session, len(items)))
    return int(report(session))


def _tests_of(item: WorkItem) -> list[Sequence[str]]:
    (mutation,) = item.mutations
    return tests_of(mutation.module_path)


def _place(item: WorkItem) -> tuple[str, tuple[int, int]]:
    (mutation,) = item.mutations
    return str(mutation.module_path), mutation.start_pos


if __name__ == "__main__":
    sys.exit(main())
