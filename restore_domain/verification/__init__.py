"""Floor 6: testing any implementation against the reference.

`system` says what can be verified, `comparison` what must agree. `strategies`, `laws` and
`machine` need Hypothesis (the extra ``verification``); importing this package does not.
"""

from restore_domain.verification.comparison import Answer, Difference, answer_of, difference
from restore_domain.verification.system import (
    OPERATIONS,
    SYSTEM_METHODS,
    Adapter,
    ReferenceSystem,
    RefusedError,
    System,
)

__all__ = [
    "OPERATIONS",
    "SYSTEM_METHODS",
    "Adapter",
    "Answer",
    "Difference",
    "ReferenceSystem",
    "RefusedError",
    "System",
    "answer_of",
    "difference",
]
