"""A faulty system as a program of its own: ``python -m tests.verification.faulty_program NAME``."""

import sys

from restore_domain.cli.serve import answered

from .faults import fault


def main(name: str) -> None:
    """Answer requests as the system with this fault does."""
    system = fault(name).make_system()
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(answered(system, line) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1])
