"""Every property of every document, with values of its own kind and of others (W1, W4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from restore_domain.model.graph_name import uncapitalized
from restore_domain.wire.documents import DOCUMENTS
from restore_domain.wire.properties import Property, entry_kinds, is_entity, properties_of

from .asking import read
from .declaring import Declared, Topic, case
from .kinds import accepted, in_other_case, least, refused

__all__ = ["PROPERTIES", "Place", "places"]

AT_ONCE: Final = 5
"""The most documents that a case reads."""

Place = tuple[type, str, Callable[[Any], Any]]
"""A class, the type of the document that contains it, and a function that puts an object there."""


def places() -> Iterator[Place]:
    """Yield every class that a document contains, with the first place where it occurs."""
    pending: list[Place] = [(kind, name, lambda value: value) for name, kind in DOCUMENTS.items()]
    found = set(DOCUMENTS.values())
    while pending:
        kind, document, put = pending.pop(0)
        yield kind, document, put
        for known in properties_of(kind):
            for inner in (known.type, *entry_kinds(known.type)):
                if is_entity(inner) and inner not in found:
                    found.add(inner)
                    pending.append((inner, document, _within(kind, known, put)))


def _within(kind: type, known: Property, put: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def put_inside(value: Any) -> Any:
        content = [value] if entry_kinds(known.type) else value
        return put({**least(kind), known.name: content})

    return put_inside


def _cases(place: Place) -> Iterator[Declared]:
    kind, document, put = place
    name = uncapitalized(kind.__name__)
    for known in properties_of(kind):
        others = {key: value for key, value in least(kind).items() if key != known.name}
        good = [{**others, known.name: value} for value in accepted(known)]
        bad = [{**others, known.name: value} for value in refused(known)]
        if known.is_key:
            bad.insert(0, others)
        good.append({**least(kind), in_other_case(known.name): bad[-1][known.name]})
        good.append({**least(kind), f"{known.name}@odata.type": 0, f"x{known.name}": {"": [None]}})
        for rule, words, objects in (
            ("W1", "accepted", good),
            ("W4", "refused", bad),
        ):
            for first in range(0, len(objects), AT_ONCE):
                some = objects[first : first + AT_ONCE]
                yield case(
                    f"{name}/{known.name}/{words}-{first // AT_ONCE + 1}",
                    rule,
                    f"A {name} has {known.name}, and each of these values is {words}.",
                    *(read(document, document=put(value)) for value in some),
                )


PROPERTIES: Final = Topic(
    "properties",
    "Every property of every document, with values of its kind and of others",
    tuple(declared for place in places() for declared in _cases(place)),
)
"""The cases of documents, derived from the entity classes."""
