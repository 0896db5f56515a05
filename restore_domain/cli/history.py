"""``history``: read a log of snapshots, and show the contradictions in it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from restore_domain.cli.limit_options import add_limits, chosen_limits
from restore_domain.cli.progress import Progress
from restore_domain.cli.snapshot_log import Place, Placed, Position, snapshots_in
from restore_domain.cli.terminal import STANDARD_INPUT, complain, say
from restore_domain.model import Finding
from restore_domain.model.history import findings_in
from restore_domain.wire.findings import finding_to_json

__all__ = ["add_to"]


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "history",
        help="find contradictions in a log of snapshots of sessions",
        description="Reads snapshots of sessions in the order of time, and prints the "
        "contradictions within a snapshot, or between two of the same session (rules H1 to H3); a "
        "contradiction within consecutive snapshots is printed once, where it begins. A file has a "
        'session on each line, or an object such as {"time": "2026-01-05T09:00:00Z", "session": '
        "{...}}; or it is an array of these, or a single one. It may also be a HAR file, as a "
        "browser or a proxy saves it, of which the answers about sessions and about pages of their "
        "artifacts are read. Sessions are distinguished by the id.",
        epilog="exit codes: 0 nothing was found, 1 something was, 2 something could not be read "
        "(it is reported on standard error, and skipped)",
    )
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="in order; - or nothing is standard input"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object per finding")
    add_limits(parser)
    parser.set_defaults(do=_history)


def _history(arguments: argparse.Namespace) -> int:
    limits = chosen_limits(arguments)
    names = arguments.files or [STANDARD_INPUT]
    reading = _Reading(Position(names), limits.problems)
    placed = snapshots_in(names, limits, reading.unreadable, reading.position)
    show = _as_json if arguments.json else _as_text
    found = 0
    with reading.progress:
        for finding in reading.new(placed):
            reading.progress.clear()
            say(show(finding))
            found += 1
    if not arguments.json and (reading.snapshots or not reading.is_incomplete):
        say(
            f"{_number(found, 'finding')} in {_number(reading.snapshots, 'snapshot')} of "
            f"{_number(len(reading.standing), 'session')}"
        )
    if reading.is_incomplete:
        return 2
    return 1 if found else 0


_Key = tuple[str, str | None, str, str]


class _Reading:
    """How far the log was read, and the audit findings of the last snapshot of each session."""

    standing: dict[str, frozenset[_Key]]
    """The audit findings of the last snapshot of each session, by the id of the session."""

    def __init__(self, position: Position, most: int) -> None:
        self.progress = Progress()
        self.position = position
        self.snapshots = 0
        self.standing = {}
        self.is_incomplete = False
        self._named = 0
        self._most = most
        self._now: set[_Key] = set()

    def new(self, placed: Iterable[Placed]) -> Iterator[Finding]:
        """Yield the findings; the same audit finding of consecutive snapshots is shown once."""
        for finding in findings_in(self._counted(placed)):
            if finding.rule != "H1":
                yield finding
                continue
            key = finding.finer_rule, finding.artifact_id, finding.property, finding.message
            self._now.add(key)
            if key not in self.standing.get(finding.session_id, frozenset()):
                yield finding

    def _counted(self, placed: Iterable[Placed]) -> Iterator[Placed]:
        """Pass on the snapshots, and store the findings of each before the next one is read."""
        for place, snapshot in placed:
            done, total = self.position.done, self.position.total
            if total is None:  # for a pipe
                self.progress.show("reading snapshots", self.snapshots)
            else:
                self.progress.show("reading", done, total, f", {self.snapshots:,} snapshots")
            self._now = set()
            yield place, snapshot
            self.standing[snapshot.id] = frozenset(self._now)
            self.snapshots += 1

    def unreadable(self, place: str, problems: Iterable[tuple[str, str]]) -> None:
        """Report something unreadable, up to the limit."""
        self.is_incomplete = True
        self.progress.clear()
        for path, message in problems:
            self._named += 1
            if self._named <= self._most:
                complain([(f"{place}: {path}" if path else place, message)])
            elif self._named == self._most + 1:
                complain([("", f"more than {self._most} problems, so the list is truncated")])


def _number(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'s' if number != 1 else ''}"


def _as_text(finding: Finding) -> str:
    rule = finding.rule
    if finding.finer_rule != rule:
        rule = f"{rule} ({finding.finer_rule})"
    owner = finding.session_id
    if finding.artifact_id is not None:
        owner = f"{owner} {finding.artifact_id}"
    before = "" if finding.before is None else f" [before: {_place(finding.before, finding.after)}]"
    time = finding.after.time
    where = f"{finding.after} at {time}" if time else str(finding.after)
    return f"{where}: {rule} {owner} {finding.property}: {finding.message}{before}"


def _place(place: Place, other: Place) -> str:
    """Return a description of a place, with its file only if that differs from the other's."""
    where = str(place).removeprefix(f"{place.file}: ") if place.file == other.file else str(place)
    return f"{where} at {place.time}" if place.time else where


def _as_json(finding: Finding) -> str:
    places = {
        name: None if place is None else attrs.asdict(place)
        for name, place in (("before", finding.before), ("after", finding.after))
    }
    return json.dumps(finding_to_json(finding) | places)
