"""``verify --url``: a service over HTTP, the plan that is printed, and what is done to it."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import attrs
import pytest

from restore_domain.cli import main
from restore_domain.verification import run
from restore_domain.verification.vectors import load_vectors
from tests.guides.loopback import served

ROOT = "/v1.0/solutions/backupRestore"
NOWHERE = f"http://192.0.2.1{ROOT}"
"""An address that is reserved for documentation."""


@pytest.fixture(autouse=True)
def _few_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    files = load_vectors(["create", "activate", "record"])
    few = tuple(attrs.evolve(file, cases=file.cases[:12]) for file in files)
    monkeypatch.setattr(run, "load_vectors", lambda **_: few)


class Broken(BaseHTTPRequestHandler):
    """Answers every request with the same session."""

    def do_GET(self) -> None:
        self.server.asked.append((self.command, self.path, self.headers["x-key"]))  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        body = json.dumps({"id": "1", "status": "active"}).encode()
        self.send_response(201 if self.command == "POST" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names of http.server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Print nothing."""


@pytest.fixture
def broken() -> Iterator[tuple[str, list[Any]]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Broken) as server:
        server.asked = []  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}{ROOT}", server.asked  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


@pytest.mark.slow
def test_the_service_of_the_guide_conforms(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(":memory:", "--control") as address:
        url = f"{address}/beta/solutions/backupRestore"
        options = ["--control", f"{address}/control", "--examples", "3", "--report"]
        code = main(["verify", "--url", url, *options, str(tmp_path / "report.xml")])
        said = capsys.readouterr()
        assert code == 0, said.out
        assert main(["verify", "--url", url, "--examples", "3", "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
    assert f"service    {url}\nlevel      with control routes, without aggregate" in said.out
    assert said.out.splitlines()[-1] == "conforms in what it covers"
    assert "resets     " in said.err
    assert b'name="vectors"' in (tmp_path / "report.xml").read_bytes()
    assert (found["level"], found["left"], found["program"]) == ("black box", [], url)
    (lacks,) = {case["lacks"] for case in found["vectors"] if "record/" in case["id"]}
    assert lacks == "reset.sessions, record"


def test_the_first_failure_is_shown_at_once_and_the_rest_at_the_end(
    broken: tuple[str, list[Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    url, asked = broken
    options = ["--header", "X-Key: 42", "--examples", "2", "--shrink-seconds", "0.1"]
    assert main(["verify", "--url", url, *options]) == 1
    said = capsys.readouterr()
    _, _, shown = said.err.partition("the first failure; others are looked for")
    assert "FAILED     create/one" in shown
    assert shown.count("FAILED") == 1
    assert "does not conform" in said.out
    assert "not covered: " in said.out
    assert {key for _, _, key in asked} == {"42"}
    assert not any("activate" in path for _, path, _ in asked)


def test_the_plan_is_printed_and_needs_yes_for_a_remote_service(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["verify", "--url", NOWHERE]) == 2
    said = capsys.readouterr().err
    assert f"verifies   {NOWHERE}, black box" in said
    assert "5 per second at most" in said
    assert "and up to 200 random histories, in 50 s" in said
    assert "too short" not in said
    assert main(["verify", "--url", NOWHERE, "--time", "1"]) == 2
    assert "which is too short for the cases: add --time " in capsys.readouterr().err
    assert "activates  nothing: --allow-activate would" in said
    assert "add --yes" in said


def test_a_dry_run_prints_the_requests_and_sends_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ["--dry-run", "--allow-activate", "--requests-per-second", "2"]
    assert main(["verify", "--url", NOWHERE, *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"verifies   {NOWHERE}, black box"
    assert "2 per second at most" in lines[1]
    assert "activates  10 sessions at most" in lines[4]
    first = lines.index("O1  create/one")
    assert lines[first + 1].startswith('  POST /exchangeRestoreSessions {"mailboxRestoreArtifacts"')
    assert "  POST /restoreSessions/s1/activate" in lines
    assert "  DELETE /restoreSessions/s1" in lines


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "expected either --url or a COMMAND"),
        (["--url", NOWHERE, "--", "program"], "expected either --url or a COMMAND"),
        (["--url", "ftp://x/"], "expected a URL with http or https"),
        (["--url", "http://x:port/"], "expected a URL with http or https"),
        (["--url", NOWHERE, "--control", "/control"], "expected a URL with http or https"),
        (["--url", NOWHERE, "--header", "secret"], "expected 'NAME: VALUE'"),
        (["--url", NOWHERE, "--restore-points", "no/such/file"], "No such file"),
        (["--url", "http://127.0.0.1:1/", "--yes"], "the service could not be asked"),
    ],
)
def test_impossible_options_are_reported(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", *options]) == 2
    shown = capsys.readouterr()
    assert said in shown.err + shown.out
    assert "secret" not in shown.err


@pytest.mark.parametrize("rate", ["0", "-1", "nan", "often"])
def test_a_rate_is_a_number_above_zero(rate: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--url", NOWHERE, "--requests-per-second", rate]) == 2
    assert f"expected a number above zero, got {rate}" in capsys.readouterr().err


def test_restore_points_are_those_of_the_options_and_of_the_file(
    tmp_path: Path, broken: tuple[str, list[Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "points"
    file.write_text("p1\n\n p2 \n")
    options = ["--restore-point", "p1", "--restore-points", str(file), "--examples", "0"]
    assert main(["verify", "--url", broken[0], "--json", *options]) == 1
    lacks = {case["lacks"] for case in json.loads(capsys.readouterr().out)["vectors"]}
    assert "more restore points than 2" in lacks
