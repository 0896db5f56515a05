"""The conformance vectors, read once for all modules that look at every one of them."""

from collections.abc import Mapping
from typing import Final

from restore_domain.verification.vectors import Case, VectorFile, load_vectors

VECTORS: Final[tuple[VectorFile, ...]] = load_vectors()
"""The files."""

CASES: Final[Mapping[str, Case]] = {case.id: case for file in VECTORS for case in file.cases}
"""The cases by their ids, in the order in which they are run."""
