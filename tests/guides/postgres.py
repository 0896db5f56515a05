"""A PostgreSQL server on a free port of this machine, for as long as the tests need it."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def programs() -> Path | None:
    """Return where Debian's package, or another, has the programs of the newest server."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    return newest and newest.parent


@contextmanager
def running() -> Iterator[str]:
    """Start an empty server, and yield the URL of it without a database; remove it at the end."""
    where = programs()
    assert where is not None, "needs PostgreSQL: apt-get install postgresql"
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    account: dict[str, Any] = {}
    if os.getuid() == 0:  # as whom the server refuses to run
        shutil.chown(folder, "postgres")
        account = {"user": "postgres", "group": "postgres", "extra_groups": []}

    def run(*command: str) -> None:
        subprocess.run(  # noqa: S603 - our own
            command, check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=120, **account
        )

    data, port = str(folder / "data"), free_port()
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
    try:
        run(str(where / "initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--no-sync")
        run(str(where / "pg_ctl"), "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}"
        finally:
            run(str(where / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
