"""The fuzzer's targets on its seeds, and on texts derived from them: always the same ones."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from random import Random
from typing import Any
from unittest import mock

import pytest

from restore_domain import ExchangeRestoreSession, wire

from .families import FAMILIES
from .mutations import mutated
from .targets import (
    NUMBERS,
    TARGETS,
    check_answers,
    check_calls,
    check_commands,
    check_document,
    check_lines,
)

ROUNDS = {"documents": 1500, "calls": 700, "lines": 500, "answers": 500, "commands": 250}
"""How many texts are made; a fuzzer makes as many in a few seconds."""

each_target = pytest.mark.parametrize("name", TARGETS)


def random_of(name: str) -> Random:
    return Random(name)  # noqa: S311 - no secret


@pytest.mark.slow
@each_target
def test_W1_W4_any_bytes(name: str) -> None:
    target, random = TARGETS[name], random_of(name)
    texts = list(target.seeds())
    for _ in range(ROUNDS[name]):
        text = mutated(random.choice(texts), random, target.head)
        target.check(text)
        if len(text) < 20_000:
            texts.append(text)


@each_target
@pytest.mark.parametrize("text", [b"", b"\0", b"\0\0\0", b"\0\0\n", b"\xff" * 9], ids=repr)
def test_W4_almost_empty_input(name: str, text: bytes) -> None:
    TARGETS[name].check(text)


@pytest.mark.parametrize("family", FAMILIES)
def test_W1_W4_a_hostile_document_is_hostile_to_every_way_in(family: str) -> None:
    for size in (1, 30):
        text = FAMILIES[family](size).encode()
        for kind in (3, 9, 23):  # a session, an artifact, the answer to an update
            check_document(bytes([kind]) + text)
        for head in (b"\0", b"\1", b"\2", b"\3"):
            check_commands(head + text)
        check_calls(text)
        check_lines(text)
        check_answers(b"\0\0" + text)


# The fuzzer itself ----------------------------------------------------------------------------


@each_target
def test_the_same_random_numbers_make_the_same_text(name: str) -> None:
    target = TARGETS[name]
    for seed in islice(target.seeds(), 20):
        one, other = (mutated(seed, random_of(name), target.head) for _ in range(2))
        assert one == other


@each_target
def test_a_seed_is_valid_before_it_is_spoilt(name: str) -> None:
    target = TARGETS[name]
    for seed in islice(target.seeds(), 30):
        target.check(seed)


def failing(check: Callable[[bytes], None], text: bytes) -> bool:
    try:
        check(text)
    except (AssertionError, KeyError):
        return True
    return False


def test_the_targets_see_what_is_wrong() -> None:
    """A loss, another error, an error too long, a changed root, and a raw escape are found."""
    session, number = b'{"id":"s1","x":[1]}', NUMBERS[ExchangeRestoreSession]
    bad = number + b'{"id":1}'
    call = b'{"method":"delete","params":{"sessionId":"s1"}}'
    cases: list[tuple[Callable[[bytes], None], bytes, str, Any]] = [
        (check_document, number + session, "restore_domain.wire.dumps", lambda *_, **__: b"{}"),
        (
            check_document,
            number + session,
            "restore_domain.wire.loads",
            mock.Mock(side_effect=KeyError),
        ),
        (check_calls, call, "restore_domain.wire.perform", mock.Mock(side_effect=KeyError)),
        (check_lines, b"5", "restore_domain.cli.serve.answered", lambda *_: b'{"jsonrpc":"2.0"}'),
        (check_commands, b"\0" + b'{"id":"\\u001b"}', "restore_domain.cli.terminal.printable", str),
    ]
    for check, text, name, broken in cases:
        assert not failing(check, text)
        with mock.patch(name, broken):
            assert failing(check, text), name
    assert not failing(check_document, bad)
    with mock.patch("restore_domain.wire.reading.shown", return_value="x" * 300):
        assert failing(check_document, bad)
    with pytest.raises(wire.WireError):
        wire.loads(bad[1:], ExchangeRestoreSession)
