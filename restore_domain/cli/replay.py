"""``replay``: run a history of operations, and show each session's status as it changes."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, Final, TypeAlias

import attrs

from restore_domain import wire
from restore_domain.cli.limit_options import add_limits, chosen_limits
from restore_domain.cli.progress import Progress, read_watched
from restore_domain.cli.terminal import (
    STANDARD_INPUT,
    BadInputError,
    example,
    is_terminal,
    say,
    shown,
)
from restore_domain.operations import (
    BackupRestoreRoot,
    Event,
    RestoreDomainError,
    SessionChanged,
    apply,
)
from restore_domain.wire import WireLimits
from restore_domain.wire.json_text import BYTE_ORDER_MARK, parse
from restore_domain.wire.methods import METHODS
from restore_domain.wire.problems import Problem, Problems

__all__ = ["add_to"]


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "replay",
        help="run a history of operations, and show how the sessions' statuses change",
        description="Reads one operation per line, runs them in order from an empty root, and "
        "prints the effect of each on the session's status, or the code with which it was refused. "
        "The form of a line is that of a JSON-RPC request: "
        '{"method": "get", "params": {"sessionId": "s1"}}. '
        f"The methods are {', '.join(METHODS)}. A refusal is an answer like any other: the exit "
        "code is 2 only if a line is not a request. With --events a line is an event, as "
        "restore_domain.wire.dumps writes it, and the exit code is 2 if one can't be read, or "
        "does not fit the events before it.",
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "file", nargs="?", metavar="FILE", help="JSON lines; - or nothing is standard input"
    )
    source.add_argument(
        "--example",
        action="store_true",
        help=("run the example history that ships with the package"),
    )
    parser.add_argument(
        "--state", action="store_true", help="print only the final sessions, as JSON"
    )
    parser.add_argument(
        "--events", action="store_true", help="the lines are events instead of operations"
    )
    add_limits(parser)
    parser.set_defaults(do=_replay)


def _replay(arguments: argparse.Namespace) -> int:
    root = BackupRestoreRoot()
    limits = chosen_limits(arguments)
    with Progress() as progress:
        name, data = _source(arguments, limits, progress)
        kind = _EVENTS if arguments.events else _OPERATIONS
        objects = _objects(name, data, limits, kind)
        for place, (number, line) in enumerate(objects):
            root, asked, said = kind.run(root, line, f"{name}: line {number}", limits)
            if arguments.state or not is_terminal(sys.stdout):
                progress.show("running operations", place, len(objects))
            if not arguments.state:
                say(f"{number:>4}  {asked:<14}  {said}")
    if arguments.state:
        sessions = [wire.to_json_value(session) for session in root.exchange_restore_sessions]
        print(json.dumps({"value": sessions}, indent=1))
    return 0


_Ran: TypeAlias = tuple[BackupRestoreRoot, str, str]
"""The root after a line, what the line asks for, and what it did."""


def _perform(
    root: BackupRestoreRoot, call: dict[str, Any], _where: str, limits: WireLimits
) -> _Ran:
    """Run an operation."""
    try:
        done = wire.perform(root, call, limits=limits)
    except RestoreDomainError as error:
        said = f"refused {error.code} ({error.http_status}) {error.rule}: {error.message}"
        return root, _name(call), said
    return done.root, _name(call), _said(done.events)


def _apply(root: BackupRestoreRoot, line: dict[str, Any], where: str, limits: WireLimits) -> _Ran:
    """Apply an event; raises BadInputError with the place of one that can't be applied."""
    try:
        event = wire.from_json_value(line, Event, limits=limits)
        return apply(root, event), line["type"], _said([event])
    except wire.WireError as error:
        raise BadInputError([(f"{where}: {path}", text) for path, text in error.problems]) from None
    except (KeyError, ValueError) as error:
        message = f"the event does not fit the events before it: {error.args[0]}"
        raise BadInputError([(where, message)]) from None


@attrs.frozen
class _Kind:
    """The kind of the lines of a file."""

    line: str
    """What each line is, in words."""

    marks: frozenset[str]
    """The properties that show that a line is intended to be one, even if it is invalid."""

    run: Callable[[BackupRestoreRoot, dict[str, Any], str, WireLimits], _Ran]
    """Runs a line on this root; the text is the place of the line."""


_OPERATIONS: Final = _Kind("an object with a method", frozenset({"method", "params"}), _perform)
_EVENTS: Final = _Kind("an event", frozenset({"type"}), _apply)


def _source(
    arguments: argparse.Namespace, limits: WireLimits, progress: Progress
) -> tuple[str, bytes]:
    if arguments.example:
        return "example", example("history.jsonl")
    name = arguments.file or STANDARD_INPUT
    return shown(name), read_watched(name, limits, progress)


def _objects(
    name: str, data: bytes, limits: WireLimits, kind: _Kind
) -> list[tuple[int, dict[str, Any]]]:
    """Read every line before any is run; blank lines are skipped."""
    objects: list[tuple[int, dict[str, Any]]] = []
    problems = Problems(limits)
    lines = data.removeprefix(BYTE_ORDER_MARK.encode()).splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value, found = parse(line, limits)
        except wire.WireError as error:
            value, found = {}, iter(error.problems)
        if not isinstance(value, dict):
            value, found = {}, chain(found, [Problem("$", f"expected {kind.line}")])
        problems.add_all((f"{name}: line {number}: {path}", text) for path, text in found)
        if problems.are_enough:
            break
        objects.append((number, value))
    is_history = any(not kind.marks.isdisjoint(value) for _, value in objects)
    if objects and not is_history and (len(objects) > 1 or not problems.found):
        message = f"it is not a history of operations: no line of it is {kind.line}; {_INSTEAD}"
        raise BadInputError([(name, message)])
    if problems.found:
        raise BadInputError(problems.found)
    return objects


_INSTEAD: Final = "`status` reads sessions, and `history` logs of them"


def _name(call: Mapping[str, Any]) -> str:
    method = call.get("method")
    return method[:_LONGEST_NAME] if isinstance(method, str) and method else "?"


def _said(events: Sequence[Event]) -> str:
    """Describe for each session what was done to it."""
    if not events:
        return "nothing changed"
    return "; ".join(
        f"{event.session_id}: {_moved(event.status_before, event.status_after)}"
        + (_changes(event) if isinstance(event, SessionChanged) else "")
        for event in events
    )


def _moved(before: str | None, after: str | None) -> str:
    if before is None:
        return f"created, {after}"
    if after is None:
        return f"removed, was {before}"
    return f"still {after}" if before == after else f"{before} -> {after}"


def _changes(event: SessionChanged) -> str:
    counts = (
        (len(event.added), "added"),
        (len(event.removed), "removed"),
    )
    parts = [f"{count} {word}" for count, word in counts if count]
    parts += [f"{artifact.id} {artifact.status}" for artifact in event.changed[:_SHOWN]]
    if len(event.changed) > _SHOWN:
        parts.append(f"and {len(event.changed) - _SHOWN} more")
    return f" ({', '.join(parts)})" if parts else ""


_SHOWN = 3
"""How many changed artifacts a line names."""

_LONGEST_NAME = 22
"""How many characters of a method's name a line shows: more than any method has."""
