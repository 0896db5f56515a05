"""The ways from JSON to an entity, which all have to agree."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final
from unittest import mock

import cattrs

from restore_domain.verification.strategies import ENTITY_CLASSES
from restore_domain.wire import (
    Problem,
    WireError,
    converter,
    from_json_value,
    json_text,
    loads,
    make_converter,
    typed,
)

Way = Callable[[str, type], Any]


@contextmanager
def without_msgspec() -> Iterator[None]:
    """Hide msgspec, as where it is not installed."""
    with mock.patch.object(json_text, "msgspec", None), mock.patch.object(typed, "msgspec", None):
        yield


def _careful_converter() -> cattrs.Converter:
    """A converter that reads every object by `read_carefully`, and none quickly."""
    with mock.patch.object(converter, "QUICKLY_READ", frozenset[type]()):
        made = make_converter()
        for kind in ENTITY_CLASSES:
            made.get_structure_hook(kind)  # makes the reader now, and those of all its parts
    return made


_CAREFUL: Final = _careful_converter()


def carefully_from(value: Any, kind: type) -> Any:
    """Read plain values by the rule alone."""
    return _CAREFUL.structure(value, kind)


def carefully(text: str, kind: type) -> Any:
    """Read it by the rule alone."""
    return carefully_from(json.loads(text), kind)


def quickly(text: str, kind: type) -> Any:
    """Read plain values, each object quickly where that is possible."""
    return from_json_value(json.loads(text), kind)


def without_msgspec_loads(text: str, kind: type) -> Any:
    """Read text where msgspec is not installed."""
    with without_msgspec():
        return loads(text, kind)


OTHER_WAYS: Final[Mapping[str, Way]] = MappingProxyType(
    {"text": loads, "plain values": quickly, "without msgspec": without_msgspec_loads}
)
"""How an application may read; `carefully` is what they are measured by."""


def outcome(read: Callable[[], Any]) -> tuple[Any, tuple[Problem, ...]]:
    """Return what was read, and the problems. Nothing but WireError may be raised."""
    try:
        return read(), ()
    except WireError as error:
        return None, error.problems
