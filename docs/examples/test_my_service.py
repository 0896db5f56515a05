"""An implementation, tested beside the reference: ``python -m pytest test_my_service.py``."""
# ruff: noqa: D101, D102 - the names say it

from collections.abc import Mapping
from typing import Any

import conforming as service  # put your own here

from restore_domain.verification import SYSTEM_METHODS, RefusedError
from restore_domain.verification.machine import machine_for


class MyService:
    methods = SYSTEM_METHODS

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        try:
            return service.METHODS[method](dict(params))
        except service.RefusedError as refused:
            raise RefusedError(refused.code, refused.status) from refused


TestMyService = machine_for(MyService).TestCase
