"""The body of a refused request is read as it was written."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given

from restore_domain import PublicError, wire
from restore_domain.operations import CATALOGUE, ErrorCase, RestoreDomainError
from restore_domain.verification.strategies import documents
from tests.same_json import same_json


@pytest.mark.parametrize("case", CATALOGUE, ids=lambda case: f"{case.operation}-{case.code}")
def test_each_refusal_is_read_as_what_was_answered(case: ErrorCase) -> None:
    refused = RestoreDomainError(
        case.code, case.http_status, "Not now.", rule=case.rule, target="s1"
    )
    body = wire.error_body(refused)
    assert body == {"error": {"code": case.code, "message": "Not now.", "target": "s1"}}
    for text in (body, json.dumps(body), json.dumps(body).encode()):
        read = wire.read_error(text, case.http_status)
        assert (read.code, read.http_status, read.message, read.target) == (
            refused.code,
            refused.http_status,
            refused.message,
            refused.target,
        )
        assert read.rule in {case.rule, ""}
        assert wire.error_body(read) == body


def test_the_rule_is_named_if_only_one_rule_refuses_so() -> None:
    body = {"error": {"code": "RestoreArtifactsLimitBreached"}}
    assert wire.read_error(body, 413).rule == "O1"
    assert wire.read_error(body, 400).rule == "O3"
    assert wire.read_error(body, 418).rule == ""
    assert wire.read_error({"error": {"code": "RestoreSessionNotFound"}}, 404).rule == ""


@given(documents(PublicError))
def test_the_error_of_the_service_is_preserved(error: dict[str, Any]) -> None:
    error["code"] = "Busy"
    read = wire.read_error({"error": error, "note": 1}, 503)
    assert same_json(wire.error_body(read), {"error": error})
    again = pickle.loads(pickle.dumps(read))  # noqa: S301 - our own
    assert (str(again), again.public_error) == (str(read), read.public_error)


@pytest.mark.parametrize(
    ("form", "limit", "most"),
    [
        (json.dumps, "document_size", 25),
        (json.dumps, "text_length", 3),
        (dict, "text_length", 3),
        (dict, "unknown_properties", 1),
    ],
)
def test_W4_an_error_is_read_within_limits(form: Any, limit: str, most: int) -> None:
    body = form({"error": {"code": "Busy", "one": 1, "two": 2}})
    assert wire.read_error(body=body, http_status=503).code == "Busy"
    with pytest.raises(wire.WireError, match=f"the limit is WireLimits.{limit}="):
        wire.read_error(body=body, http_status=503, limits=wire.WireLimits(**{limit: most}))


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<html>Bad gateway</html>", "$: "),
        (b"", "$: "),
        (b"[]", "$: not the body of an error: expected an object with an error in it"),
        ({}, "$: not the body of an error: expected an object with an error in it"),
        ({"error": None}, "$: not the body of an error: expected an object with an error in it"),
        ({"error": "Busy"}, "$: not the body of an error: expected an object with an error in it"),
        ({"error": {}}, "$.error.code: missing, but required"),
        ({"error": {"code": ""}}, "$.error.code: missing, but required"),
        ({"error": {"code": 5}}, "$.error.code: expected a text, got the number 5"),
    ],
)
def test_a_body_that_is_not_an_error_is_refused(body: Any, problem: str) -> None:
    with pytest.raises(wire.WireError) as refused:
        wire.read_error(body, 502)
    ((path, message),) = refused.value.problems
    assert f"{path}: {message}".startswith(problem)
