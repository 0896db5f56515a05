"""``verify``: check a program against the reference."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, Final, NoReturn

import attrs

from restore_domain.cli.limit_options import whole_number
from restore_domain.cli.progress import Progress
from restore_domain.cli.service_options import (
    HISTORIES,
    SHRINK_SECONDS,
    add_service_options,
    dry_run,
    verified_service,
)
from restore_domain.cli.terminal import BadInputError, discard, flush, say, shown
from restore_domain.rules import RULES
from restore_domain.verification.program import LINE_LIMIT, TIMEOUT, Program, ProgramError
from restore_domain.verification.report import (
    EXIT_CODES,
    as_json,
    as_junit,
    as_text,
    list_as_json,
    list_as_text,
)
from restore_domain.verification.run import (
    THOROUGH,
    Settings,
    Verification,
    chosen_cases,
    verify,
)

__all__ = ["add_to"]

_DEFAULT: Final = Settings()


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "verify",
        help="check a program in any language, or a service, against the reference",
        usage="%(prog)s [options] (--url URL | -- COMMAND...)\n"
        "       %(prog)s --list [--only RULE...] [--json]",
        description=(
            "Starts a program, runs the conformance vectors and then random histories on "
            "it over its standard input and output, and shows where its answers differ from the "
            "reference. Random histories need Hypothesis (pip install hypothesis); without it "
            "only the vectors are run. docs/conformance.md describes the protocol."
        ),
        epilog="exit codes: 0 conforms, 1 does not, 2 could not be run",
    )
    parser.add_argument(
        "command",
        nargs="*",
        metavar="COMMAND",
        help=("the command that starts the program, preceded by --"),
    )
    parser.add_argument(
        "--only",
        nargs="+",
        type=_rule,
        default=(),
        metavar="RULE",
        help="verify only these rules: their vectors, and histories that break them",
    )
    parser.add_argument("--first", action="store_true", help="stop at the first failure")
    parser.add_argument(
        "--list", action="store_true", help="list the vectors by rule, without starting a program"
    )
    parser.add_argument(
        "--thorough",
        action="store_true",
        help=f"run {THOROUGH.examples:,} random histories, longer ones, in up to "
        f"{THOROUGH.seconds:g} s",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=_DEFAULT.seed,
        metavar="N",
        help="the seed for drawing random histories; default: %(default)s",
    )
    parser.add_argument(
        "--examples",
        type=whole_number,
        metavar="N",
        help=f"how many random histories to run; default: {_DEFAULT.examples}, and {HISTORIES} at "
        "a service",
    )
    parser.add_argument(
        "--time",
        type=_seconds,
        metavar="SECONDS",
        help=f"the maximum duration of the whole run; default: {_DEFAULT.seconds:g}",
    )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=TIMEOUT,
        metavar="SECONDS",
        help="the maximum time for an answer; default: %(default)g",
    )
    parser.add_argument(
        "--line-limit",
        type=whole_number,
        default=LINE_LIMIT,
        metavar="BYTES",
        help="the maximum length of a line of the program's output; default: %(default)s",
    )
    parser.add_argument(
        "--shrink-seconds",
        type=_seconds,
        metavar="SECONDS",
        help=(
            "how long a failing random history may be shrunk; default: as long as the run may "
            f"take, or {SHRINK_SECONDS:g} at a service"
        ),
    )
    parser.add_argument("--report", metavar="FILE", help="write JUnit XML to this file")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_service_options(parser)
    parser.set_defaults(do=_verify)


_LONGEST: Final = 86400.0 * 7


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= _LONGEST:
        raise argparse.ArgumentTypeError(f"expected seconds, up to a week of them, got {text}")
    return seconds


def _rule(text: str) -> str:
    """Return a rule id; upper and lower case don't matter."""
    known = {rule.lower(): rule for rule in RULES}
    if text.lower() in known:
        return known[text.lower()]
    nearest = get_close_matches(text.lower(), known, n=1, cutoff=0.0)
    raise argparse.ArgumentTypeError(
        f"there is no rule {text!r}; did you mean {known[nearest[0]]}? "
        f"The rules are {', '.join(RULES)}"
    )


def _verify(arguments: argparse.Namespace) -> int:
    if arguments.list:
        return _list(arguments)
    if (arguments.url is None) == (not arguments.command):
        raise BadInputError([("", "expected either --url or a COMMAND that starts a program")])
    if arguments.dry_run:
        _say(dry_run(arguments, _settings(arguments)))
        return 0
    verification = _verified(arguments)
    try:
        _print(verification, as_one_object=arguments.json)
    except (
        BrokenPipeError
    ):  # the reader of the output has closed it, but the exit code still counts
        discard(sys.stdout)
    except OSError as error:  # the exit code 1 would say that the program does not conform
        discard(sys.stdout)
        raise BadInputError([("standard output", error.strerror or str(error))]) from None
    if arguments.report is not None:
        _write(arguments.report, as_junit(verification))
    return EXIT_CODES[verification.conforms]


def _print(verification: Verification, *, as_one_object: bool) -> None:
    _say([json.dumps(as_json(verification))] if as_one_object else as_text(verification))


def _list(arguments: argparse.Namespace) -> int:
    cases = chosen_cases(arguments.only)
    _say([json.dumps(list_as_json(cases))] if arguments.json else list_as_text(cases))
    return 0


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        say(line)
    flush()


def _settings(arguments: argparse.Namespace) -> Settings:
    default = _DEFAULT if arguments.url is None else attrs.evolve(_DEFAULT, examples=HISTORIES)
    chosen = THOROUGH if arguments.thorough else default
    return attrs.evolve(
        chosen,
        seed=arguments.seed,
        examples=chosen.examples if arguments.examples is None else arguments.examples,
        seconds=chosen.seconds if arguments.time is None else arguments.time,
        shrink_seconds=arguments.shrink_seconds,
        only=frozenset(arguments.only),
        first=arguments.first,
    )


def _verified(arguments: argparse.Namespace) -> Verification:
    settings = _settings(arguments)
    progress = Progress()
    began = monotonic()
    start = partial(
        Program,
        arguments.command,
        timeout=arguments.timeout,
        line_limit=arguments.line_limit,
        answer_by=began + settings.seconds,
    )
    try:
        if arguments.url is not None:
            with _ended_by_signals():
                return verified_service(arguments, settings, progress, began)
        with _ended_by_signals(), start() as program:
            return verify(
                program,
                settings,
                name=program.name,
                progress=progress.show,
                began=began,
                fresh=start,
            )
    except ProgramError as trouble:
        return Verification(settings=settings, trouble=trouble)
    finally:
        progress.clear()


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Turn termination signals into exceptions, so that the program is ended, too.

    By default Python ends immediately on these signals, and would leave a program that does not end
    by itself.
    """

    def end(number: int, _frame: object) -> NoReturn:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_ENDING: Final = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""The signals that terminate a process and can be handled; Ctrl-C is an exception already."""


def _write(name: str, data: bytes) -> None:
    try:
        Path(name).write_bytes(data)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BadInputError([(shown(name), reason)]) from None
