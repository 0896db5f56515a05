"""From plain JSON values to entities (rules W1, W2 and W4).

`read_carefully` is the rule: it looks at each property of an object, keeps in
``additional_data`` what the attributes can't hold, and collects every problem with its path.
`quick_reader` states the same for an object in which all is as expected, in a straight
line of code; it gives up at the first thing that is not, and the careful way takes over for
that object. The tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from functools import lru_cache, partial
from itertools import chain
from typing import Any, Final, TypeVar, get_args, get_origin

from restore_domain.construction import draft_class
from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.entity_collection import EntityCollection
from restore_domain.model.json_value import (
    ABSENT,
    NO_DATA,
    JsonObject,
    freeze,
    frozen_properties,
    plain_text,
    property_name,
)
from restore_domain.model.public_error import PublicError, PublicErrorDetail, PublicInnerError
from restore_domain.model.restore_point import ProtectionUnitBase, RestorePoint
from restore_domain.model.timestamp import Timestamp, checked_text, is_usual
from restore_domain.model.validators import INT32, is_int32, shown
from restore_domain.status import RestorePointTags
from restore_domain.wire.problems import (
    ROOT,
    Problem,
    Problems,
    WireError,
    index_step,
    name_step,
    unwritable,
)
from restore_domain.wire.properties import (
    GRANULAR_TYPES,
    TAGS,
    Property,
    properties_of,
    type_annotation,
)
from restore_domain.wire_limits import DEFAULT_LIMITS, WireLimits

__all__ = [
    "GIVE_UP",
    "ODATA_TYPE",
    "QUICKLY_READ",
    "READERS_KEPT",
    "Reader",
    "plain_tags",
    "quick_reader",
    "read_carefully",
    "read_collection",
    "read_entries",
    "read_int32",
    "read_key",
    "read_member",
    "read_tags",
    "read_text",
    "read_timestamp",
    "repeated_id",
    "respelled",
]

Reader = Callable[[Any], Any]
"""Takes a JSON value and returns what an attribute holds, or raises WireError."""

_E = TypeVar("_E", bound=StrEnum)

READERS_KEPT: Final = 256
"""How many compiled readers are kept of each kind: a class has one for each choice of limits."""

ODATA_TYPE: Final = "@odata.type"
"""The annotation that says what an entity is."""


def _expected(what: str, value: Any) -> WireError:
    return WireError.at_root(f"expected {what}, got {_described(value)}")


def _described(value: Any) -> str:
    """Name a JSON value in JSON's own words, and not at length."""
    match value:
        case None:
            return "null"
        case bool():
            return f"the boolean {str(value).lower()}"
        case int() | float():
            return f"the number {shown(value)}"
        case str():
            return f"the text {shown(value)}"
        case dict():
            return "an object"
        case list() | tuple():
            return "an array"
    return f"a Python {type(value).__name__}"


def read_text(value: Any, limits: WireLimits = DEFAULT_LIMITS) -> str:
    """Read a text."""
    if not isinstance(value, str):
        raise _expected("a text", value)
    try:
        return plain_text(value, limits)
    except ValueError as error:
        raise WireError.at_root(str(error)) from None


def read_key(value: Any, limits: WireLimits = DEFAULT_LIMITS) -> str:
    """Read the key of an entity."""
    text = read_text(value, limits)
    if not text:
        raise _expected("a text that is not empty", value)
    return text


def read_int32(value: Any) -> int:
    """Read a whole number that fits Edm.Int32."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise _expected("a whole number", value)
    if not is_int32(value):
        raise _expected(f"a number from {INT32.start} to {INT32.stop - 1}", value)
    return int.__int__(value)


def read_timestamp(value: Any) -> Timestamp:
    """Read a point in time."""
    if not isinstance(value, str):
        raise _expected("a timestamp as a text", value)
    try:
        return Timestamp.parse(str.__str__(value))
    except ValueError as error:
        raise WireError.at_root(str(error)) from None


def read_member(enum: type[_E], value: Any) -> _E:
    """Read a member of an evolvable enumeration; one not known is unknownFutureValue (W2)."""
    if not isinstance(value, str):
        raise _expected(f"a text such as {next(iter(enum)).value!r}", value)
    try:
        return enum(value)
    except ValueError:
        return enum["UNKNOWN_FUTURE_VALUE"]


def read_tags(value: Any, limits: WireLimits = DEFAULT_LIMITS) -> tuple[RestorePointTags, ...]:
    """Read a set of flags, which OData writes with commas."""
    if not isinstance(value, str):
        raise _expected("flags in a text", value)
    if value.count(",") >= limits.flags:
        raise WireError.at_root(limits.beyond("flags"))
    tags = value.split(",") if value else []
    return tuple(read_member(RestorePointTags, tag.strip()) for tag in tags)


def read_entries(read: Reader, value: Any, limits: WireLimits = DEFAULT_LIMITS) -> list[Any]:
    """Read each entry of an array, and collect the problems of all."""
    entries, problems = _each(read, value, limits)
    problems.raise_any()
    return entries


def _each(read: Reader, value: Any, limits: WireLimits) -> tuple[list[Any], Problems]:
    """Read each entry of an array; None stands for one that can't be read."""
    if not isinstance(value, (list, tuple)):
        raise _expected("an array", value)
    if len(value) > limits.entries:
        raise WireError.at_root(limits.beyond("entries"))
    entries: list[Any] = []
    problems = Problems(limits)
    for index, entry in enumerate(value):
        try:
            entries.append(read(entry))
        except WireError as error:
            entries.append(None)
            problems.add_all(error.within(index_step(index)))
            if problems.are_enough:
                break
    return entries, problems


def read_collection(
    read: Reader, value: Any, limits: WireLimits = DEFAULT_LIMITS
) -> EntityCollection[Any]:
    """Read entities with different ids."""
    entries, problems = _each(read, value, limits)
    if not problems.found:
        with suppress(ValueError):  # the same id twice: what follows says where
            return EntityCollection(entries)
    problems.add_all(_repeated(entries))
    raise WireError(problems.found)


def _repeated(entities: Iterable[Any]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, entity in enumerate(entities):
        if entity is not None and first.setdefault(entity.id, index) != index:
            yield repeated_id(ROOT + index_step(index), entity.id, index_step(first[entity.id]))


def repeated_id(path: str, entity_id: str, other: str) -> Problem:
    """Say that the entity at this path has the id of the other."""
    return Problem(path + name_step("id"), f"{shown(entity_id)} is the id of {other}, too")


def read_carefully(
    entity_class: type,
    readers: Mapping[str, Reader],
    value: Any,
    limits: WireLimits = DEFAULT_LIMITS,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read each property of an object.

    Returns the attributes, and the additional data: every unknown property, and whatever the
    wire said of a known one that its attribute would not give again. Raises WireError with all
    problems of the object.
    """
    if not isinstance(value, dict):
        raise _expected("an object", value)
    known = {known.name: known for known in properties_of(entity_class)}
    attributes = dict.fromkeys(known.attribute for known in known.values() if not known.required)
    additional: dict[str, Any] = {}
    problems = Problems(limits)
    for given_name, content in _not_too_many(value, known, problems, limits).items():
        if problems.are_enough:
            break
        try:
            name = property_name(given_name, limits)
        except (TypeError, ValueError) as error:
            problems.add(ROOT, str(error))
            continue
        try:
            if name not in known or content is None:
                additional[name] = _kept(content, limits)
            else:
                read = readers[name](content)
                attributes[known[name].attribute] = read
                if not _gives_again(known[name], read, content):
                    additional[name] = _kept(content, limits)
        except WireError as error:
            problems.add_all(error.within(name_step(name)))
    for missing in known.values():
        if not missing.required or value.get(missing.name) is not None:
            continue
        if missing.defaults_to_unknown:
            attributes[missing.attribute] = missing.type["UNKNOWN_FUTURE_VALUE"]
            additional.setdefault(missing.name, ABSENT)
        else:
            problems.add(ROOT + name_step(missing.name), "missing, and it is needed")
    _compare_type(entity_class, additional)
    problems.raise_any()
    return attributes, additional


def _not_too_many(
    value: dict[Any, Any], known: Mapping[str, Property], problems: Problems, limits: WireLimits
) -> dict[Any, Any]:
    """Return the properties of an object; without the unknown ones if these are too many."""
    if len(value) - len(known.keys() & value.keys()) <= limits.unknown_properties:
        return value
    problems.add(ROOT, limits.beyond("unknown_properties"))
    return {name: content for name, content in value.items() if name in known}


def _gives_again(known: Property, read: Any, content: Any) -> bool:
    """Tell whether the attribute is written as it came."""
    return read is not None and (not known.respells or respelled(read) == content)


def _kept(content: Any, limits: WireLimits) -> Any:
    try:
        return freeze(content, 0, limits)
    except (TypeError, ValueError):
        problems = Problems(limits)
        problems.add_all(unwritable(content, limits))
        raise WireError(problems.found) from None


def _compare_type(entity_class: type, additional: dict[str, Any]) -> None:
    """Keep the type annotation only where it is not what the entity is written with."""
    annotation = type_annotation(entity_class)
    if annotation is None:
        return
    if ODATA_TYPE not in additional:
        additional[ODATA_TYPE] = ABSENT
    elif additional[ODATA_TYPE] == annotation:
        del additional[ODATA_TYPE]


def respelled(value: StrEnum | tuple[StrEnum, ...]) -> str:
    """Return the text that an enumeration's value, or a set of flags, is written with."""
    return value.value if isinstance(value, StrEnum) else ",".join(value)


class NotPlain(Exception):  # noqa: N818 - a signal between the two ways, never shown
    """There is something in the object that only the careful way can read."""


GIVE_UP: Final = (NotPlain, WireError, KeyError, TypeError, ValueError, AttributeError)
"""What a quick reader raises where an object is not plain."""

QUICKLY_READ: Final = frozenset(
    {
        GranularMailboxRestoreArtifact,
        MailboxRestoreArtifact,
        ProtectionUnitBase,
        PublicError,
        PublicErrorDetail,
        PublicInnerError,
        RestorePoint,
    }
)
"""The artifacts and their parts: what a session has thousands of."""


def _extras(value: dict[str, Any], known: frozenset[str], limits: WireLimits) -> JsonObject:
    return JsonObject.of_frozen(
        frozen_properties(
            {
                name: content
                for name, content in value.items()
                if content is None or name not in known
            },
            0,
            limits,
        )
    )


@lru_cache(READERS_KEPT)
def quick_reader(entity_class: type, limits: WireLimits = DEFAULT_LIMITS) -> Reader:
    """Compile a function that reads an object of this class in which all is as expected."""
    scope: dict[str, Any] = {
        "Draft": draft_class(entity_class),
        "Entity": entity_class,
        "KNOWN": frozenset(known.name for known in properties_of(entity_class)),
        "LONGEST": limits.text_length,
        "NO_DATA": NO_DATA,
        "NotPlain": NotPlain,
        "checked_text": checked_text,
        "extras": partial(_extras, limits=limits),
        "is_usual": is_usual,
    }
    properties = properties_of(entity_class)
    annotation = type_annotation(entity_class)
    lines = [
        "if value.__class__ is not dict: raise NotPlain",
        "draft = Draft()",
        "get = value.get",
        f"found = {sum(known.required for known in properties) + (annotation is not None)}",
        *chain.from_iterable(
            _quick_lines(known, number, scope, limits) for number, known in enumerate(properties)
        ),
    ]
    if annotation is not None:
        scope["KNOWN"] |= {ODATA_TYPE}
        lines.append(f"if get({ODATA_TYPE!r}) != {annotation!r}: raise NotPlain")
    lines += [
        "if found == len(value):",
        "    draft.additional_data = NO_DATA",
        "else:",
        "    draft.additional_data = extras(value, KNOWN)",
    ]
    if entity_class is MailboxRestoreArtifact:
        scope["GRANULAR"] = GRANULAR_TYPES
        lines.append(f"    if get({ODATA_TYPE!r}) in GRANULAR: raise NotPlain")
    if hasattr(entity_class, "__attrs_post_init__"):
        lines.append("Entity.__attrs_post_init__(draft)")
    lines += ["draft.__class__ = Entity", "return draft"]
    text = "def read(value):\n" + "\n".join(f"    {line}" for line in lines)
    exec(text, scope)  # noqa: S102 - the text is made of property names alone
    read: Reader = scope["read"]
    return read


def _quick_lines(
    known: Property, number: int, scope: dict[str, Any], limits: WireLimits
) -> list[str]:
    """Check and set one attribute, and count what is found."""
    target = f"draft.{known.attribute}"
    check = []
    if known.type is str:
        wrong = "not content or " if known.required else ""
        check = [
            f"if {wrong}content.__class__ is not str: raise NotPlain",
            "if len(content) > LONGEST: raise NotPlain",
            "if not content.isascii(): content.encode()",  # fails at half a surrogate pair
        ]
        found = "content"
    elif known.type is int:
        check = [
            "if content.__class__ is not int: raise NotPlain",
            f"if not {INT32.start} <= content < {INT32.stop}: raise NotPlain",
        ]
        found = "content"
    elif isinstance(known.type, type) and issubclass(known.type, StrEnum):
        scope[f"members{number}"] = {member.value: member for member in known.type}
        found = f"members{number}[content]"
    elif known.type is datetime:
        check = [
            "if content.__class__ is not str: raise NotPlain",
            "if not is_usual(content): checked_text(content)",
        ]
        found = "content"
    else:
        scope[f"read{number}"] = _quick_part(known.type, limits)
        found = f"read{number}(content)"
    given = [*check, f"{target} = {found}"]
    first = f"content = get({known.name!r})"
    if known.required:
        return [first, *given]
    return [
        first,
        f"if content is None: {target} = None",
        "else:",
        "    found += 1",
        *(f"    {line}" for line in given),
    ]


def _quick_part(kind: Any, limits: WireLimits) -> Reader:
    if kind == TAGS:
        return partial(plain_tags, limits=limits)
    if get_origin(kind) is tuple:
        read_entry = quick_reader(get_args(kind)[0], limits)
        return lambda value: tuple([read_entry(entry) for entry in _plain_array(value, limits)])
    return quick_reader(kind, limits)


def plain_tags(value: Any, limits: WireLimits = DEFAULT_LIMITS) -> tuple[RestorePointTags, ...]:
    """Read a set of flags that is written as it came, else raise `NotPlain`."""
    tags = read_tags(value, limits)
    if respelled(tags) != value:
        raise NotPlain
    return tags


def _plain_array(value: Any, limits: WireLimits) -> list[Any]:
    if value.__class__ is not list or len(value) > limits.entries:
        raise NotPlain
    entries: list[Any] = value
    return entries
