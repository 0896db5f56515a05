"""``serve``: the reference as a program, driven by ``verify`` or by hand."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from restore_domain.cli.limit_options import whole_number
from restore_domain.cli.terminal import BadInputError
from restore_domain.model.json_value import HALF_A_PAIR
from restore_domain.model.validators import shown
from restore_domain.verification.program import LINE_LIMIT, PROTOCOL, REFUSED
from restore_domain.verification.system import (
    STARTS,
    SYSTEM_METHODS,
    ReferenceSystem,
    RefusedError,
    System,
)
from restore_domain.wire import WireError
from restore_domain.wire.json_text import parse

__all__ = ["add_to", "answered"]

_PARSE_ERROR: Final = -32700
_INVALID_REQUEST: Final = -32600
_METHOD_NOT_FOUND: Final = -32601
_INVALID_PARAMS: Final = -32602
_INTERNAL_ERROR: Final = -32603
"""The codes that JSON-RPC 2.0 itself defines."""

DESCRIPTION: Final = {
    "protocol": PROTOCOL,
    "name": "restore_domain",
    "methods": list(SYSTEM_METHODS),
}
"""How the reference describes itself."""


def add_to(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "serve",
        help="answer calls in JSON-RPC, like a program that verify checks",
        description="Reads one JSON-RPC 2.0 request per line from standard input, and prints the "
        "reference's answer to each, until the input ends. The methods are "
        f"describe, {', '.join(SYSTEM_METHODS)}; docs/conformance.md describes their parameters.",
    )
    parser.add_argument(
        "--line-limit",
        type=whole_number,
        default=LINE_LIMIT,
        metavar="BYTES",
        help="the maximum length of a request; default: %(default)s",
    )
    parser.set_defaults(do=_serve)


def _serve(arguments: argparse.Namespace) -> int:
    if sys.stdin is None or sys.stdout is None:
        raise BadInputError([("", "standard input and output are needed, and one is closed")])
    reference = ReferenceSystem()
    limit = arguments.line_limit
    while line := sys.stdin.buffer.readline(limit + 1):
        if len(line) > limit:
            _skip_the_rest(line, sys.stdin.buffer, limit)
        sys.stdout.buffer.write(answered(reference, line, limit) + b"\n")
        sys.stdout.buffer.flush()
    return 0


def _skip_the_rest(line: bytes, stream: BinaryIO, size: int) -> None:
    """Read to the end of a line without storing it, since it may never end."""
    while line and not line.endswith(b"\n"):
        line = stream.readline(size)


def answered(system: System, line: bytes, line_limit: int = LINE_LIMIT) -> bytes:
    """Return a system's response to a request, both as JSON text."""
    if len(line) > line_limit:
        message = f"a line of more than {line_limit} bytes; the limit is --line-limit {line_limit}"
        return _response(None, error=_error(_PARSE_ERROR, message))
    try:
        request = _parsed(line)
    except WireError as error:
        return _response(None, error=_error(_PARSE_ERROR, error.message))
    match request:
        case {"jsonrpc": "2.0", "id": str() | int() as request_id, "method": str(method)}:
            params = request.get("params", {})
        case _:
            message = "expected an object with jsonrpc, id, method and params"
            return _response(None, error=_error(_INVALID_REQUEST, message))
    if not isinstance(params, dict):
        return _response(request_id, error=_error(_INVALID_PARAMS, "expected an object"))
    return _response(request_id, **_answer(system, method, params))


def _parsed(line: bytes) -> Any:
    """Read a request; a text may have half a surrogate pair, which the methods check."""
    request, found = parse(line)
    problems = [problem for problem in found if not problem.message.endswith(HALF_A_PAIR)]
    if problems:
        raise WireError(problems)
    return request


def _answer(system: System, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
    if method == "describe":
        return {"result": DESCRIPTION}
    if method not in SYSTEM_METHODS or method in STARTS:
        return {"error": _error(_METHOD_NOT_FOUND, f"there is no method {shown(method)}")}
    try:
        return {"result": system.call(method, params)}
    except RefusedError as refused:
        return {
            "error": _error(
                REFUSED,
                str(refused.__cause__),
                data={
                    "code": refused.code,
                    "httpStatus": refused.http_status,
                    "rule": refused.rule,
                },
            )
        }
    except Exception as error:  # noqa: BLE001 - invalid params; the next ones may be valid
        message = f"{type(error).__name__}: {error}"
        return {"error": _error(_INTERNAL_ERROR, message[:_LONGEST_MESSAGE])}


_LONGEST_MESSAGE: Final = 500
"""How many characters of an internal error's own message are shown."""


def _error(code: int, message: str, **data: Any) -> dict[str, Any]:
    return {"code": code, "message": message, **data}


def _response(request_id: Any, **content: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": request_id, **content}).encode()
