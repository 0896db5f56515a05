"""Layer 2: making and reading frozen objects quickly, the one place where code is compiled.

A frozen attrs class sets each attribute through ``object.__setattr__`` and validates it. For an
object that is copied with one attribute changed, or made from properties that a parser has checked,
this is most of the cost. A *draft* is an instance of a subclass with the same slots that isn't
frozen; assigning the frozen class to it seals it. A draft never leaves the function that made it,
and contains only values that the validators accept, so the sealed object equals one that is made by
a normal call; the tests compare the two.

The functions are compiled because a loop over the attributes would cost as much as it saves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any

import attrs

__all__ = [
    "Conversion",
    "converting_maker",
    "dict_filler",
    "draft_class",
    "evolver",
    "maker",
    "slot_names",
]


def slot_names(frozen_class: type) -> list[str]:
    """Return every slot of the class, inherited ones first."""
    declared = [base.__dict__.get("__slots__", ()) for base in reversed(frozen_class.__mro__)]
    return list(chain.from_iterable(declared))


@cache
def draft_class(frozen_class: type) -> type[Any]:
    """Return the class of the drafts: it has the same slots, but its attributes can be set."""
    namespace = {
        "__slots__": (),
        "__init__": object.__init__,
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    # A subclass without slots of its own: Python can then seal a draft without comparing all slots.
    draft: type[Any] = type(frozen_class)(
        f"{frozen_class.__name__}Draft", (frozen_class,), namespace
    )
    return draft


def _compiled(
    parameters: Iterable[str], lines: Iterable[str], scope: dict[str, Any]
) -> Callable[..., Any]:
    """Compile a function from these lines."""
    text = f"def function({', '.join(parameters)}):\n" + "\n".join(f"    {line}" for line in lines)
    exec(text, scope)  # noqa: S102 - the text is made of attribute names alone
    function: Callable[..., Any] = scope["function"]
    return function


def _sealing(
    frozen_class: type, parameters: Iterable[str], lines: Iterable[str], scope: dict[str, Any]
) -> Callable[..., Any]:
    """Compile a function that fills a draft by these lines, seals it and returns it."""
    scope |= {"Draft": draft_class(frozen_class), "Frozen": frozen_class}
    body = ["draft = Draft()", *lines, "draft.__class__ = Frozen", "return draft"]
    return _compiled(parameters, body, scope)


def maker(frozen_class: type) -> Callable[..., Any]:
    """Return a function that makes an object from the values of its slots, in their order."""
    return evolver(frozen_class, *slot_names(frozen_class))


@cache
def evolver(frozen_class: type, *changed: str) -> Callable[..., Any]:
    """Return a function that takes an object, and a value for each of the changed attributes.

    The function returns a copy with these values. If every attribute is changed, it takes no
    object.
    """
    copied = [name for name in slot_names(frozen_class) if name not in changed]
    lines = [f"draft.{name} = old.{name}" for name in copied]
    lines += [f"draft.{name} = {name}" for name in changed]
    return _sealing(frozen_class, ["old", *changed] if copied else changed, lines, {})


@attrs.frozen
class Conversion:
    """How an attribute is converted from the attribute of the same name of another object."""

    attribute: str
    """The name of the attribute in both objects."""

    convert: Callable[[Any], Any] | None
    """Makes the value, or returns None for an unknown one; None if the value is used unchanged."""

    required: bool
    """Whether the value is always present; otherwise it may be missing, or None."""

    default: Any
    """The value to use if it is missing or None."""

    unknown: Any
    """The value to use if `convert` doesn't know it; it is then left over."""

    lossy: bool
    """Whether the conversion may lose information of any other value, which is then left over."""


def converting_maker(  # noqa: PLR0913 - what the two kinds of objects need
    frozen_class: type,
    conversions: Sequence[Conversion],
    *,
    missing: object,
    rest_of: Callable[[Any], Any] | None = None,
    always_rest: bool = False,
    nothing: object = None,
    finish: Callable[[Any, Any], None] | None = None,
) -> Callable[[Any], Any]:
    """Return a function that converts another object, attribute by attribute.

    With `rest_of`, the attribute ``additional_data`` becomes ``rest_of(source)`` if the attributes
    leave something over, which means a None or information that a conversion loses, or if
    `always_rest` is true; otherwise it becomes `nothing`. With `finish`, that function is called
    with the draft and the other object, and sets the attributes that no conversion sets.
    """
    scope: dict[str, Any] = {
        "missing": missing,
        "rest_of": rest_of,
        "nothing": nothing,
        "finish": finish,
    }
    lines = [f"left = {always_rest}"]
    for number, conversion in enumerate(conversions):
        scope |= {
            f"convert{number}": conversion.convert,
            f"default{number}": conversion.default,
            f"unknown{number}": conversion.unknown,
        }
        lines += [
            f"value = source.{conversion.attribute}",
            *_conversion_lines(number, conversion),
            f"draft.{conversion.attribute} = value",
        ]
    if rest_of is not None:
        lines.append("draft.additional_data = rest_of(source) if left else nothing")
    if finish is not None:
        lines.append("finish(draft, source)")
    return _sealing(frozen_class, ["source"], lines, scope)


def _conversion_lines(number: int, conversion: Conversion) -> list[str]:
    """Convert a present value, or replace a missing one."""
    given = []
    if conversion.convert is not None:
        given.append(f"value = convert{number}(value)")
    if conversion.unknown is not None:
        given.append(f"if value is None: value = unknown{number}; left = True")
    if conversion.lossy:
        given.append("left = True")
    if conversion.required:
        return given
    is_left = "True" if conversion.default is not None else "left or value is None"
    return [
        "if value is missing or value is None:",
        f"    left = {is_left}",
        f"    value = default{number}",
        *(["else:", *(f"    {line}" for line in given)] if given else []),
    ]


def dict_filler(
    columns: Iterable[tuple[str, str, Callable[[Any], Any] | None]],
) -> Callable[[Any, dict[str, Any]], None]:
    """Return a function that puts the attributes of an object that are not None into a dict.

    A column is the key in the dict, the attribute, and the function that makes the value, or None
    if the value is used unchanged.
    """
    scope: dict[str, Any] = {}
    lines = ["pass"]
    for number, (key, attribute, convert) in enumerate(columns):
        scope |= {f"key{number}": key, f"convert{number}": convert}
        value = "value" if convert is None else f"convert{number}(value)"
        lines += [
            f"value = source.{attribute}",
            f"if value is not None: target[key{number}] = {value}",
        ]
    return _compiled(["source", "target"], lines, scope)
