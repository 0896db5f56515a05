"""Driving a program: the driver reports any misbehaviour in time, and ends the program."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from restore_domain.verification import program as module
from restore_domain.verification.program import NotAnsweredError, Program, ProgramError
from restore_domain.verification.system import RefusedError

PRELUDE = """
import json, os, signal, subprocess, sys, time
open("pid", "w").write(str(os.getpid()))
def say(**content):
    print(json.dumps({"jsonrpc": "2.0", **content}), flush=True)
def ask():
    line = sys.stdin.readline()
    if not line:
        sys.exit()
    return json.loads(line)
def describe(*methods, **more):
    request = ask()
    assert request["method"] == "describe" and "params" not in request
    result = {"protocol": 1, "name": "a program", "methods": methods or ["aggregate"], **more}
    say(id=request["id"], result=result)
"""
"""How the programs of these tests begin: each writes its process id to a file."""

Written = Callable[[str], list[str]]
"""A function that takes the text of a program, and returns the command that runs it."""


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """Write programs; afterwards check that none of them is left, and none of their threads."""
    monkeypatch.chdir(tmp_path)
    before = set(threading.enumerate())

    def write(text: str) -> list[str]:
        (tmp_path / "program.py").write_text(PRELUDE + dedent(text), "utf-8")
        return [sys.executable, "program.py"]

    yield write
    assert not [path.name for path in tmp_path.glob("pid*") if is_running(path)]
    for thread in set(threading.enumerate()) - before:
        thread.join(10)  # it ends when it has read the rest of a program that has ended
    assert set(threading.enumerate()) <= before


def is_running(path: Path) -> bool:
    """Return whether a process still exists after a moment, which a killed one needs to end."""
    pid = int(path.read_text("utf-8"))
    for _ in range(100):
        if has_ended(pid):
            return False
        time.sleep(0.05)
    return True


def has_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except ProcessLookupError:
        return True
    except FileNotFoundError:  # no such system
        return False
    return state.rpartition(")")[2].split()[0] == "Z"  # an orphan that waits to be reaped


def trouble_at_start(command: list[str], **settings: Any) -> ProgramError:
    with pytest.raises(ProgramError) as caught:
        Program(command, **{"timeout": 5, **settings})
    return caught.value


def trouble_at_call(command: list[str], *, patience: float = 5, **settings: Any) -> ProgramError:
    """Start a program, and return the error of the first answer, with this time limit."""
    with Program(command, **settings) as program:
        program._timeout = patience
        with pytest.raises(ProgramError) as caught:
            program.call("aggregate", {"statuses": []})
        with pytest.raises(ProgramError) as again:
            program.call("aggregate", {"statuses": []})
        assert again.value is caught.value
    assert caught.value.call == {"method": "aggregate", "params": {"statuses": []}}
    return caught.value


# A program that works correctly -------------------------------------------------------------------


def test_a_result(written: Written) -> None:
    command = written("""
        describe("reset", "get", "aggregate")
        request = ask()
        say(id=request["id"], result=request["params"])
        """)
    with Program(command) as program:
        assert program.name == "a program"
        assert program.methods == ("reset", "aggregate", "get")
        assert program.call("get", {"sessionId": "é\u2028\U0001f600"}) == {
            "sessionId": "é\u2028\U0001f600"
        }


def test_an_unknown_method_is_ignored(written: Written) -> None:
    with Program(written('describe("aggregate", "dance")')) as program:
        assert program.methods == ("aggregate",)


def test_a_refusal(written: Written) -> None:
    command = written("""
        describe()
        data = {"code": "RestoreSessionNotFound", "httpStatus": 404}
        say(id=ask()["id"], error={"code": -32000, "message": "no", "data": data})
        """)
    with Program(command) as program, pytest.raises(RefusedError) as caught:
        program.call("aggregate", {})
    assert (caught.value.code, caught.value.http_status) == ("RestoreSessionNotFound", 404)


@pytest.mark.parametrize(
    "error",
    [
        '{"code": -32603, "message": "boom"}',
        '{"code": -32000, "message": "boom"}',
        '{"code": -32000, "message": "boom", "data": {"code": "X"}}',
        '{"code": -32601, "message": "boom", "data": {"code": "X", "httpStatus": 404}}',
    ],
)
def test_another_error_is_not_an_answer(written: Written, error: str) -> None:
    command = written(f"""
        describe()
        say(id=ask()["id"], error={error})
        say(id=ask()["id"], result="it goes on")
        """)
    with Program(command) as program:
        with pytest.raises(NotAnsweredError, match=r"JSON-RPC error -32\d{3}: boom"):
            program.call("aggregate", {})
        assert program.call("aggregate", {}) == "it goes on"


def test_ten_megabytes_on_standard_error_do_not_block(written: Written) -> None:
    command = written("""
        describe()
        for _ in range(100):
            sys.stderr.write("x" * 100_000 + "\\n")
        say(id=ask()["id"], result="answered")
        sys.stderr.write("y" * 1_000_000)
        """)
    with Program(command, timeout=20) as program:
        assert program.call("aggregate", {}) == "answered"


def test_a_request_larger_than_any_pipe(written: Written) -> None:
    command = written("""
        describe()
        request = ask()
        say(id=request["id"], result=len(request["params"]["text"]))
        """)
    with Program(command) as program:
        assert program.call("read", {"text": "x" * 5_000_000}) == 5_000_000


def test_the_input_ends_and_the_program_has_time_to_end_by_itself(
    written: Written, tmp_path: Path
) -> None:
    command = written("""
        describe()
        assert sys.stdin.read() == ""
        time.sleep(0.3)
        open("done", "w").close()
        """)
    with Program(command) as program:
        assert program.methods
    assert (tmp_path / "done").is_file()


# A program that does not start --------------------------------------------------------------------


def test_not_found() -> None:
    trouble = trouble_at_start(["./no such program"])
    assert trouble.message == "'./no such program' could not be started: No such file or directory"


def test_a_name_that_no_file_can_have() -> None:
    trouble = trouble_at_start(["a\0b"])
    assert trouble.message == "'a\\x00b' could not be started: embedded null byte"


def test_exits_at_once(written: Written) -> None:
    trouble = trouble_at_start(written('sys.exit("I need \\x1b[31ma licence")'))
    assert trouble.message == "ended with exit status 1 before it answered"
    assert trouble.stderr == "I need \x1b[31ma licence\n"
    assert trouble.call == {"method": "describe"}


def test_is_killed(written: Written) -> None:
    trouble = trouble_at_start(written("os.kill(os.getpid(), signal.SIGKILL)"))
    assert trouble.message == "was ended by signal 9 (SIGKILL) before it answered"


def test_a_signal_without_a_name() -> None:
    assert module._signal_name(9) == "SIGKILL"
    assert module._signal_name(1000) == "unknown"


def test_answers_and_exits(written: Written) -> None:
    assert trouble_at_call(written("describe(); sys.exit(3)")).message == (
        "ended with exit status 3 before it answered"
    )


def test_closes_its_output(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.1)
    trouble = trouble_at_start(written("os.close(1); time.sleep(60)"))
    assert trouble.message == "closed its output before it answered"


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ('{"protocol": 2, "name": "x", "methods": []}', "speaks protocol 2, and not 1"),
        ('{"protocol": True, "name": "x", "methods": []}', "speaks protocol true, and not 1"),
        ("[]", "describes itself as []; expected an object with protocol, name and methods"),
        ('{"protocol": 1, "name": "x"}', "describes itself as"),
        ('{"protocol": 1, "name": "x", "methods": [1]}', "describes itself as"),
        (
            '{"protocol": 1, "name": "x", "methods": ["dance"]}',
            "has none of the methods aggregate, ",
        ),
        (
            '{"protocol": 1, "name": "x", "methods": ["reset"]}',
            "has none of the methods aggregate, ",
        ),
        ('{"protocol": 1, "name": "x", "methods": ["get"]}', "has operations, but no reset"),
    ],
)
def test_a_description_that_does_not_do(written: Written, result: str, message: str) -> None:
    trouble = trouble_at_start(written(f'say(id=ask()["id"], result={result}); ask()'))
    assert trouble.message.startswith(message)


def test_no_description(written: Written) -> None:
    error = '{"code": -32601, "message": "what?"}'
    trouble = trouble_at_start(written(f'say(id=ask()["id"], error={error}); ask()'))
    assert trouble.message == "does not describe itself: JSON-RPC error -32601: what?"


def test_a_refused_description(written: Written) -> None:
    error = '{"code": -32000, "message": "no", "data": {"code": "X", "httpStatus": 400}}'
    trouble = trouble_at_start(written(f'say(id=ask()["id"], error={error}); ask()'))
    assert trouble.message == "does not describe itself: X"


def test_interrupting_the_start_leaves_no_program_running(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_program: Program, _call: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Program, "_answer", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Program(written("ask()"))


# A program with bad answers -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("b'hello'", "printed a line that is not JSON: hello (Expecting value"),
        ("b'\\xff\\xfe'", "printed a line that is not JSON: \\xff\\xfe ("),
        ("b''", "printed a line that is not JSON:  (Expecting value"),
        ("b'[NaN]'", "printed a line that is not JSON: [NaN] (NaN is not a JSON number)"),
        ("b'[' * 100_000", "printed JSON nested deeper than 200 levels"),
        ("b'[1]'", "printed a line that is not a JSON-RPC 2.0 response: [1]"),
        ("b'{}'", "printed a line that is not a JSON-RPC 2.0 response: {}"),
        ('b\'{"id": 2, "result": 1}\'', "printed a line that is not a JSON-RPC 2.0 response"),
        (
            'b\'{"jsonrpc": "2.0", "id": 2, "result": 1, "error": {"code": 1, "message": ""}}\'',
            "printed a line that is not a JSON-RPC 2.0 response",
        ),
        (
            'b\'{"jsonrpc": "2.0", "id": 2, "result": 1, "error": null}\'',
            "printed a line that is not a JSON-RPC 2.0 response",
        ),
        (
            'b\'{"jsonrpc": "2.0", "id": 2, "error": "oh"}\'',
            "printed a line that is not a JSON-RPC 2.0 response",
        ),
    ],
)
def test_no_response(written: Written, line: str, message: str) -> None:
    command = written(f"""
        describe()
        ask()
        sys.stdout.buffer.write({line} + b"\\n")
        sys.stdout.buffer.flush()
        time.sleep(60)
        """)
    assert trouble_at_call(command).message.startswith(message)


@pytest.mark.parametrize("wrong", ["1", "3", '"2"', "True", "None"])
def test_out_of_turn(written: Written, wrong: str) -> None:
    trouble = trouble_at_call(written(f"describe(); ask(); say(id={wrong}, result=0); ask()"))
    assert trouble.message.startswith("answered out of turn: the request has the id 2, and the")


def test_hangs(written: Written) -> None:
    start = time.monotonic()
    trouble = trouble_at_call(written("describe(); time.sleep(60)"), patience=0.5)
    assert trouble.message == "gave no answer in 0.5 s"
    assert time.monotonic() - start < 5


def test_answers_too_late(written: Written) -> None:
    command = written("describe(); request = ask(); time.sleep(2); say(id=2, result=0)")
    assert trouble_at_call(command, patience=0.5).message == "gave no answer in 0.5 s"


def test_hangs_in_the_middle_of_a_line(written: Written) -> None:
    command = written("""
        describe()
        while True:
            sys.stdout.write("x")
            sys.stdout.flush()
            time.sleep(0.01)
        """)
    assert trouble_at_call(command, patience=0.5).message == "gave no answer in 0.5 s"


def test_does_not_read(written: Written) -> None:
    command = written("describe(); time.sleep(60)")
    with Program(command) as program:
        program._timeout = 0.5
        with pytest.raises(ProgramError, match="no answer"):
            program.call("read", {"text": "x" * 5_000_000})


def test_floods_a_line(written: Written) -> None:
    command = written("""
        describe()
        while True:
            sys.stdout.write("x" * 1000)
        """)
    trouble = trouble_at_call(command, line_limit=100_000)
    said = "printed a line of more than 100,000 bytes; --line-limit sets how many it may have"
    assert trouble.message == said


def test_floods_with_lines(written: Written) -> None:
    command = written("""
        describe()
        while True:
            print("tick")
        """)
    assert trouble_at_call(command).message.startswith("printed a line that is not JSON: tick")


def test_answers_before_the_request(written: Written) -> None:
    command = written("""
        describe()
        for number in range(2, 10_000):
            say(id=number, result=number)
        time.sleep(60)
        """)
    with Program(command) as program:
        program._timeout = 0.5
        time.sleep(0.2)
        answers = (program.call("aggregate", {}) for _ in range(100))
        with pytest.raises(ProgramError, match=r"no answer|ended|out of turn"):
            list(answers)


def test_an_invalid_message_is_shown_in_short(written: Written) -> None:
    trouble = trouble_at_call(written('describe(); ask(); print("x" * 100_000); ask()'))
    assert len(trouble.message) < 500


def test_the_end_of_its_standard_error_is_kept(written: Written) -> None:
    command = written("""
        describe()
        ask()
        for number in range(1000):
            print(number, file=sys.stderr)
        sys.stderr.buffer.write(b"\\xff")
        sys.exit(1)
        """)
    lines = trouble_at_call(command).stderr.splitlines()
    assert lines == [*map(str, range(981, 1000)), "\ufffd"]


# A program that does not end ----------------------------------------------------------------------


def test_ignores_the_end_of_its_input(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.2)
    with Program(written("describe(); time.sleep(60)")) as program:
        assert program.methods


def test_ignores_sigterm(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.2)
    command = written("signal.signal(signal.SIGTERM, signal.SIG_IGN); describe(); time.sleep(60)")
    with Program(command) as program:
        assert program.methods


def test_what_it_started_ends_with_it(written: Written) -> None:
    command = written("""
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        open("pid of the child", "w").write(str(child.pid))
        describe()
        """)
    with Program(command) as program:
        assert program.methods


IN_A_SESSION_OF_ITS_OWN = """
    text = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", text], start_new_session=True)
    open("pid of the child", "w").write(str(child.pid))
    describe()
    {then}
    """
"""Start a program that is not in its own process group, and that ignores requests to end."""

on_linux = pytest.mark.skipif(not Path("/proc").is_dir(), reason="there is no list of processes")


@on_linux
@pytest.mark.parametrize("then", ["ask()", "sys.exit()"])
def test_what_left_its_group_ends_with_it(
    written: Written, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.2)
    with Program(written(IN_A_SESSION_OF_ITS_OWN.format(then=then))) as program:
        assert program.methods


@on_linux
def test_only_what_it_started_ends_with_it(written: Written) -> None:
    with Program(written("describe(); ask()")) as other, Program(written("describe(); ask()")):
        pass
    with pytest.raises(ProgramError, match="ended with exit status 0 before it answered"):
        other.call("aggregate", {})


STUBBORN = """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    describe()
    time.sleep(60)
    """


class Interrupted(BaseException):
    """What a second Ctrl-C raises, wherever the program is."""


@pytest.mark.parametrize("waits", [1, 2])
def test_an_interrupted_end_leads_to_force(
    written: Written, waits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = 0

    def wait(_program: Program, _patience: float) -> bool:
        nonlocal waited
        waited += 1
        if waited == waits:
            raise Interrupted
        return False

    program = Program(written(STUBBORN))
    monkeypatch.setattr(Program, "_has_ended", wait)
    with pytest.raises(Interrupted):
        program.close()
    assert program._process.returncode == -9


def test_an_answer_is_not_waited_for_longer_than_the_run_may_take(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.2)
    begun = time.monotonic()
    with Program(written("describe(); ask(); time.sleep(60)"), timeout=60) as program:
        program.answer_by = time.monotonic() + 0.3
        with pytest.raises(ProgramError) as caught:
            program.call("aggregate", {"statuses": []})
        assert caught.value.message == "gave no answer before the time of the run was over"
    with pytest.raises(ProgramError, match="before the time of the run was over"):
        Program(written("time.sleep(60)"), timeout=60, answer_by=time.monotonic() + 0.3)
    assert time.monotonic() - begun < 20


def test_closing_twice_is_closing(written: Written) -> None:
    with Program(written("describe(); ask()")) as program:
        program.close()
        program.close()
