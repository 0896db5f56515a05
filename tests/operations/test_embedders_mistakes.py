"""What the embedder itself gets wrong: errors of its program, no answers for a client (S7)."""

from itertools import count
from typing import Any

import pytest

from restore_domain.model import RequestedArtifact, UpdateSessionRequest
from restore_domain.operations import activate_session, create_artifact, create_session

from .asking import DRAFT, EMPTY, create, ids_of, update
from .service import (
    NOW,
    Json,
    artifact,
    entry,
    granular,
    held,
    refused,
    removal,
    root_of,
    session,
    typed,
)


def test_S7_ids_are_taken_as_needed_from_whatever_gives_them() -> None:
    fresh = (f"id-{number}" for number in count())
    root = create(EMPTY, entry("r1"), entry("r2"), artifact_ids=fresh).root
    assert ids_of(held(root)) == ["id-0", "id-1"]
    assert next(fresh) == "id-2"
    root = update(root, removal("id-0"), entry("r3"), artifact_ids=fresh).root
    assert ids_of(held(root)) == ["id-1", "id-3"]


@pytest.mark.parametrize(
    ("error", "mistake"),
    [
        (ValueError, {"artifact_ids": ["a1"]}),
        (ValueError, {"artifact_ids": []}),
        (ValueError, {"artifact_ids": ["a1", "a1"]}),
        (ValueError, {"artifact_ids": ["a1", ""]}),
        (ValueError, {"session_id": "s1"}),
        (ValueError, {"session_id": ""}),
        (ValueError, {"now": NOW.replace(tzinfo=None)}),
        (TypeError, {"artifact_ids": "a1"}),
        (TypeError, {"artifact_ids": None}),
        (TypeError, {"artifact_ids": ["a1", 5]}),
        (TypeError, {"session_id": None}),
        (TypeError, {"session_id": 5}),
        (TypeError, {"now": None}),
        (TypeError, {"now": "2026-01-12T08:30:00Z"}),
        (TypeError, {"actor": "alice"}),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else repr(value),
)
def test_O1_S7_an_embedders_mistake_changes_nothing(error: type[Exception], mistake: Json) -> None:
    given: Json = {"session_id": "s2"}
    with refused(DRAFT, error):
        create(DRAFT, entry("r1"), entry("r2"), **(given | mistake))


@pytest.mark.parametrize(
    ("error", "mistake"),
    [
        (ValueError, {"artifact_ids": ["b1"]}),
        (ValueError, {"artifact_ids": ["b1", "b1"]}),
        (ValueError, {"artifact_ids": ["b1", "a1"]}),
        (ValueError, {"artifact_ids": ["b1", "g1"]}),
        (ValueError, {"now": NOW.replace(tzinfo=None)}),
        (TypeError, {"artifact_ids": "b1"}),
        (TypeError, {"artifact_ids": ["b1", 5]}),
        (TypeError, {"now": 5}),
        (TypeError, {"actor": "alice"}),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else repr(value),
)
def test_O3_S7_an_embedders_mistake_changes_nothing(error: type[Exception], mistake: Json) -> None:
    root = root_of(session(artifact("a1"), granular_mailbox_restore_artifacts=[granular("g1")]))
    with refused(root, error):
        update(root, entry("r8"), entry("r9"), **mistake)


def test_O4_O6_S7_an_embedders_mistake_changes_nothing() -> None:
    naive, actor, text = NOW.replace(tzinfo=None), "alice", "now"
    request = typed(RequestedArtifact, entry("r9"))
    mistakes: list[tuple[type[Exception], Any, Json]] = [
        (ValueError, activate_session, {"now": naive}),
        (TypeError, activate_session, {"now": text}),
        (TypeError, activate_session, {"now": NOW, "actor": actor}),
        (ValueError, create_artifact, {"request": request, "artifact_id": "a1", "now": NOW}),
        (ValueError, create_artifact, {"request": request, "artifact_id": "", "now": NOW}),
        (TypeError, create_artifact, {"request": request, "artifact_id": None, "now": NOW}),
        (ValueError, create_artifact, {"request": request, "artifact_id": "b1", "now": naive}),
        (
            TypeError,
            create_artifact,
            {"request": request, "artifact_id": "b1", "now": NOW, "actor": actor},
        ),
    ]
    for error, operation, arguments in mistakes:
        with refused(DRAFT, error):
            operation(DRAFT, "s1", **arguments)


@pytest.mark.parametrize(
    "request_given",
    [None, {}, "{}", RequestedArtifact(), UpdateSessionRequest(), create_session],
    ids=lambda value: type(value).__name__,
)
def test_O1_a_request_is_typed_or_a_body(request_given: Any) -> None:
    with refused(EMPTY, TypeError) as caught:
        create_session(EMPTY, request_given, session_id="s1", artifact_ids=["a1"], now=NOW)
    assert "CreateSessionRequest" in str(caught.value)
    assert type(request_given).__name__ in str(caught.value)
