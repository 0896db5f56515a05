"""The page on conformance tells the truth, and the programs that were written from it conform."""

import json
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import attrs
import pytest

from restore_domain.cli.serve import answered
from restore_domain.model.collection import EntityCollection
from restore_domain.operations import CATALOGUE, Report, Resolution
from restore_domain.verification.program import Program
from restore_domain.verification.run import Histories, Outcome, Settings, Verification, verify
from restore_domain.verification.system import SYSTEM_METHODS, ReferenceSystem
from restore_domain.wire.documents import DOCUMENTS
from restore_domain.wire.methods import METHODS
from restore_domain.wire.properties import TAGS, Property, properties_of

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS / "examples"
PAGE = (DOCS / "conformance.md").read_text("utf-8")


# The JSON on the page ---------------------------------------------------------------------------


def blocks() -> list[Any]:
    """Return all JSON on the page: requests, each with its answer behind it."""
    return [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def comparable(response: Any) -> Any:
    """What is said to people is free, and the reference alone names the rule of a refusal."""
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


def generated(name: str) -> list[str]:
    """Return the lines between two comments on the page."""
    found = re.search(rf"<!-- {name} -->\n\n(.*?)\n\n<!-- end -->", PAGE, re.DOTALL)
    assert found is not None
    return found[1].splitlines()


def order_of_checks() -> Iterator[str]:
    yield "| operation | code | HTTP status | what is refused |"
    yield "|---|---|---|---|"
    asked = {method.operation for method in METHODS.values()}
    for case in (case for case in CATALOGUE if case.operation in asked):
        yield f"| {case.operation} | `{case.code}` | {case.http_status} | {case.when} |"


def kind(annotation: Any, *, is_key: bool = False) -> str:
    """Name what a property holds in the page's words."""
    if is_key:
        return "key"
    if annotation == TAGS:
        return "restorePointTags"
    if get_origin(annotation) in {tuple, EntityCollection}:
        entry = get_args(annotation)[0]
        entries = get_args(entry) or (entry,)
        return f"list of {' or '.join(kind(one) for one in entries)}"
    name: str = annotation.__name__
    plain = {
        "str": "text",
        "int": "number",
        "bool": "boolean",
        "NoneType": "null",
        "datetime": "time",
        "ProtectionUnitBase": "protectionUnit",
    }
    return plain.get(name, name[0].lower() + name[1:])


def kinds_within(annotation: Any) -> Iterator[type]:
    if get_args(annotation):
        for part in get_args(annotation):
            yield from kinds_within(part)
    elif isinstance(annotation, type) and attrs.has(annotation):
        yield annotation


def all_types() -> list[type]:
    """Return every type that is within a document, or in a parameter."""
    found: dict[type, None] = dict.fromkeys((*DOCUMENTS.values(), Report, Resolution))
    pending = list(found)
    while pending:
        for known in properties_of(pending.pop(0)):
            for new in kinds_within(known.type):
                if new not in found:
                    found[new] = None
                    pending.append(new)
    return list(found)


def types() -> Iterator[str]:
    for described in all_types():
        properties = (
            f"`{known.name}` {kind(known.type, is_key=known.is_key)}{' (needed)' * needed(known)}"
            for known in properties_of(described)
        )
        yield f"- **{kind(described)}**: {', '.join(properties)}"


def needed(known: Property) -> bool:
    return known.required and not known.defaults_to_unknown


@pytest.mark.parametrize(
    ("name", "rows"), [("order of checks", order_of_checks()), ("types", types())]
)
def test_lists_are_those_of_the_reference(name: str, rows: Iterable[str]) -> None:
    assert generated(name) == list(rows)


# The programs that were written from the page ---------------------------------------------------


def test_the_program_in_python_conforms() -> None:
    verification = verified([sys.executable, str(EXAMPLES / "conforming.py")])
    assert outcomes(verification) == {Outcome.PASSED}
    assert set(verification.methods) == set(SYSTEM_METHODS)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_the_program_in_javascript_conforms() -> None:
    verification = verified(["node", str(EXAMPLES / "conforming.js")])
    assert outcomes(verification) == {Outcome.PASSED, Outcome.NOT_COVERED}
    assert set(SYSTEM_METHODS) - set(verification.methods) == {"audit"}


def test_the_reference_conforms_to_itself() -> None:
    verification = verified([sys.executable, "-m", "restore_domain", "serve"])
    assert outcomes(verification) == {Outcome.PASSED}


def test_the_program_in_python_uses_nothing_of_this_package() -> None:
    text = (EXAMPLES / "conforming.py").read_text("utf-8")
    names = {
        name for line in text.splitlines() for name in re.findall(r"^(?:from|import) (\S+)", line)
    }
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


HISTORIES = 40
"""So many, beside the vectors; the command that is run every night looks at more."""


def verified(command: list[str]) -> Verification:
    settings = Settings(seed=1, examples=HISTORIES, seconds=120)
    with Program(command, timeout=30) as program:
        verification = verify(program, settings, name=program.name)
    assert verification.trouble is None
    assert verification.divergences == ()
    assert verification.histories == Histories(ran=HISTORIES)
    assert verification.conforms is True
    return verification


def outcomes(verification: Verification) -> set[Outcome]:
    return {result.outcome for result in verification.cases}
