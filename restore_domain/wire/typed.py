"""Artifacts straight from JSON text, checked by msgspec while it parses.

A session's artifacts are most of its text, and nearly always as expected. So their types are
told to msgspec, which then makes no dict of an artifact but a struct, and has checked its texts,
numbers and enumerations when Python sees it. At the first thing that is not as expected the
whole document is read in the ordinary way, which knows what to do or to say. The tests hold the
two together; where msgspec is not installed there is only the ordinary way.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from itertools import chain
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args, get_origin

from restore_domain.construction import draft_class
from restore_domain.model.entity_collection import EntityCollection
from restore_domain.model.json_value import NO_DATA, JsonObject
from restore_domain.model.timestamp import checked_text, is_usual
from restore_domain.model.validators import INT32
from restore_domain.wire.properties import TAGS, Property, properties_of, type_annotation
from restore_domain.wire.reading import GIVE_UP, ODATA_TYPE, READERS_KEPT, NotPlain, plain_tags
from restore_domain.wire_limits import DEFAULT_LIMITS, WireLimits

try:
    import msgspec as installed
except ImportError:  # pragma: no cover - the tests hide the module
    installed = None  # type: ignore[assignment]

msgspec: Any = installed

__all__ = ["UNEXPECTED", "is_text_of_entities", "read_text_of_entities", "split"]

UNEXPECTED: Final[tuple[type[Exception], ...]] = (
    GIVE_UP if msgspec is None else (*GIVE_UP, msgspec.MsgspecError, RecursionError)
)
"""What shows that the ordinary way has to read the document."""


def split(text: str, kind: type, limits: WireLimits = DEFAULT_LIMITS) -> Any:
    """Parse a document of this kind, but leave the text of its collections of entities.

    Raises one of `UNEXPECTED` if there is nothing to leave, or no JSON object.
    """
    left = _collections_of(kind)
    if msgspec is None or not left:
        raise NotPlain
    properties = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    if len(properties) > limits.unknown_properties + len(properties_of(kind)):
        raise NotPlain
    return {
        name: content if name in left else msgspec.json.decode(content)
        for name, content in properties.items()
    }


@cache
def _collections_of(kind: type) -> frozenset[str]:
    return frozenset(
        known.name for known in properties_of(kind) if get_origin(known.type) is EntityCollection
    )


def is_text_of_entities(value: Any) -> bool:
    """Tell whether `split` left this."""
    return msgspec is not None and value.__class__ is msgspec.Raw


def read_text_of_entities(
    entity_class: type, text: Any, limits: WireLimits = DEFAULT_LIMITS
) -> list[Any]:
    """Read what `split` left; raises one of `UNEXPECTED` if anything is not as expected."""
    build = _builder(entity_class, limits)
    seen: set[str] = set()
    return [build(struct, seen) for struct in _decoder_of(entity_class, limits).decode(text)]


@lru_cache(READERS_KEPT)
def _decoder_of(entity_class: type, limits: WireLimits) -> Any:
    return msgspec.json.Decoder(_structs(entity_class, limits))


def _structs(entity_class: type, limits: WireLimits) -> Any:
    """Return the type of a list of these, as msgspec checks it."""
    structs: Any = list[_struct(entity_class, limits)]  # type: ignore[misc]
    return Annotated[structs, msgspec.Meta(max_length=limits.entries)]


def _struct(entity_class: type, limits: WireLimits) -> type:
    """Make a struct of the properties; one that may be missing may be null, too.

    Each decoder has structs of its own. msgspec looks into a struct when the first decoder is
    made of it, and a second thread that came to the same struct meanwhile would get a decoder
    of half of it, and crash.
    """
    fields: list[tuple[str, Any, Any]] = []
    for known in properties_of(entity_class):
        kind = _checked(known, limits)
        if known.required:
            fields.append((known.attribute, kind, msgspec.field(name=known.name)))
        else:
            may_miss = kind | None | msgspec.UnsetType
            field = msgspec.field(name=known.name, default=msgspec.UNSET)
            fields.append((known.attribute, may_miss, field))
    if (annotation := type_annotation(entity_class)) is not None:
        fields.append(("odata_type", Literal[annotation], msgspec.field(name=ODATA_TYPE)))
    made: type = msgspec.defstruct(
        entity_class.__name__, fields, forbid_unknown_fields=True, gc=False, kw_only=True
    )
    return made


def _checked(known: Property, limits: WireLimits) -> Any:
    """Return the type as msgspec checks it."""
    if known.type is str:
        shortest = {"min_length": 1} if known.is_key else {}
        return Annotated[str, msgspec.Meta(max_length=limits.text_length, **shortest)]
    if known.type is int:
        return Annotated[int, msgspec.Meta(ge=INT32.start, le=INT32.stop - 1)]
    if known.type is datetime or known.type == TAGS:
        return str
    if get_origin(known.type) is tuple:
        return _structs(get_args(known.type)[0], limits)
    return known.type if _is_plain(known) else _struct(known.type, limits)


def _is_plain(known: Property) -> bool:
    """Tell whether an attribute holds what msgspec made of the property."""
    kind = known.type
    return kind in (str, int) or (isinstance(kind, type) and issubclass(kind, StrEnum))


_Build: TypeAlias = Callable[[Any, set[str]], Any]
"""Makes an entity of a struct; takes the timestamps, too, that this document was seen to have."""


@lru_cache(READERS_KEPT)
def _builder(entity_class: type, limits: WireLimits) -> _Build:
    """Compile a function that makes an entity of a struct."""
    scope: dict[str, Any] = {
        "Draft": draft_class(entity_class),
        "Entity": entity_class,
        "NO_DATA": NO_DATA,
        "UNSET": msgspec.UNSET,
        "checked_text": checked_text,
        "is_usual": is_usual,
        "nulls": lambda names: JsonObject.of_frozen(dict.fromkeys(names)),
    }
    lines = [
        "draft = Draft()",
        "null = None",
        *chain.from_iterable(
            _lines(known, number, scope, limits)
            for number, known in enumerate(properties_of(entity_class))
        ),
        "draft.additional_data = NO_DATA if null is None else nulls(null)",
    ]
    if hasattr(entity_class, "__attrs_post_init__"):
        lines.append("Entity.__attrs_post_init__(draft)")
    lines += ["draft.__class__ = Entity", "return draft"]
    text = "def build(struct, seen):\n" + "\n".join(f"    {line}" for line in lines)
    exec(text, scope)  # noqa: S102 - the text is made of attribute names alone
    build: _Build = scope["build"]
    return build


def _lines(known: Property, number: int, scope: dict[str, Any], limits: WireLimits) -> list[str]:
    """Set one attribute; note a null, which the additional data keeps."""
    target = f"draft.{known.attribute}"
    if _is_plain(known):
        given = [f"{target} = content"]
    elif known.type is datetime:
        check = (
            "if content not in seen: seen.add(checked_text(content))"
            if known.often_equal
            else "if not is_usual(content): checked_text(content)"
        )
        given = [check, f"{target} = content"]
    else:
        scope[f"part{number}"] = _part(known.type, limits)
        given = [f"{target} = part{number}(content, seen)"]
    first = f"content = struct.{known.attribute}"
    if known.required:
        return [first, *given]
    return [
        first,
        f"if content is UNSET: {target} = None",
        "elif content is None:",
        f"    {target} = None",
        f"    null = [*(null or ()), {known.name!r}]",
        "else:",
        *(f"    {line}" for line in given),
    ]


def _part(kind: Any, limits: WireLimits) -> _Build:
    if kind == TAGS:
        return lambda text, _seen: plain_tags(text, limits)
    if get_origin(kind) is tuple:
        build = _builder(get_args(kind)[0], limits)
        return lambda structs, seen: tuple([build(struct, seen) for struct in structs])
    return _builder(kind, limits)
