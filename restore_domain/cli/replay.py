"""``replay``: run a history of operations, and show each session's status as it changes."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from itertools import chain
from typing import Any, Final

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
from restore_domain.operations import BackupRestoreRoot, RestoreDomainError, SessionChanged
from restore_domain.wire import WireLimits
from restore_domain.wire.json_text import BYTE_ORDER_MARK, parse
from restore_domain.wire.methods import METHODS, Performed
from restore_domain.wire.problems import Problem, Problems

__all__ = ["add_to"]


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "replay",
        help="run a history of operations, and show how the sessions' statuses change",
        description="Reads one operation a line, runs them in order from an empty root, and "
        "prints what each one did to the session's status, or the code it was refused with. The "
        "form of a line is that of a JSON-RPC request: "
        '{"method": "get", "params": {"sessionId": "s1"}}. '
        f"The methods are {', '.join(METHODS)}. A refusal is an answer like any other: the exit "
        "code is 2 only where a line is no request.",
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "file", nargs="?", metavar="FILE", help="JSON lines; - or nothing is standard input"
    )
    source.add_argument("--example", action="store_true", help="run the history that ships")
    parser.add_argument(
        "--state", action="store_true", help="print the final sessions as JSON, and no lines"
    )
    add_limits(parser)
    parser.set_defaults(do=_replay)


def _replay(arguments: argparse.Namespace) -> int:
    root = BackupRestoreRoot()
    limits = chosen_limits(arguments)
    with Progress() as progress:
        calls = _calls(*_source(arguments, limits, progress), limits)
        for place, (number, call) in enumerate(calls):
            try:
                done = wire.perform(root, call, limits=limits)
            except RestoreDomainError as error:
                said = f"refused {error.code} ({error.http_status}) {error.rule}: {error.message}"
            else:
                root = done.root
                said = _said(done)
            if arguments.state or not is_terminal(sys.stdout):
                progress.show("running operations", place, len(calls))
            if not arguments.state:
                say(f"{number:>4}  {_name(call):<14}  {said}")
    if arguments.state:
        sessions = [wire.to_json_value(session) for session in root.exchange_restore_sessions]
        print(json.dumps({"value": sessions}, indent=1))
    return 0


def _source(
    arguments: argparse.Namespace, limits: WireLimits, progress: Progress
) -> tuple[str, bytes]:
    if arguments.example:
        return "example", example("history.jsonl")
    name = arguments.file or STANDARD_INPUT
    return shown(name), read_watched(name, limits, progress)


def _calls(name: str, data: bytes, limits: WireLimits) -> list[tuple[int, dict[str, Any]]]:
    """Read every line, before any is run; blank lines are passed over."""
    calls: list[tuple[int, dict[str, Any]]] = []
    problems = Problems(limits)
    lines = data.removeprefix(BYTE_ORDER_MARK.encode()).splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            call, found = parse(line, limits)
        except wire.WireError as error:
            call, found = {}, iter(error.problems)
        if not isinstance(call, dict):
            call, found = {}, chain(found, [Problem("$", "expected an object with a method")])
        problems.add_all((f"{name}: line {number}: {path}", text) for path, text in found)
        if problems.are_enough:
            break
        calls.append((number, call))
    are_calls = any(not _OF_CALLS.isdisjoint(call) for _, call in calls)
    if calls and not are_calls and (len(calls) > 1 or not problems.found):
        raise BadInputError([(name, _NO_HISTORY)])
    if problems.found:
        raise BadInputError(problems.found)
    return calls


_OF_CALLS: Final = frozenset({"method", "params"})
"""What shows that a line is a call, if a wrong one."""

_NO_HISTORY: Final = (
    "it is not a history of operations: no line of it is an object with a method; `status` reads "
    "sessions, and `history` logs of them"
)


def _name(call: Mapping[str, Any]) -> str:
    method = call.get("method")
    return method[:_LONGEST_NAME] if isinstance(method, str) and method else "?"


def _said(done: Performed) -> str:
    """Say for each session what an operation did to it."""
    if not done.events:
        return "nothing changed"
    return "; ".join(
        f"{event.session_id}: {_moved(event.status_before, event.status_after)}"
        + (_changes(event) if isinstance(event, SessionChanged) else "")
        for event in done.events
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
    told = [f"{count} {word}" for count, word in counts if count]
    told += [f"{artifact.id} {artifact.status}" for artifact in event.changed[:_SHOWN]]
    if len(event.changed) > _SHOWN:
        told.append(f"and {len(event.changed) - _SHOWN} more")
    return f" ({', '.join(told)})" if told else ""


_SHOWN = 3
"""How many changed artifacts a line names."""

_LONGEST_NAME = 22
"""How many characters of a method's name a line shows: more than any method has."""
