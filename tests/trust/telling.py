"""A program that prints everything about a root that it makes, and about one that another process
pickled.

Run it twice, with a different ``PYTHONHASHSEED``: the output must be the same.
"""

from __future__ import annotations

import base64
import json
import pickle
import sys
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from restore_domain import ArtifactRestoreStatus, ExchangeRestoreSession, audit, explain, wire
from restore_domain.operations import BackupRestoreRoot, RestoreDomainError, list_sessions
from restore_domain.wire import perform

MORNING: Final = datetime(2026, 1, 12, 8, tzinfo=UTC)
ACTOR: Final = {"user": {"id": "ada", "displayName": "Ada"}, "application": {"id": "app"}}


RECEIVED: Final = """{
    "id": "received", "status": "paused", "zeta": {"b": 1, "a": [2.50, null]}, "alpha": 1,
    "restoreJobType": "later", "@odata.etag": "1",
    "mailboxRestoreArtifacts@odata.nextLink": "more",
    "mailboxRestoreArtifacts": [
        {"id": "z", "status": "paused", "startDateTime": "2026-01-12T08:00:00.1234567Z", "new": 1,
         "restorePoint": {"@odata.id": "p", "tags": "none, later", "zz": 1, "aa": 2}},
        {"id": "a", "status": "failed", "error": {"code": "c", "later": 1, "before": 2}}
    ]
}"""


def at(minutes: int) -> str:
    return (MORNING + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def calls() -> list[dict[str, Any]]:
    """Return calls that make a few sessions, and lead them to different ends."""
    made: list[dict[str, Any]] = []
    for number in range(6):
        session, ids = f"s{number}", [f"{name}{number}" for name in ("zoe", "adam", "kim")]
        artifacts = [
            {
                "restorePoint": {"id": f"point of {name}"},
                "destinationType": "new",
                "extra": {name: 1},
            }
            for name in ids
        ]
        about = {"sessionId": session, "now": at(number), "actor": ACTOR}
        request = {"mailboxRestoreArtifacts": artifacts, "priority": "high", "a": [None, 1.5]}
        made.append(
            {"method": "create", "params": about | {"artifactIds": ids, "request": request}}
        )
        if number:
            made.append({"method": "activate", "params": about})
        for step, status in enumerate(("inProgress", "succeeded", "failed")[:number]):
            reports = [
                {"artifactId": name, "status": status, "time": at(30 + step)}
                | ({"error": {"code": "c", "message": "m"}} if status == "failed" else {})
                for name in ids[step:]
            ]
            given = {"sessionId": session, "reporter": "observer", "reports": reports}
            made.append({"method": "recordBatch", "params": given})
    made += [
        {"method": "get", "params": {"sessionId": "nobody"}},
        {"method": "activate", "params": {"sessionId": "s1", "now": at(90)}},
        {"method": "create", "params": {"sessionId": 5, "zzz": 1, "aaa": 2}},
        {
            "method": "recordBatch",
            "params": {
                "sessionId": "s1",
                "reports": [
                    {"artifactId": name, "status": "added", "time": at(1)} for name in "ab"
                ],
            },
        },
        {"method": "list", "params": {"top": 2}},
    ]
    return made


def history() -> tuple[BackupRestoreRoot, list[Any]]:
    """Return the root after the calls, and the answers and events of each."""
    root, reported = BackupRestoreRoot(), []
    for call in calls():
        try:
            root, result, events = perform(root, call)
        except RestoreDomainError as error:
            reported.append(
                [error.code, error.rule, str(error), wire.to_json_value(error.to_public_error())]
            )
        else:
            reported.append([result, list(map(repr, events))])
    sessions = [*root.exchange_restore_sessions, wire.loads(RECEIVED, ExchangeRestoreSession)]
    return BackupRestoreRoot(exchange_restore_sessions=sessions), reported


def all_of(root: BackupRestoreRoot) -> list[Any]:
    """Return everything that a root shows, in the order in which it shows it."""
    return [
        repr(root),
        list(root.exchange_restore_sessions.ids),
        list_sessions(root, top=2).skip_token,
        [
            [
                wire.dumps(session).decode(),
                wire.dumps(session, include_unknown_enum_members=False).decode(),
                repr(session),
                [repr(artifact) for artifact in session.artifacts],
                [repr(violation) for violation in audit(session)],
                session.explanation.rule,
                repr(session.effective),
                repr(session.additional_data),
            ]
            for session in root.exchange_restore_sessions
        ],
    ]


def main() -> None:
    sent = sys.stdin.read()
    root, reported = history()
    known = pickle.loads(base64.b64decode(sent)) if sent else root  # noqa: S301 - our own
    sessions = root.exchange_restore_sessions
    answer = {
        "reported": reported,
        "root": all_of(root),
        "known": all_of(known),
        "equal": known == root and root == known,
        "found": hash(known) == hash(root) and {root: 1}.get(known) == 1,
        "sessions found": [one in set(known.exchange_restore_sessions) for one in sessions],
        "artifacts found": [
            one in set(stored.artifacts) and stored.artifact(one.id) == one
            for session, stored in zip(sessions, known.exchange_restore_sessions, strict=True)
            for one in session.artifacts
        ],
        "rule": explain([ArtifactRestoreStatus.ADDED, ArtifactRestoreStatus.FAILED]).rule,
    }
    pickled = base64.b64encode(pickle.dumps(root)).decode()
    sys.stdout.write(json.dumps({"answer": answer, "pickled": pickled}))


if __name__ == "__main__":
    main()
