"""Comparing JSON values as JSON, not as Python compares them."""

from typing import Any


def same_json(one: Any, other: Any) -> bool:
    """Compare as JSON values: 1, 1.0 and true are three different values."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(
            same_json(value, other[name]) for name, value in one.items()
        )
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    return repr(one) == repr(other)
