"""Help and usage: the help of each command, and messages about wrong arguments."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from unittest import mock

import pytest

import restore_domain
from restore_domain.cli import main

from .running import PROGRAM, run

COMMANDS = ("status", "history", "table", "diagram", "replay", "verify", "serve")

HELP: dict[str, list[str]] = {
    "": [
        "status of a Microsoft 365 mailbox restore session",
        "status",
        "history",
        "table",
        "replay",
        "exit codes:",
        "0 success",
        "2 invalid input or wrong usage",
        "python -m restore_domain status --example",
        "python -m restore_domain status page1.json page2.json --json",
    ],
    "status": [
        "[--example] [--exit-code] [--artifacts {all,failed,running}] [--sort KEY]",
        "[--format {table,json,csv,markdown}] [--json] [--html FILE] [--limit N|NAME=N] [FILE ...]",
        "a text that a spreadsheet would take for a formula is preceded by '",
        "N lists this many artifacts of a session, and says how many more there are",
        "a timeline of the artifacts, to this file",
        "the answer of a $batch",
        "as Microsoft Graph sends it, or pages of its artifacts, or both",
        "the rule that decided",
        "- or nothing is standard input",
        "the example session that ships with the package",
        "json prints one object per session",
        "whether the input could be read, not what the audit found",
        "exit with 0 if every session is completed, 1 if one is failed or completedWithError, 3",
    ],
    "history": [
        "[--json] [--limit NAME=N] [FILE ...]",
        "snapshots of sessions in the order of time",
        "rules H1 to H3",
        '{"time": "2026-01-05T09:00:00Z", "session": {...}}',
        "a HAR file, as a browser or a proxy saves it",
        "in order; - or nothing is standard input",
        "one JSON object per finding",
        "exit codes: 0 nothing was found, 1 something was, 2 something could not be read",
    ],
    "table": [
        "--format {text,markdown,csv,json,parquet}",
        "--output FILE",
        "parquet needs the package duckdb",
        "- or nothing is standard output",
        "default: text",
        "the session's status and the rule that gives it",
        "A mark says that at least one artifact is in the status of the column.",
    ],
    "replay": [
        "[FILE]",
        "one operation per line",
        "from an empty root",
        "the code with which it was refused",
        '{"method": "get", "params": {"sessionId": "s1"}}',
        "create, get, list, update, activate, delete, listArtifacts, listGranularArtifacts",
        "createArtifact, record, recordBatch, expire",
        "- or nothing is standard input",
        "only the final sessions, as JSON",
        "the exit code is 2 only if a line is not a request",
    ],
}


@pytest.mark.parametrize("command", HELP)
def test_the_help_says_what_goes_in_and_what_comes_out(command: str) -> None:
    ran = run(*command.split(), "--help")
    assert (ran.code, ran.err) == (0, "")
    words = " ".join(ran.out.split())
    assert words.startswith(f"usage: python -m restore_domain {command}".strip())
    for expected in HELP[command]:
        assert expected in words


USAGE_ERRORS: dict[str, tuple[list[str], str]] = {
    "nothing": ([], "the following arguments are required: COMMAND"),
    "no-such-command": (["stat"], "invalid choice: 'stat'"),
    "no-such-option": (["status", "--yaml"], "status: error: unrecognized arguments: --yaml"),
    "no-such-option-of-all": (
        ["--yaml", "status"],
        "domain: error: unrecognized",
    ),
    "no-such-format": (["table", "--format", "yaml"], "invalid choice: 'yaml'"),
    "no-format": (["table", "--format"], "expected one argument"),
    "two-histories": (["replay", "a", "b"], "unrecognized arguments: b"),
    "a-history-and-the-example": (["replay", "a", "--example"], "not allowed with argument"),
    "escapes": (["status", "--\x1b[31m"], "unrecognized arguments: --\\x1b[31m"),
}


@pytest.mark.parametrize("case", USAGE_ERRORS)
def test_wrong_usage(case: str) -> None:
    arguments, expected = USAGE_ERRORS[case]
    *usage, problem = run(*arguments).problems
    assert usage[0].startswith("usage: python -m restore_domain")
    assert expected in problem
    assert problem.isprintable()


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="there is no full device")
@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        *([command, "--help"] for command in COMMANDS),
        ["status", "--example"],
        *(["status", "--example", "--format", form] for form in ("json", "csv", "markdown")),
        ["history", "-"],
        ["table"],
        ["table", "--format", "csv"],
        ["table", "--output", "/dev/full"],
        ["diagram"],
        ["replay", "--example"],
        ["replay", "--example", "--state"],
    ],
    ids=" ".join,
)
def test_an_output_error_is_not_a_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    given = mock.Mock(buffer=BytesIO(b'{"id": "s1"}'))
    monkeypatch.setattr(sys, "stdin", given)
    with FULL.open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert main(arguments) == 1
    place = "/dev/full" if "--output" in arguments else "standard output"
    assert capsys.readouterr().err == f"{place}: No space left on device\n"


@pytest.mark.skipif(not FULL.exists(), reason="there is no full device")
@pytest.mark.parametrize(
    ("arguments", "code"), [(["--help"], 1), (["status", "--example"], 1), (["serve"], 1)]
)
def test_a_program_that_can_not_write_reports_it_once(arguments: list[str], code: int) -> None:
    with FULL.open("w", encoding="utf-8") as full:
        ran = subprocess.run(  # noqa: S603 - our own command
            [*PROGRAM, *arguments],
            input='{"jsonrpc": "2.0", "id": 1, "method": "describe"}',
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (ran.returncode, ran.stderr) == (code, "standard output: No space left on device\n")


def test_the_version() -> None:
    assert run("--version") == (0, f"restore-domain {restore_domain.__version__}\n", "")


@pytest.mark.parametrize(
    ("started", "name"),
    [
        ("/usr/bin/restore-domain", "restore-domain"),
        ("restore-domain.exe", "restore-domain"),
        ("restore-domain-script.py", "restore-domain"),
        ("/x/restore_domain/__main__.py", "python -m restore_domain"),
        ("pytest", "python -m restore_domain"),
        ("", "python -m restore_domain"),
    ],
)
def test_usage_texts_have_the_name_that_it_was_started_by(
    monkeypatch: pytest.MonkeyPatch, started: str, name: str
) -> None:
    monkeypatch.setattr(sys, "argv", [started])
    assert run("--help").out.startswith(f"usage: {name} ")
    assert f"  {name} status --example\n" in run("--help").out
    *usage, problem = run("status", "--yaml").problems
    assert usage[0].startswith(f"usage: {name} status")
    assert problem.startswith(f"{name} status: error: ")
