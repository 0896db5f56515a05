"""The result of a verification: for people, for machines, and as JUnit XML."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from xml.etree import ElementTree as ET

from restore_domain.rules import RULES, in_order
from restore_domain.verification.comparison import InWords, in_words
from restore_domain.verification.program import ProgramError
from restore_domain.verification.run import (
    CaseResult,
    Divergence,
    Group,
    Outcome,
    Verification,
)
from restore_domain.verification.system import SYSTEM_METHODS
from restore_domain.verification.vectors import Case

__all__ = [
    "EXIT_CODES",
    "as_json",
    "as_junit",
    "as_text",
    "failure_as_text",
    "list_as_json",
    "list_as_text",
]

EXIT_CODES: Final[Mapping[bool | None, int]] = {True: 0, False: 1, None: 2}
"""The exit code for each answer of `Verification.conforms`."""

_AT_LENGTH: Final = 20
"""How many groups of failed cases are shown with an example; the others are only named."""

_NAMED: Final = 5
"""How many cases of a group are named after its example; the others are counted."""

_LONGEST: Final = 2000
"""How many characters of a value are shown to people."""


# For people -------------------------------------------------------------------------------------


def as_text(verification: Verification) -> Iterator[str]:
    """Return the lines of the report. The program's output is in it unchanged."""
    if verification.methods:
        yield from _heading(verification)
        yield from _table(verification)
    yield from _failures(verification)
    yield from _verdict(verification)


def _heading(verification: Verification) -> Iterator[str]:
    lacks = _lacks(verification)
    without = f", without {', '.join(lacks)}" if lacks else ""
    counts = Counter(result.outcome for result in verification.cases)
    tallied = [f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome]]
    histories, settings = verification.histories, verification.settings
    note = f": {histories.note}" if histories.note else ""
    if verification.level:
        yield f"service    {verification.name}"
        yield f"level      {verification.level}{without}"
    else:
        yield f"program    {verification.name}{without}"
    yield f"vectors    {len(verification.cases)}: {', '.join(tallied)}"
    yield f"histories  {histories.ran} of {settings.examples}, seed {settings.seed}{note}"
    yield ""


def _lacks(verification: Verification) -> list[str]:
    return [name for name in SYSTEM_METHODS if name not in verification.methods]


def _table(verification: Verification) -> Iterator[str]:
    """Count the cases of each rule; a rule without any results is only named."""
    unseen = {
        outcome: [rule for rule, tally in verification.tallies.items() if {*tally} == {outcome}]
        for outcome in (Outcome.NOT_COVERED, Outcome.NOT_RUN)
    }
    tallies = {
        rule: tally
        for rule, tally in verification.tallies.items()
        if not any(rule in rules for rules in unseen.values())
    }
    outcomes = [outcome for outcome in Outcome if any(tally[outcome] for tally in tallies.values())]
    rows = [["rule", *outcomes]]
    rows += ([rule, *(str(tally[one]) for one in outcomes)] for rule, tally in tallies.items())
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for rule, *numbers in rows if tallies else ():
        cells = [cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True)]
        yield "  ".join([rule.ljust(widths[0]), *cells])
    yield from (f"{outcome}: {', '.join(rules)}" for outcome, rules in unseen.items() if rules)
    yield ""


def _failures(verification: Verification) -> Iterator[str]:
    groups = verification.groups
    for group in groups[:_AT_LENGTH]:
        yield from _of_group(group)
    if groups[_AT_LENGTH:]:
        yield f"and {len(groups) - _AT_LENGTH} more kinds of failures:"
        yield from (_in_a_line(group) for group in groups[_AT_LENGTH:])
        yield ""
    for divergence in verification.histories.divergences:
        yield from failure_as_text(_RANDOM_HISTORY, divergence)
        yield ""


_RANDOM_HISTORY: Final = "a random history, as small as it gets"


def _of_group(group: Group) -> Iterator[str]:
    """Show the example of a group, and name others that fail by the same rule at the same place."""
    example = group.example
    if example.divergence is not None:
        about = example.case.description
        yield from failure_as_text(example.case.id, example.divergence, about)
    if group.others:
        names = ", ".join(other.case.id for other in group.others[:_NAMED])
        more = len(group.others) - _NAMED
        yield f"also       {names}{f', and {more:,} more' if more > 0 else ''}"
    yield ""


def _in_a_line(group: Group) -> str:
    rule, place = group.example.divergence.place if group.example.divergence else ("", "")
    count = 1 + len(group.others)
    return f"  {rule}  {place}  {group.example.case.id}{f' ({count:,} cases)' if count > 1 else ''}"


def failure_as_text(name: str, divergence: Divergence, about: str | None = None) -> Iterator[str]:
    """Describe one failure, line by line."""
    yield f"FAILED     {name}"
    if about is not None:
        yield f"about      {about}"
    yield f"rule       {_with_statement(divergence.rule)}"
    if divergence.rule in RULES:
        yield f"see        {specification_of(divergence.rule)}"
    if divergence.note:
        yield f"note       {divergence.note}"
    for number, call in enumerate(divergence.before):
        yield f"before {number:<3} {_cut(json.dumps(call))}"
    if divergence.start is not None:
        yield f"begins     {_cut(json.dumps({'method': 'reset', 'params': divergence.start}))}"
    for number, call in enumerate(divergence.calls):
        yield f"call {number:<5} {_cut(json.dumps(call))}"
    yield f"differs    {divergence.path}"
    yield f"expected   {_cut(in_words(divergence.expected))}"
    yield f"actual     {_cut(in_words(divergence.actual))}"


def specification_of(rule: str) -> str:
    """Return where the documentation explains a rule: the page, and the place on it."""
    return f"docs/specification.md#{rule.lower()}"


def _with_statement(rule: str) -> str:
    return f"{rule}: {RULES[rule]}" if rule in RULES else rule


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… ({len(text):,} characters; --json prints them all)"


def _not_covered(verification: Verification) -> Iterator[str]:
    """Say on one line what is not covered, and what it would need."""
    lacking = [result.lacks.split(", ") for result in verification.cases if result.lacks]
    if lacking:
        lacks = Counter(lack for one in lacking for lack in one)
        reasons = [f"{count} need {lack}" for lack, count in lacks.most_common(_NAMED)]
        more = ["and so on"] if len(lacks) > _NAMED else []
        shown = "; ".join([*reasons, *more])
        yield f"not covered: {len(lacking)} of {len(verification.cases)} cases: {shown}"


def _verdict(verification: Verification) -> Iterator[str]:
    yield from _not_covered(verification)
    if verification.left:
        sessions = ", ".join(verification.left)
        yield f"left behind: the service did not let these sessions be deleted: {sessions}"
    if verification.trouble is not None:
        yield from _trouble(verification.trouble)
    elif not verification.conforms:
        count = len(verification.divergences)
        yield f"does not conform: {count} {'difference' if count == 1 else 'differences'}"
    elif verification.settings.only:
        yield _verdict_on_some(verification)
    elif _lacks(verification):
        yield "conforms in what it covers"
    elif verification.settings.examples and not verification.histories.ran:
        yield "conforms to the vectors; no random history was run"
    else:
        yield "conforms"


def _verdict_on_some(verification: Verification) -> str:
    rules = ", ".join(sorted(verification.settings.only, key=in_order))
    if not verification.cases:
        return f"no vector is about {rules}; nothing was verified"
    return f"conforms to {rules}; no other rule was verified"


def _trouble(trouble: ProgramError) -> Iterator[str]:
    yield f"could not be driven: {trouble.subject} {trouble.message}"
    if trouble.call is not None:
        yield f"call       {_cut(json.dumps(trouble.call))}"
    lines = trouble.stderr.splitlines()
    if lines:
        yield "stderr     its standard error ends with"
        yield from (f"           {line}" for line in lines)


# The cases, without a run ------------------------------------------------------------------------


def list_as_text(cases: Sequence[Case]) -> Iterator[str]:
    """List cases by their rules, each with its description."""
    for rule, listed in _by_rule(cases).items():
        yield _with_statement(rule)
        yield from (f"  {case.id}  {case.description}" for case in listed)
        yield ""
    yield f"{len(cases):,} cases of {len(_by_rule(cases))} rules"


def list_as_json(cases: Sequence[Case]) -> dict[str, Any]:
    """List cases by their rules as one JSON object."""
    return {
        rule: [{"id": case.id, "description": case.description} for case in listed]
        for rule, listed in _by_rule(cases).items()
    }


def _by_rule(cases: Sequence[Case]) -> dict[str, list[Case]]:
    listed: dict[str, list[Case]] = {}
    for case in sorted(cases, key=lambda case: in_order(case.rule)):
        listed.setdefault(case.rule, []).append(case)
    return listed


# For machines -----------------------------------------------------------------------------------


def as_json(verification: Verification) -> dict[str, Any]:
    """Return everything as one JSON object."""
    histories, settings = verification.histories, verification.settings
    return {
        "conforms": verification.conforms,
        "program": verification.name,
        "level": verification.level or None,
        "left": list(verification.left),
        "methods": list(verification.methods),
        "rules": {
            rule: {_camel_case(outcome): tally[outcome] for outcome in Outcome}
            for rule, tally in verification.tallies.items()
        },
        "vectors": [_case_as_json(result) for result in verification.cases],
        "groups": [_group_as_json(group) for group in verification.groups],
        "histories": {
            "seed": settings.seed,
            "examples": settings.examples,
            "ran": histories.ran,
            "note": histories.note or None,
            "failures": [_divergence_as_json(found) for found in histories.divergences],
        },
        "trouble": _trouble_as_json(verification.trouble),
    }


def _case_as_json(result: CaseResult) -> dict[str, Any]:
    return {
        "id": result.case.id,
        "rule": result.case.rule,
        "description": result.case.description,
        "outcome": _camel_case(result.outcome),
        "lacks": result.lacks or None,
        "failure": _divergence_as_json(result.divergence),
    }


def _group_as_json(group: Group) -> dict[str, Any]:
    rule, place = group.example.divergence.place if group.example.divergence else ("", "")
    others = [other.case.id for other in group.others]
    return {"rule": rule, "place": place, "example": group.example.case.id, "others": others}


def _divergence_as_json(divergence: Divergence | None) -> dict[str, Any] | None:
    if divergence is None:
        return None
    return {
        "rule": divergence.rule,
        "statement": RULES.get(divergence.rule),
        "specification": specification_of(divergence.rule) if divergence.rule in RULES else None,
        "before": list(divergence.before),
        "start": divergence.start,
        "calls": list(divergence.calls),
        "path": divergence.path,
        **_side_as_json("expected", divergence.expected),
        **_side_as_json("actual", divergence.actual),
        "note": divergence.note or None,
    }


def _side_as_json(name: str, value: Any) -> dict[str, Any]:
    """Return one side of a difference: as JSON, or under another name if it is in words."""
    return {f"{name}InWords": str(value)} if isinstance(value, InWords) else {name: value}


def _trouble_as_json(trouble: ProgramError | None) -> dict[str, Any] | None:
    if trouble is None:
        return None
    return {"message": trouble.message, "call": trouble.call, "stderr": trouble.stderr}


def _camel_case(words: str) -> str:
    first, *rest = words.split()
    return first + "".join(map(str.capitalize, rest))


# As JUnit XML -----------------------------------------------------------------------------------


def as_junit(verification: Verification) -> bytes:
    """Return the XML that build servers read: a suite for the vectors, one for the rest."""
    suites = ET.Element("testsuites", name=_xml_text(f"verify {verification.name}".strip()))
    vectors = ET.SubElement(suites, "testsuite", name="vectors")
    for result in verification.cases:
        case = _add_case(vectors, result.case.rule, f"{result.case.id}: {result.case.description}")
        _add_outcome(case, result.outcome, result.divergence, result.lacks)
    program = ET.SubElement(suites, "testsuite", name="program")
    histories = verification.histories
    case = _add_case(program, "histories", "random histories")
    for divergence in histories.divergences:
        _add_outcome(case, Outcome.FAILED, divergence)
    if not histories.ran and not histories.divergences:
        ET.SubElement(case, "skipped", message=_xml_text(histories.note or Outcome.NOT_RUN))
    case = _add_case(program, "driver", "can be driven")
    if verification.trouble is not None:
        error = ET.SubElement(case, "error", message=_xml_text(verification.trouble.message))
        error.text = _xml_text("\n".join(_trouble(verification.trouble)))
    for suite in suites:
        _count(suite)
    ET.indent(suites)
    xml: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _add_case(suite: ET.Element, group: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=_xml_text(group), name=_xml_text(name))


def _add_outcome(
    case: ET.Element, outcome: Outcome, divergence: Divergence | None, lacks: str = ""
) -> None:
    if divergence is not None:
        failure = ET.SubElement(
            case, "failure", message=_xml_text(_with_statement(divergence.rule))
        )
        failure.text = _xml_text("\n".join(failure_as_text(divergence.rule, divergence)))
    elif outcome is not Outcome.PASSED:
        reason = f"{outcome}: it needs {lacks}" if lacks else str(outcome)
        ET.SubElement(case, "skipped", message=_xml_text(reason))


def _count(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))


def _xml_text(text: str) -> str:
    """Escape what XML can't express, and what would control a terminal."""
    return "".join(
        character
        if character.isprintable() or character == "\n"
        else character.encode("unicode_escape").decode()
        for character in text
    )
