"""``schema``: print JSON Schema or OpenAPI."""

from __future__ import annotations

import argparse
import json
from typing import Any

from restore_domain.cli.terminal import BadInputError, printable
from restore_domain.schemas import json_schema, openapi

__all__ = ["add_to"]


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "schema",
        help="print JSON Schema or OpenAPI of entities, requests, events and errors",
        description="Prints the JSON Schema (draft 2020-12) of a type, with all that it refers to; "
        "or an OpenAPI 3.1 document with the schemas as its components.",
    )
    parser.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="a type such as exchangeRestoreSession, a request such as updateSessionRequest, an "
        "event such as sessionCreated, event for any event, or errorBody; default: all of them",
    )
    parser.add_argument("--openapi", action="store_true", help="print OpenAPI, not JSON Schema")
    parser.set_defaults(do=_schema)


def _schema(arguments: argparse.Namespace) -> int:
    make = openapi if arguments.openapi else json_schema
    try:
        made = make() if arguments.name is None else make(arguments.name)
    except LookupError as error:
        raise BadInputError([("NAME", printable(str(error)))]) from None
    print(json.dumps(made, indent=2))
    return 0
