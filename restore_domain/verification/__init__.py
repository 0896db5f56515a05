"""Layer 6: testing any implementation against the reference.

`system` defines what can be verified, `comparison` what must agree, and `vectors` has the cases
that ship. The rest needs Hypothesis, which the extra ``verification`` installs:
`restore_domain.verification.strategies` draws random histories and more, `search` looks for one in
which a system differs from the reference, `restore_domain.verification.machine` is a state machine
that compares your own code with the reference, and `restore_domain.verification.http` makes a
system of a service over HTTP.
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
