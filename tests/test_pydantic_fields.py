"""Entities and events are fields of pydantic models, and bodies in FastAPI."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Annotated, Any, Final

import httpx
import pytest
from fastapi import Body, FastAPI
from hypothesis import given, settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import validate as validate_openapi
from pydantic import BaseModel, TypeAdapter, ValidationError

from restore_domain import (
    CreateSessionRequest,
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    wire,
)
from restore_domain.operations import Event, SessionCreated
from restore_domain.verification.strategies import ENTITY_CLASSES, documents, spoilt_documents


class Answer(BaseModel):
    session: ExchangeRestoreSession
    artifacts: list[MailboxRestoreArtifact] = []
    last: Event | None = None


SESSION: Final = {
    "id": "s1",
    "status": "active",
    "mailboxRestoreArtifacts": [
        {"id": "a1", "status": "failed", "restoredItemCount": 3},
        {"id": "a2", "status": "paused", "later": {"x": [1]}},
    ],
}


@settings(max_examples=30)
@given(documents(ExchangeRestoreSession))
def test_a_field_is_read_and_written_as_the_wire_does(document: dict[str, Any]) -> None:
    session = wire.from_json_value(document, ExchangeRestoreSession)
    answer = Answer.model_validate({"session": document})
    assert answer.session == session
    assert Answer.model_validate_json(json.dumps({"session": document})).session == session
    written: dict[str, Any] = {
        "session": wire.to_json_value(session),
        "artifacts": [],
        "last": None,
    }
    assert answer.model_dump(mode="json") == written
    assert json.loads(answer.model_dump_json()) == written
    assert Answer(session=session).session is session
    assert answer.model_dump()["session"] is answer.session


def refusals(document: Any, *, from_pydantic: bool) -> list[str]:
    """Return why a document is refused; nothing if it is read."""
    try:
        if from_pydantic:
            Answer.model_validate({"session": document})
        else:
            wire.from_json_value(document, ExchangeRestoreSession)
    except ValidationError as error:
        return [problem["msg"] for problem in error.errors()]
    except wire.WireError as error:
        return [problem.message for problem in error.problems]
    return []


@given(spoilt_documents(ExchangeRestoreSession))
def test_a_field_is_refused_where_the_wire_refuses_it(document: Any) -> None:
    assert refusals(document, from_pydantic=True) == refusals(document, from_pydantic=False)


def test_each_problem_is_an_error_at_its_place() -> None:
    artifacts = [{"id": "a1", "restoredItemCount": "3"}, {"a b": 1}]
    session = {"id": "s1", "mailboxRestoreArtifacts": artifacts, 'a "{b}"]': [float("inf")]}
    with pytest.raises(ValidationError) as refused:
        Answer.model_validate({"session": session})
    within = ("session", "mailboxRestoreArtifacts")
    found = [(each["type"], each["loc"], each["input"]) for each in refused.value.errors()]
    assert found == [
        ("graph_json", (*within, 0, "restoredItemCount"), "3"),
        ("graph_json", (*within, 1, "id"), {"a b": 1}),
        ("graph_json", ("session", 'a "{b}"]', 0), float("inf")),
    ]


def test_a_granular_artifact_is_accepted_as_an_artifact() -> None:
    granular = {"@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact", "id": "g1"}
    answer = Answer.model_validate({"session": SESSION, "artifacts": [granular]})
    assert isinstance(answer.artifacts[0], GranularMailboxRestoreArtifact)


def test_an_event_is_a_field() -> None:
    session = wire.from_json_value(SESSION, ExchangeRestoreSession)
    answer = Answer(session=session, last=SessionCreated(session))
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize("kind", [*ENTITY_CLASSES, Event])
@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_json_schema_of_each_class_is_one(kind: Any, mode: Any) -> None:
    schema = TypeAdapter(kind).json_schema(mode=mode)
    Draft202012Validator.check_schema(schema)


def test_parts_are_among_the_definitions() -> None:
    schema = Answer.model_json_schema()
    assert schema["properties"]["session"] == {"$ref": "#/$defs/ExchangeRestoreSession"}
    assert {"MailboxRestoreArtifact", "PublicErrorDetail", "SessionChanged"} <= {*schema["$defs"]}
    is_valid = Draft202012Validator(schema).is_valid
    assert is_valid({"session": SESSION})
    assert not is_valid({"session": SESSION | {"mailboxRestoreArtifacts": [{"id": ""}]}})


class Mine(ExchangeRestoreSession):
    """A class of the user."""


def test_a_class_of_your_own_has_the_schema_of_the_one_it_is_derived_from() -> None:
    session, mine = (TypeAdapter(kind).json_schema() for kind in (ExchangeRestoreSession, Mine))
    assert mine["properties"] == session["properties"]


# FastAPI ---------------------------------------------------------------------------------------

app = FastAPI()


@app.post("/sessions")
async def create(request: Annotated[CreateSessionRequest, Body()]) -> ExchangeRestoreSession:
    assert isinstance(request, CreateSessionRequest)
    return wire.from_json_value(SESSION, ExchangeRestoreSession)


@app.get("/answer")
async def answer() -> Answer:
    return Answer(session=wire.from_json_value(SESSION, ExchangeRestoreSession))


def ask(method: str, path: str, body: Any = None) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            return await client.request(method, path, json=body)

    return asyncio.run(asked())


def test_fastapi_reads_a_body_and_answers_with_an_entity() -> None:
    created = ask("POST", "/sessions", {"policyId": None})
    assert (created.status_code, created.json()) == (200, SESSION)
    refused = ask("POST", "/sessions", {"policyId": 5})
    assert refused.status_code == 422
    (problem,) = refused.json()["detail"]
    assert problem["loc"] == ["body", "policyId"]
    assert problem["msg"] == "expected a text, got the number 5"
    assert ask("GET", "/answer").json()["session"] == SESSION


def test_fastapi_describes_them_in_openapi() -> None:
    document = app.openapi()
    validate_openapi(document)
    schemas = document["components"]["schemas"]
    assert {"CreateSessionRequest", "ExchangeRestoreSession", "RestorePoint"} <= {*schemas}
    posted = document["paths"]["/sessions"]["post"]
    body = posted["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/CreateSessionRequest"}


def test_only_pydantic_imports_pydantic() -> None:
    code = (
        "import sys, restore_domain.wire, restore_domain.schemas; print('pydantic' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603 - our own code
    assert ran.stdout.strip() == "False"
