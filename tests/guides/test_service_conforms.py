"""The service of the guide, verified over HTTP, while it restarts from its file."""

from pathlib import Path
from typing import Any

from service import CONTROL, ROOT, controlled
from sqlite_store import Store

from restore_domain.verification import OPERATIONS
from restore_domain.verification.http import ServiceSystem
from restore_domain.verification.search import find_counterexample


class BeginningAgain:
    """The service, which is ended and restarted from its file before each history."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._start()

    def _start(self) -> None:
        self.store = Store(self._path)
        self._app = controlled(self.store).app()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") == f"{CONTROL}/reset":
            self._begin_again()
        await self._app(scope, receive, send)

    def _begin_again(self) -> None:
        before = self.store.root
        self.store.close()
        self._start()
        after = self.store.root
        assert after == before
        # which equality ignores, since it is not on the wire
        assert [one.activated for one in after.exchange_restore_sessions] == [
            one.activated for one in before.exchange_restore_sessions
        ]


SAID_IN_PROCESS = ("properties", "quantities", "survival")
"""Documents are not requests, and long or unusual values take long over HTTP."""


def test_the_service_agrees_with_the_reference_and_its_file_with_both(tmp_path: Path) -> None:
    app = BeginningAgain(tmp_path / "sessions.db")
    with ServiceSystem(app, at=ROOT, control=CONTROL) as system:
        assert find_counterexample(system, seed=1, max_examples=8, methods=OPERATIONS) is None
    app.store.close()
