"""A service judged by every law in one pass: ``python -m pytest test_my_laws.py``."""
# ruff: noqa: D101, D102, D103 - the names say it

from collections.abc import Mapping
from typing import Any

import conforming as service  # put your own here
import pytest

from restore_domain.verification import SYSTEM_METHODS, RefusedError, System, laws


class MyService:
    methods = SYSTEM_METHODS

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        try:
            return service.METHODS[method](dict(params))
        except service.RefusedError as refused:
            raise RefusedError(refused.code, refused.status) from refused


@pytest.fixture(scope="module")
def judgement() -> laws.Judgement[System]:
    return laws.judge(MyService(), laws.SYSTEM_LAWS)


@pytest.mark.parametrize("law", laws.SYSTEM_LAWS, ids=str)
def test_my_service(law: laws.Law[System], judgement: laws.Judgement[System]) -> None:
    judgement.check(law)
