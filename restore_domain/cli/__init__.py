"""Floor 7: the command line.

Each command is a module with ``add_to``, which declares its arguments, and a function that does
it and returns the exit code: 0, or 2 for bad input, which is explained on standard error.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from restore_domain.cli import replay, status, table
from restore_domain.cli.terminal import BadInputError, complain

__all__ = ["main"]

_EPILOG = """\
exit codes: 0 done, 2 bad input (every problem is named on standard error)

examples:
  %(prog)s status --example
  %(prog)s status session.json
  %(prog)s status page1.json page2.json --json
  %(prog)s table --format markdown
  %(prog)s replay --example
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say, and return the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.do(arguments)
        sys.stdout.flush()
    except BadInputError as error:
        complain(error)
        return 2
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m restore_domain",
        description="Tells the status of a Microsoft 365 mailbox restore session, and why.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in (status, table, replay):
        command.add_to(commands)
    return parser
