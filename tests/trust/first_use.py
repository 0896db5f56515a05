"""A program whose threads all read a session concurrently, each time as if it were the first.

The readers are made on first use. A fault in making them would end the process, so this is a
separate program.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import sys
import threading

from restore_domain import ExchangeRestoreSession, wire

THREADS = 8
ROUNDS = 100

DETAIL = '{"code": "c", "message": "m", "target": "t"}'
POINT = '{"id": "p", "protectionDateTime": "2026-01-01T00:00:00Z", "protectionUnit": {"id": "u"}}'
ERROR = f'{{"code": "c", "details": [{DETAIL}], "innerError": {{"details": [{DETAIL}]}}}}'
ARTIFACT = (
    f'{{"id": "a1", "status": "failed", "restorePoint": {POINT}, "error": {ERROR}, "new": 1}}'
)
SESSION = f'{{"id": "s1", "mailboxRestoreArtifacts": [{ARTIFACT}]}}'
"""A document that is read by a schema, which has a name to learn."""


def forget() -> None:
    """Drop the cached readers."""
    for module in pkgutil.iter_modules(wire.__path__, "restore_domain.wire."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, functools._lru_cache_wrapper):
                value.cache_clear()


def read_at_once() -> list[ExchangeRestoreSession]:
    """Read in all threads, and access each artifact, which is then made for the first time."""
    ready = threading.Barrier(THREADS)
    read: list[ExchangeRestoreSession] = []

    def run() -> None:
        ready.wait()
        session = wire.loads(SESSION, ExchangeRestoreSession)
        hash(session)
        read.append(session)

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return read


def main() -> None:
    sys.setswitchinterval(1e-6)
    written = set()
    count = 0
    for _ in range(ROUNDS):
        read = read_at_once()
        count += len(read)
        written |= {wire.dumps(session) for session in read}
        forget()
    sys.stdout.write(f"{count} {len(written)}")


if __name__ == "__main__":
    main()
