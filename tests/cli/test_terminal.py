"""The program in its environment: pipes, encodings, closed streams, full disks, Ctrl-C."""

import io
import json
import os
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import restore_domain
from restore_domain.cli import main
from restore_domain.cli.terminal import say_bytes

from .running import Save, artifact, page, run, run_in_shell, run_program, session

MAIN = str(Path(restore_domain.__file__).with_name("__main__.py"))
"""The file that ``python -m restore_domain`` runs, by its path: pytest rewrites the assertions of a
package with a plugin, and `runpy` can't run a module that it has rewritten.
"""

FOREIGN = session("na\u00efve \U0001f600", status="draft")
SHOWN = "session    na\u00efve \U0001f600"
ESCAPED = "session    na\\xefve \\U0001f600"


@pytest.mark.parametrize(
    ("encoding", "first_line"),
    [("utf-8", SHOWN), ("ascii", ESCAPED), ("latin-1", "session    na\u00efve \\U0001f600")],
)
def test_characters_outside_the_output_encoding_are_escaped(
    save: Save, encoding: str, first_line: str
) -> None:
    name = save("s.json", FOREIGN)
    assert run("status", name, encoding=encoding).lines[0] == first_line
    for arguments in (["--example"], ["--example", "--json"], [name, "--json"]):
        assert run("status", *arguments, encoding=encoding).code == 0


def test_an_output_without_an_encoding(
    save: Save, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = save("s.json", FOREIGN)
    memory = io.StringIO()
    assert memory.encoding is None
    monkeypatch.setattr(sys, "stdout", memory)
    assert main(["status", name]) == 0
    assert memory.getvalue().startswith(SHOWN + "\n")
    assert capsys.readouterr().err == ""


def test_the_arguments_are_those_of_the_program_unless_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["restore-domain", "table", "--format", "csv"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("case,added,")


# Streams that are closed, or whose reader has closed them.


def test_a_closed_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    for command in ("status", "replay"):
        assert main([command]) == 2
        assert capsys.readouterr() == ("", "standard input: it is closed\n")


def test_a_failing_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Stub(IsADirectoryError(21, "Is a directory")))
    assert main(["status"]) == 2
    assert capsys.readouterr() == ("", "standard input: Is a directory\n")


class Stub:
    """A standard input whose reading fails."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.buffer = self

    def read(self, _size: int) -> bytes:
        raise self.error


@pytest.mark.parametrize("command", ["status", "replay"])
def test_ctrl_c(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setattr(sys, "stdin", Stub(KeyboardInterrupt()))
    assert main([command]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_closed_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["status", "--example"]) == 0
    assert main(["table"]) == 0


def test_a_closed_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["status", "missing.json"]) == 2
    assert capsys.readouterr() == ("", "")


@pytest.fixture
def broken_pipe() -> Callable[[], io.TextIOWrapper]:
    """Return the function that opens a pipe whose reader has closed it."""

    def open_pipe() -> io.TextIOWrapper:
        reading, writing = os.pipe()
        os.close(reading)
        return os.fdopen(writing, "w", encoding="utf-8")

    return open_pipe


@pytest.mark.parametrize("arguments", [["table"], ["status", "--example"], ["--help"]])
def test_a_closed_reader_is_not_an_error(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    broken_pipe: Callable[[], io.TextIOWrapper],
    arguments: list[str],
) -> None:
    with broken_pipe() as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert main(arguments) == 0
    assert capsys.readouterr().err == ""


def test_a_closed_reader_of_errors_does_not_change_the_exit_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    broken_pipe: Callable[[], io.TextIOWrapper],
) -> None:
    with broken_pipe() as pipe:
        pipe.reconfigure(line_buffering=True)
        monkeypatch.setattr(sys, "stderr", pipe)
        assert main(["status", "missing.json", "missing.json"]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk is always full here")
@pytest.mark.parametrize("arguments", [["table"], ["status", "--example"], ["--help"]])
def test_a_full_disk_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert main(arguments) == 1
    assert capsys.readouterr().err == "standard output: No space left on device\n"


def test_an_output_error_without_a_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    class Failing(io.TextIOWrapper):
        def write(self, _text: str) -> int:
            raise OSError("the printer is on fire")

    with Failing((tmp_path / "out").open("wb")) as failing:
        monkeypatch.setattr(sys, "stdout", failing)
        assert main(["status", "--example"]) == 1
    assert capsys.readouterr().err == "standard output: the printer is on fire\n"


# As a separate program.


def test_the_program_shows_the_status_of_standard_input() -> None:
    given = json.dumps(page(artifact("a1", "succeeded"))).encode()
    ran = run_program("status", stdin=given)
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines[0] == "status     completed"


def test_the_program_lists_problems_and_exits_with_2() -> None:
    ran = run_program("status", "-", "missing.json", stdin=b"")
    assert ran.problems == ["missing.json: No such file or directory"]
    assert run_program("status").problems == ["standard input: $: the document is empty"]


def test_wrong_usage_of_the_program_exits_with_2() -> None:
    ran = run_program("stat")
    assert (ran.code, ran.out) == (2, "")
    assert "invalid choice: 'stat'" in ran.err


@pytest.mark.parametrize("command", ["table | head -1", "--help | true", "table --format csv | :"])
def test_a_pipe_that_is_closed_early(command: str) -> None:
    ran = run_in_shell(f"RUN {command}")
    assert (ran.code, ran.err) == (0, "")


def test_errors_into_a_pipe_that_is_closed_early() -> None:
    missing = " ".join(f"{number}.json" for number in range(100))
    assert run_in_shell(f"RUN status {missing} 2>&1 >/dev/null | true").code == 2


@pytest.mark.slow
def test_closed_streams() -> None:
    ran = run_in_shell("RUN status <&-")
    assert ran.problems == ["standard input: it is closed"]
    assert run_in_shell("RUN status --example >&-") == (0, "", "")
    assert run_in_shell("RUN status missing.json 2>&-") == (2, "", "")


@pytest.mark.slow
@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}])
def test_other_encodings(save: Save, environment: dict[str, Any]) -> None:
    name = save("s.json", FOREIGN)
    for arguments in (["status", name], ["status", name, "--json"], ["replay", "--example"]):
        ran = run_program(*arguments, **environment)
        assert (ran.code, ran.err) == (0, "")
    ran = run_program("status", "n\u00ef.json", **environment)
    assert ran.code == 2
    assert ran.err.endswith(".json: No such file or directory\n")
    assert "Traceback" not in ran.err


def test_an_ascii_output_has_escapes(save: Save) -> None:
    ran = run_program("status", save("s.json", FOREIGN), PYTHONIOENCODING="ascii")
    assert ran.lines[0] == ESCAPED


@pytest.mark.slow
def test_no_colours_unless_requested(save: Save) -> None:
    name = save("\x1b[31m.json", b"")
    for arguments in (["--help"], ["stat"], ["status", "--example"], ["status", name]):
        ran = run_program(*arguments)
        assert "\x1b" not in ran.out + ran.err


def test_the_module_runs_as_a_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["restore_domain", "status", "missing.json"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(MAIN, run_name="__main__")
    assert ended.value.code == 2
    assert capsys.readouterr().err == "missing.json: No such file or directory\n"


def test_the_module_can_be_imported_without_running() -> None:
    assert "main" in runpy.run_path(MAIN, run_name="imported")


def test_the_commands_do_not_import_verification() -> None:
    ran = run_in_shell(
        f'{sys.executable} -c "import sys, restore_domain.cli; '
        "print([n for n in ('hypothesis', 'pytest') if n in sys.modules])\""
    )
    assert ran.out == "[]\n"


def test_bytes_without_a_reader_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    say_bytes(b"a")
