"""What a stranger is told: the help of each command, and what is wrong with the arguments."""

import subprocess
from pathlib import Path

import pytest

from .running import PROGRAM, run

HELP: dict[str, list[str]] = {
    "": [
        "status of a Microsoft 365 mailbox restore session",
        "status",
        "history",
        "table",
        "replay",
        "exit codes:",
        "0 done",
        "2 bad input or wrong usage",
        "python -m restore_domain status --example",
        "python -m restore_domain status page1.json page2.json --json",
    ],
    "status": [
        "[--example] [--exit-code] [--json] [--limit NAME=N] [FILE ...]",
        "as Microsoft Graph sends it, or pages of its artifacts, or both",
        "the rule that decided",
        "- or nothing is standard input",
        "the session that ships",
        "one JSON object a session",
        "whether it could be read, not what the audit found",
        "exit with 0 if every session is completed, 1 if one is failed or completedWithError, 3",
    ],
    "history": [
        "[--json] [--limit NAME=N] [FILE ...]",
        "snapshots of sessions in the order of time",
        "rules H1 to H3",
        '{"time": "2026-01-05T09:00:00Z", "session": {...}}',
        "a HAR file, as a browser or a proxy saves it",
        "in order; - or nothing is standard input",
        "one JSON object a finding",
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
        "one operation a line",
        "from an empty root",
        "the code it was refused with",
        '{"method": "get", "params": {"sessionId": "s1"}}',
        "create, get, list, update, activate, delete, listArtifacts, listGranularArtifacts",
        "createArtifact, record, recordBatch, expire",
        "- or nothing is standard input",
        "the final sessions as JSON",
        "the exit code is 2 only where a line is no request",
    ],
}


@pytest.mark.parametrize("command", HELP)
def test_the_help_says_what_goes_in_and_what_comes_out(command: str) -> None:
    ran = run(*command.split(), "--help")
    assert (ran.code, ran.err) == (0, "")
    words = " ".join(ran.out.split())
    assert words.startswith(f"usage: python -m restore_domain {command}".strip())
    for told in HELP[command]:
        assert told in words


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
    arguments, told = USAGE_ERRORS[case]
    *usage, problem = run(*arguments).problems
    assert usage[0].startswith("usage: python -m restore_domain")
    assert told in problem
    assert problem.isprintable()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.parametrize("command", ["", "status", "verify"])
def test_help_that_can_not_be_written_is_no_success(command: str) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = subprocess.run(  # noqa: S603 - our own command
            [*PROGRAM, *command.split(), "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (ran.returncode, ran.stderr) == (1, "standard output: No space left on device\n")
