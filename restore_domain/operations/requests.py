"""Requests, which come in two ways that mean the same (rules O1, O3 and O6).

A caller gives a typed value, or a body that nobody has read yet: an operation reads it when its
checks come to it, so that the error of a body that is malformed has its place in their order.
"""

from __future__ import annotations

from typing import Protocol, TypeVar, runtime_checkable

from restore_domain.operations.errors import Operation, RestoreDomainError, refusal_of

__all__ = ["UnreadRequest", "read_request"]

_Request = TypeVar("_Request")


@runtime_checkable
class UnreadRequest(Protocol):
    """A body that can be read as a request: `restore_domain.wire.RequestBody` is one."""

    def read(self, kind: type[_Request], /) -> _Request:
        """Return the request; raises RestoreDomainError if the body is malformed."""
        ...


def read_request(
    operation: Operation, code: str, request: _Request | UnreadRequest, kind: type[_Request]
) -> _Request:
    """Return the typed request. A malformed body is refused with this code.

    Raises TypeError for what is neither a request of this kind nor a body.
    """
    if isinstance(request, kind):
        return request
    if not isinstance(request, UnreadRequest):
        raise TypeError(
            f"expected a {kind.__name__}, or a body in wire.RequestBody, "
            f"got {type(request).__name__}"
        )
    try:
        return request.read(kind)
    except RestoreDomainError as error:
        raise refusal_of(operation, code, error.message, target=error.target) from error
