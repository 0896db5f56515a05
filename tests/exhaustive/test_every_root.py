"""Every root of a small size: its invariants, and the numbers on the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from restore_domain import operations
from restore_domain.operations import Outcome, reports

from .search import BrokenError, search
from .space import Space

PAGE: Final = (Path(__file__).parents[2] / "docs" / "what-is-exhausted.md").read_text("utf-8")

ONE: Final = Space(sessions=1, active_sessions=1)
SMALL: Final = {
    "one session": ONE,
    "two sessions of one mailbox each": Space(
        sessions=2, active_sessions=1, artifacts=1, whole_only=True
    ),
}
LARGE: Final = {
    "two sessions of one artifact each, one of which may be active": Space(
        sessions=2, active_sessions=1, artifacts=1
    ),
    "two sessions of one artifact each, both of which may be active": Space(
        sessions=2, active_sessions=2, artifacts=1
    ),
    "one session, with results, starts and policies": attrs.evolve(ONE, results=True),
    "one session that is observed": attrs.evolve(ONE, snapshots=True),
    "two sessions, one of which may be active": Space(sessions=2, active_sessions=1),
    "two sessions, both of which may be active": Space(sessions=2, active_sessions=2),
}


def said_of(name: str) -> list[str]:
    """Return the numbers that the page has for a space."""
    (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in row.split("|")[2:5]]


def check(name: str, space: Space) -> None:
    found = search(space)
    assert [f"{number:,}" for number in found] == said_of(name)


@pytest.mark.parametrize("name", SMALL)
def test_O1_O9_S1_S10_hold_in_every_root_of_a_small_space(name: str) -> None:
    check(name, SMALL[name])


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", LARGE)
def test_O1_O9_S1_S10_hold_in_every_root_of_a_large_space(name: str) -> None:
    check(name, LARGE[name])


# Findings -----------------------------------------------------------------------------------------


def without_an_event(record: Callable[..., Outcome[Any]]) -> Callable[..., Outcome[Any]]:
    return lambda *given, **named: record(*given, **named)._replace(events=())


def without_a_limit(activate: Callable[..., Outcome[Any]]) -> Callable[..., Outcome[Any]]:
    def activated(root: Any, *given: Any, **named: Any) -> Outcome[Any]:
        limits = attrs.evolve(root.limits, active_sessions=9)
        outcome = activate(attrs.evolve(root, limits=limits), *given, **named)
        return outcome._replace(root=attrs.evolve(outcome.root, limits=root.limits))

    return activated


def with_an_old_time(update: Callable[..., Outcome[Any]]) -> Callable[..., Outcome[Any]]:
    def updated(root: Any, session_id: str, *given: Any, **named: Any) -> Outcome[Any]:
        created = root.session(session_id).created_date_time
        return update(root, session_id, *given, **named | {"now": created})

    return updated


FAULTS: Final = {
    "record": (without_an_event, "one session", "a change without an event"),
    "activate_session": (without_a_limit, "two sessions of one mailbox each", "O4"),
    "update_session": (with_an_old_time, "one session", "S6"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_an_operation_is_found_with_the_calls_that_lead_to_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrongly, space, said = FAULTS[name]
    monkeypatch.setattr(operations, name, wrongly(getattr(operations, name)))
    with pytest.raises(BrokenError, match=rf"{said}.*\nafter: create, ") as caught:
        search(SMALL[space])
    assert str(caught.value).count(",") < 6


def test_a_terminal_status_that_is_left_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The function that refuses a report: without it, statuses move back."""
    monkeypatch.setattr(reports, "refusal", lambda *_given, **_named: None)
    with pytest.raises(BrokenError, match="L2"):
        search(ONE)
