"""The service's limits."""

from __future__ import annotations

from datetime import timedelta

import attrs

from restore_domain.model.validators import a, int32

__all__ = ["Limits"]


@attrs.frozen(kw_only=True)
class Limits:
    """The service's limits. They belong to a root, and an embedder may choose others."""

    artifacts_per_request: int = attrs.field(default=50, validator=[int32, attrs.validators.ge(1)])
    """How many artifacts one request may add or remove (rules O1 and O3)."""

    restoration_resources: int = attrs.field(
        default=10_000, validator=[int32, attrs.validators.ge(1)]
    )
    """How many mailboxes and directory objects one bulk request may ask for (rule B1)."""

    active_sessions: int = attrs.field(default=25, validator=[int32, attrs.validators.ge(0)])
    """How many sessions may be activating or active at the same time (rule O4)."""

    retention: timedelta = attrs.field(
        default=timedelta(days=365),
        validator=[a(timedelta), attrs.validators.ge(timedelta(0))],
    )
    """How long a session is kept after it became terminal: one year (rule O8)."""
