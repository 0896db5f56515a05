"""The laws of bulk requests (rules B1-B6), of a `System` that has them."""

from __future__ import annotations

from functools import partial
from typing import Final

from restore_domain.verification.laws.law import Law
from restore_domain.verification.laws.operations import judge_method
from restore_domain.verification.laws.steps import as_the_reference, system_law
from restore_domain.verification.system import System

__all__ = ["BULK_LAWS", "b1", "b2", "b3", "b4", "b5", "b6"]

MADE: Final = ("create", "createBulkRequest")
"""What a system needs to have a bulk request."""

RESOLVED: Final = (*MADE, "activate", "resolveBulkRequest")
"""What it needs for one to end."""

READING: Final = ("getBulkRequest", "listBulkRequests")

b1: Final = system_law("B1", partial(judge_method, "B1", ["createBulkRequest"]), *MADE)
"""What creates no bulk request changes nothing; else its session has one, and is bulk (B1)."""

b2: Final = system_law(
    "B2", partial(judge_method, "B2", (*READING, "deleteBulkRequest")), *MADE, *READING
)
"""A bulk request is answered without its mailboxes, and deleted once it has ended (B2)."""

b3: Final = system_law("B3", partial(as_the_reference, "B3"), *RESOLVED)
"""A session does not end while a request of it may bring artifacts (B3)."""

b4: Final = system_law("B4", partial(as_the_reference, "B4"), *RESOLVED)
"""A session for which requests brought nothing has failed (B4)."""

b5: Final = system_law("B5", partial(judge_method, "B5", ["resolveBulkRequest"]), *RESOLVED)
"""A part of a resolution adds what it says, or is refused and changes nothing (B5)."""

b6: Final = system_law("B6", partial(as_the_reference, "B6"), *MADE, "activate")
"""A session that was activated stays so, whatever its artifacts show (B6)."""

BULK_LAWS: Final[tuple[Law[System], ...]] = (b1, b2, b3, b4, b5, b6)
"""The laws of bulk requests."""
