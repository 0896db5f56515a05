"""Mistakes of the embedder: errors of its program, not answers for a client (S7)."""

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
    refused,
    removal,
    root_of,
    root_with,
    stored,
    typed,
)


def test_S7_ids_are_taken_as_needed_from_any_iterable() -> None:
    fresh = (f"id-{number}" for number in count())
    root = create(EMPTY, entry("r1"), entry("r2"), artifact_ids=fresh).root
    assert ids_of(stored(root)) == ["id-0", "id-1"]
    assert next(fresh) == "id-2"
    many = root_of(artifacts_per_request=300)
    entries = [entry(f"r{number}") for number in range(300)]
    assert stored(create(many, *entries, artifact_ids=fresh).root).tally.total == 300
    root = update(root, removal("id-0"), entry("r3"), artifact_ids=fresh).root
    assert ids_of(stored(root)) == ["id-1", "id-303"]


@pytest.mark.parametrize(
    ("error", "words", "mistake"),
    [
        (ValueError, "expected an id for each new artifact: 2, got 1", {"artifact_ids": ["a1"]}),
        (ValueError, "expected an id for each new artifact: 2, got 0", {"artifact_ids": []}),
        (ValueError, "two entities have the id 'a1'", {"artifact_ids": ["a1", "a1"]}),
        (
            ValueError,
            "Artifact.id: expected a text that is not empty",
            {"artifact_ids": ["a1", ""]},
        ),
        (ValueError, "two entities have the id 's1'", {"session_id": "s1"}),
        *(
            (ValueError, "session_id: expected a text that is not blank", {"session_id": no_id})
            for no_id in ("", " ", "\t", "s1\n", "\ud800", "\ue000")
        ),
        (ValueError, "has no offset from UTC; give it a tzinfo", {"now": NOW.replace(tzinfo=None)}),
        (
            TypeError,
            "artifact_ids: expected several, got 'a1'",
            {"artifact_ids": "a1"},
        ),
        (TypeError, "artifact_ids: expected several, got None", {"artifact_ids": None}),
        (TypeError, "Artifact.id: expected a text, got 5", {"artifact_ids": ["a1", 5]}),
        (TypeError, "Session.id: expected a text, got None", {"session_id": None}),
        (TypeError, "Session.id: expected a text, got 5", {"session_id": 5}),
        (TypeError, "now: expected a datetime, got None", {"now": None}),
        (TypeError, "now: expected a datetime, got '2026", {"now": "2026-01-12T08:30:00Z"}),
        (TypeError, "created_by: expected IdentitySet, got 'alice'", {"actor": "alice"}),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else repr(value),
)
def test_O1_S7_an_embedders_mistake_changes_nothing(
    error: type[Exception], words: str, mistake: Json
) -> None:
    given: Json = {"session_id": "s2"}
    with refused(DRAFT, error) as caught:
        create(DRAFT, entry("r1"), entry("r2"), **(given | mistake))
    assert words in str(caught.value)


ONE = root_with(artifact("a1"))


@pytest.mark.parametrize(
    ("error", "words", "mistake"),
    [
        (ValueError, "expected an id for each new artifact: 2, got 1", {"artifact_ids": ["b1"]}),
        (ValueError, "two entities have the id 'b1'", {"artifact_ids": ["b1", "b1"]}),
        (ValueError, "two entities have the id 'a1'", {"artifact_ids": ["b1", "a1"]}),
        (ValueError, "has no offset from UTC; give it a tzinfo", {"now": NOW.replace(tzinfo=None)}),
        (
            TypeError,
            "artifact_ids: expected several, got 'b1'",
            {"artifact_ids": "b1"},
        ),
        (TypeError, "Artifact.id: expected a text, got 5", {"artifact_ids": ["b1", 5]}),
        (TypeError, "now: expected a datetime, got 5", {"now": 5}),
        (TypeError, "actor: expected IdentitySet, got 'alice'", {"actor": "alice"}),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else repr(value),
)
def test_O3_S7_an_embedders_mistake_changes_nothing(
    error: type[Exception], words: str, mistake: Json
) -> None:
    with refused(ONE, error) as caught:
        update(ONE, entry("r8"), entry("r9"), **mistake)
    assert words in str(caught.value)


def test_O4_O6_S7_an_embedders_mistake_changes_nothing() -> None:
    naive, actor, text = NOW.replace(tzinfo=None), "alice", "now"
    request = typed(RequestedArtifact, entry("r9"))
    added: Json = {"request": request, "artifact_id": "b1", "now": NOW}
    mistakes: list[tuple[type[Exception], str, Any, Json]] = [
        (ValueError, "no offset", activate_session, {"now": naive}),
        (TypeError, "now: expected a datetime", activate_session, {"now": text}),
        (TypeError, "actor: expected", activate_session, {"now": NOW, "actor": actor}),
        (ValueError, "the id 'a1'", create_artifact, added | {"artifact_id": "a1"}),
        (ValueError, "that is not empty", create_artifact, added | {"artifact_id": ""}),
        (TypeError, "got None", create_artifact, added | {"artifact_id": None}),
        (ValueError, "no offset", create_artifact, added | {"now": naive}),
        (TypeError, "actor: expected", create_artifact, added | {"actor": actor}),
    ]
    for error, words, operation, arguments in mistakes:
        with refused(DRAFT, error) as caught:
            operation(DRAFT, "s1", **arguments)
        assert words in str(caught.value)


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
