"""``status``: read a session and its artifacts, and show the status and the reason."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, Final

from restore_domain.cli.limit_options import add_limits, chosen_limits, chosen_rows
from restore_domain.cli.listing import COLUMNS, SELECTIONS, Choice
from restore_domain.cli.progress import Progress, begin_large, read_watched
from restore_domain.cli.received import Found, received
from restore_domain.cli.status_formats import FORMATS
from restore_domain.cli.summary import Summary, summed_up
from restore_domain.cli.terminal import (
    STANDARD_INPUT,
    BadInputError,
    complain,
    example,
    say,
    write_bytes,
)
from restore_domain.model import ViolationKind
from restore_domain.status import TERMINAL_SESSION_STATUSES, RestoreSessionStatus

__all__ = ["add_to"]

COMPLETED: Final = 0
FAILED: Final = 1
GOES_ON: Final = 3
CONTRADICTED: Final = 4

_READABLE: Final = 100
"""How many artifacts of a session are listed for people, unless another number is chosen."""


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "status",
        help="show the status of a session, and the rule that gives it",
        description="Reads a session as Microsoft Graph sends it, or pages of its artifacts, or "
        "both, and prints the status that the artifacts give, the rule that decided, the number "
        "of artifacts per status, how many of them have ended, the failures by their code, "
        "everything in the session that can't be true, properties that the rules require but are "
        "missing, and each artifact that failed. If artifacts of the session are missing, it "
        "prints the evidence, and the status that is certain in spite of that or, if it can be "
        "true, the declared one. The exit code says whether the input could be read, not what "
        "the audit found, unless --exit-code is given.",
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help=(
            "a session, or a page of sessions, of artifacts or of bulk requests, in JSON; an "
            "array of them, one per line, or the answer of a $batch; - or nothing is standard input"
        ),
    )
    parser.add_argument(
        "--example",
        action="store_true",
        help=("read the example session that ships with the package"),
    )
    parser.add_argument(
        "--exit-code",
        action="store_true",
        help=f"exit with {COMPLETED} if every session is completed, {FAILED} if one is failed or "
        f"completedWithError, {GOES_ON} if one is still running or its status is unknown, or "
        "there is none, "
        f"{CONTRADICTED} if one contradicts a rule; the highest that applies",
    )
    parser.add_argument(
        "--artifacts",
        choices=SELECTIONS,
        default="failed",
        help="which artifacts are listed one by one; default: failed",
    )
    parser.add_argument(
        "--sort",
        type=_column,
        metavar="KEY",
        help=(
            f"a column to sort them by: {', '.join(COLUMNS)}; --sort=-KEY sorts in descending "
            "order. Without it they are in the order of the document"
        ),
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="table",
        help=(
            "default: table, for people. json prints one object per session, and csv only the "
            "listed artifacts; in csv a text that a spreadsheet would take for a formula is "
            "preceded by '"
        ),
    )
    parser.add_argument("--json", action="store_true", help="the same as --format json")
    parser.add_argument(
        "--html",
        metavar="FILE",
        help=(
            "also write an HTML page with all this, and with a timeline of the artifacts, to "
            "this file"
        ),
    )
    add_limits(
        parser,
        rows="N lists this many artifacts of a session, and says how many more there are; default: "
        f"{_READABLE}, all in json and csv.",
    )
    parser.set_defaults(do=_status)


def _column(text: str) -> str:
    if text.removeprefix("-") not in COLUMNS:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a column; there are {', '.join(COLUMNS)}"
        )
    return text


def _status(arguments: argparse.Namespace) -> int:
    form = "json" if arguments.json else arguments.format
    most = chosen_rows(arguments)
    if most is None and form in _FOR_PEOPLE:
        most = _READABLE
    choice = Choice(artifacts=arguments.artifacts, sort=arguments.sort, limit=most)
    with Progress() as progress:
        found = _received(arguments, progress)
        summaries = []
        for number, session in enumerate(found.sessions):
            progress.show("summing up sessions", number, len(found.sessions))
            summaries.append(summed_up(session, choice))
        lines = list(FORMATS[form](summaries))
        page = _page(summaries) if arguments.html is not None else b""
    for line in lines:
        say(line)
    complain(found.passed_over)
    if form == "csv":
        complain(("", str(one.listing)) for one in summaries if one.listing.left_out)
    if arguments.html is not None:
        write_bytes(arguments.html, page)
    return _exit_code(summaries) if arguments.exit_code else 0


_FOR_PEOPLE: Final = frozenset({"table", "markdown"})
"""The formats in which the list is limited for people, unless a number is given."""


def _received(arguments: argparse.Namespace, progress: Progress) -> Found:
    limits = chosen_limits(arguments)
    sources = [(name, read_watched(name, limits, progress)) for name in arguments.files]
    if arguments.example:
        sources.append(("example", example("session.json")))
    if not sources:
        sources.append((STANDARD_INPUT, read_watched(STANDARD_INPUT, limits, progress)))
    begin_large(progress, "reading the JSON", sum(len(data) for _, data in sources))
    return received(sources, limits)


def _page(summaries: Sequence[Summary]) -> bytes:
    try:
        from restore_domain.cli.report_page import page  # noqa: PLC0415 - needs an extra
    except ImportError:
        message = "needs jinja2 and drawsvg: pip install 'restore-domain[report]'"
        raise BadInputError([("--html", message)]) from None
    return page(summaries).encode()


def _exit_code(found: Sequence[Summary]) -> int:
    """Return the exit code for the most serious result among these sessions."""
    statuses = {one.session.status for one in found}
    if any(one.violations_of(ViolationKind.CONTRADICTION) for one in found):
        return CONTRADICTED
    if not statuses or not statuses <= TERMINAL_SESSION_STATUSES:
        return GOES_ON
    return COMPLETED if statuses == {RestoreSessionStatus.COMPLETED} else FAILED
