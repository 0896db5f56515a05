"""The laws hold for the reference, and each is broken by a function that gets its rule wrong."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, cast

import attrs
import pytest

from restore_domain import (
    ArtifactRestoreStatus,
    ExchangeRestoreSession,
    Reporter,
    StatusTally,
    WireError,
    aggregate,
    audit,
    audit_history,
    wire,
)
from restore_domain.lifecycle import refusal
from restore_domain.rules import RULES
from restore_domain.verification import laws
from restore_domain.verification.system import (
    SYSTEM_METHODS,
    ReferenceSystem,
    RefusedError,
    System,
)
from restore_domain.wire.documents import DOCUMENTS

from .faults import fault
from .odd_systems import Odd, sessions_with

Statuses = Sequence[ArtifactRestoreStatus]

# The reference, as a user's own functions ---------------------------------------------------------


def advance(old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, reporter: Reporter) -> str:
    refused = refusal(old, new, reporter)
    if refused is not None:
        raise ValueError(refused.message)
    return new


def audited(session: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    found = audit(wire.from_json_value(session, ExchangeRestoreSession))
    return [attrs.asdict(violation) for violation in found]


def history_audited(snapshots: Sequence[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    return found_in_history(json.dumps(snapshots))


@cache  # the laws put the same histories to each auditor
def found_in_history(snapshots: str) -> Iterable[Mapping[str, Any]]:
    read = [
        wire.from_json_value(snapshot, ExchangeRestoreSession) for snapshot in json.loads(snapshots)
    ]
    return [
        {**attrs.asdict(found, recurse=False), "target": found.artifact_id or found.session_id}
        for found in audit_history(read)
    ]


class OurWire:
    refusal: type[Exception] = WireError

    def loads(self, data: bytes, kind: str, /) -> Any:
        return wire.loads(data, DOCUMENTS[kind])

    def dumps(self, entity: Any, /, *, include_unknown_enum_members: bool = True) -> bytes | str:
        return wire.dumps(entity, include_unknown_enum_members=include_unknown_enum_members)


OURS: Mapping[laws.Takes, Any] = {
    laws.Takes.AGGREGATE: aggregate,
    laws.Takes.TALLY: StatusTally.of,
    laws.Takes.ADVANCE: advance,
    laws.Takes.AUDIT: audited,
    laws.Takes.HISTORY: history_audited,
    laws.Takes.WIRE: OurWire(),
}


@pytest.mark.slow
@pytest.mark.usefixtures("few_histories")
def test_the_reference_follows_every_law_of_systems() -> None:
    judgement = laws.judge(ReferenceSystem(), laws.SYSTEM_LAWS)
    judgement.check_all()
    assert judgement.kept == laws.SYSTEM_LAWS


@pytest.mark.parametrize(
    "law", [law for law in laws.ALL_LAWS if law.takes is not laws.Takes.SYSTEM], ids=str
)
def test_the_reference_follows_every_other_law(law: laws.Law[Any]) -> None:
    law(OURS[law.takes])


def test_every_rule_has_its_law() -> None:
    assert list(laws.LAWS) == list(RULES)
    for rule, law in laws.LAWS.items():
        assert law is getattr(laws, rule.lower())
        assert law.rules == (rule,)
        assert law.statement == RULES[rule]


def test_every_law_says_what_it_is_and_can_be_imported() -> None:
    assert len({law.name for law in laws.ALL_LAWS}) == len(laws.ALL_LAWS)
    for law in laws.ALL_LAWS:
        assert getattr(laws, law.name) is law
        assert law.name in laws.__all__
        assert law.__doc__
        assert law.__doc__.endswith(".")
        assert set(law.rules) <= set(RULES)
        assert set(law.needs) <= set(SYSTEM_METHODS)
        assert bool(law.needs) is (law.takes is laws.Takes.SYSTEM)
    assert repr(laws.a4) == f"<law a4: {RULES['A4']}>"


def broken(law: laws.Law[Any], subject: Any) -> str:
    """Return what is reported about a function that breaks a law."""
    with pytest.raises(laws.LawBrokenError) as caught:
        law(subject)
    error = caught.value
    assert isinstance(error, AssertionError)
    assert (error.law, error.rules) == (law, law.rules)
    return str(error)


# Aggregation --------------------------------------------------------------------------------------

WRONG = {
    "A1": ((), "completed", "no artifacts", "draft"),
    "A2": (("scheduling",), "active", "scheduling", "activating"),
    "A3": (("inProgress", "succeeded"), "completed", "inProgress, succeeded", "active"),
    "A4": (("succeeded", "failed"), "failed", "succeeded, failed", "completedWithError"),
    "A5": (("succeeded",), "active", "succeeded", "completed"),
    "A6": (("failed",), "completedWithError", "failed", "failed"),
    "A7": (("added", "failed"), "draft", "added, failed", "active"),
    "A8": (("added", "scheduling"), "draft", "added, scheduling", "activating"),
    "A9": (
        ("inProgress", "unknownFutureValue"),
        "unknownFutureValue",
        "inProgress, unknownFutureValue",
        "active",
    ),
    "A10": (
        ("succeeded", "unknownFutureValue"),
        "completed",
        "succeeded, unknownFutureValue",
        "unknownFutureValue",
    ),
}
"""For each rule a set of its own, a wrong answer, and what is reported about it."""


def wrong_for(stored: Iterable[str], answer: str) -> Callable[[Statuses], str]:
    """Aggregate as we do, except for one set."""
    return lambda statuses: answer if {*statuses} == {*stored} else aggregate(statuses)


@pytest.mark.parametrize("rule", WRONG)
def test_a_wrong_answer_breaks_the_law_of_its_rule_and_of_no_other(rule: str) -> None:
    stored, answer, given, expected = WRONG[rule]
    said = broken(laws.LAWS[rule], wrong_for(stored, answer))
    assert said == (
        f"{rule}: {RULES[rule]}\ngiven      {given}\nexpected   {expected}\nactual     {answer}"
    )
    for other in set(WRONG) - {rule}:
        laws.LAWS[other](wrong_for(stored, answer))


def test_an_exception_of_a_function_is_its_answer() -> None:
    def raises(statuses: Statuses) -> str:
        if "failed" in statuses:
            raise KeyError("failed")
        return aggregate(statuses)

    with pytest.raises(laws.LawBrokenError, match="actual     raised KeyError: 'failed'") as caught:
        laws.a6(raises)
    assert isinstance(caught.value.__cause__, KeyError)
    assert "actual     raised KeyError" in broken(laws.every_set_has_a_status, raises)
    assert "expected   raised KeyError" in broken(laws.order_does_not_matter, raises)


def test_a_status_of_a_type_of_its_own_is_shown() -> None:
    assert broken(laws.a1, lambda _: cast("str", None)).endswith("actual     None")


def test_every_set_needs_a_status() -> None:
    said = broken(laws.every_set_has_a_status, wrong_for({"failed"}, "completedWithErrors"))
    assert said.startswith(f"{', '.join(WRONG)}: each of the 128 sets has one of the seven")
    assert "expected   one of draft, activating, active, completedWithError, completed" in said
    assert said.endswith("actual     completedWithErrors")


def test_order_may_not_matter() -> None:
    """Return the status of the last artifact whose status is known."""

    def last(statuses: Statuses) -> str:
        return aggregate(statuses[-1:])

    assert "the order of the artifacts does not matter" in broken(laws.order_does_not_matter, last)
    laws.order_does_not_matter(wrong_for({"failed"}, "draft"))


def test_repetition_may_not_matter() -> None:
    """Return completed if half of the artifacts succeeded."""

    def most(statuses: Statuses) -> str:
        succeeded = [status for status in statuses if status == "succeeded"]
        return "completed" if len(succeeded) * 2 > len(statuses) else aggregate(statuses)

    said = broken(laws.repetition_does_not_matter, most)
    assert "how many artifacts are in a status does not matter" in said
    assert "given      added, succeeded, succeeded" in said
    assert said.endswith("expected   active\nactual     completed")
    laws.order_does_not_matter(most)


def test_a_session_may_not_go_backwards() -> None:
    said = broken(
        laws.a_session_never_goes_backwards, wrong_for({"added", "succeeded"}, "activating")
    )
    assert "a session never goes back while its artifacts take the steps of L1" in said
    assert said.endswith(
        "given      added, inProgress (active), then added, succeeded\n"
        "expected   active, or what comes after it\nactual     activating"
    )
    said = broken(
        laws.a_session_never_goes_backwards, wrong_for({"succeeded", "failed"}, "failure")
    )
    assert said.endswith("actual     failure")


@pytest.mark.parametrize(
    ("stored", "answer", "expected"),
    [
        ({"added", "failed"}, "failed", "no terminal status"),
        ((), "completed", "no terminal status"),
        ({"failed"}, "active", "a terminal status"),
    ],
)
def test_a_session_is_terminal_when_its_artifacts_are(
    stored: Iterable[str], answer: str, expected: str
) -> None:
    said = broken(laws.terminal_exactly_when_every_artifact_is, wrong_for(stored, answer))
    assert said.endswith(f"expected   {expected}\nactual     {answer}")


def test_an_unknown_status_may_not_be_claimed() -> None:
    def ignores_the_unknown(statuses: Statuses) -> str:
        return aggregate([status for status in statuses if status != "unknownFutureValue"])

    said = broken(laws.an_unknown_status_is_not_a_claim, ignores_the_unknown)
    assert "given      unknownFutureValue, read as scheduling" in said
    assert said.endswith("expected   activating\nactual     draft, as if it were certain")


# A tally ------------------------------------------------------------------------------------------


@attrs.define
class Counts:
    """A tally that counts in a list."""

    stored: list[ArtifactRestoreStatus]

    @property
    def status(self) -> str:
        return aggregate(self.stored)

    def __getitem__(self, status: ArtifactRestoreStatus, /) -> int:
        return self.stored.count(status)

    def __add__(self, other: "Counts", /) -> "Counts":
        return Counts(self.stored + other.stored)

    def replace(self, old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, /) -> "Counts":
        stored = self.stored.copy()
        stored.remove(old)
        return Counts([*stored, new])


def counts(statuses: Iterable[ArtifactRestoreStatus]) -> Counts:
    return Counts(list(statuses))


def test_another_tally_follows_the_laws() -> None:
    for law in laws.TALLY_LAWS:
        law(counts)


def test_a_tally_that_counts_a_status_once_breaks_the_law() -> None:
    said = broken(laws.a_tally_counts, lambda statuses: Counts([*dict.fromkeys(statuses)]))
    assert said.endswith(
        "given      added, added\nexpected   2 added: draft\nactual     1 added: draft"
    )


def test_a_tally_without_a_status_breaks_the_law() -> None:
    class Other(Counts):
        @property
        def status(self) -> str:
            raise NotImplementedError("later")

    said = broken(laws.a_tally_counts, lambda statuses: Other([*statuses]))
    assert said.endswith("expected   nothing: draft\nactual     raised NotImplementedError: later")


def test_parts_that_do_not_add_up_break_the_law() -> None:
    class Other(Counts):
        def __add__(self, other: Counts, /) -> Counts:
            return Counts(self.stored or other.stored)

    said = broken(laws.parts_add_up, lambda statuses: Other([*statuses]))
    assert "artifacts counted in two parts" in said
    assert said.endswith(
        "given      (added) + (added)\nexpected   2 added: draft\nactual     1 added: draft"
    )


def test_a_tally_that_can_not_be_made_breaks_the_law() -> None:
    def none(_statuses: object) -> Counts:
        raise NotImplementedError

    assert "raised NotImplementedError" in broken(laws.a_tally_counts, none)
    assert "raised TypeError: unsupported operand" in broken(laws.parts_add_up, none)
    assert "raised NotImplementedError" in broken(laws.replacing_is_counting_again, none)


def test_a_replacement_that_leaves_the_old_one_breaks_the_law() -> None:
    class Other(Counts):
        def replace(self, old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, /) -> Counts:
            return self if old == new else Other([*self.stored, new])

    said = broken(laws.replacing_is_counting_again, lambda statuses: Other([*statuses]))
    assert said.endswith(
        "given      added, with added replaced by scheduling\n"
        "expected   1 scheduling: activating\nactual     1 added, 1 scheduling: activating"
    )


def test_a_replacement_that_can_not_be_undone_breaks_the_law() -> None:
    class Other(Counts):
        def replace(self, old: ArtifactRestoreStatus, new: ArtifactRestoreStatus, /) -> Counts:
            return self if old == "failed" else Other(super().replace(old, new).stored)

    said = broken(laws.replacing_is_counting_again, lambda statuses: Other([*statuses]))
    assert "with added replaced by failed, and put back\n" in said


# The lifecycle ------------------------------------------------------------------------------------


def but(
    old: str, new: str, who: str, answer: Callable[[], str]
) -> Callable[[ArtifactRestoreStatus, ArtifactRestoreStatus, Reporter], str]:
    """Advance as we do, except for one change."""

    def changed(
        stored: ArtifactRestoreStatus, reported: ArtifactRestoreStatus, reporter: Reporter
    ) -> str:
        if (stored, reported, reporter) == (old, new, who):
            return answer()
        return advance(stored, reported, reporter)

    return changed


def refuses() -> str:
    raise RefusedError("RestoreSessionActionNotAllowed", 403)


REFUSAL = "a refusal, raised as an exception"

WRONG_CHANGES: Sequence[tuple[str, tuple[str, str, str], Callable[[], str], str]] = [
    ("L1", ("scheduled", "failed", "driver"), refuses, "failed"),
    ("L1", ("scheduling", "scheduled", "driver"), lambda: "scheduling", "scheduled"),
    ("L2", ("scheduling", "inProgress", "driver"), lambda: "inProgress", REFUSAL),
    ("L2", ("scheduled", "succeeded", "observer"), refuses, "succeeded"),
    ("L2", ("inProgress", "scheduled", "observer"), lambda: "scheduled", REFUSAL),
    ("L3", ("failed", "failed", "driver"), refuses, "failed, which changes nothing"),
    ("L4", ("failed", "succeeded", "observer"), lambda: "succeeded", REFUSAL),
    ("L4", ("added", "unknownFutureValue", "observer"), refuses, "unknownFutureValue"),
    ("L4", ("unknownFutureValue", "added", "observer"), lambda: "added", REFUSAL),
]


@pytest.mark.parametrize(("rule", "change", "answer", "expected"), WRONG_CHANGES)
def test_a_wrong_change_breaks_the_law_of_its_rule_and_of_no_other(
    rule: str, change: tuple[str, str, str], answer: Callable[[], str], expected: str
) -> None:
    old, new, reporter = change
    said = broken(laws.LAWS[rule], but(old, new, reporter, answer))
    assert said.startswith(f"{rule}: {RULES[rule]}\n")
    assert f"given      the {reporter} reports {new} of an artifact that is {old}\n" in said
    assert f"expected   {expected}\nactual     " in said
    for other in {"L1", "L2", "L3", "L4"} - {rule}:
        laws.LAWS[other](but(old, new, reporter, answer))


def test_a_refusal_has_to_name_both_statuses() -> None:
    def named(said: str) -> Callable[[], str]:
        def answer() -> str:
            raise ValueError(said)

        return answer

    for said in ("no", "not added", "not failed"):
        wrong = but("added", "failed", "driver", named(said))
        found = broken(laws.a_refusal_names_both_statuses, wrong)
        assert "expected   an exception whose message has added and failed in it" in found
        assert found.endswith(f"actual     raised ValueError: {said}")
    accepts = but("added", "failed", "driver", lambda: "failed")
    assert broken(laws.a_refusal_names_both_statuses, accepts).endswith("actual     failed")
    laws.a_refusal_names_both_statuses(but("added", "failed", "driver", named("added, failed")))


# Audit --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_audit_of_a_history_that_misses_something_breaks_the_law_of_its_rule() -> None:
    for rule in ("H1", "H2", "H3"):

        def blind(snapshots: Sequence[Mapping[str, Any]], rule: str = rule) -> list[Any]:
            return [found for found in history_audited(snapshots) if found["rule"] != rule]

        said = broken(laws.LAWS[rule], blind)
        assert said.startswith(f"{rule}: {RULES[rule]}\ngiven      a")
        assert f"\nexpected   {rule}: " in said
        for other in {"H1", "H2", "H3"} - {rule}:
            laws.LAWS[other](blind)
        laws.a_legal_history_contradicts_nothing(blind)


def test_an_audit_of_a_history_that_finds_too_much_breaks_the_laws() -> None:
    def strict(snapshots: Sequence[Mapping[str, Any]]) -> list[Any]:
        key = {"rule": "H2", "before": 0, "after": 1, "target": "s", "property": "policyId"}
        return [*history_audited(snapshots), key]

    for law in laws.HISTORY_LAWS:
        assert broken(law, strict).endswith(
            "expected   nothing\nactual     H2: policyId of s, from 0 to 1"
        )


def test_an_audit_of_a_history_that_fails_breaks_the_laws() -> None:
    def fails(_: Sequence[Mapping[str, Any]]) -> list[Any]:
        raise LookupError

    for law in laws.HISTORY_LAWS:
        assert broken(law, fails).endswith("actual     raised LookupError: ")


def test_an_audit_that_misses_something_breaks_the_law() -> None:
    def blind(session: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return [found for found in audited(session) if found["rule"] != "S5"]

    said = broken(laws.an_audit_finds_what_is_wrong, blind)
    assert "S1, S2, S3, S4, S5, S6, O1, L5: an audit finds what can't be true and what is" in said
    assert "expected   S5: restoreSessionArtifactCount" in said
    assert said.endswith("actual     nothing")
    laws.an_audit_trusts_the_operations(blind)


def test_an_audit_that_finds_too_much_breaks_the_law() -> None:
    def strict(session: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        found = [*audited(session)]
        if "createdBy" not in session:
            violation = {"rule": "S6", "target": session["id"], "property": "createdBy"}
            found.append(violation | {"kind": "contradiction"})
        return found

    said = broken(laws.an_audit_trusts_the_operations, strict)
    assert "expected   nothing\nactual     S6: createdBy of s1 (contradiction)" in said
    assert "S6: createdBy of" in broken(laws.an_audit_finds_what_is_wrong, strict)


def test_an_audit_that_takes_what_is_missing_for_a_contradiction_breaks_the_laws() -> None:
    def strict(session: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return [{**found, "kind": "contradiction"} for found in audited(session)]

    said = broken(laws.an_audit_trusts_the_operations, strict)
    assert "expected   nothing\nactual     L5: error of " in said
    assert "(contradiction)" in said
    assert "(missing)" in broken(laws.an_audit_finds_what_is_wrong, strict)


def test_missing_properties_in_sessions_made_by_operations_break_no_law() -> None:
    """Let an observer report a failure without an error."""
    found: list[Any] = []

    def noting(session: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
        found.extend(answer := [*audited(session)])
        return answer

    laws.an_audit_trusts_the_operations(noting)
    assert {(violation["kind"], violation["property"]) for violation in found} == {
        ("missing", "error")
    }


def test_an_audit_that_does_not_say_the_kind_breaks_the_laws() -> None:
    def silent(session: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return [
            {name: value for name, value in found.items() if name != "kind"}
            for found in audited(session)
        ]

    for law in laws.AUDIT_LAWS:
        assert "(None)" in broken(law, silent)


def test_an_audit_that_fails_breaks_the_law() -> None:
    def fails(session: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        raise LookupError(session["id"])

    assert "actual     raised LookupError: s1" in broken(laws.an_audit_finds_what_is_wrong, fails)


# Systems ------------------------------------------------------------------------------------------

BROKEN: Sequence[tuple[str, str, Sequence[str]]] = [
    ("L5", "inProgress has no start", ['"inProgress"', "startDateTime", "actual     nothing"]),
    ("L5", "a failure needs no error", ["expected   "]),
    ("S2", "granular artifacts do not count", ["granularMailboxRestoreArtifacts", ".status"]),
    ("S3", "the first end is the session's", ["completedDateTime"]),
    ("S3", "an active session has an end", ["completedDateTime", "expected   nothing"]),
    ("S4", "completedWithError has no error", ["error", "actual     nothing"]),
    ("S4", "an error's code is the first detail's", ["error.code", "expected   UnknownError"]),
    ("S5", "failed counts as completed", ["restoreSessionArtifactCount", "actual     "]),
    ("S6", "time moves backwards", ["lastModifiedDateTime"]),
    ("S6", "the last to change a session is forgotten", ["lastModifiedBy", "actual     nothing"]),
    ("O1", "one artifact more than allowed", ["RestoreArtifactsLimitBreached", "a result"]),
    ("O1", "duplicates before destinations", ['"DifferentRestoreDestinationType"']),
    ("O2", "a page begins with the last entry", ["listArtifacts"]),
    ("O2", "the newest comes first", ['"list']),
    ("O3", "a patch loses the last artifact", ["mailboxRestoreArtifacts"]),
    ("O3", "a removal fails with 404", ["responseCode", "expected   409"]),
    ("O4", "one active session more than allowed", ['"TooManyActiveRestoreSessions"']),
    ("O4", "an empty session is activated", ['"InvalidArtifactRequest"']),
    ("O5", "any session is deleted", ['"RestoreSessionActionNotAllowed"']),
    ("O5", "a deleted session stays", ["RestoreSessionNotFound"]),
    ("O6", "a restore point of the session may be added again", ['"DuplicateArtifactInList"']),
    ("O7", "a batch applies what it can", ["recordBatch"]),
    ("O7", "an unknown artifact is not allowed", ['"ArtifactNotFound"']),
    ("O8", "a year to the second is over", ["expire"]),
    ("O8", "no session expires", ["expire"]),
    ("O9", "results are dropped", ["restored", "actual     nothing"]),
    ("O9", "early results are ignored", ['"InvalidArtifactRequest"', "a result"]),
    ("S9", "a bulk request leaves the type", ["restoreJobType", "expected   bulk"]),
    ("B1", "two bulk requests in a session", ['"RestoreSessionActionNotAllowed"', "a result"]),
    ("B1", "spaces in an address are ignored", ["InvalidCreateRequestUserEmail"]),
    ("B2", "mailboxes are answered", ["getBulkRequest", "expected   nothing"]),
    ("B2", "an active bulk request is deleted", ['"InvalidStateForBulkRequestDeletion"']),
    ("B3", "an active bulk request is scheduled", [".status", "expected   activating"]),
    ("B4", "a failed session without artifacts is a draft", [".status", "expected   failed"]),
    ("B4", "a failure without artifacts has no error", ["$.error", "actual     nothing"]),
    ("B5", "resolved artifacts begin in added", ["in scheduling"]),
    ("B5", "a failure waits for the end", [".error", "actual     nothing"]),
    ("B6", "an activated bulk request is added", [".status", "actual     draft"]),
]
"""For each rule the systems that break its law, and what is reported about them."""

ONLY_IN_VECTORS = (
    "duplicates before destinations",
    "spaces in an address are ignored",
    "an active bulk request is deleted",
)
"""Systems that need two mistakes in one request, which is rare, or one rare mistake."""


@pytest.fixture
def without_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the laws of systems look at random histories only."""
    none = "restore_domain.verification.laws.steps.load_vectors"
    monkeypatch.setattr(none, lambda *, rules: ())  # noqa: ARG005 - as it is called


@pytest.fixture
def few_histories(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the laws of systems if nothing breaks them."""
    monkeypatch.setattr("restore_domain.verification.laws.steps.EXAMPLES", 25)


FOUND_IN_HISTORIES = [row[:2] for row in BROKEN if row[1] not in ONLY_IN_VECTORS]
QUICKLY = ("a removal fails with 404", "a deleted session stays")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "name"),
    [
        pytest.param(rule, name, marks=[] if name in QUICKLY else pytest.mark.faults)
        for rule, name in FOUND_IN_HISTORIES
    ],
)
@pytest.mark.usefixtures("without_vectors")
def test_a_faulty_system_breaks_the_law_in_a_random_history(rule: str, name: str) -> None:
    said = broken(laws.LAWS[rule], fault(name).make_system())
    assert said.startswith(f"{rule}: {RULES[rule]}\ngiven      {{")
    assert said.count('{"method"') <= (15 if rule.startswith("B") else 7)


@pytest.mark.parametrize(("rule", "name", "fragments"), BROKEN)
def test_a_faulty_system_breaks_the_law_of_its_rule(
    rule: str, name: str, fragments: Sequence[str]
) -> None:
    said = broken(laws.LAWS[rule], fault(name).make_system())
    assert said.startswith(f"{rule}: {RULES[rule]}\ngiven      {{")
    for fragment in fragments:
        assert fragment in said


OPERATIONS_ALONE = [name for name in SYSTEM_METHODS if name not in {"audit", "reset.sessions"}]
"""Without initial sessions, so that each session was created by the history."""


@pytest.mark.slow
@pytest.mark.usefixtures("without_vectors")
def test_a_status_that_is_set_breaks_S1() -> None:
    said = broken(laws.s1, Odd(sessions_with(status="draft"), OPERATIONS_ALONE))
    assert said.startswith(f"S1: {RULES['S1']}\n")
    assert said.endswith("at s2.status\nexpected   activating\nactual     draft")
    said = broken(laws.s1, Odd(sessions_with(status="active"), OPERATIONS_ALONE))
    assert said.count('"method"') == 2
    assert said.endswith("at s2.status\nexpected   draft\nactual     active")


@pytest.mark.usefixtures("without_vectors")
def test_without_hypothesis_no_law_of_a_system_passes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "restore_domain.verification.search", raising=False)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(ModuleNotFoundError, match="pip install hypothesis"):
        laws.s1(ReferenceSystem())


@pytest.mark.slow
@pytest.mark.usefixtures("without_vectors")
def test_a_given_session_that_says_something_else_breaks_S1a() -> None:
    said = broken(laws.s1a, Odd(sessions_with(restoreSessionArtifactCount={"total": 7})))
    assert said.startswith(f"S1a: {RULES['S1a']}\n")
    assert said.count('"method"') == 2
    assert "at p9.restoreSessionArtifactCount" in said

    class Derives(ReferenceSystem):
        def call(self, method: str, params: Mapping[str, Any], /) -> Any:
            answer = super().call(method, params)
            sessions = self.root.exchange_restore_sessions
            self.root = attrs.evolve(
                self.root,
                exchange_restore_sessions=[attrs.evolve(one, declared=None) for one in sessions],
            )
            return answer

    assert broken(laws.s1a, Derives()).startswith(f"S1a: {RULES['S1a']}\n")


def test_an_invented_time_breaks_S7() -> None:
    made_up = sessions_with(lastModifiedDateTime="2001-02-03T04:05:06Z")
    said = broken(laws.s7, Odd(made_up, ["reset", "create", "activate", "record", "get"]))
    assert said.startswith(f"S7: {RULES['S7']}\n")
    assert said.endswith(
        "at s2.lastModifiedDateTime\nexpected   an id or a time that came with a call\n"
        "actual     2001-02-03T04:05:06Z"
    )


def test_an_invented_id_breaks_S7() -> None:
    artifacts = [{"id": "made-up", "status": "added"}]
    said = broken(laws.s7, Odd(sessions_with(mailboxRestoreArtifacts=artifacts), OPERATIONS_ALONE))
    assert said.endswith(
        "at s2.mailboxRestoreArtifacts[0].id\n"
        "expected   an id or a time that came with a call\nactual     made-up"
    )


def test_another_answer_to_the_same_calls_breaks_S7() -> None:
    answered: list[str] = []

    def counts_its_calls(method: str, answer: Any) -> Any:
        answered.append(method)
        return {**answer, "number": len(answered)} if method == "activate" else answer

    system = Odd(counts_its_calls, ["reset", "create", "activate", "record", "get", "delete"])
    said = broken(laws.s7, system)
    assert "at the answer, the second time\nexpected   {" in said


@pytest.mark.slow
@pytest.mark.usefixtures("without_vectors")
def test_an_unreadable_session_breaks_every_law() -> None:
    for law in (laws.o5, laws.s3):
        said = broken(law, Odd(sessions_with(createdDateTime="yesterday"), OPERATIONS_ALONE))
        assert said.count("yesterday") == 1
        assert "at $\nexpected   sessions as Graph JSON\nactual     $.createdDateTime" in said
    said = broken(laws.o5, Odd(sessions_with(id="s2"), OPERATIONS_ALONE))
    assert "expected   sessions as Graph JSON\n" in said


@pytest.mark.slow
@pytest.mark.usefixtures("without_vectors")
@pytest.mark.parametrize("law", [laws.o1, laws.o3, laws.o6])
def test_a_session_that_is_answered_as_null_breaks_the_law(law: laws.Law[System]) -> None:
    def null_once_it_changes(method: str, answer: Any) -> Any:
        if method != "get":
            return answer
        is_new = answer["createdDateTime"] == answer["lastModifiedDateTime"]
        return answer if is_new and law is not laws.o1 else None

    said = broken(law, Odd(null_once_it_changes, OPERATIONS_ALONE))
    (rule,) = law.rules
    assert said.startswith(f"{rule}: {RULES[rule]}\n")
    assert said.count('"method"') <= 5
    assert said.endswith("actual     null")


@pytest.mark.slow
@pytest.mark.usefixtures("without_vectors", "few_histories")
def test_a_law_ignores_breaches_of_other_laws() -> None:
    miscounts = fault("failed counts as completed").make_system()
    assert [*laws.judge(miscounts, laws.SYSTEM_LAWS).broken] == [laws.s5]
    shows_none = Odd(sessions_with(mailboxRestoreArtifacts=None), OPERATIONS_ALONE)
    laws.judge(shows_none, [laws.s1, laws.s5]).check_all()
    laws.o4(Odd(lambda method, it: {**it, "status": "failed"} if method == "activate" else it))
    assert broken(laws.o1, shows_none)


@pytest.mark.slow
@pytest.mark.usefixtures("without_vectors")
def test_a_refusal_changes_nothing() -> None:
    class Lies(ReferenceSystem):
        """A system that deletes a session, and says that it does not."""

        def call(self, method: str, params: Mapping[str, Any], /) -> Any:
            answer = super().call(method, params)
            if method == "delete":
                raise RefusedError("RestoreSessionActionNotAllowed", 403)
            return answer

    said = broken(laws.o5, Lies())
    assert re.search(r"at \w+, which stays as it is\nexpected   {", said)
    assert said.endswith("actual     null")


@pytest.mark.slow
@pytest.mark.usefixtures("without_vectors")
def test_every_artifact_of_an_activated_session_is_scheduling() -> None:
    said = broken(laws.o4, fault("one artifact stays added").make_system())
    assert (
        'at the artifacts\nexpected   each in scheduling\nactual     ["scheduling", "added"' in said
    )


@pytest.mark.slow
@pytest.mark.usefixtures("few_histories")
def test_a_law_says_what_a_system_lacks() -> None:
    system = Odd(lambda _method, answer: answer, ["reset", "create", "get"])
    assert [law.name for law in laws.SYSTEM_LAWS if law.covers(system)] == ["s6", "o1"]
    laws.s6(system)
    laws.o1(system)
    with pytest.raises(laws.NotCoveredError) as caught:
        laws.o4(system)
    assert not isinstance(caught.value, AssertionError)
    assert (caught.value.law, caught.value.missing) == (laws.o4, ("activate",))
    assert str(caught.value) == (
        "o4 needs activate, which the system does not have; ask law.covers(system) before"
    )
    assert laws.a4.covers(aggregate)


# Several laws at once -----------------------------------------------------------------------------


class TwiceWrong(ReferenceSystem):
    """Its patch loses the last artifact, and a deleted session stays."""

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        before = self.root
        answer = super().call(method, params)
        if method == "update":
            session = self.root.session(params["sessionId"])
            assert session is not None
            left = [*(session.mailbox_restore_artifacts or ())][:-1]
            changed = attrs.evolve(session, mailbox_restore_artifacts=left)
            sessions = self.root.exchange_restore_sessions.replacing(changed)
            self.root = attrs.evolve(self.root, exchange_restore_sessions=sessions)
        if method == "delete":
            self.root = before
        return answer


@pytest.mark.slow
@pytest.mark.usefixtures("few_histories")
def test_laws_judged_at_once_name_each_that_is_broken_and_no_other() -> None:
    judgement = laws.judge(TwiceWrong(), laws.SYSTEM_LAWS)
    assert {laws.o3, laws.o5} < {*judgement.broken}
    assert {laws.l5, laws.o4, laws.o7} < {*judgement.kept}  # a vector of O8 updates, and looks
    assert {*judgement.kept, *judgement.broken} == {*laws.SYSTEM_LAWS}
    for law in judgement.kept:
        judgement.check(law)
    for law in judgement.broken:
        assert said_of(judgement, law) == broken(law, TwiceWrong())
    wrong = len(judgement.broken)
    with pytest.raises(ExceptionGroup, match=f"{wrong} of 27 laws are broken") as caught:
        judgement.check_all()
    assert [str(error) for error in caught.value.exceptions] == [
        said_of(judgement, law) for law in judgement.broken
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("without_vectors", "few_histories")
def test_laws_judged_at_once_are_found_broken_in_random_histories() -> None:
    judgement = laws.judge(TwiceWrong(), [laws.o5, laws.o4, laws.o3])
    assert [*judgement.broken] == [laws.o5, laws.o3]
    assert judgement.kept == (laws.o4,)
    for law in judgement.broken:
        assert judgement.broken[law].given.count('"method"') <= 4


def said_of(judgement: laws.Judgement[System], law: laws.Law[System]) -> str:
    with pytest.raises(laws.LawBrokenError) as caught:
        judgement.check(law)
    assert caught.value.law is law
    return str(caught.value)


@pytest.mark.slow
@pytest.mark.usefixtures("without_vectors", "few_histories")
def test_laws_judged_at_once_run_each_history_once() -> None:
    one, all_of_them = (Odd(lambda _method, answer: answer) for _ in range(2))
    laws.o4(one)
    laws.judge(all_of_them, laws.OPERATION_LAWS).check_all()
    assert all_of_them.called.count("create") == one.called.count("create") > 0


@pytest.mark.usefixtures("few_histories")
def test_laws_judged_at_once_say_what_a_system_lacks() -> None:
    system = Odd(lambda _method, answer: answer, ["reset", "create", "get"])
    judgement = laws.judge(system, [laws.o1, laws.o4])
    assert judgement.kept == (laws.o1,)
    assert judgement.not_covered == {laws.o4: ("activate",)}
    judgement.check_all()
    with pytest.raises(laws.NotCoveredError, match="o4 needs activate"):
        judgement.check(laws.o4)
    with pytest.raises(KeyError):
        judgement.check(laws.o5)


@pytest.mark.slow
@pytest.mark.usefixtures("few_histories")
def test_a_system_may_answer_with_its_own_objects_and_change_what_it_is_given() -> None:
    class Sharing(ReferenceSystem):
        def __init__(self) -> None:
            super().__init__()
            self.answered: dict[str, Any] = {}

        def call(self, method: str, params: Mapping[str, Any], /) -> Any:
            if method == "reset":
                self.answered.clear()
            answer = super().call(method, {**params})
            for value in params.values():
                if isinstance(value, dict | list):
                    value.clear()
            if method != "get":
                return answer
            shared = self.answered.setdefault(params["sessionId"], {})
            shared.clear()
            shared.update(answer)
            return shared

    laws.judge(Sharing(), laws.SYSTEM_LAWS).check_all()


def test_laws_of_a_function_are_judged_at_once_like_those_of_a_system() -> None:
    def raises(statuses: Statuses) -> str:
        if {*statuses} == {"failed"}:
            raise LookupError
        return aggregate(statuses)

    judgement = laws.judge(raises, [laws.a5, laws.a6])
    assert judgement.kept == (laws.a5,)
    with pytest.raises(laws.LawBrokenError, match="raised LookupError") as caught:
        judgement.check(laws.a6)
    assert isinstance(caught.value.__cause__, LookupError)


# Graph JSON ---------------------------------------------------------------------------------------


class OtherWire(OurWire):
    """Our JSON functions, with changes to the text that is read and the text that is written."""

    def __init__(
        self,
        reads: Callable[[bytes], bytes] = lambda data: data,
        writes: Callable[[Any], Any] = lambda document: document,
    ) -> None:
        self._reads = reads
        self._writes = writes

    def loads(self, data: bytes, kind: str, /) -> Any:
        return super().loads(self._reads(data), kind)

    def dumps(self, entity: Any, /, *, include_unknown_enum_members: bool = True) -> str:
        written = super().dumps(entity, include_unknown_enum_members=include_unknown_enum_members)
        return json.dumps(self._writes(json.loads(written)))


def test_another_text_of_the_same_json_follows_the_laws() -> None:
    def backwards(document: dict[str, Any]) -> dict[str, Any]:
        return dict(reversed(document.items()))

    for law in laws.WIRE_LAWS:
        law(OtherWire(writes=backwards))


def test_a_property_that_is_lost_breaks_W1() -> None:
    def loses(document: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in document.items() if name != "createdBy"}

    said = broken(laws.w1, OtherWire(writes=loses))
    assert said.startswith(f"W1: {RULES['W1']}\ngiven      exchangeRestoreSession {{")
    expected, actual = said.split("\nexpected   ")[1].split("\nactual     ")
    assert '"createdBy"' in expected
    assert '"createdBy"' not in actual


def test_true_is_not_1() -> None:
    def counts(document: Any) -> Any:
        if isinstance(document, dict):
            return {name: counts(value) for name, value in document.items()}
        return int(document) if isinstance(document, bool) else document

    assert '"actual' not in broken(laws.w1, OtherWire(writes=counts))


def test_an_entity_that_is_not_equal_breaks_W1() -> None:
    class Entity:
        def __init__(self, entity: Any) -> None:
            self.entity = entity

    class Unequal(OurWire):
        def loads(self, data: bytes, kind: str, /) -> Any:
            return Entity(super().loads(data, kind))

        def dumps(
            self, entity: Any, /, *, include_unknown_enum_members: bool = True
        ) -> bytes | str:
            return super().dumps(
                entity.entity, include_unknown_enum_members=include_unknown_enum_members
            )

    assert "expected   an entity equal to <" in broken(laws.w1, Unequal())


def test_written_documents_have_to_be_json() -> None:
    class Words(OurWire):
        def dumps(self, entity: Any, /, *, include_unknown_enum_members: bool = True) -> str:
            return f"{entity!r}, {include_unknown_enum_members}"

    assert "actual     <ExchangeRestoreSession" in broken(laws.w1, Words())


def test_an_unknown_member_that_is_not_kept_breaks_W2() -> None:
    def forgets(document: Any) -> Any:
        status = document.get("status")
        known = status is None or status in {*ArtifactRestoreStatus, "draft", "active", "completed"}
        return document if known else {**document, "status": "unknownFutureValue"}

    said = broken(laws.w2, OtherWire(writes=forgets))
    assert said.startswith(f"W2: {RULES['W2']}\n")
    assert '"unknownFutureValue"' in said.split("\nactual     ")[1]


def test_a_hidden_member_that_is_shown_breaks_W3() -> None:
    class Shows(OurWire):
        def dumps(self, entity: Any, /, **_settings: bool) -> bytes | str:
            return super().dumps(entity)

    said = broken(laws.w3, Shows())
    assert said.startswith(f"W3: {RULES['W3']}\n")
    assert "unknownFutureValue" in said.split("\nexpected   ")[1].split("\nactual     ")[0]


def test_accepting_an_invalid_document_breaks_W4() -> None:
    class Trusts(OurWire):
        def loads(self, data: bytes, kind: str, /) -> Any:
            try:
                return super().loads(data, kind)
            except WireError:
                return wire.loads(b'{"id": "s1"}', ExchangeRestoreSession)

    said = broken(laws.w4, Trusts())
    assert said.startswith(f"W4: {RULES['W4']}\n")
    assert "expected   WireError\nactual     " in said


@pytest.mark.parametrize(
    ("error", "harm", "expected"),
    [
        (UnicodeDecodeError, b"\xff", "an entity, or WireError"),
        (RecursionError, b"[" * 1000, "WireError"),  # of a vector
    ],
)
def test_another_error_breaks_W4(error: type[Exception], harm: bytes, expected: str) -> None:
    class Fails(OurWire):
        def loads(self, data: bytes, kind: str, /) -> Any:
            if harm in data:
                if error is UnicodeDecodeError:
                    data.decode()
                raise error
            return super().loads(data, kind)

    said = broken(laws.w4, Fails())
    assert f"expected   {expected}\nactual     raised {error.__name__}" in said


def test_a_long_input_is_cut() -> None:
    class Fails(OurWire):
        def loads(self, data: bytes, kind: str, /) -> Any:
            if len(data) > 10_000:
                raise RecursionError
            return super().loads(data, kind)

    said = broken(laws.w4, Fails())
    assert "… (" in said
    assert len(said) < 5000
