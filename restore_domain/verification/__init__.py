"""Floor 6: testing any implementation against the reference.

`system` says what can be verified, `comparison` what must agree, `vectors` has the cases that
ship, and `search` draws random histories and shrinks what they find.
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
