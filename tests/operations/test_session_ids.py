"""Invalid session ids, and unknown sessions (rules O2 to O7)."""

from collections.abc import Callable
from typing import Any

import pytest

from restore_domain.operations import (
    BackupRestoreRoot,
    delete_session,
    get_session,
    list_artifacts,
    list_granular_artifacts,
    list_sessions,
    record,
    record_batch,
)

from .asking import DRAFT, ask_activate, ask_create_artifact, ask_update
from .service import artifact, entry, patch_body, refused, report, root_of, session, typed

ON_A_SESSION: dict[str, Callable[[BackupRestoreRoot, Any], Any]] = {
    "get": get_session,
    "list artifacts": list_artifacts,
    "list granular artifacts": list_granular_artifacts,
    "update": lambda root, session_id: ask_update(root, session_id, patch_body(entry()), typed),
    "create artifact": lambda root, session_id: ask_create_artifact(
        root, session_id, entry(), typed
    ),
    "activate": ask_activate,
    "delete": delete_session,
    "record": lambda root, session_id: record(root, session_id, report()),
    "record batch": lambda root, session_id: record_batch(root, session_id, []),
}

NO_ID: list[Any] = [
    *(None, 5, 1.5, True, 10**5000, [], {}, b"", b"s1"),
    *("", " ", "\t", "s1\n", "\x00", "\x1b[2J", "\ud800", "\n" * 10**6),
]


@pytest.mark.parametrize("operation", ON_A_SESSION)
@pytest.mark.parametrize(
    "session_id", NO_ID, ids=lambda value: repr(value)[:9] if value != 10**5000 else "10**5000"
)
def test_O2_O3_O4_O5_O6_O7_an_invalid_session_id_is_refused(
    session_id: Any, operation: str
) -> None:
    with refused(DRAFT) as caught:
        ON_A_SESSION[operation](DRAFT, session_id)
    error = caught.value
    assert (error.code, error.http_status) == ("InvalidRestoreSessionId", 400)
    assert error.target is None
    assert len(error.message) < 200
    assert error.message.isprintable()


@pytest.mark.parametrize("operation", ON_A_SESSION)
@pytest.mark.parametrize("session_id", [" ", "\t", "s1\n", "\x1b[2J", "\ue000"], ids=repr)
def test_O2_O3_O4_O5_O6_O7_an_invalid_id_finds_no_session_even_if_one_has_it(
    session_id: str, operation: str
) -> None:
    root = root_of(session(artifact("a1"), session_id=session_id))
    assert [found.id for found in list_sessions(root).value] == [session_id]
    with refused(root) as caught:
        ON_A_SESSION[operation](root, session_id)
    assert (caught.value.code, caught.value.http_status) == ("InvalidRestoreSessionId", 400)


@pytest.mark.parametrize("operation", ON_A_SESSION)
@pytest.mark.parametrize("session_id", ["s2", "S1", "s1 ", "sitzung-ü", "x" * 10**6], ids=len)
def test_O2_O3_O4_O5_O6_O7_an_unknown_session_is_not_found(session_id: str, operation: str) -> None:
    with refused(DRAFT) as caught:
        ON_A_SESSION[operation](DRAFT, session_id)
    error = caught.value
    assert (error.code, error.http_status) == ("RestoreSessionNotFound", 404)
    assert error.target == session_id
    assert len(error.message) < 200


@pytest.mark.parametrize("operation", ON_A_SESSION)
def test_O2_O3_O4_O5_O6_O7_a_deleted_session_is_not_found(operation: str) -> None:
    root = delete_session(DRAFT, "s1").root
    with refused(root) as caught:
        ON_A_SESSION[operation](root, "s1")
    assert caught.value.code == "RestoreSessionNotFound"
    assert "may have been deleted" in caught.value.message
