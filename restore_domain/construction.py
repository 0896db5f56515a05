"""Making frozen objects quickly: the one place where speed asks for a device.

A frozen attrs class sets each attribute through ``object.__setattr__`` and validates it. For an
object that is copied with one attribute changed, or read from properties that were checked one
by one, that is most of the cost. A *draft* is an instance of a subclass with the same slots that
isn't frozen; giving it the frozen class seals it. A draft never leaves the function that made
it, and holds nothing but values that the validators accept, so the sealed object equals the one
made by a plain call; the tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import chain
from typing import Any

__all__ = ["bare_slots", "draft_class", "evolver", "maker", "tuple_maker"]


def _slot_names(frozen_class: type) -> list[str]:
    """Return every slot of the class, inherited ones first."""
    declared = [base.__dict__.get("__slots__", ()) for base in reversed(frozen_class.__mro__)]
    return list(chain.from_iterable(declared))


def bare_slots(frozen_class: type) -> dict[str, Any]:
    """Return the slots that another descriptor stands in front of, as its attribute ``slot``."""
    found = {name: getattr(frozen_class, name) for name in _slot_names(frozen_class)}
    return {name: known.slot for name, known in found.items() if hasattr(known, "slot")}


@cache
def draft_class(frozen_class: type) -> type[Any]:
    """Return the class of the drafts: it has the same slots, and attributes can be set."""
    namespace = {
        "__slots__": (),
        "__init__": object.__init__,
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
        "__module__": frozen_class.__module__,
    }
    name = f"{frozen_class.__name__}Draft"
    # A subclass without slots of its own: Python then seals a draft without comparing all slots.
    draft: type[Any] = type(frozen_class)(
        name, (frozen_class,), bare_slots(frozen_class) | namespace
    )
    return draft


def maker(frozen_class: type) -> Callable[..., Any]:
    """Compile a function that makes an object of the values of its slots, in their order."""
    return evolver(frozen_class, *_slot_names(frozen_class))


def tuple_maker(tuple_class: type) -> Callable[[tuple[Any, ...]], Any]:
    """Return what makes a named tuple of a tuple, without its ``__new__`` in between."""
    return partial(tuple.__new__, tuple_class)


@cache
def evolver(frozen_class: type, *changed: str) -> Callable[..., Any]:
    """Compile a function that takes an object, and a value for each of the changed attributes.

    It returns a copy with these values. If every attribute is changed it takes no object.
    """
    scope: dict[str, Any] = {"Draft": draft_class(frozen_class), "Frozen": frozen_class}
    slots = bare_slots(frozen_class)
    copied = [name for name in _slot_names(frozen_class) if name not in changed]
    lines = []
    for name in copied:
        value = f"old.{name}"
        if name in slots:
            scope[f"stored_{name}"] = slots[name].__get__
            value = f"stored_{name}(old)"
        lines.append(f"draft.{name} = {value}")
    lines += [f"draft.{name} = {name}" for name in changed]
    parameters = ", ".join(["old", *changed] if copied else changed)
    text = "\n    ".join(
        [
            f"def evolve({parameters}):",
            "draft = Draft()",
            *lines,
            "draft.__class__ = Frozen",
            "return draft",
        ]
    )
    exec(text, scope)  # noqa: S102 - the text is made of attribute names alone
    evolve: Callable[..., Any] = scope["evolve"]
    return evolve
