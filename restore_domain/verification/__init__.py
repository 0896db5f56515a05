"""Layer 6: testing any implementation against the reference.

`system` says what can be verified, `comparison` what must agree, and `vectors` has the cases that
ship. The rest needs Hypothesis, which comes with the extra ``verification``:
`restore_domain.verification.strategies` draws random histories and more, `search` looks for one in
which a system and the reference part, `restore_domain.verification.machine` is a state machine
that tests your own code beside the reference, and `restore_domain.verification.http` makes a system
of a service over HTTP.
"""

from restore_domain.verification.comparison import Answer, Difference, answer_of, difference
from restore_domain.verification.system import (
    OPERATIONS,
    SYSTEM_METHODS,
    Adapter,
    CannotBeAskedError,
    ReferenceSystem,
    RefusedError,
    System,
)

__all__ = [
    "OPERATIONS",
    "SYSTEM_METHODS",
    "Adapter",
    "Answer",
    "CannotBeAskedError",
    "Difference",
    "ReferenceSystem",
    "RefusedError",
    "System",
    "answer_of",
    "difference",
]
