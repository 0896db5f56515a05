"""Writing long values in the compact form that `spelled_out` reads.

A run of entries of an array that differ only in their number, and a text that repeats a character,
become objects with ``repeat``. The declarations do not use this form.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from restore_domain.verification.vectors import spelled_out

__all__ = ["compact"]

LEAST: Final = 32
"""Shorter values are written in full: a line has one case, and should be readable."""


def compact(value: Any) -> Any:
    """Return a JSON value in its compact form, which means the same."""
    short = _compact(value)
    assert short == value or spelled_out(short) == value
    return short


def _compact(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _compact(content) for name, content in value.items()}
    if isinstance(value, list):
        return _list(value)
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> Any:
    """Make a run of one character at the beginning of a text compact."""
    run = len(text) - len(text.lstrip(text[:1]))
    if run < LEAST:
        return text
    then = {"then": text[run:]} if text[run:] else {}
    return {"repeat": run, "of": text[0], **then}


def _list(entries: Sequence[Any]) -> list[Any]:
    if len(entries) < LEAST:
        return [_entry(entry) for entry in entries]
    written = [json.dumps(entry) for entry in entries]
    found: list[Any] = []
    at = 0
    while at < len(entries):
        run = _run(written[at:]) if len(entries) - at >= LEAST else {}
        found.append(run or _entry(entries[at]))
        at += run.get("repeat", 1)
    return found


def _entry(entry: Any) -> Any:
    short = _compact(entry)
    return {"repeat": 1, "of": short} if isinstance(entry, str) and short != entry else short


def _run(written: Sequence[str]) -> dict[str, Any]:
    """Return the long run at the start of entries, written in JSON, if there is one."""
    found = _template(*written[:2])
    if found is None:
        return {}
    template, first = found
    length = next(
        (
            place
            for place, entry in enumerate(written)
            if entry != template.replace("{n}", str(first + place))
        ),
        len(written),
    )
    if length < LEAST:
        return {}
    start = {} if first == 1 or "{n}" not in template else {"from": first}
    return {"repeat": length, "of": _compact(json.loads(template)), **start}


def _template(one: str, following: str) -> tuple[str, int] | None:
    """Return the text that two entries share, with ``{n}`` for the increasing number, and the first
    number.
    """
    parts, others = _split(one), _split(following)
    if len(parts) != len(others):
        return None
    rising = {(here, there) for here, there in zip(parts, others, strict=True) if here != there}
    if not rising:
        return one, 1
    if len(rising) > 1:
        return None
    ((here, there),) = rising
    if not (here.isdecimal() and there.isdecimal() and int(there) == int(here) + 1):
        return None
    pairs = zip(parts, others, strict=True)
    return "".join(part if part == other else "{n}" for part, other in pairs), int(here)


def _split(written: str) -> list[str]:
    """Split a text into numbers and the parts between them."""
    return ["".join(part) for _, part in groupby(written, "0123456789".__contains__)]
