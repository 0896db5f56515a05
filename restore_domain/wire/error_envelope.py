"""Writing and reading the body of a refused request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from restore_domain.model.json_limits import DEFAULT_LIMITS, WireLimits
from restore_domain.model.json_path import ROOT, name_step
from restore_domain.model.public_error import PublicError
from restore_domain.operations.errors import CATALOGUE, RestoreDomainError
from restore_domain.wire.documents import from_json_value, to_json_value
from restore_domain.wire.json_text import parse_strictly
from restore_domain.wire.problems import WireError

__all__ = ["ServiceError", "error_body", "read_error"]


class ServiceError(RestoreDomainError):
    """A refusal that a service answered, as it was read; see `read_error`."""

    public_error: PublicError
    """The whole error from the service."""

    def __init__(self, public_error: PublicError, http_status: int) -> None:
        """Store the service's error."""
        code = public_error.code or ""
        rules = {
            case.rule for case in CATALOGUE if (case.code, case.http_status) == (code, http_status)
        }
        super().__init__(
            code,
            http_status,
            public_error.message or "",
            rule=rules.pop() if len(rules) == 1 else "",
            target=public_error.target,
        )
        self.public_error = public_error

    def to_public_error(self) -> PublicError:
        """Return the error as the service sent it, with its details and unknown properties."""
        return self.public_error


def error_body(error: RestoreDomainError) -> dict[str, Any]:
    """Return the body of the response to a refused request: the error in Graph's envelope.

    The HTTP status of the response is `RestoreDomainError.http_status`.
    """
    return {_ERROR: to_json_value(error.to_public_error())}


def read_error(
    body: bytes | bytearray | memoryview | str | Mapping[str, Any],
    http_status: int,
    *,
    limits: WireLimits = DEFAULT_LIMITS,
) -> ServiceError:
    """Read the body of a response that refuses a request.

    The rule of the error is that of the only rule that refuses with this code and status; it is
    empty if there are several, or none. Raises WireError for a body that is not an error, which may
    come from a gateway in front of the service.
    """
    value: Any = body if isinstance(body, Mapping) else parse_strictly(body, limits)
    content = value.get(_ERROR) if isinstance(value, Mapping) else None
    if not isinstance(content, Mapping):
        raise WireError.at_root("not the body of an error: expected an object with an error in it")
    try:
        error = from_json_value(content, PublicError, limits=limits)
    except WireError as invalid:
        raise WireError(invalid.within(name_step(_ERROR))) from None
    if not error.code:
        path = ROOT + name_step(_ERROR) + name_step("code")
        raise WireError([(path, "missing, but required")])
    return ServiceError(error, http_status)


_ERROR: Final = "error"
