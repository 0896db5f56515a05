"""What must be true for any bytes, at every place where bytes enter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import cycle
from types import MappingProxyType
from typing import Any, Final, NamedTuple, NoReturn
from xml.etree import ElementTree as ET

from restore_domain import ExchangeRestoreSession, RestoreDomainError, wire
from restore_domain.cli import serve
from restore_domain.cli.terminal import printable
from restore_domain.operations import BackupRestoreRoot
from restore_domain.verification.comparison import Answer
from restore_domain.verification.histories import Counterexample, counterexample
from restore_domain.verification.program import REFUSED, Program, ProgramError
from restore_domain.verification.report import as_json, as_junit, as_text
from restore_domain.verification.run import (
    CaseResult,
    Outcome,
    Settings,
    Verification,
    _divergence,
)
from restore_domain.verification.strategies import ENTITY_CLASSES
from restore_domain.verification.system import SYSTEM_METHODS, ReferenceSystem, RefusedError
from restore_domain.verification.vectors import Case, Failure, run_case
from restore_domain.wire.json_text import parse
from restore_domain.wire.methods import METHODS
from tests.cli.running import run
from tests.every_vector import CASES
from tests.same_json import same_json
from tests.wire.fixture_files import KINDS, content
from tests.wire.ways import carefully_from, in_full, outcome

__all__ = ["TARGETS", "Target"]


class Target(NamedTuple):
    """A place where bytes enter."""

    check: Callable[[bytes], None]
    """Passes it these bytes, and fails if anything is wrong."""

    seeds: Callable[[], Iterator[bytes]]
    """Bytes to begin with."""

    head: int = 0
    """How many of the bytes decide what is done with the others."""


_CASES: Final = tuple(CASES.values())


# Documents ----------------------------------------------------------------------------------------

NUMBERS: Final = {kind: bytes([number]) for number, kind in enumerate(ENTITY_CLASSES)}
"""The first byte decides what is read from the others."""


def check_document(data: bytes) -> None:
    """Every way to read gives the same, either the document without loss (W1), or a refusal."""
    if not data:
        return
    kind, text = ENTITY_CLASSES[data[0] % len(ENTITY_CLASSES)], data[1:]
    entity, problems = outcome(lambda: wire.loads(text, kind))
    _check_problems(problems)
    for way in (_from_plain_values, _carefully):
        other, its_problems = outcome(lambda way=way: way(text, kind))  # type: ignore[misc]
        assert other == entity
        assert in_full(other) == in_full(entity)
        assert bool(its_problems) == bool(problems)
        assert its_problems == problems or _too_deep(problems) or _too_deep(its_problems)
    _, problems_of_request = outcome(lambda: wire.RequestBody(text).read(kind))
    _check_problems(problems_of_request)
    if entity is not None:
        assert not problems_of_request
        written = wire.dumps(entity)
        assert same_json(json.loads(written), json.loads(text))
        assert same_json(json.loads(written), wire.to_json_value(entity))
        assert wire.loads(written, kind) == entity
        masked = wire.dumps(entity, include_unknown_enum_members=False)
        wire.loads(masked, kind)


def _too_deep(problems: tuple[wire.Problem, ...]) -> bool:
    """Return whether a parser may have failed depending on the depth of its caller's stack."""
    return any(message.startswith("nested deeper") for _, message in problems)


def _from_plain_values(text: bytes, kind: type) -> Any:
    value, _ = parse(text)
    return wire.from_json_value(value, kind)


def _carefully(text: bytes, kind: type) -> Any:
    value, _ = parse(text)
    return carefully_from(value, kind)


def _check_problems(problems: tuple[wire.Problem, ...]) -> None:
    for path, message in problems:
        assert path.startswith("$")
        assert message
        assert len(message) < 300, message
        assert printable(path + message) == path + message
    if problems:
        _check_refusal(wire.WireError(problems))


def _check_refusal(error: RestoreDomainError) -> None:
    """An error can be sent."""
    assert json.loads(json.dumps(wire.error_to_json(error), allow_nan=False))
    assert wire.dumps(error.to_public_error())


def _document_seeds() -> Iterator[bytes]:
    for name, kind in KINDS.items():
        yield NUMBERS[kind] + content(name)
    for case in _CASES:
        for session in case.start.get("sessions", ()):
            yield NUMBERS[ExchangeRestoreSession] + json.dumps(session).encode()


# Operations as JSON -------------------------------------------------------------------------------

NOW: Final = "2026-01-05T09:00:00Z"


def _artifact(number: int, status: str) -> dict[str, Any]:
    artifact = {"id": f"a{number}", "status": status, "destinationType": "new"}
    return artifact | {"restorePoint": {"id": f"p{number}"}}


_SESSIONS: Final = [
    {"id": "s1", "mailboxRestoreArtifacts": [_artifact(1, "added"), _artifact(2, "added")]},
    {
        "id": "s2",
        "createdDateTime": NOW,
        "mailboxRestoreArtifacts": [
            _artifact(1, "scheduling"),
            _artifact(2, "inProgress"),
            _artifact(3, "failed"),
            _artifact(4, "paused"),
        ],
    },
    {"id": "s3", "completedDateTime": "2020-01-05T09:00:00Z", "status": "completed"},
    {"id": "s4", "mailboxRestoreArtifacts": [_artifact(1, "succeeded")]},
]
ROOT: Final = BackupRestoreRoot(
    exchange_restore_sessions=[
        wire.from_json_value(session, ExchangeRestoreSession) for session in _SESSIONS
    ]
)


def check_calls(data: bytes) -> None:
    """A call is performed or refused, with an error of this package, and the old root stays."""
    value, _ = outcome(lambda: parse(data)[0])
    root, written = ROOT, _written(ROOT)
    before = [(root, written)]
    for call in value if isinstance(value, list) else [value]:
        try:
            done = wire.perform(root, call)
        except RestoreDomainError as error:
            _check_refusal(error)
            continue
        json.dumps(done.result, allow_nan=False)
        if done.root is not root:
            root, written = done.root, _written(done.root)
            before.append((root, written))
    for old, as_it_was in before:
        assert _written(old) == as_it_was
    for text in written:
        assert wire.dumps(wire.loads(text, ExchangeRestoreSession)) == text


def _written(root: BackupRestoreRoot) -> list[bytes]:
    return [wire.dumps(session) for session in root.exchange_restore_sessions]


def _call_seeds() -> Iterator[bytes]:
    for case in _CASES:
        calls = [step.call for step in case.steps if step.call["method"] in METHODS]
        if calls:
            yield json.dumps(calls).encode()


# The line protocol --------------------------------------------------------------------------------


def check_lines(data: bytes) -> None:
    """Each line is answered with a line of JSON."""
    reference = ReferenceSystem()
    for line in data.split(b"\n"):
        answer = serve.answered(reference, line)
        assert b"\n" not in answer
        message = json.loads(answer, parse_constant=_no_number)
        assert message["jsonrpc"] == "2.0"
        assert ("result" in message) != ("error" in message)


def _no_number(text: str) -> NoReturn:
    raise AssertionError(f"{text} is not JSON")


def _line_seeds() -> Iterator[bytes]:
    for case in _CASES:
        calls = [{"method": "reset", "params": case.start}, *(step.call for step in case.steps)]
        yield b"\n".join(
            json.dumps({"jsonrpc": "2.0", "id": number, **call}).encode()
            for number, call in enumerate(calls)
        )


# The answers of a program that is verified -------------------------------------------------------


class _Answering(Program):
    """A program that answers every call with these lines, over and over."""

    methods = SYSTEM_METHODS

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._last_id = 1
        self._lines_left = cycle(lines)

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        return self._read(next(self._lines_left), {"method": method, "params": params})

    def _failure(self, message: str, call: Mapping[str, Any] | None = None) -> ProgramError:
        return ProgramError(message, call=call, stderr=message)


def check_answers(data: bytes) -> None:
    """Any answer of a program is judged or reported as invalid."""
    case = _CASES[int.from_bytes(data[:2], "big") % len(_CASES)]
    program = _Answering(data[2:].split(b"\n"))
    with suppress(ProgramError, RefusedError):
        _reported(case, run_case(program, case))
    try:
        found = counterexample(program, [step.call for step in case.steps], case.start)
    except ProgramError as trouble:
        _check_report(Verification(settings=Settings(), trouble=trouble))
    except RefusedError:
        pass
    else:
        _reported(case, found)


def _reported(case: Case, found: Failure | Counterexample | None) -> None:
    if found is not None:
        result = CaseResult(case, Outcome.FAILED, _divergence(found.difference, found.calls, {}))
        _check_report(Verification(settings=Settings(), cases=(result,)))


def _check_report(verification: Verification) -> None:
    for line in as_text(verification):
        assert len(line) < 20_000
    json.loads(json.dumps(as_json(verification), allow_nan=False))
    ET.fromstring(as_junit(verification))  # noqa: S314 - our own


def _answer_seeds() -> Iterator[bytes]:
    for number, case in enumerate(_CASES):
        lines = [_message(step.expected) for step in case.steps]
        yield number.to_bytes(2, "big") + b"\n".join(lines)


def _message(answer: Answer) -> bytes:
    message: dict[str, Any] = {"jsonrpc": "2.0", "id": 1}
    if answer.refusal is None:
        message["result"] = answer.result
    else:
        data = {"code": answer.refusal.code, "httpStatus": answer.refusal.http_status}
        message["error"] = {"code": REFUSED, "message": "no", "data": data}
    return json.dumps(message).encode()


# The commands -------------------------------------------------------------------------------------

_COMMANDS: Final = (
    ("status",),
    ("status", "--json"),
    ("replay",),
    ("replay", "--state"),
)


def check_commands(data: bytes) -> None:
    """The input of the commands is shown or reported, and never controls the terminal."""
    if not data:
        return
    ran = run(*_COMMANDS[data[0] % len(_COMMANDS)], stdin=data[1:])
    assert ran.code in {0, 2}
    for line in (ran.out + ran.err).split("\n"):
        assert printable(line) == line


def _command_seeds() -> Iterator[bytes]:
    yield from (b"\0" + content(name) for name in KINDS)
    yield from (b"\1" + content(name) for name in KINDS)
    for number, case in enumerate(_CASES):
        lines = [json.dumps(step.call).encode() for step in case.steps]
        yield bytes([2 + number % 2]) + b"\n".join(lines)


TARGETS: Final[Mapping[str, Target]] = MappingProxyType(
    {
        "documents": Target(check_document, _document_seeds, head=1),
        "calls": Target(check_calls, _call_seeds),
        "lines": Target(check_lines, _line_seeds),
        "answers": Target(check_answers, _answer_seeds, head=2),
        "commands": Target(check_commands, _command_seeds, head=1),
    }
)
"""Every place where bytes enter."""
