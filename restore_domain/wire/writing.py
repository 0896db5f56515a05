"""From entities to plain JSON values (rules W1, W2 and W3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from restore_domain.construction import bare_slots
from restore_domain.model.json_value import ABSENT, NO_DATA, thaw
from restore_domain.model.session import RestoreSessionBase
from restore_domain.status import mask_unknown_members
from restore_domain.wire.problems import WireError
from restore_domain.wire.properties import Property, properties_of, type_annotation
from restore_domain.wire.reading import ODATA_TYPE, Reader, respelled

__all__ = ["Writer", "compile_writer", "masked_text", "member_text"]

Writer = Callable[[Any], Any]
"""Takes what an attribute holds and returns the plain JSON value."""


def member_text(value: StrEnum | tuple[StrEnum, ...]) -> str:
    """Write an enumeration's member, or a set of flags."""
    return respelled(value)


def masked_text(value: StrEnum | tuple[StrEnum, ...]) -> str:
    """Write it for a client that did not ask for unknown enum members (rule W3)."""
    if isinstance(value, tuple):
        return respelled(tuple(mask_unknown_members(member) for member in value))
    return respelled(mask_unknown_members(value))


def compile_writer(
    entity_class: type,
    writers: Mapping[str, Writer],
    readers: Mapping[str, Reader],
    write_subclass: Writer,
    *,
    include_unknown_enum_members: bool,
) -> Writer:
    """Compile a function that writes an entity of this class as a dict.

    `writers` gives the writer of each property that is neither a text nor a number, and
    `write_subclass` takes over where the class was declared and a subclass came.
    """
    scope: dict[str, Any] = {
        "Entity": entity_class,
        "NO_DATA": NO_DATA,
        "write_subclass": write_subclass,
    }
    annotation = type_annotation(entity_class)
    lines = [
        "if entity.__class__ is not Entity: return write_subclass(entity)",
        f"json = {{{ODATA_TYPE!r}: {annotation!r}}}" if annotation else "json = {}",
    ]
    if issubclass(entity_class, RestoreSessionBase):
        lines.append("told = entity.told")
    for number, known in enumerate(properties_of(entity_class)):
        lines += _lines(entity_class, known, number, writers, scope)
    scope["respell"] = _respeller(
        entity_class, readers, include_unknown_enum_members=include_unknown_enum_members
    )
    lines += [
        "if entity.additional_data is not NO_DATA: respell(entity, json)",
        "return json",
    ]
    text = "def write(entity):\n" + "\n".join(f"    {line}" for line in lines)
    exec(text, scope)  # noqa: S102 - the text is made of property names alone
    write: Writer = scope["write"]
    return write


def _lines(
    entity_class: type,
    known: Property,
    number: int,
    writers: Mapping[str, Writer],
    scope: dict[str, Any],
) -> list[str]:
    """Write one property, if its attribute has a value."""
    value = f"{'told' if known.declared else 'entity'}.{known.attribute}"
    target = f"json[{known.name!r}]"
    if known.type in (str, int):
        written = "value"
    elif isinstance(known.type, type) and issubclass(known.type, StrEnum):
        scope[f"texts{number}"] = {member: writers[known.name](member) for member in known.type}
        written = f"texts{number}[value]"
    else:
        scope[f"write{number}"] = writers[known.name]
        written = f"write{number}(value)"
    if (slot := bare_slots(entity_class).get(known.attribute)) is not None:
        scope[f"stored{number}"] = slot.__get__
        value = f"stored{number}(entity)"
        written = f"value if value.__class__ is str else {written}"
    if known.required:
        return [f"value = {value}", f"{target} = {written}"]
    return [f"value = {value}", f"if value is not None: {target} = {written}"]


def _respeller(
    entity_class: type, readers: Mapping[str, Reader], *, include_unknown_enum_members: bool
) -> Callable[[Any, dict[str, Any]], None]:
    """Make the function that adds what only the additional data knows.

    What it says of a known property counts as long as it still reads as the attribute's value.
    """
    known = {known.name: known for known in properties_of(entity_class)}
    annotated = type_annotation(entity_class) is not None

    def still_reads(name: str, kept: Any, json: dict[str, Any]) -> bool:
        unknown = known[name].defaults_to_unknown and json[name] == "unknownFutureValue"
        if kept is ABSENT or kept is None:
            return unknown or (kept is None and name not in json)
        try:
            return known[name].respells and respelled(readers[name](kept)) == json.get(name)
        except WireError:
            return False

    def respell(entity: Any, json: dict[str, Any]) -> None:
        for name, kept in entity.additional_data.items():
            if name == ODATA_TYPE and annotated:
                del json[ODATA_TYPE]
                if kept is not ABSENT:
                    json[ODATA_TYPE] = thaw(kept)
            elif name not in known:
                if kept is not ABSENT:
                    json[name] = thaw(kept)
            elif still_reads(name, kept, json):
                if kept is ABSENT:
                    del json[name]
                elif kept is None or include_unknown_enum_members:
                    json[name] = thaw(kept)

    return respell
