"""Write the conformance vectors into the package, or check that they are up to date.

``python -m tests.vectors`` writes them. With ``--check`` it writes nothing, names the files that it
would change, and exits with 1 if there are any.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import restore_domain

from .topics import outdated, write

FOLDER: Final = Path(restore_domain.__file__).parent / "vectors"


def main(arguments: Sequence[str], folder: Path = FOLDER) -> int:
    """Return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.vectors", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    if not parser.parse_args(arguments).check:
        write(folder)
        return 0
    names = outdated(folder)
    for name in names:
        sys.stdout.write(f"{name} is not as it is declared; run: python -m tests.vectors\n")
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
