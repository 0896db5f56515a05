"""Layer 7: the command line.

Each command is a module with ``add_to``, which declares its arguments, and a function that runs it
and returns the exit code: 0, or 2 for invalid input, which is explained on standard error.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

import restore_domain
from restore_domain.cli import diagram, history, replay, schema, serve, status, table, verify
from restore_domain.cli.terminal import (
    BadInputError,
    UnwritableError,
    complain,
    discard,
    flush,
    printable,
)

__all__ = ["main"]

_EPILOG = """\
exit codes:
  0    success
  1    the output can't be written; of verify: the program does not conform;
       of history: there is a contradiction
  2    invalid input or wrong usage (every problem is listed on standard error)
  130  interrupted
  (status --exit-code has codes of its own; status --help lists them)
  143  of verify: terminated by SIGTERM; the program is ended first

examples:
  %(prog)s status --example
  %(prog)s status session.json
  %(prog)s status page1.json page2.json --json
  %(prog)s status session.json --exit-code
  %(prog)s status session.json --html session.html
  %(prog)s history polls.jsonl
  %(prog)s table --format markdown
  %(prog)s table --format parquet --output decision-table.parquet
  %(prog)s diagram session --format svg
  %(prog)s schema exchangeRestoreSession
  %(prog)s replay --example
  %(prog)s verify -- node docs/examples/conforming.js
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in the arguments, and return the exit code."""
    try:
        code = _code(argv)
        flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of the output has closed it
        discard(sys.stdout)
        return 0
    except OSError as error:
        discard(sys.stdout)
        complain([("standard output", error.strerror or str(error))])
        return 1
    return code


def _code(argv: Sequence[str] | None) -> int:
    try:
        arguments = _parser().parse_args(argv)
        code: int = arguments.do(arguments)
    except SystemExit as done:  # argparse has shown the help, or reported what is wrong
        return int(done.code or 0)
    except BadInputError as error:
        complain(error.problems)
        return 2
    except UnwritableError as error:
        complain([(error.place, error.message)])
        return 1
    return code


class _Parser(argparse.ArgumentParser):
    """Reports what is wrong with the arguments, with escapes for control characters in them."""

    def error(self, message: str) -> NoReturn:
        super().error(printable(message))

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print the help, and don't ignore an error in writing it, as argparse does."""
        if message and file is not None and file is sys.stdout:
            file.write(message)
            file.flush()
        else:
            super()._print_message(message, file)

    def parse_known_args(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, args: Any = None, namespace: Any = None
    ) -> Any:
        """Let a command show its own usage when it gets an unknown argument."""
        known, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return known, unknown


_SCRIPT: Final = "restore-domain"
"""The name of the script that the package installs."""


def _name() -> str:
    """Return the name by which the program was started."""
    started = Path(sys.argv[0]).name if sys.argv else ""
    is_script = started.removesuffix(".exe").removesuffix("-script.py") == _SCRIPT
    return _SCRIPT if is_script else "python -m restore_domain"


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=_name(),
        description="Shows the status of a Microsoft 365 mailbox restore session, and the reason.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action="version", version=f"restore-domain {restore_domain.__version__}"
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in (status, history, table, diagram, schema, replay, verify, serve):
        command.add_to(commands)
    return parser
