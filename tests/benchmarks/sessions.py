"""The session that every benchmark uses: artifacts as the service sends them, at any size.

Their mailboxes were protected together, so the restore points share their times.
"""

import json
from collections.abc import Callable
from functools import cache
from typing import Any


def artifact(number: int) -> dict[str, Any]:
    """Return an ended artifact; every tenth one has failed."""
    failed = number % 10 == 0
    return {
        "id": f"959ba739-70b5-43c4-8c90-{number:012d}",
        "destinationType": "inPlace",
        "status": "failed" if failed else "succeeded",
        "startDateTime": f"2023-12-04T12:{number % 60:02d}:55.2117521Z",
        "completionDateTime": f"2023-12-04T13:{number % 60:02d}:12.7209691Z",
        **(
            {"error": {"code": "ArtifactCannotBeRestored", "message": "The mailbox is on hold."}}
            if failed
            else {
                "restoredFolderId": f"0bdb38aa-5ad4-43ae-b63d-{number:012d}",
                "restoredFolderName": f"mailbox {number}",
            }
        ),
        "restorePoint": {
            "id": f"ffd2687a-f507-4a82-9dff-{number:012d}_1801645000_12_2",
            "protectionDateTime": "2023-12-04T00:00:00Z",
            "expirationDateTime": "2023-12-18T00:00:00Z",
        },
    }


def _nulls(found: dict[str, Any], _number: int) -> None:
    found |= {"restoredItemCount": None} | {name: found.get(name) for name in ("error",)}


def _protection_unit(found: dict[str, Any], number: int) -> None:
    found["restorePoint"]["protectionUnit"] = {
        "@odata.type": "#microsoft.graph.mailboxProtectionUnit",
        "id": f"u{number}",
        "email": f"m{number}@example.org",
    }


Change = Callable[[dict[str, Any], int], Any]

EVERY: dict[str, Change] = {
    "nothing": lambda _found, _number: None,
    "@odata.type": lambda found, _: found.update(
        {"@odata.type": "#microsoft.graph.mailboxRestoreArtifact"}
    ),
    "@odata.etag": lambda found, number: found.update({"@odata.etag": f'W/"{number}"'}),
    "explicit nulls": _nulls,
    "an unknown property": lambda found, number: found.update({"queue": f"q{number}"}),
    "a protection unit": _protection_unit,
}
"""Further properties of every artifact of a shape."""

ONE: dict[str, Change] = {
    "an unknown property": lambda found, _: found.update({"queue": "q"}),
    "an unknown status": lambda found, _: found.update({"status": "paused"}),
}
"""Further properties of one artifact in the middle."""

SHAPES: dict[str, tuple[Change, Change]] = {
    **{f"every artifact has {name}": (change, EVERY["nothing"]) for name, change in EVERY.items()},
    **{f"one artifact has {name}": (EVERY["nothing"], change) for name, change in ONE.items()},
    "200 artifacts have a name of their own": (
        lambda found, number: found.update({f"own{number}": 1} if number < 200 else {}),
        EVERY["nothing"],
    ),
}


def shaped_bytes(shape: str, size: int) -> bytes:
    """Return a session of a shape as the service would send it."""
    every, one = SHAPES[shape]
    made = json.loads(session_bytes(size))
    for number, found in enumerate(made["mailboxRestoreArtifacts"]):
        every(found, number)
    one(made["mailboxRestoreArtifacts"][size // 2], size // 2)
    return json.dumps(made, separators=(",", ":")).encode()


@cache
def session(size: int) -> dict[str, Any]:
    """Return a session of this many artifacts as plain JSON, the same each time."""
    return {
        "id": "959ba739-70b5-43c4-8c90-b2c22014f18b",
        "status": "completedWithError",
        "createdDateTime": "2023-12-04T12:00:00.45Z",
        "mailboxRestoreArtifacts": [artifact(number) for number in range(size)],
    }


@cache
def session_bytes(size: int) -> bytes:
    """Return it as the service sends it."""
    return json.dumps(session(size), separators=(",", ":")).encode()
