"""Documents that are hostile in one respect, of any size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice, product
from types import MappingProxyType
from typing import Final

__all__ = ["FAMILIES"]


def _session(properties: str) -> str:
    return f'{{"id":"s1",{properties}}}'


def _unknown(value: str) -> str:
    return _session(f'"x":{value}')


def _artifacts(artifacts: Iterable[str]) -> str:
    return _session(f'"mailboxRestoreArtifacts":[{",".join(artifacts)}]')


def _array(entry: str, size: int) -> str:
    return f"[{','.join([entry] * size)}]"


def _alike(size: int) -> Iterable[str]:
    """Different names with one hash in many languages: in Java, Aa and BB have equal hashes."""
    width = size.bit_length()
    return islice(map("".join, product(("Aa", "BB"), repeat=width)), size)


FAMILIES: Final[Mapping[str, Callable[[int], str]]] = MappingProxyType(
    {
        "NaN everywhere": lambda size: _unknown(_array("NaN", size)),
        "half surrogate pairs": lambda size: _unknown(_array(r'"\ud800"', size)),
        "NaN in objects": lambda size: _unknown(_array('{"a":NaN}', size)),
        "numbers": lambda size: _unknown(_array("1", size)),
        "empty objects": lambda size: _unknown(_array("{}", size)),
        "empty arrays": lambda size: _unknown(_array("[]", size)),
        "no artifacts": lambda size: _artifacts(["5"] * size),
        "artifacts without an id": lambda size: _artifacts(["{}"] * size),
        "artifacts with nothing right": lambda size: _artifacts(
            ['{"id":1,"status":2,"error":3,"restorePoint":{"id":4},"startDateTime":5}'] * size
        ),
        "artifacts of one id": lambda size: _artifacts(['{"id":"a1"}'] * size),
        "artifacts of a few ids": lambda size: _artifacts(
            f'{{"id":"a{number % 7}"}}' for number in range(size)
        ),
        "artifacts that lie about their type": lambda size: _artifacts(
            f'{{"id":"a{number}","@odata.type":"#microsoft.graph.user"}}' for number in range(size)
        ),
        "artifacts that are granular without saying of what": lambda size: _artifacts(
            f'{{"id":"a{number}","@odata.type":"#microsoft.graph.granularMailboxRestoreArtifact"}}'
            for number in range(size)
        ),
        "empty flags": lambda size: _artifacts(
            f'{{"id":"a{number}","restorePoint":{{"id":"p","tags":"{"," * 62},{number}"}}}}'
            for number in range(size)
        ),
        "artifacts in both lists": lambda size: _session(
            '"mailboxRestoreArtifacts":['
            + ",".join(f'{{"id":"a{number}"}}' for number in range(size))
            + '],"granularMailboxRestoreArtifacts":['
            + ",".join(f'{{"id":"a{number}","searchResponseId":"r"}}' for number in range(size))
            + "]"
        ),
        "artifacts with a name of their own each": lambda size: _artifacts(
            f'{{"id":"a{number}","p{number}":1}}' for number in range(size)
        ),
        "artifacts with a name that no schema can have": lambda size: _artifacts(
            rf'{{"id":"a{number}","p\\{number}":1}}' for number in range(size)
        ),
        "granular artifacts among those of whole mailboxes": lambda size: _artifacts(
            (
                f'{{"id":"a{number}","searchResponseId":"r",'
                '"@odata.type":"#microsoft.graph.granularMailboxRestoreArtifact"}'
                if number % 2
                else f'{{"id":"a{number}"}}'
            )
            for number in range(size)
        ),
        "artifacts of an unknown status": lambda size: _artifacts(
            f'{{"id":"a{number}","status":"s{number}"}}' for number in range(size)
        ),
        "one bad artifact after good ones": lambda size: _artifacts(
            [*(f'{{"id":"a{number}","status":"added"}}' for number in range(size)), "5"]
        ),
        "unknown properties": lambda size: _session(
            ",".join(f'"p{number}":1' for number in range(size))
        ),
        "unknown properties within": lambda size: _unknown(
            f"{{{','.join(f'{chr(34)}p{number}{chr(34)}:1' for number in range(size))}}}"
        ),
        "names that are hashed alike": lambda size: _session(
            ",".join(f'"{name}":1' for name in _alike(size))
        ),
        "names that are none": lambda size: _session(
            ",".join(rf'"\ud800{number}":1' for number in range(size))
        ),
        "a property again and again": lambda size: _session(",".join(['"x":[1]'] * size)),
        "a long id": lambda size: f'{{"id":"{"x" * size}"}}',
        "a long name": lambda size: _session(f'"{"x" * size}":1'),
        "a long text": lambda size: _unknown(f'"{"x" * size}"'),
        "a long text in escapes": lambda size: _unknown('"' + r"\u202e" * size + '"'),
        "a long timestamp": lambda size: _session(f'"createdDateTime":"{"1" * size}"'),
        "a long fraction of a second": lambda size: _session(
            f'"createdDateTime":"2026-01-05T09:00:00.{"1" * size}Z"'
        ),
        "a long status": lambda size: _session(f'"status":"{"x" * size}"'),
        "flags": lambda size: _artifacts(
            [f'{{"id":"a1","restorePoint":{{"id":"p1","tags":"{"," * size}"}}}}']
        ),
        "a long number": lambda size: _unknown("9" * size),
        "a long negative number": lambda size: _unknown("-" + "9" * size),
        "a long fraction": lambda size: _unknown("0." + "3" * size),
        "a long exponent": lambda size: _unknown("1e" + "9" * size),
        "a long count": lambda size: _session(
            f'"restoreSessionArtifactCount":{{"total":{"9" * size}}}'
        ),
        "arrays in arrays": lambda size: "[" * size,
        "arrays in arrays, closed": lambda size: _unknown("[" * 10 * size + "]" * 10 * size),
        "objects in objects": lambda size: '{"a":' * size,
        "objects in objects, closed": lambda size: _unknown(
            '{"a":' * 10 * size + "1" + "}" * 10 * size
        ),
        "many that are nested as deep as may be": lambda size: _unknown(
            _array("[" * 98 + "NaN" + "]" * 98, size // 10 + 1)
        ),
        "spaces": lambda size: " " * size + '{"id":"s1"}',
        "spaces alone": lambda size: " " * size,
        "commas": lambda size: _unknown("[" + "," * size + "]"),
        "quotes": lambda size: '"' * size,
        "backslashes": lambda size: _unknown('"' + "\\" * size + '"'),
        "zeros": lambda size: "\0" * size,
        "documents in a row": lambda size: '{"id":"s1"}\n' * size,
    }
)
"""The part that grows with the size is in the name."""
