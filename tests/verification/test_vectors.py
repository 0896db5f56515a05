"""The conformance vectors as files, and running a case on a system."""

import ast
import json
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import restore_domain
from restore_domain.rules import RULES
from restore_domain.verification import Adapter, ReferenceSystem, RefusedError
from restore_domain.verification.system import SYSTEM_METHODS
from restore_domain.verification.vectors import (
    TOPICS,
    VECTOR_VERSION,
    Case,
    needs,
    run_case,
    spelled_out,
)
from tests.every_vector import CASES, VECTORS
from tests.vectors import topics as topics_module
from tests.vectors.__main__ import FOLDER as WRITTEN
from tests.vectors.__main__ import main
from tests.vectors.compact import compact
from tests.vectors.topics import DECLARED

from .odd_systems import OwnTokens

FOLDER = resources.files("restore_domain") / "vectors"

TESTABLE = set(RULES) - {"S7", "H1", "H2", "H3"}
"""Every rule that can be tested from outside. S7 is about what a system must not do, and the rules
of histories (H) are about what was observed of a system.
"""

HEAD_AND_TAIL = ("{", "$schema", "version", "title", "cases", "]", "}")
"""The lines of a file that are not part of a case."""

MOST_CALLS = 5

LONG_CASES = {"activate/TooManyActiveRestoreSessions/call-by-call"}
"""The calls that set up a system that can not start with given sessions."""


def document(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


# The files


def test_every_file_has_a_topic_and_every_topic_a_file() -> None:
    assert {entry.name for entry in FOLDER.iterdir()} == {
        "schema.json",
        *(f"{topic}.json" for topic in TOPICS),
    }
    assert tuple(file.name for file in VECTORS) == TOPICS
    assert tuple(topic.name for topic in DECLARED) == TOPICS


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(document("schema"))


def test_the_schema_knows_every_rule_that_can_be_tested() -> None:
    pattern = document("schema")["$defs"]["case"]["properties"]["rule"]["pattern"]
    assert {rule for rule in RULES if re.search(pattern, rule)} == TESTABLE


@pytest.mark.parametrize("topic", TOPICS)
def test_a_file_is_as_the_schema_says(topic: str) -> None:
    Draft202012Validator(document("schema")).validate(document(topic))


CALL = {"method": "get", "params": {"sessionId": "s1"}}
ANSWERED = CALL | {"result": None}
GOOD_CASE = {"id": "get/a", "rule": "O2", "description": "Words.", "calls": [ANSWERED]}
REFUSED = CALL | {"error": {"code": "Wrong", "httpStatus": 404}}


def file_of(case: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "$schema": "./schema.json",
        "version": VECTOR_VERSION,
        "title": "Words",
        "cases": [case],
    }


@pytest.mark.parametrize("case", [GOOD_CASE, GOOD_CASE | {"calls": [REFUSED]}])
def test_the_schema_takes_what_is_right(case: Mapping[str, Any]) -> None:
    assert Draft202012Validator(document("schema")).is_valid(file_of(case))


@pytest.mark.parametrize(
    "case",
    [
        {name: value for name, value in GOOD_CASE.items() if name != "rule"},
        GOOD_CASE | {"rule": "S7"},
        GOOD_CASE | {"rule": "A11"},
        GOOD_CASE | {"id": "get"},
        GOOD_CASE | {"description": " "},
        GOOD_CASE | {"more": 1},
        GOOD_CASE | {"start": {}},
        GOOD_CASE | {"start": {"limits": {"active": 1}}},
        GOOD_CASE | {"start": {"limits": {"activeSessions": -1}}},
        GOOD_CASE | {"start": {"sessions": [{}]}},
        GOOD_CASE | {"calls": []},
        GOOD_CASE | {"calls": [CALL]},
        GOOD_CASE | {"calls": [ANSWERED | REFUSED]},
        GOOD_CASE | {"calls": [ANSWERED | {"method": "reset"}]},
        GOOD_CASE | {"calls": [CALL | {"error": {"code": "Wrong"}}]},
        GOOD_CASE | {"calls": [CALL | {"error": {"code": "Wrong", "httpStatus": 200}}]},
        GOOD_CASE | {"calls": [ANSWERED | {"params": {"skipToken": {"fromCall": -1}}}]},
    ],
)
def test_the_schema_refuses_what_is_wrong(case: Mapping[str, Any]) -> None:
    assert not Draft202012Validator(document("schema")).is_valid(file_of(case))


@pytest.mark.slow
def test_the_files_are_as_they_are_declared(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--check"])
    assert (capsys.readouterr().out, code) == ("", 0)


def test_the_command_writes_the_files_of_the_package() -> None:
    assert {entry.name for entry in WRITTEN.iterdir()} == {entry.name for entry in FOLDER.iterdir()}


def test_the_check_writes_nothing_and_names_what_is_outdated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tuple(topic for topic in DECLARED if topic.name in {"lifecycle", "wire", "audit"})
    monkeypatch.setattr(topics_module, "DECLARED", few)
    assert main([], tmp_path) == 0
    names = {"lifecycle.json", "wire.json", "audit.json"}
    assert {entry.name for entry in tmp_path.iterdir()} == names
    (tmp_path / "audit.json").unlink()
    changed = tmp_path / "wire.json"
    changed.write_text(changed.read_text("utf-8").replace("W3", "W4", 1), "utf-8")
    before = changed.read_text("utf-8")
    assert main(["--check"], tmp_path) == 1
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "wire.json",
        "audit.json",
    ]
    assert changed.read_text("utf-8") == before


@pytest.mark.parametrize("topic", TOPICS)
def test_a_file_has_one_case_per_line(topic: str) -> None:
    text = (FOLDER / f"{topic}.json").read_text("utf-8")
    lines = [line.removesuffix(",") for line in text.splitlines() if line.startswith('{"id":')]
    assert [json.loads(line) for line in lines] == document(topic)["cases"]
    assert len(lines) + len(HEAD_AND_TAIL) == len(text.splitlines())


def test_nothing_that_ships_imports_the_tests() -> None:
    for module in Path(restore_domain.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] != "tests", module
            elif isinstance(node, ast.Import):
                assert all(name.name.partition(".")[0] != "tests" for name in node.names), module


# The compact form

SPELLED_OUT = [
    ([{"repeat": 3, "of": {"id": "a{n}"}}], [{"id": "a1"}, {"id": "a2"}, {"id": "a3"}]),
    ([0, {"repeat": 2, "from": 9, "of": "p{n}-{n}"}, 1], [0, "p9-9", "p10-10", 1]),
    ([{"repeat": 2, "of": {"repeat": 3, "of": "{n}"}}], ["111", "222"]),
    ([{"repeat": 2, "of": [{"repeat": 2, "of": None}]}], [[None, None], [None, None]]),
    ({"id": {"repeat": 3, "of": "x", "then": "y"}}, {"id": "xxxy"}),
    ({"id": {"repeat": 2, "of": "{n}"}, "of": 1, "from": 2}, {"id": "{n}{n}", "of": 1, "from": 2}),
]


@pytest.mark.parametrize(("short", "long"), SPELLED_OUT)
def test_a_compact_part_stands_for_what_the_page_says(short: Any, long: Any) -> None:
    assert spelled_out(short) == long
    schema = document("schema")
    parts = {"$defs": schema["$defs"], "$ref": "#/$defs/repeated"}
    assert all(Draft202012Validator(parts).is_valid(part) for part in compact_parts(short))


def compact_parts(value: Any) -> list[Any]:
    """Return every object with ``repeat`` within a JSON value."""
    parts = [value] if isinstance(value, dict) and "repeat" in value else []
    inside = value.values() if isinstance(value, dict) else value
    inside = inside if isinstance(value, (dict, list)) else ()
    return [*parts, *(part for one in inside for part in compact_parts(one))]


LONG = [
    [{"id": f"a{n}", "point": f"p-{n}", "n": 5} for n in range(1, 257)],
    [{"id": "x"}, *({"id": f"a{n}"} for n in range(95, 205)), {"id": "a205", "more": 1}],
    ["added"] * 300,
    [[f"{n}", "y" * 100] for n in range(100)],
    ["y" * 100, "z" * 100, "y"],
    {"id": "x" * 70_000 + "y"},
    "\U0001f4ec" * 256,
]


@pytest.mark.parametrize("value", LONG, ids=range(len(LONG)))
def test_long_values_are_written_in_the_compact_form(value: Any) -> None:
    short = compact(value)
    assert spelled_out(short) == value
    assert len(json.dumps(short)) < 250


@pytest.mark.parametrize(
    "value",
    [["a"] * 31, "x" * 31, [n % 7 for n in range(300)], [f"a{n * n}" for n in range(99)], ["", ""]],
    ids=range(5),
)
def test_short_or_irregular_values_are_written_out(value: Any) -> None:
    assert compact(value) == value


@pytest.mark.parametrize("topic", TOPICS)
def test_every_compact_part_of_a_file_is_as_the_schema_says(topic: str) -> None:
    schema = document("schema")
    parts = Draft202012Validator({"$defs": schema["$defs"], "$ref": "#/$defs/repeated"})
    assert all(parts.is_valid(part) for part in compact_parts(document(topic)["cases"]))


@pytest.mark.parametrize("file", VECTORS, ids=lambda file: file.name)
def test_a_file_says_what_it_is(file: Any) -> None:
    assert file.version == VECTOR_VERSION
    assert file.title
    assert file.cases


# The cases


def test_no_two_cases_have_the_same_id() -> None:
    assert len(CASES) == sum(len(file.cases) for file in VECTORS)


def test_a_case_is_named_after_its_file() -> None:
    for file in VECTORS:
        for case in file.cases:
            assert case.id.startswith(f"{file.name}/")


def test_every_rule_has_cases() -> None:
    assert {case.rule for case in CASES.values()} == TESTABLE


def test_every_method_has_cases() -> None:
    needed = frozenset().union(*map(needs, CASES.values()))
    assert needed == frozenset(SYSTEM_METHODS)


def test_a_case_is_short() -> None:
    for file in VECTORS:
        for case in file.cases:
            if file.name != "histories" and case.id not in LONG_CASES:
                assert len(case.steps) <= MOST_CALLS, case.id


def test_every_step_of_a_history_is_followed_by_the_state() -> None:
    (histories,) = (file for file in VECTORS if file.name == "histories")
    for case in histories.cases:
        methods = [step.call["method"] for step in case.steps]
        for method, following in zip(methods, [*methods[1:], None], strict=True):
            if method not in {"get", "list", "listArtifacts", "expire"}:
                assert following == "get", case.id


def test_a_description_is_a_sentence() -> None:
    for case in CASES.values():
        assert case.description.endswith("."), case.id


# Running a case on a system


@pytest.mark.parametrize("file", VECTORS, ids=lambda file: file.name)
def test_the_reference_passes(file: Any) -> None:
    system = ReferenceSystem()
    assert [case.id for case in file.cases if run_case(system, case) is not None] == []


class Recording(ReferenceSystem):
    """The reference, which records what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        self.asked.append(method)
        return super().call(method, params)


def test_an_operation_begins_with_a_reset() -> None:
    system = Recording()
    assert run_case(system, CASES["create/one"]) is None
    assert system.asked == ["reset", "create", "get"]


def test_a_pure_method_needs_no_reset() -> None:
    system = Recording()
    assert run_case(system, CASES["aggregation/added"]) is None
    assert system.asked == ["aggregate"]


@pytest.mark.parametrize(
    ("case", "needed"),
    [
        ("aggregation/added", {"aggregate"}),
        ("create/one", {"reset", "create", "get"}),
        ("create/limit/chosen-2", {"reset", "reset.limits", "create", "get"}),
        ("expire/a-year", {"reset", "reset.sessions", "expire", "list"}),
        (
            "activate/limit/chosen-3-held-2",
            {"reset", "reset.limits", "reset.sessions", "activate", "get"},
        ),
    ],
)
def test_a_case_says_what_it_needs(case: str, needed: set[str]) -> None:
    assert needs(CASES[case]) == needed


def test_a_system_has_tokens_of_its_own() -> None:
    assert run_case(OwnTokens(), CASES["read_operations/list/page-by-page"]) is None


Answer = dict[str, Any]


class Wrong(ReferenceSystem):
    """The reference, except for one method."""

    def __init__(self, method: str, change: Any) -> None:
        super().__init__()
        self._method = method
        self._change = change

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        if method != self._method:
            return super().call(method, params)
        return self._change(lambda: super(Wrong, self).call(method, params))


def refuse(_answer: Any) -> Any:
    raise RefusedError("Nonsense", 418)


def with_property(name: str, value: Any) -> Any:
    return lambda answer: answer() | {name: value}


def accept(answer: Any) -> Any:
    try:
        return answer()
    except RefusedError:
        return {}


def with_artifact_status(status: str) -> Any:
    def change(answer: Any) -> Any:
        session = answer()
        session["mailboxRestoreArtifacts"][0]["status"] = status
        return session

    return change


@pytest.mark.parametrize(
    ("case", "method", "change", "rule"),
    [
        # an operation as a whole
        ("create/one", "create", refuse, "O1"),
        ("create/one", "get", with_artifact_status("scheduling"), "O1"),
        ("create/InvalidPathType/null", "create", accept, "O1"),
        ("create/InvalidPathType/null", "create", refuse, "O1"),
        # rules about single properties
        ("create/one", "get", with_property("status", "active"), "A1"),
        ("create/one", "get", with_property("lastModifiedDateTime", None), "S6"),
        ("create/one", "get", with_property("completedDateTime", "2026-01-05T09:00:00Z"), "S3"),
        ("session/completed/one", "get", with_property("error", {"code": "Wrong"}), "S4"),
        ("session/error/failed", "get", with_property("restoreSessionArtifactCount", {}), "S5"),
        ("record/times/start", "record", with_property("startDateTime", None), "L5"),
        ("record/beside-others", "record", refuse, "O7"),
        ("session/status/added", "create", refuse, "O1"),
        # rules that apply to every property
        ("record/again/succeeded", "get", with_property("lastModifiedDateTime", None), "L3"),
        ("session/as-declared/get", "get", with_property("status", "active"), "S1a"),
        ("session/granular/counted", "get", with_property("restoreSessionArtifactCount", {}), "S2"),
        # who may report what
        ("record/observer/scheduled-to-unknownFutureValue", "record", refuse, "L4"),
        ("record/driver/succeeded-to-failed", "record", accept, "L4"),
        # the pure methods
        ("aggregation/added+scheduling", "aggregate", lambda _: "draft", "A8"),
        ("audit/completed/missing", "audit", lambda _: [], "S3"),
        ("audit/artifacts/same-point", "audit", refuse, "O1"),
        ("wire/masked/session-failed", "read", lambda _: {}, "W3"),
    ],
)
def test_a_failure_names_the_rule(case: str, method: str, change: Any, rule: str) -> None:
    failure = run_case(Wrong(method, change), CASES[case])
    assert failure is not None
    assert failure.case is CASES[case]
    assert failure.difference.rule == rule


def test_a_failure_shows_the_calls_up_to_it_and_both_answers() -> None:
    case = CASES["delete/no-longer-listed"]
    failure = run_case(Wrong("delete", lambda _: "gone"), case)
    assert failure is not None
    assert [call["method"] for call in failure.calls] == ["create", "create", "delete"]
    assert failure.calls[2] == {"method": "delete", "params": {"sessionId": "s1"}}
    assert (failure.difference.path, failure.difference.expected) == ("$", None)
    assert failure.difference.actual == "gone"


class OnlyAggregate(Adapter):
    """A user's own code, with one of the methods."""

    def aggregate(self, statuses: list[str]) -> str:
        return str(restore_domain.aggregate(map(restore_domain.ArtifactRestoreStatus, statuses)))


def coverable(system: Adapter) -> list[Case]:
    return [case for case in CASES.values() if needs(case) <= set(system.methods)]


def test_a_system_with_one_method_gets_the_cases_that_need_no_other() -> None:
    system = OnlyAggregate()
    cases = [case for case in coverable(system) if case.rule != "W2"]
    assert len(cases) >= 128
    assert [case.id for case in cases if run_case(system, case) is not None] == []


def test_the_parameters_of_a_reset_show_what_it_accepts() -> None:
    class Plain(Adapter):
        def reset(self) -> None: ...

    class Limited(Adapter):
        def reset(self, limits: Any = None) -> None: ...

    class Full(Adapter):
        def reset(self, **start: Any) -> None: ...

    assert [set(system.methods) for system in (OnlyAggregate(), Plain(), Limited(), Full())] == [
        {"aggregate"},
        {"reset"},
        {"reset", "reset.limits"},
        {"reset", "reset.limits", "reset.sessions"},
    ]
