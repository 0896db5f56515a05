"""Verifying a program: what is run, counted and shown, and the exit codes."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any
from xml.etree import ElementTree as ET

import attrs
import pytest

from restore_domain.cli import main
from restore_domain.cli.serve import answered
from restore_domain.rules import RULES, in_order
from restore_domain.verification import run as module
from restore_domain.verification.comparison import Answer
from restore_domain.verification.program import NotAnsweredError, ProgramError
from restore_domain.verification.report import as_json, as_junit, as_text
from restore_domain.verification.run import (
    THOROUGH,
    CaseResult,
    Divergence,
    Histories,
    Outcome,
    Settings,
    Verification,
    verify,
)
from restore_domain.verification.system import (
    SYSTEM_METHODS,
    ReferenceSystem,
    RefusedError,
)
from restore_domain.verification.vectors import Case, Step, VectorFile

# A few cases instead of all -----------------------------------------------------------------------


def case(name: str, rule: str, *steps: Step, **start: Any) -> Case:
    return Case(name, rule, f"what {name} is about", start, steps)


def aggregate(status: str, *statuses: str) -> Step:
    call = {"method": "aggregate", "params": {"statuses": [*statuses]}}
    return Step(call, Answer(result=status))


def get(session_id: str) -> Step:
    call = {"method": "get", "params": {"sessionId": session_id}}
    return Step(call, Answer(refusal=RefusedError("RestoreSessionNotFound", 404, "O2")))


CASES = (
    case("empty", "A1", aggregate("draft")),
    case("added", "A1", aggregate("draft", "added")),
    case("mixed", "A8", aggregate("activating", "added", "scheduling")),
    case("nowhere", "O2", get("s1")),
    case("elsewhere", "O2", get("s1"), sessions=[{"id": "s2"}]),
    case("narrow", "O4", get("s1"), limits={"activeSessions": 1}),
)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    files = (
        VectorFile("one", "the first file", "1.0", CASES[:3]),
        VectorFile("two", "the second file", "1.0", CASES[3:]),
    )

    def loaded(*, rules: Collection[str] | None) -> tuple[VectorFile, ...]:
        def is_wanted(one: Case) -> bool:
            return rules is None or one.rule in rules

        return tuple(attrs.evolve(file, cases=(*filter(is_wanted, file.cases),)) for file in files)

    monkeypatch.setattr(module, "load_vectors", loaded)


NO_HISTORIES = Settings(examples=0)


class Faulty(ReferenceSystem):
    """The reference, with one of its methods changed."""

    def __init__(
        self,
        fault: Callable[[str, Mapping[str, Any]], Any] = lambda _method, _params: ...,
        methods: Collection[str] = SYSTEM_METHODS,
    ) -> None:
        super().__init__()
        self.methods = methods
        self.fault = fault
        self.calls: list[str] = []

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        self.calls.append(method)
        wrong = self.fault(method, params)
        return super().call(method, params) if wrong is ... else wrong


def outcomes(verification: Verification) -> dict[str, str]:
    return {result.case.id: result.outcome for result in verification.cases}


def without_A8(method: str, params: Mapping[str, Any]) -> Any:
    both = method == "aggregate" and {*params["statuses"]} == {"added", "scheduling"}
    return "draft" if both else ...


# What is run --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("few")
def test_right_answers_pass() -> None:
    verification = verify(Faulty(), NO_HISTORIES, name="right")
    assert set(outcomes(verification).values()) == {"passed"}
    assert verification.conforms is True
    assert verification.histories == Histories(note="none were asked for")
    assert verification.tallies == {
        "A1": {"passed": 2},
        "A8": {"passed": 1},
        "O2": {"passed": 2},
        "O4": {"passed": 1},
    }


@pytest.mark.usefixtures("few")
def test_missing_methods_are_not_covered_and_never_passed() -> None:
    verification = verify(Faulty(methods=["reset", "reset.limits", "get"]), Settings(examples=3))
    assert outcomes(verification) == {
        "empty": "not covered",
        "added": "not covered",
        "mixed": "not covered",
        "nowhere": "passed",
        "elsewhere": "not covered",
        "narrow": "passed",
    }
    assert verification.conforms is True
    assert verification.histories == Histories(ran=3)


@pytest.mark.usefixtures("few")
def test_a_system_without_operations_has_no_histories() -> None:
    system = Faulty(methods=["aggregate"])
    verification = verify(system, Settings())
    assert verification.histories == Histories(note="the program has no operations")
    assert set(system.calls) == {"aggregate"}


@pytest.mark.usefixtures("few")
def test_a_wrong_answer_fails_with_its_rule() -> None:
    verification = verify(Faulty(without_A8), NO_HISTORIES)
    assert verification.conforms is False
    assert verification.divergences == (
        Divergence(
            "A8",
            None,
            ({"method": "aggregate", "params": {"statuses": ["added", "scheduling"]}},),
            "$",
            "activating",
            "draft",
        ),
    )
    assert verification.tallies["A8"] == {"failed": 1}


@pytest.mark.usefixtures("few")
def test_a_wrong_operation_is_shown_with_its_beginning() -> None:
    verification = verify(
        Faulty(lambda method, _: {"id": "s1"} if method == "get" else ...), NO_HISTORIES
    )
    assert [
        (found.start, [call["method"] for call in found.calls])
        for found in verification.divergences
    ] == [
        ({}, ["get"]),
        ({"sessions": [{"id": "s2"}]}, ["get"]),
        ({"limits": {"activeSessions": 1}}, ["get"]),
    ]


@pytest.mark.usefixtures("few")
def test_a_reset_that_is_refused_fails_the_case() -> None:
    def no_sessions(method: str, params: Mapping[str, Any]) -> Any:
        if method == "reset" and "sessions" in params:
            raise NotAnsweredError("JSON-RPC error -32603: boom")
        return ...

    verification = verify(Faulty(no_sessions), NO_HISTORIES)
    (divergence,) = verification.divergences
    assert outcomes(verification)["elsewhere"] == "failed"
    assert outcomes(verification)["narrow"] == "passed"
    assert divergence.start == {"sessions": [{"id": "s2"}]}
    assert divergence.calls == ()
    assert divergence.actual == {"code": "JSON-RPC error -32603: boom", "httpStatus": 0}


@pytest.mark.slow
@pytest.mark.usefixtures("few")
def test_histories_find_what_no_case_does() -> None:
    def fault(method: str, params: Mapping[str, Any]) -> Any:
        if method == "create" and "actor" in params:
            plain = {name: value for name, value in params.items() if name != "actor"}
            return ReferenceSystem.call(reference, method, plain)
        return ...

    reference = Faulty(fault)
    verification = verify(reference, Settings(examples=300, seed=7, first=True))
    assert set(outcomes(verification).values()) == {"passed"}
    found = verification.histories.divergences[0]
    assert found.rule == "O1"
    assert [call["method"] for call in found.calls] == ["create"]
    assert verification.histories.ran < 300
    assert verification.tallies["O1"] == {"failed": 1}
    assert verification.conforms is False


@pytest.mark.usefixtures("few")
def test_the_same_seed_draws_the_same_histories() -> None:
    def calls_of(seed: int) -> list[str]:
        system = Faulty()
        verify(system, Settings(examples=3, seed=seed))
        return system.calls

    assert calls_of(1) == calls_of(1) != calls_of(2)


@pytest.mark.usefixtures("few")
def test_progress_is_reported() -> None:
    reported: list[tuple[str, int, int]] = []
    verify(Faulty(), Settings(examples=2), progress=lambda *what: reported.append(what))
    assert reported == [
        *(("vectors", done, 6) for done in range(6)),
        ("histories", 1, 2),
        ("histories", 2, 2),
    ]


# What ends a run ----------------------------------------------------------------------------------


def dies_at(method: str) -> Callable[[str, Mapping[str, Any]], Any]:
    def dies(called: str, params: Mapping[str, Any]) -> Any:
        if called == method:
            raise ProgramError("died", call={"method": called, "params": params}, stderr="oh\n")
        return ...

    return dies


@pytest.mark.usefixtures("few")
def test_a_program_that_dies_in_the_vectors_ends_the_run() -> None:
    verification = verify(Faulty(dies_at("get")), Settings())
    assert verification.conforms is None
    assert verification.trouble is not None
    assert verification.trouble.message == "died"
    assert list(outcomes(verification).values()) == ["passed"] * 3 + ["not run"] * 3


@pytest.mark.usefixtures("few")
def test_a_program_that_dies_in_the_histories_ends_the_run() -> None:
    verification = verify(Faulty(dies_at("create")), Settings())
    assert verification.conforms is None
    assert verification.trouble is not None
    assert verification.trouble.call is not None
    assert verification.trouble.call["method"] == "create"
    assert set(outcomes(verification).values()) == {"passed"}


@pytest.mark.usefixtures("few")
def test_a_program_that_refuses_to_reset_ends_the_run() -> None:
    system = Faulty()

    def only_six(method: str, _params: Mapping[str, Any]) -> Any:
        if method == "reset" and system.calls.count("reset") > 3:
            raise RefusedError("NotNow", 400)
        return ...

    system.fault = only_six
    verification = verify(system, Settings())
    assert verification.trouble is not None
    assert verification.trouble.message == "refuses to reset: NotNow"


@pytest.mark.usefixtures("few")
def test_a_run_is_over_when_its_time_is() -> None:
    def slow(_method: str, _params: Mapping[str, Any]) -> Any:
        time.sleep(0.05)
        return ...

    verification = verify(Faulty(slow), Settings(seconds=0.12))
    assert verification.trouble is not None
    assert verification.trouble.message == (
        "was too slow: the 0.12 s that the run may take are over"
    )
    assert "not run" in outcomes(verification).values()


STUBBORN = """
    import json, os, signal, sys, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.stdin.readline()
    described = {"protocol": 1, "name": "stubborn", "methods": ["aggregate"]}
    print(json.dumps({"jsonrpc": "2.0", "id": 1, "result": described}), flush=True)
    sys.stdin.readline()
    open("pid", "w").write(str(os.getpid()))
    time.sleep(60)
    """
"""A program that answers nothing, and does not end on its own."""


INTERRUPTIBLE = """
    import signal, sys
    from restore_domain.cli import main
    signal.signal(signal.SIGINT, signal.default_int_handler)  # who starts it may ignore that
    sys.exit(main(sys.argv[1:]))
    """


def verifying(folder: Path, *options: str) -> subprocess.Popen[str]:
    """Start to verify a stubborn program, and wait until it gets its first request."""
    command = [sys.executable, "-c", dedent(INTERRUPTIBLE), "verify", *options, "--"]
    started = subprocess.Popen(  # noqa: S603 - our own command
        [*command, sys.executable, "-c", dedent(STUBBORN)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (folder / "pid").exists() or not (folder / "pid").read_text():
        time.sleep(0.02)
    return started


def is_there(folder: Path) -> bool:
    try:
        os.kill(int((folder / "pid").read_text()), 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
def test_a_hanging_program_takes_no_longer_than_the_run_may(tmp_path: Path) -> None:
    ran = verifying(tmp_path, "--time", "5", "--timeout", "100")
    begun = time.monotonic()
    out, err = ran.communicate(timeout=60)
    assert (ran.returncode, err) == (2, "")
    assert "the program gave no answer before the time of the run was over" in out
    assert time.monotonic() - begun < 15
    assert not is_there(tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ((signal.SIGTERM,), 128 + signal.SIGTERM),
        ((signal.SIGINT, signal.SIGINT), 130),
    ],
    ids=["told-to-end", "interrupted-twice"],
)
def test_the_program_ends_with_its_verifier(
    numbers: Sequence[signal.Signals], code: int, tmp_path: Path
) -> None:
    ran = verifying(tmp_path)
    for number in numbers:
        ran.send_signal(number)
        time.sleep(0.2)
    ran.communicate(timeout=60)
    assert ran.returncode == code
    assert not is_there(tmp_path)


@pytest.mark.usefixtures("few")
def test_histories_take_the_time_that_is_left() -> None:
    verification = verify(Faulty(), Settings(examples=10**9, seconds=0.5))
    assert verification.conforms is True
    assert verification.histories.note == "the time was over"
    assert 0 < verification.histories.ran < 10**9


@pytest.mark.usefixtures("few")
def test_histories_have_a_share_however_long_the_vectors_took() -> None:
    until = time.monotonic() + 2.0

    def slow_at_the_end(method: str, _params: Mapping[str, Any]) -> Any:
        if method == "get" and system.calls.count("get") == 3:
            time.sleep(max(0.0, until - time.monotonic()))
        return ...

    system = Faulty(slow_at_the_end)
    verification = verify(system, Settings(examples=10**9, seconds=2.0))
    assert verification.trouble is None
    assert verification.histories.ran > 0


# What is shown ------------------------------------------------------------------------------------


def shown(**content: Any) -> Verification:
    settings = content.pop("settings", Settings(examples=10, seed=3))
    return Verification(name="a program", methods=["aggregate"], settings=settings, **content)


def failed(number: int = 1, actual: Any = "draft") -> CaseResult:
    call = {"method": "aggregate", "params": {"statuses": ["added", "scheduling"]}}
    divergence = Divergence("A8", None, (call,), "$", "activating", actual)
    return CaseResult(case(f"case {number}", "A8"), Outcome.FAILED, divergence)


PASSED = CaseResult(case("fine", "A10"), Outcome.PASSED)
LACKING = CaseResult(case("lacking", "O2"), Outcome.NOT_COVERED)


def test_the_text_of_a_failure() -> None:
    verification = shown(cases=(PASSED, failed(), LACKING))
    lines = list(as_text(verification))
    assert lines[0].startswith("program    a program, without reset, reset.limits, reset.sessions")
    assert lines[1:] == [
        "vectors    3: 1 passed, 1 failed, 1 not covered",
        "histories  0 of 10, seed 3",
        "",
        "rule  passed  failed",
        "A8         0       1",
        "A10        1       0",
        "not covered: O2",
        "",
        "FAILED     case 1",
        "about      what case 1 is about",
        f"rule       A8: {RULES['A8']}",
        "see        docs/specification.md#a8",
        'call 0     {"method": "aggregate", "params": {"statuses": ["added", "scheduling"]}}',
        "differs    $",
        'expected   "activating"',
        'actual     "draft"',
        "",
        "does not conform: 1 difference",
    ]


def test_a_rule_that_is_covered_in_part_has_its_row() -> None:
    part = CaseResult(case("in part", "A10"), Outcome.NOT_COVERED)
    later = CaseResult(case("later", "W1"), Outcome.NOT_RUN)
    also = CaseResult(case("also lacking", "O4"), Outcome.NOT_COVERED)
    lines = list(as_text(shown(cases=(PASSED, part, LACKING, also, later))))
    assert lines[4:9] == [
        "rule  passed  not covered",
        "A10        1            1",
        "not covered: O2, O4",
        "not run: W1",
        "",
    ]
    assert list(as_text(shown(cases=(LACKING,))))[3:6] == ["", "not covered: O2", ""]


def test_the_text_of_many_failures_groups_them_by_rule_and_place() -> None:
    lines = list(as_text(shown(cases=tuple(map(failed, range(8))))))
    assert [line for line in lines if line.startswith("FAILED")] == ["FAILED     case 0"]
    assert lines[-3:] == [
        "also       case 1, case 2, case 3, case 4, case 5, and 2 more",
        "",
        "does not conform: 8 differences",
    ]


def test_the_text_of_many_kinds_of_failures_names_the_most_in_a_line() -> None:
    def at(path: str) -> CaseResult:
        divergence = Divergence("A8", None, (), path, 1, 2)
        return CaseResult(case(path, "A8"), Outcome.FAILED, divergence)

    entries = [at(f"$.{name}[{place}].id") for name in "abcdefghijklmnopqrstuv" for place in (0, 7)]
    lines = list(as_text(shown(cases=tuple(entries))))
    assert sum(line.startswith("FAILED") for line in lines) == 20
    assert lines[-5:-1] == [
        "and 2 more kinds of failures:",
        "  A8  $.u[*].id  $.u[0].id (2 cases)",
        "  A8  $.v[*].id  $.v[0].id (2 cases)",
        "",
    ]


def test_the_text_of_a_history() -> None:
    divergence = Divergence("X9", {"limits": {}}, (), "$", 1, 2)
    verification = shown(cases=(PASSED,), histories=Histories(4, (divergence,)))
    lines = list(as_text(verification))
    assert "histories  4 of 10, seed 3" in lines
    assert "FAILED     a random history, as small as it gets" in lines
    assert "rule       X9" in lines
    assert 'begins     {"method": "reset", "params": {"limits": {}}}' in lines


def test_a_long_value_is_cut() -> None:
    lines = list(as_text(shown(cases=(failed(actual="x" * 10_000),))))
    (actual,) = (line for line in lines if line.startswith("actual"))
    assert len(actual) < 2200
    assert actual.endswith("(10,002 characters; --json prints them all)")


def test_the_verdict() -> None:
    covered = shown(cases=(PASSED,), histories=Histories(10))
    everything = attrs.evolve(covered, methods=SYSTEM_METHODS)
    assert list(as_text(covered))[-1] == "conforms in what it covers"
    assert list(as_text(everything))[-1] == "conforms"


def test_the_verdict_on_some_rules_names_them() -> None:
    settings = Settings(only=frozenset({"S6", "A10"}))
    some = shown(cases=(PASSED,), settings=settings)
    assert list(as_text(some))[-1] == "conforms to A10, S6; no other rule was verified"
    none = shown(settings=settings)
    assert list(as_text(none))[-1] == "no vector is about A10, S6; nothing was verified"


def test_the_verdict_without_histories_says_so() -> None:
    histories = Histories(note="a reason")
    verification = attrs.evolve(shown(cases=(PASSED,), histories=histories), methods=SYSTEM_METHODS)
    lines = list(as_text(verification))
    assert lines[-1] == "conforms to the vectors; no random history was run"
    assert "histories  0 of 10, seed 3: a reason" in lines
    none_wanted = attrs.evolve(verification, settings=NO_HISTORIES)
    assert list(as_text(none_wanted))[-1] == "conforms"


def test_the_text_of_trouble() -> None:
    trouble = ProgramError("died", call={"method": "get"}, stderr="one\ntwo\n")
    assert list(as_text(Verification(settings=Settings(), trouble=trouble))) == [
        "could not be driven: the program died",
        'call       {"method": "get"}',
        "stderr     its standard error ends with",
        "           one",
        "           two",
    ]
    silent = Verification(settings=Settings(), trouble=ProgramError("was not found"))
    assert list(as_text(silent)) == ["could not be driven: the program was not found"]


def test_the_json() -> None:
    divergence = failed().divergence
    assert divergence is not None
    verification = shown(
        cases=(PASSED, failed(), LACKING), histories=Histories(4, (divergence,), "a note")
    )
    failure = {
        "rule": "A8",
        "statement": RULES["A8"],
        "specification": "docs/specification.md#a8",
        "before": [],
        "start": None,
        "calls": [{"method": "aggregate", "params": {"statuses": ["added", "scheduling"]}}],
        "path": "$",
        "expected": "activating",
        "actual": "draft",
        "note": None,
    }
    found = json.loads(json.dumps(as_json(verification)))
    assert found == {
        "conforms": False,
        "program": "a program",
        "level": None,
        "left": [],
        "methods": ["aggregate"],
        "rules": {
            "A8": {"passed": 0, "failed": 2, "notCovered": 0, "notRun": 0},
            "A10": {"passed": 1, "failed": 0, "notCovered": 0, "notRun": 0},
            "O2": {"passed": 0, "failed": 0, "notCovered": 1, "notRun": 0},
        },
        "vectors": [
            {
                "id": name,
                "rule": rule,
                "description": f"what {name} is about",
                "outcome": outcome,
                "lacks": None,
                "failure": failure if outcome == "failed" else None,
            }
            for name, rule, outcome in (
                ("fine", "A10", "passed"),
                ("case 1", "A8", "failed"),
                ("lacking", "O2", "notCovered"),
            )
        ],
        "groups": [{"rule": "A8", "place": "$", "example": "case 1", "others": []}],
        "histories": {
            "seed": 3,
            "examples": 10,
            "ran": 4,
            "note": "a note",
            "failures": [failure],
        },
        "trouble": None,
    }


def test_the_json_of_trouble() -> None:
    trouble = ProgramError("died", call={"method": "get"}, stderr="oh")
    found = as_json(Verification(settings=Settings(), trouble=trouble))
    assert found["conforms"] is None
    assert found["trouble"] == {"message": "died", "call": {"method": "get"}, "stderr": "oh"}


def suites_of(verification: Verification) -> dict[str, ET.Element]:
    read = ET.fromstring(as_junit(verification))  # noqa: S314 - our own
    assert read.tag == "testsuites"
    return {suite.attrib["name"]: suite for suite in read}


def test_the_xml() -> None:
    divergence = failed().divergence
    assert divergence is not None
    verification = shown(cases=(PASSED, failed(), LACKING), histories=Histories(4, (divergence,)))
    suites = suites_of(verification)
    counts = {"tests": "3", "failures": "1", "errors": "0", "skipped": "1"}
    assert suites["vectors"].attrib == {"name": "vectors", **counts}
    assert [(one.attrib["classname"], one.attrib["name"]) for one in suites["vectors"]] == [
        ("A10", "fine: what fine is about"),
        ("A8", "case 1: what case 1 is about"),
        ("O2", "lacking: what lacking is about"),
    ]
    failure = suites["vectors"].find("testcase/failure")
    assert failure is not None
    assert failure.attrib["message"] == f"A8: {RULES['A8']}"
    assert 'actual     "draft"' in (failure.text or "")
    skipped = suites["vectors"].find("testcase/skipped")
    assert skipped is not None
    assert skipped.attrib["message"] == "not covered"
    assert suites["program"].attrib["failures"] == "1"


def test_the_xml_without_histories_or_with_all_of_them() -> None:
    none = suites_of(shown(histories=Histories(note="the program has no operations")))["program"]
    skipped = none.find("testcase/skipped")
    assert skipped is not None
    assert skipped.attrib["message"] == "the program has no operations"
    assert suites_of(shown(histories=Histories(ran=10)))["program"].attrib["skipped"] == "0"


def test_the_xml_of_trouble_escapes_what_xml_can_not_hold() -> None:
    trouble = ProgramError("printed \x00\x1b[31m\ud800 and \u2028", stderr="\x07\r\n<&]]>\ufffe")
    suites = suites_of(Verification(settings=Settings(), trouble=trouble))
    error = suites["program"].find("testcase/error")
    assert error is not None
    assert error.attrib["message"] == r"printed \x00\x1b[31m\ud800 and \u2028"
    assert (error.text or "").splitlines()[-2:] == [r"           \x07", r"           <&]]>\ufffe"]
    assert suites["program"].attrib["errors"] == "1"


def test_rules_are_in_the_order_of_the_specification() -> None:
    assert list(RULES)[:1] == ["A1"]
    assert sorted(["W1", "L1", "A10", "A9", "S1a", "S2", "S1", "Z", "B"], key=in_order) == (
        ["A9", "A10", "L1", "S1", "S1a", "S2", "W1", "B", "Z"]
    )
    assert all(statement and not statement.endswith(".") for statement in RULES.values())


# The command --------------------------------------------------------------------------------------

SERVE = """
import sys
from restore_domain.cli.serve import answered
from restore_domain.verification.system import ReferenceSystem
reference = ReferenceSystem()
def serve(lines):
    for line in lines:
        sys.stdout.buffer.write(answered(reference, line) + b"\\n")
        sys.stdout.buffer.flush()
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """Write a program, and return the command that runs it."""
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> list[str]:
        (tmp_path / "program.py").write_text(SERVE + dedent(text), "utf-8")
        return ["--", sys.executable, "program.py"]

    return write


Write = Callable[[str], list[str]]


@pytest.mark.usefixtures("few")
def test_a_program_that_conforms(program: Write, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["verify", "--examples", "3", *program("serve(sys.stdin.buffer)")])
    printed = capsys.readouterr()
    assert (code, printed.err) == (0, "")
    assert printed.out.splitlines()[:3] == [
        "program    restore_domain",
        "vectors    6: 6 passed",
        "histories  3 of 3, seed 0",
    ]
    assert printed.out.endswith("\nconforms\n")


FORGETS_A8 = """
import json
for line in sys.stdin.buffer:
    request = json.loads(line)
    statuses = request.get("params", {}).get("statuses", ())
    if {*statuses} == {"added", "scheduling"}:
        said = {"jsonrpc": "2.0", "id": request["id"], "result": "\\x1b[31mdraft"}
        print(json.dumps(said), flush=True)
    else:
        serve([line])
"""


@pytest.mark.usefixtures("few")
def test_a_program_that_does_not_conform(
    program: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    options = ["--examples", "3", "--report", "report.xml"]
    code = main(["verify", *options, *program(FORGETS_A8)])
    printed = capsys.readouterr()
    assert (code, printed.err) == (1, "")
    assert "FAILED     mixed" in printed.out
    assert "\x1b" not in printed.out
    assert printed.out.endswith("does not conform: 1 difference\n")
    suites = ET.parse(tmp_path / "report.xml").getroot()  # noqa: S314 - our own
    assert [suite.attrib["failures"] for suite in suites] == ["1", "0"]


@pytest.mark.usefixtures("few")
def test_one_json_object(program: Write, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["verify", "--json", "--examples", "0", *program(FORGETS_A8)])
    assert code == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed["conforms"] is False
    assert printed["rules"]["A8"]["failed"] == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sys.exit('no licence')", "ended with exit status 1 before it answered"),
        ("print('Hello!', flush=True)", "printed a line that is not JSON: Hello!"),
        ("import time; time.sleep(60)", "gave no answer in 0.5 s"),
        ("sys.stdout.write('x' * 2000); sys.stdout.flush()", "printed a line of more than 1,000 b"),
    ],
)
def test_a_program_that_can_not_be_driven(
    program: Write, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    options = ["--timeout", "0.5" if "sleep" in text else "10", "--line-limit", "1000"]
    code = main(["verify", *options, *program(text)])
    printed = capsys.readouterr()
    assert (code, printed.err) == (2, "")
    assert printed.out.startswith(f"could not be driven: the program {message}")


@pytest.mark.usefixtures("few")
def test_a_program_that_dies_in_the_middle(
    program: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """
        import itertools
        serve(itertools.islice(sys.stdin.buffer, 40))
        sys.exit("out of \\x07 memory")
        """
    code = main(["verify", *program(text)])
    printed = capsys.readouterr().out
    assert code == 2
    assert "vectors    6: 6 passed" in printed
    assert "could not be driven: the program ended with exit status 1 before it answered" in printed
    assert 'call       {"method": "' in printed
    assert printed.endswith("           out of \\x07 memory\n")


def test_a_program_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--json", "--", "./no such program"]) == 2
    assert json.loads(capsys.readouterr().out)["trouble"]["message"] == (
        "'./no such program' could not be started: No such file or directory"
    )


@pytest.mark.usefixtures("few")
def test_a_report_that_can_not_be_written(
    program: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    command = program("serve(sys.stdin.buffer)")
    assert main(["verify", "--examples", "0", "--report", "no/folder", *command]) == 2
    assert capsys.readouterr().err == "no/folder: No such file or directory\n"
    assert main(["verify", "--examples", "0", "--report", "\0", *command]) == 2
    assert capsys.readouterr().err == "\\x00: embedded null byte\n"


@pytest.mark.parametrize(
    "options",
    [
        ["--examples", "-1"],
        ["--examples", "many"],
        ["--time", "0"],
        ["--timeout", "nan"],
        ["--time", "1e9"],
        ["--seed", "x"],
        ["--only", "A11"],
    ],
)
def test_invalid_options(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", *options, "--", "true"]) == 2
    assert options[0] in capsys.readouterr().err


@pytest.mark.usefixtures("few")
def test_only_the_vectors_of_the_given_rules_are_run() -> None:
    verification = verify(Faulty(), attrs.evolve(NO_HISTORIES, only=frozenset({"A1", "O4"})))
    assert list(outcomes(verification)) == ["empty", "added", "narrow"]


@pytest.mark.slow
@pytest.mark.usefixtures("few")
def test_histories_find_only_breaches_of_the_given_rules() -> None:
    def fault(method: str, _params: Mapping[str, Any]) -> Any:
        return "odd" if method in {"create", "delete"} else ...

    settings = Settings(examples=40, seed=2, first=True)
    for rule in ("O1", "O5"):
        (found,) = verify(
            Faulty(fault), attrs.evolve(settings, only=frozenset({rule}))
        ).histories.divergences
        assert found.rule == rule
    assert verify(Faulty(fault), attrs.evolve(settings, only=frozenset({"O8"}))).conforms


@pytest.mark.slow
@pytest.mark.usefixtures("few")
def test_a_run_may_end_with_the_first_failure() -> None:
    settings = Settings(examples=30, first=True)
    verification = verify(
        Faulty(lambda method, _: "odd" if method == "aggregate" else ...), settings
    )
    assert list(outcomes(verification).values()) == ["failed"] + ["not run"] * 5
    assert verification.histories == Histories(note="a vector failed before")
    in_histories = verify(Faulty(lambda method, _: "odd" if method == "list" else ...), settings)
    assert len(in_histories.histories.divergences) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("few")
def test_several_kinds_of_differences_are_shown_in_one_run() -> None:
    """A system is wrong in several ways: each kind has one example, of vectors and of histories."""

    def fault(method: str, params: Mapping[str, Any]) -> Any:
        wrong = {"list": "odd", "delete": "odd", "get": {"id": "odd"}}
        if method == "aggregate" and {*params["statuses"]} <= {"added"}:
            return "active"
        return wrong.get(method, ...)

    verification = verify(Faulty(fault), Settings(examples=30, seed=1))
    of_vectors = {
        group.example.case.rule: len(group.others)
        for group in verification.groups
        if group.example.divergence is not None
    }
    assert of_vectors == {"A1": 1, "O2": 1, "O4": 0}
    of_histories = [found.place for found in verification.histories.divergences]
    assert len(of_histories) == len({*of_histories}) >= 2
    lines = list(as_text(verification))
    assert sum(line.startswith("FAILED ") for line in lines) == 3 + len(of_histories)
    assert sum(line.startswith("also ") for line in lines) == 2


def test_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 2
    assert "COMMAND" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "nearest"), [("S1b", "S1"), ("A11", "A1"), ("S", "S"), ("W9", "W"), ("", "")]
)
def test_an_unknown_rule_is_refused_with_the_closest(
    given: str, nearest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--only", "A1", given, "--", "true"]) == 2
    assert f"there is no rule {given!r}; did you mean {nearest}" in capsys.readouterr().err


@pytest.mark.usefixtures("few")
def test_cases_are_listed_by_rule_and_no_program_is_started(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["verify", "--list", "--only", "o2", "A8"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"A8: {RULES['A8']}",
        "  mixed  what mixed is about",
        "",
        f"O2: {RULES['O2']}",
        "  nowhere  what nowhere is about",
        "  elsewhere  what elsewhere is about",
        "",
        "3 cases of 2 rules",
    ]
    assert main(["verify", "--list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert list(listed) == ["A1", "A8", "O2", "O4"]
    assert listed["A8"] == [{"id": "mixed", "description": "what mixed is about"}]


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ([], Settings()),
        (["--thorough"], THOROUGH),
        (["--thorough", "--time", "9"], attrs.evolve(THOROUGH, seconds=9.0)),
        (["--thorough", "--examples", "9"], attrs.evolve(THOROUGH, examples=9)),
        (["--first", "--only", "s1A"], Settings(first=True, only=frozenset({"S1a"}))),
    ],
)
def test_options_say_how_much_is_verified(
    options: list[str], wanted: Settings, program: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Settings] = []

    def verified(_system: Any, settings: Settings, **_more: Any) -> Verification:
        seen.append(settings)
        return Verification(settings=settings)

    monkeypatch.setattr("restore_domain.cli.verify.verify", verified)
    assert main(["verify", *options, *program("serve(sys.stdin.buffer)")]) == 0
    assert seen == [wanted]


@pytest.mark.usefixtures("few")
def test_a_closed_reader_does_not_change_the_exit_code(
    program: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[object] = []

    def broken(_line: str) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("restore_domain.cli.verify.say", broken)
    monkeypatch.setattr("restore_domain.cli.verify.discard", gone.append)
    assert main(["verify", "--examples", "0", *program(FORGETS_A8)]) == 1
    assert gone == [sys.stdout]


@pytest.mark.usefixtures("few")
def test_an_output_error_is_not_a_failure_of_the_program(
    program: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_line: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("restore_domain.cli.verify.say", full)
    monkeypatch.setattr("restore_domain.cli.verify.discard", lambda _stream: None)
    assert main(["verify", "--examples", "0", *program(FORGETS_A8)]) == 2
    assert capsys.readouterr().err == "standard output: No space left on device\n"


NOT_INSTALLED = (
    "random histories need Hypothesis, which isn't installed: pip install hypothesis, "
    "or this package with its extra verification"
)


@pytest.mark.slow
def test_without_hypothesis_the_vectors_are_run_and_it_is_reported(tmp_path: Path) -> None:
    """The package alone is enough for the vectors."""
    text = """
        import sys
        for name in ("hypothesis", "pytest", "jsonschema"):
            sys.modules[name] = None
        from restore_domain.cli import main
        from restore_domain.verification import run
        load = run.load_vectors
        run.load_vectors = lambda **_: load(["delete", "session"])  # of which there are not many
        command = [sys.executable, "-m", "restore_domain", "serve"]
        sys.exit(main(["verify", "--report", "report.xml", "--", *command]))
        """
    ran = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", dedent(text)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    assert lines[1].endswith(" passed")
    assert lines[2] == f"histories  0 of 1000, seed 0: {NOT_INSTALLED}"
    assert lines[-1] == "conforms to the vectors; no random history was run"
    assert f'<skipped message="{NOT_INSTALLED}" />' in (tmp_path / "report.xml").read_text()


@pytest.mark.usefixtures("few")
def test_another_missing_module_is_not_reported_as_hypothesis(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "restore_domain.verification.search", raising=False)
    monkeypatch.setitem(
        sys.modules, "restore_domain.verification.strategies.random_histories", None
    )
    with pytest.raises(ModuleNotFoundError, match="strategies"):
        verify(Faulty(), Settings())


# The reference as a program -----------------------------------------------------------------------


def said(line: str) -> Any:
    return json.loads(answered(ReferenceSystem(), line.encode()))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", -32700),
        ("\ufeff\ufeff{}", -32700),
        ("\ufeff", -32700),
        ("", -32700),
        ('{"jsonrpc": "2.0", "id": NaN, "id": 1, "method": "describe"}', -32700),
        ('{"jsonrpc": "2.0", "id": 1, "method": "get", "params": {"x": 1e999, "x": 1}}', -32700),
        ("\ufeff{}", -32600),
        ("[" * 100_000, -32700),
        ("[]", -32600),
        ('{"jsonrpc": "2.0", "method": "get"}', -32600),
        ('{"jsonrpc": "2.0", "id": null, "method": "get"}', -32600),
        ('{"id": 1, "method": "get"}', -32600),
        ('{"jsonrpc": "2.0", "id": 1, "method": "get", "params": []}', -32602),
        ('{"jsonrpc": "2.0", "id": 1, "method": "dance"}', -32601),
        ('{"jsonrpc": "2.0", "id": 1, "method": "reset.limits"}', -32601),
        ('{"jsonrpc": "2.0", "id": 1, "method": "aggregate"}', -32603),
    ],
)
def test_invalid_requests(line: str, code: int) -> None:
    assert said(line)["error"]["code"] == code


def test_a_refusal_names_the_rule() -> None:
    line = '{"jsonrpc": "2.0", "id": "x", "method": "get", "params": {"sessionId": "s1"}}'
    answer = said(line)
    assert answer["id"] == "x"
    assert answer["error"]["code"] == -32000
    assert answer["error"]["data"] == {
        "code": "RestoreSessionNotFound",
        "httpStatus": 404,
        "rule": "O2",
    }


class Stream:
    """A standard stream with bytes beneath."""

    def __init__(self, data: bytes = b"") -> None:
        self.buffer = io.BytesIO(data)

    def flush(self) -> None:
        """There is nothing to be written elsewhere."""


def test_it_serves_until_its_input_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        b'{"jsonrpc": "2.0", "id": 1, "method": "describe"}',
        b'{"jsonrpc": "2.0", "id": 2, "method": "aggregate", "params": {"statuses": []}}',
    ]
    output = Stream()
    monkeypatch.setattr("sys.stdin", Stream(b"\n".join(lines)))
    monkeypatch.setattr("sys.stdout", output)
    assert main(["serve"]) == 0
    first, second = map(json.loads, output.buffer.getvalue().splitlines())
    assert first["result"]["methods"] == list(SYSTEM_METHODS)
    assert second == {"jsonrpc": "2.0", "id": 2, "result": "draft"}


@pytest.mark.parametrize("closed", ["stdin", "stdout"])
def test_it_needs_both_streams(
    closed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(f"sys.{closed}", None)
    assert main(["serve"]) == 2
    assert capsys.readouterr().err == "standard input and output are needed, and one is closed\n"
