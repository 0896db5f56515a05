"""A schema accepts what the reader accepts, except for the listed differences."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import validate as validate_openapi

from restore_domain import (
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    PublicError,
    wire,
)
from restore_domain.operations import Event, SessionCreated
from restore_domain.schemas import NOT_EXPRESSED, json_schema, names, openapi
from restore_domain.verification.strategies import (
    ENTITY_CLASSES,
    documents,
    entities,
    invalid_documents,
    json_values,
    spoilt_documents,
)
from restore_domain.verification.strategies.json_documents import _spoilt_documents
from restore_domain.wire import WireError, WireLimits
from restore_domain.wire.documents import DOCUMENTS
from restore_domain.wire.event_json import EVENT_TYPES
from restore_domain.wire.properties import is_entity, properties_of
from tests.wire.test_event_json import GOLDEN

VALIDATORS: Final = {name: Draft202012Validator(json_schema(name)) for name in names()}


def name_of(kind: type) -> str:
    return kind.__name__[0].lower() + kind.__name__[1:]


def problems(value: Any, kind: Any, **limits: int) -> list[wire.Problem]:
    """Return what the reader reports about a value; empty if it accepts it."""
    try:
        wire.from_json_value(value, kind, limits=WireLimits(**limits))
    except WireError as error:
        return [*error.problems]
    return []


# Entities and requests -------------------------------------------------------------------------

KINDS: Final = st.sampled_from(ENTITY_CLASSES)

EXCUSED: Final = {
    "duplicate ids": "is the id of",
    "impossible dates": "is not a point in time",
    "fractions of zero": r"expected a whole number(?: from 1)?, got (?:the number )?-?\d+\.0",
}
"""The reader's messages about the differences that random documents have."""


def are_excused(found: list[wire.Problem]) -> bool:
    """Return whether a document is valid except for what schemas can't express."""
    excuse = re.compile("|".join(EXCUSED.values()))
    return all(excuse.search(problem.message) for problem in found)


def agree(value: Any, name: str, found: list[wire.Problem]) -> None:
    """Check that the schema and the reader agree on a value."""
    if VALIDATORS[name].is_valid(value):
        assert are_excused(found), found
    else:
        assert found


@given(KINDS.flatmap(lambda kind: st.tuples(st.just(kind), documents(kind))))
def test_documents_that_the_reader_accepts_validate(drawn: tuple[type, Any]) -> None:
    kind, document = drawn
    assert not problems(document, kind)
    VALIDATORS[name_of(kind)].validate(document)


@given(KINDS.flatmap(lambda kind: st.tuples(st.just(kind), invalid_documents(kind))))
def test_documents_that_the_reader_refuses_do_not_validate(drawn: tuple[type, Any]) -> None:
    kind, document = drawn
    agree(document, name_of(kind), problems(document, kind))


@given(KINDS.flatmap(lambda kind: st.tuples(st.just(kind), spoilt_documents(kind))))
def test_valid_documents_are_accepted(drawn: tuple[type, Any]) -> None:
    kind, document = drawn
    agree(document, name_of(kind), problems(document, kind))


def smallest(kind: type) -> Any:
    """Return the smallest document that can be read as this class."""
    document: dict[str, Any] = {}
    for known in properties_of(kind):
        if (known.required and not known.defaults_to_unknown) or known.name == "@odata.id":
            smaller = smallest(known.type) if is_entity(known.type) else []
            document[known.name] = "x" if known.type is str else smaller
    return document


MISSING: Final = object()
GRANULAR: Final = "#Microsoft.Graph.granularMailboxRestoreArtifact"
ENTRIES: Final[list[Any]] = [
    {},
    {"id": "x"},
    {"id": "x", "artifactCount": "1"},
    {"id": "x", "artifactCount": "1", "@odata.type": GRANULAR},
    {"id": "x", "artifactCount": "1", "@odata.type": GRANULAR + "s"},
    {"id": "x", "@removed": None},
    {"id": "x", "@removed": {"reason": 1}},
    {"@removed": {}, "restorePoint": 1},
    {"@Core.DataModificationException": {}, "restorePoint": 1},
    {"@Core.DataModificationException": None},
    {"restorePoint": {"id": ""}},
    {"restorePoint": {"id": "", "@odata.id": "p1"}},
]
SCALARS: Final = [None, "", "x", "2026-01-12T08:30Z", 0, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1]
VALUES: Final = [MISSING, *SCALARS, 0.5, True, [], *ENTRIES, *([x] for x in [*SCALARS, *ENTRIES])]
"""The replacements for every property."""


def with_property(document: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    without = {other: content for other, content in document.items() if other != name}
    return without if value is MISSING else {**without, name: value}


@pytest.mark.parametrize("kind", ENTITY_CLASSES)
def test_every_property_has_the_values_that_the_reader_accepts(kind: type) -> None:
    document = smallest(kind)
    assert not problems(document, kind)
    for known in properties_of(kind):
        for value in VALUES:
            changed = with_property(document, known.name, value)
            agree(changed, name_of(kind), problems(changed, kind))


@pytest.mark.parametrize("annotation", [MISSING, None, "x", "#" + GRANULAR[1:].upper(), 5])
@pytest.mark.parametrize(
    "context",
    [
        "x#y/granularMailboxRestoreArtifacts(id,status)",
        "x#y('a/b')/GranularMailboxRestoreArtifacts",
        "x#Collection(microsoft.graph.GranularMailboxRestoreArtifact)",
        "x#y/granularMailboxRestoreArtifacts/$entity",
        "x#y/granularMailboxRestoreArtifacts(a/b)",
        "x#z#y/granularMailboxRestoreArtifacts",
        "x#y/mailboxRestoreArtifacts",
        "granularMailboxRestoreArtifacts",
        5,
    ],
)
def test_W5_the_context_of_a_page_decides_what_its_artifacts_are(
    context: Any, annotation: Any
) -> None:
    entry = with_property({"id": "x", "artifactCount": "1"}, "@odata.type", annotation)
    page = {"value": [entry], "@odata.context": context}
    kind = MailboxRestoreArtifactCollectionResponse
    agree(page, name_of(kind), problems(page, kind))


def test_every_document_and_event_has_a_schema() -> None:
    assert {*DOCUMENTS} | {*EVENT_TYPES} | {"event", "errorBody"} <= {*names()}
    assert json_schema(ExchangeRestoreSession) == json_schema("exchangeRestoreSession")
    assert json_schema(Event) == json_schema("event")


def test_the_file_is_a_json_schema() -> None:
    shipped = files("restore_domain.schemas").joinpath("schemas.json").read_text("utf-8")
    Draft202012Validator.check_schema(json.loads(shipped))


# Events and errors -----------------------------------------------------------------------------

STORED: Final = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("event", STORED)
def test_every_kind_of_event_validates(event: Any) -> None:
    VALIDATORS["event"].validate(event)
    VALIDATORS[event["type"]].validate(event)


@settings(max_examples=30)
@given(entities(ExchangeRestoreSession))
def test_an_event_with_any_session_validates(session: ExchangeRestoreSession) -> None:
    VALIDATORS["event"].validate(wire.to_json_value(SessionCreated(session)))


def with_other_values(document: Any) -> Iterator[Any]:
    """Yield documents with another value for a property, or for one within."""
    ids = [{"mailboxRestoreArtifact": {"id": "x"}, "granularMailboxRestoreArtifact": {"id": "y"}}]
    if isinstance(document, list):
        yield from ([one] for entry in document[:1] for one in with_other_values(entry))
    if isinstance(document, dict) and "id" not in document:
        for name, content in document.items():
            yield from (with_property(document, name, value) for value in [*VALUES, 2, ids])
            yield from (document | {name: within} for within in with_other_values(content))
        yield document | {"unknown": 1}
        yield document | {"version": 1}


KINDS_STORED: Final = {json.dumps([*event]): event for event in STORED}.values()
"""An event for each set of properties."""


@pytest.mark.parametrize("event", KINDS_STORED)
def test_every_property_of_an_event_has_the_values_that_the_reader_accepts(event: Any) -> None:
    for changed in with_other_values(event):
        agree(changed, event["type"], problems(changed, Event))


@given(_spoilt_documents(st.sampled_from(STORED)))
def test_an_event_that_validates_is_accepted(event: Any) -> None:
    agree(event, "event", problems(event, Event))


@given(spoilt_documents(PublicError) | json_values(), st.sampled_from([{}, {"code": "Busy"}]))
def test_the_body_of_an_error_validates_if_it_is_read(error: Any, code: dict[str, str]) -> None:
    body = {"error": error | code if isinstance(error, dict) else error}
    try:
        wire.read_error(body, 500)
    except WireError as refused:
        agree(body, "errorBody", [*refused.problems])
    else:
        VALIDATORS["errorBody"].validate(body)


# The differences -------------------------------------------------------------------------------


def session(*artifacts: Any, **properties: Any) -> dict[str, Any]:
    return {"id": "s1", "mailboxRestoreArtifacts": [*artifacts], **properties}


DIFFERENCES: Final[list[tuple[str, Any, dict[str, int]]]] = [
    ("duplicate ids", session({"id": "a1"}, {"id": "a1", "status": "added"}), {}),
    ("duplicate ids", session({"id": "a"}, granularMailboxRestoreArtifacts=[{"id": "a"}]), {}),
    ("impossible dates", {"id": "s1", "createdDateTime": "2026-02-29T00:00:00Z"}, {}),
    ("impossible dates", {"id": "s1", "createdDateTime": "0000-01-01T00:00:00Z"}, {}),
    ("fractions of zero", session({"id": "a1", "restoredItemCount": 1.0}), {}),
    ("line breaks", {"id": "s1", "createdDateTime": "2026-01-12T08:30:00Z\n"}, {}),
    ("numbers beyond a double", {"id": "s1", "later": float("inf")}, {}),
    ("surrogates", {"id": "s1", "policyId": "\ud800"}, {}),
    ("limits", {"id": "s1", "policyId": "abc"}, {"text_length": 2}),
    ("limits", session({"id": "a1"}, {"id": "a2"}), {"entries": 1}),
    ("limits", {"id": "s1", "a": 1, "b": 2}, {"unknown_properties": 1}),
    ("limits", {"id": "s1", "a": [[]]}, {"nesting": 1}),
    ("limits", {"id": "s1", "a": 10}, {"digits": 1}),
    ("limits", session({"id": "a1", "restorePoint": {"id": "p1", "tags": "a,b"}}), {"flags": 1}),
]


@pytest.mark.parametrize(("difference", "document", "limits"), DIFFERENCES)
def test_a_listed_difference_exists(
    difference: str, document: dict[str, Any], limits: dict[str, int]
) -> None:
    assert difference in NOT_EXPRESSED
    found = problems(document, ExchangeRestoreSession, **limits)
    assert found
    assert difference not in EXCUSED or are_excused(found)
    VALIDATORS["exchangeRestoreSession"].validate(document)


def test_every_listed_difference_is_tested() -> None:
    assert {difference for difference, _, _ in DIFFERENCES} == {*NOT_EXPRESSED}
    assert {*EXCUSED} <= {*NOT_EXPRESSED}


# OpenAPI ---------------------------------------------------------------------------------------


def test_the_document_is_valid_openapi() -> None:
    validate_openapi(openapi())
    assert {*openapi()["components"]["schemas"]} == {*names()}


def test_components_have_what_they_refer_to() -> None:
    chosen = openapi("artifactRemoval", ExchangeRestoreSession)
    validate_openapi(chosen)
    components = chosen["components"]["schemas"]
    assert {"artifactRemoval", "removalReason", "publicErrorDetail"} <= {*components}
    assert "updateSessionRequest" not in components


def test_the_result_can_be_changed() -> None:
    json_schema("identity")["$defs"]["identity"]["properties"].clear()
    assert json_schema("identity")["$defs"]["identity"]["properties"]


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("exchangeRestoreSessions", "; did you mean exchangeRestoreSession"),
        ("zzz", "'zzz'$"),
        (int, "'int'"),
        (MailboxRestoreArtifact | None, "there is no schema of"),
    ],
)
def test_a_kind_without_schema_is_refused(kind: Any, meant: str) -> None:
    make: Callable[[Any], Any]
    for make in (json_schema, openapi):
        with pytest.raises(LookupError, match=meant):
            make(kind)
