"""The error of an invalid document: what it says, and to whom (rule W4)."""

from __future__ import annotations

import copy
import pickle

import pytest

from restore_domain import ExchangeRestoreSession, MailboxRestoreArtifact, PublicErrorDetail
from restore_domain.operations import RestoreDomainError
from restore_domain.wire import Problem, WireError, dumps, from_json_value, loads


def refusal() -> WireError:
    with pytest.raises(WireError) as caught:
        loads('{"status":1,"policyId":2}', ExchangeRestoreSession)
    return caught.value


def test_W4_the_error_has_everything_that_a_service_needs() -> None:
    error = refusal()
    assert isinstance(error, RestoreDomainError)
    assert error.problems == (
        Problem("$.status", "expected a text such as 'draft', got the number 1"),
        Problem("$.policyId", "expected a text, got the number 2"),
        Problem("$.id", "missing, but required"),
    )
    assert (error.code, error.http_status, error.rule) == ("InvalidRequest", 400, "W4")
    assert error.target == "$.status"
    assert error.message == "; ".join(f"{path}: {text}" for path, text in error.problems)
    assert str(error) == f"InvalidRequest (400): {error.message} [W4]"


def test_W4_the_public_error_has_one_detail_for_each_problem() -> None:
    error = refusal()
    public = error.to_public_error()
    assert (public.code, public.message, public.target) == (
        "InvalidRequest",
        error.message,
        "$.status",
    )
    assert public.details == tuple(
        PublicErrorDetail(code="InvalidRequest", message=message, target=path)
        for path, message in error.problems
    )
    assert loads(dumps(public), type(public)) == public


def test_W4_the_error_can_be_pickled_and_copied() -> None:
    error = refusal()
    for again in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301
        assert type(again) is WireError
        assert again.problems == error.problems
        assert str(again) == str(error)
        assert (again.code, again.http_status, again.rule) == ("InvalidRequest", 400, "W4")


PATHS = {
    "plain": "$.plain",
    "@odata.type": '$["@odata.type"]',
    "a b": '$["a b"]',
    'say "x"': r'$["say \"x\""]',
    "é": r'$["\u00e9"]',
    "": '$[""]',
    "5": '$["5"]',
    "x" * 60: "$." + "x" * 60,
    "x" * 61: '$["' + "x" * 60 + '..."]',
}


@pytest.mark.parametrize(("name", "path"), PATHS.items())
def test_W4_a_path_is_a_short_line(name: str, path: str) -> None:
    with pytest.raises(WireError) as caught:
        from_json_value({"id": "a", name: float("nan")}, MailboxRestoreArtifact)
    assert caught.value.problems[0].path == path
