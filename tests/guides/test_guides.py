"""The guides agree with their programs: their code, their behaviour and their output."""

import argparse
import json
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import httpx
import pytest
from service import SESSIONS

from restore_domain.cli.serve import answered
from restore_domain.verification.system import ReferenceSystem

from .loopback import served

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "guides"
EXAMPLES = ROOT / "docs" / "examples"
PAGES = sorted(GUIDES.glob("*.md"))
ANOTHER_LANGUAGE = (GUIDES / "another-language.md").read_text("utf-8")

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def linked_programs(page: Path) -> list[str]:
    links = re.findall(r"\]\((\.\./[^)#]+\.(?:py|js))\)", page.read_text("utf-8"))
    return [(page.parent / link).read_text("utf-8") for link in links]


# Excerpts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_code_shown_in_a_guide_is_in_its_program(page: Path) -> None:
    programs = "".join(map(textwrap.dedent, linked_programs(page)))
    shown = [block for language in ("py", "js") for block in blocks(page.read_text(), language)]
    for block in shown:
        assert block in programs, block


def test_guides_show_code() -> None:
    assert {page.stem for page in PAGES if blocks(page.read_text("utf-8"), "(?:py|js)")} == {
        "another-language",
        "embedding",
        "event-store",
        "fastapi",
        "observing",
    }


def test_every_program_has_a_page() -> None:
    text = "".join(page.read_text("utf-8") for page in (ROOT / "docs").rglob("*.md"))
    for program in [*EXAMPLES.glob("*.[pj][ys]"), *EXAMPLES.glob("*.java")]:
        assert f"examples/{program.name}" in text, program.name


# Embedding --------------------------------------------------------------------------------------


NAMED = {
    "exchangeRestoreSessions": "SESSION",
    "mailboxRestoreArtifacts": "ARTIFACT",
    "mailboxRestoreArtifactsBulkAdditionRequests": "REQUEST",
}
"""How the guide calls the id that an address answers with."""


@pytest.mark.slow
def test_every_request_that_is_shown_of_the_service_is_accepted(tmp_path: Path) -> None:
    shown = "".join(blocks((GUIDES / "embedding.md").read_text("utf-8"), "shell"))
    commands = [shlex.split(line) for line in shown.splitlines() if line.startswith("curl")]
    (base,) = re.findall(r"^sessions=(http://[^/]+)", shown, re.MULTILINE)
    names = {"$sessions": f"{base}{SESSIONS}"}
    with served(tmp_path / "sessions.db") as address:
        for command in commands:
            options = argparse.ArgumentParser()
            options.add_argument("-s", action="store_true")
            options.add_argument("-d")
            options.add_argument("-X")
            options.add_argument("url")
            asked = options.parse_args(command[1:])
            method = asked.X or ("GET" if asked.d is None else "POST")
            url, body = asked.url, asked.d
            for name, value in names.items():
                url, body = url.replace(name, value), body and body.replace(name, value)
            answer = httpx.request(method, url.replace(base, address), content=body)
            assert answer.is_success, (command, answer.text)
            id_of = NAMED.get(url.rpartition("/")[2])
            if id_of is not None:
                entity = answer.json()
                (entity,) = entity.get("value", [entity])
                names[id_of] = entity["id"]
        session = httpx.get(f"{address}{SESSIONS}/{names['SESSION']}").json()
    assert session["status"] == "activating"
    assert session["restoreSessionArtifactCount"]["total"] == 1


# Another language -------------------------------------------------------------------------------


def printed(*arguments: str) -> str:
    command = [sys.executable, "-m", "restore_domain", *arguments]
    done = subprocess.run(  # noqa: S603 - our own
        command, capture_output=True, text=True, check=False, timeout=120, cwd=ROOT
    )
    return done.stdout


def assert_shows(shown: str, text: str) -> None:
    """Compare with a block in which ``...`` stands for anything."""
    parts = [re.escape(part) for part in shown.strip().split("...")]
    assert re.search(".*".join(parts), text, re.DOTALL), text


@pytest.mark.slow
@needs_node
def test_the_first_method_conforms_as_the_guide_says() -> None:
    _, shown, _ = blocks(ANOTHER_LANGUAGE, "text")
    command = "python -m restore_domain verify -- node docs/examples/first_method.js"
    assert f"```shell\n{command}\n```" in ANOTHER_LANGUAGE
    assert_shows(shown, printed("verify", "--", "node", str(EXAMPLES / "first_method.js")))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("java") is None, reason="needs java")
def test_the_first_methods_in_java_conform_as_the_guide_says() -> None:
    command = "python -m restore_domain verify -- java docs/examples/FirstMethods.java"
    assert f"```shell\n{command}\n```" in ANOTHER_LANGUAGE
    program = EXAMPLES / "FirstMethods.java"
    assert f"{len(program.read_text('utf-8').splitlines())} lines" in ANOTHER_LANGUAGE
    said = printed("verify", "--json", "--", "java", str(program))
    verified = json.loads(said)
    assert verified["conforms"] is True
    assert {*verified["methods"]} == {"aggregate", "explain", "advance"}


def test_the_lines_are_those_of_the_reference() -> None:
    said = [block for block in blocks(ANOTHER_LANGUAGE, "text") if '"describe"' in block]
    lines = [json.loads(line) for line in said[0].splitlines()]
    reference = ReferenceSystem()
    for request, answer in zip(lines[2::2], lines[3::2], strict=True):
        real = json.loads(answered(reference, json.dumps(request).encode()))
        assert real["id"] == answer["id"]
        assert real.get("result") == answer.get("result")
        data = real.get("error", {}).get("data", {})
        assert {name: data.get(name) for name in answer.get("error", {}).get("data", {})} == (
            answer.get("error", {}).get("data", {})
        )


@pytest.mark.slow
@needs_node
def test_a_mistake_is_shown_as_the_guide_says(tmp_path: Path) -> None:
    _, _, shown = blocks(ANOTHER_LANGUAGE, "text")
    right = (EXAMPLES / "first_method.js").read_text("utf-8")
    wrong = right.replace('? "activating" : "active"', '? "activating" : "activating"')
    assert wrong != right
    (tmp_path / "wrong.js").write_text(wrong, "utf-8")
    assert_shows(shown, printed("verify", "--", "node", str(tmp_path / "wrong.js")))


def test_the_reference_answers_a_call_by_hand() -> None:
    (line,) = re.findall(r"echo '(.+)' \| python -m restore_domain serve\n", ANOTHER_LANGUAGE)
    done = subprocess.run(
        [sys.executable, "-m", "restore_domain", "serve"],
        input=f"{line}\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout)["result"] == {"status": "active", "rule": "A7"}


@pytest.mark.slow
@needs_node
def test_the_command_of_every_night_runs(tmp_path: Path) -> None:
    (command,) = re.findall(r"python -m restore_domain (verify --seed .+)\n", ANOTHER_LANGUAGE)
    arguments = command.replace("2000", "5").split()
    report = tmp_path / "verify.xml"
    arguments[arguments.index("verify.xml")] = str(report)
    few = (arguments[0], "--only", "A1", *arguments[1:])
    assert printed(*few).endswith("conforms to A1; no other rule was verified\n")
    assert "<testsuite" in report.read_text("utf-8")
