"""The specification has every rule, its tests exist, and its examples are true."""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from restore_domain import ExchangeRestoreSession, audit_history
from restore_domain.operations import CATALOGUE, Operation
from restore_domain.rules import RULES
from restore_domain.verification.system import ReferenceSystem, RefusedError
from restore_domain.wire import finding_to_json, from_json_value
from tests.every_vector import CASES

from .pages import ROOT, generate, read, sections, source_code

SPECIFICATION = read("specification.md")
RULE = re.compile(generate.RULE_ID)
BY_RULE = {
    heading: body for heading, body in sections(SPECIFICATION, 3).items() if RULE.fullmatch(heading)
}

INDEX = sections(read("rule-index.md"), 2)
RULES_OF_VECTORS = Counter(case.rule for case in CASES.values())


# The rules and their tests


def test_every_rule_has_a_section_in_order() -> None:
    assert list(BY_RULE) == list(RULES)


@pytest.mark.parametrize("rule", BY_RULE)
def test_a_rule_says_where_it_comes_from_with_an_example(rule: str) -> None:
    body = BY_RULE[rule]
    said = body.lstrip().removeprefix(f"<!-- generated: statement: {rule} -->").lstrip()
    assert said.startswith("**")
    assert said.partition("\n")[0].replace("`", "")[3:] == f"{RULES[rule][1:]}.**"
    assert re.search(r"^\*From:\* ", body, re.MULTILINE)
    assert re.search(r"^\*Example:\*", body, re.MULTILINE)


@pytest.mark.parametrize("rule", BY_RULE)
def test_a_rule_is_stated_where_the_index_says(rule: str) -> None:
    cited = re.compile(rf"(?<![\w.`-]){rule}(?![\w`-])")
    pointers = re.findall(r"^- `([^`/]\S*\.py)`(?:: (.+))?$", INDEX[rule], re.MULTILINE)
    stating = [(file, names) for file, names in pointers if not file.startswith("tests/")]
    assert stating
    for file, names in stating:
        text = (source_code.PACKAGE / file).read_text("utf-8")
        if not names:
            assert cited.search(ast.get_docstring(ast.parse(text)) or ""), file
        for name in re.findall(r"`([\w.]+)`", names):
            assert cited.search(source_of(text, name.split("."))), f"{file}: {name}"
    (line,) = re.findall(r"^\*Stated in:\* (.+)$", BY_RULE[rule], re.MULTILINE)
    assert re.findall(r"`([^`]+)`", line) == [file for file, _ in stating]


@pytest.mark.parametrize("rule", BY_RULE)
def test_a_rule_says_how_much_checks_it(rule: str) -> None:
    (line,) = re.findall(r"^\*Checked by:\* \[(.+)\]", BY_RULE[rule], re.MULTILINE)
    counts = {what.rstrip("s"): int(count) for count, what in re.findall(r"(\d+) (\w+)", line)}
    assert counts["test"] == len(listed_tests(rule))
    assert counts.get("vector", 0) == RULES_OF_VECTORS[rule]
    laws = re.findall(r"^Laws: (.+)$", INDEX[rule], re.MULTILINE)
    assert counts.get("law", 0) == sum(len(names.split(", ")) for names in laws)


def source_of(text: str, path: list[str]) -> str:
    """Return the source of a definition, up to the next one: its docstring may stand behind it."""
    tree: Any = ast.parse(text)
    for name in path:
        bodies = [*tree.body, None]
        here, following = next(
            (node, after)
            for node, after in pairwise(bodies)
            if name in {getattr(node, "name", None), *targets_of(node)}
        )
        tree = here
    last = following.end_lineno if isinstance(following, ast.Expr) else here.end_lineno
    return "\n".join(text.splitlines()[here.lineno - 1 : last])


def targets_of(node: ast.AST) -> set[str]:
    """Return the names that an assignment gives a value."""
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    return {target.id for target in targets if isinstance(target, ast.Name)}


def test_code_that_states_no_rule_is_not_in_the_index() -> None:
    assert {place.file.partition("/")[0] for place in generate.places()}.isdisjoint(
        {"verification", "cli", "diagrams", "rules.py"}
    )


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_a_test(rule: str) -> None:
    assert any(rule in test.rules for test in generate.tests())


@pytest.mark.parametrize("rule", BY_RULE)
def test_a_test_in_the_index_exists(rule: str) -> None:
    for file, name in listed_tests(rule):
        assert re.search(rf"\bdef {name}\(", (ROOT / file).read_text("utf-8")), file


def listed_tests(rule: str) -> list[tuple[str, str]]:
    """Return the tests that the index lists, each with its file."""
    listed = re.findall(r"^- `(tests/\S+)`: (.+)$", INDEX[rule], re.MULTILINE)
    return [(file, name) for file, names in listed for name in re.findall(r"`(\w+)`", names)]


def test_no_test_names_an_unknown_rule() -> None:
    named = re.compile(r"def test_((?:[A-Z]\d+a?_)+)")
    for path in generate.TESTS.rglob("test_*.py"):
        for ids in named.findall(path.read_text("utf-8")):
            assert set(ids.strip("_").split("_")) <= set(RULES), f"{path}: {ids}"


def test_every_rule_that_the_code_names_exists() -> None:
    said = re.compile(r"(?<![\w.])[ABHLSOW][1-9]\d?a?(?!\w)")
    for path in source_code.PACKAGE.rglob("*.py"):
        named = set(said.findall(path.read_text("utf-8")))
        assert named <= set(RULES), f"{path} names {named - set(RULES)}"


@pytest.mark.parametrize(
    "path", [ROOT / "docs", ROOT / "README.md"], ids=lambda path: str(path.name)
)
def test_every_rule_that_a_page_names_exists(path: Any) -> None:
    for page in [path] if path.is_file() else path.rglob("*.md"):
        named = set(
            re.findall(r"(?<![\w.`#-])[ABHLSOW][1-9]\d?a?(?![\w`])", page.read_text("utf-8"))
        )
        assert named <= set(RULES), f"{page} names {named - set(RULES)}"


# Generated from the code


@pytest.mark.slow
def test_generated_parts_are_current() -> None:
    stale = [path.relative_to(ROOT).as_posix() for path in generate.stale()]
    assert not stale, f"run `python docs/generate.py`: {', '.join(stale)}"


def test_the_order_of_checks_is_that_of_the_catalogue() -> None:
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (\d{3}) \|", SPECIFICATION, re.MULTILINE)
    with_checks = re.findall(r"<!-- generated: checks: (\w+) -->", SPECIFICATION)
    assert set(with_checks) == {case.operation for case in CATALOGUE}
    expected = [
        (str(number), case.code, str(case.http_status))
        for operation in with_checks
        for number, case in enumerate(
            (case for case in CATALOGUE if case.operation == operation), start=1
        )
    ]
    assert rows == expected


def test_every_operation_has_a_rule() -> None:
    operations = SPECIFICATION.partition("\n## Operations")[2].partition("\n## Wire")[0]
    for operation in Operation:
        assert re.search(rf"\b{operation}\b", operations), operation


# The examples


class Example(NamedTuple):
    rule: str
    calls: tuple[Any, ...]
    expected: str


def aggregates() -> Iterator[Any]:
    for rule, body in BY_RULE.items():
        for inside, status in re.findall(r"`\{([^}]*)\}`\s+gives\s+`(\w+)`", body):
            statuses = re.findall(r"\w+", inside)
            given_by = rule if rule.startswith("A") else "A10"
            yield pytest.param(statuses, status, given_by, id=f"{rule}-{inside}")


@pytest.mark.parametrize(("statuses", "status", "rule"), list(aggregates()))
def test_an_example_of_a_set_is_true(statuses: list[str], status: str, rule: str) -> None:
    answer = ReferenceSystem().call("explain", {"statuses": statuses})
    assert answer == {"status": status, "rule": rule}


def steps() -> Iterator[Any]:
    said = (
        r"`(\w+)`\s+→\s+`(\w+)`\s+by\s+an?\s+(\w+)\s+is\s+"
        r"(allowed|no\s+change|refused\s+\((\w+)\))"
    )
    for rule, body in BY_RULE.items():
        for old, new, reporter, outcome, by in re.findall(said, body):
            expected = by or {"allowed": "changed"}.get(outcome, "unchanged")
            yield pytest.param(old, new, reporter, expected, id=f"{rule}-{old}-{new}-{reporter}")


@pytest.mark.parametrize(("old", "new", "reporter", "expected"), list(steps()))
def test_an_example_of_a_step_is_true(old: str, new: str, reporter: str, expected: str) -> None:
    try:
        answer = ReferenceSystem().call("advance", {"from": old, "to": new, "reporter": reporter})
    except RefusedError as refused:
        answer = refused.rule
    assert answer == expected


def histories() -> list[Example]:
    """Return the calls in JSON on the page, each with the expected result of the last."""
    said = re.compile(r"```json\n((?:\{\"method\".*\n)+)```\n\n((?:.+\n)+\n?(?:```json\n.*\n```)?)")
    return [
        Example(rule, tuple(map(json.loads, calls.splitlines())), expected)
        for rule, body in BY_RULE.items()
        for calls, expected in said.findall(body)
    ]


def test_every_call_on_the_page_is_run() -> None:
    run = sum(len(example.calls) for example in histories())
    assert run == SPECIFICATION.count('{"method":')


def test_the_examples_in_json_are_true() -> None:
    """They are one history, from the top of the page to its end."""
    system = ReferenceSystem()
    for example in histories():
        *before, last = example.calls
        for call in before:
            system.call(call["method"], call["params"])
        try:
            answer = system.call(last["method"], last["params"])
        except RefusedError as refused:
            words = f"is refused with `{refused.code}` ({refused.http_status})."
            assert example.expected.startswith(words), example
        else:
            word, _, text = example.expected.partition("```json\n")
            expected = json.loads(text.removesuffix("```"))
            assert word.startswith("answers"), example
            assert answer == expected if "exactly" in word else has(answer, expected), example


def has(value: Any, part: Any) -> bool:
    """Return whether a JSON value contains all parts of another one."""
    if isinstance(part, dict):
        return all(name in value and has(value[name], content) for name, content in part.items())
    if isinstance(part, list):
        return len(value) == len(part) and all(map(has, value, part))
    return bool(value == part)


def snapshots() -> Iterator[Any]:
    """Return the snapshots on the page, each history with its expected finding."""
    said = re.compile(
        r"```json\n(\[\{\"id\".*\n(?: .*\n)*)```\n\nhas the finding\n\n```json\n(.*)\n```"
    )
    for rule, body in BY_RULE.items():
        for history, finding in said.findall(body):
            yield pytest.param(json.loads(history), json.loads(finding), id=rule)


@pytest.mark.parametrize(("history", "expected"), list(snapshots()))
def test_an_example_of_a_history_is_true(history: list[Any], expected: Any) -> None:
    read = [from_json_value(snapshot, ExchangeRestoreSession) for snapshot in history]
    found = [finding_to_json(finding) for finding in audit_history(read)]
    contradictions = [one for one in found if one["kind"] == "contradiction"]
    assert any(has(one, expected) for one in contradictions)
    assert expected["rule"] == "H1" or len(contradictions) == 1


def test_each_rule_of_a_history_has_such_an_example() -> None:
    assert [example.id for example in snapshots()] == ["H1", "H2", "H3"]


def test_the_prose_about_L5_is_true() -> None:
    (example,) = [example for example in histories() if example.rule == "L5"]
    system = ReferenceSystem()
    for call in example.calls:
        answer = system.call(call["method"], call["params"])
    assert "startDateTime" not in answer


def test_the_prose_about_W4_is_true() -> None:
    (example,) = [example for example in histories() if example.rule == "W4"]
    with pytest.raises(RefusedError) as refused:
        ReferenceSystem().call(example.calls[0]["method"], example.calls[0]["params"])
    problems: Any = refused.value.__cause__
    paths = {problem.path for problem in problems.problems}
    assert paths == {"$.id", "$.startDateTime", "$.restoredItemCount"}
