"""From JSON text to the checked struct of a document (rules W1, W2 and W4).

**The schema learns.** A struct accepts only properties that it knows. If there is an unknown one,
the error names the object that has it; the unknown names of that object are added to the schema,
and the document is decoded again. So a document in which every artifact has an annotation or an
unknown property is read as fast as any other, and msgspec also writes it. The schema changes only a
few times for each document.

**Granular artifacts.** A page whose context says that its artifacts are granular is read with the
schema of these, and so is a granular artifact among those of whole mailboxes (rule W5).

**Odd entries.** An entry that even a learned schema refuses, for example because of a name with a
quote in it, is read separately by the careful reader. If the document as a whole is invalid,
`structured` raises one of `UNEXPECTED`: then the careful reader reads all of it, and describes the
problems.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import count
from math import isfinite
from types import NoneType
from typing import Any, Final

import msgspec
from msgspec import UNSET, ValidationError

from restore_domain.model.artifact import GranularMailboxRestoreArtifact, MailboxRestoreArtifact
from restore_domain.model.json_limits import WireLimits
from restore_domain.model.json_value import property_name
from restore_domain.model.page import MailboxRestoreArtifactCollectionResponse
from restore_domain.wire.properties import (
    GRANULAR_TYPE,
    ODATA_CONTEXT,
    ODATA_TYPE,
    entry_kinds,
    is_granular,
    is_of_granular,
    properties_of,
)
from restore_domain.wire.reading import reader_of
from restore_domain.wire.schema import (
    SCHEMAS_KEPT,
    Names,
    PageOfGranular,
    Unexpected,
    check,
    decoder_of,
    is_collection,
    parts_of,
)

__all__ = ["structured", "structured_value"]

_LESSONS: Final = 4
"""How often a document may add names to its schema."""

_MOST_NAMES: Final = 60
"""How many names a schema learns: with more, each entry probably has names of its own."""

_SMALL: Final = 2**16
"""How many characters are read carefully in the time that it takes to make a new schema."""


def structured(kind: type, text: str | bytes, limits: WireLimits) -> Any:
    """Return the checked struct of a document; raises one of `UNEXPECTED` if there is none."""
    found = _Decoding(kind, text, limits).struct()
    check(found)
    return found


def structured_value(kind: type, value: Any, limits: WireLimits) -> Any:
    """Return the checked struct of plain values; raises one of `UNEXPECTED` if there is none.

    They are converted to text in between, so that nothing is shared with the caller. Values that
    msgspec would write although they are not JSON are refused.
    """
    text = msgspec.json.encode(value)  # raises RecursionError for a value that contains itself
    if not _is_plain(value):
        raise Unexpected
    return structured(kind, text, limits)


_CONTAINERS: Final = frozenset({dict, list, tuple})
_PLAIN: Final = _CONTAINERS | {str, int, float, bool, NoneType}


def _is_plain(value: Any) -> bool:
    """Return whether a value is what a JSON parser returns, or has tuples instead of lists."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if type(node) is dict and not {*map(type, node)} <= {str}:
            return False
        contents = node.values() if type(node) is dict else node
        kinds = {*map(type, contents)}
        if not kinds <= _PLAIN:
            return False
        if float in kinds and not all(isfinite(x) for x in contents if type(x) is float):
            return False
        if not kinds.isdisjoint(_CONTAINERS):
            waiting += [content for content in contents if type(content) in _CONTAINERS]
    return True


@lru_cache(SCHEMAS_KEPT)
def _asked_for(_kind: type, _names: Names, _limits: WireLimits) -> Iterator[int]:
    """Count how often a schema was requested, from 0 on."""
    return count()


class _Decoding:
    """The decoding of one document, with a schema that learns."""

    def __init__(self, kind: type, text: str | bytes, limits: WireLimits) -> None:
        self._kind = kind
        self._text = text
        self._limits = limits
        self._names: Names = frozenset()
        self._lessons = _LESSONS

    def struct(self) -> Any:
        """Return the struct of the document."""
        kind = PageOfGranular if _may_be_of_granular(self._kind, self._text) else self._kind
        with suppress(ValidationError):
            found = self._decoded(kind, self._text)
            if _is_as_it_says(found):
                return found
        return self._with_odd_entries(self._kind, self._text)

    def _decoded(self, kind: type, text: Any, *, raw: bool = False) -> Any:
        """Return the struct of an object; raises ValidationError if no schema fits it."""
        while True:
            try:
                return decoder_of(kind, self._names, self._limits, raw=raw).decode(text)
            except ValidationError as error:
                if not self._learns(kind, msgspec.Raw(text), str(error)):
                    raise

    def _with_odd_entries(self, kind: type, text: Any) -> Any:
        """Return the struct of a document, reading its entries one by one."""
        collections = [known for known in properties_of(kind) if is_collection(known)]
        if not collections or any(_may_be_repeated(known.name, text) for known in collections):
            raise Unexpected
        found = self._decoded(kind, text, raw=True)
        untyped = GRANULAR_TYPE if _is_page_of_granular(found) else None
        for known in collections:
            raws = getattr(found, known.attribute)
            if raws.__class__ is list:
                entry_class = entry_kinds(known.type)[0]
                cells = [self._entry(entry_class, raw, untyped) for raw in raws]
                msgspec.structs.force_setattr(found, known.attribute, cells)
        return found

    def _entry(self, declared: type, raw: msgspec.Raw, untyped: str | None) -> Any:
        """Return the struct of an entry, or its entity if the schema does not fit."""
        entity_class = declared
        if declared is MailboxRestoreArtifact and is_granular(_type_of(raw, untyped)):
            entity_class = GranularMailboxRestoreArtifact
        with suppress(ValidationError):
            return self._decoded(entity_class, raw)
        if any(map(is_collection, properties_of(entity_class))):
            return self._with_odd_entries(entity_class, raw)
        return reader_of(entity_class, self._limits)(msgspec.json.decode(raw))

    def _learns(self, kind: type, node: msgspec.Raw, error: str) -> bool:
        """Add the unknown names of the faulty object, and of those around it.

        Returns whether this makes another schema, and whether it is worth making: a small document
        with names that no document had before is read carefully in less time.
        """
        if not self._lessons:
            return False
        found = {*self._names, *self._unknown(kind, node, error)}
        for _, name in found - self._names:
            property_name(name, self._limits)
        if len(found) > _MOST_NAMES or not all(_is_field(name) for _, name in found):
            return False
        names = frozenset(found)
        if names == self._names:
            return False
        if len(self._text) < _SMALL and next(_asked_for(self._kind, names, self._limits)) == 0:
            raise Unexpected
        self._names = names
        self._lessons -= 1
        return True

    def _unknown(self, kind: type, node: msgspec.Raw, error: str) -> set[tuple[type, str]]:
        """Return unknown properties of the faulty object, and of those around it.

        The first attempt is only the one that the error names: usually there is no other, and
        looking for others takes two passes over the whole document.
        """
        at_fault = _named_in(error, kind) if self._lessons == _LESSONS else None
        if at_fault is not None:
            return {at_fault}
        found: set[tuple[type, str]] = set()
        _note_unknown(kind, node, _steps_in(error), found)
        return found


def _may_be_of_granular(kind: type, text: str | bytes) -> bool:
    """Return whether a text may be a page of granular artifacts, judging by its first context.

    The result is compared with the page afterwards, so a wrong guess only costs time.
    """
    if kind is not MailboxRestoreArtifactCollectionResponse:
        return False
    pattern: Any = _CONTEXT_IN[type(text)]
    found = pattern.search(text)
    context = found and found[1]
    return is_of_granular(context.decode() if isinstance(context, bytes) else context)


_CONTEXT: Final = r'"@odata\.context"\s*:\s*"([^"\\]*)"'
_CONTEXT_IN: Final = {str: re.compile(_CONTEXT), bytes: re.compile(_CONTEXT.encode())}


_PAGES: Final = frozenset({MailboxRestoreArtifactCollectionResponse, PageOfGranular})


def _is_page_of_granular(document: Any) -> bool:
    """Return whether the struct of a document is a page of granular artifacts (rule W5)."""
    if document.entity_class not in _PAGES:
        return False
    attribute = document.learned.get(ODATA_CONTEXT)
    return attribute is not None and is_of_granular(getattr(document, attribute))


def _is_as_it_says(document: Any) -> bool:
    """Return whether a page was read with the schema that its context and types require (W5).

    For other pages the types are in their schema.
    """
    granular = document.entity_class is PageOfGranular
    if _is_page_of_granular(document) is not granular:
        return False
    attribute = document.value[0].learned.get(ODATA_TYPE) if granular and document.value else None
    types = {getattr(entry, attribute) for entry in document.value} if attribute else set()
    return all(map(is_granular, types - {None, UNSET}))


class _Typed(msgspec.Struct, gc=False):
    """The properties of an entry that determine its type."""

    type: Any = msgspec.field(name=ODATA_TYPE, default=None)


_TYPED: Final = msgspec.json.Decoder(_Typed)


def _type_of(raw: msgspec.Raw, untyped: str | None) -> Any:
    annotation = _TYPED.decode(raw).type
    return untyped if annotation is None else annotation


def _may_be_repeated(name: str, text: Any) -> bool:
    """Return whether a collection may occur twice: msgspec does not look into the first (W4)."""
    data = text.encode() if isinstance(text, str) else bytes(text)
    return data.count(f'"{name}"'.encode()) > 1 or _ESCAPED_LETTER.search(data) is not None


_ESCAPED_LETTER: Final = re.compile(rb"\\u00[4-7]")
"""The beginning of an escaped letter, which is never necessary, but may be in a name."""

_is_field: Final = re.compile(r'[^\\"\x00-\x1f]*').fullmatch
"""Matches a name that msgspec uses as a field."""

_STEP: Final = re.compile(r"\.(?P<name>[^.\[`]+)|\[(?P<index>\d+)\]")
"""A step of the path in an error of msgspec: a property, or an entry of an array."""


def _steps_in(error: str) -> list[str]:
    """Return the steps to the faulty object; empty if it is the document itself."""
    _, separator, path = error.rpartition(" - at `$")
    steps = [match["name"] or match["index"] for match in _STEP.finditer(path)]
    return steps if separator else []


_UNKNOWN_FIELD: Final = re.compile(r"Object contains unknown field `([^`]*)`(?: - at `[^`]*`)?")
"""msgspec's message about a property that a struct does not know."""


def _named_in(error: str, kind: type) -> tuple[type, str] | None:
    """Return the class and the name of the unknown property in an error of msgspec."""
    found = _UNKNOWN_FIELD.fullmatch(error)
    owner: type | None = kind
    for step in _steps_in(error):
        if owner is not None and not step.isdecimal():
            owner = parts_of(owner).get(step)
    return None if found is None or owner is None else (owner, found[1])


def _note_unknown(
    kind: type, node: msgspec.Raw, steps: list[str], found: set[tuple[type, str]]
) -> None:
    """Collect the unknown properties of an object and its parts, up to too many for a schema.

    In a collection only the entry that the steps lead to is looked at: there may be thousands.
    """
    parts = parts_of(kind)
    properties = {known.name: known for known in properties_of(kind)}
    for name, content in _opened(node, dict).items():
        if len(found) > _MOST_NAMES:
            return
        below = steps[1:] if steps[:1] == [name] else []
        part = parts.get(name)
        if name not in parts:
            found.add((kind, name))
        elif part is None:
            continue
        elif not entry_kinds(properties[name].type):
            _note_unknown(part, content, below, found)
        else:
            entries = _opened(content, list)
            if is_collection(properties[name]):
                entries = [
                    entry for index, entry in enumerate(entries) if below[:1] == [str(index)]
                ]
            for entry in entries:
                _note_unknown(part, entry, below[1:], found)


def _opened(node: msgspec.Raw, shape: type) -> Any:
    """Return an object or an array, parsed only down to its entries; empty if it is neither."""
    try:
        return _OPENED[shape].decode(node)
    except ValidationError:
        return shape()


_OPENED: Final[dict[type, Any]] = {
    dict: msgspec.json.Decoder(dict[str, msgspec.Raw]),
    list: msgspec.json.Decoder(list[msgspec.Raw]),
}
