"""What a client asks a list for: ``$filter``, ``$orderby``, ``$select`` and the other options.

odata-query parses ``$filter``. What is not known here is refused, and nothing is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from operator import and_, attrgetter, eq, ge, le, ne, or_
from typing import Any, Protocol

import attrs
from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser

from restore_domain import (
    ArtifactRestoreStatus,
    DestinationType,
    RestoreArtifactsBulkRequestStatus,
    RestoreJobType,
    RestoreSessionStatus,
    Timestamp,
    wire,
)

Test = Callable[[Any], bool]
"""Whether an entity is among those that a client asks for."""

Properties = Mapping[str, tuple[str, type]]
"""The properties that are filtered and ordered by: each with its attribute and its type."""

_TIMES = {
    "createdDateTime": ("created_date_time", datetime),
    "lastModifiedDateTime": ("last_modified_date_time", datetime),
}
SESSIONS: Properties = {
    **_TIMES,
    "completedDateTime": ("completed_date_time", datetime),
    "status": ("status", RestoreSessionStatus),
    "restoreJobType": ("restore_job_type", RestoreJobType),
}
ARTIFACTS: Properties = {
    "status": ("status", ArtifactRestoreStatus),
    "destinationType": ("destination_type", DestinationType),
    "startDateTime": ("start_date_time", datetime),
    "completionDateTime": ("completion_date_time", datetime),
}
BULK_REQUESTS: Properties = {
    **_TIMES,
    "status": ("status", RestoreArtifactsBulkRequestStatus),
    "destinationType": ("destination_type", DestinationType),
}

LIST = frozenset({"top", "skiptoken", "filter", "orderby", "select", "expand", "count"})
ENTITY = frozenset({"select", "expand"})
LONGEST_FILTER = 2000
"""Characters; a longer one could nest deeper than Python's stack."""


class Query(Protocol):
    """The options of a request, each as often as it was given."""

    def multi_items(self) -> Iterable[tuple[str, str]]: ...  # noqa: D102 - Starlette's


def options(query: Query, known: Iterable[str]) -> dict[str, str]:
    """Return the options by name; WireError for one that is not known, or that is there twice."""
    found: dict[str, str] = {}
    names = {f"${name}" for name in known}
    for name, value in query.multi_items():
        if name not in names:
            expected = ", ".join(sorted(names)) or "none"
            raise refused(name, f"not an option of this request; these are: {expected}")
        if name in found:
            raise refused(name, "given twice")
        found[name] = value
    return {name.removeprefix("$"): value for name, value in found.items()}


def refused(option: str, problem: str) -> wire.WireError:
    """Return the refusal of an option, which Graph calls InvalidRequest."""
    return wire.WireError([(option, problem)])


def shown(given: Mapping[str, str], *, expandable: bool) -> dict[str, Any]:
    """Return what of an entity is written: the collections of a session only if asked for."""
    names = {name: given[name].split(",") for name in ("select", "expand") if name in given}
    return {"expand": ()} | names if expandable else names


def counted(given: Mapping[str, str]) -> bool:
    """Return whether the number of all entries is asked for."""
    asked = given.get("count", "false")
    if asked not in {"true", "false"}:
        raise refused("$count", "expected true or false")
    return asked == "true"


@attrs.frozen
class Arrangement:
    """Which entries of a list a client wants, and in which order."""

    test: Test | None = None
    order: Sequence[tuple[Callable[[Any], Any], bool]] = ()
    """What is ordered by, and whether the greatest is first."""

    def __bool__(self) -> bool:
        """Tell whether the list is any other than it is."""
        return bool(self.test or self.order)

    def of(self, entities: Iterable[Any]) -> list[Any]:
        """Return the entries in their order; equal ones in that of their creation."""
        found = [one for one in entities if self.test is None or self.test(one)]
        for value_of, descending in reversed(self.order):
            found.sort(key=value_of, reverse=descending)
        return found


def arranged(given: Mapping[str, str], properties: Properties) -> Arrangement:
    """Read ``$filter`` and ``$orderby``."""
    test = _test(_parsed(given["filter"]), properties) if "filter" in given else None
    terms = given["orderby"].split(",") if "orderby" in given else ()
    return Arrangement(test, [_ordered(term, properties) for term in terms])


def _ordered(term: str, properties: Properties) -> tuple[Callable[[Any], Any], bool]:
    found = re.fullmatch(r"\s*(\w+)(?:\s+(asc|desc))?\s*", term)
    if found is None:
        raise refused("$orderby", f"expected a property, and asc or desc, got {term!r}")
    attribute, _ = _property("$orderby", found[1], properties)
    get = attrgetter(attribute)
    return lambda entity: _in_order(get(entity)), found[2] == "desc"


def _in_order(value: Any) -> tuple[bool, Any]:
    """Put what has no value before the others, as OData does."""
    return value is not None, "" if value is None else value


def _property(option: str, name: str, properties: Properties) -> tuple[str, type]:
    if name not in properties:
        raise refused(option, f"{name} is not one of {', '.join(properties)}")
    return properties[name]


# $filter ----------------------------------------------------------------------------------------


_COMPARISONS = {ast.Eq: eq, ast.NotEq: ne, ast.GtE: ge, ast.LtE: le}
_JOINS = {ast.And: and_, ast.Or: or_}


def _parsed(text: str) -> Any:
    if len(text) > LONGEST_FILTER:
        raise refused("$filter", f"longer than {LONGEST_FILTER} characters")
    try:
        return ODataParser().parse(ODataLexer().tokenize(text))
    except ODataException as error:
        raise refused("$filter", str(error)) from error


def _test(node: Any, properties: Properties) -> Test:
    if isinstance(node, ast.BoolOp):
        join = _JOINS[type(node.op)]
        left, right = _test(node.left, properties), _test(node.right, properties)
        return lambda entity: join(left(entity), right(entity))
    if isinstance(node, ast.Compare) and isinstance(node.left, ast.Identifier):
        compare = _COMPARISONS.get(type(node.comparator))
        if compare is not None:
            attribute, kind = _property("$filter", node.left.name, properties)
            return _comparison(compare, attribute, kind, node)
    raise refused("$filter", "expected comparisons of a property by eq, ne, ge or le, and, or")


def _comparison(compare: Callable[[Any, Any], Any], attribute: str, kind: type, node: Any) -> Test:
    get, name = attrgetter(attribute), node.left.name
    value: Any
    if isinstance(node.right, ast.Null):
        value = None
    elif issubclass(kind, StrEnum):
        value = _member(kind, name, node.right)
    else:
        value = _time(name, node.right)
    if compare in {eq, ne}:
        return lambda entity: bool(compare(get(entity), value))
    if not isinstance(value, datetime):
        raise refused("$filter", f"{name}: only times are compared by ge and le")
    return lambda entity: get(entity) is not None and bool(compare(get(entity), value))


def _member(kind: type[StrEnum], name: str, node: Any) -> StrEnum:
    if isinstance(node, ast.String) and node.val in {*kind}:
        return kind(node.val)
    raise refused("$filter", f"{name}: expected one of {', '.join(map(repr, map(str, kind)))}")


def _time(name: str, node: Any) -> datetime:
    if isinstance(node, ast.DateTime):
        try:
            return Timestamp.parse(node.val)
        except ValueError as error:
            raise refused("$filter", f"{name}: {error}") from error
    raise refused("$filter", f"{name}: expected a time, such as 2026-01-12T08:30:00Z")
