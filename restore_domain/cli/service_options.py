"""The options of ``verify`` for a service over HTTP: what is sent to it, and how carefully."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import attrs

from restore_domain.cli.progress import Progress
from restore_domain.cli.terminal import BadInputError, printable, reason_of, shown
from restore_domain.verification.report import failure_as_text
from restore_domain.verification.routes import Clock, Request, request_of
from restore_domain.verification.run import (
    Divergence,
    Settings,
    Verification,
    chosen_cases,
    verify,
)
from restore_domain.verification.system import CannotBeAskedError
from restore_domain.verification.vectors import Case, needs

if TYPE_CHECKING:
    from restore_domain.verification.http import ServiceSystem

__all__ = ["HISTORIES", "SHRINK_SECONDS", "add_service_options", "dry_run", "verified_service"]

HISTORIES: Final = 200
"""How many random histories are put to a service, each of some fifty requests."""

SHRINK_SECONDS: Final = 10.0
"""Seconds for shrinking a failed history on a service."""

CAREFULLY: Final = 5.0
"""Requests per second to a service that is not on this machine."""


def add_service_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    group = parser.add_argument_group(
        "a service over HTTP", "docs/guides/http.md describes the requests that are sent to it."
    )
    group.add_argument(
        "--url", metavar="URL", help="verify the service with its backupRestore at this URL"
    )
    group.add_argument(
        "--header",
        action="append",
        default=[],
        metavar="'NAME: VALUE'",
        help="send this header with each request to the service; may be repeated",
    )
    group.add_argument(
        "--control",
        metavar="URL",
        help="the service is for tests, and has control routes below this URL: everything is "
        "covered, and all its sessions are forgotten",
    )
    group.add_argument(
        "--restore-point",
        action="append",
        default=[],
        metavar="ID",
        help="a restore point that the service knows; may be repeated",
    )
    group.add_argument(
        "--restore-points", metavar="FILE", help="a file with such ids, one per line"
    )
    group.add_argument(
        "--allow-activate",
        action="store_true",
        help=(
            "activate sessions, which restores what they name; without this option nothing is "
            "activated unless there are control routes"
        ),
    )
    group.add_argument(
        "--requests-per-second",
        type=_rate,
        metavar="N",
        help=(
            f"send at most this many requests per second; default: {CAREFULLY:g}, unlimited for "
            "a service on this machine"
        ),
    )
    group.add_argument(
        "--dry-run", action="store_true", help="print the requests without sending them"
    )
    group.add_argument(
        "--yes", action="store_true", help="send requests to a service that is not on this machine"
    )


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not rate > 0:
        raise argparse.ArgumentTypeError(f"expected a number above zero, got {text}")
    return rate


def _service(arguments: argparse.Namespace) -> ServiceSystem:
    """Make the system that the options describe; nothing is sent yet."""
    try:
        from restore_domain.verification.http import ServiceSystem  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if error.name != "httpx":
            raise
        raise BadInputError([("--url", str(error))]) from None
    rate = arguments.requests_per_second
    if rate is None and not _is_local(arguments):
        rate = CAREFULLY
    return ServiceSystem(
        _address("--url", arguments.url),
        control=arguments.control and _address("--control", arguments.control),
        headers=[_header(text) for text in arguments.header],
        restore_points=_restore_points(arguments),
        allow_activate=arguments.allow_activate,
        requests_per_second=rate,
        timeout=arguments.timeout,
    )


def _address(option: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        is_address = False
    if not is_address:
        raise BadInputError([(option, f"expected a URL with http or https, got {shown(url)}")])
    return url


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise BadInputError([("--header", "expected 'NAME: VALUE'")])  # it may be a secret
    return name.strip(), value.strip()


def _restore_points(arguments: argparse.Namespace) -> list[str]:
    points = list(arguments.restore_point)
    if arguments.restore_points is not None:
        try:
            lines = Path(arguments.restore_points).read_text("utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise BadInputError([(shown(arguments.restore_points), reason_of(error))]) from None
        points += [line.strip() for line in lines if line.strip()]
    return list(dict.fromkeys(points))


def _is_local(arguments: argparse.Namespace) -> bool:
    """Return whether the service, and its control routes, are on this machine."""
    return all(_is_loopback(url) for url in (arguments.url, arguments.control) if url is not None)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


# The plan ---------------------------------------------------------------------------------------


def _covered(service: ServiceSystem, settings: Settings) -> list[Case]:
    return [case for case in chosen_cases(settings.only) if needs(case) <= {*service.methods}]


def _plan(
    service: ServiceSystem, settings: Settings, arguments: argparse.Namespace
) -> Iterator[str]:
    """Describe what will be done to the service, and with which data."""
    from restore_domain.verification.http import MOST_ACTIVATED, Level  # noqa: PLC0415 - an extra

    cases = _covered(service, settings)
    requests = sum(len(_requests(service, case)) for case in cases)
    rate = service.requests_per_second
    pace = "" if rate is None else f", {rate:g} per second at most"
    yield f"verifies   {service.name}, {service.level}"
    yield f"sends      {len(cases)} cases in about {requests:,} requests{pace}"
    yield f"           and up to {settings.examples:,} random histories, in {settings.seconds:g} s"
    if rate is not None and requests > rate * settings.seconds:
        needed = ceil(requests / rate * 1.2)
        yield f"           which is too short for the cases: add --time {needed}"
    if service.level is Level.CONTROL:
        yield f"resets     {arguments.control}: the service forgets all its sessions each time"
        yield "activates  sessions: the control routes say that the service is for tests"
        return
    yield "creates    sessions, artifacts and bulk requests, and deletes the sessions that it made"
    if arguments.allow_activate:
        yield f"activates  {MOST_ACTIVATED} sessions at most, which restores what they name"
    else:
        yield "activates  nothing: --allow-activate would"


def _requests(service: ServiceSystem, case: Case) -> list[Request]:
    """Return the requests of a case, with the ids of the case, including those for cleaning up."""
    is_controlled = "reset.limits" in service.methods
    sent = [request_of("reset", case.start)] if is_controlled else []
    made: list[Request] = []
    clock = Clock()
    for step in case.steps:
        method, params = step.call["method"], step.call["params"]
        try:
            request = request_of(method, params)
            set_before = clock.request_for(params) if is_controlled else None
            sent += [request] if set_before is None else [set_before, request]
            if method in {"create", "activate"} and step.expected.refusal is None:
                sent.append(request_of("get", params))
        except CannotBeAskedError:
            break
        if method == "create" and step.expected.refusal is None:
            made.append(request_of("delete", params))
    return sent if is_controlled else sent + made


def dry_run(arguments: argparse.Namespace, settings: Settings) -> Iterator[str]:
    """Print the plan, and each request with the ids of its case."""
    service = _service(arguments)
    try:
        yield from _plan(service, settings, arguments)
        for case in _covered(service, settings):
            yield ""
            yield f"{case.rule}  {case.id}"
            yield from (f"  {printable(str(request))}" for request in _requests(service, case))
    finally:
        service.close()


def verified_service(
    arguments: argparse.Namespace, settings: Settings, progress: Progress, began: float
) -> Verification:
    """Print the plan, and carry it out."""
    service = _service(arguments)
    _warn(_plan(service, settings, arguments))
    if not _is_local(arguments) and not arguments.yes:
        service.close()
        raise BadInputError(
            [("--url", "the service is not on this machine: add --yes if this is what you want")]
        )
    if settings.shrink_seconds is None:
        settings = attrs.evolve(settings, shrink_seconds=SHRINK_SECONDS)

    def show_first(name: str, divergence: Divergence) -> None:
        progress.clear()
        _warn(["", "the first failure; others are looked for, and small histories:"])
        _warn(failure_as_text(name, divergence))

    with service:
        found = verify(
            service,
            settings,
            name=service.name,
            progress=progress.show,
            on_failure=show_first,
            began=began,
        )
    return attrs.evolve(found, level=service.level, left=service.left)


def _warn(lines: Sequence[str] | Iterator[str]) -> None:
    """Write to standard error, since standard output is for the result."""
    for line in lines:
        print(printable(line), file=sys.stderr, flush=True)
