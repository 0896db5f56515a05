"""The options for how much a command reads and does."""

from __future__ import annotations

import argparse
from typing import Any, Final

import attrs

from restore_domain.wire import WireLimits

__all__ = ["add_limits", "chosen_limits", "chosen_rows", "whole_number"]

_NAMES: Final = tuple(field.name for field in attrs.fields(WireLimits))


def whole_number(text: str) -> int:
    """Read a number from 0 on; raises an error from which argparse makes a message."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is below zero")
    return number


def add_limits(parser: argparse.ArgumentParser, rows: str = "") -> None:
    """Declare the option; for a command that lists rows, with the meaning of a plain number."""
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        type=_limit_or_rows if rows else _limit,
        metavar="N|NAME=N" if rows else "NAME=N",
        help=(
            f"{rows}{' ' if rows else ''}NAME=N reads more or less than by default; may be "
            f"repeated. The names are those of wire.WireLimits: {', '.join(_NAMES)}"
        ),
    )


_ROWS: Final = ""
"""Stands for the name of the limit on rows."""


def _limit_or_rows(text: str) -> tuple[str, int]:
    return (_ROWS, int(text)) if text.isdecimal() else _limit(text)


def _limit(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if name not in _NAMES:
        expected = f"expected NAME=N, where NAME is one of {', '.join(_NAMES)}"
        raise argparse.ArgumentTypeError(f"{text!r} is not a limit; {expected}")
    try:
        return name, getattr(WireLimits(**{name: int(number)}), name)
    except ValueError:
        most = attrs.fields_dict(WireLimits)[name].metadata.get("most")
        to = f"from 1 to {most}" if most else "from 1 on"
        message = f"{name} is a whole number {to}, and not {number[:20]!r}"
        raise argparse.ArgumentTypeError(message) from None


def chosen_limits(arguments: argparse.Namespace) -> WireLimits:
    """Return the chosen limits, and the defaults for the others."""
    chosen: dict[str, Any] = {name: number for name, number in arguments.limit if name != _ROWS}
    return WireLimits(**chosen)


def chosen_rows(arguments: argparse.Namespace) -> int | None:
    """Return how many rows are to be listed; None if no number was chosen."""
    rows: int | None = dict(arguments.limit).get(_ROWS)
    return rows
