"""Which properties of an entity are written if a client asks only for some of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final, get_origin

import attrs

from restore_domain.model import (
    ExchangeRestoreSessionCollectionResponse,
    MailboxRestoreArtifactCollectionResponse,
    MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse,
)
from restore_domain.model.collection import EntityCollection
from restore_domain.model.json_path import ROOT, name_step
from restore_domain.model.validators import several
from restore_domain.wire.problems import WireError
from restore_domain.wire.properties import ODATA_TYPE, entry_kinds, properties_of

__all__ = ["Selection", "selection_of"]

_PAGES: Final = frozenset(
    {
        ExchangeRestoreSessionCollectionResponse,
        MailboxRestoreArtifactCollectionResponse,
        MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse,
    }
)
"""The types that are lists of entities, so that a selection applies to their entries."""


@attrs.frozen
class Selection:
    """The properties to write of an entity, or of each entry of a page."""

    of_entries: bool
    """Whether it applies to the entries of a page."""

    hidden: frozenset[str]
    """The collections that are not written."""

    shown: frozenset[str] | None
    """The properties that are written; None for all except the hidden ones."""

    def of(self, written: dict[str, Any]) -> dict[str, Any]:
        """Return the selected part of an entity, or of a page, that was written."""
        if not self.of_entries:
            return self._of_entity(written)
        return {**written, "value": [self._of_entity(entry) for entry in written["value"]]}

    def _of_entity(self, written: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in written.items() if self._shows(name)}

    def _shows(self, name: str) -> bool:
        annotated, at, _ = name.partition("@")
        if at and not annotated:  # an annotation of the entity itself determines how it is read
            return self.shown is None or name == ODATA_TYPE
        if self.shown is None:
            return annotated not in self.hidden
        return annotated in self.shown


def selection_of(kind: Any, select: Any, expand: Any) -> Selection:
    """Return the selection for an entity of this class; WireError for names that it lacks.

    Without `select` all properties are shown, and without `expand` no collections.
    """
    of_entries = kind in _PAGES
    entry_class = entry_kinds(_type_of(kind, "value"))[0] if of_entries else kind
    own, keys, collections = _names_of(entry_class)
    problems: list[tuple[str, str]] = []
    expanded: frozenset[str] = frozenset()
    if expand is not None:
        expanded = _known(expand, "expand", collections, own, problems)
    shown = None
    if select is not None:
        shown = _known(select, "select", own, collections, problems) | keys | expanded
    if problems:
        raise WireError(problems)
    return Selection(of_entries, collections - expanded, shown)


@cache
def _names_of(entity_class: type) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the names of the entity's own properties, the keys, and the others.

    The others are its collections of entities, which have endpoints of their own.
    """
    properties = properties_of(entity_class)
    collections = frozenset(
        known.name for known in properties if get_origin(known.type) is EntityCollection
    )
    keys = frozenset(known.name for known in properties if known.is_key)
    return frozenset(known.name for known in properties) - collections, keys, collections


def _type_of(entity_class: type, name: str) -> Any:
    (found,) = (known.type for known in properties_of(entity_class) if known.name == name)
    return found


def _known(
    given: Iterable[Any],
    parameter: str,
    names: frozenset[str],
    others: frozenset[str],
    problems: list[tuple[str, str]],
) -> frozenset[str]:
    """Return the given names; for each unknown one, report the closest known name."""
    from difflib import get_close_matches  # noqa: PLC0415 - of no use until a name is wrong

    asked = tuple(several(given, parameter))
    for name in asked:
        if not isinstance(name, str):
            raise TypeError(f"{parameter}: expected names, got {name!r}")
        if name in names:
            continue
        if name in others:
            other = "expand" if parameter == "select" else "select"
            message = f"not a name to {parameter}; give it to {other}"
        else:
            message = f"not a property to {parameter}"
            if nearest := get_close_matches(name, sorted(names), n=1, cutoff=0):
                message += f"; the closest is {nearest[0]}"
        problems.append((ROOT + name_step(name), message))
    return frozenset(asked)
