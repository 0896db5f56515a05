"""A check that nothing iterates over a large collection."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from restore_domain import EntityCollection
from restore_domain.model.persistent_sequence import PersistentSequence

SHORT = 50
"""The length of a collection that an operation may iterate over."""

WALKS: dict[Any, tuple[str, ...]] = {
    EntityCollection: ("__iter__", "cells", "__eq__", "__hash__"),
    PersistentSequence: ("__iter__", "__eq__", "__hash__", "__init__"),
}
"""The methods that iterate over a whole collection."""


@contextmanager
def only_short_walks() -> Iterator[None]:
    """Let these methods fail meanwhile if they are called on a large collection."""
    with pytest.MonkeyPatch.context() as patched:
        for kind, names in WALKS.items():
            for name in names:
                patched.setattr(kind, name, in_small_ones(kind, name))
        yield


def in_small_ones(kind: Any, name: str) -> Callable[..., Any]:
    """A method of collections that fails if it is called on a large one."""
    method = getattr(kind, name)

    def called(self: Any, *arguments: Any) -> Any:
        if name == "__init__":
            method(self, *arguments)
        assert len(self) <= SHORT, f"{name} of a collection of {len(self)}"
        return None if name == "__init__" else method(self, *arguments)

    return called
