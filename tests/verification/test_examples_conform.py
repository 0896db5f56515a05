"""The page on conformance is correct, and the programs that were written from it conform."""

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from restore_domain.cli.serve import answered
from restore_domain.operations import Report, Resolution
from restore_domain.verification.program import Program
from restore_domain.verification.run import Histories, Outcome, Settings, Verification, verify
from restore_domain.verification.system import STARTS, SYSTEM_METHODS, ReferenceSystem
from restore_domain.wire.documents import DOCUMENTS
from restore_domain.wire.methods import METHODS
from restore_domain.wire.properties import properties_of

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS / "examples"
PAGE = (DOCS / "conformance.md").read_text("utf-8")


# The JSON on the page ---------------------------------------------------------------------------


def blocks() -> list[Any]:
    """Return all JSON on the page: requests, each followed by its answer."""
    return [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def comparable(response: Any) -> Any:
    """Messages may be worded freely, and only the reference names the rule of a refusal."""
    plain = without_messages(response)
    plain.get("error", {}).get("data", {}).pop("rule", None)
    return plain


def without_messages(value: Any) -> Any:
    if isinstance(value, list):
        return [without_messages(entry) for entry in value]
    if isinstance(value, dict):
        return {
            name: without_messages(content) for name, content in value.items() if name != "message"
        }
    return value


def test_every_json_block_is_part_of_the_conversation() -> None:
    found = blocks()
    requests, answers = found[::2], found[1::2]
    assert all("method" in request for request in requests)
    assert [request["id"] for request in requests] == list(range(1, len(requests) + 1))
    assert [answer["id"] for answer in answers] == [request["id"] for request in requests]


def test_the_reference_answers_as_the_page_says() -> None:
    reference = ReferenceSystem()
    found = blocks()
    for request, answer in zip(found[::2], found[1::2], strict=True):
        said = json.loads(answered(reference, json.dumps(request).encode()))
        assert comparable(said) == comparable(answer), request


# The tables on the page -------------------------------------------------------------------------


def test_the_table_of_methods_has_them_all_with_their_parameters() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.*?) \| .*\(specification\.md#\w+\) \|$", PAGE, re.MULTILINE
    )
    assert [name for name, _ in rows] == [name for name in SYSTEM_METHODS if name not in STARTS]
    parameters = {name: re.findall(r"`(\w+\??)`", written) for name, written in rows}
    for name, method in METHODS.items():
        assert parameters[name] == [
            known.name + "?" * (not known.required) for known in method.parameters
        ]


@pytest.mark.parametrize("described", [*DOCUMENTS.values(), Report, Resolution])
def test_the_list_of_types_has_the_properties_of_what_is_read(described: type) -> None:
    lines = dict(re.findall(r"^- \*\*(\w+)\*\*.*?: (.+)$", PAGE, re.MULTILINE))
    listed = re.findall(r"`([^`]+)` (?:[^,(]+?)( \(needed\))?(?=, `|$)", lines[in_json(described)])
    assert listed == [
        (known.name, " (needed)" * (known.required and not known.defaults_to_unknown))
        for known in properties_of(described)
    ]


def in_json(kind: type) -> str:
    return kind.__name__[0].lower() + kind.__name__[1:]


# The programs that were written from the page ---------------------------------------------------


@pytest.mark.slow
def test_the_program_in_python_conforms() -> None:
    verification = verified([sys.executable, str(EXAMPLES / "conforming.py")])
    assert outcomes(verification) == {Outcome.PASSED}
    assert set(verification.methods) == set(SYSTEM_METHODS)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_the_program_in_javascript_conforms() -> None:
    verification = verified(["node", str(EXAMPLES / "conforming.js")])
    assert outcomes(verification) == {Outcome.PASSED, Outcome.NOT_COVERED}
    assert set(SYSTEM_METHODS) - set(verification.methods) == {"audit"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "only",
    [
        frozenset({"A4", "L5", "S1a", "O1", "O3", "B5", "W1"}),
        pytest.param(frozenset(), marks=pytest.mark.faults),
    ],
    ids=["some rules", "all rules"],
)
def test_the_reference_conforms_to_itself(only: frozenset[str]) -> None:
    verification = verified([sys.executable, "-m", "restore_domain", "serve"], only=only)
    assert outcomes(verification) == {Outcome.PASSED}


def test_the_program_in_python_uses_nothing_of_this_package() -> None:
    text = (EXAMPLES / "conforming.py").read_text("utf-8")
    names = {
        name for line in text.splitlines() for name in re.findall(r"^(?:from|import) (\S+)", line)
    }
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


HISTORIES = 20
"""This many examples, in addition to the vectors; the nightly run uses more."""


def verified(command: list[str], only: frozenset[str] = frozenset()) -> Verification:
    settings = Settings(seed=1, examples=HISTORIES, seconds=120, only=only)
    with Program(command, timeout=30) as program:
        verification = verify(program, settings, name=program.name)
    assert verification.trouble is None
    assert verification.divergences == ()
    assert verification.histories == Histories(ran=HISTORIES)
    assert verification.conforms is True
    return verification


def outcomes(verification: Verification) -> set[Outcome]:
    return {result.outcome for result in verification.cases}
