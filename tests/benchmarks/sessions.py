"""The session that every benchmark uses: artifacts as the service sends them, at any size.

Their mailboxes were protected together, so the restore points share their times.
"""

import json
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


def session(size: int) -> dict[str, Any]:
    """Return a session of this many artifacts as plain JSON."""
    return {
        "id": "959ba739-70b5-43c4-8c90-b2c22014f18b",
        "status": "completedWithError",
        "createdDateTime": "2023-12-04T12:00:00.45Z",
        "mailboxRestoreArtifacts": [artifact(number) for number in range(size)],
    }


def session_bytes(size: int) -> bytes:
    """Return it as the service sends it."""
    return json.dumps(session(size), separators=(",", ":")).encode()
