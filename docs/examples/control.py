"""What a verification asks a service for beside its own routes: never in production.

It chooses the time, who acts, the limits, and which sessions there are, so that every answer of
the service can be foreseen. docs/guides/http.md has the table of these routes.
"""
# ruff: noqa: D102 - the names say it

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
from sqlite_store import Store
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from restore_domain import ExchangeRestoreSession, IdentitySet, Timestamp, wire
from restore_domain.operations import BackupRestoreRoot, Limits


@attrs.define
class Control:
    """The time, and who acts, as they were chosen last."""

    store: Store
    time: datetime | None = None
    actor: IdentitySet | None = None

    def now(self) -> datetime:
        return self.time or datetime.now(UTC)

    def actor_of(self, _: Request) -> IdentitySet | None:
        return self.actor

    async def clock(self, http: Request) -> Response:
        """Stop the clock at a time, and let this be who sends the requests from now on."""
        chosen = await http.json()
        self.time = Timestamp.parse(chosen["now"]) if chosen.get("now") else None
        actor = chosen.get("actor")
        self.actor = None if actor is None else wire.from_json_value(actor, IdentitySet)
        return Response(status_code=204)

    async def reset(self, http: Request) -> Response:
        """Forget everything, and begin with these limits and sessions."""
        chosen = await http.json()
        sessions = [
            wire.from_json_value(session, ExchangeRestoreSession)
            for session in chosen.get("sessions") or ()
        ]
        limits = limits_of(chosen.get("limits") or {})
        self.store.replace(BackupRestoreRoot(exchange_restore_sessions=sessions, limits=limits))
        self.time = self.actor = None
        return Response(status_code=204)

    def routes(self, prefix: str) -> list[Route]:
        return [
            Route(f"{prefix}/clock", self.clock, methods=["POST"]),
            Route(f"{prefix}/reset", self.reset, methods=["POST"]),
        ]


LIMITS = {
    "artifactsPerRequest": "artifacts_per_request",
    "restorationResources": "restoration_resources",
    "activeSessions": "active_sessions",
}


def limits_of(chosen: dict[str, int]) -> Limits:
    """Return the limits that were chosen, and the service's own for the others."""
    given: dict[str, Any] = {LIMITS[name]: chosen[name] for name in LIMITS if name in chosen}
    if "retentionDays" in chosen:
        given["retention"] = timedelta(days=chosen["retentionDays"])
    return attrs.evolve(Limits(), **given)
