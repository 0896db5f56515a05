"""The laws: every rule as a function that you call with your own function.

A law is called with a function and returns if the rule is followed; else it raises
`LawBrokenError`, an `AssertionError` with the rule, the input, the expected answer and the actual
one::

    laws.a4(my_aggregate)

`judge` checks several at once, the laws of systems in one pass over the same histories::

    laws.judge(MyService(), laws.SYSTEM_LAWS).check_all()

`LAWS` has the law of each rule id. Its `Takes` describes its argument; `AGGREGATE_LAWS`,
`TALLY_LAWS`, `ADVANCE_LAWS`, `AUDIT_LAWS`, `HISTORY_LAWS`, `SYSTEM_LAWS` and `WIRE_LAWS` have all
laws of one kind of function, including those that follow from several rules. Finite sets of inputs
are tried completely, and for the others the examples are the conformance vectors and random
histories, the same in every run. The laws of systems draw these with Hypothesis, which the extra
``verification`` installs: without it they raise ModuleNotFoundError, unless the vectors break them.
Nothing else here needs Hypothesis, and nothing needs pytest.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from restore_domain.rules import RULES
from restore_domain.verification.laws.aggregation import (
    AGGREGATE_LAWS,
    TALLY_LAWS,
    a1,
    a2,
    a3,
    a4,
    a5,
    a6,
    a7,
    a8,
    a9,
    a10,
    a_session_never_goes_backwards,
    a_tally_counts,
    an_unknown_status_is_not_a_claim,
    every_set_has_a_status,
    order_does_not_matter,
    parts_add_up,
    repetition_does_not_matter,
    replacing_is_counting_again,
    terminal_exactly_when_every_artifact_is,
)
from restore_domain.verification.laws.auditing import (
    AUDIT_LAWS,
    an_audit_finds_what_is_wrong,
    an_audit_trusts_the_operations,
)
from restore_domain.verification.laws.bulk import BULK_LAWS, b1, b2, b3, b4, b5, b6
from restore_domain.verification.laws.functions import (
    Advance,
    Aggregate,
    Audit,
    AuditHistory,
    MakeTally,
    Tally,
    WireFormat,
)
from restore_domain.verification.laws.judging import Judgement, judge
from restore_domain.verification.laws.law import (
    Breach,
    Law,
    LawBrokenError,
    NotCoveredError,
    Takes,
)
from restore_domain.verification.laws.lifecycle import (
    ADVANCE_LAWS,
    a_refusal_names_both_statuses,
    l1,
    l2,
    l3,
    l4,
)
from restore_domain.verification.laws.observing import (
    HISTORY_LAWS,
    a_legal_history_contradicts_nothing,
    h1,
    h2,
    h3,
)
from restore_domain.verification.laws.operations import (
    OPERATION_LAWS,
    o1,
    o2,
    o3,
    o4,
    o5,
    o6,
    o7,
    o8,
    o9,
)
from restore_domain.verification.laws.sessions import (
    SESSION_LAWS,
    l5,
    s1,
    s1a,
    s2,
    s3,
    s4,
    s5,
    s6,
    s7,
    s8,
    s9,
    s10,
)
from restore_domain.verification.laws.wire import WIRE_LAWS, w1, w2, w3, w4, w5, w6, w7
from restore_domain.verification.system import System

__all__ = [
    "ADVANCE_LAWS",
    "AGGREGATE_LAWS",
    "ALL_LAWS",
    "AUDIT_LAWS",
    "BULK_LAWS",
    "HISTORY_LAWS",
    "LAWS",
    "OPERATION_LAWS",
    "SESSION_LAWS",
    "SYSTEM_LAWS",
    "TALLY_LAWS",
    "WIRE_LAWS",
    "Advance",
    "Aggregate",
    "Audit",
    "AuditHistory",
    "Breach",
    "Judgement",
    "Law",
    "LawBrokenError",
    "MakeTally",
    "NotCoveredError",
    "Takes",
    "Tally",
    "WireFormat",
    "a1",
    "a2",
    "a3",
    "a4",
    "a5",
    "a6",
    "a7",
    "a8",
    "a9",
    "a10",
    "a_legal_history_contradicts_nothing",
    "a_refusal_names_both_statuses",
    "a_session_never_goes_backwards",
    "a_tally_counts",
    "an_audit_finds_what_is_wrong",
    "an_audit_trusts_the_operations",
    "an_unknown_status_is_not_a_claim",
    "b1",
    "b2",
    "b3",
    "b4",
    "b5",
    "b6",
    "every_set_has_a_status",
    "h1",
    "h2",
    "h3",
    "judge",
    "l1",
    "l2",
    "l3",
    "l4",
    "l5",
    "o1",
    "o2",
    "o3",
    "o4",
    "o5",
    "o6",
    "o7",
    "o8",
    "o9",
    "order_does_not_matter",
    "parts_add_up",
    "repetition_does_not_matter",
    "replacing_is_counting_again",
    "s1",
    "s1a",
    "s2",
    "s3",
    "s4",
    "s5",
    "s6",
    "s7",
    "s8",
    "s9",
    "s10",
    "terminal_exactly_when_every_artifact_is",
    "w1",
    "w2",
    "w3",
    "w4",
    "w5",
    "w6",
    "w7",
]

SYSTEM_LAWS: Final[tuple[Law[System], ...]] = (*SESSION_LAWS, *OPERATION_LAWS, *BULK_LAWS)
"""The laws of a system: of its sessions, of its operations, and of bulk requests."""

ALL_LAWS: Final[tuple[Law[Any], ...]] = (
    *AGGREGATE_LAWS,
    *TALLY_LAWS,
    *ADVANCE_LAWS,
    *AUDIT_LAWS,
    *HISTORY_LAWS,
    *SYSTEM_LAWS,
    *WIRE_LAWS,
)
"""Every law."""

_BY_NAME: Final = {law.name: law for law in ALL_LAWS}

LAWS: Final[Mapping[str, Law[Any]]] = MappingProxyType(
    {rule: _BY_NAME[rule.lower()] for rule in RULES}
)
"""The law of each rule, by its id."""
