"""Fuzz with the coverage as guide: ``python -m tests.fuzzing TARGET [options of libFuzzer]``."""

from __future__ import annotations

import hashlib
import sys
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

import atheris

with atheris.instrument_imports(include=["restore_domain"]):
    from tests.fuzzing.targets import TARGETS

from tests.fuzzing.mutations import mutated

CORPUS: Final = Path(__file__).parents[2] / "build" / "fuzzing"
OPTIONS: Final = ("-timeout=20", "-rss_limit_mb=2048", "-max_len=16384", "-print_final_stats=1")
"""An input that takes more time or memory than this is a find."""


def main() -> None:
    """Fuzz one target, beginning with its seeds and with what earlier runs have found."""
    name = sys.argv[1]
    target = TARGETS[name]
    corpus = CORPUS / name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        (corpus / hashlib.sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed)
    arguments = [sys.argv[0], *OPTIONS, f"-artifact_prefix={corpus}-", *sys.argv[2:], str(corpus)]
    atheris.Setup(arguments, target.check, custom_mutator=partial(mutate, target.head))
    atheris.Fuzz()


def mutate(head: int, data: bytes, max_size: int, seed: int) -> bytes:
    """Change the text, or else the bytes as libFuzzer does."""
    random = Random(seed)  # noqa: S311 - no secret
    if random.random() < BY_LIBFUZZER:
        changed: bytes = atheris.Mutate(data, len(data) + 16)
        return changed[:max_size]
    return mutated(data, random, head)[:max_size]


BY_LIBFUZZER: Final = 0.15

if __name__ == "__main__":
    main()
