"""The service of the guide, started by its own command on a free port of this machine."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@contextmanager
def served(path: Path | str, *options: str, end: signal.Signals = signal.SIGTERM) -> Iterator[str]:
    """Run the service with this file, and yield its address; end it by this signal."""
    command = [sys.executable, str(EXAMPLES / "service.py"), str(path), "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            yield _address(process)
        finally:
            process.send_signal(end)
            process.communicate(timeout=60)


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", line):
            return found[1]
    raise AssertionError(said)
