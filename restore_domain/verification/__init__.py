"""Floor 6: testing any implementation against the reference.

`system` says what can be verified, `comparison` what must agree, `vectors` has the cases that
ship, and `search` draws random histories and shrinks what they find. With the extra
``verification``, `restore_domain.verification.strategies` has strategies for Hypothesis, and
`restore_domain.verification.machine` a state machine that tests your own code beside the
reference.
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
