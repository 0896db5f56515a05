"""``diagram``: print a state machine as a picture."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Final

from restore_domain.cli.progress import Progress
from restore_domain.diagrams import CHARTS, Chart, mermaid, svg

__all__ = ["add_to"]

_FORMATS: Final[dict[str, Callable[[Chart], str]]] = {"mermaid": mermaid, "svg": svg}


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "diagram",
        help="print a state machine as a picture",
        description="Prints the life of an artifact, or how the status of a session moves, as "
        "text for Mermaid or as an SVG picture. The moves are those that the operations make.",
    )
    parser.add_argument(
        "machine", nargs="?", choices=CHARTS, default="lifecycle", help="default: lifecycle"
    )
    parser.add_argument("--format", choices=_FORMATS, default="mermaid", help="default: mermaid")
    parser.set_defaults(do=_diagram)


def _diagram(arguments: argparse.Namespace) -> int:
    draw = _FORMATS[arguments.format]
    with Progress() as progress:
        progress.begin("exploring the statuses")
        chart = CHARTS[arguments.machine]()
    print(draw(chart), end="")
    return 0
