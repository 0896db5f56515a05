"""A breadth-first search of all roots that calls lead to, each checked when it is first found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final, NamedTuple

from restore_domain.operations import BackupRestoreRoot, RestoreDomainError

from . import invariants
from .space import ACTIVATE, NOON, Key, Space, calls, empty_root, key_of, session_key

A_SECOND: Final = timedelta(seconds=1)


class Found(NamedTuple):
    """The size of a space."""

    states: int
    """Roots that differ in more than ids and times."""

    calls: int
    """Calls that were made: all possible calls on each of these roots."""

    changes: int
    """Calls that were accepted and changed something."""


class BrokenError(AssertionError):
    """A rule that is broken; its text ends with the shortest history that shows it."""


class State(NamedTuple):
    """A root, and the keys of its sessions by their ids."""

    root: BackupRestoreRoot
    keys: Mapping[str, Key]


class Search:
    """A search, and what it has found."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.led_to: dict[Key, tuple[Key, str] | None] = {key_of(()): None}
        """For the key of each root, the key of the previous root, and the call between the two."""
        self.sessions: set[Key] = set()
        self.calls = self.changes = 0

    def run(self) -> Found:
        """Visit every root, and check it and all calls on it; raises `BrokenError`."""
        level, now = [State(empty_root(self.space), {})], NOON
        while level:
            now += A_SECOND
            level = [after for before in level for after in self.after(before, now)]
        return Found(len(self.led_to), self.calls, self.changes)

    def after(self, state: State, now: Any) -> list[State]:
        """Make all calls on a root, and return the new roots."""
        key = key_of(state.keys.values())
        met = []
        for call in calls(self.space, state.root, now):
            self.calls += 1
            check = partial(self.check, key, call.name)
            try:
                outcome = call.run()
            except RestoreDomainError as refused:
                check(invariants.of_refusal, refused)
                continue
            check(invariants.of_step, state.root, outcome, now)
            if call.name == ACTIVATE:
                check(invariants.of_activation, outcome)
            if outcome.root is state.root:
                continue
            self.changes += 1
            after = self.state(state, outcome.root)
            new = key_of(after.keys.values())
            if new not in self.led_to:
                self.led_to[new] = (key, call.name)
                check(invariants.of_root, outcome.root)
                for session in outcome.root.exchange_restore_sessions:
                    if after.keys[session.id] not in self.sessions:
                        check(invariants.of_session, session)
                        self.sessions.add(after.keys[session.id])
                met.append(after)
        return met

    def state(self, before: State, root: BackupRestoreRoot) -> State:
        """Return a root with the keys of its sessions; an unchanged one has the same key."""
        return State(
            root,
            {
                session.id: before.keys[session.id]
                if session is before.root.session(session.id)
                else session_key(session)
                for session in root.exchange_restore_sessions
            },
        )

    def check(self, key: Key, name: str, check: Callable[..., None], *given: Any) -> None:
        """Check something; if it fails, show the calls that led to it."""
        try:
            check(*given)
        except AssertionError as broken:
            history = [name]
            before = self.led_to[key]
            while before is not None:
                key, name = before
                history.append(name)
                before = self.led_to[key]
            raise BrokenError(f"{broken}\nafter: {', '.join(reversed(history))}") from broken


def search(space: Space) -> Found:
    """Visit every root of a space."""
    return Search(space).run()
