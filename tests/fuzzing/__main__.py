"""Coverage-guided fuzzing: ``python -m tests.fuzzing [TARGET] [options of libFuzzer]``.

Without a target, each runs in turn, for a minute. Findings are written below ``build/fuzzing``,
where the next run starts.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from time import process_time
from typing import Final

import atheris

with atheris.instrument_imports(include=["restore_domain"]):
    from tests.fuzzing.targets import TARGETS

from tests.fuzzing.mutations import mutated

CORPUS: Final = Path(__file__).parents[2] / "build" / "fuzzing"

OPTIONS: Final = (
    "-timeout=20",
    "-rss_limit_mb=2048",
    "-max_len=16384",
    "-print_final_stats=1",
)
"""An input that takes more time or memory than this is a finding."""

TURN: Final = "-max_total_time=60"


def main() -> int:
    """Fuzz one target, or all of them."""
    arguments = sys.argv[1:]
    if arguments and arguments[0] in TARGETS:
        fuzz(arguments[0], arguments[1:])
    return max([turn(name, arguments) for name in TARGETS])


def turn(name: str, options: list[str]) -> int:
    """Fuzz a target in a separate process: libFuzzer ends the one that it is in."""
    print(f"== {name}", flush=True)  # noqa: T201 - a program that people run
    command = [sys.executable, "-m", "tests.fuzzing", name, TURN, *options]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - this very program


def fuzz(name: str, options: list[str]) -> None:
    """Begin with the seeds, and with earlier findings; ends the process."""
    target, corpus = TARGETS[name], CORPUS / name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        (corpus / hashlib.sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed)
    arguments = [sys.argv[0], *OPTIONS, f"-artifact_prefix={corpus}-", *options, str(corpus)]
    check = partial(check_in_time, target.check)
    atheris.Setup(arguments, check, custom_mutator=partial(mutate, target.head))
    atheris.Fuzz()


def check_in_time(check: Callable[[bytes], None], data: bytes) -> None:
    """Check, and fail if it takes longer than its size allows."""
    begun = process_time()
    check(data)
    taken = process_time() - begun
    assert taken < SECONDS + SECONDS_A_BYTE * len(data), f"{taken:.1f} s for {len(data)} bytes"


SECONDS: Final = 1.0
SECONDS_A_BYTE: Final = 1e-4
"""The maximum time for an input, including the counting of branches."""


def mutate(head: int, data: bytes, max_size: int, seed: int) -> bytes:
    """Change the text, or else the bytes as libFuzzer does."""
    random = Random(seed)  # noqa: S311 - no secret
    if random.random() < BY_LIBFUZZER:
        changed: bytes = atheris.Mutate(data, len(data) + 16)
        return changed[:max_size]
    return mutated(data, random, head)[:max_size]


BY_LIBFUZZER: Final = 0.15

if __name__ == "__main__":
    sys.exit(main())
