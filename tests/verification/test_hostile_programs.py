"""A malicious program is reported; its driver continues, or says why it can not."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from restore_domain.verification import Answer, difference
from restore_domain.verification.histories import HistoryRun
from restore_domain.verification.program import NESTING_LIMIT, Program, ProgramError
from restore_domain.verification.system import SYSTEM_METHODS, ReferenceSystem, RefusedError

PROGRAM = """
import json, sys
answer = sys.argv[1]
for line in sys.stdin:
    request = json.loads(line)
    if request["method"] == "describe":
        result = {"protocol": 1, "name": "hostile", "methods": ["aggregate"]}
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}), flush=True)
    else:
        print(eval(answer), flush=True)
"""


@contextmanager
def answering(answer: str) -> Iterator[Program]:
    """Start a program that answers with the value of this expression; the first answer has id 2."""
    with Program([sys.executable, "-c", PROGRAM, answer], timeout=20) as program:
        yield program


def trouble_with(answer: str) -> str:
    with answering(answer) as program, pytest.raises(ProgramError) as caught:
        program.call("aggregate", {"statuses": []})
    return caught.value.message


FORM = """'{"jsonrpc":"2.0","id":2,"result":' + %s + '}'"""


@pytest.mark.parametrize("form", ["'[' * %d + ']' * %d", """'{"value":' * %d + '1' + '}' * %d"""])
def test_the_nesting_of_an_answer_is_limited(form: str) -> None:
    levels = NESTING_LIMIT - 1  # the message is one
    with answering(FORM % (form % (levels, levels))) as program:
        assert program.call("aggregate", {"statuses": []})
    for levels in (NESTING_LIMIT, 400, 900, 950, 970):
        said = trouble_with(FORM % (form % (levels, levels)))
        assert said == f"printed JSON nested deeper than {NESTING_LIMIT} levels"
    assert trouble_with(FORM % (form % (10**5, 10**5))).startswith("printed ")


def test_an_answer_that_is_out_of_turn_may_have_any_id() -> None:
    deep = "'{\"jsonrpc\":\"2.0\",\"id\":' + '[' * %d + ']' * %d + ',\"result\":1}'"
    for levels in (NESTING_LIMIT - 1, 900, 985, 10**5):
        said = trouble_with(deep % (levels, levels))
        assert said.startswith(("printed ", "answered out of turn: the request has the id 2, and"))
        assert len(said) < 400


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "-Infinity", "1" + "0" * 5000])
def test_an_invalid_number_is_not_json(number: str) -> None:
    said = trouble_with(FORM % repr(number))
    assert said.startswith("printed a line that is not JSON: ")
    assert len(said) < 700


@pytest.mark.parametrize(
    ("method", "expected", "actual", "path"),
    [
        ("get", {"id": "s1"}, {"id": "s1", "x.status": 1}, '$["x.status"]'),
        ("get", {"id": "s1"}, {"id": "s1", "x[0].status": 1}, '$["x[0].status"]'),
        ("list", {"value": []}, {"value": [], "": {"status": 1}}, '$[""]'),
        ("get", {"id": "s1"}, {"id": "s1", "\x1b[2J": 1}, r'$["\u001b[2J"]'),
        ("get", {"id": "s1"}, {"id": "s1", "x" * 1000: 1}, f'$["{"x" * 60}..."]'),
        ("expire", {"value": ["s1"]}, {"value": ["s1", {"status": 1}]}, "$.value[1]"),
    ],
)
def test_a_difference_is_reported_for_any_property_name(
    method: str, expected: Any, actual: Any, path: str
) -> None:
    found = difference(
        {"method": method, "params": {}}, Answer(result=expected), Answer(result=actual)
    )
    assert found is not None
    assert (found.path, found.expected) == (path, "nothing")


class BeginsWrong(ReferenceSystem):
    """A system whose sessions are not those that it was reset to."""

    def call(self, method: str, params: Any, /) -> Any:
        result = super().call(method, params)
        if method == "get":
            return result | {"restoreSessionArtifactCount": "many"}
        return result


def test_a_wrong_beginning_is_reported_even_if_the_call_is_refused() -> None:
    start = {"sessions": [{"id": "s1", "mailboxRestoreArtifacts": []}]}
    run = HistoryRun(BeginsWrong(), start)
    found = run.step({"method": "get", "params": {"sessionId": "there is none"}})
    assert found is not None
    assert (found.path, found.actual) == ("$.restoreSessionArtifactCount", "many")
    with pytest.raises(RefusedError):
        run.reference.call("get", {"sessionId": "there is none"})
    assert set(BeginsWrong.methods) == set(SYSTEM_METHODS)


def test_a_refusal_may_have_any_code() -> None:
    data = json.dumps({"code": "\x1b[2J" * 1000, "httpStatus": 10**400})
    error = f'{{"code": -32000, "message": "no", "data": {data}}}'
    text = f'{{"jsonrpc": "2.0", "id": 2, "error": {error}}}'
    with answering(repr(text)) as program, pytest.raises(RefusedError) as caught:
        program.call("aggregate", {"statuses": []})
    assert caught.value.http_status == 10**400
