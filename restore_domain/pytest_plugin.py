"""A plugin of pytest: a failing ``assert left == right`` shows where the two differ.

pytest loads it at each start if this package is installed. So nothing is imported or done before a
comparison of two values of the package has failed.
"""

from __future__ import annotations

from typing import Any, Final

__all__ = ["pytest_assertrepr_compare"]

_LISTED: Final = 100
"""How many differences are shown: each artifact of two sessions may differ."""


def pytest_assertrepr_compare(op: str, left: Any, right: Any) -> list[str] | None:
    """Explain to pytest why two values are not equal; None leaves this to other plugins."""
    if op != "==":
        return None
    try:
        return _explanation(left, right) if _is_ours(left) else None
    except Exception:  # noqa: BLE001 - the assertion must be reported, with or without this
        return None


def _is_ours(value: Any) -> bool:
    return any(kind.__module__.startswith("restore_domain.") for kind in type(value).__mro__)


def _explanation(left: Any, right: Any) -> list[str] | None:
    from restore_domain.model import differences  # noqa: PLC0415 - takes a while
    from restore_domain.model.json_path import ROOT  # noqa: PLC0415 - takes a while
    from restore_domain.model.validators import shown  # noqa: PLC0415 - takes a while

    found = differences(left, right)
    if not found or found[0].path == ROOT:
        return None  # nothing is known except that they differ
    lines = [f"{shown(left)} == {shown(right)}", "", *map(str, found[:_LISTED])]
    if len(found) > _LISTED:
        lines.append(f"... and {len(found) - _LISTED} more: restore_domain.model.differences")
    return lines
