"""Layer 5: reading and writing Graph JSON (rules W1-W7)."""

from restore_domain.model.json_limits import DEFAULT_LIMITS, UNBOUNDED, WireLimits
from restore_domain.wire.converter import make_converter
from restore_domain.wire.documents import (
    RequestBody,
    dumps,
    from_json_value,
    loads,
    to_json_value,
)
from restore_domain.wire.error_envelope import ServiceError, error_body, read_error
from restore_domain.wire.findings import finding_to_json
from restore_domain.wire.methods import error_to_json, perform
from restore_domain.wire.problems import Problem, WireError

__all__ = [
    "DEFAULT_LIMITS",
    "UNBOUNDED",
    "Problem",
    "RequestBody",
    "ServiceError",
    "WireError",
    "WireLimits",
    "dumps",
    "error_body",
    "error_to_json",
    "finding_to_json",
    "from_json_value",
    "loads",
    "make_converter",
    "perform",
    "read_error",
    "to_json_value",
]
