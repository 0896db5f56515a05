"""Write the parts of the documentation that are generated from the code.

Run ``python docs/generate.py``. A part is between ``<!-- generated: NAME -->`` and ``<!-- end
-->``, and `PARTS` has the function that generates it. With ``--check`` nothing is written: stale
files are listed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import json
import re
import runpy
import shlex
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args, get_origin, get_overloads

import attrs
from api_reference import first_sentence, names, reference
from json_schemas import definitions
from markdown_table import table
from source_code import (
    PACKAGE,
    ROOT,
    class_members,
    definition,
    modules,
    parsed,
    text_of,
)

from restore_domain.aggregation import DECISION_TABLE
from restore_domain.cli import main as main_of_commands
from restore_domain.cli.table import rendered
from restore_domain.diagrams import CHARTS, mermaid, svg
from restore_domain.lifecycle import Reporter, allowed_statuses
from restore_domain.model.collection import EntityCollection
from restore_domain.model.graph_name import uncapitalized
from restore_domain.model.session import DeclaredProperties, ExchangeRestoreSession
from restore_domain.operations import (
    CATALOGUE,
    BackupRestoreRoot,
    Limits,
    Operation,
    Report,
    Resolution,
    RestoreDomainError,
    record,
)
from restore_domain.rules import CONDITIONS, RULES
from restore_domain.schemas import NOT_EXPRESSED
from restore_domain.status import (
    EVOLVABLE_ENUMS,
    HIDDEN_MEMBERS,
    ArtifactRestoreStatus,
    RestoreSessionStatus,
)
from restore_domain.verification.laws import ALL_LAWS
from restore_domain.verification.program import LINE_LIMIT, NESTING_LIMIT, TIMEOUT
from restore_domain.verification.routes import CLOCK, CONTROL_ROUTES, ROUTES, Route
from restore_domain.verification.system import SYSTEM_METHODS
from restore_domain.verification.vectors import TOPICS, load_vectors
from restore_domain.wire import DEFAULT_LIMITS, RequestBody, WireLimits, from_json_value
from restore_domain.wire.documents import DOCUMENTS
from restore_domain.wire.event_json import BULK_REQUEST_CHANGES, EVENT_TYPES
from restore_domain.wire.methods import METHODS, Method
from restore_domain.wire.properties import TAGS, Property, properties_of

DOCS: Final = Path(__file__).parent
TESTS: Final = ROOT / "tests"

RULE_ID: Final = rf"(?:{'|'.join(sorted(RULES, reverse=True))})"
"""A permanent rule id."""


# The sentence of a rule


_NAMES: Final = re.compile(
    rf"(?:^|(?<=; ))(?:{'|'.join(Operation)})\b"
    rf"|\b(?:{'|'.join({*ArtifactRestoreStatus, *RestoreSessionStatus})})\b"
    r"|\b[A-Za-z][a-z]+(?:[A-Z]\w+)+"
)
"""Operations, statuses, properties and codes in a sentence."""


def statement(rule: str) -> str:
    """Return the sentence of a rule, with the names in it marked as code."""
    marked = _NAMES.sub(lambda name: f"`{name[0]}`", RULES[rule])
    return f"**{marked[0].upper()}{marked[1:]}.**"


# The code that states a rule


class Place(NamedTuple):
    """A definition of the package that cites rules, or a whole module."""

    file: str
    """Its path in the folder of the package."""

    name: str
    """``function``, ``CONSTANT``, ``Class`` or ``Class.member``; empty for the module."""

    rules: frozenset[str]


_BESIDE: Final = ("verification", "cli", "diagrams", "rules.py")
"""The callers that cite rules only to check or to show them."""

_CITED: Final = re.compile(rf"(?<![\w.`-]){RULE_ID}(?![\w`-])")


def cited(text: str | None) -> frozenset[str]:
    """Return the rules that a text names individually; a range such as A1-A10 names none."""
    return frozenset(_CITED.findall(text or ""))


def _cited_within(*nodes: ast.AST | None) -> frozenset[str]:
    """Return the rules that are named in docstrings and other texts of the code."""
    return frozenset().union(
        *(
            cited(text)
            for node in nodes
            if node is not None
            for child in ast.walk(node)
            if isinstance(child, ast.Constant) and isinstance(text := child.value, str)
        )
    )


def _citing(body: list[ast.stmt], within: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """Return the definitions in these statements, each with the rules that it names."""
    for statement, following in zip(body, [*body[1:], None], strict=True):
        match statement:
            case ast.FunctionDef(name=name):
                yield f"{within}{name}", _cited_within(statement)
            case ast.ClassDef(name=name):
                yield f"{within}{name}", cited(ast.get_docstring(statement))
                yield from _citing(statement.body, f"{within}{name}.")
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                doc = following if text_of(following) else None
                yield f"{within}{name}", _cited_within(statement.value, doc)
            case _:
                pass


@cache
def places() -> tuple[Place, ...]:
    """Return the definitions of the package that state rules, by module."""
    found = []
    for module, path in modules().items():
        file = path.relative_to(PACKAGE)
        if file.parts[0] not in _BESIDE:
            whole = cited(ast.get_docstring(parsed(module)))
            found.append(Place(file.as_posix(), "", whole))
            named = _citing(parsed(module).body)
            found += [Place(file.as_posix(), name, rules) for name, rules in named]
    return tuple(found)


def _stating(rule: str) -> dict[str, list[str]]:
    """Return the names of the definitions that cite a rule, by module."""
    stating = [place for place in places() if rule in place.rules]
    return {
        file: [place.name for place in group if place.name]
        for file, group in groupby(stating, key=lambda place: place.file)
    }


# What checks a rule


class Test(NamedTuple):
    """A test whose name contains the rules that it checks."""

    file: str
    name: str
    rules: tuple[str, ...]


_TEST: Final = re.compile(rf"^ *(?:async )?def (test_((?:{RULE_ID}_)+)\w+)\(", re.MULTILINE)


@cache
def tests() -> tuple[Test, ...]:
    """Return every test that names a rule, by file and in the order of the file."""
    return tuple(
        Test(path.relative_to(ROOT).as_posix(), name, tuple(ids.strip("_").split("_")))
        for path in sorted(TESTS.rglob("*.py"))
        for name, ids in _TEST.findall(path.read_text(encoding="utf-8"))
    )


class Vector(NamedTuple):
    """The data of a conformance vector that the index shows."""

    rule: str
    file: str
    method: str


@cache
def vectors() -> tuple[Vector, ...]:
    """Return the rule of every conformance vector, its file, and the method that it is about."""
    return tuple(
        Vector(
            case.rule, f"{file.name}.json", _tested([step.call["method"] for step in case.steps])
        )
        for file in load_vectors(sorted(TOPICS))
        for case in file.cases
    )


def _tested(methods: Sequence[str]) -> str:
    """Return the method that the calls of a vector are about; often they end by reading."""
    changing = [method for method in methods if not method.startswith(("get", "list"))]
    return (changing or methods)[-1]


def rules_by_method() -> str:
    """Return the rules that the vectors of each method are about, the most frequent first."""
    return table(
        ["method", "rules, with the number of vectors"],
        [
            [
                f"`{method}`",
                ", ".join(
                    f"[{rule}](#{rule.lower()}) {count}"
                    for rule, count in Counter(
                        vector.rule for vector in vectors() if vector.method == method
                    ).most_common()
                ),
            ]
            for method in SYSTEM_METHODS
            if not method.startswith("reset")
        ],
    )


def stated_and_checked(rule: str) -> str:
    """Return where the code states a rule and how much checks it, with a link to the lists."""
    checking = [
        (sum(rule in test.rules for test in tests()), "test"),
        (sum(rule == vector.rule for vector in vectors()), "vector"),
        (sum(rule in law.rules for law in ALL_LAWS), "law"),
    ]
    counts = ", ".join(_counted(count, what) for count, what in checking if count)
    files = ", ".join(f"`{file}`" for file in _stating(rule))
    return f"*Stated in:* {files}\n\n*Checked by:* [{counts}](rule-index.md#{rule.lower()})"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def rule_index() -> str:
    """Return the code, the tests, the vectors and the laws of every rule."""
    return "\n\n".join(f"## {rule}\n\n{_index_of(rule)}" for rule in RULES)


def _index_of(rule: str) -> str:
    code = _stating(rule)
    checked = [(test.file, test.name) for test in tests() if rule in test.rules]
    by_file = {file: [*group] for file, group in groupby(checked, key=lambda test: test[0])}
    files = Counter(vector.file for vector in vectors() if vector.rule == rule)
    laws = ", ".join(f"`{law.name}`" for law in ALL_LAWS if rule in law.rules)
    parts = [
        f"[Specification](specification.md#{rule.lower()})",
        "Code:\n\n" + "\n".join(_entry(file, names) for file, names in code.items()),
        f"{_counted(len(checked), 'test')}:\n\n"
        + "\n".join(_entry(file, [name for _, name in group]) for file, group in by_file.items()),
    ]
    if files:
        listed = ", ".join(f"{count} in `{file}`" for file, count in files.items())
        parts.append(f"Vectors: {listed}")
    if laws:
        parts.append(f"Laws: {laws}")
    return "\n\n".join(parts)


def _entry(file: str, names: Iterable[str]) -> str:
    listed = ", ".join(f"`{name}`" for name in names)
    return f"- `{file}`{': ' * bool(listed)}{listed}"


# The decision table


class Cube(NamedTuple):
    """A family of sets: each status is in (1), out (0), or may be either (None)."""

    marks: tuple[int | None, ...]

    def covers(self, mask: int) -> bool:
        """Return whether the set of this mask is in the family."""
        return all(mark in {None, mask >> bit & 1} for bit, mark in enumerate(self.marks))

    def merged(self, other: Cube) -> Cube | None:
        """Return both as one family if they differ in one status that only one of them has."""
        pairs = list(zip(self.marks, other.marks, strict=True))
        apart = [bit for bit, (mine, theirs) in enumerate(pairs) if mine != theirs]
        if len(apart) != 1 or None in pairs[apart[0]]:
            return None
        return Cube(tuple(None if bit in apart else mark for bit, mark in enumerate(self.marks)))


def folded(masks: Iterable[int]) -> list[Cube]:
    """Return a small number of families that cover exactly these sets (by Quine and McCluskey)."""
    width = len(ArtifactRestoreStatus)
    wanted = set(masks)
    level = {Cube(tuple(mask >> bit & 1 for bit in range(width))) for mask in wanted}
    prime: set[Cube] = set()
    while level:
        merged: set[Cube] = set()
        used: set[Cube] = set()
        for cube in level:
            for other in level:
                if (both := cube.merged(other)) is not None:
                    merged.add(both)
                    used |= {cube, other}
        prime |= level - used
        level = merged
    chosen: list[Cube] = []
    while wanted:
        best = max(sorted(prime, key=_picture), key=lambda cube: sum(map(cube.covers, wanted)))
        chosen.append(best)
        wanted = {mask for mask in wanted if not best.covers(mask)}
    return sorted(chosen, key=_picture)


_MARKS: Final[Mapping[int | None, str]] = {1: "yes", 0: "no", None: ""}


def _picture(cube: Cube) -> list[str]:
    return [_MARKS[mark] for mark in cube.marks]


def decision_table_folded() -> str:
    """Return the 128 cases in the smallest number of rows."""
    head = ["rule", "session", *ArtifactRestoreStatus, "cases"]
    rows = []
    for rule in CONDITIONS:
        cases = [case for case, row in enumerate(DECISION_TABLE) if row.rule == rule]
        status = DECISION_TABLE[cases[0]].status
        seen: set[int] = set()
        for cube in folded(cases):
            new = {case for case in cases if cube.covers(case)} - seen
            seen |= new
            rows.append([rule, status, *_picture(cube), str(len(new))])
    return table(head, rows)


# The operations, the limits, the enumerations


def checks(operation: str) -> str:
    """Return the errors of an operation in the order of its checks."""
    cases = [case for case in CATALOGUE if case.operation == operation]
    return table(
        ["check", "code", "HTTP", "when"],
        [
            [str(number), f"`{case.code}`", str(case.http_status), case.when]
            for number, case in enumerate(cases, start=1)
        ],
    )


def limits() -> str:
    """Return the limits with their defaults."""
    docs = class_members(definition("restore_domain.operations.limits", "Limits"))
    return table(
        ["limit", "default", "what it bounds"],
        [
            [f"`{_camel_case(name)}`", _shown(getattr(Limits(), name)), docs[name] or ""]
            for name in (field.name for field in attrs.fields(Limits))
        ],
    )


def wire_limits() -> str:
    """Return the limits of reading, each with its bounds and its text in an error."""
    docs = class_members(definition("restore_domain.wire", "WireLimits"))
    return table(
        ["limit", "default", "at most", "what it bounds", "what is said beyond it"],
        [
            [
                f"`{field.name}`",
                f"{field.default:,}",
                f"{field.metadata['most']:,}" if "most" in field.metadata else "",
                " ".join((docs[field.name] or "").split()).replace("``", "`"),
                DEFAULT_LIMITS.beyond(field.name).partition(";")[0],
            ]
            for field in attrs.fields(WireLimits)
        ],
    )


def http_routes() -> str:
    """Return the requests by which a service is verified over HTTP."""
    return table(
        ["call", "request", "body", "answer"],
        [
            [f"`{name}`", f"`{route.method} {route.path}`", _body_of(route), str(route.status)]
            for name, route in ROUTES.items()
        ],
    )


def _body_of(route: Route) -> str:
    return f"`{route.body}`" if route.body else ""


def control_routes() -> str:
    """Return the routes that a service for tests has in addition to its own."""
    answers = {
        "record": "the artifact",
        "recordBatch": "`value`: the artifacts that changed",
        "resolveBulkRequest": "`value`: the artifacts that were added",
        "expire": "`value`: the ids of the sessions that were removed",
    }
    bodies = {
        "clock": "`now`, `actor`",
        "reset": "`limits`, `sessions`",
        "recordBatch": "`reports`",
    }
    return table(
        ["call", "request", "body", "answer"],
        [
            [
                "" if name == "clock" else f"`{name}`",
                f"`{route.method} {route.path}`",
                bodies.get(name) or _body_of(route),
                answers.get(name, "nothing"),
            ]
            for name, route in {"clock": CLOCK, **CONTROL_ROUTES}.items()
        ],
    )


def line_limits() -> str:
    """Return the limits of the line protocol."""
    return table(
        ["limit", "default", "chosen by", "what it bounds"],
        [
            [
                "a request",
                f"{LINE_LIMIT:,} bytes",
                "`serve --line-limit`",
                "a line that `serve` reads; the rest of a longer one is passed over",
            ],
            [
                "an answer",
                f"{LINE_LIMIT:,} bytes",
                "`verify --line-limit`",
                "a line that a program prints; a longer one ends the run",
            ],
            [
                "the nesting of an answer",
                f"{NESTING_LIMIT} levels",
                "",
                "arrays and objects in a line that a program prints; more of them end the run",
            ],
            [
                "the time of an answer",
                f"{TIMEOUT:g} s",
                "`verify --timeout`",
                "how long a program may take to print a line; a longer time ends the run",
            ],
        ],
    )


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def _shown(value: object) -> str:
    return str(value).removesuffix(", 0:00:00")


def event_properties() -> str:
    """Return the properties of each event in JSON, with what they mean."""
    rows = []
    for group in (EVENT_TYPES, BULK_REQUEST_CHANGES):
        for name, kind in group.items():
            docs = class_members(definition("restore_domain.operations", kind.__name__))
            rows += [
                [
                    f"`{name}`",
                    f"`{_camel_case(field.name)}`",
                    "always" if field.default is attrs.NOTHING else "if there is any",
                    first_sentence(docs[field.name]),
                ]
                for field in attrs.fields(kind)
            ]
    return table(["type", "property", "written", "meaning"], rows)


def enumerations() -> str:
    """Return the members of each enumeration, and which of them are hidden."""
    return table(
        ["enumeration", "members in order", "shown only on request (W3)"],
        [
            [
                f"`{uncapitalized(enum.__name__)}`",
                ", ".join(f"`{member}`" for member in enum),
                ", ".join(f"`{member}`" for member in enum if member in HIDDEN_MEMBERS[enum]),
            ]
            for enum in EVOLVABLE_ENUMS
        ],
    )


# The methods of the line protocol, and the types of its documents


class Described(NamedTuple):
    """A method that is not an operation: its parameters, its result and its rules."""

    parameters: str
    result: str
    rules: tuple[str, ...]


_STARTS: Final[Mapping[str, Described]] = {
    "reset": Described("`limits?`, `sessions?`", "null", ("S7",)),
    "aggregate": Described("`statuses`", "the status of the session", ("A1", "A10")),
    "explain": Described("`statuses`", "`{status, rule}`", ("A1", "A10")),
    "advance": Described("`from`, `to`, `reporter`", "`changed` or `unchanged`", ("L1", "L4")),
    "read": Described(
        "`type`, and `document` or `text`; `includeUnknownEnumMembers?`",
        "the document",
        ("W1", "W7"),
    ),
    "audit": Described(
        "`session`", "an array of `{rule, target, property, kind, message}`", ("S1",)
    ),
}


def methods_of_the_protocol() -> str:
    """Return every method with its parameters, its result and the most important rules."""
    rows = []
    for name in SYSTEM_METHODS:
        if name not in _STARTS and name not in METHODS:
            continue  # what reset may begin with
        row = _STARTS[name] if name in _STARTS else _operation(METHODS[name])
        links = " to ".join(f"[{rule}](specification.md#{rule.lower()})" for rule in row.rules)
        rows.append([f"`{name}`", row.parameters, row.result, links])
    return table(["method", "params", "result", "rules"], rows)


def _operation(method: Method) -> Described:
    parameters = ", ".join(
        f"`{parameter.name}{'' if parameter.required else '?'}`" for parameter in method.parameters
    )
    rule = next((case.rule for case in CATALOGUE if case.operation == method.operation), "O8")
    annotation: str = (get_overloads(method.run) or [method.run])[-1].__annotations__["return"]
    return Described(parameters, _result(annotation.removeprefix("Outcome[")), (rule,))


_CALLED: Final[Mapping[str, str]] = {
    "None": "null",
    "str": "ids",
    "BulkRequest": "mailboxRestoreArtifactsBulkAdditionRequest",
}


def _result(annotation: str) -> str:
    """Return what a call returns, by the result of its function."""
    name = re.sub(r"^(?:Page|tuple)\[|\W+\.*\]*$", "", annotation)
    if name == "RecordedBatch":
        return "`{value}` of mailboxRestoreArtifact"
    called = _CALLED.get(name, uncapitalized(name))
    if annotation.startswith("Page["):
        return f"`{{value, skipToken}}` of {called}"
    return f"`{{value}}` of {called}" if annotation.startswith("tuple[") else called


def types() -> str:
    """Return every type within a document or a parameter, with its properties."""
    documents = set(DOCUMENTS.values())
    return "\n".join(
        f"- **{_kind(described)}**{' (for `read`)' * (described in documents)}: "
        + ", ".join(
            f"`{known.name}` {_kind(known.type, is_key=known.is_key)}{' (needed)' * needed(known)}"
            for known in properties_of(described)
        )
        for described in _all_types()
    )


def needed(known: Property) -> bool:
    """Return whether a document without this property is refused."""
    return known.required and not known.defaults_to_unknown


_KINDS: Final[Mapping[str, str]] = {
    "str": "text",
    "int": "number",
    "bool": "boolean",
    "NoneType": "null",
    "datetime": "time",
    "ProtectionUnitBase": "protectionUnit",
}


def _kind(annotation: Any, *, is_key: bool = False) -> str:
    """Return the name of a property's type in JSON."""
    if is_key:
        return "key"
    if annotation == TAGS:
        return "restorePointTags"
    if get_origin(annotation) in {tuple, EntityCollection}:
        entry = get_args(annotation)[0]
        return f"list of {' or '.join(_kind(one) for one in get_args(entry) or (entry,))}"
    name: str = annotation.__name__
    return _KINDS.get(name, uncapitalized(name))


def _all_types() -> list[type]:
    found: dict[type, None] = dict.fromkeys((*DOCUMENTS.values(), Report, Resolution))
    pending = list(found)
    while pending:
        for known in properties_of(pending.pop(0)):
            new = [kind for kind in _classes_within(known.type) if kind not in found]
            found |= dict.fromkeys(new)
            pending += new
    return list(found)


def _classes_within(annotation: Any) -> Iterator[type]:
    for part in get_args(annotation):
        yield from _classes_within(part)
    if not get_args(annotation) and isinstance(annotation, type) and attrs.has(annotation):
        yield annotation


# The schemas


def _docstring(kind: type, attribute: str | None) -> str:
    """Return the docstring of a class, or of an attribute that it has or takes from another."""
    if attribute is None:
        doc = definition(kind.__module__, kind.__name__).doc
        return _plain((doc or "").split("\n\n")[0])
    classes = [*kind.__mro__[:-1], DeclaredProperties]
    docs = (class_members(definition(one.__module__, one.__name__)) for one in classes)
    return _plain(next(doc[attribute] or "" for doc in docs if attribute in doc))


def _plain(doc: str) -> str:
    """Return a docstring in one line, with the names of JSON."""
    return re.sub(r"\bNone\b", "null", " ".join(doc.replace("`", "").split()))


def schemas() -> str:
    """Return the schemas that the package ships."""
    found = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": definitions(_docstring),
    }
    return json.dumps(found, indent=1) + "\n"


def schema_differences() -> str:
    """Return what the reader refuses although a schema accepts it."""
    return table(["difference", "why"], [[*row] for row in NOT_EXPRESSED.items()])


# The diagrams


def diagram(name: str) -> str:
    """Return a picture, and its text for Mermaid."""
    chart = CHARTS[name]()
    text = f"```mermaid\n{mermaid(chart)}```"
    return (
        f"![{chart.title}](diagrams/{name}.svg)\n\n"
        f"<details>\n<summary>As text for Mermaid</summary>\n\n{text}\n\n</details>"
    )


# What may be reported


def reports() -> str:
    """Return the statuses that each reporter may report after each."""

    def listed(status: ArtifactRestoreStatus, reporter: Reporter) -> str:
        allowed = allowed_statuses(status, reporter)
        return ", ".join(f"`{one}`" for one in ArtifactRestoreStatus if one in allowed)

    return table(
        ["from", "a driver may report", "an observer may report"],
        [
            [f"`{status}`", *(listed(status, reporter) for reporter in Reporter)]
            for status in ArtifactRestoreStatus
        ],
    )


# The tables of the page that is tried out


def explorable_tables() -> str:
    """Return the data of ``_static/explore.js``, as a script: a page on disk can't fetch JSON."""
    tables = {
        "statuses": [*ArtifactRestoreStatus],
        "cases": [
            {
                "status": case.status,
                "rule": case.rule,
                "deciding": [one for one in ArtifactRestoreStatus if one in case.deciding],
            }
            for case in DECISION_TABLE
        ],
        "rules": dict(CONDITIONS),
        "artifacts": _states_of_an_artifact(),
        "pictures": {name: svg(chart()) for name, chart in CHARTS.items()},
    }
    made_of = "// Written by docs/generate.py from the tables of the package."
    return f"{made_of}\nconst TABLES = {json.dumps(tables, indent=1)};\n"


def _states_of_an_artifact() -> dict[str, Any]:
    """Return each state that reports lead to, and the effect of each reporter's next report there.

    A state is a status and whether the artifact has a start, which makes a difference by rule L4.
    """
    states: dict[str, Any] = {}
    pending = [_state(ArtifactRestoreStatus.ADDED, None)]
    while pending:
        name, status, start = pending.pop(0)
        if name in states:
            continue
        states[name] = {"status": status, "reports": {}}
        for reporter in Reporter:
            found = {new: _reported(status, start, new, reporter) for new in ArtifactRestoreStatus}
            states[name]["reports"][reporter] = {new: said for new, (said, _) in found.items()}
            pending += [state for _, state in found.values() if state is not None]
    return states


class _State(NamedTuple):
    name: str
    status: ArtifactRestoreStatus
    start: str | None


def _state(status: ArtifactRestoreStatus, start: str | None) -> _State:
    return _State(f"{status}{', with a start' * (start is not None)}", status, start)


def _reported(
    status: ArtifactRestoreStatus,
    start: str | None,
    new: ArtifactRestoreStatus,
    reporter: Reporter,
) -> tuple[Mapping[str, object], _State | None]:
    """Return the result of a report, and the state of the artifact after it."""
    now = "2026-01-05T09:00:00Z"
    failure, failed = {"code": "UnknownError"}, ArtifactRestoreStatus.FAILED
    artifact: dict[str, object] = {"id": "a1", "status": status, "startDateTime": start}
    report: dict[str, object] = {"artifactId": "a1", "status": new, "time": now}
    for changed in (artifact, report):
        if changed["status"] == failed:
            changed["error"] = failure
    session = from_json_value(
        {"id": "s1", "mailboxRestoreArtifacts": [artifact]}, ExchangeRestoreSession
    )
    root = BackupRestoreRoot(exchange_restore_sessions=[session])
    try:
        done = record(root, "s1", RequestBody(report), reporter=reporter)
    except RestoreDomainError as error:
        message = error.message.removeprefix("artifact 'a1': ")
        return {"refused": message, "rule": error.rule, "stale": error.stale}, None
    if not done.events:
        return {"unchanged": True, "rule": "L3"}, None
    state = _state(new, now if done.result.start_date_time else None)
    return {"to": state.name}, state


# The layers


class Layer(NamedTuple):
    """Modules of the package that may import those of lower layers."""

    modules: tuple[str, ...]
    """The names of the modules, below the package's; within the layer, each may also import earlier
    ones.
    """

    contents: str
    """What the modules contain."""


LAYERS: Final = (
    Layer(
        ("status", "rules"),
        "the enumerations, and the rule of evolvable enumerations; every rule in a sentence",
    ),
    Layer(
        ("frozen", "html_table", "aggregation", "lifecycle"),
        "how frozen objects are made, and shown in notebooks; the tables of the rules, and "
        "look-ups in them",
    ),
    Layer(("model",), "the entities, immutable and compared by value"),
    Layer(("operations",), "the root of all sessions, and pure functions on it"),
    Layer(("wire",), "Graph JSON in and out"),
    Layer(
        (
            "diagrams",
            "frames",
            "schemas",
            "pydantic_fields",
            "sdk",
            "verification",
            "pytest_plugin",
        ),
        "pictures of the state machines; sessions as data frames; JSON Schema, and fields of "
        "pydantic; the models of Microsoft's client; tests of any implementation against this "
        "one; what pytest shows of values that differ",
    ),
    Layer(("cli", "__main__"), "the command line"),
)
"""The layers of the package, from the lowest."""


def layers() -> str:
    """Return the layers, from the lowest."""
    return table(
        ["layer", "modules", "contents"],
        [
            [str(number), ", ".join(f"`{name}`" for name in layer.modules), layer.contents]
            for number, layer in enumerate(LAYERS, start=1)
        ],
    )


# What the benchmarks measured


@cache
def measured() -> dict[str, Any]:
    """Return the results of ``python -m pytest -c tests/benchmarks/pytest.ini --renew-page``."""
    found: dict[str, Any] = json.loads((DOCS / "performance.json").read_text(encoding="utf-8"))
    return found


def machine() -> str:
    """Return a description of the machine and the versions."""
    versions = ", ".join(f"{name} {version}" for name, version in measured()["versions"].items())
    return f"Measured with {measured()['machine']}; {versions}."


def goals() -> str:
    """Return every comparison that has a goal, and whether it is met."""
    return table(
        ["what", "side", "beside", "ratio", "goal"],
        [
            [
                group["name"],
                row["name"],
                _baseline(group),
                f"{row['ratio']:.2f}",
                f"{row['goal']}" if row["ratio"] <= row["goal"] else f"{row['goal']}, **missed**",
            ]
            for group in measured()["groups"]
            for row in group["rows"]
            if row["goal"] is not None
        ],
    )


def _baseline(group: Any) -> str:
    return next((row["name"] for row in group["rows"] if row["ratio"] == 1), "")


def numbers(task: str) -> str:
    """Return the results of one task, at each size."""
    return "\n\n".join(
        f"{group['name']}:\n\n"
        + table(
            ["side", group["unit"], "ratio"],
            [
                [
                    row["name"],
                    f"{row['value']:,.{2 if row['value'] < 100 else 0}f}",  # noqa: PLR2004
                    "" if row["ratio"] is None else f"{row['ratio']:,.2f}",
                ]
                for row in group["rows"]
            ],
        )
        for group in measured()["groups"]
        if group["name"].startswith(task.replace("-", " "))
    )


# The mutants


def mutants() -> str:
    """Return the result for each module's mutants, as ``python -m tests.mutation`` wrote it."""
    columns = ("killed", "equivalent", "alive")
    return _figures_by_module("mutation-testing.json", columns, ["module", "mutants", *columns])


def _figures_by_module(file: str, columns: Sequence[str], head: Sequence[str]) -> str:
    """Return a table of the counts of each module, and of mutants that were not tried.

    The second column is the sum of the counts.
    """
    recorded = json.loads((DOCS / file).read_text(encoding="utf-8"))
    rows = {
        f"`{name}`{_changed_since(name, counts['code'])}": [counts[of] for of in columns]
        for name, counts in recorded.items()
        if counts is not None
    }
    rows["together"] = [sum(column) for column in zip(*rows.values(), strict=True)]
    return table(
        head,
        [
            [name, *(f"{count:,}" for count in (sum(counts), *counts))]
            for name, counts in rows.items()
        ],
    ) + _without_figures([name for name, counts in recorded.items() if counts is None])


def _changed_since(module: str, measured: str) -> str:
    """Return a mark if the figures belong to older code of the module."""
    now = _digest()((ROOT / module).read_text("utf-8"))
    return "" if now == measured else " (changed since)"


@cache
def _digest() -> Callable[[str], str]:
    digest: Callable[[str], str] = runpy.run_path(str(ROOT / "tests/mutation/code.py"))["digest"]
    return digest


def _without_figures(unmeasured: list[str]) -> str:
    """Return the sentence on the modules whose mutants were not all tried."""
    if not unmeasured:
        return ""
    named = "".join(f"\n- `{module}`" for module in unmeasured)
    return f"\n\nWithout figures, since no run was made of them in their present form:\n{named}"


def mutants_as_programs() -> str:
    """Return which mutants ``verify`` notices, as ``tests.mutation --as-programs`` wrote it."""
    return _figures_by_module(
        "mutants-as-programs.json",
        ("vectors", "histories", "alive"),
        ["module", "mutants that show", "noticed by vectors", "by histories alone", "survive"],
    )


def programs_found() -> str:
    """Return how many of all mutants that a program can show `verify` notices."""
    recorded = json.loads((DOCS / "mutants-as-programs.json").read_text(encoding="utf-8"))
    counted = [counts for counts in recorded.values() if counts is not None]
    noticed, alive = (sum(counts[of] for counts in counted) for of in ("vectors", "alive"))
    tried = noticed + alive + sum(counts["histories"] for counts in counted)
    return (
        f"Of {tried:,} broken programs, each with one small change of the reference, the vectors\n"
        f"alone find {noticed:,} ({100 * noticed / tried:.1f} %); {alive} are not found at all."
    )


# The screens of the command line


SCREENS: Final[Mapping[str, tuple[str, int | None]]] = {
    "status": ("status docs/examples/failing.json", None),
    "running": (
        "status docs/examples/failing.json --artifacts all --sort=-end --limit 2 --format markdown",
        None,
    ),
    "csv": ("status docs/examples/failing.json --format csv", None),
    "exit-code": ("status --example --exit-code --limit 0", None),
    "history": ("history docs/examples/polls.jsonl", None),
    "table": ("table", 4),
    "diagram": ("diagram lifecycle", 6),
    "replay": ("replay --example", 6),
    "version": ("--version", None),
}
"""The commands that are shown, each with the number of lines of its output, if not all are shown.
"""


def screen(name: str) -> str:
    """Run a command in the folder of the project, and return it with its output."""
    command, most = SCREENS[name]
    printed = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(printed):
        code = main_of_commands(shlex.split(command))
    lines = printed.getvalue().splitlines()
    if most is not None and len(lines) > most:
        lines[most:] = ["..."]
    if "--exit-code" in command:
        lines += ["$ echo $?", str(code)]
    return "\n".join(["```text", f"$ python -m restore_domain {command}", *lines, "```"])


# All of it

PARTS: Final[Mapping[str, Callable[..., str]]] = {
    "statement": statement,
    "stated and checked": stated_and_checked,
    "rule index": rule_index,
    "rules by method": rules_by_method,
    "decision table folded": decision_table_folded,
    "decision table": partial(rendered, "markdown"),
    "checks": checks,
    "limits": limits,
    "wire limits": wire_limits,
    "line limits": line_limits,
    "http routes": http_routes,
    "control routes": control_routes,
    "enumerations": enumerations,
    "event properties": event_properties,
    "methods": methods_of_the_protocol,
    "reports": reports,
    "types": types,
    "schema differences": schema_differences,
    "diagram": diagram,
    "layers": layers,
    "screen": screen,
    "reference": reference,
    "names": names,
    "machine": machine,
    "goals": goals,
    "numbers": numbers,
    "mutants": mutants,
    "mutants as programs": mutants_as_programs,
    "programs found": programs_found,
}
"""The function that generates each part; a word after the name is its argument."""


def layer_picture() -> str:
    """Return the layers as a picture: SVG, the lowest at the bottom, for light and dark pages."""
    width, margin, line, top = 760, 12, 18, 12
    parts = []
    for number, layer in reversed([*enumerate(LAYERS, start=1)]):
        contents = textwrap.wrap(layer.contents, 95)
        height = 20 + line * (1 + len(contents))
        shown = [("modules", ", ".join(layer.modules)), *(("", text) for text in contents)]
        parts.append(
            f'<rect x="{margin}" y="{top}" width="{width - 2 * margin}" height="{height}" rx="8"/>'
        )
        parts.append(f'<text class="modules" x="28" y="{top + height // 2 + 5}">{number}</text>')
        parts += [
            f'<text class="{kind}" x="52" y="{top + 24 + line * place}">{escape(text)}</text>'
            for place, (kind, text) in enumerate(shown)
        ]
        top += height + 8
    return _LAYER_PICTURE.format(width=width, height=top + 4, parts="\n".join(parts))


_LAYER_PICTURE: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"
 aria-labelledby="title">
<title id="title">The layers of the package; each imports from those below it</title>
<style>
text {{ font: 13px system-ui, sans-serif; fill: #17202e }}
text.modules {{ font-weight: 600 }}
rect {{ fill: #eef2f8; stroke: #51607a }}
@media (prefers-color-scheme: dark) {{
  text {{ fill: #e8edf5 }}
  rect {{ fill: #253046; stroke: #a9b7d0 }}
}}
</style>
{parts}
</svg>
"""


FILES: Final[Mapping[str, Callable[[], str]]] = {
    f"diagrams/{name}.svg": lambda chart=chart: svg(chart())  # type: ignore[misc]
    for name, chart in CHARTS.items()
} | {
    "diagrams/layers.svg": layer_picture,
    "_static/tables.js": explorable_tables,
    "examples/decision-table.csv": partial(rendered, "csv"),
    "../restore_domain/schemas/schemas.json": schemas,
}
"""The function that generates each file that is generated as a whole."""

_PART: Final = re.compile(
    r"<!-- generated: (?P<name>[^:\n]+?)(?:: (?P<argument>\S+))? -->\n.*?<!-- end -->", re.DOTALL
)


def _renewed_part(part: re.Match[str]) -> str:
    name, argument = part["name"], part["argument"]
    made = PARTS[name](*([argument] if argument else []))
    marker = f"{name}: {argument}" if argument else name
    return f"<!-- generated: {marker} -->\n\n{made.strip()}\n\n<!-- end -->"


def renewed(text: str) -> str:
    """Return a document with all its parts generated again."""
    return _PART.sub(_renewed_part, text)


def made() -> Iterator[tuple[Path, str]]:
    """Return every file with generated parts, and its correct content."""
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if _PART.search(text):
            yield path, renewed(text)
    for name, make in FILES.items():
        yield DOCS / name, make()


def stale() -> list[Path]:
    """Return the files that differ from what the code generates."""
    return [
        path
        for path, text in made()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main() -> int:
    """Write the stale files, or list them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, name what is stale")
    arguments = parser.parse_args()
    found = stale()
    for path in found:
        print(path.relative_to(ROOT))
    if arguments.check:
        return 1 if found else 0
    contents = dict(made())
    for path in found:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(contents[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
