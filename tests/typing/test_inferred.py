"""A type checker sees in a user's code what is there."""

from pathlib import Path

import pytest

INFERRED = Path(__file__).with_name("inferred.py")


def test_types_are_inferred() -> None:
    api = pytest.importorskip("mypy.api", reason="needs the dependency group typing")
    printed, problems, code = api.run(["--strict", str(INFERRED)])
    assert code == 0, printed + problems
