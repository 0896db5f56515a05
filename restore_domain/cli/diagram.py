"""``diagram``: print a state machine as a picture."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Final

from restore_domain.cli.progress import Progress
from restore_domain.diagrams import CHARTS, STATECHARTS, dot, mermaid, scxml, svg, xstate

__all__ = ["add_to"]

_FORMATS: Final[dict[str, Callable[[str], str]]] = {
    "mermaid": lambda machine: mermaid(CHARTS[machine]()),
    "svg": lambda machine: svg(CHARTS[machine]()),
    "xstate": lambda machine: xstate(STATECHARTS[machine]()),
    "scxml": lambda machine: scxml(STATECHARTS[machine]()),
    "dot": lambda machine: dot(STATECHARTS[machine]()),
}


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "diagram",
        help="print a state machine as a picture, or for a state machine library",
        description="Prints the life of an artifact, or how the status of a session changes: as "
        "text for Mermaid, as an SVG picture, as a configuration of XState, as SCXML, or for "
        "Graphviz. The arrows are those that the operations cause.",
    )
    parser.add_argument(
        "machine", nargs="?", choices=CHARTS, default="lifecycle", help="default: lifecycle"
    )
    parser.add_argument("--format", choices=_FORMATS, default="mermaid", help="default: mermaid")
    parser.set_defaults(do=_diagram)


def _diagram(arguments: argparse.Namespace) -> int:
    with Progress() as progress:
        progress.begin("exploring the statuses")
        drawn = _FORMATS[arguments.format](arguments.machine)
    print(drawn, end="")
    return 0
