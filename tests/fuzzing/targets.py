"""What must hold of any bytes at all, wherever they come in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, NoReturn

from restore_domain import ExchangeRestoreSession, RestoreDomainError, wire
from restore_domain.cli import replay, serve, status
from restore_domain.cli.terminal import BadInputError, printable
from restore_domain.operations import BackupRestoreRoot
from restore_domain.verification.system import ReferenceSystem
from restore_domain.verification.vectors import load_vectors
from restore_domain.wire.calls import METHODS
from restore_domain.wire.json_text import parse
from tests.entity_strategies import ENTITY_CLASSES, same_json
from tests.wire.fixture_files import KINDS, content
from tests.wire.ways import carefully_from, outcome, without_msgspec_loads

__all__ = ["TARGETS", "Target"]


class Target(NamedTuple):
    """A place where bytes come in."""

    check: Callable[[bytes], None]
    """Gives it these bytes, and fails if anything is not as it must be."""

    seeds: Callable[[], Iterator[bytes]]
    """Bytes to begin with."""


# Documents ----------------------------------------------------------------------------------------

_NUMBERS: Final = {kind: bytes([number]) for number, kind in enumerate(ENTITY_CLASSES)}
"""The first byte says what is read from the others."""


def check_document(data: bytes) -> None:
    """Every way to read gives the same, which is the document without a loss (W1), or refused."""
    if not data:
        return
    kind, text = ENTITY_CLASSES[data[0] % len(ENTITY_CLASSES)], data[1:]
    entity, problems = outcome(lambda: wire.loads(text, kind))
    _check_problems(problems)
    for way in (without_msgspec_loads, _from_plain_values, _carefully):
        other, its_problems = outcome(lambda way=way: way(text, kind))  # type: ignore[misc]
        assert other == entity
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
    """Tell whether a parser may have given up, where depends on how deep its caller stands."""
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
        error = wire.WireError(problems)
        assert wire.dumps(error.to_public_error())
        assert json.dumps(wire.error_to_json(error))


def _document_seeds() -> Iterator[bytes]:
    for name, kind in KINDS.items():
        yield _NUMBERS[kind] + content(name)
    for vectors in load_vectors():
        for case in vectors.cases:
            for session in case.start.get("sessions", ()):
                yield _NUMBERS[ExchangeRestoreSession] + json.dumps(session).encode()


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
    """A call is done or refused, with an error of this package, and the old root stays."""
    value, _ = outcome(lambda: parse(data)[0])
    root, written = ROOT, _written(ROOT)
    before = [(root, written)]
    for call in value if isinstance(value, list) else [value]:
        try:
            done = wire.perform(root, call)
        except RestoreDomainError as error:
            assert json.dumps(wire.error_to_json(error), allow_nan=False)
            assert wire.dumps(error.to_public_error())
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
    for vectors in load_vectors():
        for case in vectors.cases:
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
    raise AssertionError(f"{text} is no JSON")


def _line_seeds() -> Iterator[bytes]:
    for vectors in load_vectors():
        for case in vectors.cases:
            calls = [{"method": "reset", "params": case.start}, *(step.call for step in case.steps)]
            yield b"\n".join(
                json.dumps({"jsonrpc": "2.0", "id": number, **call}).encode()
                for number, call in enumerate(calls)
            )


# The commands -------------------------------------------------------------------------------------


def check_commands(data: bytes) -> None:
    """What the commands read is shown, or complained of."""
    try:
        findings = status._findings(status._read_all([("x", data)]))
    except BadInputError as error:
        assert error.problems
    else:
        for finding in findings:
            for line in (*status._text_lines(finding), *status._json_lines(finding)):
                assert line
    try:
        calls = replay._calls("x", data)
    except BadInputError as error:
        assert error.problems
    else:
        for _, call in calls:
            assert replay._name(call)


def _command_seeds() -> Iterator[bytes]:
    yield from (content(name) for name in KINDS)
    yield b"\n".join(
        json.dumps({"method": "expire", "params": {"now": NOW}}).encode() for _ in "ab"
    )


TARGETS: Final[Mapping[str, Target]] = MappingProxyType(
    {
        "documents": Target(check_document, _document_seeds),
        "calls": Target(check_calls, _call_seeds),
        "lines": Target(check_lines, _line_seeds),
        "commands": Target(check_commands, _command_seeds),
    }
)
"""Every place where bytes come in."""
