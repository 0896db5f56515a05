"""Running a history on a system beside the reference, and the rule that a difference names."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import pytest

from restore_domain.verification.histories import Call, HistoryRun, counterexample
from restore_domain.verification.system import SYSTEM_METHODS, ReferenceSystem, RefusedError


class Odd(ReferenceSystem):
    """The reference, with something done to its answers."""

    def __init__(
        self, odd: Callable[[str, Any], Any], methods: Collection[str] = SYSTEM_METHODS
    ) -> None:
        super().__init__()
        self.odd = odd
        self.methods = methods

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        return self.odd(method, super().call(method, params))


def odd_get(**properties: Any) -> Callable[[str, Any], Any]:
    """Answer each session with other properties."""
    return lambda method, answer: answer | properties if method == "get" else answer


def call(method: str, **params: Any) -> Call:
    return {"method": method, "params": params}


def create(session_id: str = "s1") -> Call:
    artifact = {"restorePoint": {"id": "p1"}, "destinationType": "new"}
    return call(
        "create",
        sessionId=session_id,
        request={"mailboxRestoreArtifacts": [artifact]},
        artifactIds=["a1"],
        now="2026-01-05T09:00:00Z",
    )


HELD = {"id": "a1", "status": "added"}
ACTIVATE = call("activate", sessionId="s1", now="2026-01-05T10:00:00Z")


def rule_of(
    system: ReferenceSystem, *history: Call, start: Mapping[str, Any] | None = None
) -> str | None:
    found = counterexample(system, history, start)
    return None if found is None else found.difference.rule


def test_what_is_the_same_does_not_part() -> None:
    assert counterexample(ReferenceSystem(), [create(), ACTIVATE, create()]) is None


def test_the_calls_up_to_the_difference_are_told() -> None:
    def odd(method: str, answer: Any) -> Any:
        return answer | {"createdBy": {"user": {"id": "u9"}}} if method == "activate" else answer

    history = [create(), ACTIVATE, create("s2")]
    found = counterexample(Odd(odd), history)
    assert found is not None
    assert found.calls == tuple(history[:2])
    assert (found.difference.path, found.difference.rule) == ("$.createdBy", "O4")


def test_a_state_that_is_wrong_is_seen_at_the_call_that_made_it() -> None:
    def forgets(method: str, answer: Any) -> Any:
        return answer | {"createdBy": {"user": {"id": "u9"}}} if method == "get" else answer

    assert rule_of(Odd(forgets), create()) == "O1"
    assert rule_of(Odd(forgets, ["reset", "create"]), create()) is None


def test_a_session_that_is_gone_is_the_matter_of_who_made_it_go() -> None:
    def loses(method: str, answer: Any) -> Any:
        if method == "get" and answer["status"] == "activating":
            raise RefusedError("RestoreSessionNotFound", 404)
        return answer

    assert rule_of(Odd(loses), create(), ACTIVATE) == "O4"


def test_a_refusal_that_is_another_is_the_matter_of_who_refuses() -> None:
    class Odder(ReferenceSystem):
        def call(self, method: str, params: Mapping[str, Any], /) -> Any:
            try:
                return super().call(method, params)
            except RefusedError:
                raise RefusedError("Gone", 410) from None

    assert rule_of(Odder(), call("get", sessionId="s1")) == "O2"
    assert rule_of(Odder(), call("list"), call("delete", sessionId="s1")) == "O5"
    run = HistoryRun(Odder())
    assert run.step(call("list")) is None
    found = run.step(call("listArtifacts", sessionId="s1"))
    assert found is not None
    assert (found.rule, found.actual) == ("O2", {"code": "Gone", "httpStatus": 410})


def test_a_difference_at_the_beginning_is_told_with_the_first_call() -> None:
    start = {"sessions": [{"id": "s1", "mailboxRestoreArtifacts": [HELD]}]}
    assert rule_of(Odd(odd_get(policyId="p1")), call("list"), start=start) == "O2"
    assert rule_of(Odd(odd_get(status="active")), call("list"), start=start) == "S1a"


def test_S1a_a_session_that_goes_on_telling_what_it_was_given() -> None:
    told = {"status": "draft", "restoreSessionArtifactCount": {"total": 1}}
    start = {"sessions": [{"id": "s1", "mailboxRestoreArtifacts": [HELD], **told}]}
    assert rule_of(Odd(odd_get(**told)), ACTIVATE, start=start) == "S1a"
    counts = {"total": 1, "inProgress": 0, "completed": 0, "failed": 0}

    def stale(method: str, answer: Any) -> Any:
        is_active = method == "get" and answer["status"] == "activating"
        return answer | {"status": "draft"} if is_active else answer

    start = {"sessions": [{"id": "s1", "mailboxRestoreArtifacts": [HELD], "status": "draft"}]}
    assert rule_of(Odd(stale), ACTIVATE, start=start) == "A2"
    told = {"status": "draft", "restoreSessionArtifactCount": counts}
    start = {"sessions": [{"id": "s1", "mailboxRestoreArtifacts": [HELD], **told}]}
    assert rule_of(Odd(stale), ACTIVATE, start=start) == "S1a"


def test_S2_a_session_that_leaves_granular_artifacts_out() -> None:
    granular = {
        "@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact",
        "id": "g1",
        "status": "added",
        "searchResponseId": "q1",
    }
    session = {
        "id": "s1",
        "mailboxRestoreArtifacts": [HELD],
        "granularMailboxRestoreArtifacts": [granular],
    }

    def count(total: int) -> Callable[[str, Any], Any]:
        counts = {"total": total, "inProgress": 0, "completed": 0, "failed": 0}

        def odd(method: str, answer: Any) -> Any:
            if method == "get" and answer["status"] == "activating":
                return answer | {"restoreSessionArtifactCount": counts}
            return answer

        return odd

    start = {"sessions": [session | {"status": "draft"}]}
    assert rule_of(Odd(count(2)), ACTIVATE, start=start) is None
    assert rule_of(Odd(count(1)), ACTIVATE, start=start) == "S2"
    assert rule_of(Odd(count(3)), ACTIVATE, start=start) == "S5"


@pytest.mark.parametrize("answer", [None, 7, "s1", []])
def test_what_is_no_session_differs(answer: Any) -> None:
    odd = Odd(lambda method, said: answer if method in {"create", "get"} else said)
    assert rule_of(odd, create()) == "O1"
    assert rule_of(Odd(lambda method, said: answer if method == "get" else said), create()) == "O1"


def test_each_has_its_own_tokens() -> None:
    class OwnTokens(ReferenceSystem):
        """Its tokens are those of the reference, written backwards."""

        def call(self, method: str, params: Mapping[str, Any], /) -> Any:
            token = params.get("skipToken")
            own = params if token is None else {**params, "skipToken": token.removeprefix("own ")}
            answer = super().call(method, own)
            if method == "list" and answer["skipToken"] is not None:
                return answer | {"skipToken": f"own {answer['skipToken']}"}
            return answer

    pages = [call("list", top=1), call("list", top=1, skipToken={"fromCall": 2})]
    assert counterexample(OwnTokens(), [create(), create("s2"), *pages]) is None


REPORT = {"artifactId": "a1", "time": "2026-01-05T11:00:00Z"}
FAILURE = {**REPORT, "status": "failed", "error": {"code": "E"}}
SCHEDULED = {**REPORT, "status": "scheduled"}


@pytest.mark.parametrize(
    ("refused", "params", "rule"),
    [
        ("InvalidArtifactRequest", {"report": FAILURE}, "L5"),
        ("InvalidArtifactRequest", {"report": SCHEDULED}, "O7"),
        ("ArtifactNotFound", {"report": SCHEDULED}, "O7"),
        ("RestoreSessionActionNotAllowed", {"report": SCHEDULED}, "L1"),
        ("RestoreSessionActionNotAllowed", {"report": SCHEDULED, "reporter": "observer"}, "L2"),
        ("RestoreSessionActionNotAllowed", {"reports": [SCHEDULED]}, "L1"),
        ("InvalidArtifactRequest", {"reports": [FAILURE]}, "L5"),
        ("RestoreSessionActionNotAllowed", {"report": {**REPORT, "status": "scheduling"}}, "L3"),
        ("InvalidArtifactRequest", {"reports": []}, "L3"),
    ],
)
def test_a_report_that_is_refused_and_should_not_be(
    refused: str, params: dict[str, Any], rule: str
) -> None:
    def refuses(method: str, answer: Any) -> Any:
        if method.startswith("record"):
            raise RefusedError(refused, 400)
        return answer

    method = "record" if "report" in params else "recordBatch"
    history = [create(), ACTIVATE, call(method, sessionId="s1", **params)]
    assert rule_of(Odd(refuses), *history) == rule
