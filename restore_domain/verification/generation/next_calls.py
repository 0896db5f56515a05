"""The next call of a history."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from restore_domain.verification.generation.choices import Choose, pick, rarely
from restore_domain.verification.generation.mistakes import MISTAKES, additions_in
from restore_domain.verification.generation.scene import Scene
from restore_domain.verification.generation.writers import WRITERS, subjects
from restore_domain.verification.histories import Call

__all__ = ["any_call", "call_of", "legal_call", "right_call"]

WEIGHTS: Final[Mapping[str, int]] = {
    "create": 4,
    "record": 8,
    "activate": 5,
    "update": 7,
    "createArtifact": 4,
    "recordBatch": 3,
    "createBulkRequest": 10,
    "resolveBulkRequest": 12,
    "deleteBulkRequest": 10,
    "delete": 4,
    "expire": 2,
    "get": 1,
    "list": 3,
    "listArtifacts": 3,
    "listGranularArtifacts": 2,
    "getBulkRequest": 2,
    "listBulkRequests": 1,
}
"""How often each method is chosen. The numbers are the same in every scene, so that a call stays
the same when earlier calls are removed.
"""

_TRIES: Final = 6
"""How many methods are tried to find one that can be called meaningfully."""

_ABOUT_LIST: Final = 8
"""Two choices of so many are about the list that was read last, if there is more of it."""

_READ_ON, _SHORTEN = 7, 6
"""The choices of reading it on, and of removing something that is in it."""

_SHORTENED_BY: Final[Mapping[str, str]] = {
    "list": "delete",
    "listArtifacts": "update",
    "listGranularArtifacts": "update",
    "listBulkRequests": "deleteBulkRequest",
}
"""What removes an entry of each list."""

_WRONG: Final = {"list": 8, "listArtifacts": 8}
"""Once in so many times a list is asked for wrongly, and anything else every second time: what can
be wrong with a list shows in it after several pages."""

_MANY: Final = 3
"""The number of sessions beyond which more make no difference."""


def legal_call(choose: Choose, scene: Scene, methods: Collection[str]) -> Call | None:
    """Write a call that the reference accepts; None if none of these methods has one."""
    about = subjects(scene) | {"activate": scene.startable}
    possible = [method for method, found in about.items() if found and method in methods]
    if not possible:
        return None
    method = _method(choose, scene, methods)
    if method not in possible:
        method = possible[0]
    return right_call(choose, scene, method)


def any_call(choose: Choose, scene: Scene, methods: Collection[str]) -> Call:
    """Write a call of one of these methods that may be wrong in several ways."""
    return call_of(choose, scene, _method(choose, scene, methods))


def _method(choose: Choose, scene: Scene, methods: Collection[str]) -> str:
    """Choose a method, one that can be called meaningfully if it is soon found."""
    about = subjects(scene)
    weighted = [name for name in WRITERS if name in methods for _ in range(WEIGHTS[name])]
    method = pick(choose, weighted)
    about_list = choose(_ABOUT_LIST)
    if about_list in {_READ_ON, _SHORTEN} and scene.places:
        read = scene.places[-1].method
        wanted = read if about_list == _READ_ON else _SHORTENED_BY[read]
        if wanted in methods:
            return wanted
    if not scene.sessions and "create" in methods:
        return method if method == "create" or rarely(choose, 8) else "create"
    for _ in range(_TRIES):
        if about[method] and (method != "create" or len(scene.sessions) < _MANY):
            break
        method = pick(choose, weighted)
    return method


def right_call(choose: Choose, scene: Scene, method: str) -> Call:
    """Write a meaningful call of this method, if there is anything to call about."""
    return {"method": method, "params": WRITERS[method](choose, scene)}


def call_of(choose: Choose, scene: Scene, method: str, *, mistakes: int = 0) -> Call:
    """Write a call of this method that may be wrong in several ways, at least in this many."""
    params = WRITERS[method](choose, scene)
    possible = MISTAKES[method]
    made = 0
    while possible and (made < mistakes or rarely(choose, _WRONG.get(method, 2))):
        pick(choose, possible)(choose, scene, params)
        made += 1
    if "artifactIds" in params:  # a mistake may have added artifacts
        more = rarely(choose, 8)  # than there are artifacts
        number = len(additions_in(params)) + more
        params["artifactIds"] = scene.new_artifacts(number, params.get("sessionId"))
    if "artifactId" in params:  # a mistake may have named another session
        (params["artifactId"],) = scene.new_artifacts(1, params.get("sessionId"))
    return {"method": method, "params": params}
