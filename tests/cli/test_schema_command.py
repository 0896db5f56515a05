"""``schema``: JSON Schema and OpenAPI, as in the package."""

from __future__ import annotations

import json

import pytest

from restore_domain.schemas import json_schema, openapi

from .running import run


@pytest.mark.parametrize("name", [[], ["exchangeRestoreSession"], ["event"], ["errorBody"]])
def test_a_schema_is_printed(name: list[str]) -> None:
    for options, expected in (([], json_schema(*name)), (["--openapi"], openapi(*name))):
        ran = run("schema", *name, *options)
        assert (ran.code, ran.err) == (0, "")
        assert json.loads(ran.out) == expected


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "ExchangeRestoreSesion",
            "there is no schema of 'ExchangeRestoreSesion'; did you mean exchangeRestoreSession",
        ),
        ("", "there is no schema of ''"),
        ("\x1b[31m", r"there is no schema of '\x1b[31m'"),
    ],
)
@pytest.mark.parametrize("options", [[], ["--openapi"]])
def test_an_unknown_name_is_invalid_input(name: str, said: str, options: list[str]) -> None:
    (problem,) = run("schema", name, *options).problems
    assert problem.startswith(f"NAME: {said}")
